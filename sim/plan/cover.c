/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cover.c - patterns by enumeration, then programmes over them. */
#include "sim/plan/cover.h"

#include <math.h>
#include <string.h>

#include "models/census.h"
#include "sim/plan/programme.h"

/* Rounding of the solver that must not cost a GPU. */
#define SLACK 1e-7

enum {
    PATTERNS_MAX = 20000
};

struct patterns {
    struct arena *arena;
    int kind_n;
    unsigned char *count; /* [n * kind_n] */
    int n, cap;
    bool failed;
};

/* A maximal layout counts once, whatever the starts of its instances. */
static void add_pattern(void *user, const struct layout *l, bool is_maximal)
{
    struct patterns *p = user;
    size_t kinds = (size_t)p->kind_n;
    if (!is_maximal || p->failed) {
        return;
    }
    for (int i = 0; i < p->n; i++) {
        if (memcmp(p->count + (size_t)i * kinds, l->count, kinds) == 0) {
            return;
        }
    }
    if (p->n == p->cap) {
        int cap = p->cap > 0 ? 2 * p->cap : 64;
        unsigned char *bigger = arena_alloc(p->arena, (size_t)cap * kinds, 1);
        p->failed = !bigger || cap > PATTERNS_MAX;
        if (p->failed) {
            return;
        }
        if (p->n > 0) {
            memcpy(bigger, p->count, (size_t)p->n * kinds);
        }
        p->count = bigger;
        p->cap = cap;
    }
    memcpy(p->count + (size_t)p->n++ * kinds, l->count, kinds);
}

/* The profiles that some way asks for; `of` [g->axis.kind_n] their new index or -1. */
static void keep_asked(struct mig_geometry *part, const struct mig_geometry *g,
                       const struct cover_way *way, int way_n, int *of)
{
    int n = 0;
    *part = *g;
    for (int k = 0; k < g->axis.kind_n; k++) {
        bool is_asked = false;
        for (int w = 0; w < way_n; w++) {
            is_asked |= way[w].kind == k;
        }
        of[k] = is_asked ? n : -1;
        if (is_asked) {
            part->axis.kind[n] = g->axis.kind[k];
            part->profile[n++] = g->profile[k];
        }
    }
    part->axis.kind_n = n;
}

/* What is asked of the solver. Rows: profiles, tenants, the number of GPUs. Columns: patterns,
 * then ways. */
struct question {
    struct programme lp;
    const struct patterns *p;
    const struct cover_way *way;
    int way_n, tenant_n;
    const int *of; /* row of a profile */
    int gpus_max;  /* 0: as few as do */
};

static void add_rows(struct question *q)
{
    for (int k = 0; k < q->p->kind_n; k++) {
        (void)programme_add_row(&q->lp, 0.0, (double)INFINITY);
    }
    for (int t = 0; t < q->tenant_n; t++) {
        (void)programme_add_row(&q->lp, 1.0, 1.0);
    }
    (void)programme_add_row(&q->lp, -(double)INFINITY,
                            q->gpus_max > 0 ? q->gpus_max : (double)INFINITY);
}

static void add_columns(struct question *q)
{
    int kinds = q->p->kind_n;
    for (int i = 0; i < q->p->n; i++) {
        int column = programme_add_column(&q->lp, 0.0, (double)INFINITY,
                                          q->gpus_max > 0 ? 0.0 : 1.0, true);
        for (int k = 0; k < kinds; k++) {
            int n = q->p->count[(size_t)i * (size_t)kinds + (size_t)k];
            if (n > 0) {
                programme_set(&q->lp, k, column, n);
            }
        }
        programme_set(&q->lp, kinds + q->tenant_n, column, 1.0);
    }
    for (int w = 0; w < q->way_n; w++) {
        const struct cover_way *way = &q->way[w];
        bool is_out = way->misses > 0 && q->gpus_max == 0;
        int column = programme_add_column(&q->lp, 0.0, is_out ? 0.0 : 1.0,
                                          q->gpus_max > 0 ? way->misses : 0.0, true);
        programme_set(&q->lp, q->of[way->kind], column, -way->n);
        programme_set(&q->lp, kinds + way->tenant_ix, column, 1.0);
    }
}

static void take_solution(struct cover *out, const struct question *q, const double *x)
{
    out->gpus = out->misses = 0;
    for (int i = 0; i < q->p->n; i++) {
        out->gpus += (int)x[i];
    }
    for (int w = 0; w < q->way_n; w++) {
        if (x[q->p->n + w] > 0.5) {
            out->chosen[q->way[w].tenant_ix] = w;
            out->misses += q->way[w].misses;
        }
    }
}

/* The same once more: so many GPUs, and the least strain. */
static bool ease(struct cover *out, struct question *q, struct arena *a)
{
    struct programme_answer answer;
    q->lp.row[q->p->kind_n + q->tenant_n].hi = out->gpus;
    for (int i = 0; i < q->p->n; i++) {
        q->lp.column[i].cost = 0.0;
    }
    for (int w = 0; w < q->way_n; w++) {
        q->lp.column[q->p->n + w].cost = q->way[w].strain;
    }
    if (!programme_solve(&q->lp, a, &answer)) {
        return false;
    }
    if (answer.is_found) {
        take_solution(out, q, answer.x);
    }
    return true;
}

static bool solve(struct cover *out, struct question *q, struct arena *a)
{
    struct programme_answer answer;
    if (!programme_solve(&q->lp, a, &answer)) {
        return false;
    }
    out->bound =
        q->gpus_max > 0 || !isfinite(answer.relaxed) ? 0 : (int)ceil(answer.relaxed - SLACK);
    out->is_exact = answer.is_found && answer.is_exact;
    if (!answer.is_found) {
        return true;
    }
    take_solution(out, q, answer.x);
    return q->gpus_max > 0 || ease(out, q, a);
}

bool cover_solve(struct cover *out, struct arena *a, const struct mig_geometry *g,
                 const struct cover_way *way, int way_n, int tenant_n, int gpus_max)
{
    struct mig_geometry *part = arena_alloc(a, 1, sizeof *part);
    int of[AXIS_KINDS_MAX];
    *out = (struct cover){.chosen = arena_alloc(a, (size_t)tenant_n, sizeof *out->chosen)};
    if (!part || !out->chosen) {
        return false;
    }
    keep_asked(part, g, way, way_n, of);
    struct patterns p = {.arena = a, .kind_n = part->axis.kind_n};
    if (census_walk(part, add_pattern, &p) < 0 || p.failed) {
        return !p.failed;
    }
    struct question q = {.p = &p,
                         .way = way,
                         .way_n = way_n,
                         .tenant_n = tenant_n,
                         .of = of,
                         .gpus_max = gpus_max};
    if (!programme_init(&q.lp, a, p.kind_n + tenant_n + 1, p.n + way_n,
                        p.n * (p.kind_n + 1) + 2 * way_n)) {
        return false;
    }
    add_rows(&q);
    add_columns(&q);
    return solve(out, &q, a);
}

/* ---- VMs that share GPUs ---- */

enum {
    NODES_TIMES_CONTENTS = 400000 /* of branch and bound */
};

/* What is better than the relaxation by less is not looked for: a share of a limit. */
#define NEAR_ENOUGH 0.01

/* Rows: tenants, objectives, the number of GPUs. Columns: contents, what the objective that
 * misses most misses by, of each VM. */
static void add_division(struct programme *p, const struct cover_division *d, int gpus)
{
    bool has_gpus = gpus > 0;
    for (int t = 0; t < d->tenant_n; t++) {
        (void)programme_add_row(p, d->wanted[t], d->wanted[t]);
    }
    for (int r = 0; r < d->row_n; r++) {
        (void)programme_add_row(p, -(double)INFINITY, 0.0);
    }
    int all = programme_add_row(p, 0.0, has_gpus ? gpus : (double)INFINITY);
    for (int c = 0; c < d->content_n; c++) {
        const unsigned char *count = d->count + (size_t)c * (size_t)d->tenant_n;
        int column = programme_add_column(p, 0.0, (double)INFINITY, has_gpus ? 0.0 : 1.0, true);
        for (int t = 0; t < d->tenant_n; t++) {
            if (count[t] > 0) {
                programme_set(p, t, column, count[t]);
            }
        }
        for (int r = 0; r < d->row_n; r++) {
            if (count[d->of[r]] > 0) {
                programme_set(p, d->tenant_n + r, column,
                              d->misses[(size_t)c * (size_t)d->row_n + (size_t)r]);
            }
        }
        programme_set(p, all, column, 1.0);
    }
    double free = has_gpus ? (double)INFINITY : 0.0;
    int worst = programme_add_column(p, -free, free, has_gpus ? 1.0 : 0.0, false);
    for (int r = 0; r < d->row_n; r++) {
        programme_set(p, d->tenant_n + r, worst, -(double)d->wanted[d->of[r]]);
    }
}

bool cover_divide(struct cover_division *d, int gpus, bool is_whole)
{
    struct arena scratch;
    struct programme p;
    struct programme_answer answer;
    int entries = d->row_n + d->content_n * (d->tenant_n + d->row_n + 1);
    d->gpus = d->worst = (double)INFINITY;
    if (d->content_n == 0) {
        return true;
    }
    arena_init(&scratch, "plan");
    bool is =
        programme_init(&p, &scratch, d->tenant_n + d->row_n + 1, d->content_n + 1, entries);
    if (is) {
        add_division(&p, d, gpus);
        p.is_relaxed = !is_whole;
        p.near = NEAR_ENOUGH;
        p.nodes_max = NODES_TIMES_CONTENTS / d->content_n;
        is = programme_solve(&p, &scratch, &answer);
    }
    if (is && answer.is_found) {
        d->gpus = 0.0;
        d->worst = answer.x[d->content_n];
        for (int c = 0; c < d->content_n; c++) {
            d->weight[c] = answer.x[c];
            d->gpus += answer.x[c];
        }
    }
    arena_fini(&scratch);
    return is;
}
