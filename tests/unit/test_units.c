/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_units.c - goal: every documented spelling of a quantity is read exactly, every other is
 * refused with the likely unit, and what is printed exactly reads back to the same bits.
 * Method: tables of spellings; round trips of values from a fixed generator. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/units.h"

static void units_reads_ns_when_time_is_good(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        int64_t ns;
    } cases[] = {
        {"250ms",                                                                              250000000                },
        {"250 ms",                                                                             250000000                },
        {"  250   ms ",                                                                        250000000                },
        {"0.1 ms",                                                                             100000                   },
        {"0.3 us",                                                                             300                      },
        {"2 \xC2\xB5s",                                                                        2000                     },
        {"2\xCE\xBCs",                                                                         2000                     },
        {"1.5 min",                                                                            INT64_C(90000000000)     },
        {"2 h",                                                                                INT64_C(7200000000000)   },
        {"104 d",                                                                              INT64_C(8985600000000000)},
        {"1e3 ns",                                                                             1000                     },
        {"1.5e-3s",                                                                            1500000                  },
        {"-5 ms",                                                                              -5000000                 },
        {"+5 ms",                                                                              5000000                  },
        {".5 s",                                                                               500000000                },
        {"5. s",                                                                               INT64_C(5000000000)      },
        {"0.5 ns",                                                                             0                        }, /* half to even */
        {"1.5 ns",                                                                             2                        },
        {"2.5 ns",                                                                             2                        },
        {"2.50000000000000000000000000000000000000000000000000000000000000000000000000001 ns",
         3                                                                                                              },
        {"0.00000000001666666666666666666666666666666666667 min",                              1                        },
        {"9007199254740991 ns",                                                                INT64_C(9007199254740991)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char why[UNITS_WHY];
        char help[UNITS_WHY];
        int64_t ns = 0;
        if (!units_parse_ns(cases[i].s, &ns, why, help)) {
            fail_msg("'%s': %s", cases[i].s, why);
        }
        if (ns != cases[i].ns) {
            fail_msg("'%s': got %lld, expected %lld", cases[i].s, (long long)ns,
                     (long long)cases[i].ns);
        }
    }
}

static void units_reads_base_units_when_quantity_is_good(void **state)
{
    (void)state;
    static const struct {
        enum quantity q;
        const char *s;
        double x;
    } cases[] = {
        {Q_RATE,      "40/s",         40             },
        {Q_RATE,      "40 /s",        40             },
        {Q_RATE,      "90/min",       1.5            },
        {Q_RATE,      "7200 /h",      2              },
        {Q_BYTES,     "12 GiB",       12884901888.0  },
        {Q_BYTES,     "1 TiB",        1099511627776.0},
        {Q_BYTES,     "512 GB",       512e9          },
        {Q_BYTES,     "1kB",          1000           },
        {Q_BYTES,     "1KiB",         1024           },
        {Q_FRACTION,  "5%",           0.05           },
        {Q_FRACTION,  "57.7 %",       0.577          },
        {Q_FREQUENCY, "480 Hz",       480            },
        {Q_FPS,       "60 fps",       60             },
        {Q_MONEY,     "2.50 USD",     2.5            },
        {Q_ENERGY,    "0.12 USD/kWh", 0.12           },
        {Q_POWER,     "300W",         300            },
        {Q_COUNT,     "12",           12             },
        {Q_COUNT,     "-3",           -3             },
        {Q_COUNT,     "0x3c3c0011",   1010565137.0   },
        {Q_TIME,      "0.25 ns",      0.25           },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char why[UNITS_WHY];
        char help[UNITS_WHY];
        double x = 0;
        if (!units_parse(cases[i].q, cases[i].s, &x, why, help)) {
            fail_msg("'%s': %s", cases[i].s, why);
        }
        if (memcmp(&x, &cases[i].x, sizeof x) != 0) {
            fail_msg("'%s': got %.17g, expected %.17g", cases[i].s, x, cases[i].x);
        }
    }
}

static void units_names_the_unit_when_wrong(void **state)
{
    (void)state;
    static const struct {
        enum quantity q;
        const char *s, *why, *help;
    } cases[] = {
        {Q_BYTES,    "12",                   "'12' has no unit",                     "write '12 GiB'"               },
        {Q_TIME,     "600",                  "'600' has no unit",                    "write '600 ms' or '600 s'"    },
        {Q_RATE,     "40",                   "'40' has no unit",                     "write '40/s'"                 },
        {Q_FRACTION, "0.05",                 "'0.05' has no unit",                   "write '5%'"                   },
        {Q_FRACTION, "5",                    "'5' has no unit",                      "write '5%'"                   },
        {Q_BYTES,    "12 gib",               "'gib' is not a unit of bytes",         "case matters: write '12 GiB'" },
        {Q_TIME,     "12 MS",                "'MS' is not a unit of time",           "case matters: write '12 ms'"  },
        {Q_TIME,     "12 GiB",               "'GiB' is not a unit of time",          "use ns us ms s min h d"       },
        {Q_TIME,     "12 m",                 "'m' is not a unit of time",            "use ns us ms s min h d"       },
        {Q_COUNT,    "1.5",                  "'1.5' is not a whole number",          "write something like '4'"     },
        {Q_COUNT,    "ten",                  "'ten' is not a whole number",          "write something like '4'"     },
        {Q_COUNT,    "0x",                   "'0x' is not a whole number",           "write something like '4'"     },
        {Q_COUNT,    "99999999999999999999", "'99999999999999999999' is too large",
         "the limit is 2^53 - 1"                                                                                    },
        {Q_TIME,     "",                     "there is no value",                    "write something like '250 ms'"},
        {Q_TIME,     "abc",                  "'abc' is not a number with a unit",    "write something like '250 ms'"},
        {Q_TIME,     "nan ms",               "'nan ms' is not a number with a unit",
         "write something like '250 ms'"                                                                            },
        {Q_RATE,     "1e999/s",              "'1e999/s' is too large",               "the limit is about 1e308"     },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char why[UNITS_WHY];
        char help[UNITS_WHY];
        double x = 0;
        assert_false(units_parse(cases[i].q, cases[i].s, &x, why, help));
        assert_string_equal(why, cases[i].why);
        assert_string_equal(help, cases[i].help);
    }
}

static void units_refuses_time_when_beyond_104_days(void **state)
{
    (void)state;
    static const char *const cases[] = {"105 d", "9007199254740992 ns", "1e300 s",
                                        "1e999999999 s"};
    for (size_t i = 0; i < 4; i++) {
        char why[UNITS_WHY];
        char help[UNITS_WHY];
        int64_t ns = 0;
        assert_false(units_parse_ns(cases[i], &ns, why, help));
        assert_non_null(strstr(why, "too large"));
    }
}

static void units_survives_when_numbers_are_absurdly_long(void **state)
{
    (void)state;
    static char s[100000];
    char why[UNITS_WHY];
    char help[UNITS_WHY];
    int64_t ns = 0;
    memset(s, '1', sizeof s - 1);
    assert_false(units_parse_ns(s, &ns, why, help));
    memset(s, 'x', sizeof s - 1);
    assert_false(units_parse_ns(s, &ns, why, help));
    memcpy(s, "5 ", 2);
    assert_false(units_parse_ns(s, &ns, why, help));
}

static void units_decimal_is_exact_when_scaled(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        int scale10;
        bool ok;
        int64_t want;
    } cases[] = {
        {"1.5",                   6, true,  1500000                     },
        {"-1.5",                  0, true,  -2                          },
        {"0.5",                   0, true,  0                           },
        {"9223372036854775807",   0, true,  INT64_MAX                   },
        {"9223372036854775807.5", 0, false, 0                           },
        {"9223372036854775808",   0, false, 0                           },
        {"0.1234567",             9, true,
         123456700                                                      }, /* seven digits of a second, as Azure's traces write them */
        {"1e18",                  0, true,  INT64_C(1000000000000000000)},
        {"1e19",                  0, false, 0                           },
        {"1e-400",                0, true,  0                           },
        {"0e999999999999",        9, true,  0                           },
        {"1.5 ",                  0, false, 0                           },
        {"",                      0, false, 0                           },
        {".",                     0, false, 0                           },
        {"1e",                    0, false, 0                           },
        {"0x10",                  0, false, 0                           },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t x = 0;
        const bool ok = units_decimal(cases[i].s, strlen(cases[i].s), cases[i].scale10, &x);
        if (ok != cases[i].ok || (ok && x != cases[i].want)) {
            fail_msg("'%s' x 10^%d: got %d %lld", cases[i].s, cases[i].scale10, ok,
                     (long long)x);
        }
    }
}

static void units_prints_three_digits_when_shown(void **state)
{
    (void)state;
    static const struct {
        enum quantity q;
        double x;
        const char *want;
    } cases[] = {
        {Q_TIME,     38.1e6,      "38.1 ms" },
        {Q_TIME,     9.4e6,       "9.40 ms" },
        {Q_TIME,     999600,      "1.00 ms" },
        {Q_TIME,     999400,      "999 us"  },
        {Q_TIME,     600e9,       "600 s"   },
        {Q_TIME,     0,           "0 ms"    },
        {Q_TIME,     7,           "7.00 ns" },
        {Q_BYTES,    1342177280,  "1.25 GiB"},
        {Q_RATE,     40,          "40.0/s"  },
        {Q_RATE,     0.001,       "3.60/h"  },
        {Q_RATE,     12345,       "12345/s" },
        {Q_FRACTION, 0.41,        "41.0 %"  },
        {Q_FRACTION, 1e-5,        "<0.1 %"  },
        {Q_FRACTION, 1,           "100 %"   },
        {Q_FRACTION, 0.00123,     "0.123 %" },
        {Q_TIME,     (double)NAN, "-"       },
        {Q_MONEY,    2.5,         "2.50 USD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text t;
        text_init(&t);
        units_print(&t, cases[i].q, cases[i].x);
        assert_string_equal(text_str(&t), cases[i].want);
        text_fini(&t);
    }
}

static void units_scale_follows_smallest_when_column(void **state)
{
    (void)state;
    const struct units_scale s = units_time_scale(9.4e6);
    assert_string_equal(s.unit, "ms");
    assert_int_equal(s.decimals, 2);
    assert_string_equal(units_time_scale(212e6).unit, "ms");
    assert_string_equal(units_time_scale(5e9).unit, "s");
    assert_string_equal(units_time_scale((double)NAN).unit, "ms");
}

static void check_reads_back(enum quantity q, double x)
{
    struct text t;
    char why[UNITS_WHY];
    char help[UNITS_WHY];
    double back = 0;
    text_init(&t);
    units_exact(&t, q, x);
    if (!units_parse(q, text_str(&t), &back, why, help) || memcmp(&back, &x, sizeof x) != 0) {
        fail_msg("%.17g is spelt '%s' and reads back as %.17g", x, text_str(&t), back);
    }
    text_fini(&t);
}

static void units_exact_reads_back_when_printed(void **state)
{
    (void)state;
    static const enum quantity qs[] = {Q_TIME, Q_RATE, Q_BYTES, Q_FRACTION, Q_FREQUENCY};
    uint64_t bits = 1;
    for (int i = 0; i < 20000; i++) {
        bits = bits * 6364136223846793005ULL + 1442695040888963407ULL;
        const double u = (double)(bits >> 11) * 0x1p-53;
        const double x = ldexp(u + 0.5, (int)(bits % 60) - 20);
        check_reads_back(qs[i % 5], x);
        check_reads_back(qs[i % 5], floor(x));
    }
    struct text t;
    text_init(&t);
    units_exact(&t, Q_TIME, 2083333);
    text_add(&t, ", ");
    units_exact(&t, Q_BYTES, 10737418240.0);
    text_add(&t, ", ");
    units_exact(&t, Q_BYTES, 512e9);
    text_add(&t, ", ");
    units_exact(&t, Q_FRACTION, 0.05);
    text_add(&t, ", ");
    units_exact(&t, Q_TIME, 600e9);
    assert_string_equal(text_str(&t), "2083333 ns, 10 GiB, 512 GB, 5%, 600 s");
    text_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_reads_ns_when_time_is_good),
        cmocka_unit_test(units_reads_base_units_when_quantity_is_good),
        cmocka_unit_test(units_names_the_unit_when_wrong),
        cmocka_unit_test(units_refuses_time_when_beyond_104_days),
        cmocka_unit_test(units_survives_when_numbers_are_absurdly_long),
        cmocka_unit_test(units_decimal_is_exact_when_scaled),
        cmocka_unit_test(units_prints_three_digits_when_shown),
        cmocka_unit_test(units_scale_follows_smallest_when_column),
        cmocka_unit_test(units_exact_reads_back_when_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
