/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_fit.c - fitted laws as text, JSON and CSV.
 *
 * Rates are batches' items per second, as measured; errors are those of the rate, predicted
 * over measured. Every measurement is listed, however bad. */
#include "sim/report/rep_fit.h"

#include <math.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/jout.h"
#include "sim/report/rep.h"
#include "sim/report/table.h"

static const struct {
    const char *name; /* as in a scenario */
    const char *key;  /* as in JSON */
    enum quantity quantity;
} params[FIT_PARAMS_N] = {
    [FIT_BASE] = {"base",     "base_ns",      Q_TIME    },
    [FIT_PER_ITEM] = {"per-item", "per_item_ns",  Q_TIME    },
    [FIT_SERIAL] = {"serial",   "serial_frac",  Q_FRACTION},
    [FIT_COMPUTE] = {"compute",  "compute_frac", Q_FRACTION},
    [FIT_MEMORY] = {"memory",   "memory_frac",  Q_FRACTION},
    [FIT_WIDTH] = {"width",    "width_frac",   Q_FRACTION},
    [FIT_FLOOR] = {"floor",    "floor_ns",     Q_TIME    },
};

static const char *form_name(struct fit_shape s)
{
    return s.sum ? "sum" : "max";
}

/* "max, serial, width" */
static void add_shape(struct fit_shape s, struct text *out)
{
    text_addf(out, "%s%s%s", form_name(s), s.serial ? ", serial" : "",
              s.width ? ", width" : "");
}

/* Is the parameter free in this law? */
static bool is_used(const struct fitin_group *g, struct fit_shape s, int p)
{
    return !(p == FIT_SERIAL && !s.serial) && !(p == FIT_WIDTH && !s.width) &&
           !(p == FIT_BASE && g->data.size_n < 2);
}

static double rate_of(const struct fitin_group *g, const struct fit_point *q, double time_ns)
{
    return g->data.size[q->size] * 1e9 / time_ns;
}

static double law_rate(const struct fitin_group *g, const struct fit_result *f, int i)
{
    const struct fit_point *q = &g->data.point[i];
    return rate_of(g, q, fit_time_ns(&f->law, q->size, q->compute, q->memory));
}

/* ---- The workload of a scenario ---- */

/* Sizes in ascending order into `order`. */
static void sort_sizes(const struct fitin_group *g, int order[FIT_SIZES_MAX])
{
    for (int i = 0; i < g->data.size_n; i++) {
        int k = i;
        for (; k > 0 && g->data.size[order[k - 1]] > g->data.size[i]; k--) {
            order[k] = order[k - 1];
        }
        order[k] = i;
    }
}

static void add_time(double ns, struct text *out)
{
    /* The resolution of a scenario is 1 ns. */
    units_exact(out, Q_TIME, fmax(1.0, nearbyint(ns)));
}

static void add_service(const struct fitin_group *g, const struct fit_law *law,
                        struct text *out)
{
    int order[FIT_SIZES_MAX];
    sort_sizes(g, order);
    text_add(out, "service: {table: {");
    for (int i = 0; i < g->data.size_n; i++) {
        text_addf(out, "%s%.0f: ", i > 0 ? ", " : "", nearbyint(g->data.size[order[i]]));
        add_time(law->size_ns[order[i]], out);
    }
    text_add(out, "}}\n");
}

/* Percentages with two decimals whose sum is 100. */
static void add_scaling(const struct fit_law *law, struct text *out)
{
    const double *v = law->value;
    const double memory = nearbyint(v[FIT_MEMORY] * 1e4) / 100;
    const double serial = fmin(99.99, nearbyint(v[FIT_SERIAL] * 1e4) / 100);
    const double width = fmax(0.01, nearbyint(v[FIT_WIDTH] * 1e4) / 100);
    text_addf(out, "scaling: {form: %s, compute: %.2f%%, memory: %.2f%%, serial: %.2f%%, ",
              form_name(law->shape), 100 - memory - serial, memory, serial);
    text_addf(out, "width: %.2f%%, floor: ", width);
    if (law->known[FIT_FLOOR]) {
        add_time(v[FIT_FLOOR], out);
    } else {
        text_add(out, "0 ms");
    }
    text_add(out, "}\n");
}

void rep_fit_yaml(const struct rep_fit *r, int group_ix, struct text *out)
{
    const struct fitin_group *g = &r->in->group[group_ix];
    const struct fit_law *law = &r->result[group_ix].law;
    text_add(out,
             "workload:\n  kind: closed     # as it was measured: one batch after another\n"
             "  clients: 1\n");
    text_addf(out, "  reference: %s\n  ", r->catalog->gpu[g->gpu_ix].key);
    add_service(g, law, out);
    text_add(out, "  ");
    add_scaling(law, out);
}

/* ---- JSON ---- */

static void json_params(struct jout *j, const struct fitin_group *g, const struct fit_law *law)
{
    jout_open_object(j, "parameters", false);
    for (int p = 0; p < FIT_PARAMS_N; p++) {
        jout_open_object(j, params[p].key, true);
        jout_real(j, "value", law->value[p]);
        jout_real(j, "se", is_used(g, law->shape, p) ? law->se[p] : (double)NAN);
        jout_bool(j, "fitted", is_used(g, law->shape, p));
        jout_bool(j, "identified", law->known[p] && is_used(g, law->shape, p));
        jout_close_object(j);
    }
    jout_close_object(j);
}

static void json_shapes(struct jout *j, const struct fit_result *f)
{
    jout_open_list(j, "forms", false);
    for (int i = 0; i < FIT_SHAPES_N; i++) {
        const struct fit_shape s = fit_shape_of(i);
        jout_open_object(j, NULL, true);
        jout_string(j, "form", form_name(s));
        jout_bool(j, "serial", s.serial);
        jout_bool(j, "width", s.width);
        jout_real(j, "left_out_median_frac", f->shape[i].median);
        jout_real(j, "left_out_p90_frac", f->shape[i].p90);
        jout_bool(j, "chosen", i == f->chosen);
        jout_close_object(j);
    }
    jout_close_list(j);
}

static void json_points(struct jout *j, const struct rep_fit *r, int group_ix)
{
    const struct fitin_group *g = &r->in->group[group_ix];
    const struct fit_result *f = &r->result[group_ix];
    jout_open_list(j, "measurements", false);
    for (int i = 0; i < g->data.point_n; i++) {
        const struct fit_point *q = &g->data.point[i];
        jout_open_object(j, NULL, true);
        jout_int(j, "line", csvin_line(r->csv, g->row[i]));
        jout_string(j, "slice", g->slice[q->slice]);
        jout_real(j, "batch", g->data.size[q->size]);
        jout_real(j, "measured_per_s", rate_of(g, q, q->time_ns));
        jout_real(j, "law_per_s", law_rate(g, f, i));
        jout_real(j, "residual_frac", f->residual[i]);
        jout_real(j, "left_out_frac", f->left_out[i]);
        jout_close_object(j);
    }
    jout_close_list(j);
}

void rep_fit_json(const struct rep_fit *r, struct text *out)
{
    struct jout j;
    jout_init(&j, out);
    jout_open_object(&j, NULL, false);
    jout_string(&j, "schema", "vgpusim.fit/1");
    jout_open_list(&j, "workloads", false);
    for (int i = 0; i < r->in->group_n; i++) {
        const struct fitin_group *g = &r->in->group[i];
        const struct fit_result *f = &r->result[i];
        struct text yaml;
        text_init(&yaml);
        rep_fit_yaml(r, i, &yaml);
        jout_open_object(&j, NULL, false);
        jout_string(&j, "workload", g->name);
        jout_string(&j, "gpu", r->catalog->gpu[g->gpu_ix].key);
        jout_string(&j, "form", form_name(f->law.shape));
        json_params(&j, g, &f->law);
        jout_real(&j, "noise_frac", f->law.noise);
        jout_real(&j, "left_out_median_frac", f->median);
        jout_real(&j, "left_out_p90_frac", f->p90);
        json_shapes(&j, f);
        json_points(&j, r, i);
        jout_string(&j, "yaml", text_str(&yaml));
        jout_close_object(&j);
        out->failed |= yaml.failed;
        text_fini(&yaml);
    }
    jout_close_list(&j);
    jout_close_object(&j);
    text_add(out, "\n");
}

/* ---- CSV ---- */

static void add_number(struct text *out, double x)
{
    text_add(out, ",");
    if (!isnan(x)) {
        text_add_double(out, x);
    }
}

void rep_fit_csv(const struct rep_fit *r, struct text *out)
{
    text_add(out, "workload,gpu,form,slice,batch,line,measured_per_s,law_per_s,residual_frac,"
                  "left_out_frac\n");
    for (int k = 0; k < r->in->group_n; k++) {
        const struct fitin_group *g = &r->in->group[k];
        const struct fit_result *f = &r->result[k];
        for (int i = 0; i < g->data.point_n; i++) {
            const struct fit_point *q = &g->data.point[i];
            rep_csv_cell(out, g->name);
            text_addf(out, ",%s,%s,%s", r->catalog->gpu[g->gpu_ix].key, form_name(f->law.shape),
                      g->slice[q->slice]);
            add_number(out, g->data.size[q->size]);
            text_addf(out, ",%d", csvin_line(r->csv, g->row[i]));
            add_number(out, rate_of(g, q, q->time_ns));
            add_number(out, law_rate(g, f, i));
            add_number(out, f->residual[i]);
            add_number(out, f->left_out[i]);
            text_add(out, "\n");
        }
    }
}

/* ---- Text ---- */

static void add_value(struct table *t, double x, enum quantity quantity)
{
    struct text s;
    text_init(&s);
    units_print(&s, quantity, x);
    table_cell(t, "%s", text_str(&s));
    t->failed |= s.failed;
    text_fini(&s);
}

/* What a parameter that the data leave open means for its reader. */
static const char *why_open(const struct fitin_group *g, const struct fit_law *law, int p)
{
    if (!is_used(g, law->shape, p)) {
        return p == FIT_BASE ? "not fitted: one size of batch" : "not in the chosen form";
    }
    if (law->known[p]) {
        return "";
    }
    return p == FIT_FLOOR && !law->shape.sum
               ? "not identifiable: no time lies on it"
               : "not identifiable: the measurements leave it open";
}

static void text_params(const struct fitin_group *g, const struct fit_law *law,
                        struct text *out)
{
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, 0, "parameter");
    table_column(&t, TABLE_RIGHT, 0, "value");
    table_column(&t, TABLE_RIGHT, 0, "standard error");
    table_column(&t, TABLE_LEFT, 1, "%s", "");
    for (int p = 0; p < FIT_PARAMS_N; p++) {
        table_row(&t);
        table_cell(&t, "%s", params[p].name);
        add_value(&t, law->value[p], params[p].quantity);
        add_value(&t, is_used(g, law->shape, p) && law->known[p] ? law->se[p] : (double)NAN,
                  params[p].quantity);
        table_cell(&t, "%s", why_open(g, law, p));
    }
    table_print(&t, 100, 2, out);
    table_fini(&t);
}

static void text_shapes(const struct fit_result *f, struct text *out)
{
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, 0, "form, each slice left out");
    table_column(&t, TABLE_RIGHT, 0, "median error");
    table_column(&t, TABLE_RIGHT, 0, "90 %%");
    table_column(&t, TABLE_LEFT, 0, "%s", "");
    for (int i = 0; i < FIT_SHAPES_N; i++) {
        struct text name;
        text_init(&name);
        add_shape(fit_shape_of(i), &name);
        table_row(&t);
        table_cell(&t, "%s", text_str(&name));
        add_value(&t, f->shape[i].median, Q_FRACTION);
        add_value(&t, f->shape[i].p90, Q_FRACTION);
        table_cell(&t, "%s", i == f->chosen ? "chosen" : "");
        t.failed |= name.failed;
        text_fini(&name);
    }
    table_print(&t, 100, 2, out);
    table_fini(&t);
}

static void add_error(struct table *t, double x)
{
    if (isnan(x)) {
        table_cell(t, "-");
    } else {
        table_cell(t, "%+.1f", x * 100);
    }
}

static void text_points(const struct fitin_group *g, const struct fit_result *f,
                        struct text *out)
{
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, 0, "slice");
    table_column(&t, TABLE_RIGHT, 0, "batch");
    table_column(&t, TABLE_RIGHT, 0, "measured/s");
    table_column(&t, TABLE_RIGHT, 0, "law/s");
    table_column(&t, TABLE_RIGHT, 0, "residual %%");
    table_column(&t, TABLE_RIGHT, 0, "left out %%");
    for (int i = 0; i < g->data.point_n; i++) {
        const struct fit_point *q = &g->data.point[i];
        table_row(&t);
        table_cell(&t, "%s", g->slice[q->slice]);
        table_cell(&t, "%.6g", g->data.size[q->size]);
        table_cell(&t, "%.4g", rate_of(g, q, q->time_ns));
        table_cell(&t, "%.4g", law_rate(g, f, i));
        add_error(&t, f->residual[i]);
        add_error(&t, f->left_out[i]);
    }
    table_print(&t, 100, 2, out);
    table_fini(&t);
}

static void text_workload(const struct rep_fit *r, int k, struct text *out)
{
    const struct fitin_group *g = &r->in->group[k];
    const struct fit_result *f = &r->result[k];
    text_addf(out, "%s\n  on %s: %d measurements, %d slices, %d %s of batch; form ",
              g->name[0] == '\0' ? "all rows" : g->name, r->catalog->gpu[g->gpu_ix].key,
              g->data.point_n, g->data.slice_n, g->data.size_n,
              g->data.size_n == 1 ? "size" : "sizes");
    add_shape(f->law.shape, out);
    if (isnan(f->median)) {
        text_add(out, "\n  too few measurements to leave a slice out: nothing says how good "
                      "the law is elsewhere\n");
    } else {
        text_add(out, "\n  each slice predicted from the others: median error ");
        units_print(out, Q_FRACTION, f->median);
        text_add(out, ", 90 % within ");
        units_print(out, Q_FRACTION, f->p90);
        text_add(out, "\n");
    }
    if (r->quiet) {
        return;
    }
    text_add(out, "\n");
    text_params(g, &f->law, out);
    text_add(out, "\n");
    text_shapes(f, out);
    text_add(out, "\n");
    text_points(g, f, out);
    text_add(out, "\n");
    rep_fit_yaml(r, k, out);
    text_add(out, "\n");
}

/* Over all workloads. */
static void text_total(const struct rep_fit *r, struct text *out)
{
    int n = 0;
    for (int k = 0; k < r->in->group_n; k++) {
        const int here = r->in->group[k].data.point_n;
        memcpy(r->room + n, r->result[k].left_out, (size_t)here * sizeof *r->room);
        n += here;
    }
    text_addf(out,
              "%d workloads, %d measurements, each slice predicted from the others: median "
              "error ",
              r->in->group_n, n);
    units_print(out, Q_FRACTION, fit_quantile(r->room, n, 0.5, r->room + n));
    text_add(out, ", 90 % within ");
    units_print(out, Q_FRACTION, fit_quantile(r->room, n, 0.9, r->room + n));
    text_add(out, "\n");
}

void rep_fit_text(const struct rep_fit *r, struct text *out)
{
    for (int k = 0; k < r->in->group_n; k++) {
        text_workload(r, k, out);
    }
    if (r->in->group_n > 1) {
        text_total(r, out);
    }
}
