/* SPDX-License-Identifier: GPL-3.0-or-later */
/* again.h - the whole search once more on a changed scenario: what would be named then? */
#ifndef SIM_PLAN_AGAIN_H
#define SIM_PLAN_AGAIN_H

#include "sim/plan/trial.h"

/* What a search came to. */
struct again {
    int gpus;
    struct {
        int gpu_ix, mode_ix;
    } kind[TENANTS_MAX];   /* of each tenant: the decision */
    char label[PLAN_TEXT]; /* "2 × L40S, time-sliced/best-effort" */
};

/* The decision of a plan that was found; of `s`. */
void again_describe(struct again *out, const struct scenario *s, const struct plan *p);

/* Do both give every tenant the same GPU model and mode? */
bool again_is_same(const struct again *a, const struct again *b, int tenant_n);

/* Searches `s` with at most `limit` GPUs. True when a plan is named. Experiments count into
 * x->plan. */
bool again_search(struct search *x, const struct scenario *s, int limit, struct again *out);

/* A copy of what was asked about, in `arena`, whose tenants keep the GPU on which they were
 * measured. NULL when memory is out, and the search has failed. */
struct scenario *again_copy(struct search *x, struct arena *arena);

#endif
