/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_export.c - exported documents are what their tools read.
 *
 * Goal: every format of every mode of a scenario is well formed, and says the placement.
 * Method: YAML is read back by the reader of scenarios and counted against the fleet; commands
 * are counted; every registry value is decoded by the function that reads one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/input/yaml.h"
#include "sim/plan/export.h"
#include "tests/unit/fixture.h"

/* One scenario with six modes; %s: GPU, hypervisor and sizes. */
static const char text_of_scenario[] =
    "version: 1\n"
    "name: test\n"
    "fleet: {gpu: %s, count: 4, mixed-size: %s}\n"
    "modes: [passthrough, time-sliced, mig, time-sliced-mig, container-time-sliced]\n"
    "tenants:\n"
    "  - {name: a, count: 3, framebuffer: %d GiB, workload: &w {kind: requests, arrivals: "
    "{process: poisson, rate: 1/s}, service: {dist: exponential, mean: 1 ms}}}\n"
    "  - {name: b, count: 1, framebuffer: %d GiB, workload: *w}\n";

static const struct scenario *read_scenario(struct fixture *w, const char *gpu, bool mixed,
                                            int a_gib, int b_gib)
{
    struct text bytes;
    text_init(&bytes);
    text_addf(&bytes, text_of_scenario, gpu, mixed ? "true" : "false", a_gib, b_gib);
    const struct scenario *s = scenario_read(&w->arena, w->catalog, "test.yaml",
                                             text_str(&bytes), bytes.n, NULL, &w->diag);
    assert_non_null(s);
    text_fini(&bytes);
    return s;
}

static struct yaml_node *read_yaml(struct fixture *w, const char *bytes)
{
    const struct yaml_source source = {"out.yaml", bytes, strlen(bytes), 1, 0};
    struct yaml_node *root = yaml_read(&w->arena, &source, &w->diag);
    assert_non_null(root);
    return root;
}

/* Sum of devices times count over the entries of the one configuration. */
static int count_devices(const struct yaml_node *root, const char *configs, const char *devices)
{
    const struct yaml_node *map = yaml_find(root, configs);
    int n = 0;
    assert_non_null(map);
    assert_true(yaml_is(yaml_find(root, "version"), "v1"));
    assert_int_equal(map->n, 1);
    for (int i = 0; i < map->entry[0].value->n; i++) {
        const struct yaml_node *entry = map->entry[0].value->entry[i].value;
        const int gpus = yaml_find(entry, "devices")->n;
        const struct yaml_node *of = yaml_find(entry, devices);
        for (int k = 0; k < of->n; k++) {
            n += gpus * atoi(of->entry[k].value->text);
        }
    }
    return n;
}

/* Every document of a stream on its own. */
static void read_stream(struct fixture *w, const char *bytes)
{
    while (bytes != NULL) {
        const char *end = strstr(bytes, "\n---\n");
        char *one = arena_copy(&w->arena, bytes,
                               end == NULL ? strlen(bytes) : (size_t)(end - bytes) + 1);
        if (strstr(one, "kind:") != NULL) {
            const struct yaml_node *root = read_yaml(w, one);
            assert_true(yaml_is(yaml_find(root, "kind"), "Deployment"));
        }
        bytes = end == NULL ? NULL : end + 5;
    }
}

/* Elements open and close in order, and nothing else is there. */
static void check_xml(const char *s)
{
    const char *open[16];
    int depth = 0;
    int elements = 0;
    for (s = strchr(s, '<'); s != NULL; s = strchr(s + 1, '<')) {
        if (strncmp(s, "<!--", 4) == 0) {
            s = strstr(s + 4, "--");
            assert_non_null(s);
            assert_int_equal(s[2], '>');
            continue;
        }
        const char *end = strchr(s, '>');
        assert_non_null(end);
        if (s[1] == '/') {
            assert_true(depth > 0);
            const size_t n = (size_t)(end - s) - 2;
            assert_int_equal(strncmp(open[--depth], s + 2, n), 0);
            assert_int_equal(strcspn(open[depth], " >"), n);
        } else if (end[-1] != '/') {
            assert_true(depth < 16);
            open[depth++] = s + 1;
        }
        elements++;
    }
    assert_int_equal(depth, 0);
    assert_true(elements > 3);
}

static void check_document(struct fixture *w, const struct export_format *format,
                           const struct export_job *job, const char *s)
{
    const struct fleet *f = job->f;
    if (strcmp(format->name, "mig-parted") == 0) {
        assert_int_equal(count_devices(read_yaml(w, s), "mig-configs", "mig-devices"),
                         f->domain_n);
    } else if (strcmp(format->name, "vgpu-device-manager") == 0) {
        assert_int_equal(count_devices(read_yaml(w, s), "vgpu-configs", "vgpu-devices"),
                         f->seat_n);
    } else if (strcmp(format->name, "kubernetes") == 0) {
        read_stream(w, s);
    } else if (strcmp(format->name, "device-plugin") == 0) {
        assert_true(yaml_is(yaml_find(read_yaml(w, s), "version"), "v1"));
    } else if (strcmp(format->name, "libvirt") == 0) {
        check_xml(s);
    } else if (strcmp(format->name, "nvidia-smi") == 0 && job->mode->kind != MODE_TIME_SLICED) {
        int starts = 0;
        for (const char *c = strstr(s, "-cgi "); c != NULL; c = strstr(c, "-cgi ")) {
            for (c += 5; *c != ' '; c++) {
                starts += *c == ':' ? 1 : 0;
            }
        }
        assert_int_equal(starts, f->domain_n);
    }
}

static int check_scenario(struct fixture *w, const struct scenario *s)
{
    int written = 0;
    for (int m = 0; m < s->mode_n; m++) {
        struct fleet f;
        struct export_job job;
        assert_true(fleet_place(&f, &w->arena, s, m, &w->diag));
        if (!f.feasible) {
            continue;
        }
        job = (struct export_job){.s = s, .f = &f, .mode = &s->mode[m], .arena = &w->arena};
        assert_true(export_job_init(&job, &w->diag));
        for (int i = 0; i < export_formats_n; i++) {
            const struct export_format *format = &export_formats[i];
            struct text out;
            if ((format->modes & 1U << s->mode[m].kind) == 0) {
                continue;
            }
            text_init(&out);
            if (format->write(&job, &out, &w->diag)) {
                check_document(w, format, &job, text_str(&out));
                written++;
            }
            text_fini(&out);
        }
    }
    return written;
}

static void export_is_well_formed_when_placed(void **state)
{
    struct fixture *w = *state;
    /* Five formats of passthrough, containers and the like apply to every board. */
    assert_true(check_scenario(w, read_scenario(w, "A100-PCIE-80GB", false, 10, 20)) >= 17);
    assert_true(check_scenario(w, read_scenario(w, "RTX-PRO-6000-BSE", false, 8, 24)) >= 17);
    assert_true(check_scenario(w, read_scenario(w, "L40S", true, 12, 24)) >= 10);
    assert_true(check_scenario(w, read_scenario(w, "T4", false, 4, 16)) >= 10);
}

/* Values of the guide, and the nearest legal ones outside the ranges. */
static void rmpvmrl_value_is_nearest_when_composed(void **state)
{
    (void)state;
    static const struct {
        const struct sched_kind *kind;
        enum discipline discipline;
        int64_t slice_ns;
        int averaging;
        uint32_t value;
    } cases[] = {
        {&sched_best_effort, DISCIPLINE_NONE,   0,        33, 0x00      },
        {&sched_equal_share, DISCIPLINE_STRICT, 0,        33, 0x01      },
        {&sched_fixed_share, DISCIPLINE_STRICT, 0,        33, 0x11      },
        {&sched_equal_share, DISCIPLINE_LEGACY, 3000000,  33, 0x00030003},
        {&sched_fixed_share, DISCIPLINE_LEGACY, 0,        33, 0x13      },
        {&sched_equal_share, DISCIPLINE_STRICT, 1041667,  60, 0x3c3c0001},
        {&sched_fixed_share, DISCIPLINE_STRICT, 1041667,  60, 0x3c3c0011},
        {&sched_fixed_share, DISCIPLINE_LEGACY, 45000000, 33, 0x001e0013},
        {&sched_equal_share, DISCIPLINE_STRICT, 20000000, 33, 0x2103f001},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(sched_rmpvmrl_value(cases[i].kind, cases[i].discipline,
                                             cases[i].slice_ns, cases[i].averaging),
                         cases[i].value);
    }
}

/* No setting inside the ranges is lost, clamped or read as something else. */
static void rmpvmrl_value_reads_back_when_in_range(void **state)
{
    (void)state;
    struct sched_rmpvmrl x;
    for (int hz = 63; hz <= 960; hz++) {
        const int averaging = 1 + hz % 60;
        const uint32_t value = sched_rmpvmrl_value(&sched_fixed_share, DISCIPLINE_STRICT,
                                                   sched_slice_of_frequency_ns(hz), averaging);
        assert_null(sched_rmpvmrl(value, &x));
        assert_ptr_equal(x.kind, &sched_fixed_share);
        assert_int_equal((int)x.frequency_hz, hz);
        assert_int_equal(x.averaging, averaging);
        assert_false(x.looks_like_slice || x.frequency_clamped || x.averaging_clamped);
    }
    for (int ms = 1; ms <= 30; ms++) {
        const uint32_t value = sched_rmpvmrl_value(&sched_equal_share, DISCIPLINE_LEGACY,
                                                   (int64_t)ms * 1000000, 33);
        assert_null(sched_rmpvmrl(value, &x));
        assert_int_equal(x.discipline, DISCIPLINE_LEGACY);
        assert_int_equal(x.slice_ms, ms);
        assert_false(x.slice_clamped);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(export_is_well_formed_when_placed, fixture_set_up,
                                        fixture_tear_down),
        cmocka_unit_test(rmpvmrl_value_is_nearest_when_composed),
        cmocka_unit_test(rmpvmrl_value_reads_back_when_in_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
