/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fraction.h - thousandths of a GPU, as traces of shared GPUs state them, in what a GPU can
 * really be divided into.
 *
 * On a GPU with MIG the smallest profile whose compute slices are at least that part of the
 * GPU's; as a vGPU at least that part of the framebuffer. Source: the mapping is a convention
 * of docs/vm-traces.md; profiles and sizes are the catalogue's. */
#ifndef MODELS_FRACTION_H
#define MODELS_FRACTION_H

#include "models/catalog.h"

enum {
    FRACTION_ONE = 1000 /* a whole GPU */
};

/* Framebuffer in GiB that `milli` of a GPU stands for, rounded up; of the largest time-sliced
 * vGPU type where the GPU has any, else of the board. 0: not known. */
int fraction_gib(const struct catalog *c, int gpu_ix, int milli);

/* The profile for `milli` of a GPU that also holds `gib` GiB: least memory, then fewest compute
 * slices, then one that a vGPU type is made for, then without +gfx; special media engines are
 * passed over. NULL: none. */
const struct mig_profile *fraction_profile(const struct catalog *c, int gpu_ix, int milli,
                                           int gib);

#endif
