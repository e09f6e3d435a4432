/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setpath.c - a walk from the root along the parts of a path, copying each node before it is
 * changed.
 *
 * The table of fields decides two things that the text cannot: that a missing list may not be
 * made up item by item, and that below `objective` the rest of the path is one key ("p99.9").
 */
#include "sim/input/setpath.h"

#include <string.h>

enum {
    PARTS_MAX = 16,
    PATH_N = 256,
    NAMES_MAX = 300
};

/* Where the walk stands. */
struct walk {
    const struct field_reader *r;
    const struct setpath *s;
    struct yaml_node **slot; /* the pointer to the current node */
    char table[PATH_N];      /* path in the table: without indexes */
    const char *part;        /* the current part, NUL-terminated */
    struct span at;          /* its place */
};

static bool no_memory(const struct walk *w)
{
    return diag_machine(w->r->d, "out of memory while reading %s", w->s->file);
}

static struct yaml_node *new_node(const struct walk *w, enum yaml_kind kind)
{
    struct yaml_node *node = arena_alloc(w->r->arena, 1, sizeof *node);
    if (node != NULL) {
        *node =
            (struct yaml_node){.kind = kind, .at = w->at, .text = "", .size = 1, .height = 1};
    }
    return node;
}

/* A copy of a list or mapping with room for one more entry; entries share their values. */
static struct yaml_node *clone(const struct walk *w, const struct yaml_node *node)
{
    struct yaml_node *copy = new_node(w, node->kind);
    if (copy == NULL) {
        return NULL;
    }
    *copy = *node;
    copy->entry = arena_alloc(w->r->arena, (size_t)node->n + 1, sizeof *copy->entry);
    if (copy->entry == NULL) {
        return NULL;
    }
    if (node->n > 0) {
        memcpy(copy->entry, node->entry, (size_t)node->n * sizeof *node->entry);
    }
    return copy;
}

static bool append(const struct walk *w, struct yaml_node *node, const char *key,
                   struct yaml_node *value)
{
    if (value == NULL) {
        return no_memory(w);
    }
    node->entry[node->n++] = (struct yaml_entry){.key = key, .key_at = w->at, .value = value};
    return true;
}

/* ---- Items of a list ---- */

/* What an item of a list is called: its name, its mode, or itself. */
static const char *item_name(const struct yaml_node *item)
{
    if (item->kind == YAML_SCALAR) {
        return item->text;
    }
    if (item->kind != YAML_MAP) {
        return NULL;
    }
    const struct yaml_node *name = yaml_find(item, "name");
    name = name == NULL ? yaml_find(item, "mode") : name;
    return name != NULL && name->kind == YAML_SCALAR ? name->text : NULL;
}

static bool no_item(const struct walk *w, const struct yaml_node *list)
{
    const char *known[NAMES_MAX];
    size_t known_n = 0;
    for (int i = 0; i < list->n && known_n < NAMES_MAX; i++) {
        const char *name = item_name(list->entry[i].value);
        if (name != NULL) {
            known[known_n++] = name;
        }
    }
    diag_error(w->r->d, w->at, "'%s' has no item '%.*s'", w->table, field_shown(w->part),
               w->part);
    if (strspn(w->part, "0123456789") == strlen(w->part)) {
        diag_help(w->r->d, "it has %d, counted from 0", list->n);
    } else {
        field_suggest(w->r->d, w->part, known, known_n);
    }
    return false;
}

static bool enter_list(struct walk *w, const struct yaml_node *list)
{
    int found = -1;
    for (int i = 0; i < list->n; i++) {
        const char *name = item_name(list->entry[i].value);
        if (name == NULL || strcmp(name, w->part) != 0) {
            continue;
        }
        if (found >= 0) {
            diag_error(w->r->d, w->at, "several items of '%s' are called '%s'", w->table,
                       w->part);
            diag_help(w->r->d, "use an index: %d, %d, ...", found, i);
            return false;
        }
        found = i;
    }
    const size_t n = strlen(w->part);
    if (found < 0 && n > 0 && n < 7 && strspn(w->part, "0123456789") == n) {
        found = 0;
        for (size_t i = 0; i < n; i++) {
            found = found * 10 + (w->part[i] - '0');
        }
    }
    if (found < 0 || found >= list->n) {
        return no_item(w, list);
    }
    w->slot = &(*w->slot)->entry[found].value;
    return true;
}

/* ---- Keys of a mapping ---- */

/* Adds a key to the path in the table. */
static bool descend(struct walk *w)
{
    const size_t have = strlen(w->table);
    const size_t more = strlen(w->part);
    if (have + more + 2 > PATH_N) {
        return diag_error(w->r->d, w->at, "the path is too long");
    }
    if (have > 0) {
        w->table[have] = '.';
    }
    memcpy(w->table + have + (have > 0 ? 1 : 0), w->part, more + 1);
    return true;
}

static bool enter_map(struct walk *w, bool is_last)
{
    struct yaml_node *map = *w->slot;
    if (!descend(w)) {
        return false;
    }
    for (int i = 0; i < map->n; i++) {
        if (strcmp(map->entry[i].key, w->part) == 0) {
            w->slot = &map->entry[i].value;
            return true;
        }
    }
    const struct field *f = field_find(w->r, w->table);
    if (!is_last && f != NULL && f->type == FIELD_LIST) {
        diag_error(w->r->d, w->at, "'%s' is not in the file, so it has no items", w->part);
        diag_help(w->r->d, "give the whole list: --set '%s=[...]'", w->table);
        return false;
    }
    if (!append(w, map, w->part, new_node(w, YAML_MAP))) {
        return false;
    }
    w->slot = &map->entry[map->n - 1].value;
    return true;
}

/* A mode that is only a name becomes a mapping, so that something can be put into it. */
static bool open_scalar(struct walk *w)
{
    struct yaml_node *scalar = *w->slot;
    if (strcmp(w->table, "modes") != 0 || yaml_is_null(scalar)) {
        diag_error(w->r->d, w->at, "'%s' is a single value: there is no '%.*s' in it", w->table,
                   field_shown(w->part), w->part);
        return false;
    }
    struct yaml_node *map = new_node(w, YAML_MAP);
    struct yaml_node *copy = map == NULL ? NULL : clone(w, map);
    if (copy == NULL) {
        return no_memory(w);
    }
    copy->at = scalar->at;
    *w->slot = copy;
    return append(w, copy, "mode", scalar);
}

/* One part of the path. */
static bool step(struct walk *w, bool is_last)
{
    struct yaml_node *node = *w->slot;
    if (node->kind == YAML_SCALAR && !open_scalar(w)) {
        return false;
    }
    struct yaml_node *copy = clone(w, *w->slot);
    if (copy == NULL) {
        return no_memory(w);
    }
    *w->slot = copy;
    return copy->kind == YAML_LIST ? enter_list(w, copy) : enter_map(w, is_last);
}

/* ---- Public ---- */

/* Characters of the first n bytes. */
static int characters(const char *s, size_t n)
{
    int count = 0;
    for (size_t i = 0; i < n; i++) {
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    }
    return count;
}

/* Takes the next part of the path; its length with the dot behind it, 0 on failure. */
static size_t next_part(struct walk *w, size_t from)
{
    const char *s = w->s->path + from;
    const size_t rest = w->s->path_n - from;
    const char *dot = memchr(s, '.', rest);
    const bool whole = dot == NULL || strcmp(w->table, "tenants.objective") == 0;
    const size_t n = whole ? rest : (size_t)(dot - s);
    w->at = (struct span){.file = w->s->file,
                          .line = w->s->line + 1,
                          .col = w->s->path_col + characters(w->s->path, from),
                          .len = n == 0 ? 1 : characters(s, n)};
    if (n == 0) {
        diag_error(w->r->d, w->at, "a part of the path is empty");
        diag_help(w->r->d, "write 'tenants.chat.count=4'");
        return 0;
    }
    w->part = arena_copy(w->r->arena, s, n);
    if (w->part == NULL) {
        no_memory(w);
        return 0;
    }
    return whole ? n : n + 1;
}

bool setpath_apply(const struct field_reader *r, struct yaml_node **root,
                   const struct setpath *s)
{
    const struct yaml_source source = {.file = s->file,
                                       .bytes = s->value,
                                       .n = strlen(s->value),
                                       .col = s->value_col,
                                       .line = s->line};
    if (source.n == 0) {
        const struct span at = {
            .file = s->file, .line = s->line + 1, .col = s->value_col, .len = 1};
        return diag_error(r->d, at, "'%.*s' has no value", (int)s->path_n, s->path);
    }
    struct yaml_node *value = yaml_read(r->arena, &source, r->d);
    if (value == NULL) {
        return false;
    }
    struct walk w = {.r = r, .s = s, .slot = root};
    size_t at = 0;
    int parts_n = 0;
    do {
        const size_t n = next_part(&w, at);
        if (n == 0) {
            return false;
        }
        if (++parts_n > PARTS_MAX) {
            return diag_error(r->d, w.at, "more than %d parts in a path", PARTS_MAX);
        }
        at += n;
        if (!step(&w, at >= s->path_n)) {
            return false;
        }
    } while (at < s->path_n);
    *w.slot = value;
    return true;
}

bool setpath_argument(const struct field_reader *r, struct yaml_node **root,
                      const char *argument, int line)
{
    static const char file[] = "<--set>";
    const char *equals = strchr(argument, '=');
    if (equals == NULL || equals == argument) {
        const struct span at = {.file = file, .line = line + 1, .col = 1, .len = 1};
        diag_error(r->d, at, "'%.*s' is not PATH=VALUE", field_shown(argument), argument);
        diag_help(r->d, "write '--set tenants.chat.count=4'");
        return false;
    }
    const size_t n = (size_t)(equals - argument);
    const struct setpath s = {.file = file,
                              .line = line,
                              .path = argument,
                              .path_n = n,
                              .path_col = 1,
                              .value = equals + 1,
                              .value_col = characters(argument, n) + 2};
    return setpath_apply(r, root, &s);
}
