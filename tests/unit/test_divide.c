/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_divide.c - VMs of several tenants over shared GPUs, against every division there is.
 *
 * Brute force knows no contents, bounds or programme: every way to divide the VMs of two
 * tenants over so many GPUs is written down as a listed placement and simulated as a whole
 * fleet. With n_yes the fewest GPUs on which one of them clearly holds, and n_maybe the fewest
 * on which one is not clearly wrong, a plan must lie between the two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/plan/holds.h"
#include "sim/plan/plan.h"
#include "tests/unit/fixture.h"

enum {
    VMS_EACH = 3,
    KINDS = (VMS_EACH + 1) * (VMS_EACH + 1) - 1, /* contents of a GPU, but for none */
    GPUS = 2 * VMS_EACH
};

static const struct scenario *read(struct fixture *f, struct arena *a, const char *yaml,
                                   const char *set, bool for_plan)
{
    const struct scenario_overrides over = {
        .set = &set, .set_n = set != NULL, .plan = for_plan};
    const struct scenario *s =
        scenario_read(a, f->catalog, "test.yaml", yaml, strlen(yaml), &over, &f->diag);
    if (s == NULL || diag_failed(&f->diag)) {
        fail_msg("the scenario is wrong: %s %s", yaml, set != NULL ? set : "");
    }
    return s;
}

static const struct plan *plan(struct fixture *f, const char *yaml)
{
    const struct exp_options o = {.seed = 1, .threads = 2, .version = "test"};
    const struct plan *p =
        plan_search(&f->arena, read(f, &f->arena, yaml, NULL, true), &o, &f->diag);
    assert_non_null(p);
    return p;
}

/* ---- Brute force ---- */

struct brute {
    struct fixture *f;
    const char *yaml;
    int times[KINDS]; /* GPUs with a content: a and b of it are the digits of its number + 1 */
    enum holds best;
    int tried;
};

static void try_division(struct brute *b)
{
    char set[1024];
    int n = snprintf(set, sizeof set, "placement={policy: listed, gpus: [");
    for (int k = 0; k < KINDS; k++) {
        if (b->times[k] > 0) {
            n += snprintf(set + n, sizeof set - (size_t)n, "{count: %d, vms: {a: %d, b: %d}}, ",
                          b->times[k], (k + 1) / (VMS_EACH + 1), (k + 1) % (VMS_EACH + 1));
        }
    }
    snprintf(set + n - 2, sizeof set - (size_t)n, "]}");
    struct arena own;
    char why[PLAN_TEXT];
    arena_init(&own, "test");
    const struct scenario *s = read(b->f, &own, b->yaml, set, false);
    const struct exp_options o = {.seed = 1, .threads = 2, .version = "test"};
    const struct result *r = exp_run(&own, s, &o, &b->f->diag);
    assert_non_null(r);
    enum holds holds = holds_of(r, why, sizeof why);
    b->best = holds > b->best ? holds : b->best;
    b->tried++;
    arena_fini(&own);
}

/* Divides a and b VMs over exactly so many GPUs, contents in descending order. Depth GPUS. */
static void divide(struct brute *b, int a_left, int b_left, int kind, int left)
{
    if (left == 0) {
        if (a_left == 0 && b_left == 0) {
            try_division(b);
        }
        return;
    }
    for (int k = kind; k >= 0; k--) {
        int a_own = (k + 1) / (VMS_EACH + 1);
        int b_own = (k + 1) % (VMS_EACH + 1);
        if (a_own <= a_left && b_own <= b_left) {
            b->times[k]++;
            divide(b, a_left - a_own, b_left - b_own, k, left - 1);
            b->times[k]--;
        }
    }
}

/* The best that any division over exactly so many GPUs does. */
static enum holds best_on(struct fixture *f, const char *yaml, int gpus, int *tried)
{
    struct brute b = {.f = f, .yaml = yaml, .best = HOLDS_NO};
    divide(&b, VMS_EACH, VMS_EACH, KINDS - 1, gpus);
    *tried += b.tried;
    return b.best;
}

/* Times in ms, loads of a VM, sizes in GiB. */
struct instance {
    const char *policy;
    double a_ms, a_load, a_limit_ms;
    double b_ms, b_load, b_limit_ms;
    int a_gib, b_gib;
    bool mixed;
};

static const struct instance instances[] = {
    {"best-effort", 10, 0.30, 60,  2,  0.05, 12,  20, 8,  true },
    {"best-effort", 2,  0.15, 20,  10, 0.20, 40,  10, 16, false},
    {"best-effort", 10, 0.10, 60,  5,  0.20, 50,  8,  8,  false},
    {"best-effort", 5,  0.30, 30,  10, 0.15, 200, 16, 16, false},
    {"fixed-share", 5,  0.12, 70,  2,  0.10, 60,  16, 8,  false},
    {"equal-share", 5,  0.15, 100, 5,  0.20, 20,  8,  8,  false},
    {"equal-share", 5,  0.10, 200, 2,  0.15, 8,   16, 16, true },
    {"equal-share", 10, 0.15, 200, 10, 0.20, 100, 20, 8,  false},
};

static void write_yaml(const struct instance *i, char *out, size_t n)
{
    snprintf(out, n,
             "version: 1\n"
             "name: brute\n"
             "horizon: 20 s\n"
             "replicas: 20\n"
             "warmup: 1 s\n"
             "fleet: {gpu: A100-SXM4-80GB, count: 6, mixed-size: %s}\n"
             "modes: [{mode: time-sliced, scheduler: {policy: %s, slice: 2 ms}}]\n"
             "tenants:\n"
             "  - {name: a, count: %d, framebuffer: %d GiB, objective: {p95: %g ms},\n"
             "     workload: {kind: requests, arrivals: {process: poisson, rate: %g/s},\n"
             "       service: {dist: exponential, mean: %g ms}}}\n"
             "  - {name: b, count: %d, framebuffer: %d GiB, objective: {p95: %g ms},\n"
             "     workload: {kind: requests, arrivals: {process: poisson, rate: %g/s},\n"
             "       service: {dist: deterministic, mean: %g ms}}}\n",
             i->mixed ? "true" : "false", i->policy, VMS_EACH, i->a_gib, i->a_limit_ms,
             i->a_load * 1e3 / i->a_ms, i->a_ms, VMS_EACH, i->b_gib, i->b_limit_ms,
             i->b_load * 1e3 / i->b_ms, i->b_ms);
}

static void plan_lies_where_every_division_puts_it_when_vms_are_few(void **state)
{
    struct fixture *f = *state;
    int tried = 0;
    int divided = 0;
    for (size_t i = 0; i < sizeof instances / sizeof instances[0]; i++) {
        char yaml[2048];
        write_yaml(&instances[i], yaml, sizeof yaml);
        const struct plan *p = plan(f, yaml);
        int maybe = 0;
        int yes = 0;
        for (int n = 1; n <= GPUS && yes == 0; n++) {
            enum holds best = best_on(f, yaml, n, &tried);
            maybe = maybe == 0 && best != HOLDS_NO ? n : maybe;
            yes = best == HOLDS_YES ? n : 0;
        }
        int own = p->meets_n > 0 ? p->candidate[0].gpus : GPUS + 1;
        divided += p->meets_n > 0 && p->candidate[0].scenario->place == PLACE_LISTED;
        printf("instance %zu: %d GPUs, by brute force %d to %d, at least %d\n", i, own, maybe,
               yes, p->bound);
        assert_true(own <= (yes > 0 ? yes : GPUS + 1));
        assert_true(own >= (maybe > 0 ? maybe : GPUS + 1));
        assert_true(p->bound <= (yes > 0 ? yes : GPUS + 1));
    }
    printf("%d divisions, %d plans divided\n", tried, divided);
    assert_true(divided >= 4); /* VMs that are spread or packed take more GPUs */
}

/* ---- Placement as listed ---- */

static const char listed[] =
    "version: 1\n"
    "name: listed\n"
    "fleet: {gpu: A100-SXM4-80GB, count: 3}\n"
    "modes: [time-sliced]\n"
    "placement: {policy: listed, gpus: [{count: 2, vms: {a: 1, b: 2}}, {vms: {a: 3}}]}\n"
    "tenants:\n"
    "  - {name: a, count: 5, framebuffer: 8 GiB, workload: {kind: requests,\n"
    "     arrivals: {process: poisson, rate: 1/s}, service: {dist: exponential, mean: 1 ms}}}\n"
    "  - {name: b, count: 4, framebuffer: 8 GiB, workload: {kind: requests,\n"
    "     arrivals: {process: poisson, rate: 1/s}, service: {dist: exponential, mean: 1 "
    "ms}}}\n";

static void place(struct fixture *f, const char *set, struct fleet *out)
{
    assert_true(
        fleet_place(out, &f->arena, read(f, &f->arena, listed, set, false), 0, &f->diag));
}

static void fleet_places_vms_as_listed_when_the_scenario_lists_them(void **state)
{
    static const int expected[3][2] = {
        {1, 2},
        {1, 2},
        {3, 0}
    };
    struct fleet fleet;
    int held[3][2] = {{0}};
    place(*state, NULL, &fleet);
    assert_true(fleet.feasible);
    assert_int_equal(fleet.gpus_needed, 3);
    for (int i = 0; i < fleet.seat_n; i++) {
        held[fleet.seat[i].gpu_ix][fleet.seat[i].tenant_ix]++;
    }
    assert_memory_equal(held, expected, sizeof held);
}

static void fleet_says_what_is_in_the_way_when_a_gpu_cannot_hold_what_is_listed(void **state)
{
    struct fleet fleet;
    place(*state, "tenants.b.framebuffer=20GiB", &fleet);
    assert_false(fleet.feasible);
    assert_string_equal(fleet.reasons.list[0].rule, "CAP-03");
    assert_int_equal(fleet.vms_placed, 5);
}

static void scenario_reads_back_the_same_when_placement_is_listed(void **state)
{
    struct fixture *f = *state;
    const struct scenario *s = read(f, &f->arena, listed, NULL, false);
    const struct scenario *again = read(f, &f->arena, s->resolved, NULL, false);
    assert_string_equal(s->resolved, again->resolved);
    assert_int_equal(again->listed_n, 2);
    assert_int_equal(again->listed[0].count, 2);
    assert_int_equal(again->listed[0].vms[1], 2);
}

/* ---- Large fleets ---- */

/* k VMs of 0.2 on a GPU without switches: the mean of M/D/1, in whatever order. */
static double md1_ms(int k)
{
    double load = 0.2 * k;
    return 10.0 * (1.0 + load / (2.0 * (1.0 - load)));
}

/* 1,000 VMs on so many GPUs, three or four on each: the mean over all of them. */
static double spread_ms(int gpus)
{
    int more = 1000 - 3 * gpus;
    return (4.0 * more * md1_ms(4) + 3.0 * (gpus - more) * md1_ms(3)) / 1000.0;
}

static void plan_takes_pollaczeks_number_when_the_fleet_is_large(void **state)
{
    const struct plan *p = plan(
        *state,
        "version: 1\n"
        "name: crowd\n"
        "horizon: 60 s\n"
        "fleet: {gpu: L40S}\n"
        "modes: [{mode: time-sliced, scheduler: {policy: best-effort, slice: 30 ms, switch: 0 "
        "us}}]\n"
        "tenants:\n"
        "  - {name: a, count: 1000, framebuffer: 4 GiB, objective: {mean: 22 ms},\n"
        "     workload: {kind: requests, arrivals: {process: poisson, rate: 20/s},\n"
        "       service: {dist: deterministic, mean: 10 ms}}}\n");
    int exact = 251;
    while (spread_ms(exact) > 22.0) {
        exact++;
    }
    printf("%d GPUs, by the closed form %d, %d experiments\n", p->candidate[0].gpus, exact,
           p->simulated);
    assert_int_equal(p->meets_n, 1);
    assert_in_range(p->candidate[0].gpus, exact - 2, exact + 6);
    /* Contents tell where to begin: with numbers of GPUs left out it takes 26. */
    assert_in_range(p->simulated, 1, 20);
    /* More load makes contents of their own: a tenth of it is more than is left. */
    assert_true(p->headroom.has_value && p->headroom.hi < 0.1);
}

/* ---- What is said beside it ---- */

static void plan_names_the_number_below_when_full_precision_adds_a_gpu(void **state)
{
    const struct plan *p = plan(
        *state,
        "version: 1\n"
        "name: added\n"
        "horizon: 10 s\n"
        "precision: 10%\n"
        "fleet: {gpu: A100-SXM4-80GB}\n"
        "modes: [time-sliced]\n"
        "tenants:\n"
        "  - {name: t0, count: 2, framebuffer: 16 GiB, objective: {p95: 500 ms},\n"
        "     workload: {kind: llm, arrivals: {process: poisson, rate: 1/s}, prompt: {dist:\n"
        "       deterministic, mean: 200}, output: {dist: deterministic, mean: 40},\n"
        "       prefill: {per-token: 20 us}, decode: {base: 5 ms, per-sequence: 100 us},\n"
        "       max-sequences: 16}}\n");
    assert_int_equal(p->candidate[0].gpus, 2);
    assert_memory_equal(p->candidate[0].binding, "with 1: p95 of t0", 17);
}

/* One VM alone keeps the limit, and the fleet's interval lies across it. */
static void plan_offers_the_limit_when_it_lies_inside_the_interval(void **state)
{
    const struct plan *p = plan(
        *state,
        "version: 1\n"
        "name: inside\n"
        "horizon: 10 s\n"
        "precision: 10%\n"
        "fleet: {gpu: A100-SXM4-80GB}\n"
        "modes: [mig]\n"
        "tenants:\n"
        "  - {name: t0, count: 3, framebuffer: 4 GiB, objective: {p95: 4 ms},\n"
        "     workload: {kind: requests, arrivals: {process: poisson, rate: 150/s}, service:\n"
        "       {dist: exponential, mean: 1 ms}, scaling: {form: max, compute: 60%, memory:\n"
        "       50%, width: 14%}}}\n");
    assert_int_equal(p->meets_n, 0);
    assert_int_equal(p->wish_n, 1);
    assert_memory_equal(p->wish[0].change, "tenants.t0.objective.p95: 4", 27);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(plan_lies_where_every_division_puts_it_when_vms_are_few,
                               fixture_fresh),
        cmocka_unit_test_setup(fleet_places_vms_as_listed_when_the_scenario_lists_them,
                               fixture_fresh),
        cmocka_unit_test_setup(
            fleet_says_what_is_in_the_way_when_a_gpu_cannot_hold_what_is_listed, fixture_fresh),
        cmocka_unit_test_setup(scenario_reads_back_the_same_when_placement_is_listed,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_takes_pollaczeks_number_when_the_fleet_is_large,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_names_the_number_below_when_full_precision_adds_a_gpu,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_offers_the_limit_when_it_lies_inside_the_interval,
                               fixture_fresh),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
