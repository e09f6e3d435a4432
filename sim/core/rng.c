/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rng.c - threefry2x64-13 streams.
 *
 * A stream key is itself one block of threefry, keyed by (seed, tenant) and counting (replica,
 * VM, client), so that neighbouring identities share no structure. Block i of purpose p then
 * counts (i, p << 56): no two purposes of an entity meet before 2^64 blocks. The batch is
 * written as independent iterations of adds, shifts and xors, which both compilers turn into
 * SSE2 code; single blocks go through Random123 itself and hold the batch to the published
 * answers.
 * Cost: about 1 ns per word.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11;
 * rotation constants and key schedule as in Random123 1.14, threefry.h. */
#include "sim/core/rng.h"

#include <assert.h>
#include <stddef.h>

#include <Random123/threefry.h>

enum {
    ROUNDS = 13, /* the fewest that pass BigCrush with a margin, SC11 table 2 */
    BLOCKS = RNG_BATCH / 2,
    PURPOSE_SHIFT = 56
};

static_assert(RNG_BATCH % 2 == 0, "a block is two words");

static inline uint64_t rotate(uint64_t x, unsigned n)
{
    return (x << n) | (x >> (64U - n));
}

uint64_t rng_name_hash(const char *name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a offset basis and prime, 64 bits */

    for (const char *c = name; *c != '\0'; c++) {
        hash ^= (unsigned char)*c;
        hash *= UINT64_C(0x100000001b3);
    }
    return hash;
}

void rng_init(struct rng *r, const struct rng_id *id, enum rng_purpose purpose)
{
    const uint64_t key[2] = {id->seed, id->tenant};
    const uint64_t counter[2] = {((uint64_t)id->replica << 32) | id->vm, id->client};

    assert((unsigned)purpose < 256);
    rng_block(key, counter, r->key);
    r->block = 0;
    r->purpose = (uint64_t)purpose << PURPOSE_SHIFT;
    r->next = RNG_BATCH;
}

/* One round, and the addition of subkeys s0 and s1 after every fourth round with its number in
 * the second word. */
#define ROUND(n)                                                                               \
    x0 += x1;                                                                                  \
    x1 = rotate(x1, n) ^ x0
#define INJECT(s0, s1, number)                                                                 \
    x0 += (s0);                                                                                \
    x1 += (s1) + (number)

void rng_refill(struct rng *r)
{
    const uint64_t k0 = r->key[0];
    const uint64_t k1 = r->key[1];
    const uint64_t k2 = SKEIN_KS_PARITY64 ^ k0 ^ k1;
    const uint64_t first = r->block + k0;
    const uint64_t purpose = r->purpose + k1;

    for (uint64_t i = 0; i < BLOCKS; i++) {
        uint64_t x0 = first + i;
        uint64_t x1 = purpose;

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
        r->word[2 * i] = x0;
        r->word[2 * i + 1] = x1;
    }
    r->block += BLOCKS;
    r->next = 0;
}

void rng_block(const uint64_t key[2], const uint64_t counter[2], uint64_t out[2])
{
    const threefry2x64_key_t k = {
        {key[0], key[1]}
    };
    const threefry2x64_ctr_t c = {
        {counter[0], counter[1]}
    };
    const threefry2x64_ctr_t x = threefry2x64_R(ROUNDS, c, k);

    out[0] = x.v[0];
    out[1] = x.v[1];
}

/* ---- GSL ---- */

/* A stream's identity is fixed by rng_init; seeding through GSL leaves it where it is. */
static void bridge_set(void *state, unsigned long seed)
{
    (void)state;
    (void)seed;
}

static unsigned long bridge_get(void *state)
{
    struct rng *const *r = state;

    return rng_word(*r);
}

/* On [0, 1), as GSL promises to its samplers; those that take a logarithm ask
 * gsl_rng_uniform_pos, which draws again at 0, or use 1 - u. */
static double bridge_get_double(void *state)
{
    struct rng *const *r = state;

    return (double)(int64_t)(rng_word(*r) >> 11) * 0x1p-53;
}

static_assert(sizeof(unsigned long) == sizeof(uint64_t), "GSL hands out our words whole");

static const gsl_rng_type bridge_type = {
    .name = "threefry2x64-13",
    .max = UINT64_MAX,
    .min = 0,
    .size = sizeof(struct rng *),
    .set = bridge_set,
    .get = bridge_get,
    .get_double = bridge_get_double,
};

const gsl_rng_type *const rng_gsl_type = &bridge_type;

const gsl_rng *rng_gsl(struct rng_bridge *b, struct rng *r)
{
    b->state = r;
    b->gsl.type = rng_gsl_type;
    b->gsl.state = &b->state;
    return &b->gsl;
}
