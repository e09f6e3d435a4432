/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_arrivals.c - arrival processes against their theory.
 *
 * Goal: times between arrivals, counts and their dispersion are those of the named process.
 * Method: Kolmogorov-Smirnov against GSL or a closed form on independent samples; variances of
 * counts over independent replications within 4 of their own standard errors; processes whose
 * rate changes are turned into unit exponentials by their expected counts, summed up here in
 * another way than in models/work.c. Seeds are fixed. */
#include "models/work.h"

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

enum {
    DRAWS = 100000
};

/* sup |F_n - F| sqrt n is larger with probability 0.001 (Kolmogorov). */
#define KS_LIMIT 1.95

static const struct rng_id stream_id = {.seed = 1, .tenant = 77};

/* Stream of a replication. */
static struct work_cursor cursor_of(const struct work *w, uint32_t replica)
{
    struct rng_id id = stream_id;
    struct work_cursor c;
    id.replica = replica;
    work_cursor_init(&c, w, &id);
    return c;
}

static struct work renewal(const char *process, double cv, double shape)
{
    struct work w = {.kind = WORK_REQUESTS, .streams = 1};
    const char *kind = strcmp(process, "poisson") == 0 ? "exponential" : process;
    assert_null(dist_init(&w.arrivals.gap, dist_find(kind), 1e6, cv, shape, 0));
    assert_null(dist_init(&w.service, dist_find("exponential"), 1e6, 0, 0, 0));
    w.arrivals.rate_per_s = 1000.0;
    return w;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef double cdf_function(const void *law, double x);

/* Kolmogorov's statistic of a sample, which is sorted. */
static double ks(double *x, int n, cdf_function *cdf, const void *law)
{
    double gap = 0.0;
    qsort(x, (size_t)n, sizeof *x, by_value);
    for (int i = 0; i < n; i++) {
        double f = cdf(law, x[i]);
        gap = fmax(gap, fmax(f - (double)i / n, (double)(i + 1) / n - f));
    }
    return gap * sqrt(n);
}

/* The same for whole numbers that were rounded from the law's: a gamma law of cv 2 has 2 % of
 * its gaps below half a nanosecond. */
static double ks_whole(double *x, int n, cdf_function *cdf, const void *law)
{
    double gap = 0.0;
    qsort(x, (size_t)n, sizeof *x, by_value);
    for (int i = 0; i < n; i++) {
        if (i == n - 1 || x[i + 1] > x[i]) {
            gap = fmax(gap, fabs(cdf(law, x[i] + 0.5) - (double)(i + 1) / n));
        }
    }
    return gap * sqrt(n);
}

static double cdf_unit(const void *law, double x)
{
    (void)law;
    return gsl_cdf_exponential_P(x, 1.0);
}

/* ---- Renewal processes ---- */

struct renewal_law {
    const char *process;
    double cv, shape; /* as given to the process */
    double a;         /* gamma and Weibull: the shape that theory uses */
};

/* Gamma: shape 1 / cv^2. */
static const struct renewal_law renewals[] = {
    {"poisson", 0.0, 0.0, 1.0 },
    {"gamma",   0.5, 0.0, 4.0 },
    {"gamma",   2.0, 0.0, 0.25},
    {"weibull", 0.0, 2.0, 2.0 },
    {"weibull", 0.0, 0.7, 0.7 },
};

enum {
    RENEWALS = (int)(sizeof renewals / sizeof *renewals)
};

static double cdf_gap(const void *law, double x)
{
    const struct renewal_law *l = law;
    if (l->process[0] == 'w') {
        return gsl_cdf_weibull_P(x, 1e6 / gsl_sf_gamma(1.0 + 1.0 / l->a), l->a);
    }
    return gsl_cdf_gamma_P(x, l->a, 1e6 / l->a);
}

static void arrivals_gaps_have_their_law_when_renewal(void **state)
{
    static double x[DRAWS];
    (void)state;
    for (int l = 0; l < RENEWALS; l++) {
        struct work w = renewal(renewals[l].process, renewals[l].cv, renewals[l].shape);
        struct work_cursor c = cursor_of(&w, (uint32_t)l);
        int64_t last = 0;
        for (int i = 0; i < DRAWS; i++) {
            int64_t at;
            assert_true(work_next_arrival(&c, &at));
            assert_true(at >= last);
            x[i] = (double)(at - last);
            last = at;
        }
        double k = ks_whole(x, DRAWS, cdf_gap, &renewals[l]);
        if (!(k < KS_LIMIT)) {
            fail_msg("row %d: %g", l, k);
        }
    }
}

/* Arrivals in (0, t], with its fourth central moment for the error of the variance. */
struct counts {
    double mean, variance, variance_se;
};

static struct counts counts_of(const struct work *w, int64_t t_ns, int replicas,
                               double expected)
{
    double m1 = 0.0;
    double m2 = 0.0;
    double m4 = 0.0;
    for (int r = 0; r < replicas; r++) {
        struct work_cursor c = cursor_of(w, (uint32_t)r);
        int64_t at = 0;
        int64_t n = -1;
        while (at <= t_ns) {
            n++;
            assert_true(work_next_arrival(&c, &at));
        }
        double off = (double)n - expected;
        m1 += off / replicas;
        m2 += off * off / replicas;
        m4 += off * off * off * off / replicas;
    }
    return (struct counts){.mean = expected + m1,
                           .variance = m2 - m1 * m1,
                           .variance_se = sqrt((m4 - m2 * m2) / replicas)};
}

static void check_counts(const char *what, const struct counts *got, double mean,
                         double variance, int replicas)
{
    double mean_off = (got->mean - mean) / sqrt(variance / replicas);
    double variance_off = (got->variance - variance) / got->variance_se;
    if (!(fabs(mean_off) < 4.0) || !(fabs(variance_off) < 4.0)) {
        fail_msg("%s: mean %g for %g, index of dispersion %g for %g", what, got->mean, mean,
                 got->variance / got->mean, variance / mean);
    }
}

/* Ordinary renewal process, t long: E N = t + (c^2 - 1) / 2, Var N = c^2 t + 1/12 + 5 c^4 / 4 -
 * 2 m3 / 3 in units of the mean gap, m3 the third central moment. Source: Cox 1962, Renewal
 * Theory, section 4.5. */
static void arrivals_counts_have_their_dispersion_when_renewal(void **state)
{
    enum {
        REPLICAS = 4000,
        T = 300
    };
    (void)state;
    for (int l = 0; l < RENEWALS; l++) {
        const struct renewal_law *law = &renewals[l];
        double a = law->a;
        double c2 = 1.0 / a;
        double m3 = 2.0 / (a * a);
        if (law->process[0] == 'w') {
            double g1 = gsl_sf_gamma(1.0 + 1.0 / a);
            double g2 = gsl_sf_gamma(1.0 + 2.0 / a) / (g1 * g1);
            double g3 = gsl_sf_gamma(1.0 + 3.0 / a) / (g1 * g1 * g1);
            c2 = g2 - 1.0;
            m3 = g3 - 3.0 * g2 + 2.0;
        }
        double mean = T + (c2 - 1.0) / 2.0;
        double variance = c2 * T + 1.0 / 12.0 + 1.25 * c2 * c2 - 2.0 * m3 / 3.0;
        struct work w = renewal(law->process, law->cv, law->shape);
        struct counts got = counts_of(&w, (int64_t)T * 1000000, REPLICAS, mean);
        check_counts(law->process, &got, mean, variance, REPLICAS);
    }
}

/* ---- Markov-modulated Poisson ---- */

struct mmpp {
    struct mmpp_state state[3];
    double holding_ns[3];
    int n;
};

static struct work mmpp_work(struct mmpp *m)
{
    struct work w = {.kind = WORK_REQUESTS, .streams = 1};
    assert_null(arrivals_mmpp(&w.arrivals, m->state, m->holding_ns, m->n));
    assert_null(dist_init(&w.service, dist_find("exponential"), 1e6, 0, 0, 0));
    return w;
}

/* Case P11 of the oracles, a unit of time being 1 ms. */
static struct mmpp bursts(void)
{
    return (struct mmpp){
        .state = {{.rate_per_s = 1500.0}, {.rate_per_s = 200.0}},
        .holding_ns = {20e6,                   50e6                 },
        .n = 2
    };
}

/* From the steady state, with leaving rates r1 and r2, R = r1 + r2:
 * IDC(t) = 1 + 2 r1 r2 (l1 - l2)^2 / (R^2 (l1 r2 + l2 r1)) (1 - (1 - exp(-R t)) / (R t)).
 * Source: Fischer & Meier-Hellstern 1993, equation 9. */
static void arrivals_counts_have_their_dispersion_when_mmpp(void **state)
{
    static const double t_s[] = {0.002, 0.02, 0.2, 1.0};
    struct mmpp m = bursts();
    struct work w = mmpp_work(&m);
    const double l1 = 1500.0;
    const double l2 = 200.0;
    const double r1 = 50.0;
    const double r2 = 20.0;
    const double all = r1 + r2;
    const double rate = (l1 * r2 + l2 * r1) / all; /* 4000 / 7 per s */
    (void)state;
    assert_true(fabs(w.arrivals.rate_per_s / rate - 1.0) < 1e-12);
    for (int i = 0; i < 4; i++) {
        const int replicas = i < 2 ? 40000 : 8000;
        const double t = t_s[i];
        const double limit = 2.0 * r1 * r2 * (l1 - l2) * (l1 - l2) / (all * all * rate * all);
        const double idc = 1.0 + limit * (1.0 - (1.0 - exp(-all * t)) / (all * t));
        struct counts got = counts_of(&w, (int64_t)(t * 1e9), replicas, rate * t);
        check_counts("mmpp", &got, rate * t, idc * rate * t, replicas);
    }
}

/* P(no arrival before t) from the steady state p: p exp((Q - L) t) 1, here by the eigenvalues
 * of the 2 x 2 matrix: with F(t) = a exp(u t) + b exp(v t), F(0) = 1 and F'(0) = -mean rate. */
static double cdf_first_mmpp(const void *law, double x)
{
    const double t = x * 1e-9;
    const double trace = -(1500.0 + 50.0 + 200.0 + 20.0);
    const double det = (1500.0 + 50.0) * (200.0 + 20.0) - 50.0 * 20.0;
    const double root = sqrt(trace * trace / 4.0 - det);
    const double u = trace / 2.0 + root;
    const double v = trace / 2.0 - root;
    const double a = (-4000.0 / 7.0 - v) / (u - v);
    (void)law;
    return 1.0 - a * exp(u * t) - (1.0 - a) * exp(v * t);
}

static void arrivals_begin_in_the_steady_state_when_mmpp(void **state)
{
    enum {
        N = 50000
    };
    static double x[N];
    struct mmpp m = bursts();
    struct work w = mmpp_work(&m);
    (void)state;
    for (int i = 0; i < N; i++) {
        struct work_cursor c = cursor_of(&w, (uint32_t)i);
        int64_t at;
        assert_true(work_next_arrival(&c, &at));
        x[i] = (double)at;
    }
    assert_true(ks(x, N, cdf_first_mmpp, NULL) < KS_LIMIT);
}

/* With some hundred arrivals in each state, a change that skips a state is rare: exp(-100). */
static void arrivals_go_through_the_states_in_order_when_mmpp(void **state)
{
    struct mmpp m = {
        .state = {{.rate_per_s = 1e6}, {.rate_per_s = 2e6}, {.rate_per_s = 4e6}},
        .holding_ns = {100e6,               50e6,                25e6               },
        .n = 3
    };
    struct work w = mmpp_work(&m);
    struct work_cursor c = cursor_of(&w, 0);
    int changes = 0;
    int skipped = 0;
    int last = c.state;
    int64_t at = 0;
    (void)state;
    assert_true(fabs(w.arrivals.rate_per_s - 3e5 / 0.175) < 1e-3);
    while (changes < 60) {
        assert_true(work_next_arrival(&c, &at));
        changes += c.state != last;
        skipped += c.state != last && c.state != (last + 1) % 3;
        last = c.state;
    }
    assert_int_equal(skipped, 0);
}

/* Long holding times without arrivals end the walk at a time past every horizon. */
static void arrivals_stay_within_bounds_when_mmpp_is_silent_for_ages(void **state)
{
    struct mmpp m = {
        .state = {{.rate_per_s = 0.0}, {.rate_per_s = 1.0}},
        .holding_ns = {(double)TIME_MAX_NS, 1e6                },
        .n = 2
    };
    struct work w = mmpp_work(&m);
    struct work_cursor c = cursor_of(&w, 3);
    int64_t last = 0;
    (void)state;
    for (int i = 0; i < 100; i++) {
        int64_t at;
        assert_true(work_next_arrival(&c, &at));
        assert_true(at >= last && at < INT64_MAX / 4);
        last = at;
    }
    assert_true(last > TIME_MAX_NS);
}

static void arrivals_refuse_an_mmpp_when_it_has_no_law(void **state)
{
    static const struct {
        double rate[2], holding_ns[2];
        int n;
        const char *clause;
    } bad[] = {
        {{1.0, 2.0},         {1e9, 1e9}, 1, "2 to 1024"   },
        {{1.0, -2.0},        {1e9, 1e9}, 2, "0 or more"   },
        {{1.0, (double)NAN}, {1e9, 1e9}, 2, "0 or more"   },
        {{1.0, 2.0},         {1e9, 0.0}, 2, "1 ns or more"},
        {{0.0, 0.0},         {1e9, 1e9}, 2, "rate above 0"},
        {{1.0, 2.0},         {1.0, 1.0}, 2, "10000 times" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mmpp_state s[2] = {{.rate_per_s = bad[i].rate[0]},
                                  {.rate_per_s = bad[i].rate[1]}};
        struct arrivals a = {0};
        const char *why = arrivals_mmpp(&a, s, bad[i].holding_ns, bad[i].n);
        if (why == NULL || strstr(why, bad[i].clause) == NULL) {
            fail_msg("row %zu: %s", i, why == NULL ? "taken" : why);
        }
    }
}

/* ---- Diurnal ---- */

struct curve {
    struct rate_point point[6];
    int n;
};

/* A triangle; steps with a silent stretch; a saw that falls to 0 and jumps at the end. */
static const struct curve curves[] = {
    {.point = {{.at_ns = 0, .rate_per_s = 100.0},
               {.at_ns = 400000000, .rate_per_s = 900.0},
               {.at_ns = 1000000000, .rate_per_s = 100.0}},
     .n = 3},
    {.point = {{.at_ns = 0, .rate_per_s = 50.0},
               {.at_ns = 100000000, .rate_per_s = 50.0},
               {.at_ns = 100000000, .rate_per_s = 0.0},
               {.at_ns = 300000000, .rate_per_s = 0.0},
               {.at_ns = 300000000, .rate_per_s = 700.0},
               {.at_ns = 500000000, .rate_per_s = 700.0}},
     .n = 6},
    {.point = {{.at_ns = 0, .rate_per_s = 0.0},
               {.at_ns = 20000000, .rate_per_s = 1000.0},
               {.at_ns = 70000000, .rate_per_s = 0.0},
               {.at_ns = 90000000, .rate_per_s = 0.0},
               {.at_ns = 100000000, .rate_per_s = 300.0}},
     .n = 5},
};

static struct work diurnal_work(struct curve *c)
{
    struct work w = {.kind = WORK_REQUESTS, .streams = 1};
    assert_null(arrivals_diurnal(&w.arrivals, c->point, c->n));
    assert_null(dist_init(&w.service, dist_find("exponential"), 1e6, 0, 0, 0));
    return w;
}

/* Expected arrivals before t: trapezia of one period after the other. */
static double expected(const struct curve *c, double t_ns)
{
    const double period = (double)c->point[c->n - 1].at_ns;
    double sum[2] = {0.0, 0.0}; /* of a whole period, and of the last part */
    const double part = fmod(t_ns, period);
    for (int i = 1; i < c->n; i++) {
        const struct rate_point *a = &c->point[i - 1];
        const struct rate_point *b = &c->point[i];
        const double width = (double)(b->at_ns - a->at_ns);
        const double x = fmin(fmax(part - (double)a->at_ns, 0.0), width);
        const double at_x =
            width > 0.0 ? a->rate_per_s + (b->rate_per_s - a->rate_per_s) * x / width : 0.0;
        sum[0] += (a->rate_per_s + b->rate_per_s) / 2.0 * width * 1e-9;
        sum[1] += (a->rate_per_s + at_x) / 2.0 * x * 1e-9;
    }
    return floor(t_ns / period) * sum[0] + sum[1];
}

/* Expected arrivals between arrivals are independent unit exponentials. Source: Cinlar 1975,
 * section 4.7. */
static void arrivals_are_poisson_in_expected_counts_when_diurnal(void **state)
{
    static double x[DRAWS];
    (void)state;
    for (size_t k = 0; k < sizeof curves / sizeof *curves; k++) {
        struct curve curve = curves[k];
        struct work w = diurnal_work(&curve);
        struct work_cursor c = cursor_of(&w, (uint32_t)k);
        int64_t last = 0;
        double before = 0.0;
        for (int i = 0; i < DRAWS; i++) {
            int64_t at;
            assert_true(work_next_arrival(&c, &at));
            assert_true(at >= last);
            const double now = expected(&curves[k], (double)at);
            x[i] = now - before;
            before = now;
            last = at;
            if (k == 1) { /* nothing arrives while the rate is 0 */
                const int64_t phase = at % 500000000;
                assert_true(phase <= 100000000 || phase >= 300000000);
            }
        }
        const double got = ks(x, DRAWS, cdf_unit, NULL);
        if (!(got < KS_LIMIT)) {
            fail_msg("curve %zu: %g", k, got);
        }
    }
}

/* The counts of one stretch of many periods: mean and variance are both its expected count. */
static void arrivals_counts_are_poisson_when_diurnal(void **state)
{
    enum {
        REPLICAS = 20000
    };
    struct curve curve = curves[0];
    struct work w = diurnal_work(&curve);
    const double mean = expected(&curves[0], 1.3e9);
    (void)state;
    /* (100 + 900) / 2 a second in the mean; 0.3 s on the rise from 100 by 600 is 120. */
    assert_true(fabs(w.arrivals.rate_per_s - 500.0) < 1e-9);
    assert_true(fabs(mean - (500.0 + 0.3 * (100.0 + 700.0) / 2.0)) < 1e-9);
    struct counts got = counts_of(&w, 1300000000, REPLICAS, mean);
    check_counts("diurnal", &got, mean, mean, REPLICAS);
}

/* 1e-9 arrivals a period: billions of periods are passed at once. The mean of 10000 gaps has a
 * relative standard error of 1 %. */
static void arrivals_pass_whole_periods_at_once_when_diurnal_and_rare(void **state)
{
    struct rate_point point[] = {
        {.at_ns = 0,    .rate_per_s = 0.0  },
        {.at_ns = 1000, .rate_per_s = 0.002}
    };
    struct work w = {.kind = WORK_REQUESTS, .streams = 1};
    struct work_cursor c;
    int64_t at = 0;
    (void)state;
    assert_null(arrivals_diurnal(&w.arrivals, point, 2));
    c = cursor_of(&w, 1);
    for (int i = 0; i < 10000; i++) {
        assert_true(work_next_arrival(&c, &at));
    }
    assert_true(fabs((double)at / 1e4 / 1e12 - 1.0) < 0.04);
}

static void arrivals_refuse_a_curve_when_it_has_no_law(void **state)
{
    static const struct {
        struct rate_point point[3];
        int n;
        const char *clause;
    } bad[] = {
        {{{.at_ns = 0, .rate_per_s = 1.0}},                                    1, "2 to 16384"  },
        {{{.at_ns = 5, .rate_per_s = 1.0}, {.at_ns = 9, .rate_per_s = 1.0}},   2, "begins at 0" },
        {{{.rate_per_s = 1.0}, {.at_ns = 9, .rate_per_s = 1.0}, {.at_ns = 8}},
         3,                                                                       "not decrease"},
        {{{.rate_per_s = 1.0}, {.at_ns = 9, .rate_per_s = -1.0}},              2, "0 or more"   },
        {{{.rate_per_s = 1.0}, {.at_ns = 9, .rate_per_s = (double)NAN}},       2, "0 or more"   },
        {{{.rate_per_s = 0.0}, {.at_ns = 9, .rate_per_s = 0.0}},               2, "rate above 0"},
        {{{.rate_per_s = 1.0}, {.at_ns = 0, .rate_per_s = 1.0}},               2, "rate above 0"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rate_point point[3];
        struct arrivals a = {0};
        memcpy(point, bad[i].point, sizeof point);
        const char *why = arrivals_diurnal(&a, point, bad[i].n);
        if (why == NULL || strstr(why, bad[i].clause) == NULL) {
            fail_msg("row %zu: %s", i, why == NULL ? "taken" : why);
        }
    }
}

/* ---- Streams ---- */

/* Two cursors of a VM agree, a request takes one word of its arrival stream, those drawn ahead
 * included, and another replication is another sequence. */
static void check_streams(const struct work *w)
{
    struct work_cursor ahead = cursor_of(w, 5);
    struct work_cursor behind = cursor_of(w, 5);
    struct work_cursor other = cursor_of(w, 6);
    struct rng_id id = stream_id;
    struct rng plain;
    int same = 0;
    id.replica = 5;
    rng_init(&plain, &id, RNG_ARRIVAL);
    for (int i = 0; i < 1000; i++) {
        struct request r;
        struct request o;
        int64_t at;
        assert_true(work_next_arrival(&ahead, &at));
        assert_true(work_next(&behind, &r));
        assert_true(work_next(&other, &o));
        assert_int_equal(at, r.arrival_ns);
        same += at == o.arrival_ns;
        (void)rng_word(&plain);
    }
    assert_true(same < 10);
    for (int i = ahead.arrival_ix; i < ahead.arrival_n; i++) {
        (void)rng_word(&plain);
    }
    uint64_t next = rng_word(&ahead.arrival);
    assert_true(next == rng_word(&plain));
    assert_true(work_is_random(w));
}

static void arrivals_take_one_word_each_when_the_rate_changes(void **state)
{
    struct mmpp m = bursts();
    struct curve curve = curves[0];
    struct work bursty = mmpp_work(&m);
    struct work daily = diurnal_work(&curve);
    (void)state;
    check_streams(&bursty);
    check_streams(&daily);
}

/* ---- Windows ---- */

/* 400/s for 0.5 s, silence for 0.2 s, 50/s for 1 s: 250 arrivals in 1.7 s, over and over. */
struct windows {
    struct rate_window window[3];
};

static struct work windows_work(struct windows *x, const char *law, double cv)
{
    struct work w = {.kind = WORK_REQUESTS, .streams = 1};
    static const double rate[3] = {400.0, 0.0, 50.0};
    static const int64_t until_ns[3] = {500000000, 700000000, 1700000000};
    for (int i = 0; i < 3; i++) {
        x->window[i] = (struct rate_window){.until_ns = until_ns[i], .rate_per_s = rate[i]};
        assert_null(dist_init(&x->window[i].gap, dist_find(law), 1.0, cv, 0, 0));
    }
    assert_null(arrivals_windows(&w.arrivals, x->window, 3));
    assert_null(dist_init(&w.service, dist_find("exponential"), 1e6, 0, 0, 0));
    return w;
}

/* Expected arrivals by t, in closed form. */
static double windows_expected(int64_t t_ns)
{
    int64_t period = t_ns / 1700000000;
    double t = (double)(t_ns % 1700000000) * 1e-9;
    double part = t < 0.5 ? 400.0 * t : 200.0 + 50.0 * fmax(t - 0.7, 0.0);
    return 250.0 * (double)period + part;
}

struct unit_law {
    const char *law;
    double cv, a; /* a: shape of the gamma law, 1 / cv^2 */
};

static double cdf_unit_gamma(const void *law, double x)
{
    const struct unit_law *l = law;
    return gsl_cdf_gamma_P(x, l->a, 1.0 / l->a);
}

/* In expected arrivals the gaps are those of the law, whatever the windows do to the clock, and
 * none lies in the silent one. */
static void arrivals_are_renewal_in_expected_counts_when_windows(void **state)
{
    static const struct unit_law laws[] = {
        {"exponential", 0.0, 1.0},
        {"gamma",       0.5, 4.0},
    };
    static double x[DRAWS];
    (void)state;
    for (int l = 0; l < 2; l++) {
        struct windows windows;
        struct work w = windows_work(&windows, laws[l].law, laws[l].cv);
        struct work_cursor c = cursor_of(&w, (uint32_t)l);
        double last = 0.0;
        assert_true(fabs(w.arrivals.rate_per_s - 250.0 / 1.7) < 1e-9);
        for (int i = 0; i < DRAWS; i++) {
            int64_t at;
            assert_true(work_next_arrival(&c, &at));
            int64_t t = at % 1700000000;
            assert_true(t <= 500000000 || t >= 700000000);
            double now = windows_expected(at);
            x[i] = now - last;
            last = now;
        }
        double k = ks(x, DRAWS, cdf_unit_gamma, &laws[l]);
        if (!(k < KS_LIMIT)) {
            fail_msg("row %d: %g", l, k);
        }
    }
}

static void arrivals_refuse_windows_when_they_have_no_law(void **state)
{
    struct windows x;
    struct work w = windows_work(&x, "exponential", 0.0);
    struct arrivals a = {0};
    (void)state;
    assert_non_null(arrivals_windows(&a, x.window, 0));
    x.window[1].until_ns = x.window[0].until_ns;
    assert_non_null(arrivals_windows(&a, x.window, 3));
    w = windows_work(&x, "exponential", 0.0);
    x.window[2].rate_per_s = -1.0;
    assert_non_null(arrivals_windows(&a, x.window, 3));
    x.window[0].rate_per_s = x.window[2].rate_per_s = 0.0;
    assert_non_null(arrivals_windows(&a, x.window, 3));
    x.window[0].rate_per_s = 1e-5; /* 3 windows for 5e-6 arrivals */
    assert_non_null(arrivals_windows(&a, x.window, 3));
    assert_int_equal(a.window_n, 0);
    assert_int_equal(w.arrivals.window_n, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrivals_gaps_have_their_law_when_renewal),
        cmocka_unit_test(arrivals_counts_have_their_dispersion_when_renewal),
        cmocka_unit_test(arrivals_counts_have_their_dispersion_when_mmpp),
        cmocka_unit_test(arrivals_begin_in_the_steady_state_when_mmpp),
        cmocka_unit_test(arrivals_go_through_the_states_in_order_when_mmpp),
        cmocka_unit_test(arrivals_stay_within_bounds_when_mmpp_is_silent_for_ages),
        cmocka_unit_test(arrivals_refuse_an_mmpp_when_it_has_no_law),
        cmocka_unit_test(arrivals_are_poisson_in_expected_counts_when_diurnal),
        cmocka_unit_test(arrivals_counts_are_poisson_when_diurnal),
        cmocka_unit_test(arrivals_pass_whole_periods_at_once_when_diurnal_and_rare),
        cmocka_unit_test(arrivals_refuse_a_curve_when_it_has_no_law),
        cmocka_unit_test(arrivals_are_renewal_in_expected_counts_when_windows),
        cmocka_unit_test(arrivals_refuse_windows_when_they_have_no_law),
        cmocka_unit_test(arrivals_take_one_word_each_when_the_rate_changes),
    };
    dist_library_quiet();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
