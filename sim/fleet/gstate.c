/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gstate.c - interned contents of a GPU and the steps between them.
 *
 * Contents are a list of pieces in ascending order of (start, class): one for each GPU
 * instance, for each vGPU in mixed-size mode, else one for all vGPUs of a size. Containers only
 * need their sum. Two GPUs with equal lists answer every question alike, so each list is kept
 * once, found by FNV-1a, and each step from it is worked out when it is first taken. */
#include "sim/fleet/gstate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "models/layout.h"
#include "sim/base/arena.h"
#include "sim/fleet/pack.h"

enum {
    ON_ONE_GPU = 64, /* on one GPU: more than any limit of a mode */
    NODES_FIRST = 64,
    NOT_KNOWN = -2
};

struct gstate_piece {
    short start;
    short class_ix;
    short n; /* seats */
};

struct gstate_node {
    int first, piece_n;
    int seats;
    int room;
    int64_t useless; /* -1: not known */
};

/* Contents under construction. */
struct content {
    struct gstate_piece piece[ON_ONE_GPU];
    int n;
};

static bool has_instances(const struct gstate *g)
{
    return g->terms->mode == MODE_MIG || g->terms->mode == MODE_TIME_SLICED_MIG;
}

/* ---- Interning ---- */

static uint64_t hash_of(const struct gstate_piece *piece, int n)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (int i = 0; i < n; i++) {
        const short word[3] = {piece[i].start, piece[i].class_ix, piece[i].n};
        for (int k = 0; k < 3; k++) {
            hash = (hash ^ (uint64_t)(word[k] & 0xFFFF)) * UINT64_C(0x100000001b3);
        }
    }
    return hash ^ (hash >> 32);
}

static bool is_same(const struct gstate *g, int state, const struct content *c)
{
    const struct gstate_node *node = &g->node[state];
    if (node->piece_n != c->n) {
        return false;
    }
    for (int i = 0; i < c->n; i++) {
        const struct gstate_piece *a = &g->piece[node->first + i];
        const struct gstate_piece *b = &c->piece[i];
        if (a->start != b->start || a->class_ix != b->class_ix || a->n != b->n) {
            return false;
        }
    }
    return true;
}

/* The bucket of these contents, or the free one where they belong. */
static int bucket_of(const struct gstate *g, const struct content *c)
{
    uint64_t at = hash_of(c->piece, c->n) & (uint64_t)(g->bucket_n - 1);
    while (g->bucket[at] >= 0 && !is_same(g, g->bucket[at], c)) {
        at = (at + 1) & (uint64_t)(g->bucket_n - 1);
    }
    return (int)at;
}

static void rehash(struct gstate *g)
{
    for (int i = 0; i < g->bucket_n; i++) {
        g->bucket[i] = -1;
    }
    for (int s = 0; s < g->node_n; s++) {
        struct content c = {.n = g->node[s].piece_n};
        memcpy(c.piece, g->piece + g->node[s].first, (size_t)c.n * sizeof *c.piece);
        g->bucket[bucket_of(g, &c)] = s;
    }
}

/* Room for one node more, with its steps, and for n pieces. */
static bool grow(struct gstate *g, int n)
{
    if (!g->piece || g->piece_n > g->piece_max - n) {
        const int max = 2 * g->piece_max + ON_ONE_GPU;
        struct gstate_piece *piece = mem_resize(g->piece, (size_t)max, sizeof *piece);
        if (!piece) {
            return false;
        }
        g->piece = piece;
        g->piece_max = max;
    }
    if (g->node_n < g->node_max) {
        return true;
    }
    const int max = g->node_max > 0 ? 2 * g->node_max : NODES_FIRST;
    const size_t steps = (size_t)max * (size_t)g->terms->class_n;
    struct gstate_node *node = mem_resize(g->node, (size_t)max, sizeof *node);
    g->node = node ? node : g->node;
    int *next = mem_resize(g->next, steps, sizeof *next);
    g->next = next ? next : g->next;
    short *at = mem_resize(g->at, steps, sizeof *at);
    g->at = at ? at : g->at;
    int *bucket = mem_resize(g->bucket, 4 * (size_t)max, sizeof *bucket);
    g->bucket = bucket ? bucket : g->bucket;
    if (!node || !next || !at || !bucket) {
        return false;
    }
    g->node_max = max;
    g->bucket_n = 4 * max;
    rehash(g);
    return true;
}

/* Free room beside these contents. */
static int room_beside(const struct gstate *g, const struct content *c)
{
    const struct gstate_terms *t = g->terms;
    int used = 0;
    for (int i = 0; i < c->n; i++) {
        const struct gstate_class *k = &t->class[c->piece[i].class_ix];
        used += t->mode == MODE_CONTAINER_TIME_SLICED ? c->piece[i].start
                : t->mode == MODE_PASSTHROUGH         ? t->gpu_gib
                : has_instances(g)                    ? t->mig->axis.kind[k->kind].size
                                                      : k->gib * c->piece[i].n;
    }
    const int all = t->mode == MODE_CONTAINER_TIME_SLICED ? GSTATE_MILLI
                    : has_instances(g)                    ? t->mig->units_n
                                                          : t->gpu_gib;
    return all > used ? all - used : 0;
}

static int intern(struct gstate *g, const struct content *c)
{
    if (g->failed || !grow(g, c->n)) {
        g->failed = true;
        return 0;
    }
    const int bucket = bucket_of(g, c);
    if (g->bucket[bucket] >= 0) {
        return g->bucket[bucket];
    }
    const int state = g->node_n++;
    struct gstate_node *node = &g->node[state];
    *node = (struct gstate_node){.first = g->piece_n, .piece_n = c->n, .useless = -1};
    for (int i = 0; i < c->n; i++) {
        node->seats += c->piece[i].n;
        g->piece[g->piece_n++] = c->piece[i];
    }
    node->room = room_beside(g, c);
    g->bucket[bucket] = state;
    for (int k = 0; k < g->terms->class_n; k++) {
        g->next[(size_t)state * (size_t)g->terms->class_n + (size_t)k] = NOT_KNOWN;
    }
    return state;
}

static void content_of(const struct gstate *g, int state, struct content *c)
{
    c->n = g->node[state].piece_n;
    memcpy(c->piece, g->piece + g->node[state].first, (size_t)c->n * sizeof *c->piece);
}

/* ---- One seat more ---- */

/* A piece in its place in the order. */
static void insert(struct content *c, int start, int class_ix)
{
    assert(c->n < ON_ONE_GPU);
    int i = c->n++;
    for (; i > 0 && c->piece[i - 1].start > start; i--) {
        c->piece[i] = c->piece[i - 1];
    }
    c->piece[i] = (struct gstate_piece){(short)start, (short)class_ix, 1};
}

static int add_whole(struct content *c, int class_ix)
{
    if (c->n > 0) {
        return GSTATE_FULL;
    }
    insert(c, 0, class_ix);
    return 0;
}

/* Containers add up to at most the whole GPU; `start` is the sum, whoever they are of. */
static int add_share(const struct gstate *g, struct content *c, int class_ix)
{
    const int milli = g->terms->class[class_ix].milli;
    if (c->n == 0) {
        insert(c, milli, 0);
        return 0;
    }
    struct gstate_piece *p = &c->piece[0];
    if (p->start + milli > GSTATE_MILLI || p->n >= SCHED_VGPUS_MAX) {
        return GSTATE_FULL;
    }
    p->start = (short)(p->start + milli);
    p->n++;
    return 0;
}

/* Equal-size mode: one size on a GPU (rules CAP-01, CAP-02, CAP-03, CAP-05). */
static int add_equal(const struct gstate *g, struct content *c, int class_ix)
{
    const struct gstate_class *k = &g->terms->class[class_ix];
    if (c->n == 0) {
        insert(c, 0, class_ix);
        return 0;
    }
    struct gstate_piece *p = &c->piece[0];
    if (p->class_ix != class_ix || p->n >= k->domain_max || p->n >= GPU_VGPUS_MAX ||
        (p->n + 1) * k->gib > g->terms->gpu_gib) {
        return GSTATE_FULL;
    }
    p->n++;
    return 0;
}

/* Starts of all kinds at which a piece could still lie beside what is taken. */
static int pairs_left(const struct axis *a, const bool *busy)
{
    int pairs = 0;
    for (int k = 0; k < a->kind_n; k++) {
        for (int i = 0; i < a->kind[k].starts_n; i++) {
            const int start = a->kind[k].starts[i];
            int u = start;
            while (u < start + a->kind[k].size && u < AXIS_UNITS_MAX && !busy[u]) {
                u++;
            }
            pairs += u == start + a->kind[k].size;
        }
    }
    return pairs;
}

/* The start that leaves most pairs free, then the lowest: as layout_starts, on an axis of
 * vGPUs. */
static int best_start(const struct axis *a, int kind, bool *busy)
{
    const struct axis_kind *k = &a->kind[kind];
    int best = GSTATE_FULL;
    int best_pairs = -1;
    for (int i = 0; i < k->starts_n; i++) {
        const int start = k->starts[i];
        bool is_free = start + k->size <= AXIS_UNITS_MAX;
        for (int u = start; is_free && u < start + k->size; u++) {
            is_free = !busy[u];
        }
        if (!is_free) {
            continue;
        }
        memset(busy + start, 1, (size_t)k->size);
        const int pairs = pairs_left(a, busy);
        memset(busy + start, 0, (size_t)k->size);
        if (pairs > best_pairs) {
            best = start;
            best_pairs = pairs;
        }
    }
    return best;
}

/* Mixed-size mode: a free placement id, the type's maximum, the framebuffer (rules MIX-05,
 * MIX-06, CAP-02, CAP-05). */
static int add_mixed(const struct gstate *g, struct content *c, int class_ix)
{
    const struct gstate_terms *t = g->terms;
    bool busy[AXIS_UNITS_MAX] = {false};
    int of_class = 0;
    int gib = t->class[class_ix].gib;
    for (int i = 0; i < c->n; i++) {
        const struct gstate_class *k = &t->class[c->piece[i].class_ix];
        memset(busy + c->piece[i].start, 1, (size_t)t->types->kind[k->kind].size);
        of_class += c->piece[i].class_ix == class_ix;
        gib += k->gib;
    }
    if (of_class >= t->class[class_ix].domain_max || c->n >= GPU_VGPUS_MAX ||
        gib > t->gpu_gib) {
        return GSTATE_FULL;
    }
    const int start = best_start(t->types, t->class[class_ix].kind, busy);
    if (start >= 0) {
        insert(c, start, class_ix);
    }
    return start;
}

/* A new instance where the driver puts it (rule MIG-02). */
static int add_instance(const struct gstate *g, struct content *c, int class_ix)
{
    const struct gstate_terms *t = g->terms;
    struct layout layout;
    layout_init(&layout, t->mig);
    for (int i = 0; i < c->n; i++) {
        const enum mig_fit fit =
            layout_add(&layout, t->class[c->piece[i].class_ix].kind, c->piece[i].start);
        assert(fit == MIG_FITS);
        (void)fit;
    }
    int start[AXIS_STARTS_MAX];
    if (layout_starts(&layout, t->class[class_ix].kind, start) == 0) {
        return GSTATE_FULL;
    }
    insert(c, start[0], class_ix);
    return start[0];
}

/* vGPUs of one type fill the lowest instance that takes them (rules MIG-06, MIG-07). */
static int add_shared(const struct gstate *g, struct content *c, int class_ix)
{
    int seats = 0;
    for (int i = 0; i < c->n; i++) {
        seats += c->piece[i].n;
    }
    if (seats >= GPU_VGPUS_MAX_MIG) {
        return GSTATE_FULL;
    }
    for (int i = 0; i < c->n; i++) {
        if (c->piece[i].class_ix == class_ix &&
            c->piece[i].n < g->terms->class[class_ix].domain_max) {
            c->piece[i].n++;
            return c->piece[i].start;
        }
    }
    return add_instance(g, c, class_ix);
}

static int add_seat(const struct gstate *g, struct content *c, int class_ix)
{
    switch (g->terms->mode) {
    case MODE_PASSTHROUGH:
        return add_whole(c, class_ix);
    case MODE_TIME_SLICED:
        return g->terms->mixed_size ? add_mixed(g, c, class_ix) : add_equal(g, c, class_ix);
    case MODE_MIG:
        return add_instance(g, c, class_ix);
    case MODE_TIME_SLICED_MIG:
        return add_shared(g, c, class_ix);
    case MODE_CONTAINER_TIME_SLICED:
        return add_share(g, c, class_ix);
    }
    return GSTATE_FULL;
}

/* ---- Public ---- */

bool gstate_init(struct gstate *g, const struct gstate_terms *terms)
{
    assert(terms->class_n >= 1);
    *g = (struct gstate){.terms = terms};
    const struct content empty = {.n = 0};
    (void)intern(g, &empty);
    return !g->failed;
}

void gstate_fini(struct gstate *g)
{
    mem_free(g->node);
    mem_free(g->piece);
    mem_free(g->next);
    mem_free(g->at);
    mem_free(g->bucket);
    *g = (struct gstate){0};
}

int gstate_add(struct gstate *g, int state, int class_ix, int *at)
{
    const size_t step = (size_t)state * (size_t)g->terms->class_n + (size_t)class_ix;
    if (g->next[step] == NOT_KNOWN) {
        struct content c;
        content_of(g, state, &c);
        const int start = add_seat(g, &c, class_ix);
        const int next = start < 0 ? GSTATE_FULL : intern(g, &c);
        g->next[step] = next;
        g->at[step] = (short)start;
    }
    *at = g->at[step];
    return g->next[step];
}

int gstate_take(struct gstate *g, int state, int class_ix, int at)
{
    struct content c;
    content_of(g, state, &c);
    const bool is_share = g->terms->mode == MODE_CONTAINER_TIME_SLICED;
    int i = 0;
    while (!is_share && (c.piece[i].start != at || c.piece[i].class_ix != class_ix)) {
        i++;
        assert(i < c.n);
    }
    assert(c.n > 0 && c.piece[i].n > 0);
    if (is_share) {
        c.piece[i].start = (short)(c.piece[i].start - g->terms->class[class_ix].milli);
    }
    if (--c.piece[i].n == 0) {
        memmove(c.piece + i, c.piece + i + 1, (size_t)(c.n - i - 1) * sizeof *c.piece);
        c.n--;
    }
    return intern(g, &c);
}

int gstate_seats(const struct gstate *g, int state)
{
    return g->node[state].seats;
}

int gstate_room(const struct gstate *g, int state)
{
    return g->node[state].room;
}

int64_t gstate_useless(struct gstate *g, int state)
{
    if (g->node[state].useless < 0) {
        int64_t refused = 0;
        for (int k = 0; k < g->terms->class_n; k++) {
            int at;
            if (gstate_add(g, state, k, &at) == GSTATE_FULL) {
                refused += g->terms->class[k].weight;
            }
        }
        g->node[state].useless = refused * g->node[state].room;
    }
    return g->node[state].useless;
}
