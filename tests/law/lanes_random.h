/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lanes_random.h - small random lanes of every kind, with what they are made of in one value
 * that can be copied, cut down and printed. */
#ifndef TESTS_LAW_LANES_RANDOM_H
#define TESTS_LAW_LANES_RANDOM_H

#include "models/llm.h"
#include "sim/fleet/power.h"
#include "sim/run/lane_fast.h"

enum {
    VMS = 6,
    ROWS = 24,
    STATES = 3,
    OFFS = 3 /* off times of a VM */
};

/* Everything of one lane and its run. Pointers inside are set by lanes_random_bind. */
struct case_of {
    struct lane_domain domain[4];
    struct lane_vm vm[VMS];
    struct tenant tenant[VMS];
    struct trace_rows rows[VMS];
    int64_t arrival[VMS][ROWS], service[VMS][ROWS];
    struct mmpp_state state[VMS][STATES];
    struct rate_point curve[VMS][STATES];
    struct llm llm[VMS];
    struct off_time off[VMS][OFFS];
    struct shift shift[VMS * OFFS * 2 * 2];
    struct lane lane;
    struct lane_options o;
    bool saturated[VMS];
};

void lanes_random(struct rng *r, struct case_of *c);

/* Makes the pointers of a copy its own. */
void lanes_random_bind(struct case_of *c);

/* Makes the case simpler in its i-th way; false when there is none. A way may change nothing.
 */
bool lanes_random_simplify(struct case_of *c, int i);

void lanes_random_print(const struct case_of *c);

#endif
