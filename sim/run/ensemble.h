/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ensemble.h - latencies of a tenant averaged over replications, request by request in order of
 * arrival: the series in which the end of the warm-up is looked for.
 *
 * Sums are whole nanoseconds, so that the order in which replications arrive does not matter.
 */
#ifndef SIM_RUN_ENSEMBLE_H
#define SIM_RUN_ENSEMBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/core/evq.h"
#include "sim/run/gather.h"

struct ensemble {
    int64_t *arrival_ns, *latency_ns; /* [cap] sums over replications; heap */
    int64_t n; /* requests that every replication has; -1 before the first */
    int64_t cap;
    int replicas;
};

void ensemble_init(struct ensemble *e);
void ensemble_fini(struct ensemble *e);

/* Adds one replication: series [vm_n] of the tenant's VMs, merged by arrival (ties: lower VM).
 * `order` has at least vm_n slots and is scratch; `at` [vm_n] too. Stops at the first request
 * that did not finish and at max requests. False when memory is out. */
bool ensemble_add(struct ensemble *e, const struct series *series, int vm_n, int64_t max,
                  struct evq *order, int64_t *at);

/* Mean arrival time of the first request after the warm-up, by MSER-5; 0 when nothing is to be
 * cut. *too_short: the cut lies in the second half. False when memory is out. */
bool ensemble_cut(const struct ensemble *e, int64_t *cut_ns, bool *too_short);

#endif
