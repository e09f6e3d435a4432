/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: figures are of all requests together; replicas only say how far they spread.
 * Method: two replicas of unequal size made by hand, where pooling and averaging disagree. */
#include "sim/run/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    LONG = 900,
    SHORT = 100
};

struct fixture {
    struct arena arena;
    struct scenario scenario;
    struct tenant tenant;
    struct tenant_result tenant_result;
    struct tally *tally;
    struct row row[2];
    struct mode_row mode_row[2];
    struct mode_result result;
    double column[2];
    struct sample sample;
};

static void add(struct fixture *f, int replica, int64_t value)
{
    struct row *row = &f->row[replica];
    hist_add(f->tally->latency, value);
    hist_add(f->tally->baseline, value);
    hist_add(f->tally->wait, 0);
    hist_add(f->tally->ratio, (int64_t)RATIO_UNIT);
    row->n += 1.0;
    row->latency_sum += (double)value;
}

/* Replica 0: 900 requests of 1 ns .. 900 ns. Replica 1: 100 requests of 10 us each. */
static void set_up(struct fixture *f)
{
    *f = (struct fixture){
        .scenario = {.tenant_n = 1, .flow_n = 1, .percentile = {95.0}, .percentile_n = 1}
    };
    arena_init(&f->arena, "test");
    f->tally = tallies_new(&f->arena, &f->tenant, 1, true);
    assert_non_null(f->tally);
    f->scenario.tenant = &f->tenant;
    f->tenant_result.tenant = &f->tenant;
    f->result.tenant = &f->tenant_result;
    for (int i = 1; i <= LONG; i++) {
        add(f, 0, i);
    }
    for (int i = 0; i < SHORT; i++) {
        add(f, 1, 10000);
    }
    f->row[0].latency[0] = f->row[0].p95 = 855.0;
    f->row[1].latency[0] = f->row[1].p95 = 10000.0;
    f->row[0].latency_mean = 450.5;
    f->row[1].latency_mean = 10000.0;
    f->mode_row[0].useful = 0.25;
    f->mode_row[1].useful = 0.75;
    f->sample = (struct sample){.scenario = &f->scenario,
                                .tally = f->tally,
                                .row = f->row,
                                .mode_row = f->mode_row,
                                .replicas = 2,
                                .column = f->column};
}

static bool is_near(double got, double want)
{
    return fabs(got - want) <= 1e-12 * fabs(want);
}

/* 950 of the 1000 lie at or below the 50th of the slow ones; the mean of the two percentiles
 * would be 5427.5. */
static void summary_pools_requests_when_replicas_differ_in_size(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    summary_mode(&f.sample, &f.result);
    const struct tenant_result *t = &f.tenant_result;
    assert_true(is_near(t->latency[0].value, 10000.0));
    assert_true(is_near(t->latency_mean.value, (450.5 * LONG + 10000.0 * SHORT) / 1000.0));
    assert_int_equal(t->latency[0].samples, 1000);
    arena_fini(&f.arena);
}

/* About the pooled 10000: squares 9145^2 + 0, t_1 = 12.7062, half-width t S / sqrt 2, which is
 * more than the value: no latency is below 0. */
static void summary_centres_the_interval_on_the_pooled_value(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    summary_mode(&f.sample, &f.result);
    const struct estimate *e = &f.tenant_result.latency[0];
    assert_true(fabs(e->hi - (10000.0 + 12.706204736 * 9145.0 / sqrt(2.0))) < 1e-3);
    assert_true(is_near(e->value, 10000.0) && is_near(ci_half_width(e), e->hi - e->value));
    assert_true(e->lo >= 0.0 && e->lo <= 0.0);
    arena_fini(&f.arena);
}

static void summary_averages_time_when_replicas_are_of_one_length(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    summary_mode(&f.sample, &f.result);
    assert_true(is_near(f.result.useful_frac.value, 0.5));
    arena_fini(&f.arena);
}

static void summary_gives_throughput_only_when_a_tenant_is_saturated(void **state)
{
    struct fixture f;
    (void)state;
    set_up(&f);
    f.tenant_result.saturated = true;
    f.row[0].throughput_per_s = f.row[1].throughput_per_s = 7.0;
    summary_mode(&f.sample, &f.result);
    assert_false(f.tenant_result.latency[0].has_value);
    assert_false(f.tenant_result.latency_mean.has_value);
    assert_true(is_near(f.tenant_result.throughput_per_s.value, 7.0));
    arena_fini(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(summary_pools_requests_when_replicas_differ_in_size),
        cmocka_unit_test(summary_centres_the_interval_on_the_pooled_value),
        cmocka_unit_test(summary_averages_time_when_replicas_are_of_one_length),
        cmocka_unit_test(summary_gives_throughput_only_when_a_tenant_is_saturated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
