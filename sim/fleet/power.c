/* SPDX-License-Identifier: GPL-3.0-or-later */
/* power.c - off times by seat, and from them the shifts of lanes: two for each vGPU and off
 * time, sorted by time and, at one instant, by VM. O(n log n). */
#include "sim/fleet/power.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Does an event of the tenant that is no fault exist? */
static bool has_events(const struct scenario *s, int tenant_ix)
{
    for (int i = 0; i < s->life_n; i++) {
        if (s->life[i].kind != LIFE_FAULT && s->life[i].tenant_ix == tenant_ix) {
            return true;
        }
    }
    return false;
}

struct off_times *power_off_times(struct arena *arena, const struct scenario *s,
                                  const struct fleet *fleet)
{
    struct off_times *of = arena_alloc(arena, (size_t)fleet->seat_n, sizeof *of);
    for (int i = 0; of && s->life_n > 0 && i < fleet->seat_n; i++) {
        const struct seat *seat = &fleet->seat[i];
        const struct tenant *t = &s->tenant[seat->tenant_ix];
        struct off_time list[OFF_TIMES_MAX];
        if (seat->vgpu_ix > 0) {
            of[i] = of[i - 1];
        }
        if (seat->vgpu_ix > 0 || !has_events(s, seat->tenant_ix)) {
            continue;
        }
        bool is_off = seat->vm_ix >= t->count - t->powered_off;
        int n = life_off_times(s->life, s->life_n, seat->tenant_ix, seat->vm_ix, is_off, list,
                               NULL);
        struct off_time *copy = arena_alloc(arena, (size_t)n, sizeof *copy);
        if (!copy) {
            return NULL;
        }
        memcpy(copy, list, (size_t)n * sizeof *copy);
        of[i] = (struct off_times){.list = copy, .n = n};
    }
    return of;
}

/* One of the VM's off times begins or ends, on each of its domains. */
static void add_shifts(struct lane *lane, const struct lane_vm *vm, const struct off_time *off,
                       bool is_on)
{
    for (int i = 0; i < vm->server_n; i++) {
        struct lane_domain *d = &lane->domain[vm->server[i].domain];
        struct shift *x = &lane->shift[lane->shift_n++];
        x->at_ns = is_on ? off->on_ns : off->from_ns;
        x->tenant_ix = vm->part_n > 0 ? vm->tenant->whole_ix : vm->tenant_ix;
        x->vm_ix = vm->vm_ix;
        x->domain = vm->server[i].domain;
        x->slot = vm->server[i].slot;
        x->is_on = is_on;
        x->is_first = i == 0;
        x->off = off;
        d->params.varies = d->sched && d->sched->ring != RING_TYPE_MAX;
    }
}

/* By time, then VM, then the VM's vGPUs. */
static int by_time(const void *a, const void *b)
{
    const struct shift *x = a;
    const struct shift *y = b;
    if (x->at_ns != y->at_ns) {
        return x->at_ns < y->at_ns ? -1 : 1;
    }
    if (x->tenant_ix != y->tenant_ix) {
        return x->tenant_ix < y->tenant_ix ? -1 : 1;
    }
    if (x->vm_ix != y->vm_ix) {
        return x->vm_ix < y->vm_ix ? -1 : 1;
    }
    if (x->is_first != y->is_first) {
        return x->is_first ? -1 : 1;
    }
    if (x->domain != y->domain) {
        return x->domain < y->domain ? -1 : 1;
    }
    return x->slot < y->slot ? -1 : x->slot > y->slot;
}

size_t power_room(const struct lane *lane)
{
    size_t n = 0;
    for (int v = 0; v < lane->vm_n; v++) {
        const struct lane_vm *vm = &lane->vm[v];
        n += vm->part == 0 ? 2 * (size_t)vm->off.n * (size_t)vm->server_n : 0;
    }
    return n;
}

void power_fill(struct lane *lane)
{
    lane->shift_n = 0;
    for (int v = 0; v < lane->vm_n; v++) {
        const struct lane_vm *vm = &lane->vm[v];
        for (int i = 0; vm->part == 0 && i < vm->off.n; i++) {
            add_shifts(lane, vm, &vm->off.list[i], false);
            if (vm->off.list[i].on_ns < INT64_MAX) {
                add_shifts(lane, vm, &vm->off.list[i], true);
            }
        }
    }
    qsort(lane->shift, (size_t)lane->shift_n, sizeof *lane->shift, by_time);
}

bool power_shifts(struct lanes *lanes, struct arena *arena, const struct scenario *s)
{
    for (int l = 0; l < lanes->lane_n; l++) {
        struct lane *lane = &lanes->lane[l];
        lane->span_ns = s->horizon_ns + (s->warmup_auto ? s->horizon_ns / 20 : s->warmup_ns);
        lane->shift = arena_alloc(arena, power_room(lane), sizeof *lane->shift);
        if (!lane->shift) {
            return false;
        }
        power_fill(lane);
    }
    return true;
}
