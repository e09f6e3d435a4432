/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_json.c - the result as JSON, schema vgpusim.result/1: the contract that programs read.
 *
 * Identity comes first, then the table of metrics as nested objects: a path's last dot
 * separates the object from the key, and neighbours in the table share an object. Every key is
 * always there. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/rule.h"
#include "models/sched_plugin.h"
#include "sim/fleet/choice.h"
#include "sim/input/catalogin.h"
#include "sim/report/jout.h"
#include "sim/report/rep.h"
#include "sim/report/rep_json.h"
#include "sim/report/rep_layout.h"
#include "sim/run/metric.h"
#include "sim/run/verdict.h"

struct document {
    const struct result *r;
    const struct rep_options *o;
    const struct rule *rule; /* [rule_n] for their sources */
    int rule_n;
};

/* Bytes of the object part of a path; 0 when it has none. The percentile's own point
 * ("latency_ns.p99.9") comes after the first dot. */
static size_t group_length(const char *path)
{
    const char *dot = strchr(path, '.');
    return dot == NULL ? 0 : (size_t)(dot - path);
}

static void write_value(struct jout *j, const char *key, const struct metric *m,
                        const struct estimate *e)
{
    if (!e->has_value) {
        jout_null(j, key);
    } else if (m->type == METRIC_FLAG) {
        jout_bool(j, key, e->value > 0);
    } else if (m->type == METRIC_INT || m->type == METRIC_INT64) {
        jout_int(j, key, (int64_t)e->value);
    } else if (m->type == METRIC_REAL) {
        jout_real(j, key, e->value);
    } else {
        jout_estimate(j, key, e);
    }
}

/* What a violation is measured against; a tolerance on which tenants differ is null for the
 * mode. */
static void write_tolerance(struct jout *j, const struct metric_of *of)
{
    const struct scenario *s = of->result->scenario;
    const struct tenant *first = of->tenant != NULL ? of->tenant->tenant : &s->tenant[0];
    bool is_same_slowdown = true;
    bool is_same_grace = true;
    for (int i = 0; i < s->tenant_n && of->tenant == NULL; i++) {
        is_same_slowdown &= !(fabs(s->tenant[i].slowdown_frac - first->slowdown_frac) > 0);
        is_same_grace &= s->tenant[i].grace_ns == first->grace_ns;
    }
    jout_string(j, "baseline", "idle");
    jout_real(j, "slowdown_tolerance_frac",
              is_same_slowdown ? first->slowdown_frac : (double)NAN);
    if (is_same_grace) {
        jout_int(j, "grace_ns", first->grace_ns);
    } else {
        jout_null(j, "grace_ns");
    }
}

/* What the intervals of the differences allow to be said. */
static void write_verdicts(struct jout *j, const struct contrast *c)
{
    static const char *const word[] = {[PAIRED_OPEN] = NULL,
                                       [PAIRED_SAME] = "same",
                                       [PAIRED_BETTER] = "better",
                                       [PAIRED_WORSE] = "worse"};
    jout_string(j, "mean_verdict", word[c->mean]);
    jout_string(j, "p95_verdict", word[c->p95]);
    jout_string(j, "throughput_verdict", word[c->throughput]);
}

static void close_group(struct jout *j, const struct metric_of *of, const char *group)
{
    if (strncmp(group, "difference.", strlen("difference.")) == 0) {
        write_verdicts(j, &of->tenant->difference);
    }
    if (strncmp(group, "violations.", strlen("violations.")) == 0) {
        write_tolerance(j, of);
    }
    jout_close_object(j);
}

/* Numbers behind one row of the table. */
static void write_metric(struct jout *j, const struct metric *m, struct metric_of of)
{
    const size_t n = group_length(m->path);
    for (int k = 0; k < metric_values_n(m, of.result); k++) {
        char path[METRIC_PATH];
        of.percentile_ix = k;
        metric_path(m, &of, path);
        const struct estimate e = metric_get(m, &of);
        write_value(j, n > 0 ? path + n + 1 : path, m, &e);
    }
}

/* All metrics of a mode (of->tenant NULL) or of a tenant, `feasible` excepted: it comes before
 * the reasons. */
static void write_metrics(struct jout *j, const struct metric_of *of)
{
    const char *group = NULL; /* path of a metric in the open object */
    for (int i = 0; i < metrics_n; i++) {
        const struct metric *m = &metrics[i];
        if (!metric_belongs(m, of) || strcmp(m->path, "feasible") == 0) {
            continue;
        }
        const size_t n = group_length(m->path);
        if (group != NULL && (n == 0 || strncmp(group, m->path, n + 1) != 0)) {
            close_group(j, of, group);
            group = NULL;
        }
        if (n > 0 && group == NULL) {
            char name[METRIC_PATH];
            snprintf(name, sizeof name, "%.*s", (int)n, m->path);
            jout_open_object(j, name, false);
            group = m->path;
        }
        write_metric(j, m, *of);
    }
    if (group != NULL) {
        close_group(j, of, group);
    }
}

/* ---- Parts of a mode ---- */

/* Where a reason or note comes from: the source of its rule, or the page that explains an
 * assumption or a doubt; NULL where there is neither. */
static const char *source_of(const struct document *doc, const char *id)
{
    for (int i = 0; i < doc->rule_n; i++) {
        if (strcmp(doc->rule[i].id, id) == 0) {
            return doc->rule[i].source;
        }
    }
    const bool is_assumption = id[0] == 'A' && id[1] >= '0' && id[1] <= '9';
    return is_assumption                ? "docs/model.md"
           : strncmp(id, "ST-", 3) == 0 ? "docs/statistics.md"
                                        : NULL;
}

static void write_reasons(struct jout *j, const char *key, const struct document *doc,
                          const struct reasons *list)
{
    jout_open_list(j, key, false);
    for (int i = 0; list != NULL && i < list->n; i++) {
        jout_open_object(j, NULL, true);
        jout_string(j, "rule", list->list[i].rule);
        jout_string(j, "tenant", list->list[i].tenant);
        jout_string(j, "text", list->list[i].text);
        jout_string(j, "source", source_of(doc, list->list[i].rule));
        jout_close_object(j);
    }
    jout_close_list(j);
}

/* A whole number that may not apply. */
static void write_whole(struct jout *j, const char *key, int64_t x, bool applies)
{
    if (applies) {
        jout_int(j, key, x);
    } else {
        jout_null(j, key);
    }
}

static void write_policy(struct jout *j, const struct scenario *s, const struct mode_result *m)
{
    const struct mode_spec *spec = m->spec;
    struct text label;
    text_init(&label);
    rep_mode_label(s, spec, &label);
    const bool has_turns = mode_takes_turns(spec->kind);
    const bool has_discipline = has_turns && spec->sched.kind->has_discipline;
    jout_string(j, "mode", mode_name(spec->kind));
    jout_string(j, "policy", rep_policy(spec));
    jout_string(j, "label", text_str(&label));
    j->out->failed |= label.failed;
    text_fini(&label);
    jout_string(j, "discipline",
                has_discipline ? discipline_name(spec->sched.discipline) : NULL);
    write_whole(j, "slice_ns", m->slice_ns, has_turns && m->slice_ns > 0);
    write_whole(j, "switch_ns", m->switch_ns,
                has_turns && m->switch_ns >= 0 && m->slice_ns != 0);
}

/* Objectives by the path of the metric that they limit. */
static void write_objectives(struct jout *j, const struct tenant *t)
{
    jout_open_list(j, "objectives", false);
    for (int i = 0; i < t->objective_n; i++) {
        const struct objective *o = &t->objective[i];
        const bool is_time = o->kind == OBJECTIVE_PERCENTILE || o->kind == OBJECTIVE_MEAN;
        const double all = o->kind == OBJECTIVE_FRAME_RATE ? t->count : 1;
        struct text metric;
        text_init(&metric);
        text_add(&metric, !is_time                          ? "throughput_per_s"
                          : o->kind == OBJECTIVE_PERCENTILE ? "latency_ns.p"
                                                            : "latency_ns.mean");
        if (o->kind == OBJECTIVE_PERCENTILE) {
            text_add_double(&metric, o->percentile);
        }
        jout_open_object(j, NULL, true);
        jout_string(j, "metric", text_str(&metric));
        jout_real(j, is_time ? "at_most" : "at_least", o->limit * all);
        jout_close_object(j);
        j->out->failed |= metric.failed;
        text_fini(&metric);
    }
    jout_close_list(j);
}

/* The distribution of the latency, to be drawn; null where it has no percentiles. */
static void write_spectrum(struct jout *j, const struct spectrum *x)
{
    if (x->n == 0) {
        jout_null(j, "latency_cdf");
        return;
    }
    jout_open_object(j, "latency_cdf", false);
    jout_open_list(j, "at_or_below_frac", true);
    for (int i = 0; i < x->n; i++) {
        jout_real(j, NULL, x->frac[i]);
    }
    jout_close_list(j);
    jout_open_list(j, "ns", true);
    for (int i = 0; i < x->n; i++) {
        jout_int(j, NULL, x->ns[i]);
    }
    jout_close_list(j);
    jout_close_object(j);
}

/* All of it, where it was asked for: [the largest value of a bin, how many it holds]. */
static void write_bins(struct jout *j, const struct tenant_result *t)
{
    if (t->bin_n == 0) {
        return;
    }
    jout_open_object(j, "latency_histogram", false);
    jout_real(j, "bin_error_frac", HIST_REL_ERR);
    jout_open_list(j, "bins", true);
    for (int i = 0; i < t->bin_n; i++) {
        jout_open_list(j, NULL, true);
        jout_int(j, NULL, t->bin[i].most);
        jout_int(j, NULL, t->bin[i].n);
        jout_close_list(j);
    }
    jout_close_list(j);
    jout_close_object(j);
}

/* Where a VM has several: the figures of each, by its name. */
static void write_workloads(struct jout *j, const struct metric_of *of)
{
    const struct tenant *t = of->tenant->tenant;
    if (t->part_n == 0) {
        return;
    }
    jout_open_list(j, "workloads", false);
    for (int i = t->first_part; i < t->first_part + t->part_n; i++) {
        struct metric_of one = {
            .result = of->result, .mode = of->mode, .tenant = &of->mode->tenant[i]};
        jout_open_object(j, NULL, false);
        jout_string(j, "name", one.tenant->tenant->workload);
        write_metrics(j, &one);
        write_spectrum(j, &one.tenant->spectrum);
        write_bins(j, one.tenant);
        jout_close_object(j);
    }
    jout_close_list(j);
}

static void write_worst(struct jout *j, const struct worst_neighbour *w)
{
    if (w->tenant == NULL) {
        jout_null(j, "worst_neighbour");
        return;
    }
    jout_open_object(j, "worst_neighbour", false);
    jout_string(j, "tenant", w->tenant->name);
    jout_estimate(j, "p95_without_ns", &w->p95_ns);
    jout_estimate(j, "p95_cost_ns", &w->p95_cost_ns);
    jout_int(j, "violations_without", w->violations);
    jout_estimate(j, "violations_without_frac", &w->violations_frac);
    jout_close_object(j);
}

static void write_tenant(struct jout *j, const struct metric_of *of)
{
    const struct tenant_result *t = of->tenant;
    jout_open_object(j, NULL, false);
    jout_string(j, "name", t->tenant->name);
    jout_int(j, "vms", t->tenant->count);
    jout_string(j, "gpu_type", t->gpu_type);
    jout_string(j, "mig", t->mig);
    write_objectives(j, t->tenant);
    write_metrics(j, of);
    write_worst(j, &t->worst);
    write_spectrum(j, &t->spectrum);
    write_bins(j, t);
    write_workloads(j, of);
    jout_close_object(j);
}

static void write_seat(struct jout *j, const struct metric_of *of, const struct seat *seat)
{
    const struct scenario *s = of->result->scenario;
    const struct fleet *f = of->mode->fleet;
    const struct tenant *t = &s->tenant[seat->tenant_ix];
    const struct domain *d = seat->domain_ix < 0 ? NULL : &f->domain[seat->domain_ix];
    const char *key = s->catalog->gpu[d != NULL ? d->model_ix : s->gpu_ix].key;
    char vm[32];
    struct text name;
    text_init(&name);
    snprintf(vm, sizeof vm, "/%d", seat->vm_ix);
    text_add(&name, t->name);
    text_add(&name, vm);
    j->out->failed |= name.failed;
    jout_open_object(j, NULL, true);
    jout_string(j, "vm", text_str(&name));
    if (t->vgpus > 1) {
        jout_int(j, "vgpu", seat->vgpu_ix);
    }
    jout_int(j, "host", d != NULL ? d->host_ix : 0);
    if (s->group_n > 0) {
        struct text host;
        text_init(&host);
        fleet_host_name(s, d != NULL ? d->host_ix : 0, &host);
        jout_string(j, "host_name", text_str(&host));
        j->out->failed |= host.failed;
        text_fini(&host);
    }
    jout_int(j, "gpu", seat->gpu_ix);
    jout_string(j, "model", key);
    jout_string(j, "type", seat->type != NULL ? seat->type->name : key);
    jout_string(j, "mig", d != NULL && d->profile != NULL ? d->profile->name : NULL);
    jout_int(j, "start", seat->start);
    jout_int(j, "size", seat->size);
    jout_close_object(j);
    text_fini(&name);
}

/* Seats that were found, also where the mode as a whole is infeasible. */
static void write_placement(struct jout *j, const char *key, const struct metric_of *of)
{
    const struct fleet *f = of->mode->fleet;
    jout_open_list(j, key, false);
    for (int i = 0; f != NULL && i < f->seat_n; i++) {
        if (f->seat[i].gpu_ix >= 0) {
            write_seat(j, of, &f->seat[i]);
        }
    }
    jout_close_list(j);
}

static void write_gates(struct jout *j, const struct mode_result *m)
{
    jout_open_list(j, "gates", false);
    for (int i = 0; i < m->verdict_n; i++) {
        const struct gate_result *g = &m->verdict[i];
        jout_open_object(j, NULL, true);
        jout_string(j, "gate", g->gate->text);
        jout_string(j, "verdict", verdict_name(g->verdict));
        jout_estimate(j, "observed", &g->observed);
        jout_string(j, "where", g->gate->where);
        jout_string(j, "tenant", g->tenant == NULL ? NULL : g->tenant->name);
        jout_string(j, "reason", g->reason);
        jout_close_object(j);
    }
    jout_close_list(j);
}

static void write_tenants(struct jout *j, struct metric_of of)
{
    jout_open_list(j, "tenants", false);
    for (int i = 0; i < of.result->scenario->tenant_n; i++) {
        of.tenant = &of.mode->tenant[i];
        write_tenant(j, &of);
    }
    jout_close_list(j);
}

void rep_json_layout(struct jout *j, const struct result *r, const struct mode_result *m)
{
    const struct metric_of of = {.result = r, .mode = m};
    write_placement(j, "layout", &of);
    write_tenants(j, of);
}

static void write_label(struct jout *j, const char *key, const struct scenario *s,
                        const struct mode_spec *spec)
{
    struct text label;
    text_init(&label);
    if (spec != NULL) {
        rep_mode_label(s, spec, &label);
    }
    jout_string(j, key, spec == NULL ? NULL : text_str(&label));
    j->out->failed |= label.failed;
    text_fini(&label);
}

static void write_mode(struct jout *j, const struct document *doc, const struct mode_result *m)
{
    const struct result *r = doc->r;
    struct metric_of of = {.result = r, .mode = m};
    jout_open_object(j, NULL, false);
    write_policy(j, r->scenario, m);
    jout_bool(j, "feasible", m->feasible);
    write_reasons(j, "reasons", doc, m->fleet == NULL ? NULL : &m->fleet->reasons);
    write_reasons(j, "notes", doc, &m->notes);
    write_reasons(j, "platform_notes", doc, m->fleet == NULL ? NULL : &m->fleet->notes);
    write_metrics(j, &of);
    write_label(j, "compared_with", r->scenario, m->first == NULL ? NULL : m->first->spec);
    write_tenants(j, of);
    write_placement(j, "placement", &of);
    if (m->fits != NULL) {
        rep_layout_json(j, r, m);
    }
    write_gates(j, m);
    if (doc->o->verbose) {
        char digest[32];
        snprintf(digest, sizeof digest, "%016llx", (unsigned long long)m->digest);
        jout_string(j, "digest", digest);
    }
    jout_close_object(j);
}

/* ---- Document ---- */

/* The models that carry VMs in some mode: what a placement's `start` and `size` are parts of.
 */
static void write_gpus(struct jout *j, const struct result *r)
{
    const struct catalog *c = r->scenario->catalog;
    jout_open_list(j, "gpus", false);
    for (int g = 0; g < c->gpu_n; g++) {
        bool is_used = false;
        for (int i = 0; !is_used && i < r->scenario->mode_n; i++) {
            const struct fleet *f = r->mode[i].fleet;
            for (int k = 0; f != NULL && !is_used && k < f->domain_n; k++) {
                is_used = f->domain[k].model_ix == g;
            }
        }
        if (is_used) {
            const int gib = choice_gpu_gib(c, g);
            jout_open_object(j, NULL, true);
            jout_string(j, "model", c->gpu[g].key);
            write_whole(j, "framebuffer_gib", gib, gib > 0);
            write_whole(j, "mig_axis_units", c->gpu[g].mig_axis, c->gpu[g].mig_axis > 0);
            jout_close_object(j);
        }
    }
    jout_close_list(j);
}

/* Whether unverified parameters turn the order of modes around. */
static void write_shifts(struct jout *j, const struct result *r)
{
    if (r->shift == NULL) {
        jout_null(j, "sensitivity");
        return;
    }
    jout_open_list(j, "sensitivity", false);
    for (int i = 0; i < r->shift_n; i++) {
        const struct shift *x = &r->shift[i];
        jout_open_object(j, NULL, false);
        jout_string(j, "parameter", x->parameter);
        jout_string(j, "value", x->value);
        jout_int(j, "orders", x->orders_n);
        jout_int(j, "untold", x->untold_n);
        jout_open_list(j, "flips", false);
        for (int k = 0; k < x->flip_n; k++) {
            jout_open_object(j, NULL, true);
            jout_string(j, "tenant", x->flip[k].tenant->name);
            write_label(j, "faster", r->scenario, x->flip[k].faster);
            write_label(j, "slower", r->scenario, x->flip[k].slower);
            jout_close_object(j);
        }
        jout_close_list(j);
        jout_close_object(j);
    }
    jout_close_list(j);
}

static void write_resolved(struct jout *j, const struct scenario *s)
{
    struct text resolved;
    text_init(&resolved);
    scenario_resolved(s, &resolved);
    jout_string(j, "resolved", text_str(&resolved));
    j->out->failed |= resolved.failed;
    text_fini(&resolved);
}

/* The policy from outside and which file it was. */
static void write_plugin(struct jout *j, const struct sched_plugin *plugin)
{
    char hash[32];
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)plugin->hash);
    jout_open_object(j, "scheduler_plugin", true);
    jout_string(j, "policy", plugin->kind.name);
    jout_string(j, "file_hash", hash);
    jout_close_object(j);
}

static void write_document(struct jout *j, const struct document *doc)
{
    const struct result *r = doc->r;
    const struct scenario *s = r->scenario;
    char hash[32];
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)s->hash);
    jout_open_object(j, NULL, false);
    jout_string(j, "schema", "vgpusim.result/1");
    jout_string(j, "scenario", s->name);
    jout_string(j, "scenario_hash", hash);
    if (s->plugin != NULL) {
        write_plugin(j, s->plugin);
    }
    jout_string(j, "question", s->question);
    jout_int(j, "seed", (int64_t)r->seed);
    jout_string(j, "version", r->version);
    write_whole(j, "horizon_ns", r->horizon_ns, r->horizon_ns > 0);
    jout_real(j, "precision_frac", s->precision);
    jout_bool(j, "precision_met", r->precision_met);
    jout_bool(j, "horizon_short", r->horizon_short);
    jout_bool(j, "interrupted", r->interrupted);
    jout_bool(j, "random", r->random);
    write_gpus(j, r);
    jout_open_list(j, "modes", false);
    for (int i = 0; i < s->mode_n; i++) {
        write_mode(j, doc, &r->mode[i]);
    }
    jout_close_list(j);
    write_shifts(j, r);
    write_resolved(j, s);
    jout_close_object(j);
}

void rep_json_result(struct jout *j, const struct result *r, const struct rep_options *o)
{
    struct document doc = {.r = r, .o = o};
    struct arena arena;
    struct diag d;
    arena_init(&arena, "document");
    diag_init(&d);
    doc.rule = catalog_rules(&arena, NULL, &doc.rule_n, &d);
    j->out->failed |= doc.rule == NULL;
    if (doc.rule != NULL) {
        write_document(j, &doc);
    }
    diag_fini(&d);
    arena_fini(&arena);
}

static void rep_json_write(const struct result *r, const struct rep_options *o,
                           struct text *sink)
{
    struct jout j;
    jout_init(&j, sink);
    rep_json_result(&j, r, o);
}

const struct rep_format rep_json = {
    .name = "json",
    .help = "one object, schema vgpusim.result/1; units are in the keys",
    .write = rep_json_write,
};
