/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.h - diagnostics as a person reads them: place, sentence, source line, caret, help. */
#ifndef SIM_CLI_SHOW_H
#define SIM_CLI_SHOW_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/diag.h"
#include "sim/base/err.h"
#include "sim/base/text.h"

/* A text that spans point into. */
struct show_source {
    const char *file; /* as in the spans */
    const char *text; /* [n] any bytes */
    size_t n;
};

struct show_options {
    const struct show_source *source; /* [source_n] */
    int source_n;
    const char
        *file; /* for the closing line "2 errors in FILE; nothing was run."; NULL: none */
    bool color;
    bool ascii; /* no character beyond it */
};

/* Appends all entries in order of place, at most 20 errors, and the closing line. Sorts d.
 * Whatever the user's bytes are, no control character reaches the terminal. */
void show_diag(struct diag *d, const struct show_options *o, struct text *out);

/* show_diag to stderr, and the exit status that the errors ask for; ERR_OK when there are none.
 */
enum err show_stderr(struct diag *d, const struct show_options *o);

#endif
