/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_plan.c - plans whose answer is known otherwise.
 *
 * Closed forms: M/M/c and M/D/c for tenants on instances that all serve one queue, M/D/1 for
 * VMs that share GPUs without preemption; limits lie 10 % or more from every p95 that would
 * decide otherwise, so that chance does not. Wishes that cannot be met: what is offered instead
 * is put into the scenario and must be met. A wrong winner: 200 seeds of two close candidates.
 */
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
#include "sim/plan/plan.h"
#include "sim/report/rep_plan.h"
#include "tests/unit/planning.h"

enum {
    SEEDS = 200
};

/* ---- Closed forms ---- */

static const char queues[] =
    "version: 1\n"
    "name: queues\n"
    "horizon: 60 s\n"
    "coupling: none\n"
    "fleet: {gpu: A100-SXM4-80GB}\n"
    "modes: [mig]\n"
    "tenants:\n"
    "  - name: m\n"
    "    vgpus: auto\n"
    "    mig: 1g.10gb\n"
    "    objective: {p95: 37 ms}\n"
    "    workload: {kind: requests, arrivals: {process: poisson, rate: 400/s},\n"
    "      service: {dist: exponential, mean: 10 ms},\n"
    "      scaling: {form: max, compute: 100%, memory: 0%, width: 10%}}\n"
    "  - name: d\n"
    "    vgpus: auto\n"
    "    mig: 1g.10gb\n"
    "    objective: {p95: 18 ms}\n"
    "    workload: {kind: requests, arrivals: {process: poisson, rate: 400/s},\n"
    "      service: {dist: deterministic, mean: 10 ms},\n"
    "      scaling: {form: max, compute: 100%, memory: 0%, width: 10%}}\n";

/* Fewest servers whose p95 is at most the limit; none is within 8 % of it. */
static int servers(bool is_deterministic, double limit_ms)
{
    for (int c = 5; c < 16; c++) {
        struct bound b =
            is_deterministic ? bound_mdc(0.4, 10.0, c, 0.95) : bound_mmc(0.4, 10.0, c, 0.95);
        assert_true(fabs(b.quantile / limit_ms - 1.0) > 0.08);
        if (b.quantile < limit_ms) {
            return c;
        }
    }
    return 0;
}

static void plan_takes_erlangs_number_when_instances_serve_one_queue(void **state)
{
    struct fixture *f = *state;
    int m = servers(false, 37.0);
    int d = servers(true, 18.0);
    const struct plan *p = plan(f, queues, NULL, 0, 1, 2);
    assert_int_equal(p->meets_n, 1);
    const struct scenario *s = p->candidate[0].scenario;
    assert_int_equal(s->tenant[0].vgpus, m);
    assert_int_equal(s->tenant[1].vgpus, d);
    assert_int_equal(p->candidate[0].gpus, (m + d + 6) / 7); /* seven 1g on a GPU */
    assert_int_equal(p->bound, p->candidate[0].gpus);
    assert_int_equal(p->with_spare, p->candidate[0].gpus + 1);
    /* One less of either does not hold, and that is what one GPU less would need. */
    assert_non_null(strstr(p->candidate[0].binding, "with 1: "));
    struct bound near = bound_mmc(0.4, 10.0, m, 0.95);
    const struct estimate *e = &p->candidate[0].result->mode[0].tenant[0].latency[1];
    assert_true(e->lo / 1e6 < near.quantile && near.quantile < e->hi / 1e6);
}

/* M/M/1 at load 0.5, whose p95 is 59.9 ms, in so short a run that 40 replicas leave an interval
 * across a limit 9 % above: wider than the precision, and so to be taken. */
static const char narrowly[] =
    "version: 1\n"
    "name: narrowly\n"
    "horizon: 2 s\n"
    "warmup: 1 s\n"
    "fleet: {gpu: A100-PCIE-80GB}\n"
    "modes: [mig]\n"
    "coupling: none\n"
    "tenants:\n"
    "  - name: a\n"
    "    objective: {p95: 65.3 ms}\n"
    "    workload: {kind: requests, arrivals: {process: poisson, rate: 50/s}, scaling: {width: "
    "10%},\n"
    "      service: {dist: exponential, mean: 10 ms}}\n";

static void plan_takes_a_profile_when_only_full_precision_clears_its_limit(void **state)
{
    struct fixture *f = *state;
    struct bound b = bound_mmc(0.05, 10.0, 1, 0.95);
    assert_true(65.3 / b.quantile > 1.08);
    const struct plan *p = plan(f, narrowly, NULL, 0, 1, 2);
    assert_int_equal(p->meets_n, 1);
    assert_string_equal(p->candidate[0].scenario->tenant[0].mig, "1g.10gb");
    assert_true(p->candidate[0].result->mode[0].replicas > 40);
}

/* k VMs on a GPU without preemption: the mean is that of M/D/1 in whatever order. */
static double md1_ms(int k)
{
    double load = 0.2 * k;
    return 10.0 * (1.0 + load / (2.0 * (1.0 - load)));
}

static void plan_takes_pollaczeks_number_when_vms_share_a_gpu(void **state)
{
    struct fixture *f = *state;
    assert_true(md1_ms(4) > 22.0 && md1_ms(3) < 18.0); /* two GPUs miss 20 ms, three hold */
    const struct plan *p = plan(f, turns, NULL, 0, 1, 2);
    assert_int_equal(p->meets_n, 1);
    assert_int_equal(p->candidate[0].gpus, 3);
    assert_int_equal(p->bound, 2); /* offered: 8 x 20/s x 10 ms = 1.6 GPUs */
    assert_non_null(strstr(p->candidate[0].binding, "with 2: mean latency of a is"));
    /* 3, 3 and 2 VMs. More load until three VMs have 20 ms in the mean of all. */
    double at[2];
    for (int i = 0; i < 2; i++) {
        double f3 = 1.0 + (i == 0 ? p->headroom.lo : p->headroom.hi);
        double three = 0.6 * f3;
        double two = 0.4 * f3;
        at[i] = 10.0 * (0.75 * (1.0 + three / (2.0 * (1.0 - three))) +
                        0.25 * (1.0 + two / (2.0 * (1.0 - two))));
    }
    assert_true(at[0] < 20.0 && at[1] > 19.0);
}

/* Twelve VMs that switch at 500 us: by the driver's default the frames are short and a quarter
 * of every one is switches. */
static const char slices[] =
    "version: 1\n"
    "name: slices\n"
    "horizon: 10 s\n"
    "fleet: {gpu: L40S}\n"
    "modes: [{mode: time-sliced, scheduler: {policy: equal-share, discipline: strict, switch: "
    "500 us}}]\n"
    "tenants:\n"
    "  - name: a\n"
    "    count: 12\n"
    "    framebuffer: 4 GiB\n"
    "    objective: {p95: 200 ms}\n"
    "    workload: {kind: requests, arrivals: {process: poisson, rate: 9/s},\n"
    "      service: {dist: exponential, mean: 5 ms}}\n";

static void plan_takes_another_slice_when_it_saves_a_gpu(void **state)
{
    struct fixture *f = *state;
    static const char *const fixed[] = {"scheduler.slice=1041667 ns"};
    const struct plan *p = plan(f, slices, NULL, 0, 1, 2);
    assert_int_equal(p->meets_n, 1);
    const struct plan_candidate *c = &p->candidate[0];
    assert_true(plan_slice_ns(p, c) > 0);
    /* By the default on as many GPUs it does not hold. */
    struct scenario by_default = *c->scenario;
    char why[PLAN_TEXT];
    by_default.mode[0].sched.slice_ns = 0;
    const struct result *r = fixture_run(f, &by_default, 1, false);
    assert_non_null(r);
    assert_int_not_equal(holds_of(r, why, sizeof why), HOLDS_YES);
    /* A slice that is written is not changed. */
    const struct plan *as_is = plan(f, slices, fixed, 1, 1, 2);
    assert_int_equal(plan_slice_ns(as_is, &as_is->candidate[0]), 0);
    assert_true(as_is->candidate[0].gpus > c->gpus);
}

/* ---- The utilization law is of GPUs that are taken in turns ---- */

static void plan_takes_one_gpu_when_instances_do_more_than_a_gpu_in_turns(void **state)
{
    /* 8 x 35/s x 10 ms are 2.8 GPUs of requests that fill a fifth of one; an instance takes its
     * two VMs' 0.7. */
    static const char yaml[] =
        "version: 1\n"
        "name: instances\n"
        "horizon: 30 s\n"
        "fleet: {gpu: RTX-PRO-6000-BSE}\n"
        "modes: [time-sliced-mig]\n"
        "tenants:\n"
        "  - name: a\n"
        "    count: 8\n"
        "    vgpu: DC-1-12C\n"
        "    objective: {p95: 200 ms}\n"
        "    workload: {kind: requests, arrivals: {process: poisson, rate: 35/s},\n"
        "      service: {dist: deterministic, mean: 10 ms},\n"
        "      scaling: {form: max, compute: 100%, memory: 0%, width: 20%}}\n";
    const struct plan *p = plan(*state, yaml, NULL, 0, 1, 2);
    assert_int_equal(p->meets_n, 1);
    assert_int_equal(p->candidate[0].gpus, 1);
    assert_int_equal(p->bound, 1);
}

static void plan_takes_one_gpu_when_the_hosts_are_busy_and_the_gpu_is_not(void **state)
{
    /* Each host stage is busy for 0.7 of the time, and all of them ask for 0.2 of a GPU. */
    static const char yaml[] =
        "version: 1\n"
        "name: hosts\n"
        "horizon: 30 s\n"
        "fleet: {gpu: L40S}\n"
        "modes: [{mode: time-sliced, scheduler: {policy: best-effort}}, "
        "container-time-sliced]\n"
        "tenants:\n"
        "  - name: a\n"
        "    count: 4\n"
        "    framebuffer: 4 GiB\n"
        "    objective: {p95: 400 ms}\n"
        "    workload: {kind: requests, arrivals: {process: poisson, rate: 25/s},\n"
        "      service: {dist: deterministic, mean: 2 ms},\n"
        "      host: {dist: deterministic, mean: 28 ms}}\n";
    const struct plan *p = plan(*state, yaml, NULL, 0, 1, 2);
    assert_int_equal(p->meets_n, 2);
    assert_int_equal(p->candidate[0].gpus, 1);
    assert_int_equal(p->candidate[1].gpus, 1);
    assert_int_equal(p->bound, 1);
}

/* ---- Instances that hold alone and not together ---- */

static void plan_takes_larger_profiles_when_instances_share_the_power(void **state)
{
    /* One 1g.10gb alone has a mean below 2.7 ms, and seven that share the board's power do not;
     * without a share in it they do. */
    static const char yaml[] =
        "version: 1\n"
        "name: power\n"
        "horizon: 30 s\n"
        "coupling: 60%\n"
        "fleet: {gpu: A100-SXM4-80GB}\n"
        "modes: [mig]\n"
        "tenants:\n"
        "  - name: a\n"
        "    count: 7\n"
        "    framebuffer: 4 GiB\n"
        "    objective: {mean: 2.7 ms}\n"
        "    workload: {kind: requests, arrivals: {process: poisson, rate: 70/s},\n"
        "      service: {dist: deterministic, mean: 0.3 ms}}\n";
    static const char *const none[] = {"coupling=none"};
    const struct plan *p = plan(*state, yaml, NULL, 0, 1, 2);
    assert_int_equal(p->meets_n, 1);
    assert_string_equal(p->candidate[0].scenario->tenant[0].mig, "2g.20gb");
    const struct plan *apart = plan(*state, yaml, none, 1, 1, 2);
    assert_int_equal(apart->meets_n, 1);
    assert_string_equal(apart->candidate[0].scenario->tenant[0].mig, "1g.10gb");
    assert_int_equal(apart->candidate[0].gpus, 1);
}

/* ---- Streams that were measured ---- */

/* 150 requests a second to each of seven VMs. An instance does 100 with one stream, 125 with
 * two and 200 with three: three on one instance each fit on a GPU, and one stream takes two
 * instances. Where three do no more than two, no number saves the second one. */
static void plan_takes_as_many_streams_as_do_most_when_they_are_measured(void **state)
{
    static const char yaml[] =
        "version: 1\n"
        "name: company\n"
        "horizon: 20 s\n"
        "coupling: none\n"
        "fleet: {gpu: A100-SXM4-80GB}\n"
        "modes: [mig]\n"
        "tenants:\n"
        "  - name: a\n"
        "    count: 7\n"
        "    mig: 1g.10gb\n"
        "    vgpus: auto\n"
        "    objective: {p95: 200 ms}\n"
        "    workload: {kind: requests, arrivals: {process: poisson, rate: 150/s},\n"
        "      streams: auto, service: {profiles: {1g.10gb: {streams: {1: {mean: 10 ms},\n"
        "      2: {mean: 16 ms}, 3: {mean: 15 ms}}}}}}\n";
    static const char *const one[] = {"tenants.a.workload.streams=1"};
    static const char *const slow[] = {
        "tenants.a.workload.service={profiles: {1g.10gb: {streams: {1: {mean: 10 ms}, "
        "2: {mean: 16 ms}, 3: {mean: 24 ms}}}}}"};
    const struct plan *p = plan(*state, yaml, NULL, 0, 1, 2);
    const struct tenant *t = &p->candidate[0].scenario->tenant[0];
    assert_int_equal(p->meets_n, 1);
    assert_int_equal(p->candidate[0].gpus, 1);
    assert_int_equal(p->bound, 1);
    assert_int_equal(t->work.streams, 3);
    assert_int_equal(t->vgpus, 1);
    assert_true(fabs(p->candidate[0].result->mode[0].tenant[0].load_frac - 0.75) < 1e-9);
    p = plan(*state, yaml, one, 1, 1, 2);
    assert_int_equal(p->candidate[0].gpus, 2);
    assert_int_equal(p->bound, 2);
    p = plan(*state, yaml, slow, 1, 1, 2);
    assert_int_equal(p->candidate[0].gpus, 2);
    assert_int_equal(p->candidate[0].scenario->tenant[0].vgpus, 2);
}

/* ---- Money ---- */

static void plan_counts_money_when_there_are_prices(void **state)
{
    struct fixture *f = *state;
    static const char *const set[] = {"fleet.gpu=[L40S, H100-PCIE-80GB]",
                                      "tenants.a.workload.reference=L40S",
                                      "cost={gpu_hour: {L40S: 2 USD, H100-PCIE-80GB: 5 USD}, "
                                      "licence_hour: 0.1 USD, energy: 0.2 USD/kWh}"};
    const struct plan *p = plan(f, turns, set, 3, 1, 2);
    assert_int_equal(p->meets_n, 2);
    double before = 0.0;
    for (int i = 0; i < 2; i++) {
        const struct plan_candidate *c = &p->candidate[i];
        const struct gpu *gpu = &f->catalog->gpu[c->gpu_ix];
        double price = strcmp(gpu->key, "L40S") == 0 ? 2.0 : 5.0;
        double want = c->gpus * (price + gpu->tdp_w / 1e3 * 0.2) + 8 * 0.1;
        assert_true(fabs(c->bill.usd - want) < 1e-9);
        assert_true(fabs(c->bill.gpu_usd - c->gpus * price) < 1e-9);
        assert_int_equal(c->bill.licences, 8);
        assert_true(fabs(c->bill.licence_usd - 8 * 0.1) < 1e-9);
        assert_true(fabs(c->bill.power_w - c->gpus * gpu->tdp_w) < 1e-9);
        assert_true(fabs(c->bill.energy_usd - c->gpus * gpu->tdp_w / 1e3 * 0.2) < 1e-9);
        /* 8 VMs at 20/s each, whatever serves them. */
        double million = want / (160.0 * 3600.0) * 1e6;
        assert_true(fabs(c->bill.million_usd / million - 1.0) < 0.02);
        assert_true(c->bill.usd >= before);
        before = c->bill.usd;
    }
    /* At the price that is named as even both cost the same. */
    const struct plan_candidate *w = &p->candidate[0];
    const struct plan_candidate *r = &p->candidate[1];
    double even = 0.0;
    const char *at = strstr(p->flip, "less than ");
    assert_non_null(at);
    assert_int_equal(sscanf(at, "less than %lf", &even), 1);
    double own = strcmp(f->catalog->gpu[r->gpu_ix].key, "L40S") == 0 ? 2.0 : 5.0;
    assert_true(fabs(r->bill.usd + r->gpus * (even - own) - w->bill.usd) < 0.005 * r->gpus);
}

/* ---- Wishes that cannot be met ---- */

struct wish_case {
    const char *name;
    const char *set[3];
    int set_n;
    const char *offers; /* part of one change that is offered */
};

static const struct wish_case wish_cases[] = {
    {"below the service time",
     {"tenants.a.objective={p95: 9 ms}"},
     1,                                                                                    "tenants.a.objective.p95: "},
    {"too few GPUs",               {"fleet.count=2"},                                   1, "fleet.count: 3"           },
    {"isolation on one GPU",
     {"fleet.count=1", "tenants.a.count=2", "tenants.a.isolation={require: hardware}"},
     3,                                                                                    "fleet.gpu: "              },
    {"isolation without turns of",
     {"fleet.count=1", "tenants.a.count=2", "tenants.a.isolation={require: hardware}"},
     3,                                                                                    "fleet.count: 2"           },
};

/* "a.b: c" as --set takes it. */
static void as_set(const char *change, char *out, size_t n)
{
    const char *colon = strstr(change, ": ");
    assert_non_null(colon);
    snprintf(out, n, "%.*s=%s", (int)(colon - change), change, colon + 2);
}

static void plan_offers_a_wish_that_is_met_when_nothing_holds(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof wish_cases / sizeof wish_cases[0]; i++) {
        const struct wish_case *c = &wish_cases[i];
        const struct plan *p = plan(f, turns, c->set, c->set_n, 1, 2);
        assert_int_equal(p->meets_n, 0);
        const char *change = NULL;
        for (int w = 0; w < p->wish_n; w++) {
            bool is = strstr(p->wish[w].change, c->offers) == p->wish[w].change;
            change = is ? p->wish[w].change : change;
        }
        if (change == NULL) {
            fail_msg("%s: no '%s' among %d wishes", c->name, c->offers, p->wish_n);
        }
        char text[2][PLAN_TEXT + 32];
        const char *set[3 + 3];
        int n = 0;
        for (; n < c->set_n; n++) {
            set[n] = c->set[n];
        }
        const char *with = strstr(change, " with modes: [mig]");
        as_set(change, text[0], sizeof text[0]);
        set[n++] = text[0];
        if (with != NULL) {
            text[0][with - change] = '\0';
            set[n++] = "modes=[mig]";
            set[n++] = "tenants.a.workload.reference=L40S";
        }
        const struct plan *again = plan(f, turns, set, n, 1, 2);
        if (again->meets_n == 0) {
            fail_msg("%s: '%s' is not met", c->name, change);
        }
        fixture_fresh(state);
    }
}

static void plan_says_what_is_too_large_when_no_profile_holds_it(void **state)
{
    struct fixture *f = *state;
    static const char *const set[] = {"tenants.a.framebuffer=100 GiB"};
    const struct plan *p = plan(f, turns, set, 1, 1, 2);
    assert_int_equal(p->meets_n, 0);
    assert_int_equal(p->refused_n, 1);
    assert_string_equal(p->refused[0].rule, "CAP-02");
    assert_non_null(strstr(p->refused[0].text, "100 GiB"));
    assert_non_null(strstr(p->refused[0].change, "tenants.a.framebuffer=48GiB"));
    assert_true(p->refused[0].gives_less);
}

/* ---- The same bytes ---- */

static void plan_is_the_same_bytes_when_threads_differ(void **state)
{
    struct fixture *f = *state;
    struct text one;
    struct text two;
    text_init(&one);
    text_init(&two);
    rep_plan_json(plan(f, turns, NULL, 0, 7, 1), &one);
    rep_plan_json(plan(f, turns, NULL, 0, 7, 3), &two);
    assert_true(one.n > 100);
    assert_string_equal(text_str(&one), text_str(&two));
    text_fini(&one);
    text_fini(&two);
}

/* ---- A wrong winner ---- */

/* One GPU at 1.00, on which p95 is in truth 1 % above the limit, and a dearer one that is
 * twice as fast. M/M/1 at load 0.5: p95 is -ln 0.05 / (1 / 10 ms - 50/s) = 59.9 ms. */
static const char close_by[] = "version: 1\n"
                               "name: close-by\n"
                               "horizon: 20 s\n"
                               "warmup: 1 s\n"
                               "fleet: {gpu: [L40S, H100-PCIE-80GB]}\n"
                               "modes: [passthrough]\n"
                               "tenants:\n"
                               "  - name: a\n"
                               "    objective: {p95: 100 ms}\n"
                               "    workload: {kind: requests, arrivals: {process: poisson, "
                               "rate: 50/s}, reference: L40S,\n"
                               "      service: {dist: exponential, mean: 10 ms}}\n"
                               "cost: {gpu_hour: {L40S: 1.00 USD, H100-PCIE-80GB: 1.05 USD}}\n";

/* For how many seeds the cheaper GPU is named; the other one where it is not. */
static int wins(struct fixture *f, const char *limit, int seeds)
{
    int n = 0;
    const char *set[] = {limit};
    for (int seed = 1; seed <= seeds; seed++) {
        arena_fini(&f->arena);
        arena_init(&f->arena, "test");
        const struct plan *p = plan(f, close_by, set, 1, (uint64_t)seed, 1);
        const struct catalog *c = f->catalog;
        assert_true(p->meets_n > 0);
        n += strcmp(c->gpu[p->candidate[0].gpu_ix].key, "L40S") == 0;
    }
    return n;
}

static void plan_names_a_wrong_winner_no_more_often_than_stated(void **state)
{
    struct fixture *f = *state;
    char limit[96];
    double exact_ms = -log(0.05) / (1.0 / 10.0 - 0.05);
    snprintf(limit, sizeof limit, "tenants.a.objective={p95: %.4f ms}", exact_ms / 1.01);
    int wrong = wins(f, limit, SEEDS);
    print_message("1 %% above the limit: named by %d of %d seeds\n", wrong, SEEDS);
    assert_true(wrong <= SEEDS / 20);
    /* The other way round certainty is bought: clear of the limit it is found every time. */
    snprintf(limit, sizeof limit, "tenants.a.objective={p95: %.4f ms}", exact_ms * 1.15);
    assert_int_equal(wins(f, limit, 20), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(plan_takes_erlangs_number_when_instances_serve_one_queue,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_takes_a_profile_when_only_full_precision_clears_its_limit,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_takes_pollaczeks_number_when_vms_share_a_gpu,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_takes_another_slice_when_it_saves_a_gpu, fixture_fresh),
        cmocka_unit_test_setup(plan_takes_one_gpu_when_instances_do_more_than_a_gpu_in_turns,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_takes_one_gpu_when_the_hosts_are_busy_and_the_gpu_is_not,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_takes_larger_profiles_when_instances_share_the_power,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_takes_as_many_streams_as_do_most_when_they_are_measured,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_counts_money_when_there_are_prices, fixture_fresh),
        cmocka_unit_test_setup(plan_offers_a_wish_that_is_met_when_nothing_holds,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_says_what_is_too_large_when_no_profile_holds_it,
                               fixture_fresh),
        cmocka_unit_test_setup(plan_is_the_same_bytes_when_threads_differ, fixture_fresh),
        cmocka_unit_test_setup(plan_names_a_wrong_winner_no_more_often_than_stated,
                               fixture_fresh),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
