/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_sched_props.c - properties of the schedulers on random cases, shrunk on failure.
 *
 * A case is a policy with its parameters and a handful of jobs (vGPU, arrival, work). A stepper
 * of a few lines, written from docs/schedulers.md and sharing nothing with the lane but the
 * policy itself, turns it into segments of switching and running. Held against it: one vGPU at
 * a time; nobody with work waits longer than
 *   the other turns of a round; by demand: never idle while there is work, a switch only on a
 * change, and while two vGPUs have work neither is a slice ahead of the other (measured where
 * nothing overruns); in a ring: exactly one slice in every frame for who has work throughout,
 * service never behind the fluid share by more than slice (F - slice) / F, nobody waits for
 * more than a frame; the lane completes every job at the stepper's nanosecond. 12,000 cases,
 * seed fixed. A failing case is shrunk by dropping jobs and printed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/sched_demand.h"
#include "sim/core/rng.h"
#include "sim/run/lane.h"

enum {
    CASES = 12000,
    JOBS = 12,
    VMS = 5,
    SEGMENTS = 4096,
    PROBES = 8 /* windows per case start and end at about so many segments */
};

struct job_in {
    int vm;
    int64_t arrival, work;
};

struct test_case {
    const struct sched_kind *kind;
    struct sched_params p;
    struct job_in job[JOBS];
    int job_n;
};

/* [from, to) of a vGPU; a switch, a stretch of work, or an overrun at the end of one. */
struct segment {
    int vm;
    bool is_switch;
    int64_t from, to;
};

struct run_out {
    int64_t done[JOBS];
    struct segment seg[SEGMENTS];
    int seg_n;
};

static int below(struct rng *r, int n)
{
    return (int)(rng_word(r) % (uint64_t)n);
}

static bool by_demand(const struct test_case *c)
{
    return sched_gives_idle_time(c->kind, c->p.yield_idle);
}

static void random_case(struct rng *r, struct test_case *c)
{
    memset(c, 0, sizeof *c);
    c->kind = sched_kinds[below(r, sched_kinds_n)];
    struct sched_params *p = &c->p;
    p->vgpu_n = 1 + below(r, VMS);
    p->ring_n = p->vgpu_n + (c->kind->ring == RING_TYPE_MAX ? below(r, 4) : 0);
    p->slice_ns = 1 + below(r, 40);
    p->switch_ns = below(r, 3) == 0 ? 0 : below(r, 9);
    p->averaging = 1 + below(r, 5);
    p->discipline = !c->kind->has_discipline ? DISCIPLINE_NONE
                    : below(r, 2)            ? DISCIPLINE_STRICT
                                             : DISCIPLINE_LEGACY;
    p->yield_idle = c->kind->ring == RING_POWERED_ON && below(r, 3) == 0;
    p->granularity_ns = below(r, 3) == 0 ? 1 + below(r, 15) : 0;
    c->job_n = 1 + below(r, JOBS);
    int64_t at = 0;
    for (int j = 0; j < c->job_n; j++) {
        at += below(r, 3) == 0 ? 0 : below(r, 60);
        int vm = below(r, p->vgpu_n);
        int64_t work = 1 + below(r, 90);
        c->job[j] = (struct job_in){.vm = vm, .arrival = at, .work = work};
    }
}

/* ---- The stepper ---- */

struct stepper {
    const struct test_case *c;
    struct run_out *out;
    int64_t left[JOBS];
    int64_t now;
};

static int head(const struct stepper *s, int vm)
{
    for (int j = 0; j < s->c->job_n; j++) {
        const struct job_in *job = &s->c->job[j];
        if (job->vm == vm && s->left[j] > 0 && job->arrival <= s->now) {
            return j;
        }
    }
    return -1;
}

static uint64_t work_mask(const struct stepper *s)
{
    uint64_t mask = 0;
    for (int v = 0; v < s->c->p.vgpu_n; v++) {
        mask |= head(s, v) >= 0 ? UINT64_C(1) << v : 0;
    }
    return mask;
}

static int64_t next_arrival(const struct stepper *s)
{
    int64_t next = INT64_MAX;
    for (int j = 0; j < s->c->job_n; j++) {
        int64_t at = s->c->job[j].arrival;
        next = at > s->now && at < next ? at : next;
    }
    return next;
}

static void put(struct stepper *s, int vm, bool is_switch, int64_t from, int64_t to)
{
    if (to > from) {
        assert_true(s->out->seg_n < SEGMENTS);
        s->out->seg[s->out->seg_n++] =
            (struct segment){.vm = vm, .is_switch = is_switch, .from = from, .to = to};
    }
}

/* Runs the jobs of one vGPU until `end`, or until it has none. */
static void serve(struct stepper *s, int vm, int64_t end)
{
    for (int j = head(s, vm); j >= 0 && s->now < end; j = head(s, vm)) {
        int64_t room = end - s->now;
        int64_t ran = s->left[j] < room ? s->left[j] : room;
        put(s, vm, false, s->now, s->now + ran);
        s->left[j] -= ran;
        s->now += ran;
        if (s->left[j] == 0) {
            s->out->done[j] = s->now;
        }
    }
}

/* Work under way can be stopped only after whole grains of it. */
static int64_t to_grain(const struct stepper *s, int vm)
{
    int j = head(s, vm);
    int64_t grain = s->c->p.granularity_ns;
    uint64_t others = work_mask(s) & ~(UINT64_C(1) << vm);
    if (j < 0 || grain == 0 || (by_demand(s->c) && others == 0)) {
        return 0;
    }
    int64_t done = s->c->job[j].work - s->left[j];
    int64_t over = (grain - done % grain) % grain;
    return over < s->left[j] ? over : s->left[j];
}

static void step_through(const struct test_case *c, struct run_out *out)
{
    struct stepper s = {.c = c, .out = out};
    struct sched_state memory = {0};
    int last = SCHED_NOBODY;
    memset(out, 0, sizeof *out);
    for (int j = 0; j < c->job_n; j++) {
        s.left[j] = c->job[j].work;
    }
    for (;;) {
        struct sched_view view = {.now_ns = s.now, .has_work = work_mask(&s), .last = last};
        struct sched_turn turn = c->kind->pick(&c->p, &memory, &view);
        int64_t arrival = next_arrival(&s);
        if (turn.vgpu == SCHED_NOBODY || turn.begin_ns > s.now) {
            if (turn.vgpu == SCHED_NOBODY && arrival == INT64_MAX) {
                return;
            }
            bool wait = turn.vgpu == SCHED_NOBODY || arrival < turn.begin_ns;
            s.now = wait ? arrival : turn.begin_ns;
            continue;
        }
        last = turn.vgpu;
        put(&s, turn.vgpu, true, s.now, turn.run_ns);
        s.now = turn.run_ns > s.now ? turn.run_ns : s.now;
        serve(&s, turn.vgpu, turn.end_ns);
        int64_t over = s.now == turn.end_ns ? to_grain(&s, turn.vgpu) : 0;
        if (over > 0) {
            serve(&s, turn.vgpu, turn.end_ns + over);
            c->kind->overrun(&c->p, &memory, turn.vgpu, over, s.now);
        }
    }
}

/* ---- Properties ---- */

static int64_t served(const struct run_out *o, int vm, int64_t from, int64_t to)
{
    int64_t sum = 0;
    for (int i = 0; i < o->seg_n; i++) {
        const struct segment *g = &o->seg[i];
        int64_t lo = g->from > from ? g->from : from;
        int64_t hi = g->to < to ? g->to : to;
        sum += !g->is_switch && g->vm == vm && hi > lo ? hi - lo : 0;
    }
    return sum;
}

/* Has the vGPU unfinished work all through [from, to)? */
static bool backlogged(const struct test_case *c, const struct run_out *o, int vm, int64_t from,
                       int64_t to)
{
    int64_t at = from;
    for (int round = 0; round < c->job_n && at < to; round++) {
        for (int j = 0; j < c->job_n; j++) {
            if (c->job[j].vm == vm && c->job[j].arrival <= at && o->done[j] > at) {
                at = o->done[j];
            }
        }
    }
    return at >= to;
}

static const char *check_segments(const struct test_case *c, const struct run_out *o)
{
    int last = SCHED_NOBODY;
    for (int i = 0; i < o->seg_n; i++) {
        const struct segment *g = &o->seg[i];
        if (i > 0 && g->from < o->seg[i - 1].to) {
            return "two vGPUs run at one time";
        }
        if (by_demand(c) && g->is_switch && g->vm == last) {
            return "a switch without a change";
        }
        if (by_demand(c) && !g->is_switch && g->vm != last && c->p.switch_ns > 0 &&
            (i == 0 || !o->seg[i - 1].is_switch)) {
            return "a change without a switch";
        }
        last = g->vm;
    }
    return NULL;
}

static const char *check_demand(const struct test_case *c, const struct run_out *o)
{
    for (int i = 1; i < o->seg_n; i++) {
        int64_t from = o->seg[i - 1].to;
        for (int v = 0; v < c->p.vgpu_n && o->seg[i].from > from; v++) {
            if (backlogged(c, o, v, from, from + 1)) {
                return "idle while there is work";
            }
        }
    }
    int stride = 1 + o->seg_n / PROBES;
    for (int i = 0; i < o->seg_n && c->p.granularity_ns == 0; i += stride) {
        for (int k = i; k < o->seg_n; k += stride) {
            int64_t from = o->seg[i].from;
            int64_t to = o->seg[k].to;
            for (int a = 0; a < c->p.vgpu_n; a++) {
                for (int b = 0; b < a; b++) {
                    int64_t apart = served(o, a, from, to) - served(o, b, from, to);
                    if ((apart > c->p.slice_ns || apart < -c->p.slice_ns) &&
                        backlogged(c, o, a, from, to) && backlogged(c, o, b, from, to)) {
                        return "two backlogged vGPUs more than a slice apart";
                    }
                }
            }
        }
    }
    return NULL;
}

/* Nothing overruns: every frame is like the other. */
static const char *check_ring(const struct test_case *c, const struct run_out *o)
{
    int64_t frame = c->p.ring_n * (c->p.slice_ns + c->p.switch_ns);
    int64_t end = o->seg_n > 0 ? o->seg[o->seg_n - 1].to : 0;
    double lag = (double)c->p.slice_ns * (double)(frame - c->p.slice_ns) / (double)frame;
    double rate = (double)c->p.slice_ns / (double)frame;
    int stride = 1 + o->seg_n / PROBES;
    for (int v = 0; v < c->p.vgpu_n; v++) {
        for (int64_t at = 0; at + frame <= end; at += frame) {
            if (backlogged(c, o, v, at, at + frame) &&
                served(o, v, at, at + frame) != c->p.slice_ns) {
                return "not one slice in a frame";
            }
        }
        for (int i = 0; i < c->job_n; i++) {
            int64_t from = c->job[i].arrival;
            for (int k = 0; k < o->seg_n; k += stride) {
                int64_t to = o->seg[k].from;
                if (to > from && backlogged(c, o, v, from, to) &&
                    (double)served(o, v, from, to) < rate * (double)(to - from) - lag - 1e-6) {
                    return "further behind the fluid share than slice (F - slice) / F";
                }
            }
        }
    }
    return NULL;
}

/* When the vGPU runs next at or after `at`; INT64_MAX never. */
static int64_t runs_next(const struct run_out *o, int vm, int64_t at)
{
    for (int i = 0; i < o->seg_n; i++) {
        const struct segment *g = &o->seg[i];
        if (!g->is_switch && g->vm == vm && g->to > at) {
            return g->from > at ? g->from : at;
        }
    }
    return INT64_MAX;
}

/* Nobody who has work waits longer than the others' turns, or than the rest of the frame. */
static const char *check_waits(const struct test_case *c, const struct run_out *o)
{
    int64_t turn = c->p.slice_ns + c->p.switch_ns;
    int64_t most = by_demand(c) ? (c->p.vgpu_n - 1) * turn + c->p.switch_ns
                                : c->p.ring_n * turn - c->p.slice_ns;
    for (int j = 0; j < c->job_n; j++) {
        int vm = c->job[j].vm;
        if (runs_next(o, vm, c->job[j].arrival) - c->job[j].arrival > most) {
            return "a vGPU with work waits too long for a turn";
        }
    }
    for (int i = 0; i < o->seg_n; i++) {
        const struct segment *g = &o->seg[i];
        int64_t next = runs_next(o, g->vm, g->to);
        if (!g->is_switch && backlogged(c, o, g->vm, g->to, g->to + 1) && next - g->to > most) {
            return "a vGPU with work waits too long between its turns";
        }
    }
    return NULL;
}

/* ---- The lane on the same case ---- */

struct collect {
    const struct test_case *c;
    const struct lane *lane;
    int64_t done[JOBS];
};

static void on_done_one(void *context, const struct lane_done *r)
{
    struct collect *x = context;
    int vm = x->lane->vm[r->vm].tenant_ix;
    int64_t serial = r->serial;
    for (int j = 0; j < x->c->job_n; j++) {
        if (x->c->job[j].vm == vm && serial-- == 0) {
            x->done[j] = r->done_ns;
        }
    }
}

static void on_done(void *context, const struct lane_done *r, int n)
{
    for (int i = 0; i < n; i++) {
        on_done_one(context, &r[i]);
    }
}

static void run_lane(const struct test_case *c, struct collect *out)
{
    struct arena arena;
    struct trace_rows rows[VMS] = {{0}};
    int64_t arrival[VMS][JOBS];
    int64_t work[VMS][JOBS];
    struct tenant tenant[VMS] = {{0}};
    struct lane_vm vm[VMS] = {{0}};
    struct lane_domain domain = {.sched = c->kind, .params = c->p, .weight = 1.0};
    struct lane lane = {.domain = &domain, .domain_n = 1, .vm = vm};
    struct lane_books books;
    for (int j = 0; j < c->job_n; j++) {
        int v = c->job[j].vm;
        arrival[v][rows[v].n] = c->job[j].arrival;
        work[v][rows[v].n++] = c->job[j].work;
    }
    for (int v = 0; v < c->p.vgpu_n; v++) {
        struct work *w = &tenant[v].work;
        rows[v].arrival_ns = arrival[v];
        rows[v].service_ns = work[v];
        *w = (struct work){.kind = WORK_TRACE, .trace = &rows[v], .streams = 1};
        w->scaling = (struct scaling){.compute_frac = 1.0, .width_frac = 1.0};
        tenant[v].name = "tenant";
        vm[lane.vm_n++] = (struct lane_vm){
            .tenant_ix = v,
            .tenant = &tenant[v],
            .server_n = 1,
            .server = {{.slot = v, .factor = {.compute = 1.0, .memory = 1.0}}}};
    }
    *out = (struct collect){.c = c, .lane = &lane};
    struct lane_options o = {.trace_all = true,
                             .to_the_end = true,
                             .to_ns = INT64_MAX,
                             .done = on_done,
                             .context = out};
    arena_init(&arena, "test");
    struct lane_sim *sim = lane_sim_new(&arena, &lane);
    assert_non_null(sim);
    assert_true(lane_books_init(&books, &arena, &lane));
    assert_true(lane_sim_run(sim, &o, &books));
    lane_sim_fini(sim);
    arena_fini(&arena);
}

/* ---- Cases ---- */

/* NULL when every property holds. */
static const char *violated(const struct test_case *c)
{
    static struct run_out out;
    struct collect lane;
    step_through(c, &out);
    const char *what = check_segments(c, &out);
    if (!what && by_demand(c)) {
        what = check_demand(c, &out);
    } else if (!what && c->p.granularity_ns == 0) {
        what = check_ring(c, &out);
    }
    if (!what && c->p.granularity_ns == 0) {
        what = check_waits(c, &out);
    }
    if (what) {
        return what;
    }
    run_lane(c, &lane);
    for (int j = 0; j < c->job_n; j++) {
        if (lane.done[j] != out.done[j]) {
            return "the lane completes a job at another time than the stepper";
        }
    }
    return NULL;
}

/* Drops jobs while the case still fails. */
static void shrink(struct test_case *c)
{
    for (int j = c->job_n - 1; j >= 0; j--) {
        struct test_case smaller = *c;
        smaller.job_n--;
        for (int k = j; k < smaller.job_n; k++) {
            smaller.job[k] = c->job[k + 1];
        }
        if (smaller.job_n > 0 && violated(&smaller)) {
            *c = smaller;
        }
    }
}

static void print_case(const struct test_case *c)
{
    print_message("%s, discipline %d, %d vGPUs, ring %d, slice %d, switch %d, averaging %d, "
                  "yield-idle %d, granularity %d\n",
                  c->kind->name, (int)c->p.discipline, c->p.vgpu_n, c->p.ring_n,
                  (int)c->p.slice_ns, (int)c->p.switch_ns, c->p.averaging, c->p.yield_idle,
                  (int)c->p.granularity_ns);
    for (int j = 0; j < c->job_n; j++) {
        print_message("  vGPU %d at %d works %d\n", c->job[j].vm, (int)c->job[j].arrival,
                      (int)c->job[j].work);
    }
}

static void schedulers_keep_their_promises_when_random(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, &(struct rng_id){.seed = 20}, RNG_TEST);
    for (int i = 0; i < CASES; i++) {
        struct test_case c;
        random_case(&r, &c);
        if (violated(&c)) {
            shrink(&c);
            print_case(&c);
            fail_msg("case %d: %s", i, violated(&c));
        }
    }
}

/* What was overrun is given back to the last nanosecond that averaging can see, and no more. */
static void compensation_returns_to_zero_when_nothing_overruns(void **state)
{
    (void)state;
    for (int averaging = 1; averaging <= 60; averaging++) {
        struct sched_params p = {.slice_ns = 2083333, .averaging = averaging};
        p.discipline = DISCIPLINE_STRICT;
        int64_t account = 5000000;
        int64_t given = 0;
        for (int turn = 0; turn < 20 * 60 && account >= averaging; turn++) {
            given += p.slice_ns - sched_compensated_slice(&p, &account);
        }
        assert_true(account >= 0 && account < averaging);
        assert_int_equal(given + account, 5000000);
    }
}

/* Examples that the vendor's guide gives and what the driver's header makes of them. */
static void rmpvmrl_is_decoded_by_bits(void **state)
{
    (void)state;
    static const struct {
        uint32_t value;
        const struct sched_kind *kind;
        enum discipline discipline;
        double hz;
        int ms, averaging;
        bool looks_like_slice, frequency_clamped;
    } want[] = {
        {0x00000000, &sched_best_effort, DISCIPLINE_NONE,   0,   0,  33, false, false},
        {0x00000001, &sched_equal_share, DISCIPLINE_STRICT, 0,   0,  33, false, false},
        {0x00000003, &sched_equal_share, DISCIPLINE_LEGACY, 0,   0,  33, false, false},
        {0x00030003, &sched_equal_share, DISCIPLINE_LEGACY, 0,   3,  33, false, false},
        {0x00000011, &sched_fixed_share, DISCIPLINE_STRICT, 0,   0,  33, false, false},
        {0x00180013, &sched_fixed_share, DISCIPLINE_LEGACY, 0,   24, 33, false, false},
        {0x3c3c0011, &sched_fixed_share, DISCIPLINE_STRICT, 960, 0,  60, false, false},
        {0x00180011, &sched_fixed_share, DISCIPLINE_STRICT, 384, 0,  33, true,  false},
        {0x00030001, &sched_equal_share, DISCIPLINE_STRICT, 63,  0,  33, true,  true },
    };
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        struct sched_rmpvmrl x;
        assert_null(sched_rmpvmrl(want[i].value, &x));
        assert_ptr_equal(x.kind, want[i].kind);
        assert_int_equal(x.discipline, want[i].discipline);
        assert_true(fabs(x.frequency_hz - want[i].hz) < 1e-9);
        assert_int_equal(x.slice_ms, want[i].ms);
        assert_int_equal(x.averaging, want[i].averaging);
        assert_int_equal(x.looks_like_slice, want[i].looks_like_slice);
        assert_int_equal(x.frequency_clamped, want[i].frequency_clamped);
    }
    struct sched_rmpvmrl x;
    assert_non_null(sched_rmpvmrl(0x21, &x));
    assert_null(sched_rmpvmrl(0xff1f0013, &x));
    assert_true(x.slice_clamped && x.slice_ms == 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schedulers_keep_their_promises_when_random),
        cmocka_unit_test(compensation_returns_to_zero_when_nothing_overruns),
        cmocka_unit_test(rmpvmrl_is_decoded_by_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
