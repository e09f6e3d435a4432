/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reps.h - replications of every mode on a pool of threads.
 *
 * A task is a chunk of the lanes of one replication of one mode. Nothing that a chunk adds to
 * its replication depends on the order: counts and sums are integers, books stand under the
 * number of their lane, series under that of their VM. What is a double is computed when the
 * last chunk is done, from all of these in order. So the bytes depend neither on the number of
 * threads nor on where the chunks end. Memory: what the simulation of one replication needs,
 * once for each that is under way, of which there are at most as many as threads. */
#ifndef SIM_RUN_REPS_H
#define SIM_RUN_REPS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/fleet/fits.h"
#include "sim/fleet/lanes.h"
#include "sim/run/ensemble.h"
#include "sim/run/exp.h"
#include "sim/run/gather.h"

enum {
    REPS_MAX = REPLICAS_MAX,
    SERIES_MAX = 1 << 20 /* requests of a tenant that the warm-up rule looks at */
};

/* A mode before, during and after its replications. */
struct mode_run {
    struct fleet fleet;
    struct fits *fits; /* NULL unless only placed */
    struct lanes lanes;
    bool feasible;
    bool *saturated;           /* [flow_n] */
    double *load;              /* [flow_n] */
    struct tally *tally;       /* [flow_n] of the batches that are whole */
    struct tally *fresh;       /* [flow_n] of the batch under way, once there was one before */
    struct row *row;           /* [replicas * flow_n] heap */
    struct mode_row *mode_row; /* [replicas] heap */
    struct ensemble *ensemble; /* [flow_n] */
    double single_turns;       /* lane_single_turns of its lanes and first replicas */
    double cost_ns;            /* rough time that one replication takes */
    int *chunk;                /* [chunk_n + 1] first lane of each chunk; the last: lane_n */
    int chunk_n;
};

struct reps_worker;
struct replica;

struct reps {
    const struct scenario *s;
    const struct exp_options *o;
    struct mode_run *mode; /* [mode_n] borrowed */
    int *runnable;         /* [runnable_n] feasible modes, the costliest first; borrowed */
    int runnable_n;
    int replicas; /* done, of every runnable mode, in batches that were not interrupted */
    int64_t from_ns, to_ns;
    bool to_the_end, trace_all, learning;
    bool stopped; /* interrupted: the figures are those of `replicas` */

    struct arena *arena;
    int *first_vm; /* [flow_n] number of its first VM's series */
    int series_n;
    struct reps_worker *worker; /* [worker_n] */
    struct replica *slot;       /* [worker_n] replications under way */
    struct evq order;           /* scratch of the ensemble: a slot per VM */
    int64_t *at;                /* [vm_n] scratch */
    int worker_n;
    int64_t done, of; /* tasks, for progress */
    bool failed;
    struct lane_fault fault; /* of a plug-in; then failed ... */
    int fault_mode;          /* ... in this mode */
};

/* Makes ready; the first five members are set, everything else zero. All of it lives in
 * `arena`. False when memory is out. */
bool reps_init(struct reps *x, struct arena *arena);

/* Releases what grew outside the arena; also after a reps_init that failed. */
void reps_fini(struct reps *x);

/* Runs n more replications of every runnable mode in the window [from, to): a batch. One that
 * is interrupted leaves what was there before, of all modes alike. False when memory is out, or
 * with a fault. */
bool reps_run(struct reps *x, int n);

/* As if none had run. */
void reps_forget(struct reps *x);

#endif
