/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane.c - the event loop of one lane.
 *
 * Event slots are numbered completions (servers by VM), ends and beginnings of outages, vGPUs
 * that come and go, arrivals (VMs, or clients of closed VMs), slice timers (domains), so that
 * the order of events at one instant falls out of the event set. Work is taken up, switched to
 * and preempted in decide() only, after all events of the instant.
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

#define PATIENCE_NS INT64_C(3600000000000)

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

/* How much longer the job takes beside so many active ones than alone, where that was measured;
 * `stretch` says it where they share by width. */
static inline double crowd_slow(const struct server *s, const struct job *job, int active_n)
{
    return s->crowd ? s->crowd[active_n - 1].slow[job->n] : 1.0;
}

/* Books the progress of a running server up to `now`. Where speeds are 1 nothing is divided:
 * most servers have one job. */
static void advance(struct lane_sim *sim, struct server *s, int64_t now)
{
    if (s->running && s->active_n > 0 && now > s->since_ns) {
        double done = (double)(now - s->since_ns);
        done = s->stretch > 1.0 ? done / s->stretch : done;
        for (int i = 0; i < s->job_n; i++) {
            struct job *job = &s->job[i];
            double own = s->crowd ? done / crowd_slow(s, job, s->active_n) : done;
            job->rem_ns -= job->resume_ns < 0 ? own : 0.0;
        }
        s->got_ns += now - s->since_ns;
        if (!sim->is_silent) {
            show_segment(sim, s, false, s->since_ns, now);
            s->useful_ns += lane_window(sim, s->since_ns, now);
        }
    }
    s->since_ns = now;
}

/* What is left to do of a job beside so many active ones, at full speed. */
static inline double left_of(const struct server *s, const struct job *job, int active_n)
{
    return s->crowd ? job->rem_ns * crowd_slow(s, job, active_n) : job->rem_ns;
}

/* What is left of the active job that ends first; there is one. */
static inline double least_left(const struct server *s)
{
    double least = s->job_n == 1 ? left_of(s, &s->job[0], s->active_n) : (double)INFINITY;
    for (int i = 0; s->job_n > 1 && i < s->job_n; i++) {
        double left = left_of(s, &s->job[i], s->active_n);
        least = s->job[i].resume_ns < 0 && left < least ? left : least;
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

double lane_asked_width(const struct lane_sim *sim, const struct server *s)
{
    if (!s->stake) {
        return sim->vm[s->vm].work->scaling.width_frac * s->active_n;
    }
    double width = 0.0;
    for (int k = 0; k < s->part_n; k++) {
        width += sim->vm[s->vm + k].work->scaling.width_frac * s->stake[k].active_n;
    }
    return width;
}

/* Sets the speed for the jobs now active, and the time of the next end of a piece if it comes
 * no later than `until_ns`: what comes later is preempted first. Gaps end whoever runs. */
static void reschedule(struct lane_sim *sim, struct server *s, int64_t until_ns)
{
    int64_t due_ns = EVQ_IDLE;
    s->active_ns = EVQ_IDLE;
    if (s->running && s->active_n > 0) {
        s->stretch = sim->domain[s->domain].slow;
        if (s->active_n > 1 && !s->crowd) {
            double width = lane_asked_width(sim, s);
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

/* One active job more or less. */
static void count_active(struct server *s, const struct job *job, int by)
{
    s->active_n += by;
    if (s->stake) {
        s->stake[job->part].active_n += by;
    }
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
    count_active(s, job, 1);
}

/* Takes the workload's next job into service. */
static void take_up(struct lane_sim *sim, struct vm_state *vm, struct server *s)
{
    s->job[s->job_n].part = vm->part;
    s->job[s->job_n].owed = false;
    source_take(sim, vm, s);
    if (s->stake) {
        s->stake[vm->part].job_n++;
    }
    begin_piece(s, &s->job[s->job_n - 1]);
    lane_move(sim, s->domain);
}

/* Takes up what waits, as far as the streams of a server that runs go. */
static void fill(struct lane_sim *sim, struct vm_state *vm, struct server *s)
{
    while (s->job_n < vm->streams && source_has_job(sim, vm)) {
        take_up(sim, vm, s);
    }
    reschedule(sim, s, EVQ_IDLE);
}

/* ---- Events ---- */

/* The job has come to the end of a piece, a gap or its tail. True: it is done. */
static bool goes_over(struct lane_sim *sim, struct server *s, struct job *job)
{
    const struct work *w = server_vm(sim, s, job)->work;
    int64_t pause_ns = 0;
    if (job->resume_ns < 0) {
        count_active(s, job, -1);
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

/* Job i goes to the place behind those that are kept, whose own goes there in turn: the room
 * for items belongs to the place. */
static void keep_job(struct server *s, int i, int *kept)
{
    struct job place = s->job[*kept];
    s->job[*kept] = s->job[i];
    s->job[i] = i > *kept ? place : s->job[i];
    (*kept)++;
}

static void on_completion(struct lane_sim *sim, int server)
{
    struct server *s = &sim->server[server];
    struct vm_state *vm = &sim->vm[s->vm];
    bool is_end = sim->now_ns == s->active_ns;
    lane_move(sim, s->domain);
    source_catch_up(sim, vm);
    advance(sim, s, sim->now_ns);
    double due = is_end ? least_left(s) : -1.0;
    const struct domain_state *on = &sim->domain[s->domain];
    struct supply supply = on->owed;
    if (is_end && on->owes && on->spec->params.varies) {
        supply.gap_ns = share_gap_ns(&on->spec->params, s->turns);
    }
    bool owed =
        is_end && on->owes && supply_is_late(&supply, sim->now_ns - s->busy_ns, s->got_ns);
    int kept = 0;
    int job_n = s->job_n;
    int active_n = s->active_n;
    for (int i = 0; i < job_n; i++) {
        struct job *job = &s->job[i];
        bool at_end = job->resume_ns < 0 ? is_end && left_of(s, job, active_n) <= due
                                         : job->resume_ns <= sim->now_ns;
        job->owed |= at_end && job->resume_ns < 0 && owed;
        sim->owed = job->owed;
        if (at_end && goes_over(sim, s, job)) {
            source_done(sim, server_vm(sim, s, job), job);
            if (s->stake) {
                s->stake[job->part].job_n--;
            }
            continue;
        }
        keep_job(s, i, &kept);
    }
    s->job_n = kept;
    struct domain_state *d = &sim->domain[s->domain];
    if (vm->starts_at_once) {
        fill(sim, vm, s);
        source_doze(sim, vm);
        return;
    }
    reschedule(sim, s, d->spec->sched ? d->turn.end_ns : EVQ_IDLE);
    source_mark(sim, vm);
    lane_wake(sim, s->domain);
}

/* ---- Out of service ---- */

void lane_halt(struct lane_sim *sim, struct server *s)
{
    advance(sim, s, sim->now_ns);
    s->running = false;
    lane_move(sim, s->domain);
    reschedule(sim, s, EVQ_IDLE);
}

void lane_go_on(struct lane_sim *sim, struct server *s)
{
    if (!sim->domain[s->domain].spec->sched && s->job_n > 0) {
        advance(sim, s, sim->now_ns);
        s->running = true;
        lane_move(sim, s->domain);
        reschedule(sim, s, EVQ_IDLE);
    }
}

/* May every request of the job begin anew? */
static bool starts_again(struct lane_sim *sim, struct vm_state *vm, struct job *job,
                         bool beside)
{
    bool may = !vm->llm;
    for (int i = 0; may && i < job->n; i++) {
        may = source_restart(sim, vm, &job->item[i], beside);
    }
    return may;
}

void lane_strike(struct lane_sim *sim, struct server *s, bool restarts, bool beside)
{
    int job_n = s->job_n;
    int kept = 0;
    s->active_n = 0;
    for (int k = 0; s->stake && k < s->part_n; k++) {
        s->stake[k].job_n = s->stake[k].active_n = 0;
    }
    for (int i = 0; i < job_n; i++) {
        struct job *job = &s->job[i];
        struct vm_state *vm = server_vm(sim, s, job);
        if (restarts && starts_again(sim, vm, job, beside)) {
            if (s->stake) {
                s->stake[job->part].job_n++;
            }
            job->piece = 0;
            job->owed = false;
            begin_piece(s, job);
            keep_job(s, i, &kept);
            continue;
        }
        for (int k = 0; k < job->n; k++) {
            source_leave(sim, vm, &job->item[k]);
            source_lose(sim, vm, &job->item[k], beside);
        }
    }
    s->job_n = kept;
    reschedule(sim, s, EVQ_IDLE);
}

/* ---- Decisions ---- */

/* The server with the fewest jobs of the workload. */
static struct server *least_busy(struct lane_sim *sim, const struct vm_state *vm)
{
    struct server *best = &sim->server[vm->first_server];
    for (int i = 1; i < vm->server_n; i++) {
        struct server *s = &sim->server[vm->first_server + i];
        best = server_jobs(s, vm) < server_jobs(best, vm) ? s : best;
    }
    return best;
}

/* Exclusive domains: each workload's next jobs go to its least busy server. That is decided for
 * all domains of the VM at once. */
static void decide_exclusive(struct lane_sim *sim, const struct domain_state *d)
{
    const struct server *own = &sim->server[d->server_of[0]];
    for (int k = 0; k < own->part_n; k++) {
        struct vm_state *vm = &sim->vm[own->vm + k];
        while (source_has_job(sim, vm)) {
            struct server *best = least_busy(sim, vm);
            if (server_jobs(best, vm) == vm->streams) {
                break;
            }
            best->running = true;
            advance(sim, best, sim->now_ns);
            take_up(sim, vm, best);
            reschedule(sim, best, EVQ_IDLE);
        }
        source_doze(sim, vm);
    }
    const struct vm_state *first = &sim->vm[own->vm];
    for (int i = 0; i < first->server_n; i++) {
        sim->domain[sim->server[first->first_server + i].domain].dirty = false;
    }
}

/* Lets the vGPU of the turn run: takes up what waits, as far as its streams go. */
static void run_turn(struct lane_sim *sim, struct server *s)
{
    struct vm_state *first = &sim->vm[s->vm];
    int before = s->job_n;
    bool takes_up = false;
    for (int k = 0; k < s->part_n; k++) {
        takes_up = takes_up || lane_can_take(sim, s, &first[k]);
    }
    if (s->running && !takes_up) {
        return; /* somebody else's event: booking progress here would round it once more */
    }
    advance(sim, s, sim->now_ns);
    s->running = true;
    for (int k = 0; k < s->part_n; k++) {
        while (lane_can_take(sim, s, &first[k])) {
            take_up(sim, &first[k], s);
        }
    }
    reschedule(sim, s, sim->domain[s->domain].turn.end_ns);
    if (s->job_n != before) {
        source_mark(sim, first);
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
        left *= crowd_slow(s, &s->job[i], s->active_n);
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

/* Ends the run: a plug-in has broken its contract. */
static void note_fault(struct lane_sim *sim, enum sched_fault what,
                       const struct sched_kind *kind)
{
    sim->failed = true;
    sim->fault = (struct lane_fault){.what = what, .kind = kind, .at_ns = sim->now_ns};
}

void lane_power(struct lane_sim *sim, int domain, int slot, bool is_on)
{
    struct domain_state *d = &sim->domain[domain];
    const struct sched_params *p = &d->spec->params;
    if (!p->varies) {
        return;
    }
    if (!is_on && d->turn.vgpu == slot && d->phase == PHASE_SWITCH) {
        d->turn.end_ns = d->turn.run_ns;
    } else if (!is_on && d->turn.vgpu == slot && d->phase == PHASE_RUN) {
        end_hold(sim, d, sim->now_ns);
        stop_turn(sim, d);
    }
    /* While a turn runs over, what follows its slot is not open yet. */
    int64_t at_ns = d->over_ns > 0 ? d->turn.end_ns - d->over_ns : sim->now_ns;
    sched_power(d->spec->sched, p, &d->state, slot, is_on, at_ns);
    for (uint64_t rest = is_on ? d->has_work : 0; rest != 0; rest &= rest - 1) {
        sim->server[d->server_of[__builtin_ctzll(rest)]].turns += share_turns_each(p);
    }
    lane_wake(sim, domain);
}

/* Asks the scheduler. False: nothing can run now; a timer is set if something will. */
static bool next_turn(struct lane_sim *sim, struct domain_state *d, uint32_t timer)
{
    struct sched_view view = {.now_ns = sim->now_ns, .has_work = d->has_work, .last = d->last};
    d->turn = d->spec->sched->pick(&d->spec->params, &d->state, &view);
    if (d->state.fault != SCHED_SOUND) {
        note_fault(sim, d->state.fault, d->spec->sched);
    }
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
    lane_move(sim, (int)(d - sim->domain));
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

/* ---- Speed ---- */

void lane_slow_down(struct lane_sim *sim, struct domain_state *d, struct server *s, double slow)
{
    if (s) {
        advance(sim, s, sim->now_ns);
    }
    d->slow = slow;
    if (s) {
        reschedule(sim, s, d->spec->sched ? d->turn.end_ns : EVQ_IDLE);
    }
}

/* ---- The loop ---- */

/* A completion, something in the life of a VM, an arrival. */
static void dispatch(struct lane_sim *sim, uint32_t slot)
{
    int s = (int)slot;
    if (s < sim->server_n) {
        on_completion(sim, s);
        return;
    }
    if (s < sim->server_n + sim->life_n) {
        life_event(sim, s - sim->server_n);
        return;
    }
    source_event(sim, &sim->vm[sim->vm_of[s - sim->server_n - sim->life_n]], s);
}

/* Slice timers come last and lead to a decision, which sets them anew. */
static void decide_all(struct lane_sim *sim)
{
    bool is_timer = evq_first_ns(&sim->evq) == sim->now_ns;
    int from = is_timer ? 0 : sim->dirty_lo;
    sim->dirty_hi = is_timer ? sim->lane->domain_n - 1 : sim->dirty_hi;
    sim->dirty_lo = sim->lane->domain_n;
    for (int i = from; i <= sim->dirty_hi; i++) {
        struct domain_state *d = &sim->domain[i];
        bool takes_turns = d->spec->sched;
        if (takes_turns && sim->evq.time_ns[sim->domain_slot + i] == sim->now_ns) {
            sim->events++;
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
    /* A decision may have woken a domain before it. */
    sim->dirty_hi = sim->dirty_lo == sim->lane->domain_n ? -1 : sim->dirty_hi;
}

/* One instant: all its events, then all decisions. */
void lane_step(struct lane_sim *sim)
{
    uint32_t slot = evq_first(&sim->evq);
    int64_t now = sim->evq.time_ns[slot];
    assert(now >= sim->now_ns && now != EVQ_IDLE);
    sim->area += sim->in_system * (uint64_t)(now - sim->now_ns);
    sim->now_ns = now;
    while ((int)slot < sim->domain_slot && sim->evq.time_ns[slot] == now) {
        sim->events++;
        dispatch(sim, slot);
        slot = evq_first(&sim->evq);
    }
    if (sim->dirty_hi >= 0 || (int)slot >= sim->domain_slot) {
        decide_all(sim);
    }
    if (sim->is_coupled && sim->moved_hi >= 0) {
        couple_domains(sim);
        sim->moved_lo = sim->lane->domain_n;
        sim->moved_hi = -1;
    }
}

/* When a run under a plug-in must be over. No policy knows a queue that a tenth as long a run
 * fills and an hour cannot empty, unless it leaves somebody out. */
static int64_t patience_ns(const struct lane_options *o)
{
    return o->to_ns > (EVQ_IDLE - PATIENCE_NS) / 10 - 1 ? EVQ_IDLE - 1
                                                        : 10 * o->to_ns + PATIENCE_NS;
}

/* Asked after every instant of a run; baselines ask their own plug-ins. */
static void look_for_starved(struct lane_sim *sim)
{
    for (int d = 0; sim->sources == 0 && d < sim->lane->domain_n; d++) {
        if (sim->domain[d].has_work != 0 && sim->domain[d].spec->params.plugin) {
            note_fault(sim, SCHED_STARVES, sim->domain[d].spec->sched);
        }
    }
}

/* The fault of the lane or of a baseline. */
static struct lane_fault find_fault(const struct lane_sim *sim)
{
    struct lane_fault fault = sim->fault;
    for (int v = 0; fault.what == SCHED_SOUND && v < sim->lane->vm_n; v++) {
        fault = sim->vm[v].silent ? sim->vm[v].silent->fault : fault;
    }
    return fault;
}

static void start(struct lane_sim *sim, const struct lane_options *o, struct lane_books *books)
{
    sim->opt = o;
    sim->books = books;
    sim->failed = false;
    sim->fault = (struct lane_fault){.what = SCHED_SOUND};
    sim->end_ns = EVQ_IDLE;
    sim->now_ns = 0;
    sim->moved_lo = 0;
    sim->moved_hi = sim->lane->domain_n - 1;
    sim->dirty_lo = sim->lane->domain_n;
    sim->dirty_hi = -1;
    sim->pending = sim->sources = sim->events = 0;
    sim->may_doze = !o->queue;
    sim->from_ns = o->to_the_end ? 0 : o->from_ns;
    sim->to_ns = o->to_the_end ? INT64_MAX : o->to_ns;
    sim->in_system = sim->area = sim->sum_time = 0;
    sim->sum_started = sim->sum_arrived = sim->sum_finished = 0;
    evq_reset(&sim->evq);
    for (int i = 0; i < sim->server_n; i++) {
        sim->server[i].job_n = sim->server[i].active_n = 0;
        sim->server[i].active_ns = EVQ_IDLE;
        sim->server[i].running = false;
        sim->server[i].since_ns = sim->server[i].useful_ns = 0;
        sim->server[i].due_ns = EVQ_IDLE;
        sim->server[i].stretch = 1.0;
        for (int k = 0; sim->server[i].stake && k < sim->server[i].part_n; k++) {
            sim->server[i].stake[k].job_n = sim->server[i].stake[k].active_n = 0;
        }
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
        s->slow = s->path_slow = 1.0;
        s->path_frac = 0.0;
        if (s->spec->params.plugin && !o->to_the_end) {
            sim->end_ns = patience_ns(o);
        }
    }
    for (int v = 0; v < sim->lane->vm_n; v++) {
        source_start(sim, &sim->vm[v]);
        if (sim->vm[v].silent && sim->vm[v].part == 0) {
            start(sim->vm[v].silent, o, NULL);
        }
    }
    if (sim->life) {
        life_start(sim);
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
                in_service += s->job[j].part == vm->part ? s->job[j].n : 0;
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

/* Nothing changes before the next event: what runs now runs until then. */
static void close_books(struct lane_sim *sim, int64_t next)
{
    struct lane_books *books = sim->books;
    for (int i = 0; i < sim->server_n; i++) {
        struct server *s = &sim->server[i];
        if (next != EVQ_IDLE) {
            advance(sim, s, next);
            bool has_work = sim->domain[s->domain].has_work >> s->slot & 1;
            books->backlog_ns[s->vm] += has_work ? lane_window(sim, s->busy_ns, next) : 0;
        }
        books->useful_ns[s->vm] += s->useful_ns;
        books->domain_useful_ns[s->domain] += s->useful_ns;
    }
    for (int d = 0; next != EVQ_IDLE && d < sim->lane->domain_n; d++) {
        end_hold(sim, &sim->domain[d], next);
    }
    books->events = sim->events;
}

/* The run may end: from here on every arrival is an event, so that those before the end are
 * known. Returns the time of the next event. */
static int64_t rouse_all(struct lane_sim *sim)
{
    sim->may_doze = false;
    for (int v = 0; v < sim->lane->vm_n; v++) {
        source_catch_up(sim, &sim->vm[v]);
        source_doze(sim, &sim->vm[v]);
    }
    return evq_first_ns(&sim->evq);
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
    memset(books->lost, 0, vm_n * sizeof *books->lost);
    memset(books->lost_beside, 0, vm_n * sizeof *books->lost_beside);
    memset(books->down_ns, 0, vm_n * sizeof *books->down_ns);
    books->faults = (struct fault_books){0};
    memset(books->backlog_ns, 0, vm_n * sizeof *books->backlog_ns);
    memset(books->domain_useful_ns, 0, domain_n * sizeof *books->domain_useful_ns);
    memset(books->domain_switch_ns, 0, domain_n * sizeof *books->domain_switch_ns);
    memset(books->domain_held_ns, 0, domain_n * sizeof *books->domain_held_ns);
    books->last_done_ns = books->events = 0;
    books->digest = 0;
    books->stopped = false;
    books->fault = (struct lane_fault){.what = SCHED_SOUND};
    if (sim->fast) {
        lane_fast_run(sim->fast, options, books);
        return true;
    }
    sim->batch->n = 0;
    start(sim, options, books);
    int64_t end_ns = options->to_the_end ? 0 : options->to_ns;
    int64_t next = evq_first_ns(&sim->evq);
    for (unsigned tick = 1; next != EVQ_IDLE && !sim->failed; tick++) {
        if (next >= end_ns && sim->may_doze) {
            next = rouse_all(sim);
        }
        if (next >= end_ns && sim->pending == 0 && sim->sources == 0) {
            break;
        }
        if ((tick & 0xfff) == 0 && options->stop && *options->stop) {
            books->stopped = true;
            break;
        }
        lane_step(sim);
        if (sim->now_ns > sim->end_ns) {
            look_for_starved(sim);
        }
        if (options->queue) {
            show_queues(sim);
        }
        next = evq_first_ns(&sim->evq);
    }
    lane_flush(sim->batch, options);
    books->fault = find_fault(sim);
    if (sim->failed) {
        return false;
    }
    check_laws(sim);
    if (sim->life) {
        life_close(sim);
    }
    for (int v = 0; v < sim->lane->vm_n; v++) {
        source_count_rest(sim, &sim->vm[v]);
    }
    close_books(sim, next);
    return true;
}
