/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_flow.c - the way of a request and the kinds of work against a program that steps through
 * every nanosecond, to the nanosecond.
 *
 * Random small lanes: one to three VMs on a domain of their own, or sharing one under best
 * effort, equal or fixed share; rows of a trace, closed loops with pauses, frames, sequences of
 * tokens, or two of these in one VM; host stages, batches with and without timeout, kernels
 * with gaps, tails, streams. The
 * engine and clocked.c must agree on what counts, on first ns, completion, baseline, tokens,
 * drops, useful and switching time. A mismatch is shrunk and printed. The argument is the
 * number of cases, the seed is fixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/fleet/hits.h"
#include "sim/fleet/power.h"

#include "tests/law/clocked.h"

enum {
    ROWS = 16,
    RECORDS = 1 << 13,
    OFFS = 2, /* off times of a VM */
    KINDS = WORK_LLM + 1
};

struct case_of {
    struct lane_domain domain[2];
    struct lane_vm vm[CLOCKED_VMS];
    struct tenant tenant[CLOCKED_VMS];
    struct llm llm[CLOCKED_VMS];
    struct trace_rows rows[CLOCKED_VMS];
    int64_t arrival[CLOCKED_VMS][ROWS], service[CLOCKED_VMS][ROWS];
    int64_t by_size[CLOCKED_VMS][CLOCKED_BATCH + 1];
    struct life_event event[CLOCKED_OUTAGES];
    struct outage outage[CLOCKED_OUTAGES];
    struct hit hit[CLOCKED_OUTAGES * CLOCKED_VMS];
    struct off_time off[CLOCKED_VMS][OFFS];
    struct shift shift[2 * OFFS * CLOCKED_VMS * 2];
    struct lane lane;
    struct lane_options o;
    bool saturated[CLOCKED_VMS];
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

static void random_dist(struct rng *r, struct dist *d, int mean)
{
    bool is_fixed = below(r, 2) == 0;
    assert_null(dist_init(d, dist_find(is_fixed ? "deterministic" : "uniform"), mean,
                          is_fixed ? 0 : 0.5, 0, 0));
}

static void random_rows(struct rng *r, struct case_of *c, int v)
{
    struct trace_rows *rows = &c->rows[v];
    bool is_llm = c->tenant[v].work.kind == WORK_LLM;
    int64_t at = 0;
    rows->n = below(r, ROWS + 1);
    for (int64_t i = 0; i < rows->n; i++) {
        at += below(r, 3) == 0 ? 0 : below(r, 80);
        c->arrival[v][i] = at;
        int64_t prompt = 1 + below(r, 20);
        int64_t output = 1 + below(r, 6);
        c->service[v][i] = is_llm ? llm_pack(prompt, output) : below(r, 60);
    }
    rows->arrival_ns = c->arrival[v];
    rows->service_ns = c->service[v];
    rows->span_ns = at;
    c->tenant[v].work.trace = rows;
}

/* Costs in quarters of a ns, so that no sum of them is rounded. */
static void random_llm(struct rng *r, struct case_of *c, int v)
{
    struct llm *l = &c->llm[v];
    *l = (struct llm){.base_ns = 1 + below(r, 12), .prefill_ns = 0.25 * below(r, 5)};
    l->decode_ns = 0.25 * below(r, 5);
    l->context_ns = 0.25 * below(r, 3);
    l->max_sequences = 1 + below(r, 5);
    l->max_batched_tokens = l->max_sequences + below(r, 20);
    l->kv_tokens = below(r, 2) ? 0 : 10 + below(r, 40);
    l->is_async = below(r, 2) == 0;
    c->tenant[v].work.llm = l;
}

static void random_batch(struct rng *r, struct case_of *c, int v)
{
    struct work *w = &c->tenant[v].work;
    w->batch_max = 2 + below(r, CLOCKED_BATCH - 1);
    w->batch_timeout_ns = below(r, 3) == 0 ? 0 : 1 + below(r, 80);
    w->batch_from_free = below(r, 3) == 0;
    c->by_size[v][0] = 0;
    for (int n = 1; n <= w->batch_max; n++) {
        c->by_size[v][n] = c->by_size[v][n - 1] + 1 + below(r, 20);
    }
    w->by_size = c->by_size[v];
}

/* Either so many servers side by side, or two streams that halve each other's speed. */
static void random_streams(struct rng *r, struct work *w)
{
    w->streams = 1 + below(r, CLOCKED_STREAMS);
    w->scaling.width_frac = 1.0 / w->streams;
    if (w->streams == 2 && below(r, 2) == 0) {
        w->scaling.width_frac = 1.0;
    }
}

static void random_work(struct rng *r, struct case_of *c, int v)
{
    static const enum work_kind kinds[] = {WORK_TRACE, WORK_TRACE, WORK_CLOSED, WORK_FRAMES,
                                           WORK_LLM};
    struct work *w = &c->tenant[v].work;
    *w = (struct work){.kind = kinds[below(r, 5)], .streams = 1, .pieces = 1};
    w->scaling = (struct scaling){.compute_frac = 1.0, .width_frac = 1.0};
    w->has_host = below(r, 3) == 0;
    /* A mean of 1 ns gives 0 now and then, so that several leave at one instant. */
    random_dist(r, &w->host, below(r, 3) == 0 ? 1 : 4 + below(r, 30));
    random_dist(r, &w->service, 4 + below(r, 50));
    random_dist(r, &w->think, below(r, 3) == 0 ? 0 : 1 + below(r, 60));
    w->tail_ns = below(r, 4) == 0 ? 1 + below(r, 20) : 0;
    if (w->kind == WORK_TRACE || w->kind == WORK_LLM) {
        random_rows(r, c, v);
    }
    if (w->kind == WORK_LLM) {
        random_llm(r, c, v);
        return;
    }
    random_streams(r, w);
    if (below(r, 3) == 0) {
        w->pieces = 1 + below(r, 5);
        w->gap_ns = below(r, 25);
    }
    if (w->kind == WORK_FRAMES) {
        w->arrivals.periodic = true;
        w->arrivals.rate_per_s = 1e9 / (20 + below(r, 60));
        w->arrivals.phase_ns = below(r, 40);
        w->pipeline_max = 1 + below(r, 4);
        if (below(r, 4) == 0) { /* a table whose only size is that of one frame */
            w->batch_max = 1;
            c->by_size[v][1] = 1 + below(r, 60);
            w->by_size = c->by_size[v];
        }
        assert_null(dist_init(&w->arrivals.gap, dist_find("deterministic"),
                              1e9 / w->arrivals.rate_per_s, 0, 0, 0));
        return;
    }
    if (w->kind == WORK_CLOSED) {
        w->clients = 1 + below(r, 3);
        w->pause_every = below(r, 3) == 0 ? 1 + below(r, 4) : 0;
        w->pause_ns = w->pause_every > 0 ? below(r, 100) : 0;
    }
    if (below(r, 2) == 0) {
        random_batch(r, c, v);
    }
}

static void random_window(struct rng *r, struct case_of *c)
{
    bool traces = true;
    for (int v = 0; v < c->lane.vm_n; v++) {
        traces = traces && c->tenant[v].work.trace;
        c->saturated[v] = below(r, 8) == 0;
    }
    c->o = (struct lane_options){.seed = rng_word(r), .saturated = c->saturated};
    c->o.replica = (uint32_t)below(r, 1000);
    c->o.from_ns = below(r, 300);
    c->o.to_ns = c->o.from_ns + 1 + below(r, 700);
    c->o.trace_all = below(r, 2) == 0;
    c->o.to_the_end = traces && c->o.trace_all;
    for (int v = 0; c->o.to_the_end && v < c->lane.vm_n; v++) {
        c->saturated[v] = false;
    }
}

static void random_shared(struct rng *r, struct case_of *c)
{
    static const struct sched_kind *const kinds[] = {&sched_best_effort, &sched_best_effort,
                                                     &sched_equal_share, &sched_fixed_share};
    struct sched_params *p = &c->domain[0].params;
    const struct sched_kind *kind = kinds[below(r, 4)];
    c->domain[0].sched = kind;
    c->lane.vm_n = 1 + below(r, CLOCKED_VMS);
    p->vgpu_n = c->lane.vm_n + below(r, 2);
    p->ring_n = p->vgpu_n + (kind->ring == RING_TYPE_MAX ? below(r, 2) : 0);
    p->slice_ns = 1 + below(r, 60);
    p->switch_ns = below(r, 2) ? 0 : below(r, 12);
    p->averaging = 33;
    p->discipline = kind->has_discipline ? DISCIPLINE_STRICT : DISCIPLINE_NONE;
    if (kind->has_discipline && below(r, 2) == 0) { /* the same where nobody comes or goes */
        p->discipline = DISCIPLINE_LEGACY;
    }
}

/* Makes two neighbours of the list the workloads of one VM. Side by side their widths add up
 * to 1, else both together to 2: what works at a third of its speed has no whole halves. */
static void random_pair(struct rng *r, struct case_of *c, int first)
{
    struct work *a = &c->tenant[first].work;
    struct work *b = &c->tenant[first + 1].work;
    bool has_llm = a->kind == WORK_LLM || b->kind == WORK_LLM;
    a->streams = b->streams = 1;
    if (!has_llm && below(r, 2) == 0) {
        a->streams = 1 + below(r, 3);
        b->streams = 4 - a->streams;
    }
    bool is_wide = a->streams + b->streams == 2 && below(r, 2) == 0;
    a->scaling.width_frac = is_wide ? 1.0 : 1.0 / (a->streams + b->streams);
    b->scaling.width_frac = a->scaling.width_frac;
    for (int k = 0; k < 2; k++) {
        c->vm[first + k].part = k;
        c->vm[first + k].part_n = 2;
        c->vm[first + k].vm_ix = first;
        c->tenant[first + k].whole_ix = first;
    }
    for (int v = first + 1; v < c->lane.vm_n; v++) {
        c->vm[v].server[0].slot--;
    }
}

/* An outage of a VM of the lane, or of one elsewhere, that hits some VMs of the lane. */
static void random_outage(struct rng *r, struct case_of *c, int i)
{
    struct life_event *e = &c->event[i];
    struct outage *o = &c->outage[i];
    *e = (struct life_event){.repeats = below(r, 2) == 0, .at_ns = below(r, 900)};
    e->fate = (enum fault_fate)below(r, FAULT_FATES);
    /* In a ring of short slices faults would come faster than requests are done. */
    e->repeats = e->repeats && (e->fate != FATE_RESTARTED || !c->domain[0].sched);
    random_dist(r, &e->every, 150 + below(r, 400));
    *o = (struct outage){.event = e, .event_ix = i, .name_hash = 77};
    int origin = below(r, c->lane.vm_n + 1);
    origin -= origin < c->lane.vm_n ? c->vm[origin].part : 0;
    o->off = origin < c->lane.vm_n ? c->vm[origin].off : o->off;
    o->tenant_ix = o->vm_ix = origin;
    random_dist(r, &o->downtime, below(r, 4) == 0 ? 0 : below(r, 150));
    for (int v = 0; v < c->lane.vm_n; v++) {
        if (c->vm[v].part == 0 && (v == origin || below(r, 2) == 0)) {
            c->hit[c->lane.hit_n++] =
                (struct hit){.from = &c->outage[i], .tenant_ix = v, .vm_ix = v};
        }
    }
}

/* The VM is off for up to two times, the second perhaps for ever, and before the end of its
 * boot perhaps again. */
static void random_off_times(struct rng *r, struct case_of *c, int v)
{
    int n = below(r, OFFS + 1);
    int64_t at_ns = below(r, 2) ? below(r, 400) : 0;
    for (int i = 0; i < n; i++) {
        struct off_time *x = &c->off[v][i];
        *x = (struct off_time){.from_ns = at_ns, .keeps = below(r, 3) == 0};
        x->absent = !x->keeps && below(r, 2) == 0;
        x->on_ns = at_ns + 1 + below(r, 200);
        x->until_ns = x->on_ns + (below(r, 2) ? 0 : below(r, 80));
        at_ns = x->on_ns + 1 + below(r, 200);
        if (i == OFFS - 1 && !x->keeps && below(r, 4) == 0) {
            x->on_ns = x->until_ns = INT64_MAX;
        } else if (i + 1 < n && x->until_ns > at_ns) {
            x->until_ns = at_ns;
        }
    }
    for (int k = 0; k < lane_vm_parts(&c->vm[v]); k++) {
        c->vm[v + k].off = (struct off_times){.list = c->off[v], .n = n};
    }
}

static void random_case(struct rng *r, struct case_of *c)
{
    memset(c, 0, sizeof *c);
    c->lane = (struct lane){.domain = c->domain, .domain_n = 1, .vm = c->vm, .vm_n = 1};
    if (below(r, 3) > 0) {
        random_shared(r, c);
    }
    bool is_pair = below(r, 3) == 0;
    c->lane.vm_n += is_pair && c->lane.vm_n == 1;
    for (int v = 0; v < c->lane.vm_n; v++) {
        random_work(r, c, v);
        c->tenant[v].name = "tenant";
        c->vm[v] = (struct lane_vm){.tenant_ix = v,
                                    .tenant = &c->tenant[v],
                                    .vm_ix = v,
                                    .name_hash = (uint64_t)v + 1,
                                    .server_n = 1};
        c->vm[v].server[0] = (struct lane_server){
            .slot = v, .factor = {1.0, 1.0}
        };
    }
    if (is_pair) {
        random_pair(r, c, below(r, c->lane.vm_n - 1));
    }
    bool has_llm = false;
    for (int v = 0; v < c->lane.vm_n; v++) {
        has_llm = has_llm || c->tenant[v].work.kind == WORK_LLM;
    }
    if (!c->domain[0].sched && !has_llm && below(r, 3) == 0) {
        for (int v = 0; v < c->lane.vm_n; v++) {
            c->vm[v].server[1] = c->vm[v].server[0];
            c->vm[v].server[1].domain = 1;
            c->vm[v].server_n = c->lane.domain_n = 2;
        }
    }
    for (int i = 0; i < c->lane.domain_n; i++) {
        c->domain[i].weight = 1.0;
    }
    random_window(r, c);
    int outages = below(r, 2) == 0 ? below(r, CLOCKED_OUTAGES + 1) : 0;
    c->lane.hit = c->hit;
    bool has_offs = below(r, 3) == 0;
    c->lane.shift = c->shift;
    for (int v = 0; has_offs && v < c->lane.vm_n; v++) {
        if (c->vm[v].part == 0) {
            random_off_times(r, c, v);
        }
    }
    power_fill(&c->lane);
    for (int i = 0; i < outages; i++) {
        random_outage(r, c, i);
    }
}

/* ---- Both programs ---- */

static void keep(void *context, const struct lane_done *r, int n)
{
    struct records *x = context;
    for (int i = 0; i < n; i++) {
        if (r[i].counted) {
            assert_true(x->n < RECORDS);
            x->r[x->n++] = r[i];
        }
    }
}

static const struct ask *find(const struct clocked *c, const struct lane_done *r)
{
    const struct clocked_vm *vm = &c->vm[r->vm];
    for (int i = 0; i < vm->ask_n; i++) {
        if (vm->ask[i].client == r->client && vm->ask[i].serial == r->serial) {
            return &vm->ask[i];
        }
    }
    return NULL;
}

static const char *compare_record(const struct case_of *c, const struct clocked *shared,
                                  const struct clocked *alone, const struct lane_done *r)
{
    const struct ask *a = find(shared, r);
    const struct ask *b = find(alone, r);
    if (!a || a->dropped || a->arrival_ns != r->arrival_ns) {
        return "which requests are served";
    }
    if (a->done_ns != r->done_ns) {
        return "a completion";
    }
    if (a->first_ns != r->first_ns) {
        return "a first ns of work";
    }
    if (r->owed) {
        return "service owed and not given";
    }
    if (a->beside != r->faulted) {
        return "what is begun anew";
    }
    if (c->tenant[r->vm].work.kind == WORK_LLM &&
        (a->first_token_ns != r->first_token_ns || llm_output(a->service_ns) != r->tokens)) {
        return "a first token";
    }
    if (!b || (b->done_ns < 0 && !b->dropped)) {
        return "what is done alone";
    }
    int64_t baseline_ns = b->dropped ? a->done_ns - a->arrival_ns : b->done_ns - b->arrival_ns;
    return baseline_ns != r->baseline_ns ? "a baseline" : NULL;
}

static const char *compare_books(const struct case_of *c, const struct clocked *shared,
                                 const struct lane_books *b, int records_n)
{
    int counted = 0;
    for (int v = 0; v < c->lane.vm_n; v++) {
        const struct clocked_vm *vm = &shared->vm[v];
        const struct work *w = &c->tenant[v].work;
        int arrived = 0;
        int dropped = 0;
        int lost = 0;
        int beside = 0;
        int completed = 0;
        for (int i = 0; i < vm->ask_n; i++) {
            const struct ask *a = &vm->ask[i];
            bool counts = !a->absent && clocked_counts(w, &c->o, a->arrival_ns);
            bool waits = !c->saturated[v];
            bool in_time = waits || a->done_ns < c->o.to_ns;
            arrived += counts;
            bool is_gone = counts && a->dropped && (waits || a->dropped_ns < c->o.to_ns);
            dropped += is_gone && !a->lost;
            lost += is_gone && a->lost;
            beside += is_gone && a->lost && a->beside;
            counted += counts && a->done_ns >= 0 && in_time;
            completed +=
                a->done_ns >= 0 &&
                (c->o.to_the_end || (a->done_ns >= c->o.from_ns && a->done_ns < c->o.to_ns));
        }
        if (arrived != b->arrived[v]) {
            return "arrivals in the window";
        }
        if (dropped != b->dropped[v]) {
            return "what is dropped";
        }
        if (lost != b->lost[v] || beside != b->lost_beside[v]) {
            return "what is lost";
        }
        if (!c->o.to_the_end && c->vm[v].part == 0 && vm->down_ns != b->down_ns[v]) {
            return "time out of service";
        }
        if (completed != b->completed[v]) {
            return "completions in the window";
        }
        if (vm->useful_ns != b->useful_ns[v]) {
            return "useful time";
        }
    }
    /* A run to the end may end in a switch, when a fault takes the last requests. */
    bool ends_anywhere = c->o.to_the_end && c->lane.hit_n + c->lane.shift_n > 0;
    if (c->domain[0].sched && !ends_anywhere && shared->switch_ns != b->domain_switch_ns[0]) {
        return "switching time";
    }
    return counted != records_n ? "how many requests count" : NULL;
}

/* NULL when both programs agree. */
static const char *differs(const struct case_of *c)
{
    static struct records engine;
    static struct clocked shared;
    static struct clocked alone[CLOCKED_VMS];
    struct lane_books books;
    struct arena arena;
    const char *what = NULL;
    arena_init(&arena, "test");
    struct lane_options o = c->o;
    o.done = keep;
    o.context = &engine;
    engine.n = 0;
    /* Crossing whole rounds or not. */
    struct lane_sim *sim = c->o.replica % 2 ? lane_sim_new(&arena, &c->lane)
                                            : lane_sim_new_events(&arena, &c->lane);
    assert_non_null(sim);
    assert_true(lane_books_init(&books, &arena, &c->lane));
    assert_true(lane_sim_run(sim, &o, &books));
    lane_sim_fini(sim);
    clocked_run(&shared, &c->lane, &c->o, -1);
    /* A client may come to a request later when it is alone, if not by much. */
    struct lane_options longer = c->o;
    longer.saturated = NULL;
    longer.to_ns = 2 * c->o.to_ns + 1000;
    for (int v = 0; v < c->lane.vm_n; v++) {
        clocked_run(&alone[v], &c->lane, &longer, v);
    }
    for (int i = 0; !what && i < engine.n; i++) {
        what = compare_record(c, &shared, &alone[engine.r[i].vm], &engine.r[i]);
    }
    what = what ? what : compare_books(c, &shared, &books, engine.n);
    arena_fini(&arena);
    return what;
}

static uint64_t digest_of(const struct case_of *c, struct lane_books *books)
{
    struct arena arena;
    arena_init(&arena, "test");
    struct lane_sim *sim = lane_sim_new_events(&arena, &c->lane);
    assert_non_null(sim);
    assert_true(lane_books_init(books, &arena, &c->lane));
    assert_true(lane_sim_run(sim, &c->o, books));
    lane_sim_fini(sim);
    uint64_t digest = books->digest;
    for (int v = 0; v < c->lane.vm_n; v++) {
        digest = digest * 31 + (uint64_t)books->useful_ns[v];
    }
    arena_fini(&arena);
    return digest;
}

/* ---- Shrinking ---- */

/* The copy's pointers must be its own. */
static void rebind(struct case_of *x)
{
    x->lane.domain = x->domain;
    x->lane.vm = x->vm;
    x->lane.hit = x->hit;
    x->lane.shift = x->shift;
    for (int i = 0; i < CLOCKED_OUTAGES; i++) {
        x->outage[i].event = &x->event[i];
    }
    for (int i = 0; i < x->lane.hit_n; i++) {
        x->hit[i].from = &x->outage[x->hit[i].from->event_ix];
    }
    x->o.saturated = x->saturated;
    for (int v = 0; v < CLOCKED_VMS; v++) {
        struct work *w = &x->tenant[v].work;
        x->vm[v].tenant = &x->tenant[v];
        x->rows[v].arrival_ns = x->arrival[v];
        x->rows[v].service_ns = x->service[v];
        w->trace = w->trace ? &x->rows[v] : NULL;
        w->llm = w->llm ? &x->llm[v] : NULL;
        w->by_size = w->by_size ? x->by_size[v] : NULL;
    }
}

static void no_off_times(struct case_of *c)
{
    c->lane.shift_n = 0;
    for (int v = 0; v < c->lane.vm_n; v++) {
        c->vm[v].off.n = 0;
    }
}

/* What may be left out of a case, one at a time. False: there is nothing to leave out. */
static bool simplify(struct case_of *c, int step)
{
    int v = step / 8 % c->lane.vm_n;
    struct work *w = &c->tenant[v].work;
    struct work before = *w;
    int64_t rows_n = c->rows[v].n;
    if (step == 8 * c->lane.vm_n) {
        bool had = c->lane.shift_n > 0;
        no_off_times(c);
        return had;
    }
    switch (step % 8) {
    case 0:
        c->lane.hit_n -= c->lane.hit_n > 0 && v == 0;
        c->lane.vm_n -= c->lane.hit_n + c->lane.shift_n == 0 && c->lane.vm_n > 1 && v == 0;
        if (c->vm[c->lane.vm_n - 1].part == 0) { /* of two it may have lost the other */
            c->vm[c->lane.vm_n - 1].part_n = 0;
        }
        return v == 0;
    case 1:
        w->has_host = false;
        break;
    case 2:
        w->tail_ns = 0;
        break;
    case 3:
        w->pieces = 1;
        break;
    case 4:
        w->batch_max = 0;
        w->by_size = NULL;
        break;
    case 5:
        w->streams = 1;
        break;
    case 6:
        c->rows[v].n -= c->rows[v].n > 0;
        break;
    default:
        c->domain[0].params.switch_ns = 0;
        break;
    }
    return memcmp(w, &before, sizeof before) != 0 || c->rows[v].n != rows_n || step % 8 == 7;
}

static void shrink(struct case_of *c)
{
    static struct case_of smaller;
    for (int round = 0; round < 2 * ROWS; round++) {
        for (int step = 0; step <= 8 * c->lane.vm_n; step++) {
            smaller = *c;
            rebind(&smaller);
            if (simplify(&smaller, step) && differs(&smaller)) {
                *c = smaller;
                rebind(c);
            }
        }
    }
    for (int64_t cut = (c->o.to_ns - c->o.from_ns) / 2; cut > 0; cut /= 2) {
        c->o.to_ns -= cut;
        if (!differs(c)) {
            c->o.to_ns += cut;
        }
    }
}

static void print_work(const struct case_of *c, int v)
{
    const struct work *w = &c->tenant[v].work;
    print_message("  VM %d: part %d of %d, kind %d, streams %d of width %g, host %d (%g ns), "
                  "batch %d after "
                  "%d ns%s, %d pieces, gap %d, tail %d, clients %d, think %g, service %g, "
                  "period %g, pipeline %d, pause %d every %d%s\n",
                  v, c->vm[v].part, c->vm[v].part_n, (int)w->kind, w->streams,
                  w->scaling.width_frac, w->has_host, w->host.mean, w->batch_max,
                  (int)w->batch_timeout_ns, w->batch_from_free ? " of a free stream" : "",
                  w->pieces, (int)w->gap_ns, (int)w->tail_ns, w->clients, w->think.mean,
                  w->service.mean, 1e9 / w->arrivals.rate_per_s, w->pipeline_max,
                  (int)w->pause_ns, (int)w->pause_every,
                  c->saturated[v] ? ", not waited for" : "");
    if (w->llm) {
        print_message("    base %g, prefill %g, decode %g, context %g, sequences %d, tokens "
                      "%d, cache %d%s\n",
                      w->llm->base_ns, w->llm->prefill_ns, w->llm->decode_ns,
                      w->llm->context_ns, w->llm->max_sequences, w->llm->max_batched_tokens,
                      (int)w->llm->kv_tokens, w->llm->is_async ? ", asynchronous" : "");
    }
    for (int64_t i = 0; w->trace && i < c->rows[v].n; i++) {
        int64_t s = c->service[v][i];
        print_message("    at %d: %d + %d\n", (int)c->arrival[v][i],
                      (int)(w->llm ? llm_prompt(s) : s), (int)(w->llm ? llm_output(s) : 0));
    }
}

static void print_outages(const struct case_of *c)
{
    for (int i = 0; i < c->lane.hit_n; i++) {
        const struct outage *o = c->hit[i].from;
        print_message(
            "  VM %d is hit by outage %d of VM %d: %s %g, down %g (%s), requests %s\n",
            c->hit[i].tenant_ix, o->event_ix, o->tenant_ix, o->event->repeats ? "every" : "at",
            o->event->repeats ? o->event->every.mean : (double)o->event->at_ns,
            o->downtime.mean, o->downtime.kind->name, fault_fate_name(o->event->fate));
    }
}

static void print_off_times(const struct case_of *c)
{
    for (int v = 0; v < c->lane.vm_n; v++) {
        for (int i = 0; c->vm[v].part == 0 && i < c->vm[v].off.n; i++) {
            const struct off_time *x = &c->vm[v].off.list[i];
            print_message("  VM %d is %s at %lld, on at %lld, serves at %lld\n", v,
                          x->keeps    ? "suspended"
                          : x->absent ? "stopped, absent"
                                      : "stopped",
                          (long long)x->from_ns, (long long)x->on_ns, (long long)x->until_ns);
        }
    }
}

static void print_case(const struct case_of *c)
{
    print_outages(c);
    print_off_times(c);
    const struct lane_domain *d = &c->domain[0];
    print_message("%s%s, slice %d, switch %d, %d vGPUs, ring %d, servers %d, window [%d, %d), "
                  "all rows %d\n",
                  d->sched ? d->sched->name : "exclusive",
                  d->params.discipline == DISCIPLINE_LEGACY ? " legacy" : "",
                  (int)d->params.slice_ns, (int)d->params.switch_ns, d->params.vgpu_n,
                  d->params.ring_n, c->vm[0].server_n, (int)c->o.from_ns, (int)c->o.to_ns,
                  c->o.trace_all);
    for (int v = 0; v < c->lane.vm_n; v++) {
        print_work(c, v);
    }
}

/* ---- Cases ---- */

static int cases = 3000;

static void engine_equals_the_clock_when_random(void **state)
{
    (void)state;
    static struct case_of c;
    struct rng r;
    int kinds[KINDS] = {0};
    int batches = 0;
    int pairs = 0;
    int faults = 0;
    int offs = 0;
    int rings = 0;
    rng_init(&r, &(struct rng_id){.seed = 6}, RNG_TEST);
    for (int i = 0; i < cases; i++) {
        random_case(&r, &c);
        for (int v = 0; v < c.lane.vm_n; v++) {
            kinds[c.tenant[v].work.kind]++;
            batches += c.tenant[v].work.batch_max > 1;
            pairs += c.vm[v].part > 0;
        }
        faults += c.lane.hit_n > 0;
        offs += c.lane.shift_n > 0;
        rings += c.domain[0].params.varies && c.domain[0].sched == &sched_equal_share;
        if (differs(&c)) {
            shrink(&c);
            print_case(&c);
            fail_msg("case %d: engine and clock disagree on %s", i, differs(&c));
        }
    }
    for (int k = WORK_CLOSED; k < KINDS; k++) {
        assert_true(kinds[k] > cases / 5);
    }
    assert_true(batches > cases / 5);
    assert_true(pairs > cases / 5);
    assert_true(faults > cases / 5);
    assert_true(offs > cases / 5);
    assert_true(rings > cases / 30);
}

/* A host stage of 0 ns and pieces without a gap change nothing. Streams that slow each other
 * down are left out: a piece ends at a whole ns. */
static void engine_is_the_same_when_stages_take_no_time(void **state)
{
    (void)state;
    static struct case_of c;
    struct lane_books books;
    struct rng r;
    rng_init(&r, &(struct rng_id){.seed = 7}, RNG_TEST);
    for (int i = 0; i < cases / 4; i++) {
        random_case(&r, &c);
        no_off_times(&c); /* a host stage holds what comes while its VM is suspended */
        for (int v = 0; v < c.lane.vm_n; v++) {
            struct work *w = &c.tenant[v].work;
            /* The workloads of a VM have four streams together. */
            w->scaling.width_frac = 1.0 / (c.vm[v].part_n > 0 ? 4 : w->streams);
            w->has_host = false;
            w->pieces = 1;
        }
        uint64_t plain = digest_of(&c, &books);
        for (int v = 0; v < c.lane.vm_n; v++) {
            struct work *w = &c.tenant[v].work;
            w->has_host = true;
            assert_null(dist_init(&w->host, dist_find("deterministic"), 0, 0, 0, 0));
            w->pieces = 2 + below(&r, 5);
            w->gap_ns = 0;
        }
        assert_true(plain == digest_of(&c, &books));
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engine_equals_the_clock_when_random),
        cmocka_unit_test(engine_is_the_same_when_stages_take_no_time),
    };
    cases = argc > 1 ? atoi(argv[1]) : cases;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
