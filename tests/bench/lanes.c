/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lanes.c - CPU time per simulated request of the reference engine, by kind of domain.
 *
 * Poisson arrivals, exponential services of 1 ms, 2,000 s of simulated time; every request
 * passes an observer that adds it to a histogram. Shared domains also run every VM's baseline
 * in step. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sim/core/hist.h"
#include "sim/run/lane.h"

enum {
    VMS = 4
};

struct kind {
    const char *name;
    const struct sched_kind *sched;
    int vms;
    double rate_per_s;
    int64_t switch_ns;
};

static void on_done_one(void *context, const struct lane_done *r)
{
    hist_add(context, r->done_ns - r->arrival_ns);
}

static void on_done(void *context, const struct lane_done *r, int n)
{
    for (int i = 0; i < n; i++) {
        on_done_one(context, &r[i]);
    }
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void run(const struct kind *k, int64_t seconds)
{
    struct arena arena;
    struct tenant tenant[VMS] = {{0}};
    struct lane_vm vm[VMS] = {{0}};
    struct lane_domain domain = {.sched = k->sched, .weight = 1.0};
    struct lane lane = {.domain = &domain, .domain_n = 1, .vm = vm, .vm_n = k->vms};
    struct lane_books books;
    arena_init(&arena, "bench");
    domain.params = (struct sched_params){.slice_ns = 2000000,
                                          .switch_ns = k->switch_ns,
                                          .vgpu_n = k->vms,
                                          .ring_n = k->vms,
                                          .averaging = 33};
    for (int i = 0; i < k->vms; i++) {
        struct work *w = &tenant[i].work;
        *w = (struct work){.kind = WORK_REQUESTS, .streams = 1};
        w->scaling = (struct scaling){.compute_frac = 1.0, .width_frac = 1.0};
        w->arrivals.rate_per_s = k->rate_per_s;
        if (dist_init(&w->service, dist_find("exponential"), 1e6, 0, 0, 0) ||
            dist_init(&w->arrivals.gap, dist_find("exponential"), 1e9 / k->rate_per_s, 0, 0,
                      0)) {
            return;
        }
        vm[i] = (struct lane_vm){.tenant_ix = i,
                                 .tenant = &tenant[i],
                                 .name_hash = (uint64_t)i + 1,
                                 .server_n = 1,
                                 .server = {{.slot = i, .factor = {1.0, 1.0}}}};
    }
    struct hist *h = hist_new(&arena);
    struct lane_sim *sim = lane_sim_new(&arena, &lane);
    if (!h || !sim || !lane_books_init(&books, &arena, &lane)) {
        return;
    }
    struct lane_options o = {
        .seed = 1, .to_ns = seconds * 1000000000, .done = on_done, .context = h};
    double start = cpu_s();
    if (lane_sim_run(sim, &o, &books)) {
        double used = cpu_s() - start;
        printf("  %-44s %9lld requests  %6.0f ns each  %5.2f events each\n", k->name,
               (long long)h->n, used * 1e9 / (double)h->n, (double)books.events / (double)h->n);
    }
    lane_sim_fini(sim);
    arena_fini(&arena);
}

int main(int argc, char **argv)
{
    static const struct kind kinds[] = {
        {"exclusive, M/M/1 at 0.9",                  NULL,               1, 900.0, 0     },
        {"best effort, 4 VMs at 0.9, switch 10 us",  &sched_best_effort, 4, 225.0, 10000 },
        {"equal share, 4 VMs at 0.6",                &sched_equal_share, 4, 150.0, 0     },
        {"fixed share, 4 VMs at 0.6, switch 218 us", &sched_fixed_share, 4, 135.0, 218000},
    };
    int64_t seconds = argc > 1 && strcmp(argv[1], "short") == 0 ? 20 : 2000;
    printf("reference engine, CPU time per request\n");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        run(&kinds[i], seconds);
    }
    return 0;
}
