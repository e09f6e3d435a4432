/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmplay.h - the VMs of a trace that one GPU model takes in one mode, played over so many GPUs.
 *
 * Every VM is placed when it is created and never moved (churn.h). Numbers of GPUs are whole
 * hosts where there are hosts. docs/vm-traces.md. */
#ifndef SIM_PLAN_VMPLAY_H
#define SIM_PLAN_VMPLAY_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/fleet/churn.h"
#include "sim/input/scenario.h"
#include "sim/plan/vmdemand.h"

enum {
    VMS_POINTS = 97 /* of the series: 96 equal steps */
};

struct vmplay {
    const struct scenario *s;
    struct arena *arena; /* what the play takes */
    struct vmdemand demand;
    struct gstate g;
    struct churn_host *host; /* [host_n] as many as could ever be asked for */
    int host_n;
    int per_host; /* GPUs come by so many */
    int bound;    /* fewer GPUs do not, whatever the policy */
};

/* The VMs whose shape is taken (`takes` [shape_n]; NULL: all) and that may have GPU gpu_ix. The
 * demand may have a `rule` against it, or no VM: then nothing can be played. False when memory
 * is out. vmplay_close after either. */
bool vmplay_open(struct vmplay *j, struct arena *a, const struct scenario *s, int gpu_ix,
                 int mode_ix, const bool *takes);
void vmplay_close(struct vmplay *j);

/* Plays the trace on so many GPUs; the rest false when memory is out. With `span`, an earlier
 * run, VMS_POINTS points of its time are kept in `a`. */
bool vmplay_run(struct vmplay *j, struct arena *a, enum place_policy policy, int gpus,
                const struct churn *span, struct churn *out);

/* Fewest GPUs with which nobody is refused; 0 where as many as there may be do not do. */
bool vmplay_fewest(struct vmplay *j, enum place_policy policy, int *gpus);

/* Is that number found by search, so that with more GPUs somebody may be refused again? */
bool vmplay_searches(const struct vmplay *j, enum place_policy policy);

/* GPUs that the VMs of the fullest moment take, largest first by best fit; 0: none do. */
bool vmplay_largest_first(struct vmplay *j, int *gpus);

/* Is the mode the first of its kind? Schedulers decide nothing here. */
bool vmplay_is_first(const struct scenario *s, int mode_ix);

/* Rounded up to whole hosts. */
int vmplay_whole_hosts(const struct vmplay *j, int gpus);

#endif
