/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sensitivity.h - does the order of the modes hang on a parameter that nobody has verified?
 *
 * The switch time (0 and twice the calibrated one), the idle slots of equal share (kept or
 * yielded) and the coupling of MIG instances (0 and twice the calibrated one) are set to the
 * ends of what they may be, one at a time, and everything runs again with the same requests.
 * What the scenario itself states is not varied. Cost: a run for each value. */
#ifndef SIM_RUN_SENSITIVITY_H
#define SIM_RUN_SENSITIVITY_H

#include "sim/run/exp.h"

/* The values: what is varied, and to what. */
struct sensitivity_value {
    const char *parameter, *value;
    /* Puts it into `v`, whose run as assumed is `r`; false where nothing changes. */
    bool (*set)(struct scenario *v, const struct result *r);
};

enum {
    SENSITIVITY_VALUES = 5
};

extern const struct sensitivity_value sensitivity_values[SENSITIVITY_VALUES];

/* exp_run, and with options->sensitivity the runs beside it, whose outcome stands in
 * result.shift. */
const struct result *sensitivity_run(struct arena *arena, const struct scenario *s,
                                     const struct exp_options *options, struct diag *d);

#endif
