/* SPDX-License-Identifier: GPL-3.0-or-later */
/* windowin.h - a client's rates of arrivals, window by window, from a CSV file.
 *
 * Columns, in any order and with others beside them: `start_s` (seconds), `rate_per_s`, `cv`
 * and `pattern` (Gamma, Weibull or Poisson) of the gaps, and `client` where the file has more
 * than one. The first window begins at t = 0 of the simulation; the last is as long as the one
 * before it. The format is that of the client windows published with ServeGen (arXiv
 * 2505.09999). */
#ifndef SIM_INPUT_WINDOWIN_H
#define SIM_INPUT_WINDOWIN_H

#include <stdbool.h>
#include <stdint.h>

#include "models/work.h"
#include "sim/base/arena.h"
#include "sim/base/diag.h"

struct windowin_conf {
    const char *path;   /* file to open */
    const char *shown;  /* file as the scenario names it */
    const char *client; /* whose rows; NULL: the file has one client */
    double scale;       /* > 0: multiplies every rate */
    struct span file_at, client_at;
};

/* Reads the windows into `arena` and makes `out` their process. False with diagnostics, after
 * at most 20 bad rows. O(bytes). */
bool windowin_read(struct arena *arena, const struct windowin_conf *conf, struct arrivals *out,
                   struct diag *d);

/* FNV-1a 64 of the windows of a process, from a previous hash; unchanged where it has none. */
uint64_t windowin_hash(uint64_t hash, const struct arrivals *a);

#endif
