/* SPDX-License-Identifier: GPL-3.0-or-later */
/* needs.c - by the catalogue, by a run of no length, and by what was tried before. */
#include "sim/plan/needs.h"

#include <math.h>

#include "models/mig.h"
#include "sim/fleet/choice.h"
#include "sim/plan/plan_mig.h"
#include "sim/plan/search.h"

/* One model in one mode. */
struct needs {
    struct search *x;
    struct scenario *v;
    struct mig_geometry *g;
    const struct host_group *group;
    double offered[TENANTS_MAX]; /* GPUs' worth of work */
    int kind;
};

/* Of every tenant; of each by itself where they do not all have a place on the model. */
static void offer(struct needs *n)
{
    struct search *x = n->x;
    if (search_offered_gpus(x, n->v->gpu_ix, n->offered) > 0.0) {
        return;
    }
    for (int t = 0; t < x->s->tenant_n && !x->failed && !x->stopped; t++) {
        struct arena scratch;
        bool keep[TENANTS_MAX] = {false};
        keep[t] = true;
        arena_init(&scratch, "plan");
        struct search one = *x;
        one.s = trial_subset(x, &scratch, keep);
        n->offered[t] = one.s ? search_offered_gpus(&one, n->v->gpu_ix, NULL) : 0.0;
        x->failed |= one.failed;
        x->stopped |= one.stopped;
        arena_fini(&scratch);
    }
}

/* Framebuffer of a seat as a share of a GPU's. Unless sizes may be mixed, a GPU has seats of
 * one size only. */
static double memory_share(const struct needs *n, int gib)
{
    int all = choice_gpu_gib(n->v->catalog, n->v->gpu_ix);
    bool is_known = gib > 0 && all >= gib;
    return !is_known          ? 0.0
           : n->v->mixed_size ? (double)gib / all
                              : 1.0 / (all / gib); /* NOLINT(bugprone-integer-division) */
}

static void set_instance(const struct needs *n, struct least_way *w,
                         const struct mig_profile *p, double instances)
{
    w->need[LEAST_MEMORY] = instances * p->size / n->g->units_n;
    w->need[LEAST_COMPUTE] = instances * p->compute_slices / n->g->compute_n;
}

static void set_host(const struct needs *n, const struct tenant *t, struct least_way *w)
{
    const struct host_group *g = n->group;
    if (g && g->memory_bytes > 0) {
        w->need[LEAST_HOST_MEMORY] =
            (double)t->count * (double)t->memory_bytes / (double)g->memory_bytes * g->gpus;
    }
    if (g && g->cpus > 0) {
        w->need[LEAST_HOST_CPUS] = (double)t->count * t->cpus / g->cpus * g->gpus;
    }
}

/* What the tenant takes by the choice that placement makes for it. */
static void set_chosen(const struct needs *n, int t, const struct choice *c,
                       struct least_way *w)
{
    const struct tenant *tenant = &n->v->tenant[t];
    int seats = tenant->count * tenant->vgpus;
    w->cost = c->type ? seats * n->v->licence_usd : 0.0;
    set_host(n, tenant, w);
    switch (n->v->mode[0].kind) {
    case MODE_PASSTHROUGH:
        w->need[LEAST_MEMORY] = seats;
        break;
    case MODE_TIME_SLICED:
        w->need[LEAST_MEMORY] = seats * memory_share(n, c->gib);
        w->need[LEAST_WORK] = n->offered[t];
        break;
    case MODE_CONTAINER_TIME_SLICED:
        w->need[LEAST_WORK] = n->offered[t];
        break;
    case MODE_MIG:
    case MODE_TIME_SLICED_MIG:
        set_instance(n, w, c->profile, (double)seats / c->domain_max);
        break;
    }
}

/* The profiles on which the tenant was tried and holds, instead of the smallest. */
static bool add_known(const struct needs *n, int t, const struct least_way *base,
                      struct least_way *way, int *way_n)
{
    const struct mig_known *k = plan_mig_known(n->x, n->x->s->tenant[t].name, n->v->gpu_ix);
    for (int i = 0; k && i < k->way_n; i++) {
        const struct cover_way *tried = &k->way[i];
        if (tried->misses == 0) {
            struct least_way *w = &way[(*way_n)++];
            *w = *base;
            w->cost = base->cost > 0.0 ? tried->n * n->v->licence_usd : 0.0;
            set_instance(n, w, n->g->profile[tried->kind], tried->n);
        }
    }
    return k != NULL;
}

static void add_ways(struct needs *n, struct least_way *way, int *way_n)
{
    enum mode_kind mode = n->v->mode[0].kind;
    if (mode == MODE_TIME_SLICED || mode == MODE_CONTAINER_TIME_SLICED) {
        offer(n);
    }
    mig_geometry_init(n->g, n->v->catalog, n->v->gpu_ix);
    for (int t = 0; t < n->v->tenant_n; t++) {
        struct choice c;
        struct least_way w = {.tenant_ix = t, .kind = n->kind};
        if (!choice_make(&c, n->v, n->v->gpu_ix, mode, &n->v->tenant[t])) {
            continue;
        }
        set_chosen(n, t, &c, &w);
        if (mode != MODE_MIG || !add_known(n, t, &w, way, way_n)) {
            way[(*way_n)++] = w;
        }
    }
}

int needs_room(const struct search *x, int kind_n)
{
    return kind_n * x->s->tenant_n * PLAN_MIG_WAYS_EACH;
}

void needs_add(struct search *x, int kind, int gpu_ix, int mode_ix,
               const struct host_group *group, struct least_way *way, int *way_n)
{
    struct arena scratch;
    arena_init(&scratch, "plan");
    struct needs n = {.x = x, .group = group, .kind = kind};
    n.v = trial_variant(x, &scratch, gpu_ix, mode_ix);
    n.g = arena_alloc(&scratch, 1, sizeof *n.g);
    x->failed |= !n.v || !n.g;
    if (!x->failed) {
        add_ways(&n, way, way_n);
    }
    arena_fini(&scratch);
}
