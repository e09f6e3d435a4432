/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot_trace.c - the events of `run --trace` as the table of turns that plot_timeline draws.
 *
 * Of each mode the first GPU is taken: the process with the lowest number. A VM's track gives
 * its turns; its counter of requests, that it has work. Cost: events times tracks, which is why
 * a trace of more than EVENTS_MAX events is refused: nothing could be seen in its picture. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/report/plot.h"

enum {
    TRACKS_MAX = 1024,
    EVENTS_MAX = 50000
};

/* A VM on a GPU. */
struct track {
    int64_t pid, tid;
    const char *name;
    double busy_since_ns; /* when its counter left 0; below 0: it is 0 */
};

/* A GPU under a mode. */
struct process {
    int64_t pid;
    const char *name; /* "mode: GPU n, model" */
    size_t label_n;   /* bytes of the mode */
};

struct reading {
    const struct jsonin *events;
    struct process process[PLOT_PANELS_MAX];
    int process_n;
    struct track track[TRACKS_MAX];
    int track_n;
    double from_ns, to_ns;
    struct text *rows;
};

static bool is_event(const struct jsonin *e, const char *key, const char *value)
{
    const char *x = jsonin_text(e, key);
    return x != NULL && strcmp(x, value) == 0;
}

static int64_t number_of(const struct jsonin *e, const char *key)
{
    const double x = jsonin_number(e, key);
    return x >= 0 && x < 1e15 ? (int64_t)x : -1;
}

static double ns_of(const struct jsonin *e, const char *key)
{
    const double us = jsonin_number(e, key);
    return us >= 0 && us < 1e13 ? nearbyint(us * 1000) : 0;
}

static const struct process *process_of(const struct reading *x, int64_t pid)
{
    for (int i = 0; i < x->process_n; i++) {
        if (x->process[i].pid == pid) {
            return &x->process[i];
        }
    }
    return NULL;
}

static struct track *track_of(struct reading *x, const struct jsonin *e)
{
    const int64_t pid = number_of(e, "pid");
    const int64_t tid = number_of(e, "tid");
    for (int i = 0; i < x->track_n; i++) {
        if (x->track[i].pid == pid && x->track[i].tid == tid) {
            return &x->track[i];
        }
    }
    return NULL;
}

/* The first GPU of each mode. */
static void name_process(struct reading *x, const struct jsonin *e)
{
    const int64_t pid = number_of(e, "pid");
    const char *name = jsonin_text(jsonin_find(e, "args"), "name");
    const char *gpu = name == NULL ? NULL : strstr(name, ": GPU ");
    if (gpu == NULL) {
        return;
    }
    const struct process p = {pid, name, (size_t)(gpu - name)};
    for (int i = 0; i < x->process_n; i++) {
        if (x->process[i].label_n == p.label_n &&
            strncmp(x->process[i].name, name, p.label_n) == 0) {
            x->process[i] = pid < x->process[i].pid ? p : x->process[i];
            return;
        }
    }
    if (x->process_n < PLOT_PANELS_MAX) {
        x->process[x->process_n++] = p;
    }
}

/* A cell in quotes; quotes of its own become apostrophes. */
static void add_cell(struct text *rows, const char *s, size_t n)
{
    text_add(rows, "\"");
    for (size_t i = 0; i < n; i++) {
        text_add_n(rows, s[i] == '"' ? "'" : &s[i], 1);
    }
    text_add(rows, "\",");
}

static void add_row(struct reading *x, const struct track *t, const char *state, double from,
                    double to)
{
    const struct process *p = process_of(x, t->pid);
    from = from > x->from_ns ? from : x->from_ns;
    to = to < x->to_ns ? to : x->to_ns;
    if (p != NULL && to >= from) {
        add_cell(x->rows, p->name, p->label_n);
        add_cell(x->rows, t->name, strlen(t->name));
        text_addf(x->rows, "%s,%.0f,%.0f\n", state, from, to);
    }
}

/* VMs have a slash in their name; domains have none. */
static void name_track(struct reading *x, const struct jsonin *e)
{
    const char *name = jsonin_text(jsonin_find(e, "args"), "name");
    const struct track t = {number_of(e, "pid"), number_of(e, "tid"), name, -1};
    if (name != NULL && strchr(name, '/') != NULL && process_of(x, t.pid) != NULL &&
        track_of(x, e) == NULL && x->track_n < TRACKS_MAX) {
        x->track[x->track_n++] = t;
        add_row(x, &t, "there", x->from_ns, x->to_ns);
    }
}

/* From the first request that is there until none is. */
static void count(struct reading *x, const struct jsonin *e)
{
    struct track *t = track_of(x, e);
    const struct jsonin *args = jsonin_find(e, "args");
    const double n = jsonin_number(args, "waiting") + jsonin_number(args, "in service");
    const double at = ns_of(e, "ts");
    if (t != NULL && n > 0 && t->busy_since_ns < 0) {
        t->busy_since_ns = at;
    } else if (t != NULL && !(n > 0) && t->busy_since_ns >= 0) {
        add_row(x, t, "work", t->busy_since_ns, at);
        t->busy_since_ns = -1;
    }
}

static void turn(struct reading *x, const struct jsonin *e)
{
    const struct track *t = track_of(x, e);
    if (t != NULL && is_event(e, "cat", "vm")) {
        const double from = ns_of(e, "ts");
        add_row(x, t, is_event(e, "name", "switch") ? "switch" : "run", from,
                from + ns_of(e, "dur"));
    }
}

static void read_events(struct reading *x)
{
    for (int i = 0; i < x->events->n; i++) {
        if (is_event(&x->events->item[i], "name", "process_name")) {
            name_process(x, &x->events->item[i]);
        }
    }
    for (int i = 0; i < x->events->n; i++) {
        if (is_event(&x->events->item[i], "name", "thread_name")) {
            name_track(x, &x->events->item[i]);
        }
    }
    for (int i = 0; i < x->events->n; i++) {
        const struct jsonin *e = &x->events->item[i];
        if (is_event(e, "ph", "C")) {
            count(x, e);
        } else if (is_event(e, "ph", "X")) {
            turn(x, e);
        }
    }
    for (int i = 0; i < x->track_n; i++) {
        if (x->track[i].busy_since_ns >= 0) {
            add_row(x, &x->track[i], "work", x->track[i].busy_since_ns, x->to_ns);
        }
    }
}

bool plot_trace_rows(const struct jsonin *trace, const char *path, struct text *rows,
                     struct diag *d)
{
    const struct span at = {.file = path, .line = 1, .col = 1, .len = 1};
    const struct jsonin *other = jsonin_find(trace, "otherData");
    struct reading x = {.events = jsonin_find(trace, "traceEvents"), .rows = rows};
    if (!is_event(other, "program", "vgpusim") || jsonin_n(x.events) == 0) {
        diag_error(d, at, "neither a trace of vgpusim nor a saved result");
        diag_help(d, "vgpusim run SCENARIO --trace %s", path);
        return false;
    }
    if (x.events->n > EVENTS_MAX) {
        diag_error(d, at, "%d events are too many for a picture: at most %d", x.events->n,
                   EVENTS_MAX);
        diag_help(d, "a shorter stretch: vgpusim run SCENARIO --trace %s --trace-for '50 ms'",
                  path);
        return false;
    }
    x.from_ns = jsonin_number(other, "from_ns");
    x.to_ns = jsonin_number(other, "to_ns");
    if (!(x.from_ns >= 0 && x.to_ns > x.from_ns)) {
        return diag_error(d, at, "\"otherData\" lacks \"from_ns\" and \"to_ns\"");
    }
    text_add(rows, "mode,vm,state,from_ns,to_ns\n");
    read_events(&x);
    return true;
}
