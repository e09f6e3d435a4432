/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paired.h - two modes compared replica by replica: the ratio of their percentiles.
 *
 * Replica r of every mode sees the same arrivals and demands, so what differs between modes in
 * one replica is the modes. The interval is made of those differences and is far narrower than
 * that of a ratio of two independent numbers. */
#ifndef SIM_RUN_PAIRED_H
#define SIM_RUN_PAIRED_H

#include "sim/run/summary.h"

/* p95 of a tenant in mode `here` over its p95 in mode `first`: exp of a t interval on the
 * differences of logarithms by sectioning, widened by the error of the histograms' bins.
 *   variance_reduction  (Var A + Var B) / Var(A - B) of the logarithms: how many times more
 *                       replicas independent modes would need; NAN where nothing varies
 * No value where a mode has no request of the tenant. Both samples have equal replicas. */
struct estimate paired_p95_ratio(const struct sample *here, const struct sample *first,
                                 int tenant_ix, double *variance_reduction);

#endif
