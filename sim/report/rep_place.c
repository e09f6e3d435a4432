/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_place.c - placements, reasons and notes as text. */
#include "sim/report/rep_place.h"

#include <stdio.h>
#include <string.h>

#include "sim/report/rep_layout.h"
#include "sim/report/table.h"

void rep_reasons(const struct fleet *f, bool all, struct text *out)
{
    text_add(out, "infeasible ");
    if (f == NULL || f->reasons.n == 0) {
        text_add(out, "without a reason");
        return;
    }
    const int n = all ? f->reasons.n : 1;
    for (int i = 0; i < n; i++) {
        const struct reason *r = &f->reasons.list[i];
        text_addf(out, "%s %s", i > 0 ? ";" : "", r->rule);
        if (r->tenant != NULL) {
            text_addf(out, " %s", r->tenant);
        }
        text_addf(out, ": %s", r->text);
    }
    if (n < f->reasons.n) {
        text_addf(out, " (and %d more)", f->reasons.n - n);
    }
}

/* ---- Places ---- */

static void seat_row(struct table *t, const struct result *r, const struct fleet *f, int ix)
{
    const struct seat *seat = &f->seat[ix];
    const struct scenario *s = r->scenario;
    const struct tenant *tenant = &s->tenant[seat->tenant_ix];
    table_row(t);
    table_cell(t, "%s", seat->gpu_ix >= 0 ? "+" : "-");
    if (tenant->vgpus > 1) {
        table_cell(t, "%s/%d.%d", tenant->name, seat->vm_ix, seat->vgpu_ix);
    } else {
        table_cell(t, "%s/%d", tenant->name, seat->vm_ix);
    }
    if (seat->gpu_ix < 0) {
        table_cell(t, "not placed");
        return;
    }
    const struct domain *d = seat->domain_ix < 0 ? NULL : &f->domain[seat->domain_ix];
    struct text place;
    text_init(&place);
    fleet_host_name(s, d != NULL ? d->host_ix : 0, &place);
    text_addf(&place, "%sGPU %d", place.n > 0 ? " " : "", seat->gpu_ix);
    table_cell(t, "%s", text_str(&place));
    text_fini(&place);
    const char *key = s->catalog->gpu[d != NULL ? d->model_ix : s->gpu_ix].key;
    table_cell(t, "%s", seat->type != NULL ? seat->type->name : key);
    table_cell(t, "%s", d != NULL && d->profile != NULL ? d->profile->name : "-");
    if (seat->size > 0) {
        table_cell(t, "%d", seat->start);
        table_cell(t, "%d", seat->size);
    } else {
        table_cell(t, "-");
        table_cell(t, "-");
    }
}

static void write_seats(const struct result *r, const struct fleet *f, size_t width,
                        struct text *out)
{
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, 0, " ");
    table_column(&t, TABLE_LEFT, 0, "VM");
    table_column(&t, TABLE_LEFT, 0, "place");
    table_column(&t, TABLE_LEFT, 0, "type");
    table_column(&t, TABLE_LEFT, 1, "instance");
    table_column(&t, TABLE_RIGHT, 2, "start");
    table_column(&t, TABLE_RIGHT, 2, "size");
    for (int i = 0; i < f->seat_n; i++) {
        seat_row(&t, r, f, i);
    }
    table_print(&t, width, 2, out);
    table_fini(&t);
}

/* An earlier mode of the same kind with the same placement, or NULL: schedulers do not move
 * VMs.
 */
static const struct mode_result *placed_alike(const struct result *r,
                                              const struct mode_result *m)
{
    for (const struct mode_result *e = r->mode; e < m; e++) {
        bool alike = e->spec->kind == m->spec->kind && e->fleet->seat_n == m->fleet->seat_n &&
                     e->fleet->vms_placed == m->fleet->vms_placed;
        for (int i = 0; alike && i < m->fleet->seat_n; i++) {
            const struct seat *a = &e->fleet->seat[i];
            const struct seat *b = &m->fleet->seat[i];
            alike = a->type == b->type && a->domain_ix == b->domain_ix &&
                    a->gpu_ix == b->gpu_ix && a->start == b->start && a->slot == b->slot;
        }
        if (alike) {
            return e;
        }
    }
    return NULL;
}

static void write_pictures(const struct result *r, const struct mode_result *m,
                           const struct rep_options *o, struct text *out)
{
    const struct mode_result *earlier = placed_alike(r, m);
    if (earlier != NULL) {
        text_add(out, "  placed as under ");
        rep_mode_label(r->scenario, earlier->spec, out);
        text_add(out, "\n");
        return;
    }
    rep_layout_write(r, m, o, out);
    rep_layout_rest(r, m, o, out);
    if (o->verbose) {
        write_seats(r, m->fleet, (size_t)o->width, out);
    }
}

static void write_head(const struct result *r, const struct mode_result *m,
                       const struct rep_options *o, struct text *out)
{
    const struct fleet *f = m->fleet;
    struct text s;
    text_init(&s);
    rep_mode_label(r->scenario, m->spec, &s);
    text_addf(&s, " · placed %d, not placed %d · %d %s used", f->vms_placed, f->vms_rejected,
              f->gpus_used, f->gpus_used == 1 ? "GPU" : "GPUs");
    if (r->scenario->gpu_count > f->gpus_used) {
        text_addf(&s, ", %d unused", r->scenario->gpu_count - f->gpus_used);
    }
    if (f->gpus_needed >= 0) {
        text_addf(&s, ", %d needed", f->gpus_needed);
    }
    text_addf(&s, " · %s", m->feasible ? "feasible" : "INFEASIBLE");
    table_wrap(out, text_str(&s), 0, (size_t)o->width, 4);
    out->failed = out->failed || s.failed;
    text_fini(&s);
}

static void write_mode(const struct result *r, const struct mode_result *m,
                       const struct rep_options *o, struct text *out)
{
    const struct fleet *f = m->fleet;
    write_head(r, m, o, out);
    for (int i = 0; i < f->reasons.n; i++) {
        const struct reason *reason = &f->reasons.list[i];
        struct text s;
        text_init(&s);
        text_addf(&s, "%s %s%s%s", reason->rule, reason->tenant == NULL ? "" : reason->tenant,
                  reason->tenant == NULL ? "" : ": ", reason->text);
        table_paragraph(out, o->width, 2, &s);
    }
    if (o->quiet || m->fits == NULL) {
        return;
    }
    rep_layout_change(m, o, out);
    if (f->vms_placed > 0 || m->feasible) {
        write_pictures(r, m, o, out);
    }
}

void rep_place_write(const struct result *r, const struct rep_options *o, struct text *sink)
{
    const struct scenario *s = r->scenario;
    int feasible_n = 0;
    for (int i = 0; i < s->mode_n; i++) {
        feasible_n += r->mode[i].feasible ? 1 : 0;
        write_mode(r, &r->mode[i], o, sink);
        if (!o->quiet) {
            text_add(sink, "\n");
        }
    }
    if (!o->quiet) {
        rep_notes(r, o, sink);
    }
    struct text end;
    text_init(&end);
    text_addf(&end, "%d of %d %s feasible; nothing was simulated.", feasible_n, s->mode_n,
              s->mode_n == 1 ? "mode is" : "modes are");
    table_paragraph(sink, o->width, 0, &end);
    if (!o->quiet && feasible_n > 0 && s->vms == NULL) {
        text_addf(sink, "  try: vgpusim run %s\n", o->path == NULL ? s->path : o->path);
    }
}

/* ---- Notes ---- */

static bool is_same(const struct reason *a, const struct reason *b)
{
    const char *a_tenant = a->tenant == NULL ? "" : a->tenant;
    const char *b_tenant = b->tenant == NULL ? "" : b->tenant;
    return strcmp(a->rule, b->rule) == 0 && strcmp(a_tenant, b_tenant) == 0 &&
           strcmp(a->text, b->text) == 0;
}

/* List 0 of a mode: assumptions of its numbers; list 1: remarks of the platform's rules. */
static const struct reasons *notes_of(const struct mode_result *m, int list)
{
    if (list == 0) {
        return &m->notes;
    }
    return m->fleet == NULL ? NULL : &m->fleet->notes;
}

static bool has_note(const struct mode_result *m, int list, const struct reason *note)
{
    const struct reasons *l = notes_of(m, list);
    for (int i = 0; l != NULL && i < l->n; i++) {
        if (is_same(&l->list[i], note)) {
            return true;
        }
    }
    return false;
}

/* One note with the modes that share it, unless an earlier mode has printed it. */
static void write_note(const struct result *r, int list, int mode_ix, const struct reason *note,
                       struct text *line)
{
    const int mode_n = r->scenario->mode_n;
    int shared_n = 0;
    for (int i = 0; i < mode_n; i++) {
        const bool has = has_note(&r->mode[i], list, note);
        if (has && i < mode_ix) {
            return;
        }
        shared_n += has ? 1 : 0;
    }
    text_addf(line, "note: %s %s%s%s", note->rule, note->tenant == NULL ? "" : note->tenant,
              note->tenant == NULL ? "" : ": ", note->text);
    if (shared_n == mode_n) {
        return;
    }
    const char *separator = " [";
    for (int i = mode_ix; i < mode_n; i++) {
        if (has_note(&r->mode[i], list, note)) {
            text_add(line, separator);
            rep_mode_label(r->scenario, r->mode[i].spec, line);
            separator = ", ";
        }
    }
    text_add(line, "]");
}

void rep_notes(const struct result *r, const struct rep_options *o, struct text *sink)
{
    const int lists_n = o->verbose || o->place_only ? 2 : 1;
    for (int list = 0; list < lists_n; list++) {
        for (int i = 0; i < r->scenario->mode_n; i++) {
            const struct reasons *l = notes_of(&r->mode[i], list);
            for (int k = 0; l != NULL && k < l->n; k++) {
                struct text line;
                text_init(&line);
                write_note(r, list, i, &l->list[k], &line);
                if (line.n > 0) {
                    table_wrap(sink, text_str(&line), 0, (size_t)o->width, 6);
                }
                sink->failed = sink->failed || line.failed;
                text_fini(&line);
            }
        }
    }
}
