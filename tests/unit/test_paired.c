/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: the ratio of two modes and its interval come from differences within replicas.
 * Method: rows and tallies made by hand, whose interval follows from Student's t by hand. */
#include "sim/run/paired.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    REPLICAS = 4
};

struct pair {
    struct arena arena;
    struct scenario scenario;
    struct tally here, first;
    struct row here_row[REPLICAS], first_row[REPLICAS];
    double column[REPLICAS];
    struct sample a, b;
};

static void set_up(struct pair *p, const double here[REPLICAS], const double first[REPLICAS])
{
    *p = (struct pair){.scenario.tenant_n = 1, .scenario.flow_n = 1};
    arena_init(&p->arena, "test");
    p->here.latency = hist_new(&p->arena);
    p->first.latency = hist_new(&p->arena);
    assert_non_null(p->here.latency);
    assert_non_null(p->first.latency);
    for (int r = 0; r < REPLICAS; r++) {
        p->here_row[r].p95 = here[r];
        p->first_row[r].p95 = first[r];
    }
    p->a = (struct sample){.scenario = &p->scenario,
                           .tally = &p->here,
                           .row = p->here_row,
                           .replicas = REPLICAS,
                           .column = p->column};
    p->b = p->a;
    p->b.tally = &p->first;
    p->b.row = p->first_row;
}

/* Replicas vary by a factor of 8, their ratios by 2^(+-0.1): D = ln 2 +- 0.1 ln 2 about the
 * pooled ln 2. S^2 = 4 (0.1 ln 2)^2 / 3, half-width = t_3 S / 2, t_3 = 3.182446. */
static void paired_is_narrow_when_replicas_move_together(void **state)
{
    const double first[REPLICAS] = {100.0, 200.0, 400.0, 800.0};
    struct pair p;
    double here[REPLICAS];
    double gain;
    (void)state;
    for (int r = 0; r < REPLICAS; r++) {
        here[r] = first[r] * exp2(1.0 + (r % 2 == 0 ? 0.1 : -0.1));
    }
    set_up(&p, here, first);
    hist_add(p.here.latency, 600);
    hist_add(p.first.latency, 300);
    struct estimate e = paired_p95_ratio(&p.a, &p.b, 0, &gain);
    double half = 3.182446305 * sqrt(4.0 * 0.01 / 3.0) * log(2.0) / 2.0;
    assert_true(fabs(e.value - 2.0) < 1e-12);
    assert_true(fabs(e.lo - 2.0 * exp(-half)) < 1e-8);
    assert_true(fabs(e.hi - 2.0 * exp(half)) < 1e-8);
    /* Var of log2: {0, 1, 2, 3} is 5/3; {0.1, 0.9, 2.1, 2.9} is 4.64 / 3; the difference 0.04
     * / 3. */
    assert_true(fabs(gain - (5.0 + 4.64) / 0.04) < 1e-6);
    arena_fini(&p.arena);
}

static void paired_is_exactly_one_when_the_modes_are_the_same(void **state)
{
    const double same[REPLICAS] = {100.0, 200.0, 300.0, 400.0};
    struct pair p;
    double gain;
    (void)state;
    set_up(&p, same, same);
    hist_add(p.here.latency, 300);
    hist_add(p.first.latency, 300);
    struct estimate e = paired_p95_ratio(&p.a, &p.b, 0, &gain);
    assert_true(e.has_ci);
    assert_false(e.value < 1.0 || e.value > 1.0 || e.lo < 1.0 || e.hi > 1.0);
    assert_true(isnan(gain));
    arena_fini(&p.arena);
}

static void paired_has_no_value_when_a_mode_has_no_request(void **state)
{
    const double none[REPLICAS] = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    struct pair p;
    double gain;
    (void)state;
    set_up(&p, none, none);
    hist_add(p.here.latency, 300);
    assert_false(paired_p95_ratio(&p.a, &p.b, 0, &gain).has_value);
    arena_fini(&p.arena);
}

static void paired_skips_a_replica_when_one_side_has_no_sample(void **state)
{
    const double first[REPLICAS] = {100.0, 100.0, 100.0, (double)NAN};
    const double here[REPLICAS] = {200.0, 200.0, 200.0, 900.0};
    struct pair p;
    double gain;
    (void)state;
    set_up(&p, here, first);
    hist_add(p.here.latency, 200);
    hist_add(p.first.latency, 100);
    struct estimate e = paired_p95_ratio(&p.a, &p.b, 0, &gain);
    assert_true(e.has_ci && fabs(e.hi - 2.0) < 1e-12);
    arena_fini(&p.arena);
}

/* Differences of 10 and 12 ns about a pooled 11: S^2 = 4 / 3, half-width t_3 S / 2. The
 * replicas themselves differ by hundreds. */
static void paired_subtracts_when_asked_for_a_difference(void **state)
{
    const double first[REPLICAS] = {100.0, 200.0, 400.0, 800.0};
    const double here[REPLICAS] = {110.0, 212.0, 410.0, 812.0};
    const double half = 3.182446305 * sqrt(4.0 / 3.0) / 2.0;
    struct pair p;
    (void)state;
    set_up(&p, here, first);
    hist_add(p.here.latency, 1);
    hist_add(p.first.latency, 1);
    for (int r = 0; r < REPLICAS; r++) {
        p.here_row[r].throughput_per_s = here[r];
        p.first_row[r].throughput_per_s = first[r];
        p.here_row[r].latency_mean = here[r];
        p.first_row[r].latency_mean = first[r];
        p.here_row[r].n = p.first_row[r].n = 2.0;
        p.here_row[r].latency_sum = 2.0 * here[r];
        p.first_row[r].latency_sum = 2.0 * first[r];
    }
    for (int of = 0; of < 2; of++) {
        struct estimate e =
            paired_difference(&p.a, &p.b, 0, of == 0 ? PAIRED_MEAN : PAIRED_THROUGHPUT);
        assert_true(fabs(e.value - 11.0) < 1e-9);
        assert_true(fabs(e.hi - (11.0 + half)) < 1e-6 && fabs(e.lo - (11.0 - half)) < 1e-6);
        assert_int_equal(paired_judge(&e, of == 0 ? PAIRED_MEAN : PAIRED_THROUGHPUT, false),
                         of == 0 ? PAIRED_WORSE : PAIRED_BETTER);
    }
    struct estimate p95 = paired_difference(&p.a, &p.b, 0, PAIRED_P95);
    assert_true(fabs(p95.value) < 1e-12); /* of the pooled histograms, which are alike */
    arena_fini(&p.arena);
}

static void paired_says_nothing_when_the_interval_holds_0(void **state)
{
    (void)state;
    static const struct {
        struct estimate e;
        bool exact;
        enum paired_verdict p95, throughput;
    } cases[] = {
        {{2, 1, 3, 9, true, true},    false, PAIRED_WORSE,  PAIRED_BETTER},
        {{-2, -3, -1, 9, true, true}, false, PAIRED_BETTER, PAIRED_WORSE },
        {{2, 0, 4, 9, true, true},    false, PAIRED_OPEN,   PAIRED_OPEN  },
        {{-1, -3, 1, 9, true, true},  false, PAIRED_OPEN,   PAIRED_OPEN  },
        {{0, 0, 0, 9, true, true},    false, PAIRED_SAME,   PAIRED_SAME  },
        {{2, 2, 2, 9, true, false},   false, PAIRED_OPEN,   PAIRED_OPEN  }, /* one replica */
        {{2, 2, 2, 9, true, false},   true,  PAIRED_WORSE,  PAIRED_BETTER},
        {{0, 0, 0, 9, true, false},   true,  PAIRED_SAME,   PAIRED_SAME  },
        {{0, 0, 0, 0, false, false},  true,  PAIRED_OPEN,   PAIRED_OPEN  },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct estimate *e = &cases[i].e;
        assert_int_equal(paired_judge(e, PAIRED_P95, cases[i].exact), cases[i].p95);
        assert_int_equal(paired_judge(e, PAIRED_THROUGHPUT, cases[i].exact),
                         cases[i].throughput);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paired_is_narrow_when_replicas_move_together),
        cmocka_unit_test(paired_is_exactly_one_when_the_modes_are_the_same),
        cmocka_unit_test(paired_has_no_value_when_a_mode_has_no_request),
        cmocka_unit_test(paired_skips_a_replica_when_one_side_has_no_sample),
        cmocka_unit_test(paired_subtracts_when_asked_for_a_difference),
        cmocka_unit_test(paired_says_nothing_when_the_interval_holds_0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
