/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_plan.c - the answer first: what to buy, what it costs, what holds it up. */
#include "sim/report/rep_plan.h"

#include <math.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/rep_bill.h"
#include "sim/report/rep_plan_inside.h"
#include "sim/report/table.h"

/* ", slice 4.17 ms", where the plan found one that saves GPUs. */
static void add_slice(const struct plan *p, const struct plan_candidate *c, struct text *line)
{
    int64_t slice_ns = plan_slice_ns(p, c);
    if (slice_ns > 0) {
        text_addf(line, ", slice %.3g ms", (double)slice_ns / 1e6);
    }
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

static void add_label(const struct plan *p, const struct plan_candidate *c, struct text *line)
{
    const struct scenario *s = c->scenario;
    for (int g = 0; g < s->group_n; g++) {
        const struct host_group *group = &s->group[g];
        text_addf(line, "%s%d × host %s with %d × %s", g > 0 ? " + " : "", group->count,
                  group->name, group->gpus, rep_plan_key(p, group->gpu_ix));
    }
    if (s->group_n == 0) {
        text_addf(line, "%d × %s", c->gpus, rep_plan_key(p, c->gpu_ix));
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
    int p95 = rep_plan_p95(c->scenario);
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
    text_addf(&line, "; %s.", rep_plan_binding(p));
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
        rep_plan_models(p, c, &label);
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
        text_addf(&line, "%s ", rep_plan_key(p, r->gpu_ix));
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
    text_addf(sink, "%s%d %s", o->quiet ? "" : "\n", p->simulated,
              p->simulated == 1 ? "experiment" : "experiments");
    if (p->scenario->horizon_of_plan) {
        text_addf(sink, ", each of %lld s a replica; 'horizon' sets another",
                  (long long)(p->scenario->horizon_ns / 1000000000));
    }
    text_add(sink, ".\n");
}
