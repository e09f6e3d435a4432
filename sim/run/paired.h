/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paired.h - two modes compared replica by replica: ratios and differences of their figures.
 *
 * Replica r of every mode sees the same arrivals and demands, so what differs between modes in
 * one replica is the modes. The interval is made of those differences and is far narrower than
 * that of a ratio of two independent numbers. */
#ifndef SIM_RUN_PAIRED_H
#define SIM_RUN_PAIRED_H

#include "sim/run/summary.h"

enum paired_figure {
    PAIRED_MEAN,      /* of the latencies, ns */
    PAIRED_P95,       /* of the latencies, ns */
    PAIRED_THROUGHPUT /* per second */
};

/* A tenant's figure in mode `here` less that in mode `there`, with a t interval on the
 * differences of replicas by sectioning; of p95 widened by the error of the bins. Both samples
 * have equal replicas. No value where a mode has no request of the tenant. */
struct estimate paired_difference(const struct sample *here, const struct sample *there,
                                  int tenant_ix, enum paired_figure of);

/* What the interval of a difference allows to be said. `exact`: nothing is random, and a value
 * without an interval is the truth. */
enum paired_verdict paired_judge(const struct estimate *difference, enum paired_figure of,
                                 bool exact);

/* p95 of a tenant in mode `here` over its p95 in mode `first`: exp of a t interval on the
 * differences of logarithms by sectioning, widened by the error of the histograms' bins.
 *   variance_reduction  (Var A + Var B) / Var(A - B) of the logarithms: how many times more
 *                       replicas independent modes would need; NAN where nothing varies
 * No value where a mode has no request of the tenant. Both samples have equal replicas. */
struct estimate paired_p95_ratio(const struct sample *here, const struct sample *first,
                                 int tenant_ix, double *variance_reduction);

#endif
