/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flip.h - what would change the decision: the rate of a tenant, or the limit of an objective,
 * at which another mode or another GPU model wins, or none does.
 *
 * The decision is the GPU model and the mode of each tenant; more GPUs are the same decision.
 * Each rate and limit is moved by factors of FLIP_STEP to both sides, at most FLIP_STEPS times,
 * and between the last that keeps the decision and the first that does not it is halved
 * FLIP_HALVES times on a scale of factors. Every value is a whole search. What changes back and
 * forth within a step is not seen. docs/planning.md. */
#ifndef SIM_PLAN_FLIP_H
#define SIM_PLAN_FLIP_H

#include "sim/plan/trial.h"

enum {
    FLIP_STEPS = 4,          /* to five times and a fifth */
    FLIP_HALVES = 3,         /* to 5 % */
    FLIP_SEARCHES_MAX = 200, /* of one plan */
    FLIPS_MAX = 64
};

#define FLIP_STEP 1.5

/* Fills the flips of x->plan, which has a winner. */
void flip_find(struct search *x);

#endif
