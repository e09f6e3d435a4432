/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tenantin.c - tenants from their fields.
 *
 * The table has checked each value alone; here stand the checks that need two of them, or the
 * catalogue: does the type exist on this GPU, has the distribution what it needs, does what is
 * named hold what is asked for. */
#include "sim/input/tenantin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/input/empirical.h"
#include "sim/input/trace.h"

enum {
    KEYS_MAX = 512 /* GPU keys, profiles or types that a suggestion looks at */
};

/* ---- Names of the catalogue ---- */

int tenant_gpu_find(const struct field_reader *r, const struct catalog *c, const char *key,
                    struct span at)
{
    const int ix = catalog_gpu_find(c, key);
    if (ix >= 0) {
        return ix;
    }
    const char *known[KEYS_MAX];
    size_t n = 0;
    for (int i = 0; i < c->gpu_n && n < KEYS_MAX; i++) {
        known[n++] = c->gpu[i].key;
    }
    diag_error(r->d, at, "there is no GPU '%.*s' in the catalogue", field_shown(key), key);
    field_suggest(r->d, key, known, n);
    return -1;
}

static void unknown_type(const struct field_map *m, const struct tenant_context *x,
                         const char *key, const char *word)
{
    const char *known[KEYS_MAX];
    size_t n = 0;
    const struct catalog *c = x->catalog;
    const bool is_mig = strcmp(key, "mig") == 0;
    for (int i = 0; is_mig && i < c->mig_n && n < KEYS_MAX; i++) {
        if (c->mig[i].gpu_ix == x->gpu_ix) {
            known[n++] = c->mig[i].name;
        }
    }
    for (int i = 0; !is_mig && i < c->vgpu_n && n < KEYS_MAX; i++) {
        if (c->vgpu[i].gpu_ix == x->gpu_ix) {
            known[n++] = c->vgpu[i].name;
        }
    }
    diag_error(m->r->d, field_at(m, key), "%s has no %s '%.*s'", c->gpu[x->gpu_ix].key,
               is_mig ? "MIG profile" : "vGPU type", field_shown(word), word);
    field_suggest(m->r->d, word, known, n);
}

/* A named type or profile must exist and hold the framebuffer that is asked for. */
static void check_size(const struct field_map *m, const char *key, uint64_t asked,
                       const char *word, int gib)
{
    if (asked > (uint64_t)gib << 30) {
        diag_error(m->r->d, field_at(m, key), "%s '%s' has %d GiB, less than the framebuffer",
                   key, word, gib);
        diag_help(m->r->d, "name a larger one, or leave it out to have it chosen");
        diag_note(m->r->d, field_at(m, "framebuffer"), "the framebuffer is asked for here");
    }
}

/* The type's nominal memory is the tenant's framebuffer unless it names one; with a profile and
 * a type the smaller, which both hold. */
static void read_types(const struct field_map *m, const struct tenant_context *x,
                       struct tenant *t)
{
    t->vgpu = field_text(m, "vgpu");
    t->mig = field_text(m, "mig");
    if (x->gpu_ix < 0) {
        return;
    }
    int gib = 0;
    if (t->vgpu != NULL) {
        const struct vgpu_type *type = catalog_vgpu_find(x->catalog, x->gpu_ix, t->vgpu);
        if (type == NULL) {
            unknown_type(m, x, "vgpu", t->vgpu);
        } else {
            t->vgpu = type->name;
            gib = type->framebuffer_gib;
            check_size(m, "vgpu", t->framebuffer_bytes, type->name, gib);
        }
    }
    if (t->mig != NULL) {
        const struct mig_profile *profile = catalog_mig_find(x->catalog, x->gpu_ix, t->mig);
        if (profile == NULL) {
            unknown_type(m, x, "mig", t->mig);
        } else {
            t->mig = profile->name;
            gib = gib == 0 || profile->nominal_gib < gib ? profile->nominal_gib : gib;
            check_size(m, "mig", t->framebuffer_bytes, profile->name, profile->nominal_gib);
        }
    }
    if (!field_has(m, "framebuffer")) {
        t->framebuffer_bytes = (uint64_t)gib << 30;
    }
}

/* ---- Objectives ---- */

/* "p95", "p99.9" as a number between 0 and 100, or 0. */
static double percentile_of(const char *key)
{
    double p = 0;
    const bool digits = key[0] == 'p' && key[1] >= '0' && key[1] <= '9' &&
                        strspn(key + 1, "0123456789.") == strlen(key + 1);
    return digits && field_number(key + 1, &p) && p > 0 && p < 100 ? p : 0;
}

static void read_objective(const struct field_map *m, const struct yaml_entry *e,
                           struct tenant *t)
{
    static const char *const known[] = {"p95", "p99", "mean", "throughput"};
    struct diag *d = m->r->d;
    const double percentile = percentile_of(e->key);
    const bool is_mean = strcmp(e->key, "mean") == 0;
    const bool is_rate = strcmp(e->key, "throughput") == 0;
    if (strcmp(e->key, "frame-rate") == 0) {
        diag_error(d, e->key_at, "'frame-rate' is not built yet");
        diag_help(d, "built are pNN, mean and throughput");
        return;
    }
    if (!(percentile > 0) && !is_mean && !is_rate) {
        diag_error(d, e->key_at, "unknown objective '%.*s'", field_shown(e->key), e->key);
        if (e->key[0] == 'p' && e->key[1] >= '0' && e->key[1] <= '9') {
            diag_help(d, "a percentile lies between 0 and 100: p50, p95, p99.9");
        } else {
            field_suggest(d, e->key, known, 4);
        }
        return;
    }
    if (t->objective_n == OBJECTIVES_MAX) {
        diag_error(d, e->key_at, "more than %d objectives", OBJECTIVES_MAX);
        return;
    }
    struct objective o = {.kind = is_mean   ? OBJECTIVE_MEAN
                                  : is_rate ? OBJECTIVE_THROUGHPUT
                                            : OBJECTIVE_PERCENTILE,
                          .percentile = percentile};
    const char *row = is_mean ? "mean" : is_rate ? "throughput" : "pNN";
    if (field_item_real(m, row, e->value, &o.limit)) {
        t->objective[t->objective_n++] = o;
    }
}

static void read_needs(const struct field_map *m, struct tenant *t)
{
    const struct yaml_node *list = field_list(m, "needs");
    for (int i = 0; list != NULL && i < list->n; i++) {
        const int need = field_item_choice(m, "needs", list->entry[i].value);
        if (need >= 0) {
            t->needs |= 1U << need;
        }
    }
}

static void read_isolation(const struct field_map *tenant, struct tenant *t)
{
    const struct field_map m = field_sub(tenant, "isolation");
    field_complete(&m, NULL);
    const int require = field_choice(&m, "require");
    t->require = require == 1   ? REQUIRE_TEMPORAL
                 : require == 2 ? REQUIRE_HARDWARE
                                : REQUIRE_NONE;
    t->slowdown_frac = field_real(&m, "slowdown");
    t->grace_ns = field_ns(&m, "grace");
    const struct field_map objective = field_sub(tenant, "objective");
    for (int i = 0; objective.node != NULL && i < objective.node->n; i++) {
        read_objective(&objective, &objective.node->entry[i], t);
    }
}

/* ---- Files ---- */

/* `file` relative to the directory of the scenario. */
static const char *file_path(const struct field_reader *r, const char *scenario,
                             const char *file)
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
    conf.path = file_path(m->r, x->path, names->file);
    struct dist read;
    if (conf.path != NULL && empirical_read(m->r->arena, &conf, &read, m->r->d)) {
        *out = read;
    }
}

/* Is a service given in a form that is not built, and refused already? It needs no
 * distribution. */
static bool has_other_form(const struct field_map *m)
{
    return field_has(m, "base") || field_has(m, "per-item") || field_has(m, "table") ||
           field_has(m, "profiles");
}

/* A distribution at the mapping m; `out` stays deterministic 0 when anything is wrong. */
static void read_dist(const struct field_map *m, const struct tenant_context *x,
                      struct dist *out, struct value_names *names)
{
    const double none[2] = {0, 0};
    dist_init(out, dist_find("deterministic"), 0, none[0], none[1], 0);
    if (m->node == NULL) {
        return;
    }
    const char *word = field_word(m, "dist");
    field_complete(m, word);
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

static void read_arrivals(const struct field_map *workload, const struct tenant_context *x,
                          struct arrivals *a)
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
    a->rate_per_s = field_real(&m, "rate");
    a->phase_ns = field_ns(&m, "phase");
    double shape[2];
    read_shape(&m, shape);
    if (process == NULL || !(a->rate_per_s > 0)) {
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
        read_dist(&think, x, out, names);
        return;
    }
    dist_init(out, dist_find("deterministic"), field_real(m, "think"), 0, 0, 0);
}

/* Fields of stages that are not built are accepted only where they do nothing. */
static void refuse_stages(const struct field_map *m, const struct tenant_context *x)
{
    const struct field_map host = field_sub(m, "host");
    if (host.node != NULL) {
        struct dist stage;
        struct value_names names;
        read_dist(&host, x, &stage, &names);
        if (stage.mean > 0) {
            diag_error(m->r->d, field_at(&host, "mean"), "'host' is not built yet");
            diag_help(m->r->d, "leave it out, or write 'mean: 0 ms'");
        }
    }
    const struct field_map batch = field_sub(m, "batch");
    if (batch.node != NULL) {
        field_complete(&batch, NULL);
        field_ns(&batch, "timeout");
    }
}

static void read_scaling(const struct field_map *workload, struct scaling *s)
{
    const struct field_map m = field_sub(workload, "scaling");
    field_complete(&m, NULL);
    struct diag *d = m.r->d;
    s->compute_frac = field_real(&m, "compute");
    s->memory_frac = field_real(&m, "memory");
    s->width_frac = field_real(&m, "width");
    s->floor_ns = field_ns(&m, "floor");
    const int form = field_choice(&m, "form");
    const double sum = s->compute_frac + s->memory_frac;
    if (!(sum > 0)) {
        diag_error(d, field_at(&m, "compute"), "'compute' and 'memory' are both 0%%");
        diag_help(d, "their sum is the request's share of its time; usually 100%%");
    } else if (sum > 1 + 1e-9) {
        diag_warning(d, field_at(&m, "memory"),
                     "'compute' and 'memory' add up to %.4g%%: on the whole reference GPU a "
                     "request takes that much of its service time",
                     sum * 100);
    }
    if (form == 1 && s->floor_ns > 0) {
        diag_error(d, field_at(&m, "floor"), "'form: sum' with a floor is not built yet");
        diag_help(d, "use 'form: max', or write 'floor: 0 ms'");
    }
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

static void read_trace(const struct field_map *m, const struct tenant_context *x,
                       struct work *work, struct trace_names *names)
{
    struct trace_conf conf = {.speedup = field_real(m, "speedup")};
    work->offset_ns = field_ns(m, "offset");
    names->speedup = conf.speedup;
    names->file = field_text(m, "file");
    const struct field_map arrival = field_sub(m, "arrival");
    field_complete(&arrival, NULL);
    names->arrival = field_text(&arrival, "column");
    names->arrival_unit = unit_word(&arrival);
    names->zero = field_has(&arrival, "zero") ? field_word(&arrival, "zero") : NULL;
    const bool ok = read_trace_service(m, names, &conf.service_at);
    if (!ok || names->file == NULL || names->arrival == NULL || names->arrival_unit == NULL ||
        !(conf.speedup > 0)) {
        return;
    }
    conf.path = file_path(m->r, x->path, names->file);
    conf.shown = names->file;
    conf.arrival = names->arrival;
    conf.arrival_unit = trace_unit_of(names->arrival_unit);
    if (names->zero == NULL) {
        names->zero = conf.arrival_unit == TRACE_DATETIME ? "first" : "file";
    }
    conf.from_first = strcmp(names->zero, "first") == 0;
    conf.law = names->law;
    conf.service = names->service;
    conf.service_unit = names->law == NULL ? trace_unit_of(names->service_unit) : TRACE_NS;
    conf.file_at = field_at(m, "file");
    conf.arrival_at = field_at(&arrival, "column");
    struct trace_rows *rows = arena_alloc(m->r->arena, 1, sizeof *rows);
    if (conf.path != NULL && rows != NULL && trace_read(m->r->arena, &conf, rows, m->r->d)) {
        work->trace = rows;
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

static void read_workload(const struct field_map *tenant, const struct tenant_context *x,
                          struct tenant *t, struct trace_names *names)
{
    const struct field_map m = field_sub(tenant, "workload");
    if (m.node == NULL) {
        return;
    }
    const char *kind = field_word(&m, "kind");
    field_complete(&m, kind);
    struct work *w = &t->work;
    w->streams = field_int(&m, "streams");
    read_scaling(&m, &w->scaling);
    refuse_stages(&m, x);
    const char *reference = field_has(&m, "reference") ? field_text(&m, "reference") : NULL;
    t->reference_gpu_ix = reference == NULL ? -1
                                            : tenant_gpu_find(m.r, x->catalog, reference,
                                                              field_at(&m, "reference"));
    if (kind == NULL) {
        kind = likely_kind(&m);
    }
    if (strcmp(kind, "trace") == 0) {
        w->kind = WORK_TRACE;
        read_trace(&m, x, w, names);
        return;
    }
    const struct field_map service = field_sub(&m, "service");
    read_dist(&service, x, &w->service, &names->service_from);
    if (strcmp(kind, "closed") == 0) {
        w->kind = WORK_CLOSED;
        w->clients = field_int(&m, "clients");
        read_think(&m, x, &w->think, &names->think_from);
        return;
    }
    w->kind = WORK_REQUESTS;
    read_arrivals(&m, x, &w->arrivals);
}

static uint64_t bytes_of(const struct field_map *m, const char *key)
{
    return field_has(m, key) ? (uint64_t)field_real(m, key) : 0;
}

void tenant_read(const struct field_reader *r, const struct tenant_context *context,
                 const struct yaml_entry *item, struct tenant *out, struct trace_names *names)
{
    *out = (struct tenant){.name = "", .count = 1, .vgpus = 1, .reference_gpu_ix = -1};
    *names = (struct trace_names){.speedup = 1};
    const struct field_map m = field_open(r, item->value, "tenants", item->key_at);
    if (m.node == NULL) {
        return;
    }
    field_complete(&m, NULL);
    const char *name = field_text(&m, "name");
    out->name = name == NULL ? "" : name;
    out->count = field_int(&m, "count");
    out->powered_off = field_int(&m, "powered-off");
    if (out->powered_off > out->count) {
        diag_error(r->d, field_at(&m, "powered-off"), "%d VMs are off, but there are only %d",
                   out->powered_off, out->count);
        diag_help(r->d, "write at most %d", out->count);
        out->powered_off = 0;
    }
    out->os = field_choice(&m, "os") == 1 ? OS_WINDOWS : OS_LINUX;
    out->memory_bytes = bytes_of(&m, "memory");
    out->mmio_bytes = bytes_of(&m, "mmio");
    out->framebuffer_bytes = bytes_of(&m, "framebuffer");
    out->vgpus = field_int(&m, "vgpus");
    read_types(&m, context, out);
    read_isolation(&m, out);
    read_needs(&m, out);
    read_workload(&m, context, out, names);
}
