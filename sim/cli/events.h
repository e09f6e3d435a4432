/* SPDX-License-Identifier: GPL-3.0-or-later */
/* events.h - the flags --trace, --trace-replica, --trace-from and --trace-for. */
#ifndef SIM_CLI_EVENTS_H
#define SIM_CLI_EVENTS_H

#include "sim/base/err.h"
#include "sim/cli/opt.h"
#include "sim/run/result.h"

struct events_wanted {
    const char *path; /* NULL: none */
    int64_t replica;
    int64_t from_ns; /* -1: the end of the warm-up */
    int64_t for_ns;
};

/* Reads the flags, before anything runs. False with diagnostics. */
bool events_wanted(const struct opts *o, struct events_wanted *out, struct diag *d);

/* Writes the file, where one is wanted and the result is whole; the number-th of several where
 * number >= 0 (outputs_numbered). ERR_INTERRUPTED: then there is no file. What else goes wrong
 * is left in d. */
enum err events_emit(const struct events_wanted *w, int number, const struct result *r,
                     struct diag *d);

#endif
