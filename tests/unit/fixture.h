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

/* The same for a group of cmocka's tests, which find it in *state. */
static inline int fixture_set_up(void **state)
{
    static struct fixture f;
    *state = &f;
    return fixture_open(&f) ? 0 : -1;
}

static inline int fixture_tear_down(void **state)
{
    fixture_close(*state);
    return 0;
}

/* An empty arena for what a test makes. */
static inline int fixture_fresh(void **state)
{
    struct fixture *f = *state;
    arena_fini(&f->arena);
    arena_init(&f->arena, "test");
    return 0;
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
