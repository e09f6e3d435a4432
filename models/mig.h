/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mig.h - which GPU instances one GPU can hold at the same time, and at which start indexes.
 *
 * Instances coexist when their intervals on the memory axis do not overlap, every start is in
 * its profile's list, no profile exceeds its own maximum, at most one instance has media
 * extensions (+me or +me.all), beside +me.all there are only instances without media engines
 * (-me), and no engine is given out more often than the full instance has it. Compute slices
 * need no check of their own: any set that fits the memory axis has enough of them. Source: MIG
 * User Guide, supported profiles and media extensions; placements read from nvidia-smi mig
 * -lgipp and the open kernel module 595.45.04. docs/placement.md. */
#ifndef MODELS_MIG_H
#define MODELS_MIG_H

#include <stdbool.h>

#include "models/axis.h"
#include "models/catalog.h"

enum {
    MIG_ENGINES = 5 /* copy, decoders, encoders, JPEG, OFA */
};

/* The profiles of one GPU and their axis; profiles are borrowed from the catalogue. */
struct mig_geometry {
    int units_n;               /* units of the memory axis; 0 without MIG */
    int compute_n;             /* compute slices */
    int engine_n[MIG_ENGINES]; /* pool: engines of the full instance; -1 unknown, never binds */
    struct axis axis;
    const struct mig_profile
        *profile[AXIS_KINDS_MAX]; /* [axis.kind_n] in the order of the table */
};

/* What keeps a set of instances from coexisting. */
enum mig_fit {
    MIG_FITS,
    MIG_NO_START,      /* no layout on the memory axis */
    MIG_MAX_INSTANCES, /* more of one profile than the GPU takes */
    MIG_SECOND_ME,     /* more than one +me or +me.all */
    MIG_MEDIA_TAKEN,   /* +me.all beside an instance that has media engines */
    MIG_ENGINES_SHORT  /* more engines of one kind than the full instance has */
};

/* Collects the profiles of a GPU. One without known size or starts is left out. */
void mig_geometry_init(struct mig_geometry *g, const struct catalog *c, int gpu_ix);

/* Index of a profile in the geometry, or -1. */
int mig_geometry_find(const struct mig_geometry *g, const struct mig_profile *p);

/* Can count[i] instances of profile i, for all i < axis.kind_n, exist together? First obstacle
 * in the order media, maximum, start, engines. */
enum mig_fit mig_fits(const struct mig_geometry *g, const unsigned char *count);

/* The same without the places: media, maximum and engines. Counts that pass need a layout. */
enum mig_fit mig_counts_fit(const struct mig_geometry *g, const unsigned char *count);

/* Start indexes, as axis_layout. False when mig_fits says no. */
bool mig_layout(const struct mig_geometry *g, const unsigned char *count, int *start);

#endif
