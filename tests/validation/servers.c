/* SPDX-License-Identifier: GPL-3.0-or-later */
/* servers.c - open-loop servers of MLPerf Inference: Poisson arrivals, a batcher, a MIG slice.
 *
 * Service is the time of a batch of 1 (SingleStream) and of 8 (MultiStream) of the same
 * submission on the same slice, linear between them. The harness waits for a free stream and
 * then collects for `timeout` (mlcommons/inference_results_v2.0, closed/NVIDIA/code/harness/
 * lwis), hence `counts-from: free`. Neighbours of a busy slice run back to back; what they cost
 * is the board's calibrated coupling. Nothing is fitted here; rows
 * without batch times are not run. */
#include <math.h>
#include <stdio.h>

#include "sim/fleet/lanes.h"
#include "tests/validation/measure.h"

enum {
    SERVERS_MAX = 64
};

struct server_errors {
    double p50[SERVERS_MAX], p95[SERVERS_MAX];
    int n;
};

/* SMs of the board over those of the slice: a time that holds on the slice, divided by it, is
 * the time on the whole GPU that the scenario states. */
static double shrink(const char *gpu)
{
    return strcmp(gpu, "A30") == 0 ? 56.0 / 14.0 : 108.0 / 14.0;
}

static const struct result *serve(struct measure *m, size_t row, const char *service)
{
    const char *profile = measure_text(m, row, "profile");
    int busy = (int)measure_number(m, row, "busy");
    char others[512] = "";
    if (busy > 0) {
        snprintf(others, sizeof others,
                 "  - name: others\n    count: %d\n    mig: %s\n    workload: {kind: closed, "
                 "clients: 1, service: {dist: deterministic, mean: 1 ms}}\n",
                 busy, profile);
    }
    return measure_run(
        m,
        "version: 1\nname: server\nhorizon: 60 s\nwarmup: 2 s\nreplicas: 10\n"
        "fleet: {gpu: %s}\nmodes: [mig]\ntenants:\n  - name: server\n    mig: %s\n"
        "    workload:\n      kind: requests\n"
        "      arrivals: {process: poisson, rate: %s/s}\n      service: %s\n"
        "      batch: {max: %s, timeout: %s us, counts-from: free}\n      streams: %s\n%s",
        measure_text(m, row, "gpu"), profile, measure_text(m, row, "rate_per_s"), service,
        measure_text(m, row, "max_batch"), measure_text(m, row, "timeout_us"),
        measure_text(m, row, "streams"), others);
}

/* Offered over what the slice can do beside neighbours that never pause. */
static double load(struct measure *m, size_t row, const struct result *r)
{
    bool is_busy = measure_number(m, row, "busy") > 0.0;
    double lost = is_busy ? lanes_coupling(r->scenario, r->scenario->gpu_ix) : 0.0;
    return r->mode[0].tenant[0].load_frac / (1.0 - lost);
}

/* One row of the table; errors of rows up to a load of 0.9 are kept. */
static void compare(struct measure *m, size_t row, const struct result *r,
                    struct server_errors *low)
{
    const struct tenant_result *t = &r->mode[0].tenant[0];
    static const char *const column[3] = {"p50_ms", "p95_ms", "p99_ms"};
    double error[3];
    printf("| %s %s | %s | %s | %.3f |", measure_text(m, row, "gpu"),
           measure_text(m, row, "profile"), measure_text(m, row, "busy"),
           measure_text(m, row, "benchmark"), load(m, row, r));
    for (int i = 0; i < 3; i++) {
        double measured = measure_number(m, row, column[i]);
        error[i] = t->latency[i].value / 1e6 / measured - 1.0;
        printf(" %.4g | %s | %+.1f |", measured, measure_show(t->latency[i], 1e6),
               100.0 * error[i]);
    }
    printf("\n");
    if (low && load(m, row, r) <= 0.9 && low->n < SERVERS_MAX) {
        low->p50[low->n] = fabs(error[0]);
        low->p95[low->n++] = fabs(error[1]);
    }
}

static void head(void)
{
    printf("| slice | busy neighbours | benchmark | load | p50 ms | predicted | error %% | p95 "
           "ms | predicted | error %% | p99 ms | predicted | error %% |\n"
           "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
}

/* p95 with busy neighbours over p95 alone, for loads above 0.9, where errors of capacity are
 * magnified: 5 % of the ratio is half a point of capacity there. */
static void ratio(struct measure *m, const double measured[2], const double predicted[2])
{
    double want = measured[1] / measured[0];
    double got = predicted[1] / predicted[0];
    measure_figure(m, fabs(got / want - 1.0) <= 0.05,
                   "load above 0.9 (A30): p95 with busy neighbours over alone %.3f, predicted "
                   "%.3f (asked: the ratio; held to 5 %%)",
                   want, got);
}

void validate_servers(struct measure *m)
{
    measure_rows(m, "servers.csv");
    struct server_errors low = {.n = 0};
    double measured[2] = {0.0, 0.0}, predicted[2] = {0.0, 0.0};
    head();
    for (size_t i = 0; i < m->rows.row_n; i++) {
        if (measure_is_blank(m, i, "b8_ms")) {
            continue;
        }
        const char *gpu = measure_text(m, i, "gpu");
        char service[96];
        snprintf(service, sizeof service, "{table: {1: %.0f ns, 8: %.0f ns}}",
                 measure_number(m, i, "b1_ms") * 1e6 / shrink(gpu),
                 measure_number(m, i, "b8_ms") * 1e6 / shrink(gpu));
        const struct result *r = serve(m, i, service);
        compare(m, i, r, &low);
        if (load(m, i, r) > 0.9) {
            int at = measure_number(m, i, "busy") > 0.0 ? 1 : 0;
            measured[at] = measure_number(m, i, "p95_ms");
            predicted[at] = r->mode[0].tenant[0].latency[1].value;
        }
    }
    printf("\n");
    double p95 = measure_median(low.p95, low.n);
    double p50 = measure_median(low.p50, low.n);
    measure_figure(m, p95 <= 0.09, "load up to 0.9: median error of p95 %.1f %% (asked 9 %%)",
                   100.0 * p95);
    measure_figure(m, p50 <= 0.15, "load up to 0.9: median error of p50 %.1f %% (asked 15 %%)",
                   100.0 * p50);
    ratio(m, measured, predicted);
}
