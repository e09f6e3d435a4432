/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bias.c - is anything systematically off? Long runs against exact values, mean and p95.
 *
 * M/M/1 at loads 0.3 to 0.95 in passthrough, whose law scales, and the same VM under equal
 * share in a ring of one without switch cost, which is the same queue by another path. Each row
 * runs until its standard error is far below the bound of 0.5 %; the program fails when a row
 * is off by more. Prints a table for docs/validation.md. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/core/dist.h"
#include "tests/unit/fixture.h"

#define BOUND 0.005

static const char passthrough[] = "passthrough";
static const char ring_of_one[] =
    "{mode: time-sliced, scheduler: {policy: equal-share, slice: 2 ms, switch: 0 us}}";

static bool check(const char *name, const char *what, const struct estimate *got, double exact,
                  int replicas)
{
    double off = (got->value - exact) / exact;
    double se = (got->hi - got->lo) / 2.0 / ci_t975(replicas - 1) / exact;
    bool ok = got->has_ci && fabs(off) <= BOUND;
    printf("| %s | %s | %s | %.6g ms | %.6g ms | %+.3f %% | %.3f %% |\n", ok ? "ok" : "FAIL",
           name, what, exact * 1e-6, got->value * 1e-6, off * 100.0, se * 100.0);
    return ok;
}

static bool run(const char *mode, const char *name, double load)
{
    struct fixture f;
    char yaml[1024];
    char label[64];
    /* The relative error of p95 falls with the root of the requests over (1 - load)^2. */
    int horizon_s = (int)(15.0 / ((1.0 - load) * (1.0 - load)));
    int replicas = 200;
    (void)snprintf(
        yaml, sizeof yaml,
        "version: 1\nname: bias\nhorizon: %d s\nreplicas: %d\nwarmup: %d s\n"
        "fleet: {gpu: A100-PCIE-80GB}\nmodes: [%s]\ntenants:\n  - name: a\n"
        "    vgpu: A100D-80C\n    workload: {kind: requests, arrivals: {process: poisson, "
        "rate: %.0f/s}, service: {dist: exponential, mean: 1 ms}}\n",
        horizon_s, replicas, 10 + horizon_s / 20, mode, load * 1000.0);
    (void)snprintf(label, sizeof label, "%s, load %.2f", name, load);
    const struct scenario *s = fixture_open(&f) ? fixture_read(&f, yaml) : NULL;
    const struct result *r = s ? fixture_run(&f, s, 11, false) : NULL;
    bool ok = r && r->mode[0].feasible;
    if (ok) {
        const struct tenant_result *t = &r->mode[0].tenant[0];
        double mean = 1e6 / (1.0 - load);
        ok = check(label, "mean", &t->latency_mean, mean, replicas);
        ok = check(label, "p95", &t->latency[1], mean * log(20.0), replicas) && ok;
    } else {
        printf("| FAIL | %s | does not run | | | | |\n", label);
    }
    fixture_close(&f);
    return ok;
}

int main(void)
{
    static const double loads[] = {0.3, 0.5, 0.7, 0.9, 0.95};
    bool ok = true;
    dist_library_quiet();
    printf("| | case | figure | exact | got | off by | standard error "
           "|\n|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        ok = run(passthrough, "M/M/1", loads[i]) && ok;
        ok = run(ring_of_one, "M/M/1 in a ring of one", loads[i]) && ok;
    }
    return ok ? 0 : 1;
}
