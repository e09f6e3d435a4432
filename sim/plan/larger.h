/* SPDX-License-Identifier: GPL-3.0-or-later */
/* larger.h - MIG profiles of a GPU in the order of their size, and who needs which. */
#ifndef SIM_PLAN_LARGER_H
#define SIM_PLAN_LARGER_H

#include "sim/plan/trial.h"

/* The smallest profile of the scenario's GPU that holds tenant t's framebuffer and is larger
 * than `mig`, in memory or in compute slices and in neither smaller; NULL as `mig`: the
 * smallest of all. Without media extensions, as placement chooses when it is not asked by name.
 * NULL where there is none. */
const char *larger_profile(const struct scenario *s, int t, const char *mig);

/* Does one VM of tenant t of `from` hold its objectives alone, on n instances of `mig` (or with
 * NULL n vGPUs)? `why` as trial_holds. */
enum holds larger_holds_alone(struct search *x, const struct scenario *from, int t,
                              const char *mig, int n, char *why);

/* Puts each tenant of the variant that names no profile on the smallest of the scenario's GPU
 * on which one VM of it holds its objectives alone: an instance is its VM's own. A tenant that
 * holds on none stays as it is. Cost: a trial for each profile that is too small. */
void larger_choose(struct search *x, struct scenario *v);

#endif
