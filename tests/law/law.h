/* SPDX-License-Identifier: GPL-3.0-or-later */
/* law.h - one exact result and the scenario that must reproduce it. */
#ifndef TESTS_LAW_LAW_H
#define TESTS_LAW_LAW_H

#include "sim/run/result.h"

/* How a simulated figure is held against the exact one. */
enum law_rule {
    LAW_CI,    /* |got - exact| <= 4 standard errors over >= 20 replications */
    LAW_EXACT, /* |got - exact| <= 1e-9 max(1, |exact|) */
    LAW_QMC    /* |got - exact| <= 1e-3 of the oracles' unit of time, over >= 1e5 arrivals */
};

struct law {
    const char *id;        /* case of oracles.csv */
    const char *statistic; /* its column */
    double exact;          /* in the metric's base unit (ns, per s, fraction) */
    enum law_rule rule;
    const char *scenario; /* YAML */
    struct estimate (*got)(const struct result *r);
};

extern const struct law laws[];
extern const int laws_n;

/* Reads and runs a scenario; the result lives until law_done. Fails the test on
 * any diagnostic that is an error. */
const struct result *law_run(const char *yaml, uint64_t seed);
void law_done(void);

#endif
