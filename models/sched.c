/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched.c - the registry of scheduling policies and what they share: defaults of the slice. */
#include "models/sched.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum {
    SMALL_TYPE_MAX = 8, /* up to here the driver uses the longer slice */
    SMALL_TYPE_HZ = 480,
    LARGE_TYPE_HZ = 960
};

const struct sched_kind *const sched_kinds[] = {
    &sched_best_effort,
    &sched_equal_share,
    &sched_fixed_share,
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

int64_t sched_slice_of_frequency_ns(double hz)
{
    return (int64_t)nearbyint(1e9 / hz);
}

int64_t sched_default_slice_ns(enum discipline d, int type_max)
{
    bool small = type_max <= SMALL_TYPE_MAX;
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
