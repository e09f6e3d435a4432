/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.h - every GPU model and mode of a scenario, each on its fewest GPUs. */
#ifndef SIM_PLAN_SEARCH_H
#define SIM_PLAN_SEARCH_H

#include "sim/plan/trial.h"

/* Fills the candidates, best first, the refusals and the bound of x->plan. */
void search_all(struct search *x);

/* One model in one mode, or with hosts these: adds a candidate to x->plan, or a refusal. There
 * is room for one. */
void search_kind(struct search *x, int gpu_ix, int mode_ix);

/* GPUs without which no plan of this model in this mode does; 0 where none holds. Simulates
 * nothing but single tenants on the profiles of MIG. */
int search_bound(struct search *x, int gpu_ix, int mode_ix);

/* Gives the search the lists that it fills. False when memory is out. */
bool search_open(struct search *x);

/* GPUs' worth of work that is offered: the utilization law asks for more GPUs of the model than
 * that. 0 where a VM cannot have a whole one. `each` [tenant_n] gets that of each tenant,
 * unless it is NULL. */
double search_offered_gpus(struct search *x, int gpu_ix, double *each);

/* The first reason of a mode that is infeasible, and the nearest change with which placement
 * was tried and fits. */
void search_say_refused(const struct mode_result *m, struct plan_refusal *refusal);

/* Does the model have every vGPU type and profile that tenants name? False with a refusal. */
bool search_names_fit(const struct search *x, int gpu_ix, struct plan_refusal *refusal);

#endif
