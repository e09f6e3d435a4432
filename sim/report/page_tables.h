/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_tables.h - the tables of the page, each from a saved result into HTML. */
#ifndef SIM_REPORT_PAGE_TABLES_H
#define SIM_REPORT_PAGE_TABLES_H

#include "sim/report/page_table.h"

/* What was simulated: replicas, seed, version, and what is in doubt. */
void page_run(const struct stored *s, struct text *out);

void page_modes(const struct stored *s, struct text *out);
void page_p95(const struct stored *s, struct text *out);
bool page_has_gates(const struct stored *s);
void page_gates(const struct stored *s, struct text *out);
void page_details(const struct stored *s, struct text *out);
void page_utilization(const struct stored *s, struct text *out);
void page_layout(const struct stored *s, struct text *out);
void page_notes(const struct stored *s, struct text *out);
void page_scenario(const struct stored *s, struct text *out);

/* page_compare.c */
bool page_has_differences(const struct stored *s);
void page_differences(const struct stored *s, struct text *out);
bool page_has_shifts(const struct stored *s);
void page_shifts(const struct stored *s, struct text *out);

/* page_kinds.c */
bool page_has_kinds(const struct stored *s);
void page_kinds(const struct stored *s, struct text *out);

/* page_isolation.c */
void page_isolation_lead(const struct stored *s, struct text *out);
void page_isolation_modes(const struct stored *s, struct text *out);
void page_isolation_victims(const struct stored *s, struct text *out);
void page_isolation_offenders(const struct stored *s, struct text *out);
bool page_has_faults(const struct stored *s);
void page_faults(const struct stored *s, struct text *out);

#endif
