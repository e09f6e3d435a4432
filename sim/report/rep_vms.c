/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_vms.c - the number of GPUs first, then what stands behind it. */
#include "sim/report/rep_vms.h"

#include <math.h>
#include <stdio.h>

#include "sim/input/vmsin.h"
#include "sim/report/rep_bill.h"
#include "sim/report/table.h"

#define NS_PER_S 1e9

enum {
    SHAPES_SHOWN = 6
};

static const char *key_of(const struct vms_plan *p, int gpu_ix)
{
    return p->scenario->catalog->gpu[gpu_ix].key;
}

static const char *mode_of(const struct vms_plan *p, int mode_ix)
{
    return mode_name(p->scenario->mode[mode_ix].kind);
}

/* GPUs that moving VMs could save at most. */
static int saving(const struct vms_candidate *c)
{
    return c->gpus - c->bound;
}

/* ---- JSON ---- */

static void write_point(struct jout *j, const char *key, const struct churn_point *at)
{
    jout_open_object(j, key, true);
    jout_int(j, "vms", at->vms);
    jout_int(j, "gpus_in_use", at->gpus);
    jout_real(j, "room_free_frac", at->room_frac);
    jout_real(j, "fragmentation_frac", at->fragmentation_frac);
    jout_close_object(j);
}

static void write_fewer(struct jout *j, const struct vms_candidate *c)
{
    if (c->fewer < c->per_host) {
        jout_null(j, "fewer");
        return;
    }
    jout_open_object(j, "fewer", false);
    jout_int(j, "gpus", c->fewer);
    jout_int(j, "vms_refused", c->less.refused_n);
    if (c->less.refused_n > 0) {
        jout_int(j, "first_line", c->fewer_line);
        write_point(j, "then", &c->less.then);
    } else {
        jout_null(j, "first_line");
        jout_null(j, "then");
    }
    jout_close_object(j);
}

static void write_vms(struct jout *j, const struct vms_candidate *c)
{
    jout_open_object(j, "vms", false);
    jout_int(j, "planned", c->vms);
    jout_int(j, "want_another_gpu", c->elsewhere);
    jout_int(j, "most_at_once", c->vms_most);
    jout_real(j, "most_at_s", (double)c->most_ns / NS_PER_S);
    jout_open_object(j, "fullest", true);
    jout_real(j, "at_s", (double)c->fullest_ns / NS_PER_S);
    jout_int(j, "vms", c->fullest_vms);
    jout_int(j, "gpus", c->packed);
    jout_int(j, "gpus_bound", c->bound);
    jout_close_object(j);
    jout_open_object(j, "over_time", true);
    jout_int(j, "gpus", c->gpus);
    jout_bool(j, "searched", c->is_searched);
    jout_int(j, "moving_saves_at_most", saving(c));
    jout_real(j, "gpus_in_use_mean", c->gpus_mean);
    jout_real(j, "room_taken_frac", c->room_frac);
    jout_close_object(j);
    jout_open_object(j, "gpus_by_policy", true);
    for (int i = 0; i < PLACE_EXACT; i++) {
        if (c->by_policy[i] > 0) {
            jout_int(j, place_policy_name((enum place_policy)i), c->by_policy[i]);
        } else {
            jout_null(j, place_policy_name((enum place_policy)i));
        }
    }
    jout_close_object(j);
    write_fewer(j, c);
    jout_close_object(j);
}

static void write_gpus(struct jout *j, const struct vms_plan *p, const struct vms_candidate *c)
{
    jout_open_object(j, NULL, true);
    jout_string(j, "model", key_of(p, c->gpu_ix));
    jout_int(j, "count", c->gpus);
    jout_close_object(j);
}

/* What the VMs of a part of a division ask for. */
static void write_kinds(struct jout *j, const struct vms_plan *p, const struct vms_candidate *c)
{
    const struct vm_trace *t = p->scenario->vms;
    jout_open_list(j, "kinds", false);
    for (int i = 0; c->takes && i < t->shape_n; i++) {
        const struct vm_shape *shape = &t->shape[i];
        if (!c->takes[i]) {
            continue;
        }
        jout_open_object(j, NULL, true);
        jout_int(j, "gpus", shape->gpus);
        jout_int(j, "gpu_milli", shape->milli);
        jout_int(j, "framebuffer_gib", shape->gib);
        jout_string(j, "model", shape->wanted);
        jout_close_object(j);
    }
    jout_close_list(j);
}

static void write_candidate(struct jout *j, const char *key, const struct vms_plan *p,
                            const struct vms_candidate *c)
{
    jout_open_object(j, key, false);
    jout_string(j, "mode", mode_of(p, c->mode_ix));
    jout_null(j, "policy");
    jout_open_list(j, "gpus", false);
    write_gpus(j, p, c);
    jout_close_list(j);
    jout_open_list(j, "parts", false);
    jout_close_list(j);
    write_kinds(j, p, c);
    rep_bill_json(j, &c->bill);
    jout_bool(j, "meets", c->meets);
    jout_int(j, "gap_to_bound", c->gpus - c->bound);
    write_vms(j, c);
    jout_close_object(j);
}

/* A winner with parts: the sums, and each part as a candidate. */
static void write_mix(struct jout *j, const struct vms_plan *p)
{
    const struct vms_mix *m = &p->mix;
    jout_open_object(j, "winner", false);
    jout_string(j, "mode", "mixed");
    jout_null(j, "policy");
    jout_open_list(j, "gpus", false);
    for (int i = 0; i < m->part_n; i++) {
        write_gpus(j, p, &m->part[i]);
    }
    jout_close_list(j);
    jout_open_list(j, "parts", false);
    for (int i = 0; i < m->part_n; i++) {
        write_candidate(j, NULL, p, &m->part[i]);
    }
    jout_close_list(j);
    jout_open_list(j, "kinds", false);
    jout_close_list(j);
    rep_bill_json(j, &m->bill);
    jout_bool(j, "meets", true);
    if (m->in_usd) {
        jout_null(j, "gap_to_bound");
    } else {
        jout_int(j, "gap_to_bound", m->gpus - (int)m->bound);
    }
    jout_null(j, "vms");
    jout_close_object(j);
}

/* By enum vmmix_search. */
static const char *const searched[] = {"all", "moves", "some moves"};

static void write_divisions(struct jout *j, const struct vms_mix *m)
{
    jout_open_object(j, "divisions", true);
    jout_string(j, "why_not", m->part_n > 0 ? NULL : m->why_not);
    jout_string(j, "cost_unit", m->in_usd ? "USD/h" : "GPUs");
    jout_real(j, "bound", m->bound);
    jout_string(j, "searched", m->bound > 0.0 ? searched[m->search] : NULL);
    jout_close_object(j);
}

static void write_refused(struct jout *j, const struct vms_plan *p)
{
    jout_open_list(j, "refused", false);
    for (int i = 0; i < p->refused_n; i++) {
        const struct vms_refusal *r = &p->refused[i];
        jout_open_object(j, NULL, true);
        jout_string(j, "model", key_of(p, r->gpu_ix));
        jout_string(j, "mode", mode_of(p, r->mode_ix));
        jout_null(j, "policy");
        jout_string(j, "rule", r->rule);
        jout_string(j, "text", r->text);
        jout_close_object(j);
    }
    jout_close_list(j);
}

/* The least bound of the candidates that serve every VM; 0: there is none. */
static int bound_of(const struct vms_plan *p)
{
    int bound = 0;
    for (int i = 0; i < p->candidate_n; i++) {
        const struct vms_candidate *c = &p->candidate[i];
        if (c->elsewhere == 0 && (bound == 0 || c->bound < bound)) {
            bound = c->bound;
        }
    }
    return bound;
}

void rep_vms_json(const struct vms_plan *p, struct text *sink)
{
    struct jout jout;
    struct jout *j = &jout;
    const struct vm_trace *t = p->scenario->vms;
    const bool is_mixed = p->mix.part_n > 0;
    const bool has_winner = p->meets_n > 0;
    jout_init(j, sink);
    jout_open_object(j, NULL, false);
    jout_string(j, "schema", "vgpusim.vms/1");
    jout_string(j, "scenario", p->scenario->name);
    jout_string(j, "question", p->scenario->question);
    jout_string(j, "version", p->version);
    jout_open_object(j, "trace", true);
    jout_string(j, "file", t->shown);
    jout_int(j, "vms", t->row_n);
    jout_int(j, "without_gpu", t->without_gpu);
    jout_close_object(j);
    jout_string(j, "placement", place_policy_name(p->scenario->place));
    if (is_mixed) {
        write_mix(j, p);
    } else if (has_winner) {
        write_candidate(j, "winner", p, &p->candidate[0]);
    } else {
        jout_null(j, "winner");
    }
    jout_open_list(j, "alternatives", false);
    for (int i = has_winner && !is_mixed; i < p->candidate_n; i++) {
        write_candidate(j, NULL, p, &p->candidate[i]);
    }
    jout_close_list(j);
    jout_open_object(j, "lower_bound", true);
    jout_int(j, "gpus", bound_of(p));
    jout_string(j, "method", "one model and mode: the fullest moment, however it is placed");
    jout_close_object(j);
    write_divisions(j, &p->mix);
    write_refused(j, p);
    jout_close_object(j);
}

/* ---- CSV ---- */

struct metric {
    const char *name;
    double value;
};

static void add_row(struct text *out, const struct vms_plan *p, const struct vms_candidate *c,
                    double at_s, const char *metric, double value)
{
    text_addf(out, "%s,%s,", key_of(p, c->gpu_ix), mode_of(p, c->mode_ix));
    if (isfinite(at_s)) {
        text_add_double(out, at_s);
    }
    text_addf(out, ",%s,", metric);
    if (isfinite(value)) {
        text_add_double(out, value);
    }
    text_add(out, "\n");
}

static void add_series(struct text *out, const struct vms_plan *p,
                       const struct vms_candidate *c)
{
    const double from_s = (double)c->with.first_ns / NS_PER_S;
    const int64_t step_ns = (c->with.last_ns - c->with.first_ns) / (VMS_POINTS - 1);
    for (int i = 0; i < VMS_POINTS && c->with.point; i++) {
        const struct churn_point *at = &c->with.point[i];
        const double at_s = from_s + (double)i * (double)step_ns / NS_PER_S;
        add_row(out, p, c, at_s, "vms", at->vms);
        add_row(out, p, c, at_s, "gpus_in_use", at->gpus);
        add_row(out, p, c, at_s, "room_free_frac", at->room_frac);
        add_row(out, p, c, at_s, "fragmentation_frac", at->fragmentation_frac);
    }
}

void rep_vms_csv(const struct vms_plan *p, struct text *sink)
{
    text_add(sink, "gpu,mode,at_s,metric,value\n");
    for (int i = 0; i < p->candidate_n; i++) {
        const struct vms_candidate *c = &p->candidate[i];
        const bool has_fewer = c->fewer >= c->per_host;
        const struct metric metrics[] = {
            {"meets",             c->meets                                   },
            {"vms",               c->vms                                     },
            {"vms_elsewhere",     c->elsewhere                               },
            {"vms_most",          c->vms_most                                },
            {"gpus_bound",        c->bound                                   },
            {"gpus_fullest",      c->packed                                  },
            {"gpus_over_time",    c->gpus                                    },
            {"gpus_in_use_mean",  c->gpus_mean                               },
            {"room_taken_frac",   c->room_frac                               },
            {"fewer_gpus",        has_fewer ? c->fewer : (double)NAN         },
            {"fewer_vms_refused", has_fewer ? c->less.refused_n : (double)NAN},
            {"cost_usd_per_hour", c->bill.usd                                },
        };
        for (size_t k = 0; k < sizeof metrics / sizeof metrics[0]; k++) {
            add_row(sink, p, c, (double)NAN, metrics[k].name, metrics[k].value);
        }
        for (int k = 0; k < PLACE_EXACT; k++) {
            char name[64];
            snprintf(name, sizeof name, "gpus_over_time.%s",
                     place_policy_name((enum place_policy)k));
            add_row(sink, p, c, (double)NAN, name,
                    c->by_policy[k] > 0 ? c->by_policy[k] : (double)NAN);
        }
        add_series(sink, p, c);
    }
    for (int i = 0; i < p->mix.part_n; i++) {
        const struct vms_candidate *c = &p->mix.part[i];
        add_row(sink, p, c, (double)NAN, "part.vms", c->vms);
        add_row(sink, p, c, (double)NAN, "part.gpus_over_time", c->gpus);
        add_row(sink, p, c, (double)NAN, "part.cost_usd_per_hour", c->bill.usd);
    }
}

/* ---- Text ---- */

/* "3 d 04:05:06", "04:05:06" since the first creation. */
static void add_when(struct text *line, int64_t ns)
{
    const int64_t s = ns / 1000000000;
    if (s >= 86400) {
        text_addf(line, "%lld d ", (long long)(s / 86400));
    }
    text_addf(line, "%02d:%02d:%02d", (int)(s % 86400 / 3600), (int)(s % 3600 / 60),
              (int)(s % 60));
}

static void add_money(const struct bill *b, struct text *line)
{
    if (b->usd > 0.0) {
        text_addf(line, " · %.2f USD/h", b->usd);
    }
}

static void add_vms(struct text *line, int n)
{
    text_addf(line, "%d %s", n, n == 1 ? "VM" : "VMs");
}

static void write_moment(const struct vms_candidate *c, const struct rep_options *o,
                         struct text *sink)
{
    struct text line;
    text_init(&line);
    text_addf(&line, "Fullest moment: %d, if its ", c->packed);
    add_vms(&line, c->fullest_vms);
    text_add(&line, " (at ");
    add_when(&line, c->fullest_ns);
    if (c->packed == c->bound) {
        text_add(&line, ") were packed anew; no fewer do.");
    } else {
        text_addf(&line, ") were packed anew; at least %d.", c->bound);
    }
    table_paragraph(sink, o->width, 2, &line);
    text_init(&line);
    if (saving(c) == 0) {
        text_add(&line, "Price of fragmentation: none; moving VMs would save no GPU.");
    } else {
        text_addf(&line, "Price of fragmentation: moving VMs could save at most %d of %d GPUs.",
                  saving(c), c->gpus);
    }
    table_paragraph(sink, o->width, 2, &line);
}

static void write_fewer_text(const struct vms_candidate *c, const struct rep_options *o,
                             struct text *sink)
{
    struct text line;
    if (c->fewer < c->per_host) {
        return;
    }
    text_init(&line);
    text_addf(&line, "With %d: ", c->fewer);
    if (c->less.refused_n == 0) {
        text_add(&line, "nobody is refused either.");
    } else {
        add_vms(&line, c->less.refused_n);
        text_addf(&line,
                  " of %d refused, first that of line %d, while %.0f %% of the room was "
                  "free and a VM of the mix could not use %.0f %% of that.",
                  c->vms, c->fewer_line, c->less.then.room_frac * 100.0,
                  c->less.then.fragmentation_frac * 100.0);
    }
    table_paragraph(sink, o->width, 2, &line);
}

static void write_policies(const struct vms_plan *p, const struct vms_candidate *c,
                           const struct rep_options *o, struct text *sink)
{
    struct text line;
    text_init(&line);
    text_add(&line, "Under other policies:");
    bool first = true;
    for (int i = 0; i < PLACE_EXACT; i++) {
        if (i == (int)p->scenario->place) {
            continue;
        }
        text_addf(&line, "%s %s ", first ? "" : ",", place_policy_name((enum place_policy)i));
        if (c->by_policy[i] > 0) {
            text_addf(&line, "%d", c->by_policy[i]);
        } else {
            text_add(&line, "-");
        }
        first = false;
    }
    text_add(&line, ".");
    table_paragraph(sink, o->width, 2, &line);
}

/* "2 × 1 GPU", "0.28 GPU with 4 GiB on big": what a VM asks for. */
static void add_shape(struct text *line, const struct vm_shape *shape)
{
    if (shape->gpus > 1) {
        text_addf(line, "%d × ", shape->gpus);
    }
    if (shape->milli > 0) {
        text_add_double(line, shape->milli / 1000.0);
        text_add(line, shape->gib > 0 ? " GPU with " : " GPU");
    }
    if (shape->gib > 0) {
        text_addf(line, "%d GiB", shape->gib);
    }
    text_addf(line, "%s%s", shape->wanted[0] != '\0' ? " on " : "", shape->wanted);
}

static void write_part(const struct vms_plan *p, const struct vms_candidate *c,
                       const struct rep_options *o, struct text *sink)
{
    const struct vm_trace *t = p->scenario->vms;
    struct text line;
    int n = 0;
    text_init(&line);
    text_addf(&line, "%d × %s, %s: ", c->gpus, key_of(p, c->gpu_ix), mode_of(p, c->mode_ix));
    add_vms(&line, c->vms);
    for (int i = 0; i < t->shape_n; i++) {
        if (!c->takes[i] || n++ >= SHAPES_SHOWN) {
            continue;
        }
        text_add(&line, n == 1 ? " of " : ", ");
        add_shape(&line, &t->shape[i]);
    }
    if (n > SHAPES_SHOWN) {
        const int more = n - SHAPES_SHOWN;
        text_addf(&line, " and %d more kind%s", more, more == 1 ? "" : "s");
    }
    text_addf(&line, "; fullest moment %d, at least %d; in use on average %.2f.", c->packed,
              c->bound, c->gpus_mean);
    table_paragraph(sink, o->width, 2, &line);
}

/* What no division costs less than. */
static void add_least(const struct vms_mix *m, struct text *line)
{
    if (m->in_usd) {
        text_addf(line, "%.2f USD/h", m->bound);
    } else {
        text_addf(line, "%.0f GPUs", m->bound);
    }
}

/* By enum vmmix_search. */
static const char *const sentences[] = {
    "No other division by what VMs ask for is cheaper",
    "No kind of VM can be moved to another part at a gain",
    "Not every move of a kind of VM was tried",
};

static void write_mix_text(const struct vms_plan *p, const struct rep_options *o,
                           struct text *sink)
{
    const struct vms_mix *m = &p->mix;
    struct text line;
    text_init(&line);
    for (int i = 0; i < m->part_n; i++) {
        text_addf(&line, "%s%d × %s, %s", i == 0 ? "" : " + ", m->part[i].gpus,
                  key_of(p, m->part[i].gpu_ix), mode_of(p, m->part[i].mode_ix));
    }
    add_money(&m->bill, &line);
    table_paragraph(sink, o->width, 0, &line);
    text_init(&line);
    text_addf(&line, "Over time: VMs are divided among %d parts by what they ask for; each is ",
              m->part_n);
    text_addf(&line, "placed when it is created (%s) and never moved.",
              place_policy_name(p->scenario->place));
    table_paragraph(sink, o->width, 2, &line);
    for (int i = 0; i < m->part_n; i++) {
        write_part(p, &m->part[i], o, sink);
    }
    text_init(&line);
    text_add(&line, sentences[m->search]);
    text_add(&line, "; however VMs are divided, it takes at least ");
    add_least(m, &line);
    text_add(&line, ".");
    table_paragraph(sink, o->width, 2, &line);
    rep_bill_text(&m->bill, m->gpus, o, sink);
}

/* Why one part is the answer, where there could be several. */
static void write_no_mix(const struct vms_mix *m, const struct rep_options *o,
                         struct text *sink)
{
    struct text line;
    if (m->bound > 0.0) {
        text_init(&line);
        text_addf(&line, "Divided among models and modes: %s; at least ", m->why_not);
        add_least(m, &line);
        text_add(&line, " however it is done.");
        table_paragraph(sink, o->width, 2, &line);
    }
}

static void write_best(const struct vms_plan *p, const struct vms_candidate *c,
                       const struct rep_options *o, struct text *sink)
{
    struct text line;
    text_init(&line);
    text_addf(&line, "%d × %s, %s", c->gpus, key_of(p, c->gpu_ix), mode_of(p, c->mode_ix));
    add_money(&c->bill, &line);
    table_paragraph(sink, o->width, 0, &line);
    text_init(&line);
    text_addf(&line,
              "Over time: every VM is placed when it is created (%s) and never moved; %s.",
              place_policy_name(p->scenario->place),
              c->is_searched ? "the fewest GPUs that were found to do"
                             : "with one GPU less somebody is refused");
    table_paragraph(sink, o->width, 2, &line);
    write_moment(c, o, sink);
    write_fewer_text(c, o, sink);
    text_init(&line);
    text_addf(&line, "GPUs in use, on average: %.2f of %d; room taken: %.0f %%.", c->gpus_mean,
              c->gpus, c->room_frac * 100.0);
    table_paragraph(sink, o->width, 2, &line);
    write_policies(p, c, o, sink);
    write_no_mix(&p->mix, o, sink);
    rep_bill_text(&c->bill, c->gpus, o, sink);
}

static void write_table(const struct vms_plan *p, const struct rep_options *o,
                        struct text *sink)
{
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, 0, "candidate");
    table_column(&t, TABLE_RIGHT, 0, "GPUs");
    table_column(&t, TABLE_RIGHT, 1, "fullest");
    table_column(&t, TABLE_RIGHT, 2, "at least");
    table_column(&t, TABLE_RIGHT, 3, "in use");
    table_column(&t, TABLE_RIGHT, 2, "USD/h");
    table_column(&t, TABLE_LEFT, 0, "serves");
    for (int i = 0; i < p->candidate_n; i++) {
        const struct vms_candidate *c = &p->candidate[i];
        table_row(&t);
        table_cell(&t, "%s %s", key_of(p, c->gpu_ix), mode_of(p, c->mode_ix));
        table_cell(&t, "%d", c->gpus);
        table_cell(&t, "%d", c->packed);
        table_cell(&t, "%d", c->bound);
        table_cell(&t, "%.2f", c->gpus_mean);
        if (c->bill.usd > 0.0) {
            table_cell(&t, "%.2f", c->bill.usd);
        } else {
            table_cell(&t, "-");
        }
        if (c->elsewhere > 0) {
            table_cell(&t, "%d of %d VMs", c->vms, c->vms + c->elsewhere);
        } else {
            table_cell(&t, "%s", c->meets ? "all" : "too many GPUs");
        }
    }
    table_print(&t, (size_t)o->width, 0, sink);
    table_fini(&t);
}

static void write_refusals(const struct vms_plan *p, const struct rep_options *o,
                           struct text *sink)
{
    for (int i = 0; i < p->refused_n; i++) {
        const struct vms_refusal *r = &p->refused[i];
        struct text line;
        text_add(sink, i == 0 ? "\nnot possible:\n" : "");
        text_init(&line);
        text_addf(&line, "%s %s: %s %s", key_of(p, r->gpu_ix), mode_of(p, r->mode_ix), r->rule,
                  r->text);
        table_paragraph(sink, o->width, 2, &line);
    }
}

static void write_trace(const struct vms_plan *p, struct text *sink)
{
    const struct vm_trace *t = p->scenario->vms;
    add_vms(sink, t->row_n);
    text_addf(sink, " in %s", t->shown);
    if (t->without_gpu > 0) {
        text_addf(sink, ", and %d that ask for no GPU", t->without_gpu);
    }
    text_add(sink, "; placed only, nothing was simulated.\n");
}

void rep_vms_text(const struct vms_plan *p, const struct rep_options *o, struct text *sink)
{
    if (p->scenario->question) {
        text_addf(sink, "%s\n\n", p->scenario->question);
    }
    if (p->mix.part_n > 0) {
        write_mix_text(p, o, sink);
    } else if (p->meets_n > 0) {
        write_best(p, &p->candidate[0], o, sink);
    } else {
        text_add(sink, "No candidate serves every VM.\n");
        if (p->candidate_n > 0) {
            text_add(sink, "\n");
            write_best(p, &p->candidate[0], o, sink);
        }
    }
    if (!o->quiet && p->candidate_n > 0) {
        text_add(sink, "\n");
        write_table(p, o, sink);
    }
    if (!o->quiet) {
        write_refusals(p, o, sink);
    }
    text_add(sink, o->quiet ? "" : "\n");
    write_trace(p, sink);
}
