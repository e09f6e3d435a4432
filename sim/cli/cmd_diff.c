/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_diff.c - `diff OLD.json NEW.json`: which figures moved by more than chance. */
#include <string.h>

#include "sim/base/units.h"
#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/cli/outputs.h"
#include "sim/cli/readback.h"
#include "sim/report/rep_change.h"

enum {
    ROWS_MAX = 60 /* on a page */
};

struct page {
    const struct opts *o;
    const struct changes *changes;
};

static void write_json(const struct page *p, struct text *sink)
{
    struct jout j;
    jout_init(&j, sink);
    jout_open_object(&j, NULL, false);
    jout_string(&j, "schema", "vgpusim.diff/1");
    jout_string(&j, "was", p->o->operand[0]);
    jout_string(&j, "now", p->o->operand[1]);
    rep_change_json(p->changes, &j);
    jout_close_object(&j);
}

static void write_page(const void *what, const char *format, int width, struct text *sink)
{
    const struct page *p = what;
    const int most = opt_is_on(p->o, FLAG_VERBOSE) ? 0 : ROWS_MAX;
    if (strcmp(format, "json") == 0) {
        write_json(p, sink);
    } else if (strcmp(format, "csv") == 0) {
        rep_change_csv(p->changes, sink);
    } else if (strcmp(format, "markdown") == 0) {
        rep_change_markdown(p->changes, most, sink);
    } else if (opt_is_on(p->o, FLAG_QUIET)) {
        rep_change_counts(p->changes, sink);
        text_add(sink, "\n");
    } else {
        rep_change_text(p->changes, most, width, sink);
    }
}

static bool tolerance_of(const struct opts *o, double *out, struct diag *d)
{
    char why[UNITS_WHY];
    char help[UNITS_WHY];
    const char *word = o->value[FLAG_TOLERANCE];
    if (word == NULL) {
        return true;
    }
    if (units_parse(Q_FRACTION, word, out, why, help) && *out >= 0 && *out < 1) {
        return true;
    }
    diag_error(d, SPAN_NONE, "--tolerance: '%s' is no part from 0%% to 100%%", word);
    diag_help(d, "write something like 2%%");
    return false;
}

enum err cmd_diff(const struct opts *o)
{
    struct arena arena;
    struct diag d;
    struct outputs to;
    struct saved was;
    struct saved now;
    struct changes changes = {0};
    enum err status = ERR_OK;
    arena_init(&arena, "program");
    diag_init(&d);
    bool ok = outputs_find(o, "text json csv markdown", &to, &d);
    ok = tolerance_of(o, &changes.tolerance, &d) && ok;
    ok = ok && readback_file(&was, &arena, o->operand[0], &d);
    ok = ok && readback_file(&now, &arena, o->operand[1], &d);
    if (ok && !changes_find(&changes, &was, &now, false)) {
        ok = diag_machine(&d, "out of memory");
    }
    if (ok) {
        const struct page page = {o, &changes};
        status = changes.n > 0 ? ERR_NO : ERR_OK;
        status = err_worse(status, outputs_emit(o, &to, write_page, &page, &d));
    }
    status = err_worse(status, load_show_plain(&d, o));
    changes_fini(&changes);
    diag_fini(&d);
    arena_fini(&arena);
    return status;
}
