/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dist.c - one row per distribution: its parameters from mean and shape, and its sampler.
 *
 * Where a closed inverse exists the sample is the inverse at one uniform number, in our own
 * arithmetic, so that a draw costs a fixed number of words and has the same bits everywhere.
 * exponential turns small u into large samples: u has 53 bits and stops at 2^-54, 37 means out.
 * p[3] is the squared coefficient of variation in every kind; the others are private to theirs.
 * Not here: where the values of an empirical distribution come from. */
#include "sim/core/dist.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_version.h>

#include "sim/base/units.h"
#include "sim/core/vmath.h"

/* Limits on shapes, beyond which variances leave the range of a double. */
#define CV_MAX            1e6
#define CV_MIN            1e-6
#define WEIBULL_SHAPE_MIN 0.05
#define WEIBULL_SHAPE_MAX 1000.0

enum {
    SCV = 3, /* p[SCV] */
    ERLANG_K_MAX = 1000000,
    QUANTILE_BISECTIONS = 60
};

static const char *check_cv(const struct dist *d)
{
    return d->cv >= CV_MIN && d->cv <= CV_MAX ? NULL : "cv must lie between 1e-6 and 1e6";
}

/* -log(u): the unit exponential. */
static double unit_exponential(struct rng *r)
{
    const double u = rng_uniform(r);

    return -vmath_log(u);
}

/* log(1 + y) for y >= 0, also where 1 + y drops most of y: the factor takes the rounding of 1 +
 * y back. Source: W. Kahan's log1p. */
static double log_1p(double y)
{
    const double one_y = 1.0 + y;

    return one_y > 1.0 ? vmath_log(one_y) * (y / (one_y - 1.0)) : y;
}

/* ---- deterministic, exponential ---- */

static const char *deterministic_prepare(struct dist *d)
{
    d->p[SCV] = 0.0;
    return NULL;
}

static double deterministic_draw(const struct dist *d, struct rng *r)
{
    (void)r;
    return d->mean;
}

static double deterministic_quantile(const struct dist *d, double p)
{
    (void)p;
    return d->mean;
}

static const char *exponential_prepare(struct dist *d)
{
    d->p[SCV] = 1.0;
    return NULL;
}

static double exponential_draw(const struct dist *d, struct rng *r)
{
    return d->mean * unit_exponential(r);
}

static double exponential_quantile(const struct dist *d, double p)
{
    return -d->mean * log1p(-p);
}

/* ---- gamma, Erlang: p[0] shape, p[1] scale ---- */

static const char *gamma_prepare(struct dist *d)
{
    const char *why = check_cv(d);

    if (why != NULL) {
        return why;
    }
    d->p[SCV] = d->cv * d->cv;
    d->p[0] = 1.0 / d->p[SCV];
    d->p[1] = d->mean * d->p[SCV];
    return NULL;
}

static double gamma_draw(const struct dist *d, struct rng *r)
{
    struct rng_bridge b;

    return gsl_ran_gamma(rng_gsl(&b, r), d->p[0], d->p[1]);
}

static double gamma_quantile(const struct dist *d, double p)
{
    return gsl_cdf_gamma_Pinv(p, d->p[0], d->p[1]);
}

static const char *erlang_prepare(struct dist *d)
{
    if (d->k < 1 || d->k > ERLANG_K_MAX) {
        return "erlang needs k between 1 and 1000000";
    }
    d->p[0] = d->k;
    d->p[1] = d->mean / d->k;
    d->p[SCV] = 1.0 / d->k;
    return NULL;
}

static double erlang_draw(const struct dist *d, struct rng *r)
{
    struct rng_bridge b;

    return gsl_ran_erlang(rng_gsl(&b, r), d->p[1], d->p[0]);
}

/* ---- lognormal: p[0] sigma, p[1] sigma^2 / 2 ---- */

static const char *lognormal_prepare(struct dist *d)
{
    const char *why = check_cv(d);

    if (why != NULL) {
        return why;
    }
    d->p[SCV] = d->cv * d->cv;

    const double sigma2 = log_1p(d->p[SCV]);

    d->p[0] = sqrt(sigma2);
    d->p[1] = sigma2 / 2.0;
    return NULL;
}

static double lognormal_draw(const struct dist *d, struct rng *r)
{
    const double u = rng_uniform(r);
    const double z = vmath_normal_quantile(u);

    return d->mean * vmath_exp(d->p[0] * z - d->p[1]);
}

static double lognormal_quantile(const struct dist *d, double p)
{
    return d->mean * exp(d->p[0] * gsl_cdf_ugaussian_Pinv(p) - d->p[1]);
}

/* ---- Weibull: p[0] 1 / shape, p[1] scale ---- */

/* log of the gamma function for x >= 1: the argument is raised past 15, where six terms of
 * Stirling's series leave less than 1e-16. Source: Abramowitz & Stegun 6.1.41. */
static double log_gamma(double x)
{
    double product = 1.0;

    while (x < 15.0) {
        product *= x;
        x += 1.0;
    }

    const double w = 1.0 / (x * x);
    const double series =
        (1.0 / 12 +
         w * (-1.0 / 360 +
              w * (1.0 / 1260 + w * (-1.0 / 1680 + w * (1.0 / 1188 - w * 691.0 / 360360))))) /
        x;

    return (x - 0.5) * vmath_log(x) - x + 0.91893853320467274178 /* log(2 pi) / 2 */ + series -
           vmath_log(product);
}

/* log(1 + cv^2) of a Weibull law whose shape is 1 / inverse; grows with `inverse`. */
static double weibull_log_1cv2(double inverse)
{
    return log_gamma(1.0 + 2.0 * inverse) - 2.0 * log_gamma(1.0 + inverse);
}

/* The inverse shape with the given cv, by bisection to the last bit. */
static double weibull_inverse(double cv)
{
    const double target = log_1p(cv * cv);
    double lo = 1.0 / WEIBULL_SHAPE_MAX;
    double hi = 1.0 / WEIBULL_SHAPE_MIN;

    for (int i = 0; i < 100; i++) {
        const double middle = 0.5 * (lo + hi);

        if (weibull_log_1cv2(middle) < target) {
            lo = middle;
        } else {
            hi = middle;
        }
    }
    return 0.5 * (lo + hi);
}

static const char *weibull_prepare(struct dist *d)
{
    const bool by_cv = d->cv > 0.0;

    if (by_cv == (d->shape > 0.0)) {
        return by_cv ? "weibull takes a cv or a shape, not both"
                     : "weibull needs a cv or a shape";
    }
    if (by_cv) {
        const double least = vmath_exp(weibull_log_1cv2(1.0 / WEIBULL_SHAPE_MAX)) - 1.0;
        const double most = vmath_exp(weibull_log_1cv2(1.0 / WEIBULL_SHAPE_MIN)) - 1.0;

        if (!(d->cv * d->cv >= least && d->cv * d->cv <= most)) {
            return "weibull needs a cv between 0.00129 and 371000";
        }
        d->p[0] = weibull_inverse(d->cv);
        d->p[SCV] = d->cv * d->cv;
    } else {
        if (!(d->shape >= WEIBULL_SHAPE_MIN && d->shape <= WEIBULL_SHAPE_MAX)) {
            return "weibull needs a shape between 0.05 and 1000";
        }
        d->p[0] = 1.0 / d->shape;
        d->p[SCV] = vmath_exp(weibull_log_1cv2(d->p[0])) - 1.0;
    }
    d->p[1] = d->mean / vmath_exp(log_gamma(1.0 + d->p[0]));
    return NULL;
}

static double weibull_draw(const struct dist *d, struct rng *r)
{
    const double e = unit_exponential(r); /* above 0, since u stays below 1 */

    return d->p[1] * vmath_pow(e, d->p[0]);
}

static double weibull_quantile(const struct dist *d, double p)
{
    return d->p[1] * pow(-log1p(-p), d->p[0]);
}

/* ---- Pareto, type I: p[0] 1 / shape, p[1] least value ---- */

static const char *pareto_prepare(struct dist *d)
{
    const double a = d->shape;

    if (!(a > 1.0)) {
        return "pareto needs a shape above 1 to have a mean";
    }
    if (!(a <= 1e9)) {
        return "pareto needs a shape of at most 1e9";
    }
    d->p[0] = 1.0 / a;
    d->p[1] = d->mean * ((a - 1.0) / a);
    d->p[SCV] = a > 2.0 ? 1.0 / (a * (a - 2.0)) : HUGE_VAL;
    return NULL;
}

static double pareto_draw(const struct dist *d, struct rng *r)
{
    const double e = unit_exponential(r);

    return d->p[1] * vmath_exp(e * d->p[0]);
}

static double pareto_quantile(const struct dist *d, double p)
{
    return d->p[1] * exp(-log1p(-p) * d->p[0]);
}

/* ---- hyperexponential, two phases of equal load: p[0] odds of the second, p[1] and p[2] means
 * ---- */

static const char *hyperexponential_prepare(struct dist *d)
{
    const double c2 = d->cv * d->cv;

    if (!(d->cv >= 1.0 && d->cv <= CV_MAX)) {
        return "hyperexponential needs a cv between 1 and 1e6";
    }

    /* Rare and long: 1/2 (1 - sqrt((c2 - 1) / (c2 + 1))) without the cancellation. */
    const double root = sqrt((c2 - 1.0) / (c2 + 1.0));
    const double rare = 1.0 / ((c2 + 1.0) * (1.0 + root));

    d->p[0] = rare;
    d->p[1] = d->mean / (2.0 * (1.0 - rare));
    d->p[2] = d->mean / (2.0 * rare);
    d->p[SCV] = c2;
    return NULL;
}

static double hyperexponential_draw(const struct dist *d, struct rng *r)
{
    const double which = rng_uniform(r);
    const double e = unit_exponential(r);

    return e * (which < d->p[0] ? d->p[2] : d->p[1]);
}

/* Between the quantiles of the two phases. */
static double hyperexponential_quantile(const struct dist *d, double p)
{
    double lo = -d->p[1] * log1p(-p);
    double hi = -d->p[2] * log1p(-p);

    for (int i = 0; i < QUANTILE_BISECTIONS; i++) {
        const double x = lo + (hi - lo) / 2.0;
        const double tail = d->p[0] * exp(-x / d->p[2]) + (1.0 - d->p[0]) * exp(-x / d->p[1]);

        if (tail > 1.0 - p) {
            lo = x;
        } else {
            hi = x;
        }
    }
    return lo;
}

/* ---- uniform: p[0] least value, p[1] width ---- */

static const char *uniform_prepare(struct dist *d)
{
    const double spread = d->cv * 1.7320508075688772935; /* sqrt 3 */

    if (!(d->cv >= CV_MIN && spread <= 1.0 + 4.0 * DBL_EPSILON)) {
        return d->cv > 0.5 ? "uniform needs cv <= 57.7%, or it reaches below 0"
                           : "uniform needs a cv above 1e-6";
    }
    d->p[0] = d->mean * fmax(0.0, 1.0 - spread);
    d->p[1] = 2.0 * (d->mean - d->p[0]);
    d->p[SCV] = d->cv * d->cv;
    return NULL;
}

static double uniform_draw(const struct dist *d, struct rng *r)
{
    const double u = rng_uniform(r);

    return d->p[0] + d->p[1] * u;
}

static double uniform_quantile(const struct dist *d, double p)
{
    return d->p[0] + d->p[1] * p;
}

/* ---- empirical: p[0] scale ---- */

static const char *empirical_prepare(struct dist *d)
{
    return d->value_n > 0 ? NULL : "empirical needs measured values";
}

static double empirical_draw(const struct dist *d, struct rng *r)
{
    const double u = rng_uniform(r);
    int64_t i = (int64_t)(u * (double)d->value_n);

    /* u stays below 1, but its product with a count beyond 2^52 may be rounded up to it. */
    i = i < d->value_n ? i : d->value_n - 1;
    return d->p[0] * d->value[i];
}

/* The values lie in no order and are not copied: each step counts them. */
static double empirical_quantile(const struct dist *d, double p)
{
    double lo = 0.0;
    double hi = 0.0;

    for (int64_t i = 0; i < d->value_n; i++) {
        hi = d->value[i] > hi ? d->value[i] : hi;
    }
    for (int step = 0; step < QUANTILE_BISECTIONS && hi - lo > 1e-9 * hi; step++) {
        const double x = lo + (hi - lo) / 2.0;
        int64_t most = 0;

        for (int64_t i = 0; i < d->value_n; i++) {
            most += d->value[i] <= x;
        }
        if ((double)most < p * (double)d->value_n) {
            lo = x;
        } else {
            hi = x;
        }
    }
    return d->p[0] * lo;
}

/* ---- The table ---- */

static const struct dist_kind deterministic = {
    .name = "deterministic",
    .help = "always the mean",
    .random = false,
    .source = "definition",
    .prepare = deterministic_prepare,
    .draw = deterministic_draw,
    .quantile = deterministic_quantile,
};

static const struct dist_kind exponential = {
    .name = "exponential",
    .help = "memoryless: -mean log u",
    .random = true,
    .source = "definition",
    .prepare = exponential_prepare,
    .draw = exponential_draw,
    .quantile = exponential_quantile,
};

static const struct dist_kind gamma_law = {
    .name = "gamma",
    .help = "any cv: shape 1 / cv^2",
    .takes_cv = true,
    .random = true,
    .source = "Marsaglia & Tsang 2000, as gsl_ran_gamma",
    .prepare = gamma_prepare,
    .draw = gamma_draw,
    .quantile = gamma_quantile,
};

static const struct dist_kind erlang = {
    .name = "erlang",
    .help = "sum of k equal exponential stages",
    .takes_k = true,
    .random = true,
    .source = "gamma of whole shape, as gsl_ran_erlang",
    .prepare = erlang_prepare,
    .draw = erlang_draw,
    .quantile = gamma_quantile,
};

static const struct dist_kind lognormal = {
    .name = "lognormal",
    .help = "exp of a normal: sigma^2 = log(1 + cv^2)",
    .takes_cv = true,
    .random = true,
    .source = "inverse by Wichura 1988, AS 241",
    .prepare = lognormal_prepare,
    .draw = lognormal_draw,
    .quantile = lognormal_quantile,
};

static const struct dist_kind weibull = {
    .name = "weibull",
    .help = "by cv or by shape k: scale (-log u)^(1/k)",
    .takes_cv = true,
    .takes_shape = true,
    .random = true,
    .source = "inverse",
    .prepare = weibull_prepare,
    .draw = weibull_draw,
    .quantile = weibull_quantile,
};

static const struct dist_kind pareto = {
    .name = "pareto",
    .help = "type I, heavy tail: P(X > x) = (least / x)^shape",
    .takes_shape = true,
    .random = true,
    .source = "inverse",
    .prepare = pareto_prepare,
    .draw = pareto_draw,
    .quantile = pareto_quantile,
};

static const struct dist_kind hyperexponential = {
    .name = "hyperexponential",
    .help = "two exponentials of balanced means, cv >= 1",
    .takes_cv = true,
    .random = true,
    .source = "Tijms 2003, A First Course in Stochastic Models, appendix B",
    .prepare = hyperexponential_prepare,
    .draw = hyperexponential_draw,
    .quantile = hyperexponential_quantile,
};

static const struct dist_kind uniform = {
    .name = "uniform",
    .help = "mean (1 - sqrt 3 cv) .. mean (1 + sqrt 3 cv)",
    .takes_cv = true,
    .random = true,
    .source = "definition",
    .prepare = uniform_prepare,
    .draw = uniform_draw,
    .quantile = uniform_quantile,
};

static const struct dist_kind empirical = {
    .name = "empirical",
    .help = "one of the values of a file, each as likely",
    .takes_values = true,
    .random = true,
    .source = "definition",
    .prepare = empirical_prepare,
    .draw = empirical_draw,
    .quantile = empirical_quantile,
};

const struct dist_kind *const dist_kinds[] = {
    &deterministic, &exponential, &gamma_law,        &erlang,  &lognormal,
    &weibull,       &pareto,      &hyperexponential, &uniform, &empirical,
};

const int dist_kinds_n = (int)(sizeof dist_kinds / sizeof *dist_kinds);

/* ---- Interface ---- */

const char *dist_library(void)
{
    return gsl_version;
}

void dist_library_quiet(void)
{
    (void)gsl_set_error_handler_off();
}

const struct dist_kind *dist_find(const char *name)
{
    for (int i = 0; i < dist_kinds_n; i++) {
        if (strcmp(dist_kinds[i]->name, name) == 0) {
            return dist_kinds[i];
        }
    }
    return NULL;
}

const char *dist_init(struct dist *d, const struct dist_kind *kind, double mean, double cv,
                      double shape, int k)
{
    *d = (struct dist){.kind = kind, .mean = mean, .cv = cv, .shape = shape, .k = k};
    if (!(mean >= 0.0 && mean <= 1e300)) {
        return "the mean must be 0 or more, and finite";
    }
    if (!(cv >= 0.0) || (!kind->takes_cv && cv > 0.0)) {
        return kind->takes_cv ? "cv must be above 0" : "this distribution takes no cv";
    }
    if (!(shape >= 0.0) || (!kind->takes_shape && shape > 0.0)) {
        return kind->takes_shape ? "shape must be above 0" : "this distribution takes no shape";
    }
    if (!kind->takes_k && k != 0) {
        return "this distribution takes no k";
    }
    return kind->prepare(d);
}

/* The mean first, then squares about it: no cancellation. */
const char *dist_init_values(struct dist *d, const double *value, int64_t n, double mean)
{
    double sum = 0.0;
    double squares = 0.0;

    *d = (struct dist){.kind = &empirical, .mean = mean, .value = value, .value_n = n};
    if (n < 1) {
        return "there are no values";
    }
    if (!(mean >= 0.0 && mean <= 1e300)) {
        return "the mean must be 0 or more, and finite";
    }
    for (int64_t i = 0; i < n; i++) {
        if (!(value[i] >= 0.0 && value[i] <= 1e150)) {
            return "the values must be 0 or more, and finite";
        }
        sum += value[i];
    }
    const double own = sum / (double)n;

    if (mean > 0.0 && !(own > 0.0)) {
        return "values that are all 0 cannot be scaled to a mean";
    }
    for (int64_t i = 0; i < n; i++) {
        const double x = own > 0.0 ? value[i] / own - 1.0 : 0.0;

        squares += x * x;
    }
    d->p[0] = mean > 0.0 ? mean / own : 1.0;
    d->p[SCV] = squares / (double)n;
    d->mean = mean > 0.0 ? mean : own;
    return NULL;
}

double dist_draw(const struct dist *d, struct rng *r)
{
    return d->kind->draw(d, r);
}

int64_t dist_draw_ns(const struct dist *d, struct rng *r)
{
    const double x = dist_draw(d, r);

    if (!(x > 0.0)) {
        return 0;
    }
    if (x >= (double)TIME_MAX_NS) {
        return TIME_MAX_NS;
    }
    return (int64_t)vmath_round(x);
}

/* Whole batches past the stream's own store, in place; what is left of the store in blocks; a
 * rest one by one. */
static void fill_exponential(const struct dist *d, struct rng *r, int64_t *out, int n)
{
    while (n > 0) {
        if (r->next >= RNG_BATCH && n >= RNG_BATCH) {
            uint64_t *word = (uint64_t *)out;

            rng_take(r, word);
            vmath_exponential_ns(word, d->mean, out, RNG_BATCH);
            out += RNG_BATCH;
            n -= RNG_BATCH;
            continue;
        }
        if (r->next >= RNG_BATCH) {
            rng_refill(r);
        }

        const int left = RNG_BATCH - (int)r->next;
        const int take = left < n ? left : n;
        const int whole = take - take % VMATH_BLOCK;

        vmath_exponential_ns(r->word + r->next, d->mean, out, whole);
        r->next += (unsigned)whole;
        for (int i = whole; i < take; i++) {
            out[i] = dist_draw_ns(d, r);
        }
        out += take;
        n -= take;
    }
}

void dist_fill_ns(const struct dist *d, struct rng *r, int64_t *out, int n)
{
    assert(n >= 0);
    if (d->kind == &exponential && d->mean < VMATH_MEAN_MAX_NS) {
        fill_exponential(d, r, out, n);
        return;
    }
    for (int i = 0; i < n; i++) {
        out[i] = dist_draw_ns(d, r);
    }
}

double dist_scv(const struct dist *d)
{
    return d->p[SCV];
}

double dist_quantile(const struct dist *d, double p)
{
    return d->kind->quantile(d, p);
}

/* A kind that is scaled has scaled parameters, which prepare derives anew. */
struct dist dist_scaled(const struct dist *d, double factor)
{
    struct dist out = *d;

    out.mean *= factor;
    if (d->kind == &empirical) {
        out.p[0] *= factor;
    } else {
        (void)d->kind->prepare(&out);
    }
    return out;
}
