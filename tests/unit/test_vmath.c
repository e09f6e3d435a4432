/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: our elementary functions are accurate, and their bits are the same with every compiler.
 * Method: against long double libm (and against erfcl for the quantile) on many points; a hash
 * of the bits of many results, frozen from gcc 12 -O2 and the same for clang 14 and -O0 to -O3.
 */
#include "sim/core/vmath.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/core/rng.h"

enum {
    POINTS = 200000
};

static struct rng stream(void)
{
    static const struct rng_id id = {.seed = 7};
    struct rng r;

    rng_init(&r, &id, RNG_TEST);
    return r;
}

static double spread(struct rng *r, double lo, double hi)
{
    const double u = rng_uniform(r);

    return lo + (hi - lo) * u;
}

static double relative(double got, long double want)
{
    return (double)fabsl(((long double)got - want) / want);
}

static void vmath_log_is_accurate_when_x_covers_all_exponents(void **state)
{
    struct rng r = stream();
    double worst = 0.0;

    (void)state;
    for (int i = 0; i < POINTS; i++) {
        const double m = spread(&r, 1.0, 2.0);
        const double e = spread(&r, -1074.0, 1023.0);
        const double x = ldexp(m, (int)e);

        if (x > 0.0) {
            worst = fmax(worst, relative(vmath_log(x), logl((long double)x)));
        }
    }
    assert_true(worst < 3e-16);
}

static void vmath_log_is_accurate_when_x_is_near_one(void **state)
{
    struct rng r = stream();
    double worst = 0.0;

    (void)state;
    for (int i = 0; i < POINTS; i++) {
        const double e = spread(&r, -52.0, -0.5);
        const double sign = spread(&r, -1.0, 1.0);
        const double x = 1.0 + (sign < 0.0 ? -0.5 : 0.9) * ldexp(1.0, (int)e);

        if (x < 1.0 || x > 1.0) {
            worst = fmax(worst, relative(vmath_log(x), logl((long double)x)));
        }
    }
    for (int i = 0; i < POINTS; i++) {
        const double x = spread(&r, 0.5, 2.0);

        worst = fmax(worst, relative(vmath_log(x), logl((long double)x)));
    }
    assert_true(worst < 3e-16);
    assert_true(!(fabs(vmath_log(1.0)) > 0.0));
}

static void vmath_log_holds_its_ends_when_x_is_extreme(void **state)
{
    static const double x[] = {4.9406564584124654e-324,
                               1e-310,
                               DBL_MIN,
                               0x1p-54,
                               0.70710678118654746,
                               0.70710678118654757,
                               1.4142135623730949,
                               1.4142135623730951,
                               DBL_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        assert_true(relative(vmath_log(x[i]), logl((long double)x[i])) < 1e-15);
    }
}

static void vmath_exp_is_accurate_when_x_covers_its_range(void **state)
{
    struct rng r = stream();
    double worst = 0.0;

    (void)state;
    for (int i = 0; i < POINTS; i++) {
        const double wide = spread(&r, -700.0, 700.0);
        const double narrow = spread(&r, -1.0, 1.0);

        worst = fmax(worst, relative(vmath_exp(wide), expl((long double)wide)));
        worst = fmax(worst, relative(vmath_exp(narrow), expl((long double)narrow)));
    }
    assert_true(worst < 3e-16);
    assert_true(!(fabs(vmath_exp(0.0) - 1.0) > 0.0));
}

static void vmath_exp_saturates_when_x_is_outside(void **state)
{
    (void)state;
    assert_true(relative(vmath_exp(1e308), expl(700.0L)) < 1e-15);
    assert_true(relative(vmath_exp(HUGE_VAL), expl(700.0L)) < 1e-15);
    assert_true(relative(vmath_exp(-701.0), expl(-700.0L)) < 1e-15);
    assert_true(vmath_exp(-HUGE_VAL) > 0.0);
}

static void vmath_pow_is_accurate_when_the_exponent_is_moderate(void **state)
{
    struct rng r = stream();
    double worst = 0.0;

    (void)state;
    for (int i = 0; i < POINTS; i++) {
        const double x = spread(&r, 1e-3, 40.0);
        const double y = spread(&r, -3.0, 3.0);

        worst = fmax(worst, relative(vmath_pow(x, y), powl((long double)x, (long double)y)));
    }
    assert_true(worst < 1e-14); /* |y log x| <= 21 amplifies the half unit of the logarithm */
}

/* The quantile by Newton's method on erfcl, which is good to 64 bits. */
static long double normal_quantile_long(double u)
{
    const long double p = u < 0.5 ? (long double)u : 1.0L - (long double)u;
    long double z = (long double)vmath_normal_quantile(u < 0.5 ? u : 1.0 - u);

    for (int i = 0; i < 3; i++) {
        const long double tail = 0.5L * erfcl(-z / sqrtl(2.0L));
        const long double density = expl(-0.5L * z * z) / sqrtl(2.0L * acosl(-1.0L));

        z -= (tail - p) / density;
    }
    return u < 0.5 ? z : -z;
}

static void vmath_normal_quantile_is_accurate_when_u_reaches_the_tails(void **state)
{
    struct rng r = stream();
    double worst = 0.0;

    (void)state;
    for (int i = 0; i < POINTS / 4; i++) {
        const double u = rng_uniform(&r);
        const double e = spread(&r, -53.0, -1.0);
        const double tail = ldexp(1.0 + u, (int)e - 1);

        worst = fmax(worst, relative(vmath_normal_quantile(u), normal_quantile_long(u)));
        worst = fmax(worst, relative(vmath_normal_quantile(tail), normal_quantile_long(tail)));
    }
    assert_true(worst < 2e-15);
}

/* Source: gsl_cdf_ugaussian_Pinv and tables: z_0.975 = 1.959963984540054, z_0.95
 * = 1.644853626951473. */
static void vmath_normal_quantile_matches_tables_when_u_is_usual(void **state)
{
    (void)state;
    assert_true(relative(vmath_normal_quantile(0.975), 1.959963984540054L) < 1e-15);
    assert_true(relative(vmath_normal_quantile(0.05), -1.644853626951473L) < 1e-15);
    assert_true(!(fabs(vmath_normal_quantile(0.5)) > 0.0));
}

static uint64_t fold(uint64_t hash, double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return (hash ^ bits) * UINT64_C(0x100000001b3);
}

static void vmath_gives_frozen_bits_when_built_by_any_compiler(void **state)
{
    struct rng r = stream();
    uint64_t log_hash = 0;
    uint64_t exp_hash = 0;
    uint64_t quantile_hash = 0;

    (void)state;
    for (int i = 0; i < POINTS; i++) {
        const double u = rng_uniform(&r);
        const double x = spread(&r, -720.0, 720.0);

        log_hash = fold(log_hash, vmath_log(u));
        exp_hash = fold(exp_hash, vmath_exp(x));
        quantile_hash = fold(quantile_hash, vmath_normal_quantile(u));
    }
    assert_int_equal(log_hash, UINT64_C(0x2851ba94284b6ae0));
    assert_int_equal(exp_hash, UINT64_C(0x692658cb2b11963e));
    assert_int_equal(quantile_hash, UINT64_C(0x7796b2247442d394));
}

/* What dist_draw_ns makes of one word. */
static int64_t exponential_of(uint64_t word, double mean_ns)
{
    double u = ((double)(int64_t)(word >> 11) + 0.5) * 0x1p-53;

    u = u < 1.0 ? u : 1.0 - 0x1p-53;
    return (int64_t)nearbyint(mean_ns * -vmath_log(u));
}

/* Words whose uniforms sit at the ends, beside powers of two and where the mantissa is split;
 * then random ones, of all magnitudes. */
static uint64_t edge_word(int i, struct rng *r)
{
    const uint64_t near = (uint64_t)(i / 64 % 5) - 2;
    const uint64_t word = rng_word(r);

    switch (i / 320) {
    case 0:
        return ((UINT64_C(1) << (i % 53)) + near) << 11;
    case 1:
        return (UINT64_MAX >> (i % 64)) + near * 2048;
    case 2:
        return ((UINT64_C(0x16a09e667f3bcd) >> (i % 53)) + near) << 11;
    default:
        return word >> (i % 3 == 0 ? i % 64 : 0);
    }
}

static void vmath_exponentials_are_the_same_when_vectors_differ(void **state)
{
    static const double means_ns[] = {
        0.0, 0x1p-30, 0.3, 1.0, 1e6, 12345678.9, 0x1.fffffffffffffp45};
    enum {
        N = 64
    };

    (void)state;
    for (int isa = VMATH_SSE2; isa <= VMATH_AVX512; isa++) {
        struct rng r = stream();

        vmath_use((enum vmath_isa)isa);
        for (int i = 0; i < POINTS; i += N) {
            const double mean_ns = means_ns[i / N % 7];
            uint64_t word[N];
            int64_t got[N];

            for (int k = 0; k < N; k++) {
                word[k] = edge_word(i + k, &r);
            }
            vmath_exponential_ns(word, mean_ns, got, N);
            for (int k = 0; k < N; k++) {
                assert_int_equal(got[k], exponential_of(word[k], mean_ns));
            }
            vmath_exponential_ns(word, mean_ns, (int64_t *)word, N);
            assert_memory_equal(word, got, sizeof got);
        }
    }
    vmath_use(VMATH_AVX512);
}

/* About every half between 0 and 2^53: the number, and those beside it. */
static void vmath_round_is_nearbyint_when_x_is_at_a_limit(void **state)
{
    struct rng r = stream();

    (void)state;
    for (int i = 0; i < POINTS; i++) {
        const uint64_t word = rng_word(&r);
        const double half = (double)(int64_t)(word >> (11 + i % 53)) / 2.0;
        const double x[] = {half, nextafter(half, 0.0), nextafter(half, HUGE_VAL)};

        for (int k = 0; k < 3; k++) {
            assert_int_equal((int64_t)vmath_round(x[k]), (int64_t)nearbyint(x[k]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vmath_log_is_accurate_when_x_covers_all_exponents),
        cmocka_unit_test(vmath_log_is_accurate_when_x_is_near_one),
        cmocka_unit_test(vmath_log_holds_its_ends_when_x_is_extreme),
        cmocka_unit_test(vmath_exp_is_accurate_when_x_covers_its_range),
        cmocka_unit_test(vmath_exp_saturates_when_x_is_outside),
        cmocka_unit_test(vmath_pow_is_accurate_when_the_exponent_is_moderate),
        cmocka_unit_test(vmath_normal_quantile_is_accurate_when_u_reaches_the_tails),
        cmocka_unit_test(vmath_normal_quantile_matches_tables_when_u_is_usual),
        cmocka_unit_test(vmath_gives_frozen_bits_when_built_by_any_compiler),
        cmocka_unit_test(vmath_exponentials_are_the_same_when_vectors_differ),
        cmocka_unit_test(vmath_round_is_nearbyint_when_x_is_at_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
