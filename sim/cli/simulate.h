/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate.h - from the flags that every simulating command takes to a result. */
#ifndef SIM_CLI_SIMULATE_H
#define SIM_CLI_SIMULATE_H

#include "sim/cli/load.h"
#include "sim/report/rep.h"
#include "sim/run/exp.h"

/* Reads --seed: 1 without it; what `random` draws is told in d. False with a diagnostic. */
bool simulate_seed(const struct opts *o, uint64_t *seed, struct diag *d);

/* Reads --seed, --jobs, --check, --engine and --isa. False with diagnostics. */
bool simulate_options(const struct opts *o, struct exp_options *out, struct diag *d);

/* Runs the scenario that is loaded, with progress as --progress says. NULL with a diagnostic;
 * the result lives in l->arena. */
const struct result *simulate(struct load *l, const struct opts *o,
                              const struct exp_options *options, struct diag *d);

/* Seconds since begin_ns of the monotonic clock under --timing, else 0. */
double simulate_seconds(const struct opts *o, int64_t begin_ns);

/* What an inconclusive gate counts as, by --inconclusive. */
enum undecided simulate_undecided(const struct opts *o);

/* 130 after an interruption, 1 when no mode is feasible, else as the gates say. */
enum err simulate_answer(const struct result *r, const struct opts *o);

#endif
