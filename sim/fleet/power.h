/* SPDX-License-Identifier: GPL-3.0-or-later */
/* power.h - VMs that are powered on and off, or suspended, while their fleet runs. Their places
 * stay theirs; what changes is whose vGPUs the schedulers see. docs/lifecycle.md. */
#ifndef SIM_FLEET_POWER_H
#define SIM_FLEET_POWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/life.h"
#include "sim/fleet/lanes.h"

/* A vGPU of a lane's domain goes or comes. */
struct shift {
    int64_t at_ns;
    int tenant_ix, vm_ix; /* whose; a tenant, not one of its workloads */
    int domain, slot;
    bool is_on;
    bool is_first; /* of the VM's vGPUs */
    const struct off_time *off;
};

/* The off times of each seat's VM, in `arena`, or NULL when memory is out. */
struct off_times *power_off_times(struct arena *arena, const struct scenario *s,
                                  const struct fleet *fleet);

/* Room that the shifts of a lane need, whose VMs have their off times. */
size_t power_room(const struct lane *lane);

/* The shifts of a lane by time, into its own room, and which schedulers they concern. */
void power_fill(struct lane *lane);

/* Both for every lane. False when memory is out. */
bool power_shifts(struct lanes *lanes, struct arena *arena, const struct scenario *s);

#endif
