/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_mig.h - the fewest GPUs whose instances hold every objective. */
#ifndef SIM_PLAN_PLAN_MIG_H
#define SIM_PLAN_PLAN_MIG_H

#include "sim/plan/cover.h"
#include "sim/plan/trial.h"

enum {
    PLAN_MIG_WAYS_EACH =
        3 * AXIS_KINDS_MAX /* of a tenant: a profile holds, nearly, or hardly */
};

/* The ways of one tenant on the profiles of one model. They do not depend on other tenants, so
 * that every search over some of the tenants takes them from here. */
struct mig_known {
    struct mig_known *next;
    const char *tenant; /* name, as the pointer of the scenario */
    int gpu_ix;
    struct cover_way *way; /* [way_n] tenant_ix is not set */
    int way_n;
    int found; /* how many of them hold */
    char why[PLAN_TEXT];
};

/* What was tried of a tenant on a model; NULL: nothing yet. `tenant` is the scenario's pointer.
 */
const struct mig_known *plan_mig_known(const struct search *x, const char *tenant, int gpu_ix);

/* Adds a candidate, or says why no number of GPUs helps. */
void plan_mig(struct search *x, int gpu_ix, int mode_ix);

/* GPUs that no plan of this model does without, 0 where none holds. Tenants that were not tried
 * before are tried alone. */
int plan_mig_bound(struct search *x, int gpu_ix, int mode_ix);

#endif
