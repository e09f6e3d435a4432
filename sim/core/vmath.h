/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmath.h - logarithm, exponential and normal quantile from + - * / and sqrt only.
 *
 * libm's last bit depends on the CPU and the version; these give the same bits on every IEEE 754
 * machine when the compiler does not contract (-ffp-contract=off). */
#ifndef SIM_CORE_VMATH_H
#define SIM_CORE_VMATH_H

/* Natural logarithm of a finite x > 0; relative error below 1e-15 (absolute near x = 1). */
double vmath_log(double x);

/* e to the power x for |x| <= 700; relative error below 1e-15. Saturates outside. */
double vmath_exp(double x);

/* x to the power y for x > 0: vmath_exp(y * vmath_log(x)). */
double vmath_pow(double x, double y);

/* Standard normal quantile for 0 < u < 1, relative error below 1e-15.
 * Source: Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988). */
double vmath_normal_quantile(double u);

#endif
