/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: a number that does not exist is not printed, and one that is not to be trusted says so.
 * Method: small scenarios, each on one side of a limit; the rules are those of
 * docs/statistics.md. */
#include "sim/run/doubt.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fixture.h"

struct doubt {
    struct fixture fixture;
    const struct result *r;
};

static void set_up(struct doubt *f, const char *horizon, const char *kind, const char *service)
{
    char yaml[1024];
    assert_true(fixture_open(&f->fixture));
    snprintf(yaml, sizeof yaml,
             "version: 1\nname: doubt\nhorizon: %s\nreplicas: 20\nwarmup: 1 s\n"
             "fleet: {gpu: A100-PCIE-80GB, count: 1}\nmodes: [passthrough]\ntenants:\n"
             "  - name: a\n    objective: {mean: 1 h}\n    workload: {%s, service: {%s}}\n",
             horizon, kind, service);
    const struct scenario *s = fixture_read(&f->fixture, yaml);
    f->r = s ? fixture_run(&f->fixture, s, 1, true) : NULL;
    if (!f->r) {
        fail_msg("%s", f->fixture.diag.entry[0].text);
    }
}

static void tear_down(struct doubt *f)
{
    fixture_close(&f->fixture);
}

static bool has_note(const struct doubt *f, const char *rule)
{
    const struct reasons *n = &f->r->mode[0].notes;
    for (int i = 0; i < n->n; i++) {
        if (strcmp(n->list[i].rule, rule) == 0) {
            return true;
        }
    }
    return false;
}

#define OPEN   "kind: requests, arrivals: {process: poisson, rate: 300/s}"
#define CLOSED "kind: closed, clients: 2, think: {dist: exponential, mean: 5 ms}"
#define PARETO "dist: pareto, mean: 1 ms, shape: "

static void doubt_says_nothing_when_the_run_is_long_and_the_tail_is_light(void **state)
{
    struct doubt f;
    (void)state;
    set_up(&f, "30 s", OPEN, "dist: exponential, mean: 1 ms");
    assert_int_equal(f.r->mode[0].notes.n, 0);
    assert_true(f.r->mode[0].tenant[0].latency_mean.has_value);
    tear_down(&f);
}

static void doubt_takes_the_mean_out_when_the_service_has_no_variance(void **state)
{
    struct doubt f;
    (void)state;
    set_up(&f, "30 s", OPEN, PARETO "2");
    const struct tenant_result *t = &f.r->mode[0].tenant[0];
    assert_true(has_note(&f, "ST-01"));
    assert_false(t->latency_mean.has_value);
    assert_false(t->wait_mean.has_value);
    assert_false(t->objective_met);
    assert_true(t->latency[1].has_value);
    tear_down(&f);
}

static void doubt_warns_of_the_interval_when_the_third_moment_is_missing(void **state)
{
    struct doubt f;
    (void)state;
    set_up(&f, "30 s", OPEN, PARETO "2.5");
    assert_true(has_note(&f, "ST-02"));
    assert_true(f.r->mode[0].tenant[0].latency_mean.has_value);
    tear_down(&f);
    set_up(&f, "30 s", OPEN, PARETO "3.1");
    assert_false(has_note(&f, "ST-02"));
    tear_down(&f);
}

/* Two clients wait for one another's service at most: the mean exists with the service's. */
static void doubt_keeps_the_mean_when_clients_bound_the_queue(void **state)
{
    struct doubt f;
    (void)state;
    set_up(&f, "30 s", CLOSED, PARETO "1.8");
    assert_true(has_note(&f, "ST-02"));
    assert_false(has_note(&f, "ST-01"));
    assert_true(f.r->mode[0].tenant[0].latency_mean.has_value);
    tear_down(&f);
    set_up(&f, "30 s", CLOSED, PARETO "2.5");
    assert_false(has_note(&f, "ST-02"));
    tear_down(&f);
}

/* At a load of 0.9 100 requests a replica are a two-hundredth of what is recommended. */
static void doubt_warns_of_width_and_tail_when_the_run_is_short(void **state)
{
    struct doubt f;
    (void)state;
    set_up(&f, "111 ms", "kind: requests, arrivals: {process: poisson, rate: 900/s}",
           "dist: exponential, mean: 1 ms");
    assert_true(has_note(&f, "ST-03"));
    assert_true(has_note(&f, "ST-04"));
    tear_down(&f);
}

int main(void)
{
    dist_library_quiet();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doubt_says_nothing_when_the_run_is_long_and_the_tail_is_light),
        cmocka_unit_test(doubt_takes_the_mean_out_when_the_service_has_no_variance),
        cmocka_unit_test(doubt_warns_of_the_interval_when_the_third_moment_is_missing),
        cmocka_unit_test(doubt_keeps_the_mean_when_clients_bound_the_queue),
        cmocka_unit_test(doubt_warns_of_width_and_tail_when_the_run_is_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
