/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_front.c - the front of a saved plan as a picture: cost against the p95 of one tenant. */
#include <math.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/plot.h"

enum {
    SERIES_MAX = 64
};

struct front {
    const struct jsonin *point; /* the list */
    double per_unit;            /* of p95 */
    const char *label[SERIES_MAX];
    int label_n;
};

static int label_find(const struct front *f, const char *label)
{
    int i = 0;
    while (i < f->label_n && strcmp(f->label[i], label) != 0) {
        i++;
    }
    return i;
}

/* Labels in the order of the points, and the scale of the times. False with a diagnostic. */
static bool look(struct front *f, const char *path, struct diag *d)
{
    for (int i = 0; i < jsonin_n(f->point); i++) {
        const struct jsonin *item = &f->point->item[i];
        const char *label = jsonin_text(item, "label");
        const struct estimate e = jsonin_estimate(jsonin_find(item, "p95_ns"));
        if (label == NULL || !isfinite(jsonin_number(item, "cost")) || !e.has_value) {
            return diag_error(d, SPAN_NONE,
                              "%s: point %d of the front lacks label, cost or p95", path, i);
        }
        if (label_find(f, label) == f->label_n && f->label_n < SERIES_MAX) {
            f->label[f->label_n++] = label;
        }
    }
    if (f->label_n == 0) {
        diag_error(d, SPAN_NONE, "%s: there is no front: no plan holds", path);
        diag_help(d, "vgpusim plan SCENARIO --front auto --format json -o %s", path);
        return false;
    }
    return true;
}

static void add_points(const struct front *f, struct text *script)
{
    text_add(script, "$points << EOD\n");
    for (int l = 0; l < f->label_n; l++) {
        for (int i = 0; i < jsonin_n(f->point); i++) {
            const struct jsonin *item = &f->point->item[i];
            const struct estimate e = jsonin_estimate(jsonin_find(item, "p95_ns"));
            if (strcmp(jsonin_text(item, "label"), f->label[l]) == 0) {
                text_addf(script, "%.9g %.9g %.9g %.9g\n", jsonin_number(item, "cost"),
                          e.value / f->per_unit, (e.has_ci ? e.lo : e.value) / f->per_unit,
                          (e.has_ci ? e.hi : e.value) / f->per_unit);
            }
        }
        text_add(script, "\n\n");
    }
    text_add(script, "EOD\n$front << EOD\n");
    for (int i = 0; i < jsonin_n(f->point); i++) {
        const struct jsonin *item = &f->point->item[i];
        if (jsonin_is_true(item, "on_front")) {
            text_addf(script, "%.9g %.9g\n", jsonin_number(item, "cost"),
                      jsonin_estimate(jsonin_find(item, "p95_ns")).value / f->per_unit);
        }
    }
    text_addf(script, "EOD\nSERIES = %d\n", f->label_n);
}

static void add_axes(const struct jsonin *front, const char *unit, struct text *script)
{
    const char *tenant = jsonin_text(front, "tenant");
    const char *cost = jsonin_text(front, "cost_unit");
    struct text label;
    text_init(&label);
    text_addf(&label, "p95 of %.40s, %s", tenant == NULL ? "-" : tenant, unit);
    text_add(script, "set xlabel ");
    plot_string(script, cost != NULL && strcmp(cost, "gpus") == 0 ? "GPUs" : "USD an hour", 20);
    text_add(script, "\nset ylabel ");
    plot_string(script, text_str(&label), 50);
    text_add(script, "\n");
    script->failed |= label.failed;
    text_fini(&label);
}

bool plot_front(enum plot_target target, const struct jsonin *plan, const char *path,
                struct text *script, struct diag *d)
{
    const struct jsonin *front = jsonin_find(plan, "front");
    struct front f = {.point = jsonin_find(front, "points")};
    if (!look(&f, path, d)) {
        return false;
    }
    const struct estimate first = jsonin_estimate(jsonin_find(&f.point->item[0], "p95_ns"));
    const struct units_scale scale = units_time_scale(first.value);
    f.per_unit = scale.per_unit;
    struct plot p = {.script = script,
                     .target = target,
                     .panel_n = 1,
                     .width = PLOT_WIDTH + 140,
                     .height = PLOT_HEIGHT + 60,
                     .legend_n = f.label_n};
    for (int i = 0; i < f.label_n; i++) {
        const int width = (int)text_width(f.label[i]);
        p.legend_width = width > p.legend_width ? width : p.legend_width;
    }
    plot_begin(&p, "cost against p95: plans that hold every objective");
    plot_panel(&p, "");
    add_axes(front, scale.unit, script);
    add_points(&f, script);
    plot_add_file(&p, "frontier.gp");
    if (target != PLOT_PAGE) {
        plot_legend_begin(&p);
        for (int i = 0; i < f.label_n; i++) {
            plot_legend_line(&p, i, i, f.label[i]);
        }
        text_add(script, "plot [0:1][0:1] -1 notitle\n");
    }
    plot_end(&p);
    return true;
}
