/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mig.h - which GPU instances one GPU can hold at the same time, and at which start indexes.
 *
 * Instances coexist when their intervals on the memory axis do not overlap, every start is in
 * its profile's list, no profile exceeds its own maximum, at most one instance has media
 * extensions (+me or +me.all), beside +me.all there are only instances without media engines
 * (-me), and no engine is given out more often than the full instance has it. Compute
 * slices count as an engine; on every board known any set that fits the memory axis has enough
 * of them. Source: MIG
 * User Guide, supported profiles and media extensions; placements read from nvidia-smi mig
 * -lgipp and the open kernel module 595.45.04. docs/placement.md. */
#ifndef MODELS_MIG_H
#define MODELS_MIG_H

#include <stdbool.h>

#include "models/axis.h"
#include "models/catalog.h"

enum {
    MIG_ENGINES = 6 /* compute slices, copy engines, decoders, encoders, JPEG, OFA */
};

/* The profiles of one GPU and their axis; profiles are borrowed from the catalogue. */
struct mig_geometry {
    int units_n;               /* units of the memory axis; 0 without MIG */
    int compute_n;             /* compute slices */
    int engine_n[MIG_ENGINES]; /* pool: what the full instance has; -1 unknown, never binds */
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

/* Leaves only profiles without +me, +me.all, -me or +gfx: the variants differ in engines, not
 * in geometry. Counts of layouts in the literature are over these. */
void mig_geometry_plain(struct mig_geometry *g);

/* Index of a profile in the geometry, or -1. */
int mig_geometry_find(const struct mig_geometry *g, const struct mig_profile *p);

/* Can count[i] instances of profile i, for all i < axis.kind_n, exist together? First obstacle
 * in the order media, maximum, start, engines. */
enum mig_fit mig_fits(const struct mig_geometry *g, const unsigned char *count);

/* The same without the places: media, maximum and engines. Counts that pass need a layout. */
enum mig_fit mig_counts_fit(const struct mig_geometry *g, const unsigned char *count);

/* Start indexes, as axis_layout. False when mig_fits says no. */
bool mig_layout(const struct mig_geometry *g, const unsigned char *count, int *start);

/* ---- Compute instances ---- */

enum {
    MIG_COMPUTE_KINDS_MAX = 5 /* 1c, 2c, 3c, 4c, 7c */
};

/* Compute instances of one size inside a GPU instance. They share its memory, bandwidth and
 * engines; each has compute slices of its own. */
struct mig_compute {
    int slices;    /* 1, 2, 3, 4 or 7 */
    int max;       /* how many of this size the GPU instance takes */
    int starts[8]; /* [starts_n] legal starts in compute slices of the GPU instance */
    int starts_n;
};

/* The sizes that a GPU instance of so many compute slices can be cut into, smallest first; 0
 * when nothing is known of such an instance. Source: nvidia-smi mig -lcip on A100 and A30, MIG
 * User Guide; the same driver rule serves the other boards. */
int mig_compute_kinds(int gi_slices, struct mig_compute out[MIG_COMPUTE_KINDS_MAX]);

/* Can count[i] compute instances of size i (as mig_compute_kinds orders them) exist together?
 */
bool mig_compute_fits(int gi_slices, const unsigned char count[MIG_COMPUTE_KINDS_MAX]);

/* ---- Names ---- */

/* What "1c.3g.20gb+me" says. */
struct mig_name {
    int compute_slices; /* of the compute instance; 0: the whole GPU instance, no "1c." */
    int gi_slices;
    int gib;
    bool me, me_all, no_me, gfx; /* `me` with `me_all` */
};

/* Reads a profile's name; case of letters does not matter. False when it is not one. */
bool mig_name_read(const char *name, struct mig_name *out);

enum mig_match {
    MIG_MATCH_NAME,   /* the catalogue spells it so */
    MIG_MATCH_SLICES, /* spelt otherwise, but only this profile has these slices */
    MIG_MATCH_MANY,   /* more than one profile could be meant; the nearest is returned */
    MIG_MATCH_NONE    /* no profile could; the nearest by slices and memory, or NULL */
};

/* The profile of a GPU that a name means. Drivers round memory differently (3g.39gb and 3g.40gb
 * are one profile of A100 80 GB; 1g.24gb and 1g.23gb of GB200), so a name that the catalogue
 * does not have means the profile with the same compute slices and the same +/- marks whose
 * memory is within a quarter of a GiB and a twentieth. The names seen differ by less (4.3 %,
 * GB200), and profiles of one number of compute slices by a factor of two. The prefix of a
 * compute instance is ignored. */
enum mig_match mig_name_match(const struct catalog *c, int gpu_ix, const char *name,
                              const struct mig_profile **out);

#endif
