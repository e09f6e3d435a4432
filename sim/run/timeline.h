/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timeline.h - the first moments of one domain as a picture in text: who runs, who waits, who
 * switches. */
#ifndef SIM_RUN_TIMELINE_H
#define SIM_RUN_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/fleet/lanes.h"

enum {
    TIMELINE_COLUMNS = 64
};

/* Simulates `length_ns` of the lane's first domain event by event, replica 0, and appends one
 * row per VM of that domain: '#' runs, '/' is being switched to, '-' has work and waits, '.'
 * has none. A column is length / TIMELINE_COLUMNS, shown by what holds in its middle. False
 * when memory is out. */
bool timeline_draw(const struct scenario *s, const struct lane *lane, uint64_t seed,
                   int64_t length_ns, struct text *out, struct diag *d);

/* The same as rows of a table `mode,vm,state,from_ns,to_ns` without its header: state is
 * `there` once for every VM, `work` from arrival to end of each request that ends in time,
 * `run` and `switch` for turns. `mode` is a cell, quoted where it must be. */
bool timeline_rows(const struct scenario *s, const struct lane *lane, uint64_t seed,
                   int64_t length_ns, const char *mode, struct text *out, struct diag *d);

#endif
