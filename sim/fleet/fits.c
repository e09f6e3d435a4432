/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fits.c - a finished placement GPU by GPU: which look alike, and what each can still take.
 *
 * The seats of every GPU are put in order once; GPUs of one group with equal lists are one
 * shape, and only shapes are looked at. Positions are taken as they are: instances through
 * layout.h, vGPUs of mixed sizes as intervals of GiB. The limits are those of pack.c. */
#include "sim/fleet/fits.h"

#include <assert.h>
#include <string.h>

#include "sim/fleet/choice.h"
#include "sim/fleet/pack.h"
#include "sim/fleet/place.h"

/* One placement that is looked at. */
struct job {
    const struct scenario *s;
    const struct fleet *f;
    enum mode_kind mode;
    bool mixed;
    struct arena *arena;
    struct fits *out;
};

/* One GPU of a shape, ready to be asked. */
struct board {
    const struct job *j;
    struct fits_shape *shape;
    const int *seat; /* [shape->seat_n] */
    int gpu_gib;
    int gib_used;
    bool one_type;
    struct mig_geometry mig; /* MIG modes */
    struct layout layout;
};

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

static bool has_instances(const struct job *j)
{
    return j->mode == MODE_MIG || j->mode == MODE_TIME_SLICED_MIG;
}

/* ---- Seats by GPU ---- */

static bool comes_before(const struct seat *a, const struct seat *b)
{
    if (a->domain_ix != b->domain_ix) {
        return a->domain_ix < b->domain_ix;
    }
    return a->start != b->start ? a->start < b->start : a->slot < b->slot;
}

static int count_gpus(const struct job *j)
{
    int n = j->s->gpu_count;
    for (int i = 0; i < j->f->domain_n; i++) {
        n = j->f->domain[i].gpu_ix >= n ? j->f->domain[i].gpu_ix + 1 : n;
    }
    return n;
}

/* False when memory is out. */
static bool order_seats(struct job *j)
{
    struct fits *out = j->out;
    const struct fleet *f = j->f;
    out->gpu_n = count_gpus(j);
    out->gpu_seat = arena_alloc(j->arena, (size_t)out->gpu_n + 1, sizeof *out->gpu_seat);
    out->seat = arena_alloc(j->arena, (size_t)f->seat_n, sizeof *out->seat);
    int *end = arena_alloc(j->arena, (size_t)out->gpu_n, sizeof *end);
    if (out->gpu_seat == NULL || out->seat == NULL || end == NULL) {
        return false;
    }
    for (int i = 0; i < f->seat_n; i++) {
        if (f->seat[i].gpu_ix >= 0) {
            out->gpu_seat[f->seat[i].gpu_ix + 1]++;
        }
    }
    for (int g = 0; g < out->gpu_n; g++) {
        out->gpu_seat[g + 1] += out->gpu_seat[g];
        end[g] = out->gpu_seat[g];
    }
    for (int i = 0; i < f->seat_n; i++) {
        int g = f->seat[i].gpu_ix;
        if (g < 0) {
            continue;
        }
        int at = end[g]++;
        for (; at > out->gpu_seat[g] && comes_before(&f->seat[i], &f->seat[out->seat[at - 1]]);
             at--) {
            out->seat[at] = out->seat[at - 1];
        }
        out->seat[at] = i;
    }
    return true;
}

/* ---- Shapes ---- */

static const struct mig_profile *profile_of(const struct job *j, const struct seat *seat)
{
    return j->f->domain[seat->domain_ix].profile;
}

/* Do two GPUs hold the same at the same places, for the same tenants? */
static bool look_alike(const struct job *j, int a, int b)
{
    const struct fits *out = j->out;
    int n = out->gpu_seat[a + 1] - out->gpu_seat[a];
    if (n != out->gpu_seat[b + 1] - out->gpu_seat[b]) {
        return false;
    }
    for (int i = 0; i < n; i++) {
        const struct seat *x = &j->f->seat[out->seat[out->gpu_seat[a] + i]];
        const struct seat *y = &j->f->seat[out->seat[out->gpu_seat[b] + i]];
        if (x->tenant_ix != y->tenant_ix || x->type != y->type || x->start != y->start ||
            x->size != y->size || x->slot != y->slot || profile_of(j, x) != profile_of(j, y)) {
            return false;
        }
    }
    return true;
}

/* The shape of a GPU, a new one unless there is one; the neighbour's is asked first. */
static int shape_of(struct job *j, int gpu_ix, int group_ix)
{
    struct fits *out = j->out;
    int last = gpu_ix > 0 ? out->shape_ix[gpu_ix - 1] : 0;
    for (int i = 0; i < out->shape_n; i++) {
        int k = (last + out->shape_n - i) % out->shape_n;
        if (out->shape[k].group_ix == group_ix && look_alike(j, out->shape[k].gpu_ix, gpu_ix)) {
            out->shape[k].gpu_n++;
            return k;
        }
    }
    out->shape[out->shape_n] = (struct fits_shape){
        .gpu_ix = gpu_ix,
        .gpu_n = 1,
        .group_ix = group_ix,
        .model_ix = j->s->group_n > 0 ? j->s->group[group_ix].gpu_ix : j->s->gpu_ix,
        .seat_n = out->gpu_seat[gpu_ix + 1] - out->gpu_seat[gpu_ix]};
    return out->shape_n++;
}

static bool find_shapes(struct job *j)
{
    struct fits *out = j->out;
    out->shape_ix = arena_alloc(j->arena, (size_t)out->gpu_n, sizeof *out->shape_ix);
    out->shape = arena_alloc(j->arena, (size_t)out->gpu_n, sizeof *out->shape);
    if (out->shape_ix == NULL || out->shape == NULL) {
        return false;
    }
    int group_ix = 0;
    int64_t group_end = INT64_MAX;
    if (j->s->group_n > 0) {
        group_end = (int64_t)j->s->group[0].count * j->s->group[0].gpus;
    }
    for (int g = 0; g < out->gpu_n; g++) {
        while (g >= group_end) {
            group_ix++;
            group_end += (int64_t)j->s->group[group_ix].count * j->s->group[group_ix].gpus;
        }
        out->shape_ix[g] = shape_of(j, g, group_ix);
    }
    return true;
}

/* ---- One more ---- */

static int more_equal_size(const struct board *b, const struct vgpu_type *v)
{
    int n = b->shape->seat_n;
    int most = choice_domain_max(b->j->s, v);
    const struct vgpu_type *there = n > 0 ? b->j->f->seat[b->seat[0]].type : v;
    if (there->framebuffer_gib != v->framebuffer_gib || (there != v && b->one_type)) {
        return 0;
    }
    if (most == 0) {
        return -1;
    }
    most = min_int(most, GPU_VGPUS_MAX) - n;
    most = min_int(most, (b->gpu_gib - b->gib_used) / v->framebuffer_gib);
    return most > 0 ? most : 0;
}

static int placement_size(const struct vgpu_type *v)
{
    return v->placement_size > 0 ? v->placement_size : v->framebuffer_gib;
}

static bool is_open(const struct board *b, int start, int size)
{
    for (int u = start; u < start + size; u++) {
        if (u >= b->shape->length || b->shape->unit[u] == FITS_TAKEN) {
            return false;
        }
    }
    return true;
}

/* Where a table does not say how long a vGPU is, its ids may overlap. They ascend and sizes are
 * equal, so the lowest free id each time is best. */
static int more_mixed_size(const struct board *b, const struct vgpu_type *v)
{
    if (v->placement_ids_n == 0) {
        return v->mixed_size ? -1 : 0;
    }
    int most = choice_domain_max(b->j->s, v);
    for (int i = 0; i < b->shape->seat_n; i++) {
        most -= b->j->f->seat[b->seat[i]].type == v ? 1 : 0;
    }
    most = min_int(most, GPU_VGPUS_MAX - b->shape->seat_n);
    most = min_int(most, (b->gpu_gib - b->gib_used) / v->framebuffer_gib);
    int size = placement_size(v);
    int next = 0;
    int n = 0;
    for (int i = 0; i < v->placement_ids_n && n < most; i++) {
        if (v->placement_ids[i] >= next && is_open(b, v->placement_ids[i], size)) {
            next = v->placement_ids[i] + size;
            n++;
        }
    }
    return n;
}

/* Seats that are free in the instances that exist, then those of further instances. */
static int more_shared(const struct board *b, const struct vgpu_type *v)
{
    const struct mig_profile *p =
        v->mig_profile != NULL ? catalog_mig_find(b->j->s->catalog, v->gpu_ix, v->mig_profile)
                               : NULL;
    int kind = p != NULL ? mig_geometry_find(&b->mig, p) : -1;
    int most = choice_domain_max(b->j->s, v);
    if (kind < 0 || most == 0) {
        return -1;
    }
    int n = layout_more(&b->layout, kind) * most;
    for (int i = 0; i < b->shape->seat_n; i++) {
        const struct seat *seat = &b->j->f->seat[b->seat[i]];
        bool first = seat->slot == 0;
        if (first && profile_of(b->j, seat) == p &&
            seat->type->framebuffer_gib == v->framebuffer_gib &&
            (seat->type == v || !b->one_type)) {
            n += most - b->j->f->domain[seat->domain_ix].vgpu_n;
        }
    }
    return min_int(n, GPU_VGPUS_MAX_MIG - b->shape->seat_n);
}

static enum vgpu_mode type_mode(enum mode_kind mode)
{
    return mode == MODE_TIME_SLICED ? VGPU_TIME_SLICED : VGPU_TIME_SLICED_MIG;
}

/* What there is to be counted, in the order of the catalogue. False when memory is out. */
static bool count_types(struct board *b)
{
    const struct catalog *c = b->j->s->catalog;
    struct fits_shape *x = b->shape;
    x->more = arena_alloc(b->j->arena, (size_t)c->vgpu_n, sizeof *x->more);
    for (int i = 0; x->more != NULL && i < c->vgpu_n; i++) {
        const struct vgpu_type *v = &c->vgpu[i];
        if (v->gpu_ix == x->model_ix && v->mode == type_mode(b->j->mode)) {
            int more = b->j->mode != MODE_TIME_SLICED ? more_shared(b, v)
                       : b->j->mixed                  ? more_mixed_size(b, v)
                                                      : more_equal_size(b, v);
            x->more[x->more_n++] = (struct fits_more){.type = v, .more = more};
        }
    }
    return x->more != NULL;
}

static bool count_profiles(struct board *b)
{
    struct fits_shape *x = b->shape;
    size_t n = (size_t)b->mig.axis.kind_n;
    x->more = arena_alloc(b->j->arena, n, sizeof *x->more);
    for (int k = 0; x->more != NULL && k < b->mig.axis.kind_n; k++) {
        x->more[x->more_n++] = (struct fits_more){
            .profile = b->mig.profile[k],
            .more = min_int(layout_more(&b->layout, k), GPU_VGPUS_MAX_MIG - x->seat_n)};
    }
    return x->more != NULL;
}

static bool count_more(struct board *b)
{
    struct fits_shape *x = b->shape;
    switch (b->j->mode) {
    case MODE_TIME_SLICED:
    case MODE_TIME_SLICED_MIG:
        return count_types(b);
    case MODE_MIG:
        return count_profiles(b);
    case MODE_PASSTHROUGH:
    case MODE_CONTAINER_TIME_SLICED:
        break;
    }
    int most = b->j->mode == MODE_PASSTHROUGH ? 1 : SCHED_VGPUS_MAX;
    x->more = arena_alloc(b->j->arena, 1, sizeof *x->more);
    if (x->more == NULL) {
        return false;
    }
    x->more[x->more_n++] = (struct fits_more){.more = most - x->seat_n};
    return true;
}

/* ---- Units ---- */

static void mark(struct fits_shape *x, int start, int size, enum fits_unit as)
{
    for (int u = start; u < start + size && u < x->length; u++) {
        x->unit[u] = x->unit[u] == FITS_TAKEN ? FITS_TAKEN : (unsigned char)as;
    }
}

static void mark_instances(struct board *b)
{
    for (int k = 0; k < b->mig.axis.kind_n; k++) {
        int start[AXIS_STARTS_MAX];
        int n = layout_starts(&b->layout, k, start);
        for (int i = 0; i < n; i++) {
            mark(b->shape, start[i], b->mig.axis.kind[k].size, FITS_FREE);
        }
    }
}

static void mark_vgpus(struct board *b)
{
    struct fits_shape *x = b->shape;
    for (int i = 0; i < x->more_n; i++) {
        const struct vgpu_type *v = x->more[i].type;
        int size = placement_size(v);
        if (x->more[i].more > 0 && !b->j->mixed) {
            mark(x, x->seat_n * size, x->more[i].more * size, FITS_FREE);
        }
        for (int k = 0; b->j->mixed && x->more[i].more > 0 && k < v->placement_ids_n; k++) {
            if (is_open(b, v->placement_ids[k], size)) {
                mark(x, v->placement_ids[k], size, FITS_FREE);
            }
        }
    }
}

/* All that is not taken counts as stranded until something is found that could lie there. */
static void mark_rest(struct board *b)
{
    for (int u = 0; u < b->shape->length; u++) {
        if (b->shape->unit[u] == FITS_FREE) {
            b->shape->unit[u] = FITS_STRANDED;
        }
    }
    if (has_instances(b->j)) {
        mark_instances(b);
    } else if (b->j->mode == MODE_TIME_SLICED) {
        mark_vgpus(b);
    } else if (b->shape->seat_n == 0) {
        mark(b->shape, 0, b->shape->length, FITS_FREE);
    }
}

/* ---- Shapes, one by one ---- */

/* Takes what is there. */
static void fill_board(struct board *b)
{
    for (int i = 0; i < b->shape->seat_n; i++) {
        const struct seat *seat = &b->j->f->seat[b->seat[i]];
        mark(b->shape, seat->start, seat->size, FITS_TAKEN);
        b->gib_used += seat->type != NULL ? seat->type->framebuffer_gib : 0;
        if (has_instances(b->j) && seat->slot == 0) {
            int kind = mig_geometry_find(&b->mig, profile_of(b->j, seat));
            enum mig_fit fit = layout_add(&b->layout, kind, seat->start);
            assert(fit == MIG_FITS);
            (void)fit;
        }
    }
}

static bool look_at(struct job *j, struct fits_shape *x)
{
    struct board b = {.j = j, .shape = x, .seat = j->out->seat + j->out->gpu_seat[x->gpu_ix]};
    const char *hypervisor =
        j->s->group_n > 0 ? j->s->group[x->group_ix].hypervisor : j->s->hypervisor;
    b.one_type = place_wants_one_type(hypervisor);
    b.gpu_gib = choice_gpu_gib(j->s->catalog, x->model_ix);
    x->length = b.gpu_gib;
    if (has_instances(j)) {
        mig_geometry_init(&b.mig, j->s->catalog, x->model_ix);
        layout_init(&b.layout, &b.mig);
        x->length = b.mig.units_n;
    } else if (j->mode == MODE_CONTAINER_TIME_SLICED) {
        x->length = 0;
    }
    x->unit = arena_alloc(j->arena, (size_t)x->length, sizeof *x->unit);
    if (x->unit == NULL) {
        return false;
    }
    fill_board(&b);
    if (!count_more(&b)) {
        return false;
    }
    mark_rest(&b);
    if (has_instances(j)) {
        layout_rest(&b.layout, &x->rest);
    }
    return true;
}

/* ---- Sums ---- */

static int sum_more(int a, int more, int gpu_n)
{
    return a < 0 || more < 0 ? -1 : a + more * gpu_n;
}

/* By kind of GPU. Shapes of one kind have lists of the same kinds in the same order. */
static bool add_up(struct job *j)
{
    struct fits *out = j->out;
    out->total = arena_alloc(j->arena, (size_t)out->shape_n, sizeof *out->total);
    if (out->total == NULL) {
        return false;
    }
    for (int i = 0; i < out->shape_n; i++) {
        const struct fits_shape *x = &out->shape[i];
        int t = 0;
        while (t < out->total_n && out->total[t].model_ix != x->model_ix) {
            t++;
        }
        struct fits_total *total = &out->total[t];
        if (t == out->total_n) {
            *total = (struct fits_total){.model_ix = x->model_ix, .more_n = x->more_n};
            total->more = arena_alloc(j->arena, (size_t)x->more_n, sizeof *total->more);
            if (total->more == NULL) {
                return false;
            }
            out->total_n++;
        }
        total->gpu_n += x->gpu_n;
        assert(total->more_n == x->more_n);
        for (int k = 0; k < x->more_n; k++) {
            int sum = sum_more(total->more[k].more, x->more[k].more, x->gpu_n);
            total->more[k] = x->more[k];
            total->more[k].more = sum;
        }
    }
    return true;
}

/* Memory and CPUs that hosts with limits have left. */
static bool look_at_hosts(struct job *j)
{
    struct fits *out = j->out;
    int64_t n = 0;
    for (int g = 0; g < j->s->group_n; g++) {
        n += j->s->group[g].count;
    }
    out->host = arena_alloc(j->arena, (size_t)n, sizeof *out->host);
    int64_t *cpus = arena_alloc(j->arena, (size_t)n, sizeof *cpus);
    uint64_t *memory = arena_alloc(j->arena, (size_t)n, sizeof *memory);
    if (out->host == NULL || cpus == NULL || memory == NULL) {
        return false;
    }
    for (int i = 0; n > 0 && i < j->f->seat_n; i++) {
        const struct seat *seat = &j->f->seat[i];
        if (seat->gpu_ix >= 0 && seat->vgpu_ix == 0) {
            int host_ix = j->f->domain[seat->domain_ix].host_ix;
            cpus[host_ix] += j->s->tenant[seat->tenant_ix].cpus;
            memory[host_ix] += j->s->tenant[seat->tenant_ix].memory_bytes;
        }
    }
    int host_ix = 0;
    for (int g = 0; g < j->s->group_n; g++) {
        const struct host_group *group = &j->s->group[g];
        for (int i = 0; i < group->count; i++, host_ix++) {
            if (group->memory_bytes > 0 || group->cpus > 0) {
                out->host[out->host_n++] = (struct fits_host){
                    .host_ix = host_ix,
                    .memory_bytes = group->memory_bytes > 0
                                        ? group->memory_bytes - memory[host_ix]
                                        : UINT64_MAX,
                    .cpus = group->cpus > 0 ? group->cpus - cpus[host_ix] : INT64_MAX};
            }
        }
    }
    return true;
}

/* ---- Public ---- */

bool fits_make(struct fits *out, struct arena *arena, const struct scenario *s, int mode_ix,
               const struct fleet *f, bool changes, struct diag *d)
{
    *out = (struct fits){0};
    struct job j = {.s = s, .f = f, .mode = s->mode[mode_ix].kind, .arena = arena, .out = out};
    j.mixed = s->mixed_size && j.mode == MODE_TIME_SLICED;
    bool ok = order_seats(&j) && find_shapes(&j);
    for (int i = 0; ok && i < out->shape_n; i++) {
        ok = look_at(&j, &out->shape[i]);
    }
    ok = ok && add_up(&j) && look_at_hosts(&j);
    if (!ok) {
        return diag_machine(d, "no memory to look at the GPUs of %s", s->name);
    }
    return !changes || f->feasible || fits_try_changes(out, arena, s, mode_ix, f, d);
}
