/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rng_vec.h - a batch of threefry2x64-13 words, at one vector level. Included by rng.c only.
 *
 * A lane counts one block through all rounds; the two words of each block are put side by side
 * at the end. */
#include "sim/core/vec.h"

VEC_TARGET static void VEC_NAME(batch)(const struct rng *r, uint64_t *out)
{
    const uint64_t k0 = r->key[0];
    const uint64_t k1 = r->key[1];
    const uint64_t k2 = SKEIN_KS_PARITY64 ^ k0 ^ k1;
    VEC_U counter;

    memcpy(&counter, lane_number, sizeof counter);
    counter += r->block + k0;
    for (int i = 0; i < BLOCKS; i += VEC_N) {
        VEC_U x0 = counter;
        VEC_U x1 = (VEC_U){0} + (r->purpose + k1);

        ROUND(R_64x2_0_0);
        ROUND(R_64x2_1_0);
        ROUND(R_64x2_2_0);
        ROUND(R_64x2_3_0);
        INJECT(k1, k2, 1);
        ROUND(R_64x2_4_0);
        ROUND(R_64x2_5_0);
        ROUND(R_64x2_6_0);
        ROUND(R_64x2_7_0);
        INJECT(k2, k0, 2);
        ROUND(R_64x2_0_0);
        ROUND(R_64x2_1_0);
        ROUND(R_64x2_2_0);
        ROUND(R_64x2_3_0);
        INJECT(k0, k1, 3);
        ROUND(R_64x2_4_0);

        const VEC_U low = VEC_ZIP_LOW(x0, x1);
        const VEC_U high = VEC_ZIP_HIGH(x0, x1);

        memcpy(out + 2 * i, &low, sizeof low);
        memcpy(out + 2 * i + VEC_N, &high, sizeof high);
        counter += (uint64_t)VEC_N;
    }
}
