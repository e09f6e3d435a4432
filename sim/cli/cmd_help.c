/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_help.c - `help` and `version`. Examples come first in every text. */
#include <string.h>

#include "sim/base/near.h"
#include "sim/cli/help.h"
#include "sim/cli/load.h"
#include "sim/core/dist.h"
#include "sim/fleet/exact.h"
#include "sim/input/jsonin.h"
#include "sim/input/yaml.h"
#include "sim/report/table.h"

enum {
    HELP_WIDTH = 96,
    FLAG_COLUMN = 26 /* where the sentence of a flag begins */
};

/* ---- Texts ---- */

void help_overview(struct text *out)
{
    text_add(out, "vgpusim " VGPUSIM_VERSION
                  ": which way of sharing a GPU, and what does it cost in latency?\n"
                  "  vgpusim gen scenario -o my.yaml     a scenario to edit\n"
                  "  vgpusim run my.yaml                 every sharing mode side by side\n"
                  "\n");
    for (int i = 0; i < commands_n; i++) {
        if (commands[i].run != NULL) {
            text_addf(out, "  %-8s %s\n", commands[i].name, commands[i].help);
        }
    }
    text_add(out,
             "vgpusim help COMMAND tells more; vgpusim help exit lists the exit statuses.\n");
}

/* "  -j, --jobs N          threads; never changes a byte of the result" */
static void add_flag(const struct flag *f, bool everything, struct text *out)
{
    struct text line;
    text_init(&line);
    if (f->short_name != 0) {
        text_addf(&line, "  -%c, --%s", f->short_name, f->name);
    } else {
        text_addf(&line, "      --%s", f->name);
    }
    if (f->value != NULL) {
        text_addf(&line, " %s", f->value);
    }
    if (line.n + 2 > FLAG_COLUMN) {
        text_addf(&line, "\n");
        text_pad(&line, FLAG_COLUMN);
    } else {
        text_pad(&line, FLAG_COLUMN - line.n);
    }
    text_addf(&line, "%s\n", f->help);
    text_add(out, text_str(&line));
    text_fini(&line);
    if (everything && f->more != NULL) {
        text_pad(out, FLAG_COLUMN);
        table_wrap(out, f->more, FLAG_COLUMN, HELP_WIDTH, FLAG_COLUMN);
    }
    if (everything && f->unset != NULL) {
        text_pad(out, FLAG_COLUMN);
        text_addf(out, "default: %s\n", f->unset);
    }
}

void help_command(const struct command *c, bool everything, struct text *out)
{
    for (int i = 0; i < EXAMPLES_MAX && c->example[i] != NULL; i++) {
        text_addf(out, "  vgpusim %s\n", c->example[i]);
    }
    text_addf(out, "\nvgpusim %s [flags]%s%s\n", c->name, c->synopsis[0] == '\0' ? "" : " ",
              c->synopsis);
    text_addf(out, "%s\n", c->help);
    if (c->run == NULL) {
        text_add(out, "\nThis command is not built yet.\n");
        return;
    }
    if (everything && c->more != NULL) {
        text_add(out, "\n");
        table_wrap(out, c->more, 0, HELP_WIDTH, 0);
    }
    text_add(out, "\n");
    for (int i = 0; i < FLAGS_N; i++) {
        const bool is_built = flags[i].later == NULL || strcmp(flags[i].later, "*") != 0;
        const bool is_shown = everything || (flags[i].commands & CMD_LONG) == 0;
        if ((flags[i].commands & c->bit) != 0 && is_built && is_shown) {
            add_flag(&flags[i], everything, out);
        }
    }
}

void help_exit(struct text *out)
{
    text_add(out, "status  meaning\n");
#define HELP_ROW(name, status, text) text_addf(out, "%6d  %s\n", status, text);
    ERR_LIST(HELP_ROW)
#undef HELP_ROW
}

/* ---- Commands ---- */

static bool help_write(const char *word, struct text *out, struct diag *d)
{
    if (strcmp(word, "exit") == 0) {
        help_exit(out);
        return true;
    }
    const struct command *c = command_find(word);
    if (c != NULL) {
        help_command(c, true, out);
        return true;
    }
    const char *name[64];
    size_t n = 0;
    for (int i = 0; i < commands_n && n < 63; i++) {
        name[n++] = commands[i].name;
    }
    name[n++] = "exit";
    const char *near = near_find(word, name, n);
    diag_error(d, SPAN_NONE, "help: there is no command '%s'", word);
    if (near != NULL) {
        diag_help(d, "did you mean '%s'?", near);
    } else {
        diag_help(d, "vgpusim help");
    }
    return false;
}

enum err cmd_help(const struct opts *o)
{
    struct diag d;
    struct text out;
    diag_init(&d);
    text_init(&out);
    enum err status = ERR_OK;
    if (o->operand_n == 0) {
        help_overview(&out);
        status = load_emit(o, &out);
    } else if (help_write(o->operand[0], &out, &d)) {
        status = load_emit(o, &out);
    }
    text_fini(&out);
    status = err_worse(status, load_show_plain(&d, o));
    diag_fini(&d);
    return status;
}

enum err cmd_version(const struct opts *o)
{
    struct text out;
    text_init(&out);
    text_add(&out, "vgpusim " VGPUSIM_VERSION "\n");
    if (opt_is_on(o, FLAG_VERBOSE)) {
#ifdef __clang__
        text_add(&out, "compiler: clang " __clang_version__ "\n");
#else
        text_add(&out, "compiler: gcc " __VERSION__ "\n");
#endif
        text_add(&out, "flags: " VGPUSIM_FLAGS "\n");
        text_addf(&out, "libraries: GSL %s, GLPK %s, libfyaml %s, jansson %s\n", dist_library(),
                  exact_library(), yaml_library(), jsonin_library());
        text_add(&out, "random streams: threefry2x64-13\nresult schema: vgpusim.result/1\n");
    }
    return load_emit(o, &out);
}
