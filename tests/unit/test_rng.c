/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: streams are threefry2x64-13, depend on identity and purpose only, and give open
 * uniforms. Method: published known answers for one block; the batch against single blocks;
 * GSL's view of the same words. */
#include "sim/core/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "sim/core/vmath.h"

static const struct rng_id someone = {
    .seed = 1, .tenant = UINT64_C(0x1234), .replica = 2, .vm = 3, .client = 4};

/* Source: Random123, tests/kat_vectors, lines "threefry2x64 13": counter, key, result. */
static void rng_gives_published_answers_when_one_block_is_drawn(void **state)
{
    static const uint64_t kat[3][6] = {
        {0,                            0,                            0,          0,                            UINT64_C(0xf167b032c3b480bd), UINT64_C(0xe91f9fee4b7a6fb5)},
        {UINT64_MAX,                   UINT64_MAX,                   UINT64_MAX, UINT64_MAX,                   UINT64_C(0xccdec5c917a874b1),
         UINT64_C(0x4df53abca26ceb01)                                                                                                                                    },
        {UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707344),
         UINT64_C(0xa4093822299f31d0),                                           UINT64_C(0x082efa98ec4e6c89),
         UINT64_C(0xc3aac71561042993),                                                                                                       UINT64_C(0x3fe7ae8801aff316)},
    };

    (void)state;
    for (int i = 0; i < 3; i++) {
        uint64_t out[2];

        rng_block(&kat[i][2], &kat[i][0], out);
        assert_int_equal(out[0], kat[i][4]);
        assert_int_equal(out[1], kat[i][5]);
    }
}

static void rng_batches_equal_single_blocks_when_many_are_drawn(void **state)
{
    const uint64_t id_key[2] = {someone.seed, someone.tenant};
    const uint64_t id_counter[2] = {(UINT64_C(2) << 32) | 3, 4};
    uint64_t key[2];
    struct rng r;

    (void)state;
    rng_block(id_key, id_counter, key);
    rng_init(&r, &someone, RNG_SERVICE);
    for (uint64_t block = 0; block < 1000; block++) {
        const uint64_t counter[2] = {block, (uint64_t)RNG_SERVICE << 56};
        uint64_t want[2];
        uint64_t word;

        rng_block(key, counter, want);
        word = rng_word(&r);
        assert_int_equal(word, want[0]);
        word = rng_word(&r);
        assert_int_equal(word, want[1]);
    }
}

static uint64_t first_word(struct rng_id id, enum rng_purpose purpose)
{
    struct rng r;

    rng_init(&r, &id, purpose);
    return rng_word(&r);
}

static void rng_streams_differ_when_any_part_of_identity_differs(void **state)
{
    struct rng_id id[6] = {someone, someone, someone, someone, someone, someone};
    uint64_t word[7];

    (void)state;
    id[1].seed++;
    id[2].tenant++;
    id[3].replica++;
    id[4].vm++;
    id[5].client++;
    for (int i = 0; i < 6; i++) {
        word[i] = first_word(id[i], RNG_ARRIVAL);
    }
    word[6] = first_word(someone, RNG_SERVICE);
    for (int i = 0; i < 7; i++) {
        for (int k = 0; k < i; k++) {
            assert_true(word[i] != word[k]);
        }
    }
    assert_int_equal(first_word(someone, RNG_ARRIVAL), word[0]);
}

/* Source: FNV-1a test vectors of the IETF draft draft-eastlake-fnv, 64 bits: "", "a", "foobar".
 */
static void rng_name_hash_is_fnv1a_when_given_known_strings(void **state)
{
    (void)state;
    assert_int_equal(rng_name_hash(""), UINT64_C(0xcbf29ce484222325));
    assert_int_equal(rng_name_hash("a"), UINT64_C(0xaf63dc4c8601ec8c));
    assert_int_equal(rng_name_hash("foobar"), UINT64_C(0x85944171f73967e8));
}

/* Extreme words, put into the buffer by hand. */
static void rng_uniform_is_open_when_words_are_extreme(void **state)
{
    static const uint64_t word[] = {
        0, 2047, 2048, UINT64_MAX, UINT64_MAX - 2048, UINT64_C(1) << 63};
    struct rng r;
    double u;

    (void)state;
    rng_init(&r, &someone, RNG_TEST);
    r.next = 0;
    for (unsigned i = 0; i < 6; i++) {
        r.word[i] = word[i];
    }
    u = rng_uniform(&r);
    assert_true(u >= 0x1p-54 && u <= 0x1p-54);
    u = rng_uniform(&r);
    assert_true(u >= 0x1p-54 && u <= 0x1p-54);
    u = rng_uniform(&r);
    assert_true(u >= 0x3p-54 && u <= 0x3p-54);
    u = rng_uniform(&r);
    assert_true(u < 1.0 && u >= 1.0 - 0x1p-53);
    u = rng_uniform(&r);
    assert_true(u < 1.0 && u >= 1.0 - 0x2p-53);
    u = rng_uniform(&r);
    assert_true(u > 0.4999 && u < 0.5001);
}

/* chi^2 over 1000 cells; 0.001 limits on both sides, seed fixed. */
static void rng_uniform_fills_cells_evenly_when_drawn_often(void **state)
{
    static int64_t cell[1000];
    struct rng r;
    double chi2 = 0.0;

    (void)state;
    rng_init(&r, &someone, RNG_TEST);
    for (int i = 0; i < 1000000; i++) {
        const double u = rng_uniform(&r);

        assert_true(u > 0.0 && u < 1.0);
        cell[(int)(u * 1000.0)]++;
    }
    for (int i = 0; i < 1000; i++) {
        const double d = (double)cell[i] - 1000.0;

        chi2 += d * d / 1000.0;
    }
    assert_true(chi2 > gsl_cdf_chisq_Pinv(0.001, 999));
    assert_true(chi2 < gsl_cdf_chisq_Pinv(0.999, 999));
}

static void rng_bridge_hands_out_the_same_words_when_gsl_asks(void **state)
{
    struct rng direct;
    struct rng r;
    struct rng_bridge b;

    (void)state;
    rng_init(&direct, &someone, RNG_TEST);
    rng_init(&r, &someone, RNG_TEST);
    const gsl_rng *g = rng_gsl(&b, &r);

    assert_int_equal(gsl_rng_min(g), 0);
    assert_int_equal(gsl_rng_max(g), UINT64_MAX);
    gsl_rng_set(g, 99); /* leaves the stream alone */
    for (int i = 0; i < 200; i++) {
        const uint64_t word = rng_word(&direct);
        const uint64_t got = gsl_rng_get(g);

        assert_int_equal(got, word);
    }
}

/* 0 is allowed for get_double, but a sampler that takes a logarithm must draw again. */
static void rng_bridge_stays_in_range_when_words_are_extreme(void **state)
{
    struct rng r;
    struct rng_bridge b;
    double x;

    (void)state;
    rng_init(&r, &someone, RNG_TEST);
    r.next = 0;
    r.word[0] = UINT64_MAX;
    for (int i = 1; i < RNG_BATCH; i++) {
        r.word[i] = i < 20 ? 0 : UINT64_C(1) << 62;
    }
    const gsl_rng *g = rng_gsl(&b, &r);

    x = gsl_rng_uniform(g);
    assert_true(x < 1.0);
    x = gsl_rng_uniform_pos(g);
    assert_true(x > 0.0);

    for (int zeros = 1; zeros < 40; zeros++) {
        rng_init(&r, &someone, RNG_TEST);
        rng_refill(&r);
        for (int i = 0; i < zeros; i++) {
            r.word[i] = 0;
        }
        x = gsl_ran_gamma(g, 0.5, 1.0);
        assert_true(isfinite(x) && x >= 0.0);
        rng_init(&r, &someone, RNG_TEST);
        rng_refill(&r);
        for (int i = 0; i < zeros; i++) {
            r.word[i] = i % 2 == 0 ? UINT64_MAX : 0;
        }
        x = gsl_ran_erlang(g, 1.0, 3.0);
        assert_true(isfinite(x) && x >= 0.0);
    }
}

/* Counters that carry within a batch, and every level of vectors against Random123's blocks. */
static void rng_batches_are_the_same_when_vectors_differ(void **state)
{
    static const uint64_t first[] = {0, 5, UINT64_MAX - 13, UINT64_C(0xffffffff) - 3};

    (void)state;
    for (int isa = VMATH_SSE2; isa <= VMATH_AVX512; isa++) {
        vmath_use((enum vmath_isa)isa);
        assert_true((int)vmath_isa() <= isa);
        for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
            uint64_t word[RNG_BATCH];
            struct rng r;

            rng_init(&r, &someone, RNG_THINK);
            r.block = first[i];
            rng_take(&r, word);
            assert_true(r.block == first[i] + RNG_BATCH / 2);
            for (unsigned k = 0; k < RNG_BATCH; k += 2) {
                const uint64_t counter[2] = {first[i] + k / 2, (uint64_t)RNG_THINK << 56};
                uint64_t want[2];

                rng_block(r.key, counter, want);
                assert_int_equal(word[k], want[0]);
                assert_int_equal(word[k + 1], want[1]);
            }
        }
    }
    vmath_use(VMATH_AVX512);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rng_gives_published_answers_when_one_block_is_drawn),
        cmocka_unit_test(rng_batches_equal_single_blocks_when_many_are_drawn),
        cmocka_unit_test(rng_streams_differ_when_any_part_of_identity_differs),
        cmocka_unit_test(rng_name_hash_is_fnv1a_when_given_known_strings),
        cmocka_unit_test(rng_uniform_is_open_when_words_are_extreme),
        cmocka_unit_test(rng_uniform_fills_cells_evenly_when_drawn_often),
        cmocka_unit_test(rng_bridge_hands_out_the_same_words_when_gsl_asks),
        cmocka_unit_test(rng_bridge_stays_in_range_when_words_are_extreme),
        cmocka_unit_test(rng_batches_are_the_same_when_vectors_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
