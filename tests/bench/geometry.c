/* SPDX-License-Identifier: GPL-3.0-or-later */
/* geometry.c - how long the question "does this set of GPU instances fit, and where?" takes.
 *
 * Asks mig_layout for every set of up to seven instances on every MIG board of the catalogue,
 * each ROUNDS times, and keeps the least time of each (other processes only ever add). Prints a
 * line for all sets and one for those that fit: their number, and median, 99th percentile and
 * worst in microseconds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "models/mig.h"
#include "sim/input/catalogin.h"

enum {
    ROUNDS = 5,
    INSTANCES = 7,
    SETS_MAX = 500000
};

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static double ask(const struct mig_geometry *g, const unsigned char *count, bool *fits)
{
    int start[AXIS_PIECES_MAX];
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        const double from = now_us();
        *fits = mig_layout(g, count, start);
        const double took = now_us() - from;
        best = took < best ? took : best;
        if (*fits && start[0] > g->units_n) {
            abort();
        }
    }
    return best;
}

static bool next_count(unsigned char *count, int n)
{
    int sum = 0;
    for (int k = 0; k < n; k++) {
        sum += count[k];
    }
    for (int k = 0; k < n; k++) {
        if (sum < INSTANCES) {
            count[k]++;
            return true;
        }
        sum -= count[k];
        count[k] = 0;
    }
    return false;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void print(const char *what, double *us, int n)
{
    qsort(us, (size_t)n, sizeof us[0], by_value);
    printf("%s %d %.2f %.2f %.2f\n", what, n, us[n / 2], us[(size_t)n * 99 / 100], us[n - 1]);
}

int main(void)
{
    static double us[SETS_MAX], fit_us[SETS_MAX];
    int n = 0, fit_n = 0;
    struct arena arena;
    struct diag diag;
    arena_init(&arena, "bench");
    diag_init(&diag);
    const struct catalog *c = catalog_load(&arena, NULL, &diag);
    if (c == NULL) {
        return 4;
    }
    for (int i = 0; i < c->gpu_n; i++) {
        struct mig_geometry g;
        unsigned char count[AXIS_KINDS_MAX] = {0};
        mig_geometry_init(&g, c, i);
        while (g.axis.kind_n > 0 && n < SETS_MAX && next_count(count, g.axis.kind_n)) {
            bool fits = false;
            us[n] = ask(&g, count, &fits);
            fit_us[fit_n] = us[n++];
            fit_n += fits ? 1 : 0;
        }
    }
    print("all", us, n);
    print("fit", fit_us, fit_n);
    diag_fini(&diag);
    arena_fini(&arena);
    return 0;
}
