/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal.c - records and tables of finished points. */
#include "sim/cli/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char first_line[] = "vgpusim sweep journal 1\n";

enum {
    HEX_N = 16,       /* digits of an identity */
    LINE_MAX_N = 128, /* bytes of the line before a record */
};

uint64_t journal_hash(uint64_t hash, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* ---- The journal ---- */

void journal_begin(struct text *out)
{
    text_add(out, first_line);
}

void journal_add(struct text *out, const struct journal_point *p)
{
    text_addf(out, "point %016" PRIx64 " %zu %016" PRIx64 "\n", p->id, p->n,
              journal_hash(JOURNAL_HASH, p->rows, p->n));
    text_add_n(out, p->rows, p->n);
}

bool journal_is(const char *bytes, size_t n)
{
    const size_t want = sizeof first_line - 1;
    return n == 0 || memcmp(bytes, first_line, n < want ? n : want) == 0;
}

bool journal_next(const char *bytes, size_t n, size_t *at, struct journal_point *out)
{
    char line[LINE_MAX_N];
    uint64_t sum = 0;
    uint64_t size = 0;
    if (*at == 0) {
        *at = sizeof first_line - 1;
    }
    const char *s = bytes + *at;
    const size_t rest = n > *at ? n - *at : 0;
    const char *end = rest > 0 ? memchr(s, '\n', rest) : NULL;
    if (end == NULL || end - s >= LINE_MAX_N) {
        return false;
    }
    memcpy(line, s, (size_t)(end - s));
    line[end - s] = '\0';
    if (sscanf(line, "point %16" SCNx64 " %12" SCNu64 " %16" SCNx64, &out->id, &size, &sum) !=
        3) {
        return false;
    }
    out->rows = end + 1;
    out->n = (size_t)size;
    const size_t left = rest - (size_t)(end + 1 - s);
    if (size > left || journal_hash(JOURNAL_HASH, out->rows, out->n) != sum) {
        return false;
    }
    *at = (size_t)(out->rows - bytes) + out->n;
    return true;
}

/* ---- The table ---- */

/* The identity at the end of a line without its line feed. */
static bool line_id(const char *line, size_t n, uint64_t *id)
{
    static const char digits[] = "0123456789abcdef";
    *id = 0;
    if (n < HEX_N + 1 || line[n - HEX_N - 1] != ',') {
        return false;
    }
    for (size_t i = n - HEX_N; i < n; i++) {
        const char *digit = strchr(digits, line[i]);
        if (digit == NULL || *digit == '\0') {
            return false;
        }
        *id = *id << 4 | (uint64_t)(digit - digits);
    }
    return true;
}

bool journal_table_next(const char *bytes, size_t n, const char *header, size_t *at,
                        struct journal_point *out)
{
    const size_t header_n = strlen(header);
    if (*at == 0) {
        if (n <= header_n || memcmp(bytes, header, header_n) != 0 || bytes[header_n] != '\n') {
            return false;
        }
        *at = header_n + 1;
    }
    *out = (struct journal_point){.rows = bytes + *at};
    while (*at < n) {
        const char *line = bytes + *at;
        const char *end = memchr(line, '\n', n - *at);
        uint64_t id = 0;
        if (end == NULL || !line_id(line, (size_t)(end - line), &id)) {
            return false;
        }
        if (out->n > 0 && id != out->id) {
            return true;
        }
        out->id = id;
        out->n += (size_t)(end - line) + 1;
        *at += (size_t)(end - line) + 1;
    }
    return out->n > 0;
}

void journal_renumber(struct text *out, const struct journal_point *p, int64_t number)
{
    const char *s = p->rows;
    const char *end = p->rows + p->n;
    while (s < end) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        stop = stop == NULL ? end : stop + 1;
        const char *name = memchr(s, ',', (size_t)(stop - s));
        const char *rest =
            name == NULL ? NULL : memchr(name + 1, ',', (size_t)(stop - name - 1));
        if (rest != NULL) {
            text_add_n(out, s, (size_t)(name + 1 - s));
            text_addf(out, "%" PRId64, number);
            s = rest;
        }
        text_add_n(out, s, (size_t)(stop - s));
        s = stop;
    }
}
