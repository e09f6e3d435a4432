/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clocked.h - the model stepped nanosecond by nanosecond: a second program for the same rules.
 *
 * At every nanosecond: pieces, gaps and tails that end, faults and their ends, arrivals,
 * decisions; then whoever has
 * the domain works for 1 ns. There is no event set, no memory of due times and no recursion, so
 * that an error in those of the engine has no counterpart here. What is shared is the identity
 * of random streams and the sampling of one duration. Takes traces, closed loops, frames and
 * sequences of tokens, one or two to a VM, with host stage, batches, kernels, tails, streams,
 * on exclusive domains or under best effort, equal or fixed share without overrun or linger,
 * faults that hit any of its VMs, and VMs that stop and start, are suspended and resumed. Cost:
 * O(ns simulated), for small cases only. Source: docs/model.md, section "A request". */
#ifndef TESTS_LAW_CLOCKED_H
#define TESTS_LAW_CLOCKED_H

#include "sim/run/lane.h"

enum {
    CLOCKED_VMS = 3,
    CLOCKED_OUTAGES = 3,
    CLOCKED_ASKS = 4096,
    CLOCKED_STREAMS = 3,
    CLOCKED_BATCH = 8,
    CLOCKED_NS = 200000 /* a case that takes longer is a mistake */
};

/* One request, frame or sequence. */
struct ask {
    int client;
    int64_t serial, arrival_ns, queued_ns, service_ns;
    int64_t first_ns, done_ns; /* -1: not yet */
    int64_t first_token_ns;
    int64_t read, given; /* LLM: tokens of the prompt and of the answer so far */
    int64_t dropped_ns;
    bool taken, dropped;
    int restarts;
    bool lost;   /* to a fault; dropped as well */
    bool absent; /* as its VM is stopped it does not exist; lost as well */
    bool beside; /* lost or begun anew by a fault of another VM */
};

struct clocked_vm {
    struct ask ask[CLOCKED_ASKS];
    int ask_n;
    int64_t useful_ns;
    int64_t down_ns; /* out of service, in the window */
};

struct clocked {
    struct clocked_vm vm[CLOCKED_VMS];
    int64_t switch_ns; /* of domain 0, switches before slots that had work as they began */
};

/* Runs the lane; with only_vm >= 0 every VM but that of this workload is powered on and silent.
 * Fails the test where the case is beyond the limits above. */
void clocked_run(struct clocked *out, const struct lane *lane, const struct lane_options *o,
                 int only_vm);

/* Does a request that came at arrival_ns count? */
bool clocked_counts(const struct work *w, const struct lane_options *o, int64_t arrival_ns);

#endif
