/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogin.h - the embedded tables, and the user's own rows over them, into struct catalog.
 *
 * Tables: gpus.csv (key), mig_profiles.csv (gpu_key, profile), vgpu_types.csv (gpu_key, type),
 * pci_ids.csv (pci_id, gpu_key), calibration.csv (gpu_key, parameter), schedulers.csv (name,
 * condition), rules.csv (id), faults.csv (mode, class). A directory of the user may hold files
 * of the same names: a row whose key is already there replaces that row, any other is added.
 * What comes out has passed every check of consistency; a table that contradicts itself is
 * refused with file and line. */
#ifndef SIM_INPUT_CATALOGIN_H
#define SIM_INPUT_CATALOGIN_H

#include "models/catalog.h"
#include "models/rule.h"
#include "sim/base/arena.h"
#include "sim/base/diag.h"

/* One row of schedulers.csv, for listings. Blank cells are "". */
struct sched_fact {
    const char *name, *value, *unit, *condition, *status, *source;
};

/* The catalogue.
 *   a            everything made lives here
 *   overlay_dir  a directory whose tables go over the embedded ones, or NULL
 * GPUs, then profiles and types by GPU, keep the order of the tables; added rows come last.
 * NULL when anything is wrong, with every error in d.  O(rows log rows). */
const struct catalog *catalog_load(struct arena *a, const char *overlay_dir, struct diag *d);

/* All documented rules in the order of the table, [*n], overlaid as above; NULL when wrong. */
const struct rule *catalog_rules(struct arena *a, const char *overlay_dir, int *n,
                                 struct diag *d);

/* All scheduler parameters, [*n]; NULL when wrong. */
const struct sched_fact *catalog_sched_facts(struct arena *a, const char *overlay_dir, int *n,
                                             struct diag *d);

#endif
