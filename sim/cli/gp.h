/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gp.h - gnuplot as a child: a script in, what it draws out. */
#ifndef SIM_CLI_GP_H
#define SIM_CLI_GP_H

#include <stdbool.h>

#include "sim/base/diag.h"
#include "sim/base/text.h"

enum gp_status {
    GP_DONE,
    GP_ABSENT, /* there is no gnuplot; no diagnostic */
    GP_FAILED  /* diagnostic */
};

/* Runs gnuplot on the script and appends its output to `out`, any bytes. gnuplot reads no
 * personal files. */
enum gp_status gp_run(const struct text *script, struct text *out, struct diag *d);

/* The help that belongs to GP_ABSENT. */
#define GP_INSTALL "install it as root: apt-get install gnuplot-nox"

#endif
