/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field_words.c - lists of words, and the known word that is nearest to an unknown one. */
#include "sim/input/field_words.h"

#include <string.h>

#include "sim/base/near.h"

enum {
    SHOWN_MAX = 60,
    LISTED_MAX = 12, /* known names that a help lists */
    START_MIN_N = 3  /* characters that make a beginning worth completing */
};

int field_shown(const char *word)
{
    const size_t n = strlen(word);
    if (n <= SHOWN_MAX) {
        return (int)n;
    }
    int cut = SHOWN_MAX;
    while (cut > 0 && ((unsigned char)word[cut] & 0xC0) == 0x80) {
        cut--;
    }
    return cut;
}

const char *field_next_word(const char **rest, size_t *n)
{
    const char *s = *rest;
    while (*s == ' ') {
        s++;
    }
    *n = strcspn(s, " ");
    *rest = s + *n;
    return *n == 0 ? NULL : s;
}

int field_word_index(const char *words, const char *word)
{
    if (words == NULL) {
        return -1;
    }
    const size_t want = strlen(word);
    size_t n = 0;
    int i = 0;
    for (const char *w = field_next_word(&words, &n); w != NULL;
         w = field_next_word(&words, &n), i++) {
        if (n == want && memcmp(w, word, n) == 0) {
            return i;
        }
    }
    return -1;
}

void field_words_add(struct field_words *w, const char *s, size_t n)
{
    if (w->n < WORDS_MAX && n < WORD_N) {
        memcpy(w->text[w->n], s, n);
        w->text[w->n][n] = '\0';
        w->word[w->n] = w->text[w->n];
        w->n++;
    }
}

void field_words_split(struct field_words *w, const char *list)
{
    size_t n = 0;
    for (const char *s = field_next_word(&list, &n); s != NULL;
         s = field_next_word(&list, &n)) {
        field_words_add(w, s, n);
    }
}

char field_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Do both begin with the same n characters, case aside? */
static bool same_start(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i] == '\0' || field_lower(a[i]) != field_lower(b[i])) {
            return false;
        }
    }
    return true;
}

/* Helps with the names that begin like the first n characters of a word. False when there are
 * none. */
static bool suggest_start(struct diag *d, const char *word, size_t n, const char *const *known,
                          size_t known_n)
{
    struct text list;
    text_init(&list);
    size_t found = 0;
    for (size_t i = 0; i < known_n; i++) {
        if (n >= START_MIN_N && same_start(known[i], word, n) && ++found <= LISTED_MAX) {
            text_addf(&list, "%s'%s'", found == 1 ? "" : ", ", known[i]);
        }
    }
    if (found > 0) {
        diag_help(d, "did you mean %s%s%s?", found == 1 ? "" : "one of ", text_str(&list),
                  found > LISTED_MAX ? ", ..." : "");
    }
    text_fini(&list);
    return found > 0;
}

/* A word cut short is completed first; then the nearest counts; then names of the same family,
 * up to the first dash; then all. */
void field_suggest(struct diag *d, const char *word, const char *const *known, size_t n)
{
    /* Past the last entry that is kept nobody would read the suggestion. */
    if (n == 0 || d->entry_n == DIAG_MAX) {
        return;
    }
    const size_t word_n = strlen(word);
    if (word_n <= SUGGEST_MAX_N) {
        if (suggest_start(d, word, word_n, known, n)) {
            return;
        }
        const char *near = near_find(word, known, n);
        if (near != NULL) {
            diag_help(d, "did you mean '%s'?", near);
            return;
        }
        const char *dash = strchr(word, '-');
        if (dash != NULL && suggest_start(d, word, (size_t)(dash - word) + 1, known, n)) {
            return;
        }
    }
    struct text list;
    text_init(&list);
    for (size_t i = 0; i < n && i < LISTED_MAX; i++) {
        text_addf(&list, "%s%s", i == 0 ? "" : ", ", known[i]);
    }
    diag_help(d, "known are %s%s", text_str(&list), n > LISTED_MAX ? ", ..." : "");
    text_fini(&list);
}

void field_list_words(struct text *out, const char *words)
{
    size_t n = 0;
    const char *w = field_next_word(&words, &n);
    while (w != NULL) {
        text_addf(out, "%.*s", (int)n, w);
        w = field_next_word(&words, &n);
        text_add(out, w == NULL ? "" : ", ");
    }
}
