/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace.h - rows of a CSV file as arrivals and service times that models can take.
 *
 * Columns are found by name. Times are exact to the ns; rows are sorted by arrival, equal ones
 * in the order of the file. Numbers count from the file's own zero, date-times from the first
 * row, unless the scenario says otherwise. A file without rows is a VM that asks for nothing.
 * Nothing is skipped in silence: a bad row is an error with its line. */
#ifndef SIM_INPUT_TRACE_H
#define SIM_INPUT_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/work.h"
#include "sim/base/arena.h"
#include "sim/base/diag.h"

enum trace_unit {
    TRACE_DATETIME, /* "2023-11-16 18:15:46.6805900", blank or T between, Z at the end or not */
    TRACE_S,
    TRACE_MS,
    TRACE_US,
    TRACE_NS,
    TRACE_TOKENS /* of a service only: whole, up to LLM_TOKENS_MAX */
};

struct trace_conf {
    const char *path;    /* file to open */
    const char *shown;   /* file as the scenario names it */
    const char *arrival; /* column */
    enum trace_unit arrival_unit;
    bool from_first;              /* t = 0 is the first row, not the file's zero */
    const char *law;              /* "5 ms + 0.01 ms * ContextTokens"; NULL: a column */
    const char *service;          /* column, when there is no law */
    enum trace_unit service_unit; /* not TRACE_DATETIME */
    double speedup;               /* > 0: divides times between arrivals, not service times */
    struct span file_at, arrival_at, service_at; /* places in the scenario */
};

/* Reads the rows into `arena`. False with diagnostics: at most 20 bad rows are shown, the rest
 * are counted. O(n log n). */
bool trace_read(struct arena *arena, const struct trace_conf *conf, struct trace_rows *out,
                struct diag *d);

/* A date and time as whole ns since 1970: "2023-11-16 18:15:46.68", years 1900 to 2090. */
bool trace_datetime(const char *s, int64_t *ns);

/* FNV-1a 64 of the rows, from a previous value or TRACE_HASH_FIRST. */
#define TRACE_HASH_FIRST UINT64_C(0xcbf29ce484222325)
uint64_t trace_hash(uint64_t hash, const struct trace_rows *rows);

#endif
