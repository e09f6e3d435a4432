/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evheap.h - pending events of a large set that changes: VMs that arrive and leave.
 *
 * A heap of four children per node over (time, sequence): events of one time come out in the
 * order in which they went in or were last updated. Every pending event has a slot, a small
 * number that is reused once the event is gone, so that callers keep what belongs to it in an
 * array of their own. Cost: O(log4 n) per call, a node's children in 64 bytes of a row;
 * allocates only to double. Few events with sources that stay: evq.h, which is faster. */
#ifndef SIM_CORE_EVHEAP_H
#define SIM_CORE_EVHEAP_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    EVHEAP_SLOT_BITS = 24,
    EVHEAP_MAX = 1 << EVHEAP_SLOT_BITS /* pending events */
};

struct evheap_event {
    int64_t time_ns;
    uint64_t tag; /* sequence above EVHEAP_SLOT_BITS, slot below: decides ties by sequence */
};

struct evheap {
    struct evheap_event *event; /* [n] of [cap] in heap order; heap */
    uint32_t *place; /* [cap] of a pending slot: its index in event; of a free one: the next */
    uint32_t n, cap;
    uint32_t idle;     /* first free slot; cap: none */
    uint64_t sequence; /* of the next push or update; below 2^40 */
};

void evheap_init(struct evheap *h);
void evheap_fini(struct evheap *h);

/* Makes room for n pending events in all. False when memory is out or n > EVHEAP_MAX. */
bool evheap_reserve(struct evheap *h, uint32_t n);

/* Adds an event at time_ns >= 0 and gives its slot. False when there is no room to be had. */
bool evheap_push(struct evheap *h, int64_t time_ns, uint32_t *slot);

/* Another time for a pending event, as if it were pushed anew in its slot. */
void evheap_update(struct evheap *h, uint32_t slot, int64_t time_ns);

/* Removes a pending event; its slot is free. */
void evheap_cancel(struct evheap *h, uint32_t slot);

/* The slot that is due next, and its time; n > 0. To take it out: evheap_cancel. */
static inline uint32_t evheap_first(const struct evheap *h)
{
    assert(h->n > 0);
    return (uint32_t)h->event[0].tag & (EVHEAP_MAX - 1);
}

static inline int64_t evheap_first_ns(const struct evheap *h)
{
    assert(h->n > 0);
    return h->event[0].time_ns;
}

#endif
