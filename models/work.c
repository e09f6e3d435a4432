/* SPDX-License-Identifier: GPL-3.0-or-later */
/* work.c - cursors over arrivals and demands.
 *
 * Every sampled duration becomes whole nanoseconds at once; an arrival is the sum of whole
 * gaps, so no clock drifts and no two machines differ. */
#include "models/work.h"

#include <assert.h>
#include <math.h>

bool work_is_random(const struct work *w)
{
    switch (w->kind) {
    case WORK_REQUESTS:
        return !w->arrivals.periodic || w->service.kind->random;
    case WORK_CLOSED:
        return w->think.kind->random || w->service.kind->random;
    case WORK_TRACE:
        break;
    }
    return false;
}

double work_service_mean_ns(const struct work *w)
{
    return w->kind == WORK_TRACE ? w->trace->service_mean_ns : w->service.mean;
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
    /* vm < 4096 and step < 2^53: the product needs up to 65 bits, so it is taken in two halves.
     */
    int64_t high = (step >> 24) * (int64_t)vm % span;
    int64_t low = (step & 0xffffff) * (int64_t)vm % span;
    for (int bit = 0; bit < 24; bit++) {
        high = high * 2 % span;
    }
    return (high + low) % span;
}

static bool trace_row(struct work_cursor *c, int64_t *row, int64_t *arrival_ns)
{
    const struct trace_rows *t = c->work->trace;
    if (c->index == t->n) {
        return false;
    }
    *row = c->row;
    int64_t at = t->arrival_ns[c->row] - c->shift_ns;
    *arrival_ns = at < 0 ? at + t->span_ns : at;
    c->row = c->row + 1 == t->n ? 0 : c->row + 1;
    c->index++;
    return true;
}

/* ---- Cursors ---- */

void work_cursor_init(struct work_cursor *c, const struct work *w, const struct rng_id *id)
{
    c->work = w;
    c->index = 0;
    c->clock_ns = 0;
    c->row = 0;
    c->shift_ns = 0;
    rng_init(&c->arrival, id, RNG_ARRIVAL);
    rng_init(&c->service, id, RNG_SERVICE);
    if (w->kind == WORK_TRACE) {
        c->shift_ns = trace_shift_ns(w, id->vm);
        c->row = first_row(w->trace, c->shift_ns);
    }
}

static int64_t open_arrival_ns(struct work_cursor *c)
{
    const struct arrivals *a = &c->work->arrivals;
    if (a->periodic) {
        double at = (double)c->index * a->gap.mean;
        c->clock_ns = a->phase_ns + (int64_t)nearbyint(at);
    } else {
        c->clock_ns += dist_draw_ns(&a->gap, &c->arrival);
    }
    c->index++;
    return c->clock_ns;
}

bool work_next_arrival(struct work_cursor *c, int64_t *arrival_ns)
{
    int64_t row;
    if (c->work->kind == WORK_TRACE) {
        return trace_row(c, &row, arrival_ns);
    }
    *arrival_ns = open_arrival_ns(c);
    return true;
}

bool work_next(struct work_cursor *c, struct request *out)
{
    int64_t row;
    assert(c->work->kind != WORK_CLOSED);
    if (c->work->kind == WORK_TRACE) {
        if (!trace_row(c, &row, &out->arrival_ns)) {
            return false;
        }
        out->service_ns = c->work->trace->service_ns[row];
        return true;
    }
    out->arrival_ns = open_arrival_ns(c);
    out->service_ns = work_service_ns(c->work, &c->service);
    return true;
}

int64_t work_service_ns(const struct work *w, struct rng *r)
{
    return dist_draw_ns(&w->service, r);
}

int64_t work_think_ns(const struct work *w, struct rng *r)
{
    return dist_draw_ns(&w->think, r);
}
