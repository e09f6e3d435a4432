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
 * Where several models or modes may be bought, VMs are also divided among them.
 * What lies between the two numbers is what moving VMs could save at most: the price of
 * fragmentation. Schedulers and objectives have no part in it. docs/vm-traces.md. */
#ifndef SIM_PLAN_PLAN_VMS_H
#define SIM_PLAN_PLAN_VMS_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/input/scenario.h"
#include "sim/plan/bill.h"
#include "sim/plan/vmmix.h"
#include "sim/plan/vmplay.h"

enum {
    VMS_TEXT = 400
};

struct vms_candidate {
    int gpu_ix, mode_ix; /* the first mode of the scenario of this kind */
    const bool *takes;   /* [shape_n] of the trace; NULL: every shape */
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
    struct bill bill;           /* of `gpus`, and licences for the most vGPUs at once */
};

/* A mode that is not possible for some VM. */
struct vms_refusal {
    int gpu_ix, mode_ix;
    const char *rule;
    char text[VMS_TEXT];
};

/* Shapes of VMs on several models and modes at once (vmmix.h). */
struct vms_mix {
    struct vms_candidate *part; /* [part_n] */
    int part_n;                 /* 0: a candidate is as good, or there is no mixture */
    int gpus;
    struct bill bill; /* of all parts */
    double bound;     /* no division costs less: USD an hour, or GPUs; 0 unknown */
    bool in_usd;
    enum vmmix_search search;
    const char *why_not;
};

struct vms_plan {
    const struct scenario *scenario;
    const char *version;
    struct vms_candidate *candidate; /* [candidate_n] best first */
    int candidate_n;
    int meets_n;        /* how many of them serve all VMs within fleet.count; they come first */
    struct vms_mix mix; /* the answer where it has parts */
    struct vms_refusal *refused; /* [refused_n] */
    int refused_n;
};

/* Plans a scenario that has `vms`. NULL with a diagnostic when memory is out. Everything lives
 * in `arena`. */
const struct vms_plan *plan_vms(struct arena *arena, const struct scenario *s,
                                const char *version, struct diag *d);

/* The VMs of the best candidate's fullest moment as tenants, to be placed on as many GPUs as
 * they need when packed anew. They have no work. NULL with a diagnostic where that cannot be
 * placed as tenants are. */
const struct scenario *plan_vms_moment(struct arena *arena, const struct vms_plan *p,
                                       struct diag *d);

#endif
