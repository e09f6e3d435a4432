/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_csv.c - the result as tidy CSV: one number a row, header always.
 *
 * `metric` is the JSON path below the tenant, or below the mode where `tenant` is empty. What
 * does not apply has no row, so that a column of numbers holds numbers only; `feasible` (0 or
 * 1) is there for every mode. A scenario that is only placed adds `remaining.GPU.KIND`: how
 * many more of a kind could be created. Quoting follows RFC 4180; lines end in LF. */
#include "sim/report/rep_csv.h"

#include <string.h>

#include "sim/report/rep.h"
#include "sim/report/rep_layout.h"
#include "sim/run/metric.h"

const char rep_csv_header[] =
    "scenario,point,mode,policy,tenant,metric,unit,value,ci95_lo,ci95_hi,samples";

void rep_csv_cell(struct text *out, const char *s)
{
    if (s[strcspn(s, ",\"\r\n")] == '\0') {
        text_add(out, s);
        return;
    }
    text_add(out, "\"");
    for (; *s != '\0'; s++) {
        text_add_n(out, s, 1);
        if (*s == '"') {
            text_add(out, "\"");
        }
    }
    text_add(out, "\"");
}

static void add_row(struct text *out, const struct metric *m, const struct metric_of *of,
                    const struct rep_csv_point *point)
{
    const struct estimate e = metric_get(m, of);
    if (!e.has_value) {
        return;
    }
    char path[METRIC_PATH];
    metric_path(m, of, path);
    const char *policy = rep_policy(of->mode->spec);
    rep_csv_cell(out, of->result->scenario->name);
    text_addf(out, ",%lld,", (long long)point->number);
    rep_csv_cell(out, mode_name(of->mode->spec->kind));
    text_add(out, ",");
    rep_csv_cell(out, policy == NULL ? "" : policy);
    text_add(out, ",");
    rep_csv_cell(out, m->scope == METRIC_OF_TENANT ? of->tenant->tenant->name : "");
    text_addf(out, ",%s,%s,", path, m->unit);
    text_add_double(out, e.value);
    text_add(out, ",");
    if (e.has_ci) {
        text_add_double(out, e.lo);
        text_add(out, ",");
        text_add_double(out, e.hi);
    } else {
        text_add(out, ",");
    }
    text_add(out, ",");
    if (e.samples > 0) {
        text_addf(out, "%lld", (long long)e.samples);
    }
    text_addf(out, "%s\n", point->more);
}

static void add_rows(struct text *out, struct metric_of of, const struct rep_csv_point *point)
{
    for (int i = 0; i < metrics_n; i++) {
        if (!metric_belongs(&metrics[i], &of)) {
            continue;
        }
        for (int k = 0; k < metric_values_n(&metrics[i], of.result); k++) {
            of.percentile_ix = k;
            add_row(out, &metrics[i], &of, point);
        }
    }
}

/* "remaining.A100-PCIE-80GB.1g.10gb": how many more of one kind alone, where it is known. */
static void add_remaining(struct text *out, const struct result *r, const struct mode_result *m)
{
    const char *policy = rep_policy(m->spec);
    for (int t = 0; m->fits != NULL && t < m->fits->total_n; t++) {
        const struct fits_total *total = &m->fits->total[t];
        for (int i = 0; i < total->more_n; i++) {
            if (total->more[i].more < 0) {
                continue;
            }
            rep_csv_cell(out, r->scenario->name);
            text_addf(out, ",0,%s,%s,,remaining.%s.%s,count,%d,,,\n", mode_name(m->spec->kind),
                      policy == NULL ? "" : policy,
                      r->scenario->catalog->gpu[total->model_ix].key,
                      rep_more_name(r->scenario, m, &total->more[i], total->model_ix),
                      total->more[i].more);
        }
    }
}

/* The rows of one mode. */
static void add_mode(struct text *out, const struct result *r, const struct mode_result *m,
                     const struct rep_csv_point *point)
{
    struct metric_of of = {.result = r, .mode = m};
    add_rows(out, of, point);
    for (int k = 0; k < r->scenario->flow_n; k++) {
        of.tenant = &m->tenant[k];
        add_rows(out, of, point);
    }
}

void rep_csv_rows(const struct result *r, const struct rep_csv_point *point, struct text *sink)
{
    for (int i = 0; i < r->scenario->mode_n; i++) {
        add_mode(sink, r, &r->mode[i], point);
    }
}

static void rep_csv_write(const struct result *r, const struct rep_options *o,
                          struct text *sink)
{
    static const struct rep_csv_point only = {.more = ""};
    (void)o;
    text_addf(sink, "%s\n", rep_csv_header);
    if (r->interrupted) {
        rep_csv_cell(sink, r->scenario->name);
        text_add(sink, ",0,,,,interrupted,bool,1,,,\n");
    }
    for (int i = 0; i < r->scenario->mode_n; i++) {
        add_mode(sink, r, &r->mode[i], &only);
        add_remaining(sink, r, &r->mode[i]);
    }
}

const struct rep_format rep_csv = {
    .name = "csv",
    .help = "tidy rows, one number each; metric is the JSON path",
    .write = rep_csv_write,
};
