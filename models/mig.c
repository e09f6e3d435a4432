/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mig.c - the coexistence rules of GPU instances over the exact search of axis.c.
 *
 * The media engines are a pool, not a place: they are counted. All else is geometry. */
#include "models/mig.h"

/* Engines of one kind in a profile; -1 unknown. */
static int engines(const struct mig_profile *p, int kind)
{
    const int n[MIG_ENGINES] = {p->copy_engines, p->decoders, p->encoders, p->jpeg, p->ofa};
    return n[kind];
}

static void pool_init(struct mig_geometry *g)
{
    for (int e = 0; e < MIG_ENGINES; e++) {
        g->engine_n[e] = -1;
        for (int k = 0; k < g->axis.kind_n; k++) {
            if (g->profile[k]->compute_slices == g->compute_n &&
                engines(g->profile[k], e) > g->engine_n[e]) {
                g->engine_n[e] = engines(g->profile[k], e);
            }
        }
    }
}

void mig_geometry_init(struct mig_geometry *g, const struct catalog *c, int gpu_ix)
{
    g->axis.kind_n = 0;
    g->units_n = c->gpu[gpu_ix].mig_axis;
    g->compute_n = c->gpu[gpu_ix].mig_slices;
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
    pool_init(g);
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

/* An instance whose engines are unknown takes none: a rule without data does not bind. */
static bool pool_holds(const struct mig_geometry *g, const unsigned char *count)
{
    for (int e = 0; e < MIG_ENGINES; e++) {
        int n = 0;
        for (int k = 0; k < g->axis.kind_n; k++) {
            int each = count[k] > 0 ? engines(g->profile[k], e) : 0;
            n += each > 0 ? each * count[k] : 0;
        }
        if (g->engine_n[e] >= 0 && n > g->engine_n[e]) {
            return false;
        }
    }
    return true;
}

enum mig_fit mig_counts_fit(const struct mig_geometry *g, const unsigned char *count)
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
    if (too_many) {
        return MIG_MAX_INSTANCES;
    }
    return pool_holds(g, count) ? MIG_FITS : MIG_ENGINES_SHORT;
}

enum mig_fit mig_fits(const struct mig_geometry *g, const unsigned char *count)
{
    enum mig_fit fit = mig_counts_fit(g, count);
    /* Who asks for too much of everything hears of the places first. */
    if ((fit == MIG_FITS || fit == MIG_ENGINES_SHORT) && !axis_fits(&g->axis, count)) {
        fit = MIG_NO_START;
    }
    return fit;
}

bool mig_layout(const struct mig_geometry *g, const unsigned char *count, int *start)
{
    return mig_counts_fit(g, count) == MIG_FITS && axis_layout(&g->axis, count, start);
}
