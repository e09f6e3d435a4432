/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_engine.h - the inside of the event engine: domains and turns (lane.c), and the VMs'
 * side of it: requests (lane_source.c), frames (lane_frames.c), sequences of tokens
 * (lane_llm.c).
 *
 * A VM has servers, one for each of its vGPUs. A server holds jobs: what is served as one - a
 * request, a batch, a frame, an iteration. A job is active while it wants the domain; between
 * two of its pieces, and in its tail, the domain is free and the server's stream is not. */
#ifndef SIM_RUN_LANE_ENGINE_H
#define SIM_RUN_LANE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/share.h"
#include "sim/core/evq.h"
#include "sim/run/lane.h"
#include "sim/run/recall.h"

/* One request in a job. */
struct item {
    int64_t serial, order, arrival_ns;
    int64_t queued_ns; /* when it left the host stage */
    int client;
    uint8_t restarts; /* how often it was begun anew ... */
    bool faulted;     /* ... and one of them was by a fault of another VM */
};

/* What a stream of a server is busy with. */
struct job {
    struct item *item; /* [batch] of which n are used; belongs to the job's place */
    int n;
    int64_t first_ns;
    int64_t total_ns;  /* its service time on this domain, at full speed */
    int pieces, piece; /* how many, and which one is next or under way */
    double work_ns;    /* of this piece */
    double rem_ns;     /* what is left of it; whole while speeds are 1 */
    int64_t resume_ns; /* the gap or tail ends here; -1: active */
    bool owed;         /* a piece was done later than the policy owes */
    int part;          /* workload of the VM */
};

/* What one of several workloads has of a server. */
struct stake {
    int job_n, active_n;
};

/* One vGPU of one VM: the seat in which up to `streams` jobs of each of its workloads are in
 * service. */
struct server {
    int vm, domain, slot; /* vm: the first workload's */
    struct slice_factor factor;
    const int64_t *by_size; /* measured times of batches on its domain, or NULL; these two of
                               the first workload */
    const struct service_profile *crowd; /* [streams] what so many active jobs were measured to
                                            take; NULL: they share by width */
    struct stake *stake;                 /* [part_n] by workload; NULL: there is one */
    int part_n;                          /* workloads, >= 1 */
    struct job *job; /* [all streams] in the order in which they were taken up */
    int job_n;
    int active_n; /* of them, that want the domain */
    bool running;
    int64_t since_ns;  /* progress is booked up to here */
    int64_t active_ns; /* the next piece ends here; EVQ_IDLE: not within this turn */
    int64_t due_ns;    /* what its event slot holds: the next end of a piece, gap or tail */
    double stretch;    /* time per ns of work of each active job, >= 1 */
    int64_t useful_ns; /* running, in the window of utilization */
    int64_t busy_ns;   /* since when it has work for its domain, where turns are taken ... */
    int64_t got_ns;    /* ... and how long it has run since */
    int turns; /* of all that may come between two of its own since then; where that varies */
};

struct client {
    struct rng think, service;
    int64_t serial, order, arrival_ns; /* of its outstanding or next request */
    int64_t queued_ns; /* when it leaves the host stage; known from its arrival on */
    bool in_host;
};

/* Baseline latencies that were computed but not asked for yet. */
struct memo {
    int64_t *latency_ns; /* [cap] by serial modulo cap; heap, because a closed loop's lead has
                            no bound */
    int64_t cap;
    int64_t asked; /* serials below are not wanted any more */
    int64_t done;  /* the next serial that has not completed (closed loops: in order) */
};

struct frames;
struct llm_state;

struct vm_state {
    const struct lane_vm *spec;
    const struct work *work;
    struct work_cursor ahead, behind; /* open loops: raises arrivals; serves */
    struct host_line host_ahead, host_behind;
    int64_t next_ns;        /* open loops: the arrival that is due next ... */
    int64_t next_queued_ns; /* ... and when it leaves the host stage */
    bool more;              /* open loops: there is one */
    struct item head;       /* open loops: the longest waiting request ... */
    int64_t head_demand_ns;
    bool has_head;             /* ... if it has been drawn again */
    struct client *client;     /* [work->clients] closed loops */
    int *queue;                /* [work->clients] waiting clients, a ring */
    int *host_queue;           /* [work->clients] clients in the host stage, a ring ... */
    int64_t host_in, host_out; /* ... and how many have come to it and left it */
    struct frames *frames;     /* WORK_FRAMES, else NULL */
    struct llm_state *llm;     /* WORK_LLM, else NULL */
    int64_t arrived;           /* at the queue of the GPU stage */
    int64_t started, finished;
    int first_server, server_n;
    int first_slot;  /* of its arrival events */
    int timer_slot;  /* of its batch or host timer; -1: it has none */
    int64_t free_ns; /* batch_from_free: since when a stream is free, or the last batch left */
    int64_t from_ns, to_ns; /* requests count that arrive in [from, to) */
    bool waited_for;        /* counted requests are awaited after the window */
    bool counts_all;        /* every row of a trace */
    bool takes_turns;       /* its domains look at their masks of who has work */
    bool is_down;           /* out of service: nothing is taken up, nothing runs ... */
    bool refuses;           /* ... and what an open loop sends meanwhile is lost ... */
    bool beside;            /* ... to a fault of another VM */
    int64_t stopped_ns;     /* stopped until then: what comes is lost to that */
    bool rests;             /* stopped and not back: clients ask at back_ns instead */
    int64_t back_ns;        /* as far as is known */
    bool one_by_one;        /* each request is a job of its own */
    bool starts_at_once;    /* one exclusive server and no batch: what waits when a stream falls
                               free goes on it whatever else happens at that instant */
    bool may_doze; /* an arrival that finds every stream taken does nothing but wait ... */
    bool dozes;  /* ... and they all are: its arrivals are not in the event set, and are made up
                    for when a stream falls free */
    int streams; /* of each server, for this workload */
    int part;    /* which workload of its VM */
    struct lane_sim *silent; /* the same lane with this VM alone, its workloads together, which
                                share it; NULL: no neighbours to silence */
    struct memo *memo;       /* [1 or clients] in a silent lane; NULL: it recalls */
    struct recall recall;    /* in a silent lane, of requests that end in any order, or are
                                computed    while another workload's are asked for */
    bool recalls;
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
    int64_t crossed_ns;   /* turns are crossed up to here: nothing is decided before */
    int64_t retry_ns;     /* no round can be crossed before */
    bool owes;            /* the policy owes each vGPU ... */
    struct supply owed;   /* ... so much */
    bool dirty;           /* must decide at the end of this instant */
    bool is_busy;         /* something runs on it; for the instances of its board */
    double path_frac;     /* share of the path to the host that it asks for; 0: it is idle */
    double path_slow;     /* time per ns of work that the others on its path leave, >= 1 */
    double slow;          /* time per ns of work that other domains of its board and its path
                             leave, >= 1 */
};

struct lane_fast;
struct lane_batch;
struct lane_life;

struct lane_sim {
    const struct lane *lane;
    struct evq evq;
    struct vm_state *vm;
    struct server *server;
    struct domain_state *domain;
    int server_n;
    struct lane_life *life; /* NULL: nothing happens to its VMs */
    int life_n;             /* slots of its events, behind those of the servers */
    int *vm_of;             /* [arrival slots] whose they are */
    int domain_slot;        /* first slot of the slice timers */
    bool is_silent;         /* a baseline: remembers latencies, keeps no books */
    bool failed;            /* memory ran out, or a plug-in is at fault */
    struct lane_fault fault;
    int64_t end_ns; /* a plug-in has starved somebody if the run is not over by then */
    bool skips;     /* crosses whole rounds at once; the reference does not */
    bool may_doze;  /* no arrival has to be seen at its instant */
    int64_t now_ns;
    bool owed;       /* of the job that ends */
    int64_t pending; /* counted requests that are awaited */
    int64_t sources; /* traces that must be read to their end */
    int64_t events;
    int64_t from_ns, to_ns; /* window of utilization; all time of a run to the end */
    uint64_t in_system, area, sum_time, sum_started, sum_arrived,
        sum_finished; /* of queue entries, modulo 2^64 */
    const struct lane_options *opt;
    struct lane_books *books;
    int dirty_lo, dirty_hi; /* no other domains must decide; lo > hi: none */
    bool is_coupled;        /* domains slow each other ... */
    int moved_lo, moved_hi; /* ... what runs on others has not changed since they were coupled;
                               lo > hi: on none */
    int *board_lo, *board_hi; /* [domain_n] first and last domain of the same board */
    double *path_share;       /* ... [domain_n] room for those that use one path ... */
    double *path_term;        /* ... and [domain_n + 2] for hostpath_stretch */
    struct lane_fast *fast; /* not NULL: the lane runs there, and nothing else here is set up */
    struct lane_batch *batch;
};

/* One instant: all its events, then all decisions. */
void lane_step(struct lane_sim *sim);

/* The domain decides at the end of this instant. */
static inline void lane_wake(struct lane_sim *sim, int domain)
{
    sim->domain[domain].dirty = true;
    sim->dirty_lo = domain < sim->dirty_lo ? domain : sim->dirty_lo;
    sim->dirty_hi = domain > sim->dirty_hi ? domain : sim->dirty_hi;
}

/* What runs on the domain may have changed. */
static inline void lane_move(struct lane_sim *sim, int domain)
{
    sim->moved_lo = domain < sim->moved_lo ? domain : sim->moved_lo;
    sim->moved_hi = domain > sim->moved_hi ? domain : sim->moved_hi;
}

/* Part of [a, b) in the window of utilization. */
static inline int64_t lane_window(const struct lane_sim *sim, int64_t a, int64_t b)
{
    int64_t lo = a > sim->from_ns ? a : sim->from_ns;
    int64_t hi = b < sim->to_ns ? b : sim->to_ns;
    return hi > lo ? hi - lo : 0;
}

/* Jobs of the workload that the server has. */
static inline int server_jobs(const struct server *s, const struct vm_state *vm)
{
    return s->stake ? s->stake[vm->part].job_n : s->job_n;
}

/* The workload of a job. */
static inline struct vm_state *server_vm(struct lane_sim *sim, const struct server *s,
                                         const struct job *job)
{
    return &sim->vm[s->vm + job->part];
}

/* Sum of the widths of the active jobs: what they ask for of the domain's SMs. */
double lane_asked_width(const struct lane_sim *sim, const struct server *s);

/* From now on work on the domain takes `slow` times as long; s runs there, or NULL. */
void lane_slow_down(struct lane_sim *sim, struct domain_state *d, struct server *s,
                    double slow);

/* ---- lane_couple.c ---- */

/* Room for what a coupled lane needs. False when memory is out. */
bool couple_build(struct lane_sim *sim, struct arena *arena);

/* After the decisions of an instant: who runs now, and how fast. */
void couple_domains(struct lane_sim *sim);

/* Stops whatever the server runs, until its VM is taken into service again. */
void lane_halt(struct lane_sim *sim, struct server *s);

/* Its jobs get on again. Where turns are taken its next turn does that. */
void lane_go_on(struct lane_sim *sim, struct server *s);

/* Of a server that was halted: its jobs begin anew, if they may, or are lost. `beside`: by a
 * fault of another VM. */
void lane_strike(struct lane_sim *sim, struct server *s, bool restarts, bool beside);

/* A vGPU of the domain is powered on or off: its scheduler sees one more or less. The turn of
 * one that goes is over, its switch completed. */
void lane_power(struct lane_sim *sim, int domain, int slot, bool is_on);

/* ---- lane_life.c ---- */

/* Room for what happens to the VMs of the lane; in a silent lane to its own VM, and whose vGPUs
 * come and go. False when memory is out. */
bool life_build(struct lane_sim *sim, struct arena *arena);
void life_start(struct lane_sim *sim);

/* After a run to the last completion: VMs that are down then are down no longer than that. */
void life_close(struct lane_sim *sim);

/* The event in slot `i` of its own. */
void life_event(struct lane_sim *sim, int i);

/* ---- lane_skip.c ---- */

/* No turn is under way on domain d: crosses rounds of whole turns, if that is possible. True:
 * they are crossed, and the domain's timer is set to their end. */
bool skip_rounds(struct lane_sim *sim, struct domain_state *d, uint32_t timer);

/* Is the next event that matters to a domain never hidden in another domain's turns? */
bool skip_knows_next(const struct lane *lane);

/* r - c - c ... n times with the rounding of every step; r > n c >= 0. O(log r). */
double skip_subtract(double r, double c, int64_t n);

/* ---- lane_source.c ---- */

/* How many event slots the VM's arrivals take: clients of a closed loop, or 1; and a timer. */
int source_slots(const struct lane_vm *vm);
int source_clients(const struct lane_vm *vm);

/* Room for what the VM keeps. False when memory is out. */
bool source_build(struct vm_state *vm, struct arena *arena);
bool source_build_memos(struct lane_sim *sim, struct arena *arena);
void source_start(struct lane_sim *sim, struct vm_state *vm);

/* The event in a slot of the VM's. */
void source_event(struct lane_sim *sim, struct vm_state *vm, int slot);

/* Can something be taken into service now? Where requests are not jobs of their own: */
bool source_has_batch(struct lane_sim *sim, struct vm_state *vm);

static inline bool source_has_job(struct lane_sim *sim, struct vm_state *vm)
{
    bool waits = vm->one_by_one ? vm->arrived > vm->started : source_has_batch(sim, vm);
    return waits && !vm->is_down;
}

/* Does the workload have something to do for a stream of its own that is free? */
static inline bool lane_can_take(struct lane_sim *sim, const struct server *s,
                                 struct vm_state *vm)
{
    return server_jobs(s, vm) < vm->streams && source_has_job(sim, vm);
}

/* Takes the next job into service on server s, which has a stream free. */
void source_take(struct lane_sim *sim, struct vm_state *vm, struct server *s);

/* A job is done: its requests leave. */
void source_done(struct lane_sim *sim, struct vm_state *vm, const struct job *job);

/* Arrivals in the window that were not simulated because the run ended before they left the
 * host stage. */
void source_count_rest(struct lane_sim *sim, struct vm_state *vm);

/* Keeps the work masks of the VM's domains true; nobody looks at those of exclusive ones. */
void source_set_masks(struct lane_sim *sim, struct vm_state *vm);

static inline void source_mark(struct lane_sim *sim, struct vm_state *vm)
{
    if (vm->takes_turns) {
        source_set_masks(sim, vm);
    }
}

/* ---- For the kinds ---- */

/* Does a request that arrives at arrival_ns count? */
static inline bool source_is_counted(const struct vm_state *vm, int64_t arrival_ns)
{
    return arrival_ns >= vm->from_ns && arrival_ns < vm->to_ns &&
           (vm->spec->off.n == 0 || !life_is_absent(&vm->spec->off, arrival_ns));
}

/* When the next request, which came at arrival_ns, leaves the host stage: that stands still
 * while the VM is suspended, and what it holds as the VM stops leaves it then, to be lost. */
int64_t source_host_ready_ns(const struct vm_state *vm, struct host_line *h,
                             int64_t arrival_ns);

/* A request enters the queue of the GPU stage now, or leaves the system now. */
void source_enter(struct lane_sim *sim, struct vm_state *vm);
void source_leave(struct lane_sim *sim, struct vm_state *vm, const struct item *item);

/* Hands the finished request on, or remembers it in a silent lane. `more` gives what only its
 * kind knows: first token and tokens. */
struct source_more {
    int64_t first_token_ns, tokens;
};
void source_record(struct lane_sim *sim, struct vm_state *vm, const struct item *item,
                   int64_t first_ns, const struct source_more *more);

/* A request that is not served: it is not awaited any more. */
void source_drop(struct lane_sim *sim, struct vm_state *vm, const struct item *item);

/* The item has left without an answer: it was lost to a fault, of another VM if `beside`. Its
 * client thinks and asks again. */
void source_lose(struct lane_sim *sim, struct vm_state *vm, const struct item *item,
                 bool beside);

/* Marks a request as begun anew. False: that was once too often, and it is to be lost. */
bool source_restart(struct lane_sim *sim, struct vm_state *vm, struct item *item, bool beside);

/* All that wait at the GPU stage are lost. */
void source_lose_waiting(struct lane_sim *sim, struct vm_state *vm, bool beside);

/* The VM is in service again. */
void source_wake(struct lane_sim *sim, struct vm_state *vm);

/* The next arrival of an open loop goes into its slot. */
void source_raise(struct lane_sim *sim, struct vm_state *vm);

/* The arrivals up to now of a VM that dozes, as if each had been an event. */
void source_catch_up(struct lane_sim *sim, struct vm_state *vm);

/* After jobs were taken up or have ended: the VM dozes where nothing can be taken up, else its
 * next arrival stands in the event set. */
void source_doze(struct lane_sim *sim, struct vm_state *vm);

/* Sets the job's time on the server's domain. */
void source_begin(struct lane_sim *sim, struct vm_state *vm, struct server *s, struct job *job,
                  int64_t reference_ns);

/* The demand of the request that has waited longest, of which there is one; takes it out of the
 * queue, returning its demand. */
int64_t source_head_demand(struct vm_state *vm);
int64_t source_take_item(struct lane_sim *sim, struct vm_state *vm, struct item *item);

/* Remembers the latency of a request in a silent lane; -1: dropped. */
void source_remember(struct lane_sim *sim, struct vm_state *vm, const struct item *item,
                     int64_t latency_ns);

bool frames_build(struct vm_state *vm, struct arena *arena);
void frames_start(struct lane_sim *sim, struct vm_state *vm);
void frames_event(struct lane_sim *sim, struct vm_state *vm, bool is_timer);
void frames_take(struct lane_sim *sim, struct vm_state *vm, struct server *s);

/* Takes the frame that waits longest for the GPU out of the queue; returns its demand. */
int64_t frames_take_item(struct lane_sim *sim, struct vm_state *vm, struct item *item);
bool frames_is_unfinished(const struct vm_state *vm, int64_t serial);

bool llm_build(struct vm_state *vm, struct arena *arena);
void llm_start(struct lane_sim *sim, struct vm_state *vm);
bool llm_has_job(struct lane_sim *sim, struct vm_state *vm);
void llm_take(struct lane_sim *sim, struct vm_state *vm, struct server *s);
void llm_done(struct lane_sim *sim, struct vm_state *vm);
int64_t llm_in_service(const struct vm_state *vm);

/* Its sequences are read anew, if they may be, or lost. */
void llm_strike(struct lane_sim *sim, struct vm_state *vm, bool restarts, bool beside);

#endif
