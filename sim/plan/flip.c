/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flip.c - one number of the scenario at a time, by factors, and the whole search for each. */
#include "sim/plan/flip.h"

#include <math.h>
#include <stdio.h>

#include "sim/plan/again.h"
#include "sim/plan/headroom.h"

/* A number that is moved. */
struct lever {
    struct search *x;
    int tenant_ix;
    int objective_ix; /* -1: the rate */
    int left;         /* searches */
    struct again own; /* the decision as it is */
};

/* ---- The changed scenario ---- */

/* Arrivals of the tenant and of its workloads, f times as fast. False where none has a rate. */
static bool speed_up(struct scenario *s, struct arena *a, int t, double f)
{
    struct tenant *tenant = &s->tenant[t];
    bool any = tenant->part_n == 0 && headroom_speed_up(a, &tenant->work, f);
    for (int i = 0; i < tenant->part_n; i++) {
        any = headroom_speed_up(a, &s->tenant[tenant->first_part + i].work, f) || any;
    }
    return any;
}

/* A limit f times as high; of latency only. */
static bool move_limit(struct scenario *s, int t, int i, double f)
{
    struct objective *o = &s->tenant[t].objective[i];
    bool is_latency = o->kind == OBJECTIVE_PERCENTILE || o->kind == OBJECTIVE_MEAN;
    o->limit *= is_latency ? f : 1.0;
    return is_latency;
}

/* What wins with the number f times as large. False where there is no such number. */
static bool try_factor(struct lever *l, double f, bool *is_same, struct again *met)
{
    struct search *x = l->x;
    struct arena scratch;
    arena_init(&scratch, "plan");
    struct scenario *s = again_copy(x, &scratch);
    bool is = s && (l->objective_ix < 0 ? speed_up(s, &scratch, l->tenant_ix, f)
                                        : move_limit(s, l->tenant_ix, l->objective_ix, f));
    *met = (struct again){.label = ""};
    if (is) {
        bool is_met = again_search(x, s, x->limit, met);
        *is_same = is_met && again_is_same(met, &l->own, x->s->tenant_n);
        l->left--;
    }
    arena_fini(&scratch);
    return is && !x->stopped && !x->failed;
}

/* ---- One direction ---- */

/* Which field it is, and its value; nothing for rates that are no one number. */
static void name_lever(const struct lever *l, struct plan_flip *flip)
{
    const struct tenant *tenant = &l->x->s->tenant[l->tenant_ix];
    if (l->objective_ix < 0) {
        const struct work *w = &tenant->work;
        bool is_one = tenant->part_n == 0 && w->arrivals.state_n == 0 &&
                      w->arrivals.curve_n == 0 && w->arrivals.window_n == 0;
        snprintf(flip->path, sizeof flip->path, "tenants.%.100s.workload%s.arrivals.rate",
                 tenant->name, tenant->part_n > 0 ? "s" : "");
        flip->value = is_one ? w->arrivals.rate_per_s : (double)NAN;
        flip->unit = "/s";
        return;
    }
    const struct objective *o = &tenant->objective[l->objective_ix];
    char what[32] = "mean";
    if (o->kind == OBJECTIVE_PERCENTILE) {
        snprintf(what, sizeof what, "p%.9g", o->percentile);
    }
    snprintf(flip->path, sizeof flip->path, "tenants.%.100s.objective.%s", tenant->name, what);
    flip->value = o->limit / 1e6;
    flip->unit = " ms";
}

/* Adds the first change in one direction, if there is one within reach. */
static void look(struct lever *l, double step)
{
    struct search *x = l->x;
    struct plan *p = x->plan;
    struct again met;
    struct again first = {.label = ""};
    double same = 1.0;
    double other = 0.0;
    for (int i = 1; i <= FLIP_STEPS && !(other > 0.0) && l->left > 0; i++) {
        bool is_same = false;
        double f = pow(step, i);
        if (!try_factor(l, f, &is_same, &met)) {
            return;
        }
        same = is_same ? f : same;
        other = is_same ? 0.0 : f;
        first = is_same ? first : met;
    }
    for (int i = 0; i < FLIP_HALVES && other > 0.0 && l->left > 0; i++) {
        bool is_same = false;
        double f = sqrt(same * other);
        if (!try_factor(l, f, &is_same, &met)) {
            return;
        }
        same = is_same ? f : same;
        other = is_same ? other : f;
        first = is_same ? first : met;
    }
    if (p->flip_n < FLIPS_MAX) {
        struct plan_flip *flip = &p->flips[p->flip_n++];
        *flip = (struct plan_flip){.same_factor = same, .other_factor = other};
        name_lever(l, flip);
        snprintf(flip->winner, sizeof flip->winner, "%s", first.label);
    }
}

void flip_find(struct search *x)
{
    struct plan *p = x->plan;
    struct lever l = {.x = x, .left = FLIP_SEARCHES_MAX};
    again_describe(&l.own, x->s, p);
    p->flips = arena_alloc(x->arena, FLIPS_MAX, sizeof *p->flips);
    x->failed |= !p->flips;
    for (int t = 0; t < x->s->tenant_n && !x->failed; t++) {
        l.tenant_ix = t;
        for (int i = -1; i < x->s->tenant[t].objective_n; i++) {
            l.objective_ix = i;
            look(&l, FLIP_STEP);
            look(&l, 1.0 / FLIP_STEP);
        }
    }
    p->flips_cut = l.left <= 0 || p->flip_n == FLIPS_MAX;
}
