/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_fit.c - `fit`: the scaling law of a workload from measurements on slices. */
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/gp.h"
#include "sim/cli/load.h"
#include "sim/cli/show.h"
#include "sim/cli/term.h"
#include "sim/input/catalogin.h"
#include "sim/report/rep_fit.h"

struct fitting {
    struct arena arena;
    struct diag diag;
    struct text bytes, out;
    struct csvin csv;
    struct fitin in;
    const struct catalog *catalog;
};

enum {
    MEASUREMENTS_BYTES_MAX = 1 << 26
};

/* Flags, catalogue and file. */
static bool read_all(struct fitting *f, const struct opts *o)
{
    const char *group[FITIN_WORDS_MAX];
    const char *where[FITIN_WORDS_MAX];
    const struct fitin_conf conf = {
        .gpu = o->value[FLAG_GPU],
        .group = group,
        .group_n = opt_list(o, FLAG_GROUP, group, FITIN_WORDS_MAX),
        .where = where,
        .where_n = opt_list(o, FLAG_WHERE, where, FITIN_WORDS_MAX),
    };
    if (conf.group_n > FITIN_WORDS_MAX || conf.where_n > FITIN_WORDS_MAX) {
        return diag_error(&f->diag, SPAN_NONE, "more than %d --group or --where flags",
                          FITIN_WORDS_MAX);
    }
    f->catalog = catalog_load(&f->arena, o->value[FLAG_CATALOG], &f->diag);
    return f->catalog != NULL &&
           term_read(o->operand[0], MEASUREMENTS_BYTES_MAX, &f->bytes, &f->diag) &&
           csvin_read(&f->csv, &f->arena, o->operand[0], text_str(&f->bytes), f->bytes.n,
                      &f->diag) &&
           fitin_read(&f->in, &f->arena, f->catalog, &f->csv, &conf, &f->diag);
}

/* The picture goes to a file of its own; the document to --output as always. */
static bool draw(struct fitting *f, const struct opts *o, const struct gp_picture *wanted,
                 const struct rep_fit *r)
{
    struct text script;
    struct text picture;
    text_init(&script);
    text_init(&picture);
    plot_fit(wanted->target, r, &script);
    const bool ok = gp_draw(wanted, &script, &picture, &f->diag) &&
                    term_write(o->value[FLAG_PLOT], text_str(&picture), picture.n, &f->diag);
    text_fini(&picture);
    text_fini(&script);
    return ok;
}

static bool fit_all(struct fitting *f, const struct opts *o)
{
    struct gp_picture wanted;
    if (!gp_picture(o->value[FLAG_PLOT], "plot", &wanted, &f->diag)) {
        return false;
    }
    struct fit_result *result = arena_alloc(&f->arena, (size_t)f->in.group_n, sizeof *result);
    double *room = arena_alloc(&f->arena, 2 * f->csv.row_n, sizeof *room);
    if (result == NULL || room == NULL) {
        return diag_machine(&f->diag, "out of memory");
    }
    for (int i = 0; i < f->in.group_n; i++) {
        if (*term_stop() ||
            !fit_workload(&f->in.group[i].data, &f->arena, &result[i], &f->diag)) {
            return false;
        }
    }
    const struct rep_fit r = {.catalog = f->catalog,
                              .csv = &f->csv,
                              .in = &f->in,
                              .result = result,
                              .room = room,
                              .quiet = opt_is_on(o, FLAG_QUIET)};
    const char *format = o->value[FLAG_FORMAT] == NULL ? "text" : o->value[FLAG_FORMAT];
    if (strcmp(format, "json") == 0) {
        rep_fit_json(&r, &f->out);
    } else if (strcmp(format, "csv") == 0) {
        rep_fit_csv(&r, &f->out);
    } else {
        rep_fit_text(&r, &f->out);
    }
    return o->value[FLAG_PLOT] == NULL || draw(f, o, &wanted, &r);
}

enum err cmd_fit(const struct opts *o)
{
    struct fitting f;
    arena_init(&f.arena, "program");
    diag_init(&f.diag);
    text_init(&f.bytes);
    text_init(&f.out);
    const bool ok = read_all(&f, o) && fit_all(&f, o);
    const struct show_source source = {o->operand[0], text_str(&f.bytes), f.bytes.n};
    const struct show_options options = {.source = &source,
                                         .source_n = 1,
                                         .file = o->operand[0],
                                         .color = term_color(o->value[FLAG_COLOR])};
    enum err status = show_stderr(&f.diag, &options);
    if (ok) {
        status = err_worse(status, load_emit(o, &f.out));
    } else if (*term_stop()) {
        status = ERR_INTERRUPTED;
    }
    text_fini(&f.out);
    text_fini(&f.bytes);
    diag_fini(&f.diag);
    arena_fini(&f.arena);
    return status;
}
