/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: the tree names the earliest slot, ties to the lower one, after any change.
 * Method: a naive scan beside it through 10^5 random operations per size, with many equal
 * times. */
#include "sim/core/evq.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/core/rng.h"

enum {
    OPERATIONS = 100000,
    SLOTS_MAX = 300
};

static uint32_t scan_first(const int64_t *time_ns, uint32_t n)
{
    uint32_t first = 0;

    for (uint32_t i = 1; i < n; i++) {
        if (time_ns[i] < time_ns[first]) {
            first = i;
        }
    }
    return first;
}

/* Times from a small range, so that about every tree has ties, and now and then extremes. */
static int64_t some_time(struct rng *r)
{
    const uint64_t word = rng_word(r);

    switch (word >> 61) {
    case 0:
        return EVQ_IDLE;
    case 1:
        return EVQ_IDLE - 1;
    case 2:
        return 0;
    default:
        return (int64_t)(word % 50);
    }
}

static void evq_agrees_with_a_scan_when_slots_change_at_random(void **state)
{
    static const uint32_t sizes[] = {1, 2, 3, 4, 5, 8, 17, 64, SLOTS_MAX};
    static const struct rng_id id = {.seed = 3};
    struct rng r;

    (void)state;
    rng_init(&r, &id, RNG_TEST);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const uint32_t n = sizes[s];
        int64_t time_ns[SLOTS_MAX];
        struct arena a;
        struct evq q;

        arena_init(&a, "test");
        assert_true(evq_init(&q, &a, n));
        for (uint32_t i = 0; i < n; i++) {
            time_ns[i] = EVQ_IDLE;
        }
        for (int k = 0; k < OPERATIONS; k++) {
            const uint32_t slot = (uint32_t)(rng_word(&r) % n);
            const int64_t t = some_time(&r);

            time_ns[slot] = t;
            evq_set(&q, slot, t);

            const uint32_t want = scan_first(time_ns, n);

            assert_int_equal(evq_first(&q), want);
            assert_int_equal(evq_first_ns(&q), time_ns[want]);
        }
        arena_fini(&a);
    }
}

static void evq_is_idle_when_new_or_reset(void **state)
{
    struct arena a;
    struct evq q;

    (void)state;
    arena_init(&a, "test");
    assert_true(evq_init(&q, &a, 7));
    assert_int_equal(evq_first_ns(&q), EVQ_IDLE);
    evq_set(&q, 6, 10);
    evq_set(&q, 2, 20);
    assert_int_equal(evq_first(&q), 6);
    assert_int_equal(evq_first_ns(&q), 10);
    evq_reset(&q);
    assert_int_equal(evq_first_ns(&q), EVQ_IDLE);
    evq_set(&q, 2, EVQ_IDLE - 1);
    assert_int_equal(evq_first(&q), 2);
    arena_fini(&a);
}

static void evq_gives_slots_in_order_when_all_are_due_at_once(void **state)
{
    struct arena a;
    struct evq q;

    (void)state;
    arena_init(&a, "test");
    assert_true(evq_init(&q, &a, 13));
    for (uint32_t i = 13; i-- > 0;) {
        evq_set(&q, i, 5);
    }
    for (uint32_t i = 0; i < 13; i++) {
        assert_int_equal(evq_first(&q), i);
        evq_set(&q, i, EVQ_IDLE);
    }
    assert_int_equal(evq_first_ns(&q), EVQ_IDLE);
    arena_fini(&a);
}

static void evq_init_fails_when_memory_is_out(void **state)
{
    struct arena a;
    struct evq q;

    (void)state;
    for (long n = 1; n <= 2; n++) {
        arena_init(&a, "test");
        mem_fail_at(n);
        const bool ok = evq_init(&q, &a, UINT32_C(1) << 20);

        mem_fail_at(0);
        assert_false(ok);
        arena_fini(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evq_agrees_with_a_scan_when_slots_change_at_random),
        cmocka_unit_test(evq_is_idle_when_new_or_reset),
        cmocka_unit_test(evq_gives_slots_in_order_when_all_are_due_at_once),
        cmocka_unit_test(evq_init_fails_when_memory_is_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
