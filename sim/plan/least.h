/* SPDX-License-Identifier: GPL-3.0-or-later */
/* least.h - what no plan over several kinds of GPUs costs less than.
 *
 * A kind is a GPU model in one mode, bought by the GPU or by the host. Whatever the packing,
 * the shares of one resource that the VMs on some GPUs take sum to no more than these GPUs.
 * With VMs that may be divided over kinds like water,
 *
 *   minimize   sum_k cost_k n_k + sum_w cost_w y_w
 *   subject to sum_(w of t) y_w = 1                        every tenant is served
 *              sum_(w of k) need_wr y_w <= gpus_k n_k      by every resource r of every kind
 *              n_k whole, y_w >= 0
 *
 * so that no plan in which a tenant is served whole, be it in one part or in many, costs less.
 * Where numbers of units f were tried and do not hold, no n <= f of the same kinds is taken to
 * hold either (with one kind less VMs lie elsewhere, and it may):
 * sum_k b_k + sum_(k: f_k > 0) (1 - z_k) >= 1 with n_k >= (f_k + 1) b_k and
 * z_k <= n_k <= most_k z_k, b and z binary, cuts them off. The solution that is left is then
 * the next to try (Hooker & Ottosson 2003, Mathematical Programming 96: logic-based Benders
 * decomposition). Cost: one programme. */
#ifndef SIM_PLAN_LEAST_H
#define SIM_PLAN_LEAST_H

#include <limits.h>
#include <stdbool.h>

#include "sim/base/arena.h"

enum {
    LEAST_MANY = INT_MAX
};

enum least_resource {
    LEAST_MEMORY,      /* framebuffer, or units of a MIG GPU's memory axis */
    LEAST_COMPUTE,     /* compute slices of MIG */
    LEAST_WORK,        /* time of GPUs that are taken in turns: the utilization law */
    LEAST_HOST_MEMORY, /* of a host, as a share of its GPUs */
    LEAST_HOST_CPUS,
    LEAST_RESOURCES
};

struct least_kind {
    double cost; /* of a unit: a GPU or a host */
    int gpus;    /* of a unit */
    int most;    /* units; LEAST_MANY: no limit, and no cuts */
};

/* A tenant served by one kind, all its VMs. */
struct least_way {
    int tenant_ix, kind;
    double need[LEAST_RESOURCES]; /* in GPUs */
    double cost;                  /* that comes with it: licences */
};

struct least {
    const struct least_kind *kind; /* [kind_n] */
    int kind_n;
    const struct least_way *way; /* [way_n] */
    int way_n;
    int tenant_n;
    const int *failed; /* [failed_n][kind_n] units that do not hold */
    int failed_n;
};

struct least_answer {
    double cost;   /* at least; INFINITY where nothing can hold */
    int *unit;     /* [kind_n] of the cheapest; NULL where there is none, or it was not found */
    bool is_exact; /* `unit` is the cheapest of all */
};

/* False when memory is out. */
bool least_solve(struct least_answer *out, struct arena *a, const struct least *q);

#endif
