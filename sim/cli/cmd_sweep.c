/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_sweep.c - `sweep`: a scenario at every point of a grid, one tidy table.
 *
 * Every point is read before any is run, so that no error comes late. Points are what threads
 * share out, one each; the last ones, fewer than threads, get all threads each in turn. Rows
 * are kept by point and written in order: neither threads nor interruptions change a byte. With
 * --output the finished points are kept beside it (journal.h). Memory: the rows of all points.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/data.h"
#include "sim/cli/cmd.h"
#include "sim/cli/events.h"
#include "sim/cli/journal.h"
#include "sim/cli/load.h"
#include "sim/cli/outputs.h"
#include "sim/cli/show.h"
#include "sim/cli/simulate.h"
#include "sim/cli/term.h"
#include "sim/input/grid.h"
#include "sim/report/rep.h"
#include "sim/report/rep_csv.h"
#include "sim/run/exp.h"
#include "sim/run/pool.h"

enum {
    SHOWN_POINTS = 40, /* wrong points that are read once more to say what is wrong */
    TABLE_FILE_N = 512
};

#define JOURNAL_MAX ((size_t)1 << 32)

struct point {
    uint64_t id;
    struct text rows;
    bool is_wrong;
    bool is_done;
    bool is_old; /* was done before */
};

struct sweep {
    struct load l;
    const struct opts *o;
    struct scenario_overrides over;
    struct grid grid;
    struct exp_options exp;
    struct progress progress;
    struct outputs to;
    struct events_wanted events;
    struct text header;
    struct text journal; /* its path; empty: none is kept */
    uint64_t same;       /* hash of what all points share */
    struct point *point; /* [grid.point_n] */
    int *todo;           /* [todo_n] points that are to be run */
    int todo_n, done_n;
    struct diag diag; /* of the machine, while points run */
    bool stopped;
};

/* ---- Points ---- */

static const struct scenario *read_point(const struct sweep *w, int point, struct arena *arena,
                                         struct diag *d)
{
    struct setpath set[GRID_AXES_MAX];
    struct scenario_overrides over = w->over;
    grid_point(&w->grid, point, set);
    over.vary = set;
    over.vary_n = w->grid.axis_n;
    return scenario_read(arena, w->l.catalog, w->l.path, text_str(&w->l.bytes), w->l.bytes.n,
                         &over, d);
}

/* Scenario, values, seed, version and catalogue: whatever the rows depend on. */
static uint64_t identity(const struct sweep *w, int point, const struct scenario *s)
{
    char scenario[24];
    uint64_t id = w->same;
    for (int i = 0; i < w->grid.axis_n; i++) {
        const char *value = grid_at(&w->grid, i, point)->text;
        id = journal_hash(id, value, strlen(value) + 1);
    }
    snprintf(scenario, sizeof scenario, "%016" PRIx64, s->hash);
    return journal_hash(id, scenario, strlen(scenario));
}

static void check_point(void *context, struct pool_lock *lock, int worker, int64_t i)
{
    struct sweep *w = context;
    struct point *p = &w->point[i];
    struct arena arena;
    struct diag d;
    (void)lock;
    (void)worker;
    arena_init(&arena, "point");
    diag_init(&d);
    const struct scenario *s = read_point(w, (int)i, &arena, &d);
    p->is_wrong = s == NULL;
    p->id = s == NULL ? 0 : identity(w, (int)i, s);
    diag_fini(&d);
    arena_fini(&arena);
}

/* Cells of the varied values, for the end of every row, and the identity. */
static void add_cells(const struct sweep *w, int point, struct text *out)
{
    for (int i = 0; i < w->grid.axis_n; i++) {
        text_add(out, ",");
        rep_csv_cell(out, grid_at(&w->grid, i, point)->text);
    }
    text_addf(out, ",%016" PRIx64, w->point[point].id);
}

/* ---- Errors ---- */

/* "tenants.chat.count=8, fleet.gpu=A30" */
static void name_point(const struct sweep *w, int point, struct text *out)
{
    for (int i = 0; i < w->grid.axis_n; i++) {
        text_addf(out, "%s%s=%s", i == 0 ? "" : ", ", w->grid.axis[i].path,
                  grid_at(&w->grid, i, point)->text);
    }
}

static bool is_known(const struct diag *d, const struct diag_entry *e)
{
    for (size_t i = 0; i < d->entry_n; i++) {
        const struct diag_entry *x = &d->entry[i];
        if (x->severity == e->severity && x->at.line == e->at.line && x->at.col == e->at.col &&
            x->at.file == e->at.file && strcmp(x->text, e->text) == 0) {
            return true;
        }
    }
    return false;
}

static void add_entry(struct diag *d, const struct diag_entry *e)
{
    if (e->severity == SEV_ERROR && e->kind == DIAG_MACHINE) {
        diag_machine(d, "%s", e->text);
    } else if (e->severity == SEV_ERROR) {
        diag_error(d, e->at, "%s", e->text);
    } else if (e->severity == SEV_WARNING) {
        diag_warning(d, e->at, "%s", e->text);
    } else {
        diag_note(d, e->at, "%s", e->text);
    }
    if (e->help != NULL) {
        diag_help(d, "%s", e->help);
    }
}

/* What is said of a point and was not said of one before it. An error in the file itself is
 * said with the values under which it is one. */
static void collect(struct sweep *w, int point)
{
    struct arena arena;
    struct diag d;
    struct text name;
    bool in_file = false;
    arena_init(&arena, "point");
    diag_init(&d);
    text_init(&name);
    read_point(w, point, &arena, &d);
    for (size_t i = 0; i < d.entry_n; i++) {
        const struct diag_entry *e = &d.entry[i];
        if (!is_known(&w->l.diag, e)) {
            add_entry(&w->l.diag, e);
            in_file |= e->severity == SEV_ERROR && e->at.file == w->l.path;
        }
    }
    if (in_file && w->grid.axis_n > 0) {
        name_point(w, point, &name);
        diag_note(&w->l.diag, SPAN_NONE, "first at point %d: %s", point, text_str(&name));
    }
    text_fini(&name);
    diag_fini(&d);
    arena_fini(&arena);
}

/* Shows what is wrong, with the arguments of --vary among the sources. */
static enum err show(struct sweep *w)
{
    if (opt_is_on(w->o, FLAG_QUIET) && !diag_failed(&w->l.diag)) {
        return ERR_OK; /* warnings alone */
    }
    struct show_source source[GRID_AXES_MAX + 2] = {
        {w->l.path == NULL ? "" : w->l.path, text_str(&w->l.bytes), w->l.bytes.n},
        {"<--set>",                          text_str(&w->l.sets),  w->l.sets.n },
    };
    for (int i = 0; i < w->grid.axis_n; i++) {
        const struct grid_axis *a = &w->grid.axis[i];
        source[i + 2] = (struct show_source){a->file, a->argument, strlen(a->argument)};
    }
    const struct show_options options = {.source = source,
                                         .source_n = w->grid.axis_n + 2,
                                         .file = w->l.path,
                                         .color = term_color(w->o->value[FLAG_COLOR])};
    return show_stderr(&w->l.diag, &options);
}

/* Reads every point. False when one is wrong. */
static bool check_points(struct sweep *w)
{
    w->point = arena_alloc(&w->l.arena, (size_t)w->grid.point_n, sizeof *w->point);
    w->todo = arena_alloc(&w->l.arena, (size_t)w->grid.point_n, sizeof *w->todo);
    if (w->point == NULL || w->todo == NULL) {
        return diag_machine(&w->l.diag, "out of memory for %d points", w->grid.point_n);
    }
    pool_run(w->exp.threads, w->grid.point_n, check_point, w);
    int wrong_n = 0;
    for (int i = 0; i < w->grid.point_n; i++) {
        wrong_n += w->point[i].is_wrong;
        if (w->point[i].is_wrong && wrong_n <= SHOWN_POINTS) {
            collect(w, i);
        }
    }
    if (wrong_n == 0) {
        collect(w, 0);
    }
    return wrong_n == 0;
}

/* ---- Flags ---- */

static bool read_grid(struct sweep *w)
{
    struct diag *d = &w->l.diag;
    bool ok = true;
    int n = 0;
    grid_init(&w->grid);
    for (int i = 0; i < w->o->item_n; i++) {
        if (w->o->item[i].flag == FLAG_VARY) {
            ok = grid_add(&w->grid, &w->l.arena, w->o->item[i].value, d) && ok;
            n++;
        }
    }
    if (n == 0) {
        diag_error(d, SPAN_NONE, "sweep: needs --vary");
        diag_help(d, "for example --vary tenants.chat.count=1,2,4");
        return false;
    }
    return ok;
}

/* A flag for a field that is varied would win or lose against it unseen. */
static bool check_flags(const struct sweep *w, struct diag *d)
{
    static const enum flag_id of_field[] = {FLAG_HORIZON, FLAG_REPLICAS, FLAG_MAX_REPLICAS,
                                            FLAG_PRECISION, FLAG_PERCENTILES};
    const char *format = w->o->value[FLAG_FORMAT];
    bool ok = true;
    for (int i = 0; i < w->grid.axis_n; i++) {
        for (size_t k = 0; k < sizeof of_field / sizeof of_field[0]; k++) {
            const char *name = flags[of_field[k]].name;
            if (w->o->value[of_field[k]] != NULL && strcmp(name, w->grid.axis[i].path) == 0) {
                ok = diag_error(d, SPAN_NONE, "--%s and --vary %s contradict each other", name,
                                name);
            }
        }
    }
    if (format != NULL && strcmp(format, "csv") != 0) {
        diag_error(d, SPAN_NONE, "a sweep is written as csv, not %s", format);
        diag_help(d, "run one point with --set for another format");
        ok = false;
    }
    return ok;
}

static bool read_flags(struct sweep *w)
{
    bool ok = read_grid(w);
    ok = check_flags(w, &w->l.diag) && ok;
    ok = simulate_options(w->o, &w->exp, &w->l.diag) && ok;
    ok = events_wanted(w->o, &w->events, &w->l.diag) && ok;
    return ok && outputs_find(w->o, "text csv", &w->to, &w->l.diag); /* text: none was said */
}

/* The catalogue of the user, file by file; the built-in one goes with the version. */
static uint64_t hash_catalog(const struct sweep *w, uint64_t hash)
{
    const char *folder = w->o->value[FLAG_CATALOG];
    for (int i = 0; folder != NULL && i < data_files_n; i++) {
        struct text path;
        struct text bytes;
        struct diag unread;
        text_init(&path);
        text_init(&bytes);
        diag_init(&unread);
        text_addf(&path, "%s/%s", folder, data_files[i].name);
        if (term_kind(text_str(&path)) == TERM_FILE &&
            term_read(text_str(&path), JOURNAL_MAX, &bytes, &unread)) {
            hash = journal_hash(hash, data_files[i].name, strlen(data_files[i].name) + 1);
            hash = journal_hash(hash, text_str(&bytes), bytes.n);
        }
        diag_fini(&unread);
        text_fini(&bytes);
        text_fini(&path);
    }
    return hash;
}

/* The header, and what the identities of all points have in common. */
static void prepare_table(struct sweep *w)
{
    char seed[32];
    text_add(&w->header, rep_csv_header);
    for (int i = 0; i < w->grid.axis_n; i++) {
        text_add(&w->header, ",");
        rep_csv_cell(&w->header, w->grid.axis[i].path);
    }
    text_add(&w->header, ",point_hash,rows_hash");
    snprintf(seed, sizeof seed, " %" PRIu64 " ", w->exp.seed);
    w->same = journal_hash(JOURNAL_HASH, text_str(&w->header), w->header.n);
    w->same = journal_hash(w->same, seed, strlen(seed));
    w->same = journal_hash(w->same, w->exp.version, strlen(w->exp.version));
    w->same = hash_catalog(w, w->same);
    if (w->over.plugin != NULL) {
        snprintf(seed, sizeof seed, "%016" PRIx64, w->over.plugin->hash);
        w->same = journal_hash(w->same, seed, strlen(seed));
    }
}

/* ---- What was done before ---- */

struct by_id {
    uint64_t id;
    int point;
};

static int compare_ids(const void *a, const void *b)
{
    const struct by_id *x = a;
    const struct by_id *y = b;
    return x->id != y->id ? (x->id < y->id ? -1 : 1)
                          : (x->point > y->point) - (x->point < y->point);
}

/* Gives the rows to the points that they are of. */
static void take_old(struct sweep *w, const struct by_id *order,
                     const struct journal_point *old)
{
    int lo = 0;
    int hi = w->grid.point_n;
    while (lo < hi) {
        const int middle = lo + (hi - lo) / 2;
        if (order[middle].id < old->id) {
            lo = middle + 1;
        } else {
            hi = middle;
        }
    }
    for (; lo < w->grid.point_n && order[lo].id == old->id; lo++) {
        struct point *p = &w->point[order[lo].point];
        if (!p->is_done) {
            journal_renumber(&p->rows, old, order[lo].point);
            p->is_done = p->is_old = !p->rows.failed;
        }
    }
}

/* Takes what the table of an earlier run and the journal of one that was interrupted hold. */
static bool recall_from(struct sweep *w, const struct by_id *order, const char *path,
                        bool is_journal)
{
    struct text bytes;
    struct journal_point old;
    size_t at = 0;
    int changed_n = 0;
    text_init(&bytes);
    bool ok = term_read(path, JOURNAL_MAX, &bytes, &w->l.diag);
    if (ok && is_journal && !journal_is(text_str(&bytes), bytes.n)) {
        ok = diag_error(&w->l.diag, SPAN_NONE,
                        "'%s' is in the way: it is no journal of a sweep", path);
        diag_help(&w->l.diag, "move it, or choose another --output");
    }
    while (ok && (is_journal ? journal_next(text_str(&bytes), bytes.n, &at, &old)
                             : journal_table_next(text_str(&bytes), bytes.n,
                                                  text_str(&w->header), &at, &old))) {
        if (old.is_changed) {
            changed_n++;
        } else {
            take_old(w, order, &old);
        }
    }
    if (changed_n > 0) {
        diag_warning(&w->l.diag, SPAN_NONE,
                     "'%s' holds %d point%s whose rows are not as they were written", path,
                     changed_n, changed_n == 1 ? "" : "s");
        diag_help(&w->l.diag, "%s simulated again where asked for",
                  changed_n == 1 ? "it is" : "they are");
    }
    text_fini(&bytes);
    return ok;
}

/* Writes the journal anew: what is taken from it and nothing that was cut off. */
static bool renew_journal(struct sweep *w)
{
    struct text out;
    text_init(&out);
    journal_begin(&out);
    for (int i = 0; i < w->grid.point_n; i++) {
        const struct point *p = &w->point[i];
        if (p->is_done) {
            const struct journal_point old = {
                .id = p->id, .rows = text_str(&p->rows), .n = p->rows.n};
            journal_add(&out, &old);
        }
    }
    const bool ok = out.failed
                        ? diag_machine(&w->l.diag, "out of memory")
                        : term_write(text_str(&w->journal), text_str(&out), out.n, &w->l.diag);
    text_fini(&out);
    return ok;
}

static bool recall(struct sweep *w)
{
    const char *path = w->o->value[FLAG_OUTPUT];
    bool ok = true;
    const bool keeps = path != NULL && term_kind(path) != TERM_OTHER;
    struct by_id *order = arena_alloc(&w->l.arena, (size_t)w->grid.point_n, sizeof *order);
    if (order == NULL) {
        return diag_machine(&w->l.diag, "out of memory for %d points", w->grid.point_n);
    }
    for (int i = 0; i < w->grid.point_n; i++) {
        order[i] = (struct by_id){w->point[i].id, i};
    }
    qsort(order, (size_t)w->grid.point_n, sizeof *order, compare_ids);
    if (keeps) {
        text_addf(&w->journal, "%s.part", path);
        const char *journal = text_str(&w->journal);
        ok = term_kind(path) == TERM_NOTHING || recall_from(w, order, path, false);
        ok = ok && (term_kind(journal) == TERM_NOTHING || recall_from(w, order, journal, true));
        ok = ok && renew_journal(w);
    }
    for (int i = 0; i < w->grid.point_n; i++) {
        if (!w->point[i].is_done) {
            w->todo[w->todo_n++] = i;
        }
    }
    return ok;
}

/* ---- Running ---- */

/* One point. False when it is not done: the machine failed, or it was interrupted. */
static bool run_point(const struct sweep *w, int point, int threads, struct text *rows,
                      struct diag *d)
{
    struct arena arena;
    struct text more;
    struct exp_options options = w->exp;
    options.threads = threads;
    arena_init(&arena, "point");
    text_init(&more);
    add_cells(w, point, &more);
    const struct scenario *s = read_point(w, point, &arena, d);
    const struct result *r = s == NULL ? NULL : exp_run(&arena, s, &options, d);
    const bool ok = r != NULL && !r->interrupted &&
                    events_emit(&w->events, point, r, d) == ERR_OK && !diag_failed(d);
    if (ok) {
        const struct rep_csv_point csv = {.number = point, .more = text_str(&more)};
        rep_csv_rows(r, &csv, rows);
        journal_seal(rows);
    }
    text_fini(&more);
    arena_fini(&arena);
    return ok && (!rows->failed || diag_machine(d, "out of memory"));
}

/* Takes the rows of a point that is done. */
static void deliver(struct sweep *w, int point)
{
    struct point *p = &w->point[point];
    p->is_done = true;
    w->done_n++;
    if (w->journal.n > 0) {
        const struct journal_point fresh = {
            .id = p->id, .rows = text_str(&p->rows), .n = p->rows.n};
        struct text record;
        text_init(&record);
        journal_add(&record, &fresh);
        if (record.failed) {
            diag_machine(&w->diag, "out of memory");
        } else {
            term_append(text_str(&w->journal), text_str(&record), record.n, &w->diag);
        }
        text_fini(&record);
    }
    progress_update(&w->progress, w->done_n, w->todo_n);
}

/* Runs the i-th of the points that are to be run. */
static void run_one(struct sweep *w, struct pool_lock *lock, int64_t i, int threads)
{
    struct diag d;
    const int point = w->todo[i];
    if (*term_stop() != 0 || diag_failed(&w->diag)) {
        return;
    }
    diag_init(&d);
    const bool ok = run_point(w, point, threads, &w->point[point].rows, &d);
    if (lock != NULL) {
        pool_hold(lock);
    }
    if (ok) {
        deliver(w, point);
    }
    for (size_t k = 0; k < d.entry_n && !ok; k++) {
        add_entry(&w->diag, &d.entry[k]);
    }
    if (lock != NULL) {
        pool_release(lock);
    }
    diag_fini(&d);
}

static void run_task(void *context, struct pool_lock *lock, int worker, int64_t i)
{
    (void)worker;
    run_one(context, lock, i, 1);
}

static void run_points(struct sweep *w)
{
    const int threads = w->exp.threads;
    const int apart = w->todo_n / threads * threads;
    progress_init(&w->progress, w->o->value[FLAG_PROGRESS]);
    w->progress.what = "points";
    pool_run(threads, apart, run_task, w);
    for (int i = apart; i < w->todo_n; i++) {
        run_one(w, NULL, i, threads);
    }
    progress_fini(&w->progress);
    w->stopped = w->done_n < w->todo_n && !diag_failed(&w->diag);
}

/* ---- The table ---- */

static void write_rows(const void *what, const char *format, int width, struct text *sink)
{
    const struct sweep *w = what;
    (void)format, (void)width;
    text_addf(sink, "%s\n", text_str(&w->header));
    for (int i = 0; i < w->grid.point_n; i++) {
        text_add_n(sink, text_str(&w->point[i].rows), w->point[i].rows.n);
    }
}

static enum err write_table(struct sweep *w)
{
    bool feasible = false;
    for (int i = 0; i < w->grid.point_n; i++) {
        const struct text *rows = &w->point[i].rows;
        feasible = feasible || strstr(text_str(rows), ",feasible,bool,1,") != NULL;
    }
    enum err status = outputs_emit(w->o, &w->to, write_rows, w, &w->diag);
    status = err_worse(status, load_show_plain(&w->diag, w->o));
    if (status == ERR_OK && w->journal.n > 0) {
        term_remove(text_str(&w->journal));
    }
    return err_worse(status, feasible ? ERR_OK : ERR_NO);
}

static enum err finish(struct sweep *w)
{
    if (diag_failed(&w->diag)) {
        return load_show_plain(&w->diag, w->o);
    }
    if (!w->stopped) {
        return write_table(w);
    }
    const int done_n = w->grid.point_n - w->todo_n + w->done_n;
    diag_warning(&w->diag, SPAN_NONE, "interrupted: %d of %d points are done", done_n,
                 w->grid.point_n);
    if (w->journal.n > 0) {
        diag_help(&w->diag, "the same command goes on with the rest; '%s' holds what is done",
                  text_str(&w->journal));
    } else {
        diag_help(&w->diag, "with --output FILE the finished points would be kept");
    }
    return err_worse(load_show_plain(&w->diag, w->o), ERR_INTERRUPTED);
}

static enum err sweep(struct sweep *w)
{
    bool ok = read_flags(w);
    ok = ok && load_overrides(&w->l, w->o, w->o->operand[0], &w->over);
    if (ok) {
        prepare_table(w);
    }
    ok = ok && check_points(w) && recall(w);
    const enum err status = show(w);
    if (!ok) {
        return status;
    }
    run_points(w);
    return finish(w);
}

enum err cmd_sweep(const struct opts *o)
{
    struct sweep w = {.o = o};
    load_init(&w.l);
    diag_init(&w.diag);
    text_init(&w.header);
    text_init(&w.journal);
    const enum err status = sweep(&w);
    for (int i = 0; w.point != NULL && i < w.grid.point_n; i++) {
        text_fini(&w.point[i].rows);
    }
    text_fini(&w.journal);
    text_fini(&w.header);
    diag_fini(&w.diag);
    load_fini(&w.l);
    return status;
}
