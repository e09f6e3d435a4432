/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_suite.c - many scenarios as a page, as Markdown for a pull request, and as JSON that is a
 * baseline for the next time. */
#include "sim/report/rep_suite.h"

#include <string.h>

#include "sim/base/arena.h"
#include "sim/report/jout.h"
#include "sim/report/rep_change.h"
#include "sim/report/rep_csv.h"
#include "sim/report/rep_gates.h"
#include "sim/run/verdict.h"

enum {
    ROWS_MAX = 40 /* of changes on a page */
};

static void suite_csv(const struct suite *s, const struct rep_options *o, struct text *sink)
{
    static const struct rep_csv_point only = {.more = ""};
    (void)o;
    text_addf(sink, "%s\n", rep_csv_header);
    for (int i = 0; i < s->n; i++) {
        if (s->list[i].result != NULL) {
            rep_csv_rows(s->list[i].result, &only, sink);
        }
    }
}

static void suite_openmetrics(const struct suite *s, const struct rep_options *o,
                              struct text *sink)
{
    const struct result **list = mem_resize(NULL, (size_t)s->n + 1, sizeof *list);
    int n = 0;
    (void)o;
    for (int i = 0; list != NULL && i < s->n; i++) {
        if (s->list[i].result != NULL) {
            list[n++] = s->list[i].result;
        }
    }
    sink->failed = sink->failed || list == NULL;
    if (list != NULL) {
        rep_openmetrics_of(list, n, sink);
    }
    mem_free(list);
}

const struct suite_format suite_formats[] = {
    {"text",        rep_suite_text    },
    {"json",        rep_suite_json    },
    {"junit",       rep_suite_junit   },
    {"markdown",    rep_suite_markdown},
    {"csv",         suite_csv         },
    {"openmetrics", suite_openmetrics },
};
const int suite_formats_n = (int)(sizeof suite_formats / sizeof suite_formats[0]);

void suite_count(const struct suite *s, int count[3])
{
    count[0] = count[1] = count[2] = 0;
    for (int i = 0; i < s->n; i++) {
        for (int v = VERDICT_PASS; s->list[i].result != NULL && v <= VERDICT_FAIL; v++) {
            count[v] += verdict_count(s->list[i].result, (enum verdict)v);
        }
    }
}

static int errors_n(const struct suite *s)
{
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        n += s->list[i].result == NULL;
    }
    return n;
}

static bool is_interrupted(const struct suite *s)
{
    for (int i = 0; i < s->n; i++) {
        if (s->list[i].result != NULL && s->list[i].result->interrupted) {
            return true;
        }
    }
    return false;
}

/* "2 scenarios, gates: 3 passed, 1 failed, 0 inconclusive; 1 scenario could not be run" */
static void add_summary(const struct suite *s, struct text *out)
{
    int count[3];
    suite_count(s, count);
    text_addf(out, "%d %s, gates: ", s->n, s->n == 1 ? "scenario" : "scenarios");
    rep_gate_counts(count, out);
    if (errors_n(s) > 0) {
        text_addf(out, "; %d could not be run", errors_n(s));
    }
}

/* ---- Text ---- */

void rep_suite_text(const struct suite *s, const struct rep_options *o, struct text *sink)
{
    for (int i = 0; i < s->n && !o->quiet; i++) {
        const struct suite_case *c = &s->list[i];
        text_addf(sink, "%s\n", c->path);
        if (c->result == NULL) {
            text_addf(sink, "ERROR  %s\n", c->error);
        } else if (c->result->interrupted) {
            text_add(sink, "interrupted: nothing was judged\n");
        } else if (c->result->scenario->gate_n == 0) {
            text_add(sink, "no gates\n");
        } else {
            rep_gates_write(c->result, o, sink);
        }
        text_add(sink, "\n");
    }
    if (s->changes != NULL) {
        text_addf(sink, "against %s\n", s->baseline);
        rep_change_text(s->changes, o->verbose ? 0 : ROWS_MAX, o->width, sink);
    }
    add_summary(s, sink);
    text_add(sink, "\n");
}

/* ---- Markdown ---- */

static void markdown_gate(const struct result *r, const struct mode_result *m,
                          const struct gate_result *g, struct text *out)
{
    text_addf(out, "| %s | %s | ",
              g->verdict == VERDICT_FAIL ? "**FAIL**" : verdict_name(g->verdict),
              r->scenario->name);
    rep_mode_label(r->scenario, m->spec, out);
    text_addf(out, " | `%s` | ", g->gate->text);
    rep_gate_observed(g, out);
    if (g->reason != NULL) {
        text_addf(out, "%s%s", g->observed.has_value ? ": " : " ", g->reason);
    }
    text_add(out, " |\n");
}

void rep_suite_markdown(const struct suite *s, const struct rep_options *o, struct text *sink)
{
    int count[3];
    suite_count(s, count);
    const bool is_open = count[VERDICT_INCONCLUSIVE] > 0;
    const bool is_bad = count[VERDICT_FAIL] > 0 || errors_n(s) > 0 ||
                        (s->changes != NULL && s->changes->n > 0) ||
                        (is_open && o->undecided == UNDECIDED_FAILS);
    text_addf(sink, "### vgpusim: %s\n\n",
              is_interrupted(s)                             ? "interrupted, not all is judged"
              : is_bad                                      ? "no"
              : is_open && o->undecided != UNDECIDED_PASSES ? "inconclusive"
                                                            : "yes");
    add_summary(s, sink);
    text_add(sink, "\n");
    if (count[0] + count[1] + count[2] > 0) {
        text_add(sink,
                 "\n| verdict | scenario | mode | gate | observed |\n|---|---|---|---|---|\n");
    }
    for (int i = 0; i < s->n; i++) {
        const struct result *r = s->list[i].result;
        for (int m = 0; r != NULL && m < r->scenario->mode_n; m++) {
            for (int k = 0; k < r->mode[m].verdict_n; k++) {
                markdown_gate(r, &r->mode[m], &r->mode[m].verdict[k], sink);
            }
        }
    }
    for (int i = 0; i < s->n; i++) {
        if (s->list[i].result == NULL) {
            text_addf(sink, "\n`%s`: %s\n", s->list[i].path, s->list[i].error);
        }
    }
    if (s->changes != NULL) {
        text_addf(sink, "\n#### Against %s\n\n", s->baseline);
        rep_change_markdown(s->changes, ROWS_MAX, sink);
    }
}

/* ---- JSON ---- */

void rep_suite_json(const struct suite *s, const struct rep_options *o, struct text *sink)
{
    struct jout jout;
    struct jout *j = &jout;
    int count[3];
    suite_count(s, count);
    jout_init(j, sink);
    jout_open_object(j, NULL, false);
    jout_string(j, "schema", "vgpusim.test/1");
    jout_string(j, "version", s->version);
    jout_int(j, "passed", count[VERDICT_PASS]);
    jout_int(j, "failed", count[VERDICT_FAIL]);
    jout_int(j, "inconclusive", count[VERDICT_INCONCLUSIVE]);
    jout_open_list(j, "errors", false);
    for (int i = 0; i < s->n; i++) {
        if (s->list[i].result == NULL) {
            jout_open_object(j, NULL, true);
            jout_string(j, "file", s->list[i].path);
            jout_string(j, "text", s->list[i].error);
            jout_close_object(j);
        }
    }
    jout_close_list(j);
    if (s->changes == NULL) {
        jout_null(j, "baseline");
    } else {
        jout_open_object(j, "baseline", false);
        jout_string(j, "file", s->baseline);
        rep_change_json(s->changes, j);
        jout_close_object(j);
    }
    jout_open_list(j, "results", false);
    for (int i = 0; i < s->n; i++) {
        if (s->list[i].result != NULL) {
            rep_json_result(j, s->list[i].result, o);
        }
    }
    jout_close_list(j);
    jout_close_object(j);
}
