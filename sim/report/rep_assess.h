/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_assess.h - what was found about a configuration file, as text or CSV. */
#ifndef SIM_REPORT_REP_ASSESS_H
#define SIM_REPORT_REP_ASSESS_H

#include "sim/base/text.h"
#include "sim/plan/assess.h"

struct rep_assess_options {
    const char *path; /* of the file */
    bool all;         /* text: every entry, else those that are not possible */
    bool quiet;       /* text: the summary only */
    bool is_csv;
    int width;
};

/* One line per entry and answer, boards of one answer together; then how many entries there are
 * of each verdict. CSV: config,entry,board,verdict,rule,text, one row per board. */
void rep_assess_write(const struct assessments *x, const struct config *config,
                      const struct rep_assess_options *o, struct text *sink);

#endif
