/* SPDX-License-Identifier: GPL-3.0-or-later */
/* candidate.c - what is named is simulated at the scenario's own precision. */
#include "sim/plan/candidate.h"

#include <math.h>
#include <stdio.h>

double candidate_price(const struct scenario *s, int gpu_ix)
{
    for (int i = 0; i < s->price_n; i++) {
        if (s->price[i].gpu_ix == gpu_ix) {
            return s->price[i].usd;
        }
    }
    return (double)NAN;
}

/* GPUs, licences of vGPUs, and energy at the board's power limit. */
static void cost(const struct scenario *s, struct plan_candidate *c)
{
    const struct gpu *gpu = &s->catalog->gpu[c->gpu_ix];
    const struct mode_result *m = &c->result->mode[0];
    double done_per_s = 0.0;
    int licences = 0;
    for (int i = 0; m->fleet && i < m->fleet->seat_n; i++) {
        licences += m->fleet->seat[i].type != NULL;
    }
    c->cost_usd = c->gpus * candidate_price(s, c->gpu_ix) + licences * s->licence_usd +
                  c->gpus * gpu->tdp_w / 1e3 * s->energy_usd;
    for (int t = 0; t < c->scenario->tenant_n; t++) {
        const struct estimate *e = &m->tenant[t].throughput_per_s;
        done_per_s += e->has_value ? e->value : 0.0;
    }
    c->million_usd = done_per_s > 0.0 ? c->cost_usd / (done_per_s * 3600.0) * 1e6 : (double)NAN;
}

struct plan_candidate *candidate_add(struct search *x, int gpu_ix, int mode_ix)
{
    struct plan_candidate *c = &x->plan->candidate[x->plan->candidate_n++];
    *c = (struct plan_candidate){.gpu_ix = gpu_ix, .mode_ix = mode_ix};
    return c;
}

bool candidate_settle(struct search *x, struct plan_candidate *c, struct scenario *v, int gpus)
{
    char why[PLAN_TEXT];
    v->gpu_count = gpus;
    v->gpu_count_given = true;
    c->gpus = gpus;
    c->scenario = v;
    c->result = trial_run(x, x->arena, v, false);
    if (!c->result) {
        return false;
    }
    c->meets = holds_of(c->result, why, sizeof why) == HOLDS_YES;
    if (!c->meets || c->binding[0] == '\0') {
        snprintf(c->binding, sizeof c->binding, "%s", why);
    }
    cost(x->s, c);
    return c->meets;
}

void candidate_refuse(struct search *x, int gpu_ix, int mode_ix, const struct plan_refusal *why)
{
    struct plan_refusal *r = &x->plan->refused[x->plan->refused_n++];
    *r = *why;
    r->gpu_ix = gpu_ix;
    r->mode_ix = mode_ix;
}

int candidate_order(const void *a, const void *b)
{
    const struct plan_candidate *x = a;
    const struct plan_candidate *y = b;
    if (x->meets != y->meets) {
        return x->meets ? -1 : 1;
    }
    bool has_x = x->cost_usd > 0.0;
    bool has_y = y->cost_usd > 0.0;
    if (has_x != has_y) {
        return has_x ? -1 : 1;
    }
    if (has_x && (x->cost_usd < y->cost_usd || x->cost_usd > y->cost_usd)) {
        return x->cost_usd < y->cost_usd ? -1 : 1;
    }
    if (x->gpus != y->gpus) {
        return x->gpus < y->gpus ? -1 : 1;
    }
    return x->gpu_ix != y->gpu_ix ? x->gpu_ix - y->gpu_ix : x->mode_ix - y->mode_ix;
}
