/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_life.c - faults of VMs, and what they do to the VMs of a lane.
 *
 * An outage draws its times from streams of its origin alone - so long without it, so long
 * down, and again - whatever else is down then, so that every lane that it hits sees it at the
 * same instants. A VM that is hit loses or begins anew what it holds, and is out of service to
 * the latest end of all outages that hit it. Requests that come meanwhile are lost with the
 * others or wait for it, as the event says, those of closed clients always wait; a host stage
 * goes on. In a silent lane only the faults of its own VM happen.
 *
 * Slots: first one for each VM that can be hit, at which it comes back, then one for each
 * outage. Cost O(VMs hit x streams) for each fault. docs/isolation.md. */
#include <assert.h>
#include <stddef.h>

#include "sim/base/arena.h"
#include "sim/fleet/hits.h"
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
};

/* ---- Construction ---- */

/* The first workload of the VM; -1: it is not in this lane. */
static int vm_find(const struct lane *lane, const struct hit *h)
{
    for (int v = 0; v < lane->vm_n; v++) {
        const struct lane_vm *vm = &lane->vm[v];
        int tenant_ix = vm->part_n > 0 ? vm->tenant->whole_ix : vm->tenant_ix;
        if (vm->part == 0 && tenant_ix == h->tenant_ix && vm->vm_ix == h->vm_ix) {
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
    if (lane->hit_n == 0) {
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
    if (!x->target || !x->hit || !x->outage) {
        return false;
    }
    for (int i = 0; i < lane->hit_n; i++) {
        const struct hit *h = &lane->hit[i];
        int vm = vm_find(lane, h);
        if (vm >= 0 && (!sim->is_silent || hit_is_own(h))) {
            add_hit(x, h, vm);
        }
    }
    if (x->outage_n > 0) {
        sim->life = x;
        sim->life_n = x->target_n + x->outage_n;
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

void life_start(struct lane_sim *sim)
{
    struct lane_life *x = sim->life;
    for (int i = 0; i < x->target_n; i++) {
        x->target[i].until_ns = 0;
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
        first[k].is_down = first[k].refuses = false;
    }
    for (int i = 0; i < first->server_n; i++) {
        lane_go_on(sim, &sim->server[first->first_server + i]);
    }
    for (int k = 0; k < part_n; k++) {
        source_wake(sim, &first[k]);
    }
}

/* The VM stays down until end_ns, longer than it would have. */
static void book_downtime(struct lane_sim *sim, struct target *t, int64_t end_ns, bool beside)
{
    t->beside = beside;
    if (!sim->is_silent) {
        int64_t more_ns = lane_window(sim, t->until_ns, end_ns);
        sim->books->down_ns[t->vm] += more_ns;
        sim->books->faults.down_ns += beside ? more_ns : 0;
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
    if (!was_down || fate == FATE_LOST) {
        strike(sim, first, fate, !h->is_own);
    }
    t->until_ns = was_down ? t->until_ns : sim->now_ns;
    if (end_ns > t->until_ns) {
        book_downtime(sim, t, end_ns, !h->is_own);
        for (int k = 0; k < lane_vm_parts(first->spec); k++) {
            first[k].refuses = fate == FATE_LOST;
            first[k].beside = !h->is_own;
        }
        t->until_ns = end_ns;
    }
    if (t->until_ns == sim->now_ns) {
        come_back(sim, first);
    } else {
        evq_set(&sim->evq, (uint32_t)(sim->server_n + h->target), t->until_ns);
    }
}

void life_close(struct lane_sim *sim)
{
    for (int i = 0; sim->opt->to_the_end && i < sim->life->target_n; i++) {
        const struct target *t = &sim->life->target[i];
        int64_t over_ns = t->until_ns - sim->now_ns;
        if (over_ns > 0) {
            sim->books->down_ns[t->vm] -= over_ns;
            sim->books->faults.down_ns -= t->beside ? over_ns : 0;
        }
    }
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void count(struct lane_sim *sim, const struct outage_state *o)
{
    if (sim->is_silent || !o->is_home || lane_window(sim, sim->now_ns, sim->now_ns + 1) == 0) {
        return;
    }
    struct fault_books *b = &sim->books->faults;
    b->n++;
    b->vms += o->spec->vms_n;
    b->tenants += o->spec->tenants_n;
    b->beyond += o->spec->beyond_n;
    b->vms_most = greater(b->vms_most, o->spec->vms_n);
    b->tenants_most = greater(b->tenants_most, o->spec->tenants_n);
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
    struct outage_state *o = &x->outage[outage];
    int64_t down_ns = dist_draw_ns(&o->spec->downtime, &o->downtime);
    count(sim, o);
    for (int k = 0; k < o->hit_n; k++) {
        hit(sim, o, &x->hit[o->first_hit + k], down_ns);
    }
    if (o->spec->event->repeats) {
        set_next(sim, outage, sim->now_ns + down_ns);
    }
}
