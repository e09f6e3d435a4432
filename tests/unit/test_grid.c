/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: --vary means the values that one reads, at the points that one counts, and finished
 * points are known again. Method: arguments and what must come of them; a journal cut at every
 * byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/cli/journal.h"
#include "sim/input/grid.h"

struct fixture {
    struct arena arena;
    struct diag diag;
    struct grid grid;
};

static int setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    assert_non_null(f);
    arena_init(&f->arena, "test");
    diag_init(&f->diag);
    grid_init(&f->grid);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_fini(&f->arena);
    diag_fini(&f->diag);
    free(f);
    return 0;
}

/* All values of the newest axis with bars between them. */
static void join(const struct grid *g, char *out, size_t size)
{
    const struct grid_axis *a = &g->axis[g->axis_n - 1];
    size_t n = 0;
    out[0] = '\0';
    for (int i = 0; i < a->value_n; i++) {
        n += (size_t)snprintf(out + n, size - n, "%s%s", i == 0 ? "" : "|", a->value[i].text);
        assert_true(n < size);
    }
}

static void grid_reads_values_when_they_are_right(void **state)
{
    static const struct {
        const char *argument, *values;
    } cases[] = {
        {"a=1,2,4",                    "1|2|4"                 },
        {"a= 12 GiB , 40 GiB",         "12 GiB|40 GiB"         },
        {"a.b=[50, 95],[99]",          "[50, 95]|[99]"         },
        {"a={x: 1, y: 2},3",           "{x: 1, y: 2}|3"        },
        {"a='x,y',\"p,q\"",            "'x,y'|\"p,q\""         },
        {"a=x=1,y=2",                  "x=1|y=2"               },
        {"a=1..4",                     "1|2|3|4"               },
        {"a=0,2..8:3,100",             "0|2|5|8|100"           },
        {"a=10/s..50/s:20/s",          "10/s|30/s|50/s"        },
        {"a=10..30 ms:10",             "10 ms|20 ms|30 ms"     },
        {"a=0.1..0.3:0.1",             "0.1|0.2|0.3"           },
        {"a=-1..1:0.5",                "-1|-0.5|0|0.5|1"       },
        {"a=5%..6%:0.25%",             "5%|5.25%|5.5%|5.75%|6%"},
        {"a=3..4:7",                   "3"                     },
        {"a=9000000000..9000000001:1", "9000000000|9000000001" },
        {"a=../traces/a.csv,b..c",     "../traces/a.csv|b..c"  },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture *f = *state;
        char got[256];
        grid_init(&f->grid);
        assert_true(grid_add(&f->grid, &f->arena, cases[i].argument, &f->diag));
        join(&f->grid, got, sizeof got);
        assert_string_equal(got, cases[i].values);
    }
}

static void grid_refuses_when_an_argument_is_wrong(void **state)
{
    static const char *const cases[] = {
        "",        "a",         "=1",     "a=",          "a=1,",      "a=1,,2",
        "a=1..",   "a=1..x",    "a=4..1", "a=1..4:0",    "a=1..4:-1", "a=1/s..2/min",
        "a=1..4:", "a=1..2..3", "a=1\n2", "a=1..100001",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const size_t before = f->diag.error_n;
        grid_init(&f->grid);
        if (grid_add(&f->grid, &f->arena, cases[i], &f->diag)) {
            fail_msg("'%s' was taken", cases[i]);
        }
        assert_int_equal(f->diag.error_n, before + 1);
    }
}

static void grid_numbers_points_when_axes_are_multiplied(void **state)
{
    struct fixture *f = *state;
    struct setpath set[GRID_AXES_MAX];
    assert_int_equal(f->grid.point_n, 1);
    assert_true(grid_add(&f->grid, &f->arena, "a=1,2", &f->diag));
    assert_true(grid_add(&f->grid, &f->arena, "b=x,y,z", &f->diag));
    assert_int_equal(f->grid.point_n, 6);
    for (int i = 0; i < 6; i++) {
        grid_point(&f->grid, i, set);
        assert_int_equal(set[0].value[0], "111222"[i]);
        assert_int_equal(set[1].value[0], "xyzxyz"[i]);
        assert_int_equal(set[1].value_col, 3 + 2 * (i % 3));
    }
    assert_false(grid_add(&f->grid, &f->arena, "a=3", &f->diag));
}

static void grid_refuses_when_there_are_too_many_points(void **state)
{
    struct fixture *f = *state;
    assert_true(grid_add(&f->grid, &f->arena, "a=1..1000", &f->diag));
    assert_true(grid_add(&f->grid, &f->arena, "b=1..100", &f->diag));
    assert_int_equal(f->grid.point_n, GRID_POINTS_MAX);
    assert_true(grid_add(&f->grid, &f->arena, "c=1", &f->diag));
    assert_false(grid_add(&f->grid, &f->arena, "d=1,2", &f->diag));
}

/* ---- Journal ---- */

static const struct journal_point points[] = {
    {7,                            "s,0,x\ns,0,y\n", 12, false},
    {UINT64_C(0xfedcba9876543210), "s,1,z\n",        6,  false},
};

static void journal_gives_whole_records_when_it_was_cut(void **state)
{
    (void)state;
    struct text t;
    size_t end[3];
    text_init(&t);
    journal_begin(&t);
    end[0] = t.n;
    for (int i = 0; i < 2; i++) {
        journal_add(&t, &points[i]);
        end[i + 1] = t.n;
    }
    for (size_t n = 0; n <= t.n; n++) {
        struct journal_point p;
        size_t at = 0;
        int found = 0;
        assert_true(journal_is(t.s, n)); /* in the first line too: nothing was done yet */
        while (journal_next(t.s, n, &at, &p)) {
            assert_int_equal(p.id, points[found].id);
            assert_int_equal(p.n, points[found].n);
            assert_memory_equal(p.rows, points[found].rows, p.n);
            found++;
        }
        assert_int_equal(found, n >= end[2] ? 2 : n >= end[1] ? 1 : 0);
    }
    text_fini(&t);
}

static void journal_stops_when_a_byte_is_wrong(void **state)
{
    (void)state;
    struct text t;
    struct journal_point p;
    size_t at = 0;
    text_init(&t);
    journal_begin(&t);
    journal_add(&t, &points[0]);
    t.s[t.n - 2] = 'q';
    assert_false(journal_is("mine", 4));
    assert_false(journal_is("v\n", 2));
    assert_false(journal_next(t.s, t.n, &at, &p));
    text_fini(&t);
}

static void journal_reads_a_table_when_its_header_is_known(void **state)
{
    (void)state;
    static const char header[] = "a,b,c,point_hash,rows_hash";
    struct journal_point p;
    struct text table;
    struct text t;
    text_init(&table);
    text_init(&t);
    text_add(&table, "s,0,x,00000000000000aa\ns,0,y,00000000000000aa\n");
    journal_seal(&table);
    text_addf(&t, "%s\n%ss,1,x,00000000000000ab,0000000000000000\ncut off", header,
              text_str(&table));
    size_t at = 0;
    assert_true(journal_table_next(text_str(&t), t.n, header, &at, &p));
    assert_int_equal(p.id, 0xaa);
    assert_int_equal(p.n, table.n);
    assert_false(p.is_changed);
    /* What is cut off has no identity, so that one cannot know that the point was whole. */
    assert_false(journal_table_next(text_str(&t), t.n, header, &at, &p));
    at = 0;
    assert_false(journal_table_next(text_str(&t), t.n, "a,c,point_hash", &at, &p));
    text_fini(&t);
    text_fini(&table);
}

/* The number of the point is not part of it; any other byte, a row less or a row twice is. */
static void journal_notices_when_a_table_was_edited(void **state)
{
    (void)state;
    static const char header[] = "a,b,c,point_hash,rows_hash";
    static const char rows[] = "s,0,x,00000000000000aa\ns,0,y,00000000000000aa\n";
    struct text sealed;
    text_init(&sealed);
    text_add(&sealed, rows);
    journal_seal(&sealed);
    const size_t line_n = sealed.n / 2;
    for (int edit = 0; edit < 5; edit++) {
        struct journal_point p;
        struct text t;
        size_t at = 0;
        text_init(&t);
        text_addf(&t, "%s\n%s", header, text_str(&sealed));
        char *s = t.s + strlen(header) + 1;
        if (edit == 1) {
            s[2] = '7';
            s[line_n + 2] = '7';
        } else if (edit == 2) {
            s[4] = 'z';
        } else if (edit == 3) {
            t.n -= line_n;
        } else if (edit == 4) {
            text_add_n(&t, text_str(&sealed), line_n);
        }
        assert_true(journal_table_next(text_str(&t), t.n, header, &at, &p));
        assert_int_equal(p.is_changed, edit >= 2);
        if (edit == 0) {
            struct text other;
            text_init(&other);
            journal_renumber(&other, &p, 12);
            assert_memory_equal(text_str(&other), "s,12,x,", 7);
            text_fini(&other);
        }
        text_fini(&t);
    }
    text_fini(&sealed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(grid_reads_values_when_they_are_right, setup, teardown),
        cmocka_unit_test_setup_teardown(grid_refuses_when_an_argument_is_wrong, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(grid_numbers_points_when_axes_are_multiplied, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(grid_refuses_when_there_are_too_many_points, setup,
                                        teardown),
        cmocka_unit_test(journal_gives_whole_records_when_it_was_cut),
        cmocka_unit_test(journal_stops_when_a_byte_is_wrong),
        cmocka_unit_test(journal_reads_a_table_when_its_header_is_known),
        cmocka_unit_test(journal_notices_when_a_table_was_edited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
