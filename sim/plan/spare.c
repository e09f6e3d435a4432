/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spare.c - the winner's hosts without one of them, and with one that lacks a GPU. */
#include "sim/plan/spare.h"

#include <stdio.h>

/* Does the winner hold on the groups of hosts given? */
static bool holds_on(struct search *x, const struct host_group *group, int group_n, int gpus,
                     char *why)
{
    const struct plan_candidate *c = &x->plan->candidate[0];
    struct scenario v = *c->scenario;
    v.group = group;
    v.group_n = group_n;
    v.gpu_count = gpus;
    v.gpu_ix = group_n > 0 ? group[0].gpu_ix : v.gpu_ix;
    snprintf(why, PLAN_TEXT, "no host is left");
    if (group_n == 0) {
        return false;
    }
    enum holds holds = trial_holds(x, &v, TRIAL_TWO, why);
    if (holds != HOLDS_YES && v.place != PLACE_BEST_FIT) {
        char packed[PLAN_TEXT];
        v.place = PLACE_BEST_FIT;
        holds = trial_holds(x, &v, TRIAL_TWO, packed);
    }
    return holds == HOLDS_YES;
}

/* The winner's groups without one host of group g, which comes back without one GPU where
 * `keeps_host` and it has more than one. Returns the number of groups. */
static int without(const struct scenario *s, int g, bool keeps_host, struct host_group *out)
{
    int n = 0;
    for (int i = 0; i < s->group_n; i++) {
        out[n] = s->group[i];
        out[n].count -= i == g;
        n += out[n].count > 0;
        if (i == g && keeps_host && s->group[i].gpus > 1) {
            out[n] = s->group[i];
            out[n].count = 1;
            out[n++].gpus--;
        }
    }
    return n;
}

/* The worst of all groups: the first whose loss breaks something. */
static void lose(struct search *x, bool keeps_host, struct plan_loss *loss)
{
    const struct plan_candidate *c = &x->plan->candidate[0];
    const struct scenario *s = c->scenario;
    *loss = (struct plan_loss){.known = true, .holds = true};
    for (int g = 0; g < s->group_n && loss->holds && !x->stopped && !x->failed; g++) {
        struct host_group group[HOST_GROUPS_MAX + 1];
        int n = without(s, g, keeps_host, group);
        int lost = keeps_host ? 1 : s->group[g].gpus;
        loss->holds = holds_on(x, group, n, c->gpus - lost, loss->why);
        loss->of = s->group[g].name;
    }
    loss->known = !x->stopped && !x->failed;
}

void spare_find(struct search *x)
{
    struct plan *p = x->plan;
    const struct plan_candidate *c = &p->candidate[0];
    if (c->scenario->group_n > 0) {
        lose(x, true, &p->gpu_lost);
        lose(x, false, &p->host_lost);
        return;
    }
    p->with_spare = c->gpus + 1;
    p->gpu_lost = (struct plan_loss){.known = true};
    snprintf(p->gpu_lost.why, sizeof p->gpu_lost.why, "%s",
             c->gpus > 1 ? c->binding : "no GPU is left");
}
