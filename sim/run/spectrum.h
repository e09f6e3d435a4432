/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum.h - a distribution as a row of quantiles: enough to draw it, small enough to save.
 *
 * The grid is fixed, dense where a curve on an axis of 1/(1-p) bends, and ends with the largest
 * sample. Quantiles beyond the last but one sample are left out but for that. */
#ifndef SIM_RUN_SPECTRUM_H
#define SIM_RUN_SPECTRUM_H

#include <stdint.h>

#include "sim/core/hist.h"

enum {
    SPECTRUM_MAX = 40
};

struct spectrum {
    double frac[SPECTRUM_MAX]; /* [n] at or below the value; ascending, the last is 1 */
    int64_t ns[SPECTRUM_MAX];  /* [n] not descending */
    int n;                     /* 0: nothing was counted */
};

/* O(SPECTRUM_MAX * (bins in use + HIST_EXACT)). */
void spectrum_of(const struct hist *h, struct spectrum *out);

#endif
