/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.h - quantities with units: the only conversions in the program.
 *
 * A dimensional value carries its unit, with or without a blank before it: "12 GiB", "250ms",
 * "40/s". A bare number where a unit is due is refused with the likely unit. Base units inside:
 * ns, per second, bytes, fraction, Hz, frames per second, USD, USD per kWh, W. */
#ifndef SIM_BASE_UNITS_H
#define SIM_BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/text.h"

enum quantity {
    Q_TIME,      /* ns us µs ms s min h d     -> ns */
    Q_RATE,      /* /s /min /h                -> per second */
    Q_BYTES,     /* B KiB MiB GiB TiB, kB MB GB TB -> bytes */
    Q_FRACTION,  /* %                         -> 0..1 = 0..100 % */
    Q_FREQUENCY, /* Hz                        -> Hz */
    Q_FPS,       /* fps                       -> frames per second */
    Q_MONEY,     /* USD                       -> USD */
    Q_ENERGY,    /* USD/kWh                   -> USD per kWh */
    Q_POWER,     /* W                         -> W */
    Q_COUNT      /* none: whole number, 0x.. allowed */
};

enum {
    UNITS_WHY = 160 /* bytes that a reason may need */
};

/* Largest time that the program takes: 2^53 - 1 ns, 104 days; JSON readers keep it exactly. */
#define TIME_MAX_NS INT64_C(9007199254740991)

/* Reads the whole of s as a quantity q.
 *   value  the number in base units
 *   why    [UNITS_WHY] on failure: what was found and expected ("'12' has no unit")
 *   help   [UNITS_WHY] on failure: what to type instead ("write '12 GiB'"), or ""
 * Returns false on a wrong, missing or foreign unit, a malformed or non-finite number. */
bool units_parse(enum quantity q, const char *s, double *value, char *why, char *help);

/* As units_parse for Q_TIME, rounded half to even to whole ns; refuses what exceeds
 * TIME_MAX_NS. */
bool units_parse_ns(const char *s, int64_t *ns, char *why, char *help);

/* A decimal number times a power of ten, rounded half to even to int64: "1.5" with scale 6 is
 * 1500000. Exact for any number of digits; accepts a sign and an exponent. False when malformed
 * or out of range. */
bool units_decimal(const char *s, size_t n, int scale10, int64_t *out);

/* Is all of s a decimal number, of whatever size? */
bool units_is_number(const char *s, size_t n);

/* Prints with three significant digits in the unit in which the value reads best: "38.1 ms",
 * "1.25 GiB", "41.0 %", "40.0/s". NaN prints "-". */
void units_print(struct text *t, enum quantity q, double value);

/* x with three significant digits and no unit: "38.1", "0.0123", "1234". NaN prints "-". */
void units_print_number(struct text *t, double x);

/* Decimals with which x keeps three significant digits; none for 100 and more. */
int units_decimals(double x);

/* For columns: picks the unit of time in which `smallest_ns` keeps three digits, and the
 * decimals to print with it. */
struct units_scale {
    const char *unit; /* "ns", "us", "ms", "s" */
    double per_unit;  /* base units in one */
    int decimals;
};
struct units_scale units_time_scale(double smallest_ns);

/* Exact spelling that reads back to the same number of ns, bytes ...: "2083333 ns", "10 GiB".
 */
void units_exact(struct text *t, enum quantity q, double value);

#endif
