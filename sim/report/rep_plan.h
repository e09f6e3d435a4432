/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_plan.h - a plan as text, JSON (schema vgpusim.plan/1) or tidy rows. docs/planning.md. */
#ifndef SIM_REPORT_REP_PLAN_H
#define SIM_REPORT_REP_PLAN_H

#include "sim/plan/plan.h"
#include "sim/report/rep.h"

void rep_plan_text(const struct plan *p, const struct rep_options *o, struct text *sink);
void rep_plan_json(const struct plan *p, struct text *sink);

/* gpu,count,mode,policy,meets,cost_usd,tenant,p95_ns,ci95_lo,ci95_hi: one row for each
 * candidate and tenant, for a front of cost against latency. */
void rep_plan_csv(const struct plan *p, struct text *sink);

#endif
