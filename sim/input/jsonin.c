/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jsonin.c - one walk over jansson's tree, copied into an arena. jansson's own memory comes
 * from mem_resize, so that the tests' fault switch reaches it too. */
#include "sim/input/jsonin.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

struct copying {
    struct arena *arena;
    const char *file;
    struct diag *d;
};

static void *jsonin_alloc(size_t n)
{
    return mem_resize(NULL, n, 1);
}

static struct span jsonin_at(const char *file, int line, int col)
{
    return (struct span){
        .file = file, .line = line > 0 ? line : 1, .col = col > 0 ? col : 1, .len = 1};
}

static bool copy_node(const struct copying *c, json_t *from, struct jsonin *to, int depth);

static bool copy_items(const struct copying *c, json_t *from, struct jsonin *to, int depth)
{
    const bool is_list = json_is_array(from);
    const size_t n = is_list ? json_array_size(from) : json_object_size(from);
    if (depth >= JSONIN_DEPTH_MAX || n > INT_MAX) {
        return diag_error(c->d, jsonin_at(c->file, 1, 1), "nested deeper than %d levels",
                          JSONIN_DEPTH_MAX);
    }
    struct jsonin *item = arena_alloc(c->arena, n, sizeof *item);
    if (item == NULL) {
        return diag_machine(c->d, "out of memory while reading '%s'", c->file);
    }
    to->item = item;
    to->n = (int)n;
    void *at = is_list ? NULL : json_object_iter(from);
    for (size_t i = 0; i < n; i++) {
        json_t *value = is_list ? json_array_get(from, i) : json_object_iter_value(at);
        if (!copy_node(c, value, &item[i], depth + 1)) {
            return false;
        }
        if (!is_list) {
            const char *key = json_object_iter_key(at);
            item[i].key = arena_copy(c->arena, key, strlen(key));
            if (item[i].key == NULL) {
                return diag_machine(c->d, "out of memory while reading '%s'", c->file);
            }
            at = json_object_iter_next(from, at);
        }
    }
    return true;
}

static bool copy_node(const struct copying *c, json_t *from, struct jsonin *to, int depth)
{
    to->text = "";
    switch (json_typeof(from)) {
    case JSON_NULL:
        to->kind = JSONIN_NULL;
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        to->kind = JSONIN_BOOL;
        to->number = json_is_true(from) ? 1.0 : 0.0;
        return true;
    case JSON_INTEGER:
    case JSON_REAL:
        to->kind = JSONIN_NUMBER;
        to->number = json_number_value(from);
        return true;
    case JSON_STRING:
        to->kind = JSONIN_TEXT;
        to->text = arena_copy(c->arena, json_string_value(from), json_string_length(from));
        return to->text != NULL ||
               diag_machine(c->d, "out of memory while reading '%s'", c->file);
    case JSON_ARRAY:
        to->kind = JSONIN_LIST;
        break;
    case JSON_OBJECT:
        to->kind = JSONIN_OBJECT;
        break;
    }
    return copy_items(c, from, to, depth);
}

const struct jsonin *jsonin_read(struct arena *arena, const char *file, const char *bytes,
                                 size_t n, struct diag *d)
{
    const struct copying c = {.arena = arena, .file = file, .d = d};
    struct jsonin *root = arena_alloc(arena, 1, sizeof *root);
    json_error_t error;
    if (n > JSONIN_BYTES_MAX) {
        diag_error(d, jsonin_at(file, 1, 1), "larger than %d bytes", JSONIN_BYTES_MAX);
        return NULL;
    }
    json_set_alloc_funcs(jsonin_alloc, mem_free);
    json_t *tree = json_loadb(n > 0 ? bytes : "", n, JSON_REJECT_DUPLICATES, &error);
    if (tree == NULL && json_error_code(&error) == json_error_out_of_memory) {
        diag_machine(d, "out of memory while reading '%s'", file);
    } else if (tree == NULL) {
        diag_error(d, jsonin_at(file, error.line, error.column), "not JSON: %s", error.text);
    } else if (root == NULL) {
        diag_machine(d, "out of memory while reading '%s'", file);
    }
    const bool ok = tree != NULL && root != NULL && copy_node(&c, tree, root, 0);
    json_decref(tree);
    return ok ? root : NULL;
}

bool jsonin_schema(const struct jsonin *root, const char *file, const char *schema,
                   struct diag *d)
{
    const char *found = jsonin_text(root, "schema");
    if (found != NULL && strcmp(found, schema) == 0) {
        return true;
    }
    if (found == NULL) {
        diag_error(d, jsonin_at(file, 1, 1), "no \"schema\" here, expected \"%s\"", schema);
    } else {
        diag_error(d, jsonin_at(file, 1, 1), "schema is \"%.64s\", expected \"%s\"", found,
                   schema);
    }
    const char *word = strncmp(schema, "vgpusim.plan/", 13) == 0 ? "plan" : "run";
    diag_help(d, "vgpusim %s SCENARIO --format json -o FILE writes what is expected", word);
    return false;
}

const struct jsonin *jsonin_find(const struct jsonin *object, const char *key)
{
    for (int i = 0; object != NULL && object->kind == JSONIN_OBJECT && i < object->n; i++) {
        if (strcmp(object->item[i].key, key) == 0) {
            return &object->item[i];
        }
    }
    return NULL;
}

const char *jsonin_text(const struct jsonin *object, const char *key)
{
    const struct jsonin *x = jsonin_find(object, key);
    return x != NULL && x->kind == JSONIN_TEXT ? x->text : NULL;
}

double jsonin_number(const struct jsonin *object, const char *key)
{
    const struct jsonin *x = jsonin_find(object, key);
    return x != NULL && x->kind == JSONIN_NUMBER ? x->number : (double)NAN;
}

bool jsonin_is_true(const struct jsonin *object, const char *key)
{
    const struct jsonin *x = jsonin_find(object, key);
    return x != NULL && x->kind == JSONIN_BOOL && x->number > 0;
}

int jsonin_n(const struct jsonin *node)
{
    return node == NULL ? 0 : node->n;
}

struct estimate jsonin_estimate(const struct jsonin *node)
{
    struct estimate e = ci_none();
    const double value = node != NULL && node->kind == JSONIN_NUMBER
                             ? node->number
                             : jsonin_number(node, "value");
    if (isnan(value)) {
        return e;
    }
    const double samples = jsonin_number(node, "samples");
    e = ci_exact(value, samples >= 0 && samples < 9e15 ? (int64_t)samples : 0);
    const double lo = jsonin_number(node, "ci95_lo");
    const double hi = jsonin_number(node, "ci95_hi");
    if (lo <= hi) {
        e.lo = lo;
        e.hi = hi;
        e.has_ci = true;
    }
    return e;
}

const char *jsonin_library(void)
{
    return jansson_version_str();
}
