/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmdemand.c - shapes into classes, one sweep over creations and deletions.
 *
 * Bounds by mode: whole GPUs are counted; in equal-size mode each size has GPUs of its own, so
 * the sum over sizes is exact; instances need units of the memory axis, compute slices and each
 * profile its maximum; containers thousandths, and two of more than half a GPU never share one.
 * Cost: O(rows log rows + rows x classes). */
#include "sim/plan/vmdemand.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "models/fraction.h"
#include "models/tenant.h"
#include "sim/fleet/pack.h"
#include "sim/fleet/place.h"

struct making {
    struct vmdemand *out;
    struct arena *a;
    const struct scenario *s;
    int gpu_ix;
    const struct mode_spec *mode;
    const bool *takes; /* [shape_n] or NULL: all */
    struct mig_geometry *mig;
    struct axis *types;
    int *type_at;  /* [vgpu_n] kind of a vGPU type on `types`, or -1 */
    int *group_of; /* [shape_n]; -1: the shape may not have this GPU */
    bool no_memory;
};

/* ---- Shapes ---- */

static bool may_have(const struct vm_shape *s, int gpu_ix)
{
    for (int i = 0; i < s->model_n; i++) {
        if (s->model[i] == gpu_ix) {
            return true;
        }
    }
    return s->model_n == 0;
}

static bool refuse(struct vmdemand *out, const char *rule, int line, const char *text)
{
    if (!out->rule) {
        const bool is_of_vm = strcmp(rule, "CAP-02") == 0;
        out->rule = rule;
        snprintf(out->text, sizeof out->text, is_of_vm ? "%.*s (line %d of the file)" : "%.*s",
                 CHOICE_TEXT, text, line);
    }
    return false;
}

/* A shape as a tenant of one mode: a part of a GPU is compute slices under MIG, and framebuffer
 * otherwise. */
static bool choose(struct making *m, const struct vm_shape *shape, int line, struct choice *out)
{
    const struct catalog *c = m->s->catalog;
    struct tenant t = {.name = "a VM", .count = 1, .vgpus = shape->gpus};
    int gib = shape->gib;
    const bool is_mig = m->mode->kind == MODE_MIG || m->mode->kind == MODE_TIME_SLICED_MIG;
    if (shape->milli > 0 && is_mig && c->gpu[m->gpu_ix].mig_slices > 0) {
        const struct mig_profile *p = fraction_profile(c, m->gpu_ix, shape->milli, gib);
        if (!p) {
            return refuse(m->out, "CAP-02", line, "no MIG profile holds what a VM asks for");
        }
        t.mig = p->name;
    } else if (shape->milli > 0 && m->mode->kind == MODE_TIME_SLICED) {
        const int part = fraction_gib(c, m->gpu_ix, shape->milli);
        gib = part > gib ? part : gib;
    }
    t.framebuffer_bytes = (uint64_t)gib << 30;
    *out = (struct choice){0};
    return choice_make(out, m->s, m->gpu_ix, m->mode->kind, &t) ||
           refuse(m->out, out->rule, line, out->text);
}

/* A container takes the larger of its part of the GPU and of the framebuffer. */
static bool choose_share(struct making *m, const struct vm_shape *shape, int line,
                         struct choice *out, int *milli)
{
    const int gpu_gib = choice_gpu_gib(m->s->catalog, m->gpu_ix);
    *out = (struct choice){.gib = shape->gib, .domain_max = SCHED_VGPUS_MAX};
    *milli = shape->milli;
    if (shape->gib > gpu_gib) {
        return refuse(m->out, "CAP-02", line,
                      "a VM asks for more framebuffer than the GPU has");
    }
    if (shape->gib > 0) {
        const int part = (int)(((int64_t)shape->gib * FRACTION_ONE + gpu_gib - 1) / gpu_gib);
        *milli = part > *milli ? part : *milli;
    }
    return true;
}

/* Kind of a choice on the axis of its mode; -2 where positions matter and it has none. */
static int kind_of(const struct making *m, const struct choice *c)
{
    const struct gstate_terms *t = &m->out->terms;
    if (m->mode->kind == MODE_MIG || m->mode->kind == MODE_TIME_SLICED_MIG) {
        const int kind = mig_geometry_find(m->mig, c->profile);
        return kind >= 0 ? kind : -2;
    }
    if (t->mixed_size) {
        const int kind = m->type_at[c->type - m->s->catalog->vgpu];
        return kind >= 0 ? kind : -2;
    }
    return -1;
}

static int class_of(struct making *m, const struct choice *c, int milli, int line)
{
    struct vmdemand *out = m->out;
    int k = 0;
    for (; k < out->terms.class_n; k++) {
        if (out->choice[k].type == c->type && out->choice[k].profile == c->profile &&
            out->choice[k].gib == c->gib && out->class[k].milli == milli) {
            return k;
        }
    }
    const int kind = kind_of(m, c);
    if (kind == -2) {
        (void)refuse(out, "DATA-01", line,
                     "its positions in the catalogue do not lie on one GPU");
        return -1;
    }
    out->choice[k] = *c;
    out->class[k] = (struct gstate_class){
        .kind = kind, .gib = c->gib, .domain_max = c->domain_max, .milli = milli};
    out->terms.class_n++;
    return k;
}

/* The group of a shape, by its first VM; -1 where the mode is not possible for it. */
static int group_of(struct making *m, const struct vm_shape *shape, int line)
{
    struct vmdemand *out = m->out;
    struct choice c;
    int milli = 0;
    const bool is_container = m->mode->kind == MODE_CONTAINER_TIME_SLICED;
    if (!(is_container ? choose_share(m, shape, line, &c, &milli)
                       : choose(m, shape, line, &c))) {
        return -1;
    }
    const int class_ix = class_of(m, &c, milli, line);
    if (class_ix < 0) {
        return -1;
    }
    int i = 0;
    while (i < out->group_n &&
           (out->group[i].class_ix != class_ix || out->group[i].seats != shape->gpus)) {
        i++;
    }
    if (i == out->group_n) {
        out->group[out->group_n++] =
            (struct vmgroup){.class_ix = class_ix, .seats = shape->gpus};
    }
    return i;
}

/* ---- VMs ---- */

/* Every VM that may have the GPU. False where the mode is not possible, or memory is out. */
static bool collect(struct making *m)
{
    const struct vm_trace *t = m->s->vms;
    struct vmdemand *out = m->out;
    for (int i = 0; i < t->shape_n; i++) {
        m->group_of[i] = -2;
    }
    for (int i = 0; i < t->row_n; i++) {
        const struct vm_row *row = &t->row[i];
        const struct vm_shape *shape = &t->shape[row->shape_ix];
        int *group = &m->group_of[row->shape_ix];
        if (m->takes && !m->takes[row->shape_ix]) {
            continue;
        }
        if (!may_have(shape, m->gpu_ix)) {
            out->elsewhere++;
            continue;
        }
        *group = *group == -2 ? group_of(m, shape, row->line) : *group;
        if (*group < 0) {
            return false;
        }
        struct vmgroup *g = &out->group[*group];
        g->vms++;
        out->class[g->class_ix].weight += g->seats;
        out->line[out->vm_n] = row->line;
        out->vm[out->vm_n++] = (struct churn_vm){
            .created_ns = row->created_ns,
            .deleted_ns = row->deleted_ns,
            .class_ix = g->class_ix,
            .seats = g->seats,
            .cpu_milli = m->s->group_n > 0 && m->s->group[0].cpus > 0 ? row->cpu_milli : 0,
            .memory_bytes =
                m->s->group_n > 0 && m->s->group[0].memory_bytes > 0 ? row->memory_bytes : 0};
    }
    m->no_memory = !churn_order(m->a, out->vm, out->vm_n, out->gone);
    return !m->no_memory;
}

/* Kinds of VMs for the fragmentation of hosts, with their shares. False when memory is out. */
static bool make_kinds(struct making *m)
{
    struct vmdemand *out = m->out;
    if (m->s->group_n == 0) {
        return true;
    }
    out->kind = arena_alloc(m->a, (size_t)VMDEMAND_KINDS_MAX, sizeof *out->kind);
    for (int i = 0; out->kind && i < out->vm_n; i++) {
        struct churn_vm *vm = &out->vm[i];
        int k = 0;
        while (k < out->kind_n &&
               (out->kind[k].class_ix != vm->class_ix || out->kind[k].seats != vm->seats ||
                out->kind[k].cpu_milli != vm->cpu_milli ||
                out->kind[k].memory_bytes != vm->memory_bytes)) {
            k++;
        }
        if (k == VMDEMAND_KINDS_MAX) {
            out->kind_n = 0; /* each GPU is looked at by itself then */
            return true;
        }
        if (k == out->kind_n) {
            out->kind[out->kind_n++] = (struct hostfrag_kind){.class_ix = vm->class_ix,
                                                              .seats = vm->seats,
                                                              .cpu_milli = vm->cpu_milli,
                                                              .memory_bytes = vm->memory_bytes};
        }
        vm->kind_ix = k;
        out->kind[k].share += 1.0 / out->vm_n;
    }
    return out->kind != NULL;
}

/* ---- The fullest moment ---- */

static int div_ceil(int64_t a, int64_t b)
{
    return (int)((a + b - 1) / b);
}

/* Instances of a class that so many seats need. */
static int instances_of(const struct vmdemand *d, int k, int seats)
{
    return d->terms.mode == MODE_TIME_SLICED_MIG ? div_ceil(seats, d->class[k].domain_max)
                                                 : seats;
}

static int bound_instances(const struct vmdemand *d, const int *seats)
{
    const struct mig_geometry *g = d->terms.mig;
    int64_t units = 0;
    int64_t slices = 0;
    int most = 0;
    for (int k = 0; k < d->terms.class_n; k++) {
        const struct mig_profile *p = d->choice[k].profile;
        const int n = instances_of(d, k, seats[k]);
        units += (int64_t)n * p->size;
        slices += (int64_t)n * p->compute_slices;
        const int own = p->max_instances > 0 ? div_ceil(n, p->max_instances) : 0;
        most = own > most ? own : most;
    }
    const int by_units = div_ceil(units, g->units_n);
    const int by_slices = g->compute_n > 0 ? div_ceil(slices, g->compute_n) : 0;
    most = by_units > most ? by_units : most;
    return by_slices > most ? by_slices : most;
}

/* Seats of a size that a GPU holds in equal-size mode. */
static int seats_on_gpu(const struct vmdemand *d, int k)
{
    int per_gpu =
        d->class[k].domain_max < GPU_VGPUS_MAX ? d->class[k].domain_max : (int)GPU_VGPUS_MAX;
    const int by_gib = d->class[k].gib > 0 ? d->terms.gpu_gib / d->class[k].gib : per_gpu;
    per_gpu = by_gib < per_gpu ? by_gib : per_gpu;
    return per_gpu > 0 ? per_gpu : 1;
}

int vmdemand_bound(const struct vmdemand *d, const int *seats)
{
    int64_t sum = 0;
    int64_t large = 0;
    switch (d->terms.mode) {
    case MODE_MIG:
    case MODE_TIME_SLICED_MIG:
        return bound_instances(d, seats);
    case MODE_PASSTHROUGH:
    case MODE_TIME_SLICED:
    case MODE_CONTAINER_TIME_SLICED:
        break;
    }
    for (int k = 0; k < d->terms.class_n; k++) {
        const struct gstate_class *c = &d->class[k];
        if (d->terms.mode == MODE_PASSTHROUGH) {
            sum += seats[k];
        } else if (d->terms.mode == MODE_CONTAINER_TIME_SLICED) {
            sum += (int64_t)seats[k] * c->milli;
            large += 2 * c->milli > GSTATE_MILLI ? seats[k] : 0;
        } else if (d->terms.mixed_size) {
            sum += (int64_t)seats[k] * c->gib;
        } else {
            sum += div_ceil(seats[k], seats_on_gpu(d, k));
        }
    }
    const int64_t room = d->terms.mode == MODE_CONTAINER_TIME_SLICED ? GSTATE_MILLI
                         : d->terms.mixed_size                       ? d->terms.gpu_gib
                                                                     : 1;
    const int bound = div_ceil(sum, room);
    return large > bound ? (int)large : bound;
}

/* Part of a GPU that a seat of the class takes at least. */
static double part_of(const struct vmdemand *d, int k)
{
    const struct gstate_class *c = &d->class[k];
    switch (d->terms.mode) {
    case MODE_MIG:
        return (double)d->choice[k].profile->size / d->terms.mig->units_n;
    case MODE_TIME_SLICED_MIG:
        return (double)d->choice[k].profile->size / d->terms.mig->units_n / c->domain_max;
    case MODE_CONTAINER_TIME_SLICED:
        return (double)c->milli / GSTATE_MILLI;
    case MODE_TIME_SLICED:
        return d->terms.mixed_size ? (double)c->gib / d->terms.gpu_gib
                                   : 1.0 / seats_on_gpu(d, k);
    case MODE_PASSTHROUGH:
        break;
    }
    return 1.0;
}

/* Who is there, class by class. */
struct presence {
    int *seats; /* [class_n] */
    int *vms;   /* [group_n] */
    int vm_n, seat_n, licences;
};

static int group_of_vm(const struct vmdemand *d, const struct churn_vm *vm)
{
    int i = 0;
    while (d->group[i].class_ix != vm->class_ix || d->group[i].seats != vm->seats) {
        i++;
    }
    return i;
}

static void count(const struct vmdemand *d, struct presence *p, const struct churn_vm *vm,
                  int sign)
{
    p->seats[vm->class_ix] += sign * vm->seats;
    p->vms[group_of_vm(d, vm)] += sign;
    p->vm_n += sign;
    p->seat_n += sign * vm->seats;
    p->licences += d->choice[vm->class_ix].type ? sign * vm->seats : 0;
}

/* Deletions before creations at one time, as in churn.h. */
static bool sweep(struct making *m)
{
    struct vmdemand *d = m->out;
    struct presence p = {.seats = arena_alloc(m->a, (size_t)d->terms.class_n, sizeof *p.seats),
                         .vms = arena_alloc(m->a, (size_t)d->group_n, sizeof *p.vms)};
    if (!p.seats || !p.vms) {
        return false;
    }
    int fullest_seats = 0;
    int gone = 0;
    for (int i = 0; i < d->vm_n; i++) {
        while (gone < i && d->gone[gone] < i &&
               d->vm[d->gone[gone]].deleted_ns <= d->vm[i].created_ns) {
            count(d, &p, &d->vm[d->gone[gone++]], -1);
        }
        count(d, &p, &d->vm[i], 1);
        const int bound = vmdemand_bound(d, p.seats);
        d->seats_most = p.seat_n > d->seats_most ? p.seat_n : d->seats_most;
        d->licences_most = p.licences > d->licences_most ? p.licences : d->licences_most;
        if (p.vm_n > d->vms_most) {
            d->vms_most = p.vm_n;
            d->most_ns = d->vm[i].created_ns;
        }
        if (bound > d->bound || (bound == d->bound && p.seat_n > fullest_seats)) {
            d->bound = bound;
            fullest_seats = p.seat_n;
            d->fullest_ns = d->vm[i].created_ns;
            d->fullest_vms = p.vm_n;
            for (int g = 0; g < d->group_n; g++) {
                d->group[g].present = p.vms[g];
            }
        }
    }
    return true;
}

/* ---- Public ---- */

static bool prepare(struct making *m)
{
    const struct catalog *c = m->s->catalog;
    const struct vm_trace *t = m->s->vms;
    struct vmdemand *out = m->out;
    m->mig = arena_alloc(m->a, 1, sizeof *m->mig);
    m->types = arena_alloc(m->a, 1, sizeof *m->types);
    m->type_at = arena_alloc(m->a, (size_t)c->vgpu_n, sizeof *m->type_at);
    m->group_of = arena_alloc(m->a, (size_t)t->shape_n, sizeof *m->group_of);
    out->choice = arena_alloc(m->a, (size_t)t->shape_n, sizeof *out->choice);
    out->class = arena_alloc(m->a, (size_t)t->shape_n, sizeof *out->class);
    out->group = arena_alloc(m->a, (size_t)t->shape_n, sizeof *out->group);
    out->vm = arena_alloc(m->a, (size_t)t->row_n, sizeof *out->vm);
    out->gone = arena_alloc(m->a, (size_t)t->row_n, sizeof *out->gone);
    out->line = arena_alloc(m->a, (size_t)t->row_n, sizeof *out->line);
    if (!m->mig || !m->types || !m->type_at || !m->group_of || !out->choice || !out->class ||
        !out->group || !out->vm || !out->gone || !out->line) {
        return false;
    }
    mig_geometry_init(m->mig, c, m->gpu_ix);
    place_types(m->types, c, m->gpu_ix, m->type_at);
    out->terms = (struct gstate_terms){.mode = m->mode->kind,
                                       .mixed_size = m->s->mixed_size &&
                                                     m->mode->kind == MODE_TIME_SLICED,
                                       .gpu_gib = choice_gpu_gib(c, m->gpu_ix),
                                       .mig = m->mig,
                                       .types = m->types,
                                       .class = out->class};
    return true;
}

bool vmdemand_make(struct vmdemand *out, struct arena *a, const struct scenario *s, int gpu_ix,
                   const struct mode_spec *mode, const bool *takes)
{
    assert(s->vms != NULL);
    *out = (struct vmdemand){0};
    struct making m = {
        .out = out, .a = a, .s = s, .gpu_ix = gpu_ix, .mode = mode, .takes = takes};
    if (!prepare(&m)) {
        return false;
    }
    if (!collect(&m)) {
        return !m.no_memory;
    }
    return make_kinds(&m) && sweep(&m);
}

bool vmdemand_shares(struct vmdemand_share *share, struct arena *a, const struct scenario *s,
                     int gpu_ix, const struct mode_spec *mode)
{
    struct vmdemand d = {0};
    struct making m = {.out = &d, .a = a, .s = s, .gpu_ix = gpu_ix, .mode = mode};
    if (!prepare(&m)) {
        return false;
    }
    for (int i = 0; i < s->vms->shape_n; i++) {
        const struct vm_shape *shape = &s->vms->shape[i];
        const int group = may_have(shape, gpu_ix) ? group_of(&m, shape, 0) : -1;
        share[i] = (struct vmdemand_share){.part = 0.0};
        if (group >= 0) {
            const int k = d.group[group].class_ix;
            share[i].part = shape->gpus * part_of(&d, k);
            share[i].licences = d.choice[k].type ? shape->gpus : 0;
        }
        d.rule = NULL;
    }
    return true;
}
