/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_check.h - what `check` finds: for each mode whether it is possible, and every rule that
 * speaks, with its verdict, whom it concerns and its source. */
#ifndef SIM_REPORT_REP_CHECK_H
#define SIM_REPORT_REP_CHECK_H

#include "models/rule.h"
#include "sim/base/text.h"
#include "sim/fleet/fleet.h"
#include "sim/report/jout.h"
#include "sim/report/rep.h"

/* One scenario, placed under each of its modes. Borrowed. */
struct rep_check {
    const struct scenario *s;
    const struct fleet *const *fleet; /* [s->mode_n] */
    const struct rule *rule;          /* [rule_n] the table, for sources */
    int rule_n;
};

/* A line for the scenario, a table of the modes, then the rules: those that fail, those that
 * warn, what is unknown, what holds. The same rule is said once, with the modes that it
 * concerns. */
void rep_check_text(const struct rep_check *c, int width, struct text *sink);

/* One object in a list of scenarios (schema vgpusim.check/1). */
void rep_check_json(const struct rep_check *c, struct jout *j);

/* The facts of a result's modes, as `check` writes them but without sources. */
void rep_check_facts(const struct result *r, const struct rep_options *o, struct text *sink);

#endif
