/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_frames.c - frames: one for each tick, through a host stage and the GPU.
 *
 * A tick that finds `pipeline_max` frames under way drops its frame; its draws are made all the
 * same, so that dropping one changes no other. Frames under way are few, so they are stored, in
 * the order of their ticks: those at the front have left the host stage and wait for the GPU.
 */
#include <assert.h>
#include <string.h>

#include "sim/run/lane_engine.h"

struct held {
    struct item item;
    int64_t service_ns;
};

struct frames {
    struct held ring[PIPELINE_MAX]; /* accepted and not on the GPU, from `first` on */
    int64_t first, last;            /* modulo PIPELINE_MAX; last - first of them are held */
    int64_t ticks;
    int64_t service_ns; /* of the frame of the next tick */
};

bool frames_build(struct vm_state *vm, struct arena *arena)
{
    vm->frames = arena_alloc(arena, 1, sizeof *vm->frames);
    return vm->frames;
}

/* The behind cursor draws the demand of the next tick's frame. */
static void draw(struct vm_state *vm)
{
    struct request r = {0};
    bool is_there = work_next(&vm->behind, &r);
    assert(is_there && r.arrival_ns == vm->next_ns);
    (void)is_there;
    vm->frames->service_ns = r.service_ns;
}

void frames_start(struct lane_sim *sim, struct vm_state *vm)
{
    struct frames *f = vm->frames;
    f->first = f->last = f->ticks = 0;
    source_raise(sim, vm);
    draw(vm);
}

static void set_host_timer(struct lane_sim *sim, struct vm_state *vm)
{
    const struct frames *f = vm->frames;
    int64_t ready = vm->arrived - vm->started; /* at the front of the ring */
    if (vm->timer_slot < 0) {
        return;
    }
    int64_t at = EVQ_IDLE;
    if (f->first + ready < f->last) {
        at = f->ring[(f->first + ready) % PIPELINE_MAX].item.queued_ns;
    }
    evq_set(&sim->evq, (uint32_t)vm->timer_slot, at);
}

/* Frames that have left the host stage enter the queue of the GPU. */
static void enter_ready(struct lane_sim *sim, struct vm_state *vm)
{
    const struct frames *f = vm->frames;
    for (int64_t i = f->first + (vm->arrived - vm->started);
         i < f->last && f->ring[i % PIPELINE_MAX].item.queued_ns <= sim->now_ns; i++) {
        source_enter(sim, vm);
    }
    set_host_timer(sim, vm);
}

static void on_tick(struct lane_sim *sim, struct vm_state *vm)
{
    struct frames *f = vm->frames;
    struct held *h = &f->ring[f->last % PIPELINE_MAX];
    int64_t under_way = f->last - f->first + (vm->started - vm->finished);
    struct item item = {.serial = f->ticks, .order = f->ticks};
    item.arrival_ns = item.queued_ns = sim->now_ns;
    f->ticks++;
    if (under_way < vm->work->pipeline_max) {
        h->item = item;
        h->service_ns = f->service_ns;
        if (vm->work->has_host) {
            h->item.queued_ns = source_host_ready_ns(vm, &vm->host_behind, sim->now_ns);
        }
        f->last++;
    } else {
        if (vm->work->has_host) {
            (void)dist_draw_ns(&vm->work->host, &vm->host_behind.rng);
        }
        source_drop(sim, vm, &item);
    }
    source_raise(sim, vm);
    draw(vm);
}

void frames_event(struct lane_sim *sim, struct vm_state *vm, bool is_timer)
{
    if (!is_timer) {
        on_tick(sim, vm);
    }
    enter_ready(sim, vm);
}

int64_t frames_take_item(struct lane_sim *sim, struct vm_state *vm, struct item *item)
{
    struct frames *f = vm->frames;
    const struct held *h = &f->ring[f->first++ % PIPELINE_MAX];
    *item = h->item;
    vm->started++;
    sim->sum_started += (uint64_t)h->item.queued_ns;
    return h->service_ns;
}

void frames_take(struct lane_sim *sim, struct vm_state *vm, struct server *s)
{
    struct job *job = &s->job[s->job_n];
    int64_t service_ns = frames_take_item(sim, vm, &job->item[0]);
    job->n = 1;
    source_begin(sim, vm, s, job, vm->work->by_size ? vm->work->by_size[1] : service_ns);
}

bool frames_is_unfinished(const struct vm_state *vm, int64_t serial)
{
    const struct frames *f = vm->frames;
    for (int64_t i = f->first; i < f->last; i++) {
        if (f->ring[i % PIPELINE_MAX].item.serial == serial) {
            return true;
        }
    }
    return serial >= f->ticks;
}
