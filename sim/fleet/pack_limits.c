/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack_limits.c - what keeps a VM from a GPU: framebuffer, the type's maximum, sizes that do
 * not mix, positions, and which instance it may join. */
#include "sim/fleet/pack_limits.h"

static enum pack_why why_equal_size(const struct pack *p, const struct pack_class *c,
                                    int gpu_ix)
{
    const struct pack_gpu *g = &p->gpu[gpu_ix];
    if (g->first >= 0) {
        const struct pack_class *first = &p->terms->class[p->domain[g->first].class_ix];
        if (first->gib != c->gib) {
            return WHY_SIZE;
        }
        if (first->type != c->type && pack_group_of(p, gpu_ix)->one_type) {
            return WHY_SERIES;
        }
    }
    if (g->vgpu_n >= c->domain_max) {
        return WHY_MAX;
    }
    if (g->vgpu_n >= GPU_VGPUS_MAX) {
        return WHY_GPU_MAX;
    }
    return g->gib + c->gib > pack_group_of(p, gpu_ix)->gpu_gib ? WHY_MEMORY : WHY_NONE;
}

static enum pack_why why_mixed_size(const struct pack *p, const struct pack_class *c,
                                    int gpu_ix)
{
    const struct pack_gpu *g = &p->gpu[gpu_ix];
    unsigned char *count = pack_counts(p, gpu_ix);
    if (count[c->kind] >= c->domain_max) {
        return WHY_MIX_MAX;
    }
    if (g->vgpu_n >= GPU_VGPUS_MAX) {
        return WHY_GPU_MAX;
    }
    if (g->gib + c->gib > pack_group_of(p, gpu_ix)->gpu_gib) {
        return WHY_MEMORY;
    }
    count[c->kind]++;
    bool fits = axis_fits(&pack_group_of(p, gpu_ix)->types, count);
    count[c->kind]--;
    return fits ? WHY_NONE : WHY_MIX_ID;
}

/* One more instance of the class's profile? */
static enum pack_why why_instance(const struct pack *p, const struct pack_class *c, int gpu_ix)
{
    if (p->gpu[gpu_ix].vgpu_n >= GPU_VGPUS_MAX_MIG) {
        return WHY_GPU_MAX;
    }
    unsigned char *count = pack_counts(p, gpu_ix);
    count[c->kind]++;
    enum mig_fit fit = mig_fits(&pack_group_of(p, gpu_ix)->mig, count);
    count[c->kind]--;
    switch (fit) {
    case MIG_FITS:
        return WHY_NONE;
    case MIG_MAX_INSTANCES:
        return WHY_INSTANCES;
    case MIG_SECOND_ME:
        return WHY_ME;
    case MIG_MEDIA_TAKEN:
        return WHY_MEDIA;
    case MIG_ENGINES_SHORT:
        return WHY_ENGINES;
    case MIG_NO_START:
        break;
    }
    return WHY_START;
}

/* May seats of both classes share an instance? Equal size within an instance (rule MIG-06). */
static bool is_mate(const struct pack *p, const struct pack_class *a,
                    const struct pack_class *b)
{
    return a->profile == b->profile && a->gib == b->gib &&
           (a->type == b->type || !p->terms->group[a->group_ix].one_type);
}

int pack_shared_instance(const struct pack *p, const struct pack_class *c, int gpu_ix, int vm,
                         bool *full, bool *own)
{
    *full = false;
    *own = false;
    for (int i = p->gpu[gpu_ix].first; i >= 0; i = p->domain[i].next) {
        const struct pack_domain *d = &p->domain[i];
        if (!is_mate(p, &p->terms->class[d->class_ix], c)) {
            continue;
        }
        if (d->seat_n >= c->domain_max) {
            *full = true;
        } else if (d->last_vm == vm) {
            *own = true;
        } else {
            return i;
        }
    }
    return -1;
}

static enum pack_why why_shared(const struct pack *p, const struct pack_class *c, int gpu_ix,
                                int vm)
{
    if (p->gpu[gpu_ix].vgpu_n >= GPU_VGPUS_MAX_MIG) {
        return WHY_GPU_MAX;
    }
    bool full;
    bool own;
    if (pack_shared_instance(p, c, gpu_ix, vm, &full, &own) >= 0) {
        return WHY_NONE;
    }
    enum pack_why why = why_instance(p, c, gpu_ix);
    if (why == WHY_NONE) {
        return WHY_NONE;
    }
    if (own) {
        return WHY_SAME_VM;
    }
    return full ? WHY_SHARED : why;
}

enum pack_why pack_why_not(const struct pack *p, int class_ix, int gpu_ix, int vm)
{
    const struct pack_class *c = &p->terms->class[class_ix];
    const struct pack_gpu *g = &p->gpu[gpu_ix];
    switch (p->terms->mode) {
    case MODE_PASSTHROUGH:
        return g->vgpu_n > 0 ? WHY_TAKEN : WHY_NONE;
    case MODE_TIME_SLICED: {
        enum pack_why why =
            p->terms->mixed_size ? why_mixed_size(p, c, gpu_ix) : why_equal_size(p, c, gpu_ix);
        return why == WHY_NONE && vm != NOBODY && g->last_vm == vm ? WHY_SAME_VM : why;
    }
    case MODE_MIG:
        return why_instance(p, c, gpu_ix);
    case MODE_TIME_SLICED_MIG:
        return why_shared(p, c, gpu_ix, vm);
    case MODE_CONTAINER_TIME_SLICED:
        if (g->vgpu_n >= SCHED_VGPUS_MAX) {
            return WHY_GPU_MAX;
        }
        return vm != NOBODY && g->last_vm == vm ? WHY_SAME_VM : WHY_NONE;
    }
    return WHY_TAKEN;
}
