/* SPDX-License-Identifier: GPL-3.0-or-later */
/* planning.h - the plan of a scenario that is written in a test, and one that several tests
 * plan. */
#ifndef TESTS_UNIT_PLANNING_H
#define TESTS_UNIT_PLANNING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/plan/plan.h"
#include "tests/unit/fixture.h"

/* The scenario with `set` [set_n] on top; fails the test on any error. */
static inline const struct scenario *scenario(struct fixture *f, const char *yaml,
                                              const char *const *set, int set_n)
{
    const struct scenario_overrides over = {.set = set, .set_n = set_n, .plan = true};
    const struct scenario *s =
        scenario_read(&f->arena, f->catalog, "test.yaml", yaml, strlen(yaml), &over, &f->diag);
    if (s == NULL || diag_failed(&f->diag)) {
        fail_msg("the scenario is wrong: %s", set_n > 0 ? set[0] : yaml);
    }
    return s;
}

/* The plan of a scenario with `set` [set_n] on top; fails the test on any error. */
static inline const struct plan *plan(struct fixture *f, const char *yaml,
                                      const char *const *set, int set_n, uint64_t seed,
                                      int threads)
{
    const struct scenario *s = scenario(f, yaml, set, set_n);
    const struct exp_options o = {.seed = seed, .threads = threads, .version = "test"};
    const struct plan *p = plan_search(&f->arena, s, &o, &f->diag);
    assert_non_null(p);
    return p;
}

/* Eight VMs on GPUs that serve them in turn, without preemption and switches: M/D/1. */
static const char turns[] =
    "version: 1\n"
    "name: turns\n"
    "horizon: 60 s\n"
    "fleet: {gpu: L40S}\n"
    "modes: [{mode: time-sliced, scheduler: {policy: best-effort, slice: 30 ms, switch: 0 "
    "us}}]\n"
    "tenants:\n"
    "  - name: a\n"
    "    count: 8\n"
    "    framebuffer: 4 GiB\n"
    "    objective: {mean: 20 ms}\n"
    "    workload: {kind: requests, arrivals: {process: poisson, rate: 20/s},\n"
    "      service: {dist: deterministic, mean: 10 ms}}\n";

#endif
