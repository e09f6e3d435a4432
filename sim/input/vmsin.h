/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vmsin.h - `vms`: the lifetimes of VMs from a CSV file, and what each of them asks for.
 *
 * Columns are found by name; units are stated, never guessed. Rows come out sorted by creation,
 * equal times in the order of the file. VMs that ask for the same are of one shape. Nothing is
 * skipped in silence: a bad row is an error with its line; rows that ask for no GPU are
 * counted. docs/vm-traces.md. */
#ifndef SIM_INPUT_VMSIN_H
#define SIM_INPUT_VMSIN_H

#include <stdbool.h>
#include <stdint.h>

#include "models/catalog.h"
#include "sim/base/text.h"
#include "sim/input/field.h"

enum {
    VM_ROWS_MAX = 1 << 20,
    VM_SHAPES_MAX = 4096,
    VM_TYPES_MAX = 256,
    VM_MODELS_MAX = 16 /* that one VM may name, joined by '|' */
};

#define VM_STAYS INT64_MAX /* deleted_ns of a VM without an end */

/* What a VM asks for. */
struct vm_shape {
    int gpus;           /* GPUs, vGPUs or instances; >= 1 */
    int milli;          /* of each GPU in thousandths, 1 .. 1000; 0: not stated */
    int gib;            /* framebuffer of each; 0: not stated */
    const int *model;   /* [model_n] catalogue indices of the GPUs that it may have */
    int model_n;        /* 0: any */
    const char *wanted; /* as the file has it; "" any */
};

struct vm_row {
    int64_t created_ns, deleted_ns; /* from the first creation of the file */
    int shape_ix;
    int line;
    int64_t cpu_milli;    /* thousandths of a CPU */
    int64_t memory_bytes; /* of the VM */
};

/* A column as the scenario names it; column NULL: none. */
struct vm_column {
    const char *column, *unit;
};

enum vm_key {
    VM_CREATED,
    VM_DELETED,
    VM_LIFETIME,
    VM_GPUS,
    VM_GPU,
    VM_FRAMEBUFFER,
    VM_MEMORY,
    VM_CPUS,
    VM_MODEL,
    VM_TYPE,
    VM_KEYS
};

/* A type of VM that rows name instead of saying all of it. */
struct vm_type {
    const char *name;
    int gpus, milli, gib; /* 0: not stated */
    int64_t cpu_milli, memory_bytes;
};

/* A name of a GPU in the file and the catalogue's. */
struct vm_name {
    const char *name;
    int gpu_ix;
};

struct vm_trace {
    const char *path, *shown;
    struct vm_column column[VM_KEYS];
    struct vm_type *type; /* [type_n] */
    int type_n;
    struct vm_name *name; /* [name_n] */
    int name_n;
    struct vm_row *row; /* [row_n] */
    int row_n;
    struct vm_shape *shape; /* [shape_n] in order of first appearance */
    int shape_n;
    int without_gpu; /* rows that ask for none */
};

/* Reads the mapping `vms` of a scenario and its file. NULL with diagnostics. */
const struct vm_trace *vms_read(const struct field_map *root, const struct catalog *c,
                                const char *scenario_path);

/* The mapping with its defaults, as YAML that reads back. */
void vms_print(const struct vm_trace *t, const struct catalog *c, struct text *out);

/* FNV-1a 64 of the rows, from a previous hash. */
uint64_t vms_hash(uint64_t hash, const struct vm_trace *t);

#endif
