/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_empirical.c - files of values, and arrivals whose rate changes, from the scenario on.
 *
 * Goal: what is read is what the file says, in its unit or scaled; the canonical text reads
 * back to the same; a changed value changes the hash; a curve that may not be meant is warned
 * of. Method: scenarios beside tests/broken/values.csv (gpu: 1.5, 2, 3, 4; zero: 0). */
#include "sim/input/empirical.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fixture.h"

static int set_up(void **state)
{
    static struct fixture f;
    *state = &f;
    return fixture_open(&f) ? 0 : -1;
}

static int tear_down(void **state)
{
    fixture_close(*state);
    return 0;
}

/* A scenario with this workload, 600 s long; NULL when it is refused. */
static const struct scenario *read_work(struct fixture *f, const char *work)
{
    char *yaml = arena_alloc(&f->arena, 4096, 1);
    assert_non_null(yaml);
    const int n = snprintf(yaml, 4096,
                           "version: 1\nname: a\nfleet: {gpu: A100-PCIE-80GB}\n"
                           "tenants:\n  - name: a\n    workload: {%s}\n",
                           work);
    assert_true(n > 0 && n < 4096);
    return scenario_read(&f->arena, f->catalog, "tests/broken/a.yaml", yaml, (size_t)n, NULL,
                         &f->diag);
}

/* The workload, whose canonical text must read back to itself. */
static const struct work *read_twice(struct fixture *f, const char *work)
{
    const struct scenario *s = read_work(f, work);
    assert_non_null(s);
    const struct scenario *again =
        scenario_read(&f->arena, f->catalog, "tests/broken/a.yaml", s->resolved,
                      strlen(s->resolved), NULL, &f->diag);
    assert_non_null(again);
    assert_string_equal(s->resolved, again->resolved);
    assert_true(s->hash == again->hash);
    return &s->tenant[0].work;
}

#define POISSON "kind: requests, arrivals: {process: poisson, rate: 40/s}, "

static void empirical_has_the_values_of_its_column_when_it_has_a_unit(void **state)
{
    const struct work *w = read_twice(
        *state, POISSON "service: {dist: empirical, file: values.csv, column: gpu, unit: ms}");
    static const double want[] = {1.5e6, 2e6, 3e6, 4e6};
    assert_int_equal(w->service.value_n, 4);
    for (int i = 0; i < 4; i++) {
        assert_true(fabs(w->service.value[i] - want[i]) < 1e-6);
    }
    assert_true(fabs(w->service.mean - 2.625e6) < 1e-6);
}

static void empirical_is_scaled_when_a_mean_is_given(void **state)
{
    const struct work *w = read_twice(
        *state, "kind: closed, clients: 2, service: {dist: deterministic, mean: 1 ms}, "
                "think: {dist: empirical, file: values.csv, column: gpu, mean: 21 ms}");
    struct rng r;
    rng_init(&r, &(struct rng_id){.seed = 1}, RNG_TEST);
    assert_true(fabs(w->think.mean - 21e6) < 1e-6);
    for (int i = 0; i < 100; i++) {
        const int64_t ns = dist_draw_ns(&w->think, &r);
        assert_true(ns == 12000000 || ns == 16000000 || ns == 24000000 || ns == 32000000);
    }
}

static void empirical_hash_differs_when_a_value_differs(void **state)
{
    double value[] = {1.0, 2.0, 3.0};
    struct dist d;
    struct dist none;
    (void)state;
    assert_null(dist_init_values(&d, value, 3, 0.0));
    assert_null(dist_init(&none, dist_find("exponential"), 1.0, 0.0, 0.0, 0));
    const uint64_t before = empirical_hash(1, &d);
    value[1] = nextafter(2.0, 3.0);
    assert_true(empirical_hash(1, &d) != before);
    assert_true(empirical_hash(1, &none) == 1);
}

#define SERVICE ", service: {dist: exponential, mean: 1 ms}"

static void arrivals_read_back_when_mmpp(void **state)
{
    const struct work *w = read_twice(
        *state, "kind: requests, arrivals: {process: mmpp, rates: [1500/s, 0/s, 12/min], "
                "holding: [20 ms, 1 s, 1500 ns]}" SERVICE);
    assert_int_equal(w->arrivals.state_n, 3);
    assert_true(fabs(w->arrivals.state[2].rate_per_s - 0.2) < 1e-15);
    assert_true(fabs(w->arrivals.state[2].holding.mean - 1500.0) < 1e-9);
    /* (1500 x 20 ms + 0.2 x 1.5 us) / (20 ms + 1 s + 1.5 us) */
    assert_true(fabs(w->arrivals.rate_per_s - 30.0000003 / 1.0200015) < 1e-9);
}

/* Warnings of the newest reading. */
static int warnings(struct fixture *f, const char *work)
{
    const size_t before = f->diag.entry_n;
    int n = 0;
    assert_non_null(read_work(f, work));
    for (size_t i = before; i < f->diag.entry_n; i++) {
        n += f->diag.entry[i].severity == SEV_WARNING;
    }
    return n;
}

#define CURVE(points)                                                                          \
    "kind: requests, arrivals: {process: diurnal, curve: [" points "]}" SERVICE

static void arrivals_read_back_when_diurnal(void **state)
{
    const struct work *w =
        read_twice(*state, CURVE("{at: 0 s, rate: 5/s}, {at: 10 s, rate: 50/s}, "
                                 "{at: 30 s, rate: 5/s}"));
    assert_int_equal(w->arrivals.curve_n, 3);
    assert_true(fabs(w->arrivals.rate_per_s - 27.5) < 1e-12);
}

static void arrivals_are_warned_of_when_a_curve_jumps_or_is_cut(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(warnings(f, CURVE("{at: 0 s, rate: 5/s}, {at: 60 s, rate: 5/s}")), 0);
    assert_int_equal(warnings(f, CURVE("{at: 0 s, rate: 5/s}, {at: 60 s, rate: 6/s}")), 1);
    assert_int_equal(warnings(f, CURVE("{at: 0 s, rate: 5/s}, {at: 70 s, rate: 5/s}")), 1);
    assert_int_equal(warnings(f, CURVE("{at: 0 s, rate: 5/s}, {at: 24 h, rate: 6/s}")), 2);
}

#define WINDOWS(more) "kind: requests, arrivals: {process: windows, " more "}" SERVICE

/* The last window is as long as the one before it, and t = 0 is the first. */
static void arrivals_read_back_when_windows(void **state)
{
    const struct work *w = read_twice(*state, WINDOWS("file: windows.csv, client: calm"));
    assert_int_equal(w->arrivals.window_n, 3);
    assert_int_equal(w->arrivals.window[2].until_ns, INT64_C(180000000000));
    assert_true(fabs(w->arrivals.rate_per_s - (10.0 + 0.0 + 40.0) / 3.0) < 1e-12);
    w = read_twice(*state, WINDOWS("file: windows.csv, client: burst, scale: 2"));
    assert_int_equal(w->arrivals.window[0].until_ns, INT64_C(600000000000));
    assert_true(fabs(w->arrivals.window[0].rate_per_s - 10.0) < 1e-12);
    assert_true(fabs(w->arrivals.window[1].gap.cv - 0.7) < 1e-12);
    assert_true(fabs(w->arrivals.rate_per_s - 25.0) < 1e-12);
    assert_int_equal(warnings(*state, WINDOWS("file: windows.csv, client: burst")), 1);
}

/* The file of published clients, where it lies beside the tree: 73 clients of 144 windows. */
static void arrivals_have_the_published_mean_when_windows_of_servegen(void **state)
{
    static const char file[] = "../shared/traces/servegen/deepseek-r1_clients.csv";
    FILE *f = fopen(file, "r");
    char work[256];
    if (f == NULL) {
        print_message("skipped: there is no %s\n", file);
        skip();
    }
    double expected = 0.0;
    char line[256];
    while (fgets(line, sizeof line, f)) {
        int client;
        double start;
        double rate;
        if (sscanf(line, "%d,%lf,%lf", &client, &start, &rate) == 3 && client == 1) {
            expected += rate / 144.0;
        }
    }
    fclose(f);
    snprintf(work, sizeof work, WINDOWS("file: ../../%s, client: 1"), file);
    const struct work *w = read_twice(*state, work);
    assert_int_equal(w->arrivals.window_n, 144);
    assert_true(expected > 0.0);
    assert_true(fabs(w->arrivals.rate_per_s / expected - 1.0) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empirical_has_the_values_of_its_column_when_it_has_a_unit),
        cmocka_unit_test(empirical_is_scaled_when_a_mean_is_given),
        cmocka_unit_test(empirical_hash_differs_when_a_value_differs),
        cmocka_unit_test(arrivals_read_back_when_mmpp),
        cmocka_unit_test(arrivals_read_back_when_diurnal),
        cmocka_unit_test(arrivals_read_back_when_windows),
        cmocka_unit_test(arrivals_have_the_published_mean_when_windows_of_servegen),
        cmocka_unit_test(arrivals_are_warned_of_when_a_curve_jumps_or_is_cut),
    };
    dist_library_quiet();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
