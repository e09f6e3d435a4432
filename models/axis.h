/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axis.h - pieces with listed start positions on one line, none overlapping: does a set fit,
 * and where?
 *
 * GPU instances on the memory axis and vGPUs in mixed-size mode are the same question: every
 * kind of piece has a length and a list of legal starts. The answer is exact, so the order in
 * which pieces are asked for never decides whether they fit. Knows no GPU. Owns nothing; start
 * lists are borrowed. */
#ifndef MODELS_AXIS_H
#define MODELS_AXIS_H

#include <stdbool.h>

enum {
    AXIS_KINDS_MAX = 48,  /* kinds of pieces; more are left out, with no start */
    AXIS_UNITS_MAX = 512, /* units of an axis; a start whose piece ends later is never used */
    AXIS_PIECES_MAX = 48, /* pieces laid out at once */
    AXIS_STARTS_MAX = 32, /* start positions of a kind */
    AXIS_STEPS_MAX = 1000000 /* search nodes; beyond them a set counts as not fitting */
};

struct axis_kind {
    const int *starts; /* [starts_n] ascending, >= 0; borrowed */
    int starts_n;      /* 0 .. AXIS_STARTS_MAX */
    int size;          /* units, >= 1 */
};

struct axis {
    struct axis_kind kind[AXIS_KINDS_MAX];
    int kind_n;
};

/* Adds a kind and returns its index, or -1 when the table is full, a start is out of range or
 * the starts do not ascend. */
int axis_add(struct axis *a, const int *starts, int starts_n, int size);

/* Can count[k] pieces of kind k, for every k, lie on the axis together? `count` is [kind_n];
 * their sum beyond AXIS_PIECES_MAX is answered with false. Cost: states of (position, pieces
 * left), a few hundred for the tables of the catalogue. */
bool axis_fits(const struct axis *a, const unsigned char *count);

/* Where: writes one start per piece to `start` [sum of count], by kind, ascending within a
 * kind. Longest pieces are laid first; of the starts from which the rest still fits, the one
 * that leaves most (kind, start) pairs of the whole table free, then the lowest. False as
 * axis_fits; `start` is then unspecified. */
bool axis_layout(const struct axis *a, const unsigned char *count, int *start);

#endif
