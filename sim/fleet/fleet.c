/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fleet.c - one mode of a scenario, from tenants to seats on domains.
 *
 * Three steps: judge every tenant by itself (what it gets, which rules speak), pack all whom no
 * rule forbids into as many GPUs as it takes, and, where the fleet has fewer, pack again into
 * what there is and say what stopped whom. The first packing counts the GPUs: the policies
 * take a new GPU only when none in use has room, so a larger fleet never changes where a VM
 * goes. Breadth-first does not, and its number is searched for. Source of the rules:
 * models/data/rules.csv. */
#include "sim/fleet/fleet.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "models/rule.h"
#include "sim/base/text.h"
#include "sim/fleet/choice.h"
#include "sim/fleet/pack.h"

enum {
    GPU_STEPS_MAX = 64 /* numbers of GPUs that are tried one after the other */
};

/* What one mode makes of one tenant. */
struct verdict {
    struct choice choice;
    bool forbidden;
    int class_ix;  /* -1 when forbidden */
    int unplaced;  /* VMs without a place */
    int vm_failed; /* the first of them */
    enum pack_why why;
    int gpu_ix; /* whose refusal `why` is */
};

/* One placement under way; lives in a scratch arena. */
struct place {
    struct fleet *out;
    struct arena *arena;   /* for what lasts */
    struct arena *scratch; /* for the rest */
    const struct scenario *s;
    const struct mode_spec *mode;
    struct verdict *tenant;   /* [tenant_n] */
    struct pack_class *class; /* [class_n] */
    struct pack_terms *terms;
    struct pack_spot *spot; /* [seat_n] in the order of out->seat */
    struct pack pack;
};

/* Mixed sizes are a mode of the GPU's own memory; inside a GPU instance the sizes are equal
 * (rule MIG-06). */
static bool is_mixed(const struct place *p)
{
    return p->s->mixed_size && p->mode->kind == MODE_TIME_SLICED;
}

/* ---- Reasons ---- */

static bool has_reason(const struct reasons *r, const char *rule, const char *tenant)
{
    for (int i = 0; i < r->n; i++) {
        const struct reason *x = &r->list[i];
        bool covers = x->tenant == NULL || (tenant != NULL && strcmp(x->tenant, tenant) == 0);
        if (covers && strcmp(x->rule, rule) == 0) {
            return true;
        }
    }
    return false;
}

/* The same rule is said once per tenant, and once for all where it concerns all. A full list is
 * no failure. */
static bool reason_once(struct place *p, struct reasons *r, const char *rule,
                        const char *tenant, const char *text)
{
    if (r->n >= REASONS_MAX || has_reason(r, rule, tenant)) {
        return true;
    }
    return reasons_add(r, p->arena, rule, tenant, "%s", text);
}

/* ---- Judging tenants ---- */

static enum rule_mode rule_mode_of(enum mode_kind kind)
{
    switch (kind) {
    case MODE_PASSTHROUGH:
        return RULE_PASSTHROUGH;
    case MODE_TIME_SLICED:
        return RULE_TIME_SLICED;
    case MODE_MIG:
        return RULE_MIG;
    case MODE_CONTAINER_TIME_SLICED:
        return RULE_TIME_SLICED;
    case MODE_TIME_SLICED_MIG:
        break;
    }
    return RULE_TIME_SLICED_MIG;
}

static bool has_latency_limit(const struct tenant *t)
{
    for (int i = 0; i < t->objective_n; i++) {
        if (t->objective[i].kind == OBJECTIVE_PERCENTILE ||
            t->objective[i].kind == OBJECTIVE_MEAN) {
            return true;
        }
    }
    return false;
}

static struct rule_facts facts_of(const struct place *p, const struct tenant *t,
                                  const struct choice *c)
{
    bool turns = mode_takes_turns(p->mode->kind);
    bool containers = p->mode->kind == MODE_CONTAINER_TIME_SLICED;
    return (struct rule_facts){.gpu = &p->s->catalog->gpu[p->s->gpu_ix],
                               .mode = rule_mode_of(p->mode->kind),
                               .mixed_size = is_mixed(p),
                               .policy = turns ? p->mode->sched.kind->name : NULL,
                               .hypervisor = p->s->hypervisor,
                               .os = t->os,
                               .memory_bytes = t->memory_bytes,
                               .mmio_bytes = t->mmio_bytes,
                               .framebuffer_bytes = t->framebuffer_bytes,
                               .vgpus = t->vgpus,
                               .needs = t->needs | (containers ? NEED_CONTAINERS : 0U),
                               .latency_objective = has_latency_limit(t),
                               .type = c->type,
                               .profile = c->profile};
}

/* Rules of vGPUs do not speak about containers; those of the guest do. */
static bool concerns(const struct place *p, const struct rule_finding *f)
{
    return p->mode->kind != MODE_CONTAINER_TIME_SLICED || strcmp(f->rule, "WIN-02") == 0;
}

/* What one finding says, with the way out where there is one. */
static bool finding_add(struct place *p, const struct rule_finding *f, const char *tenant)
{
    char text[2 * RULE_TEXT + 2];
    size_t n = strlen(f->text);
    memcpy(text, f->text, n + 1);
    if (f->help[0] != '\0') {
        memcpy(text + n, "; ", 2);
        memcpy(text + n + 2, f->help, strlen(f->help) + 1);
    }
    struct reasons *r = f->verdict == RULE_FAIL ? &p->out->reasons : &p->out->notes;
    return reason_once(p, r, f->rule, f->of_tenant ? tenant : NULL, text);
}

/* What the vendor does not publish and the table infers is said wherever it is used. */
static bool inferred_add(struct place *p, const struct mig_profile *profile, const char *tenant)
{
    if (profile == NULL || profile->inferred_fields == NULL) {
        return true;
    }
    char text[CHOICE_TEXT];
    (void)snprintf(text, sizeof text, "not published but inferred for %s: %s", profile->name,
                   profile->inferred_fields);
    return reason_once(p, &p->out->notes, "DATA-01", tenant, text);
}

static bool judge_tenant(struct place *p, int tenant_ix)
{
    const struct tenant *t = &p->s->tenant[tenant_ix];
    struct verdict *v = &p->tenant[tenant_ix];
    bool chosen = choice_make(&v->choice, p->s, p->mode->kind, t);
    struct rule_facts facts = facts_of(p, t, &v->choice);
    struct rule_findings findings;
    int fail_n = 0;
    (void)rule_check(&facts, &findings);
    for (int i = 0; i < findings.n; i++) {
        if (!concerns(p, &findings.list[i])) {
            continue;
        }
        fail_n += findings.list[i].verdict == RULE_FAIL;
        if (!finding_add(p, &findings.list[i], t->name)) {
            return false;
        }
    }
    if (!chosen && !reason_once(p, &p->out->reasons, v->choice.rule, t->name, v->choice.text)) {
        return false;
    }
    if (!inferred_add(p, v->choice.profile, t->name)) {
        return false;
    }
    v->forbidden = !chosen || fail_n > 0;
    v->class_ix = -1;
    p->out->tenant_type[tenant_ix] = v->choice.type;
    p->out->tenant_profile[tenant_ix] = v->choice.profile;
    return true;
}

/* ---- Terms ---- */

/* Does the driver let vGPUs of one size but different type share a GPU? Rule CAP-04. */
static bool wants_one_type(const char *hypervisor)
{
    return hypervisor != NULL && (strncasecmp(hypervisor, "windows", 7) == 0 ||
                                  strncasecmp(hypervisor, "xenserver", 9) == 0);
}

/* The vGPU types of the GPU as pieces; `at` [vgpu_n] gets the kind of each row or -1. */
static void collect_types(struct axis *a, const struct scenario *s, int *at)
{
    for (int i = 0; i < s->catalog->vgpu_n; i++) {
        const struct vgpu_type *v = &s->catalog->vgpu[i];
        at[i] = -1;
        if (v->gpu_ix == s->gpu_ix && v->mode == VGPU_TIME_SLICED && v->placement_ids_n > 0) {
            int size = v->placement_size > 0 ? v->placement_size : v->framebuffer_gib;
            at[i] = axis_add(a, v->placement_ids, v->placement_ids_n, size);
        }
    }
}

/* Kind of a choice on the axis of its mode. False when positions matter and it has none. */
static bool kind_of(const struct place *p, const struct choice *c, const int *type_at,
                    int *kind)
{
    *kind = -1;
    switch (p->mode->kind) {
    case MODE_PASSTHROUGH:
    case MODE_CONTAINER_TIME_SLICED:
        return true;
    case MODE_TIME_SLICED:
        *kind = is_mixed(p) ? type_at[c->type - p->s->catalog->vgpu] : -1;
        return !is_mixed(p) || *kind >= 0;
    case MODE_MIG:
    case MODE_TIME_SLICED_MIG:
        *kind = mig_geometry_find(&p->terms->mig, c->profile);
        return *kind >= 0;
    }
    return false;
}

static int class_of(struct place *p, const struct choice *c, int kind, int wanted_n)
{
    struct pack_terms *terms = p->terms;
    for (int i = 0; i < terms->class_n; i++) {
        if (p->class[i].type == c->type && p->class[i].profile == c->profile &&
            p->class[i].gib == c->gib) {
            p->class[i].wanted_n += wanted_n;
            return i;
        }
    }
    p->class[terms->class_n] = (struct pack_class){.type = c->type,
                                                   .profile = c->profile,
                                                   .gib = c->gib,
                                                   .domain_max = c->domain_max,
                                                   .kind = kind,
                                                   .wanted_n = wanted_n};
    return terms->class_n++;
}

/* False when memory is out. */
static bool set_terms(struct place *p)
{
    const struct scenario *s = p->s;
    struct pack_terms *terms = arena_alloc(p->scratch, 1, sizeof *terms);
    p->class = arena_alloc(p->scratch, (size_t)s->tenant_n, sizeof *p->class);
    int *type_at = arena_alloc(p->scratch, (size_t)s->catalog->vgpu_n, sizeof *type_at);
    if (terms == NULL || p->class == NULL || type_at == NULL) {
        return false;
    }
    terms->mode = p->mode->kind;
    terms->policy = s->place;
    terms->mixed_size = is_mixed(p);
    terms->one_type = wants_one_type(s->hypervisor);
    terms->gpu_gib = choice_gpu_gib(s->catalog, s->gpu_ix);
    terms->axis_units = s->catalog->gpu[s->gpu_ix].mig_axis;
    terms->class = p->class;
    mig_geometry_init(&terms->mig, s->catalog, s->gpu_ix);
    collect_types(&terms->types, s, type_at);
    p->terms = terms;
    for (int i = 0; i < s->tenant_n; i++) {
        struct verdict *v = &p->tenant[i];
        int kind;
        if (v->forbidden) {
            continue;
        }
        if (kind_of(p, &v->choice, type_at, &kind)) {
            int wanted_n = s->tenant[i].count * s->tenant[i].vgpus;
            v->class_ix = class_of(p, &v->choice, kind, wanted_n);
            continue;
        }
        v->forbidden = true;
        if (!reason_once(p, &p->out->reasons, "DATA-01", s->tenant[i].name,
                         "its positions in the catalogue do not lie on one GPU")) {
            return false;
        }
    }
    return true;
}

/* ---- Packing ---- */

static enum pack_why find_obstacle(const struct pack *pack, int class_ix, int *gpu_ix)
{
    for (int g = 0; g < pack->limit; g++) {
        enum pack_why why = pack_obstacle(pack, class_ix, g);
        if (why != WHY_NONE) {
            *gpu_ix = g;
            return why;
        }
    }
    *gpu_ix = 0;
    return WHY_SAME_VM;
}

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
        v->unplaced = v->forbidden ? t->count : 0;
        for (int k = 0; k < t->count; k++, vm++, seat += t->vgpus) {
            struct pack_spot *spot = &p->spot[seat];
            if (v->unplaced == 0 && pack_vm(&p->pack, v->class_ix, t->vgpus, vm, spot)) {
                continue;
            }
            for (int j = 0; j < t->vgpus; j++) {
                spot[j].domain_ix = -1;
            }
            if (v->unplaced == 0) {
                v->unplaced = t->count - k;
                v->vm_failed = k;
                v->why = find_obstacle(&p->pack, v->class_ix, &v->gpu_ix);
            }
        }
    }
    return true;
}

/* ---- What stopped whom ---- */

static const char *rule_of(const struct place *p, enum pack_why why)
{
    switch (why) {
    case WHY_TAKEN:
        return "PT-01";
    case WHY_SIZE:
        return "CAP-03";
    case WHY_SERIES:
        return "CAP-04";
    case WHY_MAX:
        return "CAP-01";
    case WHY_MIX_MAX:
        return "MIX-06";
    case WHY_MIX_ID:
        return "MIX-05";
    case WHY_GPU_MAX:
        return p->mode->kind == MODE_TIME_SLICED ? "CAP-05" : "CAP-06";
    case WHY_MEMORY:
        return "CAP-02";
    case WHY_START:
    case WHY_INSTANCES:
    case WHY_ME:
    case WHY_MEDIA:
    case WHY_ENGINES:
        return "MIG-02";
    case WHY_SHARED:
        return "MIG-07";
    case WHY_SAME_VM:
    case WHY_NONE:
        break;
    }
    return p->mode->kind == MODE_PASSTHROUGH ? "PT-01" : "CAP-10";
}

static void say_obstacle(struct text *x, const struct place *p, const struct verdict *v)
{
    const struct pack_gpu *g = &p->pack.gpu[v->gpu_ix];
    const struct pack_class *c = &p->class[v->class_ix];
    const struct pack_class *first =
        g->first >= 0 ? &p->class[p->pack.domain[g->first].class_ix] : c;
    int gpu_ix = v->gpu_ix;
    switch (v->why) {
    case WHY_TAKEN:
        text_addf(x, "GPU %d is given to another VM", gpu_ix);
        break;
    case WHY_SIZE:
        text_addf(x, "GPU %d carries vGPUs of %d GiB, and one GPU carries one size", gpu_ix,
                  first->gib);
        break;
    case WHY_SERIES:
        text_addf(x, "GPU %d carries %s, and this hypervisor wants one type on a GPU", gpu_ix,
                  first->type->name);
        break;
    case WHY_MAX:
        text_addf(x, "GPU %d holds %d vGPUs, the most of this type", gpu_ix, g->vgpu_n);
        break;
    case WHY_MIX_MAX:
        text_addf(x, "GPU %d holds %d vGPUs of this type, the most in mixed-size mode", gpu_ix,
                  c->domain_max);
        break;
    case WHY_MIX_ID:
        text_addf(x, "no placement id of this type is free on GPU %d", gpu_ix);
        break;
    case WHY_GPU_MAX:
        text_addf(x, "GPU %d holds %d vGPUs, the most of any GPU", gpu_ix, g->vgpu_n);
        break;
    case WHY_MEMORY:
        text_addf(x, "GPU %d has %d GiB of framebuffer left", gpu_ix,
                  p->terms->gpu_gib - g->gib);
        break;
    case WHY_START:
        text_addf(x, "no start index is left for the profile on GPU %d", gpu_ix);
        break;
    case WHY_INSTANCES:
        text_addf(x, "GPU %d has %d instances of the profile, the most", gpu_ix,
                  c->profile->max_instances);
        break;
    case WHY_ME:
        text_addf(x, "GPU %d has its one instance with media extensions", gpu_ix);
        break;
    case WHY_MEDIA:
        text_addf(x, "beside +me.all GPU %d takes only -me instances", gpu_ix);
        break;
    case WHY_ENGINES:
        text_addf(x, "GPU %d has not the engines for one more", gpu_ix);
        break;
    case WHY_SHARED:
        text_addf(x,
                  "the %s instances on GPU %d hold %d vGPUs each, the most, and no start "
                  "index is left for another",
                  c->profile->name, gpu_ix, c->domain_max);
        break;
    case WHY_SAME_VM:
    case WHY_NONE:
        text_add(x, p->mode->kind == MODE_PASSTHROUGH
                        ? "there are fewer GPUs than one VM takes"
                        : "the vGPUs of one VM go to different GPUs");
        break;
    }
}

/* "chat/8 (A100D-10C): GPU 0 holds 8 vGPUs, ...; 4 of 12 VMs of chat without a place; needs 2
 * GPUs, the fleet has 1" */
static bool explain_tenant(struct place *p, int tenant_ix)
{
    const struct tenant *t = &p->s->tenant[tenant_ix];
    const struct verdict *v = &p->tenant[tenant_ix];
    const char *what = v->choice.type != NULL      ? v->choice.type->name
                       : v->choice.profile != NULL ? v->choice.profile->name
                                                   : "whole GPU";
    struct text x;
    text_init(&x);
    text_addf(&x, "%s/%d (", t->name, v->vm_failed);
    if (t->vgpus > 1) {
        text_addf(&x, "%d x ", t->vgpus);
    }
    text_addf(&x, "%s): ", what);
    say_obstacle(&x, p, v);
    text_addf(&x, "; %d of %d VMs of %s without a place; needs %d GPUs, ", v->unplaced,
              t->count, t->name, p->out->gpus_needed);
    text_addf(&x, p->s->gpu_count > 0 ? "the fleet has %d" : "the most is %d", p->pack.limit);
    bool ok = !x.failed &&
              reason_once(p, &p->out->reasons, rule_of(p, v->why), t->name, text_str(&x));
    text_fini(&x);
    return ok;
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
    p->tenant = arena_alloc(p->scratch, tenant_n, sizeof *p->tenant);
    p->spot = arena_alloc(p->scratch, seat_n, sizeof *p->spot);
    return out->seat != NULL && out->tenant_type != NULL && out->tenant_profile != NULL &&
           p->tenant != NULL && p->spot != NULL;
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
        bool overrun = p->pack.gpu[g].gib > p->terms->gpu_gib;
        for (int i = p->pack.gpu[g].first; i >= 0; i = p->pack.domain[i].next) {
            const struct pack_domain *d = &p->pack.domain[i];
            const struct mig_profile *profile = p->class[d->class_ix].profile;
            out->domain[out->domain_n++] = (struct domain){.gpu_ix = g,
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
                                      .type = p->tenant[i].choice.type};
                if (p->spot[n].domain_ix >= 0) {
                    set_spot(p, seat, &p->spot[n], at[p->spot[n].domain_ix]);
                }
            }
        }
        p->out->vms_rejected += p->tenant[i].unplaced;
        p->out->vms_placed += t->count - p->tenant[i].unplaced;
    }
    return true;
}

static void set_fractions(struct place *p)
{
    int64_t gib = 0;
    int64_t units = 0;
    for (int g = 0; g < p->pack.gpu_n; g++) {
        gib += p->pack.gpu[g].gib;
        units += p->pack.gpu[g].units;
    }
    double all_gib = (double)p->pack.gpu_n * p->terms->gpu_gib;
    double all_units = (double)p->pack.gpu_n * p->terms->axis_units;
    bool mig = p->mode->kind == MODE_MIG || p->mode->kind == MODE_TIME_SLICED_MIG;
    p->out->framebuffer_frac = all_gib > 0 ? (double)gib / all_gib : 0;
    p->out->slices_frac = !mig ? (double)NAN : all_units > 0 ? (double)units / all_units : 0;
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

/* No fleet smaller than this holds the seats. */
static int least_gpus(const struct place *p, int seats)
{
    int64_t room = 0;
    int64_t used = 0;
    for (int k = 0; k < p->terms->class_n; k++) {
        const struct pack_class *c = &p->class[k];
        if (p->mode->kind == MODE_TIME_SLICED) {
            room = p->terms->gpu_gib;
            used += (int64_t)c->gib * c->wanted_n;
        } else if (p->mode->kind == MODE_MIG) {
            room = p->terms->axis_units;
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

/* The least number of GPUs on which breadth-first places every VM: one after the other from a
 * bound below, and by bisection where that takes too long. With as many GPUs as seats every
 * seat has a GPU of its own. False when memory is out. */
static bool search_gpus(struct place *p, int seats, int *needed)
{
    int low = least_gpus(p, seats);
    bool all = false;
    for (int i = 0; i < GPU_STEPS_MAX && low < seats && !all; i++) {
        if (!try_gpus(p, low, &all)) {
            return false;
        }
        low += all ? 0 : 1;
    }
    int high = all ? low : seats;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (!try_gpus(p, middle, &all)) {
            return false;
        }
        low = all ? low : middle + 1;
        high = all ? middle : high;
    }
    *needed = high;
    return true;
}

/* Finds how many GPUs it takes, then packs into the fleet where that changes anything. */
static bool pack_fleet(struct place *p)
{
    bool forbidden;
    int seats = seats_to_place(p, &forbidden);
    bool auto_n = p->s->gpu_count == 0;
    int have = auto_n ? GPUS_MAX : p->s->gpu_count;
    bool dealt = p->mode->kind == MODE_CONTAINER_TIME_SLICED && p->s->gpu_count > 1;
    bool spread = p->terms->policy == PLACE_BREADTH_FIRST && seats > 0;
    int needed = 0;
    if (spread && !search_gpus(p, seats, &needed)) {
        return false;
    }
    if (!spread) {
        if (!pack_all(p, seats > 0 ? seats : 1)) {
            return false;
        }
        needed = p->pack.gpu_n;
    }
    p->out->gpus_needed = needed;
    p->terms->policy = dealt ? PLACE_BREADTH_FIRST : p->terms->policy;
    int limit = spread && auto_n && needed < have ? needed : have;
    if ((spread || dealt || needed > have) && !pack_all(p, limit)) {
        return false;
    }
    for (int i = 0; i < p->s->tenant_n; i++) {
        const struct verdict *v = &p->tenant[i];
        if (!v->forbidden && v->unplaced > 0 && !explain_tenant(p, i)) {
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
    p->out->gpus_used = p->pack.gpu_n;
    p->out->feasible = p->out->vms_rejected == 0;
    return true;
}

/* ---- Public ---- */

bool reasons_add(struct reasons *r, struct arena *arena, const char *rule, const char *tenant,
                 const char *format, ...)
{
    if (r->n >= REASONS_MAX) {
        return false;
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
    bool ok = place_all(&p);
    arena_fini(&scratch);
    return ok || diag_machine(d, "no memory to place the VMs of %s", s->name);
}
