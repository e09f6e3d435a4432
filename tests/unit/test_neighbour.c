/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_neighbour.c - who harms whom, and what hangs on unverified parameters, by hand.
 *
 * Slices of 2 ms, switches of 0.5 ms, every 100 ms: b's 5 ms come at 0, a's 3 ms at 1 ms, c's 1
 * ms at 50 ms. Under best effort c ran last, so b begins with a switch: b 0.5-2.5, a 3-5, b
 * 5.5-7.5, a 8-9 (latency 8 ms), b 9.5-10.5 (10.5 ms); c switches and takes 1.5 ms. Baselines
 * are 3, 5 and 1 ms, so all are violated at 20 %. Without b, a takes 0.5 + 3; without a, b
 * takes 0.5 + 5: not violated. Without c, a takes 7.5 and b 10. Whoever is silent, c pays its
 * switch. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/run/sensitivity.h"
#include "tests/unit/fixture.h"

static const char three[] =
    "version: 1\n"
    "name: three\n"
    "horizon: 10 s\n"
    "warmup: 1 s\n"
    "fleet: {gpu: A100-PCIE-80GB}\n"
    "scheduler: {slice: 2 ms, switch: 500 us}\n"
    "modes:\n"
    "  - {mode: time-sliced, scheduler: {policy: best-effort}}\n"
    "  - {mode: time-sliced, scheduler: {policy: equal-share}}\n"
    "  - mig\n"
    "tenants:\n"
    "  - {name: a, framebuffer: 20 GiB, workload: {kind: requests,\n"
    "     arrivals: {process: periodic, rate: 10/s, phase: 1 ms},\n"
    "     service: {dist: deterministic, mean: 3 ms}, scaling: {width: 10%}}}\n"
    "  - {name: b, framebuffer: 20 GiB, workload: {kind: requests,\n"
    "     arrivals: {process: periodic, rate: 10/s},\n"
    "     service: {dist: deterministic, mean: 5 ms}, scaling: {width: 10%}}}\n"
    "  - {name: c, framebuffer: 20 GiB, workload: {kind: requests,\n"
    "     arrivals: {process: periodic, rate: 10/s, phase: 50 ms},\n"
    "     service: {dist: deterministic, mean: 1 ms}, scaling: {width: 10%}}}\n";

static const struct result *run(struct fixture *f, struct exp_options o)
{
    assert_true(fixture_open(f));
    const struct scenario *s = fixture_read(f, three);
    assert_non_null(s);
    o.seed = 1;
    o.threads = 2;
    o.version = "test";
    const struct result *r = sensitivity_run(&f->arena, s, &o, &f->diag);
    assert_non_null(r);
    return r;
}

static void is_harmed_by(const struct tenant_result *t, const char *name, double without_ms,
                         double cost_ms)
{
    assert_non_null(t->worst.tenant);
    assert_string_equal(t->worst.tenant->name, name);
    assert_int_equal(t->worst.violations, 0);
    assert_true(fabs(t->worst.p95_ns.value - without_ms * 1e6) < 0.5);
    assert_true(fabs(t->worst.p95_cost_ns.value - cost_ms * 1e6) < 0.5);
}

static void neighbour_is_named_when_the_victim_does_better_without_it(void **state)
{
    struct fixture f;
    (void)state;
    const struct result *r = run(&f, (struct exp_options){.isolation = true, .check = true});
    const struct mode_result *be = &r->mode[0];
    for (int t = 0; t < 3; t++) {
        assert_int_equal(be->tenant[t].violations.total, 100);
        assert_int_equal(be->tenant[t].violations.entitlement, 0);
        assert_null(r->mode[1].tenant[t].worst.tenant); /* no victims where slots are kept */
        assert_null(r->mode[2].tenant[t].worst.tenant);
    }
    is_harmed_by(&be->tenant[0], "b", 3.5, 4.5);
    is_harmed_by(&be->tenant[1], "a", 5.5, 5.0);
    assert_null(be->tenant[2].worst.tenant); /* silence of one does not spare c its switch */
    fixture_close(&f);
}

static void neighbour_is_not_looked_for_when_not_asked(void **state)
{
    struct fixture f;
    (void)state;
    const struct result *r = run(&f, (struct exp_options){.check = true});
    assert_null(r->mode[0].tenant[0].worst.tenant);
    assert_null(r->shift);
    assert_null(r->order);
    fixture_close(&f);
}

/* Yielded, equal share is best effort: what was known of their order is lost, and nothing else
 * is varied, because the switch time is stated. Instances are faster for everybody, whose 3, 5
 * and 1 ms they give without a switch. */
static void sensitivity_loses_an_order_when_equal_share_yields(void **state)
{
    struct fixture f;
    (void)state;
    const struct result *r = run(&f, (struct exp_options){.sensitivity = true});
    assert_non_null(r->order);
    const signed char *order = r->order;
    int known = 0;
    int between = 0;
    for (int i = 0; i < 27; i++) {
        int a = i / 9;
        int b = i / 3 % 3;
        int t = i % 3;
        assert_int_equal(order[i], -order[(b * 3 + a) * 3 + t]);
        known += order[i] < 0;
        between += a + b == 1 && order[i] < 0;
        if (a == 2 && b == 0) {
            assert_int_equal(order[i], -1);
        }
    }
    assert_true(between > 0);
    assert_int_equal(r->shift_n, 1);
    assert_int_equal(r->shift[0].orders_n, known);
    assert_int_equal(r->shift[0].untold_n, between);
    assert_int_equal(r->shift[0].flip_n, 0);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbour_is_named_when_the_victim_does_better_without_it),
        cmocka_unit_test(neighbour_is_not_looked_for_when_not_asked),
        cmocka_unit_test(sensitivity_loses_an_order_when_equal_share_yields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
