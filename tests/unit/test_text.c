/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_text.c - goal: doubles read back to the same bits, JSON strings are valid whatever the
 * bytes. Method: known spellings, and round trips of doubles from a fixed multiplicative
 * generator. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/arena.h"
#include "sim/base/text.h"

static void text_grows_when_added(void **state)
{
    (void)state;
    struct text t;
    text_init(&t);
    assert_string_equal(text_str(&t), "");
    for (int i = 0; i < 1000; i++) {
        text_addf(&t, "%d,", i % 10);
    }
    text_add_n(&t, "abc", 2);
    text_pad(&t, 2);
    assert_int_equal(t.n, 2004);
    assert_memory_equal(text_str(&t), "0,1,2,", 6);
    assert_string_equal(text_str(&t) + 2000, "ab  ");
    text_reset(&t);
    assert_string_equal(text_str(&t), "");
    text_fini(&t);
}

static void text_prints_shortest_when_double(void **state)
{
    (void)state;
    static const struct {
        double x;
        const char *want;
    } cases[] = {
        {0,                "0"                    },
        {1,                "1"                    },
        {-2.5,             "-2.5"                 },
        {0.1,              "0.1"                  },
        {1.0 / 3,          "0.3333333333333333"   },
        {1e300,            "1e+300"               },
        {123456789012345,  "123456789012345"      },
        {999999999999999,  "999999999999999"      },
        {5e-324,           "4.94065645841247e-324"},
        {(double)INFINITY, "null"                 },
        {(double)NAN,      "null"                 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text t;
        text_init(&t);
        text_add_double(&t, cases[i].x);
        assert_string_equal(text_str(&t), cases[i].want);
        text_fini(&t);
    }
}

static void text_reads_back_when_any_double(void **state)
{
    (void)state;
    uint64_t bits = 88172645463325252ULL;
    for (int i = 0; i < 100000; i++) {
        bits = bits * 6364136223846793005ULL + 1442695040888963407ULL;
        double x = 0;
        memcpy(&x, &bits, sizeof x);
        if (!isfinite(x)) {
            continue;
        }
        struct text t;
        text_init(&t);
        text_add_double(&t, x);
        const double back = strtod(text_str(&t), NULL);
        assert_memory_equal(&back, &x, sizeof x);
        text_fini(&t);
    }
}

static void text_escapes_when_json(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        const char *want;
    } cases[] = {
        {NULL,                                      "null"                                    },
        {"",                                        "\"\""                                    },
        {"a\"b\\c\n\t\x01\x7F",                     "\"a\\\"b\\\\c\\n\\t\\u0001\\u007f\""     },
        {"\xC2\xB5s \xE2\x80\x94 \xF0\x9F\x98\x80",
         "\"\xC2\xB5s \xE2\x80\x94 \xF0\x9F\x98\x80\""                                        },
        {"\xFF",                                    "\"\xEF\xBF\xBD\""                        }, /* no lead byte */
        {"\xC0\xAF",                                "\"\xEF\xBF\xBD\xEF\xBF\xBD\""            }, /* overlong */
        {"\xED\xA0\x80",                            "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}, /* surrogate */
        {"\xF0\x9F\x98",                            "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}, /* cut short */
        {"\xE2(",                                   "\"\xEF\xBF\xBD(\""                       },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text t;
        text_init(&t);
        text_add_json(&t, cases[i].s);
        assert_string_equal(text_str(&t), cases[i].want);
        text_fini(&t);
    }
}

static void text_counts_characters_when_utf8(void **state)
{
    (void)state;
    assert_int_equal(text_width("na\xC3\xAFve"), 5);
    assert_int_equal(text_width("\xC2\xB1"), 1);
    assert_int_equal(text_width(""), 0);
}

static void text_drops_and_tells_when_memory_is_out(void **state)
{
    (void)state;
    struct text t;
    text_init(&t);
    text_add(&t, "kept");
    mem_fail_at(1);
    text_pad(&t, 10000);
    mem_fail_at(0);
    text_add(&t, "lost");
    assert_true(t.failed);
    assert_string_equal(text_str(&t), "kept");
    text_fini(&t);
}

/* Columns stay where they are while there are blanks to take; indentation is not touched. */
static void text_becomes_ascii_when_asked(void **state)
{
    static const struct {
        const char *was, *is;
    } cases[] = {
        {"plain\n",                   "plain\n"            },
        {"a  12.3±0.4  b\n",         "a 12.3+-0.4  b\n"   },
        {"  1.5±0.1 x\n",            "  1.5+-0.1 x\n"     },
        {"two  lines\n3±1",          "two  lines\n3+-1"   },
        {"4 × A · 5 µs ≤ 6 …", "4 x A - 5 us <= 6 ~"},
        {"naïve 漢 \xff!",          "na?ve ? ?!"         },
        {"",                          ""                   },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text t;
        text_init(&t);
        text_add(&t, cases[i].was);
        text_ascii(&t);
        assert_string_equal(text_str(&t), cases[i].is);
        text_fini(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows_when_added),
        cmocka_unit_test(text_prints_shortest_when_double),
        cmocka_unit_test(text_reads_back_when_any_double),
        cmocka_unit_test(text_escapes_when_json),
        cmocka_unit_test(text_counts_characters_when_utf8),
        cmocka_unit_test(text_drops_and_tells_when_memory_is_out),
        cmocka_unit_test(text_becomes_ascii_when_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
