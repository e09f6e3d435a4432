/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmplay.c - the least number of GPUs over time is one run for most policies, and a search for
 * those that spread VMs over what there is. */
#include "sim/plan/vmplay.h"

#include <stdlib.h>

enum {
    STEPS_MAX = 64 /* numbers of hosts that are tried one after the other */
};

/* ---- Hosts ---- */

static const struct host_group *group_of(const struct scenario *s)
{
    return s->group_n > 0 ? &s->group[0] : NULL;
}

/* Every seat on a GPU of its own, or every VM on a host of its own: more help nobody. */
static bool make_hosts(struct vmplay *j)
{
    const struct host_group *h = group_of(j->s);
    const int wanted = h ? j->demand.vms_most : 1;
    const int gpus = h                                 ? h->gpus
                     : j->demand.seats_most < GPUS_MAX ? j->demand.seats_most
                                                       : (int)GPUS_MAX;
    j->per_host = h ? gpus : 1;
    j->host_n = h && wanted > GPUS_MAX / gpus ? GPUS_MAX / gpus : wanted;
    j->host = arena_alloc(j->arena, (size_t)j->host_n, sizeof *j->host);
    for (int i = 0; j->host && i < j->host_n; i++) {
        j->host[i] = (struct churn_host){
            .gpu_n = gpus,
            .cpu_milli = h && h->cpus > 0 ? 1000 * (int64_t)h->cpus : INT64_MAX,
            .memory_bytes = h && h->memory_bytes > 0 ? (int64_t)h->memory_bytes : INT64_MAX};
    }
    return j->host != NULL;
}

bool vmplay_open(struct vmplay *j, struct arena *a, const struct scenario *s, int gpu_ix,
                 int mode_ix, const bool *takes)
{
    *j = (struct vmplay){.s = s, .arena = a};
    if (!vmdemand_make(&j->demand, a, s, gpu_ix, &s->mode[mode_ix], takes)) {
        return false;
    }
    if (j->demand.rule || j->demand.vm_n == 0) {
        return true;
    }
    if (!gstate_init(&j->g, &j->demand.terms) || !make_hosts(j)) {
        return false;
    }
    j->bound = j->demand.bound;
    return true;
}

void vmplay_close(struct vmplay *j)
{
    gstate_fini(&j->g);
}

/* VMs on so many GPUs; of whole hosts where there are hosts. */
static bool run_vms(struct vmplay *j, struct arena *a, struct churn_terms *t, int gpus,
                    struct churn *out)
{
    struct churn_host pool = j->host[0];
    const bool has_hosts = group_of(j->s) != NULL;
    t->g = &j->g;
    t->host = has_hosts ? j->host : &pool;
    t->host_n = has_hosts ? gpus / j->per_host : 1;
    t->kind = j->demand.kind;
    t->kind_n = j->demand.kind_n;
    pool.gpu_n = has_hosts ? pool.gpu_n : gpus;
    return churn_run(out, a, t);
}

bool vmplay_run(struct vmplay *j, struct arena *a, enum place_policy policy, int gpus,
                const struct churn *span, struct churn *out)
{
    struct churn_terms t = {
        .policy = policy, .vm = j->demand.vm, .gone = j->demand.gone, .vm_n = j->demand.vm_n};
    if (span) {
        t.point_n = VMS_POINTS;
        t.point_ns = span->first_ns;
        t.step_ns = (span->last_ns - span->first_ns) / (VMS_POINTS - 1);
    }
    return run_vms(j, a, &t, gpus, out);
}

int vmplay_whole_hosts(const struct vmplay *j, int gpus)
{
    return (gpus + j->per_host - 1) / j->per_host * j->per_host;
}

/* ---- Over time ---- */

/* As run_on, for the number refused alone. */
static bool refuses(struct vmplay *j, enum place_policy policy, int gpus, bool *any)
{
    struct arena trial;
    struct churn run = {0};
    arena_init(&trial, "trial");
    const bool ok = vmplay_run(j, &trial, policy, gpus, NULL, &run);
    arena_fini(&trial);
    *any = run.refused_n > 0;
    return ok;
}

/* Does the policy use empty GPUs before those in use are full? Then a larger fleet places VMs
 * otherwise, and the number is searched for. */
bool vmplay_searches(const struct vmplay *j, enum place_policy policy)
{
    return policy == PLACE_BREADTH_FIRST ||
           (policy == PLACE_FRAGMENTATION && j->demand.kind_n > 0);
}

/* One number after the other from the bound, then by bisection. */
static bool search(struct vmplay *j, enum place_policy policy, int most, int *gpus)
{
    const int step = j->per_host;
    int low = vmplay_whole_hosts(j, j->bound > 0 ? j->bound : 1);
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

bool vmplay_fewest(struct vmplay *j, enum place_policy policy, int *gpus)
{
    struct arena trial;
    struct churn run = {0};
    arena_init(&trial, "trial");
    const int most = j->host_n * j->host[0].gpu_n;
    const bool ok = vmplay_run(j, &trial, policy, most, NULL, &run);
    arena_fini(&trial);
    *gpus = run.refused_n > 0 ? 0 : vmplay_whole_hosts(j, run.gpus);
    if (ok && vmplay_searches(j, policy) && run.refused_n == 0) {
        return search(j, policy, most, gpus);
    }
    return ok;
}

bool vmplay_is_first(const struct scenario *s, int mode_ix)
{
    for (int i = 0; i < mode_ix; i++) {
        if (s->mode[i].kind == s->mode[mode_ix].kind) {
            return false;
        }
    }
    return true;
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

bool vmplay_largest_first(struct vmplay *j, int *gpus)
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
        struct churn_terms t = {.policy = PLACE_BEST_FIT, .vm = vm, .gone = gone, .vm_n = n};
        ok = run_vms(j, &trial, &t, j->host_n * j->host[0].gpu_n, &run);
    }
    arena_fini(&trial);
    *gpus = run.refused_n > 0 ? 0 : vmplay_whole_hosts(j, run.gpus);
    return ok;
}
