/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tenantin.h - one item of `tenants`: needs, objectives and workload, checked against the
 * catalogue. */
#ifndef SIM_INPUT_TENANTIN_H
#define SIM_INPUT_TENANTIN_H

#include "models/catalog.h"
#include "models/tenant.h"
#include "sim/input/field.h"

/* What a tenant is read against. */
struct tenant_context {
    const struct catalog *catalog;
    int gpu_ix; /* the scenario's GPU; -1: unknown, and names of types are not looked up */
    const char *path; /* of the scenario: trace files are relative to it */
    int64_t horizon_ns;
};

/* What an empirical distribution was read from; file NULL without one. */
struct value_names {
    const char *file, *column;
    const char *unit; /* or NULL */
    bool has_mean;
};

/* What a tenant's files are called, for the resolved text; borrowed from the tree. NULL without
 * a trace. */
struct trace_names {
    const char *file, *arrival, *arrival_unit;
    const char *zero;                   /* "file" or "first" */
    const char *law;                    /* or NULL */
    const char *service, *service_unit; /* or NULL */
    double speedup;
    struct value_names service_from, think_from;
};

/* Reads an item. Everything wrong is in the diagnostics; `out` is usable when there are none.
 */
void tenant_read(const struct field_reader *r, const struct tenant_context *context,
                 const struct yaml_entry *item, struct tenant *out, struct trace_names *names);

/* A catalogue key at a place; -1 with a diagnostic and the nearest. */
int tenant_gpu_find(const struct field_reader *r, const struct catalog *c, const char *key,
                    struct span at);

#endif
