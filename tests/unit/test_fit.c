/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_fit.c - goal: the fitted law is the law that made the data, and what the data cannot say
 * is not said. Method: times computed from known parameters on the five slices of an A100 (SMs
 * and eighths of bandwidth as in the vendor's tables), with no noise, an outlier, or too little
 * information. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "models/fit.h"
#include "sim/core/dist.h"

enum {
    SLICES = 5,
    SIZES = 4
};

static const double slice_compute[SLICES] = {108.0 / 14, 108.0 / 28, 108.0 / 42, 108.0 / 56,
                                             108.0 / 98};
static const double slice_memory[SLICES] = {8, 4, 2, 2, 1};
static const double sizes[SIZES] = {1, 4, 16, 64};

struct fixture {
    struct diag diag;
    struct arena arena;
    struct fit_point point[SLICES * SIZES];
    struct fit_data data;
};

static struct fixture fixture;

static int setup(void **state)
{
    memset(&fixture, 0, sizeof fixture);
    dist_library_quiet();
    diag_init(&fixture.diag);
    arena_init(&fixture.arena, "test");
    *state = &fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_fini(&f->arena);
    diag_fini(&f->diag);
    return 0;
}

/* Times by the law with `value`, on the first slice_n slices and size_n sizes. */
static void make(struct fixture *f, bool is_sum, const double value[FIT_PARAMS_N], int slice_n,
                 int size_n)
{
    int n = 0;
    for (int s = 0; s < slice_n; s++) {
        for (int k = 0; k < size_n; k++) {
            struct fit_law law = {.shape = {.sum = is_sum}};
            memcpy(law.value, value, sizeof law.value);
            law.size_ns[k] = value[FIT_BASE] + value[FIT_PER_ITEM] * sizes[k];
            f->point[n++] = (struct fit_point){
                .compute = slice_compute[s],
                .memory = slice_memory[s],
                .time_ns = fit_time_ns(&law, k, slice_compute[s], slice_memory[s]),
                .size = k,
                .slice = s};
        }
    }
    f->data = (struct fit_data){
        .point = f->point, .point_n = n, .size = sizes, .size_n = size_n, .slice_n = slice_n};
}

static const double inference[FIT_PARAMS_N] = {
    [FIT_BASE] = 1e6,   [FIT_PER_ITEM] = 0.5e6, [FIT_SERIAL] = 0.0, [FIT_COMPUTE] = 0.7,
    [FIT_MEMORY] = 0.3, [FIT_WIDTH] = 1.0,      [FIT_FLOOR] = 5e6};
static const double training[FIT_PARAMS_N] = {
    [FIT_BASE] = 0.0,   [FIT_PER_ITEM] = 2e6, [FIT_SERIAL] = 0.0, [FIT_COMPUTE] = 0.6,
    [FIT_MEMORY] = 0.4, [FIT_WIDTH] = 1.0,    [FIT_FLOOR] = 20e6};

static void assert_near(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance)) {
        fail_msg("got %.9g, expected %.9g within %.3g", got, want, tolerance);
    }
}

/* ---- The law ---- */

/* By hand: 0.25 x 1 + 0.5 x 4 + 0.25 x 8 = 4.25 of 2 ms is 8.5 ms; a width of a fifth leaves
 * the compute part of a quarter GPU as it is: 0.25 + 0.5 + 2 = 2.75, 5.5 ms. */
static void fit_gives_time_when_law_is_known(void **state)
{
    (void)state;
    struct fit_law law = {
        .value = {[FIT_SERIAL] = 0.25,
                  [FIT_COMPUTE] = 0.5,
                  [FIT_MEMORY] = 0.25,
                  [FIT_WIDTH] = 1.0,
                  [FIT_FLOOR] = 6e6},
        .size_ns = {2e6}
    };
    assert_near(fit_time_ns(&law, 0, 4, 8), 8.5e6, 1e-3);
    law.value[FIT_WIDTH] = 0.2;
    assert_near(fit_time_ns(&law, 0, 4, 8), 6e6, 1e-3);
    law.shape.sum = true;
    assert_near(fit_time_ns(&law, 0, 4, 8), 11.5e6, 1e-3);
}

static void fit_finds_law_when_data_are_exact(void **state)
{
    struct fixture *f = *state;
    struct fit_law law;
    make(f, false, inference, SLICES, SIZES);
    assert_true(fit_law(&f->data, (struct fit_shape){0}, -1, &law, &f->diag));
    for (int i = 0; i < f->data.point_n; i++) {
        const struct fit_point *q = &f->point[i];
        assert_near(fit_time_ns(&law, q->size, q->compute, q->memory) / q->time_ns, 1, 0.005);
    }
    assert_near(law.value[FIT_COMPUTE], 0.7, 0.03);
    assert_near(law.value[FIT_FLOOR], 5e6, 0.01e6);
    assert_near(law.value[FIT_PER_ITEM], 0.5e6, 0.02e6);
    assert_true(law.known[FIT_COMPUTE] && law.known[FIT_FLOOR] && law.known[FIT_PER_ITEM]);
}

static void fit_finds_law_when_form_is_sum(void **state)
{
    struct fixture *f = *state;
    struct fit_law law;
    make(f, true, training, SLICES, SIZES);
    assert_true(fit_law(&f->data, (struct fit_shape){.sum = true}, -1, &law, &f->diag));
    assert_near(law.value[FIT_COMPUTE], 0.6, 0.03);
    assert_near(law.value[FIT_FLOOR], 20e6, 0.4e6);
}

/* One time ten times too long moves no other prediction by more than the prior's slack. */
static void fit_ignores_outlier_when_one_time_is_wrong(void **state)
{
    struct fixture *f = *state;
    struct fit_law law;
    make(f, false, inference, SLICES, SIZES);
    f->point[6].time_ns *= 10;
    assert_true(fit_law(&f->data, (struct fit_shape){0}, -1, &law, &f->diag));
    for (int i = 0; i < f->data.point_n; i++) {
        const struct fit_point *q = &f->point[i];
        const double want = q->time_ns / (i == 6 ? 10 : 1);
        assert_near(fit_time_ns(&law, q->size, q->compute, q->memory) / want, 1, 0.02);
    }
}

/* ---- What is not known ---- */

static void fit_says_unknown_when_no_time_is_on_the_floor(void **state)
{
    struct fixture *f = *state;
    struct fit_law law;
    double value[FIT_PARAMS_N];
    memcpy(value, inference, sizeof value);
    value[FIT_FLOOR] = 0;
    make(f, false, value, SLICES, SIZES);
    assert_true(fit_law(&f->data, (struct fit_shape){0}, -1, &law, &f->diag));
    assert_false(law.known[FIT_FLOOR]);
    assert_true(law.value[FIT_FLOOR] < f->point[SIZES * SLICES - SIZES].time_ns);
    assert_true(law.known[FIT_COMPUTE]);
}

static void fit_says_unknown_when_every_time_is_on_the_floor(void **state)
{
    struct fixture *f = *state;
    struct fit_law law;
    double value[FIT_PARAMS_N];
    memcpy(value, inference, sizeof value);
    value[FIT_FLOOR] = 1e9;
    make(f, false, value, SLICES, 1);
    assert_true(fit_law(&f->data, (struct fit_shape){0}, -1, &law, &f->diag));
    assert_near(law.value[FIT_FLOOR], 1e9, 1e7);
    assert_false(law.known[FIT_PER_ITEM]);
    assert_false(law.known[FIT_COMPUTE] && law.known[FIT_MEMORY]);
}

static void fit_refuses_when_one_point_is_left(void **state)
{
    struct fixture *f = *state;
    struct fit_law law;
    make(f, false, inference, 2, 1);
    assert_false(fit_law(&f->data, (struct fit_shape){0}, 0, &law, &f->diag));
    assert_int_equal(f->diag.error_n, 0);
}

/* ---- Leaving out ---- */

static void fit_chooses_form_when_slices_are_left_out(void **state)
{
    struct fixture *f = *state;
    struct fit_result r;
    make(f, true, training, SLICES, SIZES);
    assert_true(fit_workload(&f->data, &f->arena, &r, &f->diag));
    assert_true(r.law.shape.sum);
    assert_true(r.median < 0.01 && r.p90 < 0.12);
    make(f, false, inference, SLICES, SIZES);
    assert_true(fit_workload(&f->data, &f->arena, &r, &f->diag));
    assert_false(r.law.shape.sum);
    assert_true(r.median < 0.02);
}

/* A slice that obeys no law is mispredicted from the others, and by as much as it is off: what
 * is left out has not been seen. */
static void fit_errs_on_slice_when_it_breaks_the_law(void **state)
{
    struct fixture *f = *state;
    struct fit_result r;
    make(f, false, inference, SLICES, SIZES);
    for (int i = 0; i < f->data.point_n; i++) {
        f->point[i].time_ns *= f->point[i].slice == 2 ? 1.5 : 1.0;
    }
    assert_true(fit_workload(&f->data, &f->arena, &r, &f->diag));
    for (int i = 0; i < f->data.point_n; i++) {
        if (f->point[i].slice == 2) {
            assert_near(r.left_out[i], 0.5, 0.1);
        }
    }
}

static void fit_quantile_counts_when_some_are_nan(void **state)
{
    (void)state;
    const double x[5] = {-3, (double)NAN, 1, 2, 4};
    double room[5];
    assert_near(fit_quantile(x, 5, 0.5, room), 2, 0);
    assert_near(fit_quantile(x, 5, 0.9, room), 4, 0);
    assert_true(isnan(fit_quantile(x + 1, 1, 0.5, room)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fit_gives_time_when_law_is_known),
        cmocka_unit_test_setup_teardown(fit_finds_law_when_data_are_exact, setup, teardown),
        cmocka_unit_test_setup_teardown(fit_finds_law_when_form_is_sum, setup, teardown),
        cmocka_unit_test_setup_teardown(fit_ignores_outlier_when_one_time_is_wrong, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(fit_says_unknown_when_no_time_is_on_the_floor, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(fit_says_unknown_when_every_time_is_on_the_floor, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(fit_refuses_when_one_point_is_left, setup, teardown),
        cmocka_unit_test_setup_teardown(fit_chooses_form_when_slices_are_left_out, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(fit_errs_on_slice_when_it_breaks_the_law, setup,
                                        teardown),
        cmocka_unit_test(fit_quantile_counts_when_some_are_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
