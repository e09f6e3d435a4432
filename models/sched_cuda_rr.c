/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_cuda_rr.c - processes that share a GPU without virtualization: containers, Kubernetes.
 *
 * The same turns as best effort, with the slice that the CUDA driver asks for.
 * Source: docs/schedulers.md, S5; the slice is a third party's recording, not a document. */
#include "models/sched_demand.h"

const struct sched_kind sched_cuda_round_robin = {
    .name = "cuda-round-robin",
    .help =
        "round robin over the CUDA contexts of containers; no vGPUs, no framebuffer carved out",
    .ring = RING_DEMAND,
    .for_containers = true,
    .pick = sched_demand_pick,
    .overrun = sched_demand_overrun,
    .source = "third-party recording",
};
