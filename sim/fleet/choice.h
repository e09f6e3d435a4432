/* SPDX-License-Identifier: GPL-3.0-or-later */
/* choice.h - which vGPU type and which MIG profile a tenant gets under one mode.
 *
 * A named type or profile of the mode is honoured. Otherwise the framebuffer decides, compared
 * in whole GiB with the nominal size of the name; a tenant that states none but names a type of
 * another mode needs that type's size. Looks at the catalogue only: whether the GPUs have room
 * is the fleet's question. docs/placement.md. */
#ifndef SIM_FLEET_CHOICE_H
#define SIM_FLEET_CHOICE_H

#include <stdbool.h>

#include "models/catalog.h"
#include "sim/input/scenario.h"

enum {
    CHOICE_TEXT = 256
};

struct choice {
    const struct vgpu_type *type;      /* NULL: passthrough, or a profile without a vGPU type */
    const struct mig_profile *profile; /* NULL: no MIG */
    int gib;                           /* framebuffer that one seat takes, nominal */
    int domain_max;         /* seats of this type that one domain can hold; 1 when exclusive */
    const char *rule;       /* NULL: chosen; else the id of what forbids it */
    char text[CHOICE_TEXT]; /* why, without a full stop */
};

/* Chooses for one tenant on one of the scenario's GPUs. Returns true when something was chosen,
 * else rule and text say why not; type and profile may be set even then, when what was named
 * exists but cannot be used. */
bool choice_make(struct choice *out, const struct scenario *s, int gpu_ix, enum mode_kind mode,
                 const struct tenant *t);

/* Nominal framebuffer of a GPU: the greater of the board's and of its largest type
 * or profile (some boards are sold with more memory than a vGPU sees, some rows know only one
 * of them). 0 unknown. */
int choice_gpu_gib(const struct catalog *c, int gpu_ix);

/* Seats of a type that one domain can hold; 0 not known. A type larger than half of the GPU
 * needs no table. */
int choice_domain_max(const struct scenario *s, const struct vgpu_type *v);

/* What a tenant needs in GiB on a GPU: its framebuffer, else that of the type or profile that
 * it names; 0: the smallest will do. */
int choice_needed_gib(const struct catalog *c, int gpu_ix, const struct tenant *t);

#endif
