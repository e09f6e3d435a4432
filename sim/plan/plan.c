/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c - candidates, the search for each, and what is said about the winner.
 *
 * Cost: a mode that takes turns needs about 2 log2(n) experiments, MIG one for each tenant and
 * profile; the winner's head-room ten more. An experiment is screened with few replicas and
 * repeated in full only where its intervals do not decide or where it is named. */
#include "sim/plan/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/mig.h"
#include "sim/core/dist.h"
#include "sim/fleet/choice.h"
#include "sim/plan/cover.h"
#include "sim/plan/holds.h"

enum {
    SCREEN_REPLICAS = 10,
    WAYS_MAX = 4096,
    COVER_TRIES = 6,     /* ways that turned out not to hold together are struck out so often */
    HEADROOM_STEPS = 7,  /* of bisection: 1 part in 128 of the bracket */
    HEADROOM_DOUBLE = 5, /* up to 32 times the load */
    TENANT_HORIZONS = 1
};

struct search {
    struct arena *arena;
    const struct scenario *s;
    const struct exp_options *o;
    struct diag *d;
    struct plan *plan;
    int limit; /* GPUs that may be bought */
    bool stopped, failed;
};

/* ---- Variants of the scenario ---- */

/* The scenario on one GPU model and in one mode; `arena` holds the copy. */
static struct scenario *variant(struct search *x, struct arena *arena, int gpu_ix, int mode_ix)
{
    const struct scenario *s = x->s;
    struct scenario *v = arena_alloc(arena, 1, sizeof *v);
    struct tenant *tenant = arena_alloc(arena, (size_t)s->tenant_n, sizeof *tenant);
    if (!v || !tenant) {
        x->failed = true;
        return NULL;
    }
    *v = *s;
    v->gpu_ix = gpu_ix;
    v->plan_gpu_n = 0;
    v->gpu_count = 0;
    v->gate_n = 0; /* gates are for `test`; a plan holds objectives */
    v->mode[0] = s->mode[mode_ix];
    v->mode_n = 1;
    v->tenant = tenant;
    for (int t = 0; t < s->tenant_n; t++) {
        tenant[t] = s->tenant[t];
        tenant[t].vgpus_auto = false;
        if (tenant[t].reference_gpu_ix < 0) {
            tenant[t].reference_gpu_ix = s->gpu_ix;
        }
    }
    return v;
}

/* Only tenant t, one VM of it: on instances of its own nobody else matters. */
static void keep_one(struct scenario *v, int t)
{
    struct tenant *one = &v->tenant[t];
    for (int i = 0; i < one->objective_n; i++) {
        if (one->objective[i].kind == OBJECTIVE_THROUGHPUT) {
            one->objective[i].limit /= one->count;
        }
    }
    one->count = 1;
    one->powered_off = 0;
    v->tenant = one;
    v->tenant_n = v->flow_n = 1;
    v->vm_n = 1;
}

/* ---- Experiments ---- */

static const struct result *simulate(struct search *x, struct arena *arena,
                                     const struct scenario *v, bool place_only)
{
    struct exp_options o = *x->o;
    o.place_only = place_only;
    o.progress = NULL;
    const struct result *r = exp_run(arena, v, &o, x->d);
    x->plan->simulated += !place_only;
    x->failed |= !r;
    x->stopped |= r && r->interrupted;
    return x->stopped ? NULL : r;
}

/* The scenario without a moment of time: placed, and every load known. NULL when it fails. */
static const struct result *probe(struct search *x, struct arena *arena,
                                  const struct scenario *v)
{
    struct scenario *p = arena_alloc(arena, 1, sizeof *p);
    if (!p) {
        x->failed = true;
        return NULL;
    }
    *p = *v;
    p->replicas_auto = p->warmup_auto = false;
    p->replicas = 1;
    p->warmup_ns = 0;
    p->horizon_ns = 1;
    p->horizon_given = true;
    x->plan->simulated--;
    return simulate(x, arena, p, false);
}

/* Utilization law: a load of 1 or more needs no experiment. True when that, or a rule, already
 * says no; traces end, so that they are always tried. */
static bool is_hopeless(struct search *x, const struct scenario *v, char *why)
{
    struct arena scratch;
    bool hopeless = false;
    arena_init(&scratch, "plan");
    const struct result *r = probe(x, &scratch, v);
    const struct mode_result *m = r ? &r->mode[0] : NULL;
    for (int t = 0; m && m->feasible && t < v->tenant_n; t++) {
        hopeless |= m->tenant[t].saturated;
    }
    hopeless |= m && !m->feasible;
    if (hopeless) {
        (void)holds_of(r, why, PLAN_TEXT);
    }
    arena_fini(&scratch);
    return hopeless;
}

/* Screens, and looks closely where that does not decide. Writes why not, or how narrowly. */
static enum holds test(struct search *x, const struct scenario *v, char *why)
{
    enum holds holds = is_hopeless(x, v, why) ? HOLDS_NO : HOLDS_UNSURE;
    for (int close = 0; close < 2 && holds == HOLDS_UNSURE; close++) {
        struct arena scratch;
        struct scenario screened = *v;
        arena_init(&scratch, "plan");
        if (!close && v->replicas_auto) {
            screened.replicas_auto = false;
            screened.replicas = SCREEN_REPLICAS;
        }
        const struct result *r = simulate(x, &scratch, &screened, false);
        holds = r ? holds_of(r, why, PLAN_TEXT) : HOLDS_NO;
        arena_fini(&scratch);
        if (!v->replicas_auto) {
            break;
        }
    }
    return holds;
}

/* ---- Bounds ---- */

/* GPUs that placement alone takes; 0 with a refusal when a rule forbids the mode. */
static int placed(struct search *x, const struct scenario *v, struct plan_refusal *refusal)
{
    struct arena scratch;
    struct scenario exact = *v;
    int gpus = 0;
    arena_init(&scratch, "plan");
    exact.place = v->mode[0].kind == MODE_CONTAINER_TIME_SLICED ? PLACE_BEST_FIT : PLACE_EXACT;
    const struct result *r = simulate(x, &scratch, &exact, true);
    if (r && r->mode[0].feasible) {
        gpus = r->mode[0].fleet->gpus_used;
    } else if (r) {
        const struct reasons *list = &r->mode[0].fleet->reasons;
        snprintf(refusal->rule, sizeof refusal->rule, "%s",
                 list->n > 0 ? list->list[0].rule : "");
        snprintf(refusal->text, sizeof refusal->text, "%s%s%s",
                 list->n > 0 && list->list[0].tenant ? list->list[0].tenant : "",
                 list->n > 0 && list->list[0].tenant ? ": " : "",
                 list->n > 0 ? list->list[0].text : "it cannot be placed");
    }
    arena_fini(&scratch);
    return gpus;
}

/* GPUs' worth of work that is offered: the utilization law asks for more GPUs than that. A
 * passthrough of no length knows every tenant's load on a whole GPU. 0 where that mode is
 * forbidden. */
static double offered_gpus(struct search *x, int gpu_ix)
{
    struct arena scratch;
    double sum = 0.0;
    arena_init(&scratch, "plan");
    struct scenario *v = variant(x, &scratch, gpu_ix, 0);
    if (v) {
        v->mode[0] = (struct mode_spec){.kind = MODE_PASSTHROUGH, .at = SPAN_NONE};
        const struct result *r = probe(x, &scratch, v);
        for (int t = 0; r && r->mode[0].feasible && t < v->tenant_n; t++) {
            double load = r->mode[0].tenant[t].load_frac;
            bool is_open = work_grows(&v->tenant[t].work);
            sum += is_open && load > 0.0 ? load * v->tenant[t].count * v->tenant[t].vgpus : 0.0;
        }
    }
    arena_fini(&scratch);
    return sum;
}

/* ---- Cost ---- */

static double price_of(const struct scenario *s, int gpu_ix)
{
    for (int i = 0; i < s->price_n; i++) {
        if (s->price[i].gpu_ix == gpu_ix) {
            return s->price[i].usd;
        }
    }
    return (double)NAN;
}

/* GPUs, licences of vGPUs, and energy at the board's power limit. */
static void cost(const struct scenario *s, struct plan_candidate *c)
{
    const struct gpu *gpu = &s->catalog->gpu[c->gpu_ix];
    const struct mode_result *m = &c->result->mode[0];
    double done_per_s = 0.0;
    int licences = 0;
    for (int i = 0; m->fleet && i < m->fleet->seat_n; i++) {
        licences += m->fleet->seat[i].type != NULL;
    }
    c->cost_usd = c->gpus * price_of(s, c->gpu_ix) + licences * s->licence_usd +
                  c->gpus * gpu->tdp_w / 1e3 * s->energy_usd;
    for (int t = 0; t < c->scenario->tenant_n; t++) {
        const struct estimate *e = &m->tenant[t].throughput_per_s;
        done_per_s += e->has_value ? e->value : 0.0;
    }
    c->million_usd = done_per_s > 0.0 ? c->cost_usd / (done_per_s * 3600.0) * 1e6 : (double)NAN;
}

/* ---- Candidates ---- */

static struct plan_candidate *add_candidate(struct search *x, int gpu_ix, int mode_ix)
{
    struct plan_candidate *c = &x->plan->candidate[x->plan->candidate_n++];
    *c = (struct plan_candidate){.gpu_ix = gpu_ix, .mode_ix = mode_ix};
    return c;
}

/* Simulates the candidate in full and keeps it. False when it does not hold. */
static bool settle(struct search *x, struct plan_candidate *c, struct scenario *v, int gpus)
{
    char why[PLAN_TEXT];
    v->gpu_count = gpus;
    v->gpu_count_given = true;
    c->gpus = gpus;
    c->scenario = v;
    c->result = simulate(x, x->arena, v, false);
    if (!c->result) {
        return false;
    }
    c->meets = holds_of(c->result, why, sizeof why) == HOLDS_YES;
    if (!c->meets || c->binding[0] == '\0') {
        snprintf(c->binding, sizeof c->binding, "%s", why);
    }
    cost(x->s, c);
    return c->meets;
}

static void refuse(struct search *x, int gpu_ix, int mode_ix, const struct plan_refusal *why)
{
    struct plan_refusal *r = &x->plan->refused[x->plan->refused_n++];
    *r = *why;
    r->gpu_ix = gpu_ix;
    r->mode_ix = mode_ix;
}

/* ---- Modes in which the number of GPUs decides ---- */

/* Does the variant hold on n GPUs, its VMs spread over them? */
static bool holds_on(struct search *x, struct scenario *v, int n, char *why)
{
    v->gpu_count = n;
    return test(x, v, why) == HOLDS_YES;
}

/* The fewest GPUs from `low` to `high` that hold, each step tried; 0 when `high` does not.
 * `why` says what the number below breaks, "" when that is below `low`. */
static int fewest(struct search *x, struct scenario *v, int low, int high, char *why)
{
    char text[PLAN_TEXT] = "";
    int no = low - 1;
    int yes = low;
    why[0] = '\0';
    while (!x->stopped && !x->failed && !holds_on(x, v, yes, text)) {
        snprintf(why, PLAN_TEXT, "%d GPUs: %.300s", yes, text);
        if (yes == high) {
            return 0;
        }
        int step = yes - low + 1;
        no = yes;
        yes = yes + step < high ? yes + step : high;
    }
    while (!x->stopped && !x->failed && yes - no > 1) {
        int middle = no + (yes - no) / 2;
        if (holds_on(x, v, middle, text)) {
            yes = middle;
        } else {
            no = middle;
            snprintf(why, PLAN_TEXT, "%d GPUs: %.300s", no, text);
        }
    }
    return yes;
}

static void plan_spread(struct search *x, int gpu_ix, int mode_ix, struct scenario *v,
                        int placed_n, double offered)
{
    struct plan_candidate *c = add_candidate(x, gpu_ix, mode_ix);
    bool is_fixed = v->mode[0].kind == MODE_PASSTHROUGH;
    int law = is_fixed ? 1 : (int)floor(offered) + 1;
    int seats = 0;
    for (int t = 0; t < v->tenant_n; t++) {
        seats += v->tenant[t].count * v->tenant[t].vgpus;
    }
    int low = law > placed_n ? law : placed_n;
    int high = is_fixed ? placed_n : seats > low ? seats : low;
    high = high < x->limit ? high : x->limit;
    c->bound = low;
    snprintf(c->bound_why, sizeof c->bound_why, "%s",
             law > placed_n ? "utilization law: the work that is offered"
             : is_fixed     ? "a whole GPU for every VM"
                            : "framebuffer and the maxima of the types");
    if (low > x->limit) {
        snprintf(c->binding, sizeof c->binding, "it takes %d GPUs, and there may be %d", low,
                 x->limit);
        low = high = x->limit;
    }
    v->place = is_fixed || v->mode[0].kind == MODE_CONTAINER_TIME_SLICED ? PLACE_BEST_FIT
                                                                         : PLACE_BREADTH_FIRST;
    int gpus = fewest(x, v, low, high, c->binding);
    bool found = gpus > 0;
    if (found && c->binding[0] == '\0') {
        snprintf(c->binding, sizeof c->binding, "%s", c->bound_why);
    }
    gpus = found ? gpus : high;
    while (!x->stopped && !x->failed && !settle(x, c, v, gpus) && found && gpus < high) {
        /* Screened as holding, and not quite when looked at in full. */
        gpus++;
    }
}

/* ---- MIG: a way for each tenant ---- */

/* Is the profile one that placement would give without being asked by name? */
static bool is_usual(const struct mig_profile *p)
{
    return !p->me && !p->me_all && !p->no_me && p->size > 0 && p->starts_n > 0;
}

/* Fewest instances of the profile that the utilization law allows tenant t. */
static int fewest_by_load(struct search *x, int gpu_ix, int mode_ix, int t,
                          const struct mig_profile *p)
{
    struct arena scratch;
    int n = 1;
    arena_init(&scratch, "plan");
    struct scenario *v = variant(x, &scratch, gpu_ix, mode_ix);
    if (v) {
        v->tenant[t].mig = p->name;
        v->tenant[t].vgpus = 1;
        keep_one(v, t);
        const struct result *r = probe(x, &scratch, v);
        double load = r && r->mode[0].feasible ? r->mode[0].tenant[0].load_frac : 0.0;
        n = load >= 1.0 && load < VGPUS_PER_VM_MAX ? (int)load + 1
            : load >= VGPUS_PER_VM_MAX             ? VGPUS_PER_VM_MAX + 1
                                                   : 1;
    }
    arena_fini(&scratch);
    return n;
}

/* Instances of the profile with which the tenant alone holds its objectives; 0: none do. */
static int instances(struct search *x, int gpu_ix, int mode_ix, int t,
                     const struct mig_profile *p, int most, char *why)
{
    int most_n = x->s->tenant[t].vgpus_auto ? most : x->s->tenant[t].vgpus;
    int n = x->s->tenant[t].vgpus_auto ? fewest_by_load(x, gpu_ix, mode_ix, t, p) : most_n;
    for (; n <= most_n && !x->stopped && !x->failed; n++) {
        struct arena scratch;
        arena_init(&scratch, "plan");
        struct scenario *v = variant(x, &scratch, gpu_ix, mode_ix);
        bool holds = false;
        if (v) {
            v->tenant[t].mig = p->name;
            v->tenant[t].vgpus = n;
            keep_one(v, t);
            holds = test(x, v, why) == HOLDS_YES;
        }
        arena_fini(&scratch);
        if (holds) {
            return n;
        }
    }
    return 0;
}

/* All ways of tenant t that no other way beats: a larger profile only with fewer instances. */
static int ways_of(struct search *x, int gpu_ix, int mode_ix, int t,
                   const struct mig_geometry *g, struct cover_way *way, int room, char *why)
{
    const struct tenant *tenant = &x->s->tenant[t];
    int found = 0;
    int fewest_n = VGPUS_PER_VM_MAX + 1;
    for (int size = 1; size <= g->units_n && fewest_n > 1; size++) {
        for (int k = 0; k < g->axis.kind_n && fewest_n > 1 && found < room; k++) {
            const struct mig_profile *p = g->profile[k];
            bool is_asked = tenant->mig ? strcmp(tenant->mig, p->name) == 0 : is_usual(p);
            bool holds_memory =
                ((uint64_t)p->nominal_gib << 30) >= tenant->framebuffer_bytes || tenant->mig;
            if (p->size != size || !is_asked || !holds_memory) {
                continue;
            }
            int n =
                instances(x, gpu_ix, mode_ix, t, p,
                          fewest_n > VGPUS_PER_VM_MAX ? VGPUS_PER_VM_MAX : fewest_n - 1, why);
            if (n > 0 && n < fewest_n) {
                way[found++] =
                    (struct cover_way){.tenant_ix = t, .kind = k, .n = n * tenant->count};
                fewest_n = n;
            }
        }
        if (found > 0 && !tenant->vgpus_auto) {
            break;
        }
    }
    return found;
}

/* Puts the chosen ways into the variant. */
static void take_ways(struct scenario *v, const struct mig_geometry *g,
                      const struct cover_way *way, const struct cover *cover)
{
    for (int t = 0; t < v->tenant_n; t++) {
        const struct cover_way *w = &way[cover->chosen[t]];
        v->tenant[t].mig = g->profile[w->kind]->name;
        v->tenant[t].vgpus = w->n / v->tenant[t].count;
    }
}

static void plan_mig(struct search *x, int gpu_ix, int mode_ix)
{
    struct plan_refusal refusal = {.rule = "PLAN-01"};
    struct mig_geometry *g = arena_alloc(x->arena, 1, sizeof *g);
    struct cover_way *way = arena_alloc(x->arena, WAYS_MAX, sizeof *way);
    struct scenario *v = variant(x, x->arena, gpu_ix, mode_ix);
    if (!g || !way || !v) {
        x->failed = true;
        return;
    }
    mig_geometry_init(g, x->s->catalog, gpu_ix);
    int way_n = 0;
    for (int t = 0; t < x->s->tenant_n; t++) {
        char why[PLAN_TEXT] = "it has no profile";
        int found = ways_of(x, gpu_ix, mode_ix, t, g, way + way_n, WAYS_MAX - way_n, why);
        if (found == 0) {
            snprintf(refusal.text, sizeof refusal.text,
                     "%s holds its objectives on no profile: %.250s", x->s->tenant[t].name,
                     why);
            refuse(x, gpu_ix, mode_ix, &refusal);
            return;
        }
        way_n += found;
    }
    struct cover cover;
    if (!cover_solve(&cover, x->arena, g, way, way_n, x->s->tenant_n)) {
        x->failed = true;
        return;
    }
    struct plan_candidate *c = add_candidate(x, gpu_ix, mode_ix);
    c->bound = cover.bound;
    snprintf(c->bound_why, sizeof c->bound_why,
             "linear relaxation over the layouts of a GPU, each tenant on instances of one "
             "profile that hold its objectives");
    if (cover.gpus == 0) {
        snprintf(c->binding, sizeof c->binding, "no layout was found");
        return;
    }
    take_ways(v, g, way, &cover);
    v->place = PLACE_EXACT;
    if (cover.gpus == 1) {
        snprintf(c->binding, sizeof c->binding, "one GPU is the least");
    } else {
        snprintf(c->binding, sizeof c->binding,
                 "the instances that hold the objectives fit on no fewer%s",
                 cover.is_exact ? "" : ", as far as was searched");
    }
    int most = cover.gpus + COVER_TRIES < x->limit ? cover.gpus + COVER_TRIES : x->limit;
    for (int gpus = cover.gpus; gpus <= most && !settle(x, c, v, gpus); gpus++) {
        if (x->stopped || x->failed || (c->result && c->result->mode[0].feasible)) {
            break;
        }
    }
}

/* ---- All of them ---- */

static bool names_fit(const struct search *x, int gpu_ix, struct plan_refusal *refusal)
{
    const struct catalog *c = x->s->catalog;
    for (int t = 0; t < x->s->tenant_n; t++) {
        const struct tenant *tenant = &x->s->tenant[t];
        bool has_type = !tenant->vgpu || catalog_vgpu_find(c, gpu_ix, tenant->vgpu);
        bool has_profile = !tenant->mig || catalog_mig_find(c, gpu_ix, tenant->mig);
        if (!has_type || !has_profile) {
            *refusal = (struct plan_refusal){.rule = "PLAN-02"};
            snprintf(refusal->text, sizeof refusal->text, "%s names %s, which %s does not have",
                     tenant->name, has_type ? tenant->mig : tenant->vgpu, c->gpu[gpu_ix].key);
            return false;
        }
    }
    return true;
}

static void plan_mode(struct search *x, int gpu_ix, int mode_ix, double offered)
{
    struct plan_refusal refusal = {.rule = ""};
    struct scenario *v = variant(x, x->arena, gpu_ix, mode_ix);
    if (!v) {
        return;
    }
    int placed_n = names_fit(x, gpu_ix, &refusal) ? placed(x, v, &refusal) : 0;
    if (x->failed || x->stopped) {
        return;
    }
    if (placed_n == 0) {
        refuse(x, gpu_ix, mode_ix, &refusal);
    } else if (v->mode[0].kind == MODE_MIG) {
        plan_mig(x, gpu_ix, mode_ix);
    } else {
        plan_spread(x, gpu_ix, mode_ix, v, placed_n, offered);
    }
}

/* Cheaper first; those that hold before those that do not; those that have a price before
 * those that have none. */
static int by_cost(const void *a, const void *b)
{
    const struct plan_candidate *x = a;
    const struct plan_candidate *y = b;
    if (x->meets != y->meets) {
        return x->meets ? -1 : 1;
    }
    bool has_x = x->cost_usd > 0.0;
    bool has_y = y->cost_usd > 0.0;
    if (has_x != has_y) {
        return has_x ? -1 : 1;
    }
    if (has_x && (x->cost_usd < y->cost_usd || x->cost_usd > y->cost_usd)) {
        return x->cost_usd < y->cost_usd ? -1 : 1;
    }
    if (x->gpus != y->gpus) {
        return x->gpus < y->gpus ? -1 : 1;
    }
    return x->gpu_ix != y->gpu_ix ? x->gpu_ix - y->gpu_ix : x->mode_ix - y->mode_ix;
}

static void sort_and_bound(struct search *x)
{
    struct plan *p = x->plan;
    int kept = 0;
    for (int i = 0; i < p->candidate_n; i++) {
        const struct plan_candidate *c = &p->candidate[i];
        if (c->bound > 0 && (p->bound == 0 || c->bound < p->bound)) {
            p->bound = c->bound;
            snprintf(p->bound_why, sizeof p->bound_why, "%s", c->bound_why);
        }
        if (c->result) {
            p->candidate[kept++] = *c;
        }
    }
    p->candidate_n = kept;
    qsort(p->candidate, (size_t)kept, sizeof *p->candidate, by_cost);
    while (p->meets_n < kept && p->candidate[p->meets_n].meets) {
        p->meets_n++;
    }
}

/* ---- The winner's head-room ---- */

/* The work with arrivals f times as fast. False where there is nothing to speed up. */
static bool speed_up(struct arena *a, struct work *w, double f)
{
    if (w->kind == WORK_CLOSED || w->kind == WORK_FRAMES || w->trace) {
        return false;
    }
    struct arrivals *r = &w->arrivals;
    struct dist gap = r->gap;
    if (dist_init(&r->gap, gap.kind, gap.mean / f, gap.cv, gap.shape, gap.k) != NULL) {
        r->gap = gap;
        return false;
    }
    r->rate_per_s *= f;
    if (r->state_n > 0) {
        struct mmpp_state *state = arena_alloc(a, (size_t)r->state_n, sizeof *state);
        for (int i = 0; state && i < r->state_n; i++) {
            state[i] = r->state[i];
            state[i].rate_per_s *= f;
        }
        r->state = state ? state : r->state;
    }
    if (r->curve_n > 0) {
        struct rate_point *point = arena_alloc(a, (size_t)r->curve_n, sizeof *point);
        for (int i = 0; point && i < r->curve_n; i++) {
            point[i] = r->curve[i];
            point[i].rate_per_s *= f;
            point[i].arrivals *= f;
        }
        r->curve = point ? point : r->curve;
    }
    if (r->window_n > 0) {
        struct rate_window *window = arena_alloc(a, (size_t)r->window_n, sizeof *window);
        for (int i = 0; window && i < r->window_n; i++) {
            window[i] = r->window[i];
            window[i].rate_per_s *= f;
        }
        r->window = window ? window : r->window;
    }
    return true;
}

static bool holds_at(struct search *x, const struct plan_candidate *c, double f, bool *any)
{
    struct arena scratch;
    struct scenario v = *c->scenario;
    char why[PLAN_TEXT] = "";
    bool holds = false;
    arena_init(&scratch, "plan");
    v.tenant = arena_alloc(&scratch, (size_t)v.tenant_n, sizeof *v.tenant);
    if (v.tenant) {
        for (int t = 0; t < v.tenant_n; t++) {
            v.tenant[t] = c->scenario->tenant[t];
            *any |= speed_up(&scratch, &v.tenant[t].work, f);
        }
        holds = *any && test(x, &v, why) == HOLDS_YES;
    }
    if (!holds && *any) {
        snprintf(x->plan->first_to_break, sizeof x->plan->first_to_break, "%s", why);
    }
    arena_fini(&scratch);
    return holds;
}

static void find_headroom(struct search *x, const struct plan_candidate *c)
{
    double yes = 1.0;
    double no = 2.0;
    bool any = false;
    for (int i = 0; i < HEADROOM_DOUBLE && holds_at(x, c, no, &any); i++) {
        yes = no;
        no *= 2.0;
    }
    if (!any || x->stopped || x->failed) {
        return;
    }
    for (int i = 0; i < HEADROOM_STEPS; i++) {
        double middle = (yes + no) / 2.0;
        if (holds_at(x, c, middle, &any)) {
            yes = middle;
        } else {
            no = middle;
        }
    }
    x->plan->headroom = (struct estimate){
        .value = yes - 1.0, .lo = yes - 1.0, .hi = no - 1.0, .has_value = true, .has_ci = true};
}

const struct plan *plan_search(struct arena *arena, const struct scenario *s,
                               const struct exp_options *options, struct diag *d)
{
    struct plan *p = arena_alloc(arena, 1, sizeof *p);
    int model_n = s->plan_gpu_n > 0 ? s->plan_gpu_n : 1;
    int pairs = model_n * s->mode_n;
    if (!p || pairs > PLAN_CANDIDATES_MAX) {
        diag_machine(d, "out of memory while planning");
        return NULL;
    }
    *p = (struct plan){.scenario = s, .seed = options->seed, .version = options->version};
    p->candidate = arena_alloc(arena, (size_t)pairs, sizeof *p->candidate);
    p->refused = arena_alloc(arena, (size_t)pairs, sizeof *p->refused);
    struct search x = {.arena = arena,
                       .s = s,
                       .o = options,
                       .d = d,
                       .plan = p,
                       .limit = s->gpu_count_given ? s->gpu_count : GPUS_MAX,
                       .failed = !p->candidate || !p->refused};
    for (int i = 0; i < model_n && !x.failed && !x.stopped; i++) {
        int gpu_ix = s->plan_gpu_n > 0 ? s->plan_gpu[i] : s->gpu_ix;
        double offered = offered_gpus(&x, gpu_ix);
        for (int m = 0; m < s->mode_n && !x.failed && !x.stopped; m++) {
            plan_mode(&x, gpu_ix, m, offered);
        }
    }
    sort_and_bound(&x);
    if (p->meets_n > 0 && !x.failed && !x.stopped) {
        find_headroom(&x, &p->candidate[0]);
        p->with_spare = p->candidate[0].gpus + 1;
    }
    p->interrupted = x.stopped;
    if (x.failed) {
        diag_machine(d, "out of memory while planning");
        return NULL;
    }
    return p;
}
