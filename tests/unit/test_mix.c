/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mix.c - divisions of tenants over several models and modes, against exhaustive search.
 *
 * Every set of tenants is planned by itself on every model and in every mode, through the same
 * door as a user's scenario; the cheapest way to divide the tenants over those plans is found
 * by trying all assignments. The planner, which simulates few of these sets, must name a plan
 * that costs the same. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/text.h"
#include "sim/plan/mix.h"
#include "tests/unit/draw.h"
#include "tests/unit/fixture.h"

enum {
    CASES = 4,
    TENANTS = 3,
    SETS = 1 << TENANTS,
    MODELS = 2,
    MODES = 3,
    KINDS = MODELS * MODES,
    MANY = 10 /* tenants, more than MIX_UNITS_MAX */
};

static const char *const models[MODELS] = {"L40S", "A100-PCIE-80GB"};
static const char *const modes[MODES] = {
    "passthrough", "{mode: time-sliced, scheduler: {policy: best-effort}}", "mig"};

static int load(void **state)
{
    static struct fixture f;
    *state = &f;
    return fixture_open(&f) ? 0 : -1;
}

static int unload(void **state)
{
    fixture_close(*state);
    return 0;
}

static void fresh(struct fixture *f)
{
    arena_fini(&f->arena);
    arena_init(&f->arena, "test");
}

static const struct plan *plan(struct fixture *f, const struct text *yaml)
{
    const struct scenario_overrides over = {.plan = true};
    const struct scenario *s = scenario_read(&f->arena, f->catalog, "test.yaml", text_str(yaml),
                                             yaml->n, &over, &f->diag);
    if (s == NULL || diag_failed(&f->diag)) {
        fail_msg("the scenario is wrong:\n%s", text_str(yaml));
    }
    const struct exp_options o = {.seed = 1, .threads = 2, .version = "test"};
    const struct plan *p = plan_search(&f->arena, s, &o, &f->diag);
    assert_non_null(p);
    return p;
}

/* Tenants that differ in what they need most: memory, latency, throughput. */
struct draft {
    int count, gib, rate, service_ms, p95_ms;
};

static void draw_tenants(struct draft *d, int n, uint64_t *seed)
{
    for (int i = 0; i < n; i++) {
        d[i] = (struct draft){.count = 1 + (int)draw(seed, 4),
                              .gib = 4 << draw(seed, 5),
                              .rate = 2 + (int)draw(seed, 20),
                              .service_ms = 2 + (int)draw(seed, 12),
                              .p95_ms = 40 + (int)draw(seed, 400)};
    }
}

/* A scenario with the tenants of `set`. `rest` goes behind the fleet's GPUs. */
static void write_scenario(const struct draft *d, int n, unsigned set, const char *gpus,
                           const char *mode_list, const char *rest, struct text *yaml)
{
    text_addf(yaml,
              "version: 1\nname: mix\nhorizon: 2 s\nfleet: {gpu: [%s]%s}\nmodes: [%s]\n"
              "cost: {gpu_hour: {L40S: 1 USD, A100-PCIE-80GB: 1.7 USD}}\ntenants:\n",
              gpus, rest, mode_list);
    for (int i = 0; i < n; i++) {
        if ((set >> i & 1) != 0) {
            text_addf(yaml,
                      "  - name: t%d\n    count: %d\n    framebuffer: %d GiB\n"
                      "    objective: {p95: %d ms}\n"
                      "    workload: {kind: requests, arrivals: {process: poisson, rate: %d/s},"
                      " reference: L40S,\n      service: {dist: exponential, mean: %d ms}}\n",
                      i, d[i].count, d[i].gib, d[i].p95_ms, d[i].rate, d[i].service_ms);
        }
    }
}

static void write_all(const struct draft *d, int n, const char *rest, struct text *yaml)
{
    char gpus[64];
    char mode_list[160];
    snprintf(gpus, sizeof gpus, "%s, %s", models[0], models[1]);
    snprintf(mode_list, sizeof mode_list, "%s, %s, %s", modes[0], modes[1], modes[2]);
    write_scenario(d, n, (1U << n) - 1, gpus, mode_list, rest, yaml);
}

static double cost_of(const struct plan *p)
{
    return p->mix.part_n > 0 ? p->mix.bill.usd
           : p->meets_n > 0  ? p->candidate[0].bill.usd
                             : (double)INFINITY;
}

/* What each set costs in one part: as a scenario of its own with one model and one mode. */
static void cost_sets(struct fixture *f, const struct draft *d, double cost[SETS])
{
    for (unsigned set = 1; set < SETS; set++) {
        cost[set] = (double)INFINITY;
        for (int k = 0; k < KINDS; k++) {
            struct text yaml;
            text_init(&yaml);
            write_scenario(d, TENANTS, set, models[k / MODES], modes[k % MODES], "", &yaml);
            const struct plan *p = plan(f, &yaml);
            double own = p->meets_n > 0 ? p->candidate[0].bill.usd : (double)INFINITY;
            cost[set] = own < cost[set] ? own : cost[set];
            text_fini(&yaml);
            fresh(f);
        }
    }
}

/* The cheapest of all assignments of tenants to up to TENANTS parts. */
static double cheapest(const double cost[SETS])
{
    double best = (double)INFINITY;
    int assignments = 1;
    for (int i = 0; i < TENANTS; i++) {
        assignments *= TENANTS;
    }
    for (int a = 0; a < assignments; a++) {
        unsigned set[TENANTS] = {0};
        for (int i = 0, left = a; i < TENANTS; i++, left /= TENANTS) {
            set[left % TENANTS] |= 1U << i;
        }
        double sum = 0.0;
        for (int i = 0; i < TENANTS; i++) {
            sum += set[i] != 0 ? cost[set[i]] : 0.0;
        }
        best = sum < best ? sum : best;
    }
    return best;
}

/* Every tenant in one part, every part by itself a plan that holds. */
static void assert_is_a_division(const struct plan *p)
{
    int seen = 0;
    double cost = 0.0;
    int gpus = 0;
    for (int i = 0; i < p->mix.part_n; i++) {
        const struct plan_candidate *c = &p->mix.part[i];
        assert_true(c->meets);
        assert_int_equal(c->result->mode[0].fleet->feasible, 1);
        cost += c->bill.usd;
        gpus += c->gpus;
        for (int t = 0; t < c->scenario->tenant_n; t++) {
            seen++;
            for (int j = 0; j < i; j++) {
                const struct scenario *s = p->mix.part[j].scenario;
                for (int u = 0; u < s->tenant_n; u++) {
                    assert_string_not_equal(s->tenant[u].name, c->scenario->tenant[t].name);
                }
            }
        }
    }
    assert_int_equal(seen, p->scenario->tenant_n);
    assert_int_equal(gpus, p->mix.gpus);
    assert_true(fabs(cost - p->mix.bill.usd) < 1e-9);
}

static void mix_costs_what_exhaustive_search_finds_when_tenants_are_few(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 3;
    int mixed = 0;
    for (int i = 0; i < CASES; i++) {
        struct draft d[TENANTS];
        struct text yaml;
        double cost[SETS];
        draw_tenants(d, TENANTS, &seed);
        cost_sets(f, d, cost);
        text_init(&yaml);
        write_all(d, TENANTS, "", &yaml);
        const struct plan *p = plan(f, &yaml);
        double exact = cheapest(cost);
        if (fabs(cost_of(p) - exact) > 1e-9) {
            fail_msg("%.2f USD/h, by trying all %.2f:\n%s", cost_of(p), exact, text_str(&yaml));
        }
        if (p->mix.part_n > 0) {
            assert_true(p->mix.is_exact);
            assert_is_a_division(p);
            assert_true(p->mix.bill.usd < cost[SETS - 1] - 1e-9);
            assert_true(p->bound <= p->mix.gpus);
            mixed++;
        }
        text_fini(&yaml);
        fresh(f);
    }
    print_message("%d of %d plans have parts\n", mixed, CASES);
    assert_true(mixed >= 1 && mixed < CASES);
}

/* One tenant that only the dear GPU holds, one that is as well served by the cheap one. */
static const struct draft pair[2] = {
    {.count = 1, .gib = 70, .rate = 10, .service_ms = 10, .p95_ms = 300},
    {.count = 6, .gib = 6,  .rate = 4,  .service_ms = 5,  .p95_ms = 200},
};

static void mix_leaves_requests_as_they_were_when_tenants_are_divided(void **state)
{
    struct fixture *f = *state;
    struct text yaml;
    text_init(&yaml);
    write_all(pair, 2, "", &yaml);
    const struct plan *p = plan(f, &yaml);
    assert_int_equal(p->mix.part_n, 2);
    assert_is_a_division(p);
    /* A whole A100 serves t0 in the part and in passthrough of all: the same to the last bit.
     */
    const struct estimate *own = NULL;
    for (int i = 0; i < 2; i++) {
        const struct plan_candidate *c = &p->mix.part[i];
        if (strcmp(c->scenario->tenant[0].name, "t0") == 0) {
            own = &c->result->mode[0].tenant[0].latency[1];
        }
    }
    assert_non_null(own);
    int compared = 0;
    for (int i = 0; i < p->candidate_n; i++) {
        const struct plan_candidate *c = &p->candidate[i];
        if (c->scenario->mode[0].kind == MODE_PASSTHROUGH) {
            assert_memory_equal(own, &c->result->mode[0].tenant[0].latency[1], sizeof *own);
            compared++;
        }
    }
    assert_int_equal(compared, 1);
    text_fini(&yaml);
    fresh(f);
}

static void mix_names_no_parts_when_one_part_costs_no_more(void **state)
{
    struct fixture *f = *state;
    struct draft d[2] = {pair[1], pair[1]};
    d[0].gib = d[1].gib = 4;
    struct text yaml;
    text_init(&yaml);
    write_all(d, 2, "", &yaml);
    const struct plan *p = plan(f, &yaml);
    assert_int_equal(p->candidate[0].gpus, 1); /* 12 x 4 GiB on an L40S */
    assert_int_equal(p->mix.part_n, 0);
    assert_true(p->mix.is_exact);
    text_fini(&yaml);
    fresh(f);
}

/* t0 takes an A100. Three of 30 GiB take three L40S (3 USD/h) or two A100 (3.4 USD/h), which
 * are dearer and one less. */
static void mix_stays_within_the_count_when_it_is_given(void **state)
{
    struct fixture *f = *state;
    struct draft d[2] = {pair[0], pair[1]};
    d[1].count = 3;
    d[1].gib = 30;
    for (int count = 2; count <= 4; count++) {
        static const double cost[] = {(double)INFINITY, 3 * 1.7, 1.7 + 3 * 1.0};
        struct text yaml;
        char rest[32];
        text_init(&yaml);
        snprintf(rest, sizeof rest, ", count: %d", count);
        write_all(d, 2, rest, &yaml);
        const struct plan *p = plan(f, &yaml);
        double want = cost[count - 2];
        assert_true(isfinite(want) ? fabs(cost_of(p) - want) < 1e-9 : !isfinite(cost_of(p)));
        assert_int_equal(p->mix.part_n, count == 4 ? 2 : 0);
        text_fini(&yaml);
        fresh(f);
    }
}

static void mix_is_no_dearer_than_one_part_when_tenants_are_many(void **state)
{
    struct fixture *f = *state;
    struct draft d[MANY];
    struct text yaml;
    for (int i = 0; i < MANY; i++) {
        d[i] = pair[i % 4 != 0];
        d[i].count = 1 + i % 3;
    }
    text_init(&yaml);
    write_all(d, MANY, "", &yaml);
    const struct plan *p = plan(f, &yaml);
    assert_true(p->mix.part_n > 1);
    assert_false(p->mix.is_exact);
    assert_is_a_division(p);
    assert_true(p->meets_n > 0 && p->mix.bill.usd < p->candidate[0].bill.usd);
    /* No proof that it is the cheapest, but of how far it can be. */
    print_message("%.2f USD/h, at least %.2f\n", p->mix.bill.usd, p->bound_usd);
    assert_true(p->bound_usd <= p->mix.bill.usd && p->mix.bill.usd < 1.25 * p->bound_usd);
    assert_true(1 < p->bound && p->bound <= p->mix.gpus);
    text_fini(&yaml);
    fresh(f);
}

/* Of `a` as in test_plan_answer.c: slots of 1 ms leave 0.82 of an A100 for the 0.76 that it
 * asks for, and less with twice the switch. `b` is as well off on a whole L40S. */
static const char parts[] =
    "version: 1\n"
    "name: parts\n"
    "horizon: 600 s\n"
    "replicas: 10\n"
    "fleet: {gpu: [A100-PCIE-80GB, L40S]}\n"
    "modes: [passthrough, {mode: time-sliced, scheduler: {policy: fixed-share, discipline: "
    "legacy, slice: 1 ms}}]\n"
    "cost: {gpu_hour: {L40S: 1 USD, A100-PCIE-80GB: 1.7 USD}}\n"
    "tenants:\n"
    "  - name: a\n"
    "    count: 8\n"
    "    framebuffer: 10 GiB\n"
    "    objective: {p95: 20 s}\n"
    "    workload: {kind: requests, arrivals: {process: poisson, rate: 9.5/s},\n"
    "      service: {dist: deterministic, mean: 10 ms}}\n"
    "  - name: b\n"
    "    framebuffer: 40 GiB\n"
    "    objective: {p95: 1 s}\n"
    "    workload: {kind: requests, arrivals: {process: poisson, rate: 5/s}, reference: L40S,\n"
    "      service: {dist: exponential, mean: 10 ms}}\n";

static void mix_says_what_breaks_a_part_and_who_is_next_when_tenants_are_divided(void **state)
{
    struct fixture *f = *state;
    struct text yaml;
    text_init(&yaml);
    text_add(&yaml, parts);
    const struct plan *p = plan(f, &yaml);
    assert_int_equal(p->mix.part_n, 2);
    assert_true(fabs(p->mix.bill.usd - 2.7) < 1e-9);
    assert_int_equal(p->assumption_n, 2); /* of the switch, which only one part has */
    assert_string_equal(p->assumption[0].value, "0");
    assert_true(p->assumption[0].holds);
    assert_string_equal(p->assumption[1].value, "twice the calibrated");
    assert_false(p->assumption[1].holds);
    assert_non_null(strstr(p->assumption[1].why, "a asks for 1."));
    /* Three L40S at x are as much as one and an A100 at 1.7 USD/h where x is 0.85. */
    assert_string_equal(p->flip, "3 × L40S, time-sliced/fixed-share, is next; it wins where a "
                                 "L40S costs less than 0.85 USD/h");
    text_fini(&yaml);
    fresh(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mix_costs_what_exhaustive_search_finds_when_tenants_are_few),
        cmocka_unit_test(mix_leaves_requests_as_they_were_when_tenants_are_divided),
        cmocka_unit_test(mix_names_no_parts_when_one_part_costs_no_more),
        cmocka_unit_test(mix_stays_within_the_count_when_it_is_given),
        cmocka_unit_test(mix_is_no_dearer_than_one_part_when_tenants_are_many),
        cmocka_unit_test(mix_says_what_breaks_a_part_and_who_is_next_when_tenants_are_divided),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
