/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound.c - closed forms where they exist, else numerics with positive terms only.
 *
 * Every quantile is the root of a tail probability, found by bisection: tails fall, so nothing
 * can go wrong with it, and none is asked for in a loop that would notice the price. Numbers in
 * system are cut at BOUND_STATES; a law that still has mass there is refused. */
#include "models/bound.h"

#include <assert.h>
#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

enum {
    BISECTIONS = 60,
    DOUBLINGS = 200,
    ARRIVALS = 4096,    /* that bound_md1_least counts at most */
    ITERATIONS = 400000 /* of a stationary law: enough for a load of 0.99 */
};

#define NO_BOUND ((struct bound){(double)NAN, (double)NAN})
#define SETTLED                                                                                \
    1e-14          /* change of a law per step, in total variation, that ends the iteration */
#define TAIL 1e-12 /* mass in the last state that a law may have */

/* ---- Roots ---- */

typedef double tail_function(const void *context, double t);

/* The smallest t >= least with tail(t) <= 1 - p; tail does not rise. */
static double quantile_of(tail_function *tail, const void *context, double least, double scale,
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

static bool is_stable(double rate, double service, int servers, double p)
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
    if (!is_stable(rate, service, servers, 0.5)) {
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
    if (!is_stable(rate, service, servers, p)) {
        return NO_BOUND;
    }
    struct mmc q = {rate, 1.0 / service, bound_mmc_wait_frac(rate, service, servers), servers};
    return (struct bound){service + q.wait_frac / (servers * q.mu - rate),
                          quantile_of(mmc_tail, &q, 0.0, service, p)};
}

/* ---- Laws of a number in system ---- */

/* Adds a Poisson number of arrivals to a law. In place, from the top. */
static void add_arrivals(double *law, double mean)
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

/* Takes up to n requests out. */
static void take_out(double *law, int n)
{
    for (int i = 1; i <= n; i++) {
        law[0] += law[i];
    }
    for (int i = 1; i < BOUND_STATES; i++) {
        law[i] = i + n < BOUND_STATES ? law[i + n] : 0.0;
    }
}

static double mean_number(const double *law)
{
    double mean = 0.0;
    for (int i = 0; i < BOUND_STATES; i++) {
        mean += i * law[i];
    }
    return mean;
}

/* P(number <= n) */
static double at_most(const double *law, int n)
{
    double sum = 0.0;
    for (int i = 0; i <= n && i < BOUND_STATES; i++) {
        sum += law[i];
    }
    return sum;
}

/* Runs step on the law until it does not change. False when it does not settle or does not fit.
 */
static bool settle(double *law, void (*step)(const void *context, double *law),
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
    take_out(law, q->servers);
    add_arrivals(law, q->rate * q->service);
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
        sum += term * at_most(q->law, left < BOUND_STATES ? (int)left : BOUND_STATES);
        term *= since / (j + 1);
    }
    return 1.0 - sum;
}

struct bound bound_mdc(double rate, double service, int servers, double p)
{
    struct mdc q = {.rate = rate, .service = service, .servers = servers};
    if (!is_stable(rate, service, servers, p) || !settle(q.law, mdc_step, &q)) {
        return NO_BOUND;
    }
    return (struct bound){mean_number(q.law) / rate,
                          quantile_of(mdc_tail, &q, service, service, p)};
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
    if (!is_stable(rate, service->mean, 1, p) || !q.of || !service->kind->random) {
        return NO_BOUND;
    }
    double load = rate * service->mean;
    double wait = load * service->mean * (1.0 + dist_scv(service)) / (2.0 * (1.0 - load));
    return (struct bound){service->mean + wait,
                          quantile_of(mg1_tail, &q, 1e-6 * service->mean, service->mean, p)};
}

/* ---- GI/M/1 ---- */

struct bound bound_gim1(const struct dist *gap, double service, double p)
{
    transform *of = transform_of(gap);
    if (!of || !(gap->mean > 0.0) || !is_stable(1.0 / gap->mean, service, 1, p)) {
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

/* ---- Integrals over the phase of a frame ---- */

enum {
    CUTS_MAX = 4 * BOUND_SLOTS_MAX + 8,
    NODES = 8,
    PANELS = 2 /* of NODES points between two cuts */
};

/* Gauss-Legendre, ascending. */
static const double node[NODES] = {
    -0.96028985649753623168, -0.79666647741362673959, -0.52553240991632898582,
    -0.18343464249564980494, 0.18343464249564980494,  0.52553240991632898582,
    0.79666647741362673959,  0.96028985649753623168,
};
static const double weight[NODES] = {
    0.10122853629037625915, 0.22238103445337447054, 0.31370664587788728734,
    0.36268378337836198297, 0.36268378337836198297, 0.31370664587788728734,
    0.22238103445337447054, 0.10122853629037625915,
};

struct cuts {
    double at[CUTS_MAX];
    int n;
};

static double wrap(double x, double frame)
{
    double y = x - floor(x / frame) * frame;
    return y < frame ? y : 0.0;
}

/* Keeps the cuts in ascending order. */
static void cut_at(struct cuts *c, double x)
{
    assert(c->n < CUTS_MAX);
    int i = c->n++;
    for (; i > 0 && c->at[i - 1] > x; i--) {
        c->at[i] = c->at[i - 1];
    }
    c->at[i] = x;
}

/* Time of the server in [0, x) of its own clock. */
static double supply(double x, double slot, double frame)
{
    double whole = floor(x / frame);
    return whole * slot + fmin(x - whole * frame, slot);
}

/* Integral over [0, frame) of f at ascending phases, smooth between the cuts. */
static double over_phases(const struct cuts *c, double (*f)(void *context, double phase),
                          void *context)
{
    double sum = 0.0;
    for (int i = 0; i + 1 < c->n; i++) {
        double width = (c->at[i + 1] - c->at[i]) / PANELS;
        if (!(width > 0.0)) {
            continue;
        }
        for (int k = 0; k < PANELS * NODES; k++) {
            double middle = c->at[i] + (k / NODES + 0.5) * width;
            double phase = middle + node[k % NODES] * width / 2.0;
            sum += weight[k % NODES] * width / 2.0 * f(context, phase);
        }
    }
    return sum;
}

/* ---- Slots, exponential service ---- */

struct slots_mm {
    double rate, mu, slot, frame;
    double first[BOUND_STATES]; /* law at the beginning of the slot */
};

/* The law after `span` of service and arrivals: uniformization. */
static void serve(const struct slots_mm *q, double *law, double span)
{
    double term_law[BOUND_STATES];
    double total = (q->rate + q->mu) * span;
    double up = q->rate / (q->rate + q->mu);
    double down = 1.0 - up;
    double term = exp(-total);
    memcpy(term_law, law, sizeof term_law);
    for (int i = 0; i < BOUND_STATES; i++) {
        law[i] *= term;
    }
    for (int k = 1; k < total || term > 1e-18; k++) {
        double below = 0.0; /* of the state before, one step earlier */
        double here = term_law[0];
        term_law[0] = down * (here + term_law[1]);
        term *= total / k;
        law[0] += term * term_law[0];
        for (int i = 1; i < BOUND_STATES; i++) {
            below = here;
            here = term_law[i];
            double above = i + 1 < BOUND_STATES ? term_law[i + 1] : here;
            term_law[i] = up * below + down * above;
            law[i] += term * term_law[i];
        }
    }
}

static void slots_mm_step(const void *context, double *law)
{
    const struct slots_mm *q = context;
    const double at_once = 20.0; /* events per step, so that exp(-at_once) is far from 0 */
    double steps = ceil((q->rate + q->mu) * q->slot / at_once);
    for (double i = 0.0; i < steps; i++) {
        serve(q, law, q->slot / steps);
    }
    add_arrivals(law, q->rate * (q->frame - q->slot));
}

/* The law while a phase moves on. */
struct moving {
    const struct slots_mm *q;
    double t, phase;
    double law[BOUND_STATES];
};

static void move_to(struct moving *m, double phase)
{
    const struct slots_mm *q = m->q;
    double served = fmin(phase, q->slot) - m->phase;
    if (served > 0.0) {
        serve(q, m->law, served);
        m->phase += served;
    }
    if (phase > m->phase) {
        add_arrivals(m->law, q->rate * (phase - m->phase));
    }
    m->phase = phase;
}

static double number_at(void *context, double phase)
{
    struct moving *m = context;
    move_to(m, phase);
    return mean_number(m->law);
}

/* P(response > t) of an arrival at this phase: n before it, and n + 1 services take longer than
 * the slots supply until then. */
static double late_at(void *context, double phase)
{
    struct moving *m = context;
    const struct slots_mm *q = m->q;
    move_to(m, phase);
    double supplied =
        supply(phase + m->t, q->slot, q->frame) - supply(phase, q->slot, q->frame);
    double term = exp(-q->mu * supplied);
    double done = 0.0;
    double late = 0.0;
    for (int n = 0; n < BOUND_STATES; n++) {
        done += term;
        late += m->law[n] * done;
        term *= q->mu * supplied / (n + 1);
    }
    return late;
}

static double slots_mm_tail(const void *context, double t)
{
    const struct slots_mm *q = context;
    struct cuts c = {.n = 0};
    cut_at(&c, 0.0);
    cut_at(&c, q->slot);
    cut_at(&c, q->frame);
    cut_at(&c, wrap(-t, q->frame));
    cut_at(&c, wrap(q->slot - t, q->frame));
    struct moving m = {.q = q, .t = t};
    memcpy(m.law, q->first, sizeof m.law);
    return over_phases(&c, late_at, &m) / q->frame;
}

struct bound bound_slots_mm(double rate, double service, double slot, double frame, double p)
{
    struct slots_mm q = {.rate = rate, .mu = 1.0 / service, .slot = slot, .frame = frame};
    if (!(slot > 0.0 && frame >= slot) || !is_stable(rate, service * frame / slot, 1, p) ||
        !settle(q.first, slots_mm_step, &q)) {
        return NO_BOUND;
    }
    struct cuts c = {.n = 0};
    cut_at(&c, 0.0);
    cut_at(&c, slot);
    cut_at(&c, frame);
    struct moving m = {.q = &q};
    memcpy(m.law, q.first, sizeof m.law);
    double mean = over_phases(&c, number_at, &m) / frame / rate;
    return (struct bound){mean, quantile_of(slots_mm_tail, &q, 0.0, mean, p)};
}

/* ---- Slots, service that never varies ---- */

struct slots_md {
    double rate, service, frame;
    int fit;
    double law[BOUND_SLOTS_MAX][BOUND_STATES]; /* at each place of a service in the slot */
};

static void slots_md_step(const void *context, double *law)
{
    const struct slots_md *q = context;
    for (int j = 0; j < q->fit; j++) {
        double off = j + 1 == q->fit ? q->frame - q->fit * q->service : 0.0;
        take_out(law, 1);
        add_arrivals(law, q->rate * (q->service + off));
    }
}

struct late_md {
    const struct slots_md *q;
    double t;
};

/* P(work found <= x supplied): as for M/D/1, with the supply as the clock. u of supply before,
 * the law is that of its place in the slot; since then real time has passed. */
static double md_late_at(void *context, double phase)
{
    const struct late_md *m = context;
    const struct slots_md *q = m->q;
    double slot = q->fit * q->service;
    double x =
        supply(phase + m->t, slot, q->frame) - supply(phase, slot, q->frame) - q->service;
    if (x < -1e-12 * q->service) {
        return 1.0;
    }
    double k = floor(x / q->service + 1e-12) + 1.0;
    double u = k * q->service - x;
    double here = fmin(phase, slot); /* on the clock of the supply */
    /* Where the end of a response is in no slot, u before the arrival is a boundary of
     * services: the law there is the one after it, whichever way the subtraction was rounded.
     */
    double back = (here - u) / q->service;
    back = fabs(back - nearbyint(back)) < 1e-9 ? nearbyint(back) : back;
    double since = u + (phase - here) + (back < 0.0 ? q->frame - slot : 0.0);
    int j = (int)floor(back < 0.0 ? back + q->fit : back);
    double term = exp(-q->rate * since);
    double sum = 0.0;
    for (int i = 0; i < k; i++) {
        double left = k - i;
        sum += term * at_most(q->law[j], left < BOUND_STATES ? (int)left : BOUND_STATES);
        term *= q->rate * since / (i + 1);
    }
    return 1.0 - sum;
}

static double slots_md_tail(const void *context, double t)
{
    const struct slots_md *q = context;
    double slot = q->fit * q->service;
    struct cuts c = {.n = 0};
    struct late_md m = {q, t};
    double rest = wrap(t, q->frame);
    /* Where the arrival and its end are both in a slot, the supply between them is one of two
     * constants, and what matters is when u before the arrival was. */
    double u0 = wrap(-(floor(t / q->frame) * slot + rest), q->service);
    double u1 = wrap(-(floor(t / q->frame) * slot + slot + rest - q->frame), q->service);
    for (int j = 0; j <= q->fit; j++) {
        cut_at(&c, j * q->service);
        cut_at(&c, wrap(j * q->service - t, q->frame));
        cut_at(&c, fmin(j * q->service + u0, q->frame));
        cut_at(&c, fmin(j * q->service + u1, q->frame));
    }
    cut_at(&c, q->frame);
    return over_phases(&c, md_late_at, &m) / q->frame;
}

struct bound bound_slots_md(double rate, double service, int fit, double frame, double p)
{
    struct slots_md q = {.rate = rate, .service = service, .frame = frame, .fit = fit};
    if (fit < 1 || fit > BOUND_SLOTS_MAX || !(service > 0.0 && frame >= fit * service) ||
        !is_stable(rate, frame / fit, 1, p) || !settle(q.law[0], slots_md_step, &q)) {
        return NO_BOUND;
    }
    double off = frame - fit * service;
    double area = off * (mean_number(q.law[0]) - rate * off / 2.0);
    for (int j = 0; j < fit; j++) {
        if (j > 0) {
            memcpy(q.law[j], q.law[j - 1], sizeof q.law[j]);
            take_out(q.law[j], 1);
            add_arrivals(q.law[j], rate * service);
        }
        area += service * mean_number(q.law[j]);
    }
    return (struct bound){area / frame / rate,
                          quantile_of(slots_md_tail, &q, service, frame, p)};
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
    return (struct bound){mean, quantile_of(closed_tail, &q, 0.0, service, p)};
}

/* ---- Lower bounds ---- */

double bound_md1_least(double rate, double service, double p)
{
    double best = service;
    for (int n = 1; n <= ARRIVALS; n++) {
        /* In any longer time more than 1 - p of all arrivals find that n came. */
        double u = gsl_cdf_gamma_Pinv(1.0 - p, n, 1.0 / rate);
        double least = (n + 1) * service - u;
        if (!(least > best)) {
            break; /* the times of more arrivals lie farther and farther apart */
        }
        best = least;
    }
    return best;
}

/* Of M/G/c with the mean wait w: E work = rate (E service w + E service^2 / 2), and no less
 * than rate E service^2 / (2 (servers - load)), that of the one fast server. */
static double brumelle_wait(double rate, const struct dist *service, int servers)
{
    double load = rate * service->mean;
    double half = service->mean * (1.0 + dist_scv(service)) / 2.0;
    double wait = half * (1.0 / (servers - load) - 1.0);
    return wait > 0.0 && isfinite(wait) ? wait : 0.0;
}

struct bound bound_mgc_least(double rate, const struct dist *service, int servers, double p)
{
    if (!is_stable(rate, service->mean, servers, p)) {
        return NO_BOUND;
    }
    const char *law = service->kind->name;
    struct bound least = {service->mean + brumelle_wait(rate, service, servers),
                          dist_quantile(service, p)};
    double queue = least.quantile;
    if (strcmp(law, "exponential") == 0) {
        queue = bound_mmc(rate, service->mean, servers, p).quantile;
    } else if (servers == 1 && strcmp(law, "deterministic") == 0) {
        queue = bound_md1_least(rate, service->mean, p);
    } else if (servers == 1 && (strcmp(law, "gamma") == 0 || strcmp(law, "erlang") == 0 ||
                                strcmp(law, "hyperexponential") == 0)) {
        queue = bound_mg1(rate, service, p).quantile;
    }
    least.quantile = queue > least.quantile ? queue : least.quantile;
    return least;
}

/* Whole slots that the work fills before the one in which it ends. */
static double full_slots(double work, double slot)
{
    return ceil(work / slot) - 1.0;
}

struct bound_slot bound_slot_alone(double work, double slot, double frame)
{
    double gap = frame - slot;
    double k = full_slots(work, slot);
    double rest = work - k * slot;
    double least = work + k * gap;
    /* In a slot with less than `rest` left of it there is one gap more; outside of a slot it
     * waits for the next one. */
    return (struct bound_slot){.least = least,
                               .mean = least + rest * gap / frame + gap * gap / (2.0 * frame),
                               .worst = least + gap};
}

double bound_slot_mean_least(double work, double slot, double frame)
{
    double gap = frame - slot;
    double flat = work * gap / frame;
    double steep = work * gap / slot - gap * gap / frame;
    return work + (flat > steep ? flat : steep) + gap * gap / (2.0 * frame);
}
