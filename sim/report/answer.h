/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer.h - a saved result in a sentence or two: which mode, by how much, how sure.
 *
 * A mode meets an objective where the whole interval lies on the good side of the limit; where
 * the interval straddles the limit nothing is claimed. Among modes that meet every objective
 * the one with the fewest GPUs is named, then the one farthest from its tightest limit. */
#ifndef SIM_REPORT_ANSWER_H
#define SIM_REPORT_ANSWER_H

#include "sim/base/text.h"
#include "sim/report/stored.h"

/* Plain text, one paragraph. */
void answer_write(const struct stored *s, struct text *out);

/* "63.9±1.7 ms" in the unit in which the value reads best, "0.41" for what is no time. */
void answer_value(struct text *out, const struct estimate *e, bool is_time);

#endif
