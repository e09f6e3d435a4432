/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field.h - the engine behind the table of fields: types, bounds, defaults, suggestions,
 * explanations.
 *
 * A field is one row. A reader walks a tree along the rows: every value that it hands out is
 * inside the row's bounds, and where the file says nothing or something wrong it is the row's
 * default (or its lower bound), so that reading goes on to the next error. Whether anything was
 * wrong is known from the diagnostics alone. Paths are dotted and without indexes:
 * "tenants.workload.kind". */
#ifndef SIM_INPUT_FIELD_H
#define SIM_INPUT_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/base/units.h"
#include "sim/input/yaml.h"

enum field_type {
    FIELD_MAP,
    FIELD_LIST,
    FIELD_TEXT,
    FIELD_NAME, /* [a-z0-9-] */
    FIELD_CHOICE,
    FIELD_BOOL,
    FIELD_INT,
    FIELD_RATIO,   /* a bare number, or a percentage */
    FIELD_QUANTITY /* a number with a unit */
};

enum {
    FIELD_REQUIRED = 1 << 0,
    FIELD_AUTO = 1 << 1,   /* may be the word `auto` */
    FIELD_ABOVE = 1 << 2,  /* the lower bound itself is refused */
    FIELD_BELOW = 1 << 3,  /* the upper bound itself is refused */
    FIELD_LATER = 1 << 4,  /* not built yet: nothing but its default is accepted */
    FIELD_ANY_KEY = 1 << 5 /* a mapping whose keys are checked elsewhere */
};

struct field {
    const char *path;
    enum field_type type;
    enum quantity quantity; /* of a FIELD_QUANTITY, or of the items of a FIELD_LIST */
    unsigned flags;
    double lo, hi;       /* bounds in base units, of each item of a list; hi 0: none */
    const char *unset;   /* default as one would write it; NULL: none */
    const char *choices; /* words separated by blanks; of the items of a list */
    const char *later;   /* choices that are not built yet */
    const char *only;    /* variants of the mapping that have the field; NULL: all */
    const char *help;    /* one sentence */
};

struct field_reader {
    const struct field *field; /* [n] */
    int n;
    struct arena *arena;
    struct diag *d;
};

/* A mapping of the file seen through its rows. node NULL: not in the file, all defaults. */
struct field_map {
    const struct field_reader *r;
    const struct yaml_node *node;
    const char *path; /* of the mapping's own row; "" at the root */
    struct span at;   /* where the mapping is named */
};

/* ---- Mappings ---- */

/* The root of a file, or an item of a list (path of the list, place of the item). Refuses what
 * is not a mapping, unknown keys, keys without a value, and fields that are not built. */
struct field_map field_open(const struct field_reader *r, const struct yaml_node *node,
                            const char *path, struct span at);

/* The mapping under a key of m; with node NULL where it is absent or no mapping. */
struct field_map field_sub(const struct field_map *m, const char *key);

/* Refuses fields that the variant does not have (NULL: not asked) and reports required ones
 * that are missing. Call once for each mapping that is in the file. */
void field_complete(const struct field_map *m, const char *variant);

/* Reports that a field is missing, with an example of it. */
void field_missing(const struct field_map *m, const char *key);

/* ---- Values ---- */

/* The node of a key, NULL when it is absent or null. */
const struct yaml_node *field_node(const struct field_map *m, const char *key);
bool field_has(const struct field_map *m, const char *key);

/* Place of the value of a key, else of the mapping. */
struct span field_at(const struct field_map *m, const char *key);

/* Is it the word `auto`, written or by default? */
bool field_is_auto(const struct field_map *m, const char *key);

/* Each gives the value of a key of m. `auto` and absence without a default give the lower
 * bound. */
int64_t field_ns(const struct field_map *m, const char *key);
double field_real(const struct field_map *m, const char *key);
int field_int(const struct field_map *m, const char *key);
bool field_bool(const struct field_map *m, const char *key);
const char *field_text(const struct field_map *m, const char *key); /* NULL when absent */

/* Index into the row's choices; -1 when absent without a default or wrong. */
int field_choice(const struct field_map *m, const char *key);

/* The chosen word, in the spelling of the table, or NULL. */
const char *field_word(const struct field_map *m, const char *key);

/* The list under a key, NULL when absent or no list. */
const struct yaml_node *field_list(const struct field_map *m, const char *key);

/* One item of a list, by the bounds or choices of the list's row. False when wrong. */
bool field_item_real(const struct field_map *m, const char *key, const struct yaml_node *item,
                     double *out);
int field_item_choice(const struct field_map *m, const char *key, const struct yaml_node *item);

/* ---- Words ---- */

/* Is `word` among blank-separated words? Its index, or -1. */
int field_word_index(const char *words, const char *word);

/* Adds "did you mean 'x'?" to the newest diagnostic, or else the list of what is known. */
void field_suggest(struct diag *d, const char *word, const char *const *known, size_t n);

/* Bytes of a user's word that a message shows: whole characters, at most 60. */
int field_shown(const char *word);

/* A bare decimal number, the whole of s. */
bool field_number(const char *s, double *out);

/* Is f a field of the mapping at `path`? */
bool field_is_child(const struct field *f, const char *path);

/* The units of a quantity with blanks between them; "" for plain numbers. */
const char *field_units(enum quantity q);

/* Name of the last part of a path. */
const char *field_name(const struct field *f);

/* The row with this path, or NULL. */
const struct field *field_find(const struct field_reader *r, const char *path);

/* ---- Explanations ---- */

/* "time", "one of linux, windows", "list of ..." */
void field_type_text(const struct field *f, struct text *out);

/* Everything about one row, several lines. */
void field_explain(const struct field_reader *r, const struct field *f, struct text *out);

/* All rows, one line each. */
void field_print(const struct field_reader *r, struct text *out);

#endif
