/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slice.c - times on a domain by the column. The law and its source are in slice.h. */
#include "models/slice.h"

#include <string.h>

#define TWO_52 UINT64_C(0x4330000000000000) /* bits of 2^52 */

enum {
    COLUMN = 64 /* a multiple of VMATH_BLOCK */
};

#define VEC_LEVEL 0
#include "models/slice_vec.h"
#if VEC_LEVELS > 1
#undef VEC_LEVEL
#define VEC_LEVEL 1
#include "models/slice_vec.h"
#undef VEC_LEVEL
#define VEC_LEVEL 2
#include "models/slice_vec.h"
#endif

static bool (*const times[VEC_LEVELS])(const struct scaling *, const struct slice_factor *,
                                       const int64_t *, int64_t *, int) = {
    times_0,
#if VEC_LEVELS > 1
    times_1,
    times_2,
#endif
};

void slice_times_ns(const struct scaling *s, const struct slice_factor *f, const int64_t *t_ns,
                    int64_t *ns, int n)
{
    int64_t out[COLUMN];
    while (n > 0) {
        int at_once = n < COLUMN ? n : COLUMN;
        int blocks = at_once - at_once % VMATH_BLOCK;
        bool fits = times[vmath_isa()](s, f, t_ns, out, blocks);
        for (int i = fits ? blocks : 0; i < at_once; i++) {
            out[i] = slice_time_ns(s, f, t_ns[i]);
        }
        memcpy(ns, out, (size_t)at_once * sizeof *ns);
        t_ns += at_once;
        ns += at_once;
        n -= at_once;
    }
}
