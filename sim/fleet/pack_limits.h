/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack_limits.h - what pack.c, its limits and its positions share. */
#ifndef SIM_FLEET_PACK_LIMITS_H
#define SIM_FLEET_PACK_LIMITS_H

#include <assert.h>

#include "sim/fleet/pack.h"

enum {
    NOBODY = -1
};

static inline bool pack_has_instances(const struct pack *p)
{
    return p->terms->mode == MODE_MIG || p->terms->mode == MODE_TIME_SLICED_MIG;
}

/* Pieces per kind on a GPU; only where positions matter. */
static inline unsigned char *pack_counts(const struct pack *p, int gpu_ix)
{
    assert(p->has_positions);
    return p->count + (size_t)gpu_ix * (size_t)p->kind_n;
}

static inline const struct pack_group *pack_group_of(const struct pack *p, int gpu_ix)
{
    return &p->terms->group[p->host[p->gpu[gpu_ix].host_ix].group_ix];
}

/* The axis of the group's GPUs, where positions matter. */
static inline const struct axis *pack_axis_of(const struct pack *p, const struct pack_group *g)
{
    return pack_has_instances(p) ? &g->mig.axis : &g->types;
}

/* What keeps one more of the class, for this VM, from the GPU as it is; WHY_NONE: nothing does.
 * Where positions matter a layout search. */
enum pack_why pack_why_not(const struct pack *p, int class_ix, int gpu_ix, int vm);

/* The oldest instance on the GPU that takes a vGPU of the class and holds none of this VM; -1.
 * `full` and `own` tell what was there instead. */
int pack_shared_instance(const struct pack *p, const struct pack_class *c, int gpu_ix, int vm,
                         bool *full, bool *own);

#endif
