/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_options.c - what a scenario may set beside the policies, against times worked out by
 * hand: linger, the working set of a switch, VMs that are powered off, containers that ask for
 * too much memory. docs/schedulers.md; docs/model.md, A11 to A14, A19.
 *
 * Nothing is random: every figure is a rational number, and a window of whole periods gives it
 * to the rounding of doubles. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/fixture.h"

#define HEAD "version: 1\nname: options\nwarmup: 0 s\nreplicas: 1\ncoupling: none\n"
#define LOOP(ms)                                                                               \
    "workload: {kind: closed, clients: 1, service: {dist: deterministic, mean: " ms "}}"

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

static const struct mode_result *run(const char *yaml)
{
    const struct result *r = fixture_run(&bench, fixture_read(&bench, yaml), 1, true);
    assert_non_null(r);
    assert_true(r->mode[0].feasible);
    return &r->mode[0];
}

static void near(const char *what, double got, double want)
{
    if (!(fabs(got - want) <= 1e-9 * fabs(want))) {
        fail_msg("%s: %.12g, not %.12g", what, got, want);
    }
}

/* ---- Linger ---- */

/* a: 2 ms of work, and thinking; b: always work. Slices of 9 ms, no switch. */
#define LINGER(think, linger, horizon)                                                         \
    HEAD "horizon: " horizon "\nfleet: {gpu: A100-PCIE-80GB}\nmodes: [time-sliced]\n"          \
         "scheduler: {slice: 9 ms, switch: 0 ms, linger: " linger "}\n"                        \
         "tenants:\n  - {name: a, vgpu: A100D-40C, workload: {kind: closed, clients: 1, "      \
         "think: " think ", service: {dist: deterministic, mean: 2 ms}}}\n"                    \
         "  - {name: b, vgpu: A100D-40C, " LOOP("3 ms") "}\n"

/* a begins to ask at 1 ms, and b has the domain from 0 to 9 ms. Then, of every 18 ms, a has 9:
 * three times 2 ms of work and 1 ms held. The third question comes as the slice ends, waits for
 * b's 9 ms and takes 11 ms. */
static void linger_holds_the_turn_when_work_comes_back_in_time(void **state)
{
    (void)state;
    const struct mode_result *m = run(LINGER("1 ms", "1 ms", "36 s"));
    near("b", m->tenant[1].throughput_per_s.value, 1000.0 / 6.0);
    near("reserved", m->idle_reserved_frac.value, 3.0 / 18.0);
    near("useful", m->useful_frac.value, 15.0 / 18.0);
    /* 2,000 times three in 36 s; the very first of them waits from 1 ms on: 10 ms, not 11. */
    near("a", m->tenant[0].throughput_per_s.value, 1000.0 / 6.0);
    near("a's mean", m->tenant[0].latency_mean.value / 1e6, 5.0 - 1.0 / 6000.0);
}

/* Half of the thinking is waited for in vain: 2 ms, 0.5 ms held, 9 ms of b, over and over; the
 * question that comes 0.5 ms into b's slice takes 8.5 + 2 ms. */
static void linger_gives_the_turn_up_when_nothing_comes(void **state)
{
    (void)state;
    const struct mode_result *m = run(LINGER("1 ms", "500 us", "34.5 s"));
    near("reserved", m->idle_reserved_frac.value, 0.5 / 11.5);
    near("useful", m->useful_frac.value, 11.0 / 11.5);
    near("a's mean", m->tenant[0].latency_mean.value / 1e6, 10.5 - 0.5 / 3000.0);
}

/* Nobody keeps more than its slice: a works for 2 of its 9 ms, holds 7, and comes back 32 ms
 * after it began, in the third of b's slices: 4 ms before its end. */
static void linger_ends_with_the_slice_when_it_is_longer(void **state)
{
    (void)state;
    const struct mode_result *m = run(LINGER("30 ms", "20 ms", "36 s"));
    /* Of 1,000 periods the first is without a: it begins to ask at 30 ms. */
    near("reserved", m->idle_reserved_frac.value, 7.0 / 36.0 * 999.0 / 1000.0);
    near("a's mean", m->tenant[0].latency_mean.value / 1e6, 6.0 + 2.0 / 1000.0);
}

/* ---- Working set ---- */

/* Two tenants that always have work: of every turn q is useful and s + W / B is lost, whatever
 * the policy; A100-PCIE-80GB moves 1,935 bytes in a us. */
static void switch_grows_with_the_working_set_when_turns_change(void **state)
{
    (void)state;
    static const char *const policy[] = {"best-effort", "equal-share", "fixed-share"};
    for (size_t p = 0; p < 3; p++) {
        for (int us = 0; us <= 400; us += 100) {
            char yaml[640];
            snprintf(yaml, sizeof yaml,
                     HEAD "horizon: 60 s\nfleet: {gpu: A100-PCIE-80GB}\nmodes: [time-sliced]\n"
                          "scheduler: {policy: %s, slice: 1500 us, switch: 100 us, "
                          "working-set: %d B}\ntenants:\n  - {name: a, count: 2, vgpu: "
                          "A100D-40C, " LOOP("3 ms") "}\n",
                     policy[p], us * 1935000);
            const struct mode_result *m = run(yaml);
            assert_int_equal(m->switch_ns, (100 + us) * 1000);
            double turn = 1500.0 + 100.0 + us;
            /* The window ends within a turn of the last round. */
            double slack = 2.0 * turn / 60e6;
            assert_true(fabs(m->useful_frac.value - 1500.0 / turn) <= slack);
            assert_true(fabs(m->switch_frac.value - (100.0 + us) / turn) <= slack);
        }
    }
}

/* An instance has the bandwidth of its memory: 3 of 12 units of RTX PRO 6000. */
static void switch_grows_with_the_instances_bandwidth_when_on_mig(void **state)
{
    (void)state;
    const struct mode_result *m =
        run(HEAD "horizon: 6 s\nfleet: {gpu: RTX-PRO-6000-BSE}\nmodes: [time-sliced-mig]\n"
                 "scheduler: {switch: 100 us, working-set: 44800000 B}\ntenants:\n"
                 "  - {name: a, count: 2, framebuffer: 10 GiB, " LOOP("3 ms") "}\n");
    /* 44.8 MB at 1,792 / 4 GB/s. */
    assert_int_equal(m->switch_ns, 200000);
}

/* The tables have no bandwidth of A16, and none is guessed. */
static void switch_is_refused_when_the_bandwidth_is_not_known(void **state)
{
    (void)state;
    static const char yaml[] =
        HEAD "horizon: 6 s\nfleet: {gpu: A16}\nmodes: [time-sliced]\nscheduler: {working-set: "
             "%s}\ntenants:\n  - {name: a, framebuffer: 2 GiB, " LOOP("3 ms") "}\n";
    for (int is_set = 0; is_set < 2; is_set++) {
        char text[512];
        snprintf(text, sizeof text, yaml, is_set ? "1 MiB" : "0 B");
        const struct result *r = fixture_run(&bench, fixture_read(&bench, text), 1, true);
        assert_non_null(r);
        assert_int_equal(r->mode[0].feasible, !is_set);
        if (is_set) {
            assert_string_equal(r->mode[0].fleet->reasons.list[0].rule, "DATA-01");
        }
    }
}

/* ---- Powered off ---- */

/* Four VMs with work without end, of which k are off: under equal share the ring has 4 - k
 * slots, under fixed share the 4 of the type; under best effort only who is on asks. A VM that
 * is off does nothing and keeps its place. */
static void ring_has_no_slot_when_a_vm_is_powered_off(void **state)
{
    (void)state;
    static const char *const policy[] = {"equal-share", "fixed-share", "best-effort"};
    for (int p = 0; p < 3; p++) {
        for (int off = 0; off <= 3; off++) {
            char yaml[640];
            snprintf(yaml, sizeof yaml,
                     HEAD "horizon: 60 s\nfleet: {gpu: A100-PCIE-80GB}\nmodes: [time-sliced]\n"
                          "scheduler: {policy: %s, slice: 1500 us, switch: 500 us}\ntenants:\n"
                          "  - {name: a, count: 4, powered-off: %d, vgpu: A100D-20C, " LOOP(
                              "3 ms") "}\n",
                     policy[p], off);
            const struct mode_result *m = run(yaml);
            assert_int_equal(m->fleet->seat_n, 4);
            int on = 4 - off;
            int ring = p == 1 ? 4 : on;
            /* A lone vGPU under best effort switches once and never again. */
            double each = p == 2 && on == 1 ? 1.0 : 0.75 / ring;
            double per_s = m->tenant[0].throughput_per_s.value;
            /* Each VM may have begun a request that the window does not see the end of. */
            if (!(fabs(per_s - on * each / 3e-3) <= on * 2.0 / 60.0)) {
                fail_msg("%s, %d off: %.6f/s, not %.6f", policy[p], off, per_s,
                         on * each / 3e-3);
            }
        }
    }
}

/* ---- Memory of containers ---- */

/* Containers on one GPU of 80 GiB: none of their requests is a violation as long as they fit
 * together, and each one is as soon as they do not, at the same speed. */
static void memory_is_violated_by_every_request_when_containers_ask_for_too_much(void **state)
{
    (void)state;
    static const struct {
        int gib, gpus;
        bool fits;
    } rows[] = {
        {40, 1, true },
        {41, 1, false},
        {41, 2, true },
        {80, 2, true },
    };
    double latency = 0.0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char yaml[640];
        snprintf(yaml, sizeof yaml,
                 HEAD "horizon: 60 s\nfleet: {gpu: A100-PCIE-80GB, count: %d}\n"
                      "modes: [container-time-sliced]\ntenants:\n"
                      "  - {name: a, count: 2, framebuffer: %d GiB, workload: {kind: requests, "
                      "arrivals: {process: periodic, rate: 10/s}, service: {dist: "
                      "deterministic, mean: 20 ms}}}\n",
                 rows[i].gpus, rows[i].gib);
        const struct mode_result *m = run(yaml);
        const struct tenant_result *t = &m->tenant[0];
        assert_int_equal(t->requests, 1200);
        assert_int_equal(t->violations.memory, rows[i].fits ? 0 : 1200);
        assert_int_equal(m->violations.memory, t->violations.memory);
        assert_true(t->violations.total >= t->violations.memory);
        latency = i == 0 ? t->latency_mean.value : latency;
        if (rows[i].gpus == 1) {
            near("latency", t->latency_mean.value, latency);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linger_holds_the_turn_when_work_comes_back_in_time),
        cmocka_unit_test(linger_gives_the_turn_up_when_nothing_comes),
        cmocka_unit_test(linger_ends_with_the_slice_when_it_is_longer),
        cmocka_unit_test(switch_grows_with_the_working_set_when_turns_change),
        cmocka_unit_test(switch_grows_with_the_instances_bandwidth_when_on_mig),
        cmocka_unit_test(switch_is_refused_when_the_bandwidth_is_not_known),
        cmocka_unit_test(ring_has_no_slot_when_a_vm_is_powered_off),
        cmocka_unit_test(memory_is_violated_by_every_request_when_containers_ask_for_too_much),
    };
    return cmocka_run_group_tests_name("options", tests, set_up, tear_down);
}
