/* SPDX-License-Identifier: GPL-3.0-or-later */
/* llm.c - a measured run of vLLM: costs of an iteration from its first 100 requests, then all.
 *
 * The four costs minimize the squares of the logarithms of predicted over measured values at
 * ten percentiles of time to first token, time per token and latency of the first 100 requests
 * (Nelder and Mead's simplex on the logarithms of the costs, restarted once). The requests
 * after those arrive and load the server, but what was measured of them is not looked at.
 * Limits on sequences and tokens are those of the run. Needs the trace: $VGPUSIM_TRACES/vllm.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_multimin.h>

#include "tests/validation/measure.h"

enum {
    COSTS = 4,
    FIRST = 100,
    REQUESTS_MAX = 1024,
    POINTS = 11, /* percentiles 5, 15 .. 45, 50, 55 .. 95 */
    VALUES = 3,
    STEPS_MAX = 250 /* of the simplex */
};

static const double points[POINTS] = {5, 15, 25, 35, 45, 50, 55, 65, 75, 85, 95};
static const char *const value_name[VALUES] = {"time to first token", "time per token",
                                               "latency"};
static const char *const cost_name[COSTS] = {"base of an iteration", "per token of a prompt",
                                             "per sequence that decodes",
                                             "per token of context"};

struct llm_case {
    struct measure *m;
    const char *trace;
    double arrival_s[REQUESTS_MAX];
    double value[VALUES][REQUESTS_MAX]; /* s, by request */
    int n;
};

static void read_trace(struct llm_case *c)
{
    struct measure *m = c->m;
    measure_rows_at(m, c->trace);
    for (size_t i = 0; i < m->rows.row_n && c->n < REQUESTS_MAX; i++, c->n++) {
        double arrival = measure_number(m, i, "arrival_s");
        double first = measure_number(m, i, "first_token_s");
        double last = measure_number(m, i, "last_token_s");
        double tokens = measure_number(m, i, "output_toks");
        c->arrival_s[i] = arrival;
        c->value[0][i] = first - arrival;
        c->value[1][i] = (last - first) / (tokens - 1.0);
        c->value[2][i] = last - arrival;
    }
}

/* What was measured of the first n requests, at the percentiles. */
static void measured_at(const struct llm_case *c, int n, double out[VALUES][POINTS])
{
    double sorted[REQUESTS_MAX];
    for (int v = 0; v < VALUES; v++) {
        for (int i = 0; i < n; i++) {
            sorted[i] = c->value[v][i];
        }
        for (int p = 0; p < POINTS; p++) {
            out[v][p] = measure_quantile(sorted, n, points[p] / 100.0);
        }
    }
}

/* What is predicted of the requests that arrive before horizon_s. */
static void predicted_at(const struct llm_case *c, const double cost_ns[COSTS],
                         double horizon_s, double out[VALUES][POINTS])
{
    const struct result *r = measure_run(
        c->m,
        "version: 1\nname: llm\nhorizon: %.6f s\n"
        "percentiles: [5, 15, 25, 35, 45, 50, 55, 65, 75, 85, 95]\n"
        "fleet: {gpu: RTX-PRO-6000-BSE}\nmodes: [passthrough]\ntenants:\n  - name: llm\n"
        "    workload:\n      kind: llm\n      file: %s\n"
        "      arrival: {column: arrival_s, unit: s}\n      prompt: {column: input_toks}\n"
        "      output: {column: output_toks}\n      max-sequences: 128\n"
        "      max-batched-tokens: 2048\n      prefill: {per-token: %.6f us}\n"
        "      decode: {base: %.6f us, per-sequence: %.6f us, per-token: %.6f us}\n",
        horizon_s, c->trace, cost_ns[1] / 1e3, cost_ns[0] / 1e3, cost_ns[2] / 1e3,
        cost_ns[3] / 1e3);
    const struct tenant_result *t = &r->mode[0].tenant[0];
    for (int p = 0; p < POINTS; p++) {
        out[0][p] = t->ttft[p].value / 1e9;
        out[1][p] = t->tpot[p].value / 1e9;
        out[2][p] = t->latency[p].value / 1e9;
    }
}

static double misfit(const gsl_vector *x, void *context)
{
    const struct llm_case *c = context;
    double cost[COSTS], measured[VALUES][POINTS], predicted[VALUES][POINTS], sum = 0.0;
    for (int k = 0; k < COSTS; k++) {
        cost[k] = exp(gsl_vector_get(x, (size_t)k));
    }
    measured_at(c, FIRST, measured);
    predicted_at(c, cost, (c->arrival_s[FIRST - 1] + c->arrival_s[FIRST]) / 2.0, predicted);
    for (int v = 0; v < VALUES; v++) {
        for (int p = 0; p < POINTS; p++) {
            double off = log(predicted[v][p] / measured[v][p]);
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

static void print_table(const struct llm_case *c, const double cost[COSTS],
                        double worst[VALUES])
{
    printf("| requests | what | p50 measured s | predicted | error %% | p95 measured s | "
           "predicted | error %% |\n|---|---|---|---|---|---|---|---|\n");
    for (int all = 0; all < 2; all++) {
        int n = all ? c->n : FIRST;
        double horizon = all ? c->arrival_s[n - 1] + 1.0
                             : (c->arrival_s[FIRST - 1] + c->arrival_s[FIRST]) / 2.0;
        double measured[VALUES][POINTS], predicted[VALUES][POINTS];
        measured_at(c, n, measured);
        predicted_at(c, cost, horizon, predicted);
        for (int v = 0; v < VALUES; v++) {
            printf("| %s | %s |", all ? "all 300" : "first 100", value_name[v]);
            for (int p = 5; p < POINTS; p += 5) {
                double error = predicted[v][p] / measured[v][p] - 1.0;
                printf(" %.4g | %.4g | %+.1f |", measured[v][p], predicted[v][p],
                       100.0 * error);
                worst[v] = error;
            }
            printf("\n");
        }
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
    descend(&c, cost);
    double left = descend(&c, cost);
    printf("| cost | ns |\n|---|---|\n");
    for (int k = 0; k < COSTS; k++) {
        printf("| %s | %.4g |\n", cost_name[k], cost[k]);
    }
    printf("\nRoot mean square of the logarithms over the first 100: %.1f %%.\n\n",
           100.0 * sqrt(left / (VALUES * POINTS)));
    print_table(&c, cost, error);
    for (int v = 0; v < VALUES; v++) {
        measure_figure(m, fabs(error[v]) <= 0.05,
                       "p95 of %s of all 300: error %+.1f %% (asked 5 %%)", value_name[v],
                       100.0 * error[v]);
    }
}
