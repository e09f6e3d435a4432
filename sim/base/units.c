/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.c - reading and printing of quantities, from one table of units.
 *
 * A unit is a power of ten times a whole factor. The power is added to the number's own
 * exponent before the one conversion to binary, so "0.1 ms" is exactly 100000 ns and "5%" is
 * the double nearest to 0.05. Whole nanoseconds come from decimal arithmetic alone. */
#include "sim/base/units.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NUMBER_MAX = 400,   /* characters of a number that units_parse takes */
    DIGITS_MAX = 64,    /* significant digits kept; the rest only breaks ties */
    PRODUCT_MAX = 72,   /* digits of DIGITS_MAX digits times a factor below 10^8 */
    EXPONENT_MAX = 9999 /* larger exponents are cut to it: the number is 0 or too large */
};

struct unit {
    enum quantity quantity;
    const char *name;
    int scale10;    /* one unit is factor x 10^scale10 base units ... */
    int64_t factor; /* ... or 10^scale10 / -factor where factor is negative */
    bool is_listed; /* in the list that an error message gives */
};

/* clang-format off */
static const struct unit units[] = {
    {Q_TIME, "ns", 0, 1, true},            {Q_TIME, "us", 3, 1, true},
    {Q_TIME, "\xC2\xB5s", 3, 1, false},    {Q_TIME, "\xCE\xBCs", 3, 1, false},
    {Q_TIME, "ms", 6, 1, true},            {Q_TIME, "s", 9, 1, true},
    {Q_TIME, "min", 9, 60, true},          {Q_TIME, "h", 9, 3600, true},
    {Q_TIME, "d", 9, 86400, true},
    {Q_RATE, "/s", 0, 1, true},            {Q_RATE, "/min", 0, -60, true},
    {Q_RATE, "/h", 0, -3600, true},
    {Q_BYTES, "B", 0, 1, true},            {Q_BYTES, "KiB", 0, INT64_C(1) << 10, true},
    {Q_BYTES, "MiB", 0, INT64_C(1) << 20, true}, {Q_BYTES, "GiB", 0, INT64_C(1) << 30, true},
    {Q_BYTES, "TiB", 0, INT64_C(1) << 40, true}, {Q_BYTES, "kB", 3, 1, true},
    {Q_BYTES, "MB", 6, 1, true},           {Q_BYTES, "GB", 9, 1, true},
    {Q_BYTES, "TB", 12, 1, true},
    {Q_FRACTION, "%", -2, 1, true},        {Q_FREQUENCY, "Hz", 0, 1, true},
    {Q_FPS, "fps", 0, 1, true},            {Q_MONEY, "USD", 0, 1, true},
    {Q_ENERGY, "USD/kWh", 0, 1, true},     {Q_POWER, "W", 0, 1, true},
};
/* clang-format on */

static const size_t units_n = sizeof units / sizeof units[0];

/* ---- Numbers ---- */

/* A decimal number as written: [sign] digits [. digits] [e [sign] digits]. */
struct number {
    const char *s;
    size_t n;          /* characters of the whole number; 0: not a number */
    size_t mantissa_n; /* characters before the exponent, sign included */
    bool is_negative;
    int64_t exponent; /* as written, cut to +- EXPONENT_MAX */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_span(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && is_digit(s[i])) {
        i++;
    }
    return i;
}

/* Reads an exponent at s [n]; returns its characters, 0 when there is none. */
static size_t exponent_scan(const char *s, size_t n, int64_t *exponent)
{
    if (n < 2 || (s[0] != 'e' && s[0] != 'E')) {
        return 0;
    }
    const size_t sign_n = s[1] == '+' || s[1] == '-' ? 1 : 0;
    const size_t digits_n = digits_span(s + 1 + sign_n, n - 1 - sign_n);
    if (digits_n == 0) {
        return 0;
    }
    int64_t e = 0;
    for (size_t i = 0; i < digits_n; i++) {
        e = e * 10 + (s[1 + sign_n + i] - '0');
        e = e > EXPONENT_MAX ? EXPONENT_MAX : e;
    }
    *exponent = s[1] == '-' ? -e : e;
    return 1 + sign_n + digits_n;
}

/* The longest number at the beginning of s [n]. */
static struct number number_scan(const char *s, size_t n)
{
    struct number x = {.s = s};
    size_t i = 0;
    if (i < n && (s[i] == '+' || s[i] == '-')) {
        x.is_negative = s[i] == '-';
        i++;
    }
    const size_t whole_n = digits_span(s + i, n - i);
    i += whole_n;
    size_t part_n = 0;
    if (i < n && s[i] == '.') {
        part_n = digits_span(s + i + 1, n - i - 1);
        i += 1 + part_n;
    }
    if (whole_n + part_n == 0) {
        return x;
    }
    x.mantissa_n = i;
    x.n = i + exponent_scan(s + i, n - i, &x.exponent);
    return x;
}

/* ---- Exact decimal to whole ---- */

/* Digits d[0 .. n) of a number 0.d0d1... x 10^point; `sticky` says that non-zero digits follow.
 */
struct decimal {
    unsigned char d[PRODUCT_MAX];
    int n;
    int64_t point;
    bool is_sticky;
};

/* Drops leading zeros. */
static void decimal_trim(struct decimal *x)
{
    int zeros_n = 0;
    while (zeros_n < x->n && x->d[zeros_n] == 0) {
        zeros_n++;
    }
    memmove(x->d, x->d + zeros_n, (size_t)(x->n - zeros_n));
    x->n -= zeros_n;
    x->point -= zeros_n;
}

static struct decimal decimal_of(const struct number *x)
{
    struct decimal out = {.point = x->exponent};
    bool is_after_point = false;
    for (size_t i = 0; i < x->mantissa_n; i++) {
        const char c = x->s[i];
        if (c == '.') {
            is_after_point = true;
        }
        if (!is_digit(c)) {
            continue;
        }
        const bool is_leading_zero = out.n == 0 && c == '0';
        if (is_leading_zero) {
            out.point -= is_after_point ? 1 : 0;
            continue;
        }
        out.point += is_after_point ? 0 : 1;
        if (out.n < DIGITS_MAX) {
            out.d[out.n++] = (unsigned char)(c - '0');
        } else if (c != '0') {
            out.is_sticky = true;
        }
    }
    return out;
}

/* x *= factor, 1 <= factor < 10^8. */
static void decimal_multiply(struct decimal *x, int64_t factor)
{
    const int extra_n = PRODUCT_MAX - DIGITS_MAX;
    int64_t carry = 0;
    for (int i = x->n - 1; i >= 0; i--) {
        carry += x->d[i] * factor;
        x->d[i + extra_n] = (unsigned char)(carry % 10);
        carry /= 10;
    }
    for (int i = extra_n - 1; i >= 0; i--) {
        x->d[i] = (unsigned char)(carry % 10);
        carry /= 10;
    }
    x->n += extra_n;
    x->point += extra_n;
    decimal_trim(x);
}

/* The nearest whole number, ties to even. False when it exceeds int64. */
static bool decimal_round(const struct decimal *x, int64_t *out)
{
    int64_t whole = 0;
    *out = 0;
    if (x->n == 0 || x->point < 0) {
        return true;
    }
    if (x->point > 19) {
        return false;
    }
    const int point = (int)x->point;
    for (int i = 0; i < point; i++) {
        const int digit = i < x->n ? x->d[i] : 0;
        if (whole > (INT64_MAX - digit) / 10) {
            return false;
        }
        whole = whole * 10 + digit;
    }
    const int first = point < x->n ? x->d[point] : 0;
    bool has_rest = x->is_sticky;
    for (int i = point + 1; i < x->n; i++) {
        has_rest = has_rest || x->d[i] != 0;
    }
    if (first > 5 || (first == 5 && (has_rest || whole % 2 == 1))) {
        if (whole == INT64_MAX) {
            return false;
        }
        whole++;
    }
    *out = whole;
    return true;
}

bool units_is_number(const char *s, size_t n)
{
    return n > 0 && number_scan(s, n).n == n;
}

bool units_decimal(const char *s, size_t n, int scale10, int64_t *out)
{
    const struct number x = number_scan(s, n);
    if (x.n == 0 || x.n != n) {
        return false;
    }
    struct decimal exact = decimal_of(&x);
    exact.point += scale10;
    int64_t whole = 0;
    if (!decimal_round(&exact, &whole)) {
        return false;
    }
    *out = x.is_negative ? -whole : whole;
    return true;
}

/* ---- Reasons ---- */

static const char *quantity_name(enum quantity q)
{
    static const char *const names[] = {"time",      "rate",
                                        "bytes",     "percentage",
                                        "frequency", "frames per second",
                                        "money",     "price of energy",
                                        "power",     "whole number"};
    return names[q];
}

/* The unit that a bare number most likely lacks. */
static const char *quantity_unit(enum quantity q)
{
    static const char *const names[] = {"ms",  "/s",  "GiB",     "%", "Hz",
                                        "fps", "USD", "USD/kWh", "W", ""};
    return names[q];
}

/* As much of a word as a message can hold. */
static int shown(size_t n)
{
    return n > 40 ? 40 : (int)n;
}

static bool has_blank_before_unit(enum quantity q)
{
    return q != Q_RATE && q != Q_FRACTION;
}

/* "no unit": names the likely one. */
static bool fail_bare(enum quantity q, const struct number *x, char *why, char *help)
{
    const int n = shown(x->n);
    snprintf(why, UNITS_WHY, "'%.*s' has no unit", n, x->s);
    if (q == Q_TIME) {
        snprintf(help, UNITS_WHY, "write '%.*s ms' or '%.*s s'", n, x->s, n, x->s);
        return false;
    }
    double value = 0;
    if (q == Q_FRACTION && x->n < 40) {
        char number[48];
        snprintf(number, sizeof number, "%.*s", n, x->s);
        value = strtod(number, NULL);
    }
    if (value > 0 && value < 1) {
        snprintf(help, UNITS_WHY, "write '%.6g%%'", value * 100);
        return false;
    }
    snprintf(help, UNITS_WHY, "write '%.*s%s%s'", n, x->s, has_blank_before_unit(q) ? " " : "",
             quantity_unit(q));
    return false;
}

static bool is_same_fold(const char *a, const char *b, size_t n)
{
    if (strlen(a) != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const char x = a[i] >= 'A' && a[i] <= 'Z' ? (char)(a[i] + ('a' - 'A')) : a[i];
        const char y = b[i] >= 'A' && b[i] <= 'Z' ? (char)(b[i] + ('a' - 'A')) : b[i];
        if (x != y) {
            return false;
        }
    }
    return true;
}

/* A unit that is not one of q: in another case, or foreign. */
static bool fail_unit(enum quantity q, const struct number *x, const char *unit, size_t unit_n,
                      char *why, char *help)
{
    snprintf(why, UNITS_WHY, "'%.*s' is not a unit of %s", shown(unit_n), unit,
             quantity_name(q));
    for (size_t i = 0; i < units_n; i++) {
        if (units[i].quantity == q && units[i].is_listed &&
            is_same_fold(units[i].name, unit, unit_n)) {
            snprintf(help, UNITS_WHY, "case matters: write '%.*s%s%s'", shown(x->n), x->s,
                     has_blank_before_unit(q) ? " " : "", units[i].name);
            return false;
        }
    }
    int at = snprintf(help, UNITS_WHY, "use");
    for (size_t i = 0; i < units_n; i++) {
        if (units[i].quantity == q && units[i].is_listed && at > 0 && at < UNITS_WHY) {
            at += snprintf(help + at, (size_t)(UNITS_WHY - at), " %s", units[i].name);
        }
    }
    return false;
}

static bool fail_number(enum quantity q, const char *s, size_t n, char *why, char *help)
{
    static const char *const examples[] = {"250 ms", "40/s",  "12 GiB",       "85%",   "480 Hz",
                                           "60 fps", "2 USD", "0.12 USD/kWh", "300 W", "4"};
    if (n == 0) {
        snprintf(why, UNITS_WHY, "there is no value");
    } else {
        snprintf(why, UNITS_WHY, "'%.*s' is not a %s", shown(n), s,
                 q == Q_COUNT ? "whole number" : "number with a unit");
    }
    snprintf(help, UNITS_WHY, "write something like '%s'", examples[q]);
    return false;
}

static bool fail_range(const char *s, size_t n, const char *limit, char *why, char *help)
{
    snprintf(why, UNITS_WHY, "'%.*s' is too large", shown(n), s);
    snprintf(help, UNITS_WHY, "the limit is %s", limit);
    return false;
}

/* ---- Reading ---- */

/* s without blanks around it. */
static const char *trimmed(const char *s, size_t *n)
{
    while (*s == ' ' || *s == '\t') {
        s++;
    }
    *n = strlen(s);
    while (*n > 0 && (s[*n - 1] == ' ' || s[*n - 1] == '\t')) {
        (*n)--;
    }
    return s;
}

/* Splits s [n] into a number and one of q's units. */
static bool split(enum quantity q, const char *s, size_t n, struct number *x,
                  const struct unit **unit, char *why, char *help)
{
    *x = number_scan(s, n);
    if (x->n == 0) {
        return fail_number(q, s, n, why, help);
    }
    if (x->n > NUMBER_MAX) {
        snprintf(why, UNITS_WHY, "a number of %zu characters is too long", x->n);
        help[0] = '\0';
        return false;
    }
    size_t at = x->n;
    while (at < n && (s[at] == ' ' || s[at] == '\t')) {
        at++;
    }
    if (at == n) {
        return fail_bare(q, x, why, help);
    }
    for (size_t i = 0; i < units_n; i++) {
        if (units[i].quantity == q && strlen(units[i].name) == n - at &&
            memcmp(units[i].name, s + at, n - at) == 0) {
            *unit = &units[i];
            return true;
        }
    }
    return fail_unit(q, x, s + at, n - at, why, help);
}

static int hex_digit(char c)
{
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A whole number, decimal or 0x.., of at most 2^53 - 1 so that a double holds it. */
static bool parse_count(const char *s, size_t n, double *value, char *why, char *help)
{
    size_t i = n > 0 && (s[0] == '-' || s[0] == '+') ? 1 : 0;
    const bool is_hex = n - i > 2 && s[i] == '0' && (s[i + 1] == 'x' || s[i + 1] == 'X');
    i += is_hex ? 2 : 0;
    if (i == n) {
        return fail_number(Q_COUNT, s, n, why, help);
    }
    const int64_t base = is_hex ? 16 : 10;
    int64_t whole = 0;
    for (; i < n; i++) {
        const int digit = hex_digit(s[i]);
        if (digit < 0 || digit >= base) {
            return fail_number(Q_COUNT, s, n, why, help);
        }
        whole = whole * base + digit;
        if (whole > TIME_MAX_NS) {
            return fail_range(s, n, "2^53 - 1", why, help);
        }
    }
    *value = s[0] == '-' ? -(double)whole : (double)whole;
    return true;
}

/* The number times 10^scale10, with one rounding. */
static double number_scaled(const struct number *x, int scale10)
{
    char s[NUMBER_MAX + 32];
    snprintf(s, sizeof s, "%.*se%lld", (int)x->mantissa_n, x->s,
             (long long)(x->exponent + scale10));
    return strtod(s, NULL);
}

bool units_parse(enum quantity q, const char *s, double *value, char *why, char *help)
{
    why[0] = '\0';
    help[0] = '\0';
    size_t n = 0;
    s = trimmed(s, &n);
    if (q == Q_COUNT) {
        return parse_count(s, n, value, why, help);
    }
    struct number x;
    const struct unit *unit = NULL;
    if (!split(q, s, n, &x, &unit, why, help)) {
        return false;
    }
    double result = number_scaled(&x, unit->scale10);
    result = unit->factor > 0 ? result * (double)unit->factor : result / -(double)unit->factor;
    if (!isfinite(result)) {
        return fail_range(s, n, "about 1e308", why, help);
    }
    *value = result;
    return true;
}

bool units_parse_ns(const char *s, int64_t *ns, char *why, char *help)
{
    why[0] = '\0';
    help[0] = '\0';
    size_t n = 0;
    s = trimmed(s, &n);
    struct number x;
    const struct unit *unit = NULL;
    if (!split(Q_TIME, s, n, &x, &unit, why, help)) {
        return false;
    }
    struct decimal exact = decimal_of(&x);
    exact.point += unit->scale10;
    if (unit->factor > 1) {
        decimal_multiply(&exact, unit->factor);
    }
    int64_t whole = 0;
    if (!decimal_round(&exact, &whole) || whole > TIME_MAX_NS) {
        return fail_range(s, n, "104 days (2^53 - 1 ns)", why, help);
    }
    *ns = x.is_negative ? -whole : whole;
    return true;
}

/* ---- Printing ---- */

struct step {
    const char *unit;
    double per_unit; /* base units in one */
};

static const struct step time_steps[] = {
    {"ns", 1  },
    {"us", 1e3},
    {"ms", 1e6},
    {"s",  1e9}
};

static const struct step byte_steps[] = {
    {"B",   1            },
    {"KiB", 1024         },
    {"MiB", 1048576      },
    {"GiB", 1073741824   },
    {"TiB", 1099511627776}
};

static const size_t time_steps_n = sizeof time_steps / sizeof time_steps[0];
static const size_t byte_steps_n = sizeof byte_steps / sizeof byte_steps[0];

int units_decimals(double x)
{
    int decimals = 0;
    x = fabs(x);
    if (!(x > 0)) {
        return 0;
    }
    while (decimals < 12 && x < 99.95) {
        x *= 10;
        decimals++;
        if (x >= 99.95 && x < 999.5) {
            break;
        }
    }
    return decimals;
}

/* The largest unit in which |value| is at least 1 after rounding to three digits. */
static const struct step *step_of(const struct step *steps, size_t n, double value)
{
    size_t i = n - 1;
    while (i > 0 && fabs(value) < steps[i].per_unit * 0.9995) {
        i--;
    }
    return &steps[i];
}

static void print_steps(struct text *t, const struct step *steps, size_t n, double value)
{
    const struct step *step = step_of(steps, n, value);
    const double x = value / step->per_unit;
    text_addf(t, "%.*f %s", units_decimals(x), x, step->unit);
}

static void print_rate(struct text *t, double per_s)
{
    const struct step steps[] = {
        {"/h",   1.0 / 3600},
        {"/min", 1.0 / 60  },
        {"/s",   1         }
    };
    const struct step *step = &steps[2];
    if (fabs(per_s) < 0.01) {
        step = fabs(per_s) * 60 < 1 ? &steps[0] : &steps[1];
    }
    const double x = per_s / step->per_unit;
    text_addf(t, "%.*f%s", units_decimals(x), x, step->unit);
}

/* A share that is not zero is never printed as zero. */
static void print_fraction(struct text *t, double value)
{
    const double percent = value * 100;
    if (percent > 0 && percent < 0.1) {
        text_add(t, "<0.1 %");
        return;
    }
    text_addf(t, "%.*f %%", units_decimals(percent), percent);
}

/* Zero has no digits to keep. */
static void print_zero(struct text *t, enum quantity q)
{
    text_addf(t, "0%s%s", q == Q_RATE || q == Q_COUNT ? "" : " ", quantity_unit(q));
}

void units_print(struct text *t, enum quantity q, double value)
{
    if (isnan(value)) {
        text_add(t, "-");
    } else if (isinf(value)) {
        text_add(t, value < 0 ? "-inf" : "inf");
    } else if (!(fabs(value) > 0)) {
        print_zero(t, q);
    } else if (q == Q_TIME) {
        print_steps(t, time_steps, time_steps_n, value);
    } else if (q == Q_BYTES) {
        print_steps(t, byte_steps, byte_steps_n, value);
    } else if (q == Q_RATE) {
        print_rate(t, value);
    } else if (q == Q_FRACTION) {
        print_fraction(t, value);
    } else if (q == Q_COUNT) {
        text_addf(t, "%.0f", value);
    } else {
        text_addf(t, "%.*f %s", units_decimals(value), value, quantity_unit(q));
    }
}

void units_print_number(struct text *t, double x)
{
    if (isnan(x)) {
        text_add(t, "-");
    } else {
        text_addf(t, "%.*f", units_decimals(x), x);
    }
}

struct units_scale units_time_scale(double smallest_ns)
{
    if (!(smallest_ns > 0) || !isfinite(smallest_ns)) {
        return (struct units_scale){.unit = "ms", .per_unit = 1e6, .decimals = 0};
    }
    const struct step *step = step_of(time_steps, time_steps_n, smallest_ns);
    return (struct units_scale){.unit = step->unit,
                                .per_unit = step->per_unit,
                                .decimals = units_decimals(smallest_ns / step->per_unit)};
}

/* ---- Exact spelling ---- */

/* x times 10^shift10 in its shortest digits, without exponent where that is short: the digits
 * are those of x, so that reading with the power of ten undone gives x again. */
static void exact_shifted(struct text *t, double x, int shift10)
{
    char s[40];
    for (int digits = 0; digits <= 16; digits++) {
        snprintf(s, sizeof s, "%.*e", digits, x);
        const double back = strtod(s, NULL);
        if (memcmp(&back, &x, sizeof x) == 0) {
            break;
        }
    }
    char digits[24];
    int digits_n = 0;
    const char *p = s[0] == '-' ? s + 1 : s;
    for (; *p != 'e' && *p != '\0'; p++) {
        if (is_digit(*p)) {
            digits[digits_n++] = *p;
        }
    }
    const long point = (*p == 'e' ? strtol(p + 1, NULL, 10) : 0) + shift10 + 1;
    text_add(t, s[0] == '-' ? "-" : "");
    if (point > 21 || point < -6) {
        text_addf(t, "%.*se%ld", digits_n, digits, point - digits_n);
    } else if (point <= 0) {
        text_addf(t, "0.%.*s%.*s", (int)-point, "000000", digits_n, digits);
    } else if (point >= digits_n) {
        text_addf(t, "%.*s%.*s", digits_n, digits, (int)(point - digits_n),
                  "000000000000000000000");
    } else {
        text_addf(t, "%.*s.%.*s", (int)point, digits, digits_n - (int)point, digits + point);
    }
}

/* A whole number of base units in the unit that makes it shortest. */
static void exact_whole(struct text *t, enum quantity q, int64_t value)
{
    const struct unit *best = NULL;
    int64_t best_per = 0;
    for (size_t i = 0; i < units_n; i++) {
        int64_t per = units[i].factor;
        for (int k = 0; k < units[i].scale10; k++) {
            per *= 10;
        }
        /* Minutes, hours and days are left to those who ask for them: "600 s" compares better.
         */
        const bool is_plain = q == Q_BYTES || units[i].factor == 1;
        if (units[i].quantity == q && units[i].is_listed && is_plain && value % per == 0 &&
            per > best_per) {
            best = &units[i];
            best_per = per;
        }
    }
    assert(best != NULL && best_per > 0);
    text_addf(t, "%lld %s", (long long)(value / best_per), best->name);
}

void units_exact(struct text *t, enum quantity q, double value)
{
    const bool is_whole =
        fabs(value) <= (double)TIME_MAX_NS && !(fabs(value - trunc(value)) > 0);
    if (!(fabs(value) > 0) && q == Q_FRACTION) {
        text_add(t, "0%");
    } else if (!(fabs(value) > 0)) {
        print_zero(t, q);
    } else if ((q == Q_TIME || q == Q_BYTES) && is_whole) {
        exact_whole(t, q, (int64_t)value);
    } else if (q == Q_FRACTION) {
        exact_shifted(t, value, 2);
        text_add(t, "%");
    } else {
        exact_shifted(t, value, 0);
        const char *unit = q == Q_TIME ? "ns" : q == Q_BYTES ? "B" : quantity_unit(q);
        text_addf(t, "%s%s", q == Q_RATE || q == Q_COUNT ? "" : " ", unit);
    }
}
