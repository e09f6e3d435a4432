/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audit.h - what must hold in every run and costs too much to look at each time (--check).
 *
 * The cheap laws - conservation, causality, Little's law, one turn per engine - are asserted by
 * lane.c always. A law that is broken is a bug of the program: it asserts. */
#ifndef SIM_RUN_AUDIT_H
#define SIM_RUN_AUDIT_H

#include "sim/fleet/fleet.h"
#include "sim/run/gather.h"
#include "sim/run/result.h"

/* Places: no two instances of a GPU overlap, their units and the framebuffer of the vGPUs fit
 * the GPU, no slot of a domain is given twice, counts agree. O(seats x domains). */
void audit_fleet(const struct scenario *s, const struct fleet *f);

/* One replica: every counted request is in every histogram once, the bins add up to it, and
 * percentiles ascend between the extremes. What the observer was told agrees with the books.
 *   whole      all chunks and the books of all lanes
 *   saturated  [flow_n] not waited for after the window */
void audit_replica(const struct gather *whole, const bool *saturated);

/* The result of a simulated mode: the parts of the time add up to all of it, tenants' shares to
 * the useful part, violations and requests of tenants to those of the mode. */
void audit_mode(const struct scenario *s, const struct mode_result *m);

#endif
