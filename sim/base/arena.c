/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.c - bump allocation in blocks of growing size.
 *
 * A block is one malloc; blocks double up to a limit, so the number of system calls is
 * logarithmic in the bytes used. A request that is larger than the next block gets a block of
 * its own. The fault switch is the one changing global of the program: it is process-wide by
 * purpose (the n-th allocation of anybody fails), atomic because worker threads allocate, and
 * off outside tests. */
#include "sim/base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_MIN = 4096,
    BLOCK_MAX = 1 << 20
};

struct arena_block {
    struct arena_block *next; /* older */
    size_t size;              /* bytes in data */
    size_t used;
    alignas(max_align_t) unsigned char data[];
};

static atomic_long mem_countdown;

/* ---- Heap ---- */

/* True when the fault switch says that this allocation fails. */
static bool mem_is_faulty(void)
{
    if (atomic_load_explicit(&mem_countdown, memory_order_relaxed) <= 0) {
        return false;
    }
    return atomic_fetch_sub(&mem_countdown, 1) == 1;
}

/* n * size, or false when it does not fit an object. */
static bool mem_bytes(size_t n, size_t size, size_t *bytes)
{
    if (size != 0 && n > (size_t)PTRDIFF_MAX / size) {
        return false;
    }
    *bytes = n * size;
    return true;
}

void *mem_resize(void *p, size_t n, size_t size)
{
    size_t bytes = 0;
    if (!mem_bytes(n, size, &bytes) || mem_is_faulty()) {
        return NULL;
    }
    return realloc(p, bytes == 0 ? 1 : bytes);
}

void mem_free(void *p)
{
    free(p);
}

void mem_fail_at(long n)
{
    atomic_store(&mem_countdown, n);
}

/* ---- Arena ---- */

void arena_init(struct arena *a, const char *lifetime)
{
    *a = (struct arena){.blocks = NULL, .lifetime = lifetime, .bytes = 0, .sealed = false};
}

void arena_fini(struct arena *a)
{
    struct arena_block *b = a->blocks;
    while (b != NULL) {
        struct arena_block *next = b->next;
        mem_free(b);
        b = next;
    }
    arena_init(a, a->lifetime);
}

/* A new newest block with room for `bytes`, or NULL. */
static struct arena_block *arena_grow(struct arena *a, size_t bytes)
{
    size_t size = BLOCK_MIN;
    if (a->blocks != NULL) {
        size = a->blocks->size < BLOCK_MAX / 2 ? a->blocks->size * 2 : BLOCK_MAX;
    }
    if (size < bytes) {
        size = bytes;
    }
    if (size > (size_t)PTRDIFF_MAX - sizeof(struct arena_block)) {
        return NULL;
    }
    struct arena_block *b = mem_resize(NULL, 1, sizeof *b + size);
    if (b == NULL) {
        return NULL;
    }
    b->next = a->blocks;
    b->size = size;
    b->used = 0;
    a->blocks = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t n, size_t size)
{
    assert(!a->sealed);
    size_t bytes = 0;
    const size_t align = alignof(max_align_t);
    if (!mem_bytes(n, size, &bytes) || bytes > (size_t)PTRDIFF_MAX - align || mem_is_faulty()) {
        return NULL;
    }
    bytes = bytes == 0 ? align : (bytes + align - 1) / align * align;
    struct arena_block *b = a->blocks;
    if (b == NULL || b->size - b->used < bytes) {
        b = arena_grow(a, bytes);
        if (b == NULL) {
            return NULL;
        }
    }
    void *p = b->data + b->used;
    b->used += bytes;
    a->bytes += bytes;
    memset(p, 0, bytes);
    return p;
}

char *arena_copy(struct arena *a, const char *s, size_t n)
{
    if (n == SIZE_MAX) {
        return NULL;
    }
    char *p = arena_alloc(a, n + 1, 1);
    if (p != NULL && n > 0) {
        memcpy(p, s, n);
    }
    return p;
}

void arena_seal(struct arena *a)
{
    a->sealed = true;
}
