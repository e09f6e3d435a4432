/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cover.c - the models with their exact values, and the counting of intervals that hold them.
 *
 * The replica has the recommended length: 200 / (1 - load)^2 requests of the tenant, at least
 * 2000, after a tenth as many that are not counted. Where gaps or services vary more than
 * exponential ones, (1 + cv^2) / 2 times that. Where the number in system is bounded nothing
 * grows with the load, and 2000 are enough. */
#include "tests/coverage/cover.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "sim/input/catalogin.h"
#include "sim/run/exp.h"
#include "sim/run/pool.h"

enum {
    CLIENTS = 10,
    REFERENCE = 400 /* a reference run is so many replicas of four times the length */
};

static const double fail_frac = 0.95;

/* ---- Models ---- */

#define ONE_GPU "fleet: {gpu: A100-PCIE-80GB, count: 1}\n"
#define PASS    ONE_GPU "modes: [passthrough]\ntenants:\n  - name: a\n"
#define KEPT(slots)                                                                            \
    ONE_GPU "modes: [{mode: time-sliced, scheduler: {policy: " slots                           \
            ", slice: 2 ms, switch: 0 us}}]\ntenants:\n  - name: a\n"
#define OPEN                                                                                   \
    "    workload: {kind: requests, arrivals: {process: %s, rate: %.12g/s%s}, "                \
    "service: {dist: %s, mean: 1 ms%s}%s}\n"

static void open_loop(char out[COVER_TEXT], const char *head, const char *process, double rate,
                      const char *gap, const char *dist, const char *shape, const char *more)
{
    int n = snprintf(out, COVER_TEXT, "%s", head);
    snprintf(out + n, COVER_TEXT - (size_t)n, OPEN, process, rate * 1e3, gap, dist, shape,
             more);
}

static double rate_of_load(double load)
{
    return load;
}

static struct dist law(const char *name, double mean, double cv, int k)
{
    struct dist d;
    dist_init(&d, dist_find(name), mean, cv, 0.0, k);
    return d;
}

static void mm1(double load, char out[COVER_TEXT])
{
    open_loop(out, PASS, "poisson", load, "", "exponential", "", "");
}

static struct bound mm1_exact(double load)
{
    return bound_mmc(load, 1.0, 1, fail_frac);
}

static void md1(double load, char out[COVER_TEXT])
{
    open_loop(out, PASS, "poisson", load, "", "deterministic", "", "");
}

static struct bound md1_exact(double load)
{
    return bound_mdc(load, 1.0, 1, fail_frac);
}

static void me21(double load, char out[COVER_TEXT])
{
    open_loop(out, PASS, "poisson", load, "", "erlang", ", k: 2", "");
}

static struct bound me21_exact(double load)
{
    struct dist d = law("erlang", 1.0, 0.0, 2);
    return bound_mg1(load, &d, fail_frac);
}

static void mh21(double load, char out[COVER_TEXT])
{
    open_loop(out, PASS, "poisson", load, "", "hyperexponential", ", cv: 2", "");
}

static struct bound mh21_exact(double load)
{
    struct dist d = law("hyperexponential", 1.0, 2.0, 0);
    return bound_mg1(load, &d, fail_frac);
}

static void mln1(double load, char out[COVER_TEXT])
{
    open_loop(out, PASS, "poisson", load, "", "lognormal", ", cv: 1", "");
}

static struct bound mln1_exact(double load)
{
    struct dist d = law("lognormal", 1.0, 1.0, 0);
    return bound_mg1(load, &d, fail_frac);
}

static void dm1(double load, char out[COVER_TEXT])
{
    open_loop(out, PASS, "periodic", load, "", "exponential", "", "");
}

static struct bound dm1_exact(double load)
{
    struct dist d = law("deterministic", 1.0 / load, 0.0, 0);
    return bound_gim1(&d, 1.0, fail_frac);
}

static void gm1(double load, char out[COVER_TEXT])
{
    open_loop(out, PASS, "gamma", load, ", cv: 1.5", "exponential", "", "");
}

static struct bound gm1_exact(double load)
{
    struct dist d = law("gamma", 1.0 / load, 1.5, 0);
    return bound_gim1(&d, 1.0, fail_frac);
}

static double rate_of_four(double load)
{
    return 4.0 * load;
}

static void mm4(double load, char out[COVER_TEXT])
{
    open_loop(out, PASS, "poisson", 4.0 * load, "", "exponential", "",
              ", streams: 4, scaling: {width: 25%}");
}

static struct bound mm4_exact(double load)
{
    return bound_mmc(4.0 * load, 1.0, 4, fail_frac);
}

/* One vGPU of a type of which four fit: a slot of 2 in a frame of 8. */
static double rate_of_quarter(double load)
{
    return load / 4.0;
}

static void slots_mm(double load, char out[COVER_TEXT])
{
    open_loop(out, KEPT("fixed-share") "    vgpu: A100D-20C\n", "poisson", load / 4.0, "",
              "exponential", "", "");
}

static struct bound slots_mm_exact(double load)
{
    return bound_slots_mm(load / 4.0, 1.0, 2.0, 8.0, fail_frac);
}

/* Two powered-on VMs: a slot of 2 in a frame of 4, and both VMs in the figures. */
static void slots_md(double load, char out[COVER_TEXT])
{
    open_loop(out, KEPT("equal-share") "    vgpu: A100D-20C\n    count: 2\n", "poisson",
              load / 2.0, "", "deterministic", "", "");
}

static double rate_of_half(double load)
{
    return load / 2.0;
}

static struct bound slots_md_exact(double load)
{
    return bound_slots_md(load / 2.0, 1.0, 2, 4.0, fail_frac);
}

/* Work conserving and memoryless: the mean is that of M/M/1 whatever the order; the percentile
 * is not. */
static void best_effort(double load, char out[COVER_TEXT])
{
    char first[COVER_TEXT];
    open_loop(first, KEPT("best-effort") "    vgpu: A100D-20C\n", "poisson", load / 2.0, "",
              "exponential", "", "");
    open_loop(out, "  - name: b\n    vgpu: A100D-20C\n", "poisson", load / 2.0, "",
              "exponential", "", "");
    char second[COVER_TEXT];
    memcpy(second, out, sizeof second);
    snprintf(out, COVER_TEXT, "%.500s%.500s", first, second);
}

static struct bound best_effort_exact(double load)
{
    struct bound b = bound_mmc(load, 1.0, 1, fail_frac);
    b.quantile = (double)NAN;
    return b;
}

/* The think time at which ten clients keep the server busy for this fraction of the time. */
static double think_of(double load)
{
    double lo = 0.01;
    double hi = 1e4;
    for (int i = 0; i < 200; i++) {
        double busy;
        double mid = sqrt(lo * hi);
        bound_closed(CLIENTS, mid, 1.0, 1, fail_frac, &busy);
        if (busy > load) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    return hi;
}

static void repairman(double load, char out[COVER_TEXT])
{
    snprintf(out, COVER_TEXT,
             PASS "    workload: {kind: closed, clients: %d, think: {dist: exponential, mean: "
                  "%.12g ms}, service: {dist: exponential, mean: 1 ms}}\n",
             CLIENTS, think_of(load));
}

static struct bound repairman_exact(double load)
{
    return bound_closed(CLIENTS, think_of(load), 1.0, 1, fail_frac, NULL);
}

const struct cover_model cover_models[] = {
    {"M/M/1",                         "closed form",                rate_of_load,    mm1,         mm1_exact,       1.0, false},
    {"M/D/1",                         "positive series",            rate_of_load,    md1,         md1_exact,       1.0, false},
    {"M/E2/1",                        "transform",                  rate_of_load,    me21,        me21_exact,      1.0, false},
    {"D/M/1",                         "root",                       rate_of_load,    dm1,         dm1_exact,       1.0, false},
    {"closed, 10 clients",            "birth and death",            rate_of_load,    repairman,   repairman_exact, 1.0,
     true                                                                                                                    },
    {"M/M/4, streams",                "closed form",                rate_of_four,    mm4,         mm4_exact,       1.0, false},
    {"fixed share, M/M, slot 2 of 8", "uniformization",             rate_of_quarter, slots_mm,
     slots_mm_exact,                                                                                               1.0, false},
    {"equal share, M/D, slot 2 of 4", "positive series",            rate_of_half,    slots_md,    slots_md_exact,
     1.0,                                                                                                               false},
    {"M/lognormal/1, cv 1",           "transform",                  rate_of_load,    mln1,        mln1_exact,      1.0, false},
    {"best effort, two VMs, M/M",     "closed form; p95: long run", rate_of_half,    best_effort,
     best_effort_exact,                                                                                            1.0, false},
    {"gamma/M/1, cv 1.5",             "root",                       rate_of_load,    gm1,         gm1_exact,       1.6, false},
    {"M/H2/1, cv 2",                  "transform",                  rate_of_load,    mh21,        mh21_exact,      2.5, false},
};
const int cover_models_n = sizeof cover_models / sizeof cover_models[0];

const struct cover_model *cover_find(const char *name)
{
    for (int i = 0; i < cover_models_n; i++) {
        if (strcmp(cover_models[i].name, name) == 0) {
            return &cover_models[i];
        }
    }
    return NULL;
}

/* ---- Running ---- */

struct job {
    struct cover *cover;
    const struct scenario *scenario;
    uint64_t first_seed;
    bool failed;
};

static void count(struct cover_count *c, double value, double lo, double hi)
{
    c->n++;
    c->held += lo <= c->exact_ns && c->exact_ns <= hi;
    c->below += hi < c->exact_ns;
    c->above += lo > c->exact_ns;
    c->sum += value;
    c->half_width_frac += (hi - lo) / 2.0 / value;
}

static int p95_of(const struct scenario *s)
{
    int ix = 0;
    while (ix + 1 < s->percentile_n && s->percentile[ix] < 95.0) {
        ix++;
    }
    return ix;
}

/* What an interval would be if the requests did not depend on each other: the error of a rank
 * by the binomial law, carried over with the slope between the 90th and the 99th percentile. */
static void count_naive(struct cover_count *c, const struct tenant_result *t, int p95)
{
    const struct estimate *e = &t->latency[p95];
    double slope = (t->latency[p95 + 1].value - t->latency[p95 - 1].value) / 0.09;
    double half = 1.96 * sqrt(0.95 * 0.05 / (double)e->samples) * slope;
    count(c, e->value, e->value - half, e->value + half);
}

static void experiment(void *context, struct pool_lock *lock, int worker, int64_t i)
{
    struct job *job = context;
    struct arena arena;
    struct diag diag;
    (void)worker;
    arena_init(&arena, "experiment");
    diag_init(&diag);
    struct exp_options o = {
        .seed = job->first_seed + (uint64_t)i, .threads = 1, .version = "coverage"};
    const struct result *r = exp_run(&arena, job->scenario, &o, &diag);
    pool_hold(lock);
    if (!r || !r->mode[0].simulated) {
        job->failed = true;
    } else {
        const struct tenant_result *t = &r->mode[0].tenant[0];
        const struct estimate *p95 = &t->latency[p95_of(job->scenario)];
        count(&job->cover->mean, t->latency_mean.value, t->latency_mean.lo, t->latency_mean.hi);
        count(&job->cover->p95, p95->value, p95->lo, p95->hi);
        count_naive(&job->cover->naive, t, p95_of(job->scenario));
    }
    pool_release(lock);
    diag_fini(&diag);
    arena_fini(&arena);
}

static const struct scenario *read(struct arena *arena, const struct cover *c, int replicas,
                                   double requests)
{
    char yaml[2 * COVER_TEXT];
    char body[COVER_TEXT];
    struct diag diag;
    double horizon_ms = requests / c->model->rate(c->load);
    diag_init(&diag);
    c->model->yaml(c->load, body);
    snprintf(yaml, sizeof yaml,
             "version: 1\nname: coverage\nhorizon: %.0f ms\nwarmup: %.0f ms\nreplicas: %d\n"
             "percentiles: [90, 95, 99]\n%s",
             ceil(horizon_ms), ceil(horizon_ms / 10.0), replicas, body);
    const struct catalog *catalog = catalog_load(arena, NULL, &diag);
    const struct scenario *s =
        scenario_read(arena, catalog, "coverage.yaml", yaml, strlen(yaml),
                      &(struct scenario_overrides){0}, &diag);
    for (size_t i = 0; !s && i < diag.entry_n; i++) {
        fprintf(stderr, "%s\n%s\n", yaml, diag.entry[i].text);
    }
    diag_fini(&diag);
    return s;
}

/* The p95 of a run so long that its own error is far below those that are judged. */
static bool refer(struct cover *c, double requests, int threads)
{
    struct arena arena;
    struct diag diag;
    arena_init(&arena, "reference");
    diag_init(&diag);
    struct exp_options o = {
        .seed = UINT64_C(1) << 40, .threads = threads, .version = "coverage"};
    const struct scenario *s = read(&arena, c, REFERENCE, 4.0 * requests);
    const struct result *r = s ? exp_run(&arena, s, &o, &diag) : NULL;
    bool ok = r && r->mode[0].simulated;
    if (ok) {
        c->referred = true;
        c->p95.exact_ns = r->mode[0].tenant[0].latency[p95_of(s)].value;
    }
    diag_fini(&diag);
    arena_fini(&arena);
    return ok;
}

bool cover_run(struct cover *c, const struct cover_model *model, double load, int macros,
               uint64_t first_seed, int threads)
{
    struct arena arena;
    double rule = model->bounded ? 0.0 : 200.0 / ((1.0 - load) * (1.0 - load));
    double requests = fmax(2000.0, rule) * model->stretch;
    *c = (struct cover){.model = model, .load = load, .requests = (int64_t)requests};
    struct bound exact = model->exact(load);
    c->mean.exact_ns = exact.mean * 1e6;
    c->p95.exact_ns = exact.quantile * 1e6;
    if (isnan(exact.quantile) && !refer(c, requests, threads)) {
        return false;
    }
    c->naive.exact_ns = c->p95.exact_ns;
    arena_init(&arena, "coverage");
    struct job job = {.cover = c, .first_seed = first_seed};
    job.scenario = read(&arena, c, 20, requests);
    if (job.scenario) {
        pool_run(threads, macros, experiment, &job);
    }
    arena_fini(&arena);
    return job.scenario && !job.failed;
}
