/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doubt.c - heavy tails, wide intervals, thin tails.
 *
 * In a first-come-first-served queue the wait has a moment less than the service: without a
 * variance of the service the mean wait is infinite, without a third moment the mean wait has
 * no variance and no interval from a sample is valid. Source: Kleinrock, Queueing Systems I
 * (1975), 5.7. The limits of width and tail are measured: docs/statistics.md. */
#include "sim/run/doubt.h"

#include <math.h>
#include <string.h>

enum {
    NOTES_EACH = 3 /* at most, of one tenant */
};

/* Moments below this order exist. */
static double tail_index(const struct dist *d)
{
    return strcmp(d->kind->name, "pareto") == 0 ? d->shape : HUGE_VAL;
}

static bool doubt_moments(const struct tenant *t, struct arena *arena,
                          struct tenant_result *out, struct reasons *notes)
{
    if (t->work.trace || !t->work.service.kind || !out->latency_mean.has_value) {
        return true;
    }
    double moments = tail_index(&t->work.service);
    bool is_open = t->work.kind == WORK_REQUESTS;
    if (is_open && moments <= 2.0 && t->work.streams * t->vgpus == 1) {
        out->latency_mean = ci_none();
        out->wait_mean = ci_none();
        for (int i = 0; i < t->objective_n; i++) {
            out->objective_met &= t->objective[i].kind != OBJECTIVE_MEAN;
        }
        return reasons_add(notes, arena, "ST-01", t->name,
                           "the service has no variance (Pareto shape at most 2), so the mean "
                           "latency of a queue is infinite: mean and mean wait are null, "
                           "percentiles stand");
    }
    if (moments <= (is_open ? 3.0 : 2.0)) {
        return reasons_add(notes, arena, "ST-02", t->name,
                           "the tail is too heavy for an interval of the mean (Pareto shape at "
                           "most %d): the mean of a run is dominated by its longest requests, "
                           "and its interval is not valid",
                           is_open ? 3 : 2);
    }
    return true;
}

static bool doubt_width(const struct scenario *s, struct arena *arena, const struct tenant *t,
                        const struct tenant_result *out, struct reasons *notes)
{
    for (int i = 0; i < s->percentile_n; i++) {
        bool is_p95 = !(fabs(s->percentile[i] - 95.0) > 1e-9);
        if (is_p95 && out->latency[i].has_ci &&
            ci_rel_half_width(&out->latency[i]) > DOUBT_HALF_WIDTH) {
            return reasons_add(notes, arena, "ST-03", t->name,
                               "p95 is known to no better than ±10 %%; intervals this wide "
                               "hold the truth less often than 95 %%: try a longer --horizon");
        }
    }
    return true;
}

/* The lowest percentile whose tail is too thin speaks for those above it. */
static bool doubt_tail(const struct scenario *s, struct arena *arena, const struct tenant *t,
                       const struct tenant_result *out, struct reasons *notes)
{
    for (int i = 0; i < s->percentile_n; i++) {
        if (out->latency[i].has_ci && out->tail[i] < DOUBT_TAIL_MIN) {
            return reasons_add(notes, arena, "ST-04", t->name,
                               "fewer than 50 independent requests lie beyond p%.9g%s: take it "
                               "for an order of magnitude, or try a longer --horizon",
                               s->percentile[i], i + 1 < s->percentile_n ? " and above" : "");
        }
    }
    return true;
}

bool doubt_mode(const struct scenario *s, struct arena *arena, struct mode_result *out)
{
    bool ok = true;
    for (int t = 0; ok && t < s->flow_n; t++) {
        if (out->notes.n + NOTES_EACH > REASONS_MAX - 1) {
            return out->notes.n >= REASONS_MAX ||
                   reasons_add(&out->notes, arena, "ST-05", NULL,
                               "more tenants may be in doubt than are listed here: see the "
                               "width of their intervals");
        }
        const struct tenant *tenant = &s->tenant[t];
        struct tenant_result *r = &out->tenant[t];
        if (!r->saturated) {
            ok = doubt_moments(tenant, arena, r, &out->notes) &&
                 doubt_width(s, arena, tenant, r, &out->notes) &&
                 doubt_tail(s, arena, tenant, r, &out->notes);
        }
    }
    return ok;
}
