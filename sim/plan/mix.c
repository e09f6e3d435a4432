/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mix.c - cheapest division first, simulated only where it could still win. */
#include "sim/plan/mix.h"

#include <math.h>
#include <stdio.h>

#include "sim/plan/candidate.h"
#include "sim/plan/divide.h"
#include "sim/plan/needs.h"
#include "sim/plan/search.h"

#define EPS 1e-9 /* of a cost, by which a division must be cheaper */

enum {
    SUBSETS_MAX = 1 << MIX_UNITS_MAX,
    WINDOW = 6 /* tenants that a round may move one by one */
};

enum level {
    GUESSED,
    BOUNDED, /* without simulation */
    TRIED
};

/* Tenants on GPUs of their own, of one kind. */
struct pool {
    enum level level;
    double least;                   /* what it costs at least; INFINITY where nothing holds */
    int gpus;                       /* that it takes at least, by bounds */
    const struct plan_candidate *c; /* the plan, when TRIED and it holds */
};

/* A pool that was bounded or tried, whatever the units were then. */
struct past {
    struct past *next;
    uint64_t set; /* of tenants */
    int kind;
    struct pool pool;
};

/* A model and a mode, or a group of hosts and a mode. */
struct kind {
    int gpu_ix, mode_ix;
    const struct host_group *group; /* NULL: bare GPUs */
    int group_ix;
    struct least_kind unit; /* a GPU, or a host; without prices its GPUs are the cost */
};

/* The best division of a set of units. */
struct step {
    double cost;
    int part_n, raw_n; /* parts; those of them that were not tried */
    int kind;
    unsigned units;          /* of the part that is taken off; 0: nothing is left */
    const struct step *rest; /* how to divide the others */
};

struct mix {
    struct search *x;
    bool is_money;
    struct kind *kind; /* [kind_n] */
    int kind_n;
    uint64_t unit[MIX_UNITS_MAX]; /* [unit_n] sets of tenants that stay together */
    int unit_n;
    bool has_hosts;
    int limit; /* GPUs of all parts together; 0: enforced by the cost, or no limit. With hosts
                  the groups, of which the first so many are in use */
    struct pool *pool; /* [kind_n][SUBSETS_MAX] */
    struct step *best; /* [limit + 1][SUBSETS_MAX] */
    struct past *past;
    int trials;
    bool gave_up;
};

/* A division that holds. */
struct division {
    double cost;
    int part_n;
    int kind[MIX_TENANTS_MAX];
    uint64_t set[MIX_TENANTS_MAX];
    const struct plan_candidate *c[MIX_TENANTS_MAX];
};

static struct pool *pool_of(struct mix *m, int kind, unsigned units)
{
    return &m->pool[(size_t)kind * SUBSETS_MAX + units];
}

static uint64_t set_of(const struct mix *m, unsigned units)
{
    uint64_t set = 0;
    for (int i = 0; i < m->unit_n; i++) {
        set |= (units >> i & 1) != 0 ? m->unit[i] : 0;
    }
    return set;
}

static uint64_t all_tenants(const struct mix *m)
{
    return ~UINT64_C(0) >> (MIX_TENANTS_MAX - m->x->s->tenant_n);
}

static double cost_of(const struct mix *m, const struct plan_candidate *c)
{
    return m->is_money ? c->bill.usd : c->gpus;
}

/* ---- Raising a pool ---- */

/* The hosts of one group, or for a bound its GPUs without hosts, which only ask for more.
 * Services are measured where they were. */
static void take_group(struct scenario *v, const struct host_group *group, bool has_hosts)
{
    for (int t = 0; t < v->flow_n; t++) {
        struct tenant *tenant = &v->tenant[t];
        tenant->reference_gpu_ix =
            tenant->reference_gpu_ix < 0 ? v->gpu_ix : tenant->reference_gpu_ix;
    }
    v->group = group;
    v->group_n = has_hosts ? 1 : 0;
    v->gpu_ix = group->gpu_ix;
    v->gpu_count = group->count * group->gpus;
}

/* A search over some of the tenants with lists of its own. */
static bool open_part(struct mix *m, uint64_t set, int kind, enum level level,
                      struct search *part)
{
    struct search *x = m->x;
    bool keep[MIX_TENANTS_MAX];
    for (int t = 0; t < x->s->tenant_n; t++) {
        keep[t] = (set >> t & 1) != 0;
    }
    struct scenario *s = trial_subset(x, x->arena, keep);
    if (s && m->kind[kind].group) {
        take_group(s, m->kind[kind].group, level != GUESSED);
    }
    *part = *x;
    part->s = s;
    part->plan = arena_alloc(x->arena, 1, sizeof *part->plan);
    x->failed |= !part->s || !part->plan || !search_open(part);
    return !x->failed;
}

static void close_part(struct mix *m, const struct search *part)
{
    m->x->failed |= part->failed;
    m->x->stopped |= part->stopped;
    m->x->plan->simulated += part->plan->simulated;
}

/* What a set of tenants needs, every larger set needs as well. */
static void lift_larger(struct mix *m, int kind, unsigned units)
{
    const struct pool *p = pool_of(m, kind, units);
    for (unsigned u = units; u < 1U << m->unit_n; u++) {
        struct pool *larger = pool_of(m, kind, u);
        if ((u & units) == units && larger->level != TRIED) {
            larger->least = larger->least > p->least ? larger->least : p->least;
            larger->gpus = larger->gpus > p->gpus ? larger->gpus : p->gpus;
        }
    }
}

static void bound_pool(struct mix *m, int kind, struct pool *p, struct search *part)
{
    const struct kind *k = &m->kind[kind];
    int gpus = search_bound(part, k->gpu_ix, k->mode_ix);
    int units = (gpus + k->unit.gpus - 1) / k->unit.gpus;
    bool is = gpus > 0 && units <= k->unit.most;
    double least = is ? units * k->unit.cost : (double)INFINITY;
    gpus = units * k->unit.gpus;
    p->gpus = p->gpus > gpus ? p->gpus : gpus;
    p->least = p->least > least ? p->least : least;
    p->level = BOUNDED;
}

static void try_pool(struct mix *m, int kind, struct pool *p, struct search *part)
{
    search_kind(part, m->kind[kind].gpu_ix, m->kind[kind].mode_ix);
    const struct plan_candidate *c = part->plan->candidate;
    bool holds = part->plan->candidate_n > 0 && c->meets;
    p->c = holds ? c : NULL;
    p->least = holds ? cost_of(m, c) : (double)INFINITY;
    p->level = TRIED;
    m->trials++;
}

/* From a guess to a bound, from a bound to a plan. */
static void raise_pool(struct mix *m, int kind, unsigned units)
{
    struct pool *p = pool_of(m, kind, units);
    uint64_t set = set_of(m, units);
    struct search part;
    struct past *past = arena_alloc(m->x->arena, 1, sizeof *past);
    if (!past || !open_part(m, set, kind, p->level, &part)) {
        m->x->failed = true;
        return;
    }
    if (p->level == GUESSED) {
        bound_pool(m, kind, p, &part);
    } else {
        try_pool(m, kind, p, &part);
    }
    close_part(m, &part);
    lift_larger(m, kind, units);
    *past = (struct past){.next = m->past, .set = set, .kind = kind, .pool = *p};
    m->past = past;
}

/* ---- The cheapest division ---- */

/* Is a better than b? Of equal cost the one with fewer parts, then with fewer to try. */
static bool is_better(const struct step *a, const struct step *b)
{
    if (!isfinite(b->cost) || fabs(a->cost - b->cost) > EPS) {
        return a->cost < b->cost;
    }
    return a->part_n != b->part_n ? a->part_n < b->part_n : a->raw_n < b->raw_n;
}

/* What is left when a part of this kind is taken off; NULL where there is no room for it. */
static const struct step *rest_of(const struct mix *m, int kind, const struct pool *p, int row,
                                  unsigned left)
{
    int gpus = p->c ? p->c->gpus : p->gpus;
    int at = m->limit == 0 ? 0 : m->has_hosts ? row - 1 : row - gpus;
    bool is_own = !m->has_hosts || m->kind[kind].group_ix == row - 1;
    return at >= 0 && is_own ? m->best + (size_t)at * SUBSETS_MAX + left : NULL;
}

/* The best that takes one part of these units off, over the kinds. */
static void take_part(struct mix *m, int row, unsigned all, unsigned units, bool in_gpus,
                      struct step *best)
{
    for (int k = 0; k < m->kind_n; k++) {
        const struct pool *p = pool_of(m, k, units);
        const struct step *rest = rest_of(m, k, p, row, all ^ units);
        if (!rest || !isfinite(p->least)) {
            continue;
        }
        struct step s = {.cost = rest->cost + (in_gpus ? p->gpus : p->least),
                         .part_n = rest->part_n + 1,
                         .raw_n = rest->raw_n + (p->level != TRIED),
                         .kind = k,
                         .units = units,
                         .rest = rest};
        if (is_better(&s, best)) {
            *best = s;
        }
    }
}

/* best(S) of every S, within every number of GPUs where there is a limit, or over the first so
 * many groups of hosts, of which each has one part or none. */
static const struct step *solve(struct mix *m, bool in_gpus)
{
    unsigned full = (1U << m->unit_n) - 1;
    for (int i = 0; i <= m->limit; i++) {
        struct step *row = m->best + (size_t)i * SUBSETS_MAX;
        row[0] = (struct step){.cost = 0.0};
        for (unsigned all = 1; all <= full; all++) {
            row[all] = (struct step){.cost = (double)INFINITY};
            if (m->has_hosts && i > 0) {
                row[all] = m->best[(size_t)(i - 1) * SUBSETS_MAX + all];
            }
            for (unsigned units = all; units > 0; units = (units - 1) & all) {
                if (m->has_hosts || (units & all & (0U - all)) != 0) {
                    take_part(m, i, all, units, in_gpus, &row[all]);
                }
            }
        }
    }
    return m->best + (size_t)m->limit * SUBSETS_MAX + full;
}

/* Raises every part of the best division that is below `level`. False when there is none. */
static bool raise_parts(struct mix *m, const struct step *at, enum level level)
{
    bool any = false;
    for (; at->units != 0 && !m->x->failed && !m->x->stopped; at = at->rest) {
        if (pool_of(m, at->kind, at->units)->level < level) {
            raise_pool(m, at->kind, at->units);
            any = true;
        }
    }
    return any;
}

/* Only plans that were simulated are left. */
static void drop_untried(struct mix *m)
{
    for (size_t i = 0; i < (size_t)m->kind_n * SUBSETS_MAX; i++) {
        if (m->pool[i].level != TRIED) {
            m->pool[i].least = (double)INFINITY;
        }
    }
}

static void keep_division(struct mix *m, const struct step *at, struct division *d)
{
    d->cost = at->cost;
    d->part_n = 0;
    for (; at->units != 0; at = at->rest) {
        int i = d->part_n++;
        d->kind[i] = at->kind;
        d->set[i] = set_of(m, at->units);
        d->c[i] = pool_of(m, at->kind, at->units)->c;
    }
}

/* ---- Rounds ---- */

/* What is known of every pool of the units of this round. */
static void begin_round(struct mix *m)
{
    for (int k = 0; k < m->kind_n; k++) {
        for (unsigned u = 1; u < 1U << m->unit_n; u++) {
            uint64_t set = set_of(m, u);
            struct pool *p = pool_of(m, k, u);
            *p = (struct pool){.least = m->kind[k].unit.cost, .gpus = m->kind[k].unit.gpus};
            const struct past *past = m->past; /* the newest first */
            while (past && (past->kind != k || past->set != set)) {
                past = past->next;
            }
            *p = past ? past->pool : *p;
        }
    }
    for (int k = 0; k < m->kind_n; k++) {
        for (unsigned u = 1; u < 1U << m->unit_n; u++) {
            lift_larger(m, k, u);
        }
    }
}

/* Looks for a division of the units that is cheaper than `best`. True when there is one. */
static bool play_round(struct mix *m, struct division *best)
{
    begin_round(m);
    for (;;) {
        const struct step *at = solve(m, false);
        if (m->x->failed || m->x->stopped || !(at->cost < best->cost - EPS)) {
            return false;
        }
        if (at->raw_n == 0) {
            keep_division(m, at, best);
            return true;
        }
        if (m->trials >= (divide_is_crowd(m->x->s) ? MIX_CROWD_MAX : MIX_TRIALS_MAX)) {
            m->gave_up = true;
            drop_untried(m);
        } else {
            (void)raise_parts(m, at, TRIED);
        }
    }
}

/* Units of a round: up to WINDOW tenants from `first` on, each by itself, and what is left of
 * each part. False where there are too many parts. */
static bool set_units(struct mix *m, const struct division *d, int first)
{
    int tenant_n = m->x->s->tenant_n;
    uint64_t window = 0;
    m->unit_n = 0;
    for (int i = 0; i < WINDOW; i++) {
        uint64_t own = UINT64_C(1) << (first + i) % tenant_n;
        window |= own;
        m->unit[m->unit_n++] = own;
    }
    for (int i = 0; i < d->part_n; i++) {
        uint64_t rest = d->set[i] & ~window;
        if (rest != 0 && m->unit_n == MIX_UNITS_MAX) {
            return false;
        }
        if (rest != 0) {
            m->unit[m->unit_n++] = rest;
        }
    }
    return true;
}

/* Windows over the tenants, on from the last that found something, until all have found
 * nothing. */
static void play_windows(struct mix *m, struct division *best)
{
    int tenant_n = m->x->s->tenant_n;
    int idle_n = 0;
    for (int first = 0; idle_n * (WINDOW / 2) < tenant_n && !m->gave_up;
         first = (first + WINDOW / 2) % tenant_n) {
        bool found = set_units(m, best, first) && play_round(m, best);
        idle_n = found ? 0 : idle_n + 1;
        if (m->x->failed || m->x->stopped) {
            return;
        }
    }
}

/* ---- The whole ---- */

static bool is_priced(const struct search *x)
{
    const struct scenario *s = x->s;
    bool all = s->plan_gpu_n > 0 || s->group_n > 0 || bill_price(s, s->gpu_ix) > 0.0;
    for (int i = 0; i < s->plan_gpu_n; i++) {
        all = all && bill_price(s, s->plan_gpu[i]) > 0.0;
    }
    for (int g = 0; g < s->group_n; g++) {
        all = all && bill_price(s, s->group[g].gpu_ix) > 0.0;
    }
    return all;
}

/* Adds a model, or a group of hosts, in every mode. */
static void add_kinds(struct mix *m, int gpu_ix, int group_ix)
{
    const struct scenario *s = m->x->s;
    const struct host_group *group = m->has_hosts ? &s->group[group_ix] : NULL;
    int gpus = group ? group->gpus : 1;
    double usd = bill_price(s, gpu_ix) + s->catalog->gpu[gpu_ix].tdp_w / 1e3 * s->energy_usd;
    for (int k = 0; k < s->mode_n; k++) {
        m->kind[m->kind_n++] = (struct kind){
            .gpu_ix = gpu_ix,
            .mode_ix = k,
            .group = group,
            .group_ix = group_ix,
            .unit = {.cost = gpus * (m->is_money ? usd : 1.0),
                     .gpus = gpus,
                     .most = group ? group->count : LEAST_MANY}
        };
    }
}

static bool open_mix(struct mix *m, struct search *x)
{
    const struct scenario *s = x->s;
    int model_n = s->group_n > 0 ? s->group_n : s->plan_gpu_n > 0 ? s->plan_gpu_n : 1;
    *m = (struct mix){.x = x, .is_money = is_priced(x), .has_hosts = s->group_n > 0};
    /* In GPUs a division over the limit is no cheaper than a plan within it. */
    bool counts = s->gpu_count_given && x->limit <= MIX_TENANTS_MAX;
    m->limit = m->has_hosts ? s->group_n : counts ? x->limit : 0;
    m->kind = arena_alloc(x->arena, (size_t)model_n * (size_t)s->mode_n, sizeof *m->kind);
    for (int i = 0; m->kind && i < model_n; i++) {
        add_kinds(m,
                  m->has_hosts        ? s->group[i].gpu_ix
                  : s->plan_gpu_n > 0 ? s->plan_gpu[i]
                                      : s->gpu_ix,
                  i);
    }
    m->pool = arena_alloc(x->arena, (size_t)m->kind_n * SUBSETS_MAX, sizeof *m->pool);
    m->best = arena_alloc(x->arena, ((size_t)m->limit + 1) * SUBSETS_MAX, sizeof *m->best);
    x->failed |= !m->kind || !m->pool || !m->best;
    return !x->failed;
}

/* What search_all found for all tenants in one part; the best of it in `best`. With hosts that
 * is on several groups, and a bound for each. */
static bool take_pure(struct mix *m, struct division *best)
{
    const struct plan *p = m->x->plan;
    for (int k = 0; k < m->kind_n; k++) {
        struct past *past = arena_alloc(m->x->arena, 1, sizeof *past);
        if (!past) {
            m->x->failed = true;
            return false;
        }
        *past = (struct past){.next = m->past, .set = all_tenants(m), .kind = k};
        past->pool = (struct pool){.level = m->has_hosts ? BOUNDED : TRIED,
                                   .least = (double)INFINITY,
                                   .gpus = m->kind[k].unit.gpus};
        const struct plan_candidate *pure = NULL;
        for (int i = 0; i < p->candidate_n; i++) {
            const struct plan_candidate *c = &p->candidate[i];
            bool is_own = m->has_hosts || c->gpu_ix == m->kind[k].gpu_ix;
            if (is_own && c->mode_ix == m->kind[k].mode_ix && c->meets) {
                pure = c;
                past->pool.least = cost_of(m, c);
            }
        }
        if (pure && !m->has_hosts) {
            past->pool.c = pure;
            past->pool.gpus = pure->bound;
        }
        m->past = past;
        if (past->pool.least < best->cost) {
            *best = (struct division){.cost = past->pool.least, .part_n = 1};
            best->kind[0] = k;
            best->set[0] = past->set;
            best->c[0] = pure;
        }
    }
    return true;
}

/* No division goes below so many GPUs. Only where all divisions are looked at. With one model
 * and mode no bound of the whole depends on who is beside whom, so that it is theirs as well.
 */
static void lower_bound(struct mix *m)
{
    struct plan *p = m->x->plan;
    if (m->kind_n == 1) {
        return;
    }
    const struct step *at = solve(m, true);
    while (at->cost < p->bound && raise_parts(m, at, BOUNDED)) {
        at = solve(m, true);
    }
    if (at->cost < p->bound) {
        p->bound = (int)lround(at->cost);
        snprintf(p->bound_why, sizeof p->bound_why,
                 "every division of the tenants into parts, each by its own bound");
    }
}

/* What no plan over the kinds has less of: cost, or with `in_gpus` GPUs. */
static double least_of(struct mix *m, const struct least_way *way, int way_n, bool in_gpus)
{
    struct arena scratch;
    struct least_answer answer = {.cost = 0.0};
    arena_init(&scratch, "plan");
    struct least_kind *kind = arena_alloc(&scratch, (size_t)m->kind_n, sizeof *kind);
    struct least_way *own = arena_alloc(&scratch, (size_t)way_n + 1, sizeof *own);
    m->x->failed |= !kind || !own;
    for (int k = 0; kind && k < m->kind_n; k++) {
        kind[k] = m->kind[k].unit;
        kind[k].cost = in_gpus ? kind[k].gpus : kind[k].cost;
    }
    for (int w = 0; own && w < way_n; w++) {
        own[w] = way[w];
        own[w].cost = in_gpus || !m->is_money ? 0.0 : way[w].cost;
    }
    if (!m->x->failed) {
        const struct least q = {.kind = kind,
                                .kind_n = m->kind_n,
                                .way = own,
                                .way_n = way_n,
                                .tenant_n = m->x->s->tenant_n};
        m->x->failed |= !least_solve(&answer, &scratch, &q);
    }
    arena_fini(&scratch);
    return isfinite(answer.cost) ? answer.cost : 0.0;
}

/* The same where not all divisions were looked at; GPUs where none were bounded one by one. */
static void bound_by_shares(struct mix *m, bool in_gpus)
{
    static const char why[] = "each tenant's least shares of a GPU, divided over models and "
                              "modes";
    struct plan *p = m->x->plan;
    struct least_way *way =
        arena_alloc(m->x->arena, (size_t)needs_room(m->x, m->kind_n), sizeof *way);
    int way_n = 0;
    m->x->failed |= !way;
    for (int k = 0; way && k < m->kind_n; k++) {
        needs_add(m->x, k, m->kind[k].gpu_ix, m->kind[k].mode_ix, m->kind[k].group, way,
                  &way_n);
    }
    if (m->x->failed || m->x->stopped) {
        return;
    }
    if (in_gpus) {
        p->bound = (int)ceil(least_of(m, way, way_n, true) - EPS);
        p->bound = p->bound > 1 ? p->bound : 1;
        snprintf(p->bound_why, sizeof p->bound_why, "%s", why);
    }
    double usd = m->is_money ? least_of(m, way, way_n, false) : 0.0;
    if (m->is_money && (!(p->bound_usd > 0.0) || usd < p->bound_usd)) {
        p->bound_usd = usd;
        p->bound_usd_why = why;
    }
}

static bool can_mix(const struct search *x, const char **why)
{
    const struct scenario *s = x->s;
    bool turns = false;
    for (int k = 0; k < s->mode_n; k++) {
        turns |= mode_takes_turns(s->mode[k].kind);
    }
    *why = s->tenant_n < 2                 ? "one tenant"
           : s->group_n == 1               ? "one group of hosts"
           : s->group_n > MIX_GROUPS_MAX   ? "more than 8 groups of hosts"
           : s->tenant_n > MIX_TENANTS_MAX ? "more than 64 tenants"
           : !turns && s->mode_n == 1 && s->plan_gpu_n < 2 && s->group_n < 2
               ? "one model and one mode"
               : NULL;
    return *why == NULL;
}

/* The parts into the plan. */
static void publish(struct mix *m, const struct division *best)
{
    struct plan_mix *out = &m->x->plan->mix;
    double millions = 0.0;
    out->part = arena_alloc(m->x->arena, (size_t)best->part_n, sizeof *out->part);
    m->x->failed |= !out->part;
    for (int i = 0; out->part && i < best->part_n; i++) {
        const struct bill *own = &best->c[i]->bill;
        out->part[out->part_n++] = *best->c[i];
        out->gpus += best->c[i]->gpus;
        bill_add(&out->bill, own);
        millions += own->million_usd > 0.0 ? own->usd / own->million_usd : 0.0;
    }
    out->bill.million_usd = millions > 0.0 ? out->bill.usd / millions : (double)NAN;
}

void mix_find(struct search *x)
{
    struct mix m;
    struct division best = {.cost = (double)INFINITY};
    struct plan_mix *out = &x->plan->mix;
    if (!can_mix(x, &out->why_not) || !open_mix(&m, x) || !take_pure(&m, &best)) {
        return;
    }
    m.unit_n = x->s->tenant_n;
    bool all = m.unit_n <= MIX_UNITS_MAX;
    for (int t = 0; all && t < m.unit_n; t++) {
        m.unit[t] = UINT64_C(1) << t;
    }
    if (all) {
        (void)play_round(&m, &best);
    } else {
        play_windows(&m, &best);
    }
    out->is_exact = all && !m.gave_up;
    if (best.part_n > 1 && !x->failed && !x->stopped) {
        publish(&m, &best);
    }
    if (x->failed || x->stopped) {
        x->plan->bound = 1;
        snprintf(x->plan->bound_why, sizeof x->plan->bound_why,
                 "the search was interrupted before divisions of the tenants were bounded");
        return;
    }
    if (all) {
        lower_bound(&m);
    }
    if (!out->is_exact) {
        bound_by_shares(&m, !all);
    } else if (m.has_hosts && m.is_money && best.part_n > 1) {
        x->plan->bound_usd = best.cost;
        x->plan->bound_usd_why = "no other division of the tenants over groups is cheaper";
    }
}
