/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gather.h - from finished requests to the figures of one replica, and their sum over replicas.
 *
 * A `tally` holds the distributions of one tenant; a `row` what one replica says about it.
 * Distributions of replicas merge by adding integer counts, in any order; rows stay apart, by
 * index, because intervals are made of them. */
#ifndef SIM_RUN_GATHER_H
#define SIM_RUN_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/core/hist.h"
#include "sim/fleet/lanes.h"
#include "sim/input/scenario.h"
#include "sim/run/lane.h"

#define RATIO_UNIT 1e9 /* a slowdown of 1 in the integer histogram of ratios */

/* One tenant's requests. While a replica runs, requests whose latency is their baseline stand
 * in `same` alone; gather_close puts them where they belong. */
struct tally {
    struct hist *latency, *baseline, *wait, *ratio;
    struct hist *same;                                           /* NULL in pooled tallies */
    int64_t violations, slowdown, slo_miss, entitlement, memory; /* requests */
    int64_t differ; /* requests whose latency is not that of the baseline, to the ns */
    struct hist *ttft, *tpot; /* LLM: to the first token, and per token after it; else NULL */
    int64_t late, dropped; /* frames done after the next tick; arrivals that were not served */
    int64_t lost;          /* arrivals that a fault ended */
    int64_t fault;         /* requests lost or begun anew by a fault of another VM */
};

/* One tenant in one replica. NAN where there was no sample. */
struct row {
    double n;                  /* requests with a record */
    double arrived, completed; /* in the window */
    double lost;               /* to faults; they have no record */
    double available;          /* time in service over all time, of its VMs */
    double latency_sum, latency_mean, wait_sum, wait_mean, wait_p95;
    double latency[PERCENTILES_MAX];
    double p95, throughput_per_s, share, inflation, ratio_p95, violation_frac;
    double ttft_sum, ttft_mean, tpot_sum, tpot_mean; /* LLM; else 0 and NAN */
    double ttft[PERCENTILES_MAX], tpot[PERCENTILES_MAX];
    double probe[PROBES_MAX]; /* [scenario.probe_n]; 0 for an extreme */
};

/* One mode in one replica. */
struct mode_row {
    double useful, switching, reserved, free;
    double fairness; /* NAN: nobody takes turns, or nobody had work */
    struct fault_books faults;
    double fault_vms; /* that a fault hits besides its own, on average; NAN: there was none */
    double down_s;    /* of VMs, by faults of others */
    uint64_t digest;
};

/* Latencies of one VM in order of arrival, for the warm-up. Heap, reused. */
struct series {
    int64_t *arrival_ns, *latency_ns; /* [cap]; latency -1: not finished */
    int64_t n, cap;
};

/* What one thread needs to simulate one replica of one mode. */
struct gather {
    const struct scenario *scenario;
    struct tally *tally;     /* [flow_n] */
    double *useful_weight;   /* [flow_n] */
    int64_t *arrived;        /* [flow_n] */
    int64_t *completed;      /* [flow_n] */
    int64_t *counted;        /* [flow_n] requests that gather_done took in */
    int64_t *down_ns;        /* [flow_n] out of service, over the VMs that are powered on */
    double *there_ns;        /* [flow_n] for which these are there, or somebody asks them */
    struct series *series;   /* by tenant or workload, and VM; NULL: not wanted */
    int64_t series_max;      /* per VM */
    int64_t to_ns;           /* end of the counting window */
    const int *first_vm;     /* [flow_n] number of its first VM's series */
    const struct lane *lane; /* that is running */
    bool failed;
};

/* The distribution that a gate looks at; NULL where the tenant has none. */
const struct hist *tally_hist(const struct tally *t, enum gate_of of);

/* What its values are divided by: RATIO_UNIT for ratios, else 1. */
double tally_unit(enum gate_of of);

/* Empty tallies for every tenant, from the arena. NULL when memory is out. */
struct tally *tallies_new(struct arena *arena, const struct tenant *tenant, int tenant_n,
                          bool pooled);
void tallies_reset(struct tally *t, int tenant_n);
void tally_merge(struct tally *into, const struct tally *from);

/* Observers of lane_sim_run; context is the struct gather. A column counts as its records
 * would.
 */
void gather_done(void *context, const struct lane_done *r, int n);
void gather_column(void *context, const struct lane_column *c);

/* Adds the books of the lane that has just run. */
void gather_books(struct gather *g, const struct lane_books *b, int64_t from_ns, int64_t to_ns);

/* Completes the tallies after all lanes of the replica. */
void gather_close(struct gather *g);

/* The row of one tenant after all lanes of the replica. window_ns > 0; gpus > 0, weighted by
 * SMs. */
void gather_row(const struct gather *g, int tenant_ix, double window_ns, double gpus,
                struct row *out);

#endif
