/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fleet.c - one mode of a scenario, from tenants to seats on domains.
 *
 * Three steps: judge every tenant by itself (judge.c), pack all whom no rule forbids into as
 * many GPUs as it takes, and, where the fleet has fewer, pack again into what there is and say
 * what stopped whom (obstacle.c). The first packing counts the GPUs: the policies take a new
 * GPU only when none in use has room, so a larger fleet never changes where a VM goes. Where it
 * may, the number is searched for. Source of the rules: models/data/rules.csv. */
#include "sim/fleet/fleet.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sim/base/text.h"
#include "sim/fleet/exact.h"
#include "sim/fleet/place.h"

enum {
    GPU_STEPS_MAX = 64, /* numbers of GPUs that are tried one after the other */
    MORE_TEXT_N = 64
};

/* ---- Terms ---- */

void place_types(struct axis *a, const struct catalog *c, int gpu_ix, int *at)
{
    for (int i = 0; i < c->vgpu_n; i++) {
        const struct vgpu_type *v = &c->vgpu[i];
        at[i] = -1;
        if (v->gpu_ix == gpu_ix && v->mode == VGPU_TIME_SLICED && v->placement_ids_n > 0) {
            int size = v->placement_size > 0 ? v->placement_size : v->framebuffer_gib;
            at[i] = axis_add(a, v->placement_ids, v->placement_ids_n, size);
        }
    }
}

/* Kind of a choice on the axis of its mode. False when positions matter and it has none. */
static bool kind_of(const struct place *p, const struct pack_group *group,
                    const struct choice *c, const int *type_at, int *kind)
{
    *kind = -1;
    switch (p->mode->kind) {
    case MODE_PASSTHROUGH:
    case MODE_CONTAINER_TIME_SLICED:
        return true;
    case MODE_TIME_SLICED:
        *kind = place_is_mixed(p) ? type_at[c->type - p->s->catalog->vgpu] : -1;
        return !place_is_mixed(p) || *kind >= 0;
    case MODE_MIG:
    case MODE_TIME_SLICED_MIG:
        *kind = mig_geometry_find(&group->mig, c->profile);
        return *kind >= 0;
    }
    return false;
}

static void class_wants(const struct place *p, struct pack_class *c, const struct tenant *t)
{
    bool apart = p->mode->kind != MODE_MIG && p->mode->kind != MODE_TIME_SLICED_MIG;
    c->wanted_n += t->count * t->vgpus;
    c->gpu_n += apart ? t->count : t->count * t->vgpus;
}

/* The class of a choice on a group, a new one unless the group has it. */
static int class_of(struct place *p, int group_ix, const struct choice *c, int kind,
                    const struct tenant *t)
{
    struct pack_terms *terms = p->terms;
    /* Listed VMs have a class for each tenant. */
    for (int i = 0; i < terms->class_n && terms->policy != PLACE_LISTED; i++) {
        if (p->class[i].group_ix == group_ix && p->class[i].type == c->type &&
            p->class[i].profile == c->profile && p->class[i].gib == c->gib) {
            class_wants(p, &p->class[i], t);
            return i;
        }
    }
    p->class[terms->class_n] = (struct pack_class){.type = c->type,
                                                   .profile = c->profile,
                                                   .gib = c->gib,
                                                   .domain_max = c->domain_max,
                                                   .kind = kind,
                                                   .group_ix = group_ix};
    class_wants(p, &p->class[terms->class_n], t);
    return terms->class_n++;
}

/* A group that cannot say where a choice may lie is passed over. False when memory is out. */
static bool set_classes(struct place *p, int group_ix, struct pack_group *group,
                        const int *type_at)
{
    const struct scenario *s = p->s;
    group->class_first = p->terms->class_n;
    for (int i = 0; i < s->tenant_n; i++) {
        struct verdict *v = &p->tenant[i];
        struct offer *o = &v->offer[group_ix];
        int kind;
        if (o->refused) {
            continue;
        }
        if (kind_of(p, group, &o->choice, type_at, &kind)) {
            v->class_ix[group_ix] = class_of(p, group_ix, &o->choice, kind, &s->tenant[i]);
            continue;
        }
        o->refused = true;
        v->forbidden = true;
        for (int g = 0; g < p->group_n; g++) {
            v->forbidden = v->forbidden && v->offer[g].refused;
        }
        if (!judge_refusal(p, group_ix, !v->forbidden, "DATA-01", s->tenant[i].name,
                           "its positions in the catalogue do not lie on one GPU")) {
            return false;
        }
    }
    group->class_n = p->terms->class_n - group->class_first;
    return true;
}

/* One host after the other, groups in order. NULL when memory is out. */
static struct pack_host *number_hosts(struct place *p, int *host_n)
{
    int64_t n = 0;
    for (int g = 0; g < p->group_n; g++) {
        n += p->group[g].count;
    }
    assert(n >= 1 && n <= GPUS_MAX);
    struct pack_host *host = arena_alloc(p->scratch, (size_t)n, sizeof *host);
    int gpu_first = 0;
    *host_n = 0;
    for (int g = 0; host != NULL && g < p->group_n; g++) {
        const struct host_group *from = &p->group[g];
        for (int i = 0; i < from->count; i++, gpu_first += from->gpus) {
            host[(*host_n)++] = (struct pack_host){
                .group_ix = g,
                .gpu_first = gpu_first,
                .gpu_n = from->gpus,
                .memory_bytes = from->memory_bytes > 0 ? from->memory_bytes : UINT64_MAX,
                .cpus = from->cpus > 0 ? from->cpus : INT64_MAX};
        }
    }
    return host;
}

/* False when memory is out. */
static bool set_terms(struct place *p)
{
    const struct scenario *s = p->s;
    size_t group_n = (size_t)p->group_n;
    struct pack_terms *terms = arena_alloc(p->scratch, 1, sizeof *terms);
    struct pack_group *group = arena_alloc(p->scratch, group_n, sizeof *group);
    int *type_at = arena_alloc(p->scratch, (size_t)s->catalog->vgpu_n, sizeof *type_at);
    p->class = arena_alloc(p->scratch, (size_t)s->tenant_n * group_n, sizeof *p->class);
    if (terms == NULL || group == NULL || p->class == NULL || type_at == NULL) {
        return false;
    }
    *terms = (struct pack_terms){.mode = p->mode->kind,
                                 .policy = s->place,
                                 .mixed_size = place_is_mixed(p),
                                 .group = group,
                                 .group_n = p->group_n,
                                 .class = p->class};
    p->terms = terms;
    for (int g = 0; g < p->group_n; g++) {
        int gpu_ix = p->group[g].gpu_ix;
        group[g].one_type = place_wants_one_type(p->group[g].hypervisor);
        group[g].gpu_gib = choice_gpu_gib(s->catalog, gpu_ix);
        group[g].axis_units = s->catalog->gpu[gpu_ix].mig_axis;
        mig_geometry_init(&group[g].mig, s->catalog, gpu_ix);
        place_types(&group[g].types, s->catalog, gpu_ix, type_at);
        if (!set_classes(p, g, &group[g], type_at)) {
            return false;
        }
    }
    terms->host = number_hosts(p, &terms->host_n);
    return terms->host != NULL;
}

/* ---- Packing ---- */

/* Packs every VM of every tenant that no rule forbids. After the first VM of a tenant that
 * finds no place the rest of its VMs find none either: they are alike and nothing has changed.
 */
static bool pack_all(struct place *p, int limit)
{
    const struct scenario *s = p->s;
    if (!pack_init(&p->pack, p->scratch, p->terms, limit, p->out->seat_n)) {
        return false;
    }
    int seat = 0;
    int vm = 0;
    for (int i = 0; i < s->tenant_n; i++) {
        const struct tenant *t = &s->tenant[i];
        struct verdict *v = &p->tenant[i];
        const struct pack_want want = {.class_ix = v->class_ix,
                                       .vgpus = t->vgpus,
                                       .memory_bytes = t->memory_bytes,
                                       .cpus = t->cpus};
        v->unplaced = v->forbidden ? t->count : 0;
        pack_tenant(&p->pack);
        for (int k = 0; k < t->count; k++, vm++, seat += t->vgpus) {
            struct pack_spot *spot = &p->spot[seat];
            if (v->unplaced == 0 && pack_vm(&p->pack, &want, vm, spot)) {
                continue;
            }
            for (int j = 0; j < t->vgpus; j++) {
                spot[j].domain_ix = -1;
            }
            if (v->unplaced == 0) {
                v->unplaced = t->count - k;
                v->vm_failed = k;
                v->why = obstacle_find(&p->pack, &want, &v->gpu_ix);
            }
        }
    }
    return true;
}

/* ---- The answer ---- */

static bool set_tenants(struct place *p, struct arena *arena)
{
    const struct scenario *s = p->s;
    struct fleet *out = p->out;
    size_t seat_n = 0;
    for (int i = 0; i < s->tenant_n; i++) {
        seat_n += (size_t)s->tenant[i].count * (size_t)s->tenant[i].vgpus;
    }
    assert(seat_n <= (size_t)VMS_MAX * VGPUS_PER_VM_MAX);
    out->seat_n = (int)seat_n;
    size_t tenant_n = (size_t)s->tenant_n;
    out->seat = arena_alloc(arena, seat_n, sizeof *out->seat);
    out->tenant_type = arena_alloc(arena, tenant_n, sizeof(const struct vgpu_type *));
    out->tenant_profile = arena_alloc(arena, tenant_n, sizeof(const struct mig_profile *));
    out->tenant_model = arena_alloc(arena, tenant_n, sizeof *out->tenant_model);
    p->tenant = arena_alloc(p->scratch, tenant_n, sizeof *p->tenant);
    p->spot = arena_alloc(p->scratch, seat_n, sizeof *p->spot);
    return out->seat != NULL && out->tenant_type != NULL && out->tenant_profile != NULL &&
           out->tenant_model != NULL && p->tenant != NULL && p->spot != NULL;
}

/* Domains by (GPU, start); `at` [domain_n] maps the order of creation to that order. */
static bool set_domains(struct place *p, int *at)
{
    struct fleet *out = p->out;
    out->domain_n = 0;
    out->domain = arena_alloc(p->arena, (size_t)p->pack.domain_n, sizeof *out->domain);
    if (out->domain == NULL) {
        return false;
    }
    for (int g = 0; g < p->pack.gpu_n; g++) {
        int first = out->domain_n;
        const struct pack_host *host = &p->pack.host[p->pack.gpu[g].host_ix];
        bool overrun = p->pack.gpu[g].gib > p->terms->group[host->group_ix].gpu_gib;
        for (int i = p->pack.gpu[g].first; i >= 0; i = p->pack.domain[i].next) {
            const struct pack_domain *d = &p->pack.domain[i];
            const struct mig_profile *profile = p->class[d->class_ix].profile;
            out->domain[out->domain_n++] =
                (struct domain){.gpu_ix = g,
                                .host_ix = p->pack.gpu[g].host_ix,
                                .model_ix = p->group[host->group_ix].gpu_ix,
                                .profile = profile,
                                .start = d->start,
                                .size = profile ? profile->size : 0,
                                .vgpu_n = d->seat_n,
                                .overrun = overrun,
                                .type_max = 1};
        }
        for (int i = first + 1; i < out->domain_n; i++) {
            struct domain x = out->domain[i];
            int j = i;
            for (; j > first && out->domain[j - 1].start > x.start; j--) {
                out->domain[j] = out->domain[j - 1];
            }
            out->domain[j] = x;
        }
        for (int i = p->pack.gpu[g].first; i >= 0; i = p->pack.domain[i].next) {
            at[i] = first;
            while (out->domain[at[i]].start != p->pack.domain[i].start) {
                at[i]++;
            }
        }
    }
    return true;
}

/* What `placement` prints of a placed seat, and the greatest type maximum of its domain. */
static void set_spot(struct place *p, struct seat *seat, const struct pack_spot *spot,
                     int domain_ix)
{
    const struct pack_class *c = &p->class[spot->class_ix];
    struct domain *d = &p->out->domain[domain_ix];
    seat->type = c->type;
    seat->domain_ix = domain_ix;
    seat->gpu_ix = d->gpu_ix;
    seat->slot = spot->slot;
    d->type_max = c->domain_max > d->type_max ? c->domain_max : d->type_max;
    if (d->profile != NULL) {
        seat->start = d->start;
        seat->size = d->size;
        return;
    }
    if (p->mode->kind == MODE_CONTAINER_TIME_SLICED) {
        seat->size = c->gib;
        return;
    }
    seat->size =
        c->type != NULL && c->type->placement_size > 0 ? c->type->placement_size : c->gib;
    seat->start = spot->id >= 0 ? spot->id : spot->slot * seat->size;
}

/* Where hosts differ, a tenant's type is that of its first VM with a place. */
static void set_tenant_types(struct place *p)
{
    for (int i = p->out->seat_n - 1; i >= 0; i--) {
        const struct seat *seat = &p->out->seat[i];
        if (seat->domain_ix >= 0) {
            const struct domain *d = &p->out->domain[seat->domain_ix];
            p->out->tenant_type[seat->tenant_ix] = seat->type;
            p->out->tenant_profile[seat->tenant_ix] = d->profile;
            p->out->tenant_model[seat->tenant_ix] = d->model_ix;
        }
    }
}

static bool set_seats(struct place *p)
{
    int *at = arena_alloc(p->scratch, (size_t)p->pack.domain_n, sizeof *at);
    if (at == NULL || !set_domains(p, at)) {
        return false;
    }
    int n = 0;
    for (int i = 0; i < p->s->tenant_n; i++) {
        const struct tenant *t = &p->s->tenant[i];
        for (int k = 0; k < t->count; k++) {
            for (int j = 0; j < t->vgpus; j++, n++) {
                struct seat *seat = &p->out->seat[n];
                *seat = (struct seat){.tenant_ix = i,
                                      .vm_ix = k,
                                      .vgpu_ix = j,
                                      .gpu_ix = -1,
                                      .domain_ix = -1,
                                      .type = p->out->tenant_type[i]};
                if (p->spot[n].domain_ix >= 0) {
                    set_spot(p, seat, &p->spot[n], at[p->spot[n].domain_ix]);
                }
            }
        }
        p->out->vms_rejected += p->tenant[i].unplaced;
        p->out->vms_placed += t->count - p->tenant[i].unplaced;
    }
    set_tenant_types(p);
    return true;
}

/* Of the GPUs in use. */
static void set_fractions(struct place *p)
{
    int64_t gib = 0;
    int64_t units = 0;
    int64_t all_gib = 0;
    int64_t all_units = 0;
    p->out->gpus_used = 0;
    for (int g = 0; g < p->pack.gpu_n; g++) {
        const struct pack_gpu *gpu = &p->pack.gpu[g];
        const struct pack_group *group = &p->terms->group[p->pack.host[gpu->host_ix].group_ix];
        if (gpu->vgpu_n > 0) {
            p->out->gpus_used++;
            gib += gpu->gib;
            units += gpu->units;
            all_gib += group->gpu_gib;
            all_units += group->axis_units;
        }
    }
    bool mig = p->mode->kind == MODE_MIG || p->mode->kind == MODE_TIME_SLICED_MIG;
    p->out->framebuffer_frac = all_gib > 0 ? (double)gib / (double)all_gib : 0;
    p->out->slices_frac = !mig            ? (double)NAN
                          : all_units > 0 ? (double)units / (double)all_units
                                          : 0;
}

/* Seats of the tenants that may be placed; *forbidden: there are others. */
static int seats_to_place(const struct place *p, bool *forbidden)
{
    int seats = 0;
    *forbidden = false;
    for (int i = 0; i < p->s->tenant_n; i++) {
        const struct tenant *t = &p->s->tenant[i];
        *forbidden = *forbidden || p->tenant[i].forbidden;
        seats += p->tenant[i].forbidden ? 0 : t->count * t->vgpus;
    }
    return seats;
}

/* No fleet smaller than this holds the seats; where GPUs differ, at least one. */
static int least_gpus(const struct place *p, int seats)
{
    if (p->group_n > 1) {
        return 1;
    }
    int64_t room = 0;
    int64_t used = 0;
    for (int k = 0; k < p->terms->class_n; k++) {
        const struct pack_class *c = &p->class[k];
        if (p->mode->kind == MODE_TIME_SLICED) {
            room = p->terms->group[0].gpu_gib;
            used += (int64_t)c->gib * c->wanted_n;
        } else if (p->mode->kind == MODE_MIG) {
            room = p->terms->group[0].axis_units;
            used += (int64_t)c->profile->size * c->wanted_n;
        }
    }
    int64_t least = room > 0 ? (used + room - 1) / room : 1;
    least = p->mode->kind == MODE_PASSTHROUGH ? seats : least;
    return least < 1 ? 1 : least < seats ? (int)least : seats;
}

/* Does the policy place every VM that may be placed on `gpus` GPUs? The answer is *all; false
 * when memory is out. Nothing is kept. */
static bool try_gpus(struct place *p, int gpus, bool *all)
{
    struct arena *outer = p->scratch;
    struct arena trial;
    arena_init(&trial, "trial");
    p->scratch = &trial;
    bool ok = pack_all(p, gpus);
    p->scratch = outer;
    arena_fini(&trial);
    *all = true;
    for (int i = 0; i < p->s->tenant_n; i++) {
        *all = *all && (p->tenant[i].forbidden || p->tenant[i].unplaced == 0);
    }
    return ok;
}

/* The least number of GPUs on which the policy places every VM, at most `most`: one after the
 * other from a bound below, and by bisection where that takes too long. -1 where `most` do
 * not do. False when memory is out. */
static bool search_gpus(struct place *p, int seats, int most, int *needed)
{
    int low = least_gpus(p, seats);
    bool all = false;
    for (int i = 0; i < GPU_STEPS_MAX && low <= most && !all; i++) {
        if (!try_gpus(p, low, &all)) {
            return false;
        }
        low += all ? 0 : 1;
    }
    int high = all ? low : most;
    if (!all && (low > most || !try_gpus(p, most, &all))) {
        *needed = -1;
        return low > most;
    }
    while (all && low < high) {
        int middle = low + (high - low) / 2;
        bool enough = false;
        if (!try_gpus(p, middle, &enough)) {
            return false;
        }
        low = enough ? low : middle + 1;
        high = enough ? middle : high;
    }
    *needed = all ? high : -1;
    return true;
}

/* May a larger fleet place otherwise, so that the GPUs in use do not tell how many it takes?
 * Breadth-first looks at empty GPUs; a VM with several vGPUs goes to another host where its
 * host has lost one. */
static bool must_search(const struct place *p)
{
    bool several = false;
    for (int i = 0; i < p->s->tenant_n; i++) {
        several = several || (!p->tenant[i].forbidden && p->s->tenant[i].vgpus > 1);
    }
    return p->terms->policy == PLACE_BREADTH_FIRST || (p->s->group_n > 0 && several);
}

/* Packs into `gpus` GPUs; *needed is how many that took, -1 when they did not do. */
static bool pack_and_count(struct place *p, int gpus, int *needed)
{
    if (!pack_all(p, gpus)) {
        return false;
    }
    *needed = p->pack.gpu_n;
    for (int i = 0; i < p->s->tenant_n; i++) {
        if (!p->tenant[i].forbidden && p->tenant[i].unplaced > 0) {
            *needed = -1;
        }
    }
    return true;
}

/* Says how good the number is that the exact policy has found. */
static bool note_exact(struct place *p, int gpus, int bound, bool proven)
{
    char text[CHOICE_TEXT];
    p->out->gpus_bound = proven ? gpus : bound;
    if (proven) {
        (void)snprintf(text, sizeof text, "%d GPUs, and no fewer do", gpus);
    } else {
        (void)snprintf(text, sizeof text,
                       "%d GPUs; at least %d are needed: the search met its limit of %d "
                       "patterns or %d nodes, and leaves a gap of %d",
                       gpus, bound, EXACT_PATTERNS_MAX, EXACT_NODES_MAX, gpus - bound);
    }
    return place_reason(p, &p->out->notes, "PLACE-01", NULL, text);
}

/* Packs by best fit, then by a plan if there is one with fewer GPUs that the fleet has and that
 * keeps the vGPUs of every VM apart. */
static bool pack_exact(struct place *p, int seats, int have, int *needed)
{
    struct exact_plan plan;
    p->terms->policy = PLACE_BEST_FIT;
    if (!pack_and_count(p, seats, needed) ||
        !exact_solve(&plan, p->scratch, p->terms, *needed)) {
        return false;
    }
    int least = least_gpus(p, seats);
    int bound = plan.bound > least ? plan.bound : least;
    bool follows = false;
    if (plan.gpus > 0) {
        p->terms->policy = PLACE_EXACT;
        p->terms->plan = plan.seats;
        p->terms->plan_n = plan.gpus;
        int taken = -1;
        if (!pack_and_count(p, plan.gpus, &taken)) {
            return false;
        }
        follows = taken >= 0;
        *needed = follows ? plan.gpus : *needed;
    }
    bool proven = *needed == bound || (plan.whole && (follows || plan.gpus == 0));
    if (!follows || *needed > have) {
        p->terms->policy = PLACE_BEST_FIT;
        if (!pack_all(p, *needed > have ? have : seats)) {
            return false;
        }
    }
    return note_exact(p, *needed, bound, proven);
}

/* Packs as the scenario lists it. *needed is -1 where a GPU cannot hold what is listed. */
static bool pack_listed(struct place *p, int *needed)
{
    size_t class_n = (size_t)p->terms->class_n;
    const struct scenario *s = p->s;
    int gpus = 0;
    for (int i = 0; i < s->listed_n; i++) {
        gpus += s->listed[i].count;
    }
    unsigned char *plan = arena_alloc(p->scratch, (size_t)gpus * class_n, sizeof *plan);
    if (plan == NULL) {
        return false;
    }
    for (int i = 0, g = 0; i < s->listed_n; i++) {
        for (int end = g + s->listed[i].count; g < end; g++) {
            for (int t = 0; t < s->tenant_n; t++) {
                int class_ix = p->tenant[t].class_ix[0];
                if (class_ix >= 0) {
                    plan[(size_t)g * class_n + (size_t)class_ix] =
                        (unsigned char)s->listed[i].vms[t];
                }
            }
        }
    }
    p->terms->plan = plan;
    p->terms->plan_n = gpus;
    return pack_and_count(p, gpus, needed);
}

/* Finds how many GPUs it takes when there is no end of them, or with hosts of those that there
 * are; then packs into the fleet where that changes anything. With as many GPUs as seats every
 * seat can have one of its own. */
static bool pack_fleet(struct place *p)
{
    bool forbidden;
    int seats = seats_to_place(p, &forbidden);
    bool auto_n = p->s->gpu_count == 0;
    int have = auto_n ? GPUS_MAX : p->s->gpu_count;
    int most = p->s->group_n > 0 ? have : seats > 0 ? seats : 1;
    bool dealt = p->mode->kind == MODE_CONTAINER_TIME_SLICED && p->s->gpu_count > 1;
    bool exact = seats > 0 && p->terms->policy == PLACE_EXACT;
    bool listed = seats > 0 && p->terms->policy == PLACE_LISTED;
    if (p->terms->policy >= PLACE_EXACT && !listed) {
        p->terms->policy = PLACE_BEST_FIT;
    }
    bool search = seats > 0 && must_search(p);
    if (search && p->s->only_count && !auto_n) {
        search = false;
        most = have;
    }
    int needed = 0;
    if (!(exact    ? pack_exact(p, seats, have, &needed)
          : listed ? pack_listed(p, &needed)
          : search ? search_gpus(p, seats, most, &needed)
                   : pack_and_count(p, most, &needed))) {
        return false;
    }
    p->out->gpus_needed = needed;
    p->terms->policy = dealt ? PLACE_BREADTH_FIRST : p->terms->policy;
    int limit = search && auto_n && needed < have ? needed : have;
    if ((search || dealt || (needed > have && !exact)) && !pack_all(p, limit)) {
        return false;
    }
    for (int i = 0; i < p->s->tenant_n; i++) {
        const struct verdict *v = &p->tenant[i];
        if (!v->forbidden && v->unplaced > 0 && !obstacle_explain(p, i)) {
            return false;
        }
    }
    p->out->gpus_needed = forbidden ? -1 : needed;
    return pack_positions(&p->pack, p->scratch, p->spot, p->out->seat_n);
}

static bool place_all(struct place *p)
{
    if (!set_tenants(p, p->arena)) {
        return false;
    }
    for (int i = 0; i < p->s->tenant_n; i++) {
        if (!judge_tenant(p, i)) {
            return false;
        }
    }
    if (!set_terms(p) || !pack_fleet(p) || !set_seats(p)) {
        return false;
    }
    set_fractions(p);
    p->out->feasible = p->out->vms_rejected == 0;
    return true;
}

/* ---- Public ---- */

void fleet_host_name(const struct scenario *s, int host_ix, struct text *out)
{
    for (int g = 0; g < s->group_n; g++) {
        if (host_ix < s->group[g].count) {
            text_addf(out, "%s/%d", s->group[g].name, host_ix);
            return;
        }
        host_ix -= s->group[g].count;
    }
}

/* The last entry stands for all that find no room. */
static bool count_more(struct reasons *r, struct arena *arena)
{
    if (r->more == 0) {
        r->more_text = arena_alloc(arena, MORE_TEXT_N, 1);
        if (r->more_text == NULL) {
            return false;
        }
        r->list[r->n++] = (struct reason){.rule = "MORE", .text = r->more_text};
    }
    r->more++;
    snprintf(r->more_text, MORE_TEXT_N, "%d more, which find no room here", r->more);
    return true;
}

bool reasons_add(struct reasons *r, struct arena *arena, const char *rule, const char *tenant,
                 const char *format, ...)
{
    if (r->n >= REASONS_MAX - 1) {
        return count_more(r, arena);
    }
    struct text x;
    text_init(&x);
    va_list ap;
    va_start(ap, format);
    text_addfv(&x, format, ap);
    va_end(ap);
    const char *text = x.failed ? NULL : arena_copy(arena, text_str(&x), x.n);
    text_fini(&x);
    if (text == NULL) {
        return false;
    }
    r->list[r->n++] = (struct reason){.rule = rule, .tenant = tenant, .text = text};
    return true;
}

bool fleet_place(struct fleet *out, struct arena *arena, const struct scenario *s, int mode_ix,
                 struct diag *d)
{
    assert(mode_ix >= 0 && mode_ix < s->mode_n);
    *out = (struct fleet){0};
    struct arena scratch;
    arena_init(&scratch, "scratch");
    struct place p = {
        .out = out, .arena = arena, .scratch = &scratch, .s = s, .mode = &s->mode[mode_ix]};
    /* As many GPUs as seats, so that it can be asked how many it takes. */
    p.pool = (struct host_group){.count = 1,
                                 .gpu_ix = s->gpu_ix,
                                 .gpus = VMS_MAX * VGPUS_PER_VM_MAX,
                                 .hypervisor = s->hypervisor};
    p.group = s->group_n > 0 ? s->group : &p.pool;
    p.group_n = s->group_n > 0 ? s->group_n : 1;
    bool ok = place_all(&p);
    arena_fini(&scratch);
    return ok || diag_machine(d, "no memory to place the VMs of %s", s->name);
}
