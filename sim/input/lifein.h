/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lifein.h - `lifecycle`: the events of a scenario. */
#ifndef SIM_INPUT_LIFEIN_H
#define SIM_INPUT_LIFEIN_H

#include "sim/input/field.h"
#include "sim/input/scenario.h"

/* Reads the events into s->life; statistics, fleet, modes and tenants are there. Everything
 * wrong is in the diagnostics. False when memory is out. */
bool life_read(const struct field_map *root, struct scenario *s);

#endif
