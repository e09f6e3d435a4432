/* SPDX-License-Identifier: GPL-3.0-or-later */
/* llm.c - a measured run of vLLM: costs of an iteration from its first 100 requests, then all.
 *
 * The four costs minimize the squares of predicted minus measured time to first token, time per
 * token and latency of each of the first 100 requests, each time over its mean (Nelder and
 * Mead's simplex on the logarithms of the costs, restarted until nothing is gained). The
 * requests after those arrive and load the server, but what was measured of them is not looked
 * at. Limits and asynchronous scheduling are those of the run. Needs the trace:
 * $VGPUSIM_TRACES/vllm. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_multimin.h>

#include "tests/validation/measure.h"

enum {
    COSTS = 4,
    FIRST = 100,
    REQUESTS_MAX = 1024,
    VALUES = 3,
    STEPS_MAX = 400 /* of the simplex */
};

static const char *const value_name[VALUES] = {"time to first token", "time per token",
                                               "latency"};
static const char *const cost_name[COSTS] = {"base of an iteration", "per token of a prompt",
                                             "per sequence that decodes",
                                             "per token of context"};

/* Seconds, by value and request in order of arrival. */
struct times {
    double s[VALUES][REQUESTS_MAX];
};

struct llm_case {
    struct measure *m;
    const char *trace;
    struct times measured, predicted;
    double mean[VALUES]; /* of the first measured ones */
    int n;
};

static void set(struct times *t, int i, double arrival, double first, double last,
                double tokens)
{
    t->s[0][i] = first - arrival;
    t->s[1][i] = (last - first) / (tokens - 1.0);
    t->s[2][i] = last - arrival;
}

static void read_trace(struct llm_case *c)
{
    struct measure *m = c->m;
    measure_rows_at(m, c->trace);
    for (size_t i = 0; i < m->rows.row_n && c->n < REQUESTS_MAX; i++, c->n++) {
        set(&c->measured, c->n, measure_number(m, i, "arrival_s"),
            measure_number(m, i, "first_token_s"), measure_number(m, i, "last_token_s"),
            measure_number(m, i, "output_toks"));
    }
    for (int v = 0; v < VALUES; v++) {
        for (int i = 0; i < FIRST; i++) {
            c->mean[v] += c->measured.s[v][i] / FIRST;
        }
    }
}

static void keep(void *context, const struct lane_done *r, int n)
{
    struct llm_case *c = context;
    for (int i = 0; i < n; i++) {
        set(&c->predicted, (int)r[i].order, (double)r[i].arrival_ns / 1e9,
            (double)r[i].first_token_ns / 1e9, (double)r[i].done_ns / 1e9, (double)r[i].tokens);
    }
}

static void predict(struct llm_case *c, const double cost_ns[COSTS])
{
    const struct lane *lane = measure_lane(
        c->m,
        "version: 1\nname: llm\nfleet: {gpu: RTX-PRO-6000-BSE}\nmodes: [passthrough]\n"
        "tenants:\n  - name: llm\n    workload:\n      kind: llm\n      file: %s\n"
        "      arrival: {column: arrival_s, unit: s}\n      prompt: {column: input_toks}\n"
        "      output: {column: output_toks}\n      max-sequences: 128\n"
        "      max-batched-tokens: 2048\n      async-scheduling: true\n"
        "      prefill: {per-token: %.6f us}\n"
        "      decode: {base: %.6f us, per-sequence: %.6f us, per-token: %.6f us}\n",
        c->trace, cost_ns[1] / 1e3, cost_ns[0] / 1e3, cost_ns[2] / 1e3, cost_ns[3] / 1e3);
    const struct lane_options o = {.seed = 1,
                                   .to_ns = INT64_MAX,
                                   .trace_all = true,
                                   .to_the_end = true,
                                   .done = keep,
                                   .context = c};
    measure_lane_run(c->m, lane, &o);
}

static double misfit(const gsl_vector *x, void *context)
{
    struct llm_case *c = context;
    double cost[COSTS], sum = 0.0;
    for (int k = 0; k < COSTS; k++) {
        cost[k] = exp(gsl_vector_get(x, (size_t)k));
    }
    predict(c, cost);
    for (int v = 0; v < VALUES; v++) {
        for (int i = 0; i < FIRST; i++) {
            double off = (c->predicted.s[v][i] - c->measured.s[v][i]) / c->mean[v];
            sum += off * off;
        }
    }
    return sum;
}

/* One descent from cost_ns, which it improves. Returns the misfit. */
static double descend(struct llm_case *c, double cost_ns[COSTS])
{
    gsl_multimin_function f = {.f = misfit, .n = COSTS, .params = c};
    gsl_vector *x = gsl_vector_alloc(COSTS);
    gsl_vector *step = gsl_vector_alloc(COSTS);
    gsl_multimin_fminimizer *s =
        gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, COSTS);
    for (int k = 0; k < COSTS; k++) {
        gsl_vector_set(x, (size_t)k, log(cost_ns[k]));
    }
    gsl_vector_set_all(step, 0.3);
    gsl_multimin_fminimizer_set(s, &f, x, step);
    for (int i = 0; i < STEPS_MAX && gsl_multimin_fminimizer_size(s) > 1e-4; i++) {
        if (gsl_multimin_fminimizer_iterate(s) != 0) {
            break;
        }
    }
    for (int k = 0; k < COSTS; k++) {
        cost_ns[k] = exp(gsl_vector_get(gsl_multimin_fminimizer_x(s), (size_t)k));
    }
    double best = gsl_multimin_fminimizer_minimum(s);
    gsl_multimin_fminimizer_free(s);
    gsl_vector_free(step);
    gsl_vector_free(x);
    return best;
}

/* The p-th percentile of the first n requests. */
static double at(const struct times *t, int v, int n, double p)
{
    double sorted[REQUESTS_MAX];
    memcpy(sorted, t->s[v], (size_t)n * sizeof sorted[0]);
    return measure_quantile(sorted, n, p / 100.0);
}

/* Leaves the errors of p95 of all requests in last. */
static void print_table(const struct llm_case *c, double last[VALUES])
{
    printf("| requests | what | p50 measured s | predicted | error %% | p95 measured s | "
           "predicted | error %% |\n|---|---|---|---|---|---|---|---|\n");
    for (int k = 0; k < 2 * VALUES; k++) {
        int v = k % VALUES;
        int n = k < VALUES ? FIRST : c->n;
        printf("| %s %d | %s |", k < VALUES ? "first" : "all", n, value_name[v]);
        for (int p = 50; p <= 95; p += 45) {
            double measured = at(&c->measured, v, n, p);
            double predicted = at(&c->predicted, v, n, p);
            last[v] = predicted / measured - 1.0;
            printf(" %.4g | %.4g | %+.1f |", measured, predicted, 100.0 * last[v]);
        }
        printf("\n");
    }
    printf("\n");
}

void validate_llm(struct measure *m)
{
    static struct llm_case c;
    double cost[COSTS] = {50e6, 170e3, 100e3, 50.0}; /* ns; where the search begins */
    double error[VALUES];
    char trace[1024];
    const char *folder = getenv("VGPUSIM_TRACES");
    snprintf(trace, sizeof trace, "%s/vllm/rtxpro6000_qwen3-32b.csv",
             folder ? folder : "../shared/traces");
    c.m = m;
    c.trace = trace;
    read_trace(&c);
    double left = descend(&c, cost);
    for (double last = 2.0 * left; left < 0.9999 * last;) {
        last = left;
        left = descend(&c, cost);
    }
    printf("| cost | ns |\n|---|---|\n");
    for (int k = 0; k < COSTS; k++) {
        printf("| %s | %.4g |\n", cost_name[k], cost[k]);
    }
    printf("\nRoot mean square of what is left over the first %d: %.1f %% of the mean.\n\n",
           FIRST, 100.0 * sqrt(left / (VALUES * FIRST)));
    predict(&c, cost);
    print_table(&c, error);
    for (int v = 0; v < VALUES; v++) {
        measure_figure(m, fabs(error[v]) <= 0.05,
                       "p95 of %s of all 300: error %+.1f %% (asked 5 %%)", value_name[v],
                       100.0 * error[v]);
    }
}
