/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack.h - VMs into GPUs of hosts, one after the other, under the limits of one mode.
 *
 * GPUs are numbered through all hosts. A VM lies on one host, which must have its memory, its
 * CPUs and a GPU for each of its vGPUs; a fleet without hosts is one host without limits.
 * The policy sees GPUs in ascending order; all but breadth-first take a new one only when no
 * GPU in use has room.
 * Every limit is monotone: what a GPU refuses once it refuses for good, so each (class, GPU)
 * pair is refused at most once, and a fleet of hundreds of GPUs costs little more than one.
 * Knows nothing of tenants or rules; memory comes from the caller's arena and is never given
 * back. */
#ifndef SIM_FLEET_PACK_H
#define SIM_FLEET_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "models/mig.h"
#include "sim/base/arena.h"
#include "sim/input/scenario.h"

enum {
    GPU_VGPUS_MAX = 32,    /* rule CAP-05 */
    GPU_VGPUS_MAX_MIG = 48 /* rule CAP-06 */
};

/* Seats that are alike: one vGPU type, one MIG profile or a whole GPU. */
struct pack_class {
    const struct vgpu_type *type;      /* NULL: whole GPU or a profile without type */
    const struct mig_profile *profile; /* NULL without MIG */
    int gib;                           /* framebuffer of a seat */
    int domain_max;                    /* seats on one domain, >= 1 */
    int kind;                          /* on the axis; -1 where positions do not matter */
    int wanted_n;                      /* seats of the class in the scenario: its weight */
    int gpu_n;                         /* of them on one GPU at most, as VMs go: one of a VM
                                          without MIG */
    int group_ix;                      /* whose GPUs the class is of */
};

/* Hosts with GPUs and rules that are alike. */
struct pack_group {
    bool one_type;           /* vGPUs that share a domain must be of the identical type */
    int gpu_gib;             /* framebuffer of a GPU */
    int axis_units;          /* of the memory axis; 0 without MIG */
    struct mig_geometry mig; /* MIG modes: the profiles */
    struct axis types;       /* mixed-size: the vGPU types */
    int class_first, class_n;
};

struct pack_host {
    int group_ix;
    int gpu_first, gpu_n;
    uint64_t memory_bytes; /* free; without a limit UINT64_MAX */
    int64_t cpus;          /* free; without a limit INT64_MAX */
    bool refuses;          /* VMs of the tenant that is being placed */
};

/* What the packing goes by. Borrowed; outlives the pack. */
struct pack_terms {
    enum mode_kind mode;
    enum place_policy policy;
    bool mixed_size;                /* time-sliced: sizes may mix, positions matter */
    const struct pack_group *group; /* [group_n] */
    int group_n;
    const struct pack_host *host; /* [host_n] before any VM, groups in order; gpu_n >= 1 */
    int host_n;
    const struct pack_class *class; /* [class_n] group by group */
    int class_n;
    const unsigned char
        *plan;  /* exact and listed: [plan_n * class_n] seats of a class on a GPU */
    int plan_n; /* at least as many GPUs as may be used */
};

/* One VM of a tenant. */
struct pack_want {
    const int *class_ix; /* [group_n] class on the hosts of a group; -1: not there */
    int vgpus;
    uint64_t memory_bytes;
    int64_t cpus;
};

/* What keeps a seat from a GPU. */
enum pack_why {
    WHY_NONE,
    WHY_TAKEN,     /* passthrough: the GPU has its VM */
    WHY_SIZE,      /* equal-size: another framebuffer size is there */
    WHY_SERIES,    /* another type of the same size is there */
    WHY_MAX,       /* the type's maximum per GPU */
    WHY_MIX_MAX,   /* the type's maximum in mixed-size mode */
    WHY_MIX_ID,    /* no placement id free */
    WHY_GPU_MAX,   /* vGPUs per GPU */
    WHY_MEMORY,    /* framebuffer */
    WHY_START,     /* no layout with one more instance of the profile */
    WHY_INSTANCES, /* the profile's maximum per GPU */
    WHY_ME,        /* a second instance with media extensions */
    WHY_MEDIA,     /* +me.all beside an instance with media engines */
    WHY_ENGINES,   /* more engines of one kind than the full instance has */
    WHY_SHARED,    /* the instances of this type are full and there is no start for one more */
    WHY_SAME_VM,   /* there is room, but the VM has a vGPU there already */
    WHY_HOST_MEMORY, /* the host's memory */
    WHY_HOST_CPUS    /* the host's CPUs */
};

/* A domain in the making: a whole GPU or one GPU instance. */
struct pack_domain {
    int gpu_ix;
    int class_ix; /* of its first seat */
    int seat_n;
    int last_vm;
    int prev, next; /* domain of the same GPU, in order of creation; -1 */
    int start;      /* after pack_positions */
};

struct pack_gpu {
    int host_ix;
    int first, last; /* domains; -1 */
    int vgpu_n;
    int gib;
    int units;   /* of the axis, in instances */
    int last_vm; /* VM placed last; -1 */
};

/* Where a seat landed. */
struct pack_spot {
    int class_ix;
    int domain_ix;
    int slot; /* order of creation in the domain */
    int id;   /* placement id in mixed-size mode, after pack_positions; else -1 */
};

/* Breadth-first: every GPU before `next` with `level` vGPUs, and every GPU with fewer, refuses
 * the class. */
struct pack_level {
    int level, next;
};

struct pack {
    const struct pack_terms *terms;
    bool has_positions; /* each group then has its axis */
    int kind_n;         /* the most kinds of pieces on an axis */
    int limit;          /* GPUs that may be used, the first of the fleet */
    int gpu_n;          /* all GPUs in use are below it */
    int host_n;         /* hosts of these `limit` GPUs */
    int domain_n;
    struct pack_host *host;     /* [host_n], the last one cut at the limit */
    struct pack_gpu *gpu;       /* [limit] */
    struct pack_domain *domain; /* [seat_max] */
    unsigned char *count;       /* [limit * kind_n] pieces per kind */
    int64_t *row;               /* [class_n] where the class begins in the tables below */
    unsigned char *verdict;     /* by class and GPU of its group */
    int *low;                   /* [class_n] no GPU below it takes the class */
    struct pack_level *level;   /* [class_n] breadth-first, for the tenant being placed */
    int host_low;               /* no host below it takes the tenant being placed */
    unsigned char *plan; /* exact and listed: [limit * class_n] what is left of the plan */
    int64_t *waste;      /* [limit] fragmentation: unusable(); -1 not known */
    int64_t *gain;       /* by class and GPU: what a seat adds to it; GAIN_OPEN */
};

/* Prepares for the first `limit` >= 1 GPUs of the hosts and `seat_max` >= 1 seats. False when
 * memory is out.
 */
bool pack_init(struct pack *p, struct arena *a, const struct pack_terms *terms, int limit,
               int seat_max);

/* Begins a tenant: its VMs are alike, and follow one another. */
void pack_tenant(struct pack *p);

/* Places all vGPUs of one VM on one host, or none: `spot` [vgpus] is filled when it returns
 * true. `vm` differs from VM to VM. vgpus of one VM go to different GPUs, or different
 * instances in the MIG modes. Once a VM of a tenant is refused, so are those after it. */
bool pack_vm(struct pack *p, const struct pack_want *want, int vm, struct pack_spot *spot);

/* Puts a seat on GPU gpu_ix < limit, which takes it (pack_obstacle), and takes back the one
 * that was put last. */
void pack_seat(struct pack *p, int class_ix, int gpu_ix, int vm, struct pack_spot *spot);
void pack_unseat(struct pack *p, const struct pack_spot *spot);

/* What keeps one more seat of the class from GPU gpu_ix < limit of its group, for a VM other
 * than those placed; hosts are not asked. */
enum pack_why pack_obstacle(const struct pack *p, int class_ix, int gpu_ix);

/* What keeps a VM from a host but for its GPUs: memory, CPUs or nothing. */
enum pack_why pack_host_obstacle(const struct pack *p, const struct pack_want *want,
                                 int host_ix);

/* Settles start indexes and placement ids once all VMs are in. `spot` is [spot_n] in order of
 * placement, domain_ix -1 where nothing was placed. False when memory is out, or when the
 * layout search meets its limit on a set that it found to fit before. */
bool pack_positions(struct pack *p, struct arena *a, struct pack_spot *spot, int spot_n);

#endif
