/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact.h - the least number of GPUs of one kind that hold all seats: an integer programme over
 * what one GPU can hold.
 *
 * Knows seats, not VMs: that the vGPUs of one VM lie apart is left to whoever follows the plan.
 * Nothing is limited by a clock; where a limit on patterns or nodes is met, the answer says so
 * and the lower bound stands. */
#ifndef SIM_FLEET_EXACT_H
#define SIM_FLEET_EXACT_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/fleet/pack.h"

enum {
    EXACT_STEPS_MAX = 400000, /* contents of a GPU that are looked at */
    EXACT_PATTERNS_MAX = 4000,
    EXACT_NODES_MAX = 1000 /* of branch and bound */
};

struct exact_plan {
    int bound;            /* no fewer GPUs do; 0: not known */
    bool whole;           /* every pattern was looked at, and every node */
    int gpus;             /* of the plan; 0: there is none */
    unsigned char *seats; /* [gpus * class_n] seats of a class on a GPU, at most */
};

/* Plans for all seats that the classes of the one group want. `most` GPUs are known to do; a
 * plan is made only if it takes fewer. False when memory is out. Cost: the contents of one GPU,
 * then GLPK. */
bool exact_solve(struct exact_plan *out, struct arena *a, const struct pack_terms *terms,
                 int most);

/* The library's version, as in "1.2.3". */
const char *exact_library(void);

#endif
