/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profilein.h - service times measured on MIG profiles, which beat the law of slices. */
#ifndef SIM_INPUT_PROFILEIN_H
#define SIM_INPUT_PROFILEIN_H

#include "sim/input/workin.h"

/* Reads `profiles` below a service into w->profile. `has_whole`: a time on the whole GPU has
 * been read, too; else w->service becomes the time on the first profile. */
void profiles_read(const struct field_map *service, const struct tenant_context *x,
                   bool has_whole, struct work *w);

/* Appends "profiles: {..}" as it is read; nothing without profiles. */
void profiles_print(const struct work *w, struct text *out);

#endif
