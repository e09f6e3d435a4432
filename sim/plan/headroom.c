/* SPDX-License-Identifier: GPL-3.0-or-later */
/* headroom.c - a bracket of doubled load, halved. Loads that the utilization law forbids cost
 * no experiment, the others one screening each. */
#include "sim/plan/headroom.h"

#include <stdio.h>

#include "sim/core/dist.h"
#include "sim/plan/candidate.h"

enum {
    STEPS = 7,  /* of bisection: 1 part in 128 of the bracket */
    DOUBLES = 5 /* up to 32 times the load */
};

bool headroom_speed_up(struct arena *a, struct work *w, double f)
{
    if (w->kind == WORK_CLOSED || w->kind == WORK_FRAMES || w->trace) {
        return false;
    }
    struct arrivals *r = &w->arrivals;
    struct dist gap = r->gap;
    if (dist_init(&r->gap, gap.kind, gap.mean / f, gap.cv, gap.shape, gap.k) != NULL) {
        r->gap = gap;
        return false;
    }
    r->rate_per_s *= f;
    if (r->state_n > 0) {
        struct mmpp_state *state = arena_alloc(a, (size_t)r->state_n, sizeof *state);
        for (int i = 0; state && i < r->state_n; i++) {
            state[i] = r->state[i];
            state[i].rate_per_s *= f;
        }
        r->state = state ? state : r->state;
    }
    if (r->curve_n > 0) {
        struct rate_point *point = arena_alloc(a, (size_t)r->curve_n, sizeof *point);
        for (int i = 0; point && i < r->curve_n; i++) {
            point[i] = r->curve[i];
            point[i].rate_per_s *= f;
            point[i].arrivals *= f;
        }
        r->curve = point ? point : r->curve;
    }
    if (r->window_n > 0) {
        struct rate_window *window = arena_alloc(a, (size_t)r->window_n, sizeof *window);
        for (int i = 0; window && i < r->window_n; i++) {
            window[i] = r->window[i];
            window[i].rate_per_s *= f;
        }
        r->window = window ? window : r->window;
    }
    return true;
}

/* The same as a closed client's: it thinks a shorter time. */
static bool more_load(struct arena *a, struct work *w, double f)
{
    if (w->kind != WORK_CLOSED) {
        return headroom_speed_up(a, w, f);
    }
    struct dist think = w->think;
    if (think.mean <= 0.0 || think.value) {
        return false;
    }
    if (dist_init(&w->think, think.kind, think.mean / f, think.cv, think.shape, think.k) !=
        NULL) {
        w->think = think;
        return false;
    }
    return true;
}

static bool holds_at(struct search *x, const struct plan_candidate *c, double f, bool *any)
{
    struct arena scratch;
    struct scenario v = *c->scenario;
    char why[PLAN_TEXT] = "";
    bool holds = false;
    arena_init(&scratch, "plan");
    v.tenant = arena_alloc(&scratch, (size_t)v.flow_n, sizeof *v.tenant);
    x->failed |= !v.tenant;
    if (v.tenant) {
        for (int t = 0; t < v.flow_n; t++) {
            v.tenant[t] = c->scenario->tenant[t];
            *any |= v.tenant[t].part_n == 0 && more_load(&scratch, &v.tenant[t].work, f);
        }
        holds = *any && trial_holds(x, &v, TRIAL_ONE, why) == HOLDS_YES;
    }
    if (!holds && *any) {
        snprintf(x->plan->first_to_break, sizeof x->plan->first_to_break, "%s", why);
    }
    arena_fini(&scratch);
    return holds;
}

void headroom_find(struct search *x)
{
    const struct plan_candidate *c = &x->plan->candidate[0];
    double yes = 1.0;
    double no = 2.0;
    bool any = false;
    bool is_closed = false;
    for (int i = 0; i < DOUBLES && !is_closed; i++) {
        is_closed = !holds_at(x, c, no, &any);
        if (!is_closed) {
            yes = no;
            no *= 2.0;
        }
    }
    for (int i = 0; is_closed && any && i < STEPS && !x->stopped && !x->failed; i++) {
        double middle = (yes + no) / 2.0;
        if (holds_at(x, c, middle, &any)) {
            yes = middle;
        } else {
            no = middle;
        }
    }
    if (!any || x->stopped || x->failed) {
        return;
    }
    /* Without an end within the doublings the last load that was seen to hold is all there is.
     */
    x->plan->headroom = (struct estimate){.value = yes - 1.0,
                                          .lo = yes - 1.0,
                                          .hi = no - 1.0,
                                          .has_value = true,
                                          .has_ci = is_closed};
}

void headroom_flip(const struct plan *p, char *out, size_t n)
{
    out[0] = '\0';
    if (p->meets_n < 2) {
        return;
    }
    const struct scenario *s = p->scenario;
    const struct plan_candidate *w = &p->candidate[0];
    const struct plan_candidate *r = &p->candidate[1];
    const char *own = s->catalog->gpu[w->gpu_ix].key;
    const char *other = s->catalog->gpu[r->gpu_ix].key;
    const struct mode_spec *spec = &s->mode[r->mode_ix];
    double price = bill_price(s, r->gpu_ix);
    char next[PLAN_TEXT / 2];
    snprintf(next, sizeof next, "%d × %s, %s%s%s, is next", r->gpus, other,
             mode_name(spec->kind), mode_takes_turns(spec->kind) ? "/" : "",
             mode_takes_turns(spec->kind) ? spec->sched.kind->name : "");
    if (r->gpu_ix == w->gpu_ix) {
        snprintf(out, n, "%s, %s", next,
                 r->gpus > w->gpus ? "and no price of the GPU makes it the cheaper"
                                   : "on as many GPUs");
    } else if (w->bill.usd > 0.0 && r->bill.usd > 0.0) {
        double even = (w->bill.usd - (r->bill.usd - r->gpus * price)) / r->gpus;
        snprintf(out, n, "%s; it wins where a %s costs less than %.2f USD/h%s", next, other,
                 even > 0.0 ? even : 0.0, even > 0.0 ? "" : ", so never");
    } else {
        snprintf(out, n, "%s; it wins where a %s costs less than %.2f of a %s", next, other,
                 (double)w->gpus / r->gpus, own);
    }
}
