/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_ring.h - slots of a ring that pass whether they are used or not.
 * Shared by equal share and fixed share, which differ only in how many slots the ring has. */
#ifndef MODELS_SCHED_RING_H
#define MODELS_SCHED_RING_H

#include "models/sched.h"

/* The earliest slot, the one under way included, whose vGPU has work. While nothing overruns,
 * slot k covers [k (switch + slice), (k + 1) (switch + slice)), its switch first, and belongs
 * to vGPU k mod ring_n. With a granularity the ring is walked slot by slot: strict shortens the
 * slots of who overran, legacy opens the next slot for the least scheduled vGPU. */
struct sched_turn sched_ring_pick(const struct sched_params *p, struct sched_state *s,
                                  const struct sched_view *v);

/* Charges the overshoot and moves what follows. */
void sched_ring_overrun(const struct sched_params *p, struct sched_state *s, int vgpu,
                        int64_t overshoot_ns, int64_t end_ns);

#endif
