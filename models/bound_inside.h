/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound_inside.h - what the exact answers of bound.h share: roots of tails, and laws of a
 * number in system, which are arrays of BOUND_STATES probabilities. */
#ifndef MODELS_BOUND_INSIDE_H
#define MODELS_BOUND_INSIDE_H

#include <math.h>
#include <stdbool.h>

#include "models/bound.h"

#define NO_BOUND ((struct bound){(double)NAN, (double)NAN})

/* P(T > t) */
typedef double tail_function(const void *context, double t);

/* The smallest t >= least with tail(t) <= 1 - p; tail does not rise. `scale` is the first step
 * of the search. */
double bound_quantile(tail_function *tail, const void *context, double least, double scale,
                      double p);

/* Has the queue a stationary law, and is p a probability strictly between 0 and 1? */
bool bound_is_stable(double rate, double service, int servers, double p);

/* Adds a Poisson number of arrivals to a law. In place, from the top. */
void bound_add_arrivals(double *law, double mean);

/* Takes up to n requests out. */
void bound_take_out(double *law, int n);

double bound_mean_number(const double *law);

/* P(number <= n) */
double bound_at_most(const double *law, int n);

/* Runs step on the law until it does not change. False when it does not settle or does not fit.
 */
bool bound_settle(double *law, void (*step)(const void *context, double *law),
                  const void *context);

#endif
