/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.c - every estimate is a pooled value with a sectioning interval over replications. */
#include "sim/run/summary.h"

#include <math.h>
#include <stddef.h>

enum {
    TAIL_MIN = 100 /* samples beyond a percentile below which a report warns */
};

/* ---- Columns of the rows ---- */

static const struct row *row_at(const struct sample *x, int r, int tenant_ix)
{
    return &x->row[(size_t)r * (size_t)x->scenario->flow_n + (size_t)tenant_ix];
}

/* The figure at byte `offset` of struct row, one per replication. */
static const double *column_of(const struct sample *x, int tenant_ix, size_t offset)
{
    for (int r = 0; r < x->replicas; r++) {
        const char *base = (const char *)row_at(x, r, tenant_ix);
        x->column[r] = *(const double *)(const void *)(base + offset);
    }
    return x->column;
}

static double sum_of(const struct sample *x, int tenant_ix, size_t offset)
{
    const double *c = column_of(x, tenant_ix, offset);
    double sum = 0.0;
    for (int r = 0; r < x->replicas; r++) {
        sum += c[r];
    }
    return sum;
}

/* None of the figures here is ever below 0. */
static struct estimate from_zero(struct estimate e)
{
    return ci_within(e, 0.0, (double)INFINITY);
}

static struct estimate share(struct estimate e)
{
    return ci_within(e, 0.0, 1.0);
}

static struct estimate section(const struct sample *x, int tenant_ix, double pooled,
                               size_t offset, int64_t samples, double rel_err)
{
    if (samples == 0 || !isfinite(pooled)) {
        return ci_none();
    }
    const double *q = column_of(x, tenant_ix, offset);
    return from_zero(ci_section(pooled, q, x->replicas, samples, rel_err));
}

/* Mean of a per-replication figure. */
static struct estimate average(const struct sample *x, int tenant_ix, size_t offset,
                               int64_t samples)
{
    double mean = sum_of(x, tenant_ix, offset) / x->replicas;
    const double *q = column_of(x, tenant_ix, offset);
    return from_zero(ci_section(mean, q, x->replicas, samples, 0.0));
}

static struct estimate percentile(const struct sample *x, int tenant_ix, const struct hist *h,
                                  double p, size_t offset)
{
    double rel_err = hist_is_exact(h) ? 0.0 : HIST_REL_ERR;
    return section(x, tenant_ix, (double)hist_percentile(h, p), offset, h->n, rel_err);
}

struct estimate summary_p95(const struct sample *x, int tenant_ix)
{
    const struct hist *h = x->tally[tenant_ix].latency;
    return percentile(x, tenant_ix, h, 0.95, offsetof(struct row, p95));
}

struct estimate summary_violations(const struct sample *x, int tenant_ix)
{
    const struct tally *tally = &x->tally[tenant_ix];
    const int64_t n = tally->latency->n + tally->lost;
    const double frac = n > 0 ? (double)tally->violations / (double)n : (double)NAN;
    return share(section(x, tenant_ix, frac, offsetof(struct row, violation_frac), n, 0.0));
}

/* ---- Tenants ---- */

static struct estimate ratio_estimate(const struct sample *x, int t, double pooled,
                                      size_t offset, bool is_one, double rel_err)
{
    int64_t n = x->tally[t].latency->n;
    if (is_one && n > 0) {
        struct estimate one = ci_exact(1.0, n);
        one.lo = one.hi = 1.0;
        one.has_ci = x->replicas > 1;
        return one;
    }
    return section(x, t, pooled, offset, n, rel_err);
}

static void ratios(const struct sample *x, int t, struct tenant_result *out)
{
    const struct tally *tally = &x->tally[t];
    bool is_one = tally->differ == 0;
    bool exact = hist_is_exact(tally->latency);
    double base = (double)hist_percentile(tally->baseline, 0.95);
    double here = (double)hist_percentile(tally->latency, 0.95);
    out->p95_inflation = ratio_estimate(x, t, here / base, offsetof(struct row, inflation),
                                        is_one, exact ? 0.0 : 2.0 * HIST_REL_ERR);
    out->slowdown_p95 =
        ratio_estimate(x, t, (double)hist_percentile(tally->ratio, 0.95) / RATIO_UNIT,
                       offsetof(struct row, ratio_p95), is_one, exact ? 0.0 : HIST_REL_ERR);
}

/* has_life: what arrives may not be served. */
static bool objective_holds(const struct objective *o, const struct tally *tally,
                            const struct tenant_result *t, bool has_life)
{
    switch (o->kind) {
    case OBJECTIVE_PERCENTILE:
        return tally->latency->n > 0 &&
               (double)hist_percentile(tally->latency, o->percentile / 100.0) <= o->limit;
    case OBJECTIVE_MEAN:
        return t->latency_mean.has_value && t->latency_mean.value <= o->limit;
    case OBJECTIVE_FRAME_RATE:
        return t->throughput_per_s.has_value &&
               t->throughput_per_s.value >= o->limit * t->tenant->count;
    case OBJECTIVE_THROUGHPUT:
        break;
    }
    double offered = t->saturated || has_life ? 0.0 : tenant_offered_per_s(t->tenant);
    return offered > 0.0
               ? offered >= o->limit
               : t->throughput_per_s.has_value && t->throughput_per_s.value >= o->limit;
}

static void judge_objectives(const struct tally *tally, struct tenant_result *out,
                             bool has_life)
{
    const struct tenant *t = out->tenant;
    out->objective_known = t->objective_n > 0 && !t->workload;
    out->objective_met = t->objective_n > 0 && !out->saturated;
    for (int i = 0; i < t->objective_n; i++) {
        out->objective_met =
            out->objective_met && objective_holds(&t->objective[i], tally, out, has_life);
    }
}

static void violations(const struct sample *x, int t, struct tenant_result *out)
{
    const struct tally *tally = &x->tally[t];
    struct violations *v = &out->violations;
    v->known = !out->saturated;
    for (int i = 0; i < out->tenant->objective_n; i++) {
        v->slo_known |= out->tenant->objective[i].kind == OBJECTIVE_PERCENTILE;
    }
    if (out->saturated) {
        v->total_frac = ci_none();
        return;
    }
    v->total = tally->violations;
    v->slowdown = tally->slowdown;
    v->slo_miss_by_neighbour = tally->slo_miss;
    v->entitlement = out->violations.entitlement < 0 ? -1 : tally->entitlement;
    v->memory = tally->memory;
    v->fault = tally->fault;
    v->total_frac = summary_violations(x, t);
}

/* How many independent requests would know this percentile as well as the replicas do, beyond
 * it: the spread between replicas against that of independent samples, whose slope is taken
 * over half the tail on either side. statistics: N (1 - p) / autocorrelation time. */
static double tail_of(const struct hist *h, double p, const struct estimate *e, int replicas)
{
    double beyond = (1.0 - p) * (double)h->n;
    double step = fmin(p, 1.0 - p) / 2.0;
    double slope =
        (double)(hist_percentile(h, p + step) - hist_percentile(h, p - step)) / (2.0 * step);
    double alone = p * (1.0 - p) / (double)h->n * slope * slope;
    if (!e->has_ci || !(alone > 0.0)) {
        return beyond;
    }
    double error = ci_half_width(e) / ci_t975(replicas - 1);
    double stretch = error * error / alone;
    return stretch > 1.0 ? beyond / stretch : beyond;
}

/* Times to the first token and per token after it. */
static void tokens(const struct sample *x, int t, struct tenant_result *out)
{
    const struct tally *tally = &x->tally[t];
    double ttft = sum_of(x, t, offsetof(struct row, ttft_sum)) / (double)tally->ttft->n;
    double tpot = sum_of(x, t, offsetof(struct row, tpot_sum)) / (double)tally->tpot->n;
    out->ttft_mean = section(x, t, ttft, offsetof(struct row, ttft_mean), tally->ttft->n, 0.0);
    out->tpot_mean = section(x, t, tpot, offsetof(struct row, tpot_mean), tally->tpot->n, 0.0);
    for (int i = 0; i < x->scenario->percentile_n; i++) {
        size_t step = (size_t)i * sizeof(double);
        double p = x->scenario->percentile[i] / 100.0;
        out->ttft[i] = percentile(x, t, tally->ttft, p, offsetof(struct row, ttft) + step);
        if (tally->tpot->n > 0) {
            out->tpot[i] = percentile(x, t, tally->tpot, p, offsetof(struct row, tpot) + step);
        }
    }
}

/* A figure that only gates ask for. Extremes are what was seen, and have no interval. */
static struct estimate probe(const struct sample *x, int t, int ix)
{
    const struct probe *p = &x->scenario->probe[ix];
    const struct tally *tally = &x->tally[t];
    const struct hist *h = tally_hist(tally, p->of);
    const double unit = tally_unit(p->of);
    if (h == NULL || h->n == 0) {
        return ci_none();
    }
    if (p->stat == GATE_MIN || p->stat == GATE_MAX) {
        return ci_exact((double)(p->stat == GATE_MIN ? h->min : h->max) / unit, h->n);
    }
    double rel_err = p->stat == GATE_MEAN || hist_is_exact(h) ? 0.0 : HIST_REL_ERR;
    double pooled =
        p->stat == GATE_MEAN ? hist_mean(h) : (double)hist_percentile(h, p->percentile / 100.0);
    size_t offset = offsetof(struct row, probe) + (size_t)ix * sizeof(double);
    bool is_one = p->of == GATE_SLOWDOWN && tally->differ == 0;
    return ratio_estimate(x, t, pooled / unit, offset, is_one, rel_err);
}

static void tenant_latency(const struct sample *x, int t, struct tenant_result *out)
{
    const struct tally *tally = &x->tally[t];
    int64_t n = tally->latency->n;
    double mean = sum_of(x, t, offsetof(struct row, latency_sum)) / (double)n;
    out->latency_mean = section(x, t, mean, offsetof(struct row, latency_mean), n, 0.0);
    out->latency_max = n > 0 ? ci_exact((double)tally->latency->max, n) : ci_none();
    for (int i = 0; i < x->scenario->percentile_n; i++) {
        size_t offset = offsetof(struct row, latency) + (size_t)i * sizeof(double);
        double p = x->scenario->percentile[i] / 100.0;
        out->latency[i] = percentile(x, t, tally->latency, p, offset);
        out->tail[i] = tail_of(tally->latency, p, &out->latency[i], x->replicas);
    }
    spectrum_of(tally->latency, &out->spectrum);
    double wait = sum_of(x, t, offsetof(struct row, wait_sum)) / (double)n;
    out->wait_mean = section(x, t, wait, offsetof(struct row, wait_mean), n, 0.0);
    out->wait_p95 = percentile(x, t, tally->wait, 0.95, offsetof(struct row, wait_p95));
    if (tally->ttft) {
        tokens(x, t, out);
    }
    for (int i = 0; i < x->scenario->probe_n; i++) {
        out->probe[i] = probe(x, t, i);
    }
    out->few_samples = 0.05 * (double)n < TAIL_MIN;
    ratios(x, t, out);
}

static void nothing_but_throughput(const struct sample *x, struct tenant_result *out)
{
    out->latency_mean = out->latency_max = ci_none();
    for (int i = 0; i < x->scenario->percentile_n; i++) {
        out->latency[i] = ci_none();
    }
    out->wait_mean = out->wait_p95 = ci_none();
    out->ttft_mean = out->tpot_mean = ci_none();
    out->p95_inflation = out->slowdown_p95 = ci_none();
}

/* ---- Modes ---- */

static struct estimate mode_average(const struct sample *x, size_t offset)
{
    double sum = 0.0;
    for (int r = 0; r < x->replicas; r++) {
        const char *base = (const char *)&x->mode_row[r];
        x->column[r] = *(const double *)(const void *)(base + offset);
        sum += x->column[r];
    }
    return from_zero(ci_section(sum / x->replicas, x->column, x->replicas, x->replicas, 0.0));
}

static struct estimate busy(const struct sample *x)
{
    double sum = 0.0;
    for (int r = 0; r < x->replicas; r++) {
        x->column[r] = x->mode_row[r].useful + x->mode_row[r].switching;
        sum += x->column[r];
    }
    return share(ci_section(sum / x->replicas, x->column, x->replicas, x->replicas, 0.0));
}

/* Over the replicas in which somebody had work. */
static struct estimate fairness(const struct sample *x)
{
    double sum = 0.0;
    int n = 0;
    for (int r = 0; r < x->replicas; r++) {
        x->column[r] = x->mode_row[r].fairness;
        sum += isfinite(x->column[r]) ? x->column[r] : 0.0;
        n += isfinite(x->column[r]);
    }
    return n > 0 ? share(ci_section(sum / n, x->column, x->replicas, n, 0.0)) : ci_none();
}

/* Blast radius and collateral damage. Replicas without a fault say nothing of its radius. */
static void faults(const struct sample *x, struct mode_result *out)
{
    struct fault_books sum = {0};
    for (int r = 0; r < x->replicas; r++) {
        fault_books_add(&sum, &x->mode_row[r].faults);
    }
    struct faults *f = &out->faults;
    f->n = sum.n;
    f->vms_most = sum.vms_most;
    f->tenants_most = sum.tenants_most;
    f->beyond = sum.beyond;
    f->requests = sum.requests;
    f->vms = f->down_s = ci_none();
    if (x->scenario->life_n > 0) {
        f->down_s = mode_average(x, offsetof(struct mode_row, down_s));
    }
    for (int r = 0; r < x->replicas; r++) {
        x->column[r] = x->mode_row[r].fault_vms;
    }
    if (sum.n > 0) {
        double mean = (double)sum.vms / (double)sum.n;
        f->vms = from_zero(ci_section(mean, x->column, x->replicas, sum.n, 0.0));
    }
}

/* Violations of all unsaturated tenants together. */
static void total_violations(const struct sample *x, struct mode_result *out)
{
    struct violations *v = &out->violations;
    double n = 0.0;
    v->known = true;
    for (int r = 0; r < x->replicas; r++) {
        double bad = 0.0;
        double all = 0.0;
        for (int t = 0; t < x->scenario->tenant_n; t++) {
            const struct row *row = row_at(x, r, t);
            double ended = row->n + row->lost;
            if (!out->tenant[t].saturated && ended > 0.0) {
                bad += row->violation_frac * ended;
                all += ended;
            }
        }
        x->column[r] = all > 0.0 ? bad / all : (double)NAN;
        n += all;
    }
    for (int t = 0; t < x->scenario->tenant_n; t++) {
        const struct violations *one = &out->tenant[t].violations;
        v->total += one->total;
        v->slowdown += one->slowdown;
        v->memory += one->memory;
        v->fault += one->fault;
        v->entitlement += one->entitlement > 0 ? one->entitlement : 0;
        v->slo_miss_by_neighbour += one->slo_miss_by_neighbour;
        v->slo_known |= one->slo_known;
    }
    if (n > 0.0) {
        v->total_frac =
            share(ci_section((double)v->total / n, x->column, x->replicas, (int64_t)n, 0.0));
    } else {
        v->total_frac = ci_none();
    }
}

void summary_mode(const struct sample *x, struct mode_result *out)
{
    for (int t = 0; t < x->scenario->flow_n; t++) {
        struct tenant_result *r = &out->tenant[t];
        int64_t n = x->tally[t].latency->n;
        int64_t done = (int64_t)sum_of(x, t, offsetof(struct row, completed));
        r->requests = (int64_t)sum_of(x, t, offsetof(struct row, arrived));
        r->throughput_per_s = average(x, t, offsetof(struct row, throughput_per_s), done);
        r->late = x->tally[t].late;
        r->dropped = x->tally[t].dropped;
        r->lost = x->tally[t].lost;
        r->available_frac =
            x->scenario->life_n > 0
                ? share(average(x, t, offsetof(struct row, available), x->replicas))
                : ci_none();
        r->gpu_share_frac = share(average(x, t, offsetof(struct row, share), n));
        if (r->saturated || n == 0) {
            nothing_but_throughput(x, r);
        } else {
            tenant_latency(x, t, r);
        }
        violations(x, t, r);
        judge_objectives(&x->tally[t], r, x->scenario->life_n > 0);
    }
    out->useful_frac = share(mode_average(x, offsetof(struct mode_row, useful)));
    out->switch_frac = share(mode_average(x, offsetof(struct mode_row, switching)));
    out->idle_reserved_frac = share(mode_average(x, offsetof(struct mode_row, reserved)));
    out->free_frac = share(mode_average(x, offsetof(struct mode_row, free)));
    out->compute_frac = busy(x);
    out->fairness = fairness(x);
    faults(x, out);
    total_violations(x, out);
}
