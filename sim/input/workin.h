/* SPDX-License-Identifier: GPL-3.0-or-later */
/* workin.h - `workload`: what each VM of a tenant runs, from its fields and files. */
#ifndef SIM_INPUT_WORKIN_H
#define SIM_INPUT_WORKIN_H

#include "models/catalog.h"
#include "models/tenant.h"
#include "sim/input/field.h"

/* What a tenant is read against. */
struct tenant_context {
    const struct catalog *catalog;
    int gpu_ix; /* the scenario's GPU; -1: unknown, and names of types are not looked up */
    const int *model_ix; /* [model_n] it and the GPUs of other groups of hosts */
    int model_n;
    const char *path; /* of the scenario: trace files are relative to it */
    int64_t horizon_ns;
    bool plan; /* a plan chooses what is `auto` */
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
    struct value_names service_from, think_from, host_from;
    const char *prompt, *output;  /* LLM: columns of the tokens, or NULL */
    const char *windows, *client; /* file of the arrivals' windows, or NULL; whose, or NULL */
};

/* Reads a workload into a tenant. Everything wrong is in the diagnostics; the tenant's work is
 * usable when there are none. */
void work_read(const struct field_map *workload, const struct tenant_context *context,
               struct tenant *out, struct trace_names *names);

/* Is a service given by size of batch: base, per-item or table? */
bool work_is_by_size(const struct field_map *service);

/* Reads base and per-item, or table, into w->point and w->by_size; they stay NULL when anything
 * is wrong. `may_end`: a table that ends before the largest batch is none of that. */
void work_read_sizes(const struct field_map *service, bool may_end, struct work *w);

#endif
