/* SPDX-License-Identifier: GPL-3.0-or-later */
/* distin.h - distributions, and the files that they and other fields name. */
#ifndef SIM_INPUT_DISTIN_H
#define SIM_INPUT_DISTIN_H

#include "sim/input/workin.h"

/* A distribution at the mapping m, every error in the diagnostics; `out` stays deterministic 0
 * when anything is wrong or node is NULL. */
void distin_read(const struct field_map *m, const struct tenant_context *context,
                 struct dist *out, struct value_names *names);

/* Is a service given by size of batch or per profile alone? It needs no distribution. */
bool distin_has_other_form(const struct field_map *m);

/* cv and shape as they are written; 0 where they are not. */
void distin_shape(const struct field_map *m, double shape[2]);

/* Says that `what` is missing for the kind `word`. */
void distin_need_shape(const struct field_map *m, const char *what, const char *word);

/* Sets a distribution, or reports impossible parameters where the shape is given, or at `key`,
 * the word that chooses the kind; `out` is untouched then. */
void distin_init(const struct field_map *m, const char *key, struct dist *out,
                 const struct dist_kind *kind, double mean, const double shape[2], int k);

/* The word of the field `unit`, or NULL. */
const char *distin_unit(const struct field_map *m);

/* `file` relative to the directory of the scenario; NULL, with a diagnostic, when memory is
 * out.
 */
const char *distin_path(const struct field_reader *r, const char *scenario, const char *file);

#endif
