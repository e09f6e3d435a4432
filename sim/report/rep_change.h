/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_change.h - what moved between two sets of results, as text, CSV, Markdown and JSON. */
#ifndef SIM_REPORT_REP_CHANGE_H
#define SIM_REPORT_REP_CHANGE_H

#include "sim/base/text.h"
#include "sim/report/jout.h"
#include "sim/run/change.h"

/* The table and the line of counts. At most `most` rows; 0: all. `width` of the page. */
void rep_change_text(const struct changes *c, int most, int width, struct text *out);
void rep_change_markdown(const struct changes *c, int most, struct text *out);
void rep_change_csv(const struct changes *c, struct text *out);

/* The keys of an object that is open: counts, what was compared, the list. */
void rep_change_json(const struct changes *c, struct jout *j);

/* "3 of 480 figures differ: 1 REGRESSION, 2 DRIFT (paired by seed)", without a line end. */
void rep_change_counts(const struct changes *c, struct text *out);

/* "time-sliced/best-effort chat latency_ns.p95: 20.1 ms [..] -> 25.2 ms [..]" */
void rep_change_line(const struct change *c, struct text *out);

#endif
