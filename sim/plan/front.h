/* SPDX-License-Identifier: GPL-3.0-or-later */
/* front.h - cost against p95: which plans no other beats in both.
 *
 * The p95 is that of one tenant: the one that is named, or the one whose latency is nearest to
 * its limit in the winner. Every point holds every objective. Where more points are asked for,
 * each candidate that holds is simulated on more GPUs as well (modes that take turns) or with
 * the tenant on larger profiles (MIG). A dearer point is on the front only where its interval
 * lies wholly below those of the cheaper points on it. Cost: at most FRONT_STEPS full
 * simulations for each candidate, and none without being asked. docs/planning.md. */
#ifndef SIM_PLAN_FRONT_H
#define SIM_PLAN_FRONT_H

#include "sim/plan/trial.h"

enum {
    FRONT_STEPS = 4
};

/* Fills the front of x->plan, which has a winner. tenant_ix -1: the tenant nearest to its
 * limit. */
void front_find(struct search *x, int tenant_ix, bool more);

#endif
