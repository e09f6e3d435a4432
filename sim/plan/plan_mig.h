/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_mig.h - the fewest GPUs whose instances hold every objective. */
#ifndef SIM_PLAN_PLAN_MIG_H
#define SIM_PLAN_PLAN_MIG_H

#include "sim/plan/trial.h"

/* Adds a candidate, or says why no number of GPUs helps. */
void plan_mig(struct search *x, int gpu_ix, int mode_ix);

#endif
