/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reach.c - the least latency that a tenant can have where it was placed.
 *
 * Of each VM the greatest of what models/bound.h knows: its service, the slots of its policy,
 * and, where it is an M/G/c queue when nothing disturbs it, the wait. What others do, switches,
 * coupled instances, a stage on the host, batches and pieces only add to these. Of the VMs the
 * least counts: no quantile or mean of a mixture lies below all of its parts. Cost: some
 * microseconds for each VM and objective. */
#include "sim/plan/reach.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/bound.h"
#include "models/share.h"

/* A limit nearer to the bound than this is left to the simulation: its percentiles are rounded
 * to bins, and its first requests find an emptier queue. */
#define MARGIN 0.02

/* Relaxation times of a queue that a run must last for the steady state to be its mean: what
 * the run begins with is then within MARGIN. */
#define LONG 1000.0

/* A figure that cannot be undercut, and by what. */
struct least {
    double ns;
    const char *by;
};

static struct least greater(struct least a, double ns, const char *by)
{
    return ns > a.ns ? (struct least){ns, by} : a;
}

/* Requests whose time on the GPU is drawn or tabled, each of which is answered. */
static bool is_known(const struct tenant *t)
{
    bool is_kind = t->work.kind == WORK_REQUESTS || t->work.kind == WORK_CLOSED;
    return is_kind && t->part_n == 0 && !t->work.trace;
}

/* The least that streams at work beside it do to the time of a batch of n: company may have
 * been measured to help. */
static double company(const struct work *w, const struct lane_server *server, int n)
{
    double least = 1.0;
    for (int k = 0; server->crowd && k < w->streams; k++) {
        double slow = server->crowd[k].slow[n];
        least = slow < least ? slow : least;
    }
    return least;
}

/* The quantile (p > 0) or the mean (p 0) of the time of a request on a server at its fastest;
 * that of the fastest batch where batches are tabled. */
static double service_ns(const struct work *w, const struct lane_server *server, double p)
{
    const struct scaling *sc = &w->scaling;
    const int64_t *table = server->by_size ? server->by_size : w->by_size;
    double best = (double)INFINITY;
    for (int n = 1; table && n <= (w->batch_max > 1 ? w->batch_max : 1); n++) {
        int64_t ns = server->by_size ? table[n] : slice_time_ns(sc, &server->factor, table[n]);
        double least = (double)ns * company(w, server, n);
        best = least < best ? least : best;
    }
    if (table) {
        return best;
    }
    double t = p > 0.0 ? dist_quantile(&w->service, p) : w->service.mean;
    double scaled = t * (sc->compute_frac * server->factor.compute +
                         sc->memory_frac * server->factor.memory);
    return (scaled > (double)sc->floor_ns ? scaled : (double)sc->floor_ns) *
           company(w, server, 1);
}

/* Is the VM an M/G/c queue when nothing disturbs it, in a run that is long for it? */
static bool is_queue(const struct scenario *s, const struct work *w, const struct dist *service,
                     int servers)
{
    const struct arrivals *a = &w->arrivals;
    if (w->kind != WORK_REQUESTS || !work_is_plain(w) || w->streams != 1 ||
        strcmp(a->process, "poisson") != 0 || !(service->mean > 0.0)) {
        return false;
    }
    double idle = 1.0 - a->rate_per_s * 1e-9 * service->mean / servers;
    double relaxation = service->mean * (1.0 + dist_scv(service)) / (idle * idle);
    return idle > 0.0 && relaxation * LONG < (double)s->horizon_ns;
}

/* The same by the wait of the queue: the law of the fastest server, on each of them. */
static struct least by_queue(const struct scenario *s, const struct lane_vm *vm, double p)
{
    const struct work *w = lane_vm_work(vm);
    double fastest = (double)INFINITY;
    for (int i = 0; i < vm->server_n; i++) {
        const struct slice_factor *f = &vm->server[i].factor;
        double factor =
            w->scaling.compute_frac * f->compute + w->scaling.memory_frac * f->memory;
        fastest = factor < fastest ? factor : fastest;
    }
    struct dist service = dist_scaled(&w->service, fastest);
    if (!is_queue(s, w, &service, vm->server_n)) {
        return (struct least){0.0, ""};
    }
    struct bound b = bound_mgc_least(w->arrivals.rate_per_s * 1e-9, &service, vm->server_n,
                                     p > 0.0 ? p : 0.5);
    return (struct least){p > 0.0 ? b.quantile : b.mean,
                          vm->server_n > 1 ? "the wait in M/G/c" : "the wait in M/G/1"};
}

/* Quantile p of the latency on a server, or its mean (p 0), at least. */
static struct least on_server(const struct lane *lane, const struct lane_vm *vm, int i,
                              double p)
{
    const struct work *w = lane_vm_work(vm);
    const struct lane_domain *d = &lane->domain[vm->server[i].domain];
    double alone = service_ns(w, &vm->server[i], p);
    struct least least = {alone, "its service alone"};
    struct supply owed;
    bool is_kept = d->sched && !sched_gives_idle_time(d->sched, d->params.yield_idle) &&
                   share_owes(d->sched, &d->params, &owed);
    if (is_kept && alone >= 1.0) {
        double slot = (double)owed.slice_ns;
        double frame = slot + (double)owed.gap_ns;
        bool is_poisson =
            w->kind == WORK_REQUESTS && strcmp(w->arrivals.process, "poisson") == 0;
        double ns = p > 0.0      ? bound_slot_alone(alone, slot, frame).least
                    : is_poisson ? bound_slot_mean_least(alone, slot, frame)
                                 : alone;
        least = greater(least, ns, "the slots that it is given");
    }
    return least;
}

/* Of a tenant: the least of its VMs. False when none is known. */
static bool of_tenant(const struct scenario *s, const struct lanes *l, int t, double p,
                      struct least *out)
{
    *out = (struct least){(double)INFINITY, ""};
    for (int i = 0; i < l->lane_n; i++) {
        for (int v = 0; v < l->lane[i].vm_n; v++) {
            const struct lane_vm *vm = &l->lane[i].vm[v];
            struct least own = {(double)INFINITY, ""};
            for (int k = 0; vm->tenant_ix == t && k < vm->server_n; k++) {
                struct least one = on_server(&l->lane[i], vm, k, p);
                own = one.ns < own.ns ? one : own;
            }
            if (vm->tenant_ix == t) {
                struct least queue = by_queue(s, vm, p);
                own = greater(own, queue.ns, queue.by);
                *out = own.ns < out->ns ? own : *out;
            }
        }
    }
    return isfinite(out->ns);
}

bool reach_is_beyond(const struct scenario *s, const struct lanes *l, char *why, size_t n)
{
    for (int t = 0; t < s->tenant_n && s->life_n == 0; t++) {
        const struct tenant *tenant = &s->tenant[t];
        for (int i = 0; is_known(tenant) && i < tenant->objective_n; i++) {
            const struct objective *o = &tenant->objective[i];
            bool is_mean = o->kind == OBJECTIVE_MEAN;
            struct least least;
            char what[32] = "mean latency";
            if ((!is_mean && o->kind != OBJECTIVE_PERCENTILE) ||
                !of_tenant(s, l, t, is_mean ? 0.0 : o->percentile / 100.0, &least) ||
                !(least.ns > o->limit * (1.0 + MARGIN))) {
                continue;
            }
            if (!is_mean) {
                snprintf(what, sizeof what, "p%.9g", o->percentile);
            }
            snprintf(why, n, "%s of %s is at least %.4g ms by %s, limit at most %.4g ms", what,
                     tenant->name, least.ns / 1e6, least.by, o->limit / 1e6);
            return true;
        }
    }
    return false;
}
