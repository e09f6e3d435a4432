/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change.c - figure by figure over what both results have, then what only one has. */
#include "sim/run/change.h"

#include <math.h>
#include <string.h>

#include "sim/run/metric.h"

#define ROUNDING 1e-12 /* of sums in another order */

const char *change_name(enum change_kind kind)
{
    static const char *const names[] = {"REGRESSION", "DRIFT", "GAIN", "NEW", "GONE"};
    return names[kind];
}

static bool same(double a, double b)
{
    return !(a < b) && !(a > b);
}

static bool same_estimate(const struct estimate *a, const struct estimate *b)
{
    return same(a->value, b->value) && a->has_ci == b->has_ci && a->samples == b->samples &&
           (!a->has_ci || (same(a->lo, b->lo) && same(a->hi, b->hi)));
}

/* Are the values no further apart than this part of the larger one? */
static bool within(const struct estimate *a, const struct estimate *b, double part)
{
    return fabs(a->value - b->value) <= part * fmax(fabs(a->value), fabs(b->value));
}

/* The row of the table behind a path; NULL for keys that are no metric ("slice_ns"). */
static const struct metric *metric_of_path(const char *path, bool is_tenant)
{
    for (int i = 0; i < metrics_n; i++) {
        const struct metric *m = &metrics[i];
        const size_t n = strlen(m->path);
        const bool is_percentile = m->type == METRIC_PERCENTILES &&
                                   strncmp(path, m->path, n) == 0 && path[n] >= '0' &&
                                   path[n] <= '9';
        if ((m->scope == METRIC_OF_TENANT) == is_tenant &&
            (is_percentile || strcmp(path, m->path) == 0)) {
            return m;
        }
    }
    return NULL;
}

/* Does it follow from scenario and placement alone? */
static bool is_sure(const struct metric *m)
{
    return m == NULL || m->when == METRIC_ALWAYS || m->when == METRIC_FEASIBLE;
}

/* ---- The list ---- */

static void add(struct changes *c, struct change one)
{
    if (c->n == c->cap) {
        const int cap = c->cap == 0 ? 64 : c->cap * 2;
        struct change *list = mem_resize(c->list, (size_t)cap, sizeof *list);
        if (list == NULL) {
            c->failed = true;
            return;
        }
        c->list = list;
        c->cap = cap;
    }
    c->list[c->n++] = one;
    c->count[one.kind]++;
}

struct comparison {
    struct changes *out;
    const struct saved_run *was, *now;
    bool is_paired;
};

static struct change blank(const struct comparison *x, const struct saved_part *part)
{
    const struct saved_run *run = x->now != NULL ? x->now : x->was;
    return (struct change){.scenario = run->scenario,
                           .mode = part == NULL ? NULL : part->mode,
                           .tenant = part == NULL ? NULL : part->tenant,
                           .unit = "",
                           .was = ci_none(),
                           .now = ci_none()};
}

static void add_alone(const struct comparison *x, const struct saved_part *part,
                      const struct saved_figure *f, enum change_kind kind)
{
    struct change one = blank(x, part);
    one.kind = kind;
    if (f != NULL) {
        const struct metric *m = metric_of_path(f->path, part->tenant != NULL);
        one.path = f->path;
        one.unit = m == NULL ? "" : m->unit;
        *(kind == CHANGE_NEW ? &one.now : &one.was) = f->e;
    }
    add(x->out, one);
}

/* ---- Figures ---- */

/* Better or worse by more than chance, or neither. A count of a random run has no interval: it
 * tells for certain only where it comes from or goes to nothing. */
static enum change_kind kind_of(const struct comparison *x, const struct metric *m,
                                const struct estimate *was, const struct estimate *now)
{
    const bool is_random = x->was->is_random || x->now->is_random;
    const bool is_exact = !was->has_ci && !now->has_ci;
    const bool apart = was->has_ci && now->has_ci && (was->hi < now->lo || now->hi < was->lo);
    const bool from_nothing = !(fabs(was->value) > 0) != !(fabs(now->value) > 0);
    const bool tells = apart || (is_exact && (!is_random || is_sure(m) || from_nothing));
    if (!tells || m == NULL || m->better == BETTER_NEITHER || same(was->value, now->value)) {
        return CHANGE_DRIFT;
    }
    const bool is_better = (now->value < was->value) == (m->better == BETTER_LOWER);
    return is_better ? CHANGE_GAIN : CHANGE_REGRESSION;
}

static bool has_moved(const struct comparison *x, const struct metric *m,
                      const struct estimate *was, const struct estimate *now)
{
    const bool is_random = x->was->is_random || x->now->is_random;
    x->out->compared++;
    if (x->is_paired || !is_random || is_sure(m)) {
        return !same_estimate(was, now);
    }
    if (!was->has_ci || !now->has_ci) {
        x->out->compared--;
        x->out->skipped++;
        return false;
    }
    return (was->hi < now->lo || now->hi < was->lo) && !within(was, now, ROUNDING);
}

static void compare_figure(const struct comparison *x, const struct saved_part *part,
                           const struct saved_figure *was, const struct saved_figure *now)
{
    const struct metric *m = metric_of_path(now->path, part->tenant != NULL);
    if (!has_moved(x, m, &was->e, &now->e) ||
        (x->out->tolerance > 0 && within(&was->e, &now->e, x->out->tolerance))) {
        return;
    }
    struct change one = blank(x, part);
    one.kind = kind_of(x, m, &was->e, &now->e);
    one.path = now->path;
    one.unit = m == NULL ? "" : m->unit;
    one.was = was->e;
    one.now = now->e;
    add(x->out, one);
}

static void compare_part(const struct comparison *x, const struct saved_part *was,
                         const struct saved_part *now)
{
    for (int i = 0; i < now->figure_n; i++) {
        const struct saved_figure *f = saved_find_figure(was, now->figure[i].path);
        if (f != NULL) {
            compare_figure(x, now, f, &now->figure[i]);
        } else {
            add_alone(x, now, &now->figure[i], CHANGE_NEW);
        }
    }
    for (int i = 0; i < was->figure_n; i++) {
        if (saved_find_figure(now, was->figure[i].path) == NULL) {
            add_alone(x, was, &was->figure[i], CHANGE_GONE);
        }
    }
}

/* ---- Modes, tenants, scenarios ---- */

/* A mode that has become possible or impossible has or lacks all of its figures: that alone is
 * the change. */
static bool compare_feasible(const struct comparison *x, const struct saved_part *was,
                             const struct saved_part *now)
{
    const struct saved_figure *a = saved_find_figure(was, "feasible");
    const struct saved_figure *b = saved_find_figure(now, "feasible");
    if (now->tenant != NULL || a == NULL || b == NULL || same(a->e.value, b->e.value)) {
        return false;
    }
    compare_figure(x, now, a, b);
    return true;
}

static void compare_run(const struct comparison *x)
{
    const struct saved_run *was = x->was;
    const struct saved_run *now = x->now;
    const char *flipped = NULL; /* mode whose figures are not looked at */
    const char *missing = NULL; /* mode that only one side has */
    for (int i = 0; i < now->part_n; i++) {
        const struct saved_part *p = &now->part[i];
        const struct saved_part *old = saved_find_part(was, p);
        if (p->mode == flipped || p->mode == missing) {
            continue;
        }
        if (old == NULL) {
            missing = p->tenant == NULL ? p->mode : missing;
            add_alone(x, p, NULL, CHANGE_NEW);
        } else if (compare_feasible(x, old, p)) {
            flipped = p->mode;
        } else {
            compare_part(x, old, p);
        }
    }
    missing = NULL;
    for (int i = 0; i < was->part_n; i++) {
        const struct saved_part *p = &was->part[i];
        if (p->mode != missing && saved_find_part(now, p) == NULL) {
            missing = p->tenant == NULL ? p->mode : missing;
            add_alone(x, p, NULL, CHANGE_GONE);
        }
    }
}

bool changes_find(struct changes *c, const struct saved *was, const struct saved *now,
                  bool subset)
{
    *c = (struct changes){.tolerance = c->tolerance};
    for (int i = 0; i < now->run_n; i++) {
        struct comparison x = {.out = c, .now = &now->run[i]};
        x.was = saved_find_run(was, x.now->scenario);
        if (x.was == NULL) {
            add_alone(&x, NULL, NULL, CHANGE_NEW);
            continue;
        }
        x.is_paired = same(x.was->seed, x.now->seed) && strcmp(x.was->hash, x.now->hash) == 0;
        c->paired += x.is_paired;
        c->unpaired += !x.is_paired;
        compare_run(&x);
    }
    for (int i = 0; i < was->run_n && !subset; i++) {
        const struct comparison x = {.out = c, .was = &was->run[i]};
        if (saved_find_run(now, x.was->scenario) == NULL) {
            add_alone(&x, NULL, NULL, CHANGE_GONE);
        }
    }
    return !c->failed;
}

void changes_fini(struct changes *c)
{
    mem_free(c->list);
    *c = (struct changes){0};
}
