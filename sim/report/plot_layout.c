/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_layout.c - GPUs as bars and vGPUs as boxes on them, a row for GPUs that look alike.
 * vGPUs that share an instance lie on top of each other in its box. A letter names the tenant
 * where its name does not fit. */
#include <stdio.h>
#include <string.h>

#include "sim/report/plot_stored.h"

enum {
    BOXES_MAX = 2000, /* of a panel */
    BAR_WIDTH = 300,  /* of the longest bar, roughly */
    CHARACTER = 7
};

/* The mode of the ix-th panel, or -1. */
static int mode_of_panel(const struct stored *s, int ix)
{
    for (int m = 0; m < s->mode_n; m++) {
        if (s->layout[m].placed_as == m && s->layout[m].shape_n > 0 && ix-- == 0) {
            return m;
        }
    }
    return -1;
}

int plot_layout_panels(const struct stored *s)
{
    int n = 0;
    while (mode_of_panel(s, n) >= 0) {
        n++;
    }
    return n;
}

int plot_layout_rows(const struct stored *s)
{
    int rows = 1;
    for (int m = 0; m < s->mode_n; m++) {
        rows = s->layout[m].shape_n > rows ? s->layout[m].shape_n : rows;
    }
    return rows;
}

/* Every mode that is placed like this one. */
void plot_layout_caption(const struct stored *s, int ix, struct text *out)
{
    const int mode = mode_of_panel(s, ix);
    const char *separator = "";
    for (int m = mode; m >= 0 && m < s->mode_n; m++) {
        if (s->layout[m].placed_as == mode) {
            text_add(out, separator);
            text_add(out, s->label[m]);
            text_add(out, stored_is_feasible(s, m) ? "" : " (infeasible: as far as it goes)");
            separator = ", ";
        }
    }
}

int plot_layout_tenants(const struct stored *s)
{
    return s->tenant_n < PLOT_PANELS_MAX ? s->tenant_n : PLOT_PANELS_MAX;
}

int plot_layout_width(const struct stored *s)
{
    int width = 0;
    for (int t = 0; t < s->tenant_n; t++) {
        const int n = (int)text_width(stored_tenant_name(s, t)) + 3;
        width = n > width ? n : width;
    }
    return width;
}

void plot_layout_legend(struct plot *p, const struct stored *s)
{
    for (int t = 0; t < plot_layout_tenants(s); t++) {
        char letter[4];
        char label[96];
        plot_letter(t, letter);
        snprintf(label, sizeof label, "%s  %.80s", letter, stored_tenant_name(s, t));
        plot_legend_area(p, t, plot_rgb(t), "solid 0.45", label);
    }
}

/* ---- A panel ---- */

/* Seats from `from` that lie on the same place. */
static int stacked(const struct stored_shape *x, int from)
{
    int n = 1;
    while (from + n < x->seat_n && x->seat[from + n].start == x->seat[from].start) {
        n++;
    }
    return n;
}

static void add_box(struct plot *p, const struct stored *s, const struct stored_seat *seat,
                    const double box[4], double px)
{
    const char *name = seat->tenant_ix < 0 ? "?" : stored_tenant_name(s, seat->tenant_ix);
    const int color = seat->tenant_ix < 0 ? 6 : seat->tenant_ix;
    char letter[4];
    plot_letter(color, letter);
    const bool fits = (double)(text_width(name) * CHARACTER) < px - 4;
    text_addf(p->script,
              "set object rect from %.6g,%.6g to %.6g,%.6g fc rgb \"%s\" fs solid 0.45 border "
              "lc rgb \"%s\" lw 1\n",
              box[0], box[1], box[2], box[3], plot_rgb(color), plot_rgb(color));
    text_add(p->script, "set label ");
    plot_string(p->script, fits ? name : letter, 40);
    text_addf(p->script, " at %.6g,%.6g center font \",%d\"\n", (box[0] + box[2]) / 2,
              (box[1] + box[3]) / 2, box[3] - box[1] < 0.3 ? 8 : 11);
}

static void add_row(struct plot *p, const struct stored *s, const struct stored_shape *x,
                    int row, double length, int *box_n)
{
    const double full = x->length > 0 ? x->length : 1;
    text_addf(
        p->script,
        "set object rect from 0,%.6g to %.6g,%.6g fs empty border lc rgb \"black\" lw 1\n",
        row - 0.36, full, row + 0.36);
    for (int i = 0, n = 0; i < x->seat_n; i += n) {
        n = stacked(x, i);
        for (int k = 0; k < n && *box_n < BOXES_MAX; k++, (*box_n)++) {
            const struct stored_seat *seat = &x->seat[i + k];
            const double size = seat->size > 0 ? seat->size : full;
            const double step = 0.68 / n;
            const double box[4] = {seat->start, row - 0.34 + k * step, seat->start + size,
                                   row - 0.34 + (k + 1) * step};
            add_box(p, s, seat, box, size / length * BAR_WIDTH);
        }
    }
}

static void add_row_tic(struct plot *p, const struct stored_shape *x, int row)
{
    char label[64];
    if (x->gpu_n == 1) {
        snprintf(label, sizeof label, "GPU %d", x->gpu);
    } else if (x->is_a_run) {
        snprintf(label, sizeof label, "GPU %d-%d", x->gpu, x->gpu + x->gpu_n - 1);
    } else {
        snprintf(label, sizeof label, "GPU %d and %d like it", x->gpu, x->gpu_n - 1);
    }
    text_addf(p->script, "set ytics add (\"%s\" %d)\n", label, row);
}

/* "A100-PCIE-80GB, L40S": the models of the rows, each once. */
static void models_of(const struct stored_layout *l, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (int i = 0; i < l->shape_n && n < size; i++) {
        bool is_new = true;
        for (int k = 0; k < i; k++) {
            is_new = is_new && strcmp(l->shape[k].model, l->shape[i].model) != 0;
        }
        if (is_new) {
            n += (size_t)snprintf(out + n, size - n, "%s%.40s", n > 0 ? ", " : "",
                                  l->shape[i].model);
        }
    }
}

void plot_layout_panel(struct plot *p, const struct stored *s, int ix)
{
    const int m = mode_of_panel(s, ix);
    const struct stored_layout *l = &s->layout[m];
    double length = 1;
    int box_n = 0;
    for (int i = 0; i < l->shape_n; i++) {
        length = l->shape[i].length > length ? l->shape[i].length : length;
    }
    char models[128];
    char title[256];
    models_of(l, models, sizeof models);
    snprintf(title, sizeof title, "%.60s: %s%s%s", s->label[m], models,
             l->more_n > 0 ? " (first kinds)" : "",
             stored_is_feasible(s, m) ? "" : ", infeasible");
    plot_panel(p, title);
    text_add(p->script, "set ytics ()\n");
    for (int i = 0; i < l->shape_n; i++) {
        add_row(p, s, &l->shape[i], l->shape_n - 1 - i, length, &box_n);
        add_row_tic(p, &l->shape[i], l->shape_n - 1 - i);
    }
    text_addf(p->script, "LENGTH = %.6g\nROWS = %d\nXLABEL = \"%s\"\n", length, l->shape_n,
              l->shape[0].has_instances ? "units of the memory axis"
              : length > 1              ? "framebuffer, GiB"
                                        : "GPU");
    plot_add_file(p, "layout.gp");
}
