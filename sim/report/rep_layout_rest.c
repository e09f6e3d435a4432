/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_layout_rest.c - who has no place, what would still fit, and the change that was tried. */
#include "sim/report/rep_layout.h"

#include <string.h>

#include "sim/base/units.h"
#include "sim/report/rep_layout_inside.h"
#include "sim/report/table.h"

/* ---- Changes ---- */

/* "placement.policy: first-fit, depth-first; fleet.mixed-size: true" */
static void add_changes(const struct fits *f, bool working, struct text *out)
{
    const char *field = "";
    for (int i = 0; i < f->change_n; i++) {
        const struct fits_change *c = &f->change[i];
        if (c->works != working) {
            continue;
        }
        if (strcmp(field, c->field) == 0) {
            text_addf(out, ", %s", c->value);
        } else {
            text_addf(out, "%s%s: %s", field[0] != '\0' ? "; " : "", c->field, c->value);
        }
        text_add(out, c->works && c->gives_less ? " (less than asked for)" : "");
        field = c->field;
    }
}

static void write_sentence(const struct rep_options *o, const char *lead, struct text *rest,
                           struct text *out)
{
    struct text line;
    text_init(&line);
    text_addf(&line, "%s%s", lead, text_str(rest));
    table_paragraph(out, layout_width(o), 2, &line);
    out->failed = out->failed || rest->failed;
    text_reset(rest);
}

void rep_layout_change(const struct mode_result *m, const struct rep_options *o,
                       struct text *out)
{
    const struct fits *f = m->fits;
    if (f->change_n == 0) {
        return;
    }
    struct text x;
    text_init(&x);
    add_changes(f, true, &x);
    bool found = x.n > 0;
    if (found) {
        write_sentence(o, "would fit with ", &x, out);
    }
    add_changes(f, false, &x);
    if (x.n > 0) {
        write_sentence(o, found ? "would not, with " : "no change found; would not fit with ",
                       &x, out);
    }
    for (int i = 0, said = 0; i < f->change_n && said == 0; i++) {
        if (f->change[i].works) {
            text_addf(out, "  try: %s\n", f->change[i].set);
            said = 1;
        }
    }
    text_fini(&x);
}

/* ---- What is left ---- */

const char *rep_more_name(const struct scenario *s, const struct mode_result *m,
                          const struct fits_more *more, int model_ix)
{
    if (more->type != NULL || more->profile != NULL) {
        return more->type != NULL ? more->type->name : more->profile->name;
    }
    return m->spec->kind == MODE_CONTAINER_TIME_SLICED ? "container"
                                                       : s->catalog->gpu[model_ix].key;
}

static void write_total(const struct result *r, const struct mode_result *m,
                        const struct fits_total *t, const struct rep_options *o,
                        struct text *out)
{
    struct text x;
    text_init(&x);
    int none = 0;
    int unknown = 0;
    for (int i = 0; i < t->more_n; i++) {
        if (t->more[i].more > 0) {
            text_addf(&x, "%s%d %s", x.n > 0 ? ", " : "", t->more[i].more,
                      rep_more_name(r->scenario, m, &t->more[i], t->model_ix));
        }
        none += t->more[i].more == 0 ? 1 : 0;
        unknown += t->more[i].more < 0 ? 1 : 0;
    }
    bool is_full = x.n == 0;
    if (none > 0 && none < t->more_n) {
        text_addf(&x, "%s%d other %s: none", is_full ? "" : "; ", none,
                  none == 1 ? "kind" : "kinds");
    }
    if (unknown > 0) {
        text_addf(&x, "%s%d not known", x.n > 0 ? "; " : "", unknown);
    }
    struct text lead;
    text_init(&lead);
    const char *key = r->scenario->catalog->gpu[t->model_ix].key;
    if (is_full && unknown == 0) {
        text_reset(&x);
        text_add(&x, t->more_n > 0 ? "no room left" : "has nothing that this mode creates");
        text_addf(&lead, "%s: ", key);
    } else {
        text_addf(&lead, "room left on %d %s, for one kind alone: ", t->gpu_n, key);
    }
    write_sentence(o, text_str(&lead), &x, out);
    text_fini(&lead);
    text_fini(&x);
}

static void write_unplaced(const struct result *r, const struct mode_result *m,
                           const struct rep_options *o, struct text *out)
{
    const struct fleet *f = m->fleet;
    struct text x;
    text_init(&x);
    for (int i = 0; i < f->seat_n;) {
        int last = i;
        if (f->seat[i].gpu_ix < 0) {
            while (last + 1 < f->seat_n && f->seat[last + 1].gpu_ix < 0 &&
                   layout_comes_next(r, &f->seat[last], &f->seat[last + 1])) {
                last++;
            }
            text_add(&x, x.n > 0 ? ", " : "");
            layout_add_range(r, &f->seat[i], &f->seat[last], &x);
        }
        i = last + 1;
    }
    if (x.n > 0) {
        write_sentence(o, "not placed: ", &x, out);
    }
    text_fini(&x);
}

static void write_hosts(const struct result *r, const struct mode_result *m,
                        const struct rep_options *o, struct text *out)
{
    struct text x;
    text_init(&x);
    for (int i = 0; i < m->fits->host_n; i++) {
        const struct fits_host *h = &m->fits->host[i];
        text_add(&x, i > 0 ? "; " : "");
        fleet_host_name(r->scenario, h->host_ix, &x);
        if (h->memory_bytes < UINT64_MAX) {
            text_add(&x, " ");
            units_print(&x, Q_BYTES, (double)h->memory_bytes);
        }
        if (h->cpus < INT64_MAX) {
            text_addf(&x, "%s%lld CPUs", h->memory_bytes < UINT64_MAX ? ", " : " ",
                      (long long)h->cpus);
        }
    }
    if (x.n > 0) {
        write_sentence(o, "hosts have left: ", &x, out);
    }
    text_fini(&x);
}

void rep_layout_rest(const struct result *r, const struct mode_result *m,
                     const struct rep_options *o, struct text *out)
{
    write_unplaced(r, m, o, out);
    for (int i = 0; i < m->fits->total_n; i++) {
        write_total(r, m, &m->fits->total[i], o, out);
    }
    write_hosts(r, m, o, out);
}
