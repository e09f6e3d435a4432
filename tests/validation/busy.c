/* SPDX-License-Identifier: GPL-3.0-or-later */
/* busy.c - a MIG slice while the board's other slices are busy, over the same slice alone.
 *
 * Closed loops on instances: the slice under test at its throughput alone, the others without a
 * pause. The coupling of a board is its calibrated row; and once more with the mean loss of the
 * board's other rows of the same kind, which has not seen the row itself.
 *
 * What power does not explain goes to the path to the host: the share that a row itself asks
 * for, and a prediction with that of the same model on the other board. Of other models' shares
 * nothing is known: they are taken to be that of the probe. */
#include <math.h>
#include <stdio.h>

#include "models/hostpath.h"
#include "tests/validation/measure.h"

enum {
    BOARDS = 8, /* GPUs of a server all of whose slices run the same */
    SLICES_MAX = 7 * BOARDS
};

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

/* ---- The path to the host ---- */

static bool is_whole_server(struct measure *m, size_t row)
{
    return strcmp(measure_text(m, row, "others"), "other models") != 0 &&
           measure_number(m, row, "slices") > 3.0;
}

static bool is_for_path(struct measure *m, size_t row)
{
    return is_whole_server(m, row) || strcmp(measure_text(m, row, "model"), "dlrm-99") == 0;
}

static int customers(struct measure *m, size_t row)
{
    int n = (int)measure_number(m, row, "slices");
    return is_whole_server(m, row) ? n * BOARDS : n;
}

/* Points of its throughput alone that a slice keeps, by the program: the others run what it
 * runs, on all slices of its board or of its server. */
static double keeps_on_path(struct measure *m, size_t row, double share)
{
    double alone = measure_number(m, row, "alone_per_s");
    const char *gpu = measure_text(m, row, "gpu");
    char fleet[96];
    int n = customers(m, row);
    snprintf(fleet, sizeof fleet,
             is_whole_server(m, row) ? "{hosts: [{name: server, gpu: %s, gpus: %d}]}"
                                     : "{gpu: %s, count: %d}",
             gpu, is_whole_server(m, row) ? BOARDS : 1);
    const struct result *r = measure_run(
        m,
        "version: 1\nname: path\nhorizon: %.3f s\nwarmup: 0 ms\nreplicas: 1\nfleet: %s\n"
        "modes: [mig]\ntenants:\n  - name: all\n    count: %d\n    mig: %s\n    workload: "
        "{kind: closed, clients: 1, host-path: %.4f%%, service: {profiles: {%s: {mean: %.0f "
        "ns}}}}\n",
        3000.0 / alone, fleet, n, measure_text(m, row, "profile"), 100.0 * share,
        measure_text(m, row, "profile"), 1e9 / alone);
    return 100.0 * r->mode[0].tenant[0].throughput_per_s.value / (alone * n);
}

/* The share with which the row is what was measured; 0 where power alone costs more. */
static double share_of(struct measure *m, size_t row)
{
    double share[SLICES_MAX];
    double term[SLICES_MAX + 2];
    double want = keeps_on_path(m, row, 0.0) / (100.0 * (1.0 - loss(m, row)));
    double low = 0.0;
    double high = 1.0;
    int n = customers(m, row);
    for (int step = 0; step < 50; step++) {
        double mid = (low + high) / 2.0;
        for (int i = 0; i < n; i++) {
            share[i] = mid;
        }
        bool is_more = hostpath_stretch(mid, share, n - 1, term) > want;
        *(is_more ? &high : &low) = mid;
    }
    return want > 1.0 ? low : 0.0;
}

/* The same model beside the same others on the other board. */
static size_t twin(struct measure *m, size_t row)
{
    for (size_t i = 0; i < m->rows.row_n; i++) {
        bool is_same =
            strcmp(measure_text(m, i, "model"), measure_text(m, row, "model")) == 0 &&
            strcmp(measure_text(m, i, "others"), measure_text(m, row, "others")) == 0;
        if (i != row && is_same) {
            return i;
        }
    }
    return row;
}

static void validate_path(struct measure *m)
{
    double worst[2] = {0.0, 0.0};
    printf("| slice | model | slices on the path | measured %% | by power alone | share of the "
           "path %% | with it | off by | by the other board's share | off by |\n"
           "|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < m->rows.row_n; i++) {
        if (!is_for_path(m, i)) {
            continue;
        }
        size_t other = twin(m, i);
        double measured = 100.0 * (1.0 - loss(m, i));
        double share = share_of(m, i);
        double own = keeps_on_path(m, i, share);
        /* A request holds the path as long whatever the board. */
        double per_s = measure_number(m, i, "alone_per_s");
        double there = share_of(m, other) * per_s / measure_number(m, other, "alone_per_s");
        double fresh = keeps_on_path(m, i, there);
        printf("| %s %s | %s | %d | %.1f | %.1f | %.2f | %.1f | %+.1f | %.1f | %+.1f |\n",
               measure_text(m, i, "gpu"), measure_text(m, i, "profile"),
               measure_text(m, i, "model"), customers(m, i), measured, keeps_on_path(m, i, 0.0),
               100.0 * share, own, own - measured, fresh, fresh - measured);
        double *w = &worst[strcmp(measure_text(m, i, "gpu"), "A30") == 0 ? 1 : 0];
        *w = fmax(*w, fabs(own - measured));
    }
    printf("\n");
    measure_figure(m, worst[0] <= 1.0 && worst[1] <= 3.5,
                   "the rest, each with a share of the path of its own: worst %.1f points on "
                   "A100 (asked 1), %.1f on A30 (asked 3.5)",
                   worst[0], worst[1]);
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
    printf("\n");
    validate_path(m);
}
