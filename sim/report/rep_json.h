/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_json.h - parts of the result's document that other documents hold too. */
#ifndef SIM_REPORT_REP_JSON_H
#define SIM_REPORT_REP_JSON_H

#include "sim/report/jout.h"
#include "sim/run/result.h"

/* The keys "layout" (as `placement` of a result) and "tenants" of a mode. */
void rep_json_layout(struct jout *j, const struct result *r, const struct mode_result *m);

#endif
