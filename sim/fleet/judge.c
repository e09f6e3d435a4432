/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge.c - what the rules say about one tenant, before any GPU is looked at.
 *
 * With several groups of hosts each is judged by itself: one that a rule forbids is passed over
 * with a note, and only where every group refuses is the tenant forbidden. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "models/rule.h"
#include "sim/fleet/place.h"

/* ---- Reasons ---- */

/* With a text: a sentence that begins like its first n bytes. */
static bool has_reason(const struct reasons *r, const char *rule, const char *tenant,
                       const char *text, size_t n)
{
    for (int i = 0; i < r->n; i++) {
        const struct reason *x = &r->list[i];
        bool covers = x->tenant == NULL || (tenant != NULL && strcmp(x->tenant, tenant) == 0);
        if (covers && strcmp(x->rule, rule) == 0 &&
            (text == NULL || strncmp(x->text, text, n) == 0)) {
            return true;
        }
    }
    return false;
}

bool place_reason(struct place *p, struct reasons *r, const char *rule, const char *tenant,
                  const char *text)
{
    if (has_reason(r, rule, tenant, p->group_n > 1 ? text : NULL, strlen(text) + 1)) {
        return true;
    }
    const int n = r->n;
    const bool ok = reasons_add(r, p->arena, rule, tenant, "%s", text);
    if (r->n > n) {
        r->list[n].verdict = r == &p->out->reasons ? RULE_FAIL : RULE_WARN;
    }
    return ok;
}

/* ---- Judging tenants ---- */

/* Mixed sizes are a mode of the GPU's own memory; inside a GPU instance the sizes are equal
 * (rule MIG-06). */
bool place_is_mixed(const struct place *p)
{
    return p->s->mixed_size && p->mode->kind == MODE_TIME_SLICED;
}

bool place_wants_one_type(const char *hypervisor)
{
    return hypervisor != NULL && (strncasecmp(hypervisor, "windows", 7) == 0 ||
                                  strncasecmp(hypervisor, "xenserver", 9) == 0);
}

static enum rule_mode rule_mode_of(enum mode_kind kind)
{
    switch (kind) {
    case MODE_PASSTHROUGH:
        return RULE_PASSTHROUGH;
    case MODE_TIME_SLICED:
        return RULE_TIME_SLICED;
    case MODE_MIG:
        return RULE_MIG;
    case MODE_CONTAINER_TIME_SLICED:
        return RULE_TIME_SLICED;
    case MODE_TIME_SLICED_MIG:
        break;
    }
    return RULE_TIME_SLICED_MIG;
}

static bool has_latency_limit(const struct tenant *t)
{
    for (int i = 0; i < t->objective_n; i++) {
        if (t->objective[i].kind == OBJECTIVE_PERCENTILE ||
            t->objective[i].kind == OBJECTIVE_MEAN) {
            return true;
        }
    }
    return false;
}

/* The first GPU of another kind in the fleet. */
static const struct gpu *other_gpu(const struct place *p, int group_ix)
{
    for (int i = 0; i < p->group_n; i++) {
        if (p->group[i].gpu_ix != p->group[group_ix].gpu_ix) {
            return &p->s->catalog->gpu[p->group[i].gpu_ix];
        }
    }
    return NULL;
}

static struct rule_facts facts_of(const struct place *p, const struct tenant *t, int group_ix,
                                  const struct choice *c)
{
    const struct host_group *g = &p->group[group_ix];
    bool turns = mode_takes_turns(p->mode->kind);
    bool containers = p->mode->kind == MODE_CONTAINER_TIME_SLICED;
    return (struct rule_facts){.gpu = &p->s->catalog->gpu[g->gpu_ix],
                               .mode = rule_mode_of(p->mode->kind),
                               .other = other_gpu(p, group_ix),
                               .mixed_size = place_is_mixed(p),
                               .placement = place_policy_name(p->s->place),
                               .ecc = p->s->ecc,
                               .manager_release = p->s->manager_release,
                               .guest_release = t->guest_release,
                               .firmware = t->firmware,
                               .licence = t->licence,
                               .vms = t->count,
                               .draws = t->work.kind == WORK_FRAMES,
                               .policy = turns ? p->mode->sched.kind->name : NULL,
                               .hypervisor = g->hypervisor,
                               .os = t->os,
                               .memory_bytes = t->memory_bytes,
                               .mmio_bytes = t->mmio_bytes,
                               .framebuffer_bytes = t->framebuffer_bytes,
                               .vgpus = t->vgpus,
                               .needs = t->needs | (containers ? NEED_CONTAINERS : 0U),
                               .latency_objective = has_latency_limit(t),
                               .type = c->type,
                               .profile = c->profile};
}

/* Rules of vGPUs do not speak about containers; those of the guest do. */
static bool concerns(const struct place *p, const struct rule_finding *f)
{
    return p->mode->kind != MODE_CONTAINER_TIME_SLICED || strcmp(f->rule, "WIN-02") == 0;
}

bool judge_refusal(struct place *p, int group_ix, bool passed_over, const char *rule,
                   const char *tenant, const char *text)
{
    struct reasons *r = passed_over ? &p->out->notes : &p->out->reasons;
    if (p->group_n == 1) {
        return place_reason(p, r, rule, tenant, text);
    }
    char named[3 * RULE_TEXT];
    (void)snprintf(named, sizeof named, "not on hosts %s: %s", p->group[group_ix].name, text);
    size_t where_n = strcspn(named, ":") + 1;
    return has_reason(r, rule, tenant, named, where_n) ||
           place_reason(p, r, rule, tenant, named);
}

/* What one finding says, with the way out where there is one. */
static bool finding_add(struct place *p, int group_ix, bool passed_over,
                        const struct rule_finding *f, const char *tenant)
{
    char text[2 * RULE_TEXT + 2];
    size_t n = strlen(f->text);
    memcpy(text, f->text, n + 1);
    if (f->help[0] != '\0') {
        memcpy(text + n, "; ", 2);
        memcpy(text + n + 2, f->help, strlen(f->help) + 1);
    }
    tenant = f->of_tenant || passed_over ? tenant : NULL;
    if (f->verdict == RULE_FAIL) {
        return judge_refusal(p, group_ix, passed_over, f->rule, tenant, text);
    }
    struct reasons *r = f->verdict == RULE_INFO ? &p->out->facts : &p->out->notes;
    const int before_n = r->n;
    const bool ok = place_reason(p, r, f->rule, tenant, text);
    if (r->n > before_n) {
        r->list[before_n].verdict = f->verdict;
    }
    return ok;
}

/* What the vendor does not publish and the table infers is said wherever it is used. */
static bool inferred_add(struct place *p, const struct mig_profile *profile, const char *tenant)
{
    if (profile == NULL || profile->inferred_fields == NULL) {
        return true;
    }
    char text[CHOICE_TEXT];
    (void)snprintf(text, sizeof text, "not published but inferred for %s: %s", profile->name,
                   profile->inferred_fields);
    return place_reason(p, &p->out->notes, "DATA-01", tenant, text);
}

/* Chooses for the tenant on a group's hosts and asks the rules. */
static void judge_offer(struct place *p, const struct tenant *t, int group_ix, struct offer *o)
{
    int gpu_ix = p->group[group_ix].gpu_ix;
    bool chosen = choice_make(&o->choice, p->s, gpu_ix, p->mode->kind, t);
    struct rule_facts facts = facts_of(p, t, group_ix, &o->choice);
    struct rule_findings findings;
    (void)rule_check(&facts, &findings);
    o->refused = !chosen;
    for (int i = 0; i < findings.n; i++) {
        const struct rule_finding *f = &findings.list[i];
        o->refused = o->refused || (concerns(p, f) && f->verdict == RULE_FAIL);
    }
}

/* Says what was found on one group. Of a group that is passed over only the refusals count. */
static bool report_offer(struct place *p, const struct tenant *t, int group_ix,
                         const struct verdict *v)
{
    const struct offer *o = &v->offer[group_ix];
    bool passed_over = o->refused && !v->forbidden;
    struct rule_facts facts = facts_of(p, t, group_ix, &o->choice);
    struct rule_findings findings;
    (void)rule_check(&facts, &findings);
    for (int i = 0; i < findings.n; i++) {
        const struct rule_finding *f = &findings.list[i];
        if (concerns(p, f) && (f->verdict == RULE_FAIL || !passed_over) &&
            !finding_add(p, group_ix, passed_over, f, t->name)) {
            return false;
        }
    }
    if (o->choice.rule != NULL &&
        !judge_refusal(p, group_ix, passed_over, o->choice.rule, t->name, o->choice.text)) {
        return false;
    }
    return passed_over || inferred_add(p, o->choice.profile, t->name);
}

bool judge_tenant(struct place *p, int tenant_ix)
{
    const struct tenant *t = &p->s->tenant[tenant_ix];
    struct verdict *v = &p->tenant[tenant_ix];
    size_t group_n = (size_t)p->group_n;
    v->offer = arena_alloc(p->scratch, group_n, sizeof *v->offer);
    v->class_ix = arena_alloc(p->scratch, group_n, sizeof *v->class_ix);
    if (v->offer == NULL || v->class_ix == NULL) {
        return false;
    }
    v->forbidden = true;
    int first = 0;
    for (int g = p->group_n - 1; g >= 0; g--) {
        judge_offer(p, t, g, &v->offer[g]);
        v->class_ix[g] = -1;
        v->forbidden = v->forbidden && v->offer[g].refused;
        first = v->offer[g].refused ? first : g;
    }
    for (int g = 0; g < p->group_n; g++) {
        if (!report_offer(p, t, g, v)) {
            return false;
        }
    }
    p->out->tenant_type[tenant_ix] = v->offer[first].choice.type;
    p->out->tenant_profile[tenant_ix] = v->offer[first].choice.profile;
    p->out->tenant_model[tenant_ix] = p->group[first].gpu_ix;
    return true;
}
