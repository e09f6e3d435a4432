/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bill.h - what an hour of a plan costs, item by item: GPUs, licences, energy.
 *
 * Energy is that of boards at their power limits all the time: no plan draws more, and one that
 * is mostly idle draws less. An item without a price in the scenario is zero; without a price
 * for one of its GPUs a plan has no sum. docs/planning.md. */
#ifndef SIM_PLAN_BILL_H
#define SIM_PLAN_BILL_H

#include "sim/run/result.h"

struct bill {
    double gpu_usd;     /* an hour of all GPUs; NAN where one has no price */
    int licences;       /* of vGPUs: one for each vGPU that is placed */
    double licence_usd; /* an hour of all */
    double power_w;     /* limits of all boards */
    double energy_usd;  /* an hour of that */
    double usd;         /* the sum; NAN as gpu_usd */
    double million_usd; /* the sum for a million completions; NAN also where there are none */
};

/* An hour of one GPU of the model; NAN without a price. */
double bill_price(const struct scenario *s, int gpu_ix);

/* The bill of so many GPUs of a model and vGPUs with a licence, without completions. */
struct bill bill_boards(const struct scenario *s, int gpu_ix, int gpus, int licences);

/* The bill of mode 0 of a result on so many GPUs of one model; with groups of hosts on all of
 * their GPUs. */
struct bill bill_of(const struct result *r, int gpu_ix, int gpus);

/* Adds another bill, but for what a million completions cost. */
void bill_add(struct bill *sum, const struct bill *b);

/* -1: x comes first, as the cheaper sum or the only one with prices; 1: y does; 0: neither. */
int bill_order(const struct bill *x, const struct bill *y);

#endif
