/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ci.c - intervals by sectioning: deviations are taken from the pooled value, not from the mean
 * of the sections, which is what keeps the small-sample bias of a percentile out of the
 * interval. Source: Asmussen & Glynn, Stochastic Simulation (2007), III.5. */
#include "sim/core/ci.h"

#include <assert.h>
#include <math.h>

#include <gsl/gsl_cdf.h>

double ci_t975(int dof)
{
    assert(dof >= 1);
    return gsl_cdf_tdist_Pinv(0.975, dof);
}

struct estimate ci_section(double pooled, const double *q, int n, int64_t samples,
                           double rel_err)
{
    struct estimate e = ci_exact(pooled, samples);
    double squares = 0.0;
    int sections = 0;

    if (!isfinite(pooled)) {
        return ci_none();
    }
    for (int i = 0; i < n; i++) {
        if (!isnan(q[i])) {
            const double d = q[i] - pooled;

            squares += d * d;
            sections++;
        }
    }
    if (sections < 2) {
        return e;
    }

    const double s = sqrt(squares / (sections - 1));
    const double half = ci_t975(sections - 1) * s / sqrt(sections) + fabs(pooled) * rel_err;

    e.lo = pooled - half;
    e.hi = pooled + half;
    e.has_ci = isfinite(half);
    return e;
}

struct estimate ci_within(struct estimate e, double least, double most)
{
    if (e.has_ci) {
        e.lo = fmax(e.lo, least);
        e.hi = fmin(e.hi, most);
    }
    return e;
}

struct estimate ci_exact(double value, int64_t samples)
{
    struct estimate e = ci_none();

    if (isfinite(value)) {
        e.value = value;
        e.lo = value;
        e.hi = value;
        e.samples = samples;
        e.has_value = true;
    }
    return e;
}

struct estimate ci_none(void)
{
    return (struct estimate){.value = (double)NAN, .lo = (double)NAN, .hi = (double)NAN};
}

double ci_half_width(const struct estimate *e)
{
    return e->has_ci ? fmax(e->hi - e->value, e->value - e->lo) : 0.0;
}

double ci_rel_half_width(const struct estimate *e)
{
    if (!e->has_value || !e->has_ci || !(fabs(e->value) > 0.0)) {
        return HUGE_VAL;
    }
    return ci_half_width(e) / fabs(e->value);
}
