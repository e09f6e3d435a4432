/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer.h - a saved result in a sentence: which mode, by how much, how sure.
 *
 * A mode meets an objective where the whole interval lies on the good side of the limit; where
 * the interval straddles the limit nothing is claimed. Among modes that meet every objective
 * the one with the fewest GPUs is named, then the one farthest from its tightest limit. */
#ifndef SIM_REPORT_ANSWER_H
#define SIM_REPORT_ANSWER_H

#include "sim/base/text.h"
#include "sim/report/stored.h"

/* Plain text, one sentence. */
void answer_write(const struct stored *s, struct text *out);

/* What stands beside it: the other modes, what neighbours do, what the order hangs on. */
void answer_beside(const struct stored *s, struct text *out);

/* Figures of which a result holds paired differences. */
enum {
    ANSWER_FIGURES_N = 3
};
struct answer_figure {
    const char *metric;  /* "latency_ns.p95" */
    const char *name;    /* "p95" */
    const char *key;     /* below "difference" */
    const char *verdict; /* likewise */
    bool is_time;
};
extern const struct answer_figure answer_figures[ANSWER_FIGURES_N];

/* "5.70±0.52 ms worse", with the word of the stored verdict; reversed: seen from the mode that
 * was compared with. Returns "better", "worse", "same", "open" for an interval around 0 (only
 * the size is written), or NULL where there is no difference. */
const char *answer_difference(struct text *out, const struct jsonin *tenant,
                              const struct answer_figure *figure, bool is_reversed);

/* The mode that all are compared with, or -1. */
int answer_base(const struct stored *s);

/* "63.9±1.7 ms" in the unit in which the value reads best, "0.41" for what is no time. */
void answer_value(struct text *out, const struct estimate *e, bool is_time);

#endif
