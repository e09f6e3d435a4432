/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recall.c - a table of latencies by serial. */
#include "sim/run/recall.h"

#include <stddef.h>

#include "sim/base/arena.h"

enum {
    FIRST = 64 /* places; a power of two */
};

void recall_reset(struct recall *r)
{
    for (int64_t i = 0; i < r->cap; i++) {
        r->place[i].serial = -1;
    }
}

void recall_fini(struct recall *r)
{
    mem_free(r->place);
    *r = (struct recall){0};
}

static bool put(struct recalled *place, int64_t cap, struct recalled x)
{
    struct recalled *own = &place[x.serial & (cap - 1)];
    bool is_free = own->serial < 0;
    if (is_free) {
        *own = x;
    }
    return is_free;
}

/* Doubles the table until no two serials meet. */
static bool grow(struct recall *r, struct recalled x)
{
    for (int64_t cap = r->cap > 0 ? 2 * r->cap : FIRST;; cap *= 2) {
        struct recalled *bigger = mem_resize(NULL, (size_t)cap, sizeof *bigger);
        if (!bigger) {
            return false;
        }
        bool apart = true;
        for (int64_t i = 0; i < cap; i++) {
            bigger[i].serial = -1;
        }
        for (int64_t i = 0; i < r->cap && apart; i++) {
            apart = r->place[i].serial < 0 || put(bigger, cap, r->place[i]);
        }
        if (apart && put(bigger, cap, x)) {
            mem_free(r->place);
            r->place = bigger;
            r->cap = cap;
            return true;
        }
        mem_free(bigger);
    }
}

bool recall_put(struct recall *r, int64_t serial, int64_t latency_ns)
{
    struct recalled x = {.serial = serial, .latency_ns = latency_ns};
    return (r->cap > 0 && put(r->place, r->cap, x)) || grow(r, x);
}

bool recall_take(struct recall *r, int64_t serial, int64_t *latency_ns)
{
    struct recalled *own = r->cap > 0 ? &r->place[serial & (r->cap - 1)] : NULL;
    if (!own || own->serial != serial) {
        return false;
    }
    *latency_ns = own->latency_ns;
    own->serial = -1;
    return true;
}
