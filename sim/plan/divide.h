/* SPDX-License-Identifier: GPL-3.0-or-later */
/* divide.h - VMs of several tenants divided over GPUs that they share: how many of each on a
 * GPU.
 *
 * The contents of one GPU are enumerated, and a content is simulated on one GPU, whatever the
 * number of GPUs that hold it. An integer programme (cover.h) divides all VMs over contents. A
 * content that was not simulated serves its VMs no worse than the best that its parts allow: it
 * counts with the worst that any content inside it was seen to miss, so that only contents of
 * the best division are simulated, and the division is found again with what that says. Whoever
 * uses a division simulates the whole fleet. Source: Gilmore & Gomory 1961 (patterns); lazy
 * evaluation as in mix.h. */
#ifndef SIM_PLAN_DIVIDE_H
#define SIM_PLAN_DIVIDE_H

#include "sim/plan/trial.h"

enum {
    DIVIDE_CONTENTS_MAX = 3000, /* of a GPU that are looked at */
    DIVIDE_TRIALS_MAX = 150,    /* of these that are simulated, for a mode */
    DIVIDE_TENANTS_MAX = 64,
    DIVIDE_CROWD = 512, /* VMs; above that fleets are told by their contents first */
    DIVIDE_ALIKE = 4    /* GPUs to a content, at least */
};

struct divide;

/* Prepares for the one mode of the variant. NULL where VMs are only spread: one tenant or more
 * than DIVIDE_TENANTS_MAX, hosts, whole GPUs or instances, several vGPUs for a VM, VMs that are
 * powered off, traces, a path to the host that GPUs share, or too many contents; and when
 * memory is out, and the search has failed. */
struct divide *divide_open(struct search *x, const struct scenario *v);

/* Puts the VMs of the variant, which may have another slice since, on at most `gpus` GPUs as
 * well as they can be divided. False where no division is near to holding. */
bool divide_on(struct divide *d, struct scenario *v, int gpus);

/* No division goes below so many GPUs, by the relaxation; 0: not known. */
int divide_bound(struct divide *d, const struct scenario *v);

/* Is the fleet so large that GPUs which hold the same are better simulated once? */
bool divide_is_crowd(const struct scenario *v);

/* Would the variant, as it is placed, hold by what its contents miss, each simulated on one
 * GPU? HOLDS_UNSURE where too few GPUs hold the same to tell it cheaper than by the whole
 * fleet. `why` [PLAN_TEXT] as that of trial_holds. */
enum holds divide_predict(struct search *x, const struct scenario *v, char *why);

#endif
