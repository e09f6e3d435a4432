/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assume.c - the winner as it was named, one parameter otherwise, the same requests. */
#include "sim/plan/assume.h"

#include "sim/run/sensitivity.h"

void assume_find(struct search *x)
{
    struct plan *p = x->plan;
    const struct plan_candidate *c = &p->candidate[0];
    for (int i = 0; i < SENSITIVITY_VALUES && !x->stopped && !x->failed; i++) {
        const struct sensitivity_value *value = &sensitivity_values[i];
        struct scenario v = *c->scenario;
        if (!value->set(&v, c->result)) {
            continue;
        }
        struct plan_assumption *a = &p->assumption[p->assumption_n++];
        a->parameter = value->parameter;
        a->value = value->value;
        a->holds = trial_holds(x, &v, TRIAL_TWO, a->why) == HOLDS_YES;
    }
}
