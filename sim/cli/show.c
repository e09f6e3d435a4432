/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.c - rendering of diagnostics.
 *
 * Columns count characters, and the caret line is built from the same characters as the source
 * line, so that they stay under each other. A line that is too long for a screen is shown
 * around its caret. */
#include "sim/cli/show.h"

#include <string.h>

#include "sim/cli/term.h"

enum {
    ERRORS_SHOWN = 20,
    LINE_SHOWN = 120, /* characters of a source line */
    BEFORE_CARET = 60
};

#define RED    "\033[31m"
#define YELLOW "\033[33m"
#define GREEN  "\033[32m"
#define BOLD   "\033[1m"
#define PLAIN  "\033[0m"

static void add_color(struct text *out, bool color, const char *code)
{
    if (color) {
        text_add(out, code);
    }
}

/* s with control characters replaced; tabs become blanks so that carets line up. */
static void add_safe(struct text *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)s[i];
        /* C1 controls are the two bytes C2 80 .. C2 9F. */
        const bool is_c1 = c == 0xC2 && i + 1 < n && (unsigned char)s[i + 1] >= 0x80 &&
                           (unsigned char)s[i + 1] <= 0x9F;
        if (is_c1) {
            text_add(out, "?");
            i++;
        } else if (c == '\t') {
            text_add(out, " ");
        } else if (c < 0x20 || c == 0x7F) {
            text_add(out, "?");
        } else {
            text_add_n(out, s + i, 1);
        }
    }
}

/* ---- Source line ---- */

/* Line `line` (from 1) of a source, without its end; NULL when there is none. */
static const char *line_find(const struct show_source *src, int line, size_t *n)
{
    const char *at = src->text;
    const char *end = src->text + src->n;
    for (int i = 1; i < line; i++) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        if (next == NULL) {
            return NULL;
        }
        at = next + 1;
    }
    const char *next = memchr(at, '\n', (size_t)(end - at));
    *n = (size_t)((next == NULL ? end : next) - at);
    if (*n > 0 && at[*n - 1] == '\r') {
        (*n)--;
    }
    return at;
}

/* Bytes of the first `chars` characters of s [n]. */
static size_t bytes_of(const char *s, size_t n, size_t chars)
{
    size_t i = 0;
    while (i < n && chars > 0) {
        i++;
        while (i < n && ((unsigned char)s[i] & 0xC0) == 0x80) {
            i++;
        }
        chars--;
    }
    return i;
}

/* "   6 |     memmory: 12 GiB" and the caret below it. */
static void add_source(struct text *out, const struct show_options *o, const struct span *at)
{
    const struct show_source *src = NULL;
    for (int i = 0; i < o->source_n; i++) {
        if (at->file != NULL && strcmp(o->source[i].file, at->file) == 0) {
            src = &o->source[i];
        }
    }
    size_t n = 0;
    const char *line = src == NULL ? NULL : line_find(src, at->line, &n);
    if (line == NULL) {
        return;
    }
    size_t col = at->col > 0 ? (size_t)at->col - 1 : 0;
    const size_t skip = col > LINE_SHOWN - 20 ? col - BEFORE_CARET : 0;
    const size_t from = bytes_of(line, n, skip);
    const size_t shown = bytes_of(line + from, n - from, LINE_SHOWN);
    text_addf(out, "%4d | ", at->line);
    text_add(out, skip > 0 ? "..." : "");
    add_safe(out, line + from, shown);
    text_add(out, from + shown < n ? "...\n" : "\n");
    col = col - skip + (skip > 0 ? 3 : 0);
    size_t len = at->len > 1 ? (size_t)at->len : 1;
    /* A span that goes on past the line, as of a block, is marked to the line's end. */
    size_t chars = 0;
    for (size_t i = 0; i < shown; i++) {
        chars += ((unsigned char)line[from + i] & 0xC0) != 0x80;
    }
    const size_t width = chars + (skip > 0 ? 3 : 0);
    len = width > col && len > width - col ? width - col : len;
    len = len > LINE_SHOWN ? 1 : len;
    text_add(out, "     | ");
    text_pad(out, col);
    add_color(out, o->color, GREEN);
    text_add(out, "^");
    for (size_t i = 1; i < len; i++) {
        text_add(out, "~");
    }
    add_color(out, o->color, PLAIN);
    text_add(out, "\n");
}

/* ---- Entries ---- */

static void add_severity(struct text *out, const struct show_options *o, enum severity s)
{
    static const char *const names[] = {"error", "warning", "note"};
    static const char *const colors[] = {RED, YELLOW, BOLD};
    add_color(out, o->color, colors[s]);
    text_addf(out, "%s: ", names[s]);
    add_color(out, o->color, PLAIN);
}

static void add_entry(struct text *out, const struct show_options *o,
                      const struct diag_entry *e)
{
    const bool has_place = e->at.line > 0;
    if (e->at.file != NULL) {
        add_safe(out, e->at.file, strlen(e->at.file));
        text_add(out, ":");
        if (has_place) {
            text_addf(out, "%d:%d:", e->at.line, e->at.col > 0 ? e->at.col : 1);
        }
        text_add(out, " ");
        add_severity(out, o, e->severity);
    } else {
        text_add(out, "vgpusim: ");
        if (e->severity != SEV_ERROR) {
            add_severity(out, o, e->severity);
        }
    }
    add_safe(out, e->text, strlen(e->text));
    text_add(out, "\n");
    if (has_place) {
        add_source(out, o, &e->at);
    }
    if (e->help != NULL) {
        text_add(out, has_place ? "     = help: " : "  = help: ");
        add_safe(out, e->help, strlen(e->help));
        text_add(out, "\n");
    }
}

void show_diag(struct diag *d, const struct show_options *o, struct text *out)
{
    diag_sort(d);
    size_t errors_n = 0;
    bool is_shown = true;
    bool is_machine = false; /* what failed is not the file's fault */
    for (size_t i = 0; i < d->entry_n; i++) {
        const struct diag_entry *e = &d->entry[i];
        if (e->severity == SEV_ERROR) {
            errors_n++;
            is_machine = is_machine || e->kind == DIAG_MACHINE;
        }
        /* A note goes with the entry before it. */
        is_shown = e->severity == SEV_NOTE ? is_shown : errors_n <= ERRORS_SHOWN;
        if (is_shown) {
            if (i > 0 && e->at.line > 0 && e->severity != SEV_NOTE) {
                text_add(out, "\n");
            }
            add_entry(out, o, e);
        }
    }
    if (d->error_n > ERRORS_SHOWN) {
        text_addf(out, "\nand %zu more\n", d->error_n - ERRORS_SHOWN);
    }
    if (d->error_n > 0 && o->file != NULL && !is_machine) {
        text_addf(out, "\n%zu %s in ", d->error_n, d->error_n == 1 ? "error" : "errors");
        add_safe(out, o->file, strlen(o->file));
        text_add(out, "; nothing was run.\n");
    }
}

enum err show_stderr(struct diag *d, const struct show_options *o)
{
    struct text out;
    text_init(&out);
    show_diag(d, o, &out);
    if (o->ascii) {
        text_ascii(&out);
    }
    term_complain(text_str(&out), out.n);
    const bool is_cut = out.failed;
    text_fini(&out);
    enum err status = ERR_OK;
    for (size_t i = 0; i < d->entry_n; i++) {
        if (d->entry[i].severity == SEV_ERROR) {
            status =
                err_worse(status, d->entry[i].kind == DIAG_MACHINE ? ERR_MACHINE : ERR_INPUT);
        }
    }
    if (is_cut) {
        static const char text[] = "vgpusim: out of memory while reporting\n";
        term_complain(text, sizeof text - 1);
        return err_worse(status, ERR_MACHINE);
    }
    return status;
}
