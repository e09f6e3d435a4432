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

enum {
    GPU_VGPUS_MAX = 32,     /* rule CAP-05 */
    GPU_VGPUS_MAX_MIG = 48, /* rule CAP-06 */
    NOBODY = -1
};

#define GAIN_OPEN INT64_MIN /* not known */

enum verdict {
    VERDICT_OPEN, /* not known */
    VERDICT_ROOM, /* takes one more, until the GPU changes */
    VERDICT_FULL  /* for good */
};

/* ---- Limits ---- */

static bool has_instances(const struct pack *p)
{
    return p->terms->mode == MODE_MIG || p->terms->mode == MODE_TIME_SLICED_MIG;
}

/* Pieces per kind on a GPU; only where positions matter. */
static unsigned char *counts_of(const struct pack *p, int gpu_ix)
{
    assert(p->axis != NULL);
    return p->count + (size_t)gpu_ix * (size_t)p->axis->kind_n;
}

static enum pack_why why_equal_size(const struct pack *p, const struct pack_class *c,
                                    const struct pack_gpu *g)
{
    if (g->first >= 0) {
        const struct pack_class *first = &p->terms->class[p->domain[g->first].class_ix];
        if (first->gib != c->gib) {
            return WHY_SIZE;
        }
        if (first->type != c->type && p->terms->one_type) {
            return WHY_SERIES;
        }
    }
    if (g->vgpu_n >= c->domain_max) {
        return WHY_MAX;
    }
    if (g->vgpu_n >= GPU_VGPUS_MAX) {
        return WHY_GPU_MAX;
    }
    return g->gib + c->gib > p->terms->gpu_gib ? WHY_MEMORY : WHY_NONE;
}

static enum pack_why why_mixed_size(const struct pack *p, const struct pack_class *c,
                                    int gpu_ix)
{
    const struct pack_gpu *g = &p->gpu[gpu_ix];
    unsigned char *count = counts_of(p, gpu_ix);
    if (count[c->kind] >= c->domain_max) {
        return WHY_MIX_MAX;
    }
    if (g->vgpu_n >= GPU_VGPUS_MAX) {
        return WHY_GPU_MAX;
    }
    if (g->gib + c->gib > p->terms->gpu_gib) {
        return WHY_MEMORY;
    }
    count[c->kind]++;
    bool fits = axis_fits(p->axis, count);
    count[c->kind]--;
    return fits ? WHY_NONE : WHY_MIX_ID;
}

/* One more instance of the class's profile? */
static enum pack_why why_instance(const struct pack *p, const struct pack_class *c, int gpu_ix)
{
    if (p->gpu[gpu_ix].vgpu_n >= GPU_VGPUS_MAX_MIG) {
        return WHY_GPU_MAX;
    }
    unsigned char *count = counts_of(p, gpu_ix);
    count[c->kind]++;
    enum mig_fit fit = mig_fits(&p->terms->mig, count);
    count[c->kind]--;
    switch (fit) {
    case MIG_FITS:
        return WHY_NONE;
    case MIG_MAX_INSTANCES:
        return WHY_INSTANCES;
    case MIG_SECOND_ME:
        return WHY_ME;
    case MIG_MEDIA_TAKEN:
        return WHY_MEDIA;
    case MIG_ENGINES_SHORT:
        return WHY_ENGINES;
    case MIG_NO_START:
        break;
    }
    return WHY_START;
}

/* May seats of both classes share an instance? Equal size within an instance (rule MIG-06). */
static bool is_mate(const struct pack *p, const struct pack_class *a,
                    const struct pack_class *b)
{
    return a->profile == b->profile && a->gib == b->gib &&
           (a->type == b->type || !p->terms->one_type);
}

/* The oldest instance on the GPU that takes a vGPU of the class and holds none of this VM; -1.
 * `full` and `own` tell what was there instead. */
static int shared_instance(const struct pack *p, const struct pack_class *c, int gpu_ix, int vm,
                           bool *full, bool *own)
{
    *full = false;
    *own = false;
    for (int i = p->gpu[gpu_ix].first; i >= 0; i = p->domain[i].next) {
        const struct pack_domain *d = &p->domain[i];
        if (!is_mate(p, &p->terms->class[d->class_ix], c)) {
            continue;
        }
        if (d->seat_n >= c->domain_max) {
            *full = true;
        } else if (d->last_vm == vm) {
            *own = true;
        } else {
            return i;
        }
    }
    return -1;
}

static enum pack_why why_shared(const struct pack *p, const struct pack_class *c, int gpu_ix,
                                int vm)
{
    if (p->gpu[gpu_ix].vgpu_n >= GPU_VGPUS_MAX_MIG) {
        return WHY_GPU_MAX;
    }
    bool full;
    bool own;
    if (shared_instance(p, c, gpu_ix, vm, &full, &own) >= 0) {
        return WHY_NONE;
    }
    enum pack_why why = why_instance(p, c, gpu_ix);
    if (why == WHY_NONE) {
        return WHY_NONE;
    }
    if (own) {
        return WHY_SAME_VM;
    }
    return full ? WHY_SHARED : why;
}

static enum pack_why why_not(const struct pack *p, int class_ix, int gpu_ix, int vm)
{
    const struct pack_class *c = &p->terms->class[class_ix];
    const struct pack_gpu *g = &p->gpu[gpu_ix];
    switch (p->terms->mode) {
    case MODE_PASSTHROUGH:
        return g->vgpu_n > 0 ? WHY_TAKEN : WHY_NONE;
    case MODE_TIME_SLICED: {
        enum pack_why why =
            p->terms->mixed_size ? why_mixed_size(p, c, gpu_ix) : why_equal_size(p, c, g);
        return why == WHY_NONE && vm != NOBODY && g->last_vm == vm ? WHY_SAME_VM : why;
    }
    case MODE_MIG:
        return why_instance(p, c, gpu_ix);
    case MODE_TIME_SLICED_MIG:
        return why_shared(p, c, gpu_ix, vm);
    case MODE_CONTAINER_TIME_SLICED:
        if (g->vgpu_n >= SCHED_VGPUS_MAX) {
            return WHY_GPU_MAX;
        }
        return vm != NOBODY && g->last_vm == vm ? WHY_SAME_VM : WHY_NONE;
    }
    return WHY_TAKEN;
}

/* ---- Verdicts ---- */

static unsigned char *verdict_of(const struct pack *p, int class_ix, int gpu_ix)
{
    return p->verdict + (size_t)class_ix * (size_t)p->limit + (size_t)gpu_ix;
}

/* A GPU that holds a part of this very VM is judged for this VM only. */
static bool has_room(struct pack *p, int class_ix, int gpu_ix, int vm)
{
    unsigned char *verdict = verdict_of(p, class_ix, gpu_ix);
    bool own = p->gpu[gpu_ix].last_vm == vm;
    if (*verdict == VERDICT_FULL || (*verdict == VERDICT_ROOM && !own)) {
        return *verdict == VERDICT_ROOM;
    }
    enum pack_why why = why_not(p, class_ix, gpu_ix, vm);
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
    return has_instances(p) ? p->terms->axis_units - g->units : p->terms->gpu_gib - g->gib;
}

/* What stays free once the seat is in. */
static int left_after(const struct pack *p, int class_ix, int gpu_ix, int vm)
{
    const struct pack_class *c = &p->terms->class[class_ix];
    if (!has_instances(p)) {
        return free_on(p, gpu_ix) - c->gib;
    }
    bool full;
    bool own;
    bool joins = p->terms->mode == MODE_TIME_SLICED_MIG &&
                 shared_instance(p, c, gpu_ix, vm, &full, &own) >= 0;
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
    if (has_instances(p)) {
        const struct pack_class *c = &p->terms->class[class_ix];
        counts_of(p, gpu_ix)[c->kind]++;
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
    if (has_instances(p)) {
        const struct pack_class *c = &p->terms->class[d->class_ix];
        counts_of(p, d->gpu_ix)[c->kind]--;
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
        return shared_instance(p, &p->terms->class[class_ix], gpu_ix, vm, &full, &own);
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
        counts_of(p, gpu_ix)[c->kind]++;
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
        counts_of(p, gpu_ix)[c->kind]--;
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
    int64_t refusing_n = 0;
    for (int k = 0; k < p->terms->class_n; k++) {
        if (*verdict_of(p, k, gpu_ix) == VERDICT_FULL ||
            why_not(p, k, gpu_ix, NOBODY) != WHY_NONE) {
            refusing_n += p->terms->class[k].wanted_n;
        }
    }
    return refusing_n * free_on(p, gpu_ix);
}

/* What one seat of the class would add to it, found by putting it there and taking it back. */
static int64_t gain_of(struct pack *p, int class_ix, int gpu_ix, int vm)
{
    int64_t *gain = &p->gain[(size_t)class_ix * (size_t)p->limit + (size_t)gpu_ix];
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

/* The GPU with the fewest vGPUs that has room, ties lowest. A GPU that is passed over because
 * this very VM is on it is met again by the next VM, so the walk is not remembered beyond it.
 */
static int choose_breadth(struct pack *p, int class_ix, int vm)
{
    struct pack_level *at = &p->level[class_ix];
    struct pack_level x = *at;
    bool own = false;
    for (; x.level <= SCHED_VGPUS_MAX; x.level++, x.next = 0) {
        for (; x.next < p->limit; x.next++) {
            const struct pack_gpu *g = &p->gpu[x.next];
            if (g->vgpu_n != x.level) {
                continue;
            }
            bool takes = has_room(p, class_ix, x.next, vm);
            own = own || (!takes && g->last_vm == vm);
            *at = own ? *at : x;
            if (takes) {
                return x.next;
            }
        }
    }
    return -1;
}

/* The less, the better. */
static int64_t rank_of(struct pack *p, int class_ix, int gpu_ix, int vm)
{
    switch (p->terms->policy) {
    case PLACE_BEST_FIT:
        return left_after(p, class_ix, gpu_ix, vm);
    case PLACE_DEPTH_FIRST:
        return -p->gpu[gpu_ix].vgpu_n;
    case PLACE_FRAGMENTATION:
        return gain_of(p, class_ix, gpu_ix, vm);
    case PLACE_FIRST_FIT:
    case PLACE_BREADTH_FIRST:
        break;
    }
    return 0;
}

/* The GPU for one seat, or -1. But for breadth-first, a new GPU is the answer only when none in
 * use has room. */
static int choose_gpu(struct pack *p, int class_ix, int vm)
{
    int *low = &p->low[class_ix];
    if (p->terms->policy == PLACE_BREADTH_FIRST) {
        return choose_breadth(p, class_ix, vm);
    }
    while (*low < p->gpu_n && *verdict_of(p, class_ix, *low) == VERDICT_FULL) {
        (*low)++;
    }
    int best = -1;
    int64_t best_rank = 0;
    for (int g = *low; g < p->gpu_n; g++) {
        if (!has_room(p, class_ix, g, vm)) {
            continue;
        }
        if (p->terms->policy == PLACE_FIRST_FIT) {
            return g;
        }
        int64_t rank = rank_of(p, class_ix, g, vm);
        if (best < 0 || rank < best_rank) {
            best = g;
            best_rank = rank;
        }
    }
    return best < 0 && p->gpu_n < p->limit ? p->gpu_n : best;
}

/* ---- VMs ---- */

/* The GPU has changed: what was found out about it holds no longer, but for refusals. */
static void gpu_changed(struct pack *p, int gpu_ix, enum verdict refused)
{
    for (int k = 0; k < p->terms->class_n; k++) {
        unsigned char *verdict = verdict_of(p, k, gpu_ix);
        *verdict = *verdict == VERDICT_FULL ? (unsigned char)refused : VERDICT_OPEN;
        if (is_fragmentation(p)) {
            p->gain[(size_t)k * (size_t)p->limit + (size_t)gpu_ix] = GAIN_OPEN;
        }
    }
    if (is_fragmentation(p)) {
        p->waste[gpu_ix] = -1;
    }
}

static void seat_add(struct pack *p, int class_ix, int gpu_ix, int vm, struct pack_spot *spot)
{
    p->gpu_n = gpu_ix < p->gpu_n ? p->gpu_n : gpu_ix + 1;
    seat_put(p, class_ix, gpu_ix, vm, spot);
    gpu_changed(p, gpu_ix, VERDICT_FULL);
}

/* type_max of a domain may stay too high for a moment: nobody reads it before the VM after this
 * one. */
static void seat_undo(struct pack *p, const struct pack_spot *spot)
{
    int gpu_ix = p->domain[spot->domain_ix].gpu_ix;
    seat_take(p, spot);
    gpu_changed(p, gpu_ix, VERDICT_OPEN);
    for (int k = 0; k < p->terms->class_n; k++) {
        p->low[k] = gpu_ix < p->low[k] ? gpu_ix : p->low[k];
        p->level[k] = (struct pack_level){0};
    }
    while (p->gpu_n > 0 && p->gpu[p->gpu_n - 1].vgpu_n == 0) {
        p->gpu_n--;
    }
}

/* ---- Public ---- */

bool pack_init(struct pack *p, struct arena *a, const struct pack_terms *terms, int limit,
               int seat_max)
{
    *p = (struct pack){.terms = terms, .limit = limit};
    if (terms->mode == MODE_MIG || terms->mode == MODE_TIME_SLICED_MIG) {
        p->axis = &terms->mig.axis;
    } else if (terms->mode == MODE_TIME_SLICED && terms->mixed_size) {
        p->axis = &terms->types;
    }
    size_t kind_n = p->axis != NULL ? (size_t)p->axis->kind_n : 0;
    p->gpu = arena_alloc(a, (size_t)limit, sizeof *p->gpu);
    p->domain = arena_alloc(a, (size_t)seat_max, sizeof *p->domain);
    p->count = arena_alloc(a, (size_t)limit * kind_n, sizeof *p->count);
    p->verdict = arena_alloc(a, (size_t)limit * (size_t)terms->class_n, sizeof *p->verdict);
    p->low = arena_alloc(a, (size_t)terms->class_n, sizeof *p->low);
    p->level = arena_alloc(a, (size_t)terms->class_n, sizeof *p->level);
    size_t looked_at = is_fragmentation(p) ? (size_t)limit : 0;
    p->waste = arena_alloc(a, looked_at, sizeof *p->waste);
    p->gain = arena_alloc(a, looked_at * (size_t)terms->class_n, sizeof *p->gain);
    if (p->gpu == NULL || p->domain == NULL || p->count == NULL || p->verdict == NULL ||
        p->low == NULL || p->level == NULL || p->waste == NULL || p->gain == NULL) {
        return false;
    }
    for (int g = 0; g < limit; g++) {
        p->gpu[g] = (struct pack_gpu){.first = -1, .last = -1, .last_vm = NOBODY};
        gpu_changed(p, g, VERDICT_OPEN);
    }
    return true;
}

bool pack_vm(struct pack *p, int class_ix, int vgpus, int vm, struct pack_spot *spot)
{
    for (int i = 0; i < vgpus; i++) {
        int gpu_ix = choose_gpu(p, class_ix, vm);
        if (gpu_ix < 0) {
            while (i > 0) {
                seat_undo(p, &spot[--i]);
            }
            return false;
        }
        seat_add(p, class_ix, gpu_ix, vm, &spot[i]);
    }
    return true;
}

enum pack_why pack_obstacle(const struct pack *p, int class_ix, int gpu_ix)
{
    return why_not(p, class_ix, gpu_ix, NOBODY);
}

/* ---- Positions ---- */

/* Starts of every GPU and how many of a kind are handed out. */
struct handout {
    int *start;            /* [gpu_n * AXIS_PIECES_MAX] */
    unsigned char *cursor; /* [gpu_n * kind_n] */
};

static bool lay_out_gpus(const struct pack *p, struct handout *h)
{
    size_t kind_n = (size_t)p->axis->kind_n;
    for (int g = 0; g < p->gpu_n; g++) {
        int *start = h->start + (size_t)g * AXIS_PIECES_MAX;
        const unsigned char *count = counts_of(p, g);
        /* Neighbours are mostly alike; a copy is cheaper than a search. */
        if (g > 0 && memcmp(count, count - kind_n, kind_n) == 0) {
            const int *from = h->start + (size_t)(g - 1) * AXIS_PIECES_MAX;
            memcpy(start, from, AXIS_PIECES_MAX * sizeof *start);
            continue;
        }
        bool ok = has_instances(p) ? mig_layout(&p->terms->mig, count, start)
                                   : axis_layout(p->axis, count, start);
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* The next start of a kind on a GPU, in ascending order. */
static int hand_out(const struct pack *p, struct handout *h, int gpu_ix, int kind)
{
    const unsigned char *count = counts_of(p, gpu_ix);
    int at = 0;
    for (int k = 0; k < kind; k++) {
        at += count[k];
    }
    unsigned char *cursor = h->cursor + (size_t)gpu_ix * (size_t)p->axis->kind_n + kind;
    at += (*cursor)++;
    return h->start[(size_t)gpu_ix * AXIS_PIECES_MAX + (size_t)at];
}

bool pack_positions(struct pack *p, struct arena *a, struct pack_spot *spot, int spot_n)
{
    if (p->axis == NULL || p->gpu_n == 0) {
        return true;
    }
    size_t gpu_n = (size_t)p->gpu_n;
    struct handout h = {.start = arena_alloc(a, gpu_n * AXIS_PIECES_MAX, sizeof *h.start),
                        .cursor =
                            arena_alloc(a, gpu_n * (size_t)p->axis->kind_n, sizeof *h.cursor)};
    if (h.start == NULL || h.cursor == NULL) {
        return false;
    }
    if (!lay_out_gpus(p, &h)) {
        return false;
    }
    if (has_instances(p)) {
        for (int i = 0; i < p->domain_n; i++) {
            struct pack_domain *d = &p->domain[i];
            d->start = hand_out(p, &h, d->gpu_ix, p->terms->class[d->class_ix].kind);
        }
        return true;
    }
    for (int i = 0; i < spot_n; i++) {
        if (spot[i].domain_ix < 0) {
            continue;
        }
        int gpu_ix = p->domain[spot[i].domain_ix].gpu_ix;
        spot[i].id = hand_out(p, &h, gpu_ix, p->terms->class[spot[i].class_ix].kind);
    }
    return true;
}
