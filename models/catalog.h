/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog.h - the tables as loaded: GPUs, MIG profiles, vGPU types, calibration, PCI ids;
 * lookup by key.
 *
 * Rows are facts with a source each (models/data/). Blank cells are "unknown" and stay so:
 * numbers are 0 and texts NULL, and whoever needs the number refuses by name. Immutable after
 * loading. */
#ifndef MODELS_CATALOG_H
#define MODELS_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STARTS_MAX = 32 /* start indexes of a MIG profile, placement ids of a vGPU type */
};

struct gpu {
    const char *key;          /* CONTRACT key, e.g. "A100-PCIE-80GB" */
    const char *name;         /* as the vendor writes it */
    const char *architecture; /* "Ampere" ... or NULL */
    int framebuffer_gib;      /* nominal, of one GPU (A16: 16) */
    int sm_count;             /* 0 unknown */
    double bandwidth_gbs;     /* 10^9 bytes per second; 0 unknown */
    double fp32_tflops;       /* 0 unknown */
    double fp16_tflops;       /* tensor, dense; 0 unknown */
    double tdp_w;             /* 0 unknown */
    int mig_slices;           /* compute slices: 7, 4, 2; 0 without MIG */
    int mig_axis;             /* units of the memory axis: 8, 4, 12, 2; 0 without MIG */
    bool time_sliced_mig;     /* several vGPUs may share a GPU instance */
    int gpus_per_board;       /* 1; A16: 4 */
    int encoders;             /* NVENC engines; -1 unknown */
    int mmio_gb;              /* MMIO space a VM needs, 10^9 bytes; 0 unknown */
    const char *source;
    const char *mmio_source;    /* or NULL */
    const char *low_confidence; /* ';'-separated names of doubtful cells, or NULL */
    const char *note;           /* or NULL */
};

struct mig_profile {
    int gpu_ix;
    const char *name; /* "1g.10gb+me" */
    int compute_slices;
    int size;        /* units on the memory axis; 0 unknown */
    int nominal_gib; /* from the name */
    int sm_count;    /* 0 unknown */
    int starts[STARTS_MAX];
    int starts_n;                                    /* 0 unknown */
    int max_instances;                               /* on an empty GPU; 0 unknown */
    bool me;                                         /* +me or +me.all: at most one per GPU */
    bool me_all;                                     /* +me.all */
    bool no_me;                                      /* -me */
    bool gfx;                                        /* +gfx */
    int copy_engines, decoders, encoders, jpeg, ofa; /* -1 unknown */
    int profile_id;                                  /* of nvidia-smi; -1 unknown */
    bool inferred; /* some cell was inferred (`inferred_fields`), shown wherever it is used */
    const char *inferred_fields; /* or NULL */
    const char *source;
};

enum vgpu_mode {
    VGPU_TIME_SLICED,
    VGPU_MIG,
    VGPU_TIME_SLICED_MIG
};

struct vgpu_type {
    int gpu_ix;
    const char *name; /* "A100D-10C" */
    char series;      /* 'C' or 'Q' */
    enum vgpu_mode mode;
    const char *mig_profile; /* name of the GPU instance profile; NULL when time-sliced */
    int framebuffer_gib;
    int max_per_gpu;               /* equal-size mode; 0 unknown */
    int max_per_gpu_mixed;         /* mixed-size mode; 0 unknown */
    int max_per_instance;          /* per GPU instance; 0 when time-sliced or unknown */
    int placement_ids[STARTS_MAX]; /* mixed-size mode */
    int placement_ids_n;
    int placement_size; /* 0 unknown */
    bool mixed_size;    /* mixed-size mode is supported */
    const char *source;
};

/* What a PCI device id says about the board. */
struct pci_id {
    unsigned id; /* 0x20B5; the vendor is 0x10DE */
    int gpu_ix;  /* several rows of one id: boards that only a subsystem id tells apart */
    const char *product; /* as sold: boards with one table share a key */
    bool mig_only;       /* only the MIG table is that of the key, not the vGPU types */
    const char *source;
};

struct calibration {
    const char *gpu_key;   /* "A100-PCIE-80GB" or "*" for every GPU of the row's class */
    const char *parameter; /* "switch_us" ... */
    double value;
    const char *source;
    const char *kind; /* measured, derived, documented */
};

struct fault_rule; /* life.h */

struct catalog {
    struct gpu *gpu;
    int gpu_n;
    struct mig_profile *mig;
    int mig_n;
    struct vgpu_type *vgpu;
    int vgpu_n;
    struct pci_id *pci;
    int pci_n;
    struct calibration *calibration;
    int calibration_n;
    struct fault_rule *fault; /* one for each mode and class */
    int fault_n;
};

/* Index of the GPU with this key (case ignored), or -1. */
int catalog_gpu_find(const struct catalog *c, const char *key);

/* MIG profile of a GPU by name (case ignored), or NULL. */
const struct mig_profile *catalog_mig_find(const struct catalog *c, int gpu_ix,
                                           const char *name);

/* vGPU type by name (case ignored) on a GPU, or NULL. gpu_ix -1 looks on every GPU. */
const struct vgpu_type *catalog_vgpu_find(const struct catalog *c, int gpu_ix,
                                          const char *name);

/* Calibrated value for a GPU: its own row. NULL when there is none. */
const struct calibration *catalog_calibration_find(const struct catalog *c, const char *gpu_key,
                                                   const char *parameter);

#endif
