/* SPDX-License-Identifier: GPL-3.0-or-later */
/* near.c - edit distance with exchanged neighbours (optimal string alignment), case ignored.
 *
 * Three rows of the dynamic programme are enough; the last has the distances to all beginnings
 * of a name. Words longer than WORD_MAX are not
 * misspellings of anything and get no suggestion. */
#include "sim/base/near.h"

#include <stdbool.h>
#include <string.h>

enum {
    WORD_MAX = 64
};

static char near_fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t near_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool near_ends_part(char c)
{
    return c == '-' || c == '_' || c == '.' || c == ' ';
}

/* Half edits that turn a [a_n] into b [b_n], or into b up to the end of a part; both at most
 * WORD_MAX long. */
static size_t near_distance(const char *a, size_t a_n, const char *b, size_t b_n)
{
    size_t row[3][WORD_MAX + 1]; /* by i modulo 3 */
    for (size_t j = 0; j <= b_n; j++) {
        row[0][j] = j;
    }
    for (size_t i = 1; i <= a_n; i++) {
        size_t *now = row[i % 3];
        const size_t *last = row[(i + 2) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b_n; j++) {
            const size_t differs = near_fold(a[i - 1]) == near_fold(b[j - 1]) ? 0 : 1;
            now[j] = near_min(near_min(last[j], now[j - 1]) + 1, last[j - 1] + differs);
            if (i > 1 && j > 1 && near_fold(a[i - 1]) == near_fold(b[j - 2]) &&
                near_fold(a[i - 2]) == near_fold(b[j - 1])) {
                now[j] = near_min(now[j], row[(i + 1) % 3][j - 2] + 1);
            }
        }
    }
    size_t least = 2 * row[a_n % 3][b_n];
    for (size_t j = 1; j < b_n; j++) {
        if (near_ends_part(b[j])) {
            least = near_min(least, 2 * row[a_n % 3][j] + 1);
        }
    }
    return least;
}

/* Characters that both begin with. */
static size_t near_common(const char *a, const char *b)
{
    size_t n = 0;
    while (a[n] != '\0' && near_fold(a[n]) == near_fold(b[n])) {
        n++;
    }
    return n;
}

const char *near_find(const char *word, const char *const *name, size_t n)
{
    const size_t word_n = strlen(word);
    if (word_n > WORD_MAX) {
        return NULL;
    }
    const char *best = NULL;
    size_t least = word_n / 2 * 2;
    size_t common = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t name_n = strlen(name[i]);
        if (name_n > WORD_MAX) {
            continue;
        }
        const size_t halves = near_distance(word, word_n, name[i], name_n);
        const size_t begin = near_common(word, name[i]);
        const bool better = best == NULL || halves < least || begin > common;
        if (halves <= least && better) {
            least = halves;
            common = begin;
            best = name[i];
        }
    }
    return best;
}
