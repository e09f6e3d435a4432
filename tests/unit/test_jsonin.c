/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: a saved result reads back as it was written, and what is no result is refused with its
 * place. Method: short documents by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/text.h"
#include "sim/input/jsonin.h"

struct reading {
    struct arena arena;
    struct diag *diag;
    struct diag storage;
};

static const struct jsonin *begin(struct reading *r, const char *s)
{
    arena_init(&r->arena, "test");
    r->diag = &r->storage;
    diag_init(r->diag);
    return jsonin_read(&r->arena, "r.json", s, strlen(s), r->diag);
}

static void end(struct reading *r)
{
    diag_fini(r->diag);
    arena_fini(&r->arena);
}

static struct reading reading;

static void jsonin_reads_every_kind_when_the_document_is_sound(void **state)
{
    (void)state;
    const struct jsonin *root = begin(
        &reading,
        "{\"schema\": \"s/1\", \"b\": [1, -2.5, true, null], \"a\": {\"x\": \"\\u00e4\"}}");
    assert_non_null(root);
    const struct jsonin *b = jsonin_find(root, "b");
    assert_int_equal(root->n, 3);
    assert_string_equal(root->item[1].key, "b");
    assert_int_equal(jsonin_n(b), 4);
    assert_true(b->item[1].number < -2.4 && b->item[1].number > -2.6);
    assert_int_equal(b->item[2].kind, JSONIN_BOOL);
    assert_int_equal(b->item[3].kind, JSONIN_NULL);
    assert_string_equal(jsonin_text(jsonin_find(root, "a"), "x"), "\xc3\xa4");
    assert_true(jsonin_schema(root, "r.json", "s/1", reading.diag));
    assert_int_equal(reading.diag->error_n, 0);
    end(&reading);
}

static void jsonin_finds_nothing_when_the_path_ends_early(void **state)
{
    (void)state;
    const struct jsonin *root = begin(&reading, "{\"a\": 1, \"t\": true}");
    const struct jsonin *none = jsonin_find(jsonin_find(root, "no"), "such");
    assert_null(none);
    assert_null(jsonin_text(root, "a"));
    assert_true(isnan(jsonin_number(none, "x")));
    assert_true(isnan(jsonin_number(root, "t")));
    assert_false(jsonin_is_true(root, "a"));
    assert_true(jsonin_is_true(root, "t"));
    assert_int_equal(jsonin_n(none), 0);
    assert_false(jsonin_estimate(none).has_value);
    end(&reading);
}

static void jsonin_reads_an_estimate_when_limits_are_null_or_there(void **state)
{
    (void)state;
    const struct jsonin *root =
        begin(&reading, "[{\"value\": 5, \"ci95_lo\": 4, \"ci95_hi\": 6.5, \"samples\": 7},"
                        " {\"value\": 5, \"ci95_lo\": null, \"ci95_hi\": null, \"samples\": 7},"
                        " 3, null]");
    const struct estimate full = jsonin_estimate(&root->item[0]);
    const struct estimate bare = jsonin_estimate(&root->item[1]);
    assert_true(full.has_value && full.has_ci && full.samples == 7);
    assert_true(full.lo > 3.9 && full.lo < 4.1 && full.hi > 6.4 && full.hi < 6.6);
    assert_true(bare.has_value && !bare.has_ci);
    assert_true(jsonin_estimate(&root->item[2]).has_value);
    assert_false(jsonin_estimate(&root->item[3]).has_value);
    end(&reading);
}

static void jsonin_names_the_place_when_the_document_is_broken(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "",         "{\"a\": 1,\n \"b\": }", "{\"a\": 1, \"a\": 2}", "{} {}",
        "\"text\"", "{\"a\": \"\xff\"}",     "{\"a\": 1e999}",       "{\"a\": \"\\u0000\"}"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        assert_null(begin(&reading, broken[i]));
        assert_int_equal(reading.diag->error_n, 1);
        assert_string_equal(reading.diag->entry[0].at.file, "r.json");
        assert_int_equal(reading.diag->entry[0].at.line, i == 1 ? 2 : 1);
        end(&reading);
    }
}

static void jsonin_refuses_when_lists_nest_too_deep(void **state)
{
    (void)state;
    for (int depth = JSONIN_DEPTH_MAX; depth <= JSONIN_DEPTH_MAX + 1; depth++) {
        struct text s;
        text_init(&s);
        for (int i = 0; i < depth; i++) {
            text_add(&s, "[");
        }
        for (int i = 0; i < depth; i++) {
            text_add(&s, "]");
        }
        assert_int_equal(begin(&reading, text_str(&s)) != NULL, depth == JSONIN_DEPTH_MAX);
        end(&reading);
        text_fini(&s);
    }
}

static void jsonin_says_what_it_found_when_the_schema_differs(void **state)
{
    (void)state;
    static const char *const wrong[] = {"{\"schema\": \"vgpusim.plan/1\"}", "{\"schema\": 1}",
                                        "{}", "[]"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct jsonin *root = begin(&reading, wrong[i]);
        assert_false(jsonin_schema(root, "r.json", "vgpusim.result/1", reading.diag));
        assert_int_equal(reading.diag->error_n, 1);
        assert_non_null(
            strstr(reading.diag->entry[0].text, i == 0 ? "plan/1" : "no \"schema\""));
        end(&reading);
    }
}

static void jsonin_says_so_when_memory_runs_out(void **state)
{
    (void)state;
    const char *s = "{\"a\": [1, {\"b\": \"text\"}], \"c\": null}";
    const struct jsonin *root = NULL;
    for (long n = 1; root == NULL; n++) {
        assert_true(n < 10000);
        arena_init(&reading.arena, "test");
        reading.diag = &reading.storage;
        diag_init(reading.diag);
        mem_fail_at(n);
        root = jsonin_read(&reading.arena, "r.json", s, strlen(s), reading.diag);
        mem_fail_at(0);
        assert_int_equal(reading.diag->error_n, root == NULL ? 1 : 0);
        end(&reading);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jsonin_reads_every_kind_when_the_document_is_sound),
        cmocka_unit_test(jsonin_finds_nothing_when_the_path_ends_early),
        cmocka_unit_test(jsonin_reads_an_estimate_when_limits_are_null_or_there),
        cmocka_unit_test(jsonin_names_the_place_when_the_document_is_broken),
        cmocka_unit_test(jsonin_refuses_when_lists_nest_too_deep),
        cmocka_unit_test(jsonin_says_what_it_found_when_the_schema_differs),
        cmocka_unit_test(jsonin_says_so_when_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
