/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogin.c - merged tables into the catalogue: convert every row, check what must hold
 * together.
 *
 * Checks come after conversion and look at whole rows; each names the row that is at fault. A
 * table is converted to its end before the next one begins, and rows that refer to a wrong one
 * are converted but not held against it, so that every error is found at once and none twice.
 */
#include "sim/input/catalogin.h"

#include <stdio.h>
#include <string.h>

#include "models/life.h"
#include "models/mig.h"
#include "sim/input/tablein.h"

static const struct tablein_kind kind_gpus = {
    "gpus.csv", {"key", NULL}
};
static const struct tablein_kind kind_mig = {
    "mig_profiles.csv", {"gpu_key", "profile"}
};
static const struct tablein_kind kind_vgpu = {
    "vgpu_types.csv", {"gpu_key", "type"}
};
static const struct tablein_kind kind_pci = {
    "pci_ids.csv", {"pci_id", "gpu_key"}
};
static const struct tablein_kind kind_calibration = {
    "calibration.csv", {"gpu_key", "parameter"}
};
static const struct tablein_kind kind_sched = {
    "schedulers.csv", {"name", "condition"}
};
static const struct tablein_kind kind_rules = {
    "rules.csv", {"id", NULL}
};

static const struct tablein_kind kind_faults = {
    "faults.csv", {"mode", "class"}
};

static const struct tablein_kind *const kinds[] = {&kind_gpus,  &kind_mig,         &kind_vgpu,
                                                   &kind_pci,   &kind_calibration, &kind_sched,
                                                   &kind_rules, &kind_faults};

enum {
    KINDS_N = sizeof kinds / sizeof kinds[0]
};

/* The catalogue under way, and which of its rows are wrong. */
struct loading {
    struct catalog *c;
    bool *gpu_is_wrong; /* [c->gpu_n] */
    bool *mig_is_wrong; /* [c->mig_n] */
};

static int get_gpu(struct tablein_row *r, const struct catalog *c)
{
    const char *key = tablein_need_text(r, "gpu_key");
    int ix = catalog_gpu_find(c, key);
    if (ix < 0 && key[0] != '\0') {
        r->ok = diag_error(r->d, tablein_span(r), "there is no GPU '%.60s' in gpus.csv", key);
    }
    return ix;
}

/* ---- GPUs ---- */

static void check_gpu(struct tablein_row *r, const struct gpu *g)
{
    if ((g->mig_slices == 0) != (g->mig_axis == 0) || g->mig_slices > g->mig_axis) {
        r->ok =
            diag_error(r->d, tablein_span(r), "%s: %d compute slices on a memory axis of %d",
                       g->key, g->mig_slices, g->mig_axis);
    }
    if (g->time_sliced_mig && g->mig_slices == 0) {
        r->ok =
            diag_error(r->d, tablein_span(r), "%s shares GPU instances but has no MIG", g->key);
    }
}

static bool read_gpu(struct tablein_row *r, struct gpu *g)
{
    g->key = tablein_need_text(r, "key");
    g->name = tablein_need_text(r, "name");
    g->architecture = tablein_text(r, "architecture");
    g->framebuffer_gib = tablein_need_int(r, "framebuffer_gib", 1, 4096);
    g->sm_count = tablein_int(r, "sm_count", 1, 4096, 0);
    g->bandwidth_gbs = tablein_double(r, "bandwidth_gbs", 1, 1e6);
    g->fp32_tflops = tablein_double(r, "fp32_tflops", 1e-3, 1e6);
    g->fp16_tflops = tablein_double(r, "fp16_tflops", 1e-3, 1e6);
    g->tdp_w = tablein_double(r, "tdp_w", 1, 1e5);
    g->mig_slices = tablein_int(r, "mig_slices", 0, 64, 0);
    g->mig_axis = tablein_int(r, "mig_axis", 0, 64, 0);
    g->time_sliced_mig = tablein_bool(r, "time_sliced_mig");
    g->gpus_per_board = tablein_int(r, "gpus_per_board", 1, 64, 1);
    g->encoders = tablein_int(r, "encoders", 0, 64, -1);
    g->mmio_gb = tablein_int(r, "mmio_gb", 1, 65536, 0);
    g->source = tablein_source(r);
    g->mmio_source = tablein_text(r, "mmio_source");
    g->low_confidence = tablein_text(r, "low_confidence");
    g->note = tablein_text(r, "note");
    if (r->ok) {
        check_gpu(r, g);
    }
    return r->ok;
}

/* ---- MIG profiles ---- */

/* "1g.10gb+me" into its slices, memory and marks. */
static bool parse_profile(struct tablein_row *r, struct mig_profile *p, struct mig_name *n)
{
    if (!mig_name_read(p->name, n) || n->compute_slices > 0) {
        diag_error(r->d, tablein_span(r), "'%.60s' is not spelt like a MIG profile", p->name);
        diag_help(
            r->d,
            "profiles look like '1g.10gb', with '+me', '+me.all', '-me' or '+gfx' behind");
        return r->ok = false;
    }
    p->me = n->me;
    p->me_all = n->me_all;
    p->no_me = n->no_me;
    p->gfx = n->gfx;
    return true;
}

/* How many instances of one profile fit beside each other: starts ascend and sizes are equal,
 * so taking the lowest free start each time is best. */
static int instances_by_starts(const struct mig_profile *p)
{
    int n = 0, free_from = 0;
    for (int i = 0; i < p->starts_n; i++) {
        if (p->starts[i] >= free_from) {
            n++;
            free_from = p->starts[i] + p->size;
        }
    }
    return n;
}

static void check_profile_place(struct tablein_row *r, const struct mig_profile *p,
                                const struct gpu *g)
{
    for (int i = 0; i < p->starts_n; i++) {
        if (p->starts[i] + p->size > g->mig_axis) {
            r->ok = diag_error(r->d, tablein_span(r),
                               "%s %s: start %d and size %d leave the axis of %d", g->key,
                               p->name, p->starts[i], p->size, g->mig_axis);
        }
    }
    int fits = p->me ? 1 : instances_by_starts(p);
    if (r->ok && p->max_instances != 0 && p->max_instances != fits) {
        r->ok = diag_error(r->d, tablein_span(r),
                           "%s %s: %d instances, but the start indexes allow %d", g->key,
                           p->name, p->max_instances, fits);
    }
}

/* Nominal sizes are rounded (two 3g.71gb on 141 GiB), so each instance may stand up to one GiB
 * over. */
static void check_profile(struct tablein_row *r, const struct mig_profile *p,
                          const struct gpu *g)
{
    if (g->mig_slices == 0 || p->compute_slices > g->mig_slices) {
        r->ok = diag_error(r->d, tablein_span(r), "%s has %d MIG slices, but %s takes %d",
                           g->key, g->mig_slices, p->name, p->compute_slices);
        return;
    }
    if ((p->size == 0) != (p->starts_n == 0)) {
        r->ok = diag_error(r->d, tablein_span(r), "%s %s: size and starts go together", g->key,
                           p->name);
        return;
    }
    if (p->starts_n > 0) {
        check_profile_place(r, p, g);
    }
    if (p->nominal_gib * p->max_instances >= g->framebuffer_gib + p->max_instances) {
        r->ok = diag_error(r->d, tablein_span(r), "%d instances of %s do not fit into %d GiB",
                           p->max_instances, p->name, g->framebuffer_gib);
    }
    if (g->sm_count > 0 && p->sm_count * p->max_instances > g->sm_count) {
        r->ok = diag_error(r->d, tablein_span(r),
                           "%d instances of %s have more SMs than the %d of %s",
                           p->max_instances, p->name, g->sm_count, g->key);
    }
}

static bool read_profile(struct tablein_row *r, struct mig_profile *p, const struct loading *x)
{
    const struct catalog *c = x->c;
    struct mig_name n;
    p->gpu_ix = get_gpu(r, c);
    p->name = tablein_need_text(r, "profile");
    p->compute_slices = tablein_need_int(r, "compute_slices", 1, 64);
    p->nominal_gib = tablein_need_int(r, "nominal_gib", 1, 4096);
    p->size = tablein_int(r, "size", 1, 64, 0);
    p->sm_count = tablein_int(r, "sm_count", 1, 4096, 0);
    p->starts_n = tablein_list(r, "starts", STARTS_MAX, p->starts);
    p->max_instances = tablein_int(r, "max_instances", 1, 64, 0);
    p->copy_engines = tablein_int(r, "copy_engines", 0, 64, -1);
    p->decoders = tablein_int(r, "decoders", 0, 64, -1);
    p->encoders = tablein_int(r, "encoders", 0, 64, -1);
    p->jpeg = tablein_int(r, "jpeg", 0, 64, -1);
    p->ofa = tablein_int(r, "ofa", 0, 64, -1);
    p->profile_id = tablein_int(r, "profile_id", 0, 4096, -1);
    p->inferred_fields = tablein_text(r, "inferred");
    p->inferred = p->inferred_fields != NULL;
    p->source = tablein_source(r);
    if (!r->ok || !parse_profile(r, p, &n)) {
        return false;
    }
    if (n.gi_slices != p->compute_slices || n.gib != p->nominal_gib) {
        return r->ok =
                   diag_error(r->d, tablein_span(r), "'%s' beside %d compute slices and %d GiB",
                              p->name, p->compute_slices, p->nominal_gib);
    }
    if (!x->gpu_is_wrong[p->gpu_ix]) {
        check_profile(r, p, &c->gpu[p->gpu_ix]);
    }
    return r->ok;
}

/* ---- vGPU types ---- */

static void check_ids(struct tablein_row *r, const struct vgpu_type *t, int region_gib)
{
    for (int i = 0; i < t->placement_ids_n && t->placement_size > 0; i++) {
        int end = i + 1 < t->placement_ids_n ? t->placement_ids[i + 1] : region_gib;
        if (t->placement_ids[i] + t->placement_size > end) {
            r->ok = diag_error(r->d, tablein_span(r),
                               "%s: placement id %d and size %d reach over %d", t->name,
                               t->placement_ids[i], t->placement_size, end);
        }
    }
    if (t->max_per_gpu_mixed > 0 && t->placement_ids_n > 0 &&
        t->max_per_gpu_mixed != t->placement_ids_n) {
        r->ok =
            diag_error(r->d, tablein_span(r), "%s: %d in mixed-size mode, but %d placement ids",
                       t->name, t->max_per_gpu_mixed, t->placement_ids_n);
    }
}

static void check_whole_gpu_type(struct tablein_row *r, const struct vgpu_type *t,
                                 const struct gpu *g)
{
    if (t->mig_profile != NULL || t->max_per_instance != 0) {
        r->ok = diag_error(r->d, tablein_span(r), "%s is time-sliced, but has a MIG profile",
                           t->name);
    }
    if (t->framebuffer_gib > g->framebuffer_gib ||
        t->framebuffer_gib * t->max_per_gpu > g->framebuffer_gib) {
        r->ok =
            diag_error(r->d, tablein_span(r), "%d vGPUs %s do not fit into the %d GiB of %s",
                       t->max_per_gpu, t->name, g->framebuffer_gib, g->key);
    }
    check_ids(r, t, g->framebuffer_gib);
}

/* Counts that the table leaves out follow from the profile: instances times vGPUs in each. */
static void check_instance_type(struct tablein_row *r, struct vgpu_type *t,
                                const struct loading *x)
{
    const struct catalog *c = x->c;
    const struct gpu *g = &c->gpu[t->gpu_ix];
    if (g->mig_slices == 0 || (t->mode == VGPU_TIME_SLICED_MIG && !g->time_sliced_mig)) {
        r->ok =
            diag_error(r->d, tablein_span(r), "%s cannot host the type %s", g->key, t->name);
    }
    if (t->mig_profile == NULL) {
        return; /* known by name only */
    }
    const struct mig_profile *p = catalog_mig_find(c, t->gpu_ix, t->mig_profile);
    if (p == NULL) {
        r->ok = diag_error(r->d, tablein_span(r), "%s stands on %s, which %s does not have",
                           t->name, t->mig_profile, g->key);
        return;
    }
    if (x->mig_is_wrong[p - c->mig]) {
        return;
    }
    if (t->max_per_instance == 0 && t->mode == VGPU_MIG) {
        t->max_per_instance = 1;
    }
    int per_gpu = p->max_instances * t->max_per_instance;
    if (t->max_per_gpu == 0) {
        t->max_per_gpu = per_gpu;
    } else if (per_gpu != 0 && t->max_per_gpu != per_gpu) {
        r->ok = diag_error(r->d, tablein_span(r),
                           "%s: %d per GPU, but %d instances of %s hold %d each", t->name,
                           t->max_per_gpu, p->max_instances, p->name, t->max_per_instance);
    }
    /* A type's name may round up what the profile's rounds down (GB200: 24 on 23). */
    if (t->framebuffer_gib * t->max_per_instance >=
        p->nominal_gib + g->framebuffer_gib / 32 + 1) {
        r->ok = diag_error(r->d, tablein_span(r), "%d vGPUs %s do not fit into an instance %s",
                           t->max_per_instance, t->name, p->name);
    }
    check_ids(r, t, p->nominal_gib);
}

static bool read_type(struct tablein_row *r, struct vgpu_type *t, const struct loading *x)
{
    const struct catalog *c = x->c;
    static const char *const modes[] = {"time-sliced", "mig", "time-sliced-mig"};
    static const char *const series[] = {"C", "Q"};
    t->gpu_ix = get_gpu(r, c);
    t->name = tablein_need_text(r, "type");
    t->series = series[tablein_choice(r, "series", series, 2)][0];
    t->mode = (enum vgpu_mode)tablein_choice(r, "mode", modes, 3);
    t->mig_profile = tablein_text(r, "mig_profile");
    t->framebuffer_gib = tablein_need_int(r, "framebuffer_gib", 1, 4096);
    t->max_per_gpu = tablein_int(r, "max_per_gpu", 1, 4096, 0);
    t->max_per_gpu_mixed = tablein_int(r, "max_per_gpu_mixed", 1, 4096, 0);
    t->max_per_instance = tablein_int(r, "max_per_instance", 1, 4096, 0);
    t->placement_ids_n = tablein_list(r, "placement_ids", STARTS_MAX, t->placement_ids);
    t->placement_size = tablein_int(r, "placement_size", 1, 4096, 0);
    const char *mixed =
        tablein_text(r, "mixed_size"); /* y, n, or "instance": within a GPU instance */
    t->mixed_size = mixed != NULL && strcmp(mixed, "y") == 0;
    t->source = tablein_source(r);
    if (!r->ok || x->gpu_is_wrong[t->gpu_ix]) {
        return r->ok;
    }
    if (t->mode == VGPU_TIME_SLICED) {
        check_whole_gpu_type(r, t, &c->gpu[t->gpu_ix]);
    } else {
        check_instance_type(r, t, x);
    }
    return r->ok;
}

/* ---- PCI ids ---- */

static bool read_pci(struct tablein_row *r, struct pci_id *p, const struct catalog *c)
{
    static const char *const scope[] = {"all", "mig"};
    const char *id = tablein_need_text(r, "pci_id");
    int used = 0;
    if (sscanf(id, "0x%4x%n", &p->id, &used) != 1 || id[used] != '\0') {
        r->ok = diag_error(r->d, tablein_span(r), "'%.60s' is not a PCI device id", id);
        diag_help(r->d, "write it like '0x20B5'");
    }
    p->gpu_ix = get_gpu(r, c);
    p->product = tablein_need_text(r, "product");
    p->mig_only = tablein_choice(r, "scope", scope, 2) == 1;
    p->source = tablein_source(r);
    return r->ok;
}

/* ---- Calibration ---- */

static bool read_calibration(struct tablein_row *r, struct calibration *k,
                             const struct catalog *c)
{
    k->gpu_key = tablein_need_text(r, "gpu_key");
    k->parameter = tablein_need_text(r, "parameter");
    tablein_need_text(r, "value");
    k->value = tablein_double(r, "value", -1e18, 1e18);
    k->kind = tablein_need_text(r, "kind");
    k->source = tablein_source(r);
    if (r->ok && strcmp(k->gpu_key, "*") != 0) {
        get_gpu(r, c);
    }
    return r->ok;
}

/* ---- Faults ---- */

/* The named values in the order of their enum. */
static int named(struct tablein_row *r, const char *column, const char *(*name)(int), int n)
{
    const char *known[FAULT_CLASSES + FAULT_SCOPES];
    for (int i = 0; i < n; i++) {
        known[i] = name(i);
    }
    return tablein_choice(r, column, known, n);
}

static const char *class_name(int i)
{
    return fault_class_name((enum fault_class)i);
}

static const char *scope_name(int i)
{
    return fault_scope_name((enum fault_scope)i);
}

static bool read_fault(struct tablein_row *r, struct fault_rule *f)
{
    f->mode = tablein_need_text(r, "mode");
    f->class = (enum fault_class)named(r, "class", class_name, FAULT_CLASSES);
    f->scope = (enum fault_scope)named(r, "scope", scope_name, FAULT_SCOPES);
    f->promised = (enum fault_scope)named(r, "promised", scope_name, FAULT_SCOPES);
    f->downtime_s = tablein_double(r, "downtime_s", 0, 86400);
    f->source = tablein_source(r);
    return r->ok;
}

/* ---- The catalogue ---- */

static bool fail_memory(struct diag *d)
{
    return diag_machine(d, "not enough memory for the catalogue");
}

static bool load_gpus(struct loading *x, struct arena *a, const char *dir, struct diag *d)
{
    struct catalog *c = x->c;
    struct tablein t;
    if (!tablein_read(&t, &kind_gpus, a, dir, d)) {
        return false;
    }
    c->gpu = arena_alloc(a, t.row_n, sizeof *c->gpu);
    x->gpu_is_wrong = arena_alloc(a, t.row_n, sizeof *x->gpu_is_wrong);
    if (c->gpu == NULL || x->gpu_is_wrong == NULL) {
        return fail_memory(d);
    }
    bool ok = !t.lost_rows;
    for (size_t i = 0; i < t.row_n; i++) {
        struct tablein_row r = {.t = &t, .row = i, .d = d, .ok = true};
        const bool is_good = read_gpu(&r, &c->gpu[c->gpu_n]);
        x->gpu_is_wrong[c->gpu_n++] = !is_good;
        ok = is_good && ok;
    }
    return ok;
}

static bool load_profiles(struct loading *x, struct arena *a, const char *dir, struct diag *d)
{
    struct catalog *c = x->c;
    struct tablein t;
    if (!tablein_read(&t, &kind_mig, a, dir, d)) {
        return false;
    }
    c->mig = arena_alloc(a, t.row_n, sizeof *c->mig);
    x->mig_is_wrong = arena_alloc(a, t.row_n, sizeof *x->mig_is_wrong);
    if (c->mig == NULL || x->mig_is_wrong == NULL) {
        return fail_memory(d);
    }
    bool ok = !t.lost_rows;
    for (size_t i = 0; i < t.row_n; i++) {
        struct tablein_row r = {.t = &t, .row = i, .d = d, .ok = true};
        const bool is_good = read_profile(&r, &c->mig[c->mig_n], x);
        x->mig_is_wrong[c->mig_n++] = !is_good;
        ok = is_good && ok;
    }
    return ok;
}

static bool load_types(struct loading *x, struct arena *a, const char *dir, struct diag *d)
{
    struct catalog *c = x->c;
    struct tablein t;
    if (!tablein_read(&t, &kind_vgpu, a, dir, d)) {
        return false;
    }
    c->vgpu = arena_alloc(a, t.row_n, sizeof *c->vgpu);
    if (c->vgpu == NULL) {
        return fail_memory(d);
    }
    bool ok = !t.lost_rows;
    for (size_t i = 0; i < t.row_n; i++) {
        struct tablein_row r = {.t = &t, .row = i, .d = d, .ok = true};
        ok = read_type(&r, &c->vgpu[c->vgpu_n++], x) && ok;
    }
    return ok;
}

static bool load_pci(struct catalog *c, struct arena *a, const char *dir, struct diag *d)
{
    struct tablein t;
    if (!tablein_read(&t, &kind_pci, a, dir, d)) {
        return false;
    }
    c->pci = arena_alloc(a, t.row_n, sizeof *c->pci);
    if (c->pci == NULL) {
        return fail_memory(d);
    }
    bool ok = !t.lost_rows;
    for (size_t i = 0; i < t.row_n; i++) {
        struct tablein_row r = {.t = &t, .row = i, .d = d, .ok = true};
        ok = read_pci(&r, &c->pci[c->pci_n++], c) && ok;
    }
    return ok;
}

static bool load_calibration(struct catalog *c, struct arena *a, const char *dir,
                             struct diag *d)
{
    struct tablein t;
    if (!tablein_read(&t, &kind_calibration, a, dir, d)) {
        return false;
    }
    c->calibration = arena_alloc(a, t.row_n, sizeof *c->calibration);
    if (c->calibration == NULL) {
        return fail_memory(d);
    }
    bool ok = !t.lost_rows;
    for (size_t i = 0; i < t.row_n; i++) {
        struct tablein_row r = {.t = &t, .row = i, .d = d, .ok = true};
        ok = read_calibration(&r, &c->calibration[c->calibration_n++], c) && ok;
    }
    return ok;
}

static bool load_faults(struct catalog *c, struct arena *a, const char *dir, struct diag *d)
{
    struct tablein t;
    if (!tablein_read(&t, &kind_faults, a, dir, d)) {
        return false;
    }
    c->fault = arena_alloc(a, t.row_n, sizeof *c->fault);
    if (c->fault == NULL) {
        return fail_memory(d);
    }
    bool ok = !t.lost_rows;
    for (size_t i = 0; i < t.row_n; i++) {
        struct tablein_row r = {.t = &t, .row = i, .d = d, .ok = true};
        ok = read_fault(&r, &c->fault[c->fault_n++]) && ok;
    }
    return ok;
}

/* A wrong directory would otherwise be an overlay without rows. */
static bool has_tables(struct arena *a, const char *dir, struct diag *d)
{
    size_t before_n = d->error_n;
    for (int i = 0; i < KINDS_N; i++) {
        if (tablein_has_overlay(kinds[i], a, dir, d)) {
            return d->error_n == before_n;
        }
    }
    diag_error(d, SPAN_NONE, "the catalogue directory '%s' has none of the tables", dir);
    diag_help(d, "it may hold gpus.csv, mig_profiles.csv, vgpu_types.csv, pci_ids.csv, "
                 "calibration.csv, schedulers.csv, rules.csv, faults.csv");
    return false;
}

const struct catalog *catalog_load(struct arena *a, const char *overlay_dir, struct diag *d)
{
    struct catalog *c = arena_alloc(a, 1, sizeof *c);
    if (c == NULL) {
        fail_memory(d);
        return NULL;
    }
    if (overlay_dir != NULL && !has_tables(a, overlay_dir, d)) {
        return NULL;
    }
    /* A table that cannot be read at all ends it: every row that refers to it would be a false
     * complaint. */
    struct loading x = {.c = c};
    bool ok = load_gpus(&x, a, overlay_dir, d);
    ok = x.gpu_is_wrong != NULL && load_profiles(&x, a, overlay_dir, d) && ok;
    if (x.mig_is_wrong != NULL) {
        ok = load_types(&x, a, overlay_dir, d) && ok;
        ok = load_pci(c, a, overlay_dir, d) && ok;
        ok = load_calibration(c, a, overlay_dir, d) && ok;
        ok = load_faults(c, a, overlay_dir, d) && ok;
    }
    return ok ? c : NULL;
}

const struct rule *catalog_rules(struct arena *a, const char *overlay_dir, int *n,
                                 struct diag *d)
{
    static const char *const verdicts[] = {"fail", "warn", "info"};
    static const char *const uses[] = {"tenant", "placement", "reading", "shown", "no"};
    struct tablein t;
    *n = 0;
    if (!tablein_read(&t, &kind_rules, a, overlay_dir, d)) {
        return NULL;
    }
    struct rule *rule = arena_alloc(a, t.row_n, sizeof *rule);
    if (rule == NULL) {
        fail_memory(d);
        return NULL;
    }
    bool ok = !t.lost_rows;
    for (size_t i = 0; i < t.row_n; i++) {
        struct tablein_row r = {.t = &t, .row = i, .d = d, .ok = true};
        rule[i].id = tablein_need_text(&r, "id");
        rule[i].category = tablein_need_text(&r, "category");
        rule[i].verdict = (enum rule_verdict)tablein_choice(&r, "verdict", verdicts, 3);
        rule[i].condition = tablein_need_text(&r, "condition");
        rule[i].text = tablein_need_text(&r, "text");
        rule[i].reason = tablein_text(&r, "reason");
        rule[i].use = tablein_text(&r, "use") == NULL
                          ? RULE_UNUSED
                          : (enum rule_use)tablein_choice(&r, "use", uses, 5);
        rule[i].source = tablein_source(&r);
        rule[i].status = tablein_text(&r, "status");
        ok = r.ok && ok;
    }
    *n = (int)t.row_n;
    return ok ? rule : NULL;
}

static const char *or_empty(const char *s)
{
    return s == NULL ? "" : s;
}

const struct sched_fact *catalog_sched_facts(struct arena *a, const char *overlay_dir, int *n,
                                             struct diag *d)
{
    struct tablein t;
    *n = 0;
    if (!tablein_read(&t, &kind_sched, a, overlay_dir, d)) {
        return NULL;
    }
    struct sched_fact *fact = arena_alloc(a, t.row_n, sizeof *fact);
    if (fact == NULL) {
        fail_memory(d);
        return NULL;
    }
    bool ok = !t.lost_rows;
    for (size_t i = 0; i < t.row_n; i++) {
        struct tablein_row r = {.t = &t, .row = i, .d = d, .ok = true};
        fact[i].name = tablein_need_text(&r, "name");
        fact[i].value = tablein_need_text(&r, "value");
        fact[i].unit = or_empty(tablein_text(&r, "unit"));
        fact[i].condition = or_empty(tablein_text(&r, "condition"));
        fact[i].status = or_empty(tablein_text(&r, "status"));
        fact[i].source = tablein_source(&r);
        ok = r.ok && ok;
    }
    *n = (int)t.row_n;
    return ok ? fact : NULL;
}
