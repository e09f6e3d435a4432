/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_test.c - `test`: many scenarios, their gates, and what differs from a baseline.
 *
 * A scenario that is wrong is reported and the others go on; the status is that of the worst.
 * After Ctrl-C what is judged is written, with what is not; no baseline is looked at.
 * A test that would judge nothing at all is refused: it would pass whatever happens. */
#include <regex.h>
#include <string.h>

#include "sim/cli/cmd.h"
#include "sim/cli/events.h"
#include "sim/cli/load.h"
#include "sim/cli/outputs.h"
#include "sim/cli/readback.h"
#include "sim/cli/simulate.h"
#include "sim/cli/term.h"
#include "sim/report/rep_suite.h"

enum {
    REGEX_MAX = 256 /* characters */
};

struct test {
    const struct opts *o;
    struct arena arena;
    struct diag diag;
    struct load *load;       /* [n] opened ones */
    struct suite_case *list; /* [n] */
    int n;
    struct outputs to;
    struct exp_options options;
    struct events_wanted events;
    regex_t run;
    bool has_run; /* --run */
    struct saved baseline;
    struct changes changes;
    struct suite suite;
    bool is_interrupted;
    bool is_partial; /* a scenario is missing, because it was wrong or --run left it out */
    int judged;      /* gates */
};

static bool out_of_memory(struct test *t)
{
    return diag_machine(&t->diag, "out of memory");
}

static bool compile_run(struct test *t)
{
    const char *pattern = t->o->value[FLAG_RUN];
    if (pattern == NULL) {
        return true;
    }
    if (strlen(pattern) > REGEX_MAX ||
        regcomp(&t->run, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
        diag_error(&t->diag, SPAN_NONE, "--run: '%.60s' is no regular expression", pattern);
        diag_help(&t->diag, "POSIX extended, as in --run 'p95.*chat'");
        return false;
    }
    t->has_run = true;
    return true;
}

/* Drops the gates that --run does not name; how many are left. */
static int keep_gates(struct test *t, const struct scenario *s)
{
    int kept = 0;
    for (int i = 0; i < s->gate_n; i++) {
        struct text line;
        text_init(&line);
        text_addf(&line, "%s: %s", s->name, s->gate[i].source);
        if (t->has_run && regexec(&t->run, text_str(&line), 0, NULL, 0) != 0) {
            s->gate[i].modes = 0;
        } else {
            kept++;
        }
        text_fini(&line);
    }
    return kept;
}

/* "file:1:2: what is wrong": the first error, for the documents. */
static const char *first_error(struct test *t, const struct diag *d, const char *path)
{
    for (size_t i = 0; i < d->entry_n; i++) {
        const struct diag_entry *e = &d->entry[i];
        if (e->severity != SEV_ERROR) {
            continue;
        }
        struct text line;
        text_init(&line);
        if (e->at.line > 0) {
            text_addf(&line, "%s:%d:%d: ", e->at.file, e->at.line, e->at.col);
        }
        text_add(&line, e->text);
        const char *s = line.failed ? NULL : arena_copy(&t->arena, text_str(&line), line.n);
        text_fini(&line);
        return s != NULL ? s : path;
    }
    return path;
}

static void add_trouble(struct test *t, const char *path, const struct diag *d, enum err status)
{
    t->list[t->n++] = (struct suite_case){
        .path = path, .name = path, .error = first_error(t, d, path), .status = status};
    t->is_partial = true;
}

/* How many before have the same name: the second and so on are told apart by a number. */
static const char *case_name(struct test *t, const char *name)
{
    int before = 0;
    for (int i = 0; i < t->n; i++) {
        const struct result *r = t->list[i].result;
        before += r != NULL && strcmp(r->scenario->name, name) == 0;
    }
    if (before == 0) {
        return name;
    }
    struct text numbered;
    text_init(&numbered);
    text_addf(&numbered, "%s #%d", name, before + 1);
    const char *s =
        numbered.failed ? NULL : arena_copy(&t->arena, text_str(&numbered), numbered.n);
    text_fini(&numbered);
    return s != NULL ? s : name;
}

/* A scenario to which Ctrl-C left no time. */
static void leave_out(struct test *t, const char *path)
{
    load_init(&t->load[t->n]);
    t->list[t->n++] = (struct suite_case){
        .path = path, .name = path, .error = "not run: interrupted", .status = ERR_INTERRUPTED};
}

static void test_one(struct test *t, const char *path)
{
    struct load *l = &t->load[t->n];
    load_init(l);
    const bool is_loaded = load_scenario(l, t->o, path);
    enum err status = load_show(l, t->o);
    if (!is_loaded) {
        add_trouble(t, path, &l->diag, status);
        return;
    }
    const int gates = keep_gates(t, l->scenario);
    if (t->has_run && gates == 0) {
        load_fini(l);
        t->is_partial = true;
        return;
    }
    t->judged += gates;
    const int64_t begin_ns = term_clock_ns();
    const struct result *r = simulate(l, t->o, &t->options, &l->diag);
    if (r == NULL) {
        status = load_show_plain(&l->diag, t->o);
        add_trouble(t, path, &l->diag, status);
        return;
    }
    t->is_interrupted = r->interrupted;
    const char *name = case_name(t, l->scenario->name);
    t->list[t->n++] = (struct suite_case){.path = path,
                                          .name = name,
                                          .result = r,
                                          .status = simulate_answer(r, t->o),
                                          .seconds = simulate_seconds(t->o, begin_ns)};
    const int number = t->o->operand_n > 1 ? t->n : -1;
    if (events_emit(&t->events, number, r, &t->diag) == ERR_INTERRUPTED) {
        t->is_interrupted = true;
    }
}

static void write_suite(const void *what, const char *format, int width, struct text *sink)
{
    const struct test *t = what;
    const struct rep_options options = {
        .quiet = opt_is_on(t->o, FLAG_QUIET),
        .verbose = opt_is_on(t->o, FLAG_VERBOSE),
        .undecided = simulate_undecided(t->o),
        .width = width,
    };
    for (int i = 0; i < suite_formats_n; i++) {
        if (strcmp(suite_formats[i].name, format) == 0) {
            suite_formats[i].write(&t->suite, &options, sink);
        }
    }
}

static bool prepare(struct test *t)
{
    const char *baseline = t->o->value[FLAG_BASELINE];
    bool ok = outputs_find(t->o, "text json csv junit openmetrics markdown", &t->to, &t->diag);
    ok = simulate_options(t->o, &t->options, &t->diag) && ok;
    ok = events_wanted(t->o, &t->events, &t->diag) && ok;
    ok = compile_run(t) && ok;
    ok = ok && (baseline == NULL || readback_file(&t->baseline, &t->arena, baseline, &t->diag));
    const size_t n = (size_t)t->o->operand_n;
    t->load = ok ? arena_alloc(&t->arena, n, sizeof *t->load) : NULL;
    t->list = ok ? arena_alloc(&t->arena, n, sizeof *t->list) : NULL;
    return ok && ((t->load != NULL && t->list != NULL) || out_of_memory(t));
}

/* Compares with the baseline, when there is one. */
static bool compare(struct test *t)
{
    struct saved now;
    t->suite = (struct suite){.list = t->list, .n = t->n, .version = t->options.version};
    if (t->o->value[FLAG_BASELINE] == NULL || t->is_interrupted) {
        return true;
    }
    if (!readback_suite(&now, &t->arena, &t->suite, &t->diag)) {
        return false;
    }
    if (!changes_find(&t->changes, &t->baseline, &now, t->is_partial)) {
        return out_of_memory(t);
    }
    t->suite.changes = &t->changes;
    t->suite.baseline = t->o->value[FLAG_BASELINE];
    return true;
}

/* Was anything asked? */
static bool asks(struct test *t)
{
    bool trouble = false;
    for (int i = 0; i < t->n; i++) {
        trouble = trouble || t->list[i].result == NULL;
    }
    if (t->judged > 0 || trouble || (t->o->value[FLAG_BASELINE] != NULL && !t->has_run)) {
        return true;
    }
    if (t->has_run) {
        diag_error(&t->diag, SPAN_NONE, "--run: no gate matches '%.60s'",
                   t->o->value[FLAG_RUN]);
        diag_help(&t->diag, "it is matched against 'SCENARIO: GATE'");
    } else {
        diag_error(&t->diag, SPAN_NONE, "there is no gate to test");
        diag_help(&t->diag, "write some under 'expect', or compare with --baseline FILE");
    }
    return false;
}

static enum err test_all(struct test *t)
{
    enum err status = ERR_OK;
    if (!prepare(t)) {
        return ERR_OK;
    }
    for (int i = 0; i < t->o->operand_n; i++) {
        if (t->is_interrupted) {
            leave_out(t, t->o->operand[i]);
        } else {
            test_one(t, t->o->operand[i]);
        }
    }
    if (!asks(t) || !compare(t)) {
        return ERR_OK;
    }
    for (int i = 0; i < t->n; i++) {
        status = err_worse(status, t->list[i].status);
    }
    status = err_worse(status, t->changes.n > 0 ? ERR_NO : ERR_OK);
    return err_worse(status, outputs_emit(t->o, &t->to, write_suite, t, &t->diag));
}

enum err cmd_test(const struct opts *o)
{
    struct test t = {.o = o};
    arena_init(&t.arena, "program");
    diag_init(&t.diag);
    enum err status = test_all(&t);
    status = err_worse(status, load_show_plain(&t.diag, o));
    for (int i = 0; i < t.n; i++) {
        load_fini(&t.load[i]);
    }
    if (t.has_run) {
        regfree(&t.run);
    }
    changes_fini(&t.changes);
    diag_fini(&t.diag);
    arena_fini(&t.arena);
    return status;
}
