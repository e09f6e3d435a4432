/* SPDX-License-Identifier: GPL-3.0-or-later */
/* larger.c - one pass over the profiles of a GPU for each step upwards. */
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

enum holds larger_holds_alone(struct search *x, const struct scenario *from, int t,
                              const char *mig, int n, char *why)
{
    struct arena scratch;
    enum holds holds = HOLDS_NO;
    arena_init(&scratch, "plan");
    struct scenario *v = arena_alloc(&scratch, 1, sizeof *v);
    struct tenant *tenant = arena_alloc(&scratch, (size_t)from->flow_n, sizeof *tenant);
    x->failed |= !v || !tenant;
    if (v && tenant) {
        *v = *from;
        v->tenant = tenant;
        for (int i = 0; i < v->flow_n; i++) {
            tenant[i] = from->tenant[i];
        }
        trial_give(v, t, mig, n);
        trial_keep_one(v, t);
        holds = trial_holds(x, v, TRIAL_TWO, why);
    }
    arena_fini(&scratch);
    return holds;
}

void larger_choose(struct search *x, struct scenario *v)
{
    for (int t = 0; t < v->tenant_n && !x->stopped && !x->failed; t++) {
        const struct tenant *tenant = &v->tenant[t];
        char why[PLAN_TEXT];
        const char *mig = tenant->mig ? NULL : larger_profile(v, t, NULL);
        while (mig && larger_holds_alone(x, v, t, mig, tenant->vgpus, why) != HOLDS_YES &&
               !x->stopped && !x->failed) {
            mig = larger_profile(v, t, mig);
        }
        if (mig) {
            trial_give(v, t, mig, tenant->vgpus);
        }
    }
}
