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

static void add_deployment(const struct export_job *job, int tenant_ix, struct text *out)
{
    const struct tenant *t = &job->s->tenant[tenant_ix];
    text_addf(out,
              "---\n"
              "apiVersion: apps/v1\n"
              "kind: Deployment\n"
              "metadata:\n"
              "  name: \"%s\"\n"
              "spec:\n"
              "  replicas: %d\n"
              "  selector:\n"
              "    matchLabels: {app: \"%s\"}\n"
              "  template:\n"
              "    metadata:\n"
              "      labels: {app: \"%s\"}\n"
              "    spec:\n"
              "      containers:\n"
              "        - name: \"%s\"\n"
              "          image: \"<IMAGE OF %s>\"\n"
              "          resources:\n",
              t->name, t->count, t->name, t->name, t->name, t->name);
    if (t->memory_bytes > 0) {
        text_addf(out, "            requests:\n              memory: \"%llu\"\n",
                  (unsigned long long)t->memory_bytes);
    }
    text_add(out, "            limits:\n              ");
    add_resource(job->f->tenant_profile[tenant_ix], out);
    text_addf(out, ": %d\n", t->vgpus);
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
    for (int i = 0; i < job->s->tenant_n; i++) {
        add_deployment(job, i, out);
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
