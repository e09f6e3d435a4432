/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hist.h - samples of a non-negative integer quantity with percentiles.
 *
 * The first HIST_EXACT values are kept as they are, and percentiles are then exact. Beyond, a
 * log-linear histogram with 512 bins per octave answers with the middle of a bin, at most
 * HIST_REL_ERR away from the true order statistic. Counts and sums are integers: merging is
 * addition, in any order, with the same result. Memory is taken once, at hist_new; adding never
 * allocates.
 */
#ifndef SIM_CORE_HIST_H
#define SIM_CORE_HIST_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/units.h"

enum {
    HIST_BITS = 9, /* 512 bins per octave; values below 512 have a bin each */
    HIST_OCTAVES = 54 - HIST_BITS,
    HIST_BINS = (HIST_OCTAVES + 1) << HIST_BITS,
    HIST_EXACT = 10000
};

#define HIST_REL_ERR (1.0 / 1024.0) /* half a bin over its lower edge */

struct hist {
    int64_t n;
    int64_t min, max;        /* exact; meaningless while n == 0 */
    uint64_t sum_lo, sum_hi; /* of the values: hi 2^64 + lo */
    int64_t *exact; /* [HIST_EXACT] the first values in the order of adding; valid while n <=
                       HIST_EXACT */
    uint64_t *bin;  /* [HIST_BINS] */
    int bin_lo, bin_hi; /* range of bins in use, for a quick reset; lo > hi when empty */
};

/* Storage from the arena, or NULL. About 270 KB. */
struct hist *hist_new(struct arena *a);

/* Empty again. O(bins in use). */
void hist_reset(struct hist *h);

/* The bin of a value in 0 .. 2^53 - 1. Setting bit HIST_BITS leaves the position of the top bit
 * as it is in values that need a shift, and makes the shift 0 in those that have a bin each;
 * the shifted value's own top bit then counts as one more octave. */
static inline int hist_bin(int64_t value)
{
    const int octave = 63 - HIST_BITS - __builtin_clzll((uint64_t)value | 1U << HIST_BITS);

    return (octave << HIST_BITS) + (int)(value >> octave);
}

/* Adds to the sum of the values alone; the carry is the comparison. */
static inline void hist_sum_add(struct hist *h, uint64_t value)
{
    h->sum_lo += value;
    h->sum_hi += h->sum_lo < value;
}

/* Adds a value in 0 .. 2^53 - 1 (larger values are clamped and counted in the last bin). O(1),
 * 1 to 2 ns: no branch that is taken more than now and then, once HIST_EXACT values are in. */
static inline void hist_add(struct hist *h, int64_t value)
{
    if (__builtin_expect((uint64_t)value > (uint64_t)TIME_MAX_NS, 0)) {
        assert(value >= 0);
        value = TIME_MAX_NS;
    }

    const int bin = hist_bin(value);

    if (h->n < HIST_EXACT) {
        h->exact[h->n] = value;
    }
    h->n++;
    hist_sum_add(h, (uint64_t)value);
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

/* As n times hist_add, in order. */
void hist_add_n(struct hist *h, const int64_t *value, int n);

/* As `count` times hist_add of one value; count >= 0. O(1) once HIST_EXACT values are in. */
void hist_add_many(struct hist *h, int64_t value, int64_t count);

/* into += from. Nothing that can be asked depends on the order of merging. O(bins in use). */
void hist_merge(struct hist *into, const struct hist *from);

/* The smallest value with at least the fraction p of the samples at or below it, 0 < p <= 1:
 * the order statistic x_(ceil(p n)). Exact while n <= HIST_EXACT, else the middle of its bin,
 * clamped to [min, max]. -1 when empty. O(bins in use + HIST_EXACT). */
int64_t hist_percentile(const struct hist *h, double p);

/* Is hist_percentile exact? */
bool hist_is_exact(const struct hist *h);

/* A bin that holds something. */
struct hist_bin {
    int64_t most; /* the largest value that it can hold */
    int64_t n;
};

/* The bins that hold something, ascending, into `out`, NULL: none; how many they are. O(bins in
 * use). */
int hist_bins(const struct hist *h, struct hist_bin *out);

/* Sum of the values, rounded once below 2^64; exact below 2^53. */
double hist_sum(const struct hist *h);

/* hist_sum / n; NAN when empty. */
double hist_mean(const struct hist *h);

/* ceil(p n) without the error of the product: 1 .. n. */
int64_t hist_rank(double p, int64_t n);

#endif
