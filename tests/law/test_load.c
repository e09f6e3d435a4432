/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_load.c - load_frac of every kind against what the simulation does.
 *
 * Where a tenant is alone and not saturated its load is the utilization: exact where nothing is
 * random. Where it is saturated its throughput is the offered rate over the load, so that what
 * is declared saturated does grow: from below within four standard errors; and from above
 * within a stated share, because a batch or an iteration is not full all the time. Domains are
 * passthrough. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim/core/ci.h"
#include "tests/unit/fixture.h"

#define HEAD(horizon)                                                                          \
    "version: 1\nname: load\nhorizon: " horizon "\nreplicas: 20\nwarmup: 1 s\n"                \
    "fleet: {gpu: A100-PCIE-80GB, count: 1}\nmodes: [passthrough]\ntenants:\n"                 \
    "  - name: a\n    workload: "
#define DET(mean) "{dist: deterministic, mean: " mean "}"
#define EXP(mean) "{dist: exponential, mean: " mean "}"

struct busy {
    const char *scenario;
    double load;
};

static const char frames[] =
    HEAD("10 s") "{kind: frames, fps: 50 fps, host: " DET("3 ms") ", service: " DET("4 ms") "}";
static const char hosted[] =
    HEAD("12 s") "{kind: training, host: " DET("3 ms") ", service: " DET("9 ms") "}";
static const char kernels[] =
    HEAD("16 s") "{kind: training, service: " DET("4 ms") ", kernels: {count: 5, gap: 1 ms}}";
static const char checkpoints[] = HEAD("16 s") "{kind: training, service: " DET(
    "4 ms") ", checkpoint: {every: 4, pause: 16 ms}}";
static const char thinking[] =
    HEAD("16 s") "{kind: closed, clients: 1, think: 4 ms, service: " DET("4 ms") "}";
static const char by_size[] =
    HEAD("10 s") "{kind: requests, arrivals: {process: periodic, rate: 50/s}, "
                 "service: {base: 2 ms, per-item: 2 ms}, batch: {max: 1}}";

static const struct busy busies[] = {
    {frames,      0.2 },
    {hosted,      0.75},
    {kernels,     0.5 },
    {checkpoints, 0.5 },
    {thinking,    0.5 },
    {by_size,     0.2 },
};

static void load_is_utilization_when_alone(void **state)
{
    (void)state;
    struct fixture f;
    assert_true(fixture_open(&f));
    for (size_t i = 0; i < sizeof busies / sizeof busies[0]; i++) {
        const struct scenario *s = fixture_read(&f, busies[i].scenario);
        assert_non_null(s);
        const struct result *r = fixture_run(&f, s, 1, true);
        assert_non_null(r);
        const struct mode_result *mode = &r->mode[0];
        print_message("load %.6f, useful %.6f\n", mode->tenant[0].load_frac,
                      mode->useful_frac.value);
        assert_true(fabs(mode->tenant[0].load_frac - busies[i].load) < 1e-9);
        assert_true(fabs(mode->useful_frac.value - busies[i].load) < 1e-9);
        assert_false(mode->tenant[0].saturated);
    }
    fixture_close(&f);
}

struct full {
    const char *scenario;
    double offered_per_s;
    double filled; /* the least share of full iterations that the limits let through */
};

#define LLM(rate, prompt, output, more)                                                        \
    HEAD("200 s")                                                                              \
    "{kind: llm, arrivals: {process: poisson, rate: " rate "/s}, prompt: " prompt              \
    ", output: " output ", prefill: {per-token: 65 us}, decode: {base: 12 ms, "                \
    "per-sequence: 0.1 ms, per-token: 20 ns}, " more "}"
#define LOGNORMAL(mean) "{dist: lognormal, cv: 1, mean: " mean "}"

static const char host_full[] =
    HEAD("100 s") "{kind: requests, arrivals: {process: poisson, rate: 120/s}, "
                  "host: " EXP("10 ms") ", service: " EXP("5 ms") "}";
static const char streams_full[] =
    HEAD("100 s") "{kind: requests, arrivals: {process: poisson, rate: 300/s}, "
                  "service: " DET("4 ms") ", kernels: {count: 5, gap: 3 ms}, streams: 2}";
static const char batches_full[] =
    HEAD("50 s") "{kind: requests, arrivals: {process: poisson, rate: 1000/s}, "
                 "service: {base: 4 ms, per-item: 1 ms}, batch: {max: 8}}";
static const char places_full[] =
    LLM("30", LOGNORMAL("500"), LOGNORMAL("100"), "max-sequences: 16");
static const char budget_full[] =
    LLM("50", DET("500"), DET("2"), "max-batched-tokens: 300, max-sequences: 256");
static const char both_full[] =
    LLM("20", EXP("100"), EXP("50"), "max-sequences: 4, max-batched-tokens: 64");
static const char cache_full[] =
    LLM("8", LOGNORMAL("2000"), LOGNORMAL("300"), "kv-bytes-per-token: 1 MiB, weights: 60 GB");

/* Streams slow each other down where their pieces meet; large sequences strand cache. */
static const struct full fulls[] = {
    {host_full,    120,  0.99},
    {streams_full, 300,  0.75},
    {batches_full, 1000, 0.99},
    {places_full,  30,   0.97},
    {budget_full,  50,   0.97},
    {both_full,    20,   0.90},
    {cache_full,   8,    0.85},
};

static void throughput_is_offered_over_load_when_saturated(void **state)
{
    (void)state;
    struct fixture f;
    assert_true(fixture_open(&f));
    int failed = 0;
    for (size_t i = 0; i < sizeof fulls / sizeof fulls[0]; i++) {
        const struct scenario *s = fixture_read(&f, fulls[i].scenario);
        assert_non_null(s);
        const struct result *r = fixture_run(&f, s, i + 1, true);
        assert_non_null(r);
        const struct tenant_result *t = &r->mode[0].tenant[0];
        double scale = t->load_frac / fulls[i].offered_per_s;
        double se = (t->throughput_per_s.hi - t->throughput_per_s.lo) / 2.0 /
                    ci_t975(r->mode[0].replicas - 1);
        double served = t->throughput_per_s.value * scale;
        print_message("load %.4f, throughput x load / offered %.4f, standard error %.4f\n",
                      t->load_frac, served, se * scale);
        failed +=
            !t->saturated || served > 1.0 + 4.0 * se * scale + 1e-9 || served < fulls[i].filled;
    }
    fixture_close(&f);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(load_is_utilization_when_alone),
        cmocka_unit_test(throughput_is_offered_over_load_when_saturated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
