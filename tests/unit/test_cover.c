/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_cover.c - the integer programme against exhaustive search.
 *
 * 200 small instances: every choice of ways, and for each every partition of its instances into
 * GPUs, by mig_fits and without patterns or a solver: the numbers must be equal. 50 larger
 * ones: the gap to the linear relaxation, printed; its median is at most 5 %. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/plan/cover.h"
#include "tests/unit/draw.h"
#include "tests/unit/fixture.h"

enum {
    SMALL = 200,
    LARGE = 50,
    SMALL_MAX = 6, /* instances of a small case: 203 partitions */
    WAYS = 400
};

static const char *const boards[] = {"A100-SXM4-80GB", "A30", "H100-PCIE-80GB",
                                     "RTX-PRO-6000-BSE"};

static void geometry(const struct fixture *f, struct mig_geometry *g, const char *key)
{
    int ix = -1;
    for (int i = 0; i < f->catalog->gpu_n; i++) {
        ix = strcmp(f->catalog->gpu[i].key, key) == 0 ? i : ix;
    }
    assert_true(ix >= 0);
    mig_geometry_init(g, f->catalog, ix);
    mig_geometry_plain(g);
    assert_true(g->axis.kind_n > 0);
}

/* Fewest GPUs for kind[n]: piece by piece into a GPU in use or the next one. Depth SMALL_MAX.
 */
static int pack(const struct mig_geometry *g, const int *kind, int n, int at,
                unsigned char count[][AXIS_KINDS_MAX], int used, int best)
{
    if (used >= best || at == n) {
        return used < best ? used : best;
    }
    for (int gpu = 0; gpu <= used; gpu++) {
        count[gpu][kind[at]]++;
        if (mig_fits(g, count[gpu]) == MIG_FITS) {
            best = pack(g, kind, n, at + 1, count, gpu == used ? used + 1 : used, best);
        }
        count[gpu][kind[at]]--;
    }
    return best;
}

/* Over every choice of ways that holds (or, with `all`, any); fewest GPUs. */
static int brute(const struct mig_geometry *g, const struct cover_way *way, int way_n,
                 int tenant_n)
{
    int best = SMALL_MAX + 1;
    int of[4] = {0};
    for (;;) {
        int kind[64];
        int n = 0;
        bool is_choice = true;
        for (int t = 0; t < tenant_n; t++) {
            is_choice = is_choice && way[of[t]].tenant_ix == t && way[of[t]].misses == 0;
            for (int i = 0; i < way[of[t]].n && n < 64; i++) {
                kind[n++] = way[of[t]].kind;
            }
        }
        if (is_choice && n <= SMALL_MAX) {
            unsigned char count[SMALL_MAX + 1][AXIS_KINDS_MAX] = {{0}};
            best = pack(g, kind, n, 0, count, 0, best);
        }
        int t = 0;
        while (t < tenant_n && ++of[t] == way_n) {
            of[t++] = 0;
        }
        if (t == tenant_n) {
            return best;
        }
    }
}

/* Ways of at most `each` instances; the first of every tenant does not miss. */
static int draw_ways(const struct mig_geometry *g, struct cover_way *way, int tenant_n,
                     int ways, unsigned each, uint64_t *seed)
{
    int n = 0;
    for (int t = 0; t < tenant_n; t++) {
        for (int w = 0; w < ways; w++) {
            int kind = (int)draw(seed, (unsigned)g->axis.kind_n);
            int pieces = 1 + (int)draw(seed, each);
            int misses = w > 0 && draw(seed, 4) == 0 ? 1 + (int)draw(seed, 3) : 0;
            way[n++] =
                (struct cover_way){.tenant_ix = t, .kind = kind, .n = pieces, .misses = misses};
        }
    }
    return n;
}

/* Do the chosen ways belong to their tenants, and do they fit on so many GPUs? */
static void assert_is_a_plan(const struct cover *c, const struct cover_way *way, int tenant_n)
{
    int misses = 0;
    for (int t = 0; t < tenant_n; t++) {
        assert_int_equal(way[c->chosen[t]].tenant_ix, t);
        misses += way[c->chosen[t]].misses;
    }
    assert_int_equal(c->misses, misses);
}

static void cover_equals_brute_force_when_small(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 8;
    for (int i = 0; i < SMALL; i++) {
        struct mig_geometry g;
        struct cover_way way[WAYS];
        struct cover c;
        geometry(f, &g, boards[i % 4]);
        int tenant_n = 1 + (int)draw(&seed, 3);
        int way_n = draw_ways(&g, way, tenant_n, 2, 2, &seed);
        assert_true(cover_solve(&c, &f->arena, &g, way, way_n, tenant_n, 0));
        int exact = brute(&g, way, way_n, tenant_n);
        if (c.gpus != exact || c.bound > exact || !c.is_exact || c.misses != 0) {
            fail_msg("case %d on %s: %d GPUs, bound %d, by brute force %d", i, boards[i % 4],
                     c.gpus, c.bound, exact);
        }
        assert_is_a_plan(&c, way, tenant_n);
        arena_fini(&f->arena);
        arena_init(&f->arena, "test");
    }
}

static void cover_misses_least_when_there_is_a_gpu_less(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 9;
    int tried = 0;
    for (int i = 0; i < SMALL; i++) {
        struct mig_geometry g;
        struct cover_way way[WAYS];
        struct cover c;
        struct cover less;
        geometry(f, &g, boards[i % 4]);
        int tenant_n = 2 + (int)draw(&seed, 2);
        int way_n = draw_ways(&g, way, tenant_n, 3, 2, &seed);
        assert_true(cover_solve(&c, &f->arena, &g, way, way_n, tenant_n, 0));
        if (c.gpus > 1) {
            assert_true(cover_solve(&less, &f->arena, &g, way, way_n, tenant_n, c.gpus - 1));
            if (less.gpus > 0) {
                assert_true(less.gpus < c.gpus);
                /* Without a miss it would have been the answer. */
                assert_true(less.misses > 0);
                assert_is_a_plan(&less, way, tenant_n);
                tried++;
            }
            assert_true(cover_solve(&less, &f->arena, &g, way, way_n, tenant_n, c.gpus));
            assert_int_equal(less.misses, 0);
        }
        arena_fini(&f->arena);
        arena_init(&f->arena, "test");
    }
    assert_true(tried >= 20);
}

static int by_size(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

static void cover_gap_is_at_most_5_percent_when_large(void **state)
{
    struct fixture *f = *state;
    double gap[LARGE];
    int exact = 0;
    uint64_t seed = 10;
    for (int i = 0; i < LARGE; i++) {
        struct mig_geometry g;
        struct cover_way way[WAYS];
        struct cover c;
        geometry(f, &g, boards[i % 4]);
        int tenant_n = 10 + (int)draw(&seed, 30);
        int way_n = draw_ways(&g, way, tenant_n, 3, 12, &seed);
        assert_true(cover_solve(&c, &f->arena, &g, way, way_n, tenant_n, 0));
        assert_true(c.gpus >= c.bound && c.bound > 0);
        assert_is_a_plan(&c, way, tenant_n);
        gap[i] = (double)(c.gpus - c.bound) / c.bound;
        exact += c.is_exact;
        arena_fini(&f->arena);
        arena_init(&f->arena, "test");
    }
    qsort(gap, LARGE, sizeof gap[0], by_size);
    print_message("gap to the relaxation: median %.2f %%, largest %.2f %%; %d of %d exact\n",
                  100.0 * gap[LARGE / 2], 100.0 * gap[LARGE - 1], exact, LARGE);
    assert_true(gap[LARGE / 2] <= 0.05);
}

/* Over every choice of ways that holds on the fewest GPUs: the least sum of strain. */
static void cover_takes_the_least_strain_when_gpus_are_as_many(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 11;
    int differs = 0;
    for (int i = 0; i < SMALL; i++) {
        struct mig_geometry g;
        struct cover_way way[WAYS];
        struct cover c;
        geometry(f, &g, boards[i % 4]);
        int tenant_n = 1 + (int)draw(&seed, 2);
        int way_n = draw_ways(&g, way, tenant_n, 3, 2, &seed);
        for (int w = 0; w < way_n; w++) {
            way[w].strain = 1.0 + draw(&seed, 100);
        }
        assert_true(cover_solve(&c, &f->arena, &g, way, way_n, tenant_n, 0));
        double own = 0.0;
        for (int t = 0; t < tenant_n; t++) {
            own += way[c.chosen[t]].strain;
        }
        double least = 1e9;
        for (int a = 0; a < way_n; a++) {
            for (int b = 0; b < (tenant_n > 1 ? way_n : 1); b++) {
                const struct cover_way both[2] = {way[a], way[b]};
                bool is_choice =
                    way[a].tenant_ix == 0 && way[a].misses == 0 &&
                    (tenant_n == 1 || (way[b].tenant_ix == 1 && way[b].misses == 0));
                if (is_choice && brute(&g, both, tenant_n, tenant_n) == c.gpus) {
                    double sum = way[a].strain + (tenant_n > 1 ? way[b].strain : 0.0);
                    differs += least < 1e8 && (sum > least || sum < least);
                    least = sum < least ? sum : least;
                }
            }
        }
        if (own > least || own < least) {
            fail_msg("case %d: strain %.0f, by brute force %.0f", i, own, least);
        }
        arena_fini(&f->arena);
        arena_init(&f->arena, "test");
    }
    assert_true(differs > SMALL / 4);
}

static void cover_has_no_plan_when_a_tenant_has_only_ways_that_miss(void **state)
{
    struct fixture *f = *state;
    struct mig_geometry g;
    struct cover c;
    geometry(f, &g, boards[0]);
    const struct cover_way way = {.tenant_ix = 0, .kind = 0, .n = 1, .misses = 1};
    assert_true(cover_solve(&c, &f->arena, &g, &way, 1, 1, 0));
    assert_int_equal(c.gpus, 0);
    assert_true(cover_solve(&c, &f->arena, &g, &way, 1, 1, 1));
    assert_int_equal(c.gpus, 1);
    assert_int_equal(c.misses, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cover_equals_brute_force_when_small),
        cmocka_unit_test(cover_misses_least_when_there_is_a_gpu_less),
        cmocka_unit_test(cover_takes_the_least_strain_when_gpus_are_as_many),
        cmocka_unit_test(cover_gap_is_at_most_5_percent_when_large),
        cmocka_unit_test(cover_has_no_plan_when_a_tenant_has_only_ways_that_miss),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
