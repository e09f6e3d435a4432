/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evq.h - pending events of one lane: a winner tree over static slots, ordered by (time, slot).
 *
 * Every source of events (arrival stream, server, slice timer) owns a slot for good; idle is EVQ_IDLE.
 * Lower slots win ties, so the order of events at one instant is the order in which slots are
 * numbered. Any slot may be changed at any time: a changed leaf replays its path to the root.
 * Cost: ceil(log2(slots)) comparisons without data-dependent branches. Allocates only in evq_init. */
#ifndef SIM_CORE_EVQ_H
#define SIM_CORE_EVQ_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"

#define EVQ_IDLE INT64_MAX

struct evq {
    int64_t *time_ns;  /* [leaf_n] time of each slot */
    uint32_t *winner;  /* [leaf_n] winner[i]: slot that wins below inner node i; winner[1] is the root */
    uint32_t leaf_n;   /* power of two, >= slot_n */
    uint32_t slot_n;
};

/* slot_n >= 1 slots, all idle. False when memory is out. O(slot_n). */
bool evq_init(struct evq *q, struct arena *a, uint32_t slot_n);

/* All slots idle again. */
void evq_reset(struct evq *q);

/* Sets the time of a slot (EVQ_IDLE cancels). */
void evq_set(struct evq *q, uint32_t slot, int64_t time_ns);

/* The slot that is due next, and its time (EVQ_IDLE when all are idle). */
uint32_t evq_first(const struct evq *q);
int64_t evq_first_ns(const struct evq *q);

#endif
