/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tenantin.h - one item of `tenants`: needs, objectives and workload, checked against the
 * catalogue. */
#ifndef SIM_INPUT_TENANTIN_H
#define SIM_INPUT_TENANTIN_H

#include "models/catalog.h"
#include "models/tenant.h"
#include "sim/input/field.h"
#include "sim/input/workin.h"

/* Reads an item. Everything wrong is in the diagnostics; `out` is usable when there are none.
 */
void tenant_read(const struct field_reader *r, const struct tenant_context *context,
                 const struct yaml_entry *item, struct tenant *out, struct trace_names *names);

/* A catalogue key at a place; -1 with a diagnostic and the nearest. */
int tenant_gpu_find(const struct field_reader *r, const struct catalog *c, const char *key,
                    struct span at);

/* How many workloads the tenant lists under `workloads`; 0: it has none of these. */
int tenant_parts(const struct yaml_entry *item);

/* Reads the workloads of a tenant that has been read, whose part_n is set, into tenants of
 * their own and the names of their files: part and names [part_n]. */
void tenant_read_parts(const struct field_reader *r, const struct tenant_context *context,
                       const struct yaml_entry *item, struct tenant *whole, struct tenant *part,
                       struct trace_names *names);

#endif
