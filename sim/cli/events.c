/* SPDX-License-Identifier: GPL-3.0-or-later */
/* events.c - which events are wanted, and the file that they go to. */
#include "sim/cli/events.h"

#include <string.h>

#include "sim/base/units.h"
#include "sim/cli/cmd.h"
#include "sim/cli/outputs.h"
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
    if (out->path == NULL) {
        return ok;
    }
    struct text first;
    text_init(&first);
    const bool has_several = o->operand_n > 1 || o->command->bit == CMD_SWEEP;
    ok = outputs_numbered(out->path, has_several ? 0 : -1, &first, d) && ok;
    ok = term_can_write(text_str(&first), d) && ok;
    text_fini(&first);
    return ok;
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

/* When the stretch begins; -1 with a diagnostic where no mode has that replica. */
static int64_t begin_ns(const struct events_wanted *w, const struct result *r, struct diag *d)
{
    int64_t from_ns = w->from_ns;
    for (int m = 0; m < r->scenario->mode_n; m++) {
        const struct mode_result *mode = &r->mode[m];
        if (mode->simulated && w->replica >= mode->replicas) {
            diag_error(d, SPAN_NONE, "--trace-replica: there are %d replicas, from 0",
                       mode->replicas);
            return -1;
        }
        if (mode->simulated && from_ns < 0) {
            from_ns = mode->warmup_ns;
        }
    }
    return from_ns < 0 ? 0 : from_ns;
}

enum err events_emit(const struct events_wanted *w, int number, const struct result *r,
                     struct diag *d)
{
    if (w->path == NULL || r->interrupted) {
        return ERR_OK;
    }
    const int64_t from_ns = begin_ns(w, r, d);
    struct sink sink = {.d = d};
    struct text path;
    text_init(&path);
    const bool is_named = outputs_numbered(w->path, number, &path, d);
    const struct rep_events_options options = {.replica = (int)w->replica,
                                               .from_ns = from_ns,
                                               .to_ns = from_ns + w->for_ns,
                                               .stop = term_stop(),
                                               .write = put,
                                               .context = &sink};
    const bool ok = from_ns >= 0 && is_named && term_open(&sink.file, text_str(&path), d) &&
                    term_close(&sink.file, rep_events_write(r, &options, d), d);
    text_fini(&path);
    return ok || diag_failed(d) ? ERR_OK : ERR_INTERRUPTED;
}
