/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog.c - lookup by name in the loaded tables.
 *
 * Names are compared without regard to case, by ASCII rules whatever the locale. The tables are
 * a few hundred rows and looked up while a scenario is read, never while it is simulated, so
 * that a walk is enough. O(rows). */
#include "models/catalog.h"

#include <stddef.h>

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_same(const char *a, const char *b)
{
    while (*a != '\0' && folded(*a) == folded(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

int catalog_gpu_find(const struct catalog *c, const char *key)
{
    for (int i = 0; i < c->gpu_n; i++) {
        if (is_same(c->gpu[i].key, key)) {
            return i;
        }
    }
    return -1;
}

const struct mig_profile *catalog_mig_find(const struct catalog *c, int gpu_ix,
                                           const char *name)
{
    for (int i = 0; i < c->mig_n; i++) {
        if (c->mig[i].gpu_ix == gpu_ix && is_same(c->mig[i].name, name)) {
            return &c->mig[i];
        }
    }
    return NULL;
}

const struct vgpu_type *catalog_vgpu_find(const struct catalog *c, int gpu_ix, const char *name)
{
    for (int i = 0; i < c->vgpu_n; i++) {
        if ((gpu_ix < 0 || c->vgpu[i].gpu_ix == gpu_ix) && is_same(c->vgpu[i].name, name)) {
            return &c->vgpu[i];
        }
    }
    return NULL;
}

const struct calibration *catalog_calibration_find(const struct catalog *c, const char *gpu_key,
                                                   const char *parameter)
{
    for (int i = 0; i < c->calibration_n; i++) {
        if (is_same(c->calibration[i].gpu_key, gpu_key) &&
            is_same(c->calibration[i].parameter, parameter)) {
            return &c->calibration[i];
        }
    }
    return NULL;
}
