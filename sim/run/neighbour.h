/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neighbour.h - who harms whom most: each victim once more without each neighbour.
 *
 * Taken away means silent: its vGPUs keep their places, slots and memory, as in the baseline,
 * and ask for nothing. Everybody else sees the same arrivals and demands in the same replicas
 * and window, so what differs is the neighbour's doing. Cost: a run of the mode for each tenant
 * that shares a lane with a victim. */
#ifndef SIM_RUN_NEIGHBOUR_H
#define SIM_RUN_NEIGHBOUR_H

#include "sim/run/reps.h"
#include "sim/run/summary.h"

/* Fills `worst` of each tenant in out->tenant that has violations: the tenant without which it
 * has least of them, and among equals the lowest p95; nobody where no single one makes it
 * better. `done` has run mode m, whose sample is `with`. An interruption leaves the rest empty.
 * False when memory is out. */
bool neighbour_find(const struct reps *done, int m, const struct sample *with,
                    struct mode_result *out);

#endif
