/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_recall.c - latencies by serial, against a plain array.
 *
 * Goal: what was put is taken once, in any order, whatever the spread of serials, and the table
 * grows only where two of them meet. */
#include "sim/run/recall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/core/rng.h"

enum {
    SERIALS = 20000,
    WINDOW = 300 /* serials that are in the table at once, at most */
};

static void recall_gives_each_latency_once_when_order_is_random(void **state)
{
    static int64_t at[WINDOW];
    struct recall r = {0};
    struct rng rng;
    const struct rng_id id = {.seed = 1};
    int64_t latency_ns = 0;
    (void)state;
    rng_init(&rng, &id, RNG_TEST);
    int n = 0;
    for (int64_t serial = 0; serial < SERIALS; serial++) {
        assert_false(recall_take(&r, serial, &latency_ns));
        assert_true(recall_put(&r, serial, 3 * serial - 1)); /* -1: one that was dropped */
        at[n++] = serial;
        if (n == WINDOW || rng_uniform(&rng) < 0.9) {
            int k = n == WINDOW ? 0 : (int)(rng_uniform(&rng) * n);
            assert_true(recall_take(&r, at[k], &latency_ns));
            assert_int_equal(latency_ns, 3 * at[k] - 1);
            assert_false(recall_take(&r, at[k], &latency_ns));
            at[k] = at[--n];
        }
    }
    /* A doubling takes the spread of what waits, and that is below all serials. */
    assert_true(r.cap >= n && r.cap <= 2 * SERIALS);
    for (int k = 0; k < n; k++) {
        assert_true(recall_take(&r, at[k], &latency_ns));
    }
    recall_fini(&r);
    assert_int_equal(r.cap, 0);
}

static void recall_forgets_when_it_is_reset(void **state)
{
    struct recall r = {0};
    int64_t latency_ns;
    (void)state;
    recall_reset(&r);
    assert_true(recall_put(&r, 5, 7));
    const int64_t cap = r.cap;
    recall_reset(&r);
    assert_false(recall_take(&r, 5, &latency_ns));
    assert_int_equal(r.cap, cap);
    assert_true(recall_put(&r, 5, 8));
    assert_true(recall_take(&r, 5, &latency_ns));
    assert_int_equal(latency_ns, 8);
    recall_fini(&r);
}

static void recall_doubles_only_where_serials_meet(void **state)
{
    struct recall r = {0};
    (void)state;
    for (int64_t serial = 1000; serial < 1064; serial++) {
        assert_true(recall_put(&r, serial, serial));
    }
    assert_int_equal(r.cap, 64);
    assert_true(recall_put(&r, 1064, 0));
    assert_int_equal(r.cap, 128);
    recall_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recall_gives_each_latency_once_when_order_is_random),
        cmocka_unit_test(recall_forgets_when_it_is_reset),
        cmocka_unit_test(recall_doubles_only_where_serials_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
