/* SPDX-License-Identifier: GPL-3.0-or-later */
/* llmin.h - the fields of a workload of kind `llm`. */
#ifndef SIM_INPUT_LLMIN_H
#define SIM_INPUT_LLMIN_H

#include "sim/input/workin.h"

/* Reads costs, limits and tokens; everything wrong is in the diagnostics. */
void llmin_read(const struct field_map *workload, const struct tenant_context *context,
                struct tenant *t, struct trace_names *names);

#endif
