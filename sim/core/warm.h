/* SPDX-License-Identifier: GPL-3.0-or-later */
/* warm.h - where the steady state begins: MSER-5 on a series averaged over replications.
 *
 * Applied to single replications of a queue the rule biases percentiles, because it deletes
 * early busy periods and keeps late ones; averaged series do not have that fault. Source:
 * White, "An effective truncation heuristic for bias reduction in simulation output",
 * Simulation 69 (1997); White, Cobb & Spratt, WSC 2000. */
#ifndef SIM_CORE_WARM_H
#define SIM_CORE_WARM_H

#include <stdbool.h>
#include <stddef.h>

struct warm_cut {
    size_t batches_n;    /* whole batches of five in the series */
    size_t cut;          /* observations to delete: 5 times the best number of batches */
    bool in_second_half; /* the minimum over all cuts lies past the middle: the run is too short
                          */
};

/* x [n] observations in order. Cuts up to half of the batches are eligible for `cut`; the flag
 * looks at all cuts that leave at least 5 batches. n < 50 gives cut 0. O(n). */
struct warm_cut warm_mser5(const double *x, size_t n);

#endif
