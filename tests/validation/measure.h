/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure.h - published measurements, each run as a scenario; what the sections share.
 *
 * A section reads its rows, writes a scenario for each, runs it through the program from text
 * to result, and prints Markdown on stdout: every row with its prediction and error, then a
 * line for each figure. Whatever cannot be read or run ends the program with status 4. */
#ifndef TESTS_VALIDATION_MEASURE_H
#define TESTS_VALIDATION_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/input/csvin.h"
#include "sim/run/lane.h"
#include "tests/unit/fixture.h"

struct measure {
    struct fixture fixture;
    struct csvin rows;
    int missed; /* figures */
};

void measure_open(struct measure *m);
void measure_close(struct measure *m);

/* Reads tests/validation/<name>; its rows take the place of the last ones. */
void measure_rows(struct measure *m, const char *name);

/* As measure_rows, with a path; it is borrowed as long as the rows. */
void measure_rows_at(struct measure *m, const char *path);

/* Cells of a row, by column; both end the program when there is no such column or number. */
const char *measure_text(struct measure *m, size_t row, const char *column);
double measure_number(struct measure *m, size_t row, const char *column);
bool measure_is_blank(struct measure *m, size_t row, const char *column);

/* Runs a scenario of a format; seed 1. The result lives until the next run. */
const struct result *measure_run(struct measure *m, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The first lane of the first mode of a scenario, until the next one is run or read; and a run
 * of it, whose records go to the options' observer. */
const struct lane *measure_lane(struct measure *m, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void measure_lane_run(struct measure *m, const struct lane *lane, const struct lane_options *o);

/* Estimates with their interval in a unit: "5.48 ± 0.02". The text is good for four calls. */
const char *measure_show(struct estimate e, double unit);

/* The smallest of n values with at least p n of them at or below it; sorts them. n >= 1. */
double measure_quantile(double *value, int n, double p);

/* The middle of n values, or the mean of the two in the middle; sorts them. n >= 1. */
double measure_median(double *value, int n);

/* Prints the line of a figure; one that is not reached counts as missed. */
void measure_figure(struct measure *m, bool is_reached, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The sections, in the order of docs/validation.md. */
void validate_servers(struct measure *m);
void validate_turns(struct measure *m);
void validate_pairs(struct measure *m);
void validate_busy(struct measure *m);
void validate_llm(struct measure *m);
void validate_plans(struct measure *m);
void validate_hosts(struct measure *m);

/* Prints the scenario of a set of services, filled up by invented models to the published
 * number of them, with up to so many processes in an instance. */
void validate_print_set(struct measure *m, int set, int processes);

#endif
