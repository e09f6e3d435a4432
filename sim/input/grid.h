/* SPDX-License-Identifier: GPL-3.0-or-later */
/* grid.h - `--vary tenants.chat.count=1,2,4`: axes of values, and the points of their product.
 *
 * Values stand between commas that are outside brackets and quotes. LO..HI and LO..HI:STEP
 * stand for a row of values in one unit: 10/s..50/s:10/s. Points are numbered from 0; the last
 * axis changes fastest. Whether a path or a value is right is found out by reading the
 * scenario. */
#ifndef SIM_INPUT_GRID_H
#define SIM_INPUT_GRID_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/input/setpath.h"

enum {
    GRID_AXES_MAX = 16,
    GRID_POINTS_MAX = 100000
};

struct grid_value {
    const char *text; /* YAML */
    int col;          /* where it stands in the argument */
};

struct grid_axis {
    const char *file;     /* "<--vary 1>", ...: names the argument in messages */
    const char *argument; /* as given; borrowed */
    const char *path;     /* what stands before the '=' */
    struct grid_value *value;
    int value_n, cap;
};

struct grid {
    struct grid_axis axis[GRID_AXES_MAX];
    int axis_n;
    int point_n; /* product of all value_n; 1 without axes */
};

/* Begins with one point and no axis. */
void grid_init(struct grid *g);

/* Adds the axis that an argument describes; what it needs comes from `arena`. False with a
 * diagnostic. */
bool grid_add(struct grid *g, struct arena *arena, const char *argument, struct diag *d);

/* The value of an axis at a point, 0 <= point < point_n. */
const struct grid_value *grid_at(const struct grid *g, int axis, int point);

/* Fills set[axis_n] with what the point puts into the scenario. Borrows from the grid. */
void grid_point(const struct grid *g, int point, struct setpath set[GRID_AXES_MAX]);

#endif
