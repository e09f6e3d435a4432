/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rng.c - threefry2x64-13 streams.
 *
 * A stream key is itself one block of threefry, keyed by (seed, tenant) and counting (replica,
 * VM, client), so that neighbouring identities share no structure. Block i of purpose p then
 * counts (i, p << 56): no two purposes of an entity meet before 2^64 blocks. A batch goes
 * through vectors of blocks (rng_vec.h); single blocks go through Random123 itself and hold the
 * batch to the published answers.
 * Cost: 0.4 to 2 ns per word, by vector width.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11;
 * rotation constants and key schedule as in Random123 1.14, threefry.h. */
#include "sim/core/rng.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include <Random123/threefry.h>

#include "sim/core/vmath.h"

enum {
    ROUNDS = 13, /* the fewest that pass BigCrush with a margin, SC11 table 2 */
    BLOCKS = RNG_BATCH / 2,
    PURPOSE_SHIFT = 56
};

static_assert(RNG_BATCH % 2 == 0, "a block is two words");

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

/* ---- Batches ---- */

/* One round, and the addition of subkeys s0 and s1 after every fourth round with its number in
 * the second word. */
#define ROUND(n)                                                                               \
    x0 += x1;                                                                                  \
    x1 = ((x1 << (uint64_t)(n)) | (x1 >> (uint64_t)(64 - (n)))) ^ x0
#define INJECT(s0, s1, number)                                                                 \
    x0 += (s0);                                                                                \
    x1 += (s1) + (uint64_t)(number)

static const uint64_t lane_number[] = {0, 1, 2, 3, 4, 5, 6, 7};

#define VEC_LEVEL 0
#include "sim/core/rng_vec.h"
#if VEC_LEVELS > 1
#undef VEC_LEVEL
#define VEC_LEVEL 1
#include "sim/core/rng_vec.h"
#undef VEC_LEVEL
#define VEC_LEVEL 2
#include "sim/core/rng_vec.h"
#endif

static void (*const batch[VEC_LEVELS])(const struct rng *, uint64_t *) = {
    batch_0,
#if VEC_LEVELS > 1
    batch_1,
    batch_2,
#endif
};

void rng_take(struct rng *r, uint64_t out[RNG_BATCH])
{
    assert(r->next == RNG_BATCH);
    batch[vmath_isa()](r, out);
    r->block += BLOCKS;
}

void rng_refill(struct rng *r)
{
    rng_take(r, r->word);
    r->next = 0;
}

/* ---- Single blocks ---- */

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

const gsl_rng *rng_gsl(struct rng_bridge *b, struct rng *r)
{
    b->state = r;
    b->gsl.type = &bridge_type;
    b->gsl.state = &b->state;
    return &b->gsl;
}
