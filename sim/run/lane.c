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
#include "sim/run/lane_engine.h"
#include "sim/run/lane_fast.h"

/* ---- Construction ---- */

bool lane_books_init(struct lane_books *b, struct arena *arena, const struct lane *lane)
{
    memset(b, 0, sizeof *b);
    size_t vm_n = (size_t)lane->vm_n;
    size_t domain_n = (size_t)lane->domain_n;
    b->useful_ns = arena_alloc(arena, vm_n, sizeof *b->useful_ns);
    b->completed = arena_alloc(arena, vm_n, sizeof *b->completed);
    b->arrived = arena_alloc(arena, vm_n, sizeof *b->arrived);
    b->dropped = arena_alloc(arena, vm_n, sizeof *b->dropped);
    b->backlog_ns = arena_alloc(arena, vm_n, sizeof *b->backlog_ns);
    b->domain_useful_ns = arena_alloc(arena, domain_n, sizeof *b->domain_useful_ns);
    b->domain_switch_ns = arena_alloc(arena, domain_n, sizeof *b->domain_switch_ns);
    b->domain_held_ns = arena_alloc(arena, domain_n, sizeof *b->domain_held_ns);
    return b->useful_ns && b->completed && b->arrived && b->dropped && b->backlog_ns &&
           b->domain_useful_ns && b->domain_switch_ns && b->domain_held_ns;
}

/* A place for each stream of a server, with room for a batch. */
static bool build_server(struct server *s, struct arena *arena, const struct work *w)
{
    int batch = w->batch_max > 1 ? w->batch_max : 1;
    s->job = arena_alloc(arena, (size_t)w->streams, sizeof *s->job);
    for (int i = 0; s->job && i < w->streams; i++) {
        s->job[i].item = arena_alloc(arena, (size_t)batch, sizeof *s->job[i].item);
        if (!s->job[i].item) {
            return false;
        }
    }
    return s->job;
}

static bool build_vm(struct lane_sim *sim, struct arena *arena, int v)
{
    struct vm_state *s = &sim->vm[v];
    s->spec = &sim->lane->vm[v];
    s->work = lane_vm_work(s->spec);
    s->server_n = s->spec->server_n;
    for (int i = 0; i < s->server_n; i++) {
        struct server *server = &sim->server[s->first_server + i];
        server->vm = v;
        server->domain = s->spec->server[i].domain;
        server->slot = s->spec->server[i].slot;
        server->factor = s->spec->server[i].factor;
        server->by_size = s->spec->server[i].by_size;
        if (!build_server(server, arena, s->work)) {
            return false;
        }
        sim->domain[server->domain].server_of[server->slot] = s->first_server + i;
        s->takes_turns = sim->lane->domain[server->domain].sched;
    }
    s->streams = s->work->streams;
    return source_build(s, arena);
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
        source_n += source_slots(&lane->vm[v]);
    }
    sim->domain_slot = sim->server_n + source_n;
    sim->vm = arena_alloc(arena, (size_t)lane->vm_n, sizeof *sim->vm);
    sim->server = arena_alloc(arena, (size_t)sim->server_n, sizeof *sim->server);
    sim->domain = arena_alloc(arena, (size_t)lane->domain_n, sizeof *sim->domain);
    sim->vm_of = arena_alloc(arena, (size_t)source_n, sizeof *sim->vm_of);
    /* Exclusive domains have no slices, and a lane's domains are alike. */
    uint32_t slot_n =
        (uint32_t)(sim->domain_slot + (lane->domain[0].sched ? lane->domain_n : 0));
    if (!sim->vm || !sim->server || !sim->domain || !sim->vm_of ||
        !evq_init(&sim->evq, arena, slot_n)) {
        return NULL;
    }
    for (int d = 0; d < lane->domain_n; d++) {
        struct domain_state *s = &sim->domain[d];
        s->spec = &lane->domain[d];
        sim->is_coupled |= s->spec->coupling > 0.0 && !is_silent;
        s->owes = s->spec->sched && share_owes(s->spec->sched, &s->spec->params, &s->owed);
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
        for (int i = 0; i < source_slots(&lane->vm[v]); i++) {
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
        if (!silent || !source_build_memos(silent, arena)) {
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
        struct lane_sim *events = lane_sim_new_events(arena, lane);
        if (events) {
            events->skips = skip_knows_next(lane);
        }
        for (int v = 0; events && lane->vm_n > 1 && v < lane->vm_n; v++) {
            events->vm[v].silent->skips = events->skips;
        }
        return events;
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
        for (int i = 0; s->memo && i < source_clients(s->spec); i++) {
            mem_free(s->memo[i].latency_ns);
        }
        if (s->llm) {
            llm_free(s);
        }
        s->memo = NULL;
        s->silent = NULL;
    }
}

/* ---- Service ---- */

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

/* Books the progress of a running server up to `now`. Where speeds are 1 nothing is divided:
 * most servers have one job. */
static void advance(struct lane_sim *sim, struct server *s, int64_t now)
{
    if (s->running && s->active_n > 0 && now > s->since_ns) {
        double done = (double)(now - s->since_ns);
        done = s->stretch > 1.0 ? done / s->stretch : done;
        for (int i = 0; i < s->job_n; i++) {
            s->job[i].rem_ns -= s->job[i].resume_ns < 0 ? done : 0.0;
        }
        s->got_ns += now - s->since_ns;
        if (!sim->is_silent) {
            show_segment(sim, s, false, s->since_ns, now);
            int64_t useful = lane_window(sim, s->since_ns, now);
            sim->books->useful_ns[s->vm] += useful;
            sim->books->domain_useful_ns[s->domain] += useful;
        }
    }
    s->since_ns = now;
}

/* What is left of the active job that ends first; there is one. */
static double least_left(const struct server *s)
{
    double least = s->job_n == 1 ? s->job[0].rem_ns : (double)INFINITY;
    for (int i = 0; s->job_n > 1 && i < s->job_n; i++) {
        bool is_less = s->job[i].resume_ns < 0 && s->job[i].rem_ns < least;
        least = is_less ? s->job[i].rem_ns : least;
    }
    return least > 0.0 ? least : 0.0;
}

/* The whole number that is not below x, 0 <= x < 2^63. */
static int64_t whole_up(double x)
{
    int64_t whole = (int64_t)x;
    return whole + ((double)whole < x);
}

static void set_due(struct lane_sim *sim, struct server *s, int64_t due_ns)
{
    if (s->due_ns != due_ns) {
        s->due_ns = due_ns;
        evq_set(&sim->evq, (uint32_t)(s - sim->server), due_ns);
    }
}

/* Sets the speed for the jobs now active, and the time of the next end of a piece if it comes
 * no later than `until_ns`: what comes later is preempted first. Gaps end whoever runs. */
static void reschedule(struct lane_sim *sim, struct server *s, int64_t until_ns)
{
    int64_t due_ns = EVQ_IDLE;
    s->active_ns = EVQ_IDLE;
    if (s->running && s->active_n > 0) {
        s->stretch = sim->domain[s->domain].slow;
        if (s->active_n > 1) {
            double width = sim->vm[s->vm].work->scaling.width_frac * s->active_n;
            s->stretch *= width > 1.0 ? width : 1.0;
        }
        int64_t end_ns = sim->now_ns + whole_up(least_left(s) * s->stretch);
        s->active_ns = end_ns <= until_ns ? end_ns : EVQ_IDLE;
        due_ns = s->active_ns;
    }
    for (int i = 0; s->active_n < s->job_n && i < s->job_n; i++) {
        int64_t at = s->job[i].resume_ns;
        due_ns = at >= 0 && at < due_ns ? at : due_ns;
    }
    set_due(sim, s, due_ns);
}

/* The job's next piece: the work in equal parts, the first ones longer by the odd ns. */
static void begin_piece(struct server *s, struct job *job)
{
    int64_t part = job->total_ns;
    if (job->pieces > 1) {
        part = job->total_ns / job->pieces + (job->piece < job->total_ns % job->pieces);
    }
    job->work_ns = job->rem_ns = (double)part;
    job->resume_ns = -1;
    s->active_n++;
}

/* Takes the VM's next job into service. */
static void take_up(struct lane_sim *sim, struct server *s)
{
    source_take(sim, &sim->vm[s->vm], s);
    s->job[s->job_n - 1].owed = false;
    begin_piece(s, &s->job[s->job_n - 1]);
}

/* Takes up what waits, as far as the streams of a server that runs go. */
static void fill(struct lane_sim *sim, struct vm_state *vm, struct server *s)
{
    while (s->job_n < vm->streams && source_has_job(sim, vm)) {
        take_up(sim, s);
    }
    reschedule(sim, s, EVQ_IDLE);
}

/* ---- Events ---- */

/* The job has come to the end of a piece, a gap or its tail. True: it is done. */
static bool goes_over(struct lane_sim *sim, struct server *s, struct job *job)
{
    const struct work *w = sim->vm[s->vm].work;
    int64_t pause_ns = 0;
    if (job->resume_ns < 0) {
        s->active_n--;
        job->piece++;
        pause_ns = job->piece < job->pieces ? w->gap_ns : w->tail_ns;
    }
    if (pause_ns > 0) {
        job->resume_ns = sim->now_ns + pause_ns;
        return false;
    }
    if (job->piece == job->pieces) {
        return true;
    }
    begin_piece(s, job);
    return false;
}

static void on_completion(struct lane_sim *sim, int server)
{
    struct server *s = &sim->server[server];
    struct vm_state *vm = &sim->vm[s->vm];
    bool is_end = sim->now_ns == s->active_ns;
    advance(sim, s, sim->now_ns);
    double due = is_end ? least_left(s) : -1.0;
    const struct domain_state *on = &sim->domain[s->domain];
    bool owed =
        is_end && on->owes && supply_is_late(&on->owed, sim->now_ns - s->busy_ns, s->got_ns);
    int kept = 0;
    int job_n = s->job_n;
    for (int i = 0; i < job_n; i++) {
        struct job *job = &s->job[i];
        bool at_end =
            job->resume_ns < 0 ? is_end && job->rem_ns <= due : job->resume_ns <= sim->now_ns;
        job->owed |= at_end && job->resume_ns < 0 && owed;
        sim->owed = job->owed;
        if (at_end && goes_over(sim, s, job)) {
            source_done(sim, vm, job);
            continue;
        }
        struct job place = s->job[kept];
        s->job[kept++] = *job;
        s->job[i] = i >= kept ? place : s->job[i];
    }
    s->job_n = kept;
    struct domain_state *d = &sim->domain[s->domain];
    if (vm->starts_at_once) {
        fill(sim, vm, s);
        return;
    }
    reschedule(sim, s, d->spec->sched ? d->turn.end_ns : EVQ_IDLE);
    source_mark(sim, vm);
    d->dirty = true;
}

/* ---- Decisions ---- */

/* Exclusive domains: the VM's next jobs go to its least busy server. */
static void decide_exclusive(struct lane_sim *sim, const struct domain_state *d)
{
    struct vm_state *vm = &sim->vm[sim->server[d->server_of[0]].vm];
    while (source_has_job(sim, vm)) {
        struct server *best = &sim->server[vm->first_server];
        for (int i = 1; i < vm->server_n; i++) {
            struct server *s = &sim->server[vm->first_server + i];
            best = s->job_n < best->job_n ? s : best;
        }
        if (best->job_n == vm->streams) {
            break;
        }
        best->running = true;
        advance(sim, best, sim->now_ns);
        take_up(sim, best);
        reschedule(sim, best, EVQ_IDLE);
    }
}

/* Lets the vGPU of the turn run: takes up what waits, as far as its streams go. */
static void run_turn(struct lane_sim *sim, struct server *s)
{
    struct vm_state *vm = &sim->vm[s->vm];
    int before = s->job_n;
    bool takes_up = before < vm->streams && source_has_job(sim, vm);
    if (s->running && !takes_up) {
        return; /* somebody else's event: booking progress here would round it once more */
    }
    advance(sim, s, sim->now_ns);
    s->running = true;
    while (s->job_n < vm->streams && source_has_job(sim, vm)) {
        take_up(sim, s);
    }
    reschedule(sim, s, sim->domain[s->domain].turn.end_ns);
    if (s->job_n != before) {
        source_mark(sim, vm);
    }
}

static void stop_turn(struct lane_sim *sim, struct domain_state *d)
{
    struct server *s = &sim->server[d->server_of[d->turn.vgpu]];
    advance(sim, s, sim->now_ns);
    s->running = false;
    reschedule(sim, s, EVQ_IDLE);
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
        if (s->job[i].resume_ns >= 0) {
            continue;
        }
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
        sim->books->domain_held_ns[d - sim->domain] += lane_window(sim, d->held_from_ns, now);
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
            lane_window(sim, d->turn.begin_ns, d->turn.run_ns);
    }
    return true;
}

static void decide_turns(struct lane_sim *sim, struct domain_state *d)
{
    uint32_t timer = (uint32_t)(sim->domain_slot + (int)(d - sim->domain));
    assert(sim->now_ns >= d->crossed_ns);
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
        if (sim->skips && skip_rounds(sim, d, timer)) {
            return;
        }
        if (!next_turn(sim, d, timer)) {
            return;
        }
    }
}

/* ---- Instances that share a board ---- */

static struct server *running_server(struct lane_sim *sim, const struct domain_state *d)
{
    int slot = d->spec->sched ? d->turn.vgpu : 0;
    bool is_turn = !d->spec->sched || d->phase == PHASE_RUN;
    int server = is_turn && slot >= 0 ? d->server_of[slot] : -1;
    return server >= 0 && sim->server[server].running ? &sim->server[server] : NULL;
}

/* rate = 1 - c x (busy SMs of the board's other instances over their SMs) */
static double slowness(const struct lane_sim *sim, int domain)
{
    const struct lane_domain *own = sim->domain[domain].spec;
    double busy = 0.0;
    double all = 0.0;
    for (int i = 0; i < sim->lane->domain_n; i++) {
        const struct domain_state *d = &sim->domain[i];
        if (i != domain && d->spec->board == own->board) {
            all += d->spec->weight;
            busy += d->is_busy ? d->spec->weight : 0.0;
        }
    }
    return all > 0.0 ? 1.0 / (1.0 - own->coupling * (busy / all)) : 1.0;
}

/* After the decisions of an instant: who runs now, and how fast. */
static void couple(struct lane_sim *sim)
{
    bool changed = false;
    for (int i = 0; i < sim->lane->domain_n; i++) {
        struct domain_state *d = &sim->domain[i];
        const struct server *s = running_server(sim, d);
        bool is_busy = s && s->active_n > 0;
        changed |= is_busy != d->is_busy;
        d->is_busy = is_busy;
    }
    for (int i = 0; changed && i < sim->lane->domain_n; i++) {
        struct domain_state *d = &sim->domain[i];
        double slow = slowness(sim, i);
        if (slow < d->slow || slow > d->slow) {
            struct server *s = running_server(sim, d);
            if (s) {
                advance(sim, s, sim->now_ns);
            }
            d->slow = slow;
            if (s) {
                reschedule(sim, s, d->spec->sched ? d->turn.end_ns : EVQ_IDLE);
            }
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
    source_event(sim, vm, s - vm->first_slot);
}

static void note_event(struct lane_sim *sim)
{
    if (!sim->is_silent) {
        sim->books->events++;
    }
}

/* One instant: all its events, then all decisions. */
void lane_step(struct lane_sim *sim)
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
        bool takes_turns = d->spec->sched;
        if (takes_turns && sim->evq.time_ns[sim->domain_slot + i] == now) {
            note_event(sim);
            d->dirty = true;
        }
        if (d->dirty) {
            d->dirty = false;
            if (takes_turns) {
                decide_turns(sim, d);
            } else {
                decide_exclusive(sim, d);
            }
        }
    }
    if (sim->is_coupled) {
        couple(sim);
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
        sim->server[i].job_n = sim->server[i].active_n = 0;
        sim->server[i].active_ns = EVQ_IDLE;
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
        s->crossed_ns = s->retry_ns = 0;
        s->dirty = s->is_busy = false;
        s->slow = 1.0;
    }
    for (int v = 0; v < sim->lane->vm_n; v++) {
        source_start(sim, &sim->vm[v]);
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
            const struct server *s = &sim->server[vm->first_server + i];
            for (int j = 0; j < s->job_n; j++) {
                in_service += s->job[j].n;
            }
        }
        in_service += vm->llm ? llm_in_service(vm) : 0;
        assert(vm->started == vm->finished + in_service);
        assert(vm->arrived >= vm->started);
        arrived += (uint64_t)vm->arrived;
        started += (uint64_t)vm->started;
        finished += (uint64_t)vm->finished;
    }
    assert(sim->in_system == arrived - finished);
    /* Little's law: requests still here have been so since they entered the queue. sum_finished
     * and sum_started come from the second cursor, sum_arrived from the first. */
    uint64_t now = (uint64_t)sim->now_ns;
    uint64_t ages = now * (arrived - finished) - (sim->sum_arrived - sim->sum_finished);
    assert(sim->area == sim->sum_time + ages);
    assert(arrived != started || sim->sum_arrived == sim->sum_started);
}

static void show_queues(const struct lane_sim *sim)
{
    for (int v = 0; v < sim->lane->vm_n; v++) {
        const struct vm_state *vm = &sim->vm[v];
        const struct lane_queue q = {.vm = v,
                                     .at_ns = sim->now_ns,
                                     .waiting = vm->arrived - vm->started,
                                     .in_service = vm->started - vm->finished};
        sim->opt->queue(sim->opt->context, &q);
    }
}

bool lane_sim_run(struct lane_sim *sim, const struct lane_options *options,
                  struct lane_books *books)
{
    size_t vm_n = (size_t)sim->lane->vm_n;
    size_t domain_n = (size_t)sim->lane->domain_n;
    memset(books->useful_ns, 0, vm_n * sizeof *books->useful_ns);
    memset(books->completed, 0, vm_n * sizeof *books->completed);
    memset(books->arrived, 0, vm_n * sizeof *books->arrived);
    memset(books->dropped, 0, vm_n * sizeof *books->dropped);
    memset(books->backlog_ns, 0, vm_n * sizeof *books->backlog_ns);
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
        lane_step(sim);
        if (options->queue) {
            show_queues(sim);
        }
        next = evq_first_ns(&sim->evq);
    }
    lane_flush(sim->batch, options);
    check_laws(sim);
    for (int v = 0; v < sim->lane->vm_n; v++) {
        source_count_rest(sim, &sim->vm[v]);
    }
    /* Nothing changes before the next event: what runs now runs until then. */
    for (int i = 0; next != EVQ_IDLE && i < sim->server_n; i++) {
        struct server *s = &sim->server[i];
        advance(sim, s, next);
        if (sim->domain[s->domain].has_work >> s->slot & 1) {
            books->backlog_ns[s->vm] += lane_window(sim, s->busy_ns, next);
        }
    }
    for (int d = 0; next != EVQ_IDLE && d < sim->lane->domain_n; d++) {
        end_hold(sim, &sim->domain[d], next);
    }
    return !sim->failed;
}
