/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fit.h - the scaling law of a workload from measured times on slices of a GPU.
 *
 *   T(n) = (base + per_item n) e^d(n)        time of a batch of n on the whole GPU
 *   g    = T(n) (serial + compute max(1, width x_c) + memory x_m)
 *   t    = max(floor, g)   or   floor + g
 *
 * x_c: SMs of the whole GPU over those of the slice, x_m: bandwidth likewise; serial + compute
 * + memory = 1. Which of the eight shapes (form; with or without serial part; with or without
 * width) describes the workload is decided by leaving slices out. Residuals are logarithms, so
 * that 3 % is 3 % on a fast slice and on a slow one.
 *
 * Weak priors keep finite what the data leave open; an estimate that rests on them is marked
 * unknown. Time: a few ms per shape and slice. Source: slice.h, docs/model.md A21;
 * Holland & Welsch 1977, Communications in Statistics 6, for the reweighting. */
#ifndef MODELS_FIT_H
#define MODELS_FIT_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"

enum {
    FIT_POINTS_MAX = 4096,
    FIT_SIZES_MAX = 64,
    FIT_SLICES_MAX = 64,
    FIT_SHAPES_N = 8
};

/* One measurement. */
struct fit_point {
    double compute; /* x_c >= 1 */
    double memory;  /* x_m >= 1 */
    double time_ns; /* of the batch, > 0 */
    int size;       /* index into fit_data.size */
    int slice;      /* 0 .. slice_n - 1: what is left out together */
};

/* Everything measured of one workload. Borrowed. */
struct fit_data {
    const struct fit_point *point; /* [point_n], 2 .. FIT_POINTS_MAX */
    int point_n;
    const double *size; /* [size_n] items of a batch, >= 1, at most FIT_SIZES_MAX */
    int size_n;
    int slice_n; /* at most FIT_SLICES_MAX */
};

struct fit_shape {
    bool sum;    /* floor + g rather than max(floor, g) */
    bool serial; /* has a serial part */
    bool width;  /* the work may be narrower than the GPU */
};

enum fit_param {
    FIT_BASE,     /* ns */
    FIT_PER_ITEM, /* ns */
    FIT_SERIAL,
    FIT_COMPUTE,
    FIT_MEMORY,
    FIT_WIDTH,
    FIT_FLOOR, /* ns */
    FIT_PARAMS_N
};

/* A fitted law. */
struct fit_law {
    struct fit_shape shape;
    double value[FIT_PARAMS_N];
    double se[FIT_PARAMS_N];  /* standard errors, by the linear approximation at the solution */
    bool known[FIT_PARAMS_N]; /* false: the data do not say, the value is a convention */
    double size_ns[FIT_SIZES_MAX]; /* T(n) of each size, on the whole GPU */
    double noise;                  /* robust relative scale of the residuals */
};

/* What leaving slices out says about one shape. */
struct fit_score {
    double score; /* mean of ln(1 % + |error|): the least wins */
    double median, p90;
};

/* The answer for one workload. */
struct fit_result {
    struct fit_law law;
    struct fit_score shape[FIT_SHAPES_N]; /* by fit_shape_of */
    int chosen;                           /* index into shape */
    /* Relative errors of the throughput, predicted over measured, minus 1: */
    double *residual;   /* [point_n] by the law, in-sample */
    double *left_out;   /* [point_n] from the other slices; NAN where they do not suffice. The
                           shape is chosen anew without the slice. */
    double median, p90; /* of |left_out| */
};

/* Shape number i of FIT_SHAPES_N, simpler ones first. */
struct fit_shape fit_shape_of(int i);

/* Time by the law of a batch of size[size_ix] on a slice. */
double fit_time_ns(const struct fit_law *law, int size_ix, double compute, double memory);

/* Fits one shape to the points whose slice is not `without` (-1: to all). False with a
 * diagnostic when memory is out, and without one when there are too few points. */
bool fit_law(const struct fit_data *data, struct fit_shape shape, int without,
             struct fit_law *out, struct diag *d);

/* Chooses the shape, fits it, and measures its error by leaving out one slice after the other.
 * At least two slices. Results live in the arena. False with a diagnostic. */
bool fit_workload(const struct fit_data *data, struct arena *a, struct fit_result *out,
                  struct diag *d);

/* The p-quantile (0 .. 1) of |x|, NANs left out; the smallest value with at least p n at or
 * below it. `room` [n] is overwritten. NAN when nothing is left. */
double fit_quantile(const double *x, int n, double p, double *room);

#endif
