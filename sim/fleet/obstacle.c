/* SPDX-License-Identifier: GPL-3.0-or-later */
/* obstacle.c - what stopped whom: the first limit met, in words. */
#include <string.h>

#include "sim/base/units.h"
#include "sim/fleet/place.h"

enum pack_why obstacle_find(const struct pack *pack, const struct pack_want *want, int *gpu_ix)
{
    enum pack_why first = WHY_SAME_VM;
    *gpu_ix = 0;
    for (int g = 0; g < pack->limit; g++) {
        const struct pack_host *h = &pack->host[pack->gpu[g].host_ix];
        int class_ix = want->class_ix[h->group_ix];
        if (class_ix < 0) {
            continue;
        }
        enum pack_why why = pack_obstacle(pack, class_ix, g);
        if (why == WHY_NONE) {
            why = pack_host_obstacle(pack, want, pack->gpu[g].host_ix);
            if (why != WHY_NONE) {
                *gpu_ix = g;
                return why;
            }
        } else if (first == WHY_SAME_VM) {
            *gpu_ix = g;
            first = why;
        }
    }
    return first;
}

static const char *rule_of(const struct place *p, enum pack_why why)
{
    switch (why) {
    case WHY_TAKEN:
        return "PT-01";
    case WHY_SIZE:
        return "CAP-03";
    case WHY_SERIES:
        return "CAP-04";
    case WHY_MAX:
        return "CAP-01";
    case WHY_MIX_MAX:
        return "MIX-06";
    case WHY_MIX_ID:
        return "MIX-05";
    case WHY_GPU_MAX:
        return p->mode->kind == MODE_TIME_SLICED ? "CAP-05" : "CAP-06";
    case WHY_MEMORY:
        return "CAP-02";
    case WHY_START:
    case WHY_INSTANCES:
    case WHY_ME:
    case WHY_MEDIA:
    case WHY_ENGINES:
        return "MIG-02";
    case WHY_SHARED:
        return "MIG-07";
    case WHY_HOST_MEMORY:
        return "HOST-01";
    case WHY_HOST_CPUS:
        return "HOST-02";
    case WHY_SAME_VM:
    case WHY_NONE:
        break;
    }
    return p->mode->kind == MODE_PASSTHROUGH ? "PT-01" : "CAP-10";
}

/* What the host of the GPU lacks. */
static void say_host(struct text *x, const struct place *p, const struct tenant *t,
                     const struct verdict *v)
{
    int host_ix = p->pack.gpu[v->gpu_ix].host_ix;
    const struct pack_host *h = &p->pack.host[host_ix];
    text_add(x, "host ");
    fleet_host_name(p->s, host_ix, x);
    if (v->why == WHY_HOST_CPUS) {
        text_addf(x, " has %lld CPUs left, and a VM takes %d", (long long)h->cpus, t->cpus);
        return;
    }
    text_add(x, " has ");
    units_print(x, Q_BYTES, (double)h->memory_bytes);
    text_add(x, " of memory left, and a VM takes ");
    units_print(x, Q_BYTES, (double)t->memory_bytes);
}

/* A GPU without the one thing that the VM needs; `gpu` names it. */
static void say_gpu(struct text *x, const struct place *p, const struct verdict *v,
                    const char *gpu)
{
    const struct pack_gpu *g = &p->pack.gpu[v->gpu_ix];
    int group_ix = p->pack.host[g->host_ix].group_ix;
    const struct pack_class *c = &p->class[v->class_ix[group_ix]];
    const struct pack_class *first =
        g->first >= 0 ? &p->class[p->pack.domain[g->first].class_ix] : c;
    switch (v->why) {
    case WHY_TAKEN:
        text_addf(x, "%s is given to another VM", gpu);
        break;
    case WHY_SIZE:
        text_addf(x, "%s carries vGPUs of %d GiB, and one GPU carries one size", gpu,
                  first->gib);
        break;
    case WHY_SERIES:
        text_addf(x, "%s carries %s, and this hypervisor wants one type on a GPU", gpu,
                  first->type->name);
        break;
    case WHY_MAX:
        text_addf(x, "%s holds %d vGPUs, the most of this type", gpu, g->vgpu_n);
        break;
    case WHY_MIX_MAX:
        text_addf(x, "%s holds %d vGPUs of this type, the most in mixed-size mode", gpu,
                  c->domain_max);
        break;
    case WHY_MIX_ID:
        text_addf(x, "no placement id of this type is free on %s", gpu);
        break;
    case WHY_GPU_MAX:
        text_addf(x, "%s holds %d vGPUs, the most of any GPU", gpu, g->vgpu_n);
        break;
    case WHY_MEMORY:
        text_addf(x, "%s has %d GiB of framebuffer left", gpu,
                  p->terms->group[group_ix].gpu_gib - g->gib);
        break;
    case WHY_START:
        text_addf(x, "no start index is left for the profile on %s", gpu);
        break;
    case WHY_INSTANCES:
        text_addf(x, "%s has %d instances of the profile, the most", gpu,
                  c->profile->max_instances);
        break;
    case WHY_ME:
        text_addf(x, "%s has its one instance with media extensions", gpu);
        break;
    case WHY_MEDIA:
        text_addf(x, "beside +me.all %s takes only -me instances", gpu);
        break;
    case WHY_ENGINES:
        text_addf(x, "%s has not the engines for one more", gpu);
        break;
    case WHY_SHARED:
        text_addf(x,
                  "the %s instances on %s hold %d vGPUs each, the most, and no start "
                  "index is left for another",
                  c->profile->name, gpu, c->domain_max);
        break;
    case WHY_HOST_MEMORY:
    case WHY_HOST_CPUS:
    case WHY_SAME_VM:
    case WHY_NONE:
        break;
    }
}

static void say_obstacle(struct text *x, const struct place *p, const struct tenant *t,
                         const struct verdict *v)
{
    if (v->why == WHY_HOST_MEMORY || v->why == WHY_HOST_CPUS) {
        say_host(x, p, t, v);
        return;
    }
    if (v->why == WHY_SAME_VM || v->why == WHY_NONE) {
        text_add(x, p->s->group_n > 0 ? "no host has room on as many GPUs as one VM takes"
                    : p->mode->kind == MODE_PASSTHROUGH
                        ? "there are fewer GPUs than one VM takes"
                        : "the vGPUs of one VM go to different GPUs");
        return;
    }
    struct text gpu;
    text_init(&gpu);
    text_addf(&gpu, "GPU %d", v->gpu_ix);
    if (p->s->group_n > 0) {
        text_add(&gpu, " of host ");
        fleet_host_name(p->s, p->pack.gpu[v->gpu_ix].host_ix, &gpu);
    }
    say_gpu(x, p, v, text_str(&gpu));
    x->failed = x->failed || gpu.failed;
    text_fini(&gpu);
}

/* "chat/8 (A100D-10C): GPU 0 holds 8 vGPUs, ...; 4 of 12 VMs of chat without a place; needs 2
 * GPUs, the fleet has 1" */
bool obstacle_explain(struct place *p, int tenant_ix)
{
    const struct tenant *t = &p->s->tenant[tenant_ix];
    const struct verdict *v = &p->tenant[tenant_ix];
    int group_ix = p->pack.host[p->pack.gpu[v->gpu_ix].host_ix].group_ix;
    const struct vgpu_type *type = p->out->tenant_type[tenant_ix];
    const struct mig_profile *profile = p->out->tenant_profile[tenant_ix];
    if (!v->offer[group_ix].refused) {
        type = v->offer[group_ix].choice.type;
        profile = v->offer[group_ix].choice.profile;
    }
    const char *what = type != NULL      ? type->name
                       : profile != NULL ? profile->name
                                         : "whole GPU";
    struct text x;
    text_init(&x);
    text_addf(&x, "%s/%d (", t->name, v->vm_failed);
    if (t->vgpus > 1) {
        text_addf(&x, "%d x ", t->vgpus);
    }
    text_addf(&x, "%s): ", what);
    say_obstacle(&x, p, t, v);
    text_addf(&x, "; %d of %d VMs of %s without a place; ", v->unplaced, t->count, t->name);
    if (p->out->gpus_needed >= 0) {
        text_addf(&x, "needs %d GPUs, ", p->out->gpus_needed);
    }
    text_addf(&x, p->s->gpu_count > 0 ? "the fleet has %d" : "the most is %d", p->pack.limit);
    if (p->out->gpus_needed < 0) {
        text_add(&x, " GPUs");
    }
    bool ok = !x.failed &&
              place_reason(p, &p->out->reasons, rule_of(p, v->why), t->name, text_str(&x));
    text_fini(&x);
    return ok;
}
