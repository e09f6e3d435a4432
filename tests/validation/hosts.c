/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hosts.c - the placement experiment of Weng et al. (USENIX ATC 2023) on the 1,213 GPU hosts
 * and 8,152 pods of the openb trace.
 *
 * Pods are shuffled, and pods drawn with replacement follow, until they ask for all GPUs; each
 * is placed in its turn and none leaves. Ours is the mean over ten seeds of the share of all
 * GPUs that is allocated then; the published figures are means over ten seeds of their own. The
 * mix is the most frequent kinds of pods, by CPUs and GPUs, that cover 95 % of the trace. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/rng.h"
#include "sim/fleet/churn.h"
#include "tests/validation/measure.h"

enum {
    SEEDS = 10,
    PODS_MAX = 20000,
    HOSTS_MAX = 2000,
    CLASSES_MAX = 64,
    KINDS_MAX = 1024
};

#define COVERED 0.95

struct hosts {
    struct measure *m;
    char path[3][512];
    struct churn_host host[HOSTS_MAX];
    int host_n;
    int64_t milli_all; /* of all GPUs */
    struct churn_vm pod[PODS_MAX];
    int pod_n;
    struct churn_vm offered[PODS_MAX];
    int gone[PODS_MAX];
    int offered_n;
    struct gstate_class class[CLASSES_MAX];
    struct gstate_terms terms;
    struct gstate g;
    struct hostfrag_kind kind[KINDS_MAX];
    int count[KINDS_MAX];
    int kind_n;
};

static void stop(const char *what)
{
    fprintf(stderr, "validate: hosts: %s\n", what);
    exit(4);
}

static void rows_of(struct hosts *h, int ix, const char *name)
{
    const char *dir = getenv("VGPUSIM_TRACES");
    snprintf(h->path[ix], sizeof h->path[ix], "%s/openb/%s", dir ? dir : "../shared/traces",
             name);
    measure_rows_at(h->m, h->path[ix]);
}

/* ---- Hosts and pods ---- */

static int class_of(struct hosts *h, int milli)
{
    int k = 0;
    while (k < h->terms.class_n && h->class[k].milli != milli) {
        k++;
    }
    if (k == CLASSES_MAX) {
        stop("too many parts of a GPU");
    }
    if (k == h->terms.class_n) {
        h->class[h->terms.class_n++] = (struct gstate_class){.kind = -1, .milli = milli};
    }
    return k;
}

/* The kind from `first` on that is like this one, a new one unless there is one. */
static int kind_of(struct hosts *h, int first, const struct hostfrag_kind *like)
{
    int k = first;
    while (k < h->kind_n &&
           (h->kind[k].class_ix != like->class_ix || h->kind[k].seats != like->seats ||
            h->kind[k].cpu_milli != like->cpu_milli ||
            h->kind[k].memory_bytes != like->memory_bytes)) {
        k++;
    }
    if (k == KINDS_MAX) {
        stop("too many kinds of pods");
    }
    if (k == h->kind_n) {
        h->kind[h->kind_n++] = *like;
    }
    h->count[k]++;
    return k;
}

static void read_hosts(struct hosts *h)
{
    struct measure *m = h->m;
    rows_of(h, 0, "openb_node_list_gpu_node.csv");
    if (m->rows.row_n > HOSTS_MAX) {
        stop("too many hosts");
    }
    for (size_t i = 0; i < m->rows.row_n; i++) {
        h->host[h->host_n++] = (struct churn_host){
            .gpu_n = (int)measure_number(m, i, "gpu"),
            .cpu_milli = (int64_t)measure_number(m, i, "cpu_milli"),
            .memory_bytes = (int64_t)measure_number(m, i, "memory_mib") << 20};
        h->milli_all += (int64_t)GSTATE_MILLI * h->host[i].gpu_n;
    }
}

static void read_pods(struct hosts *h)
{
    struct measure *m = h->m;
    rows_of(h, 1, "openb_pod_list_default.csv");
    if (m->rows.row_n > PODS_MAX / 2) {
        stop("too many pods");
    }
    for (size_t i = 0; i < m->rows.row_n; i++) {
        const int seats = (int)measure_number(m, i, "num_gpu");
        const int milli = (int)measure_number(m, i, "gpu_milli");
        const struct hostfrag_kind kind = {
            .class_ix = seats > 0 ? class_of(h, milli) : 0,
            .seats = seats,
            .cpu_milli = (int64_t)measure_number(m, i, "cpu_milli"),
            .memory_bytes = (int64_t)measure_number(m, i, "memory_mib") << 20};
        h->pod[h->pod_n++] = (struct churn_vm){.deleted_ns = CHURN_STAYS,
                                               .class_ix = kind.class_ix,
                                               .seats = seats,
                                               .cpu_milli = kind.cpu_milli,
                                               .memory_bytes = kind.memory_bytes,
                                               .kind_ix = kind_of(h, 0, &kind)};
    }
}

/* Kinds of the mix stand behind those of pods: memory does not count for them. */
static void make_mix(struct hosts *h)
{
    const int first = h->kind_n;
    int covered = 0;
    for (int i = 0; i < h->pod_n; i++) {
        struct hostfrag_kind kind = h->kind[h->pod[i].kind_ix];
        kind.memory_bytes = 0;
        (void)kind_of(h, first, &kind);
    }
    while (covered < COVERED * h->pod_n) {
        int most = first;
        for (int k = first; k < h->kind_n; k++) {
            most = h->count[k] > h->count[most] ? k : most;
        }
        covered += h->count[most];
        h->kind[most].share = h->count[most];
        h->count[most] = 0;
    }
    for (int k = first; k < h->kind_n; k++) {
        h->kind[k].share /= covered;
    }
}

/* ---- The experiment ---- */

static int64_t milli_of(const struct hosts *h, const struct churn_vm *vm)
{
    return vm->seats > 0 ? (int64_t)vm->seats * h->class[vm->class_ix].milli : 0;
}

/* Pods in the order of a seed, until they ask for all GPUs. */
static void shuffle(struct hosts *h, uint64_t seed)
{
    struct rng r;
    rng_init(&r, &(struct rng_id){.seed = seed}, RNG_TEST);
    memcpy(h->offered, h->pod, sizeof h->pod[0] * (size_t)h->pod_n);
    for (int i = h->pod_n - 1; i > 0; i--) {
        const int k = (int)(rng_uniform(&r) * (i + 1));
        const struct churn_vm x = h->offered[i];
        h->offered[i] = h->offered[k];
        h->offered[k] = x;
    }
    int64_t asked = 0;
    int n = 0;
    for (; n < PODS_MAX; n++) {
        if (n >= h->pod_n) {
            h->offered[n] = h->pod[(int)(rng_uniform(&r) * h->pod_n)];
        }
        asked += milli_of(h, &h->offered[n]);
        if (asked > h->milli_all) {
            break;
        }
        h->offered[n].created_ns = n;
        h->gone[n] = n;
    }
    h->offered_n = n;
}

/* Allocated per cent of all GPUs under a policy. */
static double allocate(struct hosts *h, enum place_policy policy)
{
    struct churn out;
    struct arena a;
    const struct churn_terms t = {.g = &h->g,
                                  .policy = policy,
                                  .vm = h->offered,
                                  .gone = h->gone,
                                  .vm_n = h->offered_n,
                                  .host = h->host,
                                  .host_n = h->host_n,
                                  .kind = h->kind,
                                  .kind_n = h->kind_n};
    arena_init(&a, "test");
    if (!churn_run(&out, &a, &t)) {
        stop("out of memory");
    }
    int64_t milli = 0;
    for (int i = 0; i < h->offered_n; i++) {
        milli += out.is_refused[i] ? 0 : milli_of(h, &h->offered[i]);
    }
    arena_fini(&a);
    return 100.0 * (double)milli / (double)h->milli_all;
}

/* A cell of the published summary at 100 % arrived. */
static double published(struct hosts *h, const char *policy, const char *column)
{
    struct measure *m = h->m;
    for (size_t i = 0; i < m->rows.row_n; i++) {
        if (strcmp(measure_text(m, i, "metric"), "alloc_pct") == 0 &&
            strcmp(measure_text(m, i, "policy"), policy) == 0 &&
            strcmp(measure_text(m, i, "arrived_pct"), "100") == 0) {
            return measure_number(m, i, column);
        }
    }
    stop("a policy is not in the published summary");
    return 0;
}

struct spread {
    double mean, low, high;
};

static struct spread over_seeds(struct hosts *h, enum place_policy policy)
{
    struct spread s = {.low = 100};
    for (int seed = 1; seed <= SEEDS; seed++) {
        shuffle(h, (uint64_t)seed);
        const double x = allocate(h, policy);
        s.mean += x / SEEDS;
        s.low = x < s.low ? x : s.low;
        s.high = x > s.high ? x : s.high;
    }
    return s;
}

static void print_published(struct hosts *h)
{
    static const struct {
        const char *policy, *why;
    } rows[] = {
        {"01-Random",        "no policy draws lots: the same trace gets the same places"},
        {"02-DotProd",       "no policy weighs a host's CPUs against its GPUs"          },
        {"03-GpuClustering", "no policy looks for pods of the same part of a GPU"       },
        {"04-GpuPacking",    "nearest: best-fit and depth-first, without its tiers"     },
        {"05-BestFit",       "weighs the host's free CPUs; best-fit looks at GPUs alone"},
        {"06-FGD",           "fragmentation, on hosts"                                  },
    };
    printf("\n| published policy | mean [least, most] | here |\n|---|---|---|\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        printf("| %s | %.2f [%.2f, %.2f] | %s |\n", rows[i].policy + 3,
               published(h, rows[i].policy, "mean10"), published(h, rows[i].policy, "min10"),
               published(h, rows[i].policy, "max10"), rows[i].why);
    }
}

void validate_hosts(struct measure *m)
{
    static struct hosts h;
    h = (struct hosts){.m = m};
    read_hosts(&h);
    read_pods(&h);
    make_mix(&h);
    h.terms.mode = MODE_CONTAINER_TIME_SLICED;
    h.terms.class = h.class;
    if (!gstate_init(&h.g, &h.terms)) {
        stop("out of memory");
    }
    struct spread got[PLACE_EXACT];
    printf(
        "%d hosts, %lld GPUs, %d pods; allocated per cent of all GPUs once pods that ask for "
        "as many have arrived, mean of %d seeds [least, most].\n\n"
        "| policy | allocated |\n|---|---|\n",
        h.host_n, (long long)(h.milli_all / GSTATE_MILLI), h.pod_n, SEEDS);
    for (int p = 0; p < PLACE_EXACT; p++) {
        got[p] = over_seeds(&h, (enum place_policy)p);
        printf("| `%s` | %.2f [%.2f, %.2f] |\n", place_policy_name((enum place_policy)p),
               got[p].mean, got[p].low, got[p].high);
    }
    gstate_fini(&h.g);
    rows_of(&h, 2, "expected_summary_default.csv");
    print_published(&h);
    printf("\n");
    const struct spread *fgd = &got[PLACE_FRAGMENTATION];
    const double want = published(&h, "06-FGD", "mean10");
    const double apart = published(&h, "06-FGD", "max10") - published(&h, "06-FGD", "min10");
    measure_figure(m, fabs(fgd->mean - want) <= apart,
                   "`fragmentation` against FGD: %+.2f points; their seeds lie %.2f apart",
                   fgd->mean - want, apart);
    bool is_first = true;
    for (int p = 0; p < PLACE_FRAGMENTATION; p++) {
        is_first = is_first && got[p].high < fgd->low;
    }
    measure_figure(m, is_first,
                   "`fragmentation` allocates more than every other policy, with "
                   "each seed");
}
