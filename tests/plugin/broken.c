/* SPDX-License-Identifier: GPL-3.0-or-later */
/* broken.c - round robin with one error, chosen by -DBROKEN=number: each must be caught. With 0
 * it is best effort, turn for turn. */
#include <stddef.h>
#include <stdlib.h>

#include "include/vgpusim/scheduler.h"

#ifndef BROKEN
#define BROKEN 0
#endif

enum {
    SOUND,
    IDLES,
    STRANGER,
    INTO_THE_PAST,
    NO_LENGTH,
    ENDLESS_TURN,
    OWN_MEMORY,
    PUTS_OFF,
    STARVES,
    TINY,
    OUT_OF_RANGE,
    BAD_NAME,
    BAD_SIZE,
    OTHER_ABI,
    NO_PICK,
    TAKEN_NAME,
    EXITS
};

static void pick(const struct vgpusim_params *p, struct vgpusim_state *s,
                 const struct vgpusim_view *v, struct vgpusim_turn *turn)
{
    static int64_t calls; /* what OWN_MEMORY must not have */
    int32_t vgpu = v->last;
    do {
        vgpu = (vgpu + 1) % p->vgpu_n;
    } while (!(v->has_work >> vgpu & 1));
    (void)s;
    turn->vgpu = vgpu;
    turn->begin_ns = v->now_ns;
    turn->run_ns = v->now_ns + (vgpu == v->last ? 0 : p->switch_ns);
    turn->end_ns = turn->run_ns + p->slice_ns;
    switch (BROKEN) {
    case IDLES:
        turn->vgpu = VGPUSIM_NOBODY;
        break;
    case STRANGER:
        turn->vgpu = (vgpu + 1) % p->vgpu_n;
        break;
    case INTO_THE_PAST:
        turn->begin_ns -= v->now_ns > 0;
        break;
    case NO_LENGTH:
        turn->end_ns = turn->run_ns;
        break;
    case ENDLESS_TURN:
        turn->end_ns = INT64_MAX;
        break;
    case OWN_MEMORY:
        turn->end_ns += ++calls;
        break;
    case PUTS_OFF:
        turn->begin_ns += 1000;
        turn->run_ns += 1000;
        turn->end_ns += 1000;
        break;
    case STARVES:
        if (v->has_work & 1) {
            turn->vgpu = 0;
        } else if (v->now_ns > 0) {
            turn->begin_ns += 1000000;
            turn->run_ns = turn->begin_ns;
            turn->end_ns = turn->begin_ns + 1000000000000;
        }
        break;
    case TINY:
        turn->end_ns = turn->run_ns + 1;
        break;
    case EXITS:
        exit(0);
    case OUT_OF_RANGE:
        turn->vgpu = 64;
        break;
    default:
        break;
    }
}

static const struct vgpusim_scheduler table = {
    VGPUSIM_SCHEDULER_HEAD,
    .name = BROKEN == BAD_NAME     ? "Not A Name"
            : BROKEN == TAKEN_NAME ? "best-effort"
                                   : "broken",
    .pick = BROKEN == NO_PICK ? NULL : pick,
};

const struct vgpusim_scheduler *vgpusim_scheduler(uint32_t abi)
{
    static struct vgpusim_scheduler odd;
    (void)abi;
    odd = table;
    odd.size += BROKEN == BAD_SIZE;
    odd.abi += BROKEN == OTHER_ABI;
    return &odd;
}
