/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: a saved distribution holds order statistics of the samples and ends with the largest.
 * Method: the numbers 1 .. n, whose quantile at p is ceil(p n). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/run/spectrum.h"

static void check(int n)
{
    struct arena arena;
    struct spectrum s;
    arena_init(&arena, "test");
    struct hist *h = hist_new(&arena);
    assert_non_null(h);
    for (int i = n; i >= 1; i--) {
        hist_add(h, i);
    }
    spectrum_of(h, &s);
    assert_true(s.n >= 1 && s.n <= SPECTRUM_MAX);
    for (int i = 0; i < s.n; i++) {
        assert_int_equal(s.ns[i], (int64_t)ceil(s.frac[i] * n - 1e-9));
        assert_true(i == 0 || s.frac[i] > s.frac[i - 1]);
        assert_true(i + 1 == s.n || s.ns[i] < n);
    }
    assert_int_equal(s.ns[s.n - 1], n);
    assert_true(s.frac[s.n - 1] >= 1.0);
    arena_fini(&arena);
}

static void spectrum_holds_order_statistics_when_samples_are_few_or_many(void **state)
{
    (void)state;
    static const int sizes[] = {1, 2, 3, 100, 1000, 10000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        check(sizes[i]);
    }
}

static void spectrum_is_empty_when_nothing_was_counted(void **state)
{
    (void)state;
    struct arena arena;
    struct spectrum s = {.n = 5};
    arena_init(&arena, "test");
    struct hist *h = hist_new(&arena);
    assert_non_null(h);
    spectrum_of(h, &s);
    assert_int_equal(s.n, 0);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spectrum_holds_order_statistics_when_samples_are_few_or_many),
        cmocka_unit_test(spectrum_is_empty_when_nothing_was_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
