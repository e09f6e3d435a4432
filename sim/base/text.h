/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.h - an append-only string builder that never depends on the locale.
 *
 * Failure to allocate sets `failed` and drops what follows, so that a renderer checks once at
 * the end instead of after every word. */
#ifndef SIM_BASE_TEXT_H
#define SIM_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *s;  /* NUL-terminated once anything was added, else NULL; owned */
    size_t n; /* bytes without the NUL */
    size_t cap;
    bool failed;
};

void text_init(struct text *t);
void text_fini(struct text *t);
void text_reset(struct text *t);

void text_add(struct text *t, const char *s);
void text_add_n(struct text *t, const char *s, size_t n);
void text_addf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_addfv(struct text *t, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));
void text_pad(struct text *t, size_t n); /* n blanks */

/* The shortest decimal that reads back as the same double ("0.1", "1e+300"); "null" for NaN and
 * infinities. */
void text_add_double(struct text *t, double x);

/* Bytes of the well-formed UTF-8 character at s (1 .. 4; 1 at the end), or 0. */
size_t text_utf8(const char *s);

/* s as a JSON string with quotes and escapes; invalid UTF-8 bytes become U+FFFD. NULL gives
 * null. */
void text_add_json(struct text *t, const char *s);

/* Replaces what is not ASCII: signs by their usual spelling ("+-", "x", "<="), any other
 * character by "?". Where that is wider and stands in a column, a blank before it goes. */
void text_ascii(struct text *t);

/* The contents, "" when empty. Borrowed until the next change. */
const char *text_str(const struct text *t);

/* Characters (not bytes) of a UTF-8 string: the width of a column. */
size_t text_width(const char *s);

#endif
