/* SPDX-License-Identifier: GPL-3.0-or-later */
/* churn.h - VMs that come and go: each is placed when it is created, keeps its place, and gives
 * it back when it is deleted.
 *
 * At one time deletions come before creations, and creations in the order of the list; a VM
 * that is deleted when it is created needs its place for that moment. A VM for which there is
 * no room is refused and does not come back. GPUs are alike; they stand in hosts that may run
 * out of memory and CPUs. Every policy but breadth-first, and fragmentation by hosts, takes an
 * empty GPU only when none in use has room, and then the lowest: so a larger fleet places every
 * VM where a smaller one did, up to the moment at which the smaller one has no GPU left. The
 * most GPUs that are ever in use on an endless fleet are therefore the fewest with which nobody
 * is refused. Cost: events times GPUs. */
#ifndef SIM_FLEET_CHURN_H
#define SIM_FLEET_CHURN_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/fleet/gstate.h"
#include "sim/fleet/hostfrag.h"

#define CHURN_STAYS INT64_MAX /* deleted_ns of a VM that is never deleted */

struct churn_vm {
    int64_t created_ns, deleted_ns; /* deleted >= created */
    int class_ix;
    int seats;         /* GPUs, vGPUs or instances; 0: it only takes of its host */
    int64_t cpu_milli; /* thousandths of a CPU */
    int64_t memory_bytes;
    int kind_ix; /* of churn_terms.kind; not looked at where there are none */
};

struct churn_host {
    int gpu_n;
    int64_t cpu_milli, memory_bytes; /* INT64_MAX: no limit */
};

struct churn_terms {
    struct gstate *g;
    enum place_policy policy;  /* not PLACE_EXACT, which knows all VMs beforehand */
    const struct churn_vm *vm; /* [vm_n] in order of creation */
    const int *gone;           /* [vm_n] indices into vm by (deleted_ns, index) */
    int vm_n;
    const struct churn_host *host; /* [host_n] */
    int host_n;
    const struct hostfrag_kind
        *kind;                 /* [kind_n] the mix of VMs: with it the fragmentation policy
                                  looks at hosts and all their GPUs, as hostfrag.h says */
    int kind_n;                /* 0: it looks at each GPU by itself */
    int64_t point_ns, step_ns; /* of the first point of the series, and between points */
    int point_n;               /* 0: no series */
};

/* The fleet at one time, when all that happens then has happened. */
struct churn_point {
    int vms;                   /* present */
    int gpus;                  /* in use */
    int64_t room;              /* free on all GPUs, in units of gstate_room */
    double room_frac;          /* of all room that is free */
    double fragmentation_frac; /* of that room, what a VM drawn from the mix could not use */
};

struct churn {
    int gpus;                  /* most ever in use, as the highest number and one */
    int refused_n;             /* VMs */
    int first_ix;              /* the first of them; -1 none */
    bool *is_refused;          /* [vm_n] */
    struct churn_point then;   /* the fleet when it was refused */
    double gpu_ns;             /* GPUs in use, over time */
    double room_ns;            /* room taken on GPUs, over time */
    int64_t first_ns, last_ns; /* from the first creation to the last event */
    struct churn_point *point; /* [point_n] */
};

/* Runs all VMs through the fleet. False when memory is out. */
bool churn_run(struct churn *out, struct arena *a, const struct churn_terms *terms);

/* Fills gone [vm_n]: the order of deletion. False when memory is out. */
bool churn_order(struct arena *a, const struct churn_vm *vm, int vm_n, int *gone);

#endif
