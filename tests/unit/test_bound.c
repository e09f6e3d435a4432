/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: every exact law gives the values that two other methods gave, and refuses what has no
 * steady state.
 * Method: the cases of the project's queueing oracles (docs/validation.md names formula and
 * origin of each), limits in which two laws must agree, and loads at and above 1. */
#include "models/bound.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct dist law(const char *name, double mean, double cv, double shape, int k)
{
    struct dist d;
    assert_null(dist_init(&d, dist_find(name), mean, cv, shape, k));
    return d;
}

static void near(double got, double exact, double rel)
{
    if (!(fabs(got - exact) <= rel * fabs(exact))) {
        fail_msg("got %.12g, expected %.12g", got, exact);
    }
}

static void holds(struct bound got, double mean, double p95, double rel)
{
    near(got.mean, mean, rel);
    near(got.quantile, p95, rel);
}

static void bound_agrees_with_the_oracles_when_open_and_exponential(void **state)
{
    (void)state;
    holds(bound_mmc(0.5, 1.0, 1, 0.95), 2.0, 5.991464547, 1e-9);
    holds(bound_mmc(0.8, 1.0, 1, 0.95), 5.0, 14.97866137, 1e-9);
    holds(bound_mmc(3.2, 1.0, 4, 0.95), 1.74554059, 4.738019496, 1e-9);
    near(bound_mmc_wait_frac(3.2, 1.0, 4), 0.5964324717874046, 1e-14);
}

static void bound_agrees_with_the_oracles_when_service_is_fixed(void **state)
{
    (void)state;
    holds(bound_mdc(0.5, 1.0, 1, 0.95), 1.5, 3.050638407, 1e-9);
    holds(bound_mdc(0.8, 1.0, 1, 0.95), 3.0, 7.620324997, 1e-9);
    holds(bound_mdc(3.2, 1.0, 4, 0.95), 1.386094931, 2.520495391, 1e-9);
}

static void bound_agrees_with_the_oracles_when_service_has_any_law(void **state)
{
    (void)state;
    struct dist e2 = law("erlang", 1.0, 0.0, 0.0, 2);
    struct dist h2 = law("hyperexponential", 1.0, 2.0, 0.0, 0);
    struct dist ln = law("lognormal", 1.0, sqrt(2.0), 0.0, 0);
    struct dist un = law("uniform", 1.0, 0.28867513459481287, 0.0, 0);
    struct dist pa = law("pareto", 1.0, 0.0, 2.5, 0);
    holds(bound_mg1(0.8, &e2, 0.95), 4.0, 11.31803781, 1e-8);
    holds(bound_mg1(0.7, &h2, 0.95), 6.833333333, 25.71918027, 1e-8);
    holds(bound_mg1(0.7, &ln, 0.95), 4.5, 15.8129309, 1e-8);
    holds(bound_mg1(0.8, &un, 0.95), 3.166666667, 8.232182225, 1e-6);
    holds(bound_mg1(0.7, &pa, 0.95), 3.1, 8.792480034, 1e-6);
}

/* Oracle P04-PARinf: the 95th percentile is finite where the mean is not. */
static void bound_has_a_percentile_but_no_mean_when_service_has_no_variance(void **state)
{
    (void)state;
    struct dist heavy = law("pareto", 1.0, 0.0, 1.8, 0);
    struct bound got = bound_mg1(0.6, &heavy, 0.95);
    assert_true(isinf(got.mean));
    near(got.quantile, 18.92368882, 1e-6);
}

static void bound_agrees_with_the_oracles_when_gaps_have_any_law(void **state)
{
    (void)state;
    struct dist fixed = law("deterministic", 1.25, 0.0, 0.0, 0);
    struct dist e2 = law("gamma", 1.25, sqrt(0.5), 0.0, 0);
    struct dist h2 = law("hyperexponential", 1.0 / 0.7, 2.0, 0.0, 0);
    holds(bound_gim1(&fixed, 1.0, 0.95), 2.69273084, 8.066700681, 1e-9);
    holds(bound_gim1(&e2, 1.0, 0.95), 3.843979767, 11.51553425, 1e-9);
    holds(bound_gim1(&h2, 1.0, 0.95), 6.573051634, 19.69110291, 1e-9);
}

static void bound_agrees_with_the_oracles_when_slots_are_kept(void **state)
{
    (void)state;
    holds(bound_slots_mm(0.15, 1.0, 2.0, 8.0, 0.95), 10.65481404, 30.62562814, 1e-9);
    holds(bound_slots_mm(0.15, 1.0, 0.5, 2.0, 0.95), 10.046362, 30.00329661, 1e-9);
    holds(bound_slots_mm(0.15, 1.0, 2.0, 8.4, 0.95), 12.05771125, 34.73823564, 1e-9);
    holds(bound_slots_mm(0.03, 4.0, 2.0, 6.0, 0.95), 18.86024917, 56.29528263, 1e-9);
    holds(bound_slots_md(0.15, 1.0, 2, 8.0, 0.95), 6.65029456, 15.23294898, 1e-8);
}

static void bound_agrees_with_the_oracles_when_clients_think(void **state)
{
    (void)state;
    double busy;
    struct bound got = bound_closed(10, 20.0, 2.5, 1, 0.95, &busy);
    holds(got, 8.462816554, 20.95169944, 1e-9);
    near(busy, 0.3513355743 * 2.5, 1e-9);
    holds(bound_closed(12, 10.0, 2.5, 2, 0.95, NULL), 6.059152365, 13.949632, 1e-8);
}

static void bound_is_the_simpler_law_when_the_harder_one_degenerates(void **state)
{
    (void)state;
    struct dist e1 = law("exponential", 1.0, 0.0, 0.0, 0);
    struct dist gap = law("exponential", 1.25, 0.0, 0.0, 0);
    struct bound mm1 = bound_mmc(0.8, 1.0, 1, 0.95);
    holds(bound_mg1(0.8, &e1, 0.95), mm1.mean, mm1.quantile, 1e-8);
    holds(bound_gim1(&gap, 1.0, 0.95), mm1.mean, mm1.quantile, 1e-9);
    holds(bound_slots_mm(0.8, 1.0, 2.0, 2.0, 0.95), mm1.mean, mm1.quantile, 1e-8);
    struct bound md1 = bound_mdc(0.8, 1.0, 1, 0.95);
    holds(bound_slots_md(0.8, 1.0, 3, 3.0, 0.95), md1.mean, md1.quantile, 1e-8);
    /* One client never waits: its response is one service. */
    holds(bound_closed(1, 3.0, 2.0, 1, 0.95, NULL), 2.0, 2.0 * log(20.0), 1e-9);
    holds(bound_closed(4, 3.0, 2.0, 4, 0.95, NULL), 2.0, 2.0 * log(20.0), 1e-9);
}

static void bound_is_nan_when_there_is_no_steady_state(void **state)
{
    (void)state;
    struct dist e1 = law("exponential", 1.0, 0.0, 0.0, 0);
    struct dist wb = law("weibull", 1.0, 0.5, 0.0, 0);
    assert_true(isnan(bound_mmc(1.0, 1.0, 1, 0.95).mean));
    assert_true(isnan(bound_mmc_wait_frac(4.0, 1.0, 4)));
    assert_true(isnan(bound_mdc(1.0, 1.0, 1, 0.95).quantile));
    assert_true(isnan(bound_mg1(1.0, &e1, 0.95).mean));
    assert_true(isnan(bound_mg1(0.5, &wb, 0.95).mean));
    assert_true(isnan(bound_gim1(&e1, 1.0, 0.95).mean));
    assert_true(isnan(bound_slots_mm(0.25, 1.0, 2.0, 8.0, 0.95).mean));
    assert_true(isnan(bound_slots_md(0.25, 1.0, 2, 8.0, 0.95).mean));
    assert_true(isnan(bound_closed(BOUND_STATES, 1.0, 1.0, 1, 0.95, NULL).mean));
    assert_true(isnan(bound_mmc(0.5, 1.0, 1, 1.0).quantile));
}

/* At this load the number in system reaches beyond the table. */
static void bound_is_nan_when_the_law_does_not_fit_its_table(void **state)
{
    (void)state;
    assert_true(isnan(bound_slots_mm(0.99, 1.0, 1.0, 1.0, 0.95).mean));
}

/* ---- Lower bounds ---- */

/* Means and 95th percentiles of the bound lie no higher than the exact ones, and the wait grows
 * like the exact one as the load goes to 1. */
static void bound_mgc_least_is_below_the_exact_law_when_there_is_one(void **state)
{
    (void)state;
    struct dist e1 = law("exponential", 1.0, 0.0, 0.0, 0);
    struct dist fixed = law("deterministic", 1.0, 0.0, 0.0, 0);
    for (int c = 1; c <= 8; c++) {
        for (int i = 1; i < 10; i++) {
            double rate = 0.1 * i * c;
            struct bound m = bound_mgc_least(rate, &e1, c, 0.95);
            struct bound d = bound_mgc_least(rate, &fixed, c, 0.95);
            struct bound exact_m = bound_mmc(rate, 1.0, c, 0.95);
            struct bound exact_d = bound_mdc(rate, 1.0, c, 0.95);
            assert_true(m.mean >= 1.0 && m.mean <= exact_m.mean * (1.0 + 1e-12));
            assert_true(d.mean >= 1.0 && d.mean <= exact_d.mean * (1.0 + 1e-9));
            assert_true(d.quantile >= 1.0 && d.quantile <= exact_d.quantile * (1.0 + 1e-9));
            near(m.quantile, exact_m.quantile, 1e-12);
        }
    }
    double wait = bound_mgc_least(3.96, &e1, 4, 0.95).mean - 1.0;
    assert_true(wait > 0.95 * (bound_mmc(3.96, 1.0, 4, 0.95).mean - 1.0));
}

/* One server: Pollaczek and Khinchine, the oracles' means once more; what is inverted. */
static void bound_mgc_least_is_exact_when_there_is_one_server(void **state)
{
    (void)state;
    struct dist e2 = law("erlang", 1.0, 0.0, 0.0, 2);
    struct dist h2 = law("hyperexponential", 1.0, 2.0, 0.0, 0);
    struct dist ln = law("lognormal", 1.0, sqrt(2.0), 0.0, 0);
    holds(bound_mgc_least(0.8, &e2, 1, 0.95), 4.0, 11.31803781, 1e-8);
    holds(bound_mgc_least(0.7, &h2, 1, 0.95), 6.833333333, 25.71918027, 1e-8);
    near(bound_mgc_least(0.7, &ln, 1, 0.95).mean, 4.5, 1e-12);
    near(bound_mdc(0.8, 1.0, 1, 0.95).mean,
         bound_mgc_least(0.8, &(struct dist){.kind = dist_find("deterministic"), .mean = 1.0},
                         1, 0.95)
             .mean,
         1e-9);
}

static void bound_md1_least_counts_the_queue_when_the_load_is_high(void **state)
{
    (void)state;
    near(bound_md1_least(0.01, 1.0, 0.5), 1.0, 1e-15); /* most find nobody */
    double exact = bound_mdc(0.8, 1.0, 1, 0.95).quantile;
    double least = bound_md1_least(0.8, 1.0, 0.95);
    assert_true(least > 0.5 * exact && least < exact);
    assert_true(bound_md1_least(0.9, 1.0, 0.95) > least);
}

static void bound_mgc_least_counts_no_wait_when_service_has_no_variance(void **state)
{
    (void)state;
    struct dist heavy = law("pareto", 1.0, 0.0, 1.8, 0);
    near(bound_mgc_least(0.6, &heavy, 1, 0.95).mean, 1.0, 1e-12);
    assert_true(isnan(bound_mgc_least(2.0, &heavy, 2, 0.95).mean));
}

/* Time until the slots [0, slot) have supplied the work, by walking from window to window. */
static double walk(double work, double slot, double frame, double phase)
{
    double t = phase;
    while (true) {
        double place = t - floor(t / frame) * frame;
        if (place < slot) {
            double left = slot - place;
            if (work <= left + 1e-12) {
                return t + work - phase;
            }
            work -= left;
        }
        t += (place < slot ? slot - place : 0.0) + (frame - fmax(place, slot));
        t = nearbyint(t / frame) * frame;
    }
}

static void bound_slot_is_what_a_walk_through_the_slots_takes(void **state)
{
    enum {
        PHASES = 4000
    };
    static const double works[] = {0.3, 1.0, 1.7, 2.0, 2.1, 5.0, 6.0, 9.9};
    (void)state;
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
        double mean = 0.0;
        double least = 1e9;
        double worst = 0.0;
        for (int k = 0; k < PHASES; k++) {
            double t = walk(works[i], 2.0, 7.0, (k + 0.5) * 7.0 / PHASES);
            mean += t / PHASES;
            least = fmin(least, t);
            worst = fmax(worst, t);
        }
        struct bound_slot b = bound_slot_alone(works[i], 2.0, 7.0);
        /* A phase stands for a stretch of frame / PHASES; at a step it is wrong by that of it.
         */
        assert_true(fabs(b.mean - mean) <= 5.0 * 7.0 / PHASES);
        assert_true(b.least <= least + 1e-9 && b.worst >= worst - 1e-9);
        assert_true(b.worst - worst <= 7.0 / PHASES && least - b.least <= 7.0 / PHASES);
        assert_true(bound_slot_mean_least(works[i], 2.0, 7.0) <= b.mean + 1e-12);
    }
    /* The lines touch up to one slot, and where the work fills its slots. */
    near(bound_slot_mean_least(1.7, 2.0, 7.0), bound_slot_alone(1.7, 2.0, 7.0).mean, 1e-12);
    near(bound_slot_mean_least(6.0, 2.0, 7.0), bound_slot_alone(6.0, 2.0, 7.0).mean, 1e-12);
}

static void bound_slot_is_below_the_exact_law_when_requests_queue(void **state)
{
    (void)state;
    for (int i = 1; i < 10; i++) {
        double rate = 0.25 * 0.1 * i;
        double least = bound_slot_mean_least(1.0, 2.0, 8.0);
        assert_true(least <= bound_slots_mm(rate, 1.0, 2.0, 8.0, 0.95).mean);
        assert_true(least <= bound_slots_md(rate, 1.0, 2, 8.0, 0.95).mean);
    }
    /* Hardly anybody comes: nobody queues. */
    near(bound_slots_md(1e-6, 1.0, 2, 8.0, 0.95).mean, bound_slot_alone(1.0, 2.0, 8.0).mean,
         1e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bound_agrees_with_the_oracles_when_open_and_exponential),
        cmocka_unit_test(bound_agrees_with_the_oracles_when_service_is_fixed),
        cmocka_unit_test(bound_agrees_with_the_oracles_when_service_has_any_law),
        cmocka_unit_test(bound_has_a_percentile_but_no_mean_when_service_has_no_variance),
        cmocka_unit_test(bound_agrees_with_the_oracles_when_gaps_have_any_law),
        cmocka_unit_test(bound_agrees_with_the_oracles_when_slots_are_kept),
        cmocka_unit_test(bound_agrees_with_the_oracles_when_clients_think),
        cmocka_unit_test(bound_is_the_simpler_law_when_the_harder_one_degenerates),
        cmocka_unit_test(bound_is_nan_when_there_is_no_steady_state),
        cmocka_unit_test(bound_is_nan_when_the_law_does_not_fit_its_table),
        cmocka_unit_test(bound_mgc_least_is_below_the_exact_law_when_there_is_one),
        cmocka_unit_test(bound_mgc_least_is_exact_when_there_is_one_server),
        cmocka_unit_test(bound_md1_least_counts_the_queue_when_the_load_is_high),
        cmocka_unit_test(bound_mgc_least_counts_no_wait_when_service_has_no_variance),
        cmocka_unit_test(bound_slot_is_what_a_walk_through_the_slots_takes),
        cmocka_unit_test(bound_slot_is_below_the_exact_law_when_requests_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
