/* SPDX-License-Identifier: GPL-3.0-or-later */
/* near.h - the closest name in a list, for "did you mean". */
#ifndef SIM_BASE_NEAR_H
#define SIM_BASE_NEAR_H

#include <stddef.h>

/* The name with the least edit distance to `word` (case ignored), or NULL when none is within
 * half of the word's length. What follows a '-', '_', '.' or space in a name may be left out
 * for half an edit: "H101" is near "H100-PCIE-80GB". Ties go to the longest common beginning,
 * then to the first. `name` is [n], entries not NULL. O(n * length^2). */
const char *near_find(const char *word, const char *const *name, size_t n);

#endif
