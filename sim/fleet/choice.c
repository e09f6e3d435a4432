/* SPDX-License-Identifier: GPL-3.0-or-later */
/* choice.c - the smallest vGPU type or MIG profile that holds a framebuffer.
 *
 * Every pick is a scan of the table with a strict "better than" test, so that the first row
 * wins a tie. Cost: O(rows of the catalogue) per tenant and mode. */
#include "sim/fleet/choice.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

enum {
    INSTANCE_VGPUS_MAX = 12 /* rule CAP-06 */
};

/* One choice under way. */
struct job {
    const struct scenario *s;
    const struct catalog *c;
    const struct gpu *gpu;
    int gpu_ix;
    const struct tenant *t;
    const char *mig; /* the profile that is named for this GPU, or NULL */
    int gib;         /* needed; 0: the smallest will do */
};

static int max_int(int a, int b)
{
    return a > b ? a : b;
}

static bool refuse(struct choice *out, const char *rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool refuse(struct choice *out, const char *rule, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    (void)vsnprintf(out->text, sizeof out->text, format, ap);
    va_end(ap);
    out->rule = rule;
    return false;
}

/* ---- Needs ---- */

static int gib_ceil(uint64_t bytes)
{
    uint64_t gib = (bytes >> 30) + ((bytes & ((UINT64_C(1) << 30) - 1)) != 0 ? 1 : 0);
    return gib < (uint64_t)INT_MAX ? (int)gib : INT_MAX;
}

/* A type that is named for one mode tells the size for the others where nothing else does. */
static int needed_gib(const struct job *j)
{
    if (j->t->framebuffer_bytes > 0) {
        return gib_ceil(j->t->framebuffer_bytes);
    }
    int gib = 0;
    if (j->t->vgpu != NULL) {
        const struct vgpu_type *v = catalog_vgpu_find(j->c, j->gpu_ix, j->t->vgpu);
        gib = v != NULL ? v->framebuffer_gib : 0;
    }
    if (gib == 0 && j->mig != NULL) {
        const struct mig_profile *p = catalog_mig_find(j->c, j->gpu_ix, j->mig);
        gib = p != NULL ? p->nominal_gib : 0;
    }
    return gib;
}

int choice_gpu_gib(const struct catalog *c, int gpu_ix)
{
    int gib = c->gpu[gpu_ix].framebuffer_gib;
    for (int i = 0; i < c->vgpu_n; i++) {
        if (c->vgpu[i].gpu_ix == gpu_ix) {
            gib = max_int(gib, c->vgpu[i].framebuffer_gib);
        }
    }
    for (int i = 0; i < c->mig_n; i++) {
        if (c->mig[i].gpu_ix == gpu_ix) {
            gib = max_int(gib, c->mig[i].nominal_gib);
        }
    }
    return gib;
}

int choice_domain_max(const struct scenario *s, const struct vgpu_type *v)
{
    if (v->mode == VGPU_MIG) {
        return 1;
    }
    if (v->mode == VGPU_TIME_SLICED_MIG) {
        return v->max_per_instance > INSTANCE_VGPUS_MAX ? INSTANCE_VGPUS_MAX
                                                        : v->max_per_instance;
    }
    if (s->mixed_size) {
        return v->max_per_gpu_mixed > 0 ? v->max_per_gpu_mixed : v->placement_ids_n;
    }
    int gpu_gib = choice_gpu_gib(s->catalog, v->gpu_ix);
    return v->max_per_gpu == 0 && v->framebuffer_gib > gpu_gib / 2 ? 1 : v->max_per_gpu;
}

int choice_needed_gib(const struct catalog *c, int gpu_ix, const struct tenant *t)
{
    struct job j = {.c = c, .gpu_ix = gpu_ix, .t = t};
    (void)tenant_may_be_on(t, gpu_ix, &j.mig);
    return needed_gib(&j);
}

/* ---- vGPU types ---- */

static bool is_of(const struct job *j, const struct vgpu_type *v, enum vgpu_mode mode)
{
    return v->gpu_ix == j->gpu_ix && v->mode == mode;
}

static bool is_on_profile(const struct vgpu_type *v, const struct mig_profile *p)
{
    return p == NULL || (v->mig_profile != NULL && strcasecmp(v->mig_profile, p->name) == 0);
}

/* C is the series for compute; Q counts only where the GPU has no C type in this mode. */
static char series_of(const struct job *j, enum vgpu_mode mode)
{
    char series = 'Q';
    for (int i = 0; i < j->c->vgpu_n; i++) {
        if (is_of(j, &j->c->vgpu[i], mode) && j->c->vgpu[i].series == 'C') {
            series = 'C';
        }
    }
    return series;
}

/* The smallest type of a mode that holds the framebuffer; `profile` narrows to one MIG profile.
 * `largest` gets the largest of the mode, or NULL: for the message. */
static const struct vgpu_type *smallest_type(const struct job *j, enum vgpu_mode mode,
                                             const struct mig_profile *profile,
                                             const struct vgpu_type **largest)
{
    const struct vgpu_type *best = NULL;
    char series = series_of(j, mode);
    *largest = NULL;
    for (int i = 0; i < j->c->vgpu_n; i++) {
        const struct vgpu_type *v = &j->c->vgpu[i];
        if (!is_of(j, v, mode) || v->series != series || !is_on_profile(v, profile)) {
            continue;
        }
        if (*largest == NULL || v->framebuffer_gib > (*largest)->framebuffer_gib) {
            *largest = v;
        }
        if (v->framebuffer_gib >= j->gib &&
            (best == NULL || v->framebuffer_gib < best->framebuffer_gib)) {
            best = v;
        }
    }
    return best;
}

/* The named type when it belongs to this mode, else NULL. */
static const struct vgpu_type *named_type(const struct job *j, enum vgpu_mode mode)
{
    const struct vgpu_type *v =
        j->t->vgpu != NULL ? catalog_vgpu_find(j->c, j->gpu_ix, j->t->vgpu) : NULL;
    return v != NULL && v->mode == mode ? v : NULL;
}

static bool too_small(struct choice *out, const struct job *j, const char *what, int gib)
{
    return refuse(out, "CAP-02", "%s needs %d GiB of framebuffer, %s has %d GiB", j->t->name,
                  j->gib, what, gib);
}

/* ---- Profiles ---- */

/* Is a MIG-backed vGPU type made for this profile? Prefers the series of series_of. */
static const struct vgpu_type *type_of_profile(const struct job *j, enum vgpu_mode mode,
                                               const struct mig_profile *p)
{
    const struct vgpu_type *best = NULL;
    char series = series_of(j, mode);
    for (int i = 0; i < j->c->vgpu_n; i++) {
        const struct vgpu_type *v = &j->c->vgpu[i];
        if (is_of(j, v, mode) && is_on_profile(v, p) && v->series == series && best == NULL) {
            best = v;
        }
    }
    return best;
}

static bool has_types(const struct job *j, enum vgpu_mode mode)
{
    for (int i = 0; i < j->c->vgpu_n; i++) {
        if (is_of(j, &j->c->vgpu[i], mode)) {
            return true;
        }
    }
    return false;
}

/* Profiles with special media engines are for those who name them. */
static bool is_plain(const struct mig_profile *p)
{
    return !p->me && !p->me_all && !p->no_me;
}

/* Less memory, then fewer compute slices, then the variant that a vGPU type is made for, then
 * no +gfx. */
static bool is_better_profile(const struct job *j, const struct mig_profile *a,
                              const struct mig_profile *b)
{
    if (b == NULL || a->nominal_gib != b->nominal_gib) {
        return b == NULL || a->nominal_gib < b->nominal_gib;
    }
    if (a->compute_slices != b->compute_slices) {
        return a->compute_slices < b->compute_slices;
    }
    bool a_typed = type_of_profile(j, VGPU_MIG, a) != NULL;
    bool b_typed = type_of_profile(j, VGPU_MIG, b) != NULL;
    if (a_typed != b_typed) {
        return a_typed;
    }
    return !a->gfx && b->gfx;
}

static const struct mig_profile *smallest_profile(const struct job *j,
                                                  const struct mig_profile **largest)
{
    const struct mig_profile *best = NULL;
    *largest = NULL;
    for (int i = 0; i < j->c->mig_n; i++) {
        const struct mig_profile *p = &j->c->mig[i];
        if (p->gpu_ix != j->gpu_ix || !is_plain(p)) {
            continue;
        }
        if (*largest == NULL || p->nominal_gib > (*largest)->nominal_gib) {
            *largest = p;
        }
        if (p->nominal_gib >= j->gib && is_better_profile(j, p, best)) {
            best = p;
        }
    }
    return best;
}

static const struct mig_profile *profile_of_type(const struct job *j, const struct vgpu_type *v)
{
    return v->mig_profile != NULL ? catalog_mig_find(j->c, j->gpu_ix, v->mig_profile) : NULL;
}

/* A chosen profile must have a size and starts, else nobody knows where it may lie. */
static bool profile_is_known(struct choice *out, const struct job *j)
{
    const struct mig_profile *p = out->profile;
    if (p == NULL) {
        return refuse(out, "DATA-01", "the catalogue has no MIG profile %s of %s",
                      out->type->mig_profile != NULL ? out->type->mig_profile : "(unnamed)",
                      j->gpu->key);
    }
    if (p->starts_n == 0 || p->size == 0) {
        return refuse(out, "DATA-01", "the start indexes of MIG profile %s on %s are not known",
                      p->name, j->gpu->key);
    }
    return true;
}

static bool has_profiles(struct choice *out, const struct job *j)
{
    for (int i = 0; i < j->c->mig_n; i++) {
        if (j->c->mig[i].gpu_ix == j->gpu_ix) {
            return true;
        }
    }
    if (j->gpu->mig_slices == 0) {
        return refuse(out, "MIG-01", "%s has no MIG", j->gpu->key);
    }
    return refuse(out, "DATA-01", "the catalogue has no MIG profiles of %s", j->gpu->key);
}

/* ---- Modes ---- */

static bool choose_passthrough(struct choice *out, const struct job *j)
{
    int gpu_gib = choice_gpu_gib(j->c, j->gpu_ix);
    out->gib = gpu_gib;
    out->domain_max = 1;
    if (j->t->framebuffer_bytes == 0 || j->gib <= gpu_gib) {
        return true;
    }
    if (gpu_gib == 0) {
        return refuse(out, "DATA-01", "the framebuffer of %s is not known", j->gpu->key);
    }
    char what[96];
    (void)snprintf(what, sizeof what, "a whole %s", j->gpu->key);
    return too_small(out, j, what, gpu_gib);
}

static bool choose_time_sliced(struct choice *out, const struct job *j)
{
    const struct vgpu_type *largest = NULL;
    const struct vgpu_type *v = smallest_type(j, VGPU_TIME_SLICED, NULL, &largest);
    const struct vgpu_type *named = named_type(j, VGPU_TIME_SLICED);
    if (named != NULL) {
        v = named;
    } else if (largest == NULL) {
        return refuse(out, "CAP-11", "the catalogue has no time-sliced vGPU type of %s",
                      j->gpu->key);
    } else if (v == NULL) {
        return too_small(out, j, largest->name, largest->framebuffer_gib);
    }
    out->type = v;
    out->gib = v->framebuffer_gib;
    if (v->framebuffer_gib < j->gib) {
        return too_small(out, j, v->name, v->framebuffer_gib);
    }
    if (j->s->mixed_size && v->placement_ids_n == 0) {
        return v->mixed_size
                   ? refuse(out, "DATA-01",
                            "the placement ids of %s in mixed-size mode are not known", v->name)
                   : refuse(out, "MIX-01", "%s has no placement ids: %s has no mixed-size mode",
                            v->name, j->gpu->key);
    }
    out->domain_max = choice_domain_max(j->s, v);
    if (out->domain_max == 0) {
        return refuse(out, "DATA-01",
                      "how many %s one %s takes is not known; name another vgpu type", v->name,
                      j->gpu->key);
    }
    return true;
}

static bool choose_mig(struct choice *out, const struct job *j)
{
    if (!has_profiles(out, j)) {
        return false;
    }
    const struct mig_profile *largest = NULL;
    const struct mig_profile *p = smallest_profile(j, &largest);
    const struct mig_profile *named =
        j->mig != NULL ? catalog_mig_find(j->c, j->gpu_ix, j->mig) : NULL;
    out->type = named_type(j, VGPU_MIG);
    out->domain_max = 1;
    if (out->type != NULL) {
        out->profile = profile_of_type(j, out->type);
    } else if (named != NULL || p != NULL) {
        out->profile = named != NULL ? named : p;
        out->type = type_of_profile(j, VGPU_MIG, out->profile);
    } else {
        return largest != NULL
                   ? too_small(out, j, largest->name, largest->nominal_gib)
                   : refuse(out, "DATA-01", "%s has no plain MIG profile", j->gpu->key);
    }
    if (!profile_is_known(out, j)) {
        return false;
    }
    out->gib = out->type != NULL ? out->type->framebuffer_gib : out->profile->nominal_gib;
    if (out->gib < j->gib) {
        return too_small(out, j, out->profile->name, out->gib);
    }
    if (out->type == NULL && has_types(j, VGPU_MIG)) {
        return refuse(out, out->profile->gfx ? "DATA-01" : "MIG-08",
                      "%s has no MIG-backed vGPU type for profile %s", j->gpu->key,
                      out->profile->name);
    }
    return true;
}

/* The smallest instance that has a type for the framebuffer, then that type. */
static const struct vgpu_type *smallest_shared(const struct job *j,
                                               const struct vgpu_type **largest)
{
    const struct vgpu_type *best = NULL;
    const struct mig_profile *best_profile = NULL;
    *largest = NULL;
    for (int i = 0; i < j->c->mig_n; i++) {
        const struct mig_profile *p = &j->c->mig[i];
        if (p->gpu_ix != j->gpu_ix) {
            continue;
        }
        const struct vgpu_type *top = NULL;
        const struct vgpu_type *v = smallest_type(j, VGPU_TIME_SLICED_MIG, p, &top);
        if (top != NULL &&
            (*largest == NULL || top->framebuffer_gib > (*largest)->framebuffer_gib)) {
            *largest = top;
        }
        if (v != NULL && is_better_profile(j, p, best_profile)) {
            best = v;
            best_profile = p;
        }
    }
    return best;
}

static bool choose_shared(struct choice *out, const struct job *j)
{
    if (!has_types(j, VGPU_TIME_SLICED_MIG)) {
        return refuse(out, "MIG-05", "%s has no time-sliced MIG-backed vGPU types",
                      j->gpu->key);
    }
    const struct vgpu_type *largest = NULL;
    const struct vgpu_type *v = named_type(j, VGPU_TIME_SLICED_MIG);
    const struct mig_profile *named =
        j->mig != NULL ? catalog_mig_find(j->c, j->gpu_ix, j->mig) : NULL;
    if (v == NULL && named != NULL) {
        v = smallest_type(j, VGPU_TIME_SLICED_MIG, named, &largest);
        if (largest == NULL) {
            out->profile = named;
            return refuse(out, named->gfx ? "MIG-05" : "MIG-08",
                          "%s has no time-sliced vGPU type for profile %s", j->gpu->key,
                          named->name);
        }
    } else if (v == NULL) {
        v = smallest_shared(j, &largest);
    }
    if (v == NULL) {
        return largest != NULL ? too_small(out, j, largest->name, largest->framebuffer_gib)
                               : refuse(out, "DATA-01",
                                        "the catalogue has no MIG profile for the time-sliced "
                                        "vGPU types of %s",
                                        j->gpu->key);
    }
    out->type = v;
    out->profile = profile_of_type(j, v);
    out->gib = v->framebuffer_gib;
    out->domain_max = choice_domain_max(j->s, v);
    if (!profile_is_known(out, j)) {
        return false;
    }
    if (out->domain_max == 0) {
        return refuse(out, "DATA-01", "how many %s one %s instance takes is not known", v->name,
                      out->profile->name);
    }
    return v->framebuffer_gib >= j->gib || too_small(out, j, v->name, v->framebuffer_gib);
}

/* ---- Hosts ---- */

/* What is named for this mode may be of another host's GPU; then this one is out. With one GPU
 * every name is its own. */
static bool has_named(struct choice *out, const struct job *j, enum mode_kind mode)
{
    static const enum vgpu_mode modes[] = {[MODE_TIME_SLICED] = VGPU_TIME_SLICED,
                                           [MODE_MIG] = VGPU_MIG,
                                           [MODE_TIME_SLICED_MIG] = VGPU_TIME_SLICED_MIG};
    if (mode != MODE_TIME_SLICED && mode != MODE_MIG && mode != MODE_TIME_SLICED_MIG) {
        return true;
    }
    const char *lacks = NULL;
    if (j->t->vgpu != NULL && catalog_vgpu_find(j->c, j->gpu_ix, j->t->vgpu) == NULL) {
        const struct vgpu_type *v = catalog_vgpu_find(j->c, -1, j->t->vgpu);
        lacks = v != NULL && v->mode == modes[mode] ? v->name : NULL;
    }
    if (lacks == NULL && j->mig != NULL && mode != MODE_TIME_SLICED &&
        catalog_mig_find(j->c, j->gpu_ix, j->mig) == NULL) {
        lacks = j->mig;
    }
    return lacks == NULL || refuse(out, "HOST-03", "%s has no %s", j->gpu->key, lacks);
}

/* ---- Public ---- */

bool choice_make(struct choice *out, const struct scenario *s, int gpu_ix, enum mode_kind mode,
                 const struct tenant *t)
{
    struct job j = {
        .s = s, .c = s->catalog, .gpu = &s->catalog->gpu[gpu_ix], .gpu_ix = gpu_ix, .t = t};
    bool may = tenant_may_be_on(t, gpu_ix, &j.mig);
    j.gib = needed_gib(&j);
    *out = (struct choice){0};
    if (!may) {
        return refuse(out, "HOST-03", "%s is not under `on` of %s", j.gpu->key, t->name);
    }
    if (!has_named(out, &j, mode)) {
        return false;
    }
    switch (mode) {
    case MODE_PASSTHROUGH:
        return choose_passthrough(out, &j);
    case MODE_TIME_SLICED:
        return choose_time_sliced(out, &j);
    case MODE_MIG:
        return choose_mig(out, &j);
    case MODE_TIME_SLICED_MIG:
        return choose_shared(out, &j);
    case MODE_CONTAINER_TIME_SLICED:
        /* Nothing is carved out: a container may ask for more than there is. */
        out->gib = j.gib;
        out->domain_max = SCHED_VGPUS_MAX;
        return true;
    }
    return false;
}
