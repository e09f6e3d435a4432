/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assume.h - does the winner hold its objectives where a parameter that nobody has verified is
 * otherwise? The parameters and their values are those of sim/run/sensitivity.h, one at a time;
 * what the scenario itself states is not varied. Cost: a trial for each value. */
#ifndef SIM_PLAN_ASSUME_H
#define SIM_PLAN_ASSUME_H

#include "sim/plan/trial.h"

/* Fills the assumptions of x->plan, which has a winner. */
void assume_find(struct search *x);

#endif
