/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_check.c - modes and the rules that speak about them, as text and as JSON. */
#include "sim/report/rep_check.h"

#include <string.h>

#include "sim/report/table.h"

enum {
    LISTS_N = 3 /* reasons, notes, facts of a placement */
};

static const struct reasons *list_of(const struct fleet *f, int list)
{
    return list == 0 ? &f->reasons : list == 1 ? &f->notes : &f->facts;
}

static const struct rule *row_of(const struct rep_check *c, const char *id)
{
    for (int i = 0; i < c->rule_n; i++) {
        if (strcmp(c->rule[i].id, id) == 0) {
            return &c->rule[i];
        }
    }
    return NULL;
}

/* Nothing is said more sharply than the row says it. */
static enum rule_verdict verdict_of(const struct rep_check *c, const struct reason *r)
{
    const struct rule *row = row_of(c, r->rule);
    return row != NULL && r->verdict == RULE_WARN && row->verdict == RULE_INFO ? RULE_INFO
                                                                               : r->verdict;
}

static bool is_same(const struct reason *a, const struct reason *b)
{
    const char *a_tenant = a->tenant == NULL ? "" : a->tenant;
    const char *b_tenant = b->tenant == NULL ? "" : b->tenant;
    return strcmp(a->rule, b->rule) == 0 && strcmp(a_tenant, b_tenant) == 0 &&
           strcmp(a->text, b->text) == 0;
}

static bool has_reason(const struct fleet *f, int list, const struct reason *r)
{
    const struct reasons *l = list_of(f, list);
    for (int i = 0; i < l->n; i++) {
        if (is_same(&l->list[i], r)) {
            return true;
        }
    }
    return false;
}

/* ---- Text ---- */

/* "infeasible: CAP-03, MIG-02": the rules of one verdict, each once, behind the lead. */
static void add_rules(const struct reasons *l, enum rule_verdict verdict, const char *lead,
                      struct text *cell)
{
    const char *separator = lead;
    for (int i = 0; i < l->n; i++) {
        bool is_told = l->list[i].verdict != verdict;
        for (int k = 0; k < i && !is_told; k++) {
            is_told =
                l->list[k].verdict == verdict && strcmp(l->list[k].rule, l->list[i].rule) == 0;
        }
        if (!is_told) {
            text_addf(cell, "%s%s", separator, l->list[i].rule);
            separator = ", ";
        }
    }
}

/* One mode as a row: feasible, with the rules that nobody can answer, or the rules that stop
 * it.
 */
static void add_mode(struct table *t, const struct rep_check *c, int mode_ix)
{
    const struct fleet *f = c->fleet[mode_ix];
    struct text cell;
    text_init(&cell);
    rep_mode_label(c->s, &c->s->mode[mode_ix], &cell);
    table_row(t);
    table_cell(t, "%s", text_str(&cell));
    text_reset(&cell);
    if (f->feasible) {
        text_addf(&cell, "feasible on %d %s", f->gpus_used, f->gpus_used == 1 ? "GPU" : "GPUs");
        add_rules(&f->notes, RULE_UNKNOWN, "; unknown: ", &cell);
    } else {
        add_rules(&f->reasons, RULE_FAIL, "infeasible: ", &cell);
    }
    table_span(t, text_str(&cell));
    t->failed |= cell.failed;
    text_fini(&cell);
}

/* " [mig, time-sliced/best-effort]": the modes that share a finding, unless all do. */
static void add_modes(const struct rep_check *c, int list, const struct reason *r,
                      struct text *line)
{
    int shared_n = 0;
    for (int i = 0; i < c->s->mode_n; i++) {
        shared_n += has_reason(c->fleet[i], list, r) ? 1 : 0;
    }
    if (shared_n == c->s->mode_n) {
        return;
    }
    const char *separator = " [";
    for (int i = 0; i < c->s->mode_n; i++) {
        if (has_reason(c->fleet[i], list, r)) {
            text_add(line, separator);
            rep_mode_label(c->s, &c->s->mode[i], line);
            separator = ", ";
        }
    }
    text_add(line, "]");
}

/* "  warn     ECC-02 chat: what it says [modes] (source)" */
static void add_finding(const struct rep_check *c, int list, const struct reason *r, int width,
                        struct text *sink)
{
    const struct rule *row = row_of(c, r->rule);
    struct text line;
    text_init(&line);
    text_addf(&line, "%s %s%s%s", r->rule, r->tenant == NULL ? "" : r->tenant,
              r->tenant == NULL ? "" : ": ", r->text);
    add_modes(c, list, r, &line);
    if (row != NULL && row->source != NULL) {
        text_addf(&line, " (%s)", row->source);
    }
    text_addf(sink, "  %-7s  ", rule_verdict_name(verdict_of(c, r)));
    table_wrap(sink, text_str(&line), 11, (size_t)width, 13);
    sink->failed |= line.failed;
    text_fini(&line);
}

/* Findings of one verdict, each under the first mode that has it. */
static void add_findings(const struct rep_check *c, enum rule_verdict verdict, int width,
                         struct text *sink)
{
    for (int i = 0; i < c->s->mode_n; i++) {
        for (int list = 0; list < LISTS_N; list++) {
            const struct reasons *l = list_of(c->fleet[i], list);
            for (int k = 0; k < l->n; k++) {
                bool is_told = verdict_of(c, &l->list[k]) != verdict;
                for (int e = 0; e < i && !is_told; e++) {
                    is_told = has_reason(c->fleet[e], list, &l->list[k]);
                }
                if (!is_told) {
                    add_finding(c, list, &l->list[k], width, sink);
                }
            }
        }
    }
}

void rep_check_text(const struct rep_check *c, int width, struct text *sink)
{
    static const enum rule_verdict order[] = {RULE_FAIL, RULE_WARN, RULE_UNKNOWN, RULE_INFO};
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, 0, "mode");
    table_column(&t, TABLE_LEFT, 0, "is it possible?");
    for (int i = 0; i < c->s->mode_n; i++) {
        add_mode(&t, c, i);
    }
    table_print(&t, (size_t)width, 2, sink);
    table_fini(&t);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        add_findings(c, order[i], width, sink);
    }
}

void rep_check_facts(const struct result *r, const struct rep_options *o, struct text *sink)
{
    static const struct fleet nothing;
    const struct fleet *fleet[MODES_MAX];
    for (int i = 0; i < r->scenario->mode_n; i++) {
        fleet[i] = r->mode[i].fleet == NULL ? &nothing : r->mode[i].fleet;
    }
    const struct rep_check c = {.s = r->scenario, .fleet = fleet};
    add_findings(&c, RULE_INFO, o->width, sink);
}

/* ---- JSON ---- */

static void write_finding(const struct rep_check *c, const struct reason *r, struct jout *j)
{
    const struct rule *row = row_of(c, r->rule);
    jout_open_object(j, NULL, true);
    jout_string(j, "rule", r->rule);
    jout_string(j, "verdict", rule_verdict_name(verdict_of(c, r)));
    jout_string(j, "tenant", r->tenant);
    jout_string(j, "text", r->text);
    jout_string(j, "source", row == NULL ? NULL : row->source);
    jout_string(j, "status", row == NULL ? NULL : row->status);
    jout_close_object(j);
}

void rep_check_json(const struct rep_check *c, struct jout *j)
{
    jout_open_list(j, "modes", false);
    for (int i = 0; i < c->s->mode_n; i++) {
        const struct fleet *f = c->fleet[i];
        const struct mode_spec *spec = &c->s->mode[i];
        jout_open_object(j, NULL, false);
        jout_string(j, "mode", mode_name(spec->kind));
        jout_string(j, "policy", rep_policy(spec));
        jout_bool(j, "feasible", f->feasible);
        jout_int(j, "gpus_used", f->gpus_used);
        jout_open_list(j, "rules", false);
        for (int list = 0; list < LISTS_N; list++) {
            const struct reasons *l = list_of(f, list);
            for (int k = 0; k < l->n; k++) {
                write_finding(c, &l->list[k], j);
            }
        }
        jout_close_list(j);
        jout_close_object(j);
    }
    jout_close_list(j);
}
