/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal.c - records and tables of finished points. */
#include "sim/cli/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char first_line[] = "vgpusim sweep journal 1\n";

enum {
    HEX_N = 16,         /* digits of an identity or a sum */
    CELL_N = HEX_N + 1, /* with the comma before it */
    LINE_MAX_N = 128,   /* bytes of the line before a record */
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
    out->is_changed = false;
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

/* The number in the last cell of a line [n] without its line feed. */
static bool last_hex(const char *line, size_t n, uint64_t *out)
{
    static const char digits[] = "0123456789abcdef";
    *out = 0;
    if (n < CELL_N || line[n - CELL_N] != ',') {
        return false;
    }
    for (size_t i = n - HEX_N; i < n; i++) {
        const char *digit = strchr(digits, line[i]);
        if (digit == NULL || *digit == '\0') {
            return false;
        }
        *out = *out << 4 | (uint64_t)(digit - digits);
    }
    return true;
}

/* The sum of rows [n] without their second cells and their last `tail` bytes. */
static uint64_t rows_sum(const char *rows, size_t n, size_t tail)
{
    uint64_t sum = JOURNAL_HASH;
    const char *end = rows + n;
    for (const char *s = rows; s < end;) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        stop = stop == NULL ? end : stop;
        const size_t length = (size_t)(stop - s) - ((size_t)(stop - s) < tail ? 0 : tail);
        const char *name = memchr(s, ',', length);
        const size_t head = name == NULL ? length : (size_t)(name - s);
        const char *rest = name == NULL ? NULL : memchr(name + 1, ',', length - head - 1);
        sum = journal_hash(sum, s, head);
        if (rest != NULL) {
            sum = journal_hash(sum, rest, length - (size_t)(rest - s));
        }
        sum = journal_hash(sum, "\n", 1);
        s = stop < end ? stop + 1 : end;
    }
    return sum;
}

void journal_seal(struct text *rows)
{
    struct text sealed;
    const uint64_t sum = rows_sum(text_str(rows), rows->n, 0);
    text_init(&sealed);
    for (const char *s = text_str(rows); *s != '\0';) {
        const size_t n = strcspn(s, "\n");
        text_add_n(&sealed, s, n);
        text_addf(&sealed, ",%016" PRIx64 "\n", sum);
        s += s[n] == '\n' ? n + 1 : n;
    }
    sealed.failed |= rows->failed;
    text_fini(rows);
    *rows = sealed;
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
    uint64_t sum = 0;
    while (*at < n) {
        const char *line = bytes + *at;
        const char *end = memchr(line, '\n', n - *at);
        const size_t length = end == NULL ? 0 : (size_t)(end - line);
        uint64_t id = 0;
        uint64_t own = 0;
        if (end == NULL || !last_hex(line, length, &own) ||
            !last_hex(line, length - CELL_N, &id)) {
            return false;
        }
        if (out->n > 0 && id != out->id) {
            break;
        }
        out->is_changed = out->is_changed || (out->n > 0 && own != sum);
        sum = own;
        out->id = id;
        out->n += length + 1;
        *at += length + 1;
    }
    out->is_changed = out->is_changed || rows_sum(out->rows, out->n, CELL_N) != sum;
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
