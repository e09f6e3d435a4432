/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_schedules.c - 300 deterministic schedules, each under three disciplines, to the
 * nanosecond.
 *
 * tests/law/schedules.jsonl holds jobs as [tenant, arrival, work] and their completion times
 * computed by two independent steppers; one unit of time is run as 1 ms. Best effort, a ring of
 * `ring_slots` slots that keeps idle ones, and a dedicated server per tenant. Every job of
 * every schedule must complete at exactly the stated time, and under slots and dedicated
 * servers with exactly the latency that it has when the neighbours are silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "sim/run/lane.h"

enum {
    VMS = 16,
    JOBS = 64
};

#define UNIT_NS INT64_C(1000000)

struct schedule {
    json_t *json;
    int vm_n, job_n;
    struct trace_rows rows[VMS];
    int64_t arrival[VMS][JOBS], service[VMS][JOBS];
    int job_of[VMS][JOBS]; /* position in the list, by VM and serial */
    struct tenant tenant[VMS];
    int64_t done_ns[JOBS];
    int64_t differ; /* completions that are not those of the silent lane */
};

static int64_t integer(const json_t *o, const char *key)
{
    return json_integer_value(json_object_get(o, key));
}

/* Jobs of each tenant become the rows of a trace; its arrivals stay absolute because row 0 of
 * the trace may be later than 0. */
static void read_schedule(struct schedule *s, json_t *json)
{
    memset(s, 0, sizeof *s);
    s->json = json;
    s->vm_n = (int)integer(json, "n");
    const json_t *jobs = json_object_get(json, "jobs");
    s->job_n = (int)json_array_size(jobs);
    assert_true(s->vm_n <= VMS && s->job_n <= JOBS);
    for (int j = 0; j < s->job_n; j++) {
        const json_t *job = json_array_get(jobs, (size_t)j);
        int v = (int)json_integer_value(json_array_get(job, 0));
        struct trace_rows *r = &s->rows[v];
        s->arrival[v][r->n] = json_integer_value(json_array_get(job, 1)) * UNIT_NS;
        s->service[v][r->n] = json_integer_value(json_array_get(job, 2)) * UNIT_NS;
        s->job_of[v][r->n] = j;
        r->n++;
    }
    for (int v = 0; v < s->vm_n; v++) {
        struct trace_rows *r = &s->rows[v];
        struct work *w = &s->tenant[v].work;
        r->arrival_ns = s->arrival[v];
        r->service_ns = s->service[v];
        r->span_ns = r->n > 0 ? r->arrival_ns[r->n - 1] : 0;
        *w = (struct work){.kind = WORK_TRACE, .trace = r, .streams = 1};
        w->scaling = (struct scaling){.compute_frac = 1.0, .width_frac = 1.0};
        s->tenant[v].name = "tenant";
    }
}

struct context {
    struct schedule *s;
    const struct lane *lane;
};

static void on_done_one(void *context, const struct lane_done *r)
{
    struct context *c = context;
    int v = c->lane->vm[r->vm].tenant_ix;
    c->s->done_ns[c->s->job_of[v][r->serial]] = r->done_ns;
    c->s->differ += r->done_ns - r->arrival_ns != r->baseline_ns;
}

static void on_done(void *context, const struct lane_done *r, int n)
{
    for (int i = 0; i < n; i++) {
        on_done_one(context, &r[i]);
    }
}

static void run_lane(struct schedule *s, const struct lane *lane)
{
    struct arena arena;
    arena_init(&arena, "test");
    struct lane_sim *sim = lane_sim_new(&arena, lane);
    struct lane_books books;
    assert_non_null(sim);
    assert_true(lane_books_init(&books, &arena, lane));
    struct context context = {.s = s, .lane = lane};
    struct lane_options o = {.trace_all = true,
                             .to_the_end = true,
                             .to_ns = INT64_MAX,
                             .done = on_done,
                             .context = &context};
    assert_true(lane_sim_run(sim, &o, &books));
    lane_sim_fini(sim);
    arena_fini(&arena);
}

/* VMs without jobs are powered on and silent: they hold a slot and have no lane_vm. */
static void run_shared(struct schedule *s, const struct sched_kind *kind)
{
    struct lane_domain domain = {.sched = kind, .weight = 1.0};
    struct lane_vm vm[VMS] = {{0}};
    struct lane lane = {.domain = &domain, .domain_n = 1, .vm = vm};
    domain.params = (struct sched_params){.slice_ns = integer(s->json, "slice") * UNIT_NS,
                                          .switch_ns = integer(s->json, "switch") * UNIT_NS,
                                          .vgpu_n = s->vm_n,
                                          .ring_n = (int)integer(s->json, "ring_slots")};
    for (int v = 0; v < s->vm_n; v++) {
        if (s->rows[v].n > 0) {
            vm[lane.vm_n++] = (struct lane_vm){
                .tenant_ix = v,
                .tenant = &s->tenant[v],
                .server_n = 1,
                .server = {{.slot = v, .factor = {.compute = 1.0, .memory = 1.0}}}};
        }
    }
    run_lane(s, &lane);
}

static void run_dedicated(struct schedule *s)
{
    for (int v = 0; v < s->vm_n; v++) {
        struct lane_domain domain = {.weight = 1.0};
        struct lane_vm vm = {.tenant_ix = v,
                             .tenant = &s->tenant[v],
                             .server_n = 1,
                             .server = {{.factor = {.compute = 1.0, .memory = 1.0}}}};
        struct lane lane = {.domain = &domain, .domain_n = 1, .vm = &vm, .vm_n = 1};
        if (s->rows[v].n > 0) {
            run_lane(s, &lane);
        }
    }
}

static void compare(const struct schedule *s, const char *discipline)
{
    const json_t *want = json_object_get(s->json, discipline);
    assert_int_equal(json_array_size(want), s->job_n);
    for (int j = 0; j < s->job_n; j++) {
        int64_t exact = json_integer_value(json_array_get(want, (size_t)j)) * UNIT_NS;
        if (s->done_ns[j] != exact) {
            fail_msg("schedule %d, %s, job %d: completed at %lld ns, expected %lld ns",
                     (int)integer(s->json, "id"), discipline, j, (long long)s->done_ns[j],
                     (long long)exact);
        }
    }
}

/* Calls check for every schedule of the file; returns how many there were. */
static int for_each(void (*check)(struct schedule *s))
{
    FILE *f = fopen("tests/law/schedules.jsonl", "r");
    if (!f) {
        fail_msg("run from the root of the repository: cannot open tests/law/schedules.jsonl");
    }
    static struct schedule s;
    static char line[16384];
    int n = 0;
    while (fgets(line, sizeof line, f)) {
        json_t *json = json_loads(line, 0, NULL);
        assert_non_null(json);
        read_schedule(&s, json);
        check(&s);
        json_decref(json);
        n++;
    }
    fclose(f);
    return n;
}

static void check_best_effort(struct schedule *s)
{
    run_shared(s, &sched_best_effort);
    compare(s, "best_effort");
}

static void check_slots(struct schedule *s)
{
    run_shared(s, &sched_equal_share);
    compare(s, "slots");
    assert_int_equal(s->differ, 0);
    run_shared(s, &sched_fixed_share);
    compare(s, "slots");
}

static void check_dedicated(struct schedule *s)
{
    run_dedicated(s);
    compare(s, "dedicated");
    assert_int_equal(s->differ, 0);
}

static void lane_reproduces_schedules_when_best_effort(void **state)
{
    (void)state;
    assert_int_equal(for_each(check_best_effort), 300);
}

static void lane_reproduces_schedules_when_slots_are_kept(void **state)
{
    (void)state;
    assert_int_equal(for_each(check_slots), 300);
}

static void lane_reproduces_schedules_when_dedicated(void **state)
{
    (void)state;
    assert_int_equal(for_each(check_dedicated), 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lane_reproduces_schedules_when_best_effort),
        cmocka_unit_test(lane_reproduces_schedules_when_slots_are_kept),
        cmocka_unit_test(lane_reproduces_schedules_when_dedicated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
