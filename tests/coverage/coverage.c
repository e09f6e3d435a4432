/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coverage.c - the table of docs/statistics.md: coverage MACROS THREADS [MODEL [LOAD]] prints
 * it as Markdown. Every model at loads 0.3, 0.6 and 0.9; the same numbers on every machine. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/coverage/cover.h"

static const double loads[] = {0.3, 0.6, 0.9};

static void print_count(const struct cover_count *c)
{
    double n = (double)c->n;
    printf(" %.4g | **%.1f** | %.1f / %.1f | %.2f | %+.2f |", c->exact_ns / 1e6,
           100.0 * (double)c->held / n, 100.0 * (double)c->below / n,
           100.0 * (double)c->above / n, 100.0 * c->half_width_frac / n,
           100.0 * (c->sum / n / c->exact_ns - 1.0));
}

static void print_row(const struct cover *c)
{
    printf("| %s | %.1f | %lld |", c->model->name, c->load, (long long)c->requests);
    print_count(&c->mean);
    print_count(&c->p95);
    printf(" %s |\n", c->model->exact_by);
    fflush(stdout);
}

/* Is the coverage between 93 and 97 %? */
static bool is_honest(const struct cover_count *c)
{
    double frac = (double)c->held / (double)c->n;
    return frac >= 0.93 && frac <= 0.97;
}

int main(int argc, char **argv)
{
    int macros = argc > 1 ? atoi(argv[1]) : 2000;
    int threads = argc > 2 ? atoi(argv[2]) : 2;
    int bad = 0;
    int rows = 0;
    dist_library_quiet();
    printf("%d experiments of 20 replicas a row; times in ms.\n\n", macros);
    printf(
        "| model | load | requests a replica | mean | holds it, %% | below / above, %% | "
        "half-width, %% | bias, %% | p95 | holds it, %% | below / above, %% | half-width, %% "
        "| bias, %% | exact value by |\n");
    printf("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (int m = 0; m < cover_models_n; m++) {
        if (argc > 3 && strcmp(argv[3], cover_models[m].name) != 0) {
            continue;
        }
        for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
            struct cover c;
            if (argc > 4 && fabs(atof(argv[4]) - loads[i]) > 1e-9) {
                continue;
            }
            if (!cover_run(&c, &cover_models[m], loads[i], macros, 1, threads)) {
                return 4;
            }
            print_row(&c);
            rows++;
            bad += !is_honest(&c.mean) + !is_honest(&c.p95);
        }
    }
    printf("\n%d of %d intervals cover in 93 to 97 %% of the experiments.\n", 2 * rows - bad,
           2 * rows);
    return 0;
}
