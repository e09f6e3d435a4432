/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario.h - a scenario that cannot be wrong: the only product of reading a file.
 *
 * scenario_read finds every error of a file at once and leaves nothing for later rooms to
 * doubt: units converted, names resolved against the catalogue, bounds checked, defaults filled
 * in. */
#ifndef SIM_INPUT_SCENARIO_H
#define SIM_INPUT_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "models/catalog.h"
#include "models/life.h"
#include "models/sched.h"
#include "models/tenant.h"
#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/input/gate.h"

enum mode_kind {
    MODE_PASSTHROUGH,
    MODE_TIME_SLICED,
    MODE_MIG,
    MODE_TIME_SLICED_MIG,
    MODE_CONTAINER_TIME_SLICED /* processes of containers on a whole GPU, without vGPUs */
};

enum {
    MODES_MAX = 32,
    PERCENTILES_MAX = 16,
    REPLICAS_MAX = 1000,
    GPUS_MAX = 4096,
    HOST_GROUPS_MAX = 64,
    HOST_CPUS_MAX = 1 << 20,
    RELEASE_MAX = 99, /* of vGPU software */
    SET_MAX = 64      /* --set flags */
};

struct sched_conf {
    const struct sched_kind *kind; /* never NULL */
    enum discipline discipline;    /* NONE where the kind has none */
    int64_t slice_ns;              /* 0: by the type's maximum */
    int64_t switch_ns;             /* -1: from calibration */
    double working_set_bytes;      /* loaded again after a switch, at the domain's bandwidth */
    int averaging;                 /* strict: turns over which an overrun is made up for; 33 */
    int64_t linger_ns;             /* by demand: idle time before the GPU is handed on */
    bool yield_idle;               /* equal share: an idle slot is passed on */
    int64_t granularity_ns; /* work can be stopped after every so much of it; 0: anywhere */
};

struct mode_spec {
    enum mode_kind kind;
    struct sched_conf sched; /* time-sliced modes */
    struct span at;          /* where the file lists it; SPAN_NONE when by default */
};

enum place_policy {
    PLACE_FIRST_FIT,
    PLACE_BEST_FIT,
    PLACE_BREADTH_FIRST, /* the GPU with the fewest vGPUs */
    PLACE_DEPTH_FIRST,   /* the GPU with the most */
    PLACE_FRAGMENTATION, /* the GPU on which least room becomes useless to the tenants */
    PLACE_EXACT,         /* all together on the least number of GPUs */
    PLACE_LISTED         /* as the scenario says */
};

/* GPUs that hold the same. */
struct listed_gpu {
    int count; /* of them */
    int *vms;  /* [tenant_n] VMs of each tenant on one of them */
};

/* Hosts that are alike. A VM has all its vGPUs on one host. */
struct host_group {
    const char *name;
    int count;              /* hosts */
    int gpu_ix;             /* catalogue index of the GPUs of each */
    int gpus;               /* of each, >= 1 */
    uint64_t memory_bytes;  /* of each, for VMs; 0: not a limit */
    int cpus;               /* of each; 0: not a limit */
    const char *hypervisor; /* "none" or the key of a platform */
};

/* Price of an hour of a GPU. */
struct gpu_price {
    int gpu_ix;
    double usd;
};

struct vm_trace;

struct scenario {
    const char *path; /* as given */
    const char *name;
    const char *question; /* or NULL */
    int64_t horizon_ns;   /* counted time per replica */
    bool horizon_given;
    bool horizon_of_plan; /* not given, and shorter than the default so that a plan ends soon */
    bool warmup_auto;
    int64_t warmup_ns; /* when not auto */
    bool replicas_auto;
    int replicas;                       /* when not auto, 1 .. 1000 */
    int replicas_max;                   /* when auto, 1 .. 1000 */
    double precision;                   /* relative half-width, 0.05 */
    double percentile[PERCENTILES_MAX]; /* ascending, 0 < p < 100, always contains 95 */
    int percentile_n;
    bool coupling_none; /* coupling: none was written */
    double
        coupling; /* the fraction that was written; 0: none was, and the calibrated one holds */

    const struct catalog *catalog;  /* borrowed */
    const struct host_group *group; /* [group_n] in fleet order */
    int group_n;                    /* 0: the short form, one pool of GPUs */
    int gpu_ix;                     /* with hosts the first group's */
    int gpu_count;                  /* of all hosts; 0: auto */
    bool gpu_count_given;           /* `count` was written */
    const int *plan_gpu; /* [plan_gpu_n] GPUs that a plan may buy; the first is gpu_ix,
                            or with `any` the first tenant's reference is */
    int plan_gpu_n;      /* 0: only gpu_ix */
    const struct gpu_price *price; /* [price_n] */
    int price_n;
    double licence_usd;     /* an hour of a vGPU licence */
    double energy_usd;      /* a kWh */
    const char *hypervisor; /* of the short form: "none" or the key of a platform */
    bool mixed_size;
    enum ecc ecc;        /* of all GPUs */
    int manager_release; /* major release of the vGPU Manager; 0 not given */
    struct span gpu_at;

    struct mode_spec mode[MODES_MAX];
    int mode_n;
    enum place_policy place;
    struct listed_gpu *listed; /* [listed_n] under PLACE_LISTED every VM once */
    int listed_n;
    bool
        only_count; /* a search asks whether this number of GPUs does, and not how many would */

    const struct vm_trace *vms; /* VMs that come and go, and no tenants; NULL: none (vmsin.h) */
    struct tenant *tenant;  /* [flow_n] the tenants, and behind them the workloads of those that
                               have several */
    struct span *tenant_at; /* [tenant_n] place of each tenant's name */
    int tenant_n;
    int flow_n;
    int vm_n; /* sum of counts */

    const struct sched_plugin *plugin; /* or NULL; borrowed */
    const struct life_event *life;     /* [life_n] */
    int life_n;

    struct gate *gate; /* [gate_n] */
    int gate_n;
    struct probe probe[PROBES_MAX];
    int probe_n;

    const char *resolved; /* canonical text: every default filled in */
    uint64_t hash; /* of the canonical text without its gates and of the rows of its traces */
};

struct setpath;

/* What the command line changes in a scenario. NULL / 0 / false where not given. */
struct scenario_overrides {
    const char *const *set; /* [set_n] "path=value" */
    int set_n;
    const char *horizon;  /* text with unit, as in the file */
    const char *replicas; /* "auto" or a number */
    const char *replicas_max;
    const char *precision;   /* "5%" */
    const char *percentiles; /* "[50, 99]" */
    const char *const *mode; /* [mode_n] keep only these: "mig", "time-sliced/fixed-share" */
    int mode_n;
    int mode_nth; /* of the modes that are left keep only this one, from 1; 0: all */
    const char *const *tenant; /* [tenant_n] keep only these and what `lifecycle` says of them,
                                  and no `expect`, which may speak of others */
    int tenant_n;
    bool plan;                         /* `fleet.gpu` may be a list or `any` */
    bool vms;                          /* `vms` may be there, and then what `plan` allows */
    const struct sched_plugin *plugin; /* a policy from outside, by its name */
    const struct setpath *vary;        /* [vary_n] of one point of a sweep; put in last */
    int vary_n;
};

/* Reads, overrides, validates. `bytes` [n] is the file; `path` names it in messages and is the
 * base of relative file names in it. Everything made lives in `arena`. NULL when anything is
 * wrong; every error is in `d` then (warnings may be there in any case). */
const struct scenario *scenario_read(struct arena *arena, const struct catalog *catalog,
                                     const char *path, const char *bytes, size_t n,
                                     const struct scenario_overrides *over, struct diag *d);

/* The scenario with every default filled in, as YAML that reads back to the same scenario. */
void scenario_resolved(const struct scenario *s, struct text *out);

/* What one field means: type, unit, default, bounds. False and a suggestion in `d` when there
 * is no such field. `field` is a dotted path without indexes: "tenants.workload.arrivals.rate".
 */
bool scenario_explain(const char *field, struct text *out, struct diag *d);

/* All fields, one line each: path, type, default, sentence. For `list fields`. */
void scenario_fields(struct text *out);

/* "passthrough", "time-sliced", "mig", "time-sliced-mig" */
const char *mode_name(enum mode_kind kind);

/* "first-fit", "best-fit", ... */
const char *place_policy_name(enum place_policy policy);

/* Is the mode one in which vGPUs take turns on a domain? */
bool mode_takes_turns(enum mode_kind kind);

#endif
