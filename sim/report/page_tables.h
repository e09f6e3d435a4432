/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_tables.h - the tables of the page, each from a saved result into HTML. */
#ifndef SIM_REPORT_PAGE_TABLES_H
#define SIM_REPORT_PAGE_TABLES_H

#include "sim/base/text.h"
#include "sim/report/stored.h"

/* Escaped text: what is not a sign of HTML stands for itself; control characters go. */
void page_text(struct text *out, const char *s);

/* What was simulated: replicas, seed, version, and what is in doubt. */
void page_run(const struct stored *s, struct text *out);

void page_modes(const struct stored *s, struct text *out);
void page_p95(const struct stored *s, struct text *out);
bool page_has_gates(const struct stored *s);
void page_gates(const struct stored *s, struct text *out);
void page_details(const struct stored *s, struct text *out);
void page_utilization(const struct stored *s, struct text *out);
void page_layout(const struct stored *s, struct text *out);
void page_isolation(const struct stored *s, struct text *out);
void page_notes(const struct stored *s, struct text *out);
void page_scenario(const struct stored *s, struct text *out);

#endif
