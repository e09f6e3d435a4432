/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_gen_completion.c - `gen completion`: what a shell offers behind vgpusim, from the tables
 * of commands, flags and fields. GPUs are asked of the program, since --catalog adds to them.
 */
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/input/fieldtab.h"
#include "sim/input/scenario.h"
#include "sim/plan/export.h"

/* What a value is completed from. */
enum completes {
    WITH_NOTHING,
    WITH_WORDS, /* flag.choices */
    WITH_FILES,
    WITH_FOLDERS,
    WITH_GPUS,
    WITH_MODES,
    WITH_PATHS, /* a field and '=' */
    WITH_FORMATS
};

static enum completes completes_of(const struct flag *f)
{
    static const struct {
        const char *value;
        enum completes with;
    } rows[] = {
        {"FILE",        WITH_FILES  },
        {"FORMAT=FILE", WITH_FILES  },
        {"DIR",         WITH_FOLDERS},
        {"KEY",         WITH_GPUS   },
        {"M[/POLICY]",  WITH_MODES  },
        {"PATH=VALUE",  WITH_PATHS  },
        {"PATH=A,B,C",  WITH_PATHS  },
        {"FORMAT",      WITH_FORMATS},
    };
    if (f->choices != NULL) {
        return WITH_WORDS;
    }
    for (size_t i = 0; f->value != NULL && i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].value, f->value) == 0) {
            return rows[i].with;
        }
    }
    return WITH_NOTHING;
}

static bool is_offered(const struct flag *f, const struct command *c)
{
    return (f->commands & c->bit) != 0 && (f->later == NULL || strcmp(f->later, "*") != 0);
}

/* ---- Lists of words ---- */

/* Modes, and under those with turns each policy. */
static void add_modes(struct text *out)
{
    for (int m = MODE_PASSTHROUGH; m <= MODE_CONTAINER_TIME_SLICED; m++) {
        text_addf(out, "%s%s", m == 0 ? "" : " ", mode_name((enum mode_kind)m));
        const bool is_vgpu = m == MODE_TIME_SLICED || m == MODE_TIME_SLICED_MIG;
        for (int k = 0; is_vgpu && k < sched_kinds_n; k++) {
            if (strncmp(sched_kinds[k]->name, "cuda-", 5) != 0) {
                text_addf(out, " %s/%s", mode_name((enum mode_kind)m), sched_kinds[k]->name);
            }
        }
    }
}

static void add_paths(struct text *out, const char *suffix)
{
    for (int i = 0; i < fieldtab_n; i++) {
        text_addf(out, "%s%s%s", i == 0 ? "" : " ", fieldtab[i].path, suffix);
    }
}

static void add_formats(struct text *out)
{
#define FORMAT_WORD(name, function, modes, help) name " "
    static const char words[] = EXPORT_LIST(FORMAT_WORD);
#undef FORMAT_WORD
    text_add_n(out, words, sizeof words - 2);
}

static void add_commands(struct text *out)
{
    bool first = true;
    for (int i = 0; i < commands_n; i++) {
        if (commands[i].run != NULL) {
            text_addf(out, "%s%s", first ? "" : " ", commands[i].name);
            first = false;
        }
    }
}

/* The words that the first operand is one of: of "gpus|mig [GPU]" these two; nothing for files.
 */
static void add_operands(struct text *out, const struct command *c)
{
    if (strcmp(c->name, "explain") == 0) {
        add_paths(out, "");
    } else if (strcmp(c->name, "help") == 0) {
        add_commands(out);
        text_add(out, " exit");
    } else {
        const size_t n = strcspn(c->synopsis, " ");
        if (memchr(c->synopsis, '|', n) != NULL) {
            for (size_t i = 0; i < n; i++) {
                text_add_n(out, c->synopsis[i] == '|' ? " " : &c->synopsis[i], 1);
            }
        }
    }
}

/* The words that a value is one of; empty where it is something else. */
static void add_words(struct text *out, const struct flag *f)
{
    switch (completes_of(f)) {
    case WITH_WORDS:
        text_add(out, f->choices);
        return;
    case WITH_MODES:
        add_modes(out);
        return;
    case WITH_PATHS:
        add_paths(out, "=");
        return;
    case WITH_FORMATS:
        add_formats(out);
        return;
    case WITH_NOTHING:
    case WITH_FILES:
    case WITH_FOLDERS:
    case WITH_GPUS:
        return;
    }
}

/* Text inside single quotes of any of the shells. */
static void add_quoted(struct text *out, const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '\'') {
            text_add(out, "'\\''");
        } else {
            text_add_n(out, s, 1);
        }
    }
}

/* ---- bash ---- */

static void add_bash_values(struct text *out)
{
    text_add(out, "    case $flag in\n");
    for (int i = 0; i < FLAGS_N; i++) {
        const struct flag *f = &flags[i];
        const enum completes with = completes_of(f);
        if (with == WITH_NOTHING) {
            continue;
        }
        text_addf(out, "    --%s", f->name);
        if (f->short_name != '\0') {
            text_addf(out, " | -%c", f->short_name);
        }
        text_add(out, ") ");
        if (with == WITH_FILES || with == WITH_FOLDERS) {
            text_addf(
                out, "compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -%s -- \"$cur\"))",
                with == WITH_FILES ? "f" : "d");
        } else if (with == WITH_GPUS) {
            text_add(out,
                     "COMPREPLY=($(compgen -W \"$(vgpusim list gpus --names 2>/dev/null)\" -- "
                     "\"$cur\"))");
        } else {
            text_addf(out, "%sCOMPREPLY=($(compgen -W '",
                      with == WITH_PATHS ? "compopt -o nospace 2>/dev/null; " : "");
            add_words(out, f);
            text_add(out, "' -- \"$cur\"))");
        }
        text_add(out, "; return ;;\n");
    }
    text_add(out, "    esac\n");
}

static void add_bash_command(struct text *out, const struct command *c)
{
    text_addf(out, "    %s)\n        flags='", c->name);
    bool first = true;
    for (int i = 0; i < FLAGS_N; i++) {
        if (is_offered(&flags[i], c)) {
            text_addf(out, "%s--%s", first ? "" : " ", flags[i].name);
            first = false;
        }
    }
    text_add(out, "'\n        words='");
    add_operands(out, c);
    text_add(out, "' ;;\n");
}

static void add_bash(struct text *out)
{
    text_add(out, "# bash completion of vgpusim, written by `vgpusim gen completion bash`\n"
                  "_vgpusim() {\n"
                  "    local cur=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]}\n"
                  "    local command=${COMP_WORDS[1]} flags= words=\n"
                  "    COMPREPLY=()\n"
                  "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                  "        COMPREPLY=($(compgen -W '");
    add_commands(out);
    text_add(out, "' -- \"$cur\"))\n        return\n    fi\n"
                  "    # --flag=value comes as three words.\n"
                  "    if [ \"$cur\" = = ]; then\n        cur=\n"
                  "    elif [ \"$flag\" = = ]; then\n"
                  "        flag=${COMP_WORDS[COMP_CWORD - 2]}\n    fi\n");
    add_bash_values(out);
    text_add(out, "    case $command in\n");
    for (int i = 0; i < commands_n; i++) {
        if (commands[i].run != NULL) {
            add_bash_command(out, &commands[i]);
        }
    }
    text_add(out,
             "    esac\n"
             "    case $cur in\n"
             "    -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$cur\")); return ;;\n"
             "    esac\n"
             "    if [ -n \"$words\" ] && [ \"$COMP_CWORD\" -eq 2 ]; then\n"
             "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
             "    elif [ \"$command\" = list ]; then\n"
             "        COMPREPLY=($(compgen -W \"$(vgpusim list gpus --names 2>/dev/null)\" -- "
             "\"$cur\"))\n"
             "    else\n"
             "        compopt -o filenames 2>/dev/null\n"
             "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
             "    fi\n"
             "}\n"
             "complete -F _vgpusim vgpusim\n");
}

/* ---- zsh ---- */

/* In a specification brackets, colons and backslashes have a meaning. */
static void add_zsh_text(struct text *out, const char *s)
{
    for (; *s != '\0'; s++) {
        if (strchr("[]:\\", *s) != NULL) {
            text_add(out, "\\");
        }
        if (*s == '\'') {
            text_add(out, "'\\'");
        }
        text_add_n(out, s, 1);
    }
}

static void add_zsh_flag(struct text *out, const struct flag *f)
{
    const enum completes with = completes_of(f);
    text_addf(out, "            '%s--%s%s[", f->kind == FLAG_IS_LIST ? "*" : "", f->name,
              f->kind == FLAG_IS_SWITCH ? "" : "=");
    add_zsh_text(out, f->help);
    text_add(out, "]");
    if (f->kind != FLAG_IS_SWITCH) {
        text_add(out, ":");
        add_zsh_text(out, f->value);
        text_add(out, ":");
        if (with == WITH_FILES) {
            text_add(out, "_files");
        } else if (with == WITH_FOLDERS) {
            text_add(out, "_files -/");
        } else if (with == WITH_GPUS) {
            text_add(out, "($(vgpusim list gpus --names 2>/dev/null))");
        } else if (with != WITH_NOTHING) {
            text_add(out, "(");
            add_words(out, f);
            text_add(out, ")");
        }
    }
    text_add(out, "' \\\n");
}

static void add_zsh_command(struct text *out, const struct command *c)
{
    struct text words;
    text_init(&words);
    add_operands(&words, c);
    text_addf(out, "        %s) _arguments \\\n", c->name);
    for (int i = 0; i < FLAGS_N; i++) {
        if (is_offered(&flags[i], c)) {
            add_zsh_flag(out, &flags[i]);
        }
    }
    if (words.n > 0) {
        text_addf(out, "            '1:word:(%s)' '*:file:_files' ;;\n", text_str(&words));
    } else {
        text_add(out, "            '*:file:_files' ;;\n");
    }
    out->failed |= words.failed;
    text_fini(&words);
}

static void add_zsh(struct text *out)
{
    text_add(out, "#compdef vgpusim\n"
                  "# zsh completion of vgpusim, written by `vgpusim gen completion zsh`\n"
                  "_vgpusim() {\n"
                  "    local state\n    local -a commands\n    commands=(\n");
    for (int i = 0; i < commands_n; i++) {
        if (commands[i].run != NULL) {
            text_addf(out, "        '%s:", commands[i].name);
            add_quoted(out, commands[i].help);
            text_add(out, "'\n");
        }
    }
    text_add(out, "    )\n"
                  "    _arguments -C '1: :->command' '*:: :->rest'\n"
                  "    case $state in\n"
                  "    command) _describe command commands ;;\n"
                  "    rest)\n"
                  "        case $words[1] in\n");
    for (int i = 0; i < commands_n; i++) {
        if (commands[i].run != NULL) {
            add_zsh_command(out, &commands[i]);
        }
    }
    text_add(out, "        esac ;;\n    esac\n}\n_vgpusim \"$@\"\n");
}

/* ---- fish ---- */

static void add_fish_flag(struct text *out, const struct command *c, const struct flag *f)
{
    const enum completes with = completes_of(f);
    text_addf(out, "complete -c vgpusim -n '__fish_seen_subcommand_from %s' -l %s", c->name,
              f->name);
    if (f->short_name != '\0') {
        text_addf(out, " -s %c", f->short_name);
    }
    if (with == WITH_FILES || with == WITH_FOLDERS) {
        text_add(out, " -r -F");
    } else if (with == WITH_GPUS) {
        text_add(out, " -x -a '(vgpusim list gpus --names 2>/dev/null)'");
    } else if (f->kind != FLAG_IS_SWITCH) {
        text_add(out, " -x -a '");
        add_words(out, f);
        text_add(out, "'");
    }
    text_add(out, " -d '");
    for (const char *s = f->help; *s != '\0'; s++) {
        text_addf(out, "%s%c", *s == '\'' || *s == '\\' ? "\\" : "", *s);
    }
    text_add(out, "'\n");
}

static void add_fish(struct text *out)
{
    text_add(out, "# fish completion of vgpusim, written by `vgpusim gen completion fish`\n");
    for (int i = 0; i < commands_n; i++) {
        const struct command *c = &commands[i];
        struct text words;
        if (c->run == NULL) {
            continue;
        }
        text_addf(out, "complete -c vgpusim -f -n __fish_use_subcommand -a %s -d '", c->name);
        for (const char *s = c->help; *s != '\0'; s++) {
            text_addf(out, "%s%c", *s == '\'' || *s == '\\' ? "\\" : "", *s);
        }
        text_add(out, "'\n");
        text_init(&words);
        add_operands(&words, c);
        if (words.n > 0) {
            text_addf(out,
                      "complete -c vgpusim -f -n '__fish_seen_subcommand_from %s' -a '%s'\n",
                      c->name, text_str(&words));
        }
        out->failed |= words.failed;
        text_fini(&words);
        for (int k = 0; k < FLAGS_N; k++) {
            if (is_offered(&flags[k], c)) {
                add_fish_flag(out, c, &flags[k]);
            }
        }
    }
}

enum err cmd_gen_completion(const struct opts *o)
{
    struct text out;
    text_init(&out);
    if (strcmp(o->operand[1], "bash") == 0) {
        add_bash(&out);
    } else if (strcmp(o->operand[1], "zsh") == 0) {
        add_zsh(&out);
    } else {
        add_fish(&out);
    }
    return load_emit(o, &out);
}
