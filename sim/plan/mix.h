/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mix.h - plans in which tenants are divided over several pools of GPUs.
 *
 * A part is a set of tenants on GPUs of their own, of one model and in one mode. Parts share
 * nothing that the model knows, so what a division of the tenants costs is the sum of what its
 * parts cost, and each part is found as a plan of its own. With f(S) the least cost of serving
 * the tenants S in one part,
 *
 *   best(S) = min over T in S, T with the first tenant of S, of f(T) + best(S without T)
 *
 * With hosts a part is on the hosts of one group, and each group has one part or none:
 *
 *   best(S, g groups) = min over T in S of f(T on group g) + best(S without T, g - 1 groups)
 *
 * beside the cheapest mixture of hosts in one mode (plan_hosts.h).
 * Few of the f are ever simulated. Each begins as a guess from below, becomes a bound
 * (placement, utilization law, relaxation of the integer programme) and then a plan that was
 * simulated, and only those of the cheapest division are raised, until all of its parts have
 * been simulated or it is no cheaper than the best plan that is known: nothing else can then be
 * cheaper. What a set of tenants needs, every larger set needs as well. Above MIX_UNITS_MAX
 * tenants the same is done over windows of them, the rest of each part held together, until no
 * window finds anything cheaper; how far that is from the cheapest is bounded by least.h. Cost:
 * 3^MIX_UNITS_MAX sums for each raise. Source: lazy evaluation in a dynamic programme over
 * subsets; windows: Shaw 1998, large neighbourhoods. */
#ifndef SIM_PLAN_MIX_H
#define SIM_PLAN_MIX_H

#include "sim/plan/trial.h"

enum {
    MIX_UNITS_MAX = 8,    /* up to here every division is looked at */
    MIX_TENANTS_MAX = 64, /* above that none is */
    MIX_GROUPS_MAX = 8,   /* nor above so many groups of hosts */
    MIX_TRIALS_MAX = 60,  /* parts that are simulated in all */
    MIX_CROWD_MAX = 6     /* the same of large fleets (divide.h) */
};

/* Fills x->plan->mix after search_all, and lowers x->plan->bound to what no division of the
 * tenants goes below. */
void mix_find(struct search *x);

#endif
