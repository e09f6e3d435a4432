/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_compare.h - differences in sentences: mode against mode, and victims without their worst
 * neighbour. */
#ifndef SIM_REPORT_REP_COMPARE_H
#define SIM_REPORT_REP_COMPARE_H

#include "sim/report/rep.h"

/* Every tenant in every mode against the mode that it is compared with; nothing where there is
 * one mode. */
void rep_compare_modes(const struct result *r, const struct rep_options *o, struct text *out);

/* The worst neighbour of each victim, where it was looked for. */
void rep_compare_neighbours(const struct result *r, const struct rep_options *o,
                            struct text *out);

/* Whether unverified parameters turn the order of modes around, where it was asked for. */
void rep_compare_shifts(const struct result *r, const struct rep_options *o, struct text *out);

#endif
