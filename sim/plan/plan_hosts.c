/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_hosts.c - hosts are given up group by group while every objective holds. */
#include "sim/plan/plan_hosts.h"

#include <math.h>
#include <stdio.h>

#include "sim/fleet/choice.h"
#include "sim/plan/candidate.h"
#include "sim/plan/larger.h"
#include "sim/plan/search.h"

/* One mode on the hosts of the scenario. */
struct hosts_search {
    struct search *x;
    struct scenario *v; /* with the profiles that were chosen */
    int count[HOST_GROUPS_MAX];
};

bool plan_hosts_take(struct search *x, struct arena *a, struct scenario *v,
                     const struct scenario *from, const int *count)
{
    struct host_group *group = arena_alloc(a, (size_t)from->group_n, sizeof *group);
    if (!group) {
        x->failed = true;
        return false;
    }
    v->group = group;
    v->group_n = 0;
    v->gpu_count = 0;
    for (int g = 0; g < from->group_n; g++) {
        if (count[g] > 0) {
            group[v->group_n] = from->group[g];
            group[v->group_n++].count = count[g];
            v->gpu_count += count[g] * from->group[g].gpus;
        }
    }
    v->gpu_ix = v->group_n > 0 ? group[0].gpu_ix : from->gpu_ix;
    return v->group_n > 0;
}

/* ---- Placement ---- */

/* VMs that take turns are spread over the GPUs; packed where that leaves one without a place.
 */
static const struct result *place(struct hosts_search *h, struct arena *a, struct scenario *v)
{
    bool is_spread = mode_takes_turns(v->mode[0].kind);
    v->place = is_spread ? PLACE_BREADTH_FIRST : PLACE_BEST_FIT;
    const struct result *r = trial_run(h->x, a, v, true);
    if (r && !r->mode[0].feasible && is_spread) {
        v->place = PLACE_BEST_FIT;
        r = trial_run(h->x, a, v, true);
    }
    return r;
}

/* ---- Fewest hosts ---- */

static bool holds_on(struct hosts_search *h, const int *count, char *why)
{
    struct arena scratch;
    struct scenario v = *h->v;
    bool holds = false;
    snprintf(why, PLAN_TEXT, "no host is left");
    arena_init(&scratch, "plan");
    if (plan_hosts_take(h->x, &scratch, &v, h->x->s, count) && place(h, &scratch, &v)) {
        holds = trial_holds(h->x, &v, TRIAL_TWO, why) == HOLDS_YES;
    }
    arena_fini(&scratch);
    return holds;
}

/* Fewest hosts of group g with which it still holds; `why` says what one less breaks. */
static void reduce(struct hosts_search *h, int g, char *why)
{
    const char *name = h->x->s->group[g].name;
    char text[PLAN_TEXT];
    int yes = h->count[g];
    int others = 0;
    for (int i = 0; i < h->x->s->group_n; i++) {
        others += i == g ? 0 : h->count[i];
    }
    int no = others > 0 ? -1 : 0;
    if (others == 0) {
        snprintf(why, PLAN_TEXT, "one host is the least");
    }
    while (!h->x->stopped && !h->x->failed && yes - no > 1) {
        int middle = no + (yes - no) / 2;
        h->count[g] = middle;
        if (holds_on(h, h->count, text)) {
            yes = middle;
        } else {
            no = middle;
            snprintf(why, PLAN_TEXT, "with %d of %.60s: %.200s", no, name, text);
        }
    }
    h->count[g] = yes;
}

/* The group that costs most for a GPU among those with a mark; without prices the last. */
static int dearest(const struct scenario *s, bool *is_left)
{
    int best = -1;
    for (int g = s->group_n - 1; g >= 0; g--) {
        double price = bill_price(s, s->group[g].gpu_ix);
        if (is_left[g] && (best < 0 || price > bill_price(s, s->group[best].gpu_ix))) {
            best = g;
        }
    }
    if (best >= 0) {
        is_left[best] = false;
    }
    return best;
}

/* No fewer GPUs do: framebuffer on the largest model, and where whole GPUs serve one VM at a
 * time the work that is offered on the fastest. (Instances work side by side, and can do more
 * than a GPU that is taken in turns.) */
static void bound(struct hosts_search *h, struct plan_candidate *c)
{
    const struct scenario *s = h->x->s;
    bool is_whole =
        h->v->mode[0].kind != MODE_MIG && h->v->mode[0].kind != MODE_TIME_SLICED_MIG;
    double offered = (double)INFINITY;
    double asked_gib = 0.0;
    int room_gib = 1;
    int seats = 0;
    for (int g = 0; g < s->group_n; g++) {
        int gib = choice_gpu_gib(s->catalog, s->group[g].gpu_ix);
        double own = is_whole ? search_offered_gpus(h->x, s->group[g].gpu_ix, NULL) : 0.0;
        offered = own < offered ? own : offered;
        room_gib = gib > room_gib ? gib : room_gib;
    }
    for (int t = 0; t < s->tenant_n; t++) {
        int n = s->tenant[t].count * h->v->tenant[t].vgpus;
        asked_gib += n * ((double)s->tenant[t].framebuffer_bytes / (1 << 30));
        seats += n;
    }
    /* Containers may ask for more framebuffer than there is. */
    bool is_carved = h->v->mode[0].kind != MODE_CONTAINER_TIME_SLICED;
    int memory = is_carved ? (int)ceil(asked_gib / room_gib) : 1;
    int law = (int)floor(offered) + 1;
    bool is_own = h->v->mode[0].kind == MODE_PASSTHROUGH;
    c->bound = is_own ? seats : law > memory ? law : memory;
    snprintf(c->bound_why, sizeof c->bound_why, "%s",
             is_own         ? "a whole GPU for every VM"
             : law > memory ? "utilization law: the work that is offered"
                            : "the framebuffer that is asked for");
}

static void settle(struct hosts_search *h, struct plan_candidate *c)
{
    struct search *x = h->x;
    if (plan_hosts_take(x, x->arena, h->v, x->s, h->count) && place(h, x->arena, h->v)) {
        (void)candidate_settle(x, c, h->v, h->v->gpu_count);
    }
}

static void fewest(struct hosts_search *h, int mode_ix)
{
    struct search *x = h->x;
    struct plan_candidate *c = candidate_add(x, x->s->gpu_ix, mode_ix);
    bool is_left[HOST_GROUPS_MAX] = {false};
    char why[PLAN_TEXT];
    bound(h, c);
    if (holds_on(h, h->count, why)) {
        for (int g = 0; g < x->s->group_n; g++) {
            is_left[g] = true;
        }
        for (int g = dearest(x->s, is_left); g >= 0; g = dearest(x->s, is_left)) {
            reduce(h, g, c->binding);
        }
    }
    settle(h, c);
    /* Screened as holding, and not quite when looked at in full: one host more. */
    for (int g = 0; g < x->s->group_n && c->result && !c->meets && !x->stopped; g++) {
        while (!c->meets && h->count[g] < x->s->group[g].count && !x->stopped && !x->failed) {
            h->count[g]++;
            settle(h, c);
        }
    }
}

void plan_hosts(struct search *x, int mode_ix)
{
    struct arena scratch;
    struct plan_refusal refusal = {.rule = ""};
    struct hosts_search h = {.x = x, .v = trial_variant(x, x->arena, x->s->gpu_ix, mode_ix)};
    if (!h.v) {
        return;
    }
    for (int g = 0; g < x->s->group_n; g++) {
        h.count[g] = x->s->group[g].count;
    }
    if (!plan_hosts_take(x, x->arena, h.v, x->s, h.count)) {
        return;
    }
    if (h.v->mode[0].kind == MODE_MIG) {
        larger_choose(x, h.v);
    }
    arena_init(&scratch, "plan");
    const struct result *r = x->failed || x->stopped ? NULL : place(&h, &scratch, h.v);
    if (r && !r->mode[0].feasible) {
        search_say_refused(&r->mode[0], &refusal);
        candidate_refuse(x, x->s->gpu_ix, mode_ix, &refusal);
    } else if (r) {
        fewest(&h, mode_ix);
    }
    arena_fini(&scratch);
}
