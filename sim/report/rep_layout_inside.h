/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_layout_inside.h - the pieces of one GPU, for its picture and its JSON. */
#ifndef SIM_REPORT_REP_LAYOUT_INSIDE_H
#define SIM_REPORT_REP_LAYOUT_INSIDE_H

#include "sim/report/rep.h"

/* One piece: the seats [first, first + n) of fits.seat. */
struct piece {
    int first, n;
    int start, size;
};

struct view {
    const struct result *r;
    const struct mode_result *m;
    const struct fits_shape *shape;
    struct piece piece[SCHED_VGPUS_MAX];
    int piece_n;
    int width; /* of the page */
};

/* Columns of a picture. */
int layout_width(const struct rep_options *o);

bool layout_has_instances(const struct mode_result *m);

/* The seat at an index of fits.seat. */
const struct seat *layout_seat(const struct mode_result *m, int at);

/* Of the seat's GPU instance; NULL where it has none. */
const struct mig_profile *layout_profile(const struct mode_result *m, const struct seat *seat);

/* Appends the pieces of v->shape to v->piece. */
void layout_find_pieces(struct view *v);

/* Units of the axis in that state. */
int layout_count(const struct fits_shape *x, enum fits_unit as);

/* Is b the VM that follows a in its tenant? */
bool layout_comes_next(const struct result *r, const struct seat *a, const struct seat *b);

/* "chat/0 to chat/3" */
void layout_add_range(const struct result *r, const struct seat *first, const struct seat *last,
                      struct text *out);

#endif
