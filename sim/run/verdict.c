/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.c - from a gate to the figure that it asks for, and from the figure to the verdict.
 *
 * A gate without a tenant holds for each tenant that has the figure: it is as good as the worst
 * of them, and that one is shown. */
#include "sim/run/verdict.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/core/hist.h"
#include "sim/input/gatein.h"
#include "sim/run/metric.h"

enum verdict verdict_of(double lo, double hi, enum gate_op op, double limit)
{
    bool all = false;  /* every value of the interval is good */
    bool some = false; /* one of them is */
    switch (op) {
    case GATE_LT:
        all = hi < limit;
        some = lo < limit;
        break;
    case GATE_LE:
        all = hi <= limit;
        some = lo <= limit;
        break;
    case GATE_GT:
        all = lo > limit;
        some = hi > limit;
        break;
    case GATE_GE:
        all = lo >= limit;
        some = hi >= limit;
        break;
    case GATE_EQ:
        all = lo >= limit && hi <= limit;
        some = lo <= limit && hi >= limit;
        break;
    case GATE_NE:
        all = lo > limit || hi < limit;
        some = lo < limit || hi > limit;
        break;
    }
    return all ? VERDICT_PASS : some ? VERDICT_INCONCLUSIVE : VERDICT_FAIL;
}

const char *verdict_name(enum verdict v)
{
    static const char *const names[] = {"pass", "inconclusive", "fail"};
    return names[v];
}

/* ---- What is observed ---- */

struct judging {
    struct arena *arena;
    const struct result *result;
    const struct mode_result *mode;
    const struct gate *gate;
    bool failed; /* out of memory */
};

static int percentile_ix(const struct scenario *s, double p)
{
    int i = 0;
    while (i < s->percentile_n && fabs(s->percentile[i] - p) > 1e-9) {
        i++;
    }
    assert(i < s->percentile_n);
    return i;
}

static struct estimate percentile_of(const struct judging *j, const struct tenant_result *t)
{
    const struct gate *g = j->gate;
    if (g->of == GATE_WAIT) {
        return t->wait_p95;
    }
    if (g->of == GATE_SLOWDOWN) {
        return t->slowdown_p95;
    }
    const int ix = percentile_ix(j->result->scenario, g->percentile);
    return g->of == GATE_TTFT ? t->ttft[ix] : g->of == GATE_TPOT ? t->tpot[ix] : t->latency[ix];
}

/* A figure of a distribution of one tenant. */
static struct estimate distribution(const struct judging *j, const struct tenant_result *t)
{
    const struct gate *g = j->gate;
    if (g->probe_ix >= 0) {
        return t->probe[g->probe_ix];
    }
    if (g->stat == GATE_PERCENTILE) {
        return percentile_of(j, t);
    }
    if (g->stat == GATE_MAX) {
        return t->latency_max;
    }
    return g->of == GATE_WAIT   ? t->wait_mean
           : g->of == GATE_TTFT ? t->ttft_mean
           : g->of == GATE_TPOT ? t->tpot_mean
                                : t->latency_mean;
}

/* The number at a path of the table of metrics. */
static struct estimate at_path(const struct judging *j, const struct tenant_result *t,
                               const char *path)
{
    const struct metric_of of = {.result = j->result, .mode = j->mode, .tenant = t};
    for (int i = 0; i < metrics_n; i++) {
        if (strcmp(metrics[i].path, path) == 0 && metric_belongs(&metrics[i], &of)) {
            return metric_get(&metrics[i], &of);
        }
    }
    return ci_none();
}

/* Requests behind a count of violations: a saturated tenant's are not counted. */
static int64_t counted(const struct judging *j, const struct tenant_result *t)
{
    int64_t n = 0;
    const struct scenario *s = j->result->scenario;
    for (int i = 0; i < s->flow_n; i++) {
        const struct tenant_result *one = &j->mode->tenant[i];
        n += (t == NULL ? i < s->tenant_n : t == one) && !one->saturated ? one->requests : 0;
    }
    return n;
}

/* Zero of no requests is no answer; VMs are there in any case. */
static struct estimate violations(const struct judging *j, const struct tenant_result *t)
{
    const struct gate *g = j->gate;
    char path[METRIC_PATH];
    snprintf(path, sizeof path, "violations.%s%s", g->name, g->is_share ? "_frac" : "");
    struct estimate e = at_path(j, t, path);
    if (strcmp(g->name, "policy") != 0 && e.has_value) {
        e.samples = counted(j, t);
        e.has_value = e.samples > 0;
    }
    return e;
}

static struct estimate observe(const struct judging *j, const struct tenant_result *t)
{
    const struct gate *g = j->gate;
    char path[METRIC_PATH];
    switch (g->of) {
    case GATE_LATENCY:
    case GATE_WAIT:
    case GATE_SLOWDOWN:
    case GATE_TTFT:
    case GATE_TPOT:
    case GATE_FRAME:
    case GATE_STEP:
        return distribution(j, t);
    case GATE_THROUGHPUT:
        return t->throughput_per_s;
    case GATE_VIOLATIONS:
        return violations(j, t);
    case GATE_UTILIZATION:
        snprintf(path, sizeof path, "utilization.%s_frac", g->name);
        return at_path(j, NULL, path);
    case GATE_GPUS:
        return at_path(j, NULL, "gpus_used");
    }
    return ci_none();
}

/* ---- Verdicts ---- */

/* Is the number what it is, so that more replicas would not move it? Counts, extremes and
 * placements are; estimates are where nothing is random. */
static bool is_exact(const struct judging *j)
{
    const struct gate *g = j->gate;
    if (!j->result->random || g->of == GATE_GPUS) {
        return true;
    }
    if (g->of < GATE_THROUGHPUT) {
        return g->stat == GATE_MIN || g->stat == GATE_MAX;
    }
    if (g->of == GATE_UTILIZATION) {
        return strcmp(g->name, "framebuffer") == 0 || strcmp(g->name, "slices") == 0;
    }
    return g->of == GATE_VIOLATIONS && !g->is_share;
}

static const char *say(struct judging *j, const struct text *t)
{
    const char *s = t->failed ? NULL : arena_copy(j->arena, text_str(t), t->n);
    j->failed = j->failed || s == NULL;
    return s;
}

/* How many replicas would part the interval from the limit: its width goes with 1 / sqrt. */
static void advise(struct judging *j, const struct estimate *e, struct gate_result *out)
{
    const double off = fabs(e->value - j->gate->limit);
    const double half = (e->hi - e->lo) / 2;
    const double times = half / off;
    struct text t;
    text_init(&t);
    if (!(times * times * j->mode->replicas < 1e6)) {
        text_add(&t, "the interval holds the limit");
    } else {
        const double wanted = ceil(times * times * j->mode->replicas);
        text_addf(&t, "the interval holds the limit; about %.0f replicas would decide",
                  fmax(wanted, j->mode->replicas + 1));
    }
    out->reason = say(j, &t);
    text_fini(&t);
}

static struct gate_result judge(struct judging *j, const struct tenant_result *t)
{
    const struct gate *g = j->gate;
    struct gate_result out = {.gate = g, .verdict = VERDICT_FAIL};
    out.tenant = t == NULL ? NULL : t->tenant;
    out.observed = observe(j, t);
    const struct estimate *e = &out.observed;
    if (!e->has_value) {
        out.reason = t != NULL && t->saturated ? "no samples: the tenant is saturated"
                     : g->of == GATE_VIOLATIONS && counted(j, t) > 0
                         ? "no samples: it is not modelled, or the tenant has no such objective"
                         : "no samples";
        out.verdict = g->passes_empty ? VERDICT_PASS : VERDICT_FAIL;
        return out;
    }
    if (e->has_ci) {
        out.verdict = verdict_of(e->lo, e->hi, g->op, g->limit);
        if (out.verdict == VERDICT_INCONCLUSIVE) {
            advise(j, e, &out);
        }
    } else if (is_exact(j)) {
        const bool is_binned =
            g->stat == GATE_PERCENTILE && g->of < GATE_THROUGHPUT && e->samples > HIST_EXACT;
        const double bin = is_binned ? HIST_REL_ERR * e->value : 0;
        out.verdict = verdict_of(e->value - bin, e->value + bin, g->op, g->limit);
        if (out.verdict == VERDICT_INCONCLUSIVE) {
            out.reason = "the limit is within the histogram's 0.1 % of it";
        }
    } else {
        out.verdict = VERDICT_INCONCLUSIVE;
        out.reason = "one replica has no interval; use --replicas 2 or more";
    }
    return out;
}

/* Where neighbours matter, nobody knows what they did to a saturated tenant, which has no
 * latency: the count over all is a lower bound, and promises no upper one. */
static void ask_of_saturated(struct judging *j, struct gate_result *out)
{
    const struct gate *g = j->gate;
    const bool is_bound = g->op == GATE_LT || g->op == GATE_LE || g->op == GATE_EQ;
    const bool is_compared = strcmp(g->name, "total") == 0 ||
                             strcmp(g->name, "slowdown") == 0 ||
                             strcmp(g->name, "slo_miss_by_neighbour") == 0;
    if (!is_compared || !is_bound || j->mode->isolates || g->passes_empty ||
        out->verdict == VERDICT_FAIL) {
        return;
    }
    for (int i = 0; i < j->result->scenario->tenant_n; i++) {
        const struct tenant_result *t = &j->mode->tenant[i];
        if (t->saturated) {
            out->verdict = VERDICT_FAIL;
            out->tenant = t->tenant;
            out->reason = "no samples of this tenant: it is saturated, and neighbours matter";
            return;
        }
    }
}

static bool is_of_a_tenant(const struct gate *g)
{
    return g->of <= GATE_THROUGHPUT || (g->of == GATE_VIOLATIONS && g->tenant_ix >= 0);
}

static struct gate_result judge_all(struct judging *j)
{
    const struct gate *g = j->gate;
    const struct scenario *s = j->result->scenario;
    struct gate_result worst = {.gate = g, .verdict = VERDICT_PASS};
    bool any = false;
    if (!is_of_a_tenant(g)) {
        worst = judge(j, NULL);
        if (g->of == GATE_VIOLATIONS && worst.observed.has_value) {
            ask_of_saturated(j, &worst);
        }
        return worst;
    }
    if (g->tenant_ix >= 0) {
        return judge(j, &j->mode->tenant[g->tenant_ix]);
    }
    for (int i = 0; i < s->flow_n; i++) {
        const struct tenant *t = &s->tenant[i];
        /* A tenant speaks for its workloads, but for figures that only some of them have. */
        bool spoken_for = t->workload && gate_suits(g->of, &s->tenant[t->whole_ix]);
        if (!gate_suits(g->of, t) || spoken_for) {
            continue;
        }
        const struct gate_result one = judge(j, &j->mode->tenant[i]);
        if (!any || one.verdict > worst.verdict) {
            worst = one;
        }
        any = true;
    }
    return worst;
}

/* A named mode that is impossible: its first reason. */
static struct gate_result judge_infeasible(struct judging *j)
{
    const struct fleet *f = j->mode->fleet;
    struct gate_result out = {.gate = j->gate, .verdict = VERDICT_FAIL};
    struct text t;
    text_init(&t);
    text_add(&t, "the mode is infeasible");
    if (f != NULL && f->reasons.n > 0) {
        text_addf(&t, ": %s %s", f->reasons.list[0].rule, f->reasons.list[0].text);
    }
    out.reason = say(j, &t);
    text_fini(&t);
    return out;
}

bool verdict_mode(struct arena *arena, const struct result *r, struct mode_result *m)
{
    const struct scenario *s = r->scenario;
    const int ix = (int)(m - r->mode);
    struct judging j = {.arena = arena, .result = r, .mode = m};
    m->verdict = arena_alloc(arena, (size_t)s->gate_n, sizeof *m->verdict);
    if (m->verdict == NULL) {
        return false;
    }
    for (int i = 0; i < s->gate_n; i++) {
        j.gate = &s->gate[i];
        const bool is_meant = (j.gate->modes >> ix & 1U) != 0;
        if (is_meant && m->simulated) {
            m->verdict[m->verdict_n++] = judge_all(&j);
        } else if (is_meant && !m->feasible && j.gate->where != NULL) {
            m->verdict[m->verdict_n++] = judge_infeasible(&j);
        }
    }
    return !j.failed;
}

/* ---- Together ---- */

bool verdict_stops(const struct result *r)
{
    for (int i = 0; i < r->scenario->mode_n; i++) {
        for (int k = 0; k < r->mode[i].verdict_n; k++) {
            const struct gate_result *g = &r->mode[i].verdict[k];
            if (g->gate->stops_early && g->verdict == VERDICT_FAIL) {
                return true;
            }
        }
    }
    return false;
}

int verdict_count(const struct result *r, enum verdict v)
{
    int n = 0;
    for (int i = 0; i < r->scenario->mode_n; i++) {
        for (int k = 0; k < r->mode[i].verdict_n; k++) {
            n += r->mode[i].verdict[k].verdict == v;
        }
    }
    return n;
}

enum err verdict_status(const struct result *r)
{
    return verdict_count(r, VERDICT_FAIL) > 0           ? ERR_NO
           : verdict_count(r, VERDICT_INCONCLUSIVE) > 0 ? ERR_UNDECIDED
                                                        : ERR_OK;
}
