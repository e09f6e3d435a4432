/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_equal_share.c - one slot for every powered-on vGPU, in order of creation; unused slots
 * pass. Source: NVIDIA AI Enterprise user guide, section 7.1; docs/schedulers.md, S2. Whether
 * an idle slot is given away is not documented: it is kept here, and reports say so. */
#include "models/sched_ring.h"

const struct sched_kind sched_equal_share = {
    .name = "equal-share",
    .help = "a slot for every powered-on vGPU; an idle vGPU's slot passes unused",
    .ring = RING_POWERED_ON,
    .work_conserving = false,
    .has_discipline = true,
    .pick = sched_ring_pick,
    .source = "AIE5.0-UG 7.1",
};
