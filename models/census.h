/* SPDX-License-Identifier: GPL-3.0-or-later */
/* census.h - every layout that one GPU can hold, and the orders in which sets of instances can
 * be created.
 *
 * A legal layout is a set of (profile, start) pairs that may exist together, the empty one
 * included; it is maximal when no instance of any profile can be added. Several layouts make
 * one set when they differ in places only. Nothing is tabulated: all is found by walking.
 * Cost: O(layouts), some thousands for the tables of the catalogue. docs/hardware.md. */
#ifndef MODELS_CENSUS_H
#define MODELS_CENSUS_H

#include <stdbool.h>

#include "models/layout.h"

enum {
    CENSUS_LAYOUTS_MAX = 1000000, /* a walk beyond it ends, and says so */
    CENSUS_ORDERS_MAX = 100000    /* steps of a search for orders */
};

/* Called once per layout; instances in ascending order of start. */
typedef void census_visit(void *user, const struct layout *l, bool is_maximal);

/* Visits every legal layout, those that begin with earlier starts and earlier profiles first.
 * Returns how many there are, or -1 when there are more than CENSUS_LAYOUTS_MAX. */
long census_walk(const struct mig_geometry *g, census_visit *visit, void *user);

/* An order in which `count` can be created when no start is given and the driver chooses
 * (layout_starts). With `places` only an order that ends in the places of that layout, whose
 * counts are `count`. Writes order[sum of count] and returns the number; -1 when there is none,
 * or none was found in CENSUS_ORDERS_MAX steps. Longest profiles are tried first. */
int census_order(const struct mig_geometry *g, const unsigned char *count,
                 const struct layout *places, struct layout_instance *order);

/* Can `count` be created in whatever order it is asked for? False as well when that could not
 * be settled in CENSUS_ORDERS_MAX steps. */
bool census_any_order(const struct mig_geometry *g, const unsigned char *count);

#endif
