/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timing.c - runs a command once and prints its CPU time and wall time in seconds and its peak
 * memory in MiB, as the system accounts for the whole process and what it waited for.
 *
 *   timing OUT COMMAND [ARGUMENT ...]     standard output of the command goes to the file OUT
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: timing OUT COMMAND [ARGUMENT ...]\n");
        return 2;
    }
    double start = now_s();
    pid_t child = fork();
    if (child == 0) {
        if (!freopen(argv[1], "w", stdout)) {
            _exit(127);
        }
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status;
    struct rusage use;
    if (child < 0 || wait4(child, &status, 0, &use) < 0 || !WIFEXITED(status) ||
        WEXITSTATUS(status) > 1) {
        fprintf(stderr, "timing: %s did not run\n", argv[2]);
        return 4;
    }
    double wall = now_s() - start;
    double cpu = (double)use.ru_utime.tv_sec + (double)use.ru_utime.tv_usec * 1e-6 +
                 (double)use.ru_stime.tv_sec + (double)use.ru_stime.tv_usec * 1e-6;
    printf("%.6f %.6f %.1f\n", cpu, wall, (double)use.ru_maxrss / 1024.0);
    return 0;
}
