/* SPDX-License-Identifier: GPL-3.0-or-later */
/* workin.c - workloads from their fields and files.
 *
 * The table has checked each value alone; here stand the checks that need two of them: has the
 * distribution what its kind needs, does the table reach to the largest batch, is the file what
 * it should be. */
#include "sim/input/workin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/input/empirical.h"
#include "sim/input/profilein.h"
#include "sim/input/tenantin.h"
#include "sim/input/trace.h"
#include "sim/input/windowin.h"

/* ---- Files ---- */

/* `file` relative to the directory of the scenario. */
const char *work_file_path(const struct field_reader *r, const char *scenario, const char *file)
{
    const char *slash = strrchr(scenario, '/');
    if (file[0] == '/' || slash == NULL) {
        return file;
    }
    const size_t dir_n = (size_t)(slash - scenario) + 1;
    const size_t file_n = strlen(file);
    char *path = arena_alloc(r->arena, dir_n + file_n + 1, 1);
    if (path == NULL) {
        diag_machine(r->d, "out of memory while reading '%s'", scenario);
        return NULL;
    }
    memcpy(path, scenario, dir_n);
    memcpy(path + dir_n, file, file_n + 1);
    return path;
}

static const char *unit_word(const struct field_map *m)
{
    return field_has(m, "unit") ? field_word(m, "unit") : NULL;
}

/* ---- Distributions ---- */

/* Reports impossible parameters where the shape is given, or at the word that chooses the kind.
 */
static void init_dist(const struct field_map *m, const char *key, struct dist *out,
                      const struct dist_kind *kind, double mean, const double shape[2], int k)
{
    const char *why = dist_init(out, kind, mean, shape[0], shape[1], k);
    if (why != NULL) {
        const char *at = field_has(m, "cv") ? "cv" : field_has(m, "shape") ? "shape" : key;
        diag_error(m->r->d, field_at(m, at), "%s", why);
    }
}

/* cv and shape as given, 0 where absent. */
static void read_shape(const struct field_map *m, double shape[2])
{
    shape[0] = field_has(m, "cv") ? field_real(m, "cv") : 0;
    shape[1] = field_has(m, "shape") ? field_real(m, "shape") : 0;
    if (field_has(m, "cv") && field_has(m, "shape")) {
        diag_error(m->r->d, field_at(m, "shape"), "'shape' and 'cv' exclude each other");
        diag_help(m->r->d, "keep one of them");
        shape[1] = 0;
    }
}

static void need_shape(const struct field_map *m, const char *what, const char *word)
{
    diag_error(m->r->d, m->at, "'%s' is missing: %s needs it", what, word);
    diag_help(m->r->d, "add something like '%s: %s'", what,
              what[0] == 'k'   ? "2"
              : what[0] == 's' ? "1.5"
                               : "0.5");
}

/* Has the distribution the shape that its kind needs? */
static bool has_shape(const struct field_map *m, const struct dist_kind *kind)
{
    if (kind->takes_cv && !field_has(m, "cv") &&
        !(kind->takes_shape && field_has(m, "shape"))) {
        need_shape(m, "cv", kind->name);
        return false;
    }
    if (kind->takes_shape && !kind->takes_cv && !field_has(m, "shape")) {
        need_shape(m, "shape", kind->name);
        return false;
    }
    if (kind->takes_k && !field_has(m, "k")) {
        need_shape(m, "k", kind->name);
        return false;
    }
    return true;
}

static double unit_ns(const char *word)
{
    return word == NULL              ? 0
           : strcmp(word, "s") == 0  ? 1e9
           : strcmp(word, "ms") == 0 ? 1e6
           : strcmp(word, "us") == 0 ? 1e3
                                     : 1;
}

/* "service_ms" says its unit; NULL where a name does not. */
static const char *unit_of_column(const char *column)
{
    static const char *const units[] = {"s", "ms", "us", "ns"};
    const char *end = column == NULL ? NULL : strrchr(column, '_');
    for (size_t i = 0; end != NULL && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end + 1, units[i]) == 0) {
            return units[i];
        }
    }
    return NULL;
}

/* The values of a file: in their unit, or scaled to a mean. */
static void read_values(const struct field_map *m, const struct tenant_context *x,
                        struct dist *out, struct value_names *names)
{
    names->file = field_text(m, "file");
    names->column = field_text(m, "column");
    names->unit = unit_word(m);
    names->has_mean = field_has(m, "mean");
    if (!field_has(m, "column")) {
        field_missing(m, "column");
    }
    if (!names->has_mean && !field_has(m, "unit")) {
        names->unit = unit_of_column(names->column);
    }
    if (!names->has_mean && names->unit == NULL) {
        diag_error(m->r->d, m->at, "'unit' is missing: numbers of a file have none");
        diag_help(m->r->d, "add 'unit: ms', or the 'mean' that the values are scaled to");
        return;
    }
    struct empirical_conf conf = {.shown = names->file,
                                  .column = names->column,
                                  .unit_ns = unit_ns(names->unit),
                                  .mean_ns = names->has_mean ? field_real(m, "mean") : 0,
                                  .file_at = field_at(m, "file"),
                                  .column_at = field_at(m, "column"),
                                  .mean_at = field_at(m, "mean")};
    if (names->file == NULL || names->column == NULL ||
        (field_has(m, "unit") && names->unit == NULL)) {
        return;
    }
    conf.path = work_file_path(m->r, x->path, names->file);
    struct dist read;
    if (conf.path != NULL && empirical_read(m->r->arena, &conf, &read, m->r->d)) {
        *out = read;
    }
}

bool work_is_by_size(const struct field_map *service)
{
    return field_has(service, "base") || field_has(service, "per-item") ||
           field_has(service, "table");
}

/* The field that stands for a distribution. */
static const char *other_form(const struct field_map *m)
{
    return field_has(m, "table")      ? "table"
           : field_has(m, "base")     ? "base"
           : field_has(m, "per-item") ? "per-item"
                                      : "profiles";
}

/* Is a service given by size of batch or per profile alone? It needs no distribution. */
static bool has_other_form(const struct field_map *m)
{
    return work_is_by_size(m) ||
           (field_has(m, "profiles") && !field_has(m, "dist") && !field_has(m, "mean"));
}

void work_read_dist(const struct field_map *m, const struct tenant_context *x, struct dist *out,
                    struct value_names *names)
{
    const double none[2] = {0, 0};
    dist_init(out, dist_find("deterministic"), 0, none[0], none[1], 0);
    if (m->node == NULL) {
        return;
    }
    const char *word = field_word(m, "dist");
    /* By size, what belongs to a distribution is refused as what does not go with it. */
    field_complete(m, word == NULL && has_other_form(m) ? other_form(m) : word);
    if (has_other_form(m)) {
        return;
    }
    if (!field_has(m, "dist")) {
        field_missing(m, "dist");
    }
    const struct dist_kind *kind = word == NULL ? NULL : dist_find(word);
    if (kind != NULL && kind->takes_values) {
        read_values(m, x, out, names);
        return;
    }
    if (!field_has(m, "mean")) {
        field_missing(m, "mean");
    }
    const double mean = field_real(m, "mean");
    const double k = field_has(m, "k") ? field_real(m, "k") : 0;
    double shape[2];
    read_shape(m, shape);
    if (kind == NULL || !has_shape(m, kind)) {
        return;
    }
    /* What the kind does not take has been refused already. */
    shape[0] = kind->takes_cv ? shape[0] : 0;
    shape[1] = kind->takes_shape ? shape[1] : 0;
    init_dist(m, "dist", out, kind, mean, shape, kind->takes_k ? (int)k : 0);
}

/* ---- Workloads ---- */

static void read_mmpp(const struct field_map *m, struct arrivals *a)
{
    const struct yaml_node *rates = field_list(m, "rates");
    const struct yaml_node *holding = field_list(m, "holding");
    struct diag *d = m->r->d;
    if (rates == NULL || holding == NULL) {
        return;
    }
    if (rates->n != holding->n) {
        diag_error(d, field_at(m, "holding"),
                   "%d rates and %d holding times: each state has "
                   "one of both",
                   rates->n, holding->n);
        return;
    }
    const size_t n = (size_t)rates->n;
    struct mmpp_state *state = arena_alloc(m->r->arena, n, sizeof *state);
    double *holding_ns = arena_alloc(m->r->arena, n, sizeof *holding_ns);
    if (state == NULL || holding_ns == NULL) {
        diag_machine(d, "out of memory while reading 'arrivals'");
        return;
    }
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        ok = field_item_real(m, "rates", rates->entry[i].value, &state[i].rate_per_s) && ok;
        ok = field_item_real(m, "holding", holding->entry[i].value, &holding_ns[i]) && ok;
    }
    const char *why = ok ? arrivals_mmpp(a, state, holding_ns, rates->n) : NULL;
    if (why != NULL) {
        diag_error(d, field_at(m, "rates"), "%s", why);
        diag_help(d, "write two states or more: rates: [40/s, 2/s], holding: [1 s, 5 s]");
    }
}

/* One point of a curve; false when anything is wrong. */
static bool read_point(const struct field_map *arrivals, const struct yaml_entry *item,
                       int64_t last_ns, struct rate_point *out)
{
    struct diag *d = arrivals->r->d;
    const size_t errors = d->error_n;
    const struct field_map m =
        field_open(arrivals->r, item->value, "tenants.workload.arrivals.curve", item->key_at);
    if (m.node == NULL) {
        return false;
    }
    field_complete(&m, NULL);
    out->at_ns = field_ns(&m, "at");
    out->rate_per_s = field_real(&m, "rate");
    if (d->error_n == errors && out->at_ns < last_ns) {
        diag_error(d, field_at(&m, "at"), "the times of a curve must not decrease");
    }
    return d->error_n == errors;
}

/* What the user may not have meant, though it can be simulated. */
static void warn_curve(const struct field_map *m, const struct tenant_context *x,
                       const struct arrivals *a)
{
    struct diag *d = m->r->d;
    const struct rate_point *first = &a->curve[0];
    const struct rate_point *last = &a->curve[a->curve_n - 1];
    if (first->rate_per_s < last->rate_per_s || first->rate_per_s > last->rate_per_s) {
        diag_warning(d, field_at(m, "curve"),
                     "the curve ends with %.6g/s and begins anew with %.6g/s: the rate jumps",
                     last->rate_per_s, first->rate_per_s);
    }
    if (x->horizon_ns % last->at_ns != 0) {
        diag_warning(d, field_at(m, "curve"),
                     "the horizon is no whole number of periods of %.6g s: some times of the "
                     "curve count more than others",
                     (double)last->at_ns * 1e-9);
    }
}

static void read_diurnal(const struct field_map *m, const struct tenant_context *x,
                         struct arrivals *a)
{
    const struct yaml_node *list = field_list(m, "curve");
    if (list == NULL) {
        return;
    }
    struct rate_point *point = arena_alloc(m->r->arena, (size_t)list->n, sizeof *point);
    if (point == NULL) {
        diag_machine(m->r->d, "out of memory while reading 'arrivals'");
        return;
    }
    bool ok = true;
    for (int i = 0; i < list->n; i++) {
        const int64_t last_ns = i > 0 ? point[i - 1].at_ns : 0;
        ok = read_point(m, &list->entry[i], last_ns, &point[i]) && ok;
    }
    const char *why = ok ? arrivals_diurnal(a, point, list->n) : NULL;
    if (why != NULL) {
        diag_error(m->r->d, field_at(m, "curve"), "%s", why);
        diag_help(m->r->d, "write something like curve: [{at: 0 h, rate: 5/s}, "
                           "{at: 12 h, rate: 50/s}, {at: 24 h, rate: 5/s}]");
    } else if (ok) {
        warn_curve(m, x, a);
    }
}

static void read_windows(const struct field_map *m, const struct tenant_context *x,
                         struct arrivals *a, struct trace_names *names)
{
    names->windows = field_text(m, "file");
    names->client = field_has(m, "client") ? field_text(m, "client") : NULL;
    struct windowin_conf conf = {.shown = names->windows,
                                 .client = names->client,
                                 .scale = field_real(m, "scale"),
                                 .file_at = field_at(m, "file"),
                                 .client_at = field_at(m, "client")};
    if (names->windows == NULL || !(conf.scale > 0)) {
        return;
    }
    conf.path = work_file_path(m->r, x->path, names->windows);
    if (conf.path == NULL || !windowin_read(m->r->arena, &conf, a, m->r->d)) {
        return;
    }
    const int64_t period_ns = a->window[a->window_n - 1].until_ns;
    if (x->horizon_ns % period_ns != 0) {
        diag_warning(m->r->d, field_at(m, "file"),
                     "the windows repeat after %.6g s, and the horizon is no whole number of "
                     "that: some windows count more than others",
                     (double)period_ns * 1e-9);
    }
}

static void read_arrivals(const struct field_map *workload, const struct tenant_context *x,
                          struct arrivals *a, struct trace_names *names)
{
    const struct field_map m = field_sub(workload, "arrivals");
    if (m.node == NULL) {
        return;
    }
    const char *process = field_word(&m, "process");
    field_complete(&m, process);
    if (process != NULL && strcmp(process, "mmpp") == 0) {
        read_mmpp(&m, a);
        return;
    }
    if (process != NULL && strcmp(process, "diurnal") == 0) {
        read_diurnal(&m, x, a);
        return;
    }
    if (process != NULL && strcmp(process, "windows") == 0) {
        read_windows(&m, x, a, names);
        return;
    }
    a->rate_per_s = field_real(&m, "rate");
    a->phase_ns = field_ns(&m, "phase");
    double shape[2];
    read_shape(&m, shape);
    if (process == NULL || !(a->rate_per_s > 0)) {
        return;
    }
    if (!(1e9 / a->rate_per_s <= (double)TIME_MAX_NS)) {
        diag_error(m.r->d, field_at(&m, "rate"), "rate: less than one arrival in 104 days");
        diag_help(m.r->d, "leave the tenant out, or write a rate such as 1/h");
        return;
    }
    a->process = process;
    a->periodic = strcmp(process, "periodic") == 0;
    const char *name = strcmp(process, "poisson") == 0 ? "exponential"
                       : a->periodic                   ? "deterministic"
                                                       : process;
    const struct dist_kind *kind = dist_find(name);
    const bool shaped = kind->takes_cv || kind->takes_shape;
    if (shaped && !field_has(&m, "cv") && !field_has(&m, "shape")) {
        need_shape(&m, "cv", process);
        return;
    }
    /* Gamma is drawn by its cv, 1 / sqrt(shape). */
    if (!kind->takes_shape && shape[1] > 0) {
        shape[0] = 1.0 / sqrt(shape[1]);
        shape[1] = 0;
    }
    if (!shaped) {
        shape[0] = 0;
        shape[1] = 0;
    }
    init_dist(&m, "process", &a->gap, kind, 1e9 / a->rate_per_s, shape, 0);
}

static void read_think(const struct field_map *m, const struct tenant_context *x,
                       struct dist *out, struct value_names *names)
{
    const struct yaml_node *node = field_node(m, "think");
    if (node != NULL && node->kind == YAML_MAP) {
        const struct field_map think = field_sub(m, "think");
        work_read_dist(&think, x, out, names);
        return;
    }
    dist_init(out, dist_find("deterministic"), field_real(m, "think"), 0, 0, 0);
}

/* `host`: a distribution; one that takes no time is no stage. */
static void read_host(const struct field_map *m, const struct tenant_context *x, struct work *w,
                      struct value_names *names)
{
    const struct field_map host = field_sub(m, "host");
    if (host.node != NULL) {
        work_read_dist(&host, x, &w->host, names);
        w->has_host = w->host.mean > 0;
    }
}

static int by_n(const void *a, const void *b)
{
    const struct size_point *x = a;
    const struct size_point *y = b;
    return (x->n > y->n) - (x->n < y->n);
}

/* The points of a table {1: 3 ms, 8: 9 ms}, in ascending order. */
static bool read_points(const struct field_map *service, struct work *w)
{
    const struct field_map m = field_sub(service, "table");
    struct diag *d = service->r->d;
    const size_t errors = d->error_n;
    if (m.node == NULL) {
        return false;
    }
    struct size_point *point = arena_alloc(m.r->arena, (size_t)m.node->n, sizeof *point);
    if (point == NULL) {
        diag_machine(d, "out of memory while reading 'table'");
        return false;
    }
    for (int i = 0; i < m.node->n; i++) {
        const struct yaml_entry *e = &m.node->entry[i];
        double n = 0;
        double ns = 0;
        if (!field_number(e->key, &n) || !(n >= 1 && n <= BATCH_MAX) || floor(n) < n) {
            diag_error(d, e->key_at, "'%.*s' is not a size of a batch", field_shown(e->key),
                       e->key);
            diag_help(d, "write a whole number from 1 to %d: {1: 3 ms, 8: 9 ms}", BATCH_MAX);
        } else if (field_item_real(&m, "N", e->value, &ns)) {
            point[i] = (struct size_point){.n = (int)n, .ns = (int64_t)nearbyint(ns)};
        }
    }
    if (d->error_n != errors || m.node->n == 0) {
        return false;
    }
    qsort(point, (size_t)m.node->n, sizeof *point, by_n);
    for (int i = 1; i < m.node->n; i++) {
        if (point[i].n == point[i - 1].n) {
            diag_error(d, m.at, "size %d stands twice in 'table'", point[i].n);
            diag_help(d, "keep one time for each size");
            return false;
        }
    }
    w->point = point;
    w->point_n = m.node->n;
    return true;
}

/* Time by size of batch, linear between the points; below the first a batch takes as long as
 * that one. */
static void fill_sizes(const struct field_map *m, struct work *w)
{
    const int max = w->batch_max > 1 ? w->batch_max : 1;
    int64_t *by_size = arena_alloc(m->r->arena, (size_t)max + 1, sizeof *by_size);
    if (by_size == NULL) {
        diag_machine(m->r->d, "out of memory while reading 'service'");
        return;
    }
    work_fill_sizes(by_size, max, w->point, w->point_n);
    w->by_size = by_size;
}

void work_read_sizes(const struct field_map *m, struct work *w)
{
    struct diag *d = m->r->d;
    const bool is_table = field_has(m, "table");
    const bool is_line = field_has(m, "base") || field_has(m, "per-item");
    if (is_table && (is_line || field_has(m, "dist"))) {
        diag_error(d, field_at(m, "table"), "'table' excludes the other forms of 'service'");
        diag_help(d, "keep 'table', or 'base' with 'per-item', or 'dist' with 'mean'");
        return;
    }
    if (is_line && field_has(m, "dist")) {
        diag_error(d, field_at(m, "dist"), "'dist' and 'base' exclude each other");
        diag_help(d, "keep one of them");
        return;
    }
    if (is_table) {
        if (!read_points(m, w)) {
            return;
        }
        if (w->point[w->point_n - 1].n < w->batch_max) {
            diag_error(d, field_at(m, "table"),
                       "the table ends at %d, but a batch may have %d requests",
                       w->point[w->point_n - 1].n, w->batch_max);
            diag_help(d, "add the time of %d, or set 'batch: {max: %d}'", w->batch_max,
                      w->point[w->point_n - 1].n);
            return;
        }
    } else {
        struct size_point *point = arena_alloc(m->r->arena, 2, sizeof *point);
        const int max = w->batch_max > 1 ? w->batch_max : 1;
        const int64_t base = field_has(m, "base") ? field_ns(m, "base") : 0;
        const int64_t each = field_has(m, "per-item") ? field_ns(m, "per-item") : 0;
        if (point == NULL) {
            diag_machine(d, "out of memory while reading 'service'");
            return;
        }
        if (base + each < 1) {
            diag_error(d, field_at(m, "base"), "a batch of one takes no time");
            diag_help(d, "write something like {base: 2 ms, per-item: 0.5 ms}");
            return;
        }
        point[0] = (struct size_point){.n = 1, .ns = base + each};
        point[1] = (struct size_point){.n = max, .ns = base + each * max};
        w->point = point;
        w->point_n = max > 1 ? 2 : 1;
    }
    fill_sizes(m, w);
}

/* Service of requests, closed loops, frames and steps. */
static void read_service(const struct field_map *workload, const struct tenant_context *x,
                         const char *kind, struct work *w, struct value_names *names)
{
    const struct field_map m = field_sub(workload, "service");
    struct diag *d = workload->r->d;
    work_read_dist(&m, x, &w->service, names);
    if (m.node == NULL) {
        return;
    }
    if (work_is_by_size(&m)) {
        work_read_sizes(&m, w);
    } else if (w->batch_max > 1 && !field_has(&m, "profiles")) {
        diag_error(d, field_at(workload, "batch"),
                   "a batch needs its time by size, and 'service' gives that of one request");
        diag_help(d, "write service: {base: 2 ms, per-item: 0.5 ms}, or {table: {1: 3 ms, "
                     "8: 9 ms}}");
    }
    profiles_read(&m, x, work_is_by_size(&m) || !has_other_form(&m), w);
    if (strcmp(kind, "frames") == 0 && w->batch_max > 1) {
        diag_error(d, field_at(workload, "batch"), "frames are rendered one by one");
        diag_help(d, "leave 'batch' out");
    }
}

static void read_batch(const struct field_map *m, struct work *w)
{
    const struct field_map batch = field_sub(m, "batch");
    field_complete(&batch, NULL);
    w->batch_max = field_int(&batch, "max");
    w->batch_timeout_ns = field_ns(&batch, "timeout");
    w->batch_from_free = field_choice(&batch, "counts-from") == 1;
}

/* `kernels`: the GPU work of a request comes in pieces, with gaps between them that leave the
 * domain free. The gap may be given as the share of time in which the request alone on the
 * reference keeps the GPU busy. */
static void read_kernels(const struct field_map *workload, struct work *w)
{
    const struct field_map m = field_sub(workload, "kernels");
    struct diag *d = workload->r->d;
    w->pieces = 1;
    if (m.node == NULL) {
        return;
    }
    field_complete(&m, NULL);
    w->pieces = field_int(&m, "count");
    if (field_has(&m, "gap") == field_has(&m, "busy")) {
        diag_error(d, m.at,
                   field_has(&m, "gap") ? "'gap' and 'busy' exclude each other"
                                        : "'kernels' needs 'gap' or 'busy'");
        diag_help(d, "write something like kernels: {count: 100, gap: 20 us}");
        return;
    }
    w->gap_ns = field_has(&m, "gap") ? field_ns(&m, "gap") : 0;
    const double busy = field_has(&m, "busy") ? field_real(&m, "busy") : 1;
    if (field_has(&m, "busy") && w->pieces > 1 && busy > 0) {
        const double work_ns = work_service_mean_ns(w) * (w->batch_max > 1 ? w->batch_max : 1);
        w->gap_ns = (int64_t)nearbyint(work_ns * (1 - busy) / busy / (w->pieces - 1));
    }
}

static void read_scaling(const struct field_map *workload, struct work *w)
{
    struct scaling *s = &w->scaling;
    const struct field_map m = field_sub(workload, "scaling");
    field_complete(&m, NULL);
    struct diag *d = m.r->d;
    s->compute_frac = field_real(&m, "compute");
    s->memory_frac = field_real(&m, "memory");
    s->serial_frac = field_real(&m, "serial");
    s->width_frac = field_real(&m, "width");
    s->floor_ns = field_ns(&m, "floor");
    const int form = field_choice(&m, "form");
    const double sum = s->compute_frac + s->memory_frac + s->serial_frac;
    if (!(s->compute_frac + s->memory_frac > 0)) {
        diag_error(d, field_at(&m, "compute"), "'compute' and 'memory' are both 0%%");
        diag_help(d, "their sum is the request's share of its time; usually 100%%");
    } else if (sum > 1 + 1e-9) {
        diag_warning(d, field_at(&m, field_has(&m, "serial") ? "serial" : "memory"),
                     "'compute'%s and 'memory' add up to %.4g%%: on the whole reference GPU a "
                     "request takes that much of its service time",
                     s->serial_frac > 0 ? ", 'serial'" : "", sum * 100);
    }
    /* form sum: the floor comes after the work, with the domain free. */
    w->tail_ns = form == 1 ? s->floor_ns : 0;
    s->floor_ns = form == 1 ? 0 : s->floor_ns;
}

/* ---- Traces ---- */

/* `service` of a trace: a law, or a column with its unit. */
static bool read_trace_service(const struct field_map *workload, struct trace_names *names,
                               struct span *at)
{
    const struct field_map m = field_sub(workload, "service");
    if (m.node == NULL) {
        return false;
    }
    struct diag *d = m.r->d;
    field_complete(&m, "trace");
    names->law = field_text(&m, "law");
    names->service = field_text(&m, "column");
    names->service_unit = unit_word(&m);
    *at = field_at(&m, names->law != NULL ? "law" : "column");
    if (names->law != NULL && (names->service != NULL || field_has(&m, "unit"))) {
        diag_error(d, *at, "'law' and 'column' exclude each other");
        diag_help(d, "keep 'law', or 'column' with its 'unit'");
        return false;
    }
    if (names->law == NULL && names->service == NULL) {
        diag_error(d, m.at, "'service' of a trace needs 'law', or 'column' and 'unit'");
        diag_help(d,
                  "write {law: \"5 ms + 0.01 ms * ContextTokens\"} or {column: c, unit: ms}");
        return false;
    }
    if (names->law == NULL && !field_has(&m, "unit")) {
        field_missing(&m, "unit");
        return false;
    }
    return names->law != NULL || names->service_unit != NULL;
}

static enum trace_unit trace_unit_of(const char *word)
{
    static const char order[] = "datetime s ms us ns";
    return (enum trace_unit)field_word_index(order, word);
}

/* Where the file is and where its arrivals stand; false when something is missing. */
static bool trace_begin(const struct field_map *m, const struct tenant_context *x,
                        struct work *work, struct trace_names *names, struct trace_conf *conf)
{
    *conf = (struct trace_conf){.speedup = field_real(m, "speedup")};
    work->offset_ns = field_ns(m, "offset");
    names->speedup = conf->speedup;
    names->file = field_text(m, "file");
    const struct field_map arrival = field_sub(m, "arrival");
    field_complete(&arrival, NULL);
    names->arrival = field_text(&arrival, "column");
    names->arrival_unit = unit_word(&arrival);
    names->zero = field_has(&arrival, "zero") ? field_word(&arrival, "zero") : NULL;
    if (names->file == NULL || names->arrival == NULL || names->arrival_unit == NULL ||
        !(conf->speedup > 0)) {
        return false;
    }
    conf->path = work_file_path(m->r, x->path, names->file);
    conf->shown = names->file;
    conf->arrival = names->arrival;
    conf->arrival_unit = trace_unit_of(names->arrival_unit);
    if (names->zero == NULL) {
        names->zero = conf->arrival_unit == TRACE_DATETIME ? "first" : "file";
    }
    conf->from_first = strcmp(names->zero, "first") == 0;
    conf->file_at = field_at(m, "file");
    conf->arrival_at = field_at(&arrival, "column");
    return conf->path != NULL;
}

static void read_trace(const struct field_map *m, const struct tenant_context *x,
                       struct work *work, struct trace_names *names)
{
    struct trace_conf conf;
    struct span at = SPAN_NONE;
    const bool ok = read_trace_service(m, names, &at);
    if (!trace_begin(m, x, work, names, &conf) || !ok) {
        return;
    }
    conf.service_at = at;
    conf.law = names->law;
    conf.service = names->service;
    conf.service_unit = names->law == NULL ? trace_unit_of(names->service_unit) : TRACE_NS;
    struct trace_rows *rows = arena_alloc(m->r->arena, 1, sizeof *rows);
    if (rows != NULL && trace_read(m->r->arena, &conf, rows, m->r->d)) {
        work->trace = rows;
    }
}

/* ---- Language models ---- */

/* A time that may be written alone instead of a mapping with it under `inner`. */
static double cost_ns(const struct field_map *m, const char *key, const char *inner)
{
    const struct yaml_node *node = field_node(m, key);
    if (node == NULL) {
        return 0;
    }
    if (node->kind != YAML_MAP) {
        return field_real(m, key);
    }
    const struct field_map sub = field_sub(m, key);
    return field_has(&sub, inner) ? field_real(&sub, inner) : 0;
}

/* Tokens from two columns of the file: read as two services, packed into one. */
static void read_token_rows(const struct field_map *m, const struct tenant_context *x,
                            struct work *w, struct trace_names *names,
                            const char *const column[2], const struct span at[2])
{
    struct trace_conf conf;
    struct trace_rows *rows = arena_alloc(m->r->arena, 2, sizeof *rows);
    if (!trace_begin(m, x, w, names, &conf) || rows == NULL) {
        return;
    }
    for (int i = 0; i < 2; i++) {
        conf.service = column[i];
        conf.service_at = at[i];
        conf.service_unit = TRACE_NS;
        if (!trace_read(m->r->arena, &conf, &rows[i], m->r->d)) {
            return;
        }
    }
    struct llm *llm = w->own_llm;
    for (int64_t i = 0; i < rows[0].n; i++) {
        for (int k = 0; k < 2; k++) {
            int64_t *n = &rows[k].service_ns[i];
            *n = *n < 1 ? 1 : *n > LLM_TOKENS_MAX ? LLM_TOKENS_MAX : *n;
        }
        const double prompt = (double)rows[0].service_ns[i];
        const double output = (double)rows[1].service_ns[i];
        llm->prompt_mean += prompt / (double)rows[0].n;
        llm->output_mean += output / (double)rows[0].n;
        llm->product_mean += prompt * output / (double)rows[0].n;
        llm->square_mean += output * output / (double)rows[0].n;
        rows[0].service_ns[i] = llm_pack(rows[0].service_ns[i], rows[1].service_ns[i]);
    }
    w->trace = rows;
}

static void read_tokens(const struct field_map *m, const struct tenant_context *x,
                        struct work *w, struct trace_names *names)
{
    static const char *const keys[] = {"prompt", "output"};
    struct llm *llm = w->own_llm;
    const bool is_trace = field_has(m, "file");
    const char *column[2] = {NULL, NULL};
    struct span at[2] = {SPAN_NONE, SPAN_NONE};
    for (int i = 0; i < 2; i++) {
        const struct field_map part = field_sub(m, keys[i]);
        if (part.node == NULL) {
            continue;
        }
        if (!is_trace) {
            struct value_names unused = {0};
            struct dist *d = i == 0 ? &llm->prompt : &llm->output;
            work_read_dist(&part, x, d, &unused);
            const double mean = d->mean > 1 ? d->mean : 1;
            *(i == 0 ? &llm->prompt_mean : &llm->output_mean) = mean;
            const double scv = dist_scv(d);
            llm->square_mean = mean * mean * (1 + (isfinite(scv) ? scv : 0));
            continue;
        }
        column[i] = field_text(&part, "column");
        at[i] = field_at(&part, "column");
        if (column[i] == NULL) {
            diag_error(m->r->d, part.at, "'%s' of a file needs its 'column'", keys[i]);
            diag_help(m->r->d, "write %s: {column: %s}", keys[i],
                      i == 0 ? "ContextTokens" : "GeneratedTokens");
        }
    }
    llm->product_mean = llm->prompt_mean * llm->output_mean;
    names->prompt = column[0];
    names->output = column[1];
    if (column[0] != NULL && column[1] != NULL) {
        read_token_rows(m, x, w, names, column, at);
    }
}

static void read_llm(const struct field_map *m, const struct tenant_context *x,
                     struct tenant *t, struct trace_names *names)
{
    struct work *w = &t->work;
    struct diag *d = m->r->d;
    struct llm *llm = arena_alloc(m->r->arena, 1, sizeof *llm);
    if (llm == NULL) {
        diag_machine(d, "out of memory while reading 'workload'");
        return;
    }
    w->kind = WORK_LLM;
    w->llm = w->own_llm = llm;
    llm->prefill_ns = cost_ns(m, "prefill", "per-token");
    llm->base_ns = cost_ns(m, "decode", "base");
    const struct yaml_node *costs = field_node(m, "decode");
    if (costs != NULL && costs->kind == YAML_MAP) {
        const struct field_map decode = field_sub(m, "decode");
        llm->decode_ns =
            field_has(&decode, "per-sequence") ? field_real(&decode, "per-sequence") : 0;
        llm->context_ns =
            field_has(&decode, "per-token") ? field_real(&decode, "per-token") : 0;
    }
    llm->max_sequences = field_int(m, "max-sequences");
    llm->max_batched_tokens = field_int(m, "max-batched-tokens");
    if (llm->max_batched_tokens < llm->max_sequences) {
        diag_error(d, field_at(m, "max-batched-tokens"),
                   "%d tokens an iteration are fewer than %d sequences, which take one each",
                   llm->max_batched_tokens, llm->max_sequences);
        diag_help(d, "write 'max-batched-tokens: %d' or more", llm->max_sequences);
    }
    if (!(llm->prefill_ns + llm->base_ns + llm->decode_ns + llm->context_ns > 0)) {
        diag_error(d, m->at, "an iteration takes no time: 'prefill' and 'decode' are 0");
        diag_help(d, "write something like prefill: {per-token: 65 us}, decode: {base: 12 ms}");
    }
    llm->is_async = field_bool(m, "async-scheduling");
    llm->kv_bytes_per_token =
        field_has(m, "kv-bytes-per-token") ? field_real(m, "kv-bytes-per-token") : 0;
    llm->weights_bytes = field_has(m, "weights") ? field_real(m, "weights") : 0;
    if (t->vgpus > 1) {
        diag_error(d, m->at, "a model that is spread over %d vGPUs is not modelled", t->vgpus);
        diag_help(d, "describe the costs of the group as those of one GPU, with 'vgpus: 1'");
    }
    read_tokens(m, x, w, names);
    if (!field_has(m, "file")) {
        if (!field_has(m, "arrivals")) {
            field_missing(m, "arrivals");
        }
        read_arrivals(m, x, &w->arrivals, names);
    }
}

/* ---- Frames and training ---- */

static void read_frames(const struct field_map *m, struct work *w)
{
    w->kind = WORK_FRAMES;
    w->pipeline_max = field_int(m, "pipeline");
    w->arrivals.process = "periodic";
    w->arrivals.periodic = true;
    w->arrivals.rate_per_s = field_real(m, "fps");
    w->arrivals.phase_ns = field_ns(m, "phase");
    if (w->arrivals.rate_per_s > 0) {
        dist_init(&w->arrivals.gap, dist_find("deterministic"), 1e9 / w->arrivals.rate_per_s, 0,
                  0, 0);
    }
}

/* One client whose next step begins when the last has ended. */
static void read_training(const struct field_map *m, struct work *w)
{
    w->kind = WORK_CLOSED;
    w->training = true;
    w->clients = 1;
    dist_init(&w->think, dist_find("deterministic"), 0, 0, 0, 0);
    const struct field_map pause = field_sub(m, "checkpoint");
    if (pause.node != NULL) {
        field_complete(&pause, NULL);
        w->pause_every = field_int(&pause, "every");
        w->pause_ns = field_ns(&pause, "pause");
    }
}

/* ---- The workload and the tenant ---- */

/* What a workload of an unknown kind seems to be, so that the mistakes below it are found too.
 */
static const char *likely_kind(const struct field_map *m)
{
    if (field_has(m, "file")) {
        return "trace";
    }
    return field_has(m, "clients") ? "closed" : "requests";
}

void work_read(const struct field_map *workload, const struct tenant_context *x,
               struct tenant *t, struct trace_names *names)
{
    const struct field_map m = *workload;
    const char *kind = field_word(&m, "kind");
    field_complete(&m, kind);
    struct work *w = &t->work;
    w->streams = field_int(&m, "streams");
    read_batch(&m, w);
    read_scaling(&m, w);
    read_host(&m, x, w, &names->host_from);
    w->host_path_frac = field_real(&m, "host-path");
    const char *reference = field_has(&m, "reference") ? field_text(&m, "reference") : NULL;
    t->reference_gpu_ix = reference == NULL ? -1
                                            : tenant_gpu_find(m.r, x->catalog, reference,
                                                              field_at(&m, "reference"));
    if (kind == NULL) {
        kind = likely_kind(&m);
    }
    if (strcmp(kind, "llm") == 0) {
        read_llm(&m, x, t, names);
        return;
    }
    if (strcmp(kind, "trace") == 0) {
        w->kind = WORK_TRACE;
        read_trace(&m, x, w, names);
    } else {
        read_service(&m, x, kind, w, &names->service_from);
    }
    if (strcmp(kind, "closed") == 0) {
        w->kind = WORK_CLOSED;
        w->clients = field_int(&m, "clients");
        read_think(&m, x, &w->think, &names->think_from);
    } else if (strcmp(kind, "frames") == 0) {
        read_frames(&m, w);
    } else if (strcmp(kind, "training") == 0) {
        read_training(&m, w);
    } else if (strcmp(kind, "requests") == 0) {
        w->kind = WORK_REQUESTS;
        if (!field_has(&m, "arrivals")) {
            field_missing(&m, "arrivals");
        }
        read_arrivals(&m, x, &w->arrivals, names);
    }
    read_kernels(&m, w);
}
