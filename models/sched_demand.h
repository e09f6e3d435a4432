/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_demand.h - round robin over whoever has work: best effort, CUDA contexts, and equal
 * share when it passes idle slots on. */
#ifndef MODELS_SCHED_DEMAND_H
#define MODELS_SCHED_DEMAND_H

#include "models/sched.h"

/* The next vGPU with work in cyclic order after the last one served (from vGPU 0 at the start),
 * for a fresh slice less the strict discipline's compensation. */
struct sched_turn sched_demand_pick(const struct sched_params *p, struct sched_state *s,
                                    const struct sched_view *v);

/* Nothing to make up for except under the strict discipline. */
void sched_demand_overrun(const struct sched_params *p, struct sched_state *s, int vgpu,
                          int64_t overshoot_ns, int64_t end_ns);

/* Strict discipline: takes the part of the accrued overshoot that the next slice of the vGPU
 * makes up for, A / averaging rounded down, and returns the length of that slice, at least 1
 * ns. */
int64_t sched_compensated_slice(const struct sched_params *p, int64_t *account_ns);

#endif
