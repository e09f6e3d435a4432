/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane.h - one lane, one replica. The event engine (lane.c) takes any lane and is the
 * reference; lanes that qualify run on a fast path with the same records (lane_fast.h).
 *
 * Time is whole nanoseconds. At one instant events go in this order: completions, arrivals,
 * slice boundaries; then every scheduler that is concerned decides. Within a kind the order is
 * tenant, VM, serial. Waiting requests are not stored: a second cursor over the VM's streams
 * follows the first and draws the same requests again when they are served, so memory does not
 * depend on the queue.
 *
 * The baseline of a VM (isolation) is the same lane with every other VM silent. It runs in
 * step: when a counted request completes, the silent lane is advanced until the same request
 * has completed there. Where a lane holds one VM the baseline is the run itself and is not
 * computed twice. */
#ifndef SIM_RUN_LANE_H
#define SIM_RUN_LANE_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/fleet/lanes.h"

/* A finished request, handed to the observer. */
struct lane_done {
    int vm;         /* index in lane.vm */
    int client;     /* closed loops; else 0 */
    int64_t serial; /* of the VM (open) or of the client (closed), from 0 */
    int64_t order;  /* number of its arrival within the VM, from 0 */
    int64_t arrival_ns, first_ns,
        done_ns; /* intended arrival, first ns of GPU work, completion */
    int64_t
        baseline_ns; /* latency with silent neighbours; -1 when the request is not counted */
    bool counted;    /* its arrival lies in the counting window */
    bool owed;       /* done later than the policy owes its vGPU whatever others do */
    bool faulted;    /* begun anew after a fault of another VM */
    int64_t first_token_ns,
        tokens; /* LLM: end of the prompt, tokens of the answer; else not set */
};

/* Finished requests of one VM in order of arrival, all of them counted or none. Only of VMs
 * without neighbours, whose latency is their baseline. */
struct lane_column {
    int vm;
    int n;
    int64_t serial; /* of the first; those after it follow without a gap */
    bool counted;
    const int64_t *arrival_ns, *wait_ns, *latency_ns; /* [n] the wait is for the first ns of GPU
                                                         work; 0 <= wait < latency */
};

/* A stretch of a domain's time: a switch to a VM, or the VM running. */
struct lane_segment {
    int domain, vm; /* of the lane */
    bool is_switch;
    int64_t from_ns, to_ns;
};

/* Requests of a VM after an instant. */
struct lane_queue {
    int vm;
    int64_t at_ns;
    int64_t waiting;    /* at its GPU stage, for service to begin */
    int64_t in_service; /* taken up and not done */
};

struct lane_options {
    uint64_t seed;
    uint32_t replica;
    int64_t from_ns, to_ns; /* counting window [from, to); traces count from 0 */
    bool trace_all;         /* traces count every row, whatever the window */
    bool to_the_end;        /* nothing but traces: no window for utilization, run to the last
                               completion */
    const bool *saturated;  /* [flow_n] not waited for after the window; NULL: nobody */
    const volatile sig_atomic_t *stop;                             /* may be NULL */
    void (*done)(void *context, const struct lane_done *r, int n); /* n records; may be NULL */
    void (*column)(void *context,
                   const struct lane_column *c); /* takes columns; NULL: they come as records */
    void (*segment)(void *context,
                    const struct lane_segment *s); /* event engine only; may be NULL */
    void (*queue)(void *context,
                  const struct lane_queue *q); /* likewise; every VM after every instant */
    void *context;
};

/* Where a scheduler's plug-in broke its contract. */
struct lane_fault {
    enum sched_fault what; /* SCHED_SOUND: nowhere */
    const struct sched_kind *kind;
    int64_t at_ns;
};

/* Faults in the window whose origin is in the lane, and what faults of others did to its VMs.
 */
struct fault_books {
    int64_t n;
    int64_t vms, vms_most;         /* that they hit besides their origins: sum and most */
    int64_t tenants, tenants_most; /* likewise, of other tenants */
    int64_t beyond;                /* of these VMs, outside of what the mode promises */
    int64_t requests;              /* lost or begun anew by a fault of another VM */
    int64_t down_ns;               /* out of service by one */
};

static inline void fault_books_add(struct fault_books *to, const struct fault_books *b)
{
    to->n += b->n;
    to->vms += b->vms;
    to->tenants += b->tenants;
    to->beyond += b->beyond;
    to->requests += b->requests;
    to->down_ns += b->down_ns;
    to->vms_most = b->vms_most > to->vms_most ? b->vms_most : to->vms_most;
    to->tenants_most = b->tenants_most > to->tenants_most ? b->tenants_most : to->tenants_most;
}

/* Books of one lane after one replica. Times are clipped to the window. */
struct lane_books {
    int64_t *useful_ns;  /* [vm_n] running, summed over the VM's servers */
    int64_t *backlog_ns; /* [vm_n] with work that wants the domain, summed over the servers; 0
                            on exclusive domains; of a VM under its first workload */
    int64_t *domain_useful_ns; /* [domain_n] */
    int64_t
        *domain_switch_ns; /* [domain_n] switches before slots that had work when they began */
    int64_t *domain_held_ns; /* [domain_n] turns kept by vGPUs without work (linger) */
    int64_t *arrived;        /* [vm_n] arrivals in the counting window */
    int64_t *completed;      /* [vm_n] completions in the window */
    int64_t *dropped;     /* [vm_n] of the arrivals in the window: frames, sequences too long */
    int64_t *lost;        /* [vm_n] of the arrivals in the window: to faults ... */
    int64_t *lost_beside; /* [vm_n] ... and of these, to a fault of another VM */
    int64_t *down_ns;     /* [vm_n] out of service; of a VM under its first workload */
    struct fault_books faults;
    int64_t last_done_ns; /* last completion of all */
    int64_t events;       /* of the event engine; 0 on a fast path */
    uint64_t digest;      /* of the counted records, whatever their order */
    bool stopped;         /* interrupted: the books are partial */
    struct lane_fault fault;
};

/* Turns of the lane in span_ns that may have to be taken one by one, because no rule crosses
 * them; `events`: by the reference. Roughly: slices that fit. O(VMs). */
double lane_single_turns(const struct lane *lane, bool events, int64_t span_ns);

struct lane_sim;

/* Everything that simulating this lane needs, from the arena; reused for every replica. NULL
 * when memory is out. */
struct lane_sim *lane_sim_new(struct arena *arena, const struct lane *lane);

/* As lane_sim_new, event by event even where a fast path would do. */
struct lane_sim *lane_sim_new_events(struct arena *arena, const struct lane *lane);

/* Runs one replica. False when memory is out (a closed loop's baseline may grow), or with
 * books->fault when a plug-in is at fault. */
bool lane_sim_run(struct lane_sim *sim, const struct lane_options *options,
                  struct lane_books *books);

/* Releases what grew outside the arena. */
void lane_sim_fini(struct lane_sim *sim);

/* Books with room for the lane, zeroed. False when memory is out. */
bool lane_books_init(struct lane_books *b, struct arena *arena, const struct lane *lane);

#endif
