/* SPDX-License-Identifier: GPL-3.0-or-later */
/* placing.h - scenarios built field by field, and placed: for tests of the fleet. */
#ifndef TESTS_UNIT_PLACING_H
#define TESTS_UNIT_PLACING_H

#include "sim/fleet/fleet.h"
#include "tests/unit/fixture.h"

enum {
    PLACING_TENANTS = 8,
    PLACING_GROUPS = 4
};

struct placing {
    struct fixture base; /* its arena is of one placement */
    struct tenant tenant[PLACING_TENANTS];
    struct host_group group[PLACING_GROUPS];
    struct scenario s;
    struct fleet fleet;
};

static inline int placing_set_up(void **state)
{
    static struct placing p;
    *state = &p;
    return fixture_open(&p.base) ? 0 : -1;
}

static inline int placing_tear_down(void **state)
{
    struct placing *p = *state;
    fixture_close(&p->base);
    return 0;
}

/* An empty scenario on `count` GPUs with one mode. */
static inline struct placing *placing_begin(void **state, const char *gpu, enum mode_kind mode,
                                            int count)
{
    struct placing *p = *state;
    p->s = (struct scenario){.name = "test",
                             .catalog = p->base.catalog,
                             .gpu_ix = catalog_gpu_find(p->base.catalog, gpu),
                             .gpu_count = count,
                             .hypervisor = "none",
                             .mode_n = 1,
                             .tenant = p->tenant};
    p->s.mode[0].kind = mode;
    p->s.mode[0].sched.kind = &sched_best_effort;
    assert_true(p->s.gpu_ix >= 0);
    return p;
}

static inline struct tenant *placing_add(struct placing *p, int count, int gib)
{
    static const char *const names[PLACING_TENANTS] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    struct tenant *t = &p->tenant[p->s.tenant_n];
    *t = (struct tenant){.name = names[p->s.tenant_n++],
                         .count = count,
                         .vgpus = 1,
                         .framebuffer_bytes = (uint64_t)gib << 30,
                         .reference_gpu_ix = -1};
    p->s.vm_n += count;
    return t;
}

static inline const struct fleet *placing_place(struct placing *p)
{
    arena_fini(&p->base.arena);
    assert_true(fleet_place(&p->fleet, &p->base.arena, &p->s, 0, &p->base.diag));
    return &p->fleet;
}

#endif
