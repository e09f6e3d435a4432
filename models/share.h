/* SPDX-License-Identifier: GPL-3.0-or-later */
/* share.h - what part of a time-sliced domain a policy can give to one vGPU. docs/model.md,
 * A20. */
#ifndef MODELS_SHARE_H
#define MODELS_SHARE_H

#include "models/sched.h"

/* What one vGPU asks of its domain. */
struct demand {
    double busy; /* offered work per second on this domain, s/s; INFINITY: always backlogged */
    double rate_per_s; /* requests per second */
};

/* Largest fraction of time for which vGPU `who` can run while the others ask for `demand`
 * [vgpu_n]. Ring policies: slice / ((slice + switch) ring). Best effort: the share of a
 * backlogged vGPU in a cycle in which the others take what they ask for, at most a slice each,
 * and every vGPU that is visited costs a switch. Exact where all are backlogged or nobody else
 * asks; between, a fluid approximation. O(vgpu_n^2) iterations. A plug-in: what it promises, or
 * what the others leave where that is more. */
double share_capacity(const struct sched_kind *kind, const struct sched_params *p,
                      const struct demand *demand, int who);

/* What a policy owes a backlogged vGPU whatever the others do: at most gap_ns without service,
 * then slice_ns of it, and so on. */
struct supply {
    int64_t slice_ns, gap_ns;
};

/* The longest time without service where `turns` may lie between two of one's own, that one
 * counted. */
int64_t share_gap_ns(const struct sched_params *p, int turns);

/* How often a vGPU can come between two turns of another where vGPUs come and go: under legacy
 * twice, because who shares the least scheduled time with others may go before some of them and
 * again after them. */
static inline int share_turns_each(const struct sched_params *p)
{
    return p->discipline == DISCIPLINE_LEGACY ? 2 : 1;
}

/* The supply of each vGPU of a domain. The gap is a frame less the vGPU's own slice: of the
 * ring, or of all powered-on vGPUs where turns go by demand. False where work is stopped late:
 * overruns of others have no bound that a setting states; and for plug-ins. Source:
 * docs/isolation.md. */
bool share_owes(const struct sched_kind *kind, const struct sched_params *p,
                struct supply *out);

/* Did got_ns >= 1 of service take longer than owed? `in_ns` is the time since the vGPU became
 * backlogged. No product, so that a slice of 1 ns cannot overflow. */
static inline bool supply_is_late(const struct supply *s, int64_t in_ns, int64_t got_ns)
{
    int64_t lost_ns = in_ns - got_ns;
    if (lost_ns <= s->gap_ns) {
        return false;
    }
    return s->gap_ns == 0 || (got_ns - 1) / s->slice_ns + 1 <= (lost_ns - 1) / s->gap_ns;
}

#endif
