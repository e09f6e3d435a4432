/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_interrupt.c - goal: a run that is interrupted reports the replications of the batches
 * that were whole, the same of every mode, with the figures of a run of just so many. Method:
 * the flag that a signal would raise is raised by the progress of the run itself. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/fixture.h"

static const char two_modes[] =
    "version: 1\n"
    "name: interrupted\n"
    "horizon: 60 s\n"
    "warmup: 1 s\n"
    "replicas: 70\n"
    "fleet: {gpu: A100-PCIE-80GB}\n"
    "modes: [time-sliced, mig]\n"
    "tenants:\n"
    "  - {name: a, count: 2, framebuffer: 10 GiB, workload: {kind: requests,\n"
    "     arrivals: {process: poisson, rate: 5/s},\n"
    "     service: {dist: exponential, mean: 5 ms}, scaling: {width: 10%}}}\n";

/* Raises the flag in the batch that follows that number of replications. */
struct trigger {
    volatile sig_atomic_t stop;
    int from;
    int64_t per_replica; /* tasks; known after the first batch of 20 */
};

static void watch(void *context, int64_t done, int64_t of)
{
    struct trigger *t = context;
    if (t->per_replica == 0) {
        t->per_replica = of / 20;
    }
    if (done >= t->per_replica * (t->from + 5)) {
        t->stop = 1;
    }
}

static const struct result *run(struct fixture *f, const struct scenario *s, struct trigger *t)
{
    const struct exp_options o = {.seed = 1,
                                  .threads = 2,
                                  .check = true,
                                  .version = "test",
                                  .stop = &t->stop,
                                  .progress = watch,
                                  .progress_context = t};
    const struct result *r = exp_run(&f->arena, s, &o, &f->diag);
    assert_non_null(r);
    return r;
}

static void are_same(const struct estimate *a, const struct estimate *b)
{
    assert_memory_equal(&a->value, &b->value, sizeof a->value);
    assert_memory_equal(&a->lo, &b->lo, sizeof a->lo);
    assert_memory_equal(&a->hi, &b->hi, sizeof a->hi);
    assert_int_equal(a->samples, b->samples);
}

static void run_reports_whole_batches_when_interrupted(void **state)
{
    (void)state;
    for (int whole = 0; whole <= 60; whole += 20) {
        struct fixture f;
        assert_true(fixture_open(&f));
        const struct scenario *s = fixture_read(&f, two_modes);
        assert_non_null(s);
        struct trigger t = {.from = whole};
        const struct result *part = run(&f, s, &t);
        assert_true(part->interrupted);
        struct scenario fewer = *s;
        fewer.replicas = whole;
        struct trigger never = {.from = 1000};
        const struct result *want = whole > 0 ? run(&f, &fewer, &never) : NULL;
        for (int m = 0; m < s->mode_n; m++) {
            const struct mode_result *got = &part->mode[m];
            assert_true(got->simulated == (whole > 0));
            if (want) {
                assert_int_equal(got->replicas, whole);
                assert_true(got->digest == want->mode[m].digest);
                are_same(&got->tenant[0].latency_mean, &want->mode[m].tenant[0].latency_mean);
                are_same(&got->tenant[0].latency[1], &want->mode[m].tenant[0].latency[1]);
                assert_int_equal(got->violations.total, want->mode[m].violations.total);
            }
        }
        fixture_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_reports_whole_batches_when_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
