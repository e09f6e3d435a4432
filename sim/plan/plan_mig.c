/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_mig.c - each tenant alone on every profile, then one way for each on the fewest GPUs.
 *
 * An instance is its VM's own, so a tenant can be tried alone: on each profile by the fewest
 * instances, from what the utilization law allows upwards, that hold, with as many streams on
 * each as were measured and leave most free. What was tried just below is kept as a way that
 * misses: with it the plan of one GPU less is built and simulated. Where instances do not hold
 * together what they hold alone (they share the board's power), the tenant that misses gets one
 * more, or a larger profile in its place, and the programme is solved again. Cost: about two
 * experiments for each tenant and profile. */
#include "sim/plan/plan_mig.h"

#include <stdio.h>
#include <string.h>

#include "models/mig.h"
#include "sim/fleet/lanes.h"
#include "sim/plan/candidate.h"
#include "sim/plan/cover.h"
#include "sim/plan/larger.h"

enum {
    TRIES_MAX = 8, /* ways that do not hold together are changed so often */
    NEAR = 1,      /* how badly a way misses: an instance or a profile short */
    FAR = 8        /* or more */
};

#define LEAST_LEFT 1e-3 /* of time or of a limit: what is less is as bad */

/* One GPU model and mode. */
struct mig_search {
    struct search *x;
    int gpu_ix, mode_ix;
    struct mig_geometry *g;
    struct cover_way *way; /* [way_n] of all tenants */
    int way_n, way_max;
};

/* Is the profile one that placement would give without being asked by name? */
static bool is_usual(const struct mig_profile *p)
{
    return !p->me && !p->me_all && !p->no_me && p->size > 0 && p->starts_n > 0;
}

/* A number of streams on each instance of a profile, and what the utilization law says of it.
 */
struct crew {
    int streams;
    int fewest;  /* instances */
    double load; /* of one instance */
};

/* Fewest instances of the profile that the utilization law allows tenant t with the crew's
 * streams on each; 0 where the profile is out of the question, with the reason. */
static int fewest_by_load(const struct mig_search *m, int t, const struct mig_profile *p,
                          struct crew *crew, char *why)
{
    struct search *x = m->x;
    struct arena scratch;
    int n = 1;
    arena_init(&scratch, "plan");
    struct scenario *v = trial_variant(x, &scratch, m->gpu_ix, m->mode_ix);
    if (v) {
        trial_give(v, t, p->name, 1);
        trial_set_streams(v, t, crew->streams);
        trial_keep_one(v, t);
        const struct result *r = trial_probe(x, &scratch, v);
        if (r && !r->mode[0].feasible) {
            (void)holds_of(r, why, PLAN_TEXT);
            n = 0;
        } else if (r) {
            crew->load = r->mode[0].tenant[0].load_frac;
        }
        if (n > 0 && r && r->mode[0].tenant[0].saturated) {
            n = crew->load < VGPUS_PER_VM_MAX ? (int)crew->load + 1 : VGPUS_PER_VM_MAX + 1;
        }
    }
    arena_fini(&scratch);
    return n;
}

/* The crews that come into question on a profile, by their load: what leaves most free is tried
 * first. One of as many streams as asked for, or one for each number that was measured. Returns
 * how many. */
static int crews_of(const struct mig_search *m, int t, const struct mig_profile *p,
                    struct crew *crew, char *why)
{
    const struct tenant *tenant = &m->x->s->tenant[t];
    const struct service_profile *measured = work_profile(&tenant->work, p->name);
    bool is_auto = tenant->work.streams_auto;
    int low = tenant->work.streams;
    int high = is_auto && measured && measured->crowd_n > 0 ? measured->crowd_n : low;
    int crew_n = 0;
    for (int streams = low; streams <= high; streams++) {
        struct crew one = {.streams = streams};
        one.fewest = fewest_by_load(m, t, p, &one, why);
        one.fewest = one.fewest > 0 && !tenant->vgpus_auto ? tenant->vgpus : one.fewest;
        if (one.fewest == 0) {
            continue;
        }
        int at = crew_n++;
        for (; at > 0 && crew[at - 1].load > one.load; at--) {
            crew[at] = crew[at - 1];
        }
        crew[at] = one;
    }
    return crew_n;
}

/* Does tenant t hold its objectives alone, on n instances of the profile for each VM, with so
 * many streams on each? */
static bool holds_alone(const struct mig_search *m, int t, const struct mig_profile *p, int n,
                        int streams, char *why)
{
    struct arena scratch;
    bool holds = false;
    arena_init(&scratch, "plan");
    struct scenario *v = trial_variant(m->x, &scratch, m->gpu_ix, m->mode_ix);
    if (v) {
        trial_give(v, t, p->name, n);
        trial_set_streams(v, t, streams);
        trial_keep_one(v, t);
        holds = trial_holds(m->x, v, TRIAL_IN_FULL, why) == HOLDS_YES;
    }
    arena_fini(&scratch);
    return holds;
}

static void add_way(struct mig_search *m, int t, int kind, int n, int streams, int misses)
{
    if (m->way_n < m->way_max) {
        m->way[m->way_n++] = (struct cover_way){.tenant_ix = t,
                                                .kind = kind,
                                                .n = n * m->x->s->tenant[t].count,
                                                .streams = streams,
                                                .misses = misses};
    }
}

/* Where GPUs are as many either way: the less of its time and of its limits a way leaves free,
 * the less load it bears on top, the more its latency moves with what it was not measured
 * against, and the more replicas it takes to know it. Grows without end as either runs out. */
static double strain_of(double load, double room)
{
    double left = 1.0 - load < room ? 1.0 - load : room;
    return 1.0 / (left > LEAST_LEFT ? left : LEAST_LEFT);
}

/* The first crew with which n instances hold; NULL: none. */
static const struct crew *crew_on(const struct mig_search *m, int t,
                                  const struct mig_profile *p, const struct crew *crew,
                                  int crew_n, int n, char *why)
{
    struct search *x = m->x;
    for (int i = 0; i < crew_n && !x->stopped && !x->failed; i++) {
        if (crew[i].fewest <= n && holds_alone(m, t, p, n, crew[i].streams, why)) {
            return &crew[i];
        }
    }
    return NULL;
}

/* Fewest instances of profile `kind`, at most `most`, with which tenant t holds; 0: none. Adds
 * them as a way, and what was tried last and misses as another. */
static int add_ways_on(struct mig_search *m, int t, int kind, int most, char *why)
{
    struct search *x = m->x;
    const struct mig_profile *p = m->g->profile[kind];
    bool is_auto = x->s->tenant[t].vgpus_auto;
    struct crew crew[CROWD_MAX];
    int crew_n = crews_of(m, t, p, crew, why);
    if (crew_n == 0) {
        return 0;
    }
    int n = crew[0].fewest;
    int last = is_auto ? most : n;
    const struct crew *own = NULL;
    while (n <= last && !x->stopped && !x->failed &&
           !(own = crew_on(m, t, p, crew, crew_n, n, why))) {
        n++;
    }
    bool found = own != NULL;
    int below = found && is_auto ? n - 1 : found ? 0 : last;
    if (below > 0) {
        add_way(m, t, kind, below, crew[0].streams, NEAR);
    }
    if (below > 1 && is_auto) {
        add_way(m, t, kind, 1, crew[0].streams, FAR); /* the least, for one GPU less */
    }
    if (found) {
        add_way(m, t, kind, n, own->streams, 0);
        m->way[m->way_n - 1].strain = strain_of(is_auto ? own->load / n : own->load, x->room);
    }
    return found ? n : 0;
}

/* All ways of tenant t that no other beats: a larger profile only with fewer instances. Returns
 * how many hold. */
static int add_ways(struct mig_search *m, int t, char *why)
{
    const struct tenant *tenant = &m->x->s->tenant[t];
    int found = 0;
    int fewest = VGPUS_PER_VM_MAX + 1;
    for (int size = 1; size <= m->g->units_n && fewest > 1; size++) {
        for (int k = 0; k < m->g->axis.kind_n && fewest > 1; k++) {
            const struct mig_profile *p = m->g->profile[k];
            bool is_asked = tenant->mig ? strcmp(tenant->mig, p->name) == 0 : is_usual(p);
            bool holds_memory =
                ((uint64_t)p->nominal_gib << 30) >= tenant->framebuffer_bytes || tenant->mig;
            if (p->size != size || !is_asked || !holds_memory) {
                continue;
            }
            int n = add_ways_on(m, t, k, fewest - 1, why);
            fewest = n > 0 ? n : fewest;
            found += n > 0;
        }
        if (found > 0 && !tenant->vgpus_auto) {
            break;
        }
    }
    return found;
}

/* Puts the chosen ways into the variant. */
static void take_ways(struct scenario *v, const struct mig_search *m, const struct cover *cover)
{
    for (int t = 0; t < v->tenant_n; t++) {
        const struct cover_way *w = &m->way[cover->chosen[t]];
        trial_give(v, t, m->g->profile[w->kind]->name, w->n / v->tenant[t].count);
        trial_set_streams(v, t, w->streams);
    }
    v->place = PLACE_EXACT;
}

/* Settles the chosen ways, on more GPUs where the packing of the placement takes them. */
static bool settle(struct mig_search *m, struct plan_candidate *c, const struct cover *cover)
{
    struct search *x = m->x;
    struct scenario *v = trial_variant(x, x->arena, m->gpu_ix, m->mode_ix);
    if (!v) {
        return false;
    }
    take_ways(v, m, cover);
    /* Who holds alone may miss beside others that share the power, and then the replicas that
     * the precision asks for so near to saturation would be for nothing. */
    bool is_shared = lanes_coupling(v, m->gpu_ix) > 0.0;
    for (int gpus = cover->gpus; gpus <= x->limit; gpus++) {
        if (is_shared ? candidate_try(x, c, v, gpus) : candidate_settle(x, c, v, gpus)) {
            return true;
        }
        if (!c->result || c->result->mode[0].feasible || gpus == cover->gpus + TRIES_MAX) {
            break;
        }
    }
    return false;
}

/* The next larger profile on which tenant t holds alone, as a way; without one nothing. */
static void add_larger_way(struct mig_search *m, int t, int kind)
{
    struct search *x = m->x;
    struct scenario on = *x->s;
    char why[PLAN_TEXT];
    const char *mig = x->s->tenant[t].mig ? NULL : m->g->profile[kind]->name;
    bool found = false;
    on.gpu_ix = m->gpu_ix;
    while (mig && !found && !x->stopped && !x->failed) {
        mig = larger_profile(&on, t, mig);
        for (int k = 0; mig && k < m->g->axis.kind_n; k++) {
            if (strcmp(m->g->profile[k]->name, mig) == 0) {
                found = add_ways_on(m, t, k, 0, why) > 0;
            }
        }
    }
}

/* Changes the chosen ways of tenants that do not hold. False when nothing can be changed. */
static bool mend(struct mig_search *m, const struct plan_candidate *c,
                 const struct cover *cover)
{
    bool changed = false;
    for (int t = 0; c->result && t < m->x->s->tenant_n; t++) {
        const struct tenant *tenant = &m->x->s->tenant[t];
        struct cover_way *w = &m->way[cover->chosen[t]];
        if (!c->result->mode[0].feasible || holds_tenant(c->result, t) == HOLDS_YES) {
            continue;
        }
        changed = true;
        if (tenant->vgpus_auto && w->n / tenant->count < VGPUS_PER_VM_MAX) {
            add_way(m, t, w->kind, w->n / tenant->count, w->streams, NEAR);
            w->n += tenant->count;
        } else {
            w->misses = NEAR;
            add_larger_way(m, t, w->kind);
        }
    }
    return changed;
}

/* One GPU less by the ways that miss least: simulated, so that the number of GPUs does not rest
 * on an argument. Returns true when it holds after all; `less` is then the way to do it. */
static bool holds_with_less(struct mig_search *m, struct plan_candidate *c, int gpus,
                            struct cover *less)
{
    struct search *x = m->x;
    char why[PLAN_TEXT] = "";
    if (gpus <= 1) {
        snprintf(c->binding, sizeof c->binding, "one GPU is the least");
        return false;
    }
    if (!cover_solve(less, x->arena, m->g, m->way, m->way_n, x->s->tenant_n, gpus - 1)) {
        x->failed = true;
        return false;
    }
    if (less->gpus == 0) {
        snprintf(c->binding, sizeof c->binding,
                 "with %d: not even the smallest instances of all fit", gpus - 1);
        return false;
    }
    struct arena scratch;
    bool holds = false;
    arena_init(&scratch, "plan");
    struct scenario *v = trial_variant(x, &scratch, m->gpu_ix, m->mode_ix);
    if (v) {
        take_ways(v, m, less);
        v->gpu_count = gpus - 1;
        holds = trial_holds(x, v, TRIAL_TWO, why) == HOLDS_YES;
        snprintf(c->binding, sizeof c->binding, "with %d: %.290s", gpus - 1, why);
    }
    arena_fini(&scratch);
    return holds;
}

/* The cheapest choice of ways that holds when all run together. */
static void choose(struct mig_search *m)
{
    struct search *x = m->x;
    struct plan_candidate *c = candidate_add(x, m->gpu_ix, m->mode_ix);
    snprintf(c->bound_why, sizeof c->bound_why,
             "linear relaxation over the layouts of a GPU, each tenant on instances of one "
             "profile that hold its objectives");
    struct cover cover;
    for (int i = 0; i < TRIES_MAX && !x->stopped && !x->failed; i++) {
        c->binding[0] = '\0';
        if (!cover_solve(&cover, x->arena, m->g, m->way, m->way_n, x->s->tenant_n, 0)) {
            x->failed = true;
            return;
        }
        c->bound = i == 0 ? cover.bound : c->bound;
        if (cover.gpus == 0 && i > 0) {
            /* What was simulated last misses, and nothing is left to change. */
            (void)holds_of(c->result, c->binding, sizeof c->binding);
            return;
        }
        if (cover.gpus == 0 || cover.gpus > x->limit) {
            snprintf(c->binding, sizeof c->binding, "it takes %d GPUs, and there may be %d",
                     cover.gpus > 0 ? cover.gpus : cover.bound, x->limit);
            return;
        }
        if (settle(m, c, &cover)) {
            break;
        }
        if (!mend(m, c, &cover)) {
            return;
        }
    }
    struct cover less;
    if (c->meets && holds_with_less(m, c, c->gpus, &less)) {
        (void)settle(m, c, &less);
    }
}

/* ---- What is known ---- */

const struct mig_known *plan_mig_known(const struct search *x, const char *tenant, int gpu_ix)
{
    const struct mig_known *k = *x->known;
    while (k && (k->tenant != tenant || k->gpu_ix != gpu_ix)) {
        k = k->next;
    }
    return k;
}

/* The ways of tenant t, tried now where they are not known yet. NULL when memory is out. */
static const struct mig_known *know(struct mig_search *m, int t)
{
    struct search *x = m->x;
    const char *name = x->s->tenant[t].name;
    const struct mig_known *old = plan_mig_known(x, name, m->gpu_ix);
    if (old) {
        return old;
    }
    struct mig_known *k = arena_alloc(x->arena, 1, sizeof *k);
    int first = m->way_n;
    if (k) {
        *k = (struct mig_known){
            .next = *x->known, .tenant = name, .gpu_ix = m->gpu_ix, .why = "it has no profile"};
        k->found = add_ways(m, t, k->why);
        k->way_n = m->way_n - first;
        k->way = arena_alloc(x->arena, (size_t)(k->way_n > 0 ? k->way_n : 1), sizeof *k->way);
    }
    m->way_n = first;
    x->failed |= !k || !k->way;
    if (x->failed || x->stopped) {
        return NULL;
    }
    for (int i = 0; i < k->way_n; i++) {
        k->way[i] = m->way[first + i];
    }
    *x->known = k;
    return k;
}

/* Fills the ways of every tenant. False when memory is out, or where a tenant has none, which
 * `refusal` then says. */
static bool prepare(struct mig_search *m, struct plan_refusal *refusal)
{
    struct search *x = m->x;
    m->g = arena_alloc(x->arena, 1, sizeof *m->g);
    m->way_max = x->s->tenant_n * (PLAN_MIG_WAYS_EACH + TRIES_MAX);
    m->way = arena_alloc(x->arena, (size_t)m->way_max, sizeof *m->way);
    if (!m->g || !m->way) {
        x->failed = true;
        return false;
    }
    mig_geometry_init(m->g, x->s->catalog, m->gpu_ix);
    for (int t = 0; t < x->s->tenant_n; t++) {
        const struct mig_known *k = know(m, t);
        if (k && k->found == 0) {
            snprintf(refusal->text, sizeof refusal->text,
                     "%s holds its objectives on no profile: %.250s", x->s->tenant[t].name,
                     k->why);
        }
        if (!k || k->found == 0) {
            return false;
        }
        for (int i = 0; i < k->way_n && m->way_n < m->way_max; i++) {
            m->way[m->way_n] = k->way[i];
            m->way[m->way_n++].tenant_ix = t;
        }
    }
    return true;
}

void plan_mig(struct search *x, int gpu_ix, int mode_ix)
{
    struct plan_refusal refusal = {.rule = "PLAN-01"};
    struct mig_search m = {.x = x, .gpu_ix = gpu_ix, .mode_ix = mode_ix};
    if (prepare(&m, &refusal)) {
        choose(&m);
    } else if (refusal.text[0] != '\0') {
        candidate_refuse(x, gpu_ix, mode_ix, &refusal);
    }
}

int plan_mig_bound(struct search *x, int gpu_ix, int mode_ix)
{
    struct plan_refusal refusal = {.rule = ""};
    struct mig_search m = {.x = x, .gpu_ix = gpu_ix, .mode_ix = mode_ix};
    struct cover cover = {.gpus = 0};
    if (prepare(&m, &refusal) &&
        !cover_solve(&cover, x->arena, m.g, m.way, m.way_n, x->s->tenant_n, 0)) {
        x->failed = true;
    }
    return cover.bound;
}
