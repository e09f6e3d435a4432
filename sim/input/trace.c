/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace.c - decimal times, dates and a linear law over named columns.
 *
 * Arrivals are kept as whole ns since 1970 (dates) or since the file's zero (numbers), both
 * well inside int64, until all rows are known; then the earliest becomes 0. A law is evaluated
 * in doubles and rounded half to even once for each row. */
#include "sim/input/trace.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/input/csvin.h"
#include "sim/input/field.h"

enum {
    TERMS_MAX = 16,
    BAD_ROWS_SHOWN = 20,
    COLUMNS_LISTED_MAX = 64
};

#define ARRIVAL_MAX_NS INT64_C(4000000000000000000) /* differences stay inside int64 */

struct term {
    double ns;  /* per unit of the column, or in all */
    int column; /* -1: a constant */
};

struct law {
    struct term term[TERMS_MAX];
    int n;
};

struct reading {
    const struct trace_conf *conf;
    struct csvin csv;
    struct diag *d;
    int arrival, service; /* columns */
    struct law law;
    int64_t bad_n; /* rows refused */
};

struct row {
    int64_t arrival_ns, service_ns;
    size_t index;
};

/* ---- Columns ---- */

/* A column by its name in the scenario, -1 with a diagnostic there. */
static int need_column(struct reading *t, const char *name, struct span at)
{
    const int column = csvin_column(&t->csv, name);
    if (column >= 0) {
        return column;
    }
    diag_error(t->d, at, "'%s' has no column '%.*s'", t->conf->shown, field_shown(name), name);
    const int n = t->csv.column_n < COLUMNS_LISTED_MAX ? t->csv.column_n : COLUMNS_LISTED_MAX;
    field_suggest(t->d, name, t->csv.column, (size_t)n);
    return -1;
}

/* ---- The law ---- */

/* A part of the law without blanks around it. */
struct piece {
    const char *s;
    size_t n;
};

static struct piece piece_of(const char *s, size_t n)
{
    while (n > 0 && (*s == ' ' || *s == '\t')) {
        s++;
        n--;
    }
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t')) {
        n--;
    }
    return (struct piece){s, n};
}

static bool is_number(struct piece p)
{
    return p.n > 0 && ((p.s[0] >= '0' && p.s[0] <= '9') || p.s[0] == '.' || p.s[0] == '-' ||
                       (p.s[0] == '+'));
}

static bool law_help(struct reading *t)
{
    diag_help(t->d, "write a sum such as \"5 ms + 0.01 ms * ContextTokens\"");
    return false;
}

static bool term_quantity(struct reading *t, struct arena *scratch, struct piece p, double *ns)
{
    char why[UNITS_WHY];
    char help[UNITS_WHY];
    const char *text = arena_copy(scratch, p.s, p.n);
    if (text == NULL) {
        return diag_machine(t->d, "out of memory while reading '%s'", t->conf->shown);
    }
    if (!units_parse(Q_TIME, text, ns, why, help)) {
        diag_error(t->d, t->conf->service_at, "law: %s", why);
        if (help[0] != '\0') {
            diag_help(t->d, "%s", help);
        }
        return false;
    }
    return true;
}

/* `quantity`, `quantity * column` or `column * quantity`. */
static bool parse_term(struct reading *t, struct arena *scratch, struct piece p,
                       struct term *out)
{
    const char *star = memchr(p.s, '*', p.n);
    if (star == NULL) {
        if (!is_number(p)) {
            diag_error(t->d, t->conf->service_at, "law: '%.*s' is not a time",
                       p.n > 40 ? 40 : (int)p.n, p.s);
            return law_help(t);
        }
        out->column = -1;
        return term_quantity(t, scratch, p, &out->ns);
    }
    struct piece a = piece_of(p.s, (size_t)(star - p.s));
    struct piece b = piece_of(star + 1, p.n - (size_t)(star + 1 - p.s));
    if (!is_number(a)) {
        const struct piece swap = a;
        a = b;
        b = swap;
    }
    if (!is_number(a) || b.n == 0 || is_number(b) || memchr(b.s, '*', b.n) != NULL) {
        diag_error(t->d, t->conf->service_at, "law: '%.*s' is not a time times a column",
                   p.n > 40 ? 40 : (int)p.n, p.s);
        return law_help(t);
    }
    const char *name = arena_copy(scratch, b.s, b.n);
    if (name == NULL) {
        return diag_machine(t->d, "out of memory while reading '%s'", t->conf->shown);
    }
    out->column = need_column(t, name, t->conf->service_at);
    return term_quantity(t, scratch, a, &out->ns) && out->column >= 0;
}

static bool parse_law(struct reading *t, struct arena *scratch)
{
    const char *s = t->conf->law;
    for (;;) {
        const size_t n = strcspn(s, "+");
        const struct piece p = piece_of(s, n);
        if (p.n == 0) {
            diag_error(t->d, t->conf->service_at, "law: a term is empty");
            return law_help(t);
        }
        if (t->law.n == TERMS_MAX) {
            return diag_error(t->d, t->conf->service_at, "law: more than %d terms", TERMS_MAX);
        }
        if (!parse_term(t, scratch, p, &t->law.term[t->law.n++])) {
            return false;
        }
        if (s[n] == '\0') {
            return true;
        }
        s += n + 1;
    }
}

/* ---- Cells ---- */

/* Counts a bad row; true when it should still be shown. */
static bool show_bad(struct reading *t)
{
    return ++t->bad_n <= BAD_ROWS_SHOWN;
}

static bool bad_cell(struct reading *t, size_t row, int column, const char *what)
{
    if (!show_bad(t)) {
        return false;
    }
    const char *cell = csvin_cell(&t->csv, row, column);
    const char *name = t->csv.column[column];
    if (cell[0] == '\0') {
        return diag_error(t->d, csvin_span(&t->csv, row, column), "'%s' is blank", name);
    }
    return diag_error(t->d, csvin_span(&t->csv, row, column), "%s: '%.*s' is not %s", name,
                      field_shown(cell), cell, what);
}

/* n digits as a number; -1 when they are not digits. */
static int digits(const char *s, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return -1;
        }
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

/* Days from 1970-01-01 in the Gregorian calendar. Source: Hinnant, "chrono-compatible low-level
 * date algorithms", days_from_civil. */
static int64_t days_of(int year, int month, int day)
{
    const int y = month <= 2 ? year - 1 : year;
    const int era = y / 400;
    const int yoe = y - era * 400;
    const int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (int64_t)era * 146097 + doe - 719468;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* "2023-11-16 18:15:46" at the beginning of s, as seconds since 1970. */
static bool parse_seconds(const char *s, size_t n, int64_t *seconds)
{
    if (n < 19 || s[4] != '-' || s[7] != '-' || (s[10] != ' ' && s[10] != 'T') ||
        s[13] != ':' || s[16] != ':') {
        return false;
    }
    const int year = digits(s, 4);
    const int month = digits(s + 5, 2);
    const int day = digits(s + 8, 2);
    const int hour = digits(s + 11, 2);
    const int minute = digits(s + 14, 2);
    const int second = digits(s + 17, 2);
    if (year < 1900 || year > 2090 || month < 1 || month > 12 || day < 1 ||
        day > month_days(year, month)) {
        return false;
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
        return false;
    }
    *seconds = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

bool trace_datetime(const char *s, int64_t *ns)
{
    size_t n = strlen(s);
    int64_t seconds = 0;
    int64_t fraction = 0;
    n -= n > 0 && s[n - 1] == 'Z' ? 1 : 0;
    if (!parse_seconds(s, n, &seconds)) {
        return false;
    }
    if (n > 19) {
        const bool plain = s[19] == '.' && n > 20 && strspn(s + 20, "0123456789") == n - 20;
        if (!plain || !units_decimal(s + 19, n - 19, 9, &fraction)) {
            return false;
        }
    }
    *ns = seconds * 1000000000 + fraction;
    return true;
}

static int unit_scale(enum trace_unit unit)
{
    return unit == TRACE_S ? 9 : unit == TRACE_MS ? 6 : unit == TRACE_US ? 3 : 0;
}

static bool read_arrival(struct reading *t, size_t row, int64_t *ns)
{
    const char *cell = csvin_cell(&t->csv, row, t->arrival);
    if (t->conf->arrival_unit == TRACE_DATETIME) {
        return trace_datetime(cell, ns)
                   ? true
                   : bad_cell(t, row, t->arrival,
                              "a date and time such as 2023-11-16 18:15:46.68");
    }
    if (!units_decimal(cell, strlen(cell), unit_scale(t->conf->arrival_unit), ns)) {
        bool too_large = units_is_number(cell, strlen(cell));
        return bad_cell(t, row, t->arrival, too_large ? "a time within 126 years" : "a number");
    }
    if (*ns > ARRIVAL_MAX_NS || *ns < -ARRIVAL_MAX_NS) {
        return bad_cell(t, row, t->arrival, "a time within 126 years");
    }
    return true;
}

/* The sum of the law for one row. */
static bool apply_law(struct reading *t, size_t row, int64_t *ns)
{
    double sum = 0;
    for (int i = 0; i < t->law.n; i++) {
        const struct term *term = &t->law.term[i];
        double x = 1;
        const char *cell = term->column >= 0 ? csvin_cell(&t->csv, row, term->column) : "1";
        if (!field_number(cell, &x)) {
            bool too_large = units_is_number(cell, strlen(cell));
            return bad_cell(t, row, term->column, too_large ? "below 9e18" : "a number");
        }
        sum += term->ns * x;
    }
    if (!(sum >= 0) || !(sum <= (double)TIME_MAX_NS)) {
        if (show_bad(t)) {
            diag_error(t->d, csvin_span(&t->csv, row, -1),
                       "the law gives %.6g ms, not a time of 0 to 104 days", sum / 1e6);
        }
        return false;
    }
    *ns = (int64_t)rint(sum);
    return true;
}

static bool read_service(struct reading *t, size_t row, int64_t *ns)
{
    if (t->conf->law != NULL) {
        return apply_law(t, row, ns);
    }
    const char *cell = csvin_cell(&t->csv, row, t->service);
    if (t->conf->service_unit == TRACE_TOKENS) {
        double tokens = -1;
        if (!field_number(cell, &tokens) || !(tokens >= 0) || tokens > LLM_TOKENS_MAX ||
            tokens > floor(tokens)) {
            return bad_cell(t, row, t->service, "a whole number of tokens up to 16777216");
        }
        *ns = (int64_t)tokens;
        return true;
    }
    if (!units_decimal(cell, strlen(cell), unit_scale(t->conf->service_unit), ns) || *ns < 0 ||
        *ns > TIME_MAX_NS) {
        return bad_cell(t, row, t->service, "a time of 0 to 104 days");
    }
    return true;
}

/* ---- Rows ---- */

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    if (x->arrival_ns != y->arrival_ns) {
        return x->arrival_ns < y->arrival_ns ? -1 : 1;
    }
    return (x->index > y->index) - (x->index < y->index);
}

static bool read_rows(struct reading *t, struct row *rows)
{
    for (size_t i = 0; i < t->csv.row_n; i++) {
        rows[i].index = i;
        if (read_arrival(t, i, &rows[i].arrival_ns)) {
            read_service(t, i, &rows[i].service_ns);
        }
    }
    if (t->bad_n > BAD_ROWS_SHOWN) {
        diag_error(t->d, csvin_span(&t->csv, t->csv.row_n - 1, -1),
                   "and %lld more rows are wrong", (long long)(t->bad_n - BAD_ROWS_SHOWN));
    }
    return t->bad_n == 0;
}

/* Sorted rows relative to t = 0, sped up. */
static bool fill(struct reading *t, struct arena *arena, const struct row *rows,
                 struct trace_rows *out)
{
    const size_t n = t->csv.row_n;
    out->arrival_ns = arena_alloc(arena, n, sizeof *out->arrival_ns);
    out->service_ns = arena_alloc(arena, n, sizeof *out->service_ns);
    if (out->arrival_ns == NULL || out->service_ns == NULL) {
        return diag_machine(t->d, "out of memory while reading '%s'", t->conf->shown);
    }
    const double speedup = t->conf->speedup;
    const int64_t zero = t->conf->from_first && n > 0 ? rows[0].arrival_ns : 0;
    const bool as_is = !(speedup < 1 || speedup > 1);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].arrival_ns < zero) {
            diag_error(t->d, t->conf->arrival_at, "'%s' has an arrival before its zero",
                       t->conf->shown);
            diag_help(t->d, "write zero: first to count from the first row");
            return false;
        }
        const int64_t since = rows[i].arrival_ns - zero;
        const double sped = rint((double)since / speedup);
        if (!(sped <= (double)TIME_MAX_NS)) {
            diag_error(t->d, t->conf->file_at, "'%s' ends later than 104 days after its zero",
                       t->conf->shown);
            diag_help(t->d, "write zero: first in 'arrival' to count from the first row");
            return false;
        }
        out->arrival_ns[i] = as_is ? since : (int64_t)sped;
        out->service_ns[i] = rows[i].service_ns;
        sum += (double)rows[i].service_ns;
    }
    out->n = (int64_t)n;
    out->span_ns = n > 0 ? out->arrival_ns[n - 1] : 0;
    out->service_mean_ns = n > 0 ? sum / (double)n : 0.0;
    return true;
}

/* A file that the scenario names and that is not there is a mistake in the scenario. */
static bool can_open(const struct reading *t)
{
    FILE *f = fopen(t->conf->path, "rb");
    if (f != NULL) {
        fclose(f);
        return true;
    }
    diag_error(t->d, t->conf->file_at, "cannot open '%s': %s", t->conf->shown, strerror(errno));
    diag_help(t->d, "the path is relative to the folder of the scenario");
    return false;
}

static bool read_all(struct reading *t, struct arena *arena, struct arena *scratch,
                     struct trace_rows *out)
{
    const struct trace_conf *conf = t->conf;
    if (!can_open(t) || !csvin_read_file(&t->csv, scratch, conf->path, t->d)) {
        return false;
    }
    t->csv.file = conf->path;
    t->arrival = need_column(t, conf->arrival, conf->arrival_at);
    bool ok = t->arrival >= 0;
    if (conf->law != NULL) {
        ok = parse_law(t, scratch) && ok;
    } else {
        t->service = need_column(t, conf->service, conf->service_at);
        ok = ok && t->service >= 0;
    }
    if (!ok) {
        return false;
    }
    if (t->csv.row_n == 0) {
        diag_warning(t->d, conf->file_at, "'%s' has no rows: its VMs ask for nothing",
                     conf->shown);
    }
    struct row *rows = mem_resize(NULL, t->csv.row_n + 1, sizeof *rows);
    if (rows == NULL) {
        return diag_machine(t->d, "out of memory while reading '%s'", conf->shown);
    }
    ok = read_rows(t, rows);
    if (ok) {
        qsort(rows, t->csv.row_n, sizeof *rows, compare_rows);
        ok = fill(t, arena, rows, out);
    }
    mem_free(rows);
    return ok;
}

bool trace_read(struct arena *arena, const struct trace_conf *conf, struct trace_rows *out,
                struct diag *d)
{
    struct arena scratch;
    arena_init(&scratch, "trace");
    struct reading t = {.conf = conf, .d = d, .arrival = -1, .service = -1};
    const bool ok = read_all(&t, arena, &scratch, out);
    arena_fini(&scratch);
    return ok;
}

static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    for (int i = 0; i < 8; i++) {
        hash = (hash ^ ((word >> (8 * i)) & 0xFF)) * UINT64_C(0x100000001b3);
    }
    return hash;
}

uint64_t trace_hash(uint64_t hash, const struct trace_rows *rows)
{
    hash = hash_word(hash, (uint64_t)rows->n);
    for (int64_t i = 0; i < rows->n; i++) {
        hash = hash_word(hash, (uint64_t)rows->arrival_ns[i]);
        hash = hash_word(hash, (uint64_t)rows->service_ns[i]);
    }
    return hash;
}
