/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evq.c - setting up the winner tree; the hot paths are inline in the header.
 *
 * With every slot idle all comparisons are ties, and each inner node names the leftmost slot
 * below it. Source: D. E. Knuth, The Art of Computer Programming 3 (1998), 5.4.1, tournament
 * trees. */
#include "sim/core/evq.h"

#include <stddef.h>

bool evq_init(struct evq *q, struct arena *a, uint32_t slot_n)
{
    uint32_t leaf_n = 2;

    assert(slot_n >= 1 && slot_n <= UINT32_C(1) << 30);
    while (leaf_n < slot_n) {
        leaf_n *= 2;
    }
    q->time_ns = arena_alloc(a, leaf_n, sizeof *q->time_ns);
    q->winner = arena_alloc(a, 2 * (size_t)leaf_n, sizeof *q->winner);
    q->leaf_n = leaf_n;
    q->slot_n = slot_n;
    if (q->time_ns == NULL || q->winner == NULL) {
        return false;
    }
    evq_reset(q);
    return true;
}

void evq_reset(struct evq *q)
{
    for (uint32_t slot = 0; slot < q->leaf_n; slot++) {
        q->time_ns[slot] = EVQ_IDLE;
        q->winner[q->leaf_n + slot] = slot;
    }
    for (uint32_t node = q->leaf_n - 1; node >= 1; node--) {
        q->winner[node] = q->winner[2 * node];
    }
}
