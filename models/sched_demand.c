/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_demand.c - cyclic search on a work mask, O(1). */
#include "models/sched_demand.h"

#include <stdint.h>

int64_t sched_compensated_slice(const struct sched_params *p, int64_t *account_ns)
{
    int64_t d = *account_ns / p->averaging;
    d = d < p->slice_ns ? d : p->slice_ns - 1;
    *account_ns -= d;
    return p->slice_ns - d;
}

struct sched_turn sched_demand_pick(const struct sched_params *p, struct sched_state *s,
                                    const struct sched_view *v)
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
    if (p->discipline == DISCIPLINE_STRICT && p->granularity_ns > 0) {
        turn.end_ns = turn.run_ns + sched_compensated_slice(p, &s->account_ns[turn.vgpu]);
    }
    return turn;
}

void sched_demand_overrun(const struct sched_params *p, struct sched_state *s, int vgpu,
                          int64_t overshoot_ns, int64_t end_ns)
{
    (void)end_ns;
    if (p->discipline == DISCIPLINE_STRICT) {
        s->account_ns[vgpu] += overshoot_ns;
    }
}
