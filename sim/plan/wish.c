/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wish.c - one thing is given way to at a time: the number of GPUs, the modes, the model, the
 * limits of latency. A wish is offered only when the whole search with it named a plan.
 *
 * The best latency that a tenant can have is that of one VM alone, over every model and mode
 * that was asked about; neighbours only add to it. */
#include "sim/plan/wish.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/mig.h"
#include "sim/base/text.h"
#include "sim/plan/again.h"

static void add_wish(struct search *x, const char *change, const struct again *met)
{
    if (x->plan->wish_n < PLAN_WISHES_MAX) {
        struct plan_wish *w = &x->plan->wish[x->plan->wish_n++];
        snprintf(w->change, sizeof w->change, "%s", change);
        snprintf(w->buys, sizeof w->buys, "%s", met->label);
    }
}

/* ---- More GPUs, other modes, another model ---- */

static void wish_count(struct search *x)
{
    struct again met;
    char change[64];
    if (x->s->gpu_count_given && again_search(x, x->s, GPUS_MAX, &met)) {
        snprintf(change, sizeof change, "fleet.count: %d", met.gpus);
        add_wish(x, change, &met);
    }
}

static bool lists(const struct scenario *s, enum mode_kind kind)
{
    for (int m = 0; m < s->mode_n; m++) {
        if (s->mode[m].kind == kind) {
            return true;
        }
    }
    return false;
}

static void only_mode(struct scenario *s, enum mode_kind kind)
{
    s->mode[0].kind = kind;
    s->mode[0].at = SPAN_NONE;
    s->mode_n = 1;
}

static void wish_modes(struct search *x, struct arena *arena)
{
    static const enum mode_kind own[] = {MODE_PASSTHROUGH, MODE_MIG};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        struct again met;
        char change[64];
        struct scenario *s = lists(x->s, own[i]) ? NULL : again_copy(x, arena);
        if (!s) {
            continue;
        }
        only_mode(s, own[i]);
        if (again_search(x, s, x->limit, &met)) {
            snprintf(change, sizeof change, "modes: [%s]", mode_name(own[i]));
            add_wish(x, change, &met);
        }
    }
}

/* Where hardware isolation is required and no GPU at hand has MIG: of all that have, the one
 * that takes the fewest. */
static void wish_model(struct search *x, struct arena *arena)
{
    const struct scenario *s = x->s;
    bool is_required = false;
    for (int t = 0; t < s->tenant_n; t++) {
        is_required |= s->tenant[t].require == REQUIRE_HARDWARE;
    }
    bool has_mig = s->catalog->gpu[s->gpu_ix].mig_slices > 0;
    for (int i = 0; i < s->plan_gpu_n; i++) {
        has_mig |= s->catalog->gpu[s->plan_gpu[i]].mig_slices > 0;
    }
    struct scenario *v = is_required && !has_mig ? again_copy(x, arena) : NULL;
    struct again best = {.gpus = 0};
    int best_ix = -1;
    for (int g = 0; v && g < s->catalog->gpu_n; g++) {
        const struct gpu *gpu = &s->catalog->gpu[g];
        struct again met;
        v->gpu_ix = g;
        v->plan_gpu_n = 0;
        only_mode(v, MODE_MIG);
        if (gpu->mig_slices > 0 && gpu->sm_count > 0 && again_search(x, v, x->limit, &met) &&
            (best_ix < 0 || met.gpus < best.gpus)) {
            best = met;
            best_ix = g;
        }
    }
    if (best_ix >= 0) {
        char change[128];
        snprintf(change, sizeof change, "fleet.gpu: %s with modes: [mig]",
                 s->catalog->gpu[best_ix].key);
        add_wish(x, change, &best);
    }
}

/* ---- Limits of latency ---- */

/* The whole GPU as an instance; NULL without MIG. */
static const char *largest(const struct catalog *c, int gpu_ix)
{
    struct mig_geometry g;
    const struct mig_profile *best = NULL;
    mig_geometry_init(&g, c, gpu_ix);
    mig_geometry_plain(&g);
    for (int k = 0; k < g.axis.kind_n; k++) {
        if (!best || g.profile[k]->compute_slices > best->compute_slices) {
            best = g.profile[k];
        }
    }
    return best ? best->name : NULL;
}

/* The far end of the objective's interval for one VM of tenant t alone; INFINITY where it
 * cannot be had. */
static double alone_ns(struct search *x, int gpu_ix, int mode_ix, int t,
                       const struct objective *o)
{
    struct arena scratch;
    double ns = (double)INFINITY;
    arena_init(&scratch, "plan");
    struct scenario *v = trial_variant(x, &scratch, gpu_ix, mode_ix);
    if (v) {
        if (v->mode[0].kind == MODE_MIG && !v->tenant[t].mig) {
            trial_give(v, t, largest(v->catalog, gpu_ix), v->tenant[t].vgpus);
        }
        trial_keep_one(v, t);
        const struct result *r = trial_run(x, &scratch, v, false);
        const struct estimate *e =
            r && r->mode[0].feasible ? holds_latency(v, &r->mode[0].tenant[0], o) : NULL;
        ns = e && e->has_value ? e->has_ci ? e->hi : e->value : ns;
    }
    arena_fini(&scratch);
    return ns;
}

static double best_alone_ns(struct search *x, int t, const struct objective *o)
{
    const struct scenario *s = x->s;
    int models = s->plan_gpu_n > 0 ? s->plan_gpu_n : 1;
    double best = (double)INFINITY;
    for (int i = 0; i < models; i++) {
        for (int m = 0; m < s->mode_n && !x->stopped && !x->failed; m++) {
            int gpu_ix = s->plan_gpu_n > 0 ? s->plan_gpu[i] : s->gpu_ix;
            double ns = alone_ns(x, gpu_ix, m, t, o);
            best = ns < best ? ns : best;
        }
    }
    return best;
}

/* Up to three significant digits: what a person would write. */
static double round_up(double x)
{
    double unit = pow(10.0, floor(log10(x)) - 2.0);
    return ceil(x / unit) * unit;
}

/* Raises every limit that one VM alone cannot keep by `slack` over what it can; appends what
 * was done. Returns whether anything was. */
static bool raise_limits(struct search *x, struct scenario *s, double slack,
                         struct text *change)
{
    bool any = false;
    for (int t = 0; t < s->tenant_n; t++) {
        struct tenant *tenant = &s->tenant[t];
        for (int i = 0; i < tenant->objective_n; i++) {
            struct objective *o = &tenant->objective[i];
            bool is_latency = o->kind == OBJECTIVE_PERCENTILE || o->kind == OBJECTIVE_MEAN;
            double best = is_latency ? best_alone_ns(x, t, o) : 0.0;
            if (best <= o->limit || !isfinite(best)) {
                continue;
            }
            o->limit = round_up(best * slack);
            text_addf(change, "%stenants.%s.objective.", any ? ", " : "", tenant->name);
            if (o->kind == OBJECTIVE_MEAN) {
                text_addf(change, "mean: %.9g ms", o->limit / 1e6);
            } else {
                text_addf(change, "p%.9g: %.9g ms", o->percentile, o->limit / 1e6);
            }
            any = true;
        }
    }
    return any;
}

static void wish_limits(struct search *x, struct arena *arena)
{
    static const double slack[] = {1.02, 1.1, 1.5};
    for (size_t i = 0; i < sizeof slack / sizeof slack[0]; i++) {
        struct again met;
        struct text change;
        text_init(&change);
        struct scenario *s = again_copy(x, arena);
        bool any = s && raise_limits(x, s, slack[i], &change);
        bool is = any && again_search(x, s, x->limit, &met);
        if (is) {
            add_wish(x, text_str(&change), &met);
        }
        text_fini(&change);
        if (is || !any) {
            return;
        }
    }
}

void wish_find(struct search *x)
{
    struct arena scratch;
    arena_init(&scratch, "plan");
    wish_count(x);
    wish_modes(x, &scratch);
    wish_model(x, &scratch);
    wish_limits(x, &scratch);
    arena_fini(&scratch);
}
