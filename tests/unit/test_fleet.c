/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_fleet.c - placement on the real catalogue: known cases, then random fleets under an
 * independent checker.
 *
 * The checker knows the rules of models/data/rules.csv only: it takes a finished placement,
 * looks for a breach, and replays it VM by VM, asking by brute force whether the policy could
 * have chosen a better GPU. Expected sizes come from the vGPU type and MIG profile names
 * themselves. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "sim/fleet/choice.h"
#include "tests/unit/placing.h"

enum {
    POLICIES_N = PLACE_FRAGMENTATION + 1,
    HELD_MAX = 64 /* seats on one GPU */
};

static uint32_t draw(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 16) % n;
}

/* A group of hosts in place of the short form. */
static struct host_group *add_hosts(struct placing *f, int count, const char *gpu, int gpus)
{
    static const char *const names[PLACING_GROUPS] = {"x", "y", "z", "cut"};
    struct host_group *g = &f->group[f->s.group_n];
    *g = (struct host_group){.name = names[f->s.group_n++],
                             .count = count,
                             .gpu_ix = catalog_gpu_find(f->base.catalog, gpu),
                             .gpus = gpus,
                             .hypervisor = "none"};
    f->s.gpu_count = f->s.group_n == 1 ? count * gpus : f->s.gpu_count + count * gpus;
    f->s.group = f->group;
    f->s.gpu_ix = f->group[0].gpu_ix;
    return g;
}

static void assert_reason(const struct fleet *fleet, const char *rule, const char *piece)
{
    assert_false(fleet->feasible);
    assert_true(fleet->reasons.n > 0);
    assert_string_equal(fleet->reasons.list[0].rule, rule);
    if (strstr(fleet->reasons.list[0].text, piece) == NULL) {
        fail_msg("'%s' lacks '%s'", fleet->reasons.list[0].text, piece);
    }
}

/* ---- Choice ---- */

static void fleet_chooses_smallest_that_holds_when_framebuffer_is_given(void **state)
{
    static const struct {
        const char *gpu;
        enum mode_kind mode;
        int gib;
        const char *type, *profile;
    } row[] = {
        {"A100-PCIE-80GB",   MODE_TIME_SLICED,     10, "A100D-10C",   NULL         },
        {"A100-PCIE-80GB",   MODE_TIME_SLICED,     9,  "A100D-10C",   NULL         },
        {"A100-PCIE-80GB",   MODE_TIME_SLICED,     11, "A100D-16C",   NULL         },
        {"A100-PCIE-80GB",   MODE_TIME_SLICED,     0,  "A100D-4C",    NULL         },
        {"L40S",             MODE_TIME_SLICED,     1,  "L40S-4C",     NULL         },
        {"A2",               MODE_TIME_SLICED,     1,  "A2-1Q",       NULL         },
        {"A100-PCIE-80GB",   MODE_MIG,             10, "A100D-1-10C", "1g.10gb"    },
        {"A100-PCIE-80GB",   MODE_MIG,             40, "A100D-3-40C", "3g.40gb"    },
        {"A100-PCIE-80GB",   MODE_MIG,             41, "A100D-7-80C", "7g.80gb"    },
        {"H100-PCIE-80GB",   MODE_MIG,             20, "H100-1-20C",  "1g.20gb"    },
        {"H100-SXM5-96GB",   MODE_MIG,             12, NULL,          "1g.12gb"    },
        {"RTX-PRO-6000-BSE", MODE_MIG,             10, "DC-1-24C",    "1g.24gb+gfx"},
        {"RTX-PRO-6000-BSE", MODE_TIME_SLICED_MIG, 8,  "DC-1-8C",     "1g.24gb+gfx"},
        {"RTX-PRO-6000-BSE", MODE_TIME_SLICED_MIG, 9,  "DC-1-12C",    "1g.24gb+gfx"},
        {"RTX-PRO-6000-BSE", MODE_TIME_SLICED_MIG, 13, "DC-2-16C",    "2g.48gb+gfx"},
        {"RTX-PRO-6000-BSE", MODE_TIME_SLICED_MIG, 25, "DC-4-32C",    "4g.96gb+gfx"},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct placing *f = placing_begin(state, row[i].gpu, row[i].mode, 0);
        placing_add(f, 1, row[i].gib);
        const struct fleet *fleet = placing_place(f);
        assert_true(fleet->feasible);
        const struct vgpu_type *type = fleet->tenant_type[0];
        const struct mig_profile *profile = fleet->tenant_profile[0];
        assert_int_equal(type == NULL, row[i].type == NULL);
        assert_int_equal(profile == NULL, row[i].profile == NULL);
        if (type != NULL) {
            assert_string_equal(type->name, row[i].type);
        }
        if (profile != NULL) {
            assert_string_equal(profile->name, row[i].profile);
        }
        assert_ptr_equal(fleet->seat[0].type, type);
    }
}

static void fleet_honours_names_when_they_belong_to_the_mode(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_TIME_SLICED, 0);
    placing_add(f, 1, 10)->vgpu = "A100D-20C";
    assert_string_equal(placing_place(f)->tenant_type[0]->name, "A100D-20C");
    f->s.mode[0].kind = MODE_MIG; /* the type is of another mode: the framebuffer decides */
    assert_string_equal(placing_place(f)->tenant_profile[0]->name, "1g.10gb");
    f->tenant[0].mig = "2g.20gb";
    assert_string_equal(placing_place(f)->tenant_profile[0]->name, "2g.20gb");
    f->tenant[0].mig = "1g.10gb+me";
    assert_string_equal(placing_place(f)->tenant_type[0]->name, "A100D-1-10CME");
    f->tenant[0].mig = NULL;
    f->tenant[0].framebuffer_bytes = 0; /* nothing but the type's name tells the size */
    assert_string_equal(placing_place(f)->tenant_profile[0]->name, "1g.20gb");
    f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_TIME_SLICED_MIG, 0);
    placing_add(f, 1, 8)->vgpu = "DC-2-12C";
    assert_string_equal(placing_place(f)->tenant_type[0]->name, "DC-2-12C");
    f->tenant[0].vgpu = NULL;
    f->tenant[0].mig = "2g.48gb+gfx";
    assert_string_equal(placing_place(f)->tenant_type[0]->name, "DC-2-12C");
}

static void fleet_forbids_mode_when_gpu_cannot_do_it(void **state)
{
    static const struct {
        const char *gpu;
        enum mode_kind mode;
        int gib;
        const char *mig, *vgpu;
        const char *rule, *piece;
    } row[] = {
        {"A100-PCIE-80GB",   MODE_TIME_SLICED,     81, NULL,      NULL,       "CAP-02",  "A100D-80C"},
        {"A100-PCIE-80GB",   MODE_MIG,             81, NULL,      NULL,       "CAP-02",  "7g.80gb"  },
        {"A100-PCIE-80GB",   MODE_PASSTHROUGH,     81, NULL,      NULL,       "CAP-02",  "80 GiB"   },
        {"A100-PCIE-80GB",   MODE_TIME_SLICED,     10, NULL,      "A100D-8C", "CAP-02",  "8 GiB"    },
        {"RTX-PRO-6000-BSE", MODE_TIME_SLICED_MIG, 60, NULL,      NULL,       "CAP-02",  "DC-4-48C" },
        {"L40S",             MODE_MIG,             10, NULL,      NULL,       "MIG-01",  "L40S"     },
        {"A100-PCIE-80GB",   MODE_TIME_SLICED_MIG, 10, NULL,      NULL,       "MIG-05",  "A100"     },
        {"GB300",            MODE_TIME_SLICED,     10, NULL,      NULL,       "CAP-11",  "GB300"    },
        {"RTX-PRO-6000-BSE", MODE_MIG,             10, "1g.24gb", NULL,       "MIG-08",  "+gfx"     },
        {"RTX-PRO-6000-WS",  MODE_MIG,             10, NULL,      NULL,       "DATA-01", "1g.24gb"  },
        {"H20-96GB",         MODE_TIME_SLICED,     30, NULL,      NULL,       "DATA-01", "H20-32C"  },
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct placing *f = placing_begin(state, row[i].gpu, row[i].mode, 4);
        struct tenant *t = placing_add(f, 2, row[i].gib);
        t->mig = row[i].mig;
        t->vgpu = row[i].vgpu;
        const struct fleet *fleet = placing_place(f);
        assert_reason(fleet, row[i].rule, row[i].piece);
        assert_int_equal(fleet->reasons.n, 1);
        assert_int_equal(fleet->gpus_needed, -1);
        assert_int_equal(fleet->gpus_used, 0);
        assert_int_equal(fleet->vms_placed, 0);
        assert_int_equal(fleet->vms_rejected, 2);
        assert_int_equal(fleet->seat_n, 2);
        assert_int_equal(fleet->seat[1].gpu_ix, -1);
        assert_int_equal(fleet->seat[1].domain_ix, -1);
    }
}

/* ---- Packing, known cases ---- */

static void fleet_gives_whole_gpus_when_passed_through(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_PASSTHROUGH, 3);
    placing_add(f, 2, 10);
    placing_add(f, 2, 20);
    const struct fleet *fleet = placing_place(f);
    assert_reason(fleet, "PT-01", "needs 4 GPUs, the fleet has 3");
    assert_string_equal(fleet->reasons.list[0].tenant, "b");
    assert_int_equal(fleet->gpus_needed, 4);
    assert_int_equal(fleet->gpus_used, 3);
    assert_int_equal(fleet->vms_placed, 3);
    assert_int_equal(fleet->vms_rejected, 1);
    assert_int_equal(fleet->domain[2].type_max, 1);
    assert_null(fleet->domain[0].profile);
    assert_null(fleet->seat[0].type);
    assert_int_equal(fleet->seat[2].size, 80);
    assert_true(isnan(fleet->slices_frac));
    f->s.gpu_count = 0;
    fleet = placing_place(f);
    assert_true(fleet->feasible);
    assert_int_equal(fleet->gpus_used, 4);
    assert_true(fabs(fleet->framebuffer_frac - 1) < 1e-12);
}

/* No GPU is full, but there are too few different ones for a VM of two. */
static void fleet_wants_different_gpus_when_vm_has_several(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_PASSTHROUGH, 1);
    placing_add(f, 1, 10)->vgpus = 2;
    assert_reason(placing_place(f), "PT-01", "needs 2 GPUs, the fleet has 1");
    f->s.mode[0].kind = MODE_TIME_SLICED;
    assert_reason(placing_place(f), "CAP-10", "different GPUs");
    assert_int_equal(f->fleet.gpus_used, 0);
    f->s.gpu_count = 2;
    assert_true(placing_place(f)->feasible);
    assert_int_equal(f->fleet.seat[1].gpu_ix, 1);
}

/* RTX PRO 4500: NVIDIA publishes no start indexes. */
static void fleet_notes_inferred_cells_when_it_uses_them(void **state)
{
    struct placing *f = placing_begin(state, "RTX-PRO-4500-BSE", MODE_TIME_SLICED_MIG, 0);
    placing_add(f, 4, 8);
    const struct fleet *fleet = placing_place(f);
    assert_true(fleet->feasible);
    assert_int_equal(fleet->domain_n, 2);
    bool noted = false;
    for (int i = 0; i < fleet->notes.n; i++) {
        noted = noted || (strcmp(fleet->notes.list[i].rule, "DATA-01") == 0 &&
                          strstr(fleet->notes.list[i].text, "starts") != NULL);
    }
    assert_true(noted);
}

/* Eight A100D-10C per GPU; ids are slot x size. */
static void fleet_names_type_maximum_when_gpu_is_full(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_TIME_SLICED, 1);
    placing_add(f, 12, 10);
    const struct fleet *fleet = placing_place(f);
    assert_reason(fleet, "CAP-01", "8 vGPUs");
    assert_reason(fleet, "CAP-01", "needs 2 GPUs, the fleet has 1");
    assert_int_equal(fleet->vms_placed, 8);
    assert_int_equal(fleet->vms_rejected, 4);
    assert_int_equal(fleet->domain[0].type_max, 8);
    assert_int_equal(fleet->domain[0].vgpu_n, 8);
    assert_int_equal(fleet->seat[7].slot, 7);
    assert_int_equal(fleet->seat[7].start, 70);
    assert_int_equal(fleet->seat[7].size, 10);
    assert_int_equal(fleet->seat[8].gpu_ix, -1);
}

static void fleet_keeps_sizes_apart_when_mode_is_equal_size(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_TIME_SLICED, 1);
    placing_add(f, 2, 10);
    placing_add(f, 1, 20);
    assert_reason(placing_place(f), "CAP-03", "10 GiB");
    assert_int_equal(f->fleet.gpus_needed, 2);
    f->s.mixed_size = true;
    const struct fleet *fleet = placing_place(f);
    assert_true(fleet->feasible);
    assert_int_equal(fleet->gpus_used, 1);
    f->s.mode[0].sched.kind = &sched_fixed_share;
    fleet = placing_place(f);
    assert_reason(fleet, "MIX-04", "fixed");
    assert_int_equal(fleet->gpus_needed, -1);
    assert_null(fleet->reasons.list[0].tenant);
}

/* A100-40: 8C has ids 0, 12, 20, 32 in mixed-size mode: four, where equal size takes five. */
static void fleet_uses_placement_ids_when_sizes_are_mixed(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-40GB", MODE_TIME_SLICED, 1);
    placing_add(f, 5, 8);
    assert_true(placing_place(f)->feasible);
    f->s.mixed_size = true;
    assert_reason(placing_place(f), "MIX-06", "4 vGPUs");
    f->tenant[0].count = 4;
    static const int id[] = {0, 12, 20, 32};
    const struct fleet *fleet = placing_place(f);
    assert_true(fleet->feasible);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(fleet->seat[i].start, id[i]);
        assert_int_equal(fleet->seat[i].size, 8);
    }
    /* Two 10C beside two 20 GiB halves do not fit; one half does. */
    f->tenant[0].count = 2;
    placing_add(f, 1, 20);
    assert_true(placing_place(f)->feasible);
    placing_add(f, 1, 10);
    assert_reason(placing_place(f), "CAP-02", "4 GiB");
}

/* Whatever order the VMs come in, 7 x 1g, or 4g + 3g, or 3g + 2g + 2 x 1g, fit one A100. */
static void fleet_lays_out_instances_when_order_is_awkward(void **state)
{
    static const struct {
        const char *mig[4];
        int needed;
    } row[] = {
        {{"1g.10gb", "2g.20gb", "3g.40gb", "1g.10gb"}, 1},
        {{"3g.40gb", "4g.40gb"},                       1},
        {{"1g.10gb", "1g.10gb", "2g.20gb", "3g.40gb"}, 1},
        {{"1g.20gb", "1g.20gb", "2g.20gb", "1g.20gb"}, 1},
        {{"2g.20gb", "2g.20gb", "2g.20gb", "2g.20gb"}, 2},
        {{"1g.10gb+me", "1g.10gb", "1g.10gb+me"},      2},
        {{"7g.80gb", "1g.10gb"},                       2},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct placing *f = placing_begin(state, "A100-SXM4-80GB", MODE_MIG, 0);
        for (int k = 0; k < 4 && row[i].mig[k] != NULL; k++) {
            placing_add(f, 1, 0)->mig = row[i].mig[k];
        }
        const struct fleet *fleet = placing_place(f);
        assert_true(fleet->feasible);
        assert_int_equal(fleet->gpus_used, row[i].needed);
        assert_int_equal(fleet->gpus_needed, row[i].needed);
    }
}

static void fleet_names_start_index_when_instances_run_out(void **state)
{
    struct placing *f = placing_begin(state, "A100-SXM4-80GB", MODE_MIG, 1);
    placing_add(f, 8, 10);
    const struct fleet *fleet = placing_place(f);
    assert_reason(fleet, "MIG-02", "needs 2 GPUs, the fleet has 1");
    assert_int_equal(fleet->vms_placed, 7);
    assert_int_equal(fleet->domain_n, 7);
    for (int i = 0; i < 7; i++) {
        assert_int_equal(fleet->domain[i].start, i);
        assert_int_equal(fleet->domain[i].type_max, 1);
        assert_int_equal(fleet->seat[i].start, i);
        assert_int_equal(fleet->seat[i].size, 1);
    }
    assert_true(fabs(fleet->slices_frac - 7.0 / 8) < 1e-12);
    assert_true(fabs(fleet->framebuffer_frac - 70.0 / 80) < 1e-12);
}

/* Four instances of three DC-1-8C. */
static void fleet_fills_instances_when_mig_is_time_sliced(void **state)
{
    struct placing *f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_TIME_SLICED_MIG, 1);
    placing_add(f, 12, 8);
    const struct fleet *fleet = placing_place(f);
    assert_true(fleet->feasible);
    assert_int_equal(fleet->domain_n, 4);
    for (int i = 0; i < 12; i++) {
        assert_int_equal(fleet->seat[i].domain_ix, i / 3);
        assert_int_equal(fleet->seat[i].slot, i % 3);
        assert_int_equal(fleet->seat[i].start, i / 3 * 3);
        assert_int_equal(fleet->domain[i / 3].type_max, 3);
    }
    placing_add(f, 1, 12);
    assert_reason(placing_place(f), "MIG-02", "GPU 0");
    f->s.tenant_n = 1;
    f->tenant[0].count = 13;
    assert_reason(placing_place(f), "MIG-07", "3 vGPUs each");
    f->tenant[0].count = 2;
    f->tenant[0].vgpus = 2; /* vGPUs of one VM go to different instances */
    fleet = placing_place(f);
    assert_true(fleet->feasible);
    assert_int_equal(fleet->domain_n, 2);
    assert_int_equal(fleet->seat[0].domain_ix, 0);
    assert_int_equal(fleet->seat[1].domain_ix, 1);
    assert_int_equal(fleet->seat[2].domain_ix, 0);
}

static void fleet_takes_vm_back_when_it_does_not_fit_whole(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_TIME_SLICED, 2);
    placing_add(f, 7, 10);
    placing_add(f, 1, 10)->vgpus = 3;
    placing_add(f, 9, 10);
    const struct fleet *fleet = placing_place(f);
    assert_int_equal(fleet->vms_placed, 16);
    assert_int_equal(fleet->vms_rejected, 1);
    assert_int_equal(fleet->reasons.n, 1);
    assert_string_equal(fleet->reasons.list[0].tenant, "b");
    assert_int_equal(fleet->gpus_needed, 3);
    for (int i = 7; i < 10; i++) {
        assert_int_equal(fleet->seat[i].gpu_ix, -1);
    }
    assert_int_equal(fleet->seat[10].gpu_ix, 0);
    assert_int_equal(fleet->seat[10].slot, 7);
    f->s.tenant_n = 2; /* GPU 1 was opened for a VM that was taken back */
    fleet = placing_place(f);
    assert_int_equal(fleet->gpus_used, 1);
    assert_int_equal(fleet->domain_n, 1);
}

/* A second media instance opens GPU 1 and leaves it with 2 of 4 units where GPU 0 has 3. */
static void fleet_prefers_fuller_gpu_when_policy_is_best_fit(void **state)
{
    struct placing *f = placing_begin(state, "A30", MODE_MIG, 0);
    placing_add(f, 1, 0)->mig = "1g.6gb+me";
    placing_add(f, 1, 0)->mig = "2g.12gb+me";
    placing_add(f, 1, 0)->mig = "1g.6gb";
    const struct fleet *fleet = placing_place(f);
    assert_int_equal(fleet->seat[1].gpu_ix, 1);
    assert_int_equal(fleet->seat[2].gpu_ix, 0);
    f->s.place = PLACE_BEST_FIT;
    fleet = placing_place(f);
    assert_int_equal(fleet->seat[1].gpu_ix, 1);
    assert_int_equal(fleet->seat[2].gpu_ix, 1);
}

/* A vGPU goes to the GPU with the fewest, also to one that is empty. */
static void fleet_spreads_when_policy_is_breadth_first(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_TIME_SLICED, 3);
    f->s.place = PLACE_BREADTH_FIRST;
    placing_add(f, 7, 10);
    const struct fleet *fleet = placing_place(f);
    static const int gpu[] = {0, 1, 2, 0, 1, 2, 0};
    for (int i = 0; i < 7; i++) {
        assert_int_equal(fleet->seat[i].gpu_ix, gpu[i]);
    }
    assert_int_equal(fleet->gpus_used, 3);
    assert_int_equal(fleet->gpus_needed, 1);
}

/* In equal-size mode the first tenant takes every GPU that there is: 3 + 1 GPUs for four vGPUs,
 * where first fit takes two. */
static void fleet_needs_more_gpus_when_sizes_are_spread(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_TIME_SLICED, 3);
    placing_add(f, 3, 10);
    placing_add(f, 1, 20);
    assert_int_equal(placing_place(f)->gpus_needed, 2);
    f->s.place = PLACE_BREADTH_FIRST;
    const struct fleet *fleet = placing_place(f);
    assert_reason(fleet, "CAP-03", "needs 4 GPUs, the fleet has 3");
    f->s.gpu_count = 0;
    fleet = placing_place(f);
    assert_true(fleet->feasible);
    assert_int_equal(fleet->gpus_used, 4);
}

/* 200 of one size and 1 of another: the answer lies beyond what is tried one by one. */
static void fleet_finds_number_of_gpus_when_breadth_first_needs_many(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_TIME_SLICED, 0);
    f->s.place = PLACE_BREADTH_FIRST;
    placing_add(f, 200, 10);
    placing_add(f, 1, 20);
    const struct fleet *fleet = placing_place(f);
    assert_int_equal(fleet->gpus_needed, 201);
    f->s.gpu_count = 200;
    assert_false(placing_place(f)->feasible);
}

/* Two 4g open two GPUs; the first 1g makes GPU 0 the busier one, which then takes all it can.
 */
static void fleet_fills_busiest_gpu_when_policy_is_depth_first(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_MIG, 0);
    placing_add(f, 1, 0)->mig = "4g.40gb";
    placing_add(f, 1, 0)->mig = "4g.40gb";
    placing_add(f, 2, 0)->mig = "1g.10gb";
    placing_add(f, 2, 0)->mig = "1g.10gb";
    f->s.place = PLACE_DEPTH_FIRST;
    const struct fleet *fleet = placing_place(f);
    static const int depth[] = {0, 1, 0, 0, 0, 1};
    for (int i = 0; i < fleet->seat_n; i++) {
        assert_int_equal(fleet->seat[i].gpu_ix, depth[i]);
    }
}

/* GPU 0 holds 1g+me (3 of 4 units free), GPU 1 2g+me (2 free); both refuse more media. A 1g
 * takes from what both media tenants cannot use: on GPU 0 it leaves 2 x 2 of 2 x 3, on GPU 1 (2
 * + 10) x 1 of 2 x 2, because the ten 2g find no start there. Best fit sees the fuller GPU. */
static void fleet_keeps_starts_open_when_policy_is_fragmentation(void **state)
{
    struct placing *f = placing_begin(state, "A30", MODE_MIG, 0);
    placing_add(f, 1, 0)->mig = "1g.6gb+me";
    placing_add(f, 1, 0)->mig = "2g.12gb+me";
    placing_add(f, 1, 0)->mig = "1g.6gb";
    placing_add(f, 10, 0)->mig = "2g.12gb";
    f->s.place = PLACE_BEST_FIT;
    assert_int_equal(placing_place(f)->seat[2].gpu_ix, 1);
    assert_int_equal(f->fleet.gpus_needed, 7);
    f->s.place = PLACE_FRAGMENTATION;
    assert_int_equal(placing_place(f)->seat[2].gpu_ix, 0);
    assert_int_equal(f->fleet.gpus_needed, 6);
}

/* ---- Random fleets ---- */

/* One seat on a GPU under the checker's eyes. */
struct held {
    const struct vgpu_type *type;
    const struct mig_profile *profile;
    int vm; /* of the scenario */
};

struct content {
    struct held held[HELD_MAX];
    int n;
};

/* Can pieces with these start lists and sizes lie side by side? All choices; equal neighbours
 * ascend. */
struct piece {
    const int *starts;
    int starts_n, size;
};

static bool lies(const struct piece *p, int n, int *taken, int done)
{
    if (done == n) {
        return true;
    }
    for (int i = 0; i < p[done].starts_n; i++) {
        int at = p[done].starts[i];
        bool ok = true;
        for (int k = 0; k < done && ok; k++) {
            ok = at >= taken[k] + p[k].size || taken[k] >= at + p[done].size;
        }
        if (done > 0 && p[done].starts == p[done - 1].starts && at < taken[done - 1]) {
            ok = false;
        }
        taken[done] = at;
        if (ok && lies(p, n, taken, done + 1)) {
            return true;
        }
    }
    return false;
}

static void piece_insert(struct piece *p, int n, struct piece x)
{
    int j = n;
    for (; j > 0 &&
           (p[j - 1].size < x.size || (p[j - 1].size == x.size && p[j - 1].starts < x.starts));
         j--) {
        p[j] = p[j - 1];
    }
    p[j] = x;
}

static bool media_allowed(const struct mig_profile *const *profile, int n)
{
    int me = 0;
    int all = 0;
    int with_media = 0;
    for (int i = 0; i < n; i++) {
        me += profile[i]->me || profile[i]->me_all ? 1 : 0;
        all += profile[i]->me_all ? 1 : 0;
        with_media += profile[i]->no_me ? 0 : 1;
    }
    return me <= 1 && (all == 0 || with_media == 1);
}

static bool holds_instances(const struct mig_profile *const *profile, int n)
{
    struct piece p[HELD_MAX];
    int taken[HELD_MAX];
    for (int i = 0; i < n; i++) {
        piece_insert(
            p, i, (struct piece){profile[i]->starts, profile[i]->starts_n, profile[i]->size});
    }
    return media_allowed(profile, n) && lies(p, n, taken, 0);
}

static bool holds_equal(const struct placing *f, const struct content *g)
{
    for (int i = 1; i < g->n; i++) {
        if (g->held[i].type->framebuffer_gib != g->held[0].type->framebuffer_gib) {
            return false;
        }
    }
    return g->n <= 32 && g->n <= g->held[0].type->max_per_gpu &&
           g->n * g->held[0].type->framebuffer_gib <=
               f->base.catalog->gpu[f->s.gpu_ix].framebuffer_gib;
}

static bool holds_mixed(const struct placing *f, const struct content *g)
{
    struct piece p[HELD_MAX];
    int taken[HELD_MAX];
    int gib = 0;
    for (int i = 0; i < g->n; i++) {
        const struct vgpu_type *v = g->held[i].type;
        int same = 0;
        for (int k = 0; k < g->n; k++) {
            same += g->held[k].type == v ? 1 : 0;
        }
        if (same > v->max_per_gpu_mixed) {
            return false;
        }
        gib += v->framebuffer_gib;
        piece_insert(p, i,
                     (struct piece){v->placement_ids, v->placement_ids_n, v->placement_size});
    }
    return g->n <= 32 && gib <= f->base.catalog->gpu[f->s.gpu_ix].framebuffer_gib &&
           lies(p, g->n, taken, 0);
}

/* Time-sliced MIG with one vGPU per VM: seats of one size and profile fill instances. */
static bool holds_shared(const struct content *g)
{
    const struct mig_profile *profile[HELD_MAX];
    int n = 0;
    for (int i = 0; i < g->n; i++) {
        const struct held *x = &g->held[i];
        int before = 0;
        for (int k = 0; k < i; k++) {
            before += g->held[k].profile == x->profile &&
                              g->held[k].type->framebuffer_gib == x->type->framebuffer_gib
                          ? 1
                          : 0;
        }
        if (before % x->type->max_per_instance == 0) {
            profile[n++] = x->profile;
        }
    }
    return g->n <= 48 && holds_instances(profile, n);
}

static bool holds(const struct placing *f, const struct content *g)
{
    const struct mig_profile *profile[HELD_MAX];
    if (g->n == 0) {
        return true;
    }
    switch (f->s.mode[0].kind) {
    case MODE_PASSTHROUGH:
        return g->n == 1;
    case MODE_TIME_SLICED:
        return f->s.mixed_size ? holds_mixed(f, g) : holds_equal(f, g);
    case MODE_MIG:
        for (int i = 0; i < g->n; i++) {
            profile[i] = g->held[i].profile;
        }
        return g->n <= 48 && holds_instances(profile, g->n);
    case MODE_CONTAINER_TIME_SLICED:
        return true;
    case MODE_TIME_SLICED_MIG:
        break;
    }
    return holds_shared(g);
}

/* Free GiB, or free units of the axis, as the policy counts them. */
static int left_on(const struct placing *f, const struct content *g)
{
    int used = 0;
    for (int i = 0; i < g->n; i++) {
        const struct held *x = &g->held[i];
        if (f->s.mode[0].kind == MODE_TIME_SLICED) {
            used += x->type->framebuffer_gib;
        } else if (f->s.mode[0].kind == MODE_MIG) {
            used += x->profile->size;
        } else if (f->s.mode[0].kind == MODE_TIME_SLICED_MIG) {
            int before = 0;
            for (int k = 0; k < i; k++) {
                before += g->held[k].type == x->type ? 1 : 0;
            }
            used += before % x->type->max_per_instance == 0 ? x->profile->size : 0;
        }
    }
    return 1000 - used;
}

static bool is_apart(const struct placing *f, const struct content *g, int vm)
{
    if (f->s.mode[0].kind == MODE_MIG) {
        return true; /* an instance of its own */
    }
    for (int i = 0; i < g->n; i++) {
        if (g->held[i].vm == vm) {
            return false;
        }
    }
    return true;
}

static int room_of(const struct placing *f)
{
    return f->s.mode[0].kind == MODE_TIME_SLICED ? choice_gpu_gib(f->base.catalog, f->s.gpu_ix)
                                                 : f->base.catalog->gpu[f->s.gpu_ix].mig_axis;
}

/* Room that the tenants are expected not to be able to use, weighted by their seats. */
static int64_t waste_on(const struct placing *f, struct content *g)
{
    int64_t refusing = 0;
    for (int i = 0, seat = 0; i < f->s.tenant_n; i++) {
        const struct tenant *t = &f->s.tenant[i];
        g->held[g->n++] =
            (struct held){f->fleet.seat[seat].type, f->fleet.tenant_profile[i], -2};
        refusing += holds(f, g) ? 0 : t->count * t->vgpus;
        g->n--;
        seat += t->count * t->vgpus;
    }
    return refusing * (left_on(f, g) - 1000 + room_of(f));
}

/* How the policy likes `x` on a GPU, the less the better. */
static int64_t wish(const struct placing *f, struct content *g, struct held x)
{
    int64_t before = f->s.place == PLACE_FRAGMENTATION ? waste_on(f, g) : 0;
    int64_t rank = 0;
    g->held[g->n++] = x;
    switch (f->s.place) {
    case PLACE_FIRST_FIT:
        break;
    case PLACE_BEST_FIT:
        rank = left_on(f, g);
        break;
    case PLACE_BREADTH_FIRST:
        rank = g->n;
        break;
    case PLACE_DEPTH_FIRST:
        rank = -g->n;
        break;
    case PLACE_FRAGMENTATION:
        rank = waste_on(f, g) - before;
        break;
    case PLACE_EXACT:
    case PLACE_LISTED:
        break; /* the plan's affair */
    }
    g->n--;
    return rank;
}

/* Replays the placement seat by seat: was the GPU allowed, and the one that the policy wants?
 * Only for placements in which every VM has its place. GPUs are taken up in ascending order,
 * and by all but breadth-first when no GPU in use has room. */
static void check_policy(const struct placing *f)
{
    static struct content gpu[512];
    const struct fleet *fleet = &f->fleet;
    memset(gpu, 0, sizeof gpu);
    int vm = -1;
    for (int i = 0; i < fleet->seat_n; i++) {
        const struct seat *seat = &fleet->seat[i];
        vm += seat->vgpu_ix == 0 ? 1 : 0;
        struct held x = {seat->type, fleet->tenant_profile[seat->tenant_ix], vm};
        int best = -1;
        int64_t best_rank = 0;
        for (int g = 0; g < fleet->gpus_used; g++) {
            struct content *c = &gpu[g];
            bool is_new = c->n == 0 && f->s.place != PLACE_BREADTH_FIRST;
            if (!is_apart(f, c, vm) || (is_new && best >= 0)) {
                continue;
            }
            c->held[c->n++] = x;
            bool fits = holds(f, c);
            c->n--;
            int64_t rank = fits ? wish(f, c, x) : 0;
            if (fits && (best < 0 || rank < best_rank)) {
                best = g;
                best_rank = rank;
            }
        }
        assert_int_equal(seat->gpu_ix, best);
        gpu[best].held[gpu[best].n++] = x;
    }
}

/* Every limit that can be read off the finished placement. */
static void check_seats(const struct placing *f)
{
    const struct fleet *fleet = &f->fleet;
    int per_domain[4096] = {0};
    int gpus = 0;
    for (int i = 0; i < fleet->seat_n; i++) {
        const struct seat *a = &fleet->seat[i];
        assert_int_equal(a->gpu_ix < 0, a->domain_ix < 0);
        if (a->vgpu_ix > 0) {
            assert_int_equal(a->gpu_ix < 0, fleet->seat[i - 1].gpu_ix < 0);
        }
        if (a->gpu_ix < 0) {
            continue;
        }
        const struct domain *d = &fleet->domain[a->domain_ix];
        assert_int_equal(d->gpu_ix, a->gpu_ix);
        assert_int_equal(a->slot, per_domain[a->domain_ix]++);
        assert_true(a->slot < d->type_max);
        assert_ptr_equal(d->profile, fleet->tenant_profile[a->tenant_ix]);
        for (int k = i + 1; k < fleet->seat_n; k++) {
            const struct seat *b = &fleet->seat[k];
            if (b->gpu_ix != a->gpu_ix) {
                continue;
            }
            if (b->tenant_ix == a->tenant_ix && b->vm_ix == a->vm_ix) {
                assert_int_not_equal(a->domain_ix, b->domain_ix);
            }
            if (b->domain_ix != a->domain_ix || d->profile == NULL) {
                assert_true(a->start >= b->start + b->size || b->start >= a->start + a->size);
            } else {
                assert_int_equal(a->type->framebuffer_gib, b->type->framebuffer_gib);
            }
        }
        if (f->s.mode[0].kind == MODE_TIME_SLICED && f->s.mixed_size) {
            bool listed = false;
            for (int k = 0; k < a->type->placement_ids_n; k++) {
                listed = listed || a->type->placement_ids[k] == a->start;
            }
            assert_true(listed);
        }
    }
    for (int i = 0; i < fleet->domain_n; i++) {
        const struct domain *d = &fleet->domain[i];
        assert_int_equal(d->vgpu_n, per_domain[i]);
        assert_true(d->vgpu_n >= 1 && d->gpu_ix < fleet->gpus_used);
        gpus += i == 0 || d[-1].gpu_ix != d->gpu_ix ? 1 : 0;
        if (i > 0) {
            const struct domain *b = d - 1;
            assert_true(b->gpu_ix < d->gpu_ix ||
                        (b->gpu_ix == d->gpu_ix && b->start + b->size <= d->start));
        }
        bool listed = d->profile == NULL;
        for (int k = 0; d->profile != NULL && k < d->profile->starts_n; k++) {
            listed = listed || d->profile->starts[k] == d->start;
        }
        assert_true(listed);
    }
    assert_int_equal(gpus, fleet->gpus_used); /* none is empty */
}

/* A row of the GPU's vGPU types or MIG profiles, by chance; NULL where it has none. */
static const char *any_type(const struct placing *f, uint32_t *seed)
{
    for (int i = 0; i < 2000; i++) {
        const struct vgpu_type *v =
            &f->base.catalog->vgpu[draw(seed, (uint32_t)f->base.catalog->vgpu_n)];
        if (v->gpu_ix == f->s.gpu_ix) {
            return v->name;
        }
    }
    return NULL;
}

static const char *any_profile(const struct placing *f, uint32_t *seed)
{
    for (int i = 0; i < 2000; i++) {
        const struct mig_profile *p =
            &f->base.catalog->mig[draw(seed, (uint32_t)f->base.catalog->mig_n)];
        if (p->gpu_ix == f->s.gpu_ix) {
            return p->name;
        }
    }
    return NULL;
}

static void random_scenario(void **state, uint32_t *seed)
{
    static const char *const gpus[] = {
        "A100-PCIE-80GB",   "A100-PCIE-40GB",  "A30", "L4", "A16", "H100-NVL-94GB", "H200-SXM",
        "RTX-PRO-6000-BSE", "RTX-PRO-4500-BSE"};
    const char *gpu = gpus[draw(seed, sizeof gpus / sizeof gpus[0])];
    uint32_t mode = draw(seed, 4);
    struct placing *f = placing_begin(state, gpu, (enum mode_kind)mode, 0);
    f->s.mixed_size = draw(seed, 2) == 0;
    f->s.place = (enum place_policy)draw(seed, POLICIES_N);
    uint32_t tenants = 1 + draw(seed, 5);
    for (uint32_t i = 0; i < tenants; i++) {
        int count = 1 + (int)draw(seed, 7);
        struct tenant *t = placing_add(f, count, (int)draw(seed, 24));
        uint32_t vgpus = draw(seed, 8);
        t->vgpus = mode != MODE_TIME_SLICED_MIG && vgpus >= 6 ? (int)vgpus - 4 : 1;
        uint32_t named = draw(seed, 4);
        if (named == 0) {
            t->vgpu = any_type(f, seed);
            t->framebuffer_bytes = 0;
        } else if (named == 1 && f->base.catalog->gpu[f->s.gpu_ix].mig_slices > 0) {
            t->mig = any_profile(f, seed);
            t->framebuffer_bytes = 0;
        }
    }
}

/* Seeds 1 .. 4000. The count that is asked for must do, and one less must not. */
static void fleet_breaks_no_rule_when_tenants_are_random(void **state)
{
    struct placing *f = *state;
    int feasible = 0;
    int short_n = 0;
    int forbidden = 0;
    for (uint32_t round = 1; round <= 4000; round++) {
        uint32_t seed = round;
        random_scenario(state, &seed);
        const struct fleet *fleet = placing_place(f);
        check_seats(f);
        if (!fleet->feasible) {
            assert_int_equal(fleet->gpus_needed, -1);
            assert_true(fleet->reasons.n > 0);
            forbidden++;
            continue;
        }
        feasible++;
        assert_int_equal(fleet->reasons.n, 0);
        check_policy(f);
        int needed = fleet->gpus_needed;
        assert_int_equal(fleet->gpus_used, needed);
        f->s.gpu_count = needed;
        assert_true(placing_place(f)->feasible);
        assert_int_equal(fleet->gpus_needed, needed);
        if (needed > 1) {
            short_n++;
            f->s.gpu_count = needed - 1;
            assert_false(placing_place(f)->feasible);
            assert_int_equal(fleet->gpus_needed, needed);
            assert_true(fleet->reasons.n > 0 && fleet->vms_rejected > 0);
            assert_true(fleet->gpus_used <= needed - 1);
            assert_int_equal(fleet->vms_placed + fleet->vms_rejected, f->s.vm_n);
            check_seats(f);
        }
    }
    assert_true(feasible > 1000 && short_n > 500 && forbidden > 100);
}

/* 4096 VMs of eight sizes under every mode and policy; the sanitizers need a tenth of this
 * limit. */
static void fleet_is_quick_when_it_has_thousands_of_vms(void **state)
{
    clock_t begun = clock();
    for (uint32_t mode = 0; mode < 4; mode++) {
        for (int policy = 0; policy < 2 * POLICIES_N; policy++) {
            struct placing *f =
                placing_begin(state, "RTX-PRO-6000-BSE", (enum mode_kind)mode, 0);
            f->s.place = (enum place_policy)(policy % POLICIES_N);
            f->s.mixed_size = policy / POLICIES_N == 1;
            static const int gib[] = {8, 12, 16, 24, 30, 8, 45, 20};
            for (int i = 0; i < 8; i++) {
                placing_add(f, 512, gib[i]);
            }
            assert_true(placing_place(f)->feasible);
            assert_int_equal(f->fleet.vms_placed, 4096);
        }
    }
    double took_s = (double)(clock() - begun) / (double)CLOCKS_PER_SEC;
    assert_true(took_s < 10);
}

/* ---- The exact policy ---- */

/* The least number of GPUs for the seats from `i` on, with `n` GPUs begun and at most `best` -
 * 1 of interest: every seat on every GPU, and on one new one. */
static int fewest(const struct placing *f, const struct held *seat, int seat_n, int i,
                  struct content *gpu, int n, int best)
{
    if (n >= best) {
        return best;
    }
    if (i == seat_n) {
        return n;
    }
    for (int g = 0; g <= n && g < best - 1; g++) {
        struct content *c = &gpu[g];
        if (!is_apart(f, c, seat[i].vm)) {
            continue;
        }
        c->held[c->n++] = seat[i];
        if (holds(f, c)) {
            int found = fewest(f, seat, seat_n, i + 1, gpu, g == n ? n + 1 : n, best);
            best = found < best ? found : best;
        }
        c->n--;
    }
    return best;
}

/* Instances of many kinds, some with media extensions, which go badly together. */
static void awkward_scenario(void **state, uint32_t *seed)
{
    static const char *const gpus[] = {"A100-PCIE-80GB", "A30", "H100-NVL-94GB",
                                       "RTX-PRO-6000-BSE"};
    struct placing *f = placing_begin(state, gpus[draw(seed, 4)], MODE_MIG, 0);
    for (int i = 0; i < 5; i++) {
        placing_add(f, 1 + (int)draw(seed, 3), 0)->mig = any_profile(f, seed);
    }
}

/* 400 small fleets of all modes, with up to nine seats: as few GPUs as brute force finds, and
 * some of them fewer than best fit takes. */
static void fleet_takes_fewest_gpus_when_policy_is_exact(void **state)
{
    static struct content gpu[16];
    int compared = 0;
    int better = 0;
    for (uint32_t round = 1; compared < 400; round++) {
        uint32_t seed = round;
        if (round % 2 == 0) {
            random_scenario(state, &seed);
        } else {
            awkward_scenario(state, &seed);
        }
        struct placing *f = *state;
        f->s.place = PLACE_BEST_FIT;
        const struct fleet *fleet = placing_place(f);
        if (!fleet->feasible || fleet->seat_n > 9) {
            continue;
        }
        int best_fit = fleet->gpus_needed;
        f->s.place = PLACE_EXACT;
        fleet = placing_place(f);
        struct held seat[9];
        for (int i = 0, vm = -1; i < fleet->seat_n; i++) {
            vm += fleet->seat[i].vgpu_ix == 0 ? 1 : 0;
            seat[i] = (struct held){fleet->seat[i].type,
                                    fleet->tenant_profile[fleet->seat[i].tenant_ix], vm};
        }
        memset(gpu, 0, sizeof gpu);
        assert_true(fleet->feasible);
        assert_int_equal(fleet->gpus_needed,
                         fewest(f, seat, fleet->seat_n, 0, gpu, 0, fleet->seat_n + 1));
        assert_int_equal(fleet->gpus_used, fleet->gpus_needed);
        assert_string_equal(fleet->notes.list[fleet->notes.n - 1].rule, "PLACE-01");
        check_seats(f);
        better += fleet->gpus_needed < best_fit ? 1 : 0;
        compared++;
    }
    assert_true(better > 20);
}

/* Where the fleet has fewer GPUs than it takes, the reason names the least number. */
static void fleet_says_least_number_when_exact_finds_too_few(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_MIG, 1);
    f->s.place = PLACE_EXACT;
    placing_add(f, 1, 0)->mig = "2g.20gb";
    placing_add(f, 1, 0)->mig = "4g.40gb";
    placing_add(f, 1, 0)->mig = "3g.40gb";
    assert_reason(placing_place(f), "MIG-02", "needs 2 GPUs, the fleet has 1");
    f->s.gpu_count = 2;
    assert_true(placing_place(f)->feasible);
}

/* The case of fragmentation: best fit takes 7 GPUs, two units for each 1g that stands alone. */
static void fleet_saves_gpu_when_policy_is_exact(void **state)
{
    struct placing *f = placing_begin(state, "A30", MODE_MIG, 0);
    placing_add(f, 1, 0)->mig = "1g.6gb+me";
    placing_add(f, 1, 0)->mig = "2g.12gb+me";
    placing_add(f, 1, 0)->mig = "1g.6gb";
    placing_add(f, 10, 0)->mig = "2g.12gb";
    f->s.place = PLACE_BEST_FIT;
    assert_int_equal(placing_place(f)->gpus_needed, 7);
    f->s.place = PLACE_EXACT;
    assert_int_equal(placing_place(f)->gpus_needed, 6); /* 24 units of 4: not one is left */
    assert_string_equal(f->fleet.notes.list[0].text, "6 GPUs, and no fewer do");
}

/* Nothing to place: every tenant is forbidden. */
static void fleet_has_no_plan_when_exact_has_no_tenant(void **state)
{
    struct placing *f = placing_begin(state, "L40S", MODE_MIG, 2);
    f->s.place = PLACE_EXACT;
    placing_add(f, 1, 10);
    assert_reason(placing_place(f), "MIG-01", "no MIG");
}

/* 4096 VMs of eight sizes: patterns and nodes are limited, and the note says what is proven. */
static void fleet_says_what_is_proven_when_exact_has_thousands_of_vms(void **state)
{
    static const int gib[] = {8, 12, 16, 24, 30, 8, 45, 20};
    clock_t begun = clock();
    for (uint32_t mode = 0; mode < 4; mode++) {
        for (int mixed = 0; mixed < 2; mixed++) {
            struct placing *f =
                placing_begin(state, "RTX-PRO-6000-BSE", (enum mode_kind)mode, 0);
            f->s.mixed_size = mixed == 1;
            for (int i = 0; i < 8; i++) {
                placing_add(f, 512, gib[i]);
            }
            int best_fit = placing_place(f)->gpus_needed;
            f->s.place = PLACE_EXACT;
            const struct fleet *fleet = placing_place(f);
            assert_true(fleet->feasible && fleet->gpus_needed <= best_fit);
            const struct reason *note = &fleet->notes.list[fleet->notes.n - 1];
            assert_string_equal(note->rule, "PLACE-01");
            assert_non_null(strstr(note->text, "and no fewer do"));
        }
    }
    assert_true((double)(clock() - begun) / (double)CLOCKS_PER_SEC < 30);
}

/* ---- Hosts ---- */

#define GIB (UINT64_C(1) << 30)

/* Two hosts of 64 GiB and two GPUs: the third VM of 30 GiB leaves GPU 0, which has room. */
static void fleet_goes_to_next_host_when_memory_is_taken(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_TIME_SLICED, 0);
    add_hosts(f, 2, "A100-PCIE-80GB", 2)->memory_bytes = 64 * GIB;
    placing_add(f, 4, 10)->memory_bytes = 30 * GIB;
    const struct fleet *fleet = placing_place(f);
    static const int gpu[] = {0, 0, 2, 2};
    assert_true(fleet->feasible);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(fleet->seat[i].gpu_ix, gpu[i]);
        assert_int_equal(fleet->domain[fleet->seat[i].domain_ix].host_ix, i / 2);
    }
    assert_int_equal(fleet->gpus_used, 2);
    assert_int_equal(fleet->gpus_needed, 3); /* the first three of the fleet */
}

/* 64 GiB are two VMs of 32 GiB to the byte. */
static void fleet_names_memory_when_hosts_have_none_left(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_TIME_SLICED, 0);
    add_hosts(f, 2, "A100-PCIE-80GB", 2)->memory_bytes = 64 * GIB;
    struct tenant *t = placing_add(f, 4, 10);
    t->memory_bytes = 32 * GIB;
    assert_true(placing_place(f)->feasible);
    t->memory_bytes = 32 * GIB + 1;
    const struct fleet *fleet = placing_place(f);
    assert_int_equal(fleet->vms_placed, 2);
    assert_int_equal(fleet->gpus_needed, -1);
    assert_reason(fleet, "HOST-01", "host x/0 has");
}

static void fleet_names_cpus_when_hosts_have_none_left(void **state)
{
    struct placing *f = placing_begin(state, "A100-PCIE-80GB", MODE_TIME_SLICED, 0);
    add_hosts(f, 1, "A100-PCIE-80GB", 1)->cpus = 31;
    struct tenant *t = placing_add(f, 4, 10);
    t->cpus = 8;
    const struct fleet *fleet = placing_place(f);
    assert_int_equal(fleet->vms_placed, 3);
    assert_reason(fleet, "HOST-02", "host x/0 has 7 CPUs left, and a VM takes 8");
    t->cpus = 0;
    assert_true(placing_place(f)->feasible);
}

/* Three hosts with two GPUs have six, and a VM of three finds no host. Of two it takes one host
 * each, also when a neighbour has one GPU of the first host. */
static void fleet_keeps_vm_on_one_host_when_it_has_several_vgpus(void **state)
{
    struct placing *f = placing_begin(state, "L40S", MODE_PASSTHROUGH, 0);
    add_hosts(f, 3, "L40S", 2);
    struct tenant *t = placing_add(f, 1, 0);
    t->vgpus = 3;
    assert_reason(placing_place(f), "PT-01",
                  "no host has room on as many GPUs as one VM takes");
    t->vgpus = 1;
    placing_add(f, 2, 0)->vgpus = 2;
    const struct fleet *fleet = placing_place(f);
    static const int gpu[] = {0, 2, 3, 4, 5};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(fleet->seat[i].gpu_ix, gpu[i]);
    }
    assert_int_equal(fleet->gpus_used, 5);
    assert_int_equal(fleet->gpus_needed, 6);
}

/* Each kind of GPU has its own type; a name of one kind leaves the other out. */
static void fleet_chooses_by_host_when_gpus_differ(void **state)
{
    struct placing *f = placing_begin(state, "A30", MODE_TIME_SLICED, 0);
    add_hosts(f, 1, "A30", 1);
    add_hosts(f, 1, "L40S", 1);
    placing_add(f, 4, 10);
    const struct fleet *fleet = placing_place(f);
    static const char *const type[] = {"A30-12C", "A30-12C", "L40S-12C", "L40S-12C"};
    for (int i = 0; i < 4; i++) {
        assert_string_equal(fleet->seat[i].type->name, type[i]);
    }
    assert_int_equal(fleet->domain[1].model_ix, catalog_gpu_find(f->base.catalog, "L40S"));
    assert_float_equal(fleet->framebuffer_frac, 48.0 / 72, 1e-12);
    f->tenant[0].vgpu = "L40S-12C";
    fleet = placing_place(f);
    assert_int_equal(fleet->seat[0].gpu_ix, 1);
    assert_int_equal(fleet->notes.n, 1);
    assert_string_equal(fleet->notes.list[0].rule, "HOST-03");
    assert_string_equal(fleet->notes.list[0].text, "not on hosts x: A30 has no L40S-12C");
}

/* MIG on hosts that have it; where none has it the mode is infeasible and each group says why.
 */
static void fleet_passes_hosts_over_when_a_rule_forbids_them(void **state)
{
    struct placing *f = placing_begin(state, "L40S", MODE_MIG, 0);
    add_hosts(f, 2, "L40S", 2);
    add_hosts(f, 1, "A30", 1);
    placing_add(f, 4, 6);
    const struct fleet *fleet = placing_place(f);
    assert_true(fleet->feasible);
    assert_int_equal(fleet->seat[0].gpu_ix, 4);
    assert_int_equal(fleet->gpus_used, 1);
    assert_int_equal(fleet->gpus_needed, 5);
    assert_float_equal(fleet->slices_frac, 1, 1e-12);
    assert_string_equal(fleet->notes.list[0].rule, "MIG-01");
    f->group[1].gpu_ix = f->group[0].gpu_ix;
    fleet = placing_place(f);
    assert_int_equal(fleet->reasons.n, 2); /* one for each group, of all tenants */
    assert_int_equal(fleet->gpus_needed, -1);
    assert_reason(fleet, "MIG-01", "not on hosts x: L40S cannot be cut");
}

struct host_use {
    uint64_t memory_bytes;
    int cpus;
};

/* Could the VM lie on a host, by the checker's own count? For VMs with one vGPU: the GPU that
 * first fit wants is *used or, where no GPU in use has room, *empty. */
static void look_at_hosts(struct placing *f, const struct tenant *t, const struct content *gpu,
                          const struct host_use *use, int *used, int *empty)
{
    int host = 0;
    int g = 0;
    *used = *empty = -1;
    for (int i = 0; i < f->s.group_n; i++) {
        const struct host_group *group = &f->group[i];
        struct choice c;
        bool offers = choice_make(&c, &f->s, group->gpu_ix, f->s.mode[0].kind, t);
        for (int h = 0; h < group->count; h++, host++) {
            bool room = (group->memory_bytes == 0 ||
                         use[host].memory_bytes + t->memory_bytes <= group->memory_bytes) &&
                        (group->cpus == 0 || use[host].cpus + t->cpus <= group->cpus);
            for (int k = 0; k < group->gpus; k++, g++) {
                struct content x = gpu[g];
                int *at = x.n > 0 ? used : empty;
                x.held[x.n++] = (struct held){c.type, c.profile, -2};
                f->s.gpu_ix = group->gpu_ix;
                if (offers && room && *at < 0 && holds(f, &x)) {
                    *at = g;
                }
                f->s.gpu_ix = f->group[0].gpu_ix;
            }
        }
    }
}

/* Follows a placement VM by VM: hosts hold what they are given, all vGPUs of a VM lie on one
 * host, first fit takes the lowest GPU, and who is refused is refused by every host. */
static void check_hosts(struct placing *f)
{
    static struct content gpu[128];
    struct host_use use[64] = {
        {0, 0}
    };
    const struct fleet *fleet = &f->fleet;
    memset(gpu, 0, sizeof gpu);
    for (int i = 0; i < fleet->seat_n; i++) {
        const struct seat *seat = &fleet->seat[i];
        const struct tenant *t = &f->tenant[seat->tenant_ix];
        int used;
        int empty;
        if (seat->vgpu_ix == 0 && t->vgpus == 1) {
            look_at_hosts(f, t, gpu, use, &used, &empty);
            int want = used >= 0 ? used : empty;
            assert_true(seat->gpu_ix >= 0 || want < 0);
            assert_true(seat->gpu_ix < 0 || f->s.place != PLACE_FIRST_FIT ||
                        seat->gpu_ix == want);
        }
        if (seat->gpu_ix < 0) {
            continue;
        }
        const struct domain *d = &fleet->domain[seat->domain_ix];
        struct content *g = &gpu[seat->gpu_ix];
        assert_true(is_apart(f, g, seat->tenant_ix * 1000 + seat->vm_ix));
        g->held[g->n++] =
            (struct held){seat->type, d->profile, seat->tenant_ix * 1000 + seat->vm_ix};
        f->s.gpu_ix = d->model_ix;
        assert_true(holds(f, g));
        f->s.gpu_ix = f->group[0].gpu_ix;
        if (seat->vgpu_ix == 0) {
            use[d->host_ix].memory_bytes += t->memory_bytes;
            use[d->host_ix].cpus += t->cpus;
        } else {
            assert_int_equal(d->host_ix, fleet->domain[seat[-1].domain_ix].host_ix);
        }
    }
    for (int i = 0, host = 0; i < f->s.group_n; i++) {
        for (int h = 0; h < f->group[i].count; h++, host++) {
            assert_true(f->group[i].memory_bytes == 0 ||
                        use[host].memory_bytes <= f->group[i].memory_bytes);
            assert_true(f->group[i].cpus == 0 || use[host].cpus <= f->group[i].cpus);
        }
    }
}

static void random_hosts(void **state, uint32_t *seed)
{
    static const char *const gpus[] = {"A100-PCIE-80GB", "A30", "L40S", "H100-NVL-94GB"};
    struct placing *f = placing_begin(state, "A30", (enum mode_kind)draw(seed, 3), 0);
    f->s.place = (enum place_policy)draw(seed, POLICIES_N);
    uint32_t groups = 1 + draw(seed, PLACING_GROUPS - 1);
    for (uint32_t i = 0; i < groups; i++) {
        int hosts = 1 + (int)draw(seed, 4);
        struct host_group *g = add_hosts(f, hosts, gpus[draw(seed, 4)], 1 + (int)draw(seed, 4));
        g->memory_bytes = draw(seed, 2) * 64 * GIB;
        g->cpus = (int)draw(seed, 2) * 24;
    }
    uint32_t tenants = 1 + draw(seed, 4);
    for (uint32_t i = 0; i < tenants; i++) {
        int count = 1 + (int)draw(seed, 9);
        struct tenant *t = placing_add(f, count, (int)draw(seed, 24));
        t->vgpus = draw(seed, 4) == 0 ? 2 : 1;
        t->memory_bytes = draw(seed, 4) * 8 * GIB;
        t->cpus = (int)draw(seed, 4) * 4;
    }
}

/* Keeps the first n >= 1 GPUs of the fleet; a host that is cut becomes a group of its own. */
static void cut_fleet(struct placing *f, int n)
{
    int before = 0;
    f->s.gpu_count = n;
    for (int i = 0; i < f->s.group_n; i++) {
        struct host_group *g = &f->group[i];
        if (before + g->count * g->gpus < n) {
            before += g->count * g->gpus;
            continue;
        }
        int whole = (n - before) / g->gpus;
        int rest = (n - before) % g->gpus;
        f->s.group_n = i + (whole > 0 ? 1 : 0) + (rest > 0 ? 1 : 0);
        if (rest > 0) {
            struct host_group *cut = whole > 0 ? g + 1 : g;
            *cut = *g;
            cut->count = 1;
            cut->gpus = rest;
        }
        g->count = whole > 0 ? whole : g->count;
        return;
    }
}

/* Seeds 1 .. 3000. A prefix of the fleet as long as gpus_needed must do, and one GPU less not.
 */
static void fleet_breaks_no_host_when_tenants_are_random(void **state)
{
    int feasible = 0;
    int short_n = 0;
    for (uint32_t round = 1; round <= 3000; round++) {
        uint32_t seed = round;
        random_hosts(state, &seed);
        struct placing *f = *state;
        const struct fleet *fleet = placing_place(f);
        check_hosts(f);
        assert_int_equal(fleet->vms_placed + fleet->vms_rejected, f->s.vm_n);
        assert_int_equal(fleet->feasible, fleet->reasons.n == 0);
        feasible += fleet->feasible ? 1 : 0;
        short_n += fleet->feasible ? 0 : 1;
        assert_true(fleet->gpus_needed <= f->s.gpu_count);
        assert_true(fleet->gpus_needed < 0 || fleet->gpus_used <= f->s.gpu_count);
        if (f->s.place != PLACE_BREADTH_FIRST) {
            assert_int_equal(fleet->feasible, fleet->gpus_needed >= 0);
        }
        int needed = fleet->gpus_needed;
        if (needed >= 1) {
            cut_fleet(f, needed);
            assert_true(placing_place(f)->feasible);
            check_hosts(f);
        }
        if (needed >= 2) {
            cut_fleet(f, needed - 1);
            assert_false(placing_place(f)->feasible);
        }
    }
    assert_true(feasible > 600 && short_n > 600);
}

/* One host with all GPUs and no limits places as the short form does. */
static void fleet_places_alike_when_one_host_has_everything(void **state)
{
    static struct seat before[1024];
    for (uint32_t round = 1; round <= 1000; round++) {
        uint32_t seed = round;
        random_scenario(state, &seed);
        struct placing *f = *state;
        f->s.gpu_count = 1 + (int)draw(&seed, 8);
        const struct fleet *fleet = placing_place(f);
        struct fleet short_form = *fleet;
        memcpy(before, fleet->seat, (size_t)fleet->seat_n * sizeof *before);
        add_hosts(f, 1, f->base.catalog->gpu[f->s.gpu_ix].key, f->s.gpu_count);
        fleet = placing_place(f);
        assert_int_equal(fleet->feasible, short_form.feasible);
        assert_int_equal(fleet->gpus_used, short_form.gpus_used);
        assert_memory_equal(fleet->seat, before, (size_t)fleet->seat_n * sizeof *before);
    }
}

/* 8192 VMs of four tenants over 1024 hosts with four GPUs of two kinds. */
static void fleet_is_quick_when_it_has_a_thousand_hosts(void **state)
{
    clock_t begun = clock();
    for (int policy = 0; policy < POLICIES_N; policy++) {
        struct placing *f = placing_begin(state, "L40S", MODE_TIME_SLICED, 0);
        f->s.place = (enum place_policy)policy;
        add_hosts(f, 512, "L40S", 4)->memory_bytes = 128 * GIB;
        add_hosts(f, 512, "A100-PCIE-80GB", 4)->cpus = 128;
        for (int i = 0; i < 4; i++) {
            struct tenant *t = placing_add(f, 2048, 4 + 4 * i);
            t->memory_bytes = 12 * GIB;
            t->cpus = 8;
            t->vgpus = i == 3 ? 2 : 1;
        }
        /* Breadth-first gives the first two tenants every GPU, and one GPU carries one size. */
        assert_true(placing_place(f)->vms_placed >= 4096);
    }
    double took_s = (double)(clock() - begun) / (double)CLOCKS_PER_SEC;
    assert_true(took_s < 10);
}

static void fleet_reports_machine_when_memory_is_out(void **state)
{
    struct placing *f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_TIME_SLICED_MIG, 1);
    placing_add(f, 13, 8);
    placing_add(f, 1, 1000);
    long n = 1;
    for (;; n++) {
        arena_fini(&f->base.arena);
        mem_fail_at(n);
        bool ok = fleet_place(&f->fleet, &f->base.arena, &f->s, 0, &f->base.diag);
        mem_fail_at(0);
        if (ok) {
            break;
        }
        assert_true(diag_failed(&f->base.diag));
        assert_true(n < 1000);
    }
    assert_true(n > 3);
    assert_int_equal(f->fleet.reasons.n, 2);
}

/* A full list keeps what came first and counts the rest; adding does not fail. */
static void reasons_count_the_rest_when_the_list_is_full(void **state)
{
    struct placing *f = *state;
    struct reasons *r = &f->fleet.reasons;
    memset(r, 0, sizeof *r);
    for (int i = 0; i < 100; i++) {
        assert_true(reasons_add(r, &f->base.arena, "DATA-01", NULL, "number %d", i));
        assert_int_equal(r->n, i < REASONS_MAX ? i + 1 : REASONS_MAX);
    }
    assert_string_equal(r->list[REASONS_MAX - 2].text, "number 62");
    assert_string_equal(r->list[REASONS_MAX - 1].rule, "MORE");
    assert_string_equal(r->list[REASONS_MAX - 1].text, "37 more, which find no room here");
    arena_fini(&f->base.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fleet_chooses_smallest_that_holds_when_framebuffer_is_given),
        cmocka_unit_test(fleet_honours_names_when_they_belong_to_the_mode),
        cmocka_unit_test(fleet_forbids_mode_when_gpu_cannot_do_it),
        cmocka_unit_test(fleet_gives_whole_gpus_when_passed_through),
        cmocka_unit_test(fleet_wants_different_gpus_when_vm_has_several),
        cmocka_unit_test(fleet_notes_inferred_cells_when_it_uses_them),
        cmocka_unit_test(fleet_names_type_maximum_when_gpu_is_full),
        cmocka_unit_test(fleet_keeps_sizes_apart_when_mode_is_equal_size),
        cmocka_unit_test(fleet_uses_placement_ids_when_sizes_are_mixed),
        cmocka_unit_test(fleet_lays_out_instances_when_order_is_awkward),
        cmocka_unit_test(fleet_names_start_index_when_instances_run_out),
        cmocka_unit_test(fleet_fills_instances_when_mig_is_time_sliced),
        cmocka_unit_test(fleet_takes_vm_back_when_it_does_not_fit_whole),
        cmocka_unit_test(fleet_prefers_fuller_gpu_when_policy_is_best_fit),
        cmocka_unit_test(fleet_spreads_when_policy_is_breadth_first),
        cmocka_unit_test(fleet_needs_more_gpus_when_sizes_are_spread),
        cmocka_unit_test(fleet_finds_number_of_gpus_when_breadth_first_needs_many),
        cmocka_unit_test(fleet_fills_busiest_gpu_when_policy_is_depth_first),
        cmocka_unit_test(fleet_keeps_starts_open_when_policy_is_fragmentation),
        cmocka_unit_test(fleet_breaks_no_rule_when_tenants_are_random),
        cmocka_unit_test(fleet_is_quick_when_it_has_thousands_of_vms),
        cmocka_unit_test(fleet_goes_to_next_host_when_memory_is_taken),
        cmocka_unit_test(fleet_names_memory_when_hosts_have_none_left),
        cmocka_unit_test(fleet_names_cpus_when_hosts_have_none_left),
        cmocka_unit_test(fleet_keeps_vm_on_one_host_when_it_has_several_vgpus),
        cmocka_unit_test(fleet_chooses_by_host_when_gpus_differ),
        cmocka_unit_test(fleet_passes_hosts_over_when_a_rule_forbids_them),
        cmocka_unit_test(fleet_breaks_no_host_when_tenants_are_random),
        cmocka_unit_test(fleet_places_alike_when_one_host_has_everything),
        cmocka_unit_test(fleet_is_quick_when_it_has_a_thousand_hosts),
        cmocka_unit_test(fleet_takes_fewest_gpus_when_policy_is_exact),
        cmocka_unit_test(fleet_says_least_number_when_exact_finds_too_few),
        cmocka_unit_test(fleet_saves_gpu_when_policy_is_exact),
        cmocka_unit_test(fleet_has_no_plan_when_exact_has_no_tenant),
        cmocka_unit_test(fleet_says_what_is_proven_when_exact_has_thousands_of_vms),
        cmocka_unit_test(reasons_count_the_rest_when_the_list_is_full),
        cmocka_unit_test(fleet_reports_machine_when_memory_is_out),
    };
    return cmocka_run_group_tests_name("fleet", tests, placing_set_up, placing_tear_down);
}
