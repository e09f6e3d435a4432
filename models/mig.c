/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mig.c - the coexistence rules of GPU instances over the exact search of axis.c.
 *
 * The media engines are a pool, not a place: they are counted. All else is geometry. */
#include "models/mig.h"

void mig_geometry_init(struct mig_geometry *g, const struct catalog *c, int gpu_ix)
{
    g->axis.kind_n = 0;
    for (int i = 0; i < c->mig_n; i++) {
        const struct mig_profile *p = &c->mig[i];
        if (p->gpu_ix != gpu_ix || p->starts_n == 0) {
            continue;
        }
        int k = axis_add(&g->axis, p->starts, p->starts_n, p->size);
        if (k >= 0) {
            g->profile[k] = p;
        }
    }
}

int mig_geometry_find(const struct mig_geometry *g, const struct mig_profile *p)
{
    for (int k = 0; k < g->axis.kind_n; k++) {
        if (g->profile[k] == p) {
            return k;
        }
    }
    return -1;
}

/* Media engines and the maxima of single profiles: what needs no search. */
static enum mig_fit counts_fit(const struct mig_geometry *g, const unsigned char *count)
{
    int me_n = 0;
    int all_n = 0;
    int with_media_n = 0;
    bool too_many = false;
    for (int k = 0; k < g->axis.kind_n; k++) {
        const struct mig_profile *p = g->profile[k];
        me_n += p->me || p->me_all ? count[k] : 0;
        all_n += p->me_all ? count[k] : 0;
        with_media_n += p->no_me ? 0 : count[k];
        too_many = too_many || (p->max_instances > 0 && count[k] > p->max_instances);
    }
    if (me_n > 1) {
        return MIG_SECOND_ME;
    }
    if (all_n == 1 && with_media_n > 1) {
        return MIG_MEDIA_TAKEN;
    }
    return too_many ? MIG_MAX_INSTANCES : MIG_FITS;
}

enum mig_fit mig_fits(const struct mig_geometry *g, const unsigned char *count)
{
    enum mig_fit fit = counts_fit(g, count);
    if (fit == MIG_FITS && !axis_fits(&g->axis, count)) {
        fit = MIG_NO_START;
    }
    return fit;
}

bool mig_layout(const struct mig_geometry *g, const unsigned char *count, int *start)
{
    return counts_fit(g, count) == MIG_FITS && axis_layout(&g->axis, count, start);
}
