/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_show.c - goal: the form of CLI.md section 6 to the byte; carets under their characters;
 * nothing of the user's bytes can steer a terminal. Method: diagnostics with known places
 * against expected pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/cli/show.h"

static const char source_text[] = "version: 1\n"
                                  "name: x\r\n"
                                  "na\xC3\xAFve: \t[1, 2]\n"
                                  "evil: \x1B[31m\n"
                                  "last";

static void check(struct diag *d, bool color, const char *want)
{
    const struct show_source source = {"f.yaml", source_text, sizeof source_text - 1};
    const struct show_options o = {
        .source = &source, .source_n = 1, .file = "f.yaml", .color = color};
    struct text out;
    text_init(&out);
    show_diag(d, &o, &out);
    assert_string_equal(text_str(&out), want);
    text_fini(&out);
    diag_fini(d);
}

static struct span at(int line, int col, int len)
{
    return (struct span){.file = "f.yaml", .line = line, .col = col, .len = len};
}

static void show_points_when_errors_have_places(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    diag_error(&d, at(2, 1, 4), "unknown field 'name'");
    diag_help(&d, "did you mean 'nome'?");
    diag_note(&d, at(1, 10, 1), "declared here");
    diag_warning(&d, at(1, 1, 7), "old");
    check(&d, false,
          "f.yaml:1:1: warning: old\n"
          "   1 | version: 1\n"
          "     | ^~~~~~~\n"
          "\n"
          "f.yaml:2:1: error: unknown field 'name'\n"
          "   2 | name: x\n"
          "     | ^~~~\n"
          "     = help: did you mean 'nome'?\n"
          "f.yaml:1:10: note: declared here\n"
          "   1 | version: 1\n"
          "     |          ^\n"
          "\n"
          "1 error in f.yaml; nothing was run.\n");
}

static void show_counts_characters_when_utf8_and_tabs(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    diag_error(&d, at(3, 9, 6), "here");
    check(&d, false,
          "f.yaml:3:9: error: here\n"
          "   3 | na\xC3\xAFve:  [1, 2]\n"
          "     |         ^~~~~~\n"
          "\n"
          "1 error in f.yaml; nothing was run.\n");
}

static void show_disarms_when_bytes_are_controls(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    diag_error(&d, at(4, 7, 99), "bad value '%s'", "\x1B]0;x\x07\xC2\x9B");
    check(&d, false,
          "f.yaml:4:7: error: bad value '?]0;x?\?'\n"
          "   4 | evil: ?[31m\n"
          "     |       ^~~~~\n"
          "\n"
          "1 error in f.yaml; nothing was run.\n");
}

static void show_survives_when_place_is_outside(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    diag_error(&d, at(99, 1, 1), "beyond");
    diag_error(&d, at(5, 5, 1), "at the end");
    diag_error(&d, (struct span){.file = "other.csv", .line = 3, .col = 1, .len = 1},
               "elsewhere");
    check(&d, false,
          "f.yaml:5:5: error: at the end\n"
          "   5 | last\n"
          "     |     ^\n"
          "\n"
          "f.yaml:99:1: error: beyond\n"
          "\n"
          "other.csv:3:1: error: elsewhere\n"
          "\n"
          "3 errors in f.yaml; nothing was run.\n");
}

static void show_names_the_program_when_there_is_no_place(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    diag_error(&d, SPAN_NONE, "--replicas: 'ten' is not a whole number");
    diag_help(&d, "vgpusim run --help");
    diag_machine(&d, "cannot open 'x': No such file or directory");
    check(&d, false,
          "vgpusim: --replicas: 'ten' is not a whole number\n"
          "  = help: vgpusim run --help\n"
          "vgpusim: cannot open 'x': No such file or directory\n");
}

static void show_stops_when_errors_are_many(void **state)
{
    (void)state;
    struct diag d;
    struct text out;
    diag_init(&d);
    for (int i = 0; i < 33; i++) {
        diag_error(&d, at(1, 1, 1), "e%d.", i);
    }
    const struct show_options o = {.file = "f.yaml"};
    text_init(&out);
    show_diag(&d, &o, &out);
    assert_non_null(strstr(text_str(&out), "e19."));
    assert_null(strstr(text_str(&out), "e20."));
    assert_non_null(
        strstr(text_str(&out), "\nand 13 more\n\n33 errors in f.yaml; nothing was run.\n"));
    text_fini(&out);
    diag_fini(&d);
}

static void show_cuts_when_line_is_long(void **state)
{
    (void)state;
    static char line[5000];
    memset(line, 'a', sizeof line - 1);
    line[4000] = 'B';
    const struct show_source source = {"f.yaml", line, sizeof line - 1};
    const struct show_options o = {.source = &source, .source_n = 1};
    struct diag d;
    struct text out;
    diag_init(&d);
    text_init(&out);
    diag_error(&d, at(1, 4001, 1), "x");
    show_diag(&d, &o, &out);
    assert_true(out.n < 400);
    const char *shown = strstr(text_str(&out), "   1 | ");
    const char *caret = strstr(text_str(&out), "     | ");
    assert_true(shown != NULL && caret != NULL);
    assert_int_equal(strchr(shown, 'B') - shown, strchr(caret, '^') - caret);
    text_fini(&out);
    diag_fini(&d);
}

static void show_keeps_words_when_colored(void **state)
{
    (void)state;
    struct diag d;
    diag_init(&d);
    diag_error(&d, at(1, 1, 1), "x");
    check(&d, true,
          "f.yaml:1:1: \x1B[31merror: \x1B[0mx\n"
          "   1 | version: 1\n"
          "     | \x1B[32m^\x1B[0m\n"
          "\n"
          "1 error in f.yaml; nothing was run.\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(show_points_when_errors_have_places),
        cmocka_unit_test(show_counts_characters_when_utf8_and_tabs),
        cmocka_unit_test(show_disarms_when_bytes_are_controls),
        cmocka_unit_test(show_survives_when_place_is_outside),
        cmocka_unit_test(show_names_the_program_when_there_is_no_place),
        cmocka_unit_test(show_stops_when_errors_are_many),
        cmocka_unit_test(show_cuts_when_line_is_long),
        cmocka_unit_test(show_keeps_words_when_colored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
