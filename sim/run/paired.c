/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paired.c - common random numbers at work. Source: Law, Simulation Modeling and Analysis
 * (2015), 10.2 and 11.2; the centre is the pooled ratio, as for every percentile here. */
#include "sim/run/paired.h"

#include <assert.h>
#include <math.h>

static double log_p95(const struct sample *x, int replica, int tenant_ix)
{
    return log(x->row[(size_t)replica * (size_t)x->scenario->flow_n + (size_t)tenant_ix].p95);
}

/* (Var A + Var B) / Var(A - B) over the replicas that have both. */
static double reduction(const struct sample *a, const struct sample *b, int tenant_ix)
{
    double n = 0.0;
    double mean[3] = {0.0, 0.0, 0.0};
    double squares[3] = {0.0, 0.0, 0.0};
    for (int r = 0; r < a->replicas; r++) {
        double x = log_p95(a, r, tenant_ix);
        double y = log_p95(b, r, tenant_ix);
        double value[3] = {x, y, x - y};
        if (!isfinite(x) || !isfinite(y)) {
            continue;
        }
        n += 1.0;
        for (int i = 0; i < 3; i++) {
            double delta = value[i] - mean[i];
            mean[i] += delta / n;
            squares[i] += delta * (value[i] - mean[i]);
        }
    }
    return squares[2] > 0.0 ? (squares[0] + squares[1]) / squares[2] : (double)NAN;
}

struct estimate paired_p95_ratio(const struct sample *here, const struct sample *first,
                                 int tenant_ix, double *variance_reduction)
{
    const struct hist *a = here->tally[tenant_ix].latency;
    const struct hist *b = first->tally[tenant_ix].latency;
    *variance_reduction = (double)NAN;
    assert(here->replicas == first->replicas);
    if (a->n == 0 || b->n == 0) {
        return ci_none();
    }
    for (int r = 0; r < here->replicas; r++) {
        double d = log_p95(here, r, tenant_ix) - log_p95(first, r, tenant_ix);
        here->column[r] = isfinite(d) ? d : (double)NAN;
    }
    double pooled = log((double)hist_percentile(a, 0.95) / (double)hist_percentile(b, 0.95));
    int64_t samples = a->n < b->n ? a->n : b->n;
    struct estimate e = ci_section(pooled, here->column, here->replicas, samples, 0.0);
    if (!e.has_value) {
        return e;
    }
    double bins =
        (hist_is_exact(a) ? 0.0 : HIST_REL_ERR) + (hist_is_exact(b) ? 0.0 : HIST_REL_ERR);
    *variance_reduction = reduction(here, first, tenant_ix);
    e.value = exp(e.value);
    e.lo = e.has_ci ? exp(e.lo - bins) : e.value;
    e.hi = e.has_ci ? exp(e.hi + bins) : e.value;
    return e;
}
