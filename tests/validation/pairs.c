/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pairs.c - two training jobs in turns on one GPU, from what each does beside itself.
 *
 * A job is a loop of a stage on the GPU (10 % noise, so that two loops meet at every phase) and
 * a gap. Beside itself it does S of one GPU's work. S > 1: the busy fraction is found by
 * bisection over simulated pairs of the job with itself, and switches cost nothing. S <= 1: the
 * job never leaves the GPU, and the rest is what switches cost; a pair of two jobs switches at
 * the mean of their efficiencies. Slices are 1/200 of the shorter step. Pairs of different jobs
 * are predictions. One unit of the source's rate is taken for one step. */
#include <math.h>
#include <stdio.h>

#include "tests/validation/measure.h"

enum {
    JOBS_MAX = 16,
    PAIRS_MAX = 128,
    HALVINGS = 12 /* of the busy fraction: to 1/4096 */
};

struct job {
    const char *name;
    double solo;       /* steps a unit of time, alone */
    double busy;       /* fraction of a step on the GPU */
    double efficiency; /* of turns: work over work and switches */
};

/* Work of both together, in what one does alone; throughputs are independent between the two
 * tenants' own noise, so that their intervals add up at most. */
static struct estimate together(struct measure *m, const char *gpu, const struct job *a,
                                const struct job *b, struct estimate part[2])
{
    const double unit = 1e12; /* ns: the slowest job then takes minutes, the fastest 40 ms */
    const struct job *both[2] = {a, b};
    double fast = unit / fmax(a->solo, b->solo);
    double slow = unit / fmin(a->solo, b->solo);
    double slice = fast / 200.0;
    double efficiency = (a->efficiency + b->efficiency) / 2.0;
    const struct result *r = measure_run(
        m,
        "version: 1\nname: pair\nhorizon: %.0f ns\nwarmup: %.0f ns\nreplicas: 5\n"
        "fleet: {gpu: %s}\nmodes: [{mode: container-time-sliced, scheduler: {slice: %.0f ns, "
        "switch: %.0f ns}}]\ntenants:\n"
        "  - {name: a, framebuffer: 1 GiB, workload: {kind: training, service: {dist: gamma, "
        "mean: %.0f ns, cv: 0.1}, host: {dist: deterministic, mean: %.0f ns}}}\n"
        "  - {name: b, framebuffer: 1 GiB, workload: {kind: training, service: {dist: gamma, "
        "mean: %.0f ns, cv: 0.1}, host: {dist: deterministic, mean: %.0f ns}}}\n",
        fmax(100.0 * slow, 2000.0 * fast), 10.0 * slow, gpu, slice,
        slice * (1.0 - efficiency) / efficiency, a->busy * unit / a->solo,
        (1.0 - a->busy) * unit / a->solo, b->busy * unit / b->solo,
        (1.0 - b->busy) * unit / b->solo);
    for (int i = 0; i < 2; i++) {
        part[i] = r->mode[0].tenant[i].throughput_per_s;
        double scale = unit / 1e9 / both[i]->solo;
        part[i].value *= scale;
        part[i].lo *= scale;
        part[i].hi *= scale;
    }
    struct estimate sum = part[0];
    sum.value += part[1].value;
    sum.lo += part[1].lo;
    sum.hi += part[1].hi;
    return sum;
}

static double measured_part(struct measure *m, size_t row, const char *part, const char *solo)
{
    return measure_number(m, row, part) / measure_number(m, row, solo);
}

static double measured_sum(struct measure *m, size_t row)
{
    return measured_part(m, row, "together_a", "solo_a") +
           measured_part(m, row, "together_b", "solo_b");
}

static void fit(struct measure *m, const char *gpu, double sum, struct job *job)
{
    struct estimate part[2];
    *job = (struct job){job->name, job->solo, 1.0, fmin(sum, 1.0)};
    double low = 0.0, high = 1.0;
    for (int i = 0; sum > 1.0 && i < HALVINGS; i++) {
        job->busy = (low + high) / 2.0;
        if (together(m, gpu, job, job, part).value > sum) {
            low = job->busy;
        } else {
            high = job->busy;
        }
    }
}

static bool is_of(struct measure *m, size_t row, const char *gpu, bool is_pair_of_two)
{
    bool differ = strcmp(measure_text(m, row, "app_a"), measure_text(m, row, "app_b")) != 0;
    return strcmp(measure_text(m, row, "gpu"), gpu) == 0 && differ == is_pair_of_two;
}

static int fit_all(struct measure *m, const char *gpu, const char *key, struct job *job)
{
    int n = 0;
    printf("| %s, beside itself | sum measured | busy %% | turns efficient to %% |\n"
           "|---|---|---|---|\n",
           gpu);
    for (size_t i = 0; i < m->rows.row_n && n < JOBS_MAX; i++) {
        if (is_of(m, i, gpu, false)) {
            double sum = measured_sum(m, i);
            job[n].name = measure_text(m, i, "app_a");
            job[n].solo = measure_number(m, i, "solo_a");
            fit(m, key, sum, &job[n]);
            printf("| %s | %.3f | %.1f | %.1f |\n", job[n].name, sum, 100.0 * job[n].busy,
                   100.0 * job[n].efficiency);
            n++;
        }
    }
    printf("\n");
    return n;
}

static const struct job *find(const struct job *job, int n, const char *name)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(job[i].name, name) == 0) {
            return &job[i];
        }
    }
    return NULL;
}

struct pair_errors {
    double error[PAIRS_MAX];
    int n, right;
};

static struct pair_errors predict_all(struct measure *m, const char *gpu, const char *key,
                                      const struct job *job, int job_n)
{
    struct pair_errors e = {.n = 0};
    printf(
        "| %s | beside | first, measured | predicted | second, measured | predicted | sum, "
        "measured | predicted | error %% | sign |\n|---|---|---|---|---|---|---|---|---|---|\n",
        gpu);
    for (size_t i = 0; i < m->rows.row_n && e.n < PAIRS_MAX; i++) {
        const struct job *a = find(job, job_n, measure_text(m, i, "app_a"));
        const struct job *b = find(job, job_n, measure_text(m, i, "app_b"));
        if (!is_of(m, i, gpu, true) || !a || !b) {
            continue;
        }
        struct estimate part[2];
        struct estimate sum = together(m, key, a, b, part);
        double measured = measured_sum(m, i);
        bool is_right = (sum.value > 1.0) == (measured > 1.0);
        printf("| %s | %s | %.3f | %.3f | %.3f | %.3f | %.3f | %s | %+.1f | %s |\n", a->name,
               b->name, measured_part(m, i, "together_a", "solo_a"), part[0].value,
               measured_part(m, i, "together_b", "solo_b"), part[1].value, measured,
               measure_show(sum, 1.0), 100.0 * (sum.value / measured - 1.0),
               is_right ? "right" : "wrong");
        e.error[e.n++] = fabs(sum.value / measured - 1.0);
        e.right += is_right ? 1 : 0;
    }
    printf("\n");
    return e;
}

static struct pair_errors board(struct measure *m, const char *gpu, const char *key)
{
    struct job job[JOBS_MAX];
    int n = fit_all(m, gpu, key, job);
    return predict_all(m, gpu, key, job, n);
}

void validate_pairs(struct measure *m)
{
    measure_rows(m, "pairs.csv");
    struct pair_errors v100 = board(m, "V100", "V100-SXM2-16GB");
    struct pair_errors k80 = board(m, "K80", "V100-SXM2-16GB");
    double median = measure_median(v100.error, v100.n);
    measure_figure(m, v100.right >= v100.n - 2,
                   "V100: gain or loss right for %d of %d pairs (asked %d)", v100.right, v100.n,
                   v100.n - 2);
    measure_figure(m, median <= 0.08, "V100: median error of the sum %.1f %% (asked 8 %%)",
                   100.0 * median);
    printf("* K80, no figure asked: right for %d of %d, median error %.1f %%\n", k80.right,
           k80.n, 100.0 * measure_median(k80.error, k80.n));
}
