/* SPDX-License-Identifier: GPL-3.0-or-later */
/* headroom.c - a bracket of doubled load, halved. Loads that the utilization law forbids cost
 * no experiment, the others one screening each. */
#include "sim/plan/headroom.h"

#include <stdio.h>

#include "sim/base/text.h"
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

/* ---- The runner-up ---- */

/* What is bought: one part, or all of a division. */
struct bought {
    const struct plan_candidate *part;
    int part_n;
    double usd;
    int gpus;
};

/* GPUs of a model. */
static int count_of(const struct bought *b, int gpu_ix)
{
    int n = 0;
    for (int i = 0; i < b->part_n; i++) {
        const struct scenario *s = b->part[i].scenario;
        for (int g = 0; g < s->group_n; g++) {
            n += s->group[g].gpu_ix == gpu_ix ? s->group[g].count * s->group[g].gpus : 0;
        }
        n += s->group_n == 0 && b->part[i].gpu_ix == gpu_ix ? b->part[i].gpus : 0;
    }
    return n;
}

/* The model of which b has most GPUs more than a; -1: of none. */
static int more_of(const struct scenario *s, const struct bought *b, const struct bought *a)
{
    int best = -1;
    int most = 0;
    for (int i = 0; i < s->catalog->gpu_n; i++) {
        int more = count_of(b, i) - count_of(a, i);
        best = more > most ? i : best;
        most = more > most ? more : most;
    }
    return best;
}

/* The price of model `m` with which `next` is as cheap as `won`. */
static void add_price(const struct scenario *s, int m, const struct bought *won,
                      const struct bought *next, struct text *line)
{
    int more = count_of(next, m) - count_of(won, m);
    double even = bill_price(s, m) - (next->usd - won->usd) / more;
    text_addf(line, "; it wins where a %s costs less than %.2f USD/h%s", s->catalog->gpu[m].key,
              even > 0.0 ? even : 0.0, even > 0.0 ? "" : ", so never");
}

void headroom_flip(struct plan *p)
{
    const struct scenario *s = p->scenario;
    bool is_mix = p->mix.part_n > 0;
    if (p->meets_n < (is_mix ? 1 : 2)) {
        return;
    }
    const struct plan_candidate *c = &p->candidate[is_mix ? 0 : 1];
    const struct bought next = {c, 1, c->bill.usd, c->gpus};
    const struct bought won =
        is_mix
            ? (struct bought){p->mix.part, p->mix.part_n, p->mix.bill.usd, p->mix.gpus}
            : (struct bought){p->candidate, 1, p->candidate[0].bill.usd, p->candidate[0].gpus};
    int own = more_of(s, &won, &(const struct bought){.part_n = 0});
    int other = more_of(s, &next, &(const struct bought){.part_n = 0});
    bool is_one = count_of(&won, own) == won.gpus && count_of(&next, other) == next.gpus;
    int more = more_of(s, &next, &won);
    struct text line;
    text_init(&line);
    candidate_label(s, c, &line);
    text_add(&line, ", is next");
    if (is_one && own == other) {
        text_add(&line, next.gpus > won.gpus ? ", and no price of the GPU makes it the cheaper"
                                             : ", on as many GPUs");
    } else if (won.usd > 0.0 && next.usd > 0.0 && more >= 0) {
        add_price(s, more, &won, &next, &line);
    } else if (is_one && !(won.usd > 0.0 && next.usd > 0.0)) {
        text_addf(&line, "; it wins where a %s costs less than %.2f of a %s",
                  s->catalog->gpu[other].key, (double)won.gpus / next.gpus,
                  s->catalog->gpu[own].key);
    }
    snprintf(p->flip, sizeof p->flip, "%s", text_str(&line));
    text_fini(&line);
}
