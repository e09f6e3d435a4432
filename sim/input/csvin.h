/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csvin.h - libcsv behind a door: a table of text cells whose columns are found by name.
 *
 * The first row names the columns; their order is free and columns that nobody asks for do no
 * harm. A row may be shorter than the header: what is missing is blank. Blanks around an
 * unquoted cell are dropped, blank lines are skipped, a byte order mark is ignored, lines end
 * in LF, CRLF or CR, the last one perhaps in nothing. A cell keeps its bytes; a blank cell
 * means "unknown". Time O(bytes), memory about the file's size plus 4 bytes a cell and 4 a row.
 * Owns nothing: all of it lives in the caller's arena. */
#ifndef SIM_INPUT_CSVIN_H
#define SIM_INPUT_CSVIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"

enum {
    CSVIN_COLUMNS_MAX = 16384,
    CSVIN_BYTES_MAX = 1 << 30
};

struct csvin {
    const char *file;    /* for messages; borrowed */
    const char *text;    /* every cell where the file has it, NUL-terminated; in the arena */
    uint32_t *cell;      /* [row_n * column_n] offset into text */
    int32_t *line;       /* [row_n] line of the file on which the row begins, from 1 */
    const char **column; /* [column_n] names as written, "" where the header cell is blank */
    uint32_t *by_name;   /* [column_n] indices of column[] in the order of their names */
    size_t row_n;        /* rows below the header */
    int column_n;
    int header_line;
};

/* Reads a whole table.
 *   file   the name in messages; borrowed as long as c is used
 *   bytes  [n] the contents, any bytes; not kept
 * Returns false, with one diagnostic at file:line, for: no header, two columns of one name, a
 * row with more cells than the header, a stray or unclosed quote, a NUL byte, more
 * than CSVIN_COLUMNS_MAX columns or CSVIN_BYTES_MAX bytes, memory out. */
bool csvin_read(struct csvin *c, struct arena *a, const char *file, const char *bytes, size_t n,
                struct diag *d);

/* The whole file at `path` through csvin_read, under the same limits. Absent or unreadable
 * files are machine diagnostics. `path` is borrowed as long as c is used. */
bool csvin_read_file(struct csvin *c, struct arena *a, const char *path, struct diag *d);

/* Index of the column with exactly this name, or -1. O(log columns). */
int csvin_column(const struct csvin *c, const char *name);

/* As csvin_column; -1 is a diagnostic that names the nearest column. */
int csvin_column_need(const struct csvin *c, const char *name, struct diag *d);

/* The text of a cell, "" when blank. row < row_n; col from csvin_column. col -1 gives "" (a
 * column that is not there is blank in every row). Valid as long as the arena. */
const char *csvin_cell(const struct csvin *c, size_t row, int col);

/* Line of the file on which a row begins, from 1. */
int csvin_line(const struct csvin *c, size_t row);

/* A cell's place for a diagnostic: where its text begins, behind an opening quote; of a cell
 * that is not there, where the row ends. The row's for column -1. O(bytes of the row). */
struct span csvin_span(const struct csvin *c, size_t row, int col);

struct csvin_at {
    size_t row;
    int col;
};

enum csvin_got {
    CSVIN_BLANK, /* *out is untouched */
    CSVIN_VALUE,
    CSVIN_WRONG /* *out is untouched; a diagnostic names line, column and contents */
};

/* A whole decimal number in [lo, hi]. */
enum csvin_got csvin_int(const struct csvin *c, struct csvin_at at, const int64_t range[2],
                         int64_t *out, struct diag *d);

/* A finite decimal number in [lo, hi], point as decimal mark whatever the locale. */
enum csvin_got csvin_double(const struct csvin *c, struct csvin_at at, const double range[2],
                            double *out, struct diag *d);

/* y or n (yes, no, true, false as well). */
enum csvin_got csvin_bool(const struct csvin *c, struct csvin_at at, bool *out, struct diag *d);

#endif
