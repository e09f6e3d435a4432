/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_events.h - one replica under the loupe: turns, switches, requests and queues of an
 * interval as Chrome trace events, which Perfetto and chrome://tracing show.
 *
 * A GPU under a mode is a process; its instances, or the GPU itself, and the VMs on it are its
 * threads. The slices of the category `busy` lie on the track of the instance and add up to the
 * busy time of the interval, to the nanosecond; `switch` to that of switches. The replica is
 * simulated again by the event engine, which gives the events of the run that is reported. */
#ifndef SIM_REPORT_REP_EVENTS_H
#define SIM_REPORT_REP_EVENTS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/diag.h"
#include "sim/run/result.h"

struct rep_events_options {
    int replica;
    int64_t from_ns, to_ns;            /* of simulated time, from < to */
    const volatile sig_atomic_t *stop; /* may be NULL */
    bool (*write)(void *context, const char *bytes, size_t n); /* false: no more is wanted */
    void *context;
};

/* Writes one JSON document, in pieces, with every mode of the result that was simulated. False
 * with a diagnostic when memory is out, and without one after a stop or when write gave false.
 * Memory: that of one lane, and a piece. */
bool rep_events_write(const struct result *r, const struct rep_events_options *o,
                      struct diag *d);

#endif
