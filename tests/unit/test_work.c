/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_work.c - cursors: the same requests for whoever asks, traces that wrap, slices that
 * round. */
#include "models/work.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/slice.h"

static struct work open_work(const char *process, double rate_per_s)
{
    struct work w = {.kind = WORK_REQUESTS, .streams = 1};
    const char *gap = strcmp(process, "periodic") == 0 ? "deterministic" : "exponential";
    assert_null(dist_init(&w.arrivals.gap, dist_find(gap), 1e9 / rate_per_s, 0, 0, 0));
    assert_null(dist_init(&w.service, dist_find("exponential"), 1e6, 0, 0, 0));
    w.arrivals.periodic = gap[0] == 'd';
    w.arrivals.rate_per_s = rate_per_s;
    return w;
}

static const struct rng_id id_a = {.seed = 1, .tenant = 11, .vm = 2};
static const struct rng_id id_b = {.seed = 1, .tenant = 11, .vm = 3};

static void work_cursors_agree_when_same_vm(void **state)
{
    (void)state;
    struct work w = open_work("poisson", 1000.0);
    struct work_cursor ahead;
    struct work_cursor behind;
    struct work_cursor other;
    work_cursor_init(&ahead, &w, &id_a);
    work_cursor_init(&behind, &w, &id_a);
    work_cursor_init(&other, &w, &id_b);
    int64_t last = 0;
    int same = 0;
    for (int i = 0; i < 1000; i++) {
        int64_t arrival;
        struct request r;
        struct request o;
        assert_true(work_next_arrival(&ahead, &arrival));
        assert_true(work_next(&behind, &r));
        assert_true(work_next(&other, &o));
        assert_int_equal(arrival, r.arrival_ns);
        assert_true(arrival >= last);
        same += o.arrival_ns == r.arrival_ns;
        last = arrival;
    }
    assert_true(same < 10);
}

/* Arrival k at phase + k / rate, each rounded on its own: no drift after 10^6 periods of 1/3 s.
 */
static void work_periodic_does_not_drift_when_period_is_no_whole_ns(void **state)
{
    (void)state;
    struct work w = open_work("periodic", 3.0);
    struct work_cursor c;
    int64_t arrival = -1;
    w.arrivals.phase_ns = 5;
    work_cursor_init(&c, &w, &id_a);
    for (int i = 0; i <= 1000000; i++) {
        assert_true(work_next_arrival(&c, &arrival));
        if (i == 0) {
            assert_int_equal(arrival, 5);
        }
    }
    assert_int_equal(arrival, 5 + INT64_C(333333333333333));
}

static void work_trace_wraps_when_offset(void **state)
{
    (void)state;
    int64_t arrival[] = {0, 10, 25, 40};
    int64_t service[] = {1, 2, 3, 4};
    struct trace_rows rows = {
        .arrival_ns = arrival, .service_ns = service, .n = 4, .span_ns = 40};
    struct work w = {.kind = WORK_TRACE, .trace = &rows, .offset_ns = 15, .streams = 1};
    struct work_cursor c;
    struct request r;
    work_cursor_init(&c, &w, &(struct rng_id){.vm = 1});
    const int64_t want[][2] = {
        {10, 3},
        {25, 4},
        {25, 1},
        {35, 2}
    };
    for (int i = 0; i < 4; i++) {
        assert_true(work_next(&c, &r));
        assert_int_equal(r.arrival_ns, want[i][0]);
        assert_int_equal(r.service_ns, want[i][1]);
    }
    assert_false(work_next(&c, &r));
}

/* VM k starts k x offset into the file, modulo its length, for products beyond 64 bits too. */
static void work_trace_shift_is_exact_when_offset_is_huge(void **state)
{
    (void)state;
    int64_t span = INT64_C(9007199254740881);
    int64_t arrival[] = {0, span};
    int64_t service[] = {1, 1};
    struct trace_rows rows = {
        .arrival_ns = arrival, .service_ns = service, .n = 2, .span_ns = span};
    struct work w = {.kind = WORK_TRACE, .trace = &rows, .offset_ns = span - 3, .streams = 1};
    struct work_cursor c;
    work_cursor_init(&c, &w, &(struct rng_id){.vm = 4001});
    assert_int_equal(c.shift_ns, span - 3 * INT64_C(4001));
}

static void work_trace_is_silent_when_empty(void **state)
{
    (void)state;
    struct trace_rows rows = {0};
    struct work w = {.kind = WORK_TRACE, .trace = &rows, .streams = 1};
    struct work_cursor c;
    struct request r;
    work_cursor_init(&c, &w, &id_a);
    assert_false(work_next(&c, &r));
}

/* docs/model.md, A8; 14 of 108 SMs and 1/8 of the bandwidth of an A100. */
static void slice_time_follows_the_law(void **state)
{
    (void)state;
    struct scaling s = {.compute_frac = 0.7, .memory_frac = 0.3, .width_frac = 1.0};
    struct slice_factor f = {.compute = 108.0 / 14.0, .memory = 8.0};
    assert_int_equal(slice_time_ns(&s, &f, 1000000), 7800000);
    s.floor_ns = 9000000;
    assert_int_equal(slice_time_ns(&s, &f, 1000000), 9000000);
    s = (struct scaling){.compute_frac = 1.0, .width_frac = 1.0};
    f = (struct slice_factor){.compute = 0.5, .memory = 1.0};
    assert_int_equal(slice_time_ns(&s, &f, 5), 2); /* 2.5 goes to even */
    assert_int_equal(slice_time_ns(&s, &f, 7), 4); /* 3.5 goes to even */
    assert_int_equal(slice_time_ns(&s, &f, 0), 1); /* never less than 1 ns */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_cursors_agree_when_same_vm),
        cmocka_unit_test(work_periodic_does_not_drift_when_period_is_no_whole_ns),
        cmocka_unit_test(work_trace_wraps_when_offset),
        cmocka_unit_test(work_trace_shift_is_exact_when_offset_is_huge),
        cmocka_unit_test(work_trace_is_silent_when_empty),
        cmocka_unit_test(slice_time_follows_the_law),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
