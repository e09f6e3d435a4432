/* SPDX-License-Identifier: GPL-3.0-or-later */
/* serve.c - each tenant on each model, alone. */
#include "sim/plan/serve.h"

#include <math.h>
#include <stdio.h>

#include "models/mig.h"
#include "sim/plan/candidate.h"
#include "sim/plan/larger.h"

/* One mode on the models of the hosts. */
struct serve {
    struct search *x;
    int mode_ix;
    bool is_mig;
    struct {
        int gpu_ix;
        double cost;           /* of a GPU, the least of its groups */
        struct scenario *bare; /* the mode on GPUs without hosts */
        struct mig_geometry *g;
        struct plan_refusal left_out; /* the first tenant that is; "": none */
    } model[HOST_GROUPS_MAX];
    int model_n;
};

/* How a tenant would be served. */
struct offer {
    struct tenant_on on[HOST_GROUPS_MAX];
    int on_n;
    int vgpus;
    double share; /* cost of what a VM takes of a GPU where that is cheapest */
    char why[HOST_GROUPS_MAX][PLAN_TEXT]; /* by model: why it does not; "": it does */
};

/* Distinct models in the order of the groups. */
static void open_models(struct serve *e, struct arena *a, const double *gpu_cost)
{
    const struct scenario *s = e->x->s;
    for (int g = 0; g < s->group_n && !e->x->failed; g++) {
        int m = 0;
        while (m < e->model_n && e->model[m].gpu_ix != s->group[g].gpu_ix) {
            m++;
        }
        if (m < e->model_n) {
            e->model[m].cost = fmin(e->model[m].cost, gpu_cost[g]);
            continue;
        }
        e->model_n++;
        e->model[m].gpu_ix = s->group[g].gpu_ix;
        e->model[m].cost = gpu_cost[g];
        e->model[m].bare = trial_variant(e->x, a, s->group[g].gpu_ix, e->mode_ix);
        e->model[m].g = arena_alloc(a, 1, sizeof *e->model[m].g);
        e->x->failed |= !e->model[m].bare || !e->model[m].g;
        if (!e->x->failed) {
            e->model[m].bare->group_n = 0;
            mig_geometry_init(e->model[m].g, s->catalog, s->group[g].gpu_ix);
        }
    }
}

/* May the number of instances be chosen? */
static bool is_auto(const struct serve *e, int t)
{
    return e->is_mig && e->x->s->tenant[t].vgpus_auto;
}

/* What so many instances cost of a GPU of model m; whole GPUs without a profile. */
static double share_of(const struct serve *e, int m, const char *mig, int n)
{
    const struct mig_geometry *g = e->model[m].g;
    const struct mig_profile *p =
        mig ? catalog_mig_find(e->x->s->catalog, e->model[m].gpu_ix, mig) : NULL;
    double part =
        p ? fmax((double)p->size / g->units_n, (double)p->compute_slices / g->compute_n) : 1.0;
    return n * part * e->model[m].cost;
}

/* Is tenant t served by model m on n instances, or vGPUs, for each VM? *mig: on which. */
static bool is_served(struct serve *e, int m, int t, int n, const char **mig, char *why)
{
    struct search *x = e->x;
    const struct scenario *bare = e->model[m].bare;
    *mig = bare->tenant[t].mig;
    if (!e->is_mig || *mig) {
        enum holds holds = larger_holds_alone(x, bare, t, *mig, n, why);
        return is_auto(e, t) ? holds == HOLDS_YES : holds != HOLDS_NO;
    }
    *mig = larger_profile(bare, t, NULL);
    if (!*mig) { /* why not is for the placement to say */
        (void)larger_holds_alone(x, bare, t, NULL, n, why);
    }
    while (*mig && larger_holds_alone(x, bare, t, *mig, n, why) != HOLDS_YES) {
        *mig = x->stopped || x->failed ? NULL : larger_profile(bare, t, *mig);
    }
    return *mig != NULL;
}

/* Tenant t on n of each. */
static void make_offer(struct serve *e, int t, int n, struct offer *out)
{
    *out = (struct offer){.vgpus = n, .share = (double)INFINITY};
    for (int m = 0; m < e->model_n && !e->x->stopped && !e->x->failed; m++) {
        const char *mig = NULL;
        if (is_served(e, m, t, n, &mig, out->why[m])) {
            out->on[out->on_n++] = (struct tenant_on){e->model[m].gpu_ix, mig};
            out->share = fmin(out->share, share_of(e, m, mig, n));
            out->why[m][0] = '\0';
        }
    }
}

/* The least that n instances can cost: of the smallest profiles. */
static double least_share(const struct serve *e, int t, int n)
{
    double least = (double)INFINITY;
    for (int m = 0; m < e->model_n; m++) {
        const char *named = e->x->s->tenant[t].mig;
        const char *mig = named ? named : larger_profile(e->model[m].bare, t, NULL);
        least = mig ? fmin(least, share_of(e, m, mig, n)) : least;
    }
    return least;
}

static void choose(struct serve *e, int t, struct offer *best)
{
    make_offer(e, t, is_auto(e, t) ? 1 : e->x->s->tenant[t].vgpus, best);
    for (int n = 2; is_auto(e, t) && n <= VGPUS_PER_VM_MAX && !e->x->stopped && !e->x->failed &&
                    least_share(e, t, n) < best->share;
         n++) {
        struct offer more;
        make_offer(e, t, n, &more);
        *best = more.share < best->share ? more : *best;
    }
}

/* ---- What comes of it ---- */

static void give(struct serve *e, struct scenario *v, int t, const struct offer *best)
{
    struct tenant *tenant = &v->tenant[t];
    struct tenant_on *on = arena_alloc(e->x->arena, (size_t)best->on_n, sizeof *on);
    bool is_one = e->model_n == 1 || (best->on_n == e->model_n && !e->is_mig);
    if (!on) {
        e->x->failed = true;
        return;
    }
    for (int i = 0; i < best->on_n; i++) {
        on[i] = best->on[i];
    }
    trial_give(v, t, is_one ? on[0].mig : NULL, best->vgpus);
    for (int i = -1; !is_one && i < tenant->part_n; i++) {
        struct tenant *one = i < 0 ? tenant : &v->tenant[tenant->first_part + i];
        one->on = on;
        one->on_n = best->on_n;
    }
}

/* Keeps the reasons of the models that leave the tenant out, each for the first that it does.
 */
static void say_left_out(struct serve *e, int t, const struct offer *best)
{
    for (int m = 0; m < e->model_n; m++) {
        struct plan_refusal *r = &e->model[m].left_out;
        if (best->why[m][0] != '\0' && r->rule[0] == '\0') {
            snprintf(r->rule, sizeof r->rule, "PLAN-03");
            snprintf(r->text, sizeof r->text, "%.60s is not put on it: %.230s",
                     e->x->s->tenant[t].name, best->why[m]);
        }
    }
}

static void refuse(struct serve *e, int t, const struct offer *best)
{
    struct plan_refusal r = {.rule = "PLAN-01"};
    snprintf(r.text, sizeof r.text, "%.60s holds its objectives on no GPU of the hosts: %.200s",
             e->x->s->tenant[t].name, best->why[0]);
    candidate_refuse(e->x, e->model[0].gpu_ix, e->mode_ix, &r);
}

static bool serve_all(struct serve *e, struct scenario *v)
{
    struct offer *best = arena_alloc(e->x->arena, 1, sizeof *best);
    e->x->failed |= !best;
    for (int t = 0; t < v->tenant_n && !e->x->failed && !e->x->stopped; t++) {
        const struct tenant *tenant = &e->x->s->tenant[t];
        bool is_given = tenant->mig && !is_auto(e, t);
        if (tenant->on_n > 0 || (e->model_n == 1 && (!e->is_mig || is_given))) {
            continue; /* there is nothing to choose */
        }
        choose(e, t, best);
        if (best->on_n == 0) {
            refuse(e, t, best);
            return false;
        }
        give(e, v, t, best);
        say_left_out(e, t, best);
    }
    for (int m = 0; m < e->model_n; m++) {
        if (e->model[m].left_out.rule[0] != '\0') {
            candidate_refuse(e->x, e->model[m].gpu_ix, e->mode_ix, &e->model[m].left_out);
        }
    }
    return !e->x->failed && !e->x->stopped;
}

bool serve_choose(struct search *x, struct scenario *v, int mode_ix, const double *gpu_cost)
{
    struct arena scratch;
    arena_init(&scratch, "plan");
    struct serve *e = arena_alloc(&scratch, 1, sizeof *e);
    bool is = false;
    x->failed |= !e;
    if (e) {
        *e = (struct serve){.x = x, .mode_ix = mode_ix, .is_mig = v->mode[0].kind == MODE_MIG};
        open_models(e, &scratch, gpu_cost);
        is = !x->failed && serve_all(e, v);
    }
    arena_fini(&scratch);
    return is;
}
