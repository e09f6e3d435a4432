/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lanes.c - CPU time per simulated request inside the engine: no scenario, no report.
 *
 *   lanes KIND SECONDS [events]
 *
 * Prints CPU ns per request, the mean latency in ms and events per request. With `events` the
 * lane runs event by event even where a fast path would do. Poisson arrivals, exponential
 * services; every request passes an observer that adds it to a histogram. Shared domains also
 * compute every VM's baseline. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/core/hist.h"
#include "sim/run/lane.h"

enum {
    VMS = 8
};

struct kind {
    const char *name;
    const struct sched_kind *sched;
    int vms;
    double rate_per_s; /* of each VM */
    double mean_ns;
    int64_t slice_ns;
};

static const struct kind kinds[] = {
    {"mm1",         NULL,               1, 900.0, 1e6, 0      },
    {"best-effort", &sched_best_effort, 8, 10.0,  1e7, 2000000},
    {"equal-share", &sched_equal_share, 8, 10.0,  1e7, 2000000},
    {"fixed-share", &sched_fixed_share, 8, 10.0,  1e7, 2000000},
};

static void on_done(void *context, const struct lane_done *r, int n)
{
    for (int i = 0; i < n; i++) {
        hist_add(context, r[i].done_ns - r[i].arrival_ns);
    }
}

static void on_column(void *context, const struct lane_column *c)
{
    hist_add_n(context, c->latency_ns, c->n);
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int run(const struct kind *k, int64_t seconds, bool events)
{
    struct arena arena;
    struct tenant tenant[VMS] = {{0}};
    struct lane_vm vm[VMS] = {{0}};
    struct lane_domain domain = {.sched = k->sched, .weight = 1.0};
    struct lane lane = {.domain = &domain, .domain_n = 1, .vm = vm, .vm_n = k->vms};
    struct lane_books books;
    arena_init(&arena, "bench");
    domain.params = (struct sched_params){
        .slice_ns = k->slice_ns, .vgpu_n = k->vms, .ring_n = k->vms, .averaging = 33};
    for (int i = 0; i < k->vms; i++) {
        struct work *w = &tenant[i].work;
        *w = (struct work){.kind = WORK_REQUESTS, .streams = 1};
        w->scaling = (struct scaling){.compute_frac = 1.0, .width_frac = 1.0};
        w->arrivals.rate_per_s = k->rate_per_s;
        if (dist_init(&w->service, dist_find("exponential"), k->mean_ns, 0, 0, 0) ||
            dist_init(&w->arrivals.gap, dist_find("exponential"), 1e9 / k->rate_per_s, 0, 0,
                      0)) {
            return 4;
        }
        vm[i] = (struct lane_vm){.tenant_ix = i,
                                 .tenant = &tenant[i],
                                 .name_hash = (uint64_t)i + 1,
                                 .server_n = 1,
                                 .server = {{.slot = i, .factor = {1.0, 1.0}}}};
    }
    struct hist *h = hist_new(&arena);
    struct lane_sim *sim =
        events ? lane_sim_new_events(&arena, &lane) : lane_sim_new(&arena, &lane);
    if (!h || !sim || !lane_books_init(&books, &arena, &lane)) {
        return 4;
    }
    struct lane_options o = {.seed = 1,
                             .to_ns = seconds * 1000000000,
                             .done = on_done,
                             .column = on_column,
                             .context = h};
    double start = cpu_s();
    bool ok = lane_sim_run(sim, &o, &books);
    double used = cpu_s() - start;
    printf("%.2f %.6f %.2f\n", used * 1e9 / (double)h->n, hist_mean(h) * 1e-6,
           (double)books.events / (double)h->n);
    lane_sim_fini(sim);
    arena_fini(&arena);
    return ok ? 0 : 4;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc >= 3 && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(argv[1], kinds[i].name) == 0) {
            return run(&kinds[i], atoll(argv[2]), argc > 3);
        }
    }
    fprintf(stderr, "usage: lanes mm1|best-effort|equal-share|fixed-share SECONDS [events]\n");
    return 2;
}
