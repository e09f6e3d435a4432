/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hostfrag.c - counts over the GPUs of a host, corrected for the GPU that a seat changes.
 *
 * For every kind of the mix it is counted once how many GPUs take a seat of it and how much
 * room lies on the others; a seat on a GPU then changes one of the counts, so trying a GPU
 * costs one step per kind of the mix. For one seat GPUs of one state are tried once. Several
 * seats lie on the GPU that is tried and on the next that have room. */
#include "sim/fleet/hostfrag.h"

#include <assert.h>

#include "models/tenant.h"
#include "sim/core/vmath.h"

#define ROUNDING 1e-9 /* a gain of nothing is a score of 50, not of 49.99... */

bool hostfrag_init(struct hostfrag *f, struct arena *a, struct gstate *g,
                   const struct hostfrag_kind *kind, int kind_n, int host_n)
{
    *f = (struct hostfrag){.g = g, .kind = kind, .kind_n = kind_n};
    f->mix = arena_alloc(a, (size_t)kind_n, sizeof *f->mix);
    f->fit_n = arena_alloc(a, (size_t)kind_n, sizeof *f->fit_n);
    f->lost = arena_alloc(a, (size_t)kind_n, sizeof *f->lost);
    f->known = arena_alloc(a, (size_t)host_n * (size_t)kind_n, sizeof *f->known);
    for (int k = 0; f->mix && k < kind_n; k++) {
        if (kind[k].share > 0) {
            f->mix[f->mix_n++] = k;
        }
    }
    return f->mix && f->fit_n && f->lost && f->known;
}

void hostfrag_changed(struct hostfrag *f, int host_ix)
{
    for (int k = 0; k < f->kind_n; k++) {
        f->known[(size_t)host_ix * (size_t)f->kind_n + (size_t)k].is_known = false;
    }
}

static bool takes(struct hostfrag *f, int state, int class_ix)
{
    int at;
    return gstate_add(f->g, state, class_ix, &at) != GSTATE_FULL;
}

/* Counts one GPU in or out. */
static void count(struct hostfrag *f, int state, int sign)
{
    const int room = gstate_room(f->g, state);
    for (int i = 0; i < f->mix_n; i++) {
        const struct hostfrag_kind *k = &f->kind[f->mix[i]];
        if (k->seats > 0 && takes(f, state, k->class_ix)) {
            f->fit_n[i] += sign;
        } else {
            f->lost[i] += sign * (int64_t)room;
        }
    }
}

/* Fragmentation by the counts, with so many CPUs and so much memory free. */
static double useless(const struct hostfrag *f, int64_t room, int64_t cpu_milli,
                      int64_t memory_bytes)
{
    double sum = 0;
    for (int i = 0; i < f->mix_n; i++) {
        const struct hostfrag_kind *k = &f->kind[f->mix[i]];
        const bool runs = k->seats > 0 && f->fit_n[i] >= k->seats &&
                          k->cpu_milli <= cpu_milli && k->memory_bytes <= memory_bytes;
        sum += k->share * (double)(runs ? f->lost[i] : room);
    }
    return sum;
}

static int64_t count_all(struct hostfrag *f, const struct hostfrag_host *host)
{
    int64_t room = 0;
    for (int i = 0; i < f->mix_n; i++) {
        f->fit_n[i] = 0;
        f->lost[i] = 0;
    }
    for (int g = 0; g < host->gpu_n; g++) {
        room += gstate_room(f->g, host->state[g]);
        count(f, host->state[g], 1);
    }
    return room;
}

/* Fragmentation with a seat on GPU `first` and the others on the GPUs behind it that have room;
 * false where they do not do. */
static bool try_gpu(struct hostfrag *f, const struct hostfrag_host *host,
                    const struct hostfrag_kind *vm, int first, int64_t room, double *after)
{
    int seated[VGPUS_PER_VM_MAX];
    int n = 0;
    assert(vm->seats <= VGPUS_PER_VM_MAX);
    for (int g = first; g < host->gpu_n && n < vm->seats; g++) {
        if (takes(f, host->state[g], vm->class_ix)) {
            seated[n++] = g;
        }
    }
    if (n < vm->seats) {
        return false;
    }
    int64_t left = room;
    for (int sign = -1; sign <= 1; sign += 2) { /* there, and back again */
        for (int i = 0; i < n; i++) {
            const int state = host->state[seated[i]];
            int at;
            const int next = gstate_add(f->g, state, vm->class_ix, &at);
            count(f, state, sign);
            count(f, next, -sign);
            left += sign * (int64_t)(gstate_room(f->g, state) - gstate_room(f->g, next));
        }
        if (sign < 0) {
            *after = useless(f, left, host->cpu_milli - vm->cpu_milli,
                             host->memory_bytes - vm->memory_bytes);
        }
    }
    return true;
}

/* Has a GPU before this one the same contents? */
static bool is_repeated(const struct hostfrag_host *host, int gpu)
{
    for (int g = 0; g < gpu; g++) {
        if (host->state[g] == host->state[gpu]) {
            return true;
        }
    }
    return false;
}

/* Steps of a sigmoid, as published: hosts that gain about alike are equal, so that the lowest
 * of them fills up before the next. Without the steps the experiment of the source ends five
 * points lower. */
static int score_of(const struct hostfrag *f, double gain)
{
    const int room = gstate_room(f->g, 0);
    return (int)(100.0 / (1.0 + vmath_exp(gain / (room > 0 ? room : 1))) + ROUNDING);
}

static struct hostfrag_gain find(struct hostfrag *f, const struct hostfrag_host *host,
                                 const struct hostfrag_kind *vm)
{
    struct hostfrag_gain best = {.gpu = -1, .is_known = true};
    if (vm->cpu_milli > host->cpu_milli || vm->memory_bytes > host->memory_bytes) {
        return best;
    }
    const int64_t room = count_all(f, host);
    const double before = useless(f, room, host->cpu_milli, host->memory_bytes);
    for (int g = 0; g < host->gpu_n; g++) {
        double after;
        if ((vm->seats > 0 && !takes(f, host->state[g], vm->class_ix)) ||
            (vm->seats == 1 && is_repeated(host, g)) ||
            !try_gpu(f, host, vm, g, room, &after)) {
            continue;
        }
        const int score = score_of(f, after - before);
        if (best.gpu < 0 || score > best.score) {
            best.gpu = g;
            best.score = score;
        }
        if (vm->seats == 0) {
            break;
        }
    }
    return best;
}

struct hostfrag_gain hostfrag_find(struct hostfrag *f, int host_ix,
                                   const struct hostfrag_host *host, int kind_ix)
{
    struct hostfrag_gain *known =
        &f->known[(size_t)host_ix * (size_t)f->kind_n + (size_t)kind_ix];
    if (!known->is_known) {
        *known = find(f, host, &f->kind[kind_ix]);
    }
    return *known;
}
