/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fitin.h - measurements of throughput or latency on slices, from a CSV into data for fits.
 *
 * Columns are found by name, whatever their order; those that nobody asks for do no harm.
 *   model, gpu, seq_len    separate workloads (or what --group names)
 *   slice | profile        MIG profile, or `full`; or mig_gpcs, a number of compute slices
 *   batch                  items at once; 1 where there is no such column
 *   throughput             items per second; or throughput..._per_s
 *   latency                of a batch, in `unit`; or ...latency_ms, ..._time_s and the like
 *   unit                   "samples/s;ms": of the throughput, then of the latency
 * A throughput goes before a latency, since it is printed with more digits. */
#ifndef SIM_INPUT_FITIN_H
#define SIM_INPUT_FITIN_H

#include "models/catalog.h"
#include "models/fit.h"
#include "sim/input/csvin.h"

enum {
    FITIN_GROUPS_MAX = 1000,
    FITIN_WORDS_MAX = 32 /* --group or --where flags */
};

/* What the flags say. Borrowed. */
struct fitin_conf {
    const char *gpu;          /* key of every row's GPU, instead of a column; or NULL */
    const char *const *group; /* [group_n] columns; 0: the default ones */
    int group_n;
    const char *const *where; /* [where_n] "column=value": other rows are skipped */
    int where_n;
};

/* The measurements of one workload. */
struct fitin_group {
    const char *name; /* the cells of its columns, joined by ", " */
    int gpu_ix;
    struct fit_data data;
    const char **slice; /* [data.slice_n] profile, or "full" */
    size_t *row;        /* [data.point_n] of the table */
    bool is_spread;     /* a warning has said that its repetitions differ by a factor */
};

struct fitin {
    struct fitin_group *group; /* [group_n] in the order of their first rows */
    int group_n;
};

/* Reads every row. False with diagnostics; a workload that was measured on one slice only is
 * left out with a warning. O(rows x groups). */
bool fitin_read(struct fitin *out, struct arena *a, const struct catalog *c,
                const struct csvin *csv, const struct fitin_conf *conf, struct diag *d);

#endif
