/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum.c - the grid of a saved distribution. */
#include "sim/run/spectrum.h"

static const double grid[SPECTRUM_MAX - 1] = {
    0.001, 0.005, 0.01, 0.02, 0.03,  0.05, 0.075, 0.1,   0.15,  0.2,   0.25,   0.3,    0.35,
    0.4,   0.45,  0.5,  0.55, 0.6,   0.65, 0.7,   0.75,  0.8,   0.85,  0.875,  0.9,    0.925,
    0.95,  0.96,  0.97, 0.98, 0.985, 0.99, 0.993, 0.995, 0.998, 0.999, 0.9995, 0.9999, 0.99999};

void spectrum_of(const struct hist *h, struct spectrum *out)
{
    out->n = 0;
    if (h->n == 0) {
        return;
    }
    for (int i = 0; i < SPECTRUM_MAX - 1 && hist_rank(grid[i], h->n) < h->n; i++) {
        out->frac[out->n] = grid[i];
        out->ns[out->n++] = hist_percentile(h, grid[i]);
    }
    out->frac[out->n] = 1.0;
    out->ns[out->n++] = h->max;
}
