/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fitin.c - rows of measurements, sorted into workloads.
 *
 * Two passes: the first finds which workload each row belongs to and how many there are of
 * each, the second converts the rows into arrays of known size. What is wrong with a row is
 * said with its line, and reading goes on. */
#include "sim/input/fitin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/work.h"
#include "sim/input/field.h"

enum {
    KEYS_MAX = 512,
    FITIN_GPUS_MAX = 256, /* GPUs of which a guess is told once */
    NAME_MAX = 400,       /* characters of a workload's name */
    BAD_ROWS_MAX = 20     /* shown before reading is given up */
};

/* One measurement of the same thing twice may differ by noise, not by this. */
static const double SAME_MAX = 2.0;

struct fitin_columns {
    int group[FITIN_WORDS_MAX];
    int group_n;
    int where[FITIN_WORDS_MAX];
    const char *value[FITIN_WORDS_MAX];
    int gpu, slice, gpcs, batch, throughput, latency, unit;
    bool has_rate_unit; /* the name of the throughput's column says "per s" */
    double latency_ns;  /* of the latency's unit by its column's name; 0: `unit` says */
};

struct fitin_reader {
    const struct csvin *csv;
    const struct catalog *catalog;
    const struct fitin_conf *conf;
    struct arena *arena;
    struct diag *d;
    struct fitin_columns col;
    struct fitin *out;
    int *group_of; /* [row_n] -1: skipped */
    int bad_n;
    int gpu_ix;                /* of --gpu, or -1 */
    bool told[FITIN_GPUS_MAX]; /* that a name was taken for this GPU */
};

/* ---- Columns ---- */

static bool ends_with(const char *s, const char *end)
{
    const size_t n = strlen(s);
    const size_t k = strlen(end);
    return n >= k && strcmp(s + n - k, end) == 0;
}

/* ns of "..._ms"; 0 when the name ends in no unit of time. */
static double suffix_ns(const char *name)
{
    static const struct {
        const char *end;
        double ns;
    } units[] = {
        {"_ms", 1e6},
        {"_us", 1e3},
        {"_ns", 1  },
        {"_s",  1e9}
    };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (ends_with(name, units[i].end)) {
            return units[i].ns;
        }
    }
    return 0;
}

static void find_measures(struct fitin_reader *r)
{
    struct fitin_columns *c = &r->col;
    c->throughput = csvin_column(r->csv, "throughput");
    c->latency = csvin_column(r->csv, "latency");
    for (int i = 0; i < r->csv->column_n; i++) {
        const char *name = r->csv->column[i];
        const bool is_rate = ends_with(name, "_per_s");
        if (c->throughput < 0 && is_rate && strncmp(name, "throughput", 10) == 0) {
            c->throughput = i;
            c->has_rate_unit = true;
        }
        const bool is_time = strstr(name, "latency") != NULL || strstr(name, "time") != NULL;
        if (c->latency < 0 && is_time && !is_rate && suffix_ns(name) > 0) {
            c->latency = i;
            c->latency_ns = suffix_ns(name);
        }
    }
}

static struct span header_at(const struct fitin_reader *r)
{
    return (struct span){.file = r->csv->file, .line = r->csv->header_line, .col = 1, .len = 1};
}

static bool find_groups(struct fitin_reader *r)
{
    static const char *const usual[] = {"model", "gpu", "seq_len"};
    struct fitin_columns *c = &r->col;
    for (int i = 0; i < r->conf->group_n; i++) {
        c->group[c->group_n] = csvin_column_need(r->csv, r->conf->group[i], r->d);
        if (c->group[c->group_n++] < 0) {
            return false;
        }
    }
    for (size_t i = 0; r->conf->group_n == 0 && i < sizeof usual / sizeof usual[0]; i++) {
        const int column = csvin_column(r->csv, usual[i]);
        if (column >= 0) {
            c->group[c->group_n++] = column;
        }
    }
    for (int i = 0; i < r->conf->where_n; i++) {
        const char *word = r->conf->where[i];
        const char *sign = strchr(word, '=');
        if (sign == NULL || sign == word) {
            diag_error(r->d, SPAN_NONE, "--where: '%s' is not COLUMN=VALUE", word);
            diag_help(r->d, "write something like --where batch=1");
            return false;
        }
        char *name = arena_copy(r->arena, word, (size_t)(sign - word));
        if (name == NULL) {
            return diag_machine(r->d, "out of memory while reading '%s'", r->csv->file);
        }
        c->where[i] = csvin_column_need(r->csv, name, r->d);
        c->value[i] = sign + 1;
        if (c->where[i] < 0) {
            return false;
        }
    }
    return true;
}

static bool find_columns(struct fitin_reader *r)
{
    struct fitin_columns *c = &r->col;
    c->gpu = csvin_column(r->csv, "gpu");
    c->slice = csvin_column(r->csv, "slice");
    c->slice = c->slice >= 0 ? c->slice : csvin_column(r->csv, "profile");
    c->gpcs = csvin_column(r->csv, "mig_gpcs");
    c->batch = csvin_column(r->csv, "batch");
    c->unit = csvin_column(r->csv, "unit");
    find_measures(r);
    if (c->gpu < 0 && r->conf->gpu == NULL) {
        diag_error(r->d, header_at(r), "there is no column 'gpu'");
        diag_help(r->d, "add it, or name the GPU of all rows: --gpu A100-SXM4-80GB");
    }
    if (c->slice < 0 && c->gpcs < 0) {
        diag_error(r->d, header_at(r), "there is no column 'slice', 'profile' or 'mig_gpcs'");
        diag_help(r->d, "'slice' holds MIG profiles like 1g.10gb, or full");
    }
    if (c->throughput < 0 && c->latency < 0) {
        diag_error(r->d, header_at(r), "there is no column of throughput or latency");
        diag_help(r->d, "name one throughput_per_s, or latency_ms (us, s)");
    }
    return !diag_failed(r->d) && find_groups(r);
}

/* ---- Cells ---- */

static bool bad_row(struct fitin_reader *r)
{
    r->bad_n++;
    return false;
}

/* Do the parts of `word` between dashes begin parts of the key, in order? "A100-80GB" is meant
 * for A100-SXM4-80GB, "A30-24GB" for A30 with its 24 GiB. */
static bool is_meant(const struct gpu *g, const char *word)
{
    char framebuffer[16];
    snprintf(framebuffer, sizeof framebuffer, "%dGB", g->framebuffer_gib);
    const char *key = g->key;
    if (strcspn(word, "-") != strcspn(key, "-")) {
        return false; /* A1 is not meant for A100 */
    }
    while (*word != '\0') {
        const size_t n = strcspn(word, "-");
        while (*key != '\0' && strncmp(key, word, n) != 0) {
            key += strcspn(key, "-");
            key += *key == '-';
        }
        const bool is_size = n == strlen(framebuffer) && strncmp(word, framebuffer, n) == 0;
        if (n == 0 || (*key == '\0' && !(is_size && word[n] == '\0'))) {
            return false;
        }
        key += strcspn(key, "-");
        key += *key == '-';
        word += n + (word[n] == '-');
    }
    return true;
}

/* The GPU of a name; -1 with a diagnostic. */
static int find_gpu(struct fitin_reader *r, const char *word, struct span at)
{
    const struct catalog *c = r->catalog;
    int ix = catalog_gpu_find(c, word);
    const char *known[KEYS_MAX];
    size_t n = 0;
    for (int i = 0; ix < 0 && i < c->gpu_n; i++) {
        if (word[0] != '\0' && c->gpu[i].mig_slices > 0 && is_meant(&c->gpu[i], word)) {
            ix = i;
            if (i < FITIN_GPUS_MAX && !r->told[i]) {
                diag_warning(r->d, at, "'%.*s' is taken for %s", field_shown(word), word,
                             c->gpu[i].key);
                diag_help(r->d, "write the key of the catalogue: vgpusim list gpus");
                r->told[i] = true;
            }
        }
    }
    if (ix < 0) {
        for (int i = 0; i < c->gpu_n && n < KEYS_MAX; i++) {
            known[n++] = c->gpu[i].key;
        }
        diag_error(r->d, at, "there is no GPU '%.*s' in the catalogue", field_shown(word),
                   word);
        field_suggest(r->d, word, known, n);
    }
    return ix;
}

/* The plain profile of so many compute slices: the smallest, since it is the one that fills
 * the GPU. NULL when there is none. */
static const struct mig_profile *profile_of(const struct catalog *c, int gpu_ix, int slices)
{
    const struct mig_profile *best = NULL;
    for (int i = 0; i < c->mig_n; i++) {
        const struct mig_profile *p = &c->mig[i];
        if (p->gpu_ix == gpu_ix && p->compute_slices == slices && !p->me && !p->no_me &&
            !p->gfx && (best == NULL || p->size < best->size)) {
            best = p;
        }
    }
    return best;
}

static bool unknown_slice(struct fitin_reader *r, size_t row, int gpu_ix, const char *word)
{
    const char *known[KEYS_MAX];
    size_t n = 0;
    known[n++] = "full";
    for (int i = 0; i < r->catalog->mig_n && n < KEYS_MAX; i++) {
        if (r->catalog->mig[i].gpu_ix == gpu_ix) {
            known[n++] = r->catalog->mig[i].name;
        }
    }
    diag_error(r->d, csvin_span(r->csv, row, r->col.slice), "%s has no MIG profile '%.*s'",
               r->catalog->gpu[gpu_ix].key, field_shown(word), word);
    field_suggest(r->d, word, known, n);
    return bad_row(r);
}

/* The slice of a row: NULL for the whole GPU. False with a diagnostic. */
static bool read_slice(struct fitin_reader *r, size_t row, int gpu_ix,
                       const struct mig_profile **out)
{
    const char *word = csvin_cell(r->csv, row, r->col.slice);
    *out = NULL;
    if (r->col.slice >= 0) {
        if (strcmp(word, "full") == 0) {
            return true;
        }
        *out = catalog_mig_find(r->catalog, gpu_ix, word);
        return *out != NULL || unknown_slice(r, row, gpu_ix, word);
    }
    int64_t slices = 0;
    const struct csvin_at at = {.row = row, .col = r->col.gpcs};
    const enum csvin_got got = csvin_int(r->csv, at, (const int64_t[2]){1, 64}, &slices, r->d);
    if (got == CSVIN_WRONG) {
        return bad_row(r);
    }
    *out = profile_of(r->catalog, gpu_ix, (int)slices);
    if (got == CSVIN_BLANK || *out == NULL) {
        diag_error(r->d, csvin_span(r->csv, row, r->col.gpcs),
                   "%s has no MIG profile of %lld slices", r->catalog->gpu[gpu_ix].key,
                   (long long)slices);
        return bad_row(r);
    }
    return true;
}

/* ns of the unit in which this row's latency is given; 0 with a diagnostic. */
static double latency_unit(struct fitin_reader *r, size_t row)
{
    static const struct {
        const char *word;
        double ns;
    } units[] = {
        {"ms", 1e6},
        {"us", 1e3},
        {"ns", 1  },
        {"s",  1e9}
    };
    const char *cell = csvin_cell(r->csv, row, r->col.unit);
    const char *part = strchr(cell, ';');
    part = part == NULL ? cell : part + 1;
    const size_t n = strcspn(part, " ");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (n == strlen(units[i].word) && strncmp(part, units[i].word, n) == 0) {
            return units[i].ns;
        }
    }
    diag_error(r->d, csvin_span(r->csv, row, r->col.unit),
               "the unit of the latency is not known: '%.*s'", field_shown(cell), cell);
    diag_help(r->d, "name the column latency_ms, or write ms, us or s into 'unit', behind ';'");
    return 0;
}

/* Time of the row's batch; 0 with a diagnostic. */
static double read_time(struct fitin_reader *r, size_t row, double batch)
{
    static const double range[2] = {1e-12, 1e15};
    const struct csvin_at rate = {.row = row, .col = r->col.throughput};
    const struct csvin_at time = {.row = row, .col = r->col.latency};
    double value = 0;
    enum csvin_got got = csvin_double(r->csv, rate, range, &value, r->d);
    if (got == CSVIN_VALUE) {
        const char *unit = csvin_cell(r->csv, row, r->col.unit);
        const size_t n = strcspn(unit, ";");
        const char *slash = strstr(unit, "/s");
        if (!r->col.has_rate_unit && n > 0 && (slash == NULL || slash >= unit + n)) {
            diag_error(r->d, csvin_span(r->csv, row, r->col.unit),
                       "the throughput is in '%.*s', where items per second are due",
                       (int)(n < 60 ? n : 60), unit);
            return 0;
        }
        return batch / value * 1e9;
    }
    if (got == CSVIN_BLANK) {
        got = csvin_double(r->csv, time, range, &value, r->d);
    }
    if (got == CSVIN_BLANK) {
        diag_error(r->d, csvin_span(r->csv, row, -1),
                   "there is neither throughput nor latency");
    }
    const double unit = got != CSVIN_VALUE      ? 0
                        : r->col.latency_ns > 0 ? r->col.latency_ns
                                                : latency_unit(r, row);
    return value * unit;
}

/* ---- Workloads ---- */

static bool is_wanted(const struct fitin_reader *r, size_t row)
{
    for (int i = 0; i < r->conf->where_n; i++) {
        if (strcmp(csvin_cell(r->csv, row, r->col.where[i]), r->col.value[i]) != 0) {
            return false;
        }
    }
    return true;
}

/* Index of the row's workload, which is made if it is new; -1 when there are too many. */
static int group_index(struct fitin_reader *r, size_t row)
{
    char name[NAME_MAX] = "";
    size_t n = 0;
    for (int i = 0; i < r->col.group_n && n < sizeof name; i++) {
        const char *cell = csvin_cell(r->csv, row, r->col.group[i]);
        if (cell[0] != '\0') {
            n += (size_t)snprintf(name + n, sizeof name - n, "%s%s", n > 0 ? ", " : "", cell);
        }
    }
    struct fitin *f = r->out;
    for (int i = 0; i < f->group_n; i++) {
        if (strcmp(f->group[i].name, name) == 0) {
            return i;
        }
    }
    if (f->group_n == FITIN_GROUPS_MAX) {
        diag_error(r->d, csvin_span(r->csv, row, -1), "more than %d workloads",
                   FITIN_GROUPS_MAX);
        return -1;
    }
    f->group[f->group_n].name = arena_copy(r->arena, name, strlen(name));
    f->group[f->group_n].gpu_ix = -1;
    return f->group[f->group_n].name == NULL ? -1 : f->group_n++;
}

/* First pass. */
static bool sort_rows(struct fitin_reader *r)
{
    for (size_t row = 0; row < r->csv->row_n; row++) {
        r->group_of[row] = -1;
        if (!is_wanted(r, row)) {
            continue;
        }
        const int g = group_index(r, row);
        if (g < 0) {
            return diag_failed(r->d) ? false : diag_machine(r->d, "out of memory");
        }
        r->group_of[row] = g;
        r->out->group[g].data.point_n++;
    }
    return r->out->group_n > 0 ||
           diag_error(r->d, SPAN_NONE, "'%s' has no rows to fit", r->csv->file);
}

static bool make_room(struct fitin_reader *r, struct fit_point **point, double **size)
{
    for (int i = 0; i < r->out->group_n; i++) {
        struct fitin_group *g = &r->out->group[i];
        if (g->data.point_n > FIT_POINTS_MAX) {
            return diag_error(r->d, SPAN_NONE, "'%s' has more than %d measurements", g->name,
                              FIT_POINTS_MAX);
        }
        const size_t n = (size_t)g->data.point_n;
        g->data.point = point[i] = arena_alloc(r->arena, n, sizeof **point);
        g->data.size = size[i] = arena_alloc(r->arena, FIT_SIZES_MAX, sizeof **size);
        g->slice = arena_alloc(r->arena, FIT_SLICES_MAX, sizeof *g->slice);
        g->row = arena_alloc(r->arena, n, sizeof *g->row);
        g->data.point_n = 0;
        if (!g->data.point || !g->data.size || !g->slice || !g->row) {
            return diag_machine(r->d, "out of memory while reading '%s'", r->csv->file);
        }
    }
    return true;
}

/* Index of the slice by name, made if it is new; -1 when there are too many. */
static int slice_index(struct fitin_group *g, const char *name)
{
    for (int i = 0; i < g->data.slice_n; i++) {
        if (strcmp(g->slice[i], name) == 0) {
            return i;
        }
    }
    if (g->data.slice_n == FIT_SLICES_MAX) {
        return -1;
    }
    g->slice[g->data.slice_n] = name;
    return g->data.slice_n++;
}

static int size_index(struct fitin_group *g, double *size, double batch)
{
    for (int i = 0; i < g->data.size_n; i++) {
        if (!(size[i] < batch || size[i] > batch)) {
            return i;
        }
    }
    if (g->data.size_n == FIT_SIZES_MAX) {
        return -1;
    }
    size[g->data.size_n] = batch;
    return g->data.size_n++;
}

/* Repeated measurements that differ by a factor are two different things. */
static void warn_spread(struct fitin_reader *r, struct fitin_group *g,
                        const struct fit_point *now, size_t row)
{
    for (int i = 0; !g->is_spread && i < g->data.point_n; i++) {
        const struct fit_point *q = &g->data.point[i];
        const double ratio = now->time_ns / q->time_ns;
        if (q->slice == now->slice && q->size == now->size &&
            (ratio > SAME_MAX || ratio * SAME_MAX < 1)) {
            diag_warning(r->d, csvin_span(r->csv, row, -1),
                         "'%s' was measured with the same slice and batch on line %d, and "
                         "differs by a factor of %.3g",
                         g->name, csvin_line(r->csv, g->row[i]), ratio > 1 ? ratio : 1 / ratio);
            diag_help(r->d, "name the column that tells them apart with --group, or keep one "
                            "with --where COLUMN=VALUE");
            g->is_spread = true;
            return;
        }
    }
}

static bool factors_of(struct fitin_reader *r, size_t row, const struct gpu *gpu,
                       const struct mig_profile *p, struct fit_point *out)
{
    out->compute = out->memory = 1.0;
    if (p == NULL) {
        return true;
    }
    if (gpu->sm_count == 0 || p->sm_count == 0 || gpu->mig_axis == 0 || p->size == 0) {
        diag_error(r->d, csvin_span(r->csv, row, r->col.slice),
                   "the catalogue does not know the SMs or the memory of %s on %s", p->name,
                   gpu->key);
        diag_help(r->d, "add them with --catalog");
        return bad_row(r);
    }
    out->compute = (double)gpu->sm_count / p->sm_count;
    out->memory = (double)gpu->mig_axis / p->size;
    return true;
}

/* A whole number, 8 or 8.0, that a scenario takes as a size of batch; 1 without a column. */
static bool read_batch(struct fitin_reader *r, size_t row, double *batch)
{
    static const double range[2] = {1, BATCH_MAX};
    const struct csvin_at cell = {.row = row, .col = r->col.batch};
    *batch = 1;
    if (csvin_double(r->csv, cell, range, batch, r->d) == CSVIN_WRONG) {
        return false;
    }
    if (*batch > floor(*batch)) {
        diag_error(r->d, csvin_span(r->csv, row, r->col.batch),
                   "column 'batch' has '%s' where a whole number is due",
                   csvin_cell(r->csv, row, r->col.batch));
        return false;
    }
    return true;
}

static bool read_row(struct fitin_reader *r, size_t row, struct fitin_group *g, double *size,
                     struct fit_point *out)
{
    const struct span at = csvin_span(r->csv, row, r->col.gpu);
    const int gpu_ix =
        r->gpu_ix >= 0 ? r->gpu_ix : find_gpu(r, csvin_cell(r->csv, row, r->col.gpu), at);
    const struct mig_profile *profile = NULL;
    double batch = 1;
    if (gpu_ix < 0 || !read_slice(r, row, gpu_ix, &profile)) {
        return gpu_ix < 0 ? bad_row(r) : false;
    }
    if (g->gpu_ix >= 0 && g->gpu_ix != gpu_ix) {
        diag_error(r->d, at, "'%s' was measured on another GPU as well", g->name);
        diag_help(r->d, "put 'gpu' among the columns of --group");
        return bad_row(r);
    }
    g->gpu_ix = gpu_ix;
    if (!read_batch(r, row, &batch)) {
        return bad_row(r);
    }
    out->time_ns = read_time(r, row, batch);
    if (!(out->time_ns > 0) || !factors_of(r, row, &r->catalog->gpu[gpu_ix], profile, out)) {
        return bad_row(r);
    }
    out->slice = slice_index(g, profile == NULL ? "full" : profile->name);
    out->size = size_index(g, size, batch);
    if (out->slice < 0 || out->size < 0) {
        diag_error(r->d, csvin_span(r->csv, row, -1),
                   "'%s' has more than %d slices or %d sizes of batch", g->name, FIT_SLICES_MAX,
                   FIT_SIZES_MAX);
        return bad_row(r);
    }
    return true;
}

/* Second pass. The arrays that data borrows are this function's to fill. */
static bool read_rows(struct fitin_reader *r, struct fit_point **point, double **size)
{
    for (size_t row = 0; row < r->csv->row_n && r->bad_n < BAD_ROWS_MAX; row++) {
        if (r->group_of[row] < 0) {
            continue;
        }
        struct fitin_group *g = &r->out->group[r->group_of[row]];
        struct fit_point *q = &point[r->group_of[row]][g->data.point_n];
        if (read_row(r, row, g, size[r->group_of[row]], q)) {
            warn_spread(r, g, q, row);
            g->row[g->data.point_n++] = row;
        }
    }
    if (r->bad_n == BAD_ROWS_MAX) {
        diag_error(r->d, SPAN_NONE, "the rows after these were not read");
    }
    return !diag_failed(r->d);
}

/* Workloads on one slice say nothing about slices. */
static bool drop_small(struct fitin_reader *r)
{
    int n = 0;
    for (int i = 0; i < r->out->group_n; i++) {
        struct fitin_group *g = &r->out->group[i];
        if (g->data.slice_n >= 2) {
            r->out->group[n++] = *g;
            continue;
        }
        diag_warning(r->d, csvin_span(r->csv, g->row[0], -1),
                     "'%s' was measured on one slice only and is left out", g->name);
    }
    r->out->group_n = n;
    return n > 0 || diag_error(r->d, SPAN_NONE,
                               "no workload of '%s' was measured on two slices", r->csv->file);
}

bool fitin_read(struct fitin *out, struct arena *a, const struct catalog *c,
                const struct csvin *csv, const struct fitin_conf *conf, struct diag *d)
{
    struct fitin_reader r = {
        .csv = csv, .catalog = c, .conf = conf, .arena = a, .d = d, .out = out};
    *out = (struct fitin){.group = arena_alloc(a, FITIN_GROUPS_MAX, sizeof *out->group)};
    r.group_of = arena_alloc(a, csv->row_n, sizeof *r.group_of);
    struct fit_point **point = arena_alloc(a, FITIN_GROUPS_MAX, sizeof *point);
    double **size = arena_alloc(a, FITIN_GROUPS_MAX, sizeof *size);
    if (!out->group || !r.group_of || !point || !size) {
        return diag_machine(d, "out of memory while reading '%s'", csv->file);
    }
    r.gpu_ix = conf->gpu == NULL ? -1 : find_gpu(&r, conf->gpu, SPAN_NONE);
    return !diag_failed(d) && find_columns(&r) && sort_rows(&r) && make_room(&r, point, size) &&
           read_rows(&r, point, size) && drop_small(&r);
}
