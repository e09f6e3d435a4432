/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_ring.c - slot arithmetic of a ring in whole nanoseconds.
 *
 * Without overruns slots are numbered from t = 0 and the number is an integer, so no rounding
 * can make a frame drift. Strict round robin and least-scheduled-first give the same order
 * then: every slot, kept or used, is charged in full, so the least charged vGPU with the lowest
 * index is always the next of the ring. O(1). With overruns the state holds the slot that was
 * opened last; slots are opened one after the other up to now, whole frames at a time while
 * nothing is left to make up for. */
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

/* ---- A ring that overruns ---- */

/* Whose slot comes next: the ring's order, or the least scheduled, ties to the lowest index. */
static int next_owner(const struct sched_params *p, const struct sched_state *s)
{
    if (p->discipline == DISCIPLINE_STRICT) {
        return s->end_ns == 0 ? 0 : (s->slot + 1) % p->ring_n;
    }
    int least = 0;
    for (int i = 1; i < p->ring_n; i++) {
        least = s->account_ns[i] < s->account_ns[least] ? i : least;
    }
    return least;
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

/* Skips whole frames that end by `now`. A frame repeats itself when nobody has anything left to
 * make up for (strict), or when all are charged within one slice of each other (legacy). */
static void skip_frames(const struct sched_params *p, struct sched_state *s, int64_t now_ns)
{
    int64_t frame_ns = p->ring_n * (p->switch_ns + p->slice_ns);
    int64_t frames = (now_ns - s->end_ns) / frame_ns;
    if (frames <= 0 || s->end_ns == 0) {
        return;
    }
    int64_t least = s->account_ns[0];
    int64_t most = s->account_ns[0];
    for (int i = 1; i < p->ring_n; i++) {
        least = s->account_ns[i] < least ? s->account_ns[i] : least;
        most = s->account_ns[i] > most ? s->account_ns[i] : most;
    }
    bool strict = p->discipline == DISCIPLINE_STRICT;
    if (strict ? most >= p->averaging : most - least >= p->slice_ns) {
        return;
    }
    for (int i = 0; !strict && i < p->ring_n; i++) {
        s->account_ns[i] += frames * p->slice_ns;
    }
    s->begin_ns += frames * frame_ns;
    s->end_ns += frames * frame_ns;
}

static struct sched_turn walk_pick(const struct sched_params *p, struct sched_state *s,
                                   const struct sched_view *v)
{
    while (s->end_ns <= v->now_ns) {
        skip_frames(p, s, v->now_ns);
        if (s->end_ns <= v->now_ns) {
            open_slot(p, s);
        }
    }
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
    return p->granularity_ns > 0 ? walk_pick(p, s, v) : grid_pick(p, v);
}

void sched_ring_overrun(const struct sched_params *p, struct sched_state *s, int vgpu,
                        int64_t overshoot_ns, int64_t end_ns)
{
    (void)p;
    assert(s->slot == vgpu && end_ns >= s->end_ns);
    s->account_ns[vgpu] += overshoot_ns;
    s->end_ns = end_ns;
}
