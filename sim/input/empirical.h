/* SPDX-License-Identifier: GPL-3.0-or-later */
/* empirical.h - one column of a CSV file as an empirical distribution.
 *
 * The column is found by name; every row must hold a number of 0 or more. Nothing is skipped in
 * silence: a blank or a wrong cell is an error with its line. */
#ifndef SIM_INPUT_EMPIRICAL_H
#define SIM_INPUT_EMPIRICAL_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/core/dist.h"

struct empirical_conf {
    const char *path;   /* file to open */
    const char *shown;  /* file as the scenario names it */
    const char *column; /* name of the column */
    double unit_ns;     /* of a number in it; 0: none, the numbers only give the shape */
    double mean_ns;     /* > 0: scaled to this mean; 0: as they are, then unit_ns > 0 */
    struct span file_at, column_at, mean_at; /* places in the scenario */
};

/* Reads the values into `arena` and makes `out` their distribution. False with diagnostics,
 * after at most 20 bad rows. O(bytes). */
bool empirical_read(struct arena *arena, const struct empirical_conf *conf, struct dist *out,
                    struct diag *d);

/* FNV-1a 64 of the values of a distribution, from a previous hash; unchanged for other kinds.
 */
uint64_t empirical_hash(uint64_t hash, const struct dist *d);

#endif
