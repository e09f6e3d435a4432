/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change.h - two sets of saved results, and what moved between them by more than chance.
 *
 * Results of the same scenario (by hash) and seed are paired: they saw the same requests,
 * chance is the same on both sides, and every figure that is not the same bit for bit has
 * changed. Otherwise a figure has moved when its two 95 % intervals are apart; placement, which
 * is not random, when it is not the same. Unpaired figures that differ in their rounding alone
 * have not moved. */
#ifndef SIM_RUN_CHANGE_H
#define SIM_RUN_CHANGE_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/run/saved.h"

enum change_kind {
    CHANGE_REGRESSION, /* worse: intervals apart, or an exact figure */
    CHANGE_DRIFT, /* not the same, but neither better nor worse by more than the interval */
    CHANGE_GAIN,  /* better: likewise */
    CHANGE_NEW,   /* only in the new results */
    CHANGE_GONE   /* only in the old ones */
};

enum {
    CHANGE_KINDS = CHANGE_GONE + 1
};

struct change {
    enum change_kind kind;
    const char *scenario;
    const char *mode;   /* NULL: the whole scenario is new or gone */
    const char *tenant; /* NULL: the mode's */
    const char *path;   /* NULL: the whole mode or tenant is new or gone */
    const char *unit;   /* as in the table of metrics, "" where it has none */
    struct estimate was, now;
};

struct changes {
    struct change *list; /* [n] scenario by scenario in the order of the new results; heap */
    int n, cap;
    int count[CHANGE_KINDS];
    long long compared;   /* figures that were on both sides and could be compared */
    long long skipped;    /* of unpaired runs, without an interval */
    int paired, unpaired; /* scenarios */
    bool failed;          /* out of memory */
    double tolerance;     /* set before: what moved by no more than this part is not listed */
};

/* Compares; strings are borrowed; *c is zero but for its tolerance. With `subset`, scenarios
 * that only the old results have are no change. False when memory is out; changes_fini in any
 * case. */
bool changes_find(struct changes *c, const struct saved *was, const struct saved *now,
                  bool subset);
void changes_fini(struct changes *c);

/* "REGRESSION", ... */
const char *change_name(enum change_kind kind);

#endif
