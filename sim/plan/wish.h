/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wish.h - where nothing holds: the nearest wishes that can be met, each of them tried. */
#ifndef SIM_PLAN_WISH_H
#define SIM_PLAN_WISH_H

#include "sim/plan/trial.h"

/* Fills the wishes of x->plan. */
void wish_find(struct search *x);

#endif
