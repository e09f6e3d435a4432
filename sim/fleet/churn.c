/* SPDX-License-Identifier: GPL-3.0-or-later */
/* churn.c - two sorted lists merged, a fleet of state numbers between them.
 *
 * A GPU is a state (gstate.h), so the policies compare numbers that were worked out once per
 * state. Whatever the policy, a VM with several seats is put whole on one host or not at all;
 * in the modes without instances, and where vGPUs share an instance, its seats lie on different
 * GPUs. Source of the policies: docs/placement.md. */
#include "sim/fleet/churn.h"

#include <assert.h>
#include <stdlib.h>

#include "models/tenant.h"

struct spot {
    int gpu_ix;
    int at;
};

struct host {
    int first, gpu_n;                /* GPUs */
    int64_t cpu_milli, memory_bytes; /* free */
};

struct run {
    const struct churn_terms *t;
    struct churn *out;
    struct host *host; /* [host_n] */
    int *state;        /* [gpu_n] */
    int gpu_n;
    int top; /* all GPUs in use are below it */
    int in_use, present;
    int64_t room; /* free on all GPUs */
    int room_max; /* of an empty GPU */
    int64_t now_ns;
    int point_n;          /* of the series, that are filled */
    size_t *spot_at;      /* [vm_n] where a VM's seats begin; SIZE_MAX: it is not there */
    struct hostfrag frag; /* where the terms have kinds */
    struct spot *spot;    /* of all VMs */
};

/* ---- One GPU ---- */

static void set_state(struct run *r, int gpu_ix, int state)
{
    const struct gstate *g = r->t->g;
    const int old = r->state[gpu_ix];
    r->in_use += (gstate_seats(g, state) > 0) - (gstate_seats(g, old) > 0);
    r->room += gstate_room(g, state) - gstate_room(g, old);
    r->state[gpu_ix] = state;
    if (gstate_seats(g, state) > 0 && gpu_ix >= r->top) {
        r->top = gpu_ix + 1;
    }
    while (r->top > 0 && gstate_seats(g, r->state[r->top - 1]) == 0) {
        r->top--;
    }
}

/* What the policy compares, the less the better. */
static int64_t rank_of(struct run *r, int state, int next)
{
    struct gstate *g = r->t->g;
    switch (r->t->policy) {
    case PLACE_BEST_FIT:
        return gstate_room(g, next);
    case PLACE_BREADTH_FIRST:
        return gstate_seats(g, state);
    case PLACE_DEPTH_FIRST:
        return -gstate_seats(g, state);
    case PLACE_FRAGMENTATION:
        return gstate_useless(g, next) - gstate_useless(g, state);
    case PLACE_FIRST_FIT:
    case PLACE_EXACT:
    case PLACE_LISTED:
        break;
    }
    return 0;
}

/* Does a VM with a seat on a GPU go elsewhere with its next one? */
static bool lies_apart(const struct run *r)
{
    return r->t->g->terms->mode != MODE_MIG;
}

static bool has_own(const struct spot *own, int own_n, int gpu_ix)
{
    for (int i = 0; i < own_n; i++) {
        if (own[i].gpu_ix == gpu_ix) {
            return true;
        }
    }
    return false;
}

/* ---- One VM ---- */

/* The GPU that a policy has found so far. */
struct pick {
    int gpu_ix; /* -1: none */
    int next, at;
    int64_t rank;
};

/* Looks at the GPUs of a host; the VM has seats on `own` already. Empty GPUs are alike, so the
 * lowest of them stands for all, in *empty unless the policy compares them too. */
static void look(struct run *r, const struct churn_vm *vm, const struct host *h,
                 const struct spot *own, int own_n, struct pick *best, struct pick *empty)
{
    struct gstate *g = r->t->g;
    const bool apart = lies_apart(r);
    const bool equal_rights = r->t->policy == PLACE_BREADTH_FIRST;
    const bool any_will_do = r->t->policy == PLACE_FIRST_FIT;
    bool seen_empty = empty->gpu_ix >= 0;
    for (int i = h->first; i < h->first + h->gpu_n; i++) {
        if (i >= r->top && seen_empty) {
            break;
        }
        const int state = r->state[i];
        const bool is_empty = gstate_seats(g, state) == 0;
        if ((is_empty && seen_empty) || (apart && own_n > 0 && has_own(own, own_n, i))) {
            continue;
        }
        struct pick p = {.gpu_ix = i};
        p.next = gstate_add(g, state, vm->class_ix, &p.at);
        seen_empty = seen_empty || is_empty;
        if (p.next == GSTATE_FULL) {
            continue;
        }
        p.rank = rank_of(r, state, p.next);
        if (is_empty && !equal_rights) {
            *empty = p;
        } else if (best->gpu_ix < 0 || p.rank < best->rank) {
            *best = p;
            if (any_will_do) {
                break;
            }
        }
    }
}

static bool host_takes(const struct host *h, const struct churn_vm *vm)
{
    return vm->cpu_milli <= h->cpu_milli && vm->memory_bytes <= h->memory_bytes;
}

static int host_of(const struct run *r, int gpu_ix)
{
    int low = 0;
    int high = r->t->host_n - 1;
    while (low < high) {
        const int middle = low + (high - low + 1) / 2;
        if (r->host[middle].first <= gpu_ix) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

static void unseat(struct run *r, const struct churn_vm *vm, const struct spot *spot, int n)
{
    while (n > 0) {
        n--;
        const int state = r->state[spot[n].gpu_ix];
        set_state(r, spot[n].gpu_ix, gstate_take(r->t->g, state, vm->class_ix, spot[n].at));
    }
}

/* All seats on one host, beginning with the GPU that was picked; or none. */
static bool seat_all(struct run *r, const struct churn_vm *vm, struct pick pick,
                     const struct host *h, struct spot *spot)
{
    for (int i = 0; i < vm->seats; i++) {
        if (i > 0) {
            struct pick best = {.gpu_ix = -1};
            struct pick empty = {.gpu_ix = -1};
            look(r, vm, h, spot, i, &best, &empty);
            pick = best.gpu_ix >= 0 ? best : empty;
        }
        if (pick.gpu_ix < 0) {
            unseat(r, vm, spot, i);
            return false;
        }
        spot[i] = (struct spot){pick.gpu_ix, pick.at};
        set_state(r, pick.gpu_ix, pick.next);
    }
    return true;
}

/* Could the host take all seats of the VM? Only asked where there are several of both. */
static bool seats_fit(struct run *r, const struct churn_vm *vm, const struct host *h)
{
    int found = 0;
    for (int i = h->first; i < h->first + h->gpu_n && found < vm->seats; i++) {
        int at;
        int state = r->state[i];
        while (found < vm->seats &&
               (state = gstate_add(r->t->g, state, vm->class_ix, &at)) != GSTATE_FULL) {
            found++;
            if (lies_apart(r)) {
                break;
            }
        }
    }
    return found == vm->seats;
}

static bool looks_at_hosts(const struct run *r)
{
    return r->t->kind_n > 0 && r->t->policy == PLACE_FRAGMENTATION;
}

/* Where a VM makes least room useless on the whole host; ties go to the lowest. */
static bool place_by_host(struct run *r, const struct churn_vm *vm, struct spot *spot,
                          int *host_ix)
{
    struct hostfrag_gain best = {.gpu = -1};
    for (int i = 0; i < r->t->host_n; i++) {
        const struct host *h = &r->host[i];
        const struct hostfrag_host host = {.state = r->state + h->first,
                                           .gpu_n = h->gpu_n,
                                           .cpu_milli = h->cpu_milli,
                                           .memory_bytes = h->memory_bytes};
        const struct hostfrag_gain gain = hostfrag_find(&r->frag, i, &host, vm->kind_ix);
        if (gain.gpu >= 0 && (best.gpu < 0 || gain.score > best.score)) {
            best = gain;
            *host_ix = i;
        }
    }
    if (best.gpu < 0) {
        return false;
    }
    int n = 0;
    for (int g = r->host[*host_ix].first + best.gpu; n < vm->seats; g++) {
        int at;
        const int next = gstate_add(r->t->g, r->state[g], vm->class_ix, &at);
        if (next != GSTATE_FULL) {
            spot[n++] = (struct spot){g, at};
            set_state(r, g, next);
        }
    }
    hostfrag_changed(&r->frag, *host_ix);
    return true;
}

/* Places a VM; false: there is no room for it. */
static bool place(struct run *r, const struct churn_vm *vm, struct spot *spot, int *host_ix)
{
    struct pick best = {.gpu_ix = -1};
    struct pick empty = {.gpu_ix = -1};
    const bool several = r->t->host_n > 1 && vm->seats > 1;
    *host_ix = -1;
    if (looks_at_hosts(r)) {
        return place_by_host(r, vm, spot, host_ix);
    }
    for (int i = 0; i < r->t->host_n; i++) {
        struct host *h = &r->host[i];
        if (!host_takes(h, vm) || (several && !seats_fit(r, vm, h))) {
            continue;
        }
        if (vm->seats == 0) {
            *host_ix = i;
            break;
        }
        look(r, vm, h, NULL, 0, &best, &empty);
        if (best.gpu_ix >= 0 && r->t->policy == PLACE_FIRST_FIT) {
            break;
        }
    }
    if (vm->seats > 0) {
        const struct pick pick = best.gpu_ix >= 0 ? best : empty;
        if (pick.gpu_ix < 0) {
            return false;
        }
        *host_ix = host_of(r, pick.gpu_ix);
        if (!seat_all(r, vm, pick, &r->host[*host_ix], spot)) {
            return false;
        }
    }
    return *host_ix >= 0;
}

/* ---- Time ---- */

static struct churn_point point_now(struct run *r)
{
    struct gstate *g = r->t->g;
    int64_t weight = 0;
    for (int k = 0; k < g->terms->class_n; k++) {
        weight += g->terms->class[k].weight;
    }
    double useless = 0;
    for (int i = 0; i < r->gpu_n; i++) {
        useless += (double)gstate_useless(g, r->state[i]);
    }
    const double all = (double)r->room * (double)weight;
    return (struct churn_point){
        .vms = r->present,
        .gpus = r->in_use,
        .room = r->room,
        .room_frac = r->room_max > 0 ? (double)r->room / r->room_max / r->gpu_n : 0,
        .fragmentation_frac = all > 0 ? useless / all : 0};
}

/* Time goes on to `to_ns`: what has been since the last event is added up, and points of the
 * series on the way are filled. */
static void advance(struct run *r, int64_t to_ns)
{
    const struct churn_terms *t = r->t;
    while (r->point_n < t->point_n && t->point_ns + r->point_n * t->step_ns < to_ns) {
        r->out->point[r->point_n++] = point_now(r);
    }
    const double for_ns = (double)(to_ns - r->now_ns);
    r->out->gpu_ns += for_ns * r->in_use;
    r->out->room_ns += for_ns * ((double)r->gpu_n * r->room_max - (double)r->room);
    r->now_ns = to_ns;
}

static void leave(struct run *r, int ix)
{
    const struct churn_vm *vm = &r->t->vm[ix];
    const struct spot *spot = r->spot + r->spot_at[ix];
    const int host_ix = spot[vm->seats].gpu_ix;
    unseat(r, vm, spot, vm->seats);
    r->host[host_ix].cpu_milli += r->t->host[host_ix].cpu_milli < INT64_MAX ? vm->cpu_milli : 0;
    r->host[host_ix].memory_bytes +=
        r->t->host[host_ix].memory_bytes < INT64_MAX ? vm->memory_bytes : 0;
    r->present--;
    if (looks_at_hosts(r)) {
        hostfrag_changed(&r->frag, host_ix);
    }
}

static void arrive(struct run *r, int ix)
{
    const struct churn_vm *vm = &r->t->vm[ix];
    struct spot *spot = r->spot + r->spot_at[ix];
    int host_ix;
    if (!place(r, vm, spot, &host_ix)) {
        if (r->out->refused_n++ == 0) {
            r->out->first_ix = ix;
            r->out->then = point_now(r);
        }
        r->spot_at[ix] = SIZE_MAX;
        r->out->is_refused[ix] = true;
        return;
    }
    spot[vm->seats].gpu_ix = host_ix;
    r->host[host_ix].cpu_milli -= r->t->host[host_ix].cpu_milli < INT64_MAX ? vm->cpu_milli : 0;
    r->host[host_ix].memory_bytes -=
        r->t->host[host_ix].memory_bytes < INT64_MAX ? vm->memory_bytes : 0;
    r->present++;
    r->out->gpus = r->top > r->out->gpus ? r->top : r->out->gpus;
}

/* ---- Public ---- */

static bool begin(struct run *r, struct arena *a)
{
    const struct churn_terms *t = r->t;
    int64_t gpu_n = 0;
    size_t spots = 0;
    r->host = arena_alloc(a, (size_t)t->host_n, sizeof *r->host);
    r->spot_at = arena_alloc(a, (size_t)t->vm_n, sizeof *r->spot_at);
    if (!r->host || !r->spot_at) {
        return false;
    }
    for (int i = 0; i < t->host_n; i++) {
        r->host[i] = (struct host){.first = (int)gpu_n,
                                   .gpu_n = t->host[i].gpu_n,
                                   .cpu_milli = t->host[i].cpu_milli,
                                   .memory_bytes = t->host[i].memory_bytes};
        gpu_n += t->host[i].gpu_n;
        assert(gpu_n <= INT32_MAX);
    }
    for (int i = 0; i < t->vm_n; i++) {
        r->spot_at[i] = spots;
        spots += (size_t)t->vm[i].seats + 1; /* and its host */
    }
    r->gpu_n = (int)gpu_n;
    r->room_max = gstate_room(t->g, 0);
    r->room = gpu_n * r->room_max;
    r->state = arena_alloc(a, (size_t)gpu_n, sizeof *r->state);
    r->spot = arena_alloc(a, spots, sizeof *r->spot);
    r->out->point = arena_alloc(a, (size_t)t->point_n, sizeof *r->out->point);
    r->out->is_refused = arena_alloc(a, (size_t)t->vm_n, sizeof *r->out->is_refused);
    return r->state && r->spot && r->out->point && r->out->is_refused &&
           (!looks_at_hosts(r) ||
            hostfrag_init(&r->frag, a, t->g, t->kind, t->kind_n, t->host_n));
}

bool churn_run(struct churn *out, struct arena *a, const struct churn_terms *terms)
{
    struct run r = {.t = terms, .out = out};
    assert(terms->policy != PLACE_EXACT);
    *out = (struct churn){.first_ix = -1};
    if (!begin(&r, a)) {
        return false;
    }
    if (terms->vm_n > 0) {
        out->first_ns = r.now_ns = terms->vm[0].created_ns;
    }
    int gone = 0;
    for (int i = 0; i <= terms->vm_n && !terms->g->failed; i++) {
        const int64_t until = i < terms->vm_n ? terms->vm[i].created_ns : CHURN_STAYS - 1;
        for (; gone < i && terms->vm[terms->gone[gone]].deleted_ns <= until; gone++) {
            const int ix = terms->gone[gone];
            if (ix >= i) {
                break; /* it is not there yet: those behind it go no earlier */
            }
            advance(&r,
                    terms->vm[ix].deleted_ns > r.now_ns ? terms->vm[ix].deleted_ns : r.now_ns);
            if (r.spot_at[ix] != SIZE_MAX) {
                leave(&r, ix);
            }
        }
        if (i < terms->vm_n) {
            advance(&r, until);
            arrive(&r, i);
        }
    }
    out->last_ns = r.now_ns;
    while (r.point_n < terms->point_n) {
        out->point[r.point_n++] = point_now(&r);
    }
    return !terms->g->failed;
}

/* By (deleted, index). Keys are kept beside the index, since qsort takes no context. */
struct gone {
    int64_t deleted_ns;
    int ix;
};

static int compare_gone(const void *a, const void *b)
{
    const struct gone *x = a;
    const struct gone *y = b;
    if (x->deleted_ns != y->deleted_ns) {
        return x->deleted_ns < y->deleted_ns ? -1 : 1;
    }
    return (x->ix > y->ix) - (x->ix < y->ix);
}

bool churn_order(struct arena *a, const struct churn_vm *vm, int vm_n, int *gone)
{
    struct gone *list = arena_alloc(a, (size_t)vm_n, sizeof *list);
    for (int i = 0; list && i < vm_n; i++) {
        list[i] = (struct gone){vm[i].deleted_ns, i};
    }
    if (list) {
        qsort(list, (size_t)vm_n, sizeof *list, compare_gone);
    }
    for (int i = 0; list && i < vm_n; i++) {
        gone[i] = list[i].ix;
    }
    return list != NULL;
}
