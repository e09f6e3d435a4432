/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd.h - the commands: one row each, one function each, one file each (cmd_<command>.c).
 *
 * A command reads parsed flags, prints one document to stdout and everything else to stderr,
 * and answers with the exit status. The table is in main.c. */
#ifndef SIM_CLI_CMD_H
#define SIM_CLI_CMD_H

#include "sim/base/err.h"
#include "sim/cli/opt.h"

enum {
    EXAMPLES_MAX = 4
};

struct command {
    const char *name;
    unsigned bit;                          /* in flag.commands */
    enum err (*run)(const struct opts *o); /* NULL: not built yet */
    int operands_min, operands_max;
    const char *synopsis;              /* operands: "SCENARIO" */
    const char *help;                  /* one line */
    const char *more;                  /* paragraphs for --help, or NULL */
    const char *example[EXAMPLES_MAX]; /* without the word vgpusim */
};

extern const struct command commands[];
extern const int commands_n;

/* NULL if there is no such command. */
const struct command *command_find(const char *name);

enum err cmd_check(const struct opts *o);
enum err cmd_place(const struct opts *o);
enum err cmd_diff(const struct opts *o);
enum err cmd_test(const struct opts *o);
enum err cmd_run(const struct opts *o);
enum err cmd_plan(const struct opts *o);

/* `plan` of a scenario that was read and has VMs that come and go. */
struct load;
struct outputs;
enum err cmd_plan_vms(struct load *l, const struct opts *o, const struct outputs *to);

enum err cmd_sweep(const struct opts *o);
enum err cmd_list(const struct opts *o);
enum err cmd_export(const struct opts *o);
enum err cmd_report(const struct opts *o);
enum err cmd_plot(const struct opts *o);
enum err cmd_fit(const struct opts *o);
enum err cmd_explain(const struct opts *o);
enum err cmd_gen(const struct opts *o);
enum err cmd_help(const struct opts *o);
enum err cmd_version(const struct opts *o);

/* `gen trace`, in cmd_gen_trace.c. */
enum err cmd_gen_trace(const struct opts *o);

/* `gen timeline SCENARIO`, in cmd_gen_timeline.c. */
enum err cmd_gen_timeline(const struct opts *o);

/* `gen man [scenario]` and `gen schema [scenario|result]`, in cmd_gen_man.c. */
enum err cmd_gen_man(const struct opts *o);
enum err cmd_gen_schema(const struct opts *o);

/* `gen completion bash|zsh|fish`, in cmd_gen_completion.c. */
enum err cmd_gen_completion(const struct opts *o);

#endif
