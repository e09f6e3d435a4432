/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_laws.c - the whole program against exact results.
 *
 * Every row of laws.c runs its scenario from text to result with seed 1 and 20 replications. A
 * row with an interval passes when the exact value lies within four standard errors (two-sided
 * false alarm 8e-4 a row); an exact row must agree to 1e-9. Each scenario is run once for all
 * its rows. */
#include "tests/law/law.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/input/catalogin.h"
#include "sim/run/exp.h"

static struct arena arena;

const struct result *law_run(const char *yaml, int threads)
{
    static struct diag diag;
    arena_init(&arena, "law");
    diag_init(&diag);
    const struct catalog *catalog = catalog_load(&arena, NULL, &diag);
    const struct scenario *s =
        catalog ? scenario_read(&arena, catalog, "law.yaml", yaml, strlen(yaml),
                                &(struct scenario_overrides){0}, &diag)
                : NULL;
    struct exp_options options = {.seed = 1, .threads = threads, .version = "law"};
    const struct result *r = s ? exp_run(&arena, s, &options, &diag) : NULL;
    for (size_t i = 0; i < diag.entry_n; i++) {
        print_message("%d:%d: %s\n", diag.entry[i].at.line, diag.entry[i].at.col,
                      diag.entry[i].text);
    }
    if (!r || !r->mode[0].feasible) {
        for (int i = 0; r && i < r->mode[0].fleet->reasons.n; i++) {
            print_message("%s\n", r->mode[0].fleet->reasons.list[i].text);
        }
        fail_msg("the scenario does not run:\n%s", yaml);
    }
    diag_fini(&diag);
    return r;
}

void law_done(void)
{
    arena_fini(&arena);
}

/* Prints the row; returns whether it passes. */
static bool holds(const struct law *law, const struct result *r)
{
    struct estimate got = law->got(r);
    int dof = r->mode[0].replicas - 1;
    double se = got.has_ci ? (got.hi - got.lo) / 2.0 / ci_t975(dof) : 0.0;
    double off = got.value - law->exact;
    double limit = 1e-9 * (fabs(law->exact) > 1.0 ? fabs(law->exact) : 1.0);
    if (law->rule == LAW_CI) {
        limit = 4.0 * se;
    }
    bool ok = got.has_value && fabs(off) <= limit;
    print_message("%s %-10s %-40s exact %-14.9g got %-14.9g z %+.2f\n", ok ? "ok  " : "FAIL",
                  law->id, law->statistic, law->exact, got.value, se > 0.0 ? off / se : 0.0);
    return ok;
}

static void program_agrees_with_exact_results(void **state)
{
    (void)state;
    int failed = 0;
    const struct result *r = NULL;
    for (int i = 0; i < laws_n; i++) {
        if (i == 0 || laws[i].scenario != laws[i - 1].scenario) {
            if (r) {
                law_done();
            }
            r = law_run(laws[i].scenario, 2);
        }
        failed += !holds(&laws[i], r);
    }
    law_done();
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_agrees_with_exact_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
