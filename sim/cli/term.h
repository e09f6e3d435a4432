/* SPDX-License-Identifier: GPL-3.0-or-later */
/* term.h - the window to the street: streams, files, signals, clock and environment.
 *
 * stdout carries one document; diagnostics and progress go to stderr. Whether something is a
 * terminal is decided per stream. */
#ifndef SIM_CLI_TERM_H
#define SIM_CLI_TERM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/base/diag.h"
#include "sim/base/text.h"

/* Signals: Ctrl-C raises the stop flag (a second one ends at once with 130), SIGPIPE is quiet,
 * an assertion ends with 70 and the command to see it again. `words` are those after the
 * program's name, NULL at their end; borrowed. Call once. */
void term_init(char *const *words);

/* From here to term_release an end of the process by `exit`, which can come from a plug-in
 * only, is the machine's fault: it is told, with status 4. */
void term_guard(void);
void term_release(void);

/* Non-zero after Ctrl-C. */
const volatile sig_atomic_t *term_stop(void);

/* Columns of stdout when it is a terminal, at least 40; else 100. */
int term_width(void);

/* Colour on stderr? `when` is "auto", "always", "never" or NULL. NO_COLOR outranks
 * CLICOLOR_FORCE; "always" outranks both. */
bool term_color(const char *when);

/* A word that nobody can foretell: of the system's source, else of the clock. */
uint64_t term_random(void);

/* Of the monotonic clock. */
int64_t term_clock_ns(void);

/* Processors online, at least 1. */
int term_cores(void);

/* Reads the whole of a file, "-" for stdin, into `out`. A file larger than `limit` bytes is
 * refused before it is read to the end. False with a diagnostic. */
bool term_read(const char *path, size_t limit, struct text *out, struct diag *d);

/* Writes bytes to a file under a temporary name and renames it; devices and pipes directly. "-"
 * is stdout. False with a diagnostic. */
bool term_write(const char *path, const char *bytes, size_t n, struct diag *d);

/* A file that is written piece by piece, under its name only when it is whole. */
struct term_file {
    FILE *stream;
    struct text name; /* the temporary one; empty: written directly */
    const char *path; /* borrowed */
};

/* As term_write does at once. A file that was opened must be closed; unless it is to be kept
 * nothing is left of it. False with a diagnostic; term_close also where keep is false. */
bool term_open(struct term_file *f, const char *path, struct diag *d);
bool term_put(struct term_file *f, const char *bytes, size_t n, struct diag *d);
bool term_close(struct term_file *f, bool keep, struct diag *d);

/* Can a file of that name be written, as far as one can tell before? False with a diagnostic.
 */
bool term_can_write(const char *path, struct diag *d);

enum term_kind {
    TERM_NOTHING, /* there is nothing of that name */
    TERM_FILE,
    TERM_OTHER /* a device, a pipe, a folder; "-" */
};

enum term_kind term_kind(const char *path);

/* Adds bytes to the end of a file, which is made if it is not there: one call of the system, so
 * that an interruption leaves all of them or, at worst, a beginning. False with a diagnostic.
 */
bool term_append(const char *path, const char *bytes, size_t n, struct diag *d);

/* Removes a file; what is not there is no error. */
void term_remove(const char *path);

/* Bytes to stderr; errors are ignored, there is nowhere to tell them. */
void term_complain(const char *bytes, size_t n);

enum progress_when {
    PROGRESS_AUTO,
    PROGRESS_ALWAYS,
    PROGRESS_NEVER,
    PROGRESS_JSON
};

/* State of the progress line. */
struct progress {
    enum progress_when when;
    bool is_tty;
    int64_t begin_ns; /* of the monotonic clock */
    int64_t last_ns;  /* when something was printed last; 0 never */
    bool is_shown;    /* a line stands on the terminal */
    const char *what; /* is counted: "tasks" */
};

/* `when` is "auto", "always", "never", "json" or NULL. */
void progress_init(struct progress *p, const char *when);

/* The callback of an experiment; `context` is a struct progress. of 0: nobody knows how many.
 */
void progress_update(void *context, int64_t done, int64_t of);

/* Erases the line. */
void progress_fini(struct progress *p);

#endif
