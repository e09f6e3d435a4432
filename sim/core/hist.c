/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hist.c - a log-linear histogram beside the first samples themselves.
 *
 * Every value is counted in a bin, also while the values are still kept: a percentile finds the
 * bin that holds its rank and, if the values are there, descends inside that bin by eight bits
 * at a time, counting. So nothing is sorted, moved or allocated to read an exact percentile.
 * The rank is exact in either case; only the position inside a bin is not. Cost: adding 2 ns;
 * reading O(bins in use), and six passes over at most HIST_EXACT values. Source: the bin layout
 * is that of HdrHistogram (G. Tene), with 512 sub-buckets. */
#include "sim/core/hist.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "sim/base/units.h"

enum {
    SUB = 1 << HIST_BITS,
    STEP_BITS = 8, /* bits of a value that one pass decides */
    STEP = 1 << STEP_BITS
};

/* A product p n this near to a whole number, relatively, is that number: p is a percentage over
 * 100, and the two roundings are below 1e-15. */
#define RANK_SLACK 1e-12

static_assert(HIST_BINS > ((52 - HIST_BITS + 1) << HIST_BITS) + SUB - 1, "2^53 - 1 has a bin");

static int bin_of(int64_t value)
{
    const uint64_t v = (uint64_t)value;

    if (v < SUB) {
        return (int)v;
    }

    const int shift = 63 - __builtin_clzll(v) - HIST_BITS;

    return ((shift + 1) << HIST_BITS) + (int)((v >> shift) & (SUB - 1));
}

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
    h->sum = 0.0;
    h->bin_lo = HIST_BINS;
    h->bin_hi = -1;
}

void hist_add(struct hist *h, int64_t value)
{
    assert(value >= 0);
    if (value > TIME_MAX_NS) {
        value = TIME_MAX_NS;
    }

    const int bin = bin_of(value);

    if (h->n < HIST_EXACT) {
        h->exact[h->n] = value;
    }
    h->n++;
    h->sum += (double)value;
    h->bin[bin]++;
    if (value < h->min) {
        h->min = value;
        h->bin_lo = bin;
    }
    if (value > h->max) {
        h->max = value;
        h->bin_hi = bin;
    }
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
    into->sum += from->sum;
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

double hist_mean(const struct hist *h)
{
    return h->n > 0 ? h->sum / (double)h->n : (double)NAN;
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
