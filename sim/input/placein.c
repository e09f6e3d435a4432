/* SPDX-License-Identifier: GPL-3.0-or-later */
/* placein.c - `placement`: GPUs that hold the same are listed once, with their number. The
 * listed VMs of each tenant are all that it has, so that nothing is left to a policy. */
#include "sim/input/placein.h"

#include <string.h>

#include "models/sched.h"
#include "sim/base/near.h"

/* By enum place_policy. */
static const char *const place_policies[] = {"first-fit",   "best-fit",      "breadth-first",
                                             "depth-first", "fragmentation", "exact",
                                             "listed"};

const char *place_policy_name(enum place_policy policy)
{
    return place_policies[policy];
}

void placein_policy(const struct field_map *root, struct scenario *s)
{
    const struct field_map m = field_sub(root, "placement");
    const char *word = field_word(&m, "policy");
    field_complete(&m, word);
    s->place = PLACE_BEST_FIT;
    for (size_t i = 0; i < sizeof place_policies / sizeof place_policies[0]; i++) {
        if (word != NULL && strcmp(word, place_policies[i]) == 0) {
            s->place = (enum place_policy)i;
        }
    }
    if (s->place >= PLACE_EXACT && s->group_n > 0) {
        diag_error(root->r->d, field_at(&m, "policy"), "'%s' with groups of hosts is not built",
                   word);
        diag_help(root->r->d, "write best-fit or fragmentation, or the short form of 'fleet'");
    }
}

static int tenant_find(const struct field_reader *r, const struct scenario *s,
                       const struct yaml_entry *e, bool is_narrowed)
{
    const char *names[TENANTS_MAX];
    for (int t = 0; t < s->tenant_n; t++) {
        names[t] = s->tenant[t].name;
        if (strcmp(names[t], e->key) == 0) {
            return t;
        }
    }
    if (!is_narrowed) {
        diag_error(r->d, e->key_at, "there is no tenant '%.*s'", field_shown(e->key), e->key);
        field_suggest(r->d, e->key, names, (size_t)s->tenant_n);
    }
    return -1;
}

/* One kind of GPU: how many there are, and the VMs on each. False when memory is out. */
static bool read_kind(const struct field_reader *r, struct scenario *s, struct listed_gpu *g,
                      const struct yaml_entry *item, bool is_narrowed)
{
    const struct field_map m = field_open(r, item->value, "placement.gpus", item->key_at);
    *g = (struct listed_gpu){.count = 1,
                             .vms = arena_alloc(r->arena, (size_t)s->tenant_n, sizeof *g->vms)};
    if (g->vms == NULL) {
        return false;
    }
    if (m.node == NULL) {
        return true;
    }
    field_complete(&m, NULL);
    g->count = field_int(&m, "count");
    const struct field_map vms = field_sub(&m, "vms");
    for (int i = 0; vms.node != NULL && i < vms.node->n; i++) {
        const struct yaml_entry *e = &vms.node->entry[i];
        double n = 0.0;
        int t = tenant_find(r, s, e, is_narrowed);
        if (field_item_real(&m, "vms", e->value, &n) && t >= 0) {
            g->vms[t] = (int)n;
        }
    }
    return true;
}

/* Every VM has one place, on a GPU that is there. */
static void check_sums(const struct field_reader *r, const struct scenario *s, struct span at)
{
    int64_t gpus = 0;
    for (int i = 0; i < s->listed_n; i++) {
        gpus += s->listed[i].count;
    }
    int most = s->gpu_count > 0 ? s->gpu_count : GPUS_MAX;
    if (gpus > most) {
        diag_error(r->d, at, "%lld GPUs are listed, and there are %d", (long long)gpus, most);
        diag_help(r->d, "list fewer, or write 'fleet.count: %lld'", (long long)gpus);
    }
    for (int t = 0; t < s->tenant_n; t++) {
        int64_t n = 0;
        for (int i = 0; i < s->listed_n; i++) {
            n += (int64_t)s->listed[i].count * s->listed[i].vms[t];
        }
        if (n != s->tenant[t].count) {
            diag_error(r->d, at, "%lld VMs of %s are listed, and it has %d", (long long)n,
                       s->tenant[t].name, s->tenant[t].count);
            diag_help(r->d, "let the VMs of the GPUs, times their 'count', add up to its "
                            "'count'");
        }
        if (s->tenant[t].vgpus > 1) {
            diag_error(r->d, at, "'listed' with several vGPUs of a VM of %s is not built",
                       s->tenant[t].name);
            diag_help(r->d, "write exact, which spreads them over GPUs");
        }
    }
}

bool placein_gpus(const struct field_map *root, struct scenario *s, bool is_narrowed)
{
    const struct field_map m = field_sub(root, "placement");
    const struct yaml_node *list = s->place == PLACE_LISTED ? field_list(&m, "gpus") : NULL;
    if (list == NULL) {
        return true;
    }
    int n = list->n < GPUS_MAX ? list->n : GPUS_MAX;
    size_t errors = root->r->d->error_n;
    s->listed = arena_alloc(root->r->arena, (size_t)n, sizeof *s->listed);
    if (s->listed == NULL) {
        return false;
    }
    for (; s->listed_n < n; s->listed_n++) {
        if (!read_kind(root->r, s, &s->listed[s->listed_n], &list->entry[s->listed_n],
                       is_narrowed)) {
            return false;
        }
    }
    if (root->r->d->error_n == errors) {
        check_sums(root->r, s, field_at(&m, "gpus"));
    }
    return true;
}
