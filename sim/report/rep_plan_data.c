/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_plan_data.c - a plan for programs: every key is always there, and rows are tidy. */
#include "sim/report/rep_plan.h"

#include <math.h>
#include <string.h>

#include "sim/report/rep_bill.h"
#include "sim/report/rep_json.h"
#include "sim/report/rep_plan_inside.h"

const char *rep_plan_key(const struct plan *p, int gpu_ix)
{
    return p->scenario->catalog->gpu[gpu_ix].key;
}

void rep_plan_models(const struct plan *p, const struct plan_candidate *c, struct text *line)
{
    const struct scenario *s = c->scenario;
    for (int g = 0; g < s->group_n; g++) {
        bool is_new = true;
        for (int i = 0; i < g; i++) {
            is_new = is_new && s->group[i].gpu_ix != s->group[g].gpu_ix;
        }
        if (is_new) {
            text_addf(line, "%s%s", g > 0 ? " + " : "", rep_plan_key(p, s->group[g].gpu_ix));
        }
    }
    if (s->group_n == 0) {
        text_add(line, rep_plan_key(p, c->gpu_ix));
    }
}

/* What a VM of the tenant sits on: profile, type or GPU; NULL where it has no place. */
static const char *seat_of(const struct plan_candidate *c, int tenant_ix)
{
    const struct tenant_result *t = &c->result->mode[0].tenant[tenant_ix];
    return t->mig ? t->mig : t->gpu_type;
}

/* ---- JSON ---- */

static void write_gpus(struct jout *j, const struct plan *p, const struct plan_candidate *c)
{
    const struct scenario *s = c->scenario;
    for (int g = 0; g < s->group_n; g++) {
        const struct host_group *group = &s->group[g];
        jout_open_object(j, NULL, true);
        jout_string(j, "model", rep_plan_key(p, group->gpu_ix));
        jout_int(j, "count", group->count * group->gpus);
        jout_string(j, "group", group->name);
        jout_int(j, "hosts", group->count);
        jout_close_object(j);
    }
    if (s->group_n == 0) {
        jout_open_object(j, NULL, true);
        jout_string(j, "model", rep_plan_key(p, c->gpu_ix));
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

const char *rep_plan_binding(const struct plan *p)
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
    write_end(j, true, p->bound, p->bound_why, mix->gpus - p->bound, rep_plan_binding(p));
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
    return p->mix.part_n > 0 ? rep_plan_binding(p)
           : p->meets_n > 0  ? p->candidate[0].binding
                             : NULL;
}

static void write_refused(struct jout *j, const struct plan *p)
{
    jout_open_list(j, "refused", false);
    for (int i = 0; i < p->refused_n; i++) {
        const struct plan_refusal *r = &p->refused[i];
        const struct mode_spec *spec = &p->scenario->mode[r->mode_ix];
        jout_open_object(j, NULL, true);
        jout_string(j, "model", rep_plan_key(p, r->gpu_ix));
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
        rep_plan_models(p, &point->at, &label);
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

int rep_plan_p95(const struct scenario *s)
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
        const struct estimate *e = &tr->latency[rep_plan_p95(c->scenario)];
        const char *seat = seat_of(c, t);
        rep_plan_models(p, c, sink);
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
