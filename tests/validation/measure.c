/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure.c - rows of measurements and runs of scenarios. */
#include "tests/validation/measure.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static _Noreturn void give_up(const struct measure *m, const char *what)
{
    const struct diag *d = &m->fixture.diag;
    fprintf(stderr, "validate: %s\n", what);
    for (size_t i = 0; i < d->entry_n; i++) {
        fprintf(stderr, "%d:%d: %s\n", d->entry[i].at.line, d->entry[i].at.col,
                d->entry[i].text);
    }
    exit(4);
}

void measure_open(struct measure *m)
{
    if (!fixture_open(&m->fixture)) {
        give_up(m, "no catalogue");
    }
    m->missed = 0;
}

void measure_close(struct measure *m)
{
    fixture_close(&m->fixture);
}

void measure_rows_at(struct measure *m, const char *path)
{
    if (!csvin_read_file(&m->rows, &m->fixture.program, path, &m->fixture.diag)) {
        give_up(m, path);
    }
}

void measure_rows(struct measure *m, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "tests/validation/%s", name);
    char *kept = arena_copy(&m->fixture.program, path, strlen(path));
    if (!kept) {
        give_up(m, path);
    }
    measure_rows_at(m, kept);
}

const char *measure_text(struct measure *m, size_t row, const char *column)
{
    int at = csvin_column_need(&m->rows, column, &m->fixture.diag);
    if (at < 0) {
        give_up(m, column);
    }
    return csvin_cell(&m->rows, row, at);
}

double measure_number(struct measure *m, size_t row, const char *column)
{
    const double range[2] = {0.0, 1e12};
    double value = 0.0;
    struct csvin_at at = {row, csvin_column_need(&m->rows, column, &m->fixture.diag)};
    if (at.col < 0 ||
        csvin_double(&m->rows, at, range, &value, &m->fixture.diag) != CSVIN_VALUE) {
        give_up(m, column);
    }
    return value;
}

bool measure_is_blank(struct measure *m, size_t row, const char *column)
{
    return measure_text(m, row, column)[0] == '\0';
}

static const struct scenario *read_scenario(struct measure *m, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static const struct scenario *read_scenario(struct measure *m, const char *format, va_list args)
{
    char yaml[8192];
    int n = vsnprintf(yaml, sizeof yaml, format, args);
    if (n < 0 || (size_t)n >= sizeof yaml) {
        give_up(m, "scenario too long");
    }
    arena_fini(&m->fixture.arena);
    const struct scenario *s = fixture_read(&m->fixture, yaml);
    if (!s) {
        give_up(m, yaml);
    }
    return s;
}

const struct result *measure_run(struct measure *m, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const struct scenario *s = read_scenario(m, format, args);
    va_end(args);
    const struct result *r = fixture_run(&m->fixture, s, 1, false);
    if (!r || !r->mode[0].simulated) {
        give_up(m, "a mode that cannot be run");
    }
    return r;
}

const struct lane *measure_lane(struct measure *m, const char *format, ...)
{
    struct fleet fleet = {0};
    struct lanes lanes = {0};
    va_list args;
    va_start(args, format);
    const struct scenario *s = read_scenario(m, format, args);
    va_end(args);
    struct arena *a = &m->fixture.arena;
    if (!fleet_place(&fleet, a, s, 0, &m->fixture.diag) ||
        !lanes_split(&lanes, a, s, &fleet, 0, &m->fixture.diag) || !fleet.feasible) {
        give_up(m, "a mode that cannot be run");
    }
    return &lanes.lane[0];
}

void measure_lane_run(struct measure *m, const struct lane *lane, const struct lane_options *o)
{
    struct arena *a = &m->fixture.arena;
    struct lane_books books;
    struct lane_sim *sim = lane_sim_new(a, lane);
    if (!sim || !lane_books_init(&books, a, lane) || !lane_sim_run(sim, o, &books)) {
        give_up(m, "out of memory");
    }
    lane_sim_fini(sim);
}

const char *measure_show(struct estimate e, double unit)
{
    static char text[4][48];
    static int turn;
    char *out = text[turn++ % 4];
    double half = (e.hi - e.lo) / 2.0 / unit;
    if (!e.has_value) {
        snprintf(out, sizeof text[0], "-");
    } else if (e.has_ci && half > 0.0) {
        snprintf(out, sizeof text[0], "%.4g ± %.2g", e.value / unit, half);
    } else {
        snprintf(out, sizeof text[0], "%.4g", e.value / unit);
    }
    return out;
}

static int ascending(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

double measure_quantile(double *value, int n, double p)
{
    qsort(value, (size_t)n, sizeof *value, ascending);
    int at = (int)ceil(p * (double)n - 1e-9) - 1;
    return value[at < 0 ? 0 : at];
}

double measure_median(double *value, int n)
{
    qsort(value, (size_t)n, sizeof *value, ascending);
    return (value[(n - 1) / 2] + value[n / 2]) / 2.0;
}

void measure_figure(struct measure *m, bool is_reached, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("* %s: ", is_reached ? "reached" : "**missed**");
    vprintf(format, args);
    printf("\n");
    va_end(args);
    m->missed += is_reached ? 0 : 1;
}
