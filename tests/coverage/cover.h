/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cover.h - how often a 95 % interval of the program holds the exact value.
 *
 * One macro-replication is a whole experiment - scenario, 20 replicas, pooled percentile,
 * sectioning interval - with a seed of its own. One unit of time of the models is 1 ms. */
#ifndef TESTS_COVERAGE_COVER_H
#define TESTS_COVERAGE_COVER_H

#include <stdbool.h>
#include <stdint.h>

#include "models/bound.h"

enum {
    COVER_TEXT = 1024 /* bytes of a scenario */
};

struct cover_model {
    const char *name;
    const char *exact_by; /* how the exact value is known */
    /* The tenant's rate per ms. */
    double (*rate)(double load);
    /* From "modes:" on. */
    void (*yaml)(double load, char out[COVER_TEXT]);
    /* Mean and p95 in ms; a NAN is replaced by a long run of the program. */
    struct bound (*exact)(double load);
    double stretch; /* length of a replica over the recommended one */
    bool bounded;   /* the number in system is */
};

extern const struct cover_model cover_models[];
extern const int cover_models_n;

const struct cover_model *cover_find(const char *name);

/* What happened to the intervals of one figure. */
struct cover_count {
    int64_t n, held, below, above; /* below: the whole interval lies below the exact value */
    double exact_ns;
    double sum, half_width_frac; /* sums over n */
};

struct cover {
    const struct cover_model *model;
    double load;
    int64_t requests; /* per replica, about */
    bool referred;    /* the p95 comes from a long run */
    struct cover_count mean, p95,
        naive; /* naive: p95 with all requests taken for independent */
};

/* Runs `macros` experiments with seeds from `first_seed` on. False when the scenario does not
 * run; it is said on stderr then. */
bool cover_run(struct cover *c, const struct cover_model *model, double load, int macros,
               uint64_t first_seed, int threads);

#endif
