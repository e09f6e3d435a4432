/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_table.c - pictures of tables: turns in time, and a metric over swept values. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/plot.h"

enum {
    VMS_DRAWN = 64,  /* rows of a panel */
    SERIES_MAX = 64, /* lines of a panel */
    TICS_MAX = 24,   /* values with a label each */
    TABLE_TENANTS = PLOT_PANELS_MAX,
    LABEL_MAX = 44
};

/* Distinct cells in the order in which they come. */
struct names {
    const char *name[SERIES_MAX];
    int n;
    bool is_full; /* there are more */
};

static int names_add(struct names *x, const char *s, int max)
{
    for (int i = 0; i < x->n; i++) {
        if (strcmp(x->name[i], s) == 0) {
            return i;
        }
    }
    if (x->n == max) {
        x->is_full = true;
        return -1;
    }
    x->name[x->n] = s;
    return x->n++;
}

static bool is_cell(const struct csvin *csv, size_t row, int col, const char *s)
{
    return strcmp(csvin_cell(csv, row, col), s) == 0;
}

/* ---- Turns ---- */

struct turns {
    const struct csvin *csv;
    int mode, vm, state, from, to; /* columns */
    double start_ns, end_ns;
};

/* The boxes of one state as `row from to`. */
static void turn_boxes(struct plot *p, const struct turns *x, const char *mode,
                       const struct names *vms, const char *state, double per_unit)
{
    static const double range[2] = {0, (double)TIME_MAX_NS};
    text_addf(p->script, "$%s << EOD\n-9 0 0\n", state);
    for (size_t r = 0; r < x->csv->row_n; r++) {
        double from = 0;
        double to = 0;
        int row = -1;
        if (!is_cell(x->csv, r, x->mode, mode) || !is_cell(x->csv, r, x->state, state)) {
            continue;
        }
        for (int v = 0; v < vms->n; v++) {
            row = is_cell(x->csv, r, x->vm, vms->name[v]) ? vms->n - 1 - v : row;
        }
        if (row >= 0 &&
            csvin_double(x->csv, (struct csvin_at){r, x->from}, range, &from, NULL) ==
                CSVIN_VALUE &&
            csvin_double(x->csv, (struct csvin_at){r, x->to}, range, &to, NULL) ==
                CSVIN_VALUE) {
            text_addf(p->script, "%d %.9g %.9g\n", row, from / per_unit, to / per_unit);
        }
    }
    text_add(p->script, "EOD\n");
}

/* The VMs of a mode: first those that are said to be there, in that order. */
static void turn_names(const struct turns *x, const char *mode, struct names *vms)
{
    vms->n = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t r = 0; r < x->csv->row_n; r++) {
            if (is_cell(x->csv, r, x->mode, mode) &&
                (pass > 0 || is_cell(x->csv, r, x->state, "there"))) {
                (void)names_add(vms, csvin_cell(x->csv, r, x->vm), VMS_DRAWN);
            }
        }
    }
}

static int turn_height(const struct names *vms)
{
    return vms->n * 20 + 104;
}

/* What tells VMs apart stands at the end of their names. */
static void add_vm_tic(struct text *script, const char *name, int at)
{
    enum {
        SHOWN = 22
    };
    struct text end;
    text_init(&end);
    size_t skipped = 0;
    for (size_t width = text_width(name); width > SHOWN && name[skipped] != '\0'; skipped++) {
        /* A character begins where no byte of an older one goes on. */
        width -= ((unsigned char)name[skipped + 1] & 0xc0U) != 0x80U ? 1 : 0;
    }
    text_add(&end, skipped > 0 ? "…" : "");
    text_add(&end, name + skipped);
    plot_tic(script, text_str(&end), SHOWN + 1, at);
    script->failed |= end.failed;
    text_fini(&end);
}

static void turn_panel(struct plot *p, const struct turns *x, const char *mode,
                       const struct units_scale *scale)
{
    struct names vms;
    const char *separator = "";
    turn_names(x, mode, &vms);
    p->height = turn_height(&vms);
    plot_panel(p, mode);
    text_add(p->script, "set ytics (");
    for (int v = 0; v < vms.n; v++) {
        text_add(p->script, separator);
        add_vm_tic(p->script, vms.name[v], vms.n - 1 - v);
        separator = ", ";
    }
    text_addf(p->script,
              ")\nROWS = %d\nSTART = %.9g\nEND = %.9g\nXLABEL = \"simulated time, "
              "%s\"\n",
              vms.n, x->start_ns / scale->per_unit, x->end_ns / scale->per_unit, scale->unit);
    turn_boxes(p, x, mode, &vms, "work", scale->per_unit);
    turn_boxes(p, x, mode, &vms, "run", scale->per_unit);
    turn_boxes(p, x, mode, &vms, "switch", scale->per_unit);
    plot_add_file(p, "timeline.gp");
}

/* Columns, and every number once, so that panels need not complain. */
static bool turns_check(struct turns *x, struct diag *d)
{
    static const double range[2] = {0, (double)TIME_MAX_NS};
    x->mode = csvin_column_need(x->csv, "mode", d);
    x->vm = csvin_column_need(x->csv, "vm", d);
    x->state = csvin_column_need(x->csv, "state", d);
    x->from = csvin_column_need(x->csv, "from_ns", d);
    x->to = csvin_column_need(x->csv, "to_ns", d);
    if (diag_failed(d)) {
        diag_help(d, "vgpusim gen timeline SCENARIO --format csv writes such a table");
        return false;
    }
    for (size_t r = 0; r < x->csv->row_n; r++) {
        double from = 0;
        double to = 0;
        if (csvin_double(x->csv, (struct csvin_at){r, x->from}, range, &from, d) !=
                CSVIN_VALUE ||
            csvin_double(x->csv, (struct csvin_at){r, x->to}, range, &to, d) != CSVIN_VALUE) {
            return diag_failed(d) ? false
                                  : diag_error(d, csvin_span(x->csv, r, -1),
                                               "from_ns and to_ns need a number each");
        }
        x->start_ns = r == 0 || from < x->start_ns ? from : x->start_ns;
        x->end_ns = to > x->end_ns ? to : x->end_ns;
    }
    return x->end_ns > x->start_ns ||
           diag_error(d, SPAN_NONE, "%s: there are no turns to draw", x->csv->file);
}

bool plot_timeline(enum plot_target target, const struct csvin *csv, struct text *script,
                   struct diag *d)
{
    struct turns x = {.csv = csv};
    struct names modes = {.n = 0};
    int height_sum = 0;
    if (!turns_check(&x, d)) {
        return false;
    }
    const struct units_scale scale = units_time_scale(x.end_ns / 8);
    for (size_t r = 0; r < csv->row_n; r++) {
        (void)names_add(&modes, csvin_cell(csv, r, x.mode), PLOT_PANELS_MAX);
    }
    for (int m = 0; m < modes.n; m++) {
        struct names vms;
        turn_names(&x, modes.name[m], &vms);
        height_sum += turn_height(&vms);
    }
    struct plot p = {.script = script,
                     .target = target,
                     .panel_n = modes.n,
                     .width = 560,
                     .height_sum = height_sum,
                     .legend_n = 3,
                     .legend_width = 16};
    plot_begin(&p, "turns on the first GPU: who runs, who waits");
    for (int m = 0; m < modes.n; m++) {
        turn_panel(&p, &x, modes.name[m], &scale);
    }
    if (target != PLOT_PAGE) {
        plot_legend_begin(&p);
        plot_legend_area(&p, 0, plot_rgb(0), "solid 0.9", "runs");
        plot_legend_area(&p, 1, plot_rgb(1), "solid 0.9", "is switched to");
        plot_legend_area(&p, 2, plot_rgb(5), "solid 0.35", "has work");
        text_add(script, "plot [0:1][0:1] -1 notitle\n");
    }
    plot_end(&p);
    return true;
}

/* ---- Sweeps ---- */

struct sweep {
    const struct csvin *csv;
    const char *metric;
    int mode, policy, tenant, metric_col, unit, value, lo, hi; /* columns */
    int axis, axis_end;                                        /* varied values: [axis, end) */
    const char *unit_text;
    double per_unit; /* of the metric */
    const char *unit_shown;
    const char *x_unit; /* common unit of the x values; NULL: they are words */
    struct names words;
    struct names series;
    const char **key; /* [row_n] the series of a row, NULL: another metric */
};

/* A number and what stands behind it. */
static bool split_number(const char *s, double *x, const char **unit)
{
    const size_t n = strspn(s, "+-.0123456789eE");
    size_t digits = n;
    int64_t micro = 0;
    while (digits > 0 && !units_decimal(s, digits, 6, &micro)) {
        digits--;
    }
    *x = (double)micro / 1e6;
    *unit = s + digits + strspn(s + digits, " ");
    return digits > 0;
}

/* Do all rows have a number of one unit on the axis? */
static void look_at_axis(struct sweep *x)
{
    x->x_unit = NULL;
    for (size_t r = 0; r < x->csv->row_n; r++) {
        const char *unit;
        double value;
        if (x->key[r] == NULL) {
            continue;
        }
        const char *cell = csvin_cell(x->csv, r, x->axis);
        (void)names_add(&x->words, cell, TICS_MAX);
        if (!split_number(cell, &value, &unit) ||
            (x->x_unit != NULL && strcmp(x->x_unit, unit) != 0)) {
            x->x_unit = NULL;
            return;
        }
        x->x_unit = unit;
    }
}

/* "time-sliced/fixed-share, count 4": the mode and the further varied values of a row. */
static const char *series_of(const struct sweep *x, size_t row, struct arena *a)
{
    struct text t;
    text_init(&t);
    text_add(&t, csvin_cell(x->csv, row, x->mode));
    const char *policy = csvin_cell(x->csv, row, x->policy);
    text_addf(&t, "%s", policy[0] == '\0' ? "" : "/");
    text_add(&t, policy);
    for (int c = x->axis + 1; c < x->axis_end; c++) {
        const char *path = x->csv->column[c];
        const char *dot = strrchr(path, '.');
        text_add(&t, ", ");
        text_add(&t, dot == NULL ? path : dot + 1);
        text_add(&t, " ");
        text_add(&t, csvin_cell(x->csv, row, c));
    }
    const char *copy = t.failed ? NULL : arena_copy(a, text_str(&t), t.n);
    text_fini(&t);
    return copy;
}

static bool sweep_columns(struct sweep *x, struct diag *d)
{
    x->mode = csvin_column_need(x->csv, "mode", d);
    x->policy = csvin_column_need(x->csv, "policy", d);
    x->tenant = csvin_column_need(x->csv, "tenant", d);
    x->metric_col = csvin_column_need(x->csv, "metric", d);
    x->unit = csvin_column_need(x->csv, "unit", d);
    x->value = csvin_column_need(x->csv, "value", d);
    x->lo = csvin_column_need(x->csv, "ci95_lo", d);
    x->hi = csvin_column_need(x->csv, "ci95_hi", d);
    x->axis = csvin_column_need(x->csv, "samples", d) + 1;
    const int hash = csvin_column(x->csv, "point_hash");
    x->axis_end = hash < 0 ? x->csv->column_n : hash;
    if (diag_failed(d)) {
        diag_help(d, "vgpusim sweep SCENARIO --vary PATH=A,B writes such a table");
        return false;
    }
    if (x->axis >= x->axis_end) {
        diag_error(d, SPAN_NONE, "%s: no column of varied values behind 'samples'",
                   x->csv->file);
        diag_help(d, "vgpusim sweep SCENARIO --vary PATH=A,B writes such a table");
        return false;
    }
    return true;
}

/* The rows of the metric: their series, the unit, the smallest value. */
static bool sweep_rows(struct sweep *x, struct arena *a, struct diag *d)
{
    static const double range[2] = {-1e18, 1e18};
    double smallest = (double)NAN;
    x->key = arena_alloc(a, x->csv->row_n, sizeof *x->key);
    if (x->key == NULL) {
        return diag_machine(d, "out of memory while drawing '%s'", x->csv->file);
    }
    for (size_t r = 0; r < x->csv->row_n; r++) {
        double value = 0;
        if (!is_cell(x->csv, r, x->metric_col, x->metric)) {
            continue;
        }
        double limit;
        if (csvin_double(x->csv, (struct csvin_at){r, x->lo}, range, &limit, d) ==
                CSVIN_WRONG ||
            csvin_double(x->csv, (struct csvin_at){r, x->hi}, range, &limit, d) ==
                CSVIN_WRONG) {
            return false;
        }
        if (csvin_double(x->csv, (struct csvin_at){r, x->value}, range, &value, d) !=
            CSVIN_VALUE) {
            return diag_failed(d) ? false
                                  : diag_error(d, csvin_span(x->csv, r, x->value), "no value");
        }
        smallest = value > 0 && !(value >= smallest) ? value : smallest;
        x->unit_text = csvin_cell(x->csv, r, x->unit);
        x->key[r] = series_of(x, r, a);
        if (x->key[r] == NULL) {
            return diag_machine(d, "out of memory while drawing '%s'", x->csv->file);
        }
        (void)names_add(&x->series, x->key[r], SERIES_MAX);
    }
    if (x->unit_text == NULL) {
        diag_error(d, SPAN_NONE, "%s: no row of metric '%s'", x->csv->file, x->metric);
        diag_help(d, "vgpusim list metrics");
        return false;
    }
    const bool is_time = strcmp(x->unit_text, "ns") == 0;
    const struct units_scale scale = units_time_scale(smallest);
    x->per_unit = is_time ? scale.per_unit : strcmp(x->unit_text, "frac") == 0 ? 0.01 : 1;
    x->unit_shown = is_time                              ? scale.unit
                    : strcmp(x->unit_text, "frac") == 0  ? "%"
                    : strcmp(x->unit_text, "per_s") == 0 ? "per s"
                                                         : x->unit_text;
    return true;
}

/* x, value, limits of every row of one series and tenant. */
static bool series_points(struct plot *p, const struct sweep *x, const char *tenant, int series)
{
    static const double range[2] = {-1e18, 1e18};
    bool any = false;
    for (size_t r = 0; r < x->csv->row_n; r++) {
        double at = 0;
        double value = 0;
        const char *unit;
        if (x->key[r] == NULL || strcmp(x->key[r], x->series.name[series]) != 0 ||
            !is_cell(x->csv, r, x->tenant, tenant)) {
            continue;
        }
        (void)csvin_double(x->csv, (struct csvin_at){r, x->value}, range, &value, NULL);
        double lo = value;
        double hi = value;
        (void)csvin_double(x->csv, (struct csvin_at){r, x->lo}, range, &lo, NULL);
        (void)csvin_double(x->csv, (struct csvin_at){r, x->hi}, range, &hi, NULL);
        const char *cell = csvin_cell(x->csv, r, x->axis);
        (void)split_number(cell, &at, &unit);
        for (int i = 0; x->x_unit == NULL && i < x->words.n; i++) {
            at = strcmp(x->words.name[i], cell) == 0 ? i : at;
        }
        text_addf(p->script, "%.9g %.9g %.9g %.9g\n", at, value / x->per_unit, lo / x->per_unit,
                  hi / x->per_unit);
        any = true;
    }
    text_add(p->script, any ? "\n\n" : "");
    return any;
}

static void sweep_panel(struct plot *p, const struct sweep *x, const char *tenant)
{
    struct text lines;
    text_init(&lines);
    plot_panel(p, tenant[0] == '\0' ? "all tenants" : tenant);
    text_add(p->script, "set xlabel ");
    struct text label;
    text_init(&label);
    text_add(&label, x->csv->column[x->axis]);
    text_addf(&label, "%s", x->x_unit == NULL || x->x_unit[0] == '\0' ? "" : ", ");
    text_add(&label, x->x_unit == NULL ? "" : x->x_unit);
    plot_string(p->script, text_str(&label), 50);
    text_reset(&label);
    text_add(&label, x->metric);
    text_add(&label, ", ");
    text_add(&label, x->unit_shown);
    text_add(p->script, "\nset ylabel ");
    plot_string(p->script, text_str(&label), 40);
    text_add(p->script, "\n");
    for (int i = 0; x->x_unit == NULL && i < x->words.n; i++) {
        text_addf(p->script, "%s", i == 0 ? "set xtics (" : ", ");
        plot_tic(p->script, x->words.name[i], 16, i);
        text_add(p->script, i + 1 == x->words.n ? ")\n" : "");
    }
    text_add(p->script, "$series << EOD\n");
    for (int i = 0; i < x->series.n; i++) {
        if (series_points(p, x, tenant, i)) {
            text_addf(&lines, "%d ", i + 1);
        }
    }
    text_addf(p->script, "EOD\nLINES = \"%s\"\n", text_str(&lines));
    plot_add_file(p, "sweep.gp");
    p->script->failed |= lines.failed || label.failed;
    text_fini(&label);
    text_fini(&lines);
}

bool plot_sweep(enum plot_target target, const struct csvin *csv, const char *metric,
                struct arena *a, struct text *script, struct diag *d)
{
    struct sweep x = {.csv = csv, .metric = metric == NULL ? "latency_ns.p95" : metric};
    struct names tenants = {.n = 0};
    if (!sweep_columns(&x, d) || !sweep_rows(&x, a, d)) {
        return false;
    }
    look_at_axis(&x);
    if (x.x_unit == NULL && x.words.is_full) {
        return diag_error(d, SPAN_NONE, "%s: more than %d values of '%s' that are no numbers",
                          csv->file, TICS_MAX, csv->column[x.axis]);
    }
    struct plot p = {.script = script,
                     .target = target,
                     .width = PLOT_WIDTH + 60,
                     .height = PLOT_HEIGHT + 20,
                     .legend_n = x.series.n};
    for (size_t r = 0; r < csv->row_n; r++) {
        if (x.key[r] != NULL) {
            (void)names_add(&tenants, csvin_cell(csv, r, x.tenant), TABLE_TENANTS);
        }
    }
    for (int i = 0; i < x.series.n; i++) {
        const int width = (int)text_width(x.series.name[i]);
        p.legend_width = width > p.legend_width ? width : p.legend_width;
    }
    p.legend_width = p.legend_width > LABEL_MAX ? LABEL_MAX : p.legend_width;
    p.panel_n = tenants.n;
    char title[160];
    snprintf(title, sizeof title, "%.60s over %.60s", x.metric, csv->column[x.axis]);
    plot_begin(&p, title);
    for (int t = 0; t < tenants.n; t++) {
        sweep_panel(&p, &x, tenants.name[t]);
    }
    if (target != PLOT_PAGE) {
        plot_legend_begin(&p);
        for (int i = 0; i < x.series.n; i++) {
            plot_legend_line(&p, i, i, x.series.name[i]);
        }
        text_add(script, "plot [0:1][0:1] -1 notitle\n");
    }
    plot_end(&p);
    return true;
}
