/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assess.c - entries, boards and verdicts.
 *
 * One entry on one board is a pure question to the tables. What has to be settled first is on
 * which boards to ask it. */
#include "sim/plan/assess.h"

#include <stdio.h>
#include <string.h>

#include "models/census.h"
#include "models/mig.h"
#include "sim/base/text.h"
#include "sim/fleet/pack.h"

enum {
    TEXT_MAX = 512
};

/* A question and its answer in the making. */
struct asking {
    const struct catalog *c;
    const struct config_entry *entry;
    const struct mig_geometry *geometry; /* of the board */
    int gpu_ix;
    enum assess verdict;
    const char *rule;
    struct text why; /* the answer's sentence */
};

const char *assess_name(enum assess verdict)
{
    static const char *const name[] = {"possible", "unknown", "impossible"};
    return name[verdict];
}

static const char *key_of(const struct asking *q)
{
    return q->c->gpu[q->gpu_ix].key;
}

/* Settles the answer and returns a text to write its sentence to. */
static struct text *answer(struct asking *q, enum assess verdict, const char *rule)
{
    q->verdict = verdict;
    q->rule = rule;
    text_reset(&q->why);
    return &q->why;
}

/* ---- GPU instances ---- */

/* Instances by profile, as the geometry orders them. */
struct counts {
    int n[AXIS_KINDS_MAX];
};

static void add_order(struct asking *q, const unsigned char *count, struct text *out)
{
    struct layout_instance order[LAYOUT_MAX];
    const int n = census_order(q->geometry, count, NULL, order);
    for (int i = 0; i < n; i++) {
        const bool is_same = i > 0 && order[i].kind == order[i - 1].kind;
        text_addf(out, "%s", i == 0 ? "" : ", ");
        if (!is_same) {
            text_addf(out, "%s at ", q->geometry->profile[order[i].kind]->name);
        }
        text_addf(out, "%d", order[i].start);
    }
    if (n >= 0) {
        return;
    }
    /* The driver's own places reach no such set in any order: every start must be given. */
    int start[AXIS_PIECES_MAX];
    int at = 0;
    if (mig_layout(q->geometry, count, start)) {
        text_add(out, "only with explicit starts:");
        for (int k = 0; k < q->geometry->axis.kind_n; k++) {
            for (int i = 0; i < count[k]; i++) {
                text_addf(out, " %s:%d", q->geometry->profile[k]->name, start[at++]);
            }
        }
    }
}

/* The nearest change: one instance less of which profile? */
static void add_nearest(struct asking *q, unsigned char *count, struct text *out)
{
    for (int k = 0; k < q->geometry->axis.kind_n; k++) {
        if (count[k] == 0) {
            continue;
        }
        count[k]--;
        const bool fits = mig_fits(q->geometry, count) == MIG_FITS;
        count[k]++;
        if (fits) {
            text_addf(out, "; with one %s less they fit", q->geometry->profile[k]->name);
            return;
        }
    }
}

/* Do so many of each profile exist together? Says so, or why not. */
static void ask_instances(struct asking *q, const struct counts *counts)
{
    unsigned char count[AXIS_KINDS_MAX] = {0};
    for (int k = 0; k < q->geometry->axis.kind_n; k++) {
        const struct mig_profile *p = q->geometry->profile[k];
        const int most = p->max_instances > 0 ? p->max_instances : AXIS_PIECES_MAX;
        if (counts->n[k] > most) {
            text_addf(answer(q, ASSESS_IMPOSSIBLE, "MIG-02"), "%d x %s, and a GPU takes %d",
                      counts->n[k], p->name, most);
            return;
        }
        count[k] = (unsigned char)counts->n[k];
    }
    static const char *const why[] = {
        [MIG_NO_START] = "the memory axis has no places for all of them",
        [MIG_MAX_INSTANCES] = "more instances of a profile than the GPU takes",
        [MIG_SECOND_ME] = "only one instance of a GPU can have media extensions",
        [MIG_MEDIA_TAKEN] = "beside +me.all there can only be instances without media engines",
        [MIG_ENGINES_SHORT] = "they ask for more engines than the whole GPU has",
    };
    const enum mig_fit fit = mig_fits(q->geometry, count);
    if (fit != MIG_FITS) {
        struct text *out = answer(q, ASSESS_IMPOSSIBLE, "MIG-02");
        text_add(out, why[fit]);
        add_nearest(q, count, out);
        return;
    }
    add_order(q, count, answer(q, ASSESS_POSSIBLE, NULL));
}

/* Index of a profile with known places in the geometry, or -1 with the answer. */
static int kind_of(struct asking *q, const struct mig_profile *p)
{
    const int kind = mig_geometry_find(q->geometry, p);
    if (kind < 0) {
        text_addf(answer(q, ASSESS_UNKNOWN, "DATA-01"), "the start indexes of %s are not known",
                  p->name);
    }
    return kind;
}

/* Compute instances of all wants that stand on profile `p`, filled into as few instances as
 * possible, the largest first. -1 with the answer when a size does not exist. */
static int instances_for(struct asking *q, const struct mig_profile *p, const int *cut)
{
    struct mig_compute menu[MIG_COMPUTE_KINDS_MAX];
    const int menu_n = mig_compute_kinds(p->compute_slices, menu);
    int left[MIG_COMPUTE_KINDS_MAX] = {0};
    int instances = cut[0];
    int left_n = 0;
    for (int slices = 1; slices < 16; slices++) {
        int at = 0;
        while (cut[slices] > 0 && at < menu_n && menu[at].slices != slices) {
            at++;
        }
        if (cut[slices] > 0 && at == menu_n) {
            text_addf(answer(q, ASSESS_IMPOSSIBLE, "MIG-02"),
                      "%s has no compute instance of %d slices", p->name, slices);
            return -1;
        }
        if (cut[slices] > 0) {
            left[at] += cut[slices];
            left_n += cut[slices];
        }
    }
    while (left_n > 0) {
        unsigned char count[MIG_COMPUTE_KINDS_MAX] = {0};
        instances++;
        for (int k = menu_n - 1; k >= 0; k--) {
            while (left[k] > 0) {
                count[k]++;
                if (!mig_compute_fits(p->compute_slices, count)) {
                    count[k]--;
                    break;
                }
                left[k]--;
                left_n--;
            }
        }
    }
    return instances;
}

static bool is_same_profile(struct asking *q, int a, int b, const struct mig_profile **p)
{
    const struct mig_profile *other;
    (void)mig_name_match(q->c, q->gpu_ix, q->entry->want[a].name, p);
    (void)mig_name_match(q->c, q->gpu_ix, q->entry->want[b].name, &other);
    return *p == other;
}

/* Resolves every name; false with the answer when one is none. */
static bool check_profiles(struct asking *q)
{
    for (int i = 0; i < q->entry->want_n; i++) {
        const char *name = q->entry->want[i].name;
        const struct mig_profile *p;
        const enum mig_match match = mig_name_match(q->c, q->gpu_ix, name, &p);
        if (match == MIG_MATCH_NONE) {
            struct text *out = answer(q, ASSESS_IMPOSSIBLE, "MIG-02");
            text_addf(out, "there is no profile %s", name);
            if (p != NULL) {
                text_addf(out, "; the nearest is %s", p->name);
            }
            return false;
        }
        if (match == MIG_MATCH_MANY) {
            text_addf(answer(q, ASSESS_UNKNOWN, "DATA-01"),
                      "%s may be more than one profile of %s; the nearest is %s", name,
                      key_of(q), p->name);
            return false;
        }
        if (kind_of(q, p) < 0) {
            return false;
        }
    }
    return true;
}

static void ask_mig(struct asking *q)
{
    const struct gpu *g = &q->c->gpu[q->gpu_ix];
    struct counts counts = {{0}};
    if (!q->entry->mig_enabled) {
        text_add(answer(q, ASSESS_POSSIBLE, NULL), "MIG mode off");
        return;
    }
    if (g->mig_slices == 0) {
        text_addf(answer(q, ASSESS_IMPOSSIBLE, "MIG-01"), "%s has no MIG", g->key);
        return;
    }
    if (q->entry->want_n == 0) {
        text_add(answer(q, ASSESS_POSSIBLE, NULL), "MIG mode on, no instances");
        return;
    }
    if (!check_profiles(q)) {
        return;
    }
    for (int i = 0; i < q->entry->want_n; i++) {
        const struct mig_profile *p = NULL;
        int cut[16] = {0}; /* [0]: whole instances; else compute instances of so many slices */
        bool is_first = true;
        for (int k = 0; k < q->entry->want_n; k++) {
            struct mig_name name;
            if (!is_same_profile(q, i, k, &p)) {
                continue;
            }
            is_first = is_first && k >= i;
            (void)mig_name_read(q->entry->want[k].name, &name);
            const int slices =
                name.compute_slices == p->compute_slices ? 0 : name.compute_slices;
            cut[slices < 16 ? slices : 15] += q->entry->want[k].count;
        }
        const int n = is_first ? instances_for(q, p, cut) : 0;
        if (n < 0) {
            return;
        }
        counts.n[mig_geometry_find(q->geometry, p)] += n;
    }
    ask_instances(q, &counts);
}

/* ---- vGPUs ---- */

/* Is `name` the catalogue's, without the words before its last blank, or with the suffix GFX
 * that newer drivers give to types on +gfx instances? */
static bool is_type(const struct vgpu_type *t, const char *name)
{
    const char *last = strrchr(t->name, ' ');
    const char *own = last == NULL ? t->name : last + 1;
    const size_t n = strlen(own);
    if (strncmp(own, name, n) != 0) {
        return strcmp(t->name, name) == 0;
    }
    const bool is_gfx = t->mig_profile != NULL && strstr(t->mig_profile, "+gfx") != NULL;
    return name[n] == '\0' || (is_gfx && strcmp(name + n, "GFX") == 0);
}

static const struct vgpu_type *type_find(const struct catalog *c, int gpu_ix, const char *name)
{
    for (int i = 0; i < c->vgpu_n; i++) {
        if ((gpu_ix < 0 || c->vgpu[i].gpu_ix == gpu_ix) && is_type(&c->vgpu[i], name)) {
            return &c->vgpu[i];
        }
    }
    return NULL;
}

/* Does the board's table have types of this family ("DC-") but none of this series? Then it is
 * known in part, and a type of both may be missing. */
static bool is_partial(const struct asking *q, const struct vgpu_type *like)
{
    const size_t family_n = strcspn(like->name, "-") + 1;
    bool has_family = false;
    for (int i = 0; i < q->c->vgpu_n; i++) {
        const struct vgpu_type *t = &q->c->vgpu[i];
        if (t->gpu_ix == q->gpu_ix && strncmp(t->name, like->name, family_n) == 0) {
            has_family = true;
            if (t->series == like->series) {
                return false;
            }
        }
    }
    return has_family;
}

/* A type that another board has is not this board's; one that no board has may be new. */
static bool check_types(struct asking *q)
{
    for (int i = 0; i < q->entry->want_n; i++) {
        const char *name = q->entry->want[i].name;
        const struct vgpu_type *elsewhere = type_find(q->c, -1, name);
        if (type_find(q->c, q->gpu_ix, name) != NULL) {
            continue;
        }
        if (elsewhere != NULL && !is_partial(q, elsewhere)) {
            text_addf(answer(q, ASSESS_IMPOSSIBLE, NULL), "%s is a type of %s", name,
                      q->c->gpu[elsewhere->gpu_ix].key);
        } else {
            text_addf(answer(q, ASSESS_UNKNOWN, "DATA-01"), "the tables have no vGPU type %s",
                      name);
        }
        return false;
    }
    return true;
}

/* vGPUs of several sizes: each at one of its placement ids. */
static void ask_mixed(struct asking *q)
{
    struct axis axis = {.kind_n = 0};
    unsigned char count[AXIS_KINDS_MAX] = {0};
    for (int i = 0; i < q->entry->want_n && i < AXIS_KINDS_MAX; i++) {
        const struct config_want *w = &q->entry->want[i];
        const struct vgpu_type *t = type_find(q->c, q->gpu_ix, w->name);
        if (!t->mixed_size) {
            text_addf(answer(q, ASSESS_IMPOSSIBLE, "MIX-01"),
                      "vGPUs of different sizes, and %s has no mixed-size mode", key_of(q));
            return;
        }
        if (w->count > t->max_per_gpu_mixed) {
            text_addf(answer(q, ASSESS_IMPOSSIBLE, "MIX-06"),
                      "%d x %s in mixed-size mode, in which %s takes %d", w->count, w->name,
                      key_of(q), t->max_per_gpu_mixed);
            return;
        }
        const int kind =
            axis_add(&axis, t->placement_ids, t->placement_ids_n, t->placement_size);
        if (kind >= 0) {
            count[kind] = (unsigned char)w->count;
        }
    }
    if (axis.kind_n < q->entry->want_n) {
        text_add(answer(q, ASSESS_UNKNOWN, "DATA-01"), "placement ids are not known");
    } else if (!axis_fits(&axis, count)) {
        text_add(answer(q, ASSESS_IMPOSSIBLE, "MIX-05"),
                 "no placement ids are left for all of them");
    } else {
        text_add(answer(q, ASSESS_POSSIBLE, NULL),
                 "in mixed-size mode (nvidia-smi vgpu -shm 1)");
    }
}

static void ask_time_sliced(struct asking *q)
{
    const struct gpu *g = &q->c->gpu[q->gpu_ix];
    int gib = 0;
    int total = 0;
    int most = GPU_VGPUS_MAX + 1;
    bool is_mixed = false;
    long long gib_sum = 0;
    for (int i = 0; i < q->entry->want_n; i++) {
        const struct vgpu_type *t = type_find(q->c, q->gpu_ix, q->entry->want[i].name);
        total += q->entry->want[i].count;
        gib_sum += (long long)t->framebuffer_gib * q->entry->want[i].count;
        is_mixed = is_mixed || (gib > 0 && gib != t->framebuffer_gib);
        gib = t->framebuffer_gib;
        most = t->max_per_gpu > 0 && t->max_per_gpu < most ? t->max_per_gpu : most;
    }
    if (!is_mixed && most <= GPU_VGPUS_MAX && total > most) {
        text_addf(answer(q, ASSESS_IMPOSSIBLE, "CAP-01"), "%d vGPUs of %d GiB, but %s takes %d",
                  total, gib, g->key, most);
    } else if (gib_sum > g->framebuffer_gib) {
        text_addf(answer(q, ASSESS_IMPOSSIBLE, "CAP-02"), "%lld GiB of framebuffer on %d GiB",
                  gib_sum, g->framebuffer_gib);
    } else if (total > GPU_VGPUS_MAX) {
        text_addf(answer(q, ASSESS_IMPOSSIBLE, "CAP-05"), "%d vGPUs, but a GPU takes %d", total,
                  GPU_VGPUS_MAX);
    } else if (is_mixed) {
        ask_mixed(q);
    } else {
        text_addf(answer(q, ASSESS_POSSIBLE, NULL), "%d of at most %d", total,
                  most <= GPU_VGPUS_MAX ? most : GPU_VGPUS_MAX);
    }
}

/* Types that share instances fill them by size: ceil(vGPUs of a size / most in one). */
static void ask_instance_types(struct asking *q)
{
    struct counts counts = {{0}};
    int total = 0;
    for (int i = 0; i < q->entry->want_n; i++) {
        const struct vgpu_type *t = type_find(q->c, q->gpu_ix, q->entry->want[i].name);
        const struct mig_profile *p =
            t->mig_profile == NULL ? NULL : catalog_mig_find(q->c, q->gpu_ix, t->mig_profile);
        if (p == NULL || t->max_per_instance == 0) {
            text_addf(answer(q, ASSESS_UNKNOWN, "DATA-01"),
                      "the tables know %s by its name only", t->name);
            return;
        }
        const int kind = kind_of(q, p);
        int n = 0;
        bool is_first = true;
        for (int k = 0; k < q->entry->want_n; k++) {
            const struct vgpu_type *u = type_find(q->c, q->gpu_ix, q->entry->want[k].name);
            if (u->mig_profile != NULL && strcmp(u->mig_profile, t->mig_profile) == 0 &&
                u->framebuffer_gib == t->framebuffer_gib) {
                is_first = is_first && k >= i;
                n += q->entry->want[k].count;
            }
        }
        if (kind < 0) {
            return;
        }
        total += q->entry->want[i].count;
        counts.n[kind] += is_first ? (n + t->max_per_instance - 1) / t->max_per_instance : 0;
    }
    ask_instances(q, &counts);
    if (q->verdict == ASSESS_POSSIBLE && total > GPU_VGPUS_MAX_MIG) {
        text_addf(answer(q, ASSESS_IMPOSSIBLE, "CAP-06"), "%d vGPUs, but a GPU takes %d", total,
                  GPU_VGPUS_MAX_MIG);
    }
}

static void ask_vgpus(struct asking *q)
{
    int instance_n = 0;
    if (q->entry->want_n == 0) {
        text_add(answer(q, ASSESS_POSSIBLE, NULL), "no vGPUs");
        return;
    }
    if (!check_types(q)) {
        return;
    }
    for (int i = 0; i < q->entry->want_n; i++) {
        const struct vgpu_type *t = type_find(q->c, q->gpu_ix, q->entry->want[i].name);
        instance_n += t->mode == VGPU_TIME_SLICED ? 0 : 1;
    }
    if (instance_n > 0 && instance_n < q->entry->want_n) {
        text_add(answer(q, ASSESS_IMPOSSIBLE, "MIG-03"),
                 "time-sliced and MIG-backed types on one GPU: its MIG mode is on or off");
    } else if (instance_n > 0) {
        ask_instance_types(q);
    } else {
        ask_time_sliced(q);
    }
}

/* ---- Which boards ---- */

struct assessing {
    struct assessments *out;
    struct arena *arena;
    const struct catalog *c;
    const struct config *config;
    struct diag *d;
    int cap;
    const struct config_set *set;
    int entry_ix;
    struct mig_geometry *geometry; /* [gpu_n] */
};

static bool add(struct assessing *a, struct assessment x)
{
    struct assessments *out = a->out;
    if (out->n == a->cap) {
        const int cap = a->cap == 0 ? 256 : a->cap * 2;
        struct assessment *list = arena_alloc(a->arena, (size_t)cap, sizeof *list);
        if (list == NULL) {
            return diag_machine(a->d, "out of memory");
        }
        if (out->n > 0) {
            memcpy(list, out->list, (size_t)out->n * sizeof *list);
        }
        out->list = list;
        a->cap = cap;
    }
    x.set = a->set;
    x.entry_ix = a->entry_ix;
    out->list[out->n++] = x;
    return true;
}

/* An answer that needs no board. */
static bool add_plain(struct assessing *a, enum assess verdict, const char *rule,
                      const char *where, const char *text)
{
    char *copy = arena_copy(a->arena, text, strlen(text));
    char *place = arena_copy(a->arena, where, strlen(where));
    if (copy == NULL || place == NULL) {
        return diag_machine(a->d, "out of memory");
    }
    return add(
        a, (struct assessment){
               .gpu_ix = -1, .where = place, .verdict = verdict, .rule = rule, .text = copy});
}

static bool ask(struct assessing *a, int gpu_ix)
{
    struct asking q = {.c = a->c,
                       .entry = &a->set->entry[a->entry_ix],
                       .geometry = &a->geometry[gpu_ix],
                       .gpu_ix = gpu_ix};
    text_init(&q.why);
    if (a->config->kind == CONFIG_MIG) {
        ask_mig(&q);
    } else {
        ask_vgpus(&q);
    }
    char *text = q.why.failed ? NULL : arena_copy(a->arena, text_str(&q.why), q.why.n);
    text_fini(&q.why);
    if (text == NULL) {
        return diag_machine(a->d, "out of memory");
    }
    return add(a, (struct assessment){.gpu_ix = gpu_ix,
                                      .where = a->c->gpu[gpu_ix].key,
                                      .verdict = q.verdict,
                                      .rule = q.rule,
                                      .text = text});
}

/* How well the board knows the entry's names: 3 all as spelt, 2 all, 1 some, 0 none. */
static int acquaintance(const struct assessing *a, int gpu_ix)
{
    const struct config_entry *e = &a->set->entry[a->entry_ix];
    int exact = 0;
    int known = 0;
    for (int i = 0; i < e->want_n; i++) {
        const struct mig_profile *p;
        const enum mig_match match =
            a->config->kind == CONFIG_MIG ? mig_name_match(a->c, gpu_ix, e->want[i].name, &p)
            : type_find(a->c, gpu_ix, e->want[i].name) != NULL ? MIG_MATCH_NAME
                                                               : MIG_MATCH_NONE;
        exact += match == MIG_MATCH_NAME ? 1 : 0;
        known += match == MIG_MATCH_NAME || match == MIG_MATCH_SLICES ? 1 : 0;
    }
    return exact == e->want_n ? 3 : known == e->want_n ? 2 : known > 0 ? 1 : 0;
}

/* Neither filter nor board: those that know the names best. */
static bool ask_by_names(struct assessing *a)
{
    const struct config_entry *e = &a->set->entry[a->entry_ix];
    int best = 1;
    bool ok = true;
    if (e->want_n == 0) {
        return add_plain(a, ASSESS_POSSIBLE, NULL, "any GPU",
                         a->config->kind == CONFIG_VGPU ? "no vGPUs"
                         : e->mig_enabled               ? "MIG mode on, no instances"
                                                        : "MIG mode off");
    }
    for (int g = 0; g < a->c->gpu_n; g++) {
        const int x = acquaintance(a, g);
        best = x > best ? x : best;
    }
    const int before = a->out->n;
    for (int g = 0; ok && g < a->c->gpu_n; g++) {
        if (acquaintance(a, g) >= best) {
            ok = ask(a, g);
        }
    }
    if (ok && a->out->n == before) {
        char text[TEXT_MAX];
        snprintf(text, sizeof text, "no board of the tables has %.100s", e->want[0].name);
        return add_plain(a, ASSESS_UNKNOWN, "DATA-01", "any GPU", text);
    }
    return ok;
}

/* One id of a filter. Boards that only a subsystem id tells apart are told apart by names. */
static bool ask_filter(struct assessing *a, unsigned pci_id)
{
    const struct config_entry *e = &a->set->entry[a->entry_ix];
    char where[32], text[TEXT_MAX];
    const struct pci_id *found = NULL;
    int best = 0;
    bool ok = true;
    snprintf(where, sizeof where, "device 0x%04X", pci_id);
    for (int i = 0; i < a->c->pci_n; i++) {
        if (a->c->pci[i].id == pci_id) {
            const int x = acquaintance(a, a->c->pci[i].gpu_ix);
            found = &a->c->pci[i];
            best = x > best ? x : best;
        }
    }
    if (a->config->kind == CONFIG_MIG && !e->mig_enabled) {
        return add_plain(a, ASSESS_POSSIBLE, NULL, found == NULL ? where : found->product,
                         "MIG mode off");
    }
    if (found == NULL) {
        return add_plain(a, ASSESS_UNKNOWN, "DATA-01", where,
                         "no board of the tables has this PCI device id");
    }
    if (found->mig_only && a->config->kind == CONFIG_VGPU) {
        snprintf(text, sizeof text, "the tables have no vGPU types of %.100s", found->product);
        return add_plain(a, ASSESS_UNKNOWN, "DATA-01", found->product, text);
    }
    for (int i = 0; ok && i < a->c->pci_n; i++) {
        if (a->c->pci[i].id == pci_id && acquaintance(a, a->c->pci[i].gpu_ix) >= best) {
            ok = ask(a, a->c->pci[i].gpu_ix);
            if (ok) {
                a->out->list[a->out->n - 1].where = a->c->pci[i].product;
            }
        }
    }
    return ok;
}

/* Is the board among those of the filter? */
static bool is_filtered(const struct assessing *a, int gpu_ix)
{
    const struct config_entry *e = &a->set->entry[a->entry_ix];
    for (int i = 0; i < e->filter_n; i++) {
        for (int k = 0; k < a->c->pci_n; k++) {
            if (a->c->pci[k].id == e->filter[i].pci_id && a->c->pci[k].gpu_ix == gpu_ix &&
                !(a->c->pci[k].mig_only && a->config->kind == CONFIG_VGPU)) {
                return true;
            }
        }
    }
    return e->filter_n == 0;
}

/* The verdict of an entry from those of its boards, list[from] on. */
static enum assess sum_up(const struct assessing *a, int from, bool all_must)
{
    enum assess best = ASSESS_IMPOSSIBLE;
    enum assess worst = ASSESS_POSSIBLE;
    for (int i = from; i < a->out->n; i++) {
        const enum assess x = a->out->list[i].verdict;
        best = x < best ? x : best;
        worst = x > worst ? x : worst;
    }
    return all_must ? worst : best;
}

static bool assess_entry(struct assessing *a, int gpu_ix)
{
    const struct config_entry *e = &a->set->entry[a->entry_ix];
    const int from = a->out->n;
    bool ok = true;
    if (gpu_ix >= 0 && !is_filtered(a, gpu_ix)) {
        a->out->skipped_n++;
        return true;
    }
    if (gpu_ix >= 0) {
        ok = ask(a, gpu_ix);
    } else if (e->filter_n == 0) {
        ok = ask_by_names(a);
    } else {
        for (int i = 0; ok && i < e->filter_n; i++) {
            ok = ask_filter(a, e->filter[i].pci_id);
        }
    }
    if (ok) {
        const enum assess verdict = sum_up(a, from, gpu_ix >= 0 || e->filter_n > 0);
        a->out->entry_n[verdict]++;
        for (int i = from; i < a->out->n; i++) {
            a->out->list[i].entry_verdict = verdict;
        }
    }
    return ok;
}

bool assess_config(struct assessments *out, struct arena *arena, const struct catalog *c,
                   const struct config *config, int gpu_ix, struct diag *d)
{
    struct assessing a = {.out = out, .arena = arena, .c = c, .config = config, .d = d};
    *out = (struct assessments){.n = 0};
    a.geometry = arena_alloc(arena, (size_t)c->gpu_n, sizeof *a.geometry);
    if (a.geometry == NULL) {
        return diag_machine(d, "out of memory");
    }
    for (int g = 0; g < c->gpu_n; g++) {
        mig_geometry_init(&a.geometry[g], c, g);
    }
    for (int i = 0; i < config->set_n; i++) {
        a.set = &config->set[i];
        for (a.entry_ix = 0; a.entry_ix < a.set->entry_n; a.entry_ix++) {
            if (!assess_entry(&a, gpu_ix)) {
                return false;
            }
        }
    }
    return true;
}
