/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plans.c - sets of inference services planned on A100 80 GB: ParvaGPU's six (SC24), as far as
 * the batch times of their models are published.
 *
 * A service is measured per profile and batch (slices.csv, one process in an instance), arrives
 * as Poisson, batches up to 32 and has a limit of p95. Each set is planned; every limit must
 * lie beyond the interval, the plan of one GPU less must have been tried and miss, and the
 * winner must hold again under other random numbers. The published planner took its GPUs for
 * whole sets, of which the models here are a part, so its figure is an upper end and no target.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/plan/plan.h"
#include "tests/validation/measure.h"

enum {
    MODELS_MAX = 16,
    ITEMS_MAX = 32,
    SETS = 6
};

/* One model: "1g.10gb: {table: {1: 11.5 ms, ...}}, ..." */
struct model {
    const char *name;
    struct text profiles;
};

static void stop(const char *what)
{
    fprintf(stderr, "validate: plans: %s\n", what);
    exit(4);
}

/* Rows first .. last - 1 of one model and slice; only where the largest batch was measured. */
static void add_profile(struct measure *m, struct model *model, size_t first, size_t last)
{
    bool is_whole = false;
    for (size_t i = first; i < last; i++) {
        double batch = measure_number(m, i, "batch");
        is_whole |= batch >= ITEMS_MAX && batch <= ITEMS_MAX;
    }
    if (!is_whole) {
        return;
    }
    text_addf(&model->profiles, "%s%s: {table: {", model->profiles.n > 0 ? ", " : "",
              measure_text(m, first, "slice"));
    for (size_t i = first; i < last; i++) {
        double batch = measure_number(m, i, "batch");
        if (batch <= ITEMS_MAX) {
            text_addf(&model->profiles, "%s%.0f: %.0f ns", i > first ? ", " : "", batch,
                      batch / measure_number(m, i, "throughput_per_s") * 1e9);
        }
    }
    text_add(&model->profiles, "}}");
}

/* ParvaGPU's rows of slices.csv, which lie by model, slice and batch. */
static int read_models(struct measure *m, struct model *model)
{
    static char name[MODELS_MAX][64];
    int n = 0;
    measure_rows(m, "slices.csv");
    for (size_t i = 0; i < m->rows.row_n;) {
        const char *own = measure_text(m, i, "model");
        size_t last = i + 1;
        while (last < m->rows.row_n && strcmp(measure_text(m, last, "model"), own) == 0 &&
               strcmp(measure_text(m, last, "slice"), measure_text(m, i, "slice")) == 0) {
            last++;
        }
        if (strcmp(measure_text(m, i, "set"), "ParvaGPU") == 0) {
            size_t length = strcspn(own, " ");
            if (n == 0 || strncmp(model[n - 1].name, own, length) != 0) {
                if (n == MODELS_MAX || length >= sizeof name[0]) {
                    stop("too many models");
                }
                snprintf(name[n], sizeof name[n], "%.*s", (int)length, own);
                model[n].name = name[n];
                text_init(&model[n++].profiles);
            }
            add_profile(m, &model[n - 1], i, last);
        }
        i = last;
    }
    return n;
}

static void write_tenant(struct measure *m, size_t row, const struct model *model, int model_n,
                         struct text *yaml)
{
    const char *name = measure_text(m, row, "model");
    for (int i = 0; i < model_n; i++) {
        if (strcmp(model[i].name, name) == 0) {
            text_addf(yaml,
                      "  - name: %s\n    vgpus: auto\n    objective: {p95: %s ms}\n"
                      "    workload:\n      kind: requests\n"
                      "      arrivals: {process: poisson, rate: %s/s}\n"
                      "      batch: {max: %d}\n      service: {profiles: {%s}}\n",
                      name, measure_text(m, row, "limit_ms"),
                      measure_text(m, row, "rate_per_s"), ITEMS_MAX,
                      text_str(&model[i].profiles));
            return;
        }
    }
    stop("a service without measurements");
}

static const struct plan *plan_text(struct measure *m, struct text *yaml)
{
    struct fixture *f = &m->fixture;
    const struct scenario_overrides over = {.plan = true};
    const struct scenario *s = scenario_read(&f->arena, f->catalog, "plans.yaml",
                                             text_str(yaml), yaml->n, &over, &f->diag);
    const struct exp_options o = {.seed = 1, .threads = 2, .version = "test"};
    const struct plan *p = s ? plan_search(&f->arena, s, &o, &f->diag) : NULL;
    if (!p) {
        stop(text_str(yaml));
    }
    return p;
}

/* The largest of p95 over its limit, far ends of the intervals. */
static double tightest(const struct result *r)
{
    double most = 0.0;
    for (int t = 0; t < r->scenario->tenant_n; t++) {
        const struct estimate *e = &r->mode[0].tenant[t].latency[1];
        double share = e->has_ci ? e->hi / r->scenario->tenant[t].objective[0].limit : 2.0;
        most = share > most ? share : most;
    }
    return most;
}

struct sums {
    int held, less, again, gap;
};

static void print_set(struct measure *m, int set, size_t row, const struct plan *p,
                      struct sums *sums)
{
    if (p->meets_n == 0) {
        printf("| %d | - | - | - | - | - | - | %s |\n", set,
               measure_text(m, row, "published_gpus_for_whole_set"));
        return;
    }
    const struct plan_candidate *c = &p->candidate[0];
    const struct exp_options other = {.seed = 2, .threads = 2, .version = "test"};
    const struct result *r = exp_run(&m->fixture.arena, c->scenario, &other, &m->fixture.diag);
    if (!r) {
        stop("a winner that cannot be run");
    }
    double first = tightest(c->result);
    double second = tightest(r);
    char with[32];
    snprintf(with, sizeof with, "with %d: ", c->gpus - 1);
    bool is_tried = c->gpus == 1 || strncmp(c->binding, with, strlen(with)) == 0;
    printf("| %d | %d | %d | %d | %d | %s | %.3f | %.3f | %s |\n", set, p->scenario->tenant_n,
           c->gpus, p->bound, c->gpus - p->bound, c->binding, first, second,
           measure_text(m, row, "published_gpus_for_whole_set"));
    sums->held += first <= 1.0;
    sums->again += second <= 1.0;
    sums->less += is_tried;
    sums->gap += c->gpus - p->bound;
}

void validate_plans(struct measure *m)
{
    struct model model[MODELS_MAX];
    struct sums sums = {0};
    int model_n = read_models(m, model);
    measure_rows(m, "plans.csv");
    printf("| set | services | GPUs | at least | gap | one GPU less | largest p95 over its "
           "limit | other random numbers | published, whole set |\n"
           "|---|---|---|---|---|---|---|---|---|\n");
    size_t row = 0;
    for (int set = 1; set <= SETS; set++) {
        struct text yaml;
        text_init(&yaml);
        text_addf(&yaml,
                  "version: 1\nname: set-%d\nhorizon: 20 s\n"
                  "fleet: {gpu: A100-SXM4-80GB}\nmodes: [mig]\ntenants:\n",
                  set);
        size_t first = row;
        while (row < m->rows.row_n && (int)measure_number(m, row, "set") == set) {
            write_tenant(m, row++, model, model_n, &yaml);
        }
        arena_fini(&m->fixture.arena);
        arena_init(&m->fixture.arena, "test");
        print_set(m, set, first, plan_text(m, &yaml), &sums);
        text_fini(&yaml);
    }
    for (int i = 0; i < model_n; i++) {
        text_fini(&model[i].profiles);
    }
    printf("\n");
    measure_figure(m, sums.held == SETS,
                   "every limit clear of the 95 %% interval: %d of %d sets", sums.held, SETS);
    measure_figure(m, sums.again == SETS, "and again under other random numbers: %d of %d sets",
                   sums.again, SETS);
    measure_figure(m, sums.less == SETS,
                   "one GPU less misses, by simulation, load or placement: %d of %d sets",
                   sums.less, SETS);
    measure_figure(m, sums.gap == 0, "gap to the lower bound, all sets: %d GPUs", sums.gap);
}
