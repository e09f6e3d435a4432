/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_life.c - faults of VMs, VMs that are powered on and off or suspended, and what that does
 * to the VMs of a lane.
 *
 * An outage draws its times from streams of its origin alone - so long without it, so long
 * down, and again - whatever else is down then, so that every lane that it hits sees it at the
 * same instants. A VM that is hit loses or begins anew what it holds, and is out of service to
 * the latest end of all outages that hit it. Requests that come meanwhile are lost with the
 * others or wait for it, as the event says, those of closed clients always wait; a host stage
 * goes on. Who is powered off has no faults and is not hit. In a silent lane only the faults of
 * its own VM happen.
 *
 * A VM that stops loses what it holds, one that is suspended keeps it; the schedulers see one
 * vGPU less until it is there again, and its requests are served from the end of the off time
 * on. All these times are known beforehand. Clients of a stopped VM ask when it is back. In a
 * silent lane the vGPUs of neighbours come and go as well.
 *
 * Slots: first one for each VM that can be hit, at which it comes back, then one for each
 * outage, then one for the next shift. Cost O(VMs hit x streams) for each event.
 * docs/isolation.md, docs/lifecycle.md. */
#include <assert.h>
#include <stddef.h>

#include "sim/base/arena.h"
#include "sim/fleet/hits.h"
#include "sim/fleet/power.h"
#include "sim/run/lane_engine.h"

struct outage_state {
    const struct outage *spec;
    struct rng every, downtime;
    int first_hit, hit_n;
    bool is_home; /* its origin is in this lane, which counts it */
};

/* A VM that an outage hits. */
struct struck {
    int target;
    bool is_own;
};

/* A VM that can be hit. */
struct target {
    int vm; /* its first workload */
    int64_t until_ns;
    bool beside; /* that long by a fault of another VM */
};

struct lane_life {
    struct target *target; /* [target_n] */
    int target_n;
    struct struck *hit; /* [hit_n] by outage */
    int hit_n;
    struct outage_state *outage; /* [outage_n] */
    int outage_n;
    int *shifted; /* [lane.shift_n] target; -1: the VM is not in this lane */
    int shift;    /* the next */
};

/* ---- Construction ---- */

/* The first workload of the VM; -1: it is not in this lane. */
static int vm_find(const struct lane *lane, int of_tenant_ix, int vm_ix)
{
    for (int v = 0; v < lane->vm_n; v++) {
        const struct lane_vm *vm = &lane->vm[v];
        int tenant_ix = vm->part_n > 0 ? vm->tenant->whole_ix : vm->tenant_ix;
        if (vm->part == 0 && tenant_ix == of_tenant_ix && vm->vm_ix == vm_ix) {
            return v;
        }
    }
    return -1;
}

static int target_of(struct lane_life *x, int vm)
{
    for (int i = 0; i < x->target_n; i++) {
        if (x->target[i].vm == vm) {
            return i;
        }
    }
    x->target[x->target_n].vm = vm;
    return x->target_n++;
}

static void add_hit(struct lane_life *x, const struct hit *h, int vm)
{
    struct outage_state *o = x->outage_n > 0 ? &x->outage[x->outage_n - 1] : NULL;
    if (!o || o->spec != h->from) {
        o = &x->outage[x->outage_n++];
        *o = (struct outage_state){.spec = h->from, .first_hit = x->hit_n};
    }
    o->is_home |= hit_is_own(h);
    o->hit_n++;
    x->hit[x->hit_n++] = (struct struck){.target = target_of(x, vm), .is_own = hit_is_own(h)};
}

bool life_build(struct lane_sim *sim, struct arena *arena)
{
    const struct lane *lane = sim->lane;
    if (lane->hit_n == 0 && lane->shift_n == 0) {
        return true;
    }
    size_t n = (size_t)lane->hit_n;
    struct lane_life *x = arena_alloc(arena, 1, sizeof *x);
    if (!x) {
        return false;
    }
    x->target = arena_alloc(arena, (size_t)lane->vm_n, sizeof *x->target);
    x->hit = arena_alloc(arena, n, sizeof *x->hit);
    x->outage = arena_alloc(arena, n, sizeof *x->outage);
    x->shifted = arena_alloc(arena, (size_t)lane->shift_n, sizeof *x->shifted);
    if (!x->target || !x->hit || !x->outage || !x->shifted) {
        return false;
    }
    for (int i = 0; i < lane->hit_n; i++) {
        const struct hit *h = &lane->hit[i];
        int vm = vm_find(lane, h->tenant_ix, h->vm_ix);
        if (vm >= 0 && (!sim->is_silent || hit_is_own(h))) {
            add_hit(x, h, vm);
        }
    }
    for (int i = 0; i < lane->shift_n; i++) {
        int vm = vm_find(lane, lane->shift[i].tenant_ix, lane->shift[i].vm_ix);
        x->shifted[i] = vm < 0 ? -1 : target_of(x, vm);
    }
    if (x->outage_n > 0 || lane->shift_n > 0) {
        sim->life = x;
        sim->life_n = x->target_n + x->outage_n + (lane->shift_n > 0);
    }
    return true;
}

/* ---- Times ---- */

static void set_next(struct lane_sim *sim, int outage, int64_t from_ns)
{
    struct lane_life *x = sim->life;
    struct outage_state *o = &x->outage[outage];
    const struct life_event *e = o->spec->event;
    int64_t gap_ns = dist_draw_ns(&e->every, &o->every);
    int64_t at_ns = from_ns + (gap_ns > 0 ? gap_ns : 1);
    evq_set(&sim->evq, (uint32_t)(sim->server_n + x->target_n + outage), at_ns);
}

/* The next shift goes into its slot. */
static void set_shift(struct lane_sim *sim)
{
    const struct lane_life *x = sim->life;
    int slot = sim->server_n + x->target_n + x->outage_n;
    bool is_there = x->shift < sim->lane->shift_n;
    evq_set(&sim->evq, (uint32_t)slot, is_there ? sim->lane->shift[x->shift].at_ns : EVQ_IDLE);
}

void life_start(struct lane_sim *sim)
{
    struct lane_life *x = sim->life;
    for (int i = 0; i < x->target_n; i++) {
        x->target[i].until_ns = 0;
    }
    x->shift = 0;
    if (sim->lane->shift_n > 0) {
        set_shift(sim);
    }
    for (int i = 0; i < x->outage_n; i++) {
        struct outage_state *o = &x->outage[i];
        struct rng_id id = {.seed = sim->opt->seed,
                            .tenant = o->spec->name_hash,
                            .replica = sim->opt->replica,
                            .vm = (uint32_t)o->spec->vm_ix,
                            .client = (uint32_t)o->spec->event_ix};
        rng_init(&o->every, &id, RNG_FAULT);
        rng_init(&o->downtime, &id, RNG_DOWNTIME);
        if (o->spec->event->repeats) {
            set_next(sim, i, 0);
        } else {
            uint32_t slot = (uint32_t)(sim->server_n + x->target_n + i);
            evq_set(&sim->evq, slot, o->spec->event->at_ns);
        }
    }
}

/* ---- Down and up ---- */

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Takes the VM out of service; what it holds is kept, begun anew or lost. */
static void strike(struct lane_sim *sim, struct vm_state *first, enum fault_fate fate,
                   bool beside)
{
    int part_n = lane_vm_parts(first->spec);
    for (int k = 0; k < part_n; k++) {
        first[k].is_down = true;
    }
    for (int i = 0; i < first->server_n; i++) {
        struct server *s = &sim->server[first->first_server + i];
        lane_halt(sim, s);
        if (fate != FATE_RESUMED) {
            lane_strike(sim, s, fate == FATE_RESTARTED, beside);
        }
        lane_wake(sim, s->domain);
    }
    for (int k = 0; k < part_n; k++) {
        if (first[k].llm && fate != FATE_RESUMED) {
            llm_strike(sim, &first[k], fate == FATE_RESTARTED, beside);
        }
        if (fate == FATE_LOST) {
            source_lose_waiting(sim, &first[k], beside);
        }
    }
    source_mark(sim, first);
}

static void come_back(struct lane_sim *sim, struct vm_state *first)
{
    int part_n = lane_vm_parts(first->spec);
    for (int k = 0; k < part_n; k++) {
        first[k].is_down = first[k].refuses = first[k].rests = false;
    }
    for (int i = 0; i < first->server_n; i++) {
        lane_go_on(sim, &sim->server[first->first_server + i]);
    }
    for (int k = 0; k < part_n; k++) {
        source_wake(sim, &first[k]);
    }
}

/* The part of [a, b) in the window for which somebody asks for the VM. */
static int64_t missed_ns(const struct lane_sim *sim, const struct target *t, int64_t a,
                         int64_t b)
{
    const struct off_times *off = &sim->vm[t->vm].spec->off;
    int64_t missed = lane_window(sim, a, b);
    for (int i = 0; i < off->n; i++) {
        const struct off_time *x = &off->list[i];
        if (x->absent && x->from_ns < b && x->until_ns > a) {
            missed -=
                lane_window(sim, greater(a, x->from_ns), x->until_ns < b ? x->until_ns : b);
        }
    }
    return missed;
}

/* The VM stays down until end_ns, longer than it would have. */
static void book_downtime(struct lane_sim *sim, struct target *t, int64_t end_ns, bool beside)
{
    t->beside = beside;
    if (!sim->is_silent) {
        int64_t more_ns = missed_ns(sim, t, t->until_ns, end_ns);
        sim->books->down_ns[t->vm] += more_ns;
        sim->books->faults.down_ns += beside ? more_ns : 0;
    }
}

/* The VM is down to end_ns, or as long as it was. */
static void stay_down(struct lane_sim *sim, struct target *t, int64_t end_ns, bool beside)
{
    struct vm_state *first = &sim->vm[t->vm];
    if (end_ns > t->until_ns) {
        book_downtime(sim, t, end_ns, beside);
        t->until_ns = end_ns;
        for (int k = 0; k < lane_vm_parts(first->spec); k++) {
            first[k].beside = beside;
            first[k].back_ns = end_ns;
        }
    }
    if (t->until_ns == sim->now_ns) {
        come_back(sim, first);
    } else {
        uint32_t slot = (uint32_t)(sim->server_n + (int)(t - sim->life->target));
        evq_set(&sim->evq, slot, t->until_ns);
    }
}

static void set_refuses(struct vm_state *first, bool refuses)
{
    for (int k = 0; k < lane_vm_parts(first->spec); k++) {
        first[k].refuses = refuses;
    }
}

/* The outage hits one VM for down_ns. One that is down already serves nothing that could begin
 * anew; of several outages the one that lasts longest decides what becomes of new requests. */
static void hit(struct lane_sim *sim, const struct outage_state *o, const struct struck *h,
                int64_t down_ns)
{
    struct target *t = &sim->life->target[h->target];
    struct vm_state *first = &sim->vm[t->vm];
    enum fault_fate fate = o->spec->event->fate;
    int64_t end_ns = sim->now_ns + down_ns;
    bool was_down = first->is_down;
    if (life_is_off(&first->spec->off, sim->now_ns)) {
        return;
    }
    if (!was_down || fate == FATE_LOST) {
        strike(sim, first, fate, !h->is_own);
    }
    t->until_ns = was_down ? t->until_ns : sim->now_ns;
    if (end_ns > t->until_ns) {
        set_refuses(first, fate == FATE_LOST);
    }
    stay_down(sim, t, end_ns, !h->is_own);
}

/* The VM stops or is suspended until the end of the off time. Until then one that is stopped
 * loses what comes, whatever else has taken it down. */
static void switch_off(struct lane_sim *sim, struct target *t, const struct off_time *off)
{
    struct vm_state *first = &sim->vm[t->vm];
    bool was_down = first->is_down;
    for (int k = 0; !off->keeps && k < lane_vm_parts(first->spec); k++) {
        first[k].rests = true;
        first[k].stopped_ns = off->until_ns;
        /* Frames leave the host stage now, and are lost before the next tick counts them. */
        if (first[k].frames) {
            frames_event(sim, &first[k], true);
        }
    }
    strike(sim, first, off->keeps ? FATE_RESUMED : FATE_LOST, false);
    t->until_ns = was_down ? t->until_ns : sim->now_ns;
    if (off->until_ns > t->until_ns) {
        set_refuses(first, false);
    }
    stay_down(sim, t, off->until_ns, false);
}

/* All shifts of this instant. */
static void shift(struct lane_sim *sim)
{
    struct lane_life *x = sim->life;
    const struct lane *lane = sim->lane;
    for (; x->shift < lane->shift_n && lane->shift[x->shift].at_ns == sim->now_ns; x->shift++) {
        const struct shift *one = &lane->shift[x->shift];
        int target = x->shifted[x->shift];
        if (!one->is_on && one->is_first && target >= 0) {
            switch_off(sim, &x->target[target], one->off);
        }
        lane_power(sim, one->domain, one->slot, one->is_on);
    }
    set_shift(sim);
}

void life_close(struct lane_sim *sim)
{
    for (int i = 0; sim->opt->to_the_end && i < sim->life->target_n; i++) {
        const struct target *t = &sim->life->target[i];
        if (t->until_ns > sim->now_ns) {
            int64_t over_ns = missed_ns(sim, t, sim->now_ns, t->until_ns);
            sim->books->down_ns[t->vm] -= over_ns;
            sim->books->faults.down_ns -= t->beside ? over_ns : 0;
        }
    }
}

static void count(struct lane_sim *sim, const struct outage_state *o)
{
    if (sim->is_silent || !o->is_home || lane_window(sim, sim->now_ns, sim->now_ns + 1) == 0) {
        return;
    }
    const struct outage *spec = o->spec;
    struct fault_books *b = &sim->books->faults;
    int last_tenant = spec->tenant_ix;
    int64_t vms = 0;
    int64_t tenants = 0;
    for (int i = 0; i < spec->beside_n; i++) {
        const struct bystander *y = &spec->beside[i];
        if (life_is_off(&y->off, sim->now_ns)) {
            continue;
        }
        vms++;
        b->beyond += y->is_beyond;
        if (y->tenant_ix != spec->tenant_ix && y->tenant_ix != last_tenant) {
            tenants++;
            last_tenant = y->tenant_ix;
        }
    }
    b->n++;
    b->vms += vms;
    b->tenants += tenants;
    b->vms_most = greater(b->vms_most, vms);
    b->tenants_most = greater(b->tenants_most, tenants);
}

void life_event(struct lane_sim *sim, int i)
{
    struct lane_life *x = sim->life;
    evq_set(&sim->evq, (uint32_t)(sim->server_n + i), EVQ_IDLE);
    if (i < x->target_n) {
        assert(x->target[i].until_ns == sim->now_ns);
        come_back(sim, &sim->vm[x->target[i].vm]);
        return;
    }
    int outage = i - x->target_n;
    if (outage == x->outage_n) {
        shift(sim);
        return;
    }
    struct outage_state *o = &x->outage[outage];
    if (life_is_off(&o->spec->off, sim->now_ns)) {
        if (o->spec->event->repeats) {
            set_next(sim, outage, sim->now_ns);
        }
        return;
    }
    int64_t down_ns = dist_draw_ns(&o->spec->downtime, &o->downtime);
    count(sim, o);
    for (int k = 0; k < o->hit_n; k++) {
        hit(sim, o, &x->hit[o->first_hit + k], down_ns);
    }
    if (o->spec->event->repeats) {
        set_next(sim, outage, sim->now_ns + down_ns);
    }
}
