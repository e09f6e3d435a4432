/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share.c - the capacity of a vGPU under each kind of ring. */
#include "models/share.h"

#include <math.h>

#include "models/sched_plugin.h"

#define CAPACITY_MIN 1e-6 /* of a vGPU to which others leave nothing */

enum {
    CYCLE_ROUNDS =
        200 /* fixed-point iterations of the cycle length; it converges geometrically */
};

/* Length in seconds of one cycle of best effort in which `who` uses its whole slice. A
 * neighbour that asks for more than a slice per cycle gets a slice. */
static double cycle_s(const struct sched_params *p, const struct demand *demand, int who)
{
    double slice = (double)p->slice_ns * 1e-9;
    double swap = (double)p->switch_ns * 1e-9;
    double cycle = slice;
    for (int round = 0; round < CYCLE_ROUNDS; round++) {
        double next = slice;
        double idle = 1.0; /* probability that nobody else is visited in the cycle */
        for (int j = 0; j < p->vgpu_n; j++) {
            if (j == who || !(demand[j].busy > 0.0)) {
                continue;
            }
            double work = demand[j].busy * cycle;
            /* Once if a request came in the cycle, and as often as its work fills slices. */
            double visited = 1.0 - exp(-demand[j].rate_per_s * cycle);
            visited = visited > work / slice ? visited : work / slice;
            if (work >= slice) {
                work = slice;
                visited = 1.0;
            }
            next += work + visited * swap;
            idle *= 1.0 - visited;
        }
        next += (1.0 - idle) * swap;
        cycle = next;
    }
    return cycle;
}

/* What a plug-in promises, or what the others leave if that is more; full turns each pay one
 * switch. */
static double plugin_capacity(const struct sched_params *p, const struct demand *demand,
                              int who)
{
    const double turn = (double)p->slice_ns + (double)p->switch_ns;
    const double run = p->vgpu_n > 1 ? (double)p->slice_ns / turn : 1.0;
    double left = 1.0;
    for (int j = 0; j < p->vgpu_n; j++) {
        left -= j == who ? 0.0 : demand[j].busy / run;
    }
    const double promised = sched_plugin_share(p, who);
    const double capacity = run * (promised > left ? promised : left);
    return capacity > CAPACITY_MIN ? capacity : CAPACITY_MIN;
}

double share_capacity(const struct sched_kind *kind, const struct sched_params *p,
                      const struct demand *demand, int who)
{
    double slice = (double)p->slice_ns;
    double turn = slice + (double)p->switch_ns;
    if (kind->plugin) {
        return plugin_capacity(p, demand, who);
    }
    if (sched_gives_idle_time(kind, p->yield_idle)) {
        return slice * 1e-9 / cycle_s(p, demand, who);
    }
    return slice / turn / p->ring_n;
}

int64_t share_gap_ns(const struct sched_params *p, int turns)
{
    return turns * (p->switch_ns + p->slice_ns) - p->slice_ns;
}

bool share_owes(const struct sched_kind *kind, const struct sched_params *p, struct supply *out)
{
    bool by_demand = sched_gives_idle_time(kind, p->yield_idle);
    *out = (struct supply){.slice_ns = p->slice_ns};
    out->gap_ns = share_gap_ns(p, by_demand ? p->vgpu_n : p->ring_n);
    return p->granularity_ns == 0 && !kind->plugin;
}
