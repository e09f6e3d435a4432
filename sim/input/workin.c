/* SPDX-License-Identifier: GPL-3.0-or-later */
/* workin.c - workloads from their fields.
 *
 * The table has checked each value alone; here stand the checks that need two of them: does the
 * table reach to the largest batch, does the batch need one. */
#include "sim/input/workin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/input/arrivalin.h"
#include "sim/input/distin.h"
#include "sim/input/llmin.h"
#include "sim/input/profilein.h"
#include "sim/input/tenantin.h"
#include "sim/input/tracein.h"

static void read_think(const struct field_map *m, const struct tenant_context *x,
                       struct dist *out, struct value_names *names)
{
    const struct yaml_node *node = field_node(m, "think");
    if (node != NULL && node->kind == YAML_MAP) {
        const struct field_map think = field_sub(m, "think");
        distin_read(&think, x, out, names);
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
        distin_read(&host, x, &w->host, names);
        w->has_host = w->host.mean > 0;
    }
}

bool work_is_by_size(const struct field_map *service)
{
    return field_has(service, "base") || field_has(service, "per-item") ||
           field_has(service, "table");
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

void work_read_sizes(const struct field_map *m, bool may_end, struct work *w)
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
        if (!may_end && w->point[w->point_n - 1].n < w->batch_max) {
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
    distin_read(&m, x, &w->service, names);
    if (m.node == NULL) {
        return;
    }
    if (work_is_by_size(&m)) {
        work_read_sizes(&m, false, w);
    } else if (w->batch_max > 1 && !field_has(&m, "profiles")) {
        diag_error(d, field_at(workload, "batch"),
                   "a batch needs its time by size, and 'service' gives that of one request");
        diag_help(d, "write service: {base: 2 ms, per-item: 0.5 ms}, or {table: {1: 3 ms, "
                     "8: 9 ms}}");
    }
    profiles_read(&m, x, work_is_by_size(&m) || !distin_has_other_form(&m), w);
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

/* `streams: auto` is a plan's to choose, from what was measured. */
static void check_streams(const struct field_map *m, const struct tenant_context *x,
                          const struct work *w)
{
    bool has_crowd = false;
    for (int i = 0; i < w->profile_n; i++) {
        has_crowd = has_crowd || w->profile[i].crowd_n > 0;
    }
    if (w->streams_auto && !x->plan) {
        diag_error(m->r->d, field_at(m, "streams"), "'streams: auto' is for `vgpusim plan`");
        diag_help(m->r->d, "write a number, or leave it out for 1");
    } else if (w->streams_auto && !has_crowd) {
        diag_error(m->r->d, field_at(m, "streams"),
                   "'streams: auto' needs times by streams at work");
        diag_help(m->r->d, "write service: {profiles: {PROFILE: {streams: {1: {table: {1: 3 "
                           "ms}}, 2: {table: {1: 4 ms}}}}}}, or a number of streams");
    }
}

void work_read(const struct field_map *workload, const struct tenant_context *x,
               struct tenant *t, struct trace_names *names)
{
    const struct field_map m = *workload;
    const char *kind = field_word(&m, "kind");
    field_complete(&m, kind);
    struct work *w = &t->work;
    w->streams_auto = field_is_auto(&m, "streams");
    w->streams = w->streams_auto ? 1 : field_int(&m, "streams");
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
        llmin_read(&m, x, t, names);
        return;
    }
    if (strcmp(kind, "trace") == 0) {
        w->kind = WORK_TRACE;
        tracein_read(&m, x, w, names);
        if (w->batch_max > 1) {
            diag_error(m.r->d, field_at(&m, "batch"),
                       "the rows of a file have times of their own and are served one by one");
            diag_help(m.r->d, "leave 'batch' out");
        }
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
        arrivalin_read(&m, x, &w->arrivals, names);
    }
    read_kernels(&m, w);
    check_streams(&m, x, w);
}
