/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_capacity.c - how much one GPU takes, at the very edge: the limits of 32, 48, 12 and 16,
 * and layouts that users ask for.
 *
 * Every case fills GPUs until the last vGPU that fits, then asks for one more and looks at the
 * rule that refuses it. Maxima per type: models/data/vgpu_types.csv; limits: rules CAP-05 to
 * CAP-07. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/placing.h"

/* All VMs of all tenants fit; with one VM more of the last tenant, `rule` refuses it. */
static void assert_edge(struct placing *f, const char *rule)
{
    const struct fleet *fleet = placing_place(f);
    assert_true(fleet->feasible);
    f->tenant[f->s.tenant_n - 1].count++;
    f->s.vm_n++;
    fleet = placing_place(f);
    assert_false(fleet->feasible);
    assert_int_equal(fleet->vms_rejected, 1);
    assert_string_equal(fleet->reasons.list[0].rule, rule);
}

/* ---- 32, 48, 12, 16 ---- */

/* No type of the catalogue has a maximum beyond 32, so one is given 48 here: all 48 GiB of an
 * A40.
 */
static void capacity_is_32_when_gpu_has_no_instances(void **state)
{
    struct placing *f = placing_begin(state, "A40", MODE_TIME_SLICED, 1);
    struct catalog more = *f->base.catalog;
    more.vgpu = arena_alloc(&f->base.program, (size_t)more.vgpu_n, sizeof *more.vgpu);
    assert_non_null(more.vgpu);
    memcpy(more.vgpu, f->base.catalog->vgpu, (size_t)more.vgpu_n * sizeof *more.vgpu);
    for (int i = 0; i < more.vgpu_n; i++) {
        assert_true(more.vgpu[i].max_per_gpu <= 32 || more.vgpu[i].mode != VGPU_TIME_SLICED);
        more.vgpu[i].max_per_gpu =
            strcmp(more.vgpu[i].name, "A40-1Q") == 0 ? 48 : more.vgpu[i].max_per_gpu;
    }
    f->s.catalog = &more;
    placing_add(f, 32, 0)->vgpu = "A40-1Q";
    assert_edge(f, "CAP-05");
}

static void capacity_is_type_maximum_when_sizes_are_equal(void **state)
{
    struct placing *f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_TIME_SLICED, 1);
    placing_add(f, 32, 0)->vgpu = "DC-3Q";
    assert_edge(f, "CAP-01");
}

static void capacity_is_48_when_instances_are_shared(void **state)
{
    struct placing *f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_TIME_SLICED_MIG, 1);
    placing_add(f, 48, 0)->vgpu = "DC-1-2Q";
    assert_edge(f, "CAP-06");
    assert_int_equal(f->fleet.domain_n, 4);
}

/* The twelfth shares the instance of the first; the thirteenth opens another. */
static void capacity_of_instance_is_12_when_it_is_shared(void **state)
{
    struct placing *f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_TIME_SLICED_MIG, 1);
    placing_add(f, 12, 0)->vgpu = "DC-1-2Q";
    assert_int_equal(placing_place(f)->domain_n, 1);
    assert_int_equal(f->fleet.domain[0].vgpu_n, 12);
    f->tenant[0].count = 13;
    assert_int_equal(placing_place(f)->domain_n, 2);
}

/* Each on a GPU of its own: 15 GPUs do not do for 16, and 17 are no VM. */
static void capacity_of_vm_is_16_when_it_has_several_vgpus(void **state)
{
    struct placing *f = placing_begin(state, "L40S", MODE_TIME_SLICED, 16);
    placing_add(f, 1, 48)->vgpus = 16;
    assert_true(placing_place(f)->feasible);
    assert_int_equal(f->fleet.gpus_used, 16);
    f->s.gpu_count = 15;
    assert_false(placing_place(f)->feasible);
    assert_string_equal(f->fleet.reasons.list[0].rule, "CAP-10");
    f->s.gpu_count = 17;
    f->tenant[0].vgpus = 17;
    assert_false(placing_place(f)->feasible);
    assert_string_equal(f->fleet.reasons.list[0].rule, "CAP-07");
}

/* ---- Equal and mixed sizes ---- */

/* One vGPU of 8 GiB leaves 88 GiB, and not one of another size may be made of them, however
 * many 88 / size says; of its own size there are 11 left. In mixed-size mode there are. */
static void capacity_for_other_sizes_is_zero_when_sizes_are_equal(void **state)
{
    static const int gib[] = {16, 24, 48};
    static const int mixed_n[] = {5, 3, 1};
    for (int i = 0; i < 3; i++) {
        struct placing *f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_TIME_SLICED, 1);
        placing_add(f, 1, 8);
        placing_add(f, 12, gib[i]);
        assert_int_equal(placing_place(f)->vms_placed, 1);
        assert_string_equal(f->fleet.reasons.list[0].rule, "CAP-03");
        f->s.mixed_size = true;
        assert_int_equal(placing_place(f)->vms_placed, 1 + mixed_n[i]);
    }
    struct placing *f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_TIME_SLICED, 1);
    placing_add(f, 1, 8);
    placing_add(f, 11, 8);
    assert_edge(f, "CAP-01");
}

/* 48, 24 and three times 8 GiB fill the GPU, each at an id of its type, and none overlaps. */
static void capacity_goes_by_placement_ids_when_sizes_are_mixed(void **state)
{
    struct placing *f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_TIME_SLICED, 1);
    f->s.mixed_size = true;
    placing_add(f, 1, 48);
    placing_add(f, 1, 24);
    placing_add(f, 3, 8);
    assert_edge(f, "CAP-02");
    bool taken[96] = {false};
    f->tenant[2].count--;
    placing_place(f);
    for (int i = 0; i < f->fleet.seat_n; i++) {
        for (int at = 0; at < f->fleet.seat[i].size; at++) {
            assert_false(taken[f->fleet.seat[i].start + at]);
            taken[f->fleet.seat[i].start + at] = true;
        }
    }
}

/* ---- What users ask for ---- */

/* Twelve VMs of 8 GiB: time-sliced on one GPU, three in each instance where instances are
 * shared, and four to a GPU where an instance is a VM's own. */
static void capacity_is_twelve_vms_when_rtx_pro_6000_has_8_gib_each(void **state)
{
    struct placing *f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_TIME_SLICED, 1);
    placing_add(f, 12, 8);
    assert_edge(f, "CAP-01");
    f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_TIME_SLICED_MIG, 1);
    placing_add(f, 12, 8);
    assert_edge(f, "MIG-07");
    assert_int_equal(f->fleet.domain_n, 4);
    assert_int_equal(f->fleet.domain[0].vgpu_n, 3);
    f = placing_begin(state, "RTX-PRO-6000-BSE", MODE_MIG, 0);
    placing_add(f, 12, 8);
    assert_int_equal(placing_place(f)->gpus_needed, 3);
}

/* Four tenants of 20 GiB: the 1g of double memory, not four 2g, of which there are three. */
static void capacity_is_four_tenants_when_h100_has_20_gib_each(void **state)
{
    struct placing *f = placing_begin(state, "H100-PCIE-80GB", MODE_MIG, 1);
    placing_add(f, 4, 20);
    const struct fleet *fleet = placing_place(f);
    assert_true(fleet->feasible);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(fleet->domain[i].profile->name, "1g.20gb");
        assert_int_equal(fleet->domain[i].start, 2 * i);
    }
    assert_edge(f, "MIG-02");
    f->tenant[0].count = 4;
    f->tenant[0].mig = "2g.20gb";
    assert_int_equal(placing_place(f)->vms_placed, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(capacity_is_32_when_gpu_has_no_instances),
        cmocka_unit_test(capacity_is_type_maximum_when_sizes_are_equal),
        cmocka_unit_test(capacity_is_48_when_instances_are_shared),
        cmocka_unit_test(capacity_of_instance_is_12_when_it_is_shared),
        cmocka_unit_test(capacity_of_vm_is_16_when_it_has_several_vgpus),
        cmocka_unit_test(capacity_for_other_sizes_is_zero_when_sizes_are_equal),
        cmocka_unit_test(capacity_goes_by_placement_ids_when_sizes_are_mixed),
        cmocka_unit_test(capacity_is_twelve_vms_when_rtx_pro_6000_has_8_gib_each),
        cmocka_unit_test(capacity_is_four_tenants_when_h100_has_20_gib_each),
    };
    return cmocka_run_group_tests_name("capacity", tests, placing_set_up, placing_tear_down);
}
