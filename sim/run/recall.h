/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recall.h - latencies of requests by serial that were computed before they are asked for, each
 * taken out once, in any order.
 *
 * A table of a power of two with one place for each serial modulo its size; where two meet it
 * doubles. So its size follows the spread of the serials that wait to be asked for. On the
 * heap, because a lead has no bound. Cost O(1) but for doublings. */
#ifndef SIM_RUN_RECALL_H
#define SIM_RUN_RECALL_H

#include <stdbool.h>
#include <stdint.h>

struct recalled {
    int64_t serial; /* -1: the place is free */
    int64_t latency_ns;
};

/* All zero is an empty table. */
struct recall {
    struct recalled *place; /* [cap]; NULL until the first */
    int64_t cap;
};

/* Forgets everything, keeping the room. */
void recall_reset(struct recall *r);
void recall_fini(struct recall *r);

/* serial >= 0 is not in the table. False when memory is out. */
bool recall_put(struct recall *r, int64_t serial, int64_t latency_ns);

/* Takes the latency out; false when it is not there. */
bool recall_take(struct recall *r, int64_t serial, int64_t *latency_ns);

#endif
