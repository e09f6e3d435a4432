/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_gates.h - verdicts on gates in words, for every page that shows them. */
#ifndef SIM_REPORT_REP_GATES_H
#define SIM_REPORT_REP_GATES_H

#include "sim/report/rep.h"

/* The table of verdicts and a line that counts them; nothing without gates. */
void rep_gates_write(const struct result *r, const struct rep_options *o, struct text *out);

/* "38.1 ms [37.6 ms, 38.6 ms]", "-" where there is nothing. */
void rep_gate_observed(const struct gate_result *g, struct text *out);

/* "2 passed, 1 failed, 0 inconclusive" by enum verdict. */
void rep_gate_counts(const int count[3], struct text *out);

#endif
