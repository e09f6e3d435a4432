/* SPDX-License-Identifier: GPL-3.0-or-later */
/* neighbour.c - counterfactual runs. */
#include "sim/run/neighbour.h"

#include <stddef.h>

#include "sim/fleet/hits.h"
#include "sim/run/paired.h"

/* The tenant of a VM, all its workloads together. */
static int tenant_of(const struct lane_vm *vm)
{
    return vm->part_n > 0 ? vm->tenant->whole_ix : vm->tenant_ix;
}

/* Do two tenants have VMs on one lane? */
static bool are_neighbours(const struct lanes *lanes, int a, int b)
{
    for (int l = 0; l < lanes->lane_n; l++) {
        bool has_a = false;
        bool has_b = false;
        for (int v = 0; v < lanes->lane[l].vm_n; v++) {
            has_a |= tenant_of(&lanes->lane[l].vm[v]) == a;
            has_b |= tenant_of(&lanes->lane[l].vm[v]) == b;
        }
        if (has_a && has_b) {
            return true;
        }
    }
    return false;
}

static bool is_victim(const struct tenant_result *r)
{
    return r->violations.known && r->violations.total > 0;
}

/* The faults that hit a lane without those of a silent tenant, which hits nobody. */
static bool silence_faults(struct lane *to, struct arena *arena, const struct lane *from,
                           int tenant_ix)
{
    to->hit_n = 0;
    to->hit = arena_alloc(arena, (size_t)from->hit_n, sizeof *to->hit);
    for (int i = 0; to->hit && i < from->hit_n; i++) {
        if (from->hit[i].from->tenant_ix != tenant_ix && from->hit[i].tenant_ix != tenant_ix) {
            to->hit[to->hit_n++] = from->hit[i];
        }
    }
    return to->hit;
}

/* The lanes with the VMs of one tenant silent; those with nobody else are left out. */
static bool silence(struct lanes *out, struct arena *arena, const struct lanes *lanes,
                    int tenant_ix)
{
    *out = *lanes;
    out->lane_n = 0;
    out->lane = arena_alloc(arena, (size_t)lanes->lane_n, sizeof *out->lane);
    for (int l = 0; out->lane && l < lanes->lane_n; l++) {
        const struct lane *from = &lanes->lane[l];
        struct lane *to = &out->lane[out->lane_n];
        *to = *from;
        to->vm_n = 0;
        to->vm = arena_alloc(arena, (size_t)from->vm_n, sizeof *to->vm);
        if (!to->vm) {
            return false;
        }
        for (int v = 0; v < from->vm_n; v++) {
            if (tenant_of(&from->vm[v]) != tenant_ix) {
                to->vm[to->vm_n++] = from->vm[v];
            }
        }
        if (!silence_faults(to, arena, from, tenant_ix)) {
            return false;
        }
        out->lane_n += to->vm_n > 0;
    }
    return out->lane;
}

/* Does `a` do more harm than `b`? */
static bool is_worse(const struct worst_neighbour *a, const struct worst_neighbour *b)
{
    if (b->tenant == NULL || a->violations != b->violations) {
        return b->tenant == NULL || a->violations < b->violations;
    }
    return a->p95_ns.value < b->p95_ns.value;
}

/* What the victim gains without the neighbour; keeps the worst. */
static void judge(const struct sample *with, const struct sample *without, int victim,
                  const struct tenant *neighbour, struct tenant_result *out)
{
    struct worst_neighbour x = {
        .tenant = neighbour,
        .p95_ns = summary_p95(without, victim),
        .p95_cost_ns = paired_difference(with, without, victim, PAIRED_P95),
        .violations = without->tally[victim].violations,
        .violations_frac = summary_violations(without, victim),
    };
    bool harms = x.violations < out->violations.total ||
                 (x.violations == out->violations.total && x.p95_cost_ns.value > 0.0);
    if (x.p95_ns.has_value && harms && is_worse(&x, &out->worst)) {
        out->worst = x;
    }
}

/* The mode without one tenant, in replicas and window of the run that is done. */
static bool run_without(const struct reps *done, int m, int tenant_ix,
                        const struct sample *with, struct arena *arena, struct mode_result *out)
{
    const struct scenario *s = done->s;
    struct exp_options options = *done->o;
    struct mode_run *mode = arena_alloc(arena, (size_t)s->mode_n, sizeof *mode);
    int only = m;
    options.progress = NULL;
    if (!mode) {
        return false;
    }
    struct reps reps = {.s = s,
                        .o = &options,
                        .mode = mode,
                        .runnable = &only,
                        .runnable_n = 1,
                        .from_ns = done->from_ns,
                        .to_ns = done->to_ns,
                        .to_the_end = done->to_the_end,
                        .trace_all = done->trace_all};
    mode[m] = done->mode[m];
    mode[m].row = NULL;
    mode[m].mode_row = NULL;
    mode[m].tally = tallies_new(arena, s->tenant, s->flow_n, true);
    bool ok = mode[m].tally && silence(&mode[m].lanes, arena, &done->mode[m].lanes, tenant_ix);
    ok = ok && reps_init(&reps, arena) && reps_run(&reps, done->replicas);
    struct sample without = *with;
    without.tally = mode[m].tally;
    without.row = mode[m].row;
    without.mode_row = mode[m].mode_row;
    for (int v = 0; ok && !reps.stopped && v < s->tenant_n; v++) {
        if (v != tenant_ix && is_victim(&out->tenant[v]) &&
            are_neighbours(&done->mode[m].lanes, v, tenant_ix)) {
            judge(with, &without, v, &s->tenant[tenant_ix], &out->tenant[v]);
        }
    }
    reps_fini(&reps);
    mem_free(mode[m].row);
    mem_free(mode[m].mode_row);
    return ok;
}

bool neighbour_find(const struct reps *done, int m, const struct sample *with,
                    struct mode_result *out)
{
    const struct scenario *s = done->s;
    bool ok = true;
    for (int t = 0; ok && t < s->tenant_n; t++) {
        bool matters = false;
        for (int v = 0; v < s->tenant_n; v++) {
            matters |= v != t && is_victim(&out->tenant[v]) &&
                       are_neighbours(&done->mode[m].lanes, v, t);
        }
        if (matters) {
            struct arena arena;
            arena_init(&arena, "neighbour");
            ok = run_without(done, m, t, with, &arena, out);
            arena_fini(&arena);
        }
    }
    return ok;
}
