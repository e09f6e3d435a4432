/* SPDX-License-Identifier: GPL-3.0-or-later */
/* serve.h - which GPU models of the hosts serve each tenant, and by which MIG profile.
 *
 * What holds on one model need not on another, so one VM of each tenant is tried alone on each
 * model; neighbours only add to its latency. Where it clearly misses, the tenant is left out of
 * the model, with the reason. Under MIG each model gives it the smallest of its own profiles
 * that holds; with `vgpus: auto` it gets as many of them as take the cheapest share of a GPU.
 * Cost: a trial for each tenant and model, and for each profile that is too small. */
#ifndef SIM_PLAN_SERVE_H
#define SIM_PLAN_SERVE_H

#include "sim/plan/trial.h"

/* Sets `on` (or, with one model, the profile) and the vGPUs of every tenant of the variant that
 * does not say so itself. gpu_cost [group_n] of each group. False where a tenant holds nowhere,
 * with a refusal, or when the search ends. */
bool serve_choose(struct search *x, struct scenario *v, int mode_ix, const double *gpu_cost);

#endif
