/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tracein.c - the rows of a log as a workload: where the file is, where its arrivals stand, and
 * what makes a service of a row. */
#include "sim/input/tracein.h"

#include <string.h>

#include "sim/input/distin.h"

/* `service` of a trace: a law, or a column with its unit. */
static bool read_trace_service(const struct field_map *workload, struct trace_names *names,
                               struct span *at)
{
    const struct field_map m = field_sub(workload, "service");
    if (m.node == NULL) {
        return false;
    }
    struct diag *d = m.r->d;
    field_complete(&m, "trace");
    names->law = field_text(&m, "law");
    names->service = field_text(&m, "column");
    names->service_unit = distin_unit(&m);
    *at = field_at(&m, names->law != NULL ? "law" : "column");
    if (names->law != NULL && (names->service != NULL || field_has(&m, "unit"))) {
        diag_error(d, *at, "'law' and 'column' exclude each other");
        diag_help(d, "keep 'law', or 'column' with its 'unit'");
        return false;
    }
    if (names->law == NULL && names->service == NULL) {
        diag_error(d, m.at, "'service' of a trace needs 'law', or 'column' and 'unit'");
        diag_help(d,
                  "write {law: \"5 ms + 0.01 ms * ContextTokens\"} or {column: c, unit: ms}");
        return false;
    }
    if (names->law == NULL && !field_has(&m, "unit")) {
        field_missing(&m, "unit");
        return false;
    }
    return names->law != NULL || names->service_unit != NULL;
}

static enum trace_unit trace_unit_of(const char *word)
{
    static const char order[] = "datetime s ms us ns";
    return (enum trace_unit)field_word_index(order, word);
}

/* Where the file is and where its arrivals stand; false when something is missing. */
bool tracein_begin(const struct field_map *m, const struct tenant_context *x, struct work *work,
                   struct trace_names *names, struct trace_conf *conf)
{
    *conf = (struct trace_conf){.speedup = field_real(m, "speedup")};
    work->offset_ns = field_ns(m, "offset");
    names->speedup = conf->speedup;
    static const char *const due[] = {"file", "arrival"};
    for (size_t i = 0; i < sizeof due / sizeof due[0]; i++) {
        if (!field_has(m, due[i])) {
            field_missing(m, due[i]);
        }
    }
    names->file = field_text(m, "file");
    const struct field_map arrival = field_sub(m, "arrival");
    field_complete(&arrival, NULL);
    names->arrival = field_text(&arrival, "column");
    names->arrival_unit = distin_unit(&arrival);
    names->zero = field_has(&arrival, "zero") ? field_word(&arrival, "zero") : NULL;
    if (names->file == NULL || names->arrival == NULL || names->arrival_unit == NULL ||
        !(conf->speedup > 0)) {
        return false;
    }
    conf->path = distin_path(m->r, x->path, names->file);
    conf->shown = names->file;
    conf->arrival = names->arrival;
    conf->arrival_unit = trace_unit_of(names->arrival_unit);
    if (names->zero == NULL) {
        names->zero = conf->arrival_unit == TRACE_DATETIME ? "first" : "file";
    }
    conf->from_first = strcmp(names->zero, "first") == 0;
    conf->file_at = field_at(m, "file");
    conf->arrival_at = field_at(&arrival, "column");
    return conf->path != NULL;
}

void tracein_read(const struct field_map *m, const struct tenant_context *x, struct work *work,
                  struct trace_names *names)
{
    struct trace_conf conf;
    struct span at = SPAN_NONE;
    const bool ok = read_trace_service(m, names, &at);
    if (!tracein_begin(m, x, work, names, &conf) || !ok) {
        return;
    }
    conf.service_at = at;
    conf.law = names->law;
    conf.service = names->service;
    conf.service_unit = names->law == NULL ? trace_unit_of(names->service_unit) : TRACE_NS;
    struct trace_rows *rows = arena_alloc(m->r->arena, 1, sizeof *rows);
    if (rows != NULL && trace_read(m->r->arena, &conf, rows, m->r->d)) {
        work->trace = rows;
    }
}
