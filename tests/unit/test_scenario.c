/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_scenario.c - what a file becomes: defaults, modes, tenants, overrides, canonical text.
 *
 * Goal: every default of the scenario contract (section 3) stands where nothing is written;
 * whatever is accepted reads back from its own canonical text; whatever is not built is refused
 * unless it is harmless. Method: a minimal scenario, changed by --set one field at a time.
 * Messages are compared whole by tests/broken/run.sh; here it is the values that count. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/text.h"
#include "sim/input/fieldtab.h"
#include "tests/unit/fixture.h"

static const char minimal[] = "version: 1\n"
                              "name: least\n"
                              "fleet: {gpu: a100-pcie-80gb}\n"
                              "tenants:\n"
                              "  - name: chat\n"
                              "    workload:\n"
                              "      kind: requests\n"
                              "      arrivals: {process: poisson, rate: 40/s}\n"
                              "      service: {dist: exponential, mean: 10 ms}\n";

static int set_up_group(void **state)
{
    static struct fixture f;
    *state = &f;
    return fixture_open(&f) ? 0 : -1;
}

static int tear_down_group(void **state)
{
    fixture_close(*state);
    return 0;
}

static const struct scenario *read_over(struct fixture *f, const char *text,
                                        const struct scenario_overrides *over)
{
    diag_fini(&f->diag);
    diag_init(&f->diag);
    const struct scenario *s =
        scenario_read(&f->arena, f->catalog, "dir/t.yaml", text, strlen(text), over, &f->diag);
    if ((s == NULL) != diag_failed(&f->diag)) {
        fail_msg("a scenario or an error, never both or none");
    }
    return s;
}

/* The minimal scenario with one --set. */
static const struct scenario *with(struct fixture *f, const char *set)
{
    const struct scenario_overrides over = {.set = &set, .set_n = set == NULL ? 0 : 1};
    return read_over(f, minimal, &over);
}

static const struct scenario *sound(struct fixture *f, const char *set)
{
    const struct scenario *s = with(f, set);
    if (s == NULL) {
        fail_msg("%s: %s", set, f->diag.entry[0].text);
    }
    return s;
}

static void refused(struct fixture *f, const char *set, const char *part)
{
    if (with(f, set) != NULL) {
        fail_msg("'%s' is accepted", set);
    }
    for (size_t i = 0; i < f->diag.entry_n; i++) {
        if (strstr(f->diag.entry[i].text, part) != NULL) {
            return;
        }
    }
    fail_msg("'%s' gives '%s', not '%s'", set, f->diag.entry[0].text, part);
}

/* ---- Defaults ---- */

static void scenario_has_the_contract_defaults_when_nothing_is_written(void **state)
{
    struct fixture *f = *state;
    const struct scenario *s = sound(f, NULL);
    assert_string_equal(s->name, "least");
    assert_null(s->question);
    assert_int_equal(s->horizon_ns, INT64_C(600000000000));
    assert_false(s->horizon_given);
    assert_true(s->warmup_auto);
    assert_true(s->replicas_auto);
    assert_true(s->precision > 0.0499 && s->precision < 0.0501);
    assert_int_equal(s->percentile_n, 3);
    assert_true(s->percentile[0] < 50.1 && s->percentile[1] > 94.9 && s->percentile[2] > 98.9);
    assert_false(s->coupling_none);
    assert_string_equal(s->catalog->gpu[s->gpu_ix].key, "A100-PCIE-80GB");
    assert_int_equal(s->gpu_count, 1);
    assert_string_equal(s->hypervisor, "none");
    assert_false(s->mixed_size);
    assert_int_equal(s->place, PLACE_BEST_FIT);
    assert_int_equal(s->tenant_n, 1);
    assert_int_equal(s->vm_n, 1);
    const struct tenant *t = &s->tenant[0];
    assert_int_equal(t->count, 1);
    assert_int_equal(t->os, OS_LINUX);
    assert_int_equal(t->memory_bytes, 0);
    assert_int_equal(t->framebuffer_bytes, 0);
    assert_int_equal(t->vgpus, 1);
    assert_int_equal(t->require, REQUIRE_NONE);
    assert_true(t->slowdown_frac > 0.1999 && t->slowdown_frac < 0.2001);
    assert_int_equal(t->grace_ns, 0);
    assert_int_equal(t->objective_n, 0);
    assert_int_equal(t->reference_gpu_ix, -1);
    assert_int_equal(t->work.streams, 1);
    assert_true(t->work.scaling.compute_frac > 0.999 && t->work.scaling.width_frac > 0.999);
    assert_false(t->work.scaling.memory_frac > 0);
}

static void scenario_has_six_modes_when_none_are_written(void **state)
{
    struct fixture *f = *state;
    const struct scenario *s = sound(f, "scheduler={policy: fixed-share, slice: 3 ms}");
    static const enum mode_kind kinds[] = {MODE_PASSTHROUGH, MODE_TIME_SLICED,
                                           MODE_TIME_SLICED, MODE_TIME_SLICED,
                                           MODE_MIG,         MODE_TIME_SLICED_MIG};
    static const char *const policies[] = {NULL,          "best-effort", "equal-share",
                                           "fixed-share", NULL,          "fixed-share"};
    assert_int_equal(s->mode_n, 6);
    for (int i = 0; i < 6; i++) {
        const struct mode_spec *m = &s->mode[i];
        assert_int_equal(m->kind, kinds[i]);
        assert_non_null(m->sched.kind);
        if (policies[i] != NULL) {
            assert_string_equal(m->sched.kind->name, policies[i]);
            assert_int_equal(m->sched.slice_ns, 3000000);
            assert_int_equal(m->sched.switch_ns, -1);
            assert_int_equal(m->sched.discipline, i == 1 ? DISCIPLINE_NONE : DISCIPLINE_STRICT);
        }
    }
}

/* ---- Modes and schedulers ---- */

static void scenario_overlays_schedulers_when_an_entry_names_fields(void **state)
{
    struct fixture *f = *state;
    const char *const sets[] = {
        "scheduler={policy: equal-share, frequency: 100 Hz, switch: 50 us, averaging: 10}",
        "modes=[time-sliced, {mode: time-sliced, scheduler: {slice: 4 ms}}, "
        "{mode: time-sliced, scheduler: {discipline: legacy}}, "
        "{mode: time-sliced-mig, scheduler: {policy: best-effort, switch: 0 us}}]"};
    const struct scenario_overrides over = {.set = sets, .set_n = 2};
    const struct scenario *s = read_over(f, minimal, &over);
    assert_non_null(s);
    assert_int_equal(s->mode_n, 4);
    assert_int_equal(s->mode[0].sched.slice_ns, 10000000); /* 1 / 100 Hz */
    assert_int_equal(s->mode[0].sched.averaging, 10);
    assert_int_equal(s->mode[1].sched.slice_ns, 4000000); /* instead of the frequency */
    assert_int_equal(s->mode[1].sched.discipline, DISCIPLINE_STRICT);
    assert_int_equal(s->mode[2].sched.slice_ns, 0); /* legacy knows no frequency */
    assert_int_equal(s->mode[2].sched.discipline, DISCIPLINE_LEGACY);
    assert_int_equal(s->mode[2].sched.switch_ns, 50000);
    assert_int_equal(s->mode[3].sched.discipline, DISCIPLINE_NONE);
    assert_int_equal(s->mode[3].sched.switch_ns, 0);
}

static void scenario_rounds_the_frequency_when_it_divides_unevenly(void **state)
{
    struct fixture *f = *state;
    /* 1e9 / 480 = 2083333.3 and 1e9 / 960 = 1041666.7 ns */
    assert_int_equal(
        sound(f, "scheduler={policy: equal-share, frequency: 480 Hz}")->mode[2].sched.slice_ns,
        2083333);
    assert_int_equal(
        sound(f, "scheduler={policy: equal-share, frequency: 960 Hz}")->mode[2].sched.slice_ns,
        1041667);
}

static void scenario_warns_when_no_hardware_reaches_the_slice(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *set;
        int warnings;
    } cases[] = {
        {"scheduler={policy: equal-share, slice: 2 ms}",                       0},
        {"scheduler={policy: equal-share, slice: 1 ms}",                       1},
        {"scheduler={policy: equal-share, slice: 16 ms}",                      1},
        {"scheduler={policy: equal-share, frequency: 63 Hz}",                  0},
        {"scheduler={policy: equal-share, frequency: 62 Hz}",                  1},
        {"scheduler={policy: equal-share, discipline: legacy, slice: 30 ms}",  0},
        {"scheduler={policy: equal-share, discipline: legacy, slice: 1.5 ms}", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sound(f, cases[i].set);
        if ((int)f->diag.entry_n != cases[i].warnings) {
            fail_msg("'%s' gives %zu warnings", cases[i].set, f->diag.entry_n);
        }
    }
}

static void scenario_keeps_modes_when_the_command_line_names_them(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *mode[2];
        int mode_n, want_n;
    } cases[] = {
        {{"mig", NULL},                              1, 1},
        {{"time-sliced", NULL},                      1, 3},
        {{"time-sliced/fixed-share", "passthrough"}, 2, 2},
        {{"time-sliced-mig/equal-share", "mig"},     2, 2},
        {{"mig", "mig"},                             2, 1}
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct scenario_overrides over = {.mode = cases[i].mode,
                                                .mode_n = cases[i].mode_n};
        const struct scenario *s = read_over(f, minimal, &over);
        assert_non_null(s);
        assert_int_equal(s->mode_n, cases[i].want_n);
    }
    const char *const added = "time-sliced-mig/equal-share";
    const struct scenario_overrides over = {.mode = &added, .mode_n = 1};
    const struct scenario *s = read_over(f, minimal, &over);
    assert_int_equal(s->mode[0].kind, MODE_TIME_SLICED_MIG);
    assert_string_equal(s->mode[0].sched.kind->name, "equal-share");
    const char *const wrong[] = {"migg", "time-sliced/fair", "mig/fixed-share", ""};
    for (int i = 0; i < 4; i++) {
        const struct scenario_overrides bad = {.mode = &wrong[i], .mode_n = 1};
        assert_null(read_over(f, minimal, &bad));
        assert_int_equal(f->diag.error_n, 1);
        assert_string_equal(f->diag.entry[0].at.file, "<--mode>");
    }
}

/* ---- Tenants ---- */

static void scenario_takes_the_framebuffer_of_the_type_when_only_that_is_named(void **state)
{
    struct fixture *f = *state;
    const struct scenario *s = sound(f, "tenants.chat.mig=3G.40GB");
    assert_string_equal(s->tenant[0].mig, "3g.40gb");
    assert_true(s->tenant[0].framebuffer_bytes == UINT64_C(40) << 30);
    s = sound(f, "tenants.chat.vgpu=A100D-10C");
    assert_true(s->tenant[0].framebuffer_bytes == UINT64_C(10) << 30);
    refused(f, "tenants.chat.vgpu=A100-10C", "has no vGPU type");
    refused(f, "tenants.chat.mig=1g.5gb", "has no MIG profile");
}

static void scenario_adds_percentiles_when_objectives_need_them(void **state)
{
    struct fixture *f = *state;
    const struct scenario *s =
        sound(f, "tenants.chat.objective={p99.9: 1 s, mean: 20 ms, throughput: 3/s, p95: 2 s}");
    assert_int_equal(s->tenant[0].objective_n, 4);
    assert_int_equal(s->tenant[0].objective[1].kind, OBJECTIVE_MEAN);
    assert_int_equal(s->tenant[0].objective[2].kind, OBJECTIVE_THROUGHPUT);
    assert_int_equal(s->percentile_n, 4);
    assert_true(s->percentile[3] > 99.89 && s->percentile[3] < 99.91);
    s = sound(f, "percentiles=[99]");
    assert_int_equal(s->percentile_n, 2);
    assert_true(s->percentile[0] > 94.9 && s->percentile[0] < 95.1);
}

/* The horizon of a scenario for a plan with these flags; asserts whether the plan chose it. */
static int64_t plan_horizon_ns(struct fixture *f, const char *const *set, int set_n,
                               bool is_chosen)
{
    const struct scenario_overrides over = {.set = set, .set_n = set_n, .plan = true};
    const struct scenario *s = scenario_read(&f->arena, f->catalog, "t.yaml", minimal,
                                             strlen(minimal), &over, &f->diag);
    assert_non_null(s);
    assert_int_equal(s->horizon_of_plan, is_chosen);
    return s->horizon_ns;
}

static void scenario_counts_half_a_million_requests_when_a_plan_has_no_horizon(void **state)
{
    struct fixture *f = *state;
    const int64_t s = 1000000000;
    static const char rate[] = "tenants.0.workload.arrivals.rate=7000/s";
    static const char fast[] = "tenants.0.workload.arrivals.rate=1000000/s";
    const char *const slow[] = {"tenants.0.workload.arrivals.rate=500/s"};
    const char *const two[] = {rate, "tenants.0.count=2"};
    const char *const given[] = {rate, "horizon=600 s"};
    const char *const by_hour[] = {
        "tenants.0.workload.arrivals="
        "{process: diurnal, curve: [{at: 0 s, rate: 7000/s}, {at: 100 s, rate: 7000/s}]}"};
    const char *const starts[] = {rate, "lifecycle=[{at: 500 s, suspend: chat/0}, "
                                        "{at: 501 s, resume: chat/0}]"};
    assert_int_equal(plan_horizon_ns(f, slow, 1, false), 600 * s);
    assert_int_equal(plan_horizon_ns(f, &two[0], 1, true), 72 * s);
    assert_int_equal(plan_horizon_ns(f, two, 2, true), 36 * s);
    const char *const most[] = {fast};
    assert_int_equal(plan_horizon_ns(f, most, 1, true), 20 * s);
    assert_int_equal(plan_horizon_ns(f, given, 2, false), 600 * s);
    assert_int_equal(plan_horizon_ns(f, by_hour, 1, false), 600 * s);
    assert_int_equal(plan_horizon_ns(f, starts, 2, false), 600 * s);
    const char *const set = rate;
    assert_int_equal(sound(f, set)->horizon_ns, 600 * s);
}

static void scenario_reads_every_distribution_when_sound(void **state)
{
    struct fixture *f = *state;
    static const char *const sets[] = {
        "{dist: deterministic, mean: 5 ms}",
        "{dist: exponential, mean: 5 ms}",
        "{dist: gamma, mean: 5 ms, cv: 0.5}",
        "{dist: erlang, mean: 5 ms, k: 4}",
        "{dist: lognormal, mean: 5 ms, cv: 200%}",
        "{dist: weibull, mean: 5 ms, shape: 2}",
        "{dist: weibull, mean: 5 ms, cv: 1.2}",
        "{dist: pareto, mean: 5 ms, shape: 2.5}",
        "{dist: uniform, mean: 5 ms, cv: 0.3}",
        "{dist: hyperexponential, mean: 5 ms, cv: 3}",
    };
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        char set[120];
        snprintf(set, sizeof set, "tenants.chat.workload.service=%s", sets[i]);
        const struct dist *d = &sound(f, set)->tenant[0].work.service;
        assert_true(d->mean > 4999999 && d->mean < 5000001);
        assert_non_null(strstr(sets[i], d->kind->name));
    }
    refused(f, "tenants.chat.workload.service={dist: gamma, mean: 5 ms}", "'cv' is missing");
    refused(f, "tenants.chat.workload.service={dist: erlang, mean: 5 ms, k: 0}", "'k' must be");
    refused(f, "tenants.chat.workload.service={dist: weibull, mean: 5 ms, cv: 1, shape: 2}",
            "exclude each other");
    refused(f, "tenants.chat.workload.service={mean: 5 ms}", "'dist' is missing");
}

static void scenario_reads_arrivals_when_sound(void **state)
{
    struct fixture *f = *state;
    const struct arrivals *a =
        &sound(f, "tenants.chat.workload.arrivals={process: periodic, rate: 3/min, phase: 1 s}")
             ->tenant[0]
             .work.arrivals;
    assert_true(a->periodic);
    assert_int_equal(a->phase_ns, 1000000000);
    assert_true(a->gap.mean > 19.99e9 && a->gap.mean < 20.01e9);
    a = &sound(f, "tenants.chat.workload.arrivals={process: gamma, rate: 1/s, shape: 4}")
             ->tenant[0]
             .work.arrivals;
    assert_true(a->gap.cv > 0.4999 && a->gap.cv < 0.5001); /* 1 / sqrt(4) */
    refused(f, "tenants.chat.workload.arrivals={process: gamma, rate: 1/s}", "'cv' is missing");
    refused(f, "tenants.chat.workload.arrivals={process: poisson, rate: 0/s}", "more than 0");
    refused(f, "tenants.chat.workload.arrivals={process: poisson, rate: 1/s, cv: 2}",
            "does not go with");
}

static void scenario_reads_closed_clients_when_sound(void **state)
{
    struct fixture *f = *state;
    const struct work *w =
        &sound(f, "tenants.chat.workload={kind: closed, clients: 3, think: 5 ms, "
                  "service: {dist: exponential, mean: 1 ms}}")
             ->tenant[0]
             .work;
    assert_int_equal(w->kind, WORK_CLOSED);
    assert_int_equal(w->clients, 3);
    assert_string_equal(w->think.kind->name, "deterministic");
    assert_true(w->think.mean > 4999999 && w->think.mean < 5000001);
    w = &sound(f, "tenants.chat.workload={kind: closed, clients: 3, think: {dist: exponential, "
                  "mean: 2 s}, service: {dist: exponential, mean: 1 ms}}")
             ->tenant[0]
             .work;
    assert_string_equal(w->think.kind->name, "exponential");
    refused(f, "tenants.chat.workload={kind: closed, service: {dist: exponential, mean: 1 ms}}",
            "'clients' is missing");
}

static void scenario_refuses_when_numbers_together_are_too_large(void **state)
{
    struct fixture *f = *state;
    refused(f, "tenants.chat.count=16385", "at most 16384");
    refused(f, "tenants.chat.vgpus=17", "at most 16");
    refused(f, "tenants.chat.workload.streams=1025", "at most 1024");
    refused(f, "horizon=105 d", "too large");
    const char *const sets[] = {"horizon=104 d", "warmup=1 d"};
    const struct scenario_overrides over = {.set = sets, .set_n = 2};
    assert_null(read_over(f, minimal, &over));
    assert_non_null(strstr(f->diag.entry[0].text, "together exceed"));
}

/* ---- What is not built ---- */

/* Each row of the table that is not built is refused with any value but its default. */
static void scenario_refuses_when_a_field_is_not_built(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < fieldtab_n; i++) {
        const struct field *row = &fieldtab[i];
        if ((row->flags & FIELD_LATER) == 0) {
            continue;
        }
        char set[200];
        const bool is_tenant = strncmp(row->path, "tenants.", 8) == 0;
        const char *value = row->type == FIELD_BOOL   ? "true"
                            : row->type == FIELD_LIST ? "[1]"
                                                      : "77";
        snprintf(set, sizeof set, "%s%s=%s", is_tenant ? "tenants.chat." : "",
                 row->path + (is_tenant ? 8 : 0), value);
        if (strncmp(row->path, "lifecycle.", 10) == 0) {
            snprintf(set, sizeof set, "lifecycle=[{at: 60 s, fault: chat/0, %s: %s}]",
                     row->path + 10, value);
        }
        refused(f, set, "is not built yet");
        if (row->unset != NULL) {
            snprintf(set, sizeof set, "%s%s=%s", is_tenant ? "tenants.chat." : "",
                     row->path + (is_tenant ? 8 : 0), row->unset);
            sound(f, set);
        }
    }
}

static void scenario_refuses_when_a_choice_is_not_built(void **state)
{
    struct fixture *f = *state;
    refused(f, "coupling=95%", "leaves no rate");
    assert_false(sound(f, "coupling=10%")->coupling_none);
    assert_true(fabs(sound(f, "coupling=10%")->coupling - 0.1) < 1e-12);
    assert_true(sound(f, "coupling=0%")->coupling_none);
    refused(f, "fleet.gpu=any", "is for `vgpusim plan`");
    refused(f, "fleet.gpu=[T4, L4]", "is for `vgpusim plan`");
}

/* The stages of a request that are not its GPU time. */
static void scenario_reads_the_request_path_when_sound(void **state)
{
    struct fixture *f = *state;
    const struct work *w =
        &sound(f, "tenants.chat.workload.scaling={form: sum, floor: 1 ms}")->tenant[0].work;
    assert_int_equal(w->tail_ns, 1000000);
    assert_int_equal(w->scaling.floor_ns, 0);
    w = &sound(f, "tenants.chat.workload.host={dist: deterministic, mean: 0 ms}")
             ->tenant[0]
             .work;
    assert_false(w->has_host);
    w = &sound(f, "tenants.chat.workload.host={dist: exponential, mean: 1 ms}")->tenant[0].work;
    assert_true(w->has_host);
    w = &sound(f, "tenants.chat.workload.kernels={count: 5, busy: 50%}")->tenant[0].work;
    assert_int_equal(w->pieces, 5);
    assert_int_equal(w->gap_ns, 2500000); /* 10 ms of gaps beside 10 ms of work, 4 of them */
    refused(f, "tenants.chat.workload.batch={max: 8}", "needs its time by size");
    refused(f, "tenants.chat.workload.kernels={count: 5}", "needs 'gap' or 'busy'");
}

/* ---- --set and its sisters ---- */

static void scenario_points_into_the_flag_when_its_value_is_wrong(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *set;
        int col;
        const char *part;
    } cases[] = {
        {"tenants.chat.framebuffer=12", 26, "has no unit"          },
        {"tenants.caht.count=2",        9,  "has no item 'caht'"   },
        {"tenants.7.count=2",           9,  "has no item '7'"      },
        {"tenants.chat.cuont=2",        14, "unknown field 'cuont'"},
        {"tenants..count=2",            9,  "empty"                },
        {"name.first=2",                6,  "single value"         },
        {"modes.0.mode=mig",            1,  "not in the file"      },
        {"count",                       1,  "is not PATH=VALUE"    },
        {"=3",                          1,  "is not PATH=VALUE"    },
        {"horizon=",                    9,  "has no value"         },
        {"percentiles=[50",             13, "never closed"         },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_null(with(f, cases[i].set));
        const struct diag_entry *e = &f->diag.entry[0];
        if (strcmp(e->at.file, "<--set>") != 0 || e->at.col != cases[i].col ||
            strstr(e->text, cases[i].part) == NULL) {
            fail_msg("%s: got %s:%d '%s'", cases[i].set, e->at.file, e->at.col, e->text);
        }
    }
}

static void scenario_changes_one_value_when_set(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(sound(f, "tenants.0.count=7")->vm_n, 7);
    assert_int_equal(sound(f, "fleet.count=auto")->gpu_count, 0);
    assert_int_equal(sound(f, "tenants.chat.isolation.grace=1 ms")->tenant[0].grace_ns,
                     1000000);
    assert_int_equal(sound(f, "tenants.chat.objective.p99.9=1 s")->tenant[0].objective_n, 1);
    const struct scenario_overrides flags = {
        .horizon = "30 s", .replicas = "7", .precision = "2%"};
    const struct scenario *s = read_over(f, minimal, &flags);
    assert_non_null(s);
    assert_int_equal(s->horizon_ns, INT64_C(30000000000));
    assert_true(s->horizon_given);
    assert_int_equal(s->replicas, 7);
    assert_false(s->replicas_auto);
    const struct scenario_overrides wrong = {.replicas = "ten"};
    assert_null(read_over(f, minimal, &wrong));
    assert_string_equal(f->diag.entry[0].at.file, "<--replicas>");
}

static void scenario_leaves_the_anchor_alone_when_an_alias_is_changed(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "version: 1\n"
                               "name: shared\n"
                               "fleet: {gpu: T4}\n"
                               "modes: [time-sliced, passthrough]\n"
                               "tenants:\n"
                               "  - name: a\n"
                               "    workload: &w\n"
                               "      kind: requests\n"
                               "      arrivals: {process: poisson, rate: 1/s}\n"
                               "      service: {dist: exponential, mean: 1 ms}\n"
                               "  - {name: b, workload: *w}\n";
    const char *const sets[] = {"tenants.b.workload.arrivals.rate=2/s",
                                "modes.time-sliced.scheduler.policy=fixed-share"};
    const struct scenario_overrides over = {.set = sets, .set_n = 2};
    const struct scenario *s = read_over(f, text, &over);
    assert_non_null(s);
    assert_true(s->tenant[0].work.arrivals.rate_per_s < 1.5);
    assert_true(s->tenant[1].work.arrivals.rate_per_s > 1.5);
    assert_string_equal(s->mode[0].sched.kind->name, "fixed-share");
}

/* What is wrong behind an anchor is one mistake, however many aliases there are. */
static void scenario_reports_once_when_aliases_repeat_a_mistake(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "version: 1\n"
                               "name: shared\n"
                               "fleet: {gpu: T4}\n"
                               "tenants:\n"
                               "  - name: a\n"
                               "    isolation: &i {grace: 5}\n"
                               "    workload: &w {kind: requests, rate: 1/s}\n"
                               "  - {name: b, workload: *w, isolation: *i}\n";
    assert_null(read_over(f, text, NULL));
    int grace = 0;
    for (size_t i = 0; i < f->diag.entry_n; i++) {
        grace += strstr(f->diag.entry[i].text, "'5' has no unit") != NULL;
    }
    assert_int_equal(grace, 1);
    assert_int_equal(f->diag.error_n, f->diag.entry_n);
}

/* ---- Several workloads ---- */

static const char several[] =
    "version: 1\nname: a\nfleet: {gpu: A100-PCIE-80GB}\ntenants:\n"
    "  - name: box\n    count: 3\n    objective: {p95: 5 ms}\n    workloads:\n"
    "      - {name: x, kind: closed, clients: 2, service: {dist: exponential, mean: 1 ms}}\n"
    "      - {name: y, kind: training, reference: T4, service: {dist: uniform, mean: 2 ms, cv: "
    "0.1}}\n"
    "  - name: other\n"
    "    workload: {kind: training, service: {dist: exponential, mean: 3 ms}}\n";

static void scenario_makes_tenants_of_workloads_when_there_are_several(void **state)
{
    struct fixture *f = *state;
    const struct scenario *s = read_over(f, several, NULL);
    assert_non_null(s);
    assert_int_equal(s->tenant_n, 2);
    assert_int_equal(s->flow_n, 4);
    assert_int_equal(s->vm_n, 4);
    const struct tenant *box = &s->tenant[0];
    assert_int_equal(box->part_n, 2);
    assert_int_equal(box->first_part, 2);
    assert_null(box->workload);
    assert_int_equal(s->tenant[1].part_n, 0);
    const struct tenant *y = &s->tenant[3];
    assert_string_equal(y->name, "box/y");
    assert_string_equal(y->workload, "y");
    assert_int_equal(y->whole_ix, 0);
    assert_int_equal(y->count, 3);
    assert_int_equal(y->objective_n, 1);
    assert_true(y->work.training && s->tenant[2].work.clients == 2);
    assert_true(y->reference_gpu_ix >= 0 && s->tenant[2].reference_gpu_ix < 0);
    const struct scenario *again = read_over(f, s->resolved, NULL);
    assert_non_null(again);
    assert_string_equal(again->resolved, s->resolved);
    assert_true(again->hash == s->hash);
}

/* ---- The canonical text ---- */

static void scenario_reads_back_the_same_when_resolved(void **state)
{
    struct fixture *f = *state;
    static const char *const sets[] = {
        NULL,
        "horizon=1.5 s",
        "precision=3.3%",
        "question='\"a\": b # c'",
        "percentiles=[1, 99.99]",
        "coupling=none",
        "scheduler={policy: equal-share, slice: 1234567 ns, switch: 0 us}",
        "tenants.chat.workload.arrivals={process: weibull, rate: 7/h, cv: 0.7}",
        "tenants.chat.workload.arrivals={process: gamma, rate: 0.3/s, shape: 3}",
        "tenants.chat.workload.service={dist: pareto, mean: 12345 us, shape: 2.1}",
        "tenants.chat.memory=123456789 B",
        "tenants.chat.objective={p99.9: 1 s, throughput: 0.1/s}",
        "tenants.chat.needs=[uvm, nvenc]",
        "tenants.chat.needs=[profiler, ecc]",
        "tenants.chat.firmware=bios",
        "tenants.chat.licence=vapps",
        "tenants.chat.guest-driver=16",
        "fleet.ecc=false",
        "fleet.ecc=true",
        "fleet.vgpu-manager=19",
        "tenants.chat.workload.scaling={compute: 12.34%, memory: 60%, floor: 3 us}",
        "tenants.chat.workload.scaling={compute: 50%, memory: 30%, serial: 20%}",
        "tenants.chat.workload.service={profiles: {1g.10gb: {table: {1: 3 ms}}, 7g.80gb: "
        "{mean: 1 ms}}}",
        "tenants.chat.workload.service={dist: lognormal, mean: 2 ms, cv: 1, profiles: "
        "{1g.10gb: "
        "{base: 1 ms, per-item: 1 ms}}}",
        "tenants.chat.workload.service={table: {1: 3 ms}, profiles: {2g.20gb: {mean: 9 ms}}}",
        "tenants.chat.workload.service={profiles: {1g.10gb: {streams: {2: {mean: 4 ms}, "
        "1: {mean: 3 ms}}}, 7g.80gb: {mean: 1 ms}}}",
        "cost={gpu_hour: {T4: 2 USD}, energy: 0.12 USD/kWh}",
    };
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        const struct scenario *s = sound(f, sets[i]);
        struct text text;
        text_init(&text);
        scenario_resolved(s, &text);
        const struct scenario *again = read_over(f, text_str(&text), NULL);
        if (again == NULL) {
            fail_msg("%s: %s", sets[i], f->diag.entry[0].text);
        }
        assert_string_equal(again->resolved, s->resolved);
        assert_true(again->hash == s->hash);
        text_fini(&text);
    }
}

static void scenario_hash_tells_when_meaning_changes(void **state)
{
    struct fixture *f = *state;
    const uint64_t first = sound(f, NULL)->hash;
    assert_true(sound(f, "tenants.chat.count=1")->hash == first); /* the default, written */
    assert_true(sound(f, "tenants.chat.count=2")->hash != first);
    assert_true(sound(f, "tenants.chat.workload.service.mean=10000 us")->hash == first);
}

/* ---- Explanations ---- */

static void scenario_explains_every_field_when_asked(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < fieldtab_n; i++) {
        struct text text;
        text_init(&text);
        assert_true(scenario_explain(fieldtab[i].path, &text, &f->diag));
        assert_non_null(strstr(text_str(&text), fieldtab[i].help));
        assert_non_null(strstr(text_str(&text), "default:"));
        text_fini(&text);
    }
    struct text text;
    text_init(&text);
    assert_true(scenario_explain("modes.scheduler.slice", &text, &f->diag));
    scenario_fields(&text);
    diag_fini(&f->diag);
    diag_init(&f->diag);
    assert_false(scenario_explain("tenants.memmory", &text, &f->diag));
    assert_string_equal(f->diag.entry[0].help, "did you mean 'tenants.memory'?");
    text_fini(&text);
}

/* ---- Memory ---- */

/* Every allocation fails once: no crash, no scenario, a diagnostic each time. */
static void scenario_gives_up_cleanly_when_memory_is_out(void **state)
{
    struct fixture *f = *state;
    const struct scenario *s = NULL;
    for (long n = 1; s == NULL && n < 10000; n++) {
        struct arena arena;
        arena_init(&arena, "fault");
        diag_fini(&f->diag);
        diag_init(&f->diag);
        const char *set = "tenants.chat.count=2";
        const struct scenario_overrides over = {.set = &set, .set_n = 1};
        mem_fail_at(n);
        s = scenario_read(&arena, f->catalog, "t.yaml", minimal, sizeof minimal - 1, &over,
                          &f->diag);
        mem_fail_at(0);
        assert_true((s == NULL) == diag_failed(&f->diag));
        arena_fini(&arena);
    }
    assert_non_null(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scenario_has_the_contract_defaults_when_nothing_is_written),
        cmocka_unit_test(scenario_has_six_modes_when_none_are_written),
        cmocka_unit_test(scenario_overlays_schedulers_when_an_entry_names_fields),
        cmocka_unit_test(scenario_rounds_the_frequency_when_it_divides_unevenly),
        cmocka_unit_test(scenario_warns_when_no_hardware_reaches_the_slice),
        cmocka_unit_test(scenario_keeps_modes_when_the_command_line_names_them),
        cmocka_unit_test(scenario_takes_the_framebuffer_of_the_type_when_only_that_is_named),
        cmocka_unit_test(scenario_adds_percentiles_when_objectives_need_them),
        cmocka_unit_test(scenario_counts_half_a_million_requests_when_a_plan_has_no_horizon),
        cmocka_unit_test(scenario_reads_every_distribution_when_sound),
        cmocka_unit_test(scenario_reads_arrivals_when_sound),
        cmocka_unit_test(scenario_reads_closed_clients_when_sound),
        cmocka_unit_test(scenario_refuses_when_numbers_together_are_too_large),
        cmocka_unit_test(scenario_refuses_when_a_field_is_not_built),
        cmocka_unit_test(scenario_refuses_when_a_choice_is_not_built),
        cmocka_unit_test(scenario_reads_the_request_path_when_sound),
        cmocka_unit_test(scenario_points_into_the_flag_when_its_value_is_wrong),
        cmocka_unit_test(scenario_changes_one_value_when_set),
        cmocka_unit_test(scenario_leaves_the_anchor_alone_when_an_alias_is_changed),
        cmocka_unit_test(scenario_reports_once_when_aliases_repeat_a_mistake),
        cmocka_unit_test(scenario_makes_tenants_of_workloads_when_there_are_several),
        cmocka_unit_test(scenario_reads_back_the_same_when_resolved),
        cmocka_unit_test(scenario_hash_tells_when_meaning_changes),
        cmocka_unit_test(scenario_explains_every_field_when_asked),
        cmocka_unit_test(scenario_gives_up_cleanly_when_memory_is_out),
    };
    return cmocka_run_group_tests_name("scenario", tests, set_up_group, tear_down_group);
}
