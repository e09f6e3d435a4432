/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dist.h - named distributions of positive durations, each given by its mean and shape.
 *
 * A kind is a const row: name, which shape parameters it takes, how to prepare and to draw.
 * Every sample is a double in the unit of the mean; the caller rounds to ns at once.
 * Exponential, hyperexponential, lognormal, uniform, Pareto, Weibull use vmath and one uniform
 * word per variate (two for hyperexponential); gamma and Erlang use GSL's sampler over our
 * generator. empirical draws one of the caller's values with one word. */
#ifndef SIM_CORE_DIST_H
#define SIM_CORE_DIST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/core/rng.h"

struct dist;

struct dist_kind {
    const char *name;
    const char *help;
    bool takes_cv;     /* coefficient of variation, > 0 */
    bool takes_shape;  /* Weibull k > 0; Pareto alpha > 1 */
    bool takes_k;      /* Erlang stages, whole, >= 1 */
    bool takes_values; /* empirical: dist_init_values */
    bool random;
    const char *source;
    /* Fills d->p[] from mean, cv, shape, k. Returns NULL, or why the parameters are impossible.
     */
    const char *(*prepare)(struct dist *d);
    double (*draw)(const struct dist *d, struct rng *r);
    double (*quantile)(const struct dist *d, double p);
};

struct dist {
    const struct dist_kind *kind;
    double mean;         /* >= 0; every kind scales with it */
    double cv;           /* as given; 0 when not taken */
    double shape;        /* as given; 0 when not taken */
    int k;               /* as given; 0 when not taken */
    double p[4];         /* derived by prepare; meaning private to the kind */
    const double *value; /* [value_n] empirical: as measured, >= 0; borrowed */
    int64_t value_n;
};

/* deterministic exponential gamma erlang lognormal weibull pareto hyperexponential uniform
 * empirical */
extern const struct dist_kind *const dist_kinds[];
extern const int dist_kinds_n;

/* Switches off GSL's habit of aborting on an error. Call first thing in main. */
void dist_library_quiet(void);

/* The library's version, as in "2.7.1". */
const char *dist_library(void);

/* NULL if there is no such kind. */
const struct dist_kind *dist_find(const char *name);

/* Checks the parameters and derives p[]. Weibull may be given by cv or by shape (one of them
 * 0). Returns NULL when usable, else a clause that says what is wrong ("uniform needs cv
 * <= 57.7%"). */
const char *dist_init(struct dist *d, const struct dist_kind *kind, double mean, double cv,
                      double shape, int k);

/* The empirical distribution of measured values: each draw is one of them, uniformly and with
 * replacement.
 *   value  [n] >= 0, n >= 1; borrowed as long as d is used
 *   mean   > 0: the values are scaled so that this is their mean; 0: taken as they are
 * Returns NULL when usable, else a clause that says what is wrong. O(n). */
const char *dist_init_values(struct dist *d, const double *value, int64_t n, double mean);

/* One sample, >= 0, in the unit of the mean. */
double dist_draw(const struct dist *d, struct rng *r);

/* One sample in whole ns, half to even, at least 0 and at most TIME_MAX_NS. mean is in ns. */
int64_t dist_draw_ns(const struct dist *d, struct rng *r);

/* The same n samples, in order, as that many calls of dist_draw_ns: cheapest for n = RNG_BATCH
 * on a stream that has only been read in whole batches. O(n). */
void dist_fill_ns(const struct dist *d, struct rng *r, int64_t *out, int n);

/* The smallest x with P(X <= x) >= p, or less by a part in 1e9; p in (0, 1). O(1); empirical
 * O(value_n), some 30 times. */
double dist_quantile(const struct dist *d, double p);

/* The law of factor X; factor > 0. */
struct dist dist_scaled(const struct dist *d, double factor);

/* Variance / mean^2; +INFINITY where the variance does not exist. */
double dist_scv(const struct dist *d);

#endif
