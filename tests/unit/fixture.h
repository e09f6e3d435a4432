/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fixture.h - a scenario from text to result, for tests that look at what comes out.
 *
 * Everything lives until fixture_close: the catalogue in `program`, the rest in `arena`, which
 * a test may empty in between. */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include <stdbool.h>
#include <string.h>

#include "sim/input/catalogin.h"
#include "sim/input/scenario.h"
#include "sim/run/exp.h"

struct fixture {
    struct arena program, arena;
    struct diag diag;
    const struct catalog *catalog;
};

static inline void fixture_close(struct fixture *f)
{
    diag_fini(&f->diag);
    arena_fini(&f->arena);
    arena_fini(&f->program);
}

/* False when the catalogue cannot be read. */
static inline bool fixture_open(struct fixture *f)
{
    arena_init(&f->program, "program");
    arena_init(&f->arena, "test");
    diag_init(&f->diag);
    f->catalog = catalog_load(&f->program, NULL, &f->diag);
    return f->catalog != NULL;
}

/* The scenario, or NULL with a diagnostic. */
static inline const struct scenario *fixture_read(struct fixture *f, const char *yaml)
{
    return scenario_read(&f->arena, f->catalog, "test.yaml", yaml, strlen(yaml),
                         &(struct scenario_overrides){0}, &f->diag);
}

/* The result of a scenario, or NULL with a diagnostic. */
static inline const struct result *fixture_run(struct fixture *f, const struct scenario *s,
                                               uint64_t seed, bool check)
{
    const struct exp_options o = {
        .seed = seed, .threads = 2, .check = check, .version = "test"};
    return exp_run(&f->arena, s, &o, &f->diag);
}

#endif
