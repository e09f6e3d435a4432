/* SPDX-License-Identifier: GPL-3.0-or-later */
/* holds.c - intervals against limits. */
#include "sim/plan/holds.h"

#include <math.h>
#include <stdio.h>

#include "sim/base/units.h"

/* One figure and its limit, in words. */
struct finding {
    enum holds holds;
    double room; /* how far the far end of the interval is from the limit, as a share of it */
    char text[256];
};

static void say(struct finding *v, const char *tenant, const char *what,
                const struct estimate *e, const char *is, double limit, bool is_time)
{
    double unit = is_time ? 1e6 : 1.0;
    const char *name = is_time ? " ms" : "/s";
    if (e->has_ci) {
        snprintf(v->text, sizeof v->text, "%s of %s is %.4g [%.4g, %.4g]%s, limit %s %.4g%s",
                 what, tenant, e->value / unit, e->lo / unit, e->hi / unit, name, is,
                 limit / unit, name);
    } else {
        snprintf(v->text, sizeof v->text, "%s of %s is %.4g%s, limit %s %.4g%s", what, tenant,
                 e->value / unit, name, is, limit / unit, name);
    }
}

/* Ends of an interval that is so much narrower. */
static double end_of(const struct estimate *e, double end, double narrow)
{
    return e->has_ci ? e->value + (end - e->value) * narrow : e->value;
}

/* At most `limit`. */
static struct finding below(const char *tenant, const char *what, const struct estimate *e,
                            double limit, double narrow)
{
    struct finding v = {.holds = HOLDS_NO, .room = -(double)INFINITY};
    if (!e->has_value) {
        snprintf(v.text, sizeof v.text, "%s of %s has no value", what, tenant);
        return v;
    }
    double lo = end_of(e, e->lo, narrow);
    double hi = end_of(e, e->hi, narrow);
    v.holds = hi <= limit ? HOLDS_YES : lo > limit ? HOLDS_NO : HOLDS_UNSURE;
    v.room = (limit - hi) / limit;
    say(&v, tenant, what, e, "at most", limit, true);
    return v;
}

/* At least `limit`. What an open loop asks for is what it gets while it is not saturated. */
static struct finding above(const struct tenant_result *t, const char *what, double limit,
                            double narrow)
{
    struct estimate e = t->throughput_per_s;
    double offered = t->saturated ? 0.0 : tenant_offered_per_s(t->tenant);
    if (offered > 0.0) {
        e = (struct estimate){.value = offered, .has_value = true};
    }
    struct finding v = {.holds = HOLDS_NO, .room = -(double)INFINITY};
    if (!e.has_value) {
        snprintf(v.text, sizeof v.text, "%s of %s has no value", what, t->tenant->name);
        return v;
    }
    double lo = end_of(&e, e.lo, narrow);
    double hi = end_of(&e, e.hi, narrow);
    v.holds = lo >= limit ? HOLDS_YES : hi < limit ? HOLDS_NO : HOLDS_UNSURE;
    v.room = (lo - limit) / limit;
    say(&v, t->tenant->name, what, &e, "at least", limit, false);
    return v;
}

static const struct estimate *percentile_of(const struct scenario *s,
                                            const struct tenant_result *t, double p)
{
    static const struct estimate none = {.has_value = false};
    for (int i = 0; i < s->percentile_n; i++) {
        if (fabs(s->percentile[i] - p) < 1e-9) {
            return &t->latency[i];
        }
    }
    return &none;
}

const struct estimate *holds_latency(const struct scenario *s, const struct tenant_result *t,
                                     const struct objective *o)
{
    bool is_percentile = o->kind == OBJECTIVE_PERCENTILE;
    return is_percentile               ? percentile_of(s, t, o->percentile)
           : o->kind == OBJECTIVE_MEAN ? &t->latency_mean
                                       : NULL;
}

static struct finding judge(const struct scenario *s, const struct tenant_result *t,
                            const struct objective *o, double narrow)
{
    char what[32];
    switch (o->kind) {
    case OBJECTIVE_PERCENTILE:
        snprintf(what, sizeof what, "p%.9g", o->percentile);
        return below(t->tenant->name, what, percentile_of(s, t, o->percentile), o->limit,
                     narrow);
    case OBJECTIVE_MEAN:
        return below(t->tenant->name, "mean latency", &t->latency_mean, o->limit, narrow);
    case OBJECTIVE_THROUGHPUT:
        return above(t, "throughput", o->limit, narrow);
    case OBJECTIVE_FRAME_RATE:
        break;
    }
    return above(t, "frame rate of all VMs", o->limit * t->tenant->count, narrow);
}

/* The tenant's worst: saturation and isolation first, then the objective with least room. */
static struct finding tenant_finding(const struct scenario *s, const struct tenant_result *tr,
                                     double narrow)
{
    struct finding worst = {.holds = HOLDS_YES, .room = (double)INFINITY, .text = ""};
    if (tr->saturated) {
        worst = (struct finding){.holds = HOLDS_NO, .room = -(double)INFINITY};
        snprintf(worst.text, sizeof worst.text, "%s asks for %.3g times what it can get",
                 tr->tenant->name, tr->load_frac);
        return worst;
    }
    if (tr->violations.policy > 0) {
        worst = (struct finding){.holds = HOLDS_NO, .room = -(double)INFINITY};
        snprintf(worst.text, sizeof worst.text, "the isolation that %s requires is not given",
                 tr->tenant->name);
        return worst;
    }
    for (int i = 0; i < tr->tenant->objective_n; i++) {
        struct finding v = judge(s, tr, &tr->tenant->objective[i], narrow);
        if (v.holds < worst.holds || (v.holds == worst.holds && v.room < worst.room)) {
            worst = v;
        }
    }
    return worst;
}

enum holds holds_tenant(const struct result *r, int t)
{
    const struct mode_result *m = &r->mode[0];
    return m->feasible ? tenant_finding(r->scenario, &m->tenant[t], 1.0).holds : HOLDS_NO;
}

enum holds holds_of(const struct result *r, char *why, size_t n)
{
    const struct mode_result *m = &r->mode[0];
    struct finding worst = {.holds = HOLDS_YES, .room = (double)INFINITY, .text = ""};
    if (!m->feasible) {
        const struct reasons *list = &m->fleet->reasons;
        snprintf(why, n, "%s", list->n > 0 ? list->list[0].text : "it cannot be placed");
        return HOLDS_NO;
    }
    for (int t = 0; t < r->scenario->tenant_n; t++) {
        struct finding v = tenant_finding(r->scenario, &m->tenant[t], 1.0);
        if (v.holds < worst.holds || (v.holds == worst.holds && v.room < worst.room)) {
            worst = v;
        }
    }
    snprintf(why, n, "%s", worst.text);
    return worst.holds;
}

double holds_room(const struct result *r)
{
    const struct mode_result *m = &r->mode[0];
    double least = m->feasible ? 1.0 : 0.0;
    for (int t = 0; m->feasible && t < r->scenario->tenant_n; t++) {
        double room = tenant_finding(r->scenario, &m->tenant[t], 1.0).room;
        least = room < least ? room : least;
    }
    return least;
}

bool holds_if_narrower(const struct result *r, double narrow)
{
    const struct mode_result *m = &r->mode[0];
    bool holds = m->feasible;
    for (int t = 0; holds && t < r->scenario->tenant_n; t++) {
        holds = tenant_finding(r->scenario, &m->tenant[t], narrow).holds == HOLDS_YES;
    }
    return holds;
}
