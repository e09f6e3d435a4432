/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arrivalin.h - `arrivals`: when requests of a VM come. */
#ifndef SIM_INPUT_ARRIVALIN_H
#define SIM_INPUT_ARRIVALIN_H

#include "sim/input/workin.h"

/* Reads the arrivals of a workload, where it has any; everything wrong is in the diagnostics.
 */
void arrivalin_read(const struct field_map *workload, const struct tenant_context *context,
                    struct arrivals *out, struct trace_names *names);

#endif
