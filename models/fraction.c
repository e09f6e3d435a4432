/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fraction.c - two scans of the catalogue in whole numbers. O(rows). */
#include "models/fraction.h"

#include <strings.h>

int fraction_gib(const struct catalog *c, int gpu_ix, int milli)
{
    int whole = 0;
    for (int i = 0; i < c->vgpu_n; i++) {
        const struct vgpu_type *v = &c->vgpu[i];
        if (v->gpu_ix == gpu_ix && v->mode == VGPU_TIME_SLICED && v->framebuffer_gib > whole) {
            whole = v->framebuffer_gib;
        }
    }
    whole = whole > 0 ? whole : c->gpu[gpu_ix].framebuffer_gib;
    return (int)(((int64_t)whole * milli + FRACTION_ONE - 1) / FRACTION_ONE);
}

static bool has_type(const struct catalog *c, const struct mig_profile *p)
{
    for (int i = 0; i < c->vgpu_n; i++) {
        const struct vgpu_type *v = &c->vgpu[i];
        if (v->gpu_ix == p->gpu_ix && v->mode == VGPU_MIG && v->mig_profile &&
            strcasecmp(v->mig_profile, p->name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_better(const struct catalog *c, const struct mig_profile *a,
                      const struct mig_profile *b)
{
    if (!b || a->nominal_gib != b->nominal_gib) {
        return !b || a->nominal_gib < b->nominal_gib;
    }
    if (a->compute_slices != b->compute_slices) {
        return a->compute_slices < b->compute_slices;
    }
    if (has_type(c, a) != has_type(c, b)) {
        return has_type(c, a);
    }
    return !a->gfx && b->gfx;
}

const struct mig_profile *fraction_profile(const struct catalog *c, int gpu_ix, int milli,
                                           int gib)
{
    const struct mig_profile *best = NULL;
    const int64_t slices = (int64_t)c->gpu[gpu_ix].mig_slices * milli;
    for (int i = 0; i < c->mig_n; i++) {
        const struct mig_profile *p = &c->mig[i];
        if (p->gpu_ix == gpu_ix && !p->me && !p->me_all && !p->no_me &&
            (int64_t)p->compute_slices * FRACTION_ONE >= slices && p->nominal_gib >= gib &&
            is_better(c, p, best)) {
            best = p;
        }
    }
    return best;
}
