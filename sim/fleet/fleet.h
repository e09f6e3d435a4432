/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fleet.h - who lands on which GPU, GPU instance and slot under one mode, before any
 * simulation.
 *
 * VMs are placed in the order of the scenario (tenant by tenant, VM by VM), each by the
 * placement policy over GPUs in ascending order. On one GPU the set of GPU instances is laid
 * out by search, not first come first served: instances are created after placement, so the
 * order of VMs never decides whether a layout exists. Every refusal names the rule that stopped
 * it. */
#ifndef SIM_FLEET_FLEET_H
#define SIM_FLEET_FLEET_H

#include <stdbool.h>

#include "models/catalog.h"
#include "models/rule.h"
#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/input/scenario.h"

/* Why a mode is not possible, or what one should know about it. */
struct reason {
    const char *rule;   /* "MIG-09": an id of models/data/rules.csv */
    const char *tenant; /* whose request, or NULL */
    const char *text;   /* a sentence without a full stop */
    enum rule_verdict verdict;
};

enum {
    REASONS_MAX = 64
};

/* A list that is full ends in an entry that says how many more there are. */
struct reasons {
    struct reason list[REASONS_MAX];
    int n;
    int more;        /* that the last entry stands for; 0: there is room */
    char *more_text; /* of that entry */
};

/* What runs work: a whole GPU or one GPU instance. */
struct domain {
    int gpu_ix;                        /* GPU of the fleet, numbered through all hosts */
    int host_ix;                       /* host of the fleet; 0 without hosts */
    int model_ix;                      /* catalogue index of the GPU */
    const struct mig_profile *profile; /* NULL: the whole GPU */
    int start, size;                   /* on the memory axis; 0, 0 for the whole GPU */
    int vgpu_n;                        /* seats on it */
    bool overrun; /* containers: they ask for more framebuffer than there is */
    int type_max; /* most vGPUs of its type that this domain can hold (FS ring); 1 when
                     exclusive */
};

/* One vGPU (or whole GPU) of one VM. */
struct seat {
    int tenant_ix, vm_ix;         /* vm_ix within the tenant */
    int vgpu_ix;                  /* 0 .. tenant.vgpus - 1 */
    int gpu_ix;                   /* -1: not placed */
    int domain_ix;                /* into fleet.domain; -1: not placed */
    int slot;                     /* order of creation within the domain */
    const struct vgpu_type *type; /* NULL: passthrough */
    int start, size; /* what `placement` prints: MIG start and size on the memory axis; else
                        placement id and size in GiB */
};

struct fleet {
    bool feasible;
    struct reasons reasons; /* what makes it infeasible */
    struct reasons notes;   /* what one should know: what warns, and what is unknown */
    struct reasons facts;   /* what holds where a rule only informs */
    int gpus_used;          /* GPUs that carry a VM */
    int gpus_needed; /* least number, with hosts in fleet order, with which this policy places
                        every VM; -1: a rule forbids, or all hosts do not do */
    int gpus_bound;  /* exact: no policy needs fewer; 0: not asked */
    int vms_placed, vms_rejected;
    struct domain *domain; /* [domain_n] by (gpu, start) */
    int domain_n;
    struct seat *seat; /* [seat_n] by (tenant, vm, vgpu); seat_n = sum of count * vgpus */
    int seat_n;
    double framebuffer_frac; /* allocated GiB over all GiB of gpus_used; 0 when none is used */
    double slices_frac;      /* MIG: memory-axis units in instances over all; NAN without MIG */
    /* By tenant; where hosts differ, of its first VM that has a place. */
    const struct vgpu_type **tenant_type;      /* [tenant_n] type chosen, NULL: none */
    const struct mig_profile **tenant_profile; /* [tenant_n] profile chosen, NULL: none */
    int *tenant_model;                         /* [tenant_n] catalogue index of the GPU */
};

/* Places the scenario's VMs under mode `mode_ix`. An impossible mode is an answer, not a
 * failure: fleet.feasible false with reasons. Returns false only when memory is out
 * (diagnostic). */
bool fleet_place(struct fleet *out, struct arena *arena, const struct scenario *s, int mode_ix,
                 struct diag *d);

/* "r760/1": host 1 of group r760, by the number of the host in the fleet; "" without hosts. */
void fleet_host_name(const struct scenario *s, int host_ix, struct text *out);

/* Adds a reason with a formatted text allocated from the arena, or counts it where the list is
 * full. False when memory is out. */
bool reasons_add(struct reasons *r, struct arena *arena, const char *rule, const char *tenant,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
