/* SPDX-License-Identifier: GPL-3.0-or-later */
/* near.h - the closest name in a list, for "did you mean". */
#ifndef SIM_BASE_NEAR_H
#define SIM_BASE_NEAR_H

#include <stddef.h>

/* The name with the least edit distance to `word` (case ignored), or NULL when none is within
 * half of the word's length. `name` is [n], entries not NULL; ties go to the first. O(n *
 * length^2). */
const char *near_find(const char *word, const char *const *name, size_t n);

#endif
