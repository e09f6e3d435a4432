/* SPDX-License-Identifier: GPL-3.0-or-later */
/* work.c - cursors over arrivals and demands.
 *
 * Every sampled duration becomes whole nanoseconds at once; an arrival is the sum of whole
 * gaps, so no clock drifts and no two machines differ. Where the rate changes with time an
 * arrival is one unit exponential, spent at the rate of each moment: the inverse of the
 * expected number of arrivals, one word for each request, so that streams stay in step whatever
 * the rates. Batches are as long as their samples are cheap: what a modulated process costs for
 * one arrival has no small bound, so that it is drawn when it is asked for. Source: Cinlar
 * 1975, Introduction to Stochastic Processes, section 4.7. */
#include "models/work.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/core/vmath.h"

/* Past every horizon (2^53 ns), and far from the end of int64. */
#define NEVER_NS (INT64_C(1) << 60)

/* State changes for each arrival, beyond which a walk through the states would not end soon. */
#define MMPP_CHANGES_MAX 10000.0

bool work_is_random(const struct work *w)
{
    bool service = !w->by_size && w->service.kind && w->service.kind->random;
    if (w->has_host && w->host.kind->random) {
        return true;
    }
    switch (w->kind) {
    case WORK_REQUESTS:
    case WORK_FRAMES:
        return !w->arrivals.periodic || service;
    case WORK_CLOSED:
        return w->think.kind->random || service;
    case WORK_LLM:
        return !w->trace && (!w->arrivals.periodic || w->llm->prompt.kind->random ||
                             w->llm->output.kind->random);
    case WORK_TRACE:
        break;
    }
    return false;
}

/* What a request costs where each iteration carries as much as the limits allow: its own tokens
 * in full, and of the iterations at least the share that it takes of the places, of the token
 * budget, or of the cache, in which a sequence stays for as many iterations as it has output.
 * No order of admission does with less, so that a load of 1 or more does grow. */
static double llm_mean_ns(const struct work *w)
{
    const struct llm *m = w->llm;
    double steps = m->output_mean - 1.0; /* the prompt gives the first token */
    double context = m->product_mean - m->prompt_mean + (m->square_mean - m->output_mean) / 2.0;
    double places = m->output_mean / m->max_sequences;
    double budget = (m->prompt_mean + steps) / m->max_batched_tokens;
    double cache =
        m->kv_tokens > 0 ? (m->product_mean + m->square_mean) / (double)m->kv_tokens : 0.0;
    double iterations = places > budget ? places : budget;
    iterations = iterations > cache ? iterations : cache;
    return m->prefill_ns * m->prompt_mean + m->decode_ns * steps + m->context_ns * context +
           m->base_ns * iterations;
}

double work_service_mean_ns(const struct work *w)
{
    if (w->kind == WORK_LLM) {
        return llm_mean_ns(w);
    }
    if (w->by_size) {
        return (double)w->by_size[w->batch_max] / w->batch_max;
    }
    return w->kind == WORK_TRACE ? w->trace->service_mean_ns : w->service.mean;
}

const struct service_profile *work_profile(const struct work *w, const char *profile)
{
    for (int i = 0; profile != NULL && i < w->profile_n; i++) {
        if (strcmp(w->profile[i].name, profile) == 0) {
            return &w->profile[i];
        }
    }
    return NULL;
}

double work_measured(const struct work *w, const char *profile)
{
    const struct service_profile *p = work_profile(w, profile);
    return p != NULL ? p->mean_ns / work_service_mean_ns(w) : 0.0;
}

int work_crowd_batch(const struct work *w, const struct service_profile *p)
{
    int most = w->batch_max;
    for (int k = 0; k < w->streams; k++) {
        const struct service_profile *row = &p->crowd[k];
        int last = row->point_n > 0 ? row->point[row->point_n - 1].n : most;
        most = last < most ? last : most;
    }
    return most;
}

void work_fill_sizes(int64_t *out, int max, const struct size_point *point, int point_n)
{
    int k = 0;
    out[0] = 0;
    for (int n = 1; n <= max; n++) {
        while (k + 1 < point_n && point[k + 1].n <= n) {
            k++;
        }
        const struct size_point *a = &point[k];
        const struct size_point *b = &point[k + 1 < point_n ? k + 1 : k];
        double share = b->n > a->n && n > a->n ? (double)(n - a->n) / (b->n - a->n) : 0.0;
        out[n] = a->ns + (int64_t)vmath_round(share * (double)(b->ns - a->ns));
    }
}

/* ---- Arrivals whose rate changes ---- */

static const char *set_rate(struct arrivals *a, const char *process, double rate_per_s)
{
    a->process = process;
    a->rate_per_s = rate_per_s;
    return dist_init(&a->gap, dist_find("exponential"), 1e9 / rate_per_s, 0, 0, 0);
}

const char *arrivals_mmpp(struct arrivals *a, struct mmpp_state *state,
                          const double *holding_ns, int n)
{
    const struct dist_kind *kind = dist_find("exponential");
    double time_ns = 0.0;
    double arrivals = 0.0;
    if (n < 2 || n > MMPP_STATES_MAX) {
        return "an mmpp has 2 to 1024 states";
    }
    for (int i = 0; i < n; i++) {
        if (!(state[i].rate_per_s >= 0.0 && state[i].rate_per_s <= 1e12) ||
            !(holding_ns[i] >= 1.0 && holding_ns[i] <= (double)TIME_MAX_NS)) {
            return "an mmpp needs rates of 0 or more and holding times of 1 ns or more";
        }
        const char *why = dist_init(&state[i].holding, kind, holding_ns[i], 0, 0, 0);
        if (why) {
            return why;
        }
        time_ns += holding_ns[i];
        arrivals += state[i].rate_per_s * holding_ns[i] * 1e-9;
    }
    if (!(arrivals > 0.0)) {
        return "an mmpp needs a state with a rate above 0";
    }
    if (n > MMPP_CHANGES_MAX * arrivals) {
        return "the mmpp changes its state more than 10000 times for each arrival";
    }
    a->state = state;
    a->state_n = n;
    return set_rate(a, "mmpp", arrivals * 1e9 / time_ns);
}

const char *arrivals_diurnal(struct arrivals *a, struct rate_point *point, int n)
{
    if (n < 2 || n > CURVE_POINTS_MAX) {
        return "a curve has 2 to 16384 points";
    }
    if (point[0].at_ns != 0) {
        return "a curve begins at 0";
    }
    for (int i = 0; i < n; i++) {
        const struct rate_point *last = &point[i > 0 ? i - 1 : 0];
        if (point[i].at_ns < last->at_ns || point[i].at_ns > TIME_MAX_NS) {
            return "the times of a curve must not decrease";
        }
        if (!(point[i].rate_per_s >= 0.0 && point[i].rate_per_s <= 1e12)) {
            return "the rates of a curve must be 0 or more";
        }
        double width_s = (double)(point[i].at_ns - last->at_ns) * 1e-9;
        double area = (point[i].rate_per_s + last->rate_per_s) / 2.0 * width_s;
        point[i].arrivals = i > 0 ? last->arrivals + area : 0.0;
    }
    if (!(point[n - 1].arrivals > 0.0)) {
        return "a curve needs a stretch of time with a rate above 0";
    }
    a->curve = point;
    a->curve_n = n;
    return set_rate(a, "diurnal", point[n - 1].arrivals * 1e9 / (double)point[n - 1].at_ns);
}

const char *arrivals_windows(struct arrivals *a, const struct rate_window *window, int n)
{
    double arrivals = 0.0;
    if (n < 1 || n > WINDOWS_MAX) {
        return "there must be 1 to 100000 windows";
    }
    for (int i = 0; i < n; i++) {
        int64_t from_ns = i > 0 ? window[i - 1].until_ns : 0;
        if (window[i].until_ns <= from_ns || window[i].until_ns > TIME_MAX_NS) {
            return "the windows must follow one another in time";
        }
        if (!(window[i].rate_per_s >= 0.0 && window[i].rate_per_s <= 1e12)) {
            return "the rates of windows must be 0 or more";
        }
        arrivals += window[i].rate_per_s * (double)(window[i].until_ns - from_ns) * 1e-9;
    }
    if (!(arrivals > 0.0)) {
        return "the windows hold no arrivals: every rate is 0";
    }
    if (n > MMPP_CHANGES_MAX * arrivals) {
        return "there are more than 10000 windows for each arrival";
    }
    a->window = window;
    a->window_n = n;
    return set_rate(a, "windows", arrivals * 1e9 / (double)window[n - 1].until_ns);
}

static double unit_exponential(struct rng *r)
{
    double u = rng_uniform(r);
    return -vmath_log(u);
}

/* Each state with its share of the time. The rest of a holding time that is under way has the
 * law of a whole one. */
static void mmpp_start(struct work_cursor *c)
{
    const struct arrivals *a = &c->work->arrivals;
    double all_ns = 0.0;
    for (int i = 0; i < a->state_n; i++) {
        all_ns += a->state[i].holding.mean;
    }
    double left_ns = rng_uniform(&c->phase) * all_ns;
    c->state = 0;
    while (c->state < a->state_n - 1 && left_ns >= a->state[c->state].holding.mean) {
        left_ns -= a->state[c->state++].holding.mean;
    }
    c->until_ns = dist_draw_ns(&a->state[c->state].holding, &c->phase);
}

static int64_t mmpp_arrival_ns(struct work_cursor *c)
{
    const struct arrivals *a = &c->work->arrivals;
    double left = unit_exponential(&c->arrival);
    int64_t now = c->clock_ns;
    while (now < NEVER_NS) {
        double rate_per_ns = a->state[c->state].rate_per_s * 1e-9;
        double room = (double)(c->until_ns - now) * rate_per_ns;
        if (left < room) {
            return now + (int64_t)vmath_round(left / rate_per_ns);
        }
        left -= room;
        now = c->until_ns;
        c->state = c->state + 1 == a->state_n ? 0 : c->state + 1;
        c->until_ns += dist_draw_ns(&a->state[c->state].holding, &c->phase);
    }
    return now;
}

/* Goes to the next window; the period begins anew after the last. */
static void next_window(struct work_cursor *c)
{
    const struct arrivals *a = &c->work->arrivals;
    int64_t from_ns = a->window[c->state].until_ns;
    if (++c->state == a->window_n) {
        c->state = 0;
        from_ns = 0;
    }
    c->until_ns += a->window[c->state].until_ns - from_ns;
}

static int64_t window_arrival_ns(struct work_cursor *c)
{
    const struct arrivals *a = &c->work->arrivals;
    int64_t now = c->clock_ns;
    while (!(a->window[c->state].rate_per_s > 0.0) || c->until_ns <= now) {
        now = c->until_ns;
        next_window(c);
    }
    double left = dist_draw(&a->window[c->state].gap, &c->arrival);
    while (now < NEVER_NS) {
        double rate_per_ns = a->window[c->state].rate_per_s * 1e-9;
        double room = (double)(c->until_ns - now) * rate_per_ns;
        if (left < room) {
            return now + (int64_t)vmath_round(left / rate_per_ns);
        }
        left -= room;
        now = c->until_ns;
        next_window(c);
    }
    return now;
}

/* The last point at or before `key` of the period's time, or of its expected arrivals, that has
 * a later one behind it. */
static int curve_segment(const struct arrivals *a, bool by_time, int64_t at_ns, double arrivals)
{
    int lo = 0;
    int hi = a->curve_n - 1;
    while (hi - lo > 1) {
        int mid = lo + (hi - lo) / 2;
        bool before =
            by_time ? a->curve[mid].at_ns <= at_ns : a->curve[mid].arrivals <= arrivals;
        lo = before ? mid : lo;
        hi = before ? hi : mid;
    }
    return lo;
}

/* Expected arrivals from the beginning of the period to at_ns < period. */
static double curve_arrivals(const struct arrivals *a, int64_t at_ns)
{
    const struct rate_point *p = &a->curve[curve_segment(a, true, at_ns, 0.0)];
    double width_s = (double)(p[1].at_ns - p->at_ns) * 1e-9;
    double x_s = (double)(at_ns - p->at_ns) * 1e-9;
    double slope = (p[1].rate_per_s - p->rate_per_s) / width_s;
    return p->arrivals + x_s * (p->rate_per_s + slope * x_s / 2.0);
}

/* The time in the period before which `arrivals` are expected: the root of r x + k x^2 / 2 = d
 * in the form that does not cancel. */
static int64_t curve_time_ns(const struct arrivals *a, double arrivals)
{
    const struct rate_point *p = &a->curve[curve_segment(a, false, 0, arrivals)];
    double width_s = (double)(p[1].at_ns - p->at_ns) * 1e-9;
    double due = arrivals - p->arrivals;
    if (!(due > 0.0) || !(width_s > 0.0)) {
        return p->at_ns;
    }
    double slope = (p[1].rate_per_s - p->rate_per_s) / width_s;
    double square = p->rate_per_s * p->rate_per_s + 2.0 * slope * due;
    double x_s = 2.0 * due / (p->rate_per_s + sqrt(square > 0.0 ? square : 0.0));
    return p->at_ns + (int64_t)vmath_round((x_s < width_s ? x_s : width_s) * 1e9);
}

static int64_t diurnal_arrival_ns(struct work_cursor *c)
{
    const struct arrivals *a = &c->work->arrivals;
    const struct rate_point *end = &a->curve[a->curve_n - 1];
    int64_t phase_ns = c->clock_ns % end->at_ns;
    double due = curve_arrivals(a, phase_ns) + unit_exponential(&c->arrival);
    double periods = floor(due / end->arrivals);
    double at_ns = (double)(c->clock_ns - phase_ns) + periods * (double)end->at_ns;
    if (at_ns >= (double)NEVER_NS) {
        return NEVER_NS;
    }
    int64_t start_ns = c->clock_ns - phase_ns + (int64_t)periods * end->at_ns;
    int64_t next_ns = start_ns + curve_time_ns(a, due - periods * end->arrivals);
    /* Both ways along the curve are rounded: the clock must not go back for that. */
    return next_ns > c->clock_ns ? next_ns : c->clock_ns;
}

/* ---- Traces ---- */

/* The first row at or after the place where VM k starts; rows before it come at the end. */
static int64_t first_row(const struct trace_rows *t, int64_t shift_ns)
{
    int64_t lo = 0;
    int64_t hi = t->n;
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        if (t->arrival_ns[mid] < shift_ns) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo == t->n ? 0 : lo;
}

/* k times the offset, wrapped around the file's span without overflow. */
static int64_t trace_shift_ns(const struct work *w, uint32_t vm)
{
    int64_t span = w->trace->span_ns;
    if (span == 0) {
        return 0;
    }
    int64_t step = w->offset_ns % span;
    /* vm < 2^14 and step < 2^53: the product needs up to 67 bits, so it is taken in two halves.
     */
    int64_t high = (step >> 24) * (int64_t)vm % span;
    int64_t low = (step & 0xffffff) * (int64_t)vm % span;
    for (int bit = 0; bit < 24; bit++) {
        high = high * 2 % span;
    }
    return (high + low) % span;
}

/* The next rows in the order of this VM, as many as fit; 0 at the end. */
static int trace_batch(struct work_cursor *c)
{
    const struct trace_rows *t = c->work->trace;
    int n = 0;
    while (n < WORK_BATCH && c->index < t->n) {
        int64_t at = t->arrival_ns[c->row] - c->shift_ns;
        c->arrival_ns[n] = at < 0 ? at + t->span_ns : at;
        c->service_ns[n] = t->service_ns[c->row];
        c->row = c->row + 1 == t->n ? 0 : c->row + 1;
        c->index++;
        n++;
    }
    return n;
}

/* ---- Cursors ---- */

void work_cursor_init(struct work_cursor *c, const struct work *w, const struct rng_id *id)
{
    c->work = w;
    c->arrival_ix = c->arrival_n = 0;
    c->service_ix = c->service_n = 0;
    c->index = 0;
    c->clock_ns = 0;
    c->row = 0;
    c->shift_ns = 0;
    rng_init(&c->arrival, id, RNG_ARRIVAL);
    rng_init(&c->service, id, RNG_SERVICE);
    rng_init(&c->phase, id, RNG_PHASE);
    c->state = 0;
    c->until_ns = 0;
    if (!w->trace && w->arrivals.state_n > 0) {
        mmpp_start(c);
    }
    if (!w->trace && w->arrivals.window_n > 0) {
        c->until_ns = w->arrivals.window[0].until_ns;
    }
    if (w->trace) {
        c->shift_ns = trace_shift_ns(w, id->vm);
        c->row = first_row(w->trace, c->shift_ns);
    }
}

static int periodic_batch(struct work_cursor *c)
{
    const struct arrivals *a = &c->work->arrivals;
    for (int i = 0; i < WORK_BATCH; i++) {
        double at = (double)(c->index + i) * a->gap.mean;
        c->arrival_ns[i] =
            a->phase_ns + (at < (double)NEVER_NS ? (int64_t)vmath_round(at) : NEVER_NS);
    }
    return WORK_BATCH;
}

static int renewal_batch(struct work_cursor *c)
{
    dist_fill_ns(&c->work->arrivals.gap, &c->arrival, c->arrival_ns, WORK_BATCH);
    int64_t clock_ns = c->clock_ns;
    for (int i = 0; i < WORK_BATCH; i++) {
        clock_ns += c->arrival_ns[i];
        c->arrival_ns[i] = clock_ns;
    }
    c->clock_ns = clock_ns;
    return WORK_BATCH;
}

static int diurnal_batch(struct work_cursor *c)
{
    for (int i = 0; i < WORK_BATCH; i++) {
        c->clock_ns = diurnal_arrival_ns(c);
        c->arrival_ns[i] = c->clock_ns;
    }
    return WORK_BATCH;
}

static int open_batch(struct work_cursor *c)
{
    const struct arrivals *a = &c->work->arrivals;
    int n = 1;
    if (a->periodic) {
        n = periodic_batch(c);
    } else if (a->state_n > 0) {
        c->clock_ns = mmpp_arrival_ns(c);
        c->arrival_ns[0] = c->clock_ns;
    } else if (a->window_n > 0) {
        c->clock_ns = window_arrival_ns(c);
        c->arrival_ns[0] = c->clock_ns;
    } else if (a->curve_n > 0) {
        n = diurnal_batch(c);
    } else {
        n = renewal_batch(c);
    }
    c->index += n;
    return n;
}

bool work_draw_arrivals(struct work_cursor *c)
{
    assert(c->work->kind != WORK_CLOSED);
    c->arrival_ix = 0;
    if (c->work->trace) {
        c->arrival_n = trace_batch(c);
        c->service_ix = 0;
        c->service_n = c->arrival_n;
    } else {
        c->arrival_n = open_batch(c);
    }
    return c->arrival_n > 0;
}

static int64_t draw_tokens(const struct dist *d, struct rng *r)
{
    double n = vmath_round(dist_draw(d, r));
    return n < 1.0 ? 1 : n > LLM_TOKENS_MAX ? LLM_TOKENS_MAX : (int64_t)n;
}

void work_draw_services(struct work_cursor *c)
{
    const struct work *w = c->work;
    assert(!w->trace && w->kind != WORK_CLOSED);
    c->service_ix = 0;
    c->service_n = WORK_BATCH;
    if (w->kind == WORK_LLM) {
        for (int i = 0; i < WORK_BATCH; i++) {
            int64_t prompt = draw_tokens(&w->llm->prompt, &c->service);
            c->service_ns[i] = llm_pack(prompt, draw_tokens(&w->llm->output, &c->service));
        }
    } else if (w->by_size) {
        memset(c->service_ns, 0, sizeof c->service_ns); /* the size of the batch decides */
    } else {
        dist_fill_ns(&w->service, &c->service, c->service_ns, WORK_BATCH);
    }
}

static int least_of(int a, int b)
{
    return a < b ? a : b;
}

int work_take(struct work_cursor *c, int64_t until_ns, int64_t *arrival_ns, int64_t *service_ns,
              int cap)
{
    int n = 0;
    while (n < cap && (c->arrival_ix < c->arrival_n || work_draw_arrivals(c))) {
        if (c->service_ix == c->service_n) {
            work_draw_services(c);
        }
        int ready = least_of(c->arrival_n - c->arrival_ix, c->service_n - c->service_ix);
        int k = least_of(cap - n, ready);
        memcpy(arrival_ns + n, c->arrival_ns + c->arrival_ix, (size_t)k * sizeof *arrival_ns);
        memcpy(service_ns + n, c->service_ns + c->service_ix, (size_t)k * sizeof *service_ns);
        c->arrival_ix += k;
        c->service_ix += k;
        n += k;
        if (arrival_ns[n - 1] >= until_ns) {
            break;
        }
    }
    while (n > 0 && arrival_ns[n - 1] >= until_ns) {
        n--;
    }
    return n;
}

int64_t work_service_ns(const struct work *w, struct rng *r)
{
    return w->by_size ? 0 : dist_draw_ns(&w->service, r);
}

int64_t work_think_ns(const struct work *w, struct rng *r)
{
    return dist_draw_ns(&w->think, r);
}
