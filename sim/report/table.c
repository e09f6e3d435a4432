/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c - the table: cells live in its arena, widths are taken when it is printed. */
#include "sim/report/table.h"

#include <stdarg.h>
#include <string.h>

enum {
    GAP = 2,      /* blanks between columns */
    SPAN_MIN = 24 /* characters that a sentence needs beside the first column */
};

void table_init(struct table *t)
{
    memset(t, 0, sizeof *t);
    arena_init(&t->arena, "table");
}

void table_fini(struct table *t)
{
    mem_free(t->row);
    arena_fini(&t->arena);
    table_init(t);
}

static const char *table_format(struct table *t, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* The formatted text in the arena, or "" when memory is out. */
static const char *table_format(struct table *t, const char *format, va_list ap)
{
    struct text text;
    text_init(&text);
    text_addfv(&text, format, ap);
    const char *s = text.failed ? NULL : arena_copy(&t->arena, text_str(&text), text.n);
    text_fini(&text);
    if (s == NULL) {
        t->failed = true;
        return "";
    }
    return s;
}

void table_column(struct table *t, enum table_align align, int priority, const char *format,
                  ...)
{
    if (t->column_n == TABLE_COLUMNS_MAX) {
        return;
    }
    va_list ap;
    va_start(ap, format);
    t->column[t->column_n].title = table_format(t, format, ap);
    va_end(ap);
    t->column[t->column_n].align = align;
    t->column[t->column_n].priority = priority;
    t->column_n++;
}

void table_row(struct table *t)
{
    if (t->row_n == t->row_cap) {
        const int cap = t->row_cap == 0 ? 16 : t->row_cap * 2;
        struct table_row *row = mem_resize(t->row, (size_t)cap, sizeof *row);
        if (row == NULL) {
            t->failed = true;
            return;
        }
        t->row = row;
        t->row_cap = cap;
    }
    const char **cell = arena_alloc(&t->arena, (size_t)t->column_n, sizeof *cell);
    if (cell == NULL) {
        t->failed = true;
        return;
    }
    t->row[t->row_n++] = (struct table_row){.cell = cell, .span = NULL};
    t->next = 0;
}

void table_cell(struct table *t, const char *format, ...)
{
    if (t->failed || t->row_n == 0 || t->next >= t->column_n) {
        return;
    }
    va_list ap;
    va_start(ap, format);
    t->row[t->row_n - 1].cell[t->next++] = table_format(t, format, ap);
    va_end(ap);
}

void table_span(struct table *t, const char *text)
{
    if (t->failed || t->row_n == 0) {
        return;
    }
    const char *s = arena_copy(&t->arena, text, strlen(text));
    t->failed = t->failed || s == NULL;
    t->row[t->row_n - 1].span = s;
}

/* ---- Printing ---- */

static void table_measure(struct table *t)
{
    for (int c = 0; c < t->column_n; c++) {
        size_t width = text_width(t->column[c].title);
        for (int r = 0; r < t->row_n; r++) {
            const char *s = t->row[r].cell[c];
            const size_t n = s == NULL ? 0 : text_width(s);
            width = n > width ? n : width;
        }
        t->column[c].width = width;
    }
}

static size_t table_width(const struct table *t)
{
    size_t width = 0;
    for (int c = 0; c < t->column_n; c++) {
        if (!t->column[c].is_dropped) {
            width += t->column[c].width + (width > 0 ? GAP : 0);
        }
    }
    return width;
}

int table_fit(struct table *t, size_t width)
{
    int dropped_n = 0;
    table_measure(t);
    for (int c = 0; c < t->column_n; c++) {
        t->column[c].is_dropped = false;
    }
    while (table_width(t) > width) {
        int victim = -1;
        for (int c = 0; c < t->column_n; c++) {
            if (!t->column[c].is_dropped && t->column[c].priority > 0 &&
                (victim < 0 || t->column[c].priority >= t->column[victim].priority)) {
                victim = c;
            }
        }
        if (victim < 0) {
            break;
        }
        t->column[victim].is_dropped = true;
        dropped_n++;
    }
    return dropped_n;
}

/* One cell with its gap; blanks at the end of a line are left out. */
static void print_cell(const struct table *t, int c, const char *s, size_t *owed,
                       struct text *sink)
{
    const size_t n = text_width(s);
    const size_t fill = t->column[c].width > n ? t->column[c].width - n : 0;
    if (n > 0) {
        text_pad(sink, *owed + (t->column[c].align == TABLE_RIGHT ? fill : 0));
        text_add(sink, s);
        *owed = t->column[c].align == TABLE_RIGHT ? 0 : fill;
    } else {
        *owed += fill;
    }
    *owed += GAP;
}

static void print_line(const struct table *t, const struct table_row *row, size_t indent,
                       struct text *sink)
{
    size_t owed = indent;
    for (int c = 0; c < t->column_n; c++) {
        if (!t->column[c].is_dropped) {
            const char *s = row == NULL ? t->column[c].title : row->cell[c];
            print_cell(t, c, s == NULL ? "" : s, &owed, sink);
        }
    }
    text_add(sink, "\n");
}

void table_wrap(struct text *sink, const char *s, size_t at, size_t width, size_t indent)
{
    bool is_line_start = true;
    while (*s != '\0') {
        const size_t word_n = strcspn(s, " \n");
        size_t word_width = 0;
        for (size_t i = 0; i < word_n; i++) {
            word_width += ((unsigned char)s[i] & 0xC0) != 0x80;
        }
        if (!is_line_start && at + 1 + word_width > width) {
            text_add(sink, "\n");
            text_pad(sink, indent);
            at = indent;
        } else if (!is_line_start) {
            text_add(sink, " ");
            at++;
        }
        text_add_n(sink, s, word_n);
        at += word_width;
        is_line_start = false;
        s += word_n;
        s += strspn(s, " ");
        for (; *s == '\n'; s++) {
            text_add(sink, "\n");
            at = 0;
            is_line_start = true;
        }
    }
    text_add(sink, "\n");
}

void table_paragraph(struct text *sink, int width, size_t indent, struct text *line)
{
    if (line->n > 0) {
        text_pad(sink, indent);
        table_wrap(sink, text_str(line), indent, (size_t)width, indent + 2);
    }
    sink->failed = sink->failed || line->failed;
    text_fini(line);
}

void table_print(struct table *t, size_t width, size_t indent, struct text *sink)
{
    table_fit(t, width > indent ? width - indent : 0);
    print_line(t, NULL, indent, sink);
    for (int r = 0; r < t->row_n; r++) {
        const struct table_row *row = &t->row[r];
        if (row->span == NULL) {
            print_line(t, row, indent, sink);
            continue;
        }
        const char *first = t->column_n > 0 && row->cell[0] != NULL ? row->cell[0] : "";
        const size_t first_n = text_width(first);
        const size_t column = t->column_n > 0 ? t->column[0].width : 0;
        text_pad(sink, indent);
        text_add(sink, first);
        size_t at = indent + column + GAP;
        if (at + SPAN_MIN > width) { /* too narrow beside the cell: below it */
            at = indent + GAP;
            text_add(sink, "\n");
            text_pad(sink, at);
        } else {
            text_pad(sink, (column > first_n ? column - first_n : 0) + GAP);
        }
        table_wrap(sink, row->span, at, width, at);
    }
    sink->failed = sink->failed || t->failed;
}
