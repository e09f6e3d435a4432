/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trial.h - one variant of the scenario on one GPU model and in one mode, tried: placed, held
 * against the utilization law, simulated with as few replicas as decide. */
#ifndef SIM_PLAN_TRIAL_H
#define SIM_PLAN_TRIAL_H

#include "sim/plan/holds.h"
#include "sim/plan/plan.h"

/* A search under way. Borrowed throughout. */
struct search {
    struct arena *arena;      /* of what is kept */
    const struct scenario *s; /* what was asked about */
    const struct exp_options *o;
    struct diag *d;
    struct plan *plan;
    int limit;   /* GPUs that may be bought */
    double room; /* that the last trial left to its limits: holds_room */
    bool stopped, failed;
    struct mig_known **known;       /* tenants tried on profiles so far: plan_mig.h */
    struct divide_known **contents; /* of GPUs, tried so far: divide.h */
    struct divide *divide; /* of the mode that is being planned; NULL: VMs are spread */
};

enum trial_looks {
    TRIAL_ONE = 1, /* screening only */
    TRIAL_TWO,     /* four times the replicas where screening does not decide */
    TRIAL_IN_FULL  /* then the scenario's own precision, where the estimate is within limits */
};

/* The scenario on one GPU model and in one mode; `arena` holds the copy. NULL when memory is
 * out, and the search has failed. */
struct scenario *trial_variant(struct search *x, struct arena *arena, int gpu_ix, int mode_ix);

/* The scenario with the tenants that `keep` [tenant_n] names only. Their requests stay what
 * they were: streams belong to names. NULL when memory is out, and the search has failed. */
struct scenario *trial_subset(struct search *x, struct arena *arena, const bool *keep);

/* Puts tenant t and its workloads on n instances of a profile for each VM. */
void trial_give(struct scenario *v, int t, const char *mig, int n);

/* Gives tenant t so many streams on each instance. */
void trial_set_streams(struct scenario *v, int t, int streams);

/* Leaves tenant t only, and one VM of it: on instances of its own nobody else matters. A
 * throughput that is asked of the tenant is divided. */
void trial_keep_one(struct scenario *v, int t);

/* Simulates, or only places. NULL when interrupted or memory is out. */
const struct result *trial_run(struct search *x, struct arena *arena, const struct scenario *v,
                               bool place_only);

/* The scenario without a moment of time: placed, and every load known. NULL as trial_run. */
const struct result *trial_probe(struct search *x, struct arena *arena,
                                 const struct scenario *v);

/* Does the variant hold? A large fleet is told by what its GPUs hold, each content simulated on
 * one GPU (divide.h), others as by trial_fleet. */
enum holds trial_holds(struct search *x, const struct scenario *v, enum trial_looks looks,
                       char *why);

/* The same of the whole fleet. A load of 1 or more, or a rule, needs no experiment.
 * HOLDS_UNSURE when the looks do not decide. `why` [PLAN_TEXT] says why not, or how narrowly.
 */
enum holds trial_fleet(struct search *x, const struct scenario *v, enum trial_looks looks,
                       char *why);

/* Simulates with so few replicas and requests as a first look takes; look 1: with four times as
 * many replicas, and all requests. NULL as trial_run. */
const struct result *trial_look(struct search *x, struct arena *arena, const struct scenario *v,
                                int look);

/* Looks over all of the horizon, as a queue that fills up slowly looks better in less: the
 * result of the first that decides, or of the last. The second, with four times the replicas,
 * is not taken where half as wide an interval would not be clear either. NULL as trial_run. */
const struct result *trial_screen(struct search *x, struct arena *arena,
                                  const struct scenario *v);

#endif
