/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scheduler.h - a scheduling policy of your own, as a shared object for vgpusim.
 *
 *     cc -shared -fPIC -o mine.so mine.c
 *     vgpusim run my.yaml --scheduler ./mine.so --set scheduler.policy=mine
 *
 * The object exports one function, vgpusim_scheduler(), that answers with a table. A policy is
 * a pure value: it sees which vGPUs have work and answers with the next turn. It must not read
 * clocks, draw random numbers, allocate or keep anything outside the state that it is handed:
 * replicas run on several threads at once, and the same question must get the same answer.
 *
 * What vgpusim holds it to in every answer, and ends with status 4 otherwise:
 *   - while somebody has work, somebody is picked, and it is one who has work;
 *   - now <= begin <= run < end; a turn runs for at least 1 us (or the slice, if that is less)
 *     and ends within 104 days; a turn that begins later lies at least 1 us ahead;
 *   - asked again at the same instant with the same state, it answers the same;
 *   - nobody is left waiting for ever: the run must come to its end.
 * One vGPU runs at a time and nothing is lost: that is the engine's, not the policy's, to see
 * to. An endless loop inside the policy, a wild pointer or a call of exit() cannot be caught.
 *
 * The layout of everything here is fixed for an ABI number. C99 or later, or C++. */
#ifndef VGPUSIM_SCHEDULER_H
#define VGPUSIM_SCHEDULER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VGPUSIM_SCHEDULER_ABI 1
#define VGPUSIM_NOBODY        (-1)
#define VGPUSIM_VGPUS_MAX     64

/* One time-sliced domain: a GPU, or a GPU instance. Constant during a run. */
struct vgpusim_params {
    int64_t slice_ns;       /* >= 1: scheduler.slice, or the default of the type */
    int64_t switch_ns;      /* >= 0: context switch before a turn of another vGPU */
    int64_t granularity_ns; /* running work stops only after every so much of it; 0: anywhere */
    int32_t vgpu_n;         /* vGPUs of the domain, 1 .. 64, in order of creation */
    int32_t reserved;
};

/* What may be remembered. All zero at t = 0. */
struct vgpusim_state {
    int64_t vgpu[VGPUSIM_VGPUS_MAX]; /* a number for each vGPU ... */
    int64_t own[8];                  /* ... and a few of the policy's own */
};

struct vgpusim_view {
    int64_t now_ns;
    uint64_t has_work; /* bit i: vGPU i has work; never 0 */
    int32_t last;      /* vGPU that ran or was switched to last, or VGPUSIM_NOBODY */
    int32_t reserved;
};

/* [begin, run) is the switch, [run, end) belongs to the vGPU. It ends early when the vGPU runs
 * out of work. begin > now: nothing runs until then; the question is asked anew at begin, and
 * whenever work arrives before. */
struct vgpusim_turn {
    int64_t begin_ns, run_ns, end_ns;
    int32_t vgpu;
    int32_t reserved;
};

struct vgpusim_scheduler {
    uint32_t abi;  /* VGPUSIM_SCHEDULER_ABI */
    uint32_t size; /* sizeof (struct vgpusim_scheduler) */
    uint32_t params_size, state_size, view_size, turn_size; /* likewise, of the others */
    const char *name; /* what scheduler.policy says: [a-z0-9-], at most 32, begins a-z */
    const char *help; /* one line */

    /* The next turn, into *turn, which is zero on entry. */
    void (*pick)(const struct vgpusim_params *p, struct vgpusim_state *s,
                 const struct vgpusim_view *v, struct vgpusim_turn *turn);

    /* May be NULL. The turn of `vgpu` ran over its end by overshoot_ns > 0 and stopped at
     * end_ns, because running work stops only after every granularity_ns. */
    void (*overrun)(const struct vgpusim_params *p, struct vgpusim_state *s, int32_t vgpu,
                    int64_t overshoot_ns, int64_t end_ns);

    /* May be NULL: nothing is promised. The part of run time, 0 .. 1, that `vgpu` gets at least
     * while it always has work, switches not counted. From it and from what the others leave
     * comes load_frac, and so who counts as saturated. */
    double (*share)(const struct vgpusim_params *p, int32_t vgpu);
};

/* The sizes and the ABI number, for the head of an initializer. */
#define VGPUSIM_SCHEDULER_HEAD                                                                 \
    .abi = VGPUSIM_SCHEDULER_ABI, .size = sizeof(struct vgpusim_scheduler),                    \
    .params_size = sizeof(struct vgpusim_params), .state_size = sizeof(struct vgpusim_state),  \
    .view_size = sizeof(struct vgpusim_view), .turn_size = sizeof(struct vgpusim_turn)

/* Exported by the object. `abi` is the caller's number; NULL: that one is not served. */
const struct vgpusim_scheduler *vgpusim_scheduler(uint32_t abi);

#ifdef __cplusplus
}
#endif

#endif
