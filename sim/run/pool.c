/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pool.c - POSIX threads behind pool.h. */
#include "sim/run/pool.h"

#include <pthread.h>
#include <stddef.h>

struct pool_lock {
    pthread_mutex_t mutex;
};

struct pool {
    struct pool_lock merge, pull;
    int64_t next, n;
    void (*task)(void *context, struct pool_lock *lock, int worker, int64_t i);
    void *context;
};

struct worker {
    struct pool *pool;
    int index;
};

void pool_hold(struct pool_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

void pool_release(struct pool_lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

static void *work(void *argument)
{
    struct worker *w = argument;
    struct pool *p = w->pool;
    for (;;) {
        pool_hold(&p->pull);
        int64_t i = p->next < p->n ? p->next++ : -1;
        pool_release(&p->pull);
        if (i < 0) {
            return NULL;
        }
        p->task(p->context, &p->merge, w->index, i);
    }
}

void pool_run(int threads, int64_t n,
              void (*task)(void *context, struct pool_lock *lock, int worker, int64_t i),
              void *context)
{
    struct pool pool = {.n = n, .task = task, .context = context};
    struct worker worker[POOL_THREADS_MAX];
    pthread_t thread[POOL_THREADS_MAX];
    int started = 0;
    threads = threads > POOL_THREADS_MAX ? POOL_THREADS_MAX : threads;
    pthread_mutex_init(&pool.merge.mutex, NULL);
    pthread_mutex_init(&pool.pull.mutex, NULL);
    for (int i = 1; i < threads && i < n; i++) {
        worker[i] = (struct worker){.pool = &pool, .index = i};
        if (pthread_create(&thread[started], NULL, work, &worker[i]) != 0) {
            break;
        }
        started++;
    }
    worker[0] = (struct worker){.pool = &pool, .index = 0};
    work(&worker[0]);
    for (int i = 0; i < started; i++) {
        pthread_join(thread[i], NULL);
    }
    pthread_mutex_destroy(&pool.pull.mutex);
    pthread_mutex_destroy(&pool.merge.mutex);
}
