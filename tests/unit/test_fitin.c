/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_fitin.c - goal: a table of measurements becomes the times that it says, whatever its
 * columns are called, and bad rows are named. Method: small tables with times by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/input/catalogin.h"
#include "sim/input/fitin.h"

struct fixture {
    struct arena arena;
    struct diag diag;
    struct csvin csv;
    struct fitin in;
    const struct catalog *catalog;
};

static struct fixture fixture;

static int setup(void **state)
{
    memset(&fixture, 0, sizeof fixture);
    arena_init(&fixture.arena, "test");
    diag_init(&fixture.diag);
    fixture.catalog = catalog_load(&fixture.arena, NULL, &fixture.diag);
    *state = &fixture;
    return fixture.catalog == NULL;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    diag_fini(&f->diag);
    arena_fini(&f->arena);
    return 0;
}

static bool read_with(struct fixture *f, const char *text, const struct fitin_conf *conf)
{
    diag_fini(&f->diag);
    diag_init(&f->diag);
    return csvin_read(&f->csv, &f->arena, "m.csv", text, strlen(text), &f->diag) &&
           fitin_read(&f->in, &f->arena, f->catalog, &f->csv, conf, &f->diag);
}

static bool read_text(struct fixture *f, const char *text)
{
    const struct fitin_conf none = {.gpu = NULL};
    return read_with(f, text, &none);
}

/* Every spelling says 4 ms for a batch of 2 on 1g.10gb and 1 ms on the whole GPU. */
static void fitin_reads_times_when_columns_are_spelt_in_many_ways(void **state)
{
    struct fixture *f = *state;
    static const char *const tables[] = {
        "gpu,slice,batch,latency_ms\nA100-SXM4-80GB,1g.10gb,2,4\nA100-SXM4-80GB,full,2,1\n",
        "step_time_us,profile,gpu,batch\n4000,1g.10gb,A100-SXM4-80GB,2\n1000,full,A100-SXM4-"
        "80GB,"
        "2\n",
        "gpu,slice,batch,throughput_per_s\nA100-SXM4-80GB,1g.10gb,2,500\nA100-SXM4-80GB,full,2,"
        "2e3\n",
        "gpu,slice,batch,throughput,latency,unit\nA100-SXM4-80GB,1g.10gb,2,500,9,samples/s;ms\n"
        "A100-SXM4-80GB,full,2,,0.001,samples/s;s p50\n",
        "gpu,slice,batch,throughput_per_process_samples_per_s,latency_s\n"
        "A100-80GB,1g.10gb,2,500,\nA100-80GB,full,2,,0.001\n",
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (!read_text(f, tables[i])) {
            fail_msg("%s: %s", tables[i], f->diag.entry[0].text);
        }
        assert_int_equal(f->in.group_n, 1);
        const struct fit_data *data = &f->in.group[0].data;
        assert_int_equal(data->point_n, 2);
        assert_true(fabs(data->point[0].time_ns - 4e6) < 1);
        assert_true(fabs(data->point[1].time_ns - 1e6) < 1);
        assert_true(fabs(data->point[0].compute - 108.0 / 14) < 1e-12);
        assert_true(fabs(data->point[0].memory - 8) < 1e-12);
        assert_true(fabs(data->point[1].compute - 1) < 1e-12);
        assert_true(fabs(data->size[0] - 2) < 1e-12);
        assert_string_equal(f->in.group[0].slice[1], "full");
    }
}

static void fitin_counts_slices_when_compute_slices_are_given(void **state)
{
    struct fixture *f = *state;
    const struct fitin_conf conf = {.gpu = "A100-SXM4-80GB"};
    assert_true(read_with(f, "mig_gpcs,latency_ms\n1,7\n3,3\n7,1\n", &conf));
    assert_string_equal(f->in.group[0].slice[0], "1g.10gb");
    assert_string_equal(f->in.group[0].slice[1], "3g.40gb");
    assert_string_equal(f->in.group[0].slice[2], "7g.80gb");
    assert_false(read_with(f, "mig_gpcs,latency_ms\n1,7\n5,3\n", &conf));
    assert_non_null(strstr(f->diag.entry[0].text, "no MIG profile of 5 slices"));
    assert_int_equal(f->diag.entry[0].at.line, 3);
}

static void fitin_tells_workloads_apart_when_columns_differ(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "model,gpu,slice,n,latency_ms\n"
                               "a,A30,1g.6gb,1,4\na,A30,full,1,1\n"
                               "b,A30,1g.6gb,1,8\nb,A30,full,1,2\n"
                               "a,A30,1g.6gb,9,40\na,A30,full,9,10\n";
    static const char *const group[] = {"model", "n"};
    static const char *const where[] = {"n=1"};
    const struct fitin_conf by = {.group = group, .group_n = 2};
    const struct fitin_conf only = {.where = where, .where_n = 1};
    assert_true(read_text(f, text));
    assert_int_equal(f->in.group_n, 2);
    assert_int_equal(f->diag.entry_n, 1); /* line 6 against line 2: a factor of 10 */
    assert_non_null(strstr(f->diag.entry[0].text, "on line 2"));
    assert_true(read_with(f, text, &by));
    assert_int_equal(f->in.group_n, 3);
    assert_int_equal(f->diag.entry_n, 0);
    assert_true(read_with(f, text, &only));
    assert_int_equal(f->in.group_n, 2);
    assert_string_equal(f->in.group[1].name, "b, A30");
    assert_true(fabs(f->in.group[1].data.point[1].time_ns - 2e6) < 1);
}

static void fitin_leaves_out_when_there_is_one_slice(void **state)
{
    struct fixture *f = *state;
    assert_true(read_text(f, "model,gpu,slice,latency_ms\na,A30,1g.6gb,4\nb,A30,1g.6gb,4\n"
                             "b,A30,full,1\n"));
    assert_int_equal(f->in.group_n, 1);
    assert_string_equal(f->in.group[0].name, "b, A30");
    assert_false(read_text(f, "model,gpu,slice,latency_ms\na,A30,1g.6gb,4\n"));
}

static void fitin_refuses_when_rows_are_wrong(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *row, *part;
    } cases[] = {
        {"a,L4,1g.6gb,1,4,",      "no MIG profile"       },
        {"a,A30X,1g.6gb,1,4,",    "no GPU 'A30X'"        },
        {"a,A30,1g.6gb,0,4,",     "from 1 to 4096"       },
        {"a,A30,1g.6gb,4097,4,",  "from 1 to 4096"       },
        {"a,A30,1g.6gb,1.5,4,",   "whole number"         },
        {"a,A30,1g.6gb,1,,",      "neither throughput"   },
        {"a,A30,1g.6gb,1,-4,",    "'latency_ms' has '-4'"},
        {"a,A30,1g.6gb,1,1e999,", "decimal number"       },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "model,gpu,slice,batch,latency_ms,throughput\na,A30,full,1,1,\n%s\n",
                 cases[i].row);
        assert_false(read_text(f, text));
        const struct diag_entry *e = &f->diag.entry[0];
        if (strstr(e->text, cases[i].part) == NULL || e->at.line != 3) {
            fail_msg("%s: line %d: %s", cases[i].row, e->at.line, e->text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fitin_reads_times_when_columns_are_spelt_in_many_ways,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(fitin_counts_slices_when_compute_slices_are_given,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(fitin_tells_workloads_apart_when_columns_differ, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(fitin_leaves_out_when_there_is_one_slice, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(fitin_refuses_when_rows_are_wrong, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
