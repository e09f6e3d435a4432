/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doubt.h - what must not be read into a mode's numbers, in words; numbers that do not exist
 * are taken out. Rules ST-01 to ST-05 of docs/statistics.md, "What is refused". */
#ifndef SIM_RUN_DOUBT_H
#define SIM_RUN_DOUBT_H

#include "sim/base/arena.h"
#include "sim/run/result.h"

#define DOUBT_HALF_WIDTH 0.10 /* relative; wider intervals cover less often than they say */
#define DOUBT_TAIL_MIN   50.0 /* independent samples beyond a percentile */

/* Adds notes to `out`, whose statistics are filled in, and makes means null that are infinite.
 * False when memory is out. */
bool doubt_mode(const struct scenario *s, struct arena *arena, struct mode_result *out);

#endif
