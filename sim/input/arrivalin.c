/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arrivalin.c - an arrival process from its fields: renewal, periodic, by states, by a curve,
 * by the windows of a file. */
#include "sim/input/arrivalin.h"

#include <math.h>
#include <string.h>

#include "sim/input/distin.h"
#include "sim/input/windowin.h"

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
    conf.path = distin_path(m->r, x->path, names->windows);
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

void arrivalin_read(const struct field_map *workload, const struct tenant_context *x,
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
    distin_shape(&m, shape);
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
        distin_need_shape(&m, "cv", process);
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
    distin_init(&m, "process", &a->gap, kind, 1e9 / a->rate_per_s, shape, 0);
}
