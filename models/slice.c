/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slice.c - the slice-scaling law of slice.h in one expression. */
#include "models/slice.h"

#include <math.h>

int64_t slice_time_ns(const struct scaling *s, const struct slice_factor *f, int64_t t_ns)
{
    double t = (double)t_ns;
    double compute = s->compute_frac * t * f->compute;
    double memory = s->memory_frac * t * f->memory;
    double work = nearbyint(compute + memory);
    int64_t ns = work < 1.0 ? 1 : (int64_t)work;
    return ns > s->floor_ns ? ns : s->floor_ns;
}
