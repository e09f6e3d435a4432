/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lane_fcfs.c - an exclusive domain as a recursion, without events.
 *
 * First come first served on k equal servers: request i starts at
 *     s_i = max(a_i, the earliest time at which a server is free)
 * and is done at d_i = s_i + x_i (Lindley 1952 for k = 1; Kiefer & Wolfowitz 1955). Starts
 * never decrease, so the time in which a domain with several streams is busy is the union of
 * [s_i, d_i), taken as it grows. A VM alone has no neighbours: its latency is its baseline.
 * Cost: two variates and a comparison per request; with k servers a path of a tournament tree.
 */
#include <math.h>
#include <stddef.h>

#include "sim/run/lane_fast.h"

enum {
    STOP_EVERY = 4096 /* requests between looks at the user's interrupt; a power of two */
};

/* Books [start, done) of a domain, of which [.., busy) is booked already. */
static void book(struct lane_fast *f, int domain, int64_t start_ns, int64_t done_ns)
{
    int64_t useful = fast_window(f, start_ns, done_ns);
    f->books->useful_ns[0] += useful;
    f->books->domain_useful_ns[domain] += useful;
}

/* When the head starts, and on which domain. VMs with several GPUs use the lowest that is free,
 * else the one that is free first. */
static int64_t start_of(struct lane_fast *f, const struct fast_vm *vm, int *server)
{
    int best = 0;
    for (int i = 0; i < vm->spec->server_n; i++) {
        if (f->free_ns[i] <= vm->arrival_ns) {
            best = i;
            break;
        }
        best = f->free_ns[i] < f->free_ns[best] ? i : best;
    }
    *server = best;
    return f->free_ns[best] > vm->arrival_ns ? f->free_ns[best] : vm->arrival_ns;
}

/* One stream per server. */
static void run_servers(struct lane_fast *f, struct fast_vm *vm)
{
    for (int i = 0; i < vm->spec->server_n; i++) {
        f->free_ns[i] = 0;
    }
    while (vm->arrival_ns < vm->stop_ns) {
        int server;
        int64_t start_ns = start_of(f, vm, &server);
        int64_t done_ns = start_ns + (int64_t)vm->work_ns;
        f->free_ns[server] = done_ns;
        book(f, vm->spec->server[server].domain, start_ns, done_ns);
        if (!vm->waited_for && start_ns >= vm->to_ns) {
            break;
        }
        fast_emit(f, 0, start_ns, done_ns, done_ns - vm->arrival_ns);
        if ((vm->serial & (STOP_EVERY - 1)) == 0 && f->opt->stop && *f->opt->stop) {
            f->books->stopped = true;
            break;
        }
        fast_next(vm);
    }
}

/* Several streams of one server, none of which slows another. */
static void run_streams(struct lane_fast *f, struct fast_vm *vm)
{
    int64_t busy_ns = 0;
    evq_reset(&f->order);
    for (int i = 0; i < vm->spec->tenant->work.streams; i++) {
        evq_set(&f->order, (uint32_t)i, 0);
    }
    while (vm->arrival_ns < vm->stop_ns) {
        int64_t free_ns = evq_first_ns(&f->order);
        int64_t start_ns = free_ns > vm->arrival_ns ? free_ns : vm->arrival_ns;
        int64_t done_ns = start_ns + (int64_t)vm->work_ns;
        evq_set(&f->order, evq_first(&f->order), done_ns);
        if (done_ns > busy_ns) {
            book(f, 0, start_ns > busy_ns ? start_ns : busy_ns, done_ns);
            busy_ns = done_ns;
        }
        if (!vm->waited_for && start_ns >= vm->to_ns) {
            break;
        }
        fast_emit(f, 0, start_ns, done_ns, done_ns - vm->arrival_ns);
        if ((vm->serial & (STOP_EVERY - 1)) == 0 && f->opt->stop && *f->opt->stop) {
            f->books->stopped = true;
            break;
        }
        fast_next(vm);
    }
}

void lane_fcfs_run(struct lane_fast *f)
{
    struct fast_vm *vm = &f->vm[0];
    if (vm->spec->tenant->work.streams == 1) {
        run_servers(f, vm);
    } else {
        run_streams(f, vm);
    }
}
