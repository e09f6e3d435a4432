/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field.c - reading by rows.
 *
 * Rows are found by their path; a table has about a hundred, so a search is a walk. Every
 * message names the field and the user's own words, says what was expected, and helps with
 * something one can type. */
#include "sim/input/field.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/input/field_words.h"

enum {
    NUMBER_MAX_N = 40 /* characters of a bare number */
};

/* ---- Rows ---- */

static const char *last_part(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot == NULL ? path : dot + 1;
}

const char *field_name(const struct field *f)
{
    return last_part(f->path);
}

const struct field *field_find(const struct field_reader *r, const char *path)
{
    for (int i = 0; i < r->n; i++) {
        if (strcmp(r->field[i].path, path) == 0) {
            return &r->field[i];
        }
    }
    return NULL;
}

/* Is f a field of the mapping at `path`? */
bool field_is_child(const struct field *f, const char *path)
{
    const size_t n = strlen(path);
    if (n == 0) {
        return strchr(f->path, '.') == NULL;
    }
    return strncmp(f->path, path, n) == 0 && f->path[n] == '.' &&
           strchr(f->path + n + 1, '.') == NULL;
}

static const struct field *child_find(const struct field_reader *r, const char *path,
                                      const char *key)
{
    for (int i = 0; i < r->n; i++) {
        if (field_is_child(&r->field[i], path) && strcmp(field_name(&r->field[i]), key) == 0) {
            return &r->field[i];
        }
    }
    return NULL;
}

/* The row of a key that our own code asks for: it is there. */
static const struct field *row(const struct field_map *m, const char *key)
{
    const struct field *f = child_find(m->r, m->path, key);
    if (f == NULL) {
        abort(); /* a name in the code that the table lacks; the tests read every field */
    }
    return f;
}

static const char *node_word(const struct yaml_node *node)
{
    return node->kind == YAML_LIST  ? "a list"
           : node->kind == YAML_MAP ? "a mapping"
                                    : "a single value";
}

/* ---- Opening mappings ---- */

/* Where else below `path` a key is known: "it belongs under 'arrivals'". */
static const char *home_of(const struct field_map *m, const char *key)
{
    const size_t n = strlen(m->path);
    for (int i = 0; i < m->r->n; i++) {
        const struct field *f = &m->r->field[i];
        const bool below = n == 0 || (strncmp(f->path, m->path, n) == 0 && f->path[n] == '.');
        if (below && !field_is_child(f, m->path) && strcmp(field_name(f), key) == 0) {
            return f->path + (n == 0 ? 0 : n + 1);
        }
    }
    return NULL;
}

static void unknown_key(const struct field_map *m, const struct yaml_entry *e)
{
    struct diag *d = m->r->d;
    diag_error(d, e->key_at, "unknown field '%.*s'", field_shown(e->key), e->key);
    if (d->entry_n == DIAG_MAX) {
        return;
    }
    struct field_words known = {.n = 0};
    for (int i = 0; i < m->r->n; i++) {
        if (field_is_child(&m->r->field[i], m->path)) {
            const char *name = field_name(&m->r->field[i]);
            field_words_add(&known, name, strlen(name));
        }
    }
    /* The very word in another place tells more than one that looks like it. */
    const char *home = home_of(m, e->key);
    if (home != NULL) {
        diag_help(d, "it belongs under '%.*s'", (int)(strrchr(home, '.') - home), home);
        return;
    }
    field_suggest(d, e->key, known.word, known.n);
}

static bool parse_real(const struct field *f, const char *s, double *out, char *why,
                       char *help);

/* Is the value of a field that is not built its harmless default? */
static bool is_harmless(const struct field *f, const struct yaml_node *node)
{
    if (f->type == FIELD_LIST) {
        return node->kind == YAML_LIST && node->n == 0;
    }
    if (f->unset == NULL || node->kind != YAML_SCALAR) {
        return false;
    }
    if (f->type == FIELD_BOOL || f->type == FIELD_CHOICE) {
        return strcmp(node->text, f->unset) == 0;
    }
    char why[UNITS_WHY];
    char help[UNITS_WHY];
    double value = 0;
    double unset = 0;
    return parse_real(f, node->text, &value, why, help) &&
           parse_real(f, f->unset, &unset, why, help) && value <= unset && value >= 0;
}

static void not_built(struct diag *d, struct span at, const struct field *f, const char *word)
{
    /* Named with the mapping that it stands in: 'batch.max'. */
    const char *dot = strrchr(f->path, '.');
    const char *name = f->path;
    for (const char *s = f->path; dot != NULL && s < dot; s++) {
        name = *s == '.' ? s + 1 : name;
    }
    diag_error(d, at, "'%s' is not built yet", name);
    if (f->type == FIELD_LIST) {
        diag_help(d, "leave it out, or write '%s: []'", word);
    } else if (f->unset != NULL) {
        diag_help(d, "leave it out, or write '%s: %s'", word, f->unset);
    } else {
        diag_help(d, "leave it out");
    }
}

static void check_entry(const struct field_map *m, const struct yaml_entry *e)
{
    struct diag *d = m->r->d;
    const struct field *f = child_find(m->r, m->path, e->key);
    if (f == NULL) {
        unknown_key(m, e);
    } else if ((f->flags & FIELD_LATER) != 0) {
        if (!is_harmless(f, e->value)) {
            not_built(d, e->key_at, f, e->key);
        }
    } else if (yaml_is_null(e->value)) {
        diag_error(d, e->key_at, "'%s' has no value", e->key);
        if (f->unset != NULL) {
            diag_help(d, "leave it out to get '%s: %s'", e->key, f->unset);
        } else {
            diag_help(d, "give a value, or leave it out");
        }
    }
}

/* Helps with a mapping's first required field, or its first. */
static void help_map(const struct field_reader *r, const struct field *f)
{
    const struct field *first = NULL;
    for (int i = 0; i < r->n; i++) {
        const struct field *c = &r->field[i];
        if (!field_is_child(c, f->path)) {
            continue;
        }
        if (strcmp(field_name(c), "dist") == 0) {
            first = c; /* the file of an empirical one is due as well, and says less */
            break;
        }
        if (first == NULL ||
            ((first->flags & FIELD_REQUIRED) == 0 && (c->flags & FIELD_REQUIRED) != 0)) {
            first = c;
        }
    }
    if (first != NULL) {
        const char *words = first->choices == NULL ? "..." : first->choices;
        size_t n = 0;
        const char *word = field_next_word(&words, &n);
        diag_help(r->d, "write '%s: {%s: %.*s}'", field_name(f), field_name(first), (int)n,
                  word == NULL ? "" : word);
    }
}

struct field_map field_open(const struct field_reader *r, const struct yaml_node *node,
                            const char *path, struct span at)
{
    struct field_map m = {.r = r, .node = node, .path = path, .at = at};
    if (node->kind != YAML_MAP) {
        const struct field *f = field_find(r, path);
        if (f == NULL) {
            diag_error(r->d, node->at, "a scenario is a mapping of fields, not %s",
                       node_word(node));
            diag_help(r->d, "begin with 'version: 1'");
        } else {
            diag_error(r->d, node->at, "%s'%s' takes a mapping, not %s",
                       f->type == FIELD_LIST ? "each item of " : "", field_name(f),
                       node_word(node));
            if (f->type != FIELD_LIST) {
                help_map(r, f);
            }
        }
        m.node = NULL;
        return m;
    }
    const struct field *self = field_find(r, path);
    if (self == NULL || (self->flags & FIELD_ANY_KEY) == 0) {
        for (int i = 0; i < node->n; i++) {
            check_entry(&m, &node->entry[i]);
        }
    }
    return m;
}

/* The entry of a key, NULL when absent or null. */
static const struct yaml_entry *entry_of(const struct field_map *m, const char *key)
{
    if (m->node == NULL) {
        return NULL;
    }
    for (int i = 0; i < m->node->n; i++) {
        const struct yaml_entry *e = &m->node->entry[i];
        if (strcmp(e->key, key) == 0) {
            return yaml_is_null(e->value) ? NULL : e;
        }
    }
    return NULL;
}

struct field_map field_sub(const struct field_map *m, const char *key)
{
    const struct field *f = row(m, key);
    const struct yaml_entry *e = entry_of(m, key);
    if (e == NULL) {
        return (struct field_map){.r = m->r, .node = NULL, .path = f->path, .at = m->at};
    }
    return field_open(m->r, e->value, f->path, e->key_at);
}

/* What an item of a list is called, or NULL. */
static const char *item_name(const struct field_map *m)
{
    const struct field *f = field_find(m->r, m->path);
    if (f == NULL || f->type != FIELD_LIST || m->node == NULL) {
        return NULL;
    }
    const struct yaml_node *name = yaml_find(m->node, "name");
    return name != NULL && name->kind == YAML_SCALAR ? name->text : NULL;
}

static void help_missing(const struct field_map *m, const struct field *f)
{
    static const char *const examples[] = {"10 ms",  "40/s",  "10 GiB",       "5%",    "480 Hz",
                                           "60 fps", "2 USD", "0.12 USD/kWh", "300 W", "1"};
    struct diag *d = m->r->d;
    if (f->type == FIELD_QUANTITY) {
        diag_help(d, "add something like '%s: %s'", field_name(f), examples[f->quantity]);
    } else if (f->quantity != Q_COUNT) {
        diag_help(d, "add something like '%s: [%s, ...]'", field_name(f),
                  examples[f->quantity]);
    } else if (f->choices != NULL && strchr(f->choices, ' ') == NULL) {
        diag_help(d, "add '%s: %s'", field_name(f), f->choices);
    } else if (f->choices != NULL) {
        struct text list;
        text_init(&list);
        field_list_words(&list, f->choices);
        diag_help(d, "add '%s: ...' with one of %s", field_name(f), text_str(&list));
        text_fini(&list);
    } else if (f->type == FIELD_MAP) {
        help_map(m->r, f);
    } else {
        diag_help(d, "add '%s: ...' (%s)", field_name(f), field_type_word(f));
    }
}

static void missing(const struct field_map *m, const struct field *f)
{
    struct diag *d = m->r->d;
    const char *name = item_name(m);
    if (m->path[0] == '\0') {
        diag_error(d, m->at, "'%s' is missing", field_name(f));
    } else if (name != NULL) {
        diag_error(d, m->at, "'%s' is missing in '%.*s' of '%s'", field_name(f),
                   field_shown(name), name, last_part(m->path));
    } else {
        diag_error(d, m->at, "'%s' is missing in '%s'", field_name(f), last_part(m->path));
    }
    help_missing(m, f);
}

void field_missing(const struct field_map *m, const char *key)
{
    missing(m, row(m, key));
}

void field_complete(const struct field_map *m, const char *variant)
{
    if (m->node == NULL) {
        return;
    }
    for (int i = 0; i < m->r->n; i++) {
        const struct field *f = &m->r->field[i];
        if (!field_is_child(f, m->path) || (f->flags & FIELD_LATER) != 0) {
            continue;
        }
        const bool applies =
            f->only == NULL || (variant != NULL && field_word_index(f->only, variant) >= 0);
        const struct yaml_node *node = yaml_find(m->node, field_name(f));
        if (applies && (f->flags & FIELD_REQUIRED) != 0 && node == NULL) {
            missing(m, f);
        }
        if (applies || variant == NULL || node == NULL) {
            continue;
        }
        for (int k = 0; k < m->node->n; k++) {
            if (m->node->entry[k].value == node) {
                diag_error(m->r->d, m->node->entry[k].key_at, "'%s' does not go with '%s'",
                           field_name(f), variant);
                struct text list;
                text_init(&list);
                field_list_words(&list, f->only);
                diag_help(m->r->d, "it goes with %s", text_str(&list));
                text_fini(&list);
            }
        }
    }
}

/* ---- Values ---- */

const struct yaml_node *field_node(const struct field_map *m, const char *key)
{
    const struct yaml_entry *e = entry_of(m, key);
    return e == NULL ? NULL : e->value;
}

bool field_has(const struct field_map *m, const char *key)
{
    return entry_of(m, key) != NULL;
}

struct span field_at(const struct field_map *m, const char *key)
{
    const struct yaml_entry *e = entry_of(m, key);
    return e == NULL ? m->at : e->value->kind == YAML_SCALAR ? e->value->at : e->key_at;
}

bool field_is_auto(const struct field_map *m, const char *key)
{
    const struct yaml_entry *e = entry_of(m, key);
    if (e != NULL) {
        return yaml_is(e->value, "auto");
    }
    const struct field *f = row(m, key);
    return f->unset != NULL && strcmp(f->unset, "auto") == 0;
}

/* units_decimal knows the grammar; strtod then sees nothing that depends on the locale, which
 * nobody sets. */
bool field_number(const char *s, double *out)
{
    int64_t whole = 0;
    const size_t n = strlen(s);
    if (n == 0 || n > NUMBER_MAX_N || !units_decimal(s, n, 0, &whole)) {
        return false;
    }
    *out = strtod(s, NULL);
    return true;
}

/* A bare number, or a percentage where the row takes one. */
static bool parse_ratio(const struct field *f, const char *s, double *out, char *why,
                        char *help)
{
    const size_t n = strlen(s);
    if (f->type == FIELD_RATIO && n > 0 && s[n - 1] == '%') {
        return units_parse(Q_FRACTION, s, out, why, help);
    }
    if (!field_number(s, out)) {
        snprintf(why, UNITS_WHY, "'%.*s' is %s", n > 40 ? 40 : (int)n, s,
                 units_is_number(s, n) ? "out of range" : "not a number");
        snprintf(help, UNITS_WHY, "write a number such as 1.5");
        return false;
    }
    return true;
}

static bool parse_real(const struct field *f, const char *s, double *out, char *why, char *help)
{
    if (f->type == FIELD_RATIO || (f->type == FIELD_LIST && f->quantity == Q_COUNT)) {
        return parse_ratio(f, s, out, why, help);
    }
    if (f->type == FIELD_INT) {
        return units_parse(Q_COUNT, s, out, why, help);
    }
    if (f->quantity == Q_TIME) {
        int64_t ns = 0;
        const bool ok = units_parse_ns(s, &ns, why, help);
        *out = (double)ns;
        return ok;
    }
    return units_parse(f->quantity, s, out, why, help);
}

static bool in_bounds(const struct field *f, double value)
{
    const bool low = (f->flags & FIELD_ABOVE) != 0 ? value > f->lo : value >= f->lo;
    const bool high =
        f->hi <= 0 || ((f->flags & FIELD_BELOW) != 0 ? value < f->hi : value <= f->hi);
    return low && high;
}

/* Refuses a list or mapping where a single value is due. */
static bool is_single(const struct field_map *m, const struct field *f,
                      const struct yaml_node *node)
{
    if (node->kind == YAML_SCALAR) {
        return true;
    }
    if (f->type == FIELD_LIST) {
        const char *item = f->quantity != Q_COUNT ? field_quantity_word(f->quantity)
                           : f->choices != NULL   ? "word"
                                                  : "number";
        return diag_error(m->r->d, node->at, "each of '%s' takes a %s, not %s", field_name(f),
                          item, node_word(node));
    }
    return diag_error(m->r->d, node->at, "'%s' takes a %s, not %s", field_name(f),
                      field_type_word(f), node_word(node));
}

/* Reads a number by its row; false, with a diagnostic, when it is wrong. */
static bool read_real(const struct field_map *m, const struct field *f,
                      const struct yaml_node *node, double *out)
{
    if (!is_single(m, f, node)) {
        return false;
    }
    char why[UNITS_WHY] = "";
    char help[UNITS_WHY] = "";
    double value = 0;
    if (!parse_real(f, node->text, &value, why, help)) {
        diag_error(m->r->d, node->at, "%s%s: %s", field_name(f),
                   (f->flags & FIELD_AUTO) != 0 ? " (auto, or a number)" : "", why);
        if (help[0] != '\0') {
            diag_help(m->r->d, "%s", help);
        }
        return false;
    }
    if (!in_bounds(f, value)) {
        struct text bounds;
        text_init(&bounds);
        field_bounds_text(f, &bounds);
        diag_error(m->r->d, node->at, "%s'%s' must be %s%s, not %.*s",
                   f->type == FIELD_LIST ? "each of " : "", field_name(f),
                   (f->flags & FIELD_AUTO) != 0 ? "auto, or " : "", text_str(&bounds),
                   field_shown(node->text), node->text);
        text_fini(&bounds);
        return false;
    }
    *out = value;
    return true;
}

/* The value of the row alone: its default, else its lower bound. */
static double real_unset(const struct field *f)
{
    char why[UNITS_WHY];
    char help[UNITS_WHY];
    double value = f->lo;
    if (f->unset != NULL && strcmp(f->unset, "auto") != 0) {
        parse_real(f, f->unset, &value, why, help);
    }
    return value;
}

double field_real(const struct field_map *m, const char *key)
{
    const struct field *f = row(m, key);
    const struct yaml_node *node = field_node(m, key);
    double value = real_unset(f);
    const bool is_auto = (f->flags & FIELD_AUTO) != 0 && node != NULL && yaml_is(node, "auto");
    if (node != NULL && !is_auto) {
        read_real(m, f, node, &value);
    }
    return value;
}

/* Times are at most 2^53 - 1 ns, so the double is exact. */
int64_t field_ns(const struct field_map *m, const char *key)
{
    return (int64_t)field_real(m, key);
}

int field_int(const struct field_map *m, const char *key)
{
    const double value = field_real(m, key);
    return value > 2147483647.0 ? 2147483647 : (int)value;
}

bool field_bool(const struct field_map *m, const char *key)
{
    const struct field *f = row(m, key);
    const struct yaml_node *node = field_node(m, key);
    const bool unset = f->unset != NULL && strcmp(f->unset, "true") == 0;
    if (node == NULL || !is_single(m, f, node)) {
        return unset;
    }
    if (!yaml_is(node, "true") && !yaml_is(node, "false")) {
        diag_error(m->r->d, node->at, "%s: '%.*s' is neither true nor false", field_name(f),
                   field_shown(node->text), node->text);
        diag_help(m->r->d, "write '%s: true' or '%s: false'", field_name(f), field_name(f));
        return unset;
    }
    return yaml_is(node, "true");
}

static bool is_name(const char *s)
{
    return s[0] != '\0' && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(s);
}

/* The nearest sound name: lower case, a dash for what is not allowed. */
static void help_name(struct diag *d, const struct field *f, const char *word)
{
    char name[SUGGEST_MAX_N];
    const size_t n = strlen(word);
    if (n == 0 || n >= sizeof name) {
        return;
    }
    for (size_t i = 0; i <= n; i++) {
        const char c = field_lower(word[i]);
        const bool ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\0';
        name[i] = ok ? c : '-';
    }
    diag_help(d, "write '%s: %s'", field_name(f), name);
}

const char *field_text(const struct field_map *m, const char *key)
{
    const struct field *f = row(m, key);
    const struct yaml_node *node = field_node(m, key);
    if (node == NULL || !is_single(m, f, node)) {
        return f->unset;
    }
    if (f->type == FIELD_NAME && !is_name(node->text)) {
        diag_error(m->r->d, node->at, "%s: '%.*s' is not a name of a-z, 0-9 and -",
                   field_name(f), field_shown(node->text), node->text);
        help_name(m->r->d, f, node->text);
        return f->unset;
    }
    if (node->text[0] == '\0') {
        diag_error(m->r->d, node->at, "'%s' is empty", field_name(f));
        return f->unset;
    }
    return node->text;
}

/* Index of the word that a node chooses, -1 with a diagnostic. */
static int choose(const struct field_map *m, const struct field *f,
                  const struct yaml_node *node)
{
    if (!is_single(m, f, node)) {
        return -1;
    }
    const int choice = field_word_index(f->choices, node->text);
    if (choice >= 0) {
        return choice;
    }
    struct field_words known = {.n = 0};
    field_words_split(&known, f->choices);
    struct diag *d = m->r->d;
    if (field_word_index(f->later, node->text) >= 0) {
        diag_error(d, node->at, "%s '%s' is not built yet", field_name(f), node->text);
        struct text list;
        text_init(&list);
        field_list_words(&list, f->choices);
        diag_help(d, "built are %s", text_str(&list));
        text_fini(&list);
        return -1;
    }
    diag_error(d, node->at, "%s: there is no '%.*s'", field_name(f), field_shown(node->text),
               node->text);
    if (known.n == 1) {
        diag_help(d, "write '%s: %s'", field_name(f), known.word[0]);
    } else {
        field_suggest(d, node->text, known.word, known.n);
    }
    return -1;
}

int field_choice(const struct field_map *m, const char *key)
{
    const struct field *f = row(m, key);
    const struct yaml_node *node = field_node(m, key);
    if (node == NULL) {
        return f->unset == NULL ? -1 : field_word_index(f->choices, f->unset);
    }
    return choose(m, f, node);
}

const char *field_word(const struct field_map *m, const char *key)
{
    const struct yaml_node *node = field_node(m, key);
    if (node == NULL) {
        return row(m, key)->unset;
    }
    return choose(m, row(m, key), node) < 0 ? NULL : node->text;
}

const struct yaml_node *field_list(const struct field_map *m, const char *key)
{
    const struct field *f = row(m, key);
    const struct yaml_node *node = field_node(m, key);
    if (node == NULL || node->kind == YAML_LIST) {
        return node;
    }
    diag_error(m->r->d, node->at, "'%s' takes a list, not %s", field_name(f), node_word(node));
    diag_help(m->r->d, "write '%s: [...]', or one '- ' line for each item", field_name(f));
    return NULL;
}

bool field_item_real(const struct field_map *m, const char *key, const struct yaml_node *item,
                     double *out)
{
    return read_real(m, row(m, key), item, out);
}

int field_item_choice(const struct field_map *m, const char *key, const struct yaml_node *item)
{
    return choose(m, row(m, key), item);
}
