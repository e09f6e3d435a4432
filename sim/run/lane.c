/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane.c - the event loop of one lane.
 *
 * Event slots are numbered completions (servers by VM), arrivals (VMs, or clients of closed
 * VMs), slice timers (domains), so that the order of events at one instant falls out of the
 * event set. Work is taken up, switched to and preempted in decide() only, after all events of
 * the instant.
 *
 * Checked in every run: conservation (started = finished + in service), Little's law in whole
 * nanoseconds modulo 2^64 (area under the number in system = sum of times in system), one turn
 * per domain, no request finished before it arrived. */
#include "sim/run/lane.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "sim/base/arena.h"
#include "sim/core/evq.h"
#include "sim/run/lane_fast.h"

enum {
    MEMO_FIRST = 16 /* remembered baseline latencies per client at the start; a power of two */
};

/* A request in service. */
struct job {
    int64_t serial, order, arrival_ns, first_ns;
    double work_ns; /* its service time on this domain, at full speed */
    double rem_ns;  /* what is left of it; whole while speeds are 1 */
    int client;
};

/* One vGPU of one VM: the seat in which up to `streams` requests are in service. */
struct server {
    int vm, domain, slot;
    struct slice_factor factor;
    struct job *job; /* [streams] in the order in which they were taken up */
    int job_n;
    bool running;
    int64_t since_ns; /* progress is booked up to here */
    int64_t due_ns;   /* what its event slot holds */
    double stretch;   /* time per ns of work of each request in service, >= 1 */
};

struct client {
    struct rng think, service;
    int64_t serial, order, arrival_ns; /* of its outstanding or next request */
};

/* Baseline latencies that were computed but not asked for yet. */
struct memo {
    int64_t *latency_ns; /* [cap] by serial modulo cap; heap, because a closed loop's lead has
                            no bound */
    int64_t cap;
    int64_t asked; /* serials below are not wanted any more */
    int64_t done;  /* the next serial that has not completed (closed loops: in order) */
};

struct vm_state {
    const struct lane_vm *spec;
    const struct work *work;
    struct work_cursor ahead, behind; /* open loops: raises arrivals; serves */
    int64_t next_ns;                  /* open loops: the arrival that is due next */
    bool more;                        /* open loops: there is one */
    struct client *client;            /* [work->clients] closed loops */
    int *queue;                       /* [work->clients] waiting clients, a ring */
    int64_t arrived, started, finished;
    int first_server, server_n;
    int first_slot;  /* of its arrival events */
    bool waited_for; /* counted requests are awaited after the window */
    bool counts_all; /* every row of a trace */
    struct lane_sim
        *silent;       /* the same lane with this VM alone; NULL: no neighbours to silence */
    struct memo *memo; /* [1 or clients] in a silent lane */
};

enum phase {
    PHASE_IDLE,   /* no turn, or a turn that lies in the future */
    PHASE_SWITCH, /* switching to turn.vgpu */
    PHASE_RUN
};

struct domain_state {
    const struct lane_domain *spec;
    int *server_of; /* [vgpu_n] server by slot; -1: its VM is silent */
    uint64_t has_work;
    int last;
    enum phase phase;
    struct sched_turn turn;
    struct sched_state state; /* of the scheduler, which keeps nothing itself */
    int64_t
        over_ns; /* what the turn runs over its end, to the next point where work can stop */
    int64_t held_from_ns; /* since when a vGPU without work keeps its turn (linger); -1: it does
                             not */
    bool dirty;           /* must decide at the end of this instant */
};

struct lane_sim {
    const struct lane *lane;
    struct evq evq;
    struct vm_state *vm;
    struct server *server;
    struct domain_state *domain;
    int server_n;
    int *vm_of;      /* [arrival slots] whose they are */
    int domain_slot; /* first slot of the slice timers */
    bool is_silent;  /* a baseline: remembers latencies, keeps no books */
    bool failed;     /* memory ran out */
    int64_t now_ns;
    int64_t pending; /* counted requests that are awaited */
    int64_t sources; /* traces that must be read to their end */
    uint64_t in_system, area, sum_time, sum_started, sum_arrived,
        sum_finished; /* modulo 2^64 */
    const struct lane_options *opt;
    struct lane_books *books;
    struct lane_fast *fast; /* not NULL: the lane runs there, and nothing else here is set up */
    struct lane_batch *batch;
};

/* ---- Construction ---- */

bool lane_books_init(struct lane_books *b, struct arena *arena, const struct lane *lane)
{
    memset(b, 0, sizeof *b);
    size_t vm_n = (size_t)lane->vm_n;
    size_t domain_n = (size_t)lane->domain_n;
    b->useful_ns = arena_alloc(arena, vm_n, sizeof *b->useful_ns);
    b->completed = arena_alloc(arena, vm_n, sizeof *b->completed);
    b->arrived = arena_alloc(arena, vm_n, sizeof *b->arrived);
    b->domain_useful_ns = arena_alloc(arena, domain_n, sizeof *b->domain_useful_ns);
    b->domain_switch_ns = arena_alloc(arena, domain_n, sizeof *b->domain_switch_ns);
    b->domain_held_ns = arena_alloc(arena, domain_n, sizeof *b->domain_held_ns);
    return b->useful_ns && b->completed && b->arrived && b->domain_useful_ns &&
           b->domain_switch_ns && b->domain_held_ns;
}

static int sources_of(const struct lane_vm *vm)
{
    const struct work *w = &vm->tenant->work;
    return w->kind == WORK_CLOSED ? w->clients : 1;
}

static bool build_vm(struct lane_sim *sim, struct arena *arena, int v)
{
    struct vm_state *s = &sim->vm[v];
    s->spec = &sim->lane->vm[v];
    s->work = &s->spec->tenant->work;
    s->server_n = s->spec->server_n;
    for (int i = 0; i < s->server_n; i++) {
        struct server *server = &sim->server[s->first_server + i];
        server->vm = v;
        server->domain = s->spec->server[i].domain;
        server->slot = s->spec->server[i].slot;
        server->factor = s->spec->server[i].factor;
        server->job = arena_alloc(arena, (size_t)s->work->streams, sizeof *server->job);
        if (!server->job) {
            return false;
        }
        sim->domain[server->domain].server_of[server->slot] = s->first_server + i;
    }
    if (s->work->kind == WORK_CLOSED) {
        s->client = arena_alloc(arena, (size_t)s->work->clients, sizeof *s->client);
        s->queue = arena_alloc(arena, (size_t)s->work->clients, sizeof *s->queue);
        return s->client && s->queue;
    }
    return true;
}

static bool build_memos(struct lane_sim *sim, struct arena *arena)
{
    struct vm_state *s = &sim->vm[0];
    int memo_n = sources_of(s->spec);
    s->memo = arena_alloc(arena, (size_t)memo_n, sizeof *s->memo);
    if (!s->memo) {
        return false;
    }
    /* Requests of an open loop finish out of order by at most what is in service at once. */
    int64_t need = 4 * (int64_t)s->server_n * s->work->streams + 4;
    int64_t cap = MEMO_FIRST;
    while (s->work->kind != WORK_CLOSED && cap < need) {
        cap *= 2;
    }
    for (int i = 0; i < memo_n; i++) {
        s->memo[i].latency_ns = mem_resize(NULL, (size_t)cap, sizeof *s->memo[i].latency_ns);
        if (!s->memo[i].latency_ns) {
            return false;
        }
        s->memo[i].cap = cap;
    }
    return true;
}

/* The part of the lane that VM v can see when everybody else is silent. */
static struct lane *silent_lane(struct arena *arena, const struct lane *lane, int v)
{
    const struct lane_vm *vm = &lane->vm[v];
    struct lane *part = arena_alloc(arena, 1, sizeof *part);
    struct lane_vm *own = arena_alloc(arena, 1, sizeof *own);
    struct lane_domain *domain = arena_alloc(arena, (size_t)vm->server_n, sizeof *domain);
    if (!part || !own || !domain) {
        return NULL;
    }
    *own = *vm;
    for (int i = 0; i < vm->server_n; i++) {
        domain[i] = lane->domain[vm->server[i].domain];
        own->server[i].domain = i;
    }
    *part = (struct lane){.domain = domain, .domain_n = vm->server_n, .vm = own, .vm_n = 1};
    return part;
}

static struct lane_sim *build(struct arena *arena, const struct lane *lane, bool is_silent)
{
    struct lane_sim *sim = arena_alloc(arena, 1, sizeof *sim);
    if (!sim) {
        return NULL;
    }
    sim->lane = lane;
    sim->is_silent = is_silent;
    int source_n = 0;
    for (int v = 0; v < lane->vm_n; v++) {
        sim->server_n += lane->vm[v].server_n;
        source_n += sources_of(&lane->vm[v]);
    }
    sim->domain_slot = sim->server_n + source_n;
    sim->vm = arena_alloc(arena, (size_t)lane->vm_n, sizeof *sim->vm);
    sim->server = arena_alloc(arena, (size_t)sim->server_n, sizeof *sim->server);
    sim->domain = arena_alloc(arena, (size_t)lane->domain_n, sizeof *sim->domain);
    sim->vm_of = arena_alloc(arena, (size_t)source_n, sizeof *sim->vm_of);
    uint32_t slot_n = (uint32_t)(sim->domain_slot + lane->domain_n);
    if (!sim->vm || !sim->server || !sim->domain || !sim->vm_of ||
        !evq_init(&sim->evq, arena, slot_n)) {
        return NULL;
    }
    for (int d = 0; d < lane->domain_n; d++) {
        struct domain_state *s = &sim->domain[d];
        s->spec = &lane->domain[d];
        int vgpu_n = s->spec->sched ? s->spec->params.vgpu_n : 1; /* 0: all powered off */
        s->server_of = arena_alloc(arena, (size_t)vgpu_n, sizeof *s->server_of);
        if (!s->server_of) {
            return NULL;
        }
        for (int i = 0; i < vgpu_n; i++) {
            s->server_of[i] = -1;
        }
    }
    int server = 0;
    int slot = sim->server_n;
    for (int v = 0; v < lane->vm_n; v++) {
        sim->vm[v].first_server = server;
        sim->vm[v].first_slot = slot;
        server += lane->vm[v].server_n;
        for (int i = 0; i < sources_of(&lane->vm[v]); i++) {
            sim->vm_of[slot++ - sim->server_n] = v;
        }
        if (!build_vm(sim, arena, v)) {
            return NULL;
        }
    }
    return sim;
}

struct lane_sim *lane_sim_new_events(struct arena *arena, const struct lane *lane)
{
    struct lane_sim *sim = build(arena, lane, false);
    if (sim) {
        sim->batch = arena_alloc(arena, 1, sizeof *sim->batch);
    }
    if (!sim || !sim->batch) {
        return NULL;
    }
    for (int v = 0; lane->vm_n > 1 && v < lane->vm_n; v++) {
        struct lane *part = silent_lane(arena, lane, v);
        struct lane_sim *silent = part ? build(arena, part, true) : NULL;
        sim->vm[v].silent = silent;
        if (!silent || !build_memos(silent, arena)) {
            lane_sim_fini(sim);
            return NULL;
        }
    }
    return sim;
}

struct lane_sim *lane_sim_new(struct arena *arena, const struct lane *lane)
{
    enum lane_path path = lane_path_of(lane);
    if (path == LANE_EVENTS) {
        return lane_sim_new_events(arena, lane);
    }
    struct lane_sim *sim = arena_alloc(arena, 1, sizeof *sim);
    if (sim) {
        sim->lane = lane;
        sim->fast = lane_fast_new(arena, lane, path);
    }
    return sim && sim->fast ? sim : NULL;
}

void lane_sim_fini(struct lane_sim *sim)
{
    if (!sim || sim->fast) {
        return;
    }
    for (int v = 0; v < sim->lane->vm_n; v++) {
        struct vm_state *s = &sim->vm[v];
        lane_sim_fini(s->silent);
        for (int i = 0; s->memo && i < sources_of(s->spec); i++) {
            mem_free(s->memo[i].latency_ns);
        }
        s->memo = NULL;
        s->silent = NULL;
    }
}

/* ---- Books ---- */

static int64_t overlap(int64_t a, int64_t b, int64_t from, int64_t to)
{
    int64_t lo = a > from ? a : from;
    int64_t hi = b < to ? b : to;
    return hi > lo ? hi - lo : 0;
}

static int64_t in_window(const struct lane_sim *sim, int64_t a, int64_t b)
{
    if (sim->opt->to_the_end) {
        return b - a;
    }
    return overlap(a, b, sim->opt->from_ns, sim->opt->to_ns);
}

static bool is_counted(const struct lane_sim *sim, const struct vm_state *vm,
                       int64_t arrival_ns)
{
    /* A trace has no warm-up. */
    int64_t from_ns = vm->work->kind == WORK_TRACE ? 0 : sim->opt->from_ns;
    return vm->counts_all || (arrival_ns >= from_ns && arrival_ns < sim->opt->to_ns);
}

/* ---- Service ---- */

static int64_t waiting(const struct vm_state *vm)
{
    return vm->arrived - vm->started;
}

static void show_segment(const struct lane_sim *sim, const struct server *s, bool is_switch,
                         int64_t from_ns, int64_t to_ns)
{
    if (sim->opt->segment && to_ns > from_ns) {
        struct lane_segment x = {.domain = s->domain,
                                 .vm = s->vm,
                                 .is_switch = is_switch,
                                 .from_ns = from_ns,
                                 .to_ns = to_ns};
        sim->opt->segment(sim->opt->context, &x);
    }
}

/* Books the progress of a running server up to `now`. */
static void advance(struct lane_sim *sim, struct server *s, int64_t now)
{
    if (s->running && s->job_n > 0 && now > s->since_ns) {
        double done = (double)(now - s->since_ns) / s->stretch;
        for (int i = 0; i < s->job_n; i++) {
            s->job[i].rem_ns -= done;
        }
        if (!sim->is_silent) {
            show_segment(sim, s, false, s->since_ns, now);
            int64_t useful = in_window(sim, s->since_ns, now);
            sim->books->useful_ns[s->vm] += useful;
            sim->books->domain_useful_ns[s->domain] += useful;
        }
    }
    s->since_ns = now;
}

static void set_due(struct lane_sim *sim, struct server *s, int64_t due_ns)
{
    if (s->due_ns != due_ns) {
        s->due_ns = due_ns;
        evq_set(&sim->evq, (uint32_t)(s - sim->server), due_ns);
    }
}

/* Sets the speed for the requests now in service and the time of the next completion, if it
 * comes no later than `until_ns`: what comes later is preempted first. */
static void reschedule(struct lane_sim *sim, struct server *s, int64_t until_ns)
{
    if (!s->running || s->job_n == 0) {
        set_due(sim, s, EVQ_IDLE);
        return;
    }
    double width = sim->vm[s->vm].work->scaling.width_frac * s->job_n;
    s->stretch = s->job_n > 1 && width > 1.0 ? width : 1.0;
    double least = s->job[0].rem_ns;
    for (int i = 1; i < s->job_n; i++) {
        least = s->job[i].rem_ns < least ? s->job[i].rem_ns : least;
    }
    double left = least > 0.0 ? ceil(least * s->stretch) : 0.0;
    int64_t due_ns = sim->now_ns + (int64_t)left;
    set_due(sim, s, due_ns <= until_ns ? due_ns : EVQ_IDLE);
}

/* Takes the VM's next waiting request into service. */
static void take_up(struct lane_sim *sim, struct server *s)
{
    struct vm_state *vm = &sim->vm[s->vm];
    struct job *job = &s->job[s->job_n++];
    int64_t service_ns;
    if (vm->work->kind == WORK_CLOSED) {
        int client = vm->queue[vm->started % vm->work->clients];
        struct client *c = &vm->client[client];
        *job = (struct job){.serial = c->serial, .order = c->order, .client = client};
        job->arrival_ns = c->arrival_ns;
        service_ns = work_service_ns(vm->work, &c->service);
    } else {
        struct request r = {0};
        bool is_there = work_next(&vm->behind, &r);
        assert(is_there);
        (void)is_there;
        *job = (struct job){.serial = vm->started, .order = vm->started};
        job->arrival_ns = r.arrival_ns;
        service_ns = r.service_ns;
    }
    vm->started++;
    sim->sum_started += (uint64_t)job->arrival_ns;
    assert(job->arrival_ns <= sim->now_ns);
    job->first_ns = sim->now_ns;
    job->work_ns = (double)slice_time_ns(&vm->work->scaling, &s->factor, service_ns);
    job->rem_ns = job->work_ns;
}

/* Keeps the work masks of the VM's domains true. */
static void mark_work(struct lane_sim *sim, const struct vm_state *vm)
{
    bool more = waiting(vm) > 0;
    for (int i = 0; i < vm->server_n; i++) {
        struct server *s = &sim->server[vm->first_server + i];
        uint64_t bit = UINT64_C(1) << s->slot;
        uint64_t *mask = &sim->domain[s->domain].has_work;
        *mask = more || s->job_n > 0 ? *mask | bit : *mask & ~bit;
    }
}

/* ---- Baseline ---- */

static void step(struct lane_sim *sim);

static void remember(struct lane_sim *sim, const struct job *job, int64_t latency_ns)
{
    struct memo *m = &sim->vm[0].memo[job->client];
    m->done = job->serial + 1 > m->done ? job->serial + 1 : m->done;
    if (job->serial < m->asked) {
        return;
    }
    bool is_closed = sim->vm[0].work->kind == WORK_CLOSED;
    if (is_closed && job->serial - m->asked >= m->cap) {
        int64_t *bigger = mem_resize(NULL, (size_t)(2 * m->cap), sizeof *bigger);
        if (!bigger) {
            sim->failed = true;
            return;
        }
        for (int64_t k = m->asked; k < job->serial; k++) {
            bigger[k % (2 * m->cap)] = m->latency_ns[k % m->cap];
        }
        mem_free(m->latency_ns);
        m->latency_ns = bigger;
        m->cap *= 2;
    }
    m->latency_ns[job->serial % m->cap] = latency_ns;
}

/* Is request `serial` of an open loop still waiting or in service? */
static bool is_unfinished(const struct lane_sim *sim, int64_t serial)
{
    const struct vm_state *vm = &sim->vm[0];
    if (serial >= vm->started) {
        return true;
    }
    for (int i = 0; i < vm->server_n; i++) {
        for (int j = 0; j < sim->server[i].job_n; j++) {
            if (sim->server[i].job[j].serial == serial) {
                return true;
            }
        }
    }
    return false;
}

/* Latency of the same request with silent neighbours; runs the silent lane as far as it takes.
 */
static int64_t baseline_ns(struct lane_sim *silent, int client, int64_t serial)
{
    struct memo *m = &silent->vm[0].memo[client];
    bool is_closed = silent->vm[0].work->kind == WORK_CLOSED;
    m->asked = is_closed ? serial : 0;
    while (!silent->failed && (is_closed ? m->done <= serial : is_unfinished(silent, serial))) {
        step(silent);
    }
    return m->latency_ns[serial % m->cap];
}

/* ---- Events ---- */

static void finish(struct lane_sim *sim, struct vm_state *vm, const struct job *job)
{
    int64_t now = sim->now_ns;
    assert(now > job->first_ns && job->first_ns >= job->arrival_ns);
    vm->finished++;
    sim->in_system--;
    sim->sum_time += (uint64_t)(now - job->arrival_ns);
    sim->sum_finished += (uint64_t)job->arrival_ns;
    if (vm->work->kind == WORK_CLOSED) {
        struct client *c = &vm->client[job->client];
        c->serial++;
        int64_t at = now + work_think_ns(vm->work, &c->think);
        evq_set(&sim->evq, (uint32_t)(vm->first_slot + job->client), at);
    }
    if (sim->is_silent) {
        remember(sim, job, now - job->arrival_ns);
        return;
    }
    int v = (int)(vm - sim->vm);
    sim->books->last_done_ns = now;
    sim->books->completed[v] += in_window(sim, now, now + 1);
    bool counted =
        is_counted(sim, vm, job->arrival_ns) && (vm->waited_for || now < sim->opt->to_ns);
    sim->pending -= counted && vm->waited_for;
    struct lane_done *done = &sim->batch->record[sim->batch->n];
    *done = (struct lane_done){.vm = v,
                               .client = job->client,
                               .serial = job->serial,
                               .order = job->order,
                               .arrival_ns = job->arrival_ns,
                               .first_ns = job->first_ns,
                               .done_ns = now,
                               .baseline_ns = -1,
                               .counted = counted};
    if (counted) {
        done->baseline_ns = vm->silent ? baseline_ns(vm->silent, job->client, job->serial)
                                       : now - job->arrival_ns;
        sim->failed |= vm->silent && vm->silent->failed;
    }
    lane_push(sim->batch, sim->opt, sim->books);
}

static void on_completion(struct lane_sim *sim, int server)
{
    struct server *s = &sim->server[server];
    struct vm_state *vm = &sim->vm[s->vm];
    advance(sim, s, sim->now_ns);
    double least = s->job[0].rem_ns;
    for (int i = 1; i < s->job_n; i++) {
        least = s->job[i].rem_ns < least ? s->job[i].rem_ns : least;
    }
    double due = least > 0.0 ? least : 0.0;
    int kept = 0;
    for (int i = 0; i < s->job_n; i++) {
        struct job job = s->job[i];
        if (job.rem_ns <= due) {
            finish(sim, vm, &job);
        } else {
            s->job[kept++] = job;
        }
    }
    s->job_n = kept;
    const struct domain_state *d = &sim->domain[s->domain];
    reschedule(sim, s, d->spec->sched ? d->turn.end_ns : EVQ_IDLE);
    mark_work(sim, vm);
    sim->domain[s->domain].dirty = true;
}

static void raise_next(struct lane_sim *sim, struct vm_state *vm)
{
    vm->more = work_next_arrival(&vm->ahead, &vm->next_ns);
    evq_set(&sim->evq, (uint32_t)vm->first_slot, vm->more ? vm->next_ns : EVQ_IDLE);
    if (!vm->more && vm->counts_all) {
        sim->sources--;
    }
}

static void on_arrival(struct lane_sim *sim, struct vm_state *vm, int client)
{
    int64_t now = sim->now_ns;
    if (vm->work->kind == WORK_CLOSED) {
        struct client *c = &vm->client[client];
        c->arrival_ns = now;
        c->order = vm->arrived;
        vm->queue[vm->arrived % vm->work->clients] = client;
        evq_set(&sim->evq, (uint32_t)(vm->first_slot + client), EVQ_IDLE);
    } else {
        raise_next(sim, vm);
    }
    vm->arrived++;
    sim->in_system++;
    sim->sum_arrived += (uint64_t)now;
    if (!sim->is_silent && is_counted(sim, vm, now)) {
        sim->pending += vm->waited_for;
        sim->books->arrived[vm - sim->vm]++;
    }
    mark_work(sim, vm);
    for (int i = 0; i < vm->server_n; i++) {
        sim->domain[sim->server[vm->first_server + i].domain].dirty = true;
    }
}

/* ---- Decisions ---- */

/* Exclusive domains: the VM's waiting requests go to its least busy server. */
static void decide_exclusive(struct lane_sim *sim, const struct domain_state *d)
{
    struct vm_state *vm = &sim->vm[sim->server[d->server_of[0]].vm];
    while (waiting(vm) > 0) {
        struct server *best = &sim->server[vm->first_server];
        for (int i = 1; i < vm->server_n; i++) {
            struct server *s = &sim->server[vm->first_server + i];
            best = s->job_n < best->job_n ? s : best;
        }
        if (best->job_n == vm->work->streams) {
            break;
        }
        best->running = true;
        advance(sim, best, sim->now_ns);
        take_up(sim, best);
        reschedule(sim, best, EVQ_IDLE);
    }
    mark_work(sim, vm);
}

/* Lets the vGPU of the turn run: takes up what waits, as far as its streams go. */
static void run_turn(struct lane_sim *sim, struct server *s)
{
    struct vm_state *vm = &sim->vm[s->vm];
    int before = s->job_n;
    bool takes_up = waiting(vm) > 0 && before < vm->work->streams;
    if (s->running && !takes_up) {
        return; /* somebody else's event: booking progress here would round it once more */
    }
    advance(sim, s, sim->now_ns);
    s->running = true;
    while (waiting(vm) > 0 && s->job_n < vm->work->streams) {
        take_up(sim, s);
    }
    reschedule(sim, s, sim->domain[s->domain].turn.end_ns);
    if (s->job_n != before) {
        mark_work(sim, vm);
    }
}

static void stop_turn(struct lane_sim *sim, struct domain_state *d)
{
    struct server *s = &sim->server[d->server_of[d->turn.vgpu]];
    advance(sim, s, sim->now_ns);
    s->running = false;
    set_due(sim, s, EVQ_IDLE);
    d->phase = PHASE_IDLE;
    if (d->over_ns > 0) {
        const struct lane_domain *spec = d->spec;
        int64_t over_ns = sim->now_ns - (d->turn.end_ns - d->over_ns);
        spec->sched->overrun(&spec->params, &d->state, d->turn.vgpu, over_ns, sim->now_ns);
        d->over_ns = 0;
    }
}

/* How long after its end the turn runs on, because what runs can be stopped only after every
 * `granularity` of work. Nothing is stopped when a policy by demand has nobody else to run. */
static int64_t overshoot_ns(struct lane_sim *sim, struct domain_state *d)
{
    const struct lane_domain *spec = d->spec;
    struct server *s = &sim->server[d->server_of[d->turn.vgpu]];
    uint64_t others = d->has_work & ~(UINT64_C(1) << d->turn.vgpu);
    bool by_demand = sched_gives_idle_time(spec->sched, spec->params.yield_idle);
    double grain = (double)spec->params.granularity_ns;
    double most = 0.0;
    if (!(grain > 0.0) || d->over_ns > 0 || (by_demand && others == 0)) {
        return 0;
    }
    advance(sim, s, sim->now_ns);
    for (int i = 0; i < s->job_n; i++) {
        double done = s->job[i].work_ns - s->job[i].rem_ns;
        double left = ceil(done / grain) * grain - done;
        left = left < s->job[i].rem_ns ? left : s->job[i].rem_ns;
        most = left > most ? left : most;
    }
    return (int64_t)ceil(most * s->stretch);
}

/* Books the time for which an idle vGPU kept its turn. */
static void end_hold(struct lane_sim *sim, struct domain_state *d, int64_t now)
{
    if (d->held_from_ns >= 0 && !sim->is_silent) {
        sim->books->domain_held_ns[d - sim->domain] += in_window(sim, d->held_from_ns, now);
    }
    d->held_from_ns = -1;
}

/* A vGPU without work keeps its turn for `linger`, at most to the end of its slice. True while
 * it does; the timer is set then. */
static bool hold_turn(struct lane_sim *sim, struct domain_state *d, uint32_t timer)
{
    int64_t linger_ns = d->spec->params.linger_ns;
    if (linger_ns == 0) {
        return false;
    }
    if (d->held_from_ns < 0) {
        d->held_from_ns = sim->now_ns;
    }
    int64_t until_ns = d->held_from_ns + linger_ns;
    until_ns = until_ns < d->turn.end_ns ? until_ns : d->turn.end_ns;
    if (sim->now_ns < until_ns) {
        evq_set(&sim->evq, timer, until_ns);
        return true;
    }
    end_hold(sim, d, sim->now_ns);
    return false;
}

/* One decision about a running turn. True: it goes on and its timer is set. */
static bool goes_on(struct lane_sim *sim, struct domain_state *d, uint32_t timer)
{
    bool has_work = d->has_work >> d->turn.vgpu & 1;
    struct server *s = &sim->server[d->server_of[d->turn.vgpu]];
    if (!has_work && sim->now_ns < d->turn.end_ns) {
        return hold_turn(sim, d, timer);
    }
    end_hold(sim, d, sim->now_ns);
    if (has_work && sim->now_ns >= d->turn.end_ns) {
        int64_t over_ns = overshoot_ns(sim, d);
        if (over_ns > 0) {
            d->over_ns = over_ns;
            d->turn.end_ns += over_ns;
            reschedule(sim, s, d->turn.end_ns);
        }
    } else if (has_work && d->over_ns == 0) {
        run_turn(sim, s);
    }
    if (!has_work || sim->now_ns >= d->turn.end_ns) {
        return false;
    }
    evq_set(&sim->evq, timer, d->turn.end_ns);
    return true;
}

/* Asks the scheduler. False: nothing can run now; a timer is set if something will. */
static bool next_turn(struct lane_sim *sim, struct domain_state *d, uint32_t timer)
{
    struct sched_view view = {.now_ns = sim->now_ns, .has_work = d->has_work, .last = d->last};
    d->turn = d->spec->sched->pick(&d->spec->params, &d->state, &view);
    if (d->turn.vgpu == SCHED_NOBODY) {
        evq_set(&sim->evq, timer, EVQ_IDLE);
        return false;
    }
    assert(d->has_work >> d->turn.vgpu & 1);
    assert(d->turn.end_ns > sim->now_ns && d->turn.run_ns >= d->turn.begin_ns);
    if (d->turn.begin_ns > sim->now_ns) {
        evq_set(&sim->evq, timer, d->turn.begin_ns);
        return false;
    }
    d->last = d->turn.vgpu;
    d->phase = PHASE_SWITCH;
    /* A slot that began without work: its switch counts as reserved, like the rest of an unused
     * slot. */
    if (d->turn.begin_ns == sim->now_ns && !sim->is_silent) {
        int domain = (int)(d - sim->domain);
        const struct server *s = &sim->server[d->server_of[d->turn.vgpu]];
        show_segment(sim, s, true, d->turn.begin_ns, d->turn.run_ns);
        sim->books->domain_switch_ns[domain] +=
            in_window(sim, d->turn.begin_ns, d->turn.run_ns);
    }
    return true;
}

static void decide_turns(struct lane_sim *sim, struct domain_state *d)
{
    uint32_t timer = (uint32_t)(sim->domain_slot + (int)(d - sim->domain));
    for (;;) {
        if (d->phase == PHASE_SWITCH && sim->now_ns < d->turn.run_ns) {
            evq_set(&sim->evq, timer, d->turn.run_ns);
            return;
        }
        if (d->phase == PHASE_SWITCH) {
            d->phase = PHASE_RUN;
        }
        if (d->phase == PHASE_RUN) {
            if (goes_on(sim, d, timer)) {
                return;
            }
            stop_turn(sim, d);
        }
        if (!next_turn(sim, d, timer)) {
            return;
        }
    }
}

/* ---- The loop ---- */

/* A completion or an arrival. */
static void dispatch(struct lane_sim *sim, uint32_t slot)
{
    int s = (int)slot;
    if (s < sim->server_n) {
        on_completion(sim, s);
        return;
    }
    struct vm_state *vm = &sim->vm[sim->vm_of[s - sim->server_n]];
    on_arrival(sim, vm, s - vm->first_slot);
}

static void note_event(struct lane_sim *sim)
{
    if (!sim->is_silent) {
        sim->books->events++;
    }
}

/* One instant: all its events, then all decisions. */
static void step(struct lane_sim *sim)
{
    int64_t now = evq_first_ns(&sim->evq);
    assert(now >= sim->now_ns && now != EVQ_IDLE);
    sim->area += sim->in_system * (uint64_t)(now - sim->now_ns);
    sim->now_ns = now;
    while (evq_first_ns(&sim->evq) == now && (int)evq_first(&sim->evq) < sim->domain_slot) {
        uint32_t slot = evq_first(&sim->evq);
        note_event(sim);
        dispatch(sim, slot);
    }
    /* Slice timers come last and lead to a decision, which sets them anew. */
    for (int i = 0; i < sim->lane->domain_n; i++) {
        struct domain_state *d = &sim->domain[i];
        uint32_t timer = (uint32_t)(sim->domain_slot + i);
        if (sim->evq.time_ns[timer] == now) {
            note_event(sim);
            d->dirty = true;
        }
        if (d->dirty) {
            d->dirty = false;
            if (d->spec->sched) {
                decide_turns(sim, d);
            } else {
                decide_exclusive(sim, d);
            }
        }
    }
}

static void start_vm(struct lane_sim *sim, struct vm_state *vm)
{
    const struct lane_options *o = sim->opt;
    struct rng_id id = {.seed = o->seed,
                        .tenant = vm->spec->name_hash,
                        .replica = o->replica,
                        .vm = (uint32_t)vm->spec->vm_ix};
    vm->arrived = vm->started = vm->finished = 0;
    vm->waited_for = !o->saturated || !o->saturated[vm->spec->tenant_ix];
    vm->counts_all = vm->work->kind == WORK_TRACE && o->trace_all;
    for (int i = 0; vm->memo && i < sources_of(vm->spec); i++) {
        vm->memo[i].asked = vm->memo[i].done = 0;
    }
    if (vm->work->kind != WORK_CLOSED) {
        sim->sources += vm->counts_all;
        work_cursor_init(&vm->ahead, vm->work, &id);
        work_cursor_init(&vm->behind, vm->work, &id);
        raise_next(sim, vm);
        return;
    }
    for (int i = 0; i < vm->work->clients; i++) {
        struct client *c = &vm->client[i];
        id.client = (uint32_t)i;
        rng_init(&c->think, &id, RNG_THINK);
        rng_init(&c->service, &id, RNG_SERVICE);
        c->serial = 0;
        evq_set(&sim->evq, (uint32_t)(vm->first_slot + i), work_think_ns(vm->work, &c->think));
    }
}

static void start(struct lane_sim *sim, const struct lane_options *o, struct lane_books *books)
{
    sim->opt = o;
    sim->books = books;
    sim->failed = false;
    sim->now_ns = 0;
    sim->pending = sim->sources = 0;
    sim->in_system = sim->area = sim->sum_time = 0;
    sim->sum_started = sim->sum_arrived = sim->sum_finished = 0;
    evq_reset(&sim->evq);
    for (int i = 0; i < sim->server_n; i++) {
        sim->server[i].job_n = 0;
        sim->server[i].running = false;
        sim->server[i].since_ns = 0;
        sim->server[i].due_ns = EVQ_IDLE;
        sim->server[i].stretch = 1.0;
    }
    for (int d = 0; d < sim->lane->domain_n; d++) {
        struct domain_state *s = &sim->domain[d];
        s->has_work = 0;
        s->last = SCHED_NOBODY;
        s->phase = PHASE_IDLE;
        s->turn = (struct sched_turn){.vgpu = SCHED_NOBODY};
        s->state = (struct sched_state){0};
        s->over_ns = 0;
        s->held_from_ns = -1;
        s->dirty = false;
    }
    for (int v = 0; v < sim->lane->vm_n; v++) {
        start_vm(sim, &sim->vm[v]);
        if (sim->vm[v].silent) {
            start(sim->vm[v].silent, o, NULL);
        }
    }
}

/* What must hold whatever happened. */
static void check_laws(const struct lane_sim *sim)
{
    uint64_t started = 0;
    uint64_t finished = 0;
    uint64_t arrived = 0;
    for (int v = 0; v < sim->lane->vm_n; v++) {
        const struct vm_state *vm = &sim->vm[v];
        int64_t in_service = 0;
        for (int i = 0; i < vm->server_n; i++) {
            in_service += sim->server[vm->first_server + i].job_n;
        }
        assert(vm->started == vm->finished + in_service);
        assert(vm->arrived >= vm->started);
        arrived += (uint64_t)vm->arrived;
        started += (uint64_t)vm->started;
        finished += (uint64_t)vm->finished;
    }
    assert(sim->in_system == arrived - finished);
    /* Little's law: requests still here have been so since they arrived. sum_finished and
     * sum_started come from the second cursor, sum_arrived from the first. */
    uint64_t now = (uint64_t)sim->now_ns;
    uint64_t ages = now * (arrived - finished) - (sim->sum_arrived - sim->sum_finished);
    assert(sim->area == sim->sum_time + ages);
    assert(arrived != started || sim->sum_arrived == sim->sum_started);
}

bool lane_sim_run(struct lane_sim *sim, const struct lane_options *options,
                  struct lane_books *books)
{
    size_t vm_n = (size_t)sim->lane->vm_n;
    size_t domain_n = (size_t)sim->lane->domain_n;
    memset(books->useful_ns, 0, vm_n * sizeof *books->useful_ns);
    memset(books->completed, 0, vm_n * sizeof *books->completed);
    memset(books->arrived, 0, vm_n * sizeof *books->arrived);
    memset(books->domain_useful_ns, 0, domain_n * sizeof *books->domain_useful_ns);
    memset(books->domain_switch_ns, 0, domain_n * sizeof *books->domain_switch_ns);
    memset(books->domain_held_ns, 0, domain_n * sizeof *books->domain_held_ns);
    books->last_done_ns = books->events = 0;
    books->digest = 0;
    books->stopped = false;
    if (sim->fast) {
        lane_fast_run(sim->fast, options, books);
        return true;
    }
    sim->batch->n = 0;
    start(sim, options, books);
    int64_t end_ns = options->to_the_end ? 0 : options->to_ns;
    int64_t next = evq_first_ns(&sim->evq);
    for (unsigned tick = 1; next != EVQ_IDLE && !sim->failed; tick++) {
        if (next >= end_ns && sim->pending == 0 && sim->sources == 0) {
            break;
        }
        if ((tick & 0xfff) == 0 && options->stop && *options->stop) {
            books->stopped = true;
            break;
        }
        step(sim);
        next = evq_first_ns(&sim->evq);
    }
    lane_flush(sim->batch, options);
    check_laws(sim);
    /* Nothing changes before the next event: what runs now runs until then. */
    for (int i = 0; next != EVQ_IDLE && i < sim->server_n; i++) {
        advance(sim, &sim->server[i], next);
    }
    for (int d = 0; next != EVQ_IDLE && d < sim->lane->domain_n; d++) {
        end_hold(sim, &sim->domain[d], next);
    }
    return !sim->failed;
}
