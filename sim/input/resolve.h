/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolve.h - a scenario with every default filled in, as YAML that reads back to the same
 * scenario. */
#ifndef SIM_INPUT_RESOLVE_H
#define SIM_INPUT_RESOLVE_H

#include "sim/base/text.h"
#include "sim/input/scenario.h"
#include "sim/input/tenantin.h"
#include "sim/input/yaml.h"

/* Appends the text. `names` is [flow_n]; `cost` is the node of that field, or NULL. */
void resolve_print(const struct scenario *s, const struct trace_names *names,
                   const struct yaml_node *cost, struct text *out);

/* The value of `placement`, in braces. */
void resolve_placement(const struct scenario *s, struct text *out);

/* The events of `lifecycle`, if there are any. */
void resolve_print_life(const struct scenario *s, struct text *out);

/* The gates, as written: they ask and change nothing. */
void resolve_print_gates(const struct scenario *s, struct text *out);

#endif
