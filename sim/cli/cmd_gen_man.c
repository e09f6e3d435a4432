/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_gen_man.c - `gen man`, `gen schema`: manual pages from the tables of commands, flags,
 * exit statuses and fields, in the macros of man(7); JSON schemas. The pages have no date: the
 * same build writes the same bytes. */
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/input/fieldtab.h"
#include "sim/report/rep_schema.h"

/* ---- Text for roff ---- */

/* n bytes as they are to be read: no line begins with a control character, dashes can be
 * copied, a line feed becomes a new paragraph. */
static void add_roff_n(struct text *out, const char *s, size_t n)
{
    bool at_start = out->n == 0 || out->s[out->n - 1] == '\n';
    for (size_t i = 0; i < n; i++) {
        if (at_start && (s[i] == '.' || s[i] == '\'')) {
            text_add(out, "\\&");
        }
        if (s[i] == '\n') {
            text_add(out, "\n.PP\n");
            while (i + 1 < n && s[i + 1] == '\n') {
                i++;
            }
        } else if (s[i] == '-') {
            text_add(out, "\\-");
        } else if (s[i] == '\\') {
            text_add(out, "\\e");
        } else {
            text_add_n(out, &s[i], 1);
        }
        at_start = s[i] == '\n';
    }
}

static void add_roff(struct text *out, const char *s)
{
    add_roff_n(out, s, strlen(s));
}

/* ".B vgpusim run my.yaml" */
static void add_macro(struct text *out, const char *macro, const char *s)
{
    text_addf(out, ".%s ", macro);
    add_roff(out, s);
    text_add(out, "\n");
}

static void add_lines(struct text *out, const char *const *line, int n)
{
    for (int i = 0; i < n; i++) {
        add_roff(out, line[i]);
        text_add(out, "\n");
    }
}

/* ---- vgpusim(1) ---- */

static bool is_built(const struct flag *f)
{
    return f->later == NULL || strcmp(f->later, "*") != 0;
}

static void add_command(struct text *out, const struct command *c)
{
    text_addf(out, ".SS vgpusim %s [\\fIflags\\fR]%s", c->name, c->synopsis[0] ? " " : "");
    add_roff(out, c->synopsis);
    text_add(out, "\n");
    add_roff(out, c->help);
    text_add(out, "\n");
    if (c->more != NULL) {
        text_add(out, ".PP\n");
        add_roff(out, c->more);
        text_add(out, "\n");
    }
    text_add(out, ".PP\nFlags:");
    bool first = true;
    for (int i = 0; i < FLAGS_N; i++) {
        if ((flags[i].commands & c->bit) != 0 && is_built(&flags[i])) {
            text_addf(out, "%s \\fB\\-\\-", first ? "" : ",");
            add_roff(out, flags[i].name);
            text_add(out, "\\fR");
            first = false;
        }
    }
    text_add(out, ".\n");
}

static void add_flag(struct text *out, const struct flag *f)
{
    text_add(out, ".TP\n");
    if (f->short_name != '\0') {
        text_addf(out, "\\fB\\-%c\\fR, ", f->short_name);
    }
    text_add(out, "\\fB\\-\\-");
    add_roff(out, f->name);
    text_add(out, "\\fR");
    if (f->value != NULL) {
        text_add(out, " \\fI");
        add_roff(out, f->value);
        text_add(out, "\\fR");
    }
    text_add(out, "\n");
    add_roff(out, f->help);
    text_add(out, ".\n");
    if (f->more != NULL) {
        add_roff(out, f->more);
        text_add(out, "\n");
    }
    if (f->choices != NULL) {
        text_add(out, "Values: ");
        add_roff(out, f->choices);
        text_add(out, ".\n");
    }
    if (f->unset != NULL) {
        text_add(out, "Default: ");
        add_roff(out, f->unset);
        text_add(out, ".\n");
    }
}

static void add_statuses(struct text *out)
{
    text_add(out, ".SH EXIT STATUS\n");
#define MAN_ROW(name, status, words)                                                           \
    text_addf(out, ".TP\n.B %d\n", status);                                                    \
    add_roff(out, words);                                                                      \
    text_add(out, "\n");
    ERR_LIST(MAN_ROW)
#undef MAN_ROW
}

static void add_environment(struct text *out)
{
    static const struct {
        const char *name, *what;
    } rows[] = {
        {"NO_COLOR",       "When it is not empty there is no colour on stderr."               },
        {"CLICOLOR_FORCE", "When it is neither empty nor 0 there is, also without a terminal."},
        {"TERM",           "dumb means no colour."                                            },
    };
    text_add(out, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        add_macro(out, "TP\n.B", rows[i].name);
        add_roff(out, rows[i].what);
        text_add(out, "\n");
    }
}

static void add_examples(struct text *out)
{
    text_add(out, ".SH EXAMPLES\n.nf\n");
    for (int i = 0; i < commands_n; i++) {
        for (int k = 0; k < EXAMPLES_MAX && commands[i].example[k] != NULL; k++) {
            text_add(out, "vgpusim ");
            add_roff(out, commands[i].example[k]);
            text_add(out, "\n");
        }
    }
    text_add(out, ".fi\n");
}

static void add_program_page(struct text *out)
{
    static const char *const description[] = {
        "Which way of sharing NVIDIA GPUs keeps the promises made to their users, and what "
        "does it",
        "cost in latency? A scenario names GPUs, tenants and their load; every sharing mode is",
        "placed, simulated and compared: passthrough, time-sliced vGPU, MIG and what lies "
        "between.",
        "One document goes to stdout, everything else to stderr. Text is for people and may "
        "change",
        "in any release; scripts read JSON or CSV.",
    };
    static const char *const notes[] = {
        "A percentile is the smallest value with at least that share of the samples at or "
        "below it.",
        "value\xC2\xB1half-width is a 95 % confidence interval from independent replications.",
        "The same build, scenario and seed give the same bytes, whatever the number of "
        "threads.",
    };
    text_add(out,
             ".TH VGPUSIM 1 \"\" \"vgpusim " VGPUSIM_VERSION "\" \"User Commands\"\n"
             ".SH NAME\nvgpusim \\- simulator and capacity planner for shared NVIDIA GPUs\n"
             ".SH SYNOPSIS\n.B vgpusim\n\\fIcommand\\fR [\\fIflags\\fR] [\\fIfile\\fR ...]\n"
             ".SH DESCRIPTION\n");
    add_lines(out, description, (int)(sizeof description / sizeof description[0]));
    text_add(out, ".SH COMMANDS\n");
    for (int i = 0; i < commands_n; i++) {
        if (commands[i].run != NULL) {
            add_command(out, &commands[i]);
        }
    }
    text_add(out,
             ".SH OPTIONS\nFlags stand before or after operands; "
             "\\fB\\-\\-flag=value\\fR and \\fB\\-\\-flag value\\fR are the same, "
             "\\fB\\-\\-\\fR ends flags, and a switch has its \\fB\\-\\-no\\-\\fR twin.\n");
    for (int i = 0; i < FLAGS_N; i++) {
        if (is_built(&flags[i])) {
            add_flag(out, &flags[i]);
        }
    }
    add_statuses(out);
    add_environment(out);
    add_examples(out);
    text_add(out, ".SH NOTES\n");
    add_lines(out, notes, (int)(sizeof notes / sizeof notes[0]));
    text_add(out, ".SH SEE ALSO\n.BR vgpusim\\-scenario (5)\n");
}

/* ---- vgpusim-scenario(5) ---- */

static void add_scenario_page(struct text *out)
{
    static const char *const description[] = {
        "A scenario is YAML 1.2, at most 1 MiB, and strict: an unknown key is an error with a",
        "suggestion. A quantity carries its unit, with or without a space: 10 GiB, 250ms, "
        "40/s, 5%.",
        "Items of a list have no index in the paths below; with --set and --vary an item is "
        "called",
        "by its name or its number from 0: tenants.chat.count.",
    };
    const struct field_reader r = {.field = fieldtab, .n = fieldtab_n};
    struct text field;
    text_init(&field);
    text_add(out, ".TH VGPUSIM\\-SCENARIO 5 \"\" \"vgpusim " VGPUSIM_VERSION
                  "\" \"File Formats\"\n.SH NAME\nvgpusim\\-scenario \\- what "
                  "vgpusim simulates: GPUs, sharing modes, tenants and their load\n"
                  ".SH DESCRIPTION\n");
    add_lines(out, description, (int)(sizeof description / sizeof description[0]));
    text_add(out, ".SH FIELDS\n");
    for (int i = 0; i < fieldtab_n; i++) {
        text_reset(&field);
        field_explain(&r, &fieldtab[i], &field);
        add_macro(out, "TP\n.B", fieldtab[i].path);
        /* The first line is the path; the others are indented by two blanks. */
        const char *line = strchr(text_str(&field), '\n');
        for (bool first = true; line != NULL && line[1] != '\0'; first = false) {
            const size_t n = strcspn(line + 3, "\n");
            text_add(out, first ? "" : ".br\n");
            add_roff_n(out, line + 3, n);
            text_add(out, "\n");
            line = strchr(line + 1, '\n');
        }
    }
    text_add(out, ".SH SEE ALSO\n.BR vgpusim (1)\n");
    out->failed |= field.failed;
    text_fini(&field);
}

/* ---- Commands ---- */

enum err cmd_gen_man(const struct opts *o)
{
    struct text out;
    text_init(&out);
    if (o->operand_n > 1 && strcmp(o->operand[1], "scenario") == 0) {
        add_scenario_page(&out);
    } else {
        add_program_page(&out);
    }
    return load_emit(o, &out);
}

enum err cmd_gen_schema(const struct opts *o)
{
    struct text out;
    text_init(&out);
    const char *of = o->operand_n > 1 ? o->operand[1] : "scenario";
    if (strcmp(of, "result") == 0) {
        rep_schema_result(&out);
    } else if (strcmp(of, "plan") == 0) {
        rep_schema_plan(&out);
    } else if (strcmp(of, "vms") == 0) {
        rep_schema_vms(&out);
    } else {
        rep_schema_scenario(&out);
    }
    return load_emit(o, &out);
}
