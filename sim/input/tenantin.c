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

#include "models/mig.h"

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
    for (int g = 0; g < x->model_n; g++) {
        for (int i = 0; is_mig && i < c->mig_n && n < KEYS_MAX; i++) {
            if (c->mig[i].gpu_ix == x->model_ix[g]) {
                known[n++] = c->mig[i].name;
            }
        }
        for (int i = 0; !is_mig && i < c->vgpu_n && n < KEYS_MAX; i++) {
            if (c->vgpu[i].gpu_ix == x->model_ix[g]) {
                known[n++] = c->vgpu[i].name;
            }
        }
    }
    diag_error(m->r->d, field_at(m, key), "%s has %s %s '%.*s'",
               x->model_n == 1 ? c->gpu[x->model_ix[0]].key : "no GPU of the hosts",
               x->model_n == 1 ? "no" : "a", is_mig ? "MIG profile" : "vGPU type",
               field_shown(word), word);
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

/* The GPU instance that a tenant names, whatever driver spelt it, of the first GPU that knows
 * the name; NULL with an error when it is none. */
static const struct mig_profile *find_profile(const struct field_map *m,
                                              const struct tenant_context *x, const char *word)
{
    struct diag *d = m->r->d;
    const struct mig_profile *p = NULL;
    struct mig_name name;
    enum mig_match match = MIG_MATCH_NONE;
    const char *gpu = NULL;
    for (int g = 0; g < x->model_n && match == MIG_MATCH_NONE; g++) {
        gpu = x->catalog->gpu[x->model_ix[g]].key;
        match = mig_name_match(x->catalog, x->model_ix[g], word, &p);
    }
    if (match == MIG_MATCH_NONE) {
        unknown_type(m, x, "mig", word);
        if (p != NULL) {
            diag_help(d, "the nearest by slices and memory is '%s'; vgpusim list mig %s",
                      p->name, gpu);
        }
        return NULL;
    }
    if (match == MIG_MATCH_MANY) {
        diag_error(d, field_at(m, "mig"), "'%s' could be more than one MIG profile of %s", word,
                   gpu);
        diag_help(d, "spell it as 'vgpusim list mig %s' does; nearest is '%s'", gpu, p->name);
        return NULL;
    }
    if (mig_name_read(word, &name) && name.compute_slices > 0 &&
        name.compute_slices < name.gi_slices) {
        diag_error(d, field_at(m, "mig"), "'%s' is a compute instance inside of '%s'", word,
                   p->name);
        diag_help(d, "a tenant gets whole GPU instances: write '%s'", p->name);
        return NULL;
    }
    if (match == MIG_MATCH_SLICES) {
        diag_note(d, field_at(m, "mig"), "'%s' is '%s' in the catalogue of %s", word, p->name,
                  gpu);
    }
    return p;
}

/* The GPU instance of one GPU that `on` names; NULL for `any`, or with an error. */
static const char *read_profile_on(const struct field_map *m, const struct tenant_context *x,
                                   const struct yaml_entry *e, int gpu_ix)
{
    const struct yaml_node *value = e->value;
    const struct mig_profile *p = NULL;
    if (value->kind == YAML_SCALAR && strcmp(value->text, "any") == 0) {
        return NULL;
    }
    if (value->kind == YAML_SCALAR && gpu_ix >= 0) {
        enum mig_match match = mig_name_match(x->catalog, gpu_ix, value->text, &p);
        if (match == MIG_MATCH_NAME || match == MIG_MATCH_SLICES) {
            return p->name;
        }
    }
    if (gpu_ix >= 0) {
        diag_error(m->r->d, e->key_at, "'on' gives %.*s no MIG profile of it",
                   field_shown(e->key), e->key);
        diag_help(m->r->d, "write one of `vgpusim list mig %.*s`, or any", field_shown(e->key),
                  e->key);
    }
    return NULL;
}

/* GPU models on which the VMs may be. */
static void read_on(const struct field_map *m, const struct tenant_context *x, struct tenant *t)
{
    const struct field_map on = field_sub(m, "on");
    const int n = on.node != NULL ? on.node->n : 0;
    struct tenant_on *list = arena_alloc(m->r->arena, (size_t)n + 1, sizeof *list);
    if (list == NULL) {
        diag_machine(m->r->d, "out of memory while reading 'on'");
        return;
    }
    for (int i = 0; i < n; i++) {
        const struct yaml_entry *e = &on.node->entry[i];
        list[i].gpu_ix = tenant_gpu_find(m->r, x->catalog, e->key, e->key_at);
        list[i].mig = read_profile_on(m, x, e, list[i].gpu_ix);
    }
    t->on = list;
    t->on_n = n;
    if (n > 0 && t->mig != NULL) {
        diag_error(m->r->d, field_at(m, "on"), "'on' and 'mig' both name profiles");
        diag_help(m->r->d, "leave 'mig' out, and write its profile under 'on'");
    }
}

/* The type's nominal memory is the tenant's framebuffer unless it names one; with a profile and
 * a type the smaller, which both hold. */
static void read_types(const struct field_map *m, const struct tenant_context *x,
                       struct tenant *t)
{
    t->vgpu = field_text(m, "vgpu");
    t->mig = field_text(m, "mig");
    read_on(m, x, t);
    if (x->gpu_ix < 0) {
        return;
    }
    int gib = 0;
    if (t->vgpu != NULL) {
        const struct vgpu_type *type = NULL;
        for (int g = 0; g < x->model_n && type == NULL; g++) {
            type = catalog_vgpu_find(x->catalog, x->model_ix[g], t->vgpu);
        }
        if (type == NULL) {
            unknown_type(m, x, "vgpu", t->vgpu);
        } else {
            t->vgpu = type->name;
            gib = type->framebuffer_gib;
            check_size(m, "vgpu", t->framebuffer_bytes, type->name, gib);
        }
    }
    if (t->mig != NULL) {
        const struct mig_profile *profile = find_profile(m, x, t->mig);
        if (profile != NULL) {
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
    static const char *const known[] = {"p95", "p99", "mean", "throughput", "frame-rate"};
    struct diag *d = m->r->d;
    const double percentile = percentile_of(e->key);
    const bool is_mean = strcmp(e->key, "mean") == 0;
    const bool is_rate = strcmp(e->key, "throughput") == 0;
    const bool is_frames = strcmp(e->key, "frame-rate") == 0;
    if (!(percentile > 0) && !is_mean && !is_rate && !is_frames) {
        diag_error(d, e->key_at, "unknown objective '%.*s'", field_shown(e->key), e->key);
        if (e->key[0] == 'p' && e->key[1] >= '0' && e->key[1] <= '9') {
            diag_help(d, "a percentile lies between 0 and 100: p50, p95, p99.9");
        } else {
            field_suggest(d, e->key, known, 5);
        }
        return;
    }
    if (t->objective_n == OBJECTIVES_MAX) {
        diag_error(d, e->key_at, "more than %d objectives", OBJECTIVES_MAX);
        return;
    }
    struct objective o = {.kind = is_mean     ? OBJECTIVE_MEAN
                                  : is_rate   ? OBJECTIVE_THROUGHPUT
                                  : is_frames ? OBJECTIVE_FRAME_RATE
                                              : OBJECTIVE_PERCENTILE,
                          .percentile = percentile};
    const char *row = is_mean     ? "mean"
                      : is_rate   ? "throughput"
                      : is_frames ? "frame-rate"
                                  : "pNN";
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

static uint64_t bytes_of(const struct field_map *m, const char *key)
{
    return field_has(m, key) ? (uint64_t)field_real(m, key) : 0;
}

/* An objective that nothing of the tenant could ever meet. */
static void refuse_frame_rate(const struct field_map *m, const struct tenant *t, bool is_wrong,
                              const char *why, const char *help)
{
    for (int i = 0; is_wrong && i < t->objective_n; i++) {
        if (t->objective[i].kind == OBJECTIVE_FRAME_RATE) {
            diag_error(m->r->d, field_at(m, "objective"), "%s", why);
            diag_help(m->r->d, "%s", help);
        }
    }
}

/* `workload`, or what can be said of `workloads` as a list. */
static void read_work(const struct field_map *m, const struct tenant_context *context,
                      struct tenant *out, struct trace_names *names)
{
    const struct field_map workload = field_sub(m, "workload");
    if (workload.node != NULL) {
        if (field_has(&workload, "name")) {
            diag_error(m->r->d, field_at(&workload, "name"),
                       "only one of several workloads has a name");
            diag_help(m->r->d, "leave it out, or write 'workloads' with a list");
        }
        work_read(&workload, context, out, names);
        refuse_frame_rate(m, out, out->work.kind != WORK_FRAMES,
                          "'frame-rate' is for workloads of kind frames",
                          "write 'throughput', the rate of the whole tenant");
    }
    const struct yaml_node *list = field_list(m, "workloads");
    refuse_frame_rate(m, out, list != NULL, "'frame-rate' is for a tenant with one workload",
                      "use 'expect' with throughput(TENANT/WORKLOAD) instead");
    if (list != NULL && list->n == 0) {
        diag_error(m->r->d, list->at, "'workloads' is empty");
        diag_help(m->r->d, "add one: - {name: a, kind: requests, ...}, or write 'workload'");
    }
    if (list != NULL && list->n > WORKLOADS_MAX) {
        diag_error(m->r->d, list->at, "%d workloads are more than %d", list->n, WORKLOADS_MAX);
    }
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
    const bool has_several = field_has(&m, "workloads");
    const bool has_both = has_several && field_has(&m, "workload");
    field_complete(&m, has_both ? NULL : has_several ? "workloads" : "workload");
    if (has_both) {
        diag_error(r->d, field_at(&m, "workload"),
                   "'workload' and 'workloads' exclude each other");
        diag_help(r->d, "keep one of them: each item of 'workloads' has the fields of "
                        "'workload' and a name");
    }
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
    /* The words in the order of the enumerations, after "unstated". */
    out->firmware = (enum firmware)(field_choice(&m, "firmware") + 1);
    out->licence = (enum licence)(field_choice(&m, "licence") + 1);
    out->guest_release = field_has(&m, "guest-driver") ? field_int(&m, "guest-driver") : 0;
    out->memory_bytes = bytes_of(&m, "memory");
    out->cpus = field_int(&m, "cpus");
    out->mmio_bytes = bytes_of(&m, "mmio");
    out->framebuffer_bytes = bytes_of(&m, "framebuffer");
    out->vgpus_auto = field_is_auto(&m, "vgpus");
    out->vgpus = out->vgpus_auto ? 1 : field_int(&m, "vgpus");
    if (out->vgpus_auto && !context->plan) {
        diag_error(r->d, field_at(&m, "vgpus"), "'vgpus: auto' is for `vgpusim plan`");
        diag_help(r->d, "write a number, or leave it out for 1");
    }
    read_types(&m, context, out);
    read_isolation(&m, out);
    read_needs(&m, out);
    read_work(&m, context, out, names);
}

/* ---- Several workloads ---- */

int tenant_parts(const struct yaml_entry *item)
{
    const struct yaml_node *map = item->value;
    const struct yaml_node *list = map->kind == YAML_MAP ? yaml_find(map, "workloads") : NULL;
    const bool is_list = list != NULL && list->kind == YAML_LIST;
    return !is_list ? 0 : list->n < WORKLOADS_MAX ? list->n : WORKLOADS_MAX;
}

/* "tenant/workload" */
static const char *part_name(const struct field_reader *r, const char *tenant, const char *name)
{
    const size_t n = strlen(tenant) + strlen(name) + 2;
    char *both = arena_alloc(r->arena, n, 1);
    if (both == NULL) {
        diag_machine(r->d, "out of memory while reading 'workloads'");
        return name;
    }
    snprintf(both, n, "%s/%s", tenant, name);
    return both;
}

static void read_part(const struct field_reader *r, const struct tenant_context *x,
                      const struct yaml_entry *item, struct tenant *part,
                      struct trace_names *names)
{
    *names = (struct trace_names){.speedup = 1};
    const struct field_map m = field_open(r, item->value, "tenants.workload", item->key_at);
    if (m.node == NULL) {
        return;
    }
    if (!field_has(&m, "name")) {
        field_missing(&m, "name");
    } else {
        const char *name = field_text(&m, "name");
        part->workload = name == NULL ? "" : name;
        part->name = part_name(r, part->name, part->workload);
    }
    work_read(&m, x, part, names);
    for (int i = 0; i < part->work.profile_n; i++) {
        if (part->work.profile[i].crowd_n > 0) {
            diag_error(r->d, field_at(&m, "service"),
                       "times by streams at work are of one workload alone, and this VM has "
                       "several");
            diag_help(r->d, "give each profile the time of one stream: the workloads share it "
                            "by 'width'");
            return;
        }
    }
}

void tenant_read_parts(const struct field_reader *r, const struct tenant_context *context,
                       const struct yaml_entry *item, struct tenant *whole, struct tenant *part,
                       struct trace_names *names)
{
    const struct yaml_node *list = yaml_find(item->value, "workloads");
    for (int i = 0; i < whole->part_n; i++) {
        part[i] = *whole;
        part[i].part_n = 0;
        part[i].workload = "";
        read_part(r, context, &list->entry[i], &part[i], &names[i]);
        for (int k = 0; k < i; k++) {
            if (part[i].workload[0] != '\0' &&
                strcmp(part[k].workload, part[i].workload) == 0) {
                diag_error(r->d, list->entry[i].value->at, "there are two workloads '%s'",
                           part[i].workload);
                diag_help(r->d, "give one of them another name");
            }
        }
    }
}
