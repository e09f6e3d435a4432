/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stored.c - look-ups in a saved result. */
#include "sim/report/stored.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool stored_wrong(const char *file, struct diag *d, const char *what)
{
    const struct span at = {.file = file, .line = 1, .col = 1, .len = 1};
    diag_error(d, at, "this is no whole result: %s", what);
    diag_help(d, "vgpusim run SCENARIO --format json -o %s", file);
    return false;
}

/* "mode/policy" of results that were saved without labels. */
static const char *label_of(struct arena *a, const struct jsonin *mode)
{
    const char *label = jsonin_text(mode, "label");
    const char *policy = jsonin_text(mode, "policy");
    const char *name = jsonin_text(mode, "mode");
    if (label != NULL || policy == NULL) {
        return label != NULL ? label : name;
    }
    struct text t;
    text_init(&t);
    text_add(&t, name);
    text_add(&t, "/");
    text_add(&t, policy);
    const char *copy = t.failed ? NULL : arena_copy(a, text_str(&t), t.n);
    text_fini(&t);
    return copy;
}

static bool has_same_tenants(const struct stored *s, const struct jsonin *mode)
{
    const struct jsonin *list = jsonin_find(mode, "tenants");
    if (jsonin_n(list) != s->tenant_n) {
        return false;
    }
    for (int t = 0; t < s->tenant_n; t++) {
        const char *name = jsonin_text(&list->item[t], "name");
        if (name == NULL || strcmp(name, stored_tenant_name(s, t)) != 0) {
            return false;
        }
    }
    return true;
}

/* ---- Placement ---- */

static int stored_int(const struct jsonin *object, const char *key)
{
    const double x = jsonin_number(object, key);
    return x >= 0 && x <= 1e9 ? (int)x : 0;
}

static bool is_same_text(const struct jsonin *a, const struct jsonin *b, const char *key)
{
    const char *x = jsonin_text(a, key);
    const char *y = jsonin_text(b, key);
    return x == NULL || y == NULL ? x == y : strcmp(x, y) == 0;
}

/* "chat/0" is a VM of chat. */
static int tenant_of(const struct stored *s, const char *vm)
{
    const char *slash = vm == NULL ? NULL : strrchr(vm, '/');
    for (int t = 0; slash != NULL && t < s->tenant_n; t++) {
        const char *name = stored_tenant_name(s, t);
        if (strlen(name) == (size_t)(slash - vm) &&
            strncmp(name, vm, (size_t)(slash - vm)) == 0) {
            return t;
        }
    }
    return -1;
}

static int by_place(const void *x, const void *y)
{
    const struct stored_seat *a = x;
    const struct stored_seat *b = y;
    if (a->gpu != b->gpu) {
        return a->gpu < b->gpu ? -1 : 1;
    }
    if (a->start != b->start) {
        return a->start < b->start ? -1 : 1;
    }
    return a->order < b->order ? -1 : a->order > b->order;
}

static bool is_same_shape(const struct stored_shape *a, const struct stored_shape *b)
{
    if (a->seat_n != b->seat_n || strcmp(a->model, b->model) != 0) {
        return false;
    }
    for (int i = 0; i < a->seat_n; i++) {
        const struct stored_seat *x = &a->seat[i];
        const struct stored_seat *y = &b->seat[i];
        if (x->tenant_ix != y->tenant_ix || x->start != y->start || x->size != y->size ||
            !is_same_text(x->item, y->item, "type") || !is_same_text(x->item, y->item, "mig")) {
            return false;
        }
    }
    return true;
}

/* Units of the axis or GiB of a model, else what its seats take. */
static int length_of(const struct stored *s, const struct stored_shape *x)
{
    const struct jsonin *gpus = jsonin_find(s->root, "gpus");
    for (int i = 0; i < jsonin_n(gpus); i++) {
        const char *model = jsonin_text(&gpus->item[i], "model");
        if (model != NULL && strcmp(model, x->model) == 0) {
            return stored_int(&gpus->item[i],
                              x->has_instances ? "mig_axis_units" : "framebuffer_gib");
        }
    }
    int length = 0;
    for (int i = 0; i < x->seat_n; i++) {
        const int end = x->seat[i].start + x->seat[i].size;
        length = end > length ? end : length;
    }
    return length;
}

static void take_gpu(const struct stored *s, struct stored_layout *l, struct stored_shape *x)
{
    const struct jsonin *item = x->seat[0].item;
    x->model = jsonin_text(item, "model");
    x->model = x->model == NULL ? "" : x->model;
    x->has_instances = jsonin_text(item, "mig") != NULL;
    x->length = length_of(s, x);
    x->gpu = x->seat[0].gpu;
    x->gpu_n = 1;
    x->is_a_run = true;
    for (int i = 0; i < l->shape_n; i++) {
        struct stored_shape *have = &l->shape[i];
        if (is_same_shape(have, x)) {
            have->is_a_run = have->is_a_run && have->gpu + have->gpu_n == x->gpu;
            have->gpu_n++;
            return;
        }
    }
    if (l->shape_n < STORED_SHAPES_MAX) {
        l->shape[l->shape_n++] = *x;
    } else {
        l->more_n++;
    }
}

static bool is_same_layout(const struct stored_layout *a, const struct stored_layout *b)
{
    bool same = a->seat_n == b->seat_n;
    for (int i = 0; same && i < a->seat_n; i++) {
        const struct stored_seat *x = &a->seat[i];
        const struct stored_seat *y = &b->seat[i];
        same = x->gpu == y->gpu && x->start == y->start && x->size == y->size &&
               is_same_text(x->item, y->item, "vm") && is_same_text(x->item, y->item, "type") &&
               is_same_text(x->item, y->item, "mig");
    }
    return same;
}

static bool read_layout(struct stored *s, struct arena *a, int m)
{
    const struct jsonin *list = jsonin_find(s->mode[m], "placement");
    struct stored_layout *l = &s->layout[m];
    l->seat_n = jsonin_n(list);
    l->seat = arena_alloc(a, (size_t)l->seat_n, sizeof *l->seat);
    if (l->seat == NULL) {
        return false;
    }
    for (int i = 0; i < l->seat_n; i++) {
        const struct jsonin *item = &list->item[i];
        l->seat[i] = (struct stored_seat){.item = item,
                                          .gpu = stored_int(item, "gpu"),
                                          .start = stored_int(item, "start"),
                                          .size = stored_int(item, "size"),
                                          .tenant_ix = tenant_of(s, jsonin_text(item, "vm")),
                                          .order = i};
    }
    qsort(l->seat, (size_t)l->seat_n, sizeof *l->seat, by_place);
    for (int from = 0, to = 0; from < l->seat_n; from = to) {
        while (to < l->seat_n && l->seat[to].gpu == l->seat[from].gpu) {
            to++;
        }
        struct stored_shape x = {.seat = &l->seat[from], .seat_n = to - from};
        take_gpu(s, l, &x);
    }
    l->placed_as = m;
    for (int e = 0; l->placed_as == m && e < m; e++) {
        l->placed_as = is_same_layout(&s->layout[e], l) ? e : m;
    }
    return true;
}

/* ---- Result ---- */

bool stored_init(struct stored *s, struct arena *a, const struct jsonin *root, const char *file,
                 struct diag *d)
{
    const struct jsonin *modes = jsonin_find(root, "modes");
    *s = (struct stored){.root = root};
    if (!jsonin_schema(root, file, "vgpusim.result/1", d)) {
        return false;
    }
    if (jsonin_n(modes) < 1 || modes->kind != JSONIN_LIST || modes->n > MODES_MAX) {
        return stored_wrong(file, d, "\"modes\" is missing, empty or too long");
    }
    const struct jsonin *tenants = jsonin_find(&modes->item[0], "tenants");
    s->tenant_n = jsonin_n(tenants);
    if (s->tenant_n < 1 || tenants->kind != JSONIN_LIST || s->tenant_n > TENANTS_MAX) {
        return stored_wrong(file, d, "\"tenants\" is missing, empty or too long");
    }
    for (int m = 0; m < modes->n; m++) {
        s->mode[s->mode_n++] = &modes->item[m];
        if (jsonin_text(s->mode[m], "mode") == NULL ||
            jsonin_text(&tenants->item[0], "name") == NULL ||
            !has_same_tenants(s, s->mode[m])) {
            return stored_wrong(file, d, "a mode lacks its name or has other tenants");
        }
        s->label[m] = label_of(a, s->mode[m]);
        if (s->label[m] == NULL || !read_layout(s, a, m)) {
            return diag_machine(d, "out of memory while reading '%s'", file);
        }
    }
    return true;
}

const struct jsonin *stored_tenant(const struct stored *s, int mode_ix, int tenant_ix)
{
    return &jsonin_find(s->mode[mode_ix], "tenants")->item[tenant_ix];
}

const char *stored_tenant_name(const struct stored *s, int tenant_ix)
{
    const char *name = jsonin_text(stored_tenant(s, 0, tenant_ix), "name");
    return name == NULL ? "" : name;
}

struct estimate stored_get(const struct jsonin *node, const char *group, const char *key)
{
    return jsonin_estimate(jsonin_find(group == NULL ? node : jsonin_find(node, group), key));
}

struct estimate stored_metric(const struct jsonin *tenant, const char *path)
{
    char group[64];
    const char *dot = strchr(path, '.');
    if (dot == NULL || (size_t)(dot - path) >= sizeof group) {
        return stored_get(tenant, NULL, path);
    }
    snprintf(group, sizeof group, "%.*s", (int)(dot - path), path);
    return stored_get(tenant, group, dot + 1);
}

bool stored_is_feasible(const struct stored *s, int mode_ix)
{
    return jsonin_is_true(s->mode[mode_ix], "feasible");
}

bool stored_is_simulated(const struct stored *s, int mode_ix)
{
    return stored_get(s->mode[mode_ix], "utilization", "compute_frac").has_value;
}

enum stored_verdict stored_judge(const struct jsonin *tenant, const struct jsonin *objective)
{
    const char *metric = jsonin_text(objective, "metric");
    const double at_most = jsonin_number(objective, "at_most");
    const double at_least = jsonin_number(objective, "at_least");
    const struct estimate e = metric == NULL ? ci_none() : stored_metric(tenant, metric);
    if (!e.has_value || jsonin_is_true(tenant, "saturated")) {
        return STORED_FAILS;
    }
    const double lo = e.has_ci ? e.lo : e.value;
    const double hi = e.has_ci ? e.hi : e.value;
    const bool holds = isnan(at_least) ? hi <= at_most : lo >= at_least;
    const bool fails = isnan(at_least) ? lo > at_most : hi < at_least;
    return holds ? STORED_HOLDS : fails ? STORED_FAILS : STORED_UNDECIDED;
}

enum stored_verdict stored_judge_mode(const struct stored *s, int mode_ix, int *objective_n)
{
    enum stored_verdict worst = STORED_HOLDS;
    *objective_n = 0;
    for (int t = 0; t < s->tenant_n; t++) {
        const struct jsonin *tenant = stored_tenant(s, mode_ix, t);
        const struct jsonin *list = jsonin_find(tenant, "objectives");
        for (int i = 0; i < jsonin_n(list); i++) {
            const enum stored_verdict v = stored_judge(tenant, &list->item[i]);
            worst = v > worst ? v : worst;
            (*objective_n)++;
        }
    }
    return worst;
}
