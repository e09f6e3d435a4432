/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_fault.c - goal: running out of memory anywhere between the file and the result ends in a
 * diagnostic, never in a crash, a leak or a wrong answer. Method: the n-th allocation fails,
 * for every small n and then for ever larger steps, until a run asks for fewer than n; that
 * run's document is the reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/input/catalogin.h"
#include "sim/plan/plan_vms.h"
#include "sim/report/rep.h"
#include "sim/report/rep_vms.h"
#include "sim/run/exp.h"

static const char scenario_text[] =
    "version: 1\n"
    "name: fault\n"
    "horizon: 1 s\n"
    "warmup: 0 s\n"
    "replicas: 2\n"
    "fleet: {gpu: A100-PCIE-80GB, count: 2}\n"
    "modes: [passthrough, time-sliced, mig]\n"
    "tenants:\n"
    "  - {name: chat, count: 2, framebuffer: 10 GiB, workload: {kind: requests,\n"
    "     arrivals: {process: poisson, rate: 40/s}, service: {dist: exponential, mean: 1 "
    "ms}}}\n"
    "  - {name: loop, framebuffer: 10 GiB, workload: {kind: closed, clients: 2,\n"
    "     think: {dist: gamma, mean: 10 ms, cv: 2}, service: {dist: lognormal, mean: 1 ms, cv: "
    "1}}}\n";

/* From text to document. True when it worked; otherwise an error has been added. */
static bool whole_run(struct text *out)
{
    static const struct scenario_overrides none;
    struct arena arena;
    struct diag d;
    arena_init(&arena, "test");
    diag_init(&d);
    const struct catalog *c = catalog_load(&arena, NULL, &d);
    const struct scenario *s = c == NULL ? NULL
                                         : scenario_read(&arena, c, "fault.yaml", scenario_text,
                                                         strlen(scenario_text), &none, &d);
    const struct exp_options options = {
        .seed = 1, .threads = 1, .isolation = true, .version = "test"};
    const struct result *r = s == NULL ? NULL : exp_run(&arena, s, &options, &d);
    if (r != NULL) {
        const struct rep_options plain = {.width = 100};
        rep_json.write(r, &plain, out);
    } else if (!diag_failed(&d)) {
        fail_msg("nothing came out and nothing was said");
    }
    const bool ok = r != NULL && !out->failed;
    diag_fini(&d);
    arena_fini(&arena);
    return ok;
}

static char vms_set[] = "vms.file=/tmp/vgpusim-fault-XXXXXX";

/* The same of VMs that come and go, which the plan mixes over two models. */
static bool whole_plan(struct text *out)
{
    static const char yaml[] = "version: 1\n"
                               "name: fault\n"
                               "fleet: {gpu: [A30, L40S]}\n"
                               "modes: [time-sliced, mig, container-time-sliced]\n"
                               "vms:\n"
                               "  file: none.csv\n"
                               "  created: {column: c, unit: s}\n"
                               "  deleted: {column: d, unit: s}\n"
                               "  gpu: {column: m, unit: milli}\n"
                               "  model: {column: w}\n";
    const char *const set[] = {vms_set};
    const struct scenario_overrides over = {.plan = true, .vms = true, .set = set, .set_n = 1};
    struct arena arena;
    struct diag d;
    arena_init(&arena, "test");
    diag_init(&d);
    const struct catalog *c = catalog_load(&arena, NULL, &d);
    const struct scenario *s =
        c == NULL ? NULL
                  : scenario_read(&arena, c, "fault.yaml", yaml, sizeof yaml - 1, &over, &d);
    const struct vms_plan *p = s == NULL ? NULL : plan_vms(&arena, s, "test", &d);
    if (p != NULL) {
        rep_vms_json(p, out);
    } else if (!diag_failed(&d)) {
        fail_msg("nothing came out and nothing was said");
    }
    const bool ok = p != NULL && !out->failed;
    diag_fini(&d);
    arena_fini(&arena);
    return ok;
}

/* Has the switch not been reached in a run? Then one of the next n allocations fails. */
static bool is_still_armed(long n)
{
    for (long i = 0; i < n; i++) {
        void *p = mem_resize(NULL, 1, 1);
        if (p == NULL) {
            return true;
        }
        mem_free(p);
    }
    return false;
}

static void fail_everywhere(bool (*whole)(struct text *out))
{
    struct text want;
    text_init(&want);
    assert_true(whole(&want));
    long n = 1;
    int failures_n = 0;
    for (bool is_reached = true; is_reached; n += 1 + n / 2000) {
        struct text out;
        text_init(&out);
        mem_fail_at(n);
        const bool ok = whole(&out);
        is_reached = !is_still_armed(n);
        mem_fail_at(0);
        if (ok) { /* a failure may be harmless, but then nothing may be missing */
            assert_string_equal(text_str(&out), text_str(&want));
        }
        failures_n += ok ? 0 : 1;
        text_fini(&out);
        assert_true(n < 100000000);
    }
    assert_true(failures_n > 50);
    text_fini(&want);
}

static void fault_ends_in_a_diagnostic_when_any_allocation_fails(void **state)
{
    (void)state;
    fail_everywhere(whole_run);
}

static void fault_ends_in_a_diagnostic_when_a_plan_of_vms_lacks_memory(void **state)
{
    (void)state;
    static const char rows[] = "c,d,m,w\n0,9,500,A30\n0,9,300,L40S\n2,9,100,\n9,12,100,\n";
    char *path = vms_set + strlen("vms.file=");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, rows, sizeof rows - 1), sizeof rows - 1);
    close(fd);
    fail_everywhere(whole_plan);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fault_ends_in_a_diagnostic_when_any_allocation_fails),
        cmocka_unit_test(fault_ends_in_a_diagnostic_when_a_plan_of_vms_lacks_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
