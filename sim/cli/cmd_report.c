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

/* A warning that there are no pictures, with the reason that `why` holds, if any. */
static void warn_pictures(struct diag *d, const struct diag *why)
{
    static const char rest[] = "the page has its tables and no pictures";
    if (why->entry_n > 0) {
        diag_warning(d, SPAN_NONE, "%s: %s", why->entry[0].text, rest);
    } else {
        diag_warning(d, SPAN_NONE, "there is no gnuplot: %s", rest);
        diag_help(d, GP_INSTALL);
    }
}

/* Without gnuplot, or with one that fails, the page still says everything in numbers: a warning
 * is enough. */
static bool page_make(struct load *l, const struct stored *s, struct text *out)
{
    struct text script;
    struct text pictures;
    struct diag why;
    text_init(&script);
    text_init(&pictures);
    diag_init(&why);
    page_script(s, &script);
    bool has_pictures = script.n > 0 && gp_run(&script, &pictures, &why) == GP_DONE;
    if (has_pictures && !page_write(s, &pictures, out)) {
        diag_machine(&why, "gnuplot drew fewer pictures than it was asked for");
        text_reset(out);
        has_pictures = false;
    }
    if (!has_pictures) {
        if (script.n > 0) {
            warn_pictures(&l->diag, &why);
        }
        (void)page_write(s, NULL, out);
    }
    diag_fini(&why);
    text_fini(&pictures);
    text_fini(&script);
    return !out->failed || diag_machine(&l->diag, "out of memory");
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
