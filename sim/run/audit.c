/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audit.c - the same facts counted by another way. */
#include "sim/run/audit.h"

#include <assert.h>
#include <math.h>

#define SUM_ERR   1e-12 /* of four fractions */
#define SHARE_ERR 1e-9  /* of sums over replicas in another order */

/* ---- Places ---- */

static void check_domains(const struct scenario *s, const struct fleet *f)
{
    for (int i = 0; i < f->domain_n; i++) {
        const struct domain *a = &f->domain[i];
        int axis = s->catalog->gpu[a->model_ix].mig_axis;
        assert(a->gpu_ix >= 0 &&
               (s->gpu_count == 0 ? a->gpu_ix < f->gpus_used : a->gpu_ix < s->gpu_count));
        assert(!a->profile || (a->start >= 0 && a->start + a->size <= axis));
        for (int j = 0; j < i; j++) {
            const struct domain *b = &f->domain[j];
            assert(a->gpu_ix != b->gpu_ix || (a->profile && b->profile));
            assert(a->gpu_ix != b->gpu_ix || a->start >= b->start + b->size ||
                   b->start >= a->start + a->size);
        }
    }
}

/* The vGPUs of one domain: as many as it says, in slots of their own, within its memory. */
static void check_seats(const struct scenario *s, const struct fleet *f, int domain_ix)
{
    const struct domain *d = &f->domain[domain_ix];
    int gib =
        d->profile ? d->profile->nominal_gib : s->catalog->gpu[d->model_ix].framebuffer_gib;
    int taken_gib = 0;
    int seats = 0;
    uint64_t slots = 0;
    for (int i = 0; i < f->seat_n; i++) {
        const struct seat *seat = &f->seat[i];
        if (seat->domain_ix != domain_ix) {
            continue;
        }
        seats++;
        assert(seat->gpu_ix == d->gpu_ix);
        assert(seat->slot >= 0 && seat->slot < 64 && !(slots >> seat->slot & 1));
        slots |= UINT64_C(1) << seat->slot;
        taken_gib += seat->type ? seat->type->framebuffer_gib : 0;
    }
    assert(seats == d->vgpu_n);
    assert(taken_gib <= gib);
}

void audit_fleet(const struct scenario *s, const struct fleet *f)
{
    if (!f->feasible) {
        return;
    }
    assert(f->vms_placed == s->vm_n && f->vms_rejected == 0);
    check_domains(s, f);
    for (int i = 0; i < f->domain_n; i++) {
        check_seats(s, f, i);
    }
}

/* ---- Replicas ---- */

static void check_hist(const struct hist *h, int64_t n)
{
    uint64_t in_bins = 0;
    int64_t before = -1;
    for (int i = 0; i < HIST_BINS; i++) {
        in_bins += h->bin[i];
    }
    assert(h->n == n);
    assert(in_bins == (uint64_t)n);
    for (int p = 5; n > 0 && p <= 100; p += 5) {
        int64_t x = hist_percentile(h, p / 100.0);
        assert(x >= before && x >= h->min && x <= h->max);
        before = x;
    }
}

void audit_replica(const struct gather *whole, const bool *saturated)
{
    for (int i = 0; i < whole->scenario->flow_n; i++) {
        const struct tally *t = &whole->tally[i];
        int64_t counted = whole->counted[i];
        check_hist(t->latency, counted);
        check_hist(t->baseline, counted);
        check_hist(t->wait, counted);
        check_hist(t->ratio, counted);
        assert(t->violations <= counted + t->lost && t->differ <= counted);
        assert(counted == 0 || t->wait->max < t->latency->max);
        int64_t served = whole->arrived[i] - t->dropped - t->lost;
        assert(counted == served || (saturated[i] && counted < served));
    }
}

/* ---- Results ---- */

static bool is_near(double a, double b, double err)
{
    return fabs(a - b) <= err;
}

static void check_percentiles(const struct scenario *s, const struct tenant_result *t)
{
    for (int i = 1; i < s->percentile_n && t->latency[i].has_value; i++) {
        assert(t->latency[i].value >= t->latency[i - 1].value);
    }
    assert(!t->latency_max.has_value || t->latency_max.value >= t->wait_p95.value);
}

void audit_mode(const struct scenario *s, const struct mode_result *m)
{
    double parts = m->useful_frac.value + m->switch_frac.value + m->idle_reserved_frac.value +
                   m->free_frac.value;
    double shares = 0.0;
    int64_t violations = 0;
    assert(is_near(parts, 1.0, SUM_ERR));
    assert(
        is_near(m->compute_frac.value, m->useful_frac.value + m->switch_frac.value, SUM_ERR));
    for (int t = 0; t < s->tenant_n; t++) {
        check_percentiles(s, &m->tenant[t]);
        shares += m->tenant[t].gpu_share_frac.value;
        violations += m->tenant[t].violations.total;
        assert(m->tenant[t].requests >= m->tenant[t].violations.total);
    }
    assert(is_near(shares, m->useful_frac.value, SHARE_ERR));
    assert(violations == m->violations.total);
}
