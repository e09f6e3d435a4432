/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mig.c - the coexistence of GPU instances against an enumeration of every layout.
 *
 * The reference walks all sets of non-overlapping (profile, start) pairs directly; the search
 * under test never sees it. Counts of layouts: NVIDIA MIG User Guide placements, enumerated and
 * cross-checked against MISO's partition table and ParvaGPU's list (298 / 19 / 14 without
 * double-memory 1g, 723 / 78 / 38 with it, A30 26 / 5 / 4). Profiles are the catalogue's own
 * rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/mig.h"
#include "tests/unit/fixture.h"

enum {
    SETS_MAX = 4096,
    PAIRS_MAX = 256
};

/* ---- Enumeration ---- */

struct pair {
    int profile; /* position in `use` */
    int start, size;
};

struct walk {
    struct pair pair[PAIRS_MAX];
    int pair_n;
    int profile_n;
    int legal, maximal, multisets;                /* results */
    unsigned char seen[SETS_MAX][AXIS_KINDS_MAX]; /* maximal multisets */
    unsigned char all[SETS_MAX][AXIS_KINDS_MAX];  /* all multisets */
    int all_n;
};

static bool is_new(unsigned char (*set)[AXIS_KINDS_MAX], int *n, const unsigned char *count)
{
    for (int i = 0; i < *n; i++) {
        if (memcmp(set[i], count, AXIS_KINDS_MAX) == 0) {
            return false;
        }
    }
    assert_true(*n < SETS_MAX);
    memcpy(set[(*n)++], count, AXIS_KINDS_MAX);
    return true;
}

static uint64_t units_of(const struct pair *p)
{
    return ((UINT64_C(1) << p->size) - 1) << p->start;
}

/* Adds every set that extends the current one by pairs at or after `from`. Depth: pairs on an
 * axis. */
static void walk_from(struct walk *w, int from, uint64_t busy, unsigned char *count)
{
    w->legal++;
    is_new(w->all, &w->all_n, count);
    bool is_maximal = true;
    for (int i = 0; i < w->pair_n; i++) {
        is_maximal = is_maximal && (units_of(&w->pair[i]) & busy) != 0;
    }
    if (is_maximal) {
        w->maximal++;
        is_new(w->seen, &w->multisets, count);
    }
    for (int i = from; i < w->pair_n; i++) {
        if ((units_of(&w->pair[i]) & busy) == 0) {
            count[w->pair[i].profile]++;
            walk_from(w, i + 1, busy | units_of(&w->pair[i]), count);
            count[w->pair[i].profile]--;
        }
    }
}

/* Plain profiles of a GPU: no media variants, no +gfx; double-memory 1g (one compute slice,
 * more than the smallest size) on request. `use` gets the geometry. */
static void enumerate(struct walk *w, const struct fixture *f, const char *key,
                      bool with_double, struct mig_geometry *use)
{
    struct mig_geometry all;
    mig_geometry_init(&all, f->catalog, catalog_gpu_find(f->catalog, key));
    *w = (struct walk){0};
    *use = all;
    use->axis.kind_n = 0;
    int smallest = 99;
    for (int k = 0; k < all.axis.kind_n; k++) {
        smallest = all.profile[k]->size < smallest ? all.profile[k]->size : smallest;
    }
    for (int k = 0; k < all.axis.kind_n; k++) {
        const struct mig_profile *p = all.profile[k];
        bool is_double = p->compute_slices == 1 && p->size > smallest;
        if (p->me || p->me_all || p->no_me || p->gfx || (is_double && !with_double)) {
            continue;
        }
        int n = axis_add(&use->axis, p->starts, p->starts_n, p->size);
        use->profile[n] = p;
        for (int i = 0; i < p->starts_n; i++) {
            w->pair[w->pair_n++] =
                (struct pair){.profile = n, .start = p->starts[i], .size = p->size};
        }
    }
    unsigned char count[AXIS_KINDS_MAX] = {0};
    walk_from(w, 0, 0, count);
    w->profile_n = use->axis.kind_n;
}

static void mig_has_published_number_of_layouts_when_table_is_real(void **state)
{
    static struct walk w;
    static const struct {
        const char *gpu;
        bool with_double;
        int legal, maximal, multisets;
    } row[] = {
        {"A100-PCIE-40GB",   false, 298, 19, 14},
        {"A100-SXM4-80GB",   false, 298, 19, 14},
        {"H100-SXM5-80GB",   false, 298, 19, 14},
        {"H200-NVL",         false, 298, 19, 14},
        {"A100-PCIE-80GB",   true,  723, 78, 38},
        {"H100-NVL-94GB",    true,  723, 78, 38},
        {"B200-HGX",         true,  723, 78, 38},
        {"A30",              true,  26,  5,  4 },
        {"RTX-PRO-6000-BSE", true,  26,  5,  4 },
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct mig_geometry g;
        enumerate(&w, *state, row[i].gpu, row[i].with_double, &g);
        assert_int_equal(w.legal, row[i].legal);
        assert_int_equal(w.maximal, row[i].maximal);
        assert_int_equal(w.multisets, row[i].multisets);
    }
}

/* ---- Search against enumeration ---- */

static bool is_listed(const struct walk *w, const unsigned char *count)
{
    for (int i = 0; i < w->all_n; i++) {
        if (memcmp(w->all[i], count, AXIS_KINDS_MAX) == 0) {
            return true;
        }
    }
    return false;
}

/* Next vector with every entry at most 8; false after the last. */
static bool next_count(unsigned char *count, int n)
{
    for (int k = 0; k < n; k++) {
        if (count[k] < 8) {
            count[k]++;
            return true;
        }
        count[k] = 0;
    }
    return false;
}

static int units_needed(const struct mig_geometry *g, const unsigned char *count)
{
    int units = 0;
    for (int k = 0; k < g->axis.kind_n; k++) {
        units += g->profile[k]->size * count[k];
    }
    return units;
}

static void check_layout(const struct mig_geometry *g, const unsigned char *count)
{
    int start[AXIS_PIECES_MAX];
    assert_true(mig_layout(g, count, start));
    uint64_t busy = 0;
    int n = 0;
    for (int k = 0; k < g->axis.kind_n; k++) {
        for (int i = 0; i < count[k]; i++, n++) {
            struct pair p = {.start = start[n], .size = g->profile[k]->size};
            bool legal = false;
            for (int j = 0; j < g->profile[k]->starts_n; j++) {
                legal = legal || g->profile[k]->starts[j] == start[n];
            }
            assert_true(legal);
            assert_int_equal(busy & units_of(&p), 0);
            assert_true(i == 0 || start[n] > start[n - 1]);
            busy |= units_of(&p);
        }
    }
}

static void mig_fits_exactly_what_is_legal_when_all_multisets_are_asked(void **state)
{
    static struct walk w;
    static const char *const gpu[] = {"A100-PCIE-80GB", "A30", "RTX-PRO-6000-BSE"};
    for (size_t i = 0; i < sizeof gpu / sizeof gpu[0]; i++) {
        struct mig_geometry g;
        enumerate(&w, *state, gpu[i], true, &g);
        unsigned char count[AXIS_KINDS_MAX] = {0};
        int fit_n = 0;
        do {
            bool fits = mig_fits(&g, count) == MIG_FITS;
            assert_int_equal(fits, is_listed(&w, count));
            if (fits) {
                check_layout(&g, count);
                fit_n++;
            }
            assert_true(!fits || units_needed(&g, count) <= 12);
        } while (next_count(count, g.axis.kind_n));
        assert_int_equal(fit_n, w.all_n);
    }
}

/* ---- Single rules ---- */

static const struct mig_geometry *geometry_of(void **state, const char *key)
{
    static struct mig_geometry g;
    const struct fixture *f = *state;
    mig_geometry_init(&g, f->catalog, catalog_gpu_find(f->catalog, key));
    return &g;
}

static int kind_of(void **state, const struct mig_geometry *g, const char *gpu,
                   const char *name)
{
    const struct fixture *f = *state;
    int k = mig_geometry_find(
        g, catalog_mig_find(f->catalog, catalog_gpu_find(f->catalog, gpu), name));
    assert_true(k >= 0);
    return k;
}

static enum mig_fit fit_two(void **state, const char *gpu, const char *a, const char *b)
{
    const struct mig_geometry *g = geometry_of(state, gpu);
    unsigned char count[AXIS_KINDS_MAX] = {0};
    count[kind_of(state, g, gpu, a)]++;
    count[kind_of(state, g, gpu, b)]++;
    return mig_fits(g, count);
}

/* MIG User Guide: a single instance may have media extensions; nvml.h: +me.all takes every
 * media engine. */
static void mig_allows_one_media_instance_when_two_are_asked(void **state)
{
    assert_int_equal(fit_two(state, "A100-SXM4-40GB", "1g.5gb+me", "1g.5gb+me"), MIG_SECOND_ME);
    assert_int_equal(fit_two(state, "A100-SXM4-40GB", "1g.5gb+me", "1g.5gb"), MIG_FITS);
    assert_int_equal(fit_two(state, "A30", "1g.6gb+me", "2g.12gb+me"), MIG_SECOND_ME);
    static const char rtx[] = "RTX-PRO-6000-BSE";
    assert_int_equal(fit_two(state, rtx, "1g.24gb+me.all", "1g.24gb+me"), MIG_SECOND_ME);
    assert_int_equal(fit_two(state, rtx, "1g.24gb+me.all", "1g.24gb"), MIG_MEDIA_TAKEN);
    assert_int_equal(fit_two(state, rtx, "1g.24gb+me.all", "2g.48gb+gfx"), MIG_MEDIA_TAKEN);
    assert_int_equal(fit_two(state, rtx, "1g.24gb+me.all", "2g.48gb-me"), MIG_FITS);
    assert_int_equal(fit_two(state, rtx, "1g.24gb+me", "1g.24gb-me"), MIG_FITS);
    assert_int_equal(fit_two(state, rtx, "1g.24gb-me", "1g.24gb"), MIG_FITS);
}

static void mig_refuses_when_memory_slices_run_out(void **state)
{
    assert_int_equal(fit_two(state, "A100-SXM4-80GB", "4g.40gb", "3g.40gb"), MIG_FITS);
    assert_int_equal(fit_two(state, "A100-SXM4-80GB", "7g.80gb", "1g.10gb"), MIG_NO_START);
    /* 4g starts at 0 only, so that two of them meet the profile's own maximum of one. */
    assert_int_equal(fit_two(state, "A100-SXM4-80GB", "4g.40gb", "4g.40gb"), MIG_MAX_INSTANCES);
}

/* Seven 1g leave memory slice 7 free: no profile of one slice starts there. */
static void mig_puts_instances_where_most_stays_open_when_it_has_the_choice(void **state)
{
    static const char gpu[] = "A100-SXM4-80GB";
    const struct mig_geometry *g = geometry_of(state, gpu);
    unsigned char count[AXIS_KINDS_MAX] = {0};
    int start[AXIS_PIECES_MAX];
    int k1 = kind_of(state, g, gpu, "1g.10gb");
    count[k1] = 1;
    assert_true(mig_layout(g, count, start));
    assert_int_equal(start[0], 6);
    count[kind_of(state, g, gpu, "2g.20gb")] = 1;
    count[k1] = 5;
    assert_true(mig_layout(g, count, start));
    /* nvidia-smi mig -cgi 14,19,19,19,19,19 gives 2g at 4 and 1g at 0, 1, 2, 3, 6. */
    static const int expected[] = {0, 1, 2, 3, 6, 4};
    assert_memory_equal(start, expected, sizeof expected);
    memset(count, 0, sizeof count);
    count[kind_of(state, g, gpu, "3g.40gb")] = 1;
    assert_true(mig_layout(g, count, start));
    assert_int_equal(start[0], 4);
}

/* ---- The axis itself ---- */

static void axis_rejects_kind_when_starts_are_out_of_range(void **state)
{
    (void)state;
    static const int falling[] = {4, 0};
    static const int negative[] = {-1, 3};
    static const int far_away[] = {AXIS_UNITS_MAX};
    struct axis a = {.kind_n = 0};
    assert_int_equal(axis_add(&a, falling, 2, 1), -1);
    assert_int_equal(axis_add(&a, negative, 2, 1), -1);
    assert_int_equal(axis_add(&a, far_away, 1, 1), -1);
    assert_int_equal(axis_add(&a, falling, 1, 0), -1);
    assert_int_equal(axis_add(&a, falling, 1, 4), 0);
}

/* 80 GB board in mixed-size mode: ids of AIE user guide, appendix B. */
static void axis_lays_two_sizes_when_their_ids_interleave(void **state)
{
    (void)state;
    static const int s16[] = {0, 24, 40, 64};
    static const int s20[] = {0, 20, 40, 60};
    struct axis a = {.kind_n = 0};
    int k16 = axis_add(&a, s16, 4, 16);
    int k20 = axis_add(&a, s20, 4, 20);
    unsigned char count[2] = {0};
    count[k16] = 2;
    count[k20] = 2;
    int start[4];
    assert_true(axis_layout(&a, count, start));
    count[k20] = 3;
    assert_false(axis_fits(&a, count));
    /* 16 at 24 ends at 40: with 20 at 40 and 60 it leaves 0-24, where 16 or 20 fits, not both.
     */
    count[k16] = 1;
    count[k20] = 3;
    assert_true(axis_layout(&a, count, start));
}

static void axis_gives_no_layout_when_pieces_exceed_the_limit(void **state)
{
    (void)state;
    static const int s[] = {0, 1, 2, 3};
    struct axis a = {.kind_n = 0};
    axis_add(&a, s, 4, 1);
    unsigned char count[1] = {AXIS_PIECES_MAX + 1};
    int start[AXIS_PIECES_MAX];
    assert_false(axis_fits(&a, count));
    assert_false(axis_layout(&a, count, start));
    count[0] = 4;
    assert_true(axis_layout(&a, count, start));
    count[0] = 0;
    assert_true(axis_layout(&a, count, start));
}

/* Can the pieces from `from` on be laid beside `busy`? Every choice of start is tried. */
static bool brute_fits(const struct axis *a, const int *piece, int piece_n, uint64_t busy)
{
    if (piece_n == 0) {
        return true;
    }
    const struct axis_kind *kind = &a->kind[piece[0]];
    for (int i = 0; i < kind->starts_n; i++) {
        struct pair p = {.start = kind->starts[i], .size = kind->size};
        if ((units_of(&p) & busy) == 0 &&
            brute_fits(a, piece + 1, piece_n - 1, busy | units_of(&p))) {
            return true;
        }
    }
    return false;
}

static uint32_t draw(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 16) % n;
}

/* Random tables on an axis of 16 units, seed 7; start lists as irregular as they come. */
static void axis_agrees_with_brute_force_when_tables_are_random(void **state)
{
    (void)state;
    uint32_t seed = 7;
    int yes = 0;
    int no = 0;
    for (int round = 0; round < 3000; round++) {
        struct axis a = {.kind_n = 0};
        int starts[4][16];
        for (int k = 0; k < 4; k++) {
            int size = 1 + (int)draw(&seed, 5);
            int n = 0;
            for (int at = 0; at + size <= 16; at++) {
                if (draw(&seed, 3) == 0) {
                    starts[k][n++] = at;
                }
            }
            assert_int_equal(axis_add(&a, starts[k], n, size), k);
        }
        unsigned char count[4];
        int piece[8];
        int piece_n = 0;
        for (int k = 0; k < 4; k++) {
            count[k] = (unsigned char)draw(&seed, 3);
            for (int i = 0; i < count[k]; i++) {
                piece[piece_n++] = k;
            }
        }
        bool expected = brute_fits(&a, piece, piece_n, 0);
        int start[AXIS_PIECES_MAX];
        assert_int_equal(axis_fits(&a, count), expected);
        assert_int_equal(axis_layout(&a, count, start), expected);
        uint64_t busy = 0;
        for (int i = 0; expected && i < piece_n; i++) {
            struct pair p = {.start = start[i], .size = a.kind[piece[i]].size};
            assert_int_equal(busy & units_of(&p), 0);
            busy |= units_of(&p);
        }
        *(expected ? &yes : &no) += 1;
    }
    assert_true(yes > 300 && no > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mig_has_published_number_of_layouts_when_table_is_real),
        cmocka_unit_test(mig_fits_exactly_what_is_legal_when_all_multisets_are_asked),
        cmocka_unit_test(mig_allows_one_media_instance_when_two_are_asked),
        cmocka_unit_test(mig_refuses_when_memory_slices_run_out),
        cmocka_unit_test(mig_puts_instances_where_most_stays_open_when_it_has_the_choice),
        cmocka_unit_test(axis_rejects_kind_when_starts_are_out_of_range),
        cmocka_unit_test(axis_lays_two_sizes_when_their_ids_interleave),
        cmocka_unit_test(axis_agrees_with_brute_force_when_tables_are_random),
        cmocka_unit_test(axis_gives_no_layout_when_pieces_exceed_the_limit),
    };
    return cmocka_run_group_tests_name("mig", tests, fixture_set_up, fixture_tear_down);
}
