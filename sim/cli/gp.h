/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gp.h - gnuplot as a child: a script in, what it draws out. */
#ifndef SIM_CLI_GP_H
#define SIM_CLI_GP_H

#include <stdbool.h>

#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/report/plot.h"

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

/* What the name of a picture's file asks for, path NULL: SVG. False with a diagnostic that
 * names the flag where it ends in none of .svg, .png and .gp, or cannot be written. */
struct gp_picture {
    enum plot_target target;
    bool is_script; /* the script is wanted, to be edited and drawn by hand */
};
bool gp_picture(const char *path, const char *flag, struct gp_picture *out, struct diag *d);

/* The script drawn into `out`, or the script itself. False with a diagnostic, also without
 * gnuplot. */
bool gp_draw(const struct gp_picture *picture, const struct text *script, struct text *out,
             struct diag *d);

#endif
