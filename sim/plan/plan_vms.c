/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_vms.c - one candidate for each GPU model and kind of mode.
 *
 * Over time no search is needed but for breadth-first: on a fleet that never ends the policies
 * take an empty GPU, the lowest, only when none in use has room, so that with one GPU less than
 * the most that are ever in use everything happens alike until the moment at which that GPU is
 * needed and somebody is refused (churn.h). The static count goes through the placement of
 * `place` with the VMs of the fullest moment as tenants, which also asks the admission rules;
 * where there are hosts, or containers share GPUs, the VMs are put largest first instead. */
#include "sim/plan/plan_vms.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/tenant.h"
#include "sim/fleet/fleet.h"
#include "sim/fleet/pack.h"
#include "sim/plan/vmmix.h"
#include "sim/plan/vmplay.h"

struct planning {
    struct vms_plan *p;
    struct arena *arena;
    const struct scenario *s;
    struct diag *d;
    bool failed; /* memory is out */
};

/* One candidate in the making. */
struct job {
    struct planning *x;
    struct vmplay play;
    struct vms_candidate *c;
};

/* ---- The fullest moment ---- */

/* "1g-10gb", "a40-8c-x2": what a group's VMs take, as a tenant is named. NULL: memory is out.
 */
static const char *name_of(struct arena *a, const struct choice *c, int seats,
                           enum mode_kind mode)
{
    char name[80];
    const bool is_mig = mode == MODE_MIG;
    const int n = snprintf(name, sizeof name, "%.60s",
                           is_mig && c->profile ? c->profile->name
                           : c->type            ? c->type->name
                                                : "gpu");
    for (int i = 0; i < n; i++) {
        const char s = name[i];
        const bool is_kept = (s >= 'a' && s <= 'z') || (s >= '0' && s <= '9');
        name[i] = (char)(is_kept ? s : s >= 'A' && s <= 'Z' ? s - 'A' + 'a' : '-');
    }
    if (seats > 1) {
        snprintf(name + n, sizeof name - (size_t)n, "-x%d", seats);
    }
    return arena_copy(a, name, strlen(name));
}

/* A group of the fullest moment as a tenant. */
static struct tenant tenant_of(const struct vmdemand *d, const struct vmgroup *g,
                               const char *name, enum mode_kind mode)
{
    const struct choice *c = &d->choice[g->class_ix];
    struct tenant t = {
        .name = name, .count = g->present, .vgpus = g->seats, .reference_gpu_ix = -1};
    if (mode != MODE_PASSTHROUGH) {
        t.vgpu = c->type ? c->type->name : NULL;
        t.mig = c->profile ? c->profile->name : NULL;
    }
    return t;
}

/* The fullest moment as a scenario of one mode, to be placed exactly. NULL: memory is out. */
static struct scenario *moment_of(const struct scenario *s, struct arena *a,
                                  const struct vmdemand *d, int gpu_ix, int mode_ix)
{
    struct scenario *v = arena_alloc(a, 1, sizeof *v);
    struct tenant *tenant = arena_alloc(a, (size_t)d->group_n, sizeof *tenant);
    if (!v || !tenant) {
        return NULL;
    }
    *v = *s;
    v->gpu_ix = gpu_ix;
    v->gpu_count = 0;
    v->plan_gpu_n = 0;
    v->mode[0] = s->mode[mode_ix];
    v->mode_n = 1;
    v->place = PLACE_EXACT;
    v->tenant = tenant;
    v->tenant_n = v->vm_n = 0;
    for (int g = 0; g < d->group_n; g++) {
        const struct vmgroup *group = &d->group[g];
        if (group->present > 0) {
            const char *name =
                name_of(a, &d->choice[group->class_ix], group->seats, v->mode[0].kind);
            if (!name) {
                return NULL;
            }
            tenant[v->tenant_n] = tenant_of(d, group, name, v->mode[0].kind);
            tenant[v->tenant_n].whole_ix = v->tenant_n;
            v->vm_n += tenant[v->tenant_n++].count;
        }
    }
    v->flow_n = v->tenant_n;
    return v;
}

static void refuse(struct job *j, const char *rule, const char *text)
{
    struct vms_refusal *r = &j->x->p->refused[j->x->p->refused_n++];
    *r = (struct vms_refusal){.gpu_ix = j->c->gpu_ix, .mode_ix = j->c->mode_ix, .rule = rule};
    snprintf(r->text, sizeof r->text, "%s", text);
}

/* By exact placement. False where a rule refuses, or memory is out. */
static bool pack_exactly(struct job *j)
{
    struct fleet f;
    const struct scenario *v =
        moment_of(j->x->s, j->play.arena, &j->play.demand, j->c->gpu_ix, j->c->mode_ix);
    if (!v || !fleet_place(&f, j->play.arena, v, 0, j->x->d)) {
        j->x->failed = true;
        return false;
    }
    if (!f.feasible) {
        refuse(j, f.reasons.n > 0 ? f.reasons.list[0].rule : "PLAN-01",
               f.reasons.n > 0 ? f.reasons.list[0].text : "the VMs have no place");
        return false;
    }
    j->c->packed = f.gpus_needed;
    j->c->bound = f.gpus_bound > j->c->bound ? f.gpus_bound : j->c->bound;
    j->play.bound = j->c->bound;
    return true;
}

/* Can the fullest moment be placed as tenants are? */
static bool is_exact(const struct vmplay *p)
{
    return p->s->group_n == 0 && p->demand.terms.mode != MODE_CONTAINER_TIME_SLICED &&
           p->demand.fullest_vms <= VMS_MAX;
}

static bool pack_moment(struct job *j)
{
    j->c->bound = j->play.bound;
    if (is_exact(&j->play)) {
        return pack_exactly(j);
    }
    j->play.bound = j->c->bound = vmplay_whole_hosts(&j->play, j->c->bound); /* by GPUs alone */
    if (!vmplay_largest_first(&j->play, &j->c->packed)) {
        j->x->failed = true;
        return false;
    }
    if (j->c->packed == 0) {
        refuse(j, "PLAN-01", "the VMs of the fullest moment have no place on 4096 GPUs");
        return false;
    }
    return true;
}

/* ---- A candidate ---- */

/* The fewest GPUs, and what happens on one less. */
static bool play_over_time(struct job *j)
{
    struct vms_candidate *c = j->c;
    const struct scenario *s = j->x->s;
    for (int p = 0; p < PLACE_EXACT; p++) {
        if (!vmplay_fewest(&j->play, (enum place_policy)p, &c->by_policy[p])) {
            return false;
        }
    }
    /* What stands on so many GPUs at the fullest moment is a packing of its VMs. */
    for (int p = 0; p < PLACE_EXACT; p++) {
        c->packed =
            c->by_policy[p] > 0 && c->by_policy[p] < c->packed ? c->by_policy[p] : c->packed;
    }
    c->gpus = c->by_policy[s->place];
    c->is_searched = vmplay_searches(&j->play, s->place);
    if (c->gpus == 0) {
        return true;
    }
    struct arena *keep = j->x->arena;
    if (!vmplay_run(&j->play, keep, s->place, c->gpus, NULL, &c->with) ||
        !vmplay_run(&j->play, keep, s->place, c->gpus, &c->with, &c->with)) {
        return false;
    }
    const bool too_many = s->gpu_count_given && c->gpus > s->gpu_count;
    c->fewer = too_many ? s->gpu_count : c->gpus - c->per_host;
    if (c->fewer >= c->per_host) {
        if (!vmplay_run(&j->play, keep, s->place, c->fewer, NULL, &c->less)) {
            return false;
        }
        c->fewer_line = c->less.first_ix >= 0 ? j->play.demand.line[c->less.first_ix] : 0;
    }
    return true;
}

static void summarize(struct job *j)
{
    struct vms_candidate *c = j->c;
    const struct scenario *s = j->x->s;
    const double span_ns = (double)(c->with.last_ns - c->with.first_ns);
    c->vms = j->play.demand.vm_n;
    c->elsewhere = j->play.demand.elsewhere;
    c->vms_most = j->play.demand.vms_most;
    c->most_ns = j->play.demand.most_ns;
    c->fullest_ns = j->play.demand.fullest_ns;
    c->fullest_vms = j->play.demand.fullest_vms;
    c->gpus_mean = span_ns > 0 ? c->with.gpu_ns / span_ns : 0;
    const double room = (double)c->gpus * gstate_room(&j->play.g, 0);
    c->room_frac = span_ns > 0 && room > 0 ? c->with.room_ns / span_ns / room : 0;
    c->bill = bill_boards(s, c->gpu_ix, c->gpus, j->play.demand.licences_most);
    c->meets = c->elsewhere == 0 && (!s->gpu_count_given || c->gpus <= s->gpu_count);
}

/* What the VMs of `takes` (NULL: all) make of one model and mode, in j->c. True where it is a
 * candidate; else it is refused, or memory is out. */
static bool make_candidate(struct job *j, struct arena *scratch, const bool *takes)
{
    struct vms_candidate *c = j->c;
    struct vmplay *p = &j->play;
    if (!vmplay_open(p, scratch, j->x->s, c->gpu_ix, c->mode_ix, takes)) {
        j->x->failed = true;
        return false;
    }
    if (p->demand.rule) {
        refuse(j, p->demand.rule, p->demand.text);
        return false;
    }
    if (p->demand.vm_n == 0) {
        refuse(j, "PLAN-02", "every VM of the trace wants another GPU");
        return false;
    }
    c->per_host = p->per_host;
    if (!pack_moment(j)) {
        return false;
    }
    if (!play_over_time(j)) {
        j->x->failed = true;
        return false;
    }
    if (c->gpus == 0) {
        refuse(j, "PLAN-01", "the VMs do not find a place over time on 4096 GPUs");
        return false;
    }
    summarize(j);
    return true;
}

static bool plan_one(struct planning *x, struct vms_candidate *c, int gpu_ix, int mode_ix,
                     const bool *takes)
{
    struct arena scratch;
    arena_init(&scratch, "plan");
    struct job *j = arena_alloc(&scratch, 1, sizeof *j);
    bool ok = false;
    x->failed |= !j;
    if (j) {
        *c = (struct vms_candidate){.gpu_ix = gpu_ix, .mode_ix = mode_ix};
        *j = (struct job){.x = x, .c = c};
        ok = make_candidate(j, &scratch, takes);
        vmplay_close(&j->play);
    }
    arena_fini(&scratch);
    return ok;
}

static int compare_candidates(const void *a, const void *b)
{
    const struct vms_candidate *x = a;
    const struct vms_candidate *y = b;
    if (x->meets != y->meets) {
        return x->meets ? -1 : 1;
    }
    const int money = bill_order(&x->bill, &y->bill);
    if (money != 0) {
        return money;
    }
    if (x->gpus != y->gpus) {
        return x->gpus < y->gpus ? -1 : 1;
    }
    return x->gpu_ix != y->gpu_ix ? x->gpu_ix - y->gpu_ix : x->mode_ix - y->mode_ix;
}

/* The best first; those that serve every VM are counted. */
static void rank(struct vms_plan *p)
{
    qsort(p->candidate, (size_t)p->candidate_n, sizeof *p->candidate, compare_candidates);
    while (p->meets_n < p->candidate_n && p->candidate[p->meets_n].meets) {
        p->meets_n++;
    }
}

/* ---- The fullest moment, for those who place it ---- */

const struct scenario *plan_vms_moment(struct arena *arena, const struct vms_plan *p,
                                       struct diag *d)
{
    const struct vms_candidate *c = p->candidate;
    const struct scenario *s = p->scenario;
    struct vmplay play = {.s = s};
    if (p->mix.part_n > 0) {
        diag_error(d, SPAN_NONE, "the plan has %d parts, and one is placed at a time",
                   p->mix.part_n);
        diag_help(d, "name a model and mode: --set fleet.gpu=%s --mode %s",
                  s->catalog->gpu[p->mix.part[0].gpu_ix].key,
                  mode_name(s->mode[p->mix.part[0].mode_ix].kind));
        return NULL;
    }
    if (p->candidate_n == 0) {
        diag_error(d, SPAN_NONE, "the VMs have no place; vgpusim plan says why");
        return NULL;
    }
    if (c->elsewhere > 0) {
        diag_warning(d, SPAN_NONE, "%d of %d VMs want another GPU and are left out",
                     c->elsewhere, c->vms + c->elsewhere);
    }
    if (!vmdemand_make(&play.demand, arena, s, c->gpu_ix, &s->mode[c->mode_ix], NULL)) {
        diag_machine(d, "out of memory");
        return NULL;
    }
    if (!is_exact(&play)) {
        diag_error(d, SPAN_NONE,
                   "the fullest moment is placed without hosts, outside of containers, and "
                   "with at most %d VMs",
                   VMS_MAX);
        return NULL;
    }
    struct scenario *v = moment_of(s, arena, &play.demand, c->gpu_ix, c->mode_ix);
    if (v) {
        v->gpu_count = c->packed;
        v->question = "Who lies where when the trace is fullest, if all could be moved?";
    } else {
        diag_machine(d, "out of memory");
    }
    return v;
}

/* ---- Several models and modes ---- */

/* Keeps the mixture where it is cheaper than the best candidate, or none serves every VM. */
static void mix(struct planning *x)
{
    struct vmmix found;
    struct vms_mix *m = &x->p->mix;
    const struct vms_candidate *best = x->p->meets_n > 0 ? &x->p->candidate[0] : NULL;
    const int refused_n = x->p->refused_n;
    x->failed |= !vmmix_divide(&found, x->arena, x->s, VMMIX_EXACT);
    m->why_not = found.part_n != 1           ? found.why_not
                 : found.search == VMMIX_ALL ? "one part is the cheapest"
                                             : "nothing cheaper was found";
    m->bound = found.bound;
    m->in_usd = found.in_usd;
    m->search = found.search;
    if (!x->failed && found.part_n > 1) {
        m->part = arena_alloc(x->arena, (size_t)found.part_n, sizeof *m->part);
        x->failed |= !m->part;
    }
    bool ok = m->part != NULL;
    for (int i = 0; ok && i < found.part_n; i++) {
        const struct vmmix_part *p = &found.part[i];
        ok = plan_one(x, &m->part[i], p->gpu_ix, p->mode_ix, p->takes);
        m->part[i].takes = p->takes;
        m->gpus += ok ? m->part[i].gpus : 0;
        bill_add(&m->bill, &m->part[i].bill);
    }
    if (x->p->refused_n > refused_n) { /* a rule that only all VMs of a part together break */
        x->p->refused_n = refused_n;
        m->why_not = "a part has no place";
    }
    const bool too_many = x->s->gpu_count_given && m->gpus > x->s->gpu_count;
    const bool is_better =
        !best || (m->in_usd ? m->bill.usd < best->bill.usd : m->gpus < best->gpus);
    if (ok && !too_many && is_better) {
        m->part_n = found.part_n;
        m->bill.million_usd = (double)NAN;
    } else if (ok) {
        m->why_not = too_many ? "more GPUs than fleet.count" : "one part is no dearer";
    }
}

const struct vms_plan *plan_vms(struct arena *arena, const struct scenario *s,
                                const char *version, struct diag *d)
{
    const int model_n = s->plan_gpu_n > 0 ? s->plan_gpu_n : 1;
    const size_t pairs = (size_t)model_n * (size_t)s->mode_n;
    struct vms_plan *p = arena_alloc(arena, 1, sizeof *p);
    struct planning x = {.p = p, .arena = arena, .s = s, .d = d};
    if (p) {
        *p = (struct vms_plan){.scenario = s,
                               .version = version,
                               .candidate = arena_alloc(arena, pairs, sizeof *p->candidate),
                               .refused = arena_alloc(arena, pairs + 1, sizeof *p->refused)};
    }
    x.failed = !p || !p->candidate || !p->refused;
    for (int i = 0; i < model_n && !x.failed; i++) {
        for (int m = 0; m < s->mode_n && !x.failed; m++) {
            const int gpu_ix = s->plan_gpu_n > 0 ? s->plan_gpu[i] : s->gpu_ix;
            if (vmplay_is_first(s, m)) {
                p->candidate_n += plan_one(&x, &p->candidate[p->candidate_n], gpu_ix, m, NULL);
            }
        }
    }
    if (!x.failed) {
        rank(p);
        mix(&x);
    }
    if (x.failed) {
        diag_machine(d, "out of memory while planning");
        return NULL;
    }
    return p;
}
