/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_laws.c - the whole program against exact results.
 *
 * Every row of laws.c runs its scenario from text to result with 20 replications and a seed of
 * its own, the number of the scenario, so that the rows of different scenarios are independent.
 * A row with an interval passes when the exact value lies within four standard errors
 * (two-sided false alarm 8e-4 a row); an exact row must agree to 1e-9. Each scenario is run
 * once for all its rows. */
#include "tests/law/law.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "tests/unit/fixture.h"

static struct fixture fixture;

const struct result *law_run(const char *yaml, uint64_t seed)
{
    assert_true(fixture_open(&fixture));
    const struct scenario *s = fixture_read(&fixture, yaml);
    const struct result *r = s ? fixture_run(&fixture, s, seed, true) : NULL;
    for (size_t i = 0; i < fixture.diag.entry_n; i++) {
        const struct diag_entry *e = &fixture.diag.entry[i];
        print_message("%d:%d: %s\n", e->at.line, e->at.col, e->text);
    }
    if (!r || !r->mode[0].feasible) {
        for (int i = 0; r && i < r->mode[0].fleet->reasons.n; i++) {
            print_message("%s\n", r->mode[0].fleet->reasons.list[i].text);
        }
        fail_msg("the scenario does not run:\n%s", yaml);
    }
    return r;
}

void law_done(void)
{
    fixture_close(&fixture);
}

/* Intervals of the table, and how many of them do not hold the exact value. */
static unsigned intervals_n;
static unsigned misses_n;

/* Prints the row; returns whether it passes. */
static bool holds(const struct law *law, const struct result *r)
{
    struct estimate got = law->got(r);
    int dof = r->mode[0].replicas - 1;
    double se = got.has_ci ? (got.hi - got.lo) / 2.0 / ci_t975(dof) : 0.0;
    double off = got.value - law->exact;
    double limit = 1e-9 * (fabs(law->exact) > 1.0 ? fabs(law->exact) : 1.0);
    if (law->rule == LAW_CI) {
        limit = 4.0 * se;
    } else if (law->rule == LAW_QMC) {
        limit = 1e-3 * 1e6;
    }
    bool ok = got.has_value && fabs(off) <= limit;
    double half = got.has_ci ? (got.hi - got.lo) / 2.0 : 0.0;
    print_message("%s %-10s %-40s exact %-14.9g got %-14.9g half %-12.5g z %+.2f\n",
                  ok ? "ok  " : "FAIL", law->id, law->statistic, law->exact, got.value, half,
                  se > 0.0 ? off / se : 0.0);
    intervals_n += law->rule == LAW_CI;
    misses_n += law->rule == LAW_CI && fabs(off) > half;
    return ok;
}

static void program_agrees_with_exact_results(void **state)
{
    (void)state;
    int failed = 0;
    uint64_t seed = 0;
    const struct result *r = NULL;
    for (int i = 0; i < laws_n; i++) {
        if (i == 0 || laws[i].scenario != laws[i - 1].scenario) {
            if (r) {
                law_done();
            }
            r = law_run(laws[i].scenario, ++seed);
        }
        failed += !holds(&laws[i], r);
    }
    law_done();
    assert_int_equal(failed, 0);
}

/* 95 % intervals miss one time in twenty: more often only as chance allows once in a thousand.
 * Runs after the table, on its counts. */
static void intervals_miss_no_more_than_chance_allows(void **state)
{
    (void)state;
    double more = gsl_cdf_binomial_Q(misses_n, 0.05, intervals_n) +
                  gsl_ran_binomial_pdf(misses_n, 0.05, intervals_n);
    print_message("%u of %u intervals miss; so many or more happen with probability %.3f\n",
                  misses_n, intervals_n, more);
    assert_true(intervals_n > 30);
    assert_true(more > 0.001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_agrees_with_exact_results),
        cmocka_unit_test(intervals_miss_no_more_than_chance_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
