/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_fit.c - errors of fitted laws: a panel for each workload, a column for each slice.
 *
 * In a column batches stand in ascending order. Filled points are errors of the law that was
 * fitted to all slices; open ones of the law fitted to the other slices, which says what to
 * expect of a slice that nobody has measured. */
#include <math.h>
#include <string.h>

#include "sim/report/plot.h"
#include "sim/report/rep_fit.h"

enum {
    FIT_LABEL = 12
};

/* Factors of a slice, from the first of its points. */
static const struct fit_point *point_of(const struct fit_data *data, int slice)
{
    for (int i = 0; i < data->point_n; i++) {
        if (data->point[i].slice == slice) {
            return &data->point[i];
        }
    }
    return &data->point[0];
}

/* How many slices have fewer SMs, or as many and less bandwidth, or came before: its column. */
static int column_of(const struct fit_data *data, int slice)
{
    const struct fit_point *p = point_of(data, slice);
    int n = 0;
    for (int s = 0; s < data->slice_n; s++) {
        const struct fit_point *q = point_of(data, s);
        const bool is_same = !(q->compute > p->compute) && !(q->compute < p->compute);
        const bool is_as_fast = !(q->memory > p->memory) && !(q->memory < p->memory);
        n += q->compute > p->compute || (is_same && q->memory > p->memory) ||
                     (is_same && is_as_fast && s < slice)
                 ? 1
                 : 0;
    }
    return n;
}

/* Place of a batch in its column, in (-0.4, 0.4). */
static double place_of(const struct fit_data *data, int size)
{
    int below = 0;
    for (int i = 0; i < data->size_n; i++) {
        below += data->size[i] < data->size[size] ? 1 : 0;
    }
    return data->size_n < 2 ? 0 : 0.7 * ((double)below / (data->size_n - 1) - 0.5);
}

static void add_errors(struct plot *p, const struct fit_data *data, const double *error,
                       const char *name)
{
    text_addf(p->script, "$%s << EOD\n-9 0\n", name);
    for (int i = 0; i < data->point_n; i++) {
        if (!isnan(error[i])) {
            text_addf(p->script, "%.9g %.9g\n",
                      column_of(data, data->point[i].slice) +
                          place_of(data, data->point[i].size),
                      100 * error[i]);
        }
    }
    text_add(p->script, "EOD\n");
}

static void fit_panel(struct plot *p, const struct fitin_group *g, const struct fit_result *f,
                      const char *gpu)
{
    const char *separator = "";
    struct text title;
    text_init(&title);
    text_add(&title, g->name);
    if (strstr(g->name, gpu) == NULL) {
        text_add(&title, g->name[0] == '\0' ? "" : ", ");
        text_add(&title, gpu);
    }
    plot_panel(p, text_str(&title));
    text_add(p->script, "set xtics (");
    for (int s = 0; s < g->data.slice_n; s++) {
        text_add(p->script, separator);
        plot_tic(p->script, g->slice[s], FIT_LABEL, column_of(&g->data, s));
        separator = ", ";
    }
    text_addf(p->script, ")\nCOLUMNS = %d\n", g->data.slice_n);
    add_errors(p, &g->data, f->residual, "fit");
    add_errors(p, &g->data, f->left_out, "left");
    plot_add_file(p, "fit.gp");
    p->script->failed |= title.failed;
    text_fini(&title);
}

void plot_fit(enum plot_target target, const struct rep_fit *r, struct text *script)
{
    const int n = r->in->group_n < PLOT_PANELS_MAX ? r->in->group_n : PLOT_PANELS_MAX;
    struct plot p = {.script = script,
                     .target = target,
                     .panel_n = n,
                     .width = PLOT_WIDTH + 60,
                     .height = PLOT_HEIGHT,
                     .legend_n = 2,
                     .legend_width = 44};
    plot_begin(&p, "errors of the fitted law, predicted over measured");
    for (int i = 0; i < n; i++) {
        const struct fitin_group *g = &r->in->group[i];
        fit_panel(&p, g, &r->result[i], r->catalog->gpu[g->gpu_ix].key);
    }
    plot_legend_begin(&p);
    plot_legend_point(&p, 0, 7, plot_rgb(0), "law fitted to all slices");
    plot_legend_point(&p, 1, 4, plot_rgb(1), "law fitted to the other slices");
    text_add(script, "plot [0:1][0:1] -1 notitle\n");
    plot_end(&p);
}
