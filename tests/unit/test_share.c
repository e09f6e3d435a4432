/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_share.c - what a policy can give to one vGPU: saturation shares (oracle P20) and the
 * cases in which the cycle of best effort is exact: all backlogged, or nobody else. */
#include "models/sched_plugin.h"
#include "models/share.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct demand backlogged = {.busy = INFINITY, .rate_per_s = 1.0};

static void is_near(double got, double want)
{
    if (!(fabs(got - want) <= 1e-9 * want)) {
        fail_msg("got %.12g, expected %.12g", got, want);
    }
}

static void share_is_a_slot_of_the_ring_when_slots_are_kept(void **state)
{
    (void)state;
    struct demand d[4] = {{0}};
    struct sched_params p = {.slice_ns = 2000000, .switch_ns = 50000, .vgpu_n = 3, .ring_n = 3};
    is_near(share_capacity(&sched_equal_share, &p, d, 0), 0.3252032520325204);
    p.ring_n = 8;
    p.switch_ns = 0;
    is_near(share_capacity(&sched_fixed_share, &p, d, 0), 0.125);
}

static void share_is_a_turn_of_the_round_when_all_are_backlogged(void **state)
{
    (void)state;
    struct demand d[4] = {backlogged, backlogged, backlogged, backlogged};
    struct sched_params p = {.slice_ns = 2000000, .switch_ns = 50000, .vgpu_n = 4};
    is_near(share_capacity(&sched_best_effort, &p, d, 2), 0.9756097560975611 / 4.0);
}

static void share_is_everything_when_nobody_else_asks(void **state)
{
    (void)state;
    struct demand d[4] = {{0}};
    struct sched_params p = {.slice_ns = 2000000, .switch_ns = 50000, .vgpu_n = 4};
    is_near(share_capacity(&sched_best_effort, &p, d, 1), 1.0);
    p.yield_idle = true;
    is_near(share_capacity(&sched_equal_share, &p, d, 1), 1.0);
}

static double promise(const struct vgpusim_params *p, int32_t vgpu)
{
    (void)p;
    return vgpu == 0 ? 0.5 : vgpu == 1 ? 7.0 : -1.0;
}

static void ask(const struct vgpusim_params *p, struct vgpusim_state *s,
                const struct vgpusim_view *v, struct vgpusim_turn *turn)
{
    (void)p, (void)s, (void)v, (void)turn;
}

/* Turns of 4 ms and 1 ms of switch: 0.8 of the time is run time. */
static void share_is_promised_or_left_over_when_a_plugin_decides(void **state)
{
    (void)state;
    struct vgpusim_scheduler table = {VGPUSIM_SCHEDULER_HEAD, .name = "mine", .pick = ask,
                                      .share = promise};
    struct sched_plugin plugin;
    assert_null(sched_plugin_init(&plugin, &table));
    struct sched_params p = {
        .slice_ns = 4000000, .switch_ns = 1000000, .vgpu_n = 3, .plugin = &plugin};
    struct demand d[3] = {backlogged, backlogged, backlogged};
    is_near(share_capacity(&plugin.kind, &p, d, 0), 0.4);
    is_near(share_capacity(&plugin.kind, &p, d, 1), 0.8); /* no more than everything */
    is_near(share_capacity(&plugin.kind, &p, d, 2), 1e-6);
    d[1].busy = 0.2; /* with its switches 0.25 */
    d[2].busy = 0.0;
    is_near(share_capacity(&plugin.kind, &p, d, 0), 0.8 * 0.75);
    struct supply owed;
    assert_false(share_owes(&plugin.kind, &p, &owed));
    table.share = NULL;
    d[1].busy = 0.4;
    is_near(share_capacity(&plugin.kind, &p, d, 0), 0.8 * 0.5);
    p.vgpu_n = 1;
    is_near(share_capacity(&plugin.kind, &p, d, 0), 1.0);
}

/* Ten requests per second of 10 ms each through slices of 20 us and switches of 218 us: a
 * neighbour's 0.1 s of work per second takes 5,000 turns and with them 1.09 s of switching. No
 * more than every other turn can be left. */
static void share_counts_every_slice_of_a_long_request(void **state)
{
    (void)state;
    struct demand d[2] = {
        {.busy = 0.5, .rate_per_s = 50.0},
        {.busy = 0.1, .rate_per_s = 10.0}
    };
    struct sched_params p = {.slice_ns = 20000, .switch_ns = 218000, .vgpu_n = 2};
    double share = share_capacity(&sched_best_effort, &p, d, 0);
    assert_true(share > 20.0 / 476.0 - 1e-12 && share < 0.1);
}

/* docs/isolation.md: slices of 2 ms and switches of 0.5 ms; what is owed to 5 ms of work in
 * three slices is 5 ms and three gaps. */
static void share_owes_a_gap_before_each_slice_when_turns_are_taken(void **state)
{
    (void)state;
    static const struct {
        const struct sched_kind *kind;
        int ring_n;
        int64_t gap_ns;
    } cases[] = {
        {&sched_best_effort, 0, 3000000},
        {&sched_equal_share, 2, 3000000},
        {&sched_fixed_share, 4, 8000000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sched_params p = {.slice_ns = 2000000, .switch_ns = 500000, .vgpu_n = 2};
        struct supply owed;
        p.ring_n = cases[i].ring_n;
        assert_true(share_owes(cases[i].kind, &p, &owed));
        assert_int_equal(owed.gap_ns, cases[i].gap_ns);
        int64_t latest_ns = 5000000 + 3 * cases[i].gap_ns;
        assert_false(supply_is_late(&owed, latest_ns, 5000000));
        assert_true(supply_is_late(&owed, latest_ns + 1, 5000000));
        /* A slice that is full needs no other. */
        assert_false(supply_is_late(&owed, 4000000 + 2 * cases[i].gap_ns, 4000000));
        assert_true(supply_is_late(&owed, 4000001 + 2 * cases[i].gap_ns, 4000000));
        p.granularity_ns = 1000;
        assert_false(share_owes(cases[i].kind, &p, &owed));
    }
}

static void share_owes_all_the_time_when_nobody_shares(void **state)
{
    (void)state;
    struct sched_params p = {.slice_ns = 1, .vgpu_n = 1, .ring_n = 1};
    struct supply owed;
    assert_true(share_owes(&sched_equal_share, &p, &owed));
    assert_int_equal(owed.gap_ns, 0);
    assert_false(supply_is_late(&owed, INT64_C(1) << 60, INT64_C(1) << 60));
    assert_true(supply_is_late(&owed, (INT64_C(1) << 60) + 1, INT64_C(1) << 60));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(share_is_a_slot_of_the_ring_when_slots_are_kept),
        cmocka_unit_test(share_is_a_turn_of_the_round_when_all_are_backlogged),
        cmocka_unit_test(share_is_everything_when_nobody_else_asks),
        cmocka_unit_test(share_counts_every_slice_of_a_long_request),
        cmocka_unit_test(share_is_promised_or_left_over_when_a_plugin_decides),
        cmocka_unit_test(share_owes_a_gap_before_each_slice_when_turns_are_taken),
        cmocka_unit_test(share_owes_all_the_time_when_nobody_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
