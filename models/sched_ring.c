/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_ring.c - slot arithmetic of a ring in whole nanoseconds.
 *
 * Without overruns slots are numbered from t = 0 and the number is an integer, so no rounding
 * can make a frame drift. Strict round robin and least-scheduled-first give the same order
 * then: every slot, kept or used, is charged in full, so the least charged vGPU with the lowest
 * index is always the next of the ring. O(1). With overruns the state holds the slot that was
 * opened last; slots are opened one after the other up to now, whole frames at a time while
 * nothing is left to make up for. So is a ring that vGPUs join and leave. */
#include "models/sched_ring.h"

#include <assert.h>
#include <stdint.h>

#include "models/sched_demand.h"

/* ---- A fixed grid ---- */

static struct sched_turn grid_pick(const struct sched_params *p, const struct sched_view *v)
{
    struct sched_turn turn = {.vgpu = SCHED_NOBODY};
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

/* ---- A ring that is walked ---- */

/* The least scheduled of some vGPUs, ties to the lowest index. */
static int least_scheduled(const struct sched_state *s, uint64_t members)
{
    int least = __builtin_ctzll(members);
    for (uint64_t rest = members; rest != 0; rest &= rest - 1) {
        int i = __builtin_ctzll(rest);
        least = s->account_ns[i] < s->account_ns[least] ? i : least;
    }
    return least;
}

/* Whose slot comes next: the ring's order, or the least scheduled. */
static int next_owner(const struct sched_params *p, const struct sched_state *s)
{
    uint64_t members = sched_ring_members(p, s);
    if (p->discipline != DISCIPLINE_STRICT) {
        return least_scheduled(s, members);
    }
    uint64_t later = s->end_ns == 0 || s->slot == SCHED_VGPUS_MAX - 1
                         ? 0
                         : members & ~UINT64_C(0) << (s->slot + 1);
    return __builtin_ctzll(later != 0 ? later : members);
}

static void open_slot(const struct sched_params *p, struct sched_state *s)
{
    int owner = next_owner(p, s);
    int64_t slice_ns = p->slice_ns;
    if (p->discipline == DISCIPLINE_STRICT) {
        slice_ns = sched_compensated_slice(p, &s->account_ns[owner]);
    } else {
        s->account_ns[owner] += slice_ns; /* a kept idle slot counts as scheduled */
    }
    s->slot = owner;
    s->begin_ns = s->end_ns;
    s->end_ns = s->begin_ns + p->switch_ns + slice_ns;
}

void sched_ring_pass(const struct sched_params *p, struct sched_state *s, int64_t all_ns)
{
    uint64_t members = sched_ring_members(p, s);
    uint64_t before = members & ((UINT64_C(1) << s->slot) - 1);
    if ((members >> s->slot & 1) == 0) {
        s->slot = SCHED_VGPUS_MAX - 1 - __builtin_clzll(before != 0 ? before : members);
    }
    s->begin_ns += all_ns;
    s->end_ns += all_ns;
}

/* Skips whole frames that end by `now`. A frame repeats itself when nobody has anything left to
 * make up for (strict), or when all are charged within one slice of each other (legacy). */
static void skip_frames(const struct sched_params *p, struct sched_state *s, int64_t now_ns)
{
    uint64_t members = sched_ring_members(p, s);
    int64_t frame_ns = __builtin_popcountll(members) * (p->switch_ns + p->slice_ns);
    int64_t frames = (now_ns - s->end_ns) / frame_ns;
    if (frames <= 0 || s->end_ns == 0) {
        return;
    }
    int64_t least = s->account_ns[least_scheduled(s, members)];
    int64_t most = least;
    for (uint64_t rest = members; rest != 0; rest &= rest - 1) {
        int64_t account = s->account_ns[__builtin_ctzll(rest)];
        most = account > most ? account : most;
    }
    bool strict = p->discipline == DISCIPLINE_STRICT;
    if (strict ? most >= p->averaging : most - least >= p->slice_ns) {
        return;
    }
    for (uint64_t rest = strict ? 0 : members; rest != 0; rest &= rest - 1) {
        s->account_ns[__builtin_ctzll(rest)] += frames * p->slice_ns;
    }
    sched_ring_pass(p, s, frames * frame_ns);
}

/* Opens slots until one ends after now_ns. */
static void walk(const struct sched_params *p, struct sched_state *s, int64_t now_ns)
{
    while (s->end_ns <= now_ns) {
        skip_frames(p, s, now_ns);
        if (s->end_ns <= now_ns) {
            open_slot(p, s);
        }
    }
}

static struct sched_turn walk_pick(const struct sched_params *p, struct sched_state *s,
                                   const struct sched_view *v)
{
    walk(p, s, v->now_ns);
    /* The slot under way, or the first later one with work: looked for on a copy, because work
     * that arrives before it may change the answer. */
    struct sched_state later = *s;
    while (!(v->has_work >> later.slot & 1)) {
        open_slot(p, &later);
    }
    return (struct sched_turn){.vgpu = later.slot,
                               .begin_ns = later.begin_ns,
                               .run_ns = later.begin_ns + p->switch_ns,
                               .end_ns = later.end_ns};
}

struct sched_turn sched_ring_pick(const struct sched_params *p, struct sched_state *s,
                                  const struct sched_view *v)
{
    if (v->has_work == 0) {
        return (struct sched_turn){.vgpu = SCHED_NOBODY};
    }
    assert(p->ring_n >= 1 && p->ring_n <= SCHED_VGPUS_MAX);
    return p->granularity_ns > 0 || p->varies ? walk_pick(p, s, v) : grid_pick(p, v);
}

void sched_ring_power(const struct sched_params *p, struct sched_state *s, int vgpu, bool on,
                      int64_t at_ns)
{
    uint64_t members = sched_ring_members(p, s);
    if (members != 0) {
        walk(p, s, at_ns - 1); /* a slot that begins now is opened for who is there then */
    } else if (s->end_ns < at_ns) {
        s->begin_ns = s->end_ns = at_ns;
        s->slot = SCHED_VGPUS_MAX - 1;
    }
    if (on) {
        bool has_least = p->discipline != DISCIPLINE_STRICT && members != 0;
        s->account_ns[vgpu] = has_least ? s->account_ns[least_scheduled(s, members)] : 0;
    }
    if (!on && s->slot == vgpu && s->end_ns > at_ns) {
        int64_t run_ns = s->begin_ns + p->switch_ns;
        s->end_ns = run_ns > at_ns ? run_ns : at_ns;
    }
}

void sched_ring_overrun(const struct sched_params *p, struct sched_state *s, int vgpu,
                        int64_t overshoot_ns, int64_t end_ns)
{
    (void)p;
    assert(s->slot == vgpu && end_ns >= s->end_ns);
    s->account_ns[vgpu] += overshoot_ns;
    s->end_ns = end_ns;
}
