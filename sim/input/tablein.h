/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tablein.h - one table of the catalogue: the embedded file and the user's rows over it, merged
 * by key.
 *
 * A merged row is a pair (embedded row, user's row). A cell comes from the user's row if the
 * user's file has that column, else from the embedded row, so that an overlay names only the
 * columns that it changes. Cells are read by name and type; what is wrong is said with file and
 * line. Everything lives in the caller's arena. */
#ifndef SIM_INPUT_TABLEIN_H
#define SIM_INPUT_TABLEIN_H

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/input/csvin.h"

/* A table: its file, and the one or two columns that make a row's key. */
struct tablein_kind {
    const char *file;   /* "gpus.csv" */
    const char *key[2]; /* second NULL where one is enough */
};

struct tablein_pair {
    const char *key[2]; /* "" where the kind has no second */
    long base, over;    /* row of each file, -1 where it has none */
};

struct tablein {
    const struct tablein_kind *kind;
    struct csvin base, over; /* over.column_n 0: no overlay */
    struct tablein_pair
        *pair; /* [row_n] embedded rows in their order, then those the user added */
    size_t row_n;
    bool
        lost_rows; /* left out, an error each: the table is wrong, the other rows can be read */
};

/* One merged row under conversion; `ok` falls and stays down at the first wrong cell. */
struct tablein_row {
    const struct tablein *t;
    size_t row;
    struct diag *d;
    bool ok;
};

/* Reads and merges the table `kind`; `dir` is the user's directory or NULL. Whatever csvin_read
 * refuses is an error, and returns false. So is a blank key and the second row of one key in
 * one file, but these only set `lost_rows`, so that what else is wrong is found with them. A
 * column of the user's that the embedded table does not have is a warning. O(rows log rows). */
bool tablein_read(struct tablein *t, const struct tablein_kind *kind, struct arena *a,
                  const char *dir, struct diag *d);

/* Is there a file of this table in the directory? Memory out is answered with true and a
 * diagnostic. */
bool tablein_has_overlay(const struct tablein_kind *kind, struct arena *a, const char *dir,
                         struct diag *d);

/* Place of the row: the user's line where it has one. */
struct span tablein_span(const struct tablein_row *r);

/* A cell's text: NULL when blank; "" with an error when blank and needed. */
const char *tablein_text(const struct tablein_row *r, const char *column);
const char *tablein_need_text(struct tablein_row *r, const char *column);

/* The row's source; the name of the user's file where he gives none. */
const char *tablein_source(const struct tablein_row *r);

/* A whole number in [low, high]: `unknown` when blank, or an error when blank and needed. */
int tablein_int(struct tablein_row *r, const char *column, int low, int high, int unknown);
int tablein_need_int(struct tablein_row *r, const char *column, int low, int high);

/* A decimal in [low, high], 0 when blank; y or n, false when blank. */
double tablein_double(struct tablein_row *r, const char *column, double low, double high);
bool tablein_bool(struct tablein_row *r, const char *column);

/* Ascending whole numbers joined by ';' into out [max]. Returns how many; 0 when blank. */
int tablein_list(struct tablein_row *r, const char *column, int max, int *out);

/* Index of the cell in name [n]; an error with the nearest name, and 0, when it is none of
 * them. */
int tablein_choice(struct tablein_row *r, const char *column, const char *const *name, int n);

#endif
