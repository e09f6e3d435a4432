/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sched_plugin.h - a policy from outside, behind the same contract as those of the house.
 *
 * What a plug-in answers is held against include/vgpusim/scheduler.h before it is believed; an
 * answer that breaks it leaves a fault in the state, which the engine must look at after every
 * pick: the turn is nobody's then and the run must end. Loading is not done here. */
#ifndef MODELS_SCHED_PLUGIN_H
#define MODELS_SCHED_PLUGIN_H

#include "include/vgpusim/scheduler.h"
#include "models/sched.h"

struct sched_plugin {
    struct sched_kind kind; /* what a scenario names */
    const struct vgpusim_scheduler *it;
    uint64_t hash; /* FNV-1a 64 of the file's bytes */
};

/* Makes a kind of a table. NULL, or why it cannot be used. The table must outlive `out`. */
const char *sched_plugin_init(struct sched_plugin *out, const struct vgpusim_scheduler *it);

/* Part of the run time that the plug-in promises a vGPU, 0 .. 1. */
double sched_plugin_share(const struct sched_params *p, int vgpu);

/* What was broken, in a phrase after the plug-in's name. */
const char *sched_fault_text(enum sched_fault fault);

#endif
