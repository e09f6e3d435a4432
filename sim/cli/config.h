/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config.h - `check` and `place` of a configuration file of mig-parted or vgpu-device-manager.
 */
#ifndef SIM_CLI_CONFIG_H
#define SIM_CLI_CONFIG_H

#include "sim/cli/load.h"

/* Reads the file; is it one? False as well when it cannot be read: then the reader of scenarios
 * says so. */
bool config_is(struct load *l, const char *path);

/* Assesses the file that config_is has read and appends what was found. `all`: what is possible
 * as well. ERR_NO when an entry is impossible; diagnostics are in l->diag, not shown. */
enum err config_assess(struct load *l, const struct opts *o, bool all, struct text *out);

#endif
