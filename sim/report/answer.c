/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer.c - from intervals and limits to words. */
#include "sim/report/answer.h"

#include <math.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/rep.h"

/* The objective of a mode that is nearest to its limit, or farthest beyond. */
struct tightest {
    const struct jsonin *tenant, *objective;
    struct estimate e;
    double used; /* part of the limit that is used up; above 1: missed */
};

void answer_value(struct text *out, const struct estimate *e, bool is_time)
{
    const struct units_scale scale = units_time_scale(e->value);
    rep_estimate(out, e, is_time && e->has_value ? scale.per_unit : 1);
    if (is_time && e->has_value) {
        text_addf(out, " %s", scale.unit);
    }
}

static bool is_time(const struct jsonin *objective)
{
    return !isnan(jsonin_number(objective, "at_most"));
}

static double limit_of(const struct jsonin *objective)
{
    return jsonin_number(objective, is_time(objective) ? "at_most" : "at_least");
}

static double used_of(const struct jsonin *tenant, const struct jsonin *objective,
                      struct estimate *e)
{
    const char *metric = jsonin_text(objective, "metric");
    *e = metric == NULL ? ci_none() : stored_metric(tenant, metric);
    if (!e->has_value || jsonin_is_true(tenant, "saturated")) {
        return HUGE_VAL;
    }
    return is_time(objective) ? e->value / limit_of(objective) : limit_of(objective) / e->value;
}

static struct tightest tightest_of(const struct stored *s, int mode_ix)
{
    struct tightest t = {.used = -1};
    for (int k = 0; k < s->tenant_n; k++) {
        const struct jsonin *tenant = stored_tenant(s, mode_ix, k);
        const struct jsonin *list = jsonin_find(tenant, "objectives");
        for (int i = 0; i < jsonin_n(list); i++) {
            struct estimate e;
            const double used = used_of(tenant, &list->item[i], &e);
            if (used > t.used) {
                t = (struct tightest){tenant, &list->item[i], e, used};
            }
        }
    }
    return t;
}

/* "chat p95 63.9±1.7 ms against a limit of 100 ms, 36 % below" */
static void add_tightest(struct text *out, const struct tightest *t)
{
    const char *metric = jsonin_text(t->objective, "metric");
    const char *name = jsonin_text(t->tenant, "name");
    const char *unit = metric == NULL ? NULL : strstr(metric, "_ns.");
    const bool time = is_time(t->objective);
    const struct estimate limit = ci_exact(limit_of(t->objective), 0);
    text_add(out, name == NULL ? "" : name);
    text_add(out, " ");
    text_add(out, !time ? "throughput" : unit == NULL ? "latency" : unit + strlen("_ns."));
    text_add(out, " ");
    if (!t->e.has_value || t->used >= HUGE_VAL) {
        text_add(out, "grows without end (saturated)");
        return;
    }
    answer_value(out, &t->e, time);
    text_add(out, time ? " against a limit of " : " against at least ");
    answer_value(out, &limit, time);
    const double off = 100 * (t->e.value / limit.value - 1);
    text_add(out, ", ");
    units_print_number(out, fabs(off));
    text_add(out, off < 0 ? " % below" : " % above");
}

static int gpus_of(const struct stored *s, int mode_ix)
{
    const double n = jsonin_number(s->mode[mode_ix], "gpus_used");
    return n >= 0 && n < 1e9 ? (int)n : 0;
}

/* The best of the modes with that verdict, -1: there is none; *n how many they are. */
static int best_of(const struct stored *s, enum stored_verdict verdict, int *n)
{
    int best = -1;
    double best_used = 0;
    *n = 0;
    for (int m = 0; m < s->mode_n; m++) {
        int objective_n;
        if (!stored_is_simulated(s, m) || stored_judge_mode(s, m, &objective_n) != verdict) {
            continue;
        }
        const double used = tightest_of(s, m).used;
        const bool saves =
            best >= 0 && verdict == STORED_HOLDS && gpus_of(s, m) != gpus_of(s, best);
        (*n)++;
        if (best < 0 || (saves ? gpus_of(s, m) < gpus_of(s, best) : used < best_used)) {
            best = m;
            best_used = used;
        }
    }
    return best;
}

/* ", as does mig on 3" */
static void others_that_hold(const struct stored *s, int best, struct text *out)
{
    const char *separator = ", as do ";
    for (int m = 0; m < s->mode_n; m++) {
        int objective_n;
        if (m != best && stored_is_simulated(s, m) &&
            stored_judge_mode(s, m, &objective_n) == STORED_HOLDS) {
            text_add(out, separator);
            text_add(out, s->label[m]);
            text_addf(out, " on %d", gpus_of(s, m));
            separator = ", ";
        }
    }
}

/* An objective that is met may still hide who disturbs whom. */
static void slowed(const struct stored *s, int mode_ix, struct text *out)
{
    const struct estimate frac = stored_get(s->mode[mode_ix], "violations", "total_frac");
    if (frac.has_value && frac.value > 0) {
        text_add(out, " Under ");
        text_add(out, s->label[mode_ix]);
        text_add(out, " neighbours slow ");
        rep_estimate(out, &frac, 0.01);
        text_add(out, " % of the requests beyond their tolerance.");
    }
}

static void by_objectives(const struct stored *s, int simulated_n, struct text *out)
{
    int holds_n;
    int undecided_n;
    int fails_n;
    const int holds = best_of(s, STORED_HOLDS, &holds_n);
    const int undecided = best_of(s, STORED_UNDECIDED, &undecided_n);
    const int fails = best_of(s, STORED_FAILS, &fails_n);
    const int best = holds >= 0 ? holds : undecided >= 0 ? undecided : fails;
    const struct tightest t = tightest_of(s, best);
    if (holds >= 0) {
        text_add(out, s->label[best]);
        text_addf(out, " meets every objective on %d %s", gpus_of(s, best),
                  gpus_of(s, best) == 1 ? "GPU" : "GPUs");
        others_that_hold(s, best, out);
        text_add(out, "; nearest to its limit is ");
    } else if (undecided >= 0) {
        text_add(out, "No mode is sure to meet every objective; for ");
        text_add(out, s->label[best]);
        text_add(out, " the intervals leave it open: ");
    } else {
        text_add(out, "No mode meets every objective; ");
        text_add(out, s->label[best]);
        text_add(out, " comes nearest: ");
    }
    add_tightest(out, &t);
    text_addf(out, ". Of %d simulated %s %d %s, %d %s", simulated_n,
              simulated_n == 1 ? "mode" : "modes", holds_n, holds_n == 1 ? "does" : "do",
              fails_n, fails_n == 1 ? "does not" : "do not");
    if (undecided_n > 0) {
        text_addf(out, ", %d %s undecided", undecided_n, undecided_n == 1 ? "is" : "are");
    }
    text_add(out, ".");
    slowed(s, best, out);
}

/* Without objectives: where a tenant's p95 is lowest, and whether the intervals say so. */
static void lowest_p95(const struct stored *s, int tenant_ix, struct text *out)
{
    int best = -1;
    int rival = -1;
    struct estimate low = ci_none();
    for (int m = 0; m < s->mode_n; m++) {
        const struct estimate e =
            stored_get(stored_tenant(s, m, tenant_ix), "latency_ns", "p95");
        if (e.has_value && (best < 0 || e.value < low.value)) {
            best = m;
            low = e;
        }
    }
    for (int m = 0; m < s->mode_n && best >= 0; m++) {
        const struct estimate e =
            stored_get(stored_tenant(s, m, tenant_ix), "latency_ns", "p95");
        if (m != best && e.has_value && rival < 0 &&
            (e.has_ci ? e.lo : e.value) <= (low.has_ci ? low.hi : low.value)) {
            rival = m;
        }
    }
    text_add(out, stored_tenant_name(s, tenant_ix));
    if (best < 0) {
        text_add(out, " has no p95 in any mode");
        return;
    }
    text_add(out, " has its lowest p95 under ");
    text_add(out, s->label[best]);
    text_add(out, " (");
    answer_value(out, &low, true);
    text_add(out, ")");
    if (rival >= 0) {
        text_add(out, ", which the intervals do not tell from ");
        text_add(out, s->label[rival]);
    }
}

void answer_write(const struct stored *s, struct text *out)
{
    enum {
        NAMED = 3 /* tenants */
    };
    int feasible_n = 0;
    int simulated_n = 0;
    int objective_n = 0;
    for (int m = 0; m < s->mode_n; m++) {
        feasible_n += stored_is_feasible(s, m) ? 1 : 0;
        simulated_n += stored_is_simulated(s, m) ? 1 : 0;
        (void)stored_judge_mode(s, m, &objective_n);
    }
    if (feasible_n == 0) {
        const struct jsonin *reasons = jsonin_find(s->mode[0], "reasons");
        const char *why = jsonin_n(reasons) > 0 ? jsonin_text(&reasons->item[0], "text") : NULL;
        text_addf(out, "None of the %d modes is possible here", s->mode_n);
        text_add(out, why == NULL ? "" : ": ");
        text_add(out, why == NULL ? "" : why);
        text_add(out, ".");
    } else if (simulated_n == 0) {
        text_addf(out, "%d of %d modes are feasible; nothing was simulated.", feasible_n,
                  s->mode_n);
    } else if (objective_n > 0) {
        by_objectives(s, simulated_n, out);
    } else {
        for (int t = 0; t < s->tenant_n && t < NAMED; t++) {
            text_add(out, t == 0 ? "" : "; ");
            lowest_p95(s, t, out);
        }
        text_add(out, s->tenant_n > NAMED ? "; other tenants below." : ".");
    }
    if (jsonin_is_true(s->root, "interrupted")) {
        text_add(out, " The run was interrupted: all figures are partial.");
    }
}
