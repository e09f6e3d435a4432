/* SPDX-License-Identifier: GPL-3.0-or-later */
/* census.c - two depth-first walks: over the memory axis, and over orders of creation.
 *
 * The first goes from left to right, so that a layout is met once. The second creates what is
 * left, one profile at a time, where the driver would; a dead end is a state in which something
 * is left and nothing of it can be created. Depth of both: instances on one axis. */
#include "models/census.h"

#include <string.h>

/* ---- Layouts ---- */

struct walk {
    struct layout l;
    census_visit *visit;
    void *user;
    long n;
};

static bool is_maximal(const struct layout *l)
{
    for (int k = 0; k < l->g->axis.kind_n; k++) {
        if (layout_more(l, k) > 0) {
            return false;
        }
    }
    return true;
}

static void walk_from(struct walk *w, int unit)
{
    if (++w->n > CENSUS_LAYOUTS_MAX) {
        return;
    }
    w->visit(w->user, &w->l, is_maximal(&w->l));
    for (int u = unit; u < w->l.g->units_n; u++) {
        for (int k = 0; k < w->l.g->axis.kind_n && w->n <= CENSUS_LAYOUTS_MAX; k++) {
            if (layout_add(&w->l, k, u) == MIG_FITS) {
                walk_from(w, u + w->l.g->axis.kind[k].size);
                layout_remove(&w->l, w->l.instance_n - 1);
            }
        }
    }
}

long census_walk(const struct mig_geometry *g, census_visit *visit, void *user)
{
    struct walk w = {.visit = visit, .user = user};
    layout_init(&w.l, g);
    walk_from(&w, 0);
    return w.n > CENSUS_LAYOUTS_MAX ? -1 : w.n;
}

/* ---- Orders ---- */

struct orders {
    struct layout l;
    const struct layout *places; /* NULL: wherever the driver puts them */
    unsigned char left[AXIS_KINDS_MAX];
    int kind[AXIS_KINDS_MAX]; /* [kind_n] profiles that are asked for, longest first */
    int kind_n;
    int left_n;
    int steps;
};

static void orders_init(struct orders *o, const struct mig_geometry *g,
                        const unsigned char *count, const struct layout *places)
{
    *o = (struct orders){.places = places};
    layout_init(&o->l, g);
    memcpy(o->left, count, (size_t)g->axis.kind_n);
    for (int k = 0; k < g->axis.kind_n; k++) {
        if (count[k] == 0) {
            continue;
        }
        int at = o->kind_n++;
        for (; at > 0 && g->axis.kind[o->kind[at - 1]].size < g->axis.kind[k].size; at--) {
            o->kind[at] = o->kind[at - 1];
        }
        o->kind[at] = k;
        o->left_n += count[k];
    }
}

static bool is_among(const struct layout *l, int kind, int start)
{
    for (int i = 0; i < l->instance_n; i++) {
        if (l->instance[i].kind == kind && l->instance[i].start == start) {
            return true;
        }
    }
    return false;
}

/* Creates one of `kind` where the driver would, if there is a place and it is a wanted one. */
static bool create(struct orders *o, int kind)
{
    int start[AXIS_STARTS_MAX];
    if (o->left[kind] == 0 || layout_starts(&o->l, kind, start) == 0 ||
        (o->places != NULL && !is_among(o->places, kind, start[0])) ||
        layout_add(&o->l, kind, start[0]) != MIG_FITS) {
        return false;
    }
    o->left[kind]--;
    o->left_n--;
    return true;
}

static void destroy_last(struct orders *o)
{
    int kind = o->l.instance[o->l.instance_n - 1].kind;
    layout_remove(&o->l, o->l.instance_n - 1);
    o->left[kind]++;
    o->left_n++;
}

static bool find_order(struct orders *o)
{
    if (o->left_n == 0) {
        return true;
    }
    for (int i = 0; i < o->kind_n && o->steps < CENSUS_ORDERS_MAX; i++) {
        o->steps++;
        if (create(o, o->kind[i])) {
            if (find_order(o)) {
                return true;
            }
            destroy_last(o);
        }
    }
    return false;
}

/* False as soon as one order ends with something left. */
static bool every_order(struct orders *o)
{
    for (int i = 0; i < o->kind_n; i++) {
        if (o->left[o->kind[i]] == 0) {
            continue;
        }
        if (++o->steps > CENSUS_ORDERS_MAX || !create(o, o->kind[i]) || !every_order(o)) {
            return false;
        }
        destroy_last(o);
    }
    return true;
}

int census_order(const struct mig_geometry *g, const unsigned char *count,
                 const struct layout *places, struct layout_instance *order)
{
    struct orders o;
    orders_init(&o, g, count, places);
    if (o.left_n > LAYOUT_MAX || !find_order(&o)) {
        return -1;
    }
    memcpy(order, o.l.instance, (size_t)o.l.instance_n * sizeof *order);
    return o.l.instance_n;
}

bool census_any_order(const struct mig_geometry *g, const unsigned char *count)
{
    struct orders o;
    orders_init(&o, g, count, NULL);
    return o.left_n <= LAYOUT_MAX && every_order(&o);
}
