/* SPDX-License-Identifier: GPL-3.0-or-later */
/* busy.c - a MIG slice while the board's other slices are busy, over the same slice alone.
 *
 * Closed loops on instances: the slice under test at its throughput alone, the others without a
 * pause. The coupling of a board is its calibrated row; and once more with the mean loss of the
 * board's other rows of the same kind, which has not seen the row itself. */
#include <math.h>
#include <stdio.h>

#include "tests/validation/measure.h"

/* Throughput of the probe in points of what it reaches alone. */
static double predict(struct measure *m, size_t row, const char *coupling)
{
    double alone = measure_number(m, row, "alone_per_s");
    bool is_a30 = strcmp(measure_text(m, row, "gpu"), "A30") == 0;
    double service = 1e9 / alone / (is_a30 ? 4.0 : 108.0 / 14.0);
    const struct result *r = measure_run(
        m,
        "version: 1\nname: busy\nhorizon: %.3f s\nwarmup: 0 ms\nreplicas: 1\ncoupling: %s\n"
        "fleet: {gpu: %s}\nmodes: [mig]\ntenants:\n  - name: probe\n    mig: %s\n"
        "    workload: {kind: closed, clients: 1, service: {dist: deterministic, mean: %.0f "
        "ns}}\n  - name: others\n    count: %d\n    mig: %s\n    workload: {kind: closed, "
        "clients: 1, service: {dist: deterministic, mean: 13 ms}}\n",
        10000.0 / alone, coupling, measure_text(m, row, "gpu"), measure_text(m, row, "profile"),
        service, (int)measure_number(m, row, "slices") - 1, measure_text(m, row, "profile"));
    return 100.0 * r->mode[0].tenant[0].throughput_per_s.value / alone;
}

static bool is_same_kind(struct measure *m, size_t a, size_t b)
{
    return strcmp(measure_text(m, a, "gpu"), measure_text(m, b, "gpu")) == 0 &&
           strcmp(measure_text(m, a, "others"), measure_text(m, b, "others")) == 0;
}

/* DLRM of A100 is bound by the host path: left out of the fit and of the figure. */
static bool is_host_bound(struct measure *m, size_t row)
{
    return strcmp(measure_text(m, row, "gpu"), "A30") != 0 &&
           strcmp(measure_text(m, row, "model"), "dlrm-99") == 0;
}

static double loss(struct measure *m, size_t row)
{
    return 1.0 - measure_number(m, row, "busy_per_s") / measure_number(m, row, "alone_per_s");
}

/* Prediction by the mean loss of the other rows, in points; NAN where there are none. */
static double left_out(struct measure *m, size_t row)
{
    double sum = 0.0;
    int n = 0;
    for (size_t i = 0; i < m->rows.row_n; i++) {
        if (i != row && is_same_kind(m, i, row) && !is_host_bound(m, i)) {
            sum += loss(m, i);
            n++;
        }
    }
    char coupling[32];
    snprintf(coupling, sizeof coupling, "%.4f%%", n > 0 ? 100.0 * sum / (double)n : 0.0);
    return n > 0 ? predict(m, row, coupling) : (double)NAN;
}

void validate_busy(struct measure *m)
{
    double worst[2] = {0.0, 0.0}; /* A100, A30 */
    measure_rows(m, "busy.csv");
    printf("| slice | model | the others run | measured %% | predicted | off by | by the other "
           "rows | off by |\n|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < m->rows.row_n; i++) {
        const char *others = measure_text(m, i, "others");
        double measured = 100.0 * (1.0 - loss(m, i));
        double predicted = predict(m, i, "calibrated");
        double fresh = strcmp(others, "other models") == 0 ? left_out(m, i) : (double)NAN;
        printf("| %s %s | %s | %s | %.1f | %.1f | %+.1f |", measure_text(m, i, "gpu"),
               measure_text(m, i, "profile"), measure_text(m, i, "model"), others, measured,
               predicted, predicted - measured);
        if (isnan(fresh)) {
            printf(" - | - |\n");
        } else {
            printf(" %.1f | %+.1f |\n", fresh, fresh - measured);
        }
        if (strcmp(others, "other models") == 0 && !is_host_bound(m, i)) {
            double *w = &worst[strcmp(measure_text(m, i, "gpu"), "A30") == 0 ? 1 : 0];
            *w = fmax(*w, fabs(predicted - measured));
        }
    }
    printf("\n");
    measure_figure(m, worst[0] <= 1.0,
                   "A100, other models on the other slices, without DLRM: worst %.1f points "
                   "(asked 1)",
                   worst[0]);
    measure_figure(m, worst[1] <= 3.5,
                   "A30, other models on the other slices: worst %.1f points (asked 3.5)",
                   worst[1]);
}
