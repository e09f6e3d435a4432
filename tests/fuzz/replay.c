/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c - runs files, each file cut short at every byte, and mutants of it through the fuzz
 * target.
 *
 * usage: replay MUTANTS FILE...   Mutants are made by a fixed generator: every run tries the
 * same ones. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum {
    BYTES_MAX = 1 << 16,
    CUTS_MAX = 4096 /* longer files are cut at every so many bytes */
};

static uint64_t next_word(uint64_t *state)
{
    /* Source: Vigna, splitmix64. */
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Runs the target on an exact heap copy, so that a sanitizer sees every byte too far. */
static void run(const uint8_t *data, size_t n)
{
    uint8_t *copy = malloc(n == 0 ? 1 : n);
    if (copy == NULL) {
        exit(4);
    }
    memcpy(copy, data, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

/* One to four edits: a byte changed, removed, or a piece copied to elsewhere. */
static size_t mutate(uint8_t *data, size_t n, uint64_t *state)
{
    static const char special[] = "[]{},:-#&*!|>'\"%@` \n\t\\~0123456789.eE+/";
    const unsigned edits = 1 + (unsigned)(next_word(state) % 4);
    for (unsigned e = 0; e < edits && n > 1; e++) {
        const size_t at = next_word(state) % n;
        const uint64_t how = next_word(state) % 4;
        if (how == 0) {
            data[at] = (uint8_t)next_word(state);
        } else if (how == 1) {
            data[at] = (uint8_t)special[next_word(state) % (sizeof special - 1)];
        } else if (how == 2) {
            memmove(data + at, data + at + 1, n - at - 1);
            n--;
        } else {
            const size_t from = next_word(state) % n;
            size_t len = 1 + next_word(state) % 40;
            len = from + len > n ? n - from : len;
            if (n + len <= BYTES_MAX) {
                uint8_t piece[40];
                memcpy(piece, data + from, len);
                memmove(data + at + len, data + at, n - at);
                memcpy(data + at, piece, len);
                n += len;
            }
        }
    }
    return n;
}

int main(int argc, char **argv)
{
    static uint8_t data[BYTES_MAX];
    static uint8_t mutant[BYTES_MAX];
    const long mutants = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    long long runs = 0;
    uint64_t state = 1;
    for (int i = 2; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");
        if (f == NULL) {
            fprintf(stderr, "cannot read %s\n", argv[i]);
            return 4;
        }
        const size_t n = fread(data, 1, sizeof data, f);
        fclose(f);
        const size_t step = n / CUTS_MAX + 1;
        for (size_t cut = 0; cut <= n; cut += step) {
            run(data, cut);
            runs++;
        }
        run(data, n);
        for (long k = 0; k < mutants; k++) {
            memcpy(mutant, data, n);
            run(mutant, mutate(mutant, n, &state));
        }
        runs += 1 + mutants;
    }
    printf("%lld inputs\n", runs);
    return 0;
}
