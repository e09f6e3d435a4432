/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outputs.h - where the documents of a command go: --format, --json, --write, --output.
 *
 * Formats and files are checked before the work starts: nobody should wait for a minute to
 * learn of a misspelt flag. */
#ifndef SIM_CLI_OUTPUTS_H
#define SIM_CLI_OUTPUTS_H

#include "sim/base/err.h"
#include "sim/base/text.h"
#include "sim/cli/opt.h"

enum {
    WRITES_MAX = 16
};

struct outputs {
    char format[32]; /* of the document on stdout */
    struct {
        char format[32];
        const char *path;
    } more[WRITES_MAX];
    int more_n;
};

/* Reads the flags. `known` are the formats of the command, separated by blanks; md is another
 * word for markdown. False with diagnostics. */
bool outputs_find(const struct opts *o, const char *known, struct outputs *out, struct diag *d);

/* Is a document of this format wanted? */
bool outputs_has(const struct outputs *to, const char *format);

/* Appends the document in a format of `known`; `width` of its page. */
typedef void outputs_write(const void *what, const char *format, int width, struct text *sink);

/* Writes all of them. Problems with --write are left in d; the status is that of the document.
 */
enum err outputs_emit(const struct opts *o, const struct outputs *to, outputs_write *write,
                      const void *what, struct diag *d);

/* The name of one of several files: "plan.yaml" with 1 becomes "plan-1.yaml", the number goes
 * before the last dot of the file's own name. number < 0: the path as it is. False with a
 * diagnostic. */
bool outputs_numbered(const char *path, int number, struct text *out, struct diag *d);

#endif
