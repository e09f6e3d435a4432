/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_vms.h - how many GPUs a trace of VMs takes: at its fullest moment, and over time.
 *
 * For each GPU model and each kind of mode:
 *
 *   static     the VMs of the fullest moment, packed anew: exactly where that ends, else
 *              between a bound and what was found
 *   over time  VMs come and go, each is placed when it is created by the placement policy and
 *              is never moved: the fewest GPUs with which nobody is refused
 *
 * What lies between is what moving VMs could save at most: the price of fragmentation.
 * Schedulers and objectives have no part in it. docs/vm-traces.md. */
#ifndef SIM_PLAN_PLAN_VMS_H
#define SIM_PLAN_PLAN_VMS_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/fleet/churn.h"
#include "sim/input/scenario.h"

enum {
    VMS_POINTS = 97, /* of the series: 96 equal steps */
    VMS_TEXT = 400
};

struct vms_candidate {
    int gpu_ix, mode_ix; /* the first mode of the scenario of this kind */
    int per_host;        /* GPUs come by so many */
    int vms, elsewhere;  /* VMs of the trace that may have this GPU, and that want another */
    int vms_most;        /* present at once */
    int64_t most_ns;     /* when, first */
    int64_t fullest_ns;  /* when they need most GPUs */
    int fullest_vms;
    int packed;        /* GPUs with which the VMs of that moment have a place, if moved */
    int bound;         /* fewer do not, whatever the policy */
    int gpus;          /* over time, the fewest with which nobody is refused */
    bool is_searched;  /* found by search: with more GPUs somebody may be refused again */
    bool meets;        /* within fleet.count, and no VM wants another GPU */
    struct churn with; /* on `gpus` */
    int fewer;      /* GPUs: one or one host less, or fleet.count where that is less; 0: none */
    int fewer_line; /* of the file: the first VM that is refused then */
    struct churn less;          /* on `fewer` */
    int by_policy[PLACE_EXACT]; /* as `gpus`, under each policy; 0: more than there may be */
    double gpus_mean;           /* in use, over time */
    double room_frac;           /* of all room on `gpus` that is taken, over time */
    double cost_usd;            /* an hour of `gpus`; NAN without prices */
};

/* A mode that is not possible for some VM. */
struct vms_refusal {
    int gpu_ix, mode_ix;
    const char *rule;
    char text[VMS_TEXT];
};

struct vms_plan {
    const struct scenario *scenario;
    const char *version;
    struct vms_candidate *candidate; /* [candidate_n] best first */
    int candidate_n;
    int meets_n; /* how many of them serve all VMs within fleet.count; they come first */
    struct vms_refusal *refused; /* [refused_n] */
    int refused_n;
};

/* Plans a scenario that has `vms`. NULL with a diagnostic when memory is out. Everything lives
 * in `arena`. */
const struct vms_plan *plan_vms(struct arena *arena, const struct scenario *s,
                                const char *version, struct diag *d);

#endif
