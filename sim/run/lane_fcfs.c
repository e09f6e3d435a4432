/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_fcfs.c - an exclusive domain as a recursion, without events, a column of requests at a
 * time.
 *
 * First come first served on k equal servers: request i starts at
 *     s_i = max(a_i, the earliest time at which a server is free)
 * and is done at d_i = s_i + x_i (Lindley 1952 for k = 1; Kiefer & Wolfowitz 1955). Only this
 * recursion goes from request to request; what comes before it (draws, times on the domain) and
 * after it (window, books, digest, histograms) is done to whole columns, which stay in the
 * first-level cache. Arrivals and starts never decrease, so that a column lies inside the
 * window if its first start and its last completion do, and then its busy time is the sum of
 * its x_i; where it does not, its requests are looked at one by one. The time in which a domain
 * with several streams is busy is the union of [s_i, d_i), taken as it grows. A VM alone has no
 * neighbours: its latency is its baseline.
 * Cost: two variates and a comparison per request; with k servers a path of a tournament tree.
 */
#include <assert.h>
#include <stddef.h>

#include "sim/run/lane_fast.h"

/* Requests of the VM, and what became of them. */
struct column {
    int n;
    int64_t serial; /* of the first */
    int64_t arrival_ns[LANE_BATCH], work_ns[LANE_BATCH], wait_ns[LANE_BATCH],
        latency_ns[LANE_BATCH];
    int64_t last_done_ns; /* of the column */
    int64_t busy_ns;      /* streams: the domain's time is booked up to here */
};

static int64_t start_of(const struct column *c, int i)
{
    return c->arrival_ns[i] + c->wait_ns[i];
}

static int64_t done_of(const struct column *c, int i)
{
    return c->arrival_ns[i] + c->latency_ns[i];
}

/* ---- The recursion ---- */

/* Books [start, done) of a domain. */
static void book(struct lane_fast *f, int domain, int64_t start_ns, int64_t done_ns)
{
    int64_t useful = fast_window(f, start_ns, done_ns);
    f->books->useful_ns[0] += useful;
    f->books->domain_useful_ns[domain] += useful;
}

/* One server of one stream. */
static void serve_one(struct lane_fast *f, const struct fast_vm *vm, struct column *c)
{
    int64_t free_ns = f->free_ns[0];
    int64_t work_ns = 0;
    for (int i = 0; i < c->n; i++) {
        int64_t wait_ns = free_ns - c->arrival_ns[i];
        c->wait_ns[i] = wait_ns > 0 ? wait_ns : 0;
        c->latency_ns[i] = c->wait_ns[i] + c->work_ns[i];
        free_ns = c->arrival_ns[i] + c->latency_ns[i];
        work_ns += c->work_ns[i];
    }
    f->free_ns[0] = c->last_done_ns = free_ns;
    int domain = vm->spec->server[0].domain;
    if (fast_is_inside(f, start_of(c, 0), free_ns)) {
        f->books->useful_ns[0] += work_ns;
        f->books->domain_useful_ns[domain] += work_ns;
        return;
    }
    for (int i = 0; i < c->n; i++) {
        book(f, domain, start_of(c, i), done_of(c, i));
    }
}

/* Several servers of one stream each: a request uses the lowest that is free, else the one that
 * is free first. */
static void serve_many(struct lane_fast *f, const struct fast_vm *vm, struct column *c)
{
    for (int i = 0; i < c->n; i++) {
        int64_t arrival_ns = c->arrival_ns[i];
        int best = 0;
        for (int k = 0; k < vm->spec->server_n; k++) {
            if (f->free_ns[k] <= arrival_ns) {
                best = k;
                break;
            }
            best = f->free_ns[k] < f->free_ns[best] ? k : best;
        }
        int64_t wait_ns = f->free_ns[best] - arrival_ns;
        c->wait_ns[i] = wait_ns > 0 ? wait_ns : 0;
        c->latency_ns[i] = c->wait_ns[i] + c->work_ns[i];
        int64_t done_ns = f->free_ns[best] = arrival_ns + c->latency_ns[i];
        c->last_done_ns = done_ns > c->last_done_ns ? done_ns : c->last_done_ns;
        book(f, vm->spec->server[best].domain, start_of(c, i), done_ns);
    }
}

/* Several streams of one server, none of which slows another. */
static void serve_streams(struct lane_fast *f, const struct fast_vm *vm, struct column *c)
{
    int domain = vm->spec->server[0].domain;
    for (int i = 0; i < c->n; i++) {
        int64_t arrival_ns = c->arrival_ns[i];
        int64_t wait_ns = evq_first_ns(&f->order) - arrival_ns;
        c->wait_ns[i] = wait_ns > 0 ? wait_ns : 0;
        c->latency_ns[i] = c->wait_ns[i] + c->work_ns[i];
        int64_t start_ns = start_of(c, i);
        int64_t done_ns = done_of(c, i);
        evq_set(&f->order, evq_first(&f->order), done_ns);
        if (done_ns > c->busy_ns) {
            book(f, domain, start_ns > c->busy_ns ? start_ns : c->busy_ns, done_ns);
            c->busy_ns = done_ns;
        }
        c->last_done_ns = done_ns > c->last_done_ns ? done_ns : c->last_done_ns;
    }
}

static void serve(struct lane_fast *f, const struct fast_vm *vm, struct column *c)
{
    c->last_done_ns = 0;
    if (vm->spec->tenant->work.streams > 1) {
        serve_streams(f, vm, c);
    } else if (vm->spec->server_n > 1) {
        serve_many(f, vm, c);
    } else {
        serve_one(f, vm, c);
    }
}

/* ---- Books and records ---- */

static bool is_counted(const struct fast_vm *vm, const struct column *c, int i)
{
    return c->arrival_ns[i] >= vm->from_ns && (vm->waited_for || done_of(c, i) < vm->to_ns);
}

/* Requests from .. to - 1 of the column as records. */
static void hand_records(struct lane_fast *f, const struct column *c, int from, int to,
                         bool counted)
{
    for (int i = from; i < to; i++) {
        f->batch.record[f->batch.n] =
            (struct lane_done){.serial = c->serial + i,
                               .order = c->serial + i,
                               .arrival_ns = c->arrival_ns[i],
                               .first_ns = start_of(c, i),
                               .done_ns = done_of(c, i),
                               .baseline_ns = counted ? c->latency_ns[i] : -1,
                               .counted = counted};
        lane_push(&f->batch, f->opt, f->books);
    }
}

static void hand_column(struct lane_fast *f, const struct column *c, int from, int to,
                        bool counted)
{
    uint64_t digest = 0;
    for (int i = from; counted && i < to; i++) {
        digest += lane_digest(0, c->serial + i, start_of(c, i), done_of(c, i));
    }
    f->books->digest += digest;
    f->opt->column(f->opt->context, &(struct lane_column){.n = to - from,
                                                          .serial = c->serial + from,
                                                          .counted = counted,
                                                          .arrival_ns = c->arrival_ns + from,
                                                          .wait_ns = c->wait_ns + from,
                                                          .latency_ns = c->latency_ns + from});
}

static void check(const struct column *c)
{
    int64_t signs = 0;
    for (int i = 0; i < c->n; i++) {
        signs |= c->wait_ns[i] | (c->latency_ns[i] - c->wait_ns[i] - 1);
    }
    assert(signs >= 0); /* nobody starts before he arrives, or ends when he starts */
    (void)signs;
}

/* Books the completions and hands the column on, in as few parts as are of one kind. */
static void hand_out(struct lane_fast *f, const struct fast_vm *vm, const struct column *c)
{
    struct lane_books *books = f->books;
    if (c->n == 0) {
        return;
    }
    bool inside = fast_is_inside(f, start_of(c, 0), c->last_done_ns + 1);
    for (int i = 0; !inside && i < c->n; i++) {
        books->completed[0] += fast_window(f, done_of(c, i), done_of(c, i) + 1);
    }
    books->completed[0] += inside ? c->n : 0;
    books->last_done_ns =
        c->last_done_ns > books->last_done_ns ? c->last_done_ns : books->last_done_ns;
    check(c);
    bool alike =
        c->arrival_ns[0] >= vm->from_ns && (vm->waited_for || c->last_done_ns < vm->to_ns);
    int to = 0;
    for (int i = 0; i < c->n; i = to) {
        bool counted = is_counted(vm, c, i);
        to = alike ? c->n : i + 1;
        while (to < c->n && is_counted(vm, c, to) == counted) {
            to++;
        }
        if (f->opt->column) {
            hand_column(f, c, i, to, counted);
        } else {
            hand_records(f, c, i, to, counted);
        }
    }
}

/* ---- Columns ---- */

/* Nobody waits for requests that start after the window: leaves only those before. False when
 * some were left out. */
static bool cut(const struct fast_vm *vm, struct column *c)
{
    if (vm->waited_for || start_of(c, c->n - 1) < vm->to_ns) {
        return true;
    }
    while (c->n > 0 && start_of(c, c->n - 1) >= vm->to_ns) {
        c->n--;
    }
    c->last_done_ns = 0;
    for (int i = 0; i < c->n; i++) {
        c->last_done_ns = done_of(c, i) > c->last_done_ns ? done_of(c, i) : c->last_done_ns;
    }
    return false;
}

static void start(struct lane_fast *f, const struct fast_vm *vm)
{
    for (int i = 0; i < vm->spec->server_n; i++) {
        f->free_ns[i] = 0;
    }
    evq_reset(&f->order);
    for (int i = 0; i < vm->spec->tenant->work.streams; i++) {
        evq_set(&f->order, (uint32_t)i, 0);
    }
}

void lane_fcfs_run(struct lane_fast *f)
{
    struct fast_vm *vm = &f->vm[0];
    const struct scaling *scaling = &vm->spec->tenant->work.scaling;
    struct column c = {.n = 0};
    int n = LANE_BATCH;
    bool goes_on = true;
    start(f, vm);
    while (n == LANE_BATCH && !f->books->stopped) {
        n = work_take(&vm->cursor, vm->to_ns, c.arrival_ns, c.work_ns, LANE_BATCH);
        c.n = n;
        f->books->arrived[0] += n;
        for (int i = 0; i < n && c.arrival_ns[i] < vm->from_ns; i++) {
            f->books->arrived[0]--; /* before the window */
        }
        if (goes_on && n > 0) {
            slice_times_ns(scaling, &vm->spec->server[0].factor, c.work_ns, c.work_ns, n);
            serve(f, vm, &c);
            goes_on = cut(vm, &c);
            hand_out(f, vm, &c);
        }
        c.serial += n;
        f->books->stopped = f->opt->stop && *f->opt->stop;
    }
}
