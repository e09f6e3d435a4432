/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wish.c - one thing is given way to at a time: the number of GPUs, the modes, the model, the
 * limits. A wish is offered only when the whole search with it named a plan.
 *
 * The best latency that a tenant can have is that of one VM alone, over every model and mode
 * that was asked about; neighbours only add to it. */
#include "sim/plan/wish.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/mig.h"
#include "sim/base/text.h"
#include "sim/fleet/choice.h"
#include "sim/plan/again.h"

enum {
    MODELS_TRIED = 4 /* larger GPUs, from the smallest */
};

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
 * that takes the fewest, and of these the smallest. */
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
        if (gpu->mig_slices == 0 || gpu->sm_count == 0 || !again_search(x, v, x->limit, &met)) {
            continue;
        }
        bool is_smaller =
            best_ix >= 0 && gpu->framebuffer_gib < s->catalog->gpu[best_ix].framebuffer_gib;
        if (best_ix < 0 || met.gpus < best.gpus || (met.gpus == best.gpus && is_smaller)) {
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

/* ---- Tenants larger than what there is ---- */

/* The largest of the models that were asked about, in GiB. */
static int largest_gib(const struct search *x)
{
    const struct scenario *s = x->s;
    int gib = choice_gpu_gib(s->catalog, s->gpu_ix);
    for (int i = 0; i < s->plan_gpu_n; i++) {
        int own = choice_gpu_gib(s->catalog, s->plan_gpu[i]);
        gib = own > gib ? own : gib;
    }
    return gib;
}

static bool asks_more(const struct tenant *tenant, int gib)
{
    return tenant->framebuffer_bytes > (uint64_t)gib << 30;
}

/* As much framebuffer as the largest GPU has. */
static void wish_less_memory(struct search *x, struct arena *arena)
{
    struct again met;
    struct text change;
    struct scenario *s = again_copy(x, arena);
    int gib = largest_gib(x);
    bool any = false;
    text_init(&change);
    for (int t = 0; s && t < s->flow_n; t++) {
        bool is_more = asks_more(&s->tenant[t], gib);
        if (is_more && t < s->tenant_n) {
            text_addf(&change, "%stenants.%s.framebuffer: %d GiB", any ? ", " : "",
                      s->tenant[t].name, gib);
            any = true;
        }
        s->tenant[t].framebuffer_bytes =
            is_more ? (uint64_t)gib << 30 : s->tenant[t].framebuffer_bytes;
    }
    if (any && again_search(x, s, x->limit, &met)) {
        add_wish(x, text_str(&change), &met);
    }
    text_fini(&change);
}

/* The smallest GPU of the catalogue that holds every tenant and with which a plan holds. */
static void wish_larger_model(struct search *x, struct arena *arena)
{
    const struct catalog *c = x->s->catalog;
    struct scenario *s = again_copy(x, arena);
    int need = largest_gib(x);
    int last = need;
    for (int i = 0; s && i < MODELS_TRIED; i++) {
        int best_ix = -1;
        for (int g = 0; g < c->gpu_n; g++) {
            int gib = choice_gpu_gib(c, g);
            bool is_next = gib > last && c->gpu[g].sm_count > 0 &&
                           (best_ix < 0 || gib < choice_gpu_gib(c, best_ix));
            best_ix = is_next ? g : best_ix;
        }
        if (best_ix < 0) {
            return;
        }
        struct again met;
        char change[128];
        last = choice_gpu_gib(c, best_ix);
        s->gpu_ix = best_ix;
        s->plan_gpu_n = 0;
        if (again_search(x, s, x->limit, &met)) {
            snprintf(change, sizeof change, "fleet.gpu: %s", c->gpu[best_ix].key);
            add_wish(x, change, &met);
            return;
        }
    }
}

static void wish_size(struct search *x, struct arena *arena)
{
    int gib = largest_gib(x);
    bool any = false;
    for (int t = 0; t < x->s->tenant_n; t++) {
        any = any || asks_more(&x->s->tenant[t], gib);
    }
    if (any && x->s->group_n == 0) {
        wish_less_memory(x, arena);
        wish_larger_model(x, arena);
    }
}

/* ---- Limits ---- */

static bool is_latency(const struct objective *o)
{
    return o->kind == OBJECTIVE_PERCENTILE || o->kind == OBJECTIVE_MEAN;
}

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

/* What one VM alone has of an objective: the far end of the interval of a latency, the near end
 * of a rate, of which an open loop gets what it offers. INFINITY or 0 where it has none. */
static double figure_of(const struct scenario *v, const struct result *r,
                        const struct objective *o)
{
    const struct tenant_result *t = r->mode[0].feasible ? &r->mode[0].tenant[0] : NULL;
    const struct estimate *e = !t              ? NULL
                               : is_latency(o) ? holds_latency(v, t, o)
                                               : &t->throughput_per_s;
    if (!e || !e->has_value) {
        return is_latency(o) ? (double)INFINITY : 0.0;
    }
    if (is_latency(o)) {
        return e->has_ci ? e->hi : e->value;
    }
    double offered = t->saturated ? 0.0 : tenant_offered_per_s(t->tenant);
    return offered > 0.0 ? offered : e->has_ci ? e->lo : e->value;
}

/* The same for VM 0 of tenant t on one model in one mode. */
static double alone(struct search *x, int gpu_ix, int mode_ix, int t, const struct objective *o)
{
    struct arena scratch;
    double figure = is_latency(o) ? (double)INFINITY : 0.0;
    arena_init(&scratch, "plan");
    struct scenario *v = trial_variant(x, &scratch, gpu_ix, mode_ix);
    if (v) {
        if (v->mode[0].kind == MODE_MIG && !v->tenant[t].mig) {
            trial_give(v, t, largest(v->catalog, gpu_ix), v->tenant[t].vgpus);
        }
        trial_keep_one(v, t);
        const struct result *r = trial_run(x, &scratch, v, false);
        figure = r ? figure_of(v, r, o) : figure;
    }
    arena_fini(&scratch);
    return figure;
}

/* The best over all models and modes; a throughput of all VMs. */
static double best_alone(struct search *x, int t, const struct objective *o)
{
    const struct scenario *s = x->s;
    int models = s->plan_gpu_n > 0 ? s->plan_gpu_n : 1;
    double best = is_latency(o) ? (double)INFINITY : 0.0;
    for (int i = 0; i < models; i++) {
        for (int m = 0; m < s->mode_n && !x->stopped && !x->failed; m++) {
            int gpu_ix = s->plan_gpu_n > 0 ? s->plan_gpu[i] : s->gpu_ix;
            double own = alone(x, gpu_ix, m, t, o);
            best = (is_latency(o) ? own < best : own > best) ? own : best;
        }
    }
    return o->kind == OBJECTIVE_THROUGHPUT ? best * s->tenant[t].count : best;
}

/* Three significant digits: what a person would write. */
static double rounded(double x, bool up)
{
    double unit = pow(10.0, floor(log10(x)) - 2.0);
    return (up ? ceil(x / unit) : floor(x / unit)) * unit;
}

static void say_limit(const struct tenant *tenant, const struct objective *o,
                      struct text *change)
{
    text_addf(change, "%stenants.%s.objective.", change->n > 0 ? ", " : "", tenant->name);
    switch (o->kind) {
    case OBJECTIVE_PERCENTILE:
        text_addf(change, "p%.9g: %.9g ms", o->percentile, o->limit / 1e6);
        break;
    case OBJECTIVE_MEAN:
        text_addf(change, "mean: %.9g ms", o->limit / 1e6);
        break;
    case OBJECTIVE_THROUGHPUT:
        text_addf(change, "throughput: %.9g/s", o->limit);
        break;
    case OBJECTIVE_FRAME_RATE:
        text_addf(change, "frame-rate: %.9g fps", o->limit);
        break;
    }
}

/* Moves every limit that one VM alone does not keep by `slack` to what it can, and by as much
 * beyond; appends what was done. Returns whether anything was. */
static bool move_limits(struct search *x, struct scenario *s, double slack, struct text *change)
{
    bool any = false;
    for (int t = 0; t < s->tenant_n; t++) {
        struct tenant *tenant = &s->tenant[t];
        for (int i = 0; i < tenant->objective_n; i++) {
            struct objective *o = &tenant->objective[i];
            double best = best_alone(x, t, o);
            bool is_kept = is_latency(o) ? best * slack <= o->limit : best >= o->limit * slack;
            if (is_kept || !isfinite(best) || !(best > 0.0)) {
                continue;
            }
            o->limit =
                is_latency(o) ? rounded(best * slack, true) : rounded(best / slack, false);
            say_limit(tenant, o, change);
            any = true;
        }
    }
    return any;
}

/* A limit that one VM alone keeps by little may still lie inside the interval of the fleet. */
static void wish_limits(struct search *x, struct arena *arena)
{
    static const double slack[] = {1.02, 1.1, 1.5};
    bool is = false;
    for (size_t i = 0; i < sizeof slack / sizeof slack[0] && !is; i++) {
        struct again met;
        struct text change;
        text_init(&change);
        struct scenario *s = again_copy(x, arena);
        is = s && move_limits(x, s, slack[i], &change) && again_search(x, s, x->limit, &met);
        if (is) {
            add_wish(x, text_str(&change), &met);
        }
        text_fini(&change);
    }
}

void wish_find(struct search *x)
{
    struct arena scratch;
    arena_init(&scratch, "plan");
    wish_count(x);
    wish_modes(x, &scratch);
    wish_model(x, &scratch);
    wish_size(x, &scratch);
    wish_limits(x, &scratch);
    arena_fini(&scratch);
}
