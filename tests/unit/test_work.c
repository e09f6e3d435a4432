/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_work.c - cursors: the same requests for whoever asks, traces that wrap, slices that
 * round. */
#include "models/work.h"

#include <math.h>
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

/* ---- Batches against single draws ---- */

enum {
    MANY = 100000
};

/* Every kind of distribution with some shape. */
static struct dist shaped(int kind, double mean_ns)
{
    static const double value[] = {3.0, 5.5, 0.0, 1000.25};
    struct dist d;
    const struct dist_kind *k = dist_kinds[kind];
    bool wide = strcmp(k->name, "hyperexponential") == 0;
    bool pareto = strcmp(k->name, "pareto") == 0;
    if (k->takes_values) {
        assert_null(dist_init_values(&d, value, 4, mean_ns));
    } else {
        assert_null(dist_init(&d, k, mean_ns, k->takes_cv ? (wide ? 2.0 : 0.4) : 0.0,
                              pareto ? 2.5 : 0.0, k->takes_k ? 3 : 0));
    }
    return d;
}

/* Means from none through fractions of a ns to samples that are clamped; the exponential
 * changes its way of drawing at 2^46. */
static void work_batches_equal_single_draws_when_gaps_have_any_law(void **state)
{
    static const double means_ns[] = {1e6,    0.0, 0.7, 1e3 / 3.0, 0x1.fffffffffffffp45,
                                      0x1p46, 1e15};
    (void)state;
    for (int kind = 0; kind < dist_kinds_n; kind++) {
        for (size_t m = 0; m < sizeof means_ns / sizeof *means_ns; m++) {
            struct work w = {.kind = WORK_REQUESTS, .streams = 1};
            /* No law of the gaps is without a mean. */
            w.arrivals.gap = shaped(kind, m == 1 ? 1.0 : means_ns[m] / 1024.0);
            w.service =
                shaped(kind, m == 1 && dist_kinds[kind]->takes_values ? 1.0 : means_ns[m]);
            struct work_cursor c;
            struct rng arrival;
            struct rng service;
            work_cursor_init(&c, &w, &id_a);
            rng_init(&arrival, &id_a, RNG_ARRIVAL);
            rng_init(&service, &id_a, RNG_SERVICE);
            int64_t clock_ns = 0;
            for (int i = 0; i < (m == 0 ? MANY : 1000); i++) {
                struct request r;
                assert_true(work_next(&c, &r));
                clock_ns += dist_draw_ns(&w.arrivals.gap, &arrival);
                assert_int_equal(r.arrival_ns, clock_ns);
                assert_int_equal(r.service_ns, work_service_ns(&w, &service));
            }
        }
    }
}

/* FNV-1a over arrivals, and over demands. */
static void hash_of(const struct work *w, uint64_t out[2])
{
    struct work_cursor c;
    work_cursor_init(&c, w, &id_a);
    out[0] = out[1] = UINT64_C(0xcbf29ce484222325);
    for (int i = 0; i < MANY; i++) {
        struct request r;
        assert_true(work_next(&c, &r));
        out[0] = (out[0] ^ (uint64_t)r.arrival_ns) * UINT64_C(0x100000001b3);
        out[1] = (out[1] ^ (uint64_t)r.service_ns) * UINT64_C(0x100000001b3);
    }
}

/* Frozen from the program as it was when every request was drawn on its own (commit 141d622).
 */
static void work_gives_frozen_requests_when_rates_change(void **state)
{
    static const double holding_ns[] = {5e8, 1e8, 2.5e8};
    struct mmpp_state mmpp[] = {
        {.rate_per_s = 20.0}, {.rate_per_s = 900.0}, {.rate_per_s = 0.0}};
    struct rate_point curve[] = {
        {.at_ns = 0,           .rate_per_s = 5.0  },
        {.at_ns = 3000000000,  .rate_per_s = 700.0},
        {.at_ns = 3000000000,  .rate_per_s = 20.0 },
        {.at_ns = 10000000000, .rate_per_s = 0.0  }
    };
    static const uint64_t want[4][2] = {
        {UINT64_C(0xd15b381142c00c77), UINT64_C(0x6ab12fd037bfd124)},
        {UINT64_C(0x81784f0856a809d4), UINT64_C(0x6ab12fd037bfd124)},
        {UINT64_C(0xd016250703d0adfd), UINT64_C(0x6ab12fd037bfd124)},
        {UINT64_C(0xc50e270a7ab992c3), UINT64_C(0x6ab12fd037bfd124)},
    };
    struct work w[4];
    (void)state;
    for (int i = 0; i < 4; i++) {
        w[i] = open_work(i == 0 ? "periodic" : "poisson", 700.0);
    }
    assert_null(arrivals_mmpp(&w[2].arrivals, mmpp, holding_ns, 3));
    assert_null(arrivals_diurnal(&w[3].arrivals, curve, 4));
    for (int i = 0; i < 4; i++) {
        uint64_t got[2];
        hash_of(&w[i], got);
        assert_int_equal(got[0], want[i][0]);
        assert_int_equal(got[1], want[i][1]);
    }
}

/* Longer than a batch, its end inside one and at the end of one. */
static void work_trace_gives_all_rows_when_it_exceeds_a_batch(void **state)
{
    enum {
        ROWS = 3 * WORK_BATCH
    };
    static int64_t arrival[ROWS];
    static int64_t service[ROWS];
    (void)state;
    for (int i = 0; i < ROWS; i++) {
        arrival[i] = 10 * i;
        service[i] = i;
    }
    for (int n = ROWS - 1; n <= ROWS; n++) {
        struct trace_rows rows = {
            .arrival_ns = arrival, .service_ns = service, .n = n, .span_ns = arrival[n - 1]};
        struct work w = {.kind = WORK_TRACE, .trace = &rows, .offset_ns = 50};
        struct work_cursor c;
        struct request r;
        work_cursor_init(&c, &w, &(struct rng_id){.vm = 1});
        for (int i = 0; i < n; i++) {
            int row = (i + 5) % n;
            assert_true(work_next(&c, &r));
            assert_int_equal(r.service_ns, row);
            assert_int_equal(r.arrival_ns,
                             row < 5 ? 10 * row - 50 + rows.span_ns : 10 * row - 50);
        }
        assert_false(work_next(&c, &r));
        assert_false(work_next(&c, &r));
    }
}

/* Against nearbyint: random magnitudes, halves, and the numbers about 2^52. */
static void slice_rounds_half_to_even_when_times_are_any(void **state)
{
    static const double ends[] = {
        0.0, 0.5,    0x1.fffffffffffffp-2, 1.0,          1.5,           2.5,
        3.5, 0x1p52, 0x1p52 - 0.5,         0x1p51 + 0.5, 0x1p51 - 0.25, 0x1p53 - 1.0};
    struct slice_factor f = {.compute = 1.0, .memory = 1.0};
    struct rng r;
    (void)state;
    rng_init(&r, &id_a, RNG_TEST);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        assert_int_equal((int64_t)vmath_round(ends[i]), (int64_t)nearbyint(ends[i]));
    }
    for (int i = 0; i < 1000000; i++) {
        uint64_t word = rng_word(&r);
        int64_t t_ns = (int64_t)(word >> (12 + i % 52));
        struct scaling s = {.compute_frac = i % 3 == 0 ? 0.5 : rng_uniform(&r), .floor_ns = 2};
        s.memory_frac = i % 3 == 0 ? 0.0 : 1.0 - s.compute_frac;
        f.compute = i % 2 == 0 ? 1.0 : 1.0 + (double)(i % 7);
        double t = s.compute_frac * (double)t_ns * f.compute;
        t += s.memory_frac * (double)t_ns * f.memory;
        int64_t want = (int64_t)nearbyint(t);
        assert_int_equal(slice_time_ns(&s, &f, t_ns), want > 2 ? want : 2);
    }
}

/* Times and laws of every size, also those that are too large for vectors, in columns of every
 * length; in place too. */
static void slice_columns_equal_single_times_when_vectors_differ(void **state)
{
    static const int64_t floors[] = {0, 1, 1000, INT64_C(1) << 51, INT64_C(1) << 52};
    enum {
        N = 150
    };
    (void)state;
    for (int isa = VMATH_SSE2; isa <= VMATH_AVX512; isa++) {
        struct rng r;
        rng_init(&r, &id_a, RNG_TEST);
        vmath_use((enum vmath_isa)isa);
        for (int k = 0; k < 20000; k++) {
            struct scaling s = {.compute_frac = k % 3 == 0 ? 0.5 : rng_uniform(&r),
                                .floor_ns = k % 4 == 0 ? floors[k / 4 % 5] : 0};
            s.memory_frac = k % 3 == 0 ? 0.0 : 1.0 - s.compute_frac;
            struct slice_factor f = {.compute = 1.0 + (double)(k % 7), .memory = 8.0};
            int64_t t_ns[N];
            int64_t got[N];
            int n = k % N;
            int shift = 11 + (int)(rng_word(&r) % 50);
            for (int i = 0; i < n; i++) {
                t_ns[i] = (int64_t)(rng_word(&r) >> shift);
            }
            slice_times_ns(&s, &f, t_ns, got, n);
            for (int i = 0; i < n; i++) {
                assert_int_equal(got[i], slice_time_ns(&s, &f, t_ns[i]));
            }
            slice_times_ns(&s, &f, t_ns, t_ns, n);
            assert_memory_equal(t_ns, got, (size_t)n * sizeof *got);
        }
    }
    vmath_use(VMATH_AVX512);
}

/* The requests of work_next before a time, whatever is taken at once. */
static void assert_taken(const struct work *w, int64_t until_ns, int cap)
{
    struct work_cursor one;
    struct work_cursor many;
    struct request r = {0};
    int64_t arrival_ns[100];
    int64_t service_ns[100];
    int n = cap;
    work_cursor_init(&one, w, &id_a);
    work_cursor_init(&many, w, &id_a);
    while (n == cap) {
        n = work_take(&many, until_ns, arrival_ns, service_ns, cap);
        for (int i = 0; i < n; i++) {
            assert_true(work_next(&one, &r));
            assert_int_equal(arrival_ns[i], r.arrival_ns);
            assert_int_equal(service_ns[i], r.service_ns);
            assert_true(r.arrival_ns < until_ns);
        }
    }
    assert_true(!work_next(&one, &r) || r.arrival_ns >= until_ns);
}

static void work_take_gives_the_requests_before_a_time_when_batches_differ(void **state)
{
    static const int caps[] = {1, 7, 64, 100};
    struct mmpp_state states[2] = {{.rate_per_s = 5e6}, {.rate_per_s = 1e4}};
    static const double holding_ns[2] = {3e4, 5e5};
    int64_t rows_ns[1000];
    struct trace_rows rows = {.arrival_ns = rows_ns, .service_ns = rows_ns, .n = 1000};
    struct work w[4];
    (void)state;
    for (int i = 0; i < 1000; i++) {
        rows_ns[i] = i / 3 * 1000;
    }
    rows.span_ns = rows_ns[999];
    for (int k = 0; k < 4; k++) {
        w[k] = (struct work){.kind = WORK_REQUESTS, .streams = 1};
        assert_null(dist_init(&w[k].service, dist_find("exponential"), 1e3, 0, 0, 0));
    }
    assert_null(dist_init(&w[0].arrivals.gap, dist_find("exponential"), 1e3, 0, 0, 0));
    w[1].arrivals.periodic = true;
    assert_null(dist_init(&w[1].arrivals.gap, dist_find("deterministic"), 1e3, 0, 0, 0));
    assert_null(arrivals_mmpp(&w[2].arrivals, states, holding_ns, 2));
    w[3] = (struct work){.kind = WORK_TRACE, .trace = &rows, .streams = 1, .offset_ns = 5000};
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < 4; i++) {
            for (int64_t until_ns = 0; until_ns < 400000; until_ns += 12345) {
                assert_taken(&w[k], until_ns, caps[i]);
            }
        }
    }
    assert_taken(&w[3], INT64_MAX, 100);
}

/* A measured time takes the place of the law: 5 ms where 2 ms were drawn of a mean of 1,
 * and 2.5 were measured. */
static void slice_time_is_the_measured_one_when_there_is_one(void **state)
{
    (void)state;
    const struct service_profile profile = {.name = "1g.10gb", .mean_ns = 2.5e6};
    struct work w = {.kind = WORK_REQUESTS, .profile = &profile, .profile_n = 1};
    assert_null(dist_init(&w.service, dist_find("exponential"), 1e6, 0, 0, 0));
    assert_true(fabs(work_measured(&w, "1g.10gb") - 2.5) < 1e-12);
    assert_false(work_measured(&w, "2g.20gb") > 0);
    assert_false(work_measured(&w, NULL) > 0);
    static const double compute[] = {1.0, 0.6, 0.0};
    for (int i = 0; i < 3; i++) {
        const struct scaling s = {.compute_frac = compute[i],
                                  .memory_frac = 1.0 - compute[i],
                                  .serial_frac = 0.1,
                                  .width_frac = 1.0};
        struct slice_factor f = {.compute = 7.0, .memory = 8.0};
        slice_fold_measured(&s, &f, 2.5);
        assert_int_equal(slice_time_ns(&s, &f, 2000000), 5000000);
    }
}

/* 10 ms x (20 % + 50 % x 4 + 30 % x 8) = 46 ms; without a compute part 10 ms x (20 % + 80 % x
 * 8) = 66 ms. */
static void slice_time_keeps_the_serial_part_when_slices_are_small(void **state)
{
    (void)state;
    struct scaling s = {
        .compute_frac = 0.5, .memory_frac = 0.3, .serial_frac = 0.2, .width_frac = 1.0};
    struct slice_factor f = {.compute = 4.0, .memory = 8.0};
    slice_fold_serial(&s, &f);
    assert_int_equal(slice_time_ns(&s, &f, 10000000), 46000000);
    s = (struct scaling){.memory_frac = 0.8, .serial_frac = 0.2, .width_frac = 1.0};
    f = (struct slice_factor){.compute = 4.0, .memory = 8.0};
    slice_fold_serial(&s, &f);
    assert_int_equal(slice_time_ns(&s, &f, 10000000), 66000000);
}

static void work_batches_are_those_of_the_smallest_table_when_streams_are_measured(void **state)
{
    const struct size_point point[] = {
        {8,  80 },
        {16, 160},
        {32, 320}
    };
    const struct service_profile crowd[] = {
        {.point = point,     .point_n = 2},
        {.point = point,     .point_n = 1},
        {.point = point + 2, .point_n = 1}
    };
    const struct service_profile p = {.crowd = crowd, .crowd_n = 3};
    struct work w = {.batch_max = 32, .streams = 1};
    (void)state;
    assert_int_equal(work_crowd_batch(&w, &p), 16);
    w.streams = 3;
    assert_int_equal(work_crowd_batch(&w, &p), 8);
    w.batch_max = 4;
    assert_int_equal(work_crowd_batch(&w, &p), 4);
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
        cmocka_unit_test(work_batches_equal_single_draws_when_gaps_have_any_law),
        cmocka_unit_test(work_gives_frozen_requests_when_rates_change),
        cmocka_unit_test(work_trace_gives_all_rows_when_it_exceeds_a_batch),
        cmocka_unit_test(slice_rounds_half_to_even_when_times_are_any),
        cmocka_unit_test(slice_columns_equal_single_times_when_vectors_differ),
        cmocka_unit_test(work_take_gives_the_requests_before_a_time_when_batches_differ),
        cmocka_unit_test(slice_time_is_the_measured_one_when_there_is_one),
        cmocka_unit_test(
            work_batches_are_those_of_the_smallest_table_when_streams_are_measured),
        cmocka_unit_test(slice_time_keeps_the_serial_part_when_slices_are_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
