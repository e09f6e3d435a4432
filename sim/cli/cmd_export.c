/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_export.c - `export`: the placement of one mode in a format of another tool.
 *
 * Format and mode are settled before anything is written: a format that does not exist or
 * cannot say the mode, and several feasible modes without --mode, are errors of the command
 * line. A mode that is not possible is an answer: status 1, with its reasons. */
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/cli/term.h"
#include "sim/plan/export.h"
#include "sim/report/rep_place.h"

/* Places every mode that is asked for. */
static struct fleet *place_all(struct load *l)
{
    const struct scenario *s = l->scenario;
    struct fleet *f = arena_alloc(&l->arena, (size_t)s->mode_n, sizeof *f);
    if (f == NULL) {
        diag_machine(&l->diag, "out of memory");
        return NULL;
    }
    for (int i = 0; i < s->mode_n; i++) {
        if (!fleet_place(&f[i], &l->arena, s, i, &l->diag)) {
            return NULL;
        }
    }
    return f;
}

/* No mode is possible: says why of each. */
static void tell_reasons(const struct scenario *s, const struct fleet *f)
{
    struct text out;
    text_init(&out);
    for (int i = 0; i < s->mode_n; i++) {
        text_add(&out, "vgpusim: ");
        export_mode_label(&s->mode[i], &out);
        text_add(&out, ": ");
        rep_reasons(&f[i], true, &out);
        text_add(&out, "\n");
    }
    term_complain(text_str(&out), out.n);
    text_fini(&out);
}

/* Several modes are possible: which one is meant? */
static void ask_mode(const struct scenario *s, const struct fleet *f,
                     const struct export_format *format, struct diag *d)
{
    struct text all, can;
    text_init(&all);
    text_init(&can);
    for (int i = 0; i < s->mode_n; i++) {
        if (!f[i].feasible) {
            continue;
        }
        text_add(&all, all.n == 0 ? "" : ", ");
        export_mode_label(&s->mode[i], &all);
        if ((format->modes & 1U << s->mode[i].kind) != 0) {
            text_add(&can, can.n == 0 ? "--mode " : " or --mode ");
            export_mode_label(&s->mode[i], &can);
        }
    }
    diag_error(d, SPAN_NONE, "several modes are feasible: %s", text_str(&all));
    if (can.n > 0) {
        diag_help(d, "add %s", text_str(&can));
    }
    text_fini(&all);
    text_fini(&can);
}

/* The one feasible mode, or -1 with the status to end with. */
static int choose_mode(struct load *l, const struct fleet *f,
                       const struct export_format *format, enum err *status)
{
    int found = -1;
    int feasible_n = 0;
    for (int i = 0; i < l->scenario->mode_n; i++) {
        if (f[i].feasible) {
            found = i;
            feasible_n++;
        }
    }
    if (feasible_n == 0) {
        tell_reasons(l->scenario, f);
        *status = ERR_NO;
        return -1;
    }
    if (feasible_n > 1) {
        ask_mode(l->scenario, f, format, &l->diag);
        return -1;
    }
    return found;
}

static bool export_loaded(struct load *l, const struct opts *o, struct text *out,
                          enum err *status)
{
    if (o->value[FLAG_TO] == NULL) {
        diag_error(&l->diag, SPAN_NONE, "export: needs --to FORMAT");
        diag_help(&l->diag, "vgpusim help export lists the formats");
        return false;
    }
    const struct export_format *format = export_find(o->value[FLAG_TO], &l->diag);
    if (format == NULL || !load_placement(l, o, o->operand[0])) {
        return false;
    }
    const struct fleet *f = place_all(l);
    const int mode = f == NULL ? -1 : choose_mode(l, f, format, status);
    if (mode < 0 || !export_applies(format, &l->scenario->mode[mode], &l->diag)) {
        return false;
    }
    struct export_job job = {
        .s = l->scenario,
        .f = &f[mode],
        .mode = &l->scenario->mode[mode],
        .arena = &l->arena,
        .host_ix =
            export_host_find(l->scenario, &f[mode], format, o->value[FLAG_HOST], &l->diag),
    };
    return job.host_ix >= -1 && export_job_init(&job, &l->diag) &&
           format->write(&job, out, &l->diag);
}

enum err cmd_export(const struct opts *o)
{
    struct load l;
    struct text out;
    enum err status = ERR_OK;
    load_init(&l);
    text_init(&out);
    const bool ok = export_loaded(&l, o, &out, &status);
    status = err_worse(status, load_show(&l, o));
    if (ok) {
        status = err_worse(status, load_emit(o, &out));
    } else {
        text_fini(&out);
    }
    load_fini(&l);
    return status;
}
