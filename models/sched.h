/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched.h - the contract of a scheduler of a time-sliced domain.
 *
 * A scheduler is a pure value: it sees which vGPUs have work and what ran last, and answers
 * with the next turn. It reads no clock, draws no random number, keeps no pointer and allocates
 * nothing; what it must remember is a struct that the lane keeps for it. One vGPU runs at a
 * time. The lane asks again when a turn ends, when the vGPU of a turn runs out of work, and
 * when work arrives while nothing runs.
 *
 * Slots: vGPU i of the domain has slot i (order of creation); a ring may have more slots than
 * powered-on vGPUs. Rules and sources: docs/schedulers.md. */
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

enum {
    SCHED_NOBODY = -1,
    SCHED_VGPUS_MAX = 64, /* slots of a domain: bits of a work mask */
    SCHED_OWN_MAX = 8     /* numbers that a plug-in may keep beside one for each vGPU */
};

struct sched_plugin;

/* What a plug-in's answer breaks (include/vgpusim/scheduler.h). */
enum sched_fault {
    SCHED_SOUND,
    SCHED_IDLES,
    SCHED_STRANGER,
    SCHED_DISORDER,
    SCHED_TOO_SHORT,
    SCHED_TOO_LONG,
    SCHED_UNSTEADY,
    SCHED_PUTS_OFF,
    SCHED_STARVES
};

struct sched_params {
    int64_t slice_ns;  /* >= 1: run time of a full turn */
    int64_t switch_ns; /* >= 0: context switch, before the slice and not part of it */
    int vgpu_n;        /* vGPUs of the domain that are ever powered on, 0 .. 64 */
    int ring_n;        /* slots of the ring, >= vgpu_n, >= 1; unused for RING_DEMAND */
    enum discipline discipline;
    int averaging;     /* strict: turns over which an overshoot is made up for, 1 .. 60 */
    int64_t linger_ns; /* best effort: how long an idle vGPU keeps its turn */
    bool yield_idle;   /* equal share: a slot without work is passed on */
    int64_t
        granularity_ns; /* running work can be stopped after every so much of it; 0: anywhere */
    bool varies;        /* turns depend on who is powered on, and that changes */
    const struct sched_plugin *plugin; /* of the kind; NULL: built in */
};

/* What ring policies and plug-ins remember. All zero at t = 0. */
struct sched_state {
    int64_t account_ns[SCHED_VGPUS_MAX]; /* strict: accrued overshoot; legacy: scheduled time */
    int slot;                            /* owner of the slot that was opened last */
    int64_t begin_ns, end_ns;            /* of that slot, its switch included; 0, 0: none yet */
    uint64_t off;                        /* bit i: vGPU i is powered off now */
    int64_t own[SCHED_OWN_MAX];          /* a plug-in's */
    enum sched_fault fault;              /* of a plug-in: the run must end */
    int put_off; /* picks of a plug-in in a row that lie in the future */
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
    bool has_discipline;
    bool for_containers; /* turns of processes, not of vGPUs */
    /* The next turn. May bring the state up to now; asking twice at one instant changes
     * nothing. */
    struct sched_turn (*pick)(const struct sched_params *p, struct sched_state *s,
                              const struct sched_view *v);
    /* The turn of `vgpu` ran over its end by overshoot_ns > 0; `end_ns` is when it stopped. */
    void (*overrun)(const struct sched_params *p, struct sched_state *s, int vgpu,
                    int64_t overshoot_ns, int64_t end_ns);
    /* vGPU `vgpu` is powered on or off at `at_ns`; NULL: nothing to do. */
    void (*power)(const struct sched_params *p, struct sched_state *s, int vgpu, bool on,
                  int64_t at_ns);
    const struct sched_plugin *plugin; /* NULL: built in */
    const char *source;
};

extern const struct sched_kind sched_best_effort;
extern const struct sched_kind sched_equal_share;
extern const struct sched_kind sched_fixed_share;
extern const struct sched_kind sched_cuda_round_robin;

extern const struct sched_kind *const sched_kinds[];
extern const int sched_kinds_n;

/* A vGPU is powered on, with nothing to make up for, or off. O(vGPUs). */
void sched_power(const struct sched_kind *kind, const struct sched_params *p,
                 struct sched_state *s, int vgpu, bool on, int64_t at_ns);

/* How many of the vGPUs are powered on. */
static inline int sched_on(const struct sched_params *p, const struct sched_state *s)
{
    return p->vgpu_n - __builtin_popcountll(s->off);
}

/* NULL if there is no such policy. */
const struct sched_kind *sched_find(const char *name);

/* Is time that a vGPU leaves unused given to others? */
bool sched_gives_idle_time(const struct sched_kind *kind, bool yield_idle);

/* Default slice by policy, discipline and the type's maximum per domain: strict 1/480 s (max <=
 * 8) or 1/960 s, legacy and best effort 2 or 1 ms; CUDA contexts 2.048 ms. Source:
 * docs/schedulers.md, rule S4. */
int64_t sched_default_slice_ns(const struct sched_kind *kind, enum discipline d, int type_max);

/* 1e9 / hz rounded half to even. */
int64_t sched_slice_of_frequency_ns(double hz);

/* "strict", "legacy", or NULL for none. */
const char *discipline_name(enum discipline d);

/* ---- RmPVMRL ---- */

/* The driver's registry dword, decoded by its bits. */
struct sched_rmpvmrl {
    const struct sched_kind *kind;
    enum discipline discipline;
    double frequency_hz;                                      /* strict; 0: default */
    int slice_ms;                                             /* legacy; 0: default */
    int averaging;                                            /* strict; 33 by default */
    bool slice_clamped, frequency_clamped, averaging_clamped; /* a field was out of range */
    bool looks_like_slice; /* a documented value that means a frequency although the guide calls
                              it a slice: rule SCH-05 */
};

/* Returns NULL, or why the value selects no policy. */
const char *sched_rmpvmrl(uint32_t value, struct sched_rmpvmrl *out);

/* The nearest value that the driver takes for a policy, discipline, slice (0: its default) and
 * averaging factor. A frequency is always written with its averaging factor, so that no value
 * reads like a slice of whole ms (rule SCH-05). */
uint32_t sched_rmpvmrl_value(const struct sched_kind *kind, enum discipline discipline,
                             int64_t slice_ns, int averaging);

#endif
