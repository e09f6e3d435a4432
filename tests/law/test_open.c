/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_open.c - no exact result is left out in silence.
 *
 * Every row of oracles.csv (the project's queueing oracles) is run by laws.c or is listed with
 * a reason in not_expressible.txt, and never both. Rows are known by case and statistic. */
#include "tests/law/law.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/input/csvin.h"

enum {
    LISTED_MAX = 256,
    LINE_MAX_N = 256
};

struct listed {
    char id[16], statistic[64], reason[LINE_MAX_N];
    bool is_met; /* a row of the oracles is this one */
};

struct list {
    struct listed entry[LISTED_MAX];
    size_t n;
};

static void read_list(struct list *list)
{
    char line[LINE_MAX_N];
    FILE *f = fopen("tests/law/not_expressible.txt", "r");
    assert_non_null(f);
    list->n = 0;
    while (fgets(line, sizeof line, f) != NULL) {
        if (line[0] == '#') {
            continue;
        }
        struct listed *e = &list->entry[list->n];
        assert_true(list->n < LISTED_MAX);
        e->is_met = false;
        /* Twelve letters or more make a reason. */
        if (sscanf(line, "%15s | %63s | %255[^\n]", e->id, e->statistic, e->reason) != 3 ||
            strlen(e->reason) < 12) {
            fail_msg("not a case, a statistic and a reason: %s", line);
        }
        list->n++;
    }
    fclose(f);
}

static bool is_run(const char *id, const char *statistic)
{
    for (int i = 0; i < laws_n; i++) {
        if (strcmp(laws[i].id, id) == 0 && strcmp(laws[i].statistic, statistic) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_listed(struct list *list, const char *id, const char *statistic)
{
    bool found = false;
    for (size_t i = 0; i < list->n; i++) {
        struct listed *e = &list->entry[i];
        const bool every = strcmp(e->statistic, "*") == 0;
        if (strcmp(e->id, id) == 0 && (every || strcmp(e->statistic, statistic) == 0)) {
            e->is_met = true;
            found = true;
        }
    }
    return found;
}

static void oracles_are_run_or_listed_when_open(void **state)
{
    static struct diag diag;
    static struct list list;
    struct arena arena;
    struct csvin csv;
    int run_n = 0;
    int failed = 0;
    (void)state;
    diag_init(&diag);
    arena_init(&arena, "open");
    read_list(&list);
    assert_true(csvin_read_file(&csv, &arena, "tests/law/oracles.csv", &diag));
    const int id_ix = csvin_column_need(&csv, "case_id", &diag);
    const int statistic_ix = csvin_column_need(&csv, "statistic", &diag);
    assert_true(id_ix >= 0 && statistic_ix >= 0 && csv.row_n == 187);
    for (size_t i = 0; i < csv.row_n; i++) {
        const char *id = csvin_cell(&csv, i, id_ix);
        const char *statistic = csvin_cell(&csv, i, statistic_ix);
        const bool ran = is_run(id, statistic);
        const bool listed = is_listed(&list, id, statistic);
        run_n += ran;
        if (ran == listed) {
            print_message("%s %s: %s\n", id, statistic, ran ? "run and listed" : "left out");
            failed++;
        }
    }
    for (size_t i = 0; i < list.n; i++) {
        if (!list.entry[i].is_met) {
            print_message("%s %s: no such row\n", list.entry[i].id, list.entry[i].statistic);
            failed++;
        }
    }
    print_message("%d of %zu rows are run\n", run_n, csv.row_n);
    arena_fini(&arena);
    diag_fini(&diag);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oracles_are_run_or_listed_when_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
