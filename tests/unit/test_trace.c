/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_trace.c - every shape of time and row that a trace may have, and every row that it may
 * not.
 *
 * Goal: arrivals and services exact to the ns, or an error that names line and column. Method:
 * files written to a temporary directory; the public Azure trace where it is at hand
 * (../shared/traces or $VGPUSIM_TRACES), skipped where it is not. Its facts (19,366 rows, mean
 * service 27 ms under the law below) are those of its README. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/input/trace.h"

struct fixture {
    struct arena arena;
    struct diag diag;
    struct trace_conf conf;
    struct trace_rows rows;
    char path[64];
};

static int set_up(void **state)
{
    static struct fixture f;
    arena_init(&f.arena, "test");
    diag_init(&f.diag);
    snprintf(f.path, sizeof f.path, "/tmp/vgpusim-trace-XXXXXX");
    const int fd = mkstemp(f.path);
    if (fd < 0) {
        return -1;
    }
    close(fd);
    f.conf = (struct trace_conf){
        .path = f.path,
        .shown = "t.csv",
        .arrival = "T",
        .arrival_unit = TRACE_S,
        .from_first = true,
        .service = "D",
        .service_unit = TRACE_MS,
        .speedup = 1,
        .service_at = {.file = "s", .line = 9, .col = 1, .len = 1},
        .arrival_at = {.file = "s", .line = 8, .col = 1, .len = 1},
        .file_at = {.file = "s", .line = 7, .col = 1, .len = 1}
    };
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    unlink(f->path);
    arena_fini(&f->arena);
    diag_fini(&f->diag);
    return 0;
}

static bool read_text(struct fixture *f, const char *text)
{
    FILE *out = fopen(f->path, "wb");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    f->rows = (struct trace_rows){.n = 0};
    diag_fini(&f->diag);
    diag_init(&f->diag);
    return trace_read(&f->arena, &f->conf, &f->rows, &f->diag);
}

static void expect_error(const struct fixture *f, size_t ix, int line, const char *part)
{
    if (ix >= f->diag.entry_n) {
        fail_msg("no error %zu '%s'", ix, part);
    }
    const struct diag_entry *e = &f->diag.entry[ix];
    if (e->at.line != line || strstr(e->text, part) == NULL) {
        fail_msg("got %d '%s', want %d '%s'", e->at.line, e->text, line, part);
    }
}

/* ---- Times ---- */

static void trace_is_exact_when_times_are_decimal(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "D,T\r\n2,1e3\r\n0.0000005,1000.123456789\r\n66.0,1000.5"));
    assert_int_equal(f->rows.n, 3);
    assert_int_equal(f->rows.arrival_ns[0], 0);
    assert_int_equal(f->rows.arrival_ns[1], 123456789);
    assert_int_equal(f->rows.arrival_ns[2], 500000000);
    assert_int_equal(f->rows.service_ns[0], 2000000);
    assert_int_equal(f->rows.service_ns[1], 0); /* half a ns, to even */
    assert_int_equal(f->rows.service_ns[2], 66000000);
    assert_int_equal(f->rows.span_ns, 500000000);
    assert_true(llround(3 * f->rows.service_mean_ns) == 68000000);
}

static void trace_is_exact_when_times_are_dates(void **state)
{
    struct fixture *f = *state;
    f->conf.arrival_unit = TRACE_DATETIME;
    assert_true(read_text(f, "T,D\n"
                             "2024-02-28 23:59:59.9999999,1\n"
                             "2024-02-29T00:00:00Z,1\n"
                             "2024-03-01 00:00:00.0000000005,1\n"
                             "2024-03-31 00:00:00,1\n"));
    assert_int_equal(f->rows.arrival_ns[1], 100);
    /* 2024 has a 29 February: a day and 100 ns later; the fraction of half a ns rounds to even.
     */
    assert_int_equal(f->rows.arrival_ns[2], 86400000000100);
    assert_int_equal(f->rows.arrival_ns[3], 86400000000100 + INT64_C(30) * 86400000000000);
}

static void trace_refuses_when_a_date_is_impossible(void **state)
{
    struct fixture *f = *state;
    static const char *const bad[] = {"2023-02-29 00:00:00", "2023-13-01 00:00:00",
                                      "2023-01-01 24:00:00", "2023-01-01",
                                      "2023/01/01 00:00:00", "2023-01-01 00:00:00.",
                                      "1700000000",          "2023-01-01 00:00:0x",
                                      "3023-01-01 00:00:00", "2023-01-01 00:00:00 +01:00"};
    f->conf.arrival_unit = TRACE_DATETIME;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[100];
        snprintf(text, sizeof text, "T,D\n2023-01-01 00:00:00,1\n%s,1\n", bad[i]);
        assert_false(read_text(f, text));
        assert_int_equal(f->diag.error_n, 1);
        expect_error(f, 0, 3, "is not a date and time");
    }
}

static void trace_scales_when_units_differ(void **state)
{
    struct fixture *f = *state;
    static const enum trace_unit units[] = {TRACE_S, TRACE_MS, TRACE_US, TRACE_NS};
    static const int64_t want[] = {2000000000, 2000000, 2000, 2};
    for (int i = 0; i < 4; i++) {
        f->conf.arrival_unit = units[i];
        f->conf.service_unit = units[3 - i];
        assert_true(read_text(f, "T,D\n-1,2\n1,2\n"));
        assert_int_equal(f->rows.arrival_ns[1], want[i]);
        assert_int_equal(f->rows.service_ns[0], want[3 - i]);
    }
}

static void trace_divides_gaps_only_when_sped_up(void **state)
{
    struct fixture *f = *state;
    f->conf.speedup = 2;
    f->conf.arrival_unit = TRACE_NS;
    assert_true(read_text(f, "T,D\n7,1\n8,1\n10,1\n12,1\n"));
    /* 1/2, 3/2, 5/2 rounded half to even */
    assert_int_equal(f->rows.arrival_ns[1], 0);
    assert_int_equal(f->rows.arrival_ns[2], 2);
    assert_int_equal(f->rows.arrival_ns[3], 2);
    assert_int_equal(f->rows.service_ns[3], 1000000);
    f->conf.speedup = 0.001;
    f->conf.arrival_unit = TRACE_S;
    assert_false(read_text(f, "T,D\n0,1\n10000,1\n"));
    expect_error(f, 0, 7, "later than 104 days");
}

static void trace_counts_from_zero_when_the_file_has_one(void **state)
{
    struct fixture *f = *state;
    f->conf.from_first = false;
    assert_true(read_text(f, "T,D\n7,1\n3,2\n"));
    assert_int_equal(f->rows.arrival_ns[0], INT64_C(3000000000));
    assert_int_equal(f->rows.span_ns, INT64_C(7000000000));
    assert_false(read_text(f, "T,D\n7,1\n-3,2\n"));
    expect_error(f, 0, 8, "before its zero");
    assert_false(read_text(f, "T,D\n1700000000,1\n"));
    expect_error(f, 0, 7, "later than 104 days");
}

static void trace_is_silent_when_it_has_no_rows(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "T,D\n"));
    assert_int_equal(f->rows.n, 0);
    assert_int_equal(f->diag.error_n, 0);
    assert_int_equal(f->diag.entry[0].severity, SEV_WARNING);
}

/* ---- Rows ---- */

static void trace_sorts_stably_when_rows_are_not_in_order(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "T,D\n5,1\n3,2\n5,3\n3,4\n4,5\n5,6\n"));
    static const int64_t arrival[] = {0, 0, 1, 2, 2, 2};
    static const int64_t service[] = {2, 4, 5, 1, 3, 6};
    for (int i = 0; i < 6; i++) {
        assert_int_equal(f->rows.arrival_ns[i], arrival[i] * 1000000000);
        assert_int_equal(f->rows.service_ns[i], service[i] * 1000000);
    }
}

static void trace_counts_bad_rows_when_there_are_many(void **state)
{
    struct fixture *f = *state;
    char text[2000] = "T,D\n1,1\n";
    for (int i = 0; i < 30; i++) {
        strcat(text, i % 2 == 0 ? "x,1\n" : "1,-5\n");
    }
    strcat(text, ",1\n");
    assert_false(read_text(f, text));
    assert_int_equal(f->diag.entry_n, 21);
    expect_error(f, 0, 3, "T: 'x' is not a number");
    expect_error(f, 1, 4, "D: '-5' is not a time");
    expect_error(f, 20, 33, "and 11 more rows are wrong");
}

static void trace_names_the_column_when_it_is_absent(void **state)
{
    struct fixture *f = *state;
    assert_false(read_text(f, "t,D2,X\n1,1,1\n"));
    assert_int_equal(f->diag.error_n, 2);
    expect_error(f, 0, 8, "'t.csv' has no column 'T'");
    assert_string_equal(f->diag.entry[0].help, "did you mean 't'?");
    expect_error(f, 1, 9, "'t.csv' has no column 'D'");
    f->conf.path = "/nonexistent/t.csv";
    assert_false(trace_read(&f->arena, &f->conf, &f->rows, &f->diag));
}

/* ---- The law ---- */

static void trace_evaluates_the_law_when_terms_come_in_any_order(void **state)
{
    struct fixture *f = *state;
    f->conf.law = "5 ms + 0.01 ms*In +Out * 0.05 ms + 1 ns";
    assert_true(read_text(f, "T,In,Out\n0,100,2\n1,0,0\n2,1.5e2,66.0\n"));
    assert_int_equal(f->rows.service_ns[0], 5000000 + 1000000 + 100000 + 1);
    assert_int_equal(f->rows.service_ns[1], 5000001);
    assert_int_equal(f->rows.service_ns[2], 5000000 + 1500000 + 3300000 + 1);
}

static void trace_refuses_the_law_when_malformed(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *law, *error;
    } cases[] = {
        {"",               "a term is empty"             },
        {"5 ms +",         "a term is empty"             },
        {"5",              "'5' has no unit"             },
        {"5 ms * In * In", "is not a time times a column"},
        {"2 ms * 3 ms",    "is not a time times a column"},
        {"In",             "'In' is not a time"          },
        {"In * Out",       "is not a time times a column"},
        {"5 GiB",          "is not a unit of time"       },
        {"5 ms * Im",      "has no column 'Im'"          },
        {"5 ms - In",      "law:"                        },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        f->conf.law = cases[i].law;
        assert_false(read_text(f, "T,In,Out\n0,100,2\n"));
        assert_int_equal(f->diag.error_n, 1);
        expect_error(f, 0, 9, cases[i].error);
    }
}

static void trace_refuses_a_row_when_the_law_fails_on_it(void **state)
{
    struct fixture *f = *state;
    f->conf.law = "5 ms + 1 ms * In";
    assert_false(read_text(f, "T,In\n0,1\n1,-6\n2,1e18\n3,\n4,many\n5,nan\n6,-5\n"));
    assert_int_equal(f->diag.error_n, 5);
    expect_error(f, 0, 3, "the law gives -1 ms");
    expect_error(f, 1, 4, "the law gives 1e+18 ms");
    expect_error(f, 2, 5, "'In' is blank");
    expect_error(f, 3, 6, "In: 'many' is not a number");
    expect_error(f, 4, 7, "In: 'nan' is not a number");
}

/* ---- A public trace ---- */

static void trace_loads_whole_when_it_is_the_azure_one(void **state)
{
    struct fixture *f = *state;
    const char *dir = getenv("VGPUSIM_TRACES");
    char path[500];
    snprintf(path, sizeof path, "%s/azure-llm/AzureLLMInferenceTrace_conv.csv",
             dir == NULL ? "../shared/traces" : dir);
    if (access(path, R_OK) != 0) {
        print_message("skipped: no %s\n", path);
        skip();
    }
    f->conf.path = path;
    f->conf.arrival = "TIMESTAMP";
    f->conf.arrival_unit = TRACE_DATETIME;
    f->conf.law = "5 ms + 0.01 ms * ContextTokens + 0.05 ms * GeneratedTokens";
    assert_true(trace_read(&f->arena, &f->conf, &f->rows, &f->diag));
    assert_int_equal(f->rows.n, 19366);
    /* first rows: ...46.6805900,374,44 and ...50.9951690,396,109 */
    assert_int_equal(f->rows.arrival_ns[1], 4314579000);
    assert_int_equal(f->rows.service_ns[0], 5000000 + 3740000 + 2200000);
    assert_int_equal(f->rows.service_ns[1], 5000000 + 3960000 + 5450000);
    assert_in_range(f->rows.service_mean_ns, 26900000, 27300000);
    /* 5.53 arrivals per s */
    assert_in_range(f->rows.span_ns / f->rows.n, 180500000, 181200000);
}

static void trace_hash_differs_when_a_row_differs(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "T,D\n0,1\n1,2\n"));
    const uint64_t a = trace_hash(TRACE_HASH_FIRST, &f->rows);
    assert_true(read_text(f, "D,T,X\n1,10,\n2,11,\n"));
    assert_true(trace_hash(TRACE_HASH_FIRST, &f->rows) == a);
    assert_true(read_text(f, "T,D\n0,1\n1,3\n"));
    assert_true(trace_hash(TRACE_HASH_FIRST, &f->rows) != a);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(trace_is_exact_when_times_are_decimal),
        TEST(trace_is_exact_when_times_are_dates),
        TEST(trace_refuses_when_a_date_is_impossible),
        TEST(trace_scales_when_units_differ),
        TEST(trace_divides_gaps_only_when_sped_up),
        TEST(trace_counts_from_zero_when_the_file_has_one),
        TEST(trace_is_silent_when_it_has_no_rows),
        TEST(trace_sorts_stably_when_rows_are_not_in_order),
        TEST(trace_counts_bad_rows_when_there_are_many),
        TEST(trace_names_the_column_when_it_is_absent),
        TEST(trace_evaluates_the_law_when_terms_come_in_any_order),
        TEST(trace_refuses_the_law_when_malformed),
        TEST(trace_refuses_a_row_when_the_law_fails_on_it),
        TEST(trace_loads_whole_when_it_is_the_azure_one),
        TEST(trace_hash_differs_when_a_row_differs),
    };
    return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
