/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metric.c - the table of metrics, in the order in which a result is written. */
#include "sim/run/metric.h"

#include <math.h>
#include <stdio.h>

#define OF_MODE(member)   METRIC_OF_MODE, offsetof(struct mode_result, member)
#define OF_FLEET(member)  METRIC_OF_FLEET, offsetof(struct fleet, member)
#define OF_TENANT(member) METRIC_OF_TENANT, offsetof(struct tenant_result, member)
#define ROW(of, path_, unit_, better_, type_, when_, help_)                                    \
    ROW_OF(of, path_, unit_, better_, type_, when_, help_)
#define ROW_KIND(kind_, of, path_, unit_, better_, type_, help_)                               \
    KIND_OF(kind_, of, path_, unit_, better_, type_, help_)
#define KIND_OF(kind_, scope_, offset_, path_, unit_, better_, type_, help_)                   \
    {                                                                                          \
        .scope = scope_, .path = path_, .unit = unit_, .better = better_, .type = type_,       \
        .when = METRIC_SIMULATED, .offset = offset_, .help = help_, .kind = kind_              \
    }
#define ROW_OF(scope_, offset_, path_, unit_, better_, type_, when_, help_)                    \
    {                                                                                          \
        .scope = scope_, .path = path_, .unit = unit_, .better = better_, .type = type_,       \
        .when = when_, .offset = offset_, .help = help_                                        \
    }
#define LOWER   BETTER_LOWER
#define HIGHER  BETTER_HIGHER
#define NEITHER BETTER_NEITHER

/* clang-format off */
/*      where                          path                    unit     better   type                when              help */
const struct metric metrics[] = {
    ROW(OF_MODE(feasible),             "feasible",             "bool",  HIGHER,  METRIC_FLAG,        METRIC_ALWAYS,    "1 when every VM is placed and no rule forbids the mode"),
    ROW(OF_FLEET(gpus_used),           "gpus_used",            "count", LOWER,   METRIC_INT,         METRIC_ALWAYS,    "GPUs that carry a VM"),
    ROW(OF_FLEET(gpus_needed),         "gpus_needed",          "count", LOWER,   METRIC_INT,         METRIC_ALWAYS,    "least number of GPUs with which the placement policy places every VM"),
    ROW(OF_FLEET(vms_placed),          "vms_placed",           "count", HIGHER,  METRIC_INT,         METRIC_ALWAYS,    "VMs with a place"),
    ROW(OF_FLEET(vms_rejected),        "vms_rejected",         "count", LOWER,   METRIC_INT,         METRIC_ALWAYS,    "VMs without a place"),
    ROW(OF_MODE(replicas),             "replicas",             "count", NEITHER, METRIC_INT,         METRIC_SIMULATED, "independent replications"),
    ROW(OF_MODE(warmup_ns),            "warmup_ns",            "ns",    NEITHER, METRIC_INT64,       METRIC_SIMULATED, "time cut off before counting begins"),
    ROW(OF_MODE(compute_frac),         "utilization.compute_frac",       "frac", HIGHER,  METRIC_ESTIMATE, METRIC_SIMULATED, "SM time taken: useful plus switching"),
    ROW(OF_MODE(useful_frac),          "utilization.useful_frac",        "frac", HIGHER,  METRIC_ESTIMATE, METRIC_SIMULATED, "SM time that ran requests"),
    ROW(OF_MODE(switch_frac),          "utilization.switch_frac",        "frac", LOWER,   METRIC_ESTIMATE, METRIC_SIMULATED, "SM time lost to context switches"),
    ROW(OF_MODE(idle_reserved_frac),   "utilization.idle_reserved_frac", "frac", LOWER,   METRIC_ESTIMATE, METRIC_SIMULATED, "SM time held for a vGPU with nothing to run, unsold slots included"),
    ROW(OF_MODE(free_frac),            "utilization.free_frac",          "frac", NEITHER, METRIC_ESTIMATE, METRIC_SIMULATED, "SM time that anybody could have had, and SMs in no instance"),
    ROW(OF_FLEET(framebuffer_frac),    "utilization.framebuffer_frac",   "frac", NEITHER, METRIC_EXACT,    METRIC_FEASIBLE,  "framebuffer allocated over that of the GPUs used"),
    ROW(OF_FLEET(slices_frac),         "utilization.slices_frac",        "frac", NEITHER, METRIC_EXACT,    METRIC_FEASIBLE,  "units of the MIG memory axis in instances over all"),
    ROW(OF_MODE(feasible),             "utilization.power_w",            "W",    LOWER,   METRIC_EXACT,    METRIC_NOT_MODELLED, "board power"),
    ROW(OF_MODE(fairness),             "fairness",                       "ratio", HIGHER, METRIC_ESTIMATE, METRIC_SIMULATED, "Jain's index of service over what is owed for the time with work: 1 fair, 1/VMs when one gets all"),
    ROW(OF_MODE(violations.total),     "violations.total",               "requests", LOWER, METRIC_INT64,    METRIC_COUNTED, "requests with an isolation violation, each once"),
    ROW(OF_MODE(violations.total_frac),"violations.total_frac",          "frac",     LOWER, METRIC_ESTIMATE, METRIC_COUNTED, "total over the counted requests"),
    ROW(OF_MODE(violations.slowdown),  "violations.slowdown",            "requests", LOWER, METRIC_INT64,    METRIC_COUNTED, "slower than the tolerance allows against the same run with idle neighbours"),
    ROW(OF_MODE(violations.slo_miss_by_neighbour), "violations.slo_miss_by_neighbour", "requests", LOWER, METRIC_INT64, METRIC_LIMITED, "missed the tenant's latency limit, met it with idle neighbours"),
    ROW(OF_MODE(violations.entitlement), "violations.entitlement",       "requests", LOWER, METRIC_INT64,    METRIC_COUNTED, "done later than the policy owes whatever neighbours do; null where no turns are taken"),
    ROW(OF_MODE(violations.fault),     "violations.fault",               "requests", LOWER, METRIC_INT64,    METRIC_COUNTED, "lost or begun anew by a fault of another VM"),
    ROW(OF_MODE(violations.memory),    "violations.memory",              "requests", LOWER, METRIC_INT64,    METRIC_COUNTED, "framebuffer overrun by a neighbour"),
    ROW(OF_MODE(violations.policy),    "violations.policy",              "VMs",      LOWER, METRIC_INT64,    METRIC_SIMULATED, "VMs whose placement breaks `isolation: require`; not in total"),
    ROW_KIND(METRIC_OF_LIFE, OF_MODE(faults.n),            "faults.count",                "count",    NEITHER, METRIC_INT64,  "faults in the window, over all replicas"),
    ROW_KIND(METRIC_OF_LIFE, OF_MODE(faults.vms),          "faults.blast_radius_mean",    "VMs",      LOWER, METRIC_ESTIMATE, "VMs that a fault hits besides its own"),
    ROW_KIND(METRIC_OF_LIFE, OF_MODE(faults.vms_most),     "faults.blast_radius_max",     "VMs",      LOWER, METRIC_INT64,    "most of them that one fault hits"),
    ROW_KIND(METRIC_OF_LIFE, OF_MODE(faults.tenants_most), "faults.tenants_max",          "count",    LOWER, METRIC_INT64,    "most tenants besides its own that one fault hits"),
    ROW_KIND(METRIC_OF_LIFE, OF_MODE(faults.beyond),       "faults.beyond_promise",       "VMs",      LOWER, METRIC_INT64,    "VMs hit outside the scope that the mode promises, over all faults"),
    ROW_KIND(METRIC_OF_LIFE, OF_MODE(faults.requests),     "faults.collateral_requests",  "requests", LOWER, METRIC_INT64,    "counted requests of other VMs that a fault lost or began anew"),
    ROW_KIND(METRIC_OF_LIFE, OF_MODE(faults.down_s),       "faults.collateral_downtime_s", "s",       LOWER, METRIC_ESTIMATE, "time for which faults of other VMs kept VMs down, in a replica"),

    ROW(OF_TENANT(requests),           "requests",                       "requests", NEITHER, METRIC_INT64,  METRIC_SIMULATED, "counted requests over VMs and replicas"),
    ROW(OF_TENANT(load_frac),          "load_frac",                      "frac",     LOWER,   METRIC_REAL,   METRIC_ALWAYS,    "offered work over the capacity that the policy can give, switches included"),
    ROW(OF_TENANT(saturated),          "saturated",                      "bool",     LOWER,   METRIC_FLAG,   METRIC_SIMULATED, "open loop and load of 1 or more: the queue grows without end"),
    ROW(OF_TENANT(latency_mean),       "latency_ns.mean",                "ns",       LOWER,   METRIC_ESTIMATE,    METRIC_SIMULATED, "from the intended arrival to the end of the request"),
    ROW(OF_TENANT(latency),            "latency_ns.p",                   "ns",       LOWER,   METRIC_PERCENTILES, METRIC_SIMULATED, "smallest latency with at least so many percent at or below it"),
    ROW(OF_TENANT(latency_max),        "latency_ns.max",                 "ns",       LOWER,   METRIC_ESTIMATE,    METRIC_SIMULATED, "largest latency"),
    ROW(OF_TENANT(wait_mean),          "wait_ns.mean",                   "ns",       LOWER,   METRIC_ESTIMATE,    METRIC_SIMULATED, "from the intended arrival to the first ns of GPU work"),
    ROW(OF_TENANT(wait_p95),           "wait_ns.p95",                    "ns",       LOWER,   METRIC_ESTIMATE,    METRIC_SIMULATED, "95th percentile of the wait"),
    ROW_KIND(METRIC_OF_LLM, OF_TENANT(ttft_mean),        "ttft_ns.mean",  "ns", LOWER, METRIC_ESTIMATE,    "from the intended arrival to the first token of the answer"),
    ROW_KIND(METRIC_OF_LLM, OF_TENANT(ttft),             "ttft_ns.p",     "ns", LOWER, METRIC_PERCENTILES, "percentiles of the time to the first token"),
    ROW_KIND(METRIC_OF_LLM, OF_TENANT(tpot_mean),        "tpot_ns.mean",  "ns", LOWER, METRIC_ESTIMATE,    "time per token after the first, of each answer"),
    ROW_KIND(METRIC_OF_LLM, OF_TENANT(tpot),             "tpot_ns.p",     "ns", LOWER, METRIC_PERCENTILES, "percentiles of the time per token"),
    ROW_KIND(METRIC_OF_LLM, OF_TENANT(dropped),          "requests_dropped", "requests", LOWER, METRIC_INT64, "requests that the KV cache can never hold"),
    ROW_KIND(METRIC_OF_FRAMES, OF_TENANT(latency_mean),  "frame_ns.mean", "ns", LOWER, METRIC_ESTIMATE,    "from the tick to the end of the frame"),
    ROW_KIND(METRIC_OF_FRAMES, OF_TENANT(latency),       "frame_ns.p",    "ns", LOWER, METRIC_PERCENTILES, "percentiles of the time of a frame"),
    ROW_KIND(METRIC_OF_FRAMES, OF_TENANT(late),          "frames_late",    "frames", LOWER, METRIC_INT64,  "frames that were done after the next tick"),
    ROW_KIND(METRIC_OF_FRAMES, OF_TENANT(dropped),       "frames_dropped", "frames", LOWER, METRIC_INT64,  "ticks at which the pipeline was full"),
    ROW_KIND(METRIC_OF_TRAINING, OF_TENANT(latency_mean), "step_ns.mean", "ns", LOWER, METRIC_ESTIMATE,    "time of a training step, host stage included"),
    ROW_KIND(METRIC_OF_TRAINING, OF_TENANT(latency),     "step_ns.p",     "ns", LOWER, METRIC_PERCENTILES, "percentiles of the time of a step"),
    ROW_KIND(METRIC_OF_LIFE, OF_TENANT(lost),            "requests_lost", "requests", LOWER, METRIC_INT64,     "counted requests that a fault ended"),
    ROW_KIND(METRIC_OF_LIFE, OF_TENANT(available_frac),  "available_frac", "frac",   HIGHER, METRIC_ESTIMATE, "time for which its VMs were in service"),
    ROW(OF_TENANT(throughput_per_s),   "throughput_per_s",               "per_s",    HIGHER,  METRIC_ESTIMATE,    METRIC_SIMULATED, "completions in the window over its length, summed over the VMs"),
    ROW_KIND(METRIC_OF_WHOLE, OF_TENANT(gpu_share_frac), "gpu_share_frac", "frac", NEITHER, METRIC_ESTIMATE,  "SM time that ran the tenant's requests over all SM time of the GPUs used"),
    ROW(OF_TENANT(p95_inflation),      "p95_inflation",                  "ratio",    LOWER,   METRIC_ESTIMATE,    METRIC_SIMULATED, "p95 over the p95 with idle neighbours"),
    ROW(OF_TENANT(slowdown_p95),       "slowdown_p95",                   "ratio",    LOWER,   METRIC_ESTIMATE,    METRIC_SIMULATED, "p95 of each request's latency over its own latency with idle neighbours"),
    ROW(OF_TENANT(difference.mean_ns),  "difference.mean_ns",            "ns",       LOWER,   METRIC_ESTIMATE,    METRIC_SIMULATED, "mean latency less that in the mode compared with (first feasible or --against), paired; null in that mode"),
    ROW(OF_TENANT(difference.p95_ns),   "difference.p95_ns",             "ns",       LOWER,   METRIC_ESTIMATE,    METRIC_SIMULATED, "p95 latency less that in the mode compared with, paired"),
    ROW(OF_TENANT(difference.throughput_per_s), "difference.throughput_per_s", "per_s", HIGHER, METRIC_ESTIMATE,  METRIC_SIMULATED, "throughput less that in the mode compared with, paired"),
    ROW(OF_TENANT(p95_ratio_to_first), "p95_ratio_to_first",             "ratio",    LOWER,   METRIC_ESTIMATE,    METRIC_SIMULATED, "p95 over the p95 in the mode compared with, replica by replica; null in that mode"),
    ROW(OF_TENANT(pairing_gain),       "pairing_gain",                   "ratio",    NEITHER, METRIC_REAL,        METRIC_SIMULATED, "variance of that ratio with independent modes over its own: what common random numbers save"),
    ROW(OF_TENANT(objective_met),      "objective_met",                  "bool",     HIGHER,  METRIC_FLAG,        METRIC_OBJECTIVE, "every objective of the tenant holds"),
    ROW(OF_TENANT(violations.total),   "violations.total",               "requests", LOWER, METRIC_INT64,    METRIC_COUNTED, "requests of the tenant with an isolation violation, each once"),
    ROW(OF_TENANT(violations.total_frac), "violations.total_frac",       "frac",     LOWER, METRIC_ESTIMATE, METRIC_COUNTED, "total over the tenant's counted requests"),
    ROW(OF_TENANT(violations.slowdown),"violations.slowdown",            "requests", LOWER, METRIC_INT64,    METRIC_COUNTED, "slower than the tolerance allows against the same run with idle neighbours"),
    ROW(OF_TENANT(violations.slo_miss_by_neighbour), "violations.slo_miss_by_neighbour", "requests", LOWER, METRIC_INT64, METRIC_LIMITED, "missed the latency limit, met it with idle neighbours"),
    ROW(OF_TENANT(violations.entitlement), "violations.entitlement",     "requests", LOWER, METRIC_INT64,    METRIC_COUNTED, "done later than the policy owes whatever neighbours do; null where no turns are taken"),
    ROW(OF_TENANT(violations.fault),   "violations.fault",               "requests", LOWER, METRIC_INT64,    METRIC_COUNTED, "lost or begun anew by a fault of another VM"),
    ROW(OF_TENANT(violations.memory),  "violations.memory",              "requests", LOWER, METRIC_INT64,    METRIC_COUNTED, "framebuffer overrun by a neighbour"),
    ROW_KIND(METRIC_OF_WHOLE, OF_TENANT(violations.policy), "violations.policy", "VMs", LOWER, METRIC_INT64,   "VMs whose placement breaks `isolation: require`; not in total"),
};
/* clang-format on */

const int metrics_n = (int)(sizeof metrics / sizeof metrics[0]);

/* ---- Access ---- */

static bool metric_applies(const struct metric *m, const struct metric_of *of)
{
    const bool is_tenant = m->scope == METRIC_OF_TENANT;
    const struct violations *v = is_tenant ? &of->tenant->violations : &of->mode->violations;
    switch (m->when) {
    case METRIC_ALWAYS:
        return true;
    case METRIC_FEASIBLE:
        return of->mode->feasible;
    case METRIC_SIMULATED:
        return of->mode->simulated;
    case METRIC_COUNTED:
        return of->mode->simulated && v->known;
    case METRIC_LIMITED:
        return of->mode->simulated && v->known && v->slo_known;
    case METRIC_OBJECTIVE:
        return of->mode->simulated && of->tenant->objective_known;
    case METRIC_NOT_MODELLED:
        return false;
    }
    return false;
}

bool metric_belongs(const struct metric *m, const struct metric_of *of)
{
    if ((m->scope == METRIC_OF_TENANT) != (of->tenant != NULL)) {
        return false;
    }
    const struct work *w = of->tenant == NULL ? NULL : &of->tenant->tenant->work;
    switch (m->kind) {
    case METRIC_OF_ALL:
        return true;
    case METRIC_OF_LLM:
        return w->kind == WORK_LLM;
    case METRIC_OF_FRAMES:
        return w->kind == WORK_FRAMES;
    case METRIC_OF_TRAINING:
        return w->training;
    case METRIC_OF_LIFE:
        return of->result->scenario->life_n > 0;
    case METRIC_OF_WHOLE:
        return of->tenant->tenant->workload == NULL;
    }
    return false;
}

static const void *metric_at(const struct metric *m, const struct metric_of *of)
{
    switch (m->scope) {
    case METRIC_OF_MODE:
        return (const char *)of->mode + m->offset;
    case METRIC_OF_FLEET:
        return of->mode->fleet == NULL ? NULL : (const char *)of->mode->fleet + m->offset;
    case METRIC_OF_TENANT:
        return (const char *)of->tenant + m->offset;
    }
    return NULL;
}

static struct estimate estimate_of(double value, bool has_value)
{
    return (struct estimate){.value = value, .has_value = has_value};
}

struct estimate metric_get(const struct metric *m, const struct metric_of *of)
{
    const void *at = metric_at(m, of);
    if (at == NULL || !metric_applies(m, of)) {
        return estimate_of(0, false);
    }
    switch (m->type) {
    case METRIC_ESTIMATE:
        return *(const struct estimate *)at;
    case METRIC_PERCENTILES:
        return ((const struct estimate *)at)[of->percentile_ix];
    case METRIC_INT64: {
        const int64_t x = *(const int64_t *)at;
        return estimate_of((double)x, x >= 0);
    }
    case METRIC_INT: {
        const int x = *(const int *)at;
        return estimate_of((double)x, x >= 0);
    }
    case METRIC_REAL:
    case METRIC_EXACT: {
        const double x = *(const double *)at;
        return estimate_of(x, isfinite(x));
    }
    case METRIC_FLAG:
        return estimate_of(*(const bool *)at ? 1 : 0, true);
    }
    return estimate_of(0, false);
}

int metric_values_n(const struct metric *m, const struct result *r)
{
    return m->type == METRIC_PERCENTILES ? r->scenario->percentile_n : 1;
}

void metric_path(const struct metric *m, const struct metric_of *of, char path[METRIC_PATH])
{
    if (m->type == METRIC_PERCENTILES) {
        snprintf(path, METRIC_PATH, "%s%.9g", m->path,
                 of->result->scenario->percentile[of->percentile_ix]);
    } else {
        snprintf(path, METRIC_PATH, "%s", m->path);
    }
}

const char *metric_better_name(enum metric_better b)
{
    static const char *const names[] = {"", "lower", "higher"};
    return names[b];
}
