/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_tables.c - the tables of the page that every result has: modes, p95, gates, details, GPU
 * time, places, notes. */
#include "sim/report/page_tables.h"

#include <math.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/report/answer.h"
#include "sim/report/plot.h"
#include "sim/report/rep.h"

enum {
    NOTES_MAX = 512
};

/* ---- What was simulated ---- */

static void add_number(struct text *out, const char *before, double x, const char *after)
{
    if (!isnan(x)) {
        text_add(out, before);
        text_add_double(out, x);
        text_add(out, after);
    }
}

static void add_time(struct text *out, const char *before, double ns, const char *after)
{
    if (!isnan(ns)) {
        text_add(out, before);
        units_print(out, Q_TIME, ns);
        text_add(out, after);
    }
}

static void doubts(const struct stored *s, struct text *out)
{
    if (jsonin_is_true(s->root, "horizon_short")) {
        text_add(out, "<p class=\"doubt\">The warm-up ends in the second half of the run: the "
                      "steady state is in doubt. Try a longer horizon.</p>\n");
    }
    const struct jsonin *met = jsonin_find(s->root, "precision_met");
    const bool is_random =
        jsonin_find(s->root, "random") == NULL || jsonin_is_true(s->root, "random");
    if (met != NULL && met->kind == JSONIN_BOOL && met->number <= 0 && is_random) {
        text_add(out, "<p class=\"doubt\">Precision not met: some p95 is known less well than "
                      "asked. Try more replicas or a longer horizon.</p>\n");
    }
}

void page_run(const struct stored *s, struct text *out)
{
    const char *version = jsonin_text(s->root, "version");
    const char *hash = jsonin_text(s->root, "scenario_hash");
    const struct jsonin *mode = s->mode[0];
    for (int m = 0; m < s->mode_n; m++) {
        mode = stored_is_simulated(s, m) ? s->mode[m] : mode;
    }
    text_add(out, "<p class=\"run\">");
    add_number(out, "", jsonin_number(mode, "replicas"), " replicas");
    add_time(out, " × ", jsonin_number(s->root, "horizon_ns"), "");
    add_time(out, " after ", jsonin_number(mode, "warmup_ns"), " of warm-up");
    add_number(out, " · seed ", jsonin_number(s->root, "seed"), "");
    text_add(out, version == NULL ? "" : " · vgpusim ");
    page_text(out, version);
    text_add(out, hash == NULL ? "" : " · scenario ");
    page_text(out, hash);
    text_add(out, "</p>\n");
    doubts(s, out);
}

/* ---- Modes ---- */

static const char *const verdict_words[][2] = {
    [STORED_HOLDS] = {"good", "met"      },
    [STORED_UNDECIDED] = {"open", "undecided"},
    [STORED_FAILS] = {"bad",  "MISSED"   }
};

static void add_reason(const struct jsonin *reason, struct text *out)
{
    const char *tenant = jsonin_text(reason, "tenant");
    text_add(out, "<br>");
    page_text(out, jsonin_text(reason, "rule"));
    text_add(out, " ");
    page_text(out, tenant);
    text_add(out, tenant == NULL ? "" : ": ");
    page_text(out, jsonin_text(reason, "text"));
}

/* "infeasible MIG-09: the reason" over the rest of the row; many reasons are folded. */
static void cell_reasons(struct page_table *t, const struct jsonin *mode)
{
    enum {
        SHOWN = 2
    };
    const struct jsonin *list = jsonin_find(mode, "reasons");
    const int n = jsonin_n(list);
    text_addf(t->out, "<td class=\"why\" colspan=\"%d\"><span>infeasible", t->n - t->at);
    for (int i = 0; i < n && i < SHOWN; i++) {
        add_reason(&list->item[i], t->out);
    }
    text_add(t->out, "</span>");
    if (n > SHOWN) {
        text_addf(t->out, "<details><summary>%d more</summary><span>", n - SHOWN);
        for (int i = SHOWN; i < n; i++) {
            add_reason(&list->item[i], t->out);
        }
        text_add(t->out, "</span></details>");
    }
    text_add(t->out, "</td>");
}

void page_modes(const struct stored *s, struct text *out)
{
    struct page_table t = {
        .out = out,
        .column = {"mode", "GPUs", "objectives", "GPU time used", "requests violated", "of all",
                   "broken requirements"},
        .n = 7
    };
    page_table_open(&t, NULL);
    for (int m = 0; m < s->mode_n; m++) {
        const struct jsonin *mode = s->mode[m];
        page_row_open(&t, s->label[m]);
        if (!stored_is_feasible(s, m)) {
            cell_reasons(&t, mode);
            page_row_close(&t);
            continue;
        }
        int objective_n;
        const enum stored_verdict v = stored_judge_mode(s, m, &objective_n);
        const bool is_judged = objective_n > 0 && stored_is_simulated(s, m);
        struct estimate e = stored_get(mode, NULL, "gpus_used");
        page_cell_count(&t, &e);
        page_cell(&t, is_judged ? verdict_words[v][0] : "none",
                  is_judged ? verdict_words[v][1] : "-");
        e = stored_get(mode, "utilization", "compute_frac");
        page_cell_percent(&t, &e);
        e = stored_get(mode, "violations", "total");
        page_cell_count(&t, &e);
        e = stored_get(mode, "violations", "total_frac");
        page_cell_percent(&t, &e);
        e = stored_get(mode, "violations", "policy");
        page_cell_count(&t, &e);
        page_row_close(&t);
    }
    page_table_close(&t);
}

/* The verdict on all objectives of a tenant in a mode; "none" where there are none. */
static const char *class_of(const struct jsonin *tenant, const char **word)
{
    const struct jsonin *list = jsonin_find(tenant, "objectives");
    enum stored_verdict worst = STORED_HOLDS;
    for (int i = 0; i < jsonin_n(list); i++) {
        const enum stored_verdict v = stored_judge(tenant, &list->item[i]);
        worst = v > worst ? v : worst;
    }
    *word = jsonin_n(list) > 0 ? verdict_words[worst][1] : "";
    return jsonin_n(list) > 0 ? verdict_words[worst][0] : "none";
}

/* "at most 100 ms at p95" */
static void cell_limits(struct page_table *t, const struct jsonin *tenant)
{
    const struct jsonin *list = jsonin_find(tenant, "objectives");
    struct text s;
    text_init(&s);
    for (int i = 0; i < jsonin_n(list); i++) {
        const struct estimate most = stored_get(&list->item[i], NULL, "at_most");
        const struct estimate least = stored_get(&list->item[i], NULL, "at_least");
        const char *metric = jsonin_text(&list->item[i], "metric");
        const char *unit = metric == NULL ? NULL : strstr(metric, "_ns.");
        text_add(&s, i == 0 ? "" : ", ");
        text_add(&s, unit != NULL ? unit + strlen("_ns.") : "");
        text_add(&s, most.has_value ? " ≤ " : "≥ ");
        answer_value(&s, most.has_value ? &most : &least, most.has_value);
        text_add(&s, most.has_value ? "" : " per s");
    }
    page_cell(t, "limit", s.n > 0 ? text_str(&s) : "-");
    t->out->failed |= s.failed;
    text_fini(&s);
}

void page_p95(const struct stored *s, struct text *out)
{
    struct page_table t = {
        .out = out, .column = {"tenant", "objective"},
             .n = 2, .left = 3
    };
    for (int m = 0; m < s->mode_n; m++) {
        if (stored_is_feasible(s, m)) {
            t.column[t.n++] = s->label[m];
        }
    }
    if (t.n == 2) {
        text_add(out, "<p class=\"word\">No mode is feasible.</p>\n");
        return;
    }
    page_table_open(&t, NULL);
    for (int k = 0; k < s->tenant_n; k++) {
        page_row_open(&t, stored_tenant_name(s, k));
        cell_limits(&t, stored_tenant(s, 0, k));
        for (int m = 0; m < s->mode_n; m++) {
            const struct jsonin *tenant = stored_tenant(s, m, k);
            const struct estimate e = stored_get(tenant, "latency_ns", "p95");
            const char *word;
            const char *class = class_of(tenant, &word);
            if (!stored_is_feasible(s, m)) {
                continue;
            }
            struct text value;
            text_init(&value);
            if (jsonin_is_true(tenant, "saturated")) {
                text_add(&value, "saturated");
            } else {
                answer_value(&value, &e, true);
            }
            page_cell_word(&t, class, text_str(&value), stored_is_simulated(s, m) ? word : "");
            out->failed |= value.failed;
            text_fini(&value);
        }
        page_row_close(&t);
    }
    page_table_close(&t);
}

/* ---- Gates ---- */

bool page_has_gates(const struct stored *s)
{
    for (int m = 0; m < s->mode_n; m++) {
        if (jsonin_n(jsonin_find(s->mode[m], "gates")) > 0) {
            return true;
        }
    }
    return false;
}

/* A gate's sentence tells what its figure is: a count, a part, a time or a rate. */
static void add_observed(const char *gate, const struct estimate *e, struct text *out)
{
    static const char *const times[] = {"(latency", "(wait",  "(ttft",
                                        "(tpot",    "(frame", "(step"};
    const bool is_count =
        strncmp(gate, "gpus(", 5) == 0 || strncmp(gate, "violations(", 11) == 0;
    bool is_time = false;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        is_time = is_time || strstr(gate, times[i]) != NULL;
    }
    if (e->has_value && strchr(gate, '%') != NULL) {
        rep_estimate(out, e, 0.01);
        text_add(out, " %");
    } else if (e->has_value && is_count) {
        text_addf(out, "%.0f", e->value);
    } else {
        answer_value(out, e, is_time);
    }
}

void page_gates(const struct stored *s, struct text *out)
{
    struct page_table t = {
        .out = out, .column = {"gate", "mode", "verdict", "observed"},
             .n = 4, .left = 7
    };
    page_table_open(&t, NULL);
    for (int m = 0; m < s->mode_n; m++) {
        const struct jsonin *list = jsonin_find(s->mode[m], "gates");
        for (int i = 0; i < jsonin_n(list); i++) {
            const struct jsonin *gate = &list->item[i];
            const char *text = jsonin_text(gate, "gate");
            const char *verdict = jsonin_text(gate, "verdict");
            const char *reason = jsonin_text(gate, "reason");
            const struct estimate e = stored_get(gate, NULL, "observed");
            const bool passes = verdict != NULL && strcmp(verdict, "pass") == 0;
            const bool fails = verdict != NULL && strcmp(verdict, "fail") == 0;
            struct text observed;
            text_init(&observed);
            add_observed(text == NULL ? "" : text, &e, &observed);
            page_row_open(&t, text);
            page_cell(&t, "limit", s->label[m]);
            page_cell(&t, passes ? "good" : fails ? "bad" : "open", verdict);
            if (!e.has_value && reason != NULL) {
                page_cell(&t, "why", reason);
                text_fini(&observed);
            } else {
                page_cell_done(&t, &observed);
            }
            page_row_close(&t);
        }
    }
    page_table_close(&t);
}

/* ---- Everything about a tenant ---- */

/* A tenant, or one of the workloads of its VMs. */
static void details_row(struct page_table *t, const struct jsonin *tenant, const char *label,
                        const char *workload)
{
    struct estimate e;
    struct text name;
    text_init(&name);
    text_add(&name, label);
    text_add(&name, workload == NULL ? "" : ": ");
    text_add(&name, workload == NULL ? "" : workload);
    page_row_open(t, text_str(&name));
    t->out->failed |= name.failed;
    text_fini(&name);
    e = stored_get(tenant, NULL, "load_frac");
    page_cell_percent(t, &e);
    e = stored_get(tenant, "latency_ns", "mean");
    page_cell_time(t, &e);
    for (int i = 3; i < t->n - 5; i++) {
        e = stored_get(tenant, "latency_ns", t->column[i]);
        page_cell_time(t, &e);
    }
    e = stored_get(tenant, "latency_ns", "max");
    page_cell_time(t, &e);
    e = stored_get(tenant, "wait_ns", "p95");
    page_cell_time(t, &e);
    e = stored_get(tenant, NULL, "throughput_per_s");
    page_cell_value(t, &e, 1);
    e = stored_get(tenant, NULL, "p95_ratio_to_first");
    page_cell_value(t, &e, 1);
    e = stored_get(tenant, NULL, "requests");
    page_cell_count(t, &e);
    page_row_close(t);
}

void page_details(const struct stored *s, struct text *out)
{
    for (int k = 0; k < s->tenant_n; k++) {
        struct page_table t = {
            .out = out, .column = {"mode", "load", "mean"},
                 .n = 3
        };
        const struct jsonin *latency = NULL;
        for (int m = 0; m < s->mode_n; m++) {
            const struct jsonin *x = jsonin_find(stored_tenant(s, m, k), "latency_ns");
            latency = jsonin_n(x) > 0 ? x : latency;
        }
        for (int i = 0; i < jsonin_n(latency) && t.n < PAGE_COLUMNS_MAX - 5; i++) {
            const char *key = latency->item[i].key;
            if (key != NULL && key[0] == 'p') {
                t.column[t.n++] = key;
            }
        }
        t.column[t.n++] = "max";
        t.column[t.n++] = "wait p95";
        t.column[t.n++] = "done per s";
        t.column[t.n++] = "p95 over that of the first mode, paired";
        t.column[t.n++] = "requests";
        text_add(out, "<details><summary>All numbers of ");
        page_text(out, stored_tenant_name(s, k));
        text_add(out, "</summary>\n");
        page_table_open(&t, NULL);
        for (int m = 0; m < s->mode_n; m++) {
            const struct jsonin *tenant = stored_tenant(s, m, k);
            const struct jsonin *parts = jsonin_find(tenant, "workloads");
            if (!stored_is_simulated(s, m)) {
                continue;
            }
            details_row(&t, tenant, s->label[m], NULL);
            for (int i = 0; i < jsonin_n(parts); i++) {
                const char *name = jsonin_text(&parts->item[i], "name");
                details_row(&t, &parts->item[i], s->label[m], name == NULL ? "" : name);
            }
        }
        page_table_close(&t);
        text_add(out, "</details>\n");
    }
}

/* ---- GPU time and places ---- */

void page_utilization(const struct stored *s, struct text *out)
{
    static const char *const keys[] = {"useful_frac", "switch_frac",      "idle_reserved_frac",
                                       "free_frac",   "framebuffer_frac", "slices_frac"};
    struct page_table t = {
        .out = out,
        .column = {"mode", "useful", "switching", "reserved idle", "free", "framebuffer taken",
                   "MIG memory taken"},
        .n = 7
    };
    page_table_open(&t, NULL);
    for (int m = 0; m < s->mode_n; m++) {
        if (!stored_is_simulated(s, m)) {
            continue;
        }
        page_row_open(&t, s->label[m]);
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            const struct estimate e = stored_get(s->mode[m], "utilization", keys[i]);
            page_cell_percent(&t, &e);
        }
        page_row_close(&t);
    }
    page_table_close(&t);
}

void page_layout(const struct stored *s, struct text *out)
{
    struct page_table t = {
        .out = out,
        .column = {"mode", "model", "GPUs", "vGPUs", "types and profiles"},
        .n = 5,
        .left = 19
    };
    page_table_open(&t, NULL);
    for (int m = 0; m < s->mode_n; m++) {
        const struct stored_layout *l = &s->layout[m];
        for (int i = 0; i < l->shape_n && l->placed_as == m; i++) {
            const struct stored_shape *x = &l->shape[i];
            const struct estimate gpus = ci_exact(x->gpu_n, 0);
            const struct estimate seats = ci_exact(x->seat_n, 0);
            struct text types;
            text_init(&types);
            for (int k = 0, n = 0; k < x->seat_n; k += n) {
                const char *type = jsonin_text(x->seat[k].item, "type");
                const char *mig = jsonin_text(x->seat[k].item, "mig");
                for (n = 1; k + n < x->seat_n; n++) {
                    const char *next = jsonin_text(x->seat[k + n].item, "type");
                    const char *profile = jsonin_text(x->seat[k + n].item, "mig");
                    if (type == NULL || next == NULL || strcmp(type, next) != 0 ||
                        (mig == NULL) != (profile == NULL) ||
                        (mig != NULL && strcmp(mig, profile) != 0)) {
                        break;
                    }
                }
                text_addf(&types, "%s%d × ", k == 0 ? "" : ", ", n);
                text_add(&types, type == NULL ? "" : type);
                text_add(&types, mig == NULL ? "" : " in ");
                text_add(&types, mig == NULL ? "" : mig);
            }
            page_row_open(&t, s->label[m]);
            page_cell(&t, "limit", x->model);
            page_cell_count(&t, &gpus);
            page_cell_count(&t, &seats);
            page_cell(&t, "limit", text_str(&types));
            out->failed |= types.failed;
            text_fini(&types);
            page_row_close(&t);
        }
    }
    page_table_close(&t);
}

/* ---- Notes ---- */

static bool is_same_note(const struct jsonin *a, const struct jsonin *b)
{
    static const char *const keys[] = {"rule", "tenant", "text"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *x = jsonin_text(a, keys[i]);
        const char *y = jsonin_text(b, keys[i]);
        if (x == NULL || y == NULL ? x != y : strcmp(x, y) != 0) {
            return false;
        }
    }
    return true;
}

static bool has_note(const struct stored *s, int mode_ix, const char *key,
                     const struct jsonin *note)
{
    const struct jsonin *list = jsonin_find(s->mode[mode_ix], key);
    for (int i = 0; i < jsonin_n(list); i++) {
        if (is_same_note(&list->item[i], note)) {
            return true;
        }
    }
    return false;
}

/* A note with the modes that share it. */
static void add_note(const struct stored *s, const char *key, int mode_ix,
                     const struct jsonin *note, struct text *out)
{
    const char *tenant = jsonin_text(note, "tenant");
    const char *source = jsonin_text(note, "source");
    int shared_n = 0;
    text_add(out, "<li><b>");
    page_text(out, jsonin_text(note, "rule"));
    text_add(out, "</b> ");
    page_text(out, tenant);
    text_add(out, tenant == NULL ? "" : ": ");
    page_text(out, jsonin_text(note, "text"));
    for (int m = mode_ix; m < s->mode_n; m++) {
        shared_n += has_note(s, m, key, note) ? 1 : 0;
    }
    if (shared_n < s->mode_n) {
        const char *separator = " <i>(";
        for (int m = mode_ix; m < s->mode_n; m++) {
            if (has_note(s, m, key, note)) {
                text_add(out, separator);
                page_text(out, s->label[m]);
                separator = ", ";
            }
        }
        text_add(out, ")</i>");
    }
    text_add(out, source == NULL ? "" : " <span class=\"source\">Source: ");
    page_text(out, source);
    text_add(out, source == NULL ? "" : "</span>");
    text_add(out, "</li>\n");
}

static int notes_of(const struct stored *s, const char *key, struct text *out)
{
    int n = 0;
    for (int m = 0; m < s->mode_n; m++) {
        const struct jsonin *list = jsonin_find(s->mode[m], key);
        for (int i = 0; i < jsonin_n(list) && n < NOTES_MAX; i++) {
            bool is_said = false;
            for (int e = 0; e < m && !is_said; e++) {
                is_said = has_note(s, e, key, &list->item[i]);
            }
            if (!is_said) {
                text_add(out, n == 0 ? "<ul class=\"notes\">\n" : "");
                add_note(s, key, m, &list->item[i], out);
                n++;
            }
        }
    }
    text_add(out, n > 0 ? "</ul>\n" : "");
    return n;
}

void page_notes(const struct stored *s, struct text *out)
{
    text_add(out, "<h3>Assumptions and doubts</h3>\n");
    if (notes_of(s, "notes", out) == 0) {
        text_add(out, "<p>None was noted.</p>\n");
    }
    text_add(out, "<h3>Remarks of the platform's rules</h3>\n");
    if (notes_of(s, "platform_notes", out) == 0) {
        text_add(out, "<p>None.</p>\n");
    }
}

void page_scenario(const struct stored *s, struct text *out)
{
    const char *resolved = jsonin_text(s->root, "resolved");
    text_add(out, "<details><summary>Show the file</summary>\n<pre>");
    page_text(out, resolved == NULL ? "(not in this result)" : resolved);
    text_add(out, "</pre></details>\n");
}
