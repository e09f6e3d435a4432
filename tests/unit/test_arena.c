/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_arena.c - goal: memory is zeroed, aligned, never overflows, and fails when told to.
 * Method: direct calls; sizes at the limits of size_t; the fault switch. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/arena.h"

static void arena_gives_zeroed_aligned_memory_when_asked(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, "test");
    for (size_t n = 0; n < 200; n++) {
        unsigned char *p = arena_alloc(&a, n, 7);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < n * 7; i++) {
            assert_int_equal(p[i], 0);
            p[i] = 0xAA; /* the next one must not see it */
        }
    }
    arena_fini(&a);
}

static void arena_gives_unique_pointers_when_empty_objects_are_asked(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, "test");
    const void *p = arena_alloc(&a, 0, 8);
    const void *q = arena_alloc(&a, 0, 8);
    assert_non_null(p);
    assert_non_null(q);
    assert_ptr_not_equal(p, q);
    arena_fini(&a);
}

static void arena_refuses_when_product_overflows(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, "test");
    assert_null(arena_alloc(&a, SIZE_MAX / 2, 4));
    assert_null(arena_alloc(&a, SIZE_MAX, 1));
    assert_null(arena_alloc(&a, PTRDIFF_MAX, 1));
    assert_null(arena_copy(&a, "", SIZE_MAX));
    assert_null(mem_resize(NULL, SIZE_MAX / 8, 16));
    assert_non_null(arena_alloc(&a, 1, 1)); /* still usable */
    arena_fini(&a);
}

static void arena_holds_large_objects_when_blocks_are_small(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, "test");
    char *small = arena_copy(&a, "small", 5);
    char *large = arena_alloc(&a, 3, 1000000);
    assert_non_null(small);
    assert_non_null(large);
    memset(large, 'x', 3000000);
    assert_string_equal(small, "small");
    assert_true(a.bytes >= 3000006);
    arena_fini(&a);
    assert_int_equal(a.bytes, 0);
    assert_non_null(arena_alloc(&a, 1, 1)); /* usable again */
    arena_fini(&a);
}

static void arena_copies_bytes_when_text_has_no_end(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, "test");
    assert_string_equal(arena_copy(&a, "abcdef", 3), "abc");
    assert_string_equal(arena_copy(&a, "abcdef", 0), "");
    arena_fini(&a);
}

static void mem_fails_once_when_switched(void **state)
{
    (void)state;
    mem_fail_at(2);
    void *p = mem_resize(NULL, 1, 8);
    assert_non_null(p);
    assert_null(mem_resize(NULL, 1, 8));
    void *q = mem_resize(NULL, 1, 8);
    assert_non_null(q);
    mem_free(p);
    mem_free(q);
    mem_fail_at(0);
}

static void arena_returns_null_when_memory_is_out(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, "test");
    mem_fail_at(1);
    assert_null(arena_alloc(&a, 1, 1));
    mem_fail_at(0);
    assert_non_null(arena_alloc(&a, 1, 1));
    arena_fini(&a);
}

static void arena_keeps_old_block_when_resize_fails(void **state)
{
    (void)state;
    char *p = mem_resize(NULL, 4, 1);
    assert_non_null(p);
    memcpy(p, "abc", 4);
    mem_fail_at(1);
    assert_null(mem_resize(p, 1000, 1));
    mem_fail_at(0);
    assert_string_equal(p, "abc");
    mem_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_gives_zeroed_aligned_memory_when_asked),
        cmocka_unit_test(arena_gives_unique_pointers_when_empty_objects_are_asked),
        cmocka_unit_test(arena_refuses_when_product_overflows),
        cmocka_unit_test(arena_holds_large_objects_when_blocks_are_small),
        cmocka_unit_test(arena_copies_bytes_when_text_has_no_end),
        cmocka_unit_test(mem_fails_once_when_switched),
        cmocka_unit_test(arena_returns_null_when_memory_is_out),
        cmocka_unit_test(arena_keeps_old_block_when_resize_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
