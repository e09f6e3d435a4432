/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_schema_plan.c - JSON schemas (draft 2020-12) of vgpusim.plan/1 and vgpusim.vms/1, each
 * from a table of its keys.
 *
 * Every key is always there; what does not apply is null. Readers ignore keys that they do not
 * know, and so does the schema. Tenants are those of vgpusim.result/1. */
#include <stdio.h>
#include <string.h>

#include "sim/report/jout.h"
#include "sim/report/rep_schema.h"

/* Types: "string null" are types of JSON; "one X" is an object X, "list X" a list of such. */
/* clang-format off */
struct row {
    const char *of, *key, *types;
};

static const struct row plan_rows[] = {
    {"plan", "schema", "vgpusim.plan/1"},
    {"plan", "scenario", "string"},
    {"plan", "question", "string null"},
    {"plan", "seed", "integer"},
    {"plan", "version", "string"},
    {"plan", "winner", "one candidate null"},
    {"plan", "alternatives", "list candidate"},
    {"plan", "lower_bound", "one bound"},
    {"plan", "divisions", "string"},
    {"plan", "binding", "string null"},
    {"plan", "headroom_frac", "one estimate null"},
    {"plan", "first_to_break", "string null"},
    {"plan", "gpus_with_one_spare", "integer null"},
    {"plan", "one_gpu_lost", "one loss null"},
    {"plan", "one_host_lost", "one loss null"},
    {"plan", "would_flip", "string null"},
    {"plan", "unverified", "list assumption"},
    {"plan", "flips", "list flip null"},
    {"plan", "front", "one front null"},
    {"plan", "refused", "list refusal"},
    {"plan", "wishes", "list wish"},
    {"plan", "experiments", "integer"},
    {"plan", "interrupted", "boolean"},
    {"candidate", "mode", "string"},
    {"candidate", "policy", "string null"},
    {"candidate", "slice_ns", "integer null"},
    {"candidate", "gpus", "list gpus"},
    {"candidate", "layout", "list seat"},
    {"candidate", "tenants", "list tenant"},
    {"candidate", "streams", "list crew"},
    {"candidate", "parts", "list candidate"},
    {"candidate", "cost_per_hour_usd", "number null"},
    {"candidate", "cost_per_million_usd", "number null"},
    {"candidate", "gpu_cost_per_hour_usd", "number null"},
    {"candidate", "licences", "integer"},
    {"candidate", "licence_cost_per_hour_usd", "number"},
    {"candidate", "power_w", "number"},
    {"candidate", "energy_kwh_per_hour", "number"},
    {"candidate", "energy_cost_per_hour_usd", "number"},
    {"candidate", "meets", "boolean"},
    {"candidate", "bound_gpus", "integer"},
    {"candidate", "bound_method", "string"},
    {"candidate", "gap_to_bound", "integer"},
    {"candidate", "binding", "string"},
    {"gpus", "model", "string"},
    {"gpus", "count", "integer"},
    {"seat", "vm", "string"},
    {"seat", "host", "integer"},
    {"seat", "gpu", "integer"},
    {"seat", "model", "string"},
    {"seat", "type", "string null"},
    {"seat", "mig", "string null"},
    {"seat", "start", "integer"},
    {"seat", "size", "integer"},
    {"crew", "tenant", "string"},
    {"crew", "streams", "integer"},
    {"tenant", "name", "string"},
    {"tenant", "vms", "integer"},
    {"bound", "gpus", "integer"},
    {"bound", "method", "string"},
    {"bound", "cost_per_hour_usd", "number null"},
    {"bound", "cost_method", "string null"},
    {"loss", "holds", "boolean"},
    {"loss", "group", "string null"},
    {"loss", "text", "string null"},
    {"assumption", "parameter", "string"},
    {"assumption", "value", "string"},
    {"assumption", "winner_holds", "boolean"},
    {"assumption", "text", "string"},
    {"flip", "path", "string"},
    {"flip", "same_factor", "number"},
    {"flip", "other_factor", "number null"},
    {"flip", "winner", "string null"},
    {"front", "tenant", "string"},
    {"front", "cost_unit", "string"},
    {"front", "points", "list point"},
    {"point", "label", "string"},
    {"point", "mode", "string"},
    {"point", "policy", "string null"},
    {"point", "gpus", "integer"},
    {"point", "on", "string null"},
    {"point", "cost", "number"},
    {"point", "p95_ns", "one estimate null"},
    {"point", "on_front", "boolean"},
    {"refusal", "model", "string"},
    {"refusal", "mode", "string"},
    {"refusal", "policy", "string null"},
    {"refusal", "rule", "string"},
    {"refusal", "text", "string"},
    {"refusal", "placement_fits_with", "string null"},
    {"wish", "change", "string"},
    {"wish", "plan", "string"},
    {"estimate", "value", "number"},
    {"estimate", "ci95_lo", "number null"},
    {"estimate", "ci95_hi", "number null"},
    {"estimate", "samples", "integer"},
};

static const struct row vms_rows[] = {
    {"plan", "schema", "vgpusim.vms/1"},
    {"plan", "scenario", "string"},
    {"plan", "question", "string null"},
    {"plan", "version", "string"},
    {"plan", "trace", "one trace"},
    {"plan", "placement", "string"},
    {"plan", "winner", "one candidate null"},
    {"plan", "alternatives", "list candidate"},
    {"plan", "lower_bound", "one bound"},
    {"plan", "divisions", "one divisions"},
    {"plan", "refused", "list refusal"},
    {"trace", "file", "string"},
    {"trace", "vms", "integer"},
    {"trace", "without_gpu", "integer"},
    {"candidate", "mode", "string"},
    {"candidate", "policy", "string null"},
    {"candidate", "gpus", "list gpus"},
    {"candidate", "parts", "list candidate"},
    {"candidate", "kinds", "list kind"},
    {"candidate", "cost_per_hour_usd", "number null"},
    {"candidate", "cost_per_million_usd", "number null"},
    {"candidate", "gpu_cost_per_hour_usd", "number null"},
    {"candidate", "licences", "integer"},
    {"candidate", "licence_cost_per_hour_usd", "number"},
    {"candidate", "power_w", "number"},
    {"candidate", "energy_kwh_per_hour", "number"},
    {"candidate", "energy_cost_per_hour_usd", "number"},
    {"candidate", "meets", "boolean"},
    {"candidate", "gap_to_bound", "integer null"},
    {"candidate", "vms", "one vms null"},
    {"gpus", "model", "string"},
    {"gpus", "count", "integer"},
    {"kind", "gpus", "integer"},
    {"kind", "gpu_milli", "integer"},
    {"kind", "framebuffer_gib", "integer"},
    {"kind", "model", "string"},
    {"vms", "planned", "integer"},
    {"vms", "want_another_gpu", "integer"},
    {"vms", "most_at_once", "integer"},
    {"vms", "most_at_s", "number"},
    {"vms", "fullest", "one fullest"},
    {"vms", "over_time", "one over_time"},
    {"vms", "gpus_by_policy", "one policies"},
    {"vms", "fewer", "one fewer null"},
    {"fullest", "at_s", "number"},
    {"fullest", "vms", "integer"},
    {"fullest", "gpus", "integer"},
    {"fullest", "gpus_bound", "integer"},
    {"over_time", "gpus", "integer"},
    {"over_time", "searched", "boolean"},
    {"over_time", "moving_saves_at_most", "integer"},
    {"over_time", "gpus_in_use_mean", "number"},
    {"over_time", "room_taken_frac", "number"},
    {"policies", "first-fit", "integer null"},
    {"policies", "best-fit", "integer null"},
    {"policies", "breadth-first", "integer null"},
    {"policies", "depth-first", "integer null"},
    {"policies", "fragmentation", "integer null"},
    {"fewer", "gpus", "integer"},
    {"fewer", "vms_refused", "integer"},
    {"fewer", "first_line", "integer null"},
    {"fewer", "then", "one point null"},
    {"point", "vms", "integer"},
    {"point", "gpus_in_use", "integer"},
    {"point", "room_free_frac", "number"},
    {"point", "fragmentation_frac", "number"},
    {"bound", "gpus", "integer"},
    {"bound", "method", "string"},
    {"divisions", "why_not", "string null"},
    {"divisions", "cost_unit", "string"},
    {"divisions", "bound", "number"},
    {"divisions", "searched", "string null"},
    {"refusal", "model", "string"},
    {"refusal", "mode", "string"},
    {"refusal", "policy", "string null"},
    {"refusal", "rule", "string"},
    {"refusal", "text", "string"},
};
/* clang-format on */

/* A table; the rows of an object stand together, those of the document first. */
struct rows {
    const struct row *row; /* [n] */
    int n;
};

static void add_ref(struct jout *j, const char *name)
{
    char ref[64];
    snprintf(ref, sizeof ref, "#/$defs/%s", name);
    jout_open_object(j, NULL, true);
    jout_string(j, "$ref", ref);
    jout_close_object(j);
}

static void add_null(struct jout *j)
{
    jout_open_object(j, NULL, true);
    jout_string(j, "type", "null");
    jout_close_object(j);
}

/* The schema of one key. */
static void add_key(struct jout *j, const char *key, const char *types)
{
    size_t at = 0;
    char word[3][32] = {"", "", ""};
    for (int i = 0; i < 3; i++) {
        size_t n = strcspn(types + at, " ");
        snprintf(word[i], sizeof word[i], "%.*s", (int)n, types + at);
        at += n + strspn(types + at + n, " ");
    }
    jout_open_object(j, key, false);
    if (strncmp(types, "vgpusim.", 8) == 0) {
        jout_string(j, "const", types);
    } else if (strcmp(word[0], "one") == 0) {
        jout_open_list(j, "anyOf", true);
        add_ref(j, word[1]);
        if (word[2][0] != '\0') {
            add_null(j);
        }
        jout_close_list(j);
    } else {
        bool is_list = strcmp(word[0], "list") == 0;
        const char *null = is_list ? word[2] : word[1];
        char ref[64];
        jout_open_list(j, "type", true);
        jout_string(j, NULL, is_list ? "array" : word[0]);
        if (null[0] != '\0') {
            jout_string(j, NULL, null);
        }
        jout_close_list(j);
        if (is_list) {
            snprintf(ref, sizeof ref, "#/$defs/%s", word[1]);
            jout_open_object(j, "items", true);
            jout_string(j, "$ref", ref);
            jout_close_object(j);
        }
    }
    jout_close_object(j);
}

static void add_object(struct jout *j, const struct rows *t, const char *of)
{
    jout_string(j, "type", "object");
    jout_open_object(j, "properties", false);
    for (int i = 0; i < t->n; i++) {
        if (strcmp(t->row[i].of, of) == 0) {
            add_key(j, t->row[i].key, t->row[i].types);
        }
    }
    jout_close_object(j);
    jout_open_list(j, "required", true);
    for (int i = 0; i < t->n; i++) {
        if (strcmp(t->row[i].of, of) == 0) {
            jout_string(j, NULL, t->row[i].key);
        }
    }
    jout_close_list(j);
}

static void add_schema(const struct rows *t, struct text *out)
{
    struct jout j;
    jout_init(&j, out);
    jout_open_object(&j, NULL, false);
    jout_string(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
    jout_string(&j, "title", t->row[0].types);
    add_object(&j, t, t->row[0].of);
    jout_open_object(&j, "$defs", false);
    for (int i = 1; i < t->n; i++) {
        if (strcmp(t->row[i].of, t->row[i - 1].of) != 0) {
            jout_open_object(&j, t->row[i].of, false);
            add_object(&j, t, t->row[i].of);
            jout_close_object(&j);
        }
    }
    jout_close_object(&j);
    jout_close_object(&j);
}

void rep_schema_plan(struct text *out)
{
    add_schema(&(struct rows){plan_rows, sizeof plan_rows / sizeof plan_rows[0]}, out);
}

void rep_schema_vms(struct text *out)
{
    add_schema(&(struct rows){vms_rows, sizeof vms_rows / sizeof vms_rows[0]}, out);
}
