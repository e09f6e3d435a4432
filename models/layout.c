/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout.c - fixed instances as bits of the memory axis, and the search for what fits beside.
 *
 * Rules on counts come from mig.c; the places are bits, so "free" is one AND. The most that
 * further instances take is found by branch and bound from left to right: a branch ends when
 * even all that is left could not beat the best so far, and the search ends when nothing is
 * stranded, which is the usual case. */
#include "models/layout.h"

#include <assert.h>
#include <string.h>

static uint64_t bits_of(int start, int size)
{
    assert(start >= 0 && size >= 1 && start + size <= LAYOUT_UNITS_MAX);
    return (size == 64 ? UINT64_MAX : (UINT64_C(1) << size) - 1) << start;
}

static int ones(uint64_t x)
{
    int n = 0;
    for (; x != 0; x &= x - 1) {
        n++;
    }
    return n;
}

static bool reaches_over(const struct axis_kind *k, int start)
{
    return start + k->size > LAYOUT_UNITS_MAX;
}

static bool is_free(const struct axis_kind *k, int start, uint64_t busy)
{
    return !reaches_over(k, start) && (bits_of(start, k->size) & busy) == 0;
}

void layout_init(struct layout *l, const struct mig_geometry *g)
{
    *l = (struct layout){.g = g};
}

/* ---- Create and destroy ---- */

/* What one instance more of `kind` breaks among the rules that know no places. */
static enum mig_fit more_counts(const struct layout *l, int kind)
{
    unsigned char count[AXIS_KINDS_MAX];
    memcpy(count, l->count, sizeof count);
    count[kind]++;
    return mig_counts_fit(l->g, count);
}

enum mig_fit layout_can(const struct layout *l, int kind, int start)
{
    assert(kind >= 0 && kind < l->g->axis.kind_n);
    const struct axis_kind *k = &l->g->axis.kind[kind];
    bool is_listed = false;
    for (int i = 0; i < k->starts_n; i++) {
        is_listed = is_listed || k->starts[i] == start;
    }
    if (!is_listed || l->instance_n >= LAYOUT_MAX || !is_free(k, start, l->busy)) {
        return MIG_NO_START;
    }
    return more_counts(l, kind);
}

enum mig_fit layout_add(struct layout *l, int kind, int start)
{
    enum mig_fit fit = layout_can(l, kind, start);
    if (fit == MIG_FITS) {
        l->instance[l->instance_n++] = (struct layout_instance){kind, start};
        l->count[kind]++;
        l->busy |= bits_of(start, l->g->axis.kind[kind].size);
    }
    return fit;
}

void layout_remove(struct layout *l, int ix)
{
    assert(ix >= 0 && ix < l->instance_n);
    const struct layout_instance gone = l->instance[ix];
    for (int i = ix + 1; i < l->instance_n; i++) {
        l->instance[i - 1] = l->instance[i];
    }
    l->instance_n--;
    l->count[gone.kind]--;
    l->busy &= ~bits_of(gone.start, l->g->axis.kind[gone.kind].size);
}

/* ---- Where, and how many more ---- */

/* (profile, start) pairs that stay free. */
static int openings(const struct axis *a, uint64_t busy)
{
    int n = 0;
    for (int k = 0; k < a->kind_n; k++) {
        for (int i = 0; i < a->kind[k].starts_n; i++) {
            n += is_free(&a->kind[k], a->kind[k].starts[i], busy) ? 1 : 0;
        }
    }
    return n;
}

int layout_starts(const struct layout *l, int kind, int *start)
{
    const struct axis_kind *k = &l->g->axis.kind[kind];
    if (l->instance_n >= LAYOUT_MAX || more_counts(l, kind) != MIG_FITS) {
        return 0;
    }
    int score[AXIS_STARTS_MAX];
    int n = 0;
    for (int i = 0; i < k->starts_n; i++) {
        if (!is_free(k, k->starts[i], l->busy)) {
            continue;
        }
        int left = openings(&l->g->axis, l->busy | bits_of(k->starts[i], k->size));
        int at = n++;
        for (; at > 0 && score[at - 1] < left; at--) {
            score[at] = score[at - 1];
            start[at] = start[at - 1];
        }
        score[at] = left;
        start[at] = k->starts[i];
    }
    return n;
}

/* Starts ascend and sizes are equal, so the lowest free start each time is best. */
static int places_for(const struct axis_kind *k, uint64_t busy)
{
    int n = 0;
    for (int i = 0; i < k->starts_n; i++) {
        if (is_free(k, k->starts[i], busy)) {
            busy |= bits_of(k->starts[i], k->size);
            n++;
        }
    }
    return n;
}

int layout_more(const struct layout *l, int kind)
{
    int places = places_for(&l->g->axis.kind[kind], l->busy);
    unsigned char count[AXIS_KINDS_MAX];
    memcpy(count, l->count, sizeof count);
    for (int n = 0; n < places; n++) {
        count[kind]++;
        if (mig_counts_fit(l->g, count) != MIG_FITS) {
            return n;
        }
    }
    return places;
}

int layout_more_if_moved(const struct layout *l, int kind)
{
    unsigned char count[AXIS_KINDS_MAX];
    memcpy(count, l->count, sizeof count);
    for (int n = 0; n < LAYOUT_MAX; n++) {
        count[kind]++;
        if (mig_fits(l->g, count) != MIG_FITS) {
            return n;
        }
    }
    return LAYOUT_MAX;
}

/* ---- What is stranded ---- */

struct extend {
    const struct mig_geometry *g;
    unsigned char count[AXIS_KINDS_MAX];
    bool by_memory; /* what is counted: units, else compute slices */
    int free;       /* of it, before anything is added */
    int best;
};

static int worth(const struct extend *e, int kind)
{
    return e->by_memory ? e->g->axis.kind[kind].size : e->g->profile[kind]->compute_slices;
}

/* Tries every instance that starts at unit `at` or later. Depth: units of the axis. */
static void extend_from(struct extend *e, int at, uint64_t busy, int taken)
{
    e->best = taken > e->best ? taken : e->best;
    for (int u = at; u < e->g->units_n && e->best < e->free; u++) {
        if (e->by_memory && taken + e->g->units_n - u <= e->best) {
            return; /* even all units from here on are no gain */
        }
        for (int k = 0; k < e->g->axis.kind_n; k++) {
            const struct axis_kind *kind = &e->g->axis.kind[k];
            bool is_listed = false;
            for (int i = 0; i < kind->starts_n; i++) {
                is_listed = is_listed || kind->starts[i] == u;
            }
            if (!is_listed || !is_free(kind, u, busy)) {
                continue;
            }
            e->count[k]++;
            if (mig_counts_fit(e->g, e->count) == MIG_FITS) {
                extend_from(e, u + kind->size, busy | bits_of(u, kind->size),
                            taken + worth(e, k));
            }
            e->count[k]--;
        }
    }
}

static int stranded(const struct layout *l, bool by_memory, int free)
{
    struct extend e = {.g = l->g, .by_memory = by_memory, .free = free};
    memcpy(e.count, l->count, sizeof e.count);
    extend_from(&e, 0, l->busy, 0);
    return free > e.best ? free - e.best : 0;
}

static double fragmentation(const struct layout *l)
{
    double lost = 0;
    int profiles = 0;
    for (int k = 0; k < l->g->axis.kind_n; k++) {
        int if_moved = layout_more_if_moved(l, k);
        if (if_moved > 0) {
            lost += 1.0 - (double)layout_more(l, k) / if_moved;
            profiles++;
        }
    }
    return profiles > 0 ? lost / profiles : 0;
}

void layout_rest(const struct layout *l, struct layout_rest *rest)
{
    rest->compute_free = l->g->compute_n;
    for (int k = 0; k < l->g->axis.kind_n; k++) {
        rest->compute_free -= l->count[k] * l->g->profile[k]->compute_slices;
    }
    rest->memory_free = l->g->units_n - ones(l->busy);
    rest->compute_stranded = stranded(l, false, rest->compute_free);
    rest->memory_stranded = stranded(l, true, rest->memory_free);
    rest->fragmentation_frac = fragmentation(l);
}
