/* SPDX-License-Identifier: GPL-3.0-or-later */
/* place.h - one placement under way, as the files that make it share it: judge.c asks the rules
 * about each tenant, fleet.c packs, obstacle.c says what stopped whom. */
#ifndef SIM_FLEET_PLACE_H
#define SIM_FLEET_PLACE_H

#include "sim/fleet/choice.h"
#include "sim/fleet/fleet.h"
#include "sim/fleet/pack.h"

/* What one tenant gets on the hosts of one group. */
struct offer {
    struct choice choice;
    bool refused;
};

/* What one mode makes of one tenant. */
struct verdict {
    struct offer *offer; /* [group_n] */
    int *class_ix;       /* [group_n] -1 where refused */
    bool forbidden;      /* on every group */
    int unplaced;        /* VMs without a place */
    int vm_failed;       /* the first of them */
    enum pack_why why;
    int gpu_ix; /* whose refusal `why` is */
};

/* One placement under way; lives in a scratch arena. */
struct place {
    struct fleet *out;
    struct arena *arena;   /* for what lasts */
    struct arena *scratch; /* for the rest */
    const struct scenario *s;
    const struct mode_spec *mode;
    struct host_group pool;         /* the short form as a group */
    const struct host_group *group; /* [group_n] */
    int group_n;
    struct verdict *tenant;   /* [tenant_n] */
    struct pack_class *class; /* [class_n] */
    struct pack_terms *terms;
    struct pack_spot *spot; /* [seat_n] in the order of out->seat */
    struct pack pack;
};

/* The vGPU types of a GPU as pieces; `at` [vgpu_n] gets the kind of each row or -1. */
void place_types(struct axis *a, const struct catalog *c, int gpu_ix, int *at);

/* Are time-sliced vGPUs of different sizes allowed on one GPU? */
bool place_is_mixed(const struct place *p);

/* Must vGPUs of one size that share a GPU be of one type? Rule CAP-04. */
bool place_wants_one_type(const char *hypervisor);

/* Adds a reason or note. The same rule is said once per tenant, and once for all where it
 * concerns all; by groups of hosts as often as they differ. A full list is no failure. False
 * when memory is out. */
bool place_reason(struct place *p, struct reasons *r, const char *rule, const char *tenant,
                  const char *text);

/* Judges one tenant by itself on every group of hosts: what it gets and which rules speak. Adds
 * reasons and notes. False when memory is out. */
bool judge_tenant(struct place *p, int tenant_ix);

/* A refusal of one group: a reason where no group takes the tenant, a note where one does. With
 * several groups it says which. False when memory is out. */
bool judge_refusal(struct place *p, int group_ix, bool passed_over, const char *rule,
                   const char *tenant, const char *text);

/* The first limit that a VM meets: what a host lacks where its GPUs have room, else the refusal
 * of the lowest GPU, *gpu_ix. */
enum pack_why obstacle_find(const struct pack *pack, const struct pack_want *want, int *gpu_ix);

/* Adds the reason why VMs of a tenant have no place. False when memory is out. */
bool obstacle_explain(struct place *p, int tenant_ix);

#endif
