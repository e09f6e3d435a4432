/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound.h - mean and quantiles of the response time of queues that have an exact answer.
 *
 * The planner sizes with these, and the tests hold the simulator against them. Times are in any
 * one unit and rates in its inverse. A response is waiting and service together. Every function
 * returns NAN where there is no steady state, where the law is not one that it knows, or where
 * its tables would be too short; none needs memory. Quantiles take p in (0, 1) and are right to
 * about 1e-8, relatively, unless it is said otherwise. Checked against:
 * tests/unit/test_bound.c. */
#ifndef MODELS_BOUND_H
#define MODELS_BOUND_H

#include "sim/core/dist.h"

enum {
    BOUND_STATES = 600,     /* numbers in system that the numerical laws keep */
    BOUND_SERVERS_MAX = 64, /* of the laws that name a number of servers */
    BOUND_SLOTS_MAX = 64    /* services per slot, bound_slots_md */
};

/* Mean and quantile of one response time. */
struct bound {
    double mean, quantile;
};

/* M/M/c: Poisson arrivals, exponential service, first come first served from one queue.
 * bound_mmc_wait_frac is Erlang's C, the fraction that waits. O(servers).
 * Source: Bolch et al., Queueing Networks and Markov Chains (2006), 6.5. */
double bound_mmc_wait_frac(double rate, double service, int servers);
struct bound bound_mmc(double rate, double service, int servers, double p);

/* M/D/c: the same with service that never varies. The stationary law is found by iteration,
 * O(BOUND_STATES / (1 - load)^2). Source: Franx, "A simple solution for the M/D/c waiting time
 * distribution", Oper. Res. Lett. 29 (2001) 221-229. */
struct bound bound_mdc(double rate, double service, int servers, double p);

/* M/G/1 with any service law but weibull and deterministic (that is bound_mdc). The mean is
 * HUGE_VAL where the service has no variance. Quantile by numerical inversion of the
 * Pollaczek-Khinchine transform. Source: Abate & Whitt, "A unified framework for numerically
 * inverting Laplace transforms", INFORMS J. Comput. 18 (2006) 408-421. */
struct bound bound_mg1(double rate, const struct dist *service, double p);

/* GI/M/1: independent gaps of any law but weibull, exponential service. The response is
 * exponential. Source: Kleinrock, Queueing Systems I (1975), 6.4. */
struct bound bound_gim1(const struct dist *gap, double service, double p);

/* One server that works only in [0, slot) of each frame, preempted and resumed: what a vGPU has
 * under slots that are kept. Exponential service; frame >= slot. The law at a phase of the
 * frame by uniformization; the response is the time until the slots have supplied an Erlang
 * amount. */
struct bound bound_slots_mm(double rate, double service, double slot, double frame, double p);

/* The same with service that never varies and slots of exactly `fit` services. */
struct bound bound_slots_md(double rate, double service, int fit, double frame, double p);

/* Closed: `clients` think (exponential), ask (exponential) and wait for one of `servers`, first
 * come first served. clients < BOUND_STATES. *busy_frac may be NULL: utilization of the
 * servers. Source: Bolch et al. (2006), 6.8; arrivals see the system without themselves. */
struct bound bound_closed(int clients, double think, double service, int servers, double p,
                          double *busy_frac);

#endif
