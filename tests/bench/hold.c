/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hold.c - the hold model on the event sets: take the earliest of N events out, put one back
 * Exp(1) later.
 *
 *   hold SLOTS HOLDS          a winner tree of N slots
 *   hold SLOTS HOLDS heap     a heap of N events, each taken out and another put in
 *
 * Prints CPU ns per hold, variates included, and the number of holds per unit of time and slot,
 * which is 1. Increments are drawn a batch at a time from one stream, as lanes draw theirs. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/core/dist.h"
#include "sim/core/evheap.h"
#include "sim/core/evq.h"

enum {
    MEAN_NS = 100000000
};

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* CPU seconds of the holds on the tree; *end_ns: the time after them. Negative when memory is
 * out. */
static double hold_tree(const struct dist *gap, struct rng *r, long slots, long holds,
                        int64_t *end_ns)
{
    struct arena arena;
    struct evq q;
    int64_t draw[RNG_BATCH];
    arena_init(&arena, "hold");
    if (!evq_init(&q, &arena, (uint32_t)slots)) {
        return -1.0;
    }
    for (long i = 0; i < slots; i++) {
        evq_set(&q, (uint32_t)i, dist_draw_ns(gap, r));
    }
    rng_init(r, &(struct rng_id){.seed = 2}, RNG_TEST);
    double start = cpu_s();
    for (long i = 0; i < holds; i += RNG_BATCH) {
        dist_fill_ns(gap, r, draw, RNG_BATCH);
        for (int j = 0; j < RNG_BATCH; j++) {
            uint32_t slot = evq_first(&q);
            evq_set(&q, slot, evq_first_ns(&q) + draw[j]);
        }
    }
    double used = cpu_s() - start;
    *end_ns = evq_first_ns(&q);
    arena_fini(&arena);
    return used;
}

/* As hold_tree, on the heap. */
static double hold_heap(const struct dist *gap, struct rng *r, long slots, long holds,
                        int64_t *end_ns)
{
    struct evheap h;
    uint32_t slot;
    int64_t draw[RNG_BATCH];
    evheap_init(&h);
    if (!evheap_reserve(&h, (uint32_t)slots)) {
        return -1.0;
    }
    for (long i = 0; i < slots; i++) {
        evheap_push(&h, dist_draw_ns(gap, r), &slot);
    }
    rng_init(r, &(struct rng_id){.seed = 2}, RNG_TEST);
    double start = cpu_s();
    for (long i = 0; i < holds; i += RNG_BATCH) {
        dist_fill_ns(gap, r, draw, RNG_BATCH);
        for (int j = 0; j < RNG_BATCH; j++) {
            int64_t now_ns = evheap_first_ns(&h);
            evheap_cancel(&h, evheap_first(&h));
            evheap_push(&h, now_ns + draw[j], &slot);
        }
    }
    double used = cpu_s() - start;
    *end_ns = evheap_first_ns(&h);
    evheap_fini(&h);
    return used;
}

int main(int argc, char **argv)
{
    bool heap = argc == 4 && strcmp(argv[3], "heap") == 0;
    bool usable = argc == 3 || heap;
    long slots = usable ? atol(argv[1]) : 0;
    long holds = usable ? atol(argv[2]) / RNG_BATCH * RNG_BATCH : 0;
    struct dist gap;
    struct rng r;
    int64_t end_ns;
    if (slots < 1 || slots > EVHEAP_MAX || holds < 1) {
        fprintf(stderr, "usage: hold SLOTS HOLDS [heap]\n");
        return 2;
    }
    rng_init(&r, &(struct rng_id){.seed = 1}, RNG_TEST);
    if (dist_init(&gap, dist_find("exponential"), MEAN_NS, 0, 0, 0)) {
        return 4;
    }
    double used = (heap ? hold_heap : hold_tree)(&gap, &r, slots, holds, &end_ns);
    if (used < 0.0) {
        return 4;
    }
    double units = (double)end_ns / MEAN_NS;
    printf("%.2f %.6f\n", used * 1e9 / (double)holds, (double)holds / (units * (double)slots));
    return 0;
}
