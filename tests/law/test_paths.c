/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_paths.c - the fast paths against the event engine, to the nanosecond.
 *
 * Random small lanes of every kind that a fast path takes: exclusive domains with several
 * servers or streams, rings, round robin by demand; Poisson, periodic and trace arrivals,
 * several laws of service, loads from light to beyond saturation, windows that cut slots,
 * switches and rounds. Both engines must give the same counted records (arrival, first ns,
 * completion, baseline), the same useful and switching time, completions and digest. A mismatch
 * is shrunk by taking VMs away and shortening the window, and printed. The argument is the
 * number of cases (4,000 by default; `make soak` runs 200,000), the seed is fixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/run/lane_fast.h"

enum {
    VMS = 6,
    ROWS = 24,
    RECORDS = 1 << 16
};

struct case_of {
    struct lane_domain domain[4];
    struct lane_vm vm[VMS];
    struct tenant tenant[VMS];
    struct trace_rows rows[VMS];
    int64_t arrival[VMS][ROWS], service[VMS][ROWS];
    struct lane lane;
    struct lane_options o;
    bool saturated[VMS];
    uint64_t seed;
};

struct records {
    struct lane_done r[RECORDS];
    int n;
};

static int below(struct rng *r, int n)
{
    return (int)(rng_word(r) % (uint64_t)n);
}

/* ---- Random lanes ---- */

static void random_trace(struct rng *r, struct case_of *c, int v)
{
    struct trace_rows *rows = &c->rows[v];
    int64_t at = 0;
    rows->n = below(r, ROWS);
    for (int64_t i = 0; i < rows->n; i++) {
        at += below(r, 3) == 0 ? 0 : below(r, 4000);
        c->arrival[v][i] = at;
        c->service[v][i] = below(r, 3000);
    }
    rows->arrival_ns = c->arrival[v];
    rows->service_ns = c->service[v];
    rows->span_ns = at;
    c->tenant[v].work.kind = WORK_TRACE;
    c->tenant[v].work.trace = rows;
    c->tenant[v].work.offset_ns = below(r, 5000);
}

static void random_work(struct rng *r, struct case_of *c, int v, double load)
{
    static const char *const laws[] = {"exponential", "deterministic", "uniform", "gamma"};
    struct work *w = &c->tenant[v].work;
    double mean = 50.0 + below(r, 4000);
    const char *law = laws[below(r, 4)];
    double cv = law[0] == 'u' ? 0.5 : law[0] == 'g' ? 1.5 : 0.0;
    *w = (struct work){.kind = WORK_REQUESTS, .streams = 1};
    w->scaling = (struct scaling){.compute_frac = 1.0, .width_frac = 1.0};
    if (below(r, 4) == 0) {
        random_trace(r, c, v);
        return;
    }
    assert_null(dist_init(&w->service, dist_find(law), mean, cv, 0, 0));
    w->arrivals.rate_per_s = load * 1e9 / mean;
    w->arrivals.periodic = below(r, 3) == 0;
    w->arrivals.phase_ns = below(r, 1000);
    const char *gap = w->arrivals.periodic ? "deterministic" : "exponential";
    assert_null(dist_init(&w->arrivals.gap, dist_find(gap), mean / load, 0, 0, 0));
}

static void random_window(struct rng *r, struct case_of *c)
{
    bool traces = true;
    for (int v = 0; v < c->lane.vm_n; v++) {
        traces = traces && c->tenant[v].work.kind == WORK_TRACE;
        c->saturated[v] = c->tenant[v].work.kind == WORK_REQUESTS && below(r, 4) == 0;
    }
    c->o = (struct lane_options){.seed = rng_word(r), .saturated = c->saturated};
    c->o.replica = (uint32_t)below(r, 1000);
    c->o.from_ns = below(r, 30000);
    c->o.to_ns = c->o.from_ns + 1 + below(r, 60000);
    c->o.trace_all = below(r, 2) == 0;
    c->o.to_the_end = traces && c->o.trace_all;
}

static void random_exclusive(struct rng *r, struct case_of *c)
{
    int shape = below(r, 3);
    struct lane_vm *vm = &c->vm[0];
    c->lane.vm_n = 1;
    vm->server_n = shape == 1 ? 1 + below(r, 3) : 1;
    c->lane.domain_n = vm->server_n;
    random_work(r, c, 0, 0.2 + 0.3 * below(r, 4));
    if (shape == 2) {
        c->tenant[0].work.streams = 2 + below(r, 6);
        c->tenant[0].work.scaling.width_frac = 1.0 / c->tenant[0].work.streams;
    }
    for (int i = 0; i < vm->server_n; i++) {
        vm->server[i] = (struct lane_server){
            .domain = i, .factor = {1.0, 1.0}
        };
    }
}

static void random_shared(struct rng *r, struct case_of *c)
{
    struct sched_params *p = &c->domain[0].params;
    const struct sched_kind *kind = sched_kinds[below(r, sched_kinds_n)];
    c->domain[0].sched = kind;
    c->lane.vm_n = 1 + below(r, VMS);
    c->lane.domain_n = 1;
    p->vgpu_n = c->lane.vm_n + below(r, 2);
    p->ring_n = p->vgpu_n + (kind->ring == RING_TYPE_MAX ? below(r, 3) : 0);
    p->slice_ns = 1 + below(r, below(r, 2) ? 60 : 2000);
    p->switch_ns = below(r, 2) ? 0 : below(r, 200);
    p->averaging = 33;
    p->discipline = kind->has_discipline ? DISCIPLINE_STRICT : DISCIPLINE_NONE;
    p->yield_idle = kind->ring == RING_POWERED_ON && below(r, 2) == 0;
    double each = (0.1 + 0.4 * below(r, 4)) / c->lane.vm_n;
    for (int v = 0; v < c->lane.vm_n; v++) {
        random_work(r, c, v, each);
        c->vm[v].server_n = 1;
        c->vm[v].server[0] = (struct lane_server){
            .slot = v, .factor = {1.0, 1.0}
        };
    }
}

static void random_case(struct rng *r, struct case_of *c)
{
    memset(c, 0, sizeof *c);
    c->lane.domain = c->domain;
    c->lane.vm = c->vm;
    if (below(r, 4) == 0) {
        random_exclusive(r, c);
    } else {
        random_shared(r, c);
    }
    for (int i = 0; i < c->lane.domain_n; i++) {
        c->domain[i].weight = 1.0;
    }
    for (int v = 0; v < c->lane.vm_n; v++) {
        c->tenant[v].name = "tenant";
        c->vm[v].tenant = &c->tenant[v];
        c->vm[v].tenant_ix = v;
        c->vm[v].vm_ix = v;
        c->vm[v].name_hash = (uint64_t)v + 1;
    }
    random_window(r, c);
}

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

static int by_vm_and_serial(const void *a, const void *b)
{
    const struct lane_done *x = a;
    const struct lane_done *y = b;
    if (x->vm != y->vm) {
        return x->vm < y->vm ? -1 : 1;
    }
    return (x->serial > y->serial) - (x->serial < y->serial);
}

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
    assert_true(lane_sim_run(sim, &o, books));
    lane_sim_fini(sim);
    qsort(out->r, (size_t)out->n, sizeof out->r[0], by_vm_and_serial);
}

static const char *compare_books(const struct case_of *c, const struct lane_books *a,
                                 const struct lane_books *b)
{
    for (int v = 0; v < c->lane.vm_n; v++) {
        if (a->useful_ns[v] != b->useful_ns[v]) {
            return "useful time of a VM";
        }
        if (a->arrived[v] != b->arrived[v]) {
            return "arrivals in the window";
        }
        if (a->completed[v] != b->completed[v]) {
            return "completions in the window";
        }
    }
    for (int d = 0; d < c->lane.domain_n; d++) {
        if (a->domain_useful_ns[d] != b->domain_useful_ns[d]) {
            return "useful time of a domain";
        }
        if (a->domain_switch_ns[d] != b->domain_switch_ns[d]) {
            return "switching time";
        }
    }
    return a->digest != b->digest ? "digest" : NULL;
}

/* NULL when both engines agree. */
static const char *differs(const struct case_of *c)
{
    static struct records fast;
    static struct records events;
    struct lane_books a;
    struct lane_books b;
    struct arena arena;
    const char *what = NULL;
    arena_init(&arena, "test");
    run(c, &arena, false, &fast, &a);
    run(c, &arena, true, &events, &b);
    if (fast.n != events.n) {
        what = "number of counted requests";
    }
    for (int i = 0; !what && i < fast.n; i++) {
        const struct lane_done *x = &fast.r[i];
        const struct lane_done *y = &events.r[i];
        if (x->vm != y->vm || x->serial != y->serial || x->arrival_ns != y->arrival_ns) {
            what = "which requests are counted";
        } else if (x->done_ns != y->done_ns) {
            what = "a completion";
        } else if (x->first_ns != y->first_ns) {
            what = "a first ns of work";
        } else if (x->baseline_ns != y->baseline_ns) {
            what = "a baseline";
        }
    }
    what = what ? what : compare_books(c, &a, &b);
    arena_fini(&arena);
    return what;
}

/* ---- Cases ---- */

static struct case_of copy_of(const struct case_of *c)
{
    struct case_of x = *c;
    x.lane.domain = x.domain;
    x.lane.vm = x.vm;
    return x;
}

/* The copy's pointers must be its own. */
static void rebind(struct case_of *x)
{
    x->lane.domain = x->domain;
    x->lane.vm = x->vm;
    x->o.saturated = x->saturated;
    for (int v = 0; v < x->lane.vm_n; v++) {
        x->vm[v].tenant = &x->tenant[v];
        x->rows[v].arrival_ns = x->arrival[v];
        x->rows[v].service_ns = x->service[v];
        if (x->tenant[v].work.kind == WORK_TRACE) {
            x->tenant[v].work.trace = &x->rows[v];
        }
    }
}

static void shrink(struct case_of *c)
{
    static struct case_of smaller;
    while (c->lane.vm_n > 1) {
        smaller = copy_of(c);
        smaller.lane.vm_n--;
        rebind(&smaller);
        if (!differs(&smaller)) {
            break;
        }
        *c = smaller;
        rebind(c);
    }
    for (int64_t cut = (c->o.to_ns - c->o.from_ns) / 2; cut > 0; cut /= 2) {
        c->o.to_ns -= cut;
        if (!differs(c)) {
            c->o.to_ns += cut;
        }
    }
}

static void print_case(const struct case_of *c)
{
    const struct lane_domain *d = &c->domain[0];
    print_message("path %d, %s, slice %d, switch %d, ring %d of %d, yield %d, window [%d, %d), "
                  "all rows %d\n",
                  (int)lane_path_of(&c->lane), d->sched ? d->sched->name : "exclusive",
                  (int)d->params.slice_ns, (int)d->params.switch_ns, d->params.vgpu_n,
                  d->params.ring_n, d->params.yield_idle, (int)c->o.from_ns, (int)c->o.to_ns,
                  c->o.trace_all);
    for (int v = 0; v < c->lane.vm_n; v++) {
        const struct work *w = &c->tenant[v].work;
        print_message(
            "  VM %d: kind %d, servers %d, streams %d, rate %g/s, service %g ns %s%s\n", v,
            (int)w->kind, c->vm[v].server_n, w->streams, w->arrivals.rate_per_s,
            w->service.mean, w->service.kind ? w->service.kind->name : "rows",
            c->saturated[v] ? ", not waited for" : "");
    }
}

static int cases = 4000;

static void fast_paths_equal_events_when_random(void **state)
{
    (void)state;
    static struct case_of c;
    struct rng r;
    int taken[4] = {0};
    rng_init(&r, &(struct rng_id){.seed = 4}, RNG_TEST);
    for (int i = 0; i < cases; i++) {
        random_case(&r, &c);
        taken[lane_path_of(&c.lane)]++;
        if (differs(&c)) {
            shrink(&c);
            print_case(&c);
            fail_msg("case %d: the paths disagree on %s", i, differs(&c));
        }
    }
    assert_int_equal(taken[LANE_EVENTS], 0);
    assert_true(taken[LANE_FCFS] > cases / 10 && taken[LANE_SLOTS] > cases / 10);
    assert_true(taken[LANE_TURNS] > cases / 10);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fast_paths_equal_events_when_random),
    };
    cases = argc > 1 ? atoi(argv[1]) : cases;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
