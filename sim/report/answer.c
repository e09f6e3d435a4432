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

static int gpus_of(const struct stored *s, int mode_ix)
{
    const double n = jsonin_number(s->mode[mode_ix], "gpus_used");
    return n >= 0 && n < 1e9 ? (int)n : 0;
}

/* ---- Paired differences ---- */

const struct answer_figure answer_figures[ANSWER_FIGURES_N] = {
    {"latency_ns.mean",  "mean",       "mean_ns",          "mean_verdict",       true },
    {"latency_ns.p95",   "p95",        "p95_ns",           "p95_verdict",        true },
    {"throughput_per_s", "throughput", "throughput_per_s", "throughput_verdict", false},
};

const char *answer_difference(struct text *out, const struct jsonin *tenant,
                              const struct answer_figure *figure, bool is_reversed)
{
    const struct jsonin *all = jsonin_find(tenant, "difference");
    struct estimate e = stored_get(all, NULL, figure->key);
    const char *verdict = jsonin_text(all, figure->verdict);
    if (!e.has_value) {
        return NULL;
    }
    if (verdict != NULL && strcmp(verdict, "same") == 0) {
        text_add(out, "the same");
        return "same";
    }
    if (e.value < 0) {
        const struct estimate below = e;
        e.value = -below.value;
        e.lo = -below.hi;
        e.hi = -below.lo;
    }
    e.value = e.has_ci && e.value < 1e-9 * (e.hi - e.lo) ? 0 : e.value; /* rounding noise */
    answer_value(out, &e, figure->is_time);
    text_add(out, figure->is_time ? "" : "/s");
    if (verdict == NULL) {
        return "open";
    }
    const bool is_better = (strcmp(verdict, "better") == 0) != is_reversed;
    text_add(out, is_better ? " better" : " worse");
    return is_better ? "better" : "worse";
}

int answer_base(const struct stored *s)
{
    const char *label = NULL;
    for (int m = 0; m < s->mode_n && label == NULL; m++) {
        label = jsonin_text(s->mode[m], "compared_with");
    }
    for (int m = 0; m < s->mode_n && label != NULL; m++) {
        if (strcmp(s->label[m], label) == 0) {
            return m;
        }
    }
    return -1;
}

/* ", 5.70±0.52 ms worse than under passthrough on 12 GPUs" for a metric of a tenant in `mode`:
 * against the mode that was compared with, or, where that is `mode` itself, against `rival`. */
static void add_difference(const struct stored *s, const struct jsonin *tenant, int mode,
                           int rival, const char *metric, struct text *out)
{
    const int base = answer_base(s);
    const bool is_base = base == mode;
    const int other = is_base ? rival : base;
    const char *name = jsonin_text(tenant, "name");
    const struct answer_figure *figure = NULL;
    for (int i = 0; i < ANSWER_FIGURES_N && metric != NULL; i++) {
        figure = strcmp(answer_figures[i].metric, metric) == 0 ? &answer_figures[i] : figure;
    }
    for (int k = 0; k < s->tenant_n && is_base && rival >= 0; k++) {
        if (name != NULL && strcmp(stored_tenant_name(s, k), name) == 0) {
            tenant = stored_tenant(s, rival, k);
        }
    }
    if (figure == NULL || other < 0) {
        return;
    }
    struct text size;
    text_init(&size);
    const char *verdict = answer_difference(&size, tenant, figure, is_base);
    if (verdict != NULL && strcmp(verdict, "open") != 0) {
        text_add(out, ", ");
        text_add(out, text_str(&size));
        text_add(out, strcmp(verdict, "same") == 0 ? " as under " : " than under ");
        text_add(out, s->label[other]);
        text_addf(out, " on %d", gpus_of(s, other));
    }
    out->failed |= size.failed;
    text_fini(&size);
}

/* ---- Objectives ---- */

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

/* "the p95 of chat, 63.9±1.7 ms against a limit of 100 ms (36 % below)" */
static void add_tightest(struct text *out, const struct tightest *t)
{
    const char *metric = jsonin_text(t->objective, "metric");
    const char *name = jsonin_text(t->tenant, "name");
    const char *unit = metric == NULL ? NULL : strstr(metric, "_ns.");
    const bool time = is_time(t->objective);
    const struct estimate limit = ci_exact(limit_of(t->objective), 0);
    text_add(out, "the ");
    text_add(out, !time ? "throughput" : unit == NULL ? "latency" : unit + strlen("_ns."));
    text_add(out, " of ");
    text_add(out, name == NULL ? "" : name);
    text_add(out, ", ");
    if (!t->e.has_value || t->used >= HUGE_VAL) {
        text_add(out, "which grows without end (saturated)");
        return;
    }
    answer_value(out, &t->e, time);
    text_add(out, time ? " against a limit of " : " against at least ");
    answer_value(out, &limit, time);
    const double off = 100 * (t->e.value / limit.value - 1);
    text_add(out, " (");
    units_print_number(out, fabs(off));
    text_add(out, off < 0 ? " % below)" : " % above)");
}

/* Does the mode's placement break the isolation that a tenant requires? */
static bool breaks(const struct stored *s, int mode_ix)
{
    return jsonin_number(jsonin_find(s->mode[mode_ix], "violations"), "policy") > 0;
}

/* May the mode be the answer? One that breaks a requirement only where every one does. */
static bool may_answer(const struct stored *s, int mode_ix)
{
    bool all_break = true;
    for (int m = 0; m < s->mode_n; m++) {
        all_break = all_break && (!stored_is_simulated(s, m) || breaks(s, m));
    }
    return stored_is_simulated(s, mode_ix) && (all_break || !breaks(s, mode_ix));
}

/* The best of the modes with that verdict, -1: there is none; *n how many they are. */
static int best_of(const struct stored *s, enum stored_verdict verdict, int *n)
{
    int best = -1;
    double best_used = 0;
    *n = 0;
    for (int m = 0; m < s->mode_n; m++) {
        int objective_n;
        if (!may_answer(s, m) || stored_judge_mode(s, m, &objective_n) != verdict) {
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

/* The best mode but one by the same rule: who else holds, else who comes nearest; -1: nobody.
 */
static int rival_of(const struct stored *s, int best)
{
    int rival = -1;
    for (int m = 0; m < s->mode_n; m++) {
        int n;
        if (m == best || !may_answer(s, m)) {
            continue;
        }
        const bool is_closer =
            rival < 0 || stored_judge_mode(s, m, &n) < stored_judge_mode(s, rival, &n) ||
            (stored_judge_mode(s, m, &n) == stored_judge_mode(s, rival, &n) &&
             gpus_of(s, m) < gpus_of(s, rival));
        rival = is_closer ? m : rival;
    }
    return rival;
}

static void by_objectives(const struct stored *s, struct text *out)
{
    int n;
    const int holds = best_of(s, STORED_HOLDS, &n);
    const int undecided = best_of(s, STORED_UNDECIDED, &n);
    const int fails = best_of(s, STORED_FAILS, &n);
    const int best = holds >= 0 ? holds : undecided >= 0 ? undecided : fails;
    const struct tightest t = tightest_of(s, best);
    if (holds >= 0) {
        text_add(out, s->label[best]);
        text_addf(out, " meets every objective on %d %s%s; nearest to its limit is ",
                  gpus_of(s, best), gpus_of(s, best) == 1 ? "GPU" : "GPUs",
                  breaks(s, best) ? ", but breaks the isolation that a tenant requires, as "
                                    "does every mode"
                                  : "");
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
    if (t.used < HUGE_VAL) {
        add_difference(s, t.tenant, best, rival_of(s, best), jsonin_text(t.objective, "metric"),
                       out);
    }
    text_add(out, ".");
}

/* "passthrough on 12, mig on 3" */
static void others(const struct stored *s, int best, enum stored_verdict verdict,
                   const char *before, const char *after, struct text *out)
{
    const char *separator = before;
    for (int m = 0; m < s->mode_n; m++) {
        int n;
        if (m != best && may_answer(s, m) && stored_judge_mode(s, m, &n) == verdict) {
            text_add(out, separator);
            text_add(out, s->label[m]);
            text_addf(out, " on %d", gpus_of(s, m));
            separator = ", ";
        }
    }
    text_add(out, separator != before ? after : "");
}

/* Modes that would not do, whatever their latencies. */
static void add_broken(const struct stored *s, struct text *out)
{
    bool any = false;
    for (int m = 0; m < s->mode_n; m++) {
        if (stored_is_simulated(s, m) && breaks(s, m)) {
            text_add(out, any ? ", " : "The isolation that a tenant requires is broken by ");
            text_add(out, s->label[m]);
            any = true;
        }
    }
    text_add(out, any ? ". " : "");
}

/* What the answer by objectives leaves out. */
static void beside_objectives(const struct stored *s, struct text *out)
{
    int n;
    const int holds = best_of(s, STORED_HOLDS, &n);
    const int undecided = best_of(s, STORED_UNDECIDED, &n);
    const int fails = best_of(s, STORED_FAILS, &n);
    const int best = holds >= 0 ? holds : undecided >= 0 ? undecided : fails;
    const struct estimate frac = stored_get(s->mode[best], "violations", "total_frac");
    others(s, best, STORED_HOLDS, "Every objective is also met by ", ". ", out);
    others(s, best, STORED_UNDECIDED, "Undecided: ", ". ", out);
    others(s, best, STORED_FAILS, "An objective is missed by ", ". ", out);
    if (frac.has_value && frac.value > 0) {
        text_add(out, "Under ");
        text_add(out, s->label[best]);
        const double faults = jsonin_number(jsonin_find(s->mode[best], "violations"), "fault");
        text_add(out, faults > 0 ? " neighbours, or faults of theirs, slow or end "
                                 : " neighbours slow ");
        rep_estimate(out, &frac, 0.01);
        text_add(out, " % of the requests beyond their tolerance. ");
    }
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
    if (best != answer_base(s)) {
        add_difference(s, stored_tenant(s, best, tenant_ix), best, -1, "latency_ns.p95", out);
    }
    if (rival >= 0) {
        text_add(out, ", which the intervals do not tell from ");
        text_add(out, s->label[rival]);
    }
}

/* What the result holds: modes that are feasible, that were simulated, limits to be met. */
struct extent {
    int feasible_n, simulated_n, objective_n;
};

static struct extent extent_of(const struct stored *s)
{
    struct extent x = {0, 0, 0};
    for (int m = 0; m < s->mode_n; m++) {
        x.feasible_n += stored_is_feasible(s, m) ? 1 : 0;
        x.simulated_n += stored_is_simulated(s, m) ? 1 : 0;
        (void)stored_judge_mode(s, m, &x.objective_n);
    }
    return x;
}

void answer_write(const struct stored *s, struct text *out)
{
    enum {
        NAMED = 3 /* tenants */
    };
    const struct extent x = extent_of(s);
    if (x.feasible_n == 0) {
        const struct jsonin *reasons = jsonin_find(s->mode[0], "reasons");
        const char *why = jsonin_n(reasons) > 0 ? jsonin_text(&reasons->item[0], "text") : NULL;
        text_addf(out, "None of the %d modes is possible here", s->mode_n);
        text_add(out, why == NULL ? "" : ": ");
        text_add(out, why == NULL ? "" : why);
        text_add(out, ".");
    } else if (x.simulated_n == 0) {
        text_addf(out, "%d of %d modes are feasible; nothing was simulated.", x.feasible_n,
                  s->mode_n);
    } else if (x.objective_n > 0) {
        by_objectives(s, out);
    } else {
        for (int t = 0; t < s->tenant_n && t < NAMED; t++) {
            text_add(out, t == 0 ? "" : "; ");
            lowest_p95(s, t, out);
        }
        text_add(out, s->tenant_n > NAMED ? "; other tenants below." : ".");
    }
}

void answer_beside(const struct stored *s, struct text *out)
{
    const struct extent x = extent_of(s);
    const struct jsonin *shifts = jsonin_find(s->root, "sensitivity");
    int flip_n = 0;
    if (x.simulated_n > 0 && x.objective_n > 0) {
        beside_objectives(s, out);
    }
    add_broken(s, out);
    for (int i = 0; i < jsonin_n(shifts); i++) {
        flip_n += jsonin_n(jsonin_find(&shifts->item[i], "flips"));
    }
    if (jsonin_n(shifts) > 0) {
        text_add(out, flip_n > 0 ? "The order of the modes hangs on parameters that nobody has "
                                   "verified. "
                                 : "No parameter that nobody has verified turns the order of "
                                   "two modes around. ");
    }
    if (jsonin_is_true(s->root, "interrupted")) {
        text_add(out, "The run was interrupted: all figures are partial. ");
    }
}
