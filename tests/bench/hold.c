/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hold.c - the hold model on the event set: take the earliest of N slots, put it back Exp(1)
 * later.
 *
 *   hold SLOTS HOLDS
 *
 * Prints CPU ns per hold, variates included, and the number of holds per unit of time and slot,
 * which is 1. Increments are drawn a batch at a time from one stream, as lanes draw theirs. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/core/dist.h"
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

int main(int argc, char **argv)
{
    long slots = argc == 3 ? atol(argv[1]) : 0;
    long holds = argc == 3 ? atol(argv[2]) / RNG_BATCH * RNG_BATCH : 0;
    struct arena arena;
    struct evq q;
    struct dist gap;
    struct rng r;
    int64_t draw[RNG_BATCH];
    if (slots < 1 || slots > 1 << 24 || holds < 1) {
        fprintf(stderr, "usage: hold SLOTS HOLDS\n");
        return 2;
    }
    arena_init(&arena, "hold");
    rng_init(&r, &(struct rng_id){.seed = 1}, RNG_TEST);
    if (!evq_init(&q, &arena, (uint32_t)slots) ||
        dist_init(&gap, dist_find("exponential"), MEAN_NS, 0, 0, 0)) {
        return 4;
    }
    for (long i = 0; i < slots; i++) {
        evq_set(&q, (uint32_t)i, dist_draw_ns(&gap, &r));
    }
    rng_init(&r, &(struct rng_id){.seed = 2}, RNG_TEST);
    double start = cpu_s();
    for (long i = 0; i < holds; i += RNG_BATCH) {
        dist_fill_ns(&gap, &r, draw, RNG_BATCH);
        for (int j = 0; j < RNG_BATCH; j++) {
            uint32_t slot = evq_first(&q);
            evq_set(&q, slot, evq_first_ns(&q) + draw[j]);
        }
    }
    double used = cpu_s() - start;
    double units = (double)evq_first_ns(&q) / MEAN_NS;
    printf("%.2f %.6f\n", used * 1e9 / (double)holds, (double)holds / (units * (double)slots));
    arena_fini(&arena);
    return 0;
}
