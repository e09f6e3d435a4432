/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hist.c - a log-linear histogram beside the first samples themselves.
 *
 * Every value is counted in a bin, also while the values are still kept: a percentile finds the
 * bin that holds its rank and, if the values are there, descends inside that bin by eight bits
 * at a time, counting. So nothing is sorted, moved or allocated to read an exact percentile.
 * The rank is exact in either case; only the position inside a bin is not. Cost: adding 1 to 2
 * ns, half of that in columns; reading O(bins in use), and six passes over at most HIST_EXACT
 * values. Source: the bin layout is that of HdrHistogram (G. Tene), with 512 sub-buckets. */
#include "sim/core/hist.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "sim/core/vmath.h"

enum {
    SUB = 1 << HIST_BITS,
    COLUMN = 64,   /* values that are surveyed at a time; a multiple of VMATH_BLOCK */
    STEP_BITS = 8, /* bits of a value that one pass decides */
    STEP = 1 << STEP_BITS
};

/* A product p n this near to a whole number, relatively, is that number: p is a percentage over
 * 100, and the two roundings are below 1e-15. */
#define RANK_SLACK 1e-12

static_assert(HIST_BINS > ((52 - HIST_BITS + 1) << HIST_BITS) + SUB - 1, "2^53 - 1 has a bin");

/* Bits of a value that its bin does not tell: the bin is 2^that wide. */
static int bin_shift(int bin)
{
    return bin < SUB ? 0 : (bin >> HIST_BITS) - 1;
}

static int64_t bin_floor(int bin)
{
    return bin < SUB ? bin : (int64_t)(SUB + (bin & (SUB - 1))) << bin_shift(bin);
}

struct hist *hist_new(struct arena *a)
{
    struct hist *h = arena_alloc(a, 1, sizeof *h);

    if (h == NULL) {
        return NULL;
    }
    h->exact = arena_alloc(a, HIST_EXACT, sizeof *h->exact);
    h->bin = arena_alloc(a, HIST_BINS, sizeof *h->bin);
    if (h->exact == NULL || h->bin == NULL) {
        return NULL;
    }
    h->bin_lo = 0;
    h->bin_hi = -1;
    hist_reset(h);
    return h;
}

void hist_reset(struct hist *h)
{
    if (h->bin_lo <= h->bin_hi) {
        memset(h->bin + h->bin_lo, 0, (size_t)(h->bin_hi - h->bin_lo + 1) * sizeof *h->bin);
    }
    h->n = 0;
    h->min = INT64_MAX;
    h->max = -1;
    h->sum_lo = h->sum_hi = 0;
    h->bin_lo = HIST_BINS;
    h->bin_hi = -1;
}

/* In 0 .. 2^53 - 1. */
static inline int64_t clamped(int64_t value)
{
    if (__builtin_expect((uint64_t)value > (uint64_t)TIME_MAX_NS, 0)) {
        assert(value >= 0);
        value = TIME_MAX_NS;
    }
    return value;
}

/* ---- Columns ---- */

#define TWO_52   UINT64_C(0x4330000000000000) /* bits of 2^52 */
#define BIN_BIAS ((uint64_t)(1023 + HIST_BITS - 1) << HIST_BITS)

/* What one look at a column of values finds. */
struct survey {
    uint64_t bin[COLUMN];
    uint64_t any; /* bits that are set in any value */
    uint64_t sum;
    double min, max; /* of the values + 2^52 */
};

#define VEC_LEVEL 0
#include "sim/core/hist_vec.h"
#if VEC_LEVELS > 1
#undef VEC_LEVEL
#define VEC_LEVEL 1
#include "sim/core/hist_vec.h"
#undef VEC_LEVEL
#define VEC_LEVEL 2
#include "sim/core/hist_vec.h"
#endif

static void (*const survey[VEC_LEVELS])(const int64_t *, int, struct survey *) = {
    survey_0,
#if VEC_LEVELS > 1
    survey_1,
    survey_2,
#endif
};

/* Adds n values, a multiple of VMATH_BLOCK and at most COLUMN. False, and nothing is added, if
 * one is too large for the survey. */
static bool add_column(struct hist *h, const int64_t *value, int n)
{
    struct survey s;
    s.any = s.sum = 0;
    s.min = 0x1p53;
    s.max = 0x1p52;
    survey[vmath_isa()](value, n, &s);
    if (s.any >> 52 != 0) {
        return false;
    }
    for (int i = 0; i < n && h->n + i < HIST_EXACT; i++) {
        h->exact[h->n + i] = value[i];
    }
    for (int i = 0; i < n; i++) {
        h->bin[s.bin[i]]++;
    }

    const int64_t min = (int64_t)(s.min - 0x1p52);
    const int64_t max = (int64_t)(s.max - 0x1p52);

    h->n += n;
    hist_sum_add(h, s.sum);
    if (min < h->min) {
        h->min = min;
        h->bin_lo = hist_bin(min);
    }
    if (max > h->max) {
        h->max = max;
        h->bin_hi = hist_bin(max);
    }
    return true;
}

void hist_add_n(struct hist *h, const int64_t *value, int n)
{
    while (n > 0) {
        const int at_once = n < COLUMN ? n : COLUMN;
        const int blocks = at_once - at_once % VMATH_BLOCK;
        const bool added = blocks > 0 && add_column(h, value, blocks);

        for (int i = added ? blocks : 0; i < at_once; i++) {
            hist_add(h, value[i]);
        }
        value += at_once;
        n -= at_once;
    }
}

/* The product of a value in 0 .. 2^53 - 1 and a count, by halves: neither the cross products
 * nor their sum overflow. */
static void sum_add_many(struct hist *h, uint64_t value, uint64_t count)
{
    const uint64_t low = value & UINT32_MAX;
    const uint64_t count_low = count & UINT32_MAX;
    const uint64_t cross = (value >> 32) * count_low + low * (count >> 32);

    hist_sum_add(h, low * count_low);
    hist_sum_add(h, cross << 32);
    h->sum_hi += (value >> 32) * (count >> 32) + (cross >> 32);
}

void hist_add_many(struct hist *h, int64_t value, int64_t count)
{
    assert(count >= 0);
    if (count == 0) {
        return;
    }
    hist_add(h, value);
    value = clamped(value);
    count--;
    for (int64_t i = h->n; i < HIST_EXACT && i < h->n + count; i++) {
        h->exact[i] = value;
    }
    h->n += count;
    sum_add_many(h, (uint64_t)value, (uint64_t)count);
    h->bin[hist_bin(value)] += (uint64_t)count;
}

void hist_merge(struct hist *into, const struct hist *from)
{
    if (from->n == 0) {
        return;
    }
    if (into->n + from->n <= HIST_EXACT) {
        memcpy(into->exact + into->n, from->exact, (size_t)from->n * sizeof *into->exact);
    }
    for (int bin = from->bin_lo; bin <= from->bin_hi; bin++) {
        into->bin[bin] += from->bin[bin];
    }
    into->n += from->n;
    hist_sum_add(into, from->sum_lo);
    into->sum_hi += from->sum_hi;
    if (from->min < into->min) {
        into->min = from->min;
        into->bin_lo = from->bin_lo;
    }
    if (from->max > into->max) {
        into->max = from->max;
        into->bin_hi = from->bin_hi;
    }
}

/* The rank-th smallest (from 1) of the kept values in [floor, floor + 2^shift), of which there
 * are at least that many. */
static int64_t exact_in_bin(const struct hist *h, int64_t floor, int shift, int64_t rank)
{
    while (shift > 0) {
        const int below = shift > STEP_BITS ? shift - STEP_BITS : 0;
        const uint64_t width = UINT64_C(1) << shift;
        uint32_t count[STEP] = {0};
        int i = 0;

        for (int64_t k = 0; k < h->n; k++) {
            const uint64_t above = (uint64_t)(h->exact[k] - floor);

            if (above < width) {
                count[above >> below]++;
            }
        }
        while (rank > count[i]) {
            rank -= count[i];
            i++;
            assert(i < STEP);
        }
        floor += (int64_t)i << below;
        shift = below;
    }
    return floor;
}

int64_t hist_percentile(const struct hist *h, double p)
{
    if (h->n == 0) {
        return -1;
    }

    int64_t rank = hist_rank(p, h->n);
    int bin = h->bin_lo;

    while (rank > (int64_t)h->bin[bin]) {
        rank -= (int64_t)h->bin[bin];
        bin++;
        assert(bin <= h->bin_hi);
    }

    const int shift = bin_shift(bin);

    if (hist_is_exact(h)) {
        return exact_in_bin(h, bin_floor(bin), shift, rank);
    }

    /* The lower of the two middles: its greatest error is the smaller share of the true value.
     */
    const int64_t middle = bin_floor(bin) + (((INT64_C(1) << shift) - 1) >> 1);

    return middle < h->min ? h->min : middle > h->max ? h->max : middle;
}

bool hist_is_exact(const struct hist *h)
{
    return h->n <= HIST_EXACT;
}

int hist_bins(const struct hist *h, struct hist_bin *out)
{
    int n = 0;

    for (int i = h->bin_lo; i <= h->bin_hi; i++) {
        if (h->bin[i] > 0) {
            if (out != NULL) {
                out[n] = (struct hist_bin){bin_floor(i + 1) - 1, (int64_t)h->bin[i]};
            }
            n++;
        }
    }
    return n;
}

double hist_sum(const struct hist *h)
{
    return (double)h->sum_hi * 0x1p64 + (double)h->sum_lo;
}

double hist_mean(const struct hist *h)
{
    return h->n > 0 ? hist_sum(h) / (double)h->n : (double)NAN;
}

int64_t hist_rank(double p, int64_t n)
{
    assert(p > 0.0 && p <= 1.0);
    assert(n >= 1);

    const double x = p * (double)n;
    const double whole = round(x);
    const double rank = fabs(x - whole) <= RANK_SLACK * x ? whole : ceil(x);

    return rank < 1.0 ? 1 : rank > (double)n ? n : (int64_t)rank;
}
