/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_paths.c - the fast paths against the event engine, to the nanosecond.
 *
 * Random small lanes (lanes_random.c): exclusive domains, rings, round robin by demand, each by
 * its recursion; and all that the event engine takes, with the crossing of whole rounds against
 * without. Both sides must give the same counted records (arrival, first ns, completion,
 * baseline), the same useful, switching and held time, completions and digest. A mismatch is
 * shrunk - VMs and features taken away, the window shortened - and printed. The argument is
 * the number of cases (4,000 by default; `make soak` runs 200,000), the seed is fixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/law/lanes_random.h"

enum {
    RECORDS = 1 << 16
};

struct records {
    struct lane_done r[RECORDS];
    int n;
};

/* ---- Both engines ---- */

static void keep(void *context, const struct lane_done *r, int n)
{
    struct records *x = context;
    for (int i = 0; i < n; i++) {
        if (r[i].counted && x->n < RECORDS) {
            x->r[x->n++] = r[i];
        }
    }
}

static void keep_column(void *context, const struct lane_column *c)
{
    for (int i = 0; i < c->n; i++) {
        struct lane_done r = {.vm = c->vm,
                              .serial = c->serial + i,
                              .order = c->serial + i,
                              .arrival_ns = c->arrival_ns[i],
                              .first_ns = c->arrival_ns[i] + c->wait_ns[i],
                              .done_ns = c->arrival_ns[i] + c->latency_ns[i],
                              .baseline_ns = c->latency_ns[i],
                              .counted = c->counted};
        keep(context, &r, 1);
    }
}

static int by_vm_client_serial(const void *a, const void *b)
{
    const struct lane_done *x = a;
    const struct lane_done *y = b;
    if (x->vm != y->vm) {
        return x->vm < y->vm ? -1 : 1;
    }
    if (x->client != y->client) {
        return x->client < y->client ? -1 : 1;
    }
    return (x->serial > y->serial) - (x->serial < y->serial);
}

/* The arena is sealed before the run: the simulation of a lane takes nothing from it. */
static void run(const struct case_of *c, struct arena *arena, bool events, struct records *out,
                struct lane_books *books)
{
    struct lane_options o = c->o;
    struct lane_sim *sim =
        events ? lane_sim_new_events(arena, &c->lane) : lane_sim_new(arena, &c->lane);
    out->n = 0;
    o.done = keep;
    o.column = c->o.replica % 2 == 0 ? keep_column : NULL; /* either way to the same records */
    o.context = out;
    assert_non_null(sim);
    assert_true(lane_books_init(books, arena, &c->lane));
    arena_seal(arena);
    assert_true(lane_sim_run(sim, &o, books));
    lane_sim_fini(sim);
    qsort(out->r, (size_t)out->n, sizeof out->r[0], by_vm_client_serial);
}

static const char *compare_books(const struct case_of *c, const struct lane_books *a,
                                 const struct lane_books *b)
{
    for (int v = 0; v < c->lane.vm_n; v++) {
        if (a->useful_ns[v] != b->useful_ns[v]) {
            return "useful time of a VM";
        }
        if (a->backlog_ns[v] != b->backlog_ns[v]) {
            return "backlogged time of a VM";
        }
        if (a->arrived[v] != b->arrived[v]) {
            return "arrivals in the window";
        }
        if (a->completed[v] != b->completed[v]) {
            return "completions in the window";
        }
        if (a->dropped[v] != b->dropped[v]) {
            return "frames or sequences dropped";
        }
    }
    for (int d = 0; d < c->lane.domain_n; d++) {
        if (a->domain_useful_ns[d] != b->domain_useful_ns[d]) {
            return "useful time of a domain";
        }
        if (a->domain_switch_ns[d] != b->domain_switch_ns[d]) {
            return "switching time";
        }
        if (a->domain_held_ns[d] != b->domain_held_ns[d]) {
            return "time held";
        }
    }
    return a->digest != b->digest ? "digest" : NULL;
}

static const char *compare(const struct lane_done *x, const struct lane_done *y)
{
    if (x->vm != y->vm || x->client != y->client || x->serial != y->serial ||
        x->order != y->order || x->arrival_ns != y->arrival_ns) {
        return "which requests are counted";
    }
    if (x->done_ns != y->done_ns) {
        return "a completion";
    }
    if (x->first_ns != y->first_ns || x->first_token_ns != y->first_token_ns) {
        return "a first ns of work";
    }
    /* No scheduler here withholds what it owes. */
    if (x->owed || y->owed) {
        return "service owed and not given";
    }
    return x->baseline_ns != y->baseline_ns ? "a baseline" : NULL;
}

/* NULL when both engines agree; fewer: the first did so with fewer events, though with some. */
static const char *differs_in(const struct case_of *c, bool *fewer)
{
    static struct records fast;
    static struct records events;
    struct lane_books a;
    struct lane_books b;
    struct arena arena[2];
    const char *what = NULL;
    arena_init(&arena[0], "test");
    arena_init(&arena[1], "test");
    run(c, &arena[0], false, &fast, &a);
    run(c, &arena[1], true, &events, &b);
    if (fast.n != events.n) {
        what = "number of counted requests";
    }
    for (int i = 0; !what && i < fast.n; i++) {
        what = compare(&fast.r[i], &events.r[i]);
    }
    what = what ? what : compare_books(c, &a, &b);
    *fewer = a.events > 0 && a.events < b.events;
    arena_fini(&arena[0]);
    arena_fini(&arena[1]);
    return what;
}

static const char *differs(const struct case_of *c)
{
    bool fewer;
    return differs_in(c, &fewer);
}

/* ---- Cases ---- */

static void shrink(struct case_of *c)
{
    static struct case_of smaller;
    bool is_smaller = true;
    while (is_smaller) {
        is_smaller = false;
        for (int i = 0; !is_smaller; i++) {
            smaller = *c;
            if (!lanes_random_simplify(&smaller, i)) {
                break;
            }
            is_smaller = memcmp(&smaller, c, sizeof smaller) != 0;
            lanes_random_bind(&smaller);
            is_smaller = is_smaller && differs(&smaller);
        }
        if (is_smaller) {
            *c = smaller;
            lanes_random_bind(c);
        }
    }
    for (int64_t cut = (c->o.to_ns - c->o.from_ns) / 2; cut > 0; cut /= 2) {
        c->o.to_ns -= cut;
        if (!differs(c)) {
            c->o.to_ns += cut;
        }
    }
}

static int cases = 4000;

static void fast_paths_equal_events_when_random(void **state)
{
    (void)state;
    static struct case_of c;
    struct rng r;
    int taken[4] = {0};
    int crossed = 0;
    rng_init(&r, &(struct rng_id){.seed = 4}, RNG_TEST);
    for (int i = 0; i < cases; i++) {
        bool fewer;
        lanes_random(&r, &c);
        taken[lane_path_of(&c.lane)]++;
        if (differs_in(&c, &fewer)) {
            shrink(&c);
            lanes_random_print(&c);
            fail_msg("case %d: the paths disagree on %s", i, differs(&c));
        }
        crossed += fewer;
    }
    assert_true(taken[LANE_FCFS] > cases / 10 && taken[LANE_SLOTS] > cases / 10);
    assert_true(taken[LANE_TURNS] > cases / 10 && taken[LANE_EVENTS] > cases / 10);
    assert_true(crossed > taken[LANE_EVENTS] / 4);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fast_paths_equal_events_when_random),
    };
    cases = argc > 1 ? atoi(argv[1]) : cases;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
