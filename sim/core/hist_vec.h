/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hist_vec.h - bins, sum and range of a column of values, at one vector level. Included by
 * hist.c only.
 *
 * A double is a bin already: written over the bits of 2^52 and that taken away again, a value
 * from SUB to below 2^52 is exact, and the exponent with the first HIST_BITS bits behind it are
 * the octave and the place in it. Values below SUB borrow bit HIST_BITS to have as many places,
 * and give it back. */
#include "sim/core/vec.h"

/* n a multiple of VEC_N, at most COLUMN. What it finds is right if no value has a bit of
 * ~MANTISSA; `any` tells. */
VEC_TARGET static void VEC_NAME(survey)(const int64_t *value, int n, struct survey *s)
{
    VEC_U any = {0};
    VEC_U sum = {0};
    VEC_D min = (VEC_D){0} + 0x1p53;
    VEC_D max = {0};
    for (int i = 0; i < n; i += VEC_N) {
        VEC_U v;
        memcpy(&v, value + i, sizeof v);
        any |= v;
        sum += v;

        const VEC_D d = (VEC_D)(v | TWO_52);
        const VEC_U below = (VEC_U)(d < min);
        const VEC_U above = (VEC_U)(d > max);
        min = (VEC_D)(((VEC_U)d & below) | ((VEC_U)min & ~below));
        max = (VEC_D)(((VEC_U)d & above) | ((VEC_U)max & ~above));

        const VEC_U borrowed = ((v - (uint64_t)SUB) >> UINT64_C(63)) << (uint64_t)HIST_BITS;
        const VEC_D whole = (VEC_D)(v | borrowed | TWO_52) - 0x1p52;
        const VEC_U bin = ((VEC_U)whole >> (uint64_t)(52 - HIST_BITS)) - BIN_BIAS - borrowed;
        memcpy(s->bin + i, &bin, sizeof bin);
    }
    for (int k = 0; k < VEC_N; k++) {
        s->any |= any[k];
        s->sum += sum[k];
        s->min = min[k] < s->min ? min[k] : s->min;
        s->max = max[k] > s->max ? max[k] : s->max;
    }
}
