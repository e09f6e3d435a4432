/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: every kind has the law that its name, mean and shape promise, and refuses what is
 * impossible. Method: moments and quantiles against closed forms within their standard errors;
 * Kolmogorov-Smirnov against GSL's distribution functions, which share no code with our
 * samplers; frozen samples. */
#include "sim/core/dist.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

#include "sim/base/units.h"
#include "sim/core/vmath.h"

enum {
    DRAWS = 200000
};

static struct rng stream(uint64_t seed)
{
    const struct rng_id id = {.seed = seed};
    struct rng r;

    rng_init(&r, &id, RNG_TEST);
    return r;
}

static struct dist make(const char *name, double mean, double cv, double shape, int k)
{
    struct dist d;
    const char *why = dist_init(&d, dist_find(name), mean, cv, shape, k);

    if (why != NULL) {
        fail_msg("%s: %s", name, why);
    }
    return d;
}

/* ---- Laws ---- */

/* P(X <= x) for mean 1, from GSL or from the definition. */
static double cdf_exponential(const struct dist *d, double x)
{
    return gsl_cdf_exponential_P(x, d->mean);
}

static double cdf_gamma(const struct dist *d, double x)
{
    return gsl_cdf_gamma_P(x, 1.0 / (d->cv * d->cv), d->mean * d->cv * d->cv);
}

static double cdf_erlang(const struct dist *d, double x)
{
    return gsl_cdf_gamma_P(x, d->k, d->mean / d->k);
}

static double cdf_lognormal(const struct dist *d, double x)
{
    const double s2 = log1p(d->cv * d->cv);

    return gsl_cdf_lognormal_P(x, log(d->mean) - s2 / 2.0, sqrt(s2));
}

static double cdf_weibull(const struct dist *d, double x)
{
    return gsl_cdf_weibull_P(x, d->mean / gsl_sf_gamma(1.0 + 1.0 / d->shape), d->shape);
}

static double cdf_pareto(const struct dist *d, double x)
{
    return gsl_cdf_pareto_P(x, d->shape, d->mean * (d->shape - 1.0) / d->shape);
}

/* Balanced means: p1 / rate1 = p2 / rate2. */
static double cdf_hyperexponential(const struct dist *d, double x)
{
    const double c2 = d->cv * d->cv;
    const double p1 = (1.0 + sqrt((c2 - 1.0) / (c2 + 1.0))) / 2.0;
    const double p2 = 1.0 - p1;

    return 1.0 - p1 * exp(-2.0 * p1 * x / d->mean) - p2 * exp(-2.0 * p2 * x / d->mean);
}

static double cdf_uniform(const struct dist *d, double x)
{
    const double half = sqrt(3.0) * d->cv * d->mean;

    return gsl_cdf_flat_P(x, d->mean - half, d->mean + half);
}

struct law {
    const char *name;
    double mean, cv, shape;
    int k;
    double scv; /* closed form, see each row */
    double (*cdf)(const struct dist *d, double x);
};

/* Weibull: cv^2 = G(1 + 2/k) / G(1 + 1/k)^2 - 1, 1 for k = 1, 4 / pi - 1 for k = 2, 5 for k =
 * 1/2. Pareto: 1 / (a (a - 2)); 1.5 has none. Erlang: 1 / k. */
static const struct law laws[] = {
    {"exponential",      3.0,  0.0,                 0.0, 0, 1.0,                    cdf_exponential     },
    {"gamma",            2.0,  0.5,                 0.0, 0, 0.25,                   cdf_gamma           },
    {"gamma",            2.0,  2.0,                 0.0, 0, 4.0,                    cdf_gamma           },
    {"erlang",           5.0,  0.0,                 0.0, 1, 1.0,                    cdf_erlang          },
    {"erlang",           5.0,  0.0,                 0.0, 4, 0.25,                   cdf_erlang          },
    {"lognormal",        10.0, 0.3,                 0.0, 0, 0.09,                   cdf_lognormal       },
    {"lognormal",        10.0, 1.5,                 0.0, 0, 2.25,                   cdf_lognormal       },
    {"weibull",          1.0,  0.0,                 1.0, 0, 1.0,                    cdf_weibull         },
    {"weibull",          4.0,  0.0,                 2.0, 0, 0.27323954473516268615, cdf_weibull         },
    {"weibull",          4.0,  0.0,                 0.5, 0, 5.0,                    cdf_weibull         },
    {"pareto",           3.0,  0.0,                 2.5, 0, 0.8,                    cdf_pareto          },
    {"pareto",           3.0,  0.0,                 6.0, 0, 1.0 / 24.0,             cdf_pareto          },
    {"hyperexponential", 1.0,  1.0,                 0.0, 0, 1.0,                    cdf_hyperexponential},
    {"hyperexponential", 1.0,  3.0,                 0.0, 0, 9.0,                    cdf_hyperexponential},
    {"uniform",          6.0,  0.2,                 0.0, 0, 0.04,                   cdf_uniform         },
    {"uniform",          6.0,  0.57735026918962576, 0.0, 0, 1.0 / 3.0,              cdf_uniform         },
};

enum {
    LAWS = (int)(sizeof laws / sizeof *laws)
};

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorted samples of a law. */
static const double *sample(const struct dist *d, uint64_t seed)
{
    static double x[DRAWS];
    struct rng r = stream(seed);

    for (int i = 0; i < DRAWS; i++) {
        x[i] = dist_draw(d, &r);
    }
    qsort(x, DRAWS, sizeof *x, by_value);
    return x;
}

static struct dist make_law(const struct law *l)
{
    return make(l->name, l->mean, l->cv, l->shape, l->k);
}

/* The mean within 4 standard errors; the variance within 5 of its own, from the sample's fourth
 * moment, where the law has one. */
static void dist_has_its_mean_and_variance_when_drawn_often(void **state)
{
    (void)state;
    for (int l = 0; l < LAWS; l++) {
        const struct dist d = make_law(&laws[l]);
        const double *x = sample(&d, 100 + (uint64_t)l);
        double m1 = 0.0;
        double m2 = 0.0;
        double m4 = 0.0;

        for (int i = 0; i < DRAWS; i++) {
            const double c = x[i] - d.mean;

            m1 += c / DRAWS;
            m2 += c * c / DRAWS;
            m4 += c * c * c * c / DRAWS;
        }
        const double variance = laws[l].scv * d.mean * d.mean;

        assert_true(fabs(m1) < 4.0 * sqrt(variance / DRAWS));
        if (d.shape > 0.0 && strcmp(laws[l].name, "pareto") == 0 && d.shape < 4.5) {
            continue;
        }
        assert_true(fabs(m2 - variance) < 5.0 * sqrt((m4 - m2 * m2) / DRAWS));
    }
}

/* sup |F_n - F| sqrt n above 1.95 has probability 0.001 (Kolmogorov); the supremum is also
 * never so small that the sample would not be random: below 0.30 has probability 1e-5. */
static void dist_passes_kolmogorov_smirnov_when_compared_with_gsl(void **state)
{
    (void)state;
    for (int l = 0; l < LAWS; l++) {
        const struct dist d = make_law(&laws[l]);
        const double *x = sample(&d, 300 + (uint64_t)l);
        double gap = 0.0;

        for (int i = 0; i < DRAWS; i++) {
            const double f = laws[l].cdf(&d, x[i]);

            gap = fmax(gap, fmax(f - (double)i / DRAWS, (double)(i + 1) / DRAWS - f));
        }
        gap *= sqrt(DRAWS);
        if (gap > 1.95 || gap < 0.30) {
            fail_msg("%s (row %d): sqrt(n) D = %g", laws[l].name, l, gap);
        }
    }
}

/* Sample quantiles, on the scale of probability: within 4 sqrt(p (1 - p) / n). */
static void dist_has_its_quantiles_when_drawn_often(void **state)
{
    static const double p[] = {0.001, 0.05, 0.5, 0.95, 0.99, 0.9999};

    (void)state;
    for (int l = 0; l < LAWS; l++) {
        const struct dist d = make_law(&laws[l]);
        const double *x = sample(&d, 500 + (uint64_t)l);

        for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
            const double q = x[(int)(p[i] * DRAWS)];
            const double error = laws[l].cdf(&d, q) - p[i];

            assert_true(fabs(error) < 4.0 * sqrt(p[i] * (1.0 - p[i]) / DRAWS) + 1.0 / DRAWS);
        }
    }
}

/* The distribution function at the quantile is p again, also of the law times three. */
static void dist_quantile_inverts_the_law_when_compared_with_gsl(void **state)
{
    static const double p[] = {0.001, 0.05, 0.5, 0.95, 0.9999};

    (void)state;
    for (int l = 0; l < LAWS; l++) {
        const struct dist d = make_law(&laws[l]);
        const struct dist d3 = dist_scaled(&d, 3.0);

        for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
            const double x = dist_quantile(&d, p[i]);

            assert_true(fabs(laws[l].cdf(&d, x) - p[i]) < 1e-8 * (1.0 - p[i]) + 1e-11);
            assert_true(fabs(laws[l].cdf(&d3, dist_quantile(&d3, p[i])) - p[i]) < 1e-8);
            assert_true(fabs(dist_quantile(&d3, p[i]) - 3.0 * x) <= 1e-8 * x);
        }
    }
}

/* Five values, in no order: the third is the smallest with three of five at or below it. */
static void dist_quantile_is_a_measured_value_when_empirical(void **state)
{
    static const double value[] = {40.0, 10.0, 30.0, 0.0, 20.0};
    struct dist d;

    (void)state;
    assert_null(dist_init_values(&d, value, 5, 0.0));
    assert_true(fabs(dist_quantile(&d, 0.5) - 20.0) < 1e-6);
    assert_true(fabs(dist_quantile(&d, 0.61) - 30.0) < 1e-6);
    assert_true(fabs(dist_quantile(&d, 0.99) - 40.0) < 1e-6);
    d = dist_scaled(&d, 2.0);
    assert_true(fabs(dist_quantile(&d, 0.5) - 40.0) < 1e-6);
}

static void dist_scv_is_the_closed_form_when_asked(void **state)
{
    struct dist d;

    (void)state;
    for (int l = 0; l < LAWS; l++) {
        d = make_law(&laws[l]);
        assert_true(fabs(dist_scv(&d) - laws[l].scv) < 1e-12 * (1.0 + laws[l].scv));
    }
    d = make("deterministic", 5.0, 0.0, 0.0, 0);
    assert_true(!(dist_scv(&d) > 0.0));
    d = make("pareto", 5.0, 0.0, 1.5, 0);
    assert_true(isinf(dist_scv(&d)));
}

static void dist_weibull_finds_its_shape_when_given_a_cv(void **state)
{
    static const double shape[] = {0.06, 0.2, 0.5, 1.0, 2.0, 3.6, 20.0, 900.0};

    (void)state;
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
        const struct dist by_shape = make("weibull", 7.0, 0.0, shape[i], 0);
        const struct dist by_cv = make("weibull", 7.0, sqrt(dist_scv(&by_shape)), 0.0, 0);
        struct rng r1 = stream(9);
        struct rng r2 = stream(9);

        for (int k = 0; k < 100; k++) {
            const double x = dist_draw(&by_shape, &r1);
            const double y = dist_draw(&by_cv, &r2);

            assert_true(fabs(x - y) <= 1e-6 * x);
        }
    }
}

/* The smallest uniform number is 2^-54: 37.4 means. A 32-bit one would stop at 22.2. */
static void dist_exponential_reaches_its_far_tail_when_u_is_tiny(void **state)
{
    const struct dist d = make("exponential", 1.0, 0.0, 0.0, 0);
    struct rng r = stream(1);
    double x;

    (void)state;
    rng_refill(&r);
    r.word[0] = 0;
    r.word[1] = UINT64_C(1) << 30;
    r.word[2] = UINT64_MAX;
    x = dist_draw(&d, &r);
    assert_true(fabs(x - 54.0 * log(2.0)) < 1e-12);
    x = dist_draw(&d, &r);
    assert_true(x > 23.0 && x < 24.0);
    x = dist_draw(&d, &r);
    assert_true(x > 0.0 && x < 2e-16);
}

/* ---- Whole nanoseconds ---- */

struct frozen {
    const char *name;
    double cv, shape;
    int k;
    int64_t ns[5]; /* of mean 10 ms */
};

/* Frozen at the first release: any change of these changes every result of the program. */
static const struct frozen frozen[] = {
    {"deterministic",    0.0, 0.0, 0, {10000000, 10000000, 10000000, 10000000, 10000000}},
    {"exponential",      0.0, 0.0, 0, {2875185, 3338236, 12062116, 5223, 187486}        },
    {"gamma",            0.5, 0.0, 0, {20560627, 9223427, 16898354, 4722844, 4896264}   },
    {"gamma",            2.0, 0.0, 0, {11097182, 1049861, 16986040, 47692922, 235955}   },
    {"erlang",           0.0, 0.0, 3, {22475305, 8953452, 18001612, 4017750, 4198950}   },
    {"lognormal",        1.5, 0.0, 0, {11541423, 10316507, 3132532, 194873384, 53298944}},
    {"weibull",          0.5, 0.0, 0, {6238865, 6698342, 12344302, 309631, 1701574}     },
    {"weibull",          0.0, 0.7, 0, {1331350, 1647923, 10326333, 162, 26943}          },
    {"pareto",           0.0, 2.5, 0, {6731290, 6857129, 9720569, 6001254, 6045166}     },
    {"hyperexponential", 2.0, 0.0, 0, {1881124, 2943, 2870256, 6495171, 19723839}       },
    {"uniform",          0.3, 0.0, 0, {12599351, 12246610, 7914567, 15190725, 15003126} },
};

static void dist_draws_frozen_samples_when_seeded_alike(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof frozen / sizeof *frozen; i++) {
        const struct frozen *f = &frozen[i];
        const struct dist d = make(f->name, 1e7, f->cv, f->shape, f->k);
        struct rng r = stream(1);

        for (int k = 0; k < 5; k++) {
            const int64_t ns = dist_draw_ns(&d, &r);

            assert_int_equal(ns, f->ns[k]);
        }
    }
}

static int64_t rounded(double mean)
{
    const struct dist d = make("deterministic", mean, 0.0, 0.0, 0);
    struct rng r = stream(1);

    return dist_draw_ns(&d, &r);
}

static void dist_draw_ns_rounds_half_to_even_when_between_two(void **state)
{
    (void)state;
    assert_int_equal(rounded(0.0), 0);
    assert_int_equal(rounded(0.5), 0);
    assert_int_equal(rounded(0.50000000000000011), 1);
    assert_int_equal(rounded(1.5), 2);
    assert_int_equal(rounded(2.5), 2);
    assert_int_equal(rounded(2083333.3333), 2083333);
    assert_int_equal(rounded(0x1p51 + 0.5), INT64_C(1) << 51);
    assert_int_equal(rounded(0x1p52 + 1.0), (INT64_C(1) << 52) + 1);
    assert_int_equal(rounded(9007199254740991.0), TIME_MAX_NS);
    assert_int_equal(rounded(1e300), TIME_MAX_NS);
}

static void dist_stays_within_time_when_the_tail_is_extreme(void **state)
{
    const struct dist d = make("pareto", 1e15, 0.0, 1.0001, 0);
    const struct dist wild = make("lognormal", 1e15, 1e6, 0.0, 0);
    const struct dist rare = make("hyperexponential", 1e12, 1e6, 0.0, 0);
    const struct dist thin = make("gamma", 1e12, 1e6, 0.0, 0);
    struct rng r = stream(4);

    (void)state;
    for (int i = 0; i < 20000; i++) {
        int64_t ns = dist_draw_ns(&d, &r);

        assert_true(ns >= 0 && ns <= TIME_MAX_NS);
        ns = dist_draw_ns(&wild, &r);
        assert_true(ns >= 0 && ns <= TIME_MAX_NS);
        ns = dist_draw_ns(&rare, &r);
        assert_true(ns >= 0 && ns <= TIME_MAX_NS);
        ns = dist_draw_ns(&thin, &r);
        assert_true(ns >= 0 && ns <= TIME_MAX_NS);
    }
}

/* ---- Empirical ---- */

/* Chi-square of the counts of 8 values over 80000 draws: above 24.32 with probability 0.001 at
 * 7 degrees of freedom (gsl_cdf_chisq_Qinv), below 0.60 with probability 0.001. */
static void dist_draws_each_value_alike_when_empirical(void **state)
{
    static const double value[] = {0.0, 1.0, 2.0, 3.5, 4.0, 5.0, 6.0, 1e9};
    int64_t count[8] = {0};
    struct dist d;
    struct rng r = stream(8);

    (void)state;
    assert_null(dist_init_values(&d, value, 8, 0.0));
    for (int i = 0; i < 80000; i++) {
        const double x = dist_draw(&d, &r);

        for (int k = 0; k < 8; k++) {
            count[k] += fabs(x - value[k]) < 1e-12;
        }
    }
    double chi2 = 0.0;
    for (int k = 0; k < 8; k++) {
        const double off = (double)count[k] - 10000.0;

        chi2 += off * off / 10000.0;
    }
    assert_true(chi2 > 0.60 && chi2 < 24.32);
}

/* The values 1, 2, 6: mean 3, variance (4 + 1 + 9) / 3, so scv 14 / 27; scaling changes the
 * mean alone. A draw takes one word. */
static void dist_has_the_mean_of_its_values_or_the_one_given_when_empirical(void **state)
{
    static const double value[] = {1.0, 2.0, 6.0};
    struct dist own;
    struct dist scaled;
    struct rng r = stream(9);
    struct rng same = stream(9);

    (void)state;
    assert_null(dist_init_values(&own, value, 3, 0.0));
    assert_null(dist_init_values(&scaled, value, 3, 12.0));
    assert_true(fabs(own.mean - 3.0) < 1e-15 && fabs(scaled.mean - 12.0) < 1e-15);
    assert_true(fabs(dist_scv(&own) - 14.0 / 27.0) < 1e-15);
    assert_true(fabs(dist_scv(&scaled) - 14.0 / 27.0) < 1e-15);
    for (int i = 0; i < 1000; i++) {
        const double x = dist_draw(&own, &r);
        const double y = dist_draw(&scaled, &same);

        assert_true(fabs(4.0 * x - y) < 1e-12);
    }
    assert_int_equal(rng_word(&r), rng_word(&same));
}

static void dist_refuses_values_when_they_have_no_law(void **state)
{
    static const double zero[] = {0.0, 0.0};
    static const double negative[] = {1.0, -1.0};
    static const double wild[] = {1.0, (double)NAN};
    struct dist d;
    struct rng r = stream(1);

    (void)state;
    assert_non_null(dist_init_values(&d, zero, 0, 0.0));
    assert_non_null(dist_init_values(&d, negative, 2, 0.0));
    assert_non_null(dist_init_values(&d, wild, 2, 0.0));
    assert_non_null(dist_init_values(&d, zero, 2, 1.0));
    assert_non_null(dist_init_values(&d, zero, 2, -1.0));
    assert_non_null(dist_init(&d, dist_find("empirical"), 1.0, 0.0, 0.0, 0));
    assert_null(dist_init_values(&d, zero, 2, 0.0));
    assert_int_equal(dist_draw_ns(&d, &r), 0);
}

/* ---- Refusals and the table ---- */

static void dist_refuses_with_a_clause_when_parameters_are_impossible(void **state)
{
    static const struct {
        const char *name;
        double mean, cv, shape;
        int k;
        const char *clause;
    } bad[] = {
        {"exponential",      -1.0,        0.0,         0.0,      0,  "mean"           },
        {"exponential",      (double)NAN, 0.0,         0.0,      0,  "mean"           },
        {"exponential",      HUGE_VAL,    0.0,         0.0,      0,  "mean"           },
        {"exponential",      1.0,         1.0,         0.0,      0,  "takes no cv"    },
        {"deterministic",    1.0,         0.0,         2.0,      0,  "takes no shape" },
        {"deterministic",    1.0,         0.0,         0.0,      2,  "takes no k"     },
        {"gamma",            1.0,         0.0,         0.0,      0,  "cv"             },
        {"gamma",            1.0,         -0.5,        0.0,      0,  "cv"             },
        {"gamma",            1.0,         HUGE_VAL,    0.0,      0,  "cv"             },
        {"gamma",            1.0,         (double)NAN, 0.0,      0,  "cv"             },
        {"erlang",           1.0,         0.0,         0.0,      0,  "k between"      },
        {"erlang",           1.0,         0.0,         0.0,      -3, "k between"      },
        {"lognormal",        1.0,         0.0,         0.0,      0,  "cv"             },
        {"lognormal",        1.0,         1e200,       0.0,      0,  "cv"             },
        {"weibull",          1.0,         0.0,         0.0,      0,  "a cv or a shape"},
        {"weibull",          1.0,         0.5,         2.0,      0,  "not both"       },
        {"weibull",          1.0,         0.0,         0.01,     0,  "shape between"  },
        {"weibull",          1.0,         0.0,         1e9,      0,  "shape between"  },
        {"weibull",          1.0,         1e-9,        0.0,      0,  "cv between"     },
        {"weibull",          1.0,         HUGE_VAL,    0.0,      0,  "cv between"     },
        {"pareto",           1.0,         0.0,         1.0,      0,  "shape above 1"  },
        {"pareto",           1.0,         0.0,         0.0,      0,  "shape above 1"  },
        {"pareto",           1.0,         0.0,         HUGE_VAL, 0,  "at most"        },
        {"hyperexponential", 1.0,         0.99,        0.0,      0,  "cv between 1"   },
        {"hyperexponential", 1.0,         1e300,       0.0,      0,  "cv between 1"   },
        {"uniform",          1.0,         0.578,       0.0,      0,  "57.7%"          },
        {"uniform",          1.0,         HUGE_VAL,    0.0,      0,  "57.7%"          },
        {"uniform",          1.0,         0.0,         0.0,      0,  "cv above"       },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct dist d;
        const char *why = dist_init(&d, dist_find(bad[i].name), bad[i].mean, bad[i].cv,
                                    bad[i].shape, bad[i].k);

        if (why == NULL || strstr(why, bad[i].clause) == NULL) {
            fail_msg("row %zu: %s", i, why == NULL ? "taken" : why);
        }
    }
}

static void dist_finds_all_ten_kinds_when_named(void **state)
{
    static const char *const names[] = {
        "deterministic", "exponential",      "gamma",   "erlang",   "lognormal", "weibull",
        "pareto",        "hyperexponential", "uniform", "empirical"};

    (void)state;
    assert_int_equal(dist_kinds_n, 10);
    for (int i = 0; i < 10; i++) {
        const struct dist_kind *kind = dist_find(names[i]);

        assert_ptr_equal(kind, dist_kinds[i]);
        assert_true(kind->help != NULL && kind->source != NULL);
        assert_int_equal(kind->random, i > 0);
    }
    assert_null(dist_find("normal"));
    assert_null(dist_find(""));
}

static void dist_gives_zero_when_the_mean_is_zero(void **state)
{
    (void)state;
    for (int l = 0; l < LAWS; l++) {
        const struct dist d = make(laws[l].name, 0.0, laws[l].cv, laws[l].shape, laws[l].k);
        struct rng r = stream(2);

        for (int i = 0; i < 100; i++) {
            const int64_t ns = dist_draw_ns(&d, &r);

            assert_int_equal(ns, 0);
        }
    }
}

/* Batches of all lengths, so that they begin and end anywhere in the words that are drawn
 * ahead, mixed with single draws. */
static void dist_fills_what_single_draws_give_when_lengths_vary(void **state)
{
    static const double means_ns[] = {1e6, 0.0, 0.9, 0x1.fffffffffffffp45, 0x1p46, 1e15};
    static const double value[] = {0.0, 1.0, 12.5};

    (void)state;
    for (int isa = VMATH_SSE2; isa <= VMATH_AVX512; isa++) {
        vmath_use((enum vmath_isa)isa);
        for (int kind = 0; kind < dist_kinds_n; kind++) {
            const struct dist_kind *k = dist_kinds[kind];
            const bool is_pareto = strcmp(k->name, "pareto") == 0;
            const bool is_hyper = strcmp(k->name, "hyperexponential") == 0;
            struct rng batch = stream(3);
            struct rng single = stream(3);

            for (int m = 0; m < 6; m++) {
                struct dist d;

                if (k->takes_values) {
                    assert_null(dist_init_values(&d, value, 3, m == 1 ? 1.0 : means_ns[m]));
                } else {
                    assert_null(dist_init(&d, k, means_ns[m],
                                          k->takes_cv ? (is_hyper ? 1.5 : 0.5) : 0.0,
                                          is_pareto ? 1.5 : 0.0, k->takes_k ? 2 : 0));
                }
                for (int n = 0; n < 200; n++) {
                    int64_t got[200];

                    dist_fill_ns(&d, &batch, got, n);
                    for (int i = 0; i < n; i++) {
                        assert_int_equal(got[i], dist_draw_ns(&d, &single));
                    }
                    if (n % 5 == 0) {
                        assert_true(rng_word(&batch) == rng_word(&single));
                    }
                }
            }
        }
    }
    vmath_use(VMATH_AVX512);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dist_has_its_mean_and_variance_when_drawn_often),
        cmocka_unit_test(dist_passes_kolmogorov_smirnov_when_compared_with_gsl),
        cmocka_unit_test(dist_has_its_quantiles_when_drawn_often),
        cmocka_unit_test(dist_quantile_inverts_the_law_when_compared_with_gsl),
        cmocka_unit_test(dist_quantile_is_a_measured_value_when_empirical),
        cmocka_unit_test(dist_scv_is_the_closed_form_when_asked),
        cmocka_unit_test(dist_weibull_finds_its_shape_when_given_a_cv),
        cmocka_unit_test(dist_exponential_reaches_its_far_tail_when_u_is_tiny),
        cmocka_unit_test(dist_draws_frozen_samples_when_seeded_alike),
        cmocka_unit_test(dist_draw_ns_rounds_half_to_even_when_between_two),
        cmocka_unit_test(dist_stays_within_time_when_the_tail_is_extreme),
        cmocka_unit_test(dist_draws_each_value_alike_when_empirical),
        cmocka_unit_test(dist_has_the_mean_of_its_values_or_the_one_given_when_empirical),
        cmocka_unit_test(dist_refuses_values_when_they_have_no_law),
        cmocka_unit_test(dist_refuses_with_a_clause_when_parameters_are_impossible),
        cmocka_unit_test(dist_finds_all_ten_kinds_when_named),
        cmocka_unit_test(dist_gives_zero_when_the_mean_is_zero),
        cmocka_unit_test(dist_fills_what_single_draws_give_when_lengths_vary),
    };

    dist_library_quiet();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
