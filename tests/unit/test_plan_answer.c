/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_plan_answer.c - what is said beside the winner: parameters that nobody has verified,
 * hosts that are lost, the question asked backwards, the front, what would flip the decision.
 *
 * Expected numbers come from closed forms; limits lie far enough from them that chance does not
 * decide. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/plan/admit.h"
#include "tests/unit/planning.h"

/* ---- What nobody has verified ---- */

static const char slots[] =
    "version: 1\n"
    "name: slots\n"
    "horizon: 600 s\n"
    "replicas: 10\n"
    "fleet: {gpu: A100-PCIE-80GB, count: 1}\n"
    "modes: [{mode: time-sliced, scheduler: {policy: fixed-share, discipline: legacy, "
    "slice: 1 ms}}]\n"
    "tenants:\n"
    "  - name: a\n"
    "    count: 8\n"
    "    framebuffer: 10 GiB\n"
    "    objective: {p95: 20 s}\n"
    "    workload: {kind: requests, arrivals: {process: poisson, rate: 9.5/s},\n"
    "      service: {dist: deterministic, mean: 10 ms}}\n";

/* A slot of 1 ms costs 1 ms and the switch. Eight VMs ask for 0.76 of the GPU, which a switch
 * of 0.22 ms leaves (1/1.22 = 0.82) and one of 0.44 ms does not (1/1.44 = 0.69). */
static void plan_says_which_unverified_parameter_breaks_it_when_one_does(void **state)
{
    struct fixture *f = *state;
    const struct plan *p = plan(f, slots, NULL, 0, 1, 2);
    assert_int_equal(p->meets_n, 1);
    double c = (double)p->candidate[0].result->mode[0].switch_ns / 1e6;
    assert_true(1.0 / (1.0 + c) > 0.76 && 1.0 / (1.0 + 2.0 * c) < 0.76);
    assert_int_equal(p->assumption_n, 2);
    assert_string_equal(p->assumption[0].value, "0");
    assert_true(p->assumption[0].holds);
    assert_string_equal(p->assumption[1].value, "twice the calibrated");
    assert_false(p->assumption[1].holds);
    assert_non_null(strstr(p->assumption[1].why, "a asks for 1."));
}

static void plan_varies_no_parameter_when_the_scenario_states_it(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(plan(f, turns, NULL, 0, 1, 2)->assumption_n, 0); /* switch: 0 us */
}

/* ---- Hosts ---- */

/* M/D/1 as in test_plan.c: of eight VMs at 20/s and 10 ms three GPUs keep 20 ms in the mean and
 * two do not. On hosts with two GPUs that is two hosts; with one GPU lost three are left. */
static void
plan_buys_the_fewest_hosts_and_says_what_a_loss_does_when_hosts_are_given(void **state)
{
    struct fixture *f = *state;
    static const char *const set[] = {
        "fleet={hosts: [{name: h, count: 5, gpu: L40S, gpus: 2}]}",
        "cost={gpu_hour: {L40S: 2 USD}}"};
    const struct plan *p = plan(f, turns, set, 2, 1, 2);
    assert_int_equal(p->meets_n, 1);
    const struct plan_candidate *c = &p->candidate[0];
    assert_int_equal(c->scenario->group_n, 1);
    assert_int_equal(c->scenario->group[0].count, 2);
    assert_int_equal(c->gpus, 4);
    assert_true(fabs(c->bill.gpu_usd - 8.0) < 1e-9);
    assert_non_null(strstr(c->binding, "with 1 of h: mean latency of a is"));
    assert_true(p->gpu_lost.known && p->gpu_lost.holds);
    assert_true(p->host_lost.known && !p->host_lost.holds);
    assert_string_equal(p->host_lost.of, "h");
    assert_non_null(strstr(p->host_lost.why, "mean latency of a is"));
    assert_int_equal(p->bound, 2); /* 1.6 GPUs' worth of work */
}

/* ---- The question asked backwards ---- */

static const struct admit *admit(struct fixture *f, const char *yaml, const char *const *set,
                                 int set_n)
{
    const struct exp_options o = {.seed = 1, .threads = 2, .version = "test"};
    const struct admit *a =
        admit_search(&f->arena, scenario(f, yaml, set, set_n), 0, &o, &f->diag);
    assert_non_null(a);
    return a;
}

/* Three VMs on each GPU have 17.5 ms in the mean, a fourth on one of n lifts the mean of all to
 * (4 * 30 + 3 (n - 1) * 17.5) / (3 n + 1) ms: above 20 ms up to n = 4. */
static void admit_takes_pollaczeks_number_when_vms_share_a_fleet(void **state)
{
    struct fixture *f = *state;
    static const char *const fleet[] = {"fleet.count=1", "fleet.count=2", "fleet.count=3"};
    for (int n = 1; n <= 3; n++) {
        const struct admit *a = admit(f, turns, &fleet[n - 1], 1);
        const struct admit_mode *m = &a->mode[0];
        assert_int_equal(a->mode_n, 1);
        assert_int_equal(m->most, 3 * n);
        assert_int_equal(m->limit, ADMIT_BY_OBJECTIVES);
        assert_true(m->placeable > 3 * n);
        assert_true(m->is_monotone);
        assert_int_equal(m->look_n, 3); /* and what lies beside was tried */
        for (int i = 0; i < 3; i++) {
            assert_int_equal(m->look[i].count, 3 * n - 1 + i);
            assert_int_equal(m->look[i].holds == HOLDS_YES, i < 2);
        }
        assert_non_null(strstr(m->why, "mean latency of a is"));
    }
}

/* Twelve vGPUs of 4 GiB on an L40S: with nothing asked for, places end it. */
static void admit_names_placement_when_no_objective_breaks(void **state)
{
    struct fixture *f = *state;
    static const char *const set[] = {"fleet.count=2", "tenants.a.objective={mean: 100 s}",
                                      "tenants.a.workload.arrivals.rate=0.5/s"};
    const struct admit *a = admit(f, turns, set, 3);
    assert_int_equal(a->mode[0].most, 24);
    assert_int_equal(a->mode[0].placeable, 24);
    assert_int_equal(a->mode[0].limit, ADMIT_BY_PLACEMENT);
    assert_non_null(strstr(a->mode[0].why, "CAP-01"));
    assert_int_equal(a->mode[0].at.scenario->tenant[0].count, 24);
}

/* An instance is a VM's own. 10 ms of the whole GPU's 108 SMs are 77 ms on the 14 of 1g.10gb
 * and 39 ms on the 28 of 2g.20gb; a GPU has three of these. */
static void admit_chooses_the_smallest_profile_that_holds_when_instances_serve(void **state)
{
    struct fixture *f = *state;
    static const char *const set[] = {"fleet={gpu: A100-SXM4-80GB, count: 2}", "modes=[mig]",
                                      "tenants.a.objective={mean: 60 ms}",
                                      "tenants.a.workload.arrivals.rate=1/s",
                                      "tenants.a.isolation={require: hardware}"};
    const struct admit *a = admit(f, turns, set, 5);
    assert_string_equal(a->mode[0].at.result->mode[0].tenant[0].mig, "2g.20gb");
    assert_int_equal(a->mode[0].most, 6);
    assert_int_equal(a->mode[0].limit, ADMIT_BY_PLACEMENT);
}

/* 160/s of eight VMs are 20/s of each: three of them are asked for 60/s. */
static void admit_asks_the_throughput_of_each_vm_when_it_is_asked_of_the_tenant(void **state)
{
    struct fixture *f = *state;
    static const char *const set[] = {"fleet.count=1",
                                      "tenants.a.objective={mean: 20 ms, throughput: 160/s}"};
    assert_int_equal(admit(f, turns, set, 2)->mode[0].most, 3);
    static const char *const more[] = {"fleet.count=1",
                                       "tenants.a.objective={mean: 20 ms, throughput: 161/s}"};
    assert_int_equal(admit(f, turns, more, 2)->mode[0].most, 0);
}

/* ---- The front ---- */

static const struct plan *with_front(struct fixture *f, const char *yaml,
                                     const char *const *set, int set_n)
{
    const struct exp_options o = {.seed = 1, .threads = 2, .version = "test"};
    const struct plan_asks asks = {.front = true, .front_tenant_ix = -1};
    const struct plan *p =
        plan_answer(&f->arena, scenario(f, yaml, set, set_n), &o, &asks, &f->diag);
    assert_non_null(p);
    return p;
}

/* By the definition, over all pairs: no point on the front is beaten, every other is. */
static void assert_is_front(const struct plan *p)
{
    for (int i = 0; i < p->point_n; i++) {
        const struct plan_point *a = &p->point[i];
        bool is_beaten = false;
        assert_true(a->at.meets);
        for (int k = 0; k < p->point_n; k++) {
            const struct plan_point *b = &p->point[k];
            bool is_cheaper = b->cost < a->cost && !(a->p95_ns.hi < b->p95_ns.lo);
            bool is_faster = !(b->cost > a->cost) && b->p95_ns.value < a->p95_ns.value;
            is_beaten = is_beaten || (b->on_front && (is_cheaper || is_faster));
            assert_true(k <= i || b->cost >= a->cost);
        }
        assert_int_equal(a->on_front, !is_beaten);
    }
}

/* Eight VMs on 3 GPUs, and on 4, 5 and 7: with two on each the mean is 13.3 ms. */
static void front_goes_beyond_the_fewest_gpus_when_vms_take_turns(void **state)
{
    struct fixture *f = *state;
    static const int gpus[] = {3, 4, 5, 7};
    const struct plan *p = with_front(f, turns, NULL, 0);
    assert_int_equal(p->point_n, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(p->point[i].at.gpus, gpus[i]);
    }
    const struct estimate *mean = &p->point[1].at.result->mode[0].tenant[0].latency_mean;
    double two = 10.0 * (1.0 + 0.4 / (2.0 * (1.0 - 0.4)));
    assert_true(mean->lo / 1e6 < two && two < mean->hi / 1e6);
    assert_true(p->point[0].on_front && p->point[1].on_front);
    assert_is_front(p);
}

/* 10 ms of service that nobody disturbs are no shorter on more GPUs. */
static void front_is_one_point_when_more_gpus_buy_nothing(void **state)
{
    struct fixture *f = *state;
    static const char *const set[] = {"tenants.a.workload.arrivals.rate=0.1/s"};
    const struct plan *p = with_front(f, turns, set, 1);
    assert_int_equal(p->point_n, 4); /* 1, 2, 3 and 5 GPUs; 9 are more than VMs */
    for (int i = 0; i < p->point_n; i++) {
        assert_int_equal(p->point[i].on_front, i == 0);
    }
    assert_is_front(p);
}

/* Service alone is 39, 26, 19 and 11 ms on 28, 42, 56 and 98 of 108 SMs; three, two, one and
 * one of these instances on a GPU make it 3, 4, 8 and 8 GPUs: 4g.40gb is beaten by 7g.80gb. */
static void front_takes_larger_profiles_when_instances_serve(void **state)
{
    struct fixture *f = *state;
    static const char *const set[] = {
        "fleet={gpu: A100-SXM4-80GB}", "modes=[mig]", "tenants.a.objective={mean: 60 ms}",
        "tenants.a.workload.arrivals.rate=1/s", "cost={gpu_hour: {A100-SXM4-80GB: 2 USD}}"};
    static const struct {
        const char *mig;
        int gpus;
        bool on_front;
    } want[] = {
        {"2g.20gb", 3, true },
        {"3g.40gb", 4, true },
        {"7g.80gb", 8, true },
        {"4g.40gb", 8, false}
    };
    const struct plan *p = with_front(f, turns, set, 5);
    assert_int_equal(p->point_n, 4);
    assert_true(p->front_in_usd);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(p->point[i].at.result->mode[0].tenant[0].mig, want[i].mig);
        assert_int_equal(p->point[i].at.gpus, want[i].gpus);
        assert_int_equal(p->point[i].on_front, want[i].on_front);
        assert_true(fabs(p->point[i].cost - 2.0 * want[i].gpus) < 1e-9);
    }
    assert_is_front(p);
}

/* ---- What would flip the decision ---- */

/* The mean of all eight VMs where one of seven GPUs carries two. */
static double seven_gpus_ms(double f)
{
    double one = 10.0 * (1.0 + 0.2 * f / (2.0 * (1.0 - 0.2 * f)));
    double two = 10.0 * (1.0 + 0.4 * f / (2.0 * (1.0 - 0.4 * f)));
    return (2.0 * two + 6.0 * one) / 8.0;
}

/* Where not even seven GPUs hold, eight VMs have a GPU each, and passthrough, which is listed
 * first, wins: at a limit of 11.8 ms, and at a rate 2.13 times as high. */
static void plan_finds_where_the_decision_flips_when_it_is_known(void **state)
{
    struct fixture *f = *state;
    static const char *const set[] = {"modes=[passthrough, {mode: time-sliced, scheduler: "
                                      "{policy: best-effort, slice: 30 ms, "
                                      "switch: 0 us}}]"};
    const struct exp_options o = {.seed = 1, .threads = 2, .version = "test"};
    const struct plan_asks asks = {.front_tenant_ix = -1, .flips = true};
    const struct plan *p =
        plan_answer(&f->arena, scenario(f, turns, set, 1), &o, &asks, &f->diag);
    double limit = seven_gpus_ms(1.0) / 20.0;
    double rate = 2.13;
    assert_true(fabs(seven_gpus_ms(rate) - 20.0) < 0.1);
    assert_int_equal(p->flip_n, 4); /* rate up, rate down, limit up, limit down */
    assert_false(p->flips_cut);
    const struct plan_flip *up = &p->flips[0];
    assert_string_equal(up->path, "tenants.a.workload.arrivals.rate");
    assert_true(up->same_factor < rate * 1.01 && up->other_factor > rate * 0.97);
    assert_true(up->other_factor / up->same_factor < 1.06);
    assert_string_equal(up->winner, "8 × L40S, passthrough");
    const struct plan_flip *down = &p->flips[3];
    assert_string_equal(down->path, "tenants.a.objective.mean");
    assert_true(down->same_factor > limit * 0.99 && down->other_factor < limit * 1.03);
    assert_true(down->same_factor / down->other_factor < 1.06);
    assert_string_equal(down->winner, "8 × L40S, passthrough");
    for (int i = 1; i <= 2; i++) { /* less load and looser limits keep it */
        assert_true(p->flips[i].other_factor <= 0.0);
        assert_string_equal(p->flips[i].winner, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(plan_says_which_unverified_parameter_breaks_it_when_one_does,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_varies_no_parameter_when_the_scenario_states_it,
                               fixture_fresh),
        cmocka_unit_test_setup(
            plan_buys_the_fewest_hosts_and_says_what_a_loss_does_when_hosts_are_given,
            fixture_fresh),
        cmocka_unit_test_setup(admit_takes_pollaczeks_number_when_vms_share_a_fleet,
                               fixture_fresh),
        cmocka_unit_test_setup(admit_names_placement_when_no_objective_breaks, fixture_fresh),
        cmocka_unit_test_setup(
            admit_chooses_the_smallest_profile_that_holds_when_instances_serve, fixture_fresh),
        cmocka_unit_test_setup(
            admit_asks_the_throughput_of_each_vm_when_it_is_asked_of_the_tenant, fixture_fresh),
        cmocka_unit_test_setup(front_goes_beyond_the_fewest_gpus_when_vms_take_turns,
                               fixture_fresh),
        cmocka_unit_test_setup(front_is_one_point_when_more_gpus_buy_nothing, fixture_fresh),
        cmocka_unit_test_setup(front_takes_larger_profiles_when_instances_serve, fixture_fresh),
        cmocka_unit_test_setup(plan_finds_where_the_decision_flips_when_it_is_known,
                               fixture_fresh),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
