/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result.h - the frozen answer of a run: the only thing that renderers see.
 *
 * Built once by exp.c and never changed. Everything lives in one arena. */
#ifndef SIM_RUN_RESULT_H
#define SIM_RUN_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/core/ci.h"
#include "sim/fleet/fits.h"
#include "sim/fleet/fleet.h"
#include "sim/input/scenario.h"
#include "sim/run/spectrum.h"

struct violations {
    bool known; /* false: every count is null (infeasible or only placed) */
    int64_t total, slowdown, slo_miss_by_neighbour, memory; /* requests */
    int64_t entitlement;        /* requests; -1: the mode owes nothing that could be checked */
    int64_t fault;              /* requests, lost or begun anew by a fault of another VM */
    bool slo_known;             /* an objective with a percentile exists */
    int64_t policy;             /* VMs */
    struct estimate total_frac; /* of the counted requests */
};

/* What faults did, over all replicas; all 0 and null without a lifecycle. The blast radius of a
 * fault is the number of VMs that it hits besides its own. */
struct faults {
    int64_t n;
    int64_t vms_most, tenants_most; /* of one fault; tenants other than its own */
    int64_t beyond;         /* VMs hit outside of what the mode promises, over all faults */
    int64_t requests;       /* counted requests of other VMs, lost or begun anew */
    struct estimate vms;    /* blast radius, mean over the faults */
    struct estimate down_s; /* of VMs by faults of others, in a replica */
};

/* From good to bad. */
enum verdict {
    VERDICT_PASS,
    VERDICT_INCONCLUSIVE,
    VERDICT_FAIL
};

struct gate_result {
    const struct gate *gate;
    enum verdict verdict;
    struct estimate observed;
    const struct tenant *tenant; /* whose figure it is, or NULL: the mode's */
    const char *reason; /* why it did not pass, where the figure does not tell; or NULL */
};

/* What a paired interval allows to be said of a mode against another. */
enum paired_verdict {
    PAIRED_OPEN, /* the interval holds 0: nothing */
    PAIRED_SAME, /* 0, and nothing else is possible */
    PAIRED_BETTER,
    PAIRED_WORSE
};

/* A tenant in a mode less the same in the mode that it is compared with. */
struct contrast {
    struct estimate mean_ns, p95_ns, throughput_per_s;
    enum paired_verdict mean, p95, throughput;
};

/* A victim without the neighbour that harms it most. */
struct worst_neighbour {
    const struct tenant *tenant; /* NULL: not asked for, or nobody harms it */
    struct estimate p95_ns;      /* of the victim without it */
    struct estimate p95_cost_ns; /* with it less without it, paired */
    int64_t violations;          /* without it */
    struct estimate violations_frac;
};

struct tenant_result {
    const struct tenant *tenant; /* name, count, objectives */
    const char *gpu_type; /* vGPU type, or GPU key in passthrough; NULL when not placed */
    const char *mig;      /* profile, or NULL */
    int64_t requests;     /* counted, over VMs and replicas */
    double load_frac;     /* NAN: not known */
    bool saturated;
    struct estimate latency_mean, latency_max;
    struct estimate latency[PERCENTILES_MAX]; /* [scenario.percentile_n] */
    struct spectrum spectrum;   /* of the latency; empty where it has no percentiles */
    const struct hist_bin *bin; /* [bin_n] of the latency, where they were asked for */
    int bin_n;
    double tail[PERCENTILES_MAX]; /* requests beyond it, as many as independent ones would be */
    struct estimate wait_mean, wait_p95;
    struct estimate ttft_mean, tpot_mean;                         /* LLM, else null */
    struct estimate ttft[PERCENTILES_MAX], tpot[PERCENTILES_MAX]; /* [scenario.percentile_n] */
    int64_t late, dropped;          /* frames; arrivals that were not served */
    int64_t lost;                   /* to faults */
    struct estimate available_frac; /* time in service; null without a lifecycle */
    struct estimate throughput_per_s;
    struct estimate gpu_share_frac; /* useful SM time over all SM time of gpus_used */
    struct estimate p95_inflation, slowdown_p95;
    struct estimate probe[PROBES_MAX]; /* [scenario.probe_n] */
    struct contrast difference;        /* to the mode's `first`, paired */
    struct worst_neighbour worst;
    struct estimate p95_ratio_to_first; /* p95 over that in the mode's `first`, paired */
    double pairing_gain;  /* of that ratio: variance unpaired over paired; NAN where none */
    bool objective_known; /* there is an objective and the mode was simulated */
    bool objective_met;
    struct violations violations;
    bool precision_met; /* p95 known to the scenario's precision */
    bool few_samples;   /* fewer than 100 samples beyond p95 */
};

struct mode_result {
    const struct mode_spec *spec;
    const struct fleet *fleet;
    const struct fits *fits; /* NULL unless the scenario was only placed */
    bool feasible;
    bool simulated;
    bool isolates;     /* by construction no request differs from its baseline */
    int64_t slice_ns;  /* 0: none (null); -1: differs between domains (null) */
    int64_t switch_ns; /* likewise; meaningful only where turns are taken */
    int replicas;
    int64_t warmup_ns;
    struct estimate compute_frac, useful_frac, switch_frac, idle_reserved_frac, free_frac;
    struct estimate fairness; /* Jain's index of service over what is owed */
    struct violations violations;
    struct faults faults;
    struct tenant_result *tenant;    /* [scenario.flow_n] */
    const struct mode_result *first; /* the mode that it is compared with; NULL in that mode */
    uint64_t digest;                 /* of the event streams of all lanes, for -v */
    struct reasons
        notes; /* assumptions that this mode's numbers rest on: unverified, extrapolated */
    struct gate_result *verdict; /* [verdict_n] gates that are meant for the mode */
    int verdict_n;
};

/* Two modes whose order by a tenant's p95 turns around. */
struct flip {
    const struct tenant *tenant;
    const struct mode_spec *faster, *slower; /* as assumed */
};

/* The same run under another value of a parameter that nobody has verified. */
struct shift {
    const char *parameter, *value;
    int orders_n; /* pairs of modes and tenants whose order is known as assumed ... */
    int untold_n; /* ... and of these, not known under the other value */
    struct flip *flip;
    int flip_n;
};

struct result {
    const struct scenario *scenario;
    uint64_t seed;
    const char *version;
    struct mode_result *mode; /* [scenario.mode_n] */
    int64_t horizon_ns;       /* 0: to the last completion of the traces */
    bool precision_met;       /* all tenants in all modes */
    bool horizon_short;       /* MSER-5 cut in the second half */
    bool interrupted;
    const signed char *order; /* [mode_n][mode_n][tenant_n] where it was asked for: -1 the first
                                 mode has the lower p95, 1 the higher, 0 cannot be told */
    const struct shift *shift; /* [shift_n] where sensitivity was asked for; else NULL */
    int shift_n;
    bool random; /* false: one replica, no intervals */
};

#endif
