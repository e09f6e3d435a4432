/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assess.h - can what a configuration file asks for exist, and in which order is it created?
 *
 * An entry is assessed on every board that it can be meant for: those of its device filter, or
 * the one that the caller names, or, with neither, those that have every profile or type that
 * it lists. "Unknown" is said where the tables end, never for a doubt about geometry. The rules
 * are those of placement: models/mig.h for instances, maxima, sizes and placement ids for
 * vGPUs. docs/hardware.md. */
#ifndef SIM_PLAN_ASSESS_H
#define SIM_PLAN_ASSESS_H

#include <stdbool.h>

#include "models/catalog.h"
#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/input/configin.h"

enum assess {
    ASSESS_POSSIBLE,
    ASSESS_UNKNOWN,
    ASSESS_IMPOSSIBLE
};

/* One entry on one board. */
struct assessment {
    const struct config_set *set;
    int entry_ix;
    int gpu_ix;        /* -1: whatever board, or none that the catalogue knows */
    const char *where; /* the board's key, or a phrase */
    enum assess verdict;
    enum assess entry_verdict; /* of the entry, from all its boards */
    const char *rule;          /* NULL: none */
    const char *text;          /* the order of creation, or why not; without a full stop */
};

struct assessments {
    struct assessment *list; /* [n] by set, entry, board */
    int n;
    int entry_n[3]; /* entries by verdict */
    int skipped_n;  /* entries whose filter leaves out the board named */
};

/* Assesses every entry. gpu_ix -1: on the boards that it can be meant for. An entry without a
 * filter is possible where one of those boards takes it; with a filter, or with gpu_ix, all
 * must. False when memory is out (diagnostic). */
bool assess_config(struct assessments *out, struct arena *arena, const struct catalog *c,
                   const struct config *config, int gpu_ix, struct diag *d);

/* "possible", "unknown", "impossible" */
const char *assess_name(enum assess verdict);

#endif
