/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_openmetrics.c - the final figures as OpenMetrics text, for a push gateway or a text file.
 *
 * Base units as Prometheus wants them: seconds and ratios. A path becomes a family and a label:
 * latency_ns.p95 is vgpusim_latency_seconds{figure="p95"}, utilization.compute_frac is
 * vgpusim_utilization_ratio{figure="compute"}. Limits of intervals are families of their own
 * (vgpusim_latency_ci95_lo_seconds), so that a sum over a family never adds a limit to a value.
 * A family's samples stand together, as the format demands: one pass a family.
 * Source: OpenMetrics 1.0, prometheus.io. */
#include <stdio.h>
#include <string.h>

#include "sim/report/rep.h"
#include "sim/run/metric.h"
#include "sim/run/verdict.h"

enum {
    NAME_MAX_N = 96,
    BOUNDS = 3 /* value, lower and upper limit */
};

/* What a path is called here. */
struct naming {
    char family[NAME_MAX_N];  /* without unit and limit: "vgpusim_latency" */
    const char *unit;         /* "seconds", "ratio", "watts" or "" */
    char figure[METRIC_PATH]; /* label, or "" */
    double scale;
};

/* Cuts a unit off the end of a name and tells what it becomes. */
static void cut_unit(char *name, struct naming *out)
{
    static const struct {
        const char *ending, *unit;
        double scale;
    } units[] = {
        {"_ns",   "seconds", 1e-9},
        {"_frac", "ratio",   1   },
        {"_w",    "watts",   1   }
    };
    const size_t n = strlen(name);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const size_t k = strlen(units[i].ending);
        if (n > k && strcmp(name + n - k, units[i].ending) == 0) {
            name[n - k] = '\0';
            out->unit = units[i].unit;
            out->scale = units[i].scale;
            return;
        }
    }
}

static struct naming naming_of(const struct metric *m, const struct metric_of *of)
{
    struct naming out = {.unit = "", .scale = 1};
    char path[METRIC_PATH];
    metric_path(m, of, path);
    const char *dot = strchr(path, '.');
    if (dot != NULL) {
        snprintf(out.figure, sizeof out.figure, "%s", dot + 1);
        path[dot - path] = '\0';
        cut_unit(out.figure, &out);
    }
    cut_unit(path, &out);
    snprintf(out.family, sizeof out.family, "vgpusim_%s", path);
    return out;
}

static bool is_family(const struct naming *a, const struct naming *b)
{
    return strcmp(a->family, b->family) == 0 && strcmp(a->unit, b->unit) == 0;
}

/* ---- Samples ---- */

/* The value of a label, escaped. */
static void add_label(struct text *out, const char *name, const char *value)
{
    text_addf(out, "%s=\"", name);
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            text_add(out, "\\n");
        } else {
            text_add(out, *value == '"' || *value == '\\' ? "\\" : "");
            text_add_n(out, value, 1);
        }
    }
    text_add(out, "\"");
}

static void add_labels(struct text *out, const struct metric_of *of)
{
    struct text label;
    text_init(&label);
    rep_mode_label(of->result->scenario, of->mode->spec, &label);
    add_label(out, "scenario", of->result->scenario->name);
    text_add(out, ",");
    add_label(out, "mode", text_str(&label));
    if (of->tenant != NULL) {
        text_add(out, ",");
        add_label(out, "tenant", of->tenant->tenant->name);
    }
    out->failed = out->failed || label.failed;
    text_fini(&label);
}

static const char *bound_name(int bound)
{
    static const char *const names[] = {"", "_ci95_lo", "_ci95_hi"};
    return names[bound];
}

/* "vgpusim_latency" + "_ci95_lo" + "_seconds" */
static void add_family(struct text *out, const struct naming *n, int bound)
{
    text_addf(out, "%s%s%s%s", n->family, bound_name(bound), n->unit[0] == '\0' ? "" : "_",
              n->unit);
}

static void add_sample(struct text *out, const struct naming *n, int bound,
                       const struct metric_of *of, const struct estimate *e)
{
    add_family(out, n, bound);
    text_add(out, "{");
    add_labels(out, of);
    if (n->figure[0] != '\0') {
        text_add(out, ",");
        add_label(out, "figure", n->figure);
    }
    text_add(out, "} ");
    text_add_double(out, (bound == 0 ? e->value : bound == 1 ? e->lo : e->hi) * n->scale);
    text_add(out, "\n");
}

/* Calls for every number of the result that has a family; out of order of families. */
typedef void number_fn(void *context, const struct metric *m, const struct metric_of *of);

static void each_of(struct metric_of of, number_fn *call, void *context)
{
    for (int i = 0; i < metrics_n; i++) {
        for (int k = 0;
             metric_belongs(&metrics[i], &of) && k < metric_values_n(&metrics[i], of.result);
             k++) {
            of.percentile_ix = k;
            call(context, &metrics[i], &of);
        }
    }
}

static void each_number(const struct result *r, number_fn *call, void *context)
{
    for (int i = 0; i < r->scenario->mode_n; i++) {
        struct metric_of of = {.result = r, .mode = &r->mode[i]};
        each_of(of, call, context);
        for (int k = 0; k < r->scenario->flow_n; k++) {
            of.tenant = &r->mode[i].tenant[k];
            each_of(of, call, context);
        }
    }
}

/* ---- Families ---- */

struct family {
    struct text *out;
    struct naming name;
    int bound;
    bool is_headed;
};

static void write_member(void *context, const struct metric *m, const struct metric_of *of)
{
    struct family *f = context;
    const struct naming n = naming_of(m, of);
    const struct estimate e = metric_get(m, of);
    if (!e.has_value || (f->bound > 0 && !e.has_ci) || !is_family(&n, &f->name)) {
        return;
    }
    if (!f->is_headed) {
        text_add(f->out, "# TYPE ");
        add_family(f->out, &n, f->bound);
        text_add(f->out, " gauge\n");
        if (n.unit[0] != '\0') {
            text_add(f->out, "# UNIT ");
            add_family(f->out, &n, f->bound);
            text_addf(f->out, " %s\n", n.unit);
        }
        f->is_headed = true;
    }
    add_sample(f->out, &n, f->bound, of, &e);
}

/* Has an earlier row of the table the family? */
static bool is_first(int ix, const struct naming *n, const struct metric_of *of)
{
    for (int i = 0; i < ix; i++) {
        const struct naming other = naming_of(&metrics[i], of);
        if (is_family(&other, n)) {
            return false;
        }
    }
    return true;
}

static void write_gates(const struct result *r, bool *is_headed, struct text *out)
{
    static const char *const head = "# TYPE vgpusim_gate stateset\n";
    for (int i = 0; i < r->scenario->mode_n; i++) {
        const struct metric_of of = {.result = r, .mode = &r->mode[i]};
        for (int k = 0; k < r->mode[i].verdict_n; k++) {
            const struct gate_result *g = &r->mode[i].verdict[k];
            text_add(out, *is_headed ? "" : head);
            *is_headed = true;
            for (int v = VERDICT_PASS; v <= VERDICT_FAIL; v++) {
                text_add(out, "vgpusim_gate{");
                add_labels(out, &of);
                text_add(out, ",");
                add_label(out, "gate", g->gate->text);
                text_addf(out, ",vgpusim_gate=\"%s\"} %d\n", verdict_name((enum verdict)v),
                          (int)g->verdict == v);
            }
        }
    }
}

/* A family stands together, whichever results its samples are of. */
void rep_openmetrics_of(const struct result *const *r, int n, struct text *sink)
{
    bool is_headed = false;
    if (n == 0) {
        text_add(sink, "# EOF\n");
        return;
    }
    const struct metric_of any = {.result = r[0], .mode = &r[0]->mode[0]};
    for (int i = 0; i < metrics_n; i++) {
        struct family f = {.out = sink, .name = naming_of(&metrics[i], &any)};
        for (f.bound = 0; is_first(i, &f.name, &any) && f.bound < BOUNDS; f.bound++) {
            f.is_headed = false;
            for (int k = 0; k < n; k++) {
                each_number(r[k], write_member, &f);
            }
        }
    }
    for (int k = 0; k < n; k++) {
        write_gates(r[k], &is_headed, sink);
    }
    if (r[n - 1]->interrupted) { /* nothing is run after it */
        text_add(sink, "# TYPE vgpusim_interrupted gauge\nvgpusim_interrupted{");
        add_label(sink, "scenario", r[n - 1]->scenario->name);
        text_add(sink, "} 1\n");
    }
    text_add(sink, "# EOF\n");
}

static void openmetrics_write(const struct result *r, const struct rep_options *o,
                              struct text *sink)
{
    (void)o;
    rep_openmetrics_of(&r, 1, sink);
}

const struct rep_format rep_openmetrics = {
    .name = "openmetrics",
    .help = "the final figures for Prometheus, in seconds and ratios",
    .write = openmetrics_write,
};
