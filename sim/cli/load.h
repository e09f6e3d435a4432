/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load.h - from flags and a path to a scenario, and from a document to where the flags send it.
 */
#ifndef SIM_CLI_LOAD_H
#define SIM_CLI_LOAD_H

#include "models/catalog.h"
#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/base/err.h"
#include "sim/base/text.h"
#include "sim/cli/opt.h"
#include "sim/cli/plugin.h"
#include "sim/input/scenario.h"

enum {
    SCENARIO_BYTES_MAX = 1 << 20
};

/* Everything that one scenario needs. Large; the arena outlives every pointer in it. */
struct load {
    struct arena arena;
    struct diag diag;
    struct text bytes; /* of the scenario */
    struct text sets;  /* the --set flags, one a line, as <--set> in messages */
    const char *path;
    struct scenario_overrides over; /* of the flags */
    bool plan;    /* the scenario is for `plan`: what is auto there may be auto */
    bool vms;     /* it may have VMs that come and go */
    bool is_read; /* the bytes of path are there */
    const char *set[SET_MAX];
    const char *mode[MODES_MAX];
    struct plugin plugin;
    const struct catalog *catalog;
    const struct scenario *scenario;
};

void load_init(struct load *l);
void load_fini(struct load *l);

/* Reads the file into l->bytes, once: load_scenario goes on from there. False with diagnostics.
 */
bool load_bytes(struct load *l, const char *path);

/* Reads the catalogue, the bytes of the scenario and the overrides of the flags, which then
 * borrow from `l`. False with diagnostics. */
bool load_overrides(struct load *l, const struct opts *o, const char *path,
                    struct scenario_overrides *over);

/* Reads catalogue and scenario with the overrides of the flags. False with diagnostics. */
bool load_scenario(struct load *l, const struct opts *o, const char *path);

/* As load_scenario; of VMs that come and go, the fullest moment of their plan. */
bool load_placement(struct load *l, const struct opts *o, const char *path);

/* Shows the diagnostics on stderr; the exit status that they ask for. Warnings alone give
 * ERR_OK. */
enum err load_show(struct load *l, const struct opts *o);

/* Shows diagnostics that belong to no scenario. */
enum err load_show_plain(struct diag *d, const struct opts *o);

/* Sends a document to --output, or stdout. Frees `document`. Returns the exit status. */
enum err load_emit(const struct opts *o, struct text *document);

#endif
