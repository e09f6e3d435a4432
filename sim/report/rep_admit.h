/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_admit.h - how many VMs fit, as text, JSON (schema vgpusim.plan-fit/1) or rows. */
#ifndef SIM_REPORT_REP_ADMIT_H
#define SIM_REPORT_REP_ADMIT_H

#include "sim/plan/admit.h"
#include "sim/report/rep.h"

void rep_admit_text(const struct admit *a, const struct rep_options *o, struct text *sink);
void rep_admit_json(const struct admit *a, struct text *sink);

/* gpu,count,mode,policy,tenant,vms,placeable,limit,cost_usd_per_hour: a row for each mode. */
void rep_admit_csv(const struct admit *a, struct text *sink);

#endif
