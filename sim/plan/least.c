/* SPDX-License-Identifier: GPL-3.0-or-later */
/* least.c - columns: units of each kind, whether there are any, ways, and for each cut whether
 * each kind has a unit more. */
#include "sim/plan/least.h"

#include <math.h>

#include "sim/plan/programme.h"

static void add_columns(const struct least *q, struct programme *p)
{
    for (int k = 0; k < q->kind_n; k++) {
        double most = q->kind[k].most < LEAST_MANY ? q->kind[k].most : (double)INFINITY;
        (void)programme_add_column(p, 0.0, most, q->kind[k].cost, true);
    }
    for (int w = 0; w < q->way_n; w++) {
        (void)programme_add_column(p, 0.0, 1.0, q->way[w].cost, false);
    }
    for (int k = 0; q->failed_n > 0 && k < q->kind_n; k++) {
        (void)programme_add_column(p, 0.0, 1.0, 0.0, true);
    }
    for (int i = 0; i < q->failed_n * q->kind_n; i++) {
        bool can_grow = q->failed[i] < q->kind[i % q->kind_n].most;
        (void)programme_add_column(p, 0.0, can_grow ? 1.0 : 0.0, 0.0, true);
    }
}

/* Every tenant is served, by kinds that have what it takes. */
static void add_needs(const struct least *q, struct programme *p)
{
    for (int t = 0; t < q->tenant_n; t++) {
        (void)programme_add_row(p, 1.0, 1.0);
    }
    for (int k = 0; k < q->kind_n; k++) {
        for (int r = 0; r < LEAST_RESOURCES; r++) {
            int row = programme_add_row(p, 0.0, (double)INFINITY);
            programme_set(p, row, k, q->kind[k].gpus);
        }
    }
    for (int w = 0; w < q->way_n; w++) {
        const struct least_way *way = &q->way[w];
        programme_set(p, way->tenant_ix, q->kind_n + w, 1.0);
        for (int r = 0; r < LEAST_RESOURCES; r++) {
            if (way->need[r] > 0.0) {
                int row = q->tenant_n + way->kind * LEAST_RESOURCES + r;
                programme_set(p, row, q->kind_n + w, -way->need[r]);
            }
        }
    }
}

/* Of each cut at least one kind has a unit more, or one that had some has none. */
static void add_cuts(const struct least *q, struct programme *p)
{
    int used = q->kind_n + q->way_n;
    for (int k = 0; q->failed_n > 0 && k < q->kind_n; k++) {
        int least = programme_add_row(p, 0.0, (double)INFINITY);
        int most = programme_add_row(p, -(double)INFINITY, 0.0);
        programme_set(p, least, k, 1.0);
        programme_set(p, least, used + k, -1.0);
        programme_set(p, most, k, 1.0);
        programme_set(p, most, used + k, -q->kind[k].most);
    }
    for (int i = 0; i < q->failed_n; i++) {
        int any = programme_add_row(p, 1.0, (double)INFINITY);
        for (int k = 0; k < q->kind_n; k++) {
            int at = i * q->kind_n + k;
            int grows = used + q->kind_n + at;
            int row = programme_add_row(p, 0.0, (double)INFINITY);
            programme_set(p, any, grows, 1.0);
            programme_set(p, row, k, 1.0);
            programme_set(p, row, grows, -(q->failed[at] + 1.0));
            if (q->failed[at] > 0) {
                programme_set(p, any, used + k, -1.0);
                p->row[any].lo -= 1.0;
            }
        }
    }
}

bool least_solve(struct least_answer *out, struct arena *a, const struct least *q)
{
    struct programme p;
    struct programme_answer answer;
    int cuts = q->failed_n > 0 ? (q->failed_n + 2) * q->kind_n : 0;
    *out = (struct least_answer){.unit = arena_alloc(a, (size_t)q->kind_n, sizeof *out->unit)};
    if (!out->unit ||
        !programme_init(&p, a, q->tenant_n + q->kind_n * LEAST_RESOURCES + q->failed_n + cuts,
                        q->kind_n + q->way_n + cuts,
                        q->kind_n * LEAST_RESOURCES + q->way_n * (1 + LEAST_RESOURCES) +
                            4 * cuts)) {
        return false;
    }
    add_columns(q, &p);
    add_needs(q, &p);
    add_cuts(q, &p);
    if (!programme_solve(&p, a, &answer)) {
        return false;
    }
    out->cost = answer.least;
    out->is_exact = answer.is_exact;
    for (int k = 0; answer.is_found && k < q->kind_n; k++) {
        out->unit[k] = (int)answer.x[k];
    }
    out->unit = answer.is_found ? out->unit : NULL;
    return true;
}
