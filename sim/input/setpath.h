/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setpath.h - `--set tenants.chat.count=4`: one value put into the tree of a scenario.
 *
 * The value is YAML and goes through the same reader; its place is the argument, so that every
 * later check points there. What is shared by an alias is copied on the way, never changed. */
#ifndef SIM_INPUT_SETPATH_H
#define SIM_INPUT_SETPATH_H

#include <stdbool.h>

#include "sim/input/field.h"

struct setpath {
    const char *file; /* "<--set>", for places */
    int line;         /* lines before that of the argument */
    const char *path; /* [path_n] dotted; list items by name or by index from 0 */
    size_t path_n;
    int path_col;      /* column of the path in the argument */
    const char *value; /* YAML */
    int value_col;
};

/* Puts the value at its path below *root, making mappings that are not there. False with a
 * diagnostic when the path leads nowhere or the value is not YAML. */
bool setpath_apply(const struct field_reader *r, struct yaml_node **root,
                   const struct setpath *s);

/* Splits "path=value" at the first '=' and applies it; `line` lines stand before it. */
bool setpath_argument(const struct field_reader *r, struct yaml_node **root,
                      const char *argument, int line);

#endif
