/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound.c - queues: closed forms where they exist, else numerics with positive terms only.
 *
 * Every quantile is the root of a tail probability, found by bisection: tails fall, so nothing
 * can go wrong with it, and none is asked for in a loop that would notice the price. Numbers in
 * system are cut at BOUND_STATES; a law that still has mass there is refused. */
#include "models/bound_inside.h"

#include <assert.h>
#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum {
    BISECTIONS = 60,
    DOUBLINGS = 200,
    ITERATIONS = 400000 /* of a stationary law: enough for a load of 0.99 */
};

#define SETTLED                                                                                \
    1e-14          /* change of a law per step, in total variation, that ends the iteration */
#define TAIL 1e-12 /* mass in the last state that a law may have */

/* ---- Roots ---- */

double bound_quantile(tail_function *tail, const void *context, double least, double scale,
                      double p)
{
    double lo = least;
    double hi = least;
    double step = scale;
    if (tail(context, lo) <= 1.0 - p) {
        return lo;
    }
    for (int i = 0; i < DOUBLINGS; i++) {
        hi = lo + step;
        if (tail(context, hi) <= 1.0 - p) {
            break;
        }
        lo = hi;
        step *= 2.0;
    }
    for (int i = 0; i < BISECTIONS && hi - lo > 1e-13 * hi; i++) {
        double mid = lo + (hi - lo) / 2.0;
        if (tail(context, mid) <= 1.0 - p) {
            hi = mid;
        } else {
            lo = mid;
        }
    }
    return hi;
}

bool bound_is_stable(double rate, double service, int servers, double p)
{
    return rate > 0.0 && service > 0.0 && servers >= 1 && servers <= BOUND_SERVERS_MAX &&
           rate * service < servers && p > 0.0 && p < 1.0;
}

/* ---- M/M/c ---- */

struct mmc {
    double rate, mu, wait_frac;
    int servers;
};

double bound_mmc_wait_frac(double rate, double service, int servers)
{
    if (!bound_is_stable(rate, service, servers, 0.5)) {
        return (double)NAN;
    }
    double load = rate * service;
    double lost = 1.0; /* Erlang's B, server by server */
    for (int i = 1; i <= servers; i++) {
        lost = load * lost / (i + load * lost);
    }
    return lost / (1.0 - load / servers * (1.0 - lost));
}

static double mmc_tail(const void *context, double t)
{
    const struct mmc *q = context;
    double drain = q->servers * q->mu - q->rate;
    double alone = exp(-q->mu * t);
    double gap = drain - q->mu;
    /* Waiting and service of nearly equal rate: the limit is that of an Erlang of two stages.
     */
    double waited = fabs(gap) < 1e-9 * q->mu ? (1.0 + q->mu * t) * alone
                                             : (drain * alone - q->mu * exp(-drain * t)) / gap;
    return (1.0 - q->wait_frac) * alone + q->wait_frac * waited;
}

struct bound bound_mmc(double rate, double service, int servers, double p)
{
    if (!bound_is_stable(rate, service, servers, p)) {
        return NO_BOUND;
    }
    struct mmc q = {rate, 1.0 / service, bound_mmc_wait_frac(rate, service, servers), servers};
    return (struct bound){service + q.wait_frac / (servers * q.mu - rate),
                          bound_quantile(mmc_tail, &q, 0.0, service, p)};
}

/* ---- Laws of a number in system ---- */

void bound_add_arrivals(double *law, double mean)
{
    double pmf[BOUND_STATES];
    int n = 0;
    double term = exp(-mean);
    for (; n < BOUND_STATES && (n < mean || term > 1e-20); n++) {
        pmf[n] = term;
        term *= mean / (n + 1);
    }
    for (int i = BOUND_STATES - 1; i >= 0; i--) {
        double sum = 0.0;
        for (int k = 0; k < n && k <= i; k++) {
            sum += pmf[k] * law[i - k];
        }
        law[i] = sum;
    }
}

void bound_take_out(double *law, int n)
{
    for (int i = 1; i <= n; i++) {
        law[0] += law[i];
    }
    for (int i = 1; i < BOUND_STATES; i++) {
        law[i] = i + n < BOUND_STATES ? law[i + n] : 0.0;
    }
}

double bound_mean_number(const double *law)
{
    double mean = 0.0;
    for (int i = 0; i < BOUND_STATES; i++) {
        mean += i * law[i];
    }
    return mean;
}

double bound_at_most(const double *law, int n)
{
    double sum = 0.0;
    for (int i = 0; i <= n && i < BOUND_STATES; i++) {
        sum += law[i];
    }
    return sum;
}

bool bound_settle(double *law, void (*step)(const void *context, double *law),
                  const void *context)
{
    double before[BOUND_STATES];
    memset(law, 0, BOUND_STATES * sizeof *law);
    law[0] = 1.0;
    for (int round = 0; round < ITERATIONS; round++) {
        memcpy(before, law, sizeof before);
        step(context, law);
        double sum = 0.0;
        for (int i = 0; i < BOUND_STATES; i++) {
            sum += law[i];
        }
        double change = 0.0;
        for (int i = 0; i < BOUND_STATES; i++) {
            law[i] /= sum;
            change += fabs(law[i] - before[i]);
        }
        /* From empty the law only grows towards its limit: what spills now never comes back. */
        if (change < SETTLED || law[BOUND_STATES - 1] > TAIL) {
            return law[BOUND_STATES - 1] <= TAIL;
        }
    }
    return false;
}

/* ---- M/D/c ---- */

struct mdc {
    double rate, service;
    int servers;
    double law[BOUND_STATES];
};

static void mdc_step(const void *context, double *law)
{
    const struct mdc *q = context;
    bound_take_out(law, q->servers);
    bound_add_arrivals(law, q->rate * q->service);
}

/* P(wait <= x): all that came until u ago, and those since, have been taken up after k
 * services.
 */
static double mdc_tail(const void *context, double t)
{
    const struct mdc *q = context;
    double x = t - q->service;
    double k = floor(x / q->service) + 1.0;
    double since = q->rate * (k * q->service - x);
    double places = k * q->servers - 1.0;
    double term = exp(-since);
    double sum = 0.0;
    for (int j = 0; j <= places && (j < since || term > 1e-20); j++) {
        double left = places - j + q->servers;
        sum += term * bound_at_most(q->law, left < BOUND_STATES ? (int)left : BOUND_STATES);
        term *= since / (j + 1);
    }
    return 1.0 - sum;
}

struct bound bound_mdc(double rate, double service, int servers, double p)
{
    struct mdc q = {.rate = rate, .service = service, .servers = servers};
    if (!bound_is_stable(rate, service, servers, p) || !bound_settle(q.law, mdc_step, &q)) {
        return NO_BOUND;
    }
    return (struct bound){bound_mean_number(q.law) / rate,
                          bound_quantile(mdc_tail, &q, service, service, p)};
}

/* ---- Transforms of the named laws: E exp(-s X) ---- */

typedef double complex transform(const struct dist *d, double complex s);

/* CMPLX, which clang 14 does not offer: the array of two has the layout of the complex number.
 */
static double complex complex_of(double re, double im)
{
    double part[2] = {re, im};
    double complex z;
    memcpy(&z, part, sizeof z);
    return z;
}

static double complex of_deterministic(const struct dist *d, double complex s)
{
    return cexp(-s * d->mean);
}

static double complex of_exponential(const struct dist *d, double complex s)
{
    return 1.0 / (1.0 + s * d->mean);
}

static double complex of_gamma(const struct dist *d, double complex s)
{
    double scv = dist_scv(d);
    return cexp(-clog(1.0 + s * d->mean * scv) / scv);
}

static double complex of_hyperexponential(const struct dist *d, double complex s)
{
    double scv = dist_scv(d);
    double rare = 0.5 * (1.0 - sqrt((scv - 1.0) / (scv + 1.0)));
    return rare / (1.0 + s * d->mean / (2.0 * rare)) +
           (1.0 - rare) / (1.0 + s * d->mean / (2.0 * (1.0 - rare)));
}

static double complex of_uniform(const struct dist *d, double complex s)
{
    double half = sqrt(3.0 * dist_scv(d)) * d->mean;
    double complex z = s * half;
    if (cabs(z) < 1e-4) {
        return cexp(-s * d->mean) * (1.0 + z * z / 6.0);
    }
    return cexp(-s * d->mean) * (cexp(z) - cexp(-z)) / (2.0 * z);
}

/* The trapezoidal rule converges faster than any power of its step here: both integrands are
 * analytic and vanish at the ends with all their derivatives. */
static double complex of_lognormal(const struct dist *d, double complex s)
{
    double sigma2 = log1p(dist_scv(d));
    double complex sum = 0.0;
    for (int i = -1800; i <= 1800; i++) {
        double z = i * 0.005;
        double x = d->mean * exp(sqrt(sigma2) * z - sigma2 / 2.0);
        sum += exp(-z * z / 2.0) * cexp(-s * x);
    }
    return sum * 0.005 / sqrt(2.0 * 3.14159265358979323846);
}

/* X = least exp(E / shape) with E exponential, and E = exp(y). */
static double complex of_pareto(const struct dist *d, double complex s)
{
    double least = d->mean * (d->shape - 1.0) / d->shape;
    double complex sum = 0.0;
    for (int i = -4000; i <= 380; i++) {
        double y = i * 0.01;
        double e = exp(y);
        sum += exp(y - e) * cexp(-s * least * exp(e / d->shape));
    }
    return sum * 0.01;
}

static const struct {
    const char *name;
    transform *of;
} transforms[] = {
    {"deterministic",    of_deterministic   },
    {"exponential",      of_exponential     },
    {"gamma",            of_gamma           },
    {"erlang",           of_gamma           },
    {"hyperexponential", of_hyperexponential},
    {"uniform",          of_uniform         },
    {"lognormal",        of_lognormal       },
    {"pareto",           of_pareto          },
};

static transform *transform_of(const struct dist *d)
{
    for (size_t i = 0; i < sizeof transforms / sizeof transforms[0]; i++) {
        if (strcmp(transforms[i].name, d->kind->name) == 0) {
            return transforms[i].of;
        }
    }
    return NULL;
}

/* ---- M/G/1 ---- */

enum {
    EULER = 14 /* terms that are averaged: about 0.6 digits each, before rounding takes them */
};

struct mg1 {
    double rate;
    const struct dist *service;
    transform *of;
};

/* Transform of the tail of the response. */
static double complex mg1_tail_transform(const struct mg1 *q, double complex s)
{
    double complex service = q->of(q->service, s);
    double idle = 1.0 - q->rate * q->service->mean;
    return (1.0 - idle * s * service / (s - q->rate * (1.0 - service))) / s;
}

/* Weights of Euler's summation: xi_0 = 1/2, ones, then the tail of a binomial law. */
static void euler_weights(double *xi)
{
    double choose = 1.0;
    double half = ldexp(1.0, -EULER);
    xi[0] = 0.5;
    for (int k = 1; k <= EULER; k++) {
        xi[k] = 1.0;
    }
    xi[2 * EULER] = half;
    for (int k = 1; k < EULER; k++) {
        choose *= (double)(EULER - k + 1) / k;
        xi[2 * EULER - k] = xi[2 * EULER - k + 1] + half * choose;
    }
}

static double mg1_tail(const void *context, double t)
{
    const struct mg1 *q = context;
    double xi[2 * EULER + 1];
    double sum = 0.0;
    euler_weights(xi);
    for (int k = 0; k <= 2 * EULER; k++) {
        double complex beta =
            complex_of(EULER * 2.302585092994045684 / 3.0, 3.14159265358979323846 * k);
        double term = xi[k] * creal(mg1_tail_transform(q, beta / t));
        sum += k % 2 == 0 ? term : -term;
    }
    return pow(10.0, EULER / 3.0) / t * sum;
}

struct bound bound_mg1(double rate, const struct dist *service, double p)
{
    struct mg1 q = {rate, service, transform_of(service)};
    if (!bound_is_stable(rate, service->mean, 1, p) || !q.of || !service->kind->random) {
        return NO_BOUND;
    }
    double load = rate * service->mean;
    double wait = load * service->mean * (1.0 + dist_scv(service)) / (2.0 * (1.0 - load));
    return (struct bound){service->mean + wait,
                          bound_quantile(mg1_tail, &q, 1e-6 * service->mean, service->mean, p)};
}

/* ---- GI/M/1 ---- */

struct bound bound_gim1(const struct dist *gap, double service, double p)
{
    transform *of = transform_of(gap);
    if (!of || !(gap->mean > 0.0) || !bound_is_stable(1.0 / gap->mean, service, 1, p)) {
        return NO_BOUND;
    }
    /* The fraction that waits is the root below 1 of x = A((1 - x) / service). */
    double lo = 0.0;
    double hi = 1.0 - 1e-9;
    for (int i = 0; i < BISECTIONS; i++) {
        double x = lo + (hi - lo) / 2.0;
        if (creal(of(gap, complex_of((1.0 - x) / service, 0.0))) > x) {
            lo = x;
        } else {
            hi = x;
        }
    }
    double mean = service / (1.0 - hi);
    return (struct bound){mean, -log1p(-p) * mean};
}

/* ---- Closed ---- */

struct closed {
    int clients, servers;
    double mu;
    double law[BOUND_STATES]; /* number in system that a request finds */
};

static void closed_law(double *law, int clients, double think, double service, int servers)
{
    double sum = 0.0;
    double term = 1.0;
    for (int k = 0; k <= clients; k++) {
        law[k] = term;
        sum += term;
        int busy = k + 1 < servers ? k + 1 : servers;
        term *= (clients - k) * service / (think * busy);
        if (sum > 1e200) { /* only the ratios matter */
            for (int i = 0; i <= k; i++) {
                law[i] /= 1e200;
            }
            sum /= 1e200;
            term /= 1e200;
        }
    }
    for (int k = 0; k <= clients; k++) {
        law[k] /= sum;
    }
}

/* P(Erlang of m stages of this rate > t) */
static double erlang_tail(int m, double rate, double t)
{
    double term = exp(-rate * t);
    double sum = 0.0;
    for (int i = 0; i < m; i++) {
        sum += term;
        term *= rate * t / (i + 1);
    }
    return sum;
}

/* P(m stages of rate a and one of rate mu < a last longer than t). The chance of m stages
 * within t is summed from its own small terms, not taken from 1, because its factor is large.
 */
static double staged_tail(int m, double a, double mu, double t)
{
    double log_term = m * log(a * t) - lgamma(m + 1.0) - a * t;
    double b = (a - mu) * t;
    double sum = 0.0;
    double term = 1.0;
    for (int i = 1; i < 10000 && term > 1e-17 * sum; i++) {
        sum += term;
        term *= b / (m + i);
    }
    return erlang_tail(m, a, t) + exp(log_term) * sum;
}

static double closed_tail(const void *context, double t)
{
    const struct closed *q = context;
    double late = 0.0;
    for (int k = 0; k < q->clients; k++) {
        double tail = exp(-q->mu * t);
        if (q->servers == 1) {
            tail = erlang_tail(k + 1, q->mu, t);
        } else if (k >= q->servers && t > 0.0) {
            tail = staged_tail(k - q->servers + 1, q->servers * q->mu, q->mu, t);
        }
        late += q->law[k] * tail;
    }
    return late;
}

struct bound bound_closed(int clients, double think, double service, int servers, double p,
                          double *busy_frac)
{
    struct closed q = {.clients = clients, .servers = servers, .mu = 1.0 / service};
    if (clients < 1 || clients >= BOUND_STATES || servers < 1 || !(think > 0.0) ||
        !(service > 0.0) || !(p > 0.0 && p < 1.0)) {
        return NO_BOUND;
    }
    double busy = 0.0;
    closed_law(q.law, clients, think, service, servers);
    for (int k = 1; k <= clients; k++) {
        busy += q.law[k] * (k < servers ? k : servers);
    }
    if (busy_frac) {
        *busy_frac = busy / servers;
    }
    double mean = clients * service / busy - think;
    closed_law(q.law, clients - 1, think, service, servers);
    return (struct bound){mean, bound_quantile(closed_tail, &q, 0.0, service, p)};
}
