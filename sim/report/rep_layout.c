/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_layout.c - pictures of GPUs: a bar to scale with a letter for each piece, its ruler above
 * and its legend below.
 *
 * A piece is a GPU instance in the MIG modes, else a vGPU or the whole GPU. The bar is as long
 * as a multiple of the finest step on it allows, so that equal pieces have equal lengths. Runs
 * of neighbours that differ in their VM only share a line of the legend. */
#include "sim/report/rep_layout.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/rep_layout_inside.h"
#include "sim/report/table.h"

enum {
    PAGE_MAX = 80, /* columns of a picture */
    INDENT = 4,
    BAR_MAX = 128
};

static const char letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%";

int layout_width(const struct rep_options *o)
{
    return o->width < PAGE_MAX ? o->width : PAGE_MAX;
}

bool layout_has_instances(const struct mode_result *m)
{
    return m->spec->kind == MODE_MIG || m->spec->kind == MODE_TIME_SLICED_MIG;
}

const struct seat *layout_seat(const struct mode_result *m, int at)
{
    return &m->fleet->seat[m->fits->seat[at]];
}

void layout_find_pieces(struct view *v)
{
    int from = v->m->fits->gpu_seat[v->shape->gpu_ix];
    for (int i = from; i < from + v->shape->seat_n; i++) {
        const struct seat *seat = layout_seat(v->m, i);
        if (layout_has_instances(v->m) && i > from &&
            seat->domain_ix == layout_seat(v->m, i - 1)->domain_ix) {
            v->piece[v->piece_n - 1].n++;
            continue;
        }
        v->piece[v->piece_n++] =
            (struct piece){.first = i, .n = 1, .start = seat->start, .size = seat->size};
    }
}

/* ---- Bar ---- */

static int gcd(int a, int b)
{
    while (b > 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Columns of the bar: the most of which all boundaries are whole columns, or simply the most.
 */
static int bar_columns(const struct view *v)
{
    int most = v->width - INDENT - 4; /* the last column, and half of the number above it */
    int step = layout_has_instances(v->m) ? 1 : v->shape->length;
    for (int i = 0; i < v->piece_n; i++) {
        step = gcd(gcd(step, v->piece[i].start), v->piece[i].size);
    }
    for (int u = 1; u < v->shape->length; u++) {
        step = v->shape->unit[u] != v->shape->unit[u - 1] ? gcd(step, u) : step;
    }
    int steps = v->shape->length / step;
    return steps <= most ? most - most % steps : most;
}

static int column_of(const struct view *v, int unit, int columns)
{
    return unit * columns / v->shape->length;
}

/* A number above its boundary, unless it would touch the one before. */
static void add_tick(struct text *ruler, int column, int unit)
{
    if (ruler->n == 0 || (size_t)column > ruler->n) {
        text_pad(ruler, (size_t)column - ruler->n);
        text_addf(ruler, "%d", unit);
    }
}

static bool is_boundary(const struct view *v, int unit)
{
    for (int i = 0; i < v->piece_n; i++) {
        if (v->piece[i].start == unit || v->piece[i].start + v->piece[i].size == unit) {
            return true;
        }
    }
    return unit == 0 || unit == v->shape->length || layout_has_instances(v->m) ||
           v->shape->unit[unit] != v->shape->unit[unit - 1];
}

/* Has every piece room for its letter, and does it lie on the axis? Equal vGPUs are numbered by
 * slots, which a table of one's own may make longer than the GPU. */
static bool is_legible(const struct view *v, int columns)
{
    for (int i = 0; i < v->piece_n; i++) {
        const struct piece *p = &v->piece[i];
        int end = p->start + p->size;
        if (end > v->shape->length ||
            column_of(v, end, columns) == column_of(v, p->start, columns)) {
            return false;
        }
    }
    return columns <= BAR_MAX;
}

static void draw_bar(const struct view *v, int columns, struct text *out)
{
    char bar[BAR_MAX + 2];
    for (int u = 0; u < v->shape->length; u++) {
        int from = column_of(v, u, columns);
        int to = column_of(v, u + 1, columns);
        static const char fill[] = {
            [FITS_FREE] = '.', [FITS_TAKEN] = '=', [FITS_STRANDED] = 'x'};
        memset(bar + from, fill[v->shape->unit[u]], (size_t)(to - from));
    }
    for (int i = 0; i < v->piece_n; i++) {
        const struct piece *p = &v->piece[i];
        int from = column_of(v, p->start, columns);
        int to = column_of(v, p->start + p->size, columns);
        bool has_edge = to - from >= 2;
        bar[from] = has_edge ? '|' : letters[i];
        if (has_edge) {
            bar[from + 1] = letters[i];
        }
        if (i + 1 == v->piece_n || v->piece[i + 1].start > p->start + p->size) {
            bar[to] = '|';
        }
    }
    bar[0] = bar[0] == '.' || bar[0] == 'x' ? '|' : bar[0];
    bar[columns] = '|';
    text_pad(out, INDENT);
    text_add_n(out, bar, (size_t)columns + 1);
    text_add(out, "\n");
}

static void draw(const struct view *v, struct text *out)
{
    int columns = v->shape->length > 0 ? bar_columns(v) : 0;
    if (columns < 1 || !is_legible(v, columns)) {
        return;
    }
    struct text ruler;
    text_init(&ruler);
    for (int u = 0; u <= v->shape->length; u++) {
        if (is_boundary(v, u)) {
            add_tick(&ruler, column_of(v, u, columns), u);
        }
    }
    text_pad(out, INDENT);
    text_add(out, text_str(&ruler));
    text_add(out, "\n");
    out->failed = out->failed || ruler.failed;
    text_fini(&ruler);
    draw_bar(v, columns, out);
}

/* ---- Who ---- */

/* "chat/3", "chat/3.1" where a VM has several vGPUs. */
static void add_vm(const struct result *r, const struct seat *seat, struct text *out)
{
    const struct tenant *t = &r->scenario->tenant[seat->tenant_ix];
    text_addf(out, "%s/%d", t->name, seat->vm_ix);
    if (t->vgpus > 1) {
        text_addf(out, ".%d", seat->vgpu_ix);
    }
}

/* Number of a seat among those of its tenant. */
static int number_of(const struct result *r, const struct seat *seat)
{
    return seat->vm_ix * r->scenario->tenant[seat->tenant_ix].vgpus + seat->vgpu_ix;
}

bool layout_comes_next(const struct result *r, const struct seat *a, const struct seat *b)
{
    return a->tenant_ix == b->tenant_ix && number_of(r, b) == number_of(r, a) + 1;
}

void layout_add_range(const struct result *r, const struct seat *first, const struct seat *last,
                      struct text *out)
{
    add_vm(r, first, out);
    if (first != last) {
        text_add(out, number_of(r, last) == number_of(r, first) + 1 ? ", " : " to ");
        add_vm(r, last, out);
    }
}

/* Seats [first, first + n) of fits.seat, neighbours as ranges. */
static void add_seats(const struct result *r, const struct mode_result *m, int first, int n,
                      struct text *out)
{
    const char *separator = "";
    for (int i = first; i < first + n;) {
        int last = i;
        while (last + 1 < first + n &&
               layout_comes_next(r, layout_seat(m, last), layout_seat(m, last + 1))) {
            last++;
        }
        text_add(out, separator);
        layout_add_range(r, layout_seat(m, i), layout_seat(m, last), out);
        separator = ", ";
        i = last + 1;
    }
}

/* ---- Legend ---- */

const struct mig_profile *layout_profile(const struct mode_result *m, const struct seat *seat)
{
    return m->fleet->domain[seat->domain_ix].profile;
}

static const char *type_name(const struct view *v, const struct seat *seat)
{
    return seat->type != NULL                               ? seat->type->name
           : v->m->spec->kind == MODE_CONTAINER_TIME_SLICED ? "container"
           : v->m->spec->kind == MODE_PASSTHROUGH           ? "whole GPU"
                                                            : "-";
}

/* May pieces a and b, which follow one another, share a line? */
static bool share_line(const struct view *v, int a, int b)
{
    const struct piece *x = &v->piece[a];
    const struct piece *y = &v->piece[b];
    const struct seat *s = layout_seat(v->m, x->first);
    const struct seat *t = layout_seat(v->m, y->first);
    return x->n == y->n && x->size == y->size && s->type == t->type &&
           layout_profile(v->m, s) == layout_profile(v->m, t) &&
           layout_comes_next(v->r, layout_seat(v->m, x->first + x->n - 1), t);
}

static void add_starts(const struct view *v, int first, int last, struct text *out)
{
    enum {
        LISTED = 8 /* starts that are written out */
    };
    for (int i = first; i <= last; i++) {
        if (last - first >= LISTED && i == first + 2) {
            text_add(out, " ..");
            i = last;
        }
        text_addf(out, "%s%d", i > first ? " " : "", v->piece[i].start);
    }
}

static void add_line(const struct view *v, int first, int last, struct table *t)
{
    const struct piece *p = &v->piece[first];
    const struct seat *seat = layout_seat(v->m, p->first);
    struct text starts;
    struct text who;
    text_init(&starts);
    text_init(&who);
    add_starts(v, first, last, &starts);
    add_seats(v->r, v->m, p->first, (last - first + 1) * p->n, &who);
    table_row(t);
    if (first == last) {
        table_cell(t, "%c", letters[first]);
    } else {
        table_cell(t, "%c-%c", letters[first], letters[last]);
    }
    if (layout_has_instances(v->m)) {
        table_cell(t, "%s", layout_profile(v->m, seat)->name);
    }
    if (p->n > 1) {
        table_cell(t, "%d x %s", p->n, type_name(v, seat));
    } else {
        table_cell(t, "%s", type_name(v, seat));
    }
    if (v->shape->length > 0) {
        table_cell(t, "%s", text_str(&starts));
    }
    table_cell(t, "%s", text_str(&who));
    t->failed = t->failed || starts.failed || who.failed;
    text_fini(&starts);
    text_fini(&who);
}

static void write_legend(const struct view *v, struct text *out)
{
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, 0, " ");
    if (layout_has_instances(v->m)) {
        table_column(&t, TABLE_LEFT, 1, "instance");
    }
    table_column(&t, TABLE_LEFT, layout_has_instances(v->m) ? 3 : 1, "type");
    if (v->shape->length > 0) {
        table_column(&t, TABLE_LEFT, 2,
                     v->m->spec->kind == MODE_TIME_SLICED ? "at GiB" : "start");
    }
    table_column(&t, TABLE_LEFT, 0, "VM");
    for (int i = 0; i < v->piece_n;) {
        int last = i;
        while (last + 1 < v->piece_n && share_line(v, last, last + 1)) {
            last++;
        }
        add_line(v, i, last, &t);
        i = last + 1;
    }
    table_print(&t, (size_t)v->width, INDENT, out);
    table_fini(&t);
}

/* ---- GPUs ---- */

int layout_count(const struct fits_shape *x, enum fits_unit as)
{
    int n = 0;
    for (int u = 0; u < x->length; u++) {
        n += x->unit[u] == (unsigned char)as ? 1 : 0;
    }
    return n;
}

/* "; stranded: 1 unit", then ", 2 compute slices"; nothing where n is 0. */
static void add_count(struct text *out, const char **separator, int n, const char *what)
{
    if (n > 0) {
        text_addf(out, "%s%d %s%s", *separator, n, what, n == 1 ? "" : "s");
        *separator = ", ";
    }
}

/* "7 of 8 units in 7 instances, 0 compute slices free; stranded: 1 unit" */
static void add_summary(const struct view *v, struct text *out)
{
    const struct fits_shape *x = v->shape;
    if (x->seat_n == 0) {
        text_add(out, "empty");
        return;
    }
    if (layout_has_instances(v->m)) {
        text_addf(out, "%d of %d units in %d %s", layout_count(x, FITS_TAKEN), x->length,
                  v->piece_n, v->piece_n == 1 ? "instance" : "instances");
        text_addf(out, ", %d compute %s free", x->rest.compute_free,
                  x->rest.compute_free == 1 ? "slice" : "slices");
        const char *separator = "; stranded: ";
        add_count(out, &separator, x->rest.memory_stranded, "unit");
        add_count(out, &separator, x->rest.compute_stranded, "compute slice");
        return;
    }
    const char *what = v->m->spec->kind == MODE_CONTAINER_TIME_SLICED ? "container"
                       : v->m->spec->kind == MODE_PASSTHROUGH         ? "VM"
                                                                      : "vGPU";
    text_addf(out, "%d %s%s", x->seat_n, what, x->seat_n == 1 ? "" : "s");
    if (x->length > 0) {
        text_addf(out, " on %d of %d GiB", layout_count(x, FITS_TAKEN), x->length);
        int stranded = layout_count(x, FITS_STRANDED);
        if (stranded > 0) {
            text_addf(out, "; %d GiB stranded", stranded);
        }
    }
}

/* Host of a GPU in the fleet. */
static int host_of(const struct scenario *s, int gpu_ix)
{
    int host_ix = 0;
    for (int g = 0; g < s->group_n; g++) {
        int gpus = s->group[g].count * s->group[g].gpus;
        if (gpu_ix < gpus) {
            return host_ix + gpu_ix / s->group[g].gpus;
        }
        gpu_ix -= gpus;
        host_ix += s->group[g].count;
    }
    return 0;
}

static void add_gpus(const struct scenario *s, int first, int last, struct text *out)
{
    fleet_host_name(s, host_of(s, first), out);
    if (out->n > 0 && host_of(s, last) != host_of(s, first)) {
        text_add(out, " to ");
        fleet_host_name(s, host_of(s, last), out);
    }
    text_addf(out, "%sGPU %d", out->n > 0 ? " " : "", first);
    if (last > first) {
        text_addf(out, "-%d", last);
    }
}

/* The VMs of GPUs [first, last] that look alike: the seats at one place of all of them in a
 * row, where they are neighbours. */
static void add_others(const struct view *v, int first, int last, struct text *out)
{
    const struct fits *f = v->m->fits;
    if (first == last) {
        add_seats(v->r, v->m, f->gpu_seat[first], v->shape->seat_n, out);
        return;
    }
    for (int t = 0, said = 0; t < v->r->scenario->tenant_n; t++) {
        const struct seat *low = NULL;
        const struct seat *high = NULL;
        int n = 0;
        for (int i = f->gpu_seat[first]; i < f->gpu_seat[last + 1]; i++) {
            const struct seat *seat = layout_seat(v->m, i);
            if (seat->tenant_ix == t) {
                n++;
                low = low == NULL || number_of(v->r, seat) < number_of(v->r, low) ? seat : low;
                high =
                    high == NULL || number_of(v->r, seat) > number_of(v->r, high) ? seat : high;
            }
        }
        if (n == 0) {
            continue;
        }
        text_add(out, said++ > 0 ? ", " : "");
        if (number_of(v->r, high) - number_of(v->r, low) + 1 == n) {
            layout_add_range(v->r, low, high, out);
        } else {
            text_addf(out, "%d of ", n);
            layout_add_range(v->r, low, high, out);
        }
    }
}

/* The first GPU of a shape, drawn; empty ones [first, last] need no picture. */
static void write_gpus(const struct view *v, int first, int last, struct text *out)
{
    struct text line;
    text_init(&line);
    add_gpus(v->r->scenario, first, v->shape->seat_n > 0 ? first : last, &line);
    text_addf(&line, "  %s: ", v->r->scenario->catalog->gpu[v->shape->model_ix].key);
    add_summary(v, &line);
    table_paragraph(out, v->width, 2, &line);
    if (v->shape->seat_n > 0) {
        draw(v, out);
        write_legend(v, out);
    }
}

static void write_alike(const struct view *v, int first, int last, struct text *out)
{
    struct text line;
    text_init(&line);
    add_gpus(v->r->scenario, first, last, &line);
    text_addf(&line, "  same as GPU %d: ", v->shape->gpu_ix);
    add_others(v, first, last, &line);
    table_paragraph(out, v->width, 2, &line);
}

void rep_layout_write(const struct result *r, const struct mode_result *m,
                      const struct rep_options *o, struct text *out)
{
    const struct fits *f = m->fits;
    for (int g = 0; g < f->gpu_n;) {
        int last = g;
        while (last + 1 < f->gpu_n && f->shape_ix[last + 1] == f->shape_ix[g]) {
            last++;
        }
        struct view v = {
            .r = r, .m = m, .shape = &f->shape[f->shape_ix[g]], .width = layout_width(o)};
        layout_find_pieces(&v);
        bool is_drawn = v.shape->gpu_ix == g || v.shape->seat_n == 0;
        if (is_drawn) {
            write_gpus(&v, g, last, out);
        }
        if (v.shape->seat_n > 0 && (!is_drawn || g < last)) {
            write_alike(&v, is_drawn ? g + 1 : g, last, out);
        }
        g = last + 1;
    }
}
