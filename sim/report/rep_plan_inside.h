/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_plan_inside.h - words that the text of a plan shares with its JSON and CSV. */
#ifndef SIM_REPORT_REP_PLAN_INSIDE_H
#define SIM_REPORT_REP_PLAN_INSIDE_H

#include "sim/plan/plan.h"

const char *rep_plan_key(const struct plan *p, int gpu_ix);

/* The GPU models of a candidate: "L40S", "L40S + A30". */
void rep_plan_models(const struct plan *p, const struct plan_candidate *c, struct text *line);

/* What stands behind a plan with parts. */
const char *rep_plan_binding(const struct plan *p);

/* Index of p95 among the percentiles of a result. */
int rep_plan_p95(const struct scenario *s);

#endif
