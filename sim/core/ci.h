/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ci.h - confidence intervals from independent replications, by sectioning.
 * Source: Asmussen & Glynn, Stochastic Simulation (2007), III.5. */
#ifndef SIM_CORE_CI_H
#define SIM_CORE_CI_H

#include <stdbool.h>
#include <stdint.h>

/* A number as it is reported. has_value false prints null; has_ci false prints null limits. */
struct estimate {
    double value;
    double lo, hi; /* 95 % limits */
    int64_t samples;
    bool has_value;
    bool has_ci;
};

/* Student's t quantile at 0.975 with dof >= 1. Source: gsl_cdf_tdist_Pinv. */
double ci_t975(int dof);

/* Sectioning: the pooled value with half-width t sqrt(sum (q_r - pooled)^2 / (R - 1) / R),
 * widened on both sides by pooled * rel_err (the error of a histogram bin; 0 if exact). q  [n]
 * one value per replication; NAN entries (a replication without a sample) are left out No
 * interval when fewer than two entries are left. */
struct estimate ci_section(double pooled, const double *q, int n, int64_t samples,
                           double rel_err);

/* The same, its interval cut where the quantity has bounds: no share is below 0 or above 1. The
 * value lies within the bounds. */
struct estimate ci_within(struct estimate e, double least, double most);

/* A number without an interval. */
struct estimate ci_exact(double value, int64_t samples);

/* Nothing to report. */
struct estimate ci_none(void);

/* The longer side of the interval, which is its half-width where a bound cuts the other; 0
 * without an interval. */
double ci_half_width(const struct estimate *e);

/* That over |value|; INFINITY where there is no interval or the value is 0. */
double ci_rel_half_width(const struct estimate *e);

#endif
