/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_reach.c - what is called out of reach is, and what a simulation reached is not.
 *
 * Random scenarios under fixed seeds, in every mode: each latency that came out, at the far end
 * of its interval, is then the limit, and must not be called out of reach. The other side: a
 * limit 3 % below what theory says is exactly reached is refused, and by name. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/bound.h"
#include "sim/plan/holds.h"
#include "sim/plan/reach.h"
#include "tests/unit/fixture.h"

enum {
    SCENARIOS = 60
};

static const char *const modes[] = {
    "passthrough",
    "mig",
    "{mode: time-sliced, scheduler: {policy: best-effort}}",
    "{mode: time-sliced, scheduler: {policy: equal-share}}",
    "{mode: time-sliced, scheduler: {policy: fixed-share, slice: 2 ms}}",
};

static const char *const services[] = {
    "{dist: deterministic, mean: 4 ms}",
    "{dist: exponential, mean: 4 ms}",
    "{dist: lognormal, mean: 4 ms, cv: 1.2}",
    "{dist: gamma, mean: 4 ms, cv: 0.5}",
    "{dist: weibull, mean: 4 ms, cv: 0.8}",
    "{dist: hyperexponential, mean: 4 ms, cv: 2}",
    "{dist: uniform, mean: 4 ms, cv: 0.3}",
    "{table: {1: 4 ms, 4: 7 ms}}, batch: {max: 4, timeout: 2 ms}",
};

static const char *const extras[] = {
    "",
    ", streams: 2",
    ", kernels: {count: 4, gap: 0.2 ms}",
    ", host: {dist: exponential, mean: 1 ms}",
    ", scaling: {compute: 70%, memory: 30%, width: 30%}",
};

/* Is the limit out of reach in the first mode? */
static bool is_beyond(struct fixture *f, const struct scenario *s, char *why, size_t n)
{
    struct fleet fleet;
    struct lanes lanes;
    assert_true(fleet_place(&fleet, &f->arena, s, 0, &f->diag));
    assert_true(lanes_split(&lanes, &f->arena, s, &fleet, 0, &f->diag));
    assert_true(fleet.feasible);
    return reach_is_beyond(s, &lanes, why, n);
}

/* The same with every limit of tenant 0 times `factor`. */
static bool is_beyond_at(struct fixture *f, const struct scenario *s, double factor, char *why,
                         size_t n)
{
    struct scenario own = *s;
    struct tenant tenant[8];
    assert_true(s->flow_n <= 8);
    memcpy(tenant, s->tenant, (size_t)s->flow_n * sizeof *tenant);
    for (int i = 0; i < tenant[0].objective_n; i++) {
        tenant[0].objective[i].limit *= factor;
    }
    own.tenant = tenant;
    return is_beyond(f, &own, why, n);
}

static const struct scenario *read(struct fixture *f, const char *yaml)
{
    const struct scenario *s = fixture_read(f, yaml);
    if (!s || diag_failed(&f->diag)) {
        fail_msg("the scenario is wrong: %s", yaml);
    }
    return s;
}

static void random_yaml(char *out, size_t n, uint64_t seed)
{
    struct rng r;
    rng_init(&r, &(struct rng_id){.seed = seed}, RNG_TEST);
    int mode = (int)(rng_uniform(&r) * 5.0);
    int law = (int)(rng_uniform(&r) * 8.0);
    int extra = (int)(rng_uniform(&r) * 5.0);
    double rate = 5.0 + 40.0 * rng_uniform(&r);
    double kind = rng_uniform(&r);
    char arrivals[128];
    snprintf(arrivals, sizeof arrivals,
             kind < 0.2 ? "kind: closed, clients: 2, think: {dist: exponential, mean: %.0f ms}"
             : kind < 0.4 ? "kind: requests, arrivals: {process: periodic, rate: %.0f/s}"
                          : "kind: requests, arrivals: {process: poisson, rate: %.0f/s}",
             rate);
    snprintf(out, n,
             "version: 1\nname: random\nhorizon: 60 s\nreplicas: 5\nwarmup: 1 s\n"
             "fleet: {gpu: A100-PCIE-80GB, count: 2}\nmodes: [%s]\ntenants:\n"
             "  - name: a\n    count: 2\n    framebuffer: 10 GiB\n%s"
             "    objective: {p50: 1 ms, p95: 1 ms, mean: 1 ms}\n"
             "    workload: {%s, service: %s%s}\n",
             modes[mode], mode == 1 ? "    mig: 2g.20gb\n" : "", arrivals, services[law],
             extras[extra]);
}

/* The limits of tenant 0 are what came out. */
static const struct scenario *with_what_came_out(struct fixture *f, const struct scenario *s)
{
    const struct result *r = fixture_run(f, s, 1, false);
    struct scenario *own = arena_alloc(&f->arena, 1, sizeof *own);
    struct tenant *tenant = arena_alloc(&f->arena, (size_t)s->flow_n, sizeof *tenant);
    assert_non_null(r);
    assert_true(own && tenant && r->mode[0].feasible);
    *own = *s;
    own->tenant = tenant;
    memcpy(tenant, s->tenant, (size_t)s->flow_n * sizeof *tenant);
    for (int i = 0; i < tenant->objective_n; i++) {
        const struct estimate *e =
            holds_latency(s, &r->mode[0].tenant[0], &tenant->objective[i]);
        tenant->objective[i].limit = !e->has_value ? (double)INFINITY
                                     : e->has_ci   ? e->hi
                                                   : e->value;
    }
    return own;
}

static void reach_allows_what_a_simulation_reached(void **state)
{
    struct fixture *f = *state;
    char yaml[1024];
    char why[320] = "";
    int refused = 0;
    int asked = 0;
    for (uint64_t seed = 1; seed <= SCENARIOS; seed++) {
        fixture_fresh(state);
        random_yaml(yaml, sizeof yaml, seed);
        const struct scenario *s = with_what_came_out(f, read(f, yaml));
        if (is_beyond(f, s, why, sizeof why)) {
            fail_msg("seed %d: %s\n%s", (int)seed, why, yaml);
        }
        if (isinf(s->tenant[0].objective[0].limit)) {
            continue; /* the queue grows without end: nothing came out */
        }
        /* Not because nothing is ever refused. */
        assert_true(is_beyond_at(f, s, 1e-3, why, sizeof why));
        refused += is_beyond_at(f, s, 0.8, why, sizeof why);
        asked++;
    }
    print_message("limits 20 %% below: %d of %d refused\n", refused, asked);
    assert_true(refused > asked / 8 && asked > SCENARIOS / 2);
}

struct known {
    const char *mode, *what, *by; /* by: part of the reason */
    double exact_ms;
};

/* One VM, Poisson arrivals at 10/s. */
static void check_known(struct fixture *f, const struct known *k, const char *service)
{
    char yaml[1024];
    char why[320] = "";
    snprintf(yaml, sizeof yaml,
             "version: 1\nname: known\nhorizon: 600 s\nfleet: {gpu: A100-PCIE-80GB}\n"
             "modes: [%s]\ntenants:\n  - name: a\n    framebuffer: 5 GiB\n"
             "    objective: {%s: %.9f ms}\n    workload: {kind: requests, "
             "arrivals: {process: poisson, rate: 10/s}, service: %s}\n",
             k->mode, k->what, k->exact_ms, service);
    const struct scenario *s = read(f, yaml);
    assert_false(is_beyond(f, s, why, sizeof why));
    if (!is_beyond_at(f, s, 0.97, why, sizeof why)) {
        fail_msg("%s of %s in %s is not refused", k->what, service, k->mode);
    }
    assert_non_null(strstr(why, k->by));
    assert_non_null(strstr(why, "of a is at least"));
}

static void reach_refuses_by_name_when_theory_is_exact(void **state)
{
    struct fixture *f = *state;
    const char *exponential = "{dist: exponential, mean: 50 ms}";
    const char *fixed = "{dist: deterministic, mean: 50 ms}";
    struct bound mm1 = bound_mmc(0.01, 50.0, 1, 0.95);
    double md1_ms = bound_mdc(0.01, 50.0, 1, 0.95).mean;
    fixture_fresh(state);
    check_known(f, &(struct known){"passthrough", "p95", "the wait in M/G/1", mm1.quantile},
                exponential);
    check_known(f, &(struct known){"passthrough", "mean", "the wait in M/G/1", mm1.mean},
                exponential);
    check_known(f, &(struct known){"passthrough", "mean", "the wait in M/G/1", md1_ms}, fixed);
    check_known(f, &(struct known){"passthrough", "p1", "its service alone", 50.0}, fixed);
    /* 5 ms are three slots of 2 ms: two gaps of fifteen slots, and the slot that it waits for.
     */
    const char *kept = "{mode: time-sliced, scheduler: {policy: fixed-share, slice: 2 ms, "
                       "switch: 0 us}}";
    struct bound_slot alone = bound_slot_alone(5.0, 2.0, 20.0);
    const char *brief = "{dist: deterministic, mean: 5 ms}";
    check_known(f, &(struct known){kept, "p1", "the slots that it is given", alone.least},
                brief);
}

/* M/M/1 has 100 ms in the mean; two streams of narrow work are like two servers. */
static void reach_counts_no_wait_when_two_are_served_at_once(void **state)
{
    static const char *const streams[] = {"1", "2"};
    struct fixture *f = *state;
    for (int i = 0; i < 2; i++) {
        char yaml[1024];
        char why[320] = "";
        snprintf(yaml, sizeof yaml,
                 "version: 1\nname: streams\nhorizon: 600 s\nfleet: {gpu: A100-PCIE-80GB}\n"
                 "modes: [passthrough]\ntenants:\n  - name: a\n    objective: {mean: 70 ms}\n"
                 "    workload: {kind: requests, arrivals: {process: poisson, rate: 10/s},\n"
                 "      service: {dist: exponential, mean: 50 ms}, streams: %s,\n"
                 "      scaling: {compute: 100%%, memory: 0%%, width: 40%%}}\n",
                 streams[i]);
        assert_int_equal(is_beyond(f, read(f, yaml), why, sizeof why), i == 0);
    }
}

/* Two streams at work were measured to take less than one: no bound may lie above that. */
static void reach_is_of_the_fastest_company_when_streams_are_measured(void **state)
{
    struct fixture *f = *state;
    static const char yaml[] =
        "version: 1\nname: reach\nhorizon: 20 s\nfleet: {gpu: A100-PCIE-80GB}\nmodes: [mig]\n"
        "tenants:\n"
        "  - name: a\n"
        "    mig: 1g.10gb\n"
        "    objective: {p95: 1 ms}\n"
        "    workload: {kind: closed, clients: 2, streams: 2, service: {profiles: {1g.10gb:\n"
        "      {streams: {1: {mean: 10 ms}, 2: {mean: 8 ms}}}}}}\n";
    char why[400];
    const struct scenario *s =
        scenario_read(&f->arena, f->catalog, "t.yaml", yaml, strlen(yaml), NULL, &f->diag);
    assert_non_null(s);
    assert_false(is_beyond_at(f, s, 8.0, why, sizeof why));
    assert_true(is_beyond_at(f, s, 7.7, why, sizeof why));
    assert_non_null(strstr(why, "at least 8 ms by its service alone"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reach_allows_what_a_simulation_reached, fixture_fresh),
        cmocka_unit_test_setup(reach_refuses_by_name_when_theory_is_exact, fixture_fresh),
        cmocka_unit_test_setup(reach_counts_no_wait_when_two_are_served_at_once, fixture_fresh),
        cmocka_unit_test_setup(reach_is_of_the_fastest_company_when_streams_are_measured,
                               fixture_fresh),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
