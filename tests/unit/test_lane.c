/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_lane.c - one lane: isolation to the nanosecond, dominance, books that add up, streams.
 *
 * Two or three VMs with Poisson arrivals and exponential services share a domain; what must
 * hold is exact, so there are no tolerances except where a mean is compared. */
#include "sim/run/lane.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum {
    VMS = 3,
    KEPT = 4096
};

struct bench {
    struct arena arena;
    struct tenant tenant[VMS];
    struct lane_vm vm[VMS];
    struct lane_domain domain[4];
    struct lane lane;
    struct lane_books books;
    struct lane_done kept[VMS][KEPT];
    int kept_n[VMS];
    int64_t worse, better, equal; /* against the baseline */
    int64_t owed;
};

static struct bench bench;

static void keep_one(void *context, const struct lane_done *r)
{
    struct bench *b = context;
    int v = b->lane.vm[r->vm].tenant_ix;
    int64_t latency = r->done_ns - r->arrival_ns;
    if (b->kept_n[v] < KEPT) {
        b->kept[v][b->kept_n[v]++] = *r;
    }
    b->owed += r->owed;
    if (r->counted) {
        b->worse += latency > r->baseline_ns;
        b->better += latency < r->baseline_ns;
        b->equal += latency == r->baseline_ns;
    }
}

static void keep(void *context, const struct lane_done *r, int n)
{
    for (int i = 0; i < n; i++) {
        keep_one(context, &r[i]);
    }
}

static void dist(struct dist *d, const char *kind, double mean_ns)
{
    assert_null(dist_init(d, dist_find(kind), mean_ns, 0, 0, 0));
}

/* Tenant v: `rate` requests per second of 1 ms each on average; rate 0: a closed loop of two
 * clients that think 5 ms. */
static void add_vm(struct bench *b, int v, const char *name, double rate, int slot)
{
    struct work *w = &b->tenant[v].work;
    b->tenant[v].name = name;
    b->tenant[v].count = 1;
    w->streams = 1;
    w->scaling = (struct scaling){.compute_frac = 1.0, .width_frac = 1.0};
    dist(&w->service, "exponential", 1e6);
    if (rate > 0.0) {
        w->kind = WORK_REQUESTS;
        w->arrivals.rate_per_s = rate;
        dist(&w->arrivals.gap, "exponential", 1e9 / rate);
    } else {
        w->kind = WORK_CLOSED;
        w->clients = 2;
        dist(&w->think, "exponential", 5e6);
    }
    b->vm[b->lane.vm_n++] =
        (struct lane_vm){.tenant_ix = v,
                         .tenant = &b->tenant[v],
                         .name_hash = rng_name_hash(name),
                         .server_n = 1,
                         .server = {{.slot = slot, .factor = {.compute = 1.0, .memory = 1.0}}}};
}

static void open_bench(struct bench *b, const struct sched_kind *kind, int ring_n)
{
    memset(b, 0, sizeof *b);
    arena_init(&b->arena, "test");
    b->domain[0] = (struct lane_domain){
        .sched = kind,
        .weight = 1.0,
        .params = {.slice_ns = 2000000, .switch_ns = 100000, .vgpu_n = VMS, .ring_n = ring_n}
    };
    b->lane = (struct lane){.domain = b->domain, .domain_n = 1, .vm = b->vm};
}

static void run_sim(struct bench *b, struct lane_sim *sim, int64_t from_ns, int64_t to_ns)
{
    struct lane_options o = {
        .seed = 3, .from_ns = from_ns, .to_ns = to_ns, .done = keep, .context = b};
    assert_non_null(sim);
    assert_true(lane_books_init(&b->books, &b->arena, &b->lane));
    assert_true(lane_sim_run(sim, &o, &b->books));
    lane_sim_fini(sim);
}

static void run_window(struct bench *b, int64_t from_ns, int64_t to_ns)
{
    run_sim(b, lane_sim_new(&b->arena, &b->lane), from_ns, to_ns);
}

static void close_bench(struct bench *b)
{
    arena_fini(&b->arena);
}

#define SECOND INT64_C(1000000000)

/* Completion times of tenant 0 with and without its neighbours. */
static int64_t first_tenant_moves_by(const struct sched_kind *kind, int ring_n)
{
    static struct lane_done alone[KEPT];
    open_bench(&bench, kind, ring_n);
    add_vm(&bench, 0, "chat", 150.0, 0);
    run_window(&bench, 0, 10 * SECOND);
    int alone_n = bench.kept_n[0];
    memcpy(alone, bench.kept[0], sizeof alone);
    close_bench(&bench);
    open_bench(&bench, kind, ring_n);
    add_vm(&bench, 0, "chat", 150.0, 0);
    add_vm(&bench, 1, "train", 0.0, 1);
    add_vm(&bench, 2, "embed", 200.0, 2);
    run_window(&bench, 0, 10 * SECOND);
    int n = alone_n < bench.kept_n[0] ? alone_n : bench.kept_n[0];
    assert_true(n > 1000);
    int64_t moved = 0;
    for (int i = 0; i < n; i++) {
        assert_int_equal(alone[i].arrival_ns, bench.kept[0][i].arrival_ns);
        moved += alone[i].done_ns != bench.kept[0][i].done_ns;
    }
    close_bench(&bench);
    return moved;
}

static void lane_moves_no_completion_when_neighbours_come_under_slots(void **state)
{
    (void)state;
    assert_int_equal(first_tenant_moves_by(&sched_fixed_share, 4), 0);
    assert_int_equal(first_tenant_moves_by(&sched_equal_share, 3), 0);
}

static void lane_moves_completions_when_neighbours_come_under_best_effort(void **state)
{
    (void)state;
    assert_true(first_tenant_moves_by(&sched_best_effort, 3) > 100);
}

static void compare_with_baseline(const struct sched_kind *kind, int ring_n)
{
    open_bench(&bench, kind, ring_n);
    add_vm(&bench, 0, "chat", 150.0, 0);
    add_vm(&bench, 1, "train", 0.0, 1);
    add_vm(&bench, 2, "embed", 200.0, 2);
    run_window(&bench, SECOND, 20 * SECOND);
    close_bench(&bench);
}

static void lane_equals_baseline_when_slots_are_kept(void **state)
{
    (void)state;
    compare_with_baseline(&sched_fixed_share, 4);
    assert_int_equal(bench.worse + bench.better, 0);
    assert_true(bench.equal > 5000);
}

/* A third of a nanosecond of progress must not be rounded at a neighbour's events: streams that
 * share a vGPU in its slots have the completions that they have alone. */
static void lane_equals_baseline_when_streams_share_a_slot(void **state)
{
    (void)state;
    open_bench(&bench, &sched_equal_share, 3);
    add_vm(&bench, 0, "chat", 250.0, 0);
    add_vm(&bench, 1, "train", 0.0, 1);
    add_vm(&bench, 2, "embed", 200.0, 2);
    bench.tenant[0].work.streams = 3;
    run_window(&bench, SECOND, 20 * SECOND);
    close_bench(&bench);
    assert_int_equal(bench.worse + bench.better, 0);
    assert_true(bench.equal > 5000);
}

/* Taking neighbours away never makes a request of an open loop slower under best effort; closed
 * loops are paired by client and serial and hold it here too. */
static void lane_is_never_faster_than_baseline_when_best_effort(void **state)
{
    (void)state;
    open_bench(&bench, &sched_best_effort, 3);
    add_vm(&bench, 0, "chat", 150.0, 0);
    add_vm(&bench, 1, "train", 250.0, 1);
    add_vm(&bench, 2, "embed", 200.0, 2);
    run_window(&bench, SECOND, 20 * SECOND);
    close_bench(&bench);
    assert_int_equal(bench.better, 0);
    assert_true(bench.worse > 1000);
}

static void lane_books_add_up_when_saturated(void **state)
{
    (void)state;
    open_bench(&bench, &sched_best_effort, 3);
    add_vm(&bench, 0, "chat", 900.0, 0);
    add_vm(&bench, 1, "train", 900.0, 1);
    run_window(&bench, 5 * SECOND, 10 * SECOND);
    int64_t useful = bench.books.domain_useful_ns[0];
    int64_t swap = bench.books.domain_switch_ns[0];
    assert_int_equal(useful, bench.books.useful_ns[0] + bench.books.useful_ns[1]);
    assert_int_equal(useful + swap, 5 * SECOND); /* never idle once backlogged */
    close_bench(&bench);
}

static void lane_gives_the_same_digest_when_run_again(void **state)
{
    (void)state;
    uint64_t digest[2];
    for (int i = 0; i < 2; i++) {
        compare_with_baseline(&sched_best_effort, 3);
        digest[i] = bench.books.digest;
    }
    assert_true(digest[0] == digest[1]);
}

/* Two streams of width 1: both run at half speed, so two requests of 4 ms that come together
 * take 8 ms; with width 1/2 each has its own half of the GPU and they take 4 ms. */
static void lane_shares_speed_when_streams_are_wide(void **state)
{
    (void)state;
    int64_t arrival[] = {0, 0};
    int64_t service[] = {4000000, 4000000};
    struct trace_rows rows = {.arrival_ns = arrival, .service_ns = service, .n = 2};
    for (int narrow = 0; narrow < 2; narrow++) {
        open_bench(&bench, NULL, 0);
        add_vm(&bench, 0, "chat", 1.0, 0);
        struct work *w = &bench.tenant[0].work;
        w->kind = WORK_TRACE;
        w->trace = &rows;
        w->streams = 2;
        w->scaling.width_frac = narrow ? 0.5 : 1.0;
        run_window(&bench, 0, SECOND);
        assert_int_equal(bench.kept_n[0], 2);
        assert_int_equal(bench.kept[0][0].done_ns, narrow ? 4000000 : 8000000);
        assert_int_equal(bench.kept[0][1].done_ns, narrow ? 4000000 : 8000000);
        close_bench(&bench);
    }
}

/* A VM with two GPUs serves two requests at once and keeps the third waiting. */
static void lane_uses_every_gpu_when_a_vm_has_several(void **state)
{
    (void)state;
    int64_t arrival[] = {0, 0, 0};
    int64_t service[] = {4000000, 6000000, 1000000};
    struct trace_rows rows = {.arrival_ns = arrival, .service_ns = service, .n = 3};
    open_bench(&bench, NULL, 0);
    add_vm(&bench, 0, "chat", 1.0, 0);
    bench.domain[1] = bench.domain[0];
    bench.lane.domain_n = 2;
    bench.vm[0].server[1] = bench.vm[0].server[0];
    bench.vm[0].server[1].domain = 1;
    bench.vm[0].server_n = 2;
    bench.tenant[0].work.kind = WORK_TRACE;
    bench.tenant[0].work.trace = &rows;
    run_window(&bench, 0, SECOND);
    static const int64_t done_ms[] = {4, 6, 5};
    assert_int_equal(bench.kept_n[0], 3);
    for (int i = 0; i < 3; i++) {
        const struct lane_done *r = &bench.kept[0][i];
        assert_int_equal(r->done_ns, done_ms[r->serial] * 1000000);
        assert_int_equal(r->first_ns, r->serial == 2 ? 4000000 : 0);
    }
    close_bench(&bench);
}

/* A ring that forgets one slot in 64. */
static struct sched_turn forgetful_pick(const struct sched_params *p, struct sched_state *s,
                                        const struct sched_view *v)
{
    struct sched_view later = *v;
    struct sched_turn turn = sched_fixed_share.pick(p, s, v);
    while (turn.vgpu != SCHED_NOBODY &&
           turn.begin_ns / (p->slice_ns + p->switch_ns) % 64 == 63) {
        later.now_ns = turn.end_ns;
        turn = sched_fixed_share.pick(p, s, &later);
    }
    return turn;
}

static void lane_finds_service_owed_when_the_scheduler_forgets_a_slot(void **state)
{
    (void)state;
    struct sched_kind forgetful = sched_fixed_share;
    int64_t owed[2];
    forgetful.pick = forgetful_pick;
    for (int i = 0; i < 2; i++) {
        open_bench(&bench, i == 0 ? &sched_fixed_share : &forgetful, 3);
        add_vm(&bench, 0, "chat", 150.0, 0);
        add_vm(&bench, 1, "train", 0.0, 1);
        add_vm(&bench, 2, "embed", 200.0, 2);
        run_sim(&bench, lane_sim_new_events(&bench.arena, &bench.lane), SECOND, 20 * SECOND);
        owed[i] = bench.owed;
        close_bench(&bench);
    }
    assert_int_equal(owed[0], 0);
    assert_true(owed[1] > 10);
}

/* Two VMs and a ring of slots of 2.1 ms: a's first slot has just ended when its 3 ms come, so
 * that they wait for a frame less a slice, twice. */
static void lane_owes_nothing_when_the_last_ns_is_used(void **state)
{
    (void)state;
    int64_t arrival[] = {2100000};
    int64_t service[] = {3000000};
    struct trace_rows rows = {.arrival_ns = arrival, .service_ns = service, .n = 1};
    for (int events = 0; events < 2; events++) {
        open_bench(&bench, &sched_equal_share, 2);
        add_vm(&bench, 0, "chat", 1.0, 0);
        bench.domain[0].params.vgpu_n = 2;
        bench.tenant[0].work.kind = WORK_TRACE;
        bench.tenant[0].work.trace = &rows;
        run_sim(&bench,
                events ? lane_sim_new_events(&bench.arena, &bench.lane)
                       : lane_sim_new(&bench.arena, &bench.lane),
                0, SECOND);
        assert_int_equal(bench.kept[0][0].done_ns, 2100000 + 3000000 + 2 * 2200000);
        assert_int_equal(bench.owed, 0);
        assert_int_equal(bench.books.backlog_ns[0], 3000000 + 2 * 2200000);
        close_bench(&bench);
    }
}

static void note_queue(void *context, const struct lane_queue *q)
{
    (void)context;
    (void)q;
}

/* What is left of a run. */
struct left {
    uint64_t digest;
    int64_t arrived[2], useful_ns[2], last_done_ns, events;
};

/* Three instances: two of a VM that serves up to 4 at once, and one of a VM that takes 50 ms
 * for whatever it serves, is asked for more than it can do, and is not waited for. Periodic
 * requests come at the very instant at which batches end. */
static struct left left_by_queues(double coupling, bool periodic, bool sees_queues)
{
    static const int64_t by_size[] = {0, 500000, 750000, 1000000, 1250000};
    static const int64_t slow[] = {0, 50000000, 50000000, 50000000, 50000000};
    const bool saturated[] = {false, true};
    open_bench(&bench, NULL, 0);
    add_vm(&bench, 0, "chat", 4000.0, 0);
    add_vm(&bench, 1, "embed", 600.0, 0);
    for (int v = 0; v < 2; v++) {
        bench.tenant[v].work.batch_max = 4;
        bench.tenant[v].work.by_size = v == 0 ? by_size : slow;
        bench.tenant[v].work.arrivals.periodic = periodic;
        bench.vm[v].server[0].domain = 2 * v;
    }
    bench.vm[0].server_n = 2;
    bench.vm[0].server[1] = bench.vm[0].server[0];
    bench.vm[0].server[1].domain = 1;
    for (int d = 0; d < 3; d++) {
        bench.domain[d] = (struct lane_domain){.weight = 1.0, .coupling = coupling};
    }
    bench.lane.domain_n = 3;
    const struct lane_options o = {.seed = 3,
                                   .from_ns = SECOND / 10,
                                   .to_ns = SECOND,
                                   .saturated = saturated,
                                   .queue = sees_queues ? note_queue : NULL};
    struct lane_sim *sim = lane_sim_new(&bench.arena, &bench.lane);
    assert_non_null(sim);
    assert_true(lane_books_init(&bench.books, &bench.arena, &bench.lane));
    assert_true(lane_sim_run(sim, &o, &bench.books));
    lane_sim_fini(sim);
    struct left left = {.digest = bench.books.digest,
                        .last_done_ns = bench.books.last_done_ns,
                        .events = bench.books.events};
    for (int v = 0; v < 2; v++) {
        left.arrived[v] = bench.books.arrived[v];
        left.useful_ns[v] = bench.books.useful_ns[v];
    }
    close_bench(&bench);
    return left;
}

/* An observer of queues makes an event of every arrival; without one those that find every
 * stream taken are made up for later. */
static void lane_gives_the_same_records_when_arrivals_are_made_up_for(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct left events = left_by_queues(i == 0 ? 0.2 : 0.0, i == 2, true);
        struct left made_up = left_by_queues(i == 0 ? 0.2 : 0.0, i == 2, false);
        assert_true(made_up.events < events.events);
        made_up.events = events.events;
        assert_memory_equal(&made_up, &events, sizeof events);
    }
}

/* ---- Streams as measured ---- */

/* Completions of requests that come at these times, each taking 10 ms alone. */
static void run_rows(struct bench *b, int64_t *arrival_ns, int n)
{
    static int64_t service_ns[8];
    for (int i = 0; i < n; i++) {
        service_ns[i] = 10000000;
    }
    const struct trace_rows rows = {.arrival_ns = arrival_ns,
                                    .service_ns = service_ns,
                                    .n = n,
                                    .span_ns = arrival_ns[n - 1],
                                    .service_mean_ns = 1e7};
    b->tenant[0].work.kind = WORK_TRACE;
    b->tenant[0].work.trace = &rows;
    struct lane_options o = {
        .seed = 3, .trace_all = true, .to_the_end = true, .done = keep, .context = b};
    struct lane_sim *sim = lane_sim_new(&b->arena, &b->lane);
    assert_non_null(sim);
    assert_true(lane_books_init(&b->books, &b->arena, &b->lane));
    assert_true(lane_sim_run(sim, &o, &b->books));
    lane_sim_fini(sim);
    assert_int_equal(b->kept_n[0], n);
}

/* Two at work take 16 ms each. The first does 4 ms of 10 alone and the other 6 in 9.6; the
 * second has done 9.6 of 16 by then, and takes 4 more alone. */
static void lane_runs_streams_as_measured_when_company_comes_and_goes(void **state)
{
    static const double alone[] = {0.0, 1.0};
    static const double two[] = {0.0, 1.6};
    static const struct service_profile crowd[] = {{.slow = alone}, {.slow = two}};
    int64_t arrival_ns[] = {0, 4000000, 40000000};
    (void)state;
    open_bench(&bench, NULL, 0);
    add_vm(&bench, 0, "chat", 1.0, 0);
    bench.tenant[0].work.streams = 2;
    bench.vm[0].server[0].crowd = crowd;
    run_rows(&bench, arrival_ns, 3);
    assert_in_range(bench.kept[0][0].done_ns, 13600000, 13600001);
    assert_in_range(bench.kept[0][1].done_ns, 17600000, 17600002);
    assert_int_equal(bench.kept[0][2].done_ns, 50000000);
    close_bench(&bench);
}

/* The size of a batch decides how much company costs it: one of 1, begun at 0, takes 12 ms
 * instead of 10, one of 4, which come together at 2 ms, 30 instead of 20. The first has 8 of 10
 * left and ends at 2 + 9.6; the second has done 9.6 of 30, and takes 0.68 of 20 more. */
static void lane_runs_batches_as_measured_when_their_sizes_differ(void **state)
{
    static const int64_t by_size[] = {0, 10000000, 13000000, 16000000, 20000000};
    static const double alone[] = {0.0, 1.0, 1.0, 1.0, 1.0};
    static const double two[] = {0.0, 1.2, 1.3, 1.4, 1.5};
    static const struct service_profile crowd[] = {{.slow = alone}, {.slow = two}};
    int64_t arrival_ns[] = {0, 2000000, 2000000, 2000000, 2000000};
    (void)state;
    open_bench(&bench, NULL, 0);
    add_vm(&bench, 0, "chat", 1.0, 0);
    bench.tenant[0].work.streams = 2;
    bench.tenant[0].work.batch_max = 4;
    bench.tenant[0].work.by_size = by_size;
    bench.vm[0].server[0].by_size = by_size;
    bench.vm[0].server[0].crowd = crowd;
    run_rows(&bench, arrival_ns, 5);
    assert_in_range(bench.kept[0][0].done_ns, 11600000, 11600001);
    assert_in_range(bench.kept[0][4].done_ns, 25200000, 25200002);
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lane_moves_no_completion_when_neighbours_come_under_slots),
        cmocka_unit_test(lane_moves_completions_when_neighbours_come_under_best_effort),
        cmocka_unit_test(lane_equals_baseline_when_slots_are_kept),
        cmocka_unit_test(lane_equals_baseline_when_streams_share_a_slot),
        cmocka_unit_test(lane_is_never_faster_than_baseline_when_best_effort),
        cmocka_unit_test(lane_books_add_up_when_saturated),
        cmocka_unit_test(lane_gives_the_same_digest_when_run_again),
        cmocka_unit_test(lane_shares_speed_when_streams_are_wide),
        cmocka_unit_test(lane_uses_every_gpu_when_a_vm_has_several),
        cmocka_unit_test(lane_finds_service_owed_when_the_scheduler_forgets_a_slot),
        cmocka_unit_test(lane_owes_nothing_when_the_last_ns_is_used),
        cmocka_unit_test(lane_gives_the_same_records_when_arrivals_are_made_up_for),
        cmocka_unit_test(lane_runs_streams_as_measured_when_company_comes_and_goes),
        cmocka_unit_test(lane_runs_batches_as_measured_when_their_sizes_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
