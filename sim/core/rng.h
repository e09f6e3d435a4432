/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rng.h - counter-based random streams keyed by who asks and for what.
 *
 * A stream is a pure function of (seed, replica, tenant name, VM, client, purpose) and a
 * position. Taking a tenant away, changing the mode or the number of threads changes no other
 * stream: common random numbers by construction. Words come from threefry2x64-13 in batches.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11. */
#ifndef SIM_CORE_RNG_H
#define SIM_CORE_RNG_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

enum rng_purpose {
    RNG_ARRIVAL = 1,
    RNG_SERVICE = 2,
    RNG_THINK = 3,
    RNG_HOST = 4,
    RNG_PHASE = 5, /* states of a modulated arrival process */
    RNG_TRACE = 6, /* generated traces */
    RNG_TEST = 7,
    RNG_FAULT = 8,   /* times between faults */
    RNG_DOWNTIME = 9 /* and how long they take */
};

enum {
    RNG_BATCH = 64 /* words drawn at a time; even */
};

struct rng {
    uint64_t key[2];
    uint64_t block;   /* index of the next block of two words */
    uint64_t purpose; /* in the top byte of the second counter word */
    uint64_t word[RNG_BATCH];
    unsigned next; /* position in word[]; RNG_BATCH when empty */
};

/* Identity of a stream. */
struct rng_id {
    uint64_t seed;
    uint64_t tenant; /* rng_name_hash(name) */
    uint32_t replica;
    uint32_t vm;
    uint32_t client; /* 0 where there is one stream per VM */
};

/* 64-bit FNV-1a of a name. */
uint64_t rng_name_hash(const char *name);

/* Puts the stream at its beginning. O(1); draws nothing. */
void rng_init(struct rng *r, const struct rng_id *id, enum rng_purpose purpose);

/* Fills word[] with the next RNG_BATCH words of the stream. For rng_word only. O(RNG_BATCH). */
void rng_refill(struct rng *r);

/* The next RNG_BATCH words of the stream, when word[] is empty, past word[]. O(RNG_BATCH). */
void rng_take(struct rng *r, uint64_t out[RNG_BATCH]);

/* The next 64 random bits. */
static inline uint64_t rng_word(struct rng *r)
{
    if (r->next >= RNG_BATCH) {
        rng_refill(r);
    }
    return r->word[r->next++];
}

/* Uniform on the open interval (0, 1) with 53 bits: (k + 1/2) / 2^53, rounded to nearest but
 * never up to 1, so that neither log(u) nor log(1 - u) is infinite. Consumes one word. */
static inline double rng_uniform(struct rng *r)
{
    double u = ((double)(int64_t)(rng_word(r) >> 11) + 0.5) * 0x1p-53;

    return u < 1.0 ? u : 1.0 - 0x1p-53;
}

/* One threefry2x64-13 block, for the known-answer tests. */
void rng_block(const uint64_t key[2], const uint64_t counter[2], uint64_t out[2]);

/* Our generator for GSL: rng_gsl fills a caller-owned `gsl_rng` that draws from r, without
 * allocation; valid while r and storage live. */
struct rng_bridge {
    gsl_rng gsl;
    struct rng *state;
};
const gsl_rng *rng_gsl(struct rng_bridge *b, struct rng *r);

#endif
