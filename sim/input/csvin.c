/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csvin.c - libcsv behind a door: the only file that sees csv.h.
 *
 * The text is fed to libcsv line by line, so that the line of every row is known; libcsv hands
 * back cells, which are copied into a single buffer to where the file has them. No cell is
 * longer than what it was read from and its separator, or the end of its row, becomes its NUL,
 * so that the buffer is as long as the file; of what is not in a cell only blanks before a row
 * and opening quotes are kept. A cell's column follows from its offset. Rows are at most one
 * for each line. Nothing grows. A mistake stops the parser by a flag that the callbacks look
 * at. O(bytes). */
#include "sim/input/csvin.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "sim/base/near.h"
#include "sim/base/text.h"

enum {
    SHOWN_MAX = 60 /* characters of a cell that a message quotes */
};

/* The state of one reading. */
struct reading {
    struct csvin *c;
    struct arena *arena;
    struct diag *d;
    const char *bytes; /* [byte_n] what is read, without a zero byte */
    size_t byte_n;
    char *text; /* [text_cap] */
    size_t text_cap;
    size_t at;       /* in bytes: the next cell begins here, or behind blanks */
    size_t cell_end; /* in text: the zero byte that ends the last cell */
    size_t cell_n;   /* cells in c->cell */
    size_t cell_cap;
    size_t row_cap;
    size_t in_row;    /* cells of the row that is being read */
    uint32_t *header; /* offsets of the header's cells; scratch */
    int line;         /* of the chunk that is being fed */
    int row_line;     /* on which the row that is being read begins */
    bool in_between;  /* no row has begun since the last one ended */
    bool has_header;
    bool failed;
};

static struct span at_line(const char *file, int line)
{
    return (struct span){.file = file, .line = line, .col = 1, .len = 1};
}

static void *heap_resize(void *p, size_t n)
{
    return mem_resize(p, n, 1);
}

/* ---- Cells and rows ---- */

static void fail_memory(struct reading *r)
{
    diag_machine(r->d, "not enough memory for the table %s", r->c->file);
    r->failed = true;
}

/* Stores where a cell begins. Rows may be short, but not so short that a small file makes a
 * huge table. */
static bool add_offset(struct reading *r, uint32_t offset)
{
    if (r->cell_n == r->cell_cap) {
        r->failed = true;
        return diag_error(
            r->d, at_line(r->c->file, r->row_line),
            "the rows down to this one lack most of the %d cells that the header names",
            r->c->column_n);
    }
    r->c->cell[r->cell_n++] = offset;
    return true;
}

static size_t skip_blanks(const struct reading *r, size_t at)
{
    while (at < r->byte_n && (r->bytes[at] == ' ' || r->bytes[at] == '\t')) {
        at++;
    }
    return at;
}

/* Offset of the cell of n bytes that libcsv has found; moves behind its separator. */
static size_t locate(struct reading *r, size_t n)
{
    const char *s = r->bytes;
    while (r->in_row == 0 && r->at < r->byte_n && strchr(" \t\r\n", s[r->at]) != NULL) {
        const bool is_blank = s[r->at] == ' ' || s[r->at] == '\t';
        r->text[r->at++] = is_blank ? ' ' : '\0';
    }
    size_t from = skip_blanks(r, r->at);
    size_t to = from + n;
    if (from < r->byte_n && s[from] == '"') {
        r->text[from++] = '"';
        for (to = from;
             to < r->byte_n && (s[to] != '"' || (to + 1 < r->byte_n && s[to + 1] == '"'));) {
            to += s[to] == '"' ? 2 : 1;
        }
        to++;
    }
    to = skip_blanks(r, to);
    r->at = to < r->byte_n && s[to] == ',' ? to + 1 : to;
    return from;
}

static void take_cell(void *bytes, size_t n, void *data)
{
    struct reading *r = data;
    if (r->failed) {
        return;
    }
    const size_t from = locate(r, n);
    const uint32_t offset = (uint32_t)from;
    assert(n < r->text_cap - from);
    if (n > 0) {
        memcpy(r->text + from, bytes, n);
    }
    r->cell_end = from + n; /* the arena's zero ends the cell */
    if (!r->has_header) {
        if (r->in_row == CSVIN_COLUMNS_MAX) {
            r->failed = true;
            diag_error(r->d, at_line(r->c->file, r->row_line),
                       "the header has more than %d columns", CSVIN_COLUMNS_MAX);
            return;
        }
        r->header[r->in_row] = offset;
    } else if (r->in_row < (size_t)r->c->column_n) {
        if (!add_offset(r, offset)) {
            return;
        }
    } else if (n > 0) {
        r->failed = true;
        diag_error(r->d, at_line(r->c->file, r->row_line),
                   "this row has more cells than the header, which names %d", r->c->column_n);
        diag_help(r->d, "a cell that contains a comma is written in quotes");
    }
    r->in_row++;
}

struct named {
    const char *name;
    uint32_t ix;
};

static int by_name_then_place(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    if (order != 0) {
        return order;
    }
    return x->ix < y->ix ? -1 : 1;
}

/* Sorts the columns by name and refuses two of one name. Nameless columns may be many. */
static bool index_columns(struct reading *r)
{
    struct csvin *c = r->c;
    size_t n = (size_t)c->column_n;
    struct named *list = mem_resize(NULL, n, sizeof *list);
    if (list == NULL) {
        fail_memory(r);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        list[i] = (struct named){.name = c->column[i], .ix = (uint32_t)i};
    }
    qsort(list, n, sizeof *list, by_name_then_place);
    for (size_t i = 0; i < n; i++) {
        c->by_name[i] = list[i].ix;
        if (i > 0 && list[i].name[0] != '\0' && strcmp(list[i].name, list[i - 1].name) == 0) {
            r->failed = true;
            diag_error(r->d, at_line(c->file, c->header_line),
                       "two columns are named '%.*s', number %u and number %u", SHOWN_MAX,
                       list[i].name, list[i - 1].ix + 1, list[i].ix + 1);
            break;
        }
    }
    mem_free(list);
    return !r->failed;
}

/* The header is complete: names the columns and makes room for the cells. A cell needs at least
 * its separator, so there are no more cells than bytes however many lines are blank. */
static void end_header(struct reading *r)
{
    struct csvin *c = r->c;
    size_t n = r->in_row;
    c->column_n = (int)n;
    c->header_line = r->row_line;
    c->column = arena_alloc(r->arena, n, sizeof *c->column);
    c->by_name = arena_alloc(r->arena, n, sizeof *c->by_name);
    size_t by_rows = r->row_cap > SIZE_MAX / n ? SIZE_MAX : r->row_cap * n;
    size_t by_bytes = r->text_cap * 4 + 65536;
    r->cell_cap = by_rows < by_bytes ? by_rows : by_bytes;
    c->cell = arena_alloc(r->arena, r->cell_cap, sizeof *c->cell);
    if (c->column == NULL || c->by_name == NULL || c->cell == NULL) {
        fail_memory(r);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        c->column[i] = r->text + r->header[i];
    }
    r->has_header = true;
    index_columns(r);
}

static void end_row(int ended_by, void *data)
{
    struct reading *r = data;
    (void)ended_by;
    if (r->failed) {
        return;
    }
    struct csvin *c = r->c;
    if (!r->has_header) {
        end_header(r);
    } else {
        assert(c->row_n < r->row_cap);
        /* Missing cells at the end of a row are blank: unknown, and refused where they are
         * needed. */
        for (; r->in_row < (size_t)c->column_n; r->in_row++) {
            if (!add_offset(r, (uint32_t)r->cell_end)) {
                return;
            }
        }
        c->line[c->row_n++] = r->row_line;
    }
    r->in_row = 0;
    r->in_between = true;
}

/* ---- Reading ---- */

/* Bytes up to and with the next line end: LF, CRLF, or CR alone. */
static size_t line_length(const char *s, size_t n)
{
    const char *lf = memchr(s, '\n', n);
    size_t to_lf = lf == NULL ? n : (size_t)(lf - s) + 1;
    const char *cr = memchr(s, '\r', to_lf);
    if (cr == NULL) {
        return to_lf;
    }
    size_t to_cr = (size_t)(cr - s) + 1;
    return to_cr < n && s[to_cr] == '\n' ? to_cr + 1 : to_cr;
}

static bool is_blank(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] != ' ' && s[i] != '\t' && s[i] != '\n' && s[i] != '\r') {
            return false;
        }
    }
    return true;
}

/* Lines in the text; without the empty ones if only rows matter. */
static size_t count_lines(const char *s, size_t n, bool skip_empty)
{
    size_t lines = 0;
    for (size_t i = 0; i < n;) {
        size_t length = line_length(s + i, n - i);
        lines += !skip_empty || (s[i] != '\n' && s[i] != '\r') ? 1U : 0U;
        i += length;
    }
    return lines;
}

static void fail_parse(struct reading *r, int code)
{
    if (r->failed) {
        return;
    }
    if (code != CSV_EPARSE) {
        fail_memory(r);
        return;
    }
    r->failed = true;
    diag_error(r->d, at_line(r->c->file, r->row_line),
               "a double quote stands in the wrong place, or is not closed");
    diag_help(r->d, "quote the whole cell and double a quote inside it: \"say \"\"yes\"\"\"");
}

static void feed(struct reading *r, struct csv_parser *p, const char *s, size_t n)
{
    for (size_t i = 0; i < n && !r->failed;) {
        size_t length = line_length(s + i, n - i);
        r->line++;
        if (r->in_between && !is_blank(s + i, length)) {
            r->row_line = r->line;
            r->in_between = false;
        }
        if (csv_parse(p, s + i, length, take_cell, end_row, r) != length) {
            fail_parse(r, csv_error(p));
        }
        i += length;
    }
    if (!r->failed && csv_fini(p, take_cell, end_row, r) != 0) {
        fail_parse(r, csv_error(p));
    }
}

static bool sized(struct reading *r, const char *bytes, size_t n)
{
    struct csvin *c = r->c;
    if (n > CSVIN_BYTES_MAX) {
        return diag_error(r->d, at_line(c->file, 1), "the table has more than %d bytes",
                          CSVIN_BYTES_MAX);
    }
    const char *nul = n > 0 ? memchr(bytes, '\0', n) : NULL;
    if (nul != NULL) {
        int line = (int)count_lines(bytes, (size_t)(nul - bytes) + 1, false);
        diag_error(r->d, at_line(c->file, line), "a zero byte: this is not a text in UTF-8");
        diag_help(r->d, "save the table as CSV in UTF-8");
        return false;
    }
    r->row_cap = count_lines(bytes, n, true);
    r->text_cap = n + 2; /* a last line without an end still needs its NUL */
    r->text = arena_alloc(r->arena, r->text_cap, 1);
    c->line = arena_alloc(r->arena, r->row_cap, sizeof *c->line);
    r->header = mem_resize(NULL, CSVIN_COLUMNS_MAX, sizeof *r->header);
    if (r->text == NULL || c->line == NULL || r->header == NULL) {
        fail_memory(r);
        return false;
    }
    c->text = r->text;
    return true;
}

bool csvin_read(struct csvin *c, struct arena *a, const char *file, const char *bytes, size_t n,
                struct diag *d)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* UTF-8 byte order mark */
    *c = (struct csvin){.file = file};
    struct reading r = {.c = c, .arena = a, .d = d, .in_between = true};
    if (n >= 3 && memcmp(bytes, mark, 3) == 0) {
        bytes += 3;
        n -= 3;
    }
    r.bytes = bytes;
    r.byte_n = n;
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        return diag_machine(d, "cannot start the CSV reader");
    }
    csv_set_realloc_func(&parser, heap_resize);
    csv_set_free_func(&parser, mem_free);
    bool ok = sized(&r, bytes, n);
    if (ok) {
        feed(&r, &parser, bytes, n);
        ok = !r.failed;
    }
    if (ok && !r.has_header) {
        ok = diag_error(d, at_line(file, 1), "the table is empty: not even a header row");
    }
    csv_free(&parser);
    mem_free(r.header);
    return ok;
}

bool csvin_read_file(struct csvin *c, struct arena *a, const char *path, struct diag *d)
{
    *c = (struct csvin){.file = path};
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return diag_machine(d, "cannot open %s: %s", path, strerror(errno));
    }
    char *buffer = NULL;
    size_t n = 0, cap = 0;
    bool ok = true;
    while (ok) {
        if (n == cap) {
            size_t larger = cap == 0 ? (size_t)1 << 16 : cap * 2;
            char *grown = mem_resize(buffer, larger, 1);
            if (grown == NULL) {
                ok = diag_machine(d, "not enough memory to read %s", path);
                break;
            }
            buffer = grown;
            cap = larger;
        }
        size_t got = fread(buffer + n, 1, cap - n, f);
        n += got;
        if (n > CSVIN_BYTES_MAX || got == 0) {
            break; /* csvin_read refuses what is too large */
        }
    }
    if (ok && ferror(f)) {
        ok = diag_machine(d, "cannot read %s: %s", path, strerror(errno));
    }
    fclose(f);
    ok = ok && csvin_read(c, a, path, buffer, n, d);
    mem_free(buffer);
    return ok;
}

/* ---- Looking up ---- */

int csvin_column(const struct csvin *c, const char *name)
{
    size_t low = 0, high = (size_t)c->column_n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = strcmp(c->column[c->by_name[mid]], name);
        if (order == 0) {
            return (int)c->by_name[mid];
        }
        if (order < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return -1;
}

int csvin_column_need(const struct csvin *c, const char *name, struct diag *d)
{
    int col = csvin_column(c, name);
    if (col < 0) {
        diag_error(d, at_line(c->file, c->header_line), "there is no column '%s'", name);
        const char *nearest = near_find(name, c->column, (size_t)c->column_n);
        if (nearest != NULL && nearest[0] != '\0') {
            diag_help(d, "did you mean '%.*s'?", SHOWN_MAX, nearest);
        } else {
            diag_help(d, "the first row of the table names the columns");
        }
    }
    return col;
}

const char *csvin_cell(const struct csvin *c, size_t row, int col)
{
    assert(row < c->row_n);
    assert(col < c->column_n);
    if (col < 0) {
        return "";
    }
    return c->text + c->cell[row * (size_t)c->column_n + (size_t)col];
}

int csvin_line(const struct csvin *c, size_t row)
{
    assert(row < c->row_n);
    return c->line[row];
}

struct span csvin_span(const struct csvin *c, size_t row, int col)
{
    struct span span = at_line(c->file, csvin_line(c, row));
    if (col < 0) {
        return span;
    }
    const uint32_t *cell = &c->cell[row * (size_t)c->column_n];
    size_t from = cell[0];
    while (from > 0 && c->text[from - 1] != '\0') {
        from--; /* blanks and a quote before the first cell */
    }
    for (; from < cell[col]; from++) {
        if (c->text[from] == '\n') {
            span.line++;
            span.col = 1;
        } else {
            span.col += ((unsigned char)c->text[from] & 0xC0) != 0x80;
        }
    }
    const int width = (int)text_width(c->text + from);
    span.len = width > 1 ? width : 1;
    return span;
}

/* ---- Typed cells ---- */

static enum csvin_got wrong(const struct csvin *c, struct csvin_at at, const char *expected,
                            struct diag *d)
{
    diag_error(d, csvin_span(c, at.row, at.col), "column '%s' has '%.*s' where %s is due",
               c->column[at.col], SHOWN_MAX, csvin_cell(c, at.row, at.col), expected);
    return CSVIN_WRONG;
}

/* Only decimal spellings: strtod alone would take "inf", "nan" and hexadecimal. */
static bool read_decimal(const char *s, double *value)
{
    char *end = NULL;
    *value = strtod(s, &end);
    return s[strspn(s, "+-.0123456789eE")] == '\0' && end != s && *end == '\0' &&
           isfinite(*value);
}

enum csvin_got csvin_int(const struct csvin *c, struct csvin_at at, const int64_t range[2],
                         int64_t *out, struct diag *d)
{
    const char *s = csvin_cell(c, at.row, at.col);
    if (s[0] == '\0') {
        return CSVIN_BLANK;
    }
    char *end = NULL;
    double number = 0;
    errno = 0;
    long long value = strtoll(s, &end, 10);
    if (*end != '\0' && read_decimal(s, &number)) {
        /* "66.0" and "1e3" are whole numbers too, as far as a double holds them exactly. */
        if (fabs(number) > 9007199254740992.0 || fabs(number - nearbyint(number)) > 0) {
            return wrong(c, at, "a whole number", d);
        }
        value = (long long)number;
    } else if (*end != '\0' || s[strspn(s, "+-0123456789")] != '\0') {
        return wrong(c, at, "a whole number", d);
    }
    if (errno != 0 || value < range[0] || value > range[1]) {
        char expected[80];
        snprintf(expected, sizeof expected, "a number from %lld to %lld", (long long)range[0],
                 (long long)range[1]);
        return wrong(c, at, expected, d);
    }
    *out = value;
    return CSVIN_VALUE;
}

enum csvin_got csvin_double(const struct csvin *c, struct csvin_at at, const double range[2],
                            double *out, struct diag *d)
{
    const char *s = csvin_cell(c, at.row, at.col);
    if (s[0] == '\0') {
        return CSVIN_BLANK;
    }
    double value = 0;
    if (!read_decimal(s, &value)) {
        return wrong(c, at, "a decimal number", d);
    }
    if (value < range[0] || value > range[1]) {
        char expected[80];
        snprintf(expected, sizeof expected, "a number from %g to %g", range[0], range[1]);
        return wrong(c, at, expected, d);
    }
    *out = value;
    return CSVIN_VALUE;
}

enum csvin_got csvin_bool(const struct csvin *c, struct csvin_at at, bool *out, struct diag *d)
{
    static const char *const yes[] = {"y", "yes", "true"};
    static const char *const no[] = {"n", "no", "false"};
    const char *s = csvin_cell(c, at.row, at.col);
    if (s[0] == '\0') {
        return CSVIN_BLANK;
    }
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (strcmp(s, yes[i]) == 0 || strcmp(s, no[i]) == 0) {
            *out = strcmp(s, yes[i]) == 0;
            return CSVIN_VALUE;
        }
    }
    return wrong(c, at, "y or n", d);
}
