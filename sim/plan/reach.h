/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reach.h - is an objective of latency out of reach, whatever an experiment would show? */
#ifndef SIM_PLAN_REACH_H
#define SIM_PLAN_REACH_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/fleet/lanes.h"

/* True when a tenant's mean or percentile is above its limit by the lower bounds of
 * models/bound.h; `why` [n] then says by which. `l` is the placed fleet of the one mode. Asks
 * nothing of traces, frames, tokens, VMs with several workloads and scenarios with faults. */
bool reach_is_beyond(const struct scenario *s, const struct lanes *l, char *why, size_t n);

#endif
