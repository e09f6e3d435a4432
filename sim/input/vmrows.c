/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmrows.c - cells into whole numbers, rows into shapes.
 *
 * Every number is read as a decimal into int64 at a scale at which its unit is whole, so that
 * "66.0", "6.6e1" and "66" are one number, 66.5 GPUs are an error and half a MiB is not. What a
 * VM asks for is rounded up: to thousandths of a GPU and to whole GiB. Times are whole ns from
 * the first creation. */
#include "sim/input/vmrows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/fraction.h"
#include "models/tenant.h"
#include "sim/base/units.h"
#include "sim/input/csvin.h"
#include "sim/input/trace.h"

enum {
    ROWS_SHOWN = 20,
    COLUMNS_LISTED = 64,
    GPUS_LISTED = 128,
    SLOTS = 4 * VM_SHAPES_MAX /* of the table of shapes */
};

#define WHEN_MAX_NS INT64_C(4000000000000000000) /* differences stay inside int64 */
#define CPU_MAX     (INT64_C(1) << 40)
#define GIB         (INT64_C(1) << 30)

struct rows {
    struct vm_trace *t;
    struct arena *arena;
    const struct catalog *catalog;
    const struct vmrows_spans *at;
    struct diag *d;
    struct csvin csv;
    int column[VM_KEYS]; /* -1: none */
    int64_t bad_n;
    int slot[SLOTS]; /* shape, or -1 */
};

/* ---- Cells ---- */

static bool bad_cell(struct rows *r, size_t row, int column, const char *what)
{
    if (++r->bad_n > ROWS_SHOWN) {
        return false;
    }
    const char *cell = csvin_cell(&r->csv, row, column);
    const char *name = r->csv.column[column];
    if (cell[0] == '\0') {
        return diag_error(r->d, csvin_span(&r->csv, row, column), "'%s' is blank", name);
    }
    return diag_error(r->d, csvin_span(&r->csv, row, column), "%s: '%.*s' is not %s", name,
                      field_shown(cell), cell, what);
}

/* The cell times ten to the power of scale10, at most `max` and not negative. */
static bool read_number(struct rows *r, size_t row, enum vm_key key, int scale10, int64_t max,
                        const char *what, int64_t *out)
{
    const char *cell = csvin_cell(&r->csv, row, r->column[key]);
    if (!units_decimal(cell, strlen(cell), scale10, out) || *out < 0 || *out > max) {
        return bad_cell(r, row, r->column[key], what);
    }
    return true;
}

static bool read_when(struct rows *r, size_t row, enum vm_key key, int64_t *ns)
{
    static const char *const units[] = {"s", "ms", "us", "ns"};
    static const int scale[] = {9, 6, 3, 0};
    const char *unit = r->t->column[key].unit;
    const char *cell = csvin_cell(&r->csv, row, r->column[key]);
    bool ok = false;
    if (strcmp(unit, "datetime") == 0) {
        ok = trace_datetime(cell, ns);
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(unit, units[i]) == 0) {
            ok = units_decimal(cell, strlen(cell), scale[i], ns);
        }
    }
    if (ok && *ns <= WHEN_MAX_NS && *ns >= -WHEN_MAX_NS) {
        return true;
    }
    const bool is_number = units_is_number(cell, strlen(cell));
    return bad_cell(r, row, r->column[key],
                    strcmp(unit, "datetime") == 0
                        ? "a date and time such as 2023-11-16 18:15:46"
                    : is_number ? "a time within 126 years"
                                : "a number");
}

/* Creation, and deletion where the row has one. */
static bool read_times(struct rows *r, size_t row, struct vm_row *out)
{
    if (!read_when(r, row, VM_CREATED, &out->created_ns)) {
        return false;
    }
    out->deleted_ns = VM_STAYS;
    const enum vm_key key = r->column[VM_DELETED] >= 0 ? VM_DELETED : VM_LIFETIME;
    if (r->column[key] < 0 || csvin_cell(&r->csv, row, r->column[key])[0] == '\0') {
        return true;
    }
    int64_t ns;
    if (!read_when(r, row, key, &ns)) {
        return false;
    }
    if (key == VM_LIFETIME && ns < 0) {
        return bad_cell(r, row, r->column[key], "a time of 0 or more");
    }
    if (key == VM_LIFETIME && ns > WHEN_MAX_NS - out->created_ns) {
        return bad_cell(r, row, r->column[key], "a time within 126 years");
    }
    out->deleted_ns = key == VM_LIFETIME ? out->created_ns + ns : ns;
    return out->deleted_ns >= out->created_ns ||
           bad_cell(r, row, r->column[key], "at or after the creation");
}

/* Bytes, rounded up. */
static bool read_bytes(struct rows *r, size_t row, enum vm_key key, int64_t *bytes)
{
    static const struct {
        const char *unit;
        int64_t bytes;
    } units[] = {
        {"B",   1            },
        {"KiB", 1024         },
        {"MiB", 1 << 20      },
        {"GiB", 1 << 30      },
        {"TiB", 1024 * GIB   },
        {"kB",  1000         },
        {"MB",  1000000      },
        {"GB",  1000000000   },
        {"TB",  1000000000000},
    };
    int64_t unit = 1;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        unit = strcmp(r->t->column[key].unit, units[i].unit) == 0 ? units[i].bytes : unit;
    }
    int64_t thousandths;
    if (!read_number(r, row, key, 3, INT64_MAX / unit - 999, "a number of bytes below 8 PiB",
                     &thousandths)) {
        return false;
    }
    *bytes = (thousandths * unit + 999) / 1000;
    return true;
}

/* ---- What a VM asks for ---- */

static const struct vm_type *find_type(struct rows *r, size_t row)
{
    const char *cell = csvin_cell(&r->csv, row, r->column[VM_TYPE]);
    const char *known[VM_TYPES_MAX];
    for (int i = 0; i < r->t->type_n; i++) {
        if (strcmp(r->t->type[i].name, cell) == 0) {
            return &r->t->type[i];
        }
        known[i] = r->t->type[i].name;
    }
    const bool shown = r->bad_n < ROWS_SHOWN;
    bad_cell(r, row, r->column[VM_TYPE], "one of 'types'");
    if (shown) {
        field_suggest(r->d, cell, known, (size_t)r->t->type_n);
    }
    return NULL;
}

static bool read_gpu(struct rows *r, size_t row, int *milli)
{
    const char *unit = r->t->column[VM_GPU].unit;
    const int scale = strcmp(unit, "gpus") == 0 ? 6 : strcmp(unit, "percent") == 0 ? 4 : 3;
    int64_t micro;
    if (!read_number(r, row, VM_GPU, scale, 1000000, "a part of one GPU, from 0 to all of it",
                     &micro)) {
        return false;
    }
    *milli = (int)((micro + 999) / 1000);
    return true;
}

static bool read_gpus(struct rows *r, size_t row, int *gpus)
{
    int64_t thousandths;
    if (!read_number(r, row, VM_GPUS, 3, 1000 * VGPUS_PER_VM_MAX,
                     "a whole number of GPUs from 0 to 16", &thousandths)) {
        return false;
    }
    *gpus = (int)(thousandths / 1000);
    return thousandths % 1000 == 0 ||
           bad_cell(r, row, r->column[VM_GPUS], "a whole number of GPUs from 0 to 16");
}

/* A VM that states no part of a GPU takes whole ones. */
static bool read_sizes(struct rows *r, size_t row, struct vm_shape *s, struct vm_row *out)
{
    const struct vm_type *type = r->column[VM_TYPE] >= 0 ? find_type(r, row) : NULL;
    int64_t bytes = 0;
    if (r->column[VM_TYPE] >= 0 && !type) {
        return false;
    }
    *s = (struct vm_shape){.gpus = type && type->gpus > 0 ? type->gpus : 1, .wanted = ""};
    if (type) {
        s->milli = type->milli;
        s->gib = type->gib;
        out->cpu_milli = type->cpu_milli;
        out->memory_bytes = type->memory_bytes;
    }
    bool ok = r->column[VM_GPUS] < 0 || read_gpus(r, row, &s->gpus);
    const bool asks = s->gpus > 0;
    if (ok && asks && r->column[VM_GPU] >= 0) {
        ok = read_gpu(r, row, &s->milli);
    }
    if (ok && asks && r->column[VM_GPU] >= 0 && s->milli == 0) {
        s->gpus = 0;
    }
    if (ok && r->column[VM_FRAMEBUFFER] >= 0 && asks) {
        ok = read_bytes(r, row, VM_FRAMEBUFFER, &bytes);
        s->gib = (int)((bytes + GIB - 1) / GIB);
    }
    ok = ok && (r->column[VM_MEMORY] < 0 || read_bytes(r, row, VM_MEMORY, &out->memory_bytes));
    if (ok && r->column[VM_CPUS] >= 0) {
        const bool milli = strcmp(r->t->column[VM_CPUS].unit, "milli") == 0;
        ok = read_number(r, row, VM_CPUS, milli ? 0 : 3, CPU_MAX, "a number of CPUs",
                         &out->cpu_milli);
    }
    if (s->milli == 0 && s->gib == 0) {
        s->milli = FRACTION_ONE;
    }
    return ok;
}

/* ---- Models ---- */

/* The GPU that a name of the file means; -1 with a diagnostic. */
static int find_model(struct rows *r, size_t row, const char *name, size_t n)
{
    const char *known[GPUS_LISTED];
    char word[128];
    (void)snprintf(word, sizeof word, "%.*s", (int)(n < 127 ? n : 127), name);
    for (int i = 0; i < r->t->name_n; i++) {
        if (strcmp(r->t->name[i].name, word) == 0) {
            return r->t->name[i].gpu_ix;
        }
    }
    const int ix = catalog_gpu_find(r->catalog, word);
    if (ix >= 0 || ++r->bad_n > ROWS_SHOWN) {
        return ix;
    }
    size_t known_n = 0;
    for (int i = 0; i < r->t->name_n && known_n < GPUS_LISTED; i++) {
        known[known_n++] = r->t->name[i].name;
    }
    for (int i = 0; i < r->catalog->gpu_n && known_n < GPUS_LISTED; i++) {
        known[known_n++] = r->catalog->gpu[i].key;
    }
    diag_error(r->d, csvin_span(&r->csv, row, r->column[VM_MODEL]),
               "there is no GPU '%.*s' in the catalogue", field_shown(word), word);
    if (r->t->name_n == 0) {
        diag_help(r->d, "say which it is under 'model': names: {%.*s: A100-SXM4-80GB}",
                  field_shown(word), word);
    } else {
        field_suggest(r->d, word, known, known_n);
    }
    return -1;
}

/* The GPUs that the shape may have: alternatives joined by '|'. */
static bool read_models(struct rows *r, size_t row, struct vm_shape *s)
{
    int *model = arena_alloc(r->arena, VM_MODELS_MAX, sizeof *model);
    s->wanted = arena_copy(r->arena, s->wanted, strlen(s->wanted));
    if (!model || !s->wanted) {
        r->bad_n++;
        return diag_machine(r->d, "out of memory while reading '%s'", r->t->shown);
    }
    s->model = model;
    const char *at = s->wanted;
    while (*at != '\0') {
        size_t n = strcspn(at, "|");
        const size_t step = n + (at[n] == '|');
        const char *word = at;
        for (; n > 0 && *word == ' '; n--) {
            word++;
        }
        while (n > 0 && word[n - 1] == ' ') {
            n--;
        }
        if (s->model_n == VM_MODELS_MAX) {
            return bad_cell(r, row, r->column[VM_MODEL], "at most 16 GPUs");
        }
        const int ix = find_model(r, row, word, n);
        if (ix < 0) {
            return false;
        }
        model[s->model_n++] = ix;
        at += step;
    }
    return true;
}

/* ---- Shapes ---- */

static uint64_t add_word(uint64_t hash, uint64_t word)
{
    for (int i = 0; i < 8; i++) {
        hash = (hash ^ ((word >> (8 * i)) & 0xFF)) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static uint64_t hash_shape(uint64_t hash, const struct vm_shape *s)
{
    hash = add_word(hash, (uint64_t)s->gpus);
    hash = add_word(hash, (uint64_t)s->milli);
    hash = add_word(hash, (uint64_t)s->gib);
    for (const char *c = s->wanted; *c != '\0'; c++) {
        hash = add_word(hash, (unsigned char)*c);
    }
    return hash;
}

/* The shape of a row, a new one unless it is known; -1 with a diagnostic. */
static int find_shape(struct rows *r, size_t row, struct vm_shape *s)
{
    struct vm_trace *t = r->t;
    const uint64_t hash = hash_shape(TRACE_HASH_FIRST, s);
    size_t at = (size_t)((hash ^ (hash >> 32)) % SLOTS);
    for (; r->slot[at] >= 0; at = (at + 1) % SLOTS) {
        const struct vm_shape *known = &t->shape[r->slot[at]];
        if (known->gpus == s->gpus && known->milli == s->milli && known->gib == s->gib &&
            strcmp(known->wanted, s->wanted) == 0) {
            return r->slot[at];
        }
    }
    if (t->shape_n == VM_SHAPES_MAX) {
        r->bad_n++;
        diag_error(r->d, csvin_span(&r->csv, row, -1), "more than %d different kinds of VMs",
                   VM_SHAPES_MAX);
        diag_help(r->d, "round what they ask for, or leave out a column");
        return -1;
    }
    if (!read_models(r, row, s)) {
        return -1;
    }
    t->shape[t->shape_n] = *s;
    r->slot[at] = t->shape_n;
    return t->shape_n++;
}

/* ---- Rows ---- */

static int compare_rows(const void *a, const void *b)
{
    const struct vm_row *x = a;
    const struct vm_row *y = b;
    if (x->created_ns != y->created_ns) {
        return x->created_ns < y->created_ns ? -1 : 1;
    }
    return (x->line > y->line) - (x->line < y->line);
}

static bool read_row(struct rows *r, size_t row)
{
    struct vm_trace *t = r->t;
    struct vm_row *out = &t->row[t->row_n];
    struct vm_shape shape;
    *out = (struct vm_row){.line = csvin_line(&r->csv, row)};
    if (!read_times(r, row, out) || !read_sizes(r, row, &shape, out)) {
        return false;
    }
    if (shape.gpus == 0) {
        t->without_gpu++;
        return true;
    }
    shape.wanted =
        r->column[VM_MODEL] >= 0 ? csvin_cell(&r->csv, row, r->column[VM_MODEL]) : "";
    out->shape_ix = find_shape(r, row, &shape);
    t->row_n += out->shape_ix >= 0;
    return out->shape_ix >= 0;
}

/* Columns of the scenario in the file. */
static bool find_columns(struct rows *r)
{
    bool ok = true;
    for (int k = 0; k < VM_KEYS; k++) {
        const char *name = r->t->column[k].column;
        r->column[k] = name ? csvin_column(&r->csv, name) : -1;
        if (!name || r->column[k] >= 0) {
            continue;
        }
        ok = diag_error(r->d, r->at->column_at[k], "'%s' has no column '%.*s'", r->t->shown,
                        field_shown(name), name);
        const int n = r->csv.column_n < COLUMNS_LISTED ? r->csv.column_n : COLUMNS_LISTED;
        field_suggest(r->d, name, r->csv.column, (size_t)n);
    }
    return ok;
}

/* A file that the scenario names and that is not there is a mistake in the scenario. */
static bool can_open(const struct rows *r)
{
    FILE *f = fopen(r->t->path, "rb");
    if (f) {
        fclose(f);
        return true;
    }
    diag_error(r->d, r->at->file_at, "cannot open '%s': %s", r->t->shown, strerror(errno));
    diag_help(r->d, "the path is relative to the folder of the scenario");
    return false;
}

static bool read_rows(struct rows *r)
{
    struct vm_trace *t = r->t;
    const size_t n = r->csv.row_n;
    if (n > VM_ROWS_MAX) {
        return diag_error(r->d, r->at->file_at, "'%s' has %zu rows, more than %d", t->shown, n,
                          VM_ROWS_MAX);
    }
    t->row = arena_alloc(r->arena, n + 1, sizeof *t->row);
    t->shape = arena_alloc(r->arena, VM_SHAPES_MAX, sizeof *t->shape);
    if (!t->row || !t->shape) {
        return diag_machine(r->d, "out of memory while reading '%s'", t->shown);
    }
    for (size_t i = 0; i < n; i++) {
        (void)read_row(r, i);
    }
    if (r->bad_n > ROWS_SHOWN) {
        diag_error(r->d, csvin_span(&r->csv, n - 1, -1), "and %lld more rows are wrong",
                   (long long)(r->bad_n - ROWS_SHOWN));
    }
    qsort(t->row, (size_t)t->row_n, sizeof *t->row, compare_rows);
    const int64_t zero = t->row_n > 0 ? t->row[0].created_ns : 0;
    for (int i = 0; i < t->row_n; i++) {
        t->row[i].created_ns -= zero;
        t->row[i].deleted_ns -= t->row[i].deleted_ns == VM_STAYS ? 0 : zero;
    }
    if (t->row_n == 0 && r->bad_n == 0) {
        diag_error(r->d, r->at->file_at, "no row of '%s' asks for a GPU", t->shown);
        diag_help(r->d, "a row asks for one unless its 'gpus' or its 'gpu' is 0");
    }
    return r->bad_n == 0 && t->row_n > 0;
}

bool vmrows_read(struct vm_trace *t, struct arena *arena, const struct catalog *c,
                 const struct vmrows_spans *at, struct diag *d)
{
    struct arena scratch;
    arena_init(&scratch, "trace");
    struct rows *r = arena_alloc(&scratch, 1, sizeof *r);
    bool ok = r != NULL;
    if (!ok) {
        diag_machine(d, "out of memory while reading '%s'", t->shown);
    } else {
        *r = (struct rows){.t = t, .arena = arena, .catalog = c, .at = at, .d = d};
        for (int i = 0; i < SLOTS; i++) {
            r->slot[i] = -1;
        }
        ok = can_open(r) && csvin_read_file(&r->csv, &scratch, t->path, d);
        r->csv.file = t->path;
        ok = ok && find_columns(r) && read_rows(r);
    }
    arena_fini(&scratch);
    return ok;
}
