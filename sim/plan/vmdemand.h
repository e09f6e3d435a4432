/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmdemand.h - what the VMs of a trace ask of one GPU model in one mode: their types or
 * profiles, who is there when, and below which number of GPUs nothing can go.
 *
 * VMs that get the same type and ask for the same number of it are a group. The fullest moment
 * is the one with the greatest lower bound on the GPUs that the VMs then present need, however
 * they are placed; with the most seats where that is equal, then the earliest.
 * docs/vm-traces.md.
 */
#ifndef SIM_PLAN_VMDEMAND_H
#define SIM_PLAN_VMDEMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/fleet/choice.h"
#include "sim/fleet/churn.h"
#include "sim/fleet/gstate.h"
#include "sim/input/scenario.h"
#include "sim/input/vmsin.h"

enum {
    VMDEMAND_KINDS_MAX = 512
};

/* VMs that are alike. */
struct vmgroup {
    int class_ix;
    int seats;
    int vms;     /* of the trace */
    int present; /* at the fullest moment */
};

struct vmdemand {
    struct gstate_terms terms;
    struct choice *choice; /* [terms.class_n] what a class gets */
    struct gstate_class *class;
    struct vmgroup *group; /* [group_n] */
    int group_n;
    struct churn_vm *vm; /* [vm_n] in order of creation */
    int *gone;           /* [vm_n] in order of deletion */
    int *line;           /* [vm_n] of the file */
    int vm_n;
    struct hostfrag_kind *kind; /* [kind_n] with hosts: VMs that are alike in all they take */
    int kind_n;        /* 0: without hosts, or there are more than VMDEMAND_KINDS_MAX */
    int elsewhere;     /* VMs of the trace that want another GPU */
    int seats_most;    /* at once */
    int vms_most;      /* at once */
    int licences_most; /* vGPUs at once */
    int64_t most_ns;   /* when, first */
    int64_t fullest_ns;
    int fullest_vms;
    int bound;        /* GPUs without which the VMs of the fullest moment have no place */
    const char *rule; /* not NULL: the mode is not possible for a VM, and text says why */
    char text[CHOICE_TEXT + 64];
};

/* Works it out for VMs that may have GPU gpu_ix and whose shape is taken (`takes` [shape_n];
 * NULL: all). False when memory is out. */
bool vmdemand_make(struct vmdemand *out, struct arena *a, const struct scenario *s, int gpu_ix,
                   const struct mode_spec *mode, const bool *takes);

/* What a VM takes: of all GPUs of the model, in the one resource of its mode that VMs share
 * linearly, so that a GPU holds parts of at most 1. */
struct vmdemand_share {
    double part;  /* 0: the shape is not possible */
    int licences; /* vGPUs */
};

/* Fills share [shape_n]. False when memory is out. */
bool vmdemand_shares(struct vmdemand_share *share, struct arena *a, const struct scenario *s,
                     int gpu_ix, const struct mode_spec *mode);

/* Fewest GPUs for `seats` [class_n] seats of each class, as a bound. */
int vmdemand_bound(const struct vmdemand *d, const int *seats);

#endif
