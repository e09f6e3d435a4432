/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ensemble.c - merging and averaging of series; the rule itself is sim/core/warm.c. */
#include "sim/run/ensemble.h"

#include <math.h>
#include <stddef.h>

#include "sim/core/warm.h"

void ensemble_init(struct ensemble *e)
{
    *e = (struct ensemble){.n = -1};
}

void ensemble_fini(struct ensemble *e)
{
    mem_free(e->arrival_ns);
    mem_free(e->latency_ns);
    ensemble_init(e);
}

static bool reserve(struct ensemble *e, int64_t n)
{
    if (n <= e->cap) {
        return true;
    }
    int64_t *arrival = mem_resize(e->arrival_ns, (size_t)n, sizeof *arrival);
    e->arrival_ns = arrival ? arrival : e->arrival_ns;
    int64_t *latency = mem_resize(e->latency_ns, (size_t)n, sizeof *latency);
    e->latency_ns = latency ? latency : e->latency_ns;
    if (!arrival || !latency) {
        return false;
    }
    for (int64_t i = e->cap; i < n; i++) {
        e->arrival_ns[i] = e->latency_ns[i] = 0;
    }
    e->cap = n;
    return true;
}

bool ensemble_add(struct ensemble *e, const struct series *series, int vm_n, int64_t max,
                  struct evq *order, int64_t *at)
{
    int64_t limit = 0;
    evq_reset(order);
    for (int v = 0; v < vm_n; v++) {
        limit += series[v].n;
        at[v] = 0;
        if (series[v].n > 0) {
            evq_set(order, (uint32_t)v,
                    series[v].latency_ns[0] < 0 ? 0 : series[v].arrival_ns[0]);
        }
    }
    limit = limit < max ? limit : max;
    limit = e->n >= 0 && e->n < limit ? e->n : limit;
    if (!reserve(e, limit)) {
        return false;
    }
    int64_t n = 0;
    while (n < limit && evq_first_ns(order) != EVQ_IDLE) {
        uint32_t v = evq_first(order);
        const struct series *s = &series[v];
        if (s->latency_ns[at[v]] < 0) {
            break;
        }
        e->arrival_ns[n] += s->arrival_ns[at[v]];
        e->latency_ns[n] += s->latency_ns[at[v]];
        n++;
        at[v]++;
        int64_t next = EVQ_IDLE;
        if (at[v] < s->n) {
            next = s->latency_ns[at[v]] < 0 ? 0 : s->arrival_ns[at[v]];
        }
        evq_set(order, v, next);
    }
    e->n = n;
    e->replicas++;
    return true;
}

bool ensemble_cut(const struct ensemble *e, int64_t *cut_ns, bool *too_short)
{
    *cut_ns = 0;
    *too_short = false;
    if (e->n <= 0) {
        return true;
    }
    double *mean = mem_resize(NULL, (size_t)e->n, sizeof *mean);
    if (!mean) {
        return false;
    }
    for (int64_t i = 0; i < e->n; i++) {
        mean[i] = (double)e->latency_ns[i] / e->replicas;
    }
    struct warm_cut cut = warm_mser5(mean, (size_t)e->n);
    mem_free(mean);
    *too_short = cut.in_second_half;
    if (cut.cut > 0 && (int64_t)cut.cut < e->n) {
        *cut_ns = (int64_t)ceil((double)e->arrival_ns[cut.cut] / e->replicas);
    }
    return true;
}
