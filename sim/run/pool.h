/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pool.h - worker threads that pull task indices; the only room with threads.
 *
 * Nothing but the next index is shared; tasks that merge results hold the lock while they do.
 */
#ifndef SIM_RUN_POOL_H
#define SIM_RUN_POOL_H

#include <stdint.h>

enum {
    POOL_THREADS_MAX = 256
};

struct pool_lock;

/* Runs task(context, lock, worker, i) for i = 0 .. n - 1, worker in 0 .. threads - 1, and
 * returns when all are done. With one thread, or where threads cannot be started, everything
 * runs on the caller's. */
void pool_run(int threads, int64_t n,
              void (*task)(void *context, struct pool_lock *lock, int worker, int64_t i),
              void *context);

/* Around whatever tasks share. */
void pool_hold(struct pool_lock *lock);
void pool_release(struct pool_lock *lock);

#endif
