/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tracein.h - the fields of a workload that replays a log. */
#ifndef SIM_INPUT_TRACEIN_H
#define SIM_INPUT_TRACEIN_H

#include "sim/input/trace.h"
#include "sim/input/workin.h"

/* Where the file is and where its arrivals stand; false when something is missing. */
bool tracein_begin(const struct field_map *workload, const struct tenant_context *context,
                   struct work *w, struct trace_names *names, struct trace_conf *conf);

/* Reads the rows of kind `trace`; w->trace stays NULL when anything is wrong. */
void tracein_read(const struct field_map *workload, const struct tenant_context *context,
                  struct work *w, struct trace_names *names);

#endif
