/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_gen_timeline.c - `gen timeline SCENARIO`: the turns of the first GPU under each mode,
 * drawn in text. The pictures of docs/schedulers.md are made by it. */
#include <string.h>

#include "sim/base/units.h"
#include "sim/cli/cmd.h"
#include "sim/cli/load.h"
#include "sim/cli/turns.h"
#include "sim/fleet/lanes.h"
#include "sim/report/rep.h"
#include "sim/run/timeline.h"

static bool draw_mode(struct load *l, int mode_ix, int64_t length_ns, struct text *out)
{
    const struct scenario *s = l->scenario;
    struct fleet fleet;
    struct lanes lanes;
    if (!fleet_place(&fleet, &l->arena, s, mode_ix, &l->diag)) {
        return false;
    }
    if (fleet.feasible && !lanes_split(&lanes, &l->arena, s, &fleet, mode_ix, &l->diag)) {
        return false;
    }
    rep_mode_label(s, &s->mode[mode_ix], out);
    if (!fleet.feasible || lanes.lane_n == 0) {
        text_add(out, ": infeasible\n\n");
        return true;
    }
    if (lanes.slice_ns > 0) {
        text_add(out, ", slice ");
        units_exact(out, Q_TIME, (double)lanes.slice_ns);
        text_add(out, ", switch ");
        units_exact(out, Q_TIME, (double)lanes.switch_ns);
    }
    text_add(out, "\n");
    bool ok = timeline_draw(s, &lanes.lane[0], 1, length_ns, out, &l->diag);
    text_add(out, "\n");
    return ok;
}

enum err cmd_gen_timeline(const struct opts *o)
{
    struct load l;
    struct text out;
    int64_t length_ns = TURNS_LENGTH_NS;
    load_init(&l);
    text_init(&out);
    bool ok = opt_ns(o, FLAG_DURATION, TIMELINE_COLUMNS, &length_ns, &l.diag) &&
              load_scenario(&l, o, o->operand[1]);
    const char *format = o->value[FLAG_FORMAT];
    const bool as_rows = format != NULL && strcmp(format, "csv") == 0;
    if (format != NULL && !as_rows && strcmp(format, "text") != 0) {
        ok = diag_error(&l.diag, SPAN_NONE, "--format: a timeline is text or csv, not '%s'",
                        format);
    }
    ok = ok && (!as_rows || turns_table(&l, 1, length_ns, &out));
    for (int m = 0; ok && !as_rows && m < l.scenario->mode_n; m++) {
        ok = draw_mode(&l, m, length_ns, &out);
    }
    text_add(&out, as_rows
                       ? ""
                       : "# runs   / is switched to   - has work and waits   . has no work\n");
    enum err status = load_show(&l, o);
    if (ok) {
        status = load_emit(o, &out);
    } else {
        text_fini(&out);
    }
    load_fini(&l);
    return status;
}
