/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_facts.c - the catalogue holds every collected fact, cell by cell, and the rule behind
 * placement ids.
 *
 * Goal: no row of the collection is lost or altered on its way into models/data; every
 * difference is listed here with its reason. Method: both tables are read as text and joined by
 * board and name. The collection lies beside the repository (../shared/facts) and is not part
 * of it; where it is absent those cases are skipped. The rule of placement ids is NVIDIA's open
 * kernel module 595.45.04, _kvgpumgrSetHeterogeneousResources (platform rules MIX-07, MIX-08).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/input/csvin.h"
#include "tests/unit/fixture.h"

static const char facts_dir[] = "../shared/facts/";

/* ---- Against the collection ---- */

/* Boards whose key is not their name with '-' for ' ' in capitals. */
static const struct {
    const char *name, *key;
} boards[] = {
    {"A100 HGX 40GB",                                    "A100-SXM4-40GB"   },
    {"A100 HGX 80GB",                                    "A100-SXM4-80GB"   },
    {"A100 PCIe 80GB / 80GB liquid cooled / A100X",      "A100-PCIE-80GB"   },
    {"A100 SXM 40GB",                                    "A100-SXM4-40GB"   },
    {"A100 SXM 80GB",                                    "A100-SXM4-80GB"   },
    {"A30 / A30X / A30 liquid cooled",                   "A30"              },
    {"A30 24GB",                                         "A30"              },
    {"B200 HGX 180GB",                                   "B200-HGX"         },
    {"H100 PCIe 94GB (H100 NVL)",                        "H100-NVL-94GB"    },
    {"H20 141 GB",                                       "H20-141GB"        },
    {"H20 96 GB",                                        "H20-96GB"         },
    {"H20 SXM5 141GB",                                   "H20-141GB"        },
    {"H20 SXM5 96GB",                                    "H20-96GB"         },
    {"H200 NVL 141GB",                                   "H200-NVL"         },
    {"H200 PCIe 141GB (H200 NVL)",                       "H200-NVL"         },
    {"H200 SXM5 141GB",                                  "H200-SXM"         },
    {"H800 PCIe 94GB (H800 NVL)",                        "H800-NVL-94GB"    },
    {"L20 / L20 liquid cooled",                          "L20"              },
    {"Quadro RTX 6000 Passive",                          "RTX-6000-PASSIVE" },
    {"Quadro RTX 8000 Passive",                          "RTX-8000-PASSIVE" },
    {"RTX 6000D",                                        "RTX-PRO-6000D"    },
    {"RTX PRO 4500 Blackwell Server Edition",            "RTX-PRO-4500-BSE" },
    {"RTX PRO 5000 Blackwell 48GB",                      "RTX-PRO-5000"     },
    {"RTX PRO 6000 Blackwell Max-Q Workstation Edition", "RTX-PRO-6000-MAXQ"},
    {"RTX PRO 6000 Blackwell Server Edition",            "RTX-PRO-6000-BSE" },
    {"RTX PRO 6000 Blackwell Workstation Edition",       "RTX-PRO-6000-WS"  },
    {"Tesla V100 PCIe 16GB",                             "V100-PCIE-16GB"   },
    {"Tesla V100 PCIe 32GB",                             "V100-PCIE-32GB"   },
    {"Tesla V100 SXM2 16GB",                             "V100-SXM2-16GB"   },
    {"Tesla V100 SXM2 32GB",                             "V100-SXM2-32GB"   },
    {"V100 FHHL",                                        "V100-FHHL-16GB"   },
};

static const char *key_of(const char *name, char out[64])
{
    for (size_t i = 0; i < sizeof boards / sizeof boards[0]; i++) {
        if (strcmp(boards[i].name, name) == 0) {
            return boards[i].key;
        }
    }
    size_t n = 0;
    for (; name[n] != '\0' && n < 63; n++) {
        const char c = name[n];
        out[n] = c == ' ' ? '-' : c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    out[n] = '\0';
    return out;
}

/* Words of the collection that the catalogue spells otherwise. */
static const char *word_of(const char *s)
{
    static const char *const word[][2] = {
        {"time_sliced",     "time-sliced"    },
        {"mig_backed",      "mig"            },
        {"time_sliced_mig", "time-sliced-mig"},
        {"yes",             "y"              },
        {"no",              "n"              },
        {"n/a",             ""               },
        {"per GI",          "instance"       },
    };
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++) {
        if (strcmp(s, word[i][0]) == 0) {
            return word[i][1];
        }
    }
    return s;
}

/* Cells that differ, and why. NULL is any row. */
static const struct exception {
    const char *key, *row, *column, *reason;
} exceptions[] = {
    {"A16",              NULL,       "framebuffer_gib",   "collected for the board, here for one of its four GPUs"},
    {"A16",              NULL,       "tdp_w",             "collected for the board, here for one of its four GPUs"},
    {"B300-HGX",         NULL,       "framebuffer_gib",   "the chip's 288 GB; named and sold as 269 GiB"          },
    {"RTX-PRO-4500-BSE", NULL,       "size",              "not published: inferred from the family, marked"       },
    {"RTX-PRO-4500-BSE", NULL,       "starts",            "not published: inferred from the family, marked"       },
    {"RTX-PRO-4500-BSE", NULL,       "sm_count",          "not published: inferred from the family, marked"       },
    {"RTX-PRO-4500-BSE", NULL,       "max_per_gpu_mixed", "not in the documents: the driver's rule"               },
    {"RTX-PRO-4500-BSE", "DC-2-16C", "mig_profile",       "only +gfx hosts time-sliced vGPUs"                     },
    {"RTX-PRO-4500-BSE", "DC-2-8C",  "mig_profile",       "only +gfx hosts time-sliced vGPUs"                     },
    {"RTX-PRO-4500-BSE", "DC-1-8C",  "mig_profile",       "only +gfx hosts time-sliced vGPUs"                     },
    {"H200-NVL",         NULL,       "max_per_gpu_mixed", "the document exceeds the driver's placement ids"       },
    {"H200-SXM",         NULL,       "max_per_gpu_mixed", "the document exceeds the driver's placement ids"       },
    {"H20-141GB",        NULL,       "max_per_gpu_mixed", "the document exceeds the driver's placement ids"       },
    {"H20-96GB",         NULL,       "max_per_gpu_mixed", "a column of the document is shifted by a row"          },
    {"GB200",            NULL,       "mig_profile",       "the type's name follows another driver's rounding"     },
};

static const char *reason_of(const char *key, const char *row, const char *column)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
        const struct exception *e = &exceptions[i];
        if (strcmp(e->key, key) == 0 && (e->row == NULL || strcmp(e->row, row) == 0) &&
            strcmp(e->column, column) == 0) {
            return e->reason;
        }
    }
    return NULL;
}

static long row_of(const struct csvin *c, const char *key, const char *second, const char *name)
{
    const int key_col = csvin_column(c, second == NULL ? "key" : "gpu_key");
    const int name_col = second == NULL ? -1 : csvin_column(c, second);
    for (size_t i = 0; i < c->row_n; i++) {
        if (strcmp(csvin_cell(c, i, key_col), key) == 0 &&
            (second == NULL || strcmp(csvin_cell(c, i, name_col), name) == 0)) {
            return (long)i;
        }
    }
    return -1;
}

/* Joins two tables; `columns` are pairs of names, ended by NULL. Returns rows compared. */
static size_t compare(struct fixture *f, const char *table, const char *name_of_facts,
                      const char *name_of_ours, const char *const (*columns)[2])
{
    char path[2][64];
    struct csvin facts, ours;
    int differ_n = 0, listed_n = 0;
    snprintf(path[0], sizeof path[0], "%s%s", facts_dir, table);
    snprintf(path[1], sizeof path[1], "models/data/%s", table);
    FILE *there = fopen(path[0], "rb");
    if (there == NULL) {
        print_message("skipped: no %s\n", path[0]);
        skip();
    }
    fclose(there);
    assert_true(csvin_read_file(&facts, &f->arena, path[0], &f->diag));
    assert_true(csvin_read_file(&ours, &f->arena, path[1], &f->diag));
    for (size_t i = 0; i < facts.row_n; i++) {
        char text[64];
        const char *key = key_of(csvin_cell(&facts, i, csvin_column(&facts, "gpu")), text);
        const char *name = csvin_cell(&facts, i, csvin_column(&facts, name_of_facts));
        const long at = row_of(&ours, key, name_of_ours, name);
        if (at < 0) {
            print_error("%s has no %s %s\n", table, key, name);
            differ_n++;
            continue;
        }
        for (int k = 0; columns[k][0] != NULL; k++) {
            assert_true(csvin_column(&facts, columns[k][0]) >= 0);
            assert_true(csvin_column(&ours, columns[k][1]) >= 0);
            const char *fact =
                word_of(csvin_cell(&facts, i, csvin_column(&facts, columns[k][0])));
            const char *cell =
                csvin_cell(&ours, (size_t)at, csvin_column(&ours, columns[k][1]));
            if (strcmp(fact, cell) == 0) {
                continue;
            }
            if (reason_of(key, name, columns[k][1]) != NULL) {
                listed_n++;
                continue;
            }
            print_error("%s: %s %s %s: '%s' here, '%s' collected\n", table, key, name,
                        columns[k][1], cell, fact);
            differ_n++;
        }
    }
    print_message("%s: %zu rows, %d cells differ for a listed reason\n", table, facts.row_n,
                  listed_n);
    assert_int_equal(differ_n, 0);
    return facts.row_n;
}

static void catalog_has_every_profile_when_compared_with_the_collection(void **state)
{
    static const char *const columns[][2] = {
        {"gi_profile_id",    "profile_id"    },
        {"compute_slices",   "compute_slices"},
        {"memory_mb",        "memory_mb"     },
        {"nominal_gb",       "nominal_gib"   },
        {"sm_count",         "sm_count"      },
        {"copy_engines",     "copy_engines"  },
        {"decoders",         "decoders"      },
        {"encoders",         "encoders"      },
        {"jpeg",             "jpeg"          },
        {"ofa",              "ofa"           },
        {"max_instances",    "max_instances" },
        {"placement_starts", "starts"        },
        {"placement_size",   "size"          },
        {NULL,               NULL            },
    };
    struct fixture *f = *state;
    const size_t n = compare(f, "mig_profiles.csv", "profile", "profile", columns);
    assert_int_equal(n, (size_t)f->catalog->mig_n);
}

static void catalog_has_every_type_when_compared_with_the_collection(void **state)
{
    static const char *const columns[][2] = {
        {"series",               "series"           },
        {"mode",                 "mode"             },
        {"mig_profile",          "mig_profile"      },
        {"max_per_gpu",          "max_per_gpu"      },
        {"max_per_gpu_mixed",    "max_per_gpu_mixed"},
        {"placement_ids",        "placement_ids"    },
        {"placement_size",       "placement_size"   },
        {"max_per_mig_instance", "max_per_instance" },
        {"mixed_size_supported", "mixed_size"       },
        {NULL,                   NULL               },
    };
    struct fixture *f = *state;
    const size_t n = compare(f, "vgpu_types.csv", "vgpu_type", "type", columns);
    assert_int_equal(n, (size_t)f->catalog->vgpu_n);
}

static void catalog_has_every_board_when_compared_with_the_collection(void **state)
{
    static const char *const columns[][2] = {
        {"architecture",             "architecture"   },
        {"framebuffer_gb",           "framebuffer_gib"},
        {"sm_count",                 "sm_count"       },
        {"mem_bandwidth_gbs",        "bandwidth_gbs"  },
        {"fp32_tflops",              "fp32_tflops"    },
        {"fp16_tensor_dense_tflops", "fp16_tflops"    },
        {"tdp_w",                    "tdp_w"          },
        {NULL,                       NULL             },
    };
    struct fixture *f = *state;
    assert_true(compare(f, "gpus.csv", "gpu", NULL, columns) >= 38);
}

/* ---- Placement ids ---- */

/* Recursive halving, Ampere to Hopper: the region is cut into halves, quarters ... in whole
 * GiB, each cut rounded down, until there is a part for every two of the largest power of two
 * that is no more than the type's maximum. One vGPU lies at the left end of a part, one at the
 * right end. */
static int halved_ids(int region, int size, int max, int *out)
{
    int n = 1;
    while (2 * n <= max) {
        n *= 2;
    }
    for (int j = 0; j < n; j += 2) {
        int low = 0, high = region;
        for (int parts = n / 2; parts > 1; parts /= 2) {
            const int middle = (low + high) / 2;
            const bool is_right = (j / 2 & parts / 2) != 0;
            low = is_right ? middle : low;
            high = is_right ? high : middle;
        }
        out[j] = low;
        if (n > 1) {
            out[j + 1] = high - size;
        }
    }
    return n;
}

/* Blackwell: equal parts, rounded down. */
static int even_ids(int region, int max, int *out)
{
    for (int j = 0; j < max; j++) {
        out[j] = region * j / max;
    }
    return max;
}

/* MIX-08: on boards of 48 GiB the driver denies some places of 1 GiB types. Ampere: ids 8 and
 * 32; Ada: all but those at the ends of a sixth. */
static bool is_denied(const struct gpu *g, const struct vgpu_type *t, int id)
{
    if (g->framebuffer_gib != 48 || t->framebuffer_gib != 1) {
        return false;
    }
    return strcmp(g->architecture, "Ampere") == 0 ? id == 8 || id == 32
                                                  : id % 6 != 0 && id % 6 != 5;
}

static bool follows_rule(const struct catalog *c, const struct vgpu_type *t)
{
    const struct gpu *g = &c->gpu[t->gpu_ix];
    int id[64];
    int region = g->framebuffer_gib;
    int max = t->max_per_gpu;
    if (t->mode == VGPU_TIME_SLICED_MIG) {
        region = catalog_mig_find(c, t->gpu_ix, t->mig_profile)->nominal_gib;
        max = t->max_per_instance;
    } else if (t->mode == VGPU_MIG) {
        region = t->framebuffer_gib; /* the whole instance */
        max = 1;
    }
    assert_in_range(max, 1, 32);
    const bool is_even = strcmp(g->architecture, "Blackwell") == 0;
    const int n =
        is_even ? even_ids(region, max, id) : halved_ids(region, t->placement_size, max, id);
    int kept = 0;
    for (int j = 0; j < n; j++) {
        if (is_denied(g, t, id[j])) {
            continue;
        }
        if (kept >= t->placement_ids_n || t->placement_ids[kept] != id[j]) {
            return false;
        }
        kept++;
    }
    return kept == t->placement_ids_n;
}

static void catalog_places_as_driver_when_sizes_are_mixed(void **state)
{
    const struct fixture *f = *state;
    int n = 0;
    for (int i = 0; i < f->catalog->vgpu_n; i++) {
        const struct vgpu_type *t = &f->catalog->vgpu[i];
        if (t->placement_ids_n == 0) {
            continue;
        }
        n++;
        if (!follows_rule(f->catalog, t)) {
            fail_msg("%s %s: placement ids are not the driver's",
                     f->catalog->gpu[t->gpu_ix].key, t->name);
        }
    }
    assert_true(n > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(catalog_has_every_board_when_compared_with_the_collection),
        cmocka_unit_test(catalog_has_every_profile_when_compared_with_the_collection),
        cmocka_unit_test(catalog_has_every_type_when_compared_with_the_collection),
        cmocka_unit_test(catalog_places_as_driver_when_sizes_are_mixed),
    };
    return cmocka_run_group_tests(tests, fixture_set_up, fixture_tear_down);
}
