/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_hostfrag.c - fragmentation of hosts against its definition.
 *
 * Random hosts of containers with GPUs in random states: what hostfrag_find names is what the
 * definition gives when every GPU is tried and every kind of the mix is asked anew. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/fleet/hostfrag.h"
#include "tests/unit/draw.h"

enum {
    CASES = 500,
    GPUS = 5,
    KINDS = 6,
    CLASSES = 4
};

static const struct gstate_class classes[CLASSES] = {
    {.kind = -1, .milli = 1000, .weight = 1},
    {.kind = -1, .milli = 460,  .weight = 1},
    {.kind = -1, .milli = 320,  .weight = 1},
    {.kind = -1, .milli = 50,   .weight = 1},
};

static bool fits(struct gstate *g, int state, const struct hostfrag_kind *k)
{
    return gstate_room(g, state) >= classes[k->class_ix].milli;
}

/* The definition, kind by kind. */
static double fragmentation(struct gstate *g, const struct hostfrag_host *h,
                            const struct hostfrag_kind *kind)
{
    double sum = 0;
    for (int i = 0; i < KINDS; i++) {
        const struct hostfrag_kind *k = &kind[i];
        int free = 0;
        int useless = 0;
        int fit_n = 0;
        for (int gpu = 0; gpu < h->gpu_n; gpu++) {
            const int room = gstate_room(g, h->state[gpu]);
            free += room;
            useless += fits(g, h->state[gpu], k) ? 0 : room;
            fit_n += fits(g, h->state[gpu], k);
        }
        const bool runs = k->seats > 0 && fit_n >= k->seats && k->cpu_milli <= h->cpu_milli &&
                          k->memory_bytes <= h->memory_bytes;
        sum += k->share * (runs ? useless : free);
    }
    return sum;
}

/* The best GPU by trying each, with its score. */
static struct hostfrag_gain by_definition(struct gstate *g, const struct hostfrag_host *h,
                                          const struct hostfrag_kind *kind, int vm_ix)
{
    const struct hostfrag_kind *vm = &kind[vm_ix];
    struct hostfrag_gain best = {.gpu = -1};
    const double before = fragmentation(g, h, kind);
    for (int first = 0; first < h->gpu_n; first++) {
        int state[GPUS];
        int seats = 0;
        memcpy(state, h->state, sizeof state);
        for (int gpu = first; gpu < h->gpu_n && seats < vm->seats; gpu++) {
            int at;
            if (gpu == first || seats > 0) {
                const int next = gstate_add(g, state[gpu], vm->class_ix, &at);
                state[gpu] = next == GSTATE_FULL ? state[gpu] : next;
                seats += next != GSTATE_FULL;
            }
        }
        const struct hostfrag_host after = {.state = state,
                                            .gpu_n = h->gpu_n,
                                            .cpu_milli = h->cpu_milli - vm->cpu_milli,
                                            .memory_bytes = h->memory_bytes - vm->memory_bytes};
        if (seats < vm->seats || after.cpu_milli < 0 || after.memory_bytes < 0) {
            continue;
        }
        const double x = (fragmentation(g, &after, kind) - before) / 1000.0;
        const int score = (int)(100.0 / (1.0 + exp(x)) + 1e-9);
        if (best.gpu < 0 || score > best.score) {
            best.gpu = first;
            best.score = score;
        }
    }
    return best;
}

static void hostfrag_names_the_gpu_of_the_definition_when_hosts_are_random(void **state)
{
    (void)state;
    const struct gstate_terms terms = {
        .mode = MODE_CONTAINER_TIME_SLICED, .class = classes, .class_n = CLASSES};
    uint64_t seed = 5;
    int placed_n = 0;
    struct gstate g;
    assert_true(gstate_init(&g, &terms));
    for (int i = 0; i < CASES; i++) {
        struct arena a;
        struct hostfrag f;
        struct hostfrag_kind kind[KINDS];
        int gpu[GPUS] = {0};
        arena_init(&a, "test");
        for (int k = 0; k < KINDS; k++) {
            kind[k] = (struct hostfrag_kind){.class_ix = (int)draw(&seed, CLASSES),
                                             .seats = (int)draw(&seed, 3),
                                             .cpu_milli = (int64_t)draw(&seed, 8),
                                             .memory_bytes = (int64_t)draw(&seed, 8),
                                             .share = draw(&seed, 4) / 10.0};
        }
        for (int n = 0; n < GPUS; n++) {
            for (unsigned k = draw(&seed, 4); k > 0; k--) {
                int at;
                const int next = gstate_add(&g, gpu[n], (int)draw(&seed, CLASSES), &at);
                gpu[n] = next == GSTATE_FULL ? gpu[n] : next;
            }
        }
        const struct hostfrag_host host = {.state = gpu,
                                           .gpu_n = GPUS,
                                           .cpu_milli = (int64_t)draw(&seed, 16),
                                           .memory_bytes = (int64_t)draw(&seed, 16)};
        assert_true(hostfrag_init(&f, &a, &g, kind, KINDS, 1));
        for (int vm = 0; vm < KINDS; vm++) {
            const struct hostfrag_gain want = by_definition(&g, &host, kind, vm);
            for (int again = 0; again < 2; again++) {
                const struct hostfrag_gain got = hostfrag_find(&f, 0, &host, vm);
                assert_int_equal(got.gpu, want.gpu);
                assert_int_equal(got.gpu >= 0 ? got.score : 0, want.gpu >= 0 ? want.score : 0);
            }
            placed_n += want.gpu >= 0;
        }
        arena_fini(&a);
    }
    assert_true(placed_n > CASES);
    gstate_fini(&g);
}

static void hostfrag_asks_again_when_the_host_has_changed(void **state)
{
    (void)state;
    const struct gstate_terms terms = {
        .mode = MODE_CONTAINER_TIME_SLICED, .class = classes, .class_n = CLASSES};
    const struct hostfrag_kind kind = {.class_ix = 0, .seats = 1, .share = 1};
    struct gstate g;
    struct hostfrag f;
    struct arena a;
    int gpu[1] = {0};
    int at;
    arena_init(&a, "test");
    assert_true(gstate_init(&g, &terms));
    assert_true(hostfrag_init(&f, &a, &g, &kind, 1, 1));
    const struct hostfrag_host host = {.state = gpu, .gpu_n = 1};
    assert_int_equal(hostfrag_find(&f, 0, &host, 0).gpu, 0);
    gpu[0] = gstate_add(&g, 0, 0, &at);
    hostfrag_changed(&f, 0);
    assert_int_equal(hostfrag_find(&f, 0, &host, 0).gpu, -1);
    gstate_fini(&g);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostfrag_names_the_gpu_of_the_definition_when_hosts_are_random),
        cmocka_unit_test(hostfrag_asks_again_when_the_host_has_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
