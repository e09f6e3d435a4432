/* SPDX-License-Identifier: GPL-3.0-or-later */
/* holds.h - does a simulated mode hold every objective of its tenants? */
#ifndef SIM_PLAN_HOLDS_H
#define SIM_PLAN_HOLDS_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/run/result.h"

enum holds {
    HOLDS_NO,     /* infeasible, saturated, or an interval on the wrong side */
    HOLDS_UNSURE, /* an interval across its limit */
    HOLDS_YES     /* every interval on the right side */
};

/* Judges mode 0 of the result; `why` [n] names the tenant and the objective that is farthest
 * from holding, or the one with the least room, with its figure. */
enum holds holds_of(const struct result *r, char *why, size_t n);

/* The same of tenant t alone. */
enum holds holds_tenant(const struct result *r, int t);

/* The part of its limit that the tightest objective of a tenant leaves free, far ends of the
 * intervals; 1 without objectives, not above 0 where one does not hold. */
double holds_room(const struct result *r);

/* Would it hold by the same estimates with intervals of that part of their width, 0 .. 1? */
bool holds_if_narrower(const struct result *r, double narrow);

/* What a limit of latency is held against; NULL where the objective is another. */
const struct estimate *holds_latency(const struct scenario *s, const struct tenant_result *t,
                                     const struct objective *o);

#endif
