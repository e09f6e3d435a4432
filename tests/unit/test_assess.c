/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_assess.c - configuration files of other tools, read and assessed.
 *
 * Goal: verdicts agree with the rules of placement, and what export writes is read back as
 * possible. Method: cases that operators met, each a file of one entry; a round trip of every
 * feasible mode of scenarios on boards of each kind; the tools' own example files, read whole
 * ($VGPUSIM_TRACES or ../shared/traces; skipped where they are absent). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/input/configin.h"
#include "sim/plan/assess.h"
#include "sim/plan/export.h"
#include "tests/unit/fixture.h"

static const struct config *read_config(struct fixture *w, const char *bytes)
{
    const struct yaml_source source = {"config.yaml", bytes, strlen(bytes), 1, 0};
    assert_true(configin_is(bytes, strlen(bytes)));
    const struct config *c = configin_read(&w->arena, &source, &w->diag);
    if (c == NULL) {
        print_message("%s\n%s\n", w->diag.entry[0].text, bytes);
    }
    assert_non_null(c);
    return c;
}

static struct assessments assess(struct fixture *w, const struct config *c, const char *gpu)
{
    struct assessments x;
    const int gpu_ix = gpu == NULL ? -1 : catalog_gpu_find(w->catalog, gpu);
    assert_true(gpu == NULL || gpu_ix >= 0);
    assert_true(assess_config(&x, &w->arena, w->catalog, c, gpu_ix, &w->diag));
    return x;
}

/* ---- Cases ---- */

static const struct {
    const char *gpu;
    bool is_mig;
    const char *want;
    enum assess verdict;
    const char *rule; /* NULL: not looked at */
    const char *text; /* part of it; NULL: not looked at */
} cases[] = {
    {"A100-PCIE-40GB",   true,  "'1g.10gb': 4, '1g.5gb': 3",               ASSESS_IMPOSSIBLE, "MIG-02",
     "no places"                                                                                                          },
    {"A100-PCIE-40GB",   true,  "'3g.20gb': 1, '4g.20gb': 1",              ASSESS_POSSIBLE,   NULL,
     "3g.20gb at 4"                                                                                                       },
    {"A100-PCIE-40GB",   true,  "'4g.20gb': 1, '2g.10gb': 1, '1g.5gb': 1", ASSESS_POSSIBLE,   NULL,
     NULL                                                                                                                 },
    {"A100-PCIE-40GB",   true,  "'1g.5gb': 8",                             ASSESS_IMPOSSIBLE, "MIG-02",  "a GPU takes 7"  },
    {"A100-PCIE-40GB",   true,  "'3g.20gb': 2, '1g.5gb': 1",               ASSESS_IMPOSSIBLE, "MIG-02",
     "one 1g.5gb less"                                                                                                    },
    {"A100-PCIE-40GB",   true,  "'1c.3g.20gb': 4",                         ASSESS_POSSIBLE,   NULL,      "3g.20gb at 4, 0"},
    {"A100-PCIE-40GB",   true,  "'1c.3g.20gb': 7",                         ASSESS_IMPOSSIBLE, "MIG-02",  "3 x 3g.20gb"    },
    {"A100-PCIE-40GB",   true,  "'3c.4g.20gb': 1",                         ASSESS_IMPOSSIBLE, "MIG-02",  "3 slices"       },
    {"A100-PCIE-40GB",   true,  "'1g.6gb': 1",                             ASSESS_IMPOSSIBLE, "MIG-02",  "no profile"     },
    {"A100-PCIE-80GB",   true,  "'3g.39gb': 2",                            ASSESS_POSSIBLE,   NULL,      "3g.40gb at"     },
    {"A30",              true,  "'1g.6gb+me': 2",                          ASSESS_IMPOSSIBLE, "MIG-02",  NULL             },
    {"T4",               true,  "'1g.6gb': 1",                             ASSESS_IMPOSSIBLE, "MIG-01",  NULL             },
    {"RTX-PRO-6000-BSE", true,  "'1g.24gb+me.all': 1, '1g.24gb-me': 3",    ASSESS_POSSIBLE,   NULL,
     NULL                                                                                                                 },
    {"RTX-PRO-6000-BSE", true,  "'1g.24gb+me.all': 1, '1g.24gb': 1",       ASSESS_IMPOSSIBLE, "MIG-02",
     "+me.all"                                                                                                            },
    {"RTX-PRO-6000-WS",  true,  "'1g.24gb': 1",                            ASSESS_UNKNOWN,    "DATA-01", NULL             },
    {"A100-PCIE-80GB",   false, "A100D-10C: 8",                            ASSESS_POSSIBLE,   NULL,      NULL             },
    {"A100-PCIE-80GB",   false, "A100D-10C: 9",                            ASSESS_IMPOSSIBLE, "CAP-01",  NULL             },
    {"A100-PCIE-80GB",   false, "A100D-1-10C: 7",                          ASSESS_POSSIBLE,   NULL,      NULL             },
    {"A100-PCIE-80GB",   false, "A100D-1-10C: 8",                          ASSESS_IMPOSSIBLE, "MIG-02",  NULL             },
    {"A100-PCIE-80GB",   false, "A100D-1-10C: 1, A100D-10C: 1",            ASSESS_IMPOSSIBLE, "MIG-03",
     NULL                                                                                                                 },
    {"A100-PCIE-80GB",   false, "T4-4Q: 1",                                ASSESS_IMPOSSIBLE, NULL,      "a type of T4"   },
    {"T4",               false, "T4-4Q: 2, T4-8Q: 1",                      ASSESS_IMPOSSIBLE, "MIX-01",  NULL             },
    {"L40S",             false, "L40S-12Q: 2, L40S-24Q: 1",                ASSESS_POSSIBLE,   NULL,      "mixed-size"     },
    {"L40S",             false, "L40S-12Q: 3, L40S-24Q: 1",                ASSESS_IMPOSSIBLE, "CAP-02",  NULL             },
    {"RTX-PRO-6000-BSE", false, "DC-1-2Q: 48",                             ASSESS_POSSIBLE,   NULL,      "at 0, 3, 6, 9"  },
    {"RTX-PRO-6000-BSE", false, "DC-1-2Q: 49",                             ASSESS_IMPOSSIBLE, "MIG-02",  NULL             },
    {"RTX-PRO-6000-BSE", false, "DC-8C: 12",                               ASSESS_POSSIBLE,   NULL,      NULL             },
    {"RTX-PRO-4500-BSE", false, "DC-16Q: 2",                               ASSESS_UNKNOWN,    "DATA-01", NULL             },
    {"A2",               false, "A2-16C: 1",                               ASSESS_UNKNOWN,    "DATA-01", NULL             },
};

static void assess_answers_when_asked_on_a_board(void **state)
{
    struct fixture *w = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char bytes[512];
        snprintf(bytes, sizeof bytes,
                 cases[i].is_mig ? "version: v1\nmig-configs:\n  a: [{devices: all, "
                                   "mig-enabled: true, mig-devices: {%s}}]\n"
                                 : "version: v1\nvgpu-configs:\n  a: [{devices: all, "
                                   "vgpu-devices: {%s}}]\n",
                 cases[i].want);
        const struct assessments x = assess(w, read_config(w, bytes), cases[i].gpu);
        assert_int_equal(x.n, 1);
        if (x.list[0].verdict != cases[i].verdict) {
            print_message("%s: %s: %s\n", cases[i].gpu, cases[i].want, x.list[0].text);
        }
        assert_int_equal(x.list[0].verdict, cases[i].verdict);
        assert_int_equal(x.entry_n[cases[i].verdict], 1);
        if (cases[i].rule != NULL) {
            assert_non_null(x.list[0].rule);
            assert_string_equal(x.list[0].rule, cases[i].rule);
        }
        if (cases[i].text != NULL && strstr(x.list[0].text, cases[i].text) == NULL) {
            print_message("'%s' is not in '%s'\n", cases[i].text, x.list[0].text);
            fail();
        }
    }
}

/* Spellings that the tools take for the same. */
static void configin_reads_the_same_when_spelt_otherwise(void **state)
{
    struct fixture *w = *state;
    static const char *const same[] = {
        "version: v1\nmig-configs:\n  a:\n    - device-filter: \"0x20F110DE\"\n      devices: "
        "all\n      mig-enabled: true\n      mig-devices:\n        \"1g.5gb\": 7\n",
        "{\"version\": \"v1\", \"mig-configs\": {\"a\": [{\"device-filter\": [\"0x20f110de\"], "
        "\"devices\": \"all\", \"mig-enabled\": true, \"mig-devices\": {\"1g.5gb\": 7}}]}}",
        "mig-configs: {a: [{mig-devices: {1g.5gb: 7}, mig-enabled: yes, devices: all, "
        "device-filter: ['552669406']}]}\nversion: 'v1'\n",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        const struct config *c = read_config(w, same[i]);
        const struct config_entry *e = &c->set[0].entry[0];
        assert_int_equal(c->kind, CONFIG_MIG);
        assert_int_equal(e->filter_n, 1);
        assert_int_equal(e->filter[0].pci_id, 0x20F1);
        assert_true(e->all_devices && e->mig_enabled);
        assert_int_equal(e->want_n, 1);
        assert_string_equal(e->want[0].name, "1g.5gb");
        assert_int_equal(e->want[0].count, 7);
    }
}

/* ---- Round trip ---- */

static const char text_of_scenario[] =
    "version: 1\n"
    "name: test\n"
    "fleet: {gpu: %s, count: 4, mixed-size: %s}\n"
    "modes: [time-sliced, mig, time-sliced-mig]\n"
    "tenants:\n"
    "  - {name: a, count: 5, framebuffer: %d GiB, workload: &w {kind: requests, arrivals: "
    "{process: poisson, rate: 1/s}, service: {dist: exponential, mean: 1 ms}}}\n"
    "  - {name: b, count: 2, framebuffer: %d GiB, workload: *w}\n";

static int round_trip(struct fixture *w, const struct scenario *s, int mode, const char *format)
{
    struct fleet f;
    struct export_job job;
    struct text out;
    const struct export_format *to = export_find(format, &w->diag);
    assert_true(fleet_place(&f, &w->arena, s, mode, &w->diag));
    if (!f.feasible || (to->modes & 1U << s->mode[mode].kind) == 0) {
        return 0;
    }
    text_init(&out);
    job = (struct export_job){.s = s, .f = &f, .mode = &s->mode[mode], .arena = &w->arena};
    assert_true(export_job_init(&job, &w->diag));
    const bool has_types = f.seat[0].type != NULL;
    assert_int_equal(to->write(&job, &out, &w->diag),
                     has_types || strcmp(format, "mig-parted") == 0);
    if (out.n == 0) { /* a board whose vGPU types the tables do not know */
        text_fini(&out);
        return 0;
    }
    char *bytes = arena_copy(&w->arena, text_str(&out), out.n);
    text_fini(&out);
    const struct assessments x =
        assess(w, read_config(w, bytes), w->catalog->gpu[s->gpu_ix].key);
    assert_int_equal(x.n, x.entry_n[ASSESS_POSSIBLE]);
    assert_int_equal(x.skipped_n, 0);
    assert_true(x.n > 0);
    return 1;
}

static void export_reads_back_as_possible_when_feasible(void **state)
{
    struct fixture *w = *state;
    int done = 0;
    for (int g = 0; g < w->catalog->gpu_n; g++) {
        const struct gpu *gpu = &w->catalog->gpu[g];
        for (int mixed = 0; mixed < 2; mixed++) {
            struct text bytes;
            text_init(&bytes);
            text_addf(&bytes, text_of_scenario, gpu->key, mixed ? "true" : "false",
                      gpu->framebuffer_gib / 8, gpu->framebuffer_gib / 4);
            const struct scenario *s = scenario_read(&w->arena, w->catalog, "test.yaml",
                                                     text_str(&bytes), bytes.n, NULL, &w->diag);
            text_fini(&bytes);
            assert_non_null(s);
            for (int m = 0; m < s->mode_n; m++) {
                done += round_trip(w, s, m, "mig-parted");
                done += round_trip(w, s, m, "vgpu-device-manager");
            }
        }
    }
    assert_true(done > 100);
}

/* ---- The tools' own files ---- */

static char *read_file(struct fixture *w, const char *name)
{
    char path[512];
    const char *folder = getenv("VGPUSIM_TRACES");
    snprintf(path, sizeof path, "%s/nvidia-config/%s",
             folder == NULL ? "../shared/traces" : folder, name);
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return NULL;
    }
    char *bytes = arena_alloc(&w->arena, 1 << 20, 1);
    const size_t n = fread(bytes, 1, (1 << 20) - 1, f);
    bytes[n] = '\0';
    fclose(f);
    return bytes;
}

/* Every entry has an answer. Nothing in NVIDIA's files is impossible; what is unknown is named
 * in docs/hardware.md. Counts: entries of the files at the commits of ../shared/traces. */
static void assess_answers_every_entry_when_the_file_is_a_tools_own(void **state)
{
    struct fixture *w = *state;
    static const struct {
        const char *name;
        int set_n, possible_n, unknown_n;
    } files[] = {
        {"mig-parted_config-default.yaml",          81,  93,  1 },
        {"mig-parted_dgx-station-80gb-config.yaml", 9,   21,  0 },
        {"mig-parted_examples_config.yaml",         9,   13,  0 },
        {"vgpu-device-manager_config-example.yaml", 711, 693, 73},
        {"vgpu-device-manager_config-t4.yaml",      8,   11,  0 },
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        const char *bytes = read_file(w, files[i].name);
        if (bytes == NULL) {
            print_message("no %s: skipped\n", files[i].name);
            skip();
        }
        const struct config *c = read_config(w, bytes);
        const struct assessments x = assess(w, c, NULL);
        int entry_n = 0;
        for (int k = 0; k < c->set_n; k++) {
            entry_n += c->set[k].entry_n;
        }
        assert_int_equal(c->set_n, files[i].set_n);
        assert_int_equal(x.entry_n[ASSESS_POSSIBLE], files[i].possible_n);
        assert_int_equal(x.entry_n[ASSESS_UNKNOWN], files[i].unknown_n);
        assert_int_equal(x.entry_n[ASSESS_IMPOSSIBLE], 0);
        assert_int_equal(entry_n, files[i].possible_n + files[i].unknown_n);
        assert_true(x.n >= entry_n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(assess_answers_when_asked_on_a_board, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test_setup_teardown(configin_reads_the_same_when_spelt_otherwise,
                                        fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(export_reads_back_as_possible_when_feasible,
                                        fixture_set_up, fixture_tear_down),
        cmocka_unit_test_setup_teardown(assess_answers_every_entry_when_the_file_is_a_tools_own,
                                        fixture_set_up, fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
