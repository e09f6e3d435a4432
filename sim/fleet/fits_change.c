/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fits_change.c - the nearest change that makes a mode fit, found by making it and placing the
 * scenario again.
 *
 * A copy of the scenario is changed in one thing at a time: the MMIO windows of VMs, a policy,
 * a flag, what one tenant is given, the number of GPUs. Nothing is deduced, so a change that is
 * offered works. Cost: at most FITS_CHANGES_MAX placements. */
#include "sim/fleet/fits.h"

#include <string.h>

#include "sim/fleet/choice.h"

enum {
    EXACT_SEATS_MAX = 1024 /* beyond them the exact policy is not tried */
};

struct search {
    struct fits *out;
    struct arena *arena;   /* of what is offered */
    struct arena *scratch; /* of the search */
    const struct scenario *s;
    const struct fleet *f; /* the placement that does not do */
    int mode_ix;
    enum mode_kind mode;
    bool *failed; /* [tenant_n] has VMs without a place */
    struct diag *d;
    bool done; /* a change that gives nobody less and takes no more GPUs works */
    bool no_memory;

    struct scenario trial; /* s, changed */
    struct tenant *tenant; /* [tenant_n] of the trial */
    struct text set;
};

/* ---- One trial ---- */

static void begin(struct search *x)
{
    x->trial = *x->s;
    x->trial.tenant = x->tenant;
    memcpy(x->tenant, x->s->tenant, (size_t)x->s->tenant_n * sizeof *x->tenant);
    text_reset(&x->set);
}

/* " --set PATH=", the value follows. */
static void set_tenant(struct search *x, int tenant_ix, const char *field)
{
    text_addf(&x->set, "%s--set tenants.%s.%s=", x->set.n > 0 ? " " : "",
              x->s->tenant[tenant_ix].name, field);
}

static const char *keep(struct search *x, const char *s)
{
    const char *kept = arena_copy(x->arena, s, strlen(s));
    x->no_memory = x->no_memory || kept == NULL;
    return kept;
}

/* Places the trial. True when every VM has a place. `gives_less`: than a tenant asks for. */
static bool try_it(struct search *x, const char *field, const char *value, bool gives_less)
{
    if (x->no_memory || x->out->change_n == FITS_CHANGES_MAX) {
        return false;
    }
    struct arena arena;
    struct fleet fleet;
    arena_init(&arena, "trial");
    bool placed = fleet_place(&fleet, &arena, &x->trial, x->mode_ix, x->d);
    bool works = placed && fleet.feasible;
    arena_fini(&arena);
    x->no_memory = x->no_memory || !placed || x->set.failed;
    struct fits_change *c = &x->out->change[x->out->change_n++];
    *c = (struct fits_change){.field = keep(x, field),
                              .value = keep(x, value),
                              .set = keep(x, text_str(&x->set)),
                              .works = works,
                              .gives_less = gives_less};
    return works;
}

/* ---- What a VM is set to ---- */

static bool is_refused(const struct search *x, const char *rule, const char *tenant)
{
    const struct reasons *r = &x->f->reasons;
    for (int i = 0; i < r->n; i++) {
        const char *whose = r->list[i].tenant;
        if (strcmp(r->list[i].rule, rule) == 0 && whose != NULL && strcmp(whose, tenant) == 0) {
            return true;
        }
    }
    return false;
}

/* The largest MMIO space, in GB, that a GPU of the fleet asks of a VM. */
static int most_mmio_gb(const struct search *x)
{
    const struct scenario *s = x->s;
    int most = s->group_n == 0 ? s->catalog->gpu[s->gpu_ix].mmio_gb : 0;
    for (int g = 0; g < s->group_n; g++) {
        int gb = s->catalog->gpu[s->group[g].gpu_ix].mmio_gb;
        most = gb > most ? gb : most;
    }
    return most;
}

/* Every window that is too small for its VM's GPU (rule MMIO-01) gets the size of the table. */
static void try_mmio(struct search *x)
{
    int gb = most_mmio_gb(x);
    int small_n = 0;
    struct text field;
    struct text value;
    text_init(&field);
    text_init(&value);
    begin(x);
    for (int i = 0; i < x->s->tenant_n; i++) {
        if (is_refused(x, "MMIO-01", x->s->tenant[i].name)) {
            x->tenant[i].mmio_bytes = (uint64_t)gb * UINT64_C(1000000000);
            set_tenant(x, i, "mmio");
            text_addf(&x->set, "%dGB", gb);
            text_addf(&field, "%stenants.%s.mmio", small_n++ > 0 ? ", " : "",
                      x->s->tenant[i].name);
        }
    }
    text_addf(&value, "%d GB", gb);
    x->done = small_n > 0 && try_it(x, text_str(&field), text_str(&value), false);
    x->no_memory = x->no_memory || field.failed || value.failed;
    text_fini(&field);
    text_fini(&value);
}

/* ---- Where GPUs are shared ---- */

static void try_policies(struct search *x)
{
    static const enum place_policy order[] = {PLACE_BEST_FIT,      PLACE_FIRST_FIT,
                                              PLACE_DEPTH_FIRST,   PLACE_BREADTH_FIRST,
                                              PLACE_FRAGMENTATION, PLACE_EXACT};
    bool shares = x->mode != MODE_PASSTHROUGH && x->mode != MODE_CONTAINER_TIME_SLICED;
    if (x->out->gpu_n < 2 || x->s->place == PLACE_LISTED || (!shares && x->s->group_n == 0)) {
        return;
    }
    for (size_t i = 0; i < sizeof order / sizeof order[0] && !x->done; i++) {
        bool can =
            order[i] != PLACE_EXACT || (x->s->group_n == 0 && x->f->seat_n <= EXACT_SEATS_MAX);
        if (order[i] == x->s->place || !can) {
            continue;
        }
        begin(x);
        x->trial.place = order[i];
        text_addf(&x->set, "--set placement.policy=%s", place_policy_name(order[i]));
        x->done = try_it(x, "placement.policy", place_policy_name(order[i]), false);
    }
}

static void try_mixed_size(struct search *x)
{
    if (x->mode != MODE_TIME_SLICED || x->done) {
        return;
    }
    begin(x);
    x->trial.mixed_size = !x->s->mixed_size;
    const char *value = x->trial.mixed_size ? "true" : "false";
    text_addf(&x->set, "--set fleet.mixed-size=%s", value);
    x->done = try_it(x, "fleet.mixed-size", value, false);
}

/* ---- What a tenant is given ---- */

/* Another size or profile for a tenant: a type of the mode, or a profile with or without one.
 */
struct given {
    const struct vgpu_type *type;
    const struct mig_profile *profile;
    int gib;
    int size; /* what it takes of the axis: units or GiB */
};

static enum vgpu_mode type_mode(enum mode_kind mode)
{
    return mode == MODE_TIME_SLICED ? VGPU_TIME_SLICED
           : mode == MODE_MIG       ? VGPU_MIG
                                    : VGPU_TIME_SLICED_MIG;
}

/* The type of this mode that a tenant names, or NULL. */
static const struct vgpu_type *named_type(const struct search *x, int tenant_ix)
{
    const char *name = x->s->tenant[tenant_ix].vgpu;
    const struct vgpu_type *v =
        name != NULL ? catalog_vgpu_find(x->s->catalog, x->f->tenant_model[tenant_ix], name)
                     : NULL;
    return v != NULL && v->mode == type_mode(x->mode) ? v : NULL;
}

/* The series that a tenant has, or would have. */
static char series_of(const struct search *x, int tenant_ix)
{
    const struct vgpu_type *v = named_type(x, tenant_ix);
    v = v != NULL ? v : x->f->tenant_type[tenant_ix];
    const struct catalog *c = x->s->catalog;
    for (int i = 0; v == NULL && i < c->vgpu_n; i++) {
        bool fits = c->vgpu[i].gpu_ix == x->f->tenant_model[tenant_ix] &&
                    c->vgpu[i].mode == type_mode(x->mode);
        v = fits && c->vgpu[i].series == 'C' ? &c->vgpu[i] : v;
    }
    return v != NULL ? v->series : 'Q';
}

/* Does a hold less of the axis than b, then less memory? */
static bool is_smaller(const struct given *a, const struct given *b)
{
    return a->size != b->size ? a->size < b->size : a->gib < b->gib;
}

static void add_sorted(struct given *list, int *n, const struct given *g)
{
    int at = (*n)++;
    for (; at > 0 && is_smaller(g, &list[at - 1]); at--) {
        list[at] = list[at - 1];
    }
    list[at] = *g;
}

/* The plain profile's own variants are for those who name them. */
static bool is_special(const struct mig_profile *p)
{
    return p->me || p->me_all || p->no_me;
}

/* All that the tenant could be given on its GPU, smallest first; at most as many as there are
 * rows of types and profiles. NULL when memory is out. */
static struct given *list_given(struct search *x, int tenant_ix, int *n)
{
    const struct catalog *c = x->s->catalog;
    int gpu_ix = x->f->tenant_model[tenant_ix];
    char series = series_of(x, tenant_ix);
    size_t room = (size_t)c->vgpu_n + (size_t)c->mig_n;
    struct given *list = arena_alloc(x->scratch, room, sizeof *list);
    *n = 0;
    x->no_memory = x->no_memory || list == NULL;
    for (int i = 0; list != NULL && x->mode != MODE_MIG && i < c->vgpu_n; i++) {
        const struct vgpu_type *v = &c->vgpu[i];
        if (v->gpu_ix != gpu_ix || v->mode != type_mode(x->mode) || v->series != series) {
            continue;
        }
        const struct mig_profile *p =
            v->mig_profile != NULL ? catalog_mig_find(c, gpu_ix, v->mig_profile) : NULL;
        struct given g = {v, p, v->framebuffer_gib, p != NULL ? p->size : v->framebuffer_gib};
        add_sorted(list, n, &g);
    }
    for (int i = 0; list != NULL && x->mode == MODE_MIG && i < c->mig_n; i++) {
        const struct mig_profile *p = &c->mig[i];
        if (p->gpu_ix == gpu_ix && !is_special(p)) {
            struct given g = {NULL, p, p->nominal_gib, p->size};
            add_sorted(list, n, &g);
        }
    }
    return list;
}

/* The MIG-backed type of a profile in a tenant's series, or NULL. */
static const struct vgpu_type *type_on(const struct search *x, int tenant_ix,
                                       const struct mig_profile *p)
{
    const struct catalog *c = x->s->catalog;
    for (int i = 0; i < c->vgpu_n; i++) {
        const struct vgpu_type *v = &c->vgpu[i];
        if (v->gpu_ix == p->gpu_ix && v->mode == VGPU_MIG && v->mig_profile != NULL &&
            v->series == series_of(x, tenant_ix) && strcmp(v->mig_profile, p->name) == 0) {
            return v;
        }
    }
    return NULL;
}

/* Does the tenant name a type or profile, be it for another mode, that holds less than this? A
 * framebuffer beyond it would be refused. */
static bool names_less(const struct search *x, int tenant_ix, int gib)
{
    const struct tenant *t = &x->tenant[tenant_ix];
    const struct catalog *c = x->s->catalog;
    int gpu_ix = x->f->tenant_model[tenant_ix];
    const char *mig = NULL;
    (void)tenant_may_be_on(t, gpu_ix, &mig);
    const struct mig_profile *p = mig != NULL ? catalog_mig_find(c, gpu_ix, mig) : NULL;
    const struct vgpu_type *v = t->vgpu != NULL ? catalog_vgpu_find(c, gpu_ix, t->vgpu) : NULL;
    return (p != NULL && p->nominal_gib < gib) || (v != NULL && v->framebuffer_gib < gib);
}

/* Gives a tenant of the trial `g`: by name where it has a name or the name matters, else by
 * framebuffer. *value gets what was written. False where there is no name for it. */
static bool give(struct search *x, int tenant_ix, const struct given *g, struct text *value)
{
    struct tenant *t = &x->tenant[tenant_ix];
    const struct vgpu_type *named = named_type(x, tenant_ix);
    const struct vgpu_type *type = g->type;
    if (x->mode == MODE_MIG && t->on_n > 0) {
        return false; /* profiles are named by model */
    }
    if (x->mode == MODE_MIG && named != NULL) {
        type = type_on(x, tenant_ix, g->profile);
        if (type == NULL) {
            return false;
        }
    }
    if (named != NULL || x->mode == MODE_TIME_SLICED_MIG) {
        t->vgpu = type->name;
        set_tenant(x, tenant_ix, "vgpu");
        text_add(&x->set, type->name);
        text_add(value, type->name);
    } else if (x->mode == MODE_MIG) {
        t->mig = g->profile->name;
        set_tenant(x, tenant_ix, "mig");
        text_add(&x->set, g->profile->name);
        text_add(value, g->profile->name);
    } else {
        text_addf(value, "%d GiB", g->gib);
    }
    uint64_t bytes = (uint64_t)g->gib << 30;
    if (value->n == 0 || (named == NULL && x->mode == MODE_TIME_SLICED) ||
        t->framebuffer_bytes > bytes) {
        if (names_less(x, tenant_ix, g->gib)) {
            return false;
        }
        t->framebuffer_bytes = bytes;
        set_tenant(x, tenant_ix, "framebuffer");
        text_addf(&x->set, "%dGiB", g->gib);
    }
    return true;
}

/* "tenants.chat.vgpu": the field that `give` writes first. */
static void name_field(const struct search *x, int tenant_ix, struct text *out)
{
    bool by_type = named_type(x, tenant_ix) != NULL || x->mode == MODE_TIME_SLICED_MIG;
    text_addf(out, "tenants.%s.%s", x->s->tenant[tenant_ix].name,
              by_type               ? "vgpu"
              : x->mode == MODE_MIG ? "mig"
                                    : "framebuffer");
}

static bool try_given(struct search *x, int tenant_ix, const struct given *g, bool less)
{
    struct text field;
    struct text value;
    text_init(&field);
    text_init(&value);
    begin(x);
    name_field(x, tenant_ix, &field);
    bool works =
        give(x, tenant_ix, g, &value) && try_it(x, text_str(&field), text_str(&value), less);
    x->no_memory = x->no_memory || field.failed || value.failed;
    text_fini(&field);
    text_fini(&value);
    return works;
}

static bool has_already(const struct search *x, int tenant_ix, const struct given *g)
{
    return g->type != NULL ? x->f->tenant_type[tenant_ix] == g->type
                           : x->f->tenant_profile[tenant_ix] == g->profile;
}

/* Is somebody given vGPUs of this size? Only then is it of use in equal-size mode. */
static bool is_size_of_others(const struct search *x, int tenant_ix, int gib)
{
    for (int i = 0; i < x->s->tenant_n; i++) {
        const struct vgpu_type *v = x->f->tenant_type[i];
        if (i != tenant_ix && v != NULL && v->framebuffer_gib == gib) {
            return true;
        }
    }
    return false;
}

static int needed_gib(const struct search *x, int tenant_ix)
{
    return choice_needed_gib(x->s->catalog, x->f->tenant_model[tenant_ix],
                             &x->s->tenant[tenant_ix]);
}

/* As much or more for one tenant: another profile, or a vGPU of the size of its neighbours. */
static void try_as_much(struct search *x, int tenant_ix)
{
    int n;
    const struct given *list = list_given(x, tenant_ix, &n);
    const struct vgpu_type *has = x->f->tenant_type[tenant_ix];
    for (int i = 0; i < n && !x->done; i++) {
        bool sizes = x->mode == MODE_TIME_SLICED;
        if (list[i].gib < needed_gib(x, tenant_ix) || has_already(x, tenant_ix, &list[i]) ||
            (sizes && (has == NULL || list[i].gib <= has->framebuffer_gib ||
                       !is_size_of_others(x, tenant_ix, list[i].gib)))) {
            continue;
        }
        x->done = try_given(x, tenant_ix, &list[i], false);
    }
}

/* Equal-size mode: every tenant gets a vGPU of one size. */
static bool try_one_size(struct search *x, int gib, bool less)
{
    struct text value;
    text_init(&value);
    begin(x);
    bool found = true;
    for (int i = 0; i < x->s->tenant_n && found; i++) {
        int n;
        const struct given *list = list_given(x, i, &n);
        found = false;
        for (int k = 0; k < n && !found; k++) {
            found = list[k].gib == gib &&
                    (has_already(x, i, &list[k]) || give(x, i, &list[k], &value));
        }
    }
    text_reset(&value);
    text_addf(&value, "%d GiB", gib);
    bool works = found && try_it(x, "framebuffer of all tenants", text_str(&value), less);
    x->no_memory = x->no_memory || value.failed;
    text_fini(&value);
    return works;
}

/* The size of the largest vGPU of all tenants, of the smallest one where `least`; 0 where they
 * are of one size, or one has none. */
static int extreme_size(const struct search *x, bool least)
{
    int low = 0;
    int high = 0;
    for (int i = 0; i < x->s->tenant_n; i++) {
        const struct vgpu_type *v = x->f->tenant_type[i];
        if (v == NULL) {
            return 0;
        }
        low = i == 0 || v->framebuffer_gib < low ? v->framebuffer_gib : low;
        high = v->framebuffer_gib > high ? v->framebuffer_gib : high;
    }
    return low == high ? 0 : least ? low : high;
}

static bool has_equal_size(const struct search *x)
{
    return x->mode == MODE_TIME_SLICED && !x->s->mixed_size;
}

/* Less framebuffer for the tenants without a place, the least loss first; in equal-size mode
 * then for all, down from the smallest of them. */
static void try_less(struct search *x)
{
    bool works = false;
    for (int t = 0; t < x->s->tenant_n && !works; t++) {
        int n = 0;
        const struct given *list = x->failed[t] ? list_given(x, t, &n) : NULL;
        for (int i = n - 1; i >= 0 && !works; i--) {
            works = list[i].gib < needed_gib(x, t) && try_given(x, t, &list[i], true);
        }
    }
    int most = has_equal_size(x) ? extreme_size(x, true) : 0;
    int n = 0;
    const struct given *list = !works && most > 0 ? list_given(x, 0, &n) : NULL;
    for (int i = n - 1; i >= 0 && !works; i--) {
        works = list[i].gib <= most && try_one_size(x, list[i].gib, true);
    }
}

/* Names of types belong to one kind of GPU. */
static bool is_one_model(const struct search *x)
{
    for (int g = 1; g < x->s->group_n; g++) {
        if (x->s->group[g].gpu_ix != x->s->group[0].gpu_ix) {
            return false;
        }
    }
    return true;
}

static bool has_sizes(const struct search *x)
{
    return (x->mode == MODE_TIME_SLICED || x->mode == MODE_MIG ||
            x->mode == MODE_TIME_SLICED_MIG) &&
           is_one_model(x);
}

static void try_sizes(struct search *x)
{
    if (!has_sizes(x) || x->done) {
        return;
    }
    for (int of_failed = 1; of_failed >= 0; of_failed--) {
        for (int t = 0; t < x->s->tenant_n && !x->done; t++) {
            if (x->failed[t] == (of_failed == 1)) {
                try_as_much(x, t);
            }
        }
    }
    int gib = has_equal_size(x) && x->s->tenant_n > 2 ? extreme_size(x, false) : 0;
    if (gib > 0 && !x->done) {
        x->done = try_one_size(x, gib, false); /* of two tenants one has been tried */
    }
}

/* ---- More GPUs ---- */

static void try_gpus(struct search *x)
{
    if (x->f->gpus_needed <= x->s->gpu_count || x->s->gpu_count == 0) {
        return;
    }
    struct text value;
    text_init(&value);
    begin(x);
    x->trial.gpu_count = x->f->gpus_needed;
    text_addf(&value, "%d", x->f->gpus_needed);
    text_addf(&x->set, "--set fleet.count=%s", text_str(&value));
    (void)try_it(x, "fleet.count", text_str(&value), false);
    x->no_memory = x->no_memory || value.failed;
    text_fini(&value);
}

/* One group grows by `more` hosts. */
static bool try_hosts_of(struct search *x, struct host_group *group, int group_ix, int more)
{
    struct host_group *g = &group[group_ix];
    struct text field;
    struct text value;
    text_init(&field);
    text_init(&value);
    begin(x);
    memcpy(group, x->s->group, (size_t)x->s->group_n * sizeof *group);
    g->count += more;
    x->trial.group = group;
    x->trial.gpu_count += more * g->gpus;
    text_addf(&field, "fleet.hosts.%s.count", g->name);
    text_addf(&value, "%d", g->count);
    text_addf(&x->set, "--set %s=%s", text_str(&field), text_str(&value));
    bool works =
        x->trial.gpu_count <= GPUS_MAX && try_it(x, text_str(&field), text_str(&value), false);
    x->no_memory = x->no_memory || field.failed || value.failed;
    text_fini(&field);
    text_fini(&value);
    return works;
}

static void try_hosts(struct search *x)
{
    struct host_group *group = arena_alloc(x->scratch, (size_t)x->s->group_n, sizeof *group);
    x->no_memory = x->no_memory || group == NULL;
    bool works = false;
    for (int more = 1; group != NULL && more <= FITS_HOSTS_MAX && !works; more++) {
        for (int g = 0; g < x->s->group_n && !works; g++) {
            works = try_hosts_of(x, group, g, more);
        }
    }
}

/* ---- Public ---- */

bool fits_try_changes(struct fits *out, struct arena *arena, const struct scenario *s,
                      int mode_ix, const struct fleet *f, struct diag *d)
{
    struct arena scratch;
    arena_init(&scratch, "scratch");
    size_t tenant_n = (size_t)s->tenant_n;
    struct search x = {.out = out,
                       .arena = arena,
                       .scratch = &scratch,
                       .s = s,
                       .f = f,
                       .mode_ix = mode_ix,
                       .mode = s->mode[mode_ix].kind,
                       .failed = arena_alloc(&scratch, tenant_n, sizeof *x.failed),
                       .tenant = arena_alloc(&scratch, tenant_n, sizeof *x.tenant),
                       .d = d};
    text_init(&x.set);
    x.no_memory = x.failed == NULL || x.tenant == NULL;
    if (!x.no_memory) {
        for (int i = 0; i < f->seat_n; i++) {
            x.failed[f->seat[i].tenant_ix] |= f->seat[i].gpu_ix < 0;
        }
        bool forbidden = s->group_n == 0 && f->gpus_needed < 0;
        try_mmio(&x);
        if (!forbidden) {
            try_policies(&x);
        }
        try_mixed_size(&x);
        try_sizes(&x);
        if (!x.done && s->group_n > 0) {
            try_hosts(&x);
        } else if (!x.done && !forbidden) {
            try_gpus(&x);
        }
        if (!x.done && has_sizes(&x)) {
            try_less(&x);
        }
    }
    text_fini(&x.set);
    arena_fini(&scratch);
    return !x.no_memory || diag_machine(d, "no memory to try changes of %s", s->name);
}
