/* SPDX-License-Identifier: GPL-3.0-or-later */
/* candidate.h - the list of candidates of a search, and their order. */
#ifndef SIM_PLAN_CANDIDATE_H
#define SIM_PLAN_CANDIDATE_H

#include "sim/base/text.h"
#include "sim/plan/trial.h"

/* A new one, empty. */
struct plan_candidate *candidate_add(struct search *x, int gpu_ix, int mode_ix);

/* Simulates the candidate in full on so many GPUs and keeps it. False when it does not hold. */
bool candidate_settle(struct search *x, struct plan_candidate *c, struct scenario *v, int gpus);

/* "2 × L40S, time-sliced/best-effort", "1 × host a + 2 × host b, mig"; `s` is what was asked.
 */
void candidate_label(const struct scenario *s, const struct plan_candidate *c,
                     struct text *line);

/* The same where it may well not hold: in full only if it does by fewer replicas. */
bool candidate_try(struct search *x, struct plan_candidate *c, struct scenario *v, int gpus);

/* Notes a mode that no number of GPUs helps. */
void candidate_refuse(struct search *x, int gpu_ix, int mode_ix,
                      const struct plan_refusal *why);

/* For qsort: those that hold first, then those that have a price, then the cheaper, then fewer
 * GPUs. */
int candidate_order(const void *a, const void *b);

#endif
