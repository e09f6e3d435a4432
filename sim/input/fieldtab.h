/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fieldtab.h - every field of a scenario, one row each, in the order in which `list fields`
 * prints them. */
#ifndef SIM_INPUT_FIELDTAB_H
#define SIM_INPUT_FIELDTAB_H

#include "sim/input/field.h"

extern const struct field fieldtab[];
extern const int fieldtab_n;

#endif
