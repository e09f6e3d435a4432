/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_vms.h - a plan for VMs that come and go as text, JSON and CSV. */
#ifndef SIM_REPORT_REP_VMS_H
#define SIM_REPORT_REP_VMS_H

#include "sim/plan/plan_vms.h"
#include "sim/report/rep.h"

void rep_vms_text(const struct vms_plan *p, const struct rep_options *o, struct text *sink);

/* Schema vgpusim.vms/1: the keys of vgpusim.plan/1 that apply, and what is known of VMs over
 * time. */
void rep_vms_json(const struct vms_plan *p, struct text *sink);

/* Tidy rows: gpu,mode,at_s,metric,value; at_s is blank for what holds for the whole time. */
void rep_vms_csv(const struct vms_plan *p, struct text *sink);

#endif
