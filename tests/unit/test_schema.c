/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: the schemas are JSON and lack no field, no metric and no member of a result. Method:
 * every path of the tables is walked in the schema, and a result key by key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "sim/input/fieldtab.h"
#include "sim/report/rep.h"
#include "sim/report/rep_plan.h"
#include "sim/report/rep_schema.h"
#include "sim/report/rep_vms.h"
#include "sim/run/metric.h"
#include "tests/unit/fixture.h"

static json_t *made(void (*write)(struct text *out))
{
    struct text t;
    json_error_t error;
    text_init(&t);
    write(&t);
    json_t *doc = json_loads(text_str(&t), 0, &error);
    if (!doc) {
        fail_msg("line %d: %s", error.line, error.text);
    }
    text_fini(&t);
    return doc;
}

/* The schema of a mapping in a schema: itself, its items, or the alternative that has members.
 */
static json_t *mapping(json_t *root, json_t *schema)
{
    for (int i = 0; i < 8 && schema; i++) {
        const char *ref = json_string_value(json_object_get(schema, "$ref"));
        json_t *any = json_object_get(schema, "anyOf");
        if (json_object_get(schema, "properties") ||
            json_object_get(schema, "patternProperties")) {
            return schema;
        }
        if (ref && strncmp(ref, "#/$defs/", 8) == 0) {
            schema = json_object_get(json_object_get(root, "$defs"), ref + 8);
        } else if (json_object_get(schema, "items")) {
            schema = json_object_get(schema, "items");
        } else {
            size_t k = 0;
            while (k < json_array_size(any) &&
                   !json_object_get(json_array_get(any, k), "properties") &&
                   !json_object_get(json_array_get(any, k), "$ref")) {
                k++;
            }
            schema = json_array_get(any, k);
        }
    }
    return NULL;
}

/* The schema of a key; a key that is a placeholder is found under the patterns. */
static json_t *member(json_t *map, const char *key)
{
    json_t *found = json_object_get(json_object_get(map, "properties"), key);
    json_t *patterns = json_object_get(map, "patternProperties");
    return found ? found : json_object_iter_value(json_object_iter(patterns));
}

static void schema_has_every_field_when_it_is_of_a_scenario(void **state)
{
    (void)state;
    json_t *root = made(rep_schema_scenario);
    for (int i = 0; i < fieldtab_n; i++) {
        char path[256];
        json_t *at = root;
        snprintf(path, sizeof path, "%s", fieldtab[i].path);
        for (char *rest = path, *part; (part = strtok_r(rest, ".", &rest)) != NULL;) {
            at = member(mapping(root, at), part);
            if (!at) {
                fail_msg("no %s in %s", part, fieldtab[i].path);
            }
        }
        assert_string_equal(json_string_value(json_object_get(at, "description")),
                            fieldtab[i].help);
    }
    json_decref(root);
}

/* Every key of the value is described; histograms and what only some documents have is not. */
static void walk(json_t *root, json_t *schema, json_t *value, const char *const *free,
                 int depth)
{
    const char *key;
    json_t *item;
    json_t *map = mapping(root, schema);
    assert_true(depth < 8);
    if (json_is_array(value)) {
        size_t i;
        json_array_foreach(value, i, item)
        {
            walk(root, schema, item, free, depth + 1);
        }
        return;
    }
    json_object_foreach(value, key, item)
    {
        bool is_free = false;
        for (int i = 0; free[i]; i++) {
            is_free |= strcmp(free[i], key) == 0;
        }
        if (is_free) {
            continue;
        }
        json_t *found = member(map, key);
        if (!found) {
            fail_msg("the schema lacks '%s'", key);
        }
        if (json_is_object(item) || json_is_array(item)) {
            walk(root, found, item, free, depth + 1);
        }
    }
}

static void schema_has_the_required_keys_when_it_is_of_a_result(void **state)
{
    static const char yaml[] =
        "version: 1\nname: t\nhorizon: 2 s\nwarmup: 1 s\nreplicas: 2\n"
        "fleet: {gpu: L40S, count: 2}\nmodes: [passthrough, time-sliced, mig]\ntenants:\n"
        "  - {name: a, framebuffer: 10 GiB, objective: {p95: 1 s}, workload: {kind: requests, "
        "arrivals: {process: poisson, rate: 20/s}, service: {dist: exponential, mean: 5 "
        "ms}}}\n";
    (void)state;
    struct fixture f;
    struct text t;
    json_error_t error;
    assert_true(fixture_open(&f));
    const struct result *r = fixture_run(&f, fixture_read(&f, yaml), 1, false);
    assert_non_null(r);
    text_init(&t);
    rep_json.write(r, &(struct rep_options){.width = 100}, &t);
    json_t *value = json_loads(text_str(&t), 0, &error);
    json_t *root = made(rep_schema_result);
    assert_non_null(value);
    json_t *modes = json_object_get(value, "modes");
    json_t *mode = json_object_get(json_object_get(root, "$defs"), "mode");
    json_t *tenant = json_object_get(json_object_get(root, "$defs"), "tenant");
    json_t *list[3] = {json_object_get(root, "required"), json_object_get(mode, "required"),
                       json_object_get(tenant, "required")};
    for (size_t m = 0; m < json_array_size(modes); m++) {
        json_t *here = json_array_get(modes, m);
        json_t *of[3] = {value, here, json_array_get(json_object_get(here, "tenants"), 0)};
        for (int k = 0; k < 3; k++) {
            size_t i;
            json_t *key;
            assert_true(json_array_size(list[k]) > 3);
            json_array_foreach(list[k], i, key)
            {
                if (!json_object_get(of[k], json_string_value(key))) {
                    fail_msg("the result lacks '%s'", json_string_value(key));
                }
            }
        }
    }
    static const char *const groups[] = {"utilization", "violations"};
    for (int i = 0; i < 2; i++) {
        /* What is beside the metrics in a group is the measure of violations. */
        static const char *const free[] = {"baseline", "slowdown_tolerance_frac", "grace_ns",
                                           NULL};
        walk(root, member(mode, groups[i]),
             json_object_get(json_array_get(modes, 0), groups[i]), free, 0);
    }
    json_decref(root);
    json_decref(value);
    text_fini(&t);
    fixture_close(&f);
}

/* The object of an item of a list, or of one object, that a key's schema names; NULL: none. */
static json_t *named(json_t *root, json_t *at)
{
    json_t *one = json_array_get(json_object_get(at, "anyOf"), 0);
    json_t *items = json_object_get(at, "items");
    const char *ref = json_string_value(json_object_get(one ? one : items, "$ref"));
    return ref ? json_object_get(json_object_get(root, "$defs"), strrchr(ref, '/') + 1) : NULL;
}

/* Every key of the value is in the schema and every key of the schema in the value, on all
 * levels that the schema has; tenants and hosts have more. */
static void same_keys(json_t *root, json_t *schema, json_t *value, int depth)
{
    const char *key;
    json_t *at;
    json_t *properties = json_object_get(schema, "properties");
    bool is_open = json_object_get(properties, "vms") || json_object_get(properties, "model");
    assert_true(depth < 8);
    json_object_foreach(value, key, at)
    {
        if (!is_open && !json_object_get(properties, key)) {
            fail_msg("the schema lacks '%s'", key);
        }
    }
    json_object_foreach(properties, key, at)
    {
        json_t *own = json_object_get(value, key);
        json_t *next = named(root, at);
        if (!own) {
            fail_msg("the plan lacks '%s'", key);
        }
        if (next && json_is_object(own)) {
            same_keys(root, next, own, depth + 1);
        }
        for (size_t i = 0; next && i < json_array_size(own); i++) {
            same_keys(root, next, json_array_get(own, i), depth + 1);
        }
    }
}

/* Frees the document. */
static void document_has_the_keys_of(void (*schema)(struct text *out), struct text *document)
{
    json_error_t error;
    json_t *value = json_loads(text_str(document), 0, &error);
    json_t *root = made(schema);
    assert_non_null(value);
    same_keys(root, root, value, 0);
    json_decref(root);
    json_decref(value);
    text_fini(document);
}

static void schema_has_the_keys_of_a_plan_when_everything_is_asked_for(void **state)
{
    static const char yaml[] =
        "version: 1\nname: t\nhorizon: 2 s\nwarmup: 1 s\nreplicas: 4\n"
        "fleet: {hosts: [{name: h, count: 2, gpu: L40S, gpus: 2}]}\n"
        "modes: [passthrough, time-sliced, mig]\ntenants:\n"
        "  - {name: a, count: 3, framebuffer: 10 GiB, objective: {p95: 1 s}, workload: {kind: "
        "requests, "
        "arrivals: {process: poisson, rate: 20/s}, service: {dist: exponential, mean: 5 "
        "ms}}}\n";
    (void)state;
    struct fixture f;
    struct text t;
    assert_true(fixture_open(&f));
    const struct plan_asks asks = {.front = true, .front_tenant_ix = -1, .flips = true};
    const struct exp_options o = {.seed = 1, .threads = 2, .version = "test"};
    const struct plan *p = plan_answer(&f.arena, fixture_read(&f, yaml), &o, &asks, &f.diag);
    assert_non_null(p);
    assert_true(p->refused_n > 0 && p->assumption_n > 0 && p->flip_n > 0 && p->point_n > 1);
    assert_true(p->host_lost.known);
    text_init(&t);
    rep_plan_json(p, &t);
    document_has_the_keys_of(rep_schema_plan, &t);
    fixture_close(&f);
}

/* A winner with parts, and candidates that refuse a VM on one GPU less. */
static void schema_has_the_keys_of_a_plan_when_vms_come_and_go(void **state)
{
    static const char yaml[] = "version: 1\nname: t\nfleet: {gpu: [A30, L40S]}\n"
                               "vms:\n  file: none.csv\n  created: {column: c, unit: s}\n"
                               "  model: {column: w}\n";
    static const char rows[] = "c,w\n0,A30\n1,A30\n2,L40S\n";
    char file[] = "vms.file=/tmp/vgpusim-schema-XXXXXX";
    const char *const set[] = {file};
    const struct scenario_overrides over = {.plan = true, .vms = true, .set = set, .set_n = 1};
    (void)state;
    struct fixture f;
    struct text t;
    char *path = file + strlen("vms.file=");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, rows, sizeof rows - 1), sizeof rows - 1);
    close(fd);
    assert_true(fixture_open(&f));
    const struct scenario *s =
        scenario_read(&f.arena, f.catalog, "test.yaml", yaml, sizeof yaml - 1, &over, &f.diag);
    unlink(path);
    assert_non_null(s);
    const struct vms_plan *p = plan_vms(&f.arena, s, "test", &f.diag);
    assert_non_null(p);
    assert_true(p->mix.part_n == 2 && p->refused_n > 0);
    text_init(&t);
    rep_vms_json(p, &t);
    document_has_the_keys_of(rep_schema_vms, &t);
    fixture_close(&f);
}

static void schema_has_every_metric_when_it_is_of_a_result(void **state)
{
    (void)state;
    json_t *root = made(rep_schema_result);
    json_t *defs = json_object_get(root, "$defs");
    for (int i = 0; i < metrics_n; i++) {
        const struct metric *m = &metrics[i];
        json_t *at = json_object_get(defs, m->scope == METRIC_OF_TENANT ? "tenant" : "mode");
        char path[METRIC_PATH];
        snprintf(path, sizeof path, "%s", m->path);
        char *dot = strchr(path, '.');
        if (dot) {
            *dot = '\0';
            at = member(at, path);
        }
        at = member(at, dot ? dot + 1 : path);
        assert_non_null(at);
        const char *help = json_string_value(json_object_get(at, "description"));
        assert_true(m->type == METRIC_PERCENTILES || strcmp(help, m->help) == 0);
    }
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema_has_every_field_when_it_is_of_a_scenario),
        cmocka_unit_test(schema_has_the_required_keys_when_it_is_of_a_result),
        cmocka_unit_test(schema_has_every_metric_when_it_is_of_a_result),
        cmocka_unit_test(schema_has_the_keys_of_a_plan_when_everything_is_asked_for),
        cmocka_unit_test(schema_has_the_keys_of_a_plan_when_vms_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
