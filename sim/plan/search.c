/* SPDX-License-Identifier: GPL-3.0-or-later */
/* search.c - bounds first, then the fewest GPUs of each model in each mode.
 *
 * Cost: a mode that takes turns needs about 2 log2(n) experiments, and one for each slice of
 * the driver's where the default takes more GPUs than the bounds; MIG one or two for each
 * tenant and profile. An experiment is screened with few replicas; what is named is simulated
 * once more in full. */
#include "sim/plan/search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/candidate.h"
#include "sim/plan/divide.h"
#include "sim/plan/plan_hosts.h"
#include "sim/plan/plan_mig.h"

/* ---- Bounds ---- */

void search_say_refused(const struct mode_result *m, struct plan_refusal *refusal)
{
    const struct reasons *list = &m->fleet->reasons;
    snprintf(refusal->rule, sizeof refusal->rule, "%s", list->n > 0 ? list->list[0].rule : "");
    snprintf(refusal->text, sizeof refusal->text, "%s",
             list->n > 0 ? list->list[0].text : "it cannot be placed");
    for (int i = 0; m->fits && i < m->fits->change_n; i++) {
        const struct fits_change *change = &m->fits->change[i];
        if (change->works && refusal->change[0] == '\0') {
            snprintf(refusal->change, sizeof refusal->change, "%s", change->set);
            refusal->gives_less = change->gives_less;
        }
    }
}

/* GPUs that placement alone takes; 0 with a refusal when a rule forbids the mode. */
static int placed(struct search *x, const struct scenario *v, struct plan_refusal *refusal)
{
    struct arena scratch;
    struct scenario exact = *v;
    int gpus = 0;
    arena_init(&scratch, "plan");
    exact.place = v->mode[0].kind == MODE_CONTAINER_TIME_SLICED ? PLACE_BEST_FIT : PLACE_EXACT;
    const struct result *r = trial_run(x, &scratch, &exact, true);
    if (r && r->mode[0].feasible) {
        gpus = r->mode[0].fleet->gpus_used;
    } else if (r) {
        search_say_refused(&r->mode[0], refusal);
    }
    arena_fini(&scratch);
    return gpus;
}

/* What a VM does while another may have the GPU is no work of the GPU: its host stage, gaps
 * between pieces, pauses behind them. */
static void keep_gpu_work(struct scenario *v)
{
    for (int t = 0; t < v->flow_n; t++) {
        struct work *w = &v->tenant[t].work;
        w->has_host = false;
        w->pieces = 1;
        w->gap_ns = w->tail_ns = 0;
    }
}

/* VMs of a tenant are alike: one of each tells the load. */
static void keep_one_vm_each(struct scenario *v)
{
    v->vm_n = v->tenant_n;
    for (int t = 0; t < v->flow_n; t++) {
        v->tenant[t].count = 1;
        v->tenant[t].powered_off = 0;
    }
}

/* A passthrough of no length knows every tenant's load on a whole GPU. */
double search_offered_gpus(struct search *x, int gpu_ix, double *each)
{
    struct arena scratch;
    double sum = 0.0;
    arena_init(&scratch, "plan");
    struct scenario *v = trial_variant(x, &scratch, gpu_ix, 0);
    if (v) {
        v->mode[0] = (struct mode_spec){.kind = MODE_PASSTHROUGH, .at = SPAN_NONE};
        v->group_n = 0;
        keep_gpu_work(v);
        keep_one_vm_each(v);
        const struct result *r = trial_probe(x, &scratch, v);
        for (int t = 0; r && r->mode[0].feasible && t < v->tenant_n; t++) {
            double load = r->mode[0].tenant[t].load_frac;
            bool is_open = v->tenant[t].part_n == 0 && work_grows(&v->tenant[t].work);
            double own =
                is_open && load > 0.0 ? load * x->s->tenant[t].count * v->tenant[t].vgpus : 0.0;
            sum += own;
            if (each) {
                each[t] = own;
            }
        }
    }
    arena_fini(&scratch);
    return sum;
}

/* ---- Modes in which the number of GPUs decides ---- */

/* Puts the variant on n GPUs, its VMs spread over them; where VMs of different sizes leave no
 * GPU to the last when spread, packed. */
static void spread(struct search *x, struct scenario *v, int n)
{
    bool is_spread =
        mode_takes_turns(v->mode[0].kind) && v->mode[0].kind != MODE_CONTAINER_TIME_SLICED;
    v->gpu_count = n;
    v->listed_n = 0;
    v->place = is_spread ? PLACE_BREADTH_FIRST : PLACE_BEST_FIT;
    if (is_spread) {
        struct arena scratch;
        arena_init(&scratch, "plan");
        struct fleet placed = {.feasible = true};
        x->failed |= !fleet_place(&placed, &scratch, v, 0, x->d);
        v->place = placed.feasible ? v->place : PLACE_EXACT;
        arena_fini(&scratch);
    }
}

/* Holds the variant against its limits: one screening of the whole fleet where `is_crowd`. */
static bool holds_as_placed(struct search *x, const struct scenario *v, bool is_crowd,
                            char *why)
{
    return (is_crowd ? trial_fleet(x, v, TRIAL_ONE, why) : trial_holds(x, v, TRIAL_TWO, why)) ==
           HOLDS_YES;
}

/* Does the variant hold on n GPUs, spread or else divided? */
static bool holds_on(struct search *x, struct scenario *v, int n, bool is_crowd, char *why)
{
    char text[PLAN_TEXT];
    spread(x, v, n);
    if (holds_as_placed(x, v, is_crowd, why)) {
        return true;
    }
    if (x->stopped || x->failed || !x->divide || !divide_on(x->divide, v, n)) {
        return false;
    }
    bool is = holds_as_placed(x, v, is_crowd, text);
    snprintf(why, PLAN_TEXT, "%s", text);
    return is;
}

/* The fewest GPUs from `low` to `high` that hold, each step tried, from `start` on; 0 when
 * `high` does not. `why` says what the number below breaks, "" when that is below `low`.
 * `is_crowd`: by whole fleets, however large. */
static int fewest(struct search *x, struct scenario *v, int low, int high, int start,
                  bool is_crowd, char *why)
{
    char text[PLAN_TEXT] = "";
    int no = low - 1;
    int yes = high + 1;
    int step = 1;
    int n = start;
    why[0] = '\0';
    while (!x->stopped && !x->failed && n > no && n < yes) {
        if (holds_on(x, v, n, is_crowd, text)) {
            yes = n;
        } else {
            no = n;
            snprintf(why, PLAN_TEXT, "with %d: %.300s", no, text);
        }
        /* Away from the start in doubled steps, until both sides were seen. */
        bool is_closed = no >= low && yes <= high;
        n = is_closed    ? no + (yes - no) / 2
            : yes > high ? (no + step < high ? no + step : high)
                         : (yes - step > low ? yes - step : low);
        step *= 2;
    }
    return yes <= high ? yes : 0;
}

/* GPUs by the utilization law. It says nothing of instances: they work side by side, and do
 * more than a GPU that is taken in turns. */
static int law_of(struct search *x, const struct scenario *v)
{
    bool is_whole =
        v->mode[0].kind == MODE_TIME_SLICED || v->mode[0].kind == MODE_CONTAINER_TIME_SLICED;
    return !is_whole ? 1 : (int)floor(search_offered_gpus(x, v->gpu_ix, NULL)) + 1;
}

/* Slices that the driver takes besides its default: legacy whole ms, strict 960, 480, 240, 120
 * and 63 Hz. Under best effort no setting changes them. */
static int slices_of(const struct sched_conf *c, const int64_t **list)
{
    static const int64_t legacy[] = {1000000, 2000000, 4000000, 8000000, 16000000, 30000000};
    static const int64_t strict[] = {1041667, 2083333, 4166667, 8333333, 15873016};
    bool is_legacy = c->discipline == DISCIPLINE_LEGACY;
    *list = is_legacy ? legacy : strict;
    return c->slice_ns > 0 || c->discipline == DISCIPLINE_NONE ? 0
           : is_legacy ? (int)(sizeof legacy / sizeof legacy[0])
                       : (int)(sizeof strict / sizeof strict[0]);
}

/* Where the default slice takes more GPUs than the bounds: other slices on one GPU less, then
 * by the first that holds as few as hold with it, and so on. `gpus` 0: no number up to `high`
 * holds yet. Returns the number, or 0, with the slice in the variant. */
static int save_by_slice(struct search *x, struct scenario *v, int low, int high, int gpus,
                         char *why)
{
    char text[PLAN_TEXT];
    const int64_t *list;
    int n = mode_takes_turns(v->mode[0].kind) ? slices_of(&v->mode[0].sched, &list) : 0;
    for (int i = 0; i < n && !x->stopped && !x->failed; i++) {
        int64_t before = v->mode[0].sched.slice_ns;
        int at = gpus > 0 ? gpus - 1 : high;
        if (at < low) {
            break;
        }
        v->mode[0].sched.slice_ns = list[i];
        if (holds_on(x, v, at, false, text)) {
            gpus = fewest(x, v, low, at, low, false, why);
            i = -1; /* the others again, on one less */
        } else {
            v->mode[0].sched.slice_ns = before;
        }
    }
    if (n > 0 && gpus > low) {
        size_t used = strlen(why);
        snprintf(why + used, PLAN_TEXT - used, ", nor with other slices");
    }
    return gpus;
}

/* Simulates the candidate in full on n GPUs, spread or else divided. */
static bool settle(struct search *x, struct plan_candidate *c, struct scenario *v, int n)
{
    char fewer[PLAN_TEXT];
    snprintf(fewer, sizeof fewer, "%s", c->binding);
    spread(x, v, n);
    if (candidate_settle(x, c, v, n)) {
        return true;
    }
    if (x->stopped || x->failed || !x->divide || !divide_on(x->divide, v, n)) {
        return false;
    }
    snprintf(c->binding, sizeof c->binding, "%s", fewer);
    return candidate_settle(x, c, v, n);
}

/* What single GPUs hold asks for more than the other bounds. It is that of the slice given, and
 * of what was simulated. */
static void bound_by_contents(struct search *x, struct plan_candidate *c,
                              const struct scenario *v)
{
    const int64_t *list;
    bool is_asked =
        x->divide && slices_of(&v->mode[0].sched, &list) == 0 && c->meets && c->gpus > c->bound;
    int bound = is_asked ? divide_bound(x->divide, v) : 0;
    if (bound > c->bound) {
        c->bound = bound < c->gpus ? bound : c->gpus;
        snprintf(c->bound_why, sizeof c->bound_why,
                 "linear relaxation over what a GPU can hold, each content as it was simulated "
                 "on one GPU");
    }
}

static void plan_spread(struct search *x, int gpu_ix, int mode_ix, struct scenario *v,
                        int placed_n)
{
    struct plan_candidate *c = candidate_add(x, gpu_ix, mode_ix);
    bool is_fixed = v->mode[0].kind == MODE_PASSTHROUGH;
    int law = law_of(x, v);
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
    int gpus = fewest(x, v, low, high, low, false, c->binding);
    gpus = save_by_slice(x, v, low, high, gpus, c->binding);
    bool is_crowd = divide_is_crowd(v);
    if (is_crowd && gpus > 0 && !x->stopped && !x->failed) {
        gpus = fewest(x, v, low, high, gpus, true, c->binding);
    }
    bool found = gpus > 0;
    if (found && c->binding[0] == '\0') {
        snprintf(c->binding, sizeof c->binding, "%s", c->bound_why);
    }
    gpus = found ? gpus : high;
    int step = 1;
    while (!x->stopped && !x->failed && !settle(x, c, v, gpus) && found && gpus < high) {
        /* Screened as holding, and not quite when looked at in full. */
        char text[PLAN_TEXT];
        snprintf(text, sizeof text, "with %d: %.300s", gpus, c->binding);
        snprintf(c->binding, sizeof c->binding, "%s", text);
        gpus += step;
        gpus = gpus < high ? gpus : high;
        step *= is_crowd ? 2 : 1;
    }
    bound_by_contents(x, c, v);
}

/* ---- All of them ---- */

bool search_names_fit(const struct search *x, int gpu_ix, struct plan_refusal *refusal)
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

void search_kind(struct search *x, int gpu_ix, int mode_ix)
{
    struct plan_refusal refusal = {.rule = ""};
    if (x->s->group_n > 0) {
        plan_hosts(x, mode_ix);
        return;
    }
    struct scenario *v = trial_variant(x, x->arena, gpu_ix, mode_ix);
    if (!v) {
        return;
    }
    int placed_n = search_names_fit(x, gpu_ix, &refusal) ? placed(x, v, &refusal) : 0;
    if (x->failed || x->stopped) {
        return;
    }
    if (placed_n == 0) {
        candidate_refuse(x, gpu_ix, mode_ix, &refusal);
    } else if (v->mode[0].kind == MODE_MIG) {
        plan_mig(x, gpu_ix, mode_ix);
    } else {
        x->divide = divide_open(x, v);
        plan_spread(x, gpu_ix, mode_ix, v, placed_n);
        x->divide = NULL;
    }
}

int search_bound(struct search *x, int gpu_ix, int mode_ix)
{
    struct plan_refusal refusal;
    struct arena scratch;
    int gpus = 0;
    arena_init(&scratch, "plan");
    struct scenario *v = trial_variant(x, &scratch, gpu_ix, mode_ix);
    if (v && search_names_fit(x, gpu_ix, &refusal)) {
        gpus = placed(x, v, &refusal);
        int more = gpus == 0                     ? 0
                   : v->mode[0].kind == MODE_MIG ? plan_mig_bound(x, gpu_ix, mode_ix)
                                                 : law_of(x, v);
        gpus = more == 0 ? 0 : more > gpus ? more : gpus;
    }
    arena_fini(&scratch);
    return gpus;
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
        if (c->bound_usd > 0.0 && !(p->bound_usd > 0.0 && p->bound_usd <= c->bound_usd)) {
            p->bound_usd = c->bound_usd;
            p->bound_usd_why = c->bound_usd_why;
        }
        if (c->result) {
            p->candidate[kept++] = *c;
        }
    }
    p->candidate_n = kept;
    qsort(p->candidate, (size_t)kept, sizeof *p->candidate, candidate_order);
    while (p->meets_n < kept && p->candidate[p->meets_n].meets) {
        p->meets_n++;
    }
}

bool search_open(struct search *x)
{
    const struct scenario *s = x->s;
    /* With hosts a mode may be refused, and a tenant be left out of each group. */
    size_t models = s->plan_gpu_n > 0 ? (size_t)s->plan_gpu_n : 1 + (size_t)s->group_n;
    size_t pairs = models * (size_t)s->mode_n;
    x->plan->candidate = arena_alloc(x->arena, pairs, sizeof *x->plan->candidate);
    x->plan->refused = arena_alloc(x->arena, pairs, sizeof *x->plan->refused);
    x->known = x->known ? x->known : arena_alloc(x->arena, 1, sizeof *x->known);
    x->contents = x->contents ? x->contents : arena_alloc(x->arena, 1, sizeof *x->contents);
    x->failed |= !x->plan->candidate || !x->plan->refused || !x->known || !x->contents;
    return !x->failed;
}

void search_all(struct search *x)
{
    const struct scenario *s = x->s;
    int model_n = s->plan_gpu_n > 0 ? s->plan_gpu_n : 1;
    bool is_open = search_open(x);
    for (int i = 0; is_open && i < model_n && !x->failed && !x->stopped; i++) {
        int gpu_ix = s->plan_gpu_n > 0 ? s->plan_gpu[i] : s->gpu_ix;
        for (int m = 0; m < s->mode_n && !x->failed && !x->stopped; m++) {
            search_kind(x, gpu_ix, m);
        }
    }
    sort_and_bound(x);
}
