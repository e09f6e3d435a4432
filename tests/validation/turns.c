/* SPDX-License-Identifier: GPL-3.0-or-later */
/* turns.c - tenants that take turns on one GPU, each with one task after another.
 *
 * turns: round robin of containers; queue: one after the other on a whole GPU; slots: alone
 * under a fixed share of 1/tenants. A quota of one tenant is no taking of turns: printed, and
 * no figure. */
#include <math.h>
#include <stdio.h>

#include "tests/validation/measure.h"

/* The switch of T4, as a share of the slice: latency over n times solo is 1.1026 for two tasks
 * (the tasks' own compute times, V1118); the factor is one per board and per sharing program.
 */
static const double t4_switch = 0.1026;

static const char *modes_of(struct measure *m, size_t row)
{
    const char *mode = measure_text(m, row, "mode");
    static char text[160];
    if (strcmp(mode, "queue") == 0) {
        return "passthrough";
    }
    if (strcmp(mode, "slots") == 0) {
        return "{mode: time-sliced, scheduler: {policy: fixed-share, switch: 0 ms}}";
    }
    if (strcmp(measure_text(m, row, "gpu"), "T4") != 0) {
        return "container-time-sliced";
    }
    snprintf(text, sizeof text,
             "{mode: container-time-sliced, scheduler: {policy: cuda-round-robin, slice: 2048 "
             "us, switch: %.0f ns}}",
             t4_switch * 2048e3);
    return text;
}

static double predict(struct measure *m, size_t row)
{
    const char *mode = measure_text(m, row, "mode");
    int tenants = (int)measure_number(m, row, "tenants");
    double alone = measure_number(m, row, "alone_s");
    bool is_queue = strcmp(mode, "queue") == 0;
    bool is_slots = strcmp(mode, "slots") == 0;
    const struct result *r = measure_run(
        m,
        "version: 1\nname: turns\nhorizon: %.6f s\nwarmup: 0 ms\nreplicas: 1\n"
        "fleet: {gpu: %s}\nmodes: [%s]\ntenants:\n  - name: task\n    count: %d\n"
        "    framebuffer: %d GiB\n    workload:\n      kind: closed\n      clients: %d\n"
        "      service: {dist: deterministic, mean: %.0f ns}\n",
        alone * 100.0, measure_text(m, row, "gpu"), modes_of(m, row),
        is_queue || is_slots ? 1 : tenants, is_slots ? 16 / tenants : 1, is_queue ? tenants : 1,
        alone * 1e9);
    /* A steady queue: the first task of a closed pair has nobody before it. */
    return (is_queue ? r->mode[0].tenant[0].latency[1] : r->mode[0].tenant[0].latency_mean)
               .value /
           1e9;
}

void validate_turns(struct measure *m)
{
    double calibrated = 0.0, worst = 0.0;
    int validated = 0, within = 0;
    measure_rows(m, "turns.csv");
    printf(
        "| case | GPU | tasks at once | workload | how | alone s | measured s | predicted s | "
        "error %% | split |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < m->rows.row_n; i++) {
        double measured = measure_number(m, i, "measured_s");
        double predicted = predict(m, i);
        double error = predicted / measured - 1.0;
        const char *split = measure_text(m, i, "split");
        bool is_slots = strcmp(measure_text(m, i, "mode"), "slots") == 0;
        printf("| %s | %s | %s | %s | %s | %.4g | %.5g | %.5g | %+.2f | %s |\n",
               measure_text(m, i, "case"), measure_text(m, i, "gpu"),
               is_slots ? "1" : measure_text(m, i, "tenants"), measure_text(m, i, "workload"),
               measure_text(m, i, "mode"), measure_number(m, i, "alone_s"), measured, predicted,
               100.0 * error, split);
        if (strcmp(split, "calibrate") == 0) {
            calibrated = fmax(calibrated, fabs(error));
        } else if (!is_slots) {
            worst = fmax(worst, fabs(error));
            validated++;
            within += fabs(error) <= 0.05 ? 1 : 0;
        }
    }
    printf("\n");
    measure_figure(m, calibrated <= 0.01, "calibrated rows: worst error %.2f %% (asked 1 %%)",
                   100.0 * calibrated);
    measure_figure(m, within == validated,
                   "other rows within 5 %%: %d of %d, worst error %.1f %%", within, validated,
                   100.0 * worst);
}
