/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogin.c - tables into the catalogue: merge by key, convert, check what must hold
 * together.
 *
 * A merged row is a pair (embedded row, user's row). A cell comes from the user's row if the
 * user's file has that column, else from the embedded row, so that an overlay may name only the
 * columns that it changes. Checks come after conversion and look at whole rows; each names the
 * row that is at fault. Sizes are bounded by ROWS_MAX before anything is allocated. */
#include "sim/input/catalogin.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/data.h"
#include "sim/base/near.h"
#include "sim/base/text.h"
#include "sim/input/csvin.h"

enum {
    ROWS_MAX = 100000,
    NO_ROW = -1
};

/* The tables: file, and the one or two columns that make a row's key. */
struct table_kind {
    const char *file;
    const char *key[2]; /* second NULL where one is enough */
};

static const struct table_kind kind_gpus = {
    "gpus.csv", {"key", NULL}
};
static const struct table_kind kind_mig = {
    "mig_profiles.csv", {"gpu_key", "profile"}
};
static const struct table_kind kind_vgpu = {
    "vgpu_types.csv", {"gpu_key", "type"}
};
static const struct table_kind kind_calibration = {
    "calibration.csv", {"gpu_key", "parameter"}
};
static const struct table_kind kind_sched = {
    "schedulers.csv", {"name", "condition"}
};
static const struct table_kind kind_rules = {
    "rules.csv", {"id", NULL}
};

static const struct table_kind *const kinds[] = {&kind_gpus,        &kind_mig,   &kind_vgpu,
                                                 &kind_calibration, &kind_sched, &kind_rules};

enum {
    KINDS_N = sizeof kinds / sizeof kinds[0]
};

struct merged_row {
    const char *key[2];
    long base, over; /* row of each file, NO_ROW where it has none */
};

struct table {
    const struct table_kind *kind;
    struct csvin base, over; /* over.column_n 0: no overlay */
    struct merged_row *row;
    size_t row_n;
};

/* One merged row under conversion; `ok` falls and stays down at the first wrong cell. */
struct cells {
    const struct table *t;
    size_t row;
    struct diag *d;
    bool ok;
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

static int compare_keys(const struct merged_row *x, const struct merged_row *y)
{
    int order = compare_words(x->key[0], y->key[0]);
    return order != 0 ? order : compare_words(x->key[1], y->key[1]);
}

/* By key; of one key the embedded rows come first, then by place in their file. */
static int by_key(const void *a, const void *b)
{
    const struct merged_row *x = a, *y = b;
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
    const struct merged_row *x = a, *y = b;
    if ((x->base == NO_ROW) != (y->base == NO_ROW)) {
        return x->base == NO_ROW ? 1 : -1;
    }
    long i = x->base == NO_ROW ? x->over : x->base, j = y->base == NO_ROW ? y->over : y->base;
    return i < j ? -1 : i > j;
}

/* Appends the keys of one file to t->row. */
static bool list_keys(struct table *t, bool is_over, struct diag *d)
{
    const struct csvin *c = is_over ? &t->over : &t->base;
    int col[2] = {csvin_column_need(c, t->kind->key[0], d), -1};
    if (t->kind->key[1] != NULL) {
        col[1] = csvin_column_need(c, t->kind->key[1], d);
    }
    if (col[0] < 0 || (t->kind->key[1] != NULL && col[1] < 0)) {
        return false;
    }
    bool ok = true;
    for (size_t i = 0; i < c->row_n; i++) {
        struct merged_row *row = &t->row[t->row_n++];
        row->key[0] = csvin_cell(c, i, col[0]);
        row->key[1] = csvin_cell(c, i, col[1]);
        row->base = is_over ? NO_ROW : (long)i;
        row->over = is_over ? (long)i : NO_ROW;
        if (row->key[0][0] == '\0') {
            ok = diag_error(d, csvin_span(c, i), "column '%s' is blank", t->kind->key[0]);
        }
    }
    return ok;
}

/* Folds rows of one key into one; two in one file are an error. */
static bool fold_keys(struct table *t, struct diag *d)
{
    bool ok = true;
    size_t n = 0;
    qsort(t->row, t->row_n, sizeof *t->row, by_key);
    for (size_t i = 0; i < t->row_n; i++) {
        struct merged_row *last = n > 0 ? &t->row[n - 1] : NULL, *now = &t->row[i];
        if (last == NULL || compare_keys(last, now) != 0) {
            t->row[n++] = *now;
        } else if (last->over == NO_ROW && now->over != NO_ROW) {
            last->over = now->over;
        } else {
            const struct csvin *c = now->over != NO_ROW ? &t->over : &t->base;
            long first = now->over != NO_ROW ? last->over : last->base;
            long second = now->over != NO_ROW ? now->over : now->base;
            ok = diag_error(d, csvin_span(c, (size_t)second),
                            "a second row for %s%s%s; the first is on line %d", now->key[0],
                            now->key[1][0] != '\0' ? " " : "", now->key[1],
                            csvin_line(c, (size_t)first));
        }
    }
    t->row_n = n;
    qsort(t->row, t->row_n, sizeof *t->row, by_place);
    return ok;
}

/* A misspelt column of an overlay would be ignored in silence. */
static void warn_strange_columns(const struct table *t, struct diag *d)
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

static bool read_overlay(struct table *t, struct arena *a, const char *dir, struct diag *d)
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

static bool read_table(struct table *t, const struct table_kind *kind, struct arena *a,
                       const char *dir, struct diag *d)
{
    *t = (struct table){.kind = kind};
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
    t->row = arena_alloc(a, t->base.row_n + t->over.row_n, sizeof *t->row);
    if (t->row == NULL) {
        return diag_machine(d, "not enough memory for the catalogue");
    }
    return list_keys(t, false, d) && (t->over.column_n == 0 || list_keys(t, true, d)) &&
           fold_keys(t, d);
}

/* ---- Cells of a merged row ---- */

/* Which file and row a column's cell comes from; col -1 where neither file has it. */
static const struct csvin *cell_place(const struct cells *r, const char *column,
                                      struct csvin_at *at)
{
    const struct merged_row *row = &r->t->row[r->row];
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

static struct span row_span(const struct cells *r)
{
    const struct merged_row *row = &r->t->row[r->row];
    return row->over != NO_ROW ? csvin_span(&r->t->over, (size_t)row->over)
                               : csvin_span(&r->t->base, (size_t)row->base);
}

/* NULL when blank. */
static const char *get_text(const struct cells *r, const char *column)
{
    struct csvin_at at;
    const struct csvin *c = cell_place(r, column, &at);
    const char *s = csvin_cell(c, at.row, at.col);
    return s[0] == '\0' ? NULL : s;
}

static const char *need_text(struct cells *r, const char *column)
{
    const char *s = get_text(r, column);
    if (s == NULL) {
        r->ok = diag_error(r->d, row_span(r), "column '%s' is blank, but every row needs it",
                           column);
        return "";
    }
    return s;
}

/* A source for every row: the user's own where he gives none. */
static const char *get_source(const struct cells *r)
{
    const char *s = get_text(r, "source");
    return s != NULL ? s : row_span(r).file;
}

static int get_int(struct cells *r, const char *column, int low, int high, int unknown)
{
    struct csvin_at at;
    const struct csvin *c = cell_place(r, column, &at);
    int64_t value = unknown;
    if (csvin_int(c, at, (const int64_t[2]){low, high}, &value, r->d) == CSVIN_WRONG) {
        r->ok = false;
    }
    return (int)value;
}

static int need_int(struct cells *r, const char *column, int low, int high)
{
    need_text(r, column);
    return get_int(r, column, low, high, low);
}

static double get_double(struct cells *r, const char *column, double low, double high)
{
    struct csvin_at at;
    const struct csvin *c = cell_place(r, column, &at);
    double value = 0;
    if (csvin_double(c, at, (const double[2]){low, high}, &value, r->d) == CSVIN_WRONG) {
        r->ok = false;
    }
    return value;
}

static bool get_bool(struct cells *r, const char *column)
{
    struct csvin_at at;
    const struct csvin *c = cell_place(r, column, &at);
    bool value = false;
    if (csvin_bool(c, at, &value, r->d) == CSVIN_WRONG) {
        r->ok = false;
    }
    return value;
}

/* Ascending whole numbers joined by ';'. Returns how many; 0 when blank. */
static int get_list(struct cells *r, const char *column, int *out)
{
    const char *s = get_text(r, column);
    int n = 0;
    for (const char *p = s; p != NULL && r->ok;) {
        char *end = NULL;
        errno = 0;
        long value = strtol(p, &end, 10);
        bool is_good = end != p && errno == 0 && value >= 0 && value <= 4096 &&
                       (n == 0 || value > out[n - 1]) && (*end == ';' || *end == '\0');
        if (!is_good || n == STARTS_MAX) {
            r->ok =
                diag_error(r->d, row_span(r),
                           "column '%s' has '%.60s' where at most %d ascending whole numbers "
                           "joined by ';' are due",
                           column, s, STARTS_MAX);
            return 0;
        }
        out[n++] = (int)value;
        p = *end == ';' ? end + 1 : NULL;
    }
    return n;
}

static int get_choice(struct cells *r, const char *column, const char *const *name, int n)
{
    const char *s = need_text(r, column);
    for (int i = 0; i < n; i++) {
        if (strcmp(s, name[i]) == 0) {
            return i;
        }
    }
    if (s[0] != '\0') {
        r->ok = diag_error(r->d, row_span(r), "column '%s' has '%.60s'", column, s);
        const char *nearest = near_find(s, name, (size_t)n);
        diag_help(r->d, "did you mean '%s'?", nearest != NULL ? nearest : name[0]);
    }
    return 0;
}

static int get_gpu(struct cells *r, const struct catalog *c)
{
    const char *key = need_text(r, "gpu_key");
    int ix = catalog_gpu_find(c, key);
    if (ix < 0 && key[0] != '\0') {
        r->ok = diag_error(r->d, row_span(r), "there is no GPU '%.60s' in gpus.csv", key);
    }
    return ix;
}

/* ---- GPUs ---- */

static void check_gpu(struct cells *r, const struct gpu *g)
{
    if ((g->mig_slices == 0) != (g->mig_axis == 0) || g->mig_slices > g->mig_axis) {
        r->ok = diag_error(r->d, row_span(r), "%s: %d compute slices on a memory axis of %d",
                           g->key, g->mig_slices, g->mig_axis);
    }
    if (g->time_sliced_mig && g->mig_slices == 0) {
        r->ok = diag_error(r->d, row_span(r), "%s shares GPU instances but has no MIG", g->key);
    }
}

static bool read_gpu(struct cells *r, struct gpu *g)
{
    g->key = need_text(r, "key");
    g->name = need_text(r, "name");
    g->architecture = get_text(r, "architecture");
    g->framebuffer_gib = need_int(r, "framebuffer_gib", 1, 4096);
    g->sm_count = get_int(r, "sm_count", 1, 4096, 0);
    g->bandwidth_gbs = get_double(r, "bandwidth_gbs", 1, 1e6);
    g->fp32_tflops = get_double(r, "fp32_tflops", 1e-3, 1e6);
    g->fp16_tflops = get_double(r, "fp16_tflops", 1e-3, 1e6);
    g->tdp_w = get_double(r, "tdp_w", 1, 1e5);
    g->mig_slices = get_int(r, "mig_slices", 0, 64, 0);
    g->mig_axis = get_int(r, "mig_axis", 0, 64, 0);
    g->time_sliced_mig = get_bool(r, "time_sliced_mig");
    g->gpus_per_board = get_int(r, "gpus_per_board", 1, 64, 1);
    g->mmio_gb = get_int(r, "mmio_gb", 1, 65536, 0);
    g->source = get_source(r);
    g->mmio_source = get_text(r, "mmio_source");
    g->low_confidence = get_text(r, "low_confidence");
    g->note = get_text(r, "note");
    if (r->ok) {
        check_gpu(r, g);
    }
    return r->ok;
}

/* ---- MIG profiles ---- */

/* "1g.10gb+me" into 1, 10 and the flags. */
static bool parse_profile(struct cells *r, struct mig_profile *p, int *slices, int *gib)
{
    int used = 0;
    if (sscanf(p->name, "%2dg.%4dgb%n", slices, gib, &used) == 2 && used > 0) {
        const char *rest = p->name + used;
        p->me_all = strcmp(rest, "+me.all") == 0;
        p->me = p->me_all || strcmp(rest, "+me") == 0;
        p->no_me = strcmp(rest, "-me") == 0;
        p->gfx = strcmp(rest, "+gfx") == 0;
        if (rest[0] == '\0' || p->me || p->no_me || p->gfx) {
            return true;
        }
    }
    diag_error(r->d, row_span(r), "'%.60s' is not spelt like a MIG profile", p->name);
    diag_help(r->d,
              "profiles look like '1g.10gb', with '+me', '+me.all', '-me' or '+gfx' behind");
    return r->ok = false;
}

/* How many instances of one profile fit beside each other: starts ascend and sizes are equal,
 * so taking the lowest free start each time is best. */
static int instances_by_starts(const struct mig_profile *p)
{
    int n = 0, free_from = 0;
    for (int i = 0; i < p->starts_n; i++) {
        if (p->starts[i] >= free_from) {
            n++;
            free_from = p->starts[i] + p->size;
        }
    }
    return n;
}

static void check_profile_place(struct cells *r, const struct mig_profile *p,
                                const struct gpu *g)
{
    for (int i = 0; i < p->starts_n; i++) {
        if (p->starts[i] + p->size > g->mig_axis) {
            r->ok = diag_error(r->d, row_span(r),
                               "%s %s: start %d and size %d leave the axis of %d", g->key,
                               p->name, p->starts[i], p->size, g->mig_axis);
        }
    }
    int fits = p->me ? 1 : instances_by_starts(p);
    if (r->ok && p->max_instances != 0 && p->max_instances != fits) {
        r->ok =
            diag_error(r->d, row_span(r), "%s %s: %d instances, but the start indexes allow %d",
                       g->key, p->name, p->max_instances, fits);
    }
}

/* Nominal sizes are rounded (two 3g.71gb on 141 GiB), so each instance may stand up to one GiB
 * over. */
static void check_profile(struct cells *r, const struct mig_profile *p, const struct gpu *g)
{
    if (g->mig_slices == 0 || p->compute_slices > g->mig_slices) {
        r->ok = diag_error(r->d, row_span(r), "%s has %d MIG slices, but %s takes %d", g->key,
                           g->mig_slices, p->name, p->compute_slices);
        return;
    }
    if ((p->size == 0) != (p->starts_n == 0)) {
        r->ok = diag_error(r->d, row_span(r), "%s %s: size and starts go together", g->key,
                           p->name);
        return;
    }
    if (p->starts_n > 0) {
        check_profile_place(r, p, g);
    }
    if (p->nominal_gib * p->max_instances >= g->framebuffer_gib + p->max_instances) {
        r->ok = diag_error(r->d, row_span(r), "%d instances of %s do not fit into %d GiB",
                           p->max_instances, p->name, g->framebuffer_gib);
    }
    if (g->sm_count > 0 && p->sm_count * p->max_instances > g->sm_count) {
        r->ok =
            diag_error(r->d, row_span(r), "%d instances of %s have more SMs than the %d of %s",
                       p->max_instances, p->name, g->sm_count, g->key);
    }
}

static bool read_profile(struct cells *r, struct mig_profile *p, const struct catalog *c)
{
    int slices = 0, gib = 0;
    p->gpu_ix = get_gpu(r, c);
    p->name = need_text(r, "profile");
    p->compute_slices = need_int(r, "compute_slices", 1, 64);
    p->nominal_gib = need_int(r, "nominal_gib", 1, 4096);
    p->size = get_int(r, "size", 1, 64, 0);
    p->sm_count = get_int(r, "sm_count", 1, 4096, 0);
    p->starts_n = get_list(r, "starts", p->starts);
    p->max_instances = get_int(r, "max_instances", 1, 64, 0);
    p->copy_engines = get_int(r, "copy_engines", 0, 64, -1);
    p->decoders = get_int(r, "decoders", 0, 64, -1);
    p->encoders = get_int(r, "encoders", 0, 64, -1);
    p->jpeg = get_int(r, "jpeg", 0, 64, -1);
    p->ofa = get_int(r, "ofa", 0, 64, -1);
    p->profile_id = get_int(r, "profile_id", 0, 4096, -1);
    p->inferred_fields = get_text(r, "inferred");
    p->inferred = p->inferred_fields != NULL;
    p->source = get_source(r);
    if (!r->ok || !parse_profile(r, p, &slices, &gib)) {
        return false;
    }
    if (slices != p->compute_slices || gib != p->nominal_gib) {
        return r->ok = diag_error(r->d, row_span(r), "'%s' beside %d compute slices and %d GiB",
                                  p->name, p->compute_slices, p->nominal_gib);
    }
    check_profile(r, p, &c->gpu[p->gpu_ix]);
    return r->ok;
}

/* ---- vGPU types ---- */

static void check_ids(struct cells *r, const struct vgpu_type *t, int region_gib)
{
    for (int i = 0; i < t->placement_ids_n && t->placement_size > 0; i++) {
        int end = i + 1 < t->placement_ids_n ? t->placement_ids[i + 1] : region_gib;
        if (t->placement_ids[i] + t->placement_size > end) {
            r->ok =
                diag_error(r->d, row_span(r), "%s: placement id %d and size %d reach over %d",
                           t->name, t->placement_ids[i], t->placement_size, end);
        }
    }
    if (t->max_per_gpu_mixed > 0 && t->placement_ids_n > 0 &&
        t->max_per_gpu_mixed != t->placement_ids_n) {
        r->ok = diag_error(r->d, row_span(r), "%s: %d in mixed-size mode, but %d placement ids",
                           t->name, t->max_per_gpu_mixed, t->placement_ids_n);
    }
}

static void check_whole_gpu_type(struct cells *r, const struct vgpu_type *t,
                                 const struct gpu *g)
{
    if (t->mig_profile != NULL || t->max_per_instance != 0) {
        r->ok =
            diag_error(r->d, row_span(r), "%s is time-sliced, but has a MIG profile", t->name);
    }
    if (t->framebuffer_gib > g->framebuffer_gib ||
        t->framebuffer_gib * t->max_per_gpu > g->framebuffer_gib) {
        r->ok = diag_error(r->d, row_span(r), "%d vGPUs %s do not fit into the %d GiB of %s",
                           t->max_per_gpu, t->name, g->framebuffer_gib, g->key);
    }
    check_ids(r, t, g->framebuffer_gib);
}

/* Counts that the table leaves out follow from the profile: instances times vGPUs in each. */
static void check_instance_type(struct cells *r, struct vgpu_type *t, const struct catalog *c)
{
    const struct gpu *g = &c->gpu[t->gpu_ix];
    if (g->mig_slices == 0 || (t->mode == VGPU_TIME_SLICED_MIG && !g->time_sliced_mig)) {
        r->ok = diag_error(r->d, row_span(r), "%s cannot host the type %s", g->key, t->name);
    }
    if (t->mig_profile == NULL) {
        return; /* known by name only */
    }
    const struct mig_profile *p = catalog_mig_find(c, t->gpu_ix, t->mig_profile);
    if (p == NULL) {
        r->ok = diag_error(r->d, row_span(r), "%s stands on %s, which %s does not have",
                           t->name, t->mig_profile, g->key);
        return;
    }
    if (t->max_per_instance == 0 && t->mode == VGPU_MIG) {
        t->max_per_instance = 1;
    }
    int per_gpu = p->max_instances * t->max_per_instance;
    if (t->max_per_gpu == 0) {
        t->max_per_gpu = per_gpu;
    } else if (per_gpu != 0 && t->max_per_gpu != per_gpu) {
        r->ok =
            diag_error(r->d, row_span(r), "%s: %d per GPU, but %d instances of %s hold %d each",
                       t->name, t->max_per_gpu, p->max_instances, p->name, t->max_per_instance);
    }
    /* A type's name may round up what the profile's rounds down (GB200: 24 on 23). */
    if (t->framebuffer_gib * t->max_per_instance >=
        p->nominal_gib + g->framebuffer_gib / 32 + 1) {
        r->ok = diag_error(r->d, row_span(r), "%d vGPUs %s do not fit into an instance %s",
                           t->max_per_instance, t->name, p->name);
    }
    check_ids(r, t, p->nominal_gib);
}

static bool read_type(struct cells *r, struct vgpu_type *t, const struct catalog *c)
{
    static const char *const modes[] = {"time-sliced", "mig", "time-sliced-mig"};
    static const char *const series[] = {"C", "Q"};
    t->gpu_ix = get_gpu(r, c);
    t->name = need_text(r, "type");
    t->series = series[get_choice(r, "series", series, 2)][0];
    t->mode = (enum vgpu_mode)get_choice(r, "mode", modes, 3);
    t->mig_profile = get_text(r, "mig_profile");
    t->framebuffer_gib = need_int(r, "framebuffer_gib", 1, 4096);
    t->max_per_gpu = get_int(r, "max_per_gpu", 1, 4096, 0);
    t->max_per_gpu_mixed = get_int(r, "max_per_gpu_mixed", 1, 4096, 0);
    t->max_per_instance = get_int(r, "max_per_instance", 1, 4096, 0);
    t->placement_ids_n = get_list(r, "placement_ids", t->placement_ids);
    t->placement_size = get_int(r, "placement_size", 1, 4096, 0);
    const char *mixed =
        get_text(r, "mixed_size"); /* y, n, or "instance": within a GPU instance */
    t->mixed_size = mixed != NULL && strcmp(mixed, "y") == 0;
    t->source = get_source(r);
    if (!r->ok) {
        return false;
    }
    if (t->mode == VGPU_TIME_SLICED) {
        check_whole_gpu_type(r, t, &c->gpu[t->gpu_ix]);
    } else {
        check_instance_type(r, t, c);
    }
    return r->ok;
}

/* ---- Calibration ---- */

static bool read_calibration(struct cells *r, struct calibration *k, const struct catalog *c)
{
    k->gpu_key = need_text(r, "gpu_key");
    k->parameter = need_text(r, "parameter");
    need_text(r, "value");
    k->value = get_double(r, "value", -1e18, 1e18);
    k->kind = need_text(r, "kind");
    k->source = get_source(r);
    if (r->ok && strcmp(k->gpu_key, "*") != 0) {
        get_gpu(r, c);
    }
    return r->ok;
}

/* ---- The catalogue ---- */

static bool fail_memory(struct diag *d)
{
    return diag_machine(d, "not enough memory for the catalogue");
}

static bool load_gpus(struct catalog *c, struct arena *a, const char *dir, struct diag *d)
{
    struct table t;
    if (!read_table(&t, &kind_gpus, a, dir, d)) {
        return false;
    }
    c->gpu = arena_alloc(a, t.row_n, sizeof *c->gpu);
    if (c->gpu == NULL) {
        return fail_memory(d);
    }
    bool ok = true;
    for (size_t i = 0; i < t.row_n; i++) {
        struct cells r = {.t = &t, .row = i, .d = d, .ok = true};
        ok = read_gpu(&r, &c->gpu[c->gpu_n++]) && ok;
    }
    return ok;
}

static bool load_profiles(struct catalog *c, struct arena *a, const char *dir, struct diag *d)
{
    struct table t;
    if (!read_table(&t, &kind_mig, a, dir, d)) {
        return false;
    }
    c->mig = arena_alloc(a, t.row_n, sizeof *c->mig);
    if (c->mig == NULL) {
        return fail_memory(d);
    }
    bool ok = true;
    for (size_t i = 0; i < t.row_n; i++) {
        struct cells r = {.t = &t, .row = i, .d = d, .ok = true};
        ok = read_profile(&r, &c->mig[c->mig_n++], c) && ok;
    }
    return ok;
}

static bool load_types(struct catalog *c, struct arena *a, const char *dir, struct diag *d)
{
    struct table t;
    if (!read_table(&t, &kind_vgpu, a, dir, d)) {
        return false;
    }
    c->vgpu = arena_alloc(a, t.row_n, sizeof *c->vgpu);
    if (c->vgpu == NULL) {
        return fail_memory(d);
    }
    bool ok = true;
    for (size_t i = 0; i < t.row_n; i++) {
        struct cells r = {.t = &t, .row = i, .d = d, .ok = true};
        ok = read_type(&r, &c->vgpu[c->vgpu_n++], c) && ok;
    }
    return ok;
}

static bool load_calibration(struct catalog *c, struct arena *a, const char *dir,
                             struct diag *d)
{
    struct table t;
    if (!read_table(&t, &kind_calibration, a, dir, d)) {
        return false;
    }
    c->calibration = arena_alloc(a, t.row_n, sizeof *c->calibration);
    if (c->calibration == NULL) {
        return fail_memory(d);
    }
    bool ok = true;
    for (size_t i = 0; i < t.row_n; i++) {
        struct cells r = {.t = &t, .row = i, .d = d, .ok = true};
        ok = read_calibration(&r, &c->calibration[c->calibration_n++], c) && ok;
    }
    return ok;
}

/* A wrong directory would otherwise be an overlay without rows. */
static bool has_tables(struct arena *a, const char *dir, struct diag *d)
{
    for (int i = 0; i < KINDS_N; i++) {
        char *path = joined_path(a, dir, kinds[i]->file);
        if (path == NULL) {
            return fail_memory(d);
        }
        if (is_there(path)) {
            return true;
        }
    }
    diag_error(d, SPAN_NONE, "the catalogue directory '%s' has none of the tables", dir);
    diag_help(d, "it may hold gpus.csv, mig_profiles.csv, vgpu_types.csv, calibration.csv, "
                 "schedulers.csv, rules.csv");
    return false;
}

const struct catalog *catalog_load(struct arena *a, const char *overlay_dir, struct diag *d)
{
    struct catalog *c = arena_alloc(a, 1, sizeof *c);
    if (c == NULL) {
        fail_memory(d);
        return NULL;
    }
    if (overlay_dir != NULL && !has_tables(a, overlay_dir, d)) {
        return NULL;
    }
    /* Later tables refer to GPUs and profiles: without those every row would be a false
     * complaint. */
    bool ok = load_gpus(c, a, overlay_dir, d) && load_profiles(c, a, overlay_dir, d);
    if (ok) {
        ok = load_types(c, a, overlay_dir, d);
        ok = load_calibration(c, a, overlay_dir, d) && ok;
    }
    return ok ? c : NULL;
}

const struct rule *catalog_rules(struct arena *a, const char *overlay_dir, int *n,
                                 struct diag *d)
{
    static const char *const verdicts[] = {"fail", "warn", "info"};
    struct table t;
    *n = 0;
    if (!read_table(&t, &kind_rules, a, overlay_dir, d)) {
        return NULL;
    }
    struct rule *rule = arena_alloc(a, t.row_n, sizeof *rule);
    if (rule == NULL) {
        fail_memory(d);
        return NULL;
    }
    bool ok = true;
    for (size_t i = 0; i < t.row_n; i++) {
        struct cells r = {.t = &t, .row = i, .d = d, .ok = true};
        rule[i].id = need_text(&r, "id");
        rule[i].category = need_text(&r, "category");
        rule[i].verdict = (enum rule_verdict)get_choice(&r, "verdict", verdicts, 3);
        rule[i].condition = need_text(&r, "condition");
        rule[i].text = need_text(&r, "text");
        rule[i].source = get_source(&r);
        rule[i].status = get_text(&r, "status");
        ok = r.ok && ok;
    }
    *n = (int)t.row_n;
    return ok ? rule : NULL;
}

static const char *or_empty(const char *s)
{
    return s == NULL ? "" : s;
}

const struct sched_fact *catalog_sched_facts(struct arena *a, const char *overlay_dir, int *n,
                                             struct diag *d)
{
    struct table t;
    *n = 0;
    if (!read_table(&t, &kind_sched, a, overlay_dir, d)) {
        return NULL;
    }
    struct sched_fact *fact = arena_alloc(a, t.row_n, sizeof *fact);
    if (fact == NULL) {
        fail_memory(d);
        return NULL;
    }
    bool ok = true;
    for (size_t i = 0; i < t.row_n; i++) {
        struct cells r = {.t = &t, .row = i, .d = d, .ok = true};
        fact[i].name = need_text(&r, "name");
        fact[i].value = need_text(&r, "value");
        fact[i].unit = or_empty(get_text(&r, "unit"));
        fact[i].condition = or_empty(get_text(&r, "condition"));
        fact[i].status = or_empty(get_text(&r, "status"));
        fact[i].source = get_source(&r);
        ok = r.ok && ok;
    }
    *n = (int)t.row_n;
    return ok ? fact : NULL;
}
