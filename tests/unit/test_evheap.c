/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: events come out by time, those of one time in the order in which they went in, whatever
 * was cancelled or moved in between.
 * Method: a list in sorted order beside it through 10^5 random operations, most times equal to
 * others; lack of memory at every allocation. */
#include "sim/core/evheap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/arena.h"
#include "sim/core/rng.h"

enum {
    OPERATIONS = 100000,
    PENDING_MAX = 600
};

struct pending {
    int64_t time_ns;
    uint32_t slot;
};

/* In order of time, then of insertion. */
struct list {
    struct pending e[PENDING_MAX];
    uint32_t n;
};

static void list_insert(struct list *l, struct pending p)
{
    uint32_t i = l->n++;

    for (; i > 0 && l->e[i - 1].time_ns > p.time_ns; i--) {
        l->e[i] = l->e[i - 1];
    }
    l->e[i] = p;
}

static struct pending list_remove(struct list *l, uint32_t i)
{
    const struct pending p = l->e[i];

    l->n--;
    memmove(&l->e[i], &l->e[i + 1], (l->n - i) * sizeof *l->e);
    return p;
}

static int64_t some_time(struct rng *r)
{
    const uint64_t word = rng_word(r);

    return word >> 60 == 0 ? INT64_MAX : (int64_t)(word % 40);
}

/* One random operation on both; `grow` of 16 are insertions. */
static void change(struct evheap *h, struct list *l, struct rng *r, uint64_t grow)
{
    const uint64_t kind = rng_word(r) % 16;
    const int64_t time_ns = some_time(r);

    if (l->n == 0 || (kind < grow && l->n < PENDING_MAX)) {
        uint32_t slot;
        assert_true(evheap_push(h, time_ns, &slot));
        list_insert(l, (struct pending){time_ns, slot});
    } else if (kind < 12) {
        assert_int_equal(evheap_first(h), l->e[0].slot);
        evheap_cancel(h, list_remove(l, 0).slot);
    } else {
        struct pending p = list_remove(l, (uint32_t)(rng_word(r) % l->n));
        if (kind < 14) {
            evheap_cancel(h, p.slot);
        } else {
            evheap_update(h, p.slot, time_ns);
            list_insert(l, (struct pending){time_ns, p.slot});
        }
    }
}

static void evheap_agrees_with_a_list_when_changed_at_random(void **state)
{
    static struct list l;
    struct evheap h;
    struct rng r;

    (void)state;
    rng_init(&r, &(struct rng_id){.seed = 5}, RNG_TEST);
    evheap_init(&h);
    for (int k = 0; k < OPERATIONS; k++) {
        change(&h, &l, &r, k / 2000 % 2 ? 4 : 10);
        assert_int_equal(h.n, l.n);
        if (l.n > 0) {
            assert_int_equal(evheap_first_ns(&h), l.e[0].time_ns);
            assert_int_equal(evheap_first(&h), l.e[0].slot);
        }
    }
    while (l.n > 0) {
        assert_int_equal(evheap_first(&h), l.e[0].slot);
        evheap_cancel(&h, list_remove(&l, 0).slot);
    }
    assert_int_equal(h.n, 0);
    assert_true(h.cap < 2 * PENDING_MAX);
    evheap_fini(&h);
}

/* Slots begin at 0, stay below the greatest number that was ever pending, and are reused. */
static void evheap_keeps_slots_dense_when_events_come_and_go(void **state)
{
    struct evheap h;

    (void)state;
    evheap_init(&h);
    assert_true(evheap_reserve(&h, 100));
    const struct evheap_event *before = h.event;
    for (int k = 0; k < 1000; k++) {
        uint32_t slot;
        assert_true(evheap_push(&h, k, &slot));
        assert_true(slot < 100);
        if (h.n == 100) {
            evheap_cancel(&h, evheap_first(&h));
        }
    }
    assert_ptr_equal(h.event, before);
    evheap_fini(&h);
}

static void evheap_stays_as_it_was_when_memory_is_out(void **state)
{
    (void)state;
    for (long fail = 1; fail <= 2; fail++) {
        struct evheap h;
        uint32_t slot;

        evheap_init(&h);
        for (uint32_t k = 0; h.n < 1 || h.n < h.cap; k++) {
            assert_true(evheap_push(&h, 1000 - k, &slot));
        }
        const uint32_t n = h.n;
        mem_fail_at(fail);
        assert_false(evheap_push(&h, 0, &slot));
        mem_fail_at(0);
        assert_int_equal(h.n, n);
        assert_true(evheap_push(&h, 0, &slot));
        assert_int_equal(evheap_first(&h), slot);
        for (int64_t last = 0; h.n > 0; evheap_cancel(&h, evheap_first(&h))) {
            assert_true(evheap_first_ns(&h) >= last);
            last = evheap_first_ns(&h);
        }
        assert_false(evheap_reserve(&h, EVHEAP_MAX + 1));
        evheap_fini(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evheap_agrees_with_a_list_when_changed_at_random),
        cmocka_unit_test(evheap_keeps_slots_dense_when_events_come_and_go),
        cmocka_unit_test(evheap_stays_as_it_was_when_memory_is_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
