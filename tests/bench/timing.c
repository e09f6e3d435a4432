/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timing.c - runs a command several times and prints the least, median and greatest wall time,
 * CPU time and peak memory of the whole process, as the system accounts for it.
 *
 *   timing RUNS NAME COMMAND [ARGUMENT ...] */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    RUNS_MAX = 100
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print(const char *what, double *x, int n, const char *unit)
{
    qsort(x, (size_t)n, sizeof *x, ascending);
    printf("  %-12s min %8.3f  median %8.3f  max %8.3f %s\n", what, x[0], x[n / 2], x[n - 1],
           unit);
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    static double wall[RUNS_MAX];
    static double cpu[RUNS_MAX];
    static double peak[RUNS_MAX];
    int runs = argc > 3 ? atoi(argv[1]) : 0;
    if (runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: timing RUNS NAME COMMAND [ARGUMENT ...]\n");
        return 2;
    }
    for (int i = -1; i < runs; i++) { /* the first run warms up */
        double start = now_s();
        pid_t child = fork();
        if (child == 0) {
            if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr)) {
                _exit(127);
            }
            execvp(argv[3], argv + 3);
            _exit(127);
        }
        int status;
        struct rusage use;
        if (child < 0 || wait4(child, &status, 0, &use) < 0 || WEXITSTATUS(status) > 1) {
            fprintf(stderr, "timing: %s did not run\n", argv[3]);
            return 4;
        }
        if (i >= 0) {
            wall[i] = now_s() - start;
            cpu[i] = (double)use.ru_utime.tv_sec + (double)use.ru_utime.tv_usec * 1e-6 +
                     (double)use.ru_stime.tv_sec + (double)use.ru_stime.tv_usec * 1e-6;
            peak[i] = (double)use.ru_maxrss / 1024.0;
        }
    }
    printf("%s\n", argv[2]);
    print("wall", wall, runs, "s");
    print("cpu", cpu, runs, "s");
    print("peak memory", peak, runs, "MiB");
    return 0;
}
