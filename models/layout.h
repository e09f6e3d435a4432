/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout.h - GPU instances fixed at their starts on one GPU: what can still be created beside
 * them, where, and what is free and yet of no use.
 *
 * GPU instances cannot move, so what is left depends on where the others stand, not only on how
 * many there are; mig.h answers the other question, whether a set fits when its places may be
 * chosen. Every answer here is exact: further instances are searched for, not estimated.
 * Source: MIG User Guide; docs/hardware.md. */
#ifndef MODELS_LAYOUT_H
#define MODELS_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "models/mig.h"

enum {
    LAYOUT_UNITS_MAX = 64, /* units of a memory axis; a profile that reaches further is never
                              created */
    LAYOUT_MAX = LAYOUT_UNITS_MAX
};

struct layout_instance {
    int kind;  /* profile: index into the geometry */
    int start; /* unit of the memory axis */
};

struct layout {
    const struct mig_geometry *g; /* borrowed */
    struct layout_instance instance[LAYOUT_MAX];
    int instance_n;                      /* in the order of creation */
    unsigned char count[AXIS_KINDS_MAX]; /* [g->axis.kind_n] instances of each profile */
    uint64_t busy;                       /* bit u: unit u is taken */
};

/* A GPU without instances. */
void layout_init(struct layout *l, const struct mig_geometry *g);

/* Can one instance more of profile `kind` be created at `start`? MIG_NO_START when `start` is
 * not in the profile's list or a unit is taken. */
enum mig_fit layout_can(const struct layout *l, int kind, int start);

/* Creates it, or says what keeps it out and changes nothing. */
enum mig_fit layout_add(struct layout *l, int kind, int start);

/* Destroys instance number `ix`, 0 <= ix < instance_n; those after it move up in the list. */
void layout_remove(struct layout *l, int ix);

/* Starts at which `kind` can be created, best first: the one that leaves most (profile, start)
 * pairs of the table free, then the lowest. The first is where the driver puts an instance that
 * is asked for without a start: so it is in every posted listing of nvidia-smi mig -cgi that
 * docs/placement.md names. Writes to start[AXIS_STARTS_MAX]; returns how many. */
int layout_starts(const struct layout *l, int kind, int *start);

/* How many more instances of `kind` can be created, no other kind beside them. O(starts). */
int layout_more(const struct layout *l, int kind);

/* As layout_more, if all instances could be destroyed and created anew elsewhere. */
int layout_more_if_moved(const struct layout *l, int kind);

/* What is free. Stranded: free, and in no set of further instances. The most that further
 * instances can take is searched for compute and for memory, each for itself. Seven 1g on an
 * A100 leave one unit free and strand it; one 3g at start 0 strands one compute slice. */
struct layout_rest {
    int compute_free, compute_stranded; /* slices */
    int memory_free, memory_stranded;   /* units of the axis */

    /* Fragmentation, 0..1: the share of further instances that is lost to the places of those
     * that exist, expected over a profile drawn from the table. For profile k that is 1 -
     * layout_more / layout_more_if_moved; the mean is over profiles of which at least one would
     * fit after moving, 0 if there is none. An empty GPU has 0; so has any layout that moving
     * cannot improve. Idea: expected loss over a workload of [Weng2023], with the profile table
     * as the workload. */
    double fragmentation_frac;
};

void layout_rest(const struct layout *l, struct layout_rest *rest);

#endif
