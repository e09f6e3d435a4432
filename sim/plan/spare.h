/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spare.h - does the plan hold after one GPU, or one host with all its GPUs, is lost?
 *
 * The VMs of what is lost start again on what is left. Without hosts a plan has the fewest GPUs
 * that hold, so that one GPU more keeps it whatever is lost. With hosts each group loses a GPU,
 * then a host, and each is simulated. Cost: two trials for each group of hosts. */
#ifndef SIM_PLAN_SPARE_H
#define SIM_PLAN_SPARE_H

#include "sim/plan/trial.h"

/* Fills what x->plan says of losses; it has a winner. */
void spare_find(struct search *x);

#endif
