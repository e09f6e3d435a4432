/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hits.h - which VMs the faults of a scenario hit, under one mode and placement.
 *
 * An outage is one event at one VM, its origin. Who else it hits hangs on the placement alone:
 * all VMs, powered on, with a vGPU in the scope around one of the origin's. Lanes of one GPU
 * share nothing but these, and each draws an outage's times from the origin's own stream, so
 * that all of them see it at the same instants. */
#ifndef SIM_FLEET_HITS_H
#define SIM_FLEET_HITS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/life.h"
#include "sim/fleet/lanes.h"

/* A VM that an outage hits beside its origin. */
struct bystander {
    int tenant_ix;
    bool is_beyond; /* the scope that the mode promises */
    struct off_times off;
};

/* One event at one VM. It hits nobody who is powered off then, and does not happen while its
 * origin is. */
struct outage {
    const struct life_event *event;
    int event_ix;
    int tenant_ix, vm_ix; /* the origin; a tenant, not one of its workloads */
    uint64_t name_hash;   /* of the tenant */
    struct dist downtime;
    struct off_times off;     /* the origin's */
    struct bystander *beside; /* [beside_n] by tenant */
    int beside_n;
};

/* One VM of a lane that an outage hits. */
struct hit {
    const struct outage *from;
    int tenant_ix, vm_ix;
};

static inline bool hit_is_own(const struct hit *h)
{
    return h->from->tenant_ix == h->tenant_ix && h->from->vm_ix == h->vm_ix;
}

enum {
    HITS_MAX = 1 << 22 /* of all lanes of a mode */
};

/* Finds the hits of every lane, by outage and VM. lane_of is [seat_n], -1: never powered on;
 * off is [seat_n]. False when memory is out or there are too many (diagnostic). O(outages x
 * seats). */
bool hits_find(struct lanes *out, struct arena *arena, const struct scenario *s,
               const struct fleet *fleet, int mode_ix, const int *lane_of,
               const struct off_times *off, struct diag *d);

/* Does a fault of one VM hit another? */
bool hits_cross(const struct lanes *lanes);

#endif
