/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evq.h - pending events of one lane: a winner tree over static slots, ordered by (time, slot).
 *
 * Every source of events (arrival stream, server, slice timer) owns a slot for good; idle is
 * EVQ_IDLE. Lower slots win ties, so the order of events at one instant is the order in which
 * slots are numbered. Any slot may be changed at any time: a changed leaf replays its path to
 * the root. Cost: ceil(log2(slots)) comparisons without data-dependent branches. Allocates only
 * in evq_init. */
#ifndef SIM_CORE_EVQ_H
#define SIM_CORE_EVQ_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"

#define EVQ_IDLE INT64_MAX

struct evq {
    int64_t *time_ns; /* [leaf_n] time of each slot */
    uint32_t *winner; /* [2 leaf_n] slot that wins below node i; 1 is the root, leaf_n + s slot
                         s's leaf */
    uint32_t leaf_n;  /* power of two, >= slot_n and >= 2 */
    uint32_t slot_n;
};

/* slot_n >= 1 slots, all idle. False when memory is out. O(slot_n). */
bool evq_init(struct evq *q, struct arena *a, uint32_t slot_n);

/* All slots idle again. */
void evq_reset(struct evq *q);

/* Sets the time of a slot, >= 0 (EVQ_IDLE cancels). */
static inline void evq_set(struct evq *q, uint32_t slot, int64_t time_ns)
{
    uint64_t best_ns = (uint64_t)time_ns;
    uint32_t best = slot;

    assert(slot < q->slot_n);
    assert(time_ns >= 0);
    q->time_ns[slot] = time_ns;

    /* The sibling wins when it is earlier, or as early and to the left, which is where the node
     * on the path is odd. Selection is by mask: `?:` becomes a branch that is mispredicted
     * every other time. */
    for (uint32_t node = q->leaf_n + slot; node > 1; node >>= 1) {
        const uint32_t other = q->winner[node ^ 1U];
        const uint64_t other_ns = (uint64_t)q->time_ns[other];
        const uint64_t mask = -(uint64_t)(other_ns < best_ns + (node & 1U));

        best_ns ^= (best_ns ^ other_ns) & mask;
        best ^= (best ^ other) & (uint32_t)mask;
        q->winner[node >> 1] = best;
    }
}

/* The slot that is due next (slot 0 when all are idle), and its time (EVQ_IDLE when all are
 * idle). */
static inline uint32_t evq_first(const struct evq *q)
{
    return q->winner[1];
}

static inline int64_t evq_first_ns(const struct evq *q)
{
    return q->time_ns[q->winner[1]];
}

#endif
