/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gstate.h - what one GPU carries, as a number: equal contents have equal numbers, and what
 * follows from a seat more or less is found once.
 *
 * For VMs that come and go. Nothing on a GPU is ever moved, so contents are pieces with their
 * places: GPU instances at their starts, vGPUs at their placement ids. State 0 is the empty
 * GPU. A new instance goes where models/layout.h puts it first, and so does a vGPU in
 * mixed-size mode; an instance that loses its last vGPU is destroyed. Knows no fleet and no
 * time. Cost: a layout search for every (state, class) pair that is met, then one lookup. */
#ifndef SIM_FLEET_GSTATE_H
#define SIM_FLEET_GSTATE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/mig.h"
#include "sim/input/scenario.h"

enum {
    GSTATE_FULL = -1,   /* no room for the seat */
    GSTATE_MILLI = 1000 /* of a GPU: what containers share */
};

/* Seats that are alike. */
struct gstate_class {
    int kind;       /* on the axis of the mode; -1 where positions do not matter */
    int gib;        /* framebuffer */
    int domain_max; /* seats on one domain, >= 1 */
    int milli;      /* containers: thousandths of a GPU, 1 .. 1000 */
    int64_t weight; /* share in the mix that fragmentation is measured against */
};

/* What one GPU is like. Borrowed; outlives the states. */
struct gstate_terms {
    enum mode_kind mode;
    bool mixed_size;                  /* time-sliced: sizes may mix, positions matter */
    int gpu_gib;                      /* framebuffer of the GPU */
    const struct mig_geometry *mig;   /* MIG modes */
    const struct axis *types;         /* mixed-size: the vGPU types */
    const struct gstate_class *class; /* [class_n] */
    int class_n;
};

struct gstate_node;
struct gstate_piece;

struct gstate {
    const struct gstate_terms *terms;
    struct gstate_node *node; /* [node_n] */
    int node_n, node_max;
    struct gstate_piece *piece; /* of all nodes */
    int piece_n, piece_max;
    int *next; /* [node_max * class_n] state with a seat more; GSTATE_FULL, or not known yet */
    short *at; /* [node_max * class_n] and where that seat lies */
    int *bucket; /* [bucket_n] open addressing over contents; a power of two */
    int bucket_n;
    bool failed; /* memory is out: answers are worthless */
};

/* False when memory is out. */
bool gstate_init(struct gstate *g, const struct gstate_terms *terms);
void gstate_fini(struct gstate *g);

/* The state with one seat of the class more, or GSTATE_FULL; *at is where the seat lies, to be
 * given back when it is taken away. */
int gstate_add(struct gstate *g, int state, int class_ix, int *at);

/* The state without a seat that was put there. */
int gstate_take(struct gstate *g, int state, int class_ix, int at);

/* Seats on the GPU; 0: it is empty. */
int gstate_seats(const struct gstate *g, int state);

/* Free room: units of the memory axis, thousandths of a GPU for containers, else GiB. */
int gstate_room(const struct gstate *g, int state);

/* Free room times the weight of the classes that find no place: what fragmentation adds up. */
int64_t gstate_useless(struct gstate *g, int state);

#endif
