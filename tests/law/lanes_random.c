/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lanes_random.c - the generator of small lanes.
 *
 * Three families: exclusive domains; shared domains with plain open loops, which a fast path
 * takes; and shared domains with everything else - closed loops, streams, batches, kernels,
 * frames, tokens, VMs with vGPUs on two domains, linger, overrun of both disciplines, VMs that
 * are powered on and off and suspended. Times are
 * a few thousand ns and windows cut through slots, switches and rounds; loads go from light to
 * beyond saturation. */
#include "tests/law/lanes_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int below(struct rng *r, int n)
{
    return (int)(rng_word(r) % (uint64_t)n);
}

/* ---- Work ---- */

static void random_trace(struct rng *r, struct case_of *c, int v)
{
    struct trace_rows *rows = &c->rows[v];
    struct work *w = &c->tenant[v].work;
    int64_t at = 0;
    rows->n = below(r, ROWS);
    for (int64_t i = 0; i < rows->n; i++) {
        at += below(r, 3) == 0 ? 0 : below(r, 4000);
        c->arrival[v][i] = at;
        c->service[v][i] = below(r, 3000);
    }
    rows->span_ns = at;
    w->kind = WORK_TRACE;
    w->trace = rows;
    w->offset_ns = below(r, 5000);
}

/* Arrivals with a mean gap of gap_ns. */
static void random_arrivals(struct rng *r, struct case_of *c, int v, double gap_ns)
{
    struct arrivals *a = &c->tenant[v].work.arrivals;
    double rate = 1e9 / gap_ns;
    const char *law = "exponential";
    double cv = 0.0;
    a->rate_per_s = rate;
    a->phase_ns = below(r, 1000);
    switch (below(r, 8)) {
    case 0:
    case 1:
        a->periodic = true;
        law = "deterministic";
        break;
    case 2:
        law = "gamma";
        cv = 0.6 + 0.5 * below(r, 4);
        break;
    case 3:
        law = "weibull";
        cv = 0.7 + 0.4 * below(r, 4);
        break;
    case 4: {
        double holding[STATES];
        for (int i = 0; i < STATES; i++) {
            holding[i] = 100.0 + below(r, 20000);
            c->state[v][i].rate_per_s = i == 0 ? 3.0 * rate : rate * below(r, 3);
        }
        assert_null(arrivals_mmpp(a, c->state[v], holding, STATES));
        return;
    }
    case 5:
        for (int i = 0; i < STATES; i++) {
            c->curve[v][i].at_ns = i == 0 ? 0 : c->curve[v][i - 1].at_ns + 1 + below(r, 20000);
            c->curve[v][i].rate_per_s = i == 1 ? 2.0 * rate : rate * below(r, 3);
        }
        assert_null(arrivals_diurnal(a, c->curve[v], STATES));
        return;
    default:
        break;
    }
    assert_null(dist_init(&a->gap, dist_find(law), gap_ns, cv, 0, 0));
}

static void random_work(struct rng *r, struct case_of *c, int v, double load)
{
    static const char *const laws[] = {"exponential", "deterministic", "uniform", "gamma"};
    struct work *w = &c->tenant[v].work;
    double mean = 50.0 + below(r, 4000);
    const char *law = laws[below(r, 4)];
    double cv = law[0] == 'u' ? 0.5 : law[0] == 'g' ? 1.5 : 0.0;
    *w = (struct work){.kind = WORK_REQUESTS, .streams = 1};
    w->scaling = (struct scaling){.compute_frac = 1.0, .width_frac = 1.0};
    if (below(r, 4) == 0) {
        random_trace(r, c, v);
        return;
    }
    assert_null(dist_init(&w->service, dist_find(law), mean, cv, 0, 0));
    random_arrivals(r, c, v, mean / load);
}

static void make_llm(struct rng *r, struct case_of *c, int v)
{
    struct work *w = &c->tenant[v].work;
    struct llm *m = &c->llm[v];
    const struct dist_kind *law = dist_find("exponential");
    *m = (struct llm){.base_ns = 20.0 + below(r, 200), .prefill_ns = 1.0, .decode_ns = 3.0};
    m->max_sequences = 1 + below(r, 6);
    m->max_batched_tokens = m->max_sequences + below(r, 60);
    m->is_async = below(r, 2) == 0;
    assert_null(dist_init(&m->prompt, law, 30.0, 0, 0, 0));
    assert_null(dist_init(&m->output, law, 10.0, 0, 0, 0));
    w->kind = WORK_LLM;
    w->llm = m;
    w->service = (struct dist){0};
}

/* Turns plain requests into something that only the event engine takes. */
static void enrich(struct rng *r, struct case_of *c, int v)
{
    struct work *w = &c->tenant[v].work;
    if (w->kind == WORK_REQUESTS) {
        int kind = below(r, 10);
        if (kind < 4) {
            w->kind = WORK_CLOSED;
            w->clients = 1 + below(r, 5);
            assert_null(dist_init(&w->think, dist_find("exponential"),
                                  w->service.mean * below(r, 6), 0, 0, 0));
            w->arrivals = (struct arrivals){0};
        } else if (kind == 4 && c->vm[v].server_n == 1) {
            make_llm(r, c, v);
            return;
        } else if (kind == 5) {
            w->kind = WORK_FRAMES;
            w->pipeline_max = 1 + below(r, 3);
        }
    }
    if (below(r, 2) == 0) {
        w->streams = 2 + below(r, 4);
        w->scaling.width_frac = below(r, 2) ? 1.0 : 1.0 / w->streams;
    }
    if (w->kind != WORK_FRAMES && below(r, 4) == 0) {
        w->batch_max = 2 + below(r, 4);
        w->batch_timeout_ns = below(r, 2) ? 0 : below(r, 4000);
    }
    if (below(r, 4) == 0) {
        w->pieces = 2 + below(r, 4);
        w->gap_ns = below(r, 2) ? 0 : below(r, 300);
        w->tail_ns = below(r, 2) ? 0 : below(r, 300);
    }
    if (below(r, 5) == 0) {
        w->has_host = true;
        assert_null(dist_init(&w->host, dist_find("exponential"), 200.0, 0, 0, 0));
    }
}

/* ---- Lanes ---- */

static void random_window(struct rng *r, struct case_of *c)
{
    bool traces = true;
    for (int v = 0; v < c->lane.vm_n; v++) {
        const struct work *w = &c->tenant[v].work;
        traces = traces && w->kind == WORK_TRACE;
        c->saturated[v] = work_grows(w) && below(r, 4) == 0;
    }
    c->o = (struct lane_options){.seed = rng_word(r)};
    c->o.replica = (uint32_t)below(r, 1000);
    c->o.from_ns = below(r, 30000);
    c->o.to_ns = c->o.from_ns + 1 + below(r, 60000);
    c->o.trace_all = below(r, 2) == 0;
    c->o.to_the_end = traces && c->o.trace_all;
}

static void random_exclusive(struct rng *r, struct case_of *c)
{
    int shape = below(r, 3);
    struct lane_vm *vm = &c->vm[0];
    c->lane.vm_n = 1;
    vm->server_n = shape == 1 ? 1 + below(r, 3) : 1;
    c->lane.domain_n = vm->server_n;
    random_work(r, c, 0, 0.2 + 0.3 * below(r, 4));
    if (shape == 2) {
        c->tenant[0].work.streams = 2 + below(r, 6);
        c->tenant[0].work.scaling.width_frac = 1.0 / c->tenant[0].work.streams;
    }
    for (int i = 0; i < vm->server_n; i++) {
        vm->server[i].domain = i;
    }
}

static void random_params(struct rng *r, struct case_of *c)
{
    struct sched_params *p = &c->domain[0].params;
    const struct sched_kind *kind = sched_kinds[below(r, sched_kinds_n)];
    c->domain[0].sched = kind;
    p->vgpu_n = c->lane.vm_n + below(r, 2);
    p->ring_n = p->vgpu_n + (kind->ring == RING_TYPE_MAX ? below(r, 3) : 0);
    p->slice_ns = 1 + below(r, below(r, 2) ? 60 : 2000);
    p->switch_ns = below(r, 2) ? 0 : below(r, 200);
    p->averaging = 33;
    p->discipline = kind->has_discipline ? DISCIPLINE_STRICT : DISCIPLINE_NONE;
    p->yield_idle = kind->ring == RING_POWERED_ON && below(r, 2) == 0;
}

static void random_shared(struct rng *r, struct case_of *c)
{
    c->lane.vm_n = 1 + below(r, VMS);
    c->lane.domain_n = 1;
    random_params(r, c);
    double each = (0.1 + 0.4 * below(r, 4)) / c->lane.vm_n;
    for (int v = 0; v < c->lane.vm_n; v++) {
        random_work(r, c, v, each);
        c->vm[v].server_n = 1;
        c->vm[v].server[0].slot = v;
    }
}

/* Requests that take many turns, so that accounts of overshoot come to where they turn. */
static void make_long(struct rng *r, struct case_of *c)
{
    struct sched_params *p = &c->domain[0].params;
    p->slice_ns = 1 + below(r, 60);
    p->granularity_ns = 1 + below(r, (int)p->slice_ns);
    for (int v = 0; v < c->lane.vm_n; v++) {
        for (int64_t i = 0; i < c->rows[v].n; i++) {
            c->service[v][i] *= 4;
        }
    }
}

/* Stopped or suspended up to three times, the last perhaps for ever. */
static void random_off_times(struct rng *r, struct case_of *c, int v)
{
    int n = below(r, OFFS + 1);
    int64_t at_ns = below(r, 3) == 0 ? 0 : below(r, 40000);
    for (int i = 0; i < n; i++) {
        struct off_time *x = &c->off[v][i];
        x->from_ns = at_ns;
        x->keeps = below(r, 3) == 0;
        x->absent = !x->keeps && below(r, 2) == 0;
        x->on_ns = at_ns + 1 + below(r, 20000);
        x->until_ns = x->on_ns + (below(r, 2) ? 0 : below(r, 2000));
        at_ns = x->until_ns + 1 + below(r, 20000);
    }
    if (n > 0 && !c->off[v][n - 1].keeps && below(r, 4) == 0) {
        c->off[v][n - 1].on_ns = c->off[v][n - 1].until_ns = INT64_MAX;
    }
    c->vm[v].off.n = n;
}

/* A shared lane with what no recursion takes, always with something of it. */
static void random_stepped(struct rng *r, struct case_of *c)
{
    struct sched_params *p = &c->domain[0].params;
    int first = below(r, 3);
    random_shared(r, c);
    if (p->discipline == DISCIPLINE_STRICT && below(r, 3) == 0) {
        p->discipline = DISCIPLINE_LEGACY;
    }
    if (first == 0) {
        p->granularity_ns = 1 + below(r, below(r, 2) ? 20 : 1000);
        p->averaging = 1 + below(r, below(r, 2) ? 3 : 60);
        if (below(r, 2) == 0) {
            make_long(r, c);
        }
    } else if (first == 1 && c->domain[0].sched->ring == RING_DEMAND) {
        p->linger_ns = 1 + below(r, 300);
    }
    if (first == 2 && below(r, 2) == 0) {
        c->lane.domain_n = 2; /* one vGPU of each VM on either */
        c->domain[1] = c->domain[0];
        for (int v = 0; v < c->lane.vm_n; v++) {
            c->vm[v].server_n = 1 + below(r, 2);
            c->vm[v].server[0].domain = below(r, 2);
            c->vm[v].server[1] = c->vm[v].server[0];
            c->vm[v].server[1].domain = 1 - c->vm[v].server[0].domain;
        }
        c->vm[0].server_n = 2;
    }
    int must = below(r, c->lane.vm_n);
    for (int v = 0; v < c->lane.vm_n; v++) {
        if (v == must ? c->tenant[v].work.kind == WORK_REQUESTS : below(r, 2) == 0) {
            enrich(r, c, v);
        }
    }
    bool has_offs = below(r, 3) == 0;
    for (int v = 0; has_offs && v < c->lane.vm_n; v++) {
        random_off_times(r, c, v);
    }
}

void lanes_random(struct rng *r, struct case_of *c)
{
    memset(c, 0, sizeof *c);
    int family = below(r, 6);
    if (family == 0) {
        random_exclusive(r, c);
    } else if (family < 4) {
        random_shared(r, c);
    } else {
        random_stepped(r, c);
    }
    for (int i = 0; i < c->lane.domain_n; i++) {
        c->domain[i].weight = 1.0;
    }
    for (int v = 0; v < c->lane.vm_n; v++) {
        c->tenant[v].name = "tenant";
        c->vm[v].tenant_ix = v;
        c->vm[v].vm_ix = v;
        c->vm[v].name_hash = (uint64_t)v + 1;
        for (int i = 0; i < c->vm[v].server_n; i++) {
            c->vm[v].server[i].factor = (struct slice_factor){.compute = 1.0, .memory = 1.0};
        }
    }
    random_window(r, c);
    lanes_random_bind(c);
}

void lanes_random_bind(struct case_of *c)
{
    c->lane.domain = c->domain;
    c->lane.vm = c->vm;
    c->o.saturated = c->saturated;
    c->lane.shift = c->shift;
    for (int v = 0; v < c->lane.vm_n; v++) {
        struct work *w = &c->tenant[v].work;
        c->vm[v].tenant = &c->tenant[v];
        c->vm[v].off.list = c->off[v];
        c->rows[v].arrival_ns = c->arrival[v];
        c->rows[v].service_ns = c->service[v];
        w->trace = w->trace ? &c->rows[v] : NULL;
        w->llm = w->llm ? &c->llm[v] : NULL;
        w->arrivals.state = w->arrivals.state_n > 0 ? c->state[v] : NULL;
        w->arrivals.curve = w->arrivals.curve_n > 0 ? c->curve[v] : NULL;
    }
    power_fill(&c->lane);
}

/* ---- Simpler ---- */

static bool simpler_work(struct work *w, int i)
{
    switch (i) {
    case 0:
        w->has_host = false;
        return true;
    case 1:
        w->pieces = 0;
        w->gap_ns = 0;
        return true;
    case 2:
        w->tail_ns = 0;
        return true;
    case 3:
        w->batch_max = 0;
        w->batch_timeout_ns = 0;
        return true;
    case 4:
        w->streams = 1;
        w->scaling.width_frac = 1.0;
        return true;
    case 5:
        w->clients = w->clients > 1 ? 1 : w->clients;
        return true;
    default:
        return false;
    }
}

bool lanes_random_simplify(struct case_of *c, int i)
{
    struct sched_params *p = &c->domain[0].params;
    enum {
        DOMAINS = 5,
        OFF_TIMES = 6,
        WAYS = 6
    };
    int last = c->lane.vm_n - 1;
    switch (i) {
    case 0:
        if (last > 0) {
            c->lane.vm_n--;
            memset(&c->vm[last], 0, sizeof c->vm[last]);
        }
        return true;
    case 1:
        p->granularity_ns = 0;
        break;
    case 2:
        p->linger_ns = 0;
        break;
    case 3:
        p->switch_ns = 0;
        break;
    case 4:
        p->vgpu_n = p->vgpu_n > c->lane.vm_n ? c->lane.vm_n : p->vgpu_n;
        p->ring_n = p->vgpu_n;
        break;
    case DOMAINS:
        for (int v = 0; c->domain[0].sched && v < c->lane.vm_n; v++) {
            c->vm[v].server_n = 1;
        }
        return true;
    case OFF_TIMES:
        for (int v = 0; v < c->lane.vm_n; v++) {
            c->vm[v].off.n -= c->vm[v].off.n > 0;
        }
        return true;
    default:
        i -= OFF_TIMES + 1;
        return i / WAYS <= last && simpler_work(&c->tenant[i / WAYS].work, i % WAYS);
    }
    if (c->lane.domain_n == 2 && c->domain[1].sched) {
        c->domain[1] = c->domain[0];
    }
    return true;
}

/* ---- In words ---- */

void lanes_random_print(const struct case_of *c)
{
    const struct lane_domain *d = &c->domain[0];
    const struct sched_params *p = &d->params;
    print_message("path %d, %s %s, slice %d, switch %d, ring %d of %d, yield %d, linger %d, "
                  "grain %d, averaging %d, domains %d, window [%d, %d), all rows %d\n",
                  (int)lane_path_of(&c->lane), d->sched ? d->sched->name : "exclusive",
                  p->discipline == DISCIPLINE_LEGACY ? "legacy" : "", (int)p->slice_ns,
                  (int)p->switch_ns, p->vgpu_n, p->ring_n, p->yield_idle, (int)p->linger_ns,
                  (int)p->granularity_ns, p->averaging, c->lane.domain_n, (int)c->o.from_ns,
                  (int)c->o.to_ns, c->o.trace_all);
    for (int v = 0; v < c->lane.vm_n; v++) {
        const struct work *w = &c->tenant[v].work;
        for (int i = 0; i < c->vm[v].off.n; i++) {
            const struct off_time *x = &c->off[v][i];
            print_message("  VM %d is %s from %lld, on at %lld, serves at %lld\n", v,
                          x->keeps ? "suspended" : "stopped", (long long)x->from_ns,
                          (long long)x->on_ns, (long long)x->until_ns);
        }
        print_message("  VM %d: kind %d, servers %d, streams %d of width %g, rate %g/s, "
                      "service %g ns %s, clients %d, batch %d within %d, pieces %d, gap %d, "
                      "tail %d, host %d%s\n",
                      v, (int)w->kind, c->vm[v].server_n, w->streams, w->scaling.width_frac,
                      w->arrivals.rate_per_s, w->service.mean,
                      w->service.kind ? w->service.kind->name : "rows", w->clients,
                      w->batch_max, (int)w->batch_timeout_ns, w->pieces, (int)w->gap_ns,
                      (int)w->tail_ns, w->has_host, c->saturated[v] ? ", not waited for" : "");
    }
}
