/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arena.h - bump arenas with a name for their lifetime, and the program's only door to malloc.
 *
 * An arena owns blocks of memory; everything allocated from it is zeroed and lives until
 * arena_fini. There is no free of single objects. A sealed arena hands out nothing: tests
 * seal it to prove that an event loop allocates nothing. Tests set a fault switch that makes
 * the n-th allocation of the process fail. */
#ifndef SIM_BASE_ARENA_H
#define SIM_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first; owned */
    const char *lifetime;       /* "program", "replica", "scratch": for messages only */
    size_t bytes;               /* handed out so far */
    bool sealed;
};

/* Prepares an empty arena. `lifetime` is borrowed and must outlive it. Allocates nothing. */
void arena_init(struct arena *a, const char *lifetime);

/* Frees everything that came from the arena; the arena may be used again. */
void arena_fini(struct arena *a);

/* n objects of `size` bytes each, zeroed, aligned for any type. NULL when n * size overflows or
 * memory is out; n == 0 gives a unique non-NULL pointer. O(n * size). */
void *arena_alloc(struct arena *a, size_t n, size_t size);

/* A NUL-terminated copy of the first n bytes of s, or NULL. */
char *arena_copy(struct arena *a, const char *s, size_t n);

/* After this arena_alloc asserts. */
void arena_seal(struct arena *a);

/* Heap memory for what must grow. mem_resize(NULL, ...) allocates; returns NULL on overflow or
 * lack of memory, and the old block then stays valid. New bytes are not cleared. mem_free(NULL)
 * is a no-op. */
void *mem_resize(void *p, size_t n, size_t size);
void mem_free(void *p);

/* Fault switch: the n-th allocation from now fails (1 = the next); 0 switches it off. Test use.
 */
void mem_fail_at(long n);

#endif
