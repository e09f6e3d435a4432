/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_catalog.c - the tables agree with themselves, with what the vendor prints, and can be
 * overlaid.
 *
 * Goal: a wrong cell in models/data fails the build's tests; the loader refuses every kind of
 * contradiction with its file and line. Method: facts asserted against NVIDIA's documents (each
 * with its source); geometry checked again here by brute force, independently of the loader;
 * broken rows laid over the good tables from a temporary directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/input/catalogin.h"

struct fixture {
    struct arena arena;
    struct diag diag;
    const struct catalog *c;
    char dir[32];
};

static const char *const tables[] = {"gpus.csv",        "mig_profiles.csv", "vgpu_types.csv",
                                     "calibration.csv", "schedulers.csv",   "rules.csv",
                                     "faults.csv"};

static int set_up(void **state)
{
    static struct fixture f;
    arena_init(&f.arena, "test");
    diag_init(&f.diag);
    f.c = catalog_load(&f.arena, NULL, &f.diag);
    snprintf(f.dir, sizeof f.dir, "/tmp/catalog-XXXXXX");
    *state = &f;
    return mkdtemp(f.dir) == NULL;
}

static void path_in(const struct fixture *f, const char *name, char out[64])
{
    snprintf(out, 64, "%s/%s", f->dir, name);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char path[64];
        path_in(f, tables[i], path);
        remove(path);
    }
    arena_fini(&f->arena);
    diag_fini(&f->diag);
    return rmdir(f->dir);
}

static void put(const struct fixture *f, const char *table, const char *text)
{
    char path[64];
    path_in(f, table, path);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
}

static const struct gpu *gpu(const struct catalog *c, const char *key)
{
    int ix = catalog_gpu_find(c, key);
    assert_true(ix >= 0);
    return &c->gpu[ix];
}

static const struct mig_profile *mig(const struct catalog *c, const char *key, const char *name)
{
    const struct mig_profile *p = catalog_mig_find(c, catalog_gpu_find(c, key), name);
    assert_non_null(p);
    return p;
}

static const struct vgpu_type *vgpu(const struct catalog *c, const char *key, const char *name)
{
    const struct vgpu_type *t = catalog_vgpu_find(c, catalog_gpu_find(c, key), name);
    assert_non_null(t);
    return t;
}

static void assert_ints(const int *got, int got_n, const int *expected, int expected_n)
{
    assert_int_equal(got_n, expected_n);
    for (int i = 0; i < got_n; i++) {
        assert_int_equal(got[i], expected[i]);
    }
}

/* ---- The embedded tables ---- */

static void catalog_loads_without_a_complaint_when_embedded(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->diag.entry_n; i++) {
        print_error("%s:%d: %s\n", f->diag.entry[i].at.file, f->diag.entry[i].at.line,
                    f->diag.entry[i].text);
    }
    assert_non_null(f->c);
    assert_int_equal(f->diag.entry_n, 0);
    assert_int_equal(f->c->gpu_n, 54);
    assert_int_equal(f->c->mig_n, 212);
    assert_int_equal(f->c->vgpu_n, 625);
    assert_int_equal(f->c->calibration_n, 6);
}

static void catalog_has_every_key_when_the_contract_names_it(void **state)
{
    static const char *const keys[] = {"B300-HGX",
                                       "B200-HGX",
                                       "GB200",
                                       "GB300",
                                       "GH200-96GB",
                                       "GH200-144GB",
                                       "H200-SXM",
                                       "H200-NVL",
                                       "H100-SXM5-80GB",
                                       "H100-SXM5-64GB",
                                       "H100-SXM5-94GB",
                                       "H100-SXM5-96GB",
                                       "H100-PCIE-80GB",
                                       "H100-NVL-94GB",
                                       "H800-SXM5-80GB",
                                       "H800-PCIE-80GB",
                                       "H800-NVL-94GB",
                                       "H20-141GB",
                                       "H20-96GB",
                                       "A100-SXM4-80GB",
                                       "A100-SXM4-40GB",
                                       "A100-PCIE-80GB",
                                       "A100-PCIE-40GB",
                                       "A30",
                                       "A40",
                                       "A16",
                                       "A10",
                                       "A2",
                                       "L40",
                                       "L40S",
                                       "L20",
                                       "L4",
                                       "L2",
                                       "T4",
                                       "RTX-6000-ADA",
                                       "RTX-5880-ADA",
                                       "RTX-5000-ADA",
                                       "RTX-A6000",
                                       "RTX-A5500",
                                       "RTX-A5000",
                                       "RTX-8000-PASSIVE",
                                       "RTX-6000-PASSIVE",
                                       "V100-SXM2-16GB",
                                       "V100-SXM2-32GB",
                                       "V100-PCIE-16GB",
                                       "V100-PCIE-32GB",
                                       "V100S-PCIE-32GB",
                                       "V100-FHHL-16GB",
                                       "RTX-PRO-6000D",
                                       "RTX-PRO-6000-BSE",
                                       "RTX-PRO-4500-BSE",
                                       "RTX-PRO-5000",
                                       "RTX-PRO-6000-WS",
                                       "RTX-PRO-6000-MAXQ"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        assert_string_equal(gpu(f->c, keys[i])->key, keys[i]);
    }
    assert_int_equal(catalog_gpu_find(f->c, "a100-pcie-80gb"),
                     catalog_gpu_find(f->c, "A100-PCIE-80GB"));
    assert_int_equal(catalog_gpu_find(f->c, "A100-PCIE-80G"), -1);
    assert_int_equal(catalog_gpu_find(f->c, ""), -1);
}

/* MIG User Guide and driver listings (mig_profiles.csv, column source); vGPU tables of NVIDIA
 * AI Enterprise 5.0 appendix A; NVIDIA vGPU for Compute overview (MMIO). */
static void catalog_holds_the_published_numbers_when_asked(void **state)
{
    static const int all[] = {0, 1, 2, 3, 4, 5, 6}, twos[] = {0, 2, 4}, fours[] = {0, 4},
                     doubles[] = {0, 2, 4, 6}, zero[] = {0}, threes[] = {0, 3, 6, 9};
    static const char *const a100[] = {"A100-SXM4-80GB", "A100-PCIE-80GB"};
    struct fixture *f = *state;
    for (int i = 0; i < 2; i++) {
        const struct mig_profile *p = mig(f->c, a100[i], "1g.10gb");
        assert_ints(p->starts, p->starts_n, all, 7);
        assert_int_equal(p->sm_count, 14);
        p = mig(f->c, a100[i], "1g.20gb");
        assert_ints(p->starts, p->starts_n, doubles, 4);
        p = mig(f->c, a100[i], "2g.20gb");
        assert_ints(p->starts, p->starts_n, twos, 3);
        p = mig(f->c, a100[i], "3g.40gb");
        assert_ints(p->starts, p->starts_n, fours, 2);
        assert_int_equal(p->size, 4);
        p = mig(f->c, a100[i], "4g.40gb");
        assert_ints(p->starts, p->starts_n, zero, 1);
        p = mig(f->c, a100[i], "7g.80gb");
        assert_int_equal(p->size, 8);
        assert_int_equal(p->sm_count, 98);
    }
    assert_int_equal(gpu(f->c, "A100-PCIE-80GB")->sm_count, 108);
    assert_int_equal(vgpu(f->c, "A100-PCIE-80GB", "A100D-10C")->max_per_gpu, 8);
    assert_int_equal(mig(f->c, "H100-PCIE-80GB", "1g.20gb")->max_instances, 4);
    assert_int_equal(mig(f->c, "H100-SXM5-80GB", "1g.20gb")->sm_count, 26);
    const struct mig_profile *p = mig(f->c, "RTX-PRO-6000-BSE", "1g.24gb+gfx");
    assert_ints(p->starts, p->starts_n, threes, 4);
    assert_int_equal(p->size, 3);
    assert_int_equal(p->sm_count, 46);
    assert_true(p->gfx);
    const struct vgpu_type *t = vgpu(f->c, "RTX-PRO-6000-BSE", "DC-1-8C");
    assert_int_equal(t->max_per_instance, 3);
    assert_int_equal(t->max_per_gpu, 12);
    assert_int_equal(t->mode, VGPU_TIME_SLICED_MIG);
    assert_string_equal(t->mig_profile, "1g.24gb+gfx");
    assert_int_equal(gpu(f->c, "H200-SXM")->mmio_gb, 512);
    assert_int_equal(gpu(f->c, "A100-PCIE-40GB")->mmio_gb, 128);
    assert_int_equal(gpu(f->c, "L4")->mmio_gb, 64);
    assert_int_equal(gpu(f->c, "B300-HGX")->mmio_gb, 768);
}

static void catalog_places_by_nominal_sizes_when_names_round(void **state)
{
    static const struct {
        const char *key;
        int gib;
    } sizes[] = {
        {"H200-SXM",         141},
        {"H200-NVL",         141},
        {"B200-HGX",         180},
        {"B300-HGX",         269},
        {"GB200",            189},
        {"A100-PCIE-80GB",   80 },
        {"A16",              16 },
        {"L40S",             48 },
        {"T4",               16 },
        {"H100-NVL-94GB",    94 },
        {"A30",              24 },
        {"RTX-PRO-6000-BSE", 96 },
        {"GB300",            278}
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(gpu(f->c, sizes[i].key)->framebuffer_gib, sizes[i].gib);
    }
    assert_int_equal(gpu(f->c, "A16")->gpus_per_board, 4);
    assert_int_equal(gpu(f->c, "A40")->gpus_per_board, 1);
}

static void catalog_leaves_cells_empty_when_nobody_knows(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(gpu(f->c, "A2")->sm_count, 0);
    assert_int_equal(gpu(f->c, "L40S")->mmio_gb, 0);
    assert_null(gpu(f->c, "L40S")->mmio_source);
    assert_int_equal(gpu(f->c, "H200-NVL")->sm_count, 0);
    assert_int_equal(mig(f->c, "RTX-PRO-6000-WS", "1g.24gb")->starts_n, 0);
    assert_int_equal(mig(f->c, "RTX-PRO-6000-WS", "1g.24gb")->sm_count, 0);
    assert_int_equal(mig(f->c, "H100-SXM5-96GB", "1g.12gb")->profile_id, -1);
    assert_int_equal(mig(f->c, "A100-PCIE-80GB", "1g.10gb")->encoders, 0);
}

/* Start indexes and SMs of RTX PRO 4500 are not published; halves are assumed and marked. */
static void catalog_marks_profiles_when_cells_are_inferred(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < f->c->mig_n; i++) {
        const struct mig_profile *p = &f->c->mig[i];
        bool is_4500 = strcmp(f->c->gpu[p->gpu_ix].key, "RTX-PRO-4500-BSE") == 0;
        assert_int_equal(p->inferred, is_4500);
        assert_int_equal(p->inferred_fields != NULL, is_4500);
    }
    const struct mig_profile *p = mig(f->c, "RTX-PRO-4500-BSE", "1g.16gb+gfx");
    assert_int_equal(p->starts_n, 2);
    assert_int_equal(p->sm_count, 41);
}

static void catalog_time_slices_instances_when_the_board_is_one_of_two(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < f->c->gpu_n; i++) {
        const char *key = f->c->gpu[i].key;
        bool is_one =
            strcmp(key, "RTX-PRO-6000-BSE") == 0 || strcmp(key, "RTX-PRO-4500-BSE") == 0;
        assert_int_equal(f->c->gpu[i].time_sliced_mig, is_one);
    }
}

static void catalog_has_a_source_for_every_row(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < f->c->gpu_n; i++) {
        assert_true(f->c->gpu[i].source[0] != '\0');
        assert_true((f->c->gpu[i].mmio_gb > 0) == (f->c->gpu[i].mmio_source != NULL));
        /* A row without a source of its own would name the table's file. */
        assert_null(strstr(f->c->gpu[i].source, ".csv"));
    }
    for (int i = 0; i < f->c->mig_n; i++) {
        assert_null(strstr(f->c->mig[i].source, ".csv"));
    }
    for (int i = 0; i < f->c->vgpu_n; i++) {
        assert_null(strstr(f->c->vgpu[i].source, ".csv"));
    }
}

/* Loss 0.109 of a 2 ms slice. Source: nebuly-ai/nos, GPU sharing comparison, results table. */
static void catalog_knows_the_switch_when_the_gpu_is_an_a100(void **state)
{
    struct fixture *f = *state;
    const struct calibration *k = catalog_calibration_find(f->c, "a100-pcie-80gb", "switch_us");
    assert_non_null(k);
    assert_true(k->value > 217.9 && k->value < 218.1);
    assert_null(catalog_calibration_find(f->c, "H100-PCIE-80GB", "switch_us"));
    assert_null(catalog_calibration_find(f->c, "A100-PCIE-80GB", "switch"));
}

/* ---- Geometry, by brute force ---- */

/* Most non-overlapping intervals among all subsets of the starts. */
static int most_beside(const struct mig_profile *p)
{
    int best = 0;
    for (unsigned set = 0; set < 1u << p->starts_n; set++) {
        int n = 0;
        unsigned long taken = 0;
        bool ok = true;
        for (int i = 0; i < p->starts_n && ok; i++) {
            if ((set >> i & 1u) != 0) {
                unsigned long mask = ((1ul << p->size) - 1) << p->starts[i];
                ok = (taken & mask) == 0;
                taken |= mask;
                n++;
            }
        }
        best = ok && n > best ? n : best;
    }
    return best;
}

static void catalog_counts_instances_as_starts_allow_when_profiles_are_plain(void **state)
{
    struct fixture *f = *state;
    int checked_n = 0;
    for (int i = 0; i < f->c->mig_n; i++) {
        const struct mig_profile *p = &f->c->mig[i];
        if (p->starts_n == 0) {
            continue;
        }
        int axis = f->c->gpu[p->gpu_ix].mig_axis;
        assert_true(p->starts[p->starts_n - 1] + p->size <= axis);
        assert_int_equal(p->max_instances, p->me ? 1 : most_beside(p));
        checked_n++;
    }
    assert_int_equal(checked_n,
                     212 - 22 - 7); /* without two workstation boards and RTX PRO 5000 */
}

static void catalog_types_stand_on_profiles_when_mig_backed(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < f->c->vgpu_n; i++) {
        const struct vgpu_type *t = &f->c->vgpu[i];
        const struct gpu *g = &f->c->gpu[t->gpu_ix];
        assert_true(t->framebuffer_gib * t->max_per_gpu <= g->framebuffer_gib + t->max_per_gpu);
        if (t->mode == VGPU_TIME_SLICED) {
            assert_null(t->mig_profile);
            assert_true(t->framebuffer_gib * t->max_per_gpu <= g->framebuffer_gib);
        } else if (strcmp(g->key, "RTX-PRO-6000D") != 0) { /* known by name only */
            assert_non_null(catalog_mig_find(f->c, t->gpu_ix, t->mig_profile));
            assert_true(t->max_per_gpu > 0);
            assert_true(t->max_per_instance > 0);
        }
    }
}

static void catalog_finds_a_type_on_its_gpu_when_names_repeat(void **state)
{
    struct fixture *f = *state;
    const struct vgpu_type *a = vgpu(f->c, "RTX-PRO-6000-BSE", "dc-1-8c");
    const struct vgpu_type *b = vgpu(f->c, "RTX-PRO-4500-BSE", "DC-1-8C");
    assert_ptr_not_equal(a, b);
    assert_int_equal(b->max_per_instance, 2);
    assert_string_equal(b->mig_profile, "1g.16gb+gfx");
    assert_ptr_equal(catalog_vgpu_find(f->c, -1, "DC-1-8C"), a);
    assert_null(catalog_vgpu_find(f->c, 0, "DC-1-8C"));
    assert_null(catalog_mig_find(f->c, 0, "1g.10gb"));
}

/* ---- Overlays ---- */

static const struct catalog *overlaid(struct fixture *f)
{
    return catalog_load(&f->arena, f->dir, &f->diag);
}

static void catalog_changes_named_cells_only_when_overlaid(void **state)
{
    struct fixture *f = *state;
    put(f, "gpus.csv", "key,tdp_w,sm_count\r\na2,60,10\r\nMY-GPU,,\r\n");
    assert_null(overlaid(f)); /* a new GPU needs a name and a size */
    assert_true(f->diag.error_n >= 2);
    assert_int_equal(f->diag.entry[0].at.line, 3);
    put(f, "gpus.csv",
        "framebuffer_gib,key,tdp_w,sm_count,name\n16,a2,60,10,\n32,MY-GPU,,,Mine");
    diag_fini(&f->diag);
    diag_init(&f->diag);
    assert_null(overlaid(f)); /* blanking a name that must be there */
    put(f, "gpus.csv",
        "framebuffer_gib,key,tdp_w,sm_count,name\n16,a2,60,10,A2\n32,MY-GPU,,,Mine");
    const struct catalog *c = overlaid(f);
    assert_non_null(c);
    assert_int_equal(c->gpu_n, 55);
    assert_int_equal(gpu(c, "A2")->sm_count, 10);
    assert_string_equal(gpu(c, "A2")->architecture, "Ampere");
    assert_int_equal(catalog_gpu_find(c, "A2"), catalog_gpu_find(f->c, "A2"));
    assert_int_equal(catalog_gpu_find(c, "MY-GPU"), 54);
    assert_non_null(strstr(gpu(c, "MY-GPU")->source, "gpus.csv"));
    assert_int_equal(c->vgpu_n, 625);
}

static void catalog_takes_a_calibration_when_overlaid(void **state)
{
    struct fixture *f = *state;
    put(f, "calibration.csv", "gpu_key,parameter,value,kind\nL40S,switch_us,150,measured\n");
    const struct catalog *c = overlaid(f);
    assert_non_null(c);
    assert_int_equal(c->calibration_n, 7);
    assert_true(catalog_calibration_find(c, "L40S", "switch_us")->value > 149);
}

static void catalog_warns_when_a_column_is_misspelt(void **state)
{
    struct fixture *f = *state;
    put(f, "gpus.csv", "key,bandwith_gbs\nA2,200\n");
    assert_non_null(overlaid(f));
    assert_int_equal(f->diag.entry_n, 1);
    assert_int_equal(f->diag.entry[0].severity, SEV_WARNING);
    assert_non_null(strstr(f->diag.entry[0].help, "bandwidth_gbs"));
}

static void catalog_refuses_when_rows_contradict_themselves(void **state)
{
    static const struct {
        const char *table, *text;
        int line;
        const char *part;
    } bad[] = {
        {"gpus.csv",         "key,mig_slices\nA40,7\n",                                      2, "axis"           },
        {"gpus.csv",         "key,framebuffer_gib\nA40,0\n",                                 2, "framebuffer_gib"},
        {"gpus.csv",         "key,time_sliced_mig\nA40,y\n",                                 2, "no MIG"         },
        {"gpus.csv",         "key,sm_count\nA40,84\na40,85\n",                               3, "second row"     },
        {"gpus.csv",         "name\nA40\n",                                                  1, "no column 'key'"},
        {"gpus.csv",         "key,tdp_w\n,3\n",                                              2, "blank"          },
        {"gpus.csv",         "key,sm_count\nA100-PCIE-80GB,90\n",                            0, "more SMs"       },
        {"gpus.csv",         "key,framebuffer_gib\nA100-PCIE-80GB,70\n",                     0, "do not fit"     },
        {"mig_profiles.csv", "gpu_key,profile,starts\nA30,1g.6gb,0;1;2;4\n",                 2,
         "leave the axis"                                                                                        },
        {"mig_profiles.csv", "gpu_key,profile,starts\nA30,1g.6gb,0;2;1\n",                   2, "ascending"      },
        {"mig_profiles.csv", "gpu_key,profile,starts\nA30,1g.6gb,0;1;2\n",                   2, "instances"      },
        {"mig_profiles.csv", "gpu_key,profile,max_instances\nA30,2g.12gb+me,2\n",            2,
         "instances"                                                                                             },
        {"mig_profiles.csv", "gpu_key,profile,compute_slices\nA30,1g.6gb,2\n",               2, "beside"         },
        {"mig_profiles.csv", "gpu_key,profile,size\nA30,1g.6gb,\n",                          2, "go together"    },
        {"mig_profiles.csv", "gpu_key,profile,compute_slices,nominal_gib\nA30,1x.6gb,1,6\n", 2,
         "spelt"                                                                                                 },
        {"mig_profiles.csv", "gpu_key,profile,compute_slices,nominal_gib\nA40,1g.6gb,1,6\n", 2,
         "MIG slices"                                                                                            },
        {"mig_profiles.csv", "gpu_key,profile,compute_slices,nominal_gib\nA31,1g.6gb,1,6\n", 2,
         "no GPU"                                                                                                },
        {"vgpu_types.csv",   "gpu_key,type,max_per_gpu\nA40,A40-8C,7\n",                     2, "do not fit"     },
        {"vgpu_types.csv",   "gpu_key,type,mig_profile\nA30,A30-1-6C,1g.7gb\n",              2, "stands on"      },
        {"vgpu_types.csv",   "gpu_key,type,max_per_gpu\nA30,A30-1-6C,3\n",                   2, "per GPU"        },
        {"vgpu_types.csv",   "gpu_key,type,placement_ids\nA40,A40-24C,0;23\n",               2, "reach over"     },
        {"vgpu_types.csv",   "gpu_key,type,placement_ids\nA40,A40-24C,0\n",                  2, "placement ids"  },
        {"vgpu_types.csv",   "gpu_key,type,mode\nA40,A40-24C,time-slicd\n",                  2, "time-slicd"     },
        {"vgpu_types.csv",
         "gpu_key,type,mode,mig_profile\nA30,A30-1-6C,time-sliced-mig,1g.6gb\n",             2,
         "cannot host"                                                                                           },
        {"calibration.csv",  "gpu_key,parameter,value,kind\nA40,switch_us,,measured\n",      2,
         "value"                                                                                                 },
        {"calibration.csv",  "gpu_key,parameter,value,kind\nA41,switch_us,1,measured\n",     2,
         "A41"                                                                                                   },
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char path[64];
        diag_fini(&f->diag);
        diag_init(&f->diag);
        put(f, bad[i].table, bad[i].text);
        const struct catalog *c = overlaid(f);
        path_in(f, bad[i].table, path);
        remove(path);
        if (c != NULL || f->diag.error_n == 0) {
            fail_msg("taken: %s", bad[i].text);
        }
        const struct diag_entry *e = &f->diag.entry[0];
        if (strstr(e->text, bad[i].part) == NULL) {
            fail_msg("'%s' is not in '%s'", bad[i].part, e->text);
        }
        if (bad[i].line > 0) {
            assert_string_equal(e->at.file, path);
            assert_int_equal(e->at.line, bad[i].line);
        } else {
            assert_non_null(e->at.file);
        }
    }
}

static void catalog_refuses_when_the_directory_has_no_tables(void **state)
{
    struct fixture *f = *state;
    assert_null(overlaid(f));
    assert_int_equal(f->diag.error_n, 1);
    assert_null(catalog_load(&f->arena, "/no/such/directory", &f->diag));
}

/* ---- Rules and scheduler parameters ---- */

static void catalog_lists_every_rule_once(void **state)
{
    struct fixture *f = *state;
    int n = 0, facts_n = 0;
    const struct rule *rule = catalog_rules(&f->arena, NULL, &n, &f->diag);
    assert_non_null(rule);
    assert_int_equal(n, 115);
    for (int i = 0; i < n; i++) {
        assert_non_null(rule[i].status);
        assert_null(strstr(rule[i].source, ".csv"));
    }
    const struct sched_fact *fact = catalog_sched_facts(&f->arena, NULL, &facts_n, &f->diag);
    assert_non_null(fact);
    assert_int_equal(facts_n, 37);
    assert_string_equal(fact[0].name, "policy.default");
    assert_int_equal(f->diag.entry_n, 0);
}

static void catalog_unwinds_when_memory_runs_out(void **state)
{
    struct fixture *f = *state;
    bool done = false;
    long n = 1;
    for (; n < 1000 && !done; n++) {
        struct arena a;
        arena_init(&a, "test");
        diag_fini(&f->diag);
        diag_init(&f->diag);
        mem_fail_at(n);
        done = catalog_load(&a, NULL, &f->diag) != NULL;
        mem_fail_at(0);
        assert_true(done || diag_failed(&f->diag));
        arena_fini(&a);
    }
    assert_true(done && n > 4);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(catalog_loads_without_a_complaint_when_embedded),
        CASE(catalog_has_every_key_when_the_contract_names_it),
        CASE(catalog_holds_the_published_numbers_when_asked),
        CASE(catalog_places_by_nominal_sizes_when_names_round),
        CASE(catalog_leaves_cells_empty_when_nobody_knows),
        CASE(catalog_marks_profiles_when_cells_are_inferred),
        CASE(catalog_time_slices_instances_when_the_board_is_one_of_two),
        CASE(catalog_has_a_source_for_every_row),
        CASE(catalog_knows_the_switch_when_the_gpu_is_an_a100),
        CASE(catalog_counts_instances_as_starts_allow_when_profiles_are_plain),
        CASE(catalog_types_stand_on_profiles_when_mig_backed),
        CASE(catalog_finds_a_type_on_its_gpu_when_names_repeat),
        CASE(catalog_changes_named_cells_only_when_overlaid),
        CASE(catalog_takes_a_calibration_when_overlaid),
        CASE(catalog_warns_when_a_column_is_misspelt),
        CASE(catalog_refuses_when_rows_contradict_themselves),
        CASE(catalog_refuses_when_the_directory_has_no_tables),
        CASE(catalog_lists_every_rule_once),
        CASE(catalog_unwinds_when_memory_runs_out),
    };
#undef CASE
    return cmocka_run_group_tests(tests, NULL, NULL);
}
