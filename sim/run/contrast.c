/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contrast.c - latencies of a tenant whose queue grows without end are compared with nothing.
 */
#include "sim/run/contrast.h"

void contrast_modes(struct mode_result *mode, const struct sample *here,
                    struct mode_result *first, const struct sample *there, int flow_n,
                    bool exact)
{
    mode->first = first;
    for (int t = 0; t < flow_n; t++) {
        struct tenant_result *r = &mode->tenant[t];
        const struct tenant_result *other = &first->tenant[t];
        struct contrast *c = &r->difference;
        c->throughput_per_s = paired_difference(here, there, t, PAIRED_THROUGHPUT);
        if (!r->saturated && !other->saturated) {
            r->p95_ratio_to_first = paired_p95_ratio(here, there, t, &r->pairing_gain);
            c->p95_ns = paired_difference(here, there, t, PAIRED_P95);
        }
        if (r->latency_mean.has_value && other->latency_mean.has_value) {
            c->mean_ns = paired_difference(here, there, t, PAIRED_MEAN);
        }
        c->mean = paired_judge(&c->mean_ns, PAIRED_MEAN, exact);
        c->p95 = paired_judge(&c->p95_ns, PAIRED_P95, exact);
        c->throughput = paired_judge(&c->throughput_per_s, PAIRED_THROUGHPUT, exact);
    }
}

signed char contrast_order(const struct mode_result *a, const struct sample *here,
                           const struct mode_result *b, const struct sample *there, int t,
                           bool exact)
{
    if (!a->simulated || !b->simulated) {
        return 0;
    }
    if (a->tenant[t].saturated || b->tenant[t].saturated) {
        return (signed char)(a->tenant[t].saturated - b->tenant[t].saturated);
    }
    const struct estimate e = paired_difference(here, there, t, PAIRED_P95);
    const enum paired_verdict v = paired_judge(&e, PAIRED_P95, exact);
    return (signed char)(v == PAIRED_BETTER ? -1 : v == PAIRED_WORSE);
}
