/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hits.c - seats in the scope of a fault. Seats stand by (tenant, VM), so those of a VM are
 * neighbours and each VM is counted once. */
#include "sim/fleet/hits.h"

#include <stddef.h>

#define TOO_MANY "out of memory while finding what faults hit"

struct finding {
    const struct scenario *s;
    const struct fleet *fleet;
    const int *lane_of;
    const struct off_times *off;
    const struct fault_rule *rule; /* of the outage under way */
    struct lanes *out;
    struct outage *outage; /* under way */
    bool fills;            /* second pass: hits are written down */
    int64_t hits_n;
};

static bool is_same_vm(const struct seat *a, const struct seat *b)
{
    return a->tenant_ix == b->tenant_ix && a->vm_ix == b->vm_ix;
}

/* Does seat b lie in the scope around seat a? */
static bool is_within(const struct fleet *f, enum fault_scope scope, const struct seat *a,
                      const struct seat *b)
{
    switch (scope) {
    case SCOPE_VM:
        return is_same_vm(a, b);
    case SCOPE_INSTANCE:
        return a->domain_ix == b->domain_ix;
    case SCOPE_GPU:
        return a->gpu_ix == b->gpu_ix;
    case SCOPE_HOST:
        return f->domain[a->domain_ix].host_ix == f->domain[b->domain_ix].host_ix;
    }
    return false;
}

/* Is one of the VM's seats [from, to) in the scope around one of the origin's [first, last)? */
static bool meets(const struct finding *x, enum fault_scope scope, int first, int last,
                  int from, int to)
{
    for (int i = first; i < last; i++) {
        for (int k = from; k < to; k++) {
            if (is_within(x->fleet, scope, &x->fleet->seat[i], &x->fleet->seat[k])) {
                return true;
            }
        }
    }
    return false;
}

/* The first seat behind those of the VM at `first`. */
static int end_of_vm(const struct fleet *f, int first)
{
    int last = first + 1;
    while (last < f->seat_n && is_same_vm(&f->seat[first], &f->seat[last])) {
        last++;
    }
    return last;
}

static void add_hit(struct finding *x, const struct seat *seat, int lane_ix)
{
    struct lane *lane = &x->out->lane[lane_ix];
    if (x->fills) {
        lane->hit[lane->hit_n] =
            (struct hit){.from = x->outage, .tenant_ix = seat->tenant_ix, .vm_ix = seat->vm_ix};
    }
    lane->hit_n++;
    x->hits_n++;
}

/* All VMs that a fault of the VM at seats [first, last) hits. */
static void reach(struct finding *x, const struct life_event *e, int first, int last)
{
    const struct fleet *f = x->fleet;
    const enum fault_scope scope = e->has_scope ? e->scope : x->rule->scope;
    x->outage->beside_n = 0;
    for (int from = 0, to; from < f->seat_n; from = to) {
        const struct seat *seat = &f->seat[from];
        to = end_of_vm(f, from);
        if (x->lane_of[from] < 0 || !meets(x, scope, first, last, from, to)) {
            continue;
        }
        add_hit(x, seat, x->lane_of[from]);
        if (from != first && x->fills) {
            x->outage->beside[x->outage->beside_n] = (struct bystander){
                .tenant_ix = seat->tenant_ix,
                .is_beyond = !meets(x, x->rule->promised, first, last, from, to),
                .off = x->off[from]};
        }
        x->outage->beside_n += from != first;
    }
}

/* Every event at every VM that it names, powered on. Returns how many. */
static int walk(struct finding *x, struct outage *outage, const char *mode)
{
    const struct fleet *f = x->fleet;
    int n = 0;
    for (int i = 0; i < x->s->life_n; i++) {
        const struct life_event *e = &x->s->life[i];
        x->rule = fault_rule_find(x->s->catalog->fault, x->s->catalog->fault_n, mode, e->class);
        for (int first = 0, last; first < f->seat_n; first = last) {
            const struct seat *seat = &f->seat[first];
            last = end_of_vm(f, first);
            bool is_meant =
                seat->tenant_ix == e->tenant_ix && (e->vm_ix < 0 || seat->vm_ix == e->vm_ix);
            if (!is_meant || e->kind != LIFE_FAULT || x->lane_of[first] < 0) {
                continue;
            }
            if (outage) {
                x->outage = &outage[n];
                struct bystander *beside = x->outage->beside;
                *x->outage = (struct outage){
                    .event = e,
                    .event_ix = i,
                    .tenant_ix = seat->tenant_ix,
                    .vm_ix = seat->vm_ix,
                    .name_hash = rng_name_hash(x->s->tenant[seat->tenant_ix].name),
                    .downtime = e->downtime,
                    .off = x->off[first],
                    .beside = beside};
                if (!e->has_downtime) {
                    x->outage->downtime.mean = x->rule->downtime_s * 1e9;
                }
                reach(x, e, first, last);
            }
            n++;
        }
    }
    return n;
}

bool hits_find(struct lanes *out, struct arena *arena, const struct scenario *s,
               const struct fleet *fleet, int mode_ix, const int *lane_of,
               const struct off_times *off, struct diag *d)
{
    struct finding x = {.s = s, .fleet = fleet, .lane_of = lane_of, .off = off, .out = out};
    const char *mode = mode_name(s->mode[mode_ix].kind);
    int n = walk(&x, NULL, mode);
    struct outage *outage = arena_alloc(arena, (size_t)n, sizeof *outage);
    if (!outage) {
        return diag_machine(d, TOO_MANY);
    }
    walk(&x, outage, mode);
    if (x.hits_n > HITS_MAX) {
        diag_error(d, s->life[0].at, "%s: faults hit %lld VMs in all, more than %d", mode,
                   (long long)x.hits_n, HITS_MAX);
        diag_help(d, "let one VM stand for many: 'fault: chat/0', with a shorter 'every'");
        return false;
    }
    for (int i = 0; i < n; i++) {
        size_t beside_n = (size_t)outage[i].beside_n;
        outage[i].beside = arena_alloc(arena, beside_n, sizeof *outage[i].beside);
        if (!outage[i].beside) {
            return diag_machine(d, TOO_MANY);
        }
    }
    for (int l = 0; l < out->lane_n; l++) {
        struct lane *lane = &out->lane[l];
        lane->hit = arena_alloc(arena, (size_t)lane->hit_n, sizeof *lane->hit);
        lane->hit_n = 0;
        if (!lane->hit) {
            return diag_machine(d, TOO_MANY);
        }
    }
    x.fills = true;
    walk(&x, outage, mode);
    return true;
}

bool hits_cross(const struct lanes *lanes)
{
    for (int l = 0; l < lanes->lane_n; l++) {
        for (int i = 0; i < lanes->lane[l].hit_n; i++) {
            if (!hit_is_own(&lanes->lane[l].hit[i])) {
                return true;
            }
        }
    }
    return false;
}
