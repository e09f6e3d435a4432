/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_diag.c - goal: no finding is lost or misplaced, whatever the number and the memory.
 * Method: entries with known places, compared after sorting; the fault switch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim/base/diag.h"
#include "sim/base/err.h"

static struct span at(int line, int col)
{
    return (struct span){.file = "f.yaml", .line = line, .col = col, .len = 1};
}

static void diag_keeps_kind_and_help_when_added(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    assert_false(diag_failed(&d));
    diag_warning(&d, at(1, 1), "careful with %d", 7);
    assert_false(diag_failed(&d));
    assert_false(diag_error(&d, at(2, 3), "unknown field '%s'", "memmory"));
    diag_help(&d, "did you mean '%s'?", "memory");
    assert_false(diag_machine(&d, "disk full"));
    assert_true(diag_failed(&d));
    assert_int_equal(d.entry_n, 3);
    assert_int_equal(d.error_n, 2);
    assert_string_equal(d.entry[0].text, "careful with 7");
    assert_null(d.entry[0].help);
    assert_string_equal(d.entry[1].help, "did you mean 'memory'?");
    assert_int_equal(d.entry[1].kind, DIAG_INPUT);
    assert_int_equal(d.entry[2].kind, DIAG_MACHINE);
    assert_int_equal(d.entry[2].at.line, 0);
    diag_fini(&d);
}

static void diag_sorts_by_place_when_added_out_of_order(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    diag_error(&d, at(9, 13), "c");
    diag_note(&d, at(2, 12), "note of c");
    diag_error(&d, at(9, 2), "b");
    diag_error(&d, at(1, 50), "a");
    diag_error(&d, SPAN_NONE, "first");
    diag_error(&d, at(9, 2), "b2");
    diag_sort(&d);
    static const char *const want[] = {"first", "a", "b", "b2", "c", "note of c"};
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(d.entry[i].text, want[i]);
    }
    diag_fini(&d);
}

static void diag_counts_on_when_full(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    for (int i = 0; i < DIAG_MAX + 5; i++) {
        diag_error(&d, at(DIAG_MAX + 10 - i, 1), "%d", i);
        diag_help(&d, "help %d", i);
    }
    assert_int_equal(d.entry_n, DIAG_MAX);
    assert_int_equal(d.error_n, DIAG_MAX + 5);
    /* Help for an entry that was not kept goes nowhere. */
    char want[32];
    snprintf(want, sizeof want, "help %d", DIAG_MAX - 1);
    assert_string_equal(d.entry[DIAG_MAX - 1].help, want);
    diag_sort(&d);
    assert_string_equal(d.entry[DIAG_MAX - 1].text, "0");
    diag_fini(&d);
}

static void diag_reports_when_memory_is_out(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    mem_fail_at(1);
    diag_error(&d, at(1, 1), "something long");
    mem_fail_at(0);
    assert_true(diag_failed(&d));
    assert_string_equal(d.entry[0].text, "out of memory while reporting");
    diag_fini(&d);
}

/* Order of CLI.md section 3: 70, 130, 4, 2, 1, 3, 0. */
static void err_worse_follows_its_order_when_compared(void **state)
{
    (void)state;
    static const enum err order[] = {ERR_BUG, ERR_INTERRUPTED, ERR_MACHINE, ERR_INPUT,
                                     ERR_NO,  ERR_UNDECIDED,   ERR_OK};
    for (int i = 0; i < 7; i++) {
        for (int k = i; k < 7; k++) {
            assert_int_equal(err_worse(order[i], order[k]), order[i]);
            assert_int_equal(err_worse(order[k], order[i]), order[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diag_keeps_kind_and_help_when_added),
        cmocka_unit_test(diag_sorts_by_place_when_added_out_of_order),
        cmocka_unit_test(diag_counts_on_when_full),
        cmocka_unit_test(diag_reports_when_memory_is_out),
        cmocka_unit_test(err_worse_follows_its_order_when_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
