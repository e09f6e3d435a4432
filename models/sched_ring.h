/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_ring.h - slots of a ring that pass whether they are used or not.
 * Shared by equal share and fixed share, which differ only in how many slots the ring has. */
#ifndef MODELS_SCHED_RING_H
#define MODELS_SCHED_RING_H

#include "models/sched.h"

/* The earliest slot, the one under way included, whose vGPU has work. Slot k covers
 * [k (switch + slice), (k + 1) (switch + slice)), its switch first, and belongs to vGPU k mod
 * ring_n. */
struct sched_turn sched_ring_pick(const struct sched_params *p, const struct sched_view *v);

#endif
