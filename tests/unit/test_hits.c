/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_hits.c - whom faults hit in each mode and class, and what that does, by hand.
 *
 * Two hosts with two A100 80 GB each and twelve VMs of 20 GiB, six of a and six of b. In turns
 * four fit on a GPU, on instances of 1g.20gb four as well: a/0 to a/3 on the first GPU, a/4,
 * a/5, b/0 and b/1 on the second, the rest on the third; the first two are on host 0.
 * Containers are spread: a/4 shares a GPU with a/0 and b/2. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "models/life.h"
#include "tests/unit/fixture.h"

static bool notes(const struct mode_result *m, const char *rule)
{
    bool has = false;
    for (int i = 0; i < m->notes.n; i++) {
        has = has || strcmp(m->notes.list[i].rule, rule) == 0;
    }
    return has;
}

static const char twelve[] =
    "version: 1\n"
    "name: twelve\n"
    "horizon: 1 s\n"
    "warmup: 0 s\n"
    "coupling: none\n"
    "fleet: {hosts: [{name: h, count: 2, gpu: A100-PCIE-80GB, gpus: 2}]}\n"
    "placement: {policy: first-fit}\n"
    "modes: [%s]\n"
    "tenants:\n"
    "  - {name: a, count: %d, framebuffer: 20 GiB, workload: {kind: requests, arrivals:\n"
    "     {process: periodic, rate: 10/s}, service: {dist: deterministic, mean: 1 ms}}}\n"
    "  - {name: b, count: %d, framebuffer: 20 GiB, workload: {kind: requests, arrivals:\n"
    "     {process: periodic, rate: 10/s}, service: {dist: deterministic, mean: 1 ms}}}\n"
    "lifecycle:\n"
    "  - {at: 0.5 s, fault: %s}\n";

static char yaml[4096];

static const struct result *run(struct fixture *f)
{
    assert_true(fixture_open(f));
    const struct scenario *s = fixture_read(f, yaml);
    const struct result *r = s != NULL ? fixture_run(f, s, 1, true) : NULL;
    if (r == NULL || !r->mode[0].simulated) {
        fail_msg("%s\n%s", f->diag.entry_n > 0 ? f->diag.entry[0].text : "infeasible", yaml);
    }
    return r;
}

/* ---- Scopes ---- */

struct reach {
    const char *mode;
    int each; /* VMs of each tenant */
    const char *fault;
    int vms, tenants, beyond;
};

static const struct reach reaches[] = {
    {"passthrough",           2, "a/0, class: contained, downtime: 1 s",             0, 0, 0},
    {"passthrough",           2, "a/0",                                              0, 0, 0},
    {"passthrough",           2, "a/0, class: host, downtime: 1 s",                  1, 0, 0},
    {"time-sliced",           6, "a/0, class: contained, downtime: 1 s",             0, 0, 0},
    {"time-sliced",           6, "a/0",                                              3, 0, 0},
    {"time-sliced",           6, "a/4",                                              3, 1, 0},
    {"time-sliced",           6, "b/0, class: gpu",                                  3, 1, 0},
    {"time-sliced",           6, "b/2",                                              3, 0, 0},
    {"time-sliced",           6, "a/0, class: host, downtime: 1 s",                  7, 1, 0},
    {"time-sliced",           6, "b/5, class: host, downtime: 1 s",                  3, 0, 0},
    {"time-sliced",           6, "a/4, class: contained, scope: gpu, downtime: 1 s", 3, 1, 3},
    {"mig",                   6, "a/4",                                              0, 0, 0},
    {"mig",                   6, "a/4, class: gpu",                                  3, 1, 0},
    {"mig",                   6, "a/4, class: host, downtime: 1 s",                  7, 1, 0},
    {"mig",                   6, "a/4, scope: gpu",                                  3, 1, 3},
    {"mig",                   6, "a/4, class: gpu, scope: vm",                       0, 0, 0},
    {"container-time-sliced", 6, "a/4, class: contained, downtime: 1 s",             0, 0, 0},
    {"container-time-sliced", 6, "a/4, class: contained, scope: gpu, downtime: 1 s", 2, 1, 0},
};

static void faults_reach_as_far_as_the_mode_says_when_classes_differ(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof reaches / sizeof reaches[0]; i++) {
        const struct reach *x = &reaches[i];
        struct fixture f;
        snprintf(yaml, sizeof yaml, twelve, x->mode, x->each, x->each, x->fault);
        const struct result *r = run(&f);
        const struct faults *got = &r->mode[0].faults;
        if (got->n != 1 || got->vms_most != x->vms || got->tenants_most != x->tenants ||
            got->beyond != x->beyond) {
            fail_msg("%s, %s: %lld VMs, %lld tenants, %lld beyond; expected %d, %d, %d",
                     x->mode, x->fault, (long long)got->vms_most, (long long)got->tenants_most,
                     (long long)got->beyond, x->vms, x->tenants, x->beyond);
        }
        assert_true(notes(&r->mode[0], "A37") == (strstr(x->fault, "downtime") == NULL));
        fixture_close(&f);
    }
}

/* A VM that is off is not hit, and has no faults. */
static void faults_pass_over_when_vms_are_off(void **state)
{
    (void)state;
    struct fixture f;
    snprintf(yaml, sizeof yaml, twelve, "time-sliced", 2, 2, "a}\n  - {at: 0.6 s, fault: b/0");
    assert_true(fixture_open(&f));
    struct scenario_overrides over = {.set = (const char *const[]){"tenants.a.powered-off=1"},
                                      .set_n = 1};
    const struct scenario *s =
        scenario_read(&f.arena, f.catalog, "test.yaml", yaml, strlen(yaml), &over, &f.diag);
    assert_non_null(s);
    const struct result *r = fixture_run(&f, s, 1, true);
    assert_non_null(r);
    /* a/0 hits b/0 and b/1; b/0 hits a/0 and b/1; a/1 is off. */
    assert_int_equal(r->mode[0].faults.n, 2);
    assert_int_equal(r->mode[0].faults.vms_most, 2);
    fixture_close(&f);
}

/* ---- What becomes of requests ---- */

/* A request of 10 s, a fault every second: begun anew 100 times, lost at the 101st fault. The
 * times without it go from one second to the next. */
static void request_is_lost_when_it_is_begun_too_often(void **state)
{
    (void)state;
    struct fixture f;
    snprintf(yaml, sizeof yaml, "%s",
             "version: 1\nname: often\nhorizon: 150 s\nwarmup: 0 s\n"
             "fleet: {gpu: A100-PCIE-80GB}\nmodes: [passthrough]\n"
             "tenants:\n  - {name: a, workload: {kind: requests,\n"
             "     arrivals: {process: periodic, rate: 0.01/s, phase: 40 s},\n"
             "     service: {dist: deterministic, mean: 10 s}}}\n"
             "lifecycle:\n  - {every: 1 s, fault: a, requests: restarted, downtime: 0 s}\n");
    const struct tenant_result *t = &run(&f)->mode[0].tenant[0];
    assert_int_equal(t->requests, 2);
    assert_int_equal(t->lost, 2);
    assert_int_equal(t->violations.fault, 0);
    fixture_close(&f);
}

/* ---- Streams ---- */

static const char draws[] =
    "version: 1\nname: draws\nhorizon: 20 s\nwarmup: 1 s\nreplicas: 4\ncoupling: none\n"
    "fleet: {gpu: A100-PCIE-80GB, count: 2}\nmodes: [mig, time-sliced]\n"
    "tenants:\n"
    "  - {name: a, framebuffer: 10 GiB, workload: {kind: requests, arrivals:\n"
    "     {process: poisson, rate: 50/s}, service: {dist: exponential, mean: 2 ms}}}\n"
    "%s"
    "lifecycle:\n"
    "%s"
    "  - {every: {dist: exponential, mean: 2 s}, fault: a, downtime: {dist: exponential,\n"
    "     mean: 300 ms}, requests: restarted}\n";

static const char other[] =
    "  - {name: b, framebuffer: 10 GiB, workload: {kind: requests, arrivals:\n"
    "     {process: poisson, rate: 50/s}, service: {dist: exponential, mean: 2 ms}}}\n";

/* Neither a neighbour with faults of its own nor the mode moves a's faults. */
static void faults_come_at_the_same_times_when_neighbours_differ(void **state)
{
    (void)state;
    struct fixture f;
    snprintf(yaml, sizeof yaml, draws, "", "");
    const struct result *r = run(&f);
    const double alone = r->mode[0].tenant[0].available_frac.value;
    const double p95 = r->mode[0].tenant[0].latency[1].value;
    const double in_turns = r->mode[1].tenant[0].available_frac.value;
    assert_true(r->mode[0].faults.n > 20);
    assert_true(alone < 0.95 && fabs(in_turns - alone) < 1e-12);
    fixture_close(&f);
    snprintf(yaml, sizeof yaml, draws, other, "");
    r = run(&f);
    assert_true(fabs(r->mode[0].tenant[0].available_frac.value - alone) < 1e-12);
    assert_true(fabs(r->mode[0].tenant[0].latency[1].value - p95) < 0.5);
    assert_true(fabs(r->mode[0].tenant[1].available_frac.value - 1.0) < 1e-12);
    /* On one GPU b is down whenever a is. */
    assert_true(fabs(r->mode[1].tenant[1].available_frac.value - alone) < 1e-12);
    fixture_close(&f);
}

/* What a neighbour's fault does is seen against the baseline, and in no other way: on instances
 * nobody differs from it, in turns b does and a, whose fault it was, does not wait for b. */
static void baseline_keeps_own_faults_when_neighbours_have_some(void **state)
{
    (void)state;
    struct fixture f;
    snprintf(yaml, sizeof yaml, draws, other, "");
    const struct result *r = run(&f);
    assert_int_equal(r->mode[0].tenant[0].violations.total, 0);
    assert_int_equal(r->mode[0].tenant[1].violations.total, 0);
    assert_int_equal(r->mode[1].tenant[0].violations.fault, 0);
    assert_true(r->mode[1].tenant[1].violations.fault > 0);
    assert_true(r->mode[1].tenant[1].p95_inflation.value >
                2 * r->mode[1].tenant[0].p95_inflation.value);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_reach_as_far_as_the_mode_says_when_classes_differ),
        cmocka_unit_test(faults_pass_over_when_vms_are_off),
        cmocka_unit_test(request_is_lost_when_it_is_begun_too_often),
        cmocka_unit_test(faults_come_at_the_same_times_when_neighbours_differ),
        cmocka_unit_test(baseline_keeps_own_faults_when_neighbours_have_some),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
