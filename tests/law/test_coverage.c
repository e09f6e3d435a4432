/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: intervals are honest, and the test that says so can fail.
 * Method: 200 whole experiments a model with fixed seeds; the number of intervals that hold the
 * exact value must be one that a true 95 % gives in 99.9 % of all tests (binomial: 179 to 198).
 * As a control, intervals that take requests for independent must fail the same test. The long
 * form is make coverage-of-intervals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/coverage/cover.h"

enum {
    MACROS = 200,
    LEAST = 179,
    MOST = 198,
    THREADS = 2
};

static struct cover run(const char *name, double load)
{
    struct cover c;
    assert_true(cover_run(&c, cover_find(name), load, MACROS, 1000001, THREADS));
    print_message("%-32s load %.1f: mean %d, p95 %d, naive %d of %d\n", name, load,
                  (int)c.mean.held, (int)c.p95.held, (int)c.naive.held, MACROS);
    return c;
}

static void assert_honest(const struct cover_count *c)
{
    assert_in_range((uintmax_t)c->held, LEAST, MOST);
}

static void coverage_is_nominal_when_requests_queue(void **state)
{
    (void)state;
    struct cover c = run("M/M/1", 0.6);
    assert_honest(&c.mean);
    assert_honest(&c.p95);
}

static void coverage_is_nominal_when_slots_are_kept(void **state)
{
    (void)state;
    struct cover c = run("equal share, M/D, slot 2 of 4", 0.6);
    assert_honest(&c.mean);
    assert_honest(&c.p95);
}

static void coverage_is_nominal_when_clients_wait_for_answers(void **state)
{
    (void)state;
    struct cover c = run("closed, 10 clients", 0.9);
    assert_honest(&c.mean);
    assert_honest(&c.p95);
}

static void coverage_is_lost_when_requests_are_taken_for_independent(void **state)
{
    (void)state;
    struct cover c = run("M/M/1", 0.6);
    assert_true(c.naive.held < LEAST);
}

int main(void)
{
    dist_library_quiet();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coverage_is_nominal_when_requests_queue),
        cmocka_unit_test(coverage_is_nominal_when_slots_are_kept),
        cmocka_unit_test(coverage_is_nominal_when_clients_wait_for_answers),
        cmocka_unit_test(coverage_is_lost_when_requests_are_taken_for_independent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
