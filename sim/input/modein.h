/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modein.h - `scheduler` and `modes`: which sharing modes are compared, and under which
 * scheduler. */
#ifndef SIM_INPUT_MODEIN_H
#define SIM_INPUT_MODEIN_H

#include "sim/input/field.h"
#include "sim/input/scenario.h"

/* Modes as a flag or a gate names them: "mig", "time-sliced/fixed-share". */
struct mode_pattern {
    enum mode_kind kind;
    const struct sched_kind *sched; /* NULL: any */
};

/* False when no mode is called so. `plugin`: a policy from outside, or NULL. */
bool mode_pattern_read(const char *word, const struct sched_plugin *plugin,
                       struct mode_pattern *p);

bool mode_matches(const struct mode_spec *m, const struct mode_pattern *p);

/* Reports that no mode is called so, with the nearest that is. */
void mode_unknown(struct diag *d, const char *word, struct span at);

/* Reads both fields of the root into s->mode, s->mode_n; the default six entries without
 * `modes`. only  [only_n] what --mode names ("mig", "time-sliced/fixed-share"): other entries
 * are dropped, and one that the scenario does not list is added with the scenario's scheduler;
 * none: all stay */
void modes_read(const struct field_map *root, struct scenario *s, const char *const *only,
                int only_n);

#endif
