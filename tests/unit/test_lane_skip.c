/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_lane_skip.c - a chain of rounded differences in one go, against the chain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/core/rng.h"
#include "sim/run/lane_engine.h"

static double one_by_one(double r, double c, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        r -= c;
    }
    return r;
}

static void same(double r, double c, int64_t n)
{
    double want = one_by_one(r, c, n);
    double got = skip_subtract(r, c, n);
    if (got > want || got < want) {
        fail_msg("%.17g - %lld x %.17g: %.17g, not %.17g", r, (long long)n, c, got, want);
    }
}

static void skip_subtract_is_the_chain_when_random(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, &(struct rng_id){.seed = 11}, RNG_TEST);
    for (int i = 0; i < 4000; i++) {
        double big = 1e12 * rng_uniform(&r) * rng_uniform(&r) + 1.0;
        int64_t slice = 1 + (int64_t)(rng_word(&r) % 2000000);
        double c = (double)slice / (1.0 + 9.0 * rng_uniform(&r));
        int64_t n = (int64_t)(big / c * rng_uniform(&r));
        same(big, c, n < 100000 ? n : 100000);
    }
}

/* Halves of the grid go to the even side: the first such step may differ from the rest. */
static void skip_subtract_is_the_chain_when_steps_fall_between_two_numbers(void **state)
{
    (void)state;
    for (int e = 0; e < 4; e++) {
        double ulp = (double)(1 << e); /* of numbers in [2^(52+e), 2^(53+e)) */
        double top = 9007199254740992.0 * ulp;
        for (int k = 1; k < 40; k++) {
            same(top - ulp * k, ulp * 0.5 * k, 1000);
            same(top - ulp * (k + 1), ulp * (k + 0.5), 1001);
            same(top - ulp * k, 2251799813685248.25 * ulp + ulp * 0.5 * k, 3);
        }
    }
}

static void skip_subtract_stands_when_the_step_vanishes(void **state)
{
    (void)state;
    same(9007199254740990.0, 0.25, 1000);
    same(100.0, 3.0, 0);
    same(100.0, 3.0, 1);
    same(100.0, 3.0, 33);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(skip_subtract_is_the_chain_when_random),
        cmocka_unit_test(skip_subtract_is_the_chain_when_steps_fall_between_two_numbers),
        cmocka_unit_test(skip_subtract_stands_when_the_step_vanishes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
