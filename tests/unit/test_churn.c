/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_churn.c - VMs that come and go, against a fleet that is written out, exhaustive search
 * and two loss formulas.
 *
 * Small random traces: every placement of the interned states is that of GPUs whose instances
 * are kept one by one (models/layout.h), and the fewest GPUs of one run are the fewest of a
 * search over all numbers. Loss: Erlang B with lognormal lifetimes and Kaufman-Roberts, each
 * within four standard errors of batch means; the figures are those of [oracles] O27 and O28
 * (octave-queueing 1.2.7 erlangb; product form by enumeration). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/layout.h"
#include "sim/core/dist.h"
#include "sim/fleet/churn.h"
#include "tests/unit/draw.h"
#include "tests/unit/fixture.h"

enum {
    CASES = 200,
    ROWS = 24,
    CLASSES_MAX = 8,
    GPUS = ROWS,
    BATCHES = 40,
    BATCH_ROWS = 4000
};

static const char *const boards[] = {"A100-SXM4-80GB", "A30", "H100-PCIE-80GB"};

struct bench {
    struct fixture f;
    struct mig_geometry mig;
    struct gstate_terms terms;
    struct gstate_class class[CLASSES_MAX];
    struct gstate g;
    struct churn_vm vm[ROWS];
    int gone[ROWS];
    struct churn_terms churn;
    struct churn_host host;
};

static int load(void **state)
{
    static struct bench b;
    *state = &b;
    return fixture_open(&b.f) ? 0 : -1;
}

static int unload(void **state)
{
    fixture_close(&((struct bench *)*state)->f);
    return 0;
}

/* The plain profiles of a board as classes. */
static void use_board(struct bench *b, const char *key, enum mode_kind mode)
{
    const int ix = catalog_gpu_find(b->f.catalog, key);
    assert_true(ix >= 0);
    mig_geometry_init(&b->mig, b->f.catalog, ix);
    mig_geometry_plain(&b->mig);
    b->terms = (struct gstate_terms){.mode = mode,
                                     .gpu_gib = b->f.catalog->gpu[ix].framebuffer_gib,
                                     .mig = &b->mig,
                                     .class = b->class};
    for (int k = 0; k < b->mig.axis.kind_n && k < CLASSES_MAX; k++) {
        b->class[k] = (struct gstate_class){.kind = k,
                                            .gib = b->mig.profile[k]->nominal_gib,
                                            .domain_max = 2 + k % 2,
                                            .milli = 130 + 110 * k,
                                            .weight = 1 + k};
        b->terms.class_n++;
    }
    assert_true(gstate_init(&b->g, &b->terms));
}

/* Random lifetimes on a coarse clock, so that equal times and zero lifetimes are frequent. */
static void random_trace(struct bench *b, uint64_t *seed, int seats_max)
{
    int64_t now = 0;
    for (int i = 0; i < ROWS; i++) {
        now += (int64_t)draw(seed, 3);
        b->vm[i] = (struct churn_vm){
            .created_ns = now,
            .deleted_ns = draw(seed, 8) == 0 ? CHURN_STAYS : now + (int64_t)draw(seed, 20),
            .class_ix = (int)draw(seed, (unsigned)b->terms.class_n),
            .seats = 1 + (int)draw(seed, (unsigned)seats_max)};
    }
    assert_true(churn_order(&b->f.arena, b->vm, ROWS, b->gone));
}

static struct churn run(struct bench *b, enum place_policy policy, int gpus)
{
    struct churn out;
    b->host =
        (struct churn_host){.gpu_n = gpus, .cpu_milli = INT64_MAX, .memory_bytes = INT64_MAX};
    b->churn = (struct churn_terms){.g = &b->g,
                                    .policy = policy,
                                    .vm = b->vm,
                                    .gone = b->gone,
                                    .vm_n = ROWS,
                                    .host = &b->host,
                                    .host_n = 1};
    assert_true(churn_run(&out, &b->f.arena, &b->churn));
    return out;
}

/* ---- The fleet written out ---- */

struct plain {
    struct layout gpu[GPUS];
    int where[ROWS], start[ROWS]; /* of each VM; -1: nowhere */
    int top;
};

static int free_units(const struct layout *l)
{
    int used = 0;
    for (int i = 0; i < l->instance_n; i++) {
        used += l->g->axis.kind[l->instance[i].kind].size;
    }
    return l->g->units_n - used;
}

static void plain_leave(struct plain *p, const struct bench *b, int i)
{
    struct layout *l = &p->gpu[p->where[i]];
    for (int k = 0; p->where[i] >= 0 && k < l->instance_n; k++) {
        if (l->instance[k].start == p->start[i] &&
            l->instance[k].kind == b->class[b->vm[i].class_ix].kind) {
            layout_remove(l, k);
            p->where[i] = -1;
            return;
        }
    }
}

/* A GPU in use before an empty one; first-fit the lowest, best-fit the fullest. */
static bool plain_arrive(struct plain *p, const struct bench *b, int i, int gpus, bool best)
{
    const int kind = b->class[b->vm[i].class_ix].kind;
    int start[AXIS_STARTS_MAX];
    int chosen = -1;
    for (int used = 1; used >= 0 && chosen < 0; used--) {
        for (int g = 0; g < gpus; g++) {
            const struct layout *l = &p->gpu[g];
            if ((l->instance_n > 0) == (used == 1) && layout_starts(l, kind, start) > 0 &&
                (chosen < 0 || (best && free_units(l) < free_units(&p->gpu[chosen])))) {
                chosen = g;
            }
        }
    }
    p->where[i] = chosen;
    if (chosen < 0) {
        return false;
    }
    assert_true(layout_starts(&p->gpu[chosen], kind, start) > 0);
    p->start[i] = start[0];
    assert_int_equal(layout_add(&p->gpu[chosen], kind, start[0]), MIG_FITS);
    p->top = chosen + 1 > p->top ? chosen + 1 : p->top;
    return true;
}

/* Refused VMs; *top the highest GPU ever in use, and one. */
static int plain_run(const struct bench *b, int gpus, bool best, int *top)
{
    static struct plain p;
    int refused = 0;
    p.top = 0;
    for (int g = 0; g < GPUS; g++) {
        layout_init(&p.gpu[g], &b->mig);
    }
    for (int i = 0; i < ROWS; i++) {
        for (int k = 0; k < i; k++) {
            if (p.where[k] >= 0 && b->vm[k].deleted_ns <= b->vm[i].created_ns) {
                plain_leave(&p, b, k);
            }
        }
        refused += !plain_arrive(&p, b, i, gpus, best);
    }
    *top = p.top;
    return refused;
}

static void churn_places_like_a_fleet_written_out_when_instances_come_and_go(void **state)
{
    struct bench *b = *state;
    uint64_t seed = 1;
    int refused_n = 0;
    for (int i = 0; i < CASES; i++) {
        use_board(b, boards[i % 3], MODE_MIG);
        random_trace(b, &seed, 1);
        for (int gpus = 1; gpus <= 6; gpus++) {
            for (int best = 0; best < 2; best++) {
                int top;
                const int refused = plain_run(b, gpus, best, &top);
                const struct churn c = run(b, best ? PLACE_BEST_FIT : PLACE_FIRST_FIT, gpus);
                assert_int_equal(c.refused_n, refused);
                assert_int_equal(c.gpus, top);
                refused_n += refused;
            }
        }
        gstate_fini(&b->g);
    }
    assert_true(refused_n > 1000); /* the cases are not all easy */
}

static void churn_names_the_fewest_gpus_when_all_numbers_are_tried(void **state)
{
    static const enum mode_kind modes[] = {MODE_MIG, MODE_TIME_SLICED_MIG, MODE_TIME_SLICED,
                                           MODE_PASSTHROUGH, MODE_CONTAINER_TIME_SLICED};
    static const enum place_policy policies[] = {PLACE_FIRST_FIT, PLACE_BEST_FIT,
                                                 PLACE_DEPTH_FIRST, PLACE_FRAGMENTATION};
    struct bench *b = *state;
    uint64_t seed = 2;
    for (int i = 0; i < CASES; i++) {
        use_board(b, boards[i % 3], modes[i % 5]);
        random_trace(b, &seed, 3);
        for (int p = 0; p < 4; p++) {
            const int most = ROWS * 3;
            const struct churn endless = run(b, policies[p], most);
            assert_int_equal(endless.refused_n, 0);
            for (int gpus = 1; gpus <= endless.gpus + 2; gpus++) {
                const struct churn c = run(b, policies[p], gpus);
                assert_int_equal(c.refused_n > 0, gpus < endless.gpus);
            }
        }
        gstate_fini(&b->g);
    }
}

/* ---- Times ---- */

static void churn_takes_deletions_before_creations_when_they_fall_together(void **state)
{
    struct bench *b = *state;
    use_board(b, "A30", MODE_PASSTHROUGH);
    for (int i = 0; i < ROWS; i++) {
        b->vm[i] =
            (struct churn_vm){.created_ns = 10 * i, .deleted_ns = 10 * i + 10, .seats = 1};
    }
    b->vm[3].deleted_ns =
        b->vm[3].created_ns; /* there for a moment, and in the way of nobody */
    assert_true(churn_order(&b->f.arena, b->vm, ROWS, b->gone));
    struct churn c = run(b, PLACE_BEST_FIT, 1);
    assert_int_equal(c.refused_n, 0);
    assert_true(fabs(c.gpu_ns - 10.0 * (ROWS - 1)) < 1e-9);
    assert_int_equal(c.last_ns, 10 * ROWS);
    b->vm[ROWS - 1].created_ns -= 1; /* one ns of overlap */
    c = run(b, PLACE_BEST_FIT, 1);
    assert_int_equal(c.refused_n, 1);
    assert_int_equal(c.first_ix, ROWS - 1);
    gstate_fini(&b->g);
}

static void churn_refuses_a_vm_when_its_host_lacks_cpus_or_memory(void **state)
{
    struct bench *b = *state;
    use_board(b, "A30", MODE_PASSTHROUGH);
    const struct churn_host host[2] = {
        {.gpu_n = 4, .cpu_milli = 4000,      .memory_bytes = INT64_MAX},
        {.gpu_n = 4, .cpu_milli = INT64_MAX, .memory_bytes = 100      }
    };
    struct churn_vm vm[] = {
        {.created_ns = 0, .deleted_ns = 9, .seats = 2, .cpu_milli = 3000, .memory_bytes = 60},
        {.created_ns = 1, .deleted_ns = 9, .seats = 2, .cpu_milli = 3000, .memory_bytes = 60},
        {.created_ns = 2, .deleted_ns = 9, .seats = 1, .cpu_milli = 3000, .memory_bytes = 60},
        {.created_ns = 3, .deleted_ns = 9, .seats = 3, .cpu_milli = 10,   .memory_bytes = 1 },
        {.created_ns = 9, .deleted_ns = 9, .seats = 4, .cpu_milli = 4000, .memory_bytes = 60},
    };
    enum {
        N = sizeof vm / sizeof vm[0]
    };
    int gone[N];
    struct churn out;
    assert_true(churn_order(&b->f.arena, vm, N, gone));
    const struct churn_terms t = {.g = &b->g,
                                  .policy = PLACE_FIRST_FIT,
                                  .vm = vm,
                                  .gone = gone,
                                  .vm_n = N,
                                  .host = host,
                                  .host_n = 2};
    assert_true(churn_run(&out, &b->f.arena, &t));
    /* The third has GPUs but no CPUs on one host and no memory on the other; the fourth would
     * need GPUs of both hosts; the last finds everything given back. */
    assert_int_equal(out.refused_n, 2);
    assert_int_equal(out.first_ix, 2);
    assert_int_equal(out.then.vms, 2);
    gstate_fini(&b->g);
}

static void churn_keeps_the_seats_of_a_vm_apart_when_they_are_no_instances(void **state)
{
    static const enum mode_kind modes[] = {MODE_TIME_SLICED, MODE_CONTAINER_TIME_SLICED,
                                           MODE_TIME_SLICED_MIG, MODE_MIG};
    static const int fewest[] = {3, 3, 3, 1};
    struct bench *b = *state;
    for (int m = 0; m < 4; m++) {
        use_board(b, "A100-SXM4-80GB", modes[m]);
        for (int i = 0; i < ROWS; i++) {
            b->vm[i] = (struct churn_vm){.created_ns = i, .deleted_ns = i + 1, .seats = 3};
        }
        assert_true(churn_order(&b->f.arena, b->vm, ROWS, b->gone));
        assert_int_equal(run(b, PLACE_BEST_FIT, fewest[m]).refused_n, 0);
        assert_int_equal(run(b, PLACE_BEST_FIT, fewest[m] - 1).refused_n, ROWS);
        gstate_fini(&b->g);
    }
}

static void churn_fills_its_series_when_points_lie_between_events(void **state)
{
    struct bench *b = *state;
    struct churn out;
    use_board(b, "A30", MODE_PASSTHROUGH);
    const struct churn_vm vm[] = {
        {.created_ns = 0,  .deleted_ns = 30, .seats = 1},
        {.created_ns = 10, .deleted_ns = 20, .seats = 2},
    };
    const int gone[] = {1, 0};
    const struct churn_host host = {
        .gpu_n = 4, .cpu_milli = INT64_MAX, .memory_bytes = INT64_MAX};
    const struct churn_terms t = {.g = &b->g,
                                  .policy = PLACE_BEST_FIT,
                                  .vm = vm,
                                  .gone = gone,
                                  .vm_n = 2,
                                  .host = &host,
                                  .host_n = 1,
                                  .step_ns = 10,
                                  .point_n = 4};
    assert_true(churn_run(&out, &b->f.arena, &t));
    static const int gpus[] = {1, 3, 1, 0};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(out.point[i].gpus, gpus[i]);
    }
    assert_true(fabs(out.gpu_ns - 50.0) < 1e-9);
    assert_true(fabs(out.point[1].room_frac - 0.25) < 1e-9);
    gstate_fini(&b->g);
}

static void churn_calls_room_fragmented_when_no_class_of_the_mix_can_use_it(void **state)
{
    struct bench *b = *state;
    struct churn out;
    /* Containers of 600 and 300 thousandths, one of each: 400 are left. The mix is 3 to 1. */
    const struct gstate_class class[] = {
        {.kind = -1, .milli = 600, .weight = 3},
        {.kind = -1, .milli = 300, .weight = 1},
    };
    const struct gstate_terms terms = {
        .mode = MODE_CONTAINER_TIME_SLICED, .class = class, .class_n = 2};
    const struct churn_vm vm[] = {
        {.deleted_ns = CHURN_STAYS, .class_ix = 0, .seats = 1},
    };
    const int gone[] = {0};
    const struct churn_host host = {
        .gpu_n = 1, .cpu_milli = INT64_MAX, .memory_bytes = INT64_MAX};
    assert_true(gstate_init(&b->g, &terms));
    const struct churn_terms t = {.g = &b->g,
                                  .policy = PLACE_BEST_FIT,
                                  .vm = vm,
                                  .gone = gone,
                                  .vm_n = 1,
                                  .host = &host,
                                  .host_n = 1,
                                  .step_ns = 1,
                                  .point_n = 1};
    assert_true(churn_run(&out, &b->f.arena, &t));
    assert_true(fabs(out.point[0].room_frac - 0.4) < 1e-9);
    assert_true(fabs(out.point[0].fragmentation_frac - 0.75) < 1e-9);
    gstate_fini(&b->g);
}

/* ---- Loss ---- */

/* Offers Poisson streams of classes and returns the refused share of `class_ix`, with its
 * standard error from batch means after one batch of warm-up. */
static double loss(struct bench *b, const double *erlang, int class_n, int class_ix, double cv,
                   double *error)
{
    enum {
        N = (BATCHES + 1) * BATCH_ROWS
    };
    static struct churn_vm vm[N];
    static int gone[N];
    struct dist life[CLASSES_MAX];
    struct dist gap;
    double all = 0;
    for (int k = 0; k < class_n; k++) {
        all += erlang[k];
        assert_null(dist_init(&life[k], dist_find("lognormal"), 1e9, cv, 0, 0));
    }
    assert_null(dist_init(&gap, dist_find("exponential"), 1e9 / all, 0, 0, 0));
    struct rng r;
    rng_init(&r, &(struct rng_id){.seed = 7}, RNG_TEST);
    int64_t now = 0;
    for (int i = 0; i < N; i++) {
        now += dist_draw_ns(&gap, &r);
        double u = rng_uniform(&r) * all;
        int k = 0;
        for (; k < class_n - 1 && u >= erlang[k]; k++) {
            u -= erlang[k];
        }
        const int64_t life_ns = dist_draw_ns(&life[k], &r);
        vm[i] = (struct churn_vm){
            .created_ns = now, .deleted_ns = now + life_ns, .class_ix = k, .seats = 1};
    }
    assert_true(churn_order(&b->f.arena, vm, N, gone));
    struct churn out;
    struct churn_terms t = b->churn;
    t.vm = vm;
    t.gone = gone;
    t.vm_n = N;
    assert_true(churn_run(&out, &b->f.arena, &t));
    double mean = 0;
    double square = 0;
    for (int n = 1; n <= BATCHES; n++) {
        int offered = 0;
        int refused = 0;
        for (int i = n * BATCH_ROWS; i < (n + 1) * BATCH_ROWS; i++) {
            offered += vm[i].class_ix == class_ix;
            refused += vm[i].class_ix == class_ix && out.is_refused[i];
        }
        const double x = (double)refused / offered;
        mean += x / BATCHES;
        square += x * x / BATCHES;
    }
    *error = sqrt((square - mean * mean) / (BATCHES - 1));
    return mean;
}

static void offer_to(struct bench *b, int gpus)
{
    b->host =
        (struct churn_host){.gpu_n = gpus, .cpu_milli = INT64_MAX, .memory_bytes = INT64_MAX};
    b->churn = (struct churn_terms){
        .g = &b->g, .policy = PLACE_BEST_FIT, .host = &b->host, .host_n = 1};
    assert_true(gstate_init(&b->g, &b->terms));
}

static void churn_loses_as_erlang_b_when_lifetimes_are_lognormal(void **state)
{
    struct bench *b = *state;
    static const double erlang[] = {12};
    static const double cv[] = {0.5, 1, 2};
    b->class[0] = (struct gstate_class){.kind = -1, .gib = 10, .domain_max = 8, .weight = 1};
    b->terms = (struct gstate_terms){
        .mode = MODE_TIME_SLICED, .gpu_gib = 80, .class = b->class, .class_n = 1};
    for (int i = 0; i < 3; i++) {
        double error;
        offer_to(b, 2);
        const double got = loss(b, erlang, 1, 0, cv[i], &error);
        printf("cv %.1f: loss %.5f +- %.5f, Erlang B 0.06041\n", cv[i], got, error);
        assert_true(fabs(got - 0.06041259246) <= 4 * error);
        assert_true(error < 0.003);
        gstate_fini(&b->g);
    }
}

/* Containers on one GPU: only the sum matters, so nothing fragments. */
static void churn_loses_as_kaufman_and_roberts_when_only_the_sum_matters(void **state)
{
    struct bench *b = *state;
    static const double erlang[] = {2, 1, 0.5};
    for (int k = 0; k < 3; k++) {
        b->class[k] =
            (struct gstate_class){.kind = -1, .milli = 125 << k, .domain_max = 8, .weight = 1};
    }
    b->terms = (struct gstate_terms){
        .mode = MODE_CONTAINER_TIME_SLICED, .class = b->class, .class_n = 3};
    double error;
    offer_to(b, 1);
    const double got = loss(b, erlang, 3, 0, 1, &error);
    printf("loss %.5f +- %.5f, Kaufman-Roberts 0.09853\n", got, error);
    assert_true(fabs(got - 0.09853366956) <= 4 * error);
    assert_true(error < 0.004);
    gstate_fini(&b->g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(churn_places_like_a_fleet_written_out_when_instances_come_and_go),
        cmocka_unit_test(churn_names_the_fewest_gpus_when_all_numbers_are_tried),
        cmocka_unit_test(churn_takes_deletions_before_creations_when_they_fall_together),
        cmocka_unit_test(churn_refuses_a_vm_when_its_host_lacks_cpus_or_memory),
        cmocka_unit_test(churn_keeps_the_seats_of_a_vm_apart_when_they_are_no_instances),
        cmocka_unit_test(churn_fills_its_series_when_points_lie_between_events),
        cmocka_unit_test(churn_calls_room_fragmented_when_no_class_of_the_mix_can_use_it),
        cmocka_unit_test(churn_loses_as_erlang_b_when_lifetimes_are_lognormal),
        cmocka_unit_test(churn_loses_as_kaufman_and_roberts_when_only_the_sum_matters),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
