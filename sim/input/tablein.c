/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tablein.c - merging by sorting: rows of one key come to lie together, embedded before the
 * user's.
 *
 * Keys are compared without regard to case, by ASCII rules. Columns are found again for each
 * cell, by binary search; a table has a few hundred cells. Sizes are bounded by ROWS_MAX before
 * anything is allocated for them. */
#include "sim/input/tablein.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/data.h"
#include "sim/base/near.h"

enum {
    ROWS_MAX = 100000,
    NO_ROW = -1
};

/* ---- Merging ---- */

static const struct data_file *embedded(const char *name)
{
    for (int i = 0; i < data_files_n; i++) {
        if (strcmp(data_files[i].name, name) == 0) {
            return &data_files[i];
        }
    }
    return NULL;
}

static char *joined_path(struct arena *a, const char *dir, const char *name)
{
    size_t n = strlen(dir) + strlen(name) + 2;
    char *path = arena_alloc(a, n, 1);
    if (path != NULL) {
        snprintf(path, n, "%s/%s", dir, name);
    }
    return path;
}

static bool is_there(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return errno != ENOENT;
    }
    fclose(f);
    return true;
}

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int compare_words(const char *a, const char *b)
{
    while (*a != '\0' && folded(*a) == folded(*b)) {
        a++;
        b++;
    }
    return (int)(unsigned char)folded(*a) - (int)(unsigned char)folded(*b);
}

static int compare_keys(const struct tablein_pair *x, const struct tablein_pair *y)
{
    int order = compare_words(x->key[0], y->key[0]);
    return order != 0 ? order : compare_words(x->key[1], y->key[1]);
}

/* By key; of one key the embedded rows come first, then by place in their file. */
static int by_key(const void *a, const void *b)
{
    const struct tablein_pair *x = a, *y = b;
    int order = compare_keys(x, y);
    if (order != 0) {
        return order;
    }
    if ((x->base == NO_ROW) != (y->base == NO_ROW)) {
        return x->base == NO_ROW ? 1 : -1;
    }
    long i = x->base == NO_ROW ? x->over : x->base, j = y->base == NO_ROW ? y->over : y->base;
    return i < j ? -1 : i > j;
}

/* Embedded rows in their order, then what the user added, in his. */
static int by_place(const void *a, const void *b)
{
    const struct tablein_pair *x = a, *y = b;
    if ((x->base == NO_ROW) != (y->base == NO_ROW)) {
        return x->base == NO_ROW ? 1 : -1;
    }
    long i = x->base == NO_ROW ? x->over : x->base, j = y->base == NO_ROW ? y->over : y->base;
    return i < j ? -1 : i > j;
}

/* Appends the keys of one file to t->pair; a row without one is left out. */
static bool list_keys(struct tablein *t, bool is_over, struct diag *d)
{
    const struct csvin *c = is_over ? &t->over : &t->base;
    int col[2] = {csvin_column_need(c, t->kind->key[0], d), -1};
    if (t->kind->key[1] != NULL) {
        col[1] = csvin_column_need(c, t->kind->key[1], d);
    }
    if (col[0] < 0 || (t->kind->key[1] != NULL && col[1] < 0)) {
        return false;
    }
    for (size_t i = 0; i < c->row_n; i++) {
        struct tablein_pair *row = &t->pair[t->row_n];
        row->key[0] = csvin_cell(c, i, col[0]);
        row->key[1] = csvin_cell(c, i, col[1]);
        row->base = is_over ? NO_ROW : (long)i;
        row->over = is_over ? (long)i : NO_ROW;
        if (row->key[0][0] == '\0') {
            t->lost_rows = true;
            diag_error(d, csvin_span(c, i, col[0]), "column '%s' is blank", t->kind->key[0]);
        } else {
            t->row_n++;
        }
    }
    return true;
}

/* Folds rows of one key into one; the second of two in one file is an error and left out. */
static void fold_keys(struct tablein *t, struct diag *d)
{
    size_t n = 0;
    qsort(t->pair, t->row_n, sizeof *t->pair, by_key);
    for (size_t i = 0; i < t->row_n; i++) {
        struct tablein_pair *last = n > 0 ? &t->pair[n - 1] : NULL, *now = &t->pair[i];
        if (last == NULL || compare_keys(last, now) != 0) {
            t->pair[n++] = *now;
        } else if (last->over == NO_ROW && now->over != NO_ROW) {
            last->over = now->over;
        } else {
            const struct csvin *c = now->over != NO_ROW ? &t->over : &t->base;
            long first = now->over != NO_ROW ? last->over : last->base;
            long second = now->over != NO_ROW ? now->over : now->base;
            t->lost_rows = true;
            diag_error(d, csvin_span(c, (size_t)second, -1),
                       "a second row for %s%s%s; the first is on line %d", now->key[0],
                       now->key[1][0] != '\0' ? " " : "", now->key[1],
                       csvin_line(c, (size_t)first));
        }
    }
    t->row_n = n;
    qsort(t->pair, t->row_n, sizeof *t->pair, by_place);
}

/* A misspelt column of an overlay would be ignored in silence. */
static void warn_strange_columns(const struct tablein *t, struct diag *d)
{
    for (int i = 0; i < t->over.column_n; i++) {
        const char *name = t->over.column[i];
        if (name[0] == '\0' || csvin_column(&t->base, name) >= 0) {
            continue;
        }
        struct span at = {
            .file = t->over.file, .line = t->over.header_line, .col = 1, .len = 1};
        diag_warning(d, at, "column '%s' means nothing in %s and is ignored", name,
                     t->kind->file);
        const char *nearest = near_find(name, t->base.column, (size_t)t->base.column_n);
        if (nearest != NULL && nearest[0] != '\0') {
            diag_help(d, "did you mean '%s'?", nearest);
        }
    }
}

static bool read_overlay(struct tablein *t, struct arena *a, const char *dir, struct diag *d)
{
    char *path = joined_path(a, dir, t->kind->file);
    if (path == NULL) {
        return diag_machine(d, "not enough memory for the catalogue");
    }
    if (!is_there(path)) {
        return true;
    }
    if (!csvin_read_file(&t->over, a, path, d)) {
        return false;
    }
    warn_strange_columns(t, d);
    return true;
}

bool tablein_read(struct tablein *t, const struct tablein_kind *kind, struct arena *a,
                  const char *dir, struct diag *d)
{
    *t = (struct tablein){.kind = kind};
    const struct data_file *file = embedded(kind->file);
    char *name = joined_path(a, "models/data", kind->file);
    assert(file != NULL);
    if (name == NULL) {
        return diag_machine(d, "not enough memory for the catalogue");
    }
    if (!csvin_read(&t->base, a, name, file->bytes, file->n, d) ||
        (dir != NULL && !read_overlay(t, a, dir, d))) {
        return false;
    }
    if (t->base.row_n > ROWS_MAX || t->over.row_n > ROWS_MAX) {
        return diag_error(d, SPAN_NONE, "the table %s has more than %d rows", kind->file,
                          ROWS_MAX);
    }
    t->pair = arena_alloc(a, t->base.row_n + t->over.row_n, sizeof *t->pair);
    if (t->pair == NULL) {
        return diag_machine(d, "not enough memory for the catalogue");
    }
    if (!list_keys(t, false, d) || (t->over.column_n > 0 && !list_keys(t, true, d))) {
        return false;
    }
    fold_keys(t, d);
    return true;
}

bool tablein_has_overlay(const struct tablein_kind *kind, struct arena *a, const char *dir,
                         struct diag *d)
{
    const char *path = joined_path(a, dir, kind->file);
    if (path == NULL) {
        diag_machine(d, "not enough memory for the catalogue");
        return true;
    }
    return is_there(path);
}

/* ---- Cells of a merged row ---- */

/* Which file and row a column's cell comes from; col -1 where neither file has it. */
static const struct csvin *cell_place(const struct tablein_row *r, const char *column,
                                      struct csvin_at *at)
{
    const struct tablein_pair *row = &r->t->pair[r->row];
    if (row->over != NO_ROW) {
        at->row = (size_t)row->over;
        at->col = csvin_column(&r->t->over, column);
        if (at->col >= 0 || row->base == NO_ROW) {
            return &r->t->over;
        }
    }
    at->row = (size_t)row->base;
    at->col = csvin_column(&r->t->base, column);
    return &r->t->base;
}

struct span tablein_span(const struct tablein_row *r)
{
    const struct tablein_pair *row = &r->t->pair[r->row];
    return row->over != NO_ROW ? csvin_span(&r->t->over, (size_t)row->over, -1)
                               : csvin_span(&r->t->base, (size_t)row->base, -1);
}

const char *tablein_text(const struct tablein_row *r, const char *column)
{
    struct csvin_at at;
    const struct csvin *c = cell_place(r, column, &at);
    const char *s = csvin_cell(c, at.row, at.col);
    return s[0] == '\0' ? NULL : s;
}

const char *tablein_need_text(struct tablein_row *r, const char *column)
{
    const char *s = tablein_text(r, column);
    if (s == NULL) {
        r->ok = diag_error(r->d, tablein_span(r),
                           "column '%s' is blank, but every row needs it", column);
        return "";
    }
    return s;
}

const char *tablein_source(const struct tablein_row *r)
{
    const char *s = tablein_text(r, "source");
    return s != NULL ? s : tablein_span(r).file;
}

int tablein_int(struct tablein_row *r, const char *column, int low, int high, int unknown)
{
    struct csvin_at at;
    const struct csvin *c = cell_place(r, column, &at);
    int64_t value = unknown;
    if (csvin_int(c, at, (const int64_t[2]){low, high}, &value, r->d) == CSVIN_WRONG) {
        r->ok = false;
    }
    return (int)value;
}

int tablein_need_int(struct tablein_row *r, const char *column, int low, int high)
{
    tablein_need_text(r, column);
    return tablein_int(r, column, low, high, low);
}

double tablein_double(struct tablein_row *r, const char *column, double low, double high)
{
    struct csvin_at at;
    const struct csvin *c = cell_place(r, column, &at);
    double value = 0;
    if (csvin_double(c, at, (const double[2]){low, high}, &value, r->d) == CSVIN_WRONG) {
        r->ok = false;
    }
    return value;
}

bool tablein_bool(struct tablein_row *r, const char *column)
{
    struct csvin_at at;
    const struct csvin *c = cell_place(r, column, &at);
    bool value = false;
    if (csvin_bool(c, at, &value, r->d) == CSVIN_WRONG) {
        r->ok = false;
    }
    return value;
}

int tablein_list(struct tablein_row *r, const char *column, int max, int *out)
{
    const char *s = tablein_text(r, column);
    int n = 0;
    for (const char *p = s; p != NULL && r->ok;) {
        char *end = NULL;
        errno = 0;
        long value = strtol(p, &end, 10);
        bool is_good = end != p && errno == 0 && value >= 0 && value <= 4096 &&
                       (n == 0 || value > out[n - 1]) && (*end == ';' || *end == '\0');
        if (!is_good || n == max) {
            r->ok =
                diag_error(r->d, tablein_span(r),
                           "column '%s' has '%.60s' where at most %d ascending whole numbers "
                           "joined by ';' are due",
                           column, s, max);
            return 0;
        }
        out[n++] = (int)value;
        p = *end == ';' ? end + 1 : NULL;
    }
    return n;
}

int tablein_choice(struct tablein_row *r, const char *column, const char *const *name, int n)
{
    const char *s = tablein_need_text(r, column);
    for (int i = 0; i < n; i++) {
        if (strcmp(s, name[i]) == 0) {
            return i;
        }
    }
    if (s[0] != '\0') {
        r->ok = diag_error(r->d, tablein_span(r), "column '%s' has '%.60s'", column, s);
        const char *nearest = near_find(s, name, (size_t)n);
        diag_help(r->d, "did you mean '%s'?", nearest != NULL ? nearest : name[0]);
    }
    return 0;
}
