/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_hosts.h - the cheapest mixture of the hosts that a scenario lists, in one mode.
 *
 * `count` of a group is the most that may be bought. The programme of least.h names the
 * cheapest numbers of hosts that nothing speaks against; they are simulated. Where they do not
 * hold, each group is raised as far as it stays cheaper than the best that is known: what does
 * not hold even then is cut off with all that is less of the same groups, what holds is closed
 * in by bisection and is the best from then on. It ends when what the programme names holds or
 * is no cheaper. Assumed: more hosts of the same groups never hurt. Hosts of one group more
 * can: VMs are spread over slower GPUs then. Cost: about log2(count) experiments for each
 * group, and some for each step along the edge between mixtures that hold and that do not;
 * above HOSTS_TRIALS_MAX the best is named with the bound so far. */
#ifndef SIM_PLAN_PLAN_HOSTS_H
#define SIM_PLAN_PLAN_HOSTS_H

#include "sim/plan/trial.h"

enum {
    HOSTS_TRIALS_MAX = 80 /* mixtures that are tried in one mode */
};

/* Adds the candidate of one mode, or a refusal. */
void plan_hosts(struct search *x, int mode_ix);

#endif
