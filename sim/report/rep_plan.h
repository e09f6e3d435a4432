/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_plan.h - a plan as text, JSON (schema vgpusim.plan/1) or tidy rows. docs/planning.md. */
#ifndef SIM_REPORT_REP_PLAN_H
#define SIM_REPORT_REP_PLAN_H

#include "sim/plan/plan.h"
#include "sim/report/rep.h"

void rep_plan_text(const struct plan *p, const struct rep_options *o, struct text *sink);
void rep_plan_json(const struct plan *p, struct text *sink);

/* gpu,count,mode,policy,meets,cost_usd_per_hour,tenant,p95_ns,ci95_lo,ci95_hi,on,front: a row
 * for each tenant of each point of the front and of what it leaves behind, by cost, with parts
 * each on the GPUs of its own; then of the candidates that do not hold, with an empty `front`.
 */
void rep_plan_csv(const struct plan *p, struct text *sink);

#endif
