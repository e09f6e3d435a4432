/* SPDX-License-Identifier: GPL-3.0-or-later */
/* admit.c - one mode at a time: profiles, places, objectives, then the neighbours in full. */
#include "sim/plan/admit.h"

#include <stdio.h>

#include "sim/plan/larger.h"
#include "sim/plan/search.h"
#include "sim/plan/trial.h"

enum {
    STEPS_MAX = 8 /* from bisection's answer to one that holds in full */
};

/* One GPU model and mode. */
struct admit_job {
    struct search *x;
    const struct scenario *base; /* with profiles chosen */
    int tenant_ix;
};

/* ---- Variants ---- */

/* The variant with n VMs of the tenant. NULL when memory is out. */
static struct scenario *with_count(struct admit_job *j, struct arena *a, int n)
{
    const struct scenario *s = j->base;
    struct scenario *v = arena_alloc(a, 1, sizeof *v);
    struct tenant *tenant = arena_alloc(a, (size_t)s->flow_n, sizeof *tenant);
    if (!v || !tenant) {
        j->x->failed = true;
        return NULL;
    }
    *v = *s;
    v->tenant = tenant;
    for (int t = 0; t < s->flow_n; t++) {
        tenant[t] = s->tenant[t];
    }
    struct tenant *one = &tenant[j->tenant_ix];
    for (int i = 0; i < one->objective_n; i++) {
        if (one->objective[i].kind == OBJECTIVE_THROUGHPUT) {
            one->objective[i].limit *= (double)n / one->count;
        }
    }
    v->vm_n += n - one->count;
    for (int i = -1; i < one->part_n; i++) {
        struct tenant *each = i < 0 ? one : &tenant[one->first_part + i];
        each->count = n;
        each->powered_off = each->powered_off < n ? each->powered_off : n;
    }
    return v;
}

/* Places the variant: spread where VMs take turns, else, and where that leaves one without a
 * place, packed. True when all have one; `refusal` says why not. */
static bool is_placed(struct admit_job *j, struct scenario *v, struct plan_refusal *refusal)
{
    bool is_container = v->mode[0].kind == MODE_CONTAINER_TIME_SLICED;
    enum place_policy order[3];
    int n = 0;
    if (mode_takes_turns(v->mode[0].kind) && !is_container) {
        order[n++] = PLACE_BREADTH_FIRST;
    }
    order[n++] = PLACE_BEST_FIT;
    if (v->group_n == 0 && !is_container) {
        order[n++] = PLACE_EXACT;
    }
    bool is = false;
    for (int i = 0; i < n && !is && !j->x->stopped && !j->x->failed; i++) {
        struct arena scratch;
        arena_init(&scratch, "plan");
        v->place = order[i];
        const struct result *r = trial_run(j->x, &scratch, v, true);
        is = r && r->mode[0].feasible;
        if (r && !is) {
            *refusal = (struct plan_refusal){.rule = ""};
            search_say_refused(&r->mode[0], refusal);
        }
        arena_fini(&scratch);
    }
    return is;
}

static bool places(struct admit_job *j, int n, struct plan_refusal *refusal)
{
    struct arena scratch;
    arena_init(&scratch, "plan");
    struct scenario *v = with_count(j, &scratch, n);
    bool is = v && v->vm_n <= VMS_MAX && is_placed(j, v, refusal);
    arena_fini(&scratch);
    return is;
}

static bool holds(struct admit_job *j, int n, char *why)
{
    struct arena scratch;
    struct plan_refusal refusal;
    arena_init(&scratch, "plan");
    struct scenario *v = with_count(j, &scratch, n);
    bool is =
        v && is_placed(j, v, &refusal) && trial_holds(j->x, v, TRIAL_TWO, why) == HOLDS_YES;
    arena_fini(&scratch);
    return is;
}

/* ---- The most ---- */

static bool is_over(const struct admit_job *j)
{
    return j->x->stopped || j->x->failed;
}

/* The most VMs that can be placed; 0: not one. */
static int most_placed(struct admit_job *j, struct plan_refusal *refusal)
{
    int yes = 0;
    int no = 1;
    while (!is_over(j) && no <= VMS_MAX && places(j, no, refusal)) {
        yes = no;
        no *= 2;
    }
    while (!is_over(j) && no - yes > 1) {
        int middle = yes + (no - yes) / 2;
        if (places(j, middle, refusal)) {
            yes = middle;
        } else {
            no = middle;
        }
    }
    return yes;
}

/* The most of at most `high` that hold, screened; from few upwards, because few cost least. */
static int most_held(struct admit_job *j, int high, char *why)
{
    int yes = 0;
    int no = high + 1;
    int next = 1;
    while (!is_over(j) && next < no) {
        if (holds(j, next, why)) {
            yes = next;
            next = next * 2 < high ? next * 2 : yes < high ? high : no;
        } else {
            no = next;
        }
    }
    while (!is_over(j) && no - yes > 1) {
        int middle = yes + (no - yes) / 2;
        if (holds(j, middle, why)) {
            yes = middle;
        } else {
            no = middle;
        }
    }
    return yes;
}

/* ---- In full ---- */

/* Simulates n VMs at the scenario's precision. */
static struct admit_try look_at(struct admit_job *j, int n, struct plan_candidate *keep)
{
    struct search *x = j->x;
    struct plan_refusal refusal;
    struct admit_try out = {.count = n, .holds = HOLDS_NO};
    struct arena scratch;
    arena_init(&scratch, "plan");
    struct arena *a = keep ? x->arena : &scratch;
    struct scenario *v = with_count(j, a, n);
    const struct result *r = v && is_placed(j, v, &refusal) ? trial_run(x, a, v, false) : NULL;
    if (r) {
        out.holds = holds_of(r, out.why, sizeof out.why);
    }
    if (r && keep) {
        keep->scenario = v;
        keep->result = r;
        keep->meets = out.holds == HOLDS_YES;
        keep->gpus = v->gpu_count;
        keep->bill = bill_of(r, v->gpu_ix, v->gpu_count);
    }
    arena_fini(&scratch);
    return out;
}

/* The answer of bisection in full, less while that does not hold, and its neighbours. */
static void look_around(struct admit_job *j, struct admit_mode *m)
{
    int n = m->most;
    struct admit_try at = look_at(j, n, &m->at);
    for (int i = 0; i < STEPS_MAX && n > 1 && at.holds != HOLDS_YES && !is_over(j); i++) {
        snprintf(m->why, sizeof m->why, "%s", at.why);
        at = look_at(j, --n, &m->at);
    }
    m->limit = n < m->placeable ? ADMIT_BY_OBJECTIVES : m->limit;
    m->most = at.holds == HOLDS_YES ? n : 0;
    m->is_monotone = true;
    if (n > 1 && !is_over(j)) {
        m->look[m->look_n] = look_at(j, n - 1, NULL);
        m->is_monotone = m->look[m->look_n++].holds == HOLDS_YES;
    }
    m->look[m->look_n++] = at;
    if (n < m->placeable && !is_over(j)) {
        struct admit_try *above = &m->look[m->look_n++];
        *above = look_at(j, n + 1, NULL);
        m->is_monotone = m->is_monotone && above->holds != HOLDS_YES;
        snprintf(m->why, sizeof m->why, "%s", above->why);
    }
}

static void admit_mode(struct search *x, int tenant_ix, struct admit_mode *m)
{
    struct plan_refusal refusal = {.rule = ""};
    struct scenario *v = trial_variant(x, x->arena, m->gpu_ix, m->mode_ix);
    if (!v) {
        return;
    }
    v->gpu_count = x->s->gpu_count;
    v->gpu_count_given = true;
    bool is_known = search_names_fit(x, m->gpu_ix, &refusal);
    if (is_known && v->mode[0].kind == MODE_MIG) {
        larger_choose(x, v);
    }
    struct admit_job j = {.x = x, .base = v, .tenant_ix = tenant_ix};
    m->placeable = is_known ? most_placed(&j, &refusal) : 0;
    m->limit = ADMIT_BY_PLACEMENT;
    m->is_monotone = true;
    snprintf(m->why, sizeof m->why, "%s%s%.280s", refusal.rule, refusal.rule[0] ? " " : "",
             refusal.text);
    if (m->placeable == 0 || is_over(&j)) {
        return;
    }
    char why[PLAN_TEXT] = "";
    m->most = most_held(&j, m->placeable, why);
    if (m->most < m->placeable) {
        m->limit = ADMIT_BY_OBJECTIVES;
        snprintf(m->why, sizeof m->why, "%s", why);
    }
    if (m->most > 0 && !is_over(&j)) {
        look_around(&j, m);
    }
}

/* More VMs, then the cheaper fleet. */
static bool is_better(const struct admit_mode *a, const struct admit_mode *b)
{
    return a->most != b->most ? a->most > b->most : a->at.bill.usd < b->at.bill.usd;
}

const struct admit *admit_search(struct arena *arena, const struct scenario *s, int tenant_ix,
                                 const struct exp_options *options, struct diag *d)
{
    int model_n = s->plan_gpu_n > 0 ? s->plan_gpu_n : 1;
    struct admit *out = arena_alloc(arena, 1, sizeof *out);
    struct plan *p = arena_alloc(arena, 1, sizeof *p);
    size_t pairs = (size_t)model_n * (size_t)s->mode_n;
    struct admit_mode *mode = arena_alloc(arena, pairs, sizeof *mode);
    if (!out || !p || !mode) {
        diag_machine(d, "out of memory while planning");
        return NULL;
    }
    *p = (struct plan){.scenario = s};
    struct search x = {
        .arena = arena, .s = s, .o = options, .d = d, .plan = p, .limit = s->gpu_count};
    *out = (struct admit){.scenario = s,
                          .tenant_ix = tenant_ix,
                          .seed = options->seed,
                          .version = options->version,
                          .mode = mode,
                          .best = -1};
    for (int i = 0; i < model_n * s->mode_n && !x.stopped && !x.failed; i++) {
        struct admit_mode *m = &mode[out->mode_n++];
        int gpu_ix = s->plan_gpu_n > 0 ? s->plan_gpu[i / s->mode_n] : s->gpu_ix;
        *m = (struct admit_mode){.gpu_ix = gpu_ix, .mode_ix = i % s->mode_n};
        m->at.gpu_ix = gpu_ix;
        m->at.mode_ix = m->mode_ix;
        admit_mode(&x, tenant_ix, m);
        if (m->most > 0 && (out->best < 0 || is_better(m, &mode[out->best]))) {
            out->best = i;
        }
    }
    out->simulated = p->simulated;
    out->interrupted = x.stopped;
    if (x.failed) {
        diag_machine(d, "out of memory while planning");
        return NULL;
    }
    return out;
}
