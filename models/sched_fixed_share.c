/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_fixed_share.c - one slot for every vGPU that the type allows on the GPU, present or
 * not. Source: NVIDIA AI Enterprise user guide, section 7.1; docs/schedulers.md, S3. */
#include "models/sched_ring.h"

const struct sched_kind sched_fixed_share = {
    .name = "fixed-share",
    .help = "a slot for every vGPU the type allows per GPU; slots of absent vGPUs pass too",
    .ring = RING_TYPE_MAX,
    .has_discipline = true,
    .pick = sched_ring_pick,
    .overrun = sched_ring_overrun,
    .source = "AIE5.0-UG 7.1",
};
