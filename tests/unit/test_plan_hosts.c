/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_plan_hosts.c - mixtures of hosts against exhaustive search.
 *
 * Every mixture of a few groups is run by itself, through the same door as a user's scenario;
 * the cheapest that holds must cost what the planner names, which simulates few of them. The
 * number of replicas is fixed, so that both see the same intervals. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/bound.h"
#include "sim/base/text.h"
#include "sim/plan/holds.h"
#include "sim/plan/plan.h"
#include "tests/unit/draw.h"
#include "tests/unit/fixture.h"

enum {
    CASES = 60,
    TENANTS = 2,
    ALL_TENANTS = (1 << TENANTS) - 1,
    GROUPS = 3,
    MOST = 3, /* hosts of a group */
    ALL = (MOST + 1) * (MOST + 1) * (MOST + 1)
};

static const struct {
    const char *model;
    int gpus;
    double usd;
} groups[GROUPS] = {
    {"L40S",           2, 1.0},
    {"A100-PCIE-80GB", 1, 1.7},
    {"H100-PCIE-80GB", 1, 2.9}
};

static const char *const modes[] = {"passthrough",
                                    "{mode: time-sliced, scheduler: {policy: best-effort}}"};

/* Tenants that differ in what they need most: memory, latency, throughput. */
struct draft {
    int count, gib, rate, service_ms, p95_ms;
};

static void draw_tenants(struct draft *d, uint64_t *seed)
{
    for (int i = 0; i < TENANTS; i++) {
        d[i] = (struct draft){.count = 1 + (int)draw(seed, 3),
                              .gib = 4 << draw(seed, 4),
                              .rate = 10 + (int)draw(seed, 30),
                              .service_ms = 4 + (int)draw(seed, 12),
                              .p95_ms = 60 + (int)draw(seed, 200)};
    }
}

/* The tenants of `set` on so many hosts of each group. */
static const struct scenario *scenario(struct fixture *f, const struct draft *d, unsigned set,
                                       const char *mode, const char *place, const int *count,
                                       bool is_plan)
{
    struct text yaml;
    text_init(&yaml);
    text_addf(&yaml,
              "version: 1\nname: hosts\nhorizon: 2 s\nreplicas: 6\nmodes: [%s]\n"
              "placement: {policy: %s}\n"
              "cost: {gpu_hour: {L40S: 1 USD, A100-PCIE-80GB: 1.7 USD, H100-PCIE-80GB: 2.9 "
              "USD}}\nfleet:\n  hosts:\n",
              mode, place);
    for (int g = 0; g < GROUPS; g++) {
        if (count[g] > 0) {
            text_addf(&yaml, "    - {name: g%d, count: %d, gpu: %s, gpus: %d}\n", g, count[g],
                      groups[g].model, groups[g].gpus);
        }
    }
    text_add(&yaml, "tenants:\n");
    for (int i = 0; i < TENANTS; i++) {
        if ((set >> i & 1) == 0) {
            continue;
        }
        text_addf(&yaml,
                  "  - name: t%d\n    count: %d\n    framebuffer: %d GiB\n"
                  "    objective: {p95: %d ms}\n"
                  "    workload: {kind: requests, arrivals: {process: poisson, rate: %d/s},"
                  " reference: L40S,\n      service: {dist: exponential, mean: %d ms}}\n",
                  i, d[i].count, d[i].gib, d[i].p95_ms, d[i].rate, d[i].service_ms);
    }
    const struct scenario_overrides over = {.plan = is_plan};
    const struct scenario *s = scenario_read(&f->arena, f->catalog, "test.yaml",
                                             text_str(&yaml), yaml.n, &over, &f->diag);
    if (s == NULL || diag_failed(&f->diag)) {
        fail_msg("the scenario is wrong:\n%s", text_str(&yaml));
    }
    text_fini(&yaml);
    return s;
}

/* Does a mixture hold, its VMs spread, or packed where that leaves one without a place? */
static bool holds(struct fixture *f, const struct draft *d, unsigned set, const char *mode,
                  const int *count)
{
    char why[PLAN_TEXT];
    const struct result *r = NULL;
    bool is_placed = false;
    for (int i = mode[0] == '{' ? 0 : 1; i < 2 && !is_placed; i++) {
        const struct scenario *s =
            scenario(f, d, set, mode, i == 0 ? "breadth-first" : "best-fit", count, false);
        r = fixture_run(f, s, 1, false);
        assert_non_null(r);
        is_placed = r->mode[0].feasible;
    }
    return is_placed && holds_of(r, why, sizeof why) == HOLDS_YES;
}

/* Every mixture within `most`. */
struct table {
    int most[GROUPS];
    bool holds[ALL];
    double cost[ALL];
};

static void mixture(int at, int count[GROUPS])
{
    for (int g = 0; g < GROUPS; g++) {
        count[g] = at % (MOST + 1);
        at /= MOST + 1;
    }
}

static bool is_within(const int *count, const int *most)
{
    bool is = true;
    for (int g = 0; g < GROUPS; g++) {
        is = is && count[g] <= most[g];
    }
    return is;
}

static void fill(struct table *t, struct fixture *f, const struct draft *d, const char *mode)
{
    for (int i = 0; i < ALL; i++) {
        int count[GROUPS];
        mixture(i, count);
        t->cost[i] = 0.0;
        for (int g = 0; g < GROUPS; g++) {
            t->cost[i] += count[g] * groups[g].gpus * groups[g].usd;
        }
        t->holds[i] =
            i > 0 && is_within(count, t->most) && holds(f, d, ALL_TENANTS, mode, count);
        (void)fixture_fresh((void **)&f);
    }
}

static double cheapest(const struct table *t)
{
    double best = (double)INFINITY;
    for (int i = 0; i < ALL; i++) {
        best = t->holds[i] && t->cost[i] < best ? t->cost[i] : best;
    }
    return best;
}

/* What the planner takes for granted: more hosts of the same groups never hurt. */
static bool is_monotone(const struct table *t)
{
    for (int i = 0; i < ALL; i++) {
        for (int k = 0; t->holds[i] && k < ALL; k++) {
            int less[GROUPS];
            int more[GROUPS];
            mixture(i, less);
            mixture(k, more);
            bool is_more = is_within(more, t->most) && is_within(less, more);
            for (int g = 0; g < GROUPS; g++) {
                is_more = is_more && (less[g] == 0) == (more[g] == 0);
            }
            if (is_more && !t->holds[k]) {
                return false;
            }
        }
    }
    return true;
}

/* The same of tenant t alone on the hosts of group g. */
static double cheapest_alone(struct fixture *f, const struct draft *d, int t, const char *mode,
                             int g, int most)
{
    double best = (double)INFINITY;
    for (int n = most; n >= 1; n--) {
        int count[GROUPS] = {0};
        count[g] = n;
        bool is = holds(f, d, 1U << t, mode, count);
        best = is ? n * groups[g].gpus * groups[g].usd : best;
        (void)fixture_fresh((void **)&f);
    }
    return best;
}

/* Both tenants apart, each on hosts of a group of its own. */
static double cheapest_apart(struct fixture *f, const struct draft *d, const char *mode,
                             const int *most)
{
    double cost[TENANTS][GROUPS];
    double best = (double)INFINITY;
    for (int t = 0; t < TENANTS; t++) {
        for (int g = 0; g < GROUPS; g++) {
            cost[t][g] = cheapest_alone(f, d, t, mode, g, most[g]);
        }
    }
    for (int a = 0; a < GROUPS; a++) {
        for (int b = 0; b < GROUPS; b++) {
            double sum = cost[0][a] + cost[1][b];
            best = a != b && sum < best ? sum : best;
        }
    }
    return best;
}

static const struct plan *plan(struct fixture *f, const struct scenario *s)
{
    const struct exp_options o = {.seed = 1, .threads = 2, .version = "test"};
    const struct plan *p = plan_search(&f->arena, s, &o, &f->diag);
    assert_non_null(p);
    return p;
}

static void plan_costs_what_exhaustive_search_finds_when_groups_differ(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 11;
    int mixed = 0;
    int odd = 0;
    int parts = 0;
    for (int i = 0; i < CASES; i++) {
        struct draft d[TENANTS];
        struct table t;
        draw_tenants(d, &seed);
        for (int g = 0; g < GROUPS; g++) {
            t.most[g] = 1 + (int)draw(&seed, MOST);
        }
        fill(&t, f, d, modes[i % 2]);
        double exact = fmin(cheapest(&t), cheapest_apart(f, d, modes[i % 2], t.most));
        const struct plan *p =
            plan(f, scenario(f, d, ALL_TENANTS, modes[i % 2], "best-fit", t.most, true));
        bool is_mix = p->mix.part_n > 0;
        double own = is_mix           ? p->mix.bill.usd
                     : p->meets_n > 0 ? p->candidate[0].bill.usd
                                      : (double)INFINITY;
        assert_true(own > exact - 1e-9 || !isfinite(exact));
        if (!is_monotone(&t)) {
            odd++;
        } else if (isfinite(exact) ? fabs(own - exact) > 1e-9 : isfinite(own)) {
            fail_msg("case %d: %.2f USD/h, by trying all %.2f", i, own, exact);
        } else if (isfinite(own)) {
            assert_true(fabs(p->bound_usd - exact) < 1e-6); /* and the planner knows it */
            assert_true(p->bound <= (is_mix ? p->mix.gpus : p->candidate[0].gpus));
            mixed += !is_mix && p->candidate[0].scenario->group_n > 1;
            parts += is_mix;
        }
        (void)fixture_fresh(state);
    }
    print_message("of %d winners %d have several groups and %d parts; in %d more hosts hurt\n",
                  CASES, mixed, parts, odd);
    assert_true(mixed > CASES / 10 && parts > 1 && odd < CASES / 6);
}

/* ---- Who is served where ---- */

static const char instances[] =
    "version: 1\n"
    "name: instances\n"
    "horizon: 60 s\n"
    "coupling: none\n"
    "modes: [mig]\n"
    "cost: {gpu_hour: {A100-SXM4-80GB: 1 USD, A30: 0.9 USD}}\n"
    "fleet:\n"
    "  hosts:\n"
    "    - {name: x, count: 4, gpu: A100-SXM4-80GB, gpus: 2}\n"
    "    - {name: y, count: 4, gpu: A30, gpus: 4}\n"
    "tenants:\n"
    "  - name: m\n"
    "    vgpus: auto\n"
    "    objective: {p95: 37 ms}\n"
    "    workload: {kind: requests, arrivals: {process: poisson, rate: 400/s},\n"
    "      service: {dist: exponential, mean: 10 ms},\n"
    "      scaling: {form: max, compute: 100%, memory: 0%, width: 10%}}\n"
    "  - name: big\n"
    "    framebuffer: 30 GiB\n"
    "    objective: {p95: 1 s}\n"
    "    workload: {kind: requests, arrivals: {process: poisson, rate: 1/s},\n"
    "      service: {dist: exponential, mean: 10 ms}}\n";

/* A profile of 10 % of an A100 serves at full speed, so that Erlang's number of the smallest
 * does; an A30 has too little framebuffer for the other tenant. */
static void plan_serves_each_tenant_by_the_models_that_hold_it_when_groups_differ(void **state)
{
    struct fixture *f = *state;
    int servers = 5;
    while (bound_mmc(0.4, 10.0, servers, 0.95).quantile > 37.0) {
        servers++;
    }
    const struct scenario_overrides over = {.plan = true};
    const struct scenario *s = scenario_read(&f->arena, f->catalog, "test.yaml", instances,
                                             strlen(instances), &over, &f->diag);
    assert_non_null(s);
    const struct plan *p = plan(f, s);
    assert_int_equal(p->meets_n, 1);
    const struct scenario *won = p->candidate[0].scenario;
    assert_int_equal(won->tenant[0].vgpus, servers);
    assert_string_equal(won->tenant[0].on[0].mig, "1g.10gb");
    assert_int_equal(won->tenant[1].on_n, 1);
    assert_string_equal(won->tenant[1].on[0].mig, "3g.40gb");
    assert_int_equal(won->tenant[1].on[0].gpu_ix, s->group[0].gpu_ix);
    assert_int_equal(won->group_n, 1);
    assert_int_equal(won->group[0].count, 1);
    assert_int_equal(p->refused_n, 1);
    assert_string_equal(p->refused[0].rule, "PLAN-03");
    assert_int_equal(p->refused[0].gpu_ix, s->group[1].gpu_ix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan_costs_what_exhaustive_search_finds_when_groups_differ),
        cmocka_unit_test(plan_serves_each_tenant_by_the_models_that_hold_it_when_groups_differ),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
