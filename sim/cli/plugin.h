/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plugin.h - a scheduling policy out of a shared object: the door to dlopen. */
#ifndef SIM_CLI_PLUGIN_H
#define SIM_CLI_PLUGIN_H

#include <stdbool.h>

#include "models/sched_plugin.h"
#include "sim/base/diag.h"

struct plugin {
    void *handle; /* NULL: none is loaded */
    struct sched_plugin sched;
};

/* Loads `path`, whose contract is include/vgpusim/scheduler.h. False with a diagnostic of the
 * machine. Nothing may use p->sched after plugin_unload. */
bool plugin_load(struct plugin *p, const char *path, struct diag *d);
void plugin_unload(struct plugin *p);

#endif
