/* SPDX-License-Identifier: GPL-3.0-or-later */
/* again.c - a search inside a search: same seed, same options, a plan of its own. */
#include "sim/plan/again.h"

#include <stdio.h>
#include <string.h>

#include "sim/plan/candidate.h"
#include "sim/plan/mix.h"
#include "sim/plan/search.h"

/* Tenants of a part are known by name. */
static void set_kinds(struct again *out, const struct scenario *s,
                      const struct plan_candidate *c)
{
    for (int t = 0; t < s->tenant_n; t++) {
        for (int i = 0; i < c->scenario->tenant_n; i++) {
            if (strcmp(s->tenant[t].name, c->scenario->tenant[i].name) == 0) {
                out->kind[t].gpu_ix = c->gpu_ix;
                out->kind[t].mode_ix = c->mode_ix;
            }
        }
    }
}

void again_describe(struct again *out, const struct scenario *s, const struct plan *p)
{
    bool is_mix = p->mix.part_n > 0;
    const struct plan_candidate *part = is_mix ? p->mix.part : p->candidate;
    struct text label;
    *out = (struct again){.gpus = 0};
    text_init(&label);
    for (int i = 0; i < (is_mix ? p->mix.part_n : 1); i++) {
        out->gpus += part[i].gpus;
        text_add(&label, i > 0 ? " + " : "");
        candidate_label(s, &part[i], &label);
        set_kinds(out, s, &part[i]);
    }
    snprintf(out->label, sizeof out->label, "%s", text_str(&label));
    text_fini(&label);
}

bool again_is_same(const struct again *a, const struct again *b, int tenant_n)
{
    for (int t = 0; t < tenant_n; t++) {
        if (a->kind[t].gpu_ix != b->kind[t].gpu_ix ||
            a->kind[t].mode_ix != b->kind[t].mode_ix) {
            return false;
        }
    }
    return true;
}

bool again_search(struct search *x, const struct scenario *s, int limit, struct again *out)
{
    struct arena scratch;
    arena_init(&scratch, "plan");
    struct plan found = {.scenario = s, .seed = x->o->seed, .version = x->o->version};
    struct search again = {
        .arena = &scratch, .s = s, .o = x->o, .d = x->d, .plan = &found, .limit = limit};
    if (!x->stopped && !x->failed) {
        search_all(&again);
    }
    if (!again.stopped && !again.failed) {
        mix_find(&again);
    }
    x->plan->simulated += found.simulated;
    x->stopped |= again.stopped;
    x->failed |= again.failed;
    bool is = (found.meets_n > 0 || found.mix.part_n > 0) && !again.stopped && !again.failed;
    if (is) {
        again_describe(out, s, &found);
    }
    arena_fini(&scratch);
    return is;
}

struct scenario *again_copy(struct search *x, struct arena *arena)
{
    struct scenario *s = arena_alloc(arena, 1, sizeof *s);
    struct tenant *tenant = arena_alloc(arena, (size_t)x->s->flow_n, sizeof *tenant);
    if (!s || !tenant) {
        x->failed = true;
        return NULL;
    }
    *s = *x->s;
    s->tenant = tenant;
    for (int t = 0; t < s->flow_n; t++) {
        tenant[t] = x->s->tenant[t];
        if (tenant[t].reference_gpu_ix < 0) {
            tenant[t].reference_gpu_ix = s->gpu_ix;
        }
    }
    return s;
}
