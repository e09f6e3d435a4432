/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weighted.c - weighted round robin as a plug-in: an example to copy.
 *
 * vGPUs with work take turns as under best effort, but vGPU i may take weight[i] slices in a
 * row before it hands on; only a change of vGPU costs a switch. With all at work, i gets
 * weight[i] of every sum of the weights.
 *
 *     cc -shared -fPIC -o weighted.so weighted.c
 *     vgpusim run my.yaml --scheduler ./weighted.so --mode time-sliced/weighted */
#ifdef INSIDE_VGPUSIM
#include "include/vgpusim/scheduler.h"
#else
#include <vgpusim/scheduler.h>
#endif

#include <stddef.h>

/* By number of the vGPU, in order of creation; those behind have weight 1. */
static const int32_t weights[] = {3};

static int32_t weight_of(int32_t vgpu)
{
    return vgpu < (int32_t)(sizeof weights / sizeof weights[0]) ? weights[vgpu] : 1;
}

/* The next vGPU with work after the one that ran last, in cyclic order. */
static int32_t next_of(const struct vgpusim_params *p, const struct vgpusim_view *v)
{
    int32_t vgpu = v->last;
    do {
        vgpu = (vgpu + 1) % p->vgpu_n;
    } while (!(v->has_work >> vgpu & 1));
    return vgpu;
}

static void pick(const struct vgpusim_params *p, struct vgpusim_state *s,
                 const struct vgpusim_view *v, struct vgpusim_turn *turn)
{
    int64_t *taken = &s->own[0]; /* slices in a row by v->last */
    const int goes_on = v->last >= 0 && (v->has_work >> v->last & 1) != 0;
    if (goes_on && *taken < weight_of(v->last)) {
        turn->vgpu = v->last;
        ++*taken;
    } else {
        turn->vgpu = next_of(p, v);
        *taken = 1;
    }
    turn->begin_ns = v->now_ns;
    turn->run_ns = v->now_ns + (turn->vgpu == v->last ? 0 : p->switch_ns);
    turn->end_ns = turn->run_ns + p->slice_ns;
}

static double share(const struct vgpusim_params *p, int32_t vgpu)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < p->vgpu_n; i++) {
        sum += weight_of(i);
    }
    return (double)weight_of(vgpu) / sum;
}

static const struct vgpusim_scheduler weighted = {
    VGPUSIM_SCHEDULER_HEAD,
    .name = "weighted",
    .help = "round robin over vGPUs with work, some for several slices in a row",
    .pick = pick,
    .share = share,
};

const struct vgpusim_scheduler *vgpusim_scheduler(uint32_t abi)
{
    return abi == VGPUSIM_SCHEDULER_ABI ? &weighted : NULL;
}
