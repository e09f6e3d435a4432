/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reps.c - chunks of lanes on threads, joined into replications, and these into modes.
 *
 * Tasks are pulled in order: modes by cost, the costliest first, so that what is left at the
 * end is cheap; replications of a mode; chunks of a replication. So the chunks under way belong
 * to few replications. Each of these has a slot with the state of every lane. There are never
 * more of them than threads: of a replication without a running chunk the next one is pulled
 * before anything else is, by the thread that has just finished there or one that has nothing.
 * A chunk costs one merge of histograms beyond its requests, below 1 % of CHUNK_NS. */
#include "sim/run/reps.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "models/share.h"
#include "sim/run/audit.h"
#include "sim/run/lane.h"
#include "sim/run/lane_fast.h"
#include "sim/run/pool.h"

enum {
    CHUNKS_MAX = 256,
    CHUNK_NS = 20 * 1000 * 1000 /* a chunk is at least about this much work */
};

/* Rough time per request, from docs/performance.md: what takes long begins first. It decides
 * how work is cut and when it is done, and nothing else. */
static const double request_ns[] = {
    [LANE_EVENTS] = 600.0,
    [LANE_FCFS] = 30.0,
    [LANE_SLOTS] = 40.0,
    [LANE_TURNS] = 100.0,
};

/* One thread: the requests of one chunk. */
struct reps_worker {
    struct arena arena;
    struct gather gather; /* no books */
};

/* One replication under way. */
struct replica {
    struct arena arena;
    struct lane_sim ***sim;    /* [mode_n][lane_n]; NULL: the mode has not been here */
    struct lane_books **books; /* likewise */
    struct series *series;     /* [series_n] */
    struct tally *tally;       /* [flow_n] of all chunks; NULL: there was one at most */
    struct gather whole;       /* all chunks together; an only chunk lends its tallies */
    int mode, number;
    int left; /* chunks; 0: the slot is free */
};

/* ---- Preparation ---- */

static double lane_cost_ns(const struct lane *lane, int64_t horizon_ns)
{
    return lane_requests(lane, horizon_ns) * request_ns[lane_path_of(lane)];
}

/* Cuts the lanes of a mode into chunks of about equal cost. */
static bool cut(const struct reps *x, struct mode_run *mode, struct arena *arena)
{
    const struct lanes *lanes = &mode->lanes;
    int64_t horizon_ns = x->s->horizon_ns;
    mode->chunk = arena_alloc(arena, CHUNKS_MAX + 1, sizeof *mode->chunk);
    if (!mode->chunk) {
        return false;
    }
    mode->cost_ns = 0.0;
    for (int l = 0; l < lanes->lane_n; l++) {
        mode->cost_ns += lane_cost_ns(&lanes->lane[l], horizon_ns);
    }
    double least_ns = fmax(CHUNK_NS, mode->cost_ns / CHUNKS_MAX);
    double cost_ns = 0.0;
    mode->chunk_n = 0;
    for (int l = 0; l < lanes->lane_n; l++) {
        if ((l == 0 || cost_ns >= least_ns) && mode->chunk_n < CHUNKS_MAX) {
            mode->chunk[mode->chunk_n++] = l;
            cost_ns = 0.0;
        }
        cost_ns += lane_cost_ns(&lanes->lane[l], horizon_ns);
    }
    mode->chunk[mode->chunk_n] = lanes->lane_n;
    return true;
}

/* Insertion, so that modes of one cost keep their order. */
static void sort_by_cost(struct reps *x)
{
    for (int i = 1; i < x->runnable_n; i++) {
        int m = x->runnable[i];
        int j = i;
        for (; j > 0 && x->mode[x->runnable[j - 1]].cost_ns < x->mode[m].cost_ns; j--) {
            x->runnable[j] = x->runnable[j - 1];
        }
        x->runnable[j] = m;
    }
}

static bool prepare_gather(const struct reps *x, struct gather *g, struct arena *arena)
{
    size_t flow_n = (size_t)x->s->flow_n;
    g->scenario = x->s;
    g->first_vm = x->first_vm;
    g->useful_weight = arena_alloc(arena, flow_n, sizeof *g->useful_weight);
    g->arrived = arena_alloc(arena, flow_n, sizeof *g->arrived);
    g->completed = arena_alloc(arena, flow_n, sizeof *g->completed);
    g->counted = arena_alloc(arena, flow_n, sizeof *g->counted);
    g->down_ns = arena_alloc(arena, flow_n, sizeof *g->down_ns);
    g->there_ns = arena_alloc(arena, flow_n, sizeof *g->there_ns);
    return g->useful_weight && g->arrived && g->completed && g->counted && g->down_ns &&
           g->there_ns;
}

static void reset_gather(const struct reps *x, struct gather *g)
{
    size_t flow_n = (size_t)x->s->flow_n;
    memset(g->useful_weight, 0, flow_n * sizeof *g->useful_weight);
    memset(g->arrived, 0, flow_n * sizeof *g->arrived);
    memset(g->completed, 0, flow_n * sizeof *g->completed);
    memset(g->counted, 0, flow_n * sizeof *g->counted);
    memset(g->down_ns, 0, flow_n * sizeof *g->down_ns);
    memset(g->there_ns, 0, flow_n * sizeof *g->there_ns);
    g->series_max = SERIES_MAX / x->s->vm_n + 1;
    g->to_ns = x->to_ns;
    g->failed = false;
}

static bool prepare_slot(const struct reps *x, struct replica *p)
{
    size_t mode_n = (size_t)x->s->mode_n;
    p->sim = arena_alloc(&p->arena, mode_n, sizeof *p->sim);
    p->books = arena_alloc(&p->arena, mode_n, sizeof *p->books);
    p->series = arena_alloc(&p->arena, (size_t)x->series_n, sizeof *p->series);
    return p->sim && p->books && p->series && prepare_gather(x, &p->whole, &p->arena);
}

static bool prepare_worker(const struct reps *x, struct reps_worker *w)
{
    w->gather.tally = tallies_new(&w->arena, x->s->tenant, x->s->flow_n, false);
    return w->gather.tally && prepare_gather(x, &w->gather, &w->arena);
}

bool reps_init(struct reps *x, struct arena *arena)
{
    const struct scenario *s = x->s;
    int worker_n = x->o->threads > POOL_THREADS_MAX ? POOL_THREADS_MAX : x->o->threads;
    for (int t = 0; t < s->flow_n; t++) {
        x->series_n += s->tenant[t].count;
    }
    x->arena = arena;
    x->first_vm = arena_alloc(arena, (size_t)s->flow_n, sizeof *x->first_vm);
    x->at = arena_alloc(arena, (size_t)s->vm_n, sizeof *x->at);
    x->worker = arena_alloc(arena, (size_t)worker_n, sizeof *x->worker);
    x->slot = arena_alloc(arena, (size_t)worker_n, sizeof *x->slot);
    if (!x->first_vm || !x->at || !x->worker || !x->slot ||
        !evq_init(&x->order, arena, (uint32_t)s->vm_n)) {
        return false;
    }
    for (int t = 1; t < s->flow_n; t++) {
        x->first_vm[t] = x->first_vm[t - 1] + s->tenant[t - 1].count;
    }
    x->worker_n = worker_n;
    for (int i = 0; i < worker_n; i++) {
        arena_init(&x->worker[i].arena, "worker");
        arena_init(&x->slot[i].arena, "replica");
    }
    for (int i = 0; i < x->runnable_n; i++) {
        if (!cut(x, &x->mode[x->runnable[i]], arena)) {
            return false;
        }
    }
    sort_by_cost(x);
    for (int i = 0; i < worker_n; i++) {
        if (!prepare_worker(x, &x->worker[i]) || !prepare_slot(x, &x->slot[i])) {
            return false;
        }
    }
    return true;
}

static void release_slot(const struct reps *x, struct replica *p)
{
    for (int v = 0; p->series && v < x->series_n; v++) {
        mem_free(p->series[v].arrival_ns);
        mem_free(p->series[v].latency_ns);
    }
    for (int i = 0; p->sim && i < x->runnable_n; i++) {
        int m = x->runnable[i];
        for (int l = 0; p->sim[m] && l < x->mode[m].lanes.lane_n; l++) {
            lane_sim_fini(p->sim[m][l]);
        }
    }
    arena_fini(&p->arena);
}

void reps_fini(struct reps *x)
{
    for (int i = 0; i < x->worker_n; i++) {
        release_slot(x, &x->slot[i]);
        arena_fini(&x->worker[i].arena);
    }
}

/* ---- Slots; under the lock ---- */

/* The lanes of a mode in a slot that it enters for the first time. */
static bool prepare_lanes(const struct reps *x, struct replica *p, int m)
{
    const struct lanes *lanes = &x->mode[m].lanes;
    size_t lane_n = (size_t)lanes->lane_n;
    p->books[m] = arena_alloc(&p->arena, lane_n, sizeof *p->books[m]);
    p->sim[m] = arena_alloc(&p->arena, lane_n, sizeof *p->sim[m]);
    if (!p->books[m] || !p->sim[m]) {
        return false;
    }
    for (int l = 0; l < lanes->lane_n; l++) {
        p->sim[m][l] = x->o->events ? lane_sim_new_events(&p->arena, &lanes->lane[l])
                                    : lane_sim_new(&p->arena, &lanes->lane[l]);
        if (!p->sim[m][l] || !lane_books_init(&p->books[m][l], &p->arena, &lanes->lane[l])) {
            return false;
        }
    }
    if (x->mode[m].chunk_n > 1 && !p->tally) {
        p->tally = tallies_new(&p->arena, x->s->tenant, x->s->flow_n, true);
        return p->tally != NULL;
    }
    return true;
}

/* Begins a replication in a free slot. */
static bool open_slot(const struct reps *x, struct replica *p, int m, int number)
{
    p->mode = m;
    p->number = number;
    if (!p->sim[m] && !prepare_lanes(x, p, m)) {
        return false;
    }
    p->left = x->mode[m].chunk_n;
    p->whole.tally = p->tally;
    reset_gather(x, &p->whole);
    if (p->left > 1) {
        tallies_reset(p->tally, x->s->flow_n);
    }
    for (int v = 0; v < x->series_n; v++) {
        p->series[v].n = 0;
    }
    return true;
}

/* The slot of a replication, begun if need be. NULL: no more work is wanted. */
static struct replica *enter(struct reps *x, int m, int number)
{
    struct replica *idle = NULL;
    if (x->failed || x->stopped) {
        return NULL;
    }
    for (int i = x->worker_n - 1; i >= 0; i--) {
        struct replica *p = &x->slot[i];
        if (p->left > 0 && p->mode == m && p->number == number) {
            return p;
        }
        idle = p->left == 0 ? p : idle;
    }
    assert(idle);
    if (!open_slot(x, idle, m, number)) {
        x->failed = true;
        return NULL;
    }
    return idle;
}

/* Adds the chunk that a worker has just run. */
static void join(const struct reps *x, struct replica *p, struct gather *part)
{
    if (x->mode[p->mode].chunk_n == 1) {
        p->whole.tally = part->tally;
    }
    for (int t = 0; t < x->s->flow_n; t++) {
        if (p->whole.tally != part->tally) {
            tally_merge(&p->whole.tally[t], &part->tally[t]);
        }
        p->whole.counted[t] += part->counted[t];
    }
}

static bool learn(struct reps *x, const struct replica *p)
{
    const struct mode_run *mode = &x->mode[p->mode];
    for (int t = 0; t < x->s->flow_n; t++) {
        const struct tenant *tenant = &x->s->tenant[t];
        /* Rates that follow the clock have no steady state that a warm-up could lead to. */
        if (mode->saturated[t] || tenant->part_n > 0 || tenant->work.trace ||
            arrivals_follow_clock(&tenant->work.arrivals)) {
            continue;
        }
        if (!ensemble_add(&mode->ensemble[t], &p->series[x->first_vm[t]], tenant->count,
                          SERIES_MAX, &x->order, x->at)) {
            return false;
        }
    }
    return true;
}

/* Adds a replication to its mode. */
static void deliver(struct reps *x, const struct replica *p)
{
    const struct mode_run *mode = &x->mode[p->mode];
    for (int t = 0; t < x->s->flow_n; t++) {
        tally_merge(x->replicas > 0 ? &mode->fresh[t] : &mode->tally[t], &p->whole.tally[t]);
    }
    if (x->learning && !learn(x, p)) {
        x->failed = true;
    }
}

/* ---- Tasks ---- */

/* The lanes of one chunk. False when memory is out or with a fault; *stopped: interrupted
 * before the end. */
static bool run_chunk(const struct reps *x, struct reps_worker *w, struct replica *p, int chunk,
                      bool *stopped, struct lane_fault *fault)
{
    const struct mode_run *mode = &x->mode[p->mode];
    struct gather *g = &w->gather;
    struct lane_options options = {.seed = x->o->seed,
                                   .replica = (uint32_t)(p->number + x->o->only_replica),
                                   .from_ns = x->from_ns,
                                   .to_ns = x->to_ns,
                                   .trace_all = x->trace_all,
                                   .to_the_end = x->to_the_end,
                                   .saturated = mode->saturated,
                                   .stop = x->o->stop,
                                   .done = gather_done,
                                   .column = gather_column,
                                   .context = g};
    tallies_reset(g->tally, x->s->flow_n);
    reset_gather(x, g);
    g->series = x->learning ? p->series : NULL;
    for (int l = mode->chunk[chunk]; l < mode->chunk[chunk + 1]; l++) {
        g->lane = &mode->lanes.lane[l];
        if (!lane_sim_run(p->sim[p->mode][l], &options, &p->books[p->mode][l]) || g->failed) {
            *fault = p->books[p->mode][l].fault;
            return false;
        }
        if (p->books[p->mode][l].stopped) {
            *stopped = true;
            return true;
        }
    }
    gather_close(g);
    return true;
}

/* How the time of all SMs of the used GPUs was spent. */
static void utilization(const struct mode_run *mode, const struct lane_books *books,
                        double window_ns, struct mode_row *out)
{
    double useful = 0.0;
    double switching = 0.0;
    double reserved = 0.0;
    for (int l = 0; l < mode->lanes.lane_n; l++) {
        const struct lane *lane = &mode->lanes.lane[l];
        for (int i = 0; i < lane->domain_n; i++) {
            const struct lane_domain *d = &lane->domain[i];
            double busy = (double)books[l].domain_useful_ns[i];
            double swap = (double)books[l].domain_switch_ns[i];
            useful += d->weight * busy;
            switching += d->weight * swap;
            double idle = window_ns - busy - swap;
            bool given = d->sched && sched_gives_idle_time(d->sched, d->params.yield_idle);
            reserved += d->weight * (given ? (double)books[l].domain_held_ns[i] : idle);
        }
    }
    double all = window_ns * mode->lanes.gpus;
    out->useful = useful / all;
    out->switching = switching / all;
    out->reserved = reserved / all;
    double rest = 1.0 - out->useful - out->switching - out->reserved;
    out->free = rest > 1e-12 ? rest : 0.0;
    assert(rest > -1e-9);
}

/* Jain's index of the service of those who take turns, each over what the policy owes it for
 * the time in which it had work: 1 when all get the same multiple of their due, 1/n when one
 * gets all. Where VMs come and go what is owed changes, and they are left out. Source:
 * [JCH1984]. */
static double fairness(const struct mode_run *mode, const struct lane_books *books)
{
    double n = 0.0;
    double sum = 0.0;
    double squares = 0.0;
    for (int l = 0; l < mode->lanes.lane_n; l++) {
        const struct lane *lane = &mode->lanes.lane[l];
        for (int v = 0; v < lane->vm_n; v += lane_vm_parts(&lane->vm[v])) {
            const struct lane_domain *d = &lane->domain[lane->vm[v].server[0].domain];
            struct supply owed;
            double useful = 0.0; /* backlogs stand under the first workload of a VM */
            for (int k = 0; k < lane_vm_parts(&lane->vm[v]); k++) {
                useful += (double)books[l].useful_ns[v + k];
            }
            if (d->sched && !d->params.varies && books[l].backlog_ns[v] > 0) {
                (void)share_owes(d->sched, &d->params, &owed);
                double frame = (double)owed.slice_ns + (double)owed.gap_ns;
                double due = (double)books[l].backlog_ns[v] * (double)owed.slice_ns / frame;
                double x = useful / due;
                n += 1.0;
                sum += x;
                squares += x * x;
            }
        }
    }
    return squares > 0.0 ? sum * sum / (n * squares) : (double)NAN;
}

/* The faults of all lanes. */
static void add_faults(const struct mode_run *mode, const struct lane_books *books,
                       struct mode_row *out)
{
    struct fault_books sum = {0};
    for (int l = 0; l < mode->lanes.lane_n; l++) {
        fault_books_add(&sum, &books[l].faults);
    }
    out->faults = sum;
    out->fault_vms = sum.n > 0 ? (double)sum.vms / (double)sum.n : (double)NAN;
    out->down_s = (double)sum.down_ns * 1e-9;
}

/* The rows of a replication whose chunks are all in: everything that is a double, lane by lane
 * in order. */
static void conclude(const struct reps *x, struct replica *p)
{
    const struct mode_run *mode = &x->mode[p->mode];
    const struct lane_books *books = p->books[p->mode];
    struct mode_row *out = &mode->mode_row[p->number];
    int64_t end_ns = 1;
    out->digest = 0;
    for (int l = 0; l < mode->lanes.lane_n; l++) {
        end_ns = books[l].last_done_ns > end_ns ? books[l].last_done_ns : end_ns;
        out->digest = (out->digest ^ books[l].digest) * UINT64_C(0x100000001b3);
    }
    for (int l = 0; l < mode->lanes.lane_n; l++) {
        p->whole.lane = &mode->lanes.lane[l];
        gather_books(&p->whole, &books[l], x->to_the_end ? 0 : x->from_ns,
                     x->to_the_end ? end_ns : x->to_ns);
    }
    double window_ns = (double)(x->to_the_end ? end_ns : x->to_ns - x->from_ns);
    utilization(mode, books, window_ns, out);
    out->fairness = fairness(mode, books);
    add_faults(mode, books, out);
    for (int t = 0; t < x->s->flow_n; t++) {
        size_t ix = (size_t)p->number * (size_t)x->s->flow_n + (size_t)t;
        gather_row(&p->whole, t, window_ns, mode->lanes.gpus, &mode->row[ix]);
    }
    if (x->o->check) {
        audit_replica(&p->whole, mode->saturated);
    }
}

/* A batch of replications. */
struct batch {
    struct reps *x;
    int from, n; /* numbers of its replications */
};

/* Which chunk of what the i-th task is. */
static int locate(const struct batch *b, int64_t i, int *mode_ix, int *number)
{
    const struct reps *x = b->x;
    int k = 0;
    while (i >= (int64_t)b->n * x->mode[x->runnable[k]].chunk_n) {
        i -= (int64_t)b->n * x->mode[x->runnable[k]].chunk_n;
        k++;
    }
    *mode_ix = x->runnable[k];
    *number = b->from + (int)(i / x->mode[*mode_ix].chunk_n);
    return (int)(i % x->mode[*mode_ix].chunk_n);
}

static void task(void *context, struct pool_lock *lock, int worker, int64_t i)
{
    const struct batch *b = context;
    struct reps *x = b->x;
    int m, number;
    int chunk = locate(b, i, &m, &number);
    pool_hold(lock);
    struct replica *p = enter(x, m, number);
    pool_release(lock);
    if (!p) {
        return;
    }
    bool stopped = x->o->stop && *x->o->stop; /* short lanes never ask */
    struct lane_fault fault = {.what = SCHED_SOUND};
    bool ok = stopped || run_chunk(x, &x->worker[worker], p, chunk, &stopped, &fault);
    pool_hold(lock);
    if (fault.what != SCHED_SOUND) {
        x->fault = fault;
        x->fault_mode = m;
    }
    x->failed = x->failed || !ok;
    x->stopped = x->stopped || stopped;
    if (!x->failed && !x->stopped) {
        join(x, p, &x->worker[worker].gather);
        if (p->left > 1) {
            p->left--;
        } else {
            pool_release(lock);
            conclude(x, p);
            pool_hold(lock);
            deliver(x, p);
            p->left = 0;
        }
    }
    x->done++;
    if (x->o->progress) {
        x->o->progress(x->o->progress_context, x->done, x->of);
    }
    pool_release(lock);
}

/* Room in every mode for a batch that ends with so many replications. */
static bool make_room(struct reps *x, struct mode_run *mode, int total)
{
    size_t rows = (size_t)total * (size_t)x->s->flow_n;
    struct row *row = mem_resize(mode->row, rows, sizeof *row);
    mode->row = row ? row : mode->row;
    struct mode_row *mode_row = mem_resize(mode->mode_row, (size_t)total, sizeof *mode_row);
    mode->mode_row = mode_row ? mode_row : mode->mode_row;
    if (x->replicas > 0 && !mode->fresh) {
        mode->fresh = tallies_new(x->arena, x->s->tenant, x->s->flow_n, true);
    }
    return row && mode_row && (x->replicas == 0 || mode->fresh);
}

/* Takes in the batch that is whole; of an interrupted one some modes would have more
 * replications than others. */
static void settle(struct reps *x, struct mode_run *mode)
{
    struct tally *last = x->replicas > 0 ? mode->fresh : mode->tally;
    for (int t = 0; !x->stopped && last == mode->fresh && t < x->s->flow_n; t++) {
        tally_merge(&mode->tally[t], &last[t]);
    }
    if (x->stopped || last == mode->fresh) {
        tallies_reset(last, x->s->flow_n);
    }
}

bool reps_run(struct reps *x, int n)
{
    struct batch batch = {.x = x, .from = x->replicas, .n = n};
    int64_t tasks = 0;
    int total = x->replicas + n;
    assert(n >= 1 && total <= REPS_MAX);
    for (int i = 0; i < x->runnable_n; i++) {
        struct mode_run *mode = &x->mode[x->runnable[i]];
        if (!make_room(x, mode, total)) {
            return false;
        }
        tasks += (int64_t)n * mode->chunk_n;
    }
    x->of = x->done + tasks;
    pool_run(x->worker_n, tasks, task, &batch);
    for (int i = 0; i < x->runnable_n; i++) {
        settle(x, &x->mode[x->runnable[i]]);
    }
    x->replicas = x->stopped ? x->replicas : total;
    return !x->failed;
}

void reps_forget(struct reps *x)
{
    for (int i = 0; i < x->runnable_n; i++) {
        tallies_reset(x->mode[x->runnable[i]].tally, x->s->flow_n);
    }
    x->replicas = 0;
}
