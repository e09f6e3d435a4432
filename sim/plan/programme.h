/* SPDX-License-Identifier: GPL-3.0-or-later */
/* programme.h - linear programmes with some columns whole: the room's door to GLPK.
 *
 *   minimize sum_j cost_j x_j   where every row and every column lies between its bounds
 *
 * The relaxation, in which no column need be whole, is solved first by the simplex method, then
 * branch and bound looks at no more than PROGRAMME_NODES_MAX nodes: nothing is limited by a
 * clock, so that equal programmes have equal answers. Source: Makhorin, GNU Linear Programming
 * Kit, reference manual (2020). */
#ifndef SIM_PLAN_PROGRAMME_H
#define SIM_PLAN_PROGRAMME_H

#include <stdbool.h>

#include "sim/base/arena.h"

enum {
    PROGRAMME_NODES_MAX = 20000
};

struct programme_column {
    double lo, hi, cost;
    bool is_whole;
};

struct programme_row {
    double lo, hi; /* either may be infinite */
};

struct programme {
    struct programme_row *row;       /* [row_n] */
    struct programme_column *column; /* [column_n] */
    int *at_row, *at_column;         /* [entry_n] counted from 1 */
    double *value;                   /* [entry_n] */
    int row_n, column_n, entry_n;
    /* What will do. */
    bool is_relaxed; /* no column need be whole */
    double near;     /* what costs no more than the relaxation and this */
    int nodes_max;   /* what so many nodes find; 0: PROGRAMME_NODES_MAX */
};

struct programme_answer {
    bool is_found;  /* x is a solution, in whole numbers unless the relaxation would do */
    bool is_exact;  /* none is cheaper; without one: there is none */
    double relaxed; /* cost where no column need be whole; not finite where there is none */
    double least;   /* no solution costs less; INFINITY where there is none */
    double *x;      /* [column_n] */
};

/* Room for so many. False when memory is out. */
bool programme_init(struct programme *p, struct arena *a, int rows, int columns, int entries);

/* Each returns the index of what it adds. An entry is named at most once. */
int programme_add_row(struct programme *p, double lo, double hi);
int programme_add_column(struct programme *p, double lo, double hi, double cost, bool is_whole);
void programme_set(struct programme *p, int row, int column, double value);

/* False when memory is out. */
bool programme_solve(const struct programme *p, struct arena *a, struct programme_answer *out);

#endif
