/* SPDX-License-Identifier: GPL-3.0-or-later */
/* holds.h - does a simulated mode hold every objective of its tenants? */
#ifndef SIM_PLAN_HOLDS_H
#define SIM_PLAN_HOLDS_H

#include <stddef.h>

#include "sim/run/result.h"

enum holds {
    HOLDS_NO,     /* infeasible, saturated, or an interval on the wrong side */
    HOLDS_UNSURE, /* an interval across its limit */
    HOLDS_YES     /* every interval on the right side */
};

/* Judges mode 0 of the result; `why` [n] names the first tenant and objective that does not
 * hold, or the one with the least room, with its figure. */
enum holds holds_of(const struct result *r, char *why, size_t n);

#endif
