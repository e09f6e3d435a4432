/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lanes.c - connected components of a placed fleet, with every number that the simulation
 * needs.
 *
 * Domains are joined where one VM holds vGPUs on several of them (union by lowest index). The
 * rest is bookkeeping: slots and servers by VM, slices by the type's maximum, switch time by
 * calibration, slice factors by SMs and bandwidth. */
#include "sim/fleet/lanes.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "models/share.h"
#include "sim/core/rng.h"
#include "sim/fleet/choice.h"
#include "sim/fleet/hits.h"
#include "sim/fleet/power.h"

#define LIMITED_FPS 60.0
#define GIB         1073741824.0

static const char calibrated_gpu[] = "A100-PCIE-80GB";

/* ---- Numbers of one domain ---- */

/* SMs of a GPU over those of the scenario's, with hosts the first group's; 0 when a number is
 * missing. */
static double gpu_weight(const struct scenario *s, int model_ix)
{
    const struct gpu *first = &s->catalog->gpu[s->gpu_ix];
    const struct gpu *gpu = &s->catalog->gpu[model_ix];
    if (gpu == first) {
        return 1.0;
    }
    return first->sm_count > 0 ? (double)gpu->sm_count / first->sm_count : 0.0;
}

/* SMs of the domain over the SMs of its GPU; by compute slices where SMs are not known. */
static double domain_weight(const struct scenario *s, const struct domain *d)
{
    const struct gpu *gpu = &s->catalog->gpu[d->model_ix];
    if (!d->profile) {
        return 1.0;
    }
    if (gpu->sm_count > 0 && d->profile->sm_count > 0) {
        return (double)d->profile->sm_count / gpu->sm_count;
    }
    return (double)d->profile->compute_slices / gpu->mig_slices;
}

/* Per-SM rate of the GPU over the reference's, from peak rates; 0 when a number is missing. */
static double sm_rate_ratio(const struct gpu *gpu, const struct gpu *ref)
{
    if (gpu == ref) {
        return 1.0;
    }
    if (gpu->sm_count == 0 || ref->sm_count == 0) {
        return 0.0;
    }
    double here = gpu->fp16_tflops;
    double there = ref->fp16_tflops;
    if (!(here > 0.0 && there > 0.0)) {
        here = gpu->fp32_tflops;
        there = ref->fp32_tflops;
    }
    if (!(here > 0.0 && there > 0.0)) {
        return 0.0;
    }
    return here / gpu->sm_count / (there / ref->sm_count);
}

/* SMs, rates and bandwidth by A8 and A9, as the law asks for them. */
static const char *law_factor(const struct gpu *gpu, const struct gpu *ref,
                              const struct tenant *t, const struct domain *d,
                              struct slice_factor *f, const struct gpu **lacks)
{
    int sm = d->profile ? d->profile->sm_count : gpu->sm_count;
    if (t->work.scaling.compute_frac > 0.0) {
        if (sm == 0) {
            return "sm_count of the domain";
        }
        *lacks = ref;
        if (ref->sm_count == 0) {
            return "sm_count of the reference GPU";
        }
        double r = sm_rate_ratio(gpu, ref);
        if (!(r > 0.0)) {
            *lacks = gpu->fp16_tflops > 0.0 || gpu->fp32_tflops > 0.0 ? ref : gpu;
            return "fp16_tflops or fp32_tflops of both GPUs";
        }
        double full = t->work.scaling.width_frac * ref->sm_count / sm;
        f->compute = (full > 1.0 ? full : 1.0) / r;
    }
    if (t->work.scaling.memory_frac > 0.0) {
        double part = d->profile ? (double)gpu->mig_axis / d->size : 1.0;
        double board = 1.0;
        if (ref != gpu) {
            if (!(ref->bandwidth_gbs > 0.0 && gpu->bandwidth_gbs > 0.0)) {
                *lacks = gpu->bandwidth_gbs > 0.0 ? ref : gpu;
                return "bandwidth_gbs of both GPUs";
            }
            board = ref->bandwidth_gbs / gpu->bandwidth_gbs;
        }
        f->memory = part * board;
    }
    return NULL;
}

/* Fills the factor, or names the number that is missing and a GPU that lacks it; without a GPU
 * the domain on which the service was not measured. */
static const char *factor_of(const struct scenario *s, const struct tenant *t,
                             const struct domain *d, struct slice_factor *f,
                             const struct gpu **lacks)
{
    const struct gpu *gpu = &s->catalog->gpu[d->model_ix];
    const struct gpu *ref =
        &s->catalog->gpu[t->reference_gpu_ix < 0 ? s->gpu_ix : t->reference_gpu_ix];
    const double measured =
        ref == gpu && d->profile ? work_measured(&t->work, d->profile->name) : 0.0;
    f->compute = f->memory = 1.0;
    *lacks = gpu;
    if (!(gpu_weight(s, d->model_ix) > 0.0)) {
        *lacks = gpu->sm_count > 0 ? &s->catalog->gpu[s->gpu_ix] : gpu;
        return "sm_count of GPUs that differ";
    }
    if (measured > 0.0) {
        slice_fold_measured(&t->work.scaling, f, measured);
        return NULL;
    }
    if (t->work.profiles_only) {
        *lacks = NULL;
        return d->profile ? d->profile->name : "whole GPU";
    }
    const char *missing =
        d->profile || ref != gpu ? law_factor(gpu, ref, t, d, f, lacks) : NULL;
    if (!missing) {
        slice_fold_serial(&t->work.scaling, f);
    }
    return missing;
}

/* What was measured on the domain's profile; NULL: nothing. */
static const struct service_profile *measured_on(const struct scenario *s,
                                                 const struct tenant *t, const struct domain *d)
{
    int reference = t->reference_gpu_ix < 0 ? s->gpu_ix : t->reference_gpu_ix;
    return d->profile && reference == d->model_ix ? work_profile(&t->work, d->profile->name)
                                                  : NULL;
}

static int64_t default_switch_ns(const struct scenario *s, int model_ix, struct lanes *out)
{
    const struct calibration *c =
        catalog_calibration_find(s->catalog, s->catalog->gpu[model_ix].key, "switch_us");
    if (!c) {
        c = catalog_calibration_find(s->catalog, calibrated_gpu, "switch_us");
    }
    out->switch_source = c ? c->source : NULL;
    return c ? (int64_t)nearbyint(c->value * 1e3) : 0;
}

/* Time in which the domain's memory delivers what a vGPU must load again after a switch; 0
 * where the bandwidth is not known, which add_server refuses. 10^9 bytes/s is a byte per ns. */
static int64_t reload_ns(const struct scenario *s, const struct domain *d, double bytes)
{
    const struct gpu *gpu = &s->catalog->gpu[d->model_ix];
    double part = d->profile ? (double)d->size / gpu->mig_axis : 1.0;
    double bandwidth = gpu->bandwidth_gbs * part;
    return bandwidth > 0.0 ? (int64_t)nearbyint(bytes / bandwidth) : 0;
}

static void set_params(struct lane_domain *out, const struct scenario *s, struct lanes *lanes,
                       const struct domain *d, int on_n, int mode_ix)
{
    const struct mode_spec *mode = &s->mode[mode_ix];
    out->weight = gpu_weight(s, d->model_ix) * domain_weight(s, d);
    out->overrun = d->overrun;
    if (!mode_takes_turns(mode->kind)) {
        return;
    }
    const struct sched_conf *conf = &mode->sched;
    struct sched_params *p = &out->params;
    out->sched = conf->kind;
    p->plugin = conf->kind->plugin;
    p->slice_ns = conf->slice_ns;
    if (p->slice_ns == 0) {
        p->slice_ns = sched_default_slice_ns(conf->kind, conf->discipline, d->type_max);
    }
    p->discipline = conf->discipline;
    p->averaging = conf->averaging;
    p->linger_ns = conf->linger_ns;
    p->yield_idle = conf->yield_idle;
    p->granularity_ns = conf->granularity_ns;
    p->switch_ns =
        conf->switch_ns >= 0 ? conf->switch_ns : default_switch_ns(s, d->model_ix, lanes);
    p->switch_ns += reload_ns(s, d, conf->working_set_bytes);
    p->vgpu_n = on_n;
    p->ring_n = conf->kind->ring == RING_TYPE_MAX ? d->type_max : on_n;
    bool first = lanes->slice_ns == 0;
    lanes->slice_ns = first || lanes->slice_ns == p->slice_ns ? p->slice_ns : -1;
    lanes->switch_ns = first || lanes->switch_ns == p->switch_ns ? p->switch_ns : -1;
}

/* Share of the time on the server's domain for which work holds the path to the host: the path
 * takes as long whatever the domain, so that a slower one asks for less of it. */
static double path_frac(const struct lane_vm *vm, int server)
{
    const struct work *w = lane_vm_work(vm);
    double here_ns = lane_service_ns(vm, server);
    double share = w->host_path_frac;
    if (here_ns > 0.0) {
        share *= work_service_mean_ns(w) / here_ns;
    }
    return share < 1.0 ? share : 1.0;
}

/* ---- Components ---- */

static int root_of(const int *parent, int d)
{
    while (parent[d] != d) {
        d = parent[d];
    }
    return d;
}

/* Joins the domains of each VM; the lowest index is the root. */
static void join(int *parent, const struct fleet *fleet)
{
    for (int i = 1; i < fleet->seat_n; i++) {
        const struct seat *a = &fleet->seat[i - 1];
        const struct seat *b = &fleet->seat[i];
        if (a->tenant_ix != b->tenant_ix || a->vm_ix != b->vm_ix) {
            continue;
        }
        int x = root_of(parent, a->domain_ix);
        int y = root_of(parent, b->domain_ix);
        parent[x > y ? x : y] = x > y ? y : x;
    }
}

double lanes_coupling(const struct scenario *s, int model_ix)
{
    if (s->coupling_none || s->coupling > 0.0) {
        return s->coupling_none ? 0.0 : s->coupling;
    }
    const struct calibration *c =
        catalog_calibration_find(s->catalog, s->catalog->gpu[model_ix].key, "coupling");
    return c ? c->value : 0.0;
}

/* Instances that share a board's power run in one lane where that slows them. */
static void join_boards(int *parent, const struct scenario *s, const struct fleet *fleet)
{
    for (int d = 1; d < fleet->domain_n; d++) {
        const struct domain *a = &fleet->domain[d - 1];
        const struct domain *b = &fleet->domain[d];
        if (a->gpu_ix == b->gpu_ix && lanes_coupling(s, b->model_ix) > 0.0) {
            int x = root_of(parent, d - 1);
            int y = root_of(parent, d);
            parent[x > y ? x : y] = x > y ? y : x;
        }
    }
}

struct split {
    struct lanes *out;
    struct arena *arena;
    const struct scenario *s;
    struct fleet *fleet;
    int mode_ix;
    int *parent, *lane_of, *local; /* [domain_n] root, lane of a root, index within the lane */
    int *on_n;                     /* [domain_n] vGPUs that are ever powered on */
    int *slot;                     /* [seat_n] among those of its domain; -1: never on */
    struct off_times *off;         /* [seat_n] of its VM */
    bool *shares_path;             /* [domain_n] with another one */
    const struct tenant *refused;  /* the last for which a number is missing */
};

/* A vGPU has a slot if its VM is ever powered on, in order of creation. */
static void number_slots(struct split *x)
{
    for (int i = 0; i < x->fleet->seat_n; i++) {
        const struct seat *seat = &x->fleet->seat[i];
        const struct tenant *t = &x->s->tenant[seat->tenant_ix];
        const struct off_times *off = &x->off[i];
        bool is_on = off->n > 0 ? off->list[0].from_ns > 0 || off->list[0].on_ns < INT64_MAX
                                : seat->vm_ix < t->count - t->powered_off;
        x->slot[i] = is_on ? x->on_n[seat->domain_ix]++ : -1;
    }
}

/* The hosts' paths, where hosts are described; else each GPU has its own. */
static int path_of(const struct split *x, const struct domain *d)
{
    return x->s->group_n > 0 ? d->host_ix : d->gpu_ix;
}

/* Does a workload of the tenant hold the path to the host? */
static bool asks_for_path(const struct scenario *s, const struct tenant *t)
{
    bool asks = t->work.host_path_frac > 0.0;
    for (int k = 0; k < t->part_n; k++) {
        asks = asks || s->tenant[t->first_part + k].work.host_path_frac > 0.0;
    }
    return asks;
}

/* Domains with VMs that hold one path run in one lane. GPUs are numbered through the hosts, so
 * that those of a path follow one another. */
static bool join_paths(struct split *x)
{
    int n = x->fleet->domain_n;
    bool *asks = arena_alloc(x->arena, (size_t)n, sizeof *asks);
    x->shares_path = arena_alloc(x->arena, (size_t)n, sizeof *x->shares_path);
    if (!asks || !x->shares_path) {
        return false;
    }
    for (int i = 0; i < x->fleet->seat_n; i++) {
        const struct seat *seat = &x->fleet->seat[i];
        bool holds = x->slot[i] >= 0 && asks_for_path(x->s, &x->s->tenant[seat->tenant_ix]);
        asks[seat->domain_ix] = asks[seat->domain_ix] || holds;
    }
    int before = -1;
    for (int d = 0; d < n; d++) {
        if (!asks[d]) {
            continue;
        }
        const struct domain *at = x->fleet->domain;
        if (before >= 0 && path_of(x, &at[before]) == path_of(x, &at[d])) {
            int a = root_of(x->parent, before);
            int b = root_of(x->parent, d);
            x->parent[a > b ? a : b] = a > b ? b : a;
            x->shares_path[before] = x->shares_path[d] = true;
        }
        before = d;
    }
    return true;
}

static bool make_lanes(struct split *x)
{
    int domain_n = x->fleet->domain_n;
    int *size = arena_alloc(x->arena, (size_t)domain_n, sizeof *size);
    if (!size) {
        return false;
    }
    for (int d = 0; d < domain_n; d++) {
        int root = root_of(x->parent, d);
        x->lane_of[d] = root == d ? x->out->lane_n++ : x->lane_of[root];
        x->local[d] = size[x->lane_of[d]]++;
    }
    x->out->lane = arena_alloc(x->arena, (size_t)x->out->lane_n, sizeof *x->out->lane);
    for (int l = 0; x->out->lane && l < x->out->lane_n; l++) {
        struct lane *lane = &x->out->lane[l];
        lane->domain = arena_alloc(x->arena, (size_t)size[l], sizeof *lane->domain);
        lane->domain_n = size[l];
        if (!lane->domain) {
            return false;
        }
    }
    if (!x->out->lane) {
        return false;
    }
    for (int d = 0; d < domain_n; d++) {
        struct lane_domain *to = &x->out->lane[x->lane_of[d]].domain[x->local[d]];
        to->board = x->fleet->domain[d].gpu_ix;
        bool has_sister = (d > 0 && x->fleet->domain[d - 1].gpu_ix == to->board) ||
                          (d + 1 < domain_n && x->fleet->domain[d + 1].gpu_ix == to->board);
        to->coupling = has_sister ? lanes_coupling(x->s, x->fleet->domain[d].model_ix) : 0.0;
        to->path = path_of(x, &x->fleet->domain[d]);
        to->shares_path = x->shares_path[d];
        to->domain_ix = d;
        set_params(to, x->s, x->out, &x->fleet->domain[d], x->on_n[d], x->mode_ix);
    }
    return true;
}

/* A missing number makes the mode infeasible, once per tenant; seats are in their order. */
static bool refuse_data(struct split *x, const struct tenant *t, const char *what,
                        const struct gpu *gpu)
{
    if (x->refused == t) {
        return true;
    }
    x->refused = t;
    x->fleet->feasible = false;
    if (!gpu) {
        return reasons_add(&x->fleet->reasons, x->arena, "DATA-01", t->name,
                           "the service is measured per profile, but not on the %s; add it to "
                           "'profiles', or give the whole GPU's 'mean', 'table' or 'base'",
                           what);
    }
    return reasons_add(&x->fleet->reasons, x->arena, "DATA-01", t->name,
                       "the simulation needs the %s, which the catalogue does not know for %s; "
                       "add it with --catalog",
                       what, gpu->key);
}

/* Under best effort the frame-rate limiter holds what renders to 60 frames a second; the other
 * policies switch it off. Source: rule SCH-08. */
static bool limit_frames(struct split *x, struct lane_vm *vm)
{
    const struct mode_spec *mode = &x->s->mode[x->mode_ix];
    const struct work *own = &vm->tenant->work;
    bool is_limited =
        mode_takes_turns(mode->kind) && strcmp(mode->sched.kind->name, "best-effort") == 0;
    if (own->kind != WORK_FRAMES || !is_limited || own->arrivals.rate_per_s <= LIMITED_FPS) {
        return true;
    }
    struct work *w = arena_alloc(x->arena, 1, sizeof *w);
    if (!w) {
        return false;
    }
    *w = *own;
    w->arrivals.rate_per_s = LIMITED_FPS;
    w->arrivals.gap.mean = 1e9 / LIMITED_FPS;
    vm->work = w;
    return true;
}

/* Framebuffer that the models of a VM take; how many models there are. */
static double all_weights(const struct scenario *s, const struct lane_vm *vm)
{
    double bytes = 0.0;
    for (int k = 0; k < lane_vm_parts(vm); k++) {
        const struct work *w = &s->tenant[vm->tenant_ix - vm->part + k].work;
        bytes += w->kind == WORK_LLM ? w->llm->weights_bytes : 0.0;
    }
    return bytes;
}

static int models_n(const struct scenario *s, const struct lane_vm *vm)
{
    int n = 0;
    for (int k = 0; k < lane_vm_parts(vm); k++) {
        n += s->tenant[vm->tenant_ix - vm->part + k].work.kind == WORK_LLM;
    }
    return n;
}

/* The KV cache gets the framebuffer of the VM's seat but for the weights; several models have
 * equal parts of what is left. */
static bool limit_cache(struct split *x, struct lane_vm *vm, const struct seat *seat)
{
    const struct work *own = &vm->tenant->work;
    if (own->kind != WORK_LLM || !(own->llm->kv_bytes_per_token > 0.0)) {
        return true;
    }
    const struct domain *d = &x->fleet->domain[seat->domain_ix];
    const struct mig_profile *profile = d->profile;
    int gib = seat->type ? seat->type->framebuffer_gib
              : profile  ? profile->nominal_gib
                         : choice_gpu_gib(x->s->catalog, d->model_ix);
    double left = ((double)gib * GIB - all_weights(x->s, vm)) / models_n(x->s, vm);
    struct work *w = arena_alloc(x->arena, 1, sizeof *w);
    struct llm *llm = arena_alloc(x->arena, 1, sizeof *llm);
    if (!w || !llm) {
        return false;
    }
    *llm = *own->llm;
    *w = *own;
    llm->kv_tokens = (int64_t)(left / llm->kv_bytes_per_token);
    w->llm = llm;
    vm->work = w;
    if (llm->kv_tokens >= 2) {
        return true;
    }
    const char *name = x->s->tenant[seat->tenant_ix].name;
    for (int i = 0; i < x->fleet->reasons.n; i++) {
        const struct reason *r = &x->fleet->reasons.list[i];
        if (r->tenant && strcmp(r->tenant, name) == 0) {
            return true;
        }
    }
    x->fleet->feasible = false;
    if (left >= 2.0) {
        return reasons_add(&x->fleet->reasons, x->arena, "CAP-02", name,
                           "two tokens at kv-bytes-per-token %.4g GB are more than the %.4g "
                           "GiB that are left of %d GiB for the KV cache",
                           llm->kv_bytes_per_token / 1e9, left / GIB, gib);
    }
    return reasons_add(&x->fleet->reasons, x->arena, "CAP-02", name,
                       "the weights of the model leave no room for a KV cache in %d GiB", gib);
}

/* Where streams run as measured, batches are no larger than those that were. */
static bool limit_batch(struct split *x, struct lane_vm *vm, const struct seat *seat)
{
    const struct work *own = &vm->tenant->work;
    const struct service_profile *p =
        measured_on(x->s, vm->tenant, &x->fleet->domain[seat->domain_ix]);
    if (!p || p->crowd_n < own->streams || work_crowd_batch(own, p) == own->batch_max) {
        return true;
    }
    struct work *w = arena_alloc(x->arena, 1, sizeof *w);
    if (!w) {
        return false;
    }
    *w = *own;
    w->batch_max = work_crowd_batch(own, p);
    vm->work = w;
    return true;
}

/* Where streams run as measured, so many must have been. */
static bool refuse_crowd(struct split *x, const struct tenant *t,
                         const struct service_profile *p)
{
    if (x->refused == t) {
        return true;
    }
    x->refused = t;
    x->fleet->feasible = false;
    return reasons_add(&x->fleet->reasons, x->arena, "DATA-01", t->name,
                       "the service on %s is measured with up to %d streams at work, and there "
                       "are %d; add a row for each number to its 'streams'",
                       p->name, p->crowd_n, t->work.streams);
}

/* A VM, or the part-th workload of one that has several. */
static bool open_vm(struct split *x, struct lane_vm *vm, const struct seat *seat, int part)
{
    const struct tenant *whole = &x->s->tenant[seat->tenant_ix];
    vm->tenant_ix = whole->part_n > 0 ? whole->first_part + part : seat->tenant_ix;
    vm->vm_ix = seat->vm_ix;
    vm->tenant = &x->s->tenant[vm->tenant_ix];
    vm->part = part;
    vm->part_n = whole->part_n;
    vm->name_hash = rng_name_hash(vm->tenant->name);
    vm->off = x->off[seat - x->fleet->seat];
    return limit_frames(x, vm) && limit_cache(x, vm, seat) && limit_batch(x, vm, seat);
}

/* The next vGPU of the VM, in seat i. */
static bool add_server(struct split *x, struct lane_vm *vm, int i)
{
    const struct seat *seat = &x->fleet->seat[i];
    struct lane_server *server = &vm->server[vm->server_n++];
    const struct gpu *lacks = NULL;
    server->domain = x->local[seat->domain_ix];
    server->slot = x->slot[i];
    const char *missing = factor_of(x->s, vm->tenant, &x->fleet->domain[seat->domain_ix],
                                    &server->factor, &lacks);
    const struct mode_spec *mode = &x->s->mode[x->mode_ix];
    const struct gpu *gpu = &x->s->catalog->gpu[x->fleet->domain[seat->domain_ix].model_ix];
    bool reloads = mode_takes_turns(mode->kind) && mode->sched.working_set_bytes > 0.0;
    if (!missing && reloads && !(gpu->bandwidth_gbs > 0.0)) {
        missing = "bandwidth_gbs for a 'working-set'";
        lacks = gpu;
    }
    const struct service_profile *p =
        measured_on(x->s, vm->tenant, &x->fleet->domain[seat->domain_ix]);
    server->by_size = p ? p->by_size : NULL;
    if (!missing && p && p->crowd_n > 0 && p->crowd_n < vm->tenant->work.streams) {
        return refuse_crowd(x, vm->tenant, p);
    }
    server->crowd = vm->tenant->work.streams > 1 && p ? p->crowd : NULL;
    server->path_frac = missing ? 0.0 : path_frac(vm, vm->server_n - 1);
    return !missing || refuse_data(x, &x->s->tenant[seat->tenant_ix], missing, lacks);
}

static bool seat_vms(struct split *x)
{
    const struct fleet *fleet = x->fleet;
    for (int pass = 0; pass < 2; pass++) {
        struct lane_vm *vm = NULL;
        for (int i = 0; i < fleet->seat_n; i++) {
            const struct seat *seat = &fleet->seat[i];
            struct lane *lane = &x->out->lane[x->lane_of[seat->domain_ix]];
            if (x->slot[i] < 0) {
                continue;
            }
            const struct tenant *t = &x->s->tenant[seat->tenant_ix];
            int part_n = t->part_n > 0 ? t->part_n : 1;
            if (seat->vgpu_ix == 0 && pass == 0) {
                lane->vm_n += part_n;
            }
            if (pass == 0) {
                continue;
            }
            if (seat->vgpu_ix == 0) {
                vm = &lane->vm[lane->vm_n];
                lane->vm_n += part_n;
            }
            for (int k = 0; k < part_n; k++) {
                if ((seat->vgpu_ix == 0 && !open_vm(x, &vm[k], seat, k)) ||
                    !add_server(x, &vm[k], i)) {
                    return false;
                }
            }
        }
        for (int l = 0; pass == 0 && l < x->out->lane_n; l++) {
            struct lane *lane = &x->out->lane[l];
            lane->vm = arena_alloc(x->arena, (size_t)lane->vm_n, sizeof *lane->vm);
            if (!lane->vm) {
                return false;
            }
            lane->vm_n = 0;
        }
    }
    return true;
}

bool lanes_split(struct lanes *out, struct arena *arena, const struct scenario *s,
                 struct fleet *fleet, int mode_ix, struct diag *d)
{
    memset(out, 0, sizeof *out);
    size_t n = (size_t)fleet->domain_n;
    struct split x = {.out = out, .arena = arena, .s = s, .fleet = fleet, .mode_ix = mode_ix};
    x.parent = arena_alloc(arena, n, sizeof *x.parent);
    x.lane_of = arena_alloc(arena, n, sizeof *x.lane_of);
    x.local = arena_alloc(arena, n, sizeof *x.local);
    x.on_n = arena_alloc(arena, n, sizeof *x.on_n);
    x.slot = arena_alloc(arena, (size_t)fleet->seat_n, sizeof *x.slot);
    x.off = power_off_times(arena, s, fleet);
    if (!x.parent || !x.lane_of || !x.local || !x.on_n || !x.slot || !x.off) {
        return diag_machine(d, "out of memory while cutting the fleet into lanes");
    }
    for (int i = 0; i < fleet->domain_n; i++) {
        const struct domain *at = &fleet->domain[i];
        x.parent[i] = i;
        out->gpus += i == 0 || at->gpu_ix != at[-1].gpu_ix ? gpu_weight(s, at->model_ix) : 0.0;
    }
    number_slots(&x);
    join(x.parent, fleet);
    join_boards(x.parent, s, fleet);
    if (!join_paths(&x) || !make_lanes(&x) || !seat_vms(&x) ||
        (s->life_n > 0 && !power_shifts(out, arena, s))) {
        return diag_machine(d, "out of memory while cutting the fleet into lanes");
    }
    for (int i = 0; i < fleet->seat_n; i++) {
        x.slot[i] = x.slot[i] < 0 ? -1 : x.lane_of[fleet->seat[i].domain_ix];
    }
    return s->life_n == 0 || hits_find(out, arena, s, fleet, mode_ix, x.slot, x.off, d);
}

bool lanes_share_path(const struct lanes *l)
{
    bool shares = false;
    for (int i = 0; i < l->lane_n; i++) {
        for (int d = 0; d < l->lane[i].domain_n; d++) {
            shares = shares || l->lane[i].domain[d].shares_path;
        }
    }
    return shares;
}

bool lanes_switch_is_extrapolated(const struct catalog *c, int model_ix)
{
    return catalog_calibration_find(c, c->gpu[model_ix].key, "switch_us") == NULL;
}
