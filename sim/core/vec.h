/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vec.h - the vector words of one instruction set, for code that is compiled once for each.
 *
 * A file `x_vec.h` includes this one at its top and writes functions VEC_NAME(f) with
 * VEC_TARGET in front; x.c includes x_vec.h once for each level, with VEC_LEVEL defined, and
 * picks among the results by vmath_isa(). Only the compilers' generic vectors are used: lane by
 * lane the operators mean what they mean for one number, so that every level gives the same
 * bits. No include guard, on purpose.
 *
 *   VEC_N       lanes                VEC_TARGET    attribute of a function of this level
 *   VEC_D       doubles              VEC_NAME(f)   f_0, f_1 or f_2
 *   VEC_U       64-bit words         VEC_ZIP_LOW(a, b)   a0 b0 a1 b1 ..., the first VEC_N
 *                                    VEC_ZIP_HIGH(a, b)  the rest */
#undef VEC_N
#undef VEC_D
#undef VEC_U
#undef VEC_TARGET
#undef VEC_NAME
#undef VEC_ZIP_LOW
#undef VEC_ZIP_HIGH

#ifndef SIM_CORE_VEC_H
#define SIM_CORE_VEC_H

#include <stdint.h>

#if defined(__x86_64__)
#define VEC_LEVELS 3
#else
#define VEC_LEVELS 1 /* what every processor of the kind has */
#endif

typedef double vec_d0 __attribute__((vector_size(16)));
typedef uint64_t vec_u0 __attribute__((vector_size(16)));
typedef double vec_d1 __attribute__((vector_size(32)));
typedef uint64_t vec_u1 __attribute__((vector_size(32)));
typedef double vec_d2 __attribute__((vector_size(64)));
typedef uint64_t vec_u2 __attribute__((vector_size(64)));

#if defined(__clang__)
#define VEC_SHUFFLE(type, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define VEC_SHUFFLE(type, a, b, ...) __builtin_shuffle(a, b, (type){__VA_ARGS__})
#endif

#endif

#if VEC_LEVEL == 0
#define VEC_N              2
#define VEC_D              vec_d0
#define VEC_U              vec_u0
#define VEC_TARGET         /* the compiler's own */
#define VEC_NAME(f)        f##_0
#define VEC_ZIP_LOW(a, b)  VEC_SHUFFLE(vec_u0, a, b, 0, 2)
#define VEC_ZIP_HIGH(a, b) VEC_SHUFFLE(vec_u0, a, b, 1, 3)
#elif VEC_LEVEL == 1
#define VEC_N              4
#define VEC_D              vec_d1
#define VEC_U              vec_u1
#define VEC_TARGET         __attribute__((target("avx2")))
#define VEC_NAME(f)        f##_1
#define VEC_ZIP_LOW(a, b)  VEC_SHUFFLE(vec_u1, a, b, 0, 4, 1, 5)
#define VEC_ZIP_HIGH(a, b) VEC_SHUFFLE(vec_u1, a, b, 2, 6, 3, 7)
#elif VEC_LEVEL == 2
#define VEC_N              8
#define VEC_D              vec_d2
#define VEC_U              vec_u2
#define VEC_TARGET         __attribute__((target("avx512f")))
#define VEC_NAME(f)        f##_2
#define VEC_ZIP_LOW(a, b)  VEC_SHUFFLE(vec_u2, a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define VEC_ZIP_HIGH(a, b) VEC_SHUFFLE(vec_u2, a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#endif
