/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.h - every GPU model and mode of a scenario, each on its fewest GPUs. */
#ifndef SIM_PLAN_SEARCH_H
#define SIM_PLAN_SEARCH_H

#include "sim/plan/trial.h"

/* Fills the candidates, best first, the refusals and the bound of x->plan. */
void search_all(struct search *x);

#endif
