/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_layout.h - the GPUs of a placed mode as pictures in text, and what still fits on them. */
#ifndef SIM_REPORT_REP_LAYOUT_H
#define SIM_REPORT_REP_LAYOUT_H

#include "sim/report/jout.h"
#include "sim/report/rep.h"

/* Every GPU of a mode drawn to scale; GPUs that look like one before are one line. ASCII, at
 * most 80 columns where names allow. */
void rep_layout_write(const struct result *r, const struct mode_result *m,
                      const struct rep_options *o, struct text *out);

/* The change that would make an infeasible mode fit, and what was tried. */
void rep_layout_change(const struct mode_result *m, const struct rep_options *o,
                       struct text *out);

/* VMs without a place, what each kind of GPU still takes, what hosts have left. */
void rep_layout_rest(const struct result *r, const struct mode_result *m,
                     const struct rep_options *o, struct text *out);

/* The keys `layout`, `remaining`, `hosts_left` and `changes` of a mode. */
void rep_layout_json(struct jout *j, const struct result *r, const struct mode_result *m);

/* "1g.10gb", "A100D-10C", "container", "A100-PCIE-80GB": what is counted. */
const char *rep_more_name(const struct scenario *s, const struct mode_result *m,
                          const struct fits_more *more, int model_ix);

#endif
