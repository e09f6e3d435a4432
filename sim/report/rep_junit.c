/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_junit.c - verdicts as JUnit XML: a suite a scenario, a case a gate and mode.
 *
 * Only elements and attributes that Jenkins, GitLab and GitHub's readers share; no host name,
 * no date and no duration, so that the same run gives the same bytes. What a case would say
 * twice is said in the message, for some readers keep nothing else. Source: the schema of the
 * xUnit plug-in of Jenkins, junit-10.xsd. */
#include <stdio.h>
#include <string.h>

#include "sim/report/rep_change.h"
#include "sim/report/rep_gates.h"
#include "sim/report/rep_suite.h"
#include "sim/run/verdict.h"

enum {
    LINES_MAX = 100 /* of changes in one case */
};

/* Text for an attribute or an element. Characters that XML has not become blanks,
 * bytes that are not UTF-8 - a file may be called anything - U+FFFD. */
static void add_xml(struct text *out, const char *s)
{
    static const struct {
        char c;
        const char *as;
    } escapes[] = {
        {'&',  "&amp;" },
        {'<',  "&lt;"  },
        {'>',  "&gt;"  },
        {'"',  "&quot;"},
        {'\n', "&#10;" }
    };
    for (size_t n = 0; *s != '\0'; s += n == 0 ? 1 : n) {
        n = text_utf8(s);
        const char *as = n == 0 ? "\xEF\xBF\xBD" : (unsigned char)*s < 0x20 ? " " : NULL;
        for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
            as = *s == escapes[i].c ? escapes[i].as : as;
        }
        if (as != NULL) {
            text_add(out, as);
        } else {
            text_add_n(out, s, n);
        }
    }
}

static void add_attribute(struct text *out, const char *name, const char *value)
{
    text_addf(out, " %s=\"", name);
    add_xml(out, value);
    text_add(out, "\"");
}

static void add_property(struct text *out, const char *name, const char *value)
{
    text_add(out, "      <property");
    add_attribute(out, "name", name);
    add_attribute(out, "value", value);
    text_add(out, "/>\n");
}

/* ---- Counts ---- */

struct counts {
    int tests, failures, errors, skipped;
};

/* Changes of one scenario. */
static int changes_of(const struct suite *s, const char *scenario)
{
    int n = 0;
    for (int i = 0; s->changes != NULL && i < s->changes->n; i++) {
        n += strcmp(s->changes->list[i].scenario, scenario) == 0;
    }
    return n;
}

static struct counts count_case(const struct suite *s, const struct suite_case *c,
                                enum undecided undecided)
{
    struct counts n = {0};
    if (c->result == NULL || c->result->interrupted) {
        return (struct counts){.tests = 1, .errors = 1};
    }
    const int open = verdict_count(c->result, VERDICT_INCONCLUSIVE);
    n.skipped = undecided == UNDECIDED_PASSES ? open : 0;
    n.failures = verdict_count(c->result, VERDICT_FAIL) + open - n.skipped;
    n.tests = n.failures + n.skipped + verdict_count(c->result, VERDICT_PASS);
    if (s->changes != NULL) {
        n.tests++;
        n.failures += changes_of(s, c->name) > 0;
    }
    return n;
}

static void add_counts(struct text *out, struct counts n)
{
    text_addf(out, " tests=\"%d\" failures=\"%d\" errors=\"%d\"", n.tests, n.failures,
              n.errors);
}

static void add_time(struct text *out, double seconds)
{
    text_add(out, " time=\"");
    if (seconds > 0) {
        text_addf(out, "%.3f", seconds);
    } else {
        text_add(out, "0");
    }
    text_add(out, "\"");
}

/* ---- Cases ---- */

static void open_case(struct text *out, const char *class, const char *name)
{
    text_add(out, "    <testcase");
    add_attribute(out, "classname", class);
    add_attribute(out, "name", name);
    text_add(out, " time=\"0\"");
}

static const char *trouble_type(enum err status)
{
    return status == ERR_INPUT         ? "input"
           : status == ERR_INTERRUPTED ? "interrupted"
                                       : "machine";
}

static void add_trouble(struct text *out, const char *element, const char *type,
                        const char *message, const char *body)
{
    text_addf(out, ">\n      <%s", element);
    add_attribute(out, "type", type);
    add_attribute(out, "message", message);
    text_add(out, ">");
    add_xml(out, body);
    text_addf(out, "</%s>\n    </testcase>\n", element);
}

static void write_gate(const struct result *r, const struct mode_result *m,
                       const struct gate_result *g, enum undecided undecided, struct text *out)
{
    const bool is_open = g->verdict == VERDICT_INCONCLUSIVE;
    struct text class;
    struct text s;
    text_init(&class);
    text_init(&s);
    text_addf(&class, "%s%s%s", r->scenario->name, g->tenant == NULL ? "" : ".",
              g->tenant == NULL ? "" : g->tenant->name);
    text_addf(&s, "%s @ ", g->gate->text);
    rep_mode_label(r->scenario, m->spec, &s);
    open_case(out, text_str(&class), text_str(&s));
    if (g->verdict == VERDICT_PASS) {
        text_add(out, "/>\n");
    } else {
        text_reset(&s);
        text_add(&s, "observed ");
        rep_gate_observed(g, &s);
        if (g->reason != NULL) {
            text_addf(&s, ": %s", g->reason);
        }
        add_trouble(out, is_open && undecided == UNDECIDED_PASSES ? "skipped" : "failure",
                    is_open ? "inconclusive" : "gate", text_str(&s), g->gate->source);
    }
    out->failed = out->failed || class.failed || s.failed;
    text_fini(&class);
    text_fini(&s);
}

static void write_baseline(const struct suite *s, const char *scenario, struct text *out)
{
    const int n = changes_of(s, scenario);
    struct text body;
    char message[64];
    int shown = 0;
    open_case(out, scenario, "baseline");
    if (n == 0) {
        text_add(out, "/>\n");
        return;
    }
    text_init(&body);
    for (int i = 0; i < s->changes->n && shown < LINES_MAX; i++) {
        if (strcmp(s->changes->list[i].scenario, scenario) == 0) {
            rep_change_line(&s->changes->list[i], &body);
            text_add(&body, "\n");
            shown++;
        }
    }
    snprintf(message, sizeof message, "%d %s from the baseline", n,
             n == 1 ? "difference" : "differences");
    add_trouble(out, "failure", "baseline", message, text_str(&body));
    out->failed = out->failed || body.failed;
    text_fini(&body);
}

/* ---- Suites ---- */

static void write_suite(const struct suite *s, const struct suite_case *c,
                        enum undecided undecided, struct text *out)
{
    const struct counts n = count_case(s, c, undecided);
    const struct result *r = c->result;
    char number[32];
    text_add(out, "  <testsuite");
    add_attribute(out, "name", c->name);
    add_counts(out, n);
    text_addf(out, " skipped=\"%d\"", n.skipped);
    add_time(out, c->seconds);
    text_add(out, ">\n    <properties>\n");
    add_property(out, "file", c->path);
    add_property(out, "version", s->version);
    if (r != NULL) {
        snprintf(number, sizeof number, "%llu", (unsigned long long)r->seed);
        add_property(out, "seed", number);
        snprintf(number, sizeof number, "%016llx", (unsigned long long)r->scenario->hash);
        add_property(out, "scenario_hash", number);
    }
    text_add(out, "    </properties>\n");
    if (r == NULL) {
        open_case(out, c->path, "scenario");
        add_trouble(out, "error", trouble_type(c->status), c->error, c->error);
    }
    if (r != NULL && r->interrupted) {
        open_case(out, c->name, "run");
        add_trouble(out, "error", "interrupted", "interrupted: nothing was judged", c->path);
    }
    for (int m = 0; r != NULL && m < r->scenario->mode_n; m++) {
        for (int k = 0; k < r->mode[m].verdict_n; k++) {
            write_gate(r, &r->mode[m], &r->mode[m].verdict[k], undecided, out);
        }
    }
    if (r != NULL && s->changes != NULL) {
        write_baseline(s, c->name, out);
    }
    text_add(out, "  </testsuite>\n");
}

/* Scenarios that only the baseline has. */
static void write_gone(const struct suite *s, struct text *out)
{
    for (int i = 0; s->changes != NULL && i < s->changes->n; i++) {
        const struct change *c = &s->changes->list[i];
        if (c->kind == CHANGE_GONE && c->mode == NULL) {
            text_add(out, "  <testsuite");
            add_attribute(out, "name", c->scenario);
            add_counts(out, (struct counts){.tests = 1, .failures = 1});
            text_add(out, " skipped=\"0\" time=\"0\">\n");
            write_baseline(s, c->scenario, out);
            text_add(out, "  </testsuite>\n");
        }
    }
}

void rep_suite_junit(const struct suite *s, const struct rep_options *o, struct text *sink)
{
    struct counts all = {0};
    double seconds = 0;
    for (int i = 0; i < s->n; i++) {
        seconds += s->list[i].seconds;
        const struct counts one = count_case(s, &s->list[i], o->undecided);
        all.tests += one.tests;
        all.failures += one.failures;
        all.errors += one.errors;
    }
    for (int i = 0; s->changes != NULL && i < s->changes->n; i++) {
        const struct change *c = &s->changes->list[i];
        const bool is_gone = c->kind == CHANGE_GONE && c->mode == NULL;
        all.tests += is_gone;
        all.failures += is_gone;
    }
    text_add(sink, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"vgpusim\"");
    add_counts(sink, all);
    add_time(sink, seconds);
    text_add(sink, ">\n");
    for (int i = 0; i < s->n; i++) {
        write_suite(s, &s->list[i], o->undecided, sink);
    }
    write_gone(s, sink);
    text_add(sink, "</testsuites>\n");
}

/* ---- One result ---- */

static struct suite suite_of_one(const struct suite_case *c)
{
    return (struct suite){.list = c, .n = 1, .version = c->result->version};
}

static void junit_write(const struct result *r, const struct rep_options *o, struct text *sink)
{
    const struct suite_case c = {.path = r->scenario->path,
                                 .name = r->scenario->name,
                                 .result = r,
                                 .seconds = o->seconds};
    const struct suite s = suite_of_one(&c);
    rep_suite_junit(&s, o, sink);
}

static void markdown_write(const struct result *r, const struct rep_options *o,
                           struct text *sink)
{
    const struct suite_case c = {
        .path = r->scenario->path, .name = r->scenario->name, .result = r};
    const struct suite s = suite_of_one(&c);
    rep_suite_markdown(&s, o, sink);
}

const struct rep_format rep_junit = {
    .name = "junit",
    .help = "JUnit XML: a test case for every gate and mode",
    .write = junit_write,
};

const struct rep_format rep_markdown = {
    .name = "markdown",
    .help = "the verdicts on the gates for a pull request",
    .write = markdown_write,
};
