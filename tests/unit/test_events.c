/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goal: the trace of a run shows what the run reports. Method: scenarios of every kind of work
 * and mode, whose slices, added up from the JSON, must be the reported utilization of the same
 * window and the engine's own books, to the nanosecond; tracks without overlap; requests that
 * begin and end; queues that follow from the requests. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "sim/report/rep_events.h"
#include "tests/unit/fixture.h"

#define HEAD                                                                                   \
    "version: 1\nname: t\nhorizon: 2 s\nwarmup: 500 ms\nreplicas: 1\n"                         \
    "fleet: {gpu: A100-PCIE-80GB, count: auto}\n"

static const char *const scenarios[] = {
    HEAD
    "modes: [passthrough, {mode: time-sliced, scheduler: {policy: best-effort}}, "
    "{mode: time-sliced, scheduler: {policy: equal-share}}, "
    "{mode: time-sliced, scheduler: {policy: fixed-share, discipline: legacy}}, mig, "
    "container-time-sliced]\n"
    "tenants:\n"
    "  - {name: a, count: 3, framebuffer: 10 GiB, workload: {kind: requests, "
    "arrivals: {process: poisson, rate: 20/s}, service: {dist: exponential, mean: 6 ms}}}\n"
    "  - {name: b, framebuffer: 10 GiB, workload: {kind: closed, clients: 3, "
    "think: 5 ms, service: {dist: lognormal, mean: 15 ms, cv: 1}}}\n",
    HEAD
    "modes: [passthrough, {mode: time-sliced, scheduler: {linger: 1 ms}}, mig]\n"
    "tenants:\n"
    "  - {name: v, count: 2, framebuffer: 10 GiB, workload: {kind: frames, fps: 60 fps, "
    "service: {dist: exponential, mean: 4 ms}, host: {dist: deterministic, mean: 2 ms}}}\n"
    "  - {name: t, framebuffer: 10 GiB, workload: {kind: training, "
    "service: {dist: deterministic, mean: 30 ms}, host: {dist: deterministic, mean: 5 ms}}}\n"
    "  - {name: k, framebuffer: 10 GiB, workload: {kind: requests, streams: 2, "
    "kernels: {count: 3, gap: 1 ms}, arrivals: {process: periodic, rate: 30/s}, "
    "service: {dist: exponential, mean: 9 ms}}}\n",
    HEAD
    "modes: [passthrough, time-sliced]\n"
    "tenants:\n"
    "  - {name: l, count: 2, framebuffer: 40 GiB, workload: {kind: llm, "
    "arrivals: {process: poisson, rate: 2/s}, prompt: {dist: exponential, mean: 200}, "
    "output: {dist: exponential, mean: 50}, prefill: {per-token: 50 us}, "
    "decode: {base: 5 ms, per-sequence: 200 us}}}\n"
    "  - {name: o, framebuffer: 40 GiB, workload: {kind: requests, "
    "arrivals: {process: poisson, rate: 300/s}, service: {dist: exponential, mean: 10 ms}}}\n",
    HEAD
    "modes: [passthrough]\n"
    "tenants:\n"
    "  - {name: w, vgpus: 2, framebuffer: 80 GiB, workload: {kind: requests, streams: 1, "
    "arrivals: {process: poisson, rate: 90/s}, service: {dist: exponential, mean: 10 ms}}}\n",
};

struct sink {
    struct text text;
    int pieces;
};

static bool put(void *context, const char *bytes, size_t n)
{
    struct sink *s = context;
    text_add_n(&s->text, bytes, n);
    s->pieces++;
    return true;
}

static int64_t ns_of(json_t *event, const char *key)
{
    return llround(json_number_value(json_object_get(event, key)) * 1000.0);
}

static int int_of(json_t *event, const char *key)
{
    return (int)json_integer_value(json_object_get(event, key));
}

static bool is(json_t *event, const char *key, const char *text)
{
    const char *s = json_string_value(json_object_get(event, key));
    return s && strcmp(s, text) == 0;
}

/* The trace of [from, to) as JSON; the caller's. */
static json_t *trace_of(struct fixture *f, const struct result *r, int64_t from_ns,
                        int64_t to_ns)
{
    struct sink sink = {.pieces = 0};
    json_error_t error;
    text_init(&sink.text);
    const struct rep_events_options o = {
        .from_ns = from_ns, .to_ns = to_ns, .write = put, .context = &sink};
    assert_true(rep_events_write(r, &o, &f->diag));
    json_t *doc = json_loads(text_str(&sink.text), 0, &error);
    if (!doc) {
        fail_msg("line %d: %s", error.line, error.text);
    }
    text_fini(&sink.text);
    return doc;
}

/* Sum of the slices of one category on a track; pid 0: on all tracks of the mode. */
static int64_t sum(json_t *events, const char *category, int pid, int tid, int mode)
{
    size_t i;
    json_t *e;
    int64_t ns = 0;
    json_array_foreach(events, i, e)
    {
        bool here = pid > 0 ? int_of(e, "pid") == pid && int_of(e, "tid") == tid
                            : (int_of(e, "pid") - 1) / GPUS_MAX == mode;
        if (here && is(e, "ph", "X") && is(e, "cat", category)) {
            ns += ns_of(e, "dur");
        }
    }
    return ns;
}

static void events_add_up_when_the_window_is_that_of_the_run(void **state)
{
    struct fixture *f = *state;
    for (size_t k = 0; k < sizeof scenarios / sizeof scenarios[0]; k++) {
        const struct scenario *s = fixture_read(f, scenarios[k]);
        if (!s) {
            fail_msg("scenario %zu: %s", k, f->diag.entry[0].text);
            return;
        }
        const struct result *r = fixture_run(f, s, 1, true);
        assert_non_null(r);
        json_t *doc = trace_of(f, r, 500000000, 2500000000);
        json_t *events = json_object_get(doc, "traceEvents");
        for (int m = 0; m < s->mode_n; m++) {
            const struct mode_result *mode = &r->mode[m];
            if (!mode->simulated) {
                fail_msg("scenario %zu, mode %d: %s", k, m, mode->fleet->reasons.list[0].text);
            }
            bool is_whole =
                s->mode[m].kind != MODE_MIG && s->mode[m].kind != MODE_TIME_SLICED_MIG;
            double window_ns = 2e9 * mode->fleet->gpus_used;
            if (is_whole) {
                assert_int_equal(sum(events, "busy", 0, 0, m),
                                 llround(mode->useful_frac.value * window_ns));
                assert_int_equal(sum(events, "switch", 0, 0, m),
                                 llround(mode->switch_frac.value * window_ns));
            }
            assert_true(sum(events, "busy", 0, 0, m) > 0);
        }
        size_t i;
        json_t *t;
        json_array_foreach(json_object_get(json_object_get(doc, "otherData"), "tracks"), i, t)
        {
            int64_t busy_ns = json_integer_value(json_object_get(t, "busy_ns"));
            int64_t switch_ns = json_integer_value(json_object_get(t, "switch_ns"));
            assert_int_equal(sum(events, "busy", int_of(t, "pid"), int_of(t, "tid"), 0),
                             busy_ns);
            assert_int_equal(sum(events, "switch", int_of(t, "pid"), int_of(t, "tid"), 0),
                             switch_ns);
        }
        assert_true(i > 0);
        json_decref(doc);
    }
}

struct stretch {
    int pid, tid;
    int64_t from_ns, to_ns;
};

static int compare(const void *a, const void *b)
{
    const struct stretch *x = a;
    const struct stretch *y = b;
    if (x->pid != y->pid || x->tid != y->tid) {
        return x->pid != y->pid ? x->pid - y->pid : x->tid - y->tid;
    }
    return (x->from_ns > y->from_ns) - (x->from_ns < y->from_ns);
}

static void events_do_not_overlap_when_they_share_a_track(void **state)
{
    struct fixture *f = *state;
    for (size_t k = 0; k < sizeof scenarios / sizeof scenarios[0]; k++) {
        const struct result *r = fixture_run(f, fixture_read(f, scenarios[k]), 1, false);
        assert_non_null(r);
        json_t *doc = trace_of(f, r, 700000000, 900000000);
        json_t *events = json_object_get(doc, "traceEvents");
        struct stretch *all = calloc(json_array_size(events), sizeof *all);
        size_t n = 0;
        size_t i;
        json_t *e;
        json_array_foreach(events, i, e)
        {
            if (is(e, "ph", "X")) {
                int64_t from_ns = ns_of(e, "ts");
                int64_t to_ns = from_ns + ns_of(e, "dur");
                assert_true(from_ns >= 700000000 && to_ns <= 900000000 && from_ns < to_ns);
                all[n++] = (struct stretch){int_of(e, "pid"), int_of(e, "tid"), from_ns, to_ns};
            }
        }
        assert_true(n > 4);
        qsort(all, n, sizeof *all, compare);
        for (i = 1; i < n; i++) {
            bool same = all[i].pid == all[i - 1].pid && all[i].tid == all[i - 1].tid;
            assert_true(!same || all[i].from_ns >= all[i - 1].to_ns);
        }
        free(all);
        json_decref(doc);
    }
}

/* Of one VM that is alone: queues are what requests that came and were done leave. */
static void events_of_a_queue_follow_when_requests_come_and_go(void **state)
{
    static const char yaml[] =
        HEAD "modes: [passthrough]\n"
             "tenants:\n  - {name: a, framebuffer: 10 GiB, workload: {kind: requests, "
             "arrivals: {process: poisson, rate: 80/s}, service: {dist: exponential, mean: 10 "
             "ms}}}\n";
    struct fixture *f = *state;
    const struct result *r = fixture_run(f, fixture_read(f, yaml), 3, false);
    assert_non_null(r);
    json_t *doc = trace_of(f, r, 0, 2000000000);
    json_t *events = json_object_get(doc, "traceEvents");
    size_t i;
    json_t *e;
    int64_t seen = 0;
    int64_t before_ns = 0;
    json_array_foreach(events, i, e)
    {
        if (!is(e, "ph", "C")) {
            continue;
        }
        int64_t at_ns = ns_of(e, "ts");
        json_t *args = json_object_get(e, "args");
        int64_t in_system = 0;
        size_t j;
        json_t *x;
        json_array_foreach(events, j, x)
        {
            if (is(x, "name", "request") && ns_of(x, "ts") <= at_ns) {
                in_system += is(x, "ph", "b") ? 1 : -1;
            }
        }
        assert_int_equal(in_system, int_of(args, "waiting") + int_of(args, "in service"));
        assert_true(seen == 0 || at_ns > before_ns);
        before_ns = at_ns;
        seen++;
    }
    assert_true(seen > 100);
    json_decref(doc);
}

static bool refuse(void *context, const char *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    ++*(int *)context;
    return false;
}

static void events_end_when_nobody_takes_them(void **state)
{
    struct fixture *f = *state;
    const struct result *r = fixture_run(f, fixture_read(f, scenarios[0]), 1, false);
    assert_non_null(r);
    int calls = 0;
    const struct rep_events_options o = {
        .from_ns = 0, .to_ns = 2000000000, .write = refuse, .context = &calls};
    assert_false(rep_events_write(r, &o, &f->diag));
    assert_int_equal(calls, 1);
}

static int setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    *state = f;
    return f && fixture_open(f) ? 0 : 1;
}

static int teardown(void **state)
{
    fixture_close(*state);
    free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(events_add_up_when_the_window_is_that_of_the_run, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(events_do_not_overlap_when_they_share_a_track, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(events_of_a_queue_follow_when_requests_come_and_go,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(events_end_when_nobody_takes_them, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
