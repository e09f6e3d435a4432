/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_stored.c - pictures of a saved result: distributions, p95 by mode, GPU time. The layout
 * has its own file. */
#include "sim/report/plot_stored.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/units.h"

enum {
    LABEL_MAX = 44,
    TITLE_MAX = 64
};

/* ---- Which panels ---- */

static bool has_curve(const struct stored *s, int mode_ix, int tenant_ix)
{
    const struct jsonin *cdf = jsonin_find(stored_tenant(s, mode_ix, tenant_ix), "latency_cdf");
    const int n = jsonin_n(jsonin_find(cdf, "ns"));
    return n > 1 && n == jsonin_n(jsonin_find(cdf, "at_or_below_frac"));
}

static bool has_p95(const struct stored *s, int mode_ix, int tenant_ix)
{
    const struct estimate e =
        stored_get(stored_tenant(s, mode_ix, tenant_ix), "latency_ns", "p95");
    return e.has_value && e.value > 0;
}

static bool has_panel(enum plot_kind kind, const struct stored *s, int tenant_ix)
{
    for (int m = 0; m < s->mode_n; m++) {
        if (kind == PLOT_CDF ? has_curve(s, m, tenant_ix) : has_p95(s, m, tenant_ix)) {
            return true;
        }
    }
    return false;
}

/* The tenant of the ix-th panel, or -1. */
static int tenant_of_panel(enum plot_kind kind, const struct stored *s, int ix)
{
    for (int t = 0; t < s->tenant_n; t++) {
        if (has_panel(kind, s, t) && ix-- == 0) {
            return t;
        }
    }
    return -1;
}

int plot_panels(enum plot_kind kind, const struct stored *s)
{
    int n = 0;
    if (kind == PLOT_LAYOUT) {
        return plot_layout_panels(s);
    }
    if (kind == PLOT_UTILIZATION) {
        for (int m = 0; m < s->mode_n; m++) {
            n |= stored_is_simulated(s, m) ? 1 : 0;
        }
        return n;
    }
    for (int t = 0; t < s->tenant_n; t++) {
        n += has_panel(kind, s, t) ? 1 : 0;
    }
    return n < PLOT_PANELS_MAX ? n : PLOT_PANELS_MAX;
}

void plot_caption(enum plot_kind kind, const struct stored *s, int ix, struct text *out)
{
    if (kind == PLOT_LAYOUT) {
        plot_layout_caption(s, ix, out);
    } else if (kind == PLOT_UTILIZATION) {
        text_add(out, "where the GPU time goes");
    } else {
        text_add(out, stored_tenant_name(s, tenant_of_panel(kind, s, ix)));
        text_add(out, kind == PLOT_CDF ? ": latency distribution" : ": p95 latency by mode");
    }
}

/* ---- Axes of time ---- */

struct range {
    double lo, hi; /* ns, > 0 */
};

static void take_in(struct range *r, double ns)
{
    if (ns > 0) {
        r->lo = r->lo > 0 && r->lo < ns ? r->lo : ns;
        r->hi = r->hi > ns ? r->hi : ns;
    }
}

/* The tightest limit on a percentile, with its own p; limit 0: there is none. */
static void latency_limit(const struct stored *s, int tenant_ix, double *limit_ns, double *p)
{
    const struct jsonin *list = jsonin_find(stored_tenant(s, 0, tenant_ix), "objectives");
    static const char prefix[] = "latency_ns.p";
    *limit_ns = 0;
    *p = 0;
    for (int i = 0; i < jsonin_n(list); i++) {
        const char *metric = jsonin_text(&list->item[i], "metric");
        const double ns = jsonin_number(&list->item[i], "at_most");
        int64_t micro = 0;
        if (metric != NULL && ns > 0 && strncmp(metric, prefix, strlen(prefix)) == 0 &&
            units_decimal(metric + strlen(prefix), strlen(metric + strlen(prefix)), 6,
                          &micro) &&
            (*limit_ns <= 0 || ns < *limit_ns)) {
            *limit_ns = ns;
            *p = (double)micro / 1e6;
        }
    }
}

/* LO, HI, XLABEL and tics; returns ns per unit. */
static double time_axis(struct plot *p, const struct range *r, const char *what)
{
    const bool is_known = r->lo > 0 && r->hi < 1e18;
    const struct units_scale scale = units_time_scale(is_known ? sqrt(r->lo * r->hi) : 1);
    double lo = is_known ? r->lo / scale.per_unit : 1;
    double hi = is_known ? r->hi / scale.per_unit : 1;
    if (hi < lo * 1.5) {
        lo *= 0.8;
        hi *= 1.25;
    }
    lo *= 0.9;
    hi *= 1.1;
    text_addf(p->script, "LO = %.9g\nHI = %.9g\nXLABEL = \"%s, %s\"\n", lo, hi, what,
              scale.unit);
    if (hi > 4 * lo) {
        text_add(p->script, "set logscale x\n");
        plot_log_tics(p->script, "x", lo, hi);
    }
    return scale.per_unit;
}

static void limit_line(struct plot *p, double limit_ns, double percentile, double per_unit)
{
    if (limit_ns > 0) {
        text_addf(p->script,
                  "set arrow from first %.9g, graph 0 to first %.9g, graph 1 nohead lc rgb "
                  "\"black\" lw 1 dt (6,4)\nset label \"limit of p%.6g\" at first %.9g, graph "
                  "1 center offset 0,0.5 font \",10\"\n",
                  limit_ns / per_unit, limit_ns / per_unit, percentile, limit_ns / per_unit);
    }
}

/* ---- Distributions ---- */

static double number_at(const struct jsonin *list, int i)
{
    return list->item[i].kind == JSONIN_NUMBER ? list->item[i].number : (double)NAN;
}

/* The points of one line; widens the top of the axis. */
static void curve_points(struct plot *p, const struct jsonin *tenant, double per_unit,
                         double *top)
{
    const struct jsonin *cdf = jsonin_find(tenant, "latency_cdf");
    const struct jsonin *frac = jsonin_find(cdf, "at_or_below_frac");
    const struct jsonin *ns = jsonin_find(cdf, "ns");
    for (int i = 0; i < ns->n; i++) {
        const double at = number_at(frac, i);
        const double x = number_at(ns, i);
        if (at >= 0 && at < 1 && x > 0) {
            text_addf(p->script, "%.9g %.9g\n", x / per_unit, 1 / (1 - at));
            *top = fmax(*top, 1 / (1 - at));
        }
    }
    text_add(p->script, "\n\n");
}

/* Percentiles with their intervals: "p95" to a bar at its height. */
static void bar_points(struct plot *p, const struct jsonin *tenant, double per_unit)
{
    const struct jsonin *latency = jsonin_find(tenant, "latency_ns");
    for (int i = 0; i < jsonin_n(latency); i++) {
        const struct jsonin *x = &latency->item[i];
        const struct estimate e = jsonin_estimate(x);
        int64_t percent = 0;
        if (x->key == NULL || x->key[0] != 'p' || !e.has_ci || !(e.lo > 0) ||
            !units_decimal(x->key + 1, strlen(x->key + 1), 6, &percent) || percent < 0 ||
            percent >= 100000000) {
            continue;
        }
        text_addf(p->script, "%.9g %.9g %.9g %.9g\n", e.value / per_unit, e.lo / per_unit,
                  e.hi / per_unit, 1 / (1 - (double)percent / 1e8));
    }
    text_add(p->script, "\n\n");
}

static bool has_bars(const struct jsonin *tenant)
{
    const struct estimate e = stored_get(tenant, "latency_ns", "p95");
    return e.has_ci && e.lo > 0;
}

static void cdf_panel(struct plot *p, const struct stored *s, int t)
{
    struct range r = {0, 0};
    double limit_ns;
    double percentile;
    double top = 20;
    struct text lines;
    struct text bars;
    text_init(&lines);
    text_init(&bars);
    for (int m = 0; m < s->mode_n; m++) {
        const struct jsonin *cdf = jsonin_find(stored_tenant(s, m, t), "latency_cdf");
        const struct jsonin *ns = jsonin_find(cdf, "ns");
        const struct jsonin *frac = jsonin_find(cdf, "at_or_below_frac");
        for (int i = 0; has_curve(s, m, t) && i < ns->n - 1; i++) {
            /* The first tenth may lie decades below: it is drawn as far as the axis goes. */
            take_in(&r, number_at(frac, i) < 0.1 ? 0 : number_at(ns, i));
        }
    }
    latency_limit(s, t, &limit_ns, &percentile);
    take_in(&r, limit_ns);
    plot_panel(p, stored_tenant_name(s, t));
    const double per_unit = time_axis(p, &r, "latency");
    limit_line(p, limit_ns, percentile, per_unit);
    if (limit_ns > 0 && percentile > 0 && percentile < 100) {
        text_addf(p->script,
                  "set label \"\" at first %.9g, first %.9g point pt 2 ps 1 lw 2 lc rgb "
                  "\"black\"\n",
                  limit_ns / per_unit, 1 / (1 - percentile / 100));
    }
    text_add(p->script, "$curve << EOD\n");
    for (int m = 0; m < s->mode_n; m++) {
        if (has_curve(s, m, t)) {
            curve_points(p, stored_tenant(s, m, t), per_unit, &top);
            text_addf(&lines, "%d ", m + 1);
        }
    }
    text_add(p->script, "EOD\n$bars << EOD\n");
    for (int m = 0; m < s->mode_n; m++) {
        if (has_curve(s, m, t) && has_bars(stored_tenant(s, m, t))) {
            bar_points(p, stored_tenant(s, m, t), per_unit);
            text_addf(&bars, "%d ", m + 1);
        }
    }
    text_addf(p->script, "EOD\nLINES = \"%s\"\nBARS = \"%s\"\nTOP = %.9g\n", text_str(&lines),
              text_str(&bars), top * 1.5);
    plot_add_file(p, "cdf.gp");
    p->script->failed |= lines.failed || bars.failed;
    text_fini(&bars);
    text_fini(&lines);
}

/* ---- p95 by mode ---- */

/* A row for each mode, the first on top, its label over its left end: labels are long. */
static void mode_rows(struct plot *p, const struct stored *s, const char *const *suffix)
{
    text_addf(p->script, "unset ytics\nROWS = %d\n", s->mode_n);
    for (int m = 0; m < s->mode_n; m++) {
        struct text label;
        text_init(&label);
        text_add(&label, s->label[m]);
        text_add(&label, suffix[m]);
        text_add(p->script, "set label ");
        plot_string(p->script, text_str(&label), LABEL_MAX);
        text_addf(p->script, " at graph 0.01, first %.2f left font \",10\"\n",
                  s->mode_n - 1 - m + 0.36);
        p->script->failed |= label.failed;
        text_fini(&label);
    }
}

static void compare_panel(struct plot *p, const struct stored *s, int t)
{
    struct range r = {0, 0};
    double limit_ns;
    double percentile;
    const char *suffix[MODES_MAX];
    struct text bars;
    text_init(&bars);
    for (int m = 0; m < s->mode_n; m++) {
        const struct jsonin *tenant = stored_tenant(s, m, t);
        const struct estimate e = stored_get(tenant, "latency_ns", "p95");
        take_in(&r, e.has_value ? (e.has_ci && e.lo > 0 ? e.lo : e.value) : 0);
        take_in(&r, e.has_value ? (e.has_ci ? e.hi : e.value) : 0);
        suffix[m] = has_p95(s, m, t)                      ? ""
                    : !stored_is_feasible(s, m)           ? " (infeasible)"
                    : jsonin_is_true(tenant, "saturated") ? " (saturated)"
                                                          : " (none)";
    }
    latency_limit(s, t, &limit_ns, &percentile);
    take_in(&r, limit_ns);
    plot_panel(p, stored_tenant_name(s, t));
    const double per_unit = time_axis(p, &r, "p95 latency");
    limit_line(p, limit_ns, percentile, per_unit);
    mode_rows(p, s, suffix);
    text_add(p->script, "$bars << EOD\n");
    for (int m = 0; m < s->mode_n; m++) {
        const struct estimate e = stored_get(stored_tenant(s, m, t), "latency_ns", "p95");
        if (has_p95(s, m, t)) {
            text_addf(p->script, "%.9g %.9g %.9g %d\n\n\n", e.value / per_unit,
                      (e.has_ci ? e.lo : e.value) / per_unit,
                      (e.has_ci ? e.hi : e.value) / per_unit, s->mode_n - 1 - m);
            text_addf(&bars, "%d ", m + 1);
        }
    }
    text_addf(p->script, "EOD\nBARS = \"%s\"\n", text_str(&bars));
    plot_add_file(p, "compare.gp");
    p->script->failed |= bars.failed;
    text_fini(&bars);
}

/* ---- GPU time ---- */

static void utilization_panel(struct plot *p, const struct stored *s)
{
    static const char *const block[PLOT_PARTS_N] = {"useful", "switch", "reserved", "free"};
    const char *suffix[MODES_MAX];
    for (int m = 0; m < s->mode_n; m++) {
        suffix[m] = stored_is_simulated(s, m) ? "" : " (infeasible)";
    }
    plot_panel(p, "GPU time of each mode");
    mode_rows(p, s, suffix);
    for (int k = 0; k < PLOT_PARTS_N; k++) {
        text_addf(p->script, "$%s << EOD\n", block[k]);
        for (int m = 0; m < s->mode_n; m++) {
            double from = 0;
            for (int i = 0; i < k; i++) {
                from += stored_get(s->mode[m], "utilization", plot_parts[i].key).value;
            }
            const struct estimate e = stored_get(s->mode[m], "utilization", plot_parts[k].key);
            const bool is_there = stored_is_simulated(s, m) && e.has_value;
            text_addf(p->script, "%d %.9g %.9g\n", s->mode_n - 1 - m, is_there ? 100 * from : 0,
                      is_there ? 100 * (from + e.value) : 0);
        }
        text_addf(p->script, "EOD\nC%d = \"%s\"\nF%d = \"%s\"\n", k + 1, plot_parts[k].rgb,
                  k + 1, plot_parts[k].fill);
    }
    text_add(p->script, "$interval << EOD\n-9 -9 -9 -9\n");
    for (int m = 0; m < s->mode_n; m++) {
        static const char *const ends[] = {"useful_frac", "compute_frac"};
        for (int i = 0; i < 2; i++) {
            const struct estimate e = stored_get(s->mode[m], "utilization", ends[i]);
            if (e.has_ci) {
                /* One above the other: where little is switched they overlap. */
                text_addf(p->script, "%.2f %.9g %.9g %.9g\n",
                          s->mode_n - 1 - m + (i == 0 ? 0.1 : -0.1), 100 * e.value, 100 * e.lo,
                          100 * e.hi);
            }
        }
    }
    text_add(p->script, "EOD\n");
    plot_add_file(p, "utilization.gp");
}

/* ---- Pictures ---- */

static void legend(struct plot *p, enum plot_kind kind, const struct stored *s)
{
    plot_legend_begin(p);
    for (int i = 0, n = 0; kind == PLOT_CDF && i < s->mode_n; i++) {
        if (stored_is_simulated(s, i)) {
            plot_legend_line(p, n++, i, s->label[i]);
        }
    }
    for (int i = 0; kind == PLOT_UTILIZATION && i < PLOT_PARTS_N; i++) {
        plot_legend_area(p, i, plot_parts[i].rgb, plot_parts[i].fill, plot_parts[i].label);
    }
    if (kind == PLOT_LAYOUT) {
        plot_layout_legend(p, s);
    }
    text_add(p->script, "plot [0:1][0:1] -1 notitle\n");
}

static void legend_size(struct plot *p, enum plot_kind kind, const struct stored *s)
{
    int line_n = 0;
    for (int i = 0; kind == PLOT_CDF && i < s->mode_n; i++) {
        const int width = stored_is_simulated(s, i) ? (int)text_width(s->label[i]) : 0;
        p->legend_width = width > p->legend_width ? width : p->legend_width;
        line_n += width > 0 ? 1 : 0;
    }
    p->legend_n = kind == PLOT_CDF           ? line_n
                  : kind == PLOT_UTILIZATION ? PLOT_PARTS_N
                  : kind == PLOT_LAYOUT      ? plot_layout_tenants(s)
                                             : 0;
    p->legend_width = kind == PLOT_UTILIZATION ? 26
                      : kind == PLOT_LAYOUT    ? plot_layout_width(s)
                                               : p->legend_width;
    p->legend_width = p->legend_width > LABEL_MAX ? LABEL_MAX : p->legend_width;
}

void plot_stored(enum plot_kind kind, enum plot_target target, const struct stored *s,
                 struct text *script)
{
    static const char *const titles[] = {[PLOT_CDF] = "latency distribution of each tenant",
                                         [PLOT_COMPARE] = "p95 latency by mode, 95 % intervals",
                                         [PLOT_UTILIZATION] = "where the GPU time goes",
                                         [PLOT_LAYOUT] = "who lies where"};
    struct plot p = {.script = script,
                     .target = target,
                     .panel_n = plot_panels(kind, s),
                     .width = PLOT_WIDTH,
                     .height = PLOT_HEIGHT};
    const char *name = jsonin_text(s->root, "scenario");
    char title[TITLE_MAX + 96];
    if (p.panel_n == 1 && target != PLOT_PAGE) {
        p.width = 640;
    }
    if (kind != PLOT_CDF) {
        const int rows = kind == PLOT_LAYOUT ? plot_layout_rows(s) : s->mode_n;
        p.height = rows * (kind == PLOT_LAYOUT ? 44 : 36) + 100;
    }
    legend_size(&p, kind, s);
    snprintf(title, sizeof title, "%.*s: %s", TITLE_MAX, name == NULL ? "result" : name,
             titles[kind]);
    plot_begin(&p, title);
    for (int i = 0; i < p.panel_n; i++) {
        if (kind == PLOT_CDF) {
            cdf_panel(&p, s, tenant_of_panel(kind, s, i));
        } else if (kind == PLOT_COMPARE) {
            compare_panel(&p, s, tenant_of_panel(kind, s, i));
        } else if (kind == PLOT_UTILIZATION) {
            utilization_panel(&p, s);
        } else {
            plot_layout_panel(&p, s, i);
        }
    }
    if (target != PLOT_PAGE) {
        legend(&p, kind, s);
    }
    plot_end(&p);
}
