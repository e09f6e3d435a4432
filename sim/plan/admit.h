/* SPDX-License-Identifier: GPL-3.0-or-later */
/* admit.h - a plan asked backwards: how many VMs of one tenant does the fleet that is there
 * take with every objective held?
 *
 * For each GPU model and mode first the most that can be placed, then the most of these that
 * hold, each closed in by doubling and bisection. The answer and its neighbours, one VM less
 * and one more, are simulated at the scenario's full precision; where they contradict bisection
 * that is said. The other tenants stay as they are; a throughput that is asked of the tenant is
 * asked for each of its VMs. Cost: about 2 log2(n) placements and as many trials, and three
 * full simulations for each mode. docs/planning.md. */
#ifndef SIM_PLAN_ADMIT_H
#define SIM_PLAN_ADMIT_H

#include "sim/plan/holds.h"
#include "sim/plan/plan.h"

enum admit_limit {
    ADMIT_BY_PLACEMENT, /* one more cannot be placed, or a rule forbids the mode */
    ADMIT_BY_OBJECTIVES /* one more can be placed, and an objective breaks */
};

/* One number of VMs, simulated in full. */
struct admit_try {
    int count;
    enum holds holds;
    char why[PLAN_TEXT];
};

struct admit_mode {
    int gpu_ix, mode_ix;
    int most;      /* VMs of the tenant with which all hold */
    int placeable; /* that can be placed */
    enum admit_limit limit;
    char why[PLAN_TEXT];      /* what one more breaks */
    struct admit_try look[3]; /* [look_n] by count: below, the answer, above */
    int look_n;
    bool is_monotone;         /* nothing that was tried contradicts bisection */
    struct plan_candidate at; /* the answer; result NULL where none holds */
};

struct admit {
    const struct scenario *scenario;
    int tenant_ix;
    uint64_t seed;
    const char *version;
    struct admit_mode *mode; /* [mode_n] by model, then mode */
    int mode_n;
    int best; /* index of the mode that takes most, on the cheapest GPUs; -1: none takes any */
    int simulated;
    bool interrupted;
};

/* NULL with a diagnostic when memory is out. The scenario's fleet must be of a fixed size. */
const struct admit *admit_search(struct arena *arena, const struct scenario *s, int tenant_ix,
                                 const struct exp_options *options, struct diag *d);

#endif
