/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_schema.c - rows of tables as JSON schema.
 *
 * A field is a value of its type, a mapping of the fields below it, or either. A last part with
 * a capital letter stands for keys that the user names. The walk goes down the dots of paths,
 * of which there are at most DEPTH_MAX. */
#include "sim/report/rep_schema.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/input/fieldtab.h"
#include "sim/report/jout.h"
#include "sim/run/metric.h"

enum {
    DEPTH_MAX = 10 /* parts of a path */
};

static const char draft[] = "https://json-schema.org/draft/2020-12/schema";

/* ---- Values ---- */

/* "^number *(unit|unit)$" */
static void add_pattern(struct jout *j, enum quantity q)
{
    struct text t;
    text_init(&t);
    text_add(&t, "^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)? *(");
    for (const char *s = field_units(q); *s != '\0'; s++) {
        text_add_n(&t, *s == ' ' ? "|" : s, 1);
    }
    text_addf(&t, "%s)$", q == Q_TIME ? "|\xC2\xB5s" : "");
    jout_string(j, "type", "string");
    jout_string(j, "pattern", text_str(&t));
    j->out->failed |= t.failed;
    text_fini(&t);
}

static bool is_whole(const char *s)
{
    return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0';
}

/* Words as strings; a whole number is what YAML makes of "1". */
static void add_words(struct jout *j, const char *words)
{
    jout_open_list(j, "enum", true);
    while (*words != '\0') {
        char word[64];
        const size_t n = strcspn(words, " ");
        snprintf(word, sizeof word, "%.*s", (int)n, words);
        if (is_whole(word)) {
            jout_int(j, NULL, strtoll(word, NULL, 10));
        } else {
            jout_string(j, NULL, word);
        }
        words += n;
        words += strspn(words, " ");
    }
    jout_close_list(j);
}

static void add_bounds(struct jout *j, const struct field *f)
{
    jout_real(j, (f->flags & FIELD_ABOVE) != 0 ? "exclusiveMinimum" : "minimum", f->lo);
    if (f->hi > 0) {
        jout_real(j, (f->flags & FIELD_BELOW) != 0 ? "exclusiveMaximum" : "maximum", f->hi);
    }
}

/* A number, or the same as a percentage. */
static void add_ratio(struct jout *j, const struct field *f)
{
    jout_open_list(j, "anyOf", false);
    jout_open_object(j, NULL, true);
    jout_string(j, "type", "number");
    add_bounds(j, f);
    jout_close_object(j);
    jout_open_object(j, NULL, true);
    add_pattern(j, Q_FRACTION);
    jout_close_object(j);
    jout_close_list(j);
}

/* The members of a schema for one plain value of the row's type. */
static void add_plain(struct jout *j, const struct field *f)
{
    switch (f->type) {
    case FIELD_MAP:
        jout_string(j, "type", "object");
        return;
    case FIELD_LIST:
        jout_string(j, "type", "array");
        return;
    case FIELD_TEXT:
        jout_string(j, "type", "string");
        return;
    case FIELD_NAME:
        jout_string(j, "type", "string");
        jout_string(j, "pattern", "^[a-z0-9-]+$");
        return;
    case FIELD_CHOICE:
        add_words(j, f->choices);
        return;
    case FIELD_BOOL:
        jout_string(j, "type", "boolean");
        return;
    case FIELD_INT:
        jout_string(j, "type", "integer");
        add_bounds(j, f);
        return;
    case FIELD_RATIO:
        add_ratio(j, f);
        return;
    case FIELD_QUANTITY:
        add_pattern(j, f->quantity);
        return;
    }
}

/* ---- Fields ---- */

static bool has_children(const char *path)
{
    for (int i = 0; i < fieldtab_n; i++) {
        if (field_is_child(&fieldtab[i], path)) {
            return true;
        }
    }
    return false;
}

/* Is the last part a name for what the user calls it: pNN, N, PROFILE? */
static bool is_placeholder(const struct field *f)
{
    const char *s = field_name(f);
    while (*s != '\0' && !isupper((unsigned char)*s)) {
        s++;
    }
    return *s != '\0';
}

static const char *key_pattern(const struct field *f)
{
    const char *name = field_name(f);
    return strcmp(name, "pNN") == 0 ? "^p[0-9]+([.][0-9]+)?$"
           : strcmp(name, "N") == 0 ? "^[1-9][0-9]*$"
                                    : "^.+$";
}

static void add_field(struct jout *j, const char *key, const struct field *f, int depth);

/* Is it one of the keys of which a mapping has just one, its kind? */
static bool is_kind(const struct field *f, const char *path)
{
    return field_is_child(f, path) && (f->flags & FIELD_REQUIRED) != 0 && f->only != NULL &&
           strcmp(f->only, field_name(f)) == 0;
}

static void add_kinds(struct jout *j, const char *path)
{
    int n = 0;
    for (int i = 0; i < fieldtab_n; i++) {
        n += is_kind(&fieldtab[i], path);
    }
    if (n < 2) {
        return;
    }
    jout_open_list(j, "oneOf", false);
    for (int i = 0; i < fieldtab_n; i++) {
        if (is_kind(&fieldtab[i], path)) {
            jout_open_object(j, NULL, true);
            jout_open_list(j, "required", true);
            jout_string(j, NULL, field_name(&fieldtab[i]));
            jout_close_list(j);
            jout_close_object(j);
        }
    }
    jout_close_list(j);
}

/* The members of a schema for a mapping of what is below `path`. */
static void add_map(struct jout *j, const char *path, int depth)
{
    jout_string(j, "type", "object");
    for (int pass = 0; pass < 2; pass++) {
        bool is_open = false;
        for (int i = 0; i < fieldtab_n; i++) {
            const struct field *f = &fieldtab[i];
            if (!field_is_child(f, path) || is_placeholder(f) != (pass == 1)) {
                continue;
            }
            if (!is_open) {
                jout_open_object(j, pass == 0 ? "properties" : "patternProperties", false);
                is_open = true;
            }
            add_field(j, pass == 0 ? field_name(f) : key_pattern(f), f, depth + 1);
        }
        if (is_open) {
            jout_close_object(j);
        }
    }
    jout_open_list(j, "required", true);
    for (int i = 0; i < fieldtab_n; i++) {
        const struct field *f = &fieldtab[i];
        const bool always = (f->flags & FIELD_REQUIRED) != 0 && f->only == NULL;
        if (field_is_child(f, path) && always) {
            jout_string(j, NULL, field_name(f));
        }
    }
    jout_close_list(j);
    add_kinds(j, path);
    jout_bool(j, "additionalProperties", false);
}

/* The items of a list: plain values, mappings, or, where a word stands for a mapping, both. */
static void add_items(struct jout *j, const struct field *f, int depth)
{
    const bool has_maps = has_children(f->path);
    const bool has_names = strcmp(f->path, "modes") == 0 || strcmp(f->path, "expect") == 0;
    jout_open_object(j, "items", false);
    if (has_maps && has_names) {
        jout_open_list(j, "anyOf", false);
        jout_open_object(j, NULL, true);
        jout_string(j, "type", "string");
        jout_close_object(j);
        jout_open_object(j, NULL, false);
    }
    if (has_maps) {
        add_map(j, f->path, depth);
    } else if (f->choices != NULL) {
        add_words(j, f->choices);
    } else if (f->quantity != Q_COUNT) {
        add_pattern(j, f->quantity);
    } else if (f->hi > 0) {
        jout_string(j, "type", "number");
        add_bounds(j, f);
    }
    if (has_maps && has_names) {
        jout_close_object(j);
        jout_close_list(j);
    }
    jout_close_object(j);
}

/* The alternatives to a plain value: `auto`, another word, a mapping. */
static void add_alternatives(struct jout *j, const struct field *f, bool word, bool map,
                             int depth)
{
    jout_open_list(j, "anyOf", false);
    jout_open_object(j, NULL, true);
    add_plain(j, f);
    jout_close_object(j);
    if ((f->flags & FIELD_AUTO) != 0) {
        jout_open_object(j, NULL, true);
        jout_string(j, "const", "auto");
        jout_close_object(j);
    } else if (word) {
        jout_open_object(j, NULL, true);
        jout_string(j, "type", "string");
        jout_string(j, "pattern", "^[a-z]+$");
        jout_close_object(j);
    }
    if (map) {
        jout_open_object(j, NULL, false);
        add_map(j, f->path, depth);
        jout_close_object(j);
    }
    jout_close_list(j);
}

/* Names of GPUs in `plan` may be a list. */
static void add_gpu(struct jout *j)
{
    jout_open_list(j, "type", true);
    jout_string(j, NULL, "string");
    jout_string(j, NULL, "array");
    jout_close_list(j);
}

static void add_field(struct jout *j, const char *key, const struct field *f, int depth)
{
    const bool is_plain = f->type != FIELD_MAP && f->type != FIELD_LIST;
    const bool has_map = is_plain && has_children(f->path);
    const bool has_word = (f->type == FIELD_QUANTITY || f->type == FIELD_RATIO) &&
                          f->unset != NULL && islower((unsigned char)f->unset[0]) != 0;
    assert(depth <= DEPTH_MAX);
    jout_open_object(j, key, false);
    jout_string(j, "description", f->help);
    if (strcmp(f->path, "modes.scheduler") == 0) {
        jout_string(j, "$ref", "#/properties/scheduler");
    } else if (strcmp(f->path, "fleet.gpu") == 0) {
        add_gpu(j);
    } else if (f->type == FIELD_MAP) {
        add_map(j, f->path, depth);
    } else if (f->type == FIELD_LIST) {
        add_plain(j, f);
        if ((f->flags & FIELD_LATER) != 0) {
            jout_int(j, "maxItems", 0);
        }
        add_items(j, f, depth);
    } else if ((f->flags & FIELD_ANY_KEY) != 0) {
        jout_string(j, "type", "object");
        jout_open_object(j, "additionalProperties", true);
        add_plain(j, f);
        jout_close_object(j);
    } else if (has_map || has_word || (f->flags & FIELD_AUTO) != 0) {
        add_alternatives(j, f, has_word, has_map, depth);
    } else {
        add_plain(j, f);
    }
    if (is_plain && f->unset != NULL && f->type != FIELD_TEXT) {
        if (f->type == FIELD_BOOL) {
            jout_bool(j, "default", strcmp(f->unset, "true") == 0);
        } else if (f->type == FIELD_INT && is_whole(f->unset)) {
            jout_int(j, "default", strtoll(f->unset, NULL, 10));
        } else {
            jout_string(j, "default", f->unset);
        }
    }
    jout_close_object(j);
}

void rep_schema_scenario(struct text *out)
{
    struct jout j;
    jout_init(&j, out);
    jout_open_object(&j, NULL, false);
    jout_string(&j, "$schema", draft);
    jout_string(&j, "title", "scenario of vgpusim");
    add_map(&j, "", 0);
    jout_close_object(&j);
}

/* ---- Results ---- */

/* What is not in the table of metrics: which object has it, its key and its types. */
static const struct member {
    const char *of, *key, *types;
} members[] = {
    {"result",   "schema",         "string"      },
    {"result",   "scenario",       "string"      },
    {"result",   "scenario_hash",  "string"      },
    {"result",   "question",       "string null" },
    {"result",   "seed",           "integer"     },
    {"result",   "version",        "string"      },
    {"result",   "horizon_ns",     "integer null"},
    {"result",   "precision_frac", "number"      },
    {"result",   "precision_met",  "boolean"     },
    {"result",   "horizon_short",  "boolean"     },
    {"result",   "interrupted",    "boolean"     },
    {"result",   "modes",          "mode"        },
    {"result",   "resolved",       "string"      },
    {"mode",     "mode",           "string"      },
    {"mode",     "policy",         "string null" },
    {"mode",     "discipline",     "string null" },
    {"mode",     "slice_ns",       "integer null"},
    {"mode",     "switch_ns",      "integer null"},
    {"mode",     "reasons",        "reason"      },
    {"mode",     "notes",          "reason"      },
    {"mode",     "tenants",        "tenant"      },
    {"mode",     "placement",      "seat"        },
    {"mode",     "gates",          "gate"        },
    {"tenant",   "name",           "string"      },
    {"tenant",   "vms",            "integer"     },
    {"tenant",   "gpu_type",       "string null" },
    {"tenant",   "mig",            "string null" },
    {"reason",   "rule",           "string"      },
    {"reason",   "tenant",         "string null" },
    {"reason",   "text",           "string"      },
    {"seat",     "vm",             "string"      },
    {"seat",     "host",           "integer"     },
    {"seat",     "gpu",            "integer"     },
    {"seat",     "type",           "string null" },
    {"seat",     "mig",            "string null" },
    {"seat",     "start",          "integer"     },
    {"seat",     "size",           "integer"     },
    {"gate",     "gate",           "string"      },
    {"gate",     "verdict",        "string"      },
    {"estimate", "value",          "number"      },
    {"estimate", "ci95_lo",        "number null" },
    {"estimate", "ci95_hi",        "number null" },
    {"estimate", "samples",        "integer"     },
};

static const int members_n = (int)(sizeof members / sizeof members[0]);

static bool is_object(const char *name)
{
    for (int i = 0; i < members_n; i++) {
        if (strcmp(members[i].of, name) == 0) {
            return true;
        }
    }
    return false;
}

static void add_ref(struct jout *j, const char *key, const char *name)
{
    char ref[64];
    snprintf(ref, sizeof ref, "#/$defs/%s", name);
    jout_string(j, key, ref);
}

/* "string null" as a list of types; the name of an object as a list of such. */
static void add_member(struct jout *j, const struct member *m)
{
    jout_open_object(j, m->key, true);
    if (strcmp(m->key, "schema") == 0) {
        jout_string(j, "const", "vgpusim.result/1");
    } else if (is_object(m->types)) {
        jout_string(j, "type", "array");
        jout_open_object(j, "items", true);
        add_ref(j, "$ref", m->types);
        jout_close_object(j);
    } else {
        const size_t n = strcspn(m->types, " ");
        char first[16];
        snprintf(first, sizeof first, "%.*s", (int)n, m->types);
        jout_open_list(j, "type", true);
        jout_string(j, NULL, first);
        if (m->types[n] != '\0') {
            jout_string(j, NULL, "null");
        }
        jout_close_list(j);
    }
    jout_close_object(j);
}

/* The type of a metric's number; every one may be null. */
static void add_metric(struct jout *j, const char *key, const struct metric *m)
{
    jout_open_object(j, key, false);
    jout_string(j, "description", m->help);
    const bool is_real = m->type == METRIC_REAL;
    const bool is_flag = m->type == METRIC_FLAG;
    if (is_real || is_flag || m->type == METRIC_INT || m->type == METRIC_INT64) {
        jout_open_list(j, "type", true);
        jout_string(j, NULL, is_real ? "number" : is_flag ? "boolean" : "integer");
        jout_string(j, NULL, "null");
        jout_close_list(j);
    } else {
        jout_open_list(j, "anyOf", true);
        jout_open_object(j, NULL, true);
        add_ref(j, "$ref", "estimate");
        jout_close_object(j);
        jout_open_object(j, NULL, true);
        jout_string(j, "type", "null");
        jout_close_object(j);
        jout_close_list(j);
    }
    jout_close_object(j);
}

/* Metrics below "group." as the members of an object; of_all: what everybody has alone. */
static bool is_of(const struct metric *m, bool of_tenant, const char *group, size_t n)
{
    const char *dot = strchr(m->path, '.');
    const size_t own = dot == NULL ? 0 : (size_t)(dot - m->path);
    return (m->scope == METRIC_OF_TENANT) == of_tenant && own == n &&
           strncmp(m->path, group, n) == 0;
}

static void add_group(struct jout *j, bool of_tenant, const char *group, size_t n)
{
    char name[METRIC_PATH];
    snprintf(name, sizeof name, "%.*s", (int)n, group);
    jout_open_object(j, name, false);
    jout_string(j, "type", "object");
    for (int pass = 0; pass < 2; pass++) {
        jout_open_object(j, pass == 0 ? "properties" : "patternProperties", false);
        for (int i = 0; i < metrics_n; i++) {
            const struct metric *m = &metrics[i];
            const bool is_pattern = m->type == METRIC_PERCENTILES;
            if (is_of(m, of_tenant, group, n) && is_pattern == (pass == 1)) {
                add_metric(j, is_pattern ? "^p[0-9]+([.][0-9]+)?$" : m->path + n + 1, m);
            }
        }
        jout_close_object(j);
    }
    jout_close_object(j);
}

static void add_metrics(struct jout *j, bool of_tenant)
{
    const char *last = "";
    size_t last_n = 0;
    for (int i = 0; i < metrics_n; i++) {
        const struct metric *m = &metrics[i];
        const char *dot = strchr(m->path, '.');
        const size_t n = dot == NULL ? 0 : (size_t)(dot - m->path);
        if ((m->scope == METRIC_OF_TENANT) != of_tenant) {
            continue;
        }
        if (n == 0) {
            add_metric(j, m->path, m);
        } else if (n != last_n || strncmp(last, m->path, n) != 0) {
            add_group(j, of_tenant, m->path, n);
        }
        last = m->path;
        last_n = n;
    }
}

/* Keys that are always there: all that is not for one kind of work only. */
static void add_required(struct jout *j, const char *of)
{
    const bool of_mode = strcmp(of, "mode") == 0;
    const bool of_tenant = strcmp(of, "tenant") == 0;
    jout_open_list(j, "required", false);
    for (int i = 0; i < members_n; i++) {
        if (strcmp(members[i].of, of) == 0) {
            jout_string(j, NULL, members[i].key);
        }
    }
    for (int i = 0; i < metrics_n; i++) {
        const struct metric *m = &metrics[i];
        const bool is_own = m->scope == METRIC_OF_TENANT ? of_tenant : of_mode;
        if (is_own && m->kind == METRIC_OF_ALL && strchr(m->path, '.') == NULL) {
            jout_string(j, NULL, m->path);
        }
    }
    jout_close_list(j);
}

static void add_object(struct jout *j, const char *of)
{
    jout_string(j, "type", "object");
    jout_open_object(j, "properties", false);
    for (int i = 0; i < members_n; i++) {
        if (strcmp(members[i].of, of) == 0) {
            add_member(j, &members[i]);
        }
    }
    if (strcmp(of, "mode") == 0 || strcmp(of, "tenant") == 0) {
        add_metrics(j, strcmp(of, "tenant") == 0);
    }
    jout_close_object(j);
    add_required(j, of);
}

void rep_schema_result(struct text *out)
{
    struct jout j;
    const char *last = "result";
    jout_init(&j, out);
    jout_open_object(&j, NULL, false);
    jout_string(&j, "$schema", draft);
    jout_string(&j, "title", "vgpusim.result/1");
    add_object(&j, "result");
    jout_open_object(&j, "$defs", false);
    for (int i = 0; i < members_n; i++) {
        if (strcmp(members[i].of, last) != 0) {
            last = members[i].of;
            jout_open_object(&j, last, false);
            add_object(&j, last);
            jout_close_object(&j);
        }
    }
    jout_close_object(&j);
    jout_close_object(&j);
}
