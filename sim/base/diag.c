/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diag.c - the collection of diagnostics.
 *
 * Sentences live in the collection's own arena. Running out of memory while reporting must not
 * hide the report: a fixed sentence takes the place of the one that could not be stored. */
#include "sim/base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void diag_init(struct diag *d)
{
    arena_init(&d->arena, "diagnostics");
    d->entry_n = 0;
    d->error_n = 0;
    d->is_newest_kept = false;
}

void diag_fini(struct diag *d)
{
    arena_fini(&d->arena);
    d->entry_n = 0;
    d->error_n = 0;
    d->is_newest_kept = false;
}

/* ---- Adding ---- */

static const char *diag_format(struct diag *d, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* The formatted sentence in the arena; never NULL. */
static const char *diag_format(struct diag *d, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    const int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *s = n < 0 ? NULL : arena_alloc(&d->arena, (size_t)n + 1, 1);
    if (s == NULL) {
        return "out of memory while reporting";
    }
    vsnprintf(s, (size_t)n + 1, format, ap);
    return s;
}

static void diag_add(struct diag *d, const struct diag_entry *proto, const char *format,
                     va_list ap) __attribute__((format(printf, 3, 0)));

static void diag_add(struct diag *d, const struct diag_entry *proto, const char *format,
                     va_list ap)
{
    if (proto->severity == SEV_ERROR) {
        d->error_n++;
    }
    d->is_newest_kept = d->entry_n < DIAG_MAX;
    if (!d->is_newest_kept) {
        return;
    }
    struct diag_entry *e = &d->entry[d->entry_n++];
    *e = *proto;
    e->text = diag_format(d, format, ap);
}

bool diag_error(struct diag *d, struct span at, const char *format, ...)
{
    const struct diag_entry proto = {.severity = SEV_ERROR, .kind = DIAG_INPUT, .at = at};
    va_list ap;
    va_start(ap, format);
    diag_add(d, &proto, format, ap);
    va_end(ap);
    return false;
}

bool diag_machine(struct diag *d, const char *format, ...)
{
    const struct diag_entry proto = {.severity = SEV_ERROR, .kind = DIAG_MACHINE};
    va_list ap;
    va_start(ap, format);
    diag_add(d, &proto, format, ap);
    va_end(ap);
    return false;
}

void diag_warning(struct diag *d, struct span at, const char *format, ...)
{
    const struct diag_entry proto = {.severity = SEV_WARNING, .kind = DIAG_INPUT, .at = at};
    va_list ap;
    va_start(ap, format);
    diag_add(d, &proto, format, ap);
    va_end(ap);
}

void diag_note(struct diag *d, struct span at, const char *format, ...)
{
    const struct diag_entry proto = {.severity = SEV_NOTE, .kind = DIAG_INPUT, .at = at};
    va_list ap;
    va_start(ap, format);
    diag_add(d, &proto, format, ap);
    va_end(ap);
}

void diag_help(struct diag *d, const char *format, ...)
{
    if (!d->is_newest_kept) {
        return;
    }
    va_list ap;
    va_start(ap, format);
    d->entry[d->entry_n - 1].help = diag_format(d, format, ap);
    va_end(ap);
}

/* ---- Order ---- */

/* Order of places; entries without one come first. */
static int span_compare(const struct span *a, const struct span *b)
{
    if (a->line == 0 || b->line == 0) {
        return (a->line != 0) - (b->line != 0);
    }
    const int file = strcmp(a->file == NULL ? "" : a->file, b->file == NULL ? "" : b->file);
    if (file != 0) {
        return file;
    }
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    return (a->col > b->col) - (a->col < b->col);
}

/* A note explains the entry before it, so it takes that entry's place in the order. Insertion
 * keeps equal places in the order of adding; the number of entries is small and mostly sorted.
 */
void diag_sort(struct diag *d)
{
    struct diag_entry *copy = arena_alloc(&d->arena, d->entry_n, sizeof *copy);
    if (copy == NULL || d->entry_n == 0) {
        return;
    }
    size_t lead[DIAG_MAX];  /* entry whose place decides, by entry */
    size_t order[DIAG_MAX]; /* entry, by rank */
    for (size_t i = 0; i < d->entry_n; i++) {
        copy[i] = d->entry[i];
        /* cppcheck-suppress uninitvar ; lead[i - 1] was set in the round before */
        lead[i] = copy[i].severity == SEV_NOTE && i > 0 ? lead[i - 1] : i;
        size_t k = i;
        while (k > 0 && span_compare(&copy[lead[order[k - 1]]].at, &copy[lead[i]].at) > 0) {
            order[k] = order[k - 1];
            k--;
        }
        order[k] = i;
    }
    for (size_t i = 0; i < d->entry_n; i++) {
        d->entry[i] = copy[order[i]];
    }
}

bool diag_failed(const struct diag *d)
{
    return d->error_n > 0;
}
