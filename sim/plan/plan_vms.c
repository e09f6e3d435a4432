/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_vms.c - one candidate for each GPU model and kind of mode.
 *
 * Over time no search is needed but for breadth-first: on a fleet that never ends the policies
 * take an empty GPU, the lowest, only when none in use has room, so that with one GPU less than
 * the most that are ever in use everything happens alike until the moment at which that GPU is
 * needed and somebody is refused (churn.h). The static count goes through the placement of
 * `place` with the VMs of the fullest moment as tenants, which also asks the admission rules;
 * where there are hosts, or containers share GPUs, the VMs are put largest first instead. */
#include "sim/plan/plan_vms.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/tenant.h"
#include "sim/fleet/fleet.h"
#include "sim/fleet/pack.h"
#include "sim/plan/bill.h"
#include "sim/plan/vmdemand.h"

enum {
    STEPS_MAX = 64 /* numbers of hosts that are tried one after the other */
};

struct planning {
    struct vms_plan *p;
    struct arena *arena;
    const struct scenario *s;
    struct diag *d;
    bool failed; /* memory is out */
};

/* One candidate in the making; what it takes lives in `a`. */
struct job {
    struct planning *x;
    struct arena *a;
    struct vmdemand demand;
    struct gstate g;
    struct churn_host *host; /* [host_n] as many as could ever be asked for */
    int host_n;
    struct vms_candidate *c;
};

/* ---- Hosts ---- */

static const struct host_group *group_of(const struct scenario *s)
{
    return s->group_n > 0 ? &s->group[0] : NULL;
}

/* Every seat on a GPU of its own, or every VM on a host of its own: more help nobody. */
static bool make_hosts(struct job *j)
{
    const struct host_group *h = group_of(j->x->s);
    const int wanted = h ? j->demand.vms_most : 1;
    const int gpus = h                                 ? h->gpus
                     : j->demand.seats_most < GPUS_MAX ? j->demand.seats_most
                                                       : (int)GPUS_MAX;
    j->c->per_host = h ? gpus : 1;
    j->host_n = h && wanted > GPUS_MAX / gpus ? GPUS_MAX / gpus : wanted;
    j->host = arena_alloc(j->a, (size_t)j->host_n, sizeof *j->host);
    for (int i = 0; j->host && i < j->host_n; i++) {
        j->host[i] = (struct churn_host){
            .gpu_n = gpus,
            .cpu_milli = h && h->cpus > 0 ? 1000 * (int64_t)h->cpus : INT64_MAX,
            .memory_bytes = h && h->memory_bytes > 0 ? (int64_t)h->memory_bytes : INT64_MAX};
    }
    return j->host != NULL;
}

/* Runs the trace on so many GPUs; of whole hosts where there are hosts. */
static bool run_on(struct job *j, struct arena *a, enum place_policy policy, int gpus,
                   int point_n, struct churn *out)
{
    struct churn_host pool = j->host[0];
    const bool has_hosts = group_of(j->x->s) != NULL;
    struct churn_terms t = {.g = &j->g,
                            .policy = policy,
                            .vm = j->demand.vm,
                            .gone = j->demand.gone,
                            .vm_n = j->demand.vm_n,
                            .host = has_hosts ? j->host : &pool,
                            .host_n = has_hosts ? gpus / j->c->per_host : 1,
                            .kind = j->demand.kind,
                            .kind_n = j->demand.kind_n,
                            .point_n = point_n};
    pool.gpu_n = has_hosts ? pool.gpu_n : gpus;
    if (point_n > 1) {
        t.point_ns = j->c->with.first_ns;
        t.step_ns = (j->c->with.last_ns - t.point_ns) / (point_n - 1);
    }
    return churn_run(out, a, &t);
}

static int whole_hosts(const struct job *j, int gpus)
{
    return (gpus + j->c->per_host - 1) / j->c->per_host * j->c->per_host;
}

/* ---- Over time ---- */

/* As run_on, for the number refused alone. */
static bool refuses(struct job *j, enum place_policy policy, int gpus, bool *any)
{
    struct arena trial;
    struct churn run;
    arena_init(&trial, "trial");
    const bool ok = run_on(j, &trial, policy, gpus, 0, &run);
    arena_fini(&trial);
    *any = run.refused_n > 0;
    return ok;
}

/* Does the policy use empty GPUs before those in use are full? Then a larger fleet places VMs
 * otherwise, and the number is searched for. */
static bool must_search(const struct job *j, enum place_policy policy)
{
    return policy == PLACE_BREADTH_FIRST ||
           (policy == PLACE_FRAGMENTATION && j->demand.kind_n > 0);
}

/* One number after the other from the bound, then by bisection. */
static bool search(struct job *j, enum place_policy policy, int most, int *gpus)
{
    const int step = j->c->per_host;
    int low = whole_hosts(j, j->c->bound > 0 ? j->c->bound : 1);
    bool any = true;
    for (int i = 0; i < STEPS_MAX && low <= most; i++, low += step) {
        if (!refuses(j, policy, low, &any)) {
            return false;
        }
        if (!any) {
            *gpus = low;
            return true;
        }
    }
    int high = most;
    while (low < high) {
        const int middle = low + (high - low) / (2 * step) * step;
        if (!refuses(j, policy, middle, &any)) {
            return false;
        }
        low = any ? middle + step : low;
        high = any ? high : middle;
    }
    *gpus = high;
    return true;
}

/* Fewest GPUs under a policy; 0 where as many as there may be do not do. */
static bool fewest(struct job *j, enum place_policy policy, int *gpus)
{
    struct arena trial;
    struct churn run;
    arena_init(&trial, "trial");
    const int most = j->host_n * j->host[0].gpu_n;
    const bool ok = run_on(j, &trial, policy, most, 0, &run);
    arena_fini(&trial);
    *gpus = run.refused_n > 0 ? 0 : whole_hosts(j, run.gpus);
    if (ok && must_search(j, policy) && run.refused_n == 0) {
        return search(j, policy, most, gpus);
    }
    return ok;
}

/* ---- The fullest moment ---- */

static int compare_large(const void *a, const void *b)
{
    const struct churn_vm *x = a;
    const struct churn_vm *y = b;
    if (x->created_ns != y->created_ns) { /* holds the size here, the largest first */
        return x->created_ns > y->created_ns ? -1 : 1;
    }
    return x->class_ix != y->class_ix ? x->class_ix - y->class_ix : y->seats - x->seats;
}

/* Puts the VMs of the fullest moment one by one, the largest first, by best fit. */
static bool pack_largest_first(struct job *j)
{
    const struct vmdemand *d = &j->demand;
    struct arena trial;
    arena_init(&trial, "trial");
    struct churn_vm *vm = arena_alloc(&trial, (size_t)d->fullest_vms, sizeof *vm);
    int *gone = arena_alloc(&trial, (size_t)d->fullest_vms, sizeof *gone);
    int n = 0;
    for (int i = 0; vm && gone && i < d->vm_n && d->vm[i].created_ns <= d->fullest_ns; i++) {
        int at;
        const bool is_there =
            d->vm[i].deleted_ns > d->fullest_ns ||
            (d->vm[i].deleted_ns == d->fullest_ns && d->vm[i].created_ns == d->fullest_ns);
        if (is_there && n < d->fullest_vms) {
            vm[n] = d->vm[i];
            const int one = gstate_add(&j->g, 0, vm[n].class_ix, &at);
            vm[n].created_ns =
                gstate_room(&j->g, 0) - (one == GSTATE_FULL ? 0 : gstate_room(&j->g, one));
            vm[n++].deleted_ns = CHURN_STAYS;
        }
    }
    bool ok = vm && gone;
    struct churn run = {0};
    if (ok) {
        qsort(vm, (size_t)n, sizeof *vm, compare_large);
        for (int i = 0; i < n; i++) {
            vm[i].created_ns = 0;
            gone[i] = i;
        }
        struct churn_vm *all = j->demand.vm;
        int *all_gone = j->demand.gone;
        const int all_n = j->demand.vm_n;
        j->demand.vm = vm;
        j->demand.gone = gone;
        j->demand.vm_n = n;
        ok = run_on(j, &trial, PLACE_BEST_FIT, j->host_n * j->host[0].gpu_n, 0, &run);
        j->demand.vm = all;
        j->demand.gone = all_gone;
        j->demand.vm_n = all_n;
    }
    arena_fini(&trial);
    j->c->packed = run.refused_n > 0 ? 0 : whole_hosts(j, run.gpus);
    return ok;
}

/* A group of the fullest moment as a tenant. */
static struct tenant tenant_of(const struct vmdemand *d, const struct vmgroup *g,
                               enum mode_kind mode)
{
    const struct choice *c = &d->choice[g->class_ix];
    struct tenant t = {.name = c->type      ? c->type->name
                               : c->profile ? c->profile->name
                                            : "whole GPUs",
                       .count = g->present,
                       .vgpus = g->seats,
                       .reference_gpu_ix = -1};
    if (mode != MODE_PASSTHROUGH) {
        t.vgpu = c->type ? c->type->name : NULL;
        t.mig = c->profile ? c->profile->name : NULL;
    }
    return t;
}

/* The fullest moment as a scenario of one mode, to be placed exactly. NULL: memory is out. */
static struct scenario *moment_of(struct job *j)
{
    const struct scenario *s = j->x->s;
    struct scenario *v = arena_alloc(j->a, 1, sizeof *v);
    struct tenant *tenant = arena_alloc(j->a, (size_t)j->demand.group_n, sizeof *tenant);
    if (!v || !tenant) {
        return NULL;
    }
    *v = *s;
    v->vms = NULL;
    v->gpu_ix = j->c->gpu_ix;
    v->gpu_count = 0;
    v->plan_gpu_n = 0;
    v->mode[0] = s->mode[j->c->mode_ix];
    v->mode_n = 1;
    v->place = PLACE_EXACT;
    v->tenant = tenant;
    v->tenant_n = v->vm_n = 0;
    for (int g = 0; g < j->demand.group_n; g++) {
        if (j->demand.group[g].present > 0) {
            tenant[v->tenant_n] = tenant_of(&j->demand, &j->demand.group[g], v->mode[0].kind);
            tenant[v->tenant_n].whole_ix = v->tenant_n;
            v->vm_n += tenant[v->tenant_n++].count;
        }
    }
    v->flow_n = v->tenant_n;
    return v;
}

static void refuse(struct job *j, const char *rule, const char *text)
{
    struct vms_refusal *r = &j->x->p->refused[j->x->p->refused_n++];
    *r = (struct vms_refusal){.gpu_ix = j->c->gpu_ix, .mode_ix = j->c->mode_ix, .rule = rule};
    snprintf(r->text, sizeof r->text, "%s", text);
}

/* By exact placement. False where a rule refuses, or memory is out. */
static bool pack_exactly(struct job *j)
{
    struct fleet f;
    const struct scenario *v = moment_of(j);
    if (!v || !fleet_place(&f, j->a, v, 0, j->x->d)) {
        j->x->failed = true;
        return false;
    }
    if (!f.feasible) {
        refuse(j, f.reasons.n > 0 ? f.reasons.list[0].rule : "PLAN-01",
               f.reasons.n > 0 ? f.reasons.list[0].text : "the VMs have no place");
        return false;
    }
    j->c->packed = f.gpus_needed;
    j->c->bound = f.gpus_bound > j->c->bound ? f.gpus_bound : j->c->bound;
    return true;
}

static bool pack_moment(struct job *j)
{
    j->c->bound = j->demand.bound;
    const bool as_tenants = !group_of(j->x->s) &&
                            j->demand.terms.mode != MODE_CONTAINER_TIME_SLICED &&
                            j->demand.fullest_vms <= VMS_MAX;
    if (as_tenants) {
        return pack_exactly(j);
    }
    j->c->bound = whole_hosts(j, j->c->bound); /* by GPUs alone */
    if (!pack_largest_first(j)) {
        j->x->failed = true;
        return false;
    }
    if (j->c->packed == 0) {
        refuse(j, "PLAN-01", "the VMs of the fullest moment have no place on 4096 GPUs");
        return false;
    }
    return true;
}

/* ---- A candidate ---- */

/* The fewest GPUs, and what happens on one less. */
static bool play(struct job *j)
{
    struct vms_candidate *c = j->c;
    const struct scenario *s = j->x->s;
    for (int p = 0; p < PLACE_EXACT; p++) {
        if (!fewest(j, (enum place_policy)p, &c->by_policy[p])) {
            return false;
        }
    }
    /* What stands on so many GPUs at the fullest moment is a packing of its VMs. */
    for (int p = 0; p < PLACE_EXACT; p++) {
        c->packed =
            c->by_policy[p] > 0 && c->by_policy[p] < c->packed ? c->by_policy[p] : c->packed;
    }
    c->gpus = c->by_policy[s->place];
    c->is_searched = must_search(j, s->place);
    if (c->gpus == 0) {
        return true;
    }
    if (!run_on(j, j->x->arena, s->place, c->gpus, 0, &c->with) ||
        !run_on(j, j->x->arena, s->place, c->gpus, VMS_POINTS, &c->with)) {
        return false;
    }
    const bool too_many = s->gpu_count_given && c->gpus > s->gpu_count;
    c->fewer = too_many ? s->gpu_count : c->gpus - c->per_host;
    if (c->fewer >= c->per_host) {
        if (!run_on(j, j->x->arena, s->place, c->fewer, 0, &c->less)) {
            return false;
        }
        c->fewer_line = c->less.first_ix >= 0 ? j->demand.line[c->less.first_ix] : 0;
    }
    return true;
}

static void summarize(struct job *j)
{
    struct vms_candidate *c = j->c;
    const struct scenario *s = j->x->s;
    const double span_ns = (double)(c->with.last_ns - c->with.first_ns);
    c->vms = j->demand.vm_n;
    c->elsewhere = j->demand.elsewhere;
    c->vms_most = j->demand.vms_most;
    c->most_ns = j->demand.most_ns;
    c->fullest_ns = j->demand.fullest_ns;
    c->fullest_vms = j->demand.fullest_vms;
    c->gpus_mean = span_ns > 0 ? c->with.gpu_ns / span_ns : 0;
    const double room = (double)c->gpus * gstate_room(&j->g, 0);
    c->room_frac = span_ns > 0 && room > 0 ? c->with.room_ns / span_ns / room : 0;
    c->cost_usd = c->gpus * bill_price(s, c->gpu_ix);
    c->meets = c->elsewhere == 0 && (!s->gpu_count_given || c->gpus <= s->gpu_count);
}

static void keep(struct job *j)
{
    if (j->c->gpus == 0) {
        refuse(j, "PLAN-01", "the VMs do not find a place over time on 4096 GPUs");
        return;
    }
    summarize(j);
    j->x->p->candidate_n++;
}

static void plan_one(struct planning *x, int gpu_ix, int mode_ix)
{
    struct arena scratch;
    arena_init(&scratch, "plan");
    struct job *j = arena_alloc(&scratch, 1, sizeof *j);
    bool ok = j != NULL;
    if (ok) {
        *j = (struct job){.x = x, .a = &scratch, .c = &x->p->candidate[x->p->candidate_n]};
        *j->c = (struct vms_candidate){.gpu_ix = gpu_ix, .mode_ix = mode_ix};
        ok = vmdemand_make(&j->demand, &scratch, x->s, gpu_ix, &x->s->mode[mode_ix]);
    }
    if (ok && j->demand.rule) {
        refuse(j, j->demand.rule, j->demand.text);
    } else if (ok && j->demand.vm_n == 0) {
        refuse(j, "PLAN-02", "every VM of the trace wants another GPU");
    } else if (ok) {
        ok = gstate_init(&j->g, &j->demand.terms) && make_hosts(j);
        if (ok && pack_moment(j)) {
            ok = play(j);
            if (ok) {
                keep(j);
            }
        }
        gstate_fini(&j->g);
    }
    x->failed |= !ok;
    arena_fini(&scratch);
}

/* Is the mode the first of its kind? Schedulers decide nothing here. */
static bool is_first(const struct scenario *s, int mode_ix)
{
    for (int i = 0; i < mode_ix; i++) {
        if (s->mode[i].kind == s->mode[mode_ix].kind) {
            return false;
        }
    }
    return true;
}

static int compare_candidates(const void *a, const void *b)
{
    const struct vms_candidate *x = a;
    const struct vms_candidate *y = b;
    if (x->meets != y->meets) {
        return x->meets ? -1 : 1;
    }
    const bool has_x = x->cost_usd > 0.0;
    const bool has_y = y->cost_usd > 0.0;
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

const struct vms_plan *plan_vms(struct arena *arena, const struct scenario *s,
                                const char *version, struct diag *d)
{
    const int model_n = s->plan_gpu_n > 0 ? s->plan_gpu_n : 1;
    const size_t pairs = (size_t)model_n * (size_t)s->mode_n;
    struct vms_plan *p = arena_alloc(arena, 1, sizeof *p);
    struct planning x = {.p = p, .arena = arena, .s = s, .d = d};
    if (p) {
        *p = (struct vms_plan){.scenario = s,
                               .version = version,
                               .candidate = arena_alloc(arena, pairs, sizeof *p->candidate),
                               .refused = arena_alloc(arena, pairs, sizeof *p->refused)};
    }
    x.failed = !p || !p->candidate || !p->refused;
    for (int i = 0; i < model_n && !x.failed; i++) {
        for (int m = 0; m < s->mode_n && !x.failed; m++) {
            if (is_first(s, m)) {
                plan_one(&x, s->plan_gpu_n > 0 ? s->plan_gpu[i] : s->gpu_ix, m);
            }
        }
    }
    if (x.failed) {
        diag_machine(d, "out of memory while planning");
        return NULL;
    }
    qsort(p->candidate, (size_t)p->candidate_n, sizeof *p->candidate, compare_candidates);
    while (p->meets_n < p->candidate_n && p->candidate[p->meets_n].meets) {
        p->meets_n++;
    }
    return p;
}
