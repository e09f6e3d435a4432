/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gather.c - one replica's figures.
 *
 * A slowdown violation is judged request by request against the baseline: latency > (1 +
 * tolerance) x baseline + grace. A miss by a neighbour missed a percentile's limit here and met
 * it there. Each request counts once in the total whatever its causes. docs/isolation.md. */
#include "sim/run/gather.h"

#include <math.h>
#include <string.h>

#include "sim/core/vmath.h"

struct tally *tallies_new(struct arena *arena, const struct tenant *tenant, int tenant_n,
                          bool pooled)
{
    struct tally *t = arena_alloc(arena, (size_t)tenant_n, sizeof *t);
    for (int i = 0; t && i < tenant_n; i++) {
        t[i].latency = hist_new(arena);
        t[i].baseline = hist_new(arena);
        t[i].wait = hist_new(arena);
        t[i].ratio = hist_new(arena);
        t[i].same = pooled ? NULL : hist_new(arena);
        if (!t[i].latency || !t[i].baseline || !t[i].wait || !t[i].ratio ||
            (!pooled && !t[i].same)) {
            return NULL;
        }
        if (tenant[i].work.kind == WORK_LLM) {
            t[i].ttft = hist_new(arena);
            t[i].tpot = hist_new(arena);
            if (!t[i].ttft || !t[i].tpot) {
                return NULL;
            }
        }
    }
    return t;
}

void tallies_reset(struct tally *t, int tenant_n)
{
    for (int i = 0; i < tenant_n; i++) {
        hist_reset(t[i].latency);
        hist_reset(t[i].baseline);
        hist_reset(t[i].wait);
        hist_reset(t[i].ratio);
        if (t[i].same) {
            hist_reset(t[i].same);
        }
        if (t[i].ttft) {
            hist_reset(t[i].ttft);
            hist_reset(t[i].tpot);
        }
        t[i].violations = t[i].slowdown = t[i].slo_miss = t[i].memory = t[i].differ = 0;
        t[i].entitlement = 0;
        t[i].late = t[i].dropped = t[i].lost = t[i].fault = 0;
    }
}

void tally_merge(struct tally *into, const struct tally *from)
{
    hist_merge(into->latency, from->latency);
    hist_merge(into->baseline, from->baseline);
    hist_merge(into->wait, from->wait);
    hist_merge(into->ratio, from->ratio);
    into->violations += from->violations;
    into->slowdown += from->slowdown;
    into->slo_miss += from->slo_miss;
    into->entitlement += from->entitlement;
    into->memory += from->memory;
    into->differ += from->differ;
    into->late += from->late;
    into->dropped += from->dropped;
    into->lost += from->lost;
    into->fault += from->fault;
    if (into->ttft) {
        hist_merge(into->ttft, from->ttft);
        hist_merge(into->tpot, from->tpot);
    }
}

static bool missed_by_neighbour(const struct tenant *t, int64_t latency_ns, int64_t baseline_ns)
{
    for (int i = 0; i < t->objective_n; i++) {
        const struct objective *o = &t->objective[i];
        if (o->kind == OBJECTIVE_PERCENTILE && (double)latency_ns > o->limit &&
            (double)baseline_ns <= o->limit) {
            return true;
        }
    }
    return false;
}

static void judge(struct tally *t, const struct tenant *tenant, const struct lane_done *r,
                  bool overrun)
{
    const int64_t latency_ns = r->done_ns - r->arrival_ns;
    const int64_t baseline_ns = r->baseline_ns;
    t->memory += overrun;
    t->entitlement += r->owed;
    t->fault += r->faulted;
    const bool violated = overrun || r->owed || r->faulted;
    if (latency_ns == baseline_ns) {
        hist_add(t->same, latency_ns);
        t->violations += violated;
        return;
    }
    t->differ++;
    hist_add(t->latency, latency_ns);
    hist_add(t->baseline, baseline_ns);
    /* Requests of 1 ns may be slowed by more than the histogram holds; its top stands for it.
     */
    double ratio = (double)latency_ns / (double)baseline_ns * RATIO_UNIT;
    double top = (double)TIME_MAX_NS;
    hist_add(t->ratio, (int64_t)vmath_round(ratio < top ? ratio : top));
    double limit = (1.0 + tenant->slowdown_frac) * (double)baseline_ns;
    bool slow = (double)latency_ns > limit + (double)tenant->grace_ns;
    bool miss = missed_by_neighbour(tenant, latency_ns, baseline_ns);
    t->slowdown += slow;
    t->slo_miss += miss;
    t->violations += slow || miss || violated;
}

/* Room for requests with numbers of arrival below n, those without a latency yet marked. */
static bool reserve(struct series *s, int64_t n)
{
    if (n > s->cap) {
        int64_t cap = s->cap < 1024 ? 1024 : s->cap;
        while (cap < n) {
            cap *= 2;
        }
        int64_t *arrival = mem_resize(s->arrival_ns, (size_t)cap, sizeof *arrival);
        s->arrival_ns = arrival ? arrival : s->arrival_ns;
        int64_t *latency = mem_resize(s->latency_ns, (size_t)cap, sizeof *latency);
        s->latency_ns = latency ? latency : s->latency_ns;
        if (!arrival || !latency) {
            return false;
        }
        s->cap = cap;
    }
    while (s->n < n) {
        s->latency_ns[s->n++] = -1;
    }
    return true;
}

/* Remembers latencies under their numbers of arrival, `order` and those after it. What is not
 * counted is wanted only where it is done before the window ends: how far a run goes on behind
 * it depends on the engine. */
static void keep(struct gather *g, int vm, int64_t order, const int64_t *arrival_ns,
                 const int64_t *latency_ns, int64_t n)
{
    struct series *s = &g->series[vm];
    n = n < g->series_max - order ? n : g->series_max - order;
    if (n <= 0) {
        return;
    }
    if (!reserve(s, order + n)) {
        g->failed = true;
        return;
    }
    memcpy(s->arrival_ns + order, arrival_ns, (size_t)n * sizeof *arrival_ns);
    memcpy(s->latency_ns + order, latency_ns, (size_t)n * sizeof *latency_ns);
}

/* What only frames or sequences of tokens have. */
static void add_kind(struct tally *t, const struct work *w, const struct lane_done *r)
{
    if (w->kind == WORK_FRAMES) {
        double period_ns = 1e9 / w->arrivals.rate_per_s;
        t->late += (double)(r->done_ns - r->arrival_ns) > period_ns;
    }
    if (t->ttft) {
        hist_add(t->ttft, r->first_token_ns - r->arrival_ns);
        if (r->tokens > 1) {
            int64_t gaps = r->tokens - 1;
            hist_add(t->tpot, (r->done_ns - r->first_token_ns + gaps / 2) / gaps);
        }
    }
}

static void gather_one(struct gather *g, const struct lane_done *r)
{
    const struct lane_vm *vm = &g->lane->vm[r->vm];
    int64_t latency_ns = r->done_ns - r->arrival_ns;
    if (g->series && (r->counted || r->done_ns < g->to_ns)) {
        keep(g, g->first_vm[vm->tenant_ix] + vm->vm_ix, r->order, &r->arrival_ns, &latency_ns,
             1);
    }
    if (!r->counted) {
        return;
    }
    struct tally *t = &g->tally[vm->tenant_ix];
    g->counted[vm->tenant_ix]++;
    hist_add(t->wait, r->first_ns - r->arrival_ns);
    add_kind(t, lane_vm_work(vm), r);
    bool overrun = g->lane->domain[vm->server[0].domain].overrun;
    judge(t, vm->tenant, r, overrun);
}

void gather_done(void *context, const struct lane_done *r, int n)
{
    for (int i = 0; i < n; i++) {
        gather_one(context, &r[i]);
    }
}

void gather_column(void *context, const struct lane_column *c)
{
    struct gather *g = context;
    const struct lane_vm *vm = &g->lane->vm[c->vm];
    int global_vm = g->first_vm[vm->tenant_ix] + vm->vm_ix;
    if (g->series && c->counted) {
        keep(g, global_vm, c->serial, c->arrival_ns, c->latency_ns, c->n);
    }
    for (int i = 0; g->series && !c->counted && i < c->n; i++) {
        if (c->arrival_ns[i] + c->latency_ns[i] < g->to_ns) {
            keep(g, global_vm, c->serial + i, &c->arrival_ns[i], &c->latency_ns[i], 1);
        }
    }
    if (!c->counted) {
        return;
    }
    struct tally *t = &g->tally[vm->tenant_ix];
    int overrun = g->lane->domain[vm->server[0].domain].overrun ? c->n : 0;
    g->counted[vm->tenant_ix] += c->n;
    hist_add_n(t->wait, c->wait_ns, c->n);
    hist_add_n(t->same, c->latency_ns, c->n);
    t->memory += overrun;
    t->violations += overrun;
}

void gather_close(struct gather *g)
{
    const struct scenario *s = g->scenario;
    for (int i = 0; i < s->flow_n; i++) {
        struct tally *t = &g->tally[i];
        hist_merge(t->latency, t->same);
        hist_merge(t->baseline, t->same);
        hist_add_many(t->ratio, (int64_t)RATIO_UNIT, t->same->n);
        hist_reset(t->same);
    }
    for (int i = s->tenant_n; i < s->flow_n; i++) {
        int whole = s->tenant[i].whole_ix;
        tally_merge(&g->tally[whole], &g->tally[i]);
        g->counted[whole] += g->counted[i];
    }
}

/* What lane_vm v of the books is to a tenant, or to one of its workloads. */
static void add_books(struct gather *g, const struct lane_books *b, int v, int tenant)
{
    /* The servers of a VM are alike, so one weight holds for them all. */
    double weight = g->lane->domain[g->lane->vm[v].server[0].domain].weight;
    g->useful_weight[tenant] += (double)b->useful_ns[v] * weight;
    g->arrived[tenant] += b->arrived[v];
    g->completed[tenant] += b->completed[v];
    g->tally[tenant].dropped += b->dropped[v];
    g->tally[tenant].lost += b->lost[v];
    g->tally[tenant].fault += b->lost_beside[v];
    g->tally[tenant].violations += b->lost_beside[v];
}

/* The part of the window in which requests for the VM exist. */
static double there_ns(const struct lane_vm *vm, int64_t from_ns, int64_t to_ns)
{
    int64_t there = to_ns - from_ns;
    for (int i = 0; i < vm->off.n; i++) {
        const struct off_time *off = &vm->off.list[i];
        int64_t lo = off->from_ns > from_ns ? off->from_ns : from_ns;
        int64_t hi = off->until_ns < to_ns ? off->until_ns : to_ns;
        there -= off->absent && hi > lo ? hi - lo : 0;
    }
    return (double)there;
}

void gather_books(struct gather *g, const struct lane_books *b, int64_t from_ns, int64_t to_ns)
{
    for (int v = 0; v < g->lane->vm_n; v++) {
        const struct lane_vm *vm = &g->lane->vm[v];
        add_books(g, b, v, vm->tenant_ix);
        if (vm->part_n > 0) {
            add_books(g, b, v, vm->tenant->whole_ix);
        }
        /* The VM's time stands under the first of its workloads, and is each one's. */
        double there = there_ns(vm, from_ns, to_ns);
        g->down_ns[vm->tenant_ix] += b->down_ns[v - vm->part];
        g->there_ns[vm->tenant_ix] += there;
        if (vm->part_n > 0 && vm->part == 0) {
            g->down_ns[vm->tenant->whole_ix] += b->down_ns[v];
            g->there_ns[vm->tenant->whole_ix] += there;
        }
    }
}

static double percentile(const struct hist *h, double p)
{
    return h->n > 0 ? (double)hist_percentile(h, p) : (double)NAN;
}

const struct hist *tally_hist(const struct tally *t, enum gate_of of)
{
    switch (of) {
    case GATE_WAIT:
        return t->wait;
    case GATE_SLOWDOWN:
        return t->ratio;
    case GATE_TTFT:
        return t->ttft;
    case GATE_TPOT:
        return t->tpot;
    case GATE_LATENCY:
    case GATE_FRAME:
    case GATE_STEP:
        return t->latency;
    case GATE_THROUGHPUT:
    case GATE_VIOLATIONS:
    case GATE_UTILIZATION:
    case GATE_GPUS:
        break;
    }
    return NULL;
}

double tally_unit(enum gate_of of)
{
    return of == GATE_SLOWDOWN ? RATIO_UNIT : 1.0;
}

/* What this replica says about a figure that only gates ask for. */
static double probe(const struct tally *t, const struct probe *p)
{
    const struct hist *h = tally_hist(t, p->of);
    if (h == NULL || p->stat == GATE_MIN || p->stat == GATE_MAX) {
        return 0.0;
    }
    double x = p->stat == GATE_MEAN ? hist_mean(h) : percentile(h, p->percentile / 100.0);
    return x / tally_unit(p->of);
}

void gather_row(const struct gather *g, int tenant_ix, double window_ns, double gpus,
                struct row *out)
{
    const struct tally *t = &g->tally[tenant_ix];
    const struct scenario *s = g->scenario;
    double n = (double)t->latency->n;
    out->n = n;
    out->arrived = (double)g->arrived[tenant_ix];
    out->completed = (double)g->completed[tenant_ix];
    out->lost = (double)t->lost;
    double all_ns = g->there_ns[tenant_ix];
    out->available = 1.0 - (all_ns > 0.0 ? (double)g->down_ns[tenant_ix] / all_ns : 0.0);
    out->latency_sum = hist_sum(t->latency);
    out->wait_sum = hist_sum(t->wait);
    out->latency_mean = hist_mean(t->latency);
    out->wait_mean = hist_mean(t->wait);
    out->wait_p95 = percentile(t->wait, 0.95);
    for (int i = 0; i < s->percentile_n; i++) {
        out->latency[i] = percentile(t->latency, s->percentile[i] / 100.0);
    }
    bool is_llm = t->ttft;
    out->ttft_sum = is_llm ? hist_sum(t->ttft) : 0.0;
    out->tpot_sum = is_llm ? hist_sum(t->tpot) : 0.0;
    out->ttft_mean = is_llm ? hist_mean(t->ttft) : (double)NAN;
    out->tpot_mean = is_llm ? hist_mean(t->tpot) : (double)NAN;
    for (int i = 0; is_llm && i < s->percentile_n; i++) {
        out->ttft[i] = percentile(t->ttft, s->percentile[i] / 100.0);
        out->tpot[i] = percentile(t->tpot, s->percentile[i] / 100.0);
    }
    for (int i = 0; i < s->probe_n; i++) {
        out->probe[i] = probe(t, &s->probe[i]);
    }
    out->p95 = percentile(t->latency, 0.95);
    out->inflation = t->differ == 0 && n > 0.0 ? 1.0 : out->p95 / percentile(t->baseline, 0.95);
    out->ratio_p95 = percentile(t->ratio, 0.95) / RATIO_UNIT;
    double ended = n + out->lost;
    out->violation_frac = ended > 0.0 ? (double)t->violations / ended : (double)NAN;
    out->throughput_per_s = (double)g->completed[tenant_ix] * 1e9 / window_ns;
    out->share = g->useful_weight[tenant_ix] / (window_ns * gpus);
}
