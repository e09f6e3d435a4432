/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rep_change.c - the list of changes, the worst kind first, in each format. */
#include "sim/report/rep_change.h"

#include <string.h>

#include "sim/base/units.h"
#include "sim/report/rep.h"
#include "sim/report/table.h"

/* ---- Pieces ---- */

static void add_number(struct text *out, const char *unit, double x)
{
    if (strcmp(unit, "ns") == 0) {
        units_print(out, Q_TIME, x);
    } else if (strcmp(unit, "frac") == 0) {
        units_print(out, Q_FRACTION, x);
    } else if (strcmp(unit, "per_s") == 0) {
        units_print(out, Q_RATE, x);
    } else if (strcmp(unit, "ratio") == 0 || strcmp(unit, "W") == 0) {
        units_print_number(out, x);
    } else {
        text_addf(out, "%.15g", x);
    }
}

/* "20.1 ms [19.0 ms, 21.2 ms]", "-". Two that print alike are told apart by all digits. */
static void add_estimate(struct text *out, const struct change *c, const struct estimate *e,
                         bool exact)
{
    if (!e->has_value) {
        text_add(out, "-");
        return;
    }
    if (exact) {
        text_add_double(out, e->value);
    } else {
        add_number(out, c->unit, e->value);
    }
    if (e->has_ci) {
        text_add(out, " [");
        add_number(out, c->unit, e->lo);
        text_add(out, ", ");
        add_number(out, c->unit, e->hi);
        text_add(out, "]");
    }
}

/* was -> now, as two strings. */
static void add_both(const struct change *c, struct text *was, struct text *now)
{
    add_estimate(was, c, &c->was, false);
    add_estimate(now, c, &c->now, false);
    if (strcmp(text_str(was), text_str(now)) == 0) {
        text_reset(was);
        text_reset(now);
        add_estimate(was, c, &c->was, true);
        add_estimate(now, c, &c->now, true);
    }
}

static const char *or_all(const char *s, const char *otherwise)
{
    return s == NULL ? otherwise : s;
}

static const char *what(const struct change *c)
{
    return c->path != NULL     ? c->path
           : c->tenant != NULL ? "(tenant)"
           : c->mode != NULL   ? "(mode)"
                               : "(scenario)";
}

void rep_change_line(const struct change *c, struct text *out)
{
    struct text was;
    struct text now;
    text_init(&was);
    text_init(&now);
    add_both(c, &was, &now);
    text_addf(out, "%s %s%s%s%s %s: %s -> %s", change_name(c->kind), or_all(c->mode, "-"),
              c->tenant == NULL ? "" : " ", or_all(c->tenant, ""), "", what(c), text_str(&was),
              text_str(&now));
    out->failed = out->failed || was.failed || now.failed;
    text_fini(&was);
    text_fini(&now);
}

void rep_change_counts(const struct changes *c, struct text *out)
{
    if (c->n == 0) {
        text_addf(out, "no difference in %lld figures", c->compared);
    } else {
        text_addf(out, "%d %s, %lld figures compared:", c->n,
                  c->n == 1 ? "difference" : "differences", c->compared);
        const char *comma = "";
        for (int k = 0; k < CHANGE_KINDS; k++) {
            if (c->count[k] > 0) {
                text_addf(out, "%s %d %s", comma, c->count[k],
                          change_name((enum change_kind)k));
                comma = ",";
            }
        }
    }
    if (c->compared == 0) {
        return; /* nothing met its like */
    }
    if (c->unpaired == 0) {
        text_add(out, " (paired: same seed and scenario)");
    } else {
        text_addf(out, " (%s by intervals%s)", c->paired == 0 ? "compared" : "partly",
                  c->skipped > 0 ? ", counts left out" : "");
    }
}

/* Calls `row` for the changes by kind, the first `most` of them; returns how many are left. */
static int each(const struct changes *c, int most, void (*row)(void *to, const struct change *),
                void *to)
{
    int shown = 0;
    for (int k = 0; k < CHANGE_KINDS; k++) {
        for (int i = 0; i < c->n; i++) {
            if (c->list[i].kind == (enum change_kind)k && (most == 0 || shown < most)) {
                row(to, &c->list[i]);
                shown++;
            }
        }
    }
    return c->n - shown;
}

/* ---- Text ---- */

/* Is more than one scenario in the list? */
static bool is_of_many(const struct changes *c)
{
    for (int i = 1; i < c->n; i++) {
        if (strcmp(c->list[i].scenario, c->list[0].scenario) != 0) {
            return true;
        }
    }
    return c->n > 0 && c->list[0].mode == NULL;
}

static void text_row(void *to, const struct change *c)
{
    struct table *t = to;
    struct text was;
    struct text now;
    text_init(&was);
    text_init(&now);
    add_both(c, &was, &now);
    table_row(t);
    table_cell(t, "%s", change_name(c->kind));
    table_cell(t, "%s", c->scenario);
    table_cell(t, "%s", or_all(c->mode, "-"));
    table_cell(t, "%s", or_all(c->tenant, "-"));
    table_cell(t, "%s", what(c));
    table_cell(t, "%s", text_str(&was));
    table_cell(t, "%s", text_str(&now));
    t->failed = t->failed || was.failed || now.failed;
    text_fini(&was);
    text_fini(&now);
}

void rep_change_text(const struct changes *c, int most, int width, struct text *out)
{
    static const char *const titles[] = {"class",  "scenario", "mode", "tenant",
                                         "metric", "was",      "now"};
    struct table t;
    table_init(&t);
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        table_column(&t, TABLE_LEFT, i == 1 && !is_of_many(c) ? 9 : 0, "%s", titles[i]);
    }
    const int left = each(c, most, text_row, &t);
    if (c->n > 0) {
        (void)table_fit(&t, (size_t)width);
        table_print(&t, (size_t)width, 0, out);
    }
    if (left > 0) {
        text_addf(out, "and %d more: --format csv has all\n", left);
    }
    table_fini(&t);
    rep_change_counts(c, out);
    text_add(out, "\n");
}

/* ---- Markdown ---- */

static void markdown_row(void *to, const struct change *c)
{
    struct text *out = to;
    struct text was;
    struct text now;
    text_init(&was);
    text_init(&now);
    add_both(c, &was, &now);
    text_addf(out, "| %s | %s | %s | %s | `%s` | %s | %s |\n", change_name(c->kind),
              c->scenario, or_all(c->mode, "-"), or_all(c->tenant, "-"), what(c),
              text_str(&was), text_str(&now));
    out->failed = out->failed || was.failed || now.failed;
    text_fini(&was);
    text_fini(&now);
}

void rep_change_markdown(const struct changes *c, int most, struct text *out)
{
    if (c->n > 0) {
        text_add(out, "| class | scenario | mode | tenant | metric | was | now |\n"
                      "|---|---|---|---|---|---|---|\n");
    }
    const int left = each(c, most, markdown_row, out);
    if (left > 0) {
        text_addf(out, "\nand %d more\n", left);
    }
    text_add(out, c->n > 0 ? "\n" : "");
    rep_change_counts(c, out);
    text_add(out, "\n");
}

/* ---- CSV ---- */

static void csv_estimate(struct text *out, const struct estimate *e)
{
    const double number[] = {e->value, e->lo, e->hi};
    for (int i = 0; i < 3; i++) {
        text_add(out, ",");
        if (i == 0 ? e->has_value : e->has_ci) {
            text_add_double(out, number[i]);
        }
    }
}

static void csv_row(void *to, const struct change *c)
{
    struct text *out = to;
    const char *cell[] = {change_name(c->kind),  c->scenario,         or_all(c->mode, ""),
                          or_all(c->tenant, ""), or_all(c->path, ""), c->unit};
    for (size_t i = 0; i < sizeof cell / sizeof cell[0]; i++) {
        text_add(out, i == 0 ? "" : ",");
        rep_csv_cell(out, cell[i]);
    }
    csv_estimate(out, &c->was);
    csv_estimate(out, &c->now);
    text_add(out, "\n");
}

void rep_change_csv(const struct changes *c, struct text *out)
{
    text_add(out,
             "class,scenario,mode,tenant,metric,unit,was,was_lo,was_hi,now,now_lo,now_hi\n");
    (void)each(c, 0, csv_row, out);
}

/* ---- JSON ---- */

static void json_row(void *to, const struct change *c)
{
    struct jout *j = to;
    jout_open_object(j, NULL, true);
    jout_string(j, "class", change_name(c->kind));
    jout_string(j, "scenario", c->scenario);
    jout_string(j, "mode", c->mode);
    jout_string(j, "tenant", c->tenant);
    jout_string(j, "metric", c->path);
    jout_string(j, "unit", c->unit[0] == '\0' ? NULL : c->unit);
    jout_estimate(j, "was", &c->was);
    jout_estimate(j, "now", &c->now);
    jout_close_object(j);
}

void rep_change_json(const struct changes *c, struct jout *j)
{
    jout_int(j, "compared", c->compared);
    jout_int(j, "skipped", c->skipped);
    jout_int(j, "scenarios_paired", c->paired);
    jout_int(j, "scenarios_by_intervals", c->unpaired);
    jout_open_object(j, "counts", true);
    for (int k = 0; k < CHANGE_KINDS; k++) {
        jout_int(j, change_name((enum change_kind)k), c->count[k]);
    }
    jout_close_object(j);
    jout_open_list(j, "changes", false);
    (void)each(c, 0, json_row, j);
    jout_close_list(j);
}
