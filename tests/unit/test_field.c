/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_field.c - the engine on a small table of its own, and the real table's soundness.
 *
 * Goal: values inside their bounds or a diagnostic at the right place with the default in its
 * stead. Method: a table of nine rows; then every row of the scenario's table is checked for a
 * sentence, a default that its own rules accept, and a parent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/core/dist.h"
#include "sim/input/field.h"
#include "sim/input/fieldtab.h"

/* clang-format off */
static const struct field rows[] = {
    {"wait", FIELD_QUANTITY, Q_TIME, FIELD_AUTO, 1000, 1e9, "2 ms", NULL, NULL, NULL, "A time."},
    {"share", FIELD_QUANTITY, Q_FRACTION, FIELD_ABOVE | FIELD_BELOW, 0, 1, "5%", NULL, NULL, NULL, "A share."},
    {"count", FIELD_INT, Q_COUNT, FIELD_REQUIRED, 1, 16, NULL, NULL, NULL, NULL, "A count."},
    {"colour", FIELD_CHOICE, Q_COUNT, 0, 0, 0, "red", "red green blue", "infrared", NULL, "A colour."},
    {"name", FIELD_NAME, Q_COUNT, 0, 0, 0, NULL, NULL, NULL, NULL, "A name."},
    {"on", FIELD_BOOL, Q_COUNT, 0, 0, 0, "false", NULL, NULL, NULL, "A switch."},
    {"cv", FIELD_RATIO, Q_COUNT, FIELD_ABOVE, 0, 10, NULL, NULL, NULL, "round", "A ratio."},
    {"later", FIELD_QUANTITY, Q_TIME, FIELD_LATER, 0, 0, "0 ms", NULL, NULL, NULL, "Not yet."},
    {"part", FIELD_MAP, Q_COUNT, 0, 0, 0, NULL, NULL, NULL, NULL, "A part."},
    {"part.inner", FIELD_INT, Q_COUNT, 0, 0, 9, "3", NULL, NULL, NULL, "Inside."},
    {"ticks", FIELD_LIST, Q_COUNT, FIELD_ABOVE, 0, 100, NULL, NULL, NULL, NULL, "Numbers."},
};
/* clang-format on */

struct fixture {
    struct arena arena;
    struct diag diag;
    struct field_reader r;
    struct field_map root;
};

static int set_up(void **state)
{
    static struct fixture f;
    arena_init(&f.arena, "test");
    diag_init(&f.diag);
    f.r = (struct field_reader){
        .field = rows, .n = sizeof rows / sizeof rows[0], .arena = &f.arena, .d = &f.diag};
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

static const struct field_map *open_text(struct fixture *f, const char *text)
{
    diag_fini(&f->diag);
    diag_init(&f->diag);
    const struct yaml_source source = {
        .file = "t.yaml", .bytes = text, .n = strlen(text), .col = 1};
    const struct yaml_node *node = yaml_read(&f->arena, &source, &f->diag);
    assert_non_null(node);
    f->root = field_open(&f->r, node, "", node->at);
    return &f->root;
}

static void expect(const struct fixture *f, size_t ix, int col, const char *text,
                   const char *help)
{
    assert_in_range(ix, 0, f->diag.entry_n == 0 ? 0 : f->diag.entry_n - 1);
    const struct diag_entry *e = &f->diag.entry[ix];
    if (f->diag.entry_n == 0 || e->at.col != col || strstr(e->text, text) == NULL ||
        (help != NULL && (e->help == NULL || strstr(e->help, help) == NULL))) {
        fail_msg("got %d '%s' help '%s', want %d '%s' help '%s'", e->at.col, e->text,
                 e->help == NULL ? "" : e->help, col, text, help == NULL ? "" : help);
    }
}

static void field_gives_values_when_they_are_sound(void **state)
{
    struct fixture *f = *state;
    const struct field_map *m = open_text(f, "{wait: 3 us, share: 12.5%, count: 0x10, colour: "
                                             "blue, name: a-1, 'on': true, cv: 50%}");
    assert_int_equal(field_ns(m, "wait"), 3000);
    assert_float_equal(field_real(m, "share"), 0.125, 0);
    assert_int_equal(field_int(m, "count"), 16);
    assert_int_equal(field_choice(m, "colour"), 2);
    assert_string_equal(field_word(m, "colour"), "blue");
    assert_string_equal(field_text(m, "name"), "a-1");
    assert_true(field_bool(m, "on"));
    assert_float_equal(field_real(m, "cv"), 0.5, 0);
    field_complete(m, "round");
    assert_int_equal(f->diag.error_n, 0);
}

static void field_gives_defaults_when_absent(void **state)
{
    struct fixture *f = *state;
    const struct field_map *m = open_text(f, "{count: 1, wait: auto}");
    assert_true(field_is_auto(m, "wait"));
    m = open_text(f, "{count: 1}");
    assert_int_equal(field_ns(m, "wait"), 2000000);
    assert_float_equal(field_real(m, "share"), 0.05, 0);
    assert_int_equal(field_choice(m, "colour"), 0);
    assert_null(field_text(m, "name"));
    assert_false(field_bool(m, "on"));
    const struct field_map part = field_sub(m, "part");
    assert_null(part.node);
    assert_int_equal(field_int(&part, "inner"), 3);
    assert_int_equal(f->diag.error_n, 0);
}

static void field_reports_and_goes_on_when_values_are_wrong(void **state)
{
    struct fixture *f = *state;
    const struct field_map *m =
        open_text(f, "{wait: 12, share: 100%, count: 17, colour: gren, name: A b, 'on': yes}");
    assert_int_equal(field_ns(m, "wait"), 2000000);
    assert_float_equal(field_real(m, "share"), 0.05, 0);
    assert_int_equal(field_int(m, "count"), 1);
    assert_int_equal(field_choice(m, "colour"), -1);
    assert_null(field_text(m, "name"));
    assert_false(field_bool(m, "on"));
    assert_int_equal(f->diag.error_n, 6);
    expect(f, 0, 8, "'12' has no unit", "12 ms");
    expect(f, 1, 19, "more than 0% and less than 100%, not 100%", NULL);
    expect(f, 2, 32, "at least 1 and at most 16, not 17", NULL);
    expect(f, 3, 44, "there is no 'gren'", "did you mean 'green'?");
    expect(f, 4, 56, "'A b' is not a name", "write 'name: a-b'");
    expect(f, 5, 67, "neither true nor false", "write 'on: true'");
}

static void field_refuses_keys_when_unknown_or_not_built(void **state)
{
    struct fixture *f = *state;
    open_text(f, "{cuont: 1, later: 1 ms, inner: 2, colour: , part: 3}");
    assert_int_equal(f->diag.error_n, 4);
    expect(f, 0, 2, "unknown field 'cuont'", "did you mean 'count'?");
    expect(f, 1, 12, "'later' is not built yet", "later: 0 ms");
    expect(f, 2, 25, "unknown field 'inner'", "it belongs under 'part'");
    expect(f, 3, 35, "'colour' has no value", "colour: red");
    field_sub(&f->root, "part");
    expect(f, 4, 51, "'part' takes a mapping, not a single value", "part: {inner: ...}");
    open_text(f, "{count: 1, later: 0 s}");
    assert_int_equal(f->diag.error_n, 0);
    const struct field_map *m = open_text(f, "{colour: infrared}");
    assert_int_equal(field_choice(m, "colour"), -1);
    expect(f, 0, 10, "colour 'infrared' is not built yet", "built are red, green, blue");
}

static void field_completes_when_the_variant_is_known(void **state)
{
    struct fixture *f = *state;
    const struct field_map *m = open_text(f, "{cv: 1}");
    field_complete(m, "square");
    assert_int_equal(f->diag.error_n, 2);
    expect(f, 0, 1, "'count' is missing", "add 'count: ...' (whole number)");
    expect(f, 1, 2, "'cv' does not go with 'square'", "it goes with round");
}

static void field_reads_items_when_in_bounds(void **state)
{
    struct fixture *f = *state;
    const struct field_map *m = open_text(f, "{count: 1, ticks: [99.9, 5%, 101, [1]]}");
    const struct yaml_node *list = field_list(m, "ticks");
    assert_non_null(list);
    double x = 0;
    assert_true(field_item_real(m, "ticks", list->entry[0].value, &x));
    assert_float_equal(x, 99.9, 0);
    for (int i = 1; i < 4; i++) {
        assert_false(field_item_real(m, "ticks", list->entry[i].value, &x));
    }
    expect(f, 0, 26, "'5%' is not a number", NULL);
    expect(f, 1, 30, "each of 'ticks' must be", NULL);
    expect(f, 2, 35, "takes a number, not a list", NULL);
}

static void field_suggests_the_family_when_nothing_is_near(void **state)
{
    struct fixture *f = *state;
    static const char *const known[] = {"A100-SXM4-80GB", "A100-PCIE-80GB", "A10", "T4"};
    diag_error(&f->diag, SPAN_NONE, "x");
    field_suggest(&f->diag, "A100", known, 4);
    assert_string_equal(f->diag.entry[0].help,
                        "did you mean one of 'A100-SXM4-80GB', 'A100-PCIE-80GB'?");
    field_suggest(&f->diag, "zzzzzzzzzzz", known, 4);
    assert_string_equal(f->diag.entry[0].help,
                        "known are A100-SXM4-80GB, A100-PCIE-80GB, A10, T4");
}

/* ---- The scenario's table ---- */

/* Every default that is a value passes its own row; prose defaults belong to rows that no
 * accessor reads. */
static void field_accepts_its_default_when_written_out(void **state)
{
    struct fixture *f = *state;
    f->r = (struct field_reader){
        .field = fieldtab, .n = fieldtab_n, .arena = &f->arena, .d = &f->diag};
    for (int i = 0; i < fieldtab_n; i++) {
        const struct field *row = &fieldtab[i];
        const bool numeric =
            row->type == FIELD_QUANTITY || row->type == FIELD_INT || row->type == FIELD_RATIO;
        if (row->unset == NULL || !numeric || (row->flags & FIELD_LATER) != 0 ||
            strcmp(row->unset, "auto") == 0 || strcmp(row->path, "coupling") == 0) {
            continue;
        }
        const struct yaml_node node = {.kind = YAML_SCALAR, .text = row->unset};
        char parent[128] = "";
        const size_t dot = strlen(row->path) - strlen(field_name(row));
        if (dot > 0) {
            memcpy(parent, row->path, dot - 1);
        }
        const struct field_map m = {.r = &f->r, .path = parent};
        double x = 0;
        if (!field_item_real(&m, field_name(row), &node, &x)) {
            fail_msg("%s: its default '%s' is refused", row->path, row->unset);
        }
    }
}

static void field_table_is_sound_when_walked(void **state)
{
    struct fixture *f = *state;
    f->r = (struct field_reader){.field = fieldtab, .n = fieldtab_n, .d = &f->diag};
    for (int i = 0; i < fieldtab_n; i++) {
        const struct field *row = &fieldtab[i];
        assert_ptr_equal(field_find(&f->r, row->path), row); /* no path twice */
        assert_non_null(strchr(".?", row->help[strlen(row->help) - 1]));
        char parent[128] = "";
        const size_t dot = strlen(row->path) - strlen(field_name(row));
        if (dot > 0) {
            memcpy(parent, row->path, dot - 1);
            if (field_find(&f->r, parent) == NULL) {
                fail_msg("%s has no parent", row->path);
            }
        }
        if (row->type == FIELD_CHOICE && row->unset != NULL) {
            assert_true(field_word_index(row->choices, row->unset) >= 0);
        }
    }
}

/* The shape keys of the rows are those that the distributions take. Source: sim/core/dist.c. */
static void field_offers_shapes_when_the_distribution_takes_them(void **state)
{
    struct fixture *f = *state;
    f->r = (struct field_reader){.field = fieldtab, .n = fieldtab_n, .d = &f->diag};
    const struct field *dist = field_find(&f->r, "tenants.workload.service.dist");
    const struct field *cv = field_find(&f->r, "tenants.workload.service.cv");
    const struct field *shape = field_find(&f->r, "tenants.workload.service.shape");
    const struct field *k = field_find(&f->r, "tenants.workload.service.k");
    int checked_n = 0;
    for (int i = 0; i < dist_kinds_n; i++) {
        const struct dist_kind *kind = dist_kinds[i];
        if (field_word_index(dist->choices, kind->name) < 0) {
            continue;
        }
        assert_int_equal(field_word_index(cv->only, kind->name) >= 0, kind->takes_cv);
        assert_int_equal(field_word_index(shape->only, kind->name) >= 0, kind->takes_shape);
        assert_int_equal(field_word_index(k->only, kind->name) >= 0, kind->takes_k);
        checked_n++;
    }
    /* Every word that may be chosen has a distribution behind it. */
    int words_n = dist->choices[0] != '\0';
    for (const char *c = dist->choices; *c != '\0'; c++) {
        words_n += *c == ' ';
    }
    assert_int_equal(checked_n, words_n);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(field_gives_values_when_they_are_sound),
        TEST(field_gives_defaults_when_absent),
        TEST(field_reports_and_goes_on_when_values_are_wrong),
        TEST(field_refuses_keys_when_unknown_or_not_built),
        TEST(field_completes_when_the_variant_is_known),
        TEST(field_reads_items_when_in_bounds),
        TEST(field_suggests_the_family_when_nothing_is_near),
        TEST(field_accepts_its_default_when_written_out),
        TEST(field_table_is_sound_when_walked),
        TEST(field_offers_shapes_when_the_distribution_takes_them),
    };
    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
