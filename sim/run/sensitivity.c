/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sensitivity.c - one parameter at a time, in replicas and window of the run as assumed. */
#include "sim/run/sensitivity.h"

#include <stddef.h>

#include "sim/fleet/lanes.h"

#define COUPLING_MAX 0.99 /* a rate of nothing has no end of work */

/* ---- Parameters; each says whether it changed anything ---- */

static bool set_switch(struct scenario *v, const struct result *r, int times)
{
    bool changed = false;
    for (int m = 0; m < v->mode_n; m++) {
        struct sched_conf *c = &v->mode[m].sched;
        bool is_calibrated = mode_takes_turns(v->mode[m].kind) && c->switch_ns < 0;
        if (is_calibrated && r->mode[m].feasible && r->mode[m].switch_ns > 0) {
            c->switch_ns = times * r->mode[m].switch_ns;
            c->working_set_bytes = 0.0; /* in the mode's switch */
            changed = true;
        }
    }
    return changed;
}

static bool no_switch(struct scenario *v, const struct result *r)
{
    return set_switch(v, r, 0);
}

static bool twice_the_switch(struct scenario *v, const struct result *r)
{
    return set_switch(v, r, 2);
}

static bool other_idle_slots(struct scenario *v, const struct result *r)
{
    bool changed = false;
    (void)r;
    for (int m = 0; m < v->mode_n; m++) {
        struct sched_conf *c = &v->mode[m].sched;
        if (mode_takes_turns(v->mode[m].kind) && c->kind == &sched_equal_share) {
            c->yield_idle = !c->yield_idle;
            changed = true;
        }
    }
    return changed;
}

/* The calibrated coupling of the fleet's GPUs; 0 where they differ or the scenario states it.
 */
static double calibrated(const struct scenario *s)
{
    const double c = lanes_coupling(s, s->gpu_ix);
    bool is_mixed = false;
    bool has_mig = false;
    for (int i = 0; i < s->group_n; i++) {
        is_mixed = is_mixed || s->group[i].gpu_ix != s->gpu_ix;
    }
    for (int m = 0; m < s->mode_n; m++) {
        has_mig =
            has_mig || s->mode[m].kind == MODE_MIG || s->mode[m].kind == MODE_TIME_SLICED_MIG;
    }
    return is_mixed || !has_mig || s->coupling > 0.0 ? 0.0 : c;
}

static bool no_coupling(struct scenario *v, const struct result *r)
{
    (void)r;
    v->coupling_none = calibrated(v) > 0.0;
    return v->coupling_none;
}

static bool twice_the_coupling(struct scenario *v, const struct result *r)
{
    (void)r;
    const double c = 2.0 * calibrated(v);
    v->coupling = c < COUPLING_MAX ? c : COUPLING_MAX;
    return c > 0.0;
}

const struct sensitivity_value sensitivity_values[SENSITIVITY_VALUES] = {
    {"switch time",               "0",                            no_switch         },
    {"switch time",               "twice the calibrated",         twice_the_switch  },
    {"idle slots of equal share", "yielded if kept, kept if not", other_idle_slots  },
    {"coupling of MIG instances", "0",                            no_coupling       },
    {"coupling of MIG instances", "twice the calibrated",         twice_the_coupling},
};

/* ---- Runs ---- */

/* Counts what turned around, and writes it down. */
static bool compare(struct shift *out, struct arena *arena, const struct result *as_assumed,
                    const struct result *other)
{
    const struct scenario *s = as_assumed->scenario;
    const int tenants = s->tenant_n;
    const int cells = s->mode_n * s->mode_n * tenants;
    out->flip = arena_alloc(arena, (size_t)cells, sizeof *out->flip);
    for (int i = 0; out->flip && i < cells; i++) {
        if (as_assumed->order[i] >= 0) {
            continue; /* every pair stands in the table in both directions */
        }
        out->orders_n++;
        out->untold_n += other->order[i] == 0;
        if (other->order[i] > 0) {
            out->flip[out->flip_n++] =
                (struct flip){.tenant = &s->tenant[i % tenants],
                              .faster = &s->mode[i / tenants / s->mode_n],
                              .slower = &s->mode[i / tenants % s->mode_n]};
        }
    }
    return out->flip;
}

/* The scenario as it was run: its replicas and warm-up are found no second time. */
static void fix_run(struct scenario *v, const struct result *r)
{
    for (int m = 0; m < v->mode_n; m++) {
        if (r->mode[m].simulated) {
            v->replicas_auto = false;
            v->replicas = r->mode[m].replicas;
            v->warmup_auto = false;
            v->warmup_ns = r->mode[m].warmup_ns;
        }
    }
    v->gate_n = 0;
}

/* One value. False after an error or an interruption; *out stays empty where nothing changes.
 */
static bool run_shift(struct shift *out, struct arena *arena, const struct result *r,
                      const struct exp_options *options, int ix, struct diag *d)
{
    struct scenario *v = arena_alloc(arena, 1, sizeof *v);
    struct arena own;
    if (!v) {
        return diag_machine(d, "out of memory while varying a parameter");
    }
    *v = *r->scenario;
    fix_run(v, r);
    if (!sensitivity_values[ix].set(v, r)) {
        return true;
    }
    arena_init(&own, "shift");
    const struct result *other = exp_run(&own, v, options, d);
    bool ok = other && !other->interrupted;
    *out = (struct shift){.parameter = sensitivity_values[ix].parameter,
                          .value = sensitivity_values[ix].value};
    if (ok && !compare(out, arena, r, other)) {
        ok = diag_machine(d, "out of memory while varying a parameter");
    }
    arena_fini(&own);
    return ok;
}

const struct result *sensitivity_run(struct arena *arena, const struct scenario *s,
                                     const struct exp_options *options, struct diag *d)
{
    struct exp_options own = *options;
    own.order = options->order || options->sensitivity;
    const struct result *r = exp_run(arena, s, &own, d);
    if (!r || !r->order || !options->sensitivity || r->interrupted) {
        return r;
    }
    struct result *out = arena_alloc(arena, 1, sizeof *out);
    struct shift *shift = arena_alloc(arena, SENSITIVITY_VALUES, sizeof *shift);
    if (!out || !shift) {
        (void)diag_machine(d, "out of memory while varying a parameter");
        return NULL;
    }
    *out = *r;
    out->shift = shift;
    own.isolation = false;
    own.progress = NULL;
    for (int i = 0; i < SENSITIVITY_VALUES; i++) {
        if (!run_shift(&shift[out->shift_n], arena, r, &own, i, d)) {
            out->interrupted = true;
            return diag_failed(d) ? NULL : out;
        }
        out->shift_n += shift[out->shift_n].parameter != NULL;
    }
    return out;
}
