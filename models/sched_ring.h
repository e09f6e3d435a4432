/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_ring.h - slots of a ring that pass whether they are used or not.
 * Shared by equal share and fixed share, which differ only in how many slots the ring has. */
#ifndef MODELS_SCHED_RING_H
#define MODELS_SCHED_RING_H

#include <stdint.h>

#include "models/sched.h"

/* The vGPUs, or places of vGPUs, that have a slot now. */
static inline uint64_t sched_ring_members(const struct sched_params *p,
                                          const struct sched_state *s)
{
    return ~UINT64_C(0) >> (SCHED_VGPUS_MAX - p->ring_n) & ~s->off;
}

/* Whole frames of the members have passed: begin and end of the slot opened last are later, and
 * if it was a leaver's, it is now that of the member before it. */
void sched_ring_pass(const struct sched_params *p, struct sched_state *s, int64_t all_ns);

/* The earliest slot, the one under way included, whose vGPU has work. While nothing overruns,
 * slot k covers [k (switch + slice), (k + 1) (switch + slice)), its switch first, and belongs
 * to vGPU k mod ring_n. With a granularity the ring is walked slot by slot: strict shortens the
 * slots of who overran, legacy opens the next slot for the least scheduled vGPU. So is one
 * whose members change. */
struct sched_turn sched_ring_pick(const struct sched_params *p, struct sched_state *s,
                                  const struct sched_view *v);

/* A vGPU joins the ring in its place, under legacy with the least scheduled time of those
 * there, or leaves it. The slot under way goes on; if it was the leaver's it ends now, or with
 * its switch. A ring that was empty begins anew. */
void sched_ring_power(const struct sched_params *p, struct sched_state *s, int vgpu, bool on,
                      int64_t at_ns);

/* Charges the overshoot and moves what follows. */
void sched_ring_overrun(const struct sched_params *p, struct sched_state *s, int vgpu,
                        int64_t overshoot_ns, int64_t end_ns);

#endif
