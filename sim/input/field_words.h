/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field_words.h - what field.c, its words and its explanations share: lists of words in rows of
 * the table, and types and bounds as a reader is told of them. */
#ifndef SIM_INPUT_FIELD_WORDS_H
#define SIM_INPUT_FIELD_WORDS_H

#include <stddef.h>

#include "sim/input/field.h"

enum {
    WORDS_MAX = 128,   /* words in a list of choices, or fields in one mapping */
    WORD_N = 48,       /* characters of a choice */
    SUGGEST_MAX_N = 64 /* longer words have no neighbours worth the search */
};

/* Words of a list as strings. */
struct field_words {
    char text[WORDS_MAX][WORD_N];
    const char *word[WORDS_MAX];
    size_t n;
};

/* The next word of a blank-separated list, and where the rest begins; NULL at the end. */
const char *field_next_word(const char **rest, size_t *n);

/* Adds a word of n characters, or all words of a list; what is too long or too many is left
 * out.
 */
void field_words_add(struct field_words *w, const char *s, size_t n);
void field_words_split(struct field_words *w, const char *list);

/* Words of a list with commas between them. */
void field_list_words(struct text *out, const char *words);

/* A letter of A to Z in lower case; whatever else as it is. */
char field_lower(char c);

/* "time"; "whole number" for a count. */
const char *field_quantity_word(enum quantity q);

/* "time", "whole number", "list" */
const char *field_type_word(const struct field *f);

/* "at least 1 and at most 16" */
void field_bounds_text(const struct field *f, struct text *out);

#endif
