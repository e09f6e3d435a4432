/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmath.h - logarithm, exponential and normal quantile from + - * / and sqrt only.
 *
 * libm's last bit depends on the CPU and the version; these give the same bits on every IEEE
 * 754 machine when the compiler does not contract (-ffp-contract=off). */
#ifndef SIM_CORE_VMATH_H
#define SIM_CORE_VMATH_H

#include <stdint.h>

/* Natural logarithm of a finite x > 0; relative error below 1e-15 (absolute near x = 1). */
double vmath_log(double x);

/* e to the power x for |x| <= 700; relative error below 1e-15. Saturates outside. */
double vmath_exp(double x);

/* x to the power y for x > 0: vmath_exp(y * vmath_log(x)). */
double vmath_pow(double x, double y);

/* Standard normal quantile for 0 < u < 1, relative error below 1e-15.
 * Source: Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988). */
double vmath_normal_quantile(double u);

/* x >= 0 rounded to a whole number, half to even, as nearbyint does it but without a call:
 * below 2^52 adding 2^52 leaves no bits for a fraction, from there on all numbers are whole. */
static inline double vmath_round(double x)
{
    return x < 0x1p52 ? (x + 0x1p52) - 0x1p52 : x;
}

/* ---- Batches ---- */

enum {
    VMATH_BLOCK = 8 /* batches are multiples of this */
};

/* Exponential durations from random words, in whole ns: out[i] is what dist_draw_ns makes of
 * word[i], bit for bit, whatever vectors the processor has.
 *   word     [n] random bits; may be the same memory as out
 *   mean_ns  >= 0 and < VMATH_MEAN_MAX_NS, so that no sample reaches 2^52 ns
 *   n        >= 0, a multiple of VMATH_BLOCK
 * Cost: 1 to 4 ns each, by vector width. */
#define VMATH_MEAN_MAX_NS 0x1p46
void vmath_exponential_ns(const uint64_t *word, double mean_ns, int64_t *out, int n);

/* Vector instructions, each level with those before it. */
enum vmath_isa {
    VMATH_SSE2, /* on other processors: what all of the kind have */
    VMATH_AVX2,
    VMATH_AVX512
};

/* The level that batches use: the processor's, or less by vmath_use. */
enum vmath_isa vmath_isa(void);

/* Holds batches to `most`, for tests of the other levels: results never depend on it. Call
 * before there are threads. */
void vmath_use(enum vmath_isa most);

#endif
