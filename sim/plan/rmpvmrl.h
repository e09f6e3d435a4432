/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rmpvmrl.h - the driver's registry dword RmPVMRL in words. */
#ifndef SIM_PLAN_RMPVMRL_H
#define SIM_PLAN_RMPVMRL_H

#include <stdbool.h>
#include <stdint.h>

#include "models/sched.h"
#include "sim/base/diag.h"
#include "sim/base/text.h"

/* Run time of a turn that the value means, in ns; 0: the driver's default. */
int64_t rmpvmrl_slice_ns(const struct sched_rmpvmrl *x);

/* The fields of the value that count, one line each behind `prefix`. `x` is the value decoded.
 */
void rmpvmrl_bits(uint32_t value, const struct sched_rmpvmrl *x, const char *prefix,
                  struct text *out);

/* What the driver makes of the value: policy, discipline, turn, averaging, its bits, what it
 * changes or is easily misread (rules SCH-02 to SCH-05), and values that say the same, or what
 * was meant, without a doubt. `word` is the value as a person writes it, "0x3c3c0011". False
 * with an error where it is no dword. */
bool rmpvmrl_explain(const char *word, struct text *out, struct diag *d);

#endif
