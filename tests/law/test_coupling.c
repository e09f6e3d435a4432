/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_coupling.c - GPU instances that share a board's power, against times worked out by hand:
 * rate = 1 - c x (busy SMs of the board's other instances over their SMs); and VMs that share
 * the path to the host, against the recursion of mean values for closed networks.
 * docs/model.md, A18 and A36.
 *
 * A closed loop without think time keeps its instance busy; a 1g.6gb of A30 has 14 of 56 SMs,
 * so that 10 ms on the whole GPU take 40 ms there. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/fixture.h"

#define HEAD                                                                                   \
    "version: 1\nname: coupled\nhorizon: 60 s\nwarmup: 1 s\nreplicas: 1\n"                     \
    "modes: [mig]\nfleet: {gpu: A30}\n"
#define BUSY "{kind: closed, clients: 1, service: {dist: deterministic, mean: 10 ms}}\n"

static struct fixture bench;

static int set_up(void **state)
{
    (void)state;
    return fixture_open(&bench) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_close(&bench);
    return 0;
}

static double mean_ms(const char *yaml, int tenant)
{
    const struct result *r = fixture_run(&bench, fixture_read(&bench, yaml), 1, true);
    assert_non_null(r);
    assert_true(r->mode[0].feasible);
    return r->mode[0].tenant[tenant].latency_mean.value / 1e6;
}

/* Every completion is rounded up to a whole ns, so the mean lies within 1 ns of the law. */
static void slows_by_the_whole_fraction_when_all_others_are_busy(void **state)
{
    (void)state;
    for (int n = 1; n <= 4; n++) {
        for (int percent = 0; percent <= 30; percent += 10) {
            char yaml[512];
            double slow = n > 1 ? 1.0 - percent / 100.0 : 1.0;
            snprintf(yaml, sizeof yaml,
                     HEAD "coupling: %d%%\ntenants:\n  - name: a\n    count: %d\n"
                          "    mig: 1g.6gb\n    workload: " BUSY,
                     percent, n);
            double got = mean_ms(yaml, 0);
            if (fabs(got - 40.0 / slow) > 1e-6) {
                fail_msg("%d instances, c = %d %%: %.9f ms, not %.9f", n, percent, got,
                         40.0 / slow);
            }
        }
    }
}

/* 2g (28 SMs) beside two 1g (14): for a 1g the busy share of the others counts by SMs. The 2g's
 * VM is idle for as long as it works: T and then T of thinking. */
static void slows_by_the_sms_that_are_busy_when_sizes_differ(void **state)
{
    (void)state;
    static const char idle[] =
        HEAD "coupling: 30%\ntenants:\n"
             "  - {name: a, count: 2, mig: 1g.6gb, workload: " BUSY "    }\n"
             "  - {name: b, mig: 2g.12gb, powered-off: 1, workload: " BUSY "    }\n";
    /* Others of an `a`: 14 + 28 SMs, of which 14 are busy. */
    double slow = 1.0 - 0.3 * 14.0 / 42.0;
    assert_true(fabs(mean_ms(idle, 0) - 40.0 / slow) <= 1e-6);
}

/* One 20 ms job a second beside a loop of 40 ms jobs: the job in whose way it falls takes
 * 20 ms / 0.7 at 0.7 of its rate - both run at once - and the rest of it alone. */
static void slows_only_while_the_other_runs_when_it_comes_and_goes(void **state)
{
    (void)state;
    static const char yaml[] = HEAD
        "coupling: 30%\ntenants:\n"
        "  - {name: a, mig: 1g.6gb, workload: " BUSY "    }\n"
        "  - {name: b, mig: 1g.6gb, workload: {kind: requests, arrivals: {process: "
        "periodic, rate: 1/s, phase: 500 ms}, service: {dist: deterministic, mean: 5 ms}}}\n";
    /* b: 5 ms on the whole GPU are 20 ms here, at 0.7 of the rate. */
    assert_true(fabs(mean_ms(yaml, 1) - 20.0 / 0.7) <= 1e-6);
    /* a loses 0.3 x 20 / 0.7 ms of work a second: 1 s holds (1000 - 8.5714) / 40 jobs. */
    const struct result *r = fixture_run(&bench, fixture_read(&bench, yaml), 1, true);
    double per_s = r->mode[0].tenant[0].throughput_per_s.value;
    assert_true(fabs(per_s - (1000.0 - 0.3 * 20.0 / 0.7) / 40.0) <= 2.0 / 60.0);
    /* The baseline has no neighbour: what is slower is counted. */
    assert_true(r->mode[0].tenant[1].p95_inflation.value > 1.42);
}

/* ---- The path to the host ---- */

/* Time of one of n customers who hold a shared station for a part u of their time alone, over
 * that time, by mean value analysis (Reiser, Lavenberg 1980): who comes finds what would be
 * there without it. */
static double by_mean_values(int n, double u)
{
    double there = 0.0;
    double cycle = 1.0;
    for (int k = 1; k <= n; k++) {
        double at_path = u * (1.0 + there);
        cycle = 1.0 - u + at_path;
        there = k * at_path / cycle;
    }
    return cycle;
}

/* A slice of 14 of 56 SMs is four times slower and the path is not: it is held for a fourth of
 * the share on the whole GPU. */
static void path_slows_as_mean_values_say_when_instances_are_alike(void **state)
{
    (void)state;
    for (int n = 1; n <= 4; n++) {
        for (int percent = 0; percent <= 100; percent += 25) {
            char yaml[512];
            snprintf(yaml, sizeof yaml,
                     HEAD "coupling: none\ntenants:\n  - name: a\n    count: %d\n"
                          "    mig: 1g.6gb\n    workload: {host-path: %d%%, kind: closed, "
                          "clients: 1, service: {dist: deterministic, mean: 10 ms}}\n",
                     n, percent);
            double want = 40.0 * by_mean_values(n, percent / 400.0);
            double got = mean_ms(yaml, 0);
            if (fabs(got - want) > 2e-6) {
                fail_msg("%d instances, %d %%: %.9f ms, not %.9f", n, percent, got, want);
            }
        }
    }
}

/* a: 80 % of the whole GPU's time, 20 % of its own; b: 40 % and 10 %, for 20 ms a second. Two
 * customers take 1 + u v times as long while both run; beside the power's coupling, both hold.
 */
static void path_slows_only_while_the_other_runs_when_it_comes_and_goes(void **state)
{
    (void)state;
    static const char yaml[] =
        HEAD "coupling: %d%%\ntenants:\n"
             "  - {name: a, mig: 1g.6gb, workload: {host-path: 80%%, kind: closed, clients: 1, "
             "service: {dist: deterministic, mean: 10 ms}}}\n"
             "  - {name: b, mig: 1g.6gb, workload: {host-path: 40%%, kind: requests, arrivals: "
             "{process: periodic, rate: 1/s, phase: 500 ms}, service: {dist: deterministic, "
             "mean: 5 ms}}}\n";
    for (int percent = 0; percent <= 30; percent += 30) {
        char text[640];
        snprintf(text, sizeof text, yaml, percent);
        double slow = (1.0 + 0.2 * 0.1) / (1.0 - percent / 100.0);
        assert_true(fabs(mean_ms(text, 1) - 20.0 * slow) <= 1e-6);
        const struct result *r = fixture_run(&bench, fixture_read(&bench, text), 1, true);
        /* a has work for 1 - 1 / slow of b's time less. */
        double lost_ms = 20.0 * slow - 20.0;
        double per_s = r->mode[0].tenant[0].throughput_per_s.value;
        assert_true(fabs(per_s - (1000.0 - lost_ms) / 40.0) <= 2.0 / 60.0);
        /* Alone b takes 20 ms: what a costs it is counted. */
        assert_true(fabs(r->mode[0].tenant[1].p95_inflation.value - slow) <= 0.01 * slow);
    }
}

/* The VMs of a host share its path, whichever GPU they are on; without hosts a GPU has its own.
 */
static void path_is_the_hosts_when_hosts_are_described(void **state)
{
    (void)state;
    static const struct {
        const char *fleet;
        int together;
    } rows[] = {
        {"{gpu: A30, count: 4}",                              1},
        {"{hosts: [{name: h, gpu: A30, gpus: 4}]}",           4},
        {"{hosts: [{name: h, gpu: A30, gpus: 2, count: 2}]}", 2},
        {"{hosts: [{name: h, gpu: A30, gpus: 1, count: 4}]}", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char yaml[640];
        snprintf(yaml, sizeof yaml,
                 "version: 1\nname: path\nhorizon: 60 s\nwarmup: 1 s\nreplicas: 1\n"
                 "modes: [passthrough]\nfleet: %s\ntenants:\n  - {name: a, count: 4, "
                 "workload: {host-path: 50%%, kind: closed, clients: 1, service: {dist: "
                 "deterministic, mean: 10 ms}}}\n",
                 rows[i].fleet);
        double want = 10.0 * by_mean_values(rows[i].together, 0.5);
        double got = mean_ms(yaml, 0);
        if (fabs(got - want) > 2e-6) {
            fail_msg("%s: %.9f ms, not %.9f", rows[i].fleet, got, want);
        }
    }
}

/* In turns one VM runs at a time, and holds the path alone. */
static void path_is_free_when_vms_take_turns(void **state)
{
    (void)state;
    static const char yaml[] =
        "version: 1\nname: path\nhorizon: 60 s\nwarmup: 1 s\nreplicas: 1\n"
        "modes: [time-sliced]\nfleet: {gpu: A30}\nscheduler: {switch: 0 ms}\ntenants:\n"
        "  - {name: a, count: 2, framebuffer: 10 GiB, workload: {%s kind: closed, clients: 1, "
        "service: {dist: deterministic, mean: 10 ms}}}\n";
    char with[640];
    char without[640];
    snprintf(with, sizeof with, yaml, "host-path: 90%,");
    snprintf(without, sizeof without, yaml, "");
    assert_true(mean_ms(with, 0) <= mean_ms(without, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slows_by_the_whole_fraction_when_all_others_are_busy),
        cmocka_unit_test(slows_by_the_sms_that_are_busy_when_sizes_differ),
        cmocka_unit_test(slows_only_while_the_other_runs_when_it_comes_and_goes),
        cmocka_unit_test(path_slows_as_mean_values_say_when_instances_are_alike),
        cmocka_unit_test(path_slows_only_while_the_other_runs_when_it_comes_and_goes),
        cmocka_unit_test(path_is_the_hosts_when_hosts_are_described),
        cmocka_unit_test(path_is_free_when_vms_take_turns),
    };
    return cmocka_run_group_tests_name("coupling", tests, set_up, tear_down);
}
