/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmath.c - elementary functions with the same bits everywhere.
 *
 * log: x = 2^k m with m in [sqrt(1/2), sqrt 2); with f = m - 1 (exact) and s = f / (2 + f),
 * log m = 2 atanh s = f - (f^2/2 - s (f^2/2 + R)), R = sum 2 s^2j / (2j + 1). The first term is
 * exact, so that the error of the rest stays below one unit in the last place of the sum; nine
 * terms of R leave 2e-17. exp: x = k ln 2 + r with |r| <= ln(2)/2, a Taylor polynomial whose
 * first dropped term is 4e-18, and 2^k put together from bits. ln 2 is split so that k times
 * the high part is exact. Only + - * / and sqrt, which IEEE 754 rounds in one way. Cost: 5 to
 * 10 ns each. Source: W. J. Cody & W. Waite, Software Manual for the Elementary Functions
 * (1980), chapters 5 and 6; Wichura, Applied Statistics 37 (1988), AS 241, routine PPND16 for
 * the coefficients. */
#include "sim/core/vmath.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

static_assert(FLT_EVAL_METHOD == 0, "intermediate results must be rounded to double");

#define LN2_HI    0x1.62e42feep-1       /* 32 bits: exact times any exponent */
#define LN2_LO    0x1.a39ef35793c76p-33 /* ln 2 - LN2_HI */
#define LOG2_E    0x1.71547652b82fep+0  /* 1 / ln 2 */
#define SQRT_HALF UINT64_C(0x3fe6a09e667f3bcd)
#define ONE       UINT64_C(0x3ff0000000000000)
#define MANTISSA  UINT64_C(0x000fffffffffffff)

#define TWO_52 UINT64_C(0x4330000000000000) /* bits of 2^52 */
#define TWO_84 UINT64_C(0x4530000000000000) /* bits of 2^84 */

/* sum_{j=1..9} 2 z^j / (2j + 1) with w = z^2, split into odd and even powers to shorten the
 * chain; for a number or a vector of them. */
#define ATANH_TAIL(z, w)                                                                       \
    ((z) * (2.0 / 3 +                                                                          \
            (w) * (2.0 / 7 + (w) * (2.0 / 11 + (w) * (2.0 / 15 + (w) * (2.0 / 19))))) +        \
     (w) * (2.0 / 5 + (w) * (2.0 / 9 + (w) * (2.0 / 13 + (w) * (2.0 / 17)))))

enum {
    EXP_MAX = 700 /* exp saturates at either sign, well inside the normal range */
};

static uint64_t bits_of(double x)
{
    uint64_t b;

    memcpy(&b, &x, sizeof b);
    return b;
}

static double from_bits(uint64_t b)
{
    double x;

    memcpy(&x, &b, sizeof x);
    return x;
}

double vmath_log(double x)
{
    double k = 0.0;

    assert(x > 0.0 && x <= DBL_MAX);
    if (x < DBL_MIN) {
        x *= 0x1p54;
        k = -54.0;
    }

    /* Taking sqrt(1/2) for the origin of the exponent field leaves the mantissa in [sqrt(1/2),
     * sqrt 2). */
    const uint64_t offset = bits_of(x) - SQRT_HALF + ONE;
    const double m = from_bits((offset & MANTISSA) + SQRT_HALF);
    const double f = m - 1.0;
    const double s = f / (2.0 + f);
    const double half = 0.5 * f * f;
    const double z = s * s;
    const double tail = s * (half + ATANH_TAIL(z, z * z));

    k += (double)((int)(offset >> 52) - 1023);
    return k * LN2_HI - ((half - (tail + k * LN2_LO)) - f);
}

/* sum_{j=2..13} r^(j-2) / j!, in pairs of pairs for the same reason. */
static double exp_tail(double r)
{
    const double w = r * r;
    const double w2 = w * w;
    const double low = (1.0 / 2 + r * (1.0 / 6)) + w * (1.0 / 24 + r * (1.0 / 120));
    const double middle =
        (1.0 / 720 + r * (1.0 / 5040)) + w * (1.0 / 40320 + r * (1.0 / 362880));
    const double high = (1.0 / 3628800 + r * (1.0 / 39916800)) +
                        w * (1.0 / 479001600 + r * (1.0 / 6227020800.0));

    return low + w2 * (middle + w2 * high);
}

double vmath_exp(double x)
{
    assert(!isnan(x));
    if (x > EXP_MAX) {
        x = EXP_MAX;
    } else if (x < -EXP_MAX) {
        x = -EXP_MAX;
    }

    /* Adding 1.5 * 2^52 leaves no bits for a fraction: rounds to a whole number without a
     * branch. */
    const double k = (x * LOG2_E + 0x1.8p52) - 0x1.8p52;
    const double r = (x - k * LN2_HI) - k * LN2_LO;
    const uint64_t power = (uint64_t)((int64_t)k + 1023) << 52;

    return (1.0 + (r + r * r * exp_tail(r))) * from_bits(power);
}

double vmath_pow(double x, double y)
{
    return vmath_exp(y * vmath_log(x));
}

/* ---- Normal quantile ---- */

enum {
    DEGREE = 7
};

/* A quotient of two polynomials of degree 7, lowest coefficient first. */
struct ratio {
    double over[DEGREE + 1];
    double under[DEGREE + 1];
};

/* |u - 1/2| <= 0.425, in 0.425^2 - (u - 1/2)^2 */
static const struct ratio central = {
    .over = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
             1.3731693765509461125e4,                                                                            4.5921953931549871457e4, 6.7265770927008700853e4,
             3.3430575583588128105e4,                                                                                                                                                       2.5090809287301226727e3},
    .under = {1.0,                     4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
             2.1213794301586595867e4,                                                                                                     3.9307895800092710610e4, 2.8729085735721942674e4,
             5.2264952788528545610e3                                                                                                                                                                               },
};

/* r = sqrt(-log min(u, 1 - u)) <= 5, in r - 1.6 */
static const struct ratio shoulder = {
    .over = {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
             3.64784832476320460504e0,  1.27045825245236838258e0,  2.41780725177450611770e-1,
             2.27238449892691845833e-2, 7.74545014278341407640e-4},
    .under = {1.0,                      2.05319162663775882187e0, 1.67638483018380384940e0,
             6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
             5.47593808499534494600e-4, 1.05075007164441684324e-9},
};

/* r > 5, in r - 5 */
static const struct ratio tail = {
    .over = {6.65790464350110377720e0, 5.46378491116411436990e0,  1.78482653991729133580e0,
             2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
             2.71155556874348757815e-5, 2.01033439929228813265e-7 },
    .under = {1.0,                      5.99832206555887937690e-1, 1.36929880922735805310e-1,
             1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
             1.42151175831644588870e-7, 2.04426310338993978564e-15},
};

static double ratio_at(const struct ratio *q, double x)
{
    double over = q->over[DEGREE];
    double under = q->under[DEGREE];

    for (int i = DEGREE - 1; i >= 0; i--) {
        over = over * x + q->over[i];
        under = under * x + q->under[i];
    }
    return over / under;
}

double vmath_normal_quantile(double u)
{
    const double q = u - 0.5;

    assert(u > 0.0 && u < 1.0);
    if (fabs(q) <= 0.425) {
        return q * ratio_at(&central, 0.180625 - q * q);
    }

    const double r = sqrt(-vmath_log(q < 0.0 ? u : 1.0 - u));
    const double z = r <= 5.0 ? ratio_at(&shoulder, r - 1.6) : ratio_at(&tail, r - 5.0);

    return q < 0.0 ? -z : z;
}

/* ---- Batches ---- */

#define VEC_LEVEL 0
#include "sim/core/vmath_vec.h"
#if VEC_LEVELS > 1
#undef VEC_LEVEL
#define VEC_LEVEL 1
#include "sim/core/vmath_vec.h"
#undef VEC_LEVEL
#define VEC_LEVEL 2
#include "sim/core/vmath_vec.h"
#endif

static void (*const exponential[VEC_LEVELS])(const uint64_t *, double, int64_t *, int) = {
    exponential_0,
#if VEC_LEVELS > 1
    exponential_1,
    exponential_2,
#endif
};

void vmath_exponential_ns(const uint64_t *word, double mean_ns, int64_t *out, int n)
{
    assert(n % VMATH_BLOCK == 0);
    assert(mean_ns >= 0.0 && mean_ns < VMATH_MEAN_MAX_NS);
    exponential[vmath_isa()](word, mean_ns, out, n);
}

/* The one thing here that can change. It decides how fast results come, never what they are. */
static enum vmath_isa isa_most = VMATH_AVX512;

enum vmath_isa vmath_isa(void)
{
#if VEC_LEVELS > 1
    if (isa_most >= VMATH_AVX512 && __builtin_cpu_supports("avx512f")) {
        return VMATH_AVX512;
    }
    if (isa_most >= VMATH_AVX2 && __builtin_cpu_supports("avx2")) {
        return VMATH_AVX2;
    }
#endif
    return VMATH_SSE2;
}

void vmath_use(enum vmath_isa most)
{
    isa_most = most;
}
