/* SPDX-License-Identifier: GPL-3.0-or-later */
/* empirical.c - the cells of a column as numbers.
 *
 * Values stay doubles, in ns where the column has a unit: a draw is scaled, then rounded to
 * whole ns once. */
#include "sim/input/empirical.h"

#include <string.h>

#include "sim/base/units.h"
#include "sim/input/csvin.h"
#include "sim/input/field.h"

enum {
    BAD_ROWS_SHOWN = 20,
    COLUMNS_LISTED_MAX = 64
};

#define SHAPE_MAX 1e15 /* largest number of a column without a unit */

static int need_column(const struct csvin *csv, const struct empirical_conf *conf,
                       struct diag *d)
{
    const int column = csvin_column(csv, conf->column);
    if (column < 0) {
        diag_error(d, conf->column_at, "'%s' has no column '%.*s'", conf->shown,
                   field_shown(conf->column), conf->column);
        const int n = csv->column_n < COLUMNS_LISTED_MAX ? csv->column_n : COLUMNS_LISTED_MAX;
        field_suggest(d, conf->column, csv->column, (size_t)n);
    }
    return column;
}

/* One value for each row; false when a row is bad. */
static bool read_values(const struct csvin *csv, const struct empirical_conf *conf, int column,
                        double *value, struct diag *d)
{
    const double unit = conf->unit_ns > 0 ? conf->unit_ns : 1.0;
    const double range[2] = {0, conf->unit_ns > 0 ? (double)TIME_MAX_NS / unit : SHAPE_MAX};
    int bad_n = 0;
    for (size_t i = 0; i < csv->row_n; i++) {
        const struct csvin_at at = {.row = i, .col = column};
        const enum csvin_got got = csvin_double(csv, at, range, &value[i], d);
        if (got == CSVIN_BLANK) {
            diag_error(d, csvin_span(csv, i, column), "'%s' is blank", conf->column);
        }
        bad_n += got != CSVIN_VALUE;
        if (bad_n == BAD_ROWS_SHOWN) {
            return diag_error(d, csvin_span(csv, i, -1),
                              "the rows after this one were not read");
        }
        value[i] *= unit;
    }
    return bad_n == 0;
}

static bool read_all(struct arena *arena, struct arena *scratch,
                     const struct empirical_conf *conf, struct dist *out, struct diag *d)
{
    struct csvin csv;
    if (!csvin_read_file(&csv, scratch, conf->path, d)) {
        return false;
    }
    const int column = need_column(&csv, conf, d);
    if (column < 0) {
        return false;
    }
    if (csv.row_n == 0) {
        return diag_error(d, conf->file_at, "'%s' has no rows to draw from", conf->shown);
    }
    double *value = arena_alloc(arena, csv.row_n, sizeof *value);
    if (value == NULL) {
        return diag_machine(d, "out of memory while reading '%s'", conf->shown);
    }
    if (!read_values(&csv, conf, column, value, d)) {
        return false;
    }
    const char *why = dist_init_values(out, value, (int64_t)csv.row_n, conf->mean_ns);
    return why == NULL || diag_error(d, conf->mean_at, "%s", why);
}

bool empirical_read(struct arena *arena, const struct empirical_conf *conf, struct dist *out,
                    struct diag *d)
{
    struct arena scratch;
    arena_init(&scratch, "empirical");
    const bool ok = read_all(arena, &scratch, conf, out, d);
    arena_fini(&scratch);
    return ok;
}

uint64_t empirical_hash(uint64_t hash, const struct dist *d)
{
    for (int64_t i = 0; i < d->value_n; i++) {
        unsigned char bytes[sizeof(double)];
        memcpy(bytes, &d->value[i], sizeof bytes);
        for (size_t k = 0; k < sizeof bytes; k++) {
            hash = (hash ^ bytes[k]) * UINT64_C(0x100000001b3);
        }
    }
    return hash;
}
