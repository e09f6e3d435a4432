/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: MSER-5 cuts where it should, and says when a series never settles.
 * Method: one published vector, a direct evaluation of the definition, and degenerate series.
 */
#include "sim/core/warm.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/core/rng.h"

enum {
    LENGTH = 1000
};

/* Source: oracle P51: x_i = 10 e^(-i/40) + ((37 i mod 101) - 50) / 25, i = 0 .. 999, cut 28
 * batches. */
static void warm_cuts_140_observations_when_given_the_oracle_series(void **state)
{
    double x[LENGTH];

    (void)state;
    for (int i = 0; i < LENGTH; i++) {
        x[i] = 10.0 * exp(-i / 40.0) + ((37 * i) % 101 - 50) / 25.0;
    }

    const struct warm_cut w = warm_mser5(x, LENGTH);

    assert_int_equal(w.batches_n, 200);
    assert_int_equal(w.cut, 140);
    assert_false(w.in_second_half);
}

/* sum_{j >= d} (b_j - mean)^2 / (m - d)^2 in two passes. */
static double mser_direct(const double *b, size_t m, size_t d)
{
    double mean = 0.0;
    double squares = 0.0;

    for (size_t j = d; j < m; j++) {
        mean += b[j];
    }
    mean /= (double)(m - d);
    for (size_t j = d; j < m; j++) {
        squares += (b[j] - mean) * (b[j] - mean);
    }
    return squares / (double)((m - d) * (m - d));
}

static void warm_equals_the_definition_when_series_are_random(void **state)
{
    static const struct rng_id id = {.seed = 11};
    struct rng r;

    (void)state;
    rng_init(&r, &id, RNG_TEST);
    for (size_t n = 50; n < 300; n += 7) {
        double x[300];
        double b[60] = {0.0};
        const size_t m = n / 5;
        size_t best = 0;
        double late = HUGE_VAL;

        for (size_t i = 0; i < n; i++) {
            x[i] = rng_uniform(&r) + (i < n / 4 ? 0.5 : 0.0) +
                   (n % 3 == 0 ? (double)i * 0.01 : 0.0);
            if (i / 5 < m) {
                b[i / 5] += x[i] / 5.0;
            }
        }
        for (size_t d = 1; d + 5 <= m; d++) {
            const double v = mser_direct(b, m, d);

            if (d <= m / 2) {
                best = v < mser_direct(b, m, best) ? d : best;
            } else {
                late = fmin(late, v);
            }
        }

        const struct warm_cut w = warm_mser5(x, n);

        assert_int_equal(w.cut, 5 * best);
        assert_int_equal(w.in_second_half, late < mser_direct(b, m, best));
    }
}

static void warm_flags_the_series_when_it_never_settles(void **state)
{
    double x[LENGTH];

    (void)state;
    for (int i = 0; i < LENGTH; i++) {
        x[i] = i;
    }
    assert_true(warm_mser5(x, LENGTH).in_second_half);
}

static void warm_cuts_nothing_when_the_series_is_constant_or_short(void **state)
{
    double x[LENGTH];

    (void)state;
    for (int i = 0; i < LENGTH; i++) {
        x[i] = 4.0;
    }
    assert_int_equal(warm_mser5(x, LENGTH).cut, 0);
    assert_false(warm_mser5(x, LENGTH).in_second_half);
    x[0] = 1000.0;
    assert_int_equal(warm_mser5(x, 49).cut, 0);
    assert_int_equal(warm_mser5(x, 49).batches_n, 9);
    assert_int_equal(warm_mser5(x, 50).cut, 5);
    assert_int_equal(warm_mser5(NULL, 0).cut, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warm_cuts_140_observations_when_given_the_oracle_series),
        cmocka_unit_test(warm_equals_the_definition_when_series_are_random),
        cmocka_unit_test(warm_flags_the_series_when_it_never_settles),
        cmocka_unit_test(warm_cuts_nothing_when_the_series_is_constant_or_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
