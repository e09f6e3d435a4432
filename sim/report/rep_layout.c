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
#include "sim/report/table.h"

enum {
    PAGE_MAX = 80, /* columns of a picture */
    INDENT = 4,
    BAR_MAX = 128
};

static const char letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%";

/* One piece: the seats [first, first + n) of fits.seat. */
struct piece {
    int first, n;
    int start, size;
};

struct view {
    const struct result *r;
    const struct mode_result *m;
    const struct fits_shape *shape;
    struct piece piece[SCHED_VGPUS_MAX];
    int piece_n;
    int width; /* of the page */
};

static int page_width(const struct rep_options *o)
{
    return o->width < PAGE_MAX ? o->width : PAGE_MAX;
}

static bool has_instances(const struct mode_result *m)
{
    return m->spec->kind == MODE_MIG || m->spec->kind == MODE_TIME_SLICED_MIG;
}

static const struct seat *seat_at(const struct mode_result *m, int at)
{
    return &m->fleet->seat[m->fits->seat[at]];
}

static void find_pieces(struct view *v)
{
    int from = v->m->fits->gpu_seat[v->shape->gpu_ix];
    for (int i = from; i < from + v->shape->seat_n; i++) {
        const struct seat *seat = seat_at(v->m, i);
        if (has_instances(v->m) && i > from &&
            seat->domain_ix == seat_at(v->m, i - 1)->domain_ix) {
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
    int step = has_instances(v->m) ? 1 : v->shape->length;
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
    return unit == 0 || unit == v->shape->length || has_instances(v->m) ||
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

static bool comes_next(const struct result *r, const struct seat *a, const struct seat *b)
{
    return a->tenant_ix == b->tenant_ix && number_of(r, b) == number_of(r, a) + 1;
}

static void add_range(const struct result *r, const struct seat *first, const struct seat *last,
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
        while (last + 1 < first + n && comes_next(r, seat_at(m, last), seat_at(m, last + 1))) {
            last++;
        }
        text_add(out, separator);
        add_range(r, seat_at(m, i), seat_at(m, last), out);
        separator = ", ";
        i = last + 1;
    }
}

/* ---- Legend ---- */

static const struct mig_profile *profile_of(const struct mode_result *m,
                                            const struct seat *seat)
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
    const struct seat *s = seat_at(v->m, x->first);
    const struct seat *t = seat_at(v->m, y->first);
    return x->n == y->n && x->size == y->size && s->type == t->type &&
           profile_of(v->m, s) == profile_of(v->m, t) &&
           comes_next(v->r, seat_at(v->m, x->first + x->n - 1), t);
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
    const struct seat *seat = seat_at(v->m, p->first);
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
    if (has_instances(v->m)) {
        table_cell(t, "%s", profile_of(v->m, seat)->name);
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
    if (has_instances(v->m)) {
        table_column(&t, TABLE_LEFT, 1, "instance");
    }
    table_column(&t, TABLE_LEFT, has_instances(v->m) ? 3 : 1, "type");
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

static int count_units(const struct fits_shape *x, enum fits_unit as)
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
    if (has_instances(v->m)) {
        text_addf(out, "%d of %d units in %d %s", count_units(x, FITS_TAKEN), x->length,
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
        text_addf(out, " on %d of %d GiB", count_units(x, FITS_TAKEN), x->length);
        int stranded = count_units(x, FITS_STRANDED);
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
            const struct seat *seat = seat_at(v->m, i);
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
            add_range(v->r, low, high, out);
        } else {
            text_addf(out, "%d of ", n);
            add_range(v->r, low, high, out);
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
            .r = r, .m = m, .shape = &f->shape[f->shape_ix[g]], .width = page_width(o)};
        find_pieces(&v);
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
    table_paragraph(out, page_width(o), 2, &line);
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
                   comes_next(r, &f->seat[last], &f->seat[last + 1])) {
                last++;
            }
            text_add(&x, x.n > 0 ? ", " : "");
            add_range(r, &f->seat[i], &f->seat[last], &x);
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

/* ---- JSON ---- */

static void json_more(struct jout *j, const char *key, const struct fits_more *more, int n)
{
    jout_open_list(j, key, false);
    for (int i = 0; i < n; i++) {
        jout_open_object(j, NULL, true);
        jout_string(j, "type", more[i].type != NULL ? more[i].type->name : NULL);
        jout_string(j, "mig", more[i].profile != NULL ? more[i].profile->name : NULL);
        if (more[i].more >= 0) {
            jout_int(j, "more", more[i].more);
        } else {
            jout_null(j, "more");
        }
        jout_close_object(j);
    }
    jout_close_list(j);
}

static void json_piece(struct jout *j, const struct view *v, const struct piece *p)
{
    const struct seat *seat = seat_at(v->m, p->first);
    const struct mig_profile *profile = profile_of(v->m, seat);
    jout_open_object(j, NULL, true);
    jout_int(j, "start", p->start);
    jout_int(j, "size", p->size);
    jout_string(j, "mig", profile != NULL ? profile->name : NULL);
    jout_string(j, "type", seat->type != NULL ? seat->type->name : NULL);
    jout_int(j, "seats", p->n);
    jout_close_object(j);
}

/* One shape: the GPUs that have it and what they look like. */
static void json_shape(struct jout *j, struct view *v)
{
    const struct fits_shape *x = v->shape;
    const struct fits *f = v->m->fits;
    jout_open_object(j, NULL, false);
    jout_open_list(j, "gpus", true);
    for (int g = 0; g < f->gpu_n; g++) {
        if (&f->shape[f->shape_ix[g]] == x) {
            jout_int(j, NULL, g);
        }
    }
    jout_close_list(j);
    jout_string(j, "gpu_type", v->r->scenario->catalog->gpu[x->model_ix].key);
    jout_string(j, "axis", x->length == 0 ? NULL : has_instances(v->m) ? "units" : "GiB");
    jout_int(j, "length", x->length);
    jout_int(j, "taken", count_units(x, FITS_TAKEN));
    if (has_instances(v->m)) {
        jout_int(j, "stranded", x->rest.memory_stranded);
        jout_int(j, "compute_slices_free", x->rest.compute_free);
        jout_int(j, "compute_slices_stranded", x->rest.compute_stranded);
        jout_real(j, "fragmentation_frac", x->rest.fragmentation_frac);
    } else {
        jout_int(j, "stranded", count_units(x, FITS_STRANDED));
    }
    jout_open_list(j, "pieces", false);
    find_pieces(v);
    for (int i = 0; i < v->piece_n; i++) {
        json_piece(j, v, &v->piece[i]);
    }
    jout_close_list(j);
    json_more(j, "remaining", x->more, x->more_n);
    jout_close_object(j);
}

static void json_hosts(struct jout *j, const struct result *r, const struct fits *f)
{
    jout_open_list(j, "hosts_left", false);
    for (int i = 0; i < f->host_n; i++) {
        const struct fits_host *h = &f->host[i];
        struct text name;
        text_init(&name);
        fleet_host_name(r->scenario, h->host_ix, &name);
        jout_open_object(j, NULL, true);
        jout_string(j, "host_name", text_str(&name));
        if (h->memory_bytes < UINT64_MAX) {
            jout_int(j, "memory_bytes", (int64_t)h->memory_bytes);
        } else {
            jout_null(j, "memory_bytes");
        }
        if (h->cpus < INT64_MAX) {
            jout_int(j, "cpus", h->cpus);
        } else {
            jout_null(j, "cpus");
        }
        jout_close_object(j);
        j->out->failed = j->out->failed || name.failed;
        text_fini(&name);
    }
    jout_close_list(j);
}

static void json_changes(struct jout *j, const struct fits *f)
{
    jout_open_list(j, "changes", false);
    for (int i = 0; i < f->change_n; i++) {
        const struct fits_change *c = &f->change[i];
        jout_open_object(j, NULL, true);
        jout_string(j, "field", c->field);
        jout_string(j, "value", c->value);
        jout_string(j, "set", c->set);
        jout_bool(j, "fits", c->works);
        jout_bool(j, "gives_less", c->gives_less);
        jout_close_object(j);
    }
    jout_close_list(j);
}

void rep_layout_json(struct jout *j, const struct result *r, const struct mode_result *m)
{
    const struct fits *f = m->fits;
    jout_open_list(j, "layout", false);
    for (int i = 0; i < f->shape_n; i++) {
        struct view v = {.r = r, .m = m, .shape = &f->shape[i]};
        json_shape(j, &v);
    }
    jout_close_list(j);
    jout_open_list(j, "remaining", false);
    for (int i = 0; i < f->total_n; i++) {
        const struct fits_total *t = &f->total[i];
        jout_open_object(j, NULL, false);
        jout_string(j, "gpu_type", r->scenario->catalog->gpu[t->model_ix].key);
        jout_int(j, "gpus", t->gpu_n);
        json_more(j, "kinds", t->more, t->more_n);
        jout_close_object(j);
    }
    jout_close_list(j);
    json_hosts(j, r, f);
    json_changes(j, f);
}
