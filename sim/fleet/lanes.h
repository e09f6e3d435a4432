/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lanes.h - a placed fleet cut into parts that share nothing: the unit of simulation.
 *
 * A lane is a set of execution domains connected by VMs that hold vGPUs on several of them;
 * nearly always one domain. Lanes are immutable and may be simulated by any thread. */
#ifndef SIM_FLEET_LANES_H
#define SIM_FLEET_LANES_H

#include <stdbool.h>
#include <stdint.h>

#include "models/life.h"
#include "models/sched.h"
#include "models/tenant.h"
#include "sim/fleet/fleet.h"

struct lane_domain {
    const struct sched_kind *sched; /* NULL: exclusive, one vGPU, no slices */
    struct sched_params params;     /* when sched is not NULL */
    double weight;                  /* its SMs over the SMs of one of the scenario's GPUs */
    int domain_ix;                  /* in the fleet */
    bool overrun;                   /* its containers ask for more framebuffer than there is */
    int board;                      /* GPU of the fleet whose power and clocks it shares */
    double coupling; /* part of its rate that it loses when all other instances of the board are
                        busy, 0 <= c < 1; 0: it shares nothing */
    int path;        /* the path to the host that it uses, by a number of the fleet */
    bool shares_path; /* it and another domain have VMs that hold the path */
};

struct lane_server {
    int domain; /* within the lane */
    int slot;   /* vGPU index on the domain */
    struct slice_factor factor;
    const int64_t *by_size; /* [batch_max + 1] measured time of a batch there, instead of factor
                               and law; NULL: none */
    const struct service_profile *crowd; /* [streams] what 1, 2 ... streams at work were
                                            measured to take; NULL: they share by width */
    double path_frac; /* share of its time there for which work holds the path to the host */
};

/* A VM, or one of several workloads of a VM, which share its servers. */
struct lane_vm {
    int tenant_ix, vm_ix; /* of the tenant, or of the workload as a tenant */
    const struct tenant *tenant;
    int part, part_n; /* which workload of how many, one after the other in lane.vm; 0 of 0: all
                         that the VM does */
    const struct work *work; /* the tenant's as this mode has it; NULL: as it is */
    uint64_t name_hash;
    struct off_times off; /* of the VM */
    struct lane_server server[VGPUS_PER_VM_MAX];
    int server_n; /* = tenant.vgpus */
};

/* What the VM does in this mode. */
static inline const struct work *lane_vm_work(const struct lane_vm *vm)
{
    return vm->work ? vm->work : &vm->tenant->work;
}

static inline int lane_vm_parts(const struct lane_vm *vm)
{
    return vm->part_n > 1 ? vm->part_n : 1;
}

struct hit;   /* hits.h */
struct shift; /* power.h */

struct lane {
    struct lane_domain *domain; /* [domain_n] */
    int domain_n;
    struct lane_vm *vm; /* [vm_n] by (tenant, vm, workload) */
    int vm_n;
    struct hit
        *hit; /* [hit_n] faults that hit its VMs, hits of one outage one after the other */
    int hit_n;
    struct shift *shift; /* [shift_n] by time: vGPUs that go and come */
    int shift_n;
    int64_t span_ns;   /* to the end of the counting window; 0: nothing has a time of its own */
    bool no_baselines; /* nobody asks how long a request would have taken without neighbours */
};

/* Does more than one VM run in the lane? */
static inline bool lane_has_neighbours(const struct lane *lane)
{
    return lane->vm_n > 1 && lane->vm_n > lane_vm_parts(&lane->vm[0]);
}

/* Can who runs on one domain decide how fast work is on another? */
static inline bool lane_is_coupled(const struct lane *lane)
{
    bool is_coupled = false;
    for (int d = 0; d < lane->domain_n; d++) {
        is_coupled =
            is_coupled || lane->domain[d].coupling > 0.0 || lane->domain[d].shares_path;
    }
    return is_coupled;
}

/* Does a VM have several workloads? */
static inline bool lane_is_parted(const struct lane *lane)
{
    bool is_parted = false;
    for (int v = 0; v < lane->vm_n; v++) {
        is_parted = is_parted || lane->vm[v].part_n > 1;
    }
    return is_parted;
}

struct lanes {
    struct lane *lane; /* [lane_n] by lowest domain */
    int lane_n;
    int64_t slice_ns;  /* common to all domains; 0 none (exclusive), -1 they differ */
    int64_t switch_ns; /* likewise; -1 they differ */
    const char *switch_source;
    double gpus; /* in use, weighted by their SMs over those of the scenario's GPU */
};

/* Splits. Where the simulation needs a number that the catalogue lacks, adds a reason DATA-01
 * to fleet->reasons and clears fleet->feasible. False when memory is out (diagnostic). */
bool lanes_split(struct lanes *out, struct arena *arena, const struct scenario *s,
                 struct fleet *fleet, int mode_ix, struct diag *d);

/* Has a GPU no calibrated switch time, so that another GPU's value is used? */
bool lanes_switch_is_extrapolated(const struct catalog *c, int model_ix);

/* Do VMs on several domains hold one path to the host? */
bool lanes_share_path(const struct lanes *l);

/* The coupling of the instances of a GPU model under the scenario: what is written, or the
 * calibrated row. 0 where there is none. */
double lanes_coupling(const struct scenario *s, int model_ix);

/* Mean GPU time of a request on a server's domain; the law of slice.h at the mean of a full
 * batch, shared by its requests. */
double lane_service_ns(const struct lane_vm *vm, int server);

/* Offered work over the capacity that the policy can give the tenant, switches included; for
 * closed loops the work offered if nobody ever waited. The greatest over the tenant's VMs.
 * docs/model.md. */
double lanes_load(const struct lanes *l, int tenant_ix);

/* Requests that a lane is asked for in a time, about; of a trace all its rows. */
double lane_requests(const struct lane *lane, int64_t horizon_ns);

#endif
