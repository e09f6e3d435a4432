/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched.h - the contract of a scheduler of a time-sliced domain.
 *
 * A scheduler is a pure value: it sees which vGPUs have work and what ran last, and answers
 * with the next turn. It reads no clock, draws no random number, keeps no pointer and allocates
 * nothing. One vGPU runs at a time. The lane asks again when a turn ends, when the vGPU of a
 * turn runs out of work, and when work arrives while nothing runs.
 *
 * Slots: vGPU i of the domain has slot i (order of creation); a ring may have more slots than
 * vGPUs. Rules and sources: docs/schedulers.md. */
#ifndef MODELS_SCHED_H
#define MODELS_SCHED_H

#include <stdbool.h>
#include <stdint.h>

enum discipline {
    DISCIPLINE_NONE, /* best effort has none */
    DISCIPLINE_STRICT,
    DISCIPLINE_LEGACY
};

/* Which count of vGPUs sets the length of the ring. */
enum sched_ring {
    RING_DEMAND,     /* no ring: whoever has work */
    RING_POWERED_ON, /* vGPUs on the domain */
    RING_TYPE_MAX    /* maximum of the type per domain */
};

struct sched_params {
    int64_t slice_ns;  /* >= 1: run time of a full turn */
    int64_t switch_ns; /* >= 0: context switch, before the slice and not part of it */
    int vgpu_n;        /* vGPUs on the domain, 1 .. 64 */
    int ring_n;        /* slots of the ring, >= vgpu_n; unused for RING_DEMAND */
};

enum {
    SCHED_NOBODY = -1
};

/* What a scheduler may see. */
struct sched_view {
    int64_t now_ns;
    uint64_t has_work; /* bit i: vGPU i has a request to run */
    int last;          /* vGPU that ran or was being switched to last, or SCHED_NOBODY */
};

/* A turn: [begin, run) is the switch, [run, end) belongs to the vGPU. begin may lie in the past
 * when the turn is a slot that is already under way, or in the future when nothing can run
 * before. */
struct sched_turn {
    int vgpu; /* SCHED_NOBODY: nothing to do until work arrives */
    int64_t begin_ns, run_ns, end_ns;
};

struct sched_kind {
    const char *name; /* "fixed-share" */
    const char *help;
    enum sched_ring ring;
    bool work_conserving; /* idle time is given to the next vGPU with work */
    bool has_discipline;
    struct sched_turn (*pick)(const struct sched_params *p, const struct sched_view *v);
    const char *source;
};

extern const struct sched_kind sched_best_effort;
extern const struct sched_kind sched_equal_share;
extern const struct sched_kind sched_fixed_share;

extern const struct sched_kind *const sched_kinds[];
extern const int sched_kinds_n;

/* NULL if there is no such policy. */
const struct sched_kind *sched_find(const char *name);

/* Default slice by discipline and by the type's maximum per domain: strict 1/480 s (max <= 8)
 * or 1/960 s, else 2 or 1 ms. Source: docs/schedulers.md, rule S4. */
int64_t sched_default_slice_ns(enum discipline d, int type_max);

/* 1e9 / hz rounded half to even. */
int64_t sched_slice_of_frequency_ns(double hz);

/* "strict", "legacy", or NULL for none. */
const char *discipline_name(enum discipline d);

#endif
