/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostfrag.h - how much of the free room of a host a VM of the mix could not use, and on which
 * host another VM adds least to it.
 *
 * For a kind of the mix that the host cannot take - CPUs, memory or GPUs do not suffice, or it
 * asks for no GPU - all free room of its GPUs is useless; else what is free on the GPUs that
 * have no room for a seat of it. The sum over kinds, weighed by their shares, is the
 * fragmentation of the host, in units of gstate_room. Source: [Weng2023], gradient descent on
 * fragmentation. Cost: what a VM adds is kept per host and kind until the host changes. */
#ifndef SIM_FLEET_HOSTFRAG_H
#define SIM_FLEET_HOSTFRAG_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/fleet/gstate.h"

/* VMs that are alike. */
struct hostfrag_kind {
    int class_ix;
    int seats; /* 0: no GPU */
    int64_t cpu_milli, memory_bytes;
    double share; /* in the mix that fragmentation is measured against; 0: not part of it */
};

/* A host as it stands; state [gpu_n] are those of its GPUs. */
struct hostfrag_host {
    const int *state;
    int gpu_n;
    int64_t cpu_milli, memory_bytes; /* free */
};

/* One answer. */
struct hostfrag_gain {
    int gpu;   /* of the host, for the first seat; -1: the VM has no room there */
    int score; /* 0 .. 100, the more the less room becomes useless */
    bool is_known;
};

struct hostfrag {
    struct gstate *g;
    const struct hostfrag_kind *kind; /* [kind_n] borrowed */
    int kind_n;
    int *mix; /* [mix_n] kinds with a share */
    int mix_n;
    struct hostfrag_gain *known; /* [host_n * kind_n] */
    int *fit_n;                  /* [mix_n] scratch: GPUs that take a seat */
    int64_t *lost;               /* [mix_n] scratch: room on those that do not */
};

/* False when memory is out. */
bool hostfrag_init(struct hostfrag *f, struct arena *a, struct gstate *g,
                   const struct hostfrag_kind *kind, int kind_n, int host_n);

/* Host host_ix has changed. */
void hostfrag_changed(struct hostfrag *f, int host_ix);

/* How well a VM of the kind suits the host, on the GPU that suits it best: 100 / (1 + exp(x)),
 * rounded down, where x is what it adds to the fragmentation, in GPUs. Ties go to the lowest
 * GPU. */
struct hostfrag_gain hostfrag_find(struct hostfrag *f, int host_ix,
                                   const struct hostfrag_host *host, int kind_ix);

#endif
