/* SPDX-License-Identifier: GPL-3.0-or-later */
/* front.c - points from the candidates and beyond them, in the order of cost. */
#include "sim/plan/front.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/larger.h"

static const struct estimate *p95_of(const struct plan_candidate *c, int tenant_ix)
{
    return holds_latency(
        c->scenario, &c->result->mode[0].tenant[tenant_ix],
        &(const struct objective){.kind = OBJECTIVE_PERCENTILE, .percentile = 95.0});
}

/* Index of the tenant with this name; -1: none. */
static int tenant_of(const struct scenario *s, const char *name)
{
    for (int t = 0; t < s->tenant_n; t++) {
        if (strcmp(s->tenant[t].name, name) == 0) {
            return t;
        }
    }
    return -1;
}

/* The largest part of a limit that a latency of the tenant takes; 0 without such a limit. */
static double part_of_limit(const struct plan_candidate *c, int t)
{
    const struct tenant_result *tr = &c->result->mode[0].tenant[t];
    double most = 0.0;
    for (int i = 0; i < tr->tenant->objective_n; i++) {
        const struct objective *o = &tr->tenant->objective[i];
        const struct estimate *e = holds_latency(c->scenario, tr, o);
        double part = e && e->has_value ? e->value / o->limit : 0.0;
        most = part > most ? part : most;
    }
    return most;
}

/* The tenant whose latency takes the largest part of its limit in the winner; the first where
 * none has a limit of latency. */
static int nearest_to_limit(const struct plan *p)
{
    bool is_mix = p->mix.part_n > 0;
    double most = 0.0;
    int best = 0;
    for (int i = 0; i < (is_mix ? p->mix.part_n : 1); i++) {
        const struct plan_candidate *c = is_mix ? &p->mix.part[i] : &p->candidate[0];
        for (int t = 0; t < c->scenario->tenant_n; t++) {
            double part = part_of_limit(c, t);
            int own = tenant_of(p->scenario, c->scenario->tenant[t].name);
            best = part > most ? own : best;
            most = part > most ? part : most;
        }
    }
    return best;
}

/* ---- Beyond the fewest GPUs ---- */

/* Simulates the variant in full and keeps it where it holds. */
static bool add_point(struct search *x, const struct plan_candidate *c, struct scenario *v,
                      int gpus)
{
    struct plan *p = x->plan;
    char why[PLAN_TEXT];
    v->gpu_count = gpus;
    v->gpu_count_given = true;
    const struct result *r = trial_run(x, x->arena, v, false);
    if (!r || holds_of(r, why, sizeof why) != HOLDS_YES) {
        return r != NULL;
    }
    struct plan_point *point = &p->point[p->point_n++];
    *point = (struct plan_point){.at = *c, .tenant_ix = p->front_tenant_ix};
    point->at.scenario = v;
    point->at.result = r;
    point->at.gpus = gpus;
    point->at.bill = bill_of(r, c->gpu_ix, gpus);
    return true;
}

/* A copy with tenants of its own. NULL when memory is out. */
static struct scenario *copy(struct search *x, const struct scenario *s)
{
    struct scenario *v = arena_alloc(x->arena, 1, sizeof *v);
    struct tenant *tenant = arena_alloc(x->arena, (size_t)s->flow_n, sizeof *tenant);
    if (!v || !tenant) {
        x->failed = true;
        return NULL;
    }
    *v = *s;
    v->tenant = tenant;
    for (int t = 0; t < s->flow_n; t++) {
        tenant[t] = s->tenant[t];
    }
    return v;
}

/* One GPU more, two, four ... as long as each can have a VM. */
static void more_gpus(struct search *x, const struct plan_candidate *c)
{
    int seats = c->result->mode[0].fleet->seat_n;
    for (int i = 0; i < FRONT_STEPS && !x->stopped && !x->failed; i++) {
        int gpus = c->gpus + (1 << i);
        struct scenario *v = gpus <= seats && gpus <= x->limit ? copy(x, c->scenario) : NULL;
        if (!v) {
            return;
        }
        if (v->mode[0].kind != MODE_CONTAINER_TIME_SLICED) {
            v->place = PLACE_BREADTH_FIRST;
            v->listed_n = 0;
        }
        if (!add_point(x, c, v, gpus)) {
            return;
        }
    }
}

/* GPUs that the variant takes; 0 where it cannot be placed. */
static int gpus_of(struct search *x, struct scenario *v)
{
    struct arena scratch;
    arena_init(&scratch, "plan");
    v->gpu_count = 0;
    const struct result *r = trial_run(x, &scratch, v, true);
    int gpus = r && r->mode[0].feasible ? r->mode[0].fleet->gpus_used : 0;
    arena_fini(&scratch);
    return gpus;
}

/* The tenant on the next larger profile, and the next. */
static void larger_profiles(struct search *x, const struct plan_candidate *c, int t)
{
    const struct scenario *s = c->scenario;
    const char *mig = x->s->tenant[t].mig ? NULL : c->result->mode[0].tenant[t].mig;
    for (int i = 0; i < FRONT_STEPS && mig && !x->stopped && !x->failed; i++) {
        mig = larger_profile(s, t, mig);
        struct scenario *v = mig ? copy(x, s) : NULL;
        if (!v) {
            return;
        }
        trial_give(v, t, mig, v->tenant[t].vgpus);
        v->place = PLACE_EXACT;
        int gpus = gpus_of(x, v);
        if (gpus == 0 || gpus > x->limit || !add_point(x, c, v, gpus)) {
            return;
        }
    }
}

/* ---- The front ---- */

static double cost_of(const struct plan *p, const struct plan_point *point)
{
    return p->front_in_usd ? point->at.bill.usd : point->at.gpus;
}

static void set_values(struct plan *p)
{
    p->front_in_usd = true;
    for (int i = 0; i < p->point_n; i++) {
        p->front_in_usd = p->front_in_usd && p->point[i].at.bill.usd > 0.0;
    }
    for (int i = 0; i < p->point_n; i++) {
        p->point[i].cost = cost_of(p, &p->point[i]);
        p->point[i].p95_ns = *p95_of(&p->point[i].at, p->point[i].tenant_ix);
    }
}

/* By cost, then p95, then as they were found. */
static int by_cost(const void *a, const void *b)
{
    const struct plan_point *x = a;
    const struct plan_point *y = b;
    if (x->cost < y->cost || x->cost > y->cost) {
        return x->cost < y->cost ? -1 : 1;
    }
    if (x->p95_ns.value < y->p95_ns.value || x->p95_ns.value > y->p95_ns.value) {
        return x->p95_ns.value < y->p95_ns.value ? -1 : 1;
    }
    return x->at.mode_ix - y->at.mode_ix;
}

static void mark(struct plan *p)
{
    double best = (double)INFINITY;
    for (int i = 0; i < p->point_n; i++) {
        struct plan_point *point = &p->point[i];
        const struct estimate *e = &point->p95_ns;
        double hi = e->has_ci ? e->hi : e->value;
        bool is_dearer = i > 0 && point->cost > p->point[i - 1].cost;
        point->on_front = e->has_value && (i == 0 || is_dearer) && hi < best;
        if (point->on_front) {
            best = e->has_ci ? e->lo : e->value;
        }
    }
}

/* The plan with parts is a point as well. */
static void add_mix(struct plan *p)
{
    const char *name = p->scenario->tenant[p->front_tenant_ix].name;
    for (int i = 0; i < p->mix.part_n; i++) {
        int t = tenant_of(p->mix.part[i].scenario, name);
        if (t >= 0) {
            struct plan_point *point = &p->point[p->point_n++];
            *point = (struct plan_point){.at = p->mix.part[i], .is_mix = true, .tenant_ix = t};
            point->at.gpus = p->mix.gpus;
            point->at.bill = p->mix.bill;
        }
    }
}

void front_find(struct search *x, int tenant_ix, bool more)
{
    struct plan *p = x->plan;
    p->front_tenant_ix = tenant_ix >= 0 ? tenant_ix : nearest_to_limit(p);
    size_t room = 1 + (size_t)p->meets_n * (1 + FRONT_STEPS);
    p->point = arena_alloc(x->arena, room, sizeof *p->point);
    if (!p->point) {
        x->failed = true;
        return;
    }
    add_mix(p);
    for (int i = 0; i < p->meets_n; i++) {
        const struct plan_candidate *c = &p->candidate[i];
        p->point[p->point_n++] = (struct plan_point){.at = *c, .tenant_ix = p->front_tenant_ix};
        if (more && c->scenario->group_n == 0 && c->scenario->mode[0].kind == MODE_MIG) {
            larger_profiles(x, c, p->front_tenant_ix);
        } else if (more && c->scenario->group_n == 0 &&
                   c->scenario->mode[0].kind != MODE_PASSTHROUGH) {
            more_gpus(x, c);
        }
    }
    set_values(p);
    qsort(p->point, (size_t)p->point_n, sizeof *p->point, by_cost);
    mark(p);
}
