/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.h - help texts, made from the tables of commands and flags. */
#ifndef SIM_CLI_HELP_H
#define SIM_CLI_HELP_H

#include <stdbool.h>

#include "sim/base/text.h"
#include "sim/cli/cmd.h"

/* What `vgpusim` alone prints: what it is, two examples, the commands. */
void help_overview(struct text *out);

/* A command's help: one screen, or everything. */
void help_command(const struct command *c, bool everything, struct text *out);

/* The exit statuses. */
void help_exit(struct text *out);

#endif
