/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metric.h - the table of metrics: path, unit, which way is better, what it means, where it
 * lies.
 *
 * Every reader of a result walks this one table: JSON writes it as nested objects, CSV as rows,
 * `list metrics` as help. A path is the JSON path below a mode or below a tenant. */
#ifndef SIM_RUN_METRIC_H
#define SIM_RUN_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/run/result.h"

enum metric_scope {
    METRIC_OF_MODE,  /* offset into struct mode_result */
    METRIC_OF_FLEET, /* offset into struct fleet of the mode */
    METRIC_OF_TENANT /* offset into struct tenant_result */
};

enum metric_type {
    METRIC_ESTIMATE,    /* struct estimate */
    METRIC_PERCENTILES, /* struct estimate [percentile_n]: one metric for each percentile */
    METRIC_INT64,       /* a negative one does not apply */
    METRIC_INT,         /* likewise */
    METRIC_REAL,        /* double; NAN does not apply */
    METRIC_EXACT,       /* double that is written like an estimate, without an interval */
    METRIC_FLAG         /* bool */
};

/* When a metric applies. */
enum metric_when {
    METRIC_ALWAYS,
    METRIC_FEASIBLE,    /* the mode is feasible */
    METRIC_SIMULATED,   /* ... and was simulated */
    METRIC_COUNTED,     /* violations.known */
    METRIC_LIMITED,     /* ... and the tenants have an objective with a percentile */
    METRIC_OBJECTIVE,   /* the tenant has an objective and was simulated */
    METRIC_NOT_MODELLED /* always null; the key is there so that readers may rely on it */
};

/* Workloads that have the metric; the others do not have its key. */
enum metric_kind {
    METRIC_OF_ALL,
    METRIC_OF_LLM,
    METRIC_OF_FRAMES,
    METRIC_OF_TRAINING,
    METRIC_OF_WHOLE, /* of tenants, not of one of their workloads */
    METRIC_OF_LIFE   /* where the scenario has a lifecycle */
};

enum metric_better {
    BETTER_NEITHER,
    BETTER_LOWER,
    BETTER_HIGHER
};

struct metric {
    enum metric_scope scope;
    const char *path; /* "latency_ns.mean"; "latency_ns.p" for METRIC_PERCENTILES */
    const char *unit; /* as in the key: "ns", "frac", "per_s", "ratio", "count", "bool" */
    enum metric_better better;
    enum metric_type type;
    enum metric_when when;
    size_t offset;
    const char *help;
    enum metric_kind kind;
};

extern const struct metric metrics[];
extern const int metrics_n;

/* Whose number. */
struct metric_of {
    const struct result *result;
    const struct mode_result *mode;
    const struct tenant_result *tenant; /* for METRIC_OF_TENANT */
    int percentile_ix;                  /* for METRIC_PERCENTILES */
};

/* The number; has_value false where it does not apply. Whole numbers and flags (0, 1) come as
 * values without interval. */
struct estimate metric_get(const struct metric *m, const struct metric_of *of);

/* Has the mode (of->tenant NULL) or the tenant this metric? */
bool metric_belongs(const struct metric *m, const struct metric_of *of);

/* How many numbers stand behind a row of the table: the percentiles, or 1. */
int metric_values_n(const struct metric *m, const struct result *r);

enum {
    METRIC_PATH = 64 /* bytes that a full path needs */
};

/* The full path: "latency_ns.p95", "latency_ns.p99.9". */
void metric_path(const struct metric *m, const struct metric_of *of, char path[METRIC_PATH]);

/* "lower", "higher", "". */
const char *metric_better_name(enum metric_better b);

#endif
