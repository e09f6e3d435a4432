/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lanes_load.c - offered work over capacity, VM by VM. docs/model.md, A20. */
#include "sim/fleet/lanes.h"

#include <math.h>
#include <string.h>

#include "models/share.h"
#include "sim/fleet/power.h"

double lane_service_ns(const struct lane_vm *vm, int server)
{
    const struct work *w = lane_vm_work(vm);
    const struct slice_factor *f = &vm->server[server].factor;
    double together = w->batch_max > 1 ? w->batch_max : 1;
    double t = work_service_mean_ns(w) * together;
    if (vm->server[server].by_size) {
        return (double)vm->server[server].by_size[w->batch_max] / together;
    }
    const struct scaling *sc = &w->scaling;
    const double ns = sc->compute_frac * t * f->compute + sc->memory_frac * t * f->memory;
    return (ns > (double)sc->floor_ns ? ns : (double)sc->floor_ns) / together;
}

/* How much longer a full batch takes while all streams of a server are at work, where that was
 * measured. */
static double crowded(const struct lane_vm *vm, int server)
{
    const struct service_profile *crowd = vm->server[server].crowd;
    const struct work *w = lane_vm_work(vm);
    return crowd ? crowd[w->streams - 1].slow[w->batch_max > 1 ? w->batch_max : 1] : 1.0;
}

/* How many requests' worth of work one vGPU does per unit of time when it runs. */
static double parallel(const struct lane_vm *vm, int server)
{
    const struct work *w = lane_vm_work(vm);
    double most = 1.0 / w->scaling.width_frac;
    if (vm->server[server].crowd) {
        return w->streams / crowded(vm, server);
    }
    return w->streams < most ? w->streams : most;
}

/* Time per request for which a stream is taken and the domain is not. */
static double pause_ns(const struct work *w)
{
    double together = w->batch_max > 1 ? w->batch_max : 1;
    double gaps = w->pieces > 1 ? (double)(w->pieces - 1) * (double)w->gap_ns : 0.0;
    return (gaps + (double)w->tail_ns) / together;
}

/* A client's time outside the GPU stage, where nothing waits. */
static double rest_ns(const struct work *w)
{
    double pause = w->pause_every > 0 ? (double)w->pause_ns / (double)w->pause_every : 0.0;
    return w->think.mean + pause + (w->has_host ? w->host.mean : 0.0) + pause_ns(w);
}

/* Requests per second of one VM that nothing delays; its work per second follows from the
 * service. */
static double offered_rate_per_s(const struct work *w, double service_ns)
{
    if (w->kind == WORK_CLOSED) {
        return w->clients * 1e9 / (rest_ns(w) + service_ns);
    }
    if (!w->trace) {
        return w->arrivals.rate_per_s;
    }
    return w->trace->span_ns > 0 ? (double)w->trace->n * 1e9 / (double)w->trace->span_ns
                                 : (double)NAN;
}

static struct demand demand_of(const struct lane_vm *vm, int server)
{
    const struct work *w = lane_vm_work(vm);
    double s = lane_service_ns(vm, server);
    double rate = offered_rate_per_s(w, s) / vm->server_n;
    return (struct demand){.busy = rate * s * 1e-9 / parallel(vm, server), .rate_per_s = rate};
}

/* Load of what the VM has to itself: its host stage, and its streams when nobody else runs. */
static double own_load(const struct lane_vm *vm)
{
    const struct work *w = lane_vm_work(vm);
    double s = lane_service_ns(vm, 0);
    double rate = offered_rate_per_s(w, s);
    double host = w->has_host ? rate * w->host.mean * 1e-9 : 0.0;
    double streams =
        rate * (s * crowded(vm, 0) + pause_ns(w)) * 1e-9 / ((double)w->streams * vm->server_n);
    return w->kind == WORK_CLOSED || host > streams ? host : streams;
}

/* SMs that the workload asks for on a server, times time, per unit of time. */
static double width_demand(const struct lane_vm *vm, int server)
{
    const struct work *w = lane_vm_work(vm);
    return demand_of(vm, server).busy * parallel(vm, server) * w->scaling.width_frac;
}

/* What all workloads of a VM ask of a server; `vm` is the first. They run side by side: until
 * the SMs have given all that is asked for, or the streams of one have. */
static struct demand seat_demand(const struct lane_vm *vm, int server)
{
    if (vm->part_n <= 1) {
        return demand_of(vm, server);
    }
    struct demand all = {0};
    double width = 0.0;
    for (int k = 0; k < vm->part_n; k++) {
        struct demand one = demand_of(&vm[k], server);
        width += width_demand(&vm[k], server);
        all.busy = one.busy > all.busy ? one.busy : all.busy;
        all.rate_per_s += one.rate_per_s;
    }
    all.busy = width > all.busy ? width : all.busy;
    return all;
}

/* Width of the jobs that a workload has at most. */
static double most_width(const struct lane_vm *vm)
{
    const struct work *w = lane_vm_work(vm);
    int jobs = w->kind == WORK_CLOSED && w->clients < w->streams ? w->clients : w->streams;
    return jobs * w->scaling.width_frac;
}

/* The part of its VM's time on the first server that a workload can have while the others take
 * what they ask for, but no more than jobs at one speed leave them: max-min fairness, weighted
 * by width. capacity: the VM's. */
static double fair_share(const struct lane_vm *vm, double capacity)
{
    const struct lane_vm *first = vm - vm->part;
    bool is_done[WORKLOADS_MAX] = {false};
    double left = 1.0;
    double weight = 0.0;
    for (int k = 0; k < vm->part_n; k++) {
        weight += most_width(&first[k]);
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (int k = 0; k < vm->part_n; k++) {
            double asked = width_demand(&first[k], 0) / capacity;
            double own = most_width(&first[k]);
            if (k != vm->part && !is_done[k] && asked <= left * own / weight) {
                is_done[k] = changed = true;
                left -= asked;
                weight -= own;
            }
        }
    }
    return left * most_width(vm) / weight;
}

/* Load of one of several workloads; capacity: of its VM, over all servers. */
static double part_load(const struct lane_vm *vm, double capacity)
{
    double each = capacity / vm->server_n;
    double load = own_load(vm);
    double by_streams = demand_of(vm, 0).busy / each;
    double by_width = width_demand(vm, 0) / (each * fair_share(vm, each));
    load = by_streams > load ? by_streams : load;
    return by_width > load ? by_width : load;
}

/* What is asked of a domain by those of its vGPUs that are powered on. */
static void demands(const struct lane *lane, int domain, uint64_t off, struct demand *demand)
{
    for (int i = 0; i < SCHED_VGPUS_MAX; i++) {
        demand[i] = (struct demand){0};
    }
    for (int v = 0; v < lane->vm_n; v++) {
        for (int k = 0; lane->vm[v].part == 0 && k < lane->vm[v].server_n; k++) {
            int slot = lane->vm[v].server[k].slot;
            if (lane->vm[v].server[k].domain == domain && (off >> slot & 1) == 0) {
                demand[slot] = seat_demand(&lane->vm[v], k);
            }
        }
    }
}

/* The capacity while only some are powered on. */
static double capacity_now(const struct lane *lane, const struct lane_server *at, uint64_t off)
{
    const struct lane_domain *d = &lane->domain[at->domain];
    struct sched_params p = d->params;
    struct demand demand[SCHED_VGPUS_MAX];
    p.ring_n -= __builtin_popcountll(off);
    demands(lane, at->domain, off, demand);
    return share_capacity(d->sched, &p, demand, at->slot);
}

/* The capacity of a vGPU, on average over the time for which it is powered on, where who is
 * there changes. */
static double share_of_time(const struct lane *lane, const struct lane_server *at)
{
    uint64_t off = 0;
    int64_t from_ns = 0;
    if (!lane->domain[at->domain].params.varies) {
        return capacity_now(lane, at, 0);
    }
    double sum = 0.0;
    double all_ns = 0.0;
    for (int i = 0; i <= lane->shift_n; i++) {
        const struct shift *x = i < lane->shift_n ? &lane->shift[i] : NULL;
        int64_t to_ns = x && x->at_ns < lane->span_ns ? x->at_ns : lane->span_ns;
        if (x && x->domain != at->domain) {
            continue;
        }
        if (to_ns > from_ns && (off >> at->slot & 1) == 0) {
            sum += (double)(to_ns - from_ns) * capacity_now(lane, at, off);
            all_ns += (double)(to_ns - from_ns);
        }
        from_ns = to_ns;
        if (x) {
            uint64_t bit = UINT64_C(1) << x->slot;
            off = x->is_on ? off & ~bit : off | bit;
        }
    }
    return all_ns > 0.0 ? sum / all_ns : capacity_now(lane, at, 0);
}

/* `whole`: of all workloads of the VM together, of which vm is the first. */
static double vm_load(const struct lane *lane, const struct lane_vm *vm, bool whole)
{
    double capacity = 0.0;
    double offered = 0.0;
    for (int i = 0; i < vm->server_n; i++) {
        const struct lane_domain *d = &lane->domain[vm->server[i].domain];
        offered += seat_demand(vm - vm->part, i).busy;
        if (!d->sched) {
            capacity += 1.0;
            continue;
        }
        capacity += share_of_time(lane, &vm->server[i]);
    }
    if (vm->part_n > 1 && !whole) {
        return part_load(vm, capacity);
    }
    double own = own_load(vm);
    for (int k = 1; k < vm->part_n; k++) {
        double other = own_load(&vm[k]);
        own = other > own ? other : own;
    }
    return offered / capacity > own ? offered / capacity : own;
}

/* Have the lanes the same VMs on one domain each, so that their loads are the same? Who comes
 * and goes is looked at by itself. */
static bool is_alike(const struct lane *a, const struct lane *b)
{
    const struct lane_domain *x = a->domain;
    const struct lane_domain *y = b->domain;
    bool is = a->domain_n == 1 && b->domain_n == 1 && a->vm_n == b->vm_n && !x->params.varies &&
              !y->params.varies && x->sched == y->sched &&
              x->params.slice_ns == y->params.slice_ns &&
              x->params.switch_ns == y->params.switch_ns &&
              x->params.vgpu_n == y->params.vgpu_n && x->params.ring_n == y->params.ring_n;
    for (int v = 0; is && v < a->vm_n; v++) {
        const struct lane_vm *p = &a->vm[v];
        const struct lane_vm *q = &b->vm[v];
        const struct lane_server *s = p->server;
        const struct lane_server *t = q->server;
        is = p->tenant == q->tenant && p->work == q->work && p->part == q->part &&
             p->server_n == 1 && q->server_n == 1 && s->slot == t->slot &&
             s->by_size == t->by_size && memcmp(&s->factor, &t->factor, sizeof s->factor) == 0;
    }
    return is;
}

double lanes_load(const struct lanes *l, int tenant_ix)
{
    double load = (double)NAN;
    for (int i = 0; i < l->lane_n; i++) {
        if (i > 0 && is_alike(&l->lane[i], &l->lane[i - 1])) {
            continue;
        }
        for (int v = 0; v < l->lane[i].vm_n; v++) {
            const struct lane_vm *vm = &l->lane[i].vm[v];
            bool is_whole =
                vm->part == 0 && vm->part_n > 1 && vm->tenant->whole_ix == tenant_ix;
            if (vm->tenant_ix != tenant_ix && !is_whole) {
                continue;
            }
            double one = vm_load(&l->lane[i], vm, is_whole);
            load = load > one ? load : one;
        }
    }
    return load;
}

double lane_requests(const struct lane *lane, int64_t horizon_ns)
{
    double requests = 0.0;
    for (int v = 0; v < lane->vm_n; v++) {
        const struct work *w = lane_vm_work(&lane->vm[v]);
        double rate_per_s =
            w->trace ? 0.0 : offered_rate_per_s(w, lane_service_ns(&lane->vm[v], 0));
        requests += w->trace ? (double)w->trace->n : rate_per_s * (double)horizon_ns * 1e-9;
    }
    return requests;
}
