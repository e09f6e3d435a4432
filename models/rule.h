/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule.h - admission rules: what the platform refuses or asks for, whatever the load.
 *
 * Two things that share an id: the table of every documented rule (models/data/rules.csv, read
 * by sim/input/catalogin.c), and a pure check of those rules whose condition a scenario can
 * express. The check sees one tenant in one mode; rules about several VMs at once (counts,
 * mixed sizes on one GPU, occupied instances) are the placement's. What the tables do not know
 * is said to be unknown and never taken for a yes. */
#ifndef MODELS_RULE_H
#define MODELS_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/catalog.h"
#include "models/tenant.h"

enum rule_verdict {
    RULE_FAIL,   /* the mode is refused */
    RULE_WARN,   /* it works, with a doubt or a loss that one should know of */
    RULE_INFO,   /* a fact, or a setting to make */
    RULE_UNKNOWN /* of a finding only: the rule applies and what it asks is in no table; never
                    taken for a yes, and no reason to refuse */
};

/* How the program uses a row. */
enum rule_use {
    RULE_BY_TENANT,    /* asked for each tenant and mode; may fail or warn */
    RULE_BY_PLACEMENT, /* kept while VMs are put on GPUs */
    RULE_ON_READING,   /* asked where the value is read */
    RULE_SHOWN,        /* shown with the mode where it applies */
    RULE_UNUSED        /* no scenario can express it; `reason` says why */
};

/* One row of rules.csv. */
struct rule {
    const char *id;       /* "MIG-09" */
    const char *category; /* "mig" */
    enum rule_verdict verdict;
    const char *condition; /* when it applies */
    const char *text;      /* what follows */
    enum rule_use use;
    const char *reason; /* of RULE_UNUSED, a phrase; else NULL */
    const char *source;
    const char
        *status; /* "doc", "source-code", "doc-conflict", "unverified", "partly-verified" ... */
};

enum rule_mode {
    RULE_PASSTHROUGH,
    RULE_TIME_SLICED,
    RULE_MIG,
    RULE_TIME_SLICED_MIG
};

/* What the rules look at. Pointers are borrowed; zero and NULL mean "not given" unless said. */
struct rule_facts {
    const struct gpu *gpu; /* never NULL */
    enum rule_mode mode;
    const struct gpu *other; /* a GPU of another kind in the fleet */
    bool mixed_size;         /* time-sliced vGPUs of different sizes on one GPU are asked for */
    const char *policy;      /* scheduler in modes that take turns, else NULL */
    const char *placement;   /* policy that chooses the GPU */
    const char *hypervisor;  /* key of a hypervisor; NULL or "none": not checked */
    enum ecc ecc;            /* of the GPUs */
    int manager_release;     /* major release of the vGPU Manager */
    int guest_release;       /* ... of the software that the guest driver belongs to */
    enum guest_os os;
    enum firmware firmware;
    enum licence licence;
    int vms;               /* of the tenant */
    bool draws;            /* its work is frames */
    uint64_t memory_bytes; /* of the VM */
    uint64_t mmio_bytes;   /* 64-bit MMIO window of the VM */
    uint64_t framebuffer_bytes;
    int vgpus;                         /* vGPUs or whole GPUs per VM, >= 1 */
    unsigned needs;                    /* enum need bits */
    bool latency_objective;            /* the tenant has a latency limit */
    const struct vgpu_type *type;      /* the one named or chosen */
    const struct mig_profile *profile; /* the one named or chosen */
};

enum {
    RULE_TEXT = 256,
    RULE_FINDINGS_MAX = 80 /* more than there are checks */
};

struct rule_finding {
    const char *rule;          /* id; static */
    enum rule_verdict verdict; /* the row's, or a milder one where the facts leave a doubt */
    bool of_tenant; /* false: the same for every tenant of the mode (GPU, hypervisor, policy) */
    char text[RULE_TEXT]; /* a sentence without a full stop, numbers filled in */
    char help[RULE_TEXT]; /* the nearest change that removes it, or "" */
};

struct rule_findings {
    struct rule_finding list[RULE_FINDINGS_MAX];
    int n;
};

/* Checks every rule that the facts can express, in the order of the table; fills `out` from
 * empty. Type and profile may be missing when nothing is chosen yet: the rules that need them
 * keep silent. Returns the number of findings with RULE_FAIL.  O(rules). */
int rule_check(const struct rule_facts *f, struct rule_findings *out);

/* True if the GPU offers no time-sliced vGPU type smaller than the whole GPU (rule CAP-11). */
bool rule_is_whole_gpu_only(const struct gpu *gpu);

/* "fail", "warn", "info", "unknown". */
const char *rule_verdict_name(enum rule_verdict v);

/* "tenant", "placement", "reading", "shown", "no": as in the table. */
const char *rule_use_name(enum rule_use use);

/* Id of the i-th rule that rule_check knows, from 0 in its order; NULL past the last. */
const char *rule_checked(int i);

#endif
