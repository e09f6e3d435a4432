/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bound_slots.c - a vGPU that has one slot in every frame, met at any phase.
 *
 * The number in system is a chain from frame to frame; latencies are integrals over the phase
 * at which a request comes, by Gauss-Legendre between the phases at which the integrand bends.
 */
#include "models/bound_inside.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
/* ---- Integrals over the phase of a frame ---- */

enum {
    CUTS_MAX = 4 * BOUND_SLOTS_MAX + 8,
    NODES = 8,
    PANELS = 2 /* of NODES points between two cuts */
};

/* Gauss-Legendre, ascending. */
static const double node[NODES] = {
    -0.96028985649753623168, -0.79666647741362673959, -0.52553240991632898582,
    -0.18343464249564980494, 0.18343464249564980494,  0.52553240991632898582,
    0.79666647741362673959,  0.96028985649753623168,
};
static const double weight[NODES] = {
    0.10122853629037625915, 0.22238103445337447054, 0.31370664587788728734,
    0.36268378337836198297, 0.36268378337836198297, 0.31370664587788728734,
    0.22238103445337447054, 0.10122853629037625915,
};

struct cuts {
    double at[CUTS_MAX];
    int n;
};

static double wrap(double x, double frame)
{
    double y = x - floor(x / frame) * frame;
    return y < frame ? y : 0.0;
}

/* Keeps the cuts in ascending order. */
static void cut_at(struct cuts *c, double x)
{
    assert(c->n < CUTS_MAX);
    int i = c->n++;
    for (; i > 0 && c->at[i - 1] > x; i--) {
        c->at[i] = c->at[i - 1];
    }
    c->at[i] = x;
}

/* Time of the server in [0, x) of its own clock. */
static double supply(double x, double slot, double frame)
{
    double whole = floor(x / frame);
    return whole * slot + fmin(x - whole * frame, slot);
}

/* Integral over [0, frame) of f at ascending phases, smooth between the cuts. */
static double over_phases(const struct cuts *c, double (*f)(void *context, double phase),
                          void *context)
{
    double sum = 0.0;
    for (int i = 0; i + 1 < c->n; i++) {
        double width = (c->at[i + 1] - c->at[i]) / PANELS;
        if (!(width > 0.0)) {
            continue;
        }
        for (int k = 0; k < PANELS * NODES; k++) {
            double middle = c->at[i] + (k / NODES + 0.5) * width;
            double phase = middle + node[k % NODES] * width / 2.0;
            sum += weight[k % NODES] * width / 2.0 * f(context, phase);
        }
    }
    return sum;
}

/* ---- Slots, exponential service ---- */

struct slots_mm {
    double rate, mu, slot, frame;
    double first[BOUND_STATES]; /* law at the beginning of the slot */
};

/* The law after `span` of service and arrivals: uniformization. */
static void serve(const struct slots_mm *q, double *law, double span)
{
    double term_law[BOUND_STATES];
    double total = (q->rate + q->mu) * span;
    double up = q->rate / (q->rate + q->mu);
    double down = 1.0 - up;
    double term = exp(-total);
    memcpy(term_law, law, sizeof term_law);
    for (int i = 0; i < BOUND_STATES; i++) {
        law[i] *= term;
    }
    for (int k = 1; k < total || term > 1e-18; k++) {
        double below = 0.0; /* of the state before, one step earlier */
        double here = term_law[0];
        term_law[0] = down * (here + term_law[1]);
        term *= total / k;
        law[0] += term * term_law[0];
        for (int i = 1; i < BOUND_STATES; i++) {
            below = here;
            here = term_law[i];
            double above = i + 1 < BOUND_STATES ? term_law[i + 1] : here;
            term_law[i] = up * below + down * above;
            law[i] += term * term_law[i];
        }
    }
}

static void slots_mm_step(const void *context, double *law)
{
    const struct slots_mm *q = context;
    const double at_once = 20.0; /* events per step, so that exp(-at_once) is far from 0 */
    double steps = ceil((q->rate + q->mu) * q->slot / at_once);
    for (double i = 0.0; i < steps; i++) {
        serve(q, law, q->slot / steps);
    }
    bound_add_arrivals(law, q->rate * (q->frame - q->slot));
}

/* The law while a phase moves on. */
struct moving {
    const struct slots_mm *q;
    double t, phase;
    double law[BOUND_STATES];
};

static void move_to(struct moving *m, double phase)
{
    const struct slots_mm *q = m->q;
    double served = fmin(phase, q->slot) - m->phase;
    if (served > 0.0) {
        serve(q, m->law, served);
        m->phase += served;
    }
    if (phase > m->phase) {
        bound_add_arrivals(m->law, q->rate * (phase - m->phase));
    }
    m->phase = phase;
}

static double number_at(void *context, double phase)
{
    struct moving *m = context;
    move_to(m, phase);
    return bound_mean_number(m->law);
}

/* P(response > t) of an arrival at this phase: n before it, and n + 1 services take longer than
 * the slots supply until then. */
static double late_at(void *context, double phase)
{
    struct moving *m = context;
    const struct slots_mm *q = m->q;
    move_to(m, phase);
    double supplied =
        supply(phase + m->t, q->slot, q->frame) - supply(phase, q->slot, q->frame);
    double term = exp(-q->mu * supplied);
    double done = 0.0;
    double late = 0.0;
    for (int n = 0; n < BOUND_STATES; n++) {
        done += term;
        late += m->law[n] * done;
        term *= q->mu * supplied / (n + 1);
    }
    return late;
}

static double slots_mm_tail(const void *context, double t)
{
    const struct slots_mm *q = context;
    struct cuts c = {.n = 0};
    cut_at(&c, 0.0);
    cut_at(&c, q->slot);
    cut_at(&c, q->frame);
    cut_at(&c, wrap(-t, q->frame));
    cut_at(&c, wrap(q->slot - t, q->frame));
    struct moving m = {.q = q, .t = t};
    memcpy(m.law, q->first, sizeof m.law);
    return over_phases(&c, late_at, &m) / q->frame;
}

struct bound bound_slots_mm(double rate, double service, double slot, double frame, double p)
{
    struct slots_mm q = {.rate = rate, .mu = 1.0 / service, .slot = slot, .frame = frame};
    if (!(slot > 0.0 && frame >= slot) ||
        !bound_is_stable(rate, service * frame / slot, 1, p) ||
        !bound_settle(q.first, slots_mm_step, &q)) {
        return NO_BOUND;
    }
    struct cuts c = {.n = 0};
    cut_at(&c, 0.0);
    cut_at(&c, slot);
    cut_at(&c, frame);
    struct moving m = {.q = &q};
    memcpy(m.law, q.first, sizeof m.law);
    double mean = over_phases(&c, number_at, &m) / frame / rate;
    return (struct bound){mean, bound_quantile(slots_mm_tail, &q, 0.0, mean, p)};
}

/* ---- Slots, service that never varies ---- */

struct slots_md {
    double rate, service, frame;
    int fit;
    double law[BOUND_SLOTS_MAX][BOUND_STATES]; /* at each place of a service in the slot */
};

static void slots_md_step(const void *context, double *law)
{
    const struct slots_md *q = context;
    for (int j = 0; j < q->fit; j++) {
        double off = j + 1 == q->fit ? q->frame - q->fit * q->service : 0.0;
        bound_take_out(law, 1);
        bound_add_arrivals(law, q->rate * (q->service + off));
    }
}

struct late_md {
    const struct slots_md *q;
    double t;
};

/* P(work found <= x supplied): as for M/D/1, with the supply as the clock. u of supply before,
 * the law is that of its place in the slot; since then real time has passed. */
static double md_late_at(void *context, double phase)
{
    const struct late_md *m = context;
    const struct slots_md *q = m->q;
    double slot = q->fit * q->service;
    double x =
        supply(phase + m->t, slot, q->frame) - supply(phase, slot, q->frame) - q->service;
    if (x < -1e-12 * q->service) {
        return 1.0;
    }
    double k = floor(x / q->service + 1e-12) + 1.0;
    double u = k * q->service - x;
    double here = fmin(phase, slot); /* on the clock of the supply */
    /* Where the end of a response is in no slot, u before the arrival is a boundary of
     * services: the law there is the one after it, whichever way the subtraction was rounded.
     */
    double back = (here - u) / q->service;
    back = fabs(back - nearbyint(back)) < 1e-9 ? nearbyint(back) : back;
    double since = u + (phase - here) + (back < 0.0 ? q->frame - slot : 0.0);
    int j = (int)floor(back < 0.0 ? back + q->fit : back);
    double term = exp(-q->rate * since);
    double sum = 0.0;
    for (int i = 0; i < k; i++) {
        double left = k - i;
        sum += term * bound_at_most(q->law[j], left < BOUND_STATES ? (int)left : BOUND_STATES);
        term *= q->rate * since / (i + 1);
    }
    return 1.0 - sum;
}

static double slots_md_tail(const void *context, double t)
{
    const struct slots_md *q = context;
    double slot = q->fit * q->service;
    struct cuts c = {.n = 0};
    struct late_md m = {q, t};
    double rest = wrap(t, q->frame);
    /* Where the arrival and its end are both in a slot, the supply between them is one of two
     * constants, and what matters is when u before the arrival was. */
    double u0 = wrap(-(floor(t / q->frame) * slot + rest), q->service);
    double u1 = wrap(-(floor(t / q->frame) * slot + slot + rest - q->frame), q->service);
    for (int j = 0; j <= q->fit; j++) {
        cut_at(&c, j * q->service);
        cut_at(&c, wrap(j * q->service - t, q->frame));
        cut_at(&c, fmin(j * q->service + u0, q->frame));
        cut_at(&c, fmin(j * q->service + u1, q->frame));
    }
    cut_at(&c, q->frame);
    return over_phases(&c, md_late_at, &m) / q->frame;
}

struct bound bound_slots_md(double rate, double service, int fit, double frame, double p)
{
    struct slots_md q = {.rate = rate, .service = service, .frame = frame, .fit = fit};
    if (fit < 1 || fit > BOUND_SLOTS_MAX || !(service > 0.0 && frame >= fit * service) ||
        !bound_is_stable(rate, frame / fit, 1, p) ||
        !bound_settle(q.law[0], slots_md_step, &q)) {
        return NO_BOUND;
    }
    double off = frame - fit * service;
    double area = off * (bound_mean_number(q.law[0]) - rate * off / 2.0);
    for (int j = 0; j < fit; j++) {
        if (j > 0) {
            memcpy(q.law[j], q.law[j - 1], sizeof q.law[j]);
            bound_take_out(q.law[j], 1);
            bound_add_arrivals(q.law[j], rate * service);
        }
        area += service * bound_mean_number(q.law[j]);
    }
    return (struct bound){area / frame / rate,
                          bound_quantile(slots_md_tail, &q, service, frame, p)};
}
