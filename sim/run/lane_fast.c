/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_fast.c - what the fast paths share: who qualifies, heads of queues, records. */
#include "sim/run/lane_fast.h"

#include <assert.h>
#include <stddef.h>

/* ---- Who qualifies ---- */

static bool is_open(const struct lane_vm *vm)
{
    return work_is_plain(&vm->tenant->work);
}

/* One VM whose requests never slow each other down: k servers in a queue. */
static bool is_fcfs(const struct lane *lane)
{
    const struct lane_vm *vm = &lane->vm[0];
    const struct work *w = &vm->tenant->work;
    bool own_speed =
        w->streams == 1 || (vm->server_n == 1 && w->scaling.width_frac * w->streams <= 1.0);
    return lane->vm_n == 1 && !lane->domain[0].sched && is_open(vm) && own_speed &&
           !vm->server[0].crowd;
}

enum lane_path lane_path_of(const struct lane *lane)
{
    if (lane->vm_n == 0 || lane_is_parted(lane) || lane_is_coupled(lane) || lane->hit_n > 0 ||
        lane->shift_n > 0) {
        return LANE_EVENTS;
    }
    if (is_fcfs(lane)) {
        return LANE_FCFS;
    }
    const struct lane_domain *d = &lane->domain[0];
    if (lane->domain_n != 1 || !d->sched || d->sched->plugin || d->params.granularity_ns > 0 ||
        d->params.linger_ns > 0) {
        return LANE_EVENTS;
    }
    for (int v = 0; v < lane->vm_n; v++) {
        const struct lane_vm *vm = &lane->vm[v];
        if (!is_open(vm) || vm->tenant->work.streams != 1 || vm->server_n != 1) {
            return LANE_EVENTS;
        }
    }
    return sched_gives_idle_time(d->sched, d->params.yield_idle) ? LANE_TURNS : LANE_SLOTS;
}

/* ---- Construction ---- */

struct lane_fast *lane_fast_new(struct arena *arena, const struct lane *lane,
                                enum lane_path path)
{
    struct lane_fast *f = arena_alloc(arena, 1, sizeof *f);
    if (!f) {
        return NULL;
    }
    size_t vm_n = (size_t)lane->vm_n;
    int slots = path == LANE_TURNS ? lane->domain[0].params.vgpu_n : 0;
    int streams = lane->vm[0].tenant->work.streams;
    f->lane = lane;
    f->path = path;
    f->vm = arena_alloc(arena, vm_n, sizeof *f->vm);
    f->free_ns = arena_alloc(arena, (size_t)lane->vm[0].server_n, sizeof *f->free_ns);
    f->left_ns = arena_alloc(arena, vm_n, sizeof *f->left_ns);
    f->base = arena_alloc(arena, vm_n, sizeof *f->base);
    f->first_ns = arena_alloc(arena, vm_n, sizeof *f->first_ns);
    f->alone_ns = arena_alloc(arena, vm_n, sizeof *f->alone_ns);
    f->vm_of_slot = arena_alloc(arena, (size_t)slots, sizeof *f->vm_of_slot);
    uint32_t events = path == LANE_TURNS ? (uint32_t)lane->vm_n : (uint32_t)streams;
    if (!f->vm || !f->free_ns || !f->left_ns || !f->base || !f->first_ns || !f->alone_ns ||
        !f->vm_of_slot || !evq_init(&f->order, arena, events) ||
        !evq_init(&f->ends, arena, slots > 0 ? (uint32_t)slots : 1)) {
        return NULL;
    }
    for (int i = 0; i < slots; i++) {
        f->vm_of_slot[i] = -1;
    }
    for (int v = 0; v < lane->vm_n; v++) {
        f->vm[v].spec = &lane->vm[v];
        if (path == LANE_TURNS) {
            f->vm_of_slot[lane->vm[v].server[0].slot] = v;
        }
    }
    return f;
}

/* ---- Heads ---- */

void fast_next(struct fast_vm *vm)
{
    struct request r;
    vm->serial++;
    if (!work_next(&vm->cursor, &r)) {
        vm->arrival_ns = INT64_MAX;
        return;
    }
    vm->arrival_ns = r.arrival_ns;
    vm->work_ns = (double)slice_time_ns(&vm->spec->tenant->work.scaling,
                                        &vm->spec->server[0].factor, r.service_ns);
}

static void start_vm(struct lane_fast *f, struct fast_vm *vm)
{
    const struct lane_options *o = f->opt;
    const struct work *w = &vm->spec->tenant->work;
    bool all = w->trace && o->trace_all;
    struct rng_id id = {.seed = o->seed,
                        .tenant = vm->spec->name_hash,
                        .replica = o->replica,
                        .vm = (uint32_t)vm->spec->vm_ix};
    vm->serial = -1;
    vm->free_ns = vm->busy_ns = vm->got_ns = 0;
    vm->waited_for = !o->saturated || !o->saturated[vm->spec->tenant_ix];
    vm->from_ns = w->trace ? 0 : o->from_ns;
    vm->to_ns = all ? INT64_MAX : o->to_ns;
    vm->stop_ns = vm->to_ns;
    work_cursor_init(&vm->cursor, w, &id);
    if (f->path != LANE_FCFS) {
        fast_next(vm);
    }
}

/* ---- Records ---- */

int64_t fast_window_series(const struct lane_fast *f, int64_t begin, int64_t length,
                           int64_t period, int64_t n)
{
    const struct lane_options *o = f->opt;
    int64_t end = begin + (n - 1) * period + length;
    if (n <= 0 || length == 0) {
        return 0;
    }
    if (o->to_the_end || (begin >= o->from_ns && end <= o->to_ns)) {
        return n * length;
    }
    /* Intervals a .. b lie inside; a - 1 and b + 1 may be cut, and may be the same one. */
    int64_t before = o->from_ns - begin;
    int64_t room = o->to_ns - length - begin;
    int64_t a = before <= 0 ? 0 : (before + period - 1) / period;
    int64_t b = room < 0 ? -1 : room / period;
    b = b < n - 1 ? b : n - 1;
    int64_t sum = b >= a ? (b - a + 1) * length : 0;
    if (a > 0 && a - 1 < n) {
        int64_t at = begin + (a - 1) * period;
        sum += fast_window(f, at, at + length);
    }
    if (b + 1 >= 0 && b + 1 < n && b + 1 != a - 1) {
        int64_t at = begin + (b + 1) * period;
        sum += fast_window(f, at, at + length);
    }
    return sum;
}

void lane_flush(struct lane_batch *b, const struct lane_options *o)
{
    if (b->n > 0 && o->done) {
        o->done(o->context, b->record, b->n);
    }
    b->n = 0;
}

/* Requests of a VM that nobody waits for were left where the window ended; they have arrived
 * all the same. Of the others every request in the window has a record, which fast_emit has
 * counted. LANE_FCFS counts its own. */
static void count_arrivals(struct lane_fast *f)
{
    for (int v = 0; f->path != LANE_FCFS && v < f->lane->vm_n; v++) {
        struct fast_vm *vm = &f->vm[v];
        for (; !vm->waited_for && vm->arrival_ns < vm->to_ns; fast_next(vm)) {
            f->books->arrived[v] += vm->arrival_ns >= vm->from_ns;
        }
    }
}

void lane_fast_run(struct lane_fast *f, const struct lane_options *o, struct lane_books *books)
{
    f->opt = o;
    f->books = books;
    f->batch.n = 0;
    for (int v = 0; v < f->lane->vm_n; v++) {
        start_vm(f, &f->vm[v]);
    }
    switch (f->path) {
    case LANE_FCFS:
        lane_fcfs_run(f);
        break;
    case LANE_SLOTS:
        lane_slots_run(f);
        break;
    case LANE_TURNS:
        lane_turns_run(f);
        break;
    case LANE_EVENTS:
        assert(f->path != LANE_EVENTS);
        break;
    }
    count_arrivals(f);
    lane_flush(&f->batch, o);
}
