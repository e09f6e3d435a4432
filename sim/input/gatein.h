/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gatein.h - reads `expect` into gates. */
#ifndef SIM_INPUT_GATEIN_H
#define SIM_INPUT_GATEIN_H

#include "sim/input/field.h"
#include "sim/input/scenario.h"

/* Reads the gates of the root into s->gate and s->probe; modes and tenants are there already.
 * is_narrowed: --mode has dropped modes, so that a gate may name one that is not there. False
 * when memory is out. */
bool gates_read(const struct field_map *root, struct scenario *s, bool is_narrowed);

/* Has a tenant the distribution: ttft of llm, frame of frames, step of training? */
bool gate_suits(enum gate_of of, const struct tenant *t);

/* In what its figure and limit are; Q_COUNT for ratios as well. */
enum quantity gate_quantity(const struct gate *g);

#endif
