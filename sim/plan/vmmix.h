/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmmix.h - which VMs of a trace go to which GPU model and mode, where several may be bought.
 *
 * VMs that ask for the same are of one shape, and a shape goes to one model and mode. Of a few
 * shapes all divisions are looked at. Of more, shapes are moved one by one from several starts
 * while an hour gets cheaper (or GPUs fewer, where not every model has a price), each time with
 * the least number of GPUs over time on both sides. What no division of VMs beats is stated
 * beside it:
 *
 *   at every moment   sum over the VMs then present of the least rate x part
 *
 * where a part is what a VM takes of one resource of a GPU that VMs share linearly, and the
 * rate that GPU's: the linear relaxation of the integer programme that buys GPUs.
 * docs/vm-traces.md.
 */
#ifndef SIM_PLAN_VMMIX_H
#define SIM_PLAN_VMMIX_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/input/scenario.h"

enum {
    VMMIX_EXACT = 10 /* shapes, of which all divisions are looked at if trials do */
};

enum vmmix_search {
    VMMIX_ALL,   /* no division of the shapes is cheaper */
    VMMIX_MOVES, /* no shape can be moved to a gain */
    VMMIX_SOME   /* the trials ran out before */
};

struct vmmix_part {
    int gpu_ix, mode_ix;
    bool *takes; /* [shape_n] of the trace */
};

struct vmmix {
    struct vmmix_part *part; /* [part_n] each takes a shape at least */
    int part_n;              /* 0: there is no division, and why_not says why */
    double cost;             /* of the division: USD an hour, or GPUs */
    double bound;            /* no division costs less; 0 without a division */
    bool in_usd;
    enum vmmix_search search;
    const char *why_not;
};

/* Divides the shapes of s->vms; at most exact_max of them exactly. False when memory is out. */
bool vmmix_divide(struct vmmix *out, struct arena *a, const struct scenario *s, int exact_max);

#endif
