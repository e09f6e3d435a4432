/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_compare.c - modes against each other: paired differences, and what they hang on.
 *
 * Both sides of a difference saw the same requests, replica by replica; better or worse is said
 * where the stored verdict says it. */
#include <math.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/answer.h"
#include "sim/report/page_tables.h"

/* ---- Differences ---- */

static bool is_saturated(const struct stored *s, int mode_ix, int tenant_ix)
{
    return jsonin_is_true(stored_tenant(s, mode_ix, tenant_ix), "saturated");
}

/* Does a figure of a tenant differ from that of the base in any mode? */
static bool differs(const struct stored *s, int base, int k, const struct answer_figure *f)
{
    for (int m = 0; m < s->mode_n; m++) {
        const struct jsonin *all = jsonin_find(stored_tenant(s, m, k), "difference");
        const char *verdict = jsonin_text(all, f->verdict);
        if ((verdict != NULL && strcmp(verdict, "same") != 0) ||
            (stored_is_simulated(s, m) && is_saturated(s, m, k) != is_saturated(s, base, k))) {
            return true;
        }
    }
    return false;
}

/* "+38 %" of what it is in the base. */
static void add_relative(const struct jsonin *base, const struct jsonin *tenant,
                         const struct answer_figure *f, struct text *out)
{
    const struct estimate there = stored_metric(base, f->metric);
    const struct estimate by = stored_get(tenant, "difference", f->key);
    if (there.has_value && there.value > 0 && by.has_value) {
        const double percent = 100 * by.value / there.value;
        text_add(out, percent < 0 ? "−" : "+");
        units_print_number(out, fabs(percent));
        text_add(out, " %");
    }
}

static void cell_difference(struct page_table *t, const struct stored *s, int base, int m,
                            int k, const struct answer_figure *f)
{
    const struct jsonin *tenant = stored_tenant(s, m, k);
    struct text size;
    struct text part;
    if (is_saturated(s, m, k) || is_saturated(s, base, k)) {
        const bool is_both = is_saturated(s, m, k) && is_saturated(s, base, k);
        page_cell(t,
                  is_both                 ? "none"
                  : is_saturated(s, m, k) ? "bad"
                                          : "good",
                  is_both                 ? "saturated in both"
                  : is_saturated(s, m, k) ? "saturated here only"
                                          : "saturated there only");
        return;
    }
    text_init(&size);
    text_init(&part);
    const char *verdict = answer_difference(&size, tenant, f, false);
    const bool is_told = verdict != NULL && strcmp(verdict, "open") != 0;
    if (is_told && strcmp(verdict, "same") != 0) {
        add_relative(stored_tenant(s, base, k), tenant, f, &part);
    }
    text_add(&part, verdict != NULL && !is_told ? "cannot be told from 0" : "");
    page_cell_word(t,
                   verdict == NULL                  ? "none"
                   : strcmp(verdict, "better") == 0 ? "better"
                   : strcmp(verdict, "worse") == 0  ? "worse"
                                                    : "none",
                   verdict == NULL ? "-" : text_str(&size), text_str(&part));
    t->out->failed |= size.failed || part.failed;
    text_fini(&part);
    text_fini(&size);
}

static bool is_compared(const struct stored *s, int base, int m)
{
    return m != base && stored_is_simulated(s, m) &&
           jsonin_text(s->mode[m], "compared_with") != NULL;
}

static void rows_of_tenant(struct page_table *t, const struct stored *s, int base, int k)
{
    for (int i = 0; i < ANSWER_FIGURES_N; i++) {
        const struct answer_figure *f = &answer_figures[i];
        if (!differs(s, base, k, f)) {
            continue;
        }
        const struct estimate there = stored_metric(stored_tenant(s, base, k), f->metric);
        struct text value;
        text_init(&value);
        answer_value(&value, &there, f->is_time);
        text_add(&value, there.has_value && !f->is_time ? "/s" : "");
        page_row_open(t, stored_tenant_name(s, k));
        page_cell(t, "limit", f->name);
        page_cell_done(t, &value);
        for (int m = 0; m < s->mode_n; m++) {
            if (is_compared(s, base, m)) {
                cell_difference(t, s, base, m, k, f);
            }
        }
        page_row_close(t);
    }
}

bool page_has_differences(const struct stored *s)
{
    return answer_base(s) >= 0;
}

void page_differences(const struct stored *s, struct text *out)
{
    const int base = answer_base(s);
    struct page_table t = {
        .out = out, .column = {"tenant", "figure"},
             .n = 2, .left = 3
    };
    bool any = false;
    t.column[t.n++] = s->label[base];
    for (int m = 0; m < s->mode_n; m++) {
        if (is_compared(s, base, m) && t.n < PAGE_COLUMNS_MAX) {
            t.column[t.n++] = s->label[m];
        }
    }
    text_add(out, "<p class=\"lead\">Against ");
    page_text(out, s->label[base]);
    text_add(out,
             ", replica by replica on the same requests; ± half of the 95 % interval of "
             "the difference. Below it, its part of the figure there. Mean and p95 are of the "
             "latency; a figure without a row differs in no mode.</p>\n");
    for (int k = 0; k < s->tenant_n; k++) {
        for (int i = 0; i < ANSWER_FIGURES_N; i++) {
            any = any || differs(s, base, k, &answer_figures[i]);
        }
    }
    if (!any) {
        text_add(out, "<p>No figure differs in any mode.</p>\n");
        return;
    }
    page_table_open(&t, NULL);
    for (int k = 0; k < s->tenant_n; k++) {
        rows_of_tenant(&t, s, base, k);
    }
    page_table_close(&t);
}

/* ---- Sensitivity ---- */

bool page_has_shifts(const struct stored *s)
{
    const struct jsonin *list = jsonin_find(s->root, "sensitivity");
    return list != NULL && list->kind == JSONIN_LIST;
}

/* "chat is faster under mig than under time-sliced/equal-share; ..." */
static void add_flips(const struct jsonin *flips, struct text *out)
{
    for (int i = 0; i < jsonin_n(flips); i++) {
        text_add(out, i > 0 ? "; " : "");
        text_add(out, jsonin_text(&flips->item[i], "tenant"));
        text_add(out, " is faster under ");
        text_add(out, jsonin_text(&flips->item[i], "slower"));
        text_add(out, " than under ");
        text_add(out, jsonin_text(&flips->item[i], "faster"));
    }
    text_add(out, jsonin_n(flips) == 0 ? "none" : "");
}

void page_shifts(const struct stored *s, struct text *out)
{
    const struct jsonin *list = jsonin_find(s->root, "sensitivity");
    struct page_table t = {
        .out = out,
        .column = {"parameter", "set to", "orders", "cannot be told any more", "turned around"},
        .n = 5,
        .left = 19
    };
    if (jsonin_n(list) == 0) {
        text_add(out,
                 "<p>No unverified parameter matters here: the scenario states them, or no "
                 "mode has them.</p>\n");
        return;
    }
    page_table_open(&t, NULL);
    for (int i = 0; i < list->n; i++) {
        const struct jsonin *x = &list->item[i];
        const struct estimate orders = stored_get(x, NULL, "orders");
        const struct estimate untold = stored_get(x, NULL, "untold");
        const struct jsonin *flips = jsonin_find(x, "flips");
        struct text said;
        text_init(&said);
        add_flips(flips, &said);
        page_row_open(&t, jsonin_text(x, "parameter"));
        page_cell(&t, "limit", jsonin_text(x, "value"));
        page_cell_count(&t, &orders);
        page_cell_count(&t, &untold);
        page_cell(&t, jsonin_n(flips) > 0 ? "why worse" : "why better", text_str(&said));
        page_row_close(&t);
        out->failed |= said.failed;
        text_fini(&said);
    }
    page_table_close(&t);
}
