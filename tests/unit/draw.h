/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draw.h - cases drawn at random, the same in every run: a linear congruential generator whose
 * high bits are used (Knuth's MMIX constants). */
#ifndef TESTS_UNIT_DRAW_H
#define TESTS_UNIT_DRAW_H

#include <stdint.h>

/* A number below `below`. */
static inline unsigned draw(uint64_t *seed, unsigned below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 33) % below;
}

#endif
