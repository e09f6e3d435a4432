/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.c - the string builder: capacity doubles, so adding n bytes costs O(n) over all. */
#include "sim/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/arena.h"

void text_init(struct text *t)
{
    *t = (struct text){.s = NULL, .n = 0, .cap = 0, .failed = false};
}

void text_fini(struct text *t)
{
    mem_free(t->s);
    text_init(t);
}

void text_reset(struct text *t)
{
    t->n = 0;
    t->failed = false;
    if (t->s != NULL) {
        t->s[0] = '\0';
    }
}

/* Makes room for n more bytes and the NUL. */
static bool text_reserve(struct text *t, size_t n)
{
    if (t->failed) {
        return false;
    }
    if (t->cap > t->n && t->cap - t->n > n) {
        return true;
    }
    if (n >= SIZE_MAX / 4 || t->n >= SIZE_MAX / 4) {
        t->failed = true;
        return false;
    }
    size_t cap = t->cap == 0 ? 64 : t->cap * 2;
    if (cap < t->n + n + 1) {
        cap = t->n + n + 1;
    }
    char *s = mem_resize(t->s, cap, 1);
    if (s == NULL) {
        t->failed = true;
        return false;
    }
    t->s = s;
    t->cap = cap;
    return true;
}

void text_add_n(struct text *t, const char *s, size_t n)
{
    if (!text_reserve(t, n)) {
        return;
    }
    if (n > 0) {
        memcpy(t->s + t->n, s, n);
    }
    t->n += n;
    t->s[t->n] = '\0';
}

void text_add(struct text *t, const char *s)
{
    text_add_n(t, s, strlen(s));
}

void text_addfv(struct text *t, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    const int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0) {
        t->failed = true;
        return;
    }
    if (!text_reserve(t, (size_t)n)) {
        return;
    }
    vsnprintf(t->s + t->n, (size_t)n + 1, format, ap);
    t->n += (size_t)n;
}

void text_addf(struct text *t, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    text_addfv(t, format, ap);
    va_end(ap);
}

void text_pad(struct text *t, size_t n)
{
    if (!text_reserve(t, n)) {
        return;
    }
    memset(t->s + t->n, ' ', n);
    t->n += n;
    t->s[t->n] = '\0';
}

/* ---- Numbers ---- */

void text_add_double(struct text *t, double x)
{
    char s[40];
    if (!isfinite(x)) {
        text_add(t, "null");
        return;
    }
    if (fabs(x) < 1e15 && !(fabs(x - trunc(x)) > 0)) {
        snprintf(s, sizeof s, "%.0f", x);
        text_add(t, s);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(s, sizeof s, "%.*g", digits, x);
        const double back = strtod(s, NULL);
        if (memcmp(&back, &x, sizeof x) == 0) {
            break;
        }
    }
    text_add(t, s);
}

/* ---- UTF-8 ---- */

/* Bytes of the well-formed character at s (1 .. 4), or 0. A NUL ends s, and is no continuation
 * byte, so no byte after it is read. Source: Unicode 15, table 3-7. */
size_t text_utf8(const char *bytes)
{
    const unsigned char *s = (const unsigned char *)bytes;
    if (s[0] < 0x80) {
        return 1;
    }
    size_t n = 0;
    unsigned char lo = 0x80;
    unsigned char hi = 0xBF;
    if (s[0] >= 0xC2 && s[0] <= 0xDF) {
        n = 2;
    } else if (s[0] >= 0xE0 && s[0] <= 0xEF) {
        n = 3;
        lo = s[0] == 0xE0 ? 0xA0 : lo;
        hi = s[0] == 0xED ? 0x9F : hi;
    } else if (s[0] >= 0xF0 && s[0] <= 0xF4) {
        n = 4;
        lo = s[0] == 0xF0 ? 0x90 : lo;
        hi = s[0] == 0xF4 ? 0x8F : hi;
    } else {
        return 0;
    }
    if (s[1] < lo || s[1] > hi) {
        return 0;
    }
    for (size_t i = 2; i < n; i++) {
        if (s[i] < 0x80 || s[i] > 0xBF) {
            return 0;
        }
    }
    return n;
}

/* One ASCII character inside a JSON string. */
static void text_add_escaped(struct text *t, char c)
{
    switch (c) {
    case '"':
        text_add(t, "\\\"");
        break;
    case '\\':
        text_add(t, "\\\\");
        break;
    case '\n':
        text_add(t, "\\n");
        break;
    case '\r':
        text_add(t, "\\r");
        break;
    case '\t':
        text_add(t, "\\t");
        break;
    default:
        if ((unsigned char)c < 0x20 || c == 0x7F) {
            text_addf(t, "\\u%04x", (unsigned)c);
        } else {
            text_add_n(t, &c, 1);
        }
        break;
    }
}

void text_add_json(struct text *t, const char *s)
{
    if (s == NULL) {
        text_add(t, "null");
        return;
    }
    text_add(t, "\"");
    while (*s != '\0') {
        const size_t n = text_utf8(s);
        if (n == 1) {
            text_add_escaped(t, *s);
        } else if (n == 0) {
            text_add(t, "\xEF\xBF\xBD");
        } else {
            text_add_n(t, s, n);
        }
        s += n == 0 ? 1 : n;
    }
    text_add(t, "\"");
}

/* Takes one of two neighbouring blanks out of the last line, but not of its indentation. */
static void narrow(struct text *t)
{
    size_t from = t->n;
    while (from > 0 && t->s[from - 1] != '\n') {
        from--;
    }
    while (from < t->n && t->s[from] == ' ') {
        from++;
    }
    for (size_t i = t->n; i >= from + 2; i--) {
        if (t->s[i - 1] == ' ' && t->s[i - 2] == ' ') {
            memmove(t->s + i - 1, t->s + i, t->n - i + 1);
            t->n--;
            return;
        }
    }
}

void text_ascii(struct text *t)
{
    static const struct {
        const char *sign, *ascii;
    } known[] = {
        {"±",  "+-"},
        {"×",  "x" },
        {"·",  "-" },
        {"…", "~" },
        {"−", "-" },
        {"–", "-" },
        {"—", "-" },
        {"≤", "<="},
        {"≥", ">="},
        {"µ",  "u" },
        {"’", "'" },
    };
    struct text out;
    text_init(&out);
    for (const char *s = text_str(t); *s != '\0';) {
        const size_t n = text_utf8(s);
        const char *ascii = "?";
        for (size_t i = 0; n > 1 && i < sizeof known / sizeof known[0]; i++) {
            ascii = strncmp(s, known[i].sign, n) == 0 ? known[i].ascii : ascii;
        }
        if (n == 1) {
            text_add_n(&out, s, 1);
        } else {
            if (ascii[1] != '\0') {
                narrow(&out);
            }
            text_add(&out, ascii);
        }
        s += n == 0 ? 1 : n;
    }
    out.failed |= t->failed;
    text_fini(t);
    *t = out;
}

const char *text_str(const struct text *t)
{
    return t->s == NULL ? "" : t->s;
}

size_t text_width(const char *s)
{
    size_t n = 0;
    for (; *s != '\0'; s++) {
        n += ((unsigned char)*s & 0xC0) != 0x80;
    }
    return n;
}
