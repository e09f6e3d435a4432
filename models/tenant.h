/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tenant.h - a tenant: identical VMs, what they need of the platform, what they must get.
 *
 * Where a VM has several workloads, each of them is a tenant of its own besides: the same VMs
 * with one of their workloads, named "tenant/workload". The tenant itself has no `work` then.
 */
#ifndef MODELS_TENANT_H
#define MODELS_TENANT_H

#include <stdbool.h>
#include <stdint.h>

#include "models/work.h"

enum require {
    REQUIRE_NONE,
    REQUIRE_TEMPORAL, /* a vGPU of its own */
    REQUIRE_HARDWARE  /* no other VM in the same execution domain */
};

enum guest_os {
    OS_LINUX,
    OS_WINDOWS
};

enum firmware {
    FIRMWARE_UNSTATED,
    FIRMWARE_EFI,
    FIRMWARE_BIOS
};

/* Product by which a VM's vGPU is licensed. */
enum licence {
    LICENCE_UNSTATED,
    LICENCE_NONE,
    LICENCE_AI_ENTERPRISE,
    LICENCE_VWS,
    LICENCE_VPC,
    LICENCE_VAPPS
};

/* Error correction of the GPUs' memory. */
enum ecc {
    ECC_UNSTATED,
    ECC_ON,
    ECC_OFF
};

/* Bits of tenant.needs. */
enum need {
    NEED_UVM = 1 << 0,
    NEED_P2P = 1 << 1,
    NEED_LIVE_MIGRATION = 1 << 2,
    NEED_SUSPEND = 1 << 3,
    NEED_CONTAINERS = 1 << 4,
    NEED_DCGM = 1 << 5,
    NEED_NVENC = 1 << 6,
    NEED_GPUDIRECT = 1 << 7,
    NEED_PROFILER = 1 << 8, /* CUDA profiler or debugger */
    NEED_ECC = 1 << 9
};

enum objective_kind {
    OBJECTIVE_PERCENTILE, /* latency percentile at most limit (ns) */
    OBJECTIVE_MEAN,       /* mean latency at most limit (ns) */
    OBJECTIVE_THROUGHPUT, /* of the whole tenant, at least limit (per s) */
    OBJECTIVE_FRAME_RATE  /* completed frames of one VM, at least limit (per s) */
};

struct objective {
    enum objective_kind kind;
    double percentile; /* 0..100 exclusive, for OBJECTIVE_PERCENTILE */
    double limit;
};

enum {
    OBJECTIVES_MAX = 16,
    VMS_MAX = 16384, /* VMs of a scenario */
    TENANTS_MAX = 256,
    CLIENTS_MAX = 10000, /* per VM */
    STREAMS_MAX = 1024,
    VGPUS_PER_VM_MAX = 16, /* rule CAP-07 */
    WORKLOADS_MAX = 16     /* of a VM */
};

/* A GPU model on which a tenant's VMs may be. */
struct tenant_on {
    int gpu_ix;
    const char *mig; /* named MIG profile, or NULL */
};

struct tenant {
    const char *name;
    int count;       /* VMs, >= 1 */
    int powered_off; /* the last so many of them keep their place and submit nothing */
    enum guest_os os;
    enum firmware firmware;
    enum licence licence;
    int guest_release;     /* major release of the guest driver's vGPU software; 0 not given */
    uint64_t memory_bytes; /* of a VM; 0 not given */
    int cpus;              /* of a VM; 0: not counted */
    uint64_t mmio_bytes;   /* 64-bit MMIO window; 0 not given */
    uint64_t framebuffer_bytes; /* 0: whatever the smallest type gives */
    const char *vgpu;           /* named vGPU type, or NULL */
    const char *mig;            /* named MIG profile, or NULL */
    const struct tenant_on *on; /* [on_n] instead of `mig`, by GPU model */
    int on_n;                   /* 0: they may be on every model */
    bool vgpus_auto;            /* a plan chooses how many; 1 until then */
    int vgpus;                  /* vGPUs, or whole GPUs, per VM, >= 1 */
    enum require require;
    double slowdown_frac; /* tolerance of the slowdown violation, 0.2 = 20 % */
    int64_t grace_ns;
    struct objective objective[OBJECTIVES_MAX];
    int objective_n;
    unsigned needs;       /* enum need bits */
    struct work work;     /* all zero where there are several */
    int reference_gpu_ix; /* catalogue index of `reference`; -1: the scenario's GPU */
    int part_n;           /* workloads, when there are several; else 0 */
    int first_part;       /* index of the first of them, the others follow */
    const char *workload; /* name of the workload that this stands for; NULL: a tenant */
    int whole_ix;         /* its tenant */
};

/* May its VMs be on a GPU model? *mig gets the profile that is named for it, or NULL. */
static inline bool tenant_may_be_on(const struct tenant *t, int gpu_ix, const char **mig)
{
    int i = 0;
    while (i < t->on_n && t->on[i].gpu_ix != gpu_ix) {
        i++;
    }
    *mig = i < t->on_n ? t->on[i].mig : t->mig;
    return t->on_n == 0 || i < t->on_n;
}

/* What arrives at all its VMs together, whatever is served: while the queue does not grow that
 * is the throughput, and a count is only chance. 0 for closed loops, frames and traces. */
static inline double tenant_offered_per_s(const struct tenant *t)
{
    bool is_open =
        (t->work.kind == WORK_REQUESTS || t->work.kind == WORK_LLM) && !t->work.trace;
    return is_open ? t->work.arrivals.rate_per_s * (t->count - t->powered_off) : 0.0;
}

#endif
