/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound_least.c - what no queue of a kind falls below: the proofs stand in docs/planning.md. */
#include "models/bound_inside.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

enum {
    ARRIVALS = 4096 /* that bound_md1_least counts at most */
};

double bound_md1_least(double rate, double service, double p)
{
    double best = service;
    for (int n = 1; n <= ARRIVALS; n++) {
        /* In any longer time more than 1 - p of all arrivals find that n came. */
        double u = gsl_cdf_gamma_Pinv(1.0 - p, n, 1.0 / rate);
        double least = (n + 1) * service - u;
        if (!(least > best)) {
            break; /* the times of more arrivals lie farther and farther apart */
        }
        best = least;
    }
    return best;
}

/* Of M/G/c with the mean wait w: E work = rate (E service w + E service^2 / 2), and no less
 * than rate E service^2 / (2 (servers - load)), that of the one fast server. */
static double brumelle_wait(double rate, const struct dist *service, int servers)
{
    double load = rate * service->mean;
    double half = service->mean * (1.0 + dist_scv(service)) / 2.0;
    double wait = half * (1.0 / (servers - load) - 1.0);
    return wait > 0.0 && isfinite(wait) ? wait : 0.0;
}

struct bound bound_mgc_least(double rate, const struct dist *service, int servers, double p)
{
    if (!bound_is_stable(rate, service->mean, servers, p)) {
        return NO_BOUND;
    }
    const char *law = service->kind->name;
    struct bound least = {service->mean + brumelle_wait(rate, service, servers),
                          dist_quantile(service, p)};
    double queue = least.quantile;
    if (strcmp(law, "exponential") == 0) {
        queue = bound_mmc(rate, service->mean, servers, p).quantile;
    } else if (servers == 1 && strcmp(law, "deterministic") == 0) {
        queue = bound_md1_least(rate, service->mean, p);
    } else if (servers == 1 && (strcmp(law, "gamma") == 0 || strcmp(law, "erlang") == 0 ||
                                strcmp(law, "hyperexponential") == 0)) {
        queue = bound_mg1(rate, service, p).quantile;
    }
    least.quantile = queue > least.quantile ? queue : least.quantile;
    return least;
}

/* Whole slots that the work fills before the one in which it ends. */
static double full_slots(double work, double slot)
{
    return ceil(work / slot) - 1.0;
}

struct bound_slot bound_slot_alone(double work, double slot, double frame)
{
    double gap = frame - slot;
    double k = full_slots(work, slot);
    double rest = work - k * slot;
    double least = work + k * gap;
    /* In a slot with less than `rest` left of it there is one gap more; outside of a slot it
     * waits for the next one. */
    return (struct bound_slot){.least = least,
                               .mean = least + rest * gap / frame + gap * gap / (2.0 * frame),
                               .worst = least + gap};
}

double bound_slot_mean_least(double work, double slot, double frame)
{
    double gap = frame - slot;
    double flat = work * gap / frame;
    double steep = work * gap / slot - gap * gap / frame;
    return work + (flat > steep ? flat : steep) + gap * gap / (2.0 * frame);
}
