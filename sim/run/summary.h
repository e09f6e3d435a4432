/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.h - rows of replications and pooled tallies into estimates with intervals. */
#ifndef SIM_RUN_SUMMARY_H
#define SIM_RUN_SUMMARY_H

#include "sim/run/gather.h"
#include "sim/run/result.h"

/* One mode after R replications. */
struct sample {
    const struct scenario *scenario;
    const struct tally *tally;       /* [flow_n] pooled */
    const struct row *row;           /* [replicas * flow_n] */
    const struct mode_row *mode_row; /* [replicas] */
    int replicas;
    double *column; /* [replicas] scratch */
};

/* p95 of one tenant with its interval: what sequential stopping looks at. */
struct estimate summary_p95(const struct sample *x, int tenant_ix);

/* Violated requests of one tenant over its counted ones. */
struct estimate summary_violations(const struct sample *x, int tenant_ix);

/* Fills the statistics of out->tenant[] and the mode's own. `saturated` of each tenant is set
 * before; such a tenant gets throughput and share only. */
void summary_mode(const struct sample *x, struct mode_result *out);

#endif
