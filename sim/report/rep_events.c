/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_events.c - observers of the event engine that write as they are told.
 *
 * The engine books a running vGPU at every event that concerns it; what touches is one slice
 * here. A queue is written when it changes. Time stamps are microseconds with three decimals:
 * whole nanoseconds. Format: Chrome's "Trace Event Format", the JSON object form. */
#include "sim/report/rep_events.h"

#include <inttypes.h>
#include <string.h>

#include "sim/fleet/lanes.h"
#include "sim/report/rep.h"
#include "sim/run/lane.h"

enum {
    PIECE = 1 << 16,    /* bytes that are handed on together */
    VM_TRACK = 1 << 20, /* tracks of VMs are numbered from here, after those of domains */
};

/* The newest slice of a domain, which may go on. */
struct slice {
    int vm;
    bool is_switch;
    int64_t from_ns, to_ns; /* to_ns 0: there is none */
};

struct queue {
    int64_t waiting, in_service;
    bool is_shown;
};

struct events {
    const struct result *result;
    const struct rep_events_options *o;
    struct diag *d;
    struct text out;
    bool has_event; /* a comma is due */
    bool failed;
    /* of the mode */
    int mode_ix;
    struct fleet fleet;
    struct text label;
    bool *saturated; /* [tenant_n] */
    int *first_vm;   /* [tenant_n] */
    struct text books;
    /* of the lane */
    const struct lane *lane;
    struct slice *slice; /* [domain_n] */
    struct queue *queue; /* [vm_n] */
};

/* ---- Bytes ---- */

static void hand_on(struct events *e)
{
    if (e->out.failed) {
        e->failed = true;
        diag_machine(e->d, "out of memory while writing events");
    }
    e->failed = e->failed || !e->o->write(e->o->context, text_str(&e->out), e->out.n);
    text_reset(&e->out);
}

/* Begins an event; what follows are its further members. */
static void begin(struct events *e, const char *phase, const char *category)
{
    text_addf(&e->out, "%s\n{\"ph\":\"%s\"", e->has_event ? "," : "", phase);
    if (category) {
        text_addf(&e->out, ",\"cat\":\"%s\"", category);
    }
    e->has_event = true;
}

static void end(struct events *e)
{
    text_add(&e->out, "}");
    if (e->out.n >= PIECE && !e->failed) {
        hand_on(e);
    }
}

static void add_us(struct events *e, const char *key, int64_t ns)
{
    text_addf(&e->out, ",\"%s\":%" PRId64 ".%03" PRId64, key, ns / 1000, ns % 1000);
}

/* ---- Names and numbers ---- */

static int64_t process_of(const struct events *e, int gpu_ix)
{
    return (int64_t)e->mode_ix * GPUS_MAX + gpu_ix + 1;
}

static const struct domain *domain_of(const struct events *e, int domain)
{
    return &e->fleet.domain[e->lane->domain[domain].domain_ix];
}

static int vm_track(const struct events *e, int vm)
{
    const struct lane_vm *v = &e->lane->vm[vm];
    return VM_TRACK + e->first_vm[v->tenant_ix] + v->vm_ix;
}

static void add_vm_name(struct events *e, int vm)
{
    const struct lane_vm *v = &e->lane->vm[vm];
    text_addf(&e->out, "%s/%d", v->tenant->name, v->vm_ix);
}

static void add_track(struct events *e, int domain, int64_t track)
{
    text_addf(&e->out, ",\"pid\":%" PRId64 ",\"tid\":%" PRId64,
              process_of(e, domain_of(e, domain)->gpu_ix), track);
}

/* "GPU 0", "1g.10gb at 4" */
static void add_domain_name(struct text *out, const struct domain *d)
{
    if (d->profile) {
        text_addf(out, "%s at %d", d->profile->name, d->start);
    } else {
        text_addf(out, "GPU %d", d->gpu_ix);
    }
}

/* A name for a process or a thread; the text is added by the caller, then close_name. */
static void open_name(struct events *e, const char *what)
{
    begin(e, "M", NULL);
    text_addf(&e->out, ",\"name\":\"%s\",\"args\":{\"name\":\"", what);
}

static void close_name(struct events *e, int domain, int64_t track)
{
    text_add(&e->out, "\"}");
    add_track(e, domain, track);
    end(e);
}

static void name_tracks(struct events *e)
{
    for (int i = 0; i < e->lane->domain_n; i++) {
        const struct domain *d = domain_of(e, i);
        int track = e->lane->domain[i].domain_ix + 1;
        open_name(e, "process_name");
        text_addf(&e->out, "%s: GPU %d, %s", text_str(&e->label), d->gpu_ix,
                  e->result->scenario->catalog->gpu[d->model_ix].key);
        close_name(e, i, track);
        open_name(e, "thread_name");
        add_domain_name(&e->out, d);
        close_name(e, i, track);
    }
    for (int v = 0; v < e->lane->vm_n; v++) {
        for (int i = 0; i < e->lane->vm[v].server_n; i++) {
            open_name(e, "thread_name");
            add_vm_name(e, v);
            close_name(e, e->lane->vm[v].server[i].domain, vm_track(e, v));
        }
    }
}

/* ---- Slices ---- */

static void write_slice(struct events *e, int domain, const struct slice *x)
{
    int64_t from_ns = x->from_ns > e->o->from_ns ? x->from_ns : e->o->from_ns;
    int64_t to_ns = x->to_ns < e->o->to_ns ? x->to_ns : e->o->to_ns;
    if (to_ns <= from_ns) {
        return;
    }
    begin(e, "X", x->is_switch ? "switch" : "busy");
    text_addf(&e->out, ",\"name\":\"%s", x->is_switch ? "switch to " : "");
    add_vm_name(e, x->vm);
    text_add(&e->out, "\"");
    add_track(e, domain, e->lane->domain[domain].domain_ix + 1);
    add_us(e, "ts", from_ns);
    add_us(e, "dur", to_ns - from_ns);
    end(e);
    begin(e, "X", "vm");
    text_addf(&e->out, ",\"name\":\"%s\"", x->is_switch ? "switch" : "runs");
    add_track(e, domain, vm_track(e, x->vm));
    add_us(e, "ts", from_ns);
    add_us(e, "dur", to_ns - from_ns);
    end(e);
}

static void on_segment(void *context, const struct lane_segment *s)
{
    struct events *e = context;
    struct slice *x = &e->slice[s->domain];
    if (x->to_ns == s->from_ns && x->vm == s->vm && x->is_switch == s->is_switch &&
        x->to_ns > 0) {
        x->to_ns = s->to_ns;
        return;
    }
    write_slice(e, s->domain, x);
    *x = (struct slice){s->vm, s->is_switch, s->from_ns, s->to_ns};
}

/* ---- Requests ---- */

/* One end of a stage of a request. */
static void write_end(struct events *e, const struct lane_done *r, const char *phase,
                      const char *name, int64_t at_ns)
{
    begin(e, phase, "request");
    text_addf(&e->out, ",\"name\":\"%s\",\"id\":\"%d:", name, e->mode_ix);
    add_vm_name(e, r->vm);
    text_addf(&e->out, "#%" PRId64 "\"", r->order);
    add_track(e, e->lane->vm[r->vm].server[0].domain, vm_track(e, r->vm));
    add_us(e, "ts", at_ns);
}

static void on_done(void *context, const struct lane_done *r, int n)
{
    struct events *e = context;
    for (int i = 0; i < n; i++) {
        if (r[i].arrival_ns >= e->o->to_ns || r[i].done_ns <= e->o->from_ns) {
            continue;
        }
        write_end(e, &r[i], "b", "request", r[i].arrival_ns);
        end(e);
        write_end(e, &r[i], "b", "waits", r[i].arrival_ns);
        end(e);
        write_end(e, &r[i], "e", "waits", r[i].first_ns);
        end(e);
        write_end(e, &r[i], "e", "request", r[i].done_ns);
        if (r[i].baseline_ns >= 0) {
            text_addf(&e->out,
                      ",\"args\":{\"latency_ns\":%" PRId64 ",\"baseline_ns\":%" PRId64 "}",
                      r[i].done_ns - r[i].arrival_ns, r[i].baseline_ns);
        }
        end(e);
    }
}

/* ---- Queues ---- */

static void write_queue(struct events *e, int vm, const struct queue *q, int64_t at_ns)
{
    begin(e, "C", "queue");
    text_add(&e->out, ",\"name\":\"");
    add_vm_name(e, vm);
    text_add(&e->out, " requests\"");
    add_track(e, e->lane->vm[vm].server[0].domain, vm_track(e, vm));
    add_us(e, "ts", at_ns);
    text_addf(&e->out, ",\"args\":{\"waiting\":%" PRId64 ",\"in service\":%" PRId64 "}",
              q->waiting, q->in_service);
    end(e);
}

static void on_queue(void *context, const struct lane_queue *x)
{
    struct events *e = context;
    struct queue *q = &e->queue[x->vm];
    if (x->at_ns >= e->o->to_ns ||
        (q->waiting == x->waiting && q->in_service == x->in_service)) {
        return;
    }
    if (!q->is_shown && x->at_ns > e->o->from_ns) {
        write_queue(e, x->vm, q, e->o->from_ns);
        q->is_shown = true;
    }
    q->waiting = x->waiting;
    q->in_service = x->in_service;
    if (x->at_ns >= e->o->from_ns) {
        write_queue(e, x->vm, q, x->at_ns);
        q->is_shown = true;
    }
}

/* ---- Lanes and modes ---- */

/* What the engine counted, to hold the slices against. */
static void note_books(struct events *e, const struct lane_books *b)
{
    for (int i = 0; i < e->lane->domain_n; i++) {
        const struct domain *d = domain_of(e, i);
        text_addf(&e->books, "%s\n{\"pid\":%" PRId64 ",\"tid\":%d,\"track\":\"",
                  e->books.n > 0 ? "," : "", process_of(e, d->gpu_ix),
                  e->lane->domain[i].domain_ix + 1);
        add_domain_name(&e->books, d);
        text_addf(&e->books, "\",\"busy_ns\":%" PRId64 ",\"switch_ns\":%" PRId64 "}",
                  b->domain_useful_ns[i], b->domain_switch_ns[i]);
    }
}

static bool run_lane(struct events *e, struct arena *arena)
{
    struct lane_books books;
    const struct lane *lane = e->lane;
    struct lane_sim *sim = lane_sim_new_events(arena, lane);
    e->slice = arena_alloc(arena, (size_t)lane->domain_n, sizeof *e->slice);
    e->queue = arena_alloc(arena, (size_t)lane->vm_n, sizeof *e->queue);
    bool ok = sim && e->slice && e->queue && lane_books_init(&books, arena, lane);
    const struct lane_options options = {.seed = e->result->seed,
                                         .replica = (uint32_t)e->o->replica,
                                         .from_ns = e->o->from_ns,
                                         .to_ns = e->o->to_ns,
                                         .saturated = e->saturated,
                                         .stop = e->o->stop,
                                         .done = on_done,
                                         .segment = on_segment,
                                         .queue = on_queue,
                                         .context = e};
    ok = ok && lane_sim_run(sim, &options, &books);
    if (ok) {
        for (int i = 0; i < lane->domain_n; i++) {
            write_slice(e, i, &e->slice[i]);
        }
        for (int v = 0; v < lane->vm_n; v++) {
            if (!e->queue[v].is_shown) {
                write_queue(e, v, &e->queue[v], e->o->from_ns);
            }
        }
        note_books(e, &books);
        e->failed = e->failed || books.stopped;
    }
    lane_sim_fini(sim);
    return ok;
}

/* Whom the run does not wait for: as in the run that is reported. */
static bool prepare(struct events *e, struct arena *arena)
{
    const struct scenario *s = e->result->scenario;
    e->saturated = arena_alloc(arena, (size_t)s->tenant_n, sizeof *e->saturated);
    e->first_vm = arena_alloc(arena, (size_t)s->tenant_n, sizeof *e->first_vm);
    if (!e->saturated || !e->first_vm) {
        return false;
    }
    for (int t = 0; t < s->tenant_n; t++) {
        e->saturated[t] = e->result->mode[e->mode_ix].tenant[t].saturated;
        e->first_vm[t] = t == 0 ? 0 : e->first_vm[t - 1] + s->tenant[t - 1].count;
    }
    return true;
}

static bool run_mode(struct events *e)
{
    const struct scenario *s = e->result->scenario;
    struct arena arena;
    struct lanes lanes;
    arena_init(&arena, "events of a mode");
    text_reset(&e->label);
    rep_mode_label(s, &s->mode[e->mode_ix], &e->label);
    bool ok = prepare(e, &arena) && fleet_place(&e->fleet, &arena, s, e->mode_ix, e->d) &&
              lanes_split(&lanes, &arena, s, &e->fleet, e->mode_ix, e->d);
    for (int l = 0; ok && !e->failed && l < lanes.lane_n; l++) {
        struct arena own;
        arena_init(&own, "events of a lane");
        e->lane = &lanes.lane[l];
        name_tracks(e);
        ok = run_lane(e, &own);
        arena_fini(&own);
    }
    arena_fini(&arena);
    return ok;
}

static void write_rest(struct events *e)
{
    const struct result *r = e->result;
    text_addf(&e->out,
              "\n],\n\"displayTimeUnit\":\"ns\",\n\"otherData\":{\"program\":\"vgpusim\","
              "\"version\":\"%s\",\"scenario\":\"%s\",\"scenario_hash\":\"%016" PRIx64
              "\",\"seed\":%" PRIu64 ",\"replica\":%d,\"from_ns\":%" PRId64
              ",\"to_ns\":%" PRId64 ",\n\"tracks\":[",
              r->version, r->scenario->name, r->scenario->hash, r->seed, e->o->replica,
              e->o->from_ns, e->o->to_ns);
    text_add(&e->out, text_str(&e->books));
    text_add(&e->out, "\n]}}\n");
    e->out.failed = e->out.failed || e->books.failed;
    hand_on(e);
}

bool rep_events_write(const struct result *r, const struct rep_events_options *o,
                      struct diag *d)
{
    struct events e = {.result = r, .o = o, .d = d};
    bool ok = true;
    text_init(&e.out);
    text_init(&e.label);
    text_init(&e.books);
    text_add(&e.out, "{\"traceEvents\":[");
    for (int m = 0; ok && !e.failed && m < r->scenario->mode_n; m++) {
        e.mode_ix = m;
        ok = !r->mode[m].simulated || run_mode(&e);
    }
    if (ok && !e.failed) {
        write_rest(&e);
    } else if (!ok) {
        diag_machine(d, "out of memory while writing events");
    }
    text_fini(&e.books);
    text_fini(&e.label);
    text_fini(&e.out);
    return ok && !e.failed;
}
