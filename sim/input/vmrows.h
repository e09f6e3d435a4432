/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmrows.h - the rows of a file of VMs, by the columns that the scenario names. Part of
 * vmsin.h. */
#ifndef SIM_INPUT_VMROWS_H
#define SIM_INPUT_VMROWS_H

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/input/vmsin.h"

/* Where the scenario says it. */
struct vmrows_spans {
    struct span file_at;
    struct span column_at[VM_KEYS];
};

/* Fills row, shape and without_gpu of a trace whose path, columns, types and names are there.
 * False with diagnostics: at most 20 bad rows are shown, the rest are counted. O(n log n). */
bool vmrows_read(struct vm_trace *t, struct arena *arena, const struct catalog *c,
                 const struct vmrows_spans *at, struct diag *d);

#endif
