/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_gates.c - verdicts on gates as a table: what was wanted, what was seen, and why not. */
#include "sim/report/rep_gates.h"

#include "sim/base/units.h"
#include "sim/input/gatein.h"
#include "sim/report/table.h"
#include "sim/run/verdict.h"

static void add_number(struct text *out, const struct gate *g, double x)
{
    const enum quantity q = gate_quantity(g);
    if (q != Q_COUNT) {
        units_print(out, q, x);
    } else if (g->of == GATE_SLOWDOWN) {
        units_print_number(out, x);
    } else {
        text_addf(out, "%.0f", x);
    }
}

void rep_gate_observed(const struct gate_result *g, struct text *out)
{
    const struct estimate *e = &g->observed;
    if (!e->has_value) {
        text_add(out, "-");
        return;
    }
    add_number(out, g->gate, e->value);
    if (e->has_ci) {
        text_add(out, " [");
        add_number(out, g->gate, e->lo);
        text_add(out, ", ");
        add_number(out, g->gate, e->hi);
        text_add(out, "]");
    }
    if (g->tenant != NULL && g->gate->tenant_ix < 0) {
        text_addf(out, " (%s)", g->tenant->name);
    }
}

void rep_gate_counts(const int count[3], struct text *out)
{
    text_addf(out, "%d passed, %d failed, %d inconclusive", count[VERDICT_PASS],
              count[VERDICT_FAIL], count[VERDICT_INCONCLUSIVE]);
}

static void write_row(struct table *t, const struct result *r, const struct mode_result *m,
                      const struct gate_result *g)
{
    struct text s;
    text_init(&s);
    table_row(t);
    table_cell(t, "%s", g->verdict == VERDICT_FAIL ? "FAIL" : verdict_name(g->verdict));
    rep_mode_label(r->scenario, m->spec, &s);
    table_cell(t, "%s", text_str(&s));
    table_cell(t, "%s", g->gate->text);
    t->failed = t->failed || s.failed;
    text_reset(&s);
    rep_gate_observed(g, &s);
    table_cell(t, "%s", text_str(&s));
    if (g->reason != NULL) {
        table_row(t);
        table_cell(t, "%s", "");
        table_span(t, g->reason);
    }
    t->failed = t->failed || s.failed;
    text_fini(&s);
}

void rep_gates_write(const struct result *r, const struct rep_options *o, struct text *out)
{
    int count[3] = {0};
    struct table t;
    table_init(&t);
    table_column(&t, TABLE_LEFT, 0, "verdict");
    table_column(&t, TABLE_LEFT, 0, "mode");
    table_column(&t, TABLE_LEFT, 0, "gate");
    table_column(&t, TABLE_LEFT, 0, "observed");
    for (int i = 0; i < r->scenario->mode_n; i++) {
        for (int k = 0; k < r->mode[i].verdict_n; k++) {
            write_row(&t, r, &r->mode[i], &r->mode[i].verdict[k]);
            count[r->mode[i].verdict[k].verdict]++;
        }
    }
    if (count[0] + count[1] + count[2] > 0) {
        table_print(&t, (size_t)o->width, 0, out);
        text_add(out, "gates: ");
        rep_gate_counts(count, out);
        text_add(out, "\n");
    }
    table_fini(&t);
}
