/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_slots.c - a ring whose idle slots are kept: every VM by itself, in its own time.
 *
 * With slots of P = switch + slice in a ring of n, frame F = n P, VM v owns [v P + j F, v P + j
 * F + P), the switch first. Its supply, the slice time that it has been offered by t, is R(t) =
 * j slice + min(max(y - switch, 0), slice),  t - v P = j F + y, 0 <= y < F. In supply time the
 * VM is a queue with one server: request i starts at supply max(R(a_i), e_(i-1)) and ends at
 * e_i = start + x_i; its completion is the first t with R(t) = e_i, its first ns of work the ns
 * before the first t with R(t) = start + 1. Neighbours do not appear, so the latency is the
 * baseline. Cost per request: two divisions, by a multiplication and a correction, however many
 * slots it spans.
 * What is owed is given: of w of work since a backlog began at b, R(b) + w is due, and from any
 * b on R grows by w within w and ceil(w / slice) gaps of frame less slice (docs/isolation.md).
 * The switch of a slot is charged when the VM has work as the slot begins; over a stretch [b,
 * e) with work those are the own slots that begin in it. */
#include <assert.h>
#include <stddef.h>

#include "sim/run/lane_fast.h"

enum {
    STOP_EVERY = 4096 /* requests between looks at the user's interrupt; a power of two */
};

/* The ring as one VM sees it. */
struct ring {
    int64_t offset_ns; /* v P: begin of its first slot */
    int64_t switch_ns, slice_ns;
    struct divisor frame, slice;
};

/* R(t), and in *next how many own slots begin before t. */
static int64_t supply(const struct ring *g, int64_t t, int64_t *next)
{
    int64_t x = t - g->offset_ns;
    if (x <= 0) {
        *next = 0;
        return 0;
    }
    int64_t j = quotient(&g->frame, x);
    int64_t y = x - j * g->frame.by;
    int64_t run = y - g->switch_ns;
    run = run > 0 ? run : 0;
    run = run < g->slice_ns ? run : g->slice_ns;
    *next = j + (y > 0);
    return j * g->slice_ns + run;
}

/* The first t with R(t) = r, r >= 1, and in *slot the own slot in which it lies. */
static int64_t time_of(const struct ring *g, int64_t r, int64_t *slot)
{
    int64_t j = quotient(&g->slice, r - 1);
    *slot = j;
    return g->offset_ns + j * g->frame.by + g->switch_ns + (r - j * g->slice_ns);
}

/* Switch time of own slots `first` .. `last` - 1 in the window. */
static int64_t switches(const struct lane_fast *f, const struct ring *g, int64_t first,
                        int64_t last)
{
    int64_t begin = g->offset_ns + first * g->frame.by;
    return fast_window_series(f, begin, g->switch_ns, g->frame.by, last - first);
}

/* Slice time between two moments of supply that falls into the window. */
static int64_t useful(const struct lane_fast *f, const struct ring *g, int64_t from_ns,
                      int64_t start, int64_t done_ns, int64_t end)
{
    const struct lane_options *o = f->opt;
    int64_t slots;
    if (o->to_the_end || (from_ns >= o->from_ns && done_ns <= o->to_ns)) {
        return end - start;
    }
    int64_t lo = supply(g, o->from_ns, &slots);
    int64_t hi = supply(g, o->to_ns, &slots);
    lo = lo > start ? lo : start;
    hi = hi < end ? hi : end;
    return hi > lo ? hi - lo : 0;
}

static void run_vm(struct lane_fast *f, int v, const struct ring *g)
{
    struct fast_vm *vm = &f->vm[v];
    int64_t served = 0; /* supply at the last completion */
    int64_t begun = 0;  /* own slots that began before it */
    while (vm->arrival_ns < vm->stop_ns) {
        int64_t next;
        int64_t slot;
        int64_t start = supply(g, vm->arrival_ns, &next);
        /* Work that is still there when this request comes has taken every slot since. */
        next = begun > next ? begun : next;
        start = served > start ? served : start;
        int64_t first_ns = time_of(g, start + 1, &slot) - 1;
        int64_t end = start + (int64_t)vm->work_ns;
        int64_t done_ns = time_of(g, end, &slot);
        int64_t ran = useful(f, g, first_ns, start, done_ns, end);
        f->books->useful_ns[v] += ran;
        f->books->domain_useful_ns[0] += ran;
        f->books->domain_switch_ns[0] += switches(f, g, next, slot + 1);
        served = end;
        begun = slot + 1;
        fast_backlog(f, v, done_ns);
        if (!vm->waited_for && first_ns >= vm->to_ns) {
            break;
        }
        fast_emit(f, v, first_ns, done_ns, done_ns - vm->arrival_ns, false);
        if ((vm->serial & (STOP_EVERY - 1)) == 0 && f->opt->stop && *f->opt->stop) {
            f->books->stopped = true;
            break;
        }
        fast_next(vm);
    }
    f->books->backlog_ns[v] += fast_window(f, vm->busy_ns, vm->free_ns);
}

void lane_slots_run(struct lane_fast *f)
{
    const struct sched_params *p = &f->lane->domain[0].params;
    int64_t slot_ns = p->switch_ns + p->slice_ns;
    for (int v = 0; v < f->lane->vm_n && !f->books->stopped; v++) {
        struct ring g = {.offset_ns = f->lane->vm[v].server[0].slot * slot_ns,
                         .switch_ns = p->switch_ns,
                         .slice_ns = p->slice_ns,
                         .frame = divisor_of(p->ring_n * slot_ns),
                         .slice = divisor_of(p->slice_ns)};
        run_vm(f, v, &g);
    }
}
