/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slice_vec.h - the time of a column of requests on a domain, at one vector level. Included by
 * slice.c only.
 *
 * The operations of slice_time_ns in the same order. Whole numbers below 2^52 are put together
 * and taken apart as bits over those of 2^52. */
#include "sim/core/vec.h"

/* n a multiple of VEC_N. False when a time is 2^52 ns or more on either side: then `ns` holds
 * nothing of use. */
VEC_TARGET static bool VEC_NAME(times)(const struct scaling *s, const struct slice_factor *f,
                                       const int64_t *t_ns, int64_t *ns, int n)
{
    const double least = (double)(s->floor_ns > 1 ? s->floor_ns : 1);
    VEC_U any = {0};
    for (int i = 0; i < n; i += VEC_N) {
        VEC_U w;
        memcpy(&w, t_ns + i, sizeof w);
        any |= w;

        const VEC_D t = (VEC_D)(w | TWO_52) - 0x1p52;
        const VEC_D compute = s->compute_frac * t * f->compute;
        const VEC_D memory = s->memory_frac * t * f->memory;
        const VEC_D work = compute + memory;
        any |= (VEC_U)(work >= 0x1p52) & TWO_52;

        const VEC_D whole = (work + 0x1p52) - 0x1p52;
        const VEC_U low = (VEC_U)(whole < least);
        const VEC_D kept = (VEC_D)(((VEC_U)whole & ~low) | ((VEC_U)((VEC_D){0} + least) & low));
        const VEC_U out = (VEC_U)(kept + 0x1p52) - TWO_52;
        memcpy(ns + i, &out, sizeof out);
    }
    for (int k = 1; k < VEC_N; k++) {
        any[0] |= any[k];
    }
    return any[0] >> 52 == 0 && least < 0x1p52;
}
