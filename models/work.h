/* SPDX-License-Identifier: GPL-3.0-or-later */
/* work.h - who asks the GPU for what: arrivals, demands, think times, and rows of a trace.
 *
 * An open workload is a sequence of (arrival, demand) that is a pure function of the stream's
 * identity and the index: any number of cursors may walk it, so a waiting queue need not be
 * stored. A closed workload has one stream per client. */
#ifndef MODELS_WORK_H
#define MODELS_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "models/slice.h"
#include "sim/core/dist.h"
#include "sim/core/rng.h"

enum work_kind {
    WORK_REQUESTS, /* open loop */
    WORK_CLOSED,   /* clients that think, ask and wait */
    WORK_TRACE     /* rows of a file */
};

/* Rows in order of arrival; borrowed by every VM of the tenant. */
struct trace_rows {
    int64_t *arrival_ns; /* [n] non-decreasing, >= 0; speedup applied */
    int64_t *service_ns; /* [n] >= 0, time on the whole reference GPU */
    int64_t n;           /* 0: the VM asks for nothing */
    int64_t span_ns;     /* arrival of the last row: the circumference when VMs wrap around */
    double service_mean_ns;
};

struct arrivals {
    struct dist gap;     /* interarrival time, ns; mean 1e9 / rate */
    const char *process; /* "poisson" "periodic" "gamma" "weibull" */
    double rate_per_s;
    bool periodic;    /* arrival k at exactly phase + k * period, rounded each on its own */
    int64_t phase_ns; /* periodic: first arrival */
};

struct work {
    enum work_kind kind;
    struct arrivals arrivals;       /* WORK_REQUESTS */
    struct dist service;            /* REQUESTS, CLOSED: time on one whole reference GPU, ns */
    int clients;                    /* CLOSED: per VM, >= 1 */
    struct dist think;              /* CLOSED, ns */
    const struct trace_rows *trace; /* TRACE */
    int64_t offset_ns; /* TRACE: VM k starts k * offset into the file, after speedup */
    struct scaling scaling;
    int streams; /* requests of a vGPU in service at once, >= 1 */
};

/* Does any draw of this workload depend on the seed? */
bool work_is_random(const struct work *w);

/* Mean demand on the reference GPU, ns. */
double work_service_mean_ns(const struct work *w);

/* One request of an open workload. */
struct request {
    int64_t arrival_ns; /* intended */
    int64_t service_ns; /* on the whole reference GPU, before scaling */
};

/* Walks the requests of one VM in order. Two cursors of the same VM see the same requests: one
 * raises the arrivals, the other follows behind and serves, so that a waiting queue is a number
 * and needs no room. */
struct work_cursor {
    const struct work *work;
    struct rng arrival, service;
    int64_t index;    /* of the next request */
    int64_t clock_ns; /* requests: the last arrival */
    int64_t row;      /* trace: next row */
    int64_t shift_ns; /* trace: where in the file this VM starts */
};

/* At the first request of VM `id->vm`. */
void work_cursor_init(struct work_cursor *c, const struct work *w, const struct rng_id *id);

/* Gives the next request; false when a trace is at its end. Arrivals never decrease and are at
 * least 0. */
bool work_next(struct work_cursor *c, struct request *out);

/* As work_next, the arrival only: leaves the demand undrawn. A cursor uses one of the two
 * throughout. */
bool work_next_arrival(struct work_cursor *c, int64_t *arrival_ns);

/* Draws one demand or one think time of a closed client, whole ns >= 0. */
int64_t work_service_ns(const struct work *w, struct rng *r);
int64_t work_think_ns(const struct work *w, struct rng *r);

#endif
