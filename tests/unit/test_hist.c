/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: percentiles are the order statistics, exactly or within the stated bin error.
 * Method: against sorted arrays, at the edges of bins, and merged in every order. */
#include "sim/core/hist.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/base/units.h"
#include "sim/core/rng.h"
#include "sim/core/vmath.h"

enum {
    MANY = 60000,
    PARTS = 4
};

static const double fractions[] = {1e-9, 0.01, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0};

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static struct rng stream(uint64_t seed)
{
    const struct rng_id id = {.seed = seed};
    struct rng r;

    rng_init(&r, &id, RNG_TEST);
    return r;
}

/* From 0 to 2^53 - 1, all magnitudes alike; a tenth of the values repeat a few numbers. */
static int64_t some_value(struct rng *r)
{
    const uint64_t word = rng_word(r);
    const uint64_t value = rng_word(r);

    if (word % 10 == 0) {
        return (int64_t)(1000000 + value % 3);
    }
    return (int64_t)(value >> (11 + (word >> 32) % 53));
}

/* Each percentile against the sorted values. */
static void check(const struct hist *h, const int64_t *value, int64_t n)
{
    static int64_t sorted[MANY];

    for (int64_t i = 0; i < n; i++) {
        sorted[i] = value[i];
    }
    qsort(sorted, (size_t)n, sizeof *sorted, by_value);
    assert_int_equal(h->n, n);
    assert_int_equal(h->min, sorted[0]);
    assert_int_equal(h->max, sorted[n - 1]);
    assert_int_equal(hist_is_exact(h), n <= HIST_EXACT);
    for (size_t i = 0; i < sizeof fractions / sizeof *fractions; i++) {
        const int64_t rank = (int64_t)ceil(fractions[i] * (double)n - 1e-6);
        const int64_t want = sorted[rank < 1 ? 0 : rank - 1];
        const int64_t got = hist_percentile(h, fractions[i]);

        if (n <= HIST_EXACT) {
            assert_int_equal(got, want);
        } else {
            const double bound = HIST_REL_ERR * (double)want;

            assert_true(fabs((double)(got - want)) <= bound);
            assert_true(fabs((double)(got - want)) <= HIST_REL_ERR * (double)got);
        }
    }
}

static void hist_percentiles_are_order_statistics_when_values_are_random(void **state)
{
    static const int64_t sizes[] = {1, 2, 3, 20, 100, 9999, 10000, 10001, MANY};
    static int64_t value[MANY];
    struct rng r = stream(5);
    struct arena a;

    (void)state;
    arena_init(&a, "test");
    struct hist *h = hist_new(&a);

    assert_non_null(h);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        hist_reset(h);
        for (int64_t i = 0; i < sizes[s]; i++) {
            value[i] = some_value(&r);
            hist_add(h, value[i]);
        }
        check(h, value, sizes[s]);
    }
    arena_fini(&a);
}

/* Source: docs/statistics.md, the percentile: 1..20 gives 19 at 95 %, where interpolation would
 * give 19.05. */
static void hist_gives_19_when_asked_for_p95_of_1_to_20(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, "test");
    struct hist *h = hist_new(&a);

    for (int i = 20; i >= 1; i--) {
        hist_add(h, i);
    }
    assert_int_equal(hist_percentile(h, 0.95), 19);
    assert_int_equal(hist_percentile(h, 0.951), 20);
    assert_int_equal(hist_percentile(h, 0.05), 1);
    assert_true(fabs(hist_mean(h) - 10.5) < 1e-12);
    arena_fini(&a);
}

/* Each edge alone, made inexact by 10,001 copies below and above it. */
static void hist_holds_its_bound_when_values_sit_on_bin_edges(void **state)
{
    static const int64_t edges[] = {0,
                                    1,
                                    511,
                                    512,
                                    513,
                                    1023,
                                    1024,
                                    1025,
                                    1026,
                                    2047,
                                    2048,
                                    2051,
                                    (1LL << 40) - 1,
                                    1LL << 40,
                                    (1LL << 52) - 1,
                                    1LL << 52,
                                    TIME_MAX_NS - 1,
                                    TIME_MAX_NS};
    struct arena a;

    (void)state;
    arena_init(&a, "test");
    struct hist *h = hist_new(&a);

    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        hist_reset(h);
        for (int k = 0; k < 10001; k++) {
            hist_add(h, 0);
            hist_add(h, edges[i]);
            hist_add(h, TIME_MAX_NS);
        }
        const int64_t got = hist_percentile(h, 0.5);

        assert_true(fabs((double)(got - edges[i])) <= HIST_REL_ERR * (double)edges[i]);
        assert_int_equal(hist_percentile(h, 0.1), 0);
        if (edges[i] < 1024) {
            assert_int_equal(got, edges[i]);
        }
    }
    arena_fini(&a);
}

static void hist_clamps_when_values_exceed_the_last_bin(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, "test");
    struct hist *h = hist_new(&a);

    hist_add(h, INT64_MAX);
    hist_add(h, TIME_MAX_NS + 1);
    assert_int_equal(h->max, TIME_MAX_NS);
    assert_int_equal(hist_percentile(h, 0.5), TIME_MAX_NS);
    for (int i = 0; i < 20000; i++) {
        hist_add(h, INT64_MAX);
    }
    assert_true(hist_percentile(h, 0.5) >= TIME_MAX_NS - TIME_MAX_NS / 1024);
    arena_fini(&a);
}

/* All 24 orders of merging four parts, small (exact) and large. */
static void hist_merges_to_the_same_when_the_order_changes(void **state)
{
    static int64_t value[MANY];
    struct rng r = stream(6);
    struct arena a;
    struct hist *part[PARTS];

    (void)state;
    arena_init(&a, "test");
    struct hist *all = hist_new(&a);

    for (int p = 0; p < PARTS; p++) {
        part[p] = hist_new(&a);
    }
    for (int64_t n = 400; n <= MANY; n += MANY - 400) {
        for (int p = 0; p < PARTS; p++) {
            hist_reset(part[p]);
        }
        for (int64_t i = 0; i < n; i++) {
            value[i] = some_value(&r);
            hist_add(part[i % 7 % PARTS], value[i]);
        }
        double sum = 0.0;
        for (int p = 0; p < PARTS; p++) {
            sum += hist_sum(part[p]);
        }
        double first_sum = 0.0;
        for (int order = 0; order < 256; order++) {
            const int o[PARTS] = {order & 3, order >> 2 & 3, order >> 4 & 3, order >> 6};

            if ((1 << o[0] | 1 << o[1] | 1 << o[2] | 1 << o[3]) != 15) {
                continue;
            }
            hist_reset(all);
            for (int p = 0; p < PARTS; p++) {
                hist_merge(all, part[o[p]]);
            }
            check(all, value, n);
            /* To the bit in every order; to rounding what the parts add up to. */
            first_sum = order == 27 ? hist_sum(all) : first_sum;
            assert_memory_equal(&first_sum, &(double){hist_sum(all)}, sizeof first_sum);
            assert_true(fabs(hist_sum(all) / sum - 1.0) < 1e-14);
        }
    }
    arena_fini(&a);
}

static void hist_is_empty_when_new_or_reset(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, "test");
    struct hist *h = hist_new(&a);
    struct hist *empty = hist_new(&a);

    for (int round = 0; round < 2; round++) {
        assert_int_equal(h->n, 0);
        assert_int_equal(hist_percentile(h, 0.5), -1);
        assert_true(isnan(hist_mean(h)));
        hist_merge(h, empty);
        assert_int_equal(h->n, 0);
        hist_add(h, 7);
        hist_merge(h, empty);
        assert_int_equal(h->n, 1);
        assert_int_equal(hist_percentile(h, 0.5), 7);
        for (int i = 0; i < 30000; i++) {
            hist_add(h, 1000 * i);
        }
        hist_reset(h);
    }
    for (int bin = 0; bin < HIST_BINS; bin++) {
        assert_int_equal(h->bin[bin], 0);
    }
    arena_fini(&a);
}

static void assert_same(const struct hist *a, const struct hist *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->min, b->min);
    assert_int_equal(a->max, b->max);
    assert_int_equal(a->bin_lo, b->bin_lo);
    assert_int_equal(a->bin_hi, b->bin_hi);
    assert_int_equal(a->sum_lo, b->sum_lo);
    assert_int_equal(a->sum_hi, b->sum_hi);
    assert_memory_equal(a->bin, b->bin, HIST_BINS * sizeof *a->bin);
    assert_memory_equal(a->exact, b->exact,
                        (size_t)(a->n < HIST_EXACT ? a->n : HIST_EXACT) * sizeof *a->exact);
}

/* Every width of vectors; columns that are full, cut, and of values on the edges of bins and of
 * what a survey takes. */
static void hist_columns_equal_single_values_when_vectors_differ(void **state)
{
    struct arena a;
    static int64_t value[200];

    (void)state;
    arena_init(&a, "test");
    for (int isa = VMATH_SSE2; isa <= VMATH_AVX512; isa++) {
        struct rng r = stream(18);
        struct hist *one = hist_new(&a);
        struct hist *many = hist_new(&a);

        vmath_use((enum vmath_isa)isa);
        for (int k = 0; k < 3000; k++) {
            const int n = k % 2 == 0 ? 64 : (int)(rng_word(&r) % 200);
            const int bits = k < 2000 ? 34 : 55; /* of a value */
            for (int i = 0; i < n; i++) {
                const uint64_t word = rng_word(&r);
                const int shift = (int)(rng_word(&r) % (uint64_t)bits);
                const uint64_t edge = (UINT64_C(1) << shift) + word % 3 - 1;

                value[i] = (int64_t)(word % 8 == 0 ? edge : word >> (63 - shift) >> 1);
                hist_add(one, value[i]);
            }
            hist_add_n(many, value, n);
            if (k % 100 == 0 || k == 2999) {
                assert_same(one, many);
            }
        }
        assert_true(one->sum_lo > UINT64_C(1) << 53);
    }
    vmath_use(VMATH_AVX512);
    arena_fini(&a);
}

/* Large values among them, so that sums pass 2^64; batches that cross HIST_EXACT and values
 * that are clamped. */
static void hist_batches_equal_single_values_when_sums_carry(void **state)
{
    struct arena a;
    struct rng r = stream(17);
    static int64_t value[300];

    (void)state;
    arena_init(&a, "test");
    struct hist *one = hist_new(&a);
    struct hist *many = hist_new(&a);

    for (int k = 0; k < 400; k++) {
        const int n = (int)(rng_word(&r) % 300);
        for (int i = 0; i < n; i++) {
            value[i] = some_value(&r);
            value[i] = rng_word(&r) % 10 == 0 ? INT64_MAX - i : value[i];
            hist_add(one, value[i]);
        }
        hist_add_n(many, value, n);

        const int64_t same = some_value(&r) >> (k % 30);
        const int64_t count = (int64_t)(rng_word(&r) % 200);
        for (int64_t i = 0; i < count; i++) {
            hist_add(one, same);
        }
        hist_add_many(many, same, count);
        if (k % 20 == 0 || one->n < HIST_EXACT) {
            assert_same(one, many);
        }
    }
    assert_true(one->n > 2 * HIST_EXACT && one->sum_hi > 0);
    assert_same(one, many);
    hist_reset(one);
    hist_reset(many);
    hist_add_n(many, value, 0);
    hist_add_many(many, 5, 0);
    assert_same(one, many);
    hist_add_many(many, INT64_MAX, 3);
    assert_int_equal(many->n, 3);
    assert_int_equal(many->max, TIME_MAX_NS);
    hist_reset(many);
    hist_add_many(many, 1000000000, 1000000);
    assert_int_equal(many->bin[many->bin_lo], 1000000);
    assert_int_equal(many->sum_lo, INT64_C(1000000000000000));
    assert_int_equal(many->sum_hi, 0);
    /* (2^53 - 1) 2^40 = 2^93 - 2^40, whose two words the halves of the product make up. */
    hist_reset(many);
    hist_add_many(many, TIME_MAX_NS, INT64_C(1) << 40);
    assert_int_equal(many->sum_lo, -(UINT64_C(1) << 40));
    assert_int_equal(many->sum_hi, (UINT64_C(1) << 29) - 1);
    assert_true(fabs(hist_mean(many) / (double)TIME_MAX_NS - 1.0) < 1e-15);
    arena_fini(&a);
}

/* Every bin begins where the one before it ends, and there is one for each value below 512. */
static void hist_bins_follow_each_other_when_values_grow(void **state)
{
    int64_t floor_of_bin = 0;

    (void)state;
    for (int bin = 1; bin < HIST_BINS; bin++) {
        const int64_t width =
            bin <= 1 << HIST_BITS ? 1 : INT64_C(1) << (((bin - 1) >> HIST_BITS) - 1);

        floor_of_bin += width;
        if (floor_of_bin > TIME_MAX_NS) {
            break;
        }
        assert_int_equal(hist_bin(floor_of_bin), bin);
        assert_int_equal(hist_bin(floor_of_bin - 1), bin - 1);
    }
    assert_true(hist_bin(TIME_MAX_NS) < HIST_BINS);
}

/* ceil(p n) by integers: p as a whole number of thousandths of a percent. */
static void hist_rank_is_the_ceiling_when_p_is_a_percentage(void **state)
{
    static const int64_t ns[] = {1,   2,   3,    7,     19,        20,         21,
                                 100, 999, 1000, 10000, 123456789, 10000000000};

    (void)state;
    for (size_t i = 0; i < sizeof ns / sizeof *ns; i++) {
        for (int64_t milli = 1; milli <= 100000; milli += milli < 200 ? 1 : 99) {
            const double p = ((double)milli / 1000.0) / 100.0;
            const int64_t want = (milli * ns[i] + 99999) / 100000;

            assert_int_equal(hist_rank(p, ns[i]), want);
        }
    }
    assert_int_equal(hist_rank(0.95, 20), 19);
    assert_int_equal(hist_rank(1.0, 5), 5);
    assert_int_equal(hist_rank(1e-30, 5), 1);
}

static void hist_new_fails_when_memory_is_out(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, "test");
    mem_fail_at(1);
    assert_null(hist_new(&a));
    mem_fail_at(0);
    arena_fini(&a);
}

/* Every value lies in the bin that names the next bound at or above it, and none is lost. */
static void hist_tells_its_bins_when_asked(void **state)
{
    struct arena arena;
    struct hist_bin bin[8];
    int64_t from = 0;
    int64_t found = 0;
    static const int64_t value[] = {0, 511, 512, 513, 1024, 1025, 1000000007, 1000000007};

    (void)state;
    arena_init(&arena, "test");
    struct hist *h = hist_new(&arena);
    assert_non_null(h);
    assert_int_equal(hist_bins(h, bin), 0);
    hist_add_n(h, value, 8);
    const int n = hist_bins(h, NULL);
    assert_int_equal(n, 6); /* 1024 and 1025 share a bin */
    assert_int_equal(hist_bins(h, bin), n);
    for (int i = 0; i < n; i++) {
        int64_t held = 0;
        for (int k = 0; k < 8; k++) {
            held += (i == 0 || value[k] > from) && value[k] <= bin[i].most;
        }
        assert_int_equal(bin[i].n, held);
        found += held;
        from = bin[i].most;
    }
    assert_int_equal(found, 8);
    assert_true(bin[n - 1].most < 1000000007 + 1000000007 / 512 + 1);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hist_percentiles_are_order_statistics_when_values_are_random),
        cmocka_unit_test(hist_gives_19_when_asked_for_p95_of_1_to_20),
        cmocka_unit_test(hist_holds_its_bound_when_values_sit_on_bin_edges),
        cmocka_unit_test(hist_clamps_when_values_exceed_the_last_bin),
        cmocka_unit_test(hist_merges_to_the_same_when_the_order_changes),
        cmocka_unit_test(hist_is_empty_when_new_or_reset),
        cmocka_unit_test(hist_columns_equal_single_values_when_vectors_differ),
        cmocka_unit_test(hist_batches_equal_single_values_when_sums_carry),
        cmocka_unit_test(hist_bins_follow_each_other_when_values_grow),
        cmocka_unit_test(hist_rank_is_the_ceiling_when_p_is_a_percentage),
        cmocka_unit_test(hist_new_fails_when_memory_is_out),
        cmocka_unit_test(hist_tells_its_bins_when_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
