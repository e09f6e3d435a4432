/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_modes.c - reads a result on stdin with a parser that is not ours and prints one line per
 * mode: label, "yes" or "no" for feasible, number of tenants. Fails with a message when the
 * document is not JSON, has duplicate keys or lacks what every result holds. Built and run by
 * tests/scenarios.sh. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

static int broken(const char *what)
{
    fprintf(stderr, "not a result: %s\n", what);
    return 1;
}

int main(void)
{
    json_error_t error;
    json_t *root = json_loadf(stdin, JSON_REJECT_DUPLICATES, &error);
    if (!root) {
        return broken(error.text);
    }
    const char *schema = json_string_value(json_object_get(root, "schema"));
    json_t *modes = json_object_get(root, "modes");
    if (!schema || strcmp(schema, "vgpusim.result/1") != 0) {
        return broken("the schema is another one");
    }
    if (!json_is_array(modes)) {
        return broken("there are no modes");
    }
    size_t i;
    json_t *mode;
    json_array_foreach(modes, i, mode)
    {
        const char *name = json_string_value(json_object_get(mode, "mode"));
        const char *policy = json_string_value(json_object_get(mode, "policy"));
        json_t *feasible = json_object_get(mode, "feasible");
        json_t *tenants = json_object_get(mode, "tenants");
        json_t *reasons = json_object_get(mode, "reasons");
        if (!name || !json_is_boolean(feasible) || !json_is_array(tenants) ||
            !json_is_array(reasons)) {
            return broken("a mode lacks its name, feasible, tenants or reasons");
        }
        if (json_is_false(feasible) && json_array_size(reasons) == 0) {
            return broken("a mode is infeasible without a reason");
        }
        printf("%s%s%s %s %zu\n", name, policy ? "/" : "", policy ? policy : "",
               json_is_true(feasible) ? "yes" : "no", json_array_size(tenants));
    }
    json_decref(root);
    return 0;
}
