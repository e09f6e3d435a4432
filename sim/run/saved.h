/* SPDX-License-Identifier: GPL-3.0-or-later */
/* saved.h - results read back from JSON as plain figures: who, which, how much.
 *
 * A file holds one result (vgpusim.result/1) or those of a test (vgpusim.test/1). Every number
 * of a mode or tenant becomes a figure under its JSON path; what is null has none. */
#ifndef SIM_RUN_SAVED_H
#define SIM_RUN_SAVED_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/core/ci.h"
#include "sim/input/jsonin.h"

struct saved_figure {
    const char *path; /* "latency_ns.p95" */
    struct estimate e;
};

/* A mode, or a tenant in it. */
struct saved_part {
    const char *mode;   /* "time-sliced/fixed-share"; further ones of that name end in " #2" */
    const char *tenant; /* NULL: the mode itself, which comes before its tenants */
    struct saved_figure *figure; /* [figure_n] in the order of the file */
    int figure_n;
};

struct saved_run {
    const char *scenario; /* further ones of that name end in " #2" */
    const char *hash;
    double seed;
    bool is_random;
    struct saved_part *part; /* [part_n] */
    int part_n;
};

struct saved {
    struct saved_run *run; /* [run_n] */
    int run_n;
};

/* Reads the tree of a file. False with a diagnostic when it is no saved result, is damaged, or
 * comes from an interrupted run. Strings are borrowed from the tree or made in `arena`. */
bool saved_read(struct saved *out, struct arena *arena, const struct jsonin *root,
                const char *file, struct diag *d);

/* NULL where there is none. */
const struct saved_run *saved_find_run(const struct saved *s, const char *scenario);
const struct saved_part *saved_find_part(const struct saved_run *r,
                                         const struct saved_part *like);
const struct saved_figure *saved_find_figure(const struct saved_part *p, const char *path);

#endif
