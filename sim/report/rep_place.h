/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_place.h - text about places: who lands where, why not, and what one should know about it.
 */
#ifndef SIM_REPORT_REP_PLACE_H
#define SIM_REPORT_REP_PLACE_H

#include "sim/report/rep.h"

/* Every mode with its VMs, one line each, and a summary. */
void rep_place_write(const struct result *r, const struct rep_options *o, struct text *sink);

/* "infeasible  MIG-09 chat: the reason (and 2 more)"; all of them when `all`. */
void rep_reasons(const struct fleet *f, bool all, struct text *out);

/* The modes' assumptions and, when verbose or placing, the platform's remarks; each once, with
 * the modes that it concerns. */
void rep_notes(const struct result *r, const struct rep_options *o, struct text *sink);

#endif
