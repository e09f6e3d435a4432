/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slice.h - how long a request takes on a part of a GPU, given its time on a whole reference
 * GPU.
 *
 *   C = compute x T x max(1, width x N_ref / N_dom) / r      M = memory x T x B_ref / B_dom
 *   S = serial x T                                           t = max(floor, C + M + S)
 *
 * rounded half to even to ns, at least 1 ns; where the time on the domain was measured, that in
 * place of C + M + S. The serial part and a measured time are folded into the factors of the
 * domain, so that a request costs two products whatever the law. N: SMs, B: memory bandwidth,
 * r: per-SM rate of the domain's GPU over the reference's. docs/model.md. */
#ifndef MODELS_SLICE_H
#define MODELS_SLICE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/core/vmath.h"

struct scaling {
    double compute_frac; /* share of T that needs SMs; the three add up to 1 usually */
    double memory_frac;  /* share of T that needs bandwidth; one of the two is above 0 */
    double serial_frac;  /* share of T that is the same on every domain; in the factors */
    double width_frac;   /* share of the reference's SMs that the work can fill, 0 < w <= 1 */
    int64_t floor_ns;    /* >= 0 */
};

/* A domain seen from a reference GPU: two factors that multiply the parts of T. */
struct slice_factor {
    double compute; /* max(1, width N_ref / N_dom) / r */
    double memory;  /* B_ref / B_dom */
};

/* Makes the factor one of a domain on which a request takes `measured` times T. */
static inline void slice_fold_measured(const struct scaling *s, struct slice_factor *f,
                                       double measured)
{
    f->compute = s->compute_frac > 0.0 ? measured / s->compute_frac : 0.0;
    f->memory = s->compute_frac > 0.0 ? 0.0 : measured / s->memory_frac;
}

/* Adds the serial part of the law to a factor. */
static inline void slice_fold_serial(const struct scaling *s, struct slice_factor *f)
{
    if (s->compute_frac > 0.0) {
        f->compute += s->serial_frac / s->compute_frac;
    } else {
        f->memory += s->serial_frac / s->memory_frac;
    }
}

/* Time on the domain of a request that takes t_ns on the whole reference GPU. */
static inline int64_t slice_time_ns(const struct scaling *s, const struct slice_factor *f,
                                    int64_t t_ns)
{
    double t = (double)t_ns;
    double compute = s->compute_frac * t * f->compute;
    double memory = s->memory_frac * t * f->memory;
    double work = vmath_round(compute + memory);
    int64_t ns = work < 1.0 ? 1 : (int64_t)work;
    return ns > s->floor_ns ? ns : s->floor_ns;
}

/* The same for a column of n requests: ns[i] = slice_time_ns(s, f, t_ns[i]), bit for bit,
 * whatever vectors the processor has. The two may be the same memory. Cost: 1 ns each, or less.
 */
void slice_times_ns(const struct scaling *s, const struct slice_factor *f, const int64_t *t_ns,
                    int64_t *ns, int n);

#endif
