/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trial.c - variants and experiments. Whatever is compared sees the same requests: a variant
 * has the seed of the scenario, and streams belong to tenants by name. */
#include "sim/plan/trial.h"

#include <stdio.h>

#include "sim/plan/divide.h"
#include "sim/plan/reach.h"

/* Replicas of the looks. What is named is simulated once more at the scenario's precision. */
static const int look_replicas[] = {10, 40};

enum {
    SCREEN_REQUESTS = 10000, /* of a replica of the first look */
    SCREEN_PART = 10         /* but no less than this part of the horizon */
};

/* ---- Variants of the scenario ---- */

struct scenario *trial_variant(struct search *x, struct arena *arena, int gpu_ix, int mode_ix)
{
    const struct scenario *s = x->s;
    struct scenario *v = arena_alloc(arena, 1, sizeof *v);
    struct tenant *tenant = arena_alloc(arena, (size_t)s->flow_n, sizeof *tenant);
    if (!v || !tenant) {
        x->failed = true;
        return NULL;
    }
    *v = *s;
    v->gpu_ix = gpu_ix;
    v->plan_gpu_n = 0;
    v->gpu_count = 0;
    v->place = PLACE_BEST_FIT; /* what the scenario lists is another fleet's */
    v->listed_n = 0;
    v->only_count = divide_is_crowd(v);
    v->gate_n = 0; /* gates are for `test`; a plan holds objectives */
    v->mode[0] = s->mode[mode_ix];
    v->mode_n = 1;
    v->tenant = tenant;
    for (int t = 0; t < s->flow_n; t++) {
        tenant[t] = s->tenant[t];
        tenant[t].vgpus_auto = tenant[t].work.streams_auto = false;
        if (tenant[t].reference_gpu_ix < 0) {
            tenant[t].reference_gpu_ix = s->gpu_ix;
        }
    }
    return v;
}

struct scenario *trial_subset(struct search *x, struct arena *arena, const bool *keep)
{
    const struct scenario *s = x->s;
    struct scenario *v = arena_alloc(arena, 1, sizeof *v);
    struct tenant *tenant = arena_alloc(arena, (size_t)s->flow_n, sizeof *tenant);
    if (!v || !tenant) {
        x->failed = true;
        return NULL;
    }
    *v = *s;
    v->tenant = tenant;
    v->tenant_n = v->vm_n = 0;
    for (int t = 0; t < s->tenant_n; t++) {
        if (keep[t]) {
            v->vm_n += s->tenant[t].count;
            tenant[v->tenant_n++] = s->tenant[t];
        }
    }
    v->flow_n = v->tenant_n;
    for (int t = 0; t < v->tenant_n; t++) {
        const struct tenant *part = &s->tenant[tenant[t].first_part];
        tenant[t].first_part = v->flow_n;
        tenant[t].whole_ix = t;
        for (int i = 0; i < tenant[t].part_n; i++) {
            tenant[v->flow_n] = part[i];
            tenant[v->flow_n++].whole_ix = t;
        }
    }
    return v;
}

void trial_give(struct scenario *v, int t, const char *mig, int n)
{
    struct tenant *tenant = &v->tenant[t];
    for (int i = -1; i < tenant->part_n; i++) {
        struct tenant *one = i < 0 ? tenant : &v->tenant[tenant->first_part + i];
        one->mig = mig;
        one->vgpus = n;
    }
}

void trial_set_streams(struct scenario *v, int t, int streams)
{
    v->tenant[t].work.streams = streams;
}

void trial_keep_one(struct scenario *v, int t)
{
    struct tenant one = v->tenant[t];
    const struct tenant *part = &v->tenant[one.first_part];
    for (int i = 0; i < one.objective_n; i++) {
        if (one.objective[i].kind == OBJECTIVE_THROUGHPUT) {
            one.objective[i].limit /= one.count;
        }
    }
    one.count = 1;
    one.powered_off = 0;
    /* To the front, its workloads behind it: they lie behind all tenants. */
    v->tenant[0] = one;
    v->tenant[0].first_part = 1;
    for (int i = 0; i < one.part_n; i++) {
        v->tenant[1 + i] = part[i];
        v->tenant[1 + i].count = 1;
        v->tenant[1 + i].powered_off = 0;
        v->tenant[1 + i].whole_ix = 0;
    }
    v->tenant_n = 1;
    v->flow_n = 1 + one.part_n;
    v->vm_n = 1;
}

/* ---- Experiments ---- */

const struct result *trial_run(struct search *x, struct arena *arena, const struct scenario *v,
                               bool place_only)
{
    struct exp_options o = *x->o;
    o.place_only = place_only;
    o.no_baselines = true;
    o.progress = NULL;
    const struct result *r = exp_run(arena, v, &o, x->d);
    x->plan->simulated += !place_only;
    if (x->o->progress) {
        x->o->progress(x->o->progress_context, x->plan->simulated, 0);
    }
    x->failed |= !r;
    x->stopped |= r && r->interrupted;
    return x->stopped ? NULL : r;
}

const struct result *trial_probe(struct search *x, struct arena *arena,
                                 const struct scenario *v)
{
    struct scenario *p = arena_alloc(arena, 1, sizeof *p);
    if (!p) {
        x->failed = true;
        return NULL;
    }
    *p = *v;
    p->replicas_auto = p->warmup_auto = false;
    p->replicas = 1;
    p->warmup_ns = 0;
    p->horizon_ns = 1;
    p->horizon_given = true;
    x->plan->simulated--;
    return trial_run(x, arena, p, false);
}

/* Is an objective out of reach where the mode was placed? */
static bool is_beyond_reach(struct search *x, struct arena *scratch, const struct scenario *v,
                            const struct mode_result *m, char *why)
{
    struct fleet placed = *m->fleet;
    struct lanes lanes;
    if (!lanes_split(&lanes, scratch, v, &placed, 0, x->d)) {
        x->failed = true;
        return false;
    }
    return placed.feasible && reach_is_beyond(v, &lanes, why, PLAN_TEXT);
}

/* Utilization law: a load of 1 or more needs no experiment, nor does a limit below the lower
 * bounds of latency. True when one of them, or a rule, already says no; traces end, so that
 * they are always tried. */
static bool is_hopeless(struct search *x, const struct scenario *v, char *why)
{
    struct arena scratch;
    arena_init(&scratch, "plan");
    const struct result *r = trial_probe(x, &scratch, v);
    const struct mode_result *m = r ? &r->mode[0] : NULL;
    bool hopeless = m && !m->feasible;
    if (hopeless) {
        (void)holds_of(r, why, PLAN_TEXT);
    }
    for (int t = 0; m && m->feasible && t < v->tenant_n && !hopeless; t++) {
        hopeless = m->tenant[t].saturated;
        if (hopeless) {
            snprintf(why, PLAN_TEXT, "%s asks for %.3g times what it can get",
                     v->tenant[t].name, m->tenant[t].load_frac);
        }
    }
    hopeless = hopeless || (m && is_beyond_reach(x, &scratch, v, m, why));
    arena_fini(&scratch);
    return hopeless;
}

/* Counted time of the first look: enough for SCREEN_REQUESTS of the slowest stream, where gaps
 * do not depend on the hour. A queue that has not filled up by then looks better than it is,
 * so that a refusal stands; what holds is simulated again before it is named. */
static int64_t screen_ns(const struct scenario *v)
{
    double needed_s = 0.0;
    for (int t = 0; t < v->flow_n; t++) {
        const struct work *w = &v->tenant[t].work;
        if (v->tenant[t].part_n > 0) {
            continue;
        }
        if (!work_is_renewal(w)) {
            return v->horizon_ns;
        }
        double own_s = SCREEN_REQUESTS / (w->arrivals.rate_per_s * v->tenant[t].count);
        needed_s = own_s > needed_s ? own_s : needed_s;
    }
    double given_s = (double)v->horizon_ns / 1e9;
    double least_s = given_s / SCREEN_PART;
    needed_s = needed_s > least_s ? needed_s : least_s;
    return needed_s < given_s ? (int64_t)(needed_s * 1e9) : v->horizon_ns;
}

/* A look at the variant over so much counted time: as many replicas as the scenario fixes, else
 * those of the look. */
static const struct result *look_at(struct search *x, struct arena *arena,
                                    const struct scenario *v, int look, int64_t horizon_ns)
{
    struct scenario *screened = arena_alloc(arena, 1, sizeof *screened);
    if (!screened) {
        x->failed = true;
        return NULL;
    }
    *screened = *v;
    if (v->replicas_auto) {
        screened->replicas_auto = false;
        screened->replicas = look_replicas[look];
        screened->horizon_ns = horizon_ns;
    }
    return trial_run(x, arena, screened, false);
}

const struct result *trial_look(struct search *x, struct arena *arena, const struct scenario *v,
                                int look)
{
    return look_at(x, arena, v, look, look == 0 ? screen_ns(v) : v->horizon_ns);
}

const struct result *trial_screen(struct search *x, struct arena *arena,
                                  const struct scenario *v)
{
    char why[PLAN_TEXT];
    const struct result *r = look_at(x, arena, v, 0, v->horizon_ns);
    bool decides = !r || !v->replicas_auto || holds_of(r, why, sizeof why) != HOLDS_UNSURE ||
                   !holds_if_narrower(r, 0.5);
    return decides ? r : look_at(x, arena, v, 1, v->horizon_ns);
}

enum holds trial_fleet(struct search *x, const struct scenario *v, enum trial_looks looks,
                       char *why)
{
    /* What a large fleet's GPUs hold was looked at before. */
    bool is_out = !divide_is_crowd(v) && is_hopeless(x, v, why);
    enum holds holds = is_out ? HOLDS_NO : HOLDS_UNSURE;
    bool may_hold = true;
    for (int look = 0; look < (int)looks && holds == HOLDS_UNSURE && may_hold; look++) {
        struct arena scratch;
        arena_init(&scratch, "plan");
        bool in_full = look + 1 == TRIAL_IN_FULL;
        const struct result *r =
            in_full ? trial_run(x, &scratch, v, false) : trial_look(x, &scratch, v, look);
        holds = r ? holds_of(r, why, PLAN_TEXT) : HOLDS_NO;
        x->room = r ? holds_room(r) : 0.0;
        may_hold = look + 2 < TRIAL_IN_FULL || !r || holds_if_narrower(r, 0.0);
        arena_fini(&scratch);
        if (!v->replicas_auto) {
            break;
        }
    }
    return holds;
}

enum holds trial_holds(struct search *x, const struct scenario *v, enum trial_looks looks,
                       char *why)
{
    enum holds holds = divide_is_crowd(v) ? divide_predict(x, v, why) : HOLDS_UNSURE;
    return holds != HOLDS_UNSURE || x->stopped || x->failed ? holds
                                                            : trial_fleet(x, v, looks, why);
}
