/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_sched.c - policies as pure values.
 *
 * Examples by hand, and random views held against the rule spelled out as a plain search: best
 * effort picks the next vGPU with work in cyclic order, a ring picks the earliest slot with
 * work. */
#include "models/sched.h"
#include "models/sched_ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sim/core/rng.h"

enum {
    CASES = 20000
};

static struct rng source(void)
{
    struct rng r;
    rng_init(&r, &(struct rng_id){.seed = 7}, RNG_TEST);
    return r;
}

static int below(struct rng *r, int n)
{
    return (int)(rng_word(r) % (uint64_t)n);
}

static void sched_registry_finds_every_policy_by_name(void **state)
{
    (void)state;
    for (int i = 0; i < sched_kinds_n; i++) {
        assert_ptr_equal(sched_find(sched_kinds[i]->name), sched_kinds[i]);
    }
    assert_null(sched_find("bst-effort"));
}

/* Source: NVIDIA AI Enterprise user guide, table 1 of the scheduling section: at most 8 vGPUs
 * per GPU 480 Hz or 2 ms, more 960 Hz or 1 ms. */
static void sched_default_slice_follows_type_maximum(void **state)
{
    (void)state;
    const struct sched_kind *ring = &sched_fixed_share;
    assert_int_equal(sched_default_slice_ns(ring, DISCIPLINE_STRICT, 8), 2083333);
    assert_int_equal(sched_default_slice_ns(ring, DISCIPLINE_STRICT, 9), 1041667);
    assert_int_equal(sched_default_slice_ns(ring, DISCIPLINE_LEGACY, 8), 2000000);
    assert_int_equal(sched_default_slice_ns(ring, DISCIPLINE_LEGACY, 9), 1000000);
    assert_int_equal(sched_default_slice_ns(&sched_best_effort, DISCIPLINE_NONE, 12), 1000000);
    assert_int_equal(sched_default_slice_ns(&sched_cuda_round_robin, DISCIPLINE_NONE, 1),
                     2048000);
    assert_int_equal(sched_slice_of_frequency_ns(63.0), 15873016);
}

static void best_effort_pays_no_switch_when_it_stays(void **state)
{
    (void)state;
    struct sched_state memory = {0};
    struct sched_params p = {.slice_ns = 10, .switch_ns = 3, .vgpu_n = 3};
    struct sched_view v = {.now_ns = 100, .has_work = 2, .last = 1};
    struct sched_turn t = sched_best_effort.pick(&p, &memory, &v);
    assert_int_equal(t.vgpu, 1);
    assert_int_equal(t.run_ns, 100);
    assert_int_equal(t.end_ns, 110);
    v.last = SCHED_NOBODY;
    t = sched_best_effort.pick(&p, &memory, &v);
    assert_int_equal(t.run_ns, 103);
    assert_int_equal(t.end_ns, 113);
}

static void best_effort_picks_next_with_work_when_random(void **state)
{
    (void)state;
    struct rng r = source();
    struct sched_state memory = {0};
    for (int i = 0; i < CASES; i++) {
        int n = 1 + below(&r, 64);
        uint64_t all = n == 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
        struct sched_params p = {.slice_ns = 1 + below(&r, 100), .switch_ns = below(&r, 9)};
        struct sched_view v = {.now_ns = below(&r, 1000)};
        p.vgpu_n = n;
        v.has_work = rng_word(&r) & all;
        v.last = below(&r, n + 1) - 1;
        struct sched_turn t = sched_best_effort.pick(&p, &memory, &v);
        int want = SCHED_NOBODY;
        for (int k = 1; k <= n && want == SCHED_NOBODY; k++) {
            int candidate = (v.last + k) % n;
            want = v.has_work >> candidate & 1 ? candidate : SCHED_NOBODY;
        }
        assert_int_equal(t.vgpu, want);
        if (want != SCHED_NOBODY) {
            int64_t swap = want == v.last ? 0 : p.switch_ns;
            assert_int_equal(t.begin_ns, v.now_ns);
            assert_int_equal(t.run_ns, v.now_ns + swap);
            assert_int_equal(t.end_ns, v.now_ns + swap + p.slice_ns);
        }
    }
}

static void ring_picks_earliest_slot_with_work_when_random(void **state)
{
    (void)state;
    struct rng r = source();
    struct sched_state memory = {0};
    for (int i = 0; i < CASES; i++) {
        struct sched_params p = {.slice_ns = 1 + below(&r, 100), .switch_ns = below(&r, 9)};
        p.vgpu_n = 1 + below(&r, 32);
        p.ring_n = p.vgpu_n + below(&r, 33);
        uint64_t all = (UINT64_C(1) << p.vgpu_n) - 1;
        struct sched_view v = {.now_ns = below(&r, 1000000), .last = SCHED_NOBODY};
        v.has_work = rng_word(&r) & all;
        struct sched_turn t = sched_fixed_share.pick(&p, &memory, &v);
        int64_t slot_ns = p.slice_ns + p.switch_ns;
        int64_t k = v.now_ns / slot_ns;
        if (v.has_work == 0) {
            assert_int_equal(t.vgpu, SCHED_NOBODY);
            continue;
        }
        while (k % p.ring_n >= p.vgpu_n || !(v.has_work >> (k % p.ring_n) & 1)) {
            k++;
        }
        assert_int_equal(t.vgpu, k % p.ring_n);
        assert_int_equal(t.begin_ns, k * slot_ns);
        assert_int_equal(t.run_ns, k * slot_ns + p.switch_ns);
        assert_int_equal(t.end_ns, (k + 1) * slot_ns);
    }
}

/* Over one frame with everybody backlogged, each vGPU gets exactly one slice. */
static void ring_gives_one_slice_each_when_all_are_backlogged(void **state)
{
    (void)state;
    struct sched_state memory = {0};
    struct sched_params p = {.slice_ns = 7, .switch_ns = 2, .vgpu_n = 5, .ring_n = 6};
    int64_t got[5] = {0};
    struct sched_view v = {.has_work = 31, .last = SCHED_NOBODY};
    while (v.now_ns < 6 * 9) {
        struct sched_turn t = sched_equal_share.pick(&p, &memory, &v);
        if (t.begin_ns >= 6 * 9) {
            break;
        }
        got[t.vgpu] += t.end_ns - t.run_ns;
        v.now_ns = t.end_ns;
    }
    for (int i = 0; i < 5; i++) {
        assert_int_equal(got[i], 7);
    }
}

/* A ring of four, slice 8 and switch 2, everybody with work: slots of 10 from t = 0. vGPU 0
 * leaves in its switch, at 1, and its slot ends with that, at 2; 2 leaves in its slice, at 15,
 * and the slot ends; 0 comes back at 20, in the slot of 3, and is next in both disciplines. */
static void ring_goes_on_with_who_is_there_when_vgpus_leave_and_join(void **state)
{
    (void)state;
    static const int slots[][2] = {
        {2,  1},
        {12, 2},
        {15, 3},
        {25, 0},
        {35, 1},
        {45, 3},
        {55, 0}
    };
    for (int legacy = 0; legacy < 2; legacy++) {
        struct sched_params p = {.slice_ns = 8, .switch_ns = 2, .vgpu_n = 4, .ring_n = 4};
        struct sched_state s = {0};
        p.averaging = 33;
        p.varies = true;
        p.discipline = legacy ? DISCIPLINE_LEGACY : DISCIPLINE_STRICT;
        int next = 0;
        for (int64_t t = 0; t < 60; t++) {
            if (t == 1 || t == 15 || t == 20) {
                sched_power(&sched_equal_share, &p, &s, t == 15 ? 2 : 0, t == 20, t);
            }
            struct sched_view v = {.now_ns = t, .has_work = 0xf & ~s.off, .last = 0};
            struct sched_turn turn = sched_equal_share.pick(&p, &s, &v);
            if (t >= 2 && turn.begin_ns == t) {
                assert_int_equal(t, slots[next][0]);
                assert_int_equal(turn.vgpu, slots[next][1]);
                next++;
            }
        }
        assert_int_equal(next, 7);
        assert_int_equal(sched_on(&p, &s), 3);
    }
}

/* Two there with 16 and 8 charged: who comes third begins at 8, and goes first of those. */
static void newcomer_begins_with_the_least_when_legacy(void **state)
{
    (void)state;
    struct sched_params p = {.slice_ns = 8, .vgpu_n = 3, .ring_n = 3, .varies = true};
    struct sched_state s = {0};
    p.discipline = DISCIPLINE_LEGACY;
    sched_power(&sched_equal_share, &p, &s, 0, false, 0);
    struct sched_view v = {.now_ns = 16, .has_work = 6, .last = 0};
    assert_int_equal(sched_equal_share.pick(&p, &s, &v).vgpu, 1);
    sched_power(&sched_equal_share, &p, &s, 0, true, 20);
    assert_int_equal(s.account_ns[0], 8);
    assert_int_equal(s.account_ns[1], 16);
    v = (struct sched_view){.now_ns = 24, .has_work = 7, .last = 1};
    assert_int_equal(sched_equal_share.pick(&p, &s, &v).vgpu, 0);
}

/* 1 leaves in its slot and comes back as whole frames of 0 and 2 have passed: 0 was last, so
 * that the ring is at 1's place. */
static void newcomer_is_next_when_frames_have_passed(void **state)
{
    (void)state;
    struct sched_params p = {.slice_ns = 10, .vgpu_n = 3, .ring_n = 3, .varies = true};
    struct sched_state s = {.slot = 1, .begin_ns = 10, .end_ns = 15, .off = 2};
    p.discipline = DISCIPLINE_STRICT;
    p.averaging = 33;
    sched_ring_pass(&p, &s, 80);
    assert_int_equal(s.end_ns, 95);
    sched_power(&sched_equal_share, &p, &s, 1, true, 95);
    struct sched_view v = {.now_ns = 95, .has_work = 7, .last = 0};
    assert_int_equal(sched_equal_share.pick(&p, &s, &v).vgpu, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sched_registry_finds_every_policy_by_name),
        cmocka_unit_test(sched_default_slice_follows_type_maximum),
        cmocka_unit_test(best_effort_pays_no_switch_when_it_stays),
        cmocka_unit_test(best_effort_picks_next_with_work_when_random),
        cmocka_unit_test(ring_picks_earliest_slot_with_work_when_random),
        cmocka_unit_test(ring_gives_one_slice_each_when_all_are_backlogged),
        cmocka_unit_test(ring_goes_on_with_who_is_there_when_vgpus_leave_and_join),
        cmocka_unit_test(newcomer_begins_with_the_least_when_legacy),
        cmocka_unit_test(newcomer_is_next_when_frames_have_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
