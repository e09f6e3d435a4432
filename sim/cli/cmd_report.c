/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_report.c - `report RESULT.json`: a saved result as one HTML page. */
#include "sim/cli/cmd.h"
#include "sim/cli/gp.h"
#include "sim/cli/load.h"
#include "sim/cli/term.h"
#include "sim/report/page.h"

static const struct stored *result_read(struct load *l, const char *path)
{
    l->path = path;
    if (!term_read(path, JSONIN_BYTES_MAX, &l->bytes, &l->diag)) {
        return NULL;
    }
    const struct jsonin *root =
        jsonin_read(&l->arena, path, text_str(&l->bytes), l->bytes.n, &l->diag);
    if (root == NULL) {
        return NULL;
    }
    struct stored *s = arena_alloc(&l->arena, 1, sizeof *s);
    if (s == NULL) {
        (void)diag_machine(&l->diag, "out of memory");
        return NULL;
    }
    return stored_init(s, &l->arena, root, path, &l->diag) ? s : NULL;
}

/* Without gnuplot the page still says everything in numbers: a warning is enough. */
static bool page_make(struct load *l, const struct stored *s, struct text *out)
{
    struct text script;
    struct text pictures;
    text_init(&script);
    text_init(&pictures);
    page_script(s, &script);
    bool ok = true;
    enum gp_status drawn = GP_ABSENT;
    if (script.n > 0) {
        drawn = gp_run(&script, &pictures, &l->diag);
        ok = drawn != GP_FAILED;
        if (drawn == GP_ABSENT) {
            diag_warning(&l->diag, SPAN_NONE,
                         "there is no gnuplot: the page has its tables and no pictures");
            diag_help(&l->diag, GP_INSTALL);
        }
    }
    if (ok && !page_write(s, drawn == GP_DONE ? &pictures : NULL, out)) {
        ok = diag_machine(&l->diag, "gnuplot drew fewer pictures than it was asked for");
    }
    text_fini(&pictures);
    text_fini(&script);
    return ok;
}

enum err cmd_report(const struct opts *o)
{
    struct load l;
    struct text page;
    load_init(&l);
    text_init(&page);
    const char *path = o->value[FLAG_OUTPUT];
    bool ok = path == NULL || term_can_write(path, &l.diag);
    const struct stored *s = ok ? result_read(&l, o->operand[0]) : NULL;
    ok = s != NULL && page_make(&l, s, &page);
    enum err status = load_show(&l, o);
    if (ok) {
        status = err_worse(status, load_emit(o, &page));
    } else {
        text_fini(&page);
    }
    load_fini(&l);
    return status;
}
