/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fleetin.h - `fleet`: GPUs and hosts, and what holds for all of them. */
#ifndef SIM_INPUT_FLEETIN_H
#define SIM_INPUT_FLEETIN_H

#include "sim/input/field.h"
#include "sim/input/scenario.h"

/* Reads the field of the root into s, whose catalogue is there. With `plan` several GPU models
 * may be named. Everything wrong is in the diagnostics. */
void fleetin_read(const struct field_map *root, struct scenario *s, bool plan);

#endif
