/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_hostpath.c - the stretch by the path to the host, against the sum over all subsets. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/hostpath.h"

enum {
    MOST = 300
};

static double term[MOST + 2];

/* G by its definition: every subset is those that are at the path. */
static double by_subsets(const double *share, int n)
{
    double sum = 0.0;
    for (unsigned set = 0; set < 1U << n; set++) {
        double product = 1.0;
        int at_path = 0;
        for (int i = 0; i < n; i++) {
            if (set >> i & 1) {
                product *= share[i] * ++at_path;
            } else {
                product *= 1.0 - share[i];
            }
        }
        sum += product;
    }
    return sum;
}

static void hostpath_equals_the_sum_over_subsets_when_shares_differ(void **state)
{
    (void)state;
    uint32_t x = 1;
    for (int round = 0; round < 200; round++) {
        double share[8];
        int n = 1 + round % 8;
        for (int i = 0; i < n; i++) {
            x = x * 1664525U + 1013904223U;
            share[i] = (double)(x >> 8) / 16777216.0;
        }
        double want = by_subsets(share, n) / by_subsets(share, n - 1);
        double got = hostpath_stretch(share[n - 1], share, n - 1, term);
        assert_true(fabs(got - want) <= 1e-12 * want);
    }
}

static void hostpath_stretches_nothing_when_alone_or_when_nobody_holds_it(void **state)
{
    (void)state;
    static const double none[3] = {0.0, 0.0, 0.0};
    static const double some[2] = {0.3, 1.0};
    assert_true(fabs(hostpath_stretch(0.7, NULL, 0, term) - 1.0) <= 1e-15);
    assert_true(fabs(hostpath_stretch(0.7, none, 3, term) - 1.0) <= 1e-15);
    assert_true(fabs(hostpath_stretch(0.0, some, 2, term) - 1.0) <= 1e-15);
}

/* n that are on the path only take n times as long, however many there are; and no number of
 * those with a part get more of the path than there is. */
static void hostpath_gives_no_more_than_there_is_when_many_hold_it(void **state)
{
    (void)state;
    double share[MOST];
    for (int n = 1; n <= MOST; n++) {
        share[n - 1] = 1.0;
        double got = hostpath_stretch(1.0, share, n - 1, term);
        assert_true(fabs(got - n) <= 1e-9 * n);
    }
    for (int n = 1; n <= MOST; n++) {
        share[n - 1] = 0.05;
    }
    double before = 0.0;
    for (int n = 1; n <= MOST; n++) {
        double used = n * 0.05 / hostpath_stretch(0.05, share, n - 1, term);
        assert_true(used <= 1.0 + 1e-12 && used > before - 1e-12);
        before = used;
    }
    assert_true(before > 0.999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostpath_equals_the_sum_over_subsets_when_shares_differ),
        cmocka_unit_test(hostpath_stretches_nothing_when_alone_or_when_nobody_holds_it),
        cmocka_unit_test(hostpath_gives_no_more_than_there_is_when_many_hold_it),
    };
    return cmocka_run_group_tests_name("hostpath", tests, NULL, NULL);
}
