/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - the search, then what is said about its winner, or about wishes that can be met. */
#include "sim/plan/plan.h"

#include "sim/plan/assume.h"
#include "sim/plan/flip.h"
#include "sim/plan/front.h"
#include "sim/plan/headroom.h"
#include "sim/plan/search.h"
#include "sim/plan/spare.h"
#include "sim/plan/wish.h"

const struct plan *plan_search(struct arena *arena, const struct scenario *s,
                               const struct exp_options *options, struct diag *d)
{
    return plan_answer(arena, s, options, &(const struct plan_asks){.front_tenant_ix = -1}, d);
}

const struct plan *plan_answer(struct arena *arena, const struct scenario *s,
                               const struct exp_options *options, const struct plan_asks *asks,
                               struct diag *d)
{
    struct plan *p = arena_alloc(arena, 1, sizeof *p);
    if (!p) {
        diag_machine(d, "out of memory while planning");
        return NULL;
    }
    *p = (struct plan){.scenario = s, .seed = options->seed, .version = options->version};
    struct search x = {.arena = arena,
                       .s = s,
                       .o = options,
                       .d = d,
                       .plan = p,
                       .limit = s->gpu_count_given ? s->gpu_count : GPUS_MAX};
    search_all(&x);
    if (p->meets_n > 0 && !x.failed && !x.stopped) {
        headroom_find(&x);
        assume_find(&x);
        headroom_flip(p, p->flip, sizeof p->flip);
        spare_find(&x);
        front_find(&x, asks->front_tenant_ix, asks->front);
        if (asks->flips) {
            flip_find(&x);
        }
    } else if (!x.failed && !x.stopped) {
        wish_find(&x);
    }
    p->interrupted = x.stopped;
    if (x.failed) {
        diag_machine(d, "out of memory while planning");
        return NULL;
    }
    return p;
}
