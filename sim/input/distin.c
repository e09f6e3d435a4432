/* SPDX-License-Identifier: GPL-3.0-or-later */
/* distin.c - a distribution from its fields.
 *
 * The table has checked each value alone; here stands what needs two of them: has the kind the
 * parameters that it takes, and are they possible together. */
#include "sim/input/distin.h"

#include <string.h>

#include "sim/input/empirical.h"

/* ---- Files ---- */

const char *distin_path(const struct field_reader *r, const char *scenario, const char *file)
{
    const char *slash = strrchr(scenario, '/');
    if (file[0] == '/' || slash == NULL) {
        return file;
    }
    const size_t dir_n = (size_t)(slash - scenario) + 1;
    const size_t file_n = strlen(file);
    char *path = arena_alloc(r->arena, dir_n + file_n + 1, 1);
    if (path == NULL) {
        diag_machine(r->d, "out of memory while reading '%s'", scenario);
        return NULL;
    }
    memcpy(path, scenario, dir_n);
    memcpy(path + dir_n, file, file_n + 1);
    return path;
}

const char *distin_unit(const struct field_map *m)
{
    return field_has(m, "unit") ? field_word(m, "unit") : NULL;
}

/* ---- Distributions ---- */

/* Reports impossible parameters where the shape is given, or at the word that chooses the kind.
 */
void distin_init(const struct field_map *m, const char *key, struct dist *out,
                 const struct dist_kind *kind, double mean, const double shape[2], int k)
{
    const char *why = dist_init(out, kind, mean, shape[0], shape[1], k);
    if (why != NULL) {
        const char *at = field_has(m, "cv") ? "cv" : field_has(m, "shape") ? "shape" : key;
        diag_error(m->r->d, field_at(m, at), "%s", why);
    }
}

/* cv and shape as given, 0 where absent. */
void distin_shape(const struct field_map *m, double shape[2])
{
    shape[0] = field_has(m, "cv") ? field_real(m, "cv") : 0;
    shape[1] = field_has(m, "shape") ? field_real(m, "shape") : 0;
    if (field_has(m, "cv") && field_has(m, "shape")) {
        diag_error(m->r->d, field_at(m, "shape"), "'shape' and 'cv' exclude each other");
        diag_help(m->r->d, "keep one of them");
        shape[1] = 0;
    }
}

void distin_need_shape(const struct field_map *m, const char *what, const char *word)
{
    diag_error(m->r->d, m->at, "'%s' is missing: %s needs it", what, word);
    diag_help(m->r->d, "add something like '%s: %s'", what,
              what[0] == 'k'   ? "2"
              : what[0] == 's' ? "1.5"
                               : "0.5");
}

/* Has the distribution the shape that its kind needs? */
static bool has_shape(const struct field_map *m, const struct dist_kind *kind)
{
    if (kind->takes_cv && !field_has(m, "cv") &&
        !(kind->takes_shape && field_has(m, "shape"))) {
        distin_need_shape(m, "cv", kind->name);
        return false;
    }
    if (kind->takes_shape && !kind->takes_cv && !field_has(m, "shape")) {
        distin_need_shape(m, "shape", kind->name);
        return false;
    }
    if (kind->takes_k && !field_has(m, "k")) {
        distin_need_shape(m, "k", kind->name);
        return false;
    }
    return true;
}

static double unit_ns(const char *word)
{
    return word == NULL              ? 0
           : strcmp(word, "s") == 0  ? 1e9
           : strcmp(word, "ms") == 0 ? 1e6
           : strcmp(word, "us") == 0 ? 1e3
                                     : 1;
}

/* "service_ms" says its unit; NULL where a name does not. */
static const char *unit_of_column(const char *column)
{
    static const char *const units[] = {"s", "ms", "us", "ns"};
    const char *end = column == NULL ? NULL : strrchr(column, '_');
    for (size_t i = 0; end != NULL && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end + 1, units[i]) == 0) {
            return units[i];
        }
    }
    return NULL;
}

/* The values of a file: in their unit, or scaled to a mean. */
static void read_values(const struct field_map *m, const struct tenant_context *x,
                        struct dist *out, struct value_names *names)
{
    names->file = field_text(m, "file");
    names->column = field_text(m, "column");
    names->unit = distin_unit(m);
    names->has_mean = field_has(m, "mean");
    if (!field_has(m, "column")) {
        field_missing(m, "column");
    }
    if (!names->has_mean && !field_has(m, "unit")) {
        names->unit = unit_of_column(names->column);
    }
    if (!names->has_mean && names->unit == NULL) {
        diag_error(m->r->d, m->at, "'unit' is missing: numbers of a file have none");
        diag_help(m->r->d, "add 'unit: ms', or the 'mean' that the values are scaled to");
        return;
    }
    struct empirical_conf conf = {.shown = names->file,
                                  .column = names->column,
                                  .unit_ns = unit_ns(names->unit),
                                  .mean_ns = names->has_mean ? field_real(m, "mean") : 0,
                                  .file_at = field_at(m, "file"),
                                  .column_at = field_at(m, "column"),
                                  .mean_at = field_at(m, "mean")};
    if (names->file == NULL || names->column == NULL ||
        (field_has(m, "unit") && names->unit == NULL)) {
        return;
    }
    conf.path = distin_path(m->r, x->path, names->file);
    struct dist read;
    if (conf.path != NULL && empirical_read(m->r->arena, &conf, &read, m->r->d)) {
        *out = read;
    }
}

/* The field that stands for a distribution. */
static const char *other_form(const struct field_map *m)
{
    return field_has(m, "table")      ? "table"
           : field_has(m, "base")     ? "base"
           : field_has(m, "per-item") ? "per-item"
                                      : "profiles";
}

bool distin_has_other_form(const struct field_map *m)
{
    return work_is_by_size(m) ||
           (field_has(m, "profiles") && !field_has(m, "dist") && !field_has(m, "mean"));
}

void distin_read(const struct field_map *m, const struct tenant_context *x, struct dist *out,
                 struct value_names *names)
{
    const double none[2] = {0, 0};
    dist_init(out, dist_find("deterministic"), 0, none[0], none[1], 0);
    if (m->node == NULL) {
        return;
    }
    const char *word = field_word(m, "dist");
    /* By size, what belongs to a distribution is refused as what does not go with it. */
    field_complete(m, word == NULL && distin_has_other_form(m) ? other_form(m) : word);
    if (distin_has_other_form(m)) {
        return;
    }
    if (!field_has(m, "dist")) {
        field_missing(m, "dist");
    }
    const struct dist_kind *kind = word == NULL ? NULL : dist_find(word);
    if (kind != NULL && kind->takes_values) {
        read_values(m, x, out, names);
        return;
    }
    if (!field_has(m, "mean")) {
        field_missing(m, "mean");
    }
    const double mean = field_real(m, "mean");
    const double k = field_has(m, "k") ? field_real(m, "k") : 0;
    double shape[2];
    distin_shape(m, shape);
    if (kind == NULL || !has_shape(m, kind)) {
        return;
    }
    /* What the kind does not take has been refused already. */
    shape[0] = kind->takes_cv ? shape[0] : 0;
    shape[1] = kind->takes_shape ? shape[1] : 0;
    distin_init(m, "dist", out, kind, mean, shape, kind->takes_k ? (int)k : 0);
}
