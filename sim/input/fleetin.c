/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fleetin.c - one GPU, several that a plan may buy, or groups of hosts. */
#include "sim/input/fleetin.h"

#include <string.h>

#include "sim/input/tenantin.h"

struct reading {
    const struct field_reader *r;
    struct scenario *s;
    const struct yaml_node *root;
    bool plan; /* more than one GPU may be named */
};

static void no_memory(const struct reading *t)
{
    diag_machine(t->r->d, "out of memory while reading '%s'", t->s->path);
}

/* The GPU on which the first tenant's service was measured, where a plan may buy any. */
static int first_reference(struct reading *t, struct span at)
{
    if (yaml_find(t->root, "vms") != NULL) {
        return 0; /* they were measured nowhere */
    }
    const struct yaml_node *tenants = yaml_find(t->root, "tenants");
    const struct yaml_node *first =
        tenants != NULL && tenants->kind == YAML_LIST && tenants->n > 0
            ? tenants->entry[0].value
            : NULL;
    const struct yaml_node *work =
        first != NULL && first->kind == YAML_MAP ? yaml_find(first, "workload") : NULL;
    const struct yaml_node *reference =
        work != NULL && work->kind == YAML_MAP ? yaml_find(work, "reference") : NULL;
    if (reference == NULL || reference->kind != YAML_SCALAR) {
        diag_error(t->r->d, at, "with 'gpu: any' the first workload must name its 'reference'");
        diag_help(t->r->d, "add the GPU on which its service was measured: reference: L40S");
        return -1;
    }
    return tenant_gpu_find(t->r, t->s->catalog, reference->text, reference->at);
}

/* The GPUs that a plan may buy: a list of keys, or any of the catalogue. */
static void read_choice(struct reading *t, const struct yaml_node *node)
{
    const int n = node->kind == YAML_LIST ? node->n : t->s->catalog->gpu_n;
    int *gpu = arena_alloc(t->r->arena, (size_t)(n > 0 ? n : 1), sizeof *gpu);
    if (gpu == NULL) {
        no_memory(t);
        return;
    }
    if (n == 0) {
        diag_error(t->r->d, node->at, "'gpu' is an empty list");
        diag_help(t->r->d, "name one or more: [L40S, H100-PCIE-80GB], or any");
        return;
    }
    for (int i = 0; i < n; i++) {
        gpu[i] = i;
        if (node->kind == YAML_LIST) {
            const struct yaml_node *key = node->entry[i].value;
            gpu[i] = key->kind == YAML_SCALAR
                         ? tenant_gpu_find(t->r, t->s->catalog, key->text, key->at)
                         : -1;
            if (key->kind != YAML_SCALAR) {
                diag_error(t->r->d, key->at, "a GPU is named by its key");
            }
        }
    }
    t->s->gpu_ix = node->kind == YAML_LIST ? gpu[0] : first_reference(t, node->at);
    t->s->plan_gpu = gpu;
    t->s->plan_gpu_n = n;
}

static void read_gpu(struct reading *t, const struct field_map *m)
{
    const struct yaml_node *node = field_node(m, "gpu");
    if (node == NULL) {
        return;
    }
    t->s->gpu_at = node->at;
    if (node->kind == YAML_LIST || yaml_is(node, "any")) {
        if (!t->plan) {
            diag_error(t->r->d, node->at, "%s for 'gpu' is for `vgpusim plan`",
                       node->kind == YAML_LIST ? "a list" : "'any'");
            diag_help(t->r->d, "name one GPU, or add --set fleet.gpu=KEY; `vgpusim list gpus` "
                               "shows them");
            return;
        }
        read_choice(t, node);
        return;
    }
    const char *key = field_text(m, "gpu");
    if (key != NULL) {
        t->s->gpu_ix = tenant_gpu_find(t->r, t->s->catalog, key, node->at);
    }
}

/* One item of `hosts`. */
static void read_group(struct reading *t, const struct yaml_entry *item, struct host_group *g)
{
    *g = (struct host_group){.name = "", .count = 1, .gpu_ix = -1, .gpus = 1};
    const struct field_map m = field_open(t->r, item->value, "fleet.hosts", item->key_at);
    if (m.node == NULL) {
        return;
    }
    field_complete(&m, NULL);
    const char *name = field_text(&m, "name");
    g->name = name == NULL ? "" : name;
    g->count = field_int(&m, "count");
    g->gpus = field_int(&m, "gpus");
    g->memory_bytes = field_has(&m, "memory") ? (uint64_t)field_real(&m, "memory") : 0;
    g->cpus = field_has(&m, "cpus") ? field_int(&m, "cpus") : 0;
    const char *hypervisor = field_word(&m, "hypervisor");
    g->hypervisor = hypervisor == NULL ? "none" : hypervisor;
    const char *key = field_has(&m, "gpu") ? field_text(&m, "gpu") : NULL;
    g->gpu_ix =
        key != NULL ? tenant_gpu_find(t->r, t->s->catalog, key, field_at(&m, "gpu")) : -1;
}

/* What holds for all groups together; `item` is the newest of them, `ix` its number. */
static void check_group(struct reading *t, const struct host_group *group, int ix,
                        const struct yaml_entry *item)
{
    const struct host_group *g = &group[ix];
    for (int i = 0; i < ix; i++) {
        if (g->name[0] != '\0' && strcmp(group[i].name, g->name) == 0) {
            diag_error(t->r->d, item->key_at, "there are two groups of hosts '%s'", g->name);
            diag_help(t->r->d, "give each group a name of its own");
            return;
        }
    }
    if (t->s->gpu_count > GPUS_MAX) {
        return; /* said at an earlier group */
    }
    int64_t gpus = t->s->gpu_count + (int64_t)g->count * g->gpus;
    if (gpus > GPUS_MAX) {
        diag_error(t->r->d, item->key_at, "group '%s' makes it %lld GPUs, more than %d",
                   g->name, (long long)gpus, GPUS_MAX);
        gpus = GPUS_MAX + 1;
    }
    t->s->gpu_count = (int)gpus;
}

static void read_hosts(struct reading *t, const struct field_map *m)
{
    const struct yaml_node *list = field_list(m, "hosts");
    int n = list == NULL ? 0 : list->n;
    if (list != NULL && n == 0) {
        diag_error(t->r->d, field_at(m, "hosts"), "'hosts' is empty");
        diag_help(t->r->d, "add one: - {name: a, gpu: L40S, gpus: 4}");
    }
    if (n > HOST_GROUPS_MAX) {
        diag_error(t->r->d, field_at(m, "hosts"), "%d groups of hosts are more than %d", n,
                   HOST_GROUPS_MAX);
        n = HOST_GROUPS_MAX;
    }
    struct host_group *group = arena_alloc(t->r->arena, (size_t)n, sizeof *group);
    if (group == NULL) {
        no_memory(t);
        return;
    }
    t->s->gpu_at = field_at(m, "hosts");
    t->s->gpu_count = 0;
    for (int i = 0; i < n; i++) {
        read_group(t, &list->entry[i], &group[i]);
        check_group(t, group, i, &list->entry[i]);
    }
    t->s->group = group;
    t->s->group_n = n;
    t->s->gpu_ix = n > 0 ? group[0].gpu_ix : -1;
}

void fleetin_read(const struct field_map *root, struct scenario *s, bool plan)
{
    struct reading reading = {.r = root->r, .s = s, .root = root->node, .plan = plan};
    struct reading *t = &reading;
    const struct field_map m = field_sub(root, "fleet");
    if (m.node == NULL) {
        return;
    }
    const bool has_hosts = yaml_find(m.node, "hosts") != NULL;
    if (has_hosts && field_has(&m, "gpu")) {
        diag_error(t->r->d, field_at(&m, "gpu"), "'gpu' and 'hosts' exclude each other");
        diag_help(t->r->d, "keep one of them: each group of hosts names its own GPU");
        return;
    }
    field_complete(&m, has_hosts ? "hosts" : "gpu");
    t->s->mixed_size = field_bool(&m, "mixed-size");
    t->s->ecc = !field_has(&m, "ecc") ? ECC_UNSTATED : field_bool(&m, "ecc") ? ECC_ON : ECC_OFF;
    t->s->manager_release = field_has(&m, "vgpu-manager") ? field_int(&m, "vgpu-manager") : 0;
    if (has_hosts) {
        read_hosts(t, &m);
        return;
    }
    read_gpu(t, &m);
    t->s->gpu_count = field_is_auto(&m, "count") ? 0 : field_int(&m, "count");
    t->s->gpu_count_given = field_has(&m, "count") && t->s->gpu_count > 0;
    const char *hypervisor = field_word(&m, "hypervisor");
    t->s->hypervisor = hypervisor == NULL ? "none" : hypervisor;
}
