/* SPDX-License-Identifier: GPL-3.0-or-later */
/* headroom.h - how much load and what prices the answer bears. */
#ifndef SIM_PLAN_HEADROOM_H
#define SIM_PLAN_HEADROOM_H

#include "sim/plan/trial.h"

/* Multiplies all arrivals of candidate 0 until it no longer clearly holds. */
void headroom_find(struct search *x);

/* Fills p->flip: the runner-up, and the price of a GPU with which it would win. Next to a
 * winner with parts that is the best in one part. */
void headroom_flip(struct plan *p);

/* The work with arrivals f times as fast; what is new lives in `a`. False where there is
 * nothing to speed up. */
bool headroom_speed_up(struct arena *a, struct work *w, double f);

#endif
