/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_build.c - what the simulation of a lane needs, made once and reused for every replica.
 *
 * Event slots are numbered completions (servers by VM), ends and beginnings of outages, vGPUs
 * that come and go, arrivals (VMs, or clients of closed VMs), slice timers (domains). The
 * workloads of one VM share its servers and its silent lane.
 */
#include <string.h>

#include "sim/base/arena.h"
#include "sim/fleet/hits.h"
#include "sim/fleet/power.h"
#include "sim/run/lane_engine.h"
#include "sim/run/lane_fast.h"

bool lane_books_init(struct lane_books *b, struct arena *arena, const struct lane *lane)
{
    memset(b, 0, sizeof *b);
    size_t vm_n = (size_t)lane->vm_n;
    size_t domain_n = (size_t)lane->domain_n;
    b->useful_ns = arena_alloc(arena, vm_n, sizeof *b->useful_ns);
    b->completed = arena_alloc(arena, vm_n, sizeof *b->completed);
    b->arrived = arena_alloc(arena, vm_n, sizeof *b->arrived);
    b->dropped = arena_alloc(arena, vm_n, sizeof *b->dropped);
    b->backlog_ns = arena_alloc(arena, vm_n, sizeof *b->backlog_ns);
    b->lost = arena_alloc(arena, vm_n, sizeof *b->lost);
    b->lost_beside = arena_alloc(arena, vm_n, sizeof *b->lost_beside);
    b->down_ns = arena_alloc(arena, vm_n, sizeof *b->down_ns);
    b->domain_useful_ns = arena_alloc(arena, domain_n, sizeof *b->domain_useful_ns);
    b->domain_switch_ns = arena_alloc(arena, domain_n, sizeof *b->domain_switch_ns);
    b->domain_held_ns = arena_alloc(arena, domain_n, sizeof *b->domain_held_ns);
    return b->useful_ns && b->completed && b->arrived && b->dropped && b->lost &&
           b->lost_beside && b->down_ns && b->backlog_ns && b->domain_useful_ns &&
           b->domain_switch_ns && b->domain_held_ns;
}

/* A place for each stream of a server, with room for a batch; v is the VM's first workload. */
static bool build_server(struct lane_sim *sim, struct server *s, struct arena *arena, int v)
{
    int batch = 1;
    int streams = 0;
    s->part_n = lane_vm_parts(&sim->lane->vm[v]);
    for (int k = 0; k < s->part_n; k++) {
        const struct work *w = lane_vm_work(&sim->lane->vm[v + k]);
        batch = w->batch_max > batch ? w->batch_max : batch;
        streams += w->streams;
    }
    if (s->part_n > 1) {
        s->stake = arena_alloc(arena, (size_t)s->part_n, sizeof *s->stake);
        if (!s->stake) {
            return false;
        }
    }
    s->job = arena_alloc(arena, (size_t)streams, sizeof *s->job);
    for (int i = 0; s->job && i < streams; i++) {
        s->job[i].item = arena_alloc(arena, (size_t)batch, sizeof *s->job[i].item);
        if (!s->job[i].item) {
            return false;
        }
    }
    return s->job;
}

static bool build_vm(struct lane_sim *sim, struct arena *arena, int v)
{
    struct vm_state *s = &sim->vm[v];
    s->spec = &sim->lane->vm[v];
    s->work = lane_vm_work(s->spec);
    s->server_n = s->spec->server_n;
    for (int i = 0; i < s->server_n; i++) {
        struct server *server = &sim->server[s->first_server + i];
        s->takes_turns = sim->lane->domain[s->spec->server[i].domain].sched;
        if (s->spec->part > 0) {
            continue;
        }
        server->vm = v;
        server->domain = s->spec->server[i].domain;
        server->slot = s->spec->server[i].slot;
        server->factor = s->spec->server[i].factor;
        server->by_size = s->spec->server[i].by_size;
        server->crowd = s->spec->server[i].crowd;
        if (!build_server(sim, server, arena, v)) {
            return false;
        }
        sim->domain[server->domain].server_of[server->slot] = s->first_server + i;
    }
    s->streams = s->work->streams;
    s->part = s->spec->part;
    if (!source_build(s, arena)) {
        return false;
    }
    /* A fault at the instant of a completion comes before what waits is taken up. */
    s->starts_at_once = s->starts_at_once && !sim->life;
    s->may_doze = s->may_doze && !sim->life;
    return true;
}

/* Can others matter: on its domains, or by their faults? */
static bool lane_has_baselines(const struct lane *lane)
{
    bool has = !lane->no_baselines && lane_has_neighbours(lane);
    for (int i = 0; !lane->no_baselines && !has && i < lane->hit_n; i++) {
        has = !hit_is_own(&lane->hit[i]);
    }
    return has;
}

/* Who comes and goes on the domains of the VM, which are the part's in the order of its
 * vGPUs. */
static bool silent_shifts(struct lane *part, struct arena *arena, const struct lane *lane,
                          const struct lane_vm *vm)
{
    size_t most = (size_t)lane->shift_n * (size_t)vm->server_n;
    part->shift = arena_alloc(arena, most, sizeof *part->shift);
    for (int i = 0; part->shift && i < lane->shift_n; i++) {
        for (int k = 0; k < vm->server_n; k++) {
            if (lane->shift[i].domain == vm->server[k].domain) {
                part->shift[part->shift_n] = lane->shift[i];
                part->shift[part->shift_n++].domain = k;
            }
        }
    }
    return part->shift;
}

/* The part of the lane that VM v, of which v is the first workload, can see when everybody else
 * is silent. */
static struct lane *silent_lane(struct arena *arena, const struct lane *lane, int v)
{
    const struct lane_vm *vm = &lane->vm[v];
    struct lane *part = arena_alloc(arena, 1, sizeof *part);
    int part_n = lane_vm_parts(vm);
    struct lane_vm *own = arena_alloc(arena, (size_t)part_n, sizeof *own);
    struct lane_domain *domain = arena_alloc(arena, (size_t)vm->server_n, sizeof *domain);
    if (!part || !own || !domain) {
        return NULL;
    }
    for (int i = 0; i < vm->server_n; i++) {
        domain[i] = lane->domain[vm->server[i].domain];
    }
    for (int k = 0; k < part_n; k++) {
        own[k] = vm[k];
        for (int i = 0; i < vm->server_n; i++) {
            own[k].server[i].domain = i;
        }
    }
    *part = (struct lane){.domain = domain,
                          .domain_n = vm->server_n,
                          .vm = own,
                          .vm_n = part_n,
                          .hit = lane->hit,
                          .hit_n = lane->hit_n};
    return silent_shifts(part, arena, lane, vm) ? part : NULL;
}

static struct lane_sim *build(struct arena *arena, const struct lane *lane, bool is_silent)
{
    struct lane_sim *sim = arena_alloc(arena, 1, sizeof *sim);
    if (!sim) {
        return NULL;
    }
    sim->lane = lane;
    sim->is_silent = is_silent;
    int source_n = 0;
    for (int v = 0; v < lane->vm_n; v++) {
        sim->server_n += lane->vm[v].part == 0 ? lane->vm[v].server_n : 0;
        source_n += source_slots(&lane->vm[v]);
    }
    if (!life_build(sim, arena)) {
        return NULL;
    }
    sim->domain_slot = sim->server_n + sim->life_n + source_n;
    sim->vm = arena_alloc(arena, (size_t)lane->vm_n, sizeof *sim->vm);
    sim->server = arena_alloc(arena, (size_t)sim->server_n, sizeof *sim->server);
    sim->domain = arena_alloc(arena, (size_t)lane->domain_n, sizeof *sim->domain);
    sim->vm_of = arena_alloc(arena, (size_t)source_n, sizeof *sim->vm_of);
    /* Exclusive domains have no slices, and a lane's domains are alike. Where all VMs are
     * powered off nothing ever happens, in one slot. */
    int slot_n = sim->domain_slot + (lane->domain[0].sched ? lane->domain_n : 0);
    slot_n = slot_n > 0 ? slot_n : 1;
    if (!sim->vm || !sim->server || !sim->domain || !sim->vm_of ||
        !evq_init(&sim->evq, arena, (uint32_t)slot_n)) {
        return NULL;
    }
    for (int d = 0; d < lane->domain_n; d++) {
        struct domain_state *s = &sim->domain[d];
        s->spec = &lane->domain[d];
        s->owes = s->spec->sched && share_owes(s->spec->sched, &s->spec->params, &s->owed);
        int vgpu_n = s->spec->sched ? s->spec->params.vgpu_n : 1; /* 0: all powered off */
        s->server_of = arena_alloc(arena, (size_t)vgpu_n, sizeof *s->server_of);
        if (!s->server_of) {
            return NULL;
        }
        for (int i = 0; i < vgpu_n; i++) {
            s->server_of[i] = -1;
        }
    }
    sim->is_coupled = lane_is_coupled(lane) && !is_silent;
    if (sim->is_coupled && !couple_build(sim, arena)) {
        return NULL;
    }
    int server = 0;
    int slot = sim->server_n + sim->life_n;
    for (int v = 0; v < lane->vm_n; v++) {
        if (lane->vm[v].part == 0) {
            sim->vm[v].first_server = server;
            server += lane->vm[v].server_n;
        } else {
            sim->vm[v].first_server = sim->vm[v - 1].first_server;
        }
        sim->vm[v].first_slot = slot;
        for (int i = 0; i < source_slots(&lane->vm[v]); i++) {
            sim->vm_of[slot++ - sim->server_n - sim->life_n] = v;
        }
        if (!build_vm(sim, arena, v)) {
            return NULL;
        }
    }
    return sim;
}

struct lane_sim *lane_sim_new_events(struct arena *arena, const struct lane *lane)
{
    struct lane_sim *sim = build(arena, lane, false);
    if (sim) {
        sim->batch = arena_alloc(arena, 1, sizeof *sim->batch);
    }
    if (!sim || !sim->batch) {
        return NULL;
    }
    for (int v = 0; lane_has_baselines(lane) && v < lane->vm_n; v++) {
        if (lane->vm[v].part > 0) {
            sim->vm[v].silent = sim->vm[v - 1].silent;
            continue;
        }
        struct lane *part = silent_lane(arena, lane, v);
        struct lane_sim *silent = part ? build(arena, part, true) : NULL;
        sim->vm[v].silent = silent;
        if (!silent || !source_build_memos(silent, arena)) {
            lane_sim_fini(sim);
            return NULL;
        }
    }
    return sim;
}

struct lane_sim *lane_sim_new(struct arena *arena, const struct lane *lane)
{
    enum lane_path path = lane_path_of(lane);
    if (path == LANE_EVENTS) {
        struct lane_sim *events = lane_sim_new_events(arena, lane);
        if (events) {
            events->skips = skip_knows_next(lane);
        }
        for (int v = 0; events && lane_has_baselines(lane) && v < lane->vm_n; v++) {
            events->vm[v].silent->skips = events->skips;
        }
        return events;
    }
    struct lane_sim *sim = arena_alloc(arena, 1, sizeof *sim);
    if (sim) {
        sim->lane = lane;
        sim->fast = lane_fast_new(arena, lane, path);
    }
    return sim && sim->fast ? sim : NULL;
}

void lane_sim_fini(struct lane_sim *sim)
{
    if (!sim || sim->fast) {
        return;
    }
    for (int v = 0; v < sim->lane->vm_n; v++) {
        struct vm_state *s = &sim->vm[v];
        lane_sim_fini(s->part == 0 ? s->silent : NULL);
        for (int i = 0; s->memo && i < source_clients(s->spec); i++) {
            mem_free(s->memo[i].latency_ns);
        }
        recall_fini(&s->recall);
        s->memo = NULL;
        s->silent = NULL;
    }
}
