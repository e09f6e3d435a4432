/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stored.h - a saved result (schema vgpusim.result/1) as pages and pictures ask for it.
 *
 * Borrows the tree of jsonin. What a reader needs for its walks is checked once: modes and
 * tenants are there, named, and the same tenants in every mode. Everything else may be missing
 * and then has no value: results of other versions have other keys. */
#ifndef SIM_REPORT_STORED_H
#define SIM_REPORT_STORED_H

#include <stdbool.h>

#include "sim/base/text.h"
#include "sim/input/jsonin.h"
#include "sim/input/scenario.h"

enum {
    STORED_SHAPES_MAX =
        24 /* kinds of GPUs of a mode that are told apart; the rest are counted */
};

/* One vGPU, instance's vGPU or whole GPU of a VM. */
struct stored_seat {
    const struct jsonin *item; /* of "placement" */
    int gpu, start, size;      /* as written; size 0: not known */
    int tenant_ix;             /* -1: a VM of no tenant */
    int order;                 /* in the file */
};

/* GPUs that look alike: the same tenants on the same places. */
struct stored_shape {
    const struct stored_seat *seat; /* [seat_n] of the first of them, by place */
    int seat_n;
    const char *model;
    bool has_instances;
    int length;    /* of its axis: units with instances, else GiB; 0: not known */
    int gpu;       /* number of the first */
    int gpu_n;     /* how many */
    bool is_a_run; /* they have consecutive numbers */
};

struct stored_layout {
    struct stored_seat *seat; /* [seat_n] by GPU and place */
    int seat_n;
    struct stored_shape shape[STORED_SHAPES_MAX];
    int shape_n;
    int more_n;    /* GPUs of further shapes */
    int placed_as; /* earlier mode with the same placement; the mode itself where there is none
                    */
};

struct stored {
    const struct jsonin *root;
    const struct jsonin *mode[MODES_MAX]; /* [mode_n] */
    const char *label[MODES_MAX];         /* [mode_n] "time-sliced/fixed-share" */
    struct stored_layout layout[MODES_MAX];
    int mode_n;
    int tenant_n; /* the same in every mode */
};

/* Checks and indexes a tree. False with a diagnostic that names file and key. */
bool stored_init(struct stored *s, struct arena *a, const struct jsonin *root, const char *file,
                 struct diag *d);

const struct jsonin *stored_tenant(const struct stored *s, int mode_ix, int tenant_ix);
const char *stored_tenant_name(const struct stored *s, int tenant_ix);

/* `node`.`group`.`key`; group NULL: `node`.`key`. */
struct estimate stored_get(const struct jsonin *node, const char *group, const char *key);

/* The metric of an objective ("latency_ns.p99.9", "throughput_per_s") in a tenant. */
struct estimate stored_metric(const struct jsonin *tenant, const char *path);

bool stored_is_feasible(const struct stored *s, int mode_ix);

/* Was anything counted in this mode? */
bool stored_is_simulated(const struct stored *s, int mode_ix);

/* Does an objective hold? From the interval: wholly on one side of the limit, else undecided. A
 * number without interval is compared as it is. No number: it does not hold. */
enum stored_verdict {
    STORED_HOLDS,
    STORED_UNDECIDED,
    STORED_FAILS
};
enum stored_verdict stored_judge(const struct jsonin *tenant, const struct jsonin *objective);

/* The worst of a mode's objectives, [*objective_n] of them. */
enum stored_verdict stored_judge_mode(const struct stored *s, int mode_ix, int *objective_n);

#endif
