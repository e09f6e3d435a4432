/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_couple.c - domains that slow each other: instances through a board's power, and all that
 * holds the path between a host and its GPUs.
 *
 * After the decisions of an instant every domain says what runs on it; where that has changed,
 * each gets the product of two factors, and what runs is booked up to now at the old speed. A
 * stretch by the path is that of the steady state of those who run now (models/hostpath.h).
 * Cost: for each instant at which something begins or ends the domains between the first and
 * the last on which it does; where what runs has changed, the square of a board's instances,
 * and where a path is shared, of all domains, once more for each different share of it. */
#include "models/hostpath.h"
#include "sim/base/arena.h"
#include "sim/run/lane_engine.h"

bool couple_build(struct lane_sim *sim, struct arena *arena)
{
    size_t n = (size_t)sim->lane->domain_n;
    const struct lane_domain *d = sim->lane->domain;
    sim->path_share = arena_alloc(arena, n, sizeof *sim->path_share);
    sim->path_term = arena_alloc(arena, n + 2, sizeof *sim->path_term);
    sim->board_lo = arena_alloc(arena, n, sizeof *sim->board_lo);
    sim->board_hi = arena_alloc(arena, n, sizeof *sim->board_hi);
    if (!sim->path_share || !sim->path_term || !sim->board_lo || !sim->board_hi) {
        return false;
    }
    /* Domains lie by GPU. */
    for (int i = 0; i < sim->lane->domain_n; i++) {
        bool is_same = i > 0 && d[i].board == d[i - 1].board;
        sim->board_lo[i] = is_same ? sim->board_lo[i - 1] : i;
        for (int k = sim->board_lo[i]; k <= i; k++) {
            sim->board_hi[k] = i;
        }
    }
    return true;
}

static struct server *running_server(struct lane_sim *sim, const struct domain_state *d)
{
    int slot = d->spec->sched ? d->turn.vgpu : 0;
    bool is_turn = !d->spec->sched || d->phase == PHASE_RUN;
    int server = is_turn && slot >= 0 ? d->server_of[slot] : -1;
    return server >= 0 && sim->server[server].running ? &sim->server[server] : NULL;
}

/* Share of the path that the server's work asks for: the mean of its active jobs. */
static double asked_path(const struct lane_sim *sim, const struct server *s)
{
    const struct lane_vm *vm = sim->vm[s->vm].spec;
    int seat = (int)(s - &sim->server[sim->vm[s->vm].first_server]);
    if (!s->stake) {
        return vm->server[seat].path_frac;
    }
    double sum = 0.0;
    for (int k = 0; k < s->part_n; k++) {
        sum += vm[k].server[seat].path_frac * s->stake[k].active_n;
    }
    return sum / s->active_n;
}

/* rate = 1 - c x (busy SMs of the board's other instances over their SMs) */
static double by_power(const struct lane_sim *sim, int domain)
{
    const struct lane_domain *own = sim->domain[domain].spec;
    double busy = 0.0;
    double all = 0.0;
    for (int i = sim->board_lo[domain]; i <= sim->board_hi[domain]; i++) {
        const struct domain_state *d = &sim->domain[i];
        if (i != domain) {
            all += d->spec->weight;
            busy += d->is_busy ? d->spec->weight : 0.0;
        }
    }
    return all > 0.0 ? 1.0 / (1.0 - own->coupling * (busy / all)) : 1.0;
}

static double by_path(struct lane_sim *sim, int domain)
{
    const struct domain_state *own = &sim->domain[domain];
    int n = 0;
    if (!(own->path_frac > 0.0)) {
        return 1.0;
    }
    for (int i = 0; i < sim->lane->domain_n; i++) {
        const struct domain_state *d = &sim->domain[i];
        if (i != domain && d->spec->path == own->spec->path && d->path_frac > 0.0) {
            sim->path_share[n++] = d->path_frac;
        }
    }
    return hostpath_stretch(own->path_frac, sim->path_share, n, sim->path_term);
}

/* The domain before this one that asks for as much of the same path, and so is as slow by it;
 * -1: there is none. */
static int like(const struct lane_sim *sim, int domain)
{
    const struct domain_state *own = &sim->domain[domain];
    for (int i = domain - 1; i >= 0; i--) {
        const struct domain_state *d = &sim->domain[i];
        bool is_same = !(d->path_frac < own->path_frac) && !(d->path_frac > own->path_frac);
        if (is_same && d->spec->path == own->spec->path) {
            return i;
        }
    }
    return -1;
}

/* Gives domain i its speed. */
static void couple(struct lane_sim *sim, int i)
{
    struct domain_state *d = &sim->domain[i];
    double slow = by_power(sim, i) * d->path_slow;
    if (slow < d->slow || slow > d->slow) {
        lane_slow_down(sim, d, running_server(sim, d), slow);
    }
}

void couple_domains(struct lane_sim *sim)
{
    bool path_changed = false;
    int lo = sim->lane->domain_n;
    int hi = -1;
    for (int i = sim->moved_lo; i <= sim->moved_hi; i++) {
        struct domain_state *d = &sim->domain[i];
        const struct server *s = running_server(sim, d);
        bool is_busy = s && s->active_n > 0;
        double path = is_busy && d->spec->shares_path ? asked_path(sim, s) : 0.0;
        path_changed |= path < d->path_frac || path > d->path_frac;
        if (is_busy != d->is_busy) {
            lo = sim->board_lo[i] < lo ? sim->board_lo[i] : lo;
            hi = sim->board_hi[i];
        }
        d->is_busy = is_busy;
        d->path_frac = path;
    }
    for (int i = 0; path_changed && i < sim->lane->domain_n; i++) {
        int as = like(sim, i);
        sim->domain[i].path_slow = as >= 0 ? sim->domain[as].path_slow : by_path(sim, i);
    }
    lo = path_changed ? 0 : lo;
    hi = path_changed ? sim->lane->domain_n - 1 : hi;
    for (int i = lo; i <= hi; i++) {
        couple(sim, i);
    }
}
