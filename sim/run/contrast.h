/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contrast.h - one mode against another: what each tenant gains or loses, and which order that
 * makes. Paired replica by replica (paired.h); with `exact` nothing is random, and values
 * without intervals are the truth. */
#ifndef SIM_RUN_CONTRAST_H
#define SIM_RUN_CONTRAST_H

#include "sim/run/paired.h"
#include "sim/run/result.h"

/* Fills the first flow_n tenants of `mode` with their differences to those of `first`. */
void contrast_modes(struct mode_result *mode, const struct sample *here,
                    struct mode_result *first, const struct sample *there, int flow_n,
                    bool exact);

/* -1: tenant t has the lower p95 in mode a than in mode b; 1: the higher; 0: cannot be told. */
signed char contrast_order(const struct mode_result *a, const struct sample *here,
                           const struct mode_result *b, const struct sample *there, int t,
                           bool exact);

#endif
