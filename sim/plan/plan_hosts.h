/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_hosts.h - the fewest of the hosts that a scenario lists, in one mode.
 *
 * `count` of a group is the most that may be bought. From all hosts downwards, the dearest
 * group first, each group is closed in by bisection while the others stay; in the end no group
 * can do with one host less, and each of these was tried. Where groups differ this is a local
 * minimum, not the least of all mixtures: the gap to the bound says how far it can be.
 * Cost: about log2(count) experiments for each group. */
#ifndef SIM_PLAN_PLAN_HOSTS_H
#define SIM_PLAN_PLAN_HOSTS_H

#include "sim/plan/trial.h"

/* Adds the candidate of one mode, or a refusal. */
void plan_hosts(struct search *x, int mode_ix);

/* Puts count[g] hosts of each group of `from` into the variant; groups without one are left
 * out. */
bool plan_hosts_take(struct search *x, struct arena *a, struct scenario *v,
                     const struct scenario *from, const int *count);

#endif
