/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mig.c - the coexistence rules of GPU instances over the exact search of axis.c.
 *
 * The engines are a pool, not a place: they are counted. All else is geometry. */
#include "models/mig.h"

#include <stdlib.h>
#include <string.h>

/* Engines of one kind in a profile; -1 unknown. */
static int engines(const struct mig_profile *p, int kind)
{
    const int n[MIG_ENGINES] = {p->compute_slices, p->copy_engines, p->decoders,
                                p->encoders,       p->jpeg,         p->ofa};
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

void mig_geometry_plain(struct mig_geometry *g)
{
    int n = 0;
    for (int k = 0; k < g->axis.kind_n; k++) {
        const struct mig_profile *p = g->profile[k];
        if (!p->me && !p->me_all && !p->no_me && !p->gfx) {
            g->axis.kind[n] = g->axis.kind[k];
            g->profile[n++] = p;
        }
    }
    g->axis.kind_n = n;
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

/* ---- Compute instances ---- */

/* Cuts of a GPU instance of `gi` compute slices. */
static const struct compute_row {
    int gi;
    struct mig_compute compute;
} compute_rows[] = {
    {1, {1, 1, {0}, 1}                  },
    {2, {1, 2, {0, 1}, 2}               },
    {2, {2, 1, {0}, 1}                  },
    {3, {1, 3, {0, 1, 2}, 3}            },
    {3, {2, 1, {0}, 1}                  },
    {3, {3, 1, {0}, 1}                  },
    {4, {1, 4, {0, 1, 2, 3}, 4}         },
    {4, {2, 2, {0, 2}, 2}               },
    {4, {4, 1, {0}, 1}                  },
    {7, {1, 7, {0, 1, 2, 3, 4, 5, 6}, 7}},
    {7, {2, 3, {0, 2, 4}, 3}            },
    {7, {3, 2, {0, 4}, 2}               },
    {7, {4, 1, {0}, 1}                  },
    {7, {7, 1, {0}, 1}                  },
};

int mig_compute_kinds(int gi_slices, struct mig_compute out[MIG_COMPUTE_KINDS_MAX])
{
    int n = 0;
    for (size_t i = 0; i < sizeof compute_rows / sizeof compute_rows[0]; i++) {
        if (compute_rows[i].gi == gi_slices) {
            out[n++] = compute_rows[i].compute;
        }
    }
    return n;
}

bool mig_compute_fits(int gi_slices, const unsigned char count[MIG_COMPUTE_KINDS_MAX])
{
    struct mig_compute kind[MIG_COMPUTE_KINDS_MAX];
    struct axis a = {.kind_n = 0};
    int n = mig_compute_kinds(gi_slices, kind);
    for (int i = 0; i < MIG_COMPUTE_KINDS_MAX; i++) {
        if (i >= n && count[i] > 0) {
            return false;
        }
        if (i < n) {
            (void)axis_add(&a, kind[i].starts, kind[i].starts_n, kind[i].slices);
        }
    }
    return axis_fits(&a, count);
}

/* ---- Names ---- */

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool skip(const char **s, const char *word)
{
    const char *p = *s;
    for (; *word != '\0'; word++, p++) {
        if (folded(*p) != *word) {
            return false;
        }
    }
    *s = p;
    return true;
}

/* A number of one to four digits, at least 1; 0 when there is none. */
static int number(const char **s)
{
    int n = 0;
    const char *p = *s;
    for (; *p >= '0' && *p <= '9'; p++) {
        if (p - *s == 4) {
            return 0;
        }
        n = n * 10 + (*p - '0');
    }
    *s = p;
    return n;
}

bool mig_name_read(const char *name, struct mig_name *out)
{
    const char *s = name;
    *out = (struct mig_name){0};
    int n = number(&s);
    if (n > 0 && skip(&s, "c.")) {
        out->compute_slices = n;
        n = number(&s);
    }
    out->gi_slices = n;
    if (n == 0 || !skip(&s, "g.") || (out->gib = number(&s)) == 0 || !skip(&s, "gb")) {
        return false;
    }
    out->me_all = skip(&s, "+me.all");
    out->me = out->me_all || skip(&s, "+me");
    out->no_me = !out->me && skip(&s, "-me");
    out->gfx = !out->me && !out->no_me && skip(&s, "+gfx");
    return *s == '\0';
}

/* Same slices and marks? */
static bool is_shape(const struct mig_profile *p, const struct mig_name *n)
{
    return p->compute_slices == n->gi_slices && p->me == n->me && p->me_all == n->me_all &&
           p->no_me == n->no_me && p->gfx == n->gfx;
}

/* Is `a` nearer to what the name asks: the shape counts before compute slices, and those before
 * memory? */
static bool is_nearer(const struct mig_profile *a, const struct mig_profile *b,
                      const struct mig_name *n)
{
    if (b == NULL || is_shape(a, n) != is_shape(b, n)) {
        return b == NULL || is_shape(a, n);
    }
    int da = abs(a->compute_slices - n->gi_slices);
    int db = abs(b->compute_slices - n->gi_slices);
    return da != db ? da < db : abs(a->nominal_gib - n->gib) < abs(b->nominal_gib - n->gib);
}

enum mig_match mig_name_match(const struct catalog *c, int gpu_ix, const char *name,
                              const struct mig_profile **out)
{
    struct mig_name n;
    *out = NULL;
    if (!mig_name_read(name, &n)) {
        return MIG_MATCH_NONE;
    }
    const char *whole = name;
    if (n.compute_slices > 0) {
        whole = strchr(name, '.') + 1;
    }
    *out = catalog_mig_find(c, gpu_ix, whole);
    if (*out != NULL) {
        return MIG_MATCH_NAME;
    }
    int within = 0;
    for (int i = 0; i < c->mig_n; i++) {
        const struct mig_profile *p = &c->mig[i];
        if (p->gpu_ix != gpu_ix) {
            continue;
        }
        /* |difference| <= 1/4 + nominal/20, in twentieths. */
        within += is_shape(p, &n) && 20 * abs(p->nominal_gib - n.gib) <= 5 + p->nominal_gib;
        *out = is_nearer(p, *out, &n) ? p : *out;
    }
    return within == 0 ? MIG_MATCH_NONE : within == 1 ? MIG_MATCH_SLICES : MIG_MATCH_MANY;
}
