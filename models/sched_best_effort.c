/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_best_effort.c - round robin over the vGPUs that have work.
 *
 * The search goes cyclically from the vGPU after the last one served. Every dispatch gets a
 * fresh slice; the switch is paid only when the vGPU changes, also after idleness and at the
 * very first dispatch. A lone vGPU renews its slice without cost. O(1): bit operations on the
 * work mask. Source: NVIDIA AI Enterprise user guide, section 7 (vGPU schedulers);
 * docs/schedulers.md, S1. */
#include <stdint.h>

#include "models/sched.h"

static struct sched_turn pick(const struct sched_params *p, const struct sched_view *v)
{
    struct sched_turn turn = {.vgpu = SCHED_NOBODY};
    if (v->has_work == 0) {
        return turn;
    }
    uint64_t after = v->last >= 63 ? 0 : ~UINT64_C(0) << (v->last + 1);
    uint64_t later = v->has_work & after;
    turn.vgpu = __builtin_ctzll(later != 0 ? later : v->has_work);
    turn.begin_ns = v->now_ns;
    turn.run_ns = v->now_ns + (turn.vgpu == v->last ? 0 : p->switch_ns);
    turn.end_ns = turn.run_ns + p->slice_ns;
    return turn;
}

const struct sched_kind sched_best_effort = {
    .name = "best-effort",
    .help = "round robin over vGPUs with work; idle time goes to the next at once",
    .ring = RING_DEMAND,
    .work_conserving = true,
    .has_discipline = false,
    .pick = pick,
    .source = "AIE5.0-UG 7",
};
