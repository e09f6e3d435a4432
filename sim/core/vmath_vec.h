/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmath_vec.h - exponential durations from random words, at one vector level. Included by
 * vmath.c only.
 *
 * The same operations in the same order as rng_uniform, vmath_log and dist_draw_ns, without
 * their branches. A number is put together or taken apart by writing its bits over those of a
 * power of two whose last place is 1 (2^52) or 2^32 (2^84): the sum is then exact. With
 * v = 2^53 u in place of u the logarithm is the same but for 53 in the exponent, which costs
 * nothing. */
#include "sim/core/vec.h"

/* -log(u) from the bits of 2^53 u, for u in [2^-54, 1]. */
VEC_TARGET static inline VEC_D VEC_NAME(minus_log)(VEC_U bits)
{
    const VEC_U offset = bits + (ONE - SQRT_HALF - (UINT64_C(53) << 52));
    const VEC_D m = (VEC_D)((offset & MANTISSA) + SQRT_HALF);
    const VEC_D k = (VEC_D)((offset >> UINT64_C(52)) | TWO_52) - (0x1p52 + 1023);
    const VEC_D f = m - 1.0;
    const VEC_D s = f / (2.0 + f);
    const VEC_D half = 0.5 * f * f;
    const VEC_D z = s * s;
    const VEC_D rest = s * (half + ATANH_TAIL(z, z * z));

    return ((half - (rest + k * LN2_LO)) - f) - k * LN2_HI;
}

VEC_TARGET static void VEC_NAME(exponential)(const uint64_t *word, double mean_ns, int64_t *out,
                                             int n)
{
    for (int i = 0; i < n; i += VEC_N) {
        VEC_U w;

        memcpy(&w, word + i, sizeof w);
        w >>= UINT64_C(11);

        const VEC_D high = (VEC_D)((w >> UINT64_C(32)) | TWO_84) - (0x1p84 + 0x1p52);
        const VEC_D low = (VEC_D)((w & UINT32_MAX) | TWO_52);
        const VEC_D v = (high + low) + 0.5;
        /* rng_uniform keeps v below 2^53. Below the greatest mean its last v gives less than
         * half a ns, so that 2^53, which gives none, will do as well. */
        const VEC_D x = mean_ns * VEC_NAME(minus_log)((VEC_U)v);
        const VEC_U ns = (VEC_U)(x + 0x1p52) - TWO_52;

        memcpy(out + i, &ns, sizeof ns);
    }
}
