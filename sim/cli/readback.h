/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readback.h - saved results from files, and what would be saved now. */
#ifndef SIM_CLI_READBACK_H
#define SIM_CLI_READBACK_H

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/report/rep_suite.h"
#include "sim/run/saved.h"

/* Reads a file of saved results. False with diagnostics. */
bool readback_file(struct saved *out, struct arena *arena, const char *path, struct diag *d);

/* The results of a suite as they would be read back from its JSON, so that both sides of a
 * comparison have gone the same way. */
bool readback_suite(struct saved *out, struct arena *arena, const struct suite *s,
                    struct diag *d);

#endif
