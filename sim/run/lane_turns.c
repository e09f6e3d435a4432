/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_turns.c - round robin by demand, turn by turn, with the turns in which nothing ends
 * crossed at once.
 *
 * A turn gives the next VM with work, in cyclic order, one slice after a switch (none when it
 * stays); it ends early when the queue is empty. Between turns only arrivals of idle VMs
 * matter, so those alone wait in a tournament tree: a VM with work needs no event at all.
 *
 * Count rounds: slot s runs in the round of the slot that ran last if s lies after it, else in
 * the next one. A VM that has work runs once in every round, whoever comes and goes, so that
 * with w of work left and its next turn in round b it completes in round
 *     c = b + ceil(w / slice) - 1,
 * a number that nobody else can change. The first to complete is the least (c, s): a second
 * tree. With m VMs at work, and ranks counted among them, the turn (c, s) comes
 *     (c - round) m + rank(s) - rank(last) - 1
 * whole turns from now, each a switch and a slice long; an arrival before that stops the count
 * at the turn in which it falls. What is left of a VM's work is found from the round when it is
 * asked for, so that crossing turns touches no VM but those that begin.
 *
 * Alone, a VM renews its slice for free: its turn ends at the first multiple of the slice at or
 * after the next arrival. The baseline of a VM is a queue of its own: b_i = max(b_(i-1), a_i) +
 * x_i, the one switch of its very first dispatch added. Cost: per request a path of each tree
 * and two turns or so, however short the slice; per crossing one division and the search for a
 * place among m. */
#include <assert.h>
#include <stddef.h>

#include "models/share.h"
#include "sim/run/lane_fast.h"

enum {
    STOP_EVERY = 4096, /* turns between looks at the user's interrupt; a power of two */
    SLOT_BITS = 6      /* of a key (round, slot) */
};

_Static_assert(SCHED_VGPUS_MAX == 1 << SLOT_BITS, "a key holds a slot");

struct turns {
    struct lane_fast *f;
    int64_t slice_ns, switch_ns;
    struct divisor slice, turn; /* by a slice; by a switch and a slice */
    uint64_t work;              /* bit s: the VM of slot s has a request that has arrived */
    uint64_t fresh;             /* ... that has not begun */
    uint64_t loose;             /* ... whose completion is not in the tree */
    int last;                   /* slot that ran last, in round `round` */
    int64_t round;
    int64_t now_ns;
    int64_t edge_ns;    /* the window begins or ends here; EVQ_IDLE: no more */
    bool inside;        /* turns that are crossed now lie in the window */
    bool owes;          /* the policy owes each vGPU ... */
    struct supply owed; /* ... so much */
    int64_t unfinished; /* VMs whose counted requests are not all done */
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
    uint64_t bit = UINT64_C(1) << t->f->vm[v].spec->server[0].slot;
    t->f->left_ns[v] = (int64_t)t->f->vm[v].work_ns;
    t->fresh |= bit;
    t->loose |= bit;
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

/* ---- Places in the cycle ---- */

static uint64_t slots_below(int slot)
{
    return (UINT64_C(1) << slot) - 1;
}

static int rank(const struct turns *t, uint64_t slots)
{
    return __builtin_popcountll(t->work & slots);
}

/* The slots up to the one that ran last. */
static uint64_t passed(const struct turns *t)
{
    return t->last < 0 ? 0 : ~UINT64_C(0) >> (63 - t->last);
}

static int next_slot(const struct turns *t)
{
    uint64_t later = t->work & ~passed(t);
    return __builtin_ctzll(later ? later : t->work);
}

/* The round in which a slot runs next. */
static int64_t round_of(const struct turns *t, int slot)
{
    return t->round + (slot <= t->last);
}

/* Brings what is left of a VM's work up to the turns that it has had. */
static void settle(struct turns *t, int slot)
{
    struct lane_fast *f = t->f;
    int v = f->vm_of_slot[slot];
    int64_t ran = (round_of(t, slot) - f->base[v]) * t->slice_ns;
    f->left_ns[v] -= ran;
    f->books->useful_ns[v] += t->inside ? ran : 0;
    f->base[v] = round_of(t, slot);
}

/* The edges of the window that lie at or before now are behind. */
static void pass_edges(struct turns *t)
{
    const struct lane_options *o = t->f->opt;
    if (t->now_ns < t->edge_ns) {
        return;
    }
    for (uint64_t rest = t->work & ~t->loose; rest != 0; rest &= rest - 1) {
        settle(t, __builtin_ctzll(rest));
    }
    t->inside = t->now_ns >= o->from_ns && t->now_ns < o->to_ns;
    t->edge_ns = t->now_ns < o->from_ns ? o->from_ns : t->inside ? o->to_ns : EVQ_IDLE;
}

/* ---- One turn ---- */

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
    fast_backlog(f, v, at);
    bool owed = t->owes && supply_is_late(&t->owed, at - vm->busy_ns, vm->got_ns);
    fast_emit(f, v, f->first_ns[v], at, alone, owed);
    fast_next(vm);
    t->unfinished -= was_due && !is_due(vm);
    if (vm->arrival_ns <= at) {
        begin_head(t, v);
        return true;
    }
    uint32_t slot = (uint32_t)vm->spec->server[0].slot;
    t->work &= ~(UINT64_C(1) << slot);
    evq_set(&f->ends, slot, EVQ_IDLE);
    await(t, v);
    return false;
}

/* Runs the VM of a slot from `from` until `end`, or until its queue is empty; returns when. */
static int64_t run_turn(struct turns *t, int slot, int64_t from, int64_t end)
{
    struct lane_fast *f = t->f;
    int v = f->vm_of_slot[slot];
    uint64_t bit = UINT64_C(1) << slot;
    int64_t at = from;
    bool more = true;
    while (more && at < end) {
        f->first_ns[v] = t->fresh & bit ? at : f->first_ns[v];
        t->fresh &= ~bit;
        int64_t left = f->left_ns[v];
        if (left <= end - at) {
            at += left;
            more = complete(t, v, at);
        } else {
            f->left_ns[v] = left - (end - at);
            at = end;
        }
    }
    f->books->useful_ns[v] += fast_window(f, from, at);
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

/* One turn of the next slot. A lone VM may have company by the time the switch is over; its
 * slice is then its last. */
static void take_turn(struct turns *t)
{
    struct lane_fast *f = t->f;
    int slot = next_slot(t);
    int64_t run = t->now_ns + (slot == t->last ? 0 : t->switch_ns);
    f->books->domain_switch_ns[0] += fast_window(f, t->now_ns, run);
    if ((t->loose >> slot & 1) == 0) {
        settle(t, slot);
        t->loose |= UINT64_C(1) << slot;
    }
    t->round = round_of(t, slot);
    t->last = slot;
    t->now_ns = run_turn(t, slot, run, end_of_turn(t, run));
}

/* ---- Many turns ---- */

/* Puts the completions of the VMs at work into the tree. */
static void place(struct turns *t)
{
    struct lane_fast *f = t->f;
    for (uint64_t rest = t->loose & t->work; rest != 0; rest &= rest - 1) {
        int slot = __builtin_ctzll(rest);
        int v = f->vm_of_slot[slot];
        int64_t base = round_of(t, slot);
        int64_t ends = base + quotient(&t->slice, f->left_ns[v] - 1);
        f->base[v] = base;
        assert(ends >= base && ends < INT64_MAX >> SLOT_BITS);
        evq_set(&f->ends, (uint32_t)slot, ends << SLOT_BITS | slot);
    }
    t->loose = 0;
}

/* Those whose first turn is among the next n begin in it. */
static void begin_fresh(struct turns *t, int64_t n)
{
    struct lane_fast *f = t->f;
    int64_t m = rank(t, ~UINT64_C(0));
    int64_t gone = rank(t, passed(t));
    for (uint64_t rest = t->fresh; rest != 0; rest &= rest - 1) {
        int slot = __builtin_ctzll(rest);
        int64_t turn = rank(t, slots_below(slot)) - gone;
        turn += turn < 0 ? m : 0;
        if (turn < n) {
            f->first_ns[f->vm_of_slot[slot]] =
                t->now_ns + turn * (t->switch_ns + t->slice_ns) + t->switch_ns;
            t->fresh &= ~(UINT64_C(1) << slot);
        }
    }
}

/* Crosses n whole turns, n >= 1. */
static void cross(struct turns *t, int64_t n)
{
    int64_t m = rank(t, ~UINT64_C(0));
    int64_t turn = rank(t, passed(t)) + n - 1; /* of the last one, from this round's first */
    uint64_t rest = t->work;
    begin_fresh(t, n);
    for (int64_t i = turn % m; i > 0; i--) {
        rest &= rest - 1;
    }
    t->round += turn / m;
    t->last = __builtin_ctzll(rest);
    t->now_ns += n * (t->switch_ns + t->slice_ns);
    t->f->books->domain_switch_ns[0] += t->inside ? n * t->switch_ns : 0;
}

/* Several VMs are at work: crosses the turns in which none completes, up to the one in which
 * somebody arrives. True: the next turn is to be taken by itself. */
static bool skip_turns(struct turns *t)
{
    struct lane_fast *f = t->f;
    int64_t turn_ns = t->switch_ns + t->slice_ns;
    place(t);
    int64_t ends = evq_first_ns(&f->ends);
    int slot = (int)evq_first(&f->ends);
    int64_t whole = ((ends >> SLOT_BITS) - t->round) * rank(t, ~UINT64_C(0)) +
                    rank(t, slots_below(slot)) - rank(t, passed(t));
    int64_t until = evq_first_ns(&f->order);
    until = until < t->edge_ns ? until : t->edge_ns;
    int64_t n = whole;
    if (until != EVQ_IDLE) {
        int64_t room = quotient(&t->turn, until - t->now_ns + turn_ns - 1);
        n = n < room ? n : room;
        /* What lies across an edge of the window is cut there. */
        n -= n > 0 && n * turn_ns > t->edge_ns - t->now_ns;
    }
    if (n > 0) {
        cross(t, n);
    }
    uint64_t before = t->work;
    admit(t);
    return t->work == before && (n == whole || n == 0);
}

/* ---- The loop ---- */

static void start(struct turns *t)
{
    struct lane_fast *f = t->f;
    const struct lane_options *o = f->opt;
    evq_reset(&f->order);
    evq_reset(&f->ends);
    t->inside = o->to_the_end || o->from_ns == 0;
    t->edge_ns = o->to_the_end ? EVQ_IDLE : t->inside ? o->to_ns : o->from_ns;
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

/* Brings in who comes next when nobody has work. False: the run is over. */
static bool go_on(struct turns *t)
{
    if (t->work == 0) {
        int64_t next = evq_first_ns(&t->f->order);
        if (next == EVQ_IDLE || is_over(t, next)) {
            return false;
        }
        t->now_ns = next;
        admit(t);
        return true;
    }
    return !is_over(t, t->now_ns);
}

static void run(struct turns *t)
{
    const struct lane_options *o = t->f->opt;
    for (unsigned turn = 1; go_on(t); turn++) {
        if ((turn & (STOP_EVERY - 1)) == 0 && o->stop && *o->stop) {
            t->f->books->stopped = true;
            return;
        }
        pass_edges(t);
        if ((t->work & (t->work - 1)) == 0 || skip_turns(t)) {
            take_turn(t);
            admit(t);
        }
    }
}

void lane_turns_run(struct lane_fast *f)
{
    const struct sched_params *p = &f->lane->domain[0].params;
    struct turns t = {.f = f,
                      .slice_ns = p->slice_ns,
                      .switch_ns = p->switch_ns,
                      .slice = divisor_of(p->slice_ns),
                      .turn = divisor_of(p->switch_ns + p->slice_ns),
                      .last = SCHED_NOBODY};
    t.owes = share_owes(f->lane->domain[0].sched, p, &t.owed);
    start(&t);
    run(&t);
    pass_edges(&t);
    for (int v = 0; v < f->lane->vm_n; v++) {
        const struct fast_vm *vm = &f->vm[v];
        f->books->domain_useful_ns[0] += f->books->useful_ns[v];
        f->books->backlog_ns[v] += fast_window(f, vm->busy_ns, vm->free_ns);
        if (t.work >> vm->spec->server[0].slot & 1) {
            int64_t from = vm->arrival_ns > vm->free_ns ? vm->arrival_ns : vm->free_ns;
            f->books->backlog_ns[v] += fast_window(f, from, t.now_ns);
        }
    }
}
