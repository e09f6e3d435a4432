/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share.h - what part of a time-sliced domain a policy can give to one vGPU. docs/model.md,
 * A20. */
#ifndef MODELS_SHARE_H
#define MODELS_SHARE_H

#include "models/sched.h"

/* What one vGPU asks of its domain. */
struct demand {
    double busy; /* offered work per second on this domain, s/s; INFINITY: always backlogged */
    double rate_per_s; /* requests per second */
};

/* Largest fraction of time for which vGPU `who` can run while the others ask for `demand`
 * [vgpu_n]. Ring policies: slice / ((slice + switch) ring). Best effort: the share of a
 * backlogged vGPU in a cycle in which the others take what they ask for, at most a slice each,
 * and every vGPU that is visited costs a switch. Exact where all are backlogged or nobody else
 * asks; between, a fluid approximation. O(vgpu_n^2) iterations. */
double share_capacity(const struct sched_kind *kind, const struct sched_params *p,
                      const struct demand *demand, int who);

#endif
