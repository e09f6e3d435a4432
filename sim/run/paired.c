/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paired.c - common random numbers at work. Source: Law, Simulation Modeling and Analysis
 * (2015), 10.2 and 11.2; the centre is the pooled ratio, as for every percentile here. */
#include "sim/run/paired.h"

#include <assert.h>
#include <math.h>

static const struct row *row_at(const struct sample *x, int replica, int tenant_ix)
{
    return &x->row[(size_t)replica * (size_t)x->scenario->flow_n + (size_t)tenant_ix];
}

static double log_p95(const struct sample *x, int replica, int tenant_ix)
{
    return log(row_at(x, replica, tenant_ix)->p95);
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

static double of_row(const struct row *r, enum paired_figure of)
{
    return of == PAIRED_MEAN  ? r->latency_mean
           : of == PAIRED_P95 ? r->p95
                              : r->throughput_per_s;
}

/* The figure of all replicas together. */
static double pooled(const struct sample *x, int tenant_ix, enum paired_figure of)
{
    double sum = 0.0;
    double n = 0.0;
    if (of == PAIRED_P95) {
        return (double)hist_percentile(x->tally[tenant_ix].latency, 0.95);
    }
    for (int r = 0; r < x->replicas; r++) {
        const struct row *row = row_at(x, r, tenant_ix);
        sum += of == PAIRED_MEAN ? row->latency_sum : row->throughput_per_s;
        n += of == PAIRED_MEAN ? row->n : 1.0;
    }
    return sum / n;
}

struct estimate paired_difference(const struct sample *here, const struct sample *there,
                                  int tenant_ix, enum paired_figure of)
{
    const struct hist *a = here->tally[tenant_ix].latency;
    const struct hist *b = there->tally[tenant_ix].latency;
    assert(here->replicas == there->replicas);
    if (a->n == 0 || b->n == 0) {
        return ci_none();
    }
    for (int r = 0; r < here->replicas; r++) {
        double d =
            of_row(row_at(here, r, tenant_ix), of) - of_row(row_at(there, r, tenant_ix), of);
        here->column[r] = isfinite(d) ? d : (double)NAN;
    }
    double x = pooled(here, tenant_ix, of);
    double y = pooled(there, tenant_ix, of);
    int64_t samples = a->n < b->n ? a->n : b->n;
    struct estimate e = ci_section(x - y, here->column, here->replicas, samples, 0.0);
    if (of == PAIRED_P95 && e.has_ci) {
        double bins = (hist_is_exact(a) ? 0.0 : HIST_REL_ERR * x) +
                      (hist_is_exact(b) ? 0.0 : HIST_REL_ERR * y);
        e.lo -= bins;
        e.hi += bins;
    }
    return e;
}

enum paired_verdict paired_judge(const struct estimate *difference, enum paired_figure of,
                                 bool exact)
{
    bool is_known = difference->has_value && (difference->has_ci || exact);
    if (!is_known || (difference->lo <= 0.0 && difference->hi >= 0.0)) {
        bool is_same = is_known && !(difference->lo < 0.0) && !(difference->hi > 0.0);
        return is_same ? PAIRED_SAME : PAIRED_OPEN;
    }
    bool is_higher = difference->lo > 0.0;
    return is_higher == (of == PAIRED_THROUGHPUT) ? PAIRED_BETTER : PAIRED_WORSE;
}
