/* SPDX-License-Identifier: GPL-3.0-or-later */
/* warm.c - MSER-5 in one backward pass.
 *
 * For a cut of d batches the statistic is the sum of squared deviations of the m - d batch
 * means that are left, over (m - d)^2. Going from the last batch to the first, Welford's update
 * keeps that sum without cancellation. Of equal statistics the smallest cut wins. O(n). */
#include "sim/core/warm.h"

#include <math.h>

enum {
    BATCH = 5,    /* observations per batch: the 5 of MSER-5 */
    LEFT_MIN = 5, /* batches that a cut must leave: fewer look steady by chance */
    SERIES_MIN = 50
};

static double batch_mean(const double *x, size_t batch)
{
    double sum = 0.0;

    for (size_t i = 0; i < BATCH; i++) {
        sum += x[batch * BATCH + i];
    }
    return sum / BATCH;
}

struct warm_cut warm_mser5(const double *x, size_t n)
{
    struct warm_cut w = {.batches_n = n / BATCH, .cut = 0, .in_second_half = false};
    const size_t half = w.batches_n / 2;
    double mean = 0.0;
    double squares = 0.0;
    double least = HUGE_VAL;      /* over the cuts that may be taken */
    double least_late = HUGE_VAL; /* over those past the middle */

    if (n < SERIES_MIN) {
        return w;
    }
    for (size_t d = w.batches_n; d-- > 0;) {
        const double left = (double)(w.batches_n - d);
        const double b = batch_mean(x, d);
        const double delta = b - mean;

        mean += delta / left;
        squares += delta * (b - mean);
        if (w.batches_n - d < LEFT_MIN) {
            continue;
        }

        const double mser = squares / (left * left);

        if (d > half) {
            least_late = fmin(least_late, mser);
        } else if (mser <= least) {
            least = mser;
            w.cut = d * BATCH;
        }
    }
    w.in_second_half = least_late < least;
    return w;
}
