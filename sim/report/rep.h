/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep.h - the registry of formats in which a result can be written.
 *
 * A renderer turns a frozen result into bytes in a sink and has no other way out: it cannot
 * reach a stream, so a warning can never end up in the middle of a document. */
#ifndef SIM_REPORT_REP_H
#define SIM_REPORT_REP_H

#include <stdbool.h>

#include "sim/base/text.h"
#include "sim/run/result.h"

/* What an inconclusive gate counts as, for those who count. */
enum undecided {
    UNDECIDED_STAYS,
    UNDECIDED_PASSES,
    UNDECIDED_FAILS
};

struct rep_options {
    bool quiet;      /* text: the verdict table only */
    bool verbose;    /* text: replicas, digest, every note; json: digest */
    bool place_only; /* text: who lands where, nothing about time */
    bool compare;    /* text: the modes against one of them, in sentences */
    bool color;
    enum undecided undecided;
    int width;        /* columns of the page, >= 40 */
    double seconds;   /* junit: that the run took; 0: not told */
    const char *path; /* of the scenario, for the suggested next command */
};

/* n results as one document, every family once. */
void rep_openmetrics_of(const struct result *const *r, int n, struct text *sink);

struct rep_format {
    const char *name; /* "json" */
    const char *help;
    void (*write)(const struct result *r, const struct rep_options *o, struct text *sink);
};

extern const struct rep_format rep_text;
extern const struct rep_format rep_json;
extern const struct rep_format rep_csv;
extern const struct rep_format rep_junit;
extern const struct rep_format rep_openmetrics;
extern const struct rep_format rep_markdown;
extern const struct rep_format rep_hist;

extern const struct rep_format *const rep_formats[];
extern const int rep_formats_n;

/* The result as an object of a document that holds several. */
struct jout;
void rep_json_result(struct jout *j, const struct result *r, const struct rep_options *o);

/* NULL if there is no such format. */
const struct rep_format *rep_find(const char *name);

/* "time-sliced/fixed-share", "mig": how a mode of the scenario is called in text, with the
 * options in which it differs from other entries that are called the same. */
void rep_mode_label(const struct scenario *s, const struct mode_spec *spec, struct text *out);

/* A cell of CSV, quoted where it must be. */
void rep_csv_cell(struct text *out, const char *s);

/* value±half-width, both divided by per_unit; "-" where there is no value. */
void rep_estimate(struct text *out, const struct estimate *e, double per_unit);

/* Name of the policy, NULL for modes without turns. */
const char *rep_policy(const struct mode_spec *spec);

#endif
