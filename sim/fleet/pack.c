/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack.c - placement policies over GPUs whose limits only ever tighten.
 *
 * Per class a table of verdicts says which GPUs refused, and which were seen to have room since
 * they last changed. A VM that cannot be placed whole is taken back; the GPUs that it touched
 * are then judged anew, since a refusal may have been its own doing. Cost: one layout search
 * per seat and per (class, GPU) pair; best fit and depth-first add a scan of the GPUs in use,
 * fragmentation that scan and a layout search per class for the GPU that changed. Breadth-first
 * walks over the GPUs once per number of vGPUs. Fragmentation: the idea of Weng et al., USENIX
 * ATC 2023, with the scenario's own tenants as the mix. */
#include "sim/fleet/pack.h"

#include <assert.h>
#include <string.h>

#include "sim/fleet/pack_limits.h"

#define GAIN_OPEN INT64_MIN /* not known */

enum verdict {
    VERDICT_OPEN, /* not known */
    VERDICT_ROOM, /* takes one more, until the GPU changes */
    VERDICT_FULL  /* for good */
};

/* ---- Verdicts ---- */

static unsigned char *verdict_of(const struct pack *p, int class_ix, int gpu_ix)
{
    return &p->verdict[p->row[class_ix] + gpu_ix];
}

/* A GPU that holds a part of this very VM is judged for this VM only. */
static bool has_room(struct pack *p, int class_ix, int gpu_ix, int vm)
{
    unsigned char *verdict = verdict_of(p, class_ix, gpu_ix);
    bool own = p->gpu[gpu_ix].last_vm == vm;
    if (*verdict == VERDICT_FULL || (*verdict == VERDICT_ROOM && !own)) {
        return *verdict == VERDICT_ROOM;
    }
    enum pack_why why = pack_why_not(p, class_ix, gpu_ix, vm);
    if (why == WHY_NONE && !own) {
        *verdict = VERDICT_ROOM;
    } else if (why != WHY_NONE && why != WHY_SAME_VM) {
        *verdict = VERDICT_FULL;
    }
    return why == WHY_NONE;
}

/* Free room on the GPU, in units of the axis or GiB. */
static int free_on(const struct pack *p, int gpu_ix)
{
    const struct pack_gpu *g = &p->gpu[gpu_ix];
    const struct pack_group *group = pack_group_of(p, gpu_ix);
    return pack_has_instances(p) ? group->axis_units - g->units : group->gpu_gib - g->gib;
}

/* What stays free once the seat is in. */
static int left_after(const struct pack *p, int class_ix, int gpu_ix, int vm)
{
    const struct pack_class *c = &p->terms->class[class_ix];
    if (!pack_has_instances(p)) {
        return free_on(p, gpu_ix) - c->gib;
    }
    bool full;
    bool own;
    bool joins = p->terms->mode == MODE_TIME_SLICED_MIG &&
                 pack_shared_instance(p, c, gpu_ix, vm, &full, &own) >= 0;
    return free_on(p, gpu_ix) - (joins ? 0 : c->profile->size);
}

/* ---- Seats ---- */

static int domain_new(struct pack *p, int class_ix, int gpu_ix)
{
    int ix = p->domain_n++;
    struct pack_gpu *g = &p->gpu[gpu_ix];
    p->domain[ix] = (struct pack_domain){
        .gpu_ix = gpu_ix, .class_ix = class_ix, .last_vm = NOBODY, .prev = g->last, .next = -1};
    if (g->last >= 0) {
        p->domain[g->last].next = ix;
    } else {
        g->first = ix;
    }
    g->last = ix;
    if (pack_has_instances(p)) {
        const struct pack_class *c = &p->terms->class[class_ix];
        pack_counts(p, gpu_ix)[c->kind]++;
        g->units += c->profile->size;
    }
    return ix;
}

/* The domain with the highest index goes: domains are undone in reverse order. */
static void domain_drop(struct pack *p, int ix)
{
    assert(ix == p->domain_n - 1);
    const struct pack_domain *d = &p->domain[ix];
    struct pack_gpu *g = &p->gpu[d->gpu_ix];
    g->last = d->prev;
    if (d->prev >= 0) {
        p->domain[d->prev].next = -1;
    } else {
        g->first = -1;
    }
    if (pack_has_instances(p)) {
        const struct pack_class *c = &p->terms->class[d->class_ix];
        pack_counts(p, d->gpu_ix)[c->kind]--;
        g->units -= c->profile->size;
    }
    p->domain_n--;
}

/* The domain that a seat joins, or -1 where it takes a new one. */
static int find_domain(const struct pack *p, int class_ix, int gpu_ix, int vm)
{
    bool full;
    bool own;
    switch (p->terms->mode) {
    case MODE_MIG:
        return -1;
    case MODE_TIME_SLICED_MIG:
        return pack_shared_instance(p, &p->terms->class[class_ix], gpu_ix, vm, &full, &own);
    case MODE_PASSTHROUGH:
    case MODE_TIME_SLICED:
    case MODE_CONTAINER_TIME_SLICED:
        break;
    }
    return p->gpu[gpu_ix].first;
}

static void seat_put(struct pack *p, int class_ix, int gpu_ix, int vm, struct pack_spot *spot)
{
    const struct pack_class *c = &p->terms->class[class_ix];
    int ix = find_domain(p, class_ix, gpu_ix, vm);
    ix = ix >= 0 ? ix : domain_new(p, class_ix, gpu_ix);
    struct pack_domain *d = &p->domain[ix];
    struct pack_gpu *g = &p->gpu[gpu_ix];
    *spot =
        (struct pack_spot){.class_ix = class_ix, .domain_ix = ix, .slot = d->seat_n, .id = -1};
    d->seat_n++;
    d->last_vm = vm;
    g->vgpu_n++;
    g->gib += c->gib;
    g->last_vm = vm;
    if (p->terms->mixed_size) {
        pack_counts(p, gpu_ix)[c->kind]++;
    }
}

/* Undoes seat_put, but for who was there last. */
static void seat_take(struct pack *p, const struct pack_spot *spot)
{
    const struct pack_class *c = &p->terms->class[spot->class_ix];
    struct pack_domain *d = &p->domain[spot->domain_ix];
    int gpu_ix = d->gpu_ix;
    struct pack_gpu *g = &p->gpu[gpu_ix];
    d->seat_n--;
    g->vgpu_n--;
    g->gib -= c->gib;
    if (p->terms->mixed_size) {
        pack_counts(p, gpu_ix)[c->kind]--;
    }
    if (d->seat_n == 0) {
        domain_drop(p, spot->domain_ix);
    }
}

/* ---- Fragmentation ---- */

static bool is_fragmentation(const struct pack *p)
{
    return p->terms->policy == PLACE_FRAGMENTATION;
}

/* Free room that a seat drawn from the scenario's mix is expected not to be able to use, times
 * the seats of the mix: for each class that the GPU refuses, all of it. */
static int64_t unusable(const struct pack *p, int gpu_ix)
{
    const struct pack_group *group = pack_group_of(p, gpu_ix);
    int64_t refusing_n = 0;
    for (int k = group->class_first; k < group->class_first + group->class_n; k++) {
        if (*verdict_of(p, k, gpu_ix) == VERDICT_FULL ||
            pack_why_not(p, k, gpu_ix, NOBODY) != WHY_NONE) {
            refusing_n += p->terms->class[k].wanted_n;
        }
    }
    return refusing_n * free_on(p, gpu_ix);
}

/* What one seat of the class would add to it, found by putting it there and taking it back. */
static int64_t gain_of(struct pack *p, int class_ix, int gpu_ix, int vm)
{
    int64_t *gain = &p->gain[p->row[class_ix] + gpu_ix];
    if (*gain != GAIN_OPEN && p->gpu[gpu_ix].last_vm != vm) {
        return *gain;
    }
    if (p->waste[gpu_ix] < 0) {
        p->waste[gpu_ix] = unusable(p, gpu_ix);
    }
    int gpu_vm = p->gpu[gpu_ix].last_vm;
    int ix = find_domain(p, class_ix, gpu_ix, vm);
    int domain_vm = ix >= 0 ? p->domain[ix].last_vm : NOBODY;
    struct pack_spot spot;
    seat_put(p, class_ix, gpu_ix, vm, &spot);
    *gain = unusable(p, gpu_ix) - p->waste[gpu_ix];
    seat_take(p, &spot);
    p->gpu[gpu_ix].last_vm = gpu_vm;
    if (ix >= 0) {
        p->domain[ix].last_vm = domain_vm;
    }
    return *gain;
}

/* ---- Policy ---- */

/* The GPU that a policy has found so far. */
struct pick {
    int gpu_ix; /* -1: none */
    double rank;
};

static bool host_takes(const struct pack *p, const struct pack_want *want, int host_ix)
{
    const struct pack_host *h = &p->host[host_ix];
    return want->class_ix[h->group_ix] >= 0 && !h->refuses &&
           want->memory_bytes <= h->memory_bytes && want->cpus <= h->cpus;
}

/* What the policy compares, the less the better; in terms in which unlike GPUs compare. */
static double rank_of(struct pack *p, int class_ix, int gpu_ix, int vm)
{
    const struct pack_group *group = pack_group_of(p, gpu_ix);
    int room = pack_has_instances(p) ? group->axis_units : group->gpu_gib;
    room = room > 0 ? room : 1; /* containers need not know the framebuffer */
    switch (p->terms->policy) {
    case PLACE_BEST_FIT:
        return (double)left_after(p, class_ix, gpu_ix, vm) * group->gpu_gib / room;
    case PLACE_BREADTH_FIRST:
        return p->gpu[gpu_ix].vgpu_n;
    case PLACE_DEPTH_FIRST:
        return -p->gpu[gpu_ix].vgpu_n;
    case PLACE_FRAGMENTATION:
        return (double)gain_of(p, class_ix, gpu_ix, vm) / room;
    case PLACE_FIRST_FIT:
    case PLACE_EXACT:
    case PLACE_LISTED:
        break;
    }
    return 0;
}

/* Looks at GPUs [from, to) of one host, all that take part in the policy's comparison. */
static void look(struct pack *p, int class_ix, int vm, int from, int to, struct pick *best)
{
    bool any_will_do = p->terms->policy == PLACE_FIRST_FIT;
    bool empty_too = p->terms->policy == PLACE_BREADTH_FIRST;
    for (int g = from; g < to && !(any_will_do && best->gpu_ix >= 0); g++) {
        if ((p->gpu[g].vgpu_n == 0 && !empty_too) || !has_room(p, class_ix, g, vm)) {
            continue;
        }
        double rank = rank_of(p, class_ix, g, vm);
        if (best->gpu_ix < 0 || rank < best->rank) {
            *best = (struct pick){g, rank};
        }
    }
}

/* The lowest empty GPU of a host that takes the class, or -1. All empty ones are alike. */
static int find_empty(struct pack *p, int class_ix, int vm, const struct pack_host *h)
{
    for (int g = h->gpu_first; g < h->gpu_first + h->gpu_n; g++) {
        if (p->gpu[g].vgpu_n == 0) {
            return has_room(p, class_ix, g, vm) ? g : -1;
        }
    }
    return -1;
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

/* The GPU for one more seat on this host, or -1. */
static int choose_on(struct pack *p, const struct pack_want *want, int vm, int host_ix)
{
    const struct pack_host *h = &p->host[host_ix];
    int class_ix = want->class_ix[h->group_ix];
    struct pick best = {.gpu_ix = -1};
    look(p, class_ix, vm, h->gpu_first, min_int(h->gpu_first + h->gpu_n, p->gpu_n), &best);
    bool done = best.gpu_ix >= 0 &&
                (p->terms->policy != PLACE_BREADTH_FIRST || p->gpu[best.gpu_ix].vgpu_n == 0);
    int empty = done ? -1 : find_empty(p, class_ix, vm, h);
    return empty >= 0 ? empty : best.gpu_ix;
}

/* GPUs below it take no more of the class. */
static int low_of(struct pack *p, int class_ix)
{
    int *low = &p->low[class_ix];
    int group_ix = p->terms->class[class_ix].group_ix;
    while (*low < p->gpu_n && p->host[p->gpu[*low].host_ix].group_ix == group_ix &&
           *verdict_of(p, class_ix, *low) == VERDICT_FULL) {
        (*low)++;
    }
    return *low;
}

/* The GPU for the first seat of a VM, or -1: a new GPU is the answer only when none in use has
 * room. */
static int choose_gpu(struct pack *p, const struct pack_want *want, int vm)
{
    struct pick best = {.gpu_ix = -1};
    int empty = -1;
    while (p->host_low < p->host_n && !host_takes(p, want, p->host_low)) {
        p->host_low++;
    }
    for (int i = p->host_low; i < p->host_n; i++) {
        const struct pack_host *h = &p->host[i];
        if (h->gpu_first >= p->gpu_n && (best.gpu_ix >= 0 || empty >= 0)) {
            break;
        }
        if (!host_takes(p, want, i)) {
            continue;
        }
        int class_ix = want->class_ix[h->group_ix];
        int low = low_of(p, class_ix);
        if (low >= h->gpu_first + h->gpu_n) {
            continue;
        }
        look(p, class_ix, vm, low > h->gpu_first ? low : h->gpu_first,
             min_int(h->gpu_first + h->gpu_n, p->gpu_n), &best);
        if (best.gpu_ix >= 0 && p->terms->policy == PLACE_FIRST_FIT) {
            break;
        }
        if (best.gpu_ix < 0 && empty < 0) {
            empty = find_empty(p, class_ix, vm, h);
        }
    }
    return best.gpu_ix >= 0 ? best.gpu_ix : empty;
}

/* The GPU of a group with the fewest vGPUs that has room, ties lowest. The walk begins where
 * that of the VM before ended: what is below refuses the tenant. A VM has no vGPU yet. */
static int walk_group(struct pack *p, const struct pack_want *want, int vm, int group_ix)
{
    int class_ix = want->class_ix[group_ix];
    if (class_ix < 0) {
        return -1;
    }
    struct pack_level *at = &p->level[class_ix];
    int first = p->low[class_ix];
    for (; at->level <= SCHED_VGPUS_MAX; at->level++, at->next = first) {
        at->next = at->next < first ? first : at->next;
        for (; at->next < p->limit; at->next++) {
            int host_ix = p->gpu[at->next].host_ix;
            if (p->host[host_ix].group_ix != group_ix) {
                break;
            }
            if (p->gpu[at->next].vgpu_n == at->level && host_takes(p, want, host_ix) &&
                has_room(p, class_ix, at->next, vm)) {
                return at->next;
            }
        }
    }
    return -1;
}

/* Breadth-first, for the first seat of a VM. */
static int choose_breadth(struct pack *p, const struct pack_want *want, int vm)
{
    int best = -1;
    for (int i = 0; i < p->terms->group_n; i++) {
        int g = walk_group(p, want, vm, i);
        if (g >= 0 && (best < 0 || p->gpu[g].vgpu_n < p->gpu[best].vgpu_n)) {
            best = g;
        }
    }
    return best;
}

/* Of the GPUs that have seats of the class left in the plan the one that has most, ties lowest:
 * so the vGPUs of every VM come to lie apart where the plan lets them. */
static int choose_planned(struct pack *p, int class_ix, int vm)
{
    size_t class_n = (size_t)p->terms->class_n;
    int best = -1;
    int best_n = 0;
    for (int g = 0; g < p->limit; g++) {
        int n = p->plan[(size_t)g * class_n + (size_t)class_ix];
        if (n > best_n && has_room(p, class_ix, g, vm)) {
            best = g;
            best_n = n;
        }
    }
    if (best >= 0) {
        p->plan[(size_t)best * class_n + (size_t)class_ix]--;
    }
    return best;
}

/* The lowest GPU for which a VM of the class is still listed and that takes it. */
static int choose_listed(struct pack *p, int class_ix, int vm)
{
    size_t class_n = (size_t)p->terms->class_n;
    for (int *g = &p->low[class_ix]; *g < p->limit; (*g)++) {
        unsigned char *left = &p->plan[(size_t)*g * class_n + (size_t)class_ix];
        if (*left > 0) {
            bool takes = has_room(p, class_ix, *g, vm);
            *left -= takes;
            return takes ? *g : -1;
        }
    }
    return -1;
}

/* ---- VMs ---- */

/* The GPU has changed: what was found out about it holds no longer, but for refusals. */
static void gpu_changed(struct pack *p, int gpu_ix, enum verdict refused)
{
    const struct pack_group *group = pack_group_of(p, gpu_ix);
    for (int k = group->class_first; k < group->class_first + group->class_n; k++) {
        unsigned char *verdict = verdict_of(p, k, gpu_ix);
        *verdict = *verdict == VERDICT_FULL ? (unsigned char)refused : VERDICT_OPEN;
        if (is_fragmentation(p)) {
            p->gain[p->row[k] + gpu_ix] = GAIN_OPEN;
        }
    }
    if (is_fragmentation(p)) {
        p->waste[gpu_ix] = -1;
    }
}

void pack_seat(struct pack *p, int class_ix, int gpu_ix, int vm, struct pack_spot *spot)
{
    p->gpu_n = gpu_ix < p->gpu_n ? p->gpu_n : gpu_ix + 1;
    seat_put(p, class_ix, gpu_ix, vm, spot);
    gpu_changed(p, gpu_ix, VERDICT_FULL);
}

/* type_max of a domain may stay too high for a moment: nobody reads it before the VM after this
 * one. */
void pack_unseat(struct pack *p, const struct pack_spot *spot)
{
    int gpu_ix = p->domain[spot->domain_ix].gpu_ix;
    const struct pack_group *group = pack_group_of(p, gpu_ix);
    seat_take(p, spot);
    gpu_changed(p, gpu_ix, VERDICT_OPEN);
    for (int k = group->class_first; k < group->class_first + group->class_n; k++) {
        p->low[k] = gpu_ix < p->low[k] ? gpu_ix : p->low[k];
        p->level[k] = (struct pack_level){0};
    }
    while (p->gpu_n > 0 && p->gpu[p->gpu_n - 1].vgpu_n == 0) {
        p->gpu_n--;
    }
}

static int choose_first(struct pack *p, const struct pack_want *want, int vm)
{
    switch (p->terms->policy) {
    case PLACE_BREADTH_FIRST:
        return choose_breadth(p, want, vm);
    case PLACE_EXACT:
        return choose_planned(p, want->class_ix[0], vm);
    case PLACE_LISTED:
        return choose_listed(p, want->class_ix[0], vm);
    case PLACE_FIRST_FIT:
    case PLACE_BEST_FIT:
    case PLACE_DEPTH_FIRST:
    case PLACE_FRAGMENTATION:
        break;
    }
    return choose_gpu(p, want, vm);
}

/* All seats on the host of the first one, or none. */
static bool seat_vm(struct pack *p, const struct pack_want *want, int vm, int gpu_ix,
                    struct pack_spot *spot)
{
    int host_ix = p->gpu[gpu_ix].host_ix;
    int class_ix = want->class_ix[p->host[host_ix].group_ix];
    pack_seat(p, class_ix, gpu_ix, vm, &spot[0]);
    for (int i = 1; i < want->vgpus; i++) {
        gpu_ix = p->terms->policy == PLACE_EXACT ? choose_planned(p, class_ix, vm)
                                                 : choose_on(p, want, vm, host_ix);
        if (gpu_ix < 0) {
            while (i > 0) {
                pack_unseat(p, &spot[--i]);
            }
            return false;
        }
        pack_seat(p, class_ix, gpu_ix, vm, &spot[i]);
    }
    return true;
}

/* ---- Public ---- */

/* Hosts and GPUs of the first `limit` GPUs. */
static void number_gpus(struct pack *p, const struct pack_terms *terms)
{
    for (int i = 0; i < p->host_n; i++) {
        struct pack_host *h = &p->host[i];
        *h = terms->host[i];
        h->gpu_n = min_int(h->gpu_n, p->limit - h->gpu_first);
        for (int g = h->gpu_first; g < h->gpu_first + h->gpu_n; g++) {
            p->gpu[g] =
                (struct pack_gpu){.host_ix = i, .first = -1, .last = -1, .last_vm = NOBODY};
        }
    }
}

/* Where the rows of the classes begin, so that a GPU's own number finds its place; how long
 * they are together. */
static size_t number_rows(struct pack *p, const struct pack_terms *terms)
{
    size_t all = 0;
    for (int k = 0; k < terms->class_n; k++) {
        int first = -1;
        int end = 0;
        for (int i = 0; i < p->host_n; i++) {
            if (p->host[i].group_ix == terms->class[k].group_ix) {
                first = first < 0 ? p->host[i].gpu_first : first;
                end = p->host[i].gpu_first + p->host[i].gpu_n;
            }
        }
        first = first < 0 ? 0 : first;
        p->row[k] = (int64_t)all - first;
        p->low[k] = first;
        all += (size_t)(end > first ? end - first : 0);
    }
    return all;
}

bool pack_init(struct pack *p, struct arena *a, const struct pack_terms *terms, int limit,
               int seat_max)
{
    *p = (struct pack){.terms = terms, .limit = limit};
    p->has_positions = pack_has_instances(p) || terms->mixed_size;
    for (int i = 0; p->has_positions && i < terms->group_n; i++) {
        int n = pack_axis_of(p, &terms->group[i])->kind_n;
        p->kind_n = n > p->kind_n ? n : p->kind_n;
    }
    while (p->host_n < terms->host_n && terms->host[p->host_n].gpu_first < limit) {
        p->host_n++;
    }
    size_t class_n = (size_t)terms->class_n;
    p->host = arena_alloc(a, (size_t)p->host_n, sizeof *p->host);
    p->gpu = arena_alloc(a, (size_t)limit, sizeof *p->gpu);
    p->domain = arena_alloc(a, (size_t)seat_max, sizeof *p->domain);
    p->count = arena_alloc(a, (size_t)limit * (size_t)p->kind_n, sizeof *p->count);
    p->row = arena_alloc(a, class_n, sizeof *p->row);
    p->low = arena_alloc(a, class_n, sizeof *p->low);
    p->level = arena_alloc(a, class_n, sizeof *p->level);
    if (p->host == NULL || p->gpu == NULL || p->domain == NULL || p->count == NULL ||
        p->row == NULL || p->low == NULL || p->level == NULL) {
        return false;
    }
    number_gpus(p, terms);
    size_t cells = number_rows(p, terms);
    p->verdict = arena_alloc(a, cells, sizeof *p->verdict);
    if (terms->policy == PLACE_EXACT || terms->policy == PLACE_LISTED) {
        assert(terms->plan_n >= limit);
        p->plan = arena_alloc(a, (size_t)limit * class_n, sizeof *p->plan);
        if (p->plan == NULL) {
            return false;
        }
        memcpy(p->plan, terms->plan, (size_t)limit * class_n);
    }
    p->waste = arena_alloc(a, is_fragmentation(p) ? (size_t)limit : 0, sizeof *p->waste);
    p->gain = arena_alloc(a, is_fragmentation(p) ? cells : 0, sizeof *p->gain);
    if (p->verdict == NULL || p->waste == NULL || p->gain == NULL) {
        return false;
    }
    for (int g = 0; g < limit; g++) {
        gpu_changed(p, g, VERDICT_OPEN);
    }
    return true;
}

void pack_tenant(struct pack *p)
{
    p->host_low = 0;
    for (int i = 0; i < p->host_n; i++) {
        p->host[i].refuses = false;
    }
    for (int k = 0; k < p->terms->class_n; k++) {
        p->level[k] = (struct pack_level){0};
    }
}

bool pack_vm(struct pack *p, const struct pack_want *want, int vm, struct pack_spot *spot)
{
    for (;;) {
        int gpu_ix = choose_first(p, want, vm);
        if (gpu_ix < 0) {
            return false;
        }
        struct pack_host *h = &p->host[p->gpu[gpu_ix].host_ix];
        if (seat_vm(p, want, vm, gpu_ix, spot)) {
            h->memory_bytes -= h->memory_bytes < UINT64_MAX ? want->memory_bytes : 0;
            h->cpus -= h->cpus < INT64_MAX ? want->cpus : 0;
            return true;
        }
        h->refuses = true;
    }
}

enum pack_why pack_obstacle(const struct pack *p, int class_ix, int gpu_ix)
{
    return pack_why_not(p, class_ix, gpu_ix, NOBODY);
}

enum pack_why pack_host_obstacle(const struct pack *p, const struct pack_want *want,
                                 int host_ix)
{
    const struct pack_host *h = &p->host[host_ix];
    if (want->memory_bytes > h->memory_bytes) {
        return WHY_HOST_MEMORY;
    }
    return want->cpus > h->cpus ? WHY_HOST_CPUS : WHY_NONE;
}
