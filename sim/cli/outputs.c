/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outputs.c - formats by name, and one renderer called for each document. */
#include "sim/cli/outputs.h"

#include <stdio.h>
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/cli/term.h"

enum {
    FILE_WIDTH = 100
};

/* The format into `out`, or a diagnostic about the flag that names it. */
static bool format_find(const char *flag, const char *name, const char *known, char out[32],
                        const struct opts *o, struct diag *d)
{
    snprintf(out, 32, "%s", strcmp(name, "md") == 0 ? "markdown" : name);
    if (strlen(name) < 32 && opt_has_word(known, out)) {
        return true;
    }
    diag_error(d, SPAN_NONE, "--%s: there is no format '%s' for '%s'", flag, name,
               o->command->name);
    diag_help(d, "use one of %s", known);
    return false;
}

/* One FORMAT=FILE. */
static bool write_find(const char *word, const char *known, struct outputs *out,
                       const struct opts *o, struct diag *d)
{
    const size_t n = strcspn(word, "=");
    char name[32];
    if (word[n] == '\0' || word[n + 1] == '\0') {
        diag_error(d, SPAN_NONE, "--write: '%s' is not FORMAT=FILE", word);
        diag_help(d, "write something like 'json=result.json'");
        return false;
    }
    snprintf(name, sizeof name, "%.*s", (int)(n < 31 ? n : 31), word);
    out->more[out->more_n].path = word + n + 1;
    return format_find("write", name, known, out->more[out->more_n++].format, o, d);
}

bool outputs_find(const struct opts *o, const char *known, struct outputs *out, struct diag *d)
{
    const char *write[WRITES_MAX];
    const int write_n = opt_list(o, FLAG_WRITE, write, WRITES_MAX);
    const char *format = o->value[FLAG_FORMAT];
    *out = (struct outputs){0};
    if (opt_is_on(o, FLAG_JSON)) {
        if (format != NULL && strcmp(format, "json") != 0) {
            return diag_error(d, SPAN_NONE, "--json and --format %s contradict each other",
                              format);
        }
        format = "json";
    }
    bool ok = format_find("format", format == NULL ? "text" : format, known, out->format, o, d);
    if (write_n > WRITES_MAX) {
        return diag_error(d, SPAN_NONE, "more than %d --write flags", WRITES_MAX);
    }
    for (int i = 0; i < write_n; i++) {
        ok = write_find(write[i], known, out, o, d) && ok;
    }
    for (int i = 0; i < out->more_n; i++) {
        ok = term_can_write(out->more[i].path, d) && ok;
    }
    const char *path = o->value[FLAG_OUTPUT];
    return (path == NULL || term_can_write(path, d)) && ok;
}

bool outputs_has(const struct outputs *to, const char *format)
{
    bool has = strcmp(to->format, format) == 0;
    for (int i = 0; i < to->more_n; i++) {
        has = has || strcmp(to->more[i].format, format) == 0;
    }
    return has;
}

enum err outputs_emit(const struct opts *o, const struct outputs *to, outputs_write *write,
                      const void *what, struct diag *d)
{
    struct text document;
    text_init(&document);
    write(what, to->format, o->value[FLAG_OUTPUT] == NULL ? term_width() : FILE_WIDTH,
          &document);
    const enum err status = load_emit(o, &document);
    for (int i = 0; i < to->more_n; i++) {
        text_init(&document);
        write(what, to->more[i].format, FILE_WIDTH, &document);
        if (opt_is_on(o, FLAG_ASCII) && strcmp(to->more[i].format, "text") == 0) {
            text_ascii(&document);
        }
        if (document.failed) {
            diag_machine(d, "out of memory while writing '%s'", to->more[i].path);
        } else {
            term_write(to->more[i].path, text_str(&document), document.n, d);
        }
        text_fini(&document);
    }
    return status;
}

bool outputs_numbered(const char *path, int number, struct text *out, struct diag *d)
{
    const char *slash = strrchr(path, '/');
    const char *own = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(own, '.');
    const size_t n = dot != NULL && dot > own ? (size_t)(dot - path) : strlen(path);
    if (number < 0) {
        text_add(out, path);
    } else if (strcmp(path, "-") == 0) {
        diag_error(d, SPAN_NONE, "there are several files to write, and - is one");
        diag_help(d, "name a file: from x.yaml come x-1.yaml, x-2.yaml and so on");
        return false;
    } else {
        text_addf(out, "%.*s-%d%s", (int)n, path, number, path + n);
    }
    return !out->failed || diag_machine(d, "out of memory");
}
