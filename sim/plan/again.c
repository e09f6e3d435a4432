/* SPDX-License-Identifier: GPL-3.0-or-later */
/* again.c - a search inside a search: same seed, same options, a plan of its own. */
#include "sim/plan/again.h"

#include <stdio.h>

#include "sim/plan/search.h"

static void label(struct again *out, const struct scenario *s, const struct plan_candidate *c)
{
    const struct mode_spec *spec = &s->mode[c->mode_ix];
    bool has_policy = mode_takes_turns(spec->kind) && spec->kind != MODE_CONTAINER_TIME_SLICED;
    *out = (struct again){.gpus = c->gpus, .gpu_ix = c->gpu_ix, .mode_ix = c->mode_ix};
    snprintf(out->label, sizeof out->label, "%d × %s, %s%s%s", c->gpus,
             s->catalog->gpu[c->gpu_ix].key, mode_name(spec->kind), has_policy ? "/" : "",
             has_policy ? spec->sched.kind->name : "");
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
    x->plan->simulated += found.simulated;
    x->stopped |= again.stopped;
    x->failed |= again.failed;
    bool is = found.meets_n > 0 && !again.stopped && !again.failed;
    if (is) {
        label(out, s, &found.candidate[0]);
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
