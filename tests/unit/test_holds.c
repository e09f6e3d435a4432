/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_holds.c - intervals against limits, row by row, on results made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/plan/holds.h"

struct row {
    const char *name;
    enum objective_kind kind;
    double percentile, limit;
    double lo, value, hi; /* lo > hi: no interval */
    enum holds want;
    const char *says; /* part of what is said */
};

/* Latencies in ns, throughput per second over two VMs. */
static const struct row rows[] = {
    {"below",      OBJECTIVE_PERCENTILE, 95, 50e6, 40e6, 45e6, 49e6, HOLDS_YES,    "p95 of chat is 45"   },
    {"at",         OBJECTIVE_PERCENTILE, 95, 50e6, 40e6, 45e6, 50e6, HOLDS_YES,    "at most 50 ms"       },
    {"across",     OBJECTIVE_PERCENTILE, 95, 50e6, 45e6, 49e6, 51e6, HOLDS_UNSURE, "[45, 51] ms"         },
    {"above",      OBJECTIVE_PERCENTILE, 95, 50e6, 51e6, 55e6, 60e6, HOLDS_NO,     "p95 of chat is 55"   },
    {"exact",      OBJECTIVE_PERCENTILE, 95, 50e6, 1,    50e6, 0,    HOLDS_YES,    "50 ms, limit"        },
    {"over",       OBJECTIVE_PERCENTILE, 95, 50e6, 1,    51e6, 0,    HOLDS_NO,     "51 ms, limit"        },
    {"other",      OBJECTIVE_PERCENTILE, 99, 50e6, 10e6, 20e6, 30e6, HOLDS_NO,     "p99 of chat has no"  },
    {"mean",       OBJECTIVE_MEAN,       0,  20e6, 10e6, 12e6, 14e6, HOLDS_YES,    "mean latency of chat"},
    {"mean over",  OBJECTIVE_MEAN,       0,  11e6, 12e6, 12e6, 14e6, HOLDS_NO,     "mean latency of chat"},
    {"served",     OBJECTIVE_THROUGHPUT, 0,  90,   92,   95,   98,   HOLDS_YES,    "at least 90/s"       },
    {"part",       OBJECTIVE_THROUGHPUT, 0,  95,   92,   95,   98,   HOLDS_UNSURE, "throughput of chat"  },
    {"short",      OBJECTIVE_THROUGHPUT, 0,  99,   92,   95,   98,   HOLDS_NO,     "throughput of chat"  },
    {"frames",     OBJECTIVE_FRAME_RATE, 0,  45,   92,   95,   98,   HOLDS_YES,    "at least 90/s"       },
    {"few frames", OBJECTIVE_FRAME_RATE, 0,  50,   92,   95,   98,   HOLDS_NO,     "at least 100/s"      },
};

/* A result of one mode and one tenant of two VMs; closed, so that throughput is what is seen.
 */
struct made {
    struct scenario s;
    struct tenant tenant[2];
    struct tenant_result tr[2];
    struct mode_result mode;
    struct result r;
};

static void make(struct made *m, const struct row *row)
{
    *m = (struct made){0};
    bool has_ci = row->lo <= row->hi;
    const struct estimate e = {
        .value = row->value, .lo = row->lo, .hi = row->hi, .has_value = true, .has_ci = has_ci};
    m->s.tenant = m->tenant;
    m->s.tenant_n = 1;
    m->s.percentile[0] = 95.0;
    m->s.percentile_n = 1;
    m->tenant[0] = (struct tenant){.name = "chat", .count = 2, .objective_n = 1};
    m->tenant[0].work.kind = WORK_CLOSED;
    m->tenant[0].objective[0] = (struct objective){
        .kind = row->kind, .percentile = row->percentile, .limit = row->limit};
    m->tr[0] = (struct tenant_result){
        .tenant = &m->tenant[0], .latency_mean = e, .throughput_per_s = e};
    m->tr[0].latency[0] = e;
    m->mode = (struct mode_result){.feasible = true, .tenant = m->tr};
    m->r = (struct result){.scenario = &m->s, .mode = &m->mode};
}

static void holds_as_the_interval_lies_when_there_is_one_objective(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct made m;
        char why[256];
        make(&m, &rows[i]);
        enum holds got = holds_of(&m.r, why, sizeof why);
        if (got != rows[i].want || strstr(why, rows[i].says) == NULL) {
            fail_msg("%s: %d, '%s'", rows[i].name, (int)got, why);
        }
        assert_int_equal(holds_tenant(&m.r, 0), rows[i].want);
    }
}

static void holds_no_when_a_tenant_is_saturated_or_not_isolated(void **state)
{
    (void)state;
    struct made m;
    char why[256];
    make(&m, &rows[0]);
    m.tr[0].saturated = true;
    m.tr[0].load_frac = 1.5;
    assert_int_equal(holds_of(&m.r, why, sizeof why), HOLDS_NO);
    assert_non_null(strstr(why, "1.5 times"));
    make(&m, &rows[0]);
    m.tr[0].violations.policy = 1;
    assert_int_equal(holds_of(&m.r, why, sizeof why), HOLDS_NO);
    assert_non_null(strstr(why, "isolation"));
}

/* What arrives is served while the queue does not grow: chance in the count is no reason. */
static void holds_what_arrives_when_the_loop_is_open(void **state)
{
    (void)state;
    struct made m;
    char why[256];
    make(&m, &rows[10]);
    m.tenant[0].work.kind = WORK_REQUESTS;
    m.tenant[0].work.arrivals.rate_per_s = 47.5; /* of each of two VMs: 95/s */
    assert_int_equal(holds_of(&m.r, why, sizeof why), HOLDS_YES);
    m.tenant[0].work.arrivals.rate_per_s = 47.0;
    assert_int_equal(holds_of(&m.r, why, sizeof why), HOLDS_NO);
}

/* An interval of 10 to 14 ms around 12 ms ends at 13 ms where it is half as wide, one of 92 to
 * 98/s around 95/s begins at 93.5/s. */
static void holds_by_the_nearer_end_when_the_interval_is_narrower(void **state)
{
    static const struct row narrow[] = {
        {"near",  OBJECTIVE_MEAN,       0, 13.1e6, 10e6, 12e6, 14e6, HOLDS_YES,    ""},
        {"far",   OBJECTIVE_MEAN,       0, 12.9e6, 10e6, 12e6, 14e6, HOLDS_UNSURE, ""},
        {"most",  OBJECTIVE_THROUGHPUT, 0, 93.4,   92,   95,   98,   HOLDS_YES,    ""},
        {"fewer", OBJECTIVE_THROUGHPUT, 0, 93.6,   92,   95,   98,   HOLDS_UNSURE, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof narrow / sizeof narrow[0]; i++) {
        struct made m;
        make(&m, &narrow[i]);
        assert_false(holds_if_narrower(&m.r, 1.0));
        assert_int_equal(holds_if_narrower(&m.r, 0.5), narrow[i].want == HOLDS_YES);
    }
}

/* The worst of two tenants decides, and of two that hold the one with less room is named. */
static void holds_as_the_worst_when_there_are_two_tenants(void **state)
{
    (void)state;
    struct made m;
    char why[256];
    make(&m, &rows[0]);
    m.s.tenant_n = 2;
    m.tenant[1] = m.tenant[0];
    m.tenant[1].name = "batch";
    m.tenant[1].objective[0].limit = 500e6;
    m.tr[1] = m.tr[0];
    m.tr[1].tenant = &m.tenant[1];
    assert_int_equal(holds_of(&m.r, why, sizeof why), HOLDS_YES);
    assert_non_null(strstr(why, "chat"));
    m.tenant[1].objective[0].limit = 47e6;
    assert_int_equal(holds_of(&m.r, why, sizeof why), HOLDS_UNSURE);
    assert_non_null(strstr(why, "batch"));
    assert_int_equal(holds_tenant(&m.r, 0), HOLDS_YES);
    assert_int_equal(holds_tenant(&m.r, 1), HOLDS_UNSURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_as_the_interval_lies_when_there_is_one_objective),
        cmocka_unit_test(holds_no_when_a_tenant_is_saturated_or_not_isolated),
        cmocka_unit_test(holds_what_arrives_when_the_loop_is_open),
        cmocka_unit_test(holds_by_the_nearer_end_when_the_interval_is_narrower),
        cmocka_unit_test(holds_as_the_worst_when_there_are_two_tenants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
