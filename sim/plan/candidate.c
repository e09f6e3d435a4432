/* SPDX-License-Identifier: GPL-3.0-or-later */
/* candidate.c - what is named is simulated at the scenario's own precision; what clearly misses
 * need not be. */
#include "sim/plan/candidate.h"

#include <stdio.h>

struct plan_candidate *candidate_add(struct search *x, int gpu_ix, int mode_ix)
{
    struct plan_candidate *c = &x->plan->candidate[x->plan->candidate_n++];
    *c = (struct plan_candidate){.gpu_ix = gpu_ix, .mode_ix = mode_ix};
    return c;
}

/* `looks_first`: in full only what holds by fewer replicas. */
static bool settle(struct search *x, struct plan_candidate *c, struct scenario *v, int gpus,
                   bool looks_first)
{
    char why[PLAN_TEXT];
    v->gpu_count = gpus;
    v->gpu_count_given = true;
    c->gpus = gpus;
    c->scenario = v;
    c->result = looks_first ? trial_screen(x, x->arena, v) : NULL;
    if (!c->result || holds_of(c->result, why, sizeof why) == HOLDS_YES) {
        c->result = trial_run(x, x->arena, v, false);
    }
    if (!c->result) {
        return false;
    }
    c->meets = holds_of(c->result, why, sizeof why) == HOLDS_YES;
    if (!c->meets || c->binding[0] == '\0') {
        snprintf(c->binding, sizeof c->binding, "%s", why);
    }
    c->bill = bill_of(c->result, c->gpu_ix, gpus);
    return c->meets;
}

bool candidate_settle(struct search *x, struct plan_candidate *c, struct scenario *v, int gpus)
{
    return settle(x, c, v, gpus, false);
}

bool candidate_try(struct search *x, struct plan_candidate *c, struct scenario *v, int gpus)
{
    return settle(x, c, v, gpus, v->replicas_auto);
}

void candidate_label(const struct scenario *s, const struct plan_candidate *c,
                     struct text *line)
{
    const struct scenario *own = c->scenario;
    const struct mode_spec *spec = &s->mode[c->mode_ix];
    for (int g = 0; g < own->group_n; g++) {
        text_addf(line, "%s%d × host %s", g > 0 ? " + " : "", own->group[g].count,
                  own->group[g].name);
    }
    if (own->group_n == 0) {
        text_addf(line, "%d × %s", c->gpus, s->catalog->gpu[c->gpu_ix].key);
    }
    text_addf(line, ", %s", mode_name(spec->kind));
    if (mode_takes_turns(spec->kind) && spec->kind != MODE_CONTAINER_TIME_SLICED) {
        text_addf(line, "/%s", spec->sched.kind->name);
    }
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
    const int money = bill_order(&x->bill, &y->bill);
    if (money != 0) {
        return money;
    }
    if (x->gpus != y->gpus) {
        return x->gpus < y->gpus ? -1 : 1;
    }
    return x->gpu_ix != y->gpu_ix ? x->gpu_ix - y->gpu_ix : x->mode_ix - y->mode_ix;
}
