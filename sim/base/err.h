/* SPDX-License-Identifier: GPL-3.0-or-later */
/* err.h - how a command can end: one list of names, process exit statuses and sentences.
 * `vgpusim help exit`, the man page and main() all read this list. */
#ifndef SIM_BASE_ERR_H
#define SIM_BASE_ERR_H

/*       name          status  what it means */
#define ERR_LIST(X)                                                                            \
    X(ERR_OK, 0, "done, and the answer is yes")                                                \
    X(ERR_NO, 1, "done, and the answer is no: it does not fit, a gate failed, it differs")     \
    X(ERR_INPUT, 2, "your input is wrong: flags, a scenario or a table")                       \
    X(ERR_UNDECIDED, 3, "done, but inconclusive: the interval straddles a limit")              \
    X(ERR_MACHINE, 4, "the machine said no: cannot read, write, spawn or allocate")            \
    X(ERR_BUG, 70, "a bug in vgpusim")                                                         \
    X(ERR_INTERRUPTED, 130, "interrupted")

enum err {
#define ERR_ENUM(name, status, text) name = status,
    ERR_LIST(ERR_ENUM)
#undef ERR_ENUM
};

/* The worse of two statuses in the order 70, 130, 4, 2, 1, 3, 0. */
enum err err_worse(enum err a, enum err b);

#endif
