/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_pods.c - Kubernetes: what pods ask for, and how the device plugin advertises it.
 *
 * A pod gets whatever instance of the resource is free, so the placement of single pods is not
 * said; the resources and their numbers are. A VM of the scenario becomes a pod. Source:
 * NVIDIA/k8s-device-plugin (README, MIG strategies: "mig-" and the profile's name with '.' for
 * '+'), Kubernetes API apps/v1. */
#include <string.h>

#include "sim/plan/export.h"

/* "nvidia.com/mig-1g.10gb.me" */
static void add_resource(const struct mig_profile *profile, struct text *out)
{
    if (profile == NULL) {
        text_add(out, "nvidia.com/gpu");
        return;
    }
    text_add(out, "nvidia.com/mig-");
    for (const char *c = profile->name; *c != '\0'; c++) {
        text_add_n(out, *c == '+' ? "." : c, 1);
    }
}

/* Instance that a VM's first seat is on; NULL: a whole GPU. */
static const struct mig_profile *profile_of(const struct export_job *job, int seat_ix)
{
    return job->f->domain[job->f->seat[seat_ix].domain_ix].profile;
}

static bool is_same(const struct mig_profile *a, const struct mig_profile *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a->name, b->name) == 0);
}

/* Pods of the tenant whose VMs are on such instances: the n-th kind of the tenant. */
static void add_deployment(const struct export_job *job, int first, int nth, int replicas,
                           struct text *out)
{
    const struct tenant *t = &job->s->tenant[job->f->seat[first].tenant_ix];
    struct text name;
    text_init(&name);
    text_addf(&name, "\"%s", t->name);
    if (nth > 1) {
        text_addf(&name, "-%d", nth);
    }
    text_add(&name, "\"");
    const char *s = text_str(&name);
    text_addf(out,
              "---\n"
              "apiVersion: apps/v1\n"
              "kind: Deployment\n"
              "metadata:\n"
              "  name: %s\n"
              "spec:\n"
              "  replicas: %d\n"
              "  selector:\n"
              "    matchLabels: {app: %s}\n"
              "  template:\n"
              "    metadata:\n"
              "      labels: {app: %s}\n"
              "    spec:\n"
              "      containers:\n"
              "        - name: %s\n"
              "          image: \"<IMAGE OF %s>\"\n"
              "          resources:\n",
              s, replicas, s, s, s, t->name);
    if (t->memory_bytes > 0 || t->cpus > 0) {
        text_add(out, "            requests:\n");
    }
    if (t->cpus > 0) {
        text_addf(out, "              cpu: %d\n", t->cpus);
    }
    if (t->memory_bytes > 0) {
        text_addf(out, "              memory: \"%llu\"\n", (unsigned long long)t->memory_bytes);
    }
    text_add(out, "            limits:\n              ");
    add_resource(profile_of(job, first), out);
    text_addf(out, ": %d\n", t->vgpus);
    out->failed |= name.failed;
    text_fini(&name);
}

/* The tenant's deployments, from its first seat on: one for each kind of instance, of which
 * boards that differ have several. Returns where the next tenant begins. */
static int add_tenant(const struct export_job *job, int from, struct text *out)
{
    const struct fleet *f = job->f;
    int nth = 0;
    int end = from;
    while (end < f->seat_n && f->seat[end].tenant_ix == f->seat[from].tenant_ix) {
        end++;
    }
    for (int i = from; i < end; i++) {
        bool is_told = false;
        int replicas = 0;
        for (int k = from; k < end && !is_told; k++) {
            const bool same = is_same(profile_of(job, i), profile_of(job, k));
            is_told = same && k < i;
            replicas += same && f->seat[k].vgpu_ix == 0 ? 1 : 0;
        }
        if (!is_told) {
            add_deployment(job, i, ++nth, replicas, out);
        }
    }
    return end;
}

bool export_kubernetes(const struct export_job *job, struct text *out, struct diag *d)
{
    (void)d;
    export_head(job,
                "Deployments for kubectl apply -f. Put images in the places in angle brackets.",
                out);
    if (job->mode->kind == MODE_MIG) {
        text_add(out, "# The resources need the device plugin with migStrategy mixed (--to "
                      "device-plugin) and the instances (--to mig-parted).\n");
    } else if (job->mode->kind == MODE_CONTAINER_TIME_SLICED) {
        text_add(out, "# The GPUs are shared by the device plugin's time slicing (--to "
                      "device-plugin): nothing bounds a pod's memory or time.\n");
    }
    for (int i = 0; i < job->f->seat_n;) {
        i = add_tenant(job, i, out);
    }
    return true;
}

bool export_device_plugin(const struct export_job *job, struct text *out, struct diag *d)
{
    (void)d;
    int replicas = 0;
    int asked = 1;
    export_head(job, "Configuration of NVIDIA's device plugin for Kubernetes (config.map).",
                out);
    text_addf(out, "version: v1\nflags:\n  migStrategy: \"%s\"\n",
              job->mode->kind == MODE_MIG ? "mixed" : "none");
    if (job->mode->kind == MODE_MIG) {
        return true;
    }
    for (int i = 0; i < job->f->domain_n; i++) {
        replicas = job->f->domain[i].vgpu_n > replicas ? job->f->domain[i].vgpu_n : replicas;
    }
    for (int i = 0; i < job->s->tenant_n; i++) {
        asked = job->s->tenant[i].vgpus > asked ? job->s->tenant[i].vgpus : asked;
    }
    text_addf(
        out,
        "# The plugin knows one number of replicas for all GPUs: that of the fullest one. "
        "CUDA's own slice applies.\n"
        "sharing:\n"
        "  timeSlicing:\n"
        "    failRequestsGreaterThanOne: %s\n"
        "    resources:\n"
        "      - name: nvidia.com/gpu\n"
        "        replicas: %d\n",
        asked > 1 ? "false" : "true", replicas);
    return true;
}
