/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diag.h - collected diagnostics: severity, place, sentence, help. Rendered by sim/cli/show.c
 * only.
 *
 * A function that finds something wrong adds one entry where the knowledge is, and goes on to
 * find the next; callers only pass the failure up. Entries are kept in the order in which they
 * were added and sorted by place when they are shown. */
#ifndef SIM_BASE_DIAG_H
#define SIM_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/arena.h"

enum severity {
    SEV_ERROR,
    SEV_WARNING,
    SEV_NOTE
};

/* A place in a text. line 0 means "no place" (a flag, the machine). */
struct span {
    const char *file; /* as the user gave it, or "<--set>"; borrowed */
    int line;         /* from 1 */
    int col;          /* from 1, in characters */
    int len;          /* characters, >= 1 */
};

struct diag_entry {
    enum severity severity;
    enum {
        DIAG_INPUT,  /* the user's text or flags: exit status 2 */
        DIAG_MACHINE /* memory, disk: exit status 4 */
    } kind;
    struct span at;
    const char *text; /* a clause in lower case without a full stop */
    const char *help; /* what to type instead, or NULL */
};

enum {
    DIAG_MAX = 1000 /* entries kept; more are only counted */
};

struct diag {
    struct arena arena;
    struct diag_entry entry[DIAG_MAX];
    size_t entry_n;
    size_t error_n;      /* errors seen, kept or not */
    bool is_newest_kept; /* else diag_help has nothing to attach to */
};

#define SPAN_NONE ((struct span){.file = NULL, .line = 0, .col = 0, .len = 0})

void diag_init(struct diag *d);
void diag_fini(struct diag *d);

/* Each adds one entry with a formatted sentence. diag_error and diag_machine return false so
 * that a caller may write `return diag_error(...)`. */
bool diag_error(struct diag *d, struct span at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool diag_machine(struct diag *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void diag_warning(struct diag *d, struct span at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_note(struct diag *d, struct span at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Attaches a help clause to the newest entry. */
void diag_help(struct diag *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Stable order by file, line, column; entries without a place first. A note stays behind the
 * entry that it was added after. */
void diag_sort(struct diag *d);

/* True if any error was added. */
bool diag_failed(const struct diag *d);

#endif
