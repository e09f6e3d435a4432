/* SPDX-License-Identifier: GPL-3.0-or-later */
/* larger.c - one pass over the profiles of a GPU. */
#include "sim/plan/larger.h"

#include <string.h>

static bool is_larger(const struct mig_profile *a, const struct mig_profile *b)
{
    return a->size >= b->size && a->compute_slices >= b->compute_slices &&
           (a->size > b->size || a->compute_slices > b->compute_slices);
}

static bool is_smaller(const struct mig_profile *a, const struct mig_profile *b)
{
    return a->size != b->size ? a->size < b->size : a->compute_slices < b->compute_slices;
}

const char *larger_profile(const struct scenario *s, int t, const char *mig)
{
    const struct catalog *c = s->catalog;
    const struct mig_profile *own = mig ? catalog_mig_find(c, s->gpu_ix, mig) : NULL;
    const struct mig_profile *best = NULL;
    for (int i = 0; i < c->mig_n; i++) {
        const struct mig_profile *p = &c->mig[i];
        bool is_usual = p->gpu_ix == s->gpu_ix && !p->me && !p->me_all && !p->no_me &&
                        p->size > 0 && p->starts_n > 0;
        bool holds = ((uint64_t)p->nominal_gib << 30) >= s->tenant[t].framebuffer_bytes;
        if (is_usual && holds && (!own || is_larger(p, own)) &&
            (!best || is_smaller(p, best))) {
            best = p;
        }
    }
    return best ? best->name : NULL;
}
