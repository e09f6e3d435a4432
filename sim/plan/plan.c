/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - the search, then what is said about its winner, or about wishes that can be met. */
#include "sim/plan/plan.h"

#include <string.h>

#include "sim/plan/assume.h"
#include "sim/plan/flip.h"
#include "sim/plan/front.h"
#include "sim/plan/headroom.h"
#include "sim/plan/mix.h"
#include "sim/plan/search.h"
#include "sim/plan/spare.h"
#include "sim/plan/wish.h"

enum {
    KEPT_BYTES = 24 << 20
};

/* A search is hundreds of short experiments, each with some MiB of its own. glibc gives freed
 * memory back to the kernel above a threshold, which it raises to twice the largest block that
 * it has seen freed: after this the pages stay, and are not cleared anew for each experiment.
 */
static void keep_memory(void)
{
    mem_free(mem_resize(NULL, KEPT_BYTES, 1));
}

/* An assumption holds where it holds in every part that it concerns. */
static void merge_assumptions(struct plan *p, const struct plan *part)
{
    for (int i = 0; i < part->assumption_n; i++) {
        const struct plan_assumption *a = &part->assumption[i];
        int k = 0;
        while (k < p->assumption_n && (strcmp(p->assumption[k].parameter, a->parameter) != 0 ||
                                       strcmp(p->assumption[k].value, a->value) != 0)) {
            k++;
        }
        if (k == p->assumption_n) {
            p->assumption[p->assumption_n++] = *a;
        } else if (!a->holds) {
            p->assumption[k] = *a;
        }
    }
}

/* Of several parts the first whose loss breaks it. */
static void merge_loss(struct plan_loss *all, const struct plan_loss *part)
{
    if (part->known && (!all->known || (all->holds && !part->holds))) {
        *all = *part;
    }
}

/* What is said about a winner with parts: the head-room is that of the part with the least. */
static void describe_mix(struct search *x)
{
    struct plan *p = x->plan;
    for (int i = 0; i < p->mix.part_n && !x->failed && !x->stopped; i++) {
        struct plan one = {.scenario = p->mix.part[i].scenario,
                           .candidate = &p->mix.part[i],
                           .candidate_n = 1,
                           .meets_n = 1};
        struct search part = *x;
        part.s = one.scenario;
        part.plan = &one;
        headroom_find(&part);
        assume_find(&part);
        merge_assumptions(p, &one);
        if (one.scenario->group_n > 0) {
            spare_find(&part);
            merge_loss(&p->gpu_lost, &one.gpu_lost);
            merge_loss(&p->host_lost, &one.host_lost);
        }
        x->failed |= part.failed;
        x->stopped |= part.stopped;
        p->simulated += one.simulated;
        if (one.headroom.has_value &&
            (!p->headroom.has_value || one.headroom.lo < p->headroom.lo)) {
            p->headroom = one.headroom;
            memcpy(p->first_to_break, one.first_to_break, sizeof p->first_to_break);
        }
    }
    headroom_flip(p);
    p->with_spare = p->scenario->group_n > 0 ? 0 : p->mix.gpus + p->mix.part_n;
}

/* What is said about a winner in one part. */
static void describe_winner(struct search *x, const struct plan_asks *asks)
{
    struct plan *p = x->plan;
    headroom_find(x);
    assume_find(x);
    headroom_flip(p);
    spare_find(x);
    front_find(x, asks->front_tenant_ix, asks->front);
    if (asks->flips) {
        flip_find(x);
    }
}

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
    keep_memory();
    search_all(&x);
    if (!x.failed && !x.stopped) {
        mix_find(&x);
    }
    if (x.failed || x.stopped) {
        /* Nothing more can be said. */
    } else if (p->mix.part_n > 0) {
        describe_mix(&x);
        front_find(&x, asks->front_tenant_ix, asks->front);
        if (asks->flips) {
            flip_find(&x);
        }
    } else if (p->meets_n > 0) {
        describe_winner(&x, asks);
    } else {
        wish_find(&x);
    }
    p->interrupted = x.stopped;
    if (x.failed) {
        diag_machine(d, "out of memory while planning");
        return NULL;
    }
    return p;
}
