/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.h - the cheapest GPUs, mode, profiles and count that hold every objective.
 *
 * For each GPU model and each mode of the scenario the fewest GPUs are searched for:
 *
 *   passthrough   as many as placement takes
 *   turns         from what placement and the utilization law ask for upwards; VMs are spread
 *                 (breadth-first), and the number that holds is closed in by bisection, down to
 *                 a neighbour that was tried and does not; VMs of several tenants are divided
 *                 otherwise where that does not hold (divide.h); where the scenario fixes no
 *                 slice and the default takes more than the bounds, other slices of the driver
 *   mig           an instance is its VM's own, so each tenant is tried alone on every profile
 *                 (with `vgpus: auto` on 1, 2, ... of them); an integer programme then takes
 * one way for each tenant on the fewest GPUs (cover.h), and what comes nearest on one GPU less
 * is simulated too
 *
 * Then the tenants are divided over several parts, each with a model and a mode of its own,
 * wherever that could be cheaper (mix.h).
 *
 * An objective holds when the whole 95 % interval lies on its side. Candidates see the same
 * requests (common random numbers); they are screened with few replicas, and what is named is
 * simulated at the scenario's full precision. Money decides where there are prices, else the
 * number of GPUs. docs/planning.md. */
#ifndef SIM_PLAN_PLAN_H
#define SIM_PLAN_PLAN_H

#include <stdbool.h>

#include "sim/plan/bill.h"
#include "sim/run/exp.h"

enum {
    PLAN_WISHES_MAX = 8,
    PLAN_ASSUMPTIONS_MAX = 8,
    PLAN_TEXT = 320
};

/* One way to hold the objectives, or the attempt. */
struct plan_candidate {
    int gpu_ix;
    int mode_ix;                     /* in the scenario that was asked about */
    int gpus;                        /* that must be there */
    const struct scenario *scenario; /* with everything filled in: what `run` would take */
    const struct result *result;     /* of it, one mode */
    bool meets;
    struct bill bill;
    int bound; /* no fewer GPUs of this model do in this mode */
    char bound_why[PLAN_TEXT];
    double bound_usd; /* nor does an hour of it cost less; 0: not known */
    const char *bound_usd_why;
    char binding[PLAN_TEXT]; /* what one GPU less breaks, or what this one breaks */
};

/* A mode that no number of GPUs helps. */
struct plan_refusal {
    int gpu_ix, mode_ix;
    char rule[32];
    char text[PLAN_TEXT];
    char change[PLAN_TEXT]; /* flags with which placement was tried and fits; "": none found */
    bool gives_less;        /* a tenant then gets less than it asks for */
};

/* Tenants divided over several parts, each a plan of its own on GPUs of its own. Named only
 * where it is cheaper than the best plan in one part. */
struct plan_mix {
    struct plan_candidate *part; /* [part_n], each with the scenario of its tenants */
    int part_n;                  /* 0: no division that was looked at is cheaper */
    int gpus;
    struct bill bill;    /* of all parts */
    bool is_exact;       /* no division at all is cheaper */
    const char *why_not; /* no division was looked at; else NULL */
};

/* Where nothing holds: a change with which the whole search names a plan. */
struct plan_wish {
    char change[PLAN_TEXT]; /* "fleet.count: 4" */
    char buys[PLAN_TEXT];   /* "4 × L40S, passthrough" */
};

/* The winner where a parameter that nobody has verified is otherwise. */
struct plan_assumption {
    const char *parameter, *value;
    bool holds; /* clearly */
    char why[PLAN_TEXT];
};

/* A number of the scenario, moved to one side until the decision changes. */
struct plan_flip {
    char path[160];
    double value; /* as written, in `unit`; NAN where it is no one number */
    const char *unit;
    double same_factor;     /* the farthest at which the decision was seen to be the same */
    double other_factor;    /* the nearest at which it was seen to be another; 0: none was */
    char winner[PLAN_TEXT]; /* then; "": no plan holds */
};

/* A plan that holds, as a point of cost against p95 of one tenant. */
struct plan_point {
    struct plan_candidate at; /* of a plan with parts the part of the tenant, but the GPUs and
                                 the bill of all */
    bool is_mix;
    int tenant_ix; /* in the scenario of `at` */
    double cost;   /* USD an hour, or GPUs */
    struct estimate p95_ns;
    bool on_front; /* no cheaper point has as low a p95 */
};

/* What may be asked beside the plan. */
struct plan_asks {
    bool front;          /* more points: front.h */
    int front_tenant_ix; /* -1: the tenant nearest to its limit */
    bool flips;          /* what would change the decision: flip.h */
};

/* What is left when a part of the winner is lost. */
struct plan_loss {
    bool known;
    bool holds;          /* clearly, whichever is lost */
    const char *of;      /* the group of hosts whose loss breaks it; NULL without hosts */
    char why[PLAN_TEXT]; /* what breaks */
};

struct plan {
    const struct scenario *scenario;
    uint64_t seed;
    const char *version;
    struct plan_candidate *candidate; /* [candidate_n] best first; those that meet come first */
    int candidate_n;
    int meets_n;                  /* how many of them hold every objective */
    struct plan_mix mix;          /* the winner where it has parts */
    struct plan_refusal *refused; /* [refused_n] */
    int refused_n;
    int bound; /* of all that was looked at: no plan has fewer GPUs */
    char bound_why[PLAN_TEXT];
    double bound_usd; /* the same of an hour of it; 0: not known */
    const char *bound_usd_why;
    struct estimate headroom; /* load that can be added before the first objective breaks; the
                                 interval: the last seen to hold, the first not clearly */
    char first_to_break[PLAN_TEXT];
    char flip[PLAN_TEXT]; /* the runner-up, and the price that makes it the winner; "": none */
    struct plan_wish wish[PLAN_WISHES_MAX]; /* [wish_n] */
    int wish_n;
    struct plan_assumption assumption[PLAN_ASSUMPTIONS_MAX]; /* [assumption_n] */
    int assumption_n;
    struct plan_flip *flips; /* [flip_n]; NULL: not asked for */
    int flip_n;
    bool flips_cut;           /* the searches did not do for all */
    struct plan_point *point; /* [point_n] by cost: the front and what it leaves behind */
    int point_n;
    int front_tenant_ix; /* whose p95 */
    bool front_in_usd;
    int with_spare; /* GPUs with which the plan still holds after one is lost; 0 with hosts */
    struct plan_loss gpu_lost, host_lost; /* the second only with hosts */
    int simulated;                        /* experiments that it took */
    bool interrupted;
};

/* The slice with which a candidate saves GPUs against the default; 0: it has what was asked. */
static inline int64_t plan_slice_ns(const struct plan *p, const struct plan_candidate *c)
{
    int64_t own = c->scenario->mode[0].sched.slice_ns;
    return own != p->scenario->mode[c->mode_ix].sched.slice_ns ? own : 0;
}

/* Searches. NULL with a diagnostic when memory is out. Everything lives in `arena`. */
const struct plan *plan_search(struct arena *arena, const struct scenario *s,
                               const struct exp_options *options, struct diag *d);

/* The same, and what is asked beside it. */
const struct plan *plan_answer(struct arena *arena, const struct scenario *s,
                               const struct exp_options *options, const struct plan_asks *asks,
                               struct diag *d);

#endif
