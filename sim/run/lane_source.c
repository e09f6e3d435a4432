/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_source.c - the VMs' side of the event engine: who asks, the host stage, the queue, the
 * batcher, and what becomes of a finished request.
 *
 * Waiting requests of open loops are not stored: the cursor `behind` draws again, host stage
 * included, what the cursor `ahead` raised, so that memory does not depend on the queue. The
 * host stage of a FIFO server is a recursion, ready = max(arrival, ready before) + time, so an
 * open loop's arrival event stands at the time when the request leaves it.
 *
 * A batch leaves when a stream is free and either `batch_max` requests wait or the longest
 * waiting one has waited `batch_timeout`; with a timeout of 0 whatever waits leaves at once. */
#include <assert.h>
#include <string.h>

#include "sim/run/lane_engine.h"
#include "sim/run/lane_fast.h"

enum {
    MEMO_FIRST = 16 /* remembered baseline latencies per client at the start; a power of two */
};

static int64_t waiting(const struct vm_state *vm)
{
    return vm->arrived - vm->started;
}

static int batch_max(const struct work *w)
{
    return w->batch_max > 1 ? w->batch_max : 1;
}

/* ---- Construction ---- */

static bool has_timer(const struct work *w)
{
    return w->kind == WORK_FRAMES ? w->has_host : batch_max(w) > 1 && w->batch_timeout_ns > 0;
}

int source_clients(const struct lane_vm *vm)
{
    const struct work *w = lane_vm_work(vm);
    return w->kind == WORK_CLOSED ? w->clients : 1;
}

int source_slots(const struct lane_vm *vm)
{
    return source_clients(vm) + has_timer(lane_vm_work(vm));
}

bool source_build(struct vm_state *vm, struct arena *arena)
{
    const struct work *w = vm->work;
    vm->timer_slot = has_timer(w) ? vm->first_slot + source_clients(vm->spec) : -1;
    vm->one_by_one = w->kind != WORK_LLM && batch_max(w) == 1;
    vm->starts_at_once =
        vm->one_by_one && !vm->takes_turns && vm->server_n == 1 && lane_vm_parts(vm->spec) == 1;
    vm->may_doze = w->kind == WORK_REQUESTS && !w->has_host && vm->timer_slot < 0 &&
                   !vm->takes_turns && lane_vm_parts(vm->spec) == 1;
    if (w->kind == WORK_CLOSED) {
        vm->client = arena_alloc(arena, (size_t)w->clients, sizeof *vm->client);
        vm->queue = arena_alloc(arena, (size_t)w->clients, sizeof *vm->queue);
        vm->host_queue = arena_alloc(arena, (size_t)w->clients, sizeof *vm->host_queue);
        return vm->client && vm->queue && vm->host_queue;
    }
    if (w->kind == WORK_FRAMES) {
        return frames_build(vm, arena);
    }
    return w->kind != WORK_LLM || llm_build(vm, arena);
}

static bool build_memos(struct vm_state *s, bool has_faults, struct arena *arena)
{
    /* A fault ends all that wait at once: no ring could hold them. */
    s->recalls = s->work->kind == WORK_LLM ||
                 ((lane_vm_parts(s->spec) > 1 || has_faults) && s->work->kind != WORK_CLOSED);
    if (s->recalls) {
        return true;
    }
    int memo_n = source_clients(s->spec);
    s->memo = arena_alloc(arena, (size_t)memo_n, sizeof *s->memo);
    if (!s->memo) {
        return false;
    }
    /* Requests of an open loop finish out of order by at most what is in service at once. */
    int64_t need = 4 * (int64_t)s->server_n * s->work->streams * batch_max(s->work) +
                   4 * (int64_t)s->work->pipeline_max + 4;
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

bool source_build_memos(struct lane_sim *sim, struct arena *arena)
{
    for (int v = 0; v < sim->lane->vm_n; v++) {
        if (!build_memos(&sim->vm[v], sim->life, arena)) {
            return false;
        }
    }
    return true;
}

/* ---- Baseline ---- */

void source_remember(struct lane_sim *sim, struct vm_state *vm, const struct item *item,
                     int64_t latency_ns)
{
    if (vm->recalls) {
        if (source_is_counted(vm, item->arrival_ns) &&
            !recall_put(&vm->recall, item->serial, latency_ns)) {
            sim->failed = true;
        }
        return;
    }
    struct memo *m = &vm->memo[item->client];
    m->done = item->serial + 1 > m->done ? item->serial + 1 : m->done;
    if (item->serial < m->asked) {
        return;
    }
    bool is_closed = vm->work->kind == WORK_CLOSED;
    if (is_closed && item->serial - m->asked >= m->cap) {
        int64_t *bigger = mem_resize(NULL, (size_t)(2 * m->cap), sizeof *bigger);
        if (!bigger) {
            sim->failed = true;
            return;
        }
        for (int64_t k = m->asked; k < item->serial; k++) {
            bigger[k % (2 * m->cap)] = m->latency_ns[k % m->cap];
        }
        mem_free(m->latency_ns);
        m->latency_ns = bigger;
        m->cap *= 2;
    }
    m->latency_ns[item->serial % m->cap] = latency_ns;
}

/* Is request `serial` of an open loop still to come, waiting or in service? */
static bool is_unfinished(const struct lane_sim *sim, const struct vm_state *vm, int64_t serial)
{
    if (vm->frames ? frames_is_unfinished(vm, serial) : serial >= vm->started) {
        return true;
    }
    for (int i = 0; i < vm->server_n; i++) {
        const struct server *s = &sim->server[vm->first_server + i];
        for (int j = 0; j < s->job_n; j++) {
            const struct job *job = &s->job[j];
            int64_t first = job->item[0].serial;
            if (job->part == vm->part && serial >= first && serial < first + job->n) {
                return true;
            }
        }
    }
    return false;
}

/* Latency of the same request with silent neighbours, -1 if it is dropped there; runs the
 * silent lane as far as it takes. */
static int64_t baseline_ns(struct lane_sim *silent, int part, int client, int64_t serial)
{
    struct vm_state *vm = &silent->vm[part];
    int64_t latency_ns = -1;
    if (vm->recalls) {
        while (!silent->failed && !recall_take(&vm->recall, serial, &latency_ns)) {
            lane_step(silent);
        }
        return latency_ns;
    }
    struct memo *m = &vm->memo[client];
    bool is_closed = vm->work->kind == WORK_CLOSED;
    m->asked = is_closed ? serial : 0;
    while (!silent->failed &&
           (is_closed ? m->done <= serial : is_unfinished(silent, vm, serial))) {
        if (is_closed && vm->rests && vm->back_ns == EVQ_IDLE) {
            return -1; /* its client rests for ever there, and came to this request here */
        }
        lane_step(silent);
    }
    return m->latency_ns[serial % m->cap];
}

/* ---- The way of a request ---- */

/* A request has come, or will: the run does not end without it. */
static void expect(struct lane_sim *sim, struct vm_state *vm, int64_t arrival_ns)
{
    if (!sim->is_silent && source_is_counted(vm, arrival_ns)) {
        sim->pending += vm->waited_for;
        sim->books->arrived[vm - sim->vm]++;
    }
}

static void enter(struct lane_sim *sim, struct vm_state *vm, int64_t at_ns)
{
    vm->arrived++;
    sim->in_system++;
    sim->sum_arrived += (uint64_t)at_ns;
}

void source_enter(struct lane_sim *sim, struct vm_state *vm)
{
    enter(sim, vm, sim->now_ns);
}

void source_leave(struct lane_sim *sim, struct vm_state *vm, const struct item *item)
{
    vm->finished++;
    sim->in_system--;
    sim->sum_time += (uint64_t)(sim->now_ns - item->queued_ns);
    sim->sum_finished += (uint64_t)item->queued_ns;
}

/* Is it counted, and does the end of the run not decide whether it is seen? */
static bool is_tallied(const struct lane_sim *sim, const struct vm_state *vm,
                       int64_t arrival_ns)
{
    return source_is_counted(vm, arrival_ns) &&
           (vm->waited_for || sim->now_ns < sim->opt->to_ns);
}

/* A request without an answer asks for no baseline; where baselines wait under their serials,
 * its own is taken out unread. */
static void forget_baseline(struct lane_sim *sim, struct vm_state *vm, const struct item *item)
{
    if (vm->silent && vm->silent->vm[vm->part].recalls) {
        (void)baseline_ns(vm->silent, vm->part, item->client, item->serial);
        sim->failed |= vm->silent->failed;
    }
}

void source_drop(struct lane_sim *sim, struct vm_state *vm, const struct item *item)
{
    if (sim->is_silent) {
        source_remember(sim, vm, item, -1);
    } else if (is_tallied(sim, vm, item->arrival_ns)) {
        sim->pending -= vm->waited_for;
        sim->books->dropped[vm - sim->vm]++;
        forget_baseline(sim, vm, item);
    }
}

/* The client whose request is done or lost thinks, and asks again. */
static inline void ask_again(struct lane_sim *sim, struct vm_state *vm, const struct item *item)
{
    struct client *c = &vm->client[item->client];
    int64_t at = sim->now_ns + work_think_ns(vm->work, &c->think);
    c->serial++;
    if (vm->work->pause_every > 0 && c->serial % vm->work->pause_every == 0) {
        at += vm->work->pause_ns;
    }
    evq_set(&sim->evq, (uint32_t)(vm->first_slot + item->client), at);
}

void source_lose(struct lane_sim *sim, struct vm_state *vm, const struct item *item,
                 bool beside)
{
    if (vm->client) {
        ask_again(sim, vm, item);
    }
    if (sim->is_silent) {
        source_remember(sim, vm, item, -1);
    } else if (is_tallied(sim, vm, item->arrival_ns)) {
        int v = (int)(vm - sim->vm);
        sim->pending -= vm->waited_for;
        sim->books->lost[v]++;
        sim->books->lost_beside[v] += beside || item->faulted;
        sim->books->faults.requests += beside;
        forget_baseline(sim, vm, item);
    }
}

bool source_restart(struct lane_sim *sim, struct vm_state *vm, struct item *item, bool beside)
{
    if (item->restarts == RESTARTS_MAX) {
        return false;
    }
    item->restarts++;
    item->faulted |= beside;
    if (!sim->is_silent && is_tallied(sim, vm, item->arrival_ns)) {
        sim->books->faults.requests += beside;
    }
    return true;
}

void source_lose_waiting(struct lane_sim *sim, struct vm_state *vm, bool beside)
{
    while (vm->arrived > vm->started) {
        struct item item;
        (void)(vm->frames ? frames_take_item(sim, vm, &item)
                          : source_take_item(sim, vm, &item));
        source_leave(sim, vm, &item);
        source_lose(sim, vm, &item, beside);
    }
}

void source_record(struct lane_sim *sim, struct vm_state *vm, const struct item *item,
                   int64_t first_ns, const struct source_more *more)
{
    int64_t now = sim->now_ns;
    int64_t latency_ns = now - item->arrival_ns;
    assert(now > first_ns && first_ns >= item->queued_ns &&
           item->queued_ns >= item->arrival_ns);
    if (sim->is_silent) {
        source_remember(sim, vm, item, latency_ns);
        return;
    }
    int v = (int)(vm - sim->vm);
    sim->books->last_done_ns = now;
    sim->books->completed[v] += lane_window(sim, now, now + 1);
    bool counted = is_tallied(sim, vm, item->arrival_ns);
    sim->pending -= counted && vm->waited_for;
    struct lane_done *done = &sim->batch->record[sim->batch->n];
    done->vm = v;
    done->client = item->client;
    done->serial = item->serial;
    done->order = item->order;
    done->arrival_ns = item->arrival_ns;
    done->first_ns = first_ns;
    done->done_ns = now;
    done->baseline_ns = -1;
    done->counted = counted;
    done->owed = sim->owed;
    done->faulted = item->faulted;
    if (more) {
        done->first_token_ns = more->first_token_ns;
        done->tokens = more->tokens;
    }
    if (counted) {
        int64_t alone = -1;
        if (vm->silent) {
            alone = baseline_ns(vm->silent, vm->part, item->client, item->serial);
            sim->failed |= vm->silent->failed;
        }
        /* What is dropped alone and not here was not harmed. */
        done->baseline_ns = alone >= 0 ? alone : latency_ns;
    }
    lane_push(sim->batch, sim->opt, sim->books);
}

/* ---- Queue and batcher ---- */

int64_t source_host_ready_ns(const struct vm_state *vm, struct host_line *h, int64_t arrival_ns)
{
    int64_t from_ns = arrival_ns > h->free_ns ? arrival_ns : h->free_ns;
    int64_t ready_ns = host_ready_ns(h, vm->work, arrival_ns);
    for (int i = 0; i < vm->spec->off.n; i++) {
        const struct off_time *off = &vm->spec->off.list[i];
        if (off->until_ns <= from_ns || (off->from_ns >= ready_ns && off->from_ns > from_ns)) {
            continue;
        }
        if (!off->keeps) {
            ready_ns = off->from_ns > arrival_ns ? off->from_ns : arrival_ns;
            break;
        }
        ready_ns += off->until_ns - (off->from_ns > from_ns ? off->from_ns : from_ns);
    }
    h->free_ns = ready_ns;
    return ready_ns;
}

/* Draws the longest waiting request of an open loop again, returning its demand. */
static int64_t draw(struct vm_state *vm, struct item *item)
{
    struct request r = {0};
    bool is_there = work_next(&vm->behind, &r);
    assert(is_there);
    (void)is_there;
    *item = (struct item){.serial = vm->started, .order = vm->started};
    item->arrival_ns = item->queued_ns = r.arrival_ns;
    if (vm->work->has_host) {
        item->queued_ns = source_host_ready_ns(vm, &vm->host_behind, r.arrival_ns);
    }
    return r.service_ns;
}

/* Looks at it before it is taken. */
static void pull(struct vm_state *vm)
{
    if (!vm->has_head) {
        vm->head_demand_ns = draw(vm, &vm->head);
        vm->has_head = true;
    }
}

static int64_t oldest_ns(struct vm_state *vm)
{
    if (vm->work->kind == WORK_CLOSED) {
        return vm->client[vm->queue[vm->started % vm->work->clients]].queued_ns;
    }
    pull(vm);
    return vm->head.queued_ns;
}

/* When the batch that is forming leaves though it is not full; one waits. */
static int64_t leave_ns(struct vm_state *vm)
{
    int64_t from_ns = oldest_ns(vm);
    if (vm->work->batch_from_free && vm->free_ns > from_ns) {
        from_ns = vm->free_ns;
    }
    return from_ns + vm->work->batch_timeout_ns;
}

bool source_has_batch(struct lane_sim *sim, struct vm_state *vm)
{
    const struct work *w = vm->work;
    int64_t n = waiting(vm);
    if (vm->llm) {
        return llm_has_job(sim, vm);
    }
    if (n == 0 || n >= w->batch_max || w->batch_timeout_ns == 0) {
        return n > 0;
    }
    return sim->now_ns >= leave_ns(vm);
}

static void set_batch_timer(struct lane_sim *sim, struct vm_state *vm)
{
    if (vm->timer_slot < 0 || vm->frames) {
        return;
    }
    int64_t n = waiting(vm);
    int64_t at = EVQ_IDLE;
    if (n > 0 && n < vm->work->batch_max) {
        at = leave_ns(vm);
        at = at > sim->now_ns ? at : EVQ_IDLE;
    }
    evq_set(&sim->evq, (uint32_t)vm->timer_slot, at);
}

static bool all_taken(const struct lane_sim *sim, const struct vm_state *vm)
{
    for (int i = 0; i < vm->server_n; i++) {
        if (server_jobs(&sim->server[vm->first_server + i], vm) < vm->streams) {
            return false;
        }
    }
    return true;
}

/* How many turns may lie between two of a vGPU that has work from now on: of all who are on,
 * and the switch of one who has left. */
static int turns_now(const struct lane_sim *sim, const struct domain_state *d)
{
    const struct sched_state *s = &d->state;
    bool in_switch = d->phase == PHASE_SWITCH && (s->off >> d->turn.vgpu & 1) != 0;
    bool in_slot = s->end_ns > sim->now_ns && (s->off >> s->slot & 1) != 0;
    const struct sched_params *p = &d->spec->params;
    return (sched_on(p, s) + (in_switch || in_slot)) * share_turns_each(p);
}

/* A server begins or ceases to have work for its domain. */
static void set_work(struct lane_sim *sim, struct server *s, bool has)
{
    uint64_t *mask = &sim->domain[s->domain].has_work;
    if (has == (*mask >> s->slot & 1)) {
        return;
    }
    *mask ^= UINT64_C(1) << s->slot;
    if (has) {
        const struct domain_state *d = &sim->domain[s->domain];
        s->busy_ns = sim->now_ns;
        s->got_ns = 0;
        s->turns = turns_now(sim, d);
    } else if (!sim->is_silent) {
        sim->books->backlog_ns[s->vm] += lane_window(sim, s->busy_ns, sim->now_ns);
    }
}

void source_set_masks(struct lane_sim *sim, struct vm_state *vm)
{
    struct vm_state *first = vm - vm->part;
    int part_n = lane_vm_parts(vm->spec);
    uint64_t more = 0;
    for (int k = 0; k < part_n; k++) {
        more |= (uint64_t)source_has_job(sim, &first[k]) << k;
    }
    for (int i = 0; i < vm->server_n; i++) {
        struct server *s = &sim->server[vm->first_server + i];
        bool has = s->active_n > 0 && !vm->is_down;
        for (int k = 0; k < part_n; k++) {
            has = has || ((more >> k & 1) != 0 && server_jobs(s, &first[k]) < first[k].streams);
        }
        set_work(sim, s, has);
    }
}

/* The queue has changed: the domains of the VM decide at the end of the instant. */
static void wake(struct lane_sim *sim, struct vm_state *vm)
{
    if (vm->starts_at_once && sim->server[vm->first_server].job_n == vm->streams) {
        return;
    }
    set_batch_timer(sim, vm);
    source_mark(sim, vm);
    for (int i = 0; i < vm->server_n; i++) {
        lane_wake(sim, sim->server[vm->first_server + i].domain);
    }
}

void source_wake(struct lane_sim *sim, struct vm_state *vm)
{
    if (vm->work->batch_from_free && !all_taken(sim, vm)) {
        vm->free_ns = sim->now_ns;
    }
    wake(sim, vm);
}

/* ---- Events ---- */

/* Draws the next arrival of an open loop. */
static void draw_arrival(struct lane_sim *sim, struct vm_state *vm)
{
    vm->more = work_next_arrival(&vm->ahead, &vm->next_ns);
    vm->next_queued_ns = EVQ_IDLE;
    if (vm->more) {
        vm->next_queued_ns = vm->next_ns;
        if (vm->work->has_host && !vm->frames) {
            vm->next_queued_ns = source_host_ready_ns(vm, &vm->host_ahead, vm->next_ns);
        }
        expect(sim, vm, vm->next_ns);
    } else if (vm->counts_all) {
        sim->sources--;
    }
}

void source_raise(struct lane_sim *sim, struct vm_state *vm)
{
    draw_arrival(sim, vm);
    evq_set(&sim->evq, (uint32_t)vm->first_slot, vm->next_queued_ns);
}

void source_catch_up(struct lane_sim *sim, struct vm_state *vm)
{
    while (vm->dozes && vm->more && vm->next_queued_ns <= sim->now_ns) {
        sim->area += (uint64_t)(sim->now_ns - vm->next_queued_ns);
        enter(sim, vm, vm->next_queued_ns);
        draw_arrival(sim, vm);
    }
}

void source_doze(struct lane_sim *sim, struct vm_state *vm)
{
    bool dozes = sim->may_doze && vm->may_doze && all_taken(sim, vm);
    if (dozes != vm->dozes) {
        vm->dozes = dozes;
        evq_set(&sim->evq, (uint32_t)vm->first_slot, dozes ? EVQ_IDLE : vm->next_queued_ns);
    }
}

/* The client's request goes to the GPU stage. */
static void queue_client(struct lane_sim *sim, struct vm_state *vm, int client)
{
    struct client *c = &vm->client[client];
    c->in_host = false;
    c->queued_ns = sim->now_ns;
    c->order = vm->arrived;
    vm->queue[vm->arrived % vm->work->clients] = client;
    evq_set(&sim->evq, (uint32_t)(vm->first_slot + client), EVQ_IDLE);
    source_enter(sim, vm);
}

/* Clients leave the host stage in the order in which they came to it, also where several do at
 * one instant: their event slots are ordered by client. */
static void on_client(struct lane_sim *sim, struct vm_state *vm, int client)
{
    int64_t now = sim->now_ns;
    int n = vm->work->clients;
    struct client *c = &vm->client[client];
    if (!c->in_host && vm->rests) {
        evq_set(&sim->evq, (uint32_t)(vm->first_slot + client), vm->back_ns);
        return;
    }
    if (!c->in_host) {
        c->arrival_ns = now;
        expect(sim, vm, now);
        if (!vm->work->has_host) {
            queue_client(sim, vm, client);
            return;
        }
        c->in_host = true;
        c->queued_ns = source_host_ready_ns(vm, &vm->host_ahead, now);
        vm->host_queue[vm->host_in++ % n] = client;
        evq_set(&sim->evq, (uint32_t)(vm->first_slot + client), c->queued_ns);
    }
    while (vm->host_out < vm->host_in &&
           vm->client[vm->host_queue[vm->host_out % n]].queued_ns <= now) {
        queue_client(sim, vm, vm->host_queue[vm->host_out++ % n]);
    }
}

void source_event(struct lane_sim *sim, struct vm_state *vm, int slot)
{
    bool is_timer = slot == vm->timer_slot;
    if (vm->frames) {
        frames_event(sim, vm, is_timer);
    } else if (vm->client && !is_timer) {
        on_client(sim, vm, slot - vm->first_slot);
    } else if (!is_timer) {
        source_raise(sim, vm);
        source_enter(sim, vm);
    }
    bool is_stopped = sim->now_ns < vm->stopped_ns;
    if (is_stopped || (vm->refuses && !vm->client)) {
        source_lose_waiting(sim, vm, vm->beside && !is_stopped);
    }
    wake(sim, vm);
}

void source_start(struct lane_sim *sim, struct vm_state *vm)
{
    const struct lane_options *o = sim->opt;
    struct rng_id id = {.seed = o->seed,
                        .tenant = vm->spec->name_hash,
                        .replica = o->replica,
                        .vm = (uint32_t)vm->spec->vm_ix};
    vm->arrived = vm->started = vm->finished = 0;
    vm->host_in = vm->host_out = 0;
    vm->dozes = vm->has_head = vm->is_down = vm->refuses = vm->beside = vm->rests = false;
    vm->free_ns = vm->stopped_ns = 0;
    vm->waited_for = !o->saturated || !o->saturated[vm->spec->tenant_ix];
    vm->counts_all = vm->work->trace && o->trace_all;
    /* A trace has no warm-up. */
    vm->from_ns = vm->work->trace ? 0 : o->from_ns;
    vm->to_ns = vm->counts_all ? INT64_MAX : o->to_ns;
    recall_reset(&vm->recall);
    for (int i = 0; vm->memo && i < source_clients(vm->spec); i++) {
        vm->memo[i].asked = vm->memo[i].done = 0;
    }
    if (vm->work->has_host) {
        rng_init(&vm->host_ahead.rng, &id, RNG_HOST);
        rng_init(&vm->host_behind.rng, &id, RNG_HOST);
        vm->host_ahead.free_ns = vm->host_behind.free_ns = 0;
    }
    if (vm->timer_slot >= 0) {
        evq_set(&sim->evq, (uint32_t)vm->timer_slot, EVQ_IDLE);
    }
    if (!vm->client) {
        sim->sources += vm->counts_all;
        work_cursor_init(&vm->ahead, vm->work, &id);
        work_cursor_init(&vm->behind, vm->work, &id);
        if (vm->frames) {
            frames_start(sim, vm);
            return;
        }
        if (vm->llm) {
            llm_start(sim, vm);
        }
        source_raise(sim, vm);
        return;
    }
    for (int i = 0; i < vm->work->clients; i++) {
        struct client *c = &vm->client[i];
        id.client = (uint32_t)i;
        rng_init(&c->think, &id, RNG_THINK);
        rng_init(&c->service, &id, RNG_SERVICE);
        c->serial = 0;
        c->in_host = false;
        evq_set(&sim->evq, (uint32_t)(vm->first_slot + i), work_think_ns(vm->work, &c->think));
    }
}

void source_count_rest(struct lane_sim *sim, struct vm_state *vm)
{
    bool is_open = !vm->client && !vm->frames;
    if (!is_open || !vm->work->has_host || sim->opt->to_the_end) {
        return;
    }
    while (vm->more && vm->next_ns < sim->opt->to_ns) {
        source_raise(sim, vm);
    }
}

/* ---- Service ---- */

void source_begin(struct lane_sim *sim, struct vm_state *vm, struct server *s, struct job *job,
                  int64_t reference_ns)
{
    const struct work *w = vm->work;
    job->first_ns = sim->now_ns;
    const struct slice_factor *factor = &s->factor;
    const int64_t *by_size = s->by_size;
    if (s->stake) {
        const struct lane_server *own = &vm->spec->server[s - &sim->server[vm->first_server]];
        factor = &own->factor;
        by_size = own->by_size;
    }
    job->total_ns =
        by_size ? by_size[job->n] : slice_time_ns(&w->scaling, factor, reference_ns);
    job->pieces = 1;
    if (w->pieces > 1) {
        job->pieces = w->pieces < job->total_ns ? w->pieces : (int)job->total_ns;
    }
    job->piece = 0;
    job->resume_ns = -1;
}

int64_t source_head_demand(struct vm_state *vm)
{
    pull(vm);
    return vm->head_demand_ns;
}

int64_t source_take_item(struct lane_sim *sim, struct vm_state *vm, struct item *item)
{
    int64_t demand_ns = 0;
    if (vm->client) {
        int client = vm->queue[vm->started % vm->work->clients];
        struct client *c = &vm->client[client];
        *item = (struct item){.serial = c->serial, .order = c->order, .client = client};
        item->arrival_ns = c->arrival_ns;
        item->queued_ns = c->queued_ns;
        demand_ns = work_service_ns(vm->work, &c->service);
    } else if (vm->has_head) {
        *item = vm->head;
        demand_ns = vm->head_demand_ns;
        vm->has_head = false;
    } else {
        demand_ns = draw(vm, item);
    }
    vm->started++;
    sim->sum_started += (uint64_t)item->queued_ns;
    assert(item->queued_ns <= sim->now_ns);
    return demand_ns;
}

void source_take(struct lane_sim *sim, struct vm_state *vm, struct server *s)
{
    struct job *job = &s->job[s->job_n];
    if (vm->frames) {
        frames_take(sim, vm, s);
    } else if (vm->llm) {
        llm_take(sim, vm, s);
    } else {
        int64_t n = waiting(vm);
        int64_t demand_ns = source_take_item(sim, vm, &job->item[0]);
        job->n = n < batch_max(vm->work) ? (int)n : batch_max(vm->work);
        for (int i = 1; i < job->n; i++) {
            demand_ns = source_take_item(sim, vm, &job->item[i]);
        }
        demand_ns = vm->work->by_size ? vm->work->by_size[job->n] : demand_ns;
        source_begin(sim, vm, s, job, demand_ns);
        vm->free_ns = sim->now_ns;
        set_batch_timer(sim, vm);
    }
    s->job_n++;
}

void source_done(struct lane_sim *sim, struct vm_state *vm, const struct job *job)
{
    if (vm->llm) {
        llm_done(sim, vm);
        return;
    }
    /* With every stream taken the next batch began to wait for one only now. */
    if (vm->work->batch_from_free && all_taken(sim, vm)) {
        vm->free_ns = sim->now_ns;
        set_batch_timer(sim, vm);
    }
    for (int i = 0; i < job->n; i++) {
        const struct item *item = &job->item[i];
        source_leave(sim, vm, item);
        if (vm->client) {
            ask_again(sim, vm, item);
        }
        source_record(sim, vm, item, job->first_ns, NULL);
    }
}
