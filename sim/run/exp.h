/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exp.h - an experiment: modes x replicas x lanes on a pool of threads, merged into a result.
 *
 * How work is cut, and why the bytes of the result do not depend on the number of threads:
 * reps.h.
 */
#ifndef SIM_RUN_EXP_H
#define SIM_RUN_EXP_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/input/modein.h"
#include "sim/run/result.h"

struct exp_options {
    uint64_t seed;
    int threads;           /* >= 1 */
    bool has_only_replica; /* of all replicas only this one: */
    int only_replica;
    bool place_only;                    /* stop after placement: null statistics */
    bool check;                         /* also the laws that cost: sim/run/audit.h */
    bool no_baselines;                  /* nobody asks what neighbours do to a request, so that
                                           its baseline may be its own latency */
    bool isolation;                     /* also the worst neighbour of each victim */
    bool histograms;                    /* also the bins of every latency */
    bool order;                         /* also the order of every two modes */
    bool sensitivity;                   /* ... and whether unverified parameters change it */
    const struct mode_pattern *against; /* the mode that others are compared with; NULL: the
                                           first that is feasible */
    bool events;                        /* event by event, even where a fast path would do */
    const volatile sig_atomic_t *stop;  /* non-zero: stop soon; NULL: never */
    void (*progress)(void *context, int64_t done,
                     int64_t of); /* may be NULL; one thread at a time */
    void *progress_context;
    const char *version;
};

/* Runs everything. NULL with a diagnostic when memory is out; otherwise a result in which
 * infeasible modes carry their reasons. Everything lives in `arena`. */
const struct result *exp_run(struct arena *arena, const struct scenario *s,
                             const struct exp_options *options, struct diag *d);

#endif
