/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_gate.c - goal: a gate is read as it is meant or refused at the very word that is wrong,
 * and its verdict follows from the interval alone. Method: tables of sentences with what they
 * become; intervals around a limit on every side; runs whose figures are known by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/input/gatein.h"
#include "sim/run/verdict.h"
#include "tests/unit/fixture.h"

#define HEAD                                                                                   \
    "version: 1\nname: gates\nhorizon: 10 s\nwarmup: 0 s\nreplicas: 8\ncoupling: none\n"       \
    "fleet: {gpu: A100-PCIE-80GB, count: 1}\n"                                                 \
    "modes: [passthrough, {mode: time-sliced, scheduler: {switch: 100 us}}, mig]\n"            \
    "tenants:\n"

/* Two VMs, a request of 2 ms every 10 ms each at the same instant: nothing is random. */
#define EXACT                                                                                  \
    HEAD "  - {name: chat, count: 2, framebuffer: 10 GiB, workload: {kind: requests,\n"        \
         "     arrivals: {process: periodic, rate: 100/s}, service: {dist: deterministic, "    \
         "mean: 2 ms}, scaling: {width: 10%}}}\n"

#define RANDOM                                                                                 \
    HEAD "  - {name: chat, count: 2, framebuffer: 10 GiB, workload: {kind: requests,\n"        \
         "     arrivals: {process: poisson, rate: 20/s}, service: {dist: exponential, "        \
         "mean: 2 ms}}}\n"                                                                     \
         "  - {name: vdi, framebuffer: 10 GiB, workload: {kind: frames, fps: 30 fps,\n"        \
         "     service: {dist: deterministic, mean: 2 ms}}}\n"

static const struct scenario *read_gate(struct fixture *f, const char *head, const char *gate)
{
    char yaml[4096];
    snprintf(yaml, sizeof yaml, "%sexpect:\n  - '%s'\n", head, gate);
    return fixture_read(f, yaml);
}

/* ---- Sentences ---- */

static const struct {
    const char *sentence, *text, *where;
    enum gate_of of;
    enum gate_stat stat;
    double percentile;
    int tenant_ix;
    enum gate_op op;
    double limit;
    uint32_t modes; /* of the first three */
    int probe_n;
} good[] = {
    {"p95(latency, chat) < 50 ms",                                 "p95(latency, chat) < 50 ms",      NULL,                      GATE_LATENCY,
     GATE_PERCENTILE,                                                                                                                                              95,   0,  GATE_LT, 50e6, 7, 0},
    {"p99.9(latency)<=1s@mig",                                     "p99.9(latency)<=1s",              "mig",                     GATE_LATENCY,    GATE_PERCENTILE, 99.9,
     -1,                                                                                                                                                                     GATE_LE, 1e9,  4, 0},
    {"  mean( wait ,chat ) > 0.5 us  @  time-sliced/best-effort ",
     "mean( wait ,chat ) > 0.5 us",                                                                   "time-sliced/best-effort", GATE_WAIT,       GATE_MEAN,       0,    0,
     GATE_GT,                                                                                                                                                                         500,  2, 0},
    {"p95(wait) >= 1 ms",                                          "p95(wait) >= 1 ms",               NULL,                      GATE_WAIT,       GATE_PERCENTILE, 95,   -1,
     GATE_GE,                                                                                                                                                                         1e6,  7, 0},
    {"p99(wait) >= 1 ms",                                          "p99(wait) >= 1 ms",               NULL,                      GATE_WAIT,       GATE_PERCENTILE, 99,   -1,
     GATE_GE,                                                                                                                                                                         1e6,  7, 1},
    {"mean(slowdown, chat) == 1.2",                                "mean(slowdown, chat) == 1.2",     NULL,                      GATE_SLOWDOWN,
     GATE_MEAN,                                                                                                                                                    0,    0,  GATE_EQ, 1.2,  7, 1},
    {"max(slowdown) != 2",                                         "max(slowdown) != 2",              NULL,                      GATE_SLOWDOWN,   GATE_MAX,        0,    -1, GATE_NE,
     2,                                                                                                                                                                                     7, 1},
    {"max(latency) < 1 s",                                         "max(latency) < 1 s",              NULL,                      GATE_LATENCY,    GATE_MAX,        0,    -1, GATE_LT,
     1e9,                                                                                                                                                                                   7, 0},
    {"min(frame, vdi) < 1 s",                                      "min(frame, vdi) < 1 s",           NULL,                      GATE_FRAME,      GATE_MIN,        0,    1,
     GATE_LT,                                                                                                                                                                         1e9,  7, 1},
    {"throughput(chat) > 6/min",                                   "throughput(chat) > 6/min",        NULL,                      GATE_THROUGHPUT, GATE_MEAN,
     0,                                                                                                                                                                  0,  GATE_GT, 0.1,  7, 0},
    {"violations(slowdown, chat) == 0",                            "violations(slowdown, chat) == 0", NULL,
     GATE_VIOLATIONS,                                                                                                                             GATE_MEAN,       0,    0,  GATE_EQ, 0,    7, 0},
    {"violations(total) < 5%",                                     "violations(total) < 5%",          NULL,                      GATE_VIOLATIONS, GATE_MEAN,       0,
     -1,                                                                                                                                                                     GATE_LT, 0.05, 7, 0},
    {"utilization(compute) > 40% @ time-sliced",                   "utilization(compute) > 40%",      "time-sliced",
     GATE_UTILIZATION,                                                                                                                            GATE_MEAN,       0,    -1, GATE_GT, 0.4,  2, 0},
    {"gpus() <= 2",                                                "gpus() <= 2",                     NULL,                      GATE_GPUS,       GATE_MEAN,       0,    -1, GATE_LE, 2,    7, 0},
};

static void gate_reads_what_is_meant_when_well_formed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct fixture f;
        assert_true(fixture_open(&f));
        const struct scenario *s = read_gate(&f, RANDOM, good[i].sentence);
        if (s == NULL) {
            fail_msg("'%s': %s", good[i].sentence, f.diag.entry[0].text);
            return;
        }
        const struct gate *g = &s->gate[0];
        assert_int_equal(s->gate_n, 1);
        assert_string_equal(g->text, good[i].text);
        assert_true((g->where == NULL) == (good[i].where == NULL));
        if (g->where != NULL) {
            assert_string_equal(g->where, good[i].where);
        }
        assert_int_equal(g->of, good[i].of);
        assert_int_equal(g->stat, good[i].stat);
        assert_true(fabs(g->percentile - good[i].percentile) < 1e-12);
        assert_int_equal(g->tenant_ix, good[i].tenant_ix);
        assert_int_equal(g->op, good[i].op);
        assert_true(fabs(g->limit - good[i].limit) <= 1e-12 * good[i].limit);
        assert_int_equal(g->modes & 7U, good[i].modes);
        assert_int_equal(s->probe_n, good[i].probe_n);
        fixture_close(&f);
    }
}

/* Column of the word at fault, counted in the sentence from 1. */
static const struct {
    const char *sentence;
    int col, len;
    const char *help;
} bad[] = {
    {"p95(latncy, chat) < 50 ms",             5,  6,  "latency"    },
    {"p95(latency, chta) < 50 ms",            14, 4,  "chat"       },
    {"p95(latency, chat) < 50 ms @ mgi",      30, 3,  "mig"        },
    {"p95(latency) < 50 ms @ mig/x",          24, 5,  "mig"        },
    {"p95(latency) < 1 ms @ mig time",        27, 4,  "one mode"   },
    {"p95(latency) < 1 ms @ time-sliced-mig", 23, 15, "modes"      },
    {"maen(wait) < 1 s",                      1,  4,  "mean"       },
    {"p0(wait) < 1 s",                        1,  2,  "p95"        },
    {"p9x(wait) < 1 s",                       1,  3,  "p95"        },
    {"p95(wait) < 1",                         13, 1,  "1 ms"       },
    {"p95(wait) < 1 GiB",                     13, 5,  "ms"         },
    {"p95(wait) < ",                          13, 1,  "p95"        },
    {"p95(wait) = 1 s",                       11, 1,  "=="         },
    {"p95(wait) => 1 s",                      11, 2,  ">="         },
    {"p95(wait 1 s",                          10, 1,  "p95"        },
    {"p95 wait < 1 s",                        5,  4,  "p95("       },
    {"p95(ttft) < 1 s",                       5,  4,  "latency"    },
    {"mean(frame, chat) < 1 s",               13, 4,  "frames"     },
    {"mean(slowdown) < 20%",                  18, 3,  "1.2"        },
    {"violations(sum) == 0",                  12, 3,  "total"      },
    {"violations(fault) < 1%",                21, 2,  "fault"      },
    {"violations(total) < 1.5",               21, 3,  "5%"         },
    {"utilization(compute) > 0.4",            24, 3,  "%"          },
    {"throughput(chat) > 40",                 20, 2,  "/s"         },
    {"throughput() > 40/s",                   12, 1,  "throughput("},
    {"gpus() < 1.5",                          10, 3,  "gpus"       },
    {"gpus(2) < 1",                           6,  1,  "p95"        },
    {"",                                      1,  1,  "p95"        },
};

static void gate_points_at_the_word_when_it_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct fixture f;
        assert_true(fixture_open(&f));
        assert_null(read_gate(&f, RANDOM, bad[i].sentence));
        assert_int_equal(f.diag.error_n, 1);
        const struct diag_entry *e = &f.diag.entry[0];
        const int col = bad[i].col + (int)strlen("  - '");
        if (e->at.col != col || e->at.len != bad[i].len || e->help == NULL ||
            strstr(e->help, bad[i].help) == NULL) {
            fail_msg("'%s': %d+%d, expected %d+%d: %s / %s", bad[i].sentence, e->at.col,
                     e->at.len, col, bad[i].len, e->text, e->help == NULL ? "-" : e->help);
        }
        fixture_close(&f);
    }
}

static void gate_adds_its_percentile_when_the_scenario_has_it_not(void **state)
{
    (void)state;
    struct fixture f;
    assert_true(fixture_open(&f));
    const struct scenario *s = read_gate(&f, RANDOM, "p99.5(latency, chat) < 1 s");
    assert_non_null(s);
    assert_int_equal(s->percentile_n, 4);
    assert_true(fabs(s->percentile[3] - 99.5) < 1e-12);
    fixture_close(&f);
}

static void gate_leaves_the_hash_when_it_asks_for_nothing_new(void **state)
{
    (void)state;
    struct fixture f;
    assert_true(fixture_open(&f));
    const struct scenario *without = fixture_read(&f, RANDOM);
    const struct scenario *with = read_gate(&f, RANDOM, "p95(latency, chat) < 1 s");
    const struct scenario *more = read_gate(&f, RANDOM, "p90(latency, chat) < 1 s");
    assert_true(without != NULL && with != NULL && more != NULL);
    assert_true(without->hash == with->hash);
    assert_true(without->hash != more->hash);
    assert_non_null(strstr(with->resolved, "expect:\n  - \"p95(latency, chat) < 1 s\"\n"));
    fixture_close(&f);
}

/* ---- Verdicts ---- */

static void verdict_follows_the_interval_when_it_lies_anywhere(void **state)
{
    (void)state;
    static const double at[][2] = {
        {1, 3},
        {1, 5},
        {4, 6},
        {5, 5},
        {5, 7},
        {6, 8},
    }; /* limit 5 */
    const enum verdict P = VERDICT_PASS;
    const enum verdict F = VERDICT_FAIL;
    const enum verdict I = VERDICT_INCONCLUSIVE;
    const enum verdict want[][6] = {
        [GATE_LT] = {P, I, I, F, F, F},
          [GATE_LE] = {P, P, I, P, I, F},
        [GATE_GT] = {F, F, I, F, I, P},
          [GATE_GE] = {F, I, I, P, P, P},
        [GATE_EQ] = {F, I, I, P, I, F},
          [GATE_NE] = {P, I, I, F, I, P},
    };
    for (int op = GATE_LT; op <= GATE_NE; op++) {
        for (int i = 0; i < 6; i++) {
            if (verdict_of(at[i][0], at[i][1], (enum gate_op)op, 5) != want[op][i]) {
                fail_msg("[%g, %g], operator %d, 5", at[i][0], at[i][1], op);
            }
        }
    }
}

/* By hand, best effort: at t = 0 one VM waits the first switch, 0.1 ms, the other for 2.1 ms
 * more and its own switch; who is first alternates with who ran last. On instances nobody
 * waits. */
static const struct {
    const char *head, *gate;
    int mode_ix;
    enum verdict verdict;
    bool has_value;
    double value;
} judged[] = {
    {EXACT,  "min(latency, chat) == 2 ms @ mig",          2, VERDICT_PASS,         true,  2e6 },
    {EXACT,  "max(latency) == 2 ms @ mig",                2, VERDICT_PASS,         true,  2e6 },
    {EXACT,  "max(latency) < 2 ms @ mig",                 2, VERDICT_FAIL,         true,  2e6 },
    {EXACT,  "mean(wait) == 0 ms @ mig",                  2, VERDICT_PASS,         true,  0   },
    {EXACT,  "mean(slowdown) == 1 @ mig",                 2, VERDICT_PASS,         true,  1   },
    {EXACT,  "p95(latency) <= 2 ms @ mig",                2, VERDICT_PASS,         true,  2e6 },
    {EXACT,  "p99(wait) == 0 ms @ mig",                   2, VERDICT_PASS,         true,  0   },
    {EXACT,  "throughput(chat) == 200/s @ mig",           2, VERDICT_PASS,         true,  200 },
    {EXACT,  "violations(total) == 0 @ mig",              2, VERDICT_PASS,         true,  0   },
    {EXACT,  "violations(total, chat) > 0 @ time-sliced", 1, VERDICT_PASS,         true,  1000},
    {EXACT,  "gpus() == 1 @ mig",                         2, VERDICT_PASS,         true,  1   },
    {EXACT,  "gpus() == 1 @ passthrough",                 0, VERDICT_FAIL,         false, 0   },
    {EXACT,  "violations(entitlement) == 0 @ mig",        2, VERDICT_FAIL,         false, 0   },
    {RANDOM, "p95(latency, chat) < 10 s @ mig",           2, VERDICT_PASS,         true,  -1  },
    {RANDOM, "p95(latency, chat) < 1 ms @ mig",           2, VERDICT_FAIL,         true,  -1  },
    {RANDOM, "throughput(chat) > 40/s @ mig",             2, VERDICT_INCONCLUSIVE, true,  -1  },
};

static void verdict_is_that_of_the_figure_when_a_mode_is_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof judged / sizeof judged[0]; i++) {
        struct fixture f;
        assert_true(fixture_open(&f));
        const struct scenario *s = read_gate(&f, judged[i].head, judged[i].gate);
        assert_non_null(s);
        const struct result *r = fixture_run(&f, s, 1, false);
        assert_non_null(r);
        const struct mode_result *m = &r->mode[judged[i].mode_ix];
        assert_int_equal(m->verdict_n, 1);
        const struct gate_result *g = &m->verdict[0];
        const struct estimate *e = &g->observed;
        if (g->verdict != judged[i].verdict || e->has_value != judged[i].has_value ||
            (judged[i].value >= 0 && e->has_value && fabs(e->value - judged[i].value) > 1e-9)) {
            fail_msg("'%s': %s, observed %.17g: %s", judged[i].gate, verdict_name(g->verdict),
                     e->value, g->reason == NULL ? "" : g->reason);
        }
        if (!e->has_value || g->verdict == VERDICT_INCONCLUSIVE) {
            assert_non_null(g->reason);
        }
        const enum err want = judged[i].verdict == VERDICT_PASS   ? ERR_OK
                              : judged[i].verdict == VERDICT_FAIL ? ERR_NO
                                                                  : ERR_UNDECIDED;
        assert_int_equal(verdict_status(r), want);
        fixture_close(&f);
    }
}

static void verdict_is_inconclusive_when_one_replica_has_no_interval(void **state)
{
    (void)state;
    struct fixture f;
    assert_true(fixture_open(&f));
    char yaml[4096];
    snprintf(yaml, sizeof yaml, "%s", RANDOM "expect: ['mean(latency, chat) < 10 s @ mig']\n");
    char *eight = strstr(yaml, "replicas: 8");
    eight[strlen("replicas: ")] = '1';
    const struct scenario *s = fixture_read(&f, yaml);
    assert_non_null(s);
    const struct result *r = fixture_run(&f, s, 1, false);
    assert_non_null(r);
    assert_int_equal(r->mode[2].verdict[0].verdict, VERDICT_INCONCLUSIVE);
    fixture_close(&f);
}

/* hog asks for 90 % of the GPU, which mail's 20 % do not leave it under best effort. What mail
 * did to hog nobody can say. mail itself is known: it asks for a tenth of what would violate.
 */
#define SATURATED                                                                              \
    "version: 1\nname: gates\nhorizon: 10 s\nwarmup: 0 s\nreplicas: 4\n"                       \
    "fleet: {gpu: A100-PCIE-80GB, count: 1}\n"                                                 \
    "modes: [{mode: time-sliced, scheduler: {policy: %s, switch: 0 us}}]\n"                    \
    "tenants:\n"                                                                               \
    "  - {name: hog, framebuffer: 10 GiB, workload: {kind: requests, arrivals: {process: "     \
    "poisson, rate: 90/s}, service: {dist: exponential, mean: 10 ms}}}\n"                      \
    "  - {name: mail, framebuffer: 10 GiB, isolation: {grace: 10 s}, workload: {kind: "        \
    "requests, arrivals: {process: poisson, rate: 20/s}, service: {dist: exponential, mean: "  \
    "10 ms}}}\n"

static void verdict_is_no_pass_when_a_saturated_tenant_may_be_a_victim(void **state)
{
    static const struct {
        const char *policy, *gate;
        enum verdict verdict;
    } cases[] = {
        {"best-effort", "violations(total) == 0",          VERDICT_FAIL},
        {"best-effort", "violations(total) <= 5",          VERDICT_FAIL},
        {"best-effort", "violations(total) < 5%",          VERDICT_FAIL},
        {"best-effort", "violations(slowdown) == 0",       VERDICT_FAIL},
        {"best-effort", "violations(total) >= 0",          VERDICT_PASS},
        {"best-effort", "violations(slowdown, mail) == 0", VERDICT_PASS},
        {"best-effort", "violations(memory) == 0",         VERDICT_PASS},
        {"equal-share", "violations(total) == 0",          VERDICT_PASS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        char head[4096];
        snprintf(head, sizeof head, SATURATED, cases[i].policy);
        assert_true(fixture_open(&f));
        const struct scenario *s = read_gate(&f, head, cases[i].gate);
        assert_non_null(s);
        const struct result *r = fixture_run(&f, s, 1, false);
        assert_non_null(r);
        assert_true(r->mode[0].tenant[0].saturated);
        assert_false(r->mode[0].tenant[1].saturated);
        const struct gate_result *g = &r->mode[0].verdict[0];
        if (g->verdict != cases[i].verdict) {
            fail_msg("%s: '%s': %s", cases[i].policy, cases[i].gate, verdict_name(g->verdict));
        }
        if (g->verdict == VERDICT_FAIL) {
            assert_string_equal(g->tenant->name, "hog");
            assert_non_null(g->reason);
        }
        fixture_close(&f);
    }
}

static void verdict_shows_the_worst_tenant_when_none_is_named(void **state)
{
    (void)state;
    struct fixture f;
    assert_true(fixture_open(&f));
    const struct scenario *s = read_gate(&f, RANDOM, "min(latency) < 1 ms @ mig");
    assert_non_null(s);
    const struct result *r = fixture_run(&f, s, 1, false);
    assert_non_null(r);
    /* A frame takes 2 ms and more; some exponential request takes less than 1 ms. */
    const struct gate_result *g = &r->mode[2].verdict[0];
    assert_int_equal(g->verdict, VERDICT_FAIL);
    assert_string_equal(g->tenant->name, "vdi");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gate_reads_what_is_meant_when_well_formed),
        cmocka_unit_test(gate_points_at_the_word_when_it_is_wrong),
        cmocka_unit_test(gate_adds_its_percentile_when_the_scenario_has_it_not),
        cmocka_unit_test(gate_leaves_the_hash_when_it_asks_for_nothing_new),
        cmocka_unit_test(verdict_follows_the_interval_when_it_lies_anywhere),
        cmocka_unit_test(verdict_is_that_of_the_figure_when_a_mode_is_judged),
        cmocka_unit_test(verdict_is_inconclusive_when_one_replica_has_no_interval),
        cmocka_unit_test(verdict_is_no_pass_when_a_saturated_tenant_may_be_a_victim),
        cmocka_unit_test(verdict_shows_the_worst_tenant_when_none_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
