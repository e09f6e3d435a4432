/* SPDX-License-Identifier: GPL-3.0-or-later */
/* configin.h - configuration files of NVIDIA/mig-parted (`mig-configs:`) and
 * NVIDIA/vgpu-device-manager (`vgpu-configs:`): named lists of entries, each saying which GPUs
 * get which instances or vGPUs.
 *
 * Reading is as strict as the tools are and says more: every error at once, with its place.
 * Accepted is what the tools accept: a device-filter that is one id or a list, `devices: all`
 * or a list of indexes, JSON instead of YAML. Whether a name exists on a board is not asked
 * here: sim/plan/verdict.h does. Source: api/spec/v1 of both repositories. */
#ifndef SIM_INPUT_CONFIGIN_H
#define SIM_INPUT_CONFIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/input/yaml.h"

enum {
    CONFIG_COUNT_MAX = 100000, /* of one name, and of an index of devices */
    CONFIG_WANTS_MAX = 64,     /* names of one entry: more than any board has */
    CONFIG_DEVICE_VENDOR = 0x10DE
};

enum config_kind {
    CONFIG_MIG, /* mig-parted: profiles */
    CONFIG_VGPU /* vgpu-device-manager: vGPU types */
};

/* So many of one profile or type. */
struct config_want {
    const char *name;
    struct span at;
    int count; /* CONFIG_MIG: >= 0; CONFIG_VGPU: >= 1 */
};

struct config_filter {
    unsigned pci_id; /* of the device; the vendor is NVIDIA */
    struct span at;
};

struct config_entry {
    struct span at;
    struct config_filter *filter; /* [filter_n]; 0: any GPU */
    int filter_n;
    bool all_devices;
    int *device; /* [device_n] indexes of the node's GPUs; with all_devices none */
    int device_n;
    bool mig_enabled;         /* CONFIG_MIG */
    struct config_want *want; /* [want_n] */
    int want_n;
};

struct config_set {
    const char *name; /* "all-1g.10gb" */
    struct span at;
    struct config_entry *entry; /* [entry_n], at least 1 */
    int entry_n;
};

struct config {
    enum config_kind kind;
    struct config_set *set; /* [set_n], at least 1, in the order of the file */
    int set_n;
};

/* Is it such a file? Looks for a top-level key `mig-configs` or `vgpu-configs`; in a text that
 * is not sound YAML, for a line that begins with one. */
bool configin_is(const char *bytes, size_t n);

/* Reads and checks. Everything made lives in `arena`; `file` is borrowed. NULL when anything is
 * wrong; every error is in d then. */
const struct config *configin_read(struct arena *arena, const struct yaml_source *source,
                                   struct diag *d);

#endif
