/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fits.h - what a finished placement looks like on every GPU, what still fits beside it, and
 * the nearest change with which all of it would fit.
 *
 * What exists keeps its place: instances cannot move, so all counts are for the positions as
 * they are. Each kind is counted by itself, as if no other were created. A change is offered
 * only after the scenario with it was placed again. Takes the finished fleet, not the packing.
 * Cost: GPUs that are alike are looked at once; each change tried is one placement.
 * docs/placement.md. */
#ifndef SIM_FLEET_FITS_H
#define SIM_FLEET_FITS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/layout.h"
#include "sim/fleet/fleet.h"

enum {
    FITS_CHANGES_MAX = 64, /* changes that are tried */
    FITS_HOSTS_MAX = 8     /* hosts that are added to a group at most */
};

/* One kind of vGPU or GPU instance. Without type and profile: a whole GPU, or a container. */
struct fits_more {
    const struct vgpu_type *type;      /* or NULL */
    const struct mig_profile *profile; /* or NULL */
    int more;                          /* that can still be created; -1 not known */
};

enum fits_unit {
    FITS_FREE,
    FITS_TAKEN,
    FITS_STRANDED /* free, and in no vGPU or instance that can still be created */
};

/* GPUs of one group of hosts that hold seats of the same tenants at the same places. */
struct fits_shape {
    int gpu_ix; /* the first of them */
    int gpu_n;
    int group_ix;            /* of hosts; 0 in the short form */
    int model_ix;            /* catalogue index */
    int seat_n;              /* on each */
    int length;              /* units of the memory axis, or GiB; 0: no places (containers) */
    unsigned char *unit;     /* [length] enum fits_unit */
    struct layout_rest rest; /* MIG modes, else zero */
    struct fits_more *more;  /* [more_n] in the order of the catalogue */
    int more_n;
};

/* All GPUs of one kind together. */
struct fits_total {
    int model_ix;
    int gpu_n;
    struct fits_more *more; /* [more_n] */
    int more_n;
};

/* What is left of a host that has a limit. */
struct fits_host {
    int host_ix;
    uint64_t memory_bytes; /* UINT64_MAX: no limit */
    int64_t cpus;          /* INT64_MAX: no limit */
};

/* A change of the scenario and what came of placing it again. */
struct fits_change {
    const char *field; /* "placement.policy" */
    const char *value; /* "first-fit" */
    const char *set;   /* the flags that make it: "--set placement.policy=first-fit" */
    bool works;
    bool gives_less; /* a tenant gets less than it asks for */
};

struct fits {
    int gpu_n;                /* GPUs of the fleet; with count: auto those in use */
    int *shape_ix;            /* [gpu_n] */
    int *gpu_seat;            /* [gpu_n + 1] where a GPU begins in `seat` */
    int *seat;                /* seats with a place by (GPU, domain, start, slot) */
    struct fits_shape *shape; /* [shape_n] by first GPU */
    int shape_n;
    struct fits_total *total; /* [total_n] */
    int total_n;
    struct fits_host *host; /* [host_n] hosts with limits */
    int host_n;
    struct fits_change change[FITS_CHANGES_MAX]; /* in the order of trial */
    int change_n; /* 0 where the mode is feasible, or nothing could be tried */
};

/* Looks at a placement of fleet_place. With `changes`, and where it is infeasible, searches for
 * a change too. Returns false only when memory is out (diagnostic). */
bool fits_make(struct fits *out, struct arena *arena, const struct scenario *s, int mode_ix,
               const struct fleet *f, bool changes, struct diag *d);

/* Tries changes, those first that cost least and keep what tenants ask for: another policy,
 * mixed sizes, another profile or a larger vGPU, more GPUs or hosts, then less framebuffer. The
 * search ends with the first that works; after more GPUs it goes on to what would do without
 * them. Part of fits_make. */
bool fits_try_changes(struct fits *out, struct arena *arena, const struct scenario *s,
                      int mode_ix, const struct fleet *f, struct diag *d);

#endif
