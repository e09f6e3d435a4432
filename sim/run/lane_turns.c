/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_turns.c - round robin by demand, turn by turn, with whole rounds skipped.
 *
 * A turn gives the next VM with work, in cyclic order, one slice after a switch (none when it
 * stays); it ends early when the queue is empty. Between turns only arrivals of idle VMs
 * matter, so those alone wait in a tournament tree: a VM with work needs no event at all. Two
 * stretches are crossed at once. Alone, a VM renews its slice for free: its turn ends at the
 * first multiple of the slice at or after the next arrival. Together, m VMs that all have more
 * than r slices of work left, with no arrival within r rounds of m (switch + slice), each get
 * exactly r slices and come out in the order in which they went in. The baseline of a VM is a
 * queue of its own: b_i = max(b_(i-1), a_i) + x_i, the one switch of its very first dispatch
 * added. Cost: per turn a step, per request a path of the tree; a skip is one division. */
#include <assert.h>
#include <stddef.h>

#include "sim/run/lane_fast.h"

enum {
    STOP_EVERY = 4096 /* turns between looks at the user's interrupt; a power of two */
};

struct turns {
    struct lane_fast *f;
    int64_t slice_ns, switch_ns;
    uint64_t work; /* bit s: the VM of slot s has a request that has arrived */
    int last;      /* slot that ran last */
    int64_t now_ns;
    int64_t unfinished; /* VMs whose counted requests are not all done */
    int64_t retry_ns;   /* no skip is possible before */
};

/* ---- Heads ---- */

static bool is_due(const struct fast_vm *vm)
{
    return vm->waited_for && vm->arrival_ns < vm->stop_ns;
}

/* The next request of a VM that has none: into the tree until it comes. */
static void await(struct turns *t, int v)
{
    evq_set(&t->f->order, (uint32_t)v, t->f->vm[v].arrival_ns);
}

static void begin_head(struct turns *t, int v)
{
    t->f->left_ns[v] = t->f->vm[v].work_ns;
    t->f->first_ns[v] = -1;
}

/* Lets in what has arrived by now. */
static void admit(struct turns *t)
{
    struct lane_fast *f = t->f;
    while (evq_first_ns(&f->order) <= t->now_ns) {
        uint32_t v = evq_first(&f->order);
        t->work |= UINT64_C(1) << f->vm[v].spec->server[0].slot;
        begin_head(t, (int)v);
        evq_set(&f->order, v, EVQ_IDLE);
    }
}

/* ---- One turn ---- */

static int next_slot(const struct turns *t)
{
    uint64_t after = t->last >= 63 ? 0 : ~UINT64_C(0) << (t->last + 1);
    uint64_t later = t->work & after;
    return __builtin_ctzll(later ? later : t->work);
}

/* The latency of the head with silent neighbours. */
static int64_t baseline(struct turns *t, int v)
{
    struct lane_fast *f = t->f;
    const struct fast_vm *vm = &f->vm[v];
    int64_t alone_ns = f->alone_ns[v];
    if (alone_ns < 0) {
        alone_ns = vm->arrival_ns + t->switch_ns;
    }
    alone_ns = alone_ns > vm->arrival_ns ? alone_ns : vm->arrival_ns;
    f->alone_ns[v] = alone_ns + (int64_t)vm->work_ns;
    return f->alone_ns[v] - vm->arrival_ns;
}

/* The head of VM v completes at `at`; false when its queue is empty then. */
static bool complete(struct turns *t, int v, int64_t at)
{
    struct lane_fast *f = t->f;
    struct fast_vm *vm = &f->vm[v];
    bool was_due = is_due(vm);
    int64_t alone = f->lane->vm_n > 1 ? baseline(t, v) : at - vm->arrival_ns;
    fast_emit(f, v, f->first_ns[v], at, alone);
    fast_next(vm);
    t->unfinished -= was_due && !is_due(vm);
    if (vm->arrival_ns <= at) {
        begin_head(t, v);
        return true;
    }
    t->work &= ~(UINT64_C(1) << vm->spec->server[0].slot);
    await(t, v);
    return false;
}

/* Runs VM v from `from` until `end`, or until its queue is empty; returns when. */
static int64_t run_turn(struct turns *t, int v, int64_t from, int64_t end)
{
    struct lane_fast *f = t->f;
    int64_t at = from;
    bool more = true;
    while (more && at < end) {
        if (f->first_ns[v] < 0) {
            f->first_ns[v] = at;
        }
        int64_t left = (int64_t)f->left_ns[v];
        if (left <= end - at) {
            at += left;
            more = complete(t, v, at);
        } else {
            f->left_ns[v] -= (double)(end - at);
            at = end;
        }
    }
    int64_t ran = fast_window(f, from, at);
    f->books->useful_ns[v] += ran;
    f->books->domain_useful_ns[0] += ran;
    return at;
}

/* End of a turn that begins to run at `run`. Alone, a VM keeps it until a slice ends at or
 * after the next arrival of another; the end of the window counts as one, so that a run always
 * comes back. */
static int64_t end_of_turn(const struct turns *t, int64_t run)
{
    if ((t->work & (t->work - 1)) != 0) {
        return run + t->slice_ns;
    }
    const struct lane_options *o = t->f->opt;
    int64_t until = evq_first_ns(&t->f->order);
    if (!o->to_the_end && run < o->to_ns && o->to_ns < until) {
        until = o->to_ns;
    }
    if (until == EVQ_IDLE && o->to_the_end) {
        return INT64_MAX; /* nobody else will ever come, and the trace ends */
    }
    if (until == EVQ_IDLE || until - run <= t->slice_ns) {
        return run + t->slice_ns;
    }
    return run + ((until - run - 1) / t->slice_ns + 1) * t->slice_ns;
}

/* ---- Whole rounds ---- */

/* Crosses whole rounds. In turn: who comes first in the cycle begins first, and who comes last
 * ran last. */
static void cross(struct turns *t, int64_t rounds, int64_t round_ns)
{
    struct lane_fast *f = t->f;
    int64_t at = t->now_ns;
    int64_t all_ns = rounds * round_ns;
    bool inside = fast_window(f, at, at + all_ns) == all_ns;
    for (uint64_t rest = t->work; rest != 0;) {
        int slot = next_slot(t);
        int v = f->vm_of_slot[slot];
        int64_t run = at + t->switch_ns;
        int64_t ran = rounds * t->slice_ns;
        int64_t swapped = rounds * t->switch_ns;
        if (f->first_ns[v] < 0) {
            f->first_ns[v] = run;
        }
        f->left_ns[v] -= (double)ran;
        if (!inside) {
            ran = fast_window_series(f, run, t->slice_ns, round_ns, rounds);
            swapped = fast_window_series(f, at, t->switch_ns, round_ns, rounds);
        }
        f->books->domain_switch_ns[0] += swapped;
        f->books->useful_ns[v] += ran;
        f->books->domain_useful_ns[0] += ran;
        at += t->switch_ns + t->slice_ns;
        t->last = slot;
        rest &= ~(UINT64_C(1) << slot);
    }
}

static void skip_rounds(struct turns *t)
{
    struct lane_fast *f = t->f;
    const struct lane_options *o = f->opt;
    if (t->now_ns < t->retry_ns) {
        return;
    }
    int64_t round_ns = 0;
    double least = (double)INT64_MAX;
    for (uint64_t rest = t->work; rest != 0; rest &= rest - 1) {
        int v = f->vm_of_slot[__builtin_ctzll(rest)];
        least = f->left_ns[v] < least ? f->left_ns[v] : least;
        round_ns += t->switch_ns + t->slice_ns;
    }
    t->retry_ns = t->now_ns + round_ns;
    int64_t until = evq_first_ns(&f->order);
    if (!o->to_the_end && t->now_ns < o->to_ns && o->to_ns < until) {
        until = o->to_ns;
    }
    if ((int64_t)least <= t->slice_ns || until - t->now_ns < round_ns) {
        return;
    }
    int64_t rounds = ((int64_t)least - 1) / t->slice_ns;
    int64_t room = (until - t->now_ns) / round_ns;
    rounds = rounds < room ? rounds : room;
    cross(t, rounds, round_ns);
    t->now_ns += rounds * round_ns;
    t->retry_ns = t->now_ns + round_ns;
}

/* ---- The loop ---- */

static void start(struct turns *t)
{
    struct lane_fast *f = t->f;
    evq_reset(&f->order);
    for (int v = 0; v < f->lane->vm_n; v++) {
        f->alone_ns[v] = -1;
        t->unfinished += is_due(&f->vm[v]);
        await(t, v);
    }
}

/* Nothing that is asked for is left to happen at or after now. */
static bool is_over(const struct turns *t, int64_t now_ns)
{
    const struct lane_options *o = t->f->opt;
    return t->unfinished == 0 && (o->to_the_end || now_ns >= o->to_ns);
}

void lane_turns_run(struct lane_fast *f)
{
    const struct sched_params *p = &f->lane->domain[0].params;
    struct turns t = {
        .f = f, .slice_ns = p->slice_ns, .switch_ns = p->switch_ns, .last = SCHED_NOBODY};
    start(&t);
    for (unsigned turn = 1;; turn++) {
        if (t.work == 0) {
            t.now_ns = evq_first_ns(&f->order);
            if (t.now_ns == EVQ_IDLE || is_over(&t, t.now_ns)) {
                return;
            }
            admit(&t);
        } else if (is_over(&t, t.now_ns)) {
            return;
        }
        if ((turn & (STOP_EVERY - 1)) == 0 && f->opt->stop && *f->opt->stop) {
            f->books->stopped = true;
            return;
        }
        if ((t.work & (t.work - 1)) != 0) {
            skip_rounds(&t);
            admit(&t);
        }
        int slot = next_slot(&t);
        int v = f->vm_of_slot[slot];
        int64_t run = t.now_ns + (slot == t.last ? 0 : t.switch_ns);
        f->books->domain_switch_ns[0] += fast_window(f, t.now_ns, run);
        t.last = slot;
        /* A lone VM may have company by the time the switch is over; its slice is then its
         * last. */
        t.now_ns = run_turn(&t, v, run, end_of_turn(&t, run));
        admit(&t);
    }
}
