/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_csvin.c - every shape of file that users bring, and every mistake with its line.
 *
 * Goal: a table is read whole and right or refused with the place, never in part. Method: small
 * texts written out here; cells compared by column name; generated wide, long and broken ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/text.h"
#include "sim/input/csvin.h"
#include "tests/unit/draw.h"

struct fixture {
    struct arena arena;
    struct diag diag;
    struct csvin csv;
};

static int set_up(void **state)
{
    static struct fixture f;
    arena_init(&f.arena, "test");
    diag_init(&f.diag);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_fini(&f->arena);
    diag_fini(&f->diag);
    return 0;
}

static bool read_text(struct fixture *f, const char *text)
{
    return csvin_read(&f->csv, &f->arena, "t.csv", text, strlen(text), &f->diag);
}

static const char *cell(const struct fixture *f, size_t row, const char *column)
{
    return csvin_cell(&f->csv, row, csvin_column(&f->csv, column));
}

static void expect_error(const struct fixture *f, int line, const char *part)
{
    assert_int_equal(f->diag.error_n, 1);
    assert_int_equal(f->diag.entry[0].at.line, line);
    if (strstr(f->diag.entry[0].text, part) == NULL) {
        fail_msg("'%s' is not in '%s'", part, f->diag.entry[0].text);
    }
}

/* ---- Shapes ---- */

static void csvin_finds_columns_when_order_differs(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "b,extra,a\n1,x,2\n3,y,4\n"));
    assert_int_equal(f->csv.row_n, 2);
    assert_string_equal(cell(f, 0, "a"), "2");
    assert_string_equal(cell(f, 1, "b"), "3");
    assert_int_equal(csvin_column(&f->csv, "c"), -1);
    assert_string_equal(csvin_cell(&f->csv, 0, -1), "");
}

static void csvin_reads_the_same_when_line_ends_differ(void **state)
{
    static const char *const text[] = {
        "a,b\n1,2\n3,4\n",        "a,b\r\n1,2\r\n3,4\r\n",
        "a,b\r1,2\r3,4\r",        "a,b\n1,2\n3,4",
        "a,b\r\n1,2\r\n3,4",      "\xEF\xBB\xBF\141,b\n1,2\n3,4\n",
        "a,b\n1,2\n3,4\n\n",      "a,b\r\n1,2\r\n3,4\r\n\r\n",
        " a , b \n 1 , 2 \n3,4 ", "\"a\",\"b\"\n1,\"2\"\n\"3\",4"};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        assert_true(read_text(f, text[i]));
        assert_int_equal(f->csv.row_n, 2);
        assert_int_equal(f->csv.column_n, 2);
        assert_string_equal(cell(f, 0, "a"), "1");
        assert_string_equal(cell(f, 0, "b"), "2");
        assert_string_equal(cell(f, 1, "a"), "3");
        assert_string_equal(cell(f, 1, "b"), "4");
        assert_int_equal(csvin_line(&f->csv, 1), 3);
    }
    assert_int_equal(f->diag.entry_n, 0);
}

static void csvin_knows_the_line_when_cells_and_blanks_span_lines(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "\n\na,b\n  \n1,\"x\ny\nz\"\n\n2,w\n"));
    assert_int_equal(f->csv.header_line, 3);
    assert_string_equal(cell(f, 0, "b"), "x\ny\nz");
    assert_int_equal(csvin_line(&f->csv, 0), 5);
    assert_int_equal(csvin_line(&f->csv, 1), 9);
}

static void csvin_keeps_commas_and_quotes_when_quoted(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "a,b\n\"1,5\",\"say \"\"yes\"\"\"\n"));
    assert_string_equal(cell(f, 0, "a"), "1,5");
    assert_string_equal(cell(f, 0, "b"), "say \"yes\"");
}

static void csvin_takes_blank_cells_when_rows_are_short(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "a,b,c\n1\n,2,\n4,5,6,,\n"));
    assert_string_equal(cell(f, 0, "a"), "1");
    assert_string_equal(cell(f, 0, "b"), "");
    assert_string_equal(cell(f, 0, "c"), "");
    assert_string_equal(cell(f, 1, "b"), "2");
    assert_string_equal(cell(f, 2, "c"), "6");
}

static void csvin_reads_when_header_cells_are_empty(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, ",a,\n0,1,2\n"));
    assert_int_equal(f->csv.column_n, 3);
    assert_string_equal(cell(f, 0, "a"), "1");
}

static void csvin_has_no_rows_when_only_the_header_is_there(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "a,b"));
    assert_int_equal(f->csv.row_n, 0);
}

/* 2,001 columns and lines of some 40 KB, as in published tables of placements. */
static void csvin_reads_when_lines_are_very_long(void **state)
{
    enum {
        COLUMNS = 2001
    };
    struct fixture *f = *state;
    struct text t;
    text_init(&t);
    for (int row = 0; row < 4; row++) {
        for (int i = 0; i < COLUMNS; i++) {
            text_addf(&t, row == 0 ? "%scolumn-%05d" : "%s0000000000000%05d", i > 0 ? "," : "",
                      row == 0 ? i : i + row);
        }
        text_add(&t, "\r\n");
    }
    assert_true(t.n > 4 * 28000);
    assert_true(read_text(f, text_str(&t)));
    assert_int_equal(f->csv.column_n, COLUMNS);
    assert_int_equal(f->csv.row_n, 3);
    assert_string_equal(cell(f, 2, "column-02000"), "000000000000002003");
    assert_string_equal(cell(f, 0, "column-00000"), "000000000000000001");
    text_fini(&t);
}

static void csvin_reads_every_row_when_there_are_many(void **state)
{
    enum {
        ROWS = 50000
    };
    struct fixture *f = *state;
    struct text t;
    text_init(&t);
    text_add(&t, "t,x\n");
    for (int i = 0; i < ROWS; i++) {
        text_addf(&t, "%d,%d\n", i, 3 * i);
    }
    assert_true(read_text(f, text_str(&t)));
    assert_int_equal(f->csv.row_n, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        int64_t x = -1;
        struct csvin_at at = {.row = i, .col = csvin_column(&f->csv, "x")};
        assert_int_equal(csvin_int(&f->csv, at, (const int64_t[2]){0, 1 << 30}, &x, &f->diag),
                         CSVIN_VALUE);
        assert_int_equal(x, 3 * (int64_t)i);
        assert_int_equal(csvin_line(&f->csv, i), (int)i + 2);
    }
    text_fini(&t);
}

/* ---- Mistakes ---- */

static void csvin_refuses_with_the_line_when_the_text_is_wrong(void **state)
{
    static const struct {
        const char *text;
        int line;
        const char *part;
    } bad[] = {
        {"",                            1, "empty"      },
        {"\n\n",                        1, "empty"      },
        {"a,b,a\n1,2,3\n",              1, "two columns"},
        {"a,b\n1,2\n\n1,2,3\n",         4, "more cells" },
        {"a,b\n1,\"2\n3,4\n",           2, "quote"      },
        {"a,b\n1,2\n3,x\"y\"\n",        3, "quote"      },
        {"a,b\n\"1\nx\",2\n\"3\"4,5\n", 4, "quote"      },
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        diag_fini(&f->diag);
        diag_init(&f->diag);
        assert_false(read_text(f, bad[i].text));
        expect_error(f, bad[i].line, bad[i].part);
    }
}

static void csvin_refuses_when_a_zero_byte_is_inside(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "a,b\n1,2\n3,\0\n";
    assert_false(csvin_read(&f->csv, &f->arena, "t.csv", text, sizeof text - 1, &f->diag));
    expect_error(f, 3, "zero byte");
}

/* ---- Places of cells ---- */

/* A text that knows where it stands. */
struct writer {
    struct text t;
    int line, col;
    uint64_t *seed;
};

static void put(struct writer *w, const char *s)
{
    for (; *s != '\0'; s++) {
        const char byte[2] = {*s, '\0'};
        text_add(&w->t, byte);
        if (*s == '\n' || (*s == '\r' && s[1] != '\n')) {
            w->line++;
            w->col = 1;
        } else if (*s != '\r') {
            w->col += ((unsigned char)*s & 0xC0) != 0x80;
        }
    }
}

/* Writes a cell, in quotes where it must be and at times where it need not; its place. A cell
 * that is empty is never the only one of its row. */
static struct span put_cell(struct writer *w, const char *s)
{
    static const char *const blanks[] = {"", "", " ", "\t "};
    const bool quoted = strpbrk(s, "\",\n") != NULL || s[0] == ' ' || draw(w->seed, 3) == 0;
    put(w, blanks[draw(w->seed, 4)]);
    put(w, quoted ? "\"" : "");
    const struct span at = {.line = w->line, .col = w->col};
    for (; *s != '\0'; s++) {
        const char byte[2] = {*s, '\0'};
        put(w, *s == '"' ? "\"\"" : byte);
    }
    put(w, quoted ? "\"" : "");
    put(w, blanks[draw(w->seed, 4)]);
    return at;
}

/* Cells in random dress - quotes, blanks around them, all line ends, blank lines between rows,
 * rows that end early - are read back, and each is placed where its text begins. */
static void csvin_places_every_cell_when_rows_are_written_at_random(void **state)
{
    static const char *const content[] = {
        "",        "7",     "-1.5e3", "a b", "\xC3\xA4",
        "x, y",    "\"q\"", "u\nv",   " z",  "\xE2\x82\xAC \"1\"",
        "long one"};
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n", "\r\n \t\r\n"};
    enum {
        ROWS = 6,
        COLUMNS = 4
    };
    struct fixture *f = *state;
    uint64_t seed = 1;
    for (int i = 0; i < 2000; i++) {
        struct writer w = {.line = 1, .col = 1, .seed = &seed};
        struct span at[ROWS][COLUMNS];
        const char *is[ROWS][COLUMNS];
        text_init(&w.t);
        put(&w, "a,b,c,d");
        put(&w, ends[draw(&seed, 5)]);
        for (int r = 0; r < ROWS; r++) {
            const int cells = 1 + (int)draw(&seed, COLUMNS);
            for (int c = 0; c < COLUMNS; c++) {
                is[r][c] = c < cells ? content[c == 0 ? 1 : draw(&seed, 11)] : "";
                put(&w, c > 0 && c < cells ? "," : "");
                if (c < cells) {
                    at[r][c] = put_cell(&w, is[r][c]);
                }
            }
            put(&w, r + 1 < ROWS || draw(&seed, 2) == 0 ? ends[draw(&seed, 5)] : "");
        }
        assert_true(read_text(f, text_str(&w.t)));
        assert_int_equal(f->csv.row_n, ROWS);
        for (int r = 0; r < ROWS; r++) {
            for (int c = 0; c < COLUMNS; c++) {
                assert_string_equal(csvin_cell(&f->csv, (size_t)r, c), is[r][c]);
                const struct span span = csvin_span(&f->csv, (size_t)r, c);
                if (is[r][c][0] != '\0') {
                    assert_int_equal(span.line, at[r][c].line);
                    assert_int_equal(span.col, at[r][c].col);
                    assert_int_equal(span.len, (int)text_width(is[r][c]));
                }
            }
        }
        text_fini(&w.t);
        arena_fini(&f->arena);
        arena_init(&f->arena, "test");
    }
}

static void csvin_refuses_when_there_are_too_many_columns(void **state)
{
    struct fixture *f = *state;
    struct text t;
    text_init(&t);
    for (int i = 0; i <= CSVIN_COLUMNS_MAX; i++) {
        text_addf(&t, "%d,", i);
    }
    assert_false(read_text(f, text_str(&t)));
    expect_error(f, 1, "columns");
    text_fini(&t);
}

/* A wide header over one-byte rows must not ask for columns x rows of memory. */
static void csvin_refuses_when_nearly_all_cells_are_missing(void **state)
{
    struct fixture *f = *state;
    struct text t;
    text_init(&t);
    for (int i = 0; i < 16000; i++) {
        text_addf(&t, "%d,", i);
    }
    text_add(&t, "\n");
    for (int i = 0; i < 100000; i++) {
        text_add(&t, "1\n");
    }
    assert_false(read_text(f, text_str(&t)));
    assert_int_equal(f->diag.error_n, 1);
    assert_true(f->arena.bytes < 20u << 20);
    text_fini(&t);
}

static void csvin_suggests_the_nearest_when_a_column_is_missing(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "TIMESTAMP,ContextTokens\n1,2\n"));
    assert_int_equal(csvin_column_need(&f->csv, "ContextToken", &f->diag), -1);
    expect_error(f, 1, "ContextToken");
    assert_non_null(strstr(f->diag.entry[0].help, "ContextTokens"));
}

static void csvin_says_so_when_a_file_is_absent(void **state)
{
    struct fixture *f = *state;
    assert_false(csvin_read_file(&f->csv, &f->arena, "tests/unit/no-such.csv", &f->diag));
    assert_int_equal(f->diag.entry[0].kind, DIAG_MACHINE);
}

/* ---- Typed cells ---- */

static void csvin_converts_when_cells_are_numbers(void **state)
{
    static const struct {
        const char *text;
        enum csvin_got got;
        int64_t value;
    } cases[] = {
        {"66",                   CSVIN_VALUE, 66  },
        {"+7",                   CSVIN_VALUE, 7   },
        {"-3",                   CSVIN_VALUE, -3  },
        {"66.0",                 CSVIN_VALUE, 66  },
        {"1e3",                  CSVIN_VALUE, 1000},
        {"\"\"",                 CSVIN_BLANK, 99  },
        {"1.5",                  CSVIN_WRONG, 99  },
        {"12x",                  CSVIN_WRONG, 99  },
        {"0x10",                 CSVIN_WRONG, 99  },
        {"--1",                  CSVIN_WRONG, 99  },
        {"-",                    CSVIN_WRONG, 99  },
        {"1e30",                 CSVIN_WRONG, 99  },
        {"1001",                 CSVIN_WRONG, 99  },
        {"99999999999999999999", CSVIN_WRONG, 99  },
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        int64_t value = 99;
        snprintf(text, sizeof text, "a,b\n%s,x\n", cases[i].text);
        assert_true(read_text(f, text));
        struct csvin_at at = {.row = 0, .col = 0};
        size_t before = f->diag.error_n;
        assert_int_equal(
            csvin_int(&f->csv, at, (const int64_t[2]){-1000, 1000}, &value, &f->diag),
            cases[i].got);
        assert_int_equal(value, cases[i].value);
        assert_int_equal(f->diag.error_n - before, cases[i].got == CSVIN_WRONG ? 1 : 0);
    }
}

static void csvin_takes_decimals_only_when_reading_doubles(void **state)
{
    static const struct {
        const char *text;
        bool ok;
    } cases[] = {
        {"933",   true },
        {"1e-3",  true },
        {".5",    true },
        {"66.25", true },
        {"nan",   false},
        {"inf",   false},
        {"0x1p3", false},
        {"1,5",   false},
        {"1e999", false},
        {"e",     false}
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        double value = -1;
        snprintf(text, sizeof text, "a,b\n\"%s\",x\n", cases[i].text);
        assert_true(read_text(f, text));
        struct csvin_at at = {.row = 0, .col = 0};
        enum csvin_got got =
            csvin_double(&f->csv, at, (const double[2]){0, 1e6}, &value, &f->diag);
        assert_int_equal(got, cases[i].ok ? CSVIN_VALUE : CSVIN_WRONG);
    }
}

static void csvin_takes_yes_and_no_when_reading_bools(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "a,b\ny,n\nyes,no\ntrue,false\n"));
    for (size_t row = 0; row < 3; row++) {
        bool a = false, b = true;
        assert_int_equal(csvin_bool(&f->csv, (struct csvin_at){row, 0}, &a, &f->diag),
                         CSVIN_VALUE);
        assert_int_equal(csvin_bool(&f->csv, (struct csvin_at){row, 1}, &b, &f->diag),
                         CSVIN_VALUE);
        assert_true(a);
        assert_false(b);
    }
    assert_true(read_text(f, "a,b\nmaybe,n\n"));
    bool a = false;
    assert_int_equal(csvin_bool(&f->csv, (struct csvin_at){0, 0}, &a, &f->diag), CSVIN_WRONG);
}

/* ---- Memory ---- */

static void csvin_unwinds_when_memory_runs_out(void **state)
{
    struct fixture *f = *state;
    bool done = false;
    for (long n = 1; n < 100 && !done; n++) {
        diag_fini(&f->diag);
        diag_init(&f->diag);
        arena_fini(&f->arena);
        mem_fail_at(n);
        done = read_text(f, "a,b\n1,2\n");
        mem_fail_at(0);
        assert_true(done || diag_failed(&f->diag));
    }
    assert_true(done);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(csvin_finds_columns_when_order_differs),
        CASE(csvin_reads_the_same_when_line_ends_differ),
        CASE(csvin_knows_the_line_when_cells_and_blanks_span_lines),
        CASE(csvin_keeps_commas_and_quotes_when_quoted),
        CASE(csvin_takes_blank_cells_when_rows_are_short),
        CASE(csvin_reads_when_header_cells_are_empty),
        CASE(csvin_has_no_rows_when_only_the_header_is_there),
        CASE(csvin_reads_when_lines_are_very_long),
        CASE(csvin_reads_every_row_when_there_are_many),
        CASE(csvin_refuses_with_the_line_when_the_text_is_wrong),
        CASE(csvin_places_every_cell_when_rows_are_written_at_random),
        CASE(csvin_refuses_when_a_zero_byte_is_inside),
        CASE(csvin_refuses_when_there_are_too_many_columns),
        CASE(csvin_refuses_when_nearly_all_cells_are_missing),
        CASE(csvin_suggests_the_nearest_when_a_column_is_missing),
        CASE(csvin_says_so_when_a_file_is_absent),
        CASE(csvin_converts_when_cells_are_numbers),
        CASE(csvin_takes_decimals_only_when_reading_doubles),
        CASE(csvin_takes_yes_and_no_when_reading_bools),
        CASE(csvin_unwinds_when_memory_runs_out),
    };
#undef CASE
    return cmocka_run_group_tests(tests, NULL, NULL);
}
