/* SPDX-License-Identifier: GPL-3.0-or-later */
/* events.c - which events are wanted, and the file that they go to. */
#include "sim/cli/events.h"

#include <string.h>

#include "sim/base/units.h"
#include "sim/cli/term.h"
#include "sim/report/rep_events.h"

#define SECOND_NS INT64_C(1000000000)

bool events_wanted(const struct opts *o, struct events_wanted *out, struct diag *d)
{
    static const enum flag_id more[] = {FLAG_TRACE_REPLICA, FLAG_TRACE_FROM, FLAG_TRACE_FOR};
    static const int64_t replicas[2] = {0, 999};
    *out = (struct events_wanted){
        .path = o->value[FLAG_TRACE], .from_ns = -1, .for_ns = SECOND_NS};
    bool ok = true;
    for (int i = 0; i < 3 && out->path == NULL; i++) {
        if (o->value[more[i]] != NULL) {
            ok = diag_error(d, SPAN_NONE, "--%s needs --trace FILE", flags[more[i]].name);
        }
    }
    ok = opt_whole(o, FLAG_ONLY_REPLICA, replicas, 0, &out->replica, d) && ok;
    ok = opt_whole(o, FLAG_TRACE_REPLICA, replicas, out->replica, &out->replica, d) && ok;
    ok = opt_ns(o, FLAG_TRACE_FROM, 0, &out->from_ns, d) && ok;
    ok = opt_ns(o, FLAG_TRACE_FOR, 1, &out->for_ns, d) && ok;
    if (out->from_ns > TIME_MAX_NS - out->for_ns) {
        ok = diag_error(d, SPAN_NONE, "--trace-from and --trace-for together exceed 104 days");
    }
    if (out->path != NULL && strcmp(out->path, "-") == 0 && o->value[FLAG_OUTPUT] == NULL) {
        ok = diag_error(d, SPAN_NONE, "--trace - and the document would both go to stdout");
        diag_help(d, "give --output FILE as well");
    }
    return (out->path == NULL || term_can_write(out->path, d)) && ok;
}

/* Where the pieces go. */
struct sink {
    struct term_file file;
    struct diag *d;
};

static bool put(void *context, const char *bytes, size_t n)
{
    struct sink *s = context;
    return term_put(&s->file, bytes, n, s->d);
}

bool events_emit(const struct events_wanted *w, const struct result *r, struct diag *d)
{
    struct sink sink = {.d = d};
    int64_t from_ns = w->from_ns;
    for (int m = 0; from_ns < 0 && m < r->scenario->mode_n; m++) {
        from_ns = r->mode[m].simulated ? r->mode[m].warmup_ns : -1;
    }
    from_ns = from_ns < 0 ? 0 : from_ns;
    for (int m = 0; m < r->scenario->mode_n; m++) {
        if (r->mode[m].simulated && w->replica >= r->mode[m].replicas) {
            diag_error(d, SPAN_NONE, "--trace-replica: there are %d replicas, from 0",
                       r->mode[m].replicas);
            return false;
        }
    }
    const struct rep_events_options options = {.replica = (int)w->replica,
                                               .from_ns = from_ns,
                                               .to_ns = from_ns + w->for_ns,
                                               .stop = term_stop(),
                                               .write = put,
                                               .context = &sink};
    return term_open(&sink.file, w->path, d) &&
           term_close(&sink.file, rep_events_write(r, &options, d), d);
}
