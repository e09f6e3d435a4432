/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_text.c - the page that a person reads: the modes side by side, then each mode's tenants.
 *
 * A column has one unit, chosen by its smallest entry, and every number three significant
 * digits; an interval (95 %) is printed wherever it exists, as value±half-width. What is
 * infeasible or saturated is said in words in the place where its number would be. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/rep.h"
#include "sim/report/rep_check.h"
#include "sim/report/rep_compare.h"
#include "sim/report/rep_gates.h"
#include "sim/report/rep_place.h"
#include "sim/report/table.h"

enum {
    ALWAYS = 0 /* priority of a column that is never left out */
};

/* ---- Numbers ---- */

static void cell_estimate(struct table *t, const struct estimate *e, double per_unit)
{
    struct text s;
    text_init(&s);
    rep_estimate(&s, e, per_unit);
    table_cell(t, "%s", text_str(&s));
    t->failed |= s.failed;
    text_fini(&s);
}

/* Keeps the smallest positive value. */
static void note_smallest(double *smallest, const struct estimate *e)
{
    if (e->has_value && e->value > 0 && !(e->value >= *smallest)) {
        *smallest = e->value;
    }
}

/* The order of the page: each tenant, and after it its workloads. What comes after k; flow_n:
 * nothing. */
static int after(const struct scenario *s, int k)
{
    const struct tenant *t = &s->tenant[k];
    if (t->part_n > 0) {
        return t->first_part;
    }
    if (t->workload == NULL) {
        return k + 1 < s->tenant_n ? k + 1 : s->flow_n;
    }
    const struct tenant *whole = &s->tenant[t->whole_ix];
    if (k + 1 < whole->first_part + whole->part_n) {
        return k + 1;
    }
    return t->whole_ix + 1 < s->tenant_n ? t->whole_ix + 1 : s->flow_n;
}

static int percentile_find(const struct scenario *s, double p)
{
    for (int i = 0; i < s->percentile_n; i++) {
        if (fabs(s->percentile[i] - p) < 1e-9) {
            return i;
        }
    }
    return -1;
}

static bool is_simulated(const struct result *r)
{
    for (int i = 0; i < r->scenario->mode_n; i++) {
        if (r->mode[i].simulated) {
            return true;
        }
    }
    return false;
}

/* ---- First line ---- */

/* "open Poisson arrivals" */
static const char *process_text(const char *process)
{
    static const char *const texts[][2] = {
        {"poisson",  "open Poisson arrivals"              },
        {"periodic", "open periodic arrivals"             },
        {"gamma",    "open gamma arrivals"                },
        {"weibull",  "open Weibull arrivals"              },
        {"mmpp",     "open arrivals in bursts (mmpp)"     },
        {"diurnal",  "open arrivals along a daily curve"  },
        {"windows",  "open arrivals by a client's windows"}
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i][0], process) == 0) {
            return texts[i][1];
        }
    }
    return "open arrivals";
}

/* Who asks, in a few words for all tenants together. */
static const char *arrivals_text(const struct scenario *s)
{
    const char *process = NULL;
    bool is_mixed = false;
    bool has_closed = false;
    bool has_trace = false;
    bool has_frames = false;
    bool is_training = true;
    for (int i = 0; i < s->flow_n; i++) {
        const struct work *w = &s->tenant[i].work;
        if (s->tenant[i].part_n > 0) {
            continue;
        }
        has_closed |= w->kind == WORK_CLOSED;
        has_trace |= w->trace != NULL;
        has_frames |= w->kind == WORK_FRAMES;
        is_training = is_training && w->training;
        if (!w->trace && (w->kind == WORK_REQUESTS || w->kind == WORK_LLM)) {
            is_mixed |= process != NULL && strcmp(process, w->arrivals.process) != 0;
            process = w->arrivals.process;
        }
    }
    const int kinds_n = (process != NULL) + has_closed + has_trace + has_frames;
    if (kinds_n > 1) {
        return has_closed   ? "open and closed arrivals"
               : has_frames ? "open arrivals and frames"
                            : "open arrivals and traces";
    }
    if (has_closed) {
        return is_training ? "training" : "closed loops";
    }
    if (has_trace) {
        return "arrivals from a trace";
    }
    if (has_frames) {
        return "frames";
    }
    return is_mixed || process == NULL ? "open arrivals" : process_text(process);
}

static void write_run(const struct result *r, struct text *out)
{
    for (int i = 0; i < r->scenario->mode_n; i++) {
        const struct mode_result *m = &r->mode[i];
        if (!m->simulated) {
            continue;
        }
        text_addf(out, " · %d %s × ", m->replicas, m->replicas == 1 ? "replica" : "replicas");
        if (r->horizon_ns > 0) {
            units_exact(out, Q_TIME, (double)r->horizon_ns);
        } else {
            text_add(out, "the whole trace");
        }
        if (m->warmup_ns > 0) {
            text_add(out, " after ");
            units_print(out, Q_TIME, (double)m->warmup_ns);
            text_add(out, " warm-up");
        }
        return;
    }
    text_add(out, " · nothing was simulated");
}

/* "4 × L40S", "2 hosts × 4 L40S + 1 host × 8 H100-SXM5-80GB" */
static void write_fleet(const struct scenario *s, struct text *out)
{
    const struct gpu *gpu = s->catalog->gpu;
    if (s->group_n == 0 && s->gpu_count == 0) {
        text_addf(out, "%s, as many as needed", gpu[s->gpu_ix].key);
    } else if (s->group_n == 0) {
        text_addf(out, "%d × %s", s->gpu_count, gpu[s->gpu_ix].key);
    }
    for (int i = 0; i < s->group_n; i++) {
        const struct host_group *g = &s->group[i];
        text_addf(out, "%s%d %s × %d %s", i > 0 ? " + " : "", g->count,
                  g->count == 1 ? "host" : "hosts", g->gpus, gpu[g->gpu_ix].key);
    }
}

static void write_head(const struct result *r, const struct rep_options *o, struct text *out)
{
    const struct scenario *s = r->scenario;
    struct text line;
    text_init(&line);
    write_fleet(s, &line);
    text_addf(&line, ", %d %s (%d %s)", s->tenant_n, s->tenant_n == 1 ? "tenant" : "tenants",
              s->vm_n, s->vm_n == 1 ? "VM" : "VMs");
    if (!o->place_only) {
        text_addf(&line, ", %s", arrivals_text(s));
        write_run(r, &line);
        text_addf(&line, " · seed %llu", (unsigned long long)r->seed);
    }
    table_wrap(out, text_str(&line), 0, (size_t)o->width, 0);
    out->failed = out->failed || line.failed;
    text_fini(&line);
    if (s->question != NULL) {
        table_wrap(out, s->question, 0, (size_t)o->width, 0);
    }
    if (r->interrupted) {
        text_add(out, "INTERRUPTED: these numbers are partial\n");
    }
    text_add(out, "\n");
}

/* ---- The modes side by side ---- */

static void mode_cell(struct table *t, const struct result *r, const struct mode_result *m)
{
    struct text s;
    text_init(&s);
    rep_mode_label(r->scenario, m->spec, &s);
    table_cell(t, "%s", text_str(&s));
    t->failed |= s.failed;
    text_fini(&s);
}

static void reason_span(struct table *t, const struct mode_result *m, bool verbose)
{
    struct text s;
    text_init(&s);
    rep_reasons(m->fleet, verbose, &s);
    table_span(t, text_str(&s));
    t->failed |= s.failed;
    text_fini(&s);
}

static double p95_per_unit(const struct result *r, int tenant_ix, int p95, const char **unit)
{
    double smallest = (double)NAN;
    for (int i = 0; i < r->scenario->mode_n; i++) {
        if (r->mode[i].simulated) {
            note_smallest(&smallest, &r->mode[i].tenant[tenant_ix].latency[p95]);
        }
    }
    const struct units_scale scale = units_time_scale(smallest);
    *unit = scale.unit;
    return scale.per_unit;
}

static void p95_cell(struct table *t, const struct tenant_result *tr, int p95, double per_unit)
{
    if (tr->saturated) {
        table_cell(t, "saturated");
    } else {
        cell_estimate(t, &tr->latency[p95], per_unit);
    }
}

static void violations_cells(struct table *t, const struct violations *v)
{
    if (!v->known) {
        table_cell(t, "-");
        table_cell(t, "-");
        table_cell(t, "-");
        return;
    }
    table_cell(t, "%lld", (long long)v->total);
    cell_estimate(t, &v->total_frac, 0.01);
    table_cell(t, "%lld", (long long)v->policy);
}

static void verdict_row(struct table *t, const struct result *r, const struct mode_result *m,
                        const struct rep_options *o)
{
    const int p95 = percentile_find(r->scenario, 95);
    table_row(t);
    mode_cell(t, r, m);
    if (!m->feasible) {
        reason_span(t, m, o->verbose);
        return;
    }
    table_cell(t, "%d", m->fleet->gpus_used);
    for (int k = 0; k < r->scenario->flow_n; k = after(r->scenario, k)) {
        const char *unit = NULL;
        if (r->scenario->tenant[k].part_n > 0) {
            continue;
        }
        p95_cell(t, &m->tenant[k], p95, p95_per_unit(r, k, p95, &unit));
    }
    cell_estimate(t, &m->compute_frac, 0.01);
    violations_cells(t, &m->violations);
}

/* mode, GPUs, p95 of each tenant, compute, violations: the answer. */
static void write_verdict(const struct result *r, const struct rep_options *o, struct text *out)
{
    const struct scenario *s = r->scenario;
    const int p95 = percentile_find(r->scenario, 95);
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, ALWAYS, "mode");
    table_column(&t, TABLE_RIGHT, 7, "GPUs");
    for (int k = 0, shown = 0; k < s->flow_n; k = after(s, k)) {
        const char *unit = NULL;
        if (s->tenant[k].part_n > 0) {
            continue;
        }
        (void)p95_per_unit(r, k, p95, &unit);
        table_column(&t, TABLE_RIGHT, shown == 0 ? ALWAYS : 10 + shown, "%s p95 %s",
                     r->scenario->tenant[k].name, unit);
        shown++;
    }
    table_column(&t, TABLE_RIGHT, 8, "compute %%");
    table_column(&t, TABLE_RIGHT, 6, "violations");
    table_column(&t, TABLE_RIGHT, TABLE_COLUMNS_MAX + 10, "in %%");
    table_column(&t, TABLE_RIGHT, 9, "policy");
    for (int i = 0; i < r->scenario->mode_n; i++) {
        verdict_row(&t, r, &r->mode[i], o);
    }
    /* The column of percentages may go without a word: each mode's tenants follow. */
    if (table_fit(&t, (size_t)o->width) > 1) {
        table_wrap(out, "(some columns do not fit; every number is in --format csv)", 0,
                   (size_t)o->width, 0);
    }
    table_print(&t, (size_t)o->width, 0, out);
    table_fini(&t);
}

/* Where the SM time and the memory go, in percent. */
static void write_utilization(const struct result *r, const struct rep_options *o,
                              struct text *out)
{
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, ALWAYS, "GPU time, %% of all SMs");
    table_column(&t, TABLE_RIGHT, ALWAYS, "useful");
    table_column(&t, TABLE_RIGHT, 4, "switching");
    table_column(&t, TABLE_RIGHT, 3, "reserved idle");
    table_column(&t, TABLE_RIGHT, 5, "free");
    table_column(&t, TABLE_RIGHT, 6, "framebuffer");
    table_column(&t, TABLE_RIGHT, 7, "MIG memory");
    for (int i = 0; i < r->scenario->mode_n; i++) {
        const struct mode_result *m = &r->mode[i];
        if (!m->simulated) {
            continue;
        }
        table_row(&t);
        mode_cell(&t, r, m);
        cell_estimate(&t, &m->useful_frac, 0.01);
        cell_estimate(&t, &m->switch_frac, 0.01);
        cell_estimate(&t, &m->idle_reserved_frac, 0.01);
        cell_estimate(&t, &m->free_frac, 0.01);
        struct estimate e = ci_exact(m->fleet->framebuffer_frac, 0);
        cell_estimate(&t, &e, 0.01);
        e = isnan(m->fleet->slices_frac) ? ci_none() : ci_exact(m->fleet->slices_frac, 0);
        cell_estimate(&t, &e, 0.01);
    }
    text_add(out, "\n");
    table_print(&t, (size_t)o->width, 0, out);
    table_fini(&t);
}

/* ---- The tenants of a mode ---- */

/* Columns with a unit of time, each with its own scale over the tenants. */
enum {
    TIMES_MAX = 4
};

struct time_column {
    const char *title;
    int priority;
    int percentile_ix; /* into latency[]; -1: wait p95 */
};

static int time_columns(const struct scenario *s, struct time_column out[TIMES_MAX])
{
    static const struct {
        const char *title;
        double p;
        int priority;
    } wanted[] = {
        {"p50", 50, 3     },
        {"p95", 95, ALWAYS},
        {"p99", 99, 2     }
    };
    int n = 0;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const int ix = percentile_find(s, wanted[i].p);
        if (ix >= 0) {
            out[n++] = (struct time_column){wanted[i].title, wanted[i].priority, ix};
        }
    }
    out[n++] = (struct time_column){"wait p95", 9, -1};
    return n;
}

static const struct estimate *time_of(const struct tenant_result *t,
                                      const struct time_column *c)
{
    return c->percentile_ix < 0 ? &t->wait_p95 : &t->latency[c->percentile_ix];
}

static void tenant_row(struct table *t, const struct tenant_result *tr,
                       const struct time_column *times, const double *per_unit, int times_n)
{
    table_row(t);
    if (tr->tenant->count > 1) {
        table_cell(t, "%s ×%d", tr->tenant->name, tr->tenant->count);
    } else {
        table_cell(t, "%s", tr->tenant->name);
    }
    struct estimate load = isnan(tr->load_frac) ? ci_none() : ci_exact(tr->load_frac, 0);
    cell_estimate(t, &load, 1);
    for (int i = 0; i < times_n; i++) {
        if (tr->saturated) {
            table_cell(t, "%s", times[i].priority == ALWAYS ? "saturated" : "-");
        } else {
            cell_estimate(t, time_of(tr, &times[i]), per_unit[i]);
        }
    }
    cell_estimate(t, &tr->throughput_per_s, 1);
    cell_estimate(t, &tr->p95_inflation, 1);
    if (tr->violations.known) {
        table_cell(t, "%lld", (long long)tr->violations.total);
    } else {
        table_cell(t, "-");
    }
    table_cell(t, "%s", !tr->objective_known ? "-" : tr->objective_met ? "met" : "MISSED");
}

static void write_tenants(const struct result *r, const struct mode_result *m,
                          const struct rep_options *o, struct text *out)
{
    struct time_column times[TIMES_MAX];
    double per_unit[TIMES_MAX];
    const int times_n = time_columns(r->scenario, times);
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, ALWAYS, "tenant");
    table_column(&t, TABLE_RIGHT, 5, "load");
    for (int i = 0; i < times_n; i++) {
        double smallest = (double)NAN;
        for (int k = 0; k < r->scenario->flow_n; k++) {
            note_smallest(&smallest, time_of(&m->tenant[k], &times[i]));
        }
        const struct units_scale scale = units_time_scale(smallest);
        per_unit[i] = scale.per_unit;
        table_column(&t, TABLE_RIGHT, times[i].priority, "%s %s", times[i].title, scale.unit);
    }
    table_column(&t, TABLE_RIGHT, 4, "done/s");
    table_column(&t, TABLE_RIGHT, 7, "inflation");
    table_column(&t, TABLE_RIGHT, 3, "violated");
    table_column(&t, TABLE_RIGHT, 2, "goal");
    for (int k = 0; k < r->scenario->flow_n; k = after(r->scenario, k)) {
        tenant_row(&t, &m->tenant[k], times, per_unit, times_n);
    }
    table_print(&t, (size_t)o->width, 2, out);
    table_fini(&t);
}

/* A time in its own unit: "123±4 ms". */
static void add_time(struct text *line, const struct estimate *e)
{
    const struct units_scale scale = units_time_scale(e->value);
    rep_estimate(line, e, scale.per_unit);
    text_addf(line, " %s", scale.unit);
}

/* What only one kind of work has: "bot: p95 to the first token 123±4 ms, ...". */
static void add_kind(const struct result *r, const struct tenant_result *t, struct text *line)
{
    const struct work *w = &t->tenant->work;
    const int p95 = percentile_find(r->scenario, 95);
    if (t->ttft[p95].has_value) {
        text_addf(line, "%s: p95 to the first token ", t->tenant->name);
        add_time(line, &t->ttft[p95]);
        if (t->tpot[p95].has_value) {
            text_add(line, ", per token after it ");
            add_time(line, &t->tpot[p95]);
        }
        if (t->dropped > 0) {
            text_addf(line, "; %lld requests dropped, larger than the KV cache",
                      (long long)t->dropped);
        }
    }
    if (w->kind == WORK_FRAMES && t->requests > 0) {
        const double all = (double)t->requests;
        text_addf(line, "%s: ", t->tenant->name);
        rep_estimate(line, &t->throughput_per_s, t->tenant->count);
        text_addf(line, " of %.4g frames/s in each VM, %.3g %% late, %.3g %% dropped",
                  w->arrivals.rate_per_s, 100.0 * (double)t->late / all,
                  100.0 * (double)t->dropped / all);
    }
    if (w->training && t->latency_mean.has_value) {
        text_addf(line, "%s: a step takes ", t->tenant->name);
        add_time(line, &t->latency_mean);
        text_add(line, " on average, ");
        rep_estimate(line, &t->throughput_per_s, t->tenant->count);
        text_add(line, " steps/s in each VM");
    }
}

static void write_kinds(const struct result *r, const struct mode_result *m,
                        const struct rep_options *o, struct text *out)
{
    for (int k = 0; k < r->scenario->flow_n; k = after(r->scenario, k)) {
        struct text line;
        text_init(&line);
        add_kind(r, &m->tenant[k], &line);
        table_paragraph(out, o->width, 2, &line);
    }
}

/* "chat 1.38 [1.35, 1.41] x passthrough", each tenant's p95 against the first mode's. */
static void write_ratios(const struct result *r, const struct mode_result *m,
                         const struct rep_options *o, struct text *out)
{
    struct text line;
    int n = 0;
    text_init(&line);
    for (int k = 0; k < r->scenario->flow_n; k = after(r->scenario, k)) {
        const struct estimate *e = &m->tenant[k].p95_ratio_to_first;
        if (!e->has_value || m->tenant[k].tenant->part_n > 0) {
            continue;
        }
        text_addf(&line, "%s %s ", n++ == 0 ? "p95 of" : " ·", m->tenant[k].tenant->name);
        units_print_number(&line, e->value);
        if (e->has_ci) {
            text_add(&line, " [");
            units_print_number(&line, e->lo);
            text_add(&line, ", ");
            units_print_number(&line, e->hi);
            text_add(&line, "]");
        }
    }
    if (n > 0) {
        text_add(&line, " × ");
        rep_mode_label(r->scenario, m->first->spec, &line);
    }
    table_paragraph(out, o->width, 2, &line);
}

/* "faults: 12, each hits 2.00±0 other VMs (at most 3, of 1 other tenants); ..." */
static void add_faults(const struct mode_result *m, struct text *line)
{
    const struct faults *f = &m->faults;
    text_addf(line, "faults: %lld", (long long)f->n);
    if (f->n == 0) {
        return;
    }
    text_add(line, f->n == 1 ? ", which hits " : ", each hits ");
    rep_estimate(line, &f->vms, 1);
    text_addf(line, " other VMs (at most %lld, of %lld other tenants); ",
              (long long)f->vms_most, (long long)f->tenants_most);
    text_addf(line, "%lld of their requests lost or begun anew, ", (long long)f->requests);
    rep_estimate(line, &f->down_s, 1);
    text_add(line, " s out of service in a replica");
    if (f->beyond > 0) {
        text_addf(line, "; %lld VMs hit beyond what the mode promises", (long long)f->beyond);
    }
}

/* Faults of the mode, if there can be any; then what each tenant got in spite of its events. */
static void write_faults(const struct result *r, const struct mode_result *m,
                         const struct rep_options *o, struct text *out)
{
    struct text line;
    text_init(&line);
    bool has_faults = false;
    for (int i = 0; i < r->scenario->life_n; i++) {
        has_faults = has_faults || r->scenario->life[i].kind == LIFE_FAULT;
    }
    if (has_faults) {
        add_faults(m, &line);
    }
    for (int k = 0; r->scenario->life_n > 0 && k < r->scenario->tenant_n; k++) {
        const struct tenant_result *t = &m->tenant[k];
        const char *before = k > 0 ? " · " : has_faults ? "; " : "";
        text_addf(&line, "%s%s available ", before, t->tenant->name);
        rep_estimate(&line, &t->available_frac, 0.01);
        text_addf(&line, " %%, %lld requests lost", (long long)t->lost);
    }
    table_paragraph(out, o->width, 2, &line);
}

/* " · strict slice 2.08 ms, switch 218 us" */
static void add_turns(const struct mode_result *m, struct text *line)
{
    const char *discipline = discipline_name(m->spec->sched.discipline);
    text_addf(line, " · %s%sslice ", discipline == NULL ? "" : discipline,
              discipline == NULL ? "" : " ");
    if (m->slice_ns > 0) {
        units_print(line, Q_TIME, (double)m->slice_ns);
    } else {
        text_add(line, "by instance");
    }
    if (m->switch_ns >= 0) {
        text_add(line, ", switch ");
        units_print(line, Q_TIME, (double)m->switch_ns);
    }
}

static void write_mode_head(const struct result *r, const struct mode_result *m,
                            const struct rep_options *o, struct text *out)
{
    struct text line;
    text_init(&line);
    rep_mode_label(r->scenario, m->spec, &line);
    if (mode_takes_turns(m->spec->kind)) {
        add_turns(m, &line);
    }
    for (int k = 0; k < r->scenario->tenant_n; k++) {
        const struct tenant_result *t = &m->tenant[k];
        if (t->gpu_type != NULL) {
            text_addf(&line, " · %s on %s", t->tenant->name, t->gpu_type);
        }
    }
    if (o->verbose) {
        text_addf(&line, " · %d replicas · digest %016llx", m->replicas,
                  (unsigned long long)m->digest);
    }
    text_add(out, "\n");
    table_wrap(out, text_str(&line), 0, (size_t)o->width, 4);
    out->failed = out->failed || line.failed;
    text_fini(&line);
}

/* ---- Notes and warnings ---- */

static void warn(struct text *out, const struct rep_options *o, const char *s)
{
    text_add(out, "warning: ");
    table_wrap(out, s, strlen("warning: "), (size_t)o->width, 2);
}

static bool has_tenant(const struct result *r, bool (*is)(const struct tenant_result *))
{
    for (int i = 0; i < r->scenario->mode_n; i++) {
        for (int k = 0; k < r->scenario->flow_n && r->mode[i].simulated; k++) {
            if (is(&r->mode[i].tenant[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool is_saturated(const struct tenant_result *t)
{
    return t->saturated;
}

static bool is_few(const struct tenant_result *t)
{
    return t->few_samples && !t->saturated;
}

static void write_warnings(const struct result *r, const struct rep_options *o,
                           struct text *out)
{
    if (r->horizon_short) {
        warn(out, o,
             "the warm-up ends in the second half of the run, so the steady state is in "
             "doubt; try a longer --horizon");
    }
    if (r->random && !r->precision_met) {
        struct text s;
        text_init(&s);
        text_addf(
            &s,
            "precision not met: some p95 is not known to ±%g %%; try more --replicas or a "
            "longer --horizon",
            r->scenario->precision * 100);
        warn(out, o, text_str(&s));
        text_fini(&s);
    }
    if (r->random && has_tenant(r, is_few)) {
        warn(out, o,
             "fewer than 100 samples lie beyond some p95; try more --replicas or a longer "
             "--horizon");
    }
    if (has_tenant(r, is_saturated)) {
        warn(out, o,
             "a saturated tenant asks for more than its share can give: its latency grows "
             "without end and has no percentile");
    }
}

/* The last line: what one would ask next. */
static void write_try(const struct result *r, const struct rep_options *o, struct text *out)
{
    const char *path = o->path == NULL ? r->scenario->path : o->path;
    if (!is_simulated(r)) {
        text_addf(out, "  try: vgpusim place %s\n", path);
    } else if (r->horizon_short && r->horizon_ns > 0) {
        text_addf(out, "  try: vgpusim run %s --horizon ", path);
        const int64_t longer_s = r->horizon_ns / 1000000000 * 4 + 4;
        text_addf(out, "'%lld s'\n", (long long)longer_s);
    } else if (!o->verbose) {
        text_addf(out, "  try: vgpusim run %s -v\n", path);
    } else {
        text_addf(out, "  try: vgpusim run %s --format json -o result.json\n", path);
    }
}

/* ---- Page ---- */

static void rep_text_write(const struct result *r, const struct rep_options *o,
                           struct text *sink)
{
    if (o->place_only) {
        if (!o->quiet) {
            write_head(r, o, sink);
        }
        rep_place_write(r, o, sink);
        if (o->verbose && !o->quiet) {
            rep_check_facts(r, o, sink);
        }
        return;
    }
    if (!o->quiet) {
        write_head(r, o, sink);
    }
    write_verdict(r, o, sink);
    if (o->quiet) {
        rep_gates_write(r, o, sink);
        return;
    }
    if (is_simulated(r)) {
        write_utilization(r, o, sink);
    }
    for (int i = 0; i < r->scenario->mode_n; i++) {
        if (r->mode[i].simulated) {
            write_mode_head(r, &r->mode[i], o, sink);
            write_tenants(r, &r->mode[i], o, sink);
            write_kinds(r, &r->mode[i], o, sink);
            write_faults(r, &r->mode[i], o, sink);
            write_ratios(r, &r->mode[i], o, sink);
        }
    }
    if (o->compare || o->verbose) {
        rep_compare_modes(r, o, sink);
    }
    rep_compare_neighbours(r, o, sink);
    rep_compare_shifts(r, o, sink);
    text_add(sink, "\n");
    rep_notes(r, o, sink);
    if (o->verbose) {
        rep_check_facts(r, o, sink);
    }
    write_warnings(r, o, sink);
    rep_gates_write(r, o, sink);
    write_try(r, o, sink);
}

const struct rep_format rep_text = {
    .name = "text",
    .help = "the page for people; it may improve in any release, scripts use json or csv",
    .write = rep_text_write,
};
