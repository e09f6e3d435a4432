/* SPDX-License-Identifier: GPL-3.0-or-later */
/* turns.h - the first turns of a loaded scenario as a table, for gen timeline and plot. */
#ifndef SIM_CLI_TURNS_H
#define SIM_CLI_TURNS_H

#include <stdint.h>

#include "sim/cli/load.h"

#define TURNS_LENGTH_NS INT64_C(32000000)

/* `mode,vm,state,from_ns,to_ns`: what the first GPU of each feasible mode of l->scenario does
 * in its first length_ns. False with diagnostics. */
bool turns_table(struct load *l, uint64_t seed, int64_t length_ns, struct text *out);

#endif
