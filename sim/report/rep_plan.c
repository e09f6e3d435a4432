/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_plan.c - the answer first: what to buy, what it costs, what holds it up. */
#include "sim/report/rep_plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/rep_bill.h"
#include "sim/report/rep_json.h"
#include "sim/report/table.h"

static const char *key_of(const struct plan *p, int gpu_ix)
{
    return p->scenario->catalog->gpu[gpu_ix].key;
}

/* ", slice 4.17 ms", where the plan found one that saves GPUs. */
static void add_slice(const struct plan *p, const struct plan_candidate *c, struct text *line)
{
    int64_t slice_ns = plan_slice_ns(p, c);
    if (slice_ns > 0) {
        text_addf(line, ", slice %.3g ms", (double)slice_ns / 1e6);
    }
}

/* The GPU models of a candidate: "L40S", "L40S + A30". */
static void add_models(const struct plan *p, const struct plan_candidate *c, struct text *line)
{
    const struct scenario *s = c->scenario;
    for (int g = 0; g < s->group_n; g++) {
        bool is_new = true;
        for (int i = 0; i < g; i++) {
            is_new = is_new && s->group[i].gpu_ix != s->group[g].gpu_ix;
        }
        if (is_new) {
            text_addf(line, "%s%s", g > 0 ? " + " : "", key_of(p, s->group[g].gpu_ix));
        }
    }
    if (s->group_n == 0) {
        text_add(line, key_of(p, c->gpu_ix));
    }
}

/* What a VM of the tenant sits on: profile, type or GPU; NULL where it has no place. */
static const char *seat_of(const struct plan_candidate *c, int tenant_ix)
{
    const struct tenant_result *t = &c->result->mode[0].tenant[tenant_ix];
    return t->mig ? t->mig : t->gpu_type;
}

/* All that VMs of the tenant sit on: "1g.10gb", on hosts with several GPUs "1g.10gb and
 * 2g.24gb".
 */
static void add_seats(const struct plan_candidate *c, int tenant_ix, struct text *line)
{
    const struct fleet *f = c->result->mode[0].fleet;
    const char *seen[HOST_GROUPS_MAX];
    int n = 0;
    for (int i = 0; i < f->seat_n && n < HOST_GROUPS_MAX; i++) {
        const struct seat *seat = &f->seat[i];
        if (seat->tenant_ix != tenant_ix || seat->domain_ix < 0) {
            continue;
        }
        const struct domain *d = &f->domain[seat->domain_ix];
        const char *name = d->profile   ? d->profile->name
                           : seat->type ? seat->type->name
                                        : c->scenario->catalog->gpu[d->model_ix].key;
        int k = 0;
        while (k < n && strcmp(seen[k], name) != 0) {
            k++;
        }
        if (k == n) {
            seen[n++] = name;
            text_addf(line, "%s %s", n > 1 ? " and" : "", name);
        }
    }
    text_add(line, n == 0 ? " -" : "");
}

/* ---- JSON ---- */

static void write_gpus(struct jout *j, const struct plan *p, const struct plan_candidate *c)
{
    const struct scenario *s = c->scenario;
    for (int g = 0; g < s->group_n; g++) {
        const struct host_group *group = &s->group[g];
        jout_open_object(j, NULL, true);
        jout_string(j, "model", key_of(p, group->gpu_ix));
        jout_int(j, "count", group->count * group->gpus);
        jout_string(j, "group", group->name);
        jout_int(j, "hosts", group->count);
        jout_close_object(j);
    }
    if (s->group_n == 0) {
        jout_open_object(j, NULL, true);
        jout_string(j, "model", key_of(p, c->gpu_ix));
        jout_int(j, "count", c->gpus);
        jout_close_object(j);
    }
}

/* Keys that every candidate ends with. */
static void write_end(struct jout *j, bool meets, int bound, const char *why, int gap,
                      const char *binding)
{
    jout_bool(j, "meets", meets);
    jout_int(j, "bound_gpus", bound);
    jout_string(j, "bound_method", why);
    jout_int(j, "gap_to_bound", gap);
    jout_string(j, "binding", binding);
    jout_close_object(j);
}

/* A slice that is not the one that was asked about, or null. */
static void write_slice(struct jout *j, int64_t slice_ns)
{
    if (slice_ns > 0) {
        jout_int(j, "slice_ns", slice_ns);
    } else {
        jout_null(j, "slice_ns");
    }
}

/* Tenants with several streams on each instance. */
static void write_streams(struct jout *j, const struct scenario *s)
{
    jout_open_list(j, "streams", false);
    for (int t = 0; t < s->tenant_n; t++) {
        if (s->tenant[t].work.streams > 1) {
            jout_open_object(j, NULL, true);
            jout_string(j, "tenant", s->tenant[t].name);
            jout_int(j, "streams", s->tenant[t].work.streams);
            jout_close_object(j);
        }
    }
    jout_close_list(j);
}

static void write_candidate(struct jout *j, const char *key, const struct plan *p,
                            const struct plan_candidate *c)
{
    const struct mode_spec *spec = &p->scenario->mode[c->mode_ix];
    jout_open_object(j, key, false);
    jout_string(j, "mode", mode_name(spec->kind));
    jout_string(j, "policy", rep_policy(spec));
    write_slice(j, plan_slice_ns(p, c));
    jout_open_list(j, "gpus", false);
    write_gpus(j, p, c);
    jout_close_list(j);
    rep_json_layout(j, c->result, &c->result->mode[0]);
    write_streams(j, c->scenario);
    jout_open_list(j, "parts", false);
    jout_close_list(j);
    rep_bill_json(j, &c->bill);
    write_end(j, c->meets, c->bound, c->bound_why, c->gpus - p->bound, c->binding);
}

/* How far divisions of the tenants over several parts were looked at. */
static const char *divisions(const struct plan *p)
{
    return p->mix.why_not    ? p->mix.why_not
           : p->mix.is_exact ? "all"
                             : "some: windows of tenants, or until the experiments were spent";
}

static const char *mix_binding(const struct plan *p)
{
    return p->mix.is_exact ? "no other division of the tenants is cheaper"
                           : "not every division of the tenants was looked at";
}

/* A winner with parts: the sums, and each part as a candidate with its layout and tenants. */
static void write_mix(struct jout *j, const struct plan *p)
{
    const struct plan_mix *mix = &p->mix;
    jout_open_object(j, "winner", false);
    jout_string(j, "mode", "mixed");
    jout_string(j, "policy", NULL);
    write_slice(j, 0);
    jout_open_list(j, "gpus", false);
    for (int i = 0; i < mix->part_n; i++) {
        write_gpus(j, p, &mix->part[i]);
    }
    jout_close_list(j);
    jout_open_list(j, "layout", false);
    jout_close_list(j);
    jout_open_list(j, "tenants", false);
    jout_close_list(j);
    jout_open_list(j, "streams", false);
    jout_close_list(j);
    jout_open_list(j, "parts", false);
    for (int i = 0; i < mix->part_n; i++) {
        write_candidate(j, NULL, p, &mix->part[i]);
    }
    jout_close_list(j);
    rep_bill_json(j, &mix->bill);
    write_end(j, true, p->bound, p->bound_why, mix->gpus - p->bound, mix_binding(p));
}

static void write_winner_json(struct jout *j, const struct plan *p)
{
    if (p->mix.part_n > 0) {
        write_mix(j, p);
    } else if (p->meets_n > 0) {
        write_candidate(j, "winner", p, &p->candidate[0]);
    } else {
        jout_null(j, "winner");
    }
}

static const char *binding_of(const struct plan *p)
{
    return p->mix.part_n > 0 ? mix_binding(p) : p->meets_n > 0 ? p->candidate[0].binding : NULL;
}

static void write_refused(struct jout *j, const struct plan *p)
{
    jout_open_list(j, "refused", false);
    for (int i = 0; i < p->refused_n; i++) {
        const struct plan_refusal *r = &p->refused[i];
        const struct mode_spec *spec = &p->scenario->mode[r->mode_ix];
        jout_open_object(j, NULL, true);
        jout_string(j, "model", key_of(p, r->gpu_ix));
        jout_string(j, "mode", mode_name(spec->kind));
        jout_string(j, "policy", rep_policy(spec));
        jout_string(j, "rule", r->rule);
        jout_string(j, "text", r->text);
        jout_string(j, "placement_fits_with", r->change[0] != '\0' ? r->change : NULL);
        jout_close_object(j);
    }
    jout_close_list(j);
}

static void write_wishes(struct jout *j, const struct plan *p)
{
    jout_open_list(j, "wishes", false);
    for (int i = 0; i < p->wish_n; i++) {
        jout_open_object(j, NULL, true);
        jout_string(j, "change", p->wish[i].change);
        jout_string(j, "plan", p->wish[i].buys);
        jout_close_object(j);
    }
    jout_close_list(j);
}

static void write_assumptions(struct jout *j, const struct plan *p)
{
    jout_open_list(j, "unverified", false);
    for (int i = 0; i < p->assumption_n; i++) {
        jout_open_object(j, NULL, true);
        jout_string(j, "parameter", p->assumption[i].parameter);
        jout_string(j, "value", p->assumption[i].value);
        jout_bool(j, "winner_holds", p->assumption[i].holds);
        jout_string(j, "text", p->assumption[i].why);
        jout_close_object(j);
    }
    jout_close_list(j);
}

static void write_loss(struct jout *j, const char *key, const struct plan_loss *loss)
{
    if (!loss->known) {
        jout_null(j, key);
        return;
    }
    jout_open_object(j, key, true);
    jout_bool(j, "holds", loss->holds);
    jout_string(j, "group", loss->holds ? NULL : loss->of);
    jout_string(j, "text", loss->holds ? NULL : loss->why);
    jout_close_object(j);
}

static void write_point(struct jout *j, const struct plan *p, const struct plan_point *point)
{
    const struct mode_spec *spec = &p->scenario->mode[point->at.mode_ix];
    struct text label;
    text_init(&label);
    if (point->is_mix) {
        text_addf(&label, "%d parts", p->mix.part_n);
    } else {
        add_models(p, &point->at, &label);
        text_add(&label, " ");
        rep_mode_label(p->scenario, spec, &label);
    }
    jout_open_object(j, NULL, true);
    jout_string(j, "label", text_str(&label));
    jout_string(j, "mode", point->is_mix ? "mixed" : mode_name(spec->kind));
    jout_string(j, "policy", point->is_mix ? NULL : rep_policy(spec));
    jout_int(j, "gpus", point->at.gpus);
    jout_string(j, "on", seat_of(&point->at, point->tenant_ix));
    jout_real(j, "cost", point->cost);
    jout_estimate(j, "p95_ns", &point->p95_ns);
    jout_bool(j, "on_front", point->on_front);
    jout_close_object(j);
    j->out->failed |= label.failed;
    text_fini(&label);
}

static void write_front(struct jout *j, const struct plan *p)
{
    if (p->point_n == 0) {
        jout_null(j, "front");
        return;
    }
    jout_open_object(j, "front", false);
    jout_string(j, "tenant", p->scenario->tenant[p->front_tenant_ix].name);
    jout_string(j, "cost_unit", p->front_in_usd ? "usd_per_hour" : "gpus");
    jout_open_list(j, "points", false);
    for (int i = 0; i < p->point_n; i++) {
        write_point(j, p, &p->point[i]);
    }
    jout_close_list(j);
    jout_close_object(j);
}

static void write_flips(struct jout *j, const struct plan *p)
{
    if (!p->flips) {
        jout_null(j, "flips");
        return;
    }
    jout_open_list(j, "flips", false);
    for (int i = 0; i < p->flip_n; i++) {
        const struct plan_flip *f = &p->flips[i];
        bool found = f->other_factor > 0.0;
        jout_open_object(j, NULL, true);
        jout_string(j, "path", f->path);
        jout_real(j, "same_factor", f->same_factor);
        jout_real(j, "other_factor", found ? f->other_factor : (double)NAN);
        jout_string(j, "winner", found && f->winner[0] != '\0' ? f->winner : NULL);
        jout_close_object(j);
    }
    jout_close_list(j);
}

void rep_plan_json(const struct plan *p, struct text *sink)
{
    struct jout jout;
    struct jout *j = &jout;
    bool is_mixed = p->mix.part_n > 0;
    bool has_winner = p->meets_n > 0 || is_mixed;
    jout_init(j, sink);
    jout_open_object(j, NULL, false);
    jout_string(j, "schema", "vgpusim.plan/1");
    jout_string(j, "scenario", p->scenario->name);
    jout_string(j, "question", p->scenario->question);
    jout_int(j, "seed", (int64_t)p->seed);
    jout_string(j, "version", p->version);
    write_winner_json(j, p);
    jout_open_list(j, "alternatives", false);
    for (int i = has_winner && !is_mixed; i < p->candidate_n; i++) {
        write_candidate(j, NULL, p, &p->candidate[i]);
    }
    jout_close_list(j);
    jout_open_object(j, "lower_bound", true);
    jout_int(j, "gpus", p->bound);
    jout_string(j, "method", p->bound_why);
    jout_real(j, "cost_per_hour_usd", p->bound_usd > 0.0 ? p->bound_usd : (double)NAN);
    jout_string(j, "cost_method", p->bound_usd > 0.0 ? p->bound_usd_why : NULL);
    jout_close_object(j);
    jout_string(j, "divisions", divisions(p));
    jout_string(j, "binding", binding_of(p));
    jout_estimate(j, "headroom_frac", &p->headroom);
    jout_string(j, "first_to_break", has_winner ? p->first_to_break : NULL);
    if (p->with_spare > 0) {
        jout_int(j, "gpus_with_one_spare", p->with_spare);
    } else {
        jout_null(j, "gpus_with_one_spare");
    }
    write_loss(j, "one_gpu_lost", &p->gpu_lost);
    write_loss(j, "one_host_lost", &p->host_lost);
    jout_string(j, "would_flip", p->flip[0] != '\0' ? p->flip : NULL);
    write_assumptions(j, p);
    write_flips(j, p);
    write_front(j, p);
    write_refused(j, p);
    write_wishes(j, p);
    jout_int(j, "experiments", p->simulated);
    jout_bool(j, "interrupted", p->interrupted);
    jout_close_object(j);
}

/* ---- CSV ---- */

static int p95_of(const struct scenario *s)
{
    for (int i = 0; i < s->percentile_n; i++) {
        if (fabs(s->percentile[i] - 95.0) < 1e-9) {
            return i;
        }
    }
    return 0;
}

static void add_number(struct text *out, double x, bool has)
{
    text_add(out, ",");
    if (has && isfinite(x)) {
        text_add_double(out, x);
    }
}

static void csv_rows(const struct plan *p, const struct plan_candidate *c, const char *front,
                     struct text *sink)
{
    const struct mode_spec *spec = &p->scenario->mode[c->mode_ix];
    const char *policy = rep_policy(spec);
    for (int t = 0; t < c->scenario->tenant_n; t++) {
        const struct tenant_result *tr = &c->result->mode[0].tenant[t];
        const struct estimate *e = &tr->latency[p95_of(c->scenario)];
        const char *seat = seat_of(c, t);
        add_models(p, c, sink);
        text_addf(sink, ",%d,%s,%s,%d", c->gpus, mode_name(spec->kind), policy ? policy : "",
                  c->meets);
        add_number(sink, c->bill.usd, true);
        text_addf(sink, ",%s", tr->tenant->name);
        add_number(sink, e->value, e->has_value);
        add_number(sink, e->lo, e->has_value && e->has_ci);
        add_number(sink, e->hi, e->has_value && e->has_ci);
        text_addf(sink, ",%s,%s\n", seat ? seat : "", front);
    }
}

void rep_plan_csv(const struct plan *p, struct text *sink)
{
    text_add(sink, "gpu,count,mode,policy,meets,cost_usd_per_hour,tenant,p95_ns,ci95_lo,"
                   "ci95_hi,on,front\n");
    for (int i = 0; i < p->point_n; i++) {
        const struct plan_point *point = &p->point[i];
        const char *front = point->on_front ? "1" : "0";
        for (int k = 0; k < p->mix.part_n && point->is_mix; k++) {
            csv_rows(p, &p->mix.part[k], front, sink);
        }
        if (!point->is_mix) {
            csv_rows(p, &point->at, front, sink);
        }
    }
    for (int i = p->meets_n; i < p->candidate_n; i++) {
        csv_rows(p, &p->candidate[i], "", sink);
    }
}

/* ---- Text ---- */

static void add_label(const struct plan *p, const struct plan_candidate *c, struct text *line)
{
    const struct scenario *s = c->scenario;
    for (int g = 0; g < s->group_n; g++) {
        const struct host_group *group = &s->group[g];
        text_addf(line, "%s%d × host %s with %d × %s", g > 0 ? " + " : "", group->count,
                  group->name, group->gpus, key_of(p, group->gpu_ix));
    }
    if (s->group_n == 0) {
        text_addf(line, "%d × %s", c->gpus, key_of(p, c->gpu_ix));
    }
    text_add(line, ", ");
    rep_mode_label(p->scenario, &p->scenario->mode[c->mode_ix], line);
    add_slice(p, c, line);
}

static void add_estimate(struct text *line, const struct estimate *e)
{
    if (!e->has_value) {
        text_add(line, "-");
        return;
    }
    const struct units_scale scale = units_time_scale(e->value);
    units_print_number(line, e->value / scale.per_unit);
    if (e->has_ci) {
        text_add(line, " [");
        units_print_number(line, e->lo / scale.per_unit);
        text_add(line, ", ");
        units_print_number(line, e->hi / scale.per_unit);
        text_add(line, "]");
    }
    text_addf(line, " %s", scale.unit);
}

/* "chat on 2g.20gb, p95 12.1 [12.0, 12.2] ms" */
static void write_tenants(const struct plan_candidate *c, const struct rep_options *o,
                          struct text *sink)
{
    int p95 = p95_of(c->scenario);
    for (int t = 0; t < c->scenario->tenant_n; t++) {
        const struct tenant_result *tr = &c->result->mode[0].tenant[t];
        struct text line;
        text_init(&line);
        text_addf(&line, "%s", tr->tenant->name);
        if (tr->tenant->count > 1) {
            text_addf(&line, " ×%d", tr->tenant->count);
        }
        if (tr->tenant->vgpus > 1) {
            text_addf(&line, ", each on %d of", tr->tenant->vgpus);
        } else {
            text_add(&line, " on");
        }
        add_seats(c, t, &line);
        if (tr->tenant->work.streams > 1) {
            text_addf(&line, " with %d streams", tr->tenant->work.streams);
        }
        text_add(&line, ": p95 ");
        add_estimate(&line, &tr->latency[p95]);
        text_addf(&line, ", load %.2f", tr->load_frac);
        table_paragraph(sink, o->width, 4, &line);
    }
}

/* What the answer rests on and nobody has verified: what does not matter in one sentence, what
 * does in one each. */
static void write_assumptions_text(const struct plan *p, const struct rep_options *o,
                                   struct text *sink)
{
    struct text line;
    int held = 0;
    text_init(&line);
    for (int i = 0; i < p->assumption_n; i++) {
        const struct plan_assumption *a = &p->assumption[i];
        if (a->holds) {
            text_addf(&line, "%s %s %s", held++ ? ";" : "Unverified, and it holds as well with",
                      a->parameter, a->value);
        }
    }
    if (held > 0) {
        text_add(&line, ".");
        table_paragraph(sink, o->width, 2, &line);
        text_init(&line);
    }
    for (int i = 0; i < p->assumption_n; i++) {
        const struct plan_assumption *a = &p->assumption[i];
        if (!a->holds) {
            text_addf(&line, "Unverified, and with %s %s it does not clearly hold: %s.",
                      a->parameter, a->value, a->why);
            table_paragraph(sink, o->width, 2, &line);
            text_init(&line);
        }
    }
    text_fini(&line);
}

/* With hosts: what a lost GPU and a lost host do. One host more of the group that is named
 * leaves, after the loss, the plan itself. */
static void write_hosts_lost(const struct plan *p, const struct rep_options *o,
                             struct text *sink)
{
    const struct plan_loss *loss[] = {&p->gpu_lost, &p->host_lost};
    for (int i = 0; i < 2 && p->host_lost.known; i++) {
        const char *what = i == 0 ? "GPU" : "host";
        struct text line;
        text_init(&line);
        if (loss[i]->holds) {
            text_addf(&line, "One %s lost: it holds.", what);
        } else {
            text_addf(&line, "One %s of %s lost: %s; with one host more of %s it holds.", what,
                      loss[i]->of, loss[i]->why, loss[i]->of);
        }
        table_paragraph(sink, o->width, 2, &line);
    }
}

/* "20/s × 1.5 = 30/s" */
static void add_moved(const struct plan_flip *f, double factor, struct text *line)
{
    text_addf(line, "× %.3g", factor);
    if (isfinite(f->value)) {
        text_addf(line, " (%.4g%s)", f->value * factor, f->unit);
    }
}

/* What would change the decision, and what was moved without changing it. */
static void write_flips_text(const struct plan *p, const struct rep_options *o,
                             struct text *sink)
{
    for (int i = 0; i < p->flip_n; i++) {
        const struct plan_flip *f = &p->flips[i];
        bool found = f->other_factor > 0.0;
        struct text line;
        text_add(sink, i == 0 ? "\nmoved until another mode or GPU wins:\n" : "");
        text_init(&line);
        text_addf(&line, "%s ", f->path);
        add_moved(f, f->same_factor, &line);
        text_add(&line, found ? ": the same; " : ": the same, and not looked beyond");
        if (found) {
            add_moved(f, f->other_factor, &line);
            text_addf(&line, ": %s", f->winner[0] != '\0' ? f->winner : "no plan holds");
        }
        table_paragraph(sink, o->width, 2, &line);
    }
    if (p->flips_cut) {
        text_add(sink, "  The searches did not do for all numbers.\n");
    }
}

static void add_money(const struct bill *b, struct text *line)
{
    if (b->usd > 0.0) {
        text_addf(line, " · %.2f USD/h, %.2f USD per million requests", b->usd, b->million_usd);
    }
}

static void write_bound(const struct plan *p, int gpus, double usd, const struct rep_options *o,
                        struct text *sink)
{
    struct text line;
    text_init(&line);
    text_addf(&line, "Lower bound: %d (%s); gap %d.", p->bound, p->bound_why, gpus - p->bound);
    table_paragraph(sink, o->width, 2, &line);
    if (p->bound_usd > 0.0) {
        text_init(&line);
        text_addf(&line, "Lower bound of an hour: %.2f USD (%s); gap %.1f %%.", p->bound_usd,
                  p->bound_usd_why, (usd / p->bound_usd - 1.0) * 100.0);
        table_paragraph(sink, o->width, 2, &line);
    }
}

static void write_headroom(const struct plan *p, const struct rep_options *o, struct text *sink)
{
    struct text line;
    if (p->headroom.has_value) {
        text_init(&line);
        text_addf(&line, "Head-room: %.1f %% more load holds", p->headroom.lo * 100.0);
        if (p->headroom.has_ci) {
            text_addf(&line, ", %.1f %% does not clearly (%s)", p->headroom.hi * 100.0,
                      p->first_to_break);
        }
        text_add(&line, ".");
        table_paragraph(sink, o->width, 2, &line);
    }
}

/* The runner-up, and what nobody has verified. */
static void write_rest(const struct plan *p, const struct rep_options *o, struct text *sink)
{
    struct text line;
    if (p->flip[0] != '\0') {
        text_init(&line);
        text_addf(&line, "What would change the answer: %s.", p->flip);
        table_paragraph(sink, o->width, 2, &line);
    }
    write_assumptions_text(p, o, sink);
}

/* Each part as if it were a plan, and the sums. */
static void write_parts(const struct plan *p, const struct rep_options *o, struct text *sink)
{
    const struct plan_mix *mix = &p->mix;
    struct text line;
    text_init(&line);
    text_addf(&line, "%d GPUs in %d parts", mix->gpus, mix->part_n);
    add_money(&mix->bill, &line);
    table_paragraph(sink, o->width, 0, &line);
    for (int i = 0; i < mix->part_n; i++) {
        const struct plan_candidate *c = &mix->part[i];
        text_init(&line);
        add_label(p, c, &line);
        add_money(&c->bill, &line);
        table_paragraph(sink, o->width, 2, &line);
        write_tenants(c, o, sink);
        text_init(&line);
        text_addf(&line, "Why not fewer: %s.", c->binding);
        table_paragraph(sink, o->width, 4, &line);
    }
    rep_bill_text(&mix->bill, mix->gpus, o, sink);
    text_init(&line);
    if (p->meets_n > 0) {
        text_add(&line, "Best in one part: ");
        add_label(p, &p->candidate[0], &line);
        add_money(&p->candidate[0].bill, &line);
    } else {
        text_add(&line, "Nothing holds in one part");
    }
    text_addf(&line, "; %s.", mix_binding(p));
    table_paragraph(sink, o->width, 2, &line);
    write_bound(p, mix->gpus, mix->bill.usd, o, sink);
    write_headroom(p, o, sink);
    if (p->with_spare > 0) {
        text_init(&line);
        text_addf(&line, "To hold with one GPU lost of any part: %d.", p->with_spare);
        table_paragraph(sink, o->width, 2, &line);
    }
    write_hosts_lost(p, o, sink);
    write_rest(p, o, sink);
}

static void write_winner(const struct plan *p, const struct rep_options *o, struct text *sink)
{
    const struct plan_candidate *c = &p->candidate[0];
    struct text line;
    text_init(&line);
    add_label(p, c, &line);
    add_money(&c->bill, &line);
    table_paragraph(sink, o->width, 0, &line);
    write_tenants(c, o, sink);
    rep_bill_text(&c->bill, c->gpus, o, sink);
    text_init(&line);
    text_addf(&line, "Why not fewer: %s.", c->binding);
    table_paragraph(sink, o->width, 2, &line);
    write_bound(p, c->gpus, c->bill.usd, o, sink);
    write_headroom(p, o, sink);
    if (p->with_spare > 0) {
        text_init(&line);
        text_addf(&line, "To hold with one GPU lost: %d.", p->with_spare);
        table_paragraph(sink, o->width, 2, &line);
    }
    write_hosts_lost(p, o, sink);
    write_rest(p, o, sink);
}

static void write_table(const struct plan *p, const struct rep_options *o, struct text *sink)
{
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, 0, "candidate");
    table_column(&t, TABLE_RIGHT, 0, "GPUs");
    table_column(&t, TABLE_RIGHT, 2, "at least");
    table_column(&t, TABLE_RIGHT, 1, "USD/h");
    table_column(&t, TABLE_LEFT, 0, "holds");
    table_column(&t, TABLE_LEFT, 3, "because");
    for (int i = 0; i < p->candidate_n; i++) {
        const struct plan_candidate *c = &p->candidate[i];
        struct text label;
        text_init(&label);
        add_models(p, c, &label);
        text_add(&label, " ");
        rep_mode_label(p->scenario, &p->scenario->mode[c->mode_ix], &label);
        add_slice(p, c, &label);
        table_row(&t);
        table_cell(&t, "%s", text_str(&label));
        table_cell(&t, "%d", c->gpus);
        table_cell(&t, "%d", c->bound);
        if (c->bill.usd > 0.0) {
            table_cell(&t, "%.2f", c->bill.usd);
        } else {
            table_cell(&t, "-");
        }
        table_cell(&t, "%s", c->meets ? "yes" : "no");
        table_cell(&t, "%.60s%s", c->binding, strlen(c->binding) > 60 ? "..." : "");
        text_fini(&label);
    }
    table_print(&t, (size_t)o->width, 0, sink);
    table_fini(&t);
}

/* What does not hold, mode by mode, and what would. */
static void write_none(const struct plan *p, const struct rep_options *o, struct text *sink)
{
    struct text line;
    text_add(sink, p->interrupted ? "INTERRUPTED: nothing found so far holds every objective.\n"
                                  : "No candidate holds every objective.\n");
    for (int i = 0; i < p->candidate_n; i++) {
        text_init(&line);
        add_label(p, &p->candidate[i], &line);
        text_addf(&line, ": %s", p->candidate[i].binding);
        table_paragraph(sink, o->width, 2, &line);
    }
    for (int i = 0; i < p->wish_n; i++) {
        text_add(sink, i == 0 ? "\nIt holds with:\n" : "");
        text_init(&line);
        text_addf(&line, "%s (%s)", p->wish[i].change, p->wish[i].buys);
        table_paragraph(sink, o->width, 2, &line);
    }
    if (p->wish_n == 0 && !p->interrupted) {
        text_add(sink, "\nNo single change that was tried makes it hold.\n");
    }
}

static void write_refusals(const struct plan *p, const struct rep_options *o, struct text *sink)
{
    for (int i = 0; i < p->refused_n; i++) {
        const struct plan_refusal *r = &p->refused[i];
        struct text line;
        text_add(sink, i == 0 ? "\nnot possible:\n" : "");
        text_init(&line);
        text_addf(&line, "%s ", key_of(p, r->gpu_ix));
        rep_mode_label(p->scenario, &p->scenario->mode[r->mode_ix], &line);
        text_addf(&line, ": %s %s", r->rule, r->text);
        table_paragraph(sink, o->width, 2, &line);
        if (r->change[0] != '\0') {
            text_init(&line);
            text_addf(&line, "can be placed with %s%s", r->change,
                      r->gives_less ? " (less than asked for)" : "");
            table_paragraph(sink, o->width, 4, &line);
        }
    }
}

void rep_plan_text(const struct plan *p, const struct rep_options *o, struct text *sink)
{
    if (p->scenario->question) {
        text_addf(sink, "%s\n\n", p->scenario->question);
    }
    if (p->mix.part_n > 0) {
        write_parts(p, o, sink);
        write_flips_text(p, o, sink);
    } else if (p->meets_n > 0) {
        write_winner(p, o, sink);
        write_flips_text(p, o, sink);
    } else {
        write_none(p, o, sink);
    }
    if (!o->quiet && p->candidate_n > 0) {
        text_add(sink, "\n");
        write_table(p, o, sink);
    }
    if (!o->quiet) {
        write_refusals(p, o, sink);
    }
    text_addf(sink, "%s%d %s.\n", o->quiet ? "" : "\n", p->simulated,
              p->simulated == 1 ? "experiment" : "experiments");
}
