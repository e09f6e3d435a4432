/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_plan_vms.c - files of VMs from their bytes to a number of GPUs.
 *
 * Goal: every shape of row that a file of VMs may have is read exactly or is an error with its
 * line; parts of a GPU become the profiles and types that the convention names; the fewest GPUs
 * of hand-made traces are those that one counts by hand; the bound at the fullest moment is
 * never above, and the packing never below, what exhaustive search finds, and neither for
 * divisions among several models. Files are written to
 * a temporary directory. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "models/fraction.h"
#include "sim/fleet/fleet.h"
#include "sim/input/vmsin.h"
#include "sim/plan/plan_vms.h"
#include "sim/plan/vmmix.h"
#include "sim/plan/vmplay.h"
#include "tests/unit/draw.h"
#include "tests/unit/fixture.h"

enum {
    SMALL = 200,
    SMALL_MAX = 7 /* VMs of a small case: 877 partitions */
};

struct bench {
    struct fixture f;
    char path[64];
};

static int load(void **state)
{
    static struct bench b;
    *state = &b;
    snprintf(b.path, sizeof b.path, "/tmp/vgpusim-vms-XXXXXX");
    const int fd = mkstemp(b.path);
    if (fd < 0) {
        return -1;
    }
    close(fd);
    return fixture_open(&b.f) ? 0 : -1;
}

static int unload(void **state)
{
    struct bench *b = *state;
    unlink(b->path);
    fixture_close(&b->f);
    return 0;
}

static void write_file(const struct bench *b, const char *bytes)
{
    FILE *out = fopen(b->path, "wb");
    assert_non_null(out);
    fputs(bytes, out);
    fclose(out);
}

static const struct scenario *read_yaml(struct bench *b, const char *yaml)
{
    const struct scenario_overrides over = {.plan = true, .vms = true};
    return scenario_read(&b->f.arena, b->f.catalog, "test.yaml", yaml, strlen(yaml), &over,
                         &b->f.diag);
}

/* A scenario on a file with these bytes; `columns` are further lines of `vms`. */
static const struct scenario *read_vms(struct bench *b, const char *head, const char *columns,
                                       const char *bytes)
{
    char yaml[2048];
    write_file(b, bytes);
    diag_fini(&b->f.diag);
    diag_init(&b->f.diag);
    snprintf(yaml, sizeof yaml, "version: 1\nname: t\n%s\nvms:\n  file: %s\n%s", head, b->path,
             columns);
    return read_yaml(b, yaml);
}

static void must_fail(struct bench *b, const char *columns, const char *bytes, int line,
                      const char *text)
{
    assert_null(read_vms(b, "fleet: {gpu: A30}", columns, bytes));
    for (size_t i = 0; i < b->f.diag.entry_n; i++) {
        const struct diag_entry *e = &b->f.diag.entry[i];
        if (strstr(e->text, text) != NULL && (line == 0 || e->at.line == line)) {
            return;
        }
    }
    fail_msg("no '%s' in line %d but '%s'", text, line,
             b->f.diag.entry_n > 0 ? b->f.diag.entry[0].text : "nothing");
}

#define TIMES "  created: {column: c, unit: s}\n  deleted: {column: d, unit: s}\n"

/* ---- Files ---- */

static void vms_are_read_alike_when_a_file_is_written_otherwise(void **state)
{
    static const char columns[] =
        TIMES "  gpus: {column: n}\n  gpu: {column: m, unit: milli}\n";
    static const char *const files[] = {
        "c,d,n,m\n1,3,1,500\n1.5,,2,250\n2,2,0,0\n",
        "\xEF\xBB\xBF"
        "c,d,n,m\r\n1,3,1,500\r\n1.5,,2,250\r\n2,2,0,0\r\n\r\n",
        "m,,n,x,d,c\n500,i,1,,3,1\n250,j,2,,,1.5\n,k,0,,2,2",
        "c,d,n,m\n2,2,0,0\n1.5,,2.0,2.5e2\n1.000,3e0,1.0,500.0\n",
    };
    struct bench *b = *state;
    uint64_t hash = 0;
    for (int i = 0; i < 4; i++) {
        const struct scenario *s = read_vms(b, "fleet: {gpu: A30}", columns, files[i]);
        assert_non_null(s);
        const struct vm_trace *t = s->vms;
        assert_int_equal(t->row_n, 2);
        assert_int_equal(t->without_gpu, 1);
        assert_int_equal(t->row[0].created_ns, 0);
        assert_int_equal(t->row[0].deleted_ns, 2000000000);
        assert_int_equal(t->row[1].created_ns, 500000000);
        assert_true(t->row[1].deleted_ns == VM_STAYS);
        assert_int_equal(t->shape[t->row[0].shape_ix].milli, 500);
        assert_int_equal(t->shape[t->row[1].shape_ix].gpus, 2);
        assert_int_equal(t->shape[t->row[1].shape_ix].milli, 250);
        hash = i == 0 ? vms_hash(1, t) : hash;
        assert_true(vms_hash(1, t) == hash);
    }
}

static void vms_are_read_when_columns_are_many_and_times_are_dates(void **state)
{
    struct bench *b = *state;
    struct text file;
    text_init(&file);
    text_add(&file, "c");
    for (int i = 0; i < 2000; i++) {
        text_addf(&file, ",column-%d", i);
    }
    text_add(&file, ",l\n2023-11-16 18:15:46.6805900");
    for (int i = 0; i < 2000; i++) {
        text_addf(&file, ",%d", i);
    }
    text_add(&file, ",1500\n2023-11-16T18:15:46.6805901Z,0\n");
    const struct scenario *s =
        read_vms(b, "fleet: {gpu: A30}",
                 "  created: {column: c, unit: datetime}\n  lifetime: {column: l, unit: ms}\n",
                 text_str(&file));
    assert_non_null(s);
    assert_int_equal(s->vms->row[0].deleted_ns, 1500000000);
    assert_int_equal(s->vms->row[1].created_ns, 100);
    assert_true(s->vms->row[1].deleted_ns == VM_STAYS);
    assert_int_equal(s->vms->shape[0].milli, 1000); /* states no part: all of it */
    text_fini(&file);
}

static void vms_keep_the_order_of_the_file_when_times_are_equal(void **state)
{
    struct bench *b = *state;
    struct text file;
    text_init(&file);
    text_add(&file, "c,d\n");
    for (int i = 0; i < 5000; i++) {
        text_add(&file, "7,7\n");
    }
    const struct scenario *s = read_vms(b, "fleet: {gpu: A30}", TIMES, text_str(&file));
    assert_non_null(s);
    for (int i = 0; i < 5000; i++) {
        assert_int_equal(s->vms->row[i].line, i + 2);
    }
    text_fini(&file);
}

static void vms_take_what_their_type_says_unless_a_column_does(void **state)
{
    struct bench *b = *state;
    const struct scenario *s =
        read_vms(b, "fleet: {gpu: A30}",
                 "  created: {column: c, unit: s}\n  gpus: {column: n}\n  type: {column: t}\n"
                 "  types:\n    small: {framebuffer: 4 GiB, cpus: 2}\n"
                 "    large: {gpu: 50%, memory: 1 GiB}\n",
                 "c,t,n\n0,small,1\n0,large,2\n");
    assert_non_null(s);
    const struct vm_shape *shape = s->vms->shape;
    assert_int_equal(shape[0].gib, 4);
    assert_int_equal(shape[0].milli, 0);
    assert_int_equal(s->vms->row[0].cpu_milli, 2000);
    assert_int_equal(shape[1].milli, 500);
    assert_int_equal(shape[1].gpus, 2);
    assert_true(s->vms->row[1].memory_bytes == (INT64_C(1) << 30));
}

static void vms_are_refused_with_their_line_when_a_row_is_wrong(void **state)
{
    static const struct {
        const char *columns, *file;
        int line;
        const char *text;
    } cases[] = {
        {TIMES,                                                                 "c,d\n1,2\n,3\n",                    3, "'c' is blank"                       },
        {TIMES,                                                                 "c,d\n1,2\nsoon,3\n",                3, "'soon' is not a number"             },
        {TIMES,                                                                 "c,d\n5,4\n",                        2, "'4' is not at or after the creation"},
        {TIMES,                                                                 "c,d\n1e30,\n",                      2, "not a time within 126 years"        },
        {TIMES,                                                                 "c,e\n1,2\n",                        0, "has no column 'd'"                  },
        {TIMES,                                                                 "c,d\n",                             0, "asks for a GPU"                     },
        {TIMES "  gpus: {column: n}\n",                                         "c,d,n\n0,1,1.5\n",                  2, "not a whole number of GPUs"         },
        {TIMES "  gpus: {column: n}\n",                                         "c,d,n\n0,1,17\n",                   2, "not a whole number of GPUs"         },
        {TIMES "  gpus: {column: n}\n",                                         "c,d,n\n0,1,-1\n",                   2, "not a whole number of GPUs"         },
        {TIMES "  gpus: {column: n}\n",                                         "c,d,n\n0,1,0\n",                    0, "asks for a GPU"                     },
        {TIMES "  gpu: {column: m, unit: milli}\n",                             "c,d,m\n0,1,1001\n",                 2,
         "a part of one GPU"                                                                                                                                 },
        {TIMES "  gpu: {column: m, unit: percent}\n",                           "c,d,m\n0,1,100.5\n",                2,
         "a part of one GPU"                                                                                                                                 },
        {TIMES "  gpu: {column: m, unit: gpus}\n",                              "c,d,m\n0,1,\n",                     2, "'m' is blank"                       },
        {TIMES "  framebuffer: {column: f, unit: TiB}\n",                       "c,d,f\n0,1,9000\n",                 2,
         "not a number of bytes"                                                                                                                             },
        {TIMES "  framebuffer: {column: f, unit: GiB}\n",                       "c,d,f\n0,1,-2\n",                   2,
         "not a number of bytes"                                                                                                                             },
        {TIMES "  model: {column: w}\n",                                        "c,d,w\n0,1,A30\n0,1,A30|V100M32\n", 3,
         "no GPU 'V100M32'"                                                                                                                                  },
        {TIMES "  type: {column: t}\n  types: {small: {gpus: 1}}\n",            "c,d,t\n0,1,smal\n",                 2,
         "not one of 'types'"                                                                                                                                },
        {TIMES "  type: {column: t}\n",                                         "c,d,t\n0,1,small\n",                0, "'type' needs 'types'"               },
        {TIMES "  lifetime: {column: d, unit: s}\n",                            "c,d\n0,1\n",                        0,
         "'deleted' and 'lifetime' exclude"                                                                                                                  },
        {"  created: {column: c, unit: s}\n  lifetime: {column: d, unit: s}\n", "c,d\n0,-1\n",
         2,                                                                                                             "not a time of 0 or more"            },
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        must_fail(b, cases[i].columns, cases[i].file, cases[i].line, cases[i].text);
    }
}

static void vms_errors_are_counted_when_every_row_is_wrong(void **state)
{
    struct bench *b = *state;
    struct text file;
    text_init(&file);
    text_add(&file, "c,d\n");
    for (int i = 0; i < 100; i++) {
        text_add(&file, "x,1\n");
    }
    must_fail(b, TIMES, text_str(&file), 101, "and 80 more rows are wrong");
    assert_int_equal(b->f.diag.error_n, 21);
    text_fini(&file);
}

static void vms_read_back_when_their_scenario_is_printed(void **state)
{
    struct bench *b = *state;
    const struct scenario *s = read_vms(
        b, "fleet: {gpu: [A30, A100-SXM4-40GB]}",
        TIMES
        "  gpus: {column: n}\n  gpu: {column: m, unit: percent}\n"
        "  framebuffer: {column: f, unit: MiB}\n  memory: {column: r, unit: GB}\n"
        "  cpus: {column: k, unit: milli}\n  type: {column: t}\n"
        "  model: {column: w, names: {small: A30}}\n"
        "  types: {x: {gpus: 2, gpu: 12.5%, framebuffer: 4 GiB, memory: 1 GiB, cpus: 3}}\n",
        "c,d,n,m,f,r,k,t,w\n0,1,1,50,1024,2,1500,x,small|A100-SXM4-40GB\n");
    assert_non_null(s);
    assert_int_equal(s->vms->shape[0].model_n, 2);
    struct text first;
    text_init(&first);
    scenario_resolved(s, &first);
    const struct scenario *again = read_yaml(b, text_str(&first));
    assert_non_null(again);
    assert_string_equal(again->resolved, s->resolved);
    assert_true(again->hash == s->hash);
    text_fini(&first);
}

static void vms_are_refused_when_a_command_runs_them(void **state)
{
    struct bench *b = *state;
    char yaml[512];
    write_file(b, "c,d\n0,1\n");
    snprintf(yaml, sizeof yaml,
             "version: 1\nname: t\nfleet: {gpu: A30}\nvms:\n  file: %s\n" TIMES, b->path);
    assert_null(fixture_read(&b->f, yaml));
    assert_non_null(read_yaml(b, yaml));
}

/* ---- Parts of a GPU ---- */

/* "The smallest k in {1, 2, 3, 4, 7} with 1000 k >= 7 m", for every m; and by hand on A30. */
static void fraction_is_the_smallest_profile_when_every_thousandth_is_tried(void **state)
{
    static const int sizes[] = {1, 2, 3, 4, 7};
    struct bench *b = *state;
    const struct catalog *c = b->f.catalog;
    const int a100 = catalog_gpu_find(c, "A100-SXM4-80GB");
    const int a30 = catalog_gpu_find(c, "A30");
    for (int m = 1; m <= 1000; m++) {
        int k = 0;
        while (1000 * sizes[k] < 7 * m) {
            k++;
        }
        assert_int_equal(fraction_profile(c, a100, m, 0)->compute_slices, sizes[k]);
    }
    assert_string_equal(fraction_profile(c, a100, 142, 0)->name, "1g.10gb");
    assert_string_equal(fraction_profile(c, a100, 143, 0)->name, "2g.20gb");
    assert_string_equal(fraction_profile(c, a100, 142, 15)->name, "1g.20gb");
    assert_string_equal(fraction_profile(c, a30, 250, 0)->name, "1g.6gb");
    assert_string_equal(fraction_profile(c, a30, 251, 0)->name, "2g.12gb");
    assert_string_equal(fraction_profile(c, a30, 501, 0)->name, "4g.24gb");
    assert_null(fraction_profile(c, a30, 100, 25));
    assert_int_equal(fraction_gib(c, a100, 1), 1);
    assert_int_equal(fraction_gib(c, a100, 125), 10);
    assert_int_equal(fraction_gib(c, a100, 126), 11);
    assert_int_equal(fraction_gib(c, a100, 1000), 80);
}

/* ---- Plans by hand ---- */

static const struct vms_candidate *only(struct bench *b, const char *head, const char *columns,
                                        const char *bytes)
{
    const struct scenario *s = read_vms(b, head, columns, bytes);
    assert_non_null(s);
    const struct vms_plan *p = plan_vms(&b->f.arena, s, "test", &b->f.diag);
    assert_non_null(p);
    assert_int_equal(p->candidate_n, 1);
    return &p->candidate[0];
}

/* Small instances that stay in both halves of the memory axis keep a 4g out, which needs one
 * half whole; packed anew all have room. */
static void plan_vms_pays_for_fragmentation_when_instances_cannot_move(void **state)
{
    struct bench *b = *state;
    const struct vms_candidate *c =
        only(b, "fleet: {gpu: A100-SXM4-80GB}\nmodes: [mig]",
             TIMES "  gpu: {column: m, unit: gpus}\n",
             "c,d,m\n0,9,0.1\n1,3,0.1\n1,3,0.1\n1,9,0.1\n2,9,0.1\n2,3,0.1\n2,3,0.1\n4,9,0.5\n");
    assert_int_equal(c->vms, 8);
    assert_int_equal(c->vms_most, 7);
    assert_int_equal(c->packed, 1);
    assert_int_equal(c->bound, 1);
    assert_int_equal(c->gpus, 2);
    assert_int_equal(c->fewer, 1);
    assert_int_equal(c->less.refused_n, 1);
    assert_int_equal(c->fewer_line, 9);
    assert_true(c->meets);
}

static void plan_vms_counts_by_hand_when_each_mode_is_asked(void **state)
{
    static const struct {
        const char *mode;
        int gpus;
    } cases[] = {
        {"passthrough",           4}, /* four VMs at once */
        {"time-sliced",           2}, /* 2 x 12C on one, and 2 x 6C: sizes do not mix */
        {"mig",                   2}, /* 2 + 2 slices, then 1 + 1 */
        {"container-time-sliced", 2}, /* 500 + 500, 250 + 250 */
    };
    struct bench *b = *state;
    for (int i = 0; i < 4; i++) {
        char head[128];
        snprintf(head, sizeof head, "fleet: {gpu: A30}\nmodes: [%s]", cases[i].mode);
        const struct vms_candidate *c =
            only(b, head, TIMES "  gpu: {column: m, unit: milli}\n",
                 "c,d,m\n0,10,500\n0,10,500\n5,10,250\n5,10,250\n10,20,250\n");
        assert_int_equal(c->gpus, cases[i].gpus);
        assert_int_equal(c->packed, cases[i].gpus);
        assert_int_equal(c->bound, cases[i].gpus);
        assert_int_equal(c->most_ns, 5000000000);
        assert_int_equal(c->fullest_vms, 4);
        assert_true(c->gpus_mean > 0 && c->gpus_mean < cases[i].gpus);
    }
}

static void plan_vms_finds_the_fullest_moment_when_another_has_more_vms(void **state)
{
    struct bench *b = *state;
    /* Two sizes need a GPU each; four of one size share one. */
    const struct vms_candidate *c = only(
        b, "fleet: {gpu: A30}\nmodes: [time-sliced]", TIMES "  gpu: {column: m, unit: milli}\n",
        "c,d,m\n3,10,500\n4,10,250\n10,20,250\n10,20,250\n10,20,250\n10,20,250\n");
    assert_int_equal(c->vms_most, 4);
    assert_int_equal(c->most_ns, 7000000000);
    assert_int_equal(c->fullest_vms, 2);
    assert_int_equal(c->fullest_ns, 1000000000);
    assert_int_equal(c->packed, 2);
    assert_int_equal(c->gpus, 2);
}

static void plan_vms_leaves_vms_elsewhere_when_they_want_another_gpu(void **state)
{
    struct bench *b = *state;
    const struct scenario *s = read_vms(b,
                                        "fleet: {gpu: [A30, L40S]}\nmodes: [passthrough]\n"
                                        "cost: {gpu_hour: {A30: 1 USD, L40S: 2 USD}}",
                                        TIMES "  model: {column: w, names: {small: A30}}\n",
                                        "c,d,w\n0,9,small\n0,9,small | L40S\n0,9,\n");
    assert_non_null(s);
    const struct vms_plan *p = plan_vms(&b->f.arena, s, "test", &b->f.diag);
    assert_non_null(p);
    assert_int_equal(p->candidate_n, 2);
    assert_int_equal(p->meets_n, 1);
    assert_int_equal(p->candidate[0].gpus, 3);
    assert_true(p->candidate[0].bill.usd > 2.99 && p->candidate[0].bill.usd < 3.01);
    assert_int_equal(p->candidate[1].elsewhere, 1);
    assert_int_equal(p->candidate[1].gpus, 2);
}

static void plan_vms_counts_the_refused_when_the_fleet_is_too_small(void **state)
{
    struct bench *b = *state;
    const struct vms_candidate *c = only(b, "fleet: {gpu: A30, count: 1}\nmodes: [passthrough]",
                                         TIMES, "c,d\n0,9\n1,9\n2,9\n9,10\n");
    assert_false(c->meets);
    assert_int_equal(c->gpus, 3);
    assert_int_equal(c->fewer, 1);
    assert_int_equal(c->less.refused_n, 2);
    assert_int_equal(c->fewer_line, 3);
}

static void plan_vms_buys_hosts_when_cpus_run_out_before_gpus(void **state)
{
    struct bench *b = *state;
    const struct vms_candidate *c =
        only(b,
             "fleet: {hosts: [{name: h, gpu: A30, gpus: 4, cpus: 8, memory: 64 GiB}]}\n"
             "modes: [passthrough]",
             TIMES "  cpus: {column: k, unit: cpus}\n  memory: {column: r, unit: GiB}\n",
             "c,d,k,r\n0,9,4,1\n0,9,4,1\n0,9,1,1\n0,9,1,60\n");
    /* Host 0 has CPUs for the first two only; the third and fourth go to host 1. */
    assert_int_equal(c->per_host, 4);
    assert_int_equal(c->gpus, 8);
    assert_int_equal(c->fewer, 4);
    assert_int_equal(c->less.refused_n, 2);
    for (int p = 0; p < PLACE_EXACT; p++) {
        assert_int_equal(c->by_policy[p], 8);
    }
}

/* ---- Exhaustive search ---- */

/* Fewest GPUs for instances [n] by all partitions; `on` [gpus] are counts by kind. */
struct partition {
    const struct mig_geometry *g;
    int kind[SMALL_MAX];
    int n;
    unsigned char on[SMALL_MAX][AXIS_KINDS_MAX];
    int best;
};

/* Restricted growth strings as an odometer: instance i goes to GPU at[i] <= 1 + max before. */
static int fewest(struct partition *p)
{
    int at[SMALL_MAX] = {0};
    p->best = p->n;
    for (;;) {
        int gpus = 0;
        bool fits = true;
        memset(p->on, 0, sizeof p->on);
        for (int i = 0; i < p->n; i++) {
            p->on[at[i]][p->kind[i]]++;
            gpus = at[i] + 1 > gpus ? at[i] + 1 : gpus;
        }
        for (int g = 0; g < gpus && fits; g++) {
            fits = mig_fits(p->g, p->on[g]) == MIG_FITS;
        }
        p->best = fits && gpus < p->best ? gpus : p->best;
        int i = p->n - 1;
        for (; i > 0; i--) {
            int most = 0;
            for (int k = 0; k < i; k++) {
                most = at[k] + 1 > most ? at[k] + 1 : most;
            }
            if (at[i] < most) {
                at[i]++;
                break;
            }
            at[i] = 0;
        }
        if (i <= 0) {
            return p->best;
        }
    }
}

static void plan_vms_packs_exactly_when_all_partitions_are_tried(void **state)
{
    static const char *const boards[] = {"A100-SXM4-80GB", "A30"};
    struct bench *b = *state;
    uint64_t seed = 3;
    int above = 0;
    for (int i = 0; i < SMALL; i++) {
        struct text file;
        char head[96];
        struct partition p = {.n = 2 + (int)draw(&seed, SMALL_MAX - 1)};
        const int gpu_ix = catalog_gpu_find(b->f.catalog, boards[i % 2]);
        struct mig_geometry g;
        mig_geometry_init(&g, b->f.catalog, gpu_ix);
        p.g = &g;
        text_init(&file);
        text_add(&file, "c,m\n");
        for (int k = 0; k < p.n; k++) {
            const int milli = 1 + (int)draw(&seed, 700);
            p.kind[k] = mig_geometry_find(&g, fraction_profile(b->f.catalog, gpu_ix, milli, 0));
            text_addf(&file, "%d,%d\n", k, milli);
        }
        snprintf(head, sizeof head, "fleet: {gpu: %s}\nmodes: [mig]", boards[i % 2]);
        const struct vms_candidate *c =
            only(b, head, "  created: {column: c, unit: s}\n  gpu: {column: m, unit: milli}\n",
                 text_str(&file));
        const int best = fewest(&p);
        assert_int_equal(c->packed, best);
        assert_int_equal(c->bound, best);
        assert_true(c->gpus >= best);
        above += c->gpus > best;
        text_fini(&file);
    }
    printf("%d of %d cases take more over time than packed\n", above, SMALL);
    assert_true(above > 0);
}

/* ---- Several models and modes ---- */

static const struct vms_plan *plan_of(struct bench *b, const char *head, const char *columns,
                                      const char *bytes)
{
    const struct scenario *s = read_vms(b, head, columns, bytes);
    assert_non_null(s);
    const struct vms_plan *p = plan_vms(&b->f.arena, s, "test", &b->f.diag);
    assert_non_null(p);
    return p;
}

static void plan_vms_mixes_models_when_no_single_one_may_have_every_vm(void **state)
{
    struct bench *b = *state;
    const struct vms_plan *p =
        plan_of(b,
                "fleet: {gpu: [A30, L40S]}\nmodes: [passthrough]\n"
                "cost: {gpu_hour: {A30: 1 USD, L40S: 2 USD}, energy: 1 USD/kWh}",
                TIMES "  model: {column: w}\n",
                "c,d,w\n0,9,A30\n0,9,L40S\n0,9,L40S\n0,9,A30|L40S\n0,9,\n");
    assert_int_equal(p->meets_n, 0);
    assert_int_equal(p->mix.part_n, 2);
    assert_int_equal(p->mix.part[0].gpus, 3); /* those that may choose go where it is cheaper */
    assert_int_equal(p->mix.part[1].gpus, 2);
    assert_int_equal(p->mix.gpus, 5);
    /* 3 x (1 USD + 165 W) + 2 x (2 USD + 350 W) */
    assert_true(p->mix.bill.usd > 8.194 && p->mix.bill.usd < 8.196);
    assert_true(p->mix.bound > 8.194 && p->mix.bound <= p->mix.bill.usd);
    assert_true(p->mix.in_usd && p->mix.search == VMMIX_ALL);
}

static void plan_vms_mixes_nothing_when_the_fleet_has_too_few_gpus(void **state)
{
    struct bench *b = *state;
    const struct vms_plan *p =
        plan_of(b, "fleet: {gpu: [A30, L40S], count: 1}\nmodes: [passthrough]",
                TIMES "  model: {column: w}\n", "c,d,w\n0,9,A30\n0,9,L40S\n");
    assert_int_equal(p->mix.part_n, 0);
    assert_string_equal(p->mix.why_not, "more GPUs than fleet.count");
}

/* Licences of the most vGPUs at once, and none for whole GPUs. */
static void plan_vms_bills_licences_and_energy_when_they_have_prices(void **state)
{
    struct bench *b = *state;
    const struct vms_plan *p =
        plan_of(b,
                "fleet: {gpu: A30}\nmodes: [time-sliced, passthrough]\n"
                "cost: {gpu_hour: {A30: 1 USD}, licence_hour: 0.1 USD, energy: 2 USD/kWh}",
                TIMES "  gpus: {column: n}\n  gpu: {column: m, unit: milli}\n",
                "c,d,n,m\n0,9,1,500\n0,9,1,500\n9,12,2,500\n9,12,1,500\n");
    assert_int_equal(p->candidate_n, 2);
    const struct bill *sliced = &p->candidate[0].bill;
    assert_int_equal(p->candidate[0].gpus, 2);
    assert_int_equal(sliced->licences, 3);
    assert_true(sliced->usd > 2.9599 && sliced->usd < 2.9601); /* 2 + 0.3 + 2 x 165 W x 2 */
    assert_int_equal(p->candidate[1].gpus, 3);
    assert_int_equal(p->candidate[1].bill.licences, 0);
}

enum {
    MIXED = 100,
    WAYS = 4,
    SHAPES = 3
};

/* The least cost of all ways to send SHAPES shapes to WAYS pairs of model and mode. */
static double cheapest(const struct scenario *s, double licence, const double rate[2])
{
    double part[WAYS][1 << SHAPES];
    for (int w = 0; w < WAYS; w++) {
        for (int set = 0; set < 1 << SHAPES; set++) {
            struct vmplay play;
            struct arena a;
            int gpus = 0;
            const bool takes[SHAPES] = {(set & 1) != 0, (set & 2) != 0, (set & 4) != 0};
            arena_init(&a, "test");
            assert_true(vmplay_open(&play, &a, s, s->plan_gpu[w / 2], w % 2, takes));
            const bool may = play.demand.rule == NULL;
            if (may && play.demand.vm_n > 0) {
                assert_true(vmplay_fewest(&play, s->place, &gpus));
            }
            part[w][set] = may ? rate[w / 2] * gpus + licence * play.demand.licences_most
                               : (double)INFINITY;
            vmplay_close(&play);
            arena_fini(&a);
        }
    }
    double best = (double)INFINITY;
    for (int i = 0; i < WAYS * WAYS * WAYS; i++) {
        int set[WAYS] = {0};
        set[i % WAYS] |= 1;
        set[i / WAYS % WAYS] |= 2;
        set[i / WAYS / WAYS] |= 4;
        const double sum =
            part[0][set[0]] + part[1][set[1]] + part[2][set[2]] + part[3][set[3]];
        best = sum < best ? sum : best;
    }
    return best;
}

/* Random traces of three kinds of VMs, half of them with prices. */
static void plan_vms_divides_as_well_as_all_divisions_when_they_are_tried(void **state)
{
    struct bench *b = *state;
    uint64_t seed = 11;
    int best_n = 0;
    int mixed_n = 0;
    for (int i = 0; i < MIXED; i++) {
        struct text file;
        struct vmmix mix;
        int milli[SHAPES];
        char head[320];
        const double usd[2] = {1.0, 1.0 + draw(&seed, 15) / 10.0};
        const int a30 = catalog_gpu_find(b->f.catalog, "A30");
        const int a100 = catalog_gpu_find(b->f.catalog, "A100-SXM4-80GB");
        milli[0] = 50 + (int)draw(&seed, 200);
        milli[1] = 260 + (int)draw(&seed, 200);
        milli[2] = 500 + (int)draw(&seed, 500);
        text_init(&file);
        text_add(&file, "c,d,m\n");
        for (int k = 0; k < 24; k++) {
            const int at = (int)draw(&seed, 100);
            text_addf(&file, "%d,%d,%d\n", at, at + 5 + (int)draw(&seed, 60),
                      milli[k < SHAPES ? k : (int)draw(&seed, SHAPES)]);
        }
        const bool has_prices = i % 2 == 0;
        snprintf(head, sizeof head,
                 "fleet: {gpu: [A30, A100-SXM4-80GB]}\nmodes: [passthrough, mig]\n"
                 "cost: {licence_hour: 0.4 USD, gpu_hour: {A30: %.1f USD%s%.1f USD}}",
                 usd[0], has_prices ? ", A100-SXM4-80GB: " : ", L40S: ", usd[1]);
        const struct scenario *s =
            read_vms(b, head, TIMES "  gpu: {column: m, unit: milli}\n", text_str(&file));
        assert_non_null(s);
        assert_int_equal(s->vms->shape_n, SHAPES);
        assert_true(s->plan_gpu[0] == a30 && s->plan_gpu[1] == a100);
        struct vmmix moves;
        assert_true(vmmix_divide(&mix, &b->f.arena, s, VMMIX_EXACT));
        assert_true(vmmix_divide(&moves, &b->f.arena, s, 0));
        assert_true(mix.in_usd == has_prices && mix.search == VMMIX_ALL);
        assert_true(moves.search == VMMIX_MOVES);
        const double rate[2] = {has_prices ? usd[0] : 1.0, has_prices ? usd[1] : 1.0};
        const double best = cheapest(s, has_prices ? 0.4 : 0.0, rate);
        assert_true(mix.bound <= best + 1e-9);
        assert_true(mix.cost >= best - 1e-9 && mix.cost <= best + 1e-5);
        assert_true(moves.cost >= best - 1e-9);
        const struct vms_plan *p = plan_vms(&b->f.arena, s, "test", &b->f.diag);
        assert_non_null(p);
        assert_true(p->mix.part_n == 0 || !has_prices ||
                    p->mix.bill.usd < p->candidate[0].bill.usd - 1e-9);
        best_n += moves.cost < best + 1e-9;
        mixed_n += mix.part_n > 1;
        text_fini(&file);
        assert_int_equal(fixture_fresh((void *[]){&b->f}), 0);
    }
    printf("moves find %d of %d cheapest divisions, %d have several parts\n", best_n, MIXED,
           mixed_n);
    assert_true(mixed_n > 0);
    assert_true(best_n >= MIXED - 5); /* moves of single kinds miss what takes two at once */
}

/* ---- Who lies where ---- */

static void plan_vms_moment_lies_on_the_packed_gpus_when_it_is_placed(void **state)
{
    static const char *const modes[] = {"passthrough", "time-sliced", "mig"};
    struct bench *b = *state;
    for (int i = 0; i < 3; i++) {
        char head[96];
        struct fleet f;
        snprintf(head, sizeof head, "fleet: {gpu: A30}\nmodes: [%s]", modes[i]);
        const struct vms_plan *p =
            plan_of(b, head, TIMES "  gpus: {column: n}\n  gpu: {column: m, unit: milli}\n",
                    "c,d,n,m\n0,9,1,500\n0,9,2,500\n5,9,1,250\n12,20,1,250\n");
        const struct scenario *v = plan_vms_moment(&b->f.arena, p, &b->f.diag);
        assert_non_null(v);
        assert_int_equal(v->vm_n, 3);
        assert_true(fleet_place(&f, &b->f.arena, v, 0, &b->f.diag));
        assert_true(f.feasible);
        assert_int_equal(f.gpus_used, p->candidate[0].packed);
        for (int t = 1; t < v->tenant_n; t++) {
            assert_string_not_equal(v->tenant[t].name, v->tenant[t - 1].name);
        }
    }
}

static void plan_vms_moment_is_refused_when_it_cannot_be_placed(void **state)
{
    static const char *const heads[] = {
        "fleet: {gpu: A30}\nmodes: [container-time-sliced]",
        "fleet: {hosts: [{name: h, gpu: A30, gpus: 4, count: 1}]}\nmodes: [passthrough]",
        "fleet: {gpu: [A30, L40S]}\nmodes: [passthrough]",
    };
    struct bench *b = *state;
    for (int i = 0; i < 3; i++) {
        const struct vms_plan *p =
            plan_of(b, heads[i], TIMES "  model: {column: w}\n",
                    i < 2 ? "c,d,w\n0,9,\n" : "c,d,w\n0,9,A30\n0,9,L40S\n");
        assert_null(plan_vms_moment(&b->f.arena, p, &b->f.diag));
        assert_true(diag_failed(&b->f.diag));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vms_are_read_alike_when_a_file_is_written_otherwise),
        cmocka_unit_test(vms_are_read_when_columns_are_many_and_times_are_dates),
        cmocka_unit_test(vms_keep_the_order_of_the_file_when_times_are_equal),
        cmocka_unit_test(vms_take_what_their_type_says_unless_a_column_does),
        cmocka_unit_test(vms_are_refused_with_their_line_when_a_row_is_wrong),
        cmocka_unit_test(vms_errors_are_counted_when_every_row_is_wrong),
        cmocka_unit_test(vms_read_back_when_their_scenario_is_printed),
        cmocka_unit_test(vms_are_refused_when_a_command_runs_them),
        cmocka_unit_test(fraction_is_the_smallest_profile_when_every_thousandth_is_tried),
        cmocka_unit_test(plan_vms_pays_for_fragmentation_when_instances_cannot_move),
        cmocka_unit_test(plan_vms_counts_by_hand_when_each_mode_is_asked),
        cmocka_unit_test(plan_vms_finds_the_fullest_moment_when_another_has_more_vms),
        cmocka_unit_test(plan_vms_leaves_vms_elsewhere_when_they_want_another_gpu),
        cmocka_unit_test(plan_vms_counts_the_refused_when_the_fleet_is_too_small),
        cmocka_unit_test(plan_vms_buys_hosts_when_cpus_run_out_before_gpus),
        cmocka_unit_test(plan_vms_packs_exactly_when_all_partitions_are_tried),
        cmocka_unit_test(plan_vms_mixes_models_when_no_single_one_may_have_every_vm),
        cmocka_unit_test(plan_vms_mixes_nothing_when_the_fleet_has_too_few_gpus),
        cmocka_unit_test(plan_vms_bills_licences_and_energy_when_they_have_prices),
        cmocka_unit_test(plan_vms_divides_as_well_as_all_divisions_when_they_are_tried),
        cmocka_unit_test(plan_vms_moment_lies_on_the_packed_gpus_when_it_is_placed),
        cmocka_unit_test(plan_vms_moment_is_refused_when_it_cannot_be_placed),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
