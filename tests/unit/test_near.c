/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_near.c - goal: a suggestion where a person would make one, none where not.
 * Method: misspelt names against lists; limit of half the word's length (CLI.md section 6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/near.h"

static const char *const names[] = {"memory", "mig", "mode", "best-effort", "fixed-share"};

static const char *find(const char *word)
{
    return near_find(word, names, sizeof names / sizeof names[0]);
}

static void near_finds_name_when_misspelt(void **state)
{
    (void)state;
    assert_string_equal(find("memmory"), "memory");
    assert_string_equal(find("memroy"), "memory"); /* exchanged neighbours */
    assert_string_equal(find("MIG"), "mig");
    assert_string_equal(find("fixdshare"), "fixed-share");
    assert_string_equal(find("Best_Effort"), "best-effort");
}

static void near_finds_nothing_when_far(void **state)
{
    (void)state;
    assert_null(find("zzzzzz"));
    assert_null(find("x"));
    assert_null(find(""));
    assert_null(near_find("memory", names, 0));
}

/* Half of 4 is 2: two edits are in, three are out. */
static void near_keeps_limit_when_half_the_word_differs(void **state)
{
    (void)state;
    static const char *const one[] = {"abcd"};
    assert_string_equal(near_find("abxy", one, 1), "abcd");
    assert_null(near_find("axyz", one, 1));
}

static void near_takes_first_when_tied(void **state)
{
    (void)state;
    static const char *const two[] = {"moda", "modb"};
    assert_string_equal(near_find("modc", two, 2), "moda");
}

static void near_takes_the_family_when_the_rest_is_left_out(void **state)
{
    (void)state;
    static const char *const gpu[] = {"A10", "A100-PCIE-80GB", "H100-PCIE-80GB", "H200",
                                      "L40S"};
    const size_t n = sizeof gpu / sizeof gpu[0];
    assert_string_equal(near_find("H101", gpu, n), "H100-PCIE-80GB");
    assert_string_equal(near_find("h100", gpu, n), "H100-PCIE-80GB");
    assert_string_equal(near_find("A100", gpu, n), "A100-PCIE-80GB");
    assert_string_equal(near_find("A1", gpu, n), "A10");
    assert_string_equal(near_find("L4S", gpu, n), "L40S");
    assert_null(near_find("T4", gpu, n));
    assert_null(near_find("B", gpu, n));
}

static void near_takes_the_longest_common_beginning_when_tied(void **state)
{
    (void)state;
    static const char *const two[] = {"xode", "modx"};
    assert_string_equal(near_find("mode", two, 2), "modx");
    assert_string_equal(near_find("Mode", two, 2), "modx");
}

static void near_ignores_when_longer_than_its_rows(void **state)
{
    (void)state;
    char word[300];
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    const char *const list[] = {word, "a"};
    assert_null(near_find(word, list, 2));
    assert_string_equal(near_find("a", list, 2), "a");
    word[64] = '\0';
    assert_ptr_equal(near_find(word, list, 2), word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_finds_name_when_misspelt),
        cmocka_unit_test(near_finds_nothing_when_far),
        cmocka_unit_test(near_keeps_limit_when_half_the_word_differs),
        cmocka_unit_test(near_takes_first_when_tied),
        cmocka_unit_test(near_takes_the_family_when_the_rest_is_left_out),
        cmocka_unit_test(near_takes_the_longest_common_beginning_when_tied),
        cmocka_unit_test(near_ignores_when_longer_than_its_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
