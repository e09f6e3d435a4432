/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_census.c - numbers of layouts, orders of creation, and cases from the field.
 *
 * Numbers: placements of the MIG User Guide, enumerated and cross-checked against MISO's
 * partition table and ParvaGPU's list. Orders: posted listings of nvidia-smi mig -cgi. That the
 * program agrees with an enumerator of its own on every board: tests/law/test_geometry.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/census.h"
#include "tests/unit/fixture.h"

enum {
    SETS_MAX = 1024
};

struct world {
    struct fixture base;
    struct mig_geometry g;
    unsigned char count[AXIS_KINDS_MAX];
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

/* ---- Numbers ---- */

struct tally {
    long maximal;
    unsigned char set[SETS_MAX][AXIS_KINDS_MAX]; /* [set_n] distinct maximal ones */
    int set_n;
};

static void tally(void *user, const struct layout *l, bool is_maximal)
{
    struct tally *t = user;
    if (!is_maximal) {
        return;
    }
    t->maximal++;
    for (int i = 0; i < t->set_n; i++) {
        if (memcmp(t->set[i], l->count, sizeof l->count) == 0) {
            return;
        }
    }
    assert_true(t->set_n < SETS_MAX);
    memcpy(t->set[t->set_n++], l->count, sizeof l->count);
}

/* Takes the 1g with the memory of two out of the table. */
static void drop_double_memory(struct mig_geometry *g)
{
    int n = 0;
    for (int k = 0; k < g->axis.kind_n; k++) {
        if (g->profile[k]->compute_slices > 1 || g->profile[k]->size == 1) {
            g->axis.kind[n] = g->axis.kind[k];
            g->profile[n++] = g->profile[k];
        }
    }
    g->axis.kind_n = n;
}

static void census_has_published_numbers_when_profiles_are_plain(void **state)
{
    static struct tally t;
    struct world *f = *state;
    int boards = 0;
    for (int i = 0; i < f->base.catalog->gpu_n; i++) {
        const int slices = f->base.catalog->gpu[i].mig_slices;
        mig_geometry_init(&f->g, f->base.catalog, i);
        mig_geometry_plain(&f->g);
        if (f->g.axis.kind_n == 0) {
            continue;
        }
        boards++;
        t = (struct tally){0};
        const long legal = census_walk(&f->g, tally, &t);
        assert_int_equal(legal, slices == 7 ? 723 : slices == 4 ? 26 : 5);
        assert_int_equal(t.maximal, slices == 7 ? 78 : slices == 4 ? 5 : 2);
        assert_int_equal(t.set_n, slices == 7 ? 38 : slices == 4 ? 4 : 2);
        if (slices == 7) {
            drop_double_memory(&f->g);
            t = (struct tally){0};
            assert_int_equal(census_walk(&f->g, tally, &t), 298);
            assert_int_equal(t.maximal, 19);
            assert_int_equal(t.set_n, 14);
        }
    }
    assert_true(boards >= 24);
}

/* ---- Cases from the field ---- */

static int kind(const struct world *f, const char *name)
{
    for (int k = 0; k < f->g.axis.kind_n; k++) {
        if (strcmp(f->g.profile[k]->name, name) == 0) {
            return k;
        }
    }
    fail_msg("no profile %s", name);
    return -1;
}

static void use(struct world *f, const char *gpu)
{
    mig_geometry_init(&f->g, f->base.catalog, catalog_gpu_find(f->base.catalog, gpu));
    memset(f->count, 0, sizeof f->count);
}

static enum mig_fit fits(struct world *f, int n1, const char *name1, int n2, const char *name2,
                         int n3, const char *name3)
{
    memset(f->count, 0, sizeof f->count);
    f->count[kind(f, name1)] = (unsigned char)n1;
    if (name2 != NULL) {
        f->count[kind(f, name2)] = (unsigned char)n2;
    }
    if (name3 != NULL) {
        f->count[kind(f, name3)] = (unsigned char)n3;
    }
    return mig_fits(&f->g, f->count);
}

/* A Kubernetes configuration that asks for 4 x 1g.10gb and 3 x 1g.5gb: seven compute slices and
 * eleven of eight memory slices. */
static void mig_refuses_set_when_each_entry_alone_is_legal(void **state)
{
    struct world *f = *state;
    use(f, "A100-PCIE-40GB");
    assert_int_equal(fits(f, 4, "1g.10gb", 0, NULL, 0, NULL), MIG_FITS);
    assert_int_equal(fits(f, 3, "1g.5gb", 0, NULL, 0, NULL), MIG_FITS);
    assert_int_equal(fits(f, 4, "1g.10gb", 3, "1g.5gb", 0, NULL), MIG_NO_START);
    assert_int_equal(fits(f, 2, "1g.10gb", 3, "1g.5gb", 0, NULL), MIG_FITS);
}

static void mig_takes_known_layouts_when_board_is_a100_40(void **state)
{
    struct world *f = *state;
    use(f, "A100-PCIE-40GB");
    assert_int_equal(fits(f, 3, "2g.10gb", 0, NULL, 0, NULL), MIG_FITS);
    assert_int_equal(fits(f, 2, "3g.20gb", 0, NULL, 0, NULL), MIG_FITS);
    assert_int_equal(fits(f, 1, "4g.20gb", 1, "2g.10gb", 1, "1g.5gb"), MIG_FITS);
    assert_int_equal(fits(f, 1, "4g.20gb", 2, "2g.10gb", 0, NULL), MIG_NO_START);
}

/* Whoever takes the lowest start each time fails with a 3g first; the set fits all the same. */
static void mig_finds_places_when_first_fit_does_not(void **state)
{
    struct world *f = *state;
    struct layout l;
    use(f, "A100-SXM4-40GB");
    const int three = kind(f, "3g.20gb"), four = kind(f, "4g.20gb");
    layout_init(&l, &f->g);
    assert_int_equal(layout_add(&l, three, f->g.profile[three]->starts[0]), MIG_FITS);
    assert_int_equal(layout_more(&l, four), 0);
    layout_init(&l, &f->g);
    assert_int_equal(layout_add(&l, four, f->g.profile[four]->starts[0]), MIG_FITS);
    assert_int_equal(layout_more(&l, three), 1);
    assert_int_equal(fits(f, 1, "3g.20gb", 1, "4g.20gb", 0, NULL), MIG_FITS);
    assert_true(census_any_order(&f->g, f->count)); /* the driver puts a first 3g at 4 */
}

/* A 3g that is asked for after 1g, 1g, 2g finds no place; asked for first it does. */
static void census_names_order_when_another_fails(void **state)
{
    struct world *f = *state;
    struct layout_instance order[LAYOUT_MAX];
    use(f, "A100-SXM4-80GB");
    assert_int_equal(fits(f, 2, "1g.10gb", 1, "2g.20gb", 1, "3g.40gb"), MIG_FITS);
    assert_false(census_any_order(&f->g, f->count));
    assert_int_equal(census_order(&f->g, f->count, NULL, order), 4);
    assert_string_equal(f->g.profile[order[0].kind]->name, "3g.40gb");
}

static void census_finds_no_order_when_places_are_not_the_drivers(void **state)
{
    struct world *f = *state;
    struct layout l;
    struct layout_instance order[LAYOUT_MAX];
    use(f, "A100-SXM4-80GB");
    layout_init(&l, &f->g);
    assert_int_equal(layout_add(&l, kind(f, "3g.40gb"), 0), MIG_FITS);
    assert_int_equal(census_order(&f->g, l.count, &l, order), -1);
    assert_int_equal(census_order(&f->g, l.count, NULL, order), 1);
    assert_int_equal(order[0].start, 4);
    /* More than there is place for has no order at all. */
    f->count[kind(f, "7g.80gb")] = 2;
    assert_int_equal(census_order(&f->g, f->count, NULL, order), -1);
}

/* ---- Compute instances ---- */

static void mig_cuts_instance_when_compute_instances_are_asked(void **state)
{
    (void)state;
    struct mig_compute k[MIG_COMPUTE_KINDS_MAX];
    static const struct {
        int gi, n, max[MIG_COMPUTE_KINDS_MAX];
    } row[] = {
        {1, 1, {1}            },
        {2, 2, {2, 1}         },
        {3, 3, {3, 1, 1}      },
        {4, 3, {4, 2, 1}      },
        {7, 5, {7, 3, 2, 1, 1}},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        assert_int_equal(mig_compute_kinds(row[i].gi, k), row[i].n);
        for (int j = 0; j < row[i].n; j++) {
            unsigned char count[MIG_COMPUTE_KINDS_MAX] = {0};
            assert_int_equal(k[j].max, row[i].max[j]);
            count[j] = (unsigned char)k[j].max;
            assert_true(mig_compute_fits(row[i].gi, count));
            count[j]++;
            assert_false(mig_compute_fits(row[i].gi, count));
        }
    }
    assert_int_equal(mig_compute_kinds(5, k), 0);
    /* 7g: 4c at 0 and 3c at 4; with 2c at 0 the 4c has no place. */
    assert_true(mig_compute_fits(7, (const unsigned char[]){0, 0, 1, 1, 0}));
    assert_false(mig_compute_fits(7, (const unsigned char[]){0, 1, 1, 1, 0}));
    assert_false(mig_compute_fits(3, (const unsigned char[]){0, 0, 0, 1, 0}));
}

/* ---- Names ---- */

static void mig_reads_name_when_it_is_spelt_right(void **state)
{
    (void)state;
    struct mig_name n;
    assert_true(mig_name_read("3c.7g.80gb", &n));
    assert_int_equal(n.compute_slices, 3);
    assert_int_equal(n.gi_slices, 7);
    assert_int_equal(n.gib, 80);
    assert_true(mig_name_read("1G.24GB+me.all", &n));
    assert_int_equal(n.compute_slices, 0);
    assert_true(n.me && n.me_all && !n.no_me && !n.gfx);
    assert_true(mig_name_read("1g.24gb-me", &n) && n.no_me && !n.me);
    assert_true(mig_name_read("1g.24gb+gfx", &n) && n.gfx);
    assert_true(mig_name_read("1g.10gb+me", &n) && n.me && !n.me_all);
    static const char *const wrong[] = {"",          "g.10gb",         "1g.10",    "1g.10gb+",
                                        "1g.10gb+m", "1g.10gb+me+gfx", "1c.10gb",  "0g.5gb",
                                        "1g.gb",     "1g.99999gb",     "c.1g.5gb", "1g.5gb "};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(mig_name_read(wrong[i], &n));
    }
}

/* Spellings of drivers for one shape: NVIDIA k8s-test-infra, gpu-operator and mig-parted
 * reports. */
static void mig_matches_profile_when_driver_rounds_memory_otherwise(void **state)
{
    struct world *f = *state;
    static const struct {
        const char *gpu, *name, *profile; /* NULL: nearest only */
        enum mig_match match;
    } row[] = {
        {"A100-SXM4-80GB",   "3g.39gb",        "3g.40gb",        MIG_MATCH_SLICES},
        {"A100-SXM4-80GB",   "7g.79gb",        "7g.80gb",        MIG_MATCH_SLICES},
        {"A100-SXM4-80GB",   "1g.20gb",        "1g.20gb",        MIG_MATCH_NAME  },
        {"A100-SXM4-80GB",   "1C.3G.40GB",     "3g.40gb",        MIG_MATCH_NAME  },
        {"A100-SXM4-80GB",   "2c.3g.39gb",     "3g.40gb",        MIG_MATCH_SLICES},
        {"GB200",            "1g.24gb",        "1g.23gb",        MIG_MATCH_SLICES},
        {"GB200",            "1g.24gb+me",     "1g.23gb+me",     MIG_MATCH_SLICES},
        {"GB200",            "3g.95gb",        "3g.93gb",        MIG_MATCH_SLICES},
        {"GB200",            "7g.189gb",       "7g.186gb",       MIG_MATCH_SLICES},
        {"GB300",            "1g.34gb",        "1g.35gb",        MIG_MATCH_SLICES},
        {"B300-HGX",         "7g.278gb",       "7g.269gb",       MIG_MATCH_SLICES},
        {"A100-SXM4-40GB",   "1g.6gb",         "1g.5gb",         MIG_MATCH_NONE  },
        {"A100-SXM4-40GB",   "5g.25gb",        "4g.20gb",        MIG_MATCH_NONE  },
        {"RTX-PRO-6000-BSE", "1g.24gb+me.all", "1g.24gb+me.all", MIG_MATCH_NAME  },
        {"A30",              "1g.24gb+gfx",    "1g.6gb",         MIG_MATCH_NONE  },
        {"A30",              "nonsense",       NULL,             MIG_MATCH_NONE  },
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const struct mig_profile *p = NULL;
        assert_int_equal(mig_name_match(f->base.catalog,
                                        catalog_gpu_find(f->base.catalog, row[i].gpu),
                                        row[i].name, &p),
                         row[i].match);
        if (row[i].profile == NULL) {
            assert_null(p);
        } else {
            assert_string_equal(p->name, row[i].profile);
        }
    }
}

/* Every name of the catalogue means itself, and no two of a board are within each other's
 * tolerance. */
static void mig_matches_one_profile_when_name_is_of_catalogue(void **state)
{
    struct world *f = *state;
    for (int i = 0; i < f->base.catalog->mig_n; i++) {
        const struct mig_profile *p = NULL;
        const struct mig_profile *own = &f->base.catalog->mig[i];
        assert_int_equal(mig_name_match(f->base.catalog, own->gpu_ix, own->name, &p),
                         MIG_MATCH_NAME);
        assert_ptr_equal(p, own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(census_has_published_numbers_when_profiles_are_plain),
        cmocka_unit_test(mig_refuses_set_when_each_entry_alone_is_legal),
        cmocka_unit_test(mig_takes_known_layouts_when_board_is_a100_40),
        cmocka_unit_test(mig_finds_places_when_first_fit_does_not),
        cmocka_unit_test(census_names_order_when_another_fails),
        cmocka_unit_test(census_finds_no_order_when_places_are_not_the_drivers),
        cmocka_unit_test(mig_cuts_instance_when_compute_instances_are_asked),
        cmocka_unit_test(mig_reads_name_when_it_is_spelt_right),
        cmocka_unit_test(mig_matches_profile_when_driver_rounds_memory_otherwise),
        cmocka_unit_test(mig_matches_one_profile_when_name_is_of_catalogue),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
