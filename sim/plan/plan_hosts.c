/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_hosts.c - mixtures of hosts, the cheapest that nothing speaks against first. */
#include "sim/plan/plan_hosts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/plan/candidate.h"
#include "sim/plan/needs.h"
#include "sim/plan/search.h"
#include "sim/plan/serve.h"

#define EPS 1e-6 /* of a cost, by which a mixture must be cheaper */

/* Numbers of hosts of each group. */
struct mixture {
    double cost;
    int count[HOST_GROUPS_MAX];
    char why[PLAN_TEXT]; /* of one that does not hold */
};

/* One mode on the hosts of the scenario. */
struct hosts_search {
    struct search *x;
    struct scenario *v; /* with the profiles that were chosen */
    bool is_money;
    struct least_kind *kind; /* [group_n] */
    struct least q;          /* over them; the cuts are `failed` */
    struct mixture *failed;  /* [failed_n] none of them below another */
    int failed_n, failed_max;
    int trials;
    struct mixture best;
    double least; /* no mixture costs less */
};

/* Puts count[g] hosts of each group into the variant; groups without one are left out. */
static bool take(struct search *x, struct arena *a, struct scenario *v, const int *count)
{
    const struct scenario *from = x->s;
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

/* VMs that take turns are spread over the GPUs, others packed; where that leaves one without a
 * place, another order of GPUs may not. */
static const struct result *place(struct hosts_search *h, struct arena *a, struct scenario *v)
{
    static const enum place_policy policies[] = {PLACE_BREADTH_FIRST, PLACE_BEST_FIT,
                                                 PLACE_FRAGMENTATION, PLACE_BREADTH_FIRST};
    const struct result *r = NULL;
    int first = mode_takes_turns(v->mode[0].kind) ? 0 : 1;
    for (int i = first; i < first + 3 && (i == first || (r && !r->mode[0].feasible)); i++) {
        v->place = policies[i];
        r = trial_run(h->x, a, v, true);
    }
    return r;
}

/* ---- What was tried ---- */

static double cost_of(const struct hosts_search *h, const int *count)
{
    double cost = 0.0;
    for (int g = 0; g < h->q.kind_n; g++) {
        cost += count[g] * h->q.kind[g].cost;
    }
    return cost;
}

/* No more hosts than b, of the same groups. */
static bool is_below(const struct hosts_search *h, const int *a, const int *b)
{
    for (int g = 0; g < h->q.kind_n; g++) {
        if (a[g] > b[g] || (a[g] == 0) != (b[g] == 0)) {
            return false;
        }
    }
    return true;
}

/* Cuts off what does not hold, in the place of what is less. */
static void cut(struct hosts_search *h, const int *count, const char *why)
{
    int kept = 0;
    for (int i = 0; i < h->failed_n; i++) {
        if (!is_below(h, h->failed[i].count, count)) {
            h->failed[kept++] = h->failed[i];
        }
    }
    h->failed_n = kept;
    if (kept < h->failed_max) {
        struct mixture *f = &h->failed[h->failed_n++];
        f->cost = cost_of(h, count);
        memcpy(f->count, count, (size_t)h->q.kind_n * sizeof *count);
        snprintf(f->why, sizeof f->why, "%s", why);
    }
}

/* Simulates a mixture: it is the best from then on, or cut off. */
static bool try_mixture(struct hosts_search *h, const int *count)
{
    struct arena scratch;
    struct scenario v = *h->v;
    char why[PLAN_TEXT] = "no host is left";
    bool holds = false;
    h->trials++;
    for (int i = 0; i < h->failed_n; i++) {
        if (is_below(h, count, h->failed[i].count)) {
            return false;
        }
    }
    arena_init(&scratch, "plan");
    if (take(h->x, &scratch, &v, count) && place(h, &scratch, &v)) {
        holds = trial_holds(h->x, &v, TRIAL_TWO, why) == HOLDS_YES;
    }
    arena_fini(&scratch);
    if (!holds) {
        cut(h, count, why);
    } else if (cost_of(h, count) < h->best.cost - EPS) {
        h->best.cost = cost_of(h, count);
        memcpy(h->best.count, count, (size_t)h->q.kind_n * sizeof *count);
    }
    return holds;
}

/* ---- The cheapest mixture ---- */

static bool goes_on(const struct hosts_search *h)
{
    return h->trials < HOSTS_TRIALS_MAX && !h->x->stopped && !h->x->failed;
}

/* The cheapest mixture that no bound and no cut forbids, into `next`. False when it is no
 * cheaper than the best that is known, or there is none. */
static bool propose(struct hosts_search *h, struct mixture *next)
{
    struct arena scratch;
    struct least_answer answer = {.cost = 0.0};
    int n = h->q.kind_n;
    arena_init(&scratch, "plan");
    int *cuts = arena_alloc(&scratch, (size_t)h->failed_n * (size_t)n + 1, sizeof *cuts);
    struct least q = h->q;
    h->x->failed |= !cuts;
    for (int i = 0; cuts && i < h->failed_n; i++) {
        memcpy(cuts + (size_t)i * (size_t)n, h->failed[i].count, (size_t)n * sizeof *cuts);
    }
    q.failed = cuts;
    q.failed_n = h->failed_n;
    h->x->failed |= cuts && !least_solve(&answer, &scratch, &q);
    bool is_cheaper = answer.cost < h->best.cost - EPS;
    h->least = h->x->failed ? 0.0 : is_cheaper ? answer.cost : h->best.cost;
    bool is = !h->x->failed && is_cheaper && answer.unit;
    if (is) {
        memcpy(next->count, answer.unit, (size_t)n * sizeof *next->count);
        next->cost = cost_of(h, next->count);
    }
    arena_fini(&scratch);
    return is;
}

/* Group g of a mixture that does not hold raised as far as that is cheaper than the best; if
 * that holds, as little as holds. */
static void raise_group(struct hosts_search *h, const struct mixture *from, int g)
{
    int count[HOST_GROUPS_MAX];
    memcpy(count, from->count, sizeof count);
    double spare = (h->best.cost - EPS - from->cost) / h->q.kind[g].cost;
    int left = h->q.kind[g].most - from->count[g];
    int more = spare < left ? (int)ceil(spare) - 1 : left;
    int no = from->count[g];
    int yes = no + more;
    count[g] = yes;
    if (more <= 0 || !goes_on(h) || !try_mixture(h, count)) {
        return;
    }
    while (yes - no > 1 && goes_on(h)) {
        count[g] = no + (yes - no) / 2;
        if (try_mixture(h, count)) {
            yes = count[g];
        } else {
            no = count[g];
        }
    }
}

static void find_cheapest(struct hosts_search *h)
{
    struct mixture next = {.cost = 0.0};
    while (propose(h, &next) && goes_on(h)) {
        if (!try_mixture(h, next.count)) {
            for (int g = 0; g < h->q.kind_n; g++) {
                raise_group(h, &next, g);
            }
        }
    }
}

/* ---- The candidate ---- */

/* Of the mixtures that do not hold and are cheaper, the dearest. */
static void say_binding(const struct hosts_search *h, struct plan_candidate *c)
{
    const struct mixture *near = NULL;
    struct text line;
    int hosts = 0;
    for (int i = 0; i < h->failed_n; i++) {
        const struct mixture *f = &h->failed[i];
        if (f->cost < h->best.cost - EPS && (!near || f->cost > near->cost)) {
            near = f;
        }
    }
    for (int g = 0; g < h->q.kind_n; g++) {
        hosts += h->best.count[g];
    }
    snprintf(c->binding, sizeof c->binding, "%s",
             hosts == 1 ? "one host is the least"
                        : "cheaper mixtures have less than the tenants take at least");
    if (!near) {
        return;
    }
    text_init(&line);
    for (int g = 0; g < h->q.kind_n; g++) {
        if (near->count[g] > 0) {
            text_addf(&line, "%s%d of %s", line.n > 0 ? " and " : "with ", near->count[g],
                      h->x->s->group[g].name);
        }
    }
    snprintf(c->binding, sizeof c->binding, "%.100s: %.210s", text_str(&line), near->why);
    text_fini(&line);
}

/* GPUs that every mixture has, without a simulation. */
static int bound_gpus(struct hosts_search *h)
{
    struct arena scratch;
    struct least_answer answer = {.cost = 0.0};
    struct least q = h->q;
    arena_init(&scratch, "plan");
    struct least_kind *kind = arena_alloc(&scratch, (size_t)q.kind_n, sizeof *kind);
    h->x->failed |= !kind;
    for (int g = 0; kind && g < q.kind_n; g++) {
        kind[g] = q.kind[g];
        kind[g].cost = kind[g].gpus;
    }
    q.kind = kind;
    h->x->failed |= kind && !least_solve(&answer, &scratch, &q);
    arena_fini(&scratch);
    return isfinite(answer.cost) && answer.cost > 1.0 ? (int)ceil(answer.cost - EPS) : 1;
}

/* What no mixture goes below: of money, or where there are no prices of GPUs. */
static void say_bound(const struct hosts_search *h, struct plan_candidate *c)
{
    bool is_proven = h->least >= h->best.cost - EPS;
    const char *why = is_proven ? "no cheaper mixture of hosts, as it is placed, holds"
                                : "mixtures of hosts that were not tried";
    if (!h->is_money) {
        c->bound = (int)ceil(h->least - EPS);
        snprintf(c->bound_why, sizeof c->bound_why, "%s", why);
    } else if (c->result) {
        /* Licences and the like come with every mixture. */
        c->bound_usd = c->bill.usd - (cost_of(h, h->best.count) - h->least);
        c->bound_usd_why = why;
    }
}

static void settle(struct hosts_search *h, struct plan_candidate *c)
{
    struct search *x = h->x;
    if (take(x, x->arena, h->v, h->best.count) && place(h, x->arena, h->v)) {
        (void)candidate_settle(x, c, h->v, h->v->gpu_count);
    }
}

/* The cheapest mixture that holds when it is looked at in full as well. */
static void choose(struct hosts_search *h, int mode_ix)
{
    struct search *x = h->x;
    struct plan_candidate *c = candidate_add(x, x->s->gpu_ix, mode_ix);
    struct mixture all = {.cost = (double)INFINITY};
    for (int g = 0; g < h->q.kind_n; g++) {
        all.count[g] = h->kind[g].most;
    }
    c->bound = bound_gpus(h);
    snprintf(c->bound_why, sizeof c->bound_why,
             "each tenant's least shares of a GPU, divided over the hosts");
    while (!c->meets && !x->stopped && !x->failed) {
        h->best = all;
        find_cheapest(h);
        bool is_found = isfinite(h->best.cost);
        c->binding[0] = '\0';
        if (is_found) {
            say_binding(h, c);
        }
        settle(h, c);
        if (!is_found || !goes_on(h)) {
            break;
        }
        cut(h, h->best.count, c->binding); /* when it was only screened as holding */
    }
    if (c->meets) {
        say_bound(h, c);
    }
}

/* ---- Groups ---- */

/* Groups as kinds. */
static bool open_groups(struct hosts_search *h)
{
    struct search *x = h->x;
    const struct scenario *s = x->s;
    h->kind = arena_alloc(x->arena, (size_t)s->group_n, sizeof *h->kind);
    h->failed_max = s->group_n + HOSTS_TRIALS_MAX;
    h->failed = arena_alloc(x->arena, (size_t)h->failed_max, sizeof *h->failed);
    x->failed |= !h->kind || !h->failed;
    h->is_money = true;
    for (int g = 0; g < s->group_n; g++) {
        h->is_money = h->is_money && bill_price(s, s->group[g].gpu_ix) > 0.0;
    }
    for (int g = 0; g < s->group_n && !x->failed; g++) {
        const struct host_group *group = &s->group[g];
        double usd = bill_price(s, group->gpu_ix) +
                     s->catalog->gpu[group->gpu_ix].tdp_w / 1e3 * s->energy_usd;
        h->kind[g] = (struct least_kind){.cost = group->gpus * (h->is_money ? usd : 1.0),
                                         .gpus = group->gpus};
    }
    h->q = (struct least){.kind = h->kind, .kind_n = s->group_n, .tenant_n = s->tenant_n};
    return !x->failed;
}

/* Who may be where, by serve.h. */
static bool serve(struct hosts_search *h, int mode_ix)
{
    double gpu_cost[HOST_GROUPS_MAX];
    for (int g = 0; g < h->q.kind_n; g++) {
        gpu_cost[g] = h->q.kind[g].cost / h->q.kind[g].gpus;
    }
    return serve_choose(h->x, h->v, mode_ix, gpu_cost);
}

/* What tenants take of each group. */
static bool add_ways(struct hosts_search *h)
{
    struct search chosen = *h->x;
    struct least_way *way =
        arena_alloc(chosen.arena, (size_t)needs_room(&chosen, h->q.kind_n), sizeof *way);
    chosen.failed |= !way;
    chosen.s = h->v;
    for (int g = 0; g < h->q.kind_n && !chosen.failed && !chosen.stopped; g++) {
        const struct host_group *group = &h->x->s->group[g];
        int before = h->q.way_n;
        needs_add(&chosen, g, group->gpu_ix, 0, group, way, &h->q.way_n);
        h->kind[g].most = h->q.way_n > before ? group->count : 0; /* nobody may be there */
    }
    for (int w = 0; way && w < h->q.way_n; w++) {
        way[w].cost = 0.0; /* licences come with every mixture */
    }
    h->q.way = way;
    h->x->failed |= chosen.failed;
    h->x->stopped |= chosen.stopped;
    return !chosen.failed && !chosen.stopped;
}

void plan_hosts(struct search *x, int mode_ix)
{
    struct arena scratch;
    struct plan_refusal refusal = {.rule = ""};
    struct hosts_search h = {.x = x, .v = trial_variant(x, x->arena, x->s->gpu_ix, mode_ix)};
    int all[HOST_GROUPS_MAX];
    if (!h.v) {
        return;
    }
    for (int g = 0; g < x->s->group_n; g++) {
        all[g] = x->s->group[g].count;
    }
    if (!take(x, x->arena, h.v, all) || !open_groups(&h) || !serve(&h, mode_ix)) {
        return;
    }
    arena_init(&scratch, "plan");
    const struct result *r = place(&h, &scratch, h.v);
    if (r && !r->mode[0].feasible) {
        search_say_refused(&r->mode[0], &refusal);
        candidate_refuse(x, x->s->gpu_ix, mode_ix, &refusal);
    } else if (r && add_ways(&h)) {
        choose(&h, mode_ix);
    }
    arena_fini(&scratch);
}
