/* SPDX-License-Identifier: GPL-3.0-or-later */
/* needs.h - the least share of a GPU that each tenant takes, by model and mode: least.h.
 *
 *   passthrough      a whole GPU for each seat
 *   turns            framebuffer of the vGPU type over that of the GPU (with GPUs whose vGPUs
 * are of one size the inverse of how many of the size it takes), and the work that is offered
 * (search_offered_gpus) MIG              units of memory and compute slices of the smallest
 * profile, or of each on which the tenant was tried alone and holds turns on MIG     the same
 * of an instance, divided by the vGPUs that it takes containers       the work that is offered
 *
 * and of a host its memory and CPUs. Simulates nothing. */
#ifndef SIM_PLAN_NEEDS_H
#define SIM_PLAN_NEEDS_H

#include "sim/plan/least.h"
#include "sim/plan/trial.h"

/* Adds the ways of all tenants on kind `kind` of `out`, which is this model in this mode on
 * GPUs of hosts of `group` (NULL: bare GPUs), to way[*way_n]; there is room for needs_room. A
 * tenant that the model cannot serve has none. */
void needs_add(struct search *x, int kind, int gpu_ix, int mode_ix,
               const struct host_group *group, struct least_way *way, int *way_n);

/* Ways that so many kinds can have. */
int needs_room(const struct search *x, int kind_n);

#endif
