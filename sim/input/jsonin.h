/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jsonin.h - jansson behind a door: saved results as a tree of our own.
 *
 * One object or list in, one tree out; keys keep the order of the file, duplicate keys are
 * refused. At most JSONIN_BYTES_MAX bytes and JSONIN_DEPTH_MAX levels, so that whoever walks
 * the tree needs no guard. Finders take NULL for a node and then find nothing: a reader asks
 * for the end of a path and looks once. */
#ifndef SIM_INPUT_JSONIN_H
#define SIM_INPUT_JSONIN_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/core/ci.h"

enum {
    JSONIN_BYTES_MAX = 1 << 28,
    JSONIN_DEPTH_MAX = 32
};

enum jsonin_kind {
    JSONIN_NULL,
    JSONIN_BOOL,
    JSONIN_NUMBER,
    JSONIN_TEXT,
    JSONIN_LIST,
    JSONIN_OBJECT
};

struct jsonin {
    enum jsonin_kind kind;
    const char *key;           /* in an object, else NULL */
    const char *text;          /* JSONIN_TEXT: UTF-8 without NUL inside; else "" */
    double number;             /* JSONIN_NUMBER; 1 or 0 for JSONIN_BOOL */
    const struct jsonin *item; /* [n] of a list or object, in the order of the file */
    int n;
};

/* The root, in `arena`; NULL with a diagnostic at file:line:column where the bytes are not one
 * JSON object or list.  `file` is borrowed by the diagnostic. O(n). */
const struct jsonin *jsonin_read(struct arena *arena, const char *file, const char *bytes,
                                 size_t n, struct diag *d);

/* Is `root` an object whose "schema" is `schema` ("vgpusim.result/1")? False with a diagnostic
 * that names what was found. */
bool jsonin_schema(const struct jsonin *root, const char *file, const char *schema,
                   struct diag *d);

/* The value of a key, or NULL. O(n). */
const struct jsonin *jsonin_find(const struct jsonin *object, const char *key);

/* The value of a key of that kind: NULL, NAN or false where there is none. */
const char *jsonin_text(const struct jsonin *object, const char *key);
double jsonin_number(const struct jsonin *object, const char *key);
bool jsonin_is_true(const struct jsonin *object, const char *key);

/* The items of a list or object; 0 for anything else. */
int jsonin_n(const struct jsonin *node);

/* {"value", "ci95_lo", "ci95_hi", "samples"}; a bare number is a value without interval; null
 * and what is missing have no value. */
struct estimate jsonin_estimate(const struct jsonin *node);

/* The library's version, as in "1.2.3". */
const char *jsonin_library(void);

#endif
