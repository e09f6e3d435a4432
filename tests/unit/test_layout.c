/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_layout.c - fixed instances: what is left, where the driver puts the next one, and what
 * is stranded.
 *
 * Layouts and driver choices from the MIG User Guide and from posted listings of nvidia-smi mig
 * -cgi (docs/placement.md); stranded slices from the table of maximal layouts (compute and
 * memory used). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/layout.h"
#include "tests/unit/fixture.h"

struct world {
    struct fixture base;
    struct mig_geometry g;
    struct layout l;
};

static int load(void **state)
{
    static struct world w;
    *state = &w;
    return fixture_open(&w.base) ? 0 : -1;
}

static int unload(void **state)
{
    struct world *w = *state;
    fixture_close(&w->base);
    return 0;
}

static void use(struct world *f, const char *gpu)
{
    mig_geometry_init(&f->g, f->base.catalog, catalog_gpu_find(f->base.catalog, gpu));
    layout_init(&f->l, &f->g);
}

static int kind(const struct world *f, const char *name)
{
    for (int k = 0; k < f->g.axis.kind_n; k++) {
        const struct mig_profile *p = f->g.profile[k];
        if (strcmp(p->name, name) == 0) {
            return k;
        }
    }
    fail_msg("no profile %s", name);
    return -1;
}

static enum mig_fit put(struct world *f, const char *name, int start)
{
    return layout_add(&f->l, kind(f, name), start);
}

/* As the driver: without a start. Returns the start, -1 when there is none. */
static int put_anywhere(struct world *f, const char *name)
{
    int start[AXIS_STARTS_MAX];
    const int k = kind(f, name);
    if (layout_starts(&f->l, k, start) == 0) {
        return -1;
    }
    assert_int_equal(layout_add(&f->l, k, start[0]), MIG_FITS);
    return start[0];
}

static void layout_refuses_when_place_is_taken_or_not_listed(void **state)
{
    struct world *f = *state;
    use(f, "A100-SXM4-80GB");
    assert_int_equal(put(f, "3g.40gb", 4), MIG_FITS);
    assert_int_equal(put(f, "1g.10gb", 5), MIG_NO_START);
    assert_int_equal(put(f, "2g.20gb", 1), MIG_NO_START);
    assert_int_equal(put(f, "1g.10gb", 7), MIG_NO_START);
    assert_int_equal(put(f, "1g.10gb+me", 0), MIG_FITS);
    assert_int_equal(put(f, "1g.10gb+me", 1), MIG_SECOND_ME);
    assert_int_equal(f->l.instance_n, 2);
    layout_remove(&f->l, 0);
    assert_int_equal(f->l.instance_n, 1);
    assert_int_equal(put(f, "1g.10gb", 5), MIG_FITS);
}

/* Listings of nvidia-smi mig -cgi with profile ids 19 (1g), 14 (2g), 9 (3g), 5 (4g). */
static void layout_starts_where_driver_does_when_no_start_is_given(void **state)
{
    struct world *f = *state;
    static const struct {
        const char *name[6];
        int start[6];
    } row[] = {
        {{"1g.10gb", "2g.20gb", "4g.40gb"},                                  {6, 4, 0}    },
        {{"3g.40gb", "1g.10gb", "2g.20gb", "1g.10gb"},                       {4, 0, 2, 1} },
        {{"2g.20gb", "1g.10gb", "1g.10gb", "1g.10gb", "1g.10gb", "1g.10gb"},
         {4, 6, 0, 1, 2, 3}                                                               },
        {{"1g.10gb", "1g.10gb", "2g.20gb", "3g.40gb"},                       {6, 4, 0, -1}},
        {{"3g.40gb", "4g.40gb"},                                             {4, 0}       },
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        use(f, "A100-SXM4-80GB");
        for (int k = 0; k < 6 && row[i].name[k] != NULL; k++) {
            assert_int_equal(put_anywhere(f, row[i].name[k]), row[i].start[k]);
        }
    }
}

/* MIG User Guide: creating one 3g drops the free 1g from 7 to 3 (at start 4 four are left of
 * the other half; the listing's own instance stands at 0). */
static void layout_counts_what_is_left_when_instances_stand(void **state)
{
    struct world *f = *state;
    use(f, "A100-SXM4-40GB");
    assert_int_equal(layout_more(&f->l, kind(f, "1g.5gb")), 7);
    assert_int_equal(layout_more(&f->l, kind(f, "1g.5gb+me")), 1);
    assert_int_equal(put(f, "3g.20gb", 0), MIG_FITS);
    assert_int_equal(layout_more(&f->l, kind(f, "1g.5gb")), 3);
    assert_int_equal(layout_more_if_moved(&f->l, kind(f, "1g.5gb")), 4);
    assert_int_equal(layout_more(&f->l, kind(f, "4g.20gb")), 0);
    assert_int_equal(layout_more_if_moved(&f->l, kind(f, "4g.20gb")), 1);
    assert_int_equal(layout_more(&f->l, kind(f, "1g.10gb")), 2);
    assert_int_equal(layout_more(&f->l, kind(f, "7g.40gb")), 0);
}

static void layout_offers_no_media_when_one_takes_all(void **state)
{
    struct world *f = *state;
    use(f, "RTX-PRO-6000-BSE");
    assert_int_equal(put(f, "1g.24gb+me.all", 3), MIG_FITS);
    assert_int_equal(layout_more(&f->l, kind(f, "1g.24gb")), 0);
    assert_int_equal(layout_more(&f->l, kind(f, "2g.48gb+gfx")), 0);
    assert_int_equal(layout_more(&f->l, kind(f, "1g.24gb-me")), 3);
    assert_int_equal(layout_more(&f->l, kind(f, "2g.48gb-me")), 1);
    assert_int_equal(put(f, "2g.48gb", 6), MIG_MEDIA_TAKEN);
}

/* Compute and memory used by maximal layouts, seven-slice table. */
static void layout_strands_what_no_profile_can_use_when_layout_is_maximal(void **state)
{
    struct world *f = *state;
    static const struct {
        const char *name[8];
        int start[8];
        int compute, memory; /* stranded */
    } row[] = {
        {{"1g.10gb", "1g.10gb", "1g.10gb", "1g.10gb", "1g.10gb", "1g.10gb", "1g.10gb"},
         {0, 1, 2, 3, 4, 5, 6},
         0,                                                                                           1},
        {{"3g.40gb", "3g.40gb"},                                                        {0, 4},    1, 0},
        {{"3g.40gb"},                                                                   {0},       1, 0},
        {{"3g.40gb"},                                                                   {4},       0, 0},
        {{"4g.40gb", "3g.40gb"},                                                        {0, 4},    0, 0},
        {{"2g.20gb", "2g.20gb", "2g.20gb"},                                             {0, 2, 4}, 0, 0},
        {{"7g.80gb"},                                                                   {0},       0, 0},
        {{NULL},                                                                        {0},       0, 0},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        use(f, "A100-SXM4-80GB");
        for (int k = 0; k < 8 && row[i].name[k] != NULL; k++) {
            assert_int_equal(put(f, row[i].name[k], row[i].start[k]), MIG_FITS);
        }
        struct layout_rest rest;
        layout_rest(&f->l, &rest);
        assert_int_equal(rest.compute_stranded, row[i].compute);
        assert_int_equal(rest.memory_stranded, row[i].memory);
    }
}

/* One 1g at 0 instead of 6 costs the 4g and one place of each longer profile. */
static void layout_is_fragmented_when_moving_would_help(void **state)
{
    struct world *f = *state;
    struct layout_rest rest;
    use(f, "A30");
    layout_rest(&f->l, &rest);
    assert_true(rest.fragmentation_frac <= 0 && rest.memory_free == 4);
    /* 1g at 0 and 2: one 2g would fit after moving, none as they stand; the 1g lose nothing.
     * Profiles that fit after moving: 1g (2 of 2), 1g+me (1 of 1), 2g and 2g+me (0 of 1). */
    assert_int_equal(put(f, "1g.6gb", 0), MIG_FITS);
    assert_int_equal(put(f, "1g.6gb", 2), MIG_FITS);
    layout_rest(&f->l, &rest);
    assert_int_equal(rest.memory_free, 2);
    assert_int_equal(rest.compute_free, 2);
    assert_int_equal(rest.memory_stranded, 0);
    assert_true(rest.fragmentation_frac > 0.4999 && rest.fragmentation_frac < 0.5001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout_refuses_when_place_is_taken_or_not_listed),
        cmocka_unit_test(layout_starts_where_driver_does_when_no_start_is_given),
        cmocka_unit_test(layout_counts_what_is_left_when_instances_stand),
        cmocka_unit_test(layout_offers_no_media_when_one_takes_all),
        cmocka_unit_test(layout_strands_what_no_profile_can_use_when_layout_is_maximal),
        cmocka_unit_test(layout_is_fragmented_when_moving_would_help),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
