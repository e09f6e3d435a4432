/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gate.h - `expect`: what a result must hold, one sentence a gate.
 *
 *   fn(metric[, tenant]) op value [@ mode[/policy]]
 *
 * or, with options, {gate: "...", if_empty: pass, stop_early: true}.
 *
 * Everything that can be wrong in a sentence is found here, before anything is simulated: a
 * gate whose metric or tenant does not exist would otherwise be one that never fails. */
#ifndef SIM_INPUT_GATE_H
#define SIM_INPUT_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/diag.h"

/* What is looked at. The first seven are distributions of a tenant's requests. */
enum gate_of {
    GATE_LATENCY,
    GATE_WAIT,
    GATE_SLOWDOWN,
    GATE_TTFT,
    GATE_TPOT,
    GATE_FRAME,
    GATE_STEP,
    GATE_THROUGHPUT,
    GATE_VIOLATIONS,
    GATE_UTILIZATION,
    GATE_GPUS
};

/* Which figure of a distribution. */
enum gate_stat {
    GATE_MEAN,
    GATE_MIN,
    GATE_MAX,
    GATE_PERCENTILE
};

enum gate_op {
    GATE_LT,
    GATE_LE,
    GATE_GT,
    GATE_GE,
    GATE_EQ,
    GATE_NE
};

enum {
    GATES_MAX = 64,
    PROBES_MAX = 16
};

/* A figure that is computed because a gate asks for it, beside those of every result. */
struct probe {
    enum gate_of of;
    enum gate_stat stat;
    double percentile;
};

struct gate {
    const char *text;   /* as written, up to the @ */
    const char *source; /* as written */
    const char *where;  /* what stands behind the @, or NULL: every feasible mode */
    struct span at;
    enum gate_of of;
    enum gate_stat stat; /* of a distribution */
    double percentile;   /* 0..100 exclusive, of GATE_PERCENTILE */
    int probe_ix;        /* into scenario.probe; -1: every result has the figure */
    int tenant_ix;       /* -1: the mode's own figure, or each tenant that has it */
    const char *name;    /* the cause of violations, the part of utilization */
    enum gate_op op;
    double limit;      /* in base units: ns, per second, a ratio, a fraction, a number */
    bool is_share;     /* violations in percent of the requests */
    uint32_t modes;    /* bit i: scenario.mode[i] is meant, if it is feasible or named */
    bool passes_empty; /* if_empty: pass; no samples are no failure */
    bool stops_early;  /* stop_early: once it fails, `replicas: auto` adds no more */
};

#endif
