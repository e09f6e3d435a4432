/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_equal_share.c - one slot for every powered-on vGPU, in order of creation; unused slots
 * pass.
 *
 * Whether an idle slot is given away is not documented. It is kept here, and reports say so;
 * `yield-idle` passes it on, and the policy is then best effort with the discipline's slice.
 * Source: NVIDIA AI Enterprise user guide, section 7.1; docs/schedulers.md, S2. */
#include "models/sched_demand.h"
#include "models/sched_ring.h"

static struct sched_turn pick(const struct sched_params *p, struct sched_state *s,
                              const struct sched_view *v)
{
    return p->yield_idle ? sched_demand_pick(p, s, v) : sched_ring_pick(p, s, v);
}

static void overrun(const struct sched_params *p, struct sched_state *s, int vgpu,
                    int64_t overshoot_ns, int64_t end_ns)
{
    if (p->yield_idle) {
        sched_demand_overrun(p, s, vgpu, overshoot_ns, end_ns);
    } else {
        sched_ring_overrun(p, s, vgpu, overshoot_ns, end_ns);
    }
}

static void power(const struct sched_params *p, struct sched_state *s, int vgpu, bool on,
                  int64_t at_ns)
{
    if (p->yield_idle) {
        s->account_ns[vgpu] = 0;
    } else {
        sched_ring_power(p, s, vgpu, on, at_ns);
    }
}

const struct sched_kind sched_equal_share = {
    .name = "equal-share",
    .help = "a slot for every powered-on vGPU; an idle vGPU's slot passes unused",
    .ring = RING_POWERED_ON,
    .has_discipline = true,
    .pick = pick,
    .overrun = overrun,
    .power = power,
    .source = "AIE5.0-UG 7.1",
};
