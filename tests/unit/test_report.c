/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_report.c - goal: every format says what the result says, key by key, whatever is missing
 * in it. Method: a scenario read from text, a result filled in by hand with numbers that cannot
 * be confused; JSON is parsed by jansson, CSV cut at commas, text searched. Keys: the
 * table of metrics. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "sim/input/catalogin.h"
#include "sim/report/rep.h"
#include "sim/report/table.h"
#include "sim/run/metric.h"

static const char scenario_text[] =
    "version: 1\n"
    "name: two-tenants\n"
    "question: Who \"waits\", and how long?\n"
    "percentiles: [50, 95, 99.9]\n"
    "fleet: {gpu: A100-PCIE-80GB, count: 2}\n"
    "modes: [mig, {mode: time-sliced, scheduler: {policy: fixed-share}}, passthrough]\n"
    "tenants:\n"
    "  - {name: chat, count: 2, framebuffer: 10 GiB, objective: {p95: 50 ms}, workload: {kind: "
    "requests,\n"
    "     arrivals: {process: poisson, rate: 40/s}, service: {dist: exponential, mean: 1 "
    "ms}}}\n"
    "  - {name: train, framebuffer: 10 GiB, workload: {kind: requests,\n"
    "     arrivals: {process: poisson, rate: 40/s}, service: {dist: exponential, mean: 100 "
    "ms}}}\n";

/* A result with three modes: 0 simulated, 1 simulated with a saturated tenant, 2 infeasible. */
struct made {
    struct arena arena;
    struct diag diag;
    struct result result;
    struct mode_result mode[3];
    struct fleet fleet[3];
    struct tenant_result tenant[3][2];
    struct seat seat[3];
    struct domain domain;
};

static struct estimate about(double value, double half)
{
    return (struct estimate){.value = value,
                             .lo = value - half,
                             .hi = value + half,
                             .samples = 1000,
                             .has_value = true,
                             .has_ci = true};
}

static void make_tenant(struct tenant_result *t, const struct tenant *tenant)
{
    *t = (struct tenant_result){.tenant = tenant, .load_frac = 0.41, .requests = 143998};
    t->gpu_type = "A100D-1-10C";
    t->mig = "1g.10gb";
    t->latency_mean = about(12.5e6, 0.5e6);
    t->latency_max = ci_exact(99e6, 1000);
    t->latency[0] = about(9.4e6, 0.12e6);
    t->latency[1] = about(38.12e6, 0.9e6);
    t->latency[2] = about(80e6, 4e6);
    t->wait_mean = about(3e6, 0.1e6);
    t->wait_p95 = about(20e6, 1e6);
    t->throughput_per_s = about(80, 0.5);
    t->gpu_share_frac = about(0.08, 0.001);
    t->p95_inflation = about(1.25, 0.02);
    t->slowdown_p95 = about(1.5, 0.03);
    t->objective_known = tenant->objective_n > 0;
    t->objective_met = true;
    t->violations = (struct violations){.known = true,
                                        .total = 12,
                                        .slowdown = 11,
                                        .slo_miss_by_neighbour = 3,
                                        .slo_known = tenant->objective_n > 0,
                                        .policy = 1,
                                        .total_frac = about(0.01, 0.001)};
}

static void make_mode(struct made *m, int ix)
{
    const struct scenario *s = m->result.scenario;
    struct mode_result *r = &m->mode[ix];
    *r = (struct mode_result){.spec = &s->mode[ix], .fleet = &m->fleet[ix]};
    r->feasible = ix < 2;
    r->simulated = ix < 2;
    r->tenant = m->tenant[ix];
    m->fleet[ix] = (struct fleet){.feasible = ix < 2, .gpus_used = 1, .gpus_needed = 1};
    m->fleet[ix].framebuffer_frac = 0.375;
    m->fleet[ix].slices_frac = ix == 0 ? 0.25 : (double)NAN;
    for (int k = 0; k < s->tenant_n; k++) {
        m->tenant[ix][k] =
            (struct tenant_result){.tenant = &s->tenant[k], .load_frac = (double)NAN};
        if (ix < 2) {
            make_tenant(&m->tenant[ix][k], &s->tenant[k]);
        }
    }
    if (ix < 2) {
        r->replicas = 20;
        r->warmup_ns = 45000000000;
        r->slice_ns = ix == 1 ? 2083333 : 0;
        r->switch_ns = ix == 1 ? 218000 : 0;
        r->compute_frac = about(0.71, 0.01);
        r->useful_frac = about(0.7, 0.01);
        r->switch_frac = about(0.01, 0.001);
        r->idle_reserved_frac = about(0.19, 0.01);
        r->free_frac = about(0.1, 0.01);
        r->violations = m->tenant[ix][0].violations;
        r->violations.entitlement = ix == 0 ? -1 : 0; /* MIG owes all there is */
        r->fairness = ix == 0 ? ci_none() : about(0.9, 0.01);
        r->digest = 0xabcdef;
    }
}

static int setup(void **state)
{
    struct made *m = calloc(1, sizeof *m);
    assert_non_null(m);
    arena_init(&m->arena, "test");
    diag_init(&m->diag);
    const struct catalog *c = catalog_load(&m->arena, NULL, &m->diag);
    assert_non_null(c);
    static const struct scenario_overrides none;
    const struct scenario *s = scenario_read(&m->arena, c, "two.yaml", scenario_text,
                                             strlen(scenario_text), &none, &m->diag);
    if (s == NULL) {
        fail_msg("%s", m->diag.entry[0].text);
    }
    m->result = (struct result){.scenario = s, .seed = 7, .version = "1.2.3", .mode = m->mode};
    m->result.horizon_ns = 600000000000;
    m->result.random = true;
    m->result.precision_met = true;
    for (int i = 0; i < 3; i++) {
        make_mode(m, i);
    }
    struct tenant_result *full = &m->tenant[1][1]; /* saturated */
    full->saturated = true;
    full->load_frac = 4;
    full->latency_mean = full->latency_max = full->wait_mean = full->wait_p95 = ci_none();
    full->latency[0] = full->latency[1] = full->latency[2] = ci_none();
    full->p95_inflation = full->slowdown_p95 = ci_none();
    m->domain =
        (struct domain){.profile = catalog_mig_find(c, s->gpu_ix, "1g.10gb"), .start = 4};
    m->seat[0] =
        (struct seat){.type = catalog_vgpu_find(c, s->gpu_ix, "A100D-1-10C"), .start = 4};
    m->seat[0].size = 1;
    m->seat[1] = m->seat[0];
    m->seat[1].vm_ix = 1;
    m->seat[1].gpu_ix = m->seat[1].domain_ix = -1;
    m->fleet[0].domain = &m->domain;
    m->fleet[0].domain_n = 1;
    m->fleet[0].seat = m->seat;
    m->fleet[0].seat_n = 2;
    m->fleet[2].gpus_needed = -1;
    m->fleet[2].reasons.n = 1;
    m->fleet[2].reasons.list[0] = (struct reason){
        .rule = "CAP-09", .tenant = "chat", .text = "3 VMs, but 2 GPUs, and no more"};
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    struct made *m = *state;
    diag_fini(&m->diag);
    arena_fini(&m->arena);
    free(m);
    return 0;
}

static void render(const struct made *m, const char *format, const struct rep_options *o,
                   struct text *out)
{
    text_init(out);
    rep_find(format)->write(&m->result, o, out);
    assert_false(out->failed);
}

/* Follows a dotted path; numbers are list indexes. */
static json_t *at(json_t *root, const char *path)
{
    char key[64];
    while (*path != '\0') {
        const size_t n = strcspn(path, "/");
        snprintf(key, sizeof key, "%.*s", (int)n, path);
        root = json_is_array(root) ? json_array_get(root, (size_t)atoi(key))
                                   : json_object_get(root, key);
        if (root == NULL) {
            fail_msg("no key '%s'", key);
        }
        path += n + (path[n] == '/' ? 1 : 0);
    }
    return root;
}

static void check_number(json_t *root, const char *path, double want)
{
    json_t *x = at(root, path);
    if (!json_is_number(x) || fabs(json_number_value(x) - want) > 1e-9 * fabs(want)) {
        fail_msg("%s: got %.17g, expected %.17g", path, json_number_value(x), want);
    }
}

static const struct rep_options plain = {.width = 100, .path = "two.yaml"};

static void report_json_has_every_key_when_simulated(void **state)
{
    struct text out;
    render(*state, "json", &plain, &out);
    json_error_t error;
    json_t *root = json_loads(text_str(&out), JSON_REJECT_DUPLICATES, &error);
    if (root == NULL) {
        fail_msg("line %d: %s", error.line, error.text);
    }
    assert_string_equal(json_string_value(at(root, "schema")), "vgpusim.result/1");
    assert_string_equal(json_string_value(at(root, "scenario")), "two-tenants");
    assert_string_equal(json_string_value(at(root, "question")),
                        "Who \"waits\", and how long?");
    assert_int_equal(strlen(json_string_value(at(root, "scenario_hash"))), 16);
    assert_string_equal(json_string_value(at(root, "version")), "1.2.3");
    check_number(root, "seed", 7);
    check_number(root, "horizon_ns", 600e9);
    assert_int_equal(json_array_size(at(root, "modes")), 3);
    assert_string_equal(json_string_value(at(root, "modes/0/mode")), "mig");
    assert_true(json_is_null(at(root, "modes/0/policy")));
    assert_true(json_is_null(at(root, "modes/0/discipline")));
    assert_true(json_is_null(at(root, "modes/0/slice_ns")));
    assert_true(json_is_null(at(root, "modes/0/switch_ns")));
    assert_true(json_is_true(at(root, "modes/0/feasible")));
    assert_int_equal(json_array_size(at(root, "modes/0/reasons")), 0);
    check_number(root, "modes/0/replicas", 20);
    check_number(root, "modes/0/warmup_ns", 45e9);
    check_number(root, "modes/0/utilization/compute_frac/value", 0.71);
    check_number(root, "modes/0/utilization/compute_frac/ci95_lo", 0.70);
    check_number(root, "modes/0/utilization/compute_frac/ci95_hi", 0.72);
    check_number(root, "modes/0/utilization/compute_frac/samples", 1000);
    check_number(root, "modes/0/utilization/framebuffer_frac/value", 0.375);
    check_number(root, "modes/0/utilization/slices_frac/value", 0.25);
    assert_true(json_is_null(at(root, "modes/1/utilization/slices_frac")));
    assert_true(json_is_null(at(root, "modes/0/utilization/power_w")));
    check_number(root, "modes/0/violations/total", 12);
    check_number(root, "modes/0/violations/slowdown_tolerance_frac", 0.2);
    check_number(root, "modes/0/violations/grace_ns", 0);
    assert_string_equal(json_string_value(at(root, "modes/0/violations/baseline")), "idle");
    assert_true(json_is_null(at(root, "modes/0/violations/entitlement")));
    check_number(root, "modes/1/violations/entitlement", 0);
    assert_true(json_is_null(at(root, "modes/0/fairness")));
    check_number(root, "modes/1/fairness/value", 0.9);
    check_number(root, "modes/0/violations/fault", 0);
    check_number(root, "modes/0/violations/policy", 1);
    check_number(root, "modes/1/slice_ns", 2083333);
    check_number(root, "modes/1/switch_ns", 218000);
    assert_string_equal(json_string_value(at(root, "modes/1/policy")), "fixed-share");
    assert_string_equal(json_string_value(at(root, "modes/1/discipline")), "strict");
    json_decref(root);
    text_fini(&out);
}

static void report_json_has_tenants_when_simulated(void **state)
{
    struct text out;
    render(*state, "json", &plain, &out);
    json_t *root = json_loads(text_str(&out), 0, NULL);
    assert_non_null(root);
    json_t *chat = at(root, "modes/0/tenants/0");
    assert_string_equal(json_string_value(at(chat, "name")), "chat");
    assert_string_equal(json_string_value(at(chat, "gpu_type")), "A100D-1-10C");
    check_number(chat, "vms", 2);
    check_number(chat, "requests", 143998);
    check_number(chat, "load_frac", 0.41);
    assert_true(json_is_false(at(chat, "saturated")));
    check_number(chat, "latency_ns/mean/value", 12.5e6);
    check_number(chat, "latency_ns/p50/value", 9.4e6);
    check_number(chat, "latency_ns/p95/value", 38.12e6);
    check_number(chat, "latency_ns/p99.9/value", 80e6);
    check_number(chat, "latency_ns/max/value", 99e6);
    assert_true(json_is_null(at(chat, "latency_ns/max/ci95_lo")));
    check_number(chat, "wait_ns/mean/value", 3e6);
    check_number(chat, "wait_ns/p95/value", 20e6);
    check_number(chat, "throughput_per_s/value", 80);
    check_number(chat, "gpu_share_frac/value", 0.08);
    check_number(chat, "p95_inflation/value", 1.25);
    check_number(chat, "slowdown_p95/value", 1.5);
    assert_true(json_is_true(at(chat, "objective_met")));
    check_number(chat, "violations/total_frac/value", 0.01);
    check_number(chat, "violations/slo_miss_by_neighbour", 3);
    json_t *train = at(root, "modes/1/tenants/1");
    assert_true(json_is_true(at(train, "saturated")));
    assert_true(json_is_null(at(train, "latency_ns/p95")));
    assert_true(json_is_null(at(train, "wait_ns/mean")));
    assert_true(json_is_null(at(train, "objective_met")));
    assert_true(json_is_null(at(train, "violations/slo_miss_by_neighbour")));
    check_number(train, "throughput_per_s/value", 80);
    json_t *place = at(root, "modes/0/placement");
    assert_int_equal(json_array_size(place), 1); /* the other seat has no place */
    assert_string_equal(json_string_value(at(place, "0/vm")), "chat/0");
    assert_string_equal(json_string_value(at(place, "0/type")), "A100D-1-10C");
    assert_string_equal(json_string_value(at(place, "0/mig")), "1g.10gb");
    check_number(place, "0/start", 4);
    check_number(place, "0/size", 1);
    check_number(place, "0/host", 0);
    json_decref(root);
    text_fini(&out);
}

static void report_json_has_null_statistics_when_infeasible(void **state)
{
    struct text out;
    render(*state, "json", &plain, &out);
    json_t *root = json_loads(text_str(&out), 0, NULL);
    assert_non_null(root);
    json_t *mode = at(root, "modes/2");
    assert_true(json_is_false(at(mode, "feasible")));
    assert_string_equal(json_string_value(at(mode, "reasons/0/rule")), "CAP-09");
    assert_string_equal(json_string_value(at(mode, "reasons/0/tenant")), "chat");
    static const char *const nulls[] = {"gpus_needed",
                                        "replicas",
                                        "warmup_ns",
                                        "utilization/compute_frac",
                                        "utilization/framebuffer_frac",
                                        "violations/total",
                                        "violations/total_frac",
                                        "violations/policy",
                                        "tenants/0/requests",
                                        "tenants/0/load_frac",
                                        "tenants/0/saturated",
                                        "tenants/0/latency_ns/mean",
                                        "tenants/0/latency_ns/p95",
                                        "tenants/0/wait_ns/p95",
                                        "tenants/0/throughput_per_s",
                                        "tenants/0/p95_inflation",
                                        "tenants/0/objective_met",
                                        "tenants/0/violations/total",
                                        "tenants/0/gpu_type"};
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++) {
        if (!json_is_null(at(mode, nulls[i]))) {
            fail_msg("%s is not null", nulls[i]);
        }
    }
    assert_int_equal(json_array_size(at(mode, "tenants")), 2);
    json_decref(root);
    text_fini(&out);
}

/* Line `n` of s (from 0), cut at commas; returns the number of cells. */
static int csv_cells(const char *s, int n, char cell[16][64])
{
    for (int i = 0; i < n; i++) {
        s = strchr(s, '\n');
        if (s == NULL || s[1] == '\0') {
            return 0;
        }
        s++;
    }
    int cells = 0;
    const size_t line = strcspn(s, "\n");
    size_t at_byte = 0;
    while (at_byte <= line && cells < 16) {
        const size_t w = strcspn(s + at_byte, ",\n");
        snprintf(cell[cells++], 64, "%.*s", (int)w, s + at_byte);
        at_byte += w + 1;
    }
    return cells;
}

static void report_csv_is_tidy_when_written(void **state)
{
    struct text out;
    render(*state, "csv", &plain, &out);
    char cell[16][64];
    int rows_n = 0;
    int p95_n = 0;
    int feasible_n = 0;
    assert_int_equal(csv_cells(text_str(&out), 0, cell), 11);
    assert_string_equal(cell[0], "scenario");
    assert_string_equal(cell[10], "samples");
    while (csv_cells(text_str(&out), rows_n + 1, cell) > 0) {
        rows_n++;
        assert_int_equal(csv_cells(text_str(&out), rows_n, cell), 11);
        assert_string_equal(cell[0], "two-tenants");
        assert_string_equal(cell[1], "0");
        char *end = NULL;
        (void)strtod(cell[7], &end);
        assert_true(end != cell[7] && *end == '\0'); /* value is a number in every row */
        if (strcmp(cell[5], "latency_ns.p95") == 0) {
            p95_n++;
            assert_string_equal(cell[6], "ns");
            assert_string_equal(cell[7], "38120000");
            assert_string_equal(cell[8], "37220000");
            assert_string_equal(cell[9], "39020000");
            assert_string_equal(cell[10], "1000");
        }
        if (strcmp(cell[5], "feasible") == 0) {
            feasible_n++;
            assert_string_equal(cell[4], "");
            assert_string_equal(cell[7], strcmp(cell[2], "passthrough") == 0 ? "0" : "1");
        }
    }
    assert_int_equal(p95_n, 3); /* four tenants, one of them saturated */
    assert_int_equal(feasible_n, 3);
    text_fini(&out);
}

static void check_has(const char *page, const char *what)
{
    if (strstr(page, what) == NULL) {
        fail_msg("'%s' is not in:\n%s", what, page);
    }
}

static void report_text_says_everything_when_printed(void **state)
{
    struct text out;
    render(*state, "text", &plain, &out);
    const char *page = text_str(&out);
    check_has(
        page,
        "2 × A100-PCIE-80GB, 2 tenants (3 VMs), open Poisson arrivals · 20 replicas × 600 s");
    check_has(page, " after 45.0 s\nwarm-up · seed 7\n");
    check_has(page, "Who \"waits\", and how long?");
    check_has(page, "chat p95 ms");
    check_has(page, "38.1±0.9");
    check_has(page, "9.40±0.12");
    check_has(page, "infeasible CAP-09 chat: 3 VMs, but 2 GPUs, and no more");
    check_has(page, "saturated");
    check_has(page, "warning: a saturated tenant");
    check_has(page, "time-sliced/fixed-share · strict slice 2.08 ms, switch 218 us");
    check_has(page, "  try: vgpusim run two.yaml -v\n");
    /* No line is wider than the page. */
    for (const char *line = page; *line != '\0';) {
        char copy[512];
        const size_t n = strcspn(line, "\n");
        assert_true(n < sizeof copy);
        memcpy(copy, line, n);
        copy[n] = '\0';
        if (text_width(copy) > 100) {
            fail_msg("%zu wide: %s", text_width(copy), copy);
        }
        line += n + (line[n] == '\n' ? 1 : 0);
    }
    text_fini(&out);
}

static void report_text_is_one_table_when_quiet(void **state)
{
    struct text out;
    const struct rep_options quiet = {.width = 100, .quiet = true, .path = "two.yaml"};
    render(*state, "text", &quiet, &out);
    assert_int_equal(strncmp(text_str(&out), "mode ", 5), 0);
    assert_null(strstr(text_str(&out), "try:"));
    assert_null(strstr(text_str(&out), "\n\n"));
    text_fini(&out);
}

static void report_text_warns_when_doubtful(void **state)
{
    struct made *m = *state;
    m->result.precision_met = false;
    m->result.horizon_short = true;
    m->result.interrupted = true;
    m->tenant[0][0].few_samples = true;
    struct text out;
    render(m, "text", &plain, &out);
    check_has(text_str(&out), "INTERRUPTED");
    check_has(text_str(&out), "warning: precision not met");
    check_has(text_str(&out), "warning: the warm-up ends in the second half");
    check_has(text_str(&out), "warning: fewer than 100 samples");
    check_has(text_str(&out), "try: vgpusim run two.yaml --horizon '2404 s'");
    text_fini(&out);
}

static void report_fails_when_memory_is_out(void **state)
{
    const struct made *m = *state;
    static const char *const names[] = {"text", "json", "csv"};
    for (int f = 0; f < 3; f++) {
        for (long n = 1; n < 100000; n++) {
            struct text out;
            text_init(&out);
            mem_fail_at(n);
            rep_find(names[f])->write(&m->result, &plain, &out);
            mem_fail_at(0);
            const bool failed = out.failed;
            if (!failed) { /* the n-th allocation was never asked for: the document is whole */
                struct text whole;
                render(m, names[f], &plain, &whole);
                assert_string_equal(text_str(&out), text_str(&whole));
                text_fini(&whole);
            }
            text_fini(&out);
            if (!failed) {
                break;
            }
        }
    }
}

/* Every path is there once per scope: CSV rows would be ambiguous otherwise. */
static void metric_paths_are_unique_when_listed(void **state)
{
    (void)state;
    for (int i = 0; i < metrics_n; i++) {
        assert_non_null(metrics[i].help);
        for (int k = 0; k < i; k++) {
            const bool is_same_scope = (metrics[i].scope == METRIC_OF_TENANT) ==
                                       (metrics[k].scope == METRIC_OF_TENANT);
            assert_false(is_same_scope && strcmp(metrics[i].path, metrics[k].path) == 0);
        }
    }
}

static void table_drops_columns_when_narrow(void **state)
{
    (void)state;
    struct table t;
    struct text out;
    table_init(&t);
    text_init(&out);
    table_column(&t, TABLE_LEFT, 0, "name");
    table_column(&t, TABLE_RIGHT, 2, "second");
    table_column(&t, TABLE_RIGHT, 1, "first");
    table_row(&t);
    table_cell(&t, "±a");
    table_cell(&t, "1");
    table_cell(&t, "2");
    table_row(&t);
    table_cell(&t, "x");
    table_span(&t, "a long reason that wraps");
    table_print(&t, 80, 0, &out);
    assert_string_equal(text_str(&out), "name  second  first\n"
                                        "±a         1      2\n"
                                        "x     a long reason that wraps\n");
    text_reset(&out);
    table_print(&t, 15, 1, &out);
    assert_string_equal(text_str(&out), " name  first\n"
                                        " ±a        2\n"
                                        " x\n"
                                        "   a long\n"
                                        "   reason that\n"
                                        "   wraps\n");
    text_fini(&out);
    table_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(report_json_has_every_key_when_simulated, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(report_json_has_tenants_when_simulated, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(report_json_has_null_statistics_when_infeasible, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(report_csv_is_tidy_when_written, setup, teardown),
        cmocka_unit_test_setup_teardown(report_text_says_everything_when_printed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(report_text_is_one_table_when_quiet, setup, teardown),
        cmocka_unit_test_setup_teardown(report_text_warns_when_doubtful, setup, teardown),
        cmocka_unit_test_setup_teardown(report_fails_when_memory_is_out, setup, teardown),
        cmocka_unit_test(metric_paths_are_unique_when_listed),
        cmocka_unit_test(table_drops_columns_when_narrow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
