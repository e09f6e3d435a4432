/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_opt.c - goal: every way of writing a flag is read alike, nothing is ignored, and every
 * row of the table can be printed in one screen. Method: word lists against the parser; walks
 * of the table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/cli/cmd.h"
#include "sim/cli/opt.h"

static const struct command command = {.name = "run",
                                       .bit = CMD_RUN,
                                       .operands_min = 1,
                                       .operands_max = 1,
                                       .synopsis = "SCENARIO"};

struct parsed {
    struct arena arena;
    struct diag diag;
    struct opts opts;
    bool ok;
};

static struct parsed *parse(const char *const *word)
{
    static struct parsed p;
    int n = 0;
    while (word[n] != NULL) {
        n++;
    }
    arena_init(&p.arena, "test");
    diag_init(&p.diag);
    p.ok = opt_parse(&p.opts, &p.arena, &command, n, word, &p.diag);
    return &p;
}

static void done(struct parsed *p)
{
    diag_fini(&p->diag);
    arena_fini(&p->arena);
}

static void opt_reads_value_when_written_any_way(void **state)
{
    (void)state;
    /* clang-format off */
    static const char *const ways[][6] = {
        {"--jobs=4", "s.yaml", NULL}, {"--jobs", "4", "s.yaml", NULL}, {"-j4", "s.yaml", NULL},
        {"-j", "4", "s.yaml", NULL},  {"-j=4", "s.yaml", NULL},        {"s.yaml", "-j4", NULL},
        {"-qj4", "s.yaml", NULL},     {"-j4", "--", "s.yaml", NULL},   {"-j9", "-j4", "s.yaml", NULL},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct parsed *p = parse(ways[i]);
        static const int64_t range[2] = {1, 10};
        int64_t jobs = 0;
        assert_true(p->ok);
        assert_true(opt_whole(&p->opts, FLAG_JOBS, range, 1, &jobs, &p->diag));
        assert_int_equal(jobs, 4);
        assert_int_equal(p->opts.operand_n, 1);
        assert_string_equal(p->opts.operand[0], "s.yaml");
        done(p);
    }
}

static void opt_keeps_order_when_list(void **state)
{
    (void)state;
    struct parsed *p =
        parse((const char *const[]){"--set", "a=1", "x", "--mode=mig", "--set=b=2", NULL});
    const char *set[4];
    assert_true(p->ok);
    assert_int_equal(opt_list(&p->opts, FLAG_SET, set, 4), 2);
    assert_string_equal(set[0], "a=1");
    assert_string_equal(set[1], "b=2");
    assert_int_equal(opt_list(&p->opts, FLAG_MODE, set, 4), 1);
    done(p);
}

static void opt_takes_back_when_negated(void **state)
{
    (void)state;
    struct parsed *p = parse((const char *const[]){"-q", "x", "-v", "--no-quiet", NULL});
    assert_true(p->ok);
    assert_false(opt_is_on(&p->opts, FLAG_QUIET));
    assert_true(opt_is_on(&p->opts, FLAG_VERBOSE));
    done(p);
}

static void opt_takes_words_when_flags_ended(void **state)
{
    (void)state;
    struct parsed *p = parse((const char *const[]){"--", "-q", NULL});
    assert_true(p->ok);
    assert_string_equal(p->opts.operand[0], "-q");
    done(p);
    p = parse((const char *const[]){"-", NULL}); /* stdin */
    assert_true(p->ok);
    assert_string_equal(p->opts.operand[0], "-");
    done(p);
}

static void opt_refuses_by_name_when_wrong(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *word[4];
        const char *text;
        const char *help;
    } cases[] = {
        {{"--sed=3", "x", NULL}, "unknown flag '--sed=3'", "did you mean '--seed'?"},
        {{"-z", "x", NULL}, "unknown flag '-z'", "vgpusim run -h"},
        {{"x", "--seed", NULL}, "--seed needs a value (N|random)", "random seed"},
        {{"--quiet=yes", "x", NULL}, "--quiet takes no value, but got 'yes'", NULL},
        {{"--no-seed", "x", NULL}, "unknown flag '--no-seed'", NULL},
        {{"--rate=5/s", "x", NULL}, "--rate does not apply to 'run'", "vgpusim run -h"},
        {{"--format=jsn", "x", NULL}, "--format: 'jsn' is not one of text json csv junit openmetrics markdown md hist",
         "did you mean 'json'?"},
        {{"--progress=often", "x", NULL}, "--progress: 'often' is not one of auto always never json", NULL},
        {{NULL}, "run: needs SCENARIO", "vgpusim run -h"},
        {{"x", "y", NULL}, "run: 'y' is one word too many", "vgpusim run -h"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct parsed *p = parse(cases[i].word);
        assert_false(p->ok);
        assert_true(p->diag.entry_n >= 1);
        assert_string_equal(p->diag.entry[0].text, cases[i].text);
        if (cases[i].help != NULL) {
            assert_string_equal(p->diag.entry[0].help, cases[i].help);
        }
        done(p);
    }
}

static void opt_reports_all_when_several_are_wrong(void **state)
{
    (void)state;
    struct parsed *p = parse((const char *const[]){"--bad", "x", "--worse", NULL});
    assert_false(p->ok);
    assert_int_equal(p->diag.error_n, 2);
    done(p);
}

static void opt_refuses_number_when_out_of_range(void **state)
{
    (void)state;
    static const char *const bad[] = {"0", "11", "-1", "ten", "1.5", ""};
    for (size_t i = 0; i < 6; i++) {
        struct parsed *p = parse((const char *const[]){"-j", bad[i], "x", NULL});
        static const int64_t range[2] = {1, 10};
        int64_t jobs = 0;
        assert_true(p->ok);
        assert_false(opt_whole(&p->opts, FLAG_JOBS, range, 1, &jobs, &p->diag));
        done(p);
    }
}

static void opt_help_needs_no_operand_when_asked(void **state)
{
    (void)state;
    struct parsed *p = parse((const char *const[]){"-h", NULL});
    assert_true(p->ok);
    assert_true(opt_is_on(&p->opts, FLAG_HELP));
    assert_false(p->opts.help_long);
    done(p);
    p = parse((const char *const[]){"--help", NULL});
    assert_true(p->ok && p->opts.help_long);
    done(p);
}

/* CLI.md section 14: help of at most 60 columns; section 1: short names only for these. */
static void opt_table_keeps_its_rules_when_walked(void **state)
{
    (void)state;
    for (int i = 0; i < FLAGS_N; i++) {
        const struct flag *f = &flags[i];
        assert_non_null(f->name);
        assert_true(strlen(f->help) <= 60);
        assert_int_equal(f->kind == FLAG_IS_SWITCH, f->value == NULL);
        assert_true(f->short_name == 0 || strchr("hqvojf", f->short_name) != NULL);
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(f->name, flags[k].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opt_reads_value_when_written_any_way),
        cmocka_unit_test(opt_keeps_order_when_list),
        cmocka_unit_test(opt_takes_back_when_negated),
        cmocka_unit_test(opt_takes_words_when_flags_ended),
        cmocka_unit_test(opt_refuses_by_name_when_wrong),
        cmocka_unit_test(opt_reports_all_when_several_are_wrong),
        cmocka_unit_test(opt_refuses_number_when_out_of_range),
        cmocka_unit_test(opt_help_needs_no_operand_when_asked),
        cmocka_unit_test(opt_table_keeps_its_rules_when_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
