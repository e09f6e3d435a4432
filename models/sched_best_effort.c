/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_best_effort.c - round robin over the vGPUs that have work.
 *
 * Every dispatch gets a fresh slice; the switch is paid only when the vGPU changes, also after
 * idleness and at the very first dispatch. A lone vGPU renews its slice without cost.
 * Source: NVIDIA AI Enterprise user guide, section 7 (vGPU schedulers); docs/schedulers.md, S1.
 */
#include "models/sched_demand.h"

const struct sched_kind sched_best_effort = {
    .name = "best-effort",
    .help = "round robin over vGPUs with work; idle time goes to the next at once",
    .ring = RING_DEMAND,
    .pick = sched_demand_pick,
    .overrun = sched_demand_overrun,
    .source = "AIE5.0-UG 7",
};
