/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_suite.h - the verdicts on one or many scenarios, in the formats of continuous
 * integration.
 */
#ifndef SIM_REPORT_REP_SUITE_H
#define SIM_REPORT_REP_SUITE_H

#include "sim/base/err.h"
#include "sim/report/rep.h"
#include "sim/run/change.h"

struct suite_case {
    const char *path;
    const char *name;            /* of the scenario, or the path where it could not be read */
    const struct result *result; /* NULL: it could not be simulated */
    const char *error;           /* why, or NULL */
    enum err status;             /* of its gates, or of the trouble */
    double seconds;              /* that it took; 0: not told */
};

struct suite {
    const struct suite_case *list; /* [n] */
    int n;
    const struct changes *changes; /* against the baseline; NULL: none was asked for */
    const char *baseline;          /* its file */
    const char *version;
};

struct suite_format {
    const char *name;
    void (*write)(const struct suite *s, const struct rep_options *o, struct text *sink);
};

extern const struct suite_format suite_formats[];
extern const int suite_formats_n;

void rep_suite_text(const struct suite *s, const struct rep_options *o, struct text *sink);
void rep_suite_json(const struct suite *s, const struct rep_options *o, struct text *sink);
void rep_suite_junit(const struct suite *s, const struct rep_options *o, struct text *sink);
void rep_suite_markdown(const struct suite *s, const struct rep_options *o, struct text *sink);

/* How many gates got each verdict, by enum verdict. */
void suite_count(const struct suite *s, int count[3]);

#endif
