/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched.c - the registry of scheduling policies and what they share: defaults, the registry
 * dword. */
#include "models/sched.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum {
    SMALL_TYPE_MAX = 8, /* up to here the driver uses the longer slice */
    SMALL_TYPE_HZ = 480,
    LARGE_TYPE_HZ = 960,
    CUDA_SLICE_NS = 2048000, /* what the CUDA driver asks for; models/data/schedulers.csv */
    FREQUENCY_MIN = 63,
    FREQUENCY_MAX = 960,
    SLICE_MAX_MS = 30,
    AVERAGING_DEFAULT = 33,
    AVERAGING_MAX = 60
};

const struct sched_kind *const sched_kinds[] = {
    &sched_best_effort,
    &sched_equal_share,
    &sched_fixed_share,
    &sched_cuda_round_robin,
};
const int sched_kinds_n = sizeof sched_kinds / sizeof sched_kinds[0];

const struct sched_kind *sched_find(const char *name)
{
    for (int i = 0; i < sched_kinds_n; i++) {
        if (strcmp(sched_kinds[i]->name, name) == 0) {
            return sched_kinds[i];
        }
    }
    return NULL;
}

void sched_power(const struct sched_kind *kind, const struct sched_params *p,
                 struct sched_state *s, int vgpu, bool on, int64_t at_ns)
{
    uint64_t bit = UINT64_C(1) << vgpu;
    if (kind->power) {
        kind->power(p, s, vgpu, on, at_ns);
    } else if (!kind->plugin) {
        s->account_ns[vgpu] = 0;
    }
    s->off = on ? s->off & ~bit : s->off | bit;
}

bool sched_gives_idle_time(const struct sched_kind *kind, bool yield_idle)
{
    return kind->ring == RING_DEMAND || (kind->ring == RING_POWERED_ON && yield_idle);
}

int64_t sched_slice_of_frequency_ns(double hz)
{
    return (int64_t)nearbyint(1e9 / hz);
}

int64_t sched_default_slice_ns(const struct sched_kind *kind, enum discipline d, int type_max)
{
    bool small = type_max <= SMALL_TYPE_MAX;
    if (kind->for_containers) {
        return CUDA_SLICE_NS;
    }
    if (d == DISCIPLINE_STRICT) {
        return sched_slice_of_frequency_ns(small ? SMALL_TYPE_HZ : LARGE_TYPE_HZ);
    }
    return small ? 2000000 : 1000000;
}

const char *discipline_name(enum discipline d)
{
    switch (d) {
    case DISCIPLINE_STRICT:
        return "strict";
    case DISCIPLINE_LEGACY:
        return "legacy";
    case DISCIPLINE_NONE:
        break;
    }
    return NULL;
}

/* ---- RmPVMRL ---- */

/* Bits: 0 enable, 1 legacy, 7:4 policy, 21:12 frequency, 23:16 slice in ms, 31:24 averaging.
 * Source: nvrm_registry.h of the open kernel module 595.45.04 [OGKM]; ranges [AIE5.0-UG] 7.3.
 */
const char *sched_rmpvmrl(uint32_t value, struct sched_rmpvmrl *out)
{
    *out = (struct sched_rmpvmrl){.kind = &sched_best_effort, .averaging = AVERAGING_DEFAULT};
    if ((value & 1U) == 0) {
        return NULL;
    }
    uint32_t policy = value >> 4 & 0xfU;
    if (policy > 1) {
        return "its policy bits 7:4 are neither 0 (equal share) nor 1 (fixed share)";
    }
    out->kind = policy == 0 ? &sched_equal_share : &sched_fixed_share;
    uint32_t tt = value >> 16 & 0xffU;
    if (value & 2U) {
        out->discipline = DISCIPLINE_LEGACY;
        out->slice_clamped = tt > SLICE_MAX_MS;
        out->slice_ms = out->slice_clamped ? SLICE_MAX_MS : (int)tt;
        return NULL;
    }
    out->discipline = DISCIPLINE_STRICT;
    uint32_t hz = value >> 12 & 0x3ffU;
    uint32_t factor = value >> 24;
    /* A whole number of ms in the slice bits and nothing else: what the guide calls a slice. */
    out->looks_like_slice =
        hz != 0 && factor == 0 && (value & 0xf000U) == 0 && tt <= SLICE_MAX_MS;
    if (hz != 0) {
        uint32_t clamped = hz < FREQUENCY_MIN ? FREQUENCY_MIN : hz;
        clamped = clamped > FREQUENCY_MAX ? FREQUENCY_MAX : clamped;
        out->frequency_clamped = clamped != hz;
        out->frequency_hz = clamped;
    }
    out->averaging_clamped = factor > AVERAGING_MAX;
    if (factor != 0) {
        out->averaging = out->averaging_clamped ? AVERAGING_MAX : (int)factor;
    }
    return NULL;
}

static uint32_t nearest(double x, int lo, int hi)
{
    const double rounded = nearbyint(x);
    return (uint32_t)(rounded < lo ? lo : rounded > hi ? hi : (int)rounded);
}

uint32_t sched_rmpvmrl_value(const struct sched_kind *kind, enum discipline discipline,
                             int64_t slice_ns, int averaging)
{
    if (kind != &sched_equal_share && kind != &sched_fixed_share) {
        return 0; /* best effort */
    }
    uint32_t value = kind == &sched_fixed_share ? 0x11U : 0x01U;
    if (discipline == DISCIPLINE_LEGACY) {
        value |= 2U;
        return slice_ns == 0 ? value
                             : value | nearest((double)slice_ns / 1e6, 1, SLICE_MAX_MS) << 16;
    }
    if (slice_ns != 0) {
        value |= nearest(1e9 / (double)slice_ns, FREQUENCY_MIN, FREQUENCY_MAX) << 12;
    }
    if (slice_ns != 0 || averaging != AVERAGING_DEFAULT) {
        value |= (uint32_t)averaging << 24;
    }
    return value;
}
