/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal.h - finished points of a sweep, kept so that they are not run again.
 *
 * While a sweep runs, FILE.part takes up each point as it is done: its identity, the number of
 * bytes of its rows, their sum, and the rows. A record that was cut off is recognized and with
 * everything behind it counts as not there. The finished table has the identity of its point
 * and the sum of the point's rows at the end of every row and so is a journal of its own. */
#ifndef SIM_CLI_JOURNAL_H
#define SIM_CLI_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/text.h"

/* FNV-1a 64 of n more bytes; begin with JOURNAL_HASH. */
#define JOURNAL_HASH UINT64_C(0xcbf29ce484222325)
uint64_t journal_hash(uint64_t hash, const char *bytes, size_t n);

/* One point: rows [n], each with its line feed. */
struct journal_point {
    uint64_t id;
    const char *rows;
    size_t n;
    bool is_changed; /* of a table: not as they were written */
};

/* Appends the line that a journal begins with, or a record. */
void journal_begin(struct text *out);
void journal_add(struct text *out, const struct journal_point *p);

/* Do these bytes begin like a journal? One that was cut off in its first line does. */
bool journal_is(const char *bytes, size_t n);

/* The next record of a journal; *at begins at 0 and afterwards stands behind what is whole.
 * False at the end, or where the rest is damaged. */
bool journal_next(const char *bytes, size_t n, size_t *at, struct journal_point *out);

/* Ends each row, whose last cell is the identity, with the sum of all of them. The number of
 * the point is left out of it. */
void journal_seal(struct text *rows);

/* Rows of one point of a finished table, whose first line is `header`. *at begins at 0. False
 * at the end, where it stands behind the last row, or where it is no such table. */
bool journal_table_next(const char *bytes, size_t n, const char *header, size_t *at,
                        struct journal_point *out);

/* Appends the rows with another number in their second column. */
void journal_renumber(struct text *out, const struct journal_point *p, int64_t number);

#endif
