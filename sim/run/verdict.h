/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.h - gates held against a finished mode: pass, fail or inconclusive, and why.
 *
 * An estimate passes when its whole 95 % interval is on the good side of the limit, fails when
 * the whole of it is on the bad side and is inconclusive otherwise. What is counted or placed
 * has no interval and is compared as it is. Without a sample a gate fails. */
#ifndef SIM_RUN_VERDICT_H
#define SIM_RUN_VERDICT_H

#include "sim/base/arena.h"
#include "sim/base/err.h"
#include "sim/run/result.h"

/* The verdict on limits lo <= hi of what was observed; equal ones are exact. */
enum verdict verdict_of(double lo, double hi, enum gate_op op, double limit);

/* Judges every gate that is meant for the mode into m->verdict. False when memory is out. */
bool verdict_mode(struct arena *arena, const struct result *r, struct mode_result *m);

/* Has a gate failed that ends the run with it? */
bool verdict_stops(const struct result *r);

/* "pass", "fail", "inconclusive" */
const char *verdict_name(enum verdict v);

/* How many gates got this verdict, over all modes. */
int verdict_count(const struct result *r, enum verdict v);

/* ERR_NO when a gate failed, else ERR_UNDECIDED when one is inconclusive, else ERR_OK. */
enum err verdict_status(const struct result *r);

#endif
