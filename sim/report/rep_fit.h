/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_fit.h - fitted laws as text, JSON and CSV. */
#ifndef SIM_REPORT_REP_FIT_H
#define SIM_REPORT_REP_FIT_H

#include <stdbool.h>

#include "models/catalog.h"
#include "sim/base/text.h"
#include "sim/input/fitin.h"

/* What is to be shown. Borrowed. */
struct rep_fit {
    const struct catalog *catalog;
    const struct csvin *csv;
    const struct fitin *in;
    const struct fit_result *result; /* [in->group_n] */
    double *room;                    /* [twice all points] for quantiles */
    bool quiet;                      /* text: one line for each workload, no tables */
};

/* Schema vgpusim.fit/1. */
void rep_fit_json(const struct rep_fit *r, struct text *out);

/* One row for each measurement. */
void rep_fit_csv(const struct rep_fit *r, struct text *out);

/* Parameters, forms, residuals and the workload for a scenario; for people. */
void rep_fit_text(const struct rep_fit *r, struct text *out);

/* The law of one workload as the `workload` of a tenant. */
void rep_fit_yaml(const struct rep_fit *r, int group_ix, struct text *out);

#endif
