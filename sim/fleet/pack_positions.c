/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack_positions.c - starts on the memory axis, or placement ids, of what was placed: one
 * layout for each GPU, its starts handed out in ascending order. */
#include "sim/fleet/pack_limits.h"

#include <string.h>

/* Starts of every GPU and how many of a kind are handed out. */
struct handout {
    int *start;            /* [gpu_n * AXIS_PIECES_MAX] */
    unsigned char *cursor; /* [gpu_n * kind_n] */
};

static bool lay_out_gpus(const struct pack *p, struct handout *h)
{
    size_t kind_n = (size_t)p->kind_n;
    for (int g = 0; g < p->gpu_n; g++) {
        int *start = h->start + (size_t)g * AXIS_PIECES_MAX;
        const unsigned char *count = pack_counts(p, g);
        const struct pack_group *group = pack_group_of(p, g);
        /* Neighbours are mostly alike; a copy is cheaper than a search. */
        if (g > 0 && pack_group_of(p, g - 1) == group &&
            memcmp(count, count - kind_n, kind_n) == 0) {
            const int *from = h->start + (size_t)(g - 1) * AXIS_PIECES_MAX;
            memcpy(start, from, AXIS_PIECES_MAX * sizeof *start);
            continue;
        }
        bool ok = pack_has_instances(p) ? mig_layout(&group->mig, count, start)
                                        : axis_layout(&group->types, count, start);
        if (!ok) {
            return false;
        }
    }
    return true;
}

/* The next start of a kind on a GPU, in ascending order. */
static int hand_out(const struct pack *p, struct handout *h, int gpu_ix, int kind)
{
    const unsigned char *count = pack_counts(p, gpu_ix);
    int at = 0;
    for (int k = 0; k < kind; k++) {
        at += count[k];
    }
    unsigned char *cursor = h->cursor + (size_t)gpu_ix * (size_t)p->kind_n + kind;
    at += (*cursor)++;
    return h->start[(size_t)gpu_ix * AXIS_PIECES_MAX + (size_t)at];
}

bool pack_positions(struct pack *p, struct arena *a, struct pack_spot *spot, int spot_n)
{
    if (!p->has_positions || p->gpu_n == 0) {
        return true;
    }
    size_t gpu_n = (size_t)p->gpu_n;
    struct handout h = {.start = arena_alloc(a, gpu_n * AXIS_PIECES_MAX, sizeof *h.start),
                        .cursor = arena_alloc(a, gpu_n * (size_t)p->kind_n, sizeof *h.cursor)};
    if (h.start == NULL || h.cursor == NULL) {
        return false;
    }
    if (!lay_out_gpus(p, &h)) {
        return false;
    }
    if (pack_has_instances(p)) {
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
