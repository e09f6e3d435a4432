/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_ring.c - the slot arithmetic of a ring in whole nanoseconds.
 *
 * Slots are numbered from t = 0 and the number is an integer, so no rounding can make a frame
 * drift. Strict round robin and least-scheduled-first give the same order here: every slot,
 * kept or used, is charged in full, so the least charged vGPU with the lowest index is always
 * the next of the ring. O(1). */
#include "models/sched_ring.h"

#include <assert.h>
#include <stdint.h>

enum {
    RING_MAX = 64
};

struct sched_turn sched_ring_pick(const struct sched_params *p, const struct sched_view *v)
{
    struct sched_turn turn = {.vgpu = SCHED_NOBODY};
    if (v->has_work == 0) {
        return turn;
    }
    assert(p->ring_n >= 1 && p->ring_n <= RING_MAX);
    int64_t slot_ns = p->switch_ns + p->slice_ns;
    int64_t slot = v->now_ns / slot_ns;
    unsigned ring_n = (unsigned)p->ring_n;
    unsigned owner = (unsigned)(slot % p->ring_n);
    /* Bit j of `ahead`: the owner of slot + j has work. */
    uint64_t ahead = v->has_work >> owner;
    if (owner > 0) {
        ahead |= v->has_work << (ring_n - owner);
    }
    unsigned skip = (unsigned)__builtin_ctzll(ahead);
    turn.vgpu = (int)((owner + skip) % ring_n);
    turn.begin_ns = (slot + (int64_t)skip) * slot_ns;
    turn.run_ns = turn.begin_ns + p->switch_ns;
    turn.end_ns = turn.begin_ns + slot_ns;
    return turn;
}
