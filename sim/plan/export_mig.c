/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_mig.c - GPU instances and vGPUs by GPU: nvidia-smi commands, mig-parted and
 * vgpu-device-manager configurations.
 *
 * Both configurations are a list of (GPUs, how many of each name); GPUs that carry the same are
 * one entry. Neither can say a start index: mig-parted tries orders until one fits, so that a
 * set that fits at all is enough. nvidia-smi is told every start, so no order can fail there.
 * Sources: NVIDIA/mig-parted api/spec/v1, NVIDIA/vgpu-device-manager api/spec/v1, MIG User
 * Guide (getting started), vGPU user guide 2.8 and 2.10. */
#include <stdio.h>
#include <string.h>

#include "sim/plan/export.h"

enum {
    NAMES_MAX = 64 /* different profiles or types on one GPU */
};

/* " chat-0, chat-1": the VMs of one domain. */
static void add_tenants_of(const struct export_job *job, int domain_ix, struct text *out)
{
    const char *separator = " ";
    for (int i = job->first_seat[domain_ix]; i >= 0; i = job->next_seat[i]) {
        text_add(out, separator);
        export_vm_name(job, &job->f->seat[i], out);
        separator = ", ";
    }
}

/* ---- nvidia-smi ---- */

/* The instances of a GPU in one command, the largest first: with explicit starts any order
 * works, and this one works without them too. */
static void add_create(const struct export_job *job, int gpu_ix, const char *mark,
                       struct text *out)
{
    const struct fleet *f = job->f;
    const int from = job->first_domain[gpu_ix];
    const int end = job->first_domain[gpu_ix + 1];
    const char *separator = "";
    int largest = 0;
    for (int i = from; i < end; i++) {
        const struct domain *d = &f->domain[i];
        largest = d->size > largest ? d->size : largest;
        text_addf(out, "#   %s at %d:", d->profile->name, d->start);
        add_tenants_of(job, i, out);
        text_add(out, "\n");
    }
    text_addf(out, "%snvidia-smi mig -i %d -cgi ", mark, gpu_ix);
    for (int size = largest; size > 0; size--) {
        for (int i = from; i < end; i++) {
            const struct domain *d = &f->domain[i];
            if (d->size != size) {
                continue;
            }
            if (d->profile->profile_id >= 0) {
                text_addf(out, "%s%d:%d", separator, d->profile->profile_id, d->start);
            } else {
                text_addf(out, "%s%s:%d", separator, d->profile->name, d->start);
            }
            separator = ",";
        }
    }
    text_add(out, " -C\n");
}

static void add_instances(const struct export_job *job, int gpu_ix, struct text *out)
{
    const struct gpu *g = job->gpu;
    const bool is_vsphere = export_is_on(job, "vsphere-");
    text_addf(out, "\n# GPU %d\nnvidia-smi -i %d -mig 1\n", gpu_ix, gpu_ix);
    if (g->architecture != NULL && strcmp(g->architecture, "Ampere") == 0) {
        text_addf(out, "# MIG mode takes effect with a GPU reset on Ampere%s.\n",
                  is_vsphere ? "; reboot the ESXi host" : "");
    }
    text_addf(out,
              "# Instances that are there already go first: nvidia-smi mig -i %d -dci; "
              "nvidia-smi mig -i %d -dgi\n",
              gpu_ix, gpu_ix);
    if (is_vsphere) {
        text_add(out, "# vSphere creates the instances itself when a VM starts; by hand it "
                      "would be:\n");
    }
    add_create(job, gpu_ix, is_vsphere ? "# " : "", out);
    if (job->mode->kind == MODE_TIME_SLICED_MIG) {
        text_addf(out, "nvidia-smi vgpu -i %d -smts 1\n", gpu_ix);
    }
}

/* The scheduler: its command exists, but its letters differ between drivers, so the values are
 * said and not the letters. */
static void add_scheduler(const struct export_job *job, struct text *out)
{
    const struct sched_conf *c = &job->mode->sched;
    const int policy = c->kind == &sched_best_effort   ? 1
                       : c->kind == &sched_equal_share ? 2
                                                       : 3;
    text_add(out, "\n# Scheduler, on each GPU while no vGPU runs; lost when the driver is "
                  "reloaded (--to rmpvmrl lasts).\n"
                  "#   nvidia-smi vgpu set-scheduler-state -h    names the options; values:\n");
    text_addf(out, "#   policy %d (%s)", policy, c->kind->name);
    if (c->discipline == DISCIPLINE_STRICT) {
        text_addf(out, ", adaptive round robin, averaging factor %d", c->averaging);
        if (c->slice_ns > 0) {
            text_addf(out, ", frequency %.0f Hz", 1e9 / (double)c->slice_ns);
        }
    } else if (c->discipline == DISCIPLINE_LEGACY) {
        text_add(out, ", adaptive round robin off");
        if (c->slice_ns > 0) {
            text_addf(out, ", time slice %lld ns", (long long)c->slice_ns);
        }
    }
    if (c->kind->has_discipline && c->slice_ns == 0) {
        text_add(out, ", the default slice of the vGPU type");
    }
    text_add(out, "\n");
}

bool export_nvidia_smi(const struct export_job *job, struct text *out, struct diag *d)
{
    (void)d;
    text_add(out, "#!/bin/sh\n");
    export_head(job, "nvidia-smi commands, to be run as root on the host.", out);
    text_add(out,
             "# Numbers behind -i are those of the placement: put the index, PCI address or "
             "UUID of your GPU there.\nset -e\n");
    for (int g = 0; g < job->gpu_n; g++) {
        if (job->first_domain[g] == job->first_domain[g + 1]) {
            continue;
        }
        if (job->mode->kind != MODE_TIME_SLICED) {
            add_instances(job, g, out);
            continue;
        }
        text_addf(out, "\n# GPU %d\n", g);
        if (job->gpu->mig_slices > 0) {
            text_addf(out, "nvidia-smi -i %d -mig 0\n", g);
        }
        if (job->s->mixed_size) {
            text_addf(out, "nvidia-smi vgpu -i %d -shm 1\n", g);
        }
    }
    if (mode_takes_turns(job->mode->kind)) {
        add_scheduler(job, out);
    }
    return true;
}

/* ---- Configurations ---- */

/* How many of each name a GPU carries, in order of appearance. */
struct names {
    struct {
        const char *name;
        int n;
    } list[NAMES_MAX];
    int n;
};

static void names_add(struct names *names, const char *name)
{
    for (int i = 0; i < names->n; i++) {
        if (strcmp(names->list[i].name, name) == 0) {
            names->list[i].n++;
            return;
        }
    }
    if (names->n < NAMES_MAX) {
        names->list[names->n].name = name;
        names->list[names->n++].n = 1;
    }
}

static bool names_are_same(const struct names *a, const struct names *b)
{
    for (int i = 0; i < a->n; i++) {
        bool found = false;
        for (int k = 0; k < b->n; k++) {
            found = found || (strcmp(a->list[i].name, b->list[k].name) == 0 &&
                              a->list[i].n == b->list[k].n);
        }
        if (!found) {
            return false;
        }
    }
    return a->n == b->n;
}

static void names_of(const struct export_job *job, int gpu_ix, bool is_mig, struct names *names)
{
    for (int i = job->first_domain[gpu_ix]; i < job->first_domain[gpu_ix + 1]; i++) {
        if (is_mig) {
            names_add(names, job->f->domain[i].profile->name);
            continue;
        }
        for (int k = job->first_seat[i]; k >= 0; k = job->next_seat[k]) {
            /* The tool knows a type without the words before its last blank. */
            const char *name = job->f->seat[k].type->name;
            const char *blank = strrchr(name, ' ');
            names_add(names, blank == NULL ? name : blank + 1);
        }
    }
}

/* The PCI ids of the board, where the table knows them. */
static void add_filter(const struct export_job *job, bool is_mig, struct text *out)
{
    const struct catalog *c = job->s->catalog;
    const struct gpu *g = job->gpu;
    const char *separator = "    - device-filter: [";
    for (int i = 0; i < c->pci_n; i++) {
        if (&c->gpu[c->pci[i].gpu_ix] == g && (is_mig || !c->pci[i].mig_only)) {
            text_addf(out, "%s\"0x%04X10DE\"", separator, c->pci[i].id);
            separator = ", ";
        }
    }
    text_add(out, separator[0] == ' ' ? "    - " : "]\n      ");
}

/* One entry: the GPUs whose leader is `first`. */
static void add_entry(const struct export_job *job, int first, bool is_mig,
                      const struct names *names, const int *leader, struct text *out)
{
    const char *separator = "";
    add_filter(job, is_mig, out);
    text_add(out, "devices: [");
    for (int g = first; g < job->gpu_n; g++) {
        if (leader[g] == first) {
            text_addf(out, "%s%d", separator, g);
            separator = ", ";
        }
    }
    text_addf(out, "]\n%s      %s:\n", is_mig ? "      mig-enabled: true\n" : "",
              is_mig ? "mig-devices" : "vgpu-devices");
    for (int i = 0; i < names->n; i++) {
        text_add(out, "        ");
        text_add_json(out, names->list[i].name);
        text_addf(out, ": %d\n", names->list[i].n);
    }
}

/* GPUs that carry the same follow the first of them, their leader. */
static bool add_config(const struct export_job *job, bool is_mig, struct text *out,
                       struct diag *d)
{
    const int n = job->gpu_n;
    struct names *names = arena_alloc(job->arena, (size_t)n, sizeof *names);
    int *leader = arena_alloc(job->arena, (size_t)n, sizeof *leader);
    if (names == NULL || leader == NULL) {
        return diag_machine(d, "out of memory");
    }
    text_addf(out, "version: v1\n%s:\n  ", is_mig ? "mig-configs" : "vgpu-configs");
    export_name(job, out);
    text_add(out, ":\n");
    for (int g = 0; g < n; g++) {
        names_of(job, g, is_mig, &names[g]);
        leader[g] = g;
        for (int k = 0; k < g && leader[g] == g; k++) {
            if (leader[k] == k && names_are_same(&names[g], &names[k])) {
                leader[g] = k;
            }
        }
    }
    for (int g = 0; g < n; g++) {
        if (leader[g] == g && names[g].n > 0) {
            add_entry(job, g, is_mig, &names[g], leader, out);
        }
    }
    return true;
}

bool export_mig_parted(const struct export_job *job, struct text *out, struct diag *d)
{
    export_head(job, "Configuration of nvidia-mig-parted (apply -f FILE -c NAME).", out);
    text_add(out, "# devices are indexes of one node's GPUs. The format has no start indexes: "
                  "mig-parted tries orders until one\n# fits. The placement's own:\n");
    for (int i = 0; i < job->f->domain_n; i++) {
        const struct domain *domain = &job->f->domain[i];
        text_addf(out, "#   GPU %d %s at %d:", domain->gpu_ix, domain->profile->name,
                  domain->start);
        add_tenants_of(job, i, out);
        text_add(out, "\n");
    }
    return add_config(job, true, out, d);
}

bool export_vgpu_device_manager(const struct export_job *job, struct text *out, struct diag *d)
{
    for (int i = 0; i < job->f->seat_n; i++) {
        if (job->f->seat[i].type == NULL) {
            diag_error(d, SPAN_NONE,
                       "--to vgpu-device-manager: the tables know no vGPU type of %s for the "
                       "instances of %s",
                       job->gpu->key, job->s->tenant[job->f->seat[i].tenant_ix].name);
            diag_help(d, "use --to mig-parted for the instances");
            return false;
        }
    }
    export_head(job, "Configuration of nvidia-vgpu-dm (apply -f FILE -c NAME).", out);
    text_add(out, "# devices are indexes of one node's GPUs.\n");
    if (job->s->mixed_size && job->mode->kind == MODE_TIME_SLICED) {
        text_add(out,
                 "# Put the GPUs into mixed-size mode before: nvidia-smi vgpu -i N -shm 1\n");
    }
    if (job->mode->kind != MODE_TIME_SLICED) {
        text_add(out, "# The GPU instances come first: --to mig-parted or --to nvidia-smi.\n");
    }
    return add_config(job, false, out, d);
}
