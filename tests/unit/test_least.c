/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_least.c - lower bounds over several kinds of GPUs against exhaustive search.
 *
 * The programme against all assignments of tenants to kinds and against all numbers of units
 * that are not cut off; the shares that it is fed with against the exact packing of the
 * placement. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/text.h"
#include "sim/plan/needs.h"
#include "sim/plan/search.h"
#include "tests/unit/draw.h"
#include "tests/unit/fixture.h"

enum {
    CASES = 200,
    KINDS = 3,
    TENANTS = 4,
    CUTS = 5,
    MOST = 4 /* units of a kind */
};

static double solve(struct fixture *f, const struct least *q, struct least_answer *out)
{
    assert_true(least_solve(out, &f->arena, q));
    return out->cost;
}

/* ---- Tenants over kinds ---- */

static int draw_ways(struct least_way *way, uint64_t *seed)
{
    int n = 0;
    for (int t = 0; t < TENANTS; t++) {
        for (int k = 0; k < KINDS; k++) {
            if (k > 0 && draw(seed, 4) == 0) {
                continue; /* kind 0 serves everybody */
            }
            way[n] =
                (struct least_way){.tenant_ix = t, .kind = k, .cost = draw(seed, 3) / 10.0};
            for (int r = 0; r < LEAST_RESOURCES; r++) {
                way[n].need[r] = draw(seed, 2) == 0 ? 0.0 : draw(seed, 200) / 100.0;
            }
            n++;
        }
    }
    return n;
}

/* Every tenant whole on one kind, every kind in whole GPUs. */
static double cheapest(const struct least_kind *kind, const struct least_way *way, int way_n)
{
    double best = (double)INFINITY;
    int all = 1;
    for (int t = 0; t < TENANTS; t++) {
        all *= KINDS;
    }
    for (int a = 0; a < all; a++) {
        double sum[KINDS][LEAST_RESOURCES] = {{0.0}};
        double cost = 0.0;
        int served = 0;
        for (int w = 0; w < way_n; w++) {
            int at = a;
            for (int t = 0; t < way[w].tenant_ix; t++) {
                at /= KINDS;
            }
            if (at % KINDS == way[w].kind) {
                served++;
                cost += way[w].cost;
                for (int r = 0; r < LEAST_RESOURCES; r++) {
                    sum[way[w].kind][r] += way[w].need[r];
                }
            }
        }
        for (int k = 0; k < KINDS; k++) {
            double most = 0.0;
            for (int r = 0; r < LEAST_RESOURCES; r++) {
                most = sum[k][r] > most ? sum[k][r] : most;
            }
            cost += kind[k].cost * ceil(most / kind[k].gpus - 1e-9);
        }
        best = served == TENANTS && cost < best ? cost : best;
    }
    return best;
}

static void least_is_never_above_brute_force_when_small(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 5;
    double gap = 0.0;
    int tight = 0;
    for (int i = 0; i < CASES; i++) {
        struct least_kind kind[KINDS];
        struct least_way way[KINDS * TENANTS];
        struct least_answer out;
        for (int k = 0; k < KINDS; k++) {
            kind[k] = (struct least_kind){.cost = 1.0 + draw(&seed, 30) / 10.0,
                                          .gpus = 1 + (int)draw(&seed, 2),
                                          .most = LEAST_MANY};
        }
        int way_n = draw_ways(way, &seed);
        const struct least q = {
            .kind = kind, .kind_n = KINDS, .way = way, .way_n = way_n, .tenant_n = TENANTS};
        double exact = cheapest(kind, way, way_n);
        double least = solve(f, &q, &out);
        if (!(least <= exact + 1e-6) || !out.is_exact) {
            fail_msg("case %d: at least %g, by brute force %g", i, least, exact);
        }
        gap += exact / least - 1.0;
        tight += least > exact - 1e-6;
        (void)fixture_fresh(state);
    }
    print_message("%d of %d tight, mean gap %.1f %%\n", tight, CASES, 100.0 * gap / CASES);
    assert_true(tight > CASES / 10);
}

/* Three tenants of 2/3 of a GPU take two; who is served nowhere has no plan. */
static void least_is_tight_when_the_answer_is_known(void **state)
{
    struct fixture *f = *state;
    const struct least_kind kind[2] = {
        {2.0, 1, LEAST_MANY},
        {3.0, 1, LEAST_MANY}
    };
    struct least_way way[4];
    struct least_answer out;
    for (int t = 0; t < 3; t++) {
        way[t] = (struct least_way){.tenant_ix = t, .need = {[LEAST_WORK] = 2.0 / 3.0}};
    }
    struct least q = {.kind = kind, .kind_n = 2, .way = way, .way_n = 3, .tenant_n = 3};
    assert_true(fabs(solve(f, &q, &out) - 4.0) < 1e-6);
    assert_int_equal(out.unit[0], 2);
    way[0].need[LEAST_MEMORY] = 5.0;
    way[3] = (struct least_way){
        .tenant_ix = 0, .kind = 1, .cost = 0.25, .need = {[LEAST_MEMORY] = 0.1}};
    q.way_n = 4;
    /* 0.4 of tenant 0 fill the two GPUs of kind 0, the rest and its licence go to kind 1. */
    assert_true(fabs(solve(f, &q, &out) - (2.0 * 2.0 + 3.0 + 0.6 * 0.25)) < 1e-6);
    assert_int_equal(out.unit[1], 1);
    q.tenant_n = 4;
    assert_true(!isfinite(solve(f, &q, &out)) && out.is_exact);
    assert_null(out.unit);
}

/* ---- Numbers of units that were tried ---- */

/* Cheapest of all n in [0, MOST]^KINDS but those with no more units of the same kinds than one
 * that failed. */
static double cheapest_uncut(const struct least *q)
{
    double best = (double)INFINITY;
    for (int a = 0; a < (MOST + 1) * (MOST + 1) * (MOST + 1); a++) {
        const int n[KINDS] = {a % (MOST + 1), a / (MOST + 1) % (MOST + 1),
                              a / (MOST + 1) / (MOST + 1)};
        bool is_left = true;
        double cost = 0.0;
        for (int i = 0; i < q->failed_n; i++) {
            bool is_more = false;
            for (int k = 0; k < KINDS; k++) {
                int f = q->failed[i * KINDS + k];
                is_more = is_more || n[k] > f || (n[k] == 0 && f > 0);
            }
            is_left = is_left && is_more;
        }
        for (int k = 0; k < KINDS; k++) {
            is_left = is_left && n[k] <= q->kind[k].most;
            cost += n[k] * q->kind[k].cost;
        }
        best = is_left && cost < best ? cost : best;
    }
    return best;
}

static void least_equals_brute_force_when_units_were_tried(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 6;
    int none = 0;
    for (int i = 0; i < CASES; i++) {
        struct least_kind kind[KINDS];
        int failed[CUTS * KINDS];
        struct least_answer out;
        for (int k = 0; k < KINDS; k++) {
            kind[k] = (struct least_kind){.cost = 1.0 + draw(&seed, 50) / 10.0,
                                          .gpus = 1,
                                          .most = 1 + (int)draw(&seed, MOST)};
        }
        for (int c = 0; c < CUTS * KINDS; c++) {
            failed[c] = (int)draw(&seed, (unsigned)kind[c % KINDS].most + 1);
        }
        const struct least q = {.kind = kind,
                                .kind_n = KINDS,
                                .failed = failed,
                                .failed_n = (int)draw(&seed, CUTS + 1)};
        double exact = cheapest_uncut(&q);
        double least = solve(f, &q, &out);
        if (isfinite(exact) ? fabs(least - exact) > 1e-6 : isfinite(least)) {
            fail_msg("case %d: %g, by brute force %g", i, least, exact);
        }
        none += !isfinite(exact);
        (void)fixture_fresh(state);
    }
    print_message("%d without a solution\n", none);
}

/* ---- Shares ---- */

static const char *const models[] = {"L40S", "A100-PCIE-80GB", "A30", "H100-NVL-94GB",
                                     "RTX-PRO-6000-BSE"};
static const char *const modes[] = {"passthrough",
                                    "{mode: time-sliced, scheduler: {policy: best-effort}}",
                                    "mig", "time-sliced-mig"};

static const struct scenario *draw_scenario(struct fixture *f, uint64_t *seed)
{
    struct text yaml;
    text_init(&yaml);
    const char *model = models[draw(seed, 5)];
    const char *mode = modes[draw(seed, 4)];
    text_addf(&yaml,
              "version: 1\nname: shares\nfleet: {gpu: %s, mixed-size: %s}\nmodes: [%s]\n"
              "tenants:\n",
              model, draw(seed, 3) == 0 ? "true" : "false", mode);
    int n = 1 + (int)draw(seed, TENANTS);
    for (int t = 0; t < n; t++) {
        text_addf(&yaml,
                  "  - name: t%d\n    count: %u\n    framebuffer: %u GiB\n"
                  "    objective: {p95: 1 s}\n"
                  "    workload: {kind: requests, arrivals: {process: poisson, rate: 1/s},\n"
                  "      service: {dist: exponential, mean: 2 ms}}\n",
                  t, 1 + draw(seed, 7), 1 + draw(seed, draw(seed, 2) == 0 ? 12 : 48));
    }
    const struct scenario_overrides over = {.plan = true};
    const struct scenario *s = scenario_read(&f->arena, f->catalog, "test.yaml",
                                             text_str(&yaml), yaml.n, &over, &f->diag);
    assert_non_null(s);
    text_fini(&yaml);
    return s;
}

static void needs_sum_to_no_more_than_the_exact_packing_when_tenants_are_random(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 7;
    int placed = 0;
    int tight = 0;
    for (int i = 0; i < CASES; i++) {
        const struct scenario *s = draw_scenario(f, &seed);
        const struct exp_options o = {.seed = 1, .threads = 1, .version = "test"};
        struct plan p = {.scenario = s};
        struct search x = {
            .arena = &f->arena, .s = s, .o = &o, .d = &f->diag, .plan = &p, .limit = GPUS_MAX};
        struct least_kind kind = {1.0, 1, LEAST_MANY};
        struct least_answer out;
        assert_true(search_open(&x));
        struct least_way *way = arena_alloc(&f->arena, (size_t)needs_room(&x, 1), sizeof *way);
        struct least q = {.kind = &kind, .kind_n = 1, .way = way, .tenant_n = s->tenant_n};
        needs_add(&x, 0, s->gpu_ix, 0, NULL, way, &q.way_n);
        double least = solve(f, &q, &out);
        struct scenario *v = trial_variant(&x, &f->arena, s->gpu_ix, 0);
        v->place = PLACE_EXACT;
        const struct mode_result *m = &trial_run(&x, &f->arena, v, true)->mode[0];
        if (m->feasible) {
            placed++;
            tight += (int)lround(least) == m->fleet->gpus_used;
            if (!(least <= m->fleet->gpus_used + 1e-6)) {
                fail_msg("case %d on %s: at least %g, packed on %d", i,
                         s->catalog->gpu[s->gpu_ix].key, least, m->fleet->gpus_used);
            }
        }
        (void)fixture_fresh(state);
    }
    print_message("%d of %d packings tight\n", tight, placed);
    assert_true(placed > CASES / 4 && tight > placed / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_is_never_above_brute_force_when_small),
        cmocka_unit_test(least_is_tight_when_the_answer_is_known),
        cmocka_unit_test(least_equals_brute_force_when_units_were_tried),
        cmocka_unit_test(needs_sum_to_no_more_than_the_exact_packing_when_tenants_are_random),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
