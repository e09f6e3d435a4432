/* SPDX-License-Identifier: GPL-3.0-or-later */
/* turns.c - mode by mode: placed, cut into lanes, the first lane simulated event by event. */
#include "sim/cli/turns.h"

#include "sim/fleet/lanes.h"
#include "sim/report/rep.h"
#include "sim/run/timeline.h"

/* Rows of one mode under its label; labels with options hold commas and are quoted. */
static bool list_mode(struct load *l, uint64_t seed, int64_t length_ns, int mode_ix,
                      struct text *out)
{
    struct fleet fleet;
    struct lanes lanes;
    struct text label;
    if (!fleet_place(&fleet, &l->arena, l->scenario, mode_ix, &l->diag)) {
        return false;
    }
    if (!fleet.feasible) {
        return true;
    }
    if (!lanes_split(&lanes, &l->arena, l->scenario, &fleet, mode_ix, &l->diag)) {
        return false;
    }
    text_init(&label);
    text_add(&label, "\"");
    rep_mode_label(l->scenario, &l->scenario->mode[mode_ix], &label);
    text_add(&label, "\"");
    const bool ok =
        lanes.lane_n == 0 || timeline_rows(l->scenario, &lanes.lane[0], seed, length_ns,
                                           text_str(&label), out, &l->diag);
    out->failed |= label.failed;
    text_fini(&label);
    return ok;
}

bool turns_table(struct load *l, uint64_t seed, int64_t length_ns, struct text *out)
{
    bool ok = true;
    text_add(out, "mode,vm,state,from_ns,to_ns\n");
    for (int m = 0; ok && m < l->scenario->mode_n; m++) {
        ok = list_mode(l, seed, length_ns, m, out);
    }
    return ok;
}
