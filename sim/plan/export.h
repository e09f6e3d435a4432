/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export.h - a placed mode as text for the tools that operators use.
 *
 * A format is one row: name, the modes that it can say, a function from (scenario, fleet) to
 * bytes. Writers see a feasible placement and nothing else, so the bytes depend on the scenario
 * alone. What a placement cannot know - UUIDs, PCI addresses, image names - is written in
 * capitals between angle brackets or in words that the tool refuses, with a comment that says
 * what to put there. Formats were read from NVIDIA/mig-parted, NVIDIA/vgpu-device-manager and
 * NVIDIA/k8s-device-plugin, the vGPU user guide (2.9, 2.10, 7.5) and the MIG user guide. */
#ifndef SIM_PLAN_EXPORT_H
#define SIM_PLAN_EXPORT_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/base/diag.h"
#include "sim/base/text.h"
#include "sim/fleet/fleet.h"
#include "sim/input/scenario.h"

/* One mode, placed: what one host carries of it. Tools speak of one host at a time, so GPUs are
 * numbered from 0 on that host. Borrowed; what is made lives in the caller's arena. */
struct export_job {
    const struct scenario *s;
    const struct fleet *f; /* feasible; domains and seats of the host only */
    const struct mode_spec *mode;
    const struct gpu *gpu;  /* of the host */
    const char *hypervisor; /* of the host */
    int host_ix;            /* -1: every host of the fleet, one pool of pods */
    int gpu_n;              /* numbers of GPUs; one may carry nothing */
    struct arena *arena;
    int *first_domain; /* [gpu_n + 1] of a GPU; of the next one where it ends */
    int *first_seat;   /* [domain_n] of a domain, -1 none */
    int *next_seat;    /* [seat_n] of the same domain, -1 none */
};

enum {
    EXPORT_PASSTHROUGH = 1 << MODE_PASSTHROUGH,
    EXPORT_TIME_SLICED = 1 << MODE_TIME_SLICED,
    EXPORT_MIG = 1 << MODE_MIG,
    EXPORT_TIME_SLICED_MIG = 1 << MODE_TIME_SLICED_MIG,
    EXPORT_CONTAINER = 1 << MODE_CONTAINER_TIME_SLICED,
    EXPORT_CLUSTER = 1 << 16, /* may speak of every host at once */
    EXPORT_INSTANCES = EXPORT_MIG | EXPORT_TIME_SLICED_MIG,
    EXPORT_VGPUS = EXPORT_TIME_SLICED | EXPORT_INSTANCES,
    EXPORT_TURNS = EXPORT_TIME_SLICED | EXPORT_TIME_SLICED_MIG
};

/* X(name, function, modes, help) */
#define EXPORT_LIST(X)                                                                         \
    X("nvidia-smi", export_nvidia_smi, EXPORT_VGPUS,                                           \
      "commands that create the instances and set the GPU's modes")                            \
    X("mig-parted", export_mig_parted, EXPORT_INSTANCES, "configuration of nvidia-mig-parted") \
    X("vgpu-device-manager", export_vgpu_device_manager, EXPORT_VGPUS,                         \
      "configuration of nvidia-vgpu-dm")                                                       \
    X("kubernetes", export_kubernetes,                                                         \
      EXPORT_PASSTHROUGH | EXPORT_MIG | EXPORT_CONTAINER | EXPORT_CLUSTER,                     \
      "deployments with the GPU resources that their pods ask for")                            \
    X("device-plugin", export_device_plugin, EXPORT_MIG | EXPORT_CONTAINER,                    \
      "configuration of NVIDIA's Kubernetes device plugin")                                    \
    X("libvirt", export_libvirt, EXPORT_PASSTHROUGH | EXPORT_VGPUS,                            \
      "devices of each VM's domain XML under KVM")                                             \
    X("vsphere", export_vsphere, EXPORT_PASSTHROUGH | EXPORT_VGPUS,                            \
      "configuration parameters of each VM")                                                   \
    X("rmpvmrl", export_rmpvmrl, EXPORT_TURNS,                                                 \
      "the driver's registry value for the scheduler, decoded")

/* Appends the document; false with a diagnostic where the tool cannot say this placement. What
 * it says only in part is a warning. */
typedef bool export_writer(const struct export_job *job, struct text *out, struct diag *d);

#define EXPORT_DECLARE(name_, function_, modes_, help_) export_writer function_;
EXPORT_LIST(EXPORT_DECLARE)
#undef EXPORT_DECLARE

struct export_format {
    const char *name; /* "mig-parted" */
    export_writer *write;
    unsigned modes; /* EXPORT_... bits */
    const char *help;
};

extern const struct export_format export_formats[];
extern const int export_formats_n;

/* NULL with an error that names the nearest and all formats. */
const struct export_format *export_find(const char *name, struct diag *d);

/* Can the format say the mode? False with an error that names the formats that can. */
bool export_applies(const struct export_format *format, const struct mode_spec *mode,
                    struct diag *d);

/* Number of the host called `name` ("r760/1", or "r760" where the group has one host) among
 * those that carry a VM. NULL: the only one, or -1 for a format that speaks of all. -2 with an
 * error that lists them. */
int export_host_find(const struct scenario *s, const struct fleet *f,
                     const struct export_format *format, const char *name, struct diag *d);

/* Prepares a job whose scenario, fleet (of all hosts), mode, arena and host_ix are set: the
 * rest is filled in and the fleet becomes the host's. False when memory is out (diagnostic). */
bool export_job_init(struct export_job *job, struct diag *d);

/* ---- What the writers share ---- */

/* "time-sliced/fixed-share", "mig" */
void export_mode_label(const struct mode_spec *mode, struct text *out);

/* Is the host's hypervisor one whose key begins with `prefix`? */
bool export_is_on(const struct export_job *job, const char *prefix);

/* "chat-0": what a VM is called outside. */
void export_vm_name(const struct export_job *job, const struct seat *seat, struct text *out);

/* "scenario chat, mode mig, host r760/1, 2 L40S GPUs, 3 VMs." */
void export_subject(const struct export_job *job, struct text *out);

/* Comment lines that open every document: what it is, of which scenario and mode. */
void export_head(const struct export_job *job, const char *what, struct text *out);

/* Appends "SCENARIO-mode", with the host's name where there are hosts: what the placement is
 * called in other tools' files. */
void export_name(const struct export_job *job, struct text *out);

#endif
