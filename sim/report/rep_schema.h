/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_schema.h - JSON schemas (draft 2020-12) of a scenario, a result and plans, from
 * tables. */
#ifndef SIM_REPORT_REP_SCHEMA_H
#define SIM_REPORT_REP_SCHEMA_H

#include "sim/base/text.h"

/* Of a scenario, for editors: what the table of fields says of one value at a time. What hangs
 * on several fields, `vgpusim check` knows. */
void rep_schema_scenario(struct text *out);

/* Of vgpusim.result/1. Readers ignore keys that they do not know, and so does the schema. */
void rep_schema_result(struct text *out);

/* Of vgpusim.plan/1, and of vgpusim.vms/1: the plan of VMs that come and go. */
void rep_schema_plan(struct text *out);
void rep_schema_vms(struct text *out);

#endif
