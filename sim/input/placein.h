/* SPDX-License-Identifier: GPL-3.0-or-later */
/* placein.h - the reader of `placement`: a policy, or what each GPU holds. */
#ifndef SIM_INPUT_PLACEIN_H
#define SIM_INPUT_PLACEIN_H

#include "sim/input/field.h"
#include "sim/input/scenario.h"

/* Reads the policy into s->place; the fleet is there already. */
void placein_policy(const struct field_map *root, struct scenario *s);

/* Reads what each GPU holds into s->listed where the policy is `listed`; the tenants are there
 * already. is_narrowed: --tenant has dropped tenants, so that a GPU may hold one that is not
 * there. False when memory is out. */
bool placein_gpus(const struct field_map *root, struct scenario *s, bool is_narrowed);

#endif
