/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_change.c - goal: what moved is told from what did not, in both directions, paired and
 * not; a damaged file is refused and never crashes the reader. Method: two small results
 * written by hand that differ in one figure; every beginning of a whole result. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/report/rep.h"
#include "sim/run/change.h"
#include "tests/unit/fixture.h"

enum {
    NONE = -1 /* no change */
};

static bool read_saved(struct arena *a, const char *json, size_t n, struct saved *out,
                       struct diag *d)
{
    const struct jsonin *root = jsonin_read(a, "r.json", json, n, d);
    return root != NULL && saved_read(out, a, root, "r.json", d);
}

#define CI(value, lo, hi)                                                                      \
    "{\"value\": " #value ", \"ci95_lo\": " #lo ", \"ci95_hi\": " #hi ", \"samples\": 9}"
#define EXACT(value)                                                                           \
    "{\"value\": " #value ", \"ci95_lo\": null, \"ci95_hi\": null, \"samples\": 9}"

/* One figure of a tenant, old and new; what it is for equal seeds, other seeds, and where
 * nothing is random. */
static const struct {
    const char *path, *was, *now;
    int paired, apart, exact;
} cases[] = {
    {"\"latency_ns\": {\"p95\": %s}",   CI(10,                                  9,                                                                           11),                                                                                                                                      CI(10,                                                                                                                                                                                                                                                                               9,11), NONE, NONE, NONE},
    {"\"latency_ns\": {\"p95\": %s}",                             CI(10,                                                               9,                                                                                                                                      11),                                                                                                                                                                                                                                                                              CI(11,                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   10,12), CHANGE_DRIFT, NONE,
     CHANGE_DRIFT},
    {"\"latency_ns\": {\"p99.9\": %s}",                              CI(10,                                                               9,   11),CI(13,12,14), CHANGE_REGRESSION,
     CHANGE_REGRESSION, CHANGE_REGRESSION},
    {"\"latency_ns\": {\"p95\": %s}",                                 CI(13,                                       12,                                                                                14),                                                                                                                                                         CI(10,                                                                                                                                                                                                                                                                                                                                                                                                                                       9,11), CHANGE_GAIN, CHANGE_GAIN,
     CHANGE_GAIN},
    {"\"throughput_per_s\": %s",                              CI(13,                                                   12,                                                                                                                                      14),                                                                                                                                                                                                                                                             CI(10,                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                9,11), CHANGE_REGRESSION,
     CHANGE_REGRESSION, CHANGE_REGRESSION},
    {"\"gpu_share_frac\": %s",                               CI(13,                            12,                   14),  CI(10,9,11), CHANGE_DRIFT, CHANGE_DRIFT,
     CHANGE_DRIFT},
    {"\"latency_ns\": {\"p95\": %s}",                       CI(10,                                                             9,                                                                                                               11),                                                                                                                                                                                                                     CI(10,                                                                                                                                                                                                                                                                                                                                                                                                                                                    8,12), CHANGE_DRIFT, NONE,
     CHANGE_DRIFT},
    {"\"latency_ns\": {\"max\": %s}",                                EXACT(10),                                                                   EXACT(11),                                                                                                                             CHANGE_DRIFT,                                                                                                                                                                                                                                                                                NONE,
     CHANGE_REGRESSION},
    {"\"violations\": {\"total\": %s}","7",       "9",                                                             CHANGE_DRIFT,                                                                                                                                                                                               NONE,                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      CHANGE_REGRESSION                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                       },
    {"\"violations\": {\"total\": %s}",                     "0",                                                              "9",                                                                                                                                         CHANGE_REGRESSION,                                                                                                                                                                                                                                                   NONE,                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                           CHANGE_REGRESSION},
    {"\"violations\": {\"total\": %s}",                            "9",                                                                 "0",                                                                                                                                         CHANGE_GAIN,                                                 NONE,CHANGE_GAIN},
    {"\"load_frac\": %s",   "0.5", "0.6", CHANGE_REGRESSION, CHANGE_REGRESSION,
     CHANGE_REGRESSION},
    {"\"objective_met\": %s", "true",                                       "false",                                                                                                         CHANGE_REGRESSION,                                                                                                                                                                         NONE,                                                                                                                                                                                                                                                          CHANGE_REGRESSION},
    {"\"latency_ns\": {\"p95\": %s}", "null",                CI(10,                           9,          11),                                       CHANGE_NEW,CHANGE_NEW,
     CHANGE_NEW},
    {"\"latency_ns\": {\"p95\": %s}", CI(10,         9,                 11),      "null",                                                                                                                                                                                                                                     CHANGE_GONE,CHANGE_GONE,
     CHANGE_GONE},
    {"\"throughput_per_s\": %s",               CI(0.3,                                              0.3,                                                                                                                    0.3),
     CI(0.30000000000000004,                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             0.30000000000000004,0.30000000000000004), CHANGE_GAIN, NONE,
     CHANGE_GAIN},
    {"\"somebodys_key\": %s",           "1",                                           "2",                                                                         CHANGE_DRIFT,                                                                                        CHANGE_DRIFT,                                                                                                                                                                                               CHANGE_DRIFT},
};

static void write_result(char *out, size_t size, int seed, bool is_random, const char *path,
                         const char *value)
{
    char figure[256];
    const char *at = strstr(path, "%s");
    snprintf(figure, sizeof figure, "%.*s%s%s", (int)(at - path), path, value, at + 2);
    snprintf(
        out, size,
        "{\"schema\": \"vgpusim.result/1\", \"scenario\": \"s\", \"scenario_hash\": \"h\", "
        "\"seed\": %d, \"random\": %s, \"modes\": [{\"mode\": \"time-sliced\", \"policy\": "
        "\"best-effort\", \"feasible\": true, \"tenants\": [{\"name\": \"a\", %s}]}]}",
        seed, is_random ? "true" : "false", figure);
}

/* The only change, or NONE. */
static int change_of(size_t i, int seed_now, bool is_random)
{
    struct arena a;
    struct diag d;
    struct saved was;
    struct saved now;
    struct changes c = {0};
    char json[2][1024];
    arena_init(&a, "test");
    diag_init(&d);
    write_result(json[0], sizeof json[0], 1, is_random, cases[i].path, cases[i].was);
    write_result(json[1], sizeof json[1], seed_now, is_random, cases[i].path, cases[i].now);
    assert_true(read_saved(&a, json[0], strlen(json[0]), &was, &d));
    assert_true(read_saved(&a, json[1], strlen(json[1]), &now, &d));
    assert_true(changes_find(&c, &was, &now, false));
    assert_true(c.n <= 1);
    if (c.n == 1) {
        assert_string_equal(c.list[0].mode, "time-sliced/best-effort");
        assert_string_equal(c.list[0].tenant, "a");
    }
    const int kind = c.n == 0 ? NONE : (int)c.list[0].kind;
    changes_fini(&c);
    diag_fini(&d);
    arena_fini(&a);
    return kind;
}

static void change_is_classed_when_one_figure_differs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int got[] = {change_of(i, 1, true), change_of(i, 2, true),
                           change_of(i, 2, false)};
        const int want[] = {cases[i].paired, cases[i].apart, cases[i].exact};
        for (int k = 0; k < 3; k++) {
            if (got[k] != want[k]) {
                fail_msg("%s: %s -> %s, way %d: got %d, expected %d", cases[i].path,
                         cases[i].was, cases[i].now, k, got[k], want[k]);
            }
        }
    }
}

static const char scenario[] =
    "version: 1\nname: s\nhorizon: 1 s\nwarmup: 0 s\nreplicas: 2\n"
    "fleet: {gpu: A100-PCIE-80GB, count: 1}\n"
    "modes: [passthrough, time-sliced, {mode: time-sliced, scheduler: {slice: 1 ms}}]\n"
    "tenants:\n  - {name: a, framebuffer: 10 GiB, workload: {kind: requests,\n"
    "     arrivals: {process: poisson, rate: 40/s}, service: {dist: exponential, mean: 2 "
    "ms}}}\n"
    "expect: ['p95(latency, a) < 1 s']\n";

/* A reader finds the first of a name and would compare it with the second. */
static void saved_refuses_the_file_when_a_name_is_there_twice(void **state)
{
    static const char *const tails[][2] = {
        {"{\"name\": \"a\"}, {\"name\": \"b\"}",             NULL                             },
        {"{\"name\": \"a\"}, {\"name\": \"a\"}",             "the tenant 'a' is there twice"  },
        {"{\"name\": \"a\", \"x\": {\"y\": 1}, \"x.y\": 2}", "the figure 'x.y' is there twice"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        struct arena a;
        struct diag d;
        struct saved out;
        char json[512];
        arena_init(&a, "test");
        diag_init(&d);
        snprintf(json, sizeof json,
                 "{\"schema\": \"vgpusim.result/1\", \"scenario\": \"s\", \"scenario_hash\": "
                 "\"h\", \"seed\": 1, \"modes\": [{\"mode\": \"mig\", \"tenants\": [%s]}]}",
                 tails[i][0]);
        const bool ok = read_saved(&a, json, strlen(json), &out, &d);
        assert_int_equal(ok, tails[i][1] == NULL);
        if (!ok) {
            assert_non_null(strstr(d.entry[0].text, tails[i][1]));
        }
        diag_fini(&d);
        arena_fini(&a);
    }
}

static void saved_refuses_the_file_when_it_is_cut(void **state)
{
    (void)state;
    struct fixture f;
    struct text json;
    const struct rep_options o = {.width = 100};
    text_init(&json);
    assert_true(fixture_open(&f));
    const struct scenario *s = fixture_read(&f, scenario);
    assert_non_null(s);
    const struct result *r = fixture_run(&f, s, 1, false);
    assert_non_null(r);
    rep_json.write(r, &o, &json);
    for (size_t n = 0; n < json.n - 2; n++) {
        struct arena a;
        struct diag d;
        struct saved out;
        arena_init(&a, "test");
        diag_init(&d);
        assert_false(read_saved(&a, text_str(&json), n, &out, &d));
        assert_true(d.error_n > 0);
        diag_fini(&d);
        arena_fini(&a);
    }
    struct saved whole;
    assert_true(read_saved(&f.arena, text_str(&json), json.n, &whole, &f.diag));
    assert_int_equal(whole.run_n, 1);
    assert_int_equal(whole.run[0].part_n, 6);
    assert_string_equal(whole.run[0].part[2].mode, "time-sliced/best-effort");
    assert_string_equal(whole.run[0].part[4].mode, "time-sliced/best-effort #2");
    const struct saved_figure *p95 = saved_find_figure(&whole.run[0].part[1], "latency_ns.p95");
    assert_non_null(p95);
    assert_true(!(p95->e.value < r->mode[0].tenant[0].latency[1].value) &&
                !(p95->e.value > r->mode[0].tenant[0].latency[1].value));
    text_fini(&json);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(change_is_classed_when_one_figure_differs),
        cmocka_unit_test(saved_refuses_the_file_when_a_name_is_there_twice),
        cmocka_unit_test(saved_refuses_the_file_when_it_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
