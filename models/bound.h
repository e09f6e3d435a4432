/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound.h - mean and quantiles of the response time of queues that have an exact answer, and
 * what no queue of a kind falls below where there is none.
 *
 * The planner refuses with the lower bounds what no experiment needs to show, and the tests
 * hold the simulator against all of them. Times are in any one unit and rates in its inverse. A
 * response is waiting and service together. Every function returns NAN where there is no steady
 * state, where the law is not one that it knows, or where its tables would be too short; none
 * needs memory. Quantiles take p in (0, 1) and are right to about 1e-8, relatively, unless it
 * is said otherwise. Checked against: tests/unit/test_bound.c. */
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

/* ---- Lower bounds ---- */

/* The least that an M/G/c queue can have, first come first served from one queue, and so every
 * queue with the same arrivals that is served no faster. Weibull and empirical laws included.
 *
 * Mean: the work in system is on every path no less than with one server `servers` times as
 * fast, which works whenever there is work; in the mean that is Pollaczek and Khinchine's, and
 * the work of M/G/c follows from its wait by H = lambda G. With one server it is exact. Where
 * the service has no variance the wait counts as 0. Source: Brumelle, "Some inequalities for
 * parallel-server queues", Oper. Res. 19 (1971) 402-413.
 *
 * Quantile, the greatest of: that of the service, as P(response > t) >= P(service > t); for
 * exponential service bound_mmc; for one server and gamma, Erlang or hyperexponential service
 * bound_mg1, for one and service that never varies bound_md1_least. */
struct bound bound_mgc_least(double rate, const struct dist *service, int servers, double p);

/* The quantile of M/D/1 is at least this. The work that an arrival finds is the supremum over u
 * of the work that came in the u before it, less u (Reich 1958, Ann. Math. Statist. 29, 563),
 * so no less than for any one u: n services, where n is the quantile of a Poisson number. The
 * greatest over n. O(quantile / service). */
double bound_md1_least(double rate, double service, double p);

/* What a request alone needs of a slot [0, slot) in each frame, whenever it comes. */
struct bound_slot {
    double least; /* work + (ceil(work / slot) - 1) (frame - slot): no window of less time has
                     so much supply */
    double mean;  /* over all phases of the frame */
    double worst; /* it comes as the slot ends */
};

/* work > 0, 0 < slot <= frame. Source: the supply of a periodic resource, Shin & Lee, RTSS
 * 2003; docs/planning.md derives the mean. */
struct bound_slot bound_slot_alone(double work, double slot, double frame);

/* The mean response in such slots under Poisson arrivals is at least this, for any law of the
 * work with the mean `work`: bound_slot_alone's mean lies above two lines through it. */
double bound_slot_mean_least(double work, double slot, double frame);

#endif
