/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_compare.c - a difference is called better or worse only where its interval says so. */
#include "sim/report/rep_compare.h"

#include <math.h>

#include "sim/base/units.h"
#include "sim/report/table.h"

static void add_time(struct text *line, const struct estimate *e)
{
    const struct units_scale scale = units_time_scale(fabs(e->value));
    rep_estimate(line, e, scale.per_unit);
    text_addf(line, " %s", scale.unit);
}

/* "p95 12.3±0.8 ms better" */
static void add_part(struct text *line, const char *what, const struct estimate *difference,
                     enum paired_verdict verdict, bool is_time)
{
    struct estimate size = *difference;
    if (!difference->has_value) {
        return;
    }
    text_addf(line, ", %s ", what);
    if (verdict == PAIRED_SAME) {
        text_add(line, "the same");
        return;
    }
    if (verdict != PAIRED_OPEN && size.value < 0) {
        size.value = -difference->value;
        size.lo = -difference->hi;
        size.hi = -difference->lo;
    }
    if (is_time) {
        add_time(line, &size);
    } else {
        rep_estimate(line, &size, 1);
        text_add(line, " /s");
    }
    text_add(line, verdict == PAIRED_BETTER  ? " better"
                   : verdict == PAIRED_WORSE ? " worse"
                                             : " (cannot be told from 0)");
}

static void compare_tenant(const struct result *r, const struct mode_result *m, int k,
                           const struct rep_options *o, struct text *out)
{
    const struct tenant_result *t = &m->tenant[k];
    const struct contrast *c = &t->difference;
    const bool is_there = m->first->tenant[k].saturated;
    struct text line;
    text_init(&line);
    rep_mode_label(r->scenario, m->spec, &line);
    text_addf(&line, ": %s", t->tenant->name);
    if (t->saturated || is_there) {
        text_addf(&line, ", saturated %s",
                  !is_there      ? "here only"
                  : t->saturated ? "in both"
                                 : "there only");
    }
    add_part(&line, "mean", &c->mean_ns, c->mean, true);
    add_part(&line, "p95", &c->p95_ns, c->p95, true);
    add_part(&line, "throughput", &c->throughput_per_s, c->throughput, false);
    table_paragraph(out, o->width, 2, &line);
}

void rep_compare_modes(const struct result *r, const struct rep_options *o, struct text *out)
{
    const struct mode_result *first = NULL;
    for (int i = 0; i < r->scenario->mode_n; i++) {
        first = r->mode[i].first != NULL ? r->mode[i].first : first;
    }
    if (first == NULL) {
        text_add(out, o->compare ? "\nnothing is compared: one of the two modes was not "
                                   "simulated\n"
                                 : "");
        return;
    }
    struct text line;
    text_init(&line);
    text_add(&line, "against ");
    rep_mode_label(r->scenario, first->spec, &line);
    text_addf(&line, ", %s",
              r->random ? "replica by replica (± half of a 95 % interval of the difference)"
                        : "nothing random");
    text_add(out, "\n");
    table_wrap(out, text_str(&line), 0, (size_t)o->width, 4);
    out->failed = out->failed || line.failed;
    text_fini(&line);
    for (int i = 0; i < r->scenario->mode_n; i++) {
        for (int k = 0; r->mode[i].first != NULL && k < r->scenario->tenant_n; k++) {
            compare_tenant(r, &r->mode[i], k, o, out);
        }
    }
}

static void without(const struct result *r, const struct mode_result *m,
                    const struct tenant_result *t, const struct rep_options *o,
                    struct text *out)
{
    const struct worst_neighbour *w = &t->worst;
    const struct estimate here = {.value = w->p95_ns.value + w->p95_cost_ns.value,
                                  .has_value = true};
    struct text line;
    text_init(&line);
    rep_mode_label(r->scenario, m->spec, &line);
    text_addf(&line, ": %s suffers most from %s: with it silent p95 is ", t->tenant->name,
              w->tenant->name);
    add_time(&line, &w->p95_ns);
    text_add(&line, " instead of ");
    add_time(&line, &here);
    text_addf(&line, ", and %lld requests are violated instead of %lld",
              (long long)w->violations, (long long)t->violations.total);
    table_paragraph(out, o->width, 2, &line);
}

void rep_compare_neighbours(const struct result *r, const struct rep_options *o,
                            struct text *out)
{
    bool has_title = false;
    for (int i = 0; i < r->scenario->mode_n; i++) {
        const struct mode_result *m = &r->mode[i];
        for (int k = 0; m->simulated && k < r->scenario->tenant_n; k++) {
            if (m->tenant[k].worst.tenant != NULL) {
                text_add(out, has_title ? "" : "\nworst neighbours\n");
                has_title = true;
                without(r, m, &m->tenant[k], o, out);
            }
        }
    }
}

static void write_shift(const struct result *r, const struct shift *x,
                        const struct rep_options *o, struct text *out)
{
    struct text line;
    text_init(&line);
    text_addf(&line, "%s %s: ", x->parameter, x->value);
    if (x->flip_n == 0) {
        text_addf(&line, "no order turns around");
    }
    for (int i = 0; i < x->flip_n; i++) {
        text_addf(&line, "%s%s is faster under ", i > 0 ? "; " : "", x->flip[i].tenant->name);
        rep_mode_label(r->scenario, x->flip[i].slower, &line);
        text_add(&line, " than under ");
        rep_mode_label(r->scenario, x->flip[i].faster, &line);
    }
    if (x->untold_n > 0) {
        text_addf(&line, "; %d of %d can no longer be told", x->untold_n, x->orders_n);
    }
    table_paragraph(out, o->width, 2, &line);
}

void rep_compare_shifts(const struct result *r, const struct rep_options *o, struct text *out)
{
    int flips = 0;
    for (int i = 0; i < r->shift_n; i++) {
        flips += r->shift[i].flip_n;
    }
    if (r->shift == NULL) {
        return;
    }
    text_add(out, "\n");
    table_wrap(out,
               r->shift_n == 0
                   ? "no unverified parameter matters here: the scenario states them, "
                     "or no mode has them"
               : flips > 0 ? "the order of the modes by p95 hangs on unverified parameters:"
                           : "no unverified parameter turns the order of two modes by p95 "
                             "around:",
               0, (size_t)o->width, 0);
    for (int i = 0; i < r->shift_n; i++) {
        write_shift(r, &r->shift[i], o, out);
    }
}
