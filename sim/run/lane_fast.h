/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_fast.h - lanes whose completions can be computed without an event set.
 *
 * Three kinds qualify, all with open loops of one stream and schedulers without overrun or
 * linger:
 *   LANE_FCFS   one VM on exclusive domains: a recursion over its requests (lane_fcfs.c)
 *   LANE_SLOTS  a ring whose idle slots are kept: a recursion per VM in its own time
 *               (lane_slots.c)
 *   LANE_TURNS  round robin by demand: the turns between two events at once (lane_turns.c)
 * They give the records of the event engine, to the nanosecond; tests/law/test_paths.c holds
 * them against it. Everything else runs event by event (lane.c).
 */
#ifndef SIM_RUN_LANE_FAST_H
#define SIM_RUN_LANE_FAST_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/core/evq.h"
#include "sim/run/lane.h"

enum lane_path {
    LANE_EVENTS,
    LANE_FCFS,
    LANE_SLOTS,
    LANE_TURNS
};

enum {
    LANE_BATCH = 64 /* records handed to the observer at a time */
};

/* Records on their way to the observer. */
struct lane_batch {
    struct lane_done record[LANE_BATCH];
    int n;
};

/* A VM: a cursor over its requests and the one at the head of its queue. */
struct fast_vm {
    const struct lane_vm *spec;
    struct work_cursor cursor;
    int64_t serial;     /* of the head */
    int64_t arrival_ns; /* of the head; INT64_MAX: there is none */
    double work_ns;     /* of the head, on the domain; whole */
    int64_t
        stop_ns; /* requests that arrive from here on are not simulated for their own sake */
    int64_t from_ns, to_ns; /* counting window */
    bool waited_for;
    int64_t free_ns; /* its last completion */
    int64_t busy_ns; /* since when it has had work without a break ... */
    int64_t got_ns;  /* ... and the service since then */
};

struct lane_fast {
    const struct lane *lane;
    enum lane_path path;
    struct fast_vm *vm; /* [vm_n] */
    struct evq order;   /* FCFS: when each stream is free; TURNS: arrivals of idle VMs */
    int64_t *free_ns;   /* FCFS: [server_n] when each domain is free */
    struct evq ends;    /* TURNS: round and slot in which the head of each slot completes */
    int64_t *left_ns;   /* TURNS: [vm_n] work left of each head ... */
    int64_t *base;      /* TURNS: [vm_n] ... before its turn in this round */
    int64_t *first_ns;  /* TURNS: [vm_n] when the head began, if it has */
    int64_t
        *alone_ns;   /* TURNS: [vm_n] when the baseline is free; -1 before its first request */
    int *vm_of_slot; /* TURNS: [vgpu_n] -1: silent */
    const struct lane_options *opt;
    struct lane_books *books;
    struct lane_batch batch;
};

/* Which path can simulate the lane. */
enum lane_path lane_path_of(const struct lane *lane);

/* NULL when memory is out. The path is not LANE_EVENTS. */
struct lane_fast *lane_fast_new(struct arena *arena, const struct lane *lane,
                                enum lane_path path);

/* One replica; the books are zeroed. */
void lane_fast_run(struct lane_fast *f, const struct lane_options *o, struct lane_books *books);

/* ---- For the paths ---- */

void lane_fcfs_run(struct lane_fast *f);
void lane_slots_run(struct lane_fast *f);
void lane_turns_run(struct lane_fast *f);

/* Puts the VM's next request at its head. */
void fast_next(struct fast_vm *vm);

/* A divisor whose quotients come from its reciprocal: exact for dividends below 2^52. */
struct divisor {
    int64_t by;
    double reciprocal;
};

static inline struct divisor divisor_of(int64_t by)
{
    return (struct divisor){.by = by, .reciprocal = 1.0 / (double)by};
}

/* floor(x / by) for x >= 0: the product is off by one at most, and the remainder shows it. */
static inline int64_t quotient(const struct divisor *d, int64_t x)
{
    int64_t q = (int64_t)((double)x * d->reciprocal);
    int64_t r = x - q * d->by;
    return q + (r >= d->by) - (r < 0);
}

/* Part of [a, b) in the window of utilization. */
static inline int64_t fast_window(const struct lane_fast *f, int64_t a, int64_t b)
{
    const struct lane_options *o = f->opt;
    if (o->to_the_end) {
        return b - a;
    }
    int64_t lo = a > o->from_ns ? a : o->from_ns;
    int64_t hi = b < o->to_ns ? b : o->to_ns;
    return hi > lo ? hi - lo : 0;
}

/* Is all of [a, b) in the window of utilization? */
static inline bool fast_is_inside(const struct lane_fast *f, int64_t a, int64_t b)
{
    const struct lane_options *o = f->opt;
    return o->to_the_end || (a >= o->from_ns && b <= o->to_ns);
}

/* Part of the n intervals [begin + i period, begin + i period + length), 0 <= length <= period,
 * in the window. O(1): those wholly inside are counted, the two at its edges are cut. */
int64_t fast_window_series(const struct lane_fast *f, int64_t begin, int64_t length,
                           int64_t period, int64_t n);

/* Hands what is in the batch to the observer. */
void lane_flush(struct lane_batch *b, const struct lane_options *o);

/* What a counted request adds to the digest: a sum, so that it does not depend on the order in
 * which a path finds its records. */
static inline uint64_t lane_digest(int vm, int64_t serial, int64_t first_ns, int64_t done_ns)
{
    uint64_t word = (uint64_t)done_ns * UINT64_C(0x9e3779b97f4a7c15);
    word ^= (uint64_t)first_ns + ((uint64_t)serial << 20) + (uint64_t)vm;
    word *= UINT64_C(0xbf58476d1ce4e5b9);
    return word ^ word >> 31;
}

/* Accepts the record that stands at the end of the batch: b->record[b->n]. */
static inline void lane_push(struct lane_batch *b, const struct lane_options *o,
                             struct lane_books *books)
{
    const struct lane_done *r = &b->record[b->n];
    if (r->counted) {
        books->digest += lane_digest(r->vm, r->serial, r->first_ns, r->done_ns);
    }
    if (++b->n == LANE_BATCH) {
        lane_flush(b, o);
    }
}

/* The VM's head, of a domain with turns, completes: books the stretch of backlog before its
 * own, if it begins one. A request that comes as the one before ends begins one, as it does in
 * the event engine. */
static inline void fast_backlog(struct lane_fast *f, int v, int64_t done_ns)
{
    struct fast_vm *vm = &f->vm[v];
    if (vm->arrival_ns >= vm->free_ns) {
        f->books->backlog_ns[v] += fast_window(f, vm->busy_ns, vm->free_ns);
        vm->busy_ns = vm->arrival_ns;
        vm->got_ns = 0;
    }
    vm->got_ns += (int64_t)vm->work_ns;
    vm->free_ns = done_ns;
}

/* Books the completion of the VM's head and hands it on. */
static inline void fast_emit(struct lane_fast *f, int v, int64_t first_ns, int64_t done_ns,
                             int64_t baseline_ns, bool owed)
{
    const struct fast_vm *vm = &f->vm[v];
    struct lane_books *books = f->books;
    struct lane_done *r = &f->batch.record[f->batch.n];
    bool counted = vm->arrival_ns >= vm->from_ns && vm->arrival_ns < vm->to_ns &&
                   (vm->waited_for || done_ns < vm->to_ns);
    assert(done_ns > first_ns && first_ns >= vm->arrival_ns);
    books->arrived[v] += vm->arrival_ns >= vm->from_ns && vm->arrival_ns < vm->to_ns;
    books->completed[v] += fast_window(f, done_ns, done_ns + 1);
    books->last_done_ns = done_ns > books->last_done_ns ? done_ns : books->last_done_ns;
    r->vm = v;
    r->client = 0;
    r->serial = vm->serial;
    r->order = vm->serial;
    r->arrival_ns = vm->arrival_ns;
    r->first_ns = first_ns;
    r->done_ns = done_ns;
    r->baseline_ns = counted ? baseline_ns : -1;
    r->counted = counted;
    r->owed = owed;
    lane_push(&f->batch, f->opt, books);
}

#endif
