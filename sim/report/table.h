/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - aligned columns of text that give up columns, by priority, rather than wrap.
 *
 * Cells are strings; a column is as wide as its widest cell, in characters. A row may also be a
 * first cell and a sentence that runs over the other columns and wraps with an indent. */
#ifndef SIM_REPORT_TABLE_H
#define SIM_REPORT_TABLE_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/base/text.h"

enum {
    TABLE_COLUMNS_MAX = 300
};

enum table_align {
    TABLE_LEFT,
    TABLE_RIGHT
};

struct table_row {
    const char **cell; /* [column_n]; NULL entries are blank */
    const char *span;  /* the sentence instead of cells 1 .., or NULL */
};

struct table {
    struct arena arena;
    int column_n;
    struct {
        const char *title;
        enum table_align align;
        int priority; /* 0 is never left out; the greatest goes first */
        bool is_dropped;
        size_t width;
    } column[TABLE_COLUMNS_MAX];
    struct table_row *row; /* [row_n], heap */
    int row_n, row_cap;
    int next;    /* column of the next cell */
    bool failed; /* out of memory: the table is incomplete */
};

void table_init(struct table *t);
void table_fini(struct table *t);

/* Columns come before rows. More than TABLE_COLUMNS_MAX are ignored. */
void table_column(struct table *t, enum table_align align, int priority, const char *format,
                  ...) __attribute__((format(printf, 4, 5)));

/* A new row; its cells follow from left to right. */
void table_row(struct table *t);
void table_cell(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The rest of the row as one sentence. */
void table_span(struct table *t, const char *text);

/* Number of columns that `width` leaves out. */
int table_fit(struct table *t, size_t width);

/* Appends the table, indented; sets sink->failed when the table is incomplete. */
void table_print(struct table *t, size_t width, size_t indent, struct text *sink);

/* Appends s broken at blanks into lines of at most `width` characters; lines after the first
 * begin with `indent` blanks, but for those after a line feed in s. `at` is where the first
 * line stands already. */
void table_wrap(struct text *sink, const char *s, size_t at, size_t width, size_t indent);

/* Appends the line, indented, its further lines by two more, and frees it. An empty line is
 * nothing. `width` >= 0. */
void table_paragraph(struct text *sink, int width, size_t indent, struct text *line);

#endif
