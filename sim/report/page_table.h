/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_table.h - a table of the page, row by row. On a narrow screen a row becomes a card, so
 * every cell brings the name of its column along. */
#ifndef SIM_REPORT_PAGE_TABLE_H
#define SIM_REPORT_PAGE_TABLE_H

#include <stdint.h>

#include "sim/base/text.h"
#include "sim/report/stored.h"

enum {
    PAGE_COLUMNS_MAX = MODES_MAX + 2
};

struct page_table {
    struct text *out;
    const char *column[PAGE_COLUMNS_MAX]; /* borrowed */
    int n;
    int at;        /* column of the next cell */
    uint64_t left; /* bits of the columns that hold words */
};

/* Escaped text: what is not a sign of HTML stands for itself; control characters go. */
void page_text(struct text *out, const char *s);

/* `caption` may be NULL. */
void page_table_open(struct page_table *t, const char *caption);
void page_table_close(struct page_table *t);

/* The first column of a row is its name. */
void page_row_open(struct page_table *t, const char *name);
void page_row_close(struct page_table *t);

/* A cell; `class` NULL: a number. With a word below it. */
void page_cell(struct page_table *t, const char *class, const char *s);
void page_cell_word(struct page_table *t, const char *class, const char *s, const char *word);

/* A number that was written into `s`, which is freed. */
void page_cell_done(struct page_table *t, struct text *s);

void page_cell_value(struct page_table *t, const struct estimate *e, double per_unit);
void page_cell_count(struct page_table *t, const struct estimate *e);
void page_cell_time(struct page_table *t, const struct estimate *e);
void page_cell_percent(struct page_table *t, const struct estimate *e);

#endif
