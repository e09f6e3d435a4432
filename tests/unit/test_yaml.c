/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_yaml.c - the tree, its places, and every text that must not become one.
 *
 * Goal: what YAML 1.2 says a text means is what the tree holds, places count characters from 1,
 * and nothing outside the bounds gets in. Method: small texts; expected values by the rules of
 * YAML 1.2 chapters 6 and 7 (folding, quoting). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/text.h"
#include "sim/input/yaml.h"

struct fixture {
    struct arena arena;
    struct diag diag;
    struct yaml_node *root;
};

static int set_up(void **state)
{
    static struct fixture f;
    arena_init(&f.arena, "test");
    diag_init(&f.diag);
    f.root = NULL;
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

static struct yaml_node *read_n(struct fixture *f, const char *text, size_t n)
{
    const struct yaml_source source = {.file = "t.yaml", .bytes = text, .n = n, .col = 1};
    f->root = yaml_read(&f->arena, &source, &f->diag);
    return f->root;
}

static struct yaml_node *read_text(struct fixture *f, const char *text)
{
    return read_n(f, text, strlen(text));
}

static void expect_error(const struct fixture *f, int line, int col, const char *part)
{
    assert_int_equal(f->diag.error_n, 1);
    const struct diag_entry *e = &f->diag.entry[0];
    if (e->at.line != line || e->at.col != col || strstr(e->text, part) == NULL) {
        fail_msg("got %d:%d '%s', want %d:%d '%s'", e->at.line, e->at.col, e->text, line, col,
                 part);
    }
}

static void expect_refused(struct fixture *f, const char *text, int line, int col,
                           const char *part)
{
    diag_fini(&f->diag);
    diag_init(&f->diag);
    assert_null(read_text(f, text));
    expect_error(f, line, col, part);
}

/* ---- Trees ---- */

static void yaml_reads_nested_values_when_sound(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root =
        read_text(f, "a: 1\nb:\n  - x\n  - {c: 'd', e: [f, g]}\n\"h i\": |\n  two\n  lines\n");
    assert_non_null(root);
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->n, 3);
    assert_int_equal(root->size, 10);
    assert_int_equal(root->height, 5);
    const struct yaml_node *b = yaml_find(root, "b");
    assert_int_equal(b->kind, YAML_LIST);
    assert_int_equal(b->n, 2);
    assert_null(b->entry[0].key);
    const struct yaml_node *e = yaml_find(b->entry[1].value, "e");
    assert_string_equal(e->entry[1].value->text, "g");
    assert_true(yaml_find(b->entry[1].value, "c")->quoted);
    assert_string_equal(yaml_find(root, "h i")->text, "two\nlines\n");
    assert_null(yaml_find(root, "absent"));
    assert_true(yaml_is(yaml_find(root, "a"), "1"));
    assert_false(yaml_is(b, "1"));
}

static void yaml_counts_characters_when_text_is_not_ascii(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root = read_text(
        f, "\xEF\xBB\xBFna\xC3\xAFve: {b: \"x \xC3\xB6\", c: yz}\r\nd: \r\n  - e\r\n");
    assert_non_null(root);
    assert_int_equal(root->entry[0].key_at.line, 1);
    assert_int_equal(root->entry[0].key_at.col, 1);
    assert_int_equal(root->entry[0].key_at.len, 5);
    const struct yaml_node *map = root->entry[0].value;
    assert_int_equal(map->at.col, 8);
    assert_int_equal(map->entry[0].value->at.col, 12); /* with its quotes */
    assert_int_equal(map->entry[0].value->at.len, 5);
    assert_int_equal(map->entry[1].value->at.col, 22);
    assert_int_equal(map->entry[1].value->at.len, 2);
    const struct yaml_node *e = root->entry[1].value->entry[0].value;
    assert_int_equal(e->at.line, 3);
    assert_int_equal(e->at.col, 5);
    assert_string_equal(e->at.file, "t.yaml");
}

static void yaml_knows_null_when_plain(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root = read_text(f, "[~, null, '', \"null\", nul, a: ]");
    assert_non_null(root);
    static const bool want[] = {true, true, false, false, false};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(yaml_is_null(root->entry[i].value), want[i]);
    }
    const struct yaml_node *a = yaml_find(root->entry[5].value, "a");
    assert_true(yaml_is_null(a));
    assert_int_equal(a->at.line, 1);
}

static void yaml_folds_quoted_text_when_it_spans_lines(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root = read_text(f, "- 'a''b''''c '\n"
                                                "- 'two  \n"
                                                "   lines'\n"
                                                "- 'para\n"
                                                "\n"
                                                "   graph'\n"
                                                "- \"t\\tx\\u00e9\"\n");
    assert_non_null(root);
    assert_string_equal(root->entry[0].value->text, "a'b''c ");
    assert_string_equal(root->entry[1].value->text, "two lines");
    assert_string_equal(root->entry[2].value->text, "para\ngraph");
    assert_string_equal(root->entry[3].value->text, "t\txé");
}

static void yaml_keeps_every_quote_when_there_are_many(void **state)
{
    struct fixture *f = *state;
    char text[2003];
    memset(text, '\'', 2002);
    text[2002] = '\0';
    const struct yaml_node *root = read_text(f, text);
    assert_non_null(root);
    assert_int_equal(strlen(root->text), 1000);
}

static void yaml_shifts_columns_when_the_value_stands_in_a_flag(void **state)
{
    struct fixture *f = *state;
    const char *text = "[1, x: *a]";
    const struct yaml_source source = {
        .file = "<--set>", .bytes = text, .n = strlen(text), .col = 19};
    assert_null(yaml_read(&f->arena, &source, &f->diag));
    expect_error(f, 1, 19 + 8, "there is no anchor 'a'");
}

/* ---- Aliases ---- */

static void yaml_shares_the_node_when_an_alias_names_it(void **state)
{
    struct fixture *f = *state;
    const struct yaml_node *root = read_text(f, "a: &x {b: 1}\nc: *x\nd: [*x, *x]\n");
    assert_non_null(root);
    assert_ptr_equal(yaml_find(root, "a"), yaml_find(root, "c"));
    assert_int_equal(root->size, 1 + 2 + 2 + 1 + 2 + 2);
}

static void yaml_refuses_an_alias_when_it_has_no_sound_anchor(void **state)
{
    struct fixture *f = *state;
    expect_refused(f, "a: *b\n", 1, 5, "there is no anchor 'b'");
    expect_refused(f, "a: &b [1, *b]\n", 1, 12, "inside its own anchor");
    expect_refused(f, "- &a 1\n- &a 2\n", 2, 4, "defined twice");
    expect_refused(f, "- &a x\n- *a : y\n", 2, 4, "not an alias");
}

static void yaml_bounds_the_expansion_when_aliases_multiply(void **state)
{
    struct fixture *f = *state;
    struct text t;
    text_init(&t);
    text_add(&t, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 8; i++) {
        text_addf(&t, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++) {
            text_addf(&t, "*a%d,", i - 1);
        }
        text_add(&t, "]\n");
    }
    assert_null(read_n(f, text_str(&t), t.n));
    assert_int_equal(f->diag.error_n, 1);
    assert_non_null(strstr(f->diag.entry[0].text, "aliases counted out"));
    text_fini(&t);
}

/* Levels add up through aliases as well: each line nests the one before. */
static void yaml_bounds_the_depth_when_aliases_nest(void **state)
{
    struct fixture *f = *state;
    struct text t;
    text_init(&t);
    text_add(&t, "- &a0 [x]\n");
    for (int i = 1; i < 100; i++) {
        text_addf(&t, "- &a%d [*a%d]\n", i, i - 1);
    }
    assert_null(read_n(f, text_str(&t), t.n));
    assert_int_equal(f->diag.error_n, 1);
    assert_non_null(strstr(f->diag.entry[0].text, "levels deep"));
    text_fini(&t);
}

/* ---- Refusals ---- */

static void yaml_names_both_places_when_a_key_is_repeated(void **state)
{
    struct fixture *f = *state;
    assert_non_null(read_text(f, "a: 1\nb: 2\n'a': 3\na: 4\n"));
    assert_int_equal(f->diag.error_n, 2);
    assert_int_equal(f->diag.entry_n, 4);
    assert_int_equal(f->diag.entry[0].at.line, 3);
    assert_int_equal(f->diag.entry[1].severity, SEV_NOTE);
    assert_int_equal(f->diag.entry[1].at.line, 1);
    assert_int_equal(f->diag.entry[2].at.line, 4);
    assert_int_equal(f->diag.entry[3].at.line, 1);
}

static void yaml_refuses_when_the_text_uses_what_is_not_allowed(void **state)
{
    struct fixture *f = *state;
    expect_refused(f, "", 1, 1, "the file is empty");
    expect_refused(f, "# only this\n", 1, 1, "the file is empty");
    expect_refused(f, "a: 1\n---\nb: 2\n", 2, 1, "a second document");
    expect_refused(f, "a: !x 1\n", 1, 4, "tags");
    expect_refused(f, "%YAML 1.2\n---\na: 1\n", 1, 1, "directives");
    expect_refused(f, "a: &b {c: 1}\nd:\n  <<: *b\n", 3, 3, "merge keys");
    expect_refused(f, "[a]: b\n", 1, 1, "a key must be a word");
    expect_refused(f, "a: \"\\0\"\n", 1, 4, "byte 0x00");
    expect_refused(f, "a: \"b\\e[31m\"\n", 1, 4, "byte 0x1B");
    expect_refused(f, "a: \"\\x9b\"\n", 1, 4, "byte 0xC2");
}

static void yaml_refuses_when_the_bytes_are_not_text(void **state)
{
    struct fixture *f = *state;
    expect_refused(f, "a: 1\nb: \x01\n", 2, 4, "byte 0x01 is not text");
    expect_refused(f, "a: \xff\n", 1, 4, "byte 0xFF");
    expect_refused(f, "a: \xC0\x80\n", 1, 4, "byte 0xC0");
    expect_refused(f, "a: \xED\xA0\x80\n", 1, 4, "byte 0xED");
    expect_refused(f, "a: \xF4\x90\x80\x80\n", 1, 4, "byte 0xF4");
    expect_refused(f, "a: \xE2\x82", 1, 4, "byte 0xE2");
    expect_refused(f, "a: 1\rb: 2\n", 1, 5, "carriage return");
    diag_fini(&f->diag);
    diag_init(&f->diag);
    assert_null(read_n(f, "a: \0\n", 5));
    expect_error(f, 1, 4, "byte 0x00");
}

static void yaml_points_at_the_mistake_when_the_syntax_is_wrong(void **state)
{
    struct fixture *f = *state;
    expect_refused(f, "a: 1\nb: [1, {c: 2}\n", 2, 4, "'[' is never closed");
    expect_refused(f, "a:\n\tb: 1\n", 2, 1, "a tab cannot indent");
    expect_refused(f, "a:\n    b: 1\n  c: 2\n", 3, 3, "indentation");
    expect_refused(f, "fleet\n  gpu: x\n", 1, 1, "cannot be one key");
}

static void yaml_refuses_when_a_bound_is_passed(void **state)
{
    struct fixture *f = *state;
    struct text t;
    text_init(&t);
    for (int i = 0; i < YAML_DEPTH_MAX + 1; i++) {
        text_add(&t, "[");
    }
    assert_null(read_n(f, text_str(&t), t.n));
    expect_error(f, 1, YAML_DEPTH_MAX + 1, "64 levels");
    text_reset(&t);
    while (t.n <= YAML_BYTES_MAX) {
        text_add(&t, "# a line of a comment\n");
    }
    expect_refused(f, text_str(&t), 1, 1, "1 MiB");
    text_reset(&t);
    for (int i = 0; i < YAML_NODES_MAX; i++) {
        text_add(&t, "- a\n");
    }
    diag_fini(&f->diag);
    diag_init(&f->diag);
    assert_null(read_n(f, text_str(&t), t.n));
    expect_error(f, YAML_NODES_MAX, 3, "more than 100000 values");
    text_fini(&t);
}

static void yaml_accepts_when_the_depth_is_just_allowed(void **state)
{
    struct fixture *f = *state;
    struct text t;
    text_init(&t);
    for (int i = 0; i < YAML_DEPTH_MAX - 1; i++) {
        text_add(&t, "[");
    }
    text_add(&t, "x");
    for (int i = 0; i < YAML_DEPTH_MAX - 1; i++) {
        text_add(&t, "]");
    }
    assert_non_null(read_n(f, text_str(&t), t.n));
    assert_int_equal(f->root->height, YAML_DEPTH_MAX);
    text_fini(&t);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(yaml_reads_nested_values_when_sound),
        TEST(yaml_counts_characters_when_text_is_not_ascii),
        TEST(yaml_knows_null_when_plain),
        TEST(yaml_folds_quoted_text_when_it_spans_lines),
        TEST(yaml_keeps_every_quote_when_there_are_many),
        TEST(yaml_shifts_columns_when_the_value_stands_in_a_flag),
        TEST(yaml_shares_the_node_when_an_alias_names_it),
        TEST(yaml_refuses_an_alias_when_it_has_no_sound_anchor),
        TEST(yaml_bounds_the_expansion_when_aliases_multiply),
        TEST(yaml_bounds_the_depth_when_aliases_nest),
        TEST(yaml_names_both_places_when_a_key_is_repeated),
        TEST(yaml_refuses_when_the_text_uses_what_is_not_allowed),
        TEST(yaml_refuses_when_the_bytes_are_not_text),
        TEST(yaml_points_at_the_mistake_when_the_syntax_is_wrong),
        TEST(yaml_refuses_when_a_bound_is_passed),
        TEST(yaml_accepts_when_the_depth_is_just_allowed),
    };
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
